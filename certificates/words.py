"""The words of this package: the kinds of paper beside certificates."""

from enum import StrEnum


class StatementKind(StrEnum):
    """What a statement is about."""

    ELIGIBILITY = "eligibility"  # a determination under a policy that an officer has confirmed
    HOURS = "hours"  # a person's hours in the ledger
    RECEIPT = "receipt"  # an application that was handed in
