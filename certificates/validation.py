"""Is this file, byte for byte, one that our seal was set to? Looks at the file alone, offline.

Stricter than a PDF viewer, because the register knows how its own files are made: one signature
over the whole file that allows no change, by a seal under our own root, and nothing before,
after or between. Whether the certificate is still in force is not in the file; ask the register.

A file from outside is looked at by `validate_apart`, in a process with limits of its own.
"""

import json
import os
import re
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from cryptography import x509

from certificates.examination import Examination
from certificates.numbering import NotANumber, WrongCheckCharacter, normalise_number
from registry.platform.i18n import N_

_NUMBER = re.compile(rb"(?:/Keywords ?\(|<dc:identifier>)([0-9A-Z-]{10,40})[)<]")


class Outcome(StrEnum):
    """How one check went."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not-checked"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; `detail` is a Chinese message id."""

    code: str
    outcome: Outcome
    detail: str


WORDS: dict[str, tuple[str, str]] = {
    "pdf-readable": (
        N_("文件是完整的 PDF，首尾没有多余内容。"),
        N_("文件不是完整的 PDF，或首尾有多余内容。"),
    ),
    "one-signature": (
        N_("文件中恰有一个数字签章。"),
        N_("文件中没有数字签章，或不止一个。"),
    ),
    "whole-file": (
        N_("签章覆盖整个文件。"),
        N_("签章没有覆盖整个文件：签章之后有内容被添加或改动。"),
    ),
    "no-changes-allowed": (
        N_("签章声明不允许任何改动。"),
        N_("签章没有声明不允许改动，不是本系统签发的形式。"),
    ),
    "signature-form": (
        N_("签章的形式与本系统签发的一致（PAdES）。"),
        N_("签章的形式与本系统签发的不同。"),
    ),
    "unchanged": (
        N_("文件内容自签章以来没有变化。"),
        N_("文件内容与签章不符：文件被改动过。"),
    ),
    "issued-by-us": (
        N_("签章证书由本系统的根证书签发，并在有效期内。"),
        N_("签章证书不是由本系统的根证书签发，或不在有效期内。"),
    ),
    "seal-not-revoked": (
        N_("签章证书没有被吊销。"),
        N_("签章证书已被吊销。"),
    ),
}
NOT_REACHED = N_("前面的检查没有通过，此项无法检查。")
NO_LIST = N_("没有可用的证书吊销列表，此项未检查。")
TOO_MUCH = N_("检查该文件所需的时间或内存超过限制，未能检查。")
TOO_LARGE = N_("文件过大，未能检查。")


def validate(
    file: bytes, roots: Sequence[x509.Certificate], at: datetime, crls: Sequence[bytes] = ()
) -> list[Check]:
    """Check a file against our roots as of `at`, and lists of revoked certificates (DER) if any.

    Every check is answered, in a fixed order; nothing a file holds makes this raise. That the
    seal was not revoked is answered only where lists are given or the seal names one.
    """
    examined = Examination(file, roots, at, crls)
    first: dict[str, Callable[[], bool]] = {
        "pdf-readable": examined.pdf_readable,
        "one-signature": examined.one_signature,
    }
    then: dict[str, Callable[[], bool]] = {
        "whole-file": examined.whole_file,
        "no-changes-allowed": examined.no_changes_allowed,
        "signature-form": examined.signature_form,
        "unchanged": examined.unchanged,
        "issued-by-us": examined.issued_by_us,
    }
    checks: list[Check] = []
    for code, question in first.items():
        reached = all(check.outcome is Outcome.PASSED for check in checks)
        checks.append(_answer(code, question) if reached else _unanswered(code, NOT_REACHED))
    if any(check.outcome is not Outcome.PASSED for check in checks):
        return checks + [_unanswered(code, NOT_REACHED) for code in then]
    checks += [_answer(code, question) for code, question in then.items()]
    if crls:
        checks.append(_answer("seal-not-revoked", examined.seal_not_revoked))
    elif _answer("", examined.names_a_revocation_list).outcome is Outcome.PASSED:
        checks.append(_unanswered("seal-not-revoked", NO_LIST))
    return checks


def _answer(code: str, question: Callable[[], bool]) -> Check:
    passed, failed = WORDS.get(code, ("", ""))
    try:
        holds = question()
    except (MemoryError, RecursionError):
        return _unanswered(code, TOO_MUCH)
    except Exception:  # pyHanko 0.38.0 raises half a dozen kinds over a crafted file
        holds = False
    return Check(code, Outcome.PASSED, passed) if holds else Check(code, Outcome.FAILED, failed)


def _unanswered(code: str, why: str) -> Check:
    return Check(code, Outcome.NOT_CHECKED, why)


def read_number(file: bytes) -> str | None:
    """The certificate number a file says it has; anybody can write that, so it proves nothing."""
    found = _NUMBER.search(file)
    try:
        return normalise_number(found[1].decode("ascii")) if found else None
    except (NotANumber, WrongCheckCharacter):
        return None


def validate_apart(
    file: bytes,
    roots_pem: Sequence[bytes],
    at: datetime,
    crls: Sequence[bytes] = (),
    *,
    seconds: int = 20,
    megabytes: int = 600,
    largest_megabytes: int = 20,
) -> list[Check]:
    """Check a file as `validate` does, in a process of its own that may take only so much.

    `seconds` limits its processor time and, again, the wait for it; `megabytes` its memory. A file
    that needs more, or is larger than `largest_megabytes`, is answered with `not-checked`.
    """
    if len(file) > largest_megabytes * 2**20:
        return _all_unanswered(TOO_LARGE)
    asked = {
        "seconds": seconds,
        "megabytes": megabytes,
        "roots": [root.decode("ascii") for root in roots_pem],
        "at": at.isoformat(),
        "crls": [listed.hex() for listed in crls],
    }
    try:
        told = subprocess.run(  # noqa: S603 -- our own module, no words of the caller's
            [sys.executable, "-m", __name__ if __name__ != "__main__" else __spec__.name],
            input=json.dumps(asked).encode() + b"\n" + file,
            capture_output=True,
            timeout=2 * seconds,
            env={"PYTHONPATH": os.pathsep.join(entry or os.getcwd() for entry in sys.path)},
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return _all_unanswered(TOO_MUCH)
    answers: list[dict[str, Any]] = json.loads(told.stdout)
    return [Check(each["code"], Outcome(each["outcome"]), each["detail"]) for each in answers]


def _all_unanswered(why: str) -> list[Check]:
    return [_unanswered(code, why) for code in WORDS if code != "seal-not-revoked"]


def _serve() -> None:
    """The other side of `validate_apart`: question and file on standard input, answer on output."""
    asked = json.loads(sys.stdin.buffer.readline())
    memory = asked["megabytes"] * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (asked["seconds"], asked["seconds"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    checks = validate(
        sys.stdin.buffer.read(),
        [x509.load_pem_x509_certificate(root.encode()) for root in asked["roots"]],
        datetime.fromisoformat(asked["at"]),
        [bytes.fromhex(listed) for listed in asked["crls"]],
    )
    sys.stdout.write(json.dumps([asdict(check) for check in checks]))


if __name__ == "__main__":
    _serve()
