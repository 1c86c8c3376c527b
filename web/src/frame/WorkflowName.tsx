/** The name of the workflow, changed in place, and whether it is saved. */

import { renameWorkflow } from "../model/commands";
import { keepMine, takeTheirs } from "../state/autosave";
import { perform, type Saved, useDoc, useDocState } from "../state/docStore";
import { Button } from "../ui";

const WORDS: Record<Saved, string> = {
  saved: "Saved",
  changed: "Saving…",
  saving: "Saving…",
  local: "Kept in this browser",
  conflict: "Changed by someone else",
};

function Conflict() {
  return (
    <>
      <Button size="small" onClick={() => void keepMine()}>
        Keep mine
      </Button>
      <Button size="small" kind="quiet" onClick={() => void takeTheirs()}>
        Take theirs
      </Button>
    </>
  );
}

export function WorkflowName() {
  const name = useDoc((doc) => doc.name);
  const saved = useDocState((state) => state.saved);
  return (
    <div className="bar-name">
      <input
        key={name}
        className="bar-name-field"
        aria-label="Name of the workflow"
        title={name}
        defaultValue={name}
        placeholder="Untitled"
        maxLength={200}
        onBlur={(event) => {
          const next = event.target.value.trim();
          if (next && next !== name) perform(renameWorkflow(next));
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") event.currentTarget.value = name;
          if (event.key === "Enter" || event.key === "Escape") event.currentTarget.blur();
        }}
      />
      <span className="bar-saved" data-saved={saved} aria-live="polite">
        {WORDS[saved]}
      </span>
      {saved === "conflict" && <Conflict />}
    </div>
  );
}
