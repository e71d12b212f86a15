// The page on which a class follows a console that is shown to it.
import { LogText } from "./log-text.js";
import { Mirror } from "./mirror.js";
import { page, say } from "./page.js";

const LINE_BY_LINE = "etude:line-by-line", MAX_CHARS = 100_000;
const part = (id) => document.getElementById(id);
const { text } = page;
const log = part("console-log");
const mode = part("console-mode");
const mirror = new Mirror(part("terminal"), { ...page.demo, isAskedFor: true });
let read = new LogText();
let state = "waiting";
let notices = { pace: "live", run: null };
let isLineByLine = false;
try { isLineByLine = localStorage.getItem(LINE_BY_LINE) === "yes"; } catch { /* it is not remembered then */ }

function showMode() {
  mode.setAttribute("aria-pressed", isLineByLine);
  part("terminal-box").hidden = isLineByLine;
  part("console-scroll").hidden = !isLineByLine;
}

function sentence() {
  if (state === "done" && notices.compiler) return text.notCompiled;
  if (state !== "running") return text[state];
  if (notices.is_paused) return text.paused;
  return { live: text.running, step: text.step }[notices.pace] ?? text.slow;
}

async function showProgram() {
  const answer = await fetch(page.demo.program, { cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return;
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  const fresh = holder.content.getElementById("shown-program");
  if (fresh) part("shown-program").replaceWith(fresh);
}

mode.addEventListener("click", () => {
  isLineByLine = !isLineByLine;
  try { localStorage.setItem(LINE_BY_LINE, isLineByLine ? "yes" : "no"); } catch { /* it is not remembered then */ }
  showMode();
});
mirror.addEventListener("output", ({ detail }) => {
  log.append(read.read(detail));
  while (log.textContent.length > MAX_CHARS) log.firstChild.remove();
  part("console-scroll").scrollTop = part("console-scroll").scrollHeight;
});
mirror.addEventListener("reset", () => {
  log.replaceChildren();
  read = new LogText();
});
mirror.addEventListener("notices", ({ detail }) => {
  if (detail.run !== notices.run) showProgram();
  notices = detail;
  part("compiler").textContent = detail.compiler;
  part("compiler").hidden = !detail.compiler;
  say(sentence());
});
mirror.addEventListener("state", ({ detail }) => {
  state = detail.state;
  say(sentence());
});
mirror.addEventListener("found", () => say(sentence()));
mirror.addEventListener("lost", () => say(text.lost, { isBad: true }));
say(text.connecting);
showMode();
document.documentElement.dataset.ready = "";
