import { messageOf } from "../../../shared/thrown.ts";

/**
 * Work after a write that is done. When it fails, whoever gave the command would take the whole for
 * not done, so the error says what is. Said as a function where it is known only then; undefined:
 * nothing is.
 */
export async function afterWrite<Result>(
  done: string | (() => string | undefined),
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const said = typeof done === "string" ? done : done();
    if (said === undefined) throw error;
    throw new Error(`${messageOf(error).replace(/\.?$/, ".")} ${said}`, { cause: error });
  }
}
