"""The saved checker says what the site would say: hundreds of good papers, ten thousand tampered ones, every state.

Each is tried twice: with the browser's own Ed25519, and with the file's arithmetic where a browser has none.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import checking, tampering
from tests.browser.checking import Checker, paper

WITHOUT_ED25519 = """
SubtleCrypto.prototype.importKey = () => Promise.reject(new DOMException("no", "NotSupportedError"));
"""
WAYS = {"browser": "", "file": checking.NO_SUBTLE}


@pytest.fixture(scope="module")
def saved(loaded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("saved")
    with checking.site(loaded_sqlite, folder) as app:
        return checking.save(app, folder)


@pytest.fixture(scope="module", params=WAYS)
def checker(request: pytest.FixtureRequest, chromium: Browser, saved: Path) -> Iterator[Checker]:
    opened = checking.open_checker(chromium, saved, init=WAYS[request.param])
    assert opened.page.evaluate("typeof crypto.subtle") == ("object" if request.param == "browser" else "undefined")
    opened.path_wanted = request.param
    yield opened
    assert opened.faults == []
    assert set(opened.asked) == {opened.address}, "a request left the file"
    opened.context.close()


def judged(checker: Checker, texts: list[str]) -> list[str]:
    """Give the verdicts; whoever checked a signature was the one that this test is about."""
    found = checker.judge_all(texts)
    # Where nothing had a signature to check, nobody checked one.
    assert {one["by"] for one in found} - {""} == {checker.path_wanted}
    return [one["verdict"] for one in found]


@pytest.mark.parametrize(("signer", "verdict"), [("active", "valid"), ("retired", "valid"), ("stolen", "stolen")])
def test_two_hundred_true_papers_are_known_as_true(checker: Checker, signer: str, verdict: str):
    papers = checking.good_papers(200, signer)
    assert len(set(papers)) == 200
    assert judged(checker, papers) == [verdict] * 200


def test_ten_thousand_tampered_papers_are_all_found_out(checker: Checker):
    texts = tampering.tampered(10_000)
    expected = [tampering.by_law(text) for text in texts]
    kinds = Counter(expected)
    assert len(texts) == len(set(texts)) == 10_000
    assert "valid" not in kinds, "the test tampered with nothing"
    assert kinds["changed"] >= 5_000
    assert kinds["unreadable"] >= 1_000
    assert kinds["unknown"] >= 100
    found = judged(checker, texts)
    wrong = [row for row in zip(texts, expected, found, strict=True) if row[1] != row[2]]
    assert wrong == []


def test_each_state_has_its_verdict(checker: Checker):
    rows = [
        (paper(), "valid"),
        (paper("retired"), "valid"),
        (paper("stolen"), "stolen"),
        (paper("unknown"), "unknown"),
        (paper(trial=True), "trial"),
        (paper("stolen", trial=True), "stolen"),
        (paper(code=checking.WITHDRAWN_CODE), "withdrawn"),
        (paper("stolen", code=checking.WITHDRAWN_CODE), "withdrawn"),
        (paper("unknown", code=checking.WITHDRAWN_CODE), "unknown"),
        (paper(day=checking.DAY + timedelta(days=1)), "valid"),
        ("https://learning.example.org/el/verify#" + paper(), "valid"),
        ("wlt:" + paper(), "valid"),
        (" \n".join(paper()[at : at + 50] for at in range(0, len(paper()), 50)), "valid"),
        ("K7M4-P2XQ-9TRC", "code"),
        ("k7m4p2xq9trc", "code"),
        ("W1THDRAWN000", "withdrawn"),
        ("wiTH-DrAW-Nooo", "withdrawn"),
        ("", "unreadable"),
        ("https://learning.example.org/el/verify", "unreadable"),
    ]
    assert judged(checker, [text for text, _ in rows]) == [verdict for _, verdict in rows]


def test_a_browser_with_cryptography_but_without_this_one_uses_the_file(chromium: Browser, saved: Path):
    opened = checking.open_checker(chromium, saved, init=WITHOUT_ED25519)
    assert opened.page.evaluate("typeof crypto.subtle") == "object"
    found = opened.judge_all([paper(), *tampering.tampered(30)])
    assert found[0] == {"verdict": "valid", "by": "file"}
    assert "valid" not in {one["verdict"] for one in found[1:]}
    assert {one["by"] for one in found} <= {"", "file"}
    opened.context.close()


@pytest.mark.alone
def test_the_files_own_arithmetic_is_quick_enough_for_a_phone(chromium: Browser, saved: Path):
    """A phone is about five times slower than a desk; nobody should notice either."""
    opened = checking.open_checker(chromium, saved, init=checking.NO_SUBTLE)
    papers = checking.good_papers(100)
    took = opened.page.evaluate(
        """async papers => {
          const times = [];
          for (const paper of papers) {
            const before = performance.now();
            await checkCertificate(paper);
            times.push(performance.now() - before);
          }
          return times.sort((a, b) => a - b)[papers.length / 2];
        }""",
        papers,
    )
    assert took < 20
    opened.context.close()
