"""The same look-up over the same rows, written the usual way: FastAPI, SQLAlchemy, pydantic.

One query through the ORM with its joins named, objects, a response model. It is spared what ours
does beside: languages, security headers, rate limits, mending of mistyped codes.
"""

import os
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Depends, FastAPI, Response
from pydantic import BaseModel
from sqlalchemy import ForeignKey, String, select
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, mapped_column, relationship

URL = "RIVAL_DATABASE_URL"
CONNECTIONS = 8
"""As many as our own setting `database_connections` keeps by default."""
OFFICE = ZoneInfo("Asia/Shanghai")
Id = String().with_variant(UUID(as_uuid=True), "postgresql")


class Base(DeclarativeBase):
    pass


class Credential(Base):
    __tablename__ = "credential"

    id: Mapped[Any] = mapped_column(Id, primary_key=True)
    level: Mapped[str]
    granted_on: Mapped[date]
    valid_until: Mapped[date]
    status: Mapped[str]
    status_since: Mapped[date]
    status_reason: Mapped[str | None]
    suspended_until: Mapped[date | None]


class Certificate(Base):
    __tablename__ = "certificate"

    id: Mapped[Any] = mapped_column(Id, primary_key=True)
    number: Mapped[str]
    code: Mapped[str]
    holder_name: Mapped[str]
    replaced_on: Mapped[date | None]
    credential_id: Mapped[Any] = mapped_column("credential", ForeignKey("credential.id"))
    replaced_by_id: Mapped[Any] = mapped_column("replaced_by", ForeignKey("certificate.id"))
    credential: Mapped[Credential] = relationship()
    replaced_by: Mapped["Certificate | None"] = relationship(remote_side=[id])


class CheckOut(BaseModel):
    code: str
    outcome: str
    detail: str


class ShownOut(BaseModel):
    name_masked: str
    level: str
    granted_on: date
    valid_until: date
    status: str
    status_since: date
    reason: str | None
    replaced_by: str | None


class AnswerOut(BaseModel):
    verdict: str
    number: str | None
    checks: list[CheckOut]
    checked_at: datetime
    certificate: ShownOut | None


def create_app() -> FastAPI:
    """The application, on the database that the environment names."""
    engine = create_async_engine(os.environ[URL], pool_size=CONNECTIONS, max_overflow=0)
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    app = FastAPI()

    async def session() -> AsyncIterator[AsyncSession]:
        async with sessions() as opened:
            yield opened

    @app.get("/api/verify/{code}", response_model=AnswerOut)
    async def by_code(
        code: str, response: Response, session: Annotated[AsyncSession, Depends(session)]
    ) -> AnswerOut:
        found = await session.scalar(
            select(Certificate)
            .where(Certificate.code == code)
            .options(
                joinedload(Certificate.credential, innerjoin=True),
                joinedload(Certificate.replaced_by),
            )
        )
        if found is None:
            response.status_code = 404
        response.headers["cache-control"] = "no-store"
        return answer(found, datetime.now(UTC).replace(microsecond=0))

    return app


def answer(found: Certificate | None, at: datetime) -> AnswerOut:
    """The words and the order of weight of `certificates.answers`."""
    if found is None:
        failed = CheckOut(code="genuine", outcome="failed", detail="登记中没有符合所填内容的证书。")
        return AnswerOut(
            verdict="invalid", number=None, checks=[failed], checked_at=at, certificate=None
        )
    held = found.credential
    status, began, words = standing(found, at.astimezone(OFFICE).date())
    successor = found.replaced_by.number if found.replaced_by else None
    in_force = status == "in-force"
    return AnswerOut(
        verdict="valid" if in_force else "invalid",
        number=found.number,
        checks=[
            CheckOut(code="genuine", outcome="passed", detail="登记中有这张证书。"),
            CheckOut(
                code=f"status-{status}", outcome="passed" if in_force else "failed", detail=words
            ),
        ],
        checked_at=at,
        certificate=ShownOut(
            name_masked=masked(found.holder_name),
            level=held.level,
            granted_on=held.granted_on,
            valid_until=held.valid_until,
            status=status,
            status_since=began,
            reason=held.status_reason if status in {"revoked", "suspended"} else None,
            replaced_by=successor,
        ),
    )


def standing(found: Certificate, today: date) -> tuple[str, date, str]:
    held = found.credential
    if held.status == "revoked":
        return "revoked", held.status_since, f"证书已于 {written(held.status_since)} 撤销。"
    if found.replaced_by is not None and found.replaced_on is not None:
        day, number = written(found.replaced_on), found.replaced_by.number
        return "replaced", found.replaced_on, f"证书已于 {day} 由 {number} 替换。"
    if today > held.valid_until:
        began = held.valid_until + timedelta(days=1)
        return "expired", began, f"证书已于 {written(held.valid_until)} 到期。"
    if held.status == "suspended" and not (held.suspended_until and today > held.suspended_until):
        return "suspended", held.status_since, f"证书自 {written(held.status_since)} 起暂停使用。"
    return "in-force", held.status_since, "证书在有效期内。"


def written(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def masked(name: str) -> str:
    if len(name) <= 2:
        return name[:1] + "*" * (len(name) - 1)
    return name[0] + "*" * (len(name) - 2) + name[-1]
