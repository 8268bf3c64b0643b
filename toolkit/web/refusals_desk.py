"""The sentences for what the administration's rules refuse; refusals.py puts them into its one table."""

from collections.abc import Callable
from enum import Enum

from flask_babel import gettext as _

from toolkit.rules import course_modes, deeds, directory

_M, _D, _L = course_modes.Reason, deeds.Reason, directory.Reason
REASONS = (_M, _D, _L)


def sentences() -> dict[Enum, Callable[..., str]]:
    """Give each reason its sentence: what happened, and what to do next."""
    return {
        _M.MODE_UNKNOWN: lambda: _("Choose who may take the course, then go on."),
        _D.WHO_MISSING: lambda: _("Write the name or the initials of the person who did it."),
        _D.WHO_TOO_LONG: lambda: _("A name has at most 80 signs here. Shorten it."),
        _D.WHO_HIDDEN_SIGN: lambda: _(
            "There is a sign in it that cannot be seen. Delete the name and type it by hand."
        ),
        _D.DAY_UNREADABLE: lambda: _("Write the day like this: 2026-12-03 or 3.12.2026."),
        _D.DAY_AHEAD: lambda: _("This day has not come yet. Write the day on which it was done."),
        _D.DAY_TOO_LONG_AGO: lambda: _("That is too long ago to count. Do it again and write the new day."),
        _L.HOW_UNKNOWN: lambda: _("Choose how it was confirmed."),
        _L.NOTHING_TO_CONFIRM: lambda: _("There is nothing here to dial, to read or to take back."),
        _L.CHANGED_SINCE: lambda: _(
            "The contact has changed since you opened the page. Look at it as it is now, then decide again."
        ),
        _L.FIELD_UNKNOWN: lambda: _("Choose what has changed: telephone, web site or e-mail."),
        _L.NUMBER: lambda: _(
            "This is not a telephone number. Write digits and spaces, with + in front where needed; "
            "several numbers with commas between."
        ),
        _L.TOO_MANY_NUMBERS: lambda: _("A listing has at most six numbers. Keep those that people need."),
        _L.LINK: lambda: _(
            "Write the address of the service's own site, in Latin letters and without a path, "
            "like https://service.example."
        ),
        _L.EMAIL: lambda: _("This is not an e-mail address. Write it like office@service.example."),
        _L.HIDDEN_SIGN: lambda: _("There is a sign in it that cannot be seen. Type it by hand instead of pasting it."),
        _L.SAME: lambda: _("This is what stands there already. Write what it should be."),
        _L.KEEPS_112: lambda: _("112 stays in this listing, whatever else changes."),
        _L.ALREADY_PROPOSED: lambda: _("A change of this contact waits for a decision already. Decide it first."),
        _L.SECOND_PERSON: lambda: _(
            "A second person must look at it. If there is none today, tick the box: the log will say so."
        ),
        _L.DECIDED: lambda: _("This was decided before, perhaps in another window. The page shows how it stands."),
        _L.DECISION_UNKNOWN: lambda: _("The form could not be read. Choose again."),
    }
