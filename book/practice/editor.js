// The editor of an answer: CodeMirror with what writing a few lines of Python needs, and no more.

import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import {
  bracketMatching,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { Annotation, EditorState, Prec } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";

const fromElsewhere = Annotation.define();

/**
 * @param {HTMLElement} parent
 * @param {{text: string, label: string, help: string, changed: (text: string) => void,
 *   run: () => void, check: () => void}} options `help` is the id of what explains the keys
 */
export function makeEditor(parent, { text, label, help, changed, run, check }) {
  /** @param {() => void} what */
  const key = (what) => () => {
    what();
    return true;
  };
  const extensions = [
    Prec.highest(
      keymap.of([
        { key: "Shift-Enter", run: key(run) },
        { key: "Mod-Enter", run: key(check) },
        { key: "Ctrl-Enter", run: key(check) }, // on a Mac as well
      ]),
    ),
    lineNumbers(),
    highlightSpecialChars(),
    history(),
    drawSelection(),
    indentOnInput(),
    indentUnit.of("    "),
    bracketMatching(),
    closeBrackets(),
    python(),
    syntaxHighlighting(classHighlighter),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({
      "aria-label": label,
      "aria-describedby": help,
      autocapitalize: "off",
      autocorrect: "off",
      spellcheck: "false",
    }),
    keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]),
    EditorView.updateListener.of((update) => {
      const own = update.transactions.some((change) => !change.annotation(fromElsewhere));
      if (update.docChanged && own) changed(update.state.doc.toString());
    }),
  ];
  const view = new EditorView({ parent, state: EditorState.create({ doc: text, extensions }) });
  return {
    focus: () => view.focus(),
    text: () => view.state.doc.toString(),
    /** Replace the text; the editor's undo brings the old one back. @param {string} text */
    replace(text) {
      const all = { from: 0, to: view.state.doc.length, insert: text };
      if (text !== this.text())
        view.dispatch({ changes: all, annotations: fromElsewhere.of(true) });
    },
    /** Put the cursor into a line, from 1. @param {number} line */
    goTo(line) {
      const at = view.state.doc.line(Math.max(1, Math.min(line, view.state.doc.lines)));
      view.dispatch({ selection: { anchor: at.from, head: at.to }, scrollIntoView: true });
      view.focus();
    },
  };
}

/** @typedef {ReturnType<typeof makeEditor>} Editor */
