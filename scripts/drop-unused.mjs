// Drops what the page never calls, before the program is made small: a library brings classes for streams of the
// browser's, and each function they export keeps its code. What the script of wasm-bindgen no longer names is no longer
// exported. Usage: drop-unused.mjs WASM SCRIPT
import fs from "node:fs";
import { numbers, written } from "./wasm-numbers.mjs";

const [program, scriptFile] = process.argv.slice(2);

let script = fs.readFileSync(scriptFile, "utf8");
const classes = [...script.matchAll(/^export class (\w+)/gm)].map(([, name]) => name);
for (const name of classes) {
  if (!name.startsWith("IntoUnderlying")) throw new Error(`the class ${name} may be in use`);
  script = script
    .replace(new RegExp(`^export class ${name} \\{.*?^\\}\\n`, "ms"), "")
    .replace(new RegExp(`^if \\(Symbol\\.dispose\\) ${name}\\..*\\n`, "m"), "")
    .replace(new RegExp(`^const ${name}Finalization = .*?;\\n`, "ms"), "");
  if (script.includes(name)) throw new Error(`the class ${name} is named elsewhere`);
}
const called = new Set([...script.matchAll(/\bwasm\.(\w+)/g)].map(([, name]) => name));
fs.writeFileSync(scriptFile, script);

const bytes = fs.readFileSync(program);
const number = numbers(bytes);
const exports = (at) => {
  let count, length;
  [count, at] = number(at);
  const kept = [];
  for (; count > 0; count--) {
    const begin = at;
    [length, at] = number(at);
    const name = bytes.toString("utf8", at, at + length);
    [, at] = number(at + length + 1);
    if (called.has(name)) kept.push(bytes.subarray(begin, at));
  }
  return Buffer.concat([written(kept.length), ...kept]);
};
const out = [bytes.subarray(0, 8)];
for (let at = 8; at < bytes.length; ) {
  const kind = bytes[at];
  const [length, body] = number(at + 1);
  const kept = kind === 7 ? exports(body) : bytes.subarray(body, body + length);
  out.push(Buffer.from([kind]), written(kept.length), kept);
  at = body + length;
}
fs.writeFileSync(program, Buffer.concat(out));
