"""Cut the fonts Trainer ships: static TrueType for paper, variable woff2 for the web.

    python tools/build_assets.py [--force]

The sources are variable Noto fonts in pinned PyPI packages (dependency group `assets`). What comes out is
git-ignored and goes into wheel and sdist. A STAMP in each folder says what it was made from; when both are current
nothing happens.

Every script keeps all its letters and all its layout features, for paper and for the web alike: a font cut to "the
letters we use" loses conjuncts sooner or later, and nobody in the house can see it.
"""

from __future__ import annotations

import hashlib
import io
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PAPER = ROOT / "trainer" / "fonts"
WEB = ROOT / "trainer" / "web" / "static" / "fonts"

PACKAGES = ("justmytype-western-core", "justmytype-intl-sea", "justmytype-intl-south-asia", "justmytype-intl-cjk")
MAKERS = ("fonttools", "uharfbuzz", "brotli")

LATIN = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x250),
    *range(0x2B0, 0x300),
    *range(0x300, 0x370),
    *range(0x1E00, 0x1F00),
    *range(0x2000, 0x2070),
    *range(0x2070, 0x20A0),
    *range(0x20A0, 0x20D0),
    *range(0x2100, 0x2190),
    *range(0x2190, 0x2200),
    0x2212,
    0x2215,
    0x221A,
    0x221E,
    0x2248,
    0x2260,
    0x2264,
    0x2265,
    0x25CC,
    0xFB01,
    0xFB02,
)
SIGNS = (
    *range(0x2190, 0x219A),
    0x2713,
    0x2714,
    0x2717,
    0x2718,
    0x2610,
    0x2611,
    0x2612,
    0x260E,
    0x2605,
    0x2606,
    0x2709,
    0x270E,
    0x2691,
    0x26A0,
    0x2139,
    0x25A0,
    0x25A1,
    0x25AA,
    0x25AB,
    0x25B2,
    0x25B3,
    0x25B6,
    0x25BA,
    0x25BC,
    0x25C0,
    0x25C6,
    0x25C7,
    0x25CB,
    0x25CF,
    0x25D0,
    0x25D1,
    0x25E6,
    0x2B24,
    0x27A1,
    0x2794,
    0x279C,
    0x2B06,
    0x2B07,
    0x2B95,
    *range(0x2460, 0x2474),
    *range(0x2776, 0x2780),
)
SHAPING = (0x200B, 0x200C, 0x200D, 0x25CC)
"""Zero-width space, joiners and the dotted circle that stands in where a mark has no base."""


def gb2312() -> frozenset[int]:
    """The characters of GB 2312: what Chinese course texts are written with."""
    pairs = (bytes((high, low)) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    return frozenset(ord(text) for pair in pairs if len(text := pair.decode("gb2312", "ignore")) == 1)


class Font(NamedTuple):
    """One file to make. `keep` None: everything the source has."""

    out: str
    package: str
    source: str
    weight: int | None
    keep: frozenset[int] | None
    web: bool = False


def paper_fonts() -> Iterator[Font]:
    sea, core = "justmytype_intl_sea", "justmytype_western_core"
    latin, chinese = frozenset(LATIN), gb2312() | frozenset(range(0x20, 0x7F)) | frozenset(range(0x3000, 0x3030))
    for style, weight in (("Regular", 400), ("Bold", 700)):
        for script in ("Khmer", "Lao", "Myanmar", "Thai"):
            yield Font(f"NotoSans{script}-{style}.ttf", sea, f"NotoSans{script}[wdth,wght].ttf", weight, None)
        yield Font(
            f"NotoSansTamil-{style}.ttf", "justmytype_intl_south_asia", "NotoSansTamil[wdth,wght].ttf", weight, None
        )
        yield Font(f"NotoSansSC-{style}.ttf", "justmytype_intl_cjk", "NotoSansSC[wght].ttf", weight, chinese)
        yield Font(f"NotoSans-{style}.ttf", core, "NotoSans[wdth,wght].ttf", weight, latin)
        italic = "Italic" if style == "Regular" else "BoldItalic"
        yield Font(f"NotoSans-{italic}.ttf", core, "NotoSans-Italic[wdth,wght].ttf", weight, latin)
    yield Font("NotoSansMono-Regular.ttf", core, "NotoSansMono[wdth,wght].ttf", 400, latin)
    yield Font("NotoSansSymbols2-Regular.ttf", core, "NotoSansSymbols2-Regular.ttf", None, frozenset(SIGNS))


WEB_SCRIPTS = {
    "khmer": ("justmytype_intl_sea", "NotoSansKhmer[wdth,wght].ttf", (*range(0x1780, 0x1800), *range(0x19E0, 0x1A00))),
    "lao": ("justmytype_intl_sea", "NotoSansLao[wdth,wght].ttf", range(0xE80, 0xF00)),
    "myanmar": (
        "justmytype_intl_sea",
        "NotoSansMyanmar[wdth,wght].ttf",
        # Burmese alone: the letters of Mon, Karen and Shan would double it, and no course is written in them.
        range(0x1000, 0x1050),
    ),
    "tamil": ("justmytype_intl_south_asia", "NotoSansTamil[wdth,wght].ttf", (*range(0xB80, 0xC00), 0x964, 0x965)),
    "thai": ("justmytype_intl_sea", "NotoSansThai[wdth,wght].ttf", range(0xE00, 0xE80)),
}


def web_fonts() -> Iterator[Font]:
    """One variable file per script: smaller than two static ones, and one request instead of two."""
    for script, (package, source, letters) in WEB_SCRIPTS.items():
        yield Font(f"{script}.woff2", package, source, None, frozenset((*letters, *SHAPING)), web=True)


def locate(font: Font) -> Path:
    """The source file inside its installed package. Raises SystemExit naming what to install."""
    spec = find_spec(font.package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{font.package.replace('_', '-')} is not installed: pip install --group assets")
    found = sorted(Path(spec.origin).parent.rglob(_literal(font.source)))
    if not found:
        raise SystemExit(f"{font.package.replace('_', '-')} has no {font.source}")
    return found[0]


def _literal(name: str) -> str:
    return name.replace("[", "[[]")


def cut(font: Font) -> bytes:
    """The subset. HarfBuzz does it in C, from the variable font, in a tenth of fontTools' time."""
    import uharfbuzz as hb

    face = hb.Face(hb.Blob.from_file_path(str(locate(font))))
    wanted = hb.SubsetInput()
    wanted.unicode_set.update(face.unicodes if font.keep is None else font.keep & set(face.unicodes))
    wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE
    wanted.layout_feature_tag_set.clear()
    wanted.layout_feature_tag_set.invert()  # of nothing: every feature
    wanted.name_id_set.update((0, 1, 2, 4, 5, 6, 13, 14))
    for axis in face.axis_infos:
        if axis.tag == "wght" and font.weight:
            wanted.pin_axis_location(face, "wght", font.weight)
        elif axis.tag == "wght" and font.web:
            wanted.set_axis_range(face, "wght", 400, 700, 400)
        else:
            wanted.pin_axis_to_default(face, axis.tag)
    return bytes(hb.subset(face, wanted).blob.data)


def make(font: Font) -> tuple[str, bytes, str]:
    """-> (file name, its bytes, its copyright line). Raises SystemExit when the font is not under the OFL."""
    from fontTools.ttLib import TTFont

    opened = TTFont(io.BytesIO(cut(font)), recalcTimestamp=False)
    names = opened["name"]
    if "SIL Open Font License, Version 1.1" not in (names.getDebugName(13) or ""):
        raise SystemExit(f"{font.source}: its name table does not put it under the SIL Open Font License 1.1")
    if "glyf" not in opened:
        raise SystemExit(f"{font.source}: no TrueType outlines; paper needs them")
    if not font.web:
        _rename(opened, font.out.removesuffix(".ttf"))
    opened.flavor = "woff2" if font.web else None
    out = io.BytesIO()
    opened.save(out, reorderTables=None)
    return font.out, out.getvalue(), names.getDebugName(0)


def _rename(opened, name: str) -> None:
    """A cut weight still carries the variable font's default names: give it its own."""
    family, _, style = name.partition("-")
    spaced = "".join(f" {c}" if c.isupper() and i else c for i, c in enumerate(family)).replace("S C", "SC")
    style = style.replace("BoldItalic", "Bold Italic")
    for number, text in ((1, spaced), (2, style), (4, f"{spaced} {style}"), (6, name)):
        opened["name"].setName(text, number, 3, 1, 0x409)


def licence(copyrights: Iterable[str]) -> str:
    """Copyright lines of the fonts, then the licence as the foundry ships it beside them."""
    text = next(iter(sorted(locate(next(paper_fonts())).parent.glob("OFL.txt")))).read_text(encoding="utf-8")
    body = text[text.index("This Font Software is licensed") :]
    return "\n".join((*sorted(set(copyrights)), "", body))


def stamp() -> str:
    """What the fonts are made from: this script, the packages, the tools."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for package in (*PACKAGES, *MAKERS):
        try:
            digest.update(f"{package}={version(package)}\n".encode())
        except PackageNotFoundError:
            raise SystemExit(f"{package} is not installed: pip install --group assets") from None
    return digest.hexdigest()


def is_current(folder: Path, fonts: Iterable[Font], made_from: str) -> bool:
    try:
        return (folder / "STAMP").read_text(encoding="ascii") == made_from and all(
            (folder / font.out).is_file() for font in fonts
        )
    except FileNotFoundError:
        return False


def write(folder: Path, files: dict[str, bytes], made_from: str) -> None:
    """Put the files in place one by one, whole; the stamp last, so that a broken run is seen as not made."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "STAMP").unlink(missing_ok=True)
    for old in set(folder.iterdir()) - {folder / name for name in files}:
        old.unlink()
    for name, data in {**files, "STAMP": made_from.encode()}.items():
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            file.write(data)
        Path(file.name).chmod(0o644)
        Path(file.name).replace(folder / name)


def main(argv: list[str]) -> None:
    started, made_from = time.monotonic(), stamp()
    jobs = {PAPER: list(paper_fonts()), WEB: list(web_fonts())}
    if "--force" not in argv and all(is_current(folder, fonts, made_from) for folder, fonts in jobs.items()):
        return
    with ProcessPoolExecutor() as pool:
        made = {folder: list(pool.map(make, fonts)) for folder, fonts in jobs.items()}
    for folder, files in made.items():
        text = licence(line for _, _, line in files)
        write(folder, {**{name: data for name, data, _ in files}, "OFL.txt": text.encode()}, made_from)
    size = sum(len(data) for files in made.values() for _, data, _ in files)
    print(f"fonts: {sum(map(len, made.values()))} files, {size / 1e6:.1f} MB, {time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
