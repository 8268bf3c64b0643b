"""A visitor without JavaScript: reads forms out of pages and sends them, as a browser would."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


@dataclass
class FoundForm:
    """One form of a page: where it goes and what it would send untouched."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)
    text: str = ""
    id: str = ""


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[FoundForm] = []
        self._open: FoundForm | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = FoundForm(a.get("action", ""), a.get("method", "get").lower(), id=a.get("id", ""))
            self.forms.append(self._open)
        elif self._open is not None and tag == "input" and a.get("name"):
            kind = a.get("type", "text")
            if kind in {"radio", "checkbox"}:
                self._open.options.setdefault(a["name"], []).append(a["value"])
                if "checked" in a:
                    self._open.fields.setdefault(a["name"], []).append(a["value"])
            else:
                self._open.fields.setdefault(a["name"], []).append(a.get("value", ""))
        elif self._open is not None and tag == "option":
            self._open.options.setdefault("country", []).append(a.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self._open.text += " ".join(data.split()) + " "


def forms(html: str) -> list[FoundForm]:
    """List the forms of a page."""
    parser = _Forms()
    parser.feed(html)
    return parser.forms


class Visit:
    """One visitor with her own cookies."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.at = "/"
        self.page: TestResponse | None = None

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        """Open a page and remember it."""
        self.at = path.split("#", maxsplit=1)[0]
        self.page = self.client.get(self.at, headers={"Accept": "text/html"}, **kwargs)
        return self.page

    def form(self, *, having: str = "", action: str | None = None) -> FoundForm:
        """Find the form with this field, id or text (or address) on the page she is at."""
        assert self.page is not None
        for found in forms(self.page.text):
            known = having in found.fields or having in found.options or having in found.text or found.id == having
            if known and (action is None or found.action.split("#")[0] == action):
                return found
        raise AssertionError(f"no form with {having!r} at {self.at}")

    def send(self, found: FoundForm, values: dict[str, Any] | None = None, *, follow: bool = True) -> TestResponse:
        """Send a form with these values; follow the redirect as a browser does."""
        to = found.action.split("#")[0] or self.at
        answer = self.client.post(to, data={**found.fields, **(values or {})}, headers={"Accept": "text/html"})
        if follow and answer.status_code in {302, 303}:
            return self.get(answer.location)
        self.page = answer if "html" in (answer.content_type or "") else self.page
        return answer

    def start(self, lang: str = "en", *, shared: bool = False) -> TestResponse:
        """Press Start on the course page."""
        self.get(f"/{lang}/courses/basics")
        return self.send(self.form(having="device"), {"device": "shared" if shared else "own"})

    def start_quiz(self, lang: str = "en") -> str:
        """Start the final quiz; give the attempt's key."""
        self.get(f"/{lang}/courses/basics/quiz")
        self.send(self.form(having="key", action=""))
        return self.at.rsplit("/", 1)[1]
