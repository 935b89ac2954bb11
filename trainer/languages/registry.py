"""The languages Trainer knows: one entry per language, and everything that depends on the language hangs here."""

from __future__ import annotations

from dataclasses import dataclass


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
    hyphens: str | None = None
    """pyphen's patterns for dividing its long words; None where there are none, or words are not divided."""


LANGUAGES: dict[str, Language] = {
    language.tag: language
    for language in (
        Language(
            tag="en", name="English", english="English", script="Latn", font="NotoSans", babel="en", hyphens="en_GB"
        ),
        Language(
            tag="id",
            name="Bahasa Indonesia",
            english="Indonesian",
            script="Latn",
            font="NotoSans",
            babel="id",
            hyphens="id_ID",
        ),
        Language(tag="ms", name="Bahasa Melayu", english="Malay", script="Latn", font="NotoSans", babel="ms"),
        Language(tag="fil", name="Filipino", english="Filipino", script="Latn", font="NotoSans", babel="fil"),
        Language(tag="vi", name="Tiếng Việt", english="Vietnamese", script="Latn", font="NotoSans", babel="vi"),
        Language(
            tag="th",
            name="ไทย",
            english="Thai",
            script="Thai",
            font="NotoSansThai",
            babel="th",
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
        Language(
            tag="pt",
            name="Português",
            english="Portuguese",
            script="Latn",
            font="NotoSans",
            babel="pt_PT",
            hyphens="pt_PT",
        ),
        Language(tag="tet", name="Tetun", english="Tetum", script="Latn", font="NotoSans", babel=None),
    )
}

SOURCE = "en"
"""The language the interface is written in."""


def find(tag: str) -> Language | None:
    """The language of `tag`, or of its main part (`km-KH` → Khmer); None when it is not one of ours."""
    return LANGUAGES.get(tag) or LANGUAGES.get(tag.split("-")[0])
