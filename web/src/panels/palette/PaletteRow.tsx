import clsx from "clsx";
import { type DragEvent, memo } from "react";
import type { NodeDefinition } from "../../model/types";
import { nodeColour } from "../../ui";

/** What is dragged from the palette to the canvas: the type of the node. */
export const DRAG_TYPE = "application/x-nodebuilder-type";

export interface PaletteRowProps {
  id: string;
  definition: NodeDefinition;
  active: boolean;
  onAdd: (type: string) => void;
  onPoint: (id: string) => void;
}

/** One node type: click adds it, drag places it. */
export const PaletteRow = memo(function PaletteRow({
  id,
  definition,
  active,
  onAdd,
  onPoint,
}: PaletteRowProps) {
  const drag = (event: DragEvent) => {
    event.dataTransfer.setData(DRAG_TYPE, definition.type);
    event.dataTransfer.setData("text/plain", definition.title);
    event.dataTransfer.effectAllowed = "copy";
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the search field above holds the focus and handles the keys
    // biome-ignore lint/a11y/useFocusableInteractive: an option of a combobox is reached by aria-activedescendant
    <div
      id={id}
      role="option"
      aria-selected={active}
      className={clsx("pn-row", active && "pn-on")}
      title={definition.description}
      draggable
      onDragStart={drag}
      onPointerMove={() => onPoint(id)}
      onClick={() => onAdd(definition.type)}
    >
      <span className="pn-square" style={{ background: nodeColour(definition) }} />
      <span className="ui-ellipsis">{definition.title}</span>
    </div>
  );
});
