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

from tests.attacks.people import PASSWORD, ROLES

FORM, RAW, EMPTY = "form", "raw", "empty"
LIMIT = 64 * 1024  # of a body, as the site takes it
PROBE = "'\"><svg onload=probe()>"
MARKS = [chr(sign) for sign in range(0xE000, 0xE010)]
ODD = [
    *(
        "",
        " ",
        "\0",
        "a\0b",
        "\r\nX-Injected: 1",
        "%2f",
        "%2e%2e%2f",
        "../../etc/passwd",
        "..",
        ".",
        "\\",
        "//x",
        "/\\x",
    ),
    *MARKS,
    *("\u202e", "\u2066", "\ufeff", "\u0301", "é", "Μαρία", "\U0001f600", "\ufffd", "ß" * 300, "\u0130", "٣", "²"),
    *(
        "0",
        "-1",
        "9" * 9,
        "9" * 10,
        "9" * 19,
        "9" * 5000,
        "1e9",
        "0x10",
        "1_0",
        " 1",
        "NaN",
        "None",
        "true",
        "[]",
        "{}",
    ),
    *(
        "0001-01-01",
        "9999-12-31",
        "2026-W01-1",
        "2026-02-30",
        "20261121",
        "2026-11-21T00:00",
        "0:",
        "1:00",
        f"-1:{'0' * 64}",
    ),
    *(
        PROBE,
        "{{7*7}}",
        "{% raw %}",
        "${7*7}",
        "%(site)s",
        "%s%n",
        "#set",
        "=1+1",
        "javascript:probe()",
        "a" * 500,
        "é" * 401,
    ),
    *(
        "en",
        "EN",
        "el-GR",
        "xx",
        "static",
        "admin",
        "data.zip",
        "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    ),
]
LANGS = ["en", "el", "en", "el", "en", "EN", "xx", "en-GB", "ελ", "%00", "..", ""]
# What the parts of addresses and the fields of forms hold when they are good.
PARTS = {
    "course": ["basics"],
    "module": ["m01"],
    "lesson": ["1-1"],
    "part": ["b2"],
    "key": ["{attempt}"],
    "n": ["1", "2"],
    "code": ["{code}"],
    "country": ["cy", "el"],
    "listing": ["cy-1460"],
    "task": ["law"],
    "name": ["css/desk.css"],
}
TOKENS = ["{invite}", "{register}", "{reset}", "{confirm}"]
FIELDS = {
    "action": [
        "confirm",
        "unconfirm",
        "propose",
        "accepted",
        "refused",
        "ask",
        "withdraw",
        "take-back",
        "done",
        "undo",
        "correct",
    ],
    "who": ["M.K."],
    "on": ["2026-11-02", "2.11.2026"],
    "how": ["phone", "page"],
    "contacts": ["0" * 64],
    "field": ["dial", "web", "email"],
    "new": [PASSWORD, "+357 22 000000", "https://service.example", "x@service.example"],
    "again": [PASSWORD],
    "password": [PASSWORD],
    "name": ["maria", "reset", "Maria Example"],
    "email": ["x@example.org"],
    "address": ["x@example.org"],
    "device": ["own", "shared"],
    "code": ["{code}", "00000-00000"],
    "payload": ["A" * 120],
    "mode": ["open"] * 5 + ["assigned", "hidden"],
    "reason": ["mistake", "holder"],
    "note": ["said by telephone"],
    "text": ["A word is missing."],
    "report": ["1"],
    "show": ["open", "due", "changes"],
    "before": ["5"],
    "end": ["this", "all", "0" * 16],
    "change": ["{change}"],
    "override": ["yes"],
    "sure": ["1"],
    "withdraw": ["1"],
    "country": ["cy"],
    "choice": ["a", "b"],
    "block": ["b4"],
    "last": ["b2"],
    "done": ["b2"],
    "mode[]": ["open"],
    "who[0]": ["M.K."],
    "__proto__": ["x"],
    "from": ["2026-11-01"],
    "to": ["2026-11-30"],
    "about": ["cy-1460"],
    "by": ["server"],
    "head": [f"1:{'0' * 64}"],
    "after": ["1"],
    "faults": ["1"],
    "changed": ["basics"],
    "was": ["hidden"],
    "back": ["1"],
    "corrected": ["1"],
}
# What each form asks for; drawn from FIELDS, with other fields between.
FORMS = {
    "sign_in.sign_in_post": "name password device",
    "sign_in.new_post": "name email new again device",
    "sign_in.forgotten_post": "code new again device",
    "sign_in.message_post": "name address",
    "sign_in.link_post": "new again device",
    "account.name_post": "name",
    "account.user_name_post": "name password",
    "account.email_post": "email password",
    "account.password_post": "password new again",
    "account.devices_post": "end",
    "own_data.end_post": "sure withdraw password",
    "admin.opening_post": "who on action",
    "admin_courses.course_post": "mode",
    "admin_directory.listing_post": "action who on how contacts field new change override",
    "admin_certificates.certificate_post": "action reason note",
    "reports.report_post": "text",
    "reports.listed_post": "report action show before",
    "certificates.verify_post": "code payload",
    "certificates.verified_post": "name",
    "certificates.certificate_post": "name action",
    "accounts.resume_here": "code device",
    "lessons.lesson_post": "block choice done last",
    "quizzes.answer_post": "choice",
    "help.choose": "country",
    "courses.start": "device",
}
HEADERS = {
    "Accept": ["text/html", "*/*", "x", "application/json;q=9", "a" * 3000],
    "Accept-Encoding": ["gzip", "gzip;q=0", "br, zstd", "*", "identity;q=x", "\xff", "gzip" * 500],
    "Accept-Language": ["el", "*", "el;q=x", "en-\xff", ",,;;", "x" * 3000, "el;q=9999999999", "zh-Hant-TW"],
    "Authorization": ["Bearer counts", "Bearer \xff", "Basic =", "Digest \0", "Negotiate " + "A" * 2000],
    "Range": ["bytes=0-", "bytes=-1", "bytes=9-1", "bytes=0-1,5-6", "x=1", "bytes=" + "0-1," * 500],
    "If-None-Match": ["*", '"x"', 'W/"', "x" * 2000],
    "If-Modified-Since": ["Sat, 21 Nov 2026 00:00:00 GMT", "yesterday", "99999999999999999999", "Sat, 99 Xyz 9999"],
    "If-Match": ["*", '"x"'],
    "If-Range": ['"x"', "\xff"],
    "Sec-Fetch-Site": ["same-origin", "none", "cross-site", "\xff"],
    "Origin": ["http://localhost", "null", "http://[", "http://evil.example", "\xff", "file://"],
    "Referer": ["http://localhost/en/", "http://[::1", "//x", "\xff" * 50],
    "X-HTTP-Method-Override": ["DELETE"],
    "X-Forwarded-For": ["127.0.0.1, \xff"],
    "X-Forwarded-Prefix": ["//evil.example"],
    "Expect": ["100-continue", "x"],
    "Content-Encoding": ["gzip", "x"],
    "Transfer-Encoding": ["chunked"],
    "User-Agent": ["", "x" * 3000, "\xff", "() { :; }"],
}
KINDS = [
    *(
        "text/plain",
        "text/html",
        "application/json",
        "application/json; charset=utf-7",
        "application/xml",
        "x",
        "/",
        ";;",
    ),
    *("multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\xff", "multipart/mixed"),
    *(
        f"multipart/form-data; boundary={'b' * 300}",
        "multipart/form-data; boundary=B",
        "application/x-www-form-urlencoded",
    ),
    *("application/x-www-form-urlencoded; charset=utf-16", "application/x-www-form-urlencoded; charset=x"),
]
COOKIES = ["lang", "country", "left", "device", "__Host-device", "session", "remember_token", "csrf", ""]
METHODS = ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "get", "X", "PROPFIND"]
HOSTS = ["localhost", "127.0.0.1:8000", "[::1]", "evil.example", "localhost:x", "", "[", "127.0.0.1@evil.example"]

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
        headers=tuple(_pairs(draw, HEADERS, st.integers(0, 3), HEADERS["User-Agent"])),
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
        return False, (), draw(st.sampled_from(_RAW)), draw(st.sampled_from(KINDS))
    return False, (), b"", None


_RAW = [
    *(b"", b"\xff\xfe\x00", b"{", b"[" * 5000, b'{"csrf": {}}', b"csrf=%", b"csrf&key&&=;=", b"csrf=\xff&key=\xff"),
    *(b"--B\r\n\r\n", b"--B--", b"--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--\r\n", b"--\xff\r\n\r\n"),
    b'--B\r\nContent-Disposition: form-data; name="who"; filename="../x"\r\nContent-Type: \xff\r\n\r\n\0\r\n--B--\r\n',
    b'--B\r\nContent-Disposition: form-data; name="\xff"\r\nContent-Transfer-Encoding: base64\r\n\r\n====\r\n--B--\r\n',
    b"--B\r\n" + b"X: y\r\n" * 5000 + b"\r\n",
    b"a=" + b"%00" * 2000,
    b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><x>&a;</x>",
    b"x" * (LIMIT + 1),
]
