"""Types of questions that the quiz asks and no shipped lesson does yet: pieces to match, several right answers."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Page, expect

from tests import right, servers
from tests.browser.keyboard import Keyboard
from tests.browser.test_kinds import POINTERS, WAYS, Touch, pointers
from tests.browser.walk import Site, Walk
from toolkit import db, paths
from toolkit.services.modules_files import write_yaml
from toolkit.services.modules_ids import give_ids
from toolkit.services.modules_load import load_folder

LESSON = ("m03", "3-2")
ASKED = {"b90": "i09", "b91": "i12"}  # new blocks of that lesson: items of its module's bank, a match and a multiple


@pytest.fixture(scope="module")
def site(loaded_sqlite: Path, elsewhere: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site whose lesson asks them; the content is the shipped one in everything else."""
    folder = tmp_path_factory.mktemp("rare")
    shutil.copy(loaded_sqlite, folder / "toolkit.db")
    shutil.copytree(paths.MODULES, folder / "modules")
    topic = folder / "modules/topics" / LESSON[0]
    module, bank = (
        yaml.load((topic / name).read_text(), yaml.BaseLoader)  # noqa: S506 - no types
        for name in ("module.yaml", "bank.yaml")
    )
    bank["items"] = [item for item in bank["items"] if item["key"] not in ASKED.values()]  # a text stands in one place
    lesson = next(one for one in module["lessons"] if one["key"] == LESSON[1])
    for language, words in (("en", "A question"), ("el", "Μια ερώτηση")):
        with (topic / f"text.{language}.yaml").open("a") as texts:
            texts.writelines(f'  "+{block}":\n    text: "{words}"\n' for block in ASKED)
    lesson["minutes"] = str(int(lesson["minutes"]) + len(ASKED))
    for block, key in ASKED.items():
        item = right.bank(LESSON[0])[key]
        asked = {
            name: value for name, value in item.items() if name in ("type", "stem", "question", "options", "targets")
        }
        lesson["blocks"].append(
            {"key": block, "kind": "check", "heading": f"+{block}", "facts": item["facts"], "item": asked}
        )
    (topic / "module.yaml").write_text(write_yaml(module))
    (topic / "bank.yaml").write_text(write_yaml(bank))
    give_ids(folder / "modules")  # the canonical form, too
    with servers.serve(folder, EXIT_URL=elsewhere) as running:
        made = Site(running, elsewhere)
        with db.write_session(made.engine) as session:
            reports = load_folder(session, folder / "modules", now=datetime.now(UTC))
        assert [problem.message for report in reports for problem in report.problems] == []
        yield made
        made.engine.dispose()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("lang", ["en", "el"])
def test_a_lesson_asks_them_too(window: Callable[..., Page], site: Site, lang: str, way: str):
    js = way != "no script"
    kind = {"keys": Keyboard, "touch": Touch}.get(way, Walk)
    walk = kind(window(lang, js=js, touch=way == "touch", init=POINTERS), site, lang, js=js, course="core")
    walk.start()
    walk.go(walk.lesson(*LESSON))
    for block, key in ASKED.items():
        item, form = right.bank(LESSON[0])[key], f"#{block} form"
        for name, values in right.answer(item).items():
            for value in values if isinstance(values, list) else [values]:
                walk.choose(form, name, value)
        if item["type"] == "multiple" or not js:
            walk.press(f"{form} .act button")
        answered = walk.page.locator(f"{form} .q[data-ok=yes]")
        expect(answered).to_have_count(len(item["options"]) if item["type"] == "match" else 1)
        expect(answered.last.locator(".why")).to_be_visible()
    assert pointers(walk) == {"mouse": {"mouse"}, "touch": {"touch"}, "keys": set(), "no script": {"unknown"}}[way]
    assert {right.bank(LESSON[0])[key]["type"] for key in ASKED.values()} == {"match", "multiple"}
