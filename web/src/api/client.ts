import createClient from "openapi-fetch";
import { parseJson } from "../model/exactNumber";
import type { Json, WorkflowDocument } from "../model/types";
import { readProblem, unreachable } from "./errors";
import type { paths } from "./schema";
import { sessionHeaders } from "./session";
import type {
  CheckResult,
  Display,
  DisplayEntry,
  DocsEntry,
  DocsPage,
  FileEntry,
  FileList,
  ImportedWorkflow,
  Library,
  Listener,
  McpServer,
  MessageAccepted,
  RenamedWorkflow,
  RunAccepted,
  RunDetail,
  RunRequest,
  RunSummary,
  SecretEntry,
  ServerInfo,
  Settings,
  StoredWorkflow,
  UploadedFile,
  VersionEntry,
  WorkflowSummary,
} from "./types";

interface Answered {
  data?: unknown;
  error?: unknown;
  response: Response;
}

/** The body of a good answer; anything else is thrown as `ApiError`. What it holds is checked by `agreement.ts`. */
async function take<Data>(call: Promise<Answered>): Promise<Data> {
  const { data, error, response } = await call.catch((reason: unknown) => {
    if (reason instanceof DOMException && reason.name === "AbortError") throw reason;
    throw unreachable();
  });
  if (!response.ok) throw readProblem(response.status, error);
  return data as Data;
}

/** Documents keep how their numbers were written. */
async function takeDocument(call: Promise<Answered>): Promise<StoredWorkflow> {
  return parseJson(await take<string>(call)) as StoredWorkflow;
}

/** All routes of one server, typed. */
export function createApi(baseUrl: string) {
  const headers = sessionHeaders();
  const http = createClient<paths>({ baseUrl, headers });

  const upload = async (file: File): Promise<UploadedFile> => {
    const body = new FormData();
    body.append("file", file, file.name);
    const response = await fetch(`${baseUrl}/api/files`, { method: "POST", headers, body }).catch(() => {
      throw unreachable();
    });
    const answer: unknown = await response.json().catch(() => null);
    if (!response.ok) throw readProblem(response.status, answer);
    return answer as UploadedFile;
  };

  return {
    baseUrl,
    info: () => take<ServerInfo>(http.GET("/api/info")),
    library: () => take<Library>(http.GET("/api/nodes")),
    docs: () => take<{ pages: DocsEntry[] }>(http.GET("/api/docs")),
    docsPage: (slug: string) => take<DocsPage>(http.GET("/api/docs/{slug}", { params: { path: { slug } } })),
    check: (workflow: WorkflowDocument, signal?: AbortSignal) =>
      take<CheckResult>(http.POST("/api/check", { body: { workflow }, ...(signal ? { signal } : {}) })),

    workflows: () => take<{ workflows: WorkflowSummary[] }>(http.GET("/api/workflows")),
    workflow: (id: string) =>
      takeDocument(http.GET("/api/workflows/{id}", { params: { path: { id } }, parseAs: "text" })),
    saveWorkflow: (id: string, workflow: WorkflowDocument, baseVersion?: number) =>
      takeDocument(
        http.PUT("/api/workflows/{id}", {
          params: { path: { id } },
          body: baseVersion === undefined ? { workflow } : { workflow, base_version: baseVersion },
          parseAs: "text",
        }),
      ),
    /** The text of an older file as a workflow. Unless keys are kept, it only tells which there are. */
    importWorkflow: async (text: string, keepKeys: boolean, leaveOut: readonly string[] = []) =>
      parseJson(
        await take<string>(
          http.POST("/api/import", {
            params: { query: { keep_keys: keepKeys, leave_out: [...leaveOut] } },
            body: text as never, // as it was written: numbers, order, all
            bodySerializer: (written: unknown) => written as string,
            parseAs: "text",
          }),
        ),
      ) as ImportedWorkflow,
    deleteWorkflow: (id: string) =>
      take<void>(http.DELETE("/api/workflows/{id}", { params: { path: { id } } })),
    renameWorkflow: (id: string, newId: string) =>
      take<RenamedWorkflow>(
        http.POST("/api/workflows/{id}/rename", { params: { path: { id } }, body: { id: newId } }),
      ),
    workflowVersions: (id: string) =>
      take<{ versions: VersionEntry[] }>(
        http.GET("/api/workflows/{id}/versions", { params: { path: { id } } }),
      ),
    workflowVersion: (id: string, version: number) =>
      takeDocument(
        http.GET("/api/workflows/{id}/versions/{version}", {
          params: { path: { id, version } },
          parseAs: "text",
        }),
      ),

    display: (id: string) =>
      take<Display>(http.GET("/api/workflows/{id}/display", { params: { path: { id } } })),
    putDisplay: (id: string, entries: readonly (DisplayEntry | Json)[]) =>
      take<Display>(
        http.PUT("/api/workflows/{id}/display", {
          params: { path: { id } },
          body: { entries: [...entries] },
        }),
      ),
    clearDisplay: (id: string) =>
      take<void>(http.DELETE("/api/workflows/{id}/display", { params: { path: { id } } })),
    /** Send a message; `document` is run in place of the kept version. */
    sendMessage: (id: string, text: string, document?: WorkflowDocument) =>
      take<MessageAccepted>(
        http.POST("/api/workflows/{id}/display/messages", {
          params: { path: { id } },
          body: document === undefined ? { text } : { text, document },
        }),
      ),
    withdrawMessage: (id: string, runId: string) =>
      take<void>(
        http.DELETE("/api/workflows/{id}/display/messages/{run_id}", {
          params: { path: { id, run_id: runId } },
        }),
      ),
    /** A picture that stands elsewhere, fetched by the server. */
    elsewhere: (url: string) => take<Blob>(http.POST("/api/elsewhere", { body: { url }, parseAs: "blob" })),

    startRun: (request: RunRequest) => take<RunAccepted>(http.POST("/api/runs", { body: request })),
    runs: (limit = 50, before?: string) =>
      take<{ runs: RunSummary[] }>(http.GET("/api/runs", { params: { query: { limit, before } } })),
    run: (id: string) => take<RunDetail>(http.GET("/api/runs/{id}", { params: { path: { id } } })),
    cancelRun: (id: string) =>
      take<RunAccepted>(http.POST("/api/runs/{id}/cancel", { params: { path: { id } } })),
    /** `again`: also repeat calls that were sent and never answered, which may be charged twice. */
    resumeRun: (id: string, again = false) =>
      take<RunAccepted>(
        http.POST("/api/runs/{id}/resume", { params: { path: { id } }, body: { retry_unknown: again } }),
      ),

    /** Allow or refuse a call of a tool that waits for a person. */
    decide: (id: string, callId: string, approved: boolean, reason = "") =>
      take<void>(
        http.POST("/api/runs/{id}/approvals/{call}", {
          params: { path: { id, call: callId } },
          body: { approved, reason },
        }),
      ),

    files: () => take<FileList>(http.GET("/api/files")),
    file: (name: string) => take<FileEntry>(http.GET("/api/files/{name}", { params: { path: { name } } })),
    upload,
    deleteFile: (name: string) =>
      take<void>(http.DELETE("/api/files/{name}", { params: { path: { name } } })),

    secrets: () =>
      take<{ secrets: SecretEntry[]; bindings?: Record<string, string[]> }>(http.GET("/api/secrets")),
    putSecret: (name: string, value: string) =>
      take<void>(http.PUT("/api/secrets/{name}", { params: { path: { name } }, body: { value } })),
    /** The hosts beside its provider's own that a key may go to. */
    bindSecret: (name: string, hosts: string[]) =>
      take<void>(http.PUT("/api/secrets/{name}/hosts", { params: { path: { name } }, body: { hosts } })),
    deleteSecret: (name: string) =>
      take<void>(http.DELETE("/api/secrets/{name}", { params: { path: { name } } })),

    mcpServers: () => take<{ servers: McpServer[] }>(http.GET("/api/mcp-servers")),
    putMcpServer: (name: string, server: { url: string; secret: string }) =>
      take<void>(
        http.PUT("/api/mcp-servers/{name}", { params: { path: { name } }, body: { ...server, header: "" } }),
      ),
    deleteMcpServer: (name: string) =>
      take<void>(http.DELETE("/api/mcp-servers/{name}", { params: { path: { name } } })),

    listeners: () => take<{ listeners: Listener[] }>(http.GET("/api/listeners")),
    listen: (id: string) =>
      take<Listener>(http.PUT("/api/workflows/{id}/listening", { params: { path: { id } } })),
    stopListening: (id: string) =>
      take<Listener>(http.DELETE("/api/workflows/{id}/listening", { params: { path: { id } } })),

    settings: () => take<Settings>(http.GET("/api/settings")),
    changeSettings: (changes: Settings) => take<Settings>(http.PATCH("/api/settings", { body: changes })),
  };
}

/** The typed client. */
export type Api = ReturnType<typeof createApi>;

/** The server this page came from. */
export const api: Api = createApi(globalThis.location?.origin ?? "");
