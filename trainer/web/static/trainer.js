// Every page works without this file. It makes some things quicker: leaving, ordering, closing menus, not sending twice, watching work.

// Leaving: replace this page in the history instead of adding to it. Shift three times does the same from the keyboard.
const exits = document.querySelectorAll("[data-exit]");
const leave = () => location.replace(exits[0].href);
for (const exit of exits) exit.addEventListener("click", event => { event.preventDefault(); leave(); });
let shifts = [];
document.addEventListener("keydown", event => {
  if (event.key !== "Shift") { shifts = []; return; }
  if (event.repeat || !exits.length) return;
  shifts = [...shifts.filter(time => event.timeStamp - time < 2000), event.timeStamp];
  if (shifts.length === 3) leave();
});

// Ordering in place: the buttons that would ask the server move the row here and say where it went.
for (const list of document.querySelectorAll("[data-places]")) {
  const status = document.getElementById(list.dataset.places);
  const renumber = () => [...list.children].forEach((row, place) => {
    row.querySelector("input").name = `place-${place}`;
    const [up, down] = row.querySelectorAll("button");
    up.value = `up-${place}`;
    down.value = `down-${place}`;
  });
  list.addEventListener("click", event => {
    const button = event.target.closest("button[name=move]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("li");
    if (button.value.startsWith("up")) row.previousElementSibling?.before(row);
    else row.nextElementSibling?.after(row);
    renumber();
    button.focus();
    const place = [...list.children].indexOf(row) + 1;
    status.textContent = list.dataset.said.replace("{item}", row.querySelector(".item").textContent.trim())
      .replace("{place}", place).replace("{total}", list.children.length);
  });
}

// A form is sent once. The server would notice a second one by its id; this spares the wait.
document.addEventListener("submit", event => {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (form.method === "post") form.dataset.sent = "1";
});
// A page that came back from the browser's memory may be sent again, as something new.
addEventListener("pageshow", event => {
  if (!event.persisted) return;
  for (const form of document.forms) {
    delete form.dataset.sent;
    const id = form.elements.namedItem("event");
    if (id) id.value = crypto.randomUUID ? crypto.randomUUID() : id.value;
  }
});

// A menu closes with Escape and when one goes elsewhere.
const menus = document.querySelectorAll("details.menu");
document.addEventListener("keydown", event => {
  if (event.key === "Escape") for (const menu of menus) if (menu.open) { menu.open = false; menu.firstElementChild.focus(); }
});
document.addEventListener("click", event => {
  for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
});

// "Show" beside a password.
for (const button of document.querySelectorAll("button[data-reveal]")) {
  const field = document.getElementById(button.dataset.reveal);
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
  });
}

// Who has signed out leaves no words behind, also where the browser does not obey Clear-Site-Data (plain HTTP).
if (document.querySelector("[data-forget]")) {
  try { for (const key of Object.keys(localStorage)) if (key.startsWith("draft:")) localStorage.removeItem(key); } catch { /* nothing is kept where nothing can be */ }
}

// Where work goes on, its parts of the page are looked at again; a file that is chosen elsewhere on it stays chosen.
const watch = async () => {
  const answer = await fetch(location.href).catch(() => null);
  const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of page ? document.querySelectorAll("[data-live]") : []) {
    const fresh = page.getElementById(part.id);
    if (fresh && fresh.innerHTML !== part.innerHTML && !part.contains(document.activeElement)) part.replaceWith(fresh);
  }
  if (document.querySelector("[data-again]")) setTimeout(watch, 3000);
};
if (document.querySelector("[data-again]")) setTimeout(watch, 3000);
