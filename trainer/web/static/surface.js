// The plain text field, with what the bundled surface has too (frontend/entry.js).
export function plainSurface(field, { onChange, onCursor, onPaste }) {
  const listening = new AbortController(), on = (name, run) => field.addEventListener(name, run, { signal: listening.signal });
  const put = text => { if (!document.execCommand("insertText", false, text)) { field.setRangeText(text, field.selectionStart, field.selectionEnd, "end"); onChange(); } };
  on("input", onChange);
  for (const name of ["click", "keyup", "select"]) on(name, onCursor);
  on("paste", event => { const text = onPaste(event); if (text !== null) put(text); });
  return {
    get text() { return field.value; },
    set text(value) { field.value = value; },
    get selection() { return { from: field.selectionStart, to: field.selectionEnd }; },
    get line() { return field.value.slice(0, field.selectionStart).split("\n").length; },
    focus: () => field.focus(),
    // By the browser's own way of typing, so that it can be undone.
    insert(text, from, to, [start, end]) {
      field.focus();
      field.setSelectionRange(from, to);
      if (text || from !== to) put(text);
      field.setSelectionRange(from + start, from + end);
    },
    goTo(number) {
      const lines = field.value.split("\n"), start = lines.slice(0, number - 1).join("\n").length + (number > 1 ? 1 : 0);
      field.focus();
      field.setSelectionRange(start, start + (lines[number - 1] ?? "").length);
      field.scrollTop = (field.scrollHeight / lines.length) * Math.max(0, number - 8);
    },
    mark() {},
    close: () => listening.abort(),
  };
}
