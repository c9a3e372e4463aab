import type { HttpRequest } from "../../shared/etlworks/http/http.ts";
import type { Fault } from "../sandbox/faults.ts";
import type { Chance } from "../virtual/chance.ts";
import type { Fate } from "../virtual/virtual-wire.ts";
import type { World } from "./world.ts";

/** What a request is for. */
export type Purpose = "start" | "history" | "latest" | "look" | "sign" | "stop";

export function purposeOf(request: Pick<HttpRequest, "method" | "url">): Purpose {
  const path = request.url.pathname;
  if (path.endsWith("/run")) return "start";
  if (path.endsWith("/history")) return "history";
  if (path.endsWith("/stop")) return "stop";
  if (path.includes("/token-auth")) return "sign";
  return request.url.searchParams.has("auditId") ? "look" : "latest";
}

/** Decides about each request, one after the other, by chance alone. */
export function createAdversary(
  world: World,
  chance: Chance,
  now: () => number,
): (request: HttpRequest) => Fate {
  const { storm } = world;
  return request => {
    const purpose = purposeOf(request);
    const usual = usualFate(chance, storm.slowness);
    const at = now();
    const down = world.restarts.find(restart => restart.at <= at && at < restart.untilMs);
    if (down !== undefined) {
      return down.as === "refused"
        ? { ...usual, unreachable: { permanent: false } }
        : { ...usual, fault: { kind: "html", when: "before", status: 503 } };
    }
    if (at >= storm.until || !chance.likely(storm[purpose === "latest" ? "history" : purpose]))
      return usual;
    const possible = mischief.filter(
      ({ against }) => against === "all" || against.includes(purpose),
    );
    const wanted = storm.only;
    const number = wanted === undefined ? chance.whole(0, 1_000) : chance.pick([0, ...wanted]);
    const { make } = possible[number % possible.length] ?? never;
    return { ...usual, ...make(chance, request) };
  };
}

function usualFate(chance: Chance, slowness: number): Fate {
  const leg = () => Math.round(chance.anyScale(1, 100) * slowness);
  return {
    connectMs: leg(),
    travelMs: leg(),
    returnMs: leg(),
    diesWithCaller: chance.likely(0.5),
  };
}

/**
 * One way to make trouble. What a start must not meet is left out there: a server that begins the
 * run and then says that it did not (401, 403, 429, code 3) breaks its own word, and nobody could
 * tell; the same goes for an answer to a start that names another run, and for a history that says
 * it is empty when it is not.
 */
interface Mischief {
  readonly against: "all" | readonly Purpose[];
  readonly make: (chance: Chance, request: HttpRequest) => Fate;
}

const notTheStart = ["history", "latest", "look", "sign", "stop"] as const;

const mischief: readonly Mischief[] = [
  { against: "all", make: () => ({ unreachable: { permanent: false } }) },
  { against: "all", make: () => ({ connectMs: Number.POSITIVE_INFINITY }) },
  { against: "all", make: () => ({ lost: true }) },
  { against: "all", make: chance => ({ travelMs: slow(chance) }) },
  { against: "all", make: chance => ({ returnMs: slow(chance) }) },
  { against: "all", make: chance => ({ againAfterMs: chance.anyScale(1, 10_000) }) },
  { against: "all", make: chance => spoiled({ kind: "reset", when: moment(chance) }) },
  { against: "all", make: chance => spoiled({ kind: "hang-up", when: moment(chance) }) },
  { against: "all", make: chance => spoiled({ kind: "hang", when: moment(chance) }) },
  { against: "all", make: chance => spoiled(serverError(chance, moment(chance))) },
  { against: "all", make: chance => spoiled(serverError(chance, "after")) },
  { against: "all", make: (chance, request) => spoiled(indiscretion(chance, request)) },
  { against: "all", make: chance => spoiled({ kind: "html", when: moment(chance) }) },
  { against: "all", make: chance => spoiled(tooMany(chance)) },
  { against: "all", make: chance => spoiled(absurdlyTooMany(chance)) },
  { against: "all", make: () => spoiled({ kind: "half-body" }) },
  { against: "all", make: () => spoiled({ kind: "cut-json" }) },
  { against: "all", make: () => spoiled({ kind: "empty-body" }) },
  { against: "all", make: () => spoiled({ kind: "null" }) },
  { against: "all", make: () => spoiled({ kind: "empty-object" }) },
  { against: "all", make: () => spoiled({ kind: "garbage" }) },
  { against: "all", make: () => spoiled({ kind: "endless-body" }) },
  { against: "all", make: chance => spoiled(refusal(chance)) },
  { against: ["look"], make: () => spoiled({ kind: "other-audit-id" }) },
  { against: ["look"], make: chance => spoiled({ kind: "status-word", word: oddWord(chance) }) },
  { against: ["look"], make: () => spoiled({ kind: "body", body: "[]" }) },
  { against: notTheStart, make: () => spoiled({ kind: "body", body: refusedInside }) },
  { against: notTheStart, make: () => spoiled({ kind: "body", body: '{"status":"success"' }) },
  { against: notTheStart, make: () => spoiled({ kind: "body", body: "[null,7,{}]" }) },
];

const never: Mischief = { against: "all", make: () => ({}) };

const refusedInside = '{"success":false,"error":"The audit database is being rebuilt"}';

function spoiled(fault: Fault): Fate {
  return { fault };
}

function moment(chance: Chance): "before" | "after" {
  return chance.pick(["before", "after"]);
}

function slow(chance: Chance): number {
  return Math.round(chance.anyScale(1_000, 90_000));
}

function oddWord(chance: Chance): string {
  return chance.pick(["suspended", "RUNNING", "::error::x", "succes", "warming\nup", " "]);
}

function serverError(chance: Chance, when: "before" | "after"): Fault {
  const status = chance.pick([500, 502, 503, 504, 408, 425, 520]);
  return chance.likely(0.3) ? { kind: "html", when, status } : { kind: "answer", when, status };
}

/** Refused, with nothing done. The status is in doubt for nobody. */
function refusal(chance: Chance): Fault {
  const status = chance.pick([401, 401, 400, 403, 404, 404, 405, 409, 415, 302]);
  if (status !== 302) return { kind: "answer", when: "before", status };
  return { kind: "redirect", when: "before", location: "https://login.example.com/?next=%2F" };
}

function tooMany(chance: Chance): Fault {
  return {
    kind: "rate-limited",
    seconds: Math.round(chance.anyScale(1, 120)),
    as: chance.pick(["seconds", "date"]),
  };
}

function absurdlyTooMany(chance: Chance): Fault {
  const header = chance.pick([
    undefined,
    "",
    "0",
    "-5",
    "soon",
    "1e9",
    "0.5",
    "86400",
    "999999999",
    "99999999999999999999",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "Fri, 31 Dec 9999 23:59:59 GMT",
  ]);
  const headers = header === undefined ? {} : { "retry-after": header };
  return { kind: "answer", when: "before", status: 429, headers };
}

/** A server that repeats in its error page what it was sent, letter by letter or encoded. */
function indiscretion(chance: Chance, request: HttpRequest): Fault {
  const sent = `${request.headers["authorization"] ?? ""} ${request.body ?? ""}`;
  const text = chance.pick([
    sent,
    encodeURIComponent(sent),
    Buffer.from(sent).toString("base64"),
    JSON.stringify(sent),
  ]);
  const message = `Unexpected request: ${text}`;
  // Gson writes these letters as escapes, and others may write any.
  const escaped = (body: string) =>
    body.replace(
      /[=<>&'/+]/g,
      letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
  const json = JSON.stringify({ status: 500, error: "Internal Server Error", message });
  const body = chance.pick([json, escaped(json), message, `<html><body>${message}</body></html>`]);
  const status = chance.pick([500, 500, 400, 401]);
  return { kind: "answer", when: status === 500 ? moment(chance) : "before", status, body };
}
