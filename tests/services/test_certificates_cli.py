"""`toolkit certificates …`: keys changed and papers checked on the command line, with the right exit codes."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.services.signing_site import DAY, NAME, SigningSite, make
from toolkit import db, pdf, signing
from toolkit.cli_certificates import certificates_group
from toolkit.services import certificate_keys, withdrawals

Run = Callable[..., Result]
HOUR_AGO = datetime.now(UTC) - timedelta(hours=1)  # the commands look at the real clock


@pytest.fixture
def site(loaded_url: str, tmp_path: Path) -> SigningSite:
    engine = db.make_engine(loaded_url)
    yield make(engine, tmp_path / "instance")
    engine.dispose()


@pytest.fixture
def run(loaded_url: str, tmp_path: Path) -> Run:
    env = {"TOOLKIT_DATA": str(tmp_path / "instance"), "DATABASE_URL": loaded_url, "SITE_URL": "https://a.example"}
    return lambda *words: CliRunner().invoke(certificates_group, [str(word) for word in words], env=env)


def saved_keys(site: SigningSite, path: Path) -> Path:
    with db.read_session(site.engine) as session:
        path.write_text(signing.public_keys_json(certificate_keys.public_keys(session)))
    return path


def test_new_retires_the_old_key_and_list_shows_both(site: SigningSite, run: Run):
    holder, code = site.earn()
    site.paper(holder, code)
    old = site.issuing.kid
    done = run("key", "new")
    assert done.exit_code == 0, done.output
    assert f"Retired: {old}" in done.output
    assert f"Signs from now on: {site.active()}" in done.output
    assert site.active() == site.in_file() != old
    lines = run("key", "list").output.splitlines()
    assert len(lines) == 3
    found = {line.split()[0]: line.split()[1:] for line in lines[1:]}
    assert (found[old][0], found[old][-1]) == ("retired", "1")
    assert (found[site.active()][0], found[site.active()][-1]) == ("active", "0")


def test_retire_takes_the_active_key_only(site: SigningSite, run: Run):
    old = site.issuing.kid
    assert run("key", "retire", old.upper()).exit_code == 0
    again = run("key", "retire", old)
    assert again.exit_code == 1
    assert "is not the active key" in again.output
    assert run("key", "retire", "ffffffff").exit_code == 1
    assert sorted(site.states().values()) == ["active", "retired"]


def test_compromise_says_what_still_counts(site: SigningSite, run: Run):
    holder, code = site.earn()
    site.paper(holder, code, now=datetime.now(UTC) - timedelta(days=5))
    site.paper(holder, code, name=NAME.upper(), now=datetime.now(UTC))
    old = site.issuing.kid
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    done = run("key", "compromise", old, "--since", yesterday.isoformat())
    assert done.exit_code == 0, done.output
    assert f"Compromised: {old}, since {yesterday} 00:00" in done.output
    assert "Papers noted before: 1, they still count. From then on: 1, they do not." in done.output
    assert site.states()[old] == "compromised"
    assert site.active() == site.in_file() != old


@pytest.mark.parametrize("since", ["tomorrow", "2999-01-01", "21.11.2026"])
def test_compromise_takes_no_day_that_cannot_be(site: SigningSite, run: Run, since: str):
    refused = run("key", "compromise", site.issuing.kid, "--since", since)
    assert refused.exit_code == 2
    assert "YYYY-MM-DD" in refused.output
    assert run("key", "compromise", "ffffffff").exit_code == 1
    assert list(site.states().values()) == ["active"]


def test_verify_reads_words_addresses_texts_and_the_pdf(site: SigningSite, run: Run, tmp_path: Path):
    holder, code = site.earn()
    payload = site.paper(holder, code)
    (tmp_path / "note.txt").write_text(f"It says:\nhttps://a.example/el/verify#{payload}\n")
    (tmp_path / "paper.pdf").write_bytes(pdf_with(payload))
    for target in (payload, f"https://a.example/el/verify#{payload}", tmp_path / "note.txt", tmp_path / "paper.pdf"):
        done = run("verify", target)
        assert done.exit_code == 0, done.output
        assert done.output.startswith("Valid:")
        assert f"Name: {NAME}\nCourse: basics\nDate: 2026-11-21\n" in done.output


def pdf_with(payload: str) -> bytes:
    text = dict.fromkeys(pdf.CertificateFields.__dataclass_fields__, "A")
    fields = text | {
        "lang": "en",
        "other_lang": "el",
        "facts": (pdf.Fact("A", "A", "A"),),
        "day": date(2026, 11, 21),
        "check_address": f"https://a.example/en/verify#{payload}",
        "name": NAME,
        "trial": "",
    }
    return pdf.certificate_pdf(pdf.CertificateFields(**fields))


def test_verify_tells_each_state_with_its_exit_code(site: SigningSite, run: Run):
    holder, code = site.earn()
    payload = site.paper(holder, code, now=HOUR_AGO)
    broken = payload[:-3] + ("AAA" if payload[-3:] != "AAA" else "BBB")
    assert (run("verify", broken).exit_code, run("verify", "abc").exit_code) == (1, 1)
    assert run("key", "compromise", site.issuing.kid).exit_code == 0
    kept = run("verify", payload)
    assert kept.exit_code == 0
    assert "noted the paper before" in kept.output
    assert run("key", "compromise", site.issuing.kid, "--since", "2020-01-01").exit_code == 0
    lost = run("verify", payload)
    assert lost.exit_code == 1
    assert "the key that signed it is compromised" in lost.output
    fresh = site.paper(holder, code, now=HOUR_AGO)
    assert run("verify", fresh).exit_code == 0
    with db.write_session(site.engine) as session:
        assert withdrawals.withdraw(session, code, reason="mistake", by="server", now=DAY)
    gone = run("verify", fresh)
    assert gone.exit_code == 1
    assert "Withdrawn on: 2026-11-21" in gone.output


def test_verify_without_the_site_asks_nothing_but_the_saved_keys(site: SigningSite, run: Run, tmp_path: Path):
    holder, code = site.earn()
    payload = site.paper(holder, code, now=HOUR_AGO)
    keys = saved_keys(site, tmp_path / "keys.json")
    [entry] = json.loads(keys.read_text())["keys"]
    assert entry["made"] == "2026-11-21"
    nowhere = {"TOOLKIT_DATA": str(tmp_path / "nothing"), "DATABASE_URL": f"sqlite:///{tmp_path}/nothing/none.db"}
    alone = CliRunner().invoke(certificates_group, ["verify", payload, "--keys", str(keys)], env=nowhere)
    assert alone.exit_code == 0, alone.output
    assert "Whether it was withdrawn or replaced since" in alone.output
    assert not (tmp_path / "nothing").exists()
    assert run("key", "compromise", site.issuing.kid).exit_code == 0
    assert run("verify", payload).exit_code == 0
    assert run("verify", payload, "--keys", saved_keys(site, keys)).exit_code == 1
    entry["kid"] = "00000000"
    keys.write_text(json.dumps({"keys": [entry]}))
    assert run("verify", payload, "--keys", keys).exit_code == 2


@pytest.mark.parametrize("target", ["/no/such/file.pdf", "certificate.pdf", "", "https://a.example/el/verify"])
def test_what_cannot_be_checked_is_a_mistake_of_use(site: SigningSite, run: Run, target: str):
    assert site.active()
    assert run("verify", target).exit_code == 2


def test_a_pdf_of_somebody_else_is_a_mistake_of_use(run: Run, tmp_path: Path):
    for name, content in (("a.pdf", b"%PDF-1.7\n%%EOF\n"), ("a.txt", b"nothing here")):
        (tmp_path / name).write_bytes(content)
        assert run("verify", tmp_path / name).exit_code == 2


def test_a_damaged_key_file_ends_with_its_sentence(site: SigningSite, run: Run):
    (site.folder / "signing.key").write_bytes(b"half")
    refused = run("key", "new")
    assert refused.exit_code == 1
    assert "move the file away" in refused.output
    assert list(site.states().values()) == ["active"]
