"""Every text of learners is spelt right, and a typo in either language stops lint."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import tree
from toolkit import paths

TOOL = tree.ROOT / "tools" / "spelling.py"


def _load():
    spec = importlib.util.spec_from_file_location("spelling", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


spelling = _load()


def present() -> bool:
    try:
        return spelling.unknown({"a"}, "en") == spelling.unknown({"και"}, "el") == set()
    except FileNotFoundError:
        return False


needs_hunspell = pytest.mark.skipif(not present(), reason=f"SPELLING UNCHECKED: {spelling.MISSING}")


def run(folder: Path = paths.MODULES, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, TOOL, folder], capture_output=True, text=True, check=False, env=environment)


def test_lint_reads_the_spelling_and_stops_without_hunspell():
    script = (tree.ROOT / "run").read_text()
    assert "install; need_hunspell; lint" in script
    assert "tools/spelling.py" in script.partition("lint() {")[2].partition("}")[0]
    assert "./run lint" in (tree.ROOT / ".ci" / "run").read_text()


@needs_hunspell
def test_all_texts_are_spelt_right():
    done = run(PATH="/usr/bin:/bin")
    assert (done.stdout, done.returncode) == ("No unknown word.\n", 0), done.stderr


TYPOS = {
    "topics/m01/text.en.yaml": "recieve",
    "topics/m01/text.el.yaml": "εκμεταλευση",
    "directory/text.en.yaml": "Helpine",
    "directory/text.el.yaml": "Γραμή",
    "courses/text.el.yaml": "μαθήμματα",
    "topics/m02/text.el.yaml": "exploitashun",  # Latin in a Greek text
    "topics/m03/text.el.yaml": "γυναίκα".replace("α", "a"),  # Latin letters in a Greek word
    "topics/m04/text.el.yaml": "ΠΡΟΣΟΧΧΗ",
    "topics/m04/text.en.yaml": "ILOO",
    "topics/m05/text.en.yaml": "γραμή",
}


@needs_hunspell
def test_a_typo_stops_lint_and_is_named_with_its_place(tmp_path: Path):
    folder = Path(shutil.copytree(paths.MODULES, tmp_path / "modules"))
    wanted = []
    for name, typo in TYPOS.items():
        lines = (folder / name).read_text("utf-8").splitlines(keepends=True)
        place = next(number for number, line in enumerate(lines) if line.startswith('    text: "'))
        lines[place] = lines[place].replace('text: "', f'text: "{typo} ', 1)
        (folder / name).write_text("".join(lines), "utf-8")
        wanted.append(f"{folder / name}:{place + 1}: {typo}")
    done = run(folder, PATH="/usr/bin:/bin")
    assert done.returncode == 1
    assert sorted(done.stdout.splitlines()[:-1]) == sorted(wanted)


def test_without_hunspell_the_tool_fails_loudly(tmp_path: Path):
    (tmp_path / "tools").mkdir()
    shutil.copy(TOOL, tmp_path / "tools")
    shutil.copytree(TOOL.parent / "words", tmp_path / "tools" / "words")
    shutil.copytree(tree.ROOT / "translations", tmp_path / "translations")
    asked = [sys.executable, tmp_path / "tools" / "spelling.py", paths.MODULES]
    done = subprocess.run(asked, capture_output=True, text=True, check=False, env={"PATH": str(tmp_path)})
    if Path("/usr/share/hunspell/el_GR.dic").is_file() and Path("/usr/share/hunspell/en_GB.dic").is_file():
        assert done.returncode == 3, "the dictionaries are there, the program is not"
    assert (done.returncode, done.stderr.strip()) == (3, spelling.MISSING)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It’s a co-worker, 24h, in the EU (ILO).", ["It's", "a", "co", "worker", "in", "the", "EU", "ILO"]),
        ("See https://example.org or help@example.org, %(count)d", ["See", "or"]),
        ("Η **οργάνωση** La Strada, το 24ωρο, η ΕΕ", ["Η", "οργάνωση", "La", "Strada", "το", "η", "ΕΕ"]),
        ("Πάρ’ το, ό,τι κι αν", ["Πάρ'", "το", "ό,τι", "κι", "αν"]),
    ],
)
def test_which_words_are_looked_at(text: str, words: list[str]):
    assert spelling.words(text) == words


@pytest.mark.parametrize(
    ("word", "language"),
    [
        ("Strada", "en"),
        ("it's", "en"),
        ("ΕΕ", "el"),
        ("EU", "en"),
        ("ό,τι", "el"),
        ("EΕ", ""),
        ("Киев", ""),
        ("µέσο", ""),
    ],
)
def test_a_word_is_held_to_the_dictionary_of_its_letters(word: str, language: str):
    assert spelling.dictionary(word) == language


@pytest.mark.parametrize(
    ("word", "asked"),
    [("Έλεγξέ", "Έλεγξε"), ("στ'", "στ"), ("προϊόν", "προϊόν"), ("don't", "don't"), ("γραμμή", "γραμμή")],
)
def test_what_a_dictionary_is_asked(word: str, asked: str):
    assert spelling.asked_as(word) == asked


@pytest.mark.parametrize("language", ["en", "el"])
def test_our_word_lists_are_in_order_and_of_their_script(language: str):
    ours, wrong = spelling.word_list(language)
    assert wrong == []
    assert all(spelling.words(word) == [word] and spelling.dictionary(word) == language for word in ours)


@needs_hunspell
@pytest.mark.parametrize("language", ["en", "el"])
def test_our_word_lists_hold_only_what_the_dictionary_lacks(language: str):
    ours, _ = spelling.word_list(language)
    strange = spelling.unknown({spelling.asked_as(word) for word in ours}, language)
    assert [word for word in ours if spelling.asked_as(word) not in strange] == []
