import type { Problem, ServerProblem } from "../model/types";

/** A refusal or failure of the server: one sentence of cause (`message`), one of remedy. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly status: number,
    readonly detail: string,
    readonly remedy: string,
    readonly code: string,
    readonly problems: readonly Problem[] = [],
  ) {
    super(detail);
  }
}

/** The server cannot be reached at all. */
export const unreachable = (): ApiError =>
  new ApiError(
    0,
    "The server does not answer.",
    "Check that nodebuilder is still running, then try again.",
    "unreachable",
  );

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Read an error answer, whether or not it is problem+json. */
export function readProblem(status: number, body: unknown): ApiError {
  const problem = (typeof body === "object" && body !== null ? body : {}) as Partial<ServerProblem>;
  const detail = text(problem.detail) || text(problem.title) || `The server answered with status ${status}.`;
  const remedy =
    text(problem.remedy) ||
    (status >= 500 ? "Try again; the log of the server says more." : "Reload the page and try again.");
  return new ApiError(
    status,
    detail,
    remedy,
    text(problem.code) || `http_${status}`,
    Array.isArray(problem.problems) ? problem.problems : [],
  );
}

/** Cause and remedy of anything that was thrown, for the screen. */
export function explain(thrown: unknown): { readonly message: string; readonly remedy: string } {
  if (thrown instanceof ApiError) return { message: thrown.detail, remedy: thrown.remedy };
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { message, remedy: "Reload the page; if it happens again, please report it." };
}
