// Builds the widget into frontend/dist/widget: loader.js, frame.html and the frame's files under names that
// carry their hash, each with its brotli variant. Fails when loader and frame pass their budget together.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { brotliCompressSync, constants } from "node:zlib";

const BUDGET = 12_000;
// What is loaded when the window opens.
const BUDGET_MORE = 7_000;
const here = new URL("./", import.meta.url);
const root = new URL("../../", here);
const out = new URL("frontend/dist/widget/", root);

// The web build's packages live in .tools; a package folder beside this file works too.
function load(name) {
  for (const place of [new URL(".tools/", root), here]) {
    try {
      return createRequire(place)(name);
    } catch (fault) {
      if (fault.code !== "MODULE_NOT_FOUND") throw fault;
    }
  }
  throw new Error(`${name} is not installed: run \`just tools web\``);
}

const esbuild = load("esbuild");
const compress = (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });

async function bundle(entry, format = "iife") {
  const { outputFiles } = await esbuild.build({
    entryPoints: [new URL(`src/${entry}`, here).pathname],
    bundle: true,
    minify: true,
    write: false,
    format,
    target: ["chrome109", "firefox115", "safari16.4"],
    charset: "utf8",
    legalComments: "none",
  });
  return Buffer.from(outputFiles[0].contents);
}

let total = 0;
function write(name, bytes) {
  const small = compress(bytes);
  writeFileSync(new URL(name, out), bytes);
  writeFileSync(new URL(`${name}.br`, out), small);
  total += small.length;
  console.log(`widget/${name}: ${bytes.length} bytes, ${small.length} brotli`);
}

function hashed(stem, extension, bytes) {
  const name = `${stem}-${createHash("sha256").update(bytes).digest("hex").slice(0, 16)}.${extension}`;
  write(name, bytes);
  return name;
}

mkdirSync(out, { recursive: true });
for (const old of readdirSync(out)) rmSync(new URL(old, out), { recursive: true });
write("loader.js", await bundle("loader.js"));
const first = total;
total = 0;
const more = [hashed("frame-more", "js", await bundle("more.js", "esm")), hashed("frame-more", "css", await bundle("more.css"))];
const later = total;
total = first;
const js = hashed("frame", "js", await bundle("frame.js"));
const css = hashed("frame", "css", await bundle("frame.css"));
const html = readFileSync(new URL("src/frame.html", here), "utf8").replace("{{js}}", `/widget/v1/assets/${js}`).replace("{{css}}", `/widget/v1/assets/${css}`).replace("{{more}}", more.map((name) => `/widget/v1/assets/${name}`).join(" "));
write("frame.html", Buffer.from(html));
console.log(`widget: ${total} bytes brotli of ${BUDGET}, and ${later} of ${BUDGET_MORE} when it opens`);
if (total > BUDGET || later > BUDGET_MORE) process.exit(1);
