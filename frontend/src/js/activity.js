// The page of a code activity: editors over the textareas, drafts saved, Run, and the hand-in's answer.
import { Bench } from "./bench.js";
import { DraftSaver } from "./draft.js";
import { CodeEditor } from "./editor.js";
import { fill, formatTime, page, renewToken, say, site } from "./page.js";

const element = (id) => document.getElementById(id);
const { text } = page;
const nonce = document.querySelector("meta[property=csp-nonce]")?.nonce ?? "";
const saveState = element("save-state");
let bench;
let saver;

const editors = await Promise.all(
  [...document.querySelectorAll("textarea[data-code]")].map((textarea) =>
    CodeEditor.over(textarea, {
      nonce, language: page.editor, phrases: page.phrases, texts: text,
      onRun: () => bench?.run(),
      onChange: () => saver?.changed(),
    }),
  ),
);

function setUpDrafts() {
  const savedAt = saveState.dataset.savedAt ? new Date(saveState.dataset.savedAt) : undefined;
  saver = new DraftSaver({
    url: page.draft.url, version: page.draft.version, savedAt, assignment: page.assignment, language: page.language,
    read: () => Object.fromEntries(editors.map((editor) => [editor.name, editor.code])),
    write: (files) => editors.forEach((editor) => { if (editor.name in files) editor.code = files[editor.name]; }),
  });
  saver.addEventListener("state", ({ detail }) => showSaveState(detail));
  saver.addEventListener("conflict", ({ detail }) => showConflict(detail));
  saver.addEventListener("restored", () => say(text.restored));
  element("keep-mine").addEventListener("click", () => settleConflict(() => saver.keepMine()));
  element("keep-other").addEventListener("click", () => settleConflict(() => saver.keepOther()));
  if (savedAt) saveState.textContent = fill(text.saved, { time: formatTime(savedAt) });
  saver.restore();
}

function showSaveState({ state, since, hasCopy, reason }) {
  const time = formatTime(since);
  const words = {
    saving: text.saving,
    saved: fill(text.saved, { time }),
    unsaved: fill(hasCopy ? text.unsaved : text.unsavedNoCopy, { time }),
    signedOut: text.signedOut,
    refused: fill(text.refusedDraft, { reason: text[reason] ?? reason }),
  };
  const isBad = ["unsaved", "signedOut", "refused"].includes(state);
  const aloud = element("save-aloud"); // once, not at each new try: the line that is seen changes too often to be read aloud
  if (isBad && saveState.dataset.state !== "unsaved") aloud.textContent = words[state];
  if (state === "saved" && saveState.dataset.state === "unsaved") aloud.textContent = words.saved;
  if (state === "saving" && saveState.dataset.state === "unsaved") return;
  saveState.textContent = words[state];
  saveState.dataset.state = isBad ? "unsaved" : state;
}

const asText = (files) => (Object.keys(files).length > 1
  ? Object.entries(files).map(([name, code]) => `--- ${name}\n${code}`).join("\n")
  : Object.values(files).join(""));

function showConflict({ mine, other, savedAt }) {
  element("conflict-mine").textContent = asText(mine);
  element("conflict-other").textContent = asText(other);
  element("conflict-when").textContent = `(${formatTime(savedAt)})`;
  element("conflict").hidden = false;
  element("conflict-title").focus();
}

async function settleConflict(choose) {
  element("conflict").hidden = true;
  await choose();
  editors[0].view.focus();
}

function setUpTouchRow() {
  const row = element("touch-row");
  row.hidden = false; // shown by the style where fingers are used
  let last = editors[0];
  for (const editor of editors) editor.view.contentDOM.addEventListener("focus", () => { last = editor; });
  row.addEventListener("pointerdown", (event) => event.preventDefault()); // the keyboard of the phone stays open
  row.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button) last.insert(button.dataset.insert);
  });
}

function followResults() {
  document.addEventListener("etude:results", ({ detail: box }) => {
    const lines = JSON.parse(box.dataset.lines || "[]").map(([file, line, message]) => ({ file, line, message }));
    bench.mark(lines);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-go-to-line]");
    if (!link) return;
    event.preventDefault();
    editors[0].goTo(Number(link.dataset.goToLine));
  });
}

function setUpHandIn() {
  const form = element("work");
  let wasRenewed = false;
  form.addEventListener("htmx:before:request", ({ target }) => { if (target === form) { saver.noteSent(0); say(text.handingIn); } });
  form.addEventListener("htmx:after:request", async (event) => {
    const { response, text: html } = event.detail.ctx;
    if (/\bid="results"/.test(html)) {
      wasRenewed = false;
      return say("");
    }
    event.preventDefault(); // not a results box: an error page, said in one line
    if ([400, 401, 403].includes(response.status) && !wasRenewed && (await renewToken())) {
      wasRenewed = true;
      return setTimeout(() => form.requestSubmit(element("submit")));
    }
    wasRenewed = false;
    const told = new DOMParser().parseFromString(html, "text/html").querySelector("main .lead, .alert")?.textContent.trim();
    return say(response.status === 401 ? site.text.signedOut : told || site.text.refused, { isBad: true });
  });
  form.addEventListener("htmx:error", ({ target }) => { if (target === form) say(site.text.notSent, { isBad: true }); });
  form.addEventListener("htmx:after:swap", () => saver.noteSent(Number(element("once").dataset.draftVersion ?? 0)));
}

setUpDrafts();
bench = new Bench({ editors, saver });
followResults();
setUpHandIn();
setUpTouchRow();
globalThis.etude = { editors, saver, bench }; // for the end-to-end tests, and for the curious
document.documentElement.dataset.ready = "";
