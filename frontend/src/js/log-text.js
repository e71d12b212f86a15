// What a program prints on a terminal, as lines that can be read aloud: no colours, no cursor, no other sequence.
const SEQUENCE = /\x1b\[([?>=]?)[0-9;]*[ -/]*([@-~])|\x1b[\](P_^X][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]/g; // eslint-disable-line no-control-regex
const UNFINISHED = /\x1b(?:\[[?>=]?[0-9;]*[ -/]*|[\](P_^X][^\x07\x1b]{0,400}|[ -/]*)?\x1b?$/; // eslint-disable-line no-control-regex
const MOVES = "HfABEFdGJ"; // to another line or place: what follows is read on a line of its own
const OTHERS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g; // eslint-disable-line no-control-regex

export class LogText {
  constructor() {
    this.decoder = new TextDecoder();
    this.rest = "";
  }

  /** Returns the text of the next bytes; a sequence or a letter that is not whole waits for its rest. */
  read(bytes) {
    const text = this.rest + this.decoder.decode(bytes, { stream: true });
    this.rest = UNFINISHED.exec(text)?.[0] ?? "";
    if (text.endsWith("\r")) this.rest = "\r";
    return text
      .slice(0, text.length - this.rest.length)
      .replace(SEQUENCE, (_all, prefix, final) => (final && !prefix && MOVES.includes(final) ? "\n" : ""))
      .replace(/\r+\n/g, "\n")
      .replace(/\r+/g, "\n")
      .replace(OTHERS, "")
      .replace(/\n{3,}/g, "\n\n");
  }
}
