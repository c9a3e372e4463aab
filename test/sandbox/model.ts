import { type Flow, type FlowSummary, selectFlows, summaryOf } from "./flow.ts";
import { type ApiReply, type ApiRequest, failure, headerOf, json, raw } from "./reply.ts";
import {
  denialAt,
  type End,
  endRun,
  isActive,
  type OpenRun,
  openRun,
  type Plan,
  type Run,
  statusAt,
  stopRun,
} from "./run.ts";
import { createTokens } from "./tokens.ts";
import { mayUse, type Permission, type User } from "./users.ts";

/** What the stand-in for an Etlworks instance is made of, and where the sources leave a choice. */
export interface ModelOptions {
  /** The server's clock, ms since 1970. */
  readonly now: () => number;
  readonly users: readonly User[];
  readonly flows: readonly Flow[];
  /** How long a JWT is valid. Default 24 hours. */
  readonly tokenLifetimeMs?: number;
  /** `legacy` has only `POST /v1/token-auth/issue`, as the support articles say, and no refresh. */
  readonly tokenAuth?: "current" | "legacy";
  /**
   * The stop call, whose real form is not public: `POST /v1/flows/{flow-id}/stop?auditId={audit-id}`
   * or any other. Without it there is none. Without `{audit-id}` it stops the latest run.
   */
  readonly stopRequest?: string;
  /** The query parameter that asks for a parallel run, for example `parallel=true`; not public either. */
  readonly parallelQuery?: string;
  /** The `auditId` in the answer "already running": the other run's (default), an unused one, none. */
  readonly busyAuditId?: "other" | "unused" | "none";
  /** The quickstart shows a JSON number (default), the support articles a quoted one. */
  readonly auditIdAs?: "number" | "string";
  /** The id of the first run, a 64-bit number as text. Default `8721934`. */
  readonly firstAuditId?: string;
  /** The UI writes `Running` where the API documents `running` (default). */
  readonly statusLetters?: "lower" | "capitalised";
  /** Fields that run records lack: only `status` and the ids are documented for sure. */
  readonly omittedFields?: readonly string[];
  /** What a history lists, which no page says: every run (default), or those that are over. */
  readonly historyOf?: "all" | "finished";
  /** Which runs it lists first, which no page says either. Default the newest. */
  readonly historyOrder?: "newest first" | "oldest first";
  /** How far the clock of the records is ahead of the one in `Date` headers. Default 0. */
  readonly recordsAheadMs?: number;
  /** `GET /v1/flows` answers with everything: filters are promised for "most" lists only. */
  readonly ignoresFilters?: boolean;
  /** The limit of the whole organisation. Default none; the cloud has 600. */
  readonly requestsPerMinute?: number;
}

/** A run that nobody asked this API for. */
interface OtherRun {
  readonly startedBy: "scheduler" | "user";
  readonly user?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly plan?: Plan;
  readonly messageId?: string;
  readonly parentAuditId?: string;
  /** Begins even when another run is running, as schedules may since 9.3.1. */
  readonly parallel?: boolean;
}

/** The server's truth, and its answers. */
export interface Model {
  /** Answers at once; time passes only by the clock. */
  answer(request: ApiRequest): ApiReply;
  /** Every run begun since the model was made, by whomever, in order. Past runs are not in it. */
  readonly runs: readonly Run[];
  /** Begins a run behind the caller's back; `undefined` when the flow is busy. */
  begin(flowId: number, run: OtherRun): Run | undefined;
  /** Ends a run now, against its plan. */
  end(auditId: string, end: End, message?: string): void;
  /** Makes every JWT so far invalid. */
  expireTokens(): void;
  /** Gives a user another API key, or none. */
  changeApiKey(login: string, apiKey: string | undefined): void;
}

/**
 * Builds the stand-in: one Etlworks organisation as its public documentation describes it
 * (https://etlworks.com/dev/api/quickstart.html and the support articles), without any input or
 * output of its own, so that it serves an HTTP server as well as a laboratory with a virtual clock.
 */
export function createModel(options: ModelOptions): Model {
  const { now, recordsAheadMs = 0 } = options;
  const runs: OpenRun[] = [];
  const books = new Map<number, FlowBook>();
  const keys = new Map<string, User>();
  const tokens = createTokens(now, options.tokenLifetimeMs ?? 24 * 60 * 60 * 1000);
  const omitted = new Set(options.omittedFields);
  const window = { startedAt: Number.NEGATIVE_INFINITY, requests: 0 };
  let nextAuditId = BigInt(options.firstAuditId ?? "8721934");

  for (const user of options.users) {
    if (user.apiKey !== undefined) keys.set(user.apiKey, user);
  }
  for (const flow of options.flows) {
    books.set(flow.id, { flow, all: [], begun: 0, startCalls: 0 });
  }
  seedPastRuns();

  const routes: readonly Route[] = [
    { method: "GET", path: /^\/v1\/flows$/, permission: "list", handle: listFlows },
    {
      method: "GET",
      path: /^\/v1\/executions\/console\/download$/,
      permission: "log",
      handle: downloadLog,
    },
  ];
  const flowRoutes: readonly FlowRoute[] = [
    { method: "GET", path: /^\/v1\/flows\/([^/]+)$/, permission: "list", handle: showFlow },
    { method: "POST", path: /^\/v1\/flows\/([^/]+)\/run$/, permission: "run", handle: startFlow },
    { method: "GET", path: /^\/v1\/executions\/([^/]+)$/, permission: "status", handle: showRun },
    {
      method: "GET",
      path: /^\/v1\/executions\/([^/]+)\/history$/,
      permission: "status",
      handle: listHistory,
    },
  ];
  const stopCall = options.stopRequest === undefined ? undefined : parseStop(options.stopRequest);

  return {
    runs,
    answer(request) {
      const reply = answer(request);
      const date = new Date(now()).toUTCString();
      return { ...reply, headers: { ...reply.headers, date } };
    },
    begin(flowId, { startedBy, user, parameters = {}, plan, parallel = false, ...marks }) {
      const book = books.get(flowId);
      if (book === undefined)
        throw new Error(`The sandbox has no flow ${flowId}; add it to flows.`);
      if (!parallel && activeRun(book) !== undefined) return undefined;
      const login = user ?? book.flow.createdBy ?? "alice@example.com";
      return beginRun(book, { startedBy, user: login, parameters, query: "", ...marks }, plan);
    },
    end(auditId, end, message) {
      const run = runs.find(candidate => candidate.auditId === auditId);
      if (run === undefined) throw new Error(`No run ${auditId} has begun; see model.runs.`);
      endRun(run, now(), end, message);
    },
    expireTokens: () => tokens.expireAll(),
    changeApiKey(login, apiKey) {
      const user = options.users.find(candidate => candidate.login === login);
      if (user === undefined) throw new Error(`The sandbox has no user ${login}; add it to users.`);
      for (const [key, owner] of keys) {
        if (owner.login === login) keys.delete(key);
      }
      if (apiKey !== undefined) keys.set(apiKey, user);
    },
  };

  function answer(request: ApiRequest): ApiReply {
    const split = request.path.indexOf("?");
    const pathname = split < 0 ? request.path : request.path.slice(0, split);
    const search = split < 0 ? "" : request.path.slice(split + 1);
    if (!pathname.startsWith("/rest/")) {
      return failure(404, "No message available", pathname);
    }
    const wait = secondsToWait();
    if (wait > 0) {
      const message = "Too many requests. The limit of your organization has been reached.";
      return failure(429, message, pathname, { "retry-after": String(wait) });
    }
    const path = pathname.slice("/rest".length);
    const query = new URLSearchParams(search);
    const call = { request, pathname, search, query };
    if (path.startsWith("/v1/token-auth")) return authenticate(path, call);
    const user = callerOf(request, query);
    if (user === undefined) {
      return failure(401, "Full authentication is required to access this resource", pathname);
    }
    return route(path, { ...call, user });
  }

  function route(path: string, call: Call): ApiReply {
    if (stopCall !== undefined && call.request.method === stopCall.method) {
      const found = stopCall.path.exec(call.search === "" ? path : `${path}?${call.search}`);
      if (found !== null) return stop(found.groups ?? {}, call);
    }
    const { method } = call.request;
    const plain = routes.find(match => match.method === method && match.path.test(path));
    if (plain !== undefined) {
      return mayUse(call.user.role, plain.permission) ? plain.handle(call) : denied(call);
    }
    const match = flowRoutes.find(entry => entry.method === method && entry.path.test(path));
    if (match === undefined) {
      const others = [...routes, ...flowRoutes].filter(entry => entry.path.test(path));
      if (others.length === 0) return failure(404, "No message available", call.pathname);
      const allow = others.map(entry => entry.method).join(", ");
      return failure(405, `Request method '${method}' not supported`, call.pathname, { allow });
    }
    if (!mayUse(call.user.role, match.permission)) return denied(call);
    const id = match.path.exec(path)?.[1] ?? "";
    if (!/^\d{1,15}$/.test(id)) {
      const message = `Failed to convert value of type 'String' to required type 'Long': "${id}"`;
      return failure(400, message, call.pathname);
    }
    const book = books.get(Number(id));
    if (book === undefined) return failure(404, `Flow ${id} not found`, call.pathname);
    return match.handle(call, book);
  }

  /** A fixed window of a minute, the plainest reading of "600 requests/minute". */
  function secondsToWait(): number {
    const limit = options.requestsPerMinute;
    if (limit === undefined) return 0;
    const at = now();
    if (at >= window.startedAt + 60_000) {
      window.startedAt = at;
      window.requests = 0;
    }
    if (window.requests >= limit) return Math.ceil((window.startedAt + 60_000 - at) / 1000);
    window.requests += 1;
    return 0;
  }

  function authenticate(path: string, call: Omit<Call, "user">): ApiReply {
    const { request, pathname } = call;
    const legacy = options.tokenAuth === "legacy";
    const login = legacy ? "/v1/token-auth/issue" : "/v1/token-auth";
    if (path === "/v1/token-auth/refresh" && !legacy && request.method === "POST") {
      const owner = tokens.ownerOf(credentialOf(request, call.query) ?? "");
      if (owner === undefined) return failure(401, "Token is invalid or expired", pathname);
      return json(200, { token: tokens.issue(owner) });
    }
    if (path !== login || request.method !== "POST") {
      return failure(404, "No message available", pathname);
    }
    const body = readJson(request, pathname);
    if (body.kind === "refused") return body.reply;
    const fields = body.value;
    const user = options.users.find(
      candidate => candidate.login === fields["login"] && candidate.password === fields["password"],
    );
    if (user === undefined) return failure(401, "Bad credentials", pathname);
    return json(200, { token: tokens.issue(user) });
  }

  function callerOf(request: ApiRequest, query: URLSearchParams): User | undefined {
    const credential = credentialOf(request, query);
    if (credential === undefined) return undefined;
    const user = keys.get(credential);
    if (user === undefined) return tokens.ownerOf(credential);
    return now() < (user.apiKeyExpiresAt ?? Number.POSITIVE_INFINITY) ? user : undefined;
  }

  function listFlows(call: Call): ApiReply {
    const summaries = [...books.values()].map(summarise);
    if (options.ignoresFilters === true) return json(200, summaries);
    const selected = selectFlows(summaries, call.query);
    return "mistake" in selected
      ? failure(400, selected.mistake, call.pathname)
      : json(200, selected);
  }

  function showFlow(_call: Call, book: FlowBook): ApiReply {
    return json(200, summarise(book));
  }

  function startFlow(call: Call, book: FlowBook): ApiReply {
    const body = readJson(call.request, call.pathname);
    if (body.kind === "refused") return body.reply;
    const parameters: Record<string, string> = {};
    for (const [name, value] of Object.entries(body.value)) {
      if (typeof value !== "string") {
        const message = `JSON parse error: Cannot deserialize value of "${name}" as a String`;
        return failure(400, message, call.pathname);
      }
      parameters[name] = value;
    }
    const { flow } = book;
    const scripted = pick(flow.starts, book.startCalls) ?? {};
    book.startCalls += 1;
    const { code = 0, exception, refusal } = scripted;
    if (refusal !== undefined && scripted.begins !== true) {
      return json(200, { success: false, error: refusal });
    }
    // A flow that another run has begins none for us, whatever the script says of its own runs.
    if (code === 0 || (code === 1 && scripted.begins === true)) {
      const other = activeRun(book);
      if (other !== undefined && !asksForParallel(call.query, flow)) {
        return startReply({ flowId: flow.id, auditId: busyAuditId(other), status: 1 });
      }
    }
    const begins = scripted.begins ?? (code === 0 || code === 4);
    let auditId: string | undefined;
    if (begins) {
      const user = call.user.login;
      const run = beginRun(book, { startedBy: "api", user, parameters, query: call.search });
      if (code === 4) endRun(run, now(), "success", undefined);
      auditId = run.auditId;
    }
    if (refusal !== undefined) return json(200, { success: false, error: refusal });
    if (scripted.withoutAuditId === true) auditId = undefined;
    return startReply({ flowId: flow.id, auditId, status: code, exception });
  }

  function showRun(call: Call, book: FlowBook): ApiReply {
    const wanted = call.query.get("auditId");
    if (wanted !== null && !/^\d+$/.test(wanted)) {
      return failure(400, `Invalid value '${wanted}' for 'auditId'`, call.pathname);
    }
    const status = call.query.get("status");
    const run = book.all.findLast(
      candidate =>
        (wanted === null || candidate.auditId === wanted) &&
        (status === null || statusAt(candidate, now()) === status),
    );
    const denial = run === undefined ? "not-found" : denialAt(run, now());
    if (run !== undefined && denial === undefined) return raw(200, recordOf(book, run));
    switch (denial) {
      case "null":
        return raw(200, "null");
      case "empty-object":
        return raw(200, "{}");
      case "empty-body":
        return raw(200, "");
      case "not-found":
      case undefined: {
        const what = wanted === null ? `of flow ${book.flow.id}` : wanted;
        return failure(404, `Execution ${what} not found`, call.pathname);
      }
    }
  }

  function listHistory(call: Call, book: FlowBook): ApiReply {
    const limit = countOf(call.query.get("limit"), 50);
    const offset = countOf(call.query.get("offset"), 0);
    if (limit === undefined || offset === undefined) {
      return failure(400, "'limit' and 'offset' must be whole numbers", call.pathname);
    }
    const at = now();
    const finishedOnly = options.historyOf === "finished";
    const known = book.all
      .filter(run => at >= run.startedAt + (run.plan.listedAfterMs ?? 0))
      .filter(run => !finishedOnly || !isActive(run, at));
    const listed = options.historyOrder === "oldest first" ? known : known.toReversed();
    const page = listed.slice(offset, offset + Math.min(limit, 200));
    const body = `[${page.map(run => recordOf(book, run)).join(",")}]`;
    return raw(200, body, { "x-total-count": String(listed.length) });
  }

  function downloadLog(call: Call): ApiReply {
    const book = books.get(Number(call.query.get("flowId")));
    const run = book?.all.find(candidate => candidate.auditId === call.query.get("auditId"));
    if (book === undefined || run === undefined) {
      return failure(404, "The log of this execution was not found", call.pathname);
    }
    const headers = {
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename="${book.flow.id}-${run.auditId}.log"`,
    };
    return { status: 200, headers, body: logOf(book.flow, run, now()) };
  }

  function stop(ids: Readonly<Record<string, string>>, call: Call): ApiReply {
    const { flow: flowId, audit: auditId } = ids;
    const at = now();
    const run = runs.findLast(
      candidate =>
        (flowId === undefined || candidate.flowId === Number(flowId)) &&
        (auditId === undefined ? isActive(candidate, at) : candidate.auditId === auditId),
    );
    const allowed = mayUse(call.user.role, "stop");
    run?.stopRequests.push({ at, status: allowed ? 200 : 403 });
    if (!allowed) return denied(call);
    if (run === undefined) return failure(404, "No such execution", call.pathname);
    const wasActive = isActive(run, at);
    stopRun(run, at);
    // The codes of a start answer: 2 "has been canceled", 3 "wasn't running".
    return startReply({ flowId: run.flowId, auditId: run.auditId, status: wasActive ? 2 : 3 });
  }

  function beginRun(
    book: FlowBook,
    facts: Pick<Run, "startedBy" | "user" | "parameters" | "query" | "messageId" | "parentAuditId">,
    plan: Plan = pick(book.flow.runs, book.begun) ?? {},
  ): OpenRun {
    book.begun += 1;
    const auditId = takeAuditId();
    const run = openRun({ ...facts, flowId: book.flow.id, auditId, startedAt: now() }, plan);
    book.all.push(run);
    runs.push(run);
    return run;
  }

  function seedPastRuns(): void {
    const seeds = [...books.values()].flatMap(book =>
      (book.flow.past ?? []).map(past => ({ book, past })),
    );
    seeds.sort((one, other) => one.past.startedAt - other.past.startedAt);
    for (const { book, past } of seeds) {
      const { startedAt, durationMs, startedBy = "scheduler", ...plan } = past;
      const facts = { flowId: book.flow.id, auditId: takeAuditId(), parameters: {}, query: "" };
      const user = book.flow.createdBy ?? "alice@example.com";
      const begun = { ...facts, startedBy, user, startedAt };
      book.all.push(openRun(begun, { ...plan, runningMs: durationMs }));
    }
  }

  function takeAuditId(): string {
    const auditId = String(nextAuditId);
    nextAuditId += 1n;
    return auditId;
  }

  function activeRun(book: FlowBook): OpenRun | undefined {
    const at = now();
    return book.all.findLast(run => isActive(run, at));
  }

  function asksForParallel(query: URLSearchParams, flow: Flow): boolean {
    if (options.parallelQuery === undefined || flow.allowsParallelRuns === false) return false;
    const [name = "", value = ""] = options.parallelQuery.split("=");
    return query.get(name) === value;
  }

  function busyAuditId(other: Run): string | undefined {
    switch (options.busyAuditId ?? "other") {
      case "other":
        return other.auditId;
      case "unused":
        return takeAuditId();
      case "none":
        return undefined;
    }
  }

  function summarise(book: FlowBook): FlowSummary {
    const at = now();
    const last = book.all.findLast(run => !isActive(run, at));
    return summaryOf(book.flow, last === undefined ? null : statusAt(last, at));
  }

  function startReply(fields: Readonly<Record<string, unknown>>): ApiReply {
    return raw(200, withAuditIds(fields));
  }

  /** A FlowAuditRecord: the documented fields, and the names that the Reporting API uses. */
  function recordOf(book: FlowBook, run: OpenRun): string {
    const at = now();
    const ended = !isActive(run, at);
    const status = statusAt(run, at);
    const scheduled = run.startedBy === "scheduler";
    const record: Record<string, unknown> = {
      auditId: run.auditId,
      parentAuditId: run.parentAuditId ?? null,
      retries: run.parentAuditId === undefined ? null : 1,
      flowId: run.flowId,
      flowName: book.flow.name,
      eventId: scheduled ? run.flowId + 100_000 : null,
      eventName: scheduled ? `${book.flow.name} (schedule)` : null,
      messageId: run.messageId ?? null,
      status: options.statusLetters === "capitalised" ? capitalise(status) : status,
      user: run.user,
      started: run.startedAt + recordsAheadMs,
      ended: ended ? run.endsAt + recordsAheadMs : null,
      records: ended ? (run.plan.records ?? null) : null,
      exception: ended ? (run.message ?? null) : null,
    };
    for (const name of omitted) delete record[name];
    return withAuditIds(record);
  }

  /** JSON whose audit ids are numbers or strings as asked, exact beyond 2^53. */
  function withAuditIds(fields: Readonly<Record<string, unknown>>): string {
    const text = JSON.stringify(fields);
    if (options.auditIdAs === "string") return text;
    return text.replace(/"auditId":"(\d+)"/, '"auditId":$1');
  }
}

/** One flow with its runs, oldest first, and how often it was asked for. */
interface FlowBook {
  readonly flow: Flow;
  readonly all: OpenRun[];
  begun: number;
  startCalls: number;
}

interface Call {
  readonly request: ApiRequest;
  readonly pathname: string;
  /** The query string without the question mark. */
  readonly search: string;
  readonly query: URLSearchParams;
  readonly user: User;
}

interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly permission: Permission;
  readonly handle: (call: Call) => ApiReply;
}

/** A route whose path names a flow. */
interface FlowRoute extends Omit<Route, "handle"> {
  readonly handle: (call: Call, book: FlowBook) => ApiReply;
}

function denied(call: Call): ApiReply {
  const message = `Access is denied: role '${call.user.role}' cannot perform this operation`;
  return failure(403, message, call.pathname);
}

type JsonBody =
  | { readonly kind: "object"; readonly value: Readonly<Record<string, unknown>> }
  | { readonly kind: "refused"; readonly reply: ApiReply };

function readJson(request: ApiRequest, pathname: string): JsonBody {
  const type = headerOf(request, "content-type") ?? "";
  if (!/^application\/json\b/i.test(type)) {
    const reply = failure(415, `Content type '${type}' not supported`, pathname);
    return { kind: "refused", reply };
  }
  let value: unknown;
  try {
    value = JSON.parse(request.body);
  } catch {
    const message =
      request.body === "" ? "Required request body is missing" : "JSON parse error: malformed JSON";
    return { kind: "refused", reply: failure(400, message, pathname) };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const message = "JSON parse error: Cannot deserialize the body as a map";
    return { kind: "refused", reply: failure(400, message, pathname) };
  }
  return { kind: "object", value: { ...value } };
}

/** The header, or the query parameter that some support articles use instead. */
function credentialOf(request: ApiRequest, query: URLSearchParams): string | undefined {
  const text = headerOf(request, "authorization") ?? query.get("Authorization") ?? "";
  // "Check the Authorization header is Bearer <key> with a single space and no quotes."
  return /^Bearer ([^\s"']+)$/.exec(text)?.[1];
}

/** `POST /v1/flows/{flow-id}/stop?auditId={audit-id}` as a method and a pattern with named groups. */
function parseStop(template: string): { readonly method: string; readonly path: RegExp } {
  const [method, path] = template.split(" ");
  if (method === undefined || path === undefined || !path.startsWith("/")) {
    throw new Error("stopRequest must be a method, a space and a path, as in POST /v1/stop.");
  }
  const pattern = path
    .replace(/[.*+?^$()|[\]\\]/g, "\\$&")
    .replace("{flow-id}", "(?<flow>\\d+)")
    .replace("{audit-id}", "(?<audit>\\d+)");
  return { method, path: new RegExp(`^${pattern}$`) };
}

function logOf(flow: Flow, run: OpenRun, at: number): string {
  const lines = [`${stamp(run.startedAt)} INFO  Starting flow '${flow.name}' (${flow.id})`];
  for (const [name, value] of Object.entries(run.parameters)) {
    lines.push(`${stamp(run.startedAt)} INFO  Flow variable ${name} = ${value}`);
  }
  if (run.plan.log !== undefined) lines.push(run.plan.log);
  if (!isActive(run, at)) {
    const status = statusAt(run, at);
    const level = status === "error" ? "ERROR" : status === "warning" ? "WARN " : "INFO ";
    if (run.message !== undefined) lines.push(`${stamp(run.endsAt)} ${level} ${run.message}`);
    lines.push(`${stamp(run.endsAt)} ${level} Flow finished with status '${status}'`);
  }
  return `${lines.join("\n")}\n`;
}

function stamp(at: number): string {
  return new Date(at).toISOString().replace("T", " ").slice(0, 23);
}

/** The entry of this number, or the last one when the list is shorter. */
function pick<Item>(list: readonly Item[] | undefined, index: number): Item | undefined {
  return list?.[Math.min(index, list.length - 1)];
}

function countOf(text: string | null, otherwise: number): number | undefined {
  if (text === null) return otherwise;
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function capitalise(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
