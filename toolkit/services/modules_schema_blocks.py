"""The shapes of blocks and questions; the order of the fields is the order in the file."""

from typing import Annotated, Literal

from pydantic import Field

from toolkit.services.modules_schema_types import (
    Facts,
    Key,
    Shape,
    UnitId,
    Units,
    Yes,
)


class Option(Shape):
    """One answer of a question: its text, its feedback, and whether it is right or where it belongs."""

    key: Key
    text: UnitId
    feedback: UnitId
    right: Yes | None = None
    target: Key | None = None


class Target(Shape):
    """A place that rows or cards are sorted into."""

    key: Key
    text: UnitId


ItemType = Literal["single", "multiple", "truefalse", "situation", "match", "order"]
Options = Annotated[list[Option], Field(min_length=2)]
Targets = Annotated[list[Target], Field(min_length=2)]


class CheckItem(Shape):
    """The one question of a knowledge check."""

    type: ItemType
    fictional: Yes | None = None
    stem: UnitId
    question: UnitId | None = None
    options: Options
    targets: Targets | None = None


class Part(Shape):
    """One of the parts that a whole is made of."""

    key: Key
    title: UnitId
    label: UnitId
    text: UnitId


class Reading(Shape):
    """One line of reading a case: the question and what the case says."""

    key: Key
    label: UnitId
    text: UnitId


class Twin(Shape):
    """A second, unsolved case with one choice of three."""

    story: UnitId
    question: UnitId
    options: Options


class Card(Shape):
    """One card of a sorter and the bin it belongs in."""

    key: Key
    text: UnitId
    bin: Key
    feedback: UnitId


class TextBlock(Shape):
    """Paragraphs."""

    key: Key
    kind: Literal["text"]
    facts: Facts = None
    safety: Yes | None = None
    fictional: Yes | None = None
    heading: UnitId | None = None
    lead: UnitId | None = None
    paragraphs: Units


class PartsBlock(Shape):
    """A whole and its parts."""

    key: Key
    kind: Literal["parts"]
    facts: Facts = None
    safety: Yes | None = None
    fictional: Yes | None = None
    heading: UnitId | None = None
    intro: UnitId | None = None
    parts: Annotated[list[Part], Field(min_length=2)]


class CaseBlock(Shape):
    """A solved case and its twin."""

    key: Key
    kind: Literal["case"]
    facts: Facts = None
    safety: Yes | None = None
    fictional: Yes | None = None
    heading: UnitId
    story: Units
    reading: Annotated[list[Reading], Field(min_length=1)]
    conclusion: UnitId
    twin: Twin | None = None


class SorterBlock(Shape):
    """Cards to sort into bins."""

    key: Key
    kind: Literal["sorter"]
    facts: Facts = None
    safety: Yes | None = None
    fictional: Yes | None = None
    heading: UnitId
    task: UnitId
    bins: Targets
    cards: Annotated[list[Card], Field(min_length=2)]
    closing: UnitId | None = None


class CheckBlock(Shape):
    """A knowledge check."""

    key: Key
    kind: Literal["check"]
    facts: Facts = None
    safety: Yes | None = None
    fictional: Yes | None = None
    heading: UnitId
    item: CheckItem


class AffectedBlock(Shape):
    """The panel "If this is about you"."""

    key: Key
    kind: Literal["affected"]
    facts: Facts = None
    safety: Yes | None = None
    heading: UnitId
    paragraphs: Units


Block = Annotated[
    TextBlock | PartsBlock | CaseBlock | SorterBlock | CheckBlock | AffectedBlock, Field(discriminator="kind")
]
