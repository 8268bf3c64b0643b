"""Which listings of the help directory learners may see, what a confirmation speaks for, and how a contact changes."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum

TWO_SOURCES = "verified_2plus"
ONE_SOURCE = "one_source"
CONFIRMED_FOR = timedelta(days=365)  # numbers change: after a year somebody dials again
WAYS = ("phone", "page", "mail")
FIELDS = ("dial", "web", "email")
MOST_NUMBERS = 6
EU_EMERGENCY = "112"

_NUMBER = re.compile(r"\+?[0-9][0-9 ()-]*")
_DIGITS = (3, 15)  # from 112 to the longest number there is (E.164)
_HOST = re.compile(r"(?=.{4,200}$)(?:(?!xn--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}")
_MAILBOX = re.compile(r"[A-Za-z0-9._%+-]{1,64}")
_HIDDEN = {"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"}


class Reason(Enum):
    """Why something about a listing is refused."""

    HOW_UNKNOWN = "how_unknown"
    NOTHING_TO_CONFIRM = "nothing_to_confirm"
    CHANGED_SINCE = "changed_since"
    FIELD_UNKNOWN = "field_unknown"
    NUMBER = "number"
    TOO_MANY_NUMBERS = "too_many_numbers"
    LINK = "link"
    EMAIL = "email"
    HIDDEN_SIGN = "hidden_sign"
    SAME = "same"
    KEEPS_112 = "keeps_112"
    ALREADY_PROPOSED = "already_proposed"
    SECOND_PERSON = "second_person"
    DECIDED = "decided"
    DECISION_UNKNOWN = "decision_unknown"


class DirectoryRefusedError(Exception):
    """Refused; carries the reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Why(Enum):
    """Why a listing is shown, or why it is not."""

    CONFIRMED = "confirmed"
    TWO_SOURCES = "two_sources"
    OFFICIAL = "official"
    NO_CONTACT = "no_contact"
    DOUBTFUL = "doubtful"
    ONE_SOURCE = "one_source"
    NO_SOURCE = "no_source"

    @property
    def shown(self) -> bool:
        """Say whether learners see it."""
        return self in {Why.CONFIRMED, Why.TWO_SOURCES, Why.OFFICIAL}


@dataclass(frozen=True)
class Contacts:
    """How a listing is reached: telephone numbers as printed, the host of its own site, an address for mail."""

    dial: tuple[str, ...] = ()
    web: str = ""
    email: str = ""

    @property
    def reachable(self) -> bool:
        """Say whether there is any way to reach it."""
        return bool(self.dial or self.web or self.email)

    def text(self, field: str) -> str:
        """Give one field as people type it, numbers with commas between."""
        return ", ".join(self.dial) if field == "dial" else str(getattr(self, field))

    def having(self, field: str, text: str) -> "Contacts":
        """Give the same contacts with one field changed."""
        if field == "dial":
            return replace(self, dial=tuple(text.split(", ")) if text else ())
        return replace(self, web=text) if field == "web" else replace(self, email=text)


@dataclass(frozen=True)
class Change:
    """An accepted change of one field, from what it was to what it is."""

    field: str
    old: str
    new: str


def why(*, contacts: Contacts, confidence: str, official: bool, doubtful: bool, confirmed_on: date | None) -> Why:
    """Say why a listing is shown or not.

    Shown: confirmed, or two sources, or one that is official. A doubtful number only once confirmed, and nothing that
    cannot be reached. Source: the display rules of the directory (a number without a source is never shown).
    """
    if not contacts.reachable:
        return Why.NO_CONTACT
    if confirmed_on is not None:
        return Why.CONFIRMED
    if doubtful:
        return Why.DOUBTFUL
    if confidence == TWO_SOURCES:
        return Why.TWO_SOURCES
    if confidence != ONE_SOURCE:
        return Why.NO_SOURCE
    return Why.OFFICIAL if official else Why.ONE_SOURCE


def due(*, contacts: Contacts, confirmed_on: date | None, today: date) -> bool:
    """Say whether somebody should dial or read a listing: never confirmed, or not within 365 days."""
    return contacts.reachable and (confirmed_on is None or today - confirmed_on > CONFIRMED_FOR)


def fingerprint(contacts: Contacts) -> bytes:
    """Give the 32 bytes that a confirmation speaks for; spaces and brackets in a number do not count."""
    said = [[telephone_address(dial) for dial in contacts.dial], contacts.web, contacts.email]
    return hashlib.sha256(json.dumps(said).encode()).digest()


def fingerprint_of_words(texts: Mapping[str, str], named: Iterable[str]) -> bytes:
    """Give the 32 bytes that a lawyer's review speaks for: a text in each language, the services that it names."""
    said = [sorted(texts.items()), sorted(named)]
    return hashlib.sha256(json.dumps(said).encode()).digest()


def read_fingerprint(typed: str) -> bytes:
    """Read a fingerprint as our forms write it, in hexadecimal; what is none becomes one that nothing has."""
    return bytes.fromhex(typed) if re.fullmatch("[0-9a-f]{64}", typed) else b""


def effective(shipped: Contacts, changes: Iterable[Change]) -> tuple[Contacts, list[bool]]:
    """Apply accepted changes in their order; give the contacts that hold, and for each change whether it still does.

    A change whose old value no longer stands is outdated: what was shipped later wins.
    """
    now, held = shipped, []
    for change in changes:
        fits = now.text(change.field) == change.old
        held.append(fits)
        now = now.having(change.field, change.new) if fits else now
    return now, held


def check_how(how: str) -> str:
    """Take the way in which a listing was confirmed: dialled, its live page read, or a mail answered."""
    if how not in WAYS:
        raise DirectoryRefusedError(Reason.HOW_UNKNOWN)
    return how


def check_change(field: str, typed: str, *, now: Contacts, emergency: bool) -> str:
    """Give a proposed value in its one form; empty means that there is none any more.

    Numbers: 3 to 15 digits with spaces, brackets and dashes, a leading plus, at most six, commas between. A link is
    https and names the host of the service's own site, in Latin letters, without a path. Nothing that cannot be seen.
    An emergency listing that has 112 keeps it.
    """
    if field not in FIELDS:
        raise DirectoryRefusedError(Reason.FIELD_UNKNOWN)
    text = unicodedata.normalize("NFC", typed).strip()
    if any(unicodedata.category(sign) in _HIDDEN for sign in text):
        raise DirectoryRefusedError(Reason.HIDDEN_SIGN)
    text = {"dial": _numbers, "web": _link, "email": _email}[field](text) if text else ""
    if text == now.text(field):
        raise DirectoryRefusedError(Reason.SAME)
    changed = now.having(field, text)
    if emergency and EU_EMERGENCY in now.dial and EU_EMERGENCY not in changed.dial:
        raise DirectoryRefusedError(Reason.KEEPS_112)
    return text


def check_decision(decision: str, *, proposed_by: int | None, decided_by: int, override: bool) -> bool:
    """Say whether a decision is an override; raises when a second person is needed.

    Anybody may refuse a change. Accepting takes somebody other than who proposed it, or the explicit tick. Where the
    proposer is not known any more, it takes the tick too.
    """
    if decision not in {"accepted", "refused"}:
        raise DirectoryRefusedError(Reason.DECISION_UNKNOWN)
    if decision == "refused" or (proposed_by is not None and proposed_by != decided_by):
        return False
    if not override:
        raise DirectoryRefusedError(Reason.SECOND_PERSON)
    return True


def other_site(old: str, new: str) -> bool:
    """Say whether a new link leads to another site than before: its last two names differ."""
    return bool(old and new) and old.split(".")[-2:] != new.split(".")[-2:]


def telephone_address(dial: str) -> str:
    """Give the tel: address of a printed number: digits and a leading plus only."""
    return "tel:" + "".join(sign for place, sign in enumerate(dial) if sign.isdigit() or (sign == "+" and place == 0))


def _numbers(text: str) -> str:
    numbers = [" ".join(part.split()) for part in re.split("[,;]", text) if part.strip()]
    if len(numbers) > MOST_NUMBERS:
        raise DirectoryRefusedError(Reason.TOO_MANY_NUMBERS)
    for number in numbers:
        digits = sum(sign.isdigit() for sign in number)
        if not _NUMBER.fullmatch(number) or not _DIGITS[0] <= digits <= _DIGITS[1]:
            raise DirectoryRefusedError(Reason.NUMBER)
    return ", ".join(dict.fromkeys(numbers))


def _link(text: str) -> str:
    host = text.lower().removeprefix("https://").removesuffix("/")
    if not _HOST.fullmatch(host):
        raise DirectoryRefusedError(Reason.LINK)
    return host


def _email(text: str) -> str:
    mailbox, _at, host = text.rpartition("@")
    if not _MAILBOX.fullmatch(mailbox) or not _HOST.fullmatch(host.lower()):
        raise DirectoryRefusedError(Reason.EMAIL)
    return f"{mailbox}@{host.lower()}"
