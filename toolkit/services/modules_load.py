"""Loading a content folder into the database: each document whole or not at all, and nothing when nothing changed.

Not here: the checks themselves (modules_checks.py). The surprise: a translation made from an older source text is
loaded and published as stale; only one made from a text that its unit never had is refused.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

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
from toolkit.services.modules_checks import check_folder
from toolkit.services.modules_files import Problem
from toolkit.services.modules_folder import ContentDocument, read_folder
from toolkit.services.modules_ids import read_ledger
from toolkit.services.modules_publish import publish
from toolkit.services.modules_rows import (
    DocumentRows,
    UnitRows,
    body_hash,
    body_of,
    document_rows,
    version_of,
)
from toolkit.services.modules_schema import UnitText
from toolkit.services.modules_schema_types import UnitId

SHIPPED = "shipped"


@dataclass
class DocumentReport:
    """What loading did to one document; counts are units, languages are tags."""

    key: str
    problems: list[Problem] = field(default_factory=list)
    structure: int | None = None
    added: int = 0
    changed: int = 0
    removed: int = 0
    translated: dict[str, int] = field(default_factory=dict)
    stale: dict[str, int] = field(default_factory=dict)
    published: dict[str, int] = field(default_factory=dict)

    @property
    def did_nothing(self) -> bool:
        """Say whether no row was written."""
        wrote = self.structure or self.added or self.changed or self.removed or self.translated or self.published
        return not wrote


@dataclass
class _Task:
    """One document on its way in: what the files say, what the database holds, and what was done."""

    session: Session
    content: ContentDocument
    rows: DocumentRows
    report: DocumentReport
    by: str
    now: datetime
    retired: frozenset[str]  # ids that a text of it had once, as the ledger says

    @property
    def used(self) -> list[str]:
        return list(dict.fromkeys(use.unit for use in self.content.uses))


def load_folder(
    session: Session, root: Path, *, now: datetime, by: str = SHIPPED, progress: Callable[[str], None] | None = None
) -> list[DocumentReport]:
    """Load every document of a folder and publish what changed; a document with a problem changes nothing.

    ``progress`` is called with the key of each document as its turn comes. Never commits.
    """
    folder = read_folder(root)
    problems = check_folder(folder)
    ledger = read_ledger(root)
    reports: list[DocumentReport] = []
    for key, content in folder.documents.items():
        if progress is not None:
            progress(key)
        rows = document_rows(session, key)
        report = DocumentReport(key, [problem for problem in problems[key] if not problem.stale])
        if not report.problems:
            report.problems += [*_other_source(content, rows), *_unknown_sources(content, rows)]
            report.problems += _missing_modules(session, content, reports)
        if not report.problems:
            retired = frozenset(unit for unit, document in ledger.items() if document == key)
            _load(_Task(session, content, rows or _new_document(session, content), report, by, now, retired))
        reports.append(report)
    # Citations come from the facts, so every good document is published anew once all facts are in.
    for report in reports:
        if not report.problems:
            report.published = publish(session, report.key, by=by, now=now)
    return reports


def _other_source(content: ContentDocument, rows: DocumentRows | None) -> Iterator[Problem]:
    """Refuse another source language: the revisions of the old one would become translations of nothing."""
    if rows is None or rows.document.source_language == content.source:
        return
    for name, part in content.parts.items():
        if hasattr(part, "source"):
            message = f"was {rows.document.source_language} when first loaded and cannot change"
            yield content.files[name].problem(("source",), message)


def _unknown_sources(content: ContentDocument, rows: DocumentRows | None) -> Iterator[Problem]:
    """Refuse a translation made from a text that its unit never had; a unit we have never seen may say anything."""
    for language, texts in content.texts.items():
        for key, text in texts.units.items():
            known = rows.units.get(key) if rows else None
            if known is None or text.of is None:
                continue
            source = content.texts[content.source].units[key].text
            hashes = [*(revision.hash for revision in known.sources), rules.source_hash(source)]
            newest = known.newest.get(language)
            # What a first load took as it was may come again.
            held = newest is not None and newest.made_from == text.of
            if not held and rules.made_from(text.of, hashes) == rules.UNKNOWN_SOURCE:
                file = content.files[content.text_files[language]]
                yield file.problem(("units", key, "of"), f"{text.of} is the hash of no source text of {key}")


def _missing_modules(session: Session, content: ContentDocument, reports: list[DocumentReport]) -> Iterator[Problem]:
    refused = {report.key for report in reports if report.problems}
    for name, part in content.parts.items():
        for place, module in enumerate(getattr(part, "modules", ())):
            if module in refused and session.scalar(select(Document.id).where(Document.key == module)) is None:
                message = f"{module} has problems and was never loaded"
                yield content.files[name].problem(("modules", place), message)


def _new_document(session: Session, content: ContentDocument) -> DocumentRows:
    document = Document(key=content.key, kind=content.kind, source_language=content.source)
    session.add(document)
    session.flush()
    return DocumentRows(document, None, {})


def _load(task: _Task) -> None:
    rows, body = task.rows, body_of(task.content)
    if rows.structure is None or rows.structure.hash != body_hash(body):
        task.report.structure = rows.structure.no + 1 if rows.structure else 1
        rows.structure = StructureRevision(
            document_id=rows.document.id,
            no=task.report.structure,
            version=version_of(task.content.kind, body),
            body=body,
            hash=body_hash(body),
            at=task.now,
        )
        task.session.add(rows.structure)
    _load_units(task)
    if task.used:
        _load_sources(task)
        for language in task.content.texts:
            if language != task.content.source:
                _load_language(task, language)
    task.session.flush()


def _load_units(task: _Task) -> None:
    units, used = task.rows.units, task.used
    for key in used:
        known = units.get(key)
        if known is None:
            units[key] = UnitRows(Unit(document_id=task.rows.document.id, key=key, obsolete_at=None))
            task.session.add(units[key].unit)
            task.report.added += 1
        elif known.unit.obsolete_at is not None:
            known.unit.obsolete_at = None
            task.report.added += 1
    # An id whose text is gone is never used again, here neither, though this database has never seen the text.
    for key in sorted(task.retired - units.keys()):
        units[key] = UnitRows(Unit(document_id=task.rows.document.id, key=key, obsolete_at=task.now))
        task.session.add(units[key].unit)
    for key in units.keys() - set(used):
        if units[key].unit.obsolete_at is None:
            units[key].unit.obsolete_at = task.now
            task.report.removed += 1
    task.session.flush()


def _load_sources(task: _Task) -> None:
    texts = task.content.texts[task.content.source].units
    for key in task.used:
        known = task.rows.units[key]
        text = texts[UnitId(key)].text
        if known.sources and known.sources[-1].text == text:
            continue
        if known.sources:
            task.report.changed += 1
        new_hash = rules.source_hash(text)
        # Invisible differences are wording; for all else a file cannot say, and meaning is the safe answer.
        same = bool(known.sources) and known.sources[-1].hash == new_hash
        revision = SourceRevision(
            unit_id=known.unit.id,
            no=len(known.sources) + 1,
            text=text,
            hash=new_hash,
            change=rules.Change.WORDING if same else rules.Change.MEANING,
            by=task.by,
            at=task.now,
        )
        task.session.add(revision)
        known.sources.append(revision)
    task.session.flush()


def _load_language(task: _Task, language: str) -> None:
    texts = task.content.texts[language].units
    changed = [key for key in task.used if _changed(task.rows.units[key], language, texts[UnitId(key)])]
    for key in changed:
        known = task.rows.units[key]
        if language not in known.translations:
            known.translations[language] = Translation(unit_id=known.unit.id, language=language)
            task.session.add(known.translations[language])
    task.session.flush()
    for key in changed:
        known, entry = task.rows.units[key], texts[UnitId(key)]
        newest = known.newest.get(language)
        known.newest[language] = TranslationRevision(
            translation_id=known.translations[language].id,
            no=newest.no + 1 if newest else 1,
            text=entry.text,
            translated_from_id=_source_id(known, entry),
            made_from=entry.of or "",
            by=task.by,
            at=task.now,
        )
        task.session.add(known.newest[language])
    if changed:
        task.report.translated[language] = len(changed)
    stale = sum(task.rows.units[key].status(language) is rules.Status.STALE for key in task.used)
    if stale:
        task.report.stale[language] = stale


def _changed(known: UnitRows, language: str, entry: UnitText) -> bool:
    newest = known.newest.get(language)
    if newest is None or (newest.text, newest.made_from) != (entry.text, entry.of):
        return True
    # A source text that went back to what it was makes its old translation current again: that is a new revision.
    stale = known.status(language) is rules.Status.STALE
    return stale and newest.translated_from_id != _source_id(known, entry)


def _source_id(known: UnitRows, entry: UnitText) -> int | None:
    no = rules.made_from(entry.of or "", [source.hash for source in known.sources])
    return known.sources[no - 1].id if no else None
