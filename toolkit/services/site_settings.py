"""Every setting with its value, where it comes from and what happens while it is not set: for the page and the command.

Secrets never leave here. The sentences are English; the page translates them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url

from toolkit.config import Settings
from toolkit.services.texts import N_

HIDDEN = "•••"


class Need(Enum):
    """How much a setting matters before people come in."""

    NEEDED = "needed"
    ADVISED = "advised"
    FREE = "free"


@dataclass(frozen=True)
class Line:
    """One setting: ``missing`` says that it is needed or advised and does not have a value that will do."""

    name: str
    value: str
    given: bool
    unset: str
    need: Need
    missing: bool


_Value = Callable[[Settings], object]
_KEPT = {
    "KEEP_GUESTS_MONTHS": N_("A guest's progress is kept for 12 months after her last answer."),
    "KEEP_ACCOUNTS_MONTHS": N_("An account is kept for 24 months after the last sign-in."),
    "KEEP_ANSWERS_DAYS": N_("The answers of a quiz are kept for 90 days after it is passed."),
    "KEEP_DRAFTS_DAYS": N_("What is begun and not finished is kept for 90 days."),
    "KEEP_LOGS_DAYS": N_("Logs are kept for 14 days."),
    "KEEP_JOBS_DAYS": N_("What background jobs did is kept for 7 days."),
    "KEEP_BACKUPS_DAYS": N_("Backups are kept for 30 days."),
}
# Name, value, what happens while it is not set, how much it matters.
_LINES: tuple[tuple[str, _Value, str, Need], ...] = (
    (
        "SITE_URL",
        lambda s: s.site_url,
        N_("Certificates say “Trial”, and every link on paper and in mail leads to this computer only."),
        Need.NEEDED,
    ),
    (
        "ISSUER_NAME_EN",
        lambda s: s.issuer_names["en"],
        N_("English certificates name the site as their issuer, not your organisation."),
        Need.NEEDED,
    ),
    (
        "ISSUER_NAME_EL",
        lambda s: s.issuer_names["el"],
        N_("Greek certificates name the site as their issuer, not your organisation."),
        Need.NEEDED,
    ),
    ("CONTACT", lambda s: s.contact, N_("People cannot see whom to write to."), Need.NEEDED),
    (
        "SMTP_URL",
        lambda s: _without_secrets(s.smtp_url),
        N_("No mail is sent: no link for a forgotten password, and no letter before an account ends."),
        Need.ADVISED,
    ),
    ("MAIL_FROM", lambda s: s.mail_from, N_("Mail comes from no-reply at the site's name."), Need.FREE),
    ("EXIT_URL", lambda s: s.exit_url, N_("Exit leads to Wikipedia in the language of the page."), Need.FREE),
    ("TIME_ZONE", lambda s: s.time_zone, N_("Days and times are those of Nicosia."), Need.FREE),
    (
        "BACKUP_DIR",
        lambda s: s.backup_dir,
        N_("Backups lie beside the data: one broken disk takes both."),
        Need.ADVISED,
    ),
    (
        "METRICS_TOKEN",
        lambda s: HIDDEN if s.metrics_token else "",
        N_("The numbers for monitoring at /metrics stay closed."),
        Need.ADVISED,
    ),
    (
        "SITE_NAME_EN",
        lambda s: s.site_names["en"],
        N_("The site is called “Workplace Learning Toolkit”."),
        Need.FREE,
    ),
    ("SITE_NAME_EL", lambda s: s.site_names["el"], N_("The site is called «Εργαλειοθήκη Μάθησης»."), Need.FREE),
    ("TOOLKIT_DATA", lambda s: s.data_dir, N_("Data and keys lie in the user's own data folder."), Need.FREE),
    (
        "DATABASE_URL",
        lambda s: make_url(s.database_url).render_as_string(hide_password=True),
        N_("The database is one file in the data folder."),
        Need.FREE,
    ),
    (
        "PASSWORD_MEMORY_MIB",
        lambda s: s.password_memory_mib,
        N_("A password takes 19 MiB of memory to check, the least that is safe."),
        Need.FREE,
    ),
    (
        "PASSWORD_ROUNDS",
        lambda s: s.password_rounds,
        N_("A password is worked over twice, the least that is safe."),
        Need.FREE,
    ),
    ("PORT", lambda s: s.port, N_("The server listens on port 8000."), Need.FREE),
    (
        "TOOLKIT_DEVELOPMENT",
        lambda s: "1" if s.development else "",
        N_("The page of components stays closed, as it should for visitors."),
        Need.FREE,
    ),
)


def lines(settings: Settings) -> list[Line]:
    """List every setting in the order in which it matters; those that say how long what is kept come last."""
    listed = [*_LINES, *((name, _kept(name), _KEPT[name], Need.FREE) for name in settings.kept)]
    return [
        Line(name, str(value(settings)), name in settings.given, unset, need, _missing(settings, name, need))
        for name, value, unset, need in listed
    ]


def _missing(settings: Settings, name: str, need: Need) -> bool:
    if name == "SITE_URL":
        return settings.trial  # set or not: a loopback address is nobody else's
    return need is not Need.FREE and name not in settings.given


def _kept(name: str) -> _Value:
    return lambda s: s.kept[name]


def _without_secrets(url: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{f'{HIDDEN}@' if '@' in parts.netloc else ''}{host}" if url else ""
