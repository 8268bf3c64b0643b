"""The files of the project as the house inspects them: what git tracks, or all of a tree without git."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_NOT_OURS = {".git", ".venv", "instance", "__pycache__", "build", "dist", ".hypothesis"}


@cache
def files() -> list[Path]:
    """List every file of the project, relative to its root; files that git would ignore are left out."""
    asked = ["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard"]
    found = subprocess.run(asked, capture_output=True, text=True, check=False)
    if found.returncode == 0:
        return sorted(Path(line) for line in found.stdout.splitlines() if (ROOT / line).is_file())
    walked = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return sorted(path for path in walked if not _NOT_OURS & set(path.parts) and path.suffix not in {".pyc", ".mo"})


def text(path: Path) -> str | None:
    """Give a file's text, or None for a picture or a font."""
    try:
        return (ROOT / path).read_text("utf-8")
    except UnicodeDecodeError:
        return None
