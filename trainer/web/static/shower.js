// The preview beside the words: a document without scripts in a frame, or a printed page as a picture.
import { keeper } from "./keeper.js";

const PATIENCE = 30_000;

export function shower({ form, place, say, problems }) {
  const chooser = name => form.elements.namedItem(name), box = place.querySelector(".sheet-place"), about = place.querySelector("[data-about]"), turn = place.querySelector(".turn");
  const choices = keeper("");
  let asking = null, frame = null, page = 1, line = 1, pages = 0;

  const remembered = choices.choice("device");
  const kinds = [...chooser("device").options].map(one => one.value);
  if (kinds.includes(remembered)) chooser("device").value = remembered;
  else if (document.documentElement.hasAttribute("data-saver")) chooser("device").value = "off";
  chosen();

  function chosen() {
    const device = chooser("device").value;
    choices.choose("device", device);
    place.hidden = device === "off";
    form.classList.toggle("with-preview", device !== "off");
    box.className = `sheet-place ${device}`;
    turn.hidden = device !== "paper";
  }

  // A newer wish ends the older one. Never awaited by anything that is typed.
  async function ask(body, at) {
    const device = chooser("device").value;
    line = at;
    asking?.abort();
    const mine = asking = new AbortController(), limit = setTimeout(() => mine.abort("slow"), PATIENCE);
    place.setAttribute("aria-busy", "true");
    if (device === "paper" && !box.querySelector("img")) about.textContent = say("loading");
    const values = { device, lang: chooser("lang").value, country: chooser("country").value, facilitator: chooser("facilitator").checked ? "1" : "", page };
    const answer = async more => {
      const came = await fetch(form.dataset.preview, { method: "POST", body: body({ ...values, ...more }), headers: { Accept: "application/json" }, signal: mine.signal });
      if (!came.headers.get("Content-Type")?.startsWith("application/json")) throw new Error("no preview");
      return came.json();
    };
    try {
      if (device !== "off") shown(device, await answer({}));
      // The page comes first: looking through the words takes longer than showing them.
      problems(await answer({ look: "1" }));
    } catch (error) {
      if (mine !== asking) return;
      about.textContent = say("no-preview");
    } finally {
      clearTimeout(limit);
      if (mine === asking) place.removeAttribute("aria-busy");
    }
  }

  function shown(device, answer) {
    about.textContent = answer.trouble ?? "";
    if (device === "paper") { if (answer.picture) paper(answer); return; }
    if (frame === null || !frame.isConnected) begin(answer.page);
    else renew(new DOMParser().parseFromString(answer.page, "text/html"));
  }

  function begin(html) {
    frame = Object.assign(document.createElement("iframe"), { title: say("frame") });
    // Our own document, so that this page can scroll it; no scripts, no forms, no other windows.
    frame.setAttribute("sandbox", "allow-same-origin");
    frame.addEventListener("load", () => follow(line));
    frame.srcdoc = html;
    box.replaceChildren(frame);
  }

  function renew(fresh) {
    const old = frame.contentDocument;
    if (!old?.getElementById("main")) return begin(`<!doctype html>${fresh.documentElement.outerHTML}`);
    old.documentElement.lang = fresh.documentElement.lang;
    // A picture that is there already is not loaded again.
    const pictures = new Map([...old.images].map(image => [image.getAttribute("src"), image]));
    const main = old.importNode(fresh.getElementById("main"), true);
    for (const image of main.querySelectorAll("img")) {
      const kept = pictures.get(image.getAttribute("src"));
      if (kept) { for (const { name, value } of image.attributes) kept.setAttribute(name, value); image.replaceWith(kept); }
    }
    const top = old.scrollingElement.scrollTop;
    old.getElementById("main").replaceWith(main);
    old.scrollingElement.scrollTop = top;
    follow(line);
  }

  function paper({ picture, page: number, pages: all, width, height }) {
    page = number;
    pages = all;
    const image = Object.assign(new Image(), { src: picture, width, height, alt: say("picture", { page: number }) });
    box.replaceChildren(image);
    box.tabIndex = 0;
    turn.querySelector("[data-page]").textContent = say("page", { page: number, pages });
    for (const button of turn.querySelectorAll("button")) button.disabled = page + Number(button.dataset.turn) < 1 || page + Number(button.dataset.turn) > pages;
  }

  turn.addEventListener("click", event => {
    const step = Number(event.target.dataset.turn);
    if (!step) return;
    page = Math.min(Math.max(1, page + step), pages || 1);
    chooser("device").dispatchEvent(new Event("change", { bubbles: true }));
  });

  // To the block in which the cursor is, by the lines that blocks carry, and only when it is out of sight.
  function follow(at) {
    line = at;
    const doc = frame?.isConnected ? frame.contentDocument : null;
    if (!doc?.body) return;
    let here = null;
    for (const block of doc.querySelectorAll("[data-line]")) {
      const its = Number(block.dataset.line);
      if (its <= at && its >= Number(here?.dataset.line ?? 0)) here = block;
    }
    for (const before of doc.querySelectorAll("[data-here]")) before.removeAttribute("data-here");
    if (!here) return;
    here.setAttribute("data-here", "");
    const { top, height } = here.getBoundingClientRect(), room = frame.clientHeight;
    if (top < 0 || top + Math.min(height, room / 2) > room) frame.contentWindow.scrollTo(0, frame.contentWindow.scrollY + top - room / 3);
  }

  return { ask, follow, chosen };
}
