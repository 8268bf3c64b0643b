"""A site on which lives are lived and ended: `python -m tests.faults.stage FOLDER URL`, asked line by line.

The surprise: it is a process of its own, because a fork of the tests' process would miss the threads of what other
tests have used (the maker of PDFs has some). It forks for everything and keeps nothing open.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import time_machine
from flask.testing import FlaskClient
from sqlalchemy import create_engine, make_url, text

from tests.conftest import settings_for
from tests.faults import doomed, write_paths
from tests.faults.doomed import Life
from tests.faults.write_paths import CASES, Cast
from tests.web import world
from toolkit import cli, jobs, paths
from toolkit.app import create_app

ENV = {"SMTP_URL": "smtp://127.0.0.1:9", "MAIL_FROM": "no-reply@learning.example.org"}
HTML = {"Accept": "text/html"}
BY_ID = {case.id: case for case in CASES}


@dataclass
class Stage:
    """The stage as the tests see it: its folder and database, put back as they were before each life."""

    process: subprocess.Popen[str]
    folder: Path
    url: str
    server: str = ""

    def life(self, work: str, *args: Any, die: int = 0) -> Life:
        """Let something be done in a life of its own, which may be a short one."""
        killed, moments, answer = self._ask(work, *args, die=die)
        return Life(killed, tuple(moments), answer)

    def fields(self, who: str) -> dict[str, str]:
        """Give the hidden fields that a page would have held for somebody."""
        return dict(self._ask("fields", who))

    def cast(self) -> Cast:
        """Give the people of the stage."""
        return Cast(**self._ask("people"))

    def keep(self, name: str = "kept") -> None:
        """Remember everything as it is now; more than once only on SQLite, where the folder is everything."""
        shutil.rmtree(self.folder.with_name(name), ignore_errors=True)
        shutil.copytree(self.folder, self.folder.with_name(name))
        self._databases("CREATE DATABASE {0}_kept TEMPLATE {0}")

    def put_back(self, name: str = "kept") -> None:
        """Put everything back as it was remembered."""
        shutil.rmtree(self.folder)
        shutil.copytree(self.folder.with_name(name), self.folder)
        self._databases("DROP DATABASE {0} WITH (FORCE)", "CREATE DATABASE {0} TEMPLATE {0}_kept")

    def _databases(self, *statements: str) -> None:
        if self.server:
            engine = create_engine(self.server, isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                for statement in statements:
                    connection.execute(text(statement.format(make_url(self.url).database)))
            engine.dispose()

    def _ask(self, work: str, *args: Any, die: int = 0) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([work, args, die]) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the stage has ended; what it said stands above"
        return json.loads(line)


@contextmanager
def opened(folder: Path, url: str, server: str = "") -> Iterator[Stage]:
    """Open a stage on a database with the shipped content; make its cast when there is content."""
    command = [sys.executable, "-m", "tests.faults.stage", folder, url]
    env = {**os.environ, **ENV, "TOOLKIT_DATA": str(folder / "instance"), "DATABASE_URL": url}
    env |= {"BACKUP_PASSPHRASE": "a passphrase for the tests"}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=paths.ROOT, env=env
    ) as process:
        stage = Stage(process, folder / "instance", url, server)
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            stage.keep()
            yield stage
        finally:
            process.kill()


class _Site:
    """What stands on the stage, in the process that forks."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, settings = folder / "instance", settings_for(url, folder, **ENV)
        self.app = create_app(settings)
        self.app.extensions["ring"] = lambda _job: None  # losing the bell loses nothing (test_worker)
        made = doomed.live(lambda: asdict(write_paths.cast(self.app)), self.folder)
        self.cast = Cast(**made.answer)
        for case in CASES:
            client = self._browser(case.who)  # opening each page once spares every life the work of its templates
            client.get(case.address.format(**self.cast.parts).replace("/leave", "/"), headers=HTML)
        self.app.extensions["engine"].dispose()

    def fields(self, who: str) -> dict[str, str]:
        return world.fields(self.app, self.cast.tokens[who])

    def send(self, case_id: str, fields: dict[str, str], hours: int = 0) -> tuple[int, str]:
        """Send a case's form as its browser would; give the status and which page it leads to.

        ``hours``: by how much the machine's clock is wrong.
        """
        if hours:
            with time_machine.travel(datetime.now(UTC) + timedelta(hours=hours)):
                return self.send(case_id, fields)
        case = BY_ID[case_id]
        client, path = self._browser(case.who), case.address.format(**self.cast.parts)
        if case.method == "GET":
            answer = client.get(path, headers=HTML)
        else:
            answer = client.post(path, data={**fields, **case.form(self.cast)}, headers=HTML)
        to = answer.headers.get("Location", "").partition("#")[0].partition("?")[0]
        if not to.startswith("/"):
            return answer.status_code, "elsewhere" if to else ""
        return answer.status_code, self.app.url_map.bind("127.0.0.1").match(to, method="GET")[0]

    def _browser(self, who: str) -> FlaskClient:
        client = self.app.test_client()
        client.set_cookie("lang", "en")
        if token := self.cast.tokens[who]:
            client.set_cookie("device", token)
        return client

    def command(self, *words: str) -> int:
        """Run the toolkit command; give its exit code."""
        import waitress

        def over(*_args: Any, **_kwargs: Any) -> None:
            raise SystemExit(0)

        waitress.create_server = over  # `serve` ends where it would begin to answer
        try:
            cli.main(list(words))
        except SystemExit as end:
            return int(end.code or 0)
        return 0

    def job(self, name: str) -> bool:
        """Run a background job; say whether it worked."""
        return jobs.run(name, jobs.ground(self.app.extensions))


def main() -> None:
    """Live what is asked for, until nobody asks any more."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # what commands print is not an answer
    site = _Site(Path(sys.argv[1]), sys.argv[2])
    print("ready", file=answers)
    for line in sys.stdin:
        work, args, die = json.loads(line)
        if work in {"fields", "people"}:
            print(json.dumps(site.fields(*args) if work == "fields" else asdict(site.cast)), file=answers)
            continue
        life = doomed.live(lambda work=work, args=args: getattr(site, work)(*args), site.folder, die=die)
        print(json.dumps([life.killed, life.moments, life.answer]), file=answers)


if __name__ == "__main__":
    main()
