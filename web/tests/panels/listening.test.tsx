import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it } from "vitest";
import type { HeardNode, Listener } from "../../src/api";
import { scheduleWords } from "../../src/panels/listening/HeardNodeRow";
import { ListeningPanel } from "../../src/panels/listening/ListeningPanel";
import { listeningStore } from "../../src/state";
import { format } from "../../src/ui";

const listener: Listener = {
  workflow_id: "w1",
  name: "Hooks",
  listening: true,
  since: Date.now() / 1000,
  nodes: [
    {
      node: "hook",
      type: "webhook",
      url: "http://localhost/hooks/a",
      method: "POST",
      signed: false,
      warning: "unsigned",
    },
    {
      node: "shut",
      type: "webhook",
      url: "http://localhost/hooks/b",
      method: "POST",
      warning: "secret_missing",
    },
    { node: "safe", type: "webhook", url: "http://localhost/hooks/c", method: "POST", signed: true },
    { node: "ear", type: "receive_event", listen_id: "news" },
  ],
  runs: [
    {
      run_id: "r1",
      workflow_id: "w1",
      name: "Hooks",
      status: "failed",
      started_at: Date.now() / 1000,
      finished_at: null,
      cost_usd: null,
      firings: 1,
    },
  ],
  error: null,
};

describe("the room of what listens", () => {
  afterEach(() => listeningStore.setState({ listeners: null, failed: null, busy: null }));

  it("says in one sentence what to do when nothing does", () => {
    listeningStore.setState({ listeners: [] });
    render(<ListeningPanel />);
    expect(screen.getByText(/No workflow listens: give one a Webhook/)).toBeInTheDocument();
  });

  it("shows each workflow with what it waits for, its last runs and a way to stop", () => {
    listeningStore.setState({ listeners: [listener] });
    render(<ListeningPanel />);
    expect(screen.getByText(/^since /)).toBeInTheDocument();
    expect(screen.getByText("/hooks/a")).toBeInTheDocument();
    expect(screen.getByText("unsigned: whoever has the address can call it")).toBeInTheDocument();
    expect(screen.getByText("its secret is missing, so every call is refused")).toBeInTheDocument();
    expect(screen.getByText("signed")).toBeInTheDocument();
    expect(screen.getByText("news")).toBeInTheDocument();
    expect(screen.getByText("failed")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Stop listening for Hooks" })).toBeEnabled();
    expect(screen.getAllByRole("button", { name: "Copy the address" })).toHaveLength(3);
  });

  it("folds all but the open one when there are many", async () => {
    const many = ["a", "b", "c", "d"].map((id) => ({ ...listener, workflow_id: id, name: `Name ${id}` }));
    listeningStore.setState({ listeners: many });
    render(<ListeningPanel />);
    expect(screen.queryByText("/hooks/a")).toBeNull();
    expect(screen.getAllByText(/^4 nodes · failed /)).toHaveLength(4);
    await userEvent.click(screen.getByRole("button", { name: "Unfold Name b" }));
    expect(screen.getByText("/hooks/a")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Fold Name b" })).toHaveAttribute("aria-expanded", "true");
  });

  it("says why one cannot", () => {
    const error = { code: "hook_taken", message: "The path is taken.", remedy: "Choose another." };
    listeningStore.setState({ listeners: [{ ...listener, nodes: [], runs: [], error }] });
    render(<ListeningPanel />);
    expect(screen.getByText("cannot listen")).toBeInTheDocument();
    expect(screen.getByText("The path is taken.")).toBeInTheDocument();
    expect(screen.getByText("Nothing came yet.")).toBeInTheDocument();
  });
});

describe("the times of a schedule", () => {
  const now = new Date(2026, 10, 21, 12, 0, 0);
  const at = (...parts: [number, number, number, number, number, number?]) =>
    new Date(...parts).getTime() / 1000;

  it("are told in words", () => {
    expect(format.upcoming(at(2026, 10, 21, 14, 5), now)).toBe("today 14:05");
    expect(format.upcoming(at(2026, 10, 21, 14, 5, 7), now)).toBe("today 14:05:07");
    expect(format.upcoming(at(2026, 10, 22, 9, 0), now)).toBe("tomorrow 09:00");
    expect(format.upcoming(at(2026, 10, 24, 9, 0), now)).toMatch(/Tue.*24.*09:00|Tue.*Nov.*09:00/);
    expect(format.upcoming(at(2027, 0, 1, 9, 0), now)).toContain("2027");
  });

  it("stand beside their rule", () => {
    const node = (more: Partial<HeardNode>): HeardNode => ({ node: "s", type: "schedule", ...more });
    expect(scheduleWords(node({ every: "every hour", next_at: null }))).toEqual([
      "every hour",
      "not due again",
    ]);
    expect(scheduleWords(node({ cron: "0 9 * * *", timezone: "Asia/Tokyo", next_at: null }))).toEqual([
      "cron 0 9 * * * in Asia/Tokyo",
      "not due again",
    ]);
  });
});
