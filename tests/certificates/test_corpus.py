"""Every kind of forgery upon several certificates, by every checker that needs no register."""

import io
import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from tests.certificates import test_form
from tests.certificates.corpus import BY_CHANCE, CORPUS, EXPECTED, HOLDERS, REASONS, paper
from tests.certificates.examples import AT
from tests.certificates.forgeries import ROOTS, failed, reasons

pytestmark = pytest.mark.usefixtures("quiet")
LENIENT = {
    "digits behind the signature",
    "the signature in small letters",
    "the seal not bound in",
    "under a certificate for servers",
    "whole: not certified",
    "whole: filling forms allowed",
    "whole: annotating allowed",
    "whole: not PAdES",
    "message: value's twin",
    "message: another digest announced",
    "message: something noted beside it",
}
"""What pyHanko left to itself lets pass, asked for one signature over the entire file."""


@pytest.mark.parametrize("kind", CORPUS)
def test_none_is_accepted_and_each_has_its_reason(kind: str) -> None:
    for place in range(len(HOLDERS)):
        forged = CORPUS[kind](paper(place))
        assert forged != paper(place)
        assert reasons(forged) - BY_CHANCE.get(kind, set()) == EXPECTED[kind], HOLDERS[place]
        assert not test_form.holds(forged), HOLDERS[place]


@pytest.mark.parametrize("kind", CORPUS)
def test_pyhanko_left_to_itself_accepts_none_but_those_it_is_lenient_with(kind: str) -> None:
    assert trusted_by_pyhanko(CORPUS[kind](paper(1))) == (kind in LENIENT)


def trusted_by_pyhanko(
    file: bytes, roots: Sequence[x509.Certificate] = ROOTS, at: datetime = AT
) -> bool:
    trusted = [asn1.Certificate.load(root.public_bytes(Encoding.DER)) for root in roots]
    context = ValidationContext(trust_roots=trusted, moment=at, allow_fetching=False)
    try:
        (only,) = PdfFileReader(io.BytesIO(file), strict=True).embedded_signatures
        status = validate_pdf_signature(only, context)
    except Exception:  # it raises half a dozen kinds over a crafted file
        return False
    return status.bottom_line and status.coverage is SignatureCoverageLevel.ENTIRE_FILE


def test_the_untouched_ones_are_accepted_by_all() -> None:
    for place in range(len(HOLDERS)):
        assert failed(paper(place)) == set()
        assert failed(paper(place), AT + timedelta(days=300)) == set()
        assert test_form.holds(paper(place))
        assert trusted_by_pyhanko(paper(place))


def test_there_are_a_hundred_kinds_each_with_one_entry() -> None:
    assert len(CORPUS) >= 100
    assert sorted(kind for kinds in REASONS.values() for kind in kinds) == sorted(CORPUS)


def mutations(file: bytes, chance: random.Random) -> Iterator[bytes]:
    """One stretch of a file changed, taken out, doubled, or exchanged with another."""
    while True:
        at, length = chance.randrange(len(file)), chance.randrange(1, 64)
        piece = file[at : at + length]
        yield chance.choice(
            [
                file[:at] + chance.randbytes(length) + file[at + length :],
                file[:at] + file[at + length :],
                file[:at] + piece + file[at:],
                file[:at] + piece[::-1] + file[at + length :],
            ]
        )


def test_nothing_made_by_chance_is_accepted() -> None:
    chance = random.Random(60)
    for place in range(len(HOLDERS)):
        made = mutations(paper(place), chance)
        for _ in range(60):
            forged = next(made)
            assert forged == paper(place) or failed(forged)
