"""Checks of a lesson's blocks: their facts, and what each kind must hold together.

Not here: questions (modules_checks_questions.py), numbers and quotations (modules_checks_numbers.py), lengths
(modules_checks_lengths.py).
"""

from collections.abc import Iterator, Mapping, Sequence

from toolkit.rules import modules as rules
from toolkit.rules.modules import Reason
from toolkit.services.modules_checks_questions import check_question, check_scenes
from toolkit.services.modules_files import ContentFile, Problem, Where
from toolkit.services.modules_schema import Fact, Lesson
from toolkit.services.modules_schema_blocks import (
    Chart,
    FigureBlock,
    LawMapBlock,
    PositionsBlock,
    ResourceBlock,
    StepsBlock,
    TableBlock,
    TextBlock,
    TimelineBlock,
)
from toolkit.services.modules_schema_tasks import (
    Block,
    CaseBlock,
    CheckBlock,
    IndicatorsBlock,
    ScenarioBlock,
    SectorsBlock,
    SorterBlock,
)

SENTENCES = {
    Reason.UNKNOWN: "is not in facts.yaml",
    Reason.UNVERIFIED: "is unverified and may not be cited",
    Reason.NEVER_SHOWN: "is never for the screen and may not be cited",
    Reason.ONLY_HISTORY: (
        "is history: only a timeline, a table, a text with a part that opens, or a question beside a number of today "
        "may cite it"
    ),
}
SORTED = ("match", "order")  # answered in a form, whatever the page
STEPS = ["notice", "safe", "note", "call"]


def check_lesson(
    file: ContentFile, where: Where, lesson: Lesson, objectives: Sequence[str], known: Mapping[str, Fact]
) -> Iterator[Problem]:
    """Check one lesson."""
    for place, objective in enumerate(lesson.objectives):
        if objective not in objectives:
            yield file.problem((*where, "objectives", place), f"{objective} is no objective of the module")
    for place, block in enumerate(lesson.blocks):
        here: Where = (*where, "blocks", place)
        fictional = block.fictional is not None
        if isinstance(block, CheckBlock):
            fictional = fictional or block.item.fictional is not None
        if rules.needs_fact(block.kind, fictional=fictional) and not block.facts:
            yield file.problem(here, "cites no fact")
        folded = isinstance(block, TextBlock) and block.more is not None
        beside = isinstance(block, CheckBlock) and cites_current(block.facts, known)
        history = beside or rules.tells_history(block.kind, folded=folded)
        yield from check_cited(file, here, block.facts, known, history=history)
        for inner, facts in _inner_facts(block):
            yield from check_cited(file, (*here, *inner), facts, known, history=history)
        yield from _asking(file, here, block)
        yield from _showing(file, here, block, known)
    yield from _quiet(file, where, lesson)
    for place, item in enumerate(lesson.test_me or []):
        here = (*where, "test_me", place)
        if rules.needs_fact(item.type, fictional=item.fictional is not None) and not item.facts:
            yield file.problem(here, "cites no fact")
        yield from check_cited(file, here, item.facts, known)
        yield from check_question(file, here, item)


def _quiet(file: ContentFile, where: Where, lesson: Lesson) -> Iterator[Problem]:
    if lesson.quiet is None:
        return
    forms: list[Where] = [("test_me",)] if lesson.test_me is not None else []
    for place, block in enumerate(lesson.blocks):
        if isinstance(block, SorterBlock) or (isinstance(block, CheckBlock) and block.item.type in SORTED):
            forms.append(("blocks", place))
    for form in forms:
        yield file.problem((*where, *form), "is answered in a form; a quiet lesson has none")


def check_cited(
    file: ContentFile, where: Where, cited: Sequence[str] | None, known: Mapping[str, Fact], *, history: bool = False
) -> Iterator[Problem]:
    """Check that each fact is there, may be cited in this place, and is cited once."""
    for place in rules.twins(cited or []):
        yield file.problem((*where, "facts", place), "is cited twice")
    for place, name in enumerate(cited or []):
        fact = known.get(name)
        if fact is None:
            reason = rules.fact_defect(known=False)
        else:
            reason = rules.fact_defect(known=True, confidence=fact.confidence, screen=fact.screen, history=history)
        if reason is not None:
            yield file.problem((*where, "facts", place), f"{name} {SENTENCES[reason]}")


def cites_current(cited: Sequence[str] | None, known: Mapping[str, Fact]) -> bool:
    """Say whether a question cites a number of today, so that it may ask about an old one beside it."""
    facts = (known[name] for name in cited or [] if name in known)
    return any(fact.kind == "statistic" and fact.screen == "yes" for fact in facts)


def _inner_facts(block: Block) -> Iterator[tuple[Where, Sequence[str] | None]]:
    """Give the facts that parts of a block cite for themselves."""
    if isinstance(block, PositionsBlock):
        yield from ((("sides", place), side.facts) for place, side in enumerate(block.sides))
    elif isinstance(block, TimelineBlock):
        yield from ((("events", place), event.facts) for place, event in enumerate(block.events))
    elif isinstance(block, LawMapBlock):
        yield from ((("countries", place), card.facts) for place, card in enumerate(block.countries))


def cited_by(block: Block) -> list[str]:
    """Name every fact that a block or a part of it cites, once each."""
    inner = (fact for _, facts in _inner_facts(block) for fact in facts or [])
    return list(dict.fromkeys([*(block.facts or []), *inner]))


def _asking(file: ContentFile, where: Where, block: Block) -> Iterator[Problem]:
    if isinstance(block, CheckBlock):
        yield from check_question(file, (*where, "item"), block.item)
    elif isinstance(block, CaseBlock) and block.twin is not None:
        yield from check_question(file, (*where, "twin"), block.twin)
    elif isinstance(block, SorterBlock):
        yield from _sorter(file, where, block)
    elif isinstance(block, ScenarioBlock):
        yield from check_scenes(file, where, block.scenes)
    elif isinstance(block, SectorsBlock):
        yield from _sectors(file, where, block)
    elif isinstance(block, IndicatorsBlock):
        yield from _indicators(file, where, block)


def _sectors(file: ContentFile, where: Where, block: SectorsBlock) -> Iterator[Problem]:
    for place, story in enumerate(block.stories):
        here: Where = (*where, "stories", place)
        yield from check_scenes(file, here, story.scenes)
        little = sum(scene.little is not None for scene in story.scenes)
        if little != 1:
            yield file.problem(here, f"must have one scene with too little to say anything, not {little}")


def _indicators(file: ContentFile, where: Where, block: IndicatorsBlock) -> Iterator[Problem]:
    names = {indicator.key for indicator in block.indicators}
    for place, situation in enumerate(block.situations or []):
        here: Where = (*where, "situations", place, "present")
        for number, key in enumerate(situation.present):
            if key not in names:
                yield file.problem((*here, number), f"{key} is none of the indicators")
        yield from (file.problem((*here, number), "stands twice") for number in rules.twins(situation.present))


def _sorter(file: ContentFile, where: Where, block: SorterBlock) -> Iterator[Problem]:
    answers = [rules.Answer(right=False, target=card.bin) for card in block.cards]
    for defect in rules.question_defects("match", answers, [target.key for target in block.bins]):
        card = block.cards[defect.option or 0]
        yield file.problem((*where, "cards", defect.option or 0, "bin"), f"{card.bin} is none of the bins")


def _showing(file: ContentFile, where: Where, block: Block, known: Mapping[str, Fact]) -> Iterator[Problem]:
    if isinstance(block, TableBlock):
        for place, row in enumerate(block.rows):
            if len(row.cells) != len(block.columns):
                message = f"has {len(row.cells)} cells, but the table has {len(block.columns)} columns"
                yield file.problem((*where, "rows", place, "cells"), message)
    elif isinstance(block, LawMapBlock):
        yield from _law_map(file, where, block)
    elif isinstance(block, StepsBlock):
        if [step.key for step in block.steps] != STEPS:
            yield file.problem((*where, "steps"), f"must be {', '.join(STEPS)}, in this order")
    elif isinstance(block, FigureBlock):
        if block.chart is not None:
            yield from _chart(file, (*where, "chart"), block.chart)
    elif isinstance(block, ResourceBlock):
        yield from _links(file, where, block, known)


def _chart(file: ContentFile, where: Where, chart: Chart) -> Iterator[Problem]:
    total = sum(float(bar.value) for bar in chart.bars)
    if chart.whole is not None and total > float(chart.whole):
        yield file.problem((*where, "whole"), f"is {chart.whole}, but the bars are {total:g}")


def _links(file: ContentFile, where: Where, block: ResourceBlock, known: Mapping[str, Fact]) -> Iterator[Problem]:
    facts = [known[name] for name in block.facts or [] if name in known]
    addresses = {address for fact in facts for address in fact.addresses or []}
    for place, link in enumerate(block.links or []):
        if link.address not in addresses:
            message = f"{link.address} is the address of none of the facts that the block cites"
            yield file.problem((*where, "links", place, "address"), message)


def _law_map(file: ContentFile, where: Where, block: LawMapBlock) -> Iterator[Problem]:
    models = {model.key for model in block.models}
    tiles: dict[tuple[str, str], str] = {}
    for place, card in enumerate(block.countries):
        here: Where = (*where, "countries", place)
        if card.model not in models:
            yield file.problem((*here, "model"), f"{card.model} is none of the models")
        tile = (card.column, card.row)
        if tile in tiles:
            yield file.problem(here, f"has the tile of {tiles[tile]}: column {card.column}, row {card.row}")
        tiles.setdefault(tile, card.key)
