import { readFileSync } from "node:fs";
import type { Context } from "aws-lambda";
import { processClock, sleepInProcess } from "../shared/run/process-host.ts";
import { createSecrets } from "../shared/secrets.ts";
import { messageOf } from "../shared/thrown.ts";
import { UserError } from "../shared/user-error.ts";
import { carryOutCommand } from "./carry-out-command.ts";
import { cutText, MAX_ERROR } from "./cut-text.ts";
import type { Decision } from "./decision.ts";
import { dispatch } from "./dispatch.ts";
import { planRuns, takeDryRun } from "./dry-run.ts";
import { type Environment, type RoutesSource, readEnvironment } from "./environment.ts";
import { functionOfArn } from "./function-of-arn.ts";
import { readCommand } from "./lanes/commands/read-command.ts";
import { readKnownEvents } from "./lanes/known-events.ts";
import { createLaneExecutions } from "./lanes/lane-executions.ts";
import { createLaneLauncher } from "./lanes/lane-launcher.ts";
import { createDynamoLedger } from "./lanes/ledger/dynamo-ledger.ts";
import type { Ledger } from "./lanes/ledger/ledger.ts";
import { LEDGER_ATTEMPTS } from "./lanes/retry-ledger.ts";
import { createRunnerCheck } from "./launch/ask-runner.ts";
import type { Launcher } from "./launch/launcher.ts";
import { loadPart } from "./lazy-part.ts";
import { createLog } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import { writeOut } from "./process-output.ts";
import { decodeRoutes } from "./routes/decode-routes.ts";
import { refuseUnmetNeeds } from "./routes/route-needs.ts";
import { ACCEPT_BUDGET_MS, matchRoutes, parseRoutes, type Routes } from "./routes/routes.ts";
import { createTimeBudget } from "./routes/time-budget.ts";
import type { Trigger } from "./trigger.ts";

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
let application: Promise<Application> | undefined;

/** The dispatcher: any event that AWS delivers starts the flows that the routes name. */
export const handler = async (event: unknown, context: Context): Promise<unknown> => {
  application ??= createApplication();
  let current: Application;
  try {
    current = await application;
  } catch (error) {
    application = undefined;
    throw error;
  }
  try {
    return await current.dispatch(event, context);
  } finally {
    current.finish();
  }
};

async function createApplication(): Promise<Application> {
  const environment = readEnvironment(process.env, import.meta.dirname);
  const lanes = readLaneSettings(environment);
  const routes = parseRoutes(readRoutesText(environment.routes));
  refuseUnmetNeeds(routes, setting => (process.env[setting]?.trim() ?? "") !== "");
  const { epochMs } = processClock;
  const secrets = createSecrets(() => {});
  const metrics = createMetrics({ write: writeOut, epochMs, stack: environment.stack });
  const log = createLog({ write: writeOut, epochMs, redact: text => secrets.redact(text) });

  const share = sharing(routes);
  const way = lanes === undefined ? undefined : connectLanes(lanes, epochMs);
  // Its own file, so that a dispatcher with lanes never loads the client for Etlworks.
  const launcher =
    way?.launcher ??
    (await loadPart(() => import("./launch/in-place-launcher.ts"))).createInPlaceLauncher({
      environment,
      variables: process.env,
      secrets,
      metrics,
    });

  return {
    dispatch(event, context) {
      const { awsRequestId: requestId, invokedFunctionArn } = context;
      const acceptBudget = createTimeBudget(ACCEPT_BUDGET_MS, () => performance.now());
      const dependencies = {
        route: (trigger: Trigger) =>
          matchRoutes(routes, trigger, acceptBudget).map(decided =>
            decided.kind === "run" ? share(decided) : decided,
          ),
        launch: (...[records, remainingMs]: Parameters<Launcher["launch"]>) =>
          launcher.launch(
            records.map(requests =>
              requests.map(request => ({ ...request, decision: share(request.decision) })),
            ),
            remainingMs,
          ),
        routedFlows: new Set(routes.list.map(({ flow }) => flow)),
        routeNames: routes.list.map(({ name }) => name),
        ownFunctions: functionsOf(invokedFunctionArn, environment.runner, environment.lane),
        startsOnce: way !== undefined,
        ...(way !== undefined && {
          knownEvents: (identities: readonly string[]) => readKnownEvents(identities, way),
        }),
        check: () => checkSetup(environment, routes, launcher, requestId),
        remainingMs: () => context.getRemainingTimeInMillis(),
        logParameters: environment.logParameters,
        log: log.with({ requestId }),
        metrics,
      };
      const command = readCommand(event, dependencies.ownFunctions);
      if (command.kind === "none") {
        const { dryRun, event: asked } = takeDryRun(event);
        return (dryRun ? planRuns : dispatch)(asked, requestId, dependencies);
      }
      if (command.kind === "rejected") throw new UserError(cutText(command.message, MAX_ERROR));
      if (way === undefined) throw new UserError(NO_LANES);
      return carryOutCommand(command, { ...way, ...dependencies, requestId });
    },
    finish() {
      metrics.flush();
      launcher.finish();
    },
  };
}

/**
 * Says in a decision that its flow runs in several lanes: where one of the flow's routes has lanes of
 * its own, the others of its routes and whoever asks for the flow by name use the lane of the flow.
 */
function sharing({ list }: Routes): <Some extends Decision>(decision: Some) => Some {
  const shared = new Set(list.flatMap(({ flow, lane }) => (lane === undefined ? [] : flow)));
  return decision => {
    if (!shared.has(decision.flow)) return decision;
    return { ...decision, policy: { ...decision.policy, sharedFlow: true } };
  };
}

const NO_LANES =
  "This dispatcher has no lanes, so there is nothing to look after. Set ETLWORKS_LEDGER and ETLWORKS_LANE.";

interface LaneSettings {
  readonly ledger: string;
  readonly lane: string;
  readonly runner: string | undefined;
}

/** Undefined: flows are started in place and not followed. */
function readLaneSettings({ ledger, lane, runner }: Environment): LaneSettings | undefined {
  if (ledger !== undefined && lane !== undefined) return { ledger, lane, runner };
  if (ledger === undefined && lane === undefined && runner === undefined) return undefined;
  throw new UserError(
    "Lanes need both ETLWORKS_LEDGER (the ledger's table) and ETLWORKS_LANE (the lane's ARN). Set both; or set none of ETLWORKS_LEDGER, ETLWORKS_LANE and ETLWORKS_RUNNER to start flows in place.",
  );
}

function connectLanes({ ledger, lane, runner }: LaneSettings, epochMs: () => number) {
  const dependencies = {
    ledger: createDynamoLedger(ledger),
    ...createLaneExecutions(lane),
    attempts: LEDGER_ATTEMPTS,
    sleep: (milliseconds: number) => sleepInProcess(milliseconds, new AbortController().signal),
    random: Math.random,
    epochMs,
  };
  const askRunner = runner === undefined ? undefined : createRunnerCheck(runner);
  const check: Launcher["check"] = async (flows, requestId) => {
    const problem = await ledgerProblem(dependencies.ledger);
    if (problem !== undefined) return { ok: false, flows: {}, problems: [problem] };
    if (askRunner !== undefined) return askRunner(flows, requestId);
    const unset = "The runner checks the flows. Set ETLWORKS_RUNNER to its ARN.";
    return { ok: false, flows: {}, problems: [unset] };
  };
  return { ...dependencies, launcher: createLaneLauncher(dependencies, check) };
}

function readRoutesText(source: RoutesSource): string {
  if (source.kind === "inline") return source.text;
  return decodeRoutes(readRoutesFile(source.path));
}

function readRoutesFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    // Without the path, for which somebody may have written a key.
    const [reason = ""] = messageOf(error).split(", open ");
    throw new UserError(
      `There are no routes: ${reason}. Put routes.json beside the handler, or set ETLWORKS_ROUTES or ETLWORKS_ROUTES_FILE.`,
    );
  }
}

/** Our functions, by which records of their failed invocations are known. */
function functionsOf(self: string, ...others: readonly (string | undefined)[]): readonly string[] {
  if (self.split(":")[6] === undefined) return [];
  return [self, ...others.filter(arn => arn !== undefined)].map(functionOfArn);
}

/** A read of nothing tells whether the table is there and may be read. */
async function ledgerProblem(ledger: Ledger): Promise<string | undefined> {
  try {
    await ledger.readHead("check");
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** What `{"check": true}` answers. */
async function checkSetup(
  environment: Environment,
  routes: Routes,
  launcher: Launcher,
  requestId: string,
) {
  const flows = routes.list.map(({ flow }) => flow);
  const report = await launcher.check(flows, requestId);
  return {
    ...report,
    baseUrl: environment.baseUrl.href,
    lane: environment.lane ?? "none: flows are started in place and not followed",
    runner: environment.runner ?? "none",
    routes: Object.fromEntries(routes.list.map(({ name, flow }) => [name, flow])),
  };
}
