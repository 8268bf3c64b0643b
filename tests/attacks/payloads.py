"""What is typed to make a page run a script or show a strange element, and the places where somebody can type it.

A payload that runs calls ``probe()`` or sets ``window.__x``; each element that one brings along is called "probe".
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from flask import Flask
from werkzeug.test import TestResponse

from tests.attacks.people import PASSWORD, People
from tests.web import world
from toolkit import db
from toolkit.models.letters import Letter

RUN = "__x=1"
# Each of these runs in a page that puts it in as it stands, between tags or into an attribute (the test holds that).
LIVE = [
    f"<script>{RUN}</script>",
    f"<SCRIPT title=probe>{RUN}</SCRIPT >",
    f"</title><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>",
    f"</style><script>{RUN}</script>",
    f"--><script>{RUN}</script><!--",
    f"]]><script>{RUN}</script>",
    f"<img title=probe src=x: onerror={RUN}>",
    f"<svg title=probe onload={RUN}>",
    f"<svg title=probe onload={RUN} />",
    f"<body title=probe onpageshow={RUN}>",
    f"<details title=probe open ontoggle={RUN}>",
    f"<input title=probe autofocus onfocus={RUN}>",
    f"<video title=probe><source onerror={RUN}></video>",
    f"<iframe title=probe onload=parent.{RUN}>",
    f"<iframe title=probe srcdoc='<script>parent.{RUN}</script>'>",
    f"<svg><style><img title=probe src=x: onerror={RUN}></style>",
    f"<style title=probe onload={RUN}></style>",
    f'"><img title=probe src=x: onerror={RUN}>',
    f"'><img title=probe src=x: onerror={RUN}>",
    f'" autofocus onfocus={RUN} title="probe',
    f"' autofocus onfocus={RUN} title='probe",
    "<img title=probe src=x: onerror=&#95;&#95;x=1>",
    f"<a title=probe autofocus tabindex=1 onfocus={RUN}>x",
    f"<audio title=probe src=x: onerror={RUN}>",
]
# These show or fetch something strange where a page is careless; none runs by itself.
QUIET = [
    f"<math><mtext><table><mglyph><style><!--</style><img title=probe src onerror={RUN}>",
    "{{7*7777777}}",
    "{% set x = 7*7777777 %}{{x}}",
    "${7*7777777} #{7*7777777} <%= 7*7777777 %>",
    "%(name)s %s {0} {name}",
    "javascript:__x=1",
    "jAvAsCrIpT&colon;__x=1",
    "data:text/html,<script>parent.__x=1</script>",
    "<a title=probe href=javascript:__x=1>x</a>",
    "<form title=probe action=//evil.example><button>x",
    "<base title=probe href=//evil.example/>",
    "<link title=probe rel=stylesheet href=//evil.example/x.css>",
    "<meta title=probe http-equiv=refresh content=0;url=//evil.example>",
    "<style>*{background:url(//evil.example/x)}</style>",
    '" style="background:url(//evil.example/x)" title="probe',
    "&lt;img title=probe src=x: onerror=__x=1&gt;",
    "%3Cimg%20title=probe%20src=x:%20onerror=__x=1%3E",
    "\\u003cscript\\u003e__x=1\\u003c/script\\u003e",
    "<noscript><p title='</noscript><img title=probe src=x: onerror=__x=1>'>",
    "**bold** [x](javascript:__x=1) ![x](//evil.example/x)",
    "\ue002 \ue003 \ue004main\ue005 \ue000form\ue001 \ue006",
    "\u202e<b title=probe>",
    '=HYPERLINK("//evil.example")',
    "+1+1 -1 @SUM(1) \t=1",
    '#link("http://evil.example")[x] $x$ `x`',
]
EVERY = LIVE + QUIET
TEMPLATE_RAN = str(7 * 7777777)
_CUT = 400  # where the site cuts what is typed into one line


@dataclass(frozen=True)
class Shown:
    """A document that somebody gets to see: from where, its bytes and headers, and what must stand in it as text."""

    where: str
    body: bytes
    headers: dict[str, str]
    says: tuple[str, ...] = ()


def bundles() -> list[str]:
    """Join the payloads to as few texts as fit into a line that is typed; the probe is tried with these, too."""
    made = [""]
    for payload in EVERY:
        if len(made[-1]) + len(payload) > _CUT:
            made.append("")
        made[-1] += payload
    return made


def unsafe(payload: str, where: str) -> bytes:
    """Write a page that puts a payload in as it stands: between tags, or into an attribute of either quotes."""
    holes = {"text": "<div>{}</div>", "double": '<input value="{}">', "single": "<input value='{}'>"}
    holes |= {"title": "<title>{}</title>", "area": "<textarea>{}</textarea>", "style": "<style>{}</style>"}
    holes |= {"comment": "<!-- {} -->"}
    return f"<!doctype html><meta charset=utf-8><body>{holes[where].replace('{}', payload)}".encode()


HOLES = ("text", "double", "single", "title", "area", "style", "comment")


def shown(answer: TestResponse, where: str, *says: str) -> Shown:
    """Keep an answer as a document."""
    headers = {name.lower(): value for name, value in answer.headers if name.lower() != "content-length"}
    return Shown(where, answer.data, headers, says)


def typed_again(people: People, payload: str, *, late: bool = True) -> Iterator[Shown]:
    """Type a payload into every form that shows it again, and into every address that stands in a page.

    ``late``: also with tokens that no longer hold.
    """
    listing, law = "/en/admin/listings/cy-1460", "/en/admin/opening/law"
    paper = people.at("/en/admin/certificates/{code}", "guest")
    code = people.names["guest.code"]
    posts = [
        ("guest", "/en/resume", {"code": payload}),
        ("guest", "/en/verify", {"code": payload}),
        ("guest", "/en/verify", {"payload": payload}),
        ("guest", f"/en/verify/{code}", {"name": payload}),
        ("guest", f"/en/certificates/{code}", {"name": payload}),
        ("guest", "/en/reports/m01/1-1/b2", {"text": payload + "x" * 1000}),
        ("anonymous", "/en/sign-in", {"name": payload, "password": payload, "device": payload}),
        ("guest", "/en/sign-in/new", {"name": payload, "email": payload, "new": payload, "again": payload}),
        ("guest", "/en/sign-in/forgotten", {"code": payload, "new": PASSWORD, "again": PASSWORD}),
        ("guest", "/en/sign-in/message", {"address": payload, "name": "register"}),
        ("guest", "/en/sign-in/message", {"address": payload, "name": "reset"}),
        ("account", "/en/account/name", {"name": payload + "x" * 1000}),
        ("account", "/en/account/user-name", {"name": payload, "password": PASSWORD}),
        ("account", "/en/account/e-mail", {"email": payload, "password": PASSWORD}),
        ("admin", law, {"who": payload, "on": payload}),
        ("admin", listing, {"action": "confirm", "who": payload, "on": payload, "how": payload}),
        ("admin", listing, {"action": "propose", "field": "web", "new": payload}),
        ("admin", listing, {"action": "propose", "field": payload, "new": payload}),
        ("admin", paper, {"action": "ask", "reason": "other", "note": payload}),
        ("admin", paper, {"action": payload, "reason": payload, "note": payload}),
        ("admin", "/en/admin/courses/basics", {"mode": payload}),
    ]
    for role, path, fields in posts:
        for token in [people.tokens[role], "another device"][: 1 + late]:
            data = {**world.fields(people.app, token), **fields}
            answer = people.client(role).post(path, data=data)
            yield shown(answer, f"POST {path} {sorted(fields)} {answer.status_code}")
    asked = quote(payload)
    for role, path in (
        ("admin", f"/en/admin/audit?action={asked}&about={asked}&by={asked}&from={asked}&to={asked}&before={asked}"),
        ("admin", f"/en/admin/audit?about={asked}&by={asked}"),
        ("admin", f"/en/admin/audit/check?head={asked}&after={asked}&faults={asked}"),
        ("admin", f"/en/admin/certificates?code={asked}"),
        ("admin", f"/en/admin/courses?changed={asked}&was={asked}"),
        ("admin", f"/en/admin/directory?show={asked}"),
        ("admin", f"/en/admin/reports?show={asked}&before={asked}"),
        ("account", f"/en/account?done={asked}"),
        ("guest", f"/en/{asked}"),
        ("guest", f"/{asked}"),
        ("guest", f"/en/verify/{code}%E2%80%8B?x={asked}#{asked}"),
        ("guest", f"/en/courses/basics/{asked}"),
    ):
        yield shown(people.client(role).get(path), f"GET {path}")
    client = people.client("guest")
    for name in ("lang", "country"):
        client.set_cookie(name, asked)
    yield shown(client.get("/en/help", headers={"Accept-Language": payload.encode().decode("latin-1")}), "cookies")


def kept(people: People) -> Iterator[Shown]:
    """Type every payload into every field that keeps what was typed; give the pages that show it then."""
    listing, paper = "/en/admin/listings/cy-1460", people.at("/en/admin/certificates/{code}", "guest")
    how = {"how": "phone"}
    for payload in EVERY:
        contacts = re.findall(r'name="contacts" value="(\w+)"', people.client("admin").get(listing).text)[0]
        for role, path, fields in (
            ("guest", "/en/reports/m01/1-1/b2", {"text": payload}),
            ("admin", paper, {"action": "withdraw", "reason": "other", "note": payload}),
            ("admin", paper, {"action": "take-back"}),
            ("admin", "/en/admin/opening/law", {"who": payload, "on": today(), "action": "done"}),
            ("admin", listing, {"action": "confirm", "who": payload, "on": today(), **how, "contacts": contacts}),
            ("account", "/en/account/name", {"name": payload}),
        ):
            data = {**world.fields(people.app, people.tokens[role]), **fields}
            answer = people.client(role).post(path, data=data)
            assert answer.status_code in {303, 422}, (path, payload, answer.status_code)
            if answer.status_code == 303 and role == "account":
                yield shown(people.client(role).get("/en/account"), "account", payload)
            if answer.status_code == 303 and "opening" in path:
                yield shown(people.client(role).get("/en/admin"), "admin start", payload)


def today() -> str:
    """Give a day on which something may have been done."""
    return datetime.now(UTC).date().isoformat()


def of_admin(people: People) -> Iterator[Shown]:
    """Give every page of the administration that shows what others have typed."""
    for path in ("reports", "audit", "opening/law", "", "listings/cy-1460", "directory/cy", "directory?show=changes"):
        yield shown(people.client("admin").get(f"/en/admin/{path}".rstrip("/")), f"admin {path}")
    yield shown(people.client("admin").get(people.at("/en/admin/certificates/{code}", "guest")), "admin certificate")


def own_file(people: People, lang: str = "en") -> tuple[bytes, dict[str, object]]:
    """Give the page in "everything about me", and its other files read."""
    packed = people.client("account").get(f"/{lang}/account/data.zip").data
    with zipfile.ZipFile(io.BytesIO(packed)) as file:
        files = {name.rpartition("/")[2]: file.read(name) for name in file.namelist()}
    return files.pop("index.html"), {name: json.loads(body) for name, body in files.items()}


def letters(app: Flask) -> Iterator[Shown]:
    """Give the HTML of each letter that waits, and of each template with a payload in all that it is handed."""
    render = app.extensions["render_letter"]
    with db.read_session(app.extensions["engine"]) as session:
        rows = [(row.template, row.language, dict(row.params or {})) for row in session.query(Letter)]
    templates = ("register", "known", "confirm", "reset", "unknown", "changed", "ending", "report")
    said = "".join(EVERY)
    rows += [
        (template, lang, {"link": f"https://learning.example.org/{said}", "day": said})
        for template in templates
        for lang in ("en", "el")
    ]
    for template, lang, params in rows:
        _subject, _text, html = render(template, lang, params)
        yield Shown(f"mail {template}", html.encode(), {"content-type": "text/html; charset=utf-8"})


def as_text(payload: str) -> str:
    """Give a payload as a browser shows it: without our marks and signs that cannot be seen, white space made one."""
    return " ".join(
        "".join(sign for sign in payload if (sign.isprintable() and sign != "\ufffd") or sign.isspace()).split()
    )


def strings(said: object) -> str:
    """Give all texts in what was read from JSON, one on a line."""
    if isinstance(said, dict):
        return "\n".join(strings(value) for value in said.values())
    return "\n".join(map(strings, said)) if isinstance(said, list) else str(said)
