"""Each kind of block and question in a wide module: every seeded defect is found, and nothing else is."""

import pytest

from tests.services.modules_wide import Change, Changed, Wide, both, drop, put, turn

B = "lessons[0].blocks"
HISTORY = (
    "OLD-90 is history: only a timeline, a table, a text with a part that opens, "
    "or a question beside a number of today may cite it"
)


NO_CLAIM = "stands in no claim and no date of a fact that is cited here"
LATER = "is later than the version of the module (2026.11)"
QUIET = "is answered in a form; a quiet lesson has none"


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Wide:
    return Wide(tmp_path_factory.mktemp("wide"))


def test_the_wide_module_is_sound(wide: Wide) -> None:
    assert wide.problems() == []


def as_order(changed: Changed) -> None:
    holder, key = changed.at("b15.item")
    options = [{name: option[name] for name in ("key", "text", "feedback")} for option in holder[key]["options"]]
    options = [option | {"target": str(place)} for place, option in enumerate(options, 1)]
    holder[key] |= {"type": "order", "options": options}


def as_sorter(changed: Changed) -> None:
    holder, key = changed.at("lessons.0.blocks.14")
    check = holder[key]
    first, *rest = check["item"]["options"]
    bins = [{"key": name, "text": first[name]} for name in ("text", "feedback")]
    cards = [{name: option[name] for name in ("key", "text", "feedback")} | {"bin": "text"} for option in rest]
    head = {name: check[name] for name in ("key", "facts", "heading")}
    holder[key] = {**head, "kind": "sorter", "task": check["item"]["stem"], "bins": bins, "cards": cards}


STRUCTURE: list[tuple[str, Change, list[str]]] = [
    (
        "a choice that leads nowhere",
        put("b10.scenes.0.options.1.next", "s9"),
        [f"{B}[9].scenes[0].options[1].next: must name a scene of this story, or end"],
    ),
    (
        "two right choices in a scene",
        put("b10.scenes.1.options.2.right", "yes"),
        [f"{B}[9].scenes[1]: must have exactly one right option"],
    ),
    (
        "a scene without a right choice",
        drop("b10.scenes.1.options.0.right"),
        [f"{B}[9].scenes[1]: must have exactly one right option"],
    ),
    (
        "right choices that go round",
        put("b10.scenes.2.options.0.next", "s2"),
        [f"{B}[9].scenes[0]: the right choices never come to the end"],
    ),
    (
        "a scene that nothing leads to",
        put("b11.stories.0.scenes.0.options.0.next", "end"),
        [f"{B}[10].stories[0].scenes[1]: no choice leads to this scene"],
    ),
    (
        "a scene of the name of the end",
        put("b11.stories.1.scenes.1.key", "end"),
        [f"{B}[10].stories[1].scenes[1]: end is the name of the end"],
    ),
    (
        "twin scenes",
        put("b11.stories.1.scenes.1.key", "s1"),
        [
            f"{B}[10].stories[1].scenes[1].key: s1 stands twice",
        ],
    ),
    (
        "a sector story in which everything says something",
        drop("b11.stories.1.scenes.0.little"),
        [f"{B}[10].stories[1]: must have one scene with too little to say anything, not 0"],
    ),
    (
        "a sector story that says too little twice",
        put("b11.stories.0.scenes.1.little", "yes"),
        [f"{B}[10].stories[0]: must have one scene with too little to say anything, not 2"],
    ),
    (
        "an indicator that is none",
        put("b12.situations.0.present.1", "i99"),
        [f"{B}[11].situations[0].present[1]: i99 is none of the indicators"],
    ),
    (
        "an indicator twice",
        put("b12.situations.0.present.1", "i1"),
        [f"{B}[11].situations[0].present[1]: stands twice"],
    ),
    ("twin indicators", put("b12.indicators.3.key", "i0"), [f"{B}[11].indicators[3].key: i0 stands twice"]),
    ("twin options", put("b15.item.options.2.key", "a"), [f"{B}[14].item.options[2].key: a stands twice"]),
    ("twin sides", put("b3.sides.1.key", "a"), [f"{B}[2].sides[1].key: a stands twice"]),
    ("twin bars", put("b1.chart.bars.1.key", "a"), [f"{B}[0].chart.bars[1].key: a stands twice"]),
    ("twin ifs", put("b13.ifs.1.key", "a"), [f"{B}[12].ifs[1].key: a stands twice"]),
    ("twin thens", put("b13.thens.1.key", "a"), [f"{B}[12].thens[1].key: a stands twice"]),
    (
        "an unknown fact of a side",
        put("b3.sides.1.facts", ["POS-99"]),
        [f"{B}[2].sides[1].facts[0]: POS-99 is not in facts.yaml"],
    ),
    (
        "an unverified fact of an event",
        put("b5.events.1.facts", ["STAT-01"]),
        [f"{B}[4].events[1].facts[0]: STAT-01 is unverified and may not be cited"],
    ),
    (
        "a hidden fact of a country",
        put("b6.countries.1.facts", ["ACT-01"]),
        [f"{B}[5].countries[1].facts[0]: ACT-01 is never for the screen and may not be cited"],
    ),
    (
        "a row with a cell less",
        drop("b4.rows.1.cells.1"),
        [f"{B}[3].rows[1].cells: has 1 cells, but the table has 2 columns"],
    ),
    (
        "two countries on one tile",
        put("b6.countries.1.column", "1"),
        [f"{B}[5].countries[1]: has the tile of cy: column 1, row 1"],
    ),
    (
        "a model that is not explained",
        put("b6.countries.1.model", "victim"),
        [f"{B}[5].countries[1].model: victim is none of the models"],
    ),
    ("steps in another order", turn("b7.steps"), [f"{B}[6].steps: must be notice, safe, note, call, in this order"]),
    (
        "bars that are more than the whole",
        put("b1.chart.whole", "50"),
        [f"{B}[0].chart.whole: is 50, but the bars are 60"],
    ),
    (
        "a bar that no fact knows",
        put("b1.chart.bars.0.value", "41"),
        [f"{B}[0].chart.bars[0].value: 41 stands in no fact that is cited here"],
    ),
    ("a year that no fact knows", put("b1.year", "2019"), [f"{B}[0].year: 2019 {NO_CLAIM}"]),
    ("the year of a source as that of a figure", put("b1.year", "2021"), [f"{B}[0].year: 2021 {NO_CLAIM}"]),
    (
        "a law card that was checked after its module was made",
        put("b6.countries.1.checked", "2026-12"),
        [f"{B}[5].countries[1].checked: 2026-12 {LATER}"],
    ),
    (
        "a page from after its module was made",
        put("b9.links.0.date", "2026-12-01"),
        [f"{B}[8].links[0].date: 2026-12-01 {LATER}"],
    ),
    ("test me in a quiet lesson", put("lessons.0.quiet", "yes"), [f"lessons[0].test_me: {QUIET}"]),
    (
        "an order in a quiet lesson",
        both(put("lessons.0.quiet", "yes"), drop("lessons.0.test_me"), as_order),
        [f"{B}[14]: {QUIET}"],
    ),
    (
        "a sorter in a quiet lesson",
        both(put("lessons.0.quiet", "yes"), drop("lessons.0.test_me"), as_sorter),
        [f"{B}[14]: {QUIET}"],
    ),
    (
        "a link that no fact knows",
        put("b9.links.0.address", "https://example.org/x"),
        [f"{B}[8].links[0].address: https://example.org/x is the address of none of the facts that the block cites"],
    ),
    (
        "places of an order twice",
        put("lessons.0.test_me.2.options.0.target", "2"),
        ["lessons[0].test_me[2]: the targets of an order must be 1, 2, 3 … once each"],
    ),
    (
        "two right options in test me",
        put("lessons.0.test_me.0.options.0.right", "yes"),
        ["lessons[0].test_me[0]: must have exactly one right option"],
    ),
    (
        "a question of test me without a fact",
        drop("lessons.0.test_me.0.facts"),
        ["lessons[0].test_me[0]: cites no fact"],
    ),
    (
        "a hidden fact of test me",
        put("lessons.0.test_me.1.facts", ["ACT-01"]),
        ["lessons[0].test_me[1].facts[0]: ACT-01 is never for the screen and may not be cited"],
    ),
    (
        "another right answer for a country",
        both(drop("items.2.countries.0.options.1.right"), put("items.2.countries.0.options.0.right", "yes")),
        ["items[2].countries[0].options: must have the keys and the right answer of the general form"],
    ),
    (
        "other keys for a country",
        put("items.2.countries.0.options.2.key", "d"),
        ["items[2].countries[0].options: must have the keys and the right answer of the general form"],
    ),
    (
        "a country that is not there",
        put("items.2.countries.0.country", "xx"),
        ["items[2].countries[0].country: there is no country xx in the directory"],
    ),
    (
        "an unknown fact of a form for a country",
        put("items.2.countries.0.facts", ["POS-99"]),
        ["items[2].countries[0].facts[0]: POS-99 is not in facts.yaml"],
    ),
    (
        "a family of two kinds",
        drop("items.1.little"),
        ["items[1].little: the forms of pair differ in this; the first is i01"],
    ),
    (
        "a quotation whose fact the block does not cite",
        put("b2.facts", ["STAT-90"]),
        [f"{B}[1].fact: POS-90 is not among the facts of the block"],
    ),
    (
        "a quotation of a fact without one",
        both(put("b2.fact", "STAT-90"), put("b2.facts", ["STAT-90"])),
        [f"{B}[1].fact: STAT-90 holds no quotation"],
    ),
    (
        "history told as of today",
        put("b13.facts", ["OLD-90"]),
        [f"{B}[12].facts[0]: {HISTORY}"],
    ),
    (
        "history in a question without a number of today",
        put("items.2.facts", ["OLD-90"]),
        [f"items[2].facts[0]: {HISTORY}"],
    ),
]


@pytest.mark.parametrize(
    ("change", "problems"), [seed[1:] for seed in STRUCTURE if seed[2]], ids=[s[0] for s in STRUCTURE if s[2]]
)
def test_a_seeded_structure_is_found(wide: Wide, change: Change, problems: list[str]) -> None:
    assert sorted(wide.problems(change)) == sorted(problems)


@pytest.mark.parametrize(
    ("date", "wrong"),
    [
        ("2021", "'2021' is not well formed"),
        ("2021-04", "'2021-04' is not well formed"),
        ("2011-99-99", "'2011-99-99' is not well formed"),
        ("2021-02-30", "is no day of the calendar"),
    ],
)
def test_the_date_of_a_page_is_a_day_of_the_calendar(wide: Wide, date: str, wrong: str) -> None:
    assert wide.problems(put("b9.links.0.date", date)) == [f"{B}[8].links[0].date: {wrong}"]


def test_history_may_stand_beside_a_number_of_today(wide: Wide) -> None:
    assert wide.problems(put("items.2.facts", ["OLD-90", "STAT-90"])) == []
