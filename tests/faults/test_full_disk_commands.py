"""Commands on a full or broken disk, by strace: a sentence and exit code 1, nothing half, and later it works.

Backups and restores on a disk without room are in test_backup_killed.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults import states, tracing, vault
from tests.faults.stage import Stage
from toolkit import paths
from toolkit.services import backup

CALLS = ("write", "pwrite64", "fsync", "fdatasync")
COMMANDS = {"key new": ("certificates", "key", "new"), "backup": ("backup",)}
_CALL = re.compile(r"\d+ +(\w+)\(\d+<([^>]+)>")


def run(on: Stage, words: tuple[str, ...], *before: str | Path) -> "subprocess.CompletedProcess[str]":
    """Run a command on the stage's data, perhaps under strace."""
    env = {"TOOLKIT_DATA": str(on.folder), "DATABASE_URL": on.url, "BACKUP_PASSPHRASE": vault.PASSPHRASE}
    command = [*before, sys.executable, "-m", "toolkit.cli", *words]
    surroundings = {**(tracing.environment() if before else os.environ), **env}
    return subprocess.run(command, env=surroundings, cwd=paths.ROOT, capture_output=True, text=True, check=False)


def places(log: Path, folder: Path) -> list[tuple[str, int]]:
    """Choose calls that touched the folder, of each kind the one in the middle: its name, and which of them it was."""
    seen = dict.fromkeys(CALLS, 0)
    found: dict[str, list[int]] = {}
    for line in log.read_text().splitlines():
        if call := _CALL.match(line):
            seen[call[1]] += 1
            if call[2].startswith(str(folder)) and not call[2].endswith(("-shm", ".lock")):
                found.setdefault(call[1], []).append(seen[call[1]])
    return [(name, numbers[len(numbers) // 2]) for name, numbers in found.items()]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_whose_disk_fails_says_so_and_can_be_given_again(lite: Stage, tmp_path: Path, name: str):
    words, log = COMMANDS[name], tmp_path / "strace.log"
    strace = [*tracing.command(), "-f", "-y", "-s", "0", "-o", log, "-e", f"trace={','.join(CALLS)}"]
    lite.put_back()
    before = states.rows(lite.url)
    assert run(lite, words, *strace).returncode == 0
    done, chosen = states.change(before, states.rows(lite.url)), places(log, lite.folder)
    assert len(chosen) == 3, "the trace shows where the command writes"
    for call, n in chosen:
        error = "EIO" if call.endswith("sync") else "ENOSPC"
        lite.put_back()
        failed = run(lite, words, *strace, "-e", f"inject={call}:error={error}:when={n}")
        where = f"{call} {n}: {failed.returncode} {failed.stdout} {failed.stderr}"
        assert tracing.fired(log) == 1, where
        assert "Traceback" not in failed.stderr, where
        assert states.faults(lite.url) == [], where
        if failed.returncode == 0:  # what failed was tidying up; the work itself is done
            assert states.change(before, states.rows(lite.url)) == done, where
            continue
        assert failed.returncode == 1, where
        assert failed.stderr.splitlines()[-1].startswith("Error: "), where
        assert not list(lite.folder.glob("backups/*.toolkit")), where
        assert lite.life("command", *words).answer == 0, where
        assert states.faults(lite.url) == [], where
        left = [path for path in states.files(lite.folder) if path.startswith(".signing") or backup.WORK in path]
        assert [path for path in left if not path.endswith(".lock")] == [], where
