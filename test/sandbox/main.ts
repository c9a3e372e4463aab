import { relative } from "node:path";
import { exampleFlows } from "./example-flows.ts";
import { type RecordedRequest, type Sandbox, startSandbox } from "./server.ts";
import { exampleUsers } from "./users.ts";

/** `npm run sandbox`: the sandbox by hand, until Ctrl-C. An argument chooses the port. */
const sandbox = await startSandbox({
  port: Number(process.argv[2] ?? 0),
  requestsPerMinute: 600,
  stopRequest: "POST /v1/flows/{flow-id}/stop?auditId={audit-id}",
  parallelQuery: "parallel=true",
  onRequest: request => console.log(lineOf(request)),
});
console.log(introduction(sandbox));

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    void sandbox.close();
  });
}

function introduction({ baseUrl, apiKey }: Sandbox): string {
  const flows = exampleFlows(Date.now()).map(({ id, name, runs = [] }) => {
    const { queuedMs = 0, runningMs = 0, end = "success" } = runs[0] ?? {};
    const seconds = (queuedMs + runningMs) / 1000;
    const fate = seconds === Number.POSITIVE_INFINITY ? "never ends" : `${end} after ${seconds} s`;
    return `  ${id}  ${name}: ${fate}`;
  });
  const users = exampleUsers().map(
    ({ role, login, password }) => `  ${role.padEnd(13)}  ${login}  ${password}`,
  );
  return `A sandbox in place of Etlworks. Base URL: ${baseUrl}

Flows
${flows.join("\n")}

Users (role, login, password)
${users.join("\n")}

Paste these into another shell:
  export ETLWORKS_URL=${baseUrl}
  export ETLWORKS_API_KEY=${apiKey}
  curl -s "$ETLWORKS_URL/v1/flows?q=stripe" -H "Authorization: Bearer $ETLWORKS_API_KEY"
  AUDIT_ID=$(curl -s -X POST "$ETLWORKS_URL/v1/flows/12345/run" -H "Authorization: Bearer $ETLWORKS_API_KEY" -H "Content-Type: application/json" -d '{"runDate":"2026-05-09"}' | tee /dev/stderr | sed 's/.*"auditId":\\([0-9]*\\).*/\\1/')
  curl -s "$ETLWORKS_URL/v1/executions/12345?auditId=$AUDIT_ID" -H "Authorization: Bearer $ETLWORKS_API_KEY"
  curl -s -X POST "$ETLWORKS_URL/v1/token-auth" -H "Content-Type: application/json" -d '{"login":"olivia@example.com","password":"olivia-likes-cold-brew-7"}'

Or run the committed Action against it, as a workflow's step would. If you have just started a run above,
wait until it has ended: otherwise the Action fails with "busy".
  env INPUT_BASE-URL=${baseUrl} INPUT_API-KEY=${apiKey} INPUT_FLOW-ID=12345 ${nodeCommand()} dist/action/index.js

Stopping (not the real path, which is not public) needs an Editor:
  POST /v1/flows/{flow-id}/stop?auditId={audit-id}

Requests, until Ctrl-C:`;
}

/** The Node that runs this: another one on the path may be too old for the Action. */
function nodeCommand(): string {
  const path = relative("", process.execPath);
  return `"${path.startsWith("..") ? process.execPath : path}"`;
}

function lineOf({ method, path, body, status, at, fault }: RecordedRequest): string {
  const time = new Date(at).toISOString().slice(11, 23);
  const answer = `${status ?? "no answer"}${fault === undefined ? "" : ` (${fault})`}`;
  // A login carries a password; nothing of it is worth a line.
  const shown = body === "" || path.includes("token-auth") ? "" : ` ${body}`;
  return `${time}  ${method} ${path}${shown}  ${answer}`;
}
