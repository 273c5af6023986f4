"""HTTP of the transparency log, as C2SP tlog-tiles lays it out, and proofs to take along."""

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromPath

from certificates import holdings
from certificates.log import journal, keeping, leaves, tiles
from certificates.log.tree import HASH_BYTES
from registry.platform.errors import NotFound
from registry.platform.i18n import N_
from registry.platform.installation import Installation
from registry.platform.permissions import Permission
from registry.platform.problems import problems
from registry.platform.web import Caller

Here = NamedDependency[Installation]
PUBLIC = {"public": True, "anonymous": True}
TEXT = "text/plain"
FRESH = "no-cache"
FOREVER = "public, max-age=31536000, immutable"


class LogController(Controller):
    """The log, for whoever wants to check it."""

    path = "/log"
    tags = ("log",)
    opt = PUBLIC
    security = []  # noqa: RUF012 (Litestar reads it from the class)

    @get("/checkpoint", responses=problems(404), media_type=TEXT)
    async def checkpoint(self) -> Response[str]:
        """The newest signed head."""
        head = await journal.newest()
        if head is None:
            raise NotFound(N_("日志还没有签发过检查点。"))
        return Response(
            await journal.note_of(head), media_type=TEXT, headers={"cache-control": FRESH}
        )

    @get("/verifier", media_type=TEXT)
    async def verifier(self, here: Here) -> Response[str]:
        """The public key of the log, as signed notes write it."""
        key = str(await keeping.verifier(here))
        return Response(f"{key}\n", media_type=TEXT, headers={"cache-control": FRESH})

    @get("/tile/{tile:path}", responses=problems(404))
    async def tile(self, tile: FromPath[str]) -> Response[bytes]:
        """A tile of hashes, or of entries; what was published once never changes."""
        try:
            level, index, width = tiles.parse(tile.removeprefix("/"))
        except tiles.NotATile:
            raise NotFound(N_("日志中没有这一块。")) from None
        content = await (_entries(index, width) if level is None else _hashes(level, index, width))
        if content is None:
            raise NotFound(N_("日志中没有这一块。"))
        return Response(
            content,
            media_type="application/octet-stream",
            headers={"cache-control": FOREVER},
        )


async def _entries(index: int, width: int) -> bytes | None:
    found = await journal.entries(index * tiles.WIDTH, width)
    return leaves.bundle(found) if len(found) == width else None


async def _hashes(level: int, index: int, width: int) -> bytes | None:
    content = (await journal.stored([(level, index)])).get((level, index), b"")
    wanted = content[: width * HASH_BYTES]
    return wanted if len(wanted) == width * HASH_BYTES else None


class ProofController(Controller):
    """Proofs of one's own certificates."""

    path = "/api/certificates"
    tags = ("certificates",)

    @get(
        "/{number:str}/proof",
        permission=Permission.CERTIFICATE_READ,
        responses={200: ResponseSpec(str, media_type=TEXT), **problems(401, 403, 404)},
        media_type=TEXT,
    )
    async def proof(self, number: FromPath[str], caller: Caller) -> Response[str]:
        """The proof that the certificate is in the log (C2SP tlog-proof), good without network."""
        certificate = await holdings.find(number, by=caller)
        text = await journal.proof_of(f"issue:{certificate.id}")
        if text is None:
            raise NotFound(N_("这张证书尚未记入日志，请稍后再试。"))
        name = f'attachment; filename="{number}.tlog-proof"'
        return Response(
            text,
            media_type=TEXT,
            headers={"content-disposition": name, "cache-control": "no-store"},
        )
