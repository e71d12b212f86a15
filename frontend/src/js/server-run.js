// Run on the server, in its sandbox, with typed input: for languages the page cannot run, and when Python is slow to come.
import { csrfToken, renewToken } from "./page.js";

const FIRST_WAIT_MS = 200, SLOWEST_WAIT_MS = 1000, GROWTH = 1.3, MAX_FAILURES = 5;
const pause = (ms, signal) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => { clearTimeout(timer); reject(signal.reason); }, { once: true });
  });

const post = (url, body, signal) =>
  fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken() },
    body: JSON.stringify(body),
    signal,
  });

/** The server would not run the program; the message is its sentence for the student ("" when there is none). */
export class RunRefused extends Error {
  constructor(sentence, status = 0) {
    super(sentence);
    this.status = status;
  }
}

/** Posts JSON; once more with a new token when the old one is refused. */
export async function ask(url, body, signal) {
  const answer = await post(url, body, signal);
  if (![400, 401, 403].includes(answer.status) || !(await renewToken())) return answer;
  return post(url, body, signal);
}

/** Resolves with the run's record; rejects with RunRefused, AbortError, or what fetch says when there is no connection. */
export async function runOnServer(url, body, signal) {
  const answer = await ask(url, body, signal);
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new RunRefused(told.error ?? "");
  return { ...(await waitFor(told.url, signal)), draftVersion: told.draft_version };
}

async function waitFor(url, signal) {
  let etag = null, wait = FIRST_WAIT_MS, failures = 0;
  for (;;) {
    try {
      const headers = { Accept: "application/json", ...(etag && { "If-None-Match": etag }) };
      const answer = await fetch(url, { headers, signal, cache: "no-store" });
      if (answer.status >= 400) throw new RunRefused("");
      if (answer.status === 200) {
        etag = answer.headers.get("ETag");
        const run = await answer.json();
        if (["done", "refused", "failed"].includes(run.state)) return run;
      }
      failures = 0;
    } catch (fault) {
      if (signal.aborted) throw fault;
      failures += 1;
      if (failures > MAX_FAILURES) throw fault;
    }
    await pause(wait, signal);
    wait = Math.min(wait * GROWTH, SLOWEST_WAIT_MS);
  }
}
