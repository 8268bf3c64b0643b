"""What every site of the tests would make anew and exactly alike, made once: compiled templates and addresses."""

from collections.abc import Callable
from typing import Any, ClassVar

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule


class _Templates(BytecodeCache):
    """In memory, by name and place; Jinja itself sees by a check sum whether the text is still the same."""

    kept: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


def _addresses() -> Callable[..., Callable[..., Any]]:
    """Keep the functions that write addresses: of a rule's text and defaults alone, and most of what a site costs."""
    really, kept = Rule._compile_builder, dict[tuple[object, ...], Callable[..., Any]]()

    def builder(rule: Rule, *more: object) -> Callable[..., Any]:
        key = (rule.rule, tuple(rule._trace), repr(rule.defaults), more)
        if key not in kept:
            kept[key] = really(rule, *more)
        return kept[key]

    return builder


def keep() -> None:
    """Let every site of this process share them."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Templates()}
    Rule._compile_builder = _addresses()
