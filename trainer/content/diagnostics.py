"""Diagnostics: what is wrong in a file, where, and what was expected."""

from __future__ import annotations

from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]


class Diagnostic(NamedTuple):
    """One finding. `line` and `column` are 1-based; 0 means the whole file."""

    code: str
    severity: Severity
    file: str
    line: int
    column: int
    params: dict[str, str | int]

    @property
    def message(self) -> str:
        return CODES[self.code].format(**self.params)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.severity}: {self.message} [{self.code}]"


class Findings:
    """Collects what is wrong in one module, so that the author sees all of it at once."""

    def __init__(self) -> None:
        self.found: list[Diagnostic] = []

    def error(self, code: str, file: str, line: int = 0, column: int = 0, /, **params: str | int) -> None:
        self.found.append(Diagnostic(code, "error", file, line, column or min(line, 1), params))

    def warn(self, code: str, file: str, line: int = 0, column: int = 0, /, **params: str | int) -> None:
        self.found.append(Diagnostic(code, "warning", file, line, column or min(line, 1), params))

    def listed(self) -> tuple[Diagnostic, ...]:
        """All of them once, by file, line and column."""
        seen: dict[tuple[str, str, int, int, str], Diagnostic] = {}
        for one in self.found:
            seen.setdefault((one.file, one.code, one.line, one.column, str(one.params)), one)
        return tuple(sorted(seen.values(), key=lambda one: (one.file, one.line, one.column, one.code)))


CODES: dict[str, str] = {
    # ---------------------------------------------------------------- folder
    "folder-missing": "there is no such folder; expected a module folder with module.md in it",
    "folder-link": "is a link; expected a plain file inside the module folder",
    "folder-file-large": "is {size} MB; expected at most {limit} MB",
    "folder-file-name": "is not a name every system can store; expected letters, digits, '.', '-' and '_'",
    "folder-full": "the folder holds more than {limit} files or {megabytes} MB; expected one module",
    "folder-unreadable": "cannot be read: {reason}",
    # ------------------------------------------------------------------ text
    "text-large": "is {size} characters long; expected at most {limit} in one file: split it into units",
    "text-encoding": "not UTF-8 text, from byte {byte}; expected text saved as UTF-8",
    "text-binary": "contains a NUL byte, so it is not text; expected Markdown",
    "text-control": "contains the control character U+{code}; expected only letters, spaces and line ends",
    "text-bidi": "contains the invisible character U+{code}, which reverses text; expected none",
    "text-zawgyi": "Burmese in the Zawgyi encoding; expected Unicode",
    "text-deep": "lists and quotes are nested too deep; expected at most {limit} levels",
    "text-inline-deep": "emphasis and links are nested too deep; expected at most {limit} levels",
    "internal": "the compiler failed here ({kind}); please report this file to the makers of Trainer",
    # ---------------------------------------------------------- front matter
    "matter-missing": "expected front matter: a first line '---', keys, and another line '---'",
    "matter-open": "the front matter is not closed; expected a line '---' after its keys",
    "matter-syntax": "the front matter cannot be read; expected {expected} (put text that holds ': ' in quotes)",
    "matter-shape": "{key}: expected {expected}",
    "matter-unknown": "unknown key {key!r}; expected one of {known}",
    "matter-required": "the key {key!r} is missing; expected {expected}",
    "matter-value": "{key}: {value!r}; expected {expected}",
    "matter-kind": "{key!r} has no meaning in a unit of kind {kind!r}; expected it in {kinds}",
    # ---------------------------------------------------------------- module
    "module-missing": "there is no module.md; expected one in the module folder",
    "module-empty": "the module has no unit; expected text in module.md or files such as 01-look.md",
    "module-file": "is not part of a module; expected Markdown, media/, translations/ or national/",
    "module-translation": "is not a catalog; expected translations/<language>.po",
    "module-overlay": "is not an overlay; expected national/<country code>.md",
    "module-locale": "there is no language {locale!r}; expected one of {known}",
    "module-country": "there is no country {country!r}; expected one of {known}",
    "module-quiz": "completion asks for a {kind} but the module has none; expected a unit of kind {kind}",
    "unit-duplicate": "the unit id {id!r} is also in {other}; expected each unit to have its own",
    "unit-reserved": "the unit id {id!r} is kept for the module itself; expected another",
    "unit-name": "the file name becomes the address; expected small letters, digits and '-'",
    # ----------------------------------------------------------------- fences
    "fence-name": "unknown block {name!r}; expected one of {known}",
    "fence-bare": "':::' closes nothing here; expected '::: name {{#id}}', one of {known}",
    "fence-open": "the block is not closed; expected a line '{colons}' after it",
    "fence-inner": "a block inside a block has fewer colons; expected the outer fence longer, or the block of line "
    "{outer} closed first",
    "fence-place": "fences start at the beginning of a line, outside lists and quotes",
    "fence-syntax": "cannot be read: {rest!r}; expected '::: name {{#id key=value}}'",
    "fence-nested": "{name!r} cannot stand inside {outer!r}; expected it on its own",
    "fence-country": "in= and not= exclude each other; expected one of them",
    "attribute-syntax": "cannot be read: {rest!r}; expected {{#id key=value}}",
    "attribute-unknown": "unknown key {key!r}; expected one of {known}",
    "attribute-duplicate": "{key!r} stands twice; expected once",
    "attribute-value": "{key}={value!r}; expected {expected}",
    "attribute-place": "{{{text}}} has no meaning here; expected it only after headings, options and choices",
    "id-missing": "a {name} needs an id, and `trainer fmt` inserts it; expected {{#{proposal}}} or another",
    "id-shape": "the id {id!r}; expected a letter, then letters, digits, '-' or '_'",
    "id-duplicate": "the id {id!r} is also in {other}; expected each to be used once",
    # ------------------------------------------------------------------ prose
    "heading-title": "a heading of level 1 in a unit; expected '##' (the title is in the front matter)",
    "heading-empty": "the heading is empty; expected words",
    "alert-unknown": "unknown alert {kind!r}; expected one of NOTE, TIP, IMPORTANT, WARNING, CAUTION",
    "alert-line": "words on the line of [!{kind}]; expected them on the next line",
    "link-target": "the link to {href!r} was left out; expected https, http, mailto, '#heading', 'unit.md#heading' "
    "or 'term:name'",
    "link-anchor": "nothing has the id {id!r} in {where}; expected an existing heading or block",
    "link-unit": "there is no unit {unit!r}; expected a file of this module",
    "term-unknown": "{term!r} is not in the glossary; expected one of its ids, such as {near}",
    "note-unknown": "the footnote [^{label}] is nowhere explained; expected a line '[^{label}]: …'",
    "note-unused": "the footnote [^{label}] is not used; expected [^{label}] in the text",
    "note-duplicate": "the footnote [^{label}] is explained twice; expected once",
    "slot-unknown": "the slot {slot!r} is not declared; expected it under `slots` in module.md",
    "html-shown": "HTML is shown as text: {tag}; expected Markdown",
    "table-wide": "the table has {columns} columns; expected at most {limit}",
    "table-empty": "more than {limit} empty table cells; expected tables that are filled",
    "image-place": "a picture stands alone in its paragraph; expected empty lines around it",
    "image-alt": "the picture has no description; expected ![what can be seen]({src})",
    "image-path": "the picture {src!r} was left out; expected a path such as media/name.png, inside the folder",
    "image-type": "the picture {src!r} was left out; expected PNG, JPEG or WebP",
    "image-missing": "there is no file {src!r}; expected it in the module folder",
    "picture-unreadable": "cannot be read as a picture; expected PNG, JPEG or WebP that other programs open",
    "picture-large": "has more pixels than can be used; expected at most {limit} million",
    "picture-animated": "moves; expected one still picture",
    "country-unknown": "{country!r} is not a country of Trainer; expected one of {known}",
    "slot-block": "slot={value!r}; expected slot=required or slot=optional",
    # -------------------------------------------------------------- questions
    "question-place": "a question in the {where}; expected it in a lesson, a quiz or a test",
    "question-type": "type={value!r}; expected one of {known}{hint}",
    "question-shape": "type={type} with {found}; expected {expected}",
    "question-options": "{count} options; expected {expected}",
    "question-ticks": "{count} options are ticked; expected {expected}",
    "question-boxes": "an option without a box; expected '- [ ] text' or '- [x] text' in every line of the list",
    "question-option-body": "an option is one paragraph; expected feedback as a quote ('>') under it",
    "question-option-empty": "the option is empty; expected words",
    "question-option-twice": "two options say the same; expected different ones",
    "question-critical": "a right option is marked {{critical}}; expected it only on wrong ones",
    "question-score": "score={value}; expected {expected}",
    "question-prompt": "the question asks nothing; expected a prompt before the answers",
    "question-heading": "a heading inside a question; expected plain paragraphs",
    "question-points": "points={value}; expected a number above 0, at most {limit}",
    "question-objective": "objective={objective!r} is not declared; expected one of {known}",
    "question-form": "form={form!r}; expected one of {known}",
    "question-form-missing": "a question of a test belongs to a form; expected form= one of {known}",
    "question-form-place": "form= outside a test; expected it only in units of kind test",
    "question-form-empty": "form {form!r} has no question; expected at least one",
    "question-country-pool": "a question for some countries only needs a pool of its own; expected pool=",
    "question-number": "{value!r} is no number; expected '- = 20' or '- = 20 ± 2'",
    "question-accepted": "no accepted answer; expected '- = answer' lines",
    "question-gap": "no gap; expected [[answer]] or [[(right)|wrong]] in the text",
    "question-gap-empty": "a gap without an answer; expected [[answer]] or [[answer|also accepted]]",
    "question-gap-choice": "a choice gap with {count} right choices; expected exactly one in (brackets)",
    "question-gap-nested": "a gap inside a heading, table or link; expected it in running text",
    "question-match": "a matching table with {columns} columns; expected two",
    "question-match-right": "a row without a right cell; expected both cells, or an empty left cell for a distractor",
    "question-match-rows": "{count} pairs; expected 2 to {limit}, distractors included",
    "question-match-twice": "{text!r} stands twice in the column; expected each once",
    "question-order": "{count} items; expected 2 to {limit}, in the right order",
    "question-order-item": "an item to order is one line of text; expected nothing under it",
    "question-caution": "[!CAUTION] is shown after a critical option; expected an option marked {{critical}}",
    "question-gap-place": "[[…]] is a gap, and only a question with type=gap has gaps",
    "question-answer": "answer={value!r}; expected answer=true or answer=false",
    "question-answer-both": "answer= and a task list; expected one of them",
    "question-lines": "lines={value}; expected a whole number from 1 to 40",
    "question-part-twice": "a second {part}; expected one",
    "quiz-draw": "draw={draw} but the quiz has {count} questions; expected at most that",
    "quiz-empty": "the {kind} has no question; expected at least one",
    # -------------------------------------------------------------- scenarios
    "scenario-start": "text before the first step; expected a heading '### Title {{#step}}' first",
    "scenario-steps": "the scenario has no step; expected headings",
    "scenario-step-id": "the step has no id; expected '### {title} {{#id}}'",
    "scenario-target": "there is no step {target!r} in this scenario; expected one of {known}",
    "scenario-lost": "no choice leads to the step {step!r}; expected a link to it",
    "scenario-choices": "a list that mixes choices and other text; expected every line to be one link to a step",
    "scenario-choices-twice": "a second list of choices in the step; expected one",
    "scenario-score": "score={value}; expected a number from {low} to {high}",
    "scenario-circle": "a choice with a score lies on a circle, {steps}; expected a score to be earned only once",
    "scenario-best": "no path can reach a point; expected at least one choice with {{score=1}}",
    "scenario-large": "the scenario has {count} steps; expected at most {limit}",
    "scenario-endless": "from the step {step!r} no path ends; expected a way to a step without choices",
    "scenario-single": "the step has one choice; expected two or more, or none",
    # --------------------------------------------------------------- overlays
    "overlay-target": "there is no block {id!r} in the module; expected one of {known}",
    "overlay-safety": "the block {id!r} is tagged safety and must stay; expected fill= or append=",
    "overlay-item": "questions are not changed by an overlay; expected a question with in={country} in the module",
    "overlay-note": "the footnote [^{label}] in an overlay; expected the source in the text itself",
    "overlay-slot": "the slot {slot!r} is not declared in module.md; expected one of {known}",
    "overlay-reopened": "{target}: the regional text changed since the country's words were checked, so they wait; "
    "expected the country's coordinator to look again",
    "overlay-gone": "{target}: this place is not in the module any more, so the words of the country wait; "
    "expected the country's coordinator to move them",
    "overlay-open": "the required slot {slot!r} is not filled; expected it under `slots`, or a block fill={slot}",
    "overlay-unsigned": "not signed; expected confirmed_by and checked_on (the regional text is shown until then)",
    "translation-markup": "{context}: adds {extra}; expected only the mark-up that the source has",
}
"""Every code, with its sentence: what is wrong and what was expected."""

# ------------------------------------------- translations, overlays, revisions, files (translation.py, nation.py, …)

CODES |= {
    # ------------------------------------------------------- learning paths
    "paths-syntax": "the learning paths cannot be read; expected {expected}",
    "paths-value": "{key}: expected {expected}",
    "paths-unnamed": "the module {slug!r} is on no learning path; expected it under `modules` in paths.yaml",
}
CODES |= {
    "translation-locale": "{locale!r} is not a language of Trainer; expected one of {known}",
    "translation-encoding": "not UTF-8 text, from byte {byte}; expected a PO file in UTF-8",
    "translation-large": "is larger than {limit} MB; expected the catalog of one module",
    "translation-syntax": "not PO; expected {expected}",
    "translation-language": "the header says Language: {found}; expected {expected}, as in the file's name",
    "translation-signature": "Reviewed by: {found}; expected NAME, YYYY-MM-DD with a day that there is",
    "translation-charset": "the header says charset={found}; expected UTF-8",
    "translation-duplicate": "{context}: the same message stands in line {first}; expected it once",
    "translation-plural": "the header says Plural-Forms: {found}; expected none, or a rule such as "
    "nplurals=2; plural=n != 1;",
    "translation-module": "the header says X-Trainer-Module: {found}; expected {expected}, this module's own",
    "translation-foreign": "{known} of {count} messages are of the module {module}; expected at least half of them; "
    "there are messages of {units}",
    "translation-unknown": "{context}: not taken: the module has no such message ({words}); expected contexts as they "
    "were exported; the same words stand at: {there}",
    "translation-older": "{context}: made from an older text, or marked as unsure; expected a translation of: {now}",
    "translation-reviewer": "the signature of {name} is not taken over: {missing} missing, {refused} refused, {stale} "
    "outdated; expected every message of the module",
    "translation-long": "{context}: {count} characters; expected at most {limit}, ten times the source and a thousand",
    "translation-control": "{context}: contains the control character U+{code}; expected letters, spaces and line ends",
    "translation-unseen": "{context}: contains the invisible character U+{code}; expected none but U+200B, U+200C, "
    "U+200D and U+2060",
    "translation-lookalike": "{context}: letters of two alphabets in one word: {words}; expected one alphabet",
    "translation-html": "{context}: HTML that the source has not: {tags}; expected Markdown; the source is shown",
    "translation-marks": "{context}: {marks} decides nothing in a translation, and learners would see it; expected the "
    "words alone",
    "translation-address": "{context}: the words of a link show {seen}, and it goes elsewhere; expected other words; "
    "the source is shown",
    "translation-choices": "{context}: {count} choices; expected {expected}, as in the source, which is shown",
    "translation-term": "{context}: [{words}](term:{term}); expected a word of the glossary: {forms}",
    "translation-glossary": "the glossary cannot be read here; expected {expected}",
    "translation-bidi": "{context}: contains an invisible character that reverses text; expected none",
    "translation-zawgyi": "{context}: in the Zawgyi encoding; expected Burmese in Unicode",
    "translation-frozen": "{context}: links, gaps, footnotes and slots must stay; missing: {missing}; not in the "
    "source: {extra}",
    "translation-number": "{context}: a number of the source is missing: {numbers}; check it",
    "translation-key": "{context}: outdated, so the source is shown: these words decide which answer is right; "
    "translate them anew",
    "translation-wide": "{context}: {count} letters wide; expected at most {limit} beside the source, or it may not "
    "fit on paper; check it",
    "translation-avoided": "{context}: says {words}, which the glossary asks to avoid; expected {forms}",
    "translation-claim": "{context}: the signature of {name} is not taken over: the words have changed since, or "
    "whoever sends the file may not sign for them",
    "translation-bold": "{context}: not as many words are bold as in the source; check it",
}

CODES |= {
    "nation-country": "{found!r} is not a country of Trainer; expected one of {known}",
    "nation-encoding": "not UTF-8 text, from byte {byte}; expected UTF-8",
    "nation-front-matter": "the values at the top cannot be read; expected {expected}",
    "nation-key": "{key!r} is not known here; expected one of {known}",
    "nation-value": "{key}: expected {expected}",
    "nation-target": "{key}: nothing is filled in for {target!r} here; expected one of {known}",
    "nation-dates": "review_by is not after checked_on; expected a later day",
    "nation-loose": "text outside of a block; expected it inside ::: country",
    "nation-unclosed": "the block is not closed; expected {fence} on a line of its own",
    "nation-block": "{found!r} cannot stand here; expected ::: country with fill=, replace= or append=",
    "nation-attribute": "{found!r} is not known here; expected one of {known}",
    "nation-action": "expected exactly one of {known} with the id of a block",
    "nation-empty": "{target}: nothing inside; expected the words to show, as an overlay cannot remove a block",
    "nation-duplicate": "{target}: changed already in line {first}; expected it once",
}

CODES |= {
    "rev-needed": "{id}: the {parts} changed since it was published; expected rev={next}: old answers keep theirs",
    "rev-lower": "{id}: its rev is lower than the published {published}; expected {published} or more",
}

# ------------------------------------------------------ warnings of the linter (lint/): what to do, not what is broken

CODES |= {
    "lint-heading-jump": "a heading of level {level} under one of level {above}; expected {marks!r}: people who "
    "listen to the page find their way by levels",
    "lint-sentence-long": "a sentence of {words} words, {begin!r} …; expected at most {limit}: make two of it",
    "lint-sentence-letters": "a sentence of {letters} letters, {begin!r} …; expected at most {limit}: make two of it",
    "lint-table-wide": "the longest words of the {columns} columns need {need} mm side by side, and {paper} has {room} "
    "mm; expected fewer columns or shorter words",
    "lint-picture-words": "the description {words!r} says nothing; expected what can be seen in {src}",
    "lint-picture-consent": "{src} looks like a photograph; expected in its caption who agreed to be shown, or that "
    "the scene is posed",
    "lint-picture-large": "{src} is {width} × {height} pixels; expected at most {limit} on the longer side",
    "lint-picture-heavy": "{src} weighs {size} KB for each learner; expected at most {limit}: fewer pixels, or fewer "
    "colours",
    "lint-link-words": "the words {words!r} do not say where the link leads; expected the name of the page",
    "lint-question-feedback": "the question says nothing to those who were wrong; expected feedback ('>') under the "
    "options, or an explanation ([!NOTE])",
    "lint-option-feedback": "nothing is said to those who choose {option!r} ({count} such options); expected feedback "
    "('>') under it, or an explanation ([!NOTE])",
    "lint-objective-unasked": "no question asks about the objective {id}; expected one with objective={id}, or the "
    "objective left out",
    "lint-sensitive": "speaks of {words}; expected a content note, `sensitive:` in {where}",
    "lint-person-name": "{name!r} could be the name of a real person; expected an invented first name, or a role such "
    "as 'the inspector'",
    "lint-case-details": "a day ({date}), an age ({age}) and a place ({place}) together can show who somebody is; "
    "expected at least one of them left vague",
    "lint-phone": "{found} looks like a telephone number; expected the number of a service in a slot, which each "
    "country fills in and checks, and no number of a person",
    "lint-mailbox": "{found} looks like a person's own address; expected the address of an office, in a slot",
    "lint-identity-number": "{found} looks like the number of a document; expected none, or one with letters in place "
    "of digits, such as XX0000",
    "lint-address": "{found!r} looks like an exact address; expected no more than a kind of place",
    "lint-word-avoid": "{word!r} is a word to avoid: {why}; expected: {say}",
}
