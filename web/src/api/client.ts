import createClient from "openapi-fetch";
import { parseJson } from "../model/exactNumber";
import type { WorkflowDocument } from "../model/types";
import { ApiError, readProblem, unreachable } from "./errors";
import type { paths } from "./paths";
import { sessionHeaders } from "./session";
import type { RunRequest, Settings, StoredWorkflow, UploadedFile } from "./types";

interface Answered<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The body of a good answer; anything else is thrown as `ApiError`. */
async function take<Data>(call: Promise<Answered<Data>>): Promise<Data> {
  const { data, error, response } = await call.catch((reason: unknown) => {
    if (reason instanceof DOMException && reason.name === "AbortError") throw reason;
    throw reason instanceof ApiError ? reason : unreachable();
  });
  if (!response.ok) throw readProblem(response.status, error);
  return data as Data;
}

/** Documents keep how their numbers were written. */
async function takeDocument(call: Promise<Answered<string>>): Promise<StoredWorkflow> {
  return parseJson(await take(call)) as StoredWorkflow;
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
    info: () => take(http.GET("/api/info")),
    library: () => take(http.GET("/api/nodes")),
    docs: () => take(http.GET("/api/docs")),
    docsPage: (slug: string) => take(http.GET("/api/docs/{slug}", { params: { path: { slug } } })),
    check: (workflow: WorkflowDocument, signal?: AbortSignal) =>
      take(http.POST("/api/check", { body: { workflow }, ...(signal ? { signal } : {}) })),

    workflows: () => take(http.GET("/api/workflows")),
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
    deleteWorkflow: (id: string) => take(http.DELETE("/api/workflows/{id}", { params: { path: { id } } })),
    workflowVersions: (id: string) =>
      take(http.GET("/api/workflows/{id}/versions", { params: { path: { id } } })),
    workflowVersion: (id: string, version: number) =>
      takeDocument(
        http.GET("/api/workflows/{id}/versions/{version}", {
          params: { path: { id, version: String(version) } },
          parseAs: "text",
        }),
      ),

    startRun: (request: RunRequest) => take(http.POST("/api/runs", { body: request })),
    runs: (limit = 50, before?: string) =>
      take(http.GET("/api/runs", { params: { query: { limit, before } } })),
    run: (id: string) => take(http.GET("/api/runs/{id}", { params: { path: { id } } })),
    cancelRun: (id: string) => take(http.POST("/api/runs/{id}/cancel", { params: { path: { id } } })),
    resumeRun: (id: string) => take(http.POST("/api/runs/{id}/resume", { params: { path: { id } } })),

    files: () => take(http.GET("/api/files")),
    upload,
    deleteFile: (name: string) => take(http.DELETE("/api/files/{name}", { params: { path: { name } } })),

    secrets: () => take(http.GET("/api/secrets")),
    putSecret: (name: string, value: string) =>
      take(http.PUT("/api/secrets/{name}", { params: { path: { name } }, body: { value } })),
    deleteSecret: (name: string) => take(http.DELETE("/api/secrets/{name}", { params: { path: { name } } })),

    settings: () => take(http.GET("/api/settings")),
    changeSettings: (changes: Settings) => take(http.PATCH("/api/settings", { body: changes })),
  };
}

/** The typed client. */
export type Api = ReturnType<typeof createApi>;

/** The server this page came from. */
export const api: Api = createApi(globalThis.location?.origin ?? "");
