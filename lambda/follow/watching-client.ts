import type { EtlworksClient } from "../../shared/etlworks/etlworks-client.ts";
import { UserError } from "../../shared/user-error.ts";

/**
 * The client for a run that is followed for hours or days. In that time the secret may be moved, or
 * the role lose it in an update of the stack. The run goes on all the same, so a status that cannot
 * be asked for is a fault to survive: it is asked for again until the deadline, and the log says why.
 * Before the start the same mistake ends the attempt.
 */
export function watchingClient(client: EtlworksClient): EtlworksClient {
  return {
    ...client,
    async execution(...request) {
      try {
        return await client.execution(...request);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        return { kind: "unreachable", permanent: false, message: error.message };
      }
    },
  };
}
