"""Checks of days and months in a module: nothing was read, checked or published after the module's own version.

Compared with the version and not with the clock, so that the same folder gives the same answer on every day.
"""

from collections.abc import Iterator

from toolkit.services.modules_files import ContentFile, Problem, Where
from toolkit.services.modules_schema import Module
from toolkit.services.modules_schema_blocks import LawMapBlock, ResourceBlock


def check_dates(file: ContentFile, module: Module) -> Iterator[Problem]:
    """Check the months of law cards and the days of links."""
    newest = "-".join(module.version.split(".")[:2])
    dated: list[tuple[Where, str]] = []
    for place, lesson in enumerate(module.lessons):
        for number, block in enumerate(lesson.blocks):
            here: Where = ("lessons", place, "blocks", number)
            if isinstance(block, LawMapBlock):
                dated += [
                    ((*here, "countries", at, "checked"), card.checked) for at, card in enumerate(block.countries)
                ]
            elif isinstance(block, ResourceBlock):
                dated += [((*here, "links", at, "date"), link.date) for at, link in enumerate(block.links or [])]
    for where, day in dated:
        if day[:7] > newest:
            yield file.problem(where, f"{day} is later than the version of the module ({module.version})")
