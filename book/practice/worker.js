// The page's Python. It works in a thread of its own, so that no cell can hold the page up.
//
// A busy worker hears nothing, and memory shared with the page is only to be had where a server sends
// special headers. So Python, which looks for signals every few instructions, finds them computed
// here: an interrupt when the time is over or when the page has taken back an address made for this
// very run (which can be seen without listening), and now and then a wish to say which line it is in.

const SHALLOW = 200; // calls within calls, where each may take much of the browser's stack
const BEAT = 100; // milliseconds between two looks
const [INTERRUPT, LATE, SAMPLE] = [2, 24, 14]; // SIGINT, SIGXCPU and SIGALRM

/** @type {(label: string, source: string, given: boolean, anew: boolean) => string} */
let run;
let deadline = Infinity;
let next = Infinity;
let beats = 0;
let token = "";
/** @type {"" | "time" | "stop"} */
let ended = "";
let current = 0;

/** @param {string} kind @param {unknown} [said] */
const post = (kind, said) => postMessage({ kind, run: current, said });

/** Whether the page has taken the address back. @param {string} address */
function revoked(address) {
  const request = new XMLHttpRequest();
  request.open("GET", address, false);
  try {
    request.send();
    return request.status >= 400;
  } catch {
    return true;
  }
}

function signal() {
  const now = performance.now();
  if (now < next) return 0;
  next = now + BEAT;
  if (now > deadline) ended ||= "time";
  else if (revoked(token)) ended ||= "stop";
  if (ended) return ended === "time" ? LATE : INTERRUPT;
  beats += 1;
  return beats % 3 === 1 ? SAMPLE : 0;
}

/** @type {any} what Pyodide takes for an array that it shares with somebody */
const signals = {
  get 0() {
    return signal();
  },
  set 0(_) {
    // Python puts back what it has read.
  },
};

/** That a file is not to be had. @param {string} address @param {string} [why] */
const lost = (address, why = "could not be fetched") =>
  new Error(`${address.split("/").at(-1)} ${why}`);

/**
 * Do what fetches files, and fail when one cannot be had: Pyodide would wait for it for ever.
 * @template T
 * @param {() => Promise<T>} work @returns {Promise<T>}
 */
async function withFiles(work) {
  const { fetch, importScripts } = self;
  const { instantiateStreaming } = WebAssembly;
  /** @type {Promise<never>} */
  const missing = new Promise((_, reject) => {
    /** @param {Error} fault @returns {never} */
    const fail = (fault) => {
      reject(fault);
      throw fault;
    };
    self.importScripts = (address) => {
      try {
        importScripts(address);
      } catch {
        throw lost(address); // what browsers say of it differs
      }
    };
    self.fetch = (request, options) => {
      const address = String(request);
      const streamed = address.endsWith(".wasm");
      const answer = streamed ? fetch(request, options) : whole(fetch(request, options));
      return answer.catch(() => fail(lost(address)));
    };
    // Compiled while it comes. Where that fails, for a server may call it something else and a
    // connection may break off, it is fetched once more, as bytes.
    WebAssembly.instantiateStreaming = async (source, imports) => {
      const answer = await source;
      try {
        return await instantiateStreaming(answer, imports);
      } catch {
        const again = await whole(fetch(answer.url)).catch(() => fail(lost(answer.url)));
        return WebAssembly.instantiate(await again.arrayBuffer(), imports).catch((fault) =>
          fail(lost(answer.url, `cannot be run by this browser: ${reason(fault)}`)),
        );
      }
    };
  });
  try {
    return await Promise.race([missing, work()]);
  } finally {
    Object.assign(self, { fetch, importScripts });
    WebAssembly.instantiateStreaming = instantiateStreaming;
  }
}

/**
 * An answer once all of it is there; fails if it breaks off, which Firefox does not mind, or if a
 * page comes in place of the file.
 * @param {Promise<Response>} coming
 */
async function whole(coming) {
  const answer = await coming;
  const bytes = await answer.arrayBuffer();
  /** @param {string} name */
  const said = (name) => answer.headers.get(name) ?? "";
  const length = said("Content-Encoding") ? "" : said("Content-Length");
  const short = length && bytes.byteLength < Number(length);
  if (!answer.ok || short || said("Content-Type").startsWith("text/html")) throw new Error();
  return new Response(bytes);
}

/**
 * @param {{pyodide: string, python: string, numpy: string, coursekit: string, data: string,
 *   shallow: boolean}} files Pyodide's folder and archives of modules; `data`: the cases of an
 *   exercise; `shallow`: calls within calls end sooner than elsewhere
 */
async function start({ pyodide, python: library, numpy, coursekit, data, shallow }) {
  const wanted = [numpy, coursekit, data].filter(Boolean);
  const [python, ...archives] = await withFiles(() => {
    self.importScripts(`${pyodide}pyodide.js`);
    return Promise.all([
      self.loadPyodide({ indexURL: pyodide, stdLibURL: library }),
      ...wanted.map(async (address) => (await self.fetch(address)).arrayBuffer()),
    ]);
  });
  for (const archive of archives) {
    python.unpackArchive(archive, "zip", { extractDir: "/home/pyodide/course" });
  }
  python.runPython("import sys; sys.path.insert(0, '/home/pyodide/course')");
  const runner = python.pyimport("coursekit.page_runner");
  /** @param {string} kind @param {string} said */
  const pass = (kind, said) => post(kind, JSON.parse(said));
  run = runner.start(pass);
  python.runPython("import numpy, coursekit.checks.judge");
  if (shallow) python.runPython(`sys.setrecursionlimit(${SHALLOW})`);
  python.setInterruptBuffer(signals);
}

/**
 * Run cells one after the other until one fails after which the others are not to run.
 * @param {{cells: import("./python.js").Cell[], limit: number, token: string}} job
 */
function runAll({ cells, limit, token: address }) {
  token = address;
  for (const { label, source, given, anew = false, goesOn = false, most = limit } of cells) {
    ended = "";
    beats = 0;
    post("begin", label);
    next = performance.now() + BEAT;
    deadline = performance.now() + most * 1000;
    let told;
    try {
      told = JSON.parse(run(label, source, given, anew));
    } finally {
      next = deadline = Infinity;
    }
    post("cell", { label, ended: told.ok && !told.feedback ? "" : ended, ...told });
    if (!told.ok && (ended || !goesOn)) break;
  }
  post("done");
}

/**
 * What a fault says, in one line that is never empty: a PythonError has no message once Python's
 * standard error is the page's, which its text goes to.
 * @param {any} fault
 */
function reason(fault) {
  const said = String(fault?.message ?? fault ?? "").trim() || fault?.type || fault?.name;
  return String(said || "no reason was given").slice(0, 300);
}

addEventListener("message", async ({ data }) => {
  current = data.run;
  try {
    if (data.kind === "start") {
      await start(data);
      post("ready");
    } else runAll(data);
  } catch (fault) {
    post("dead", reason(fault));
  }
});
