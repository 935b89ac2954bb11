// What was copied in a word processor or from a page, as plain Markdown: headings, lists, bold, emphasis, links and
// tables. Everything else is left out, and it is said what.

const RICH = /<(h[1-6]|ul|ol|li|table|b|strong|i|em|a\s|img)\b|mso-|MsoNormal/i;
const BOLD = /font-weight\s*:\s*(bold|[6-9]00)/i;
const ITALIC = /font-style\s*:\s*italic/i;
const LOOKS = /(color|background|font-family|font-size)\s*:/i;
const BLOCKS = "address article blockquote center dd div dl dt figure footer header main p section".split(" ");
const SKIPPED = "head meta link script style title xml template noscript".split(" ");

// -> the Markdown and what was left out, or null where the plain text is as good.
export function markdownOf(html, plain) {
  if (!RICH.test(html)) return null;
  // Style would break the page's policy even in a document that is never shown.
  const bare = html.replace(/<style[\s\S]*?<\/style\s*>/gi, "").replace(/(<[^>]*?)\sstyle\s*=/gi, "$1 data-style=");
  const page = new DOMParser().parseFromString(bare, "text/html");
  const work = { left: { pictures: 0, objects: 0, notes: 0, colours: 0 } };
  const text = blocks(page.body, work).join("\n\n").replace(/[ \t]+\n/g, "\n").replace(/\n{3,}/g, "\n\n").trim();
  if (!text && plain) return null;
  return { text, left: work.left };
}

const style = node => node.getAttribute?.("data-style") ?? "";
const name = node => node.nodeType === 1 ? node.localName : "";
const isBlock = node => BLOCKS.includes(name(node)) || /^(h[1-6]|ul|ol|li|table|tr|hr|pre)$/.test(name(node));
const hasBlocks = node => [...node.childNodes].some(child => isBlock(child) || (child.nodeType === 1 && hasBlocks(child)));

// The blocks of an element, each a piece of Markdown. List items in a row are one block.
function blocks(node, work) {
  const out = [];
  let line = "", items = [];
  const end = () => {
    const text = tidy(line);
    if (text) out.push(guarded(text));
    line = "";
  };
  const endItems = () => { if (items.length) out.push(items.join("\n")); items = []; };
  for (const child of node.childNodes) {
    if (leftOut(child, work)) continue;
    const item = wordItem(child, work);
    if (item !== null) { end(); items.push(item); continue; }
    if (isBlock(child) || (child.nodeType === 1 && hasBlocks(child))) {
      end();
      const made = block(child, work);
      if (made.length) endItems();
      out.push(...made);
    } else {
      if (child.textContent.trim()) endItems();
      line += inline(child, work);
    }
  }
  end();
  endItems();
  return out;
}

function block(node, work) {
  looked(node, work);
  const tag = name(node);
  const level = /^h([1-6])$/.exec(tag) ?? /MsoHeading([1-6])/.exec(node.className ?? "");
  if (level) {
    const text = tidy(inlines(node, work)).replace(/\*\*/g, "").replace(/\n/g, " ");
    return text ? [`${"#".repeat(Math.max(2, Number(level[1])))} ${text}`] : [];
  }
  if (tag === "ul" || tag === "ol") return [list(node, work, "")].filter(Boolean);
  if (tag === "table") return [table(node, work)].filter(Boolean);
  if (tag === "blockquote") return blocks(node, work).map(one => one.replace(/^/gm, "> "));
  if (tag === "hr") return [];
  if (tag === "pre") return [`\`\`\`\n${node.textContent.replace(/\n$/, "")}\n\`\`\``];
  return blocks(node, work);
}

function list(node, work, indent) {
  let number = Number(node.getAttribute("start") ?? 1);
  const lines = [];
  for (const item of node.children) {
    if (["ul", "ol"].includes(name(item))) { lines.push(list(item, work, `${indent}  `)); continue; }
    if (name(item) !== "li") continue;
    const mark = name(node) === "ol" ? `${number++}. ` : "- ";
    const inner = [...item.childNodes].filter(child => !["ul", "ol"].includes(name(child)));
    const text = tidy(inner.map(child => leftOut(child, work) ? "" : hasBlocks(child) || isBlock(child) ? ` ${inlines(child, work)} ` : inline(child, work)).join(""));
    lines.push(`${indent}${mark}${text.replace(/\n/g, " ")}`);
    for (const deeper of item.children) if (["ul", "ol"].includes(name(deeper))) lines.push(list(deeper, work, indent + " ".repeat(mark.length)));
  }
  return lines.filter(line => line.trim()).join("\n");
}

// Word writes list items as paragraphs whose style names a list and a level.
function wordItem(node, work) {
  const level = name(node) === "p" ? /mso-list\s*:[^;]*\blevel(\d)/.exec(style(node)) : null;
  if (!level) return null;
  const mark = [...node.querySelectorAll("[data-style]")].find(one => /mso-list\s*:\s*ignore/i.test(style(one)));
  const isNumber = mark && /[\da-z]+[.)]/i.test(mark.textContent) && !/^o\s/.test(mark.textContent);
  mark?.remove();
  return `${"   ".repeat(level[1] - 1)}${isNumber ? "1." : "-"} ${tidy(inlines(node, work)).replace(/\n/g, " ")}`;
}

function table(node, work) {
  const rows = [...node.querySelectorAll("tr")].filter(row => row.closest("table") === node).map(row =>
    [...row.children].map(cell => tidy(inlines(cell, work)).replace(/\s*\n\s*/g, " ").replace(/\|/g, "\\|")));
  const width = Math.max(0, ...rows.map(row => row.length));
  if (!width) return "";
  if (width === 1) return rows.map(row => row[0]).filter(Boolean).join("\n\n");
  const line = cells => `| ${Array.from({ length: width }, (_, at) => cells[at] ?? "").join(" | ")} |`;
  return [line(rows[0]), line(Array(width).fill("---")), ...rows.slice(1).map(line)].join("\n");
}

const inlines = (node, work) => [...node.childNodes].map(child => leftOut(child, work) ? "" : inline(child, work)).join("");

function inline(node, work) {
  if (node.nodeType === 3) return escaped(node.data.replace(/\s+/g, " "));
  if (node.nodeType !== 1) return "";
  looked(node, work);
  if (name(node) === "br") return "\n";
  const inner = inlines(node, work);
  const spaced = isBlock(node) ? `${inner} ` : inner;
  if (!inner.trim()) return spaced;
  const tag = name(node), css = style(node);
  if (tag === "a") {
    const href = node.getAttribute("href") ?? "";
    return /^(https?:|mailto:)/i.test(href) ? around(inner, "[", `](${href.replace(/[()\s]/g, encodeURIComponent)})`) : inner;
  }
  const isPlain = /font-weight\s*:\s*normal/i.test(css);
  if (((tag === "b" || tag === "strong") && !isPlain) || (tag === "span" && BOLD.test(css))) return around(inner, "**", "**");
  if (((tag === "i" || tag === "em") && !/font-style\s*:\s*normal/i.test(css)) || (tag === "span" && ITALIC.test(css))) return around(inner, "*", "*");
  return spaced;
}

// Marks stand at the words, never at spaces beside them, and never twice.
function around(text, before, after) {
  const [, start, words, end] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text);
  return words.startsWith(before) && before === "**" ? text : `${start}${before}${words}${after}${end}`;
}

function looked(node, work) {
  if (LOOKS.test(style(node)) || name(node) === "font") work.left.colours = 1;
}

function leftOut(node, work) {
  if (node.nodeType === 8) return true;
  const tag = name(node);
  if (SKIPPED.includes(tag) || tag.includes(":")) return tag !== "o:p" || !node.textContent.trim();
  if (tag === "img" || tag === "picture" || tag === "svg") { work.left.pictures += 1; return true; }
  if (["object", "embed", "iframe", "video", "audio", "canvas", "form", "input", "button"].includes(tag)) { work.left.objects += 1; return true; }
  if (/mso-element\s*:\s*comment|MsoComment/i.test(style(node) + (node.className ?? ""))) { work.left.notes += 1; return true; }
  return /display\s*:\s*none|mso-hide\s*:\s*all/i.test(style(node));
}

const tidy = text => text.replace(/\u00a0/g, " ").replace(/[ \t]+/g, " ").replace(/ *\n */g, "\n").replace(/\*\*\s*\*\*/g, "").trim();
const escaped = text => text.replace(/[\\*_`[\]{}<]/g, "\\$&");
// What would begin a block does not, where it began a line of ordinary words.
const guarded = text => text.replace(/^(\s*)(#{1,6}\s|>|[-+]\s|:{3,}|\d{1,9}[.)]\s)/gm, (_, space, mark) => /^\d/.test(mark) ? `${space}${mark.replace(/[.)]/, "\\$&")}` : `${space}\\${mark}`);
