import type { Reply } from "../etlworks/replies/reply.ts";
import { UserError } from "../user-error.ts";

/**
 * Asks, and takes a mistake that comes up inside the call, such as a secret that may not be read any
 * more, for an answer too: for what is asked about a run that may have begun, and that must not be
 * forgotten.
 */
export async function mistakeAsAnswer<Value>(
  ask: () => Promise<Reply<Value>>,
): Promise<Reply<Value>> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { kind: "unreachable", permanent: false, message: error.message };
  }
}
