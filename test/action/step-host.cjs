/**
 * Plays one step after the other, each with its own environment and its own instance of the bundle.
 * Plain JavaScript, as watch-connections.cjs is. Who starts it: step-process.ts.
 */
const { pathToFileURL } = require("node:url");
const { setClock } = require("./fast-clock.cjs");
const { importAfresh } = require("./fresh-modules.cjs");
const { watchConnections } = require("./watch-connections.cjs");

// Opened now: what is open later, a step has opened.
const { stdout, stderr } = process;
const signals = ["SIGINT", "SIGTERM", "SIGBREAK"];
/** A signal to a step that has just ended must not end those after it. */
const ignore = () => undefined;

process.on("message", async ({ entry, environment, end }) => {
  for (const signal of signals) process.off(signal, ignore);
  const open = process.getActiveResourcesInfo().length;
  process.argv = [process.execPath, entry];
  process.exitCode = undefined;
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environment);
  watchConnections();
  setClock();
  await importAfresh(pathToFileURL(entry));
  // What was left to fail does so now, while it is still this step's.
  await new Promise(setImmediate);
  // A process ends when nothing is open any more. The timer is none of what is counted.
  while (process.getActiveResourcesInfo().length > open) {
    await new Promise(resolve => setTimeout(resolve, 1).unref());
  }
  for (const signal of signals) process.removeAllListeners(signal).on(signal, ignore);
  stdout.write(end);
  stderr.write(end);
  process.send({ exitCode: process.exitCode ?? 0 });
});
process.on("disconnect", () => process.exit());
