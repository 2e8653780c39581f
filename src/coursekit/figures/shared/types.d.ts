// What the JavaScript of the figures is checked against: `make types`.

/** The state of a figure, as anywidget hands it over; in the book, `PageModel` of host.js. */
interface Model {
  // biome-ignore lint/suspicious/noExplicitAny: each figure knows what its own keys hold.
  get(key: string): any;
  set(key: string, value: unknown): void;
  save_changes(): void;
  on(name: string, handler: () => void): void;
  off(name: string, handler: () => void): void;
}

/** What `render` is given. Older versions of anywidget know no signal. */
interface View {
  model: Model;
  el: HTMLElement;
  signal?: AbortSignal;
}

interface Frame {
  model: Model;
  root: HTMLElement;
  svg: SVGSVGElement;
  controls: HTMLElement;
  reading: HTMLElement;
  /** Aborted when the figure is taken away. */
  signal: AbortSignal;
  /** The clean-up function that `render` returns. */
  end: () => void;
  describe: (text: string) => void;
  say: (text: string) => void;
  expose: (values: Record<string, unknown>) => void;
}

type Pair = [number, number];

interface Scale {
  (value: number): number;
  invert: (pixel: number) => number;
  ticks: (count?: number) => number[];
  format: (value: number) => string;
  range: Pair;
}

type Attributes = Record<
  string,
  // biome-ignore lint/suspicious/noExplicitAny: a listener takes the kind of event it listens to.
  string | number | boolean | null | undefined | ((event: any) => void)
>;

/** shared/tex.json: Python puts it before the kit. */
declare const kitTex: typeof import("./tex.json");
/** The scripts of a page's figures by name, and "kit": Python puts them before host.js. */
declare const sources: Record<string, string>;

/** A language model as `stored` of language_model.py gives it. */
interface StoredModel {
  symbols: string[];
  n: number;
  start: number;
  unknown: number | null;
  units: [number, string][];
  held_out: string;
  text: string;
  arrays: Record<string, StoredArray>;
  /** Of a training run: the weights' names and shapes, and what each moment adds to them. */
  shapes?: [string, number[]][];
  moments?: { q: string; e: string }[];
}
interface StoredArray {
  shape: number[];
  values?: string;
  int8?: string;
  scale?: string;
}
/** Models that are in the page, by name: the shelf on which the book's scripts put them. */
declare var coursekitModels: Record<string, StoredModel> | undefined;
