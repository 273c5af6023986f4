"""The short way accepts what the long way accepts of ours, and nothing else."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates import drawing, form, keys, plain, signing
from certificates.face import Face
from certificates.form import Seals
from tests.certificates import forgeries
from tests.certificates.examples import AT, FACE, authority, drawn, signed, signer, twin_of
from tests.certificates.forgeries import ROOTS, failed
from tests.certificates.test_forgeries import FORGED, MESSAGES
from tests.certificates.test_template import FACES

pytestmark = pytest.mark.usefixtures("quiet")
ISSUING = keys.load_certificate(authority() / "issuing.pem")


def seals() -> Seals:
    found = form.seals_of((signer().certificate,), ISSUING, ROOTS)
    assert found is not None
    return found


def holds(file: bytes, at: datetime = AT) -> bool:
    return form.holds(file, seals(), at)


@pytest.mark.parametrize("face", FACES.values(), ids=FACES)
def test_what_we_sealed_holds(face: Face) -> None:
    assert holds(signing.sign(drawing.draw(face, twin_of(face)), signer(), AT))


@pytest.mark.parametrize("forgery", FORGED)
def test_no_forgery_holds(forgery: str) -> None:
    make, _ = FORGED[forgery]
    assert not holds(make())


@pytest.mark.parametrize("message", MESSAGES)
def test_no_signature_that_was_tampered_with_holds(message: str) -> None:
    change, _ = MESSAGES[message]
    assert not holds(forgeries.with_message(change))


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(signed()) - 1), st.integers(1, 255))
def test_no_byte_can_be_another(place: int, by: int) -> None:
    file = bytearray(signed())
    file[place] ^= by
    assert not holds(bytes(file))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_at_all_make_it_raise(anything: bytes) -> None:
    assert not holds(anything)
    assert not holds(signed() + anything + b"%%EOF\n")
    begin, end = forgeries.gap(signed())
    digits = anything.hex().upper().encode().ljust(end - begin, b"0")
    assert not holds(signed()[:begin] + digits + signed()[end:])


@pytest.mark.parametrize("year", [2025, 2039])
def test_a_seal_before_or_after_its_time_does_not_count(year: int) -> None:
    assert not holds(signed(), datetime(year, 1, 1, tzinfo=UTC))


def test_a_seal_that_is_not_among_those_trusted_does_not_count() -> None:
    other = forgeries.seal_of_ours()
    file = signing.sign(drawn(), other, AT)
    assert failed(file) == set()
    assert not holds(file)
    known = form.seals_of((signer().certificate, other.certificate), ISSUING, ROOTS)
    assert known is not None
    assert form.holds(file, known, AT)
    stranger = keys.load_certificate(authority(1) / "issuing.pem")
    assert form.seals_of((signer().certificate,), stranger, ROOTS) is None


def test_what_others_sealed_for_us_goes_the_long_way() -> None:
    assert not holds(plain.sign(plain.draw(FACE), signer(), AT))
