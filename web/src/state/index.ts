/** The state of the editor, for panels and canvas alike. */

export { keepMine, saveNow, takeTheirs } from "./autosave";
export { type Camera, currentCamera, goTo } from "./camera";
export {
  chatStore,
  clearChat,
  isWritten,
  loadChat,
  pendingTexts,
  sendMessage,
  setDraft,
  startChat,
  useChat,
  withdrawMessage,
} from "./chat";
export { checkStore, useCheck, useProblems } from "./checkStore";
export {
  currentDoc,
  docStore,
  openDoc,
  perform,
  redoStep,
  type Saved,
  sealStep,
  undoStep,
  useDoc,
  useDocState,
} from "./docStore";
export { freeSecretName, refreshSecrets, storeKey } from "./keys";
export { definitionOf, libraryStore, useDefinition, useLibrary } from "./libraryStore";
export {
  isHeard,
  listen,
  listenerOf,
  listeningStore,
  refreshListening,
  stopListening,
  useListening,
} from "./listening";
export { changeId, takeNameAsId } from "./naming";
export { idle, type NodeError, type NodeRun, type NodeStatus, pictureUrl } from "./nodeRun";
export { addToCanvas, placeNode } from "./placing";
export {
  type LogEntry,
  nodeRun,
  onNodeRuns,
  type RunInfo,
  runStore,
  useNodeRun,
  useNodeRunPart,
  useRun,
} from "./runStore";
export { cancelRun, decide, isRunning, resumeRun, showPastRun, startRun } from "./runs";
export { serverStore, useServer } from "./serverStore";
export { showRun } from "./snapshot";
export * from "./viewStore";
export { chooseFile, download, newWorkflow, openFile, openText, openWorkflow } from "./workflows";
