/** What end-to-end tests may ask of the page: `window.__ready` and `window.__editor`. */

import { counts } from "./canvas/counts";
import { writeDocument } from "./model/document";
import { currentCamera } from "./state/camera";
import { docStore } from "./state/docStore";
import { libraryStore } from "./state/libraryStore";
import { nodeRun, runStore } from "./state/runStore";
import { viewStore } from "./state/viewStore";

function state() {
  const { doc, id, version, saved, history } = docStore.getState();
  const { runId, status } = runStore.getState();
  const { selection, links, zoom, far } = viewStore.getState();
  const runs = Object.fromEntries(Object.keys(doc.nodes).map((node) => [node, nodeRun(node).status]));
  return {
    text: writeDocument(doc),
    doc,
    id,
    version,
    saved,
    undo: history.past.map((step) => step.label),
    run: { runId, status, nodes: runs },
    selection: [...selection],
    links: [...links],
    zoom,
    far,
  };
}

const editor = {
  zoomTo: (id: string) => currentCamera()?.goTo(id),
  fit: () => currentCamera()?.fit(),
  state,
  counts: () => ({ ...counts, dom: document.querySelectorAll("*").length }),
};

type Exposed = Window & { __ready?: boolean; __editor?: typeof editor };

/** Make the hooks known; `__ready` becomes true when the library and a document are there. */
export function exposeEditor(): () => void {
  const page = window as Exposed;
  page.__editor = editor;
  const look = () => {
    if (libraryStore.getState().status !== "loading" && docStore.getState().id !== "") page.__ready = true;
  };
  const endings = [libraryStore.subscribe(look), docStore.subscribe(look)];
  look();
  return () => {
    for (const end of endings) end();
  };
}
