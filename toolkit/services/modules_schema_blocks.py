"""The shapes of blocks that show; the order of the fields is the order in the file.

Not here: blocks that ask (modules_schema_tasks.py), questions (modules_schema_questions.py).
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from toolkit.services.modules_schema_questions import FreeQuotes, Target
from toolkit.services.modules_schema_types import (
    Day,
    Digits,
    FactId,
    Facts,
    Key,
    Month,
    Shape,
    Text,
    UnitId,
    Units,
    Yes,
)

Number = Annotated[str, StringConstraints(pattern=r"^[0-9]+(?:\.[0-9]+)?$")]
Year = Annotated[str, StringConstraints(pattern=r"^[12][0-9]{3}$")]
WebAddress = Annotated[str, StringConstraints(pattern=r"^https://[^\s]+$")]


class FreeNumber(Shape):
    """A number in the texts of a block that no fact has to hold, and why."""

    number: Text
    reason: Text


class BlockShape(Shape):
    """What every block has: facts, is it a safety text, is it invented, numbers that need no fact, a heading."""

    key: Key
    kind: str
    facts: Facts = None
    safety: Yes | None = None
    fictional: Yes | None = None
    free_numbers: Annotated[list[FreeNumber], Field(min_length=1)] | None = None
    free_quotes: FreeQuotes = None
    heading: UnitId | None = None


class Fold(Shape):
    """Detail that opens on demand."""

    label: UnitId
    paragraphs: Units


class TextBlock(BlockShape):
    """Paragraphs, then a list, then what opens on demand."""

    kind: Literal["text"]
    lead: UnitId | None = None
    paragraphs: Units
    items: Units | None = None
    more: Fold | None = None


class Part(Shape):
    """One of the parts that a whole is made of."""

    key: Key
    title: UnitId
    label: UnitId
    text: UnitId


class PartsBlock(BlockShape):
    """A whole and its parts."""

    kind: Literal["parts"]
    intro: UnitId | None = None
    parts: Annotated[list[Part], Field(min_length=2)]


class Bar(Shape):
    """One line of a chart; `other` draws it grey."""

    key: Key
    text: UnitId
    value: Number
    other: Yes | None = None


class Chart(Shape):
    """An honest little chart: one sentence that it answers, bars from zero; `whole` is what all bars are shares of."""

    answer: UnitId
    unit: UnitId
    whole: Number | None = None
    percent: Yes | None = None
    bars: Annotated[list[Bar], Field(min_length=2)]


class FigureBlock(BlockShape):
    """A key figure: the number as written in the language, what it counts, its year, what it leaves out."""

    kind: Literal["figure"]
    value: UnitId
    label: UnitId
    year: Year
    paragraphs: Units | None = None
    chart: Chart | None = None


class QuoteBlock(BlockShape):
    """A quotation, letter for letter as its fact has it; other languages than the quotation's are our translation."""

    kind: Literal["quote"]
    intro: UnitId | None = None
    quote: UnitId
    fact: FactId
    by: UnitId
    paragraphs: Units | None = None


class Side(Shape):
    """One position: who says it, and what."""

    key: Key
    who: UnitId
    says: Units
    facts: Facts = None


class PositionsBlock(BlockShape):
    """Who says what: positions beside each other."""

    kind: Literal["positions"]
    intro: UnitId | None = None
    sides: Annotated[list[Side], Field(min_length=2)]
    closing: UnitId | None = None


class Row(Shape):
    """One row of a table: its name and a cell for each column."""

    key: Key
    text: UnitId
    cells: Units


class TableBlock(BlockShape):
    """A table with named rows and columns; `corner` names the first column."""

    kind: Literal["table"]
    intro: UnitId | None = None
    corner: UnitId
    columns: Annotated[list[Target], Field(min_length=1)]
    rows: Annotated[list[Row], Field(min_length=2)]
    closing: UnitId | None = None


class Event(Shape):
    """One point of a timeline."""

    key: Key
    when: UnitId
    title: UnitId
    text: UnitId
    facts: Facts = None


class TimelineBlock(BlockShape):
    """What happened when."""

    kind: Literal["timeline"]
    intro: UnitId | None = None
    events: Annotated[list[Event], Field(min_length=3)]


class Model(Shape):
    """A model of law; its shape on the map is drawn from the key."""

    key: Literal["general", "victim", "any", "open"]
    name: UnitId
    text: UnitId


class LawCard(Shape):
    """The law of one country: its tile, what is forbidden to the buyer or user, since when, what is open."""

    key: Key
    name: UnitId
    model: Literal["general", "victim", "any", "open"]
    column: Digits
    row: Digits
    forbids: UnitId
    since: UnitId
    penalty: UnitId | None = None
    open: UnitId | None = None
    checked: Month
    facts: Facts


class LawMapBlock(BlockShape):
    """Tiles whose shape tells the model, a table of the same, a card for each country, two side by side."""

    kind: Literal["law_map"]
    intro: UnitId
    models: Annotated[list[Model], Field(min_length=2)]
    countries: Annotated[list[LawCard], Field(min_length=2)]
    closing: UnitId | None = None


class Step(Shape):
    """One of the four steps."""

    key: Literal["notice", "safe", "note", "call"]
    title: UnitId
    text: UnitId


class StepsBlock(BlockShape):
    """Notice, stay safe, note, call; and what comes first in danger."""

    kind: Literal["steps"]
    intro: UnitId | None = None
    steps: Annotated[list[Step], Field(min_length=4, max_length=4)]
    danger: UnitId


class ResponseBlock(BlockShape):
    """The response card: three lines, the same everywhere."""

    kind: Literal["response"]
    lines: Annotated[list[UnitId], Field(min_length=3, max_length=3)]


class CountryBlock(BlockShape):
    """The card of the country she has chosen; `anonymous` shows only the anonymous lines and 112."""

    kind: Literal["country"]
    anonymous: Yes | None = None
    intro: UnitId | None = None


class AffectedBlock(BlockShape):
    """The panel "If this is about you"."""

    kind: Literal["affected"]
    paragraphs: Units


class Link(Shape):
    """A page elsewhere: its title and its date in words; opens only when she chooses it."""

    key: Key
    title: UnitId
    address: WebAddress
    date: Day


class Poster(Shape):
    """A sheet for the wall: signs, and the response card below; never a nationality, dress or looks."""

    title: UnitId
    signs: Units
    lines: Units


class ResourceBlock(BlockShape):
    """Something to take along: a poster to print, pages to read elsewhere."""

    kind: Literal["resource"]
    paragraphs: Units | None = None
    poster: Poster | None = None
    links: Annotated[list[Link], Field(min_length=1)] | None = None
