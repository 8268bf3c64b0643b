"""The right answers of the shipped bank, read from its files: what a test needs to pass or to fail on purpose."""

from functools import lru_cache
from typing import Any

import yaml
from sqlalchemy import Engine, text

from toolkit import db, paths


@lru_cache
def banks() -> dict[tuple[str, str], dict[str, Any]]:
    """Map modules and item keys to the items of all shipped banks; read once, never changed."""
    found = {}
    for path in sorted((paths.MODULES / "topics").glob("*/bank.yaml")):
        bank = yaml.load(path.read_text(), yaml.BaseLoader)  # noqa: S506 - no types
        found |= {(bank["module"], item["key"]): item for item in bank["items"]}
    return found


def bank(module: str = "m01") -> dict[str, Any]:
    """Map item keys of one module to its items."""
    return {key: item for (of, key), item in banks().items() if of == module}


def answer(item: dict[str, Any]) -> dict[str, Any]:
    """Give the form values of the right answer."""
    if item["type"] in ("match", "order"):
        return {option["key"]: option["target"] for option in item["options"]}
    return {"choice": [option["key"] for option in item["options"] if option.get("right") == "yes"]}


def wrong(item: dict[str, Any]) -> dict[str, Any]:
    """Give the form values of a complete but wrong answer."""
    if item["type"] in ("match", "order"):
        targets = [target["key"] for target in item.get("targets", ())]
        targets = targets or [str(place) for place in range(1, len(item["options"]) + 1)]
        return {o["key"]: targets[(targets.index(o["target"]) + 1) % len(targets)] for o in item["options"]}
    return {"choice": [next(option["key"] for option in item["options"] if option.get("right") != "yes")]}


def asked(engine: Engine, attempt: str) -> list[dict[str, Any]]:
    """List the items of an attempt in their order."""
    items = banks()
    with db.read_session(engine) as session:
        keys = session.execute(
            text(
                "select i.module_key, i.item_key from attempt_items i join attempts a on a.id = i.attempt_id "
                "where a.key = :key order by i.n"
            ),
            {"key": attempt},
        )
        return [items[module, key] for module, key in keys]
