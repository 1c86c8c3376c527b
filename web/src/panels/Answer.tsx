import type { ReactNode } from "react";
import { explain } from "../api";
import { Button, ProblemNote, Skeleton } from "../ui";

interface Query<Data> {
  readonly data: Data | undefined;
  readonly error: Error | null;
  readonly refetch: () => unknown;
}

export interface AnswerProps<Data> {
  query: Query<Data>;
  /** The shape of what comes. */
  shape?: "lines" | "rows" | "tiles";
  children: (data: Data) => ReactNode;
}

/** What the server answered: its shape while waiting, cause and remedy when it failed. */
export function Answer<Data>({ query, shape = "rows", children }: AnswerProps<Data>) {
  if (query.data !== undefined) return children(query.data);
  if (!query.error) return <Skeleton shape={shape} />;
  const { message, remedy } = explain(query.error);
  return (
    <div className="pn-pad">
      <ProblemNote
        message={message}
        remedy={remedy}
        action={
          <Button size="small" onClick={() => query.refetch()}>
            Try again
          </Button>
        }
      />
    </div>
  );
}
