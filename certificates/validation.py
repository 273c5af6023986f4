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
from datetime import datetime

import msgspec
from cryptography import x509

from certificates.answers import Check, Outcome, Reason, check
from certificates.examination import Examination
from certificates.numbering import NotANumber, WrongCheckCharacter, normalise_number

_NUMBER = re.compile(rb"(?:/Keywords ?\(|<dc:identifier>)([0-9A-Z-]{10,40})[)<]")
FIRST = ("pdf-readable", "one-signature")
"""Without these there is nothing to look at."""
TWIN = ("twin-sealed", "twin-agrees")
"""Asked of what encloses a twin."""
THEN = ("whole-file", "no-changes-allowed", "signature-form", "unchanged", "issued-by-us")


class Finding(msgspec.Struct, frozen=True):
    """How one check of a file went; its sentence stands in `certificates.answers`."""

    code: str
    outcome: Outcome
    reason: Reason | None = None
    """Why it could not be looked at."""
    at: datetime | None = None
    """The moment that it found."""


def validate(
    file: bytes,
    roots: Sequence[x509.Certificate],
    at: datetime,
    crls: Sequence[bytes] = (),
    *,
    listed_at: datetime | None = None,
    stamping: Sequence[x509.Certificate] = (),
) -> list[Finding]:
    """Check a file against our roots as of `at`, and lists of revoked certificates (DER) if any.

    The lists are to be in force at `listed_at`, if that is given, else at `at` too. `stamping` are
    the certificates of time-stamp services whose word counts; what one says is answered only where
    the file has a time-stamp, and what the twin says only where it encloses one.
    Every check is answered, in a fixed order; nothing a file holds makes this raise. That the
    seal was not revoked is answered only where lists are given or the seal names one.
    """
    examined = Examination(file, roots, at, crls, listed_at or at, stamping)
    found: list[Finding] = []
    for code in FIRST:
        if any(each.outcome is not Outcome.PASSED for each in found):
            found.append(Finding(code, Outcome.NOT_CHECKED, Reason.NOT_REACHED))
        else:
            found.append(_answer(code, examined))
    if any(each.outcome is not Outcome.PASSED for each in found):
        return found + unanswered(Reason.NOT_REACHED, THEN)
    found += [_answer(code, examined) for code in THEN]
    if found[-1].outcome is not Outcome.PASSED:  # whose seal it is, is not known
        found += unanswered(Reason.NOT_REACHED, ("seal-not-revoked",)) if crls else []
    elif crls:
        found.append(_answer("seal-not-revoked", examined))
    elif _answer("names-a-revocation-list", examined).outcome is Outcome.PASSED:
        found += unanswered(Reason.NO_LIST, ("seal-not-revoked",))
    if _answer("has-a-twin", examined).outcome is Outcome.PASSED:
        untouched = all(each.outcome is Outcome.PASSED for each in found if each.code in THEN)
        asked = [_answer(code, examined) for code in TWIN] if untouched else []
        found += asked or unanswered(Reason.NOT_REACHED, TWIN)
    if _answer("has-a-time-stamp", examined).outcome is Outcome.PASSED:
        found.append(_stamped(examined))
    return found


def _stamped(examined: Examination) -> Finding:
    """How the time-stamp is found, and what it says."""
    answer = _answer("time-stamped", examined)
    if answer.outcome is Outcome.NOT_CHECKED and answer.reason is Reason.NO_LIST:
        return Finding(answer.code, answer.outcome, Reason.NO_STAMPING_ROOT)
    if answer.outcome is Outcome.PASSED and examined.stamp is not None:
        return Finding(answer.code, answer.outcome, at=examined.stamp.at)
    return answer


def _answer(code: str, examined: Examination) -> Finding:
    question: Callable[[], bool | None] = getattr(examined, code.replace("-", "_"))
    try:
        holds = question()
    except (MemoryError, RecursionError):
        return Finding(code, Outcome.NOT_CHECKED, Reason.TOO_MUCH)
    except Exception:  # pyHanko 0.38.0 raises half a dozen kinds over a crafted file
        holds = False
    if holds is None:
        return Finding(code, Outcome.NOT_CHECKED, Reason.NO_LIST)
    return Finding(code, Outcome.PASSED if holds else Outcome.FAILED)


def unanswered(why: Reason, codes: Sequence[str] = FIRST + THEN) -> list[Finding]:
    """The findings where nothing could be looked at."""
    return [Finding(code, Outcome.NOT_CHECKED, why) for code in codes]


def checks(found: Sequence[Finding]) -> list[Check]:
    """Findings as an answer says them, in the language of the request."""
    return [check(each.code, each.outcome, each.reason, at=each.at) for each in found]


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
    listed_at: datetime | None = None,
    stamping_pem: Sequence[bytes] = (),
    seconds: int = 20,
    megabytes: int = 600,
    largest_megabytes: int = 20,
) -> list[Finding]:
    """Check a file as `validate` does, in a process of its own that may take only so much.

    `seconds` limits its processor time and, twice, the wait for it; `megabytes` its memory. A file
    that needs more, or is larger than `largest_megabytes`, is answered with `not-checked`.
    """
    if len(file) > largest_megabytes * 2**20:
        return unanswered(Reason.TOO_LARGE)
    asked = {
        "seconds": seconds,
        "megabytes": megabytes,
        "roots": [root.decode("ascii") for root in roots_pem],
        "at": at.isoformat(),
        "crls": [listed.hex() for listed in crls],
        "listed_at": (listed_at or at).isoformat(),
        "stamping": [each.decode("ascii") for each in stamping_pem],
    }
    try:
        told = subprocess.run(
            [sys.executable, "-m", "certificates.validation"],
            input=json.dumps(asked).encode() + b"\n" + file,
            capture_output=True,
            timeout=2 * seconds,
            env={"PYTHONPATH": os.pathsep.join(entry or os.getcwd() for entry in sys.path)},
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return unanswered(Reason.TOO_MUCH)
    return msgspec.json.decode(told.stdout, type=list[Finding])


def _certificates(pem: Sequence[str]) -> list[x509.Certificate]:
    return [x509.load_pem_x509_certificate(each.encode()) for each in pem]


def _serve() -> None:
    """The other side of `validate_apart`: question and file on standard input, answer on output."""
    asked = json.loads(sys.stdin.buffer.readline())
    memory = asked["megabytes"] * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (asked["seconds"], asked["seconds"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    found = validate(
        sys.stdin.buffer.read(),
        _certificates(asked["roots"]),
        datetime.fromisoformat(asked["at"]),
        [bytes.fromhex(listed) for listed in asked["crls"]],
        listed_at=datetime.fromisoformat(asked["listed_at"]),
        stamping=_certificates(asked["stamping"]),
    )
    sys.stdout.buffer.write(msgspec.json.encode(found))


if __name__ == "__main__":
    _serve()
