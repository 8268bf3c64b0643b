"""The audit log in words: who, what was done, and what is wrong with an entry."""

from flask_babel import gettext as _

from toolkit.rules.audit import Fault
from toolkit.services import audit


def actor(by: str) -> str:
    """Say who did it; an admin is the short sign that stands for her in the log."""
    return {audit.SERVER: _("A command on the server"), audit.SITE: _("By itself")}.get(by, by)


def action(done: str) -> str:
    """Say what was done; an action without words is shown as it stands in the log."""
    return actions().get(done, done)


def actions() -> dict[str, str]:
    """Give the words for each action that the program records; a test holds them complete."""
    return {
        "admin.account_made": _("An admin made an account"),
        "admin.email_changed": _("An admin changed the e-mail address"),
        "admin.ended": _("An admin deleted the account"),
        "admin.made": _("Somebody became an admin"),
        "admin.password_set": _("An admin set a password"),
        "admin.signed_in": _("An admin signed in"),
        "backup.made": _("A backup was made"),
        "backup.restored": _("A backup was restored"),
        "backup.tested": _("A backup was tested"),
        "certificate.restored": _("A withdrawal was taken back"),
        "certificate.signed": _("A paper was signed"),
        "certificate.withdrawn": _("A certificate was withdrawn"),
        "course.mode": _("Who may take a course was changed"),
        "demo.made": _("Made-up learners were added"),
        "demo.removed": _("Made-up learners were removed"),
        "key.compromised": _("A signing key is not trusted any more"),
        "key.made": _("A signing key was made"),
        "key.retired": _("A signing key was retired"),
        "listing.accepted": _("A change of a listing was accepted"),
        "listing.confirmed": _("A listing was confirmed"),
        "listing.proposed": _("A change of a listing was proposed"),
        "listing.refused": _("A change of a listing was refused"),
        "listing.unconfirmed": _("A confirmation was taken back"),
        "opening.done": _("A line before opening was done"),
        "opening.undone": _("A line before opening is open again"),
        "report.done": _("A reported mistake was dealt with"),
        "report.reopened": _("A reported mistake is open again"),
    }


def fault(found: Fault) -> str:
    """Say what is wrong with an entry."""
    return {
        Fault.EDITED: _("It was changed after it was written."),
        Fault.DETAIL: _("Its detail is not the one it was written with."),
        Fault.MISSING: _("It is missing, or stands at the wrong place."),
        Fault.FORKED: _("It does not follow the entry before it: something was put in, taken out or exchanged."),
        Fault.CUT: _("It was noted down, and it is not there: the log was cut, rolled back or exchanged."),
    }[found]
