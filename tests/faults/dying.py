"""A process that kills itself at one exact moment of the command that it runs.

A plan is "module:name:before:3" or "module:name:after:1": before or after the third or first call of a function.
"""

import functools
import importlib
import os
import signal
from typing import Any


def arm(plan: str) -> None:
    """Wrap the function that the plan names."""
    module, name, moment, count = plan.split(":")
    holder: Any = importlib.import_module(module)
    *way, last = name.split(".")
    for step in way:
        holder = getattr(holder, step)
    real, left = getattr(holder, last), int(count)

    @functools.wraps(real)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0 and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*args, **kwargs)
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(holder, last, wrapped)
