// Compile Python sources with one of the interpreters that Node can run, SyntaxWarnings as errors.
// Usage: node syntax.mjs PACKAGE SOURCES.json; prints {version, compiled, faults} as JSON.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const PROGRAM = `
import json, sys, warnings
warnings.simplefilter("error")
faults, compiled = [], 0
for name, source in json.loads(given).items():
    try:
        compile(source, name, "exec", dont_inherit=True)
        compiled += 1
    except (SyntaxError, SyntaxWarning) as error:
        faults.append(f"{name}: {error}")
json.dumps({"version": sys.version.split()[0], "compiled": compiled, "faults": faults})
`;

const found = createRequire(`${process.cwd()}/`).resolve(`${process.argv[2]}/pyodide.mjs`);
const { loadPyodide } = await import(pathToFileURL(found));
const python = await loadPyodide();
python.globals.set("given", readFileSync(process.argv[3], "utf8"));
console.log(python.runPython(PROGRAM));
