"""Reasons become sentences here, in one table: what happened, and what to do next. The pages are in web/errors.py."""

from collections.abc import Callable
from enum import Enum
from typing import Any

from flask_babel import gettext as _

from toolkit.rules import accounts, certificate_names, certificates, codes, progress, quizzes, reports, retention
from toolkit.web import refusals_accounts, refusals_desk

_A, _Q, _P = accounts.Reason, quizzes.Reason, progress.Reason
_C, _N, _K = certificates.Reason, certificate_names.Reason, codes.CodeReason
_REPORT = reports.Reason
_E = retention.Reason


def sentence(reason: Enum, **values: Any) -> str:  # noqa: ANN401 - the values of one sentence
    """Say a reason in the reader's language; raises KeyError for a reason without a sentence (a test forbids that)."""
    return _sentences()[reason](**values)


def _sentences() -> dict[Enum, Callable[..., str]]:
    return {
        _A.SIGN_IN_NEEDED: lambda: _(
            "This device does not know you any more. Type your resume code, sign in, or start again."
        ),
        _A.ADMIN_NEEDED: lambda: _("Only the person who runs the site can do this."),
        _A.RESUME_UNREADABLE: lambda: _(
            "A resume code has ten letters and digits. Check it sign by sign and type it again."
        ),
        _A.RESUME_UNKNOWN: lambda: _(
            "No place belongs to this code. Check it sign by sign: 0 and O, 1 and I do not matter."
        ),
        _A.TOO_MANY_CODES: lambda: _(
            "Too many wrong codes were typed on this site. Wait an hour and try again; your place is safe."
        ),
        _A.INVITE_SPENT: lambda: _(
            "This link was used or is too old. On the server, write “toolkit admin invite” for a new one."
        ),
        _A.KEY_MISSING: lambda: _("The form arrived incomplete. Open the page again and send it once more."),
        _A.KEY_REUSED: lambda: _(
            "This form was already sent with something else, and that was kept. Open the page again to see it."
        ),
        _A.REPLAY_TOO_LATE: lambda: _(
            "This form was sent before and has ended. Open the start page and begin again, or use your resume code."
        ),
        _Q.NOTHING_CHOSEN: lambda: _("Choose an answer first, then check it."),
        _Q.INCOMPLETE: lambda: _("One line is still without an answer. Choose for each line, then check."),
        _Q.PLACE_TWICE: lambda: _("Two lines have the same place. Give each its own, then check."),
        _Q.UNKNOWN_OPTION: lambda: _("The answer could not be read. Choose again and check it."),
        _Q.ANSWERED_OTHERWISE: lambda: _(
            "You answered this question before, perhaps in another window. That answer was kept."
        ),
        _Q.ATTEMPT_CLOSED: lambda: _("This quiz is finished. You can start it again from the course page."),
        _Q.OUT_OF_TURN: lambda: _("Another question comes first. Go back to the quiz and carry on from there."),
        _Q.NOT_YET_OPEN: lambda number="", title="", **_lessons: _(
            "The quiz opens after Module %(n)s: %(title)s.", n=number, title=title
        ),
        _P.UNKNOWN_BLOCK: lambda: _("The lesson has changed since you opened it. Open it again; your place is kept."),
        _P.UNKNOWN_CHOICE: lambda: _("The answer could not be read. Open the lesson again and choose once more."),
        _C.REPLACED: lambda: _("This certificate was replaced after a correction. Use the newer one."),
        _C.WITHDRAWN: lambda: _("This certificate was withdrawn."),
        # One sentence for both, so that nobody learns whose data was erased.
        _C.NOT_NAMED: lambda: _(
            "We keep no name for this certificate: its holder has not added one on her own device, or her data was "
            "erased. If there is a paper, its square code still proves it."
        ),
        _C.NAME_DIFFERS: lambda: _("This is not the name on the certificate. Type it as it stands on the paper."),
        _C.NOT_HOLDER: lambda: _(
            "Only its holder can correct the name, on the device where she passed or with her resume code."
        ),
        _C.ALREADY_CORRECTED: lambda: _("The name was already corrected once. It stays as it is."),
        _C.TOO_LATE: lambda: _("A name can be corrected within 24 hours. That time is over."),
        _C.TOO_MANY_NAMES: lambda: _("Five wrong names within an hour. Wait an hour, then try again."),
        _N.EMPTY: lambda: _("Write the name that should stand on the paper."),
        _N.TOO_LONG: lambda: _("A name has at most 60 letters here. Leave out a middle name or shorten it."),
        _N.LINE_BREAK: lambda: _("A name stands on one line here. Take the line break out."),
        _N.HIDDEN_SIGN: lambda: _("There is a sign in it that cannot be seen. Delete the name and type it by hand."),
        _N.DIGITS: lambda **_sign: _("A name has no digits. Write letters only."),
        _N.NO_LETTER: lambda: _("There is no letter in it. Write the name that should stand on the paper."),
        _N.SIGN_NOT_IN_NAMES: lambda sign="": _(
            "The sign “%(sign)s” does not stand in names. Leave it out.", sign=sign
        ),
        _N.SIGN_NOT_IN_FONTS: lambda sign="": _(
            "We cannot print the sign “%(sign)s”. Write the name in Latin, Greek or Cyrillic letters without it.",
            sign=sign,
        ),
        _K.EMPTY: lambda: _("Type the code that stands on the paper."),
        _K.LENGTH: lambda: _("A certificate code has twelve letters and digits. Check it sign by sign."),
        _K.SIGN: lambda: _("There is a sign in it that no code has. Check it sign by sign."),
        _REPORT.EMPTY: lambda: _("Write what is wrong in the text, then send it."),
        _REPORT.TOO_LONG: lambda: _("This is longer than 1,000 signs. Shorten it and send it again."),
        _REPORT.TOO_MANY: lambda: _("So many reports arrived today that no more are taken. Please send it tomorrow."),
        _E.NOT_SURE: lambda: _("Tick that you are sure, then press the button again. Nothing was deleted yet."),
        _E.LAST_ADMIN: lambda: _(
            "You are the only one who runs this site. Let somebody else become an admin first, then delete yourself."
        ),
        **refusals_accounts.sentences(),
        **refusals_desk.sentences(),
    }


def reasons() -> list[Enum]:
    """List every reason that rules can refuse with, for the test that each has its sentence."""
    return [
        reason
        for kind in (_A, _Q, _P, _C, _N, _K, _REPORT, _E, *refusals_accounts.REASONS, *refusals_desk.REASONS)
        for reason in kind
    ]
