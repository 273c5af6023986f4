"""Tables of the training package."""

from piccolo.columns import UUID, Date, Integer, LazyTableReference, Text, Timestamptz, Varchar
from piccolo.table import Table

from registry.platform.columns import link
from registry.tables import Account, Organisation, Person
from training.words import Mode, Module


class HoursEntry(Table, tablename="hours_entry"):
    """One line of the hours ledger. Append-only; a mistake gets a reversing line.

    (base, reference) is unique, by an index in the migrations.
    """

    id = UUID(primary_key=True)
    person = link(Person)
    base = link(Organisation, help_text="The training base that vouches for it.")
    reference = Varchar(length=60, default=None, help_text="The base's own number for it.")
    course = Varchar(length=200, default=None)
    module = Varchar(length=30, choices=Module, default=None)
    mode = Varchar(length=30, choices=Mode, default=None)
    held_on = Date(default=None, help_text="Day of the class.")
    minutes = Integer(default=None, help_text="Earned; negative in a reversal.")
    offered_minutes = Integer(default=None, help_text="Length of the class.")
    reverses = link(
        LazyTableReference("HoursEntry", module_path=__name__),
        null=True,
        unique=True,
        help_text="The entry this one takes back; each at most once.",
    )
    reason = Text(null=True, default=None, help_text="Of a reversal.")
    recorded_by = link(Account)
    recorded_at = Timestamptz(default=None)
