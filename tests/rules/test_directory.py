"""Which help services are shown: the whole table, and numbers as a telephone takes them."""

from datetime import date
from itertools import product

import pytest

from toolkit.rules import directory

CONFIRMED = date(2026, 11, 1)


def test_a_service_is_shown_when_its_sources_suffice():
    """Every combination; the expectation is written down as the four cases of the rule."""
    for confidence, official, doubtful, confirmed in product(
        ("verified_2plus", "one_source", "unverified", ""), (True, False), (True, False), (None, CONFIRMED)
    ):
        if confirmed:
            expected = True
        elif doubtful:
            expected = False
        else:
            expected = confidence == "verified_2plus" or (confidence, official) == ("one_source", True)
        shown = directory.shown(confidence=confidence, official=official, doubtful=doubtful, confirmed_on=confirmed)
        assert shown is expected, (confidence, official, doubtful, confirmed)


@pytest.mark.parametrize(
    ("dial", "address"),
    [
        ("112", "tel:112"),
        ("+357 22 80 86 22", "tel:+35722808622"),
        ("(0030) 210-12 34 56", "tel:0030210123456"),
        ("116 000", "tel:116000"),
        ("1 + 1", "tel:11"),
    ],
)
def test_a_printed_number_is_dialled_without_what_is_only_for_the_eye(dial: str, address: str):
    assert directory.telephone_address(dial) == address
