"""A file of our own seal whose twin says another thing than its page is no certificate."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest

from certificates import agreement, drawing, form, jose, signing, transcript
from certificates.face import Face
from certificates.objects import NotOurForm, Objects
from certificates.transcript import Transcript
from tests.certificates import test_form
from tests.certificates.examples import AT, FACE, of_level, signed, signer, twin_of
from tests.certificates.forgeries import failed
from tests.certificates.test_template import FACES

pytestmark = pytest.mark.usefixtures("quiet")
Lie = Callable[[Face], Face]
LIES: dict[str, Lie] = {
    "another name": lambda face: replace(face, holder="李四"),
    "a name of other spelling": lambda face: replace(face, holder=f"{face.holder} "),
    "another number": lambda face: replace(face, number="SHTM-2026-J-000124-S"),
    "another level": lambda face: of_level(face, "senior"),
    "another level by name alone": lambda face: replace(face, level_en="Senior"),
    "a later end": lambda face: replace(face, valid_until=date(2036, 11, 23)),
    "no end": lambda face: replace(face, valid_until=None),
    "an earlier beginning": lambda face: replace(
        face, valid_from=face.valid_from - timedelta(days=1)
    ),
    "another day of award": lambda face: replace(
        face, granted_on=face.granted_on - timedelta(days=1)
    ),
    "another address": lambda face: replace(
        face, verification_url=face.verification_url.replace("/v/", "/verify/v/")
    ),
    "another code": lambda face: replace(
        face, verification_url=face.verification_url[:-1] + "0", code=face.code[:-1] + "0"
    ),
}


def sealed(face: Face, enclosed: tuple[str, bytes]) -> bytes:
    return signing.sign(drawing.draw(face, enclosed), signer(), AT)


@cache
def lying(lie: str, face: Face = FACE) -> bytes:
    """What somebody with the key makes: a page, and a twin that says something else."""
    return sealed(face, twin_of(LIES[lie](face)))


@pytest.mark.parametrize("lie", LIES)
def test_a_twin_that_says_another_thing_is_found_for_that(lie: str) -> None:
    assert failed(lying(lie)) == {"twin-agrees"}
    assert not test_form.holds(lying(lie))


def test_a_twin_by_another_seal_is_found_for_that() -> None:
    file = sealed(FACE, twin_of(FACE, signer(1)))
    assert failed(file) == {"twin-sealed"}
    assert not test_form.holds(file)


@pytest.mark.parametrize("token", [b"", b"a.b", b"a.b.c", b"\xff", twin_of(FACE)[1][:-9]])
def test_what_is_no_twin_is_none(token: bytes) -> None:
    file = sealed(FACE, ("credential.jwt", token))
    assert "twin-sealed" in failed(file)
    assert not test_form.holds(file)


@pytest.mark.parametrize("face", FACES.values(), ids=FACES)
def test_an_honest_one_agrees_and_is_read_back(face: Face) -> None:
    file = sealed(face, twin_of(face))
    objects = Objects.read(file)
    seen = Transcript.of(objects)
    assert failed(file) == set()
    assert (seen.own[0], seen.own[1], seen.own[-1]) == (face.holder, face.number, face.code)
    assert {face.level_zh, face.level_en} <= set(seen.common)
    assert seen.address == face.verification_url
    assert seen.twin is not None
    said = jose.said(seen.twin)
    assert agreement.with_record(said, face)
    for lie in LIES.values():
        if lie(face) != face and lie(face).code == face.code:
            assert not agreement.with_record(said, lie(face))


def test_a_page_of_two_levels_agrees_with_no_twin() -> None:
    """The level claimed stands on it, and another one as the policy it is based on."""
    face = replace(of_level(FACE, "senior"), issuer_en="Junior Technology Manager")
    assert failed(sealed(face, twin_of(face))) == {"twin-agrees"}


def test_a_file_without_a_twin_is_not_asked_for_one() -> None:
    assert transcript.enclosed(Objects.read(signed())) is None
    found = form.held(signed(), test_form.seals(), AT)
    assert found is not None
    assert not found.twin


@pytest.mark.parametrize("cut", [0, 1, 40, 4000])
def test_what_is_not_of_our_form_is_not_read(cut: int) -> None:
    assert Objects.of(signed()[: -1 - cut]) is None
    with pytest.raises(NotOurForm):
        Objects.read(signed() + b"%%EOF\n")
