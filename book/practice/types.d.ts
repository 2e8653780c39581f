// What the compiler cannot see: style sheets that the bundler brings as text, and the worker's world.

declare module "*.css" {
  const text: string;
  export default text;
}

declare function importScripts(...addresses: string[]): void;

interface Window {
  loadPyodide: typeof import("pyodide").loadPyodide;
}

/** What there is to do in the course; `course_practice_course.py` makes both. */
declare const COURSE: unknown;
declare const TODO: unknown;
