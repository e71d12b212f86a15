// Curly quotes, no-break spaces and dashes that came from a word processor or a phone: named, with a button that mends them.
import { syntaxTree } from "@codemirror/language";

const ODD = /[“”„«»‘’‚′″]|[\u00a0\u202f\u2007]|[–—−]/g;
const MOST_SHOWN = 20;

function mend(character) {
  if (/[‘’‚′]/.test(character)) return "'";
  if (/[“”„«»″]/.test(character)) return '"';
  return /[–—−]/.test(character) ? "-" : " ";
}

// Inside a text or a comment these characters are what the author meant, unless that text is itself broken.
function isMeant(state, position) {
  for (let node = syntaxTree(state).resolveInner(position, 1); node; node = node.parent) {
    if (/String|Comment|Char|DocComment|RawString|Format/.test(node.name)) return true;
  }
  return false;
}

/** Remarks for the editor: one per odd character outside texts and comments. */
export function findOddCharacters(state, texts) {
  const remarks = [];
  for (const found of state.doc.toString().matchAll(ODD)) {
    if (remarks.length === MOST_SHOWN) break;
    if (isMeant(state, found.index)) continue;
    const straight = mend(found[0]);
    const message = straight === " " ? texts.noBreakSpace : straight === "-" ? texts.typographicDash : texts.curlyQuote;
    remarks.push({
      from: found.index,
      to: found.index + 1,
      severity: "error",
      message,
      actions: [{ name: texts.replace, apply: (view, from, to) => view.dispatch({ changes: { from, to, insert: straight } }) }],
    });
  }
  return remarks;
}
