import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const backend = process.env.NODEBUILDER_DEV_BACKEND ?? "http://localhost:8000";

export default defineConfig({
  base: "./",
  plugins: [react()],
  build: {
    outDir: "../src/nodebuilder/server/static",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
  server: {
    fs: { allow: [".", "../examples"] },
    proxy: {
      "/api": { target: backend, ws: true, changeOrigin: true },
      "/servable": { target: backend, changeOrigin: true },
      "/sandbox": { target: backend, changeOrigin: true },
    },
  },
  test: {
    environment: "jsdom",
    setupFiles: ["./tests/setup.ts"],
    include: ["tests/**/*.test.{ts,tsx}", "src/**/*.test.{ts,tsx}"],
  },
});
