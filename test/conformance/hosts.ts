import { createDurableHost, type DurableOperations } from "../../lambda/follow/durable-host.ts";
import type { Host } from "../../shared/run/host.ts";
import type { Outcome } from "../../shared/run/outcome.ts";
import { createProcessHost } from "../../shared/run/process-host.ts";
import { runFlow } from "../../shared/run/run-flow.ts";
import type { RunEvent, RunRequest } from "../../shared/run/run-request.ts";
import { type CallerTime, createCallerTime } from "../virtual/caller-time.ts";
import {
  createDurableService,
  type DurableService,
  type DurableServiceOptions,
} from "./durable-service.ts";
import { FLOW, type Scenario } from "./scenarios.ts";
import { createWorld, type Sent, type World } from "./world.ts";

/** What one host made of a scenario. */
export interface Told {
  readonly end: Outcome;
  readonly wire: readonly Sent[];
  readonly events: readonly RunEvent[];
}

/** In a process, whose waits last whole seconds as AWS's do. */
export async function tellInProcess(scenario: Scenario): Promise<Told> {
  const time = createCallerTime();
  const world = createWorld(time, scenario.world);
  const events: RunEvent[] = [];
  const never = new AbortController().signal;
  const host = createProcessHost({
    clock: { monotonicMs: time.now, epochMs: time.now },
    random: () => 0.5,
    stop: never,
    abandon: never,
    sleep: milliseconds => time.sleep(Math.max(1, Math.ceil(milliseconds / 1_000)) * 1_000),
  });
  const end = await attempt(scenario, world, host, events);
  return { end, wire: world.wire, events };
}

/** In a durable execution, on the real SDK and the stand-in for AWS's side of it. */
export async function tellDurably(
  scenario: Scenario,
  options: Pick<DurableServiceOptions, "waits" | "crashAt" | "supersededAt"> & {
    readonly crashAtRequest?: World["crashAt"];
  } = {},
): Promise<Told & { readonly service: DurableService; readonly world: World }> {
  const time = createCallerTime();
  const world = createWorld(time, scenario.world);
  world.crashAt = options.crashAtRequest;
  const events: RunEvent[] = [];
  let end: Outcome | undefined;
  const service = createDurableService({
    ...options,
    time,
    input: {},
    onDeath: () => world.restart(),
    async handler(_input, context) {
      end = await attempt(scenario, world, durable(context, time), events);
      return end;
    },
  });
  const ended = await service.run();
  if (ended.status === "FAILED" || end === undefined) {
    throw new Error(`the execution failed: ${JSON.stringify(ended)}`);
  }
  return { end, wire: world.wire, events, service, world };
}

export function durable(context: DurableOperations, time: Pick<CallerTime, "now">): Host {
  return createDurableHost({ context, epochMs: time.now, random: () => 0.5 });
}

export function attempt(
  scenario: Scenario,
  world: Pick<World, "client">,
  host: Host,
  events: RunEvent[],
): Promise<Outcome> {
  const names = { baseUrl: "the address", credentials: "the key", flow: "the flow's id" };
  const request = requestOf(scenario);
  const report = (event: RunEvent) => void events.push(event);
  return runFlow({ request, client: world.client, host, report, names });
}

function requestOf({ request }: Scenario): RunRequest {
  const timeoutMs = request?.timeoutMs ?? 24 * 3_600_000;
  return {
    flowId: FLOW,
    parameters: { day: "2026-11-23" },
    runQuery: "",
    ifRunning: "wait",
    wait: true,
    adoption: "strict",
    patienceMs: timeoutMs,
    ...request,
    timeoutMs,
  };
}
