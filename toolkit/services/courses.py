"""What learners read: the published editions, kept in this process, and plain look-ups in their structure.

A published snapshot never changes, so each is read once per process; per request only the newest publication's
number is asked for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from toolkit.models.translation import Document, Publication, Snapshot, StructureRevision
from toolkit.rules.quizzes import ROWS, YES, Item, Row
from toolkit.rules.refreshers import Day, Question

COURSES = "courses"
FINAL, REFRESHER = "final", "refresher"
_HEAD = select(func.max(Publication.id))
DIRECTORY = "directory"

Structure = Mapping[str, Any]


@dataclass(frozen=True)
class Edition:
    """One published snapshot: a document in one language."""

    document: str
    language: str
    snapshot_no: int
    structure_no: int
    body: Mapping[str, Any]

    @property
    def structure(self) -> Structure:
        """The document's structure, with unit ids where texts belong."""
        structure: Structure = self.body["structure"]
        return structure

    def text(self, unit: str) -> str:
        """Give the text of a unit as published (inline Markdown)."""
        text: str = self.body["texts"][unit][0]
        return text


@dataclass(frozen=True)
class Shelf:
    """All editions that are published now; ``head`` changes with every publication."""

    head: int
    editions: Mapping[tuple[str, str], Edition]
    kept: dict[tuple[str, str, int], Edition] = field(default_factory=dict)

    @property
    def languages(self) -> list[str]:
        """The languages in which courses are published, English first."""
        tags = {language for document, language in self.editions if document == COURSES}
        return sorted(tags, key=lambda tag: (tag != "en", tag))

    @property
    def countries(self) -> set[str]:
        """The keys of the directory's countries."""
        edition = next((e for (document, _), e in self.editions.items() if document == DIRECTORY), None)
        return set() if edition is None else {country["key"] for country in edition.structure["countries"]}

    def edition(self, document: str, language: str) -> Edition | None:
        """Give the newest edition of a document, or None."""
        return self.editions.get((document, language))

    def any_edition(self, document: str, language: str = "") -> Edition | None:
        """Give the newest edition of a document in a language, else in the first that has one, or None."""
        tags = (language, *self.languages)
        return next((edition for tag in tags if (edition := self.edition(document, tag)) is not None), None)

    def courses(self, language: str) -> Iterator[Structure]:
        """Go through the published courses in their order."""
        edition = self.edition(COURSES, language)
        if edition is not None:
            yield from edition.structure["courses"]

    def quiet(self, language: str) -> list[tuple[Edition, Structure]]:
        """List the published lessons that are read from Help alone, each with its edition."""
        topics = (e for (_, tag), e in self.editions.items() if tag == language and "lessons" in e.structure)
        return [(edition, lesson) for edition in topics for lesson in quiet_lessons(edition.structure)]

    def course(self, language: str, key: str) -> Structure | None:
        """Find a course by its key, or None."""
        return next((course for course in self.courses(language) if course["key"] == key), None)

    def course_with(self, language: str, module: str, key: str = "") -> Structure | None:
        """Find the course of that key if it has the module, else the first that has it, or None."""
        having = [course for course in self.courses(language) if module in course["modules"]]
        return next((course for course in having if course["key"] == key), having[0] if having else None)


_shelves: WeakKeyDictionary[Any, Shelf] = WeakKeyDictionary()


def shelf(session: Session, head: int | None = None) -> Shelf:
    """Give the published editions: no more than one small query when nothing is new for this process.

    ``head`` is the newest publication's number where the caller knows it already.
    """
    if head is None:
        head = session.scalar(_HEAD) or 0
    pool = session.get_bind().engine.pool  # stands for the database, whatever options the engine was given
    shelf_now = _shelves.get(pool)
    if shelf_now is None or shelf_now.head != head:
        shelf_now = Shelf(head, {(e.document, e.language): e for e in _published(session)})
        _shelves[pool] = shelf_now
    return shelf_now


def edition_of(session: Session, now_published: Shelf, document: str, language: str, no: int) -> Edition | None:
    """Give one numbered edition, the newest or an older one that an attempt still holds; None when there is none."""
    newest = now_published.edition(document, language)
    if newest is not None and newest.snapshot_no == no:
        return newest
    key = (document, language, no)
    if key not in now_published.kept:
        row = session.execute(
            _select_editions().where(Document.key == document, Snapshot.language == language, Snapshot.no == no)
        ).first()
        if row is None:
            return None
        now_published.kept[key] = Edition(*row)
    return now_published.kept[key]


def blocks_of(lesson: Structure) -> list[str]:
    """List the keys of a lesson's blocks in order."""
    return [block["key"] for block in lesson["blocks"]]


def lessons_of(module: Structure) -> list[Structure]:
    """List the lessons that stand in a course; a quiet one is read elsewhere and nothing about it is ever kept."""
    return [lesson for lesson in module["lessons"] if lesson.get("quiet") != YES]


def quiet_lessons(module: Structure) -> list[Structure]:
    """List the lessons that are reached from Help only."""
    return [lesson for lesson in module["lessons"] if lesson.get("quiet") == YES]


def lesson_of(module: Structure, key: str) -> Structure | None:
    """Find a lesson of a module by its key, or None; quiet ones are not found."""
    return next((lesson for lesson in lessons_of(module) if lesson["key"] == key), None)


def lesson_teaching(module: Structure, objective: str) -> Structure:
    """Find the lesson that teaches an objective: a core one first, never one that keeps nothing; else the first."""
    open_ones = [lesson for lesson in module["lessons"] if lesson.get("quiet") != YES]
    teaching = [lesson for lesson in open_ones if objective in lesson.get("objectives", [])]
    found: Structure = min(teaching or open_ones[:1], key=lambda lesson: lesson.get("core") != YES)
    return found


def items_of(module: Structure) -> dict[str, Structure]:
    """Map item keys of a module's bank to the items' structure."""
    return {item["key"]: item for item in module.get("bank", {}).get("items", [])}


def item_for_rules(module: str, item: Structure) -> Item:
    """Give the plain values of a module's item that the rules of quizzes work with."""
    targets = [target["key"] for target in item.get("targets", [])]
    if item["type"] == "order":
        targets = [str(place) for place in range(1, len(item["options"]) + 1)]
    if item["type"] in ROWS:
        solution = {option["key"]: option["target"] for option in item["options"]}
    else:
        solution = {option["key"]: YES for option in item["options"] if option.get("right") == YES}
    return Item(
        key=item_key(module, item["key"]),
        type=item["type"],
        objective=item["objective"],
        surface=item.get("surface", ""),
        solution=solution,
        options=tuple(option["key"] for option in item["options"]),
        targets=tuple(targets),
        family=item_key(module, item["family"]) if "family" in item else "",
        little=item.get("little") == YES,
        safety=item.get("safety") == YES,
    )


def item_key(module: str, item: str) -> str:
    """Give the key of an item among those of all banks: each bank begins at its own first."""
    return f"{module}.{item}"


def finals_of(edition: Edition) -> dict[str, Item]:
    """Map the keys (among all banks) of a module's items for finals to their plain values."""
    found = [
        item_for_rules(edition.document, item) for item in edition.structure["bank"]["items"] if FINAL in item["use"]
    ]
    return {item.key: item for item in found}


def safety_forms(edition: Edition, objective: str) -> set[str]:
    """Name the items of a module in which an objective can be asked again: its safety items for finals."""
    every = items_of(edition.structure).values()
    return {
        item["key"]
        for item in every
        if item["objective"] == objective and item.get("safety") == YES and FINAL in item["use"]
    }


def blueprint(course: Structure) -> list[Row]:
    """Give a course's final as rows for the rules of quizzes."""
    return [
        Row(
            int(row["count"]),
            frozenset(row["objectives"]),
            frozenset(row["types"]),
            little=row["little"] == YES if "little" in row else None,
        )
        for row in course["quiz"]["rows"]
    ]


def before_quiz(shelf: Shelf, course: Structure) -> list[tuple[str, str]]:
    """List the core lessons that must be finished before a course's quiz opens, as (module, lesson), in its order."""
    after = course["quiz"].get("after") or ()
    editions = [
        edition for key in course["modules"] if key in after and (edition := shelf.any_edition(key)) is not None
    ]
    return [
        (edition.document, lesson["key"])
        for edition in editions
        for lesson in lessons_of(edition.structure)
        if lesson.get("core") == YES
    ]


def refresher_days(course: Structure) -> list[Day]:
    """Give a course's refreshers, as the rules of refreshers work with them; none where it has none."""
    return [Day(int(one["day"]), tuple(one["objectives"])) for one in course.get("refreshers") or ()]


def refresher_question(module: str, item: Structure) -> Question:
    """Give the plain values of a module's item that the rules of refreshers work with."""
    family = item_key(module, item["family"]) if item.get("family") else ""
    return Question(item_key(module, item["key"]), item["objective"], item["sector"], item["surface"], family)


def _published(session: Session) -> Iterator[Edition]:
    newest = (
        select(func.max(Publication.id))
        .join(Snapshot, Publication.snapshot_id == Snapshot.id)
        .group_by(Snapshot.document_id, Snapshot.language)
    )
    for row in session.execute(
        _select_editions().join(Publication, Publication.snapshot_id == Snapshot.id).where(Publication.id.in_(newest))
    ):
        yield Edition(*row)


def _select_editions() -> Any:  # noqa: ANN401 - a five-column Select
    return (
        select(Document.key, Snapshot.language, Snapshot.no, StructureRevision.no, Snapshot.body)
        .select_from(Snapshot)
        .join(Document, Snapshot.document_id == Document.id)
        .join(StructureRevision, Snapshot.structure_revision_id == StructureRevision.id)
    )
