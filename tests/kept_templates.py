"""Templates, compiled once for all the sites that tests make; only a new or changed one is compiled again."""

from typing import ClassVar

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class _Kept(BytecodeCache):
    """In memory, by name and place; Jinja itself sees by a check sum whether the text is still the same."""

    kept: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


def keep() -> None:
    """Let every site of this process share them."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Kept()}
