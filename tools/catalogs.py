"""The interface's catalogs: take the messages out of code and templates, bring every catalog up to date, check them.

    python tools/catalogs.py update     write locales/messages.pot and merge it into every messages.po
    python tools/catalogs.py check      say what is stale, missing or broken; exit 1 if anything is

Nothing written here carries a date or a line number, so the same sources give the same files.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from trainer.content import terms
from trainer.content.characters import bare
from trainer.content.glossary import TERMS
from trainer.languages.registry import LANGUAGES

ROOT = Path(__file__).resolve().parent.parent
POT = ROOT / "locales" / "messages.pot"
KEYWORDS = {
    "_": None, "gettext": None, "attr": None, "N_": None,
    "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
UNSTABLE = re.compile(
    r'^"(Project-Id-Version|Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team'
    r'|Generated-By): .*\\n"\n',
    flags=re.MULTILINE,
)
PLURALS = re.compile(r'^"Plural-Forms: (?:[^"\\]|\\.)*"\n(?:"(?![A-Z][\w-]*: )(?:[^"\\]|\\.)*"\n)*', flags=re.MULTILINE)
LANGUAGE = re.compile(r'^"Language: [^"]*"\n', flags=re.MULTILINE)
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
UNWRAPPED = re.compile('"\n"')
STATUS = "Status: machine-drafted, not reviewed"


def sources() -> Iterator[tuple[Path, str]]:
    """Every file that may hold messages, with Babel's name for how to read it."""
    for path in sorted((ROOT / "trainer").rglob("*.py")):
        yield path, "python"
    for path in sorted((ROOT / "templates").rglob("*.*")):
        if path.suffix in (".html", ".txt"):
            yield path, "jinja2"


def extracted() -> Catalog:
    """The template catalog of the present sources, in order of file and place."""
    catalog = Catalog(charset="utf-8", fuzzy=False, header_comment="# The words of Trainer's interface.")
    for path, method in sources():
        options = {"trimmed": "true"} if method == "jinja2" else {}
        name = str(path.relative_to(ROOT))
        with path.open("rb") as file:
            found = extract(method, file, KEYWORDS, ["Translators:"], options, strip_comment_tags=True)
            for _, message, comments, context in found:
                catalog.add(message, locations=[(name, None)], auto_comments=comments, context=context)
    return catalog


def written(catalog: Catalog, locale: str = "") -> bytes:
    """The catalog as PO text, without what would change from day to day, and with its language's own plural rule."""
    out = io.BytesIO()
    write_po(out, catalog, width=110, include_lineno=False, omit_header=False, ignore_obsolete=True)
    text = UNSTABLE.sub("", out.getvalue().decode("utf-8"))
    if locale:
        # Babel wraps the rule, and leaves it out for a language it does not know.
        text = PLURALS.sub("", text, count=1)
        head = f'"Language: {locale}\\n"\n"{plural_header(locale)}\\n"\n'
        text = LANGUAGE.sub(lambda _: head, text, count=1)
    return text.encode()


def plural_header(locale: str) -> str:
    return f"Plural-Forms: {LANGUAGES[locale].plural}"


def catalogs() -> Iterator[tuple[str, Path]]:
    for path in sorted((ROOT / "locales").glob("*/LC_MESSAGES/messages.po")):
        yield path.parent.parent.name, path


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def update() -> None:
    """Write the template and merge it into every catalog; a changed sentence becomes fuzzy, and so shows in English."""
    template = extracted()
    POT.write_bytes(written(template))
    for locale, path in catalogs():
        catalog = read(path)
        catalog.update(template, no_fuzzy_matching=False)
        path.write_bytes(written(catalog, locale))
        print(f"{locale}: {len(catalog)} messages, {untranslated(catalog)} to translate")


def new(locale: str) -> None:
    """Begin the catalog of `locale`."""
    path = ROOT / "locales" / locale / "LC_MESSAGES" / "messages.po"
    if path.exists():
        sys.exit(f"{path.relative_to(ROOT)} exists already")
    try:
        known = Locale.parse(locale, sep="-")
    except UnknownLocaleError:
        known = None
    catalog = Catalog(locale=known, charset="utf-8", fuzzy=False, header_comment=f"# {locale}\n# {STATUS}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written(catalog, locale))
    update()


def all_strings(message: Message) -> bool:
    """Every plural form has words."""
    strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return all(strings)


def untranslated(catalog: Catalog) -> int:
    """How many messages have no words yet; their readers see the source, marked as such."""
    return sum(1 for message in catalog if message.id and (message.fuzzy or not all_strings(message)))


def placeholders(text: str) -> set[str]:
    return {a or b for a, b in PLACEHOLDER.findall(text)}


def problems() -> Iterator[str]:
    """What is wrong with the catalogs, as `file: reason`."""
    template = extracted()
    if not POT.is_file() or POT.read_bytes() != written(template):
        yield f"{POT.relative_to(ROOT)}: stale; run `make messages`"
    wanted = {(message.context, str(message.id)) for message in template if message.id}
    for locale, path in catalogs():
        name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
        catalog = read(path)
        if STATUS not in (catalog.header_comment or "") and "Reviewed by:" not in (catalog.header_comment or ""):
            yield f"{name}: the head says neither `{STATUS}` nor `Reviewed by: NAME, DATE`"
        if plural_header(locale) not in UNWRAPPED.sub("", path.read_text(encoding="utf-8").partition("\n\n")[0]):
            yield f"{name}: the head does not say `{plural_header(locale)}`"
        have = {(message.context, str(message.id)) for message in catalog if message.id}
        for _, message in sorted(wanted - have, key=lambda key: key[1]):
            yield f"{name}: missing: {message}"
        yield from (f"{name}: {reason}" for reason in strange_terms(catalog, locale))
        for message in catalog:
            if message.id:
                yield from (f"{name}: {reason}: {message.id!r}" for reason in faults(message, locale, catalog))


def strange_terms(catalog: Catalog, locale: str) -> Iterator[str]:
    """Terms of the glossary that the catalog calls by none of their forms in `locales/<locale>/glossary.csv`."""
    known = terms.glossary(locale)
    yield from (str(one) for one in known.found)
    for term, forms in known.forms.items():
        said = catalog.get(TERMS[term].english)
        if said is not None and said.string and not any(bare(form) in bare(said.string) for form in forms):
            yield f"{said.string!r} is none of the glossary's words for {term}: {' / '.join(forms)}"


def faults(message: Message, locale: str, catalog: Catalog) -> Iterator[str]:
    """What is wrong with one translated message."""
    if message.fuzzy:
        yield "fuzzy"
    if not all_strings(message):
        yield "not translated"
        return
    ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
    strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    if message.pluralizable and len(strings) != catalog.num_plurals:
        yield f"{len(strings)} plural forms, expected {catalog.num_plurals}"
    allowed = set().union(*(placeholders(text) for text in ids))
    required = set.intersection(*(placeholders(text) for text in ids))
    for text in strings:
        used = placeholders(text)
        if not required - {"number", "count", "n", "num"} <= used <= allowed:
            yield f"placeholders {sorted(used)}, expected {sorted(allowed)}"


def main(arguments: list[str]) -> int:
    match arguments:
        case ["update"]:
            update()
        case ["new", locale]:
            new(locale)
        case ["check"]:
            found = list(problems())
            print("\n".join(found) or "catalogs: fresh and complete")
            return 1 if found else 0
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
