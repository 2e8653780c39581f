// Running text with `code`, *stress* and short formulas between dollar signs.
const kitText = (() => {
  const { html } = kitNodes;
  /** @type {Record<string, string>} */
  const SIGNS = kitTex.signs;
  /** @type {Record<string, string>} */
  const ACCENTS = kitTex.accents;
  const COMMAND = /^\\([A-Za-z]+|.)/;

  // A small part of TeX, enough for a name or a short equation: letters, digits, signs, _ and ^,
  // accents, fractions. `tex.json` lists the commands, also for Python, which refuses all others.
  /** @param {string} source
   * @returns {DocumentFragment} */
  const tex = (source) => {
    const out = document.createDocumentFragment();
    let at = 0;
    // The next letter, command or group in braces.
    const group = () => {
      const start = at;
      if (source[at] !== "{") {
        at += COMMAND.exec(source.slice(at))?.[0].length ?? 1;
        return tex(source.slice(start, at));
      }
      let depth = 0;
      do {
        if (source[at] === "{") depth++;
        else if (source[at] === "}") depth--;
        at++;
      } while (depth && at < source.length);
      return tex(source.slice(start + 1, at - 1));
    };
    /** @param {string} name */
    const command = (name) => {
      const spaced = kitTex.relations.includes(name); // the blank after a relation is meant
      if (source[at] === " " && /^[A-Za-z]/.test(name) && !spaced) at++;
      if (name in ACCENTS) {
        const inner = group();
        if (inner.lastChild) inner.lastChild.textContent += ACCENTS[name];
        out.append(inner);
      } else if (kitTex.fractions.includes(name)) {
        out.append(group(), "/", group());
      } else if (kitTex.upright.includes(name)) {
        out.append(group().textContent ?? "");
      } else {
        out.append(SIGNS[name] ?? `\\${name}`);
      }
    };
    while (at < source.length) {
      const c = source[at];
      const found = COMMAND.exec(source.slice(at));
      if (found) {
        at += found[0].length;
        command(found[1]);
      } else if (c === "{") {
        out.append(group());
      } else {
        at++;
        if (c === "_" || c === "^") html(c === "_" ? "sub" : "sup", {}, out).append(group());
        else if (/[A-Za-z]/.test(c)) html("i", { text: c }, out);
        else out.append(c === "-" ? "−" : c);
      }
    }
    return out;
  };

  /** @param {string} text */
  const rich = (text) => {
    const out = document.createDocumentFragment();
    for (const piece of text.split(/(`[^`]+`|\$[^$]+\$|\*[^*\s][^*]*\*)/)) {
      const inner = piece.slice(1, -1);
      if (piece.startsWith("`")) html("code", { text: inner }, out);
      else if (inner && piece.startsWith("$")) html("span", { class: "ck-tex" }, out, tex(inner));
      else if (inner && piece.startsWith("*")) html("em", { text: inner }, out);
      else out.append(piece);
    }
    return out;
  };

  return { rich };
})();
