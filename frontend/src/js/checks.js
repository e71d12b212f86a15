// The rules of our forms, as etude/rules.py declares them: HTML's own and those it has no word for, with our sentences.
import { fill, site } from "./page.js";

const HTML_RULES = ["valueMissing", "badInput", "typeMismatch", "patternMismatch", "tooShort", "rangeUnderflow", "rangeOverflow", "stepMismatch"];
const ENGLISH_THOUSANDS = /^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/;

const length = (text) => [...text].length;
const named = (input, name) => input.form.elements[name]?.value ?? "";

// Number as people write it; NaN for what is none. The kinds are those of the fields: see browser_attributes() there.
function readNumber(typed, kind) {
  const [sort, language] = kind.split(" ");
  let text = typed.normalize("NFKC").replace(/\s/g, "");
  if (sort === "written") {
    text = text.replace("−", "-").replace(/['’]/g, "");
    if (language === "en" && ENGLISH_THOUSANDS.test(text)) text = text.replaceAll(",", "");
  }
  text = text.replace(",", ".");
  const shape = { whole: /^[+-]?\d+(\.0*)?$/, cents: /^\d*\.?\d{0,2}$/ }[sort] ?? /^[+-]?(\d+\.?\d*|\.\d+)$/;
  return shape.test(text) && /\d/.test(text) ? Number(text) : NaN;
}

// Each tells whether the rule is kept; `argument` is the attribute's value. All but the last two pass over empty fields.
const OUR_RULES = {
  longest: (input, most) => length(input.value) <= most,
  number: (input, kind) => !Number.isNaN(readNumber(input.value, kind)),
  between(input, bounds) {
    const [lowest, highest] = bounds.split(" ").map(Number);
    const number = readNumber(input.value, input.dataset.number);
    return lowest <= number && number <= highest;
  },
  sameAs: (input, name) => input.value === named(input, name),
  after: (input, name) => !named(input, name) || input.value > named(input, name),
  notBefore: (input, name) => !named(input, name) || input.value >= named(input, name),
  orElse: (input, name) => Boolean(input.value.trim() || named(input, name).trim()),
  neededWith(input, argument) {
    const [name, wanted] = argument.split(" ");
    return Boolean(input.value) || named(input, name) !== wanted;
  },
  neededBy: (input, buttons, submitter) => Boolean(input.value.trim()) || !buttons.split(" ").includes(submitter?.name),
};
const ALSO_WHEN_EMPTY = ["orElse", "neededWith", "neededBy"];

const isBlank = (input) => input.required && ["text", "textarea"].includes(input.type) && !input.value.trim();

function brokenRule(input, submitter) {
  if (isBlank(input)) return "valueMissing";
  const html = HTML_RULES.find((name) => input.validity[name]);
  if (html) return html;
  return Object.keys(OUR_RULES).find((name) => {
    const argument = input.dataset[name];
    if (argument === undefined || (!input.value && !ALSO_WHEN_EMPTY.includes(name))) return false;
    return !OUR_RULES[name](input, argument, submitter);
  });
}

/** What is wrong with an input, in one sentence; empty when nothing is. `submitter` is the button that was pressed. */
export function faultOf(input, submitter) {
  if (!input.willValidate) return "";
  const rule = brokenRule(input, submitter);
  if (!rule) return "";
  const isChoice = ["radio", "checkbox"].includes(input.type);
  const own = input.dataset[`message${rule[0].toUpperCase()}${rule.slice(1)}`];
  const sentence = own ?? site.text[rule === "valueMissing" && isChoice ? "choiceMissing" : rule];
  const bounds = { min: rule === "tooShort" ? input.minLength : input.min, max: rule === "longest" ? input.dataset.longest : input.max };
  return fill(sentence, { ...bounds, length: length(input.value) });
}

/**
 * Lets a text grow over its limit: a browser would cut off what is pasted, without a word. Our rule names the limit
 * instead, before anything is sent.
 */
export function loosen(form) {
  for (const input of form.querySelectorAll("[maxlength]")) {
    input.dataset.longest = input.maxLength;
    input.removeAttribute("maxlength");
  }
}

/** The first box of each group of which at least one must be ticked and none is: HTML has no word for it. */
export function emptyGroups(form) {
  return [...form.querySelectorAll("[data-least-one]")]
    .filter((group) => !group.querySelector("input:checked"))
    .map((group) => [group.querySelector("input:not(:disabled)"), group.dataset.messageValueMissing ?? site.text.leastOneMissing])
    .filter(([box]) => box);
}
