"""The office's own regulations as dated editions: figures of procedures, the practice code.

An edition holds until the next of its kind. The files stand in `seeds/regulations`.
"""

import hashlib
import json
import tomllib
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, Literal
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field, StrictInt

from registry.platform.errors import RuleNotMet
from registry.platform.i18n import N_
from registry.tables import Regulation


class Kind(StrEnum):
    """What a regulation is about."""

    INTEGRITY = "integrity"  # periods, clocks and measures of integrity cases
    PRACTICE_CODE = "practice-code"  # 执业准则, which people sign
    EVALUATION_PROCEDURE = "evaluation-procedure"  # panels, periods and publication
    CREDIT_CATALOGUE = "credit-catalogue"  # what outside credit platforms may be given


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(_Shape):
    """The same words in Chinese and in English."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def __getitem__(self, language: str) -> str:
        """The words in a language of the pages."""
        return self.zh if language == "zh" else self.en


class Figure(_Shape):
    """One number of a procedure, with where it comes from."""

    value: StrictInt
    unit: str
    text: Words
    cite: str = Field(min_length=1)
    status: Literal["cited", "cited-secondary", "unverified", "illustrative"]


class Material(_Shape):
    """One line of a checklist: what applicants of some levels supply, and where it comes from."""

    text: Words
    source: str = Field(min_length=1)
    levels: tuple[str, ...] = Field(min_length=1)
    required: bool
    cite: str = Field(min_length=1)
    status: Literal["cited", "cited-secondary", "unverified", "illustrative"]


class Entry(_Shape):
    """One entry of a published catalogue of credit information, and what here falls under it."""

    text: Words
    covers: tuple[str, ...] = Field(description="Measures of integrity.")
    source: str = Field(min_length=1)
    cite: str = Field(min_length=1)
    effective_from: date
    status: Literal["cited", "cited-secondary", "unverified", "illustrative"]
    note: Words


class Article(_Shape):
    """One article of the practice code."""

    text: Words
    cite: str = Field(min_length=1)


class Body(_Shape):
    """A regulation as its file says it."""

    title: Words
    effective_from: date
    published: date
    source: str = Field(min_length=1)
    figures: dict[str, Figure] = Field(default_factory=dict)
    articles: tuple[Article, ...] = ()
    materials: dict[str, Material] = Field(default_factory=dict)
    catalogue: dict[str, Entry] = Field(default_factory=dict)

    def __getitem__(self, name: str) -> int:
        """The value of a figure. Raises KeyError for one the edition lacks."""
        return self.figures[name].value

    def asks(self, name: str) -> int:
        """The value of a figure, or zero where the edition does not ask for such a thing."""
        return self.figures[name].value if name in self.figures else 0


class NoRegulation(RuleNotMet):
    """No edition of this kind was in force and known that day."""


class RegulationChanged(Exception):
    """A file differs from the edition loaded from it. Editions are history: add a new one."""


async def edition(kind: Kind, on: date) -> Regulation:
    """The edition in force on a day, as known that day.

    Raises:
        NoRegulation: there was none.
    """
    found: Regulation | None = await (
        Regulation.objects()
        .where(Regulation.kind == kind, Regulation.effective_from <= on, Regulation.published <= on)
        .order_by(Regulation.effective_from, ascending=False)
        .first()
    )
    if found is None:
        raise NoRegulation(N_("这一天没有施行中的规则。"), kind=kind)
    return found


async def in_force(kind: Kind, on: date) -> Body:
    """What the edition in force on a day says.

    Raises:
        NoRegulation: there was none.
    """
    return read((await edition(kind, on)).text)


async def by_id(identifier: UUID) -> Regulation:
    """One edition, as stored."""
    found = await Regulation.objects().get(Regulation.id == identifier)
    assert found is not None, "foreign keys hold editions in place"
    return found


@lru_cache(maxsize=64)
def read(text: str) -> Body:
    """Give a file its shape, once: nobody changes it. Raises pydantic.ValidationError."""
    return Body.model_validate(tomllib.loads(text))


async def load(kind: Kind, text: str) -> bool:
    """Put an edition on record, once; say whether it was new. Call inside a transaction.

    Raises:
        RegulationChanged: this edition is on record with other content.
    """
    body = read(text)
    digest = _digest(body.model_dump(mode="json"))
    known = await Regulation.objects().get(
        (Regulation.kind == kind) & (Regulation.effective_from == body.effective_from)
    )
    if known is not None:
        if known.digest != digest:
            raise RegulationChanged(f"{kind} {body.effective_from}")
        return False
    await Regulation(
        id=uuid4(),
        kind=kind,
        effective_from=body.effective_from,
        published=body.published,
        title=body.title.zh,
        text=text,
        digest=digest,
    ).save()
    return True


def _digest(said: dict[str, Any]) -> str:
    """Of what an edition says; a part it does not have leaves no trace."""
    for part in ("materials", "catalogue"):
        if not said[part]:
            del said[part]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
