"""The base of all forms: shape only (what is law is in rules), in the reader's language, empty fields kept as typed."""

from collections.abc import Callable
from typing import Any

from flask import Response, request
from wtforms import Form as WtForm
from wtforms import RadioField, StringField

TYPED_LIMIT = 400  # far beyond any code or name; what is longer is cut: no person typed it
# The private-use signs that mark places in our pages (frame.py, rendering.py): typed, they are signs that nobody has.
_OUR_MARKS = dict.fromkeys(range(0xE000, 0xE010), "\ufffd")


def _typed(value: str | None) -> str | None:
    return value and value[:TYPED_LIMIT].translate(_OUR_MARKS)


class Form(WtForm):
    """A form filled from this request's post."""

    @classmethod
    def posted(cls, **kwargs: Any) -> "Form":  # noqa: ANN401 - as wtforms
        """Fill the form from this request."""
        return cls(request.form, **kwargs)


class DeviceForm(Form):
    """Whose device is it? Where nothing sensible was sent, the careful answer: others use it."""

    device = RadioField(choices=["own", "shared"], validate_choice=False)

    @property
    def shared(self) -> bool:
        """True unless she said that the device is hers."""
        return bool(self.device.data != "own")


class ResumeForm(DeviceForm):
    """A resume code and whose device it is."""

    code = StringField(filters=[_typed])


class NameForm(Form):
    """The name for a certificate; ``action`` says whether it corrects the one before."""

    name = StringField(filters=[_typed])
    action = StringField()


class CodeForm(Form):
    """A certificate's code, or the payload of its square code."""

    code = StringField(filters=[_typed])
    payload = StringField(filters=[_typed])


# Pages that show their form again with what was typed when its token no longer holds: endpoint -> page(text, **args).
RETYPED: dict[str, Callable[..., Response]] = {}


def client_key() -> str:
    """Give the client key of this post."""
    return request.form.get("key", "")
