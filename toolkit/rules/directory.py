"""Which listings of the help directory learners may see, and what is said about their checking."""

from datetime import date

TWO_SOURCES = "verified_2plus"
ONE_SOURCE = "one_source"


def shown(*, confidence: str, official: bool, doubtful: bool, confirmed_on: date | None) -> bool:
    """Say whether a listing is shown: two sources, or one that is official; a doubtful number only once confirmed.

    Source: the display rules of the directory (a number without a source is never shown).
    """
    if doubtful and confirmed_on is None:
        return False
    return confidence == TWO_SOURCES or (confidence == ONE_SOURCE and official) or confirmed_on is not None


def telephone_address(dial: str) -> str:
    """Give the tel: address of a printed number: digits and a leading plus only."""
    return "tel:" + "".join(sign for place, sign in enumerate(dial) if sign.isdigit() or (sign == "+" and place == 0))
