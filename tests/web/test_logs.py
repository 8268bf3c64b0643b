"""What the program writes about itself holds nothing that somebody typed: tried with a canary in every place."""

import json
import logging
import sys
import threading
from collections.abc import Iterator

import pytest
from flask import Flask

from toolkit import logs

CANARY = "canary@example.org Μαρία +357 22 000000 /en/help k3y"


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    before, hook = logging.getLogger().handlers[:], threading.excepthook
    yield
    logging.getLogger().handlers[:] = before
    threading.excepthook = hook


def lines(said: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in said.splitlines()]


def test_only_known_keys_and_plain_words_get_in(capsys):
    logs.error(
        "request_failed", endpoint="courses.home", kind=CANARY, name=CANARY, path="/en/help", count=3, where=None
    )
    (line,) = lines(capsys.readouterr().err)
    assert line.pop("timestamp")
    assert line == {
        "event": "request_failed",
        "level": "error",
        "endpoint": "courses.home",
        "kind": "?",
        "count": 3,
        "where": "?",
    }


def test_an_event_that_is_no_word_is_not_written_out(capsys):
    logs.info(CANARY, trouble="reader_550")
    (line,) = lines(capsys.readouterr().err)
    assert (line["event"], line["trouble"]) == ("?", "reader_550")


@pytest.mark.parametrize("name", ["waitress", "sqlalchemy.pool", "huey.consumer", "asyncio"])
def test_a_librarys_words_stay_inside(capsys, name: str):
    logs.take_over()
    logger = logging.getLogger(name)
    logger.warning("depth %s", CANARY)
    try:
        int(CANARY)
    except ValueError:
        logger.exception("Exception while serving %s", CANARY)
    said = capsys.readouterr().err
    assert "canary" not in said
    first, second = lines(said)
    assert (first["event"], first["logger"], first["kind"]) == ("library", name, "warning")
    assert (second["kind"], second["where"].partition(":")[0]) == ("ValueError", "web/test_logs.py")


def test_a_thread_that_dies_says_its_kind_alone(capsys):
    logs.take_over()

    def dies() -> None:
        raise KeyError(CANARY)

    thread = threading.Thread(target=dies)
    thread.start()
    thread.join()
    (line,) = lines(capsys.readouterr().err)
    assert (line["event"], line["kind"]) == ("thread_failed", "KeyError")


def test_a_request_that_breaks_says_where_and_not_what(lite_site: Flask, capsys):
    lite_site.testing = False

    def broken(lang: str) -> str:
        raise RuntimeError(f"{lang} {CANARY}")

    lite_site.view_functions["accounts.resume"] = broken
    client = lite_site.test_client()
    client.set_cookie("device", "canary-cookie")
    answer = client.get("/en/resume?code=canary-code", headers={"User-Agent": "canary-browser"})
    assert answer.status_code == 500
    (line,) = lines(capsys.readouterr().err)
    assert line.pop("timestamp")
    assert str(line.pop("where")).startswith("web/test_logs.py:")
    assert line == {"event": "request_failed", "level": "error", "endpoint": "accounts.resume", "kind": "RuntimeError"}


def test_standard_error_of_this_moment_is_written_to(capsys, monkeypatch: pytest.MonkeyPatch):
    logs.info("first")
    assert lines(capsys.readouterr().err)[0]["event"] == "first"
    monkeypatch.setattr(sys, "stderr", sys.stdout)
    logs.info("second")
    assert lines(capsys.readouterr().out)[0]["event"] == "second"
