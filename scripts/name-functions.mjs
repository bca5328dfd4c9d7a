// Names the functions of a WebAssembly file for a small load. In the section of names, alike ones sort side by side: the
// name without the compiler's hash, then the size of the code. What crosses to the script of wasm-bindgen is numbered
// there and here: half of its long names are hashes, which cannot be compressed. Usage: name-functions.mjs WASM SCRIPT
import fs from "node:fs";

const [from, scriptFile] = process.argv.slice(2);
const bytes = fs.readFileSync(from);
const text = new TextDecoder();

const number = (at) => {
  let [value, shift] = [0, 1];
  for (;;) {
    const byte = bytes[at++];
    value += (byte & 127) * shift;
    shift *= 128;
    if (byte < 128) return [value, at];
  }
};
const written = (value) => {
  const out = [];
  do {
    const low = value % 128;
    value = Math.floor(value / 128);
    out.push(value > 0 ? low | 128 : low);
  } while (value > 0);
  return Buffer.from(out);
};
const sized = (body) => Buffer.concat([written(body.length), body]);

let imported = 0;
const sizes = [];
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
    sizes.push(size);
    at += size;
  }
};
const functions = (at) => {
  let count, index, name;
  [count, at] = number(at);
  const out = [written(count)];
  for (; count > 0; count--) {
    [index, at] = number(at);
    [name, at] = word(at);
    const size = String(sizes[index - imported] ?? 0).padStart(7, "0");
    const key = [name.replace(/::h[0-9a-f]{16}/g, ""), size, String(index).padStart(6, "0")];
    out.push(written(index), put(key.join("#")));
  }
  return Buffer.concat(out);
};
const names = (part, end) => {
  for (let size; part < end; part += size) {
    const kind = bytes[part];
    [size, part] = number(part + 1);
    if (kind === 1) return Buffer.concat([put("name"), Buffer.from([1]), sized(functions(part))]);
  }
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
    if (title === "name") kept = names(rest, end);
  }
  out.push(Buffer.from([kind]), sized(kept));
  at = end;
}
fs.writeFileSync(from, Buffer.concat(out));
const script = fs.readFileSync(scriptFile, "utf8");
fs.writeFileSync(scriptFile, script.replace(/[A-Za-z_$][\w$]*/g, (name) => short.get(name) ?? name));
