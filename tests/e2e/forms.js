// What the tests of forms do inside of a page: look at the inputs, fill them, break their rules, send past our checks.
const inputs = (form, name) => [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
const placeOf = (input) => input?.closest(".field, .question")?.querySelector(".error");
const isBox = (input) => ["checkbox", "radio"].includes(input?.type);

function describe(form) {
  return [...form.elements]
    .filter((e) => e.name && e.type !== "hidden" && !e.disabled && e.tagName !== "BUTTON" && !e.closest("[hidden]") && placeOf(e))
    .map((e) => ({
      name: e.name, type: e.type, tag: e.tagName, required: e.required, min: e.min ?? "", max: e.max ?? "",
      minLength: e.minLength, pattern: e.pattern ?? "", data: { ...e.dataset }, isLeastOne: Boolean(e.closest("[data-least-one]")),
    }));
}

// Something right in every field that must be filled, so that one fault at a time is told.
function complete(form, password) {
  const texts = { email: "a@example.org", url: "http://etude.lan", number: "1", password };
  for (const e of form.elements) {
    if (!(e.required || e.dataset.neededBy) || e.value || isBox(e) || e.type === "file") continue;
    e.value = texts[e.type] ?? (e.dataset.number ? "1" : e.inputMode === "numeric" ? "000000" : "abcdef");
  }
  for (const fold of document.querySelectorAll("details")) fold.open = true;
}

function put(form, values) {
  for (const [name, value] of Object.entries(values)) {
    for (const e of inputs(form, name)) {
      if (e.type === "checkbox") e.checked = false;
      else if (e.type === "radio") e.checked = e.value === value;
      else if (e.type !== "file") e.value = value;
    }
  }
}

// As a browser without our scripts: no check is asked, and whatever was put is sent.
function sendPast(form, [values, button]) {
  for (const [name, value] of Object.entries(values)) {
    const [first] = inputs(form, name);
    if (first.tagName === "SELECT") first.selectedOptions[0].value = value;
    else if (isBox(first) && value === "no-such") Object.assign(first, { checked: true, value });
    else if (isBox(first) || first.type === "file") put(form, { [name]: value });
    else {
      if (first.tagName === "INPUT") first.type = "text";
      first.value = value;
    }
  }
  const pressed = form.querySelector(button);
  if (pressed?.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: pressed.name, value: pressed.value }));
  HTMLFormElement.prototype.submit.call(form);
}

function tell(form, name) {
  const [input] = inputs(form, name);
  const place = placeOf(input);
  return {
    said: place && !place.hidden ? place.textContent.trim() : "",
    focus: document.activeElement?.name ?? "",
    isInvalid: input?.getAttribute("aria-invalid") === "true",
    kept: ["text", "textarea", "email", "url"].includes(input?.type) ? input.value : null, // others show only what they can read
  };
}
