"""Unit ids: labels become ids that were never used, everything else keeps its bytes."""

import random
import shutil
from pathlib import Path

import pytest

from tests.services.modules_small import edit, small_folder
from toolkit.rules.translation import short_hash
from toolkit.services.modules import check
from toolkit.services.modules_ids import ALPHABET, give_ids, new_id, read_ledger

MODULE = "topics/m01/module.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return small_folder(tmp_path / "modules")


def label_title(root: Path) -> None:
    for name in (MODULE, "topics/m01/text.en.yaml", "topics/m01/text.el.yaml"):
        text = (root / name).read_text("utf-8")
        (root / name).write_text(text.replace("mtitl", '"+title"'), "utf-8")


def content(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def test_a_second_run_writes_nothing(root: Path) -> None:
    before = content(root)
    report = give_ids(root)
    assert (report.made, report.stamped, report.written, report.problems) == (0, 0, (), ())
    assert content(root) == before


def test_a_label_becomes_one_id_in_all_files_and_the_ledger_remembers_it(root: Path) -> None:
    known = set(read_ledger(root))
    label_title(root)
    report = give_ids(root)
    assert report.made == 1
    (made,) = set(read_ledger(root)) - known
    assert read_ledger(root)[made] == "m01"
    for name in (MODULE, "topics/m01/text.en.yaml", "topics/m01/text.el.yaml"):
        text = (root / name).read_text("utf-8")
        assert made in text
        assert "+title" not in text
    assert check(root) == []


def test_an_id_of_a_removed_unit_is_never_given_again(root: Path) -> None:
    label_title(root)
    give_ids(root)
    assert "mtitl" in read_ledger(root)  # no text has it any more
    choices = iter("mtitl12345a1b2c")
    assert new_id(read_ledger(root), lambda _signs: next(choices)) == "a1b2c"  # taken, then digits only, then good


def test_ids_have_five_signs_and_a_letter() -> None:
    source = random.Random(1)  # noqa: S311 - the same ids in every run
    ids = {new_id({}, source.choice) for _ in range(500)}
    assert all(len(unit) == 5 and set(unit) <= set(ALPHABET) and not unit.isdigit() for unit in ids)
    assert len(ids) > 490


def test_a_translation_without_source_is_stamped_with_the_text_as_it_is_now(root: Path) -> None:
    path = root / "topics/m01/text.el.yaml"
    lines = [line for line in path.read_text("utf-8").split("\n") if not line.startswith("    of:")]
    path.write_text("\n".join(lines), "utf-8")
    before = check(root)
    report = give_ids(root)
    assert len(before) == report.stamped > 40
    assert f"    of: {short_hash('Text.')}" in path.read_text("utf-8")
    assert check(root) == []


def test_a_stamp_that_is_there_is_never_changed(root: Path) -> None:
    edit(root, "topics/m01/text.en.yaml", "9,678 cases", "9,679 cases")
    before = (root / "topics/m01/text.el.yaml").read_bytes()
    assert give_ids(root).stamped == 0
    assert (root / "topics/m01/text.el.yaml").read_bytes() == before


def test_files_get_their_canonical_form(root: Path) -> None:
    before = content(root)
    edit(root, MODULE, "key: m01\nversion: 2026.11\n", "# a comment\nversion: '2026.11'\nkey:   m01\n\n")
    edit(root, "topics/m01/text.en.yaml", "units:\n", "units:\n  msumm:\n    text: Text.\n")
    text = (root / "topics/m01/text.en.yaml").read_text("utf-8")
    head, _, tail = text.rpartition("  msumm:\n    text: Text.\n")
    (root / "topics/m01/text.en.yaml").write_text(head + tail, "utf-8")
    assert give_ids(root).written == (MODULE, "topics/m01/text.en.yaml")
    assert content(root) == before


def test_nothing_is_written_when_a_file_cannot_be_read(root: Path) -> None:
    label_title(root)
    edit(root, "courses/basics.yaml", "minutes: 10", "minutes: ten")
    before = content(root)
    report = give_ids(root)
    assert [str(problem) for problem in report.problems] == ["courses/basics.yaml:6: minutes: 'ten' is not well formed"]
    assert content(root) == before


def test_the_ledger_is_sorted_and_names_every_unit(root: Path) -> None:
    lines = (root / "unit-ids.txt").read_text("utf-8").splitlines()
    assert lines == sorted(lines)
    assert "dcyna directory" in lines
    shutil.copy(root / "unit-ids.txt", root / "other.txt")
    (root / "unit-ids.txt").unlink()
    give_ids(root)
    assert (root / "unit-ids.txt").read_bytes() == (root / "other.txt").read_bytes()
