"""What a row of the authorisation table is: one route and method, one outcome for each role.

An outcome is a status, with "→ endpoint" where a redirect leads. "owner" is the guest whose attempt and certificate
stand in the address; "other" is another guest. A GET that may write has ``writes`` (only Exit has).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.web.world import World


@dataclass(frozen=True)
class Row:
    """One line of the table; ``private`` marks what belongs to its owner: others must get what a wrong key gets."""

    endpoint: str
    method: str
    address: Callable[[World], str]
    anonymous: str
    owner: str
    other: str
    admin: str
    form: Callable[[World], Mapping[str, Any]] = field(default=lambda _: {})
    wrong: Callable[[World], str] | None = None
    writes: bool = False


def at(path: str) -> Callable[[World], str]:
    """Give an address in which {attempt}, {code} … stand for the world's keys."""
    return lambda w: path.format(attempt=w.attempt, passed=w.passed, code=w.code, invite=w.invite)


def sends(**values: str) -> Callable[[World], Mapping[str, Any]]:
    """Give a form's own values."""
    return lambda _: values


def everybody(endpoint: str, method: str, path: str, outcome: str, **more: Any) -> Row:
    """Write a row whose outcome is the same for all."""
    return Row(endpoint, method, at(path), outcome, outcome, outcome, outcome, **more)
