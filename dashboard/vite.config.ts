import process from "node:process";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where the app lives below its origin, with a slash at both ends. The local stack serves it at the default. */
const base = process.env["DASHBOARD_BASE"] ?? "/dashboard/";

export default defineConfig({
  base,
  plugins: [react()],
  build: {
    target: "es2022",
    // The test that weighs the first load reads which file needs which.
    manifest: true,
  },
  server: {
    // `deno task dev` asks a started stack which project it belongs to.
    proxy: { [`${base}config.json`]: process.env["SIGNALBOX_URL"] ?? "http://127.0.0.1:54321" },
  },
});
