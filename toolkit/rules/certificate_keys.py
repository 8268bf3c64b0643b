"""The law of signing keys: which states a key can have, how one follows another, and what each still proves.

The surprise: a compromised key proves nothing by itself any more. A paper that it signed counts only when the site
noted that very signature before the key was compromised.
"""

from datetime import datetime
from enum import StrEnum


class KeyState(StrEnum):
    """What a public key is still good for; compromised: since the day given beside it."""

    ACTIVE = "active"
    RETIRED = "retired"
    COMPROMISED = "compromised"


def may_sign(state: KeyState | None) -> bool:
    """Sign with the active key only; None is a key that the site has not yet taken over."""
    return state is KeyState.ACTIVE


def may_retire(state: KeyState) -> bool:
    """Retire the active key only: a retired one is retired, a compromised one never becomes harmless again."""
    return state is KeyState.ACTIVE


def may_be_since(since: datetime, now: datetime) -> bool:
    """Take any moment up to now for the start of a compromise; a key cannot be stolen in the future."""
    return since <= now


def proves(state: KeyState, since: datetime, noted_at: datetime | None) -> bool:
    """Say whether a right signature by this key still proves that the site gave the paper.

    ``since``: when the key's state began. ``noted_at``: when the site noted this very signature in its audit log,
    None when it never did. Signatures of active and retired keys prove it by themselves.
    """
    if state is KeyState.COMPROMISED:
        return noted_at is not None and noted_at < since
    return True
