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
    if (e.validity.patternMismatch && e.placeholder) e.value = e.placeholder; // the example that the page gives
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

// What every input holds now, to be given back by `restore`: a case leaves nothing to the next.
function remember(form) {
  form.remembered = [...form.elements].map((e) => [e, e.type === "file" ? null : e.value, e.checked]);
}

function restore(form) {
  for (const [e, value, checked] of form.remembered) {
    if (e.type === "file") e.value = "";
    else if (e.tagName !== "BUTTON" && e.tagName !== "FIELDSET") e.value = value;
    if (isBox(e)) e.checked = checked;
  }
}

// What a browser without our scripts would send: no check is asked, and whatever was put goes out.
function contents(form, values, button) {
  const sent = new FormData(form);
  for (const [name, value] of Object.entries(values)) {
    const [first] = inputs(form, name);
    if (isBox(first) && value !== "no-such" && first.type === "checkbox") sent.delete(name);
    else if (first.type === "file") sent.set(name, new File([], ""));
    else sent.set(name, value);
  }
  const pressed = form.querySelector(button);
  if (pressed?.name) sent.set(pressed.name, pressed.value);
  return sent;
}

function sendPast(form, [values, button]) {
  const past = document.createElement("form");
  Object.assign(past, { method: "post", action: form.action, enctype: form.enctype });
  for (const [name, value] of contents(form, values, button)) {
    const input = Object.assign(document.createElement("input"), { type: value instanceof File ? "file" : "hidden", name });
    if (value instanceof File) {
      const files = new DataTransfer();
      if (value.name) files.items.add(value);
      input.files = files.files;
    } else input.value = value;
    past.append(input);
  }
  document.body.append(past);
  HTMLFormElement.prototype.submit.call(past);
}

// The same without leaving the page: the answer is read as a document of its own.
async function askPast(form, [values, button, name, selector]) {
  const sent = contents(form, values, button);
  const body = form.enctype === "multipart/form-data" ? sent : new URLSearchParams(sent);
  const headers = { Accept: "text/html,application/xhtml+xml" };
  const answer = await fetch(form.action, { method: "POST", body, headers, redirect: "manual" });
  if (answer.status !== 422) return { status: answer.status };
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return { status: 422, ...tell(page.querySelector(selector), name) };
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
