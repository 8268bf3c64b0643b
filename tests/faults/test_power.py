"""An answer leaves when all that it acknowledges is on the disk: the order of the system calls of a real server.

kill -9 cannot show this, because the kernel keeps what a dead process has written; a power cut would lose it.
"""

import re
from collections import defaultdict
from pathlib import Path

from tests import servers
from tests.faults import tracing
from tests.faults.stage import ENV, Stage
from tests.faults.test_full_disk import send
from tests.faults.write_paths import CASES

CALLS = "pwrite64,write,openat,fsync,fdatasync,sendto"
_WRITES = re.compile(r"(?:pwrite64|write)\(\d+<([^>]+)>")
_SYNCS = re.compile(r"(?:fsync|fdatasync)\(\d+<([^>]+)>")
_MADE = re.compile(r'openat\([^,]+, "([^"]+)", [^)]*O_CREAT[^)]*\) += \d')
_SENT = re.compile(r'sendto\(\d+<[^>]+>, "HTTP/1.1 (\d)')


def kept(path: str, folder: Path) -> bool:
    """Say whether a file must outlive a power cut: not shared memory, logs, or the queue (losing it loses nothing).

    Nor must cutting off SQLite's log after all of it has reached the database: what is in it may be read twice.
    """
    here = path.startswith(f"{folder}/")
    return here and not path.endswith(("-shm", ".log")) and not Path(path).name.startswith("jobs.db")


def test_no_answer_leaves_before_its_writes_are_on_the_disk(lite: Stage, tmp_path: Path):
    lite.put_back()
    people, log = lite.cast(), tmp_path / "strace.log"
    cases = [case for case in CASES if case.status in {200, 303}]
    fields = {case.id: lite.fields(case.who) for case in cases}
    server = servers.start(lite.folder, **ENV, **tracing.WATCHED)
    try:
        with tracing.errors(server.process.pid, CALLS, "", log):
            answered = [send(server, people, case, fields[case.id])[0] for case in cases]
    finally:
        server.kill()
    # By thread: whoever writes brings it to the disk and answers; a background job may be half-way meanwhile.
    waiting: defaultdict[str, set[str]] = defaultdict(set)
    begun: dict[str, str] = {}
    acknowledged, writes, syncs = 0, 0, 0
    for line in log.read_text().splitlines():
        thread, _, call = line.partition(" ")
        call = call.strip()
        if (
            (made := _MADE.match(call))
            and kept(made[1], lite.folder)
            and not Path(made[1]).name.startswith("toolkit.db")
        ):
            waiting[thread].add(str(Path(made[1]).parent))  # a new name is in its folder
        elif (written := _WRITES.match(call)) and kept(written[1], lite.folder):
            waiting[thread].add(written[1])
            writes += 1
        elif synced := _SYNCS.match(call):
            begun[thread] = synced[1]
        elif sent := _SENT.match(call):
            if sent[1] in "23":
                assert waiting[thread] == set(), f"answer {acknowledged + 1} left too early"
                acknowledged += 1
            waiting[thread].clear()  # what a refused form left in the log of the database counts for nobody
        if "sync" in call and call.endswith("= 0") and thread in begun:
            waiting[thread].discard(begun.pop(thread))
            syncs += 1
    assert acknowledged == sum(status < 400 for status in answered)
    assert acknowledged > len(cases) * 2 / 3, "most were taken; the others came too late in this order"
    assert writes > acknowledged, "the trace shows the writes"
    assert syncs > len(cases) / 2
