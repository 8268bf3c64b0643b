"""The files under deploy/ in earnest: two gunicorn processes on PostgreSQL behind nginx; one dies again and again."""

import configparser
import http.client
import re
import shutil
import ssl
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests import postgres, servers
from tests.faults.keeper import Learner, together
from tests.faults.proxies import DEPLOY, answers, binary, certificate, gunicorn, process, put
from tests.faults.test_kill import ITEMS, counts, journey, one
from toolkit import cli, config, db

LEARNERS = 4
ROUNDS = 12  # at most, until the process that came back has died again
DIES_AFTER_COMMITS = 7  # of each life: the answer is written, nobody has been told
UNITS = sorted(path.name for path in (DEPLOY / "systemd").iterdir())


@dataclass
class Door:
    """The proxy's port, in place of one server that is kept alive."""

    port: int
    lost: list[str] = field(default_factory=list)

    def wait(self) -> None:
        """Nobody waits for a single process here."""

    def sent(self) -> None:
        """Nobody is killed from outside here."""

    def missed(self) -> None:
        """Note a connection that broke before an answer came."""
        self.lost.append("broken")


class Guest(Learner):
    """A learner who comes over TLS."""

    def _connection(self) -> http.client.HTTPConnection:
        loose = ssl._create_unverified_context()  # noqa: S323 - the test's own certificate
        return http.client.HTTPSConnection("127.0.0.1", self.keeper.port, timeout=60, context=loose)


def nginx_config(folder: Path, port: int, plain: int, backs: tuple[int, int]) -> Path:
    cert, key = certificate(folder)
    site = put(
        (DEPLOY / "nginx" / "toolkit.conf").read_text(),
        {
            r"listen 80;": f"listen 127.0.0.1:{plain};",
            r"listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
            r"server_name learning\.example\.org;": "server_name 127.0.0.1;",
            r"127\.0\.0\.1:8001": f"127.0.0.1:{backs[0]}",
            r"127\.0\.0\.1:8002": f"127.0.0.1:{backs[1]}",
            r"ssl_certificate /[^;]+;": f"ssl_certificate {cert};",
            r"ssl_certificate_key /[^;]+;": f"ssl_certificate_key {key};",
            r"/var/log/nginx/toolkit\.error\.log": str(folder / "nginx.error.log"),
        },
    )
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = folder / "nginx.conf"
    whole.write_text(
        f"daemon off;\nmaster_process off;\npid {folder}/nginx.pid;\nerror_log {folder}/nginx.start.log;\n"
        f"events {{}}\nhttp {{\n{temporary}{site}\n}}\n"
    )
    return whole


def test_one_of_two_processes_dies_mid_answer_and_nothing_is_lost(
    postgres_server: str, loaded_postgres: str, tmp_path: Path
):
    nginx = binary("nginx")
    url = postgres.new_database(postgres_server, like=loaded_postgres)
    port, plain, first, second = (servers.free_port() for _ in range(4))
    env = {
        "DATABASE_URL": url,
        "TOOLKIT_DATA": str(tmp_path / "data"),
        "SITE_URL": f"https://127.0.0.1:{port}",
    }
    conf = nginx_config(tmp_path, port, plain, (first, second))
    logs = [tmp_path / "first.log", tmp_path / "second.log", tmp_path / "nginx.log"]
    host = f"127.0.0.1:{port}"
    door = Door(port)
    with (
        gunicorn(first, logs[0], die=f"after:{DIES_AFTER_COMMITS}", **env) as one_process,
        gunicorn(second, logs[1], **env) as other,
        process([nginx, "-p", tmp_path, "-c", conf], logs[2]) as proxy,
    ):
        answers(f"http://127.0.0.1:{first}/readyz", host=host, running=one_process, log=logs[0])
        answers(f"http://127.0.0.1:{second}/readyz", host=host, running=other, log=logs[1])
        answers(f"https://{host}/readyz", host=host, running=proxy, log=logs[2])
        engine = db.make_engine(url)
        learners: list[Guest] = []
        for _ in range(ROUNDS):
            fresh = [Guest(door) for _ in range(LEARNERS)]
            together(*[lambda who=who: journey(engine, who) for who in fresh])
            learners += fresh
            if logs[0].read_text().count("SIGKILL") >= 2:
                break
        with closing(http.client.HTTPConnection("127.0.0.1", plain, timeout=10)) as moved:
            moved.request("GET", "/en/help?x=1")
            assert moved.getresponse().status == 301

    deaths = logs[0].read_text().count("SIGKILL")
    assert deaths >= 2, "the first process died mid-answer, and its successor too"
    assert "SIGKILL" not in logs[1].read_text()
    assert door.lost == [], "the proxy asked the other process; nobody saw it"
    assert all(name.startswith("__Host-") for learner in learners for name in learner.cookies if "device" in name)
    sent = [key for learner in learners for _, key in learner.acknowledged]
    assert len(sent) == len(set(sent)) == len(learners) * (3 + ITEMS + 1)
    found = counts(engine)
    assert found["submissions"] == len(sent)
    assert {name: found[name] for name in ("people", "enrolments", "attempts", "certificates")} == dict.fromkeys(
        ("people", "enrolments", "attempts", "certificates"), len(learners)
    )
    with engine.connect() as connection:
        assert one(connection, "select count(*) from attempt_items where answered_at is null") == 0
        assert one(connection, "select count(*) from certificates where name_check is null") == 0
    engine.dispose()
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix == ".log"]
    assert len(written) >= 4
    assert not [path for path in written if "/en/help" in path.read_text(errors="replace")], "help is in no log"


def test_caddy_serves_the_site_and_goes_on_when_one_process_is_gone(loaded_sqlite: Path, tmp_path: Path):
    caddy = binary("caddy")
    shutil.copy(loaded_sqlite, tmp_path / "toolkit.db")
    port, first, second = (servers.free_port() for _ in range(3))
    text = put(
        (DEPLOY / "caddy" / "Caddyfile").read_text(),
        {
            r"(?m)^learning\.example\.org \{": f"http://127.0.0.1:{port} {{",
            r"127\.0\.0\.1:8001": f"127.0.0.1:{first}",
            r"127\.0\.0\.1:8002": f"127.0.0.1:{second}",
        },
    )
    caddyfile = tmp_path / "Caddyfile"
    caddyfile.write_text("{\n\tadmin off\n}\n" + text)
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    url = f"http://127.0.0.1:{port}"
    env = {"TOOLKIT_DATA": str(tmp_path), "SITE_URL": url}
    log = tmp_path / "caddy.log"
    host = f"127.0.0.1:{port}"
    with (
        gunicorn(second, tmp_path / "second.log", **env) as other,
        process([caddy, "run", "--config", caddyfile, "--adapter", "caddyfile"], log, **home) as proxy,
    ):
        with gunicorn(first, tmp_path / "first.log", **env) as one_process:
            answers(f"http://127.0.0.1:{first}/readyz", host=host, running=one_process, log=tmp_path / "first.log")
            answers(f"http://127.0.0.1:{second}/readyz", host=host, running=other, log=tmp_path / "second.log")
            answers(f"{url}/readyz", host=host, running=proxy, log=log)
        gone = one_process.returncode
        for _ in range(6):
            answers(f"{url}/el/help", host=host, running=proxy, log=log)
    assert gone is not None
    assert "/el/help" not in log.read_text(), "help is in no log"


def directives(unit: str) -> list[tuple[str, str]]:
    """List a unit's own lines, with the sections checked by the parser."""
    parser = configparser.RawConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read(DEPLOY / "systemd" / unit)
    assert parser.has_section("Unit")
    lines = (DEPLOY / "systemd" / unit).read_text().splitlines()
    return [tuple(line.split("=", 1)) for line in lines if "=" in line and not line.startswith("#")]


@pytest.mark.parametrize("unit", UNITS)
def test_each_command_of_a_unit_exists(unit: str):
    commands = [value for name, value in directives(unit) if name.startswith("Exec")]
    for command in commands:
        program, *words = command.replace("${CREDENTIALS_DIRECTORY}", ".").split()
        assert Path(sys.executable).with_name(Path(program).name).exists(), program
        if program.endswith("/toolkit"):
            shown = CliRunner().invoke(cli.main, [word for word in words if not word.startswith((".", "-"))] + ["-h"])
            assert shown.exit_code == 0, (command, shown.output)
            for option in (word for word in words if word.startswith("--")):
                assert option in shown.output, command
    assert commands or unit.endswith(".timer")


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_finds_nothing_wrong_with_a_unit(unit: str, tmp_path: Path):
    verify = shutil.which("systemd-analyze")
    if verify is None:
        assert directives(unit), "without systemd-analyze the unit's form is all that can be checked"
        return
    for name in UNITS:
        text = (DEPLOY / "systemd" / name).read_text().replace("/opt/toolkit/bin/", f"{Path(sys.executable).parent}/")
        (tmp_path / name.replace("@.", "@8001.")).write_text(text)
    target = tmp_path / unit.replace("@.", "@8001.")
    found = subprocess.run(
        [verify, "verify", "--man=no", "--recursive-errors=no", target], capture_output=True, text=True, check=False
    )
    # Outside a running systemd other units are not found; what is said about this file counts.
    said = [line for line in found.stderr.splitlines() if target.name in line and "Failed to" not in line]
    assert said == []


def test_the_example_settings_are_settings_that_work():
    lines = (DEPLOY / "toolkit.env").read_text().splitlines()
    given = {
        name: value.strip('"')
        for name, value in (line.split("=", 1) for line in lines if line and not line.startswith("#"))
    }
    found = config.load(given)
    assert found.secure
    assert not found.trial
    readme = (DEPLOY.parent / "README.md").read_text() + (DEPLOY.parent / "docs" / "operations.md").read_text()
    assert [name for name in given if f"`{name}`" not in readme and name not in readme] == []
    assert re.search(r"MAIL_FROM", readme)
