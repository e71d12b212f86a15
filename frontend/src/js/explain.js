// What errors mean, in a beginner's words: the server says it of its own runs, the page of Python in the page.
import { page } from "./page.js";

const MAX_ERROR_CHARS = 400, MAX_VALUE_CHARS = 60;

/** Returns the sentence for an error of the page's own language; "" where no rule knows it. */
export function explain(error) {
  const said = error.slice(0, MAX_ERROR_CHARS);
  for (const [pattern, sentence] of page.rules ?? []) {
    const groups = new RegExp(pattern).exec(said);
    if (groups) return sentence.replace(/%\((\w+)\)s/g, (_place, name) => (groups.groups?.[name] ?? "").slice(0, MAX_VALUE_CHARS));
  }
  return "";
}

/** Returns the compiler's errors to be marked, each in the words for beginners where there are some. */
export const inWords = (lines = []) => lines.map((one) => ({ ...one, message: one.words || one.message }));
