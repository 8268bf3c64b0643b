"""Makes every font file of the toolkit from two published npm packages.

    python tools/fonts.py               # fetch both packages with `npm pack`, then build
    python tools/fonts.py --packages D  # build from packages already in folder D, no network

Needs fontTools and brotli, and npm for fetching. Writes static/fonts/ (web fonts, the fonts for
PDF, licences, VERSIONS.md), static/css/fonts.css and fonts_names.css. The result is the same, byte for byte, on
every run: the packages are pinned by their SHA-256, and no file carries the time of the build.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import fontTools
from fonts_signs import FIGURES, LATIN, UNPRINTED, WEB_FILES, coverage, css_range
from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "static" / "fonts"
CSS = ROOT / "static" / "css"
# Only names, typed by their owners, need these signs, and number columns the figures: no lesson loads their rules.
FOR_NAMES = {"cyrillic-ext", "vietnamese"}


@dataclass(frozen=True)
class Package:
    """One npm package, pinned by version and by the SHA-256 of its archive."""

    name: str
    version: str
    sha256: str
    licence_file: str
    sample: str

    @property
    def archive(self) -> str:
        """Name the archive as npm does."""
        return f"{self.name.lstrip('@').replace('/', '-')}-{self.version}.tgz"


COMMISSIONER = Package(
    "@fontsource-variable/commissioner",
    "5.3.0",
    "09ddbabb378a47e1915863d2a8f6041f7c49408ee4dfd8ba8677d7a77c871318",
    "LICENCE-Commissioner.txt",
    "commissioner-latin-flar-normal.woff2",
)
SOURCE_SANS = Package(
    "@fontsource-variable/source-sans-3",
    "5.3.0",
    "115c2d5a38a05d52c77ba02e4d939644bae30585a30a2e4657a3be2c99d5c7dc",
    "LICENCE-Figures.txt",
    "source-sans-3-latin-wght-normal.woff2",
)

WEB_AXES: dict[str, tuple[float, float]] = {"wght": (400, 750), "FLAR": (0, 100)}

# Kerning and marks matter in names and headings; fractions and the like do not.
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "calt", "rvrn", "rlig"]

# Weight, flare and style name of each font for PDF; the heaviest is the flared headline.
PDF_STYLES = ((400, 0, "Regular"), (600, 0, "SemiBold"), (750, 100, "Bold"))
PDF_FAMILY = "Toolkit"

CSS_HEAD = """/* Made by tools/fonts.py; do not edit by hand.
   A browser fetches a file only when the page holds a sign of its range. */
"""


def fetch(package: Package, folder: Path) -> Path:
    """Put one package into the folder with npm and return its archive.

    Raises CalledProcessError when npm fails.
    """
    spec = f"{package.name}@{package.version}"
    subprocess.run(["npm", "pack", "--silent", spec], cwd=folder, check=True)
    return folder / package.archive


def unpack(package: Package, archive: Path, folder: Path) -> Path:
    """Unpack one archive after its checksum agrees and return the folder of its content.

    Raises SystemExit when the archive is not the pinned one.
    """
    if hashlib.sha256(archive.read_bytes()).hexdigest() != package.sha256:
        raise SystemExit(f"{archive.name} is not the pinned package; nothing was built.")
    target = folder / package.archive.removesuffix(".tgz")
    with tarfile.open(archive) as tar:
        tar.extractall(target, filter="data")
    return target / "package"


def subset(font: TTFont, code_points: Iterable[int]) -> TTFont:
    """Reduce a font, in place, to the given code points and to the features listed above."""
    options = Options()
    options.layout_features = FEATURES
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.recalc_timestamp = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=sorted(code_points))
    subsetter.subset(font)
    return font


def rename(font: TTFont, family: str, style: str, version: str) -> None:
    """Give a font its own names and keep its copyright, its licence and the names of its axes.

    The Open Font License lets a changed font bear a reserved name of its source only with
    leave, so changed fonts get names of their own.
    """
    table = font["name"]
    kept = {n.nameID: str(n) for n in table.names if n.nameID in (0, 13, 14) or n.nameID > 255}
    table.names = []
    full = family if style == "Regular" else f"{family} {style}"
    linked = style in (
        "Regular",
        "Bold",
    )  # the two styles that old programs know by name
    names = kept | {
        1: family if linked else full,
        2: style if linked else "Regular",
        3: f"{version};{family}-{style}",
        4: full,
        5: f"Version {version}",
        6: f"{family}-{style}",
        13: "Licensed under the SIL Open Font License, Version 1.1.",
    }
    if not linked:
        names |= {16: family, 17: style}
    for number, text in sorted(names.items()):
        table.setName(text, number, 3, 1, 0x409)


def partition(folder: Path) -> dict[str, frozenset[int]]:
    """Deal the code points of the source files out, so that each stands in one web font only."""
    result: dict[str, frozenset[int]] = {}
    taken: frozenset[int] = frozenset()
    for file, (source, wanted) in WEB_FILES.items():
        # Controls, the soft hyphen and the filler signs print nothing.
        have = {c for c in TTFont(folder / source).getBestCmap() if c >= 0x20 and c not in UNPRINTED}
        result[file] = frozenset(have if wanted is None else have & wanted) - taken
        taken |= result[file]
    return result


def save(font: TTFont, target: Path) -> None:
    """Write a font without the time of the build; the suffix .woff2 packs it for the web."""
    font.recalcTimestamp = False
    font.flavor = "woff2" if target.suffix == ".woff2" else None
    font.save(target)


def build_web(commissioner: Path, source_sans: Path) -> tuple[str, str]:
    """Make the web fonts and return the texts of fonts.css and fonts_names.css."""
    parts = partition(commissioner)
    rules, for_names = [CSS_HEAD], [CSS_HEAD]
    for file, points in parts.items():
        font = TTFont(commissioner / WEB_FILES[file][0])
        instantiateVariableFont(font, WEB_AXES, inplace=True)
        rename(
            subset(font, points),
            "Commissioner",
            "Regular",
            f"{COMMISSIONER.version}-{file}",
        )
        name = f"commissioner-{file}.woff2"
        save(font, FONTS / name)
        others = frozenset().union(*(p for f, p in parts.items() if f != file))
        rule = face("Commissioner", "400 750", name, css_range(points, others))
        (for_names if file in FOR_NAMES else rules).append(rule)
    font = TTFont(source_sans / SOURCE_SANS.sample)
    instantiateVariableFont(font, {"wght": (400, 700)}, inplace=True)
    rename(subset(font, FIGURES), "Figures", "Regular", SOURCE_SANS.version)
    save(font, FONTS / "figures.woff2")
    signs = css_range(FIGURES, LATIN)
    # Digits of Source Sans are 0.638 em high, those of Commissioner 0.688.
    taller = "  size-adjust: 108%;\n"
    for_names.append(face("Figures", "400 700", "figures.woff2", signs, taller))
    return "\n".join(rules), "\n".join(for_names)


def face(family: str, weights: str, file: str, unicode_range: str, extra: str = "") -> str:
    """Write one @font-face rule; `extra` holds further declarations, one a line."""
    return (
        "@font-face {\n"
        f'  font-family: "{family}";\n'
        f"  font-weight: {weights};\n"
        "  font-style: normal;\n"
        "  font-display: swap;\n"
        f"{extra}"
        f'  src: url("../fonts/{file}") format("woff2");\n'
        f"  unicode-range: {unicode_range};\n"
        "}\n"
    )


def build_pdf(commissioner: Path, scratch: Path) -> frozenset[int]:
    """Make the three static fonts for PDF and return the code points that all three cover.

    Typst reads neither WOFF2 nor variable fonts, and falls back to no other font of the
    system, so every script that a name may use is merged into each file.
    """
    sources: dict[str, frozenset[int]] = {}
    for file, points in partition(commissioner).items():
        source = WEB_FILES[file][0]
        sources[source] = sources.get(source, frozenset()) | points
    covered: list[frozenset[int]] = []
    for weight, flare, style in PDF_STYLES:
        pieces = []
        for source, points in sources.items():
            font = TTFont(commissioner / source)
            instantiateVariableFont(font, {"wght": weight, "FLAR": flare}, inplace=True)
            piece = scratch / f"{style}-{source}.ttf"
            save(subset(font, points), piece)
            pieces.append(str(piece))
        merged = Merger().merge(pieces)
        rename(merged, PDF_FAMILY, style, COMMISSIONER.version)
        bold = weight > 700
        merged["head"].created = merged["head"].modified = 0  # the merger puts in the time of day
        merged["OS/2"].usWeightClass = weight
        merged["OS/2"].fsSelection = 0x80 | (0x20 if bold else 0x40)
        merged["head"].macStyle = int(bold)
        merged["post"].formatType = 3.0  # no glyph names: a PDF needs none
        save(merged, FONTS / "pdf" / f"{PDF_FAMILY}-{style}.ttf")
        covered.append(frozenset(merged.getBestCmap()))
    return frozenset.intersection(*covered)


def versions() -> str:
    """Write VERSIONS.md: what the files were made from and how large they are."""
    lines = [
        "# Fonts",
        "",
        "Made by `tools/fonts.py`; do not edit by hand. Both sources are under the SIL Open Font",
        "License 1.1, see the licence files beside this one.",
        "",
        "| Source (npm) | Version | SHA-256 of the package |",
        "| --- | --- | --- |",
    ]
    lines += [f"| {p.name} | {p.version} | `{p.sha256}` |" for p in (COMMISSIONER, SOURCE_SANS)]
    lines += [
        "",
        f"Built with fontTools {fontTools.version}.",
        "",
        "| File | Bytes |",
        "| --- | ---: |",
    ]
    files = sorted((*FONTS.glob("*.woff2"), *FONTS.glob("pdf/*.ttf")))
    lines += [f"| {f.relative_to(FONTS).as_posix()} | {f.stat().st_size:,} |" for f in files]
    return "\n".join(lines) + "\n"


def build(packages: Path, scratch: Path) -> None:
    """Make all files from the two archives in the packages folder."""
    folders = {p: unpack(p, packages / p.archive, scratch) for p in (COMMISSIONER, SOURCE_SANS)}
    (FONTS / "pdf").mkdir(parents=True, exist_ok=True)
    CSS.mkdir(parents=True, exist_ok=True)
    rules, for_names = build_web(*(folder / "files" for folder in folders.values()))
    (CSS / "fonts.css").write_text(rules, "utf-8")
    (CSS / "fonts_names.css").write_text(for_names, "utf-8")
    points = build_pdf(folders[COMMISSIONER] / "files", scratch)
    (FONTS / "pdf" / "COVERAGE.txt").write_text(coverage(points), "utf-8")
    for package, folder in folders.items():
        # The package may name only a publisher; the copyright line stands in the font itself.
        copyright_line = TTFont(folder / "files" / package.sample)["name"].getDebugName(0)
        text = (folder / "LICENSE").read_text("utf-8").replace("\r\n", "\n")
        text = f"{copyright_line}\n{text.partition(chr(10))[2]}"
        (FONTS / package.licence_file).write_text(text, "utf-8")
    (FONTS / "VERSIONS.md").write_text(versions(), "utf-8")


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description="Make the font files of the toolkit.")
    parser.add_argument("--packages", type=Path, help="folder with the two packages; nothing is fetched")
    given: Path | None = parser.parse_args().packages
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        if given is None:
            for package in (COMMISSIONER, SOURCE_SANS):
                fetch(package, scratch)
        build(given or scratch, scratch)


if __name__ == "__main__":
    main()
