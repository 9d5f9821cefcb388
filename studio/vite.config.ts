import { defineConfig } from "vite";

/** Where `npm run dev` finds the service: that of `python3 dev.py up`. */
const SERVICE = process.env["SPANWRIGHT_ENDPOINT"] ?? "http://127.0.0.1:7071";

export default defineConfig({
  base: "/studio/",
  oxc: { jsx: { runtime: "automatic" } },
  build: {
    outDir: "dist",
    assetsDir: "files",
    // The policy of the page lets nothing in that is written into it, such as small pictures.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2023",
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      // The components mark themselves for frameworks that render on a server.
      onLog(level, log, handler) {
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") handler(level, log);
      },
    },
  },
  server: { proxy: { "/language": SERVICE, "/text": SERVICE, "/health": SERVICE } },
});
