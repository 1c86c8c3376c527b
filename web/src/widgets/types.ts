/** What a widget control is given; it never touches the document itself. */

import type { Json, NodeId, WidgetDefinition } from "../model/types";

export interface WidgetProps {
  readonly node: NodeId;
  readonly widget: WidgetDefinition;
  readonly value: Json;
  /** Set the value; edits in a row become one step of the undo list until `onDone`. */
  readonly onChange: (value: Json) => void;
  readonly onDone: () => void;
  /** A sentence about what is wrong with the value, or null. */
  readonly problem: string | null;
  readonly label: string;
}
