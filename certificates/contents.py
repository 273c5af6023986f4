"""What a statement says, as plain data: chosen from the register once, kept, drawn from then on.

Every word is here in both languages, so that a statement on record is drawn again from its row
alone, whatever the words of the house are by then.
"""

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from certificates.wording import Phrase
from certificates.words import StatementKind


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Tone(StrEnum):
    """How a line stands out."""

    PLAIN = "plain"
    STRONG = "strong"
    WARNING = "warning"


class Particular(_Frozen):
    """One labelled line, such as a name; a wide one has the whole width to itself."""

    label: Phrase
    value: Phrase
    wide: bool = False


class Outcome(_Frozen):
    """What it comes down to: a verdict or a total in large type, a figure beside it."""

    said: Phrase
    good: bool
    figure: str = ""
    unit: Phrase | None = None


class Column(_Frozen):
    """A column of a listing; `share` is its part of the width, in hundredths."""

    label: Phrase
    share: int
    figures: bool = False
    """Set to the right, as numbers are."""


class Cell(Phrase):
    """What stands in one place of a listing; `source` in small print below, if any."""

    source: str = ""
    tone: Tone = Tone.PLAIN


class Row(_Frozen):
    """One line of a listing."""

    cells: tuple[Cell, ...]
    depth: int = 0
    """How far the second cell is set in: the line belongs to one above that is less so."""
    tone: Tone = Tone.PLAIN


class Listing(_Frozen):
    """A table, which may run over pages."""

    title: Phrase
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


class Note(Phrase):
    """A sentence below the listings."""

    tone: Tone = Tone.PLAIN


class Content(_Frozen):
    """Everything a statement says, except what tells it from another one that says the same."""

    kind: StatementKind
    title: Phrase
    holder: str
    particulars: tuple[Particular, ...]
    outcome: Outcome | None = None
    listings: tuple[Listing, ...]
    notes: tuple[Note, ...]
    digests: tuple[Particular, ...] = ()
    """What ties it to the register's own rows, below the notes."""
    responsible: tuple[Particular, ...]
    """Who stands behind it and since when, beside the seal."""
    issuer: Phrase


class Face(_Frozen):
    """Everything that is printed on one statement."""

    number: str
    code: str
    """In groups, as `numbering.code` writes it."""
    verification_url: str
    """The QR code carries it in capitals, which is a smaller code: the path must answer to both."""
    issued_on: date
    demonstration: bool
    content: Content
