import type { EtlworksClient } from "../../shared/etlworks/etlworks-client.ts";
import { mistakeAsAnswer } from "../../shared/run/mistake-as-answer.ts";

/**
 * The client for a run that was left behind by a runner that is gone. In the meantime the secret may
 * have been moved, or the role lost it in an update of the stack. The run goes on all the same, so the
 * history, which is asked first and only says how long runs take, is a fault to survive. The status is
 * asked again until the deadline in any case.
 */
export function watchingClient(client: EtlworksClient): EtlworksClient {
  return {
    ...client,
    history: (...request) => mistakeAsAnswer(() => client.history(...request)),
  };
}
