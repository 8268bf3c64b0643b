"""The machine's clock jumps between a form and the same form sent again: nothing is lost, nothing is doubled."""

import pytest

from tests.faults import states
from tests.faults.stage import Stage
from tests.faults.write_paths import CASES, Case

# In hours: back by three days and by an hour; forward by an hour (past the ten minutes of a replay) and by 400 days.
JUMPS = (-72, -1, 1, 400 * 24)
# What nobody is shown: tries are forgotten after an hour, whichever way the clock has gone.
FLEETING = {"wrong_tries"}
ONCE = [case for case in CASES if case.method == "POST" and case.endpoint != "own_data.end_post"]


def came(found: states.Change) -> dict[str, int]:
    """Say how many rows came in each table; what days and moments they carry depends on the clock."""
    return {name: what["came"] for name, what in found.items() if what.get("came") and name not in FLEETING}


@pytest.mark.parametrize("case", ONCE, ids=lambda case: case.id)
def test_a_clock_that_jumps_between_two_sendings_doubles_and_loses_nothing(lite: Stage, case: Case):
    lite.put_back()
    fields = lite.fields(case.who)
    before = states.rows(lite.url)
    assert lite.life("send", case.id, fields).answer[0] == case.status
    done = came(states.change(before, states.rows(lite.url)))
    for hours in JUMPS[1:3]:
        again = lite.life("send", case.id, fields, hours).answer[0]
        assert again < 500, (hours, again)
        now = came(states.change(before, states.rows(lite.url)))
        assert {name: now.get(name, 0) for name in now | done} == {name: done.get(name, 0) for name in now | done}, (
            hours
        )
    assert states.faults(lite.url) == [], "and the log is whole"


@pytest.mark.parametrize("hours", JUMPS)
def test_what_was_sent_while_the_clock_was_wrong_is_there_when_it_is_right(lite: Stage, hours: int):
    """One form after the other, first by the wrong clock and then by the right one."""
    for name in ("lessons.lesson_post owner", "quizzes.answer_post the last answer", "sign_in.new_post other"):
        lite.put_back()
        case = next(case for case in CASES if case.id == name)
        fields = lite.fields(case.who)
        before = states.rows(lite.url)
        wrong = lite.life("send", case.id, fields, hours).answer[0]
        meanwhile = came(states.change(before, states.rows(lite.url)))
        right = lite.life("send", case.id, fields).answer[0]
        # By a clock of next year her form is too old and her device is over: she is told so, and nothing is half.
        refused = wrong in {400, 409}
        assert (wrong == case.status) is not refused
        assert refused is (hours == max(JUMPS)), (wrong, name)
        assert bool(meanwhile) is not refused
        after = came(states.change(before, states.rows(lite.url)))
        if refused:
            assert right == case.status
        else:
            assert after == meanwhile, "acknowledged once, kept once"
            assert right < 500
        assert states.faults(lite.url) == []
