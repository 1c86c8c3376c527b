/** The shapes the editor and the server agree on. Pure types: nothing here runs. */

import type { ExactNumber } from "./exactNumber";

export type Json = null | boolean | number | string | ExactNumber | Json[] | { [key: string]: Json };

export type SocketType = "TEXT" | "NUMBER" | "BOOLEAN" | "IMAGE" | "DICTIONARY" | "LIST" | "ANY" | "TOOL";

export type WidgetKind = "text" | "number" | "slider" | "toggle" | "combo" | "secret" | "image" | "code";

/** How an input takes part while a widget holds a value. */
export interface SocketRule {
  widget: string;
  value: boolean | string;
  pull: boolean;
  do_not_wait: boolean;
}

export interface InputDefinition {
  name: string;
  type: SocketType;
  required: boolean;
  array: boolean;
  pull: boolean;
  do_not_wait: boolean;
  /** Any number of links may end here; absent from older servers. */
  many?: boolean;
  /** What comes here are tools that the node may call; absent from older servers. */
  tools?: boolean;
  /** The body of this loop node ends here; absent from older servers. */
  back?: boolean;
  /** By which widgets it takes part in another way; the first rule that holds counts. */
  when?: SocketRule[] | null;
  description: string;
  default?: Json;
}

export interface OutputDefinition {
  name: string;
  type: SocketType;
  array: boolean;
  /** The body of this loop node begins here; absent from older servers. */
  body?: boolean;
  description: string;
}

export interface WidgetDefinition {
  name: string;
  kind: WidgetKind;
  default: Json;
  label: string;
  description: string;
  options?: Json[];
  min?: number;
  max?: number;
  step?: number;
  integer?: boolean;
  lines?: number;
  language?: string;
  accept?: string;
  provider?: string;
  /** The widget of the node that says whose key it is. */
  provider_widget?: string;
  option_warnings?: Record<string, string>;
  /** On the node only where it differs from its default; the inspector has all. */
  advanced?: boolean;
}

export interface ToolSchema {
  name: string;
  description: string;
  input_schema: Json;
}

export interface NodeDefinition {
  type: string;
  title: string;
  category: string;
  description: string;
  version: string;
  tags: string[];
  paid: boolean;
  inputs: InputDefinition[];
  outputs: OutputDefinition[];
  widgets: WidgetDefinition[];
  tool: ToolSchema | null;
}

/** Which socket types a source type may feed: `connections.TEXT = ["TEXT", "ANY", …]`. */
export type Connections = Readonly<Record<string, readonly string[]>>;

export interface Library {
  nodes: NodeDefinition[];
  connections: Connections;
}

export type NodeId = string;

/** A placed node as it stands in the file; keys the editor does not know are kept. */
export interface NodeDocument {
  readonly type: string;
  readonly title?: string;
  /** Each call of this node as a tool waits for a person. */
  readonly ask?: boolean;
  readonly values?: Readonly<Record<string, Json>>;
  readonly [unknown: string]: Json | undefined | Readonly<Record<string, Json>>;
}

/** A `*.flow.json`; keys the editor does not know are kept in their order. */
export interface WorkflowDocument {
  readonly format: string;
  readonly name: string;
  readonly description?: string;
  /** As what other programs may use the workflow: "model", "tool", "prompt", "resource". */
  readonly publish?: readonly string[];
  readonly resource_uri?: string;
  readonly nodes: Readonly<Record<NodeId, NodeDocument>>;
  readonly links: readonly string[];
  readonly start?: NodeId;
  readonly groups?: Json;
  readonly layout: Readonly<Record<NodeId, readonly number[]>>;
  readonly [unknown: string]: unknown;
}

export interface Problem {
  code: string;
  severity: "error" | "warning";
  node: NodeId | null;
  socket: string | null;
  widget: string | null;
  message: string;
  remedy: string;
}

export interface Estimate {
  low_usd: number | null;
  high_usd: number | null;
  paid_calls: number;
  /** How many of them stand in the body of a loop, so that each round makes them anew. */
  repeated: number;
  unknown: boolean;
}

export interface CheckResult {
  problems: Problem[];
  estimate?: Estimate | null;
}

/** A kept file as it travels on the wire. */
export interface AssetValue {
  filename: string;
  url: string;
  media_type: string;
  size: number;
  width?: number | null;
  height?: number | null;
}

export type RunStatus = "running" | "succeeded" | "failed" | "cancelled" | "interrupted";
export type Charged = "yes" | "no" | "unknown" | null;
export type Outputs = Record<NodeId, Record<string, Json>>;
export type LogLevel = "debug" | "info" | "warning" | "error";

interface Stamp {
  seq: number;
  run_id: string;
  at: number;
}
interface NodeStamp extends Stamp {
  node: NodeId;
  firing: number;
}

export interface RunStarted extends Stamp {
  kind: "run_started";
  workflow_id: string | null;
  name: string;
  start: NodeId | null;
  nodes: number;
  sandbox: boolean;
}
export interface NodeFired extends NodeStamp {
  kind: "node_fired";
}
export interface NodeProgressed extends NodeStamp {
  kind: "node_progressed";
  fraction: number | null;
  message: string;
}
export interface CallDelayed extends NodeStamp {
  kind: "call_delayed";
  seconds: number;
  reason: string;
}
export interface TextStreamed extends NodeStamp {
  kind: "text_streamed";
  text: string;
}
export interface PreviewShown extends NodeStamp {
  kind: "preview_shown";
  url: string;
}
export interface NodeLogged extends NodeStamp {
  kind: "node_logged";
  level: LogLevel;
  message: string;
}
export interface Displayed extends NodeStamp {
  kind: "displayed";
  title: string;
  content_type: "text" | "image" | "video" | "json";
  data: Json;
}
export interface OutputSent extends NodeStamp {
  kind: "output_sent";
  outputs: Record<string, Json>;
}
export interface CostAdded extends NodeStamp {
  kind: "cost_added";
  usd: number | null;
  model: string;
  detail: Json;
}
export interface NodeFinished extends NodeStamp {
  kind: "node_finished";
  seconds: number;
  reused: boolean;
}
export interface NodeFailed extends NodeStamp {
  kind: "node_failed";
  code: string;
  message: string;
  remedy: string;
  charged: Charged;
  seconds: number;
  /** A loop around the node dealt with it, and the run goes on. */
  caught?: boolean;
}
/** A call of a tool waits for a person. */
export interface ApprovalAsked extends NodeStamp {
  kind: "approval_asked";
  call_id: string;
  name: string;
  arguments: Json;
}
export interface ApprovalGiven extends NodeStamp {
  kind: "approval_given";
  call_id: string;
  approved: boolean;
  reason: string;
}
export interface RunError {
  node: NodeId;
  message: string;
  remedy: string;
  code: string;
}
export interface Waiting {
  node: NodeId;
  inputs: string[];
}
export interface RunFinished extends Stamp {
  kind: "run_finished";
  status: "succeeded" | "failed" | "cancelled";
  outputs: Outputs;
  displayed: Json[];
  errors: RunError[];
  waiting: Waiting[];
  cost_usd: number | null;
  firings: number;
  seconds: number;
}

export type RunEvent =
  | RunStarted
  | NodeFired
  | NodeProgressed
  | CallDelayed
  | TextStreamed
  | PreviewShown
  | NodeLogged
  | Displayed
  | OutputSent
  | CostAdded
  | NodeFinished
  | NodeFailed
  | ApprovalAsked
  | ApprovalGiven
  | RunFinished;

export interface RunSummary {
  run_id: string;
  workflow_id: string | null;
  name: string;
  status: RunStatus;
  started_at: string | number | null;
  finished_at: string | number | null;
  cost_usd: number | null;
  firings: number;
  /** How many calls of tools wait for a person. */
  asking?: number;
}

/** A call of a tool that waits for a person. */
export type PendingApproval = Pick<ApprovalAsked, "node" | "firing" | "call_id" | "name" | "arguments">;

export interface Receipt {
  node: NodeId;
  firing: number;
  state: string;
  model: string;
  cost_usd: number | null;
  charged: Charged;
  created_at: string | number;
  asset?: AssetValue | string | null;
}

export interface RunDetail extends RunSummary {
  outputs: Outputs;
  displayed: Json[];
  errors: RunError[];
  waiting: Waiting[];
  approvals?: PendingApproval[];
  receipts: Receipt[];
  last_seq?: number;
}

export interface StoredWorkflow {
  id: string;
  version: number;
  updated_at: string | number;
  workflow: unknown;
}

export interface WorkflowSummary {
  id: string;
  name: string;
  version: number;
  updated_at: string | number;
}

export interface ServerInfo {
  version: string;
  sandbox: boolean;
  /** Whether callers must present a token; absent from older servers. */
  token_required?: boolean;
  public_url: string;
  keys: Record<string, "secret" | "environment" | "sandbox" | null>;
  /** What was spent on calls since midnight; absent from older servers. */
  spent_today_usd?: number;
  max_cost_usd_per_day?: number | null;
  nodes: number;
  [setting: string]: unknown;
}

/** An error answer of the server (application/problem+json). */
export interface ServerProblem {
  title?: string;
  status: number;
  detail: string;
  remedy: string;
  code: string;
  problems?: Problem[];
}
