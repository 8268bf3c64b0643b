"""Content files as a whole: checking a folder, and the JSON Schemas that editors use.

Beside it: modules_files (reading, writing), modules_schema (shapes), modules_folder (documents), modules_checks,
modules_ids, modules_load, modules_publish, modules_export.
"""

import json
from pathlib import Path

from toolkit.services.modules_checks import check_folder
from toolkit.services.modules_files import Problem
from toolkit.services.modules_folder import read_folder
from toolkit.services.modules_schema import Bank, Country, Course, FactsFile, Module, TextFile
from toolkit.services.modules_schema_types import Shape

SCHEMAS: dict[str, type[Shape]] = {
    "module": Module,
    "bank": Bank,
    "course": Course,
    "country": Country,
    "facts": FactsFile,
    "text": TextFile,
}


def check(root: Path) -> list[Problem]:
    """Give everything that is wrong in a content folder, by file and line; an empty list means it may be loaded."""
    found = check_folder(read_folder(root))
    return sorted(problem for problems in found.values() for problem in problems)


def schema_files() -> dict[str, str]:
    """Give the JSON Schema of every kind of file, by file name, for editors that check while one types."""
    files = {}
    for name, shape in SCHEMAS.items():
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **shape.model_json_schema(by_alias=True)}
        files[f"{name}.schema.json"] = json.dumps(_for_editors(schema), indent=2, ensure_ascii=False) + "\n"
    return files


def _for_editors(schema: object) -> object:
    """Let numbers through where we read text: an editor gives plain scalars a type, our loader does not."""
    if isinstance(schema, list):
        return [_for_editors(value) for value in schema]
    if not isinstance(schema, dict):
        return schema
    changed = {key: _for_editors(value) for key, value in schema.items()}
    if changed.get("type") == "string":
        changed["type"] = ["string", "number"]
    if isinstance(enum := changed.get("enum"), list):
        changed["enum"] = [*enum, *(int(value) for value in enum if str(value).isdigit())]
    return changed


def write_schemas(folder: Path) -> list[str]:
    """Write the schemas into a folder; give the names of those that changed."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for name, text in schema_files().items():
        path = folder / name
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            changed.append(name)
    return changed
