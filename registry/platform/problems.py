"""Refusals and errors as RFC 9457 problem documents, in both languages."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
from litestar.exceptions import HTTPException
from litestar.exceptions import ValidationException as LitestarValidation
from litestar.openapi import ResponseSpec

from registry.platform import i18n
from registry.platform.errors import (
    Conflict,
    FieldError,
    FieldsInvalid,
    NotAllowed,
    NotFound,
    Refusal,
    RuleNotMet,
    TooManyRequests,
)
from registry.platform.fields import field_errors
from registry.platform.i18n import N_

# 400 is left to Litestar: it means the request itself did not parse.
STATUS_OF: dict[type[Refusal], int] = {
    NotFound: 404,
    NotAllowed: 403,
    Conflict: 409,
    RuleNotMet: 422,
    TooManyRequests: 429,
}
HTTP_WORDS = {
    400: N_("请求的内容无法读取，请检查格式。"),
    401: N_("请先登录。"),
    403: N_("您的账户不能做这件事。"),
    404: N_("没有这个页面或这条记录。"),
    405: N_("这个地址不接受这种请求。"),
    413: N_("文件或内容太大。"),
    415: N_("不接受这种格式的内容。"),
    429: N_("请求过于频繁，请稍后再试。"),
    500: N_("系统出了差错，已经记录；您填写的内容没有被改动。请稍后再试。"),
    503: N_("系统暂时不可用，请稍后再试。"),
}


class Problem(msgspec.Struct, kw_only=True):
    """A problem document (RFC 9457). `messages` says the same in Chinese and in English."""

    type: str
    title: str
    status: int
    detail: str
    messages: dict[str, str]
    errors: list[dict[str, Any]] = []
    facts: dict[str, Any] = {}


def problems(*statuses: int) -> dict[int, ResponseSpec]:
    """The problem documents a handler may answer with, for the OpenAPI description."""
    return {
        status: ResponseSpec(
            Problem, media_type="application/problem+json", generate_examples=False
        )
        for status in statuses
    }


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a refusal's kind."""
    return next((code for kind, code in STATUS_OF.items() if isinstance(refusal, kind)), 400)


def say(message: str, facts: Mapping[str, Any], locale: i18n.Locale) -> str:
    """Fill a message in one language."""
    words = i18n.translate(message, locale)
    return words.format(**facts) if facts else words


def _problem(
    status: int, code: str, message: str, facts: dict[str, Any], errors: Sequence[FieldError]
) -> Problem:
    both: dict[str, str] = {at: say(message, facts, at) for at in i18n.LOCALES}
    return Problem(
        type=f"/problems/{code}",
        title=code,
        status=status,
        detail=both[i18n.locale.get()],
        messages=both,
        errors=[_field(error) for error in errors],
        facts=facts,
    )


def _field(error: FieldError) -> dict[str, Any]:
    both = {locale: say(error.message, error.facts, locale) for locale in i18n.LOCALES}
    return {
        "field": error.field,
        "code": error.code,
        "message": both[i18n.locale.get()],
        "messages": both,
    }


def problem_of(error: Exception) -> Problem:
    """Describe any exception to whoever asked, giving nothing away about a bug."""
    if isinstance(error, LitestarValidation) and (wrong := _wrong_fields(error)):
        error = FieldsInvalid(wrong)
    if isinstance(error, Refusal):
        return _problem(status_of(error), error.code, error.message, error.facts, error.errors)
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status not in HTTP_WORDS:
        status = 500 if status >= 500 else 400
    code = HTTPStatus(status).phrase.lower().replace(" ", "-")
    return _problem(status, code, HTTP_WORDS[status], {}, [])


def _wrong_fields(error: LitestarValidation) -> list[FieldError]:
    cause = error.__cause__
    return field_errors(cause.errors) if cause is not None and hasattr(cause, "errors") else []
