/** The canvas: React Flow for gestures and nearby nodes, our own canvas under it for the rest. */

import "@xyflow/react/dist/base.css";
import "./canvas.css";
import { type NodeTypes, ReactFlow, ReactFlowProvider, SelectionMode } from "@xyflow/react";
import { NodeView } from "../nodes/NodeView";
import { Backdrop } from "./Backdrop";
import { CanvasMenu } from "./CanvasMenu";
import { ConnectionLine } from "./ConnectionLine";
import { EmptyCanvas } from "./EmptyCanvas";
import { Groups } from "./Groups";
import { Minimap } from "./Minimap";
import { NodeSearch } from "./NodeSearch";
import type { ViewNode } from "./nodeWindow";
import { Refusal } from "./Refusal";
import { useCamera } from "./useCamera";
import { useConnecting } from "./useConnecting";
import { useDropping } from "./useDropping";
import { usePane } from "./usePane";
import { useViewNodes } from "./useViewNodes";

const nodeTypes: NodeTypes = { node: NodeView };
const MULTI = ["Shift", "Control", "Meta"];
const noEdges: never[] = [];

function Flow() {
  const { nodes, ...moving } = useViewNodes();
  const camera = useCamera();
  const connecting = useConnecting();
  const pane = usePane();
  const dropping = useDropping();
  return (
    <div className="canvas" {...pane.around} {...dropping}>
      <ReactFlow<ViewNode>
        nodes={nodes}
        edges={noEdges}
        nodeTypes={nodeTypes}
        {...moving}
        {...camera}
        {...connecting}
        {...pane.flow}
        connectionLineComponent={ConnectionLine}
        onlyRenderVisibleElements
        minZoom={0.04}
        maxZoom={2.5}
        selectionMode={SelectionMode.Partial}
        multiSelectionKeyCode={MULTI}
        deleteKeyCode={null}
        zoomOnDoubleClick={false}
        elevateNodesOnSelect
        nodeDragThreshold={2}
        connectionRadius={22}
        autoPanOnNodeFocus={false}
        proOptions={{ hideAttribution: true }}
      >
        <Backdrop />
        <Groups />
      </ReactFlow>
      <EmptyCanvas />
      <Minimap />
      <NodeSearch />
      <CanvasMenu />
      <Refusal />
    </div>
  );
}

export function GraphCanvas() {
  return (
    <ReactFlowProvider>
      <Flow />
    </ReactFlowProvider>
  );
}
