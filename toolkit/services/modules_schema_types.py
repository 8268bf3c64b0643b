"""The small shapes that content files are made of: ids, keys, digits, and the strict mapping all are built on.

The surprise: a UnitId or FactId is a str of its own class, so that both can be found wherever they stand.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, GetCoreSchemaHandler, StringConstraints
from pydantic_core import PydanticCustomError, core_schema

UNIT_PATTERN = r"^(?:[a-z0-9]{5}|\+[a-z0-9][a-z0-9-]*)$"
FACT_PATTERN = r"^[A-Z]{2,8}-[A-Z]?[0-9]{2,3}$"


class _Id(str):
    __slots__ = ()
    pattern = ""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        del source, handler
        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema(pattern=cls.pattern))


class UnitId(_Id):
    """A text: five signs, or `+label` while drafting."""

    __slots__ = ()
    pattern = UNIT_PATTERN


class FactId(_Id):
    """An entry of facts.yaml."""

    __slots__ = ()
    pattern = FACT_PATTERN


def _in_the_calendar(day: str) -> str:
    try:
        date.fromisoformat(day)
    except ValueError:
        raise PydanticCustomError("no_day", "is no day of the calendar") from None
    return day


Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Text = Annotated[str, StringConstraints(min_length=1)]
UnitName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{5}$")]  # names a text that stands elsewhere
Digits = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,2}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$")]
Version = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}\.(?:0[1-9]|1[0-2])(?:\.[0-9]{1,3})?$")]
Month = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(?:0[1-9]|1[0-2])$")]
Day = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$"),
    AfterValidator(_in_the_calendar),
]
Telephone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 ()-]*$")]
Yes = Literal["yes"]
YesNo = Literal["yes", "no"]
Facts = Annotated[list[FactId], Field(min_length=1)] | None
Units = Annotated[list[UnitId], Field(min_length=1)]


class Shape(BaseModel):
    """A mapping of a content file."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
