"""Forms as a browser sends them, and how a page refuses one."""

import re
from html import unescape
from typing import Any

import httpx


async def send(
    client: httpx.AsyncClient, page: str, typed: dict[str, str], to: str = "", **more: Any
) -> httpx.Response:
    """Open a page and send its form, to an address of the form's own if it has one.

    `more` goes along: files, a query.
    """
    shown = (await client.get(page)).text
    token = re.search(r'name="_csrf_token" value="(\w+)"', shown)
    assert token is not None, shown
    return await client.post(to or page, data={"_csrf_token": token[1], **typed}, **more)


def assert_refused(answer: httpx.Response, field: str, words: str, status: int = 422) -> None:
    """Assert that a page names a fault in title and summary, with a link, and beside the field."""
    assert answer.status_code == status
    text = unescape(answer.text)
    assert re.search(r"<title>(错误：|Error: )", text)
    summary, _, form = text.partition("<h1")
    assert re.search(rf'<a href="#{field}">[^<]*{re.escape(words)}[^<]*</a>', summary)
    assert f'id="{field}"' in form
    beside = re.search(rf'id="{field}(?:-date)?-error".*?</p>', form, re.S)
    assert beside is not None
    assert words in beside[0]
