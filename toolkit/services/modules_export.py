"""Writing the database's content as files again, byte for byte as they were loaded.

The surprise: the ledger of unit ids comes from the units themselves, so it also names ids that are no longer used.
"""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from toolkit.models.translation import Document, Unit
from toolkit.services.modules_folder import LEDGER, canonical, dump, unit_uses
from toolkit.services.modules_ids import text_yaml, write_ledger
from toolkit.services.modules_rows import DocumentRows, document_rows, parts_of


class FolderNotEmptyError(Exception):
    """Export writes into an empty folder only, so that no file of another time is left among the new ones."""


def export_folder(session: Session, root: Path) -> list[str]:
    """Write every document into an empty or absent folder; give the names of the files.

    Raises FolderNotEmptyError when something is there already.
    """
    if root.exists() and any(root.iterdir()):
        raise FolderNotEmptyError(root)
    files: dict[str, str] = {}
    for key in session.scalars(select(Document.key).order_by(Document.id)):
        rows = document_rows(session, key)
        if rows is not None and rows.structure is not None:
            files.update(document_files(rows))
    ledger = session.execute(
        select(Unit.key, Document.key).join(Document, Document.id == Unit.document_id).order_by(Unit.key)
    )
    files[LEDGER] = write_ledger({unit: document for unit, document in ledger})  # noqa: C416 - rows are not pairs
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return sorted(files)


def document_files(rows: DocumentRows) -> dict[str, str]:
    """Give the files of one document: its parts, and one text file for every language it has."""
    if rows.structure is None:
        return {}
    document = rows.document
    parts = parts_of(document.kind, document.key, rows.structure.body)
    files = {name: canonical(part) for name, part in parts.items()}
    used = list(dict.fromkeys(use.unit for name, part in parts.items() for use in unit_uses(name, dump(part))))
    if not used:
        return files
    folder = next(iter(parts)).rpartition("/")[0]
    source = {unit: {"text": rows.units[unit].sources[-1].text} for unit in used}
    files[f"{folder}/text.{document.source_language}.yaml"] = text_yaml(document.key, document.source_language, source)
    for language in sorted({language for unit in rows.units.values() for language in unit.newest}):
        newest = {unit: rows.units[unit].newest[language] for unit in used if language in rows.units[unit].newest}
        units = {unit: {"text": revision.text, "of": revision.made_from} for unit, revision in newest.items()}
        files[f"{folder}/text.{language}.yaml"] = text_yaml(document.key, language, units)
    return files
