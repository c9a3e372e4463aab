import { readFileSync } from "node:fs";
import type { Context } from "aws-lambda";
import { createHttp } from "../shared/http.ts";
import { Mistake } from "../shared/mistake.ts";
import { createProcessHost, processClock, sleepInProcess } from "../shared/process-host.ts";
import { createSecrets } from "../shared/secrets.ts";
import { type CheckReport, checkFlows } from "./check-setup.ts";
import { type Delivery, type DispatcherParts, dispatch } from "./dispatch.ts";
import { type Environment, type RoutesSource, readEnvironment } from "./environment.ts";
import { createAccess } from "./etlworks-access.ts";
import { createRunnerInvoker, type RunnerInvoker } from "./invoke-runner.ts";
import { createLog } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import { matchRoutes, parseRoutes, type Route } from "./routes.ts";
import { identifyRun, type RunIdentity } from "./run-identity.ts";
import { createSecretFetch } from "./secrets-manager.ts";
import { startInPlace } from "./start-in-place.ts";

/** What lives as long as the process: the caches, the counters, the connections, the routes. */
interface Application {
  readonly dispatch: (event: unknown, context: Context) => Promise<unknown>;
  readonly finish: () => void;
}

/**
 * The one variable of this module. Lambda keeps a process for many invocations, so the secret's
 * cache belongs to the process; it is made by the first invocation and not by the import, so that
 * wrong routes are reported to whoever sent the event, which then goes back to AWS.
 */
let application: Application | undefined;

/** The dispatcher: any event that AWS delivers starts the flows that the routes name. */
export const handler = async (event: unknown, context: Context): Promise<unknown> => {
  application ??= createApplication();
  try {
    return await application.dispatch(event, context);
  } finally {
    application.finish();
  }
};

function createApplication(): Application {
  const environment = readEnvironment(process.env, import.meta.dirname);
  const routes = parseRoutes(readRoutesText(environment.routes));
  const wall = () => Date.now();
  const write = (line: string) => void process.stdout.write(line);
  const secrets = createSecrets(() => {});
  const metrics = createMetrics({ write, wall });
  const log = createLog({ write, wall, redact: secrets.redact });
  const http = createHttp(process.env);
  const client = createAccess({
    baseUrl: environment.baseUrl,
    fetchSecret: createSecretFetch(environment.secretId),
    send: http.send,
    secrets,
    now: wall,
    wall,
    onRequest: () => metrics.add("Requests"),
  });
  const { runner, runQuery, logParameters } = environment;
  const scope = runner === undefined ? "" : withoutQualifier(runner);
  const invoker = runner === undefined ? undefined : createRunnerInvoker(runner);

  return {
    async dispatch(event, context) {
      const patience = createPatience(context);
      const deliver: DispatcherParts["deliver"] =
        invoker === undefined
          ? (decision, _identity, ofRun) =>
              startInPlace(decision, {
                client,
                host: patience.host,
                timeLimitMs: patience.timeLimitMs,
                runQuery,
                log: ofRun,
                metrics,
              })
          : (_decision, identity) => handOver(identity, invoker);
      try {
        return await dispatch(event, context.awsRequestId, {
          route: trigger => matchRoutes(routes, trigger),
          identify: decision => identifyRun(decision, scope),
          deliver,
          check: () => checkSetup(environment, routes, invoker, flows => checkFlows(flows, client)),
          logParameters,
          log: log.with({ requestId: context.awsRequestId }),
          metrics,
        });
      } finally {
        patience.end();
      }
    },
    finish() {
      metrics.flush();
      // A frozen process does not see that a server has closed a connection, and a start sent on
      // such a one would be in doubt for no reason.
      http.close();
    },
  };
}

function readRoutesText(source: RoutesSource): string {
  if (source.kind === "inline") return source.text;
  try {
    return readFileSync(source.path, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Mistake(
      `There are no routes: ${reason}. Put routes.json beside the handler, or set ETLWORKS_ROUTES or ETLWORKS_ROUTES_FILE.`,
    );
  }
}

/** `arn:aws:lambda:<region>:<account>:function:<name>` without the alias: a new version is no new scope. */
function withoutQualifier(arn: string): string {
  return arn.split(":").slice(0, 7).join(":");
}

/** What is kept of an invocation's time for the answer, and for a start that is still without one. */
const RESERVE_MS = 8_000;
const LAST_LOOK_MS = 3_000;

/** A host that stops in time before Lambda ends the invocation, which would lose every result. */
function createPatience(context: Context) {
  const timeLimitMs = Math.max(1_000, context.getRemainingTimeInMillis() - RESERVE_MS);
  const stop = new AbortController();
  const abandon = new AbortController();
  const timers = [
    setTimeout(() => stop.abort(), timeLimitMs),
    setTimeout(() => abandon.abort(), timeLimitMs + LAST_LOOK_MS),
  ];
  return {
    timeLimitMs,
    host: createProcessHost({
      clock: processClock,
      random: Math.random,
      stop: stop.signal,
      abandon: abandon.signal,
      sleep: sleepInProcess,
    }),
    end: () => timers.forEach(clearTimeout),
  };
}

async function handOver({ name, payload }: RunIdentity, invoker: RunnerInvoker): Promise<Delivery> {
  const begun = await invoker.begin(name, payload);
  if (begun.kind !== "accepted") return begun;
  return { kind: "delivered", result: { executionArn: begun.executionArn } };
}

/** With a runner it is the runner that may read the secret, so the runner is asked. */
async function checkSetup(
  environment: Environment,
  routes: readonly Route[],
  invoker: RunnerInvoker | undefined,
  inPlace: (flows: readonly number[]) => Promise<CheckReport>,
): Promise<unknown> {
  const flows = routes.map(({ flow }) => flow);
  const setup = {
    baseUrl: environment.baseUrl.href,
    runner: environment.runner ?? "none; flows are started in place and not followed",
    routes: Object.fromEntries(routes.map(({ name, flow }) => [name, flow])),
  };
  if (invoker === undefined) return { ...(await inPlace(flows)), ...setup };
  const answered = await invoker.ask(JSON.stringify({ check: true, flows }));
  return answered.kind === "answer"
    ? { ...toObject(answered.value), ...setup }
    : { ok: false, problems: [answered.message], ...setup };
}

function toObject(value: unknown): object {
  return typeof value === "object" && value !== null ? value : { answer: value };
}
