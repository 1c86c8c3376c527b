/** The editor's way to the server: `api` (typed calls), `createLive` (events), hooks for what the screen shows. */
export { ApiProvider, createQueryClient, useApi } from "./ApiProvider";
export { type Api, api, createApi } from "./client";
export { ApiError, explain } from "./errors";
export { createLive, type Hello, type Live, type LiveStatus, liveUrl } from "./live";
export * from "./queries";
export type * from "./types";
