import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useApi } from "./ApiProvider";
import type { RunSummary, Settings } from "./types";

/** The names under which answers are kept. */
export const KEYS = {
  info: ["info"],
  library: ["library"],
  docs: ["docs"],
  files: ["files"],
  secrets: ["secrets"],
  runs: ["runs"],
  workflows: ["workflows"],
  settings: ["settings"],
  mcpServers: ["mcp-servers"],
} as const;

const PAGE = 50;

/** What this server is: version, sandbox, keys. */
export const useInfo = () => {
  const api = useApi();
  return useQuery({ queryKey: KEYS.info, queryFn: api.info });
};

/** All node types and which sockets connect. */
export const useLibrary = () => {
  const api = useApi();
  return useQuery({ queryKey: KEYS.library, queryFn: api.library, staleTime: Number.POSITIVE_INFINITY });
};

/** The list of documentation pages. */
export const useDocs = () => {
  const api = useApi();
  return useQuery({
    queryKey: KEYS.docs,
    queryFn: api.docs,
    select: (answer) => answer.pages,
    staleTime: 600_000,
  });
};

/** One documentation page; nothing is asked while there is no slug. */
export const useDocsPage = (slug: string | null) => {
  const api = useApi();
  return useQuery({
    queryKey: [...KEYS.docs, slug],
    queryFn: () => api.docsPage(slug ?? ""),
    enabled: slug !== null,
    staleTime: 600_000,
  });
};

/** The kept files, newest first. */
export const useFiles = () => {
  const api = useApi();
  return useQuery({ queryKey: KEYS.files, queryFn: api.files });
};

/** What is known of one kept file. */
export const useFile = (name: string) => {
  const api = useApi();
  return useQuery({ queryKey: [...KEYS.files, name], queryFn: () => api.file(name), retry: false });
};

/** The names of the secrets. */
export const useSecrets = () => {
  const api = useApi();
  return useQuery({ queryKey: KEYS.secrets, queryFn: api.secrets, select: (answer) => answer.secrets });
};

/** Hosts that keys from elsewhere may go to, by provider. */
export const useSecretBindings = () => {
  const api = useApi();
  return useQuery({
    queryKey: KEYS.secrets,
    queryFn: api.secrets,
    select: (answer) => answer.bindings ?? {},
  });
};

/** Past and present runs, newest first, page by page. */
export const useRuns = () => {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: KEYS.runs,
    queryFn: ({ pageParam }) => api.runs(PAGE, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ runs }) => (runs.length < PAGE ? undefined : runs.at(-1)?.run_id),
    select: ({ pages }): RunSummary[] => pages.flatMap((page) => page.runs),
  });
};

/** One run with its outputs, errors and receipts. */
export const useRun = (id: string | null) => {
  const api = useApi();
  return useQuery({ queryKey: [...KEYS.runs, id], queryFn: () => api.run(id ?? ""), enabled: id !== null });
};

/** The workflows that the server keeps. */
export const useWorkflows = () => {
  const api = useApi();
  return useQuery({ queryKey: KEYS.workflows, queryFn: api.workflows, select: (answer) => answer.workflows });
};

/** The settings of the server. */
export const useSettings = () => {
  const api = useApi();
  return useQuery({ queryKey: KEYS.settings, queryFn: api.settings });
};

/** A change that makes kept answers old. */
function useChange<Input, Output>(
  change: (input: Input) => Promise<Output>,
  ...old: ReadonlyArray<readonly string[]>
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => Promise.all(old.map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}

/** Keep a file. */
export const useUpload = () => useChange(useApi().upload, KEYS.files);
/** Delete a kept file. */
export const useDeleteFile = () => useChange(useApi().deleteFile, KEYS.files);
/** Delete a stored workflow. */
export const useDeleteWorkflow = () => useChange(useApi().deleteWorkflow, KEYS.workflows);
/** Forget a secret. */
export const useDeleteSecret = () => useChange(useApi().deleteSecret, KEYS.secrets, KEYS.info);
/** Add a secret, or replace its value. */
export const usePutSecret = () => {
  const api = useApi();
  return useChange(
    ({ name, value }: { name: string; value: string }) => api.putSecret(name, value),
    KEYS.secrets,
    KEYS.info,
  );
};
/** Say to which hosts a key may go. */
export const useBindSecret = () => {
  const api = useApi();
  return useChange(
    ({ name, hosts }: { name: string; hosts: string[] }) => api.bindSecret(name, hosts),
    KEYS.secrets,
  );
};
/** The MCP servers that are set up, by name. */
export const useMcpServers = () => {
  const api = useApi();
  return useQuery({ queryKey: KEYS.mcpServers, queryFn: api.mcpServers, select: (answer) => answer.servers });
};
/** Set up an MCP server at a URL. */
export const usePutMcpServer = () => {
  const api = useApi();
  return useChange(
    ({ name, ...server }: { name: string; url: string; secret: string }) => api.putMcpServer(name, server),
    KEYS.mcpServers,
  );
};
/** Forget an MCP server. */
export const useDeleteMcpServer = () => useChange(useApi().deleteMcpServer, KEYS.mcpServers);

/** Change settings of the server. */
export const useChangeSettings = () => {
  const api = useApi();
  return useChange((changes: Settings) => api.changeSettings(changes), KEYS.settings, KEYS.info);
};
