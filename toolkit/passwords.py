"""Passwords: argon2id, at most two at once, so that signing in never takes the machine.

A third one waits for its turn. Nobody hashes inside a database transaction: the pages see to that (web/sign_in.py).
"""

import ctypes
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from toolkit.config import LEAST_PASSWORD_MEMORY_MIB, LEAST_PASSWORD_ROUNDS

AT_ONCE = 2
_KIB = 1024
_TURNS = BoundedSemaphore(AT_ONCE)
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # malloc.h
_LARGE = 1024 * _KIB

# glibc keeps freed memory for each thread; four threads that have hashed once would hold 76 MiB for good. Pieces this
# large go back to the system at once when the threshold is fixed. One arena for all threads: only one of them runs at a
# time, and an arena each costs about 10 MB. Elsewhere than on glibc there is nothing to set.
with suppress(AttributeError, OSError, TypeError):
    ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)
    ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


@dataclass(frozen=True)
class Cost:
    """What one hash costs: memory in MiB, and rounds over it."""

    memory_mib: int = LEAST_PASSWORD_MEMORY_MIB
    rounds: int = LEAST_PASSWORD_ROUNDS


def hashed(password: str, cost: Cost) -> str:
    """Give what is kept of a password: an argon2id hash with its own salt and parameters."""
    with _TURNS:
        return _hasher(cost).hash(password)


def fits(kept: str, password: str) -> bool:
    """Say whether this is the password of which the hash was kept."""
    with _TURNS:
        try:
            return _hasher(Cost()).verify(kept, password)  # the parameters are those in the hash
        except (VerificationError, InvalidHashError):
            return False


@lru_cache(maxsize=4)
def nobodys(cost: Cost) -> str:
    """Give a hash that no password fits, as dear as anybody's: compared with where a name is unknown."""
    # A made-up salt and digest of the right lengths; making a real one would cost the first visitor a hash more.
    memory = cost.memory_mib * _KIB
    return f"$argon2id$v=19$m={memory},t={cost.rounds},p=1${'A' * 22}${'A' * 43}"


def outgrown(kept: str, cost: Cost) -> bool:
    """Say whether a kept hash is cheaper than hashes are now, so that it is made again at the next sign-in."""
    found = extract_parameters(kept)
    return found.type is not Type.ID or found.memory_cost < cost.memory_mib * _KIB or found.time_cost < cost.rounds


def _hasher(cost: Cost) -> PasswordHasher:
    return PasswordHasher(time_cost=cost.rounds, memory_cost=cost.memory_mib * _KIB, parallelism=1, type=Type.ID)
