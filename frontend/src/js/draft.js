// Saves what is typed, by itself. A copy stays in this browser until the server has it; a stale save is shown, never forced.
import * as copies from "./copies.js";
import { csrfToken, renewToken } from "./page.js";

const TYPING_PAUSE_MS = 1200, COPY_PAUSE_MS = 250, FIRST_RETRY_MS = 4000, SLOWEST_RETRY_MS = 30_000;
const KEEPALIVE_BYTES = 60_000; // browsers refuse to send more while a page goes away
const REMEMBERED = 30;

/**
 * Events: "state" {state: "saving"|"saved"|"unsaved"|"signedOut"|"refused", since: Date, hasCopy, reason},
 * "conflict" {mine, other, savedAt}, "restored".
 */
export class DraftSaver extends EventTarget {
  constructor({ url, version, savedAt, assignment, language, read, write }) {
    super();
    Object.assign(this, { url, version, assignment, language, read, write });
    this.key = copies.keyOf("draft", assignment, copies.tabName());
    this.savedAt = savedAt ?? new Date();
    this.saved = this.#text();
    this.sent = [this.saved]; // what this page itself sent: finding it on the server is no conflict
    this.retryMs = FIRST_RETRY_MS;
    addEventListener("online", () => this.save());
    addEventListener("pagehide", () => this.#leave());
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#leave() : this.save()));
    addEventListener("beforeunload", (event) => { if (this.isDirty && !this.hasCopy) event.preventDefault(); });
    copies.onSignOut(() => this.save());
  }

  get isDirty() {
    return this.#text() !== this.saved;
  }

  /** Puts back what this browser kept from a time when it could not be saved. */
  restore() {
    for (const [key, copy] of copies.find(copies.keyOf("draft", this.assignment))) {
      if (copy.language !== this.language) continue;
      const text = JSON.stringify(copy.files);
      if (key !== this.key) copies.drop(key);
      if (text === this.saved || this.conflict) continue;
      const stored = { files: JSON.parse(this.saved), version: this.version, savedAt: this.savedAt };
      this.write(copy.files);
      this.#keep();
      if (copy.base === this.version) {
        this.#tell("restored");
        this.save();
      } else this.#contend(stored);
      return;
    }
  }

  changed() {
    clearTimeout(this.copyTimer);
    this.copyTimer = setTimeout(() => this.#keep(), COPY_PAUSE_MS);
    this.#later(TYPING_PAUSE_MS);
  }

  /** Says that the server has this text for another reason (Run, Submit), so that it is not taken for somebody else's. */
  noteSent(version) {
    this.#remember(this.#text());
    if (version > this.version) this.version = version;
  }

  /** Saves now, when there is something to save. */
  async save({ keepalive = false } = {}) {
    if (this.conflict || !this.isDirty) return;
    if (this.isSaving) return void (this.again = true);
    this.isSaving = true;
    this.#keep();
    this.#state("saving");
    const text = this.#text();
    this.#remember(text);
    try {
      await this.#answered(text, await this.#send(text, keepalive));
    } catch {
      this.#failed("unsaved");
    } finally {
      this.isSaving = false;
    }
    if (this.again) {
      this.again = false;
      this.#later(0);
    }
  }

  keepMine() {
    this.version = this.conflict.version;
    this.conflict = null;
    this.saved = null;
    return this.save();
  }

  keepOther() {
    const other = this.conflict;
    this.conflict = null;
    this.version = other.version;
    this.write(other.files);
    this.#settle(this.#text(), other.savedAt);
  }

  #text() {
    return JSON.stringify(this.read());
  }

  #remember(text) {
    this.sent = [text, ...this.sent.filter((one) => one !== text)].slice(0, REMEMBERED);
  }

  #keep() {
    clearTimeout(this.copyTimer);
    if (this.isDirty) this.hasCopy = copies.keep(this.key, { files: this.read(), language: this.language, base: this.version });
  }

  #leave() {
    this.#keep();
    this.save({ keepalive: true });
  }

  #send(text, keepalive) {
    const body = JSON.stringify({ files: JSON.parse(text), language: this.language, base_version: this.version });
    const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken() };
    return fetch(this.url, { method: "POST", headers, body, keepalive: keepalive && body.length < KEEPALIVE_BYTES });
  }

  async #answered(text, first) {
    let answer = first;
    if ([400, 401, 403].includes(answer.status) && (await renewToken())) answer = await this.#send(text, false);
    if (answer.ok) {
      const { version, saved_at: savedAt } = await answer.json();
      this.version = version;
      return this.#settle(text, new Date(savedAt));
    }
    if (answer.status === 409) return this.#contended(text, await answer.json());
    if (answer.status === 401) return this.#failed("signedOut");
    if (answer.status === 413) return this.#refused("tooLarge");
    const willPass = answer.status >= 500 || answer.status === 429; // the server is busy: the same text is sent again
    const reason = willPass ? "" : (await answer.json().catch(() => ({}))).error;
    return reason ? this.#refused(reason) : this.#failed("unsaved");
  }

  #contended(text, { version, files, saved_at: savedAt }) {
    const stored = JSON.stringify(files);
    if (stored === text) {
      this.version = version;
      return this.#settle(text, new Date(savedAt));
    }
    if (this.sent.includes(stored)) { // our own earlier text, from a Run, a Submit or an answer that was lost on the way
      this.version = version;
      this.saved = stored;
      return this.#later(0);
    }
    return this.#contend({ files, version, savedAt: new Date(savedAt) });
  }

  #contend(other) {
    this.conflict = other;
    this.dispatchEvent(new CustomEvent("conflict", { detail: { mine: this.read(), other: other.files, savedAt: other.savedAt } }));
    this.#state("unsaved");
  }

  #settle(text, savedAt) {
    this.saved = text;
    this.savedAt = savedAt;
    this.retryMs = FIRST_RETRY_MS;
    if (this.isDirty) return this.#later(TYPING_PAUSE_MS);
    clearTimeout(this.copyTimer);
    copies.drop(this.key);
    return this.#state("saved");
  }

  #failed(state) {
    this.#state(state);
    this.#later(this.retryMs);
    this.retryMs = Math.min(this.retryMs * 2, SLOWEST_RETRY_MS);
  }

  #refused(reason) {
    this.#state("refused", { reason });
  }

  #later(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), delay);
  }

  #state(state, more = {}) {
    this.dispatchEvent(new CustomEvent("state", { detail: { state, since: this.savedAt, hasCopy: this.hasCopy, ...more } }));
  }

  #tell(name) {
    this.dispatchEvent(new CustomEvent(name));
  }
}
