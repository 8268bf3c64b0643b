"""Whom a service is for: where it stands, under what it is found, what a choice leaves, whom a buyer is sent to."""

from itertools import product

import pytest

from toolkit.rules import directory_groups as groups
from toolkit.rules.directory_groups import Asked, Group


@pytest.mark.parametrize(
    ("kind", "also", "found"),
    [
        ("victim_support_ngo", [], [Group.SUPPORT]),
        ("victim_support_ngo", ["work", "children"], [Group.SUPPORT, Group.WORK, Group.CHILDREN]),
        ("trafficking_hotline", ["work"], [Group.SUPPORT, Group.WORK]),
        ("violence_against_women_helpline", ["support"], [Group.VIOLENCE, Group.SUPPORT]),
        ("police_reporting", [], [Group.REPORT, Group.CHILDREN]),
        ("a_kind_of_tomorrow", [], [Group.OTHER]),
    ],
)
def test_a_service_stands_under_its_own_group_first(kind: str, also: list[str], found: list[Group]):
    assert list(groups.groups_of(kind, also)) == found


def test_who_asks_about_work_finds_the_trafficking_line_before_the_inspectorate():
    both = [groups.groups_of(kind) for kind in ("trafficking_hotline", "labour_inspectorate")]
    assert all(Group.WORK in found for found in both)
    assert list(Group).index(both[0][0]) < list(Group).index(both[1][0])


def test_an_address_holds_letters_that_mean_nothing():
    signs = [group.sign for group in Group]
    assert len(set(signs)) == len(Group)
    assert all(len(sign) == 1 and not group.value.startswith(sign) for group, sign in zip(Group, signs, strict=True))


def test_what_is_not_known_in_an_address_asks_for_nothing():
    assert groups.asked("b", "1", "el", ["el", "en"]) == Asked(Group.VIOLENCE, always=True, language="el")
    for sign, always, language in product(("", "z", "f", "bb", "support"), ("", "yes", "2"), ("", "fr", "EL", "<b>")):
        assert not groups.asked(sign, always, language, ["el", "en"]).anything


def test_all_that_was_asked_for_holds_at_once():
    for group, always, language in product((None, Group.WORK), (False, True), ("", "el")):
        asked = Asked(group, always=always, language=language)
        assert asked.anything is bool(group or always or language)
        assert asked.leaves(groups=[Group.SUPPORT, Group.WORK], always=True, speaks=["en", "el"])
        assert asked.leaves(groups=[Group.SUPPORT], always=True, speaks=["el"]) is (group is None)
        assert asked.leaves(groups=[Group.WORK], always=False, speaks=["el"]) is not always
        assert asked.leaves(groups=[Group.WORK], always=True, speaks=[]) is not bool(language)


@pytest.mark.parametrize(
    ("kind", "anonymous", "named"),
    [
        ("anonymous_line", True, True),
        ("trafficking_hotline", True, True),
        ("trafficking_hotline", False, False),
        ("police_reporting", False, False),
        ("labour_inspectorate", True, False),
    ],
)
def test_a_buyer_is_sent_to_lines_without_a_name_and_never_to_an_inspectorate(kind: str, anonymous: bool, named: bool):  # noqa: FBT001
    assert groups.for_buyers(kind, anonymous=anonymous) is named
    assert groups.for_buyers(kind, anonymous=anonymous, named=True) is named, "nobody has read the text that names it"
    assert groups.for_buyers(kind, anonymous=anonymous, reviewed=True) is named, "the text does not name it"
    assert groups.for_buyers(kind, anonymous=anonymous, named=True, reviewed=True) is (kind != groups.LABOUR)
