"""Foreign keys the way this house wants them.

Piccolo's own are nullable and delete along; a register must do neither unless it says so. For the
other columns, write `default=None`: then Piccolo refuses a row that forgets them, where its own
defaults would quietly store an empty string, a zero, or the present moment.
"""

from typing import Any

from piccolo.columns import ForeignKey
from piccolo.columns.base import OnDelete, OnUpdate


def link(
    to: Any,
    *,
    null: bool = False,
    unique: bool = False,
    index: bool = True,
    help_text: str | None = None,
) -> Any:
    """Point to a row that has to exist, and that cannot be deleted while it is pointed to.

    `index=False` where another index begins with the column, or nobody looks by it.
    """
    return ForeignKey(
        to,
        null=null,
        default=None,
        unique=unique,
        index=index,
        help_text=help_text,
        on_delete=OnDelete.restrict,
        on_update=OnUpdate.restrict,
    )
