"""A seal that lasts: its time-stamp is asked for, doubted and kept; nothing else passes for one."""

import asyncio
import hashlib
import io
import re
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from threading import Thread

import pikepdf
import pytest
from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1
from asn1crypto.crl import CertificateList
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation import ades
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer

from certificates import field, form, keys, message, signing, store, timestamp, validation
from certificates.examination import SEAL_USAGE
from certificates.field import NotToBeSealed
from certificates.form import Held
from certificates.timestamp import TokenInvalid
from certificates.timestamping import LONGEST_ANSWER, NoTimestamp
from tests.certificates import forgeries, stamping
from tests.certificates.examples import authority, drawn, signed, signer, unsealed
from tests.certificates.forgeries import ROOTS, failed, told
from tests.certificates.stamping import POLICY, REPLY, Answer, Authority, Line, listening
from tests.certificates.test_signing import needs

pytestmark = [pytest.mark.usefixtures("quiet"), needs("openssl")]
VALUE = b"a signature value"


def now() -> datetime:
    return datetime.now(UTC)


def known() -> tuple[x509.Certificate, ...]:
    return (stamping.office().root,)


@cache
def lasting_paper(holder: str = "张晓明") -> bytes:
    """A certificate with a time-stamp, made against the real service."""
    with listening() as line:
        return signing.sign(drawn(holder=holder), signer(), now(), stamping.lasting(line.url))


def seals(trusted: tuple[x509.Certificate, ...] | None = None) -> form.Seals:
    issuing = keys.load_certificate(authority() / "issuing.pem")
    given = known() if trusted is None else trusted
    found = form.seals_of((signer().certificate,), issuing, ROOTS, given)
    assert found is not None
    return found


def held(file: bytes, at: datetime | None = None) -> Held | None:
    return form.held(file, seals(), at or now())


def token_of(file: bytes) -> bytes:
    begin, end = forgeries.gap(file)
    sealed = cms.ContentInfo.load(bytes.fromhex(file[begin:end].decode()))
    raw: bytes = told(sealed)["unsigned_attrs"][0]["values"][0].dump()
    return raw


def test_it_holds_and_says_when_it_was_there() -> None:
    file = lasting_paper()
    found = held(file)
    assert found is not None
    assert found.stamped_at is not None
    assert abs(found.stamped_at - now()) < timedelta(minutes=10)
    seen = validation.validate(file, ROOTS, now(), stamping=known())
    assert {each.outcome for each in seen} == {"passed"}
    assert (seen[-1].code, seen[-1].at) == ("time-stamped", found.stamped_at)
    pem = [each.public_bytes(Encoding.PEM) for each in (*ROOTS, *known())]
    assert validation.validate_apart(file, pem[:1], now(), stamping_pem=pem[1:]) == seen


def test_it_is_one_revision_with_its_store_under_the_seal() -> None:
    file, given = lasting_paper(), stamping.lasting("http://127.0.0.1:9/")
    assert file.count(b"%%EOF") == 1
    with pikepdf.open(io.BytesIO(file)) as pdf:
        kept = pdf.Root.DSS
        assert [bytes(each.read_bytes()) for each in kept.Certs] == list(given.certificates)
        listed = [x509.load_der_x509_crl(each.read_bytes()) for each in kept.CRLs]
        expected = [x509.load_der_x509_crl(each) for each in given.lists]
        assert [each.issuer for each in listed] == [each.issuer for each in expected]
        assert pdf.Root.Extensions.ESIC.BaseVersion == "/1.7"
        _, length, rest, behind = (int(part) for part in pdf.Root.AcroForm.Fields[0].V.ByteRange)
        assert rest + behind == len(file)
        assert rest - length == 2 * field.ROOM + 2
    (only,) = PdfFileReader(io.BytesIO(file)).embedded_signatures
    assert only.evaluate_signature_coverage().name == "ENTIRE_FILE"
    assert unsealed(file) == drawn()


def test_without_a_service_nothing_is_otherwise() -> None:
    at = datetime(2026, 11, 23, 4, 5, 6, tzinfo=UTC)
    assert signing.sign(drawn(), signer(), at, None) == signed()
    assert b"/DSS" not in signed()
    found = form.held(signed(), seals(), at)
    assert found == Held(None)
    assert "time-stamped" not in {each.code for each in validation.validate(signed(), ROOTS, at)}


def test_what_has_a_seal_gets_no_store() -> None:
    for file in (signed(), b"", b"%PDF-1.7\n%%EOF\n"):
        with pytest.raises(NotToBeSealed):
            store.put(file, [], [])


@needs("qpdf")
def test_qpdf_finds_no_fault(tmp_path: Path) -> None:
    (tmp_path / "c.pdf").write_bytes(lasting_paper())
    subprocess.run(["qpdf", "--check", "c.pdf"], cwd=tmp_path, check=True, capture_output=True)


def test_openssl_verifies_the_token_that_is_kept(tmp_path: Path) -> None:
    """The root and the bytes are all it takes."""
    (tmp_path / "value").write_bytes(value_of(lasting_paper()))
    (tmp_path / "token").write_bytes(token_of(lasting_paper()))
    (tmp_path / "root.pem").write_bytes(known()[0].public_bytes(Encoding.PEM))
    command = ["openssl", "ts", "-verify", "-data", "value", "-in", "token", "-token_in"]
    done = subprocess.run(
        [*command, "-CAfile", "root.pem"], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert b"Verification: OK" in done.stdout


def by_ades(file: bytes, *, embedded: bool) -> ades.AdESWithTimeValidationResult:
    """How pyHanko validates a signature with time, from what the file itself holds or from nothing.

    ETSI EN 319 102-1, 5.5: revocation information is demanded for every certificate.
    """
    reader = PdfFileReader(io.BytesIO(file))
    (only,) = reader.embedded_signatures
    knowledge = LocalKnowledge()
    if embedded:
        kept = DocumentSecurityStore.read_dss(reader)
        knowledge = LocalKnowledge(
            known_certs=list(kept.load_certs()),
            known_crls=[
                CRLContainer(CertificateList.load(each.get_object().data)) for each in kept.crls
            ],
        )
    demanded = CertRevTrustPolicy(REQUIRE_REVINFO)

    def trusting(*roots: x509.Certificate) -> CertValidationPolicySpec:
        anchors = [asn1.Certificate.load(each.public_bytes(Encoding.DER)) for each in roots]
        return CertValidationPolicySpec(SimpleTrustManager.build(anchors), demanded)

    spec = SignatureValidationSpec(
        cert_validation_policy=trusting(*ROOTS),
        ts_cert_validation_policy=trusting(*known()),
        revinfo_gathering_policy=RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY),
        local_knowledge=knowledge,
        key_usage_settings=SEAL_USAGE,
    )
    return asyncio.run(
        ades.ades_with_time_validation(only.signed_data, spec, raw_digest=only.compute_digest())
    )


def test_for_pyhanko_it_carries_all_that_a_later_check_needs() -> None:
    found = by_ades(lasting_paper(), embedded=True)
    assert found.ades_subindic is AdESPassed.OK, found.failure_msg
    seen = held(lasting_paper())
    assert seen is not None
    assert found.best_signature_time == seen.stamped_at
    # And it is the store that makes it so.
    assert by_ades(lasting_paper(), embedded=False).ades_subindic is not AdESPassed.OK


def elsewhere(**how: object) -> Callable[[bytes], bytes]:
    """By another service, whose root nobody knows unless the test says so."""
    made: Authority = stamping.establish(**how)  # type: ignore[arg-type]
    return made.reply


def changed(change: Callable[[tsp.TimeStampReq], None]) -> Callable[[bytes], Answer]:
    """What the service answers to another question than it was asked."""

    def answer(query: bytes) -> Answer:
        asked = tsp.TimeStampReq.load(query)
        change(asked)
        return 200, REPLY, stamping.office().reply(asked.dump(force=True))

    return answer


def other_nonce(asked: tsp.TimeStampReq) -> None:
    asked["nonce"] = 42


def no_nonce(asked: tsp.TimeStampReq) -> None:
    del asked["nonce"]


def other_imprint(asked: tsp.TimeStampReq) -> None:
    asked["message_imprint"]["hashed_message"] = hashlib.sha256(b"something else").digest()


def no_certificate(asked: tsp.TimeStampReq) -> None:
    asked["cert_req"] = False


def other_policy(asked: tsp.TimeStampReq) -> None:
    asked["req_policy"] = "1.2.3.4.2"


def unknown_policy(asked: tsp.TimeStampReq) -> None:
    asked["req_policy"] = "1.2.3.4.99"


def weak_imprint(asked: tsp.TimeStampReq) -> None:
    asked["message_imprint"] = {
        "hash_algorithm": {"algorithm": "sha1"},
        "hashed_message": hashlib.sha1(VALUE, usedforsecurity=False).digest(),
    }


def tampered(query: bytes) -> Answer:
    """A reply ends with the value of its signature."""
    reply = stamping.office().reply(query)
    return 200, REPLY, reply[:-1] + bytes([reply[-1] ^ 1])


def answering(status: int, kind: str, content: bytes) -> Callable[[bytes], Answer]:
    return lambda _: (status, kind, content)


REFUSED: dict[str, tuple[Callable[[bytes], Answer], str]] = {
    "a policy it does not know": (changed(unknown_policy), "rejection"),
    "a digest it does not take": (changed(weak_imprint), "rejection"),
    "another nonce": (changed(other_nonce), "another question"),
    "no nonce": (changed(no_nonce), "another question"),
    "another imprint": (changed(other_imprint), "other bytes"),
    "another policy": (changed(other_policy), "another policy"),
    "no certificate": (changed(no_certificate), "not enclosed"),
    "a signature that was tampered with": (tampered, "no such token"),
    "garbage": (answering(200, REPLY, b"\x30\x82\xff\xff garbage"), "ValueError"),
    "nothing": (answering(200, REPLY, b""), "ValueError"),
    "a page": (answering(200, "text/html", b"<html>"), "200 text/html"),
    "an error": (answering(503, REPLY, b""), "503"),
    "a way elsewhere": (answering(302, REPLY, b""), "302"),
    "far too much": (answering(200, REPLY, bytes(LONGEST_ANSWER + 1)), str(LONGEST_ANSWER)),
    "a stranger": (lambda query: (200, REPLY, elsewhere()(query)), "no root that is known"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_does_not_answer_the_question_is_refused(kind: str) -> None:
    answer, why = REFUSED[kind]
    with listening(answer) as line, pytest.raises(NoTimestamp) as refused:
        stamping.service(line.url, policy=POLICY).stamp(VALUE, now())
    assert why in str(refused.value.facts["why"])
    assert "尚未签章" in refused.value.message


SERVERS = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
BOTH = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.SERVER_AUTH])


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"purpose": None}, "ExtendedKeyUsage"),
        ({"purpose": SERVERS}, "not for time-stamps"),
        ({"purpose": BOTH}, "not for time-stamps"),
        ({"critical": False}, "not for time-stamps"),
        ({"ended": True}, "not in force"),
    ],
    ids=["no purpose", "another", "a second one", "not critical", "expired"],
)
def test_a_service_whose_certificate_does_not_do_is_refused(
    how: dict[str, object], why: str
) -> None:
    """Made by pyHanko, since OpenSSL refuses to stamp with most of them."""
    made = stamping.establish(**how)  # type: ignore[arg-type]
    with listening(lambda query: (200, REPLY, made.reply_by_pyhanko(query))) as line:
        asked = replace(stamping.service(line.url), known=(made.root,))
        with pytest.raises(NoTimestamp) as refused:
            asked.stamp(VALUE, now())
    assert why in str(refused.value.facts["why"])


@pytest.mark.parametrize("kind", ["rsa", "ec"])
@pytest.mark.parametrize("bound", ["sha1", "sha256", "sha512"])
def test_services_of_every_usual_kind_are_understood(kind: str, bound: str) -> None:
    made = stamping.establish(kind=kind, bound=bound)
    with listening(lambda query: (200, REPLY, made.reply(query))) as line:
        asked = replace(stamping.service(line.url, policy=POLICY), known=(made.root,))
        token = asked.stamp(VALUE, now())
    read = timestamp.as_kept(token, VALUE, (made.root,))
    assert read.policy == POLICY
    assert read.until == made.service.not_valid_after_utc
    (enclosed,) = cms.ContentInfo.load(token)["content"]["certificates"]
    assert enclosed.dump() == made.service.public_bytes(Encoding.DER)


def test_pyhanko_s_tokens_are_understood() -> None:
    made = stamping.establish()
    with listening(lambda query: (200, REPLY, made.reply_by_pyhanko(query))) as line:
        asked = replace(stamping.service(line.url), known=(made.root,))
        assert timestamp.read(asked.stamp(VALUE, now()), VALUE, (made.root,)).nonce is not None


@pytest.mark.parametrize("minutes", [-30, 30])
def test_a_clock_that_is_far_off_is_not_believed(minutes: int) -> None:
    with listening() as line, pytest.raises(NoTimestamp) as refused:
        stamping.service(line.url).stamp(VALUE, now() + timedelta(minutes=minutes))
    assert "clock" in str(refused.value.facts["why"])


def test_nobody_at_the_address() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for url in (
        f"http://127.0.0.1:{port}/",
        "http://no-such-host.invalid/",
        "https://127.0.0.1:x/",
    ):
        with pytest.raises(NoTimestamp):
            stamping.service(url).stamp(VALUE, now())


@pytest.fixture(params=["says nothing", "drips"])
def slow(request: pytest.FixtureRequest) -> Iterator[str]:
    """Somebody who takes the question and never comes to an end."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            head = b"HTTP/1.1 200 OK\r\ncontent-type: application/timestamp-reply\r\n\r\n"
            while True:
                try:
                    if request.param == "drips":
                        connection.sendall(head[:1])
                        head = head[1:] or b"\x30"
                    elif not connection.recv(4096):
                        return
                except OSError:
                    return
                time.sleep(0.02)

    Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    listener.close()


def test_who_never_ends_is_not_waited_for(slow: str) -> None:
    began = time.monotonic()
    with pytest.raises(NoTimestamp):
        stamping.service(slow, patience=0.4).stamp(VALUE, now())
    assert time.monotonic() - began < 30


def test_a_refused_time_stamp_leaves_no_file() -> None:
    with listening(answering(503, REPLY, b"")) as line, pytest.raises(NoTimestamp):
        signing.sign(drawn(), signer(), now(), stamping.lasting(line.url))


def test_each_question_is_about_the_value_alone_and_new(line: Line) -> None:
    service = stamping.service(line.url, policy=POLICY)
    for _ in range(2):
        service.stamp(VALUE, now())
    first, second = (tsp.TimeStampReq.load(each).native for each in line.asked)
    assert first["message_imprint"]["hashed_message"] == hashlib.sha256(VALUE).digest()
    assert (first["cert_req"], first["req_policy"]) == (True, POLICY)
    assert first["nonce"] != second["nonce"]


@pytest.fixture
def line() -> Iterator[Line]:
    with listening() as made:
        yield made


def value_of(file: bytes) -> bytes:
    begin, end = forgeries.gap(file)
    sealed = cms.ContentInfo.load(bytes.fromhex(file[begin:end].decode()))
    value: bytes = told(sealed)["signature"].native
    return value


def beside(*attributes: bytes) -> bytes:
    """The paper with these attributes beside its signature instead of its own."""
    return bare(lasting_paper(), *attributes)


def bare(file: bytes, *attributes: bytes) -> bytes:
    """A file of ours with nothing beside its signature but these attributes."""
    place = field.find(file)
    assert place is not None
    around = message.of(signer().certificate, signer().chain)
    made = around.around(field.digest(file, place), value_of(file), b"".join(attributes))
    start, end = place.gap
    return (
        file[: start + 1]
        + made.hex().upper().encode().ljust(2 * field.ROOM, b"0")
        + file[end - 1 :]
    )


def with_token(token: bytes) -> bytes:
    return beside(message.time_stamp(token))


OTHER_NAME = core.ObjectIdentifier("1.2.3.4").dump()
NOTE = message.tagged(0x30, OTHER_NAME, message.tagged(0x31, b"\x05\x00"))


def under_another_name() -> bytes:
    token = token_of(lasting_paper())
    return beside(message.tagged(0x30, OTHER_NAME, message.tagged(0x31, token)))


def two_tokens() -> bytes:
    tokens = token_of(lasting_paper()) + token_of(lasting_paper("李四"))
    name = core.ObjectIdentifier("1.2.840.113549.1.9.16.2.14").dump()
    return beside(message.tagged(0x30, name, message.tagged(0x31, tokens)))


def rebuilt(*more: x509.Certificate, noted: bytes = b"") -> bytes:
    """The paper with its token put together anew, with more in it than we keep."""
    data = cms.ContentInfo.load(token_of(lasting_paper()))["content"]
    around = [data[each].dump() for each in timestamp._AROUND]
    (teller,) = data["signer_infos"]
    said = [teller[each].dump() for each in timestamp._SAID]
    path = [x509.load_der_x509_certificate(each.dump()) for each in data["certificates"]]
    return with_token(timestamp._kept(around, [*said, noted], [*path, *more]))


def later() -> bytes:
    token = token_of(lasting_paper())
    found = re.search(rb"\x18\x0f(\d{14})Z", token)
    assert found is not None
    return with_token(token.replace(found[1], b"20361231000000"))


def by_a_stranger() -> bytes:
    made = stamping.establish()
    with listening(lambda query: (200, REPLY, made.reply(query))) as there:
        asked = replace(stamping.service(there.url), known=(made.root,))
        return with_token(asked.stamp(value_of(lasting_paper()), now()))


def padded() -> bytes:
    _, end = forgeries.gap(lasting_paper())
    return lasting_paper()[: end - 2] + b"01" + lasting_paper()[end:]


def store_swapped() -> bytes:
    """A bit of a certificate in the store, which the seal covers."""
    at = lasting_paper().index(b"/Type /DSS") + 200
    file = bytearray(lasting_paper())
    file[at] ^= 1
    return bytes(file)


FORGED: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "the token of another certificate": (
        lambda: with_token(token_of(lasting_paper("李四"))),
        {"time-stamped"},
    ),
    "a token under another name": (under_another_name, {"signature-form"}),
    "two tokens": (two_tokens, {"signature-form"}),
    "something beside the token": (
        lambda: beside(message.time_stamp(token_of(lasting_paper())), NOTE),
        {"signature-form"},
    ),
    "something instead of the token": (lambda: beside(NOTE), {"signature-form"}),
    "no token in its place": (lambda: with_token(b""), {"signature-form"}),
    "a certificate as a token": (
        lambda: with_token(signer().certificate.public_bytes(Encoding.DER)),
        {"time-stamped"},
    ),
    "a stranger's certificate in the token": (
        lambda: rebuilt(signer(1).certificate),
        {"time-stamped"},
    ),
    "something noted in the token": (
        lambda: rebuilt(noted=message.tagged(0xA1, NOTE)),
        {"time-stamped"},
    ),
    "another time": (later, {"time-stamped"}),
    "a stranger's token": (by_a_stranger, {"time-stamped"}),
    "a digit behind the token": (padded, {"signature-form"}),
    "a bit of the store": (store_swapped, {"unchanged"}),
}


@pytest.mark.parametrize("kind", FORGED)
def test_nothing_else_beside_a_signature_is_accepted(kind: str) -> None:
    make, expected = FORGED[kind]
    forged = make()
    assert forged != lasting_paper()
    assert held(forged) is None
    assert failed(forged, now(), known()) >= expected


def test_taking_it_apart_and_putting_it_back_changes_nothing() -> None:
    assert with_token(token_of(lasting_paper())) == rebuilt() == lasting_paper()
    assert failed(lasting_paper(), now(), known()) == set()


def test_a_token_taken_away_leaves_a_plain_seal() -> None:
    """Which is by us; only the record knows that it is not the file that was issued."""
    bare = beside()
    assert held(bare) == Held(None)
    assert failed(bare, now(), known()) == set()


def test_a_service_that_nobody_trusts_proves_nothing() -> None:
    assert form.held(lasting_paper(), seals(()), now()) is None
    (last,) = validation.validate(lasting_paper(), ROOTS, now())[-1:]
    assert (last.code, last.outcome, last.reason) == (
        "time-stamped",
        "not-checked",
        "no-stamping-root",
    )
    other = (stamping.establish().root,)
    assert failed(lasting_paper(), now(), other) == {"time-stamped"}


def test_what_was_sealed_in_time_outlives_the_seal_as_long_as_the_proof_does() -> None:
    after = signer().certificate.not_valid_after_utc + timedelta(days=1)
    until = stamping.office().service.not_valid_after_utc
    assert until < after
    assert held(lasting_paper(), after) is None
    assert failed(lasting_paper(), after, known()) == {"issued-by-us"}
    brief = forgeries.seal_of_ours(until=now() + timedelta(days=30))
    with listening() as line:
        file = signing.sign(drawn(), brief, now(), stamping.lasting(line.url))
    plain = signing.sign(drawn(), brief, now())
    issuing = keys.load_certificate(authority() / "issuing.pem")
    trusted = form.seals_of((brief.certificate,), issuing, ROOTS, known())
    assert trusted is not None
    later_on = now() + timedelta(days=60)
    assert form.held(file, trusted, later_on) is not None
    assert failed(file, later_on, known()) == set()
    assert form.held(plain, trusted, later_on) is None
    assert failed(plain, later_on, known()) == {"issued-by-us"}


@pytest.mark.parametrize("token", [b"", b"\x30\x00", b"\x30\x80\x00\x00", bytes(300)])
def test_no_bytes_pass_for_a_token(token: bytes) -> None:
    with pytest.raises(TokenInvalid):
        timestamp.read(token, VALUE, known())
    whole = token_of(lasting_paper())
    for cut in (1, 40, len(whole) // 2, len(whole) - 1):
        with pytest.raises(TokenInvalid):
            timestamp.read(whole[:cut], VALUE, known())
