"""What the file "everything about me" calls its parts and columns, in the reader's language."""

from collections.abc import Mapping

from flask_babel import gettext as _

from toolkit.rules.retention import FORM_DAYS


def titles() -> Mapping[str, tuple[str, str]]:
    """Name each file and say in a sentence what is in it."""
    return {
        "person": (_("You"), _("What the site knows you by. Without an account there is no name and no address.")),
        "progress": (_("Your place"), _("What you have begun and finished, and the options you chose in lessons.")),
        "answers": (_("Your answers"), _("What you were asked in final quizzes, and what you answered.")),
        "certificates": (
            _("Your certificates"),
            _("What anybody sees who checks the code, and whether it still counts."),
        ),
        "messages": (_("Messages to you"), _("Messages that wait or went out in the last days, and links in them.")),
        "forms": (
            _("Forms that you sent"),
            _("So that sending twice does nothing twice. Kept for %(days)s days.", days=FORM_DAYS),
        ),
        "log": (_("The log"), _("Lines of the site’s log that are about you.")),
        "work": (_("What you did for the site"), _("What you checked, changed or confirmed as one who runs it.")),
    }


def words() -> Mapping[str, str]:
    """Say in her language what the tables say in one word."""
    return {
        "lesson": _("a lesson"),
        "attempt": _("the start of a quiz"),
        "answer": _("an answer"),
        "name": _("the name for a certificate"),
        "guest": _("learner"),
        "admin": _("runs the site"),
        "register": _("a new account"),
        "confirm": _("an e-mail address to confirm"),
        "reset": _("a new password"),
        "ending_first": _("first notice that the account will end"),
        "ending_second": _("second notice that the account will end"),
        "waiting": _("waits"),
        "sending": _("is on its way"),
        "sent": _("sent"),
        "given_up": _("could not be sent"),
        "holder": _("withdrawn by its holder"),
        "mistake": _("issued by mistake"),
        "misuse": _("misused"),
        "other": _("another reason"),
        "phone": _("by telephone"),
        "page": _("on its page"),
        "mail": _("by mail"),
        "accepted": _("accepted"),
        "refused": _("refused"),
    }


def columns() -> Mapping[str, tuple[str, Mapping[str, str]]]:
    """Name the columns that the page shows; the JSON has all."""
    return {
        "people": ("", {"role": _("What you are"), "created_on": _("First day"), "last_answer_on": _("Last answer")}),
        "accounts": (
            _("Account"),
            {
                "user_name": _("User name"),
                "email": _("E-mail address"),
                "name": _("Name"),
                "language": _("Language"),
                "created_on": _("Made on"),
                "last_sign_in_on": _("Last sign-in"),
            },
        ),
        "devices": (
            _("Devices"),
            {"created_on": _("Since"), "shared": _("Others use it"), "expires_at": _("Known until")},
        ),
        "enrolments": (_("Courses"), {"course": _("Course"), "started_on": _("Started on")}),
        "lesson_states": (
            _("Lessons"),
            {"lesson": _("Lesson"), "completed_on": _("Finished on"), "choices": _("What you chose")},
        ),
        "certificates": (
            "",
            {
                "code": _("Code"),
                "course": _("Course"),
                "issued_on": _("Date"),
                "language": _("Language"),
                "minutes": _("Minutes"),
                "named_at": _("Name added"),
            },
        ),
        "withdrawals": (_("Withdrawn"), {"withdrawn_at": _("When"), "reason": _("Why")}),
        "letters": (
            _("Messages"),
            {"to_address": _("Sent to"), "state": _("State"), "created_at": _("Written"), "sent_at": _("Sent")},
        ),
        "mail_tokens": (
            _("Links in messages"),
            {"kind": _("What for"), "email": _("Sent to"), "created_at": _("Made on"), "used_at": _("Used")},
        ),
        "notices": (_("Notices"), {"kind": _("What"), "sent_on": _("When")}),
        "submissions": ("", {"kind": _("What"), "created_at": _("When")}),
        "audit_entries": (
            "",
            {
                "n": _("No."),
                "at": _("When"),
                "action": _("What"),
                "subject": _("What it is about"),
                "detail": _("Detail"),
            },
        ),
        "listing_confirmations": (
            _("Confirmed"),
            {"listing": _("Listing"), "confirmed_on": _("When"), "how": _("How"), "who": _("Who")},
        ),
        "listing_changes": (
            _("Changed"),
            {
                "listing": _("Listing"),
                "old": _("Before"),
                "new": _("After"),
                "proposed_at": _("Proposed"),
                "decision": _("Decision"),
            },
        ),
        "opening_tasks": (_("Done before opening"), {"key": _("What"), "who": _("Who"), "done_on": _("When")}),
    }
