"""Checking a paper: the signature, what its key still proves, and what became of the certificate since."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from toolkit import signing
from toolkit.models.certificates import SigningKey
from toolkit.rules import certificate_keys as keys_rule
from toolkit.rules import certificate_payload
from toolkit.rules import certificates as rule
from toolkit.rules.certificate_keys import KeyState
from toolkit.rules.certificates import Verdict
from toolkit.services import certificate_keys
from toolkit.services.certificates import by_code


@dataclass(frozen=True)
class Checked:
    """What a paper is worth, what it says (nothing when it cannot be read), and what is known of it.

    ``withdrawn_on`` and ``replaced_by`` are known to the site only; ``noted`` is true when the paper counts although
    its key was compromised, because the site had noted it before.
    """

    verdict: Verdict
    statement: certificate_payload.Statement | None = None
    withdrawn_on: date | None = None
    replaced_by: str | None = None
    noted: bool = False


def check(session: Session, text: str) -> Checked:
    """Check the payload of a paper with all that this site knows; two queries, three for a compromised key."""
    try:
        payload = certificate_payload.decode(text)
    except certificate_payload.PayloadRefused:
        return Checked(Verdict.BROKEN)
    said, kid = payload.statement, payload.statement.key_id.hex()
    row = session.scalar(select(SigningKey).where(SigningKey.kid == kid))
    if row is None or not _holds(payload, certificate_keys.public_key(row)):
        return Checked(Verdict.UNKNOWN if row is None else Verdict.BROKEN)
    compromised = KeyState(row.state) is KeyState.COMPROMISED
    noted_at = certificate_keys.noted_at(session, kid, said.code, payload.signature) if compromised else None
    proven = keys_rule.proves(KeyState(row.state), row.since, noted_at)
    view = by_code(session, said.code)
    verdict = rule.verdict(proven=proven, trial=said.trial, status=None if view is None else view.status)
    return Checked(
        verdict,
        said,
        withdrawn_on=view.withdrawn_at.date() if view and view.withdrawn_at else None,
        replaced_by=view.replaced_by if view else None,
        noted=compromised and proven,
    )


def check_alone(text: str, keys: list[signing.PublicKey]) -> Checked:
    """Check the payload of a paper with nothing but public keys: what happened to the certificate is not known."""
    try:
        payload = certificate_payload.decode(text)
    except certificate_payload.PayloadRefused:
        return Checked(Verdict.BROKEN)
    key = next((key for key in keys if key.key_id == payload.statement.key_id), None)
    if key is None or not _holds(payload, key):
        return Checked(Verdict.UNKNOWN if key is None else Verdict.BROKEN)
    proven = key.state is not KeyState.COMPROMISED
    said = payload.statement
    return Checked(rule.verdict(proven=proven, trial=said.trial, status=None), said)


def _holds(payload: certificate_payload.Payload, key: signing.PublicKey) -> bool:
    return signing.verify(payload.signed, payload.signature, key.key_id, {key.key_id: key.public})
