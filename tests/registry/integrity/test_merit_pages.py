"""Merits over HTTP: the office's form, the person's page, the public extract, and the API."""

from typing import Any
from uuid import UUID

import pytest

from registry.integrity.tables import Merit
from registry.platform.permissions import Role
from tests import forms
from tests.conftest import Client, NewClient
from tests.factories import make_account, make_applicant, sign_in
from tests.registry.integrity.test_merits import PAPER, TITLE, asked, number_of, praised

pytestmark = pytest.mark.anyio


async def at(new_client: NewClient, account: Any) -> Client:
    client = new_client()
    await sign_in(client, account)
    return client


async def send(client: Client, page: str, to: str, expect: int, **more: Any) -> str:
    answer = await forms.send(client, page, more.pop("typed", {}), to, **more)
    assert answer.status_code == expect, answer.text
    return answer.text


async def test_from_the_officer_s_form_to_the_extract_and_back(new_client: NewClient) -> None:
    person = await make_applicant()
    holder, officer = (
        await at(new_client, person),
        await at(new_client, await make_account(Role.OFFICER)),
    )
    typed = {
        "person": await number_of(person),
        "kind": "contribution",
        "title": "牵头编制技术合同示范文本",
        "given_by": "市技术市场协会",
        "given_on-year": "2026",
        "given_on-month": "5",
        "given_on-day": "4",
        "basis": "协会〔2026〕9号",
    }
    page = "/integrity/merits"
    missing = await send(officer, page, page, 422, typed=typed)
    assert "请上传证明材料" in missing
    assert "牵头编制" in missing
    paper = {"evidence": ("a.pdf", PAPER.content, "application/pdf")}
    await send(officer, page, page, 303, typed=typed, files=paper)
    assert "牵头编制" in (await officer.get(page)).text
    mine = (await holder.get("/integrity")).text
    assert "牵头编制" in mine
    assert "未公开" in mine
    (row,) = await Merit.select()
    assert (await holder.get(f"/api/documents/{row['evidence']}")).content == PAPER.content
    public, visitor = f"/integrity/extract?number={await number_of(person)}", new_client()
    assert "牵头编制" not in (await visitor.get(public)).text
    await send(holder, "/integrity", f"{page}/{row['id']}/publish", 303)
    assert "牵头编制" in (await visitor.get(public)).text
    await send(holder, "/integrity", f"{page}/{row['id']}/hide", 303)
    assert "牵头编制" not in (await visitor.get(public)).text
    await send(holder, "/integrity", f"{page}/{row['id']}/other", 404)


async def test_the_same_over_the_api(new_client: NewClient) -> None:
    person, other = await make_applicant(), await make_applicant(name="李明")
    merit = await praised(person)
    holder, stranger = await at(new_client, person), await at(new_client, other)
    officer = await at(new_client, await make_account(Role.OFFICER))
    here = f"/api/integrity/merits/{merit.id}/consent"
    public = f"/api/integrity/extract/{await number_of(person)}"
    assert (await stranger.post(here)).status_code == 404
    assert (await officer.post(here)).status_code == 403
    assert (await holder.post(here)).status_code == 201
    (own,) = (await holder.get("/api/integrity/merits")).json()
    assert own["published_since"] is not None
    (seen,) = (await holder.get(public)).json()["merits"]
    assert seen == {
        "kind": "award",
        "title": TITLE,
        "given_by": "市技术市场协会",
        "given_on": "2026-05-31",
    }
    assert (await holder.delete(here)).status_code == 204
    assert (await holder.delete(here)).status_code == 409
    assert (await holder.get(public)).json()["merits"] == []
    given = (await asked(person)).model_dump(mode="json")
    refused = await officer.post("/api/integrity/merits", json=given)
    assert refused.status_code == 422
    given["evidence"] = str(merit.evidence)
    made = await officer.post("/api/integrity/merits", json=given)
    assert made.status_code == 201
    assert await Merit.exists().where(Merit.id == UUID(made.json()["id"]))
