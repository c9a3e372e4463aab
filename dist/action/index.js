import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
/******/ var __webpack_modules__ = ({

/***/ 2613:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("assert");

/***/ }),

/***/ 5317:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("child_process");

/***/ }),

/***/ 6982:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("crypto");

/***/ }),

/***/ 4434:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("events");

/***/ }),

/***/ 9896:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("fs");

/***/ }),

/***/ 8611:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("http");

/***/ }),

/***/ 5692:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("https");

/***/ }),

/***/ 9278:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("net");

/***/ }),

/***/ 4589:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:assert");

/***/ }),

/***/ 6698:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:async_hooks");

/***/ }),

/***/ 4573:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:buffer");

/***/ }),

/***/ 7540:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:console");

/***/ }),

/***/ 7598:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:crypto");

/***/ }),

/***/ 3053:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:diagnostics_channel");

/***/ }),

/***/ 610:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:dns");

/***/ }),

/***/ 8474:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:events");

/***/ }),

/***/ 7067:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:http");

/***/ }),

/***/ 2467:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:http2");

/***/ }),

/***/ 7030:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:net");

/***/ }),

/***/ 643:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:perf_hooks");

/***/ }),

/***/ 1792:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:querystring");

/***/ }),

/***/ 7075:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream");

/***/ }),

/***/ 1692:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:tls");

/***/ }),

/***/ 3136:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:url");

/***/ }),

/***/ 7975:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util");

/***/ }),

/***/ 3429:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util/types");

/***/ }),

/***/ 5919:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:worker_threads");

/***/ }),

/***/ 8522:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:zlib");

/***/ }),

/***/ 857:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("os");

/***/ }),

/***/ 6928:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("path");

/***/ }),

/***/ 3193:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("string_decoder");

/***/ }),

/***/ 3557:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("timers");

/***/ }),

/***/ 4756:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("tls");

/***/ }),

/***/ 9023:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("util");

/***/ }),

/***/ 4484:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  N: () => (/* binding */ connect)
});

// EXTERNAL MODULE: ./build/shared/etlworks/credentials.js
var etlworks_credentials = __nccwpck_require__(3328);
// EXTERNAL MODULE: ./build/shared/json.js
var shared_json = __nccwpck_require__(8444);
;// CONCATENATED MODULE: ./build/shared/etlworks/etlworks-replies.js

/** `undefined` when the text is no answer to a start at all. */
function parseStartAnswer(value) {
    if (!(0,shared_json/* isObject */.G)(value))
        return undefined;
    const code = wholeNumber(value["status"]);
    if (code === undefined)
        return undefined;
    const auditId = positiveId(value["auditId"]);
    const exception = clipped(etlworks_replies_text(value["exception"]));
    return {
        code,
        ...(auditId === undefined ? {} : { auditId }),
        ...(exception === undefined ? {} : { exception }),
    };
}
/** One run. `undefined` when nothing in it says that it is one. */
function parseExecution(value) {
    if (!(0,shared_json/* isObject */.G)(value))
        return undefined;
    const auditId = positiveId(value["auditId"]);
    const status = etlworks_replies_text(value["status"])?.toLowerCase();
    if (auditId === undefined && status === undefined)
        return undefined;
    const flowId = safeNumber(value["flowId"]);
    const flowName = etlworks_replies_text(value["flowName"]);
    const startedAt = firstTime(value, STARTED_NAMES);
    const endedAt = firstTime(value, ENDED_NAMES);
    const message = clipped(firstText(value, MESSAGE_NAMES));
    const user = etlworks_replies_text(value["user"]);
    const records = safeNumber(value["records"]);
    const scheduled = positiveId(value["eventId"]) !== undefined || etlworks_replies_text(value["eventName"]) !== undefined;
    return {
        ...(auditId === undefined ? {} : { auditId }),
        ...(flowId === undefined ? {} : { flowId }),
        ...(flowName === undefined ? {} : { flowName }),
        ...(status === undefined ? {} : { status }),
        ...(startedAt === undefined ? {} : { startedAt }),
        ...(endedAt === undefined ? {} : { endedAt }),
        ...(message === undefined ? {} : { message }),
        ...(user === undefined ? {} : { user }),
        ...(records === undefined ? {} : { records }),
        ...(scheduled ? { scheduled } : {}),
    };
}
/**
 * A page of history: the entries that can be read. `undefined` when it is no list, or a list of
 * something else: taken for an empty history, it would make every old run look new.
 */
function parseHistory(value) {
    if (!Array.isArray(value))
        return undefined;
    const readable = value.map(parseExecution).filter(execution => execution !== undefined);
    return readable.length === 0 && value.length > 0 ? undefined : readable;
}
function parseFlow(value) {
    if (!(0,shared_json/* isObject */.G)(value))
        return undefined;
    const id = safeNumber(value["id"]);
    const name = typeof value["name"] === "string" ? value["name"] : undefined;
    if (id === undefined || name === undefined)
        return undefined;
    const latestFinishedStatus = etlworks_replies_text(value["latestFinishedStatus"]);
    return { id, name, ...(latestFinishedStatus === undefined ? {} : { latestFinishedStatus }) };
}
function parseFlows(value) {
    if (!Array.isArray(value))
        return undefined;
    return value.map(parseFlow).filter(flow => flow !== undefined);
}
/** The JWT of a login or refresh. Anything that no header can carry is none. */
function parseToken(value) {
    const token = (0,shared_json/* isObject */.G)(value) ? etlworks_replies_text(value["token"]) : undefined;
    return token !== undefined && /^[\x21-\x7e]+$/.test(token) ? token : undefined;
}
/**
 * The server's own words for an error: `{status, error, message, path}` for 4xx and 5xx,
 * `{success: false, error}` inside a 200.
 */
function parseErrorMessage(value) {
    return (0,shared_json/* isObject */.G)(value) ? firstText(value, ["message", "exception", "error"]) : undefined;
}
/**
 * The names of these fields are not documented for a status answer; these are the ones that the
 * sibling reports use, and close relatives (facts: Reporting API; webhooks).
 */
const STARTED_NAMES = ["started", "startedAt", "startTime"];
const ENDED_NAMES = ["ended", "endedAt", "endTime", "finished"];
const MESSAGE_NAMES = ["exception", "message", "error"];
/**
 * A server's exception can be a whole log. What a host keeps of a run must stay small: a durable
 * execution may remember 256 KB, and the message is in it twice.
 */
const MAX_MESSAGE = 8_192;
function clipped(message) {
    return message === undefined || message.length <= MAX_MESSAGE
        ? message
        : `${message.slice(0, MAX_MESSAGE)}…`;
}
function firstTime(value, names) {
    return names.map(name => time(value[name])).find(found => found !== undefined);
}
function firstText(value, names) {
    return names.map(name => etlworks_replies_text(value[name])).find(found => found !== undefined);
}
function etlworks_replies_text(value) {
    if (typeof value !== "string")
        return undefined;
    const trimmed = value.trim();
    return trimmed === "" ? undefined : trimmed;
}
/** A whole number, as a number or as digits in quotes. */
function wholeNumber(value) {
    if (typeof value === "number" && Number.isSafeInteger(value))
        return String(value);
    return typeof value === "string" && /^-?\d{1,19}$/.test(value.trim()) ? value.trim() : undefined;
}
function positiveId(value) {
    const id = wholeNumber(value);
    return id === undefined || !/^[1-9]/.test(id) ? undefined : id;
}
function safeNumber(value) {
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    return typeof number === "number" && Number.isSafeInteger(number) ? number : undefined;
}
/** Below this a number can only be seconds: as milliseconds it would lie before 1973. */
const MIN_MILLISECONDS = 100_000_000_000;
/** Milliseconds (documented), seconds, or ISO 8601. Zero and less mean "not set". */
function time(value) {
    const number = typeof value === "string" && /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value;
    if (typeof number === "number") {
        if (!Number.isFinite(number) || number <= 0)
            return undefined;
        return Math.round(number < MIN_MILLISECONDS ? number * 1_000 : number);
    }
    if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d/.test(value))
        return undefined;
    const parsed = Date.parse(value);
    return Number.isFinite(parsed) && parsed > 0 ? parsed : undefined;
}

// EXTERNAL MODULE: ./build/shared/run/outcome.js
var outcome = __nccwpck_require__(7354);
;// CONCATENATED MODULE: ./build/shared/etlworks/read-reply.js



/**
 * Sorts an HTTP exchange into a `Reply`. `where` names host and path for messages; `redact` cuts
 * known secrets out of every text of the server's. Not out of numbers, ids and words of the API: a
 * password such as 1234 must not tear an audit id apart.
 */
function readReply(reply, dependencies) {
    switch (reply.kind) {
        case "stopped":
            return reply;
        case "unreachable": {
            const message = `cannot reach ${dependencies.where}: ${dependencies.redact(reply.reason)}`;
            return { kind: "unreachable", permanent: reply.permanent, message };
        }
        case "broken":
            return fault(`${dependencies.where}: ${dependencies.redact(reply.reason)}`);
        case "answer":
            return readAnswer(reply, dependencies);
    }
}
function readAnswer(answer, dependencies) {
    const { status } = answer;
    if (status < 300)
        return readSuccess(answer, dependencies);
    if (status < 400)
        return redirected(answer);
    if (status === 429)
        return { kind: "rate-limited", ...retryAfter(answer, dependencies.now) };
    const said = describeBody(answer, dependencies.redact);
    if (status === 401)
        return { kind: "unauthorized", message: said };
    if (status === 404)
        return { kind: "absent", status, message: said };
    // 408 and 425 come from a balancer that gave up on the request, so its fate is not known.
    if (status >= 500 || status === 408 || status === 425) {
        return fault(`${dependencies.where} answered ${status}: ${said}`);
    }
    return { kind: "rejected", status, message: said };
}
function readSuccess(answer, dependencies) {
    if (answer.cut)
        return fault(`${dependencies.where}: the answer is larger than 10 MB`);
    const { status } = answer;
    const body = answer.body.trim();
    if (body === "")
        return { kind: "absent", status, message: "the answer is empty" };
    if (looksLikeHtml(answer)) {
        const message = `${dependencies.where} answered with an HTML page instead of JSON`;
        return { kind: "fault", message, website: true };
    }
    const json = tryParse(body, dependencies.redact);
    if (json === undefined)
        return fault(`${dependencies.where} answered with something that is not JSON`);
    if (json.value === null || ((0,shared_json/* isObject */.G)(json.value) && Object.keys(json.value).length === 0)) {
        return {
            kind: "absent",
            status,
            message: `the answer is ${json.value === null ? "null" : "{}"}`,
        };
    }
    if ((0,shared_json/* isObject */.G)(json.value) && json.value["success"] === false) {
        const message = parseErrorMessage(json.value) ?? "success is false";
        return { kind: "rejected", status, message };
    }
    const value = dependencies.read(json.value);
    if (value === undefined)
        return fault(`${dependencies.where} answered with JSON of an unknown form`);
    return { kind: "value", value, ...serverTime(answer) };
}
function redirected(answer) {
    const target = URL.parse(answer.headers["location"] ?? "", "https://relative.invalid");
    const named = target === null || target.hostname === "relative.invalid" ? "" : ` to ${target.origin}`;
    // 303 is how a server says "done, now look there": the request may have been acted upon.
    if (answer.status === 303)
        return fault(`the server redirects${named}`);
    const message = `the server redirects${named}, and a redirect is not followed with credentials`;
    return { kind: "rejected", status: answer.status, message };
}
function fault(message) {
    return { kind: "fault", message, website: false };
}
/** One readable clause from an error body: the server's words, or what kind of thing it sent. */
function describeBody(answer, redact) {
    if (looksLikeHtml(answer))
        return "an HTML page";
    const body = answer.body.trim();
    if (body === "")
        return "no text";
    const json = tryParse(body, redact);
    const message = json === undefined
        ? redact(body)
        : (parseErrorMessage(json.value) ?? redact(JSON.stringify(json.value)));
    return message.length > 1_000 ? `${message.slice(0, 1_000)}…` : message;
}
function looksLikeHtml(answer) {
    return (/\bhtml\b/i.test(answer.headers["content-type"] ?? "") ||
        /^\s*<(?:!doctype|html|head|body)\b/i.test(answer.body));
}
function tryParse(body, redact) {
    try {
        // A server may write any letter as an escape (Gson does so with `=` and `'`), and behind it a
        // secret would slip through.
        const suspicious = body.includes("\\") || redact(body) !== body;
        const redactText = (text) => (isWordOfTheApi(text) ? text : redact(text));
        return { value: suspicious ? (0,shared_json/* parseJson */.q)(body, redactText) : (0,shared_json/* parseJson */.q)(body) };
    }
    catch {
        return undefined;
    }
}
/** Statuses and ids, which everything hangs on and which say nothing of a secret. */
function isWordOfTheApi(text) {
    const word = text.trim().toLowerCase();
    return /^\d{1,19}$/.test(word) || STATUSES.has(word);
}
const STATUSES = new Set([...outcome/* ACTIVE_STATUSES */.a, ...outcome/* TERMINAL_STATUSES */.C]);
/** A server that says "tomorrow" is asked once an hour all the same: it may be back sooner. */
const MAX_RETRY_AFTER_MS = 3_600_000;
/** `Retry-After` in seconds or as a date (RFC 9110, 10.2.3). */
function retryAfter(answer, now) {
    const header = answer.headers["retry-after"]?.trim() ?? "";
    if (/^\d{1,9}$/.test(header)) {
        return { retryAfterMs: Math.min(Number(header) * 1_000, MAX_RETRY_AFTER_MS) };
    }
    const date = Date.parse(header);
    if (!Number.isFinite(date))
        return {};
    // Against the server's own clock where it gives one: ours may be minutes off.
    const reference = serverTime(answer).serverTime ?? now();
    return { retryAfterMs: Math.min(Math.max(0, date - reference), MAX_RETRY_AFTER_MS) };
}
function serverTime(answer) {
    const date = Date.parse(answer.headers["date"] ?? "");
    return Number.isFinite(date) ? { serverTime: date } : {};
}

;// CONCATENATED MODULE: ./build/shared/etlworks/etlworks-client.js


/** The server's hard cap for `limit`. */
const MAX_PAGE = 200;
const USUAL_TIME_LIMIT_MS = 30_000;
function createEtlworksClient(dependencies) {
    const json = async (method, path, read, call = {}, body) => {
        const raw = await exchange(dependencies, { method, path, body }, call);
        return "failure" in raw
            ? raw.failure
            : readReply(raw.reply, { ...raw, ...reading(dependencies), read });
    };
    const client = {
        flows: (filter, call) => json("GET", `/v1/flows${flowQuery(filter)}`, parseFlows, call),
        flow: (flowId, call) => json("GET", `/v1/flows/${flowId}`, parseFlow, call),
        start: (flowId, parameters, runQuery, call) => json("POST", `/v1/flows/${flowId}/run${runQuery === "" ? "" : `?${runQuery}`}`, parseStartAnswer, call, JSON.stringify(parameters)),
        execution: (flowId, auditId, call) => json("GET", `/v1/executions/${flowId}?auditId=${encodeURIComponent(auditId)}`, body => readExecutionOf(auditId, body), call),
        async history(flowId, page, call = {}) {
            const path = `/v1/executions/${flowId}/history?limit=${page.limit}&offset=${page.offset}`;
            const raw = await exchange(dependencies, { method: "GET", path }, call);
            if ("failure" in raw)
                return raw.failure;
            const read = (body) => {
                const executions = parseHistory(body);
                return executions === undefined ? undefined : { executions, ...totalCount(raw.reply) };
            };
            return readReply(raw.reply, { ...raw, ...reading(dependencies), read });
        },
        async *historyPages(flowId, call) {
            for (let offset = 0;;) {
                const reply = await client.history(flowId, { limit: MAX_PAGE, offset }, call);
                yield reply;
                if (reply.kind !== "value")
                    return;
                const { executions, total } = reply.value;
                offset += executions.length;
                // Without a total, a page that is not full is the last one.
                const last = total === undefined ? executions.length < MAX_PAGE : offset >= total;
                if (last || executions.length === 0)
                    return;
            }
        },
        async consoleLog(flowId, auditId, call = {}) {
            const path = `/v1/executions/console/download?flowId=${flowId}&auditId=${encodeURIComponent(auditId)}`;
            const raw = await exchange(dependencies, { method: "GET", path, accept: "*/*" }, call);
            if ("failure" in raw)
                return raw.failure;
            if (raw.reply.kind === "answer" && raw.reply.status === 200) {
                const { body, cut } = raw.reply;
                return { kind: "value", value: { text: dependencies.redact(body), cut } };
            }
            return readReply(raw.reply, {
                ...raw,
                ...reading(dependencies),
                read: () => undefined,
            });
        },
        async send(method, pathAndQuery, call = {}) {
            const body = method === "GET" || method === "DELETE" ? undefined : "{}";
            const raw = await exchange(dependencies, { method, path: pathAndQuery, body }, call);
            if ("failure" in raw)
                return raw.failure;
            const { reply } = raw;
            const accepted = reply.kind === "answer" && reply.status >= 200 && reply.status < 300;
            const refusedInside = accepted && /"success"\s*:\s*false/.test(reply.body);
            if (accepted && !refusedInside)
                return { kind: "value", value: true };
            return readReply(reply, { ...raw, ...reading(dependencies), read: () => undefined });
        },
    };
    return client;
}
/** The two calls of a login. Both addresses are documented; the second by the older support pages. */
function createTokenCalls(dependencies) {
    const post = async (path, body, token, call) => {
        const request = { method: "POST", path, body };
        const raw = {
            where: describePlace(dependencies.baseUrl, path),
            reply: await transmit(dependencies, request, token, call),
        };
        // Not redacted: the answer is the secret itself, and may be one that is known already.
        const plain = { ...raw, now: dependencies.epochMs, redact: (text) => text };
        const reply = readReply(raw.reply, { ...plain, read: parseToken });
        if (reply.kind === "value")
            return reply;
        // An error page may repeat the password that it was sent.
        return readReply(raw.reply, {
            ...plain,
            redact: dependencies.redact,
            read: () => undefined,
        });
    };
    return {
        async login(call) {
            const body = JSON.stringify({ login: dependencies.login, password: dependencies.password });
            const reply = await post("/v1/token-auth", body, undefined, call);
            if (reply.kind !== "absent" || reply.status !== 404)
                return reply;
            return post("/v1/token-auth/issue", body, undefined, call);
        },
        refresh: (token, call) => post("/v1/token-auth/refresh", "{}", token, call),
    };
}
/** Sends with credentials; on a 401 once more with fresh ones. A 401 is a promise: nothing was done. */
async function exchange(dependencies, request, whole) {
    const where = describePlace(dependencies.baseUrl, request.path);
    const limitMs = whole.timeLimitMs ?? USUAL_TIME_LIMIT_MS;
    const left = timeLeft(limitMs, dependencies.epochMs);
    const call = limitedBy(left, whole);
    // Signing in is not yet the request: told to stop meanwhile, it is not sent at all.
    const { unsentSignal } = whole;
    const signIn = limitedBy(left, { signal: unsentSignal ?? whole.signal });
    // With little time left, a start would likely be cut off and its fate unknown. Not sending it is
    // safe, and the next attempt has the token already.
    const tooLate = () => left() < limitMs / 2;
    const late = {
        kind: "unreachable",
        permanent: false,
        message: "signing in took too long",
    };
    const stopped = { kind: "stopped", mayHaveArrived: false };
    const toldToStop = () => unsentSignal?.aborted === true;
    const first = await dependencies.credentials.token(signIn);
    if (first.kind !== "token")
        return { where, failure: first };
    if (toldToStop())
        return { where, failure: stopped };
    if (tooLate())
        return { where, failure: late };
    const reply = await transmit(dependencies, request, first.token, call);
    if (reply.kind !== "answer" || reply.status !== 401)
        return { where, reply };
    const second = await dependencies.credentials.renew(first.token, signIn);
    if (second.kind === "unauthorized")
        return { where, reply };
    if (second.kind !== "token")
        return { where, failure: second };
    if (toldToStop())
        return { where, failure: stopped };
    if (tooLate())
        return { where, failure: late };
    return { where, reply: await transmit(dependencies, request, second.token, call) };
}
/**
 * One time limit for a call and the signing in that it takes: each request of it gets what is left.
 * Should the wall clock jump meanwhile, the call ends early or has its full time once more.
 */
function timeLeft(limitMs, epochMs) {
    const begun = epochMs();
    return () => Math.min(limitMs, Math.max(1, limitMs - (epochMs() - begun)));
}
function limitedBy(left, { signal, unsentSignal }) {
    return {
        signal,
        unsentSignal,
        get timeLimitMs() {
            return left();
        },
    };
}
function transmit(dependencies, request, token, call) {
    return dependencies.send({
        method: request.method,
        url: new URL(dependencies.baseUrl.href + request.path),
        headers: {
            accept: request.accept ?? "application/json",
            "user-agent": "etlworks-run-flow",
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
            ...(request.body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(request.body === undefined ? {} : { body: request.body }),
        timeLimitMs: call.timeLimitMs ?? USUAL_TIME_LIMIT_MS,
        signal: call.signal,
        unsentSignal: call.unsentSignal,
    });
}
function reading(dependencies) {
    return { redact: dependencies.redact, now: dependencies.epochMs };
}
/** Host and path without the query: parameters may hold what a log should not. */
function describePlace(baseUrl, path) {
    return `${baseUrl.host}${baseUrl.pathname}${path.split("?", 1)[0]}`;
}
function flowQuery(filter) {
    const query = new URLSearchParams();
    if (filter.q !== undefined)
        query.set("q", filter.q);
    for (const tag of filter.tag ?? [])
        query.append("tag", tag);
    if (filter.sort !== undefined)
        query.set("sort", filter.sort);
    if (filter.since !== undefined)
        query.set("since", filter.since);
    const text = query.toString();
    return text === "" ? "" : `?${text}`;
}
function totalCount(reply) {
    const header = reply.kind === "answer" ? reply.headers["x-total-count"] : undefined;
    return header !== undefined && /^\d{1,15}$/.test(header) ? { total: Number(header) } : {};
}
/**
 * The run that was asked for, from a single record or from a list of them. A record that names
 * another run, or none, is no answer: a gateway's `{"status":"success"}` must not end a run.
 */
function readExecutionOf(auditId, body) {
    const candidates = Array.isArray(body) ? body.map(parseExecution) : [parseExecution(body)];
    const usable = candidates.filter(execution => execution?.status !== undefined);
    return usable.find(execution => execution?.auditId === auditId);
}

;// CONCATENATED MODULE: ./build/action/inputs/connect.js


/** A client for the instance and login of the inputs. A token is masked before its first use. */
function connect(inputs, dependencies) {
    const { baseUrl, login } = inputs;
    const { send, secrets, clock } = dependencies;
    const common = { send, baseUrl, redact: secrets.redact, epochMs: clock.epochMs };
    const credentials = login.kind === "api-key"
        ? (0,etlworks_credentials/* apiKeyCredentials */._g)(login.key)
        : (0,etlworks_credentials/* loginCredentials */.c$)(createTokenCalls({ ...common, login: login.username, password: login.password }), token => secrets.add(token));
    return createEtlworksClient({ ...common, credentials });
}


/***/ }),

/***/ 632:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  K: () => (/* binding */ readInputs)
});

// EXTERNAL MODULE: ./build/shared/duration.js
var shared_duration = __nccwpck_require__(290);
// EXTERNAL MODULE: ./build/shared/user-error.js
var user_error = __nccwpck_require__(3270);
;// CONCATENATED MODULE: ./build/shared/etlworks/base-url.js

/**
 * Reads the address of an Etlworks instance, with or without `/rest`, with or without a slash at
 * the end, on any port; returns it with a path that ends in `/rest`. `name` is what the user calls
 * this setting. Throws a UserError that says what to change.
 */
function parseBaseUrl(text, options) {
    const { name } = options;
    const refuse = (why) => {
        throw new user_error/* UserError */.y(`${name}: ${why} Set it to the address of your instance, for example https://app.etlworks.com/rest.`);
    };
    const url = URL.parse(text.trim());
    if (url === null)
        return refuse(`"${shown(text)}" is not a web address.`);
    if (url.protocol !== "https:" && url.protocol !== "http:") {
        return refuse(`"${shown(text)}" is not an https address.`);
    }
    if (url.username !== "" || url.password !== "") {
        return refuse("it holds a user name or password; these belong in their own settings.");
    }
    if (url.search !== "" || url.hash !== "")
        return refuse(`leave away what follows "?" or "#".`);
    const path = url.pathname.replace(/\/+$/, "");
    if (/\/rest\/./.test(path))
        return refuse(`leave away what follows /rest in "${shown(text)}".`);
    if (url.protocol === "http:" && !options.allowHttp && !isLoopback(url.hostname)) {
        return refuse(`http would send the key in the clear; use https (or set ETLWORKS_ALLOW_HTTP=true for a network you trust).`);
    }
    // An empty query or fragment leaves its sign behind.
    url.search = "";
    url.hash = "";
    url.pathname = path.endsWith("/rest") ? path : `${path}/rest`;
    return url;
}
function shown(text) {
    // A key pasted into the wrong field would be shown whole otherwise.
    const line = text
        .trim()
        .replace(/\s+/g, " ")
        .replace(/\/\/[^/]*@/, "//…@");
    return line.length > 80 ? `a text of ${line.length} characters` : line;
}
function isLoopback(hostname) {
    return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

// EXTERNAL MODULE: ./build/shared/etlworks/credentials.js
var credentials = __nccwpck_require__(3328);
;// CONCATENATED MODULE: ./build/shared/run/run-request.js
/** What to do when another run of the flow is running (start code 1). */
const IF_RUNNING = ["fail", "wait", "attach", "skip"];

// EXTERNAL MODULE: ./build/action/inputs/parameters.js
var inputs_parameters = __nccwpck_require__(9193);
;// CONCATENATED MODULE: ./build/action/inputs/inputs.js






const SHOW_LOG = ["never", "on-failure", "always"];
/**
 * Reads the inputs from `INPUT_*`. Registers every secret first, so that nothing printed later can
 * show one. Throws one UserError that names everything that is wrong.
 */
function readInputs(environment, secrets) {
    const get = (name) => (environment[`INPUT_${name.replaceAll(" ", "_").toUpperCase()}`] ?? "").trim();
    for (const name of ["api-key", "password", "github-token"])
        addSecret(get(name), secrets);
    const problems = [];
    const attempt = (read) => {
        try {
            return read();
        }
        catch (error) {
            if (!(error instanceof user_error/* UserError */.y))
                throw error;
            problems.push(error.message);
            return undefined;
        }
    };
    const allowHttp = environment["ETLWORKS_ALLOW_HTTP"] === "true";
    const baseUrl = attempt(() => parseBaseUrl(get("base-url") || "https://app.etlworks.com/rest", {
        name: "base-url",
        allowHttp,
    }));
    const login = attempt(() => readLogin(get));
    const flow = attempt(() => readFlow(get));
    const parameters = attempt(() => (0,inputs_parameters/* parseParameters */._)(get("parameters")));
    const wait = attempt(() => readSwitch(get, "wait", true));
    const timeoutMs = attempt(() => readDuration(get, "timeout", "60m"));
    const interval = attempt(() => readInterval(get));
    const ifRunning = attempt(() => readChoice(get, "if-running", IF_RUNNING, "fail"));
    const failOnWarning = attempt(() => readSwitch(get, "fail-on-warning", false));
    const stopRequest = attempt(() => ({ value: readStopRequest(get("stop-request")) }));
    const runQuery = attempt(() => readRunQuery(get("run-query")));
    const showLog = attempt(() => readChoice(get, "show-log", SHOW_LOG, "never"));
    const summary = attempt(() => readSwitch(get, "summary", true));
    const dryRun = attempt(() => readSwitch(get, "dry-run", false));
    if (baseUrl === undefined ||
        login === undefined ||
        flow === undefined ||
        parameters === undefined ||
        wait === undefined ||
        timeoutMs === undefined ||
        interval === undefined ||
        ifRunning === undefined ||
        failOnWarning === undefined ||
        stopRequest === undefined ||
        runQuery === undefined ||
        showLog === undefined ||
        summary === undefined ||
        dryRun === undefined) {
        throw new user_error/* UserError */.y(problems.join("\n"));
    }
    const credentials = login.kind === "api-key" ? "api-key" : "username and password";
    const names = {
        baseUrl: "base-url",
        credentials,
        flow: flow.kind === "id" ? "flow-id" : "flow-name",
    };
    return {
        baseUrl,
        login,
        flow,
        parameters,
        wait,
        timeoutMs,
        ifRunning,
        failOnWarning,
        runQuery,
        showLog,
        summary,
        dryRun,
        names,
        pollIntervalMs: interval.value,
        stopRequest: stopRequest.value,
        githubToken: get("github-token") || undefined,
    };
}
function addSecret(value, secrets) {
    if (value === "")
        return;
    secrets.add(value);
    // What somebody pastes around a key is not secret, the rest of it is.
    const bare = value.replace(/^bearer\s+/i, "").replace(/^["'`]+|["'`]+$/g, "");
    if (bare !== "")
        secrets.add(bare);
}
function readLogin(get) {
    const [key, username, password] = [get("api-key"), get("username"), get("password")];
    if (key !== "" && (username !== "" || password !== "")) {
        throw new user_error/* UserError */.y("Give either api-key, or username and password, not both.");
    }
    if (key !== "")
        return { kind: "api-key", key: (0,credentials/* checkApiKey */.Sq)(key, "api-key") };
    if (username === "" && password === "") {
        throw new user_error/* UserError */.y("Give an api-key (or username and password). If you did: a secret that does not exist, or that a fork may not read, arrives empty.");
    }
    if (username === "")
        throw new user_error/* UserError */.y("password is given, but username is empty.");
    if (password === "")
        throw new user_error/* UserError */.y("username is given, but password is empty.");
    return { kind: "password", username, password };
}
function readFlow(get) {
    const [id, name] = [get("flow-id"), get("flow-name")];
    if (id !== "" && name !== "")
        throw new user_error/* UserError */.y("Give either flow-id or flow-name, not both.");
    if (name !== "")
        return { kind: "name", name };
    if (id === "")
        throw new user_error/* UserError */.y("Give flow-id (or flow-name): which flow is to be run.");
    if (!/^[1-9]\d{0,14}$/.test(id)) {
        throw new user_error/* UserError */.y(`flow-id: "${shorten(id)}" is not a positive whole number. For a name use flow-name.`);
    }
    return { kind: "id", id: Number(id) };
}
function readSwitch(get, name, standard) {
    const value = get(name);
    if (value === "")
        return standard;
    // The forms of YAML 1.2, as everywhere in workflows.
    if (/^(true|True|TRUE)$/.test(value))
        return true;
    if (/^(false|False|FALSE)$/.test(value))
        return false;
    throw new user_error/* UserError */.y(`${name}: "${shorten(value)}" is not known. Use true or false.`);
}
function readChoice(get, name, choices, standard) {
    const value = get(name);
    if (value === "")
        return standard;
    const found = choices.find(choice => choice === value);
    if (found !== undefined)
        return found;
    throw new user_error/* UserError */.y(`${name}: "${shorten(value)}" is not known. Use one of: ${choices.join(", ")}.`);
}
function readDuration(get, name, standard) {
    const value = get(name) || standard;
    const duration = (0,shared_duration/* parseDuration */.E9)(value);
    if (duration !== undefined)
        return duration;
    throw new user_error/* UserError */.y(`${name}: "${shorten(value)}" is not a duration. Use ${shared_duration/* DURATION_FORMS */.nv}.`);
}
function readInterval(get) {
    const value = get("poll-interval");
    if (value === "" || value === "auto")
        return { value: undefined };
    const interval = (0,shared_duration/* parseDuration */.E9)(value);
    if (interval !== undefined && interval > 0)
        return { value: interval };
    throw new user_error/* UserError */.y(`poll-interval: "${shorten(value)}" is not known. Use auto, or a duration of at least 1s such as 30s.`);
}
function readStopRequest(value) {
    if (value === "")
        return undefined;
    const [, method, path] = /^(GET|POST|PUT|PATCH|DELETE)\s+(\/[^\s#\\]*)$/.exec(value) ?? [];
    if (method === undefined || path === undefined) {
        throw new user_error/* UserError */.y(`stop-request: "${shorten(value)}" is not a request. Write a method and a path below base-url, for example POST /v1/flows/{flow-id}/stop?auditId={audit-id}.`);
    }
    const unknown = path
        .match(/\{[^}]*\}?/g)
        ?.find(token => token !== "{flow-id}" && token !== "{audit-id}");
    if (unknown !== undefined) {
        throw new user_error/* UserError */.y(`stop-request: ${shorten(unknown)} is not known. Use {flow-id} and {audit-id}.`);
    }
    return { method, path: path.replace(/^\/rest(?=\/)/, "") };
}
function readRunQuery(value) {
    const query = value.replace(/^\?/, "");
    // The characters of a query (RFC 3986, 3.4).
    if (/^(?:[\w\-.~!$&'()*+,;=:@/?]|%[\dA-Fa-f]{2})*$/.test(query))
        return query;
    throw new user_error/* UserError */.y(`run-query: "${shorten(value)}" is not a query string. Write name=value&name=value, URL-encoded.`);
}
function shorten(value) {
    const line = value.replace(/\s+/g, " ");
    // A key in the wrong place would be cut, and no mask knows half of it.
    return line.length > 80 ? `a text of ${line.length} characters` : line;
}


/***/ }),

/***/ 9193:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   I: () => (/* binding */ emptyParameters),
/* harmony export */   _: () => (/* binding */ parseParameters)
/* harmony export */ });
/* harmony import */ var _shared_json_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8444);
/* harmony import */ var _shared_user_error_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3270);


/**
 * Reads a JSON object, or lines `name=value`. Numbers and booleans become the text they were
 * written as. Throws a UserError for anything that is not a flat map, and for a name given twice.
 */
function parseParameters(text) {
    const trimmed = text.trim();
    if (trimmed === "")
        return {};
    if (trimmed.startsWith("{"))
        return fromJson(trimmed);
    if (trimmed.startsWith("["))
        refuse("must be one flat map, not a list.");
    return fromLines(trimmed);
}
/** Names whose value is empty. Etlworks leaves the `{token}` of such a parameter in place. */
function emptyParameters(parameters) {
    return Object.keys(parameters).filter(name => parameters[name] === "");
}
function fromJson(text) {
    const value = parseKeepingNumbers(text);
    if (!(0,_shared_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .G)(value))
        return refuse("must be a JSON object.");
    const entries = Object.entries(value).map(([name, entry]) => [
        checkName(name),
        toText(name, entry),
    ]);
    refuseTwice(topLevelNames(text));
    return Object.fromEntries(entries);
}
function fromLines(text) {
    const entries = [];
    for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
        const line = raw.trim();
        if (line === "" || line.startsWith("#"))
            continue;
        const split = line.indexOf("=");
        if (split < 0)
            refuse(`line ${index + 1} has no "=". Write name=value on each line, or a JSON object.`);
        entries.push([checkName(line.slice(0, split).trim()), line.slice(split + 1).trim()]);
    }
    refuseTwice(entries.map(([name]) => name));
    return Object.fromEntries(entries);
}
/** Numbers stay as they were written: 1.50 is not 1.5 in a query, and long ids are not rounded. */
class WrittenNumber {
    source;
    constructor(source) {
        this.source = source;
    }
}
function parseKeepingNumbers(text) {
    try {
        return JSON.parse(text, (_key, value, context) => typeof value === "number" ? new WrittenNumber(context?.source ?? String(value)) : value);
    }
    catch (error) {
        return refuse(`starts like JSON but is not${placeOf(messageOf(error), text)}.`);
    }
}
/** V8's message quotes the text around the fault, and that may hold a secret: keep the place only. */
function placeOf(message, text) {
    if (message.startsWith("Unexpected end"))
        return " complete";
    const position = /position (\d+)/.exec(message)?.[1] ?? unexpectedTokenIn(text);
    const before = text.slice(0, Number(position)).split("\n");
    return ` valid at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}
/** V8 names no place for this one fault: it is the last sign of the shortest beginning that has it. */
function unexpectedTokenIn(text) {
    let [without, within] = [0, text.length];
    while (within - without > 1) {
        const middle = Math.floor((without + within) / 2);
        if (faultOf(text.slice(0, middle)).startsWith("Unexpected token"))
            within = middle;
        else
            without = middle;
    }
    return within - 1;
}
function faultOf(text) {
    try {
        JSON.parse(text);
        return "";
    }
    catch (error) {
        return messageOf(error);
    }
}
function messageOf(error) {
    return error instanceof Error ? error.message : String(error);
}
function toText(name, value) {
    if (typeof value === "string")
        return value;
    if (value instanceof WrittenNumber)
        return value.source;
    if (typeof value === "boolean")
        return String(value);
    const found = value === null ? "null" : Array.isArray(value) ? "a list" : "an object";
    return refuse(`"${name}" is ${found}; only texts, numbers and booleans can be passed.`);
}
function checkName(name) {
    return name === "" ? refuse("a name is empty.") : name;
}
/** `JSON.parse` keeps the last of two equal names and says nothing, so the text is read again. */
function topLevelNames(flatObject) {
    const names = [];
    for (const [, literal, colon] of flatObject.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?/g)) {
        if (literal !== undefined && colon !== undefined)
            names.push(String(JSON.parse(literal)));
    }
    return names;
}
function refuseTwice(names) {
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined)
        refuse(`"${twice}" is given twice.`);
}
function refuse(why) {
    throw new _shared_user_error_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y(`parameters: ${why}`);
}


/***/ }),

/***/ 1542:
/***/ ((__webpack_module__, __unused_webpack___webpack_exports__, __nccwpck_require__) => {

__nccwpck_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
/* harmony import */ var _shared_etlworks_http_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(288);
/* harmony import */ var _shared_run_process_host_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(8370);
/* harmony import */ var _post_step_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(3684);
/* harmony import */ var _run_step_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(6319);
/* harmony import */ var _runner_stop_signals_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(3908);
/* harmony import */ var _runner_workflow_runner_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(5126);






/**
 * The entry of both phases. `main` tells `post` about itself through the state that the runner
 * keeps; `dist/action/post.js` sets the same mark itself, so that a step killed before its first
 * line can never be taken for a new one and start the flow again.
 */
const environment = process.env;
const runner = (0,_runner_workflow_runner_js__WEBPACK_IMPORTED_MODULE_4__/* .createWorkflowRunner */ .y)({
    write: text => process.stdout.write(text),
    environment,
    loadCore: () => Promise.all(/* import() */[__nccwpck_require__.e(119), __nccwpck_require__.e(421)]).then(__nccwpck_require__.bind(__nccwpck_require__, 6421)),
});
const http = (0,_shared_etlworks_http_js__WEBPACK_IMPORTED_MODULE_0__/* .createHttp */ .V)(environment, runner.prepare);
const signals = (0,_runner_stop_signals_js__WEBPACK_IMPORTED_MODULE_5__/* .listenForStop */ .r)(process, _shared_run_process_host_js__WEBPACK_IMPORTED_MODULE_1__/* .processClock */ .uK);
const dependencies = {
    environment,
    runner,
    send: http.send,
    clock: _shared_run_process_host_js__WEBPACK_IMPORTED_MODULE_1__/* .processClock */ .uK,
    random: Math.random,
    sleep: _shared_run_process_host_js__WEBPACK_IMPORTED_MODULE_1__/* .sleepInProcess */ .M5,
    every: (milliseconds, beat) => {
        const timer = setInterval(beat, milliseconds);
        return () => clearInterval(timer);
    },
    loadGithub: () => Promise.all(/* import() */[__nccwpck_require__.e(119), __nccwpck_require__.e(413)]).then(__nccwpck_require__.bind(__nccwpck_require__, 2413)),
    ...signals,
};
if (environment["STATE_phase"] === "post") {
    await (0,_post_step_js__WEBPACK_IMPORTED_MODULE_2__/* .postStep */ .F)(dependencies);
}
else {
    runner.markPhase();
    // No `process.exit`: on Windows it can abort after a request (nodejs/node#56645).
    process.exitCode = await (0,_run_step_js__WEBPACK_IMPORTED_MODULE_3__/* .runStep */ .e)(dependencies);
}
http.close();
signals.close();

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 3684:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ postStep)
/* harmony export */ });
/* harmony import */ var _shared_run_outcome_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(7354);
/* harmony import */ var _shared_secrets_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(4565);
/* harmony import */ var _inputs_connect_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(4484);
/* harmony import */ var _inputs_inputs_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(632);
/* harmony import */ var _runner_send_stop_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(1976);
/* harmony import */ var _runner_step_state_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(3886);






/**
 * Runs after the job, whatever became of the step. If nobody saw the run end (the step was killed,
 * or could only ask for a stop), it looks once, and stops the run where the user gave a request for
 * that. It never fails the job.
 */
async function postStep(dependencies) {
    const { environment, runner } = dependencies;
    const secrets = (0,_shared_secrets_js__WEBPACK_IMPORTED_MODULE_2__/* .createSecrets */ .g)(form => runner.mask(form));
    try {
        const state = (0,_runner_step_state_js__WEBPACK_IMPORTED_MODULE_3__/* .readState */ .un)(environment[`STATE_${_runner_step_state_js__WEBPACK_IMPORTED_MODULE_3__/* .STATE_NAME */ .sf}`] ?? "");
        if (state === undefined || state.phase === "settled")
            return;
        const inputs = (0,_inputs_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .readInputs */ .K)(environment, secrets);
        const name = `Run ${state.auditId} of flow ${state.flowId}`;
        const { stopRequest } = inputs;
        const client = (0,_inputs_connect_js__WEBPACK_IMPORTED_MODULE_0__/* .connect */ .N)(inputs, { ...dependencies, secrets });
        const look = await client.execution(state.flowId, state.auditId, { timeLimitMs: 5_000 });
        const status = look.kind === "value" ? look.value.status : undefined;
        if (_shared_run_outcome_js__WEBPACK_IMPORTED_MODULE_4__/* .TERMINAL_STATUSES */ .C.some(terminal => terminal === status)) {
            runner.line(`${name} has ended: ${status}`);
            return;
        }
        if (stopRequest === undefined) {
            runner.line(`${name} was never seen to end and may go on; set stop-request to end it with the job`);
            return;
        }
        await (0,_runner_send_stop_js__WEBPACK_IMPORTED_MODULE_5__/* .sendStop */ .t)(state, { client, runner, stopRequest, timeLimitMs: 5_000 });
    }
    catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        await runner.warning(secrets.redact(`The clean-up after the flow did not work: ${why}`), "Run Etlworks Flow");
    }
}


/***/ }),

/***/ 6319:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  e: () => (/* binding */ runStep),
  D: () => (/* binding */ warnOfEmptyParameters)
});

// EXTERNAL MODULE: ./build/shared/duration.js
var shared_duration = __nccwpck_require__(290);
// EXTERNAL MODULE: ./build/shared/run/process-host.js
var process_host = __nccwpck_require__(8370);
;// CONCATENATED MODULE: ./build/shared/etlworks/explain-failure.js
/**
 * One or two sentences for a failure that only the user can put right: what happened, in the
 * server's words where it has any, and what to change. `attempt` completes "... may not ___".
 */
function explainFailure(failure, about) {
    const { attempt, names } = about;
    const flow = about.flowId === undefined ? "The flow" : `Flow ${about.flowId}`;
    switch (failure.kind) {
        case "unauthorized":
            return `Etlworks did not accept ${names.credentials} (401: ${clause(failure.message)}). Check it, or make a new API key under Settings → Users → Edit → API Key.`;
        case "rejected":
            if (failure.status === 403) {
                return `The user behind ${names.credentials} may not ${attempt} (403: ${clause(failure.message)}). Give that user the Operator role; a key of an "API User" can call user-defined APIs only.`;
            }
            if (failure.status >= 300 && failure.status < 400) {
                return `Etlworks did not answer: ${clause(failure.message)}. Set ${names.baseUrl} to the address it ends up at.`;
            }
            if (failure.status === 404 || failure.status === 405) {
                return `Etlworks refused to ${attempt} (${failure.status}: ${clause(failure.message)}). Check that ${names.baseUrl} is your instance's address, ending in /rest.`;
            }
            return `Etlworks refused to ${attempt} (${failure.status}: ${clause(failure.message)}).`;
        case "absent":
            if (about.flowList === true) {
                return `Etlworks was not found there (${failure.status}: ${clause(failure.message)}). Check that ${names.baseUrl} is your instance's address, ending in /rest.`;
            }
            return `${flow} was not found (${failure.status}: ${clause(failure.message)}). Check ${names.flow}, that the user behind ${names.credentials} can see the flow, and that ${names.baseUrl} is your instance's address, ending in /rest.`;
        case "rate-limited":
            return `Etlworks answered 429 (too many requests) to every attempt to ${attempt}. Try again later, or spread the runs of your organisation.`;
        case "unreachable":
            return failure.permanent
                ? `${sentence(failure.message)} If the instance uses a certificate of your own authority, set NODE_EXTRA_CA_CERTS to its file; otherwise check ${names.baseUrl}.`
                : `${sentence(failure.message)} Check ${names.baseUrl}, and that this machine may connect to it (firewall, proxy, VPN).`;
        case "fault":
            return failure.website
                ? `${sentence(failure.message)} That is a web site, not the API: check ${names.baseUrl}.`
                : `Could not ${attempt}: ${clause(failure.message)}.`;
        case "stopped":
            return `Stopped before it could ${attempt}.`;
    }
}
/** Without the full stops at its end. Sign by sign: `[.\s]+$` takes minutes for 200 kB of dots. */
function clause(text) {
    const trimmed = text.trim();
    let end = trimmed.length;
    while (end > 0 && /[.\s]/.test(trimmed.charAt(end - 1)))
        end -= 1;
    return trimmed.slice(0, end);
}
function sentence(text) {
    const trimmed = clause(text);
    // A host name is written as it is.
    if (/^\S*[.:/]/.test(trimmed))
        return `${trimmed}.`;
    return `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}.`;
}

// EXTERNAL MODULE: ./build/shared/user-error.js
var user_error = __nccwpck_require__(3270);
// EXTERNAL MODULE: ./build/shared/run/outcome.js
var outcome = __nccwpck_require__(7354);
;// CONCATENATED MODULE: ./build/shared/run/past-durations.js
/**
 * How long a flow's past runs took, in seconds, newest first: what the schedule learns from.
 *
 * Only runs that did their whole work count, which are `success` and `warning`: an error or a
 * cancellation ends at any moment and says nothing about the next run's length. A record without
 * both times, still running, or ending before it started is left out. Times are documented as
 * milliseconds since 1970; seconds, microseconds and nanoseconds are told apart by their size.
 */
function pastDurations(history) {
    return history
        .flatMap(completeRun)
        .toSorted((one, other) => other.started - one.started)
        .map(run => run.seconds);
}
function completeRun(execution) {
    const status = execution.status?.toLowerCase();
    if (status !== "success" && status !== "warning")
        return [];
    const started = inSeconds(execution.startedAt);
    const ended = inSeconds(execution.endedAt);
    if (started === undefined || ended === undefined)
        return [];
    const seconds = ended - started;
    return seconds > 0 && seconds <= longestBelievable ? [{ started, seconds }] : [];
}
/** A year. A longer "run" is a clock that was wrong, not a run. */
const longestBelievable = 365 * 86_400;
/** A time since 1970 in seconds, whatever unit it came in: today is 1.8e9 s, 1.8e12 ms, 1.8e15 µs. */
function inSeconds(time) {
    if (time === undefined || !Number.isFinite(time) || time <= 0)
        return undefined;
    if (time < 1e11)
        return time;
    if (time < 1e14)
        return time / 1e3;
    return time < 1e17 ? time / 1e6 : time / 1e9;
}

;// CONCATENATED MODULE: ./build/shared/run/baseline.js


/** Enough for the schedule (20 lengths) and for telling a new run from old ones. */
const HISTORY_PAGE = { limit: 20, offset: 0 };
/** The history is a help, never a condition: it may delay a start by this much and no more. */
const TIME_LIMIT_MS = 3_000;
function readHistory(task, timeLimitMs = TIME_LIMIT_MS) {
    const call = { timeLimitMs, signal: task.host.stop };
    return task.client.history(task.request.flowId, HISTORY_PAGE, call);
}
/**
 * Reads the baseline for a start. A failure is returned as it is, and the start goes on without;
 * it only is told apart because a web site in place of the API explains what comes next.
 */
async function readBaseline(task) {
    const { clock } = task.host;
    const begun = clock.monotonicMs();
    let reply = await readHistory(task);
    const left = TIME_LIMIT_MS - (clock.monotonicMs() - begun);
    // Without a baseline a lost answer to the start can never be cleared up; worth one more call.
    // The same when signing in took most of the time: the token is there now.
    const worthwhile = (reply.kind === "fault" && !reply.website) ||
        (reply.kind === "unreachable" && !reply.permanent);
    if (worthwhile && left > 0)
        reply = await readHistory(task, left);
    return reply.kind === "value" ? toBaseline(task, reply) : reply;
}
function toBaseline(task, reply) {
    const { executions } = reply.value;
    const offset = reply.serverTime === undefined ? undefined : reply.serverTime - task.host.clock.epochMs();
    return {
        at: task.host.clock.monotonicMs(),
        epochMs: task.host.clock.epochMs(),
        auditIds: executions.flatMap(({ auditId }) => (auditId === undefined ? [] : [auditId])),
        pastSeconds: pastDurations(executions),
        active: executions.flatMap(toActiveRun),
        unscheduledStarts: executions.flatMap(({ startedAt, scheduled }) => startedAt === undefined || scheduled === true ? [] : [startedAt]),
        ...(offset === undefined ? {} : { clockOffsetMs: offset }),
    };
}
function toActiveRun(execution) {
    const { auditId, status, startedAt } = execution;
    if (auditId === undefined || !outcome/* ACTIVE_STATUSES */.a.some(active => active === status))
        return [];
    return [{ auditId, ...(startedAt === undefined ? {} : { startedAt }) }];
}
/**
 * The runs in a history that can come from this sending: not known before, begun while it was under
 * way, and not by a schedule. Where the server gives no start time, an id larger than every known
 * one must do.
 */
function runsSince(executions, baseline, sending) {
    const known = new Set(baseline.auditIds);
    const largest = baseline.auditIds.reduce((most, id) => (BigInt(id) > most ? BigInt(id) : most), 0n);
    const { earliest, latest } = windowOf(baseline, sending);
    const fresh = new Set();
    for (const { auditId, startedAt, scheduled } of executions) {
        if (auditId === undefined || known.has(auditId) || scheduled === true)
            continue;
        const fits = startedAt === undefined
            ? BigInt(auditId) > largest
            : startedAt >= earliest && startedAt <= latest;
        if (fits)
            fresh.add(auditId);
    }
    return [...fresh];
}
/**
 * How many runs of the flow others have begun, to judge by its history, in the time in which ours
 * can have begun. A flow that is started all the time leaves no way to tell which new run is ours.
 */
function expectedForeignStarts(baseline, sending) {
    const { earliest, latest } = windowOf(baseline, sending);
    const recent = baseline.unscheduledStarts.filter(start => earliest - start < RECENT_MS);
    if (recent.length < MIN_STARTS)
        return 0;
    const oldest = recent.reduce((least, start) => Math.min(least, start), earliest);
    // A full page may end within the ten minutes: then its own length is the time that it covers.
    const full = baseline.unscheduledStarts.length >= HISTORY_PAGE.limit;
    const covered = full ? Math.max(1, earliest - oldest) : RECENT_MS;
    return (recent.length / covered) * (latest - earliest);
}
const RECENT_MS = 600_000;
/** One or two are somebody who tries the flow again, and no stream of events. */
const MIN_STARTS = 3;
/** A start has 30 s. When the host died meanwhile, this is all that is known of when it ended. */
const MAX_SENDING_MS = 35_000;
/** When our run can have begun, by the server's clock. */
function windowOf(baseline, sending) {
    const { sentAt, failedAt = sentAt + MAX_SENDING_MS } = sending;
    const offset = baseline.clockOffsetMs ?? 0;
    // A `Date` header is cut to the second and takes time to arrive; without one the clocks of two
    // well-kept machines differ by less than a minute.
    const tolerance = baseline.clockOffsetMs === undefined ? 60_000 : 2_000;
    const earliest = sentAt + offset - tolerance;
    // Who begins the flow by hand does so seconds later; a start that is still under way somewhere,
    // after its answer failed, is rarer than that.
    const latest = failedAt + offset + tolerance + 3_000;
    return { earliest, latest };
}

;// CONCATENATED MODULE: ./build/shared/run/schedule.js
/**
 * When to look at a run next.
 *
 * A look costs a request; not looking costs lateness. Let one request be worth `c` seconds of
 * noticing late. The rule: wait until the lateness we must expect to have run up since this look,
 * the integral of P(ended by u | still going now), has grown to `c`; then a look pays.
 *
 * 1. With a steady hazard h that integral is h g² / 2, so the gap is sqrt(2c / h): optimum checking
 *    (Keller 1974, doi 10.1287/mnsc.21.3.256; Barlow, Hunter and Proschan 1963, J. SIAM 11, 1078).
 *    Where the hazard climbs within one gap, the rule sees it coming: for a known log-normal it
 *    costs within 2 % of the best schedule there is (test/bench/polling/optimum.ts).
 * 2. Without history the length has no scale, P(T > t) ~ t^-1/2, and the rule gives exactly
 *    2 sqrt(c t) + c: looks at c, 4c, 9c … It costs sqrt(2) times the best fixed interval chosen
 *    with hindsight, at any length; no other k in k sqrt(c t) does as well.
 * 3. With history, T is log-logistic around each group of past lengths: the log-normal's twin with
 *    a closed form and a heavier tail. A small scale-free share stays, so a surprise is found.
 */
/** What one request is worth in seconds of lateness, unless the server asks for fewer (429). */
const defaultPollCostSeconds = 0.5;
/**
 * How long to wait, in seconds, before the next look at a run.
 *
 * Pure, deterministic and total: any input gives a gap from 1 s to max(300 s, age / 10). The
 * caller adds jitter of up to ±10 %, which is expected here.
 *
 * @param question.ageSeconds time since the start was accepted
 * @param question.pastSeconds how long the flow's past runs took, newest first (`pastDurations`)
 * @param question.pollCostSeconds what a request costs; the caller doubles it at each 429
 */
function nextGapSeconds(question) {
    const age = within(0, question.ageSeconds, 1e9, 0);
    const cost = within(1e-3, question.pollCostSeconds, 1e6, defaultPollCostSeconds);
    const past = question.pastSeconds.filter(isBelievable).slice(0, runsWorthReading);
    const longest = Math.max(300, age / 10);
    const gap = past.length === 0 ? scaleFreeGap(age, cost) : learnedGap(age, cost, forecast(past), longest);
    return Math.min(longest, Math.max(1, gap));
}
function scaleFreeGap(age, cost) {
    return 2 * Math.sqrt(cost * age) + cost;
}
/**
 * Adds up the expected lateness until it reaches the price of a look. The integrand never falls,
 * so its end value bounds a step's share: steps double while they are safe and halve when not.
 * Jitter adds half its variance times the density (second order); without that term a short run
 * whose length is well known is noticed a fifth later.
 */
function learnedGap(age, cost, known, longest) {
    const price = cost * promptness(known);
    const alive = known.survival(age);
    let gap = 0;
    let lateness = 0;
    let ended = 0;
    let step = 1;
    while (gap < longest) {
        const endedThen = 1 - known.survival(age + gap + step) / alive;
        if (step > 0.01 && step * endedThen > price / 6) {
            step /= 2;
            continue;
        }
        const density = (endedThen - ended) / step;
        const added = (step * (ended + endedThen)) / 2;
        const before = lateness + (density * jitterVariance * gap ** 2) / 2;
        const after = lateness + added + (density * jitterVariance * (gap + step) ** 2) / 2;
        if (after >= price)
            return gap + step * within(0, (price - before) / (after - before), 1, 1);
        lateness += added;
        gap += step;
        ended = endedThen;
        step *= 2;
    }
    return longest;
}
/** The variance of ±10 % of jitter, as a share of the gap squared. */
const jitterVariance = 0.1 ** 2 / 3;
/**
 * The share of a look's price that we really charge, so that a flow whose lengths repeat is
 * noticed on average at most max(1 s, 3 %) late. With `spread` the standard deviation of a length
 * in seconds, the rule's mean lateness is about sqrt(0.85 × price × spread); solved for the price,
 * at the default cost and with some room. It binds between about 15 s and 2 min. A flow that
 * scatters widely is no known flow: there the promise would cost more than it is worth.
 */
function promptness(known) {
    const promised = Math.max(1, 0.03 * known.typicalSeconds);
    // The last gap of a short run is nearly all of it, and jitter moves its end.
    const spread = Math.hypot(known.spreadSeconds, known.typicalSeconds * Math.sqrt(jitterVariance));
    const affordable = (0.92 * promised ** 2) / spread / defaultPollCostSeconds;
    return Math.min(1, Math.max(affordable, 1.6 * known.logVariance));
}
function forecast(past) {
    const lengths = past
        .map((seconds, index) => ({ weight: recency ** index, middle: Math.log(seconds), squares: 0 }))
        .toSorted((one, other) => one.middle - other.middle);
    const groups = split(lengths).map(predict);
    const weight = groups.reduce((sum, group) => sum + group.weight, 0);
    const average = (of) => groups.reduce((sum, group) => sum + (group.weight / weight) * of(group), 0);
    const typicalSeconds = Math.exp(average(group => group.middle));
    const surprise = Math.max(leastSurprise, (past.length + 1) ** -1.75);
    return {
        survival: age => {
            const log = Math.log(age);
            const known = average(group => 1 / (1 + Math.exp((log - group.middle) / group.scale)));
            return (1 - surprise) * known + surprise / Math.sqrt(1 + age / typicalSeconds);
        },
        typicalSeconds,
        spreadSeconds: average(group => group.deviation * Math.exp(group.middle)),
        logVariance: average(group => group.deviation ** 2),
    };
}
/** The newest run counts fully and each older one 3 % less, so that a drift is followed. */
const recency = 0.97;
/** A run before the last 50 weighs less than a fifth: more pages of history teach nothing. */
const runsWorthReading = 50;
/** However much history there is, one run in 200 is none of its kind. */
const leastSurprise = 0.005;
/**
 * Held up by one imagined run 10 % off. Wider while the history is short: the middle is then
 * unsure by 1 / n of the variance, and below five runs the variance itself is little more than a
 * guess (where Student's t has its heavy tails).
 */
function predict(group) {
    const variance = (group.squares + imaginedSquare) / Math.max(1, group.weight);
    const unsure = Math.sqrt(1 + 1 / group.weight) * (1 + 1 / group.weight ** 2);
    const deviation = Math.sqrt(variance) * unsure;
    return { ...group, deviation, scale: (deviation * Math.sqrt(3)) / Math.PI };
}
const imaginedSquare = 0.1 ** 2;
/**
 * Cuts the sorted lengths where two log-normals explain them clearly better than one, and goes on
 * with both parts: a flow with empty and full loads has two groups, an outlier is one of its own.
 */
function split(lengths) {
    const fromLeft = runningMerge(lengths);
    const fromRight = runningMerge(lengths.toReversed()).toReversed();
    const whole = fromLeft.at(-1);
    if (whole === undefined)
        return [];
    // Like the Bayesian information criterion: each cut adds a middle, a deviation and a share.
    let best = likelihood(whole) + 2 * Math.log(whole.weight + 1);
    let cut = 0;
    for (const [index, right] of fromRight.entries()) {
        const left = fromLeft[index - 1];
        if (left === undefined || likelihood(left) + likelihood(right) <= best)
            continue;
        best = likelihood(left) + likelihood(right);
        cut = index;
    }
    if (cut === 0)
        return [whole];
    return [...split(lengths.slice(0, cut)), ...split(lengths.slice(cut))];
}
/** The logarithm of the likelihood, up to terms that all ways of cutting share. */
function likelihood(group) {
    const variance = (group.squares + imaginedSquare) / (group.weight + 1);
    return group.weight * (Math.log(group.weight) - Math.log(variance) / 2);
}
/** Entry i is the first i + 1 groups taken together. */
function runningMerge(groups) {
    let sum;
    return groups.map(group => {
        sum = sum === undefined ? group : merge(sum, group);
        return sum;
    });
}
function merge(one, other) {
    const weight = one.weight + other.weight;
    const distance = other.middle - one.middle;
    return {
        weight,
        middle: one.middle + (distance * other.weight) / weight,
        squares: one.squares + other.squares + (distance ** 2 * one.weight * other.weight) / weight,
    };
}
/** From a millisecond to thirty years; anything else is a broken record. */
function isBelievable(seconds) {
    return seconds >= 1e-3 && seconds <= 1e9;
}
function within(low, value, high, otherwise) {
    return Number.isNaN(value) ? otherwise : Math.min(high, Math.max(low, value));
}

;// CONCATENATED MODULE: ./build/shared/run/backoff.js

/** The cost after so many doublings (a 429, a lost race): at most 512 s, so gaps stay bounded. */
function pollCostSeconds(doublings) {
    return defaultPollCostSeconds * 2 ** Math.min(Math.max(0, doublings), 10);
}
/** Moves a wait by up to 10 % either way, so that many waiters do not look at the same moment. */
function jittered(milliseconds, random) {
    return milliseconds * (0.9 + 0.2 * random);
}

;// CONCATENATED MODULE: ./build/shared/run/follow-run.js



/**
 * Looks at a run until the server says that it ended, the deadline comes, its record stays away, or
 * the server refuses us. Nothing else ends it: faults of the network and of the server only cost
 * time. `deadline` is on `host.clock.monotonicMs()`.
 */
async function followRun(task, start, deadline) {
    const first = {
        at: start.at,
        begun: false,
        polls: 0,
        faults: 0,
        faultsInARow: 0,
        rateLimits: 0,
        absentSince: null,
        status: null,
        execution: null,
        end: null,
        delayMs: 0,
    };
    const state = await task.host.until("follow", first, current => current.begun ? look(task, start, deadline, current) : plan(task, start, deadline, current), ({ end, delayMs }) => (end === null ? delayMs : "done"));
    return {
        end: state.end ?? { kind: "stopped" },
        ...(state.execution === null ? {} : { execution: state.execution }),
        elapsedMs: Math.max(0, state.at - start.at),
        counts: { polls: state.polls, faults: state.faults, rateLimits: state.rateLimits },
    };
}
/** After this long without a trace the run is lost (facts: a record needs seconds to appear). */
const LOST_AFTER_MS = 120_000;
/** The look at the deadline itself is short: the user's limit has passed. */
const LAST_LOOK_MS = 5_000;
const USUAL_LOOK_MS = 30_000;
/**
 * The schedule knows how long a flow takes when it goes well. The commonest surprise, a flow that
 * fails at once, would be noticed minutes late; one look this soon costs a single request.
 */
const FIRST_LOOK_MS = 30_000;
/** The first gap: a look right after the start would only say that it started. */
async function plan(task, start, deadline, state) {
    const at = Math.max(state.at, task.host.clock.monotonicMs());
    const begun = { ...state, at, begun: true };
    const delayMs = scheduled(task, start, deadline, begun, 0);
    const longest = task.request.pollIntervalMs ?? FIRST_LOOK_MS;
    return { ...begun, delayMs: Math.min(delayMs, longest) };
}
async function look(task, start, deadline, state) {
    const { host, client, request } = task;
    const begun = host.clock.monotonicMs();
    const timeLimitMs = Math.min(USUAL_LOOK_MS, Math.max(LAST_LOOK_MS, deadline - begun));
    const reply = await client.execution(request.flowId, start.auditId, {
        timeLimitMs,
        signal: host.stop,
    });
    // A wall clock may jump back; the age of a run may not.
    const at = Math.max(state.at, host.clock.monotonicMs());
    const polled = { ...state, at, polls: state.polls + 1 };
    const next = await read(task, start, deadline, polled, reply);
    return next.end === null && at >= deadline ? { ...next, end: { kind: "timed-out" } } : next;
}
async function read(task, start, deadline, state, reply) {
    const missed = async (reason) => {
        const faultsInARow = state.faultsInARow + 1;
        const next = { ...state, faults: state.faults + 1, faultsInARow, absentSince: null };
        const delayMs = clipped(task, deadline, next, backOff(faultsInARow, task.host.random()));
        await task.report({ kind: "poll-failed", reason, delayMs });
        return { ...next, delayMs };
    };
    switch (reply.kind) {
        case "value":
            return readStatus(task, start, deadline, state, reply.value);
        case "absent": {
            const absentSince = state.absentSince ?? state.at;
            const next = { ...state, faultsInARow: 0, absentSince };
            if (state.at - absentSince >= LOST_AFTER_MS)
                return { ...next, end: { kind: "lost" } };
            // Normal just after a start, so the gaps stay short until it is found or given up.
            const delayMs = Math.min(10_000, Math.max(1_000, (state.at - absentSince) / 4));
            return {
                ...next,
                delayMs: clipped(task, deadline, next, jittered(delayMs, task.host.random())),
            };
        }
        case "rate-limited": {
            const next = { ...state, rateLimits: state.rateLimits + 1, absentSince: null };
            const asked = reply.retryAfterMs ?? 0;
            const delayMs = scheduled(task, start, deadline, next, asked);
            await task.report({ kind: "rate-limited", delayMs });
            return { ...next, delayMs };
        }
        case "unauthorized":
            return { ...state, end: { kind: "refused", failure: reply } };
        case "rejected":
            return reply.status === 400 || reply.status === 403
                ? { ...state, end: { kind: "refused", failure: reply } }
                : missed(`${reply.status}: ${reply.message}`);
        case "unreachable":
        case "fault":
            return missed(reply.message);
        case "stopped":
            return { ...state, end: { kind: "stopped" } };
    }
}
async function readStatus(task, start, deadline, state, execution) {
    const status = execution.status ?? "";
    const terminal = outcome/* TERMINAL_STATUSES */.C.find(word => word === status);
    if (status !== state.status) {
        const known = terminal !== undefined || outcome/* ACTIVE_STATUSES */.a.some(word => word === status);
        const event = { kind: "status", status, known, elapsedMs: state.at - start.at };
        await task.report(event);
    }
    const next = { ...state, status, execution, faultsInARow: 0, absentSince: null };
    if (terminal !== undefined)
        return { ...next, end: { kind: "ended", status: terminal } };
    return { ...next, delayMs: scheduled(task, start, deadline, next, 0) };
}
/** The schedule's gap, or the user's interval; never less than `atLeastMs`. */
function scheduled(task, start, deadline, state, atLeastMs) {
    const { pollIntervalMs } = task.request;
    const gapMs = pollIntervalMs ??
        nextGapSeconds({
            ageSeconds: (state.at - start.at) / 1_000,
            pastSeconds: start.pastSeconds,
            // The limit of 600 requests a minute belongs to the whole organisation (quickstart).
            pollCostSeconds: pollCostSeconds(state.rateLimits),
        }) * 1_000;
    const random = task.host.random();
    const delayMs = Math.max(pollIntervalMs === undefined ? jittered(gapMs, random) : gapMs, 
    // Everybody was asked to come back at the same moment; do not.
    atLeastMs * (1 + 0.1 * random));
    return clipped(task, deadline, state, delayMs);
}
/** No wait passes the deadline. */
function clipped(task, deadline, state, delayMs) {
    const now = Math.max(state.at, task.host.clock.monotonicMs());
    return Math.max(0, Math.min(delayMs, deadline - now));
}
/** 1, 2, 4 … 60 s: an answer that was lost is worth asking for again soon, at first. */
function backOff(faultsInARow, random) {
    return jittered(Math.min(60_000, 1_000 * 2 ** Math.min(faultsInARow - 1, 6)), random);
}

;// CONCATENATED MODULE: ./build/shared/run/start-run.js



/**
 * Begins a run at most once. The one POST is sent again only when the attempt before provably did
 * nothing (never connected, 429, 401 with fresh credentials, or code 1: another run is running).
 * When its fate is unknown, the history decides: exactly one new run is ours; otherwise we say
 * that we do not know. `deadline` is on `host.clock.monotonicMs()`.
 */
async function startRun(task, opening) {
    const { host, request } = task;
    let baseline = opening.baseline;
    const { deadline } = opening;
    let lostRaces = 0;
    /** Since when the server has not been reached at all. */
    let unreachableSince;
    for (let attempt = 1;; attempt++) {
        if (host.stop.aborted)
            return { kind: "stopped" };
        const sent = settled(await host.once(`start ${attempt}`, () => sendStart(task, baseline, deadline)));
        switch (sent.kind) {
            case "started":
            case "not-started":
            case "refused":
            case "timed-out":
            case "stopped":
                return sent;
            case "in-doubt":
                return resolveDoubt(task, sent, { baseline, deadline, attempt, contended: lostRaces > 0 });
            case "again": {
                const unreachable = sent.failure.kind === "unreachable";
                unreachableSince = unreachable ? (unreachableSince ?? sent.at) : undefined;
                if (unreachableSince !== undefined && sent.at - unreachableSince >= request.patienceMs) {
                    return { kind: "refused", failure: sent.failure };
                }
                const delay = retryDelay(sent, attempt, sent.at - opening.at);
                if (sent.at + delay >= deadline)
                    return { kind: "timed-out", why: tooLong(sent.failure) };
                await pause(task, `pause ${attempt}`, sent, delay);
                break;
            }
            case "busy": {
                const policy = request.ifRunning;
                if (policy === "fail")
                    return { ...other(sent), kind: "busy" };
                if (policy === "skip")
                    return { ...other(sent), kind: "skipped" };
                if (policy === "attach") {
                    const attached = await attach(task, sent, attempt);
                    if (attached !== "gone")
                        return attached;
                }
                lostRaces += 1;
                unreachableSince = undefined;
                if (await waitUntilFree(task, { baseline, deadline, attempt, lostRaces })) {
                    return { kind: "timed-out", why: "another run of the flow was going all the time" };
                }
                break;
            }
        }
        if (host.stop.aborted)
            return { kind: "stopped" };
        // Runs that began while we waited must not look like ours later.
        baseline = await freshBaseline(task, `history ${attempt + 1}`);
    }
}
function settled(result) {
    // The host died between sending and remembering. When it was sent is lost with it.
    return result.kind === "done"
        ? result.value
        : { kind: "in-doubt", reason: "the host was interrupted while it sent the start" };
}
async function sendStart(task, baseline, deadline) {
    const { request, host, client, report } = task;
    if (host.clock.monotonicMs() >= deadline) {
        return { kind: "timed-out", why: "there was no chance before the timeout" };
    }
    const sentAt = host.clock.epochMs();
    const reply = await client.start(request.flowId, request.parameters, request.runQuery, {
        signal: host.abandon,
        unsentSignal: host.stop,
    });
    const at = host.clock.monotonicMs();
    const sending = { sentAt, failedAt: host.clock.epochMs() };
    const sent = classifyReply(reply, { at, sending, baseline, jitter: host.random() });
    if (sent.kind === "started")
        await report(sent);
    if (sent.kind === "in-doubt")
        await report({ kind: "in-doubt", reason: sent.reason });
    if (sent.kind === "busy")
        await report({ ...other(sent), kind: "busy", policy: request.ifRunning });
    return sent;
}
function classifyReply(reply, circumstances) {
    const { at, sending, jitter, baseline } = circumstances;
    switch (reply.kind) {
        case "value":
            return classifyAnswer(reply.value, circumstances);
        case "rate-limited":
            return { kind: "again", at, failure: reply, jitter };
        case "unreachable":
            return reply.permanent
                ? { kind: "refused", failure: reply }
                : { kind: "again", at, failure: reply, jitter };
        case "unauthorized":
            return { kind: "refused", failure: reply };
        case "rejected":
            return isConfigurationError(reply.status)
                ? { kind: "refused", failure: reply }
                : { kind: "not-started", message: reply.message };
        case "absent":
            return reply.status === 404
                ? { kind: "refused", failure: reply }
                : { kind: "in-doubt", reason: reply.message, sending };
        case "fault":
            // Twice a web page with status 200, before and now: there is no API behind this address.
            return reply.website && isWebsite(baseline)
                ? { kind: "refused", failure: reply }
                : { kind: "in-doubt", reason: reply.message, sending };
        case "stopped":
            return reply.mayHaveArrived
                ? { kind: "in-doubt", reason: "stopped before the server answered", sending }
                : { kind: "stopped" };
    }
}
/** Codes: 0 started, 1 another run is running, 4 ended already (a synchronous run). Others: no start. */
function classifyAnswer(answer, circumstances) {
    const { at, baseline, sending } = circumstances;
    const { code, auditId, exception } = answer;
    if (code === "1") {
        return {
            kind: "busy",
            at,
            ...(auditId === undefined ? {} : { otherAuditId: auditId }),
        };
    }
    if (code === "0" || code === "4") {
        if (auditId === undefined) {
            const reason = "the server started the run but did not say its id";
            return { kind: "in-doubt", reason, sending };
        }
        if ("auditIds" in baseline && baseline.auditIds.includes(auditId)) {
            const reason = `the server answered the start with run ${auditId}, which is an old one`;
            return { kind: "in-doubt", reason, sending };
        }
        const pastSeconds = "pastSeconds" in baseline ? baseline.pastSeconds : [];
        return { kind: "started", auditId, origin: "started", at, pastSeconds };
    }
    const meaning = CODE_MEANINGS[code] ?? "a code we do not know";
    const message = exception ?? `the server answered the start with code ${code} (${meaning})`;
    return { kind: "not-started", code, message };
}
const CODE_MEANINGS = {
    "2": "canceled",
    "3": "was not executed",
    "5": "error",
};
function isConfigurationError(status) {
    return status === 400 || (status >= 403 && status <= 405) || (status >= 300 && status < 400);
}
function isWebsite(baseline) {
    return "kind" in baseline && baseline.kind === "fault" && baseline.website;
}
function other(from) {
    return from.otherAuditId === undefined ? {} : { otherAuditId: from.otherAuditId };
}
function tooLong(failure) {
    return failure.kind === "rate-limited"
        ? "the server answered 429 and asked to wait until after the timeout"
        : "the server could not be reached before the timeout";
}
/** `Retry-After` wins; otherwise 1, 2, 4 … s up to a minute, or a tenth of what was waited already. */
function retryDelay(again, attempt, waitedMs) {
    const { failure, jitter } = again;
    const asked = failure.kind === "rate-limited" ? failure.retryAfterMs : undefined;
    // Never earlier than asked, and not all at the same moment.
    const longest = Math.max(60_000, waitedMs / 10);
    const backOff = jittered(Math.min(longest, 1_000 * 2 ** Math.min(attempt - 1, 30)), jitter);
    // "Come back in 0 s" is said by servers that do not mean it.
    return asked === undefined || asked < 1_000 ? backOff : asked * (1 + 0.1 * jitter);
}
async function pause(task, name, again, delayMs) {
    const reason = again.failure.kind === "unreachable" ? again.failure.message : "429, too many requests";
    await task.host.until(name, { checks: 0 }, async ({ checks }) => {
        if (checks === 0)
            await task.report({ kind: "start-delayed", reason, delayMs });
        return { checks: checks + 1 };
    }, ({ checks }) => (checks > 1 ? "done" : delayMs));
}
async function freshBaseline(task, name) {
    const first = { read: null };
    const state = await task.host.until(name, first, async () => ({ read: await readBaseline(task) }), () => "done");
    return state.read ?? { kind: "stopped", mayHaveArrived: false };
}
/** Follow the other run: the one the answer names, or the only one that is running. */
async function attach(task, busy, attempt) {
    const baseline = await freshBaseline(task, `history to attach ${attempt}`);
    const history = "auditIds" in baseline ? baseline : undefined;
    const active = history?.active ?? [];
    const only = active.length === 1 ? active[0]?.auditId : undefined;
    // Whether code 1 comes with the other run's id, a fresh one or none is not documented, so an id
    // that the history does not know counts less than the only run that is running.
    const { otherAuditId } = busy;
    const listed = otherAuditId !== undefined && history?.auditIds.includes(otherAuditId) === true;
    const auditId = listed || history === undefined ? otherAuditId : only;
    if (auditId === undefined) {
        return history !== undefined && active.length === 0 && attempt < 4 ? "gone" : { kind: "busy" };
    }
    const startedAt = active.find(run => run.auditId === auditId)?.startedAt;
    const begun = await task.host.once(`attach ${attempt}`, async () => {
        const now = task.host.clock.epochMs() + (history?.clockOffsetMs ?? 0);
        const age = startedAt === undefined ? 0 : Math.max(0, now - startedAt);
        const start = {
            kind: "started",
            auditId,
            origin: "attached",
            at: task.host.clock.monotonicMs() - age,
            pastSeconds: history?.pastSeconds ?? [],
        };
        await task.report(start);
        return start;
    });
    return begun.kind === "done" ? begun.value : { kind: "busy", otherAuditId: auditId };
}
/** Trying anyway is harmless (code 1 again), and the history may show a run that died long ago. */
const TRY_ANYWAY_MS = 600_000;
/** Waits until no run of the flow is running. Returns true when the deadline came first. */
async function waitUntilFree(task, about) {
    const { host } = task;
    // Each race lost to another waiter makes a look dearer, so that many waiters do not stampede.
    const cost = pollCostSeconds(about.lostRaces - 1);
    const first = {
        since: null,
        polledAt: 0,
        checks: 0,
        free: false,
        late: false,
        delayMs: 0,
    };
    const check = async (state) => {
        const begun = host.clock.monotonicMs();
        const since = state.since ?? begun;
        const reply = state.checks === 0 ? undefined : await readHistory(task, 10_000);
        const at = host.clock.monotonicMs();
        const history = reply?.kind === "value" ? toBaseline(task, reply) : about.baseline;
        const known = "auditIds" in history ? history : undefined;
        const active = known?.active ?? [];
        const offset = known?.clockOffsetMs ?? 0;
        const began = active.flatMap(run => (run.startedAt === undefined ? [] : [run.startedAt]));
        const age = Math.max(at - since, ...began.map(time => host.clock.epochMs() + offset - time));
        const gap = nextGapSeconds({
            ageSeconds: age / 1_000,
            pastSeconds: known?.pastSeconds ?? [],
            pollCostSeconds: cost,
        });
        const asked = reply?.kind === "rate-limited" ? (reply.retryAfterMs ?? 0) : 0;
        const delayMs = Math.max(asked, jittered(gap * 1_000, host.random()));
        return {
            since,
            polledAt: at,
            checks: state.checks + 1,
            free: (reply?.kind === "value" && active.length === 0) ||
                (at - since >= TRY_ANYWAY_MS && reply?.kind !== "rate-limited") ||
                isBlind(reply),
            late: at >= about.deadline,
            delayMs: Math.min(delayMs, Math.max(0, about.deadline - at)),
        };
    };
    const state = await host.until(`free ${about.attempt}`, first, check, ({ free, late, delayMs }) => (free || late ? "done" : delayMs));
    return state.late && !state.free;
}
/** The history will never be readable with these credentials: then only trying tells. */
function isBlind(reply) {
    return reply?.kind === "rejected" || reply?.kind === "unauthorized" || reply?.kind === "absent";
}
/** Adopting the only new run is right when fewer than one in ten such runs would be another's. */
const MAX_STRANGERS = 0.1;
/** How long a lost start may take to show up in the history. */
const CLEAR_UP_MS = 30_000;
const CLEAR_UP_GAPS_MS = [1_000, 1_000, 2_000, 3_000, 5_000];
/** Looks for the one run that can be ours after a start whose answer was lost. */
async function resolveDoubt(task, doubt, about) {
    const { host, report } = task;
    const { baseline, deadline, attempt } = about;
    const unknown = (why) => ({
        kind: "start-unknown",
        reason: `${doubt.reason}; ${why}`,
    });
    if (!("auditIds" in baseline)) {
        return unknown("the flow's history could not be read before the start, so nothing can tell");
    }
    const sending = doubt.sending ?? { sentAt: baseline.epochMs };
    if (about.contended || expectedForeignStarts(baseline, sending) > MAX_STRANGERS) {
        return unknown("others seem to start this flow too, so no new run can be told to be ours");
    }
    const look = async (timeLimitMs, signal) => {
        const page = { limit: 20, offset: 0 };
        const reply = await task.client.history(task.request.flowId, page, { timeLimitMs, signal });
        if (reply.kind !== "value") {
            const asked = reply.kind === "rate-limited" ? (reply.retryAfterMs ?? 0) : 0;
            return { found: [], read: false, asked };
        }
        return { found: runsSince(reply.value.executions, baseline, sending), read: true, asked: 0 };
    };
    const begin = async (auditId) => {
        const adopted = await host.once(`adopt ${attempt}`, async () => {
            const at = host.clock.monotonicMs();
            const { pastSeconds } = baseline;
            const start = { kind: "started", auditId, origin: "adopted", at, pastSeconds };
            await report(start);
            return start;
        });
        return adopted.kind === "done"
            ? adopted.value
            : {
                kind: "started",
                auditId,
                origin: "adopted",
                at: baseline.at,
                pastSeconds: baseline.pastSeconds,
            };
    };
    const first = {
        since: null,
        at: 0,
        checks: 0,
        found: [],
        read: false,
        delayMs: 0,
    };
    let state = await host.until(`clear up ${attempt}`, first, async ({ since, checks, read }) => {
        const begun = host.clock.monotonicMs();
        const { found, asked, ...seen } = await look(5_000, host.stop);
        const gap = CLEAR_UP_GAPS_MS[Math.min(checks, CLEAR_UP_GAPS_MS.length - 1)] ?? 1_000;
        return {
            since: since ?? begun,
            at: host.clock.monotonicMs(),
            checks: checks + 1,
            found,
            read: read || seen.read,
            delayMs: Math.max(asked, jittered(gap, host.random())),
        };
    }, ({ since, at, found, delayMs }) => {
        const left = Math.min(CLEAR_UP_MS - (at - (since ?? at)), deadline - at);
        return found.length > 0 || left <= 0 ? "done" : Math.min(delayMs, left);
    });
    if (state.found.length === 0 && host.stop.aborted) {
        // Told to stop in the middle of the doubt: one short look, so that our run can be stopped too.
        const last = await host.once("last look", () => look(1_500, undefined));
        if (last.kind === "done") {
            state = { ...state, found: last.value.found, read: state.read || last.value.read };
        }
    }
    const [only, ...others] = state.found;
    if (only === undefined) {
        return unknown(state.read
            ? "no new run has appeared in the flow's history"
            : "the flow's history could not be read since");
    }
    if (others.length > 0) {
        return unknown(`several new runs have appeared in the history (${state.found.join(", ")})`);
    }
    return begin(only);
}

;// CONCATENATED MODULE: ./build/shared/run/run-flow.js






/**
 * Runs a flow once and follows the run to its end. The same for every host.
 *
 * Returns how it ended, whatever happened on the way. Throws a UserError for what only the user can
 * put right: refused credentials, a role too small, a flow that is not there, a wrong address.
 */
async function runFlow(task) {
    const opening = await run_flow_open(task);
    const start = await startRun(task, opening);
    if (start.kind !== "started")
        return withoutRun(task, start);
    // Told to stop in the meantime: then it is for the caller to stop the run as well.
    if (!task.request.wait && !task.host.stop.aborted)
        return started(task, start);
    return concluded(task, start, await follow(task, start, opening.deadline));
}
/** A mistake that comes up on the way, such as a secret that may no longer be read, names the run. */
async function follow(task, start, deadline) {
    try {
        return await followRun(task, start, deadline);
    }
    catch (error) {
        if (!(error instanceof user_error/* UserError */.y))
            throw error;
        throw new user_error/* UserError */.y(mayGoOn(error.message, start.auditId));
    }
}
async function run_flow_open(task) {
    const { host, request } = task;
    const first = {
        at: 0,
        baseline: { kind: "stopped", mayHaveArrived: false },
    };
    const { at, baseline } = await host.until("history 1", first, async () => ({ at: host.clock.monotonicMs(), baseline: await readBaseline(task) }), () => "done");
    const deadline = request.timeoutMs === 0
        ? Number.MAX_SAFE_INTEGER
        : at + request.timeoutMs - (request.spentMs ?? 0);
    return { at, baseline, deadline };
}
const NO_COUNTS = { polls: 0, faults: 0, rateLimits: 0 };
function withoutRun(task, start) {
    const { flowId, timeoutMs } = task.request;
    const always = { flowId, counts: NO_COUNTS };
    switch (start.kind) {
        case "refused":
            throw new user_error/* UserError */.y(explainFailure(start.failure, { attempt: "run the flow", flowId, names: task.names }));
        case "busy": {
            const message = `Another run of flow ${flowId} is running${named(start)}, so none was started.`;
            return { ...start, ...always, kind: "busy", message };
        }
        case "skipped": {
            const message = `Skipped: another run of flow ${flowId} is running${named(start)}.`;
            return { ...start, ...always, kind: "skipped", message };
        }
        case "not-started":
            return { ...start, ...always, message: `Flow ${flowId} was not started: ${start.message}` };
        case "start-unknown": {
            const message = `It is not known whether flow ${flowId} was started: ${start.reason}. Look into the flow's history in Etlworks before you run it again.`;
            return { ...always, kind: "start-unknown", message };
        }
        case "timed-out": {
            const message = `Flow ${flowId} was not started: ${start.why} (timeout ${(0,shared_duration/* formatDuration */.a3)(timeoutMs)}).`;
            return { ...always, kind: "timed-out", message };
        }
        case "stopped":
            return { ...always, kind: "aborted", message: `Stopped before flow ${flowId} was started.` };
    }
}
function named(start) {
    return start.otherAuditId === undefined ? "" : ` (audit id ${start.otherAuditId})`;
}
function mayGoOn(why, auditId) {
    return `${why} The run may go on: audit id ${auditId}.`;
}
function started(task, { auditId, origin }) {
    const { flowId } = task.request;
    const message = `Flow ${flowId} was started (audit id ${auditId}); not waiting for its end.`;
    return { kind: "started", flowId, auditId, origin, counts: NO_COUNTS, message };
}
function concluded(task, { auditId, origin }, followed) {
    const { end, execution, elapsedMs, counts } = followed;
    const { flowId, timeoutMs } = task.request;
    const run = `run ${auditId} of flow ${flowId}`;
    const about = { flowId, auditId, origin, counts, elapsedMs };
    const watched = { ...about, ...(execution === undefined ? {} : { execution }) };
    switch (end.kind) {
        case "refused": {
            const attempt = "read the status of the run";
            const why = explainFailure(end.failure, { attempt, flowId, names: task.names });
            throw new user_error/* UserError */.y(mayGoOn(why, auditId));
        }
        case "ended": {
            const message = execution?.message ?? `Flow ${flowId} ended with status ${end.status}.`;
            return { kind: end.status, ...watched, message };
        }
        case "timed-out": {
            const message = `No end within ${(0,shared_duration/* formatDuration */.a3)(timeoutMs)}: ${run} may go on.`;
            return { kind: "timed-out", ...watched, message };
        }
        case "lost": {
            const message = `The server has known nothing of ${run} for 2 minutes; it may go on.`;
            return { kind: "lost", ...watched, message };
        }
        case "stopped":
            return { kind: "aborted", ...watched, message: `Told to stop: ${run} may go on.` };
    }
}

;// CONCATENATED MODULE: ./build/shared/run/verdict.js
/** Judges an outcome. The outcome says what happened, the verdict what the user makes of it. */
function judge(kind, policy) {
    switch (kind) {
        case "success":
        case "started":
        case "skipped":
            return "pass";
        case "warning":
            return policy.failOnWarning ? "fail" : "pass";
        case "error":
        case "canceled":
        case "busy":
        case "not-started":
        case "start-unknown":
        case "timed-out":
        case "lost":
        case "aborted":
            return "fail";
    }
}

// EXTERNAL MODULE: ./build/shared/secrets.js
var shared_secrets = __nccwpck_require__(4565);
;// CONCATENATED MODULE: ./build/shared/run/retry-read.js

/** How long a read before the start may be tried again. */
const PATIENCE_MS = 60_000;
/**
 * Repeats a read that met a fault, a 429 or no connection, for up to a minute. Only for calls that
 * change nothing.
 */
async function retryRead(host, name, read) {
    const first = { attempts: 0, since: null, at: 0, jitter: 0, reply: null };
    const state = await host.until(name, first, async ({ attempts, since }) => {
        const begun = host.clock.monotonicMs();
        const reply = await read();
        const at = host.clock.monotonicMs();
        return { attempts: attempts + 1, since: since ?? begun, at, jitter: host.random(), reply };
    }, nextDelay);
    return state.reply ?? { kind: "stopped", mayHaveArrived: false };
}
function nextDelay({ attempts, since, at, jitter, reply, }) {
    if (reply === null || !isPassing(reply))
        return "done";
    const asked = reply.kind === "rate-limited" ? (reply.retryAfterMs ?? 0) : 0;
    const delay = Math.max(asked, jittered(Math.min(10_000, 1_000 * 2 ** (attempts - 1)), jitter));
    return at + delay - (since ?? at) > PATIENCE_MS ? "done" : delay;
}
function isPassing(reply) {
    switch (reply.kind) {
        case "rate-limited":
            return true;
        case "unreachable":
            return !reply.permanent;
        case "fault":
            return !reply.website;
        case "value":
        case "unauthorized":
        case "rejected":
        case "absent":
        case "stopped":
            return false;
    }
}

// EXTERNAL MODULE: ./build/action/runner/plain-text.js
var plain_text = __nccwpck_require__(6264);
;// CONCATENATED MODULE: ./build/action/inputs/find-flow.js




/**
 * Finds a flow by its exact name. None or several: a UserError that lists near or equal names with
 * their ids. Returns `undefined` when the host was told to stop meanwhile.
 */
async function findFlow(choice, dependencies) {
    if (choice.kind === "id")
        return { id: choice.id };
    const { client, host, names } = dependencies;
    const read = (filter) => retryRead(host, "find flow", () => client.flows(filter, { signal: host.stop }));
    const narrow = await read({ q: choice.name });
    // Whether `q` also takes spaces and signs as they are is not documented, so nothing found under
    // it proves nothing: look through the whole list before saying so.
    const exact = narrow.kind === "value" && narrow.value.some(flow => flow.name.trim() === choice.name);
    const empty = narrow.kind === "absent" && narrow.status === 200;
    const reply = (narrow.kind === "value" && !exact) || empty ? await read({}) : narrow;
    if (host.stop.aborted)
        return undefined;
    if (reply.kind !== "value") {
        if (reply.kind === "absent" && reply.status === 200)
            return refuse(choice.name, []);
        throw new user_error/* UserError */.y(explainFailure(reply, { attempt: "list the flows", names, flowList: true }));
    }
    const found = reply.value.filter(flow => flow.name.trim() === choice.name);
    const [only, ...others] = found;
    if (only !== undefined && others.length === 0)
        return { id: only.id, name: only.name };
    return refuse(choice.name, found.length > 1 ? found : nearest(choice.name, reply.value), found.length);
}
const MAX_LISTED = 5;
function refuse(name, flows, equal = 0) {
    const list = flows
        .slice(0, MAX_LISTED)
        .map(flow => `"${(0,plain_text/* shortLine */.tl)(flow.name, 120)}" (${flow.id})`)
        .join(", ");
    const more = flows.length > MAX_LISTED ? `, and ${flows.length - MAX_LISTED} more` : "";
    if (equal > 1) {
        throw new user_error/* UserError */.y(`flow-name: ${equal} flows are called "${name}": ${list}${more}. Use flow-id to say which.`);
    }
    const near = list === "" ? "no flow can be seen with these credentials" : `near names: ${list}${more}`;
    throw new user_error/* UserError */.y(`flow-name: no flow is called "${name}"; ${near}. Names are compared exactly, capitals included.`);
}
/** The most alike names first: by shared pairs of letters (Dice's coefficient). */
function nearest(name, flows) {
    const wanted = letterPairs(name);
    return flows
        .map(flow => ({ flow, likeness: likeness(wanted, letterPairs(flow.name)) }))
        .toSorted((one, other) => other.likeness - one.likeness)
        .slice(0, MAX_LISTED)
        .map(({ flow }) => flow);
}
function letterPairs(text) {
    const plain = ` ${text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ")} `;
    return new Set(Array.from({ length: Math.max(0, plain.length - 1) }, (_, index) => plain.slice(index, index + 2)));
}
function likeness(one, other) {
    return (2 * one.intersection(other).size) / Math.max(1, one.size + other.size);
}

;// CONCATENATED MODULE: ./build/action/report/redacted-parameters.js
/** Names that say what they hold. GitHub masks registered secrets; these are hidden besides. */
const SECRET_NAME = /pass|pwd|secret|token|key|credential|private|auth|jwt|sas|signature|conn(ection)?[-_]?str|dsn/i;
/**
 * A registered secret is masked by GitHub only letter by letter as it was registered: cut off, or
 * with a sign that HTML or JSON writes otherwise, it would be readable. Such values are not shown.
 */
const MAX_SHOWN = 200;
const WRITTEN_OTHERWISE = /[&<>"'`\\\p{Cc}]/u;
/**
 * The parameters as they may be shown: without known secrets, and without the values whose names
 * say that they are one. Before anything is escaped, since an escaped secret is not recognised.
 */
function redactedParameters(parameters, redact) {
    return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [
        redact(name),
        SECRET_NAME.test(name) ? "***" : shownValue(redact(value)),
    ]));
}
function shownValue(value) {
    const hidden = value.length > MAX_SHOWN || WRITTEN_OTHERWISE.test(value);
    return hidden ? `(${value.length} characters)` : value;
}

;// CONCATENATED MODULE: ./build/action/report/run-report.js

/** The longest message in an output, by contract. */
const MAX_MESSAGE_BYTES = 4_096;
function createRecorder(clock) {
    let beganAt;
    let pastSeconds = [];
    let startDelays = 0;
    const changes = [];
    return {
        note(event) {
            if (event.kind === "started") {
                beganAt = clock.epochMs();
                pastSeconds = event.pastSeconds;
            }
            if (event.kind === "status")
                changes.push(event);
            if (event.kind === "start-delayed")
                startDelays += 1;
        },
        report(outcome, flowName) {
            const execution = "execution" in outcome ? outcome.execution : undefined;
            const ended = isEnded(outcome);
            const elapsedMs = "elapsedMs" in outcome ? outcome.elapsedMs : undefined;
            const startedAt = execution?.startedAt ?? beganAt;
            const seenEnd = startedAt === undefined || elapsedMs === undefined ? undefined : startedAt + elapsedMs;
            const endedAt = ended ? (execution?.endedAt ?? seenEnd) : undefined;
            return {
                flowId: outcome.flowId,
                flowName: flowName ?? execution?.flowName,
                auditId: "auditId" in outcome ? outcome.auditId : undefined,
                outcome,
                status: execution?.status,
                startedAt: "auditId" in outcome && outcome.auditId !== undefined ? startedAt : undefined,
                endedAt,
                durationMs: ended ? duration(execution, elapsedMs) : undefined,
                message: (0,plain_text/* cutToBytes */.zP)(outcome.message, MAX_MESSAGE_BYTES),
                changes,
                pastSeconds,
                startDelays,
            };
        },
    };
}
function isEnded(outcome) {
    switch (outcome.kind) {
        case "success":
        case "warning":
        case "error":
        case "canceled":
            return true;
        case "started":
        case "skipped":
        case "busy":
        case "not-started":
        case "start-unknown":
        case "timed-out":
        case "lost":
        case "aborted":
            return false;
    }
}
function duration(execution, elapsedMs) {
    const { startedAt, endedAt } = execution ?? {};
    // Both from the same clock, or not from the server at all.
    return startedAt !== undefined && endedAt !== undefined && endedAt >= startedAt
        ? endedAt - startedAt
        : elapsedMs;
}

;// CONCATENATED MODULE: ./build/action/report/typical-duration.js

/** Fewer runs than this say little. */
const MIN_RUNS = 3;
function typicalDuration(pastSeconds) {
    if (pastSeconds.length < MIN_RUNS)
        return undefined;
    const sorted = pastSeconds.toSorted((one, other) => one - other);
    const at = (share) => {
        const place = share * (sorted.length - 1);
        const below = sorted[Math.floor(place)] ?? 0;
        const above = sorted[Math.ceil(place)] ?? below;
        return (below + (above - below) * (place - Math.floor(place))) * 1_000;
    };
    return { medianMs: at(0.5), spreadMs: (at(0.75) - at(0.25)) / 2 };
}
/** ` · usually 12m 04s ± 1m 00s`, or nothing when it is not known. */
function describeTypical(pastSeconds) {
    const usual = typicalDuration(pastSeconds);
    if (usual === undefined)
        return "";
    const spread = usual.spreadMs < 1_000 ? "" : ` ± ${(0,shared_duration/* formatDuration */.a3)(usual.spreadMs)}`;
    return ` · usually ${(0,shared_duration/* formatDuration */.a3)(usual.medianMs)}${spread}`;
}

;// CONCATENATED MODULE: ./build/action/dry-run.js












/**
 * `dry-run`: checks everything that can be checked without starting anything, and says so line by
 * line, also what could not be checked. Throws a UserError for what would stop a real run.
 */
async function examineSetup(step) {
    const { runner, inputs, client } = step;
    const { names, baseUrl } = inputs;
    const host = (0,process_host/* createProcessHost */.sl)(step);
    runner.line("Dry run: nothing will be started");
    runner.line("ok · the inputs are complete and well-formed");
    await warnOfEmptyParameters(step);
    const found = await findFlow(inputs.flow, { client, host, names });
    if (found === undefined)
        throw new user_error/* UserError */.y("Told to stop during the dry run.");
    const flowId = found.id;
    const flow = await retryRead(host, "flow", () => client.flow(flowId, { signal: host.stop }));
    const history = await retryRead(host, "history", () => client.history(flowId, { limit: 20, offset: 0 }, { signal: host.stop }));
    const refuse = (failure) => {
        throw new user_error/* UserError */.y(explainFailure(failure, { attempt: "read the flow", flowId, names }));
    };
    // Whether an Operator may read a flow is not documented; the history will do in its place.
    if (flow.kind !== "value" && (flow.kind !== "rejected" || history.kind !== "value"))
        refuse(flow);
    runner.line(`ok · ${baseUrl.host} answers and accepts ${names.credentials}`);
    await runner.output("flow-id", String(flowId));
    const name = flow.kind === "value" ? flow.value.name : found.name;
    if (name === undefined)
        runner.line(`not checked · the name of flow ${flowId}: this role may not read it`);
    else {
        runner.line(`ok · flow ${flowId} is "${(0,plain_text/* shortLine */.tl)(name, 120)}"`);
        const shown = (0,plain_text/* cutToBytes */.zP)(step.secrets.redact(name), MAX_MESSAGE_BYTES);
        await runner.output("flow-name", shown);
    }
    if (history.kind === "value")
        describeHistory(step, history.value.executions);
    else
        runner.line("not checked · the history cannot be read, so a lost answer to a start could not be cleared up");
    const parameters = redactedParameters(inputs.parameters, step.secrets.redact);
    runner.line(`would send · POST /v1/flows/${flowId}/run ${JSON.stringify(parameters)}`);
    runner.line("not checked · whether the role may run the flow, and whether the flow knows these parameters");
    await runner.output("message", `Dry run: flow ${flowId} can be reached; nothing was started.`);
    return "pass";
}
function describeHistory(step, executions) {
    const { runner, inputs } = step;
    const [latest] = executions;
    const last = latest === undefined ? "no run yet" : `last run ${latest.auditId ?? ""} ${latest.status ?? ""}`;
    const usual = describeTypical(pastDurations(executions));
    runner.line(`ok · history: ${(0,plain_text/* shortLine */.tl)(last, 120)}${usual}`);
    if (executions.some(({ status }) => outcome/* ACTIVE_STATUSES */.a.some(active => active === status))) {
        runner.line(`note · a run of this flow is running now; if-running is ${inputs.ifRunning}`);
    }
}

// EXTERNAL MODULE: ./build/action/inputs/connect.js + 3 modules
var connect = __nccwpck_require__(4484);
// EXTERNAL MODULE: ./build/action/inputs/inputs.js + 2 modules
var inputs_inputs = __nccwpck_require__(632);
// EXTERNAL MODULE: ./build/action/inputs/parameters.js
var parameters = __nccwpck_require__(9193);
;// CONCATENATED MODULE: ./build/action/report/advice.js
/** What a person can do next, where the outcome's own message does not say it. One or two sentences. */
function nextStep(outcome, hasStopRequest) {
    switch (outcome.kind) {
        case "success":
        case "started":
        // The message of this one says it already, for every host.
        case "start-unknown":
            return undefined;
        case "warning":
            return "Open the run in Etlworks to see what it warned of; fail-on-warning decides whether this fails the job.";
        case "error":
            return "Open the run's log in Etlworks, or set show-log: on-failure to see it here.";
        case "canceled":
            return "Somebody or something stopped the run in Etlworks; run the job again when that is settled.";
        case "skipped":
            return "Nothing was started, because if-running is skip.";
        case "busy":
            return "Run the job again when the other run has ended, or set if-running to wait, attach or skip.";
        case "not-started":
            return "Open the flow in Etlworks and start it there by hand; it will say what is in the way.";
        case "timed-out":
            if (outcome.auditId === undefined) {
                return "Set a longer timeout, or run the job again later.";
            }
            if (outcome.origin === "attached") {
                return "The run goes on in Etlworks. Set a longer timeout to follow it further.";
            }
            return hasStopRequest
                ? "Set a longer timeout if the flow needs it; the stop request was sent."
                : "The run goes on in Etlworks. Set a longer timeout if the flow needs it, or stop-request to end it.";
        case "lost":
            return "Look for the run in Etlworks by its audit id; its record may have been removed.";
        case "aborted":
            if (outcome.auditId === undefined)
                return undefined;
            if (outcome.origin === "attached") {
                return "The job was cancelled; the run of somebody else goes on in Etlworks.";
            }
            return hasStopRequest
                ? "The job was cancelled; the stop request was sent."
                : "The job was cancelled; the run goes on in Etlworks. Set stop-request to end it with the job.";
    }
}

;// CONCATENATED MODULE: ./build/action/report/commit-status.js

/** GitHub cuts nothing: a longer description is refused. */
const MAX_DESCRIPTION = 140;
function createCommitStatus(dependencies) {
    const { token, flowId, runner, timeLeftMs, loadGithub } = dependencies;
    let before = Promise.resolve();
    let warned = false;
    const send = async (state, description) => {
        try {
            const github = await loadGithub();
            await publish(github, { token, flowId, state, description, timeLimitMs: timeLeftMs() });
        }
        catch (error) {
            // The second failure has the reason of the first.
            if (!warned)
                await runner.warning(explain(error), "Commit status");
            warned = true;
        }
    };
    return {
        pending(description) {
            before = send("pending", description);
        },
        async conclude(state, description) {
            // GitHub shows the status that arrived last.
            await before;
            await send(state, description);
        },
    };
}
function finalState(kind, verdict) {
    if (verdict === "pass")
        return "success";
    const unknown = kind === "start-unknown" || kind === "lost" || kind === "aborted" || kind === "timed-out";
    return unknown ? "error" : "failure";
}
async function publish(github, status) {
    const { context } = github;
    const octokit = github.getOctokit(status.token);
    const page = `${context.serverUrl}/${context.repo.owner}/${context.repo.repo}/actions/runs/${context.runId}`;
    const description = shorten((0,plain_text/* plainLine */.h0)(status.description));
    const request = { signal: AbortSignal.timeout(status.timeLimitMs) };
    await octokit.rest.repos.createCommitStatus({
        ...context.repo,
        sha: commitOf(context),
        state: status.state,
        context: `etlworks/flow-${status.flowId}`,
        description,
        target_url: page,
        request,
    });
    const deployment = context.payload["deployment"];
    // On "deployment_status" a status of ours would start the workflow again.
    const deploymentId = context.eventName === "deployment" ? idOf(deployment) : undefined;
    if (deploymentId === undefined)
        return;
    await octokit.rest.repos.createDeploymentStatus({
        ...context.repo,
        deployment_id: deploymentId,
        state: status.state === "pending" ? "in_progress" : status.state,
        description,
        log_url: page,
        request,
    });
}
/** On a pull request GITHUB_SHA is a merge commit that nobody looks at. */
function commitOf(context) {
    const head = context.payload.pull_request?.["head"];
    const sha = typeof head === "object" && head !== null && "sha" in head ? head.sha : undefined;
    return typeof sha === "string" ? sha : context.sha;
}
function idOf(value) {
    const id = typeof value === "object" && value !== null && "id" in value ? value.id : undefined;
    return typeof id === "number" ? id : undefined;
}
function shorten(text) {
    return text.length <= MAX_DESCRIPTION ? text : `${text.slice(0, MAX_DESCRIPTION - 1)}…`;
}
function explain(error) {
    const why = error instanceof Error ? error.message : String(error);
    const status = error instanceof Error && "status" in error ? error.status : undefined;
    const advice = status === 403 || status === 404
        ? " The job needs the permission `statuses: write` (and `deployments: write` on a deployment)."
        : "";
    return `The commit status could not be set: ${why}.${advice}`;
}

;// CONCATENATED MODULE: ./build/action/report/console-log.js

/** The end of a log is what explains a failure; more than this nobody reads in a job's log. */
const MAX_LINES = 2_000;
const console_log_TIME_LIMIT_MS = 15_000;
/** Prints the log of a run, folded, each line made harmless. */
async function printRunLog(flowId, auditId, dependencies) {
    const reply = await dependencies.client.consoleLog(flowId, auditId, {
        timeLimitMs: console_log_TIME_LIMIT_MS,
        signal: dependencies.stop,
    });
    if (reply.kind !== "value") {
        const why = "message" in reply ? reply.message : reply.kind;
        await dependencies.runner.warning(`The log of run ${auditId} could not be read (${why}).`, "Run log");
        return;
    }
    const lines = (0,plain_text/* plainLines */.y1)(reply.value.text.trimEnd());
    const shown = lines.slice(-MAX_LINES);
    const notes = [
        ...(shown.length < lines.length ? [`(the last ${MAX_LINES} of ${lines.length} lines)`] : []),
        ...(reply.value.cut ? ["(cut after 10 MB)"] : []),
    ];
    dependencies.runner.group(`Log of run ${auditId}`, [...notes, ...shown]);
}

;// CONCATENATED MODULE: ./build/action/report/outputs.js


/** Sets every output that has a value. `audit-id` was set before the first look already. */
async function writeOutputs(runner, report, redact) {
    const outputs = {
        "flow-id": String(report.flowId),
        "flow-name": report.flowName,
        "audit-id": report.auditId,
        status: report.status,
        outcome: report.outcome.kind,
        "duration-seconds": report.durationMs === undefined ? undefined : wholeSeconds(report.durationMs),
        "started-at": isoTime(report.startedAt),
        "ended-at": isoTime(report.endedAt),
        message: report.message,
        result: resultOf(report, redact),
    };
    for (const [name, value] of Object.entries(outputs)) {
        if (value === undefined)
            continue;
        // Numbers, ids and times are ours or were checked; JSON is redacted text by text.
        const text = TEXTS.has(name) ? (0,plain_text/* cutToBytes */.zP)(redact(value), MAX_MESSAGE_BYTES) : value;
        await runner.output(name, text);
    }
}
const TEXTS = new Set(["flow-name", "status", "message"]);
/** The outcome as JSON, with its long texts cut so that the output stays small. */
function resultOf({ outcome, message }, redact) {
    return JSON.stringify({ ...outcome, message }, (key, value) => typeof value === "string" && key !== "auditId" && key !== "otherAuditId" && key !== "kind"
        ? (0,plain_text/* cutToBytes */.zP)(redact(value), key === "message" ? MAX_MESSAGE_BYTES : MAX_OTHER_BYTES)
        : value);
}
/** A name or a status word; the outputs of a job may have 1 MB together. */
const MAX_OTHER_BYTES = 1_024;
/** Whole seconds, so that a shell can compare them; the nearest, as in the summary. */
function wholeSeconds(milliseconds) {
    return String(Math.round(milliseconds / 1_000));
}
function isoTime(milliseconds) {
    if (milliseconds === undefined)
        return undefined;
    const date = new Date(milliseconds);
    return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

;// CONCATENATED MODULE: ./build/action/report/progress-log.js



const HEARTBEAT_MS = 60_000;
function createRunLog(dependencies) {
    const { runner, clock, flow, baseUrl, every } = dependencies;
    let status = "started";
    let since;
    let usual = "";
    let waitingFor = "";
    let warnedOfStatus = false;
    let stopHeartbeat = () => undefined;
    const beat = () => {
        const age = since === undefined ? "" : ` · ${(0,shared_duration/* formatDuration */.a3)(clock.monotonicMs() - since)}`;
        runner.line(waitingFor === "" ? `still ${status}${age}${usual}` : `still waiting${age}${waitingFor}`);
    };
    const keepAlive = () => {
        stopHeartbeat();
        stopHeartbeat = every(HEARTBEAT_MS, beat);
    };
    return {
        async report(event) {
            switch (event.kind) {
                case "started": {
                    waitingFor = "";
                    since = clock.monotonicMs();
                    usual = describeTypical(event.pastSeconds);
                    const verb = { started: "Started", adopted: "Started", attached: "Following" }[event.origin];
                    runner.line(`${verb} flow ${flow} on ${baseUrl.host} · audit id ${event.auditId}${usual}`);
                    keepAlive();
                    if (event.origin === "adopted") {
                        await runner.warning(`The answer to the start was lost. Run ${event.auditId} is the only new run in the flow's history, so it is taken for ours.`, "Start cleared up");
                    }
                    if (event.origin === "attached") {
                        await runner.warning(`Run ${event.auditId} was started by somebody else. This step follows it (if-running: attach); its parameters are not the ones given here.`, "Following another's run");
                    }
                    return;
                }
                case "status":
                    status = (0,plain_text/* shortLine */.tl)(event.status, 80) || "without a status";
                    if (event.known || warnedOfStatus)
                        runner.line(`${status} · ${(0,shared_duration/* formatDuration */.a3)(event.elapsedMs)}`);
                    else {
                        warnedOfStatus = true;
                        await runner.warning(`Etlworks says "${status}" of the run, a status this action does not know. It counts as going on.`, "Unknown status");
                    }
                    return;
                case "busy": {
                    const other = event.otherAuditId === undefined ? "" : ` (audit id ${event.otherAuditId})`;
                    if (event.policy !== "wait")
                        return;
                    if (waitingFor === "") {
                        runner.line(`Another run of flow ${flow} is running${other}; waiting for its end`);
                        since = clock.monotonicMs();
                        waitingFor = " for another run to end";
                        keepAlive();
                    }
                    return;
                }
                case "in-doubt":
                    runner.line(`No usable answer to the start (${event.reason}). Not sending it again; looking for the run in the history`);
                    return;
                case "start-delayed":
                    since ??= clock.monotonicMs();
                    if (waitingFor === "")
                        waitingFor = " to be let in";
                    keepAlive();
                    runner.line(`Not started yet (${event.reason}); trying again in ${(0,shared_duration/* formatDuration */.a3)(event.delayMs)}`);
                    return;
                case "poll-failed":
                    runner.debug(`look failed: ${event.reason}; next in ${(0,shared_duration/* formatDuration */.a3)(event.delayMs)}`);
                    return;
                case "rate-limited":
                    runner.debug(`429; next look in ${(0,shared_duration/* formatDuration */.a3)(event.delayMs)}`);
                    return;
            }
        },
        close: () => stopHeartbeat(),
    };
}

;// CONCATENATED MODULE: ./build/action/report/summary.js





/**
 * The job summary, as Markdown. Whatever comes from outside stands in HTML with every sign escaped
 * and without line breaks, where Markdown is not read: it can break no table and start no heading.
 */
function renderSummary(report, about) {
    const { outcome } = report;
    const heading = `### ${ICONS[outcome.kind]} ${HEADINGS[outcome.kind]}`;
    const rows = [
        ["Flow", describeFlow(report)],
        ["Instance", escapeHtml(about.host)],
        ["Run (audit id)", report.auditId === undefined ? undefined : describeRun(report)],
        ["Outcome", `<b>${outcome.kind}</b>${about.verdict === "fail" ? ", job failed" : ""}`],
        ["Duration", describeDuration(report)],
        ["Started", describeTime(report.startedAt)],
        ["Ended", describeTime(report.endedAt)],
        ["Records", describeRecords(report)],
        ["On the way", describeCounts(report)],
    ];
    const message = report.outcome.kind === "success" ? "" : report.message;
    const sections = [
        heading,
        firstLine(message),
        about.verdict === "fail" && about.nextStep !== undefined ? `**Next:** ${about.nextStep}` : "",
        table(rows),
        messageBlock(message),
        parametersBlock(about.parameters),
        timeline(report),
    ];
    return `${sections.filter(section => section !== "").join("\n\n")}\n`;
}
const ICONS = {
    success: "✅",
    warning: "⚠️",
    error: "❌",
    canceled: "🚫",
    started: "▶️",
    skipped: "⏭️",
    busy: "⛔",
    "not-started": "❌",
    "start-unknown": "❓",
    "timed-out": "⏱️",
    lost: "❓",
    aborted: "🛑",
};
const HEADINGS = {
    success: "Flow succeeded",
    warning: "Flow ended with a warning",
    error: "Flow failed",
    canceled: "Flow was canceled",
    started: "Flow started",
    skipped: "Flow skipped: another run is running",
    busy: "Flow not started: another run is running",
    "not-started": "Flow not started",
    "start-unknown": "Unknown whether the flow was started",
    "timed-out": "No end within the timeout",
    lost: "The run's record is gone",
    aborted: "Stopped before the end",
};
function describeFlow(report) {
    const id = `<code>${report.flowId}</code>`;
    return report.flowName === undefined
        ? id
        : `${escapeHtml((0,plain_text/* shortLine */.tl)(report.flowName, 120))} (${id})`;
}
function describeRun(report) {
    const { outcome } = report;
    const origin = "origin" in outcome ? outcome.origin : undefined;
    const note = {
        started: "",
        adopted: ", found in the history",
        attached: ", started by somebody else",
    };
    return `<code>${report.auditId ?? ""}</code>${origin === undefined ? "" : note[origin]}`;
}
function describeDuration(report) {
    if (report.durationMs === undefined)
        return undefined;
    const usual = typicalDuration(report.pastSeconds);
    const comparison = usual === undefined ? "" : ` (usually ${(0,shared_duration/* formatDuration */.a3)(usual.medianMs)})`;
    return `${(0,shared_duration/* formatDuration */.a3)(report.durationMs)}${comparison}`;
}
function describeTime(milliseconds) {
    return isoTime(milliseconds)
        ?.replace("T", " ")
        .replace(/\.\d+Z$/, " UTC");
}
function describeRecords(report) {
    const records = "execution" in report.outcome ? report.outcome.execution?.records : undefined;
    return records?.toLocaleString("en-US");
}
function describeCounts(report) {
    const { polls, faults, rateLimits } = report.outcome.counts;
    const counts = [
        counted(polls, "look", "polls"),
        counted(faults, "fault survived", "faults survived"),
        counted(rateLimits, "rate limit (429)", "rate limits (429)"),
        counted(report.startDelays, "start repeated", "starts repeated"),
    ].filter(text => text !== "");
    return counts.length === 0 ? undefined : counts.join(", ");
}
function counted(count, one, many) {
    return count === 0 ? "" : `${count} ${count === 1 ? one : many}`;
}
function table(rows) {
    const lines = rows
        .filter(([, value]) => value !== undefined && value !== "")
        .map(([name, value]) => `<tr><td>${name}</td><td>${value}</td></tr>`);
    return `<table>\n${lines.join("\n")}\n</table>`;
}
/** Far below the limit of 1 MiB a step, and short enough to be read. */
const MAX_BLOCK_BYTES = 8_192;
/** What happened, in one line right below the heading. */
function firstLine(message) {
    const line = (0,plain_text/* shortLine */.tl)(linesOf(message)[0] ?? "", MAX_FIRST_LINE);
    return line === "" ? "" : `<blockquote>${escapeHtml(line)}</blockquote>`;
}
/** All of a message, folded, when it is more than its first line shows. */
function messageBlock(message) {
    const [first = "", ...rest] = linesOf(message);
    if (rest.length === 0 && first.length <= MAX_FIRST_LINE)
        return "";
    return `<details><summary>Message</summary>${preformatted(message)}</details>`;
}
const MAX_FIRST_LINE = 300;
function linesOf(message) {
    return (0,plain_text/* plainLines */.y1)(message).filter(line => line.trim() !== "");
}
function preformatted(text) {
    const lines = (0,plain_text/* plainLines */.y1)((0,plain_text/* cutToBytes */.zP)(text, MAX_BLOCK_BYTES));
    return `<pre>${lines.map(escapeHtml).join("&#10;")}</pre>`;
}
const MAX_PARAMETERS = 50;
function parametersBlock(parameters) {
    const entries = Object.entries(parameters);
    if (entries.length === 0)
        return "";
    const rows = entries.slice(0, MAX_PARAMETERS).map(([name, value]) => {
        const shown = escapeHtml((0,plain_text/* shortLine */.tl)(value, 200));
        return `<tr><td><code>${escapeHtml((0,plain_text/* shortLine */.tl)(name, 100))}</code></td><td>${shown === "" ? "<i>empty</i>" : shown}</td></tr>`;
    });
    const more = entries.length - rows.length;
    const rest = more > 0 ? `\n<tr><td colspan="2">and ${more} more</td></tr>` : "";
    return `<details><summary>Parameters (${entries.length})</summary><table>\n${rows.join("\n")}${rest}\n</table></details>`;
}
/**
 * A Gantt picture, which GitHub draws from Mermaid: what was seen, and the usual length below it.
 * The colours are Mermaid's plain ones: its "active" and "done" cannot be read on a dark page.
 */
const MAX_BARS = 30;
function timeline(report) {
    const { startedAt, durationMs, changes } = report;
    if (startedAt === undefined || durationMs === undefined || durationMs < 1_000)
        return "";
    const end = startedAt + durationMs;
    const phases = changes.map((change, index) => {
        const from = index === 0 ? startedAt : Math.min(end, startedAt + change.elapsedMs);
        const next = changes[index + 1];
        const to = next === undefined ? end : Math.min(end, startedAt + next.elapsedMs);
        return { name: KNOWN.find(word => word === change.status) ?? "other", from, to };
    });
    const seen = phases.filter(phase => phase.to > phase.from && !isFinal(phase.name));
    const shown = seen.length === 0 || seen.length > MAX_BARS
        ? [{ name: "running", from: startedAt, to: end }]
        : seen;
    const usual = typicalDuration(report.pastSeconds);
    const tag = report.outcome.kind === "success" ? "" : "crit, ";
    const bar = (name, from, to, colour = "") => `  ${name} ${(0,shared_duration/* formatDuration */.a3)(to - from)} :${colour}${Math.round(from)}, ${Math.round(to)}`;
    const lines = [
        "```mermaid",
        "gantt",
        "  dateFormat x",
        `  axisFormat ${Math.max(durationMs, usual?.medianMs ?? 0) < 3_600_000 ? "%H:%M:%S" : "%H:%M"}`,
        "  section This run",
        ...shown.map(({ name, from, to }) => bar(name, from, to, tag)),
        ...(usual === undefined
            ? []
            : ["  section Usually", bar("median", startedAt, startedAt + usual.medianMs)]),
        "```",
    ];
    return lines.join("\n");
}
/** Any other word might be one of Mermaid's own, such as `section`. */
const KNOWN = [...outcome/* ACTIVE_STATUSES */.a, ...outcome/* TERMINAL_STATUSES */.C];
function isFinal(status) {
    return outcome/* TERMINAL_STATUSES */.C.some(terminal => terminal === status);
}
function escapeHtml(text) {
    return text
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replaceAll('"', "&quot;")
        .replaceAll("'", "&#39;")
        .replaceAll("`", "&#96;");
}

// EXTERNAL MODULE: ./build/action/runner/send-stop.js + 1 modules
var send_stop = __nccwpck_require__(1976);
// EXTERNAL MODULE: ./build/action/runner/step-state.js
var step_state = __nccwpck_require__(3886);
;// CONCATENATED MODULE: ./build/action/run-step.js






















/**
 * The step itself: runs the flow, follows it, reports. Returns the exit code. The one red
 * annotation of a failing step is written here and nowhere else.
 */
async function runStep(dependencies) {
    const secrets = (0,shared_secrets/* createSecrets */.g)(form => dependencies.runner.mask(form));
    try {
        const inputs = (0,inputs_inputs/* readInputs */.K)(dependencies.environment, secrets);
        const step = {
            ...dependencies,
            secrets,
            inputs,
            client: (0,connect/* connect */.N)(inputs, { ...dependencies, secrets }),
        };
        return (await (inputs.dryRun ? examineSetup(step) : runAndReport(step))) === "pass" ? 0 : 1;
    }
    catch (error) {
        const whole = secrets.redact(error instanceof Error ? error.message : String(error));
        const message = (0,plain_text/* cutToBytes */.zP)(whole, MAX_MESSAGE_BYTES);
        await dependencies.runner.error(message, "Run Etlworks Flow");
        await orWarn(dependencies.runner, () => dependencies.runner.output("message", message));
        // A mistake says itself what to change. Anything else is a fault of ours: show where.
        if (!(error instanceof user_error/* UserError */.y) && error instanceof Error && error.stack !== undefined) {
            dependencies.runner.group("Stack", (0,plain_text/* plainLines */.y1)(secrets.redact(error.stack)));
        }
        return 1;
    }
}
async function runAndReport(step) {
    const { inputs, client } = step;
    const host = (0,process_host/* createProcessHost */.sl)(step);
    const begun = step.clock.monotonicMs();
    await warnOfEmptyParameters(step);
    const flow = await findFlow(inputs.flow, { client, host, names: inputs.names });
    if (flow === undefined)
        return abortedEarly(step);
    const recorder = createRecorder(step.clock);
    const shownFlow = flow.name === undefined ? String(flow.id) : `${flow.id} "${(0,plain_text/* shortLine */.tl)(flow.name, 120)}"`;
    const log = createRunLog({ ...step, flow: shownFlow, baseUrl: inputs.baseUrl });
    const status = githubStatusOf(step, flow.id);
    let run;
    const report = async (event) => {
        recorder.note(event);
        if (event.kind === "started") {
            run = { flowId: flow.id, auditId: event.auditId, origin: event.origin, phase: "following" };
            await remember(step, run);
            status?.pending(`Running: audit id ${event.auditId}`);
        }
        await log.report(event);
    };
    const { names } = inputs;
    const request = toRequest(inputs, flow, step.clock.monotonicMs() - begun);
    let outcome;
    try {
        outcome = await runFlow({ request, client, host, report, names });
    }
    catch (error) {
        // We are refused in the middle of a run. It is nobody's wish that it be stopped for that.
        if (run !== undefined)
            await remember(step, { ...run, phase: "settled" });
        await status?.conclude("error", "The flow could not be run and followed to its end");
        throw error;
    }
    finally {
        log.close();
    }
    await settle(step, outcome);
    return conclude(step, recorder.report(outcome, flow.name), status);
}
async function abortedEarly({ runner }) {
    const message = "Told to stop before the flow was found; nothing was started.";
    await runner.output("outcome", "aborted");
    await runner.output("message", message);
    await runner.error(message, "Etlworks flow: aborted");
    return "fail";
}
function toRequest(inputs, flow, spentMs) {
    const { parameters, runQuery, ifRunning, wait, timeoutMs, pollIntervalMs } = inputs;
    return {
        flowId: flow.id,
        parameters,
        runQuery,
        ifRunning,
        wait,
        timeoutMs,
        spentMs,
        ...(pollIntervalMs === undefined ? {} : { pollIntervalMs }),
        // Long enough for a restart of a balancer, short enough for a wrong address to be noticed.
        patienceMs: 60_000,
    };
}
/** Also for the dry run. */
async function warnOfEmptyParameters({ inputs, runner }) {
    const empty = (0,parameters/* emptyParameters */.I)(inputs.parameters);
    if (empty.length === 0)
        return;
    const names = empty.map(name => `"${name}"`).join(", ");
    await runner.warning(`Empty parameter ${names}: Etlworks does not replace the token of an empty parameter, so the flow sees it as it was written.`, "Empty parameter");
}
/** Before the first look: the id as an output and as state, so that no later death loses it. */
async function remember(step, state) {
    const { runner } = step;
    const { flowId, auditId, origin, phase } = state;
    // A full disk must not cost us the run that has just begun.
    await orWarn(runner, async () => {
        await runner.saveState(step_state/* STATE_NAME */.sf, (0,step_state/* writeState */.Jq)({ flowId, auditId, origin, phase }));
        if (phase !== "following")
            return;
        await runner.output("flow-id", String(flowId));
        await runner.output("audit-id", auditId);
    });
}
/** For what is written beside the run and does not decide about it. */
async function orWarn(runner, write) {
    try {
        await write();
    }
    catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        await runner.warning(`A file of the runner could not be written: ${why}`, "Run Etlworks Flow");
    }
}
/** After the run: stop it where that was asked for, and tell the post step what is left to do. */
async function settle(step, outcome) {
    const run = runOf(outcome);
    if (run === undefined)
        return;
    const unfinished = outcome.kind === "timed-out" || outcome.kind === "aborted";
    const { stopRequest } = step.inputs;
    if (!unfinished || stopRequest === undefined) {
        return remember(step, { ...run, phase: "settled" });
    }
    await remember(step, { ...run, phase: "stopping" });
    await (0,send_stop/* sendStop */.t)(run, { ...step, stopRequest, timeLimitMs: step.timeLeftMs() });
}
function runOf(outcome) {
    if (!("auditId" in outcome) || outcome.auditId === undefined || outcome.origin === undefined) {
        return undefined;
    }
    return { flowId: outcome.flowId, auditId: outcome.auditId, origin: outcome.origin };
}
function githubStatusOf(step, flowId) {
    const token = step.inputs.githubToken;
    return token === undefined ? undefined : createCommitStatus({ ...step, token, flowId });
}
async function conclude(step, report, status) {
    const { inputs, runner, secrets } = step;
    const { outcome } = report;
    const verdict = judge(outcome.kind, inputs);
    const advice = nextStep(outcome, inputs.stopRequest !== undefined);
    const wanted = inputs.showLog === "always" || (inputs.showLog === "on-failure" && verdict === "fail");
    await writeOutputs(runner, report, secrets.redact);
    if (wanted && report.auditId !== undefined && outcome.kind !== "aborted") {
        await printRunLog(report.flowId, report.auditId, step);
    }
    if (inputs.summary) {
        const about = {
            verdict,
            host: inputs.baseUrl.host,
            parameters: redactedParameters(inputs.parameters, secrets.redact),
            nextStep: advice,
        };
        const markdown = secrets.redact(renderSummary(report, about));
        await orWarn(runner, () => runner.summary(markdown));
    }
    await status?.conclude(finalState(outcome.kind, verdict), secrets.redact(describeBriefly(report)));
    const text = [report.message, advice].filter(part => part !== undefined).join("\n");
    const title = `Etlworks flow ${report.flowId}: ${outcome.kind}`;
    if (verdict === "fail")
        await runner.error(secrets.redact(text), title);
    else if (outcome.kind === "warning" || outcome.kind === "skipped") {
        await runner.warning(secrets.redact(text), title);
    }
    return verdict;
}
/** For the commit status: the outcome, how long it took, and the first line of why. */
function describeBriefly(report) {
    const { outcome, durationMs, message } = report;
    const duration = durationMs === undefined ? "" : ` after ${(0,shared_duration/* formatDuration */.a3)(durationMs)}`;
    const why = outcome.kind === "success" ? "" : `: ${message.split("\n", 1)[0]}`;
    return `${outcome.kind}${duration}${why}`;
}


/***/ }),

/***/ 6264:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   h0: () => (/* binding */ plainLine),
/* harmony export */   tl: () => (/* binding */ shortLine),
/* harmony export */   y1: () => (/* binding */ plainLines),
/* harmony export */   zP: () => (/* binding */ cutToBytes)
/* harmony export */ });
/**
 * Text from outside, made harmless for a workflow log: one line each, without control characters,
 * and without anything the runner would take for a command.
 *
 * The runner obeys `::command::` at the start of a line and the older `##[command]` anywhere in it
 * (actions/runner, ActionCommand.cs), and it ends lines at CR as well as at LF.
 */
function plainLines(text) {
    return text.split(LINE_ENDS).map(line => line
        .replace(TERMINAL_SEQUENCES, "")
        .replace(INVISIBLE, "")
        .replaceAll("##[", "## [")
        .replace(/^(\s*):(?=:)/, "$1: "));
}
const LINE_ENDS = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;
/** Colours and cursor movements: ESC [ … letter. */
const TERMINAL_SEQUENCES = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[ -/]*[@-~]`, "g");
/** Control characters but the tab, and those that turn the direction of writing. */
const INVISIBLE = /[^\P{Cc}\t]|\p{Bidi_Control}/gu;
/** The same, folded into one line. */
function plainLine(text) {
    return plainLines(text)
        .map(line => line.trim())
        .filter(line => line !== "")
        .join(" · ");
}
/** The same, and no longer than so many characters and a mark. */
function shortLine(text, characters) {
    const line = plainLine(text);
    // Never half of a character: the first half of a surrogate pair goes too.
    const start = line.slice(0, characters).replace(/[\ud800-\udbff]$/, "");
    return line.length > characters ? `${start}…` : line;
}
/** Cuts a text to so many bytes of UTF-8, between characters, and says so. */
function cutToBytes(text, bytes) {
    const buffer = Buffer.from(text, "utf8");
    if (buffer.length <= bytes)
        return text;
    const mark = "… (cut)";
    let end = bytes - Buffer.byteLength(mark);
    // Never inside a character: continuation bytes begin with 10.
    while (end > 0 && ((buffer[end] ?? 0) & 0xc0) === 0x80)
        end--;
    return buffer.subarray(0, end).toString("utf8") + mark;
}


/***/ }),

/***/ 1976:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  t: () => (/* binding */ sendStop)
});

;// CONCATENATED MODULE: ./build/shared/run/stop-run.js
/** Asks the server to stop our run. A run that is another's is never stopped. */
async function stopRun(client, request, run, call) {
    if (run.origin === "attached")
        return { kind: "not-ours" };
    const path = request.path
        .replaceAll("{flow-id}", String(run.flowId))
        .replaceAll("{audit-id}", encodeURIComponent(run.auditId));
    return client.send(request.method, path, call);
}

;// CONCATENATED MODULE: ./build/action/runner/send-stop.js

/** Sends the user's stop request for a run and says what came of it. Never fails the step. */
async function sendStop(run, dependencies) {
    const { client, runner, stopRequest, timeLimitMs } = dependencies;
    const reply = await stopRun(client, stopRequest, run, { timeLimitMs });
    const name = `run ${run.auditId}`;
    const title = "Stop request";
    switch (reply.kind) {
        case "value":
            runner.line(`Asked Etlworks to stop ${name}; it may need some minutes to end`);
            return;
        case "not-ours":
            runner.line(`Not stopping ${name}: somebody else started it`);
            return;
        case "unauthorized":
            return runner.warning(`Etlworks did not accept the credentials of the stop request for ${name} (401). The run goes on.`, title);
        case "rejected": {
            const role = reply.status === 403
                ? " Stopping needs the Editor or Administrator role; Operator may run flows, but not stop them."
                : "";
            return runner.warning(`Etlworks refused to stop ${name} (${reply.status}: ${reply.message}).${role} The run goes on.`, title);
        }
        case "absent":
            return runner.warning(`The stop request for ${name} found nothing (${reply.status}: ${reply.message}). Check stop-request. The run may go on.`, title);
        case "rate-limited":
            return runner.warning(`Etlworks answered 429 to the stop request for ${name}. The run goes on.`, title);
        case "unreachable":
        case "fault":
            return runner.warning(`The stop request for ${name} had no usable answer (${reply.message}). The run may go on.`, title);
        case "stopped":
            return runner.warning(`The stop request for ${name} was cut off. The run may go on.`, title);
    }
}


/***/ }),

/***/ 3886:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Jq: () => (/* binding */ writeState),
/* harmony export */   sf: () => (/* binding */ STATE_NAME),
/* harmony export */   un: () => (/* binding */ readState)
/* harmony export */ });
/* harmony import */ var _shared_json_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8444);

const STATE_NAME = "run";
function writeState(state) {
    return JSON.stringify(state);
}
/** `undefined` when the step never got so far as to know a run. */
function readState(text) {
    if (text === "")
        return undefined;
    const value = (0,_shared_json_js__WEBPACK_IMPORTED_MODULE_0__/* .parseJson */ .q)(text);
    if (!(0,_shared_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .G)(value))
        return undefined;
    const { flowId, auditId, origin, phase } = value;
    if (typeof flowId !== "number" || typeof auditId !== "string")
        return undefined;
    if (origin !== "started" && origin !== "adopted" && origin !== "attached")
        return undefined;
    if (phase !== "following" && phase !== "stopping" && phase !== "settled")
        return undefined;
    return { flowId, auditId, origin, phase };
}


/***/ }),

/***/ 3908:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   r: () => (/* binding */ listenForStop)
/* harmony export */ });
/** The runner sends SIGINT, after 7.5 s SIGTERM, and kills 2.5 s later (actions/runner, ProcessInvoker.cs). */
const LEAVE_AFTER_MS = 6_500;
/** A start that is under way may still be answered; then its run can be stopped too. */
const ABANDON_AFTER_MS = 2_000;
const LAST_REQUEST_MS = 5_000;
/** Turns the signals that tell a step to stop into abort signals. `close` lets the process end. */
function listenForStop(process, clock) {
    const stop = new AbortController();
    const abandon = new AbortController();
    let timer;
    let stoppedAt;
    const onSignal = () => {
        if (stoppedAt !== undefined)
            return;
        stoppedAt = clock.monotonicMs();
        stop.abort();
        timer = setTimeout(() => abandon.abort(), ABANDON_AFTER_MS);
    };
    const signals = process.platform === "win32" ? ["SIGINT", "SIGTERM", "SIGBREAK"] : ["SIGINT", "SIGTERM"];
    // Stays on for all signals: a second one must not kill the step in the middle of its stop request.
    for (const signal of signals)
        process.on(signal, onSignal);
    return {
        stop: stop.signal,
        abandon: abandon.signal,
        timeLeftMs() {
            if (stoppedAt === undefined)
                return LAST_REQUEST_MS;
            const left = stoppedAt + LEAVE_AFTER_MS - clock.monotonicMs();
            return Math.max(500, Math.min(LAST_REQUEST_MS, left));
        },
        close() {
            clearTimeout(timer);
            for (const signal of signals)
                process.off(signal, onSignal);
        },
    };
}


/***/ }),

/***/ 5126:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  y: () => (/* binding */ createWorkflowRunner)
});

;// CONCATENATED MODULE: external "node:fs"
const external_node_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");
// EXTERNAL MODULE: ./build/action/runner/plain-text.js
var plain_text = __nccwpck_require__(6264);
;// CONCATENATED MODULE: ./build/action/runner/workflow-runner.js


/**
 * The runner behind `@actions/core`. The toolkit costs 40 ms to load (97 % of it an HTTP client
 * that is not used here), so it is loaded at `prepare`: while the first request is under way. Until
 * then only a mark, masks and lines are written, which need no toolkit.
 */
function createWorkflowRunner(dependencies) {
    let loading;
    const core = () => {
        loading ??= dependencies.loadCore();
        return loading;
    };
    const { write } = dependencies;
    return {
        markPhase() {
            const file = dependencies.environment["GITHUB_STATE"] ?? "";
            if (file === "")
                return;
            try {
                (0,external_node_fs_namespaceObject.appendFileSync)(file, "phase=post\n");
            }
            catch {
                // A full disk, say. post.js sets the same mark itself, so the run need not wait for it.
            }
        },
        prepare: () => void core(),
        mask: text => write(`::add-mask::${escapeData(text)}\n`),
        line: text => write(`${(0,plain_text/* plainLine */.h0)(text)}\n`),
        debug: text => {
            if (dependencies.environment["RUNNER_DEBUG"] === "1")
                write(`::debug::${escapeData((0,plain_text/* plainLine */.h0)(text))}\n`);
        },
        group(title, lines) {
            write(`::group::${escapeData((0,plain_text/* plainLine */.h0)(title))}\n`);
            for (const line of lines)
                write(`| ${line}\n`);
            write("::endgroup::\n");
        },
        warning: async (text, title) => (await core()).warning(harmless(text), { title: (0,plain_text/* plainLine */.h0)(title) }),
        error: async (text, title) => (await core()).error(harmless(text), { title: (0,plain_text/* plainLine */.h0)(title) }),
        output: async (name, value) => (await core()).setOutput(name, value),
        saveState: async (name, value) => (await core()).saveState(name, value),
        async summary(markdown) {
            // Without the file there is no place for a summary (act, old servers).
            if ((dependencies.environment["GITHUB_STEP_SUMMARY"] ?? "") === "")
                return;
            const { summary } = await core();
            await summary.addRaw(markdown, true).write();
        },
    };
}
function harmless(text) {
    return (0,plain_text/* plainLines */.y1)(text).join("\n");
}
/** As the runner reads it back: https://github.com/actions/toolkit, packages/core, command.ts. */
function escapeData(text) {
    return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}


/***/ }),

/***/ 290:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   E9: () => (/* binding */ parseDuration),
/* harmony export */   a3: () => (/* binding */ formatDuration),
/* harmony export */   nv: () => (/* binding */ DURATION_FORMS)
/* harmony export */ });
/** The longest duration we accept: one year, as long as AWS lets a durable execution live. */
const MAX_MS = 366 * 24 * 3_600_000;
const UNIT_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 };
const FORM = /^(?:(?<d>\d{1,9})d)?(?:(?<h>\d{1,9})h)?(?:(?<m>\d{1,9})m)?(?:(?<s>\d{1,9})s)?$/;
/**
 * Reads `90` (seconds), `90s`, `30m`, `1h30m`, `2d`; units from large to small, each at most once.
 * Returns milliseconds, or `undefined` when the text is not such a duration or is over a year.
 */
function parseDuration(text) {
    const form = /^\d{1,9}$/.test(text) ? `${text}s` : text;
    const parts = FORM.exec(form)?.groups;
    if (form === "" || parts === undefined)
        return undefined;
    let total = 0;
    for (const [unit, size] of Object.entries(UNIT_MS))
        total += Number(parts[unit] ?? 0) * size;
    return total <= MAX_MS ? total : undefined;
}
/** What a duration input accepts, for error sentences. */
const DURATION_FORMS = "a duration such as 90, 90s, 30m, 1h30m, or 0";
/** Writes milliseconds for people: `4s`, `1m 05s`, `2h 03m`, `3d 04h`. To the nearest second. */
function formatDuration(milliseconds) {
    const seconds = Math.max(0, Math.round(milliseconds / 1_000));
    const minutes = Math.floor(seconds / 60);
    const hours = Math.floor(minutes / 60);
    const days = Math.floor(hours / 24);
    if (days > 0)
        return `${days}d ${twoDigits(hours % 24)}h`;
    if (hours > 0)
        return `${hours}h ${twoDigits(minutes % 60)}m`;
    if (minutes > 0)
        return `${minutes}m ${twoDigits(seconds % 60)}s`;
    return `${seconds}s`;
}
function twoDigits(value) {
    return String(value).padStart(2, "0");
}


/***/ }),

/***/ 3328:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Sq: () => (/* binding */ checkApiKey),
/* harmony export */   _g: () => (/* binding */ apiKeyCredentials),
/* harmony export */   c$: () => (/* binding */ loginCredentials)
/* harmony export */ });
/* harmony import */ var _user_error_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3270);

/** An API key never changes: when it is refused, it is refused. */
function apiKeyCredentials(key) {
    const token = { kind: "token", token: key };
    return {
        token: async () => token,
        renew: async () => ({ kind: "unauthorized", message: "the server refused the API key" }),
    };
}
/**
 * Login on first use; on a refused token refresh, and log in again when that fails. Callers that
 * come at the same time share one exchange.
 */
function loginCredentials(calls, onToken) {
    let current;
    let underWay;
    const shared = (exchange) => {
        underWay ??= exchange()
            .then(reply => {
            if (reply.kind !== "value")
                return notSent(reply);
            onToken(reply.value);
            current = reply.value;
            return { kind: "token", token: reply.value };
        })
            .finally(() => {
            underWay = undefined;
        });
        return underWay;
    };
    return {
        async token(call) {
            if (current !== undefined)
                return { kind: "token", token: current };
            return shared(() => calls.login(call));
        },
        async renew(refused, call) {
            if (current !== undefined && current !== refused)
                return { kind: "token", token: current };
            return shared(async () => {
                const refreshed = await calls.refresh(refused, call);
                const fresh = refreshed.kind === "value" && refreshed.value !== refused;
                return fresh || refreshed.kind === "stopped" ? refreshed : calls.login(call);
            });
        },
    };
}
/**
 * A login without an answer may have reached the server, but the request that waited for it did
 * not: for that one it is as if the server could not be reached.
 */
function notSent(failure) {
    switch (failure.kind) {
        case "fault":
            return failure.website
                ? { kind: "rejected", status: 404, message: `login: ${failure.message}` }
                : { kind: "unreachable", permanent: false, message: `login: ${failure.message}` };
        case "absent":
            return { kind: "rejected", status: 404, message: `login: ${failure.message}` };
        case "rejected":
            // The login itself is refused. Anything else is about the address or may pass.
            return failure.status === 400 || failure.status === 403
                ? { kind: "unauthorized", message: `login: ${failure.message}` }
                : { ...failure, message: `login: ${failure.message}` };
        case "stopped":
            return { kind: "stopped", mayHaveArrived: false };
        case "unauthorized":
        case "rate-limited":
        case "unreachable":
            return failure;
    }
}
/**
 * Refuses a key that cannot be one: pasted with `Bearer `, with quotes, with spaces or line breaks
 * inside. The sentence never shows the key. `name` is what the user calls this setting.
 */
function checkApiKey(key, name) {
    const trimmed = key.trim();
    if (trimmed === "")
        throw new _user_error_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y(`${name} is empty. Set it to an Etlworks API key.`);
    if (/^bearer\b/i.test(trimmed)) {
        throw new _user_error_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y(`${name} starts with "Bearer". Give the key alone; the prefix is added for you.`);
    }
    if (/["'`]/.test(trimmed)) {
        throw new _user_error_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y(`${name} holds a quotation mark. Give the key alone, without quotes.`);
    }
    if (/\s/.test(trimmed)) {
        throw new _user_error_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y(`${name} holds a space or a line break. Copy the key again, in one piece.`);
    }
    if (!/^[\x21-\x7e]+$/.test(trimmed)) {
        throw new _user_error_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y(`${name} holds a character that no key has. Copy the key again.`);
    }
    return trimmed;
}


/***/ }),

/***/ 288:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  V: () => (/* binding */ createHttp)
});

// UNUSED EXPORTS: MAX_BODY

// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __nccwpck_require__(7067);
;// CONCATENATED MODULE: external "node:https"
const external_node_https_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:https");
// EXTERNAL MODULE: ./build/shared/user-error.js
var user_error = __nccwpck_require__(3270);
;// CONCATENATED MODULE: ./build/shared/etlworks/http.js



/** The largest answer we read: 10 MB. A list of thousands of flows is a tenth of it. */
const MAX_BODY = 10 * 1024 * 1024;
/**
 * The only place that speaks HTTP.
 *
 * `node:http` and not `fetch`, for two reasons. It tells whether the connection was ever made, and
 * that decides if a start may be sent again. And the first `fetch` of a process loads 30 ms of code
 * (43 ms against 15 ms for the first request on Node 24.21, measured on loopback).
 *
 * Redirects are never followed. Proxy variables are honoured through the agent (`proxyEnv`, Node
 * 24.5 and later). `close` ends idle connections, so that a process can leave at once.
 */
function createHttp(environment, 
/** Told once, when the first request is on the wire: a good moment for work that can wait. */
onFirstRequest = () => undefined) {
    // An idle connection is dropped after 4 s. Servers close theirs after 5 s and more, and a start
    // written on a connection that is just being closed would be in doubt for no reason.
    const options = { keepAlive: true, timeout: 4_000, proxyEnv: { ...environment } };
    let agents;
    const getAgents = () => {
        agents ??= withProxySentence(() => ({
            plain: new external_node_http_.Agent(options),
            secure: new external_node_https_namespaceObject.Agent(options),
        }));
        return agents;
    };
    let first = true;
    const onSent = () => {
        if (first)
            onFirstRequest();
        first = false;
    };
    return {
        async send(request) {
            const { plain, secure } = getAgents();
            return exchange(request, request.url.protocol === "https:" ? { secure } : { plain }, onSent);
        },
        close() {
            agents?.plain.destroy();
            agents?.secure.destroy();
        },
    };
}
/** Node refuses a proxy variable that it cannot read, and quotes it with its password. */
function withProxySentence(make) {
    try {
        return make();
    }
    catch {
        throw new user_error/* UserError */.y("A proxy variable (HTTP_PROXY, HTTPS_PROXY or their small forms) is not an address. Write it as http://host:port, with the signs of a password URL-encoded.");
    }
}
function exchange(request, agents, onSent) {
    return new Promise(resolve => {
        let mayHaveArrived = false;
        let settled = false;
        const outgoing = http_open(request, agents);
        const settle = (reply) => {
            if (settled)
                return;
            settled = true;
            clearTimeout(timer);
            request.signal?.removeEventListener("abort", stop);
            request.unsentSignal?.removeEventListener("abort", stopUnsent);
            resolve(reply);
            if (reply.kind !== "answer" || reply.cut)
                outgoing.destroy();
        };
        const fail = (reason, permanent = false) => {
            settle(mayHaveArrived ? { kind: "broken", reason } : { kind: "unreachable", reason, permanent });
        };
        const stop = () => settle({ kind: "stopped", mayHaveArrived });
        const stopUnsent = () => {
            if (!mayHaveArrived)
                stop();
        };
        const timer = setTimeout(() => {
            const seconds = Math.max(1, Math.round(request.timeLimitMs / 1_000));
            fail(mayHaveArrived
                ? `no complete answer within ${seconds} s`
                : `no connection within ${seconds} s`);
        }, request.timeLimitMs);
        request.signal?.addEventListener("abort", stop);
        request.unsentSignal?.addEventListener("abort", stopUnsent);
        outgoing.on("socket", socket => {
            whenConnected(socket, outgoing.reusedSocket, "secure" in agents, () => {
                mayHaveArrived = true;
            });
        });
        outgoing.on("finish", onSent);
        outgoing.on("error", error => fail(describe(error), isLasting(error)));
        outgoing.on("response", incoming => {
            readBody(incoming, reply => reply === "broken" ? fail("the answer broke off in the middle") : settle(reply));
        });
        if (request.signal?.aborted || request.unsentSignal?.aborted)
            stop();
        else
            outgoing.end(request.body);
    });
}
function http_open(request, agents) {
    const { method, url, headers } = request;
    return "secure" in agents
        ? external_node_https_namespaceObject.request(url, { method, headers, agent: agents.secure })
        : external_node_http_.request(url, { method, headers, agent: agents.plain });
}
/** Before this moment no byte of the request was written; afterwards some may have been. */
function whenConnected(socket, reused, secure, tell) {
    const handshaking = "secureConnecting" in socket && socket.secureConnecting === true;
    if (reused || !(socket.connecting || handshaking))
        tell();
    else
        socket.once(secure ? "secureConnect" : "connect", tell);
}
function readBody(incoming, settle) {
    const parts = [];
    let size = 0;
    const answer = (cut) => {
        const headers = {};
        for (const [name, value] of Object.entries(incoming.headers)) {
            if (value !== undefined)
                headers[name] = Array.isArray(value) ? value.join(", ") : value;
        }
        const body = Buffer.concat(parts).toString("utf8");
        settle({ kind: "answer", status: incoming.statusCode ?? 0, headers, body, cut });
    };
    incoming.on("data", (part) => {
        const room = MAX_BODY - size;
        // Negative: cut already. Zero is no end: the body may be full to the byte and go on.
        if (room < 0)
            return;
        parts.push(part.subarray(0, room));
        size += part.length;
        if (part.length > room)
            answer(true);
    });
    incoming.on("end", () => answer(false));
    // After a whole answer this comes too late to change anything.
    incoming.on("close", () => settle("broken"));
    // What broke it is told by "close" as well; but an error that nobody hears ends the process.
    incoming.on("error", () => undefined);
}
const WORDS_FOR_CODES = {
    ECONNREFUSED: "connection refused",
    ECONNRESET: "connection reset",
    EHOSTUNREACH: "no route to the host",
    ENETUNREACH: "the network cannot be reached",
    ENOTFOUND: "the host name is not known",
    EAI_AGAIN: "the host name could not be looked up",
    ETIMEDOUT: "the connection timed out",
    EPIPE: "the connection was closed",
    DEPTH_ZERO_SELF_SIGNED_CERT: "the certificate is self-signed",
    SELF_SIGNED_CERT_IN_CHAIN: "the certificate chain has a self-signed certificate",
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the certificate's issuer is not known",
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "the certificate's issuer is not known",
    CERT_HAS_EXPIRED: "the certificate has expired",
    ERR_TLS_CERT_ALTNAME_INVALID: "the certificate is for another host",
    ERR_PROXY_TUNNEL: "the proxy refused to connect",
};
/** Certificate faults stay until somebody mends them; asking again only costs time. */
const LASTING_CODES = /CERT|SIGNATURE|ALTNAME|EPROTO|ERR_SSL/;
function codeOf(error) {
    return "code" in error && typeof error.code === "string" ? error.code : "";
}
function isLasting(error) {
    return LASTING_CODES.test(codeOf(error));
}
function describe(error) {
    const code = codeOf(error);
    const words = WORDS_FOR_CODES[code];
    if (words !== undefined)
        return `${words} (${code})`;
    return code === "" ? error.message : `${error.message} (${code})`;
}


/***/ }),

/***/ 8444:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   G: () => (/* binding */ isObject),
/* harmony export */   q: () => (/* binding */ parseJson)
/* harmony export */ });
function isObject(value) {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
/**
 * Parses JSON and keeps whole numbers beyond 2^53 as text: Etlworks ids are 64-bit longs, and a
 * rounded id would name another run. `readText` sees every text once its escapes are resolved.
 * Throws SyntaxError as `JSON.parse` does.
 */
function parseJson(text, readText) {
    // Looking at each value takes ten times as long, and hardly any answer needs it.
    if (readText === undefined && !/\d{16}/.test(text))
        return JSON.parse(text);
    return JSON.parse(text, (_key, value, context) => typeof value === "string" ? (readText?.(value) ?? value) : keepLongNumber(value, context));
}
/** `context` is "JSON.parse source text access" (ES2026, in Node since 22). */
function keepLongNumber(value, context) {
    const source = context?.source ?? "";
    const rounded = Number.isInteger(value) && !Number.isSafeInteger(value);
    return rounded && /^-?\d+$/.test(source) ? source : value;
}


/***/ }),

/***/ 7354:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ TERMINAL_STATUSES),
/* harmony export */   a: () => (/* binding */ ACTIVE_STATUSES)
/* harmony export */ });
/** The four statuses after which Etlworks says a run is over. */
const TERMINAL_STATUSES = ["success", "warning", "error", "canceled"];
/** The statuses of a run that goes on. Any other word counts as going on too, with one warning. */
const ACTIVE_STATUSES = ["queued", "running"];


/***/ }),

/***/ 8370:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   M5: () => (/* binding */ sleepInProcess),
/* harmony export */   sl: () => (/* binding */ createProcessHost),
/* harmony export */   uK: () => (/* binding */ processClock)
/* harmony export */ });
/** A host that lives and dies with this process: `once` just runs, `until` is a loop. */
function createProcessHost(dependencies) {
    return {
        clock: dependencies.clock,
        random: dependencies.random,
        stop: dependencies.stop,
        abandon: dependencies.abandon,
        async once(_name, work) {
            return { kind: "done", value: await work() };
        },
        async until(_name, first, check, nextDelay) {
            let state = await check(first);
            for (;;) {
                const delay = nextDelay(state);
                if (delay === "done" || dependencies.stop.aborted)
                    return state;
                await dependencies.sleep(delay, dependencies.stop);
                if (dependencies.stop.aborted)
                    return state;
                state = await check(state);
            }
        },
    };
}
/** `setTimeout` fires at once above this (2^31 - 1 ms, 24.8 days), so longer waits go in parts. */
const MAX_TIMER_MS = 2_147_483_647;
const sleepInProcess = async (milliseconds, signal) => {
    let left = milliseconds;
    while (left > 0 && !signal.aborted) {
        const part = Math.min(left, MAX_TIMER_MS);
        await oneTimer(part, signal);
        left -= part;
    }
};
function oneTimer(milliseconds, signal) {
    return new Promise(resolve => {
        const finish = () => {
            clearTimeout(timer);
            signal.removeEventListener("abort", finish);
            resolve();
        };
        const timer = setTimeout(finish, milliseconds);
        signal.addEventListener("abort", finish);
    });
}
/** The real clock of a process. `performance.now` does not follow changes of the system time. */
const processClock = {
    monotonicMs: () => performance.now(),
    epochMs: () => Date.now(),
};


/***/ }),

/***/ 4565:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   g: () => (/* binding */ createSecrets)
/* harmony export */ });
/* unused harmony export secretForms */
/** Shorter texts would blank out half of every log, and protect nobody. */
const MIN_SECRET = 4;
function createSecrets(onForm) {
    const forms = new Set();
    return {
        add(secret) {
            for (const form of secretForms(secret)) {
                if (forms.has(form))
                    continue;
                forms.add(form);
                onForm(form);
            }
        },
        redact(text) {
            // Longest first: a form that holds another one must go as a whole.
            const ordered = [...forms].toSorted((one, other) => other.length - one.length);
            return ordered.reduce((left, form) => left.replaceAll(form, "***"), text);
        },
    };
}
/**
 * The shapes in which a secret turns up elsewhere: as it is, URL-encoded, inside JSON, and in
 * base64 (at each of the three offsets, since the text before it shifts the letters).
 * https://docs.github.com/actions/security-guides asks to register every transformed value.
 */
function secretForms(secret) {
    const forms = new Set([
        secret,
        secret.trim(),
        encodeURIComponent(secret.toWellFormed()),
        new URLSearchParams([["", secret]]).toString().slice(1),
        JSON.stringify(secret).slice(1, -1),
        ...base64Forms(secret),
    ]);
    return [...forms].filter(form => form.length >= MIN_SECRET);
}
function base64Forms(secret) {
    const bytes = Buffer.from(secret, "utf8");
    const forms = [bytes.toString("base64"), bytes.toString("base64url")];
    // Only letters that depend on the secret alone: whole groups of three bytes.
    if (bytes.length >= 8) {
        for (const offset of [0, 1, 2]) {
            const start = (3 - offset) % 3;
            const whole = Math.floor((bytes.length - start) / 3) * 3;
            const middle = bytes.subarray(start, start + whole);
            forms.push(middle.toString("base64"), middle.toString("base64url"));
        }
    }
    return forms;
}


/***/ }),

/***/ 3270:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   y: () => (/* binding */ UserError)
/* harmony export */ });
/**
 * Something only the user can put right: a bad input, a refused key, a wrong id. The message is one
 * or two sentences for a person: what is wrong and what to change. It never holds a secret.
 */
class UserError extends Error {
    name = "UserError";
}


/***/ })

/******/ });
/************************************************************************/
/******/ // The module cache
/******/ var __webpack_module_cache__ = {};
/******/ 
/******/ // The require function
/******/ function __nccwpck_require__(moduleId) {
/******/ 	// Check if module is in cache
/******/ 	var cachedModule = __webpack_module_cache__[moduleId];
/******/ 	if (cachedModule !== undefined) {
/******/ 		return cachedModule.exports;
/******/ 	}
/******/ 	// Create a new module (and put it into the cache)
/******/ 	var module = __webpack_module_cache__[moduleId] = {
/******/ 		// no module.id needed
/******/ 		// no module.loaded needed
/******/ 		exports: {}
/******/ 	};
/******/ 
/******/ 	// Execute the module function
/******/ 	var threw = true;
/******/ 	try {
/******/ 		__webpack_modules__[moduleId].call(module.exports, module, module.exports, __nccwpck_require__);
/******/ 		threw = false;
/******/ 	} finally {
/******/ 		if(threw) delete __webpack_module_cache__[moduleId];
/******/ 	}
/******/ 
/******/ 	// Return the exports of the module
/******/ 	return module.exports;
/******/ }
/******/ 
/******/ // expose the modules object (__webpack_modules__)
/******/ __nccwpck_require__.m = __webpack_modules__;
/******/ 
/************************************************************************/
/******/ /* webpack/runtime/asset-relocator-loader */
/******/ if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = decodeURIComponent(new URL('.', import.meta.url).pathname).slice(import.meta.url.match(/^file:\/\/\/\w:/) ? 1 : 0, -1) + "/";
/******/ 
/******/ /* webpack/runtime/async module */
/******/ (() => {
/******/ 	var webpackQueues = typeof Symbol === "function" ? Symbol("webpack queues") : "__webpack_queues__";
/******/ 	var webpackExports = typeof Symbol === "function" ? Symbol("webpack exports") : "__webpack_exports__";
/******/ 	var webpackError = typeof Symbol === "function" ? Symbol("webpack error") : "__webpack_error__";
/******/ 	var resolveQueue = (queue) => {
/******/ 		if(queue && queue.d < 1) {
/******/ 			queue.d = 1;
/******/ 			queue.forEach((fn) => (fn.r--));
/******/ 			queue.forEach((fn) => (fn.r-- ? fn.r++ : fn()));
/******/ 		}
/******/ 	}
/******/ 	var wrapDeps = (deps) => (deps.map((dep) => {
/******/ 		if(dep !== null && typeof dep === "object") {
/******/ 			if(dep[webpackQueues]) return dep;
/******/ 			if(dep.then) {
/******/ 				var queue = [];
/******/ 				queue.d = 0;
/******/ 				dep.then((r) => {
/******/ 					obj[webpackExports] = r;
/******/ 					resolveQueue(queue);
/******/ 				}, (e) => {
/******/ 					obj[webpackError] = e;
/******/ 					resolveQueue(queue);
/******/ 				});
/******/ 				var obj = {};
/******/ 				obj[webpackQueues] = (fn) => (fn(queue));
/******/ 				return obj;
/******/ 			}
/******/ 		}
/******/ 		var ret = {};
/******/ 		ret[webpackQueues] = x => {};
/******/ 		ret[webpackExports] = dep;
/******/ 		return ret;
/******/ 	}));
/******/ 	__nccwpck_require__.a = (module, body, hasAwait) => {
/******/ 		var queue;
/******/ 		hasAwait && ((queue = []).d = -1);
/******/ 		var depQueues = new Set();
/******/ 		var exports = module.exports;
/******/ 		var currentDeps;
/******/ 		var outerResolve;
/******/ 		var reject;
/******/ 		var promise = new Promise((resolve, rej) => {
/******/ 			reject = rej;
/******/ 			outerResolve = resolve;
/******/ 		});
/******/ 		promise[webpackExports] = exports;
/******/ 		promise[webpackQueues] = (fn) => (queue && fn(queue), depQueues.forEach(fn), promise["catch"](x => {}));
/******/ 		module.exports = promise;
/******/ 		body((deps) => {
/******/ 			currentDeps = wrapDeps(deps);
/******/ 			var fn;
/******/ 			var getResult = () => (currentDeps.map((d) => {
/******/ 				if(d[webpackError]) throw d[webpackError];
/******/ 				return d[webpackExports];
/******/ 			}))
/******/ 			var promise = new Promise((resolve) => {
/******/ 				fn = () => (resolve(getResult));
/******/ 				fn.r = 0;
/******/ 				var fnQueue = (q) => (q !== queue && !depQueues.has(q) && (depQueues.add(q), q && !q.d && (fn.r++, q.push(fn))));
/******/ 				currentDeps.map((dep) => (dep[webpackQueues](fnQueue)));
/******/ 			});
/******/ 			return fn.r ? promise : getResult();
/******/ 		}, (err) => ((err ? reject(promise[webpackError] = err) : outerResolve(exports)), resolveQueue(queue)));
/******/ 		queue && queue.d < 0 && (queue.d = 0);
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/create fake namespace object */
/******/ (() => {
/******/ 	var getProto = Object.getPrototypeOf ? (obj) => (Object.getPrototypeOf(obj)) : (obj) => (obj.__proto__);
/******/ 	var leafPrototypes;
/******/ 	// create a fake namespace object
/******/ 	// mode & 1: value is a module id, require it
/******/ 	// mode & 2: merge all properties of value into the ns
/******/ 	// mode & 4: return value when already ns object
/******/ 	// mode & 16: return value when it's Promise-like
/******/ 	// mode & 8|1: behave like require
/******/ 	__nccwpck_require__.t = function(value, mode) {
/******/ 		if(mode & 1) value = this(value);
/******/ 		if(mode & 8) return value;
/******/ 		if(typeof value === 'object' && value) {
/******/ 			if((mode & 4) && value.__esModule) return value;
/******/ 			if((mode & 16) && typeof value.then === 'function') return value;
/******/ 		}
/******/ 		var ns = Object.create(null);
/******/ 		__nccwpck_require__.r(ns);
/******/ 		var def = {};
/******/ 		leafPrototypes = leafPrototypes || [null, getProto({}), getProto([]), getProto(getProto)];
/******/ 		for(var current = mode & 2 && value; typeof current == 'object' && !~leafPrototypes.indexOf(current); current = getProto(current)) {
/******/ 			Object.getOwnPropertyNames(current).forEach((key) => (def[key] = () => (value[key])));
/******/ 		}
/******/ 		def['default'] = () => (value);
/******/ 		__nccwpck_require__.d(ns, def);
/******/ 		return ns;
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/define property getters */
/******/ (() => {
/******/ 	// define getter functions for harmony exports
/******/ 	__nccwpck_require__.d = (exports, definition) => {
/******/ 		for(var key in definition) {
/******/ 			if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 				Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 			}
/******/ 		}
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/ensure chunk */
/******/ (() => {
/******/ 	__nccwpck_require__.f = {};
/******/ 	// This file contains only the entry chunk.
/******/ 	// The chunk loading function for additional chunks
/******/ 	__nccwpck_require__.e = (chunkId) => {
/******/ 		return Promise.all(Object.keys(__nccwpck_require__.f).reduce((promises, key) => {
/******/ 			__nccwpck_require__.f[key](chunkId, promises);
/******/ 			return promises;
/******/ 		}, []));
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/get javascript chunk filename */
/******/ (() => {
/******/ 	// This function allow to reference async chunks
/******/ 	__nccwpck_require__.u = (chunkId) => {
/******/ 		// return url for filenames based on template
/******/ 		return "" + chunkId + ".index.js";
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/hasOwnProperty shorthand */
/******/ (() => {
/******/ 	__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ })();
/******/ 
/******/ /* webpack/runtime/make namespace object */
/******/ (() => {
/******/ 	// define __esModule on exports
/******/ 	__nccwpck_require__.r = (exports) => {
/******/ 		if(typeof Symbol !== 'undefined' && Symbol.toStringTag) {
/******/ 			Object.defineProperty(exports, Symbol.toStringTag, { value: 'Module' });
/******/ 		}
/******/ 		Object.defineProperty(exports, '__esModule', { value: true });
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/import chunk loading */
/******/ (() => {
/******/ 	// no baseURI
/******/ 	
/******/ 	// object to store loaded and loading chunks
/******/ 	// undefined = chunk not loaded, null = chunk preloaded/prefetched
/******/ 	// [resolve, Promise] = chunk loading, 0 = chunk loaded
/******/ 	var installedChunks = {
/******/ 		792: 0
/******/ 	};
/******/ 	
/******/ 	var installChunk = (data) => {
/******/ 		var {ids, modules, runtime} = data;
/******/ 		// add "modules" to the modules object,
/******/ 		// then flag all "ids" as loaded and fire callback
/******/ 		var moduleId, chunkId, i = 0;
/******/ 		for(moduleId in modules) {
/******/ 			if(__nccwpck_require__.o(modules, moduleId)) {
/******/ 				__nccwpck_require__.m[moduleId] = modules[moduleId];
/******/ 			}
/******/ 		}
/******/ 		if(runtime) runtime(__nccwpck_require__);
/******/ 		for(;i < ids.length; i++) {
/******/ 			chunkId = ids[i];
/******/ 			if(__nccwpck_require__.o(installedChunks, chunkId) && installedChunks[chunkId]) {
/******/ 				installedChunks[chunkId][0]();
/******/ 			}
/******/ 			installedChunks[ids[i]] = 0;
/******/ 		}
/******/ 	
/******/ 	}
/******/ 	
/******/ 	__nccwpck_require__.f.j = (chunkId, promises) => {
/******/ 			// import() chunk loading for javascript
/******/ 			var installedChunkData = __nccwpck_require__.o(installedChunks, chunkId) ? installedChunks[chunkId] : undefined;
/******/ 			if(installedChunkData !== 0) { // 0 means "already installed".
/******/ 	
/******/ 				// a Promise means "currently loading".
/******/ 				if(installedChunkData) {
/******/ 					promises.push(installedChunkData[1]);
/******/ 				} else {
/******/ 					if(true) { // all chunks have JS
/******/ 						// setup Promise in chunk cache
/******/ 						var promise = import("./" + __nccwpck_require__.u(chunkId)).then(installChunk, (e) => {
/******/ 							if(installedChunks[chunkId] !== 0) installedChunks[chunkId] = undefined;
/******/ 							throw e;
/******/ 						});
/******/ 						var promise = Promise.race([promise, new Promise((resolve) => (installedChunkData = installedChunks[chunkId] = [resolve]))])
/******/ 						promises.push(installedChunkData[1] = promise);
/******/ 					}
/******/ 				}
/******/ 			}
/******/ 	};
/******/ 	
/******/ 	// no prefetching
/******/ 	
/******/ 	// no preloaded
/******/ 	
/******/ 	// no external install chunk
/******/ 	
/******/ 	// no on chunks loaded
/******/ })();
/******/ 
/************************************************************************/
/******/ 
/******/ // startup
/******/ // Load entry module and return exports
/******/ // This entry module used 'module' so it can't be inlined
/******/ var __webpack_exports__ = __nccwpck_require__(1542);
/******/ __webpack_exports__ = await __webpack_exports__;
/******/ 
