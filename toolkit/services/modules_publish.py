"""Publishing: from the newest rows of a document to the snapshots that readers get.

The surprise: a snapshot is made only when its body differs from the newest one, so going back to an older
snapshot stays in force until the content itself changes, or what admins decided about it (modules_overlays.py).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from toolkit.models.translation import Document, Publication, Snapshot, StructureRevision
from toolkit.rules import translation as rules
from toolkit.rules.glossary import Finder, forms_of
from toolkit.services.modules_folder import dump, unit_uses
from toolkit.services.modules_overlays import lock, overlaid
from toolkit.services.modules_rows import DocumentRows, body_hash, document_rows, parts_of

READ_BY_LEARNERS = frozenset({"topic", "courses", "directory"})
DEFAULT_CITE = "cite_en"


def publish(session: Session, key: str, *, by: str, now: datetime) -> dict[str, int]:
    """Publish a document in every language it has; give the numbers of the new snapshots by language.

    A document that learners do not read, or whose body did not change, gets none. Raises LookupError for an
    unknown document.
    """
    lock(session, key)
    rows = document_rows(session, key)
    if rows is None or rows.structure is None:
        raise LookupError(key)
    if rows.document.kind not in READ_BY_LEARNERS:
        return {}
    published = {}
    for language in _languages(rows):
        body = snapshot_body(session, rows, language)
        newest = session.scalar(
            select(Snapshot)
            .where(Snapshot.document_id == rows.document.id, Snapshot.language == language)
            .order_by(Snapshot.no.desc())
            .limit(1)
        )
        if newest is not None and newest.hash == body_hash(body):
            continue
        snapshot = Snapshot(
            document_id=rows.document.id,
            language=language,
            no=newest.no + 1 if newest else 1,
            structure_revision_id=rows.structure.id,
            body=body,
            hash=body_hash(body),
            at=now,
        )
        session.add(snapshot)
        session.flush()
        session.add(Publication(snapshot_id=snapshot.id, by=by, at=now))
        published[language] = snapshot.no
    session.flush()
    return published


def snapshot_body(session: Session, rows: DocumentRows, language: str) -> dict[str, Any]:
    """Make what readers of one language get: structure, texts, citations, what is stale, what is not translated."""
    structure = rows.structure
    if structure is None:
        raise LookupError(rows.document.key)
    document = rows.document
    uses = [
        use
        for name, part in parts_of(document.kind, document.key, structure.body).items()
        for use in unit_uses(name, dump(part))
    ]
    source = document.source_language
    fallback: list[str] = []
    if language != source:
        translated = {key for key, unit in rows.units.items() if language in unit.newest}
        fallback = rules.fallbacks([(use.unit, use.question) for use in uses], translated)
    elsewhere = set(fallback)
    texts: dict[str, list[str]] = {}
    stale = []
    for use in uses:
        unit = rows.units[use.unit]
        if language == source or use.unit in elsewhere:
            texts[use.unit] = [unit.sources[-1].text, source]
            continue
        texts[use.unit] = [unit.newest[language].text, language]
        if unit.status(language) is rules.Status.STALE:
            stale.append(use.unit)
    return {
        "document": document.key,
        "kind": document.kind,
        "language": language,
        "structure_no": structure.no,
        "version": structure.version,
        "structure": overlaid(session, document.kind, structure.body, spoken(rows)),
        "texts": texts,
        "cites": _cites(session, structure.body, language),
        "words": _words(session, texts, language) if document.kind == "topic" else [],
        "stale": stale,
        "fallback": fallback,
    }


def spoken(rows: DocumentRows) -> dict[str, dict[str, str]]:
    """Give the newest text of each unit by language."""
    source = rows.document.source_language
    return {
        key: {source: unit.sources[-1].text} | {language: text.text for language, text in unit.newest.items()}
        for key, unit in rows.units.items()
        if unit.sources
    }


def _languages(rows: DocumentRows) -> list[str]:
    translated = {language for unit in rows.units.values() for language in unit.newest}
    return sorted(translated | {rows.document.source_language})


def _cites(session: Session, body: Mapping[str, Any], language: str) -> dict[str, str]:
    wanted = list(dict.fromkeys(_fact_ids(body)))
    if not wanted:
        return {}
    facts = _newest(session, "facts")
    known = {fact["id"]: fact for fact in facts.body["facts"]} if facts else {}
    cites = {}
    for fact in wanted:
        entry = known.get(fact, {})
        cite = entry.get(f"cite_{language}") or entry.get(DEFAULT_CITE)
        if cite:
            cites[fact] = cite
    return cites


def _words(session: Session, texts: Mapping[str, list[str]], language: str) -> list[dict[str, Any]]:
    """Give the words of the glossary that stand in these texts and have a meaning in their language."""
    glossary = _newest(session, "glossary")
    words = [
        {"forms": forms_of(entry[f"forms_{language}"]), "meaning": entry[f"meaning_{language}"]}
        for entry in (glossary.body["terms"] if glossary else ())
        if entry.get(f"meaning_{language}")
    ]
    finder = Finder({word["forms"][0]: word["forms"] for word in words})
    used = {find.word for text, tag in texts.values() if tag == language for find in finder.finds(text)}
    return [word for word in words if word["forms"][0] in used]


def _newest(session: Session, kind: str) -> StructureRevision | None:
    """Give the newest structure of the one document of a kind: the facts, the glossary."""
    return session.scalar(
        select(StructureRevision)
        .join(Document, Document.id == StructureRevision.document_id)
        .where(Document.kind == kind)
        .order_by(StructureRevision.no.desc())
        .limit(1)
    )


def _fact_ids(data: object) -> Iterator[str]:
    if isinstance(data, Mapping):
        for key, value in data.items():
            if key == "facts":
                yield from value
            else:
                yield from _fact_ids(value)
    elif isinstance(data, list):
        for value in data:
            yield from _fact_ids(value)
