// Loaded into Azurite before it starts (node --require). Whoever started Azurite holds the other
// end of its standard input: when that end closes, by a clean stop or by the death of the starter,
// Azurite shuts down in order, so that it neither loses its last writes nor stays behind.
"use strict";

const SHUTDOWN_MILLISECONDS = 10000;

process.stdin.on("end", () => {
  process.emit("SIGTERM");
  setTimeout(() => process.exit(1), SHUTDOWN_MILLISECONDS).unref();
});
process.stdin.resume();
process.stdin.unref();
