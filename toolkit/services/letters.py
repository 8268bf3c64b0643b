"""Mail that is to be sent: written in the transaction that wants it, sent by the job in services/mail_sending.

One key, one letter: asking twice for the same one sends it once. Whoever commits finds in ``session.info["ring"]`` the
job that is to run now; without that it runs within a minute.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from toolkit import db
from toolkit.models.letters import Letter

JOB = "send_letters"


def write(
    session: Session,
    *,
    key: str,
    to: str,
    language: str,
    template: str,
    params: Mapping[str, str],
    now: datetime,
    person_id: int | None = None,
) -> bool:
    """Write a letter to be sent; say whether the key was new.

    ``template`` names templates/mail/<template>.txt and .html; ``params`` are its values; at most 64 signs of key.
    """
    new = db.insert_once(
        session,
        Letter,
        key=key,
        person_id=person_id,
        to_address=to,
        language=language,
        template=template,
        params=dict(params),
        state="waiting",
        tries=0,
        due_at=now,
        created_at=now,
        sent_at=None,
        trouble=None,
    )
    if new:
        session.info.setdefault("ring", set()).add(JOB)
    return new
