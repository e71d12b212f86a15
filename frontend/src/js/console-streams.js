// Ways to follow a console: a WebSocket; a stream of events where a network does not pass WebSockets on; and, for what a
// whole class looks at, a question now and then where the server has no stream left.
import { ask } from "./server-run.js";

const FIRST_WORD_MS = 4000; // a WebSocket that opens and says nothing is blocked too
const MOST_TYPED = 8000; // characters in one message
const PROTOCOL = "etude.console";
const decode = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
const POLL_MS = 2000, MOST_POLLS = 30;
let isBlocked = false;
let isRefused = false; // there was no stream left

/**
 * Follows a console from a place in its output on. `here.isAskedFor`: `here.now` gives the screen too. `hear` is told: found(), told(news), lost(isOver) when nothing more comes
 * from this stream.
 */
export function openStream(here, place, hear) {
  if (isRefused && here.isAskedFor) return new Polling(here, place, hear);
  return isBlocked || !here.socket ? new EventStream(here, place, hear) : new SocketStream(here, place, hear);
}

const read = (news) => ("output" in news ? { ...news, output: decode(news.output) } : news);

class Polling {
  constructor(here, place, hear) {
    Object.assign(this, { here, place, hear, left: MOST_POLLS });
    this.#ask();
  }

  close() {
    this.isClosed = true;
    clearTimeout(this.again);
  }

  async #ask() {
    const answer = await fetch(`${this.here.now}?after=${this.place}`, { headers: { Accept: "application/json" }, cache: "no-store" }).catch(() => null);
    const news = answer?.ok ? read(await answer.json()) : null;
    if (this.isClosed) return;
    if (news) this.hear.found();
    this.place = news?.place ?? this.place;
    if (news || answer?.status === 404) this.hear.told(news ?? { state: "ended" });
    if (this.isClosed) return;
    this.left -= 1;
    if (news && this.left) {
      this.again = setTimeout(() => this.#ask(), POLL_MS);
      return;
    }
    isRefused = false; // streams are tried again
    this.hear.lost(true, Boolean(news));
  }
}

class EventStream {
  constructor(here, place, hear) {
    this.source = new EventSource(`${here.events}?after=${place}`);
    this.source.onopen = () => hear.found();
    this.source.onmessage = ({ data }) => {
      hear.told(read(JSON.parse(data)));
    };
    this.source.onerror = () => {
      isBlocked = false; // both ways are tried again
      const isOver = this.source.readyState === EventSource.CLOSED;
      isRefused ||= isOver && Boolean(here.isAskedFor);
      hear.lost(isOver, isOver && isRefused);
    };
  }

  close() {
    this.source.close();
  }
}

class SocketStream {
  isPacing = true; // the server sends no more than is shown

  constructor(here, place, hear) {
    Object.assign(this, { here, place, hear, isConnecting: true });
    this.#open();
  }

  /** Types, where the connection is there; false where it is not. */
  type(text) {
    if (this.isConnecting || this.socket.readyState !== WebSocket.OPEN) return false;
    for (let start = 0; start < text.length; start += MOST_TYPED) this.#send({ typed: text.slice(start, start + MOST_TYPED) });
    return true;
  }

  resize(size) {
    return !this.isConnecting && this.#send(size);
  }

  shown(place) {
    this.#send({ shown: place });
  }

  close() {
    this.isClosed = true;
    clearTimeout(this.patience);
    this.socket?.close();
  }

  async #open() {
    let answer = null;
    try {
      answer = await ask(this.here.ticket, {});
    } catch {
      return this.#lose(false);
    }
    if (this.isClosed) return undefined;
    if (!answer.ok) return this.#lose(true);
    const { ticket } = await answer.json();
    const address = new URL(`${this.here.socket}?after=${this.place}`, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    try {
      this.socket = new WebSocket(address, [PROTOCOL, `ticket.${ticket}`]);
    } catch {
      return this.#lose(true);
    }
    this.socket.binaryType = "arraybuffer";
    this.patience = setTimeout(() => this.#lose(true), FIRST_WORD_MS);
    this.socket.onmessage = ({ data }) => this.#hear(data);
    this.socket.onclose = () => {
      if (!this.isOver) this.#lose(this.isConnecting); // the server closes it behind its last word
    };
    return undefined;
  }

  #hear(data) {
    if (this.isClosed) return;
    clearTimeout(this.patience);
    if (this.isConnecting) {
      this.isConnecting = false;
      this.hear.found();
    }
    if (typeof data !== "string") {
      const place = Number(new DataView(data).getBigUint64(1));
      this.hear.told({ output: new Uint8Array(data, 9), is_whole: new DataView(data).getUint8(0) === 1, place });
      return;
    }
    const news = JSON.parse(data);
    if (news.state === "ended") this.#askHowItEnded();
    else this.hear.told(news);
  }

  // Its words are in the reader's language, which the server's pages know.
  async #askHowItEnded() {
    this.isOver = true;
    const answer = await fetch(this.here.now, { headers: { Accept: "application/json" }, cache: "no-store" }).catch(() => null);
    if (this.isClosed) return;
    if (answer?.ok) this.hear.told(await answer.json());
    else if (answer?.status === 410) this.hear.told({ state: "gone", message: (await answer.json()).error });
    else this.#lose(false);
  }

  #lose(mustGoRound) {
    if (this.isClosed) return;
    this.close();
    isBlocked ||= mustGoRound;
    this.hear.lost(true, mustGoRound);
  }

  #send(said) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(said));
    return true;
  }
}
