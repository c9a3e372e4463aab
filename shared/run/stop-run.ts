import type { EtlworksClient } from "../etlworks/etlworks-client.ts";
import type { Call, Reply } from "../etlworks/replies/reply.ts";
import type { Origin } from "./outcome.ts";

/**
 * A request that stops a run, as the user gave it. Etlworks has such a call, but its address is in
 * no public page, so we do not guess it.
 */
export interface StopRequest {
  readonly method: string;
  /** Below the base URL, with `{flow-id}` and `{audit-id}` still in it. */
  readonly path: string;
}

/** A method of HTTP, and a path: not the rest of an address, which could lead elsewhere. */
export function isStopRequest({ method, path }: StopRequest): boolean {
  return /^(?:GET|POST|PUT|PATCH|DELETE)$/.test(method) && /^\/[^\s#\\]*$/.test(path);
}

/** The run that is to be stopped. */
export interface RunToStop {
  readonly flowId: number;
  readonly auditId: string;
  readonly origin: Origin;
}

/** Asks the server to stop our run. A run that is another's is never stopped. */
export async function stopRun(
  client: EtlworksClient,
  request: StopRequest,
  run: RunToStop,
  call: Call,
): Promise<Reply<true> | { readonly kind: "not-ours" }> {
  if (run.origin === "attached") return { kind: "not-ours" };
  const path = request.path
    .replaceAll("{flow-id}", String(run.flowId))
    .replaceAll("{audit-id}", encodeURIComponent(run.auditId));
  return client.send(request.method, path, call);
}
