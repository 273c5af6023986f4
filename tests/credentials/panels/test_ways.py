"""What anybody may ask is reached by a link from every page, in both languages."""

import re

import pytest

from tests.conftest import Client
from tests.factories import make_applicant, sign_in

pytestmark = pytest.mark.anyio
OPEN = ("/results", "/progress", "/integrity/extract")


async def test_every_foot_leads_to_what_anybody_may_ask(client: Client) -> None:
    for _ in range(2):
        for language in ("zh", "en"):
            text = (await client.get("/", params={"lang": language})).text
            foot = text[text.index("<footer") :]
            assert set(OPEN) <= set(re.findall(r'href="([^"]+)"', foot))
        await sign_in(client, await make_applicant())
    for address in OPEN:
        assert (await client.get(address)).status_code == 200
