"""Reading what people type: one Pydantic model serves the form and the API, with the same words.

Blank means not given; dates may come in three boxes; full-width digits are digits. Everything
wrong is reported at once, beside the field, in words that say how to mend it.
"""

import re
import unicodedata
from collections.abc import Container, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, NoReturn, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    ValidationError,
    field_validator,
    model_validator,
    validate_email,
)
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import no_info_before_validator_function

from registry.platform.errors import FieldError, FieldsInvalid
from registry.platform.i18n import N_


@dataclass(frozen=True)
class AskedBy:
    """Marks a text that a rule asks for: left blank, it is refused with the rule."""

    cite: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> Any:
        """Look before anything else does."""
        return no_info_before_validator_function(self._given, handler(source))

    def _given(self, value: Any) -> Any:
        if value is None or (isinstance(value, str) and not value.strip()):
            refuse("required", N_("请填写此项（{cite}）。"), cite=self.cite)
        return value


class Input(BaseModel):
    """Base of what comes in: unknown names are refused, space around words does not count."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _left_out_is_blank(cls, given: Any) -> Any:
        """Let what a rule asks for be refused with that rule when it is left out, too."""
        cited = {
            name: ""
            for name, field in cls.model_fields.items()
            if any(isinstance(each, AskedBy) for each in field.metadata)
        }
        return {**cited, **given} if cited and isinstance(given, dict) else given

    @field_validator("*")
    @classmethod
    def _no_control_characters(cls, value: Any) -> Any:
        if isinstance(value, str) and CONTROL.search(value):
            refuse(*OTHER)
        return value


AnyInput = TypeVar("AnyInput", bound=BaseModel)

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Nobody types these; PostgreSQL cannot store the first, and a PDF or a log is spoilt by others."""

WORDS: dict[str, tuple[str, str]] = {
    "missing": ("required", N_("请填写此项。")),
    "string_too_short": ("required", N_("请填写此项，至少 {min_length} 个字。")),
    "string_too_long": ("too-long", N_("最多 {max_length} 个字。")),
    "string_type": ("text", N_("请填写文字。")),
    "string_pattern_mismatch": ("pattern", N_("格式不对，请按提示填写。")),
    "int_parsing": ("whole-number", N_("请填写整数。")),
    "int_type": ("whole-number", N_("请填写整数。")),
    "int_from_float": ("whole-number", N_("请填写整数。")),
    "decimal_parsing": ("number", N_("请填写数字。")),
    "decimal_max_places": ("number", N_("小数最多 {decimal_places} 位。")),
    "greater_than": ("too-small", N_("须大于 {gt}。")),
    "greater_than_equal": ("too-small", N_("须不小于 {ge}。")),
    "less_than": ("too-large", N_("须小于 {lt}。")),
    "less_than_equal": ("too-large", N_("须不大于 {le}。")),
    "enum": ("choice", N_("请从列出的选项中选择。")),
    "literal_error": ("choice", N_("请从列出的选项中选择。")),
    "bool_parsing": ("choice", N_("请从列出的选项中选择。")),
    "uuid_parsing": ("reference", N_("没有这个编号。")),
    "extra_forbidden": ("unknown-field", N_("没有这一项。")),
    "value_error": ("invalid", N_("不能接受这个内容，请检查后再填。")),
}
EMAIL = ("email", N_("请填写完整的电子邮箱，例如 name@example.com。"))
DATE = ("date", N_("请填写真实存在的日期，例如 2026 年 3 月 27 日。"))
CHOOSE = N_("请选择一项。")
OTHER = ("invalid", N_("不能接受这个内容，请检查后再填。"))


def refuse(code: str, message: str, **facts: Any) -> NoReturn:
    """Refuse a value from inside a validator, with a message id of the catalogue."""
    template = message.replace("{", "{{").replace("}", "}}") if not facts else message
    raise PydanticCustomError(code, template, {**facts, "message_id": message})


def field_errors(errors: list[Any]) -> list[FieldError]:
    """Turn Pydantic's errors into ours, one per field: the first that was found."""
    found: dict[str, FieldError] = {}
    for error in errors:
        name = ".".join(str(part) for part in error["loc"] if part != "data")
        facts = {k: v for k, v in error.get("ctx", {}).items() if k not in {"message_id", "error"}}
        if "message_id" in error.get("ctx", {}):
            code, message = error["type"], error["ctx"]["message_id"]
        elif error["type"].startswith("date"):
            code, message = DATE
        else:
            code, message = WORDS.get(error["type"], OTHER)
        found.setdefault(name, FieldError(name, code, message, facts))
    return list(found.values())


def read(model: type[AnyInput], typed: Mapping[str, Any]) -> AnyInput:
    """Read a submitted form.

    Raises:
        FieldsInvalid: with every field that cannot be accepted.
    """
    given = {name: value for name, value in joined_dates(typed).items() if not _blank(value)}
    given.pop("_csrf_token", None)
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise FieldsInvalid(field_errors(error.errors(include_url=False))) from error


def chosen(
    typed: MutableMapping[str, Any],
    name: str,
    choices: Container[str],
    *,
    beside: str = "",
    words: str = CHOOSE,
) -> str:
    """Take out of a form which of its buttons was pressed, so that no act is ever a default.

    `beside` names the field the words stand at, by default that of the buttons.

    Raises:
        FieldsInvalid: none of the choices was sent.
    """
    given = typed.pop(name, None)
    if isinstance(given, str) and given in choices:
        return given
    raise FieldsInvalid([FieldError(beside or name, "choice", words)])


def _blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def joined_dates(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Join `<name>-year`, `<name>-month`, `<name>-day` into `<name>`; other names stay."""
    given = dict(typed)
    for key in [key for key in given if key.endswith("-year")]:
        name = key.removesuffix("-year")
        parts = [str(given.pop(f"{name}-{part}", "")).strip() for part in ("year", "month", "day")]
        if any(parts):
            given[name] = "-".join(parts)
    return given


def halfwidth(value: Any) -> Any:
    """Full-width letters and digits become plain ones (NFKC); other values stay as they are."""
    return unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else value


def _day(value: Any) -> Any:
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        refuse(*DATE)
    text = halfwidth(value).replace("/", "-").replace(".", "-")
    parts = text.split("-")
    if len(parts) == 1 and len(text) == 8 and text.isdigit():
        parts = [text[:4], text[4:6], text[6:]]
    try:
        return date(*(int(part) for part in parts))
    except (ValueError, TypeError, OverflowError):
        refuse(*DATE)


def _email(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return validate_email(halfwidth(value))[1]
    except PydanticCustomError:
        refuse(*EMAIL)


def _whole(value: Any) -> Any:
    if isinstance(value, bool | float):
        refuse(*WORDS["int_type"])
    return halfwidth(value)


def _flag(value: Any) -> Any:
    if not isinstance(value, bool | str):
        refuse(*WORDS["bool_parsing"])
    return value


Day = Annotated[date, BeforeValidator(_day)]
"""A date as people type it: 2026-3-7, 2026/03/07, 20260307, or three boxes."""
Email = Annotated[str, BeforeValidator(_email)]
"""An e-mail address that somebody could have; whether they do is not looked up."""
Whole = Annotated[int, BeforeValidator(_whole)]
"""A whole number; `true` is not one, whatever Python says."""
Flag = Annotated[bool, BeforeValidator(_flag)]
"""Yes or no; 1 and 0 are neither."""
Plain = Annotated[str, BeforeValidator(halfwidth)]
"""Text in which full-width letters and digits mean the plain ones: numbers and codes."""
