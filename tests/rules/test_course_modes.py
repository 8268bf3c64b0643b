"""Who sees a course: the whole table of modes."""

import pytest

from toolkit.rules import course_modes
from toolkit.rules.course_modes import CourseRefusedError, Mode, Reason


@pytest.mark.parametrize(
    ("mode", "new", "started"), [(Mode.OPEN, True, True), (Mode.ASSIGNED, False, True), (Mode.HIDDEN, False, True)]
)
def test_who_has_started_keeps_a_course_and_only_an_open_one_is_for_all(*, mode: Mode, new: bool, started: bool):
    assert course_modes.visible(mode, enrolled=False) is new
    assert course_modes.visible(mode, enrolled=True) is started


@pytest.mark.parametrize("mode", list(Mode))
def test_every_mode_is_read_by_its_name(mode: Mode):
    assert course_modes.check_mode(mode.value) is mode


@pytest.mark.parametrize("typed", ["", "OPEN", "closed", "open ", "hidden\n"])
def test_another_word_is_no_mode(typed: str):
    with pytest.raises(CourseRefusedError) as refused:
        course_modes.check_mode(typed)
    assert refused.value.reason is Reason.MODE_UNKNOWN
