"""Content as the database holds it: the newest rows of one document, and its structure as parts and files.

Not here: writing (modules_load.py) and publishing (modules_publish.py).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from toolkit.models.translation import (
    Document,
    SourceRevision,
    StructureRevision,
    Translation,
    TranslationRevision,
    Unit,
)
from toolkit.rules import translation as rules
from toolkit.services.modules_folder import ContentDocument, dump
from toolkit.services.modules_schema import Bank, Country, Course, FactsFile, Glossary, Module
from toolkit.services.modules_schema_types import Shape

LISTS: dict[str, type[Shape]] = {"courses": Course, "directory": Country}
LIST_NAMES = {"courses": "courses", "directory": "countries"}


@dataclass
class UnitRows:
    """One unit: its source revisions in order, and the newest revision in each language."""

    unit: Unit
    sources: list[SourceRevision] = field(default_factory=list)
    translations: dict[str, Translation] = field(default_factory=dict)
    newest: dict[str, TranslationRevision] = field(default_factory=dict)

    def status(self, language: str) -> rules.Status:
        """Say how the newest translation stands to the newest source."""
        revision = self.newest.get(language)
        numbers = {source.id: source.no for source in self.sources}
        made_from = None
        if revision is not None:
            made_from = rules.UNKNOWN_SOURCE
            if revision.translated_from_id is not None:
                made_from = numbers[revision.translated_from_id]
        wording = {source.no for source in self.sources if source.change == rules.Change.WORDING}
        return rules.status(translated_from=made_from, source=self.sources[-1].no, wording=wording)


@dataclass
class DocumentRows:
    """One document: its newest structure and all its units by key."""

    document: Document
    structure: StructureRevision | None
    units: dict[str, UnitRows]


def document_rows(session: Session, key: str) -> DocumentRows | None:
    """Give the rows of a document, or None when it was never loaded."""
    document = session.scalar(select(Document).where(Document.key == key))
    if document is None:
        return None
    structure = session.scalar(
        select(StructureRevision)
        .where(StructureRevision.document_id == document.id)
        .order_by(StructureRevision.no.desc())
        .limit(1)
    )
    by_id = {
        unit.id: UnitRows(unit)
        for unit in session.scalars(select(Unit).where(Unit.document_id == document.id).order_by(Unit.id))
    }
    of_document = select(Unit.id).where(Unit.document_id == document.id)
    for source in session.scalars(
        select(SourceRevision).where(SourceRevision.unit_id.in_(of_document)).order_by(SourceRevision.no)
    ):
        by_id[source.unit_id].sources.append(source)
    for translation, revision in session.execute(
        select(Translation, TranslationRevision)
        .join(TranslationRevision, TranslationRevision.translation_id == Translation.id)
        .where(Translation.unit_id.in_(of_document))
        .order_by(TranslationRevision.no)
    ):
        rows = by_id[translation.unit_id]
        rows.translations[translation.language] = translation
        rows.newest[translation.language] = revision
    return DocumentRows(document, structure, {rows.unit.key: rows for rows in by_id.values()})


def body_of(document: ContentDocument) -> dict[str, Any]:
    """Give the structure of a read document as one plain mapping, as it is stored and as pages get it."""
    dumps = [dump(part) for part in document.parts.values()]
    if document.kind == "topic":
        body: dict[str, Any] = {**dumps[0], "bank": dumps[1]}
    elif document.kind in LISTS:
        body = {LIST_NAMES[document.kind]: dumps}
    else:
        body = dumps[0]
    plain: dict[str, Any] = json.loads(json.dumps(body))
    return plain


def parts_of(kind: str, key: str, body: Mapping[str, Any]) -> dict[str, Shape]:
    """Give the parts of a stored structure by the name of their file, in the order of the structure."""
    if kind == "topic":
        module = {name: value for name, value in body.items() if name != "bank"}
        return {
            f"topics/{key}/module.yaml": Module.model_validate(module),
            f"topics/{key}/bank.yaml": Bank.model_validate(body["bank"]),
        }
    if kind in LISTS:
        return {f"{kind}/{part['key']}.yaml": LISTS[kind].model_validate(part) for part in body[LIST_NAMES[kind]]}
    if kind == "facts":
        return {"facts.yaml": FactsFile.model_validate(body)}
    return {"glossary.csv": Glossary.model_validate(body)}


def version_of(kind: str, body: Mapping[str, Any]) -> str:
    """Give the content version: the module's own, the newest course's, the month the directory was read; else empty."""
    if kind == "topic":
        return str(body["version"])
    if kind == "courses":
        return max((str(course["version"]) for course in body["courses"]), default="")
    if kind == "directory":
        return max((str(country["read_on"]) for country in body["countries"]), default="")
    return ""


def body_hash(body: Mapping[str, Any]) -> str:
    """Give the SHA-256 (hex) of a body; the order of its keys counts, as it does in its file."""
    return hashlib.sha256(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
