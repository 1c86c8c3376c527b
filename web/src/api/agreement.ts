/** Holds the editor's own shapes against those generated from the server: a field that is read here must exist there. */

import type {
  Estimate,
  InputDefinition,
  NodeDefinition,
  OutputDefinition,
  PendingApproval,
  Problem,
  Receipt,
  RunError,
  Waiting,
  WorkflowSummary,
} from "../model/types";
import type { components } from "./schema";
import type {
  CheckResult,
  Display,
  DisplayEntry,
  DocsEntry,
  DocsPage,
  FileEntry,
  FileList,
  HeardNode,
  ImportedWorkflow,
  KeptSecret,
  Library,
  Listener,
  McpServer,
  RenamedWorkflow,
  RunAccepted,
  RunDetail,
  RunSummary,
  SecretEntry,
  ServerInfo,
  StoredWorkflow,
  UploadedFile,
  VersionEntry,
} from "./types";

type Wire = components["schemas"];
type Named<T> = keyof {
  [Key in keyof T as string extends Key ? never : number extends Key ? never : Key]: T[Key];
};
type Missing<Ours, Theirs> = Exclude<Named<Ours>, Named<Theirs>>;

/** Fields that the editor reads and the server does not declare; the build fails unless there are none. */
export interface Agreement {
  approval: Missing<PendingApproval, Wire["ApprovalOut"]>;
  check: Missing<CheckResult, Wire["CheckOut"]>;
  // What hears tells more of itself than the server declares for all.
  heard: Exclude<
    Missing<HeardNode, Wire["EarOut"]>,
    "method" | "signed" | "warning" | "every" | "cron" | "timezone"
  >;
  listener: Missing<Listener, Wire["ListenerOut"]>;
  display: Missing<Display, Wire["DisplayOut"]>;
  displayEntry: Missing<DisplayEntry, Wire["DisplayEntryOut"]>;
  docs: Missing<DocsEntry, Wire["DocsEntry"]>;
  estimate: Missing<Estimate, Wire["EstimateOut"]>;
  file: Missing<FileEntry, Wire["FileOut"]>;
  files: Missing<FileList, Wire["FilesOut"]>;
  imported: Missing<ImportedWorkflow, Wire["ImportOut"]>;
  info: Missing<ServerInfo, Wire["Info"]>;
  input: Exclude<Missing<InputDefinition, Wire["InputOut"]>, "default">;
  keptSecret: Missing<KeptSecret, Wire["KeptSecretOut"]>;
  library: Missing<Library, Wire["NodesOut"]>;
  mcpServer: Missing<McpServer, Wire["McpServerOut"]>;
  node: Missing<NodeDefinition, Wire["NodeOut"]>;
  output: Missing<OutputDefinition, Wire["OutputOut"]>;
  page: Missing<DocsPage, Wire["PageOut"]>;
  problem: Missing<Problem, Wire["ProblemOut"]>;
  receipt: Missing<Receipt, Wire["ReceiptOut"]>;
  renamed: Missing<RenamedWorkflow, Wire["RenamedOut"]>;
  run: Missing<RunDetail, Wire["RunOut"]>;
  runAccepted: Missing<RunAccepted, Wire["RunAccepted"]>;
  runError: Missing<RunError, Wire["RunErrorOut"]>;
  runSummary: Missing<RunSummary, Wire["RunSummary"]>;
  secret: Missing<SecretEntry, Wire["SecretOut"]>;
  upload: Missing<UploadedFile, Wire["UploadOut"]>;
  version: Missing<VersionEntry, Wire["VersionOut"]>;
  waiting: Missing<Waiting, Wire["WaitingOut"]>;
  workflow: Missing<StoredWorkflow, Wire["WorkflowOut"]>;
  workflowSummary: Missing<WorkflowSummary, Wire["WorkflowEntry"]>;
}

type Agreed = [Agreement[keyof Agreement]] extends [never] ? true : Agreement[keyof Agreement];

/** Does not compile when a field is missing; the error names it. */
export const AGREED: Agreed = true;
