// The turtle's drawing, from sequences among what a program prints: `ESC _ turtle:[…] ESC \`. What is in them is hostile:
// numbers, colours and short texts are taken, anything else is passed over, and nothing becomes markup.
import { fill } from "./page.js";

const SEQUENCE = /\x1b_turtle:([^\x07\x1b]{0,300})\x1b\\/g; // eslint-disable-line no-control-regex
const UNFINISHED = /\x1b(?:_[^\x07\x1b]{0,320}\x1b?)?$/; // eslint-disable-line no-control-regex
const MOST_MARKS = 10_000, MOST_TURTLES = 100, MOST_CORNERS = 5000, SLOW_MS = 1000;
const SVG = "http://www.w3.org/2000/svg";
const SHAPES = {
  classic: "0,0 -9,5 -7,0 -9,-5", arrow: "0,0 -10,10 -10,-10", triangle: "11,0 -6,10 -6,-10", square: "10,10 -10,10 -10,-10 10,-10",
  turtle: "16,0 14,2 10,1 7,4 9,8 6,9 3,5 -3,6 -6,9 -8,7 -6,4 -8,0 -6,-4 -8,-7 -6,-9 -3,-6 3,-5 6,-9 9,-8 7,-4 10,-1 14,-2",
  circle: "10,0 8.7,5 5,8.7 0,10 -5,8.7 -8.7,5 -10,0 -8.7,-5 -5,-8.7 0,-10 5,-8.7 8.7,-5", blank: "",
};
const ANCHORS = { left: "start", center: "middle", right: "end" };
const isColour = (value) => typeof value === "string" && /^(?:[a-z]{3,24}|#[0-9a-f]{6})$/.test(value);
const isNumber = (value) => typeof value === "number" && Math.abs(value) <= 10_000;
const FITS = {
  n: (value) => Number.isInteger(value) && value >= 0 && value < MOST_TURTLES, x: isNumber, c: isColour,
  w: (value) => isNumber(value) && value >= 0, s: (value) => typeof value === "string" && Object.hasOwn(SHAPES, value),
  a: (value) => typeof value === "string" && Object.hasOwn(ANCHORS, value), t: (value) => typeof value === "string" && [...value].length <= 100,
};
/** What each sequence has after its name, letter by letter. */
const FIELDS = {
  line: "nxxxxwc", move: "nxx", dot: "nxxwc", fill: "nxx", filled: "nc", text: "nxxwact", turtle: "nxxxccsw", stamp: "nxxxccs",
  clear: "n", back: "c", size: "ww", title: "t",
};

const made = (name, attributes) => {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
};

export class Drawing {
  constructor() {
    this.figure = document.getElementById("drawing");
    this.svg = this.figure.querySelector("svg");
    this.decoder = new TextDecoder();
    this.isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.begin();
  }

  /** Takes everything away: another program begins. */
  begin() {
    Object.assign(this, { rest: "", waiting: [], turtles: new Map(), counts: { line: 0, filled: 0, text: 0 }, marks: 0, name: "" });
    this.figure.hidden = true;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.back = this.svg.appendChild(made("rect", { fill: "white" }));
    this.svg.replaceChildren(this.back);
    this.#resize(800, 600);
  }

  get isEmpty() {
    return this.figure.hidden && !this.waiting.length;
  }

  /** What a program on the server printed. */
  readBytes(bytes) {
    this.read(this.decoder.decode(bytes, { stream: true }));
  }

  /** Draws what is for the drawing and returns the text without it; what is not whole waits for its rest. */
  read(text) {
    const all = this.rest + text;
    this.rest = UNFINISHED.exec(all)?.[0] ?? "";
    return all.slice(0, all.length - this.rest.length).replace(SEQUENCE, (_all, sequence) => {
      this.#take(sequence);
      return "";
    });
  }

  #take(sequence) {
    let command;
    try { command = JSON.parse(sequence); } catch { return; }
    if (!Array.isArray(command) || !Object.hasOwn(FIELDS, command[0])) return;
    const [name, ...values] = command;
    if (values.length !== FIELDS[name].length || ![...FIELDS[name]].every((letter, place) => FITS[letter](values[place]))) return;
    this.waiting.push([name, values]);
    this.timer ??= setTimeout(() => this.#draw(), this.isStill ? SLOW_MS : 16); // once for many: a flood of them draws as fast
  }

  #draw() {
    this.timer = undefined;
    const { waiting } = this;
    this.waiting = [];
    if (!waiting.length) return; // another program has begun
    this.figure.hidden = false;
    for (const [name, values] of waiting) this[`_${name}`](...values);
    const { line, filled, text } = this.counts;
    const said = fill(this.figure.dataset.said, { strokes: line, shapes: filled, texts: text });
    this.figure.querySelector("figcaption").textContent = this.name ? `${this.name} – ${said}` : said;
  }

  #resize(width, height) {
    this.svg.setAttribute("viewBox", `${-width / 2} ${-height / 2} ${width} ${height}`);
    for (const [key, value] of Object.entries({ x: -width / 2, y: -height / 2, width, height })) this.back.setAttribute(key, value);
  }

  /** The turtle of a number: its marks, its own figure above them, the shape that it is filling. */
  #turtle(number) {
    if (!this.turtles.has(number)) {
      const marks = this.svg.appendChild(made("g", {})), cursor = this.svg.appendChild(made("polygon", {}));
      this.turtles.set(number, { marks, cursor, x: 0, y: 0, angle: 0, corners: null });
    }
    return this.turtles.get(number);
  }

  #mark(number, node) {
    if (this.marks >= MOST_MARKS) return;
    this.marks += 1;
    this.#turtle(number).marks.append(node);
  }

  #place(number, x, y) {
    const turtle = this.#turtle(number);
    Object.assign(turtle, { x, y });
    if (turtle.corners && turtle.corners.length < MOST_CORNERS) turtle.corners.push(`${x},${-y}`);
    turtle.cursor.setAttribute("transform", `translate(${x} ${-y}) rotate(${-turtle.angle})`);
  }

  _line(number, x1, y1, x2, y2, width, colour) {
    this.counts.line += 1;
    this.#mark(number, made("line", { x1, y1: -y1, x2, y2: -y2, stroke: colour, "stroke-width": width, "stroke-linecap": "round" }));
    this.#place(number, x2, y2);
  }

  _move(number, x, y) {
    this.#place(number, x, y);
  }

  _dot(number, x, y, width, colour) {
    this.counts.line += 1;
    this.#mark(number, made("circle", { cx: x, cy: -y, r: width / 2, fill: colour }));
  }

  // Its place is taken when it begins: the lines of its edge are drawn over it.
  _fill(number, x, y) {
    const turtle = this.#turtle(number);
    Object.assign(turtle, { corners: [`${x},${-y}`], shape: made("polygon", { fill: "none" }) });
    this.#mark(number, turtle.shape);
  }

  _filled(number, colour) {
    const turtle = this.#turtle(number);
    if (!turtle.corners) return;
    this.counts.filled += 1;
    turtle.shape.setAttribute("points", turtle.corners.join(" "));
    turtle.shape.setAttribute("fill", colour);
    turtle.corners = null;
  }

  _text(number, x, y, size, side, colour, text) {
    this.counts.text += 1;
    const node = made("text", { x, y: -y, fill: colour, "font-size": size * 1.33, "text-anchor": ANCHORS[side] });
    node.textContent = text;
    this.#mark(number, node);
  }

  _turtle(number, x, y, angle, colour, inside, shape, isShown) {
    const turtle = this.#turtle(number);
    turtle.angle = angle;
    const looks = { points: SHAPES[shape], stroke: colour, fill: inside, visibility: isShown ? "visible" : "hidden" };
    for (const [key, value] of Object.entries(looks)) turtle.cursor.setAttribute(key, value);
    const { corners } = turtle;
    turtle.corners = null; // it stands where it stood
    this.#place(number, x, y);
    turtle.corners = corners;
  }

  _stamp(number, x, y, angle, colour, inside, shape) {
    const transform = `translate(${x} ${-y}) rotate(${-angle})`;
    this.#mark(number, made("polygon", { points: SHAPES[shape], stroke: colour, fill: inside, transform }));
  }

  _clear(number) {
    const turtle = this.#turtle(number);
    this.marks -= turtle.marks.childElementCount;
    turtle.marks.replaceChildren();
    turtle.corners = null;
  }

  _back(colour) {
    this.back.setAttribute("fill", colour);
  }

  _size(width, height) {
    this.#resize(Math.max(width, 50), Math.max(height, 50));
  }

  _title(text) {
    this.name = text;
  }
}
