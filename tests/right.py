"""The right answers of the shipped bank, read from its files: what a test needs to pass or to fail on purpose."""

from functools import lru_cache
from typing import Any

import yaml
from sqlalchemy import Engine, text

from toolkit import db, paths


@lru_cache
def bank() -> dict[str, Any]:
    """Map item keys to items; read once, never changed."""
    path = paths.MODULES / "topics" / "m01" / "bank.yaml"
    return {item["key"]: item for item in yaml.load(path.read_text(), yaml.BaseLoader)["items"]}  # noqa: S506 - no types


def answer(item: dict[str, Any]) -> dict[str, Any]:
    """Give the form values of the right answer."""
    if item["type"] == "match":
        return {option["key"]: option["target"] for option in item["options"]}
    return {"choice": [option["key"] for option in item["options"] if option.get("right") == "yes"]}


def wrong(item: dict[str, Any]) -> dict[str, Any]:
    """Give the form values of a complete but wrong answer."""
    if item["type"] == "match":
        targets = [target["key"] for target in item["targets"]]
        return {o["key"]: targets[(targets.index(o["target"]) + 1) % len(targets)] for o in item["options"]}
    return {"choice": [next(option["key"] for option in item["options"] if option.get("right") != "yes")]}


def asked(engine: Engine, attempt: str) -> list[dict[str, Any]]:
    """List the items of an attempt in their order."""
    items = bank()
    with db.read_session(engine) as session:
        keys = session.execute(
            text(
                "select i.item_key from attempt_items i join attempts a on a.id = i.attempt_id "
                "where a.key = :key order by i.n"
            ),
            {"key": attempt},
        )
        return [items[key] for (key,) in keys]
