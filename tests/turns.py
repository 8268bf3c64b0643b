"""Taking turns where several processes share the tests: most run side by side, those that hold a clock run alone.

Two files that are there anyway serve as locks, so that a run which is killed leaves nothing behind.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_SH, LOCK_UN, flock
from pathlib import Path

DOOR, ROOM = Path(__file__), Path(__file__).with_name("__init__.py")


@contextmanager
def turn(*, alone: bool) -> Iterator[None]:
    """Wait for this test's turn and hold it; where one process runs all tests there is nothing to wait for."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        yield
        return
    with DOOR.open() as door, ROOM.open() as room:
        flock(door, LOCK_EX)  # who waits to be alone stands in the door, so that nobody else goes in before
        flock(room, LOCK_EX if alone else LOCK_SH)
        flock(door, LOCK_UN)
        yield
