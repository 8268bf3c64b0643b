"""How a block is drawn: on the site, quietly (nothing can be sent), or on paper. A block's template gets one of these.

The surprise: on the site a mode leaves marks (private-use signs) where something belongs to the reader; see
rendering.fill.
"""

from collections.abc import Callable

from markupsafe import Markup

from toolkit.services.courses import Structure

MARK_OPEN, MARK_CLOSE = "\ue000", "\ue001"


class SiteMode:
    """A block on the site: leaves marks for what belongs to the reader."""

    name = "site"

    def __init__(self, cites: Callable[[Structure], Markup], language: str) -> None:
        self.cites = cites
        self.language = language

    def chosen(self, field: str) -> Markup:
        """Mark where data-chosen and data-ok of a field belong."""
        return _mark(f"chosen:{field}")

    def checked(self, field: str, value: str) -> Markup:
        """Mark where a chosen option says checked."""
        return _mark(f"checked:{field}:{value}")

    def reached(self, field: str) -> Markup:
        """Mark where a scene that the choices have not led to yet says hidden."""
        return _mark(f"reached:{field}")

    def opened(self, prefix: str) -> Markup:
        """Mark where a fold says open because something in it was chosen."""
        return _mark(f"opened:{prefix}")

    def form(self) -> Markup:
        """Mark where a form's tokens belong."""
        return _mark("form")

    def sum(self, field: str) -> Markup:
        """Mark where the sum of a sorter belongs."""
        return _mark(f"sum:{field}")

    def card(self, kind: str) -> Markup:
        """Mark where the card of the reader's country belongs: "all" of it, or its "anonymous" lines only."""
        return _mark(f"card:{kind}")


class PrintMode:
    """A block on paper: no forms and nobody's choices."""

    name = "print"

    def __init__(self, cites: Callable[[Structure], Markup], language: str) -> None:
        self.cites = cites
        self.language = language

    def chosen(self, field: str) -> str:  # noqa: ARG002 - one shape for all modes
        """Nothing is chosen on paper."""
        return ""

    def checked(self, field: str, value: str) -> str:  # noqa: ARG002
        """Nothing is ticked on paper."""
        return ""

    def reached(self, field: str) -> str:  # noqa: ARG002
        """Paper shows every scene."""
        return ""

    def opened(self, prefix: str) -> str:  # noqa: ARG002
        """Paper shows every fold."""
        return " open"

    def form(self) -> str:
        """There is no form on paper."""
        return ""

    def sum(self, field: str) -> str:  # noqa: ARG002
        """There is no sum on paper."""
        return ""

    def card(self, kind: str) -> str:  # noqa: ARG002
        """Whoever prints puts the country's card beside."""
        return ""


class QuietMode(PrintMode):
    """A block on a page that keeps nothing and sends nothing: every answer opens in place, as a fold."""

    name = "quiet"

    def opened(self, prefix: str) -> str:  # noqa: ARG002
        """Nothing is open before she opens it."""
        return ""

    def card(self, kind: str) -> Markup:
        """Mark where the card of the reader's country belongs."""
        return _mark(f"card:{kind}")


def _mark(what: str) -> Markup:
    return Markup(f"{MARK_OPEN}{what}{MARK_CLOSE}")  # noqa: S704 - a sign of our own, replaced by fill()
