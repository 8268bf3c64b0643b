"""Put on a server's path by tests/faults: kills the process at one exact moment of its work.

TOOLKIT_DIE says when, counted over the posts of this life: "statement:12" before the 12th statement, "before:3"
before the 3rd commit reaches the database, "after:3" after it, before anybody is told.
With TOOLKIT_WATCHED strace may come in.
"""

import ctypes
import os
import signal
from typing import Any

_plan = os.environ.pop("TOOLKIT_DIE", "")


def _arm(moment: str, left: int) -> None:
    from flask import has_request_context, request
    from sqlalchemy import event
    from sqlalchemy.engine import Engine
    from sqlalchemy.orm import Session

    def count(*_: Any, **__: Any) -> None:
        nonlocal left
        if has_request_context() and request.method == "POST":
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    if moment == "after":
        event.listen(Session, "after_commit", count)
    else:
        event.listen(Engine, {"statement": "before_cursor_execute", "before": "commit"}[moment], count)


if os.environ.pop("TOOLKIT_WATCHED", ""):
    ctypes.CDLL(None).prctl(0x59616D61, -1, 0, 0, 0)  # PR_SET_PTRACER: where only parents may look, anybody may
if _plan:
    _arm(_plan.partition(":")[0], int(_plan.partition(":")[2]))
