/** A node on the canvas. Far away it is drawn instead, and only its place remains in the page. */

import { type NodeProps, NodeResizeControl } from "@xyflow/react";
import { memo } from "react";
import { countNodeRender } from "../canvas/counts";
import type { ViewNode } from "../canvas/nodeWindow";
import { chosenBody } from "../model/bodies";
import { resizeNode } from "../model/commands";
import { MIN_WIDTH, previewOf, shapeOf, shownWidgets } from "../model/geometry";
import type { NodeDefinition, NodeDocument, NodeId } from "../model/types";
import { currentDoc, perform, sealStep, useDoc } from "../state/docStore";
import { libraryStore, useDefinition, useLibrary } from "../state/libraryStore";
import { useNodeRunPart } from "../state/runStore";
import { useView } from "../state/viewStore";
import { ApprovalBox } from "./ApprovalBox";
import { ErrorBox } from "./ErrorBox";
import { MutedNote } from "./MutedNote";
import { NodeFooter } from "./NodeFooter";
import { NodeHeader } from "./NodeHeader";
import { Preview } from "./Preview";
import { Progress } from "./Progress";
import { SocketRows, Sockets } from "./Sockets";
import { UnknownBody } from "./UnknownBody";
import { WidgetRow } from "./WidgetRow";

function Resizer({ id }: { id: NodeId }) {
  return (
    <NodeResizeControl
      className="node-resize"
      position="bottom-right"
      minWidth={MIN_WIDTH}
      minHeight={80}
      onResize={(_event, { width, height, x, y }) => perform(resizeNode(id, width, height, { x, y }))}
      onResizeEnd={sealStep}
    />
  );
}

/** The names of the shown widgets as one text: the body renders again only when one comes or goes. */
function namesOf(node: NodeDocument | undefined, definition: NodeDefinition | undefined): string {
  if (!definition) return "";
  return shownWidgets(node, definition)
    .map(({ name }) => name)
    .join(" ");
}

/** Whether a node is in the body of the loop node that is chosen. */
function isInBody(chosen: ReadonlySet<NodeId>, id: NodeId): boolean {
  return chosen.size === 1 && chosenBody(currentDoc(), libraryStore.getState().byType, chosen).has(id);
}

function NodeBody({ id, selected }: { id: NodeId; selected: boolean }) {
  const type = useDoc((doc) => doc.nodes[id]?.type);
  const definition = useDefinition(type);
  const ready = useLibrary((state) => state.status === "ready");
  const shape = useDoc((doc) => shapeOf(doc, id, definition));
  const status = useNodeRunPart(id, (run) => run.status);
  const widgets = useDoc((doc) => namesOf(doc.nodes[id], definition));
  const waits = useNodeRunPart(id, (run) => run.missing.length > 0);
  const inBody = useView((view) => isInBody(view.selection, id));
  countNodeRender();
  if (type === undefined) return null;
  const unknown = ready && !definition;
  return (
    <article
      className="node"
      data-status={status}
      data-waits={waits || undefined}
      data-selected={selected || undefined}
      data-body={inBody || undefined}
      data-unknown={unknown || undefined}
      data-testid={`node-${id}`}
    >
      <NodeHeader id={id} definition={definition} />
      <Progress id={id} />
      <div className="node-rows node-grip">
        <SocketRows shape={shape} />
      </div>
      {definition?.widgets
        .filter((widget) => widgets.split(" ").includes(widget.name))
        .map((widget) => (
          <WidgetRow key={widget.name} node={id} definition={definition} widget={widget} />
        ))}
      {unknown && <UnknownBody id={id} />}
      {definition && <MutedNote id={id} />}
      {status === "asks" ? (
        <ApprovalBox id={id} />
      ) : (
        <Preview id={id} reserved={definition ? previewOf(definition) : null} />
      )}
      <ErrorBox id={id} definition={definition} />
      <NodeFooter id={id} definition={definition} />
      <Sockets node={id} shape={shape} />
      {selected && <Resizer id={id} />}
    </article>
  );
}

export const NodeView = memo(function NodeView({ id, selected }: NodeProps<ViewNode>) {
  const far = useView((state) => state.far);
  return far ? null : <NodeBody id={id} selected={selected} />;
});
