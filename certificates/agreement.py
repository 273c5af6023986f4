"""Whether the twin inside a certificate says what its page shows, and what the register has.

A seal vouches that nothing was changed since; not that what was sealed says one thing throughout.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from certificates.transcript import Transcript
from certificates.wording import Phrase, wording
from registry.platform import clock

if TYPE_CHECKING:  # what draws is not needed to compare
    from certificates.face import Face

_LINES = 9
"""That `layout.lay_own` sets: holder, number, three days in two languages each, code."""


def with_page(said: Mapping[str, Any], seen: Transcript) -> bool:
    """Whether a twin says what is drawn: name, number, code, address, level and days.

    Raises:
        KeyError, TypeError, ValueError: it lacks something of that, or the page does.
    """
    subject = said["credentialSubject"]
    if len(seen.own) != _LINES:
        return False
    holder, number, *days, code = seen.own
    granted, begun, until = (
        Phrase(zh=zh, en=en) for zh, en in zip(days[::2], days[1::2], strict=True)
    )
    awarded = said.get("awardedDate")
    return (
        _named(subject, holder)
        and subject["licenseNumber"] == number
        and said["id"] == seen.address
        and said["id"].rpartition("/")[2] == code
        and _level(subject["achievement"], seen.common)
        and (_day(granted) == _office_day(awarded) if awarded else _day(granted) is not None)
        and _day(begun) == _office_day(said["validFrom"])
        and _day(until) == _office_day(said.get("validUntil"))
    )


def with_record(said: Mapping[str, Any], face: "Face") -> bool:
    """Whether a twin says what is on record as printed on the certificate.

    Raises:
        KeyError, TypeError, ValueError: it lacks something of that.
    """
    subject = said["credentialSubject"]
    achievement = subject["achievement"]
    return (
        _named(subject, face.holder)
        and subject["licenseNumber"] == face.number
        and said["id"] == face.verification_url
        and achievement["id"].rpartition("/")[2] == face.level
        and achievement["name"] == f"{face.level_zh} {face.level_en}"
        and _office_day(said.get("awardedDate")) in {None, face.granted_on}
        and _office_day(said["validFrom"]) == face.valid_from
        and _office_day(said.get("validUntil")) == face.valid_until
    )


def identity_hash(name: str, salt: str) -> str:
    """A name that can be recognised and not read off, as Open Badges 3.0 hashes it.

    The salt is beside it: whoever holds the credential may try names one by one.
    """
    return f"sha256${hashlib.sha256(f'{name}{salt}'.encode()).hexdigest()}"


def _named(subject: Mapping[str, Any], holder: str) -> bool:
    (identity,) = subject["identifier"]
    return bool(identity["identityHash"] == identity_hash(holder, identity["salt"]))


def _level(achievement: Mapping[str, Any], lines: tuple[str, ...]) -> bool:
    """Whether the level that is claimed is on the page, in both languages, and no other one is."""
    claimed, drawn = achievement["id"].rpartition("/")[2], set(lines)
    others = {
        name
        for level, said in wording().levels.items()
        for name in (said.zh, said.en)
        if level != claimed
    }
    name = achievement["name"]
    named = any(name[len(zh) + 1 :] in drawn for zh in drawn if name.startswith(f"{zh} "))
    return named and not drawn & others


def _day(written: Phrase) -> date | None:
    """A day as it is printed in both languages; None where there is none.

    Raises:
        ValueError: it says neither, or not the same in both.
    """
    words = wording()
    if written == words.no_end:
        return None
    day = date(*map(int, re.findall(r"\d+", written.zh)))
    if words.dates.written(day) != written:
        raise ValueError("no day that we print")
    return day


def _office_day(moment: str | None) -> date | None:
    return clock.office_day(datetime.fromisoformat(moment)) if moment else None
