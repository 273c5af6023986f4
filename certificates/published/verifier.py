"""The checking page that needs no network: one HTML file with keys, status and code inside.

It trusts the seals it carries and nothing else; it speaks of the moment it was made, and says so.
Its content-security policy lets it send nothing anywhere.
"""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

from cryptography import x509

from certificates import jose, keys, message, revocation
from certificates.answers import WORDS, Outcome, Status
from certificates.offline import Pack
from certificates.wording import wording
from registry.platform import i18n
from registry.platform.i18n import N_

_HERE = Path(__file__).parent
_SCRIPTS = ("transcript.js", "message.js", "verifier.js")
_CODES = ("unchanged", "twin-sealed", "twin-agrees", "not-expired")
SAID = {
    "title": N_("离线查验证书"),
    "what": N_(
        "选择证书的 PDF 原件或其中的电子凭证（.jwt）。文件只在这台电脑上检查，不会发送到任何地方。"
    ),
    "as-of": N_("本页的签章和状态数据截至 {at}（北京时间）。"),
    "newer": N_(
        "此后的撤销、暂停和换发本页不知道；能上网时请到登记机构的网站查验，或重新下载本页。"
    ),
    "choose": N_("证书文件"),
    "valid": N_("有效"),
    "invalid": N_("无效"),
    "undetermined": N_("暂不能确定"),
    "valid-means": N_("文件是签发的原件，没有被改动；截至 {at} 没有被撤销、暂停或换发。"),
    "invalid-means": N_("文件没有通过检查，不能作为凭据。原因见下。"),
    "undetermined-means": N_("有一项检查未能完成。这不等于证书是假的，也不能当作有效。"),
    "number": N_("证书编号"),
    "level": N_("等级"),
    "from": N_("生效日期"),
    "until": N_("有效期至"),
    "ask-name": N_("核对持证人姓名"),
    "compare": N_("核对"),
    "same-name": N_("姓名与证书一致。"),
    "other-name": N_("姓名与证书不一致。"),
    "looked-at": N_("检查了什么"),
    "passed": N_("通过"),
    "failed": N_("未通过"),
    "not-checked": N_("未能检查"),
    "colon": N_("："),
    "status-in-pack:passed": WORDS["status-in-pack", Outcome.PASSED],
    **{
        f"status-in-pack:{what}": WORDS[f"status-in-pack:{what}", Outcome.FAILED]
        for what in (Status.REVOKED, Status.SUSPENDED, Status.REPLACED)
    },
    "status-in-pack:failed": N_("按本页的状态数据，证书已被撤销、暂停或换发。"),
    "status-in-pack:not-checked": N_("证书比本页新，本页没有它的状态。请重新下载本页。"),
    "no-twin:not-checked": N_("文件中没有电子凭证，离线时不能查验状态。"),
    "browser:not-checked": N_("这个浏览器不能检查签章，请换用较新的浏览器。"),
}


def compose(known: Pack, authority: dict[str, Any], issuer: tuple[str, str]) -> str:
    """The whole page: a pack, what `trusted` gives, the issuer's name in both languages."""
    words = {
        locale: {name: i18n.translate(word, locale) for name, word in _words().items()}
        | {"issuer": name}
        for locale, name in zip(i18n.LOCALES, issuer, strict=True)
    }
    carried = {
        "made_at": known.made_at,
        "lists": known.lists,
        "words": words,
        "printed": _printed(),
        "since": known.since,
        "head": known.head,
        **authority,
    }
    # Nothing in the data can end the element that holds it.
    data = json.dumps(carried, ensure_ascii=False).replace("<", "\\u003c")
    script = "".join((_HERE / name).read_text("utf-8") for name in _SCRIPTS)
    style = (_HERE / "verifier.css").read_text("utf-8")
    parts = {"style": style, "script": script, "known": data}
    policy = (
        f"default-src 'none'; img-src data:; base-uri 'none'; form-action 'none';"
        f" script-src '{_hash(parts['script'])}'; style-src '{_hash(parts['style'])}'"
    )
    page = (_HERE / "verifier.html").read_text("utf-8").replace("@policy@", policy)
    for name, content in parts.items():
        page = page.replace(f"@{name}@", content, 1)
    return page


def _printed() -> dict[str, Any]:
    """How days and levels are printed, to compare a page with its twin."""
    standing = wording()
    return {
        "day": [standing.dates.zh, standing.dates.en],
        "months": standing.dates.months,
        "no_end": [standing.no_end.zh, standing.no_end.en],
        "levels": {level: [said.zh, said.en] for level, said in standing.levels.items()},
    }


def _words() -> dict[str, str]:
    checks = {
        f"{code}:{outcome}": word for (code, outcome), word in WORDS.items() if code in _CODES
    }
    return {**checks, **SAID}


def _hash(content: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"


def trusted(folder: Path) -> dict[str, Any]:
    """An installation's seals: key, period, whether revoked, what is around a signature of each."""
    return {"seals": [_seal(folder, certificate) for certificate in revocation.seals(folder)]}


def _seal(folder: Path, certificate: x509.Certificate) -> dict[str, Any]:
    chain = (keys.load_certificate(folder / "issuing.pem"),)
    return {
        "key": jose.public_key(certificate),
        "not_before": certificate.not_valid_before_utc.isoformat(),
        "not_after": certificate.not_valid_after_utc.isoformat(),
        "message": message.of(certificate, chain).parts(),
        "revoked": revocation.is_revoked(folder, certificate),
    }
