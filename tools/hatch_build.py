"""Build hook: compile the interface catalogs, and carry the data folders inside a wheel.

An editable install keeps the folders where they are (toolkit/paths.py finds them at the top of the
checkout); a wheel gets them as toolkit/_data.
"""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

DATA = ("modules", "translations", "templates", "static", "migrations")


class CustomBuildHook(BuildHookInterface):
    """Called by hatchling before each build."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile every .po beside itself; include the data folders unless the install is editable."""
        root = Path(self.root)
        for po in root.glob("translations/*/LC_MESSAGES/*.po"):
            with po.open("rb") as source, po.with_suffix(".mo").open("wb") as target:
                write_mo(target, read_po(source))
        if version != "editable":
            build_data["force_include"].update({str(root / name): f"toolkit/_data/{name}" for name in DATA})
