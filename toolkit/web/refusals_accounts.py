"""Sentences for what signing in and accounts refuse; read by web/refusals.py, which holds the whole table."""

from collections.abc import Callable
from enum import Enum

from flask_babel import gettext as _

from toolkit.rules import sign_in, sign_in_names, sign_in_passwords

_S, _N, _P = sign_in.Reason, sign_in_names.Reason, sign_in_passwords.Reason
REASONS = (_S, _N, _P)


def sentences() -> dict[Enum, Callable[..., str]]:
    """Give each reason its sentence in the reader's language."""
    return {
        _S.WRONG: lambda: _("The name or the password is not right. Check both and try again."),
        _S.WRONG_OLD_PASSWORD: lambda: _("This is not your password. Nothing was changed; type it once more."),
        _S.TOO_MANY_WRONG: lambda: _(
            "Ten wrong passwords for this name within an hour. Wait an hour and try again; "
            "your resume code and the devices where you are signed in still work."
        ),
        _S.TOO_MANY_OLD: lambda: _(
            "Ten wrong passwords within an hour. Wait an hour and try again; you stay signed in here."
        ),
        _S.NAME_TAKEN: lambda: _("Somebody has this name, or one that looks the same. Choose another one."),
        _S.TOO_MANY_TAKEN: lambda: _(
            "Very many taken names were tried on this site. Wait an hour, then choose a name; your place is safe."
        ),
        _S.HAS_ACCOUNT: lambda: _("You have an account already. Sign out of it before you make another one."),
        _S.NO_ACCOUNT: lambda: _("There is no account on this device. Make one first, or sign in."),
        _S.CODE_WITHOUT_ACCOUNT: lambda: _(
            "No account belongs to this code. Use it on the page “Resume code”: there it opens your place by itself."
        ),
        _S.NAME_NEEDED: lambda: _("An account needs a user name or an e-mail address. Keep one of the two."),
        _S.EMAIL_KEEPS: lambda: _("This is the address that your account has already."),
        _S.EMAIL_ELSEWHERE: lambda: _("This address belongs to another account by now. Use another address."),
        _S.NO_MAIL: lambda: _("This site does not send mail yet. Leave the e-mail address empty for now."),
        _S.TOO_MANY_MESSAGES: lambda: _(
            "Enough messages went there within an hour. Look into the mail, or wait an hour."
        ),
        _S.LINK_SPENT: lambda: _("This link was used or is too old. Ask for a new one."),
        _N.LENGTH: lambda **_sign: _("A user name has 3 to 60 letters or digits. Choose one of that length."),
        _N.HIDDEN_SIGN: lambda **_sign: _(
            "There is a sign in it that cannot be seen. Delete the name and type it by hand."
        ),
        _N.SIGN: lambda sign="": _(
            "The sign “%(sign)s” cannot stand there. Use letters and digits, and dots, dashes or spaces between them.",
            sign=sign,
        ),
        _N.MIXED: lambda **_sign: _(
            "The name mixes letters of two alphabets, such as a Greek M among Latin letters. "
            "Type all of it in one alphabet."
        ),
        _N.SHOWN_LENGTH: lambda **_sign: _("The name has more than 60 letters. Shorten it."),
        _N.EMAIL: lambda **_sign: _(
            "This is not a whole e-mail address. Write it in Latin letters, like name@example.org."
        ),
        _P.SHORT: lambda: _("The password is too short. It needs at least 10 signs."),
        _P.LONG: lambda: _("The password is too long. It may have 200 signs at most."),
        _P.OWN_NAME: lambda: _("The password is your name or address. Choose words that nobody connects with you."),
        _P.COMMON: lambda: _(
            "This password is one of the first that others try. Choose three or four words of your own."
        ),
        _P.DIFFERENT: lambda: _("The two passwords are not alike. Type the same one twice."),
    }
