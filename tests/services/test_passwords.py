"""Passwords: argon2id at the promised cost, at most two at once, nobody's hash as dear as anybody's."""

import statistics
import threading
import time
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from toolkit import config, passwords
from toolkit.passwords import Cost

CHEAP = Cost(memory_mib=1, rounds=1)


def test_a_kept_hash_is_argon2id_at_the_promised_cost_with_a_salt_of_its_own():
    one, other = (passwords.hashed("four words of mine", Cost()) for _ in range(2))
    found = extract_parameters(one)
    assert (found.type, found.memory_cost, found.time_cost, found.parallelism) == (Type.ID, 19 * 1024, 2, 1)
    assert (found.salt_len, found.hash_len) == (16, 32)
    assert one != other
    assert len(one) <= 200, "the column holds it"
    assert "four words" not in one
    assert passwords.fits(one, "four words of mine")
    assert not passwords.fits(one, "four words of min")
    assert not passwords.fits(one, "")


@pytest.mark.parametrize("kept", ["", "nonsense", "$argon2id$v=19$m=1024,t=1,p=1$AAAA$", "a\0b"])
def test_what_is_no_hash_fits_nothing(kept: str):
    assert passwords.fits(kept, "four words of mine") is False


def test_nobodys_hash_fits_nothing_and_is_hashed_in_full():
    assert passwords.nobodys(Cost()) == passwords.nobodys(Cost())
    found = extract_parameters(passwords.nobodys(Cost()))
    assert found == extract_parameters(passwords.hashed("four words of mine", Cost()))
    assert not passwords.fits(passwords.nobodys(Cost()), "four words of mine")


def test_nobodys_hash_takes_as_long_as_anybodys():
    """Alternated rounds in one process, so that whatever else the machine does falls on both."""
    hashes = {"somebody": passwords.hashed("four words of mine", Cost()), "nobody": passwords.nobodys(Cost())}
    took: dict[str, list[float]] = {name: [] for name in hashes}
    for _ in range(25):
        for name, kept in hashes.items():
            start = time.process_time()
            passwords.fits(kept, "four wrong words")
            took[name].append(time.process_time() - start)
    ratio = statistics.median(took["nobody"]) / statistics.median(took["somebody"])
    assert 0.7 < ratio < 1.4, ratio


def test_a_hash_is_made_again_when_hashes_have_become_dearer():
    kept = passwords.hashed("four words of mine", CHEAP)
    assert not passwords.outgrown(kept, CHEAP)
    for dearer in (Cost(2, 1), Cost(1, 2)):
        assert passwords.outgrown(kept, dearer)
    assert not passwords.outgrown(passwords.hashed("four words of mine", Cost(2, 2)), CHEAP)
    other_kind = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1, type=Type.I).hash("four words of mine")
    assert passwords.outgrown(other_kind, CHEAP)


def test_at_most_two_are_hashed_at_once_and_the_others_wait_for_their_turn(monkeypatch: pytest.MonkeyPatch):
    inside, most, lock = 0, 0, threading.Lock()
    both = threading.Barrier(2, timeout=10)

    def counted(really: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **kwargs: object) -> object:
            nonlocal inside, most
            with lock:
                inside += 1
                most = max(most, inside)
            both.wait()  # goes on only when two are inside: were it one at a time, this would break
            try:
                return really(*args, **kwargs)
            finally:
                with lock:
                    inside -= 1

        return call

    monkeypatch.setattr(PasswordHasher, "hash", counted(PasswordHasher.hash))
    monkeypatch.setattr(PasswordHasher, "verify", counted(PasswordHasher.verify))
    kept, results = passwords.nobodys(CHEAP), []
    threads = [
        threading.Thread(target=lambda n=n: results.append(_one(n, kept)), name=f"visitor {n}") for n in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert most == passwords.AT_ONCE == 2
    assert len(results) == 12, "who waits is served, not refused"


def _one(n: int, kept: str) -> object:
    return passwords.fits(kept, "x") if n % 2 else passwords.hashed("x", CHEAP)


@pytest.mark.parametrize(
    ("name", "given"), [("PASSWORD_MEMORY_MIB", "18"), ("PASSWORD_ROUNDS", "1"), ("PASSWORD_ROUNDS", "many")]
)
def test_the_cost_can_be_set_upwards_only(name: str, given: str):
    found = config.load({"PASSWORD_MEMORY_MIB": "64", "PASSWORD_ROUNDS": "3"})
    assert (found.password_memory_mib, found.password_rounds) == (64, 3)
    with pytest.raises(config.SettingError, match=name):
        config.load({name: given})
