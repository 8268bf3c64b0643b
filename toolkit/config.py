"""Settings, one line each, read from the environment once. What a setting means stands in the README."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from toolkit.paths import default_data_dir

# How long what is kept; the names say the unit. Source: the product's answer to "How long is what kept?".
KEPT = {
    "KEEP_GUESTS_MONTHS": 12,  # after the last answer
    "KEEP_ACCOUNTS_MONTHS": 24,  # after the last sign-in, with two mails before
    "KEEP_ANSWERS_DAYS": 90,  # the answers of an attempt, after passing
    "KEEP_DRAFTS_DAYS": 90,  # reports of mistakes, after they were dealt with
    "KEEP_LOGS_DAYS": 14,
    "KEEP_JOBS_DAYS": 7,
    "KEEP_BACKUPS_DAYS": 30,
}
LONGEST_KEPT = 3650  # ten years of days, far above any promise
LEAST_PASSWORD_MEMORY_MIB, LEAST_PASSWORD_ROUNDS = 19, 2  # the performance budget; a setting makes hashes dearer only


class SettingError(Exception):
    """A setting that cannot work; the message says which one and what to write."""


@dataclass(frozen=True)
class Settings:
    """Everything the person who runs the site may set; paths are absolute, addresses have no slash at the end."""

    data_dir: Path
    database_url: str
    port: int
    site_url: str
    site_names: Mapping[str, str]
    issuer_names: Mapping[str, str]
    exit_url: str
    time_zone: str
    contact: str
    development: bool
    smtp_url: str
    mail_from: str
    metrics_token: str
    backup_dir: Path
    kept: Mapping[str, int]  # how long each class of data is kept, by the name of its setting
    password_memory_mib: int = LEAST_PASSWORD_MEMORY_MIB
    password_rounds: int = LEAST_PASSWORD_ROUNDS
    given: frozenset[str] = frozenset()  # the names that the environment sets; all else is a default

    @property
    def trial(self) -> bool:
        """True while SITE_URL is a loopback address: certificates then say "Trial"."""
        return urlsplit(self.site_url).hostname in {"127.0.0.1", "localhost", "::1"}

    @property
    def secure(self) -> bool:
        """True when the site is served over TLS, as SITE_URL says."""
        return self.site_url.startswith("https://")


def load(env: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment; raises SettingError on a value that cannot work."""
    env = os.environ if env is None else env
    data_dir = Path(env.get("TOOLKIT_DATA") or default_data_dir()).absolute()
    port = env.get("PORT") or "8000"
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise SettingError(f"PORT={port}: write a number from 1 to 65535")
    site_url = (env.get("SITE_URL") or f"http://127.0.0.1:{port}").rstrip("/")
    parts = urlsplit(site_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query or parts.fragment:
        raise SettingError(f"SITE_URL={site_url}: write the address without a path, like https://learning.example.org")
    exit_url = env.get("EXIT_URL") or "https://{lang}.wikipedia.org/"
    if not exit_url.startswith(("https://", "http://")):
        raise SettingError(f"EXIT_URL={exit_url}: write a whole address; {{lang}} in it becomes en or el")
    return Settings(
        data_dir=data_dir,
        database_url=env.get("DATABASE_URL") or f"sqlite:///{data_dir / 'toolkit.db'}",
        port=int(port),
        site_url=site_url,
        site_names={
            "en": env.get("SITE_NAME_EN") or "Workplace Learning Toolkit",
            "el": env.get("SITE_NAME_EL") or "Εργαλειοθήκη Μάθησης",
        },
        issuer_names={"en": env.get("ISSUER_NAME_EN") or "", "el": env.get("ISSUER_NAME_EL") or ""},
        exit_url=exit_url,
        time_zone=env.get("TIME_ZONE") or "Europe/Nicosia",
        contact=env.get("CONTACT") or "",
        development=env.get("TOOLKIT_DEVELOPMENT") == "1",
        smtp_url=_smtp_url(env.get("SMTP_URL") or ""),
        mail_from=env.get("MAIL_FROM") or f"no-reply@{parts.hostname}",
        metrics_token=env.get("METRICS_TOKEN") or "",
        backup_dir=Path(env.get("BACKUP_DIR") or data_dir / "backups").absolute(),
        kept={name: _whole(env, name, default) for name, default in KEPT.items()},
        password_memory_mib=_at_least(env, "PASSWORD_MEMORY_MIB", LEAST_PASSWORD_MEMORY_MIB, 1024),
        password_rounds=_at_least(env, "PASSWORD_ROUNDS", LEAST_PASSWORD_ROUNDS, 20),
        given=frozenset(name for name, value in env.items() if value),
    )


def _smtp_url(given: str) -> str:
    parts = urlsplit(given)
    if given and (parts.scheme not in {"smtp", "smtps", "smtp+starttls"} or not parts.hostname):
        # The value itself may hold a password: it is not repeated.
        raise SettingError("SMTP_URL: write smtp://, smtps:// or smtp+starttls://, then user:password@host:port")
    return given


def _whole(env: Mapping[str, str], name: str, default: int) -> int:
    given = env.get(name) or str(default)
    if not given.isascii() or not given.isdigit() or not 0 < int(given) <= LONGEST_KEPT:
        raise SettingError(f"{name}={given}: write a whole number from 1 to {LONGEST_KEPT}")
    return int(given)


def _at_least(env: Mapping[str, str], name: str, least: int, most: int) -> int:
    given = env.get(name) or str(least)
    if not given.isascii() or not given.isdigit() or not least <= int(given) <= most:
        raise SettingError(f"{name}={given}: write a whole number from {least} to {most}")
    return int(given)
