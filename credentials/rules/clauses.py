"""The closed vocabulary of a policy file: one kind of clause per word.

Leaves look at a fact, folds at earlier clauses. A clause gives points or is a condition (0 or 1).
Adding a word means adding its kind here, its columns in `evaluator`, its lint, its words.
"""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Field, StrictInt, Tag

from credentials.rules.facts import Mark
from credentials.rules.sources import Name, Points, Shape, Source, Status, Text, Unit, Whole, Words

Several = Annotated[tuple[Name, ...], Field(min_length=1)]


class Clause(Shape):
    """What every clause has; status and source are the document's where it gives none."""

    word: ClassVar[str]
    """The word of the vocabulary this kind of clause is written with."""
    condition: ClassVar[bool] = True
    """Whether it is met or not, rather than worth points."""

    id: Name
    cite: Words
    text: Text
    status: Status | None = None
    source: Source | None = None
    unit: Unit | None = None
    """What its points count where they are not points: yuan a month, class hours."""

    @property
    def gives_points(self) -> bool:
        """Whether its columns are points; otherwise they are 0 (not met) and 1 (met)."""
        return not self.condition

    @property
    def facts_named(self) -> tuple[str, ...]:
        """The facts it looks at itself."""
        return ()

    @property
    def clauses_named(self) -> tuple[str, ...]:
        """The earlier clauses it stands on."""
        return ()


class Leaf(Clause):
    """A clause about one fact."""

    fact: Name

    @property
    def facts_named(self) -> tuple[str, ...]:
        """Its one fact."""
        return (self.fact,)


class Bands(Leaf):
    """Points by where a number falls: `[[from, points], …]`, lowest first."""

    word = "bands"
    condition = False
    bands: tuple[tuple[Mark, Points], ...] = Field(min_length=1)


class Choices(Leaf):
    """Points by choice, one for every choice of the fact."""

    word = "choices"
    condition = False
    choices: dict[Name, Points]


class Per(Leaf):
    """Points for every full so-and-so many, up to a cap, once a first mark is reached."""

    class Rate(Shape):
        """`points` (which may be negative) for every full `each`; nothing below `once`."""

        each: Annotated[Whole, Field(ge=1)]
        points: Points
        at_most: Points | None = None
        once: Annotated[Whole, Field(ge=0)] = 0

        def steps(self, most: int) -> int:
            """How many steps can earn anything, for a fact that goes up to `most`."""
            if self.at_most is None:
                return most // self.each
            return min(most // self.each, -(-self.at_most // self.points))

    word = "per"
    condition = False
    per: Rate


class AtLeast(Leaf):
    """The fact is this or more."""

    word = "at_least"
    at_least: Mark


class AtMost(Leaf):
    """The fact is this or less."""

    word = "at_most"
    at_most: Mark


class Is(Leaf):
    """The fact is exactly this."""

    word = "is"
    is_: Mark = Field(alias="is")


class Fold(Clause):
    """A clause over several earlier ones."""

    of: ClassVar[str]

    @property
    def clauses_named(self) -> tuple[str, ...]:
        """The clauses it folds, as the file lists them."""
        named: tuple[str, ...] = getattr(self, self.of)
        return named


class Sum(Fold):
    """Points added up."""

    word, of, condition = "sum", "sum", False
    sum: Several


class BestOf(Fold):
    """The highest of several points (取最高一项)."""

    word, of, condition = "best_of", "best_of", False
    best_of: Several


class All(Fold):
    """Every one of several conditions."""

    word, of = "all", "all_"
    all_: Several = Field(alias="all")


class AnyOf(Fold):
    """At least one of several conditions."""

    word, of = "any", "any_"
    any_: Several = Field(alias="any")


class NoneOf(Fold):
    """Not one of several conditions: the veto (一票否决)."""

    word, of = "none", "none"
    none: Several


class Count(Clause):
    """So-and-so many of several conditions."""

    class Tally(Shape):
        """The conditions, and how many of them are needed."""

        of: Several
        need: Annotated[StrictInt, Field(ge=1)]

    word = "count"
    count: Tally

    @property
    def clauses_named(self) -> tuple[str, ...]:
        """The conditions counted."""
        return self.count.of


class Stake(Shape):
    """A clause and a number of points."""

    clause: Name
    points: Points


class Reach(Clause):
    """The points of a clause come to a mark."""

    word = "reach"
    reach: Stake

    @property
    def clauses_named(self) -> tuple[str, ...]:
        """The clause whose points are looked at."""
        return (self.reach.clause,)


class Worth(Clause):
    """Points for a condition when it is met."""

    word = "worth"
    condition = False
    worth: Stake

    @property
    def clauses_named(self) -> tuple[str, ...]:
        """The condition that earns the points."""
        return (self.worth.clause,)


class Provided(Clause):
    """The points of a clause on one condition; without it none."""

    class Proviso(Shape):
        """The clause that gives points, and the condition they hang on."""

        points: Name
        when: Name

    word = "provided"
    condition = False
    provided: Proviso

    @property
    def clauses_named(self) -> tuple[str, ...]:
        """The points, then the condition."""
        return (self.provided.points, self.provided.when)


class Python(Clause):
    """The odd clause: a function registered in `functions`, over the facts and clauses it names."""

    word = "python"
    python: Name
    gives: Literal["points", "condition"]
    facts: tuple[Name, ...] = ()
    of: tuple[Name, ...] = ()

    @property
    def gives_points(self) -> bool:
        """As the file declares it."""
        return self.gives == "points"

    @property
    def facts_named(self) -> tuple[str, ...]:
        """The facts the function reads."""
        return self.facts

    @property
    def clauses_named(self) -> tuple[str, ...]:
        """The earlier clauses the function reads."""
        return self.of


KINDS: tuple[type[Clause], ...] = (
    Bands, Choices, Per, AtLeast, AtMost, Is, Sum, BestOf, All, AnyOf, NoneOf, Count, Reach, Worth,
    Provided, Python,
)  # fmt: skip
VOCABULARY = tuple(kind.word for kind in KINDS)


def _word(clause: Any) -> str | None:
    """The word a clause is written with. Of two, the second is then unknown to the first."""
    if isinstance(clause, Clause):
        return clause.word
    return next((word for word in VOCABULARY if word in clause), None)


AnyClause = Annotated[
    Annotated[Bands, Tag("bands")]
    | Annotated[Choices, Tag("choices")]
    | Annotated[Per, Tag("per")]
    | Annotated[AtLeast, Tag("at_least")]
    | Annotated[AtMost, Tag("at_most")]
    | Annotated[Is, Tag("is")]
    | Annotated[Sum, Tag("sum")]
    | Annotated[BestOf, Tag("best_of")]
    | Annotated[All, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[NoneOf, Tag("none")]
    | Annotated[Count, Tag("count")]
    | Annotated[Reach, Tag("reach")]
    | Annotated[Worth, Tag("worth")]
    | Annotated[Provided, Tag("provided")]
    | Annotated[Python, Tag("python")],
    Discriminator(_word),
]
