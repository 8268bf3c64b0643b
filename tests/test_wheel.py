"""The wheel alone, installed in an empty venv with the locked packages, serves a Greek lesson from anywhere."""

import os
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import servers
from toolkit import paths

PYTHON = Path(sys.executable)
LESSON = "/el/courses/basics/m01/1-1"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel as a release would."""
    out = tmp_path_factory.mktemp("wheel")
    build = [PYTHON, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, paths.ROOT]
    built = subprocess.run(build, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout[-2000:] + built.stderr[-2000:]
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def empty_venv(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a venv that holds the wheel and what the wheel asks for, in the locked versions, and nothing else."""
    venv = tmp_path_factory.mktemp("empty") / "venv"
    uv = PYTHON.with_name("uv")
    lock = paths.ROOT / "requirements.lock"
    if uv.exists():
        steps = [
            [uv, "venv", "-q", "--python", PYTHON, venv],
            [uv, "pip", "install", "-q", "--python", venv / "bin/python"],
        ]
    else:
        steps = [[PYTHON, "-m", "venv", venv], [venv / "bin/python", "-m", "pip", "install", "-q"]]
    constraints = venv.parent / "constraints.txt"
    # Hashes belong to a list of requirements; as constraints only the versions count.
    pins = [line.removesuffix(" \\") for line in lock.read_text().splitlines() if line[:1].isalnum()]
    constraints.write_text("\n".join(pins) + "\n")
    for step in (steps[0], [*steps[1], "-c", constraints, wheel]):
        done = subprocess.run(step, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
    return venv


def outside(home: Path) -> dict[str, str]:
    """Give an environment that knows nothing of the checkout."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "TOOLKIT_", "VIRTUAL_ENV"))
    }
    return {**kept, "HOME": str(home)}


def test_the_wheel_carries_data_and_no_tests(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()
    for part in ("modules/topics/m01/text.el.yaml", "templates/base.html", "static/css/base.css", "migrations/env.py"):
        assert f"toolkit/_data/{part}" in names
    assert "toolkit/_data/translations/el/LC_MESSAGES/messages.mo" in names
    assert not [name for name in names if name.startswith(("tests/", "instance/", "docs/")) or "__pycache__" in name]


@pytest.fixture
def installed(empty_venv: Path, tmp_path: Path) -> Iterator[str]:
    env = outside(tmp_path)
    where = [empty_venv / "bin/python", "-c", "import toolkit; print(toolkit.__file__)"]
    found = subprocess.run(where, capture_output=True, text=True, check=True, cwd="/", env=env).stdout.strip()
    assert found.startswith(str(empty_venv)), "the installed package, not the checkout"
    env["PORT"] = str(servers.free_port())
    command = [empty_venv / "bin/toolkit", "serve"]
    with (
        (tmp_path / "log").open("wb") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, cwd="/", env=env) as process,
    ):
        assert process.stdout is not None
        ready = next((line for line in process.stdout if line.startswith("Serving on ")), None)
        assert ready, (tmp_path / "log").read_text()
        yield ready.split()[2]
        process.terminate()


def test_the_wheel_serves_a_greek_lesson_from_the_root_folder(installed: str, tmp_path: Path):
    with urllib.request.urlopen(installed + LESSON, timeout=30) as answer:
        page = answer.read().decode()
    assert '<html lang="el"' in page
    assert "Έξοδος" in page, "the interface is compiled in"
    assert page.count("</section>") >= 5, "the blocks of the lesson"
    style = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    with urllib.request.urlopen(installed + style, timeout=30) as answer:
        assert answer.status == 200
    kept = tmp_path / ".local" / "share" / "workplace-learning-toolkit"
    assert {"toolkit.db"} <= {path.name for path in kept.iterdir()}
    assert kept.stat().st_mode & 0o077 == 0, "nobody else's business"
