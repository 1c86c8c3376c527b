import clsx from "clsx";
import { Download, FilePlus2, FolderOpen, Trash2 } from "lucide-react";
import { useState } from "react";
import { explain, useDeleteWorkflow, useWorkflows } from "../../api";
import { chooseFile, download, newWorkflow, openText, openWorkflow, useDocState } from "../../state";
import { Button, Confirm, EmptyState, format, IconButton, notify, SearchField } from "../../ui";
import { Answer } from "../Answer";
import { Panel } from "../Panel";
import { EXAMPLES } from "./examples";

const attempt = (step: Promise<unknown>): void =>
  void step.catch((thrown: unknown) => notify.failed(explain(thrown).message, explain(thrown).remedy));

function Examples() {
  if (EXAMPLES.length === 0) return null;
  return (
    <section aria-label="Examples" className="pn-list">
      <h3 className="pn-category">Examples</h3>
      {EXAMPLES.map(({ name, text }) => (
        <button key={name} type="button" className="pn-row" onClick={() => attempt(openText(text))}>
          <span className="ui-ellipsis">{name}</span>
        </button>
      ))}
    </section>
  );
}

/** Workflows: those the server keeps, a file from disk, the examples. */
export function WorkflowsPanel() {
  const query = useWorkflows();
  const remove = useDeleteWorkflow();
  const current = useDocState((state) => state.id);
  const [search, setSearch] = useState("");
  const wanted = search.trim().toLowerCase();
  return (
    <Panel
      title="Workflows"
      actions={
        <>
          <IconButton
            size="small"
            label="Download this workflow"
            icon={<Download size={14} />}
            onClick={download}
          />
          <IconButton size="small" label="Open a file" icon={<FolderOpen size={14} />} onClick={chooseFile} />
          <IconButton
            size="small"
            label="New workflow"
            icon={<FilePlus2 size={14} />}
            onClick={() => attempt(newWorkflow())}
          />
        </>
      }
      top={<SearchField label="Search the workflows" value={search} onChange={setSearch} />}
    >
      <Answer query={query}>
        {(all) => {
          const workflows = all.filter(({ name }) => name.toLowerCase().includes(wanted));
          if (all.length === 0)
            return (
              <EmptyState
                text="Workflows are saved here by themselves as you build them."
                action={<Button onClick={() => attempt(newWorkflow())}>New workflow</Button>}
              />
            );
          if (workflows.length === 0)
            return <EmptyState text={`No workflow is called “${search.trim()}”.`} />;
          return (
            <ul className="pn-list">
              {workflows.map(({ id, name, updated_at }) => (
                <li key={id} className={clsx("pn-item", id === current && "pn-on")}>
                  <button
                    type="button"
                    className="pn-row pn-row-tall"
                    aria-current={id === current || undefined}
                    onClick={() => attempt(openWorkflow(id))}
                  >
                    <span className="ui-ellipsis">{name || "Untitled"}</span>
                    <span className="ui-small ui-mut ui-num">{format.when(updated_at)}</span>
                  </button>
                  <Confirm
                    title={`Delete “${name || "Untitled"}”?`}
                    description="The workflow and its versions cannot be brought back. Its runs and files are kept."
                    action="Delete"
                    onConfirm={() => attempt(remove.mutateAsync(id))}
                  >
                    <IconButton
                      size="small"
                      label={`Delete ${name || "Untitled"}`}
                      icon={<Trash2 size={13} />}
                      disabled={id === current}
                    />
                  </Confirm>
                </li>
              ))}
            </ul>
          );
        }}
      </Answer>
      <Examples />
    </Panel>
  );
}
