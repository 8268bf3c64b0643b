"""What the texts of a wide module say: numbers and quotations of cited facts, even options, few words."""

import pytest

from tests.services.modules_wide import Change, Changed, Wide, both, say

LONG = " ".join(["word"] * 36)
MAKRO = " ".join(["λέξη"] * 36)
B = "lessons[0].blocks"


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Wide:
    return Wide(tmp_path_factory.mktemp("wide"))


SAID: list[tuple[str, str, str, str, str]] = [
    # name, place, English, Greek, what is wrong after the place of the unit
    ("a number of no fact", "b14.more.paragraphs.0", "It was so in 2011.", "Ήταν έτσι το 2011.", "2011"),
    ("a number of another block's fact", "b13.task", "Take 40.", "Πάρε 40.", ""),
    ("a per cent of no fact", "b12.situations.0.story.0", "That is 41% of all.", "Αυτό είναι το 41% από όλα.", "41"),
    ("a telephone of nobody", "b10.ending.0", "Call 22 123456.", "Κάλεσε το 22 123456.", "22123456"),
    ("a number in a title", "lessons.0.title", "Lesson of 41", "Μάθημα των 41", "41"),
    ("a number in an objective", "objectives.0.text", "Name 41.", "Πες 41.", "41"),
    ("a number in the bank", "items.0.stem", "Are 41 too many?", "Είναι 41 πολλά;", "41"),
    ("a number in a form for a country", "items.2.countries.0.stem", "Are 41 too many?", "Είναι 41 πολλά;", "41"),
    ("a number of its block's fact in a side of its own", "b3.sides.0.says.0", "So in 2020.", "Έτσι το 2020.", "2020"),
    ("a number of its block's fact in an event", "b5.events.1.when", "2020", "2020", "2020"),
    ("a number of another card's fact in a country", "b6.countries.1.forbids", "From 2010.", "Από το 2010.", "2010"),
    ("a number of a part's fact beside the part", "b5.heading", "Since 2010", "Από το 2010", "2010"),
    ("the year of reading as that of a number", "b13.task", "It was so in 2026.", "Ήταν έτσι το 2026.", "2026"),
    ("the year of reading", "b13.task", "A book (read in 2026).", "Ένα βιβλίο (πρόσβαση 2026).", ""),
    ("another year of reading", "b13.task", "A book (read in 2027).", "Ένα βιβλίο (πρόσβαση 2027).", "2027"),
    ("the year of a source", "b13.task", "A book of 2021.", "Ένα βιβλίο του 2021.", ""),
    ("a number in test me", "lessons.0.test_me.0.stem", "Are 41 too many?", "Είναι 41 πολλά;", "41"),
]


@pytest.mark.parametrize(("place", "english", "greek", "number"), [s[1:] for s in SAID], ids=[s[0] for s in SAID])
def test_each_number_is_that_of_a_cited_fact(wide: Wide, place: str, english: str, greek: str, number: str) -> None:
    units: list[str] = []
    found = wide.problems(lambda changed: units.append(changed.say(place, english, greek)))
    what = "is neither in the directory nor in a fact" if len(number) > 4 else "stands in no fact"
    assert found == ([f"units.{units[0]}.text: {number} {what} that is cited here"] if number else [])


def test_numbers_of_a_fact_are_free_in_words_and_ranges(wide: Wide) -> None:
    assert wide.problems(say("b13.task", "Forty of 100, 2020–2021.", "Σαράντα στα 100, 2020–2021.")) == []


def test_a_free_number_must_be_needed(wide: Wide) -> None:
    def change(changed: Changed) -> None:
        changed.files["module"]["lessons"][0]["blocks"][9]["free_numbers"].append({"number": "11", "reason": "none"})

    assert wide.problems(change) == [f"{B}[9].free_numbers[1]: 11 is not needed here"]


@pytest.mark.parametrize("said", ["It must change and soon.", "It must change, and soon"])
def test_a_quotation_is_letter_for_letter(wide: Wide, said: str) -> None:
    units: list[str] = []
    found = wide.problems(lambda c: units.append(c.say("b2.quote", f"“{said}”")))
    wrong = f"units.{units[0]}.text: is not the quotation of POS-90, letter for letter: It must change, and soon."
    assert found == ([] if "change," in said else [wrong])


QUOTED = "“{}” is no part of a quotation that is cited here"
LETTERS = "It must change and soon"  # the fact has a comma
OTHER = "Γράφουν «πρέπει να αλλάξει πολύ γρήγορα» εδώ."


@pytest.mark.parametrize(
    ("place", "english", "greek", "wrong"),
    [
        ("b3.sides.0.says.0", f"They write “{LETTERS}” here.", OTHER, QUOTED.format(LETTERS)),
        ("b3.sides.0.says.0", "They write “It must change, and soon” here.", OTHER, ""),
        ("b3.sides.0.says.0", "They write “must change and soon” here.", OTHER, ""),  # four words are a term
        ("b3.sides.0.says.0", "They write it here.", OTHER, "quotes more than en does: πρέπει να αλλάξει πολύ γρήγορα"),
        ("b5.events.0.text", "They write “It must change, and soon” here.", OTHER, "en"),  # of a fact cited elsewhere
        ("b15.item.stem", f"“{LETTERS}”, says one.", "Λέει ένας.", QUOTED.format(LETTERS)),
        ("b15.item.stem", f"“{LETTERS}”", "Ένας.", ""),  # a sentence to judge
        ("b15.item.options.0.text", "“Must it now be so?”", "«Έτσι είναι τώρα;»", ""),
        ("b15.item.options.0.feedback", f"“{LETTERS}”", "Ένας.", QUOTED.format(LETTERS)),
        ("items.0.stem", f"“{LETTERS}”, says one.", "Λέει ένας.", QUOTED.format(LETTERS)),
        ("lessons.0.test_me.0.stem", f"“{LETTERS}”, says one.", "Λέει ένας.", QUOTED.format(LETTERS)),
        ("b10.story.0", f"It is 10. “{LETTERS}”, says one.", "Είναι 10. Λέει ένας.", ""),  # made up
    ],
)
def test_what_is_quoted_was_said(wide: Wide, place: str, english: str, greek: str, wrong: str) -> None:
    units: list[str] = []
    found = wide.problems(lambda changed: units.append(changed.say(place, english, greek)))
    if wrong == "en":
        wrong = QUOTED.format("It must change, and soon")
    assert found == ([f"units.{units[0]}.text: {wrong}"] if wrong else [])


def test_what_a_made_up_person_says_is_listed_with_a_reason_and_nothing_else_is(wide: Wide) -> None:
    def change(changed: Changed, said: str) -> None:
        unit = changed.say("b13.task", said, "Λέει ένας.")
        changed.put("b13.free_quotes", [{"unit": unit, "reason": "a made-up colleague"}])

    assert wide.problems(lambda changed: change(changed, f"“{LETTERS}”, says one.")) == []
    (idle,) = wide.problems(lambda changed: change(changed, "“It must change”, says one."))
    assert idle.startswith(f"{B}[12].free_quotes[0]: ")
    assert idle.endswith(" is not needed here")


LENGTHS = [
    ("b10.scenes.0.options.1.outcome", "outcome"),
    ("b10.scenes.0.options.1.feedback", "feedback"),
    ("b12.situations.0.feedback", "feedback"),
    ("b15.item.options.0.feedback", "feedback"),
    ("items.0.options.2.feedback", "feedback"),
    ("lessons.0.test_me.1.options.2.feedback", "feedback"),
]


@pytest.mark.parametrize(("place", "name"), LENGTHS)
def test_feedback_and_outcomes_have_35_words(wide: Wide, place: str, name: str) -> None:
    units: list[str] = []
    found = wide.problems(lambda changed: units.append(changed.say(place, LONG, MAKRO)))
    assert found == [f"units.{units[0]}.text: has 36 words; {name} has at most 35"] * 2
    assert wide.problems(say(place, LONG[5:], MAKRO[5:])) == []


@pytest.mark.parametrize("place", ["b15.item", "b10.scenes.0", "items.0", "lessons.0.test_me.0", "items.2.countries.0"])
def test_options_are_of_equal_length(wide: Wide, place: str) -> None:
    def long(english: int, greek: int) -> Change:
        texts = [("a" * one, "α" * other) for one, other in ((20, 20), (english, greek), (english, greek))]
        return both(*(say(f"{place}.options.{number}.text", *said) for number, said in enumerate(texts)))

    found = [line.rpartition("options: ")[2] for line in wide.problems(long(33, 32))]
    assert found == ["en: options of 20, 33, 33 signs; their length tells"]
    found = [line.rpartition("options: ")[2] for line in wide.problems(long(32, 33))]
    assert found == ["el: options of 20, 33, 33 signs; their length tells"]


def test_a_lesson_fits_its_minutes_in_each_language(wide: Wide) -> None:
    words = "word " * 500
    found = wide.problems(say("b13.task", words.strip(), "Λέξη."))
    assert len(found) == 1
    assert found[0].startswith("lessons[0]: en has ")
    assert found[0].endswith(" words on screen; 5 minutes hold 500")
    found = wide.problems(say("b13.task", "Word.", ("λέξη " * 500).strip()))
    assert [line.split()[:3] for line in found] == [["lessons[0]:", "el", "has"]]


def test_what_opens_on_demand_is_not_counted(wide: Wide) -> None:
    assert wide.problems(say("b14.more.paragraphs.0", ("word " * 500).strip())) == []


@pytest.mark.parametrize(
    ("kept", "minutes", "said"),
    [
        ({"check"}, "5", ["lessons[0]: decisions asked for: 1; 5 minutes want at least 3"]),
        ({"check"}, "4", []),
        ({"check", "sectors"}, "5", []),
        ({"scenario"}, "6", []),
        (set(), "4", ["lessons[0]: decisions asked for: 0; 4 minutes want at least 1"]),
    ],
)
def test_a_lesson_of_five_minutes_asks_for_three_decisions(
    wide: Wide, kept: set[str], minutes: str, said: list[str]
) -> None:
    def change(changed: Changed) -> None:
        lesson = changed.files["module"]["lessons"][0]
        asking = {"check", "sectors", "scenario", "indicators"} - kept
        lesson["blocks"] = [block for block in lesson["blocks"] if block["kind"] not in asking]
        lesson["minutes"] = minutes

    assert wide.problems(change) == said
