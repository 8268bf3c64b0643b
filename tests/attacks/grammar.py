"""The grammar of malformed requests: every route, every part of a request sometimes good, sometimes odd.

Most of them carry a token that holds and somebody's device, so that the pages themselves have to cope.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from hypothesis import strategies as st
from werkzeug.routing import Rule

from tests.attacks.odd import (
    COOKIES,
    EMPTY,
    FIELDS,
    FORM,
    FORMS,
    HEADERS,
    HOSTS,
    KINDS,
    LANGS,
    LIMIT,
    METHODS,
    ODD,
    PARTS,
    RAW,
    RAW_BODIES,
    TOKENS,
)
from tests.attacks.people import ROLES

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, repr=False)
class Asked:
    """One request as it is to be made; {places} in path and fields stand for keys of the part that sends it."""

    role: str
    method: str
    path: str
    query: str
    headers: Pairs
    cookies: Pairs
    formed: bool  # a form of ``fields``; else ``raw`` is the body
    fields: Pairs
    raw: bytes
    kind: str | None
    signed: bool  # carries a token and a client key that hold
    host: str

    def _repr_pretty_(self, printer: Any, _cycle: object) -> None:
        printer.text(repr(self))

    def __repr__(self) -> str:
        """Say it in one line, long parts cut; the seed makes it again."""
        body = [f"{name}={value[:60]!r}" for name, value in self.fields[:9]] if self.formed else [repr(self.raw[:60])]
        address = f"{self.role}{'*' * self.signed} {self.method} {self.path[:200]}?{self.query[:300]}"
        head = [f"{name}: {value[:60]!r}" for name, value in (*self.headers, *self.cookies, ("Host", self.host))]
        return f"{address} | {' & '.join(body)} | {self.kind} | {'; '.join(head)}"


def _often(good: Sequence[Any], odd: Sequence[Any], times: int = 4) -> st.SearchStrategy[Any]:
    """Draw mostly something good."""
    every = [*good, *odd]
    at = st.integers(0, (times + 1) * len(odd) - 1)
    return at.map(lambda n: odd[n] if n < len(odd) else good[n % len(good)] if good else every[n % len(every)])


@st.composite
def requests(draw: st.DrawFn, rules: Sequence[Rule]) -> Asked:
    """Draw a request to one of these routes."""
    rule = draw(st.sampled_from(rules))
    method = draw(_often(sorted((rule.methods or {"GET"}) - {"HEAD", "OPTIONS"}), METHODS, 9))
    form = draw(st.sampled_from([FORM] * 9 + [RAW, EMPTY] if method == "POST" else [FORM, RAW, EMPTY, EMPTY]))
    formed, fields, raw, kind = _body(draw, form, FORMS.get(rule.endpoint, "").split())
    roles = ["admin"] * 9 if "/admin" in rule.rule else ["guest", "account", "account", "admin"]
    return Asked(
        role=draw(st.sampled_from([*ROLES, *roles])),
        method=method,
        path=_path(draw, rule.rule),
        query=_query(draw),
        headers=tuple(_pairs(draw, HEADERS, st.sampled_from([0, 0, 0, 1, 3]), HEADERS["User-Agent"])),
        cookies=tuple(
            (draw(st.sampled_from(COOKIES)), draw(st.sampled_from(ODD)))
            for _ in range(draw(st.sampled_from([0] * 9 + [1, 2])))
        ),
        formed=formed,
        fields=fields,
        raw=raw,
        kind=kind,
        signed=draw(st.integers(0, 9)) > 0,
        host=draw(_often(HOSTS[:1], HOSTS[1:], 20)),
    )


def _path(draw: st.DrawFn, rule: str) -> str:
    def part(found: re.Match[str]) -> str:
        name = found[1]
        if name == "lang":
            return str(draw(_often(["en", "el"], LANGS, 9)))
        good = TOKENS if name == "token" else PARTS.get(name, ["1"])
        value = str(draw(_often(good, ODD, 6)))
        return value if value.startswith("{") and value.endswith("}") else quote(value, safe="%")

    path = re.sub(r"<(?:\w+:)?(\w+)>", part, rule)
    twist = draw(st.sampled_from([0] * 20 + [1, 2, 3, 4, 5]))
    return [path, f"{path}/", f"/{path}", f"{path}%00", path.upper(), f"{path};x=1"][twist]


def _query(draw: st.DrawFn) -> str:
    count = draw(st.sampled_from([0, 0, 0, 1, 2, 4]))
    pairs = _pairs(draw, FIELDS, st.just(count), ODD)
    end = draw(st.sampled_from([""] * 40 + ["%", "%ff", "&&&=", "?" * 50, "a" * 4000, "%ED%A0%80", "=", "\xff"]))
    return urlencode(pairs) + end


def _pairs(
    draw: st.DrawFn, known: dict[str, list[str]], count: st.SearchStrategy[int], odd: Sequence[str]
) -> list[tuple[str, str]]:
    names = st.sampled_from(sorted(known))
    return [(name, draw(_often(known[name], odd, 2))) for name in (draw(names) for _ in range(draw(count)))]


def _body(
    draw: st.DrawFn, form: str, asks: Sequence[str]
) -> tuple[bool, tuple[tuple[str, str], ...], bytes, str | None]:
    """Draw a form (mostly), a form of several parts, or something that only says so."""
    if form == FORM:
        pairs = [(name, draw(_often(FIELDS[name], ODD, 6))) for name in asks]
        pairs += _pairs(draw, FIELDS, st.sampled_from([0, 0, 0, 1, 3, 7]), ODD)
        if draw(st.integers(0, 19)) == 0:
            size = draw(st.sampled_from([4000, LIMIT - 2000, LIMIT + 1, 3 * LIMIT]))
            pairs.append((draw(st.sampled_from(sorted(FIELDS))), draw(st.sampled_from("aé\0%")) * size))
        if draw(st.integers(0, 39)) == 0:
            pairs += [(f"f{n}", "x") for n in range(draw(st.sampled_from([150, 1500])))]
        return True, tuple(pairs), b"", draw(st.sampled_from([None, None, None, "multipart"]))
    if form == RAW:
        return False, (), draw(st.sampled_from(RAW_BODIES)), draw(st.sampled_from(KINDS))
    return False, (), b"", None
