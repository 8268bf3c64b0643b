"""Rows of the authorisation table: signing in and one's account. Nobody of the table's people has an account.

What people with accounts may do, and to whose, is in test_account*.py and test_sign_in*.py.
"""

from tests.web.rows import Row, at, everybody, sends

_TO_SIGN_IN, _TO_ACCOUNT = "303 → sign_in.sign_in", "303 → account.account"
_SPENT = "/en/sign-in/links/" + "A" * 32


def _change(kind: str, path: str) -> list[Row]:
    """Rows of a change of an account that nobody here has; a post from nobody is told so."""
    address = at(f"/en/account/{path}")
    return [
        Row(f"account.{kind}", "GET", address, _TO_SIGN_IN, *[_TO_ACCOUNT] * 3),
        Row(f"account.{kind}_post", "POST", address, *["409"] * 4, form=sends(password="p" * 12)),
    ]


ROWS: list[Row] = [
    everybody("sign_in.sign_in", "GET", "/en/sign-in", "200"),
    everybody(
        "sign_in.sign_in_post", "POST", "/en/sign-in", "422", form=sends(name="nobody", password="wrong words here")
    ),
    everybody("sign_in.new", "GET", "/en/sign-in/new", "200"),
    everybody(
        "sign_in.new_post",
        "POST",
        "/en/sign-in/new",
        _TO_ACCOUNT,
        form=lambda w: {"name": f"u{w.code.lower()}", "new": "four words of mine", "again": "four words of mine"},
    ),
    everybody("sign_in.forgotten", "GET", "/en/sign-in/forgotten", "200"),
    everybody(
        "sign_in.forgotten_post",
        "POST",
        "/en/sign-in/forgotten",
        "422",
        form=sends(code="00000-00000", new="four words of mine", again="four words of mine"),
    ),
    # The site of the table sends no mail, and says so.
    everybody("sign_in.message_post", "POST", "/en/sign-in/message", "422", form=sends(address="x@example.org")),
    everybody("sign_in.link", "GET", _SPENT, "404", wrong=at("/en/sign-in/links/nothing")),
    everybody("sign_in.link_post", "POST", _SPENT, "404", wrong=at("/en/sign-in/links/nothing")),
    Row("account.account", "GET", at("/en/account"), _TO_SIGN_IN, "200", "200", "200"),
    *_change("name", "name"),
    *_change("user_name", "user-name"),
    *_change("email", "e-mail"),
    *_change("password", "password"),
    Row("account.devices", "GET", at("/en/account/devices"), _TO_SIGN_IN, "200", "200", "200"),
    everybody("account.devices_post", "POST", "/en/account/devices", _TO_SIGN_IN, form=sends(end="this")),
]
