"""Loading: nothing lost, nothing written twice, each document whole or not at all."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from tests.services.modules_loading import EL, EN, MODULE, NOW, counting_writes, load, published
from tests.services.modules_small import edit, small_folder
from toolkit import db
from toolkit.models.translation import Document, Publication, SourceRevision, Translation, TranslationRevision, Unit
from toolkit.rules.translation import short_hash
from toolkit.services.modules_ids import give_ids


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return small_folder(tmp_path / "modules")


def rows(engine: Engine, table: type[Any]) -> int:
    with db.read_session(engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_first_load_publishes_every_document_that_learners_read(engine: Engine, root: Path) -> None:
    reports = load(engine, root)
    assert [report.key for report in reports.values()] == ["facts", "glossary", "directory", "m01", "courses"]
    assert not any(report.problems for report in reports.values())
    assert reports["facts"].published == reports["glossary"].published == {}
    for key in ("directory", "m01", "courses"):
        assert reports[key].published == {"el": 1, "en": 1}
        assert reports[key].structure == 1
    assert reports["courses"].added == 3
    assert reports["courses"].translated == {"el": 3}


def test_the_second_load_writes_nothing(engine: Engine, root: Path) -> None:
    load(engine, root)
    with counting_writes(engine) as writes:
        reports = load(engine, root, NOW + timedelta(days=1))
    assert writes == []
    assert all(report.did_nothing for report in reports.values())


def test_a_changed_english_text_makes_exactly_its_translation_stale(engine: Engine, root: Path) -> None:
    load(engine, root)
    edit(root, EN, "9,678 cases", "9,679 cases")
    report = load(engine, root, NOW + timedelta(days=1))["m01"]
    assert (report.changed, report.added, report.removed, report.structure) == (1, 0, 0, None)
    assert (report.translated, report.stale, report.published) == ({}, {"el": 1}, {"el": 2, "en": 2})
    greek = published(engine, "m01", "el")
    assert greek["stale"] == ["b1p1x"]
    assert "9.678" in greek["texts"]["b1p1x"][0]  # the old translation, in its own language
    assert published(engine, "m01", "en")["stale"] == []
    with counting_writes(engine) as writes:
        again = load(engine, root)["m01"]
    assert (writes, again.stale) == ([], {"el": 1})


def test_translating_anew_makes_it_current(engine: Engine, root: Path) -> None:
    load(engine, root)
    edit(root, EN, "9,678 cases", "9,679 cases")
    load(engine, root)
    old = short_hash("In 2024 there were 9,678 cases, *or more*: 45.5% of **all**.")
    edit(root, EL, "9.678", "9.679")
    edit(root, EL, f"    of: {old}\n", "")
    give_ids(root)
    report = load(engine, root)["m01"]
    assert (report.changed, report.translated, report.stale) == (0, {"el": 1}, {})
    assert report.published == {"el": 3}
    assert published(engine, "m01", "el")["stale"] == []
    with db.read_session(engine) as session:
        revisions = session.execute(
            select(TranslationRevision.no, SourceRevision.no)
            .join(Translation, Translation.id == TranslationRevision.translation_id)
            .join(Unit, Unit.id == Translation.unit_id)
            .join(SourceRevision, SourceRevision.id == TranslationRevision.translated_from_id)
            .where(Unit.key == "b1p1x")
            .order_by(TranslationRevision.no)
        ).all()
    assert [tuple(pair) for pair in revisions] == [(1, 1), (2, 2)]  # the old text and its source are kept


def test_a_source_text_that_comes_back_makes_its_translation_current_again(engine: Engine, root: Path) -> None:
    load(engine, root)
    edit(root, EN, "9,678 cases", "9,679 cases")
    load(engine, root)
    edit(root, EN, "9,679 cases", "9,678 cases")
    report = load(engine, root)["m01"]
    assert (report.changed, report.translated, report.stale) == (1, {"el": 1}, {})
    assert published(engine, "m01", "el")["stale"] == []


def test_a_wider_space_is_wording_and_makes_nothing_stale(engine: Engine, root: Path) -> None:
    load(engine, root)
    edit(root, EN, "9,678 cases", "9,678  cases")
    report = load(engine, root)["m01"]
    assert (report.changed, report.translated, report.stale, report.published) == (1, {}, {}, {"en": 2})


def test_an_unknown_source_is_refused_once_the_unit_is_known(engine: Engine, root: Path) -> None:
    load(engine, root)
    edit(
        root, EL, f"    of: {short_hash('In danger call 112 or 116 016. See example.org.')}\n", "    of: 000000000000\n"
    )
    report = load(engine, root)["m01"]
    assert [str(problem) for problem in report.problems] == [
        f"{EL}:135: units.b6p1x.of: 000000000000 is the hash of no source text of b6p1x"
    ]


def test_a_folder_that_is_stale_from_the_start_loads_as_stale(engine: Engine, root: Path) -> None:
    edit(root, EN, "9,678 cases", "9,679 cases")
    report = load(engine, root)["m01"]
    assert (report.problems, report.stale) == ([], {"el": 1})
    assert published(engine, "m01", "el")["stale"] == ["b1p1x"]
    with counting_writes(engine) as writes:
        load(engine, root)
    assert writes == []


def test_a_broken_module_changes_nothing_and_the_others_load(engine: Engine, root: Path) -> None:
    load(engine, root)
    edit(root, EN, "9,678 cases", "9,679 <b>cases</b>")
    edit(root, MODULE, "minutes: 6", "minutes: 7")
    edit(root, "courses/text.en.yaml", "  ctitl:\n    text: Text.\n", '  ctitl:\n    text: "New text."\n')
    before = published(engine, "m01", "en")
    reports = load(engine, root)
    assert [problem.line for problem in reports["m01"].problems] == [17, 17]
    assert reports["m01"].did_nothing
    assert published(engine, "m01", "en") == before
    assert reports["courses"].published == {"el": 2, "en": 2}
    assert published(engine, "courses", "en")["texts"]["ctitl"] == ["New text.", "en"]


def test_a_course_of_a_module_that_never_loaded_is_refused(engine: Engine, root: Path) -> None:
    edit(root, EN, "cases", "`cases`")
    reports = load(engine, root)
    assert [str(problem) for problem in reports["courses"].problems] == [
        "courses/basics.yaml:8: modules[0]: m01 has problems and was never loaded"
    ]
    assert rows(engine, Publication) == 2  # the directory in both languages


def test_a_removed_unit_is_kept_as_obsolete_and_may_come_back(engine: Engine, root: Path) -> None:
    load(engine, root)
    whole = {name: (root / name).read_bytes() for name in (MODULE, EN, EL)}
    edit(root, MODULE, "    - b6p1x\n", "    - b6p2x\n")
    for name in (EN, EL):
        text = (root / name).read_text("utf-8")
        (root / name).write_text(text.replace("b6p1x", "b6p2x"), "utf-8")
    assert give_ids(root).problems == ()
    report = load(engine, root, NOW + timedelta(days=1))["m01"]
    assert (report.added, report.removed, report.changed, report.structure) == (1, 1, 0, 2)
    with db.read_session(engine) as session:
        assert session.scalar(select(Unit.obsolete_at).where(Unit.key == "b6p1x")) == NOW + timedelta(days=1)
    assert "b6p1x" not in published(engine, "m01", "en")["texts"]
    for name, raw in whole.items():
        (root / name).write_bytes(raw)
    report = load(engine, root)["m01"]
    assert (report.added, report.removed, report.changed) == (1, 1, 0)
    assert rows(engine, Document) == 5


def test_the_source_language_of_a_document_cannot_change(engine: Engine, root: Path) -> None:
    load(engine, root)
    edit(root, "courses/basics.yaml", "source: en", "source: el")
    for language in ("en", "el"):
        path = root / f"courses/text.{language}.yaml"
        lines = [line for line in path.read_text("utf-8").split("\n") if not line.startswith("    of:")]
        path.write_text("\n".join(lines), "utf-8")
    give_ids(root)
    report = load(engine, root)["courses"]
    assert [str(problem) for problem in report.problems] == [
        "courses/basics.yaml:3: source: was en when first loaded and cannot change"
    ]
    assert report.did_nothing
