// Bundles src/ into the folder given as argument: hashed names, manifest.json, .gz siblings, licences.
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, context } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const watch = process.argv.includes("--watch");
const named = process.argv.slice(2).find((argument) => !argument.startsWith("--"));
const out = path.resolve(named ?? path.join(here, "../src/etude/static/dist"));
const modules = path.join(here, "node_modules");
const PYODIDE_FILES = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"];
// Named by the templates, to be fetched before the style sheet asks for them.
const PRELOADED_FONTS = { "serif.woff2": "literata-latin-wght-normal", "sans.woff2": "atkinson-hyperlegible-next-latin-wght-normal" };

const options = {
  absWorkingDir: here,
  entryPoints: {
    site: "src/js/site.js", // every page: htmx and its streams, live results, forms, preferences
    activity: "src/js/activity.js", // code activities: editor, drafts, Run
    upload: "src/js/upload.js", // hand-ins: drop zone, progress
    watch: "src/js/watch.js", // a look at somebody else's console
    "demo-watch": "src/js/demo-watch.js", // a console that is shown to the class
    quiz: "src/js/quiz.js", // quizzes: answers kept until handed in
    "py-worker": "src/js/py-worker.js", // Python, in a worker with a policy of its own
    style: "src/css/style.css",
    "terminal-style": "src/css/terminal.css", // the frame of the live console
  },
  outdir: out,
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022", "firefox115", "safari16.4", "chrome111"],
  minify: !watch,
  sourcemap: watch ? "inline" : false,
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "asset-[name]-[hash]",
  loader: { ".woff2": "file", ".py": "text" },
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
};

// The live console's frame has no origin, and modules would need one: one classic script.
const frame = { ...options, entryPoints: { terminal: "src/js/terminal.js" }, format: "iife", splitting: false };

const shortHash = (data) => createHash("sha256").update(data).digest("hex").slice(0, 8);

function entriesOf(meta) {
  const manifest = {};
  const entries = [...Object.values(options.entryPoints), ...Object.values(frame.entryPoints)];
  for (const [file, info] of Object.entries(meta.outputs)) {
    const name = path.relative(out, path.resolve(here, file));
    if (entries.includes(info.entryPoint)) manifest[path.basename(info.entryPoint)] = name;
    for (const [alias, font] of Object.entries(PRELOADED_FONTS)) {
      if (name.startsWith(`asset-${font}-`)) manifest[alias] = name;
    }
  }
  return manifest;
}

async function copyIcon() {
  const icon = await readFile(path.join(here, "src/icon.svg"));
  const name = `icon-${shortHash(icon)}.svg`;
  await writeFile(path.join(out, name), icon);
  return name;
}

// Copied whole under one hashed folder: Pyodide's files find each other by name.
async function copyPyodide() {
  const source = path.join(modules, "pyodide");
  const { version } = JSON.parse(await readFile(path.join(source, "package.json")));
  const folder = `pyodide-${version}-${shortHash(await readFile(path.join(source, "pyodide.asm.wasm")))}`;
  await mkdir(path.join(out, folder), { recursive: true });
  for (const file of PYODIDE_FILES) await cp(path.join(source, file), path.join(out, folder, file));
  return `${folder}/`;
}

async function writeLicences(meta) {
  const names = new Set(["pyodide"]);
  for (const input of Object.keys(meta.inputs)) {
    const found = input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//);
    if (found) names.add(found[1]);
  }
  let text = "Third-party packages bundled into this folder at build time.\n";
  for (const name of [...names].sort()) {
    const folder = path.join(modules, name);
    const { version, license } = JSON.parse(await readFile(path.join(folder, "package.json")));
    text += `\n=== ${name} ${version} (${license})\n`;
    for (const file of await readdir(folder)) {
      if (/^(licen[cs]e|notice|ofl)/i.test(file)) text += await readFile(path.join(folder, file), "utf8");
    }
  }
  await writeFile(path.join(out, "THIRD-PARTY-LICENCES.txt"), text);
}

async function compress() {
  for (const file of await readdir(out, { recursive: true })) {
    if (!/\.(m?js|css|wasm|json|svg|txt)$/.test(file) || file === "manifest.json") continue;
    const raw = await readFile(path.join(out, file));
    if (raw.length > 1024) await writeFile(path.join(out, `${file}.gz`), gzipSync(raw, { level: 9 }));
  }
}

async function finish(meta) {
  const manifest = entriesOf(meta);
  manifest["icon.svg"] = await copyIcon();
  manifest["pyodide/"] = await copyPyodide();
  await writeFile(path.join(out, "manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);
  await writeLicences(meta);
  await compress();
}

await rm(out, { recursive: true, force: true });
const together = (metas) => ({
  inputs: Object.assign({}, ...metas.map((meta) => meta.inputs)),
  outputs: Object.assign({}, ...metas.map((meta) => meta.outputs)),
});
const bundles = [options, frame];
if (watch) {
  const metas = [];
  const finishing = (index) => (result) => {
    if (result.errors.length) return undefined;
    metas[index] = result.metafile;
    return Object.keys(metas).length === bundles.length ? finish(together(metas)) : undefined;
  };
  for (const [index, bundle] of bundles.entries()) {
    const plugin = { name: "finish", setup: (b) => b.onEnd(finishing(index)) };
    await (await context({ ...bundle, plugins: [plugin] })).watch();
  }
} else {
  const built = await Promise.all(bundles.map((bundle) => build(bundle)));
  await finish(together(built.map(({ metafile }) => metafile)));
}
