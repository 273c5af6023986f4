"""Both languages are whole, and the right one is chosen."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.locale import update
from registry.platform import i18n


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    token = i18n.locale.set("zh")
    yield
    i18n.locale.reset(token)


def test_every_word_in_use_has_finished_english() -> None:
    catalogue = update.english()
    unknown = [m.id for m in update.words_in_use() if m.id and m.id not in catalogue]
    assert unknown == [], "run python -m registry.locale.update"
    assert update.missing(catalogue) == []


def test_no_english_is_left_over_from_words_no_longer_used() -> None:
    used = update.words_in_use()
    assert [m.id for m in update.english() if m.id and m.id not in used] == []


@pytest.mark.parametrize("message", [m for m in update.english() if m.id], ids=lambda m: str(m.id))
def test_english_keeps_the_places_of_the_chinese(message: object) -> None:
    assert list(message.check()) == []  # type: ignore[attr-defined]


def test_words_are_said_in_the_language_of_the_request() -> None:
    word = i18n.N_("查验证书")
    assert i18n.gettext(word) == "查验证书"
    i18n.locale.set("en")
    assert i18n.gettext(word) == "Verify a certificate"
    assert i18n.translate(word, "zh") == "查验证书"


def test_words_without_english_stay_readable() -> None:
    i18n.locale.set("en")
    assert i18n.gettext("从未登记的词") == "从未登记的词"


def test_a_day_is_written_out_in_both_languages() -> None:
    on = date(2026, 11, 23)
    assert i18n.day(on) == "2026年11月23日"
    assert i18n.day("2026-11-23") == i18n.day(on)
    i18n.locale.set("en")
    assert i18n.day(on) == "23 November 2026"


def test_an_instant_is_shown_in_the_bureau_s_time_wherever_the_server_stands() -> None:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "America/Lima"
    time.tzset()
    try:
        at = datetime(2026, 11, 23, 16, 5, tzinfo=UTC)
        assert i18n.day(at) == "2026年11月24日"
        assert i18n.moment(at.isoformat()) == i18n.moment(at)
        assert i18n.moment(at) == "2026年11月24日 00:05"
        i18n.locale.set("en")
        assert i18n.moment(at) == "24 November 2026, 00:05"
    finally:
        os.environ.pop("TZ")
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()


def test_an_instant_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        i18n.moment(datetime(2026, 11, 23, 16, 5))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("query", "cookie", "header", "chosen"),
    [
        (None, None, None, "zh"),
        ("en", "zh", "zh-CN", "en"),
        (None, "en", "zh-CN", "en"),
        (None, None, "en-GB,en;q=0.9", "en"),
        (None, None, "fr, en;q=0.5, zh;q=0.8", "zh"),
        (None, None, "fr, de", "zh"),
        (None, None, "zh-Hant-TW", "zh"),
        ("xx", "en_US", None, "en"),
        (None, None, "en;q=oops, zh;q=0.1", "zh"),
    ],
)
def test_the_language_asked_for_comes_before_the_preferred_one(
    query: str | None, cookie: str | None, header: str | None, chosen: str
) -> None:
    assert i18n.choose_locale(query, cookie, header) == chosen


@given(st.none() | st.text(), st.none() | st.text(), st.none() | st.text())
def test_anything_sent_gives_one_of_the_two(
    query: str | None, cookie: str | None, header: str | None
) -> None:
    assert i18n.choose_locale(query, cookie, header) in i18n.LOCALES
