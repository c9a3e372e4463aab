import { messageOf, nameOf } from "../shared/thrown.ts";
import type { Log } from "./log.ts";

/**
 * AWS shows why an execution is FAILED with the execution alone. The alarms, and the lane that waited
 * for a runner, send people to the log. `told`: the name of an error of which the log knows already.
 */
export async function logFailure<Result>(
  log: () => Log,
  work: () => Promise<Result>,
  told?: string,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const errorType = nameOf(error);
    if (errorType !== told) log().error(`the execution failed: ${messageOf(error)}`, { errorType });
    throw error;
  }
}
