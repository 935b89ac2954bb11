// What differs between two texts, line by line, as elements: <del> was there, <ins> is there, "…" stands for the same.
const MOST = 4_000_000;

export function changes(before, after) {
  const a = before.split("\n"), b = after.split("\n");
  let first = 0, last = 0;
  while (first < a.length && first < b.length && a[first] === b[first]) first += 1;
  while (last < a.length - first && last < b.length - first && a.at(-1 - last) === b.at(-1 - last)) last += 1;
  const old = a.slice(first, a.length - last), fresh = b.slice(first, b.length - last);
  const out = document.createDocumentFragment();
  const add = (tag, text) => { const node = document.createElement(tag); node.textContent = text || " "; out.append(node); };
  if (first) out.append("…\n");
  for (const [kind, line] of script(old, fresh)) if (kind === "same") out.append(`${line}\n`); else add(kind, line);
  if (last) out.append("…");
  return out;
}

// The shortest way from one to the other; where that would take long, all of the old and all of the new.
function script(old, fresh) {
  if (old.length * fresh.length > MOST) return [...old.map(line => ["del", line]), ...fresh.map(line => ["ins", line])];
  const width = fresh.length + 1, best = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = fresh.length - 1; j >= 0; j--)
      best[i * width + j] = old[i] === fresh[j] ? best[(i + 1) * width + j + 1] + 1 : Math.max(best[(i + 1) * width + j], best[i * width + j + 1]);
  const out = [];
  let i = 0, j = 0;
  while (i < old.length || j < fresh.length) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) { out.push(["same", old[i]]); i += 1; j += 1; }
    else if (j >= fresh.length || (i < old.length && best[(i + 1) * width + j] >= best[i * width + j + 1])) out.push(["del", old[i++]]);
    else out.push(["ins", fresh[j++]]);
  }
  return out;
}
