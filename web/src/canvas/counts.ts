/** Counters that tests read: drawing is guarded by counts, not by frames per second. */

export const counts = { draws: 0, nodeLists: 0, nodeRenders: 0 };

export function countDraw(): void {
  counts.draws += 1;
}

export function countNodeList(): void {
  counts.nodeLists += 1;
}

export function countNodeRender(): void {
  counts.nodeRenders += 1;
}
