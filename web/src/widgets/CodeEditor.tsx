/** CodeMirror in a widget's frame. */

import { json } from "@codemirror/lang-json";
import { python } from "@codemirror/lang-python";
import { HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";
import { basicSetup, EditorView } from "codemirror";
import { useEffect, useRef } from "react";

export interface CodeEditorProps {
  readonly text: string;
  readonly label: string;
  readonly language: string;
  readonly onChange: (text: string) => void;
  readonly onLeave: () => void;
}

/** The colours of the house, readable in both themes. */
const words = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword], color: "var(--t-dict)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--t-number)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--t-tool)" },
  { tag: [tags.function(tags.variableName), tags.definition(tags.variableName)], color: "var(--t-text)" },
  { tag: [tags.propertyName, tags.className], color: "var(--t-list)" },
  { tag: tags.comment, color: "var(--dim)" },
  { tag: tags.invalid, color: "var(--bad)" },
]);

const LANGUAGES: Record<string, () => ReturnType<typeof json>> = { json, python };

const look = EditorView.theme({
  "&": { height: "100%", backgroundColor: "transparent", color: "var(--fg)" },
  ".cm-content": { caretColor: "var(--acc)", fontFamily: "var(--mono)" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--dim)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  ".cm-cursor": { borderLeftColor: "var(--acc)" },
  "&.cm-focused": { outline: "none" },
});

export default function CodeEditor({ text, label, language, onChange, onLeave }: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const latest = useRef({ text, label, language, onChange, onLeave });
  latest.current.onChange = onChange;
  latest.current.onLeave = onLeave;
  useEffect(() => {
    if (!host.current) return;
    const first = latest.current;
    const editor = new EditorView({
      doc: first.text,
      parent: host.current,
      extensions: [
        basicSetup,
        look,
        syntaxHighlighting(words),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": first.label }),
        LANGUAGES[first.language]?.() ?? [],
        indentUnit.of(first.language === "python" ? "    " : "  "),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          if (update.focusChanged && !update.view.hasFocus) latest.current.onLeave();
        }),
      ],
    });
    editor.focus();
    return () => editor.destroy();
  }, []);
  return <div ref={host} className="field tall code code-open nodrag nowheel" />;
}
