/** The routes in the shape openapi-fetch reads. */
import type { WorkflowDocument } from "../model/types";
import type {
  CheckResult,
  DocsEntry,
  DocsPage,
  FileEntry,
  FileList,
  Library,
  RunAccepted,
  RunDetail,
  RunRequest,
  RunSummary,
  SecretEntry,
  ServerInfo,
  Settings,
  StoredWorkflow,
  VersionEntry,
  WorkflowSummary,
} from "./types";

interface Answer<Body, Status extends number> {
  responses: Record<Status, { content: { "application/json": Body } }>;
}
interface Read<Body> extends Answer<Body, 200> {
  parameters: { query?: Record<string, string | number | undefined> };
}
interface At<Name extends string> {
  parameters: { path: Record<Name, string> };
}
interface Sends<Body> {
  requestBody: { content: { "application/json": Body } };
}

export interface paths {
  "/api/info": { get: Read<ServerInfo> };
  "/api/nodes": { get: Read<Library> };
  "/api/docs": { get: Read<{ pages: DocsEntry[] }> };
  "/api/docs/{slug}": { get: At<"slug"> & Answer<DocsPage, 200> };
  "/api/check": { post: Sends<{ workflow: WorkflowDocument }> & Answer<CheckResult, 200> };
  "/api/workflows": { get: Read<{ workflows: WorkflowSummary[] }> };
  "/api/workflows/{id}": {
    get: At<"id"> & Answer<StoredWorkflow, 200>;
    put: At<"id"> &
      Sends<{ workflow: WorkflowDocument; base_version?: number }> &
      Answer<StoredWorkflow, 200>;
    delete: At<"id"> & Answer<never, 204>;
  };
  "/api/workflows/{id}/versions": { get: At<"id"> & Answer<{ versions: VersionEntry[] }, 200> };
  "/api/workflows/{id}/versions/{version}": { get: At<"id" | "version"> & Answer<StoredWorkflow, 200> };
  "/api/runs": { get: Read<{ runs: RunSummary[] }>; post: Sends<RunRequest> & Answer<RunAccepted, 202> };
  "/api/runs/{id}": { get: At<"id"> & Answer<RunDetail, 200> };
  "/api/runs/{id}/cancel": { post: At<"id"> & Answer<unknown, 202> };
  "/api/runs/{id}/resume": { post: At<"id"> & Answer<{ run_id: string }, 202> };
  "/api/files": { get: Read<FileList> };
  "/api/files/{name}": { get: At<"name"> & Answer<FileEntry, 200>; delete: At<"name"> & Answer<never, 204> };
  "/api/secrets": { get: Read<{ secrets: SecretEntry[] }> };
  "/api/secrets/{name}": {
    put: At<"name"> & Sends<{ value: string }> & Answer<never, 204>;
    delete: At<"name"> & Answer<never, 204>;
  };
  "/api/settings": { get: Read<Settings>; patch: Sends<Settings> & Answer<Settings, 200> };
}
