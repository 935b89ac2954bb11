// Words of a module's text, line by line: front matter, fences, questions, Markdown. A colour is a help and never a check.
import { tags } from "@lezer/highlight";

const FENCES = /^:{3,}\s*(question|scenario|activity|facilitator|case|country)?/;
const INLINE = [
  [/^\[\[[^\]]*\]\]/, "gap"],
  [/^\{\{\s*slot\.[\w-]*\s*\}\}/, "slot"],
  [/^\{[^{}]*\}/, "attributes"],
  [/^\[\^[^\]\s]+\]:?/, "note"],
  [/^!?\[[^\]]*\]\([^)\s]*(\s+"[^"]*")?\)/, "link"],
  [/^`[^`]+`/, "code"],
  [/^\*\*[^*]+\*\*/, "strong"],
  [/^[*_][^*_\s][^*_]*[*_]/, "emphasis"],
  [/^\\./, null],
];

function startOfLine(stream, state) {
  if (state.first) {
    state.first = false;
    if (stream.match(/^---\s*$/)) { state.matter = true; return "mark"; }
  }
  if (state.matter) {
    if (stream.match(/^---\s*$/)) { state.matter = false; return "mark"; }
    if (stream.match(/^\s*#.*/)) return "quiet";
    if (stream.match(/^\s*[\w-]+(?=\s*:)/)) return "key";
    stream.skipToEnd();
    return "value";
  }
  if (state.code) {
    if (stream.match(/^\s*(```|~~~)\s*$/)) state.code = false;
    else stream.skipToEnd();
    return "code";
  }
  if (stream.match(/^\s*(```|~~~).*/)) { state.code = true; return "code"; }
  if (stream.match(FENCES)) return "fence";
  if (stream.match(/^#{1,6}\s/)) { state.heading = true; return "heading"; }
  if (stream.match(/^\s*>\s*\[!\w+\]/)) return "callout";
  if (stream.match(/^\s*>+\s?/)) return "mark";
  if (stream.match(/^\s*[-*+]\s+\[[xX]\]/)) return "right";
  if (stream.match(/^\s*[-*+]\s+(\[ \]|=)/)) return "answer";
  if (stream.match(/^\s*([-*+]|\d{1,4}[.)])\s/)) return "mark";
  if (stream.match(/^\s*\|?\s*:?-{3,}[\s:|-]*$/)) return "mark";
  return undefined;
}

export const language = {
  name: "module",
  startState: () => ({ first: true, matter: false, code: false, heading: false }),
  copyState: state => ({ ...state }),
  blankLine(state) { state.first = false; state.heading = false; },
  token(stream, state) {
    if (stream.sol()) {
      state.heading = false;
      const found = startOfLine(stream, state);
      if (found !== undefined) return found;
    }
    if (state.matter) { stream.skipToEnd(); return "value"; }
    for (const [pattern, name] of INLINE) if (stream.match(pattern)) return name;
    if (stream.match(/^\|/)) return "mark";
    stream.next();
    stream.eatWhile(/[^\[{*_`|\\!]/);
    return state.heading ? "heading" : null;
  },
  tokenTable: {
    heading: tags.heading, mark: tags.contentSeparator, quiet: tags.comment, key: tags.propertyName, value: tags.string, code: tags.monospace,
    fence: tags.keyword, callout: tags.annotation, right: tags.atom, answer: tags.list, attributes: tags.attributeName, slot: tags.variableName,
    gap: tags.special(tags.variableName), note: tags.labelName, link: tags.link, strong: tags.strong, emphasis: tags.emphasis,
  },
};
