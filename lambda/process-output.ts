import { processClock } from "../shared/run/process-host.ts";
import { createLog, type Log } from "./log.ts";

/** Where the logs and the metrics of a function go. */
export function writeOut(line: string): void {
  process.stdout.write(line);
}

/** The log of a process that knows no secret: a lane, or a runner before it has read its own. */
export function createPlainLog(): Log {
  return createLog({ write: writeOut, epochMs: processClock.epochMs, redact: text => text });
}
