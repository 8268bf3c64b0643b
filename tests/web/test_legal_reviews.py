"""What buyers are told about their country: hidden until its lawyer has read it, as it was read, and hidden again."""

import shutil
from html import unescape
from pathlib import Path

import pytest
from flask import Flask

from tests import courses
from tests.services.desk import Desk
from tests.web.desk_visits import press, visit, words
from toolkit import paths
from toolkit.services import opening_tasks

LAW = {"en": "In Sweden it is an offence to buy sex", "el": "Στη Σουηδία η αγορά σεξ είναι αδίκημα"}
READ = {"en": "Read by a lawyer of the country: November 2026.", "el": "Νοέμβριος 2026"}
TEXTS = {lang: courses.directory_texts(lang) for lang in LAW}
LINE = "/en/admin/opening/law-se"


@pytest.fixture
def desk(site: Flask) -> Desk:
    return Desk(site)


def seen_by_learners(desk: Desk, lang: str, country: str = "se") -> list[str]:
    """Give the three places at which somebody who bought reads about her country."""
    client = desk.app.test_client()
    client.set_cookie("country", country)
    pages = [client.get(path).text for path in (f"/{lang}/help", f"/{lang}/help/{country}", f"/{lang}/help/more")]
    mains = [unescape(page.partition("<main")[2].partition("</main>")[0]) for page in pages]
    return [*(main.partition('<details class="country buyers')[2] for main in mains[:2]), mains[2]]


def review(desk: Desk, line: str = LINE, **typed: str) -> int:
    at = visit(desk)
    at.get(line)
    return press(at, "who", "done", **{"who": "A. Lawyer", "on": "2026-11-03", **typed})


@pytest.mark.parametrize("lang", ["en", "el"])
def test_until_a_lawyer_has_read_them_nobody_sees_them(lite_site: Flask, lang: str):
    client = lite_site.test_client()
    for country in opening_tasks.COUNTRIES:
        client.set_cookie("country", country)
        for path in (f"/{lang}/help", f"/{lang}/help/{country}", f"/{lang}/help/{country}.html", f"/{lang}/help/more"):
            page = unescape(client.get(path).text)
            assert len(TEXTS[lang]) == len(opening_tasks.COUNTRIES)
            assert [text for text in TEXTS[lang].values() if text in page] == [], path


@pytest.mark.parametrize("lang", ["en", "el"])
def test_what_a_lawyer_has_read_stands_on_every_page_for_buyers_of_that_country_alone(desk: Desk, lang: str):
    assert review(desk) == 200
    for fold in seen_by_learners(desk, lang):
        assert LAW[lang] in fold
        assert READ[lang] in fold
        assert 'class="sources"' in fold, "its sources are visible"
        assert 'href="tel:11414"' in fold, "a service that its text names"
        assert 'href="tel:112"' in fold
    for fold in seen_by_learners(desk, lang, "fr"):
        assert TEXTS[lang]["fr"] not in fold
    greece = seen_by_learners(desk, lang, "el")
    assert not any('href="tel:1109"' in fold for fold in greece), "named by a text that nobody has read"


def test_a_lawyer_reads_what_learners_would_see_in_all_languages(desk: Desk):
    at = visit(desk)
    shown = words(at.get(LINE).text)
    assert shown.startswith("Administration") or "Sweden: have a lawyer read what is said to buyers" in shown
    assert all(LAW[lang] in shown for lang in LAW)
    assert "Police, non-emergency" in shown
    assert "What learners see then" not in words(at.get("/en/admin/opening/law").text)


def test_words_that_changed_while_she_read_are_refused_and_later_ones_hide_them_again(desk: Desk, tmp_path: Path):
    assert review(desk, seen="00" * 32) == 409
    assert desk.count("opening_tasks") == 0
    assert not any(LAW["en"] in fold for fold in seen_by_learners(desk, "en"))
    assert review(desk) == 200
    shutil.copytree(paths.MODULES, folder := tmp_path / "modules")
    greek = folder / "directory" / "text.el.yaml"
    changed = greek.read_text().replace(LAW["el"], f"{LAW['el']} πια")
    assert changed != greek.read_text()
    greek.write_text(changed)
    assert desk.load(folder)["directory"], "published anew"
    for lang, said in LAW.items():
        assert not any(said in fold for fold in seen_by_learners(desk, lang)), "in both languages"
    start = visit(desk).get("/en/admin").text
    assert "A. Lawyer" not in start, "the line is open again"
    desk.load(paths.MODULES)
    assert all(LAW["en"] in fold for fold in seen_by_learners(desk, "en")), "the words that she has read"


def test_a_review_noted_by_mistake_is_taken_back_and_the_log_has_both(desk: Desk):
    assert review(desk) == 200
    at = visit(desk)
    assert "Done: A. Lawyer, 3 November 2026" in words(at.get(LINE).text)
    assert press(at, "Open it again", "undo") == 200
    assert not any(LAW["en"] in fold for fold in seen_by_learners(desk, "en"))
    assert desk.log() == [("opening.done", "law-se"), ("opening.undone", "law-se")]


def test_every_country_with_words_for_buyers_has_its_line():
    assert set(TEXTS["en"]) == set(opening_tasks.COUNTRIES)
    assert {line.country for line in opening_tasks.LINES if line.country} == set(opening_tasks.COUNTRIES)
