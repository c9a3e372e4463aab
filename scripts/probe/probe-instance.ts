import type { SendHttp } from "../../shared/etlworks/http/http.ts";
import { UserError } from "../../shared/user-error.ts";
import { createAsk } from "./ask.ts";
import { createNotes } from "./page.ts";
import { askWithoutRun } from "./read-only.ts";
import { askWithRun } from "./with-run.ts";

/** Asks one instance everything and gives back the page. Throws a UserError when nothing answers. */
export async function probeInstance(
  options: {
    readonly baseUrl: URL;
    readonly key: string;
    /** Whose history is read; any flow that has one when it is not given. */
    readonly flowId?: string | undefined;
    /** The flow to start. */
    readonly run?: string | undefined;
  },
  dependencies: {
    readonly send: SendHttp;
    readonly now: () => number;
    readonly sleep: (milliseconds: number) => Promise<void>;
  },
): Promise<string> {
  const { now, sleep } = dependencies;
  const notes = createNotes();
  const ask = createAsk({
    ...dependencies,
    ...options,
    onRateLimit: retryAfter => {
      const kind = retryAfter === undefined ? "no Retry-After" : "Retry-After that is not seconds";
      const right = retryAfter !== undefined && /^\d+$/.test(retryAfter);
      notes.judge("rateLimit", right, right ? "" : kind);
    },
  });
  await greet(ask);
  const probe = { ask, notes, now, sleep };
  await askWithoutRun(probe, options.run ?? options.flowId);
  if (options.run !== undefined) await askWithRun(probe, options.run);
  return notes.render();
}

/** The page would be empty if the address or the key were wrong. */
async function greet(ask: ReturnType<typeof createAsk>): Promise<void> {
  const answer = await ask({ path: "/v1/flows" });
  if (answer.kind === "none") {
    throw new UserError(
      `There is no answer at this address: ${answer.reason}. Check ETLWORKS_BASE_URL.`,
    );
  }
  if (answer.status === 401) {
    throw new UserError("Etlworks refused the key. Check ETLWORKS_API_KEY.");
  }
  if (answer.body.kind === "html" || (answer.status === 404 && answer.body.kind !== "json")) {
    throw new UserError(
      "There is a web site at this address, but no Etlworks API. Check ETLWORKS_BASE_URL.",
    );
  }
}
