"""The one Jinja environment of the house: strict, escaping, and speaking two languages.

Every page is given, beside its own context:

- `locale`: "zh" or "en", the same as `i18n.locale` holds;
- `path`: the path of this page, which the language switch links to with `?lang=`;
- `account`: None, or an object with `.login`, `.role` and `.display_name`;
- `anonymous`: whether the session was left unread, so that `account` is None for everybody;
- `csrf_token`: a string, sent back in the field `_csrf_token`;
- `demo`: whether this is the demonstration, which every page then says;
- `nav`: a list of (href, finished words, whether it is the current part).

Pages with a form are also given `form`, a `Form` or anything shaped like it. A name that is
missing from the context is an error, not an empty string.
"""

import hashlib
from base64 import b64encode
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import (
    ChainableUndefined,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
)
from markupsafe import Markup

from registry.platform import i18n

STATIC = Path(__file__).parent.parent / "static"
STATIC_PATH = "/static"
LIBRARY = "govuk_frontend_jinja"

INLINE_SCRIPT = (
    "document.body.className += ' js-enabled' + "
    "('noModule' in HTMLScriptElement.prototype ? ' govuk-frontend-supported' : '');"
)
INLINE_SCRIPT_HASH = f"sha256-{b64encode(hashlib.sha256(INLINE_SCRIPT.encode()).digest()).decode()}"
"""What the content-security policy allows: the one line that runs before the page is shown."""


@dataclass(frozen=True)
class Form:
    """What somebody typed, as typed, and what is wrong with it, in finished words per field."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


class _Environment(Environment):
    """Reads the house's templates strictly and the library's macros as they were written.

    The macros of govuk-frontend-jinja ask for parameters that were not given, and count on
    getting nothing; the pages of the house must not.
    """

    library = Environment(
        loader=PrefixLoader({LIBRARY: PackageLoader(LIBRARY)}),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,
    ) -> Template:
        """Find a template by name, the library's in the library."""
        if isinstance(name, str) and name.startswith(f"{LIBRARY}/"):
            return self.library.get_template(name)
        return super().get_template(name, parent, globals)


def environment(folders: Sequence[Path]) -> Environment:
    """Build the environment over the packages' template folders, first come first served."""
    made = _Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.filters |= {"day": i18n.day, "moment": i18n.moment, "number": i18n.number, "mask": mask}
    made.globals |= {"asset": asset, "inline_script": Markup(INLINE_SCRIPT), "N_": i18n.N_}  # noqa: S704 -- own words
    made.globals["blank"] = Form()
    return made


@cache
def asset(name: str) -> str:
    """The address of a file under `registry/static`, which changes whenever the file does."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()
    return f"{STATIC_PATH}/{name}?v={digest[:12]}"


def mask(number: str) -> str:
    """Hide the middle of an identity number: 310***********1234, and E******89 for a passport."""
    first, last = (3, 4) if len(number) >= 15 else (1, 2)
    return number[:first] + "*" * max(len(number) - first - last, 1) + number[-last:]
