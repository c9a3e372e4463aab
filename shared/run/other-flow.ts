import type { Execution } from "../etlworks/replies/execution.ts";
import type { Task } from "./run-request.ts";

/** A record that says so itself; one that names no flow may be of any. */
export function isOfAnotherFlow(
  { flowId }: Execution,
  { request }: { readonly request: Pick<Task["request"], "flowId"> },
): boolean {
  return flowId !== undefined && flowId !== request.flowId;
}
