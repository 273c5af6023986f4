"""Identity numbers: what is well formed, and what the number itself says.

Resident identity numbers are GB 11643: six digits of region, eight of birth date, three of
sequence, and a check character by ISO 7064 MOD 11-2. The foreign permanent resident card has
carried eighteen characters of the same make since 2023, beginning with 9; older cards have three
letters and twelve digits. Whether a region exists is not asked: regions come and go, and the
number stays.
"""

import re
import unicodedata
from datetime import date

from registry.platform.errors import FieldError
from registry.platform.i18n import N_
from registry.words import IdentityKind

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"

EIGHTEEN = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
OLD_FOREIGN_RESIDENT = re.compile(r"[A-Z]{3}[0-9]{12}", re.ASCII)
PASSPORT = re.compile(r"[A-Z0-9]{5,15}", re.ASCII)
FOREIGN_FORM = N_("永久居留身份证号码为 9 开头的 18 位，或 3 个字母加 12 位数字。")


def normalise(number: str) -> str:
    """The number as it is stored and compared: plain capitals and digits, nothing between them."""
    plain = unicodedata.normalize("NFKC", number).upper()
    return "".join(character for character in plain if character.isalnum())


def check_character(seventeen: str) -> str:
    """The eighteenth character that belongs to seventeen digits (ISO 7064 MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, seventeen, strict=True))
    return CHECK_CHARACTERS[total % 11]


def birth_date(number: str) -> date | None:
    """The birth date an eighteen-character number carries, or None when it is no date."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def faults(kind: IdentityKind, number: str, born: date | None, on: date) -> list[FieldError]:
    """Everything that is wrong with a normalised number and the birth date beside it.

    `born` may be None only where the number itself carries the date. `on` is the day of asking.
    """
    found = _number_faults(kind, number, on)
    if born is None and not _carries_birth_date(number):
        found.append(FieldError("born_on", "required", N_("请填写出生日期。")))
    if born is not None and born >= on:
        found.append(FieldError("born_on", "in-future", N_("出生日期须早于今天。")))
    elif (
        born is not None
        and not found
        and _carries_birth_date(number)
        and birth_date(number) != born
    ):
        message = N_("出生日期与证件号码中的日期不一致，请核对两处。")
        found.append(FieldError("born_on", "differs", message))
    return found


def _carries_birth_date(number: str) -> bool:
    return EIGHTEEN.fullmatch(number) is not None


def _number_faults(kind: IdentityKind, number: str, on: date) -> list[FieldError]:
    def fault(code: str, message: str) -> list[FieldError]:
        return [FieldError("number", code, message)]

    if kind is IdentityKind.PASSPORT:
        if not PASSPORT.fullmatch(number):
            return fault("form", N_("护照号码为 5 至 15 位字母和数字。"))
        return []
    if kind is IdentityKind.FOREIGN_RESIDENT:
        if OLD_FOREIGN_RESIDENT.fullmatch(number):
            return []
        if not EIGHTEEN.fullmatch(number) or number[0] != "9":
            return fault("form", FOREIGN_FORM)
    elif EIGHTEEN.fullmatch(number) and number[0] == "9":
        # Or the holder of one card could be on record twice, once under each kind.
        return fault("form", FOREIGN_FORM)
    elif not EIGHTEEN.fullmatch(number):
        return fault("form", N_("居民身份证号码为 18 位：17 位数字，末位为数字或 X。"))
    born = birth_date(number)
    if born is None or born.year < 1900 or born >= on:
        return fault("birth-date", N_("第 7 至 14 位不是真实的出生日期，请核对号码。"))
    if check_character(number[:17]) != number[17]:
        return fault("check-digit", N_("末位校验码不对，请逐位核对号码。"))
    return []


def masked(number: str) -> str:
    """The number as it is shown: the first three and last four characters of a long one."""
    if len(number) >= 15:
        return number[:3] + "*" * (len(number) - 7) + number[-4:]
    return number[:1] + "*" * (len(number) - 3) + number[-2:]


def masked_name(name: str) -> str:
    """A name as strangers see it: the first character, and the last of a longer one."""
    if len(name) <= 2:
        return name[:1] + "*" * (len(name) - 1)
    return name[0] + "*" * (len(name) - 2) + name[-1]
