"""The house inspects its floors: contracts, the law without a web, small files, no drawers, nobody's machine."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import tree

MOST_LINES = 300
RULES = sorted(path for path in tree.files() if path.parts[:2] == ("toolkit", "rules") and path.suffix == ".py")
OURS = [
    path for path in tree.files() if path.suffix in {".py", ".html", ".js", ".css", ".sh", ".typ"} or path.name == "run"
]

# Written in pieces, so that this file does not find itself.
ELSEWHERE = {
    "a machine's path": r"/wor" + r"k/|/roo" + r"t/|/hom" + r"e/\w",
    "a package host": r"pypi\." + r"org|files\.pythonhosted|registry\.|arti" + r"factory",
    "an unfinished thing": r"\bTO" + r"DO\b|\bFIX" + r"ME\b|\bXX" + r"X\b",
    "an assistant": r"(?i)\bclau" + r"de\b|\banthro" + r"pic\b|\bchat" + r"gpt\b|\bLL" + r"M\b|\bcopi" + r"lot\b",
    "an issue's number": r"(?i)\bissue" + r" #?\d",
}


def test_the_contracts_between_floors_hold():
    linter = Path(sys.executable).with_name("lint-imports")
    found = subprocess.run([linter, "--no-cache"], cwd=tree.ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout[-3000:]
    assert re.search(r"Contracts: [1-9]\d* kept, 0 broken", found.stdout)


def test_the_law_loads_neither_the_web_nor_the_database():
    names = [f"toolkit.rules.{path.stem}" for path in RULES if path.stem != "__init__"]
    assert len(names) >= 8
    code = f"import sys, json, {', '.join(names)}; print(json.dumps(sorted({{m.split('.')[0] for m in sys.modules}})))"
    # -I: nothing of this process's surroundings; the checkout is named instead.
    run = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(tree.ROOT)!r}); {code}"]
    loaded = set(json.loads(subprocess.run(run, capture_output=True, text=True, check=True).stdout))
    assert "toolkit" in loaded
    assert not loaded & {
        "flask",
        "werkzeug",
        "sqlalchemy",
        "jinja2",
        "pydantic",
        "yaml",
        "babel",
        "click",
        "cryptography",
    }


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_a_rule_imports_the_standard_library_only_and_no_other_rule(path: Path):
    imported = set()
    for node in ast.walk(ast.parse(tree.text(path) or "")):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module or ".")
    assert {name for name in imported if name.split(".")[0] not in sys.stdlib_module_names} == set()


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_a_rule_asks_no_clock(path: Path):
    calls = re.findall(r"\b(?:datetime|date)\.(?:now|today|utcnow)\(|\btime\.time\(", tree.text(path) or "")
    assert calls == [], "time is always an argument"


def test_no_file_of_the_house_is_long():
    long = {
        str(path): len((tree.text(path) or "").splitlines()) for path in OURS if path.parts[0] in {"toolkit", "tests"}
    }
    assert {name: lines for name, lines in long.items() if lines > MOST_LINES} == {}


def test_no_file_is_a_drawer():
    drawers = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "shared"}
    assert [str(path) for path in tree.files() if drawers & {path.stem, *path.parts[:-1]}] == []


def test_each_python_file_says_what_lives_in_it():
    wrong = {}
    for path in tree.files():
        if (
            path.suffix == ".py"
            and path.parts[0] in {"toolkit", "tests", "tools"}
            and (source := tree.text(path) or "").strip()
        ):
            lines = len((ast.get_docstring(ast.parse(source)) or "").splitlines())
            most = 20 if path == Path("toolkit/__init__.py") else 8  # the tour is longer
            if not 0 < lines <= most:
                wrong[str(path)] = lines
    assert wrong == {}


@pytest.mark.parametrize("what", ELSEWHERE)
def test_no_file_names_what_is_not_the_projects(what: str):
    pattern = re.compile(ELSEWHERE[what])
    found = []
    for path in tree.files():
        if path.parts[0] == "modules" or (path.suffix in {".woff2", ".ttf", ".lock"} and what != "a package host"):
            continue
        for number, line in enumerate((tree.text(path) or "").splitlines(), start=1):
            if pattern.search(line):
                found.append(f"{path}:{number}: {line.strip()[:100]}")
    assert found == []


def test_no_test_waits_for_the_clock():
    """Only the question "are you there yet?" may pause between two tries."""
    waits = re.compile(r"\bsleep\(|wait_for_timeout\(")
    found = [
        f"{path}:{number}"
        for path in tree.files()
        if path.parts[0] == "tests" and path.suffix == ".py" and "bench" not in path.parts
        for number, line in enumerate((tree.text(path) or "").splitlines(), start=1)
        if waits.search(line) and "between two questions" not in line and "waits = re" not in line
    ]
    assert found == []


def test_every_test_claims_something():
    empty = []
    for path in tree.files():
        if path.parts[0] != "tests" or not path.name.startswith("test_") or path.suffix != ".py":
            continue
        module = ast.parse(tree.text(path) or "")
        claims = {node.name: _claims(node) for node in module.body if isinstance(node, ast.FunctionDef)}
        for node in ast.walk(module):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not _claims(node):
                called = {n.func.id for n in ast.walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
                named = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
                if not any(claims.get(name, name.startswith(("check", "expect", "assert"))) for name in called | named):
                    empty.append(f"{path}: {node.name}")
    assert empty == []


def _claims(function: ast.FunctionDef) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Attribute) and called.attr in {"raises", "fail", "expect"}:
            return True
        if isinstance(called, ast.Name) and called.id == "expect":
            return True
    return False
