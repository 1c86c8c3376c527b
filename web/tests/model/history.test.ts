import { describe, expect, it } from "vitest";
import {
  addNode,
  type Command,
  connect,
  disconnect,
  duplicate,
  moveNodes,
  removeNodes,
  renameWorkflow,
  setStart,
  setTitle,
  setValue,
} from "../../src/model/commands";
import { writeDocument } from "../../src/model/document";
import { emptyHistory, type History, record, redo, seal, undo } from "../../src/model/history";
import type { WorkflowDocument } from "../../src/model/types";
import { library, lion } from "./sample";

function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1103515245 + 12345) & 0x7fffffff;
    return state % Math.max(1, below);
  };
}

function pick<T>(items: readonly T[], next: (below: number) => number): T | undefined {
  return items[next(items.length)];
}

function anyCommand(doc: WorkflowDocument, next: (below: number) => number): Command {
  const id = pick(Object.keys(doc.nodes), next) ?? "none";
  const other = pick(Object.keys(doc.nodes), next) ?? "none";
  const definition = pick(library, next);
  if (!definition) throw new Error("the library is empty");
  const array = next(2) === 0;
  const choices: (() => Command)[] = [
    () => addNode({ definition, at: { x: next(900), y: next(900) } }),
    () => addNode({ definition, at: { x: next(900), y: next(900) }, values: { value: "x" } }),
    () => removeNodes(new Set([id])),
    () => moveNodes(new Map([[id, { x: next(900), y: next(900) }]])),
    () => setValue(id, pick(["value", "quality"], next) ?? "", next(50)),
    () => setTitle(id, pick(["", "Title", "Other"], next) ?? ""),
    () => setStart(next(2) ? id : null),
    () => renameWorkflow(`Name ${next(9)}`),
    () => duplicate(doc, new Set([id, other])).command,
    () => disconnect(new Set(doc.links.slice(0, next(3)))),
    () =>
      connect({
        source: { node: id, socket: "out", slot: null },
        target: { node: other, socket: array ? "tools" : "prompt", slot: null },
        targetArray: array,
      }),
  ];
  return (choices[next(choices.length)] ?? choices[0])?.() as Command;
}

function play(seed: number, length: number): { doc: WorkflowDocument; history: History; texts: string[] } {
  const next = random(seed);
  let doc = lion;
  let history = emptyHistory;
  const texts = [writeDocument(doc)];
  for (let step = 0; step < length; step++) {
    const { label, apply, merge } = anyCommand(doc, next);
    const after = apply(doc);
    const steps = history.past.length;
    history = record(history, label, doc, after, next(2) ? merge : undefined);
    doc = after;
    if (history.past.length > steps) texts.push(writeDocument(doc));
    else texts[texts.length - 1] = writeDocument(doc);
  }
  return { doc, history, texts };
}

describe("undo", () => {
  it("brings back every earlier text byte for byte, and redo every later one", () => {
    for (let seed = 1; seed <= 40; seed++) {
      let { doc, history, texts } = play(seed, 60);
      for (let back = texts.length - 2; back >= 0; back--) {
        const moved = undo(history, doc);
        if (!moved) break;
        ({ doc, history } = moved);
        expect(writeDocument(doc)).toBe(texts[history.past.length]);
      }
      expect(history.past).toHaveLength(0);
      expect(writeDocument(doc)).toBe(writeDocument(lion));
      for (let moved = redo(history, doc); moved; moved = redo(history, doc)) ({ doc, history } = moved);
      expect(writeDocument(doc)).toBe(texts.at(-1));
    }
  });

  it("takes back a word as one step, until the word is sealed", () => {
    let doc = lion;
    let history = emptyHistory;
    const type = (value: string) => {
      const step = setValue("prompt", "value", value);
      const after = step.apply(doc);
      history = record(history, step.label, doc, after, step.merge);
      doc = after;
    };
    type("A");
    type("Ab");
    history = seal(history);
    type("Abc");
    expect(history.past).toHaveLength(2);
    expect(undo(history, doc)?.doc.nodes.prompt?.values?.value).toBe("Ab");
  });

  it("has nothing to do at either end", () => {
    expect(undo(emptyHistory, lion)).toBeNull();
    expect(redo(emptyHistory, lion)).toBeNull();
  });

  it("keeps only what changed", () => {
    const after = setValue("prompt", "value", "B").apply(lion);
    const [step] = record(emptyHistory, "x", lion, after).past;
    expect(step?.changes).toEqual([
      { path: ["nodes", "prompt", "values", "value"], before: "A lion", after: "B" },
    ]);
  });
});
