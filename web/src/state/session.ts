/** Everything that happens without a gesture: connect, load, restore, save, check. */

import { api } from "../api/client";
import { explain } from "../api/errors";
import { createLive, liveUrl } from "../api/live";
import type { Library } from "../model/types";
import { notify } from "../ui";
import { saveNow, startAutosave } from "./autosave";
import { followAnswer, refreshChat, startChat } from "./chat";
import { startChecking } from "./checkStore";
import { docStore } from "./docStore";
import { listSecrets } from "./keys";
import { libraryStore, setLibrary } from "./libraryStore";
import { followHeard, startListening } from "./listening";
import { followRename } from "./naming";
import { takeEvent } from "./runStore";
import { adopt, attachLive, catchUp, settle } from "./runs";
import { refreshInfo, serverStore } from "./serverStore";
import { showRun } from "./snapshot";
import { restore } from "./workflows";

function connect(onHello: () => void): () => void {
  const live = createLive(liveUrl(api.baseUrl));
  attachLive(live);
  live.onStatus((status) => serverStore.setState({ live: status }));
  live.onHello((hello) => {
    serverStore.setState({ live: "open" });
    onHello();
    if (!docStore.getState().id) return;
    if (docStore.getState().saved === "local") void saveNow();
    adopt(hello.runs ?? []);
    void catchUp(hello.runs ?? []).catch(() => {});
    void refreshInfo().catch(() => {});
    void refreshChat();
  });
  live.onEvent(takeEvent);
  live.onSnapshot(showRun);
  live.onRun((summary) => {
    serverStore.setState({ changedRun: summary });
    followAnswer(summary);
    followHeard(summary);
    void settle(summary).catch(() => {});
    if (summary.status !== "running") void refreshInfo().catch(() => {});
  });
  live.onRenamed(followRename);
  live.onDisplay((id) => {
    if (id === docStore.getState().id) void refreshChat();
  });
  return () => {
    attachLive(null);
    live.close();
  };
}

async function load(): Promise<boolean> {
  try {
    const [library] = await Promise.all([api.library(), refreshInfo(), listSecrets()]);
    setLibrary(library as unknown as Library);
    return true;
  } catch (error) {
    if (libraryStore.getState().status === "loading") libraryStore.setState({ status: "failed" });
    const { message, remedy } = explain(error);
    notify.failed(message, remedy);
    return false;
  }
}

/** Load and restore once; again when the server answers after it did not. */
function createLoader(ready: () => void): () => void {
  let state: "new" | "loading" | "ready" = "new";
  return () => {
    if (state !== "new") return;
    state = "loading";
    void load().then(async (good) => {
      if (docStore.getState().id === "") await restore();
      state = good ? "ready" : "new";
      if (good) ready();
    });
  };
}

/** Start the session of the editor. Returns the way to end it. */
export function startSession(): () => void {
  const endings: (() => void)[] = [];
  let over = false;
  const load = createLoader(() => {
    if (over) return;
    endings.push(startAutosave(), startChecking(), startChat(), startListening());
    void api.runs(5).then(
      ({ runs }) => adopt(runs),
      () => {},
    );
  });
  endings.push(connect(load));
  load();
  return () => {
    over = true;
    for (const end of endings) end();
  };
}
