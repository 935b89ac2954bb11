// The translation workbench works without this file. It checks while one types, and takes the hands off the mouse.

const form = document.getElementById("passage");
const box = document.getElementById("text");

if (form && box) {
  const saved = "unsaved" in box.dataset ? null : box.value;
  let sending = false;
  form.addEventListener("submit", () => { sending = true; });
  addEventListener("pageshow", event => { if (event.persisted) sending = false; });
  addEventListener("beforeunload", event => { if (!sending && box.value !== saved) event.preventDefault(); });

  // Checks by the same code as saving, a moment after the last letter; an older question is given up.
  let waiting, asking;
  const check = async () => {
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const answer = await fetch(form.dataset.checks, { method: "POST", body: new URLSearchParams(new FormData(form)), signal });
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("checks");
      const shown = document.getElementById("checks");
      // The region itself stays, so that a screen reader says what is new in it.
      if (fresh && shown.innerHTML !== fresh.innerHTML) shown.replaceChildren(...fresh.childNodes);
    } catch (error) {
      if (error.name !== "AbortError" && error.name !== "TypeError") throw error;
    }
  };
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(check, 400); };
  box.addEventListener("input", soon);

  // Words that a link would put into the box go there at once; the browser's own undo takes them out again.
  const insert = text => {
    box.focus();
    box.select();
    if (!document.execCommand("insertText", false, text)) { box.value = text; soon(); }
  };
  const offers = [...document.querySelectorAll("[data-insert]")];
  for (const offer of offers) {
    offer.addEventListener("click", event => { event.preventDefault(); insert(offer.dataset.insert); });
  }

  const key = name => document.querySelector(`[data-key="${name}"]`);
  const press = (event, name) => {
    const found = key(name);
    if (!found) return;
    event.preventDefault();
    found.click();
  };
  document.addEventListener("keydown", event => {
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key === "Enter") press(event, event.target.id === "comment" ? "comment" : event.shiftKey ? "review" : "save-next");
    else if (command && !event.altKey && event.key.toLowerCase() === "s") press(event, "save");
    else if (event.altKey && !command && event.key === "ArrowUp") press(event, "previous");
    else if (event.altKey && !command && event.key === "ArrowDown") press(event, "next");
    else if (event.altKey && !command && /^Digit[1-5]$/.test(event.code)) {
      const match = document.querySelectorAll(".matches [data-insert]")[Number(event.code.at(-1)) - 1];
      if (match) { event.preventDefault(); match.click(); }
    }
  });
}
