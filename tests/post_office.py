"""A real SMTP server on loopback that refuses, stalls, breaks off and comes back as a test has planned it."""

import asyncio
import email
import email.policy
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests import servers


@dataclass
class PostOffice:
    """What was taken, and what goes wrong with the letters that are offered next.

    A fault is "421" (at the sender), "451", "550" (at the reader), "554" (at the content), "stall" (no answer to the
    reader's address), "cut" (in the middle of the message), "lost" (all of it has come, nothing was taken), "doubt"
    (taken, but nobody is told) or "" for none.
    """

    port: int
    plan: deque[str] = field(default_factory=deque)
    mute: bool = False  # a connection is opened and nothing is said
    taken: list[EmailMessage] = field(default_factory=list)
    fired: Counter[str] = field(default_factory=Counter)
    offered: int = 0
    watch: Callable[[str], object] = len  # told "MAIL" and "DATA" as they come
    login: Any = None

    @property
    def ids(self) -> list[str]:
        """List the Message-IDs that were taken."""
        return [message["Message-ID"] for message in self.taken]

    @property
    def url(self) -> str:
        """Give the SMTP_URL for it, with little patience."""
        return f"smtp://127.0.0.1:{self.port}?timeout=1"

    def start(self) -> None:
        """Open."""
        self._controller = _Counter(self)
        self._controller.start()

    def stop(self) -> None:
        """Close: whoever is connected is cut off."""
        self._controller.stop(no_assert=True)

    async def handle_MAIL(  # noqa: N802 - the server's name for it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Draw what will go wrong with this letter."""
        del server, options
        self.offered += 1
        self.watch("MAIL")
        session.fault = self.plan.popleft() if self.plan else ""
        if session.fault:
            self.fired[session.fault] += 1
        if session.fault == "421":
            return "421 closing"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the reader's address, or not."""
        del server, options
        if session.fault in {"451", "550"}:
            return f"{session.fault} not {address}"
        if session.fault == "stall":
            await asyncio.Event().wait()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the letter, or not."""
        self.watch("DATA")
        if session.fault == "554":
            return "554 not this"
        if session.fault != "lost":
            message = email.message_from_bytes(envelope.original_content, policy=email.policy.SMTP)
            assert isinstance(message, EmailMessage)
            message.reader = envelope.rcpt_tos
            message.raw = envelope.original_content
            self.taken.append(message)
        if session.fault in {"lost", "doubt"}:
            server.transport.abort()
        return "250 taken"


class _Counter(Controller):
    def __init__(self, office: PostOffice) -> None:
        self._office = office
        self.open: set[Any] = set()
        self.turns = 5
        super().__init__(office, hostname="127.0.0.1", port=office.port)

    def factory(self) -> SMTP:
        return _Clerk(self._office, self.open)

    def cancel_tasks(self, stop_loop: bool = True) -> None:  # noqa: FBT001, FBT002 - as it is called
        for transport in list(self.open):
            transport.abort()
        if self.turns:  # an aborted connection is let go of some turns of the loop later
            self.turns -= 1
            self.loop.call_soon(self.cancel_tasks, stop_loop)
        else:
            super().cancel_tasks(stop_loop)


class _Clerk(SMTP):
    def __init__(self, office: PostOffice, opened: set[Any]) -> None:
        self._office, self._opened = office, opened
        super().__init__(office, enable_SMTPUTF8=False, **(office.login or {}))

    def connection_made(self, transport: Any) -> None:
        self._opened.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._opened.discard(self.transport)
        super().connection_lost(error)

    async def _handle_client(self) -> None:
        if self._office.mute:
            self._office.fired["mute"] += 1
            await asyncio.Event().wait()
        await super()._handle_client()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if getattr(self.session, "fault", "") == "cut":
            await self.push("354 go on")
            await self._reader.readline()
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


@contextmanager
def opened(**more: Any) -> Iterator[PostOffice]:
    """Run a post office for a while."""
    office = PostOffice(servers.free_port(), **more)
    office.start()
    try:
        yield office
    finally:
        office.stop()


def dead_port() -> int:
    """Give a port on which nobody answers."""
    return servers.free_port()
