import type { EtlworksClient } from "../shared/etlworks/etlworks-client.ts";
import { createProcessHost } from "../shared/run/process-host.ts";
import type { LookUp } from "./inputs/find-flow.ts";
import { deadlineOf, type Step } from "./step.ts";

/** How every kind of step looks for its flows, whatever its client sends through. */
export function lookUpOf(step: Step, client: EtlworksClient = step.client): LookUp {
  return {
    client,
    host: createProcessHost(step),
    names: step.inputs.names,
    deadline: deadlineOf(step),
    onDelay: reason =>
      step.runner.line(`The list of flows cannot be read yet (${reason}); trying again`),
  };
}
