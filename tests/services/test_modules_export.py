"""Export gives the loaded files back, byte for byte, whatever was loaded before."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from tests.services.modules_small import small_folder
from toolkit import db, paths
from toolkit.rules.modules_text import bad_markup, bad_signs, is_nfc
from toolkit.services.modules import check
from toolkit.services.modules_export import FolderNotEmptyError, export_folder
from toolkit.services.modules_files import parse_yaml, write_yaml
from toolkit.services.modules_ids import give_ids
from toolkit.services.modules_load import load_folder

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def content(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.parent.name != "schema"
    }


def round_trip(engine: Engine, root: Path, out: Path) -> None:
    with db.write_session(engine) as session:
        assert [report.problems for report in load_folder(session, root, now=NOW) if report.problems] == []
    with db.read_session(engine) as session:
        export_folder(session, out)


def test_the_shipped_content_comes_back_byte_for_byte(engine: Engine, tmp_path: Path) -> None:
    round_trip(engine, paths.MODULES, tmp_path / "out")
    assert content(tmp_path / "out") == content(paths.MODULES)


def test_an_id_whose_text_is_gone_is_remembered_by_a_new_site_too(engine: Engine, tmp_path: Path) -> None:
    folder = small_folder(tmp_path / "modules")
    ledger = folder / "unit-ids.txt"
    document = ledger.read_text().splitlines()[0].partition(" ")[2]
    ledger.write_text("".join(sorted([*ledger.read_text().splitlines(keepends=True), f"9zz9z {document}\n"])))
    round_trip(engine, folder, tmp_path / "out")
    assert content(tmp_path / "out") == content(folder)
    with db.write_session(engine) as session:
        assert [report.removed for report in load_folder(session, folder, now=NOW) if report.removed] == []


def test_an_export_is_sound(engine: Engine, tmp_path: Path) -> None:
    round_trip(engine, small_folder(tmp_path / "modules"), tmp_path / "out")
    assert check(tmp_path / "out") == []


def test_a_folder_with_something_in_it_is_left_alone(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine.txt").write_text("mine", "utf-8")
    with db.read_session(engine) as session, pytest.raises(FolderNotEmptyError):
        export_folder(session, tmp_path / "out")
    assert content(tmp_path / "out") == {"mine.txt": b"mine"}


TEXTS = (
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp", "Nd"]), min_size=1)
    .map(str.strip)
    .filter(lambda text: bool(text) and is_nfc(text) and not bad_signs(text) and not bad_markup(text))
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_any_text_comes_back(engine: Engine, tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Each example is one more edit on top of the ones before, in one database."""
    root = small_folder(tmp_path_factory.mktemp("example") / "modules")
    for language in ("en", "el"):
        path = root / f"courses/text.{language}.yaml"
        data = parse_yaml(path.name, path.read_text("utf-8")).data
        data["units"]["ctitl"] = {"text": text}
        path.write_text(write_yaml(data), "utf-8")
    give_ids(root)
    if check(root):  # a mixed word or a link is refused, as it should be
        return
    out = root.parent / "out"
    round_trip(engine, root, out)
    assert content(out) == content(root)
