"""What counts as done in a lesson and a course."""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum

CHOICE_LIMIT = 40  # signs of one stored choice; the longest real one names six options


class Reason(Enum):
    """Why a lesson post is refused."""

    UNKNOWN_BLOCK = "unknown_block"
    UNKNOWN_CHOICE = "unknown_choice"


class ProgressRefusedError(Exception):
    """Refused; carries the reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def merge_done(before: Sequence[str], more: Iterable[str], blocks: Sequence[str]) -> list[str]:
    """Add blocks to those done, in the lesson's order; a block that the lesson no longer has falls away.

    Raises ProgressRefusedError for a block that the lesson does not have.
    """
    more = set(more)
    if not more <= set(blocks):
        raise ProgressRefusedError(Reason.UNKNOWN_BLOCK)
    return [key for key in blocks if key in more or key in before]


def lesson_done(done: Iterable[str], blocks: Iterable[str]) -> bool:
    """Say whether a lesson is finished: each of its blocks is done."""
    return set(blocks) <= set(done)


def lesson_state(*, started: bool, completed: bool) -> str:
    """Name a lesson's state: "", "started" or "done"."""
    if completed:
        return "done"
    return "started" if started else ""


def next_lesson(lessons: Sequence[str], completed: Iterable[str]) -> str | None:
    """Name the first lesson that is not completed, or None."""
    finished = set(completed)
    return next((key for key in lessons if key not in finished), None)


def check_choices(chosen: Mapping[str, str], allowed: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Give the choices that may be kept: known fields and known options only, in option order, space separated.

    Raises ProgressRefusedError for an unknown field or option.
    """
    kept: dict[str, str] = {}
    for field, value in chosen.items():
        options = list(allowed.get(field, ()))
        picked = value.split()
        if not picked or not set(picked) <= set(options):
            raise ProgressRefusedError(Reason.UNKNOWN_CHOICE)
        kept[field] = " ".join(key for key in options if key in picked)
    return kept
