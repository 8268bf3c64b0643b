"""The base of all forms: shape only (what is law is in rules), in the reader's language, empty fields kept as typed."""

from collections.abc import Callable
from typing import Any

from flask import Response, request
from wtforms import Form as WtForm
from wtforms import RadioField, StringField

TYPED_LIMIT = 400  # far beyond any code or name; what is longer is cut: no person typed it
TOLD_LIMIT = 4000  # of a longer text: beyond what is taken, so that she can shorten it herself
# The private-use signs that mark places in our pages (frame.py, rendering.py): typed, they are signs that nobody has.
_OUR_MARKS = dict.fromkeys(range(0xE000, 0xE010), "\ufffd")


def _typed(value: str | None) -> str | None:
    return value and value[:TYPED_LIMIT].translate(_OUR_MARKS)


def _told(value: str | None) -> str | None:
    return value and value[:TOLD_LIMIT].translate(_OUR_MARKS)


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


class AccountForm(DeviceForm):
    """All that the pages of signing in and of an account ask for; each shows some of it."""

    name = StringField(filters=[_typed])
    email = StringField(filters=[_typed])
    address = StringField(filters=[_typed])
    code = StringField(filters=[_typed])
    password = StringField()
    new = StringField()
    again = StringField()

    @property
    def typed(self) -> dict[str, str]:
        """Give what is shown again after a refusal: everything but passwords."""
        return {field: self[field].data or "" for field in ("name", "email", "address", "code", "device")}


class NameForm(Form):
    """The name for a certificate; ``action`` says whether it corrects the one before."""

    name = StringField(filters=[_typed])
    action = StringField()


class CodeForm(Form):
    """A certificate's code, or the payload of its square code."""

    code = StringField(filters=[_typed])
    payload = StringField(filters=[_typed])


class ReportForm(Form):
    """What is wrong in a text."""

    text = StringField(filters=[_told])


class DeedForm(Form):
    """Who did something and on which day; ``how`` for a confirmation, ``action`` for what the button says."""

    who = StringField(filters=[_typed])
    on = StringField(filters=[_typed])
    how = StringField(filters=[_typed])
    action = StringField()


class ContactForm(Form):
    """Another number, link or mail address for a listing."""

    field = StringField(filters=[_typed])
    new = StringField(filters=[_typed])


class WithdrawalForm(Form):
    """Why a certificate is withdrawn; ``action``: ask, withdraw or take-back."""

    reason = StringField(filters=[_typed])
    note = StringField(filters=[_typed])
    action = StringField()


# Pages that show their form again with what was typed when its token no longer holds: endpoint -> page(text, **args).
RETYPED: dict[str, Callable[..., Response]] = {}


def query(name: str) -> str:
    """Give a value of the address as a field of a form would have it: cut, and without our marks."""
    return _typed(request.args.get(name, "")) or ""


def retyped() -> dict[str, str]:
    """Give all that was posted, to be shown again: cut, and without our marks."""
    return {name: _typed(value) or "" for name, value in request.form.items()}


def one_line(typed: str | None) -> str:
    """Give what was typed as one line of signs that can be seen."""
    return "".join(sign for sign in " ".join((typed or "").split()) if sign.isprintable())


def client_key() -> str:
    """Give the client key of this post."""
    return request.form.get("key", "")
