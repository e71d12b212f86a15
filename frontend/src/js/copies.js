// Copies of unsaved work in this browser, until the server has it. On a shared computer nothing may stay after sign-out.
import { site } from "./page.js";

const PREFIX = "etude:";
const OTHERS_KEPT_MS = 24 * 3600 * 1000; // another student's session ended here: the copy waits a day for the return
let isClosed = false;
const beforeSignOut = [];

function storage(use, otherwise = null) {
  try {
    return use(localStorage);
  } catch {
    return otherwise; // private mode, full, or switched off
  }
}

export const keyOf = (kind, assignment, suffix = "") => `${PREFIX}${kind}:${site.user}:${assignment}${suffix && `:${suffix}`}`;

/** Keeps a copy; false when this browser refuses. */
export function keep(key, value) {
  if (isClosed || !site.user) return false;
  return storage((s) => (s.setItem(key, JSON.stringify({ at: Date.now(), ...value })), true), false);
}

export const drop = (key) => storage((s) => s.removeItem(key));

export function find(prefix) {
  const found = storage((s) => Object.keys(s).filter((key) => key === prefix || key.startsWith(`${prefix}:`)), []);
  const copies = found.map((key) => [key, storage((s) => JSON.parse(s.getItem(key)))]).filter(([, copy]) => copy);
  return copies.sort((one, other) => other[1].at - one[1].at);
}

/** A name for this tab, the same after a reload. (No randomUUID: it does not exist on plain http.) */
export function tabName() {
  try {
    const known = sessionStorage.getItem(`${PREFIX}tab`);
    if (known) return known;
    const name = [...crypto.getRandomValues(new Uint8Array(6))].map((byte) => byte.toString(36)).join("");
    sessionStorage.setItem(`${PREFIX}tab`, name);
    return name;
  } catch {
    return "tab";
  }
}

/** Registers what is to be done, and waited for, before the student signs out. */
export const onSignOut = (action) => beforeSignOut.push(action);

export function forgetEverything() {
  isClosed = true;
  storage((s) => Object.keys(s).filter((key) => key.startsWith(PREFIX)).forEach((key) => s.removeItem(key)));
  try {
    sessionStorage.clear();
  } catch {
    // switched off: nothing was kept
  }
}

function forgetOldCopiesOfOthers() {
  if (!site.user) return;
  storage((s) => {
    for (const key of Object.keys(s).filter((name) => name.startsWith(PREFIX))) {
      const [, , user] = key.split(":");
      const copy = JSON.parse(s.getItem(key) || "null");
      if (user !== site.user && (!copy?.at || Date.now() - copy.at > OTHERS_KEPT_MS)) s.removeItem(key);
    }
  });
}

forgetOldCopiesOfOthers();

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches?.("form[data-sign-out]") || form.dataset.ready) return;
  event.preventDefault();
  form.dataset.ready = "1";
  const patience = new Promise((resolve) => setTimeout(resolve, 3000));
  await Promise.race([Promise.allSettled(beforeSignOut.map((action) => action())), patience]);
  forgetEverything();
  form.submit();
});
