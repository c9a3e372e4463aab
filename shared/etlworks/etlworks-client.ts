import { textField } from "../json-fields.ts";
import { foreignHeaders } from "../request-headers.ts";
import type { Credentials, Token, TokenCalls } from "./credentials.ts";
import {
  type FlowSummary,
  parseExecution,
  parseFlow,
  parseFlows,
  parseHistory,
  parseStartAnswer,
  parseToken,
  type StartAnswer,
} from "./etlworks-replies.ts";
import type { Execution } from "./execution.ts";
import type { HttpReply, SendHttp } from "./http.ts";
import { MAX_PAGE, readPages } from "./pages.ts";
import {
  failureInPlaceOfText,
  failureWithin,
  type InsideRefusal,
  type ReadRefused,
  type ReadValue,
  readReply,
  refusedCredentials,
} from "./read-reply.ts";
import { refusalOfAnyProgram, refusalOfEtlworks } from "./refusal-in-body.ts";
import { namesRun, readRefusedStart } from "./refused-start.ts";
import type { Call, Failure, Reply } from "./reply.ts";
import { hideCredentials, withShortLines } from "./server-text.ts";

/** The Etlworks calls that this project uses. Addresses: https://etlworks.com/dev/api/quickstart.html */
export interface EtlworksClient {
  /** `GET /v1/flows`. Not paginated; the server may ignore every filter. */
  flows(filter: FlowFilter, call?: Call): Promise<Reply<readonly FlowSummary[]>>;
  /**
   * Every flow, page by page, should the server page the list; ends early with the failure as the
   * last element. A server that refuses `q` says `rejected` with 400 or 403: ask again without it.
   */
  flowPages(filter: FlowFilter, call?: Call): AsyncGenerator<Reply<FlowPage>>;
  /** `GET /v1/flows/{id}`. */
  flow(flowId: number, call?: Call): Promise<Reply<FlowSummary>>;
  /** `POST /v1/flows/{id}/run`. Has no idempotency key: never send it twice in doubt. */
  start(
    flowId: number,
    parameters: Readonly<Record<string, string>>,
    runQuery: string,
    call?: Call,
  ): Promise<Reply<StartAnswer>>;
  /** `GET /v1/executions/{id}?auditId=`. A reply about another run is a fault. */
  execution(flowId: number, auditId: string, call?: Call): Promise<Reply<Execution>>;
  /** `GET /v1/executions/{id}`: the run that is active now, or else the latest one. */
  latestExecution(flowId: number, call?: Call): Promise<Reply<Execution>>;
  /** `GET /v1/executions/{id}/history`, one page. */
  history(flowId: number, page: Page, call?: Call): Promise<Reply<HistoryPage>>;
  /** Every run of a flow, page by page; ends early with the failure as the last element. */
  historyPages(flowId: number, call?: Call): AsyncGenerator<Reply<HistoryPage>>;
  /** `GET /v1/executions/console/download`: the log of one run. May hold data. */
  consoleLog(flowId: number, auditId: string, call?: Call): Promise<Reply<ConsoleLog>>;
  /** Any other call, as the user wrote it (the stop request). */
  send(method: string, pathAndQuery: string, call?: Call): Promise<Reply<true>>;
}

export interface FlowFilter {
  /** A part of the name. */
  readonly q?: string;
  readonly tag?: readonly string[];
  readonly sort?: string;
  /** ISO 8601. */
  readonly since?: string;
}

export interface Page {
  readonly limit: number;
  readonly offset: number;
}

export interface FlowPage {
  readonly flows: readonly FlowSummary[];
  /** `X-Total-Count`, where the server sends it. */
  readonly total?: number;
  /** The query of the next page, where the server names one (RFC 8288, `rel="next"`). */
  readonly next?: string;
}

export interface HistoryPage {
  readonly executions: readonly Execution[];
  /** `X-Total-Count`, where the server sends it. */
  readonly total?: number;
}

export interface ConsoleLog {
  readonly text: string;
  /** The log goes on after `text`. */
  readonly cut: boolean;
}

const USUAL_TIME_LIMIT_MS = 30_000;

/** A longer line of a log is data, and would fill the log of whoever prints it. */
const MAX_LOG_LINE = 4_000;

export interface ClientDependencies {
  readonly send: SendHttp;
  /** Ends in `/rest` (see base-url.ts). */
  readonly baseUrl: URL;
  readonly credentials: Credentials;
  /** Sent with each request besides our own headers, which it cannot change. */
  readonly requestHeaders?: Readonly<Record<string, string>>;
  /** Cuts secrets out of text that came from the server. */
  readonly redact: (text: string) => string;
  /** For times in answers. */
  readonly epochMs: () => number;
  /** For time limits: no change of the system time makes one longer or shorter. */
  readonly monotonicMs: () => number;
}

export function createEtlworksClient(dependencies: ClientDependencies): EtlworksClient {
  const json = async <Value>(
    method: string,
    path: string,
    read: ReadValue<Value>,
    call: Call = {},
    {
      body,
      mayHaveActed,
      readRefused,
    }: Pick<Request, "body" | "mayHaveActed"> & { readonly readRefused?: ReadRefused<Value> } = {},
  ): Promise<Reply<Value>> => {
    const raw = await exchange(dependencies, { method, path, body, mayHaveActed }, call);
    if ("failure" in raw) return raw.failure;
    const reads = { read, ...(readRefused === undefined ? {} : { readRefused }) };
    return readReply(raw.reply, { ...raw, ...reading(dependencies), ...reads });
  };
  /** A list together with its `X-Total-Count`. */
  const page = async <Value>(
    path: string,
    read: (body: unknown, about: ListHeaders) => Value | undefined,
    call: Call = {},
  ): Promise<Reply<Value>> => {
    const raw = await exchange(dependencies, { method: "GET", path }, call);
    if ("failure" in raw) return raw.failure;
    const about = listHeaders(raw.reply, new URL(dependencies.baseUrl.href + path));
    const readPage = (body: unknown) => read(body, about);
    return readReply(raw.reply, { ...raw, ...reading(dependencies), read: readPage });
  };

  const client: EtlworksClient = {
    flows: (filter, call) => json("GET", `/v1/flows${flowQuery(filter)}`, parseFlows, call),
    flowPages(filter, call) {
      let next: string | undefined;
      return readPages(
        offset => {
          // The first request is the documented one; only a server that pages gets to see more.
          const first = offset === 0 ? undefined : { limit: MAX_PAGE, offset };
          return page(
            `/v1/flows${flowQuery(filter, first, next)}`,
            (body, about) => {
              const flows = parseFlows(body);
              return flows === undefined ? undefined : { flows, ...about };
            },
            call,
          );
        },
        ({ flows, ...about }) => {
          next = about.next;
          return { ids: flows.map(({ id }) => String(id)), ...about };
        },
      );
    },
    flow: (flowId, call) => json("GET", `/v1/flows/${flowId}`, parseFlow, call),
    start: (flowId, parameters, runQuery, call) =>
      json(
        "POST",
        `/v1/flows/${flowId}/run${runQuery === "" ? "" : `?${runQuery}`}`,
        parseStartAnswer,
        call,
        {
          body: JSON.stringify(parameters),
          mayHaveActed: namesRun,
          readRefused: readRefusedStart,
        },
      ),
    execution: (flowId, auditId, call) =>
      json(
        "GET",
        `/v1/executions/${flowId}?auditId=${encodeURIComponent(auditId)}`,
        body => readExecutionOf(auditId, body),
        call,
        {
          readRefused: (body, about) =>
            about.promised ? undefined : readFailedExecutionOf(auditId, body, about),
        },
      ),
    latestExecution: (flowId, call) =>
      json("GET", `/v1/executions/${flowId}`, readLatestExecution, call),
    history: (flowId, { limit, offset }, call) =>
      page(
        `/v1/executions/${flowId}/history?limit=${Math.min(limit, MAX_PAGE)}&offset=${offset}`,
        (body, { next: _next, ...total }) => {
          const executions = parseHistory(body);
          return executions === undefined ? undefined : { executions, ...total };
        },
        call,
      ),
    historyPages: (flowId, call) =>
      readPages(
        offset => client.history(flowId, { limit: MAX_PAGE, offset }, call),
        ({ executions, ...total }) => ({ ids: executions.map(({ auditId }) => auditId), ...total }),
      ),
    async consoleLog(flowId, auditId, call = {}) {
      const path = `/v1/executions/console/download?flowId=${flowId}&auditId=${encodeURIComponent(auditId)}`;
      const raw = await exchange(dependencies, { method: "GET", path, accept: "*/*" }, call);
      if ("failure" in raw) return raw.failure;
      if (raw.reply.kind === "answer" && raw.reply.status === 200) {
        const { body, cut, unread } = raw.reply;
        if (unread !== undefined) {
          return { kind: "fault", message: `${raw.where} answered, but ${unread}`, website: false };
        }
        const failure = failureInPlaceOfText(raw.reply, { ...raw, ...reading(dependencies) });
        if (failure !== undefined) return failure;
        const text = hideCredentials(dependencies.redact(body));
        return { kind: "value", value: { text: withShortLines(text, MAX_LOG_LINE), cut } };
      }
      return readReply<ConsoleLog>(raw.reply, {
        ...raw,
        ...reading(dependencies),
        read: () => undefined,
      });
    },
    async send(method, pathAndQuery, call = {}) {
      const body = method === "GET" || method === "DELETE" ? undefined : "{}";
      const raw = await exchange(dependencies, { method, path: pathAndQuery, body }, call);
      if ("failure" in raw) return raw.failure;
      const { reply } = raw;
      const accepted = reply.kind === "answer" && reply.status >= 200 && reply.status < 300;
      if (accepted) {
        const about = { ...raw, ...reading(dependencies) };
        return failureWithin(reply, about, refusalOfAnyProgram) ?? { kind: "value", value: true };
      }
      return readReply<true>(reply, { ...raw, ...reading(dependencies), read: () => undefined });
    },
  };
  return client;
}

/** The two calls of a login. Both addresses are documented; the second by the older support pages. */
export function createTokenCalls(
  dependencies: Omit<ClientDependencies, "credentials"> & {
    readonly login: string;
    readonly password: string;
  },
): TokenCalls {
  const post = async (path: string, body: string, token: string | undefined, call: Call) => {
    const request = { method: "POST", path, body };
    const raw = {
      where: describePlace(dependencies.baseUrl, path),
      reply: await transmit(dependencies, request, token, call),
    };
    // Not redacted: the answer is the secret itself, and may be one that is known already.
    const plain = { ...raw, now: dependencies.epochMs, redact: (text: string) => text };
    const reply = readReply(raw.reply, { ...plain, read: parseToken });
    if (reply.kind === "value") return reply;
    // An error page may repeat the password that it was sent.
    return readReply<string>(raw.reply, {
      ...plain,
      redact: dependencies.redact,
      read: () => undefined,
    });
  };
  return {
    async login(call) {
      const body = JSON.stringify({ login: dependencies.login, password: dependencies.password });
      const reply = await post("/v1/token-auth", body, undefined, call);
      if (reply.kind !== "absent" || reply.status !== 404) return reply;
      return post("/v1/token-auth/issue", body, undefined, call);
    },
    refresh: (token, call) => post("/v1/token-auth/refresh", "{}", token, call),
  };
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: string | undefined;
  readonly accept?: string;
  /** Whether a 401 with this body is no promise that nothing was done. */
  readonly mayHaveActed?: ((body: unknown) => boolean) | undefined;
}

type Raw =
  | { readonly where: string; readonly reply: HttpReply }
  | { readonly where: string; readonly failure: Failure };

/**
 * Sends with credentials; on a 401 once more with fresh ones. A 401 is a promise: nothing was done.
 * Some servers say 403 of a token that has expired, so a read has a second try then too.
 */
async function exchange(
  dependencies: ClientDependencies,
  request: Request,
  whole: Call,
): Promise<Raw> {
  const where = describePlace(dependencies.baseUrl, request.path);
  const limitMs = whole.timeLimitMs ?? USUAL_TIME_LIMIT_MS;
  const left = timeLeft(limitMs, dependencies.monotonicMs);
  const call = limitedBy(left, whole);
  // Signing in is not yet the request: told to stop meanwhile, it is not sent at all.
  const { unsentSignal } = whole;
  const signIn = limitedBy(left, { signal: unsentSignal ?? whole.signal });
  // With little time left, a start would likely be cut off and its fate unknown. Not sending it is
  // safe, and the next attempt has the token already. A read uses its token at once: one that lives
  // for seconds would be gone by the next attempt, and a run would never be polled.
  const isRead = request.method === "GET";
  const tooLate = () => !isRead && left() < limitMs / 2;
  const late: Failure = {
    kind: "unreachable",
    permanent: false,
    message: "signing in took too long",
  };

  const stopped: Failure = { kind: "stopped", mayHaveArrived: false };
  const toldToStop = () => unsentSignal?.aborted === true;
  const first = await dependencies.credentials.token(signIn);
  if (first.kind !== "token") return { where, failure: first };
  if (toldToStop()) return { where, failure: stopped };
  if (tooLate()) return { where, failure: late };
  const reply = await transmit(dependencies, request, first.token, call);
  const refused =
    reply.kind === "answer" ? refusedCredentials(reply, request.mayHaveActed) : undefined;
  const forbidden = refused === 403 && isRead;
  if (refused !== 401 && !forbidden) return { where, reply };
  const second: Token | Failure = await dependencies.credentials.renew(first.token, signIn);
  // The words of the 401 itself say more; but a page in the way of the login is no answer to it.
  if (second.kind === "unauthorized" && second.fromApi) return { where, reply };
  if (forbidden && second.kind !== "token") return { where, reply };
  if (second.kind !== "token") return { where, failure: second };
  if (toldToStop()) return { where, failure: stopped };
  if (tooLate()) return { where, failure: late };
  return { where, reply: await transmit(dependencies, request, second.token, call) };
}

/** One time limit for a call and the signing in that it takes: each request of it gets what is left. */
function timeLeft(limitMs: number, monotonicMs: () => number): () => number {
  const startedAt = monotonicMs();
  return () => Math.max(1, limitMs - (monotonicMs() - startedAt));
}

function limitedBy(left: () => number, { signal, unsentSignal }: Call): Call {
  return {
    signal,
    unsentSignal,
    get timeLimitMs() {
      return left();
    },
  };
}

function transmit(
  dependencies: Pick<ClientDependencies, "send" | "baseUrl" | "requestHeaders">,
  request: Request,
  token: string | undefined,
  call: Call,
): Promise<HttpReply> {
  return dependencies.send({
    method: request.method,
    url: new URL(dependencies.baseUrl.href + request.path),
    headers: {
      // A status that a cache on the way has kept says nothing of now. The user may know better.
      ...(request.method === "GET" ? { "cache-control": "no-cache" } : {}),
      ...foreignHeaders(dependencies.requestHeaders ?? {}),
      accept: request.accept ?? "application/json",
      "user-agent": "etlworks-run-flow",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(request.body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(request.body === undefined ? {} : { body: request.body }),
    // Only what may be sent twice is sent on a connection that may be closing.
    connection: request.method === "GET" ? "pooled" : "own",
    timeLimitMs: call.timeLimitMs ?? USUAL_TIME_LIMIT_MS,
    signal: call.signal,
    unsentSignal: call.unsentSignal,
  });
}

function reading(dependencies: ClientDependencies) {
  return { redact: dependencies.redact, now: dependencies.epochMs };
}

/** Host and path without the query: parameters may hold what a log should not. */
function describePlace(baseUrl: URL, path: string): string {
  return `${baseUrl.host}${baseUrl.pathname}${path.split("?", 1)[0]}`;
}

/** `next`: the server's own words for the page. */
function flowQuery(filter: FlowFilter, page?: Page, next?: string): string {
  if (next !== undefined) return next;
  const query = new URLSearchParams();
  if (filter.q !== undefined) query.set("q", filter.q);
  for (const tag of filter.tag ?? []) query.append("tag", tag);
  if (filter.sort !== undefined) query.set("sort", filter.sort);
  if (filter.since !== undefined) query.set("since", filter.since);
  if (page !== undefined) {
    query.set("limit", String(page.limit));
    query.set("offset", String(page.offset));
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

interface ListHeaders {
  readonly total?: number;
  readonly next?: string;
}

function listHeaders(reply: HttpReply, page: URL): ListHeaders {
  if (reply.kind !== "answer") return {};
  const count = reply.headers["x-total-count"];
  const next = nextQuery(reply.headers["link"] ?? "", page);
  return {
    ...(count !== undefined && /^\d{1,15}$/.test(count) ? { total: Number(count) } : {}),
    ...(next === undefined ? {} : { next }),
  };
}

/**
 * The query of the link to the next page. Of its address nothing else is taken: a server behind a
 * gateway may name a host that is not for us.
 */
function nextQuery(header: string, page: URL): string | undefined {
  for (const [, address = "", parameters = ""] of header.matchAll(/<([^<>]*)>([^<]*)/g)) {
    if (!/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next\b)/i.test(parameters)) continue;
    const query = URL.parse(address, page.href)?.search ?? "";
    if (query !== "") return query;
  }
  return undefined;
}

/**
 * The run that was asked for, from a single record or from a list of them. A record that names
 * another run, or none, is no answer: a gateway's `{"status":"success"}` must not end a run. Nor are
 * several records of the run that say different things of it.
 */
function readExecutionOf(auditId: string, body: unknown): Execution | undefined {
  const records: readonly unknown[] = Array.isArray(body) ? body : [body];
  const found = records.flatMap(record => {
    const execution = parseExecution(record);
    const isUsable = execution?.status !== undefined && execution.auditId === auditId;
    return isUsable ? [{ record, execution }] : [];
  });
  const [first, ...others] = found.map(({ execution }) => execution);
  if (others.some(({ status }) => status !== first?.status)) return undefined;
  // Of a record that is the whole answer, this is decided before (see read-reply.ts).
  const refused = Array.isArray(body) && found.some(({ record }) => refusalOfEtlworks(record));
  return refused && !hasFailed(first) ? undefined : first;
}

/**
 * A run that failed is no failed request, though some servers say so of both. Under a status that is
 * said of requests, `{"status":"error"}` may be about the request, with the id that was asked for.
 */
function readFailedExecutionOf(
  auditId: string,
  body: unknown,
  { status }: { readonly status: number },
): InsideRefusal<Execution> | undefined {
  const value = readExecutionOf(auditId, body);
  if (value === undefined || !hasFailed(value)) return undefined;
  const ofRequest = OF_REQUESTS.has(status) && !isCertainlyOfRun(value, body);
  return ofRequest ? undefined : { kind: "value", value };
}

const OF_REQUESTS: ReadonlySet<number> = new Set([400, 403, 404, 405]);

/** Nobody says of a request when it began, or lists it, or has the exception of a flow for it. */
function isCertainlyOfRun({ startedAt, endedAt }: Execution, body: unknown): boolean {
  const timed = startedAt !== undefined || endedAt !== undefined;
  return timed || Array.isArray(body) || textField(body, "exception") !== undefined;
}

function hasFailed(execution: Execution | undefined): boolean {
  return execution?.status === "error" || execution?.status === "canceled";
}

/** The first record that names a run and its status. */
function readLatestExecution(body: unknown): Execution | undefined {
  const candidates = Array.isArray(body) ? body.map(parseExecution) : [parseExecution(body)];
  return candidates.find(
    execution => execution?.status !== undefined && execution.auditId !== undefined,
  );
}
