// Follows a submission until it is judged: a stream of events; where streams are blocked or used up, polling with ETag.
import htmx from "htmx.org/dist/htmx.esm.js";
import "./sse.js";
import { fill, say, site } from "./page.js";

const SILENCE_MS = 4000; // a proxy that buffers says nothing: then polling joins in
const FIRST_POLL_MS = 1000, SLOWEST_POLL_MS = 5000, GROWTH = 1.4;
let following = null;

class Following {
  constructor(box) {
    this.pollUrl = box.dataset.poll;
    this.delay = FIRST_POLL_MS;
    this.stream = document.createElement("div");
    this.stream.hidden = true;
    this.stream.setAttribute("hx-sse:connect", box.dataset.events);
    this.stream.setAttribute("hx-swap", "none");
    for (const name of ["htmx:response:error", "htmx:error", "htmx:sse:error"]) {
      this.stream.addEventListener(name, () => this.poll(0));
    }
    this.stream.addEventListener("htmx:sse:after:message", () => clearTimeout(this.silence));
    box.before(this.stream);
    htmx.process(this.stream);
    this.silence = setTimeout(() => this.poll(0), SILENCE_MS);
  }

  poll(wait) {
    if (this.isPolling || this.isOver) return;
    this.isPolling = true;
    this.timer = setTimeout(() => this.ask(), wait);
  }

  async ask() {
    try {
      const headers = { "HX-Request": "true", ...(this.etag && { "If-None-Match": this.etag }) };
      const answer = await fetch(this.pollUrl, { headers, cache: "no-store" });
      if (answer.status === 401) return this.end(site.text.signedOut);
      if (answer.ok) {
        this.etag = answer.headers.get("ETag");
        replaceResults(await answer.text());
      }
    } catch {
      // no connection: ask again later
    }
    this.isPolling = false;
    this.delay = Math.min(this.delay * GROWTH, SLOWEST_POLL_MS);
    this.poll(this.delay);
  }

  end(sentence) {
    this.isOver = true;
    clearTimeout(this.timer);
    clearTimeout(this.silence);
    this.stream.remove();
    if (sentence) say(sentence, { isBad: true });
  }
}

function replaceResults(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const fresh = holder.content.getElementById("results");
  if (fresh) document.getElementById("results")?.replaceWith(fresh);
}

function announce(box) {
  say(fill(site.text.judged, { summary: box.dataset.summary ?? "" }));
  const focused = document.activeElement;
  // The reader who waits is led to the results; the one who is typing again is left alone.
  if (!focused || focused === document.body || focused.id === "submit" || box.contains(focused)) box.querySelector("h2")?.focus();
}

function look() {
  const box = document.getElementById("results");
  if (!box) return;
  const isAwaited = Boolean(box.dataset.poll);
  if (isAwaited && following?.pollUrl !== box.dataset.poll) {
    following?.end();
    following = new Following(box);
  }
  document.dispatchEvent(new CustomEvent("etude:results", { detail: box }));
  if (box.dataset.state === "refused") { // the answer was not taken: the box says why
    say(box.querySelector(".alert, .error-summary")?.innerText.trim() ?? "", { isBad: true });
    box.querySelector("h2")?.focus();
  }
  if (!isAwaited && following) {
    following.end();
    following = null;
    announce(box);
  }
}

const box = document.getElementById("results");
if (box) {
  let seen = box;
  new MutationObserver(() => {
    const now = document.getElementById("results");
    if (now === seen) return;
    seen = now;
    look();
  }).observe(box.parentElement, { childList: true });
  look();
}
