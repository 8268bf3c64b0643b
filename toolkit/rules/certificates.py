"""The law of certificates: when a name may be set, matched or corrected.

The shape of a code stands in codes, what is signed in certificate_payload, what counts as a name in
certificate_names. The surprise: the name itself is nowhere kept, only a check value; so "the same name"
is an answer that the caller brings along.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum

CORRECTION_WINDOW = timedelta(hours=24)
WRONG_NAMES_LIMIT = 5
WRONG_NAMES_WINDOW = timedelta(hours=1)
TAKE_BACK_WINDOW = timedelta(days=30)


class Status(StrEnum):
    """What has become of a certificate since it was earned."""

    VALID = "valid"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


class Verdict(StrEnum):
    """What a paper is worth to whoever checks it."""

    VALID = "valid"
    TRIAL = "trial"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    COMPROMISED = "compromised"  # signed with a key that was stolen, and not known from before
    UNKNOWN = "unknown"  # it names a key that this site never had
    BROKEN = "broken"  # it cannot be read as a payload, or was changed after it was signed


class Step(StrEnum):
    """What happens when a name is sent to a certificate."""

    FIRST_NAME = "first-name"
    PRINT_AGAIN = "print-again"
    CORRECTION = "correction"


class Reason(Enum):
    """Why a name is not taken."""

    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    NOT_NAMED = "not-named"
    NAME_DIFFERS = "name-differs"
    NOT_HOLDER = "not-holder"
    ALREADY_CORRECTED = "already-corrected"
    TOO_LATE = "too-late"
    TOO_MANY_NAMES = "too-many-names"


class NamingRefused(Exception):  # noqa: N818 - a refusal is an answer of the law, not a fault
    """The name is not taken; `reason` says why, and only NAME_DIFFERS counts as a wrong name."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class Standing:
    """What is known of a certificate when a name arrives; `corrects` is true when it replaced an older one."""

    status: Status
    named_at: datetime | None
    corrects: bool


def verdict(*, proven: bool, trial: bool, status: Status | None) -> Verdict:
    """Say what a paper with a right signature is worth; the worst that is known of it decides.

    ``proven``: its key still proves something. ``status``: what became of the certificate, None when the site has no
    row for it any more; then the signature alone speaks.
    """
    if not proven:
        return Verdict.COMPROMISED
    if status is Status.WITHDRAWN:
        return Verdict.WITHDRAWN
    if status is Status.REPLACED:
        return Verdict.REPLACED
    return Verdict.TRIAL if trial else Verdict.VALID


def too_many_names(wrong_names_at: Iterable[datetime], now: datetime) -> bool:
    """Look at no further name after five wrong ones within an hour, not even at the right one."""
    return sum(now - WRONG_NAMES_WINDOW < at for at in wrong_names_at) >= WRONG_NAMES_LIMIT


def correctable_until(standing: Standing) -> datetime | None:
    """Allow one correction, within 24 hours of the first naming; None when there may be none at all."""
    if standing.status is not Status.VALID or standing.named_at is None or standing.corrects:
        return None
    return standing.named_at + CORRECTION_WINDOW


def may_take_back(reason: str, withdrawn_at: datetime, now: datetime) -> bool:
    """Let the site undo its own withdrawal within 30 days; what the holder withdrew herself stays withdrawn.

    After that others rely on it: checkers saved since then know the code as withdrawn.
    """
    return reason != "holder" and now < withdrawn_at + TAKE_BACK_WINDOW


def naming_step(
    standing: Standing,
    *,
    holder: bool,
    same_name: bool,
    correction: bool,
    wrong_names_at: Iterable[datetime],
    now: datetime,
) -> Step:
    """Let only the holder set or correct the name, and whoever knows code and name print a valid certificate again.

    `same_name`: the folded name agrees with the check value (false when there is none yet); `correction`:
    she asked to correct. A correction that folds to the same name (an accent, a capital) is only printed again.
    Raises NamingRefused.
    """
    if standing.status is Status.WITHDRAWN:
        raise NamingRefused(Reason.WITHDRAWN)
    if standing.status is Status.REPLACED:
        raise NamingRefused(Reason.REPLACED)
    if standing.named_at is None:
        if not holder:
            raise NamingRefused(Reason.NOT_NAMED)
        return Step.FIRST_NAME
    if too_many_names(wrong_names_at, now):
        raise NamingRefused(Reason.TOO_MANY_NAMES)
    if same_name:
        return Step.PRINT_AGAIN
    if not correction:
        raise NamingRefused(Reason.NAME_DIFFERS)
    return _correction_step(standing, holder=holder, now=now)


def _correction_step(standing: Standing, *, holder: bool, now: datetime) -> Step:
    """Refuse a correction by a stranger, a second one, or one after the window; else it is a correction."""
    if not holder:
        raise NamingRefused(Reason.NOT_HOLDER)
    until = correctable_until(standing)
    if until is None:
        raise NamingRefused(Reason.ALREADY_CORRECTED)
    if now >= until:
        raise NamingRefused(Reason.TOO_LATE)
    return Step.CORRECTION
