import type { EtlworksClient } from "../shared/etlworks/etlworks-client.ts";
import { explainFailure } from "../shared/etlworks/explain-failure.ts";
import { UserError } from "../shared/user-error.ts";
import { SETTING_NAMES } from "./environment.ts";

/** What `{"check": true}` answers: whether a run could be started now. Nothing is started. */
export interface CheckReport {
  readonly ok: boolean;
  /** One line for each flow: its name, or what is wrong and what to change. */
  readonly flows: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
}

/** Reads each flow once, which needs the secret, the address, the key and its role to be right. */
export async function checkFlows(
  flowIds: readonly number[],
  client: EtlworksClient,
): Promise<CheckReport> {
  const flows: Record<string, string> = {};
  const problems: string[] = [];
  for (const flowId of new Set(flowIds)) {
    const found = await readFlow(flowId, client);
    flows[flowId] = found.text;
    if (!found.ok) problems.push(found.text);
  }
  return { ok: problems.length === 0, flows, problems };
}

async function readFlow(
  flowId: number,
  client: EtlworksClient,
): Promise<{ readonly ok: boolean; readonly text: string }> {
  try {
    const reply = await client.flow(flowId, { timeLimitMs: 10_000 });
    if (reply.kind === "value") return { ok: true, text: reply.value.name };
    const about = { attempt: "read the flow", flowId, names: SETTING_NAMES };
    return { ok: false, text: explainFailure(reply, about) };
  } catch (error) {
    if (error instanceof UserError) return { ok: false, text: error.message };
    throw error;
  }
}
