"""Personal papers in one job: 200 certificates and 200 answer sheets with QR, names in three scripts; ours and typst.

    python tests/bench/bench_forms.py [--rounds 5] [--people 200] [--memory]

Both print the same words, circles, codes and fonts on the same paper. typst has no QR of its own: it is handed ready
pictures of them, which are not in its time. Runs are whole processes, interleaved, so that a busy machine is busy for
both; "each" is the time of the whole process over the papers in it. `--memory`: the most that a process of ours holds
for 200, 2,000 and 5,000 answer sheets, none of whose people share a name, written to a file as it goes.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FONTS = ROOT / "trainer" / "fonts"
LATIN = ("Dara", "Maria", "Somchai", "Siti", "Hồng", "Vanna", "Nhung", "Ali", "Ana", "Bopha", "Minh", "Thida")
KHMER = ("សុខ", "ដារ៉ា", "ស្រី", "ចាន់", "វណ្ណា", "បុប្ផា", "សម្បត្តិ", "ចន្ថា", "ពិសិដ្ឋ", "រតនា", "សុភា", "មករា")
BURMESE = ("ကျော်", "ဇင်", "ဦး", "မြ", "အောင်", "ခိုင်", "စန္ဒာ", "သီတာ", "မိုး", "နွယ်", "လှ", "ဖြိုး")
CODE = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TITLE = "Recognising indicators and first contact"
NOTE = "Workshop for frontline officers · Poipet · 12–14 November 2026"
CHECK = "https://training.example.org/check/"
QUESTIONS, CHOICES = 40, 5


def people(count: int, *, different: bool = False) -> Iterator[tuple[str, str]]:
    """(name, code of eight letters) of each."""
    dice = random.Random(1)
    for at in range(count):
        script = (LATIN, KHMER, BURMESE)[at % 3]
        name = ("" if script is BURMESE else " ").join(dice.choices(script, k=3))
        if different:
            name = f"{name} {''.join(dice.choices('abcdefghijklmnop', k=8))}"
        yield name, "".join(dice.choices(CODE, k=8))


# ------------------------------------------------------------------ ours


def ours(count: int, target: Path, kinds: str, *, different: bool = False) -> None:
    from trainer.languages.words import words
    from trainer.printing.certificates import Certificate, draw_certificates
    from trainer.printing.labels import Sentence, labels
    from trainer.printing.sheets import AnswerSheet, draw_answer_sheets
    from trainer.sheets.code import SheetCode
    from trainer.sheets.fields import Field
    from trainer.sheets.layout import layout
    from trainer.typeset.sheet import About, Sheet

    pages = layout([Field(f"q{at}", 0, str(at), "one", "letters", CHOICES) for at in range(1, QUESTIONS + 1)])
    say, title = {"en": labels(words("en"))}, Sentence(TITLE, "en")
    with target.open("wb") as out:
        into = Sheet(About(title="Pack", lang="en"), "a4", into=out)
        if "sheets" in kinds:
            codes = (
                (name, SheetCode("7KQ2", code, "M4TR8Z", is_blank=False, number=at % 9999, form="A", edition=7, page=1,
                                 pages=1))
                for at, (name, code) in enumerate(people(count, different=different))
            )  # fmt: skip
            sheets = (AnswerSheet(code, pages, "en", "before", title, NOTE, name) for name, code in codes)
            draw_answer_sheets(into, sheets, say)
        if "certificates" in kinds:
            into.paper("a4", landscape=True)
            draw_certificates(
                into,
                (
                    Certificate(name, title, "en", "12 November 2026", 3, "Cambodia", f"{code[:4]}-{code[4:]}",
                                CHECK + code, "4")
                    for name, code in people(count)
                ),
                say,
            )  # fmt: skip
        into.finish()


# ------------------------------------------------------------------ theirs

HEAD = """
#set text(font: ("Noto Sans", "Noto Sans Khmer", "Noto Sans Myanmar"), size: 10pt)
#let people = json("people.json")
#let rows = json("rows.json")
"""
SHEETS = """
#let o = (x: 45.638pt, y: 70.945pt)
#let at(x, y, body) = place(top + left, dx: o.x + x * 1pt, dy: o.y + y * 1pt, body)
#let frame = {
  for m in rows.marks { at(m.at(0), m.at(1), rect(width: 24pt, height: 24pt, fill: black)) }
  for t in rows.tracks { at(t.at(0), t.at(1), rect(width: 6pt, height: 6pt, fill: black)) }
  for r in rows.rows {
    at(r.x + 10, r.y - 6, text(9pt, weight: "bold", r.label))
    for b in r.bubbles {
      at(b.at(0) - 6.5, b.at(1) - 6.5, circle(radius: 6.5pt, stroke: 0.75pt + luma(25%)))
      at(b.at(0) - 2.5, b.at(1) - 4, text(6.5pt, fill: luma(50%), b.at(2)))
    }
  }
}
#set page(paper: "a4", margin: 0pt)
#for p in people {
  frame
  at(36, 0, text(8.5pt, weight: "bold", fill: rgb("#B4532A"), [Answer sheet · Test before the module · Form A]))
  at(36, 14, text(12.5pt, weight: "bold", fill: rgb("#083F48"), rows.title))
  at(36, 32, text(8pt, rows.note))
  at(36, 76, text(14pt, weight: "bold", p.name))
  at(386, 4, image(p.sheet, width: 78pt, height: 78pt))
  at(392, 94, text(8.5pt, weight: "bold", p.printed))
  at(54, 682, text(8pt, [Fill the circle or the square of your answer completely, with a dark pen or pencil.]))
  pagebreak(weak: true)
}
"""
CERTIFICATES = """
#set page(paper: "a4", flipped: true, margin: 28pt, background: {
  rect(width: 100% - 56pt, height: 100% - 56pt, fill: rgb("#FBF8F1"), stroke: 1.4pt + rgb("#0B5A66"))
})
#for p in people {
  set align(center)
  v(70pt)
  text(26pt, weight: "bold", fill: rgb("#0B5A66"))[Certificate of completion]
  parbreak()
  text(12.5pt)[This is to confirm that]
  parbreak()
  text(33pt, weight: "bold", p.name)
  parbreak()
  text(12.5pt)[has completed the training module]
  parbreak()
  text(20pt, weight: "bold", fill: rgb("#083F48"), rows.title)
  parbreak()
  text(11pt)[Edition 3, completed on 12 November 2026 \\ Hours of learning: 4 · Country: Cambodia]
  place(bottom + right, image(p.certificate, width: 74pt, height: 74pt))
  place(bottom + left, align(left, text(9pt)[It confirms that the module was completed. It does not certify competence
    to interview victims or children. \\ Anyone can check this certificate at #p.address \\ #p.code]))
  pagebreak(weak: true)
}
"""


def prepare(folder: Path, count: int) -> None:
    """What typst reads: the people, the rows and ready pictures of the codes."""
    from trainer.printing.squares import qr_cells
    from trainer.sheets import layout as geometry
    from trainer.sheets.code import SheetCode, printed
    from trainer.sheets.fields import Field

    def picture(name: str, text: str, level: str) -> str:
        from PIL import Image

        cells = qr_cells(text, level)
        image = Image.frombytes("L", (len(cells), len(cells)), b"".join(cells)).convert("1")
        image.resize((8 * len(cells), 8 * len(cells))).save(folder / name)
        return name

    fields = [Field(f"q{at}", 0, str(at), "one", "letters", CHOICES) for at in range(1, QUESTIONS + 1)]
    (page,) = geometry.layout(fields)
    rows = [
        {"label": placed.field.label, "x": placed.box[0], "y": placed.bubbles[0].y,
         "bubbles": [(bubble.x, bubble.y, placed.field.mark(bubble.choice)) for bubble in placed.bubbles]}
        for placed in page
    ]  # fmt: skip
    constant = {"rows": rows, "marks": geometry.MARKS, "tracks": geometry.TRACKS, "title": TITLE, "note": NOTE}
    (folder / "rows.json").write_text(json.dumps(constant))
    everybody = []
    for at, (name, code) in enumerate(people(count)):
        sheet = SheetCode("7KQ2", code, "M4TR8Z", is_blank=False, number=at, form="A", edition=7, page=1, pages=1)
        everybody.append({
            "name": name, "code": f"{code[:4]}-{code[4:]}", "printed": f"{printed(code)}  1/1",
            "address": CHECK + code, "sheet": picture(f"s{at}.png", sheet.text, "Q"),
            "certificate": picture(f"c{at}.png", CHECK + code, "M"),
        })  # fmt: skip
    (folder / "people.json").write_text(json.dumps(everybody))
    (folder / "sheets.typ").write_text(HEAD + SHEETS)
    (folder / "certificates.typ").write_text(HEAD + CERTIFICATES)
    (folder / "both.typ").write_text(HEAD + SHEETS + CERTIFICATES)


def theirs(folder: Path, kinds: str, target: Path) -> None:
    import typst

    typst.compile(folder / f"{kinds}.typ", output=target, font_paths=[FONTS], ignore_system_fonts=True)


# ------------------------------------------------------------------ measuring

KINDS = {"sheets": "sheets", "certificates": "certificates", "both": "sheets and certificates"}


def timed(engine: str, kinds: str, folder: Path, count: int) -> float:
    start = time.perf_counter()
    command = [sys.executable, __file__, "--run", engine, kinds, str(folder), "--people", str(count)]
    subprocess.run(command, check=True, cwd=ROOT)
    return time.perf_counter() - start


def compare(folder: Path, rounds: int, count: int) -> None:
    prepare(folder, count)
    for kinds, name in KINDS.items():
        times: dict[str, list[float]] = {"ours": [], "typst": []}
        for _ in range(rounds):
            for engine, taken in times.items():
                taken.append(timed(engine, kinds, folder, count))
        papers = count * (2 if kinds == "both" else 1)
        say(f"\n{name}: {papers} papers")
        for engine, taken in times.items():
            middle = statistics.median(taken)
            size = (folder / f"{engine}-{kinds}.pdf").stat().st_size // 1000
            say(f"  {engine:6} {middle:.2f} s, {middle / papers * 1000:.2f} ms each, {size} KB")
        ratios = sorted(mine / other for mine, other in zip(times["ours"], times["typst"], strict=True))
        say(f"  ours : typst {ratios[0]:.2f} / {statistics.median(ratios):.2f} / {ratios[-1]:.2f}")


def memory() -> None:
    for count in (200, 2000, 5000):
        command = [sys.executable, __file__, "--run", "memory", "sheets", "", "--people", str(count)]
        say(subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True).stdout.rstrip())


def measure_memory(count: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        start = time.perf_counter()
        ours(count, Path(name) / "sheets.pdf", "sheets", different=True)
        seconds, size = time.perf_counter() - start, (Path(name) / "sheets.pdf").stat().st_size
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(f"{count:5} answer sheets: {most:.0f} MB at most, {seconds:.1f} s, {size // 1000} KB")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--run", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.run:
        engine, kinds, folder = asked.run
        target = Path(folder) / f"{engine}-{kinds}.pdf"
        if engine == "memory":
            measure_memory(asked.people)
        elif engine == "typst":
            theirs(Path(folder), kinds, target)
        else:
            ours(asked.people, target, KINDS[kinds])
        return
    if asked.memory:
        memory()
        return
    with tempfile.TemporaryDirectory() as name:
        compare(Path(name), asked.rounds, asked.people)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
