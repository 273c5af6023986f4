"""A file passes only when it is, byte for byte, what our seal was set to."""

import io
from typing import Any

import pytest
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from certificates import keys, signing, validation
from certificates.answers import UNANSWERED, WORDS, Outcome, Reason
from certificates.validation import FIRST, THEN, Finding
from tests.certificates import forgeries
from tests.certificates.examples import AT, CRL_URL, NUMBER, drawn, signed, signer
from tests.certificates.forgeries import ROOTS, failed

PEM = [root.public_bytes(Encoding.PEM) for root in ROOTS]
ALL = FIRST + THEN
pytestmark = pytest.mark.usefixtures("quiet")


def changed(place: int, value: int) -> bytes:
    file = bytearray(signed())
    file[place] = value
    return bytes(file)


BEGIN, END = forgeries.gap(signed())
MESSAGE_END = BEGIN + len(signed()[BEGIN:END].rstrip(b"0"))


def test_what_we_sealed_passes_every_check_inside_and_apart() -> None:
    assert failed(signed()) == set()
    assert validation.validate_apart(signed(), PEM, AT) == [
        Finding(code, Outcome.PASSED) for code in ALL
    ]


def test_pyhanko_left_to_itself_agrees() -> None:
    (only,) = PdfFileReader(io.BytesIO(signed())).embedded_signatures
    roots = [asn1.Certificate.load(root.public_bytes(Encoding.DER)) for root in ROOTS]
    trusted = ValidationContext(trust_roots=roots, moment=AT, allow_fetching=False)
    status = validate_pdf_signature(only, trusted)
    assert status.bottom_line
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert status.docmdp_ok


def test_every_check_has_its_words() -> None:
    for code in (*ALL, "seal-not-revoked"):
        assert WORDS[code, Outcome.PASSED] != WORDS[code, Outcome.FAILED]
    assert set(UNANSWERED) == set(Reason)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, len(signed()) - 1), st.integers(1, 255))
def test_no_byte_can_be_another(place: int, by: int) -> None:
    assert failed(changed(place, signed()[place] ^ by))


# Half of the digits around the message are protected by no signature: each is tried.
@settings(max_examples=100, deadline=None)
@given(st.integers(BEGIN, MESSAGE_END - 1), st.sampled_from(b"0123456789ABCDEFabcdef"))
@example(BEGIN + 5, ord("7"))  # the length of the whole
@example(BEGIN + 51, ord("2"))  # the version of the message
@example(BEGIN + 65, ord("4"))  # the algorithms announced
@example(BEGIN + 2351, ord("3"))  # the version of the signer's part
@example(BEGIN + 2613, ord("6"))  # the parameters of its digest
def test_no_digit_of_the_signature_can_be_another(place: int, digit: int) -> None:
    if digit != signed()[place]:
        assert failed(changed(place, digit))


@settings(max_examples=30, deadline=None)
@given(
    st.integers(MESSAGE_END + MESSAGE_END % 2, END - 1), st.sampled_from(b"123456789ABCDEFabcdef ~")
)
def test_nothing_hides_in_the_room_behind_the_signature(place: int, digit: int) -> None:
    assert failed(changed(place, digit))


def test_the_brackets_around_it_are_fixed_too() -> None:
    for place in (BEGIN - 1, END):
        for other in (b"<"[0], b">"[0], b"("[0], b" "[0], b"0"[0]):
            if other != signed()[place]:
                assert failed(changed(place, other))


def test_lower_case_digits_are_other_bytes() -> None:
    digits = signed()[BEGIN:END]
    assert failed(signed()[:BEGIN] + digits.lower() + signed()[END:]) >= {"whole-file"}


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=1, max_size=30), st.sampled_from(["before", "after", "inside", "gap"]))
def test_nothing_can_be_added(more: bytes, where: str) -> None:
    place = {"before": 0, "after": len(signed()), "inside": 5000, "gap": END}[where]
    assert failed(signed()[:place] + more + signed()[place:])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(signed()) - 1))
def test_nothing_can_be_left_off_the_end(length: int) -> None:
    assert failed(signed()[:length])


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_at_all_make_it_raise(anything: bytes) -> None:
    assert failed(anything)
    assert failed(b"%PDF-1.7\n" + anything + b"\n%%EOF\n")


def revocation(seal: keys.FileSigner, crls: list[bytes]) -> Finding | None:
    found = validation.validate(signing.sign(drawn(), seal, AT), ROOTS, AT, crls)
    by_code = {each.code: each for each in found}
    return by_code.get("seal-not-revoked")


def test_a_revoked_seal_is_found_on_the_list() -> None:
    serial = signer().certificate.serial_number
    lists = forgeries.revocation_lists(serial)
    assert revocation(signer(), lists) == Finding("seal-not-revoked", Outcome.FAILED)
    others = forgeries.revocation_lists(serial + 1)
    assert revocation(signer(), others) == Finding("seal-not-revoked", Outcome.PASSED)
    apart = validation.validate_apart(signed(), PEM, AT, lists)
    assert apart[-1] == Finding("seal-not-revoked", Outcome.FAILED)


def test_a_seal_that_names_a_list_is_not_vouched_for_without_it() -> None:
    point = x509.DistributionPoint([x509.UniformResourceIdentifier(CRL_URL)], None, None, None)
    names_one = forgeries.seal_of_ours(add=(x509.CRLDistributionPoints([point]),))
    assert revocation(signer(), []) is None
    unknown = Finding("seal-not-revoked", Outcome.NOT_CHECKED, Reason.NO_LIST)
    assert revocation(names_one, []) == unknown
    listed = revocation(names_one, forgeries.revocation_lists())
    assert listed == Finding("seal-not-revoked", Outcome.PASSED)


@pytest.mark.parametrize(
    ("bomb", "limits"),
    [
        (forgeries.nested(100_000), {}),
        (forgeries.crowded(400_000), {"seconds": 1}),
        (forgeries.crowded(400_000), {"megabytes": 60}),
    ],
    ids=["nested", "crowded", "no memory"],
)
def test_a_file_that_wants_too_much_is_left_unanswered(bomb: bytes, limits: dict[str, Any]) -> None:
    found = validation.validate_apart(bomb, PEM, AT, **limits)
    assert tuple(each.code for each in found) == ALL
    assert found[0] == Finding(FIRST[0], Outcome.NOT_CHECKED, Reason.TOO_MUCH)
    assert Outcome.PASSED not in {each.outcome for each in found}


def test_a_file_that_is_too_large_is_not_even_looked_at() -> None:
    found = validation.validate_apart(signed() + bytes(2**20), PEM, AT, largest_megabytes=1)
    assert found == validation.unanswered(Reason.TOO_LARGE)


def test_the_number_is_read_off_a_file_whether_genuine_or_not() -> None:
    assert validation.read_number(signed()) == NUMBER
    assert validation.read_number(drawn()) == NUMBER
    assert (
        validation.read_number(signed().replace(NUMBER.encode(), b"SHTM-2026-J-000124-C")) is None
    )
    assert validation.read_number(b"%PDF-1.7 no number") is None


@given(st.binary(max_size=60))
def test_what_is_read_off_a_file_has_the_form_of_a_number(anything: bytes) -> None:
    assert validation.read_number(b"/Keywords (" + anything + b")") is None
