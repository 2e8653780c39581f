// Makes the archives that a page's Python starts from, when the book is built: Pyodide under Node
// compiles, with its own compiler, the modules that a check imports. Readers' browsers need not.
//
//   node bytecode.mjs PYODIDE CODE TARGET
//
// PYODIDE is the folder of Pyodide and NumPy's wheel, CODE the archive of the checks; TARGET gets
// python.zip, numpy.zip and coursekit.zip.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [folder, code, target] = process.argv.slice(2).map((path) => resolve(path));
const { loadPyodide } = createRequire(import.meta.url)(join(folder, "pyodide.js"));
// The order of a set's elements is stored, too: without chance the bytes are the same every time.
const python = await loadPyodide({ indexURL: folder, env: { PYTHONHASHSEED: "0" } });
const wheel = readdirSync(folder).find((name) => name.endsWith(".whl")) ?? "";
const given = {
  python: join(folder, "python_stdlib.zip"),
  numpy: join(folder, wheel),
  coursekit: code,
};
for (const [name, path] of Object.entries(given)) {
  python.FS.writeFile(`/tmp/${name}.zip`, new Uint8Array(readFileSync(path)));
}
const script = new URL("bytecode.py", import.meta.url);
python.runPython(readFileSync(script, "utf8"));
for (const name of Object.keys(given)) {
  writeFileSync(join(target, `${name}.zip`), python.FS.readFile(`/home/pyodide/${name}.zip`));
}
