import { TERMINAL_STATUSES } from "../../shared/etlworks/replies/run-status.ts";
import { parseJson } from "../../shared/json.ts";
import type { Run } from "../sandbox/run.ts";
import type { Exchange } from "../virtual/virtual-wire.ts";
import { type Purpose, purposeOf } from "./adversary.ts";
import { ABANDON_AFTER_MS, type Protocol } from "./experiment.ts";
import { EPOCH, OPENING_MS, type World } from "./world.ts";

/** What was broken, and how. */
export interface BrokenPromise {
  readonly promise: string;
  readonly how: string;
}

/** Holds an experiment against everything that the core promises. */
export function brokenPromises(protocol: Protocol): BrokenPromise[] {
  return Object.entries(PROMISES).flatMap(([promise, check]) =>
    check(protocol).map(how => ({ promise, how })),
  );
}

/** Each check returns what is wrong, in a few words; nothing when all is well. */
const PROMISES: Readonly<Record<string, (protocol: Protocol) => string[]>> = {
  "never throws": ({ ending }) => (ending.kind === "crash" ? [String(ending.error)] : []),
  "starts once": startsOnce,
  "tells the truth about the start": tellsTheStart,
  "tells the truth about the end": tellsTheEnd,
  "follows one run and says which": followsOne,
  "blames the user only with cause": blamesWithCause,
  "adopts only what can be ours": adoptsOwn,
  "attaches only when asked": attachesOnRequest,
  "believes the first clear answer": believes,
  "notices the end": noticesTheEnd,
  "ends in time": endsInTime,
  "keeps secrets": keepsSecrets,
  "looks no more often than it may": pollsSeldom,
  "waits as long as it was asked": waitsAsAsked,
  "counts rightly": countsRightly,
  "stops only its own run": stopsOwn,
  "speaks plain data": speaksPlainly,
};

/**
 * A start may follow another only when the one before provably did nothing. So the server begins
 * one run at most; a proxy that repeats a request is the only excuse for a second. And none goes
 * out after being told to stop.
 */
function startsOnce(protocol: Protocol): string[] {
  const { exchanges, runs, world } = protocol;
  const starts = exchanges.filter(is("start"));
  const { stopAt = Number.POSITIVE_INFINITY } = world;
  const repeated = starts.reduce((sum, { arrivals }) => sum + Math.max(0, arrivals.length - 1), 0);
  const ours = runs.filter(isOurs);
  return [
    ...(ours.length > 1 + repeated ? [`${ours.length} runs were begun`] : []),
    ...starts
      .filter(({ sentAt, fate }) => sentAt + (fate.connectMs ?? 0) > stopAt)
      .filter(({ arrivals }) => arrivals.length > 0)
      .map(start => `#${start.number} went out after the stop`),
    ...starts
      .slice(0, -1)
      .filter(start => !isProvablyRefused(start, protocol))
      .map(start => `#${start.number} was in doubt, and yet another start followed`),
  ];
}

function isProvablyRefused(start: Exchange, protocol: Protocol): boolean {
  const { reply } = start;
  switch (reply?.kind) {
    case "unreachable":
      return true;
    case "stopped":
      return !reply.mayHaveArrived;
    case "answer":
      return reply.status === 401 || reply.status === 429 || isAboutAnother(start, protocol);
    case "broken":
    case undefined:
      return false;
  }
}

/** Code 1 that does not name a run that this start began: not ours, or one that was there before. */
function isAboutAnother({ reply, sentAt }: Exchange, { runs, world }: Protocol): boolean {
  if (codeOf(reply) !== "1") return false;
  const body = bodyOf(reply);
  const named = isRecord(body) ? String(body["auditId"]) : "";
  return !runs.some(
    run =>
      isOurs(run) &&
      run.auditId === named &&
      run.startedAt - EPOCH - world.serverSkewMs >= sentAt - CLOCK_STEP_MS,
  );
}

/** Records have whole milliseconds. */
const CLOCK_STEP_MS = 1;

/** Who says that no run was begun must be right, and who names a run must name ours. */
function tellsTheStart(protocol: Protocol): string[] {
  const { ending, exchanges, runs, world } = protocol;
  const starts = exchanges.filter(is("start"));
  const ours = runs.filter(isOurs).map(run => run.auditId);
  const named = auditIdOf(protocol);
  const repeated = starts.some(start => start.arrivals.length > 1);
  if (ending.kind === "crash") return [];
  const last = starts.at(-1);
  if (ending.kind === "outcome") {
    const { kind } = ending.outcome;
    if (kind === "start-unknown") {
      const since = exchanges.slice(last?.number ?? 0).filter(is("history"));
      const read = since.some(look => isOwnAnswer(look) && isStatus(look.reply, 200));
      const says = ending.outcome.message.includes("no new run has appeared");
      return [
        ...(last === undefined || isClear(last)
          ? ["the start was clear, but it says unknown"]
          : []),
        ...(says && !read ? ["says that no run has appeared, but has never seen"] : []),
      ];
    }
    if (kind === "busy" || kind === "skipped") {
      const { ifRunning } = world.request;
      const fits = kind === "skipped" ? ifRunning === "skip" : ifRunning !== "skip";
      return [
        ...(codeOf(last?.reply) === "1" ? [] : ["no start was answered with code 1"]),
        ...(fits ? [] : [`${kind} with policy ${ifRunning}`]),
        ...(ours.length > 0 && !repeated ? [`${kind}, but ${ours.join()} is ours`] : []),
      ];
    }
    if (kind === "not-started" && codeOf(last?.reply) === "0") return ["code 0 is a start"];
  }
  if (named === undefined && ours.length > 0) {
    // Twice a web page with status 200: the sentence says that this is no API, and no more.
    const website = refusedOf(protocol)?.includes("web site") === true;
    return website || repeated ? [] : [`names no run, but ${ours.join()} is ours`];
  }
  if (named !== undefined && ours.length > 0 && !ours.includes(named) && !isAnothers(protocol)) {
    return [`names ${named}, but ${ours.join()} is ours`];
  }
  return [];
}

/** A run that is said to have ended had ended, and so. */
function tellsTheEnd(protocol: Protocol): string[] {
  const { ending, overAtEnd } = protocol;
  if (ending.kind !== "outcome") return [];
  const { outcome } = ending;
  if (TERMINAL_STATUSES.some(status => status === outcome.kind)) {
    const truth = overAtEnd.get(auditIdOf(protocol) ?? "");
    return truth === outcome.kind
      ? []
      : [`says ${outcome.kind}, the truth is ${truth ?? "running"}`];
  }
  if (outcome.kind === "lost") {
    const polls = pollsIn(protocol);
    const known = polls.findLast(poll => isOwnAnswer(poll) && statusIn(poll) !== undefined);
    const since = polls.find(
      ({ sentAt, reply }) => sentAt > (known?.sentAt ?? 0) && isAbsent(reply),
    );
    const absentMs = protocol.endedAt - (since?.repliedAt ?? protocol.endedAt);
    return absentMs >= 120_000 ? [] : [`lost after ${absentMs} ms`];
  }
  return [];
}

/**
 * `refused` is what only the user can fix: the server said no (401, 400, 403, 404, 405, a
 * redirect), was not there at all before the run began, or is a web site.
 */
function blamesWithCause(protocol: Protocol): string[] {
  const { exchanges, exchangesAtEnd, events } = protocol;
  const message = refusedOf(protocol);
  if (message === undefined) return [];
  const last = exchanges[exchangesAtEnd - 1];
  const begun = events.some(({ event }) => event.kind === "started");
  const refused = isStatus(last?.reply, 302, 400, 401, 403, 404, 405);
  const unreachable = last?.reply?.kind === "unreachable" && (!begun || last.reply.permanent);
  // A login that fails in any way counts as a server that is not there.
  const noLogin = !begun && last !== undefined && is("sign")(last);
  const website = message.includes("web site");
  return refused || unreachable || noLogin || website ? [] : [message];
}

/** `begun` comes once, before the first look, and its id is the outcome's. */
function followsOne(protocol: Protocol): string[] {
  const { events, exchanges, exchangesAtEnd, ending } = protocol;
  const begun = events.filter(({ event }) => event.kind === "started");
  const ids = new Set(
    begun.flatMap(({ event }) => (event.kind === "started" ? [event.auditId] : [])),
  );
  const named = auditIdOf(protocol);
  const strays = exchanges
    .slice(0, exchangesAtEnd)
    .filter(({ sentAt }) => sentAt > (begun[0]?.at ?? Number.POSITIVE_INFINITY))
    .filter(
      exchange =>
        is("latest")(exchange) ||
        (is("look")(exchange) && !ids.has(exchange.request.url.searchParams.get("auditId") ?? "")),
    );
  return [
    ...(begun.length > 1 ? [`begun ${begun.length} times`] : []),
    ...(ending.kind === "outcome" && ids.size === 1 && !ids.has(named ?? "")
      ? [`begun ${[...ids].join()}, but the outcome names ${named ?? "no run"}`]
      : []),
    ...(ids.size === 0 && named !== undefined ? [`names ${named} without an event`] : []),
    ...strays.map(({ number }) => `#${number} looks at a run that was not announced`),
  ];
}

/**
 * What can be promised of an adopted run. It is ours, unless another user began a run of the same
 * flow in the same moment and ours was not in the history (never begun, or not listed yet). Even
 * then it was not there before we sent, nor begun by a schedule, nor begun before we sent by more
 * than the clocks can tell.
 */
function adoptsOwn(protocol: Protocol): string[] {
  const { runs, exchanges, world } = protocol;
  const adoption = beginning(protocol, "adopted");
  if (adoption === undefined) return [];
  const { auditId } = adoption;
  const run = runs.find(candidate => candidate.auditId === auditId);
  if (run === undefined) return [`${auditId} does not exist`];
  if (isOurs(run)) return [];
  const before = exchanges.filter(({ repliedAt }) => repliedAt <= adoption.at);
  const start = before.findLast(is("start"));
  const lastLook = before.findLast(is("history"));
  const baseline = before.findLast(
    exchange => is("history")(exchange) && exchange.repliedAt <= (start?.sentAt ?? 0),
  );
  const listed = (exchange: Exchange | undefined, id: string) =>
    exchange?.answered?.body.includes(id) === true;
  const hidden = world.server.omittedFields ?? [];
  const { recordsAheadMs = 0 } = world.server;
  const age = EPOCH + world.serverSkewMs + (start?.sentAt ?? 0) - run.startedAt - recordsAheadMs;
  // Cut to the second, at most 3 s on the way, and 2 s of tolerance in the core.
  const exact = world.dateHeader && !hidden.includes("started");
  return [
    ...runs
      .filter(own => isOurs(own) && listed(lastLook, own.auditId))
      .map(own => `${auditId} was adopted although ${own.auditId}, ours, was listed`),
    ...(listed(baseline, auditId) ? [`${auditId} was in the baseline`] : []),
    ...(world.request.adoption === "strict" ? [] : ["adoption was not allowed"]),
    ...(run.startedBy === "scheduler" && !hidden.includes("eventId")
      ? [`${auditId} is the scheduler's`]
      : []),
    ...(run.messageId !== undefined && !hidden.includes("messageId")
      ? [`${auditId} is a listener's`]
      : []),
    ...(run.parentAuditId !== undefined &&
    !(hidden.includes("parentAuditId") && hidden.includes("retries"))
      ? [`${auditId} is a retry`]
      : []),
    ...(world.signIn === "login" && run.user !== world.user.login && !hidden.includes("user")
      ? [`${auditId} is of ${run.user}`]
      : []),
    ...(!exact && baseline !== undefined && wasThere(run, baseline, world)
      ? [`${auditId} was active when the history was read`]
      : []),
    ...(exact && age > 6_000 ? [`${auditId} began ${age} ms before the start was sent`] : []),
  ];
}

/** Nobody can know of one that the history lists late, when it has no times. */
function wasThere(run: Run, baseline: Exchange, { serverSkewMs }: World): boolean {
  const readAt = baseline.arrivals.at(-1) ?? Number.NEGATIVE_INFINITY;
  return run.plan.listedAfterMs === undefined && run.startedAt < EPOCH + serverSkewMs + readAt;
}

/** A run that is another's is followed when the policy says so and the server said code 1. */
function attachesOnRequest(protocol: Protocol): string[] {
  const { exchanges, runs, world } = protocol;
  const attached = beginning(protocol, "attached");
  if (attached === undefined) return [];
  const last = exchanges.findLast(is("start"));
  const exists = runs.some(({ auditId }) => auditId === attached.auditId);
  const history = exchanges.findLast(
    exchange => is("history")(exchange) && exchange.repliedAt <= attached.at,
  );
  const told = history !== undefined && isOwnAnswer(history) ? history.answered?.body : undefined;
  const seen = runs.some(run => run.endsAt > run.startedAt && told?.includes(run.auditId) === true);
  return [
    ...(world.request.ifRunning === "attach" ? [] : [`policy ${world.request.ifRunning}`]),
    ...(codeOf(last?.reply) === "1" ? [] : ["no start was answered with code 1"]),
    ...(exists || !seen || exchanges.filter(is("start")).length > 3
      ? []
      : [`${attached.auditId} is no run, and the history showed which is`]),
  ];
}

/** The first answer that says how the run ended is the outcome, and nothing is asked after it. */
function believes(protocol: Protocol): string[] {
  const { ending } = protocol;
  const polls = pollsIn(protocol);
  const index = polls.findIndex(look => isOwnAnswer(look) && endIn(look) !== undefined);
  const decisive = polls[index];
  if (decisive === undefined) return [];
  const said = endIn(decisive);
  const kind = ending.kind === "outcome" ? ending.outcome.kind : ending.kind;
  return [
    ...(kind === said ? [] : [`#${decisive.number} said ${said}, the outcome is ${kind}`]),
    ...(index < polls.length - 1 ? [`asked again after #${decisive.number}`] : []),
  ];
}

/**
 * In calm weather the end is noticed within the longest gap of the schedule (5 minutes or a tenth of
 * the age) or the fixed interval; and a run that ended before the deadline is never timed out.
 */
function noticesTheEnd(protocol: Protocol): string[] {
  const { world, ending, runs, endedAt } = protocol;
  const { storm, restarts, server, request, serverSkewMs } = world;
  const calm = storm.start + storm.history + storm.look + storm.sign === 0 && restarts.length === 0;
  const run = runs.find(({ auditId }) => auditId === auditIdOf(protocol));
  if (!calm || run === undefined || ending.kind !== "outcome") return [];
  if (server.requestsPerMinute !== undefined || run.plan.missing !== undefined) return [];
  // Who sends cannot know how long the way is: all that can be done is to use a new token at once.
  const { tokenLifetimeMs = Number.POSITIVE_INFINITY } = server;
  if (world.signIn === "login" && tokenLifetimeMs < 300 * storm.slowness) {
    if (diedOnTheWay(protocol)) return usesTokensAtOnce(protocol);
  }
  const { outcome } = ending;
  const overAt = run.endsAt - EPOCH - serverSkewMs;
  const age = (endedAt - (run.startedAt - EPOCH - serverSkewMs)) / 1_000;
  const gapMs = request.pollIntervalMs ?? 1_100 * Math.max(300, age / 10);
  // Four requests of a slow server: a look, and signing in anew.
  const slackMs = 1_000 + 4 * 300 * storm.slowness;
  if (outcome.kind === "timed-out" && overAt < deadlineOf(world) - slackMs) {
    return [`timed out, but ${run.auditId} was over ${Math.round(endedAt - overAt)} ms before`];
  }
  const ended = TERMINAL_STATUSES.some(status => status === outcome.kind);
  // It may have been over before we knew that it was ours.
  const since = Math.max(overAt, OPENING_MS);
  return ended && beginning(protocol, "started") && endedAt > since + gapMs + slackMs
    ? [`noticed ${Math.round(endedAt - since)} ms late`]
    : [];
}

/** A poll came to the server too late for the token that was fetched for it; or none came in time. */
function diedOnTheWay(protocol: Protocol): boolean {
  const { exchanges } = protocol;
  const polls = pollsIn(protocol);
  const late = polls.filter(({ answered }) => answered === undefined || answered.status === 401);
  const withNewToken = late.some(poll => {
    const before = exchanges[exchanges.indexOf(poll) - 1];
    return before !== undefined && is("sign")(before) && isStatus(before.reply, 200);
  });
  return withNewToken || late.length === polls.length;
}

/**
 * A run that needs a token gets its poll: the request that a token was fetched for goes out with it.
 * A start may wait instead: with no time left for its answer it would be sent only to be in doubt.
 */
function usesTokensAtOnce(protocol: Protocol): string[] {
  const { exchanges, exchangesAtEnd, endedAt } = protocol;
  const since = beginning(protocol, "started")?.at ?? endedAt;
  const before = exchanges.slice(0, exchangesAtEnd);
  return before.flatMap((sign, index) => {
    const fetched =
      is("sign")(sign) &&
      isStatus(sign.reply, 200) &&
      sign.sentAt >= since &&
      sign.repliedAt < endedAt;
    const next = before[index + 1];
    if (!fetched || (next !== undefined && next.sentAt <= sign.repliedAt)) return [];
    return [`the token of #${sign.number} was not used at once`];
  });
}

/** A start that goes out right before the deadline has this long. A poll at the deadline has 5 s. */
const LAST_START_MS = 1_000;
const LAST_LOOK_MS = 5_000;
const LOOK_AFTER_STOP_MS = 1_500;

/**
 * With a run to follow, the end comes one short poll after the deadline; without, the last moment of
 * a start and one short look for its run after it.
 */
function endsInTime(protocol: Protocol): string[] {
  const { world, endedAt, events } = protocol;
  const deadline = deadlineOf(world);
  const startedAt = events.find(({ event }) => event.kind === "started")?.at;
  const inDoubt = events.some(({ event }) => event.kind === "in-doubt");
  const latestStart = deadline + LAST_START_MS + (inDoubt ? LAST_LOOK_MS : 0);
  const latest =
    startedAt === undefined ? latestStart : Math.max(deadline, startedAt) + LAST_LOOK_MS;
  const { stopAt = Number.POSITIVE_INFINITY } = world;
  const latestAfterStop = stopAt + ABANDON_AFTER_MS + LOOK_AFTER_STOP_MS;
  return [
    ...(endedAt > latest + 1 ? [`${Math.round(endedAt - latest)} ms late`] : []),
    ...(startedAt !== undefined && startedAt > latestStart + 1
      ? [`begun ${Math.round(startedAt - deadline)} ms after the deadline`]
      : []),
    ...(endedAt > latestAfterStop + 1
      ? [`ended ${Math.round(endedAt - stopAt)} ms after it was told to stop`]
      : []),
  ];
}

/** Nothing that the core says holds a key, a password or a token, as it is or encoded once. */
function keepsSecrets({ events, ending, exchanges, world }: Protocol): string[] {
  const { apiKey = "", password } = world.user;
  const secrets = new Set([world.signIn === "key" ? apiKey : password]);
  for (const { request } of exchanges) {
    const header = request.headers["authorization"];
    if (header !== undefined) secrets.add(header.replace("Bearer ", ""));
  }
  const said = textsOf([events, ending.kind === "crash" ? String(ending.error) : ending]).join(
    "\n",
  );
  const decoded = decodings(said);
  return [...secrets].flatMap(secret =>
    decoded.flatMap(({ form, text }) =>
      text.includes(secret) ? [`${form} of a secret: ${secret.slice(0, 6)}…`] : [],
    ),
  );
}

function decodings(text: string): { form: string; text: string }[] {
  const unescaped = text.replace(/\\u([0-9a-f]{4})/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  const percent = text.replace(/(?:%[0-9A-F]{2})+/gi, bytes =>
    Buffer.from(bytes.replaceAll("%", ""), "hex").toString("utf8"),
  );
  const base64 = (text.match(/[A-Za-z0-9+/_-]{8,}/g) ?? [])
    .map(run => Buffer.from(run, "base64").toString("utf8"))
    .join("\n");
  return [
    { form: "plain form", text },
    { form: "JSON form", text: unescaped.replace(/\\(["\\/])/g, "$1") },
    { form: "percent form", text: percent },
    { form: "base64 form", text: base64 },
  ];
}

/**
 * No look sooner than 0.9 s after the answer to the last one (the smallest gap of the schedule and
 * its jitter), nor sooner than the fixed interval once the run was seen. Only a look at the
 * deadline may come early, and the repetition of a call that met a 401.
 */
function pollsSeldom(protocol: Protocol): string[] {
  const { world } = protocol;
  const { pollIntervalMs } = world.request;
  const polls = pollsIn(protocol);
  return polls.flatMap((look, index) => {
    const before = polls[index - 1];
    if (before === undefined || isStatus(before.reply, 401)) return [];
    if (look.sentAt >= deadlineOf(world)) return [];
    // The same look once more, with a token that was fetched meanwhile.
    const signedIn = protocol.exchanges.some(
      exchange =>
        is("sign")(exchange) && before.number < exchange.number && exchange.number < look.number,
    );
    if (isStatus(before.reply, 403) && signedIn) return [];
    const gap = look.sentAt - before.repliedAt;
    const seen = isOwnAnswer(before) && statusIn(before) !== undefined;
    const least = seen && pollIntervalMs !== undefined ? pollIntervalMs : 900;
    return gap < least - 1 ? [`#${look.number} only ${Math.round(gap)} ms after the last`] : [];
  });
}

/**
 * `Retry-After` is kept, up to an hour, but for the deadline or a stop. Two calls do not keep it:
 * the history before a start or an attachment is a help and never a condition, so what comes next
 * does not wait for it, nor does the first poll for a question that was asked before the run was known;
 * and the search for a lost start ends when its 30 s are over.
 */
function waitsAsAsked(protocol: Protocol): string[] {
  const { exchanges, exchangesAtEnd, world, events } = protocol;
  const calls = exchanges.slice(0, exchangesAtEnd).filter(exchange => !is("sign")(exchange));
  const doubtAt = events.find(({ event }) => event.kind === "in-doubt")?.at;
  const lastSearch = (doubtAt ?? Number.POSITIVE_INFINITY) + SEARCH_MS - 1;
  const latest = Math.min(deadlineOf(world), world.stopAt ?? Number.POSITIVE_INFINITY, lastSearch);
  const polls = new Set(pollsIn(protocol));
  return calls.flatMap((call, index) => {
    const asked = millisecondsAsked(call, world);
    const next = calls[index + 1];
    if (asked === undefined || next === undefined || next.sentAt >= latest) return [];
    const announced = polls.has(next) && !polls.has(call);
    const helped =
      announced ||
      (is("history")(call) && ["start", "look", "latest"].includes(purposeOf(next.request)));
    if (helped) return [];
    const wait = next.sentAt - call.repliedAt;
    return wait < asked - 1
      ? [`#${next.number} after ${Math.round(wait)} ms, #${call.number} asked for ${asked} ms`]
      : [];
  });
}

/** How long a search for a lost start goes on. */
const SEARCH_MS = 30_000;

function millisecondsAsked({ reply, fate }: Exchange, world: World): number | undefined {
  if (!isStatus(reply, 429) || reply?.kind !== "answer") return undefined;
  const header = reply.headers["retry-after"] ?? "";
  if (/^\d{1,9}$/.test(header)) return Math.min(3_600_000, Number(header) * 1_000);
  // A date can be kept as far as the clocks agree.
  const agree = world.serverSkewMs === 0 && world.wallJumps.length === 0;
  return agree && fate.fault?.kind === "rate-limited"
    ? (fate.fault.seconds - 1) * 1_000
    : undefined;
}

/**
 * The effort in the outcome is what went over the wire: each look is sent once more after a 401 at
 * most. And signing in takes a refresh and two logins at most for each call.
 */
function countsRightly(protocol: Protocol): string[] {
  const { exchanges, exchangesAtEnd, ending, endedAt, events } = protocol;
  const mine = exchanges.slice(0, exchangesAtEnd);
  const polls = pollsIn(protocol).length;
  const signs = mine.filter(is("sign")).length;
  const seconds = (endedAt - OPENING_MS) / 1_000;
  // A call whose signing in fails is never sent; it shows as an event or as a wait.
  const calls = mine.length - signs + events.length + seconds / 0.9 + 2;
  const counted = ending.kind === "outcome" ? ending.outcome.counts.polls : undefined;
  return [
    ...(signs > 4 * calls ? [`signed in ${signs} times for ${calls} calls`] : []),
    ...(counted !== undefined && polls > 2 * counted ? [`${polls} polls, not ${counted}`] : []),
    ...(counted !== undefined && counted > 2 + seconds / 0.9
      ? [`${counted} polls in ${seconds} s`]
      : []),
  ];
}

/** A stop goes to the run that the outcome names, and only when that can be ours. */
function stopsOwn(protocol: Protocol): string[] {
  const { runs, stopFor, exchanges, exchangesAtEnd } = protocol;
  const sent = exchanges.filter(is("stop"));
  const early = sent.filter(({ number }) => number <= exchangesAtEnd);
  const attached = beginning(protocol, "attached") !== undefined;
  return [
    ...early.map(({ number }) => `#${number} stops a run before the outcome`),
    ...(attached && sent.length > 0 ? ["a stop for a run that is another's"] : []),
    ...(new Set(sent.map(({ path }) => path)).size > 1 ? ["stops for several runs"] : []),
    ...runs
      .filter(run => run.stopRequests.length > 0 && !isOurs(run) && !isAnothers(protocol))
      .map(run => `${run.auditId} was stopped, a stranger's; meant was ${stopFor}`),
  ];
}

/** Events and outcomes survive JSON, and no text in them is longer than a log can bear. */
function speaksPlainly({ events, ending }: Protocol): string[] {
  const said = [
    ...events.map(({ event }) => event),
    ending.kind === "outcome" ? ending.outcome : {},
  ];
  return [
    ...(said.some(hasHole) ? ["a field is undefined or no number"] : []),
    ...(textsOf(said).some(text => text.length > 4_096) ? ["a text of more than 4 KB"] : []),
  ];
}

function hasHole(value: unknown): boolean {
  if (value === undefined || typeof value === "function") return true;
  if (typeof value === "number") return !Number.isFinite(value);
  return typeof value === "object" && value !== null && Object.values(value).some(hasHole);
}

function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** Without following: the look may be cut short by whoever stops the step, or by the deadline. */
const TOLD_AFTER_ONE_LOOK = new Set(["started", "start-unknown", "aborted", "timed-out"]);

/** The polls of the run that was announced; not what was asked of a run before that. */
function pollsIn({ exchanges, exchangesAtEnd, events, ending, world }: Protocol): Exchange[] {
  const startedAt = events.find(({ event }) => event.kind === "started")?.at;
  if (startedAt === undefined) return [];
  // One look tells of a run that is not waited for whether the start's answer was an old one: no poll.
  const told = ending.kind === "outcome" ? ending.outcome.kind : "";
  if (!world.request.wait && TOLD_AFTER_ONE_LOOK.has(told)) return [];
  return exchanges
    .slice(0, exchangesAtEnd)
    .filter(exchange => is("look")(exchange) && exchange.sentAt >= startedAt)
    .filter(({ repliedAt }) => !(repliedAt <= startedAt));
}

function is(purpose: Purpose): (exchange: Exchange) => boolean {
  return ({ request }) => purposeOf(request) === purpose;
}

function isOurs(run: Protocol["runs"][number]): boolean {
  return run.startedBy === "api";
}

/** Followed, and rightly so, although it may be another's. */
function isAnothers(protocol: Protocol): boolean {
  return (
    beginning(protocol, "attached") !== undefined || beginning(protocol, "adopted") !== undefined
  );
}

function beginning(
  { events }: Protocol,
  origin: "started" | "adopted" | "attached",
): { readonly auditId: string; readonly at: number } | undefined {
  for (const { at, event } of events) {
    if (event.kind === "started" && event.origin === origin) return { auditId: event.auditId, at };
  }
  return undefined;
}

function deadlineOf({ request }: World): number {
  return request.timeoutMs === 0 ? Number.POSITIVE_INFINITY : OPENING_MS + request.timeoutMs;
}

/** The run that the ending names. */
function auditIdOf({ ending }: Protocol): string | undefined {
  if (ending.kind === "crash") return undefined;
  return "auditId" in ending.outcome ? ending.outcome.auditId : undefined;
}

/** What it said when it was refused. */
function refusedOf({ ending }: Protocol): string | undefined {
  return ending.kind === "outcome" && ending.outcome.kind === "refused"
    ? ending.outcome.message
    : undefined;
}

/** Whether an answer to a start left nothing open. */
function isClear(start: Exchange): boolean {
  // It may be about our own run.
  if (codeOf(start.reply) === "1") return false;
  if (start.reply?.kind === "unreachable") return true;
  if (start.reply?.kind !== "answer") return false;
  const { status } = start.reply;
  if (status >= 400) return status < 500 && status !== 408 && status !== 425;
  const body = bodyOf(start.reply);
  return (
    isRecord(body) &&
    (codeOf(start.reply) !== "0" || "auditId" in body) &&
    codeOf(start.reply) !== undefined &&
    (codeOf(start.reply) !== "4" || "auditId" in body)
  );
}

/** The server's own answer, as it left the server. */
function isOwnAnswer({ reply, answered }: Exchange): boolean {
  return (
    reply?.kind === "answer" &&
    !reply.cut &&
    reply.status === answered?.status &&
    reply.body === answered.body
  );
}

function statusIn({ reply }: Exchange): string | undefined {
  const body = isStatus(reply, 200) ? bodyOf(reply) : undefined;
  return isRecord(body) && "status" in body ? String(body["status"]).toLowerCase() : undefined;
}

function endIn(look: Exchange): string | undefined {
  const status = statusIn(look);
  return TERMINAL_STATUSES.find(word => word === status);
}

function codeOf(reply: Exchange["reply"]): string | undefined {
  const body = isStatus(reply, 200) ? bodyOf(reply) : undefined;
  return isRecord(body) && "status" in body ? String(body["status"]) : undefined;
}

function isStatus(reply: Exchange["reply"], ...statuses: readonly number[]): boolean {
  return reply?.kind === "answer" && statuses.includes(reply.status);
}

function isAbsent(reply: Exchange["reply"]): boolean {
  if (reply?.kind !== "answer") return false;
  if (reply.status === 404) return true;
  return reply.status === 200 && ["", "null", "{}", "[]"].includes(reply.body.trim());
}

function bodyOf(reply: Exchange["reply"]): unknown {
  if (reply?.kind !== "answer") return undefined;
  try {
    return parseJson(reply.body);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
