import { readFileSync } from "node:fs";
import type { Context } from "aws-lambda";
import { sleepInProcess } from "../shared/run/process-host.ts";
import { createSecrets } from "../shared/secrets.ts";
import { UserError } from "../shared/user-error.ts";
import { dispatch } from "./dispatch.ts";
import { type Environment, type RoutesSource, readEnvironment } from "./environment.ts";
import type { Launcher } from "./launch/launcher.ts";
import { identifyRun } from "./launch/run-key.ts";
import { createRunnerLauncher } from "./launch/runner-launcher.ts";
import { createLog } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import { matchRoutes, parseRoutes, type Route } from "./routes/routes.ts";

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
  const routes = parseRoutes(readRoutesText(environment.routes));
  const epochMs = () => Date.now();
  const write = (line: string) => void process.stdout.write(line);
  const secrets = createSecrets(() => {});
  const metrics = createMetrics({ write, epochMs });
  const log = createLog({ write, epochMs, redact: text => secrets.redact(text) });
  const { runner, logParameters } = environment;

  let launcher: Launcher;
  if (runner === undefined) {
    // Its own file, so that a dispatcher with a runner never loads the client for Etlworks.
    const { createInPlaceLauncher } = await import("./launch/in-place-launcher.ts");
    launcher = createInPlaceLauncher({ environment, variables: process.env, secrets, metrics });
  } else {
    launcher = createRunnerLauncher(runner);
  }
  const scope = runner === undefined ? "" : withoutQualifier(runner);

  return {
    dispatch: (event, context) =>
      dispatch(event, context.awsRequestId, {
        route: trigger => matchRoutes(routes, trigger),
        keyOf: decision => identifyRun(decision, scope),
        launch: request => launcher.launch(request),
        routedFlows: new Set(routes.map(({ flow }) => flow)),
        ownFunctions: functionNames(context.invokedFunctionArn, runner),
        startsOnce: runner !== undefined,
        check: () => checkSetup(environment, routes, launcher, context.awsRequestId),
        remainingMs: () => context.getRemainingTimeInMillis(),
        keepPace: createThrottle(environment.paceMs, context),
        logParameters,
        log: log.with({ requestId: context.awsRequestId }),
        metrics,
      }),
    finish() {
      metrics.flush();
      launcher.finish();
    },
  };
}

/** Kept of an invocation's time when it waits. */
const RESERVE_MS = 5_000;

function createThrottle(paceMs: number, context: Context): (runs: number) => Promise<void> {
  const begun = performance.now();
  return runs => {
    const due = runs * paceMs - (performance.now() - begun);
    const waitMs = Math.min(due, context.getRemainingTimeInMillis() - RESERVE_MS);
    return sleepInProcess(waitMs, new AbortController().signal);
  };
}

function readRoutesText(source: RoutesSource): string {
  if (source.kind === "inline") return source.text;
  try {
    return readFileSync(source.path, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      `There are no routes: ${reason}. Put routes.json beside the handler, or set ETLWORKS_ROUTES or ETLWORKS_ROUTES_FILE.`,
    );
  }
}

/** The names of our functions, by which records of their failed invocations are known. */
function functionNames(...arns: readonly (string | undefined)[]): readonly string[] {
  const [self, ...others] = arns.map(arn => arn?.split(":")[6]);
  return self === undefined ? [] : [self, ...others.filter(name => name !== undefined)];
}

/** `arn:aws:lambda:<region>:<account>:function:<name>`: a new version is the same function. */
function withoutQualifier(arn: string): string {
  return arn.split(":").slice(0, 7).join(":");
}

/** What `{"check": true}` answers. */
async function checkSetup(
  environment: Environment,
  routes: readonly Route[],
  launcher: Launcher,
  requestId: string,
) {
  const flows = routes.map(({ flow }) => flow);
  const report = await launcher.check(flows, requestId);
  return {
    ...report,
    baseUrl: environment.baseUrl.href,
    runner: environment.runner ?? "none: flows are started in place and not followed",
    routes: Object.fromEntries(routes.map(({ name, flow }) => [name, flow])),
  };
}
