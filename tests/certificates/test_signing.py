"""A seal covers the whole file, allows no change, and is understood by other people's programs."""

import hashlib
import io
import shutil
import subprocess
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import cms

from certificates import field, keys, message, plain, signing
from certificates.field import NotToBeSealed, SignatureTooLarge
from certificates.keys import FileSigner, SealNotInForce
from tests.certificates.examples import (
    AT,
    CRL_URL,
    FACE,
    NAMES,
    ON,
    PASSWORD,
    PERIODS,
    drawn,
    signed,
    signer,
    unsealed,
)


def needs(*tools: str) -> pytest.MarkDecorator:
    missing = [tool for tool in tools if shutil.which(tool) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {missing}")


def attributes_of(content: bytes) -> set[str]:
    (told,) = cms.ContentInfo.load(content)["content"]["signer_infos"]
    return {attribute["type"].native for attribute in told["signed_attrs"]}


def test_moment_and_signature_alone_are_written_into_the_drawing() -> None:
    place = field.find(signed())
    assert place is not None
    assert unsealed(signed()) == drawn()
    assert signed()[place.moment :][:15] == b"20261123040506Z"


def test_the_message_is_the_one_that_pyhanko_makes() -> None:
    for seed in range(4):
        digest = hashlib.sha256(bytes([seed])).digest()
        around = message.Message(signer(seed).certificate, signer(seed).chain)
        made = message.sign(digest, around, signer(seed).sign)
        assert made == plain.cms_of(digest, signer(seed))


def test_a_signature_that_does_not_fit_is_refused() -> None:
    many = FileSigner(signer().certificate, signer().chain * 20, signer().key)
    with pytest.raises(SignatureTooLarge):
        signing.sign(drawn(), many, AT)


def test_the_signature_dictionary_says_what_it_should() -> None:
    with pikepdf.open(io.BytesIO(signed())) as pdf:
        (widget,) = pdf.Root.AcroForm.Fields
        assert widget.FT == "/Sig"
        value = widget.V
        assert value.SubFilter == "/ETSI.CAdES.detached"
        assert value.M == "D:20261123040506Z"
        assert pdf.Root.AcroForm.SigFlags == 3
        assert pdf.Root.Perms.DocMDP.objgen == value.objgen
        (reference,) = value.Reference
        assert reference.TransformMethod == "/DocMDP"
        assert reference.TransformParams.P == 1
        start, length, rest, rest_length = (int(part) for part in value.ByteRange)
        assert (start, rest + rest_length) == (0, len(signed()))
        assert signed()[length : length + 1] + signed()[rest - 1 : rest] == b"<>"
        content = bytes(value.Contents)
    assert {"signing_certificate_v2", "message_digest", "content_type"} <= attributes_of(content)
    assert "signing_time" not in attributes_of(content)


def test_all_fonts_are_still_embedded() -> None:
    with pikepdf.open(io.BytesIO(signed())) as pdf:
        fonts = [
            thing
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/Font"
        ]
        assert fonts
        assert all("/FontFile2" in font.FontDescriptor for font in fonts)


def test_sealing_again_gives_the_same_file_however_late() -> None:
    signed()
    time.sleep(1.1)  # the second is what a PDF's dates are written to
    assert signing.sign(drawn(), signer(), AT) == signed()
    assert signing.sign(drawn(), signer(), datetime(2027, 1, 1, tzinfo=UTC)) != signed()


def test_a_sealed_file_is_not_sealed_again() -> None:
    for file in (signed(), drawn()[:-1], b"", b"%PDF-1.7\n%%EOF\n"):
        with pytest.raises(NotToBeSealed):
            signing.sign(file, signer(), AT)


@pytest.mark.parametrize("year", [2025, 2039])
def test_an_expired_seal_or_one_to_come_is_refused(year: int) -> None:
    with pytest.raises(SealNotInForce):
        signing.sign(drawn(), signer(), datetime(year, 1, 1, tzinfo=UTC))


@needs("qpdf")
def test_qpdf_finds_no_fault(tmp_path: Path) -> None:
    (tmp_path / "c.pdf").write_bytes(signed())
    subprocess.run(["qpdf", "--check", "c.pdf"], cwd=tmp_path, check=True, capture_output=True)


@needs("pdfsig", "certutil")
@pytest.mark.parametrize("level", ["junior", "senior"])
def test_a_viewer_that_trusts_our_root_trusts_the_file(tmp_path: Path, level: str) -> None:
    """`pdfsig` 22.12 calls a seal trusted only when it names where its revocation list is."""
    keys.establish_authority(
        tmp_path / "keys", PASSWORD, NAMES, ON, periods=PERIODS, crl_url=CRL_URL
    )
    seal = keys.read_seal(tmp_path / "keys", PASSWORD)
    pdf = signing.sign(drawn(**vars(replace(FACE, level=level))), seal, AT)
    (tmp_path / "c.pdf").write_bytes(pdf)
    (tmp_path / "nss").mkdir()
    store = ["-d", f"sql:{tmp_path / 'nss'}"]
    root = str(tmp_path / "keys" / "root.pem")
    for command in (
        ["certutil", "-N", *store, "--empty-password"],
        ["certutil", "-A", *store, "-n", "root", "-t", "CT,CT,CT", "-i", root],
    ):
        subprocess.run(command, check=True, capture_output=True)
    told = subprocess.run(
        ["pdfsig", "-no-ocsp", "-nssdir", store[1], str(tmp_path / "c.pdf")],
        check=True,
        capture_output=True,
    ).stdout.decode()
    assert "Total document signed" in told
    assert "Signature is Valid" in told
    assert "Certificate is Trusted" in told
