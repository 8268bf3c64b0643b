"""`./run` on a machine without ensurepip, with and without root; what it installs, when, and what it says.

The real script runs in a folder of its own. Outside of it stand: an apt-get, an id, and a python3 whose venvs are
hollow and write down what they are asked; nothing is installed.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from toolkit import paths

ASKED = '#!/bin/sh\necho "$(basename "$0") $*" >> "$LOG"\n'
FAILS = ASKED + "exit 100\n"
# `-m venv DIR` makes a hollow venv; a file venv-NAME beside replaces what NAME in it does.
PYTHON3 = """#!/bin/sh
if [ "$1 $2" = "-m venv" ]; then
  echo "venv $3" >> "$LOG"
  mkdir -p "$3/bin"
  for name in python uv toolkit; do
    if [ -e "{folder}/venv-$name" ]; then cp "{folder}/venv-$name" "$3/bin/$name"; else cp "{hollow}" "$3/bin/$name"; fi
  done
  exit 0
fi
exec "{real}" "$@"
"""


class Machine:
    """A folder with the script, and a PATH of our own before the real one."""

    def __init__(self, folder: Path) -> None:
        self.home, self.bin, self.hidden = folder / "checkout", folder / "bin", folder / "hidden"
        self.log = folder / "log"
        for made in (self.home, self.bin, self.hidden):
            made.mkdir()
        for name in ("run", "pyproject.toml", "requirements.lock"):
            shutil.copy(paths.ROOT / name, self.home / name)
        hollow = folder / "hollow"
        self.script(hollow, ASKED)
        real = Path(sys.base_prefix) / "bin" / "python3"
        self.script(self.bin / "python3", PYTHON3.format(hollow=hollow, folder=folder, real=real))
        self.folder = folder

    def script(self, path: Path, text: str) -> None:
        path.write_text(text)
        path.chmod(0o755)

    def who(self, number: int) -> None:
        """Let `id -u` say this."""
        self.script(self.bin / "id", f"#!/bin/sh\necho {number}\n")

    def hide_ensurepip(self) -> None:
        """Take ensurepip away, as Debian does until python3-venv is installed."""
        (self.hidden / "ensurepip.py").write_text("raise ImportError('hidden')\n")

    def run(self, *args: str) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "PATH": f"{self.bin}:/usr/bin:/bin", "PYTHONPATH": str(self.hidden), "LOG": str(self.log)}
        env.pop("PYTHONHOME", None)
        return subprocess.run([self.home / "run", *args], capture_output=True, text=True, check=False, env=env)

    @property
    def asked(self) -> list[str]:
        """What the stand-ins were asked to do, in order."""
        return self.log.read_text().splitlines() if self.log.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    machine = Machine(tmp_path)
    machine.who(1000)
    machine.script(machine.bin / "apt-get", FAILS)
    return machine


SENTENCE = "Python's venv module is missing. Install it with: sudo apt install python3-venv"


def test_root_on_debian_gets_the_venv_module_installed(machine: Machine):
    machine.who(0)
    machine.hide_ensurepip()
    brings = f'case "$*" in *"install -y -qq python3-venv"*) rm "{machine.hidden / "ensurepip.py"}";; esac\n'
    machine.script(machine.bin / "apt-get", ASKED + brings)
    done = machine.run("toolkit", "--version")
    assert done.returncode == 0, done.stderr
    assert machine.asked[:3] == [
        "apt-get -o DPkg::Lock::Timeout=300 update -qq",
        "apt-get -o DPkg::Lock::Timeout=300 install -y -qq python3-venv",
        "venv .venv",
    ]
    assert machine.asked[-1] == "toolkit --version"


def test_who_may_not_install_reads_one_sentence(machine: Machine):
    machine.hide_ensurepip()
    done = machine.run()
    assert (done.returncode, done.stdout, done.stderr.strip()) == (3, "", SENTENCE)
    assert machine.asked == [], "nothing was tried"
    assert not (machine.home / ".venv").exists()


def test_root_whose_packages_cannot_be_had_reads_the_same_sentence(machine: Machine):
    machine.who(0)
    machine.hide_ensurepip()
    for when in ("update", "install"):
        machine.script(machine.bin / "apt-get", ASKED + f'case "$*" in *" {when} "*) exit 100;; esac\n')
        done = machine.run()
        assert done.returncode == 3, when
        assert done.stderr.strip().endswith(SENTENCE)
    assert not (machine.home / ".venv").exists()


def test_with_ensurepip_nothing_is_asked_of_apt(machine: Machine):
    machine.who(0)
    assert machine.run("toolkit", "--version").returncode == 0
    assert not [line for line in machine.asked if line.startswith("apt-get")]


def test_the_second_time_nothing_is_installed_and_a_new_lock_installs_anew(machine: Machine):
    machine.run("toolkit", "one")
    first = machine.asked
    assert [line.split()[0] for line in first] == ["venv", "python", "uv", "uv", "toolkit"]
    assert "--require-hashes -r requirements.lock" in first[2]
    machine.run("toolkit", "two")
    assert machine.asked == [*first, "toolkit two"]
    with (machine.home / "requirements.lock").open("a") as lock:
        lock.write("# changed\n")
    machine.run("toolkit", "three")
    assert machine.asked.count("venv .venv") == 2


def test_where_uv_fails_plain_pip_installs_the_same_list(machine: Machine):
    machine.script(machine.folder / "venv-uv", FAILS)
    assert machine.run("toolkit", "--version").returncode == 0
    pips = [line for line in machine.asked if line.startswith("python -m pip")]
    assert pips[1] == "python -m pip install -q --require-hashes -r requirements.lock"
    assert pips[2].endswith("--no-deps --no-build-isolation -e .")


@pytest.mark.parametrize("step", ["pip install", "--no-deps"], ids=["the list", "the toolkit"])
def test_an_install_that_breaks_off_is_begun_again(machine: Machine, step: str):
    fails = ASKED + f'case "$*" in *"{step}"*) exit 1;; esac\n'
    for stand_in in ("venv-uv", "venv-python"):
        machine.script(machine.folder / stand_in, fails)
    assert machine.run("toolkit", "--version").returncode != 0
    assert any(step in line for line in machine.asked), "it has broken off there"
    assert not (machine.home / ".venv" / ".stamp").exists()
    assert "toolkit --version" not in machine.asked
    for stand_in in ("venv-uv", "venv-python"):
        (machine.folder / stand_in).unlink()
    assert machine.run("toolkit", "--version").returncode == 0
    assert machine.asked[-1] == "toolkit --version"


def test_tests_share_two_cores_unless_they_are_chosen(machine: Machine):
    machine.run("test")
    assert machine.asked[-1].startswith("python -m pytest -q -n 2 --dist loadfile ")
    machine.run("test", "-x", "tests/rules")
    assert machine.asked[-1] == "python -m pytest -x tests/rules"


def test_help_installs_nothing_and_names_every_command(machine: Machine):
    for word in ("--help", "-h", "help"):
        done = machine.run(word)
        assert (done.returncode, done.stderr) == (0, "")
        assert all(f"./run {command}" in done.stdout for command in ("test", "lint", "bench", "toolkit"))
    assert machine.asked == []


def test_an_unknown_command_is_said_and_nothing_is_done(machine: Machine):
    done = machine.run("tset")
    assert done.returncode == 2
    assert "tset" in done.stderr
    assert "./run test" in done.stderr
    assert (machine.asked, done.stdout) == ([], "")


def test_it_runs_from_any_folder_in_plain_sh(machine: Machine):
    env = {**os.environ, "PATH": f"{machine.bin}:/usr/bin:/bin", "LOG": str(machine.log)}
    done = subprocess.run(["/bin/sh", machine.home / "run", "toolkit", "x"], cwd="/", env=env, check=False)
    assert done.returncode == 0
    assert (machine.home / ".venv").is_dir()
