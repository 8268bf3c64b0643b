"""The shapes of questions: options, targets, cards, the scenes of a scenario; in blocks and in banks alike."""

from typing import Annotated, Literal

from pydantic import Field

from toolkit.services.modules_schema_types import Facts, Key, Shape, Text, UnitId, UnitName, Units, Yes


class FreeQuote(Shape):
    """A text whose words in quotation marks nobody has to have said, and why."""

    unit: UnitName
    reason: Text


FreeQuotes = Annotated[list[FreeQuote], Field(min_length=1)] | None


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


class CitingItem(CheckItem):
    """A question that stands in no block ("test me") and cites for itself."""

    facts: Facts = None
    free_quotes: FreeQuotes = None


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


class Choice(Shape):
    """One way to act: what follows (outcome), why (feedback), which scene comes then; `right` is the good way."""

    key: Key
    text: UnitId
    outcome: UnitId
    feedback: UnitId
    right: Yes | None = None
    next: Key | None = None


class Scene(Shape):
    """One moment of a scenario and its three choices; `little`: what is seen here is too little to say anything."""

    key: Key
    little: Yes | None = None
    text: Units | None = None
    question: UnitId
    options: Annotated[list[Choice], Field(min_length=3, max_length=3)]


Scenes = Annotated[list[Scene], Field(min_length=1)]


class Story(Shape):
    """A scenario of one sector: told, decided scene by scene, ended safely."""

    key: Key
    name: UnitId
    story: Units
    scenes: Scenes
    ending: Units
