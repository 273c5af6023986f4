"""A seal whose key is in a security module: a real token of SoftHSM2, to which the key is new."""

import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pkcs11
import pytest
from pkcs11.util.ec import encode_named_curve_parameters

from certificates import issuing, jose, keys, revocation, signing, validation
from certificates.answers import Outcome
from certificates.keys import NoAuthority, SealNotInForce, UnsuitableKey, WrongPassword
from certificates.modules import ModuleSigner
from certificates.tables import CertificateFile
from credentials.tables import Credential
from registry.platform import clock
from registry.platform.settings import Settings
from tests.certificates.examples import AT, ON, PASSWORD, authority, drawn
from tests.factories import DAY

PIN = "1234"
LIBRARIES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so")


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> str:
    """SoftHSM2 with a token `registry` that holds keys `seal` and `other`, and one of P-384."""
    found = next(filter(os.path.exists, LIBRARIES), None)
    if found is None:
        pytest.fail("no SoftHSM2: apt-get install softhsm2")
    folder = tmp_path_factory.mktemp("tokens")
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    made = ("--init-token", "--free", "--label", "registry", "--pin", PIN, "--so-pin", "5678")
    subprocess.run(["softhsm2-util", *made], check=True, capture_output=True)
    token = pkcs11.lib(found).get_token(token_label="registry")
    with token.open(rw=True, user_pin=PIN) as session:
        for label, curve in (("seal", "secp256r1"), ("other", "secp256r1"), ("long", "secp384r1")):
            domain = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters(curve)}
            session.create_domain_parameters(
                pkcs11.KeyType.EC, domain, local=True
            ).generate_keypair(store=True, label=label)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = Path(shutil.copytree(authority(), tmp_path / "module"))
    (made / "pin").write_text(PIN)
    return made


def uri(library: str, folder: Path, label: str = "seal", token: str = "registry") -> str:
    source = f"pin-source=file:{folder / 'pin'}"
    return f"pkcs11:token={token};object={label}?module-path={library}&{source}"


def test_what_a_module_seals_validates(library: str, folder: Path) -> None:
    made = revocation.rotate_into(folder, PASSWORD, uri(library, folder), ON, 10)
    assert not (folder / "seal.key").exists()
    seal = keys.load_signer(folder, PASSWORD)
    assert isinstance(seal, ModuleSigner)
    assert (seal.certificate, PIN in repr(seal)) == (made, False)
    roots = keys.load_roots(folder)
    found = validation.validate(signing.sign(drawn(), seal, AT), roots, AT)
    assert {each.outcome for each in found} == {Outcome.PASSED}
    assert jose.read(jose.sign({"a": 1}, "x+jwt", seal, "k"), "x+jwt", roots, AT) == {"a": 1}
    # Back to a key in a file.
    revocation.rotate(folder, PASSWORD, ON, 10)
    assert isinstance(keys.load_signer(folder, PASSWORD), keys.FileSigner)
    assert len(revocation.seals(folder)) == 3


def test_a_key_that_is_not_the_certificate_s_is_refused(library: str, folder: Path) -> None:
    revocation.rotate_into(folder, PASSWORD, uri(library, folder), ON, 10)
    (folder / keys.MODULE).write_text(uri(library, folder, "other"))
    with pytest.raises(UnsuitableKey, match="不配对"):
        keys.load_signer(folder, PASSWORD)
    with pytest.raises(UnsuitableKey, match="P-256"):
        revocation.rotate_into(folder, PASSWORD, uri(library, folder, "long"), ON, 10)


def test_an_expired_seal_in_a_module_seals_nothing(library: str, folder: Path) -> None:
    revocation.rotate_into(folder, PASSWORD, uri(library, folder), ON, 1)
    seal = keys.load_signer(folder, PASSWORD)
    with pytest.raises(SealNotInForce):
        signing.sign(drawn(), seal, datetime(2027, 2, 1, tzinfo=UTC))


def test_what_cannot_be_reached_is_said(library: str, folder: Path) -> None:
    revocation.rotate_into(folder, PASSWORD, uri(library, folder), ON, 10)
    for wrong in (
        uri(library, folder, "none"),
        uri(library, folder, token="none"),
        uri("/nowhere/lib.so", folder),
        uri(library, folder / "none"),
        "pkcs11:token=registry",
        "drawer",
    ):
        (folder / keys.MODULE).write_text(wrong)
        with pytest.raises(NoAuthority, match="签章设备"):
            keys.load_signer(folder, PASSWORD)
    (folder / keys.MODULE).write_text(uri(library, folder))
    (folder / "pin").write_text("4321")
    with pytest.raises(WrongPassword):
        keys.load_signer(folder, PASSWORD)


@pytest.mark.anyio
@pytest.mark.usefixtures("connected")
async def test_a_certificate_is_issued_by_a_module(
    library: str, folder: Path, held: Credential, settings: Settings
) -> None:
    revocation.rotate_into(folder, PASSWORD, uri(library, folder), ON, 10)
    office: dict[str, Any] = {"by": None, "on": DAY, "settings": settings}
    made = await issuing.issue(held.id, signer=keys.load_signer(folder, PASSWORD), **office)
    kept = await CertificateFile.objects().get(CertificateFile.certificate == made.id)
    assert kept is not None
    found = validation.validate(kept.content, keys.load_roots(folder), clock.now())
    assert {each.outcome for each in found} == {Outcome.PASSED}
