/** The shapes of the HTTP interface that the document model does not know. */
import type {
  CheckResult,
  Json,
  Library,
  RunDetail,
  RunStatus,
  RunSummary,
  ServerInfo,
  StoredWorkflow,
  WorkflowDocument,
  WorkflowSummary,
} from "../model/types";

export type {
  CheckResult,
  Library,
  RunDetail,
  RunStatus,
  RunSummary,
  ServerInfo,
  StoredWorkflow,
  WorkflowSummary,
};

/** A workflow under its new id, and those whose nodes still name the old one. */
export interface RenamedWorkflow extends WorkflowSummary {
  callers: WorkflowSummary[];
}

/** Why something cannot be heard for. */
export interface Cause {
  code: string;
  message: string;
  remedy: string;
}

/** A node that listens, and where: which of the fields it has depends on its type. */
export interface HeardNode {
  node: string;
  type: string;
  /** The event that a Receive Event hears. */
  listen_id?: string | null;
  /** The address of a Webhook, its methods, and whether its callers sign. */
  url?: string | null;
  method?: string;
  signed?: boolean;
  warning?: string;
  /** When a Schedule is due next, and its rule. */
  next_at?: number | null;
  every?: string;
  cron?: string;
  timezone?: string;
  /** Heard without listening, as chat is. */
  always?: boolean | null;
  error?: Cause | null;
}

/** A workflow that listens, or could; with `error` it would, but cannot. */
export interface Listener {
  workflow_id: string;
  name: string;
  listening: boolean;
  since: number | null;
  nodes: HeardNode[];
  /** Its last runs, at most five, newest first. */
  runs: RunSummary[];
  error: Cause | null;
}

/** Where a key stood in an older file, and the name of the secret that it is, or would be. */
export interface KeptSecret {
  node: string;
  widget: string;
  name: string;
}

/** A workflow made of an older file, what was mended in it, and the keys that were taken out. */
export interface ImportedWorkflow {
  workflow: unknown;
  mends: string[];
  secrets: KeptSecret[];
}

/** A kept file as the gallery lists it. */
export interface FileEntry {
  filename: string;
  url: string;
  size: number;
  media_type: string;
  width: number | null;
  height: number | null;
  created_at: string | number;
  original_name: string | null;
}

export interface FileList {
  files: FileEntry[];
  count: number;
  total_size: number;
}

/** The answer to an upload. */
export interface UploadedFile {
  filename: string;
  url: string;
  size: number;
  media_type: string;
}

/** A secret; its value never leaves the server. */
export interface SecretEntry {
  name: string;
  updated_at: string | number;
  /** Hosts beside its provider's own that it may go to; absent from older servers. */
  hosts?: string[];
}

/** An MCP server whose tools workflows can use: at a URL, or started by a command. */
export interface McpServer {
  name: string;
  url: string;
  secret: string;
  command: string;
  arguments: string[];
}

export interface DocsEntry {
  slug: string;
  title: string;
  category: string;
  description: string;
  kind: "node" | "guide";
  type?: string | null;
}

export interface DocsPage {
  slug: string;
  title: string;
  markdown: string;
}

export type Settings = Record<string, Json>;

export interface VersionEntry {
  version: number;
  updated_at: string | number;
}

export interface RunRequest {
  /** A document, or the id of a stored one. */
  workflow: WorkflowDocument | string;
  start?: string;
  values?: Record<string, Record<string, Json>>;
  request_id?: string;
}

export interface RunAccepted {
  run_id: string;
  status: RunStatus;
}

/** One thing on the display of a workflow; `node_id` is null for what a person wrote. */
export interface DisplayEntry {
  node_id: string | null;
  node_title: string;
  content_type: "text" | "image" | "video" | "json" | "warning";
  data: Json;
  timestamp: string | null;
  /** The run and its event that showed it; null in what was loaded from a file. */
  run_id: string | null;
  seq: number | null;
}

/** A message that waits for the run before it. */
export interface QueuedMessage {
  run_id: string;
  text: string;
}

export interface Display {
  entries: DisplayEntry[];
  queued: QueuedMessage[];
}

export interface MessageAccepted {
  run_id: string;
  queued: number;
}
