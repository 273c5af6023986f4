"""The environment is strict and escaping, and the shared pages read well in both languages."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from registry.platform import i18n, templates
from registry.platform.templates import Form

FOLDER = Path(i18n.__file__).parent.parent / "templates"
ENVIRONMENT = templates.environment([FOLDER])
CHINESE = re.compile(r"[\u4e00-\u9fff]")
OWN_NAMES = ("技术经理人登记系统", "中文", "语言 Language")


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    token = i18n.locale.set("zh")
    yield
    i18n.locale.reset(token)


def page(name: str, **context: Any) -> str:
    """Render a page for a visitor, in the language that is set."""
    around = {
        "locale": i18n.locale.get(),
        "path": "/here",
        "account": None,
        "anonymous": False,
        "csrf_token": "the-token",
        "demo": True,
        "nav": [("/here", "x", True)],
    }
    return ENVIRONMENT.get_template(f"registry/{name}.html").render(around | context)


def field(macro: str, form: Form, *rest: Any) -> str:
    """Render one field macro."""
    module = ENVIRONMENT.get_template("registry/fields.html").module
    return str(getattr(module, macro)(form, *rest))


PAGES = [
    ("home", {}),
    ("api", {}),
    ("sign_in", {"form": Form()}),
    ("sign_in", {"form": Form({"login": "a"}, {"login": "x"})}),
    *(("error", {"status": s, "detail": None}) for s in (400, 401, 403, 404, 409, 422, 429, 500)),
]


@pytest.mark.parametrize(("name", "context"), PAGES)
def test_an_english_page_has_no_chinese_left(name: str, context: dict[str, Any]) -> None:
    i18n.locale.set("en")
    text = page(name, **context)
    assert 'lang="en"' in text
    for own in OWN_NAMES:
        text = text.replace(own, "")
    assert CHINESE.search(text) is None


@pytest.mark.parametrize(("name", "context"), PAGES)
def test_a_page_runs_no_script_of_its_own_but_the_allowed_line(
    name: str, context: dict[str, Any]
) -> None:
    text = page(name, **context)
    inline = re.findall(r"<script>(.*?)</script>", text, re.S)
    assert inline == [templates.INLINE_SCRIPT]
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|https?://", text)


@pytest.mark.parametrize(("name", "context"), PAGES)
def test_every_form_that_changes_something_carries_the_token(
    name: str, context: dict[str, Any]
) -> None:
    forms = re.findall(r"<form.*?</form>", page(name, **context), re.S)
    checks = [form for form in forms if 'action="/verify' in form]
    carrying = [form for form in forms if 'name="_csrf_token" value="the-token"' in form]
    assert len(checks) + len(carrying) == len(forms)


def test_the_allowed_line_is_the_library_s_own() -> None:
    source, _, _ = templates._Environment.library.loader.get_source(  # type: ignore[union-attr]
        templates._Environment.library, "govuk_frontend_jinja/template.html"
    )
    assert templates.INLINE_SCRIPT in source
    assert templates.INLINE_SCRIPT_HASH == "sha256-GUQ5ad8JK5KmEWmROf3LZd9ge94daqNvd8xy9YS1iDw="


def test_a_forgotten_name_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        ENVIRONMENT.get_template("registry/home.html").render(locale="zh")


def test_errors_stand_beside_the_field_and_on_top_and_in_the_title() -> None:
    text = page("sign_in", form=Form({"login": "a@b.example"}, {"login": "没有这个账号"}))
    assert "<title>错误：" in text
    assert '<a href="#login">登录邮箱：没有这个账号</a>' in text
    assert 'aria-describedby="login-error"' in text
    assert 'value="a@b.example"' in text


def test_a_password_is_never_sent_back() -> None:
    text = page("sign_in", form=Form({"password": "correct horse"}, {"login": "x"}))
    assert "correct horse" not in text


def test_demonstration_accounts_show_only_when_given() -> None:
    shown = [
        {"role": "officer", "login": f"o{n}@x.example", "password": "p-1", "code": "123456"}
        for n in range(4)
    ]
    text = page("sign_in", form=Form(), demo_accounts=shown)
    assert all(text.count(f"o{n}@x.example") == 1 for n in range(4))
    assert "演示账号" not in page("sign_in", form=Form())


@given(st.text(min_size=1))
def test_what_was_typed_comes_back_and_never_as_markup(typed: str) -> None:
    hostile = f'"><script>{typed}'
    for macro in ("text_field", "text_area"):
        text = field(macro, Form({"f": hostile}, {"f": hostile}), "f", "Label")
        assert "<script>" not in text
        assert "&gt;&lt;script&gt;" in text


def test_a_date_is_asked_in_chinese_order_and_linked_from_its_error() -> None:
    form = Form({"born-year": "1990", "born-month": "13"}, {"born": "没有 13 月"})
    text = field("date_field", form, "born", "出生日期")
    assert re.findall(r'name="(born-\w+)"', text) == ["born-year", "born-month", "born-day"]
    assert 'id="born"' in text
    assert 'value="13"' in text


@pytest.mark.parametrize(
    ("macro", "mark"), [("select_field", "selected"), ("radio_field", "checked")]
)
def test_a_choice_made_stays_made(macro: str, mark: str) -> None:
    text = field(macro, Form({"f": "b"}), "f", "Label", {"a": "甲", "b": "乙"})
    assert re.search(rf'value="b"\s+{mark}', text)
    assert not re.search(rf'value="a"\s+{mark}', text)


def test_the_address_of_an_asset_changes_with_its_content() -> None:
    address = templates.asset("vendor/app.css")
    assert re.fullmatch(r"/static/vendor/app\.css\?v=[0-9a-f]{12}", address)
    assert address != templates.asset("app.js")


def test_an_identity_number_is_masked() -> None:
    assert templates.mask("310000199001011234") == "310***********1234"
    assert templates.mask("E12345689") == "E******89"


@given(st.text(min_size=4))
def test_a_mask_keeps_at_most_seven_characters(number: str) -> None:
    masked = templates.mask(number)
    assert masked.count("*") >= max(len(number) - 7, 1)
    assert len(masked) == len(number)
