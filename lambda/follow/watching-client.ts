import type { EtlworksClient } from "../../shared/etlworks/etlworks-client.ts";
import type { Failure } from "../../shared/etlworks/replies/reply.ts";
import { UserError } from "../../shared/user-error.ts";

/**
 * The client for a run that is followed for hours or days. In that time the secret may be moved, or
 * the role lose it in an update of the stack. The run goes on all the same, so a status that cannot
 * be asked for is a fault to survive: it is asked for again until the deadline, and the log says why.
 * Before the start the same mistake ends the attempt.
 *
 * `begun`: a run that somebody left behind is followed, so nothing is before the start. The history,
 * which only says how long runs take, is a fault to survive as well.
 */
export function watchingClient(
  client: EtlworksClient,
  { begun = false }: { readonly begun?: boolean } = {},
): EtlworksClient {
  return {
    ...client,
    execution: (...request) => surviving(() => client.execution(...request)),
    ...(begun && { history: (...request) => surviving(() => client.history(...request)) }),
  };
}

async function surviving<Answer>(ask: () => Promise<Answer>): Promise<Answer | Failure> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // It becomes a part of a sentence.
    return { kind: "unreachable", permanent: false, message: error.message.replace(/\.$/, "") };
  }
}
