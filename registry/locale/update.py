"""Brings the English catalogue in step with the words of the house.

`python -m registry.locale.update` reads all five packages, adds new Chinese words to
`messages.po`, drops words no longer used, keeps every translation, and lists what still has no
English. It exits with 1 while anything is missing.
"""

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from registry.platform.i18n import CATALOGUE

PACKAGES = ("registry", "training", "credentials", "certificates", "seeds")
HOUSE = Path(__file__).parent.parent.parent
MAPPING = Path(__file__).parent / "babel.cfg"


def words_in_use() -> Catalog:
    """Collect every marked word of the five packages, in a catalogue without translations."""
    with MAPPING.open(encoding="utf-8") as lines:
        methods, options = parse_mapping_cfg(lines)  # type: ignore[no-untyped-call]
    found = Catalog(charset="utf-8")
    for package in PACKAGES:
        for name, _, words, comments, context in extract_from_dir(
            HOUSE / package, methods, options, directory_filter=_is_ours
        ):
            found.add(words, locations=[(f"{package}/{name}", 0)], auto_comments=comments,
                      context=context)  # fmt: skip
    return found


def _is_ours(folder: str) -> bool:
    return Path(folder).name not in {"node_modules", "vendor", "piccolo_migrations"}


def english() -> Catalog:
    """Read the English catalogue as it stands."""
    with CATALOGUE.open("rb") as written:
        return read_po(written, locale="en")


def missing(catalogue: Catalog) -> list[str]:
    """The words of a catalogue that have no finished translation."""
    return [
        message.id if isinstance(message.id, str) else message.id[0]
        for message in catalogue
        if message.id and (message.fuzzy or not message.string or not all(message.string))
    ]


def update() -> Catalog:
    """Bring the file in step with the words in use, and return what it now holds."""
    catalogue = english() if CATALOGUE.exists() else Catalog(locale="en", charset="utf-8")
    catalogue.update(words_in_use(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    text = io.BytesIO()
    write_po(text, catalogue, width=0, sort_output=True, omit_header=True, include_lineno=False)
    CATALOGUE.write_bytes(HEADER + text.getvalue())
    return catalogue


HEADER = b"""msgid ""
msgstr ""
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""

if __name__ == "__main__":
    left = missing(update())
    sys.stdout.writelines(f"{words}\n" for words in left)
    sys.exit(1 if left else 0)
