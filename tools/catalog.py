"""Bring translations/*/LC_MESSAGES/messages.po in step with the texts in toolkit/ and templates/.

`python tools/catalog.py` keeps every translation whose English is still used, adds new ones empty and drops the
rest; nothing is guessed (no fuzzy matching). Translators then fill in what is empty; a test counts what is missing.
"""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
METHODS = [("toolkit/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/mail/**.txt", "jinja2")]


def extracted() -> Catalog:
    """Collect the interface texts of the tree; plural forms come as pairs."""
    catalog = Catalog(project="Workplace Learning Toolkit", charset="utf-8")
    for name, line, message, comments, context in extract_from_dir(ROOT, METHODS, {}):
        catalog.add(message, None, [(Path(name).as_posix(), line)], auto_comments=comments, context=context)
    return catalog


def _filled(string: object) -> bool:
    return bool(string) and (isinstance(string, str) or all(string))


def main() -> None:
    """Update every catalog."""
    found = extracted()
    for path in sorted(ROOT.glob("translations/*/LC_MESSAGES/messages.po")):
        with path.open("rb") as source:
            catalog = read_po(source)
        catalog.update(found, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        with path.open("wb") as target:
            write_po(target, catalog, omit_header=False, sort_output=True, no_location=True, width=120)
        empty = [m.id for m in catalog if m.id and not _filled(m.string)]
        print(f"{path.relative_to(ROOT)}: {len(catalog)} texts, {len(empty)} to translate")
        for message in empty:
            print(f"  {message}")


if __name__ == "__main__":
    main()
