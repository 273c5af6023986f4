"""Which edition of a document counts: on a day, as known on a day."""

from collections.abc import Iterable
from datetime import date

from credentials.rules.documents import Document
from registry.platform.errors import RuleNotMet
from registry.platform.i18n import N_


class NoEditionInForce(RuleNotMet):
    """No edition of the document counts on that day; nothing is decided by another day's rules."""


def in_force(editions: Iterable[Document], *, on: date, known_by: date) -> Document:
    """Choose among the editions of one document.

    An edition counts from its first day until the next one's, when it was published by `known_by`.
    With `known_by` = `on` this is what was right to decide that day; with a later day, what is now
    known to have applied. Of two with the same first day the later published one counts.

    Raises:
        NoEditionInForce: the day is before the first edition, or the document was repealed.
    """
    known = sorted(
        (each for each in editions if each.published <= known_by),
        key=lambda each: (each.effective_from, each.published),
    )
    begun = [each for each in known if each.effective_from <= on]
    if not known:
        raise NoEditionInForce(N_("截至 {known_by}，该文件尚无已公布的版本。"), known_by=known_by)
    document, first = known[0].id, known[0].effective_from
    if not begun:
        raise NoEditionInForce(
            N_("{document} 的第一个版本自 {first} 起施行，{on} 尚无有效版本。"),
            document=document,
            first=first,
            on=on,
        )
    if begun[-1].repealed:
        raise NoEditionInForce(
            N_("{document} 已自 {since} 起废止，{on} 没有有效版本。"),
            document=document,
            since=begun[-1].effective_from,
            on=on,
        )
    return begun[-1]
