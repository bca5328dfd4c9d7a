// Names the functions of a WebAssembly file for a small load. In the section of names each gets the number of its place
// in an order where alike code stands side by side. What crosses to the script of wasm-bindgen is numbered there and
// here: half of its long names are hashes, which cannot be compressed; what no longer crosses leaves the script.
// Usage: name-functions.mjs WASM SCRIPT
import fs from "node:fs";
import { numbers, written } from "./wasm-numbers.mjs";

const [from, scriptFile] = process.argv.slice(2);
const bytes = fs.readFileSync(from);
const text = new TextDecoder();
const number = numbers(bytes);
const sized = (body) => Buffer.concat([written(body.length), body]);

// How alike code is found: runs of so many bytes that two functions share; what more functions share says nothing.
const [RUN, COMMON] = [5, 500];
// So many functions that came last count, each less than the one after it.
const LAST = 12;

// Every run of bytes of one function, as numbers. The first bytes tell its size and its locals.
const runs = (body) => {
  const found = new Set();
  for (let at = 3; at + RUN <= body.length; at++) {
    let sum = 0;
    for (let byte = at; byte < at + RUN; byte++) sum = (Math.imul(sum, 0x9e3779b1) + body[byte]) | 0;
    found.add(sum);
  }
  return found;
};

// The functions from the smallest on, each followed by the one that shares most with those before it, for its size. A
// run that few have counts more. The place of each is what is answered.
const places = (bodies) => {
  const all = bodies.map(runs);
  const having = new Map();
  all.forEach((found, index) => {
    for (const run of found) having.has(run) ? having.get(run).push(index) : having.set(run, [index]);
  });
  for (const [run, list] of having) if (list.length < 2 || list.length > COMMON) having.delete(run);
  const bySize = [...all.keys()].sort((one, other) => bodies[one].length - bodies[other].length || one - other);
  const place = new Array(bodies.length);
  const shared = new Float64Array(bodies.length);
  const last = [];
  for (let [count, smallest, next] = [0, 0, bySize[0]]; next !== undefined; count++) {
    place[next] = count;
    last.unshift(next);
    last.length = Math.min(last.length, LAST);
    const touched = [];
    last.forEach((index, age) => {
      for (const run of all[index]) {
        const list = having.get(run) ?? [];
        const worth = 1 / (1 + age) / Math.log2(list.length + 1);
        for (const other of list) {
          if (place[other] !== undefined) continue;
          if (shared[other] === 0) touched.push(other);
          shared[other] += worth;
        }
      }
    });
    let best = 0;
    next = undefined;
    for (const other of touched) {
      const alike = shared[other] / all[other].size ** 0.9;
      if (alike > best) [best, next] = [alike, other];
      shared[other] = 0;
    }
    while (next === undefined && smallest < bySize.length) {
      if (place[bySize[smallest]] === undefined) next = bySize[smallest];
      smallest++;
    }
  }
  return place;
};

const used = new Set();
let imported = 0;
const bodies = [];
const short = new Map();
const renamed = (name) => {
  if (/^__wb|__h[0-9a-f]{16}$/.test(name) && !short.has(name)) short.set(name, `$${short.size.toString(36)}`);
  return short.get(name) ?? name;
};
const word = (at) => {
  const [length, begin] = number(at);
  return [text.decode(bytes.subarray(begin, begin + length)), begin + length];
};
const put = (name) => sized(Buffer.from(name));
const limits = (at) => {
  const flags = bytes[at];
  [, at] = number(at + 1);
  return flags & 1 ? number(at)[1] : at;
};
const imports = (at) => {
  let count, source, name;
  [count, at] = number(at);
  const out = [written(count)];
  for (; count > 0; count--) {
    [source, at] = word(at);
    [name, at] = word(at);
    used.add(name);
    const begin = at;
    const kind = bytes[at++];
    if (kind === 0) [imported, at] = [imported + 1, number(at)[1]];
    else if (kind === 1) at = limits(at + 1);
    else if (kind === 2) at = limits(at);
    else if (kind === 3) at += 2;
    else throw new Error(`an import of the unknown kind ${kind}`);
    out.push(put(source), put(renamed(name)), bytes.subarray(begin, at));
  }
  return Buffer.concat(out);
};
const exports = (at) => {
  let count, name;
  [count, at] = number(at);
  const out = [written(count)];
  for (; count > 0; count--) {
    [name, at] = word(at);
    const begin = at;
    [, at] = number(at + 1);
    out.push(put(renamed(name)), bytes.subarray(begin, at));
  }
  return Buffer.concat(out);
};
const code = (at) => {
  let count, size;
  [count, at] = number(at);
  for (; count > 0; count--) {
    [size, at] = number(at);
    bodies.push(bytes.subarray(at, at + size));
    at += size;
  }
};
const functions = () => {
  const place = places(bodies);
  const digits = String(place.length).length;
  const out = [written(place.length)];
  place.forEach((at, index) => out.push(written(imported + index), put(String(at).padStart(digits, "0"))));
  return Buffer.concat(out);
};
const names = (body, part, end) => {
  for (let size; part < end; part += size) {
    const kind = bytes[part];
    [size, part] = number(part + 1);
    if (kind === 1) return Buffer.concat([put("name"), Buffer.from([1]), sized(functions())]);
  }
  // A part of the program may be all data.
  if (bodies.length === 0) return bytes.subarray(body, end);
  throw new Error("the functions have no names");
};

const out = [bytes.subarray(0, 8)];
for (let at = 8; at < bytes.length; ) {
  const kind = bytes[at];
  const [length, body] = number(at + 1);
  const end = body + length;
  let kept = bytes.subarray(body, end);
  if (kind === 2) kept = imports(body);
  if (kind === 7) kept = exports(body);
  if (kind === 10) code(body);
  if (kind === 0) {
    const [title, rest] = word(body);
    if (title === "name") kept = names(body, rest, end);
  }
  out.push(Buffer.from([kind]), sized(kept));
  at = end;
}
fs.writeFileSync(from, Buffer.concat(out));
const script = fs
  .readFileSync(scriptFile, "utf8")
  .replace(/^ {8}(\w+): function[^]*?^ {8}\}.*\n/gm, (entry, name) => (used.has(name) ? entry : ""));
fs.writeFileSync(scriptFile, script.replace(/[A-Za-z_$][\w$]*/g, (name) => short.get(name) ?? name));
