// Forms: our own sentences for the browser's checks, in the page's language; one sending per press; passwords shown at will.
import { emptyGroups, faultOf, loosen } from "./checks.js";
import { site } from "./page.js";

function show(input, sentence) {
  const field = input.closest(".field, .question");
  const place = field?.querySelector(".error");
  if (!place) return false;
  place.textContent = sentence;
  place.hidden = !sentence;
  field.classList.toggle("invalid", Boolean(sentence));
  if (sentence) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
  return true;
}

function open(input) {
  for (let fold = input.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  input.focus();
}

function check(form, submitter) {
  const faulty = [...form.elements].map((input) => [input, faultOf(input, submitter)]).filter(([, sentence]) => sentence);
  const faults = [...faulty, ...emptyGroups(form)];
  for (const [input, sentence] of faults) if (!show(input, sentence)) input.reportValidity();
  if (faults.length) open(faults[0][0]);
  return !faults.length;
}

function watch(form) {
  form.noValidate = true; // the bubbles of the browser speak its language, not the page's
  loosen(form);
  form.addEventListener("submit", (event) => {
    if (event.submitter?.formNoValidate || check(form, event.submitter)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  });
  form.addEventListener("change", ({ target }) => {
    if (target.closest(".invalid") && !faultOf(target)) show(target, "");
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

// A fieldset that belongs to one box to tick, as "name value": out of sight, and not sent, while the box is empty.
function showWithBox(part) {
  const [name, value] = part.dataset.shownWith.split(" ");
  const box = document.querySelector(`input[name="${name}"][value="${CSS.escape(value)}"]`);
  const form = part.closest("form");
  if (!box || !form) return;
  const update = () => { part.hidden = part.disabled = !box.checked; };
  form.addEventListener("change", update);
  update();
}

document.querySelectorAll("[data-shown-with]").forEach(showWithBox);
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
