/**
 * Plays one step after the other, each with its own environment and its own instance of the bundle.
 * Plain JavaScript, as watch-connections.cjs is. Who starts it: step-process.ts.
 */
const { registerHooks } = require("node:module");
const { pathToFileURL } = require("node:url");
const { watchConnections } = require("./watch-connections.cjs");

// Opened now: what is open later, a step has opened.
const { stdout, stderr } = process;
let played = 0;

// A module is loaded once for each address, so each step gets addresses of its own.
registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    const step = context.parentURL?.split("?step=")[1];
    const isEntry = resolved.url.endsWith("/index.js");
    return step !== undefined && isEntry
      ? { ...resolved, url: `${resolved.url}?step=${step}` }
      : resolved;
  },
});

process.on("message", async ({ entry, environment, end }) => {
  played += 1;
  const open = process.getActiveResourcesInfo().length;
  process.argv = [process.execPath, entry];
  process.exitCode = undefined;
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environment);
  watchConnections();
  await import(`${pathToFileURL(entry)}?step=${played}`);
  // What was left to fail does so now, while it is still this step's.
  await new Promise(setImmediate);
  // A process ends when nothing is open any more. The timer is none of what is counted.
  while (process.getActiveResourcesInfo().length > open) {
    await new Promise(resolve => setTimeout(resolve, 1).unref());
  }
  for (const signal of ["SIGINT", "SIGTERM", "SIGBREAK"]) process.removeAllListeners(signal);
  stdout.write(end);
  stderr.write(end);
  process.send({ exitCode: process.exitCode ?? 0 });
});
process.on("disconnect", () => process.exit());
