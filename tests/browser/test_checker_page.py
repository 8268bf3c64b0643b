"""The saved checker's page: its languages, its policy, no markup from outside, WCAG, paper, no script."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.browser import checking
from tests.browser.checking import Checker, paper
from tests.browser.test_pages import AXE, RUN, SIDEWAYS, TAGS

SEES = "globalThis.BarcodeDetector = class {};"


@pytest.fixture(scope="module")
def app(loaded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with checking.site(loaded_sqlite, tmp_path_factory.mktemp("site")) as made:
        yield made


@pytest.fixture
def opened(app: Flask, chromium: Browser, tmp_path: Path) -> Iterator[Callable[..., Checker]]:
    with checking.opening(app, chromium, tmp_path) as start:
        yield start


@pytest.mark.parametrize(
    ("browser", "saved_in", "starts"),
    [("en", "el", "el"), ("el", "el", "el"), ("el", "en", "el"), ("en", "en", "en")],
)
def test_it_starts_in_the_language_of_page_or_browser_and_switches(opened, browser, saved_in, starts):
    """With a browser that knows Greek only, a file saved in English starts in Greek; with English at hand it stays."""
    knows = {"en": "['en-GB', 'en', 'el']", "el": "['el-GR', 'el']"}[browser]
    checker = opened(
        browser, saved_in=saved_in, init=f"Object.defineProperty(navigator, 'languages', {{ get: () => {knows} }});"
    )
    headings = {"en": "Check a certificate", "el": "Έλεγχος βεβαίωσης"}
    assert checker.page.inner_text("h1") == headings[starts]
    checker.paste(paper())
    other = {"en": "el", "el": "en"}[starts]
    checker.page.click(f"[data-lang={other}]")
    assert checker.page.inner_text("h1") == headings[other]
    assert checker.page.get_attribute("html", "lang") == other
    assert checker.page.title() == headings[other]
    assert checker.facts()[1] == {"en": "The basics", "el": "Τα βασικά"}[other]
    assert checker.page.get_attribute(f"[data-lang={other}]", "aria-pressed") == "true"


def test_the_policy_in_the_file_lets_nothing_out_and_no_other_script_in(opened):
    checker = opened()
    refused = checker.page.evaluate(
        """async () => {
          const refused = new Set();
          addEventListener("securitypolicyviolation", event => refused.add(event.effectiveDirective));
          const script = document.createElement("script");
          script.textContent = "globalThis.ran = true";
          document.body.append(script);
          const style = document.createElement("style");
          style.textContent = "h1 { display: none }";
          document.head.append(style);
          await fetch("http://127.0.0.1:9/").catch(() => {});
          const picture = new Image();
          await new Promise(done => { picture.onerror = done; picture.src = "http://127.0.0.1:9/a.png"; });
          if (globalThis.ran || !document.querySelector("h1").checkVisibility()) throw new Error("it got in");
          return [...refused].sort();
        }"""
    )
    assert refused == ["connect-src", "img-src", "script-src-elem", "style-src-elem"]
    assert checker.page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    # The console told of each refusal, and the browser names a picture that it then does not ask for.
    assert set(checker.asked) - {checker.address} <= {"http://127.0.0.1:9/a.png"}
    checker.faults.clear()
    checker.asked.clear()


def test_texts_from_outside_never_become_markup(opened):
    nasty = "</script><script>globalThis.ran = 1</script><img src=x onerror=ran=1>"
    checker = opened(
        site_names=(("en", nasty), ("el", nasty)),
        issuers=(("en", nasty), ("el", nasty)),
        titles=(("en", "basics", nasty), ("el", "basics", nasty)),
    )
    assert checker.paste(paper(name="<img src=x onerror=ran=1>")) == "valid"
    assert checker.facts()[:2] == ["<img src=x onerror=ran=1>", nasty]
    assert checker.page.inner_text("#brand") == nasty
    assert checker.page.evaluate("'ran' in globalThis") is False


@pytest.mark.parametrize("lang", ["en", "el"])
@pytest.mark.parametrize("width", [320, 1280])
def test_it_breaks_no_rule_of_wcag_and_never_goes_sideways(opened, lang: str, width: int):
    checker = opened(lang, init=SEES, options={"viewport": {"width": width, "height": 720}, "bypass_csp": True})
    page, found = checker.page, []
    page.evaluate(AXE)
    for text in ("", paper("retired"), paper("stolen"), paper(code=checking.WITHDRAWN_CODE)):
        if text:
            checker.paste(text)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found += [f"{text[:9]} {scheme}: {line}" for line in page.evaluate(RUN, TAGS)]
        assert page.evaluate(SIDEWAYS) == ""
    assert found == []


def test_on_paper_stands_the_result_and_nothing_to_press(opened):
    checker = opened()
    checker.paste(paper())
    checker.page.emulate_media(media="print")
    assert checker.page.is_visible("#verdict")
    assert checker.page.is_visible("#checked")
    assert checker.page.locator("button:visible, input:visible, textarea:visible, #about:visible").count() == 0


def test_without_javascript_it_says_what_it_needs_in_both_languages(opened):
    checker = opened(options={"java_script_enabled": False})
    shown = checker.page.locator("noscript")
    assert "JavaScript is switched on" in shown.inner_text()
    assert "ενεργή τη JavaScript" in shown.inner_text()
    assert checker.page.locator("button:visible, input:visible").count() == 2, "the two languages"
    assert "{" not in checker.page.inner_text("main")
