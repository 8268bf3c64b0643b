"""The shapes of blocks that ask something of the learner, and the union of all kinds of blocks."""

from typing import Annotated, Literal

from pydantic import Field

from toolkit.services.modules_schema_blocks import (
    AffectedBlock,
    BlockShape,
    CountryBlock,
    FigureBlock,
    LawMapBlock,
    PartsBlock,
    PositionsBlock,
    QuoteBlock,
    ResourceBlock,
    ResponseBlock,
    StepsBlock,
    TableBlock,
    TextBlock,
    TimelineBlock,
)
from toolkit.services.modules_schema_questions import Card, CheckItem, Scenes, Story, Target, Targets, Twin
from toolkit.services.modules_schema_types import Key, Shape, UnitId, Units


class Reading(Shape):
    """One line of reading a case: the question and what the case says."""

    key: Key
    label: UnitId
    text: UnitId


class CaseBlock(BlockShape):
    """A solved case and its twin."""

    kind: Literal["case"]
    heading: UnitId
    story: Units
    reading: Annotated[list[Reading], Field(min_length=1)]
    conclusion: UnitId
    twin: Twin | None = None


class SorterBlock(BlockShape):
    """Cards to sort into bins."""

    kind: Literal["sorter"]
    heading: UnitId
    task: UnitId
    bins: Targets
    cards: Annotated[list[Card], Field(min_length=2)]
    closing: UnitId | None = None


class ScenarioBlock(BlockShape):
    """A story with choices, consequences and a way back; it always ends on a safe route."""

    kind: Literal["scenario"]
    heading: UnitId
    story: Units
    scenes: Scenes
    ending: Units


class SectorsBlock(BlockShape):
    """One scenario for each sector; she takes the one of her work."""

    kind: Literal["sectors"]
    heading: UnitId
    intro: UnitId
    stories: Annotated[list[Story], Field(min_length=2)]


class Indicator(Shape):
    """One of the eleven indicators: its name and what it looks like."""

    key: Key
    name: UnitId
    text: UnitId


class Situation(Shape):
    """A short situation, which indicators are in it, and why."""

    key: Key
    story: Units
    question: UnitId
    present: Annotated[list[Key], Field(min_length=1)]
    feedback: UnitId


class IndicatorsBlock(BlockShape):
    """The eleven indicators with their signs; picked out in situations where there are any."""

    kind: Literal["indicators"]
    heading: UnitId
    intro: UnitId | None = None
    indicators: Annotated[list[Indicator], Field(min_length=11, max_length=11)]
    situations: Annotated[list[Situation], Field(min_length=1)] | None = None


class CheckBlock(BlockShape):
    """A knowledge check."""

    kind: Literal["check"]
    heading: UnitId
    item: CheckItem


class ReflectionBlock(BlockShape):
    """Something to think about; nothing is written, nothing kept."""

    kind: Literal["reflection"]
    paragraphs: Units


class IfThenBlock(BlockShape):
    """A ready "if" joined to a ready "then", or her own; stays on paper or on the device."""

    kind: Literal["if_then"]
    heading: UnitId
    task: UnitId
    ifs: Targets
    thens: Targets
    lines: Annotated[list[Target], Field(min_length=1)] | None = None


Block = Annotated[
    TextBlock
    | PartsBlock
    | FigureBlock
    | QuoteBlock
    | PositionsBlock
    | TableBlock
    | TimelineBlock
    | LawMapBlock
    | StepsBlock
    | ResponseBlock
    | CountryBlock
    | AffectedBlock
    | ResourceBlock
    | CaseBlock
    | SorterBlock
    | ScenarioBlock
    | SectorsBlock
    | IndicatorsBlock
    | CheckBlock
    | ReflectionBlock
    | IfThenBlock,
    Field(discriminator="kind"),
]
