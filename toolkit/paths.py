"""Where the data folders are: at the top of a checkout, or in toolkit/_data of an installed wheel."""

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent
IN_CHECKOUT = (_CHECKOUT / "pyproject.toml").is_file() and (_CHECKOUT / "modules").is_dir()
ROOT = _CHECKOUT if IN_CHECKOUT else _PACKAGE / "_data"

MODULES = ROOT / "modules"
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"
TRANSLATIONS = ROOT / "translations"
MIGRATIONS = ROOT / "migrations"


def default_data_dir() -> Path:
    """Return where the database and keys live when TOOLKIT_DATA is not set."""
    if IN_CHECKOUT:
        return _CHECKOUT / "instance"
    return Path.home() / ".local" / "share" / "workplace-learning-toolkit"


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, so that a new file is still called so after a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
