"""What is printed on a certificate, as plain data, and what may not be."""

from dataclasses import dataclass
from datetime import date

from certificates import typesetting
from certificates.wording import Wording
from registry.platform.errors import FieldError, FieldsInvalid
from registry.platform.i18n import N_

_TITLES = ("title_zh", "title_en", "level_zh", "level_en")
_PRINTED = (*_TITLES, "holder", "issuer_zh", "issuer_en", "basis", "number", "code")


class ForbiddenWord(FieldsInvalid):
    """A title or level carries a word that evaluation certificates may not carry."""


@dataclass(frozen=True)
class Face:
    """Everything that is printed on one certificate."""

    number: str
    code: str
    """In groups, as `numbering.code` writes it."""
    verification_url: str
    """The QR code carries it in capitals, which is a smaller code: the path must answer to both."""
    holder: str
    level: str
    level_zh: str
    level_en: str
    title_zh: str
    title_en: str
    granted_on: date
    valid_from: date
    valid_until: date | None
    """Last day; none when the certificate has no end."""
    issuer_zh: str
    issuer_en: str
    basis: str
    """One line citing the edition of the policy that the decision rests on."""
    illustrative: bool
    """The conditions applied were illustrative; the certificate says so."""
    demonstration: bool


def refuse_unless_presentable(face: Face, words: Wording) -> None:
    """Let a face pass only if all of it can be printed and its titles claim nothing they may not.

    Raises:
        MissingGlyph: a text holds characters that cannot be printed; names them all.
        ForbiddenWord: the title or level carries a forbidden word.
    """
    printed = {name: getattr(face, name) for name in _PRINTED}
    typesetting.refuse_unprintable(printed)
    errors = [
        FieldError(
            field,
            "forbidden-word",
            N_("证书名称和等级不得含有“{word}”（{source}）。"),
            {"word": word, "source": words.forbidden.source},
        )
        for field in _TITLES
        for word in words.forbidden.words
        if word in printed[field]
    ]
    if errors:
        raise ForbiddenWord(errors)
