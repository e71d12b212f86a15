// Makes the call that stands in __etude_call and writes its value; runs in the answer's jail, beside it.
//
// What is expected is not here. The formats are those of etude.grading.plain; `__etude_find` was put behind the answer's
// text, so that it finds what the answer declares.
"use strict";
const fs = require("node:fs");
const { pathToFileURL } = require("node:url");
const write = fs.writeFileSync, exit = process.exit.bind(process);
const [call, main] = [fs.readFileSync("__etude_call"), process.argv[2]];

class NotPlain extends Error {}

function reader(data) {
  let place = 0;
  const until = (end) => {
    const last = data.indexOf(end, place);
    const text = data.toString("latin1", place, last);
    place = last + 1;
    return text;
  };
  const many = (count) => Array.from({ length: count }, () => value());
  const value = () => {
    const tag = String.fromCharCode(data[place++]);
    if (tag === "n") return null;
    if (tag === "t" || tag === "f") return tag === "t";
    if (tag === "i") {
      const digits = until(";");
      return Number.isSafeInteger(Number(digits)) ? Number(digits) : BigInt(digits);
    }
    if (tag === "d") return Number(until(";").replace("inf", "Infinity"));
    const count = Number(until(":"));
    if (tag === "s") return data.toString("utf8", place, (place += count));
    if (tag === "e") return new Set(many(count));
    if (tag === "l") return many(count);
    const found = {};
    for (let i = 0; i < count; i++) {
      const key = value();
      Object.defineProperty(found, key, { value: value(), writable: true, enumerable: true, configurable: true });
    }
    return found;
  };
  return value;
}

function plain(value, depth) {
  if (depth > 100) throw new NotPlain();
  const many = (tag, items, count) => tag + count + ":" + items.map((item) => plain(item, depth + 1)).join("");
  if (value === null || value === undefined) return "n";
  if (typeof value === "boolean") return value ? "t" : "f";
  if (typeof value === "bigint") return "i" + value + ";";
  if (typeof value === "number") {
    if (Number.isInteger(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER) return "i" + (value + 0) + ";";
    return "d" + String(value).replace("Infinity", "inf").replace("NaN", "nan") + ";";
  }
  if (typeof value === "string") return "s" + Buffer.byteLength(value) + ":" + value;
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) {
    const items = Array.from(value);
    return many("l", items, items.length);
  }
  if (value instanceof Set) return many("e", [...value], value.size);
  if (value instanceof Map) return many("m", [...value].flat(1), value.size);
  const family = typeof value === "object" ? Object.getPrototypeOf(value) : undefined;
  if (family !== Object.prototype && family !== null) throw new NotPlain();
  const pairs = Object.entries(value);
  return many("m", pairs.flat(1), pairs.length);
}

function report(kind, value) {
  let text;
  try {
    text = plain([kind, value], 0);
  } catch (error) {
    if (!(error instanceof NotPlain || error instanceof RangeError)) throw error;
    text = plain(["uncrossable", ""], 0);
  }
  write("__etude_result", text);
  exit(0);
}

async function answer() {
  const [name, given] = reader(call)();
  let exported;
  if (main.endsWith(".mjs")) exported = await import(pathToFileURL(process.cwd() + "/" + main));
  else exported = require(process.cwd() + "/" + main);
  const find = globalThis.__etude_find;
  const found = (typeof find === "function" ? find(name) : undefined) ?? exported?.[name];
  if (typeof found !== "function") return report("missing", name);
  return report("value", await found(...given));
}

answer().catch((error) => {
  setImmediate(() => { throw error; });
});
