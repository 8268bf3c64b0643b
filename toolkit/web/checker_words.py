"""What the saved checker says, in one language: its page and every verdict.

Braces stand for what only the file knows when it is used: the days, the addresses, how many.
"""

from flask_babel import gettext as _


def words(issuer: str) -> dict[str, str]:
    """Give all texts of the checker in the language of the moment; `issuer` is who gives the certificates."""
    return _page(issuer) | _verdicts(issuer) | _facts()


def _page(issuer: str) -> dict[str, str]:
    return {
        "title": _("Check a certificate"),
        "lead": _(
            "This file checks certificates from %(issuer)s by itself, without a network and without the site.",
            issuer=issuer,
        ),
        "here": _("What you give it stays on this device. It knows what the site knew on %(day)s.", day="{day}"),
        "needs_script": _("This file needs a browser in which JavaScript is switched on."),
        "pdf": _("The PDF"),
        "pdf_hint": _("Take the certificate as it was saved, with nothing changed."),
        "choose": _("Choose the file"),
        "choose_hint": _("You can also drop it anywhere on this page."),
        "choose_picture": _("You can also drop it anywhere on this page. A photo of the square code works too."),
        "text": _("The text of the square code"),
        "text_hint": _("The whole address that a phone shows after scanning, or the part after the # sign."),
        "check": _("Check"),
        "camera": _("The camera"),
        "scan": _("Scan the square code"),
        "stop": _("Stop the camera"),
        "aim": _("Hold the square code in front of the camera."),
        "no_camera": _(
            "The camera did not open. Some browsers do not give it to saved files. "
            "Scan the code with a phone and paste the text here."
        ),
        "result": _("What was found"),
        "at_site": _("Ask the site: %(address)s", address="{address}"),
        "checked": _("Checked on %(today)s with what was known on %(day)s.", today="{today}", day="{day}"),
        "print": _("Print the result"),
        "about": _("What this file knows"),
        "about_trust": _(
            "Trust this file if you saved it from the site yourself, or got it from somebody you trust. "
            "Whoever changes it can make it say anything."
        ),
        "about_withdrawn": _("Withdrawn certificates that it knows: %(number)s.", number="{number}"),
        "about_site": _("It was saved from %(address)s.", address="{address}"),
        "key": _("Key"),
        "state": _("State"),
        "since": _("Since"),
        "active": _("in use"),
        "retired": _("no longer used"),
        "compromised": _("not trusted"),
    }


def _verdicts(issuer: str) -> dict[str, str]:
    return {
        "valid": _(
            "The signature is right: %(issuer)s gave this certificate and nothing in it was changed.", issuer=issuer
        ),
        "trial": _("The signature is right, but it is a trial and does not count as a certificate."),
        "stolen": _(
            "This file cannot tell whether this certificate is real. Since %(since)s its key may have been in the "
            "wrong hands, and then others could sign with it. The site knows which certificates were recorded before "
            "that.",
            since="{since}",
        ),
        "withdrawn": _(
            "This certificate was withdrawn and no longer counts. The site has known that since %(since)s.",
            since="{since}",
        ),
        "changed": _("Do not rely on this certificate: its signature does not fit, so something in it was changed."),
        "unknown": _(
            "No key that this file knows has signed this. It comes from another site, or it is newer than this file, "
            "which is from %(day)s.",
            day="{day}",
        ),
        "unreadable": _(
            "This is not the text of a certificate, or a part is missing. Take the whole text and try again."
        ),
        "nothing": _(
            "No certificate was found in this file. Take the PDF as it was saved: a scan, a printout or a changed file "
            "does not hold the signature."
        ),
        "packed": _(
            "This browser cannot look into this PDF, because another program has packed it. Take the PDF as it was "
            "saved, or a newer browser."
        ),
        "code": _(
            "This is the code of a certificate. A code holds no signature, so only the site can look it up. "
            "Here you need the PDF or the square code."
        ),
        "note_known": _(
            "On %(day)s it was not known as withdrawn. Whether it was withdrawn or replaced since then, "
            "this file cannot know.",
            day="{day}",
        ),
        "note_newer": _("It is newer than this file, so whether it was withdrawn or replaced, this file cannot know."),
        "note_retired": _("The site no longer uses the key that signed it. What that key signed stays good."),
        "note_compare": _("Compare these words with the paper: only these are signed."),
    }


def _facts() -> dict[str, str]:
    return {
        "fact_name": _("Name"),
        "fact_course": _("Course"),
        "fact_date": _("Date"),
        "fact_minutes": _("Minutes of learning"),
        "fact_language": _("Language"),
        "fact_version": _("Content version"),
        "fact_code": _("Code"),
    }
