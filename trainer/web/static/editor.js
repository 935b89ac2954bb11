// The editor of one file. The form works without this; with it words are saved while one writes, kept on the device when
// the network goes, looked through at once, and shown beside as learners will see them. No keystroke waits for anything.
import { changes } from "./changes.js";
import { keeper } from "./keeper.js";
import { markdownOf } from "./paste.js";
import { shower } from "./shower.js";
import { plainSurface } from "./surface.js";

const AFTER_TYPING = 2000, BEFORE_PREVIEW = 400, PATIENCE = 15_000, AGAIN = [5, 10, 20, 40, 60].map(seconds => seconds * 1000);
const form = document.getElementById("editor");
const field = form.elements.namedItem("words"), base = form.elements.namedItem("base");
const part = id => document.getElementById(id);
const words = Object.fromEntries([...document.querySelectorAll("[data-say]")].map(row => [row.dataset.say, row.textContent]));
const phrases = Object.fromEntries([...document.querySelectorAll("[data-phrase]")].map(row => [row.dataset.phrase, row.textContent]));
const say = (name, values = {}) => words[name].replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
const clock = time => new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(time);
const day = time => new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" }).format(time);
const same = (one, other) => one.trimEnd() === other.trimEnd();

let surface = plainSurface(field, { onChange: changed, onCursor: follow, onPaste: pasted });
const keep = keeper(form.dataset.mirror);
const show = shower({ form, place: part("place"), say, problems: found });
let onServer = form.dataset.unsaved ? null : field.defaultValue;
const dirty = () => onServer === null || !same(surface.text, onServer);

// ------------------------------------------------------------------ what is said

function state(name, values, kind = "") {
  const line = part("state");
  line.dataset.kind = kind;
  const shown = line.querySelector("[aria-hidden]") ?? line.appendChild(Object.assign(document.createElement("span"), { ariaHidden: "true" }));
  const told = line.querySelector(".vh") ?? line.appendChild(Object.assign(document.createElement("span"), { className: "vh" }));
  for (const node of [...line.childNodes]) if (node !== shown && node !== told) node.remove();
  shown.textContent = say(name, values);
  // Who listens hears how it went, and not each step.
  if (name !== "changed" && name !== "saving") told.textContent = shown.textContent;
}

function trouble(text, ...actions) {
  const box = part("trouble");
  box.hidden = !text;
  box.querySelector("[data-about]").textContent = text;
  box.querySelector(".actions").replaceChildren(...actions);
}

function button(text, run) {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: text });
  made.addEventListener("click", run);
  return made;
}

// ------------------------------------------------------------------ saving

let saveTimer, previewTimer, sending = null, tries = 0, stopped = false;

function changed() {
  keepSoon();
  if (!stopped) state("changed");
  clearTimeout(saveTimer);
  saveTimer = setTimeout(save, AFTER_TYPING);
  previewSoon();
}

let keepTimer;
function keepSoon() {
  keepTimer ??= setTimeout(keepNow, 300);
}

function keepNow() {
  clearTimeout(keepTimer);
  keepTimer = undefined;
  return dirty() ? keep.put(surface.text, base.value) : true;
}

function body(extra = {}) {
  const data = new FormData();
  for (const [name, value] of Object.entries({ csrf_token: form.elements.namedItem("csrf_token").value, words: surface.text, base: base.value, ...extra })) data.append(name, value);
  return data;
}

function isTooLong() {
  const limit = Number(form.dataset.limit), text = surface.text;
  const size = text.length * 3 > limit ? new Blob([text]).size : 0;
  if (size > limit) {
    const kept = keepNow(), number = new Intl.NumberFormat(document.documentElement.lang);
    state("changed", {}, "bad");
    trouble(say("long", { size: number.format(size), limit: number.format(limit) }) + (kept ? "" : ` ${say("nowhere")}`));
  }
  return size > limit;
}

// `asked`: a person pressed Save, so the whole module is looked through, and an answer is owed in any case.
async function save(asked = false) {
  clearTimeout(saveTimer);
  if (isTooLong() || (stopped && !asked)) return;
  if (sending) { await sending; if (!asked && !dirty()) return; }
  if (!asked && !dirty()) { state("saved", { time: clock(Date.now()) }); keep.drop(); return; }
  sending = send(asked === true);
  await sending;
  sending = null;
}

async function send(asked) {
  const text = surface.text;
  state("saving");
  let answer, result;
  try {
    answer = await fetch(form.dataset.autosave, { method: "POST", body: body(asked ? { check: "1" } : {}), headers: { Accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE) });
    result = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
  } catch { return offline(); }
  if (result === null) return answer.redirected || answer.status === 403 ? signedOut() : offline();
  tries = 0;
  if (result.state === "saved") return saved(text, result);
  keepNow();
  stopped = true;
  state("changed", {}, "bad");
  if (result.state === "conflict") trouble(say("conflict", { name: result.by || say("somebody") }), button(say("compare"), compare));
  else { stopped = false; trouble(result.message); }
}

function saved(text, result) {
  stopped = false;
  onServer = text;
  base.value = result.base;
  trouble("");
  if (dirty()) { state("changed"); saveTimer = setTimeout(save, AFTER_TYPING); keepNow(); } else { state("saved", { time: clock(Date.now()) }); keep.drop(); }
  if (result.list !== undefined) { found(result); part("elsewhere").innerHTML = result.elsewhere; }
}

function offline() {
  const kept = keepNow();
  state(kept ? "offline" : "nowhere", {}, "bad");
  if (!kept) trouble(say("nowhere"));
  clearTimeout(saveTimer);
  saveTimer = setTimeout(save, AGAIN[Math.min(tries++, AGAIN.length - 1)]);
}

function signedOut() {
  keepNow();
  stopped = true;
  state("changed", {}, "bad");
  const link = Object.assign(document.createElement("a"), { href: form.dataset.signIn, target: "_blank", className: "button", textContent: say("sign-in") });
  trouble(say("signed-out"), link, button(say("again"), again));
}

// In another tab a new session has begun: this page's token is of the old one, so a fresh one is taken from the page.
async function again() {
  const page = await fetch(location.href, { signal: AbortSignal.timeout(PATIENCE) }).then(answer => answer.text()).catch(() => "");
  const token = new DOMParser().parseFromString(page, "text/html").querySelector("#editor [name=csrf_token]");
  if (!token) return signedOut();
  form.elements.namedItem("csrf_token").value = token.value;
  stopped = false;
  save(true);
}

// The form itself: the answer is a page with both versions.
function compare() {
  onServer = surface.text;
  field.value = surface.text;
  form.submit();
}

// ----------------------------------------------------------------- preview

function previewSoon(delay = BEFORE_PREVIEW) {
  clearTimeout(previewTimer);
  previewTimer = setTimeout(() => show.ask(body, surface.line), delay);
}

let following;
function follow() {
  following ??= requestAnimationFrame(() => { following = undefined; show.follow(surface.line); });
}

function found({ problems, list }) {
  surface.mark(problems);
  part("problems").innerHTML = list;
  goButtons();
  count(problems);
}

function count(problems) {
  const errors = problems.filter(one => one.severity === "error").length;
  part("problems-count").textContent = problems.length ? `(${say("problems", { errors, warnings: problems.length - errors })})` : "";
}

function goButtons() {
  for (const button of document.querySelectorAll("[data-go]")) button.hidden = false;
}

// ----------------------------------------------------------- pieces and pasting

function piece(text, isInline) {
  const doc = surface.text, { from, to } = surface.selection, chosen = doc.slice(from, to);
  let number = 1;
  while (new RegExp(`-${number}\\b`).test(doc)) number += 1;
  const made = text.replaceAll("NEW", number), start = made.indexOf("⟦"), end = made.indexOf("⟧");
  const inner = start < 0 ? "" : isInline && chosen ? chosen : made.slice(start + 1, end);
  const put = start < 0 ? made : made.slice(0, start) + inner + made.slice(end + 1);
  const select = start < 0 ? [put.length, put.length] : [start, start + inner.length];
  if (isInline) { surface.insert(put, from, to, select); return; }
  const at = (doc.indexOf("\n", to) + 1 || doc.length + 1) - 1;
  const before = doc.slice(0, at), gap = !before.trim() || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const after = doc.slice(at).startsWith("\n\n") ? "" : "\n";
  surface.insert(gap + put + after, at, at, select.map(place => place + gap.length));
}

function wrap(mark) {
  const { from, to } = surface.selection, chosen = surface.text.slice(from, to);
  surface.insert(`${mark}${chosen}${mark}`, from, to, [mark.length, mark.length + chosen.length]);
}

function pasted(event) {
  const html = event.clipboardData?.getData("text/html");
  const made = html ? markdownOf(html, event.clipboardData.getData("text/plain")) : null;
  if (made === null) return null;
  event.preventDefault();
  const things = Object.entries(made.left).filter(([, number]) => number).map(([name, number]) => say(name, { number }));
  trouble("");
  note([say("pasted"), things.length ? say("left-out", { things: things.join(", ") }) : ""].join(" "));
  return made.text;
}

function note(text) {
  const box = part("told");
  box.hidden = !text;
  box.textContent = text;
}

// ---------------------------------------------------------------- the surface

async function useVendor() {
  const { open } = await import(form.dataset.vendor);
  const had = document.activeElement === field, place = part("surface"), { from, to } = surface.selection;
  place.hidden = false;
  const made = open({ place, text: surface.text, label: part("words-label").textContent, lang: field.lang, phrases, onChange: changed, onCursor: follow, onPaste: pasted });
  field.hidden = true;
  surface = made;
  if (had) { surface.insert("", from, from, [0, 0]); surface.focus(); }
  else if (to) surface.insert("", to, to, [0, 0]);
  mark();
}

function usePlain() {
  field.value = surface.text;
  surface.close();
  part("surface").hidden = true;
  field.hidden = false;
  surface = plainSurface(field, { onChange: changed, onCursor: follow, onPaste: pasted });
}

function mark() {
  surface.mark(JSON.parse(form.dataset.problems));
}

const isPlain = () => keep.choice("plain") === "1";

function offerSurface() {
  part("surface-choice").hidden = !form.dataset.vendor;
  part("surface-choice").firstElementChild.textContent = say(isPlain() ? "rich" : "plain");
}

async function switchSurface() {
  keep.choose("plain", isPlain() ? "" : "1");
  if (isPlain()) usePlain(); else await useVendor();
  offerSurface();
}

// ------------------------------------------------------- what the device kept

function offerRestore() {
  const held = keep.get();
  const older = held?.older && !same(held.older.words, field.defaultValue) ? held.older : held;
  if (!older) return;
  if (same(older.words, field.defaultValue)) { keep.drop(); return; }
  keep.hold(older);
  const box = part("restore");
  box.hidden = false;
  box.querySelector("[data-about]").textContent = say("kept", { time: day(older.at) });
  box.querySelector(".unsaved").replaceChildren(changes(field.defaultValue, older.words));
  box.addEventListener("click", event => {
    const { do: what } = event.target.dataset;
    if (!what) return;
    box.hidden = true;
    keep.hold(null);
    if (what === "forget") { keep.drop(); if (dirty()) keepNow(); surface.focus(); return; }
    // From where those words began: if the file was changed since, saving says so and shows both.
    base.value = older.base;
    onServer = null;
    surface.text = older.words;
    changed();
    note(say("restored"));
    surface.focus();
  });
}

// ------------------------------------------------------------------ keyboard

const menu = part("insert");
const open = (details, first) => { details.open = true; (first ?? details.querySelector("summary")).focus(); };
const KEYS = {
  s: () => save(true),
  ".": () => open(menu, menu.querySelector("[data-piece]")),
  b: () => wrap("**"),
  i: () => wrap("*"),
  k: () => piece("[⟦words of the link⟧](https://)", true),
  "/": () => open(part("help")),
  m: () => surface.switchTab?.(),
  "shift+m": () => part("problems-title").focus(),
};
const IN_TEXT = new Set(["b", "i", "k", "m"]);

document.addEventListener("keydown", event => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const key = (event.shiftKey ? "shift+" : "") + event.key.toLowerCase(), run = KEYS[key];
  const inText = event.target === field || event.target === part("surface");
  if (!run || (IN_TEXT.has(key) && !inText)) return;
  event.preventDefault();
  event.stopPropagation();
  run();
}, true);

menu.addEventListener("keydown", event => {
  const all = [...menu.querySelectorAll("[data-piece]")], at = all.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (step && at >= 0) { event.preventDefault(); all[(at + step + all.length) % all.length].focus(); }
  if (event.key === "Escape" && menu.open) { event.stopPropagation(); menu.open = false; surface.focus(); }
});
menu.addEventListener("click", event => {
  const chosen = event.target.closest("[data-piece]");
  if (!chosen) return;
  menu.open = false;
  piece(chosen.dataset.piece, "inline" in chosen.dataset);
  surface.focus();
});

// ------------------------------------------------------------------- the page

document.addEventListener("click", event => {
  const go = event.target.closest("[data-go]");
  if (go) surface.goTo(Number(go.dataset.go));
  if (event.target.closest("[data-do=surface]")) switchSurface();
});
part("words-label").addEventListener("click", () => surface.focus());
form.addEventListener("submit", event => {
  if (event.submitter?.value !== "save") return;
  event.preventDefault();
  save(true);
});
form.addEventListener("change", event => { if (event.target.closest(".choosers")) { show.chosen(); previewSoon(0); } });
addEventListener("online", () => { if (dirty() && !stopped) save(); });
addEventListener("pagehide", keepNow);
document.addEventListener("visibilitychange", () => { if (document.hidden && dirty() && !stopped) save(); });
addEventListener("beforeunload", event => { if (dirty()) { keepNow(); event.preventDefault(); } });

// A decision between two versions, or a save without this script, has just been made: what was kept is done with.
function afterDecision() {
  const here = new URL(location.href);
  if (!here.searchParams.has("done")) return;
  keep.drop();
  here.searchParams.delete("done");
  history.replaceState(null, "", here);
}

async function begin() {
  afterDecision();
  menu.hidden = false;
  form.querySelector("[data-plain]").hidden = true;
  form.classList.add("with-preview");
  goButtons();
  count(JSON.parse(form.dataset.problems));
  offerSurface();
  if (form.dataset.vendor && !isPlain()) await useVendor().catch(() => { part("surface").hidden = true; });
  offerRestore();
  const line = Number(form.dataset.line);
  if (line) surface.goTo(line);
  if (form.dataset.unsaved) changed(); else previewSoon(0);
  form.dataset.ready = "1";
}

begin();
