"""Checks of questions: one clear solution, scenes that lead on, forms for a country, families of forms.

Not here: the lengths of their texts (modules_checks_lengths.py). The sentences for the reasons of rules/modules.py
stand at the top.
"""

from collections.abc import Collection, Iterator, Sequence

from toolkit.rules import modules as rules
from toolkit.rules.modules import Reason
from toolkit.services.modules_files import ContentFile, Problem, Where
from toolkit.services.modules_schema import Bank, BankItem, Variant
from toolkit.services.modules_schema_questions import CheckItem, Option, Scene, Twin

SENTENCES = {
    Reason.NOT_THREE: "must have exactly three options",
    Reason.NOT_ONE_RIGHT: "must have exactly one right option",
    Reason.NO_RIGHT: "must have a right option",
    Reason.NO_WRONG: "must have a wrong option",
    Reason.NO_TARGETS: "a match needs targets",
    Reason.HAS_TARGETS: "only a match has targets",
    Reason.HAS_TARGET: "only options of a match or an order have a target",
    Reason.HAS_RIGHT: "options of a match or an order have a target instead of right",
    Reason.BAD_TARGET: "must name one of the targets",
    Reason.NO_PERMUTATION: "the targets of an order must be 1, 2, 3 … once each",
    Reason.NO_SCENE: "must name a scene of this story, or end",
    Reason.NOT_REACHED: "no choice leads to this scene",
    Reason.ENDLESS: "the right choices never come to the end",
    Reason.NAMED_END: "end is the name of the end",
}


def check_question(file: ContentFile, where: Where, item: CheckItem | BankItem | Twin) -> Iterator[Problem]:
    """Check that a question has one clear solution."""
    targets = None
    kind = "situation"
    if not isinstance(item, Twin):
        kind = item.type
        targets = [target.key for target in item.targets] if item.targets is not None else None
    yield from _solution(file, where, kind, item.options, targets)


def solvable(item: CheckItem | BankItem) -> bool:
    """Say whether a question has one clear solution."""
    targets = [target.key for target in item.targets] if item.targets is not None else None
    return not rules.question_defects(item.type, [_answer(option) for option in item.options], targets)


def _solution(
    file: ContentFile, where: Where, kind: str, options: Sequence[Option], targets: Sequence[str] | None
) -> Iterator[Problem]:
    for defect in rules.question_defects(kind, [_answer(option) for option in options], targets):
        place: Where = where if defect.option is None else (*where, "options", defect.option)
        yield file.problem(place, SENTENCES[defect.reason])


def _answer(option: Option) -> rules.Answer:
    return rules.Answer(right=option.right is not None, target=option.target)


def check_scenes(file: ContentFile, where: Where, scenes: Sequence[Scene]) -> Iterator[Problem]:
    """Check that a story can be walked: one good choice in each scene, each choice leading to a scene or the end."""
    moments = [
        rules.Moment(scene.key, tuple(rules.Way(way.right is not None, way.next) for way in scene.options))
        for scene in scenes
    ]
    for defect in rules.scene_defects(moments):
        place: Where = (*where, "scenes", defect.scene)
        if defect.way is not None:
            place = (*place, "options", defect.way, "next")
        yield file.problem(place, SENTENCES[defect.reason])


def check_bank(file: ContentFile, bank: Bank, countries: Collection[str]) -> Iterator[Problem]:
    """Check the forms of a bank's questions: those for one country, and those of one family."""
    families: dict[str, BankItem] = {}
    for place, item in enumerate(bank.items):
        where: Where = ("items", place)
        yield from check_question(file, where, item)
        for number, variant in enumerate(item.countries or []):
            yield from _variant(file, (*where, "countries", number), item, variant, countries)
        if item.family is None:
            continue
        first = families.setdefault(item.family, item)
        for name in ("objective", "little"):
            if getattr(item, name) != getattr(first, name):
                message = f"the forms of {item.family} differ in this; the first is {first.key}"
                yield file.problem((*where, name), message)


def _variant(
    file: ContentFile, where: Where, item: BankItem, variant: Variant, countries: Collection[str]
) -> Iterator[Problem]:
    if variant.country not in countries:
        yield file.problem((*where, "country"), f"there is no country {variant.country} in the directory")
    general, special = ([(o.key, _answer(o)) for o in form.options] for form in (item, variant))
    if general != special:
        yield file.problem((*where, "options"), "must have the keys and the right answer of the general form")
