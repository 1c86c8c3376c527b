/** The groups as they are on the screen now: around their nodes, and where they are dragged to. */

import { around, type Group, groupsOf, inside } from "../model/groups";
import type { Box } from "../model/placement";
import type { NodeDefinition, WorkflowDocument } from "../model/types";
import { boxOf, dragVersion } from "./dragging";
import { boxesOf } from "./layers/farNodes";

export interface ShownGroup extends Group {
  /** As it is drawn: large enough for the nodes in it. */
  readonly shown: Box;
}

let kept: { doc: unknown; library: unknown; drag: number; groups: readonly ShownGroup[] } | null = null;

/** All groups; computed once per document and step of a drag, largest first, so that small ones lie on top. */
export function shownGroups(
  doc: WorkflowDocument,
  library: ReadonlyMap<string, NodeDefinition>,
): readonly ShownGroup[] {
  const drag = dragVersion();
  if (kept?.doc === doc && kept.library === library && kept.drag === drag) return kept.groups;
  const all = groupsOf(doc);
  const nodes = all.length ? boxesOf(doc, library) : [];
  const groups = all.map((group) => {
    const box = boxOf(group);
    return { ...group, shown: around(box, inside(box, nodes)) };
  });
  const area = ({ shown }: ShownGroup) => shown.width * shown.height;
  groups.sort((a, b) => area(b) - area(a));
  kept = { doc, library, drag, groups };
  return groups;
}
