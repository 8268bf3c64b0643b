"""The shape of each content file, field by field: every value is text, nothing unknown is let through.

The order of the fields is the order in the file. Not here: what must hold between values (modules_checks.py).
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from toolkit.services.modules_schema_blocks import FreeNumber
from toolkit.services.modules_schema_questions import CitingItem, FreeQuotes, ItemType, Options, Targets
from toolkit.services.modules_schema_tasks import Block
from toolkit.services.modules_schema_types import (
    Digits,
    FactId,
    Facts,
    Key,
    Language,
    Month,
    Shape,
    Telephone,
    Text,
    UnitId,
    Version,
    Yes,
    YesNo,
)


class Objective(Shape):
    """What the learner can do afterwards."""

    key: Key
    text: UnitId
    facts: Facts = None


class Lesson(Shape):
    """One page of a module."""

    key: Key
    minutes: Digits
    core: Yes | None = None
    quiet: Yes | None = None  # nothing is posted, kept or counted; reached by help/more
    title: UnitId
    objectives: Annotated[list[Key], Field(min_length=1)]
    blocks: Annotated[list[Block], Field(min_length=1)]
    test_me: Annotated[list[CitingItem], Field(min_length=3, max_length=3)] | None = None


class Module(Shape):
    """topics/<key>/module.yaml."""

    key: Key
    version: Version
    source: Language
    sensitivity: Literal["1", "2", "3"]
    cover: Key
    title: UnitId
    summary: UnitId
    notice: UnitId
    notice_print: UnitId
    objectives: Annotated[list[Objective], Field(min_length=1)]
    lessons: Annotated[list[Lesson], Field(min_length=1)]


class Variant(Shape):
    """The same question for one country: other words, the same option keys, the same right answer."""

    country: Key
    facts: Facts = None
    stem: UnitId
    question: UnitId | None = None
    options: Options


class BankItem(Shape):
    """One question of the bank.

    Items of one `family` are forms of one question: no quiz holds two. `little`: the situation is too little to say
    anything. `safety`: missed, it is explained and asked again in another form.
    """

    key: Key
    type: ItemType
    objective: Key
    use: Annotated[list[Literal["final", "lesson", "refresher"]], Field(min_length=1)]
    sector: Key
    surface: Key
    family: Key | None = None
    little: Yes | None = None
    safety: Yes | None = None
    facts: Facts = None
    fictional: Yes | None = None
    free_numbers: Annotated[list[FreeNumber], Field(min_length=1)] | None = None
    free_quotes: FreeQuotes = None
    stem: UnitId
    question: UnitId | None = None
    options: Options
    targets: Targets | None = None
    countries: Annotated[list[Variant], Field(min_length=1)] | None = None


class Bank(Shape):
    """topics/<key>/bank.yaml."""

    module: Key
    items: Annotated[list[BankItem], Field(min_length=1)]


class QuizRow(Shape):
    """One line of a course's quiz: so many items of these objectives and types; `little`: only such, or no such."""

    count: Digits
    objectives: Annotated[list[Key], Field(min_length=1)]
    types: Annotated[list[ItemType], Field(min_length=1)]
    little: YesNo | None = None


class Quiz(Shape):
    """The final quiz of a course; `pass` is the number of right answers that passes.

    `after`: it opens when the core lessons of these modules are finished.
    """

    minutes: Digits
    pass_: Annotated[Digits, Field(alias="pass")]
    after: Annotated[list[Key], Field(min_length=1)] | None = None
    rows: Annotated[list[QuizRow], Field(min_length=1)]


class Refresher(Shape):
    """Some questions so many days after the certificate: the objectives, one item for each time they stand there."""

    day: Digits
    objectives: Annotated[list[Key], Field(min_length=1)]


class Course(Shape):
    """courses/<key>.yaml."""

    key: Key
    version: Version
    source: Language
    order: Digits | None = None  # the place on the contents page; without one, after those that have one
    title: UnitId
    summary: UnitId
    minutes: Digits
    modules: Annotated[list[Key], Field(min_length=1)]
    quiz: Quiz
    refreshers: Annotated[list[Refresher], Field(min_length=1)] | None = None
    certificate: UnitId


ForWhom = Literal["support", "violence", "work", "children", "report"]


class Listing(Shape):
    """One listing of the help directory."""

    key: Key
    kind: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    also: Annotated[list[Literal["support", "violence", "work", "children", "report"]], Field(min_length=1)] | None = (
        None
    )
    name: UnitId
    purpose: UnitId
    hours: UnitId | None = None
    always: Yes | None = None  # round the clock, every day
    speaks: Annotated[list[Language], Field(min_length=1)] | None = None
    dial: Annotated[list[Telephone], Field(min_length=1)] | None = None
    sms: Yes | None = None  # the number takes text messages, not calls
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$")] | None = None
    web: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(?:\.[a-z0-9-]+)+$")] | None = None
    official: YesNo
    confidence: Literal["verified_2plus", "one_source", "unverified"]
    doubtful: Yes | None = None
    anonymous: Yes | None = None
    buyers: Yes | None = None  # named to buyers, too, once a lawyer of the country has read what they are told
    emergency: Yes | None = None
    care: UnitId | None = None
    sources: Annotated[list[Text], Field(min_length=1)]
    note: Text | None = None


class BuyersText(Shape):
    """What the law says to somebody who buys or bought; shown when a lawyer of the country has read it."""

    text: UnitId
    facts: Annotated[list[FactId], Field(min_length=1)] | None = None


class Country(Shape):
    """directory/<key>.yaml."""

    key: Key
    source: Language
    code: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    order: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]
    name: UnitId
    read_on: Month
    listings: Annotated[list[Listing], Field(min_length=1)]
    not_available: Annotated[list[Text], Field(min_length=1)] | None = None
    buyers: BuyersText | None = None


class Fact(Shape):
    """One claim of facts.yaml and what a reader sees of its source."""

    id: FactId
    claim: Text
    kind: Literal["fact", "statistic", "legal_provision", "position", "project_activity"]
    screen: Literal["yes", "history", "never"]
    date: Text | None = None
    quote: Text | None = None
    attribution: Text | None = None
    source: Text | None = None
    addresses: Annotated[list[Text], Field(min_length=1)] | None = None
    confidence: Text
    topic: Text | None = None
    note: Text | None = None
    cite_en: Text | None = None
    cite_el: Text | None = None


class FactsFile(Shape):
    """facts.yaml."""

    facts: Annotated[list[Fact], Field(min_length=1)]


class Term(Shape):
    """One row of glossary.csv; `forbidden`, `allowed_in` and `forms` are lists split by `|`.

    `meaning` is what a learner reads when she opens the word in a lesson; `forms` are the words it opens from, the
    first as it is shown.
    """

    term_en: Text
    term_el: Text
    note: str
    forbidden_en: str
    forbidden_el: str
    allowed_in: str
    forms_en: str = ""
    meaning_en: str = ""
    forms_el: str = ""
    meaning_el: str = ""


class Glossary(Shape):
    """glossary.csv."""

    terms: Annotated[list[Term], Field(min_length=1)]


class UnitText(Shape):
    """The text of one unit; `of` names the source text that a translation was made from."""

    text: Text
    of: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$")] | None = None


class TextFile(Shape):
    """text.<lang>.yaml."""

    document: Key
    language: Language
    units: Annotated[dict[UnitId, UnitText], Field(min_length=1)]
