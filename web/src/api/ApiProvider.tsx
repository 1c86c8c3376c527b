import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useState } from "react";
import { type Api, api } from "./client";
import { ApiError } from "./errors";

const Context = createContext<Api>(api);

/** The client of the server this editor talks to. */
export const useApi = (): Api => useContext(Context);

/** Keep answers for a while; ask again only where that may help. */
export const createQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, thrown) =>
          failures < 2 && (!(thrown instanceof ApiError) || thrown.status === 0 || thrown.status >= 500),
        retryDelay: (attempt) => Math.min(4000, 400 * 2 ** attempt),
      },
    },
  });

export interface ApiProviderProps {
  api?: Api;
  client?: QueryClient;
  children: ReactNode;
}

/** Give the editor its server; the page's own one when none is named. */
export function ApiProvider({ api: given = api, client, children }: ApiProviderProps) {
  const [queries] = useState(() => client ?? createQueryClient());
  return (
    <Context.Provider value={given}>
      <QueryClientProvider client={queries}>{children}</QueryClientProvider>
    </Context.Provider>
  );
}
