"""Who may take a course: everybody, those it was assigned to, or nobody new."""

from enum import Enum


class Mode(Enum):
    """What the admin decided about a course; without a decision it is open."""

    OPEN = "open"
    ASSIGNED = "assigned"
    HIDDEN = "hidden"


class Reason(Enum):
    """Why a course's mode is refused."""

    MODE_UNKNOWN = "mode_unknown"


class CourseRefusedError(Exception):
    """Refused; carries the reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def check_mode(typed: str) -> Mode:
    """Read a mode; anything else is refused."""
    try:
        return Mode(typed)
    except ValueError:
        raise CourseRefusedError(Reason.MODE_UNKNOWN) from None


def visible(mode: Mode, *, enrolled: bool) -> bool:
    """Say whether somebody sees a course and may start or carry on: all see an open one, the others who is enrolled.

    Who is enrolled keeps the course whatever is decided later: she can finish it, and her certificate stays.
    """
    return mode is Mode.OPEN or enrolled
