// What a reader means by a few words: sections of the book, ranked. MiniSearch (BM25+) does the
// counting; what is said here is how the book's words are cut, what stands for what, and which kind
// of section comes first.

import MiniSearch from "minisearch";

/**
 * @typedef {"chapter" | "end" | "term" | "page" | "exercise" | "api"} Kind
 * @typedef {{u: string, t: string, p: string, k: Kind, x: string, c: string}} Section address, heading,
 *   title of the page, kind, words, names in its code
 * @typedef {Section & {score: number}} Found
 */

/** Chapters explain; what ends them, exercises and the reference of the package come later. */
const WEIGHT = { chapter: 1.6, term: 1.1, page: 0.9, end: 0.5, exercise: 0.55, api: 0.3 };

/** Other words for what the book says, in their plain form. */
const SYNONYMS = /** @type {Record<string, string>} */ ({
  bptt: "backpropagation through time",
  backprop: "backpropagation",
  tbptt: "truncated backpropagation",
  lstm: "long short-term memory",
  gru: "gated recurrent unit",
  rnn: "recurrent network",
  ppl: "perplexity",
  birnn: "bidirectional",
  bilstm: "bidirectional",
  seq2seq: "sequence to sequence encoder",
  ngram: "language models",
  "add-one": "add one",
  "forget bias": "start given time span",
  "forget gate bias": "start given time span",
  mixture: "mixing",
  "top p": "nucleus",
  "word vector": "embedding",
  "word vectors": "embedding",
  "self attention": "attention",
  "gpt 2": "gpt2",
  regularization: "dropout",
  regularisation: "dropout",
  "learning rate decay": "learning rate",
  smoothing: "kneser-ney",
  "state space model": "linear recurrence",
  ssm: "linear recurrence",
  mamba: "linear recurrence",
  "kv cache": "cache",
  "deep rnn": "stacked",
  "multi-layer": "stacked",
  multilayer: "stacked",
  autocomplete: "completion",
  padding: "padded",
  ner: "tagging",
  nan: "nan",
});

const STOP = new Set(
  "a an and are as at be by can do does for from how i in is it its my of on or should that the to use what when where which who why with".split(
    " ",
  ),
);
const WORD = /[\p{L}\p{N}]+(?:[-_.’'][\p{L}\p{N}]+)*/gu;

/** A word as all its forms are written: no capitals, accents or plural. @param {string} word */
export function plain(word) {
  const bare = word.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  if (bare.length > 4 && bare.endsWith("ies")) return `${bare.slice(0, -3)}y`;
  return bare.length > 3 && /[^s]s$/.test(bare) ? bare.slice(0, -1) : bare;
}

/** "n-gram" is "ngram" and also "n" and "gram"; so is `clip_grad_norm_`. @param {string} text */
export function cut(text) {
  return (text.match(WORD) ?? []).flatMap((word) => {
    const parts = word.split(/[-_.’']/);
    return parts.length > 1 ? [parts.join(""), ...parts] : parts;
  });
}

/** Words of a question: what is joined counts as one word, what says nothing does not count.
 * @param {string} text */
function asked(text) {
  return (text.match(WORD) ?? [])
    .map((word) => word.split(/[-_.’']/).join(""))
    .filter((word) => !STOP.has(word.toLowerCase()));
}

const INDEX = {
  idField: "u",
  fields: ["t", "p", "x", "c"],
  storeFields: ["k"],
  tokenize: cut,
  processTerm: plain,
};

/** A query for sections with all the words, or words that begin with them or are nearly the same.
 * @param {string[]} words @param {number} weight */
const query = (words, weight) => ({
  queries: [words.join(" ")],
  combineWith: /** @type {"AND"} */ ("AND"),
  tokenize: (/** @type {string} */ text) => text.split(" "),
  prefix: (/** @type {string} */ word) => word.length > 2,
  fuzzy: (/** @type {string} */ word) => (word.length > 5 ? 0.17 : false),
  weights: { prefix: 0.4, fuzzy: 0.2 },
  boost: { t: 3 * weight, p: 2 * weight, x: weight, c: weight },
});

/** The words, and again with what stands for some of them. @param {string[]} words */
function meanings(words) {
  const whole = ` ${words.map(plain).join(" ")} `;
  const others = Object.entries(SYNONYMS)
    .map(([said, meant]) => [` ${asked(said).map(plain).join(" ")} `, ` ${meant} `])
    .filter(([said]) => whole.includes(said))
    .map(([said, meant]) => asked(whole.replace(said, meant)));
  return [words, ...others];
}

/** How much more a section is worth whose heading, or text, has the words just so.
 * @param {Section} section @param {string[][]} wanted */
function closeness({ t, x }, wanted) {
  const heading = asked(t).map(plain);
  const text = ` ${asked(x).map(plain).join(" ")} `;
  const each = wanted.map((words) => {
    const forms = words.map(plain);
    const share = forms.filter((word) => heading.includes(word)).length / forms.length;
    const same = share === 1 && heading.length === forms.length ? 2 : 1;
    const together = forms.length > 1 && text.includes(` ${forms.join(" ")} `) ? 1.6 : 1;
    return (1 + share ** 2) * same * together;
  });
  return Math.max(...each);
}

/** Sections in which all words are found, or what stands for them, the best first.
 * @param {Section[]} sections @returns {Promise<(text: string) => Found[]>} */
export async function ranking(sections) {
  const index = new MiniSearch(INDEX);
  await index.addAllAsync(sections, { chunkSize: 30 }); // a page stays alive meanwhile
  const byAddress = new Map(sections.map((section) => [section.u, section]));
  return (text) => {
    const words = asked(text);
    if (!words.length) return [];
    const wanted = meanings(words);
    const queries = wanted.map((meant, i) => query(meant, i ? 0.8 : 1));
    return index
      .search({ combineWith: "OR", queries })
      .map(({ id, score }) => {
        const section = /** @type {Section} */ (byAddress.get(id));
        return { ...section, score: score * WEIGHT[section.k] * closeness(section, wanted) };
      })
      .sort((a, b) => b.score - a.score);
  };
}

/** A piece of the section's words around the first that was asked for, and where that stands.
 * @param {string} words @param {string} text @returns {[string, string, string]} */
export function snippet(words, text) {
  const wanted = new Set(asked(text).map(plain));
  const hit = [...words.matchAll(WORD)].find(([word]) =>
    cut(word).some((w) => wanted.has(plain(w))),
  );
  if (!hit) return [words.slice(0, 140).replace(/ \S*$/, " …"), "", ""];
  const start = Math.max(0, words.lastIndexOf(" ", hit.index - 50) + 1);
  const from = hit.index < 60 ? 0 : start;
  const end = hit.index + hit[0].length;
  const rest = words.slice(end, end + 90);
  const after = end + 90 < words.length ? `${rest.slice(0, rest.lastIndexOf(" "))} …` : rest;
  return [(from ? "… " : "") + words.slice(from, hit.index), hit[0], after];
}
