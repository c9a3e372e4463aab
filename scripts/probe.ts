import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { parseBaseUrl } from "../shared/etlworks/base-url.ts";
import { checkApiKey } from "../shared/etlworks/credentials.ts";
import { createHttp } from "../shared/etlworks/http/http.ts";
import { UserError } from "../shared/user-error.ts";
import { probeInstance } from "./probe/probe-instance.ts";

/**
 * `npm run probe`: asks a live instance what the public documentation leaves open, and prints a page
 * without a value, a name or an address, to be pasted into an issue.
 */
const USAGE = `Usage: ETLWORKS_API_KEY=… ETLWORKS_BASE_URL=… npm run probe [-- --flow ID] [-- --run ID]

Only reads, unless you add --run with the id of a flow that does no harm: it is started, and asked to
start a second time while it runs. --flow chooses whose history is read. Without ETLWORKS_BASE_URL the
cloud is asked. The page goes to the standard output.`;

const http = createHttp(process.env);
try {
  const { flow, run } = readWords();
  const key = checkApiKey(process.env["ETLWORKS_API_KEY"] ?? "", "ETLWORKS_API_KEY");
  const address = process.env["ETLWORKS_BASE_URL"] || process.env["ETLWORKS_URL"];
  const baseUrl = parseBaseUrl(address || "https://app.etlworks.com/rest", {
    name: "ETLWORKS_BASE_URL",
    allowHttp: process.env["ETLWORKS_ALLOW_HTTP"] === "true",
  });
  const page = await probeInstance(
    { baseUrl, key, flowId: flow, run },
    { send: http.send, now: () => Date.now(), sleep: milliseconds => sleep(milliseconds) },
  );
  console.log(page);
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  http.close();
}

function readWords(): { readonly flow?: string | undefined; readonly run?: string | undefined } {
  try {
    const { values } = parseArgs({
      options: { flow: { type: "string" }, run: { type: "string" }, help: { type: "boolean" } },
    });
    const wrong = [values.flow, values.run].some(
      id => id !== undefined && !/^[1-9]\d{0,14}$/.test(id),
    );
    if (values.help === true || wrong) throw new UserError(USAGE);
    return values;
  } catch (error) {
    throw error instanceof UserError ? error : new UserError(USAGE);
  }
}
