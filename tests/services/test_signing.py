"""The keys: made once, kept closed, and what is signed with them."""

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from toolkit import signing

SERVER_KEY = bytes(range(32))


def test_keys_are_made_once_and_found_again(tmp_path):
    folder = tmp_path / "instance" / "keys"
    first, second = signing.load_keys(folder), signing.load_keys(folder)
    assert (first.server, first.public) == (second.server, second.public)
    assert first.server != first.signing.private_bytes_raw()
    assert sorted(path.name for path in folder.iterdir()) == ["server.key", "signing.key"]


def test_key_files_are_closed_to_others_even_under_a_loose_umask(tmp_path):
    before = os.umask(0)
    try:
        signing.load_keys(tmp_path)
    finally:
        os.umask(before)
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_an_open_key_file_is_closed_on_the_next_start(tmp_path):
    signing.load_keys(tmp_path)
    (tmp_path / "server.key").chmod(0o644)
    signing.load_keys(tmp_path)
    assert stat.S_IMODE((tmp_path / "server.key").stat().st_mode) == 0o600


def test_when_many_start_at_once_all_have_the_same_keys(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: signing.load_keys(tmp_path / "keys"), range(16)))
    assert len({(key.server, key.public) for key in keys}) == 1
    assert len(list((tmp_path / "keys").iterdir())) == 2


def test_a_damaged_key_file_is_refused_and_left_alone(tmp_path):
    signing.load_keys(tmp_path)
    (tmp_path / "signing.key").write_bytes(b"short")
    with pytest.raises(signing.KeyFileError, match=r"signing\.key"):
        signing.load_keys(tmp_path)
    assert (tmp_path / "signing.key").read_bytes() == b"short"


def test_what_the_old_key_signed_verifies_after_it_was_replaced(tmp_path):
    old = signing.load_keys(tmp_path)
    signature = signing.sign(old, b"statement")
    new = signing.replace_signing_key(tmp_path)
    known = {keys.key_id: keys.public for keys in (old, new)}
    assert (new.server, new.public != old.public) == (old.server, True)
    assert signing.verify(b"statement", signature, old.key_id, known)
    assert not signing.verify(b"statement", signature, new.key_id, known)
    assert not signing.verify(b"another", signature, old.key_id, known)
    assert not signing.verify(b"statement", signature, b"\0\0\0\0", known)
    assert not signing.verify(b"statement", b"", old.key_id, known)


def test_private_keys_do_not_show_when_printed(tmp_path):
    keys = signing.load_keys(tmp_path)
    assert keys.server.hex() not in repr(keys)
    assert str(keys.server) not in repr(keys)


def test_derived_keys_are_hkdf_and_differ_by_purpose():
    standard = HKDF(hashes.SHA256(), 32, salt=b"workplace-learning-toolkit", info=b"resume").derive(SERVER_KEY)
    assert signing.derive(SERVER_KEY, "resume") == standard
    assert len({signing.derive(SERVER_KEY, purpose) for purpose in ("resume", "session", "certificate name")}) == 3


def test_the_check_value_depends_on_key_code_and_name_alone():
    check = signing.name_check(SERVER_KEY, "K7M4P2XQ9TRC", "ελενη")
    assert signing.same_check(check, signing.name_check(SERVER_KEY, "K7M4P2XQ9TRC", "ελενη"))
    others = [
        signing.name_check(bytes(32), "K7M4P2XQ9TRC", "ελενη"),
        signing.name_check(SERVER_KEY, "K7M4P2XQ9TRD", "ελενη"),
        signing.name_check(SERVER_KEY, "K7M4P2XQ9TRC", "ελενα"),
    ]
    assert not any(signing.same_check(check, other) for other in others)
    assert len(check) == 32


def test_the_list_of_public_keys_says_state_and_day(tmp_path):
    keys = signing.load_keys(tmp_path)
    row = signing.PublicKey(keys.key_id, keys.public, signing.KeyState.COMPROMISED, date(2026, 11, 21))
    [entry] = json.loads(signing.public_keys_json([row]))["keys"]
    assert (entry["kid"], entry["state"], entry["since"]) == (keys.key_id.hex(), "compromised", "2026-11-21")
    assert len(entry["public"]) == 43
    assert keys.server.hex() not in json.dumps(entry)
