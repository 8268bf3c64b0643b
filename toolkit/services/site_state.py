"""What waits for somebody who runs the site, counted for the admin's start page."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from toolkit.models.accounts import Account
from toolkit.models.directory import ListingChange
from toolkit.models.letters import Letter
from toolkit.models.site import MistakeReport

MOST = 100  # nobody needs to know how many more; a page never counts a whole table


@dataclass(frozen=True)
class Waiting:
    """What waits for somebody who runs the site, each at most 100, and whether she could come back by an account."""

    changes: int
    reports: int
    letters: int
    has_account: bool


def waiting(session: Session, person_id: int) -> Waiting:
    """Say what waits; one statement."""
    row = session.execute(
        select(
            _some(select(ListingChange.id).where(ListingChange.decided_at.is_(None))),
            _some(select(MistakeReport.id).where(MistakeReport.done_on.is_(None))),
            _some(select(Letter.id).where(Letter.state == "given_up")),
            exists().where(Account.person_id == person_id),
        )
    ).one()
    return Waiting(int(row[0]), int(row[1]), int(row[2]), bool(row[3]))


def _some(chosen: Select[Any]) -> Any:  # noqa: ANN401 - a scalar subquery
    return select(func.count()).select_from(chosen.limit(MOST).subquery()).scalar_subquery()
