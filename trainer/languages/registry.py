"""The languages Trainer knows: one entry per language, and everything that depends on the language hangs here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

ONE_FORM = "nplurals=1; plural=0;"
TWO_FORMS = "nplurals=2; plural=(n != 1);"
FILIPINO_FORMS = "nplurals=2; plural=!((n == 1 || n == 2 || n == 3) || (n % 10 != 4 && n % 10 != 6 && n % 10 != 9));"


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    tag: str
    """BCP 47 tag, as in addresses, `lang` attributes and file names (`translations/km.po`)."""
    name: str
    """Its own name for itself."""
    english: str
    script: str
    """ISO 15924."""
    font: str
    """Noto Sans family that carries the script, without the style: `NotoSansKhmer`."""
    babel: str | None
    """Locale identifier for Babel; None where Babel has none."""
    leading: float = 1.4
    """Line height on paper, in units of the type size (measured: tallest stack to deepest)."""
    ink: tuple[float, float] = (0.92, 0.26)
    """How far the tallest stack rises above the baseline and the deepest hangs below it, in the same units."""
    scale: float = 1.0
    """Type size beside Latin letters that makes it look equally large."""
    spaced: bool = True
    """Words are separated by spaces."""
    italic: bool = True
    """The script has a true italic; otherwise emphasis is set bold."""
    accents: bool = True
    """An accent makes another letter. False: one left out is a slip, when answers and searches are compared."""
    plural: str = ONE_FORM
    """Plural rule of its catalog, as PO writes it (after CLDR, without forms for whole millions)."""
    era: int = 0
    """Added to a year of the common era to give the year in daily use, which stands beside it; 0: the same."""
    hyphens: str | None = None
    """pyphen's patterns for dividing its long words; None where there are none, or words are not divided."""


def _latin(tag: str, name: str, english: str, *, babel: str | None = "", **more: Any) -> Language:
    """A language in Latin letters; Babel knows it by its tag."""
    known = tag if babel == "" else babel
    return Language(tag=tag, name=name, english=english, script="Latn", font="NotoSans", babel=known, **more)


LANGUAGES: dict[str, Language] = {
    language.tag: language
    for language in (
        _latin("en", "English", "English", plural=TWO_FORMS, accents=False, hyphens="en_GB"),
        _latin("id", "Bahasa Indonesia", "Indonesian", accents=False, hyphens="id_ID"),
        _latin("ms", "Bahasa Melayu", "Malay", accents=False),
        _latin("fil", "Filipino", "Filipino", plural=FILIPINO_FORMS, accents=False),
        _latin("vi", "Tiếng Việt", "Vietnamese"),
        Language(
            tag="th",
            name="ไทย",
            english="Thai",
            script="Thai",
            font="NotoSansThai",
            babel="th",
            era=543,
            leading=1.55,
            ink=(1.06, 0.3),
            scale=1.08,
            spaced=False,
            italic=False,
        ),
        Language(
            tag="lo",
            name="ລາວ",
            english="Lao",
            script="Laoo",
            font="NotoSansLao",
            babel="lo",
            leading=1.6,
            ink=(1.16, 0.31),
            scale=1.05,
            spaced=False,
            italic=False,
        ),
        Language(
            tag="km",
            name="ខ្មែរ",
            english="Khmer",
            script="Khmr",
            font="NotoSansKhmer",
            babel="km",
            leading=1.8,
            ink=(1.0, 0.62),
            scale=1.05,
            spaced=False,
            italic=False,
        ),
        Language(
            tag="my",
            name="မြန်မာ",
            english="Burmese",
            script="Mymr",
            font="NotoSansMyanmar",
            babel="my",
            leading=1.8,
            ink=(1.02, 0.55),
            spaced=False,
            italic=False,
        ),
        Language(
            tag="ta",
            name="தமிழ்",
            english="Tamil",
            script="Taml",
            font="NotoSansTamil",
            babel="ta",
            leading=1.45,
            ink=(0.86, 0.33),
            italic=False,
            plural=TWO_FORMS,
        ),
        Language(
            tag="zh-Hans",
            name="中文",
            english="Chinese (Simplified)",
            script="Hans",
            font="NotoSansSC",
            babel="zh_Hans",
            leading=1.6,
            ink=(0.88, 0.26),
            spaced=False,
            italic=False,
        ),
        _latin("pt", "Português", "Portuguese", babel="pt_PT", plural=TWO_FORMS, accents=False, hyphens="pt_PT"),
        _latin("tet", "Tetun", "Tetum", babel=None, plural=TWO_FORMS, accents=False),
    )
}

SOURCE = "en"
"""The language the interface is written in."""


def find(tag: str) -> Language | None:
    """The language of `tag`, or of its main part (`km-KH` → Khmer); None when it is not one of ours."""
    return LANGUAGES.get(tag) or LANGUAGES.get(tag.split("-")[0])
