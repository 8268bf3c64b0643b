"""kill -9 in every command and background job that writes: nothing half, and done again it is done once."""

import click
import pytest

from tests.faults import doomed, states
from tests.faults.deeds import DEEDS, KILLED_ELSEWHERE, READING, Deed
from tests.faults.stage import Stage
from toolkit import cli, jobs

# A signature stays noted when its made-up learner is gone, and a link that nobody saw printed stays until it is swept.
GROWING = {"audit_entries", "admin_invites"}


def commands(group: click.Group, before: str = "") -> set[str]:
    found = set()
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found |= commands(command, f"{before}{name} ") if isinstance(command, click.Group) else {before + name}
    return found


def test_every_command_and_job_that_writes_is_killed():
    names = {deed.name for deed in DEEDS}
    assert READING.isdisjoint(names | KILLED_ELSEWHERE)
    assert names | KILLED_ELSEWHERE | READING == commands(cli.main) | set(jobs.PERIODIC) | {"demo --remove"}


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.name)
def test_a_killed_command_leaves_nothing_half_and_can_be_given_again(lite: Stage, deed: Deed):
    lite.put_back()
    deed.ready(lite)
    lite.keep("ready")
    before = states.rows(lite.url)
    moments = _done(lite, deed)
    for args in deed.after:
        assert lite.life("command", *args).answer == 0
    done, files = states.change(before, states.rows(lite.url)), states.files(lite.folder)
    assert moments.count(doomed.AFTER) + sum(said.startswith("file") for said in moments) >= 1, "it does something"
    if deed.again and not deed.after:
        _done(lite, deed)
        assert _but_growing(states.change(before, states.rows(lite.url))) == _but_growing(done)

    for moment in doomed.chosen(moments, deed.deaths):
        lite.put_back("ready")
        died = lite.life(deed.work, *deed.args, die=moment)
        where = f"killed at {moment}: {moments[moment - 1]}"
        assert died.killed, where
        assert states.faults(lite.url) == [], where
        if not deed.again:
            passed = died.moments.count(doomed.AFTER) == moments.count(doomed.AFTER)
            assert states.change(before, states.rows(lite.url)) == (done if passed else {}), where
            continue
        if deed.after:
            for args in deed.after:
                assert lite.life("command", *args).answer == 0, where
        else:
            _done(lite, deed)
        assert _but_growing(states.change(before, states.rows(lite.url))) == _but_growing(done), where
        assert states.faults(lite.url) == [], where
        assert states.files(lite.folder) == files, where


def _done(on: Stage, deed: Deed) -> tuple[str, ...]:
    life = on.life(deed.work, *deed.args)
    assert life.answer == (deed.ends if deed.work == "command" else True), life
    return life.moments


def _but_growing(found: states.Change) -> states.Change:
    return {name: what for name, what in found.items() if name not in GROWING}
