"""Two languages for every page: Chinese, in which the words are written, and English beside it.

The Chinese words are themselves the keys, so Chinese is always whole. English is read from
`registry/locale/en/LC_MESSAGES/messages.po` and compiled in memory at the first use. Which of the
two a request speaks is kept in a context variable, set once by the web layer.

Words in Python are marked where they are written and translated where they are shown:
`N_("已撤销")` marks, `gettext(word)` translates. After adding words anywhere, run
`python -m registry.locale.update` and fill in what it lists.
"""

import gettext as standard
import io
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from babel import Locale as Region
from babel.dates import format_date, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from registry.platform.clock import OFFICE, office_day

Locale = Literal["zh", "en"]
LOCALES: tuple[Locale, ...] = get_args(Locale)
DEFAULT: Locale = "zh"
CATALOGUE = Path(__file__).parent.parent / "locale" / "en" / "LC_MESSAGES" / "messages.po"
REGIONS: dict[Locale, Region] = {"zh": Region("zh", "CN", script="Hans"), "en": Region("en", "GB")}
"""Opened once: Babel 2.18 looks a name up among a thousand files each time."""

locale: ContextVar[Locale] = ContextVar("locale", default=DEFAULT)


def N_(words: str) -> str:  # noqa: N802 -- the name that extraction tools look for
    """Mark Chinese words for translation without translating them yet."""
    return words


def gettext(words: str) -> str:
    """Say Chinese words in the language of this request."""
    return translate(words, locale.get())


def ngettext(one: str, many: str, number: int) -> str:
    """Say counted Chinese words in the language of this request; give the same words twice."""
    return _translations(locale.get()).ngettext(one, many, number)


def translate(words: str, into: Locale) -> str:
    """Say Chinese words in a given language: mail to somebody else, both halves of a paper."""
    return _translations(into).gettext(words)


@cache
def _translations(into: Locale) -> standard.NullTranslations:
    if into == "zh":
        return standard.NullTranslations()
    with CATALOGUE.open("rb") as written:
        catalogue = read_po(written, locale=into)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return standard.GNUTranslations(compiled)


def choose_locale(query: str | None, cookie: str | None, accept_language: str | None) -> Locale:
    """Choose the language of a request: what it asks for, what it chose before, what it prefers."""
    for asked in (query, cookie, *_preferred(accept_language or "")):
        for known in LOCALES:
            if asked and asked.lower().replace("_", "-").partition("-")[0] == known:
                return known
    return DEFAULT


def _preferred(accept_language: str) -> list[str]:
    """The languages of an Accept-Language header, best first; what does not parse comes last."""
    weighted: list[tuple[float, str]] = []
    for entry in accept_language.split(","):
        language, _, weight = entry.strip().partition(";q=")
        try:
            weighted.append((float(weight or 1), language))
        except ValueError:
            weighted.append((0.0, language))
    return [language for _, language in sorted(weighted, key=lambda pair: -pair[0])]


def day(of: date | str) -> str:
    """Write a day out: 2026年11月23日, 23 November 2026. An instant counts at the bureau's desk.

    A day may also come as ISO 8601 text, as answers of the API carry it.
    """
    given = date.fromisoformat(of) if isinstance(of, str) else of
    on = office_day(given) if isinstance(given, datetime) else given
    return format_date(on, format="long", locale=REGIONS[locale.get()])


def moment(at: datetime | str) -> str:
    """Write an instant out, to the minute, in the bureau's time: 2026年11月23日 14:05.

    Raises:
        ValueError: the instant carries no time zone, or is text that is not ISO 8601.
    """
    instant = datetime.fromisoformat(at) if isinstance(at, str) else at
    if instant.tzinfo is None:
        raise ValueError("an instant without a time zone has no place on a page")
    clock = format_time(instant, format="HH:mm", tzinfo=OFFICE, locale=REGIONS[locale.get()])
    return f"{day(instant)}{', ' if locale.get() == 'en' else ' '}{clock}"


def number(of: int | float) -> str:
    """Write a number with its thousands grouped: 12,500."""
    return format_decimal(of, locale=REGIONS[locale.get()])
