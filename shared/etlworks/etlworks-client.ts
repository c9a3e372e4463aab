import { type FlowFilter, flowQuery } from "./flow-query.ts";
import { createKnownApi, type KnownApi } from "./known-api.ts";
import { MAX_PAGE, type Page, readPages } from "./pages.ts";
import {
  type FlowSummary,
  parseFlow,
  parseFlows,
  parseHistory,
  parseStartAnswer,
  type StartAnswer,
} from "./replies/etlworks-replies.ts";
import type { Execution } from "./replies/execution.ts";
import { failureInPlaceOfText, failureWithin } from "./replies/failure-within.ts";
import { type ListHeaders, listHeaders } from "./replies/list-headers.ts";
import { type ReadRefused, type ReadValue, readReply } from "./replies/read-reply.ts";
import { refusalOfAnyProgram } from "./replies/refusal-in-body.ts";
import { namesRun, readRefusedStart } from "./replies/refused-start.ts";
import type { Call, Reply } from "./replies/reply.ts";
import {
  describeOtherExecution,
  describeOtherLatest,
  readExecutionOf,
  readFailedExecutionOf,
  readLatestExecution,
} from "./replies/requested-execution.ts";
import { hideCredentials } from "./replies/server-text.ts";
import { type Session, type SignedRequest, sendWithCredentials } from "./send-with-credentials.ts";

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

export interface ClientDependencies extends Session {
  /** Cuts secrets out of text that came from the server. */
  readonly redact: (text: string) => string;
  /** For times in answers. */
  readonly epochMs: () => number;
  /** Given where several clients speak to one address. */
  readonly knownApi?: KnownApi;
}

export function createEtlworksClient(dependencies: ClientDependencies): EtlworksClient {
  const { knownApi = createKnownApi() } = dependencies;
  const json = async <Value>(
    method: string,
    path: string,
    read: ReadValue<Value>,
    call: Call = {},
    {
      body,
      mayHaveActed,
      readRefused,
      describeUnread,
    }: Pick<SignedRequest, "body" | "mayHaveActed"> & {
      readonly readRefused?: ReadRefused<Value>;
      readonly describeUnread?: ReadValue<string>;
    } = {},
  ): Promise<Reply<Value>> => {
    const raw = await sendWithCredentials(dependencies, { method, path, body, mayHaveActed }, call);
    if ("failure" in raw) return raw.failure;
    const reads = {
      read,
      ...(readRefused === undefined ? {} : { readRefused }),
      ...(describeUnread === undefined ? {} : { describeUnread }),
    };
    return knownApi.judge(readReply(raw.reply, { ...raw, ...reading(dependencies), ...reads }));
  };
  /** A list together with its `X-Total-Count`. */
  const page = async <Value>(
    path: string,
    read: (body: unknown, about: ListHeaders) => Value | undefined,
    call: Call = {},
  ): Promise<Reply<Value>> => {
    const raw = await sendWithCredentials(dependencies, { method: "GET", path }, call);
    if ("failure" in raw) return raw.failure;
    const headers = listHeaders(raw.reply, new URL(dependencies.baseUrl.href + path));
    const readPage = (body: unknown) => read(body, headers);
    const about = { ...raw, ...reading(dependencies), read: readPage };
    return knownApi.judge(readReply(raw.reply, about));
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
          describeUnread: body => describeOtherExecution(auditId, body),
        },
      ),
    latestExecution: (flowId, call) =>
      json("GET", `/v1/executions/${flowId}`, readLatestExecution, call, {
        describeUnread: describeOtherLatest,
      }),
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
      const raw = await sendWithCredentials(
        dependencies,
        { method: "GET", path, accept: "*/*" },
        call,
      );
      if ("failure" in raw) return raw.failure;
      if (raw.reply.kind === "answer" && raw.reply.status === 200) {
        const { body, cut, unread } = raw.reply;
        if (unread !== undefined) {
          const message = `${raw.where} answered, but ${dependencies.redact(unread)}`;
          return { kind: "fault", message, website: false };
        }
        const failure = failureInPlaceOfText(raw.reply, { ...raw, ...reading(dependencies) });
        if (failure !== undefined) return failure;
        const text = hideCredentials(dependencies.redact(body)).toWellFormed();
        return { kind: "value", value: { text, cut } };
      }
      return readReply<ConsoleLog>(raw.reply, {
        ...raw,
        ...reading(dependencies),
        read: () => undefined,
      });
    },
    async send(method, pathAndQuery, call = {}) {
      const body = method === "GET" || method === "DELETE" ? undefined : "{}";
      const raw = await sendWithCredentials(
        dependencies,
        { method, path: pathAndQuery, body },
        call,
      );
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

function reading(dependencies: ClientDependencies) {
  return { redact: dependencies.redact, now: dependencies.epochMs };
}
