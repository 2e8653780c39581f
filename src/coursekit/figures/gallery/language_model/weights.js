// Weights as they are stored, made numbers again.
const DIGITS =
  "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
const DIGIT = new Map([...DIGITS].map((character, value) => [character.charCodeAt(0), value]));
/** Bytes as Python's base64.b85encode writes them: five characters for four bytes, cut at the end.
 * @param {string} text */
function bytes(text) {
  const lacking = (5 - (text.length % 5)) % 5;
  const whole = text + "~".repeat(lacking);
  const out = new DataView(new ArrayBuffer((whole.length / 5) * 4));
  for (let at = 0, word = 0; at < whole.length; at++) {
    word = (at % 5 ? word * 85 : 0) + (DIGIT.get(whole.charCodeAt(at)) ?? 0);
    if (at % 5 === 4) out.setUint32(((at - 4) / 5) * 4, word);
  }
  return new Uint8Array(out.buffer, 0, out.byteLength - lacking);
}
/** @param {string} text */
async function unpacked(text) {
  if (!globalThis.DecompressionStream) throw new Error("this browser is too old to unpack it");
  const stream = new Blob([bytes(text)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

/** A stored array as float32; a matrix of bytes has one scale a row: w = scale · byte.
 * @param {StoredArray} array */
async function weights({ shape, values, int8 = "", scale = "" }) {
  if (values) return new Float32Array(await unpacked(values));
  const whole = new Int8Array(await unpacked(int8));
  const scales = new Float32Array(await unpacked(scale));
  return Float32Array.from(whole, (b, i) => b * scales[Math.floor(i / shape[1])]);
}
