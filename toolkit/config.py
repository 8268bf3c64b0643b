"""Settings, one line each, read from the environment once. What a setting means stands in the README."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from toolkit.paths import default_data_dir


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
    )
