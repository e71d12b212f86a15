// Forms: our own sentences for the browser's checks, in the page's language; one sending per press; passwords shown at will.
import { fill, site } from "./page.js";

const CHECKS = ["valueMissing", "badInput", "typeMismatch", "patternMismatch", "tooShort", "tooLong", "rangeUnderflow", "rangeOverflow", "stepMismatch"];

function sentenceFor(input) {
  const check = CHECKS.find((name) => input.validity[name]);
  if (!check) return input.validationMessage;
  const isChoice = ["radio", "checkbox"].includes(input.type);
  const own = input.getAttribute(`data-message-${check.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
  const sentence = own ?? site.text[check === "valueMissing" && isChoice ? "choiceMissing" : check];
  return fill(sentence, { min: check === "tooShort" ? input.minLength : input.min, max: check === "tooLong" ? input.maxLength : input.max });
}

function show(input, sentence) {
  const field = input.closest(".field");
  const place = field?.querySelector(".error");
  if (!place) return false;
  place.textContent = sentence;
  place.hidden = !sentence;
  field.classList.toggle("invalid", Boolean(sentence));
  if (sentence) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
  return true;
}

// Boxes of which at least one must be ticked: HTML has no word for it, so the first box speaks for all.
function firstOfEmptyGroup(group) {
  return group.querySelector("input:checked") ? null : group.querySelector("input:not(:disabled)");
}

function check(form) {
  const faulty = [...form.elements].filter((input) => input.willValidate && !input.validity.valid);
  for (const input of faulty) if (!show(input, sentenceFor(input))) input.reportValidity();
  const empty = [...form.querySelectorAll("[data-least-one]")].map(firstOfEmptyGroup).filter(Boolean);
  for (const box of empty) show(box, site.text.leastOneMissing);
  const [first] = [...faulty, ...empty];
  first?.focus();
  return !first;
}

function watch(form) {
  form.noValidate = true; // the bubbles of the browser speak its language, not the page's
  form.addEventListener("submit", (event) => {
    if (event.submitter?.formNoValidate || check(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  });
  form.addEventListener("change", ({ target }) => {
    if (target.willValidate && target.validity.valid && target.closest(".invalid")) show(target, "");
  });
}

function sendOnce(form) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    (event.submitter ?? form.querySelector("button:not([type=button])"))?.setAttribute("data-busy", "");
  });
}

function offerToShow(box) {
  const input = box.querySelector("input");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "small";
  button.textContent = site.text.show;
  button.setAttribute("aria-pressed", "false");
  button.setAttribute("aria-controls", input.id);
  button.addEventListener("click", () => {
    const isShown = input.type === "password";
    input.type = isShown ? "text" : "password";
    button.setAttribute("aria-pressed", String(isShown));
    button.textContent = isShown ? site.text.hide : site.text.show;
  });
  input.form?.addEventListener("submit", () => { input.type = "password"; });
  box.append(button);
}

document.querySelectorAll("form[data-validate]").forEach(watch);
document.querySelectorAll("form[data-once]").forEach(sendOnce);
document.querySelectorAll("[data-password]").forEach(offerToShow);
document.querySelector(".error-summary")?.focus();

addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  // Back to a page kept whole by the browser: a signed-in one may be stale, or another's; any form may be sent again.
  if (site.user) return location.reload();
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector("[data-busy]")?.removeAttribute("data-busy");
  }
});
