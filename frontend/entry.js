// The editing surface: CodeMirror with our own small language and colours. editor.js asks for nothing but `open`.
import { defaultKeymap, history, historyKeymap, indentWithTab, redo, undo } from "@codemirror/commands";
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, nextDiagnostic, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, openSearchPanel, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, Prec } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { language } from "./language.js";
import { highlights, theme } from "./look.js";

// Inside a shadow root CodeMirror puts its rules into a constructed style sheet: the page's policy allows no others.
export function open({ place, text, label, lang, phrases, onChange, onCursor, onPaste }) {
  const root = place.shadowRoot ?? place.attachShadow({ mode: "open" });
  const tabs = new Compartment();
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        Prec.highest(tabs.of([])),
        lineNumbers(), highlightActiveLineGutter(), lintGutter(), history(), drawSelection(), highlightActiveLine(),
        highlightSelectionMatches(), search({ top: true }), EditorView.lineWrapping,
        StreamLanguage.define(language), syntaxHighlighting(HighlightStyle.define(highlights)), theme(EditorView),
        keymap.of([...defaultKeymap.filter(one => one.key !== "Ctrl-m"), ...historyKeymap, ...searchKeymap, { key: "F8", run: nextDiagnostic }]),
        EditorState.phrases.of(phrases),
        EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0", lang, spellcheck: "true", autocapitalize: "sentences" }),
        EditorView.updateListener.of(update => {
          if (update.docChanged) onChange();
          if (update.docChanged || update.selectionSet) onCursor();
        }),
        EditorView.domEventHandlers({ paste: event => { const put = onPaste(event); if (put === null) return false; replace(put); return true; } }),
      ],
    }),
  });
  const replace = (put, from, to) => {
    const range = view.state.selection.main;
    const start = from ?? range.from;
    view.dispatch({ changes: { from: start, to: to ?? range.to, insert: put }, selection: { anchor: start + put.length }, scrollIntoView: true, userEvent: "input.paste" });
  };
  let indents = false;
  return {
    get text() { return view.state.doc.toString(); },
    set text(value) { view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } }); },
    get selection() { const { from, to } = view.state.selection.main; return { from, to }; },
    get line() { return view.state.doc.lineAt(view.state.selection.main.head).number; },
    focus: () => view.focus(),
    find: () => openSearchPanel(view),
    undo: () => undo(view),
    redo: () => redo(view),
    // Tab leaves the text, until somebody asks for the other.
    switchTab() { indents = !indents; view.dispatch({ effects: tabs.reconfigure(indents ? keymap.of([indentWithTab]) : []) }); return indents; },
    insert(put, from, to, select) {
      replace(put, from, to);
      if (select) view.dispatch({ selection: { anchor: from + select[0], head: from + select[1] } });
    },
    goTo(number) {
      const line = view.state.doc.line(Math.max(1, Math.min(number, view.state.doc.lines)));
      view.dispatch({ selection: { anchor: line.from }, effects: EditorView.scrollIntoView(line.from, { y: "center" }) });
      view.focus();
    },
    mark(problems) {
      const doc = view.state.doc;
      view.dispatch(setDiagnostics(view.state, problems.map(({ line, column, severity, message }) => {
        const at = doc.line(Math.max(1, Math.min(line || 1, doc.lines)));
        const from = Math.min(at.from + Math.max(column - 1, 0), at.to);
        return { from, to: at.to, severity, message };
      })));
    },
    close: () => view.destroy(),
  };
}
