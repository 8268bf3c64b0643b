"""Whom a service of the help directory is for, and which services a choice leaves.

The signs in an address are letters without meaning: a browser keeps addresses, and somebody may read them.
Who buys or bought is no choice of this kind: what is for them opens in place, without an address.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum


class Group(Enum):
    """Whom a service is for; the values stand in content files."""

    SUPPORT = "support"
    VIOLENCE = "violence"
    WORK = "work"
    CHILDREN = "children"
    REPORT = "report"
    OTHER = "other"

    @property
    def sign(self) -> str:
        """Give the letter that stands for it in an address."""
        return "abcdef"[list(Group).index(self)]


LABOUR = "labour_inspectorate"

# A service stands under the first group and is found under all. Trafficking lines are found under work too and stand
# before an inspectorate (fact ACT-12); the police take reports about children (fact ACT-13).
_GROUPS: Mapping[str, tuple[Group, ...]] = {
    "trafficking_hotline": (Group.SUPPORT, Group.WORK),
    "victim_support_ngo": (Group.SUPPORT,),
    "social_services": (Group.SUPPORT,),
    "national_referral_mechanism": (Group.SUPPORT,),
    "professional_support_line": (Group.SUPPORT,),
    "referral": (Group.SUPPORT,),
    "crime_victims_helpline": (Group.SUPPORT,),
    "counselling": (Group.SUPPORT,),
    "legal_support_ngo": (Group.SUPPORT,),
    "violence_against_women_helpline": (Group.VIOLENCE,),
    "violence_helpline": (Group.VIOLENCE,),
    LABOUR: (Group.WORK,),
    "labour_rights_ngo": (Group.WORK,),
    "child_helpline": (Group.CHILDREN,),
    "missing_children": (Group.CHILDREN,),
    "police_reporting": (Group.REPORT, Group.CHILDREN),
    "police_unit": (Group.REPORT,),
    "anonymous_line": (Group.REPORT,),
    "anonymous_police_line": (Group.REPORT,),
    "complaints_body": (Group.REPORT,),
}


@dataclass(frozen=True)
class Asked:
    """What a reader asked for; nothing at all leaves every service."""

    group: Group | None = None
    always: bool = False
    language: str = ""

    @property
    def anything(self) -> bool:
        """Say whether something was asked for."""
        return self.group is not None or self.always or bool(self.language)

    def leaves(self, *, groups: Collection[Group], always: bool, speaks: Collection[str]) -> bool:
        """Say whether a service stays: all that was asked for holds. 112 is never asked about."""
        return (
            (self.group is None or self.group in groups)
            and (always or not self.always)
            and (not self.language or self.language in speaks)
        )


def groups_of(kind: str, also: Collection[str] = ()) -> tuple[Group, ...]:
    """List the groups of a service, its own first; a kind that is not known stands under "other"."""
    own = _GROUPS.get(kind, (Group.OTHER,))
    return (*own, *(group for group in Group if group.value in also and group not in own))


def asked(sign: str, always: str, language: str, languages: Collection[str]) -> Asked:
    """Read what stands in an address; what is not known there asks for nothing."""
    group = next((one for one in Group if one.sign == sign and one is not Group.OTHER), None)
    return Asked(group, always == "1", language if language in languages else "")


def for_buyers(kind: str, *, anonymous: bool, named: bool = False, reviewed: bool = False) -> bool:
    """Say whether a service is named to somebody who bought and wants to report.

    Only one that takes calls without a name, as long as no lawyer of the country has read what buyers are told
    (``reviewed``); then those, too, that this text names (``named``). Never an inspectorate, whose checks fall on the
    workers (fact ACT-12). Source: the display rules of the directory.
    """
    return (anonymous or (named and reviewed)) and kind != LABOUR
