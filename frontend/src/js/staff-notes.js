// What the staff does at a student's console, told in the student's page: who looks on, and hints that stay until put away.
import { csrfToken, fill } from "./page.js";
import htmx from "htmx.org/dist/htmx.esm.js";

const box = document.getElementById("staff-notes");
const watched = box?.querySelector(".watched");
const list = box?.querySelector(".sent-hints");
const template = box?.querySelector("template");
const seen = new Set([...(list?.children ?? [])].map((item) => item.dataset.hint)); // one that was put away does not come back

function showHint({ id, sender, text }) {
  if (seen.has(String(id))) return;
  seen.add(String(id));
  const item = template.content.firstElementChild.cloneNode(true);
  item.dataset.hint = id;
  item.querySelector(".sender").textContent = fill(box.dataset.hintFrom, { name: sender });
  item.querySelector(".text").textContent = text;
  const form = item.querySelector("form");
  for (const name of ["action", "hx-post"]) form.setAttribute(name, form.getAttribute(name).replace("/0/", `/${id}/`));
  form.elements.csrf_token.value = csrfToken();
  list.append(item);
  htmx.process(item);
}

function showWatchers(names) {
  const sentence = names.length ? fill(box.dataset.watched, { names: names.join(", ") }) : "";
  if (watched.textContent !== sentence) watched.textContent = sentence;
}

/** Shows what comes by way of a live console. */
export function showStaffNotes(live) {
  if (!box) return;
  live.addEventListener("notices", ({ detail }) => {
    showWatchers(detail.watchers ?? []);
    for (const hint of detail.hints ?? []) showHint(hint);
  });
  live.addEventListener("state", ({ detail }) => ["ended", "gone"].includes(detail.state) && showWatchers([]));
}
