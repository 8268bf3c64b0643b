"""A change of the signing key that is cut at every step by kill -9: the site signs on, and every paper stays good."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import servers
from tests.conftest import settings_for
from tests.faults.crowd import browsers
from tests.services.signing_site import SigningSite, make, rotate
from tests.web import world
from toolkit import db, pdf
from toolkit.app import create_app
from toolkit.rules import certificate_payload
from toolkit.rules.certificates import Verdict
from toolkit.services import audit, certificate_keys

# Each moment of the command: around its two commits, and around the exchange of the file.
MOMENTS = [("new", moment) for moment in ("before:1", "after:1", "written", "renamed", "before:2", "after:2")]
MOMENTS += [("compromise", moment) for moment in ("before:1", "after:1", "renamed")]
DYING = """
import os, signal, sys
from contextlib import contextmanager
from toolkit import db, signing
from toolkit.cli import main

plan, writes = sys.argv.pop(1), 0

def die(moment):
    if moment == plan:
        os.kill(os.getpid(), signal.SIGKILL)

@contextmanager
def write_session(engine):
    global writes
    writes += 1
    number = writes
    session = db.open_session(engine, write=True)
    yield session
    die(f"before:{number}")
    session.commit()
    session.close()
    die(f"after:{number}")

def then(moment, done):
    def wrapped(*args):
        result = done(*args)
        die(moment)
        return result
    return wrapped

db.write_session = write_session
signing._write_beside = then("written", signing._write_beside)
signing._sync_folder = then("renamed", signing._sync_folder)
main()
"""


def command(site_folder: Path, url: str, *words: str, moment: str = "") -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "TOOLKIT_DATA": str(site_folder), "DATABASE_URL": url}
    run = [sys.executable, "-c", DYING, moment, *words]
    return subprocess.run(run, env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("word", "moment"), MOMENTS)
def test_a_killed_change_is_finished_by_whoever_signs_next(loaded_url: str, tmp_path: Path, word: str, moment: str):
    engine = db.make_engine(loaded_url)
    site = make(engine, tmp_path / "instance")
    running, old = site.twin(), site.issuing.kid
    holder, code = site.earn()
    before = site.paper(holder, code)
    words = ["certificates", "key", word] + ([old] if word == "compromise" else [])
    killed = command(site.folder, loaded_url, *words, moment=moment)
    assert killed.returncode == -signal.SIGKILL, killed.stderr

    # A process that ran all the time, and one that is started now: both sign, with the same key.
    papers = [running.paper(holder, code), _started(site).paper(holder, code)]
    assert [site.check(paper).verdict for paper in [before, *papers]] == [Verdict.VALID] * 3
    assert site.active() == site.in_file()
    unfinished = moment == "before:1"
    assert (site.active() == old) is unfinished
    assert sorted(site.states().values())[:1] == ["active"]

    # The next change cleans up, and everything is still good.
    rotate(site)
    assert sorted(path.name for path in site.folder.glob("*.key")) == ["server.key", "signing.key"]
    assert list(site.folder.glob(".signing*")) == []
    assert {site.check(paper).verdict for paper in [before, *papers, running.paper(holder, code)]} == {Verdict.VALID}
    with db.read_session(engine) as session:
        assert audit.faults(session) == []
    engine.dispose()


def _started(site: SigningSite) -> SigningSite:
    site.start_again()
    return site


def test_two_commands_at_once_end_with_one_key(loaded_url: str, tmp_path: Path):
    engine = db.make_engine(loaded_url)
    site = make(engine, tmp_path / "instance")
    holder, code = site.earn()
    before = site.paper(holder, code)
    with ThreadPoolExecutor(2) as pool:
        done = list(
            pool.map(lambda _: command(site.folder, loaded_url, "certificates", "key", "new"), range(2), timeout=120)
        )
    assert [one.returncode for one in done] == [0, 0], [one.stderr for one in done]
    states = sorted(site.states().values())
    assert states[0] == "active"
    assert states[1:] in (["retired"], ["retired", "retired"]), "side by side, or one after the other"
    assert site.active() == site.in_file()
    assert {site.check(paper).verdict for paper in (before, site.paper(holder, code))} == {Verdict.VALID}
    engine.dispose()


def test_a_running_server_signs_with_the_new_key_without_a_restart(loaded_sqlite: Path, tmp_path: Path):
    (tmp_path / "toolkit.db").write_bytes(loaded_sqlite.read_bytes())
    url = f"sqlite:///{tmp_path / 'toolkit.db'}"
    with servers.serve(tmp_path) as server:
        (tmp_path / "instance").symlink_to(tmp_path)
        app = create_app(settings_for(url, tmp_path))
        made = world.make(app)
        browser = browsers(server.url, [made.tokens["owner"]])[0]
        kids = []
        for _ in range(2):
            data = {**made.fields("owner"), "name": "Maria Example"}
            status, _, paper = browser.request("POST", f"/en/certificates/{made.code}", data)
            assert status == 200
            payload = pdf.payload_in(paper.encode())
            assert payload is not None
            kids.append(certificate_payload.decode(payload).statement.key_id.hex())
            done = command(tmp_path, url, "certificates", "key", "new")
            assert done.returncode == 0, done.stderr
        browser.connection.close()
        with db.read_session(app.extensions["engine"]) as session:
            states = {line.kid: line.state.value for line in certificate_keys.lines(session)}
        app.extensions["engine"].dispose()
    assert kids[0] != kids[1]
    assert [states[kid] for kid in kids] == ["retired", "retired"]
    assert sorted(states.values()) == ["active", "retired", "retired"]
