"""HTTP of what programs read: status lists, the twin of a certificate, the seal's public key."""

from typing import Any

from anyio import to_thread
from cryptography.hazmat.primitives.serialization import Encoding
from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from certificates import crl, edwards, holdings, jose, keys, offline, revocation, status, twin
from certificates.keys import Signer
from certificates.offline import Pack
from certificates.published import bundles, verifier
from certificates.tables import CertificateTwin
from registry import organisations
from registry.platform import clock
from registry.platform.errors import NotFound
from registry.platform.i18n import N_
from registry.platform.installation import Installation
from registry.platform.permissions import Permission
from registry.platform.problems import problems
from registry.platform.settings import Settings
from registry.platform.web import Caller

Here = NamedDependency[Installation]
MEDIA_TYPE = "application/vc+jwt"
PUBLIC = {"public": True, "anonymous": True}


class StatusController(Controller):
    """Status lists and keys, for whoever checks a twin."""

    tags = ("status",)
    opt = PUBLIC
    security = []  # noqa: RUF012 (Litestar reads it from the class)

    @get("/status/{name:str}", responses=problems(404), media_type=MEDIA_TYPE)
    async def status_list(self, name: FromPath[str], here: Here) -> Response[str]:
        """A Bitstring Status List (W3C), as it stands now."""
        token = await status.publish(name, clock.now(), here.settings, await _seal(here))
        return Response(token, media_type=MEDIA_TYPE, headers={"cache-control": "no-cache"})

    @get("/issuer")
    async def issuer(self, here: Here) -> dict[str, Any]:
        """Who issues, and the public keys: of every seal, and of proofs inside credentials.

        A key that is not listed here is not the issuer's, whatever a credential says of it.
        """
        folder, password = here.settings.key_folder, here.keys_password()
        proving = await to_thread.run_sync(edwards.load, folder, edwards.TWIN, password)
        method = twin.method(proving.public_key())
        return {
            "id": status.issuer(here.settings),
            "type": ["Profile"],
            "keys": await to_thread.run_sync(_sealing, here.settings),
            "verificationMethod": [method],
            "assertionMethod": [method["id"]],
        }


def _sealing(settings: Settings) -> list[dict[str, Any]]:
    """The present seal's key and those before it, each with its period, as JSON Web Keys."""
    return [
        {
            **jose.public_key(seal),
            "alg": "ES256",
            "kid": status.key_id(settings, seal),
            "nbf": int(seal.not_valid_before_utc.timestamp()),
            "exp": int(seal.not_valid_after_utc.timestamp()),
            "revoked": revocation.is_revoked(settings.key_folder, seal),
        }
        for seal in revocation.seals(settings.key_folder)
    ]


async def _seal(here: Installation) -> Signer:
    folder, password = here.settings.key_folder, here.keys_password()
    return await to_thread.run_sync(keys.load_signer, folder, password)


async def packed(here: Installation) -> Pack:
    """What a check without a network needs, as it stands now."""
    roots = await to_thread.run_sync(keys.load_roots, here.settings.key_folder)
    return await offline.pack(
        clock.now(), here.settings, await _seal(here), offline.roots_of(roots)
    )


async def offline_page(here: Installation) -> str:
    """The same as a page that checks by itself."""
    ours = await to_thread.run_sync(verifier.trusted, here.settings.key_folder)
    bureau = await organisations.bureau()
    known = await packed(here)
    return await to_thread.run_sync(verifier.compose, known, ours, (bureau.name, bureau.name_en))


class AuthorityController(Controller):
    """The certificates a seal rests on, and what is not trusted any more."""

    path = "/authority"
    tags = ("authority",)
    opt = PUBLIC
    security = []  # noqa: RUF012 (Litestar reads it from the class)

    @get("/pack.json", responses=problems(409))
    async def pack(self, here: Here) -> Response[Pack]:
        """Everything a check without a network needs, as it stands now."""
        made = await packed(here)
        return Response(made, headers={"cache-control": "no-cache"})

    @get("/verify.html", responses=problems(409), media_type="text/html")
    async def verifier_page(self, here: Here) -> Response[str]:
        """A page to keep, which checks certificates without a network."""
        made = await offline_page(here)
        return Response(made, media_type="text/html", headers=_saved_as("verify.html"))

    @get("/issuing.crl", responses=problems(409), media_type="application/pkix-crl")
    async def revocation_list(self, here: Here) -> Response[bytes]:
        """The revocation list of the issuing authority (DER)."""
        made = await to_thread.run_sync(crl.current, here.settings, clock.now())
        fresh = {"cache-control": "public, max-age=3600"}
        return Response(made, media_type="application/pkix-crl", headers=fresh)

    @get("/{name:str}", responses=problems(404), media_type="application/pkix-cert")
    async def certificate(self, name: FromPath[str], here: Here) -> Response[bytes]:
        """`root.cer` or `issuing.cer` (DER)."""
        if name not in {"root.cer", "issuing.cer"}:
            raise NotFound(N_("没有这份证书。"))
        path = here.settings.key_folder / name.replace(".cer", ".pem")
        found = await to_thread.run_sync(keys.load_certificate, path)
        return Response(found.public_bytes(Encoding.DER), media_type="application/pkix-cert")


class TwinController(Controller):
    """Twins of one's own certificates."""

    path = "/api/certificates"
    tags = ("certificates",)

    @get(
        "/{number:str}/credential",
        permission=Permission.CERTIFICATE_READ,
        responses=problems(401, 403, 404),
        media_type=MEDIA_TYPE,
    )
    async def token(self, number: FromPath[str], caller: Caller) -> Response[str]:
        """The Open Badges 3.0 credential (vc+jwt, ES256), as it is inside the PDF."""
        kept = await _kept(number, caller)
        return Response(kept.credential, media_type=MEDIA_TYPE, headers=_saved_as(f"{number}.jwt"))

    @get(
        "/{number:str}/credential.json",
        permission=Permission.CERTIFICATE_READ,
        responses=problems(401, 403, 404),
    )
    async def readable(
        self, number: FromPath[str], caller: Caller, here: Here
    ) -> Response[dict[str, Any]]:
        """The same as JSON with its proof inside (Data Integrity, eddsa-jcs-2022)."""
        kept = await _kept(number, caller)
        folder, password = here.settings.key_folder, here.keys_password()
        key = await to_thread.run_sync(edwards.load, folder, edwards.TWIN, password)
        said = twin.readable(twin.said(kept.credential), key, clock.now())
        return Response(said, headers=_saved_as(f"{number}.json"))


class BundleController(Controller):
    """Certificates with everything that proves them."""

    path = "/api/certificates"
    tags = ("certificates",)

    @get(
        "/{number:str}/bundle",
        permission=Permission.CERTIFICATE_READ,
        responses=problems(401, 403, 404),
        media_type="application/zip",
    )
    async def bundle(self, number: FromPath[str], caller: Caller, here: Here) -> Response[bytes]:
        """PDF, twin, proof and checkpoint of the log, and keys, in one archive (ZIP)."""
        made = await bundles.bundle(number, by=caller, here=here)
        return Response(made, media_type="application/zip", headers=_saved_as(f"{number}.zip"))


async def _kept(number: str, caller: Any) -> CertificateTwin:
    certificate = await holdings.find(number, by=caller)
    kept: CertificateTwin | None = await CertificateTwin.objects().get(
        CertificateTwin.certificate == certificate.id
    )
    if kept is None:
        raise NotFound(N_("这张证书签发时还没有电子凭证。"))
    return kept


def _saved_as(name: str) -> dict[str, str]:
    return {
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "no-store",
    }
