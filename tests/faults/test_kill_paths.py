"""kill -9 in every write path of the web: what is left is whole, and the same form sent again happens exactly once.

Each case is killed around each commit, at each file that it touches, and between its statements; then the browser,
which has heard nothing, sends the same form with the same key.
"""

import pytest

from tests.faults import doomed, states
from tests.faults.stage import Stage
from tests.faults.write_paths import CANARY, CASES, Case
from tests.services import on_disk
from tests.web.authorisation import TABLE
from toolkit.services import erasure_traces

MOST_DEATHS = 4  # of one case; around commits and at files first
MAIN = {
    "quizzes.answer_post the last answer",
    "sign_in.new_post other",
    "account.password_post member",
    "admin_certificates.certificate_post withdraw",
    "own_data.end_post owner",
}


def test_every_route_that_writes_is_killed():
    writing = {row.endpoint for row in TABLE if row.method != "GET" or row.writes}
    assert writing == {case.endpoint for case in CASES}
    assert len({case.id for case in CASES}) == len(CASES)
    assert {case.id for case in CASES} >= MAIN


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_form_that_was_killed_and_sent_again_happens_once(lite: Stage, case: Case):
    killed_and_sent_again(lite, case)


@pytest.mark.parametrize("case", [case for case in CASES if case.id in MAIN], ids=lambda case: case.id)
def test_the_same_on_postgresql(large: Stage, case: Case):
    killed_and_sent_again(large, case)


def killed_and_sent_again(on: Stage, case: Case) -> None:
    """Let the form be answered once, then kill it at each moment; what is left at the end must be the same."""
    on.put_back()
    fields = on.fields(case.who)
    before = states.rows(on.url)
    answered = on.life("send", case.id, fields)
    assert answered.answer[0] == case.status, answered.answer
    done, files = states.change(before, states.rows(on.url)), states.files(on.folder)
    assert erasure_traces.DUE not in files, "what could be cleaned at once was"
    later = [case.later, ""] if case.later else answered.answer
    assert on.life("send", case.id, fields).answer == later
    assert states.change(before, states.rows(on.url)) == done, "sent twice, done once"
    on.put_back()
    if case.who == "canary":
        assert on_disk.where(on_disk.of_folder(on.folder), CANARY), "the search can find her"

    commits = answered.moments.count(doomed.AFTER)
    assert commits >= 1
    for moment in doomed.chosen(answered.moments, MOST_DEATHS):
        on.put_back()
        died = on.life("send", case.id, fields, die=moment)
        where = f"killed at {moment}: {answered.moments[moment - 1]}"
        assert died.killed, where
        assert died.moments == answered.moments[:moment], "it died at the moment that was planned"
        assert states.faults(on.url) == [], where
        passed = died.moments.count(doomed.AFTER)
        left = states.change(before, states.rows(on.url))
        if passed in {0, commits}:
            assert left == (done if passed else {}), where
        assert on.life("send", case.id, fields).answer == (later if left == done else answered.answer), where
        assert states.change(before, states.rows(on.url)) == done, where
        assert states.faults(on.url) == [], where
        if list(on.folder.glob(f"{erasure_traces.DUE}*")):
            assert on.life("job", "erased_traces").answer, where  # it comes each minute
        assert states.files(on.folder) == files, where
        if case.who == "canary":
            assert on_disk.where(on_disk.of_folder(on.folder), CANARY) == [], where
