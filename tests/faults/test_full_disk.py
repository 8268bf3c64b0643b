"""A disk that is full or broken under a real server: a page that says so, nothing half, nothing acknowledged lost.

strace makes the server's writes fail (ENOSPC, EIO); limits of the kernel stand in where nobody may trace.
"""

import http.client
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests import servers
from tests.faults import states, tracing
from tests.faults.stage import ENV, Stage
from tests.faults.write_paths import CASES, Case, Cast
from tests.visit import forms

SENTENCE = "What you had sent before is kept"
# They write nothing, or must lead away whatever the disk says.
WITHOUT_DISK = {"certificates.verify_post", "help.choose", "leave.leave"}
MAIN = ["lessons.lesson_post owner", "quizzes.answer_post owner", "certificates.certificate_post owner"]
MAIN += ["sign_in.new_post other", "admin_certificates.certificate_post withdraw"]
PEOPLE_AT_MOST = 2000


@contextmanager
def serving(folder: Path) -> Iterator[servers.Server]:
    """Run the real server on a folder; it ends as a power cut would end it."""
    running = servers.start(folder, **ENV, **tracing.WATCHED)
    try:
        yield running
    finally:
        running.kill()


def ask(server: servers.Server, path: str, token: str = "", values: Any = None) -> tuple[int, str, str]:
    """Send one request; give status, kind and text."""
    connection = http.client.HTTPConnection("127.0.0.1", int(server.url.rpartition(":")[2]), timeout=60)
    try:
        headers = {"Accept": "text/html", "Cookie": "lang=en" + (f"; device={token}" if token else "")}
        if values is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        method, body = ("GET", None) if values is None else ("POST", urlencode(values, doseq=True))
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Content-Type", ""), answer.read().decode(errors="replace")
    finally:
        connection.close()


def send(server: servers.Server, people: Cast, case: Case, fields: dict[str, str]) -> tuple[int, str, str]:
    """Send a case's form."""
    values = None if case.method == "GET" else {**fields, **case.form(people)}
    return ask(server, case.address.format(**people.parts), people.tokens[case.who], values)


def rows(on: Stage) -> states.State:
    """Give all rows but the notes of the background jobs, which go on meanwhile."""
    return {name: found for name, found in states.rows(on.url).items() if name != "job_runs"}


def in_order(on: Stage, cases: list[Case], fields: dict[str, dict[str, str]]) -> tuple[list[int], states.Change]:
    """Send forms one after the other where nothing is wrong: how they are answered, and what that changes."""
    on.put_back()
    before = rows(on)
    statuses = [on.life("send", case.id, fields[case.id]).answer[0] for case in cases]
    return statuses, states.change(before, rows(on))


def test_on_a_full_disk_every_form_gets_a_page_and_is_taken_once_there_is_room(lite: Stage, tmp_path: Path):
    people, log = lite.cast(), tmp_path / "strace.log"
    fields = {case.id: lite.fields(case.who) for case in CASES}
    statuses, done = in_order(lite, CASES, fields)
    lite.put_back()
    with serving(lite.folder) as server:
        before = rows(lite)
        with tracing.errors(server.process.pid, "pwrite64,ftruncate", "ENOSPC", log):
            told = {case.id: send(server, people, case, fields[case.id]) for case in CASES}
            pages = [ask(server, path)[0] for path in ("/en/", "/en/help", "/en/courses/basics/m01/1-1")]
        assert tracing.fired(log) >= len(CASES) - len(WITHOUT_DISK), "the disk was full for every form"
        for case in CASES:
            status, kind, text = told[case.id]
            if case.endpoint in WITHOUT_DISK:
                assert status == case.status, case.id
            else:
                assert (status, kind, SENTENCE in text) == (500, "text/html; charset=utf-8", True), (
                    case.id,
                    text[:300],
                )
        assert pages == [200, 200, 200], "reading goes on, and help above all"
        assert states.change(before, rows(lite)) == {}, "nothing half"

        again = [send(server, people, case, fields[case.id])[0] for case in CASES]
        assert dict(zip([case.id for case in CASES], again, strict=True)) == dict(
            zip([case.id for case in CASES], statuses, strict=True)
        )
        assert states.change(before, rows(lite)) == done
    with serving(lite.folder):
        assert states.change(before, rows(lite)) == done, "what was acknowledged is there after kill -9"
        assert states.faults(lite.url) == []


@pytest.mark.parametrize(
    ("calls", "error", "when"),
    [("fsync,fdatasync", "EIO", ""), ("pwrite64", "EIO", "4+3")],
    ids=["fsync fails", "some writes fail"],
)
def test_a_broken_disk_and_then_kill_lose_and_double_nothing(
    lite: Stage, tmp_path: Path, calls: str, error: str, when: str
):
    people, log, cases = lite.cast(), tmp_path / "strace.log", [case for case in CASES if case.id in MAIN]
    fields = {case.id: lite.fields(case.who) for case in cases}
    statuses, done = in_order(lite, cases, fields)
    lite.put_back()
    with serving(lite.folder) as server:
        before = rows(lite)
        with tracing.errors(server.process.pid, calls, error, log, when=when):
            told = [send(server, people, case, fields[case.id]) for case in cases]
            server.kill()
        assert tracing.fired(log) >= 1, "the disk was broken"
        assert {500} <= {status for status, _, _ in told} <= {500, *statuses}
        assert all(SENTENCE in text for status, _, text in told if status == 500)
    kept = states.change(before, rows(lite))
    assert kept.keys() <= done.keys()
    assert states.faults(lite.url) == []
    with serving(lite.folder) as server:
        assert [send(server, people, case, fields[case.id])[0] for case in cases] == statuses
        assert states.change(before, rows(lite)) == done


@contextmanager
def limited(server: servers.Server, folder: Path) -> Iterator[None]:
    """Let no file of the server grow, from now on and for a while."""
    largest = max(path.stat().st_size for path in folder.iterdir() if path.suffix != ".db")
    number, hard = resource.RLIMIT_FSIZE, resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)[1]
    resource.prlimit(server.process.pid, number, (largest + 20_000, hard))
    yield
    resource.prlimit(server.process.pid, number, (hard, hard))


@contextmanager
def filled(server: servers.Server, folder: Path) -> Iterator[None]:
    """Fill the disk to its last byte, for a while."""
    del server
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as out, suppress(OSError):
        while True:
            out.write(bytes(1024))
    assert shutil.disk_usage(folder).free == 0
    yield
    filler.unlink()


def fill_and_come_back(folder: Path, loaded: Path, no_room: Callable[..., Any]) -> None:
    """Let people start until there is no room, make room, send the one that failed again, kill, and count."""
    folder.mkdir(exist_ok=True)
    shutil.copy(loaded, folder / "toolkit.db")
    url, acknowledged, told = f"sqlite:///{folder / 'toolkit.db'}", 0, (0, "", "")
    with serving(folder) as server:
        page = ask(server, "/en/courses/basics")[2]
        form = next(found for found in forms(page) if "device" in found.options)

        def start(n: int) -> tuple[int, str, str]:
            key = {"key": f"{n:032x}", "device": "own"}
            return ask(server, "/en/courses/basics", "", {**form.fields, **key})

        with no_room(server, folder):
            while told[0] != 500:
                acknowledged += told[0] == 303
                assert acknowledged < PEOPLE_AT_MOST, "there was room for everybody: nothing was tried"
                told = start(acknowledged)
            assert SENTENCE in told[2]
            assert ask(server, "/en/help")[0] == 200
        assert start(acknowledged)[0] == 303, "there is room again"
        acknowledged += 1
    with serving(folder):
        found = states.rows(url)
        assert len(found["people"]) == len(found["devices"]) == len(found["submissions"]) == acknowledged
        assert states.faults(url) == []


def test_files_that_may_not_grow(loaded_sqlite: Path, tmp_path: Path):
    """Needs no right to trace and no disk of its own: so it runs everywhere."""
    fill_and_come_back(tmp_path / "data", loaded_sqlite, limited)


def test_a_disk_that_is_really_full(loaded_sqlite: Path, tmp_path: Path):
    where = tmp_path / "disk"
    where.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=12M", "tmpfs", where]
    mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"NO FULL DISK WAS TRIED: this machine mounts none ({mounted.stderr.strip()}); limits stood in")
    try:
        fill_and_come_back(where / "data", loaded_sqlite, filled)
    finally:
        subprocess.run(["umount", where], check=True)
