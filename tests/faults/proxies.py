"""The files of deploy/ at work: gunicorn processes behind a real nginx or Caddy, on ports and folders of the test."""

import os
import re
import shutil
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.faults.keeper import INSIDE
from toolkit import paths

DEPLOY = paths.ROOT / "deploy"
UNPACKED = paths.ROOT / ".venv" / "debian"
START_SECONDS = 60


def binary(name: str) -> Path:
    """Find a proxy: unpacked by ./run test, or installed; without one the test says loudly that it did not run."""
    for folder in (UNPACKED / "usr/sbin", UNPACKED / "usr/bin"):
        if (folder / name).exists():
            return folder / name
    found = shutil.which(name)
    if found:
        return Path(found)
    if os.environ.get("CI") == "true":
        pytest.fail(f"{name} is not there: the files under deploy/ were not tried")
    pytest.skip(f"DEPLOY TESTS WERE NOT RUN: {name} is not installed (sudo apt install {name})")


@contextmanager
def process(command: list[str | Path], log: Path, **env: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program for a while; ended gently, then for good."""
    with log.open("ab") as out:
        running = subprocess.Popen(command, env={**os.environ, **env}, stdout=out, stderr=out, cwd=log.parent)
    try:
        yield running
    finally:
        running.terminate()
        try:
            running.wait(timeout=30)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


@contextmanager
def gunicorn(port: int, log: Path, *, die: str = "", **env: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run one process of the site as its unit does; ``die`` is a plan of inside/sitecustomize.py."""
    inside = {"TOOLKIT_DIE": die, "PYTHONPATH": str(INSIDE)} if die else {}
    command = [sys.executable, "-m", "gunicorn", "-c", DEPLOY / "gunicorn.conf.py", "toolkit.wsgi:app"]
    with process(command, log, PORT=str(port), **env, **inside) as running:
        yield running


def answers(url: str, *, host: str, running: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until an address answers; a program that has ended says why."""
    loose = ssl._create_unverified_context()  # noqa: S323 - the test's own certificate
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        assert running.poll() is None, log.read_text()
        try:
            asked = urllib.request.Request(url, headers={"Host": host})
            with urllib.request.urlopen(asked, timeout=2, context=loose) as answer:
                if answer.status == 200:
                    return
        except urllib.error.HTTPError as error:
            error.close()
            if error.code not in {502, 503}:
                raise
        except OSError:
            pass
        time.sleep(0.05)  # between two questions, not instead of one
    raise AssertionError(f"{url} did not answer within {START_SECONDS} s: {log.read_text()}")


def put(text: str, changes: dict[str, str]) -> str:
    """Put the test's own values into a file of deploy/; each must be there to be replaced."""
    for pattern, value in changes.items():
        text, count = re.subn(pattern, value.replace("\\", "\\\\"), text)
        assert count, f"{pattern} is not in the file"
    return text


def certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for 127.0.0.1 that only this test believes; give its file and its key's."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    cert, private = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return cert, private
