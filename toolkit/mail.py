"""Mail on the wire: one message, one server, and whether the server has taken it.

The surprise: a server that breaks off after the whole message has gone out may have taken it or not. Nobody can know;
then the fate is UNKNOWN, the letter is sent again with the same Message-ID and the same bytes, and a double is
possible in this one case. Everywhere else a letter that the server took is taken once.
"""

import hashlib
import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import Enum
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

STEP_SECONDS = 20.0  # for each step of the talk
TAKEN_SECONDS = 300.0  # for "taken" after the whole message: the longer we wait, the rarer a double
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_ADDRESS = re.compile(r"[^\s@<>(),;:\"\[\]\\\x00-\x1f\x7f]{1,64}@[^\s@<>(),;:\"\[\]\\\x00-\x1f\x7f]{1,189}")
_POLICY = SMTP.clone(cte_type="7bit")  # every server can carry it
_OK, _GO_ON, _CLOSING, _PERMANENT = 250, 354, 421, 500


class Fate(Enum):
    """What has become of a letter."""

    TAKEN = "taken"
    LATER = "later"  # the server has not taken it, and may yet
    NEVER = "never"  # the server will not take it for this reader
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Answer:
    """The fate of a letter and the reason in one word with the server's number; never the server's sentence."""

    fate: Fate
    trouble: str = ""
    code: int = 0  # the server's number


class ServerTroubleError(Exception):
    """The mail server cannot be used now; the kind is one word."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class AddressRefusedError(Exception):
    """The address cannot be written on a letter."""


@dataclass(frozen=True)
class Server:
    """Where mail goes out: host, port, how it is sealed ("", "starttls" or "tls"), who signs in."""

    host: str
    port: int
    seal: str
    user: str
    password: str
    step_seconds: float = STEP_SECONDS
    taken_seconds: float = TAKEN_SECONDS


@dataclass(frozen=True)
class Words:
    """What a letter says."""

    subject: str
    text: str
    html: str


def server(url: str) -> Server:
    """Read SMTP_URL; ``?timeout=5`` at its end sets the seconds that the server has for each answer."""
    parts = urlsplit(url)
    given = parse_qs(parts.query).get("timeout", [""])[0]
    return Server(
        host=parts.hostname or "",
        port=parts.port or _PORTS[parts.scheme],
        seal={"smtps": "tls", "smtp+starttls": "starttls"}.get(parts.scheme, ""),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        step_seconds=float(given or STEP_SECONDS),
        taken_seconds=float(given or TAKEN_SECONDS),
    )


def message(
    words: Words, *, to: str, sender: str, sender_name: str, language: str, message_id: str, written_at: datetime
) -> EmailMessage:
    """Write a message: the same bytes each time it is sent; raises AddressRefusedError.

    ``message_id`` is the part before the @. Nothing in it is fetched from anywhere, nothing says that it was opened.
    """
    letter = EmailMessage(_POLICY)
    letter["From"] = Address(_one_line(sender_name), addr_spec=wire_address(sender))
    letter["To"] = Address(addr_spec=wire_address(to))
    letter["Subject"] = _one_line(words.subject)
    letter["Date"] = format_datetime(written_at)
    letter["Message-ID"] = f"<{message_id}@{wire_address(sender).partition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter["X-Auto-Response-Suppress"] = "All"
    letter.set_content(words.text)
    letter.add_alternative(words.html, subtype="html")
    letter["Content-Language"] = language  # the bodies above would have taken it for themselves
    # Otherwise it is drawn by lot, and a second try would not be the same message.
    letter.set_boundary(f"=_{hashlib.sha256(message_id.encode()).hexdigest()[:32]}")
    return letter


def wire_address(address: str) -> str:
    """Give an address as the wire needs it, the domain in ASCII; raises AddressRefusedError for all that is not one."""
    local, _, domain = address.partition("@")
    if not _ADDRESS.fullmatch(address) or not local.isascii():
        raise AddressRefusedError
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise AddressRefusedError from error


class Line:
    """A connection to the mail server, over which letters go one after the other until ``alive`` is False."""

    def __init__(self, to: Server, *, own_domain: str) -> None:
        self._to = to
        self._domain = own_domain  # our own name for HELO: the machine's name is nobody's business
        self.alive = False

    def __enter__(self) -> Self:
        """Connect, seal and sign in; raises ServerTroubleError."""
        try:
            self._smtp = self._connected()
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            raise ServerTroubleError(_kind(error)) from error
        self.alive = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Say goodbye when somebody is listening, and close."""
        if self.alive:
            with suppress(OSError, smtplib.SMTPException):
                self._smtp.quit()
        self._smtp.close()

    def hand_over(self, letter: EmailMessage) -> Answer:
        """Offer one letter to the server and say what has become of it; never raises for what a server does."""
        sender, to = (letter[header].addresses[0].addr_spec for header in ("From", "To"))
        try:
            refused = self._offered(sender, to)
            if refused is not None:
                self._done(refused.code)
                return refused
            self._smtp.send(_as_sent(letter))
        except (OSError, smtplib.SMTPException) as error:
            # The last line of a message is its end: without all of it no server may take it.
            self.alive = False
            return Answer(Fate.LATER, _kind(error))
        try:
            self._patience(self._to.taken_seconds)
            code, _ = self._smtp.getreply()
            self._patience(self._to.step_seconds)
        except (OSError, smtplib.SMTPException):
            self.alive = False
            return Answer(Fate.UNKNOWN, "unknown")
        self._done(code)
        return Answer(Fate.TAKEN) if code == _OK else _refusal(code, "content")

    def _connected(self) -> smtplib.SMTP:
        to, seconds = self._to, self._to.step_seconds
        if to.seal == "tls":
            context = ssl.create_default_context()
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                to.host, to.port, local_hostname=self._domain, timeout=seconds, context=context
            )
        else:
            smtp = smtplib.SMTP(to.host, to.port, local_hostname=self._domain, timeout=seconds)
        try:
            if to.seal == "starttls":
                smtp.starttls(context=ssl.create_default_context())
            if to.user:
                smtp.login(to.user, to.password)
            else:
                smtp.ehlo_or_helo_if_needed()
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _offered(self, sender: str, to: str) -> Answer | None:
        code, _ = self._smtp.mail(sender)
        if code != _OK:
            return Answer(Fate.LATER, f"sender_{code}", code)  # our setting, not her address: it may be put right
        code, _ = self._smtp.rcpt(to)
        if code not in {_OK, 251}:
            return _refusal(code, "reader")
        code, _ = self._smtp.docmd("DATA")
        return None if code == _GO_ON else _refusal(code, "content")

    def _patience(self, seconds: float) -> None:
        if self._smtp.sock is not None:
            self._smtp.sock.settimeout(seconds)

    def _done(self, code: int) -> None:
        """Make the line ready for the next letter after the server's last word."""
        if code == _CLOSING:
            self.alive = False
        elif code != _OK:
            try:
                self._smtp.rset()
            except (OSError, smtplib.SMTPException):
                self.alive = False


def _refusal(code: int, what: str) -> Answer:
    return Answer(Fate.NEVER if code >= _PERMANENT else Fate.LATER, f"{what}_{code}", code)


def _kind(error: Exception) -> str:
    """Name what a server does in one word."""
    # A UnicodeError: smtplib signs in with ASCII only.
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPNotSupportedError | UnicodeError):
        return "sign_in_refused"
    if isinstance(error, ssl.SSLError):
        return "not_sealed"
    # smtplib makes a time-out into a connection that was closed, and keeps the time-out as its context.
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return "silent"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "broken_off"
    return "not_ready" if isinstance(error, smtplib.SMTPException) else "unreachable"


def _as_sent(letter: EmailMessage) -> bytes:
    body = re.sub(rb"(?m)^\.", b"..", letter.as_bytes())
    return body + (b"" if body.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _one_line(text: str) -> str:
    return " ".join(text.split())
