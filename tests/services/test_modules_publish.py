"""Publishing: what learners get of a document, in which language, and when it changes."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from tests.services.modules_loading import EN, NOW, load, published
from tests.services.modules_small import edit, small_folder
from toolkit import db
from toolkit.models.translation import Document, Publication, Snapshot, Translation, TranslationRevision, Unit
from toolkit.services.modules_ids import give_ids
from toolkit.services.modules_publish import publish


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return small_folder(tmp_path / "modules")


def test_a_snapshot_holds_all_that_a_page_needs(engine: Engine, root: Path) -> None:
    load(engine, root)
    greek = published(engine, "m01", "el")
    assert {key: greek[key] for key in ("document", "kind", "language", "structure_no", "version")} == {
        "document": "m01",
        "kind": "topic",
        "language": "el",
        "structure_no": 1,
        "version": "2026.11",
    }
    assert greek["structure"]["lessons"][0]["blocks"][0]["paragraphs"] == ["b1p1x"]
    assert [item["key"] for item in greek["structure"]["bank"]["items"]] == ["i01", "i02", "i03"]
    assert greek["texts"]["b1p1x"][0].startswith("Το 2024 ήταν 9.678")
    assert greek["texts"]["b1p1x"][1] == "el"
    assert greek["cites"] == {"LAW-01": "Μια πηγή για δοκιμές (2024)"}
    assert (greek["stale"], greek["fallback"]) == ([], [])
    english = published(engine, "m01", "en")
    assert english["texts"]["mtitl"] == ["Text.", "en"]
    assert english["cites"] == {"LAW-01": "A source for tests (2024)"}
    courses = published(engine, "courses", "en")
    assert [course["key"] for course in courses["structure"]["courses"]] == ["basics"]
    assert courses["structure"]["courses"][0]["quiz"]["pass"] == "2"
    directory = published(engine, "directory", "el")
    assert [country["key"] for country in directory["structure"]["countries"]] == ["cy"]
    assert (directory["version"], courses["version"]) == ("2026-11", "2026.11")


def test_countries_stand_in_their_order_whatever_their_names(engine: Engine, root: Path) -> None:
    text = (root / "directory/cy.yaml").read_text("utf-8")
    for key, order in (("aa", "02"), ("zz", "00")):
        unit = f"d{key}na"
        other = text.replace("key: cy\n", f"key: {key}\n").replace("code: CY", f"code: {key.upper()}")
        other = (
            other.replace("order: 01", f"order: {order}").replace("dcyna", unit).replace("cy-emergency", f"{key}-112")
        )
        other = other.replace("demna", f"{key}mna").replace("dempu", f"{key}mpu")
        (root / f"directory/{key}.yaml").write_text(other, "utf-8")
        for language, words in (("en", "Text."), ("el", '"Κείμενο."')):
            with (root / f"directory/text.{language}.yaml").open("a", encoding="utf-8") as file:
                file.writelines(f"  {new}:\n    text: {words}\n" for new in (unit, f"{key}mna", f"{key}mpu"))
    assert give_ids(root).problems == ()
    assert load(engine, root)["directory"].problems == []
    countries = published(engine, "directory", "en")["structure"]["countries"]
    assert [country["key"] for country in countries] == ["zz", "cy", "aa"]


def test_a_changed_citation_reaches_the_modules_that_use_it(engine: Engine, root: Path) -> None:
    load(engine, root)
    edit(root, "facts.yaml", "A source for tests (2024)", "Another source (2024)")
    reports = load(engine, root)
    assert reports["m01"].published == {"en": 2}
    assert published(engine, "m01", "en")["cites"] == {"LAW-01": "Another source (2024)"}


def test_going_back_to_an_older_snapshot_outlives_the_next_load(engine: Engine, root: Path) -> None:
    load(engine, root)
    edit(root, EN, "9,678 cases", "9,678 new cases")
    load(engine, root)
    with db.write_session(engine) as session:
        first = session.scalar(
            select(Snapshot.id)
            .join(Document, Document.id == Snapshot.document_id)
            .where(Document.key == "m01", Snapshot.language == "en", Snapshot.no == 1)
        )
        assert first is not None
        session.add(Publication(snapshot_id=first, by="somebody", at=NOW))
    load(engine, root)
    assert "new cases" not in published(engine, "m01", "en")["texts"]["b1p1x"][0]


def test_what_is_not_translated_falls_back_by_whole_questions(engine: Engine, root: Path) -> None:
    load(engine, root)
    with db.write_session(engine) as session:
        for key in ("p1f00", "ltitl"):  # one feedback of item i01, one title: taken out as an editor could leave them
            translation = session.scalar(
                select(Translation).join(Unit, Unit.id == Translation.unit_id).where(Unit.key == key)
            )
            assert translation is not None
            revision = session.scalar(
                select(TranslationRevision).where(TranslationRevision.translation_id == translation.id)
            )
            session.delete(revision)
            session.flush()
            session.delete(translation)
        session.flush()
        assert publish(session, "m01", by="somebody", now=NOW) == {"el": 2}
    greek = published(engine, "m01", "el")
    question = ["pstem", "p0t00", "p0f00", "p1t00", "p1f00", "p2t00", "p2f00"]
    assert greek["fallback"] == ["ltitl", *question]
    assert all(greek["texts"][unit] == ["Text.", "en"] for unit in greek["fallback"])
    assert greek["texts"]["qstem"] == ["Κείμενο.", "el"]


def test_publishing_what_is_not_there_is_an_error(engine: Engine) -> None:
    with db.write_session(engine) as session, pytest.raises(LookupError):
        publish(session, "m99", by="somebody", now=NOW)
