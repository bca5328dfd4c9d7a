// Joins the script of wasm-bindgen with the one of wasm-split that fetches the parts which come later, and gives the
// parts their names: part-<name>.wasm, what several of them need part-shared.wasm. Where the script fetches a part it
// says {{part-<name>.wasm}}, for the hashed address. Usage: join-parts.mjs FOLDER-OF-PARTS SCRIPT
import fs from "node:fs";
import path from "node:path";

const [folder, scriptFile] = process.argv.slice(2);

// Replaces what must be there: another version of wasm-split may write it in other words.
const changed = (text, from, to) => {
  const out = text.replaceAll(from, to);
  if (out === text) throw new Error(`the script of wasm-split has no ${from}`);
  return out;
};

const shared = fs.readdirSync(folder).filter((name) => /^chunk_\d+\.wasm$/.test(name)).sort();
const named = (name) => {
  const index = shared.indexOf(name);
  if (index >= 0) return index === 0 ? "part-shared.wasm" : `part-shared${index + 1}.wasm`;
  return name.replace("split_", "part-");
};

let parts = fs.readFileSync(path.join(folder, "__wasm_split.js"), "utf8");
parts = changed(parts, /^import \{ initSync \} from .*$/gm, "");
// The program is here before a part of it is asked for: what they share is what it exports.
parts = changed(parts, /const \{ [\w, ]* \} = initSync\(undefined, undefined\);/g, "");
parts = changed(parts, /Object\.assign\((\S+), \{ ([\w, ]*) \}\);/g, (_, into, names) => {
  const given = names.split(", ").filter(Boolean).map((name) => `${name.replace(",", "")}: wasm.${name.replace(",", "")}`);
  return `Object.assign(${into}, { ${given.join(", ")} });`;
});
parts = changed(parts, /fetch\(new URL\("\.\/([\w.]+)", import\.meta\.url\)\)/g, (_, name) => `fetched("{{${named(name)}}}")`);
const loaders = [...parts.matchAll(/^export const (\w+)/gm)].map(([, name]) => name);
parts = changed(parts, /^export const/gm, "const");
// A part that the server does not have is of another version than this program: then only a reload helps.
const fetched = `const fetched = (address) => {
    const answer = fetch(address);
    answer.then(({ status }) => { if (status === 404) window.hiloGone = true; }, () => {});
    return answer;
};
`;

let script = fs.readFileSync(scriptFile, "utf8");
script = changed(script, /^import \* as \w+ from "\.\/__wasm_split\.js".*\n/gm, "");
script = changed(script, /^ *"\.\/__wasm_split\.js": \w+,\n/gm, "");
const modules = /return \{\n +__proto__: null,\n/g;
script = changed(script, modules, (found) => `${found}        "./__wasm_split.js": { ${loaders.join(", ")} },\n`);
fs.writeFileSync(scriptFile, `${script}\n${fetched}${parts}`);
for (const name of fs.readdirSync(folder)) {
  if (/^(chunk|split)_\w+\.wasm$/.test(name)) fs.renameSync(path.join(folder, name), path.join(folder, named(name)));
}
