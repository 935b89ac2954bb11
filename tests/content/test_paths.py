"""The file of learning paths: what it says, and what is wrong with it, by line."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from trainer import resources
from trainer.cli import main
from trainer.content import paths
from trainer.content.paths import Paths, PathsError
from trainer.vocabulary import AGENCY_TYPES, MODULE_TITLES, PATH_TITLES

GOOD = """\
modules:
  one: First
  two: Second
  three: Third
paths:
  police:
    title: Police
    agencies: [police]
    months: 12
    required: [two, one]
    optional: [three]
  ngo:
    title: NGO
    agencies: [ngo]
    required: [three]
no-path:
  [immigration, prosecution, judiciary, labour, welfare, shelter, health, consular, fisheries, other, local, union]
"""
TABLE = {
    "police": "CCCRCCoR", "immigration": "CCRRCCoR", "prosecution": "CRCRRCRo", "judiciary": "CRCRRCRo",
    "labour": "CCCRCoRC", "welfare": "CCCCCCCo", "shelter": "CCRCCRCo", "health": "CCRCCoRo", "ngo": "CCCCCRCR",
    "fisheries": "CCRoCooC",
}  # fmt: skip
"""The curriculum's table of roles: core, recommended, optional, for its eight modules."""


def shipped() -> Paths:
    return paths.of_folder(resources.folder("modules"))


def test_the_paths_we_ship_are_the_curriculums() -> None:
    found = shipped()
    letters = {"required": "C", "recommended": "R", "optional": "o"}
    for agency in AGENCY_TYPES:
        path = found.of(None, agency)
        needs = {step.module: letters[step.need] for step in path.steps} if path else {}
        assert "".join(needs.get(slug, "") for slug in found.titles) == TABLE.get(agency, ""), agency


def test_their_titles_are_words_of_the_interface() -> None:
    found = shipped()
    assert {path.title for path in found.paths.values()} == set(PATH_TITLES)
    assert set(found.titles.values()) == set(MODULE_TITLES)


def test_a_file_becomes_paths_in_the_order_of_the_curriculum() -> None:
    found, wrong = paths.read(GOOD)
    assert not wrong
    police = found.paths["police"]
    assert [step.module for step in police.steps] == ["one", "two", "three"]
    assert (police.required, police.months, found.paths["ngo"].months) == (("one", "two"), 12, None)


def test_a_choice_goes_before_where_somebody_works() -> None:
    found, _ = paths.read(GOOD)
    chosen = [(None, "police"), ("ngo", "police"), ("", "police"), ("gone", "police"), (None, "union")]
    assert [path.id if (path := found.of(*one)) else None for one in chosen] == ["police", "ngo", None, "police", None]


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("required: [two, one]", "required: [two, ones]", "10:21: error: required: expected one of one, two, three"),
        ("optional: [three]", "optional: [one]", "11:16: error: one: expected each module once in a path"),
        ("optional: [three]", "optional: three", "11:15: error: optional: expected a list in [ ]"),
        ("months: 12", "months: soon", "9:13: error: months: expected a number from 1 to 120"),
        ("months: 12", "month: 12", "9:12: error: month: expected one of the keys title, agencies, months"),
        ("agencies: [ngo]", "agencies: [police]", "14:16: error: police: expected each agency type once; it stands in"),
        ("  ngo:\n", "  none:\n", "13:5: error: none: expected a name of at most 40 small letters"),
        ("    title: NGO\n", "", "13:5: error: ngo: expected a title"),
        ("required: [three]", "optional: [three]", "13:5: error: ngo: expected at least one required module"),
        (", union", "", "17:3: error: no-path: expected every agency type in a path or here; missing: union"),
        ("  one: First", "  one: [First]", "2:8: error: one: expected a title of at most 200 letters"),
        ("modules:", "modules: &m", "1:10: error: the learning paths cannot be read; expected a plain value"),
        (GOOD, "- a\n", "1:1: error: the file: expected keys and values"),
        (GOOD, "", "1:1: error: modules: expected at least one name"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_by_line(good: str, bad: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "paths.yaml"
    file.write_text(GOOD.replace(good, bad), encoding="utf-8")
    told = CliRunner().invoke(main, ["check", str(file)])
    assert told.exit_code == 1
    assert f"{file}:{said}" in told.output
    with pytest.raises(PathsError, match=r"paths\.yaml:"):
        paths.of_folder(tmp_path)


def test_modules_that_no_path_names_are_pointed_out(tmp_path: Path) -> None:
    (tmp_path / "paths.yaml").write_text(GOOD, encoding="utf-8")
    for slug in ("one", "ones"):
        (tmp_path / slug).mkdir()
        (tmp_path / slug / "module.md").write_text("---\nid: m\ntitle: M\nsummary: S.\nsource: en\n---\n\nText.\n")
    told = CliRunner().invoke(main, ["check", str(tmp_path)])
    assert "warning: the module 'ones' is on no learning path" in told.output
    assert "'one' is on no" not in told.output


def test_without_a_file_there_are_no_paths_and_a_broken_one_is_no_traceback(tmp_path: Path) -> None:
    assert paths.of_folder(tmp_path) == paths.NONE
    (tmp_path / "paths.yaml").write_bytes(b"\xff\xfe")
    assert "not UTF-8 text" in CliRunner().invoke(main, ["check", str(tmp_path / "paths.yaml")]).output
