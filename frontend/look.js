// Colours and sizes of the editing surface, from the tokens of the page: they go through the shadow root, in light and dark.
import { tags } from "@lezer/highlight";

export const highlights = [
  { tag: tags.heading, fontWeight: "700", color: "var(--ink)" },
  { tag: tags.strong, fontWeight: "700" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: [tags.contentSeparator, tags.comment], color: "var(--ink-2)" },
  { tag: [tags.keyword, tags.annotation], color: "var(--brand)", fontWeight: "700" },
  { tag: [tags.propertyName, tags.attributeName, tags.labelName], color: "var(--visited)" },
  { tag: [tags.link], color: "var(--link)" },
  { tag: [tags.atom], color: "var(--ok)", fontWeight: "700" },
  { tag: [tags.list], color: "var(--ok)" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--accent)" },
  { tag: [tags.monospace], color: "var(--ink-2)" },
];

const MONO = 'ui-monospace, Consolas, "Liberation Mono", monospace, var(--font), "Trainer Khmer", "Trainer Lao", "Trainer Thai", "Trainer Tamil", "Trainer Myanmar"';
const underline = colour => ({ backgroundImage: "none", textDecoration: `underline wavy ${colour} 1px`, textUnderlineOffset: "3px" });

export const theme = EditorView => EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--surface)", height: "70vh", minHeight: "24rem", borderRadius: "var(--radius)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: MONO, fontSize: ".9375rem", lineHeight: "max(var(--lh), 1.6)" },
  ".cm-content": { caretColor: "var(--ink)", padding: "var(--s2) 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--ink-2)", border: "0" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--brand-tint) 45%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--brand-tint)", color: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "color-mix(in srgb, var(--focus) 45%, transparent)" },
  ".cm-selectionMatch": { backgroundColor: "var(--brand-tint)" },
  ".cm-searchMatch": { backgroundColor: "var(--warn-tint)", outline: "1px solid var(--warn)" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--brand-tint)", outline: "2px solid var(--brand)" },
  ".cm-panels": { backgroundColor: "var(--sunken)", color: "var(--ink)", borderColor: "var(--line-soft)" },
  ".cm-panel.cm-search": { padding: "var(--s2)" },
  ".cm-panel.cm-search label": { fontSize: ".9375rem" },
  ".cm-textfield": { font: "inherit", minHeight: "2.25rem", color: "var(--ink)", backgroundColor: "var(--surface)", border: "1px solid var(--line)" },
  ".cm-button": { font: "inherit", minHeight: "2.25rem", color: "var(--brand)", backgroundImage: "none", backgroundColor: "var(--surface)", border: "1px solid var(--line)", borderRadius: "var(--radius)" },
  ".cm-panel button:focus-visible, .cm-panel input:focus-visible": { outline: "3px solid var(--focus)", boxShadow: "0 0 0 6px var(--focus-ink)" },
  ".cm-panel.cm-search [name=close]": { fontSize: "1.5rem", minWidth: "2rem", minHeight: "2rem", color: "var(--ink)" },
  ".cm-tooltip": { color: "var(--ink)", backgroundColor: "var(--surface)", border: "1px solid var(--line)", maxWidth: "30rem" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--bad)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--warn)" },
  ".cm-lintRange-error": underline("var(--bad)"),
  ".cm-lintRange-warning": underline("var(--warn)"),
});
