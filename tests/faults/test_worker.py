"""Jobs in processes: they begin by themselves, are rung, end within five seconds, and say how it went."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests import post_office
from tests.faults.workers import Outbox, running, soon
from tests.post_office import PostOffice
from toolkit import db
from toolkit.consumer import Working
from toolkit.services import job_runs

STOP_SECONDS = 5
SENDER = "no-reply@learning.example.org"


@pytest.fixture
def outbox(loaded_url: str, tmp_path: Path) -> Iterator[Outbox]:
    (tmp_path / "instance").mkdir()
    engine = db.make_engine(loaded_url)
    yield Outbox(engine, loaded_url, tmp_path)
    engine.dispose()


@pytest.fixture
def lite_outbox(loaded_sqlite: Path, tmp_path: Path) -> Iterator[Outbox]:
    url = f"sqlite:///{tmp_path / 'toolkit.db'}"
    (tmp_path / "toolkit.db").write_bytes(loaded_sqlite.read_bytes())
    (tmp_path / "instance").mkdir()
    engine = db.make_engine(url)
    yield Outbox(engine, url, tmp_path)
    engine.dispose()


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office.opened() as office:
        yield office


def command(outbox: Outbox, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    whole = {**os.environ, "TOOLKIT_DATA": str(outbox.folder / "instance"), "DATABASE_URL": outbox.url, **env}
    run = [sys.executable, "-m", "toolkit.cli", *words]
    return subprocess.run(run, env=whole, capture_output=True, text=True, check=False, timeout=90, cwd=outbox.folder)


def jobs_noted(outbox: Outbox) -> dict[str, str]:
    with db.read_session(outbox.engine) as session:
        return {run.name: run.fault or "worked" for run in job_runs.latest(session)}


def test_a_worker_begins_by_itself_is_rung_and_ends_when_it_is_asked(outbox: Outbox, office: PostOffice):
    outbox.write(3)
    with running(outbox.folder, outbox.url, "worker", SMTP_URL=office.url, MAIL_FROM=SENDER) as worker:
        soon(lambda: outbox.states() == {"sent": 3})
        outbox.write(3, name="second")
        outbox.ring()
        soon(lambda: outbox.states() == {"sent": 6})
        code, seconds = worker.end()
    assert (code, len(office.taken)) == (0, 6)
    assert seconds < STOP_SECONDS
    assert "Stopped." in worker.log.read_text()


def test_a_worker_ends_in_time_while_a_mail_server_says_nothing(lite_outbox: Outbox, office: PostOffice):
    lite_outbox.write(1)
    office.plan.append("stall")
    url = office.url.replace("timeout=1", "timeout=60")
    with running(lite_outbox.folder, lite_outbox.url, "worker", SMTP_URL=url, MAIL_FROM=SENDER) as worker:
        soon(lambda: office.fired["stall"])
        code, seconds = worker.end()
    assert code == 0
    assert seconds < STOP_SECONDS
    assert lite_outbox.states() == {"sending": 1}, "it comes again when its lease is over"


def test_serving_runs_the_jobs_too_and_ends_with_them(lite_outbox: Outbox, office: PostOffice):
    lite_outbox.write(2)
    env = {"SMTP_URL": office.url, "MAIL_FROM": SENDER, "PORT": str(post_office.dead_port())}
    with running(lite_outbox.folder, lite_outbox.url, "serve", **env) as server:
        soon(lambda: lite_outbox.states() == {"sent": 2})
        code, seconds = server.end()
    assert code == 0
    assert seconds < STOP_SECONDS


def test_serving_without_a_worker_leaves_the_jobs_alone(lite_outbox: Outbox, office: PostOffice):
    lite_outbox.write(1)
    env = {"SMTP_URL": office.url, "MAIL_FROM": SENDER, "PORT": str(post_office.dead_port())}
    with running(lite_outbox.folder, lite_outbox.url, "serve", "--no-worker", **env) as server:
        assert not (lite_outbox.folder / "instance" / "jobs.db").exists()
        assert server.end()[0] == 0
    assert (jobs_noted(lite_outbox), lite_outbox.states()) == ({}, {"waiting": 1})


def test_once_runs_what_is_due_and_its_exit_code_says_how_it_went(lite_outbox: Outbox, office: PostOffice):
    lite_outbox.write(1)
    env = {"SMTP_URL": office.url, "MAIL_FROM": SENDER}
    office.stop()
    failed = command(lite_outbox, "worker", "--once", **env)
    assert failed.returncode == 1
    assert "send_letters: failed" in failed.stdout
    assert '"kind": "mail_server_unreachable"' in failed.stderr
    office.start()
    done = command(lite_outbox, "worker", "--once", **env)
    assert (done.returncode, lite_outbox.states()) == (0, {"sent": 1})
    assert set(jobs_noted(lite_outbox).values()) == {"worked"}
    assert set(jobs_noted(lite_outbox)) == {line.partition(":")[0] for line in done.stdout.splitlines()}


def test_help_and_wrong_settings_are_said_in_a_sentence(lite_outbox: Outbox):
    told = command(lite_outbox, "worker", "--help")
    assert told.returncode == 0
    assert "Exit codes" in told.stdout
    wrong = command(lite_outbox, "worker", SMTP_URL="mail.example.org")
    assert wrong.returncode == 1
    assert "SMTP_URL" in wrong.stderr
    assert "Traceback" not in wrong.stderr


def test_a_bell_brings_a_letter_at_once(outbox: Outbox, office: PostOffice, make_site):
    """In one process, as `toolkit serve` does it: whoever commits rings, a thread takes it on."""
    site: Flask = make_site(outbox.url, SMTP_URL=office.url, MAIL_FROM=SENDER)
    working = Working(site.extensions["settings"], site.extensions)
    working.start()
    try:
        soon(lambda: "send_letters" in jobs_noted(outbox))  # the first minute's turn is over
        outbox.write(1)
        site.extensions["ring"]("send_letters")
        soon(lambda: outbox.states() == {"sent": 1})
    finally:
        working.stop()
    assert len(office.taken) == 1
