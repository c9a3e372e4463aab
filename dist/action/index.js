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

/***/ 354:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  N: () => (/* binding */ connect),
  U: () => (/* binding */ createConnector)
});

// EXTERNAL MODULE: ./build/shared/etlworks/credentials.js + 1 modules
var etlworks_credentials = __nccwpck_require__(1711);
;// CONCATENATED MODULE: ./build/shared/etlworks/flow-query.js
/** `next`: the server's own words for the page. */
function flowQuery(filter, page, next) {
    if (next !== undefined)
        return next;
    const query = new URLSearchParams();
    if (filter.q !== undefined)
        query.set("q", filter.q);
    for (const tag of filter.tag ?? [])
        query.append("tag", tag);
    if (filter.sort !== undefined)
        query.set("sort", filter.sort);
    if (filter.since !== undefined)
        query.set("since", filter.since);
    if (page !== undefined) {
        query.set("limit", String(page.limit));
        query.set("offset", String(page.offset));
    }
    const text = query.toString();
    return text === "" ? "" : `?${text}`;
}

;// CONCATENATED MODULE: ./build/shared/etlworks/known-api.js
function createKnownApi() {
    let hasAnswered = false;
    return {
        judge(reply) {
            if (reply.kind === "value")
                hasAnswered = true;
            const isPageInstead = reply.kind === "fault" && reply.website && hasAnswered;
            return isPageInstead ? { ...reply, website: false } : reply;
        },
    };
}

;// CONCATENATED MODULE: ./build/shared/etlworks/pages.js
/** The server's hard cap for `limit`. */
const MAX_PAGE = 200;
/** No list of flows or runs is as long as this; it ends a server that always has one more page. */
const MAX_PAGES = 1_000;
/**
 * Reads a list page by page; ends early with the failure as the last element. Works with servers
 * that page by less than they were asked for, that say no total, and that ignore `offset`.
 */
async function* readPages(readPage, partOf) {
    const known = new Set();
    let offset = 0;
    for (let page = 0; page < MAX_PAGES; page++) {
        const reply = await readPage(offset);
        // Most lists that are over answer with an empty list; some with nothing at all.
        if (offset > 0 && reply.kind === "absent")
            return;
        if (reply.kind !== "value") {
            yield reply;
            return;
        }
        const { ids, total, next } = partOf(reply.value);
        const anyNew = ids.some(id => id === undefined || !known.has(id));
        // The same page again: the server does not know `offset`, and gave the whole list at once.
        if (offset > 0 && !anyNew)
            return;
        yield reply;
        for (const id of ids)
            if (id !== undefined)
                known.add(id);
        offset += ids.length;
        if (next === undefined && !mayGoOn(ids.length, offset, total))
            return;
    }
}
function mayGoOn(count, offset, total) {
    if (count === 0)
        return false;
    if (total !== undefined && total >= count)
        return offset < total;
    // Without a total only a page of a usual size (20, 25, 50, 100, 200) may be followed by another.
    return count >= 20 && count % 5 === 0;
}

// EXTERNAL MODULE: ./build/shared/flow-id.js
var flow_id = __nccwpck_require__(4394);
// EXTERNAL MODULE: ./build/shared/json.js
var shared_json = __nccwpck_require__(8444);
// EXTERNAL MODULE: ./build/shared/etlworks/replies/server-text.js
var server_text = __nccwpck_require__(580);
// EXTERNAL MODULE: ./build/shared/etlworks/replies/server-time.js
var server_time = __nccwpck_require__(5218);
;// CONCATENATED MODULE: ./build/shared/etlworks/replies/word-for-none.js
/** What programs write in place of an id or a name where there is none, zeroes and the nil UUID too. */
function isWordForNone(text) {
    return /^(?:|-\d+|[0-]+|null|nil|none|undefined|unknown|n\/a|nan)$/i.test(text.trim());
}

;// CONCATENATED MODULE: ./build/shared/etlworks/replies/etlworks-replies.js





/** `undefined` when the text is no answer to a start at all. */
function parseStartAnswer(value) {
    if (!(0,shared_json/* isObject */.Gv)(value))
        return undefined;
    // A code is read as a number, in whatever way its digits are written.
    const code = wholeNumber(value["status"])?.replace(/^(-?)0+(?=\d)/, "$1");
    if (code === undefined)
        return undefined;
    const auditId = positiveId(value["auditId"]);
    const flowId = safeNumber(value["flowId"]);
    const exception = boundedMessage(firstText(value, MESSAGE_NAMES));
    return {
        code,
        ...(auditId === undefined ? {} : { auditId }),
        ...(flowId === undefined ? {} : { flowId }),
        ...(exception === undefined ? {} : { exception }),
    };
}
/** One run. `undefined` when nothing in it says that it is one. */
function parseExecution(value) {
    if (!(0,shared_json/* isObject */.Gv)(value))
        return undefined;
    const auditId = positiveId(value["auditId"]);
    const status = nameText(value["status"])?.toLowerCase();
    if (auditId === undefined && status === undefined)
        return undefined;
    const flowId = safeNumber(value["flowId"]);
    const flowName = nameText(value["flowName"]);
    const started = firstTime(value, STARTED_NAMES);
    const ended = firstTime(value, ENDED_NAMES);
    const startedAt = (0,server_time/* parseServerTime */.ap)(started);
    const endedAt = (0,server_time/* parseServerTime */.ap)(ended);
    const localTimes = [started, ended].some(time => time !== undefined && (0,server_time/* isLocalTime */.p2)(time));
    const message = boundedMessage(firstText(value, MESSAGE_NAMES));
    const user = nameText(value["user"]);
    const records = safeNumber(value["records"]);
    const scheduled = positiveId(value["eventId"]) !== undefined || idText(value["eventName"]) !== undefined;
    // The answer to a start calls it `messageUuid`.
    const messageId = idText(value["messageId"]) ?? idText(value["messageUuid"]);
    const parentAuditId = positiveId(value["parentAuditId"]);
    const retries = safeNumber(value["retries"]);
    return {
        ...(auditId === undefined ? {} : { auditId }),
        ...(flowId === undefined ? {} : { flowId }),
        ...(flowName === undefined ? {} : { flowName }),
        ...(status === undefined ? {} : { status }),
        ...(startedAt === undefined ? {} : { startedAt }),
        ...(endedAt === undefined ? {} : { endedAt }),
        ...(localTimes ? { localTimes } : {}),
        ...(message === undefined ? {} : { message }),
        ...(user === undefined ? {} : { user }),
        ...(records === undefined ? {} : { records }),
        ...(scheduled ? { scheduled } : {}),
        ...(messageId === undefined ? {} : { messageId }),
        ...(parentAuditId === undefined ? {} : { parentAuditId }),
        ...(retries === undefined ? {} : { retries }),
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
    if (!(0,shared_json/* isObject */.Gv)(value))
        return undefined;
    const id = safeNumber(value["id"]);
    const name = typeof value["name"] === "string" ? (0,server_text/* boundedText */.LD)(value["name"], MAX_NAME) : undefined;
    // Nothing can be started by any other id.
    if (!(0,flow_id/* isFlowId */._)(id) || name === undefined)
        return undefined;
    const tags = tagsIn(value["tags"]);
    return {
        id,
        name,
        ...(tags === undefined ? {} : { tags }),
    };
}
/** Tags of an unknown form are not shown: taken for none, they would leave a flow out. */
function tagsIn(value) {
    if (!Array.isArray(value))
        return undefined;
    if (value.some(tag => typeof tag === "object" && tag !== null))
        return undefined;
    return value.map(nameText).filter(tag => tag !== undefined);
}
/**
 * The flows of a list. One without a name is a flow all the same, and may have a tag. `undefined`
 * when one has an id that no call can use: without it, a list would look whole that is not.
 */
function parseFlows(value) {
    if (!Array.isArray(value))
        return undefined;
    const entries = value.filter(shared_json/* isObject */.Gv).filter(({ id, name }) => id != null || name != null);
    const flows = entries.map(entry => parseFlow(etlworks_replies_text(entry["name"]) === undefined ? { ...entry, name: "" } : entry));
    const readable = flows.filter(flow => flow !== undefined);
    return readable.length < entries.length ? undefined : readable;
}
/** The JWT of a login or refresh. Anything that no header can carry is none. */
function parseToken(value) {
    const token = (0,shared_json/* isObject */.Gv)(value) ? etlworks_replies_text(value["token"]) : undefined;
    return token !== undefined && /^[\x21-\x7e]+$/.test(token) ? token : undefined;
}
/**
 * The server's own words for an error: `{status, error, message, path}` for 4xx and 5xx,
 * `{success: false, error}` inside a 200.
 */
function parseErrorMessage(value) {
    return (0,shared_json/* isObject */.Gv)(value)
        ? boundedMessage(firstText(value, ["message", "exception", "error"]))
        : undefined;
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
/** Names, users and words: longer ones are no names. */
const MAX_NAME = 1_000;
/** What is worth looking through for credentials, of a message that is cut afterwards. */
const MAX_SEARCHED = 8 * MAX_MESSAGE;
/** A message without credentials, and small. */
function boundedMessage(message) {
    return message === undefined
        ? undefined
        : (0,server_text/* boundedText */.LD)((0,server_text/* hideCredentials */.RW)(message.slice(0, MAX_SEARCHED)), MAX_MESSAGE);
}
function firstTime(value, names) {
    return names.map(name => value[name]).find(time => (0,server_time/* parseServerTime */.ap)(time) !== undefined);
}
function firstText(value, names) {
    return names.map(name => messageText(value[name])).find(found => found !== undefined);
}
/** Some gateways wrap it once more: `{"error": {"code": …, "message": …}}`. */
function messageText(value) {
    return (0,shared_json/* isObject */.Gv)(value) ? etlworks_replies_text(value["message"]) : etlworks_replies_text(value);
}
function nameText(value) {
    const name = etlworks_replies_text(value);
    return name === undefined ? undefined : (0,server_text/* boundedText */.LD)(name, MAX_NAME);
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
/** An id that is a text or a number, and says that there is one. */
function idText(value) {
    const id = nameText(value) ?? wholeNumber(value);
    return id === undefined || isWordForNone(id) ? undefined : id;
}
function safeNumber(value) {
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    return typeof number === "number" && Number.isSafeInteger(number) ? number : undefined;
}

;// CONCATENATED MODULE: ./build/shared/etlworks/replies/answered-by.js
/** Who answered. `where`: host and path, as they were asked. */
function serverOf(answer, where) {
    return hostOf(where) + throughProxy(answer);
}
/** The same, with the path. */
function placeOf(answer, where) {
    return where + throughProxy(answer);
}
function hostOf(where) {
    return where.split("/", 1)[0] ?? where;
}
function throughProxy({ via }) {
    return via === undefined ? "" : ` through the proxy ${via}`;
}

// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __nccwpck_require__(7067);
;// CONCATENATED MODULE: ./build/shared/etlworks/replies/html-page.js


/**
 * By its text, or by its label. No page begins as JSON does: what is labelled as one and is JSON cut
 * off, or JSON with a script that something on the way has added, comes from an API.
 */
function looksLikeHtml({ headers, body }) {
    const labelled = /\bhtml\b/i.test(headers["content-type"] ?? "");
    return isHtmlPage(body) || (labelled && !/^[\s\uFEFF]*(?:\)\]\}|[[{])/.test(body));
}
/** By the text itself, whatever its label says. XML declarations and remarks may stand before it. */
function isHtmlPage(body) {
    return /^[\s\uFEFF]*(?:<(?:\?xml|!--)[^>]{0,2000}>\s*){0,9}<(?:!doctype html|html|head|body|script|meta|title)\b/i.test(body);
}
/** The page's title where it says more than its status does, such as "No required SSL certificate". */
function titleOf({ body, status }, redact) {
    const raw = /<title[^>]{0,200}>([^<]{1,500})</i.exec(body.slice(0, 20_000))?.[1] ?? "";
    const title = redact(raw)
        .replace(/\s+/g, " ")
        .trim()
        .replace(/^(?:error )?\d{3}\b[\s:-]*/i, "");
    const usual = external_node_http_.STATUS_CODES[status] ?? "";
    const says = title !== "" && title.toLowerCase() !== usual.toLowerCase();
    return says ? ` ("${(0,server_text/* boundedText */.LD)((0,server_text/* hideCredentials */.RW)(title), 120)}")` : "";
}

;// CONCATENATED MODULE: ./build/shared/etlworks/replies/contradiction.js
/**
 * The member by which a record says two things of a run: `JSON.parse` keeps the last and says
 * nothing, and nobody can tell which one is meant. Records are the outermost object, or those of an
 * outermost list; what lies deeper decides nothing. The text must be well-formed JSON.
 *
 * In one pass without an expression, as an answer may have 10 MB of anything.
 */
function findContradiction(text) {
    const said = new Map();
    const recordDepth = text.trimStart().startsWith("[") ? 2 : 1;
    let depth = 0;
    for (let index = 0; index < text.length; index++) {
        const character = text[index];
        if (character === "{" || character === "[") {
            depth += 1;
            if (depth === recordDepth)
                said.clear();
        }
        else if (character === "}" || character === "]")
            depth -= 1;
        else if (character === '"') {
            const end = endOfString(text, index);
            const member = depth === recordDepth ? decidingMember(text, index, end) : undefined;
            if (member !== undefined) {
                const { name, value } = member;
                const before = said.get(name);
                if (before !== undefined && (before !== value || value === COMPOSITE))
                    return name;
                said.set(name, value);
            }
            index = end - 1;
        }
    }
    return undefined;
}
/** A run must not end by the wrong one of these. */
const DECIDING = new Set(["status", "auditId", "success"]);
/** With each letter as an escape of six. */
const MAX_QUOTED = 2 + 6 * "auditId".length;
/** The member that begins with the text from `start` to `end`, where that is the name of a deciding one. */
function decidingMember(text, start, end) {
    const colon = skipSpace(text, end);
    if (text[colon] !== ":" || end - start > MAX_QUOTED)
        return undefined;
    const name = String(JSON.parse(text.slice(start, end)));
    return DECIDING.has(name)
        ? { name, value: meaningAt(text, skipSpace(text, colon + 1)) }
        : undefined;
}
/** Two objects or two lists are not compared. */
const COMPOSITE = "{}";
/** The value that begins there, in one form: our reader takes `"Success"` for `"success"` and `"7"` for 7. */
function meaningAt(text, start) {
    if (text[start] === "{" || text[start] === "[")
        return COMPOSITE;
    const isText = text[start] === '"';
    const source = text.slice(start, isText ? endOfString(text, start) : endOfLiteral(text, start));
    // Not parsed where it is a number: two ids beyond 2^53 would become one.
    return (isText ? String(JSON.parse(source)) : source).trim().toLowerCase();
}
/** Behind the closing quote. */
function endOfString(text, start) {
    let index = start + 1;
    while (index < text.length && text[index] !== '"')
        index += text[index] === "\\" ? 2 : 1;
    return index + 1;
}
function endOfLiteral(text, start) {
    let index = start;
    while (index < text.length && !END_OF_LITERAL.has(text[index] ?? ""))
        index += 1;
    return index;
}
function skipSpace(text, start) {
    let index = start;
    while (SPACE.has(text[index] ?? ""))
        index += 1;
    return index;
}
const SPACE = new Set(" \t\r\n");
const END_OF_LITERAL = new Set(" \t\r\n,]}");

// EXTERNAL MODULE: ./build/shared/etlworks/replies/run-status.js
var run_status = __nccwpck_require__(6419);
;// CONCATENATED MODULE: ./build/shared/etlworks/replies/json-body.js



/** `redact` cuts known secrets out of every text but the words and ids of the API. */
function parseBody(body, redact) {
    const text = withoutGuard(body);
    try {
        // Some gateways write the whole answer once more as a text.
        const inner = text.startsWith('"') ? (0,shared_json/* parseJson */.qF)(text) : undefined;
        if (typeof inner === "string" && /^\s*[[{]/.test(inner)) {
            const within = parseBody(inner.trim(), redact);
            if (within.kind === "json" || within.contradicts !== undefined)
                return within;
        }
        // A server may write any letter as an escape (Gson does so with `=` and `'`), and behind it a
        // secret would slip through.
        const suspicious = text.includes("\\") || redact(text) !== text;
        const redactText = (part) => (isWordOfTheApi(part) ? part : redact(part));
        const value = suspicious ? (0,shared_json/* parseJson */.qF)(text, redactText) : (0,shared_json/* parseJson */.qF)(text);
        const twice = findContradiction(text);
        if (twice !== undefined) {
            const what = `JSON that says two things of "${twice}"`;
            return { kind: "other", what, contradicts: { member: twice, value } };
        }
        return { kind: "json", value };
    }
    catch (error) {
        const deep = error instanceof Error && error.message.startsWith("nested");
        return { kind: "other", what: deep ? `JSON ${error.message}` : "something that is not JSON" };
    }
}
/**
 * An answer's JSON with all that is in it, to decide by, and not to show; `undefined` when it is no
 * JSON, or says two things: where they differ, none of them is a clear no.
 */
function unredacted(answer) {
    const json = parseBody(answer.body.trim(), text => text);
    return json.kind === "json" ? json.value : undefined;
}
/**
 * The same, but the later of two things: where it is asked whether a run may have begun, a run that
 * is named beside something else is one too.
 */
function unredactedOrLast(answer) {
    const json = parseBody(answer.body.trim(), text => text);
    return json.kind === "json" ? json.value : json.contradicts?.value;
}
/** What stands before JSON so that no web page can run it as a script. */
function withoutGuard(body) {
    return body.replace(/^(?:\)\]\}'?,?|while ?\(1\);|for ?\(;;\);|\{\} ?&&)\s*/, "");
}
/** Statuses and ids, which everything hangs on and which say nothing of a secret. */
function isWordOfTheApi(text) {
    const word = text.trim().toLowerCase();
    return /^\d{1,19}$/.test(word) || STATUSES.has(word);
}
const STATUSES = new Set([...run_status/* ACTIVE_STATUSES */.az, ...run_status/* TERMINAL_STATUSES */.CM]);

// EXTERNAL MODULE: ./build/shared/etlworks/replies/answer-times.js
var answer_times = __nccwpck_require__(4760);
;// CONCATENATED MODULE: ./build/shared/etlworks/replies/describe-body.js




/** One readable clause from an error body: the server's words, or what kind of thing it sent. */
function describeBody(answer, redact) {
    const body = answer.body.trim();
    if (body === "")
        return "no text";
    const json = parseBody(body, redact);
    if (json.kind === "json") {
        const said = parseErrorMessage(json.value) ?? clause(redact(JSON.stringify(json.value)));
        return (0,server_text/* boundedText */.LD)(said, MAX_CLAUSE);
    }
    if (answer.unread !== undefined) {
        return `a body that cannot be read: ${redact(answer.unread)}`;
    }
    if (looksLikeHtml(answer))
        return `an HTML page${titleOf(answer, redact)}`;
    return clause(redact(body)
        .slice(0, 16 * MAX_CLAUSE)
        .replace(/\s+/g, " "));
}
const MAX_CLAUSE = 1_000;
function clause(text) {
    return (0,server_text/* boundedText */.LD)((0,server_text/* hideCredentials */.RW)(text.slice(0, 16 * MAX_CLAUSE)), MAX_CLAUSE);
}

;// CONCATENATED MODULE: ./build/shared/json-fields.js


/**
 * Parses JSON that came from outside. Members named `__proto__` are dropped, so that no later copy
 * of the value can reach a prototype. Never throws. Unlike the parser for Etlworks' answers it
 * leaves long numbers as numbers, because an event pattern tells 1 from "1". `readNumber` sees each
 * number with the text that it was written as. A byte order mark, which some editors and shells put
 * first, is no part of the text (RFC 8259, 8.1).
 */
function parseJsonSafely(marked, readNumber = value => value) {
    const text = marked.replace(/^\uFEFF/, "");
    // `context` is "JSON.parse source text access" (ES2026, in Node since 22).
    const readMember = (name, member, context) => {
        if (name === "__proto__")
            return undefined;
        return typeof member === "number"
            ? readNumber(member, context?.source ?? String(member))
            : member;
    };
    const deep = whyTooDeep(text);
    if (deep !== undefined)
        return { kind: "malformed", message: `it is ${deep}` };
    try {
        return { kind: "json", value: JSON.parse(text, readMember) };
    }
    catch (error) {
        return { kind: "malformed", message: messageOf(error) };
    }
}
/** The own field of an object; undefined when it is missing or the value is no object. */
function field(value, name) {
    return (0,shared_json/* isObject */.Gv)(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
/** The own field of an object when it is a text that is not empty. */
function textField(value, name) {
    const found = field(value, name);
    return typeof found === "string" && found !== "" ? found : undefined;
}
/** The object without the fields that have no value. */
function present(fields) {
    return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

;// CONCATENATED MODULE: ./build/shared/etlworks/replies/refusal-in-body.js



/** No error of Etlworks is so long; a log may have 10 MB. */
const MAX_ERROR_BODY = 100_000;
/** The two ways of Etlworks itself. All that is looked for where the answer's form is known. */
function refusalOfEtlworks(value) {
    const status = claimedStatus(value);
    if (status !== undefined)
        return { kind: "error", status };
    return (0,shared_json/* isObject */.Gv)(value) && isFalse(value["success"])
        ? { kind: "no", message: parseErrorMessage(value) ?? "success is false" }
        : undefined;
}
/**
 * Every way in which programs say no, for a call of which no public page says what it answers (the
 * stop request). Without any of them the answer is a yes.
 */
function refusalOfAnyProgram(json, body) {
    if (json.kind === "other" && json.contradicts !== undefined) {
        return { kind: "unclear", message: `answered with ${json.what}` };
    }
    const value = json.kind === "json" ? json.value : undefined;
    const own = refusalOfEtlworks(value);
    if (own !== undefined)
        return own;
    if (isFalse(value))
        return { kind: "no", message: "false" };
    if ((0,shared_json/* isObject */.Gv)(value) && saysNo(value)) {
        const message = parseErrorMessage(value) ?? "it says no without a reason";
        return { kind: "no", message };
    }
    if (saysSomewhere(body)) {
        return { kind: "unclear", message: 'says "success": false somewhere in its answer' };
    }
    if (Array.isArray(value) && value.filter(shared_json/* isObject */.Gv).some(saysNo)) {
        return { kind: "unclear", message: "answered with a list that holds an error" };
    }
    const text = typeof value === "string" ? value : json.kind === "other" ? body : "";
    const message = field(value, "message");
    const soundsSo = isWordOfRefusal(message) || isWordOfRefusal(text) || isErrorInXml(text);
    return soundsSo
        ? { kind: "unclear", message: "answered with what reads as an error" }
        : undefined;
}
function saysSomewhere(body) {
    return /"success\\{0,3}"\s*:\s*(?:\\{0,3}")?false\b/i.test(body);
}
function saysNo(value) {
    const { success } = value;
    const no = YES_OR_NO.some(name => isFalse(value[name]) || value[name] === 0);
    const { status } = value;
    const code = CODES.some(name => errorStatus(value[name]) !== undefined) ||
        (typeof status === "number" && status >= 400);
    const failed = [status, value["result"]].some(isWordOfRefusal);
    const told = ERRORS.some(name => isTold(value[name]));
    return no || code || failed || (told && success !== true);
}
const YES_OR_NO = ["success", "stopped", "canceled", "cancelled", "ok", "result"];
const CODES = ["status", "statusCode", "code"];
const ERRORS = ["error", "errors", "exception", "errorMessage", "errorCode", "fault"];
/** A text, a list or an object with something in it; programs also say `true`. */
function isTold(value) {
    if (typeof value === "object" && value !== null)
        return Object.keys(value).length > 0;
    return value === true || isText(value);
}
/** What stands at the beginning, or all alone, where a program says in words that it did not do it. */
function isWordOfRefusal(value) {
    return typeof value === "string" && REFUSAL.test(value.trim());
}
const REFUSAL = /^(?:(?:error|fail(?:ed|ure)?|false|nok|ko)[.!]?$|(?:error|failed|failure)\s*[:-]|(?:(?:access|permission|request)[\s_-]+)?(?:denied|forbidden|refused|rejected|not[\s_-]+(?:found|allowed|authori[sz]ed|permitted))\b|unauthori[sz]ed\b|(?:run|flow|execution)\s+(?:\S+\s+)?(?:was\s+)?not\s+found\b)/i;
function isErrorInXml(text) {
    return /^\s*<[^!]/.test(text) && XML_ERROR.test(text.slice(0, 10_000));
}
const XML_ERROR = /<(?:\w{1,40}:)?(?:error|fault|exception)[\s/>]|<success>\s*false\s*</i;
/**
 * Etlworks' own error body, as a gateway or an error page of the server hands it on under another
 * status. The numbers of a start's answer have one digit, and nothing else in them.
 */
function claimedStatus(value) {
    if (!(0,shared_json/* isObject */.Gv)(value) || !isText(value["error"]))
        return undefined;
    if (!isText(value["message"]) && !isText(value["path"]))
        return undefined;
    return errorStatus(value["status"]);
}
/** Spring also writes the name of a status behind it: `"400 BAD_REQUEST"`. */
function errorStatus(value) {
    const [, digits] = /^\s*([45]\d\d)(?:\s+[A-Z][\w\s'-]{0,60})?$/.exec(String(value)) ?? [];
    return digits === undefined ? undefined : Number(digits);
}
/**
 * Etlworks describes an error as `{status, error, message, path}`. What a gateway says in JSON, such
 * as `{"message":"Forbidden"}`, names neither the status nor the path.
 */
function isErrorOfEtlworks(value, answered) {
    if (!(0,shared_json/* isObject */.Gv)(value))
        return false;
    const { status, error, message, path, success } = value;
    if (isFalse(success))
        return true;
    if (parseErrorMessage(value) === undefined)
        return false;
    const namesStatus = errorStatus(status) === answered;
    return namesStatus || isText(path) || (isText(error) && isText(message));
}
/** Some programs write every value as a text. */
function isFalse(value) {
    return value === false || (typeof value === "string" && value.trim().toLowerCase() === "false");
}
function isText(value) {
    return typeof value === "string" && value.trim() !== "";
}

// EXTERNAL MODULE: ./build/shared/etlworks/replies/reply.js
var replies_reply = __nccwpck_require__(2633);
;// CONCATENATED MODULE: ./build/shared/etlworks/replies/read-failure.js







/** An answer with a status of 300 or more. */
function readFailure(answer, dependencies) {
    const { status } = answer;
    const host = serverOf(answer, dependencies.where);
    if (status < 400)
        return redirected(answer, dependencies);
    if (status === 429)
        return { kind: "rate-limited", ...(0,answer_times/* retryAfter */.P9)(answer, dependencies.now) };
    const said = describeBody(answer, dependencies.redact);
    const fromApi = isApiError(answer);
    if (status === 401)
        return { kind: "unauthorized", message: said, fromApi, host };
    if (status === 404)
        return { kind: "absent", status, message: said, fromApi, host };
    if (status >= 500 || GAVE_UP.has(status)) {
        const asked = status === 503 ? (0,answer_times/* retryAfter */.P9)(answer, dependencies.now) : {};
        return {
            ...(0,replies_reply/* fault */.D)(`${placeOf(answer, dependencies.where)} answered ${status}: ${said}`),
            ...asked,
        };
    }
    return { kind: "rejected", status, message: said, fromApi, host };
}
/** What a balancer says that gave up on a request that it may have passed on: its fate is not known. */
const GAVE_UP = new Set([408, 425, 444, 460, 499]);
/** An answer that says no under a status of success. */
function readRefusal(refusal, answer, about) {
    const { where } = about;
    switch (refusal.kind) {
        case "error":
            return readFailure({ ...answer, status: refusal.status }, about);
        case "no": {
            const message = (0,server_text/* boundedText */.LD)(refusal.message, MAX_CLAUSE);
            const host = serverOf(answer, where);
            return { kind: "rejected", status: answer.status, message, fromApi: true, host };
        }
        case "unclear":
            return (0,replies_reply/* fault */.D)(`${placeOf(answer, where)} ${refusal.message}`);
    }
}
function redirected(answer, { where, redact }) {
    const { status } = answer;
    // Nothing was asked for conditionally, so this is an intermediary's mistake.
    if (status === 304)
        return (0,replies_reply/* fault */.D)(`${placeOf(answer, where)} answered 304 (not modified), which is no answer`);
    // First as it is written: hosts come in small letters, and nobody would know a secret in them.
    const target = redirectTarget(redact(answer.headers["location"] ?? ""), where);
    const named = target === "" ? "" : ` to ${redact(target)}`;
    // 303 is how a server says "done, now look there": the request may have been acted upon.
    if (status === 303)
        return (0,replies_reply/* fault */.D)(`the server redirects${named}`);
    const message = `the server redirects${named}, and a redirect is not followed with credentials`;
    return { kind: "rejected", status, message, fromApi: false, host: serverOf(answer, where) };
}
/** Another host by its origin; the same host with the path, without what may hold credentials. */
function redirectTarget(location, where) {
    // The scheme that we asked with is not known here, and says nothing.
    const target = URL.parse(location, `relative://${where}`);
    if (location.trim() === "" || target === null)
        return "";
    const path = (0,server_text/* boundedText */.LD)(target.pathname.split(";", 1)[0] ?? "", 200);
    const same = target.host === hostOf(where);
    // Nobody's host is as long as a header may be.
    const host = (0,server_text/* boundedText */.LD)(target.host, 255);
    const behind = same ? path : "";
    if (target.protocol === "relative:")
        return `${host}${behind}`;
    return /^https?:$/.test(target.protocol) ? `${target.protocol}//${host}${behind}` : "";
}
function isApiError(answer) {
    return isErrorOfEtlworks(unredacted(answer), answer.status);
}

;// CONCATENATED MODULE: ./build/shared/etlworks/replies/failure-within.js





/**
 * Why an answer of any form under a status of success is none: it is a web page, which everything is
 * answered with by a portal or a sign-in, or it says no in one of the ways of `find`.
 */
function failureWithin(answer, about, find) {
    const { redact } = about;
    const where = placeOf(answer, about.where);
    if (isHtmlPage(answer.body)) {
        const message = `${where} answered ${answer.status} with an HTML page`;
        return { kind: "fault", message, website: true };
    }
    const json = parseBody(answer.body.trim(), redact);
    const refusal = find(json, answer.body);
    return refusal === undefined ? undefined : readRefusal(refusal, answer, about);
}
/** The same of a text, which may hold anything: only what begins like an error, and is as small, is one. */
function failureInPlaceOfText(answer, about) {
    const body = answer.body.trimStart();
    const looksLikeError = body.length <= MAX_ERROR_BODY && /^[{"]/.test(body);
    const refused = json => json.kind === "json" ? refusalOfEtlworks(json.value) : undefined;
    return looksLikeError || isHtmlPage(body) ? failureWithin(answer, about, refused) : undefined;
}

;// CONCATENATED MODULE: ./build/shared/etlworks/replies/list-headers.js
function listHeaders(reply, page) {
    if (reply.kind !== "answer")
        return {};
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
function nextQuery(header, page) {
    for (const [, address = "", parameters = ""] of header.matchAll(/<([^<>]*)>([^<]*)/g)) {
        if (!/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next\b)/i.test(parameters))
            continue;
        const query = URL.parse(address, page.href)?.search ?? "";
        if (query !== "")
            return query;
    }
    return undefined;
}

;// CONCATENATED MODULE: ./build/shared/etlworks/replies/read-reply.js








/**
 * Classifies an HTTP exchange as a `Reply`. `where` names host and path for messages; `redact` cuts
 * known secrets out of every text of the server's. Not out of numbers, ids and words of the API: a
 * password such as 1234 must not tear an audit id apart.
 */
function readReply(reply, dependencies) {
    switch (reply.kind) {
        case "stopped":
            return reply;
        case "unreachable":
            return unreachable(reply, dependencies);
        case "broken":
            return (0,replies_reply/* fault */.D)(`${dependencies.where}: ${dependencies.redact(reply.reason)}`);
        case "answer":
            return readAnswer(reply, dependencies);
    }
}
function unreachable({ reason, permanent, cause }, { where, redact }) {
    const said = redact(reason);
    // What a proxy did names the proxy; the server behind it was never asked. Nor was it by ourselves.
    const itself = cause === "proxy" || cause === "request-limit";
    const message = itself ? said : `cannot reach ${where}: ${said}`;
    return { kind: "unreachable", permanent, message, ...(cause === undefined ? {} : { cause }) };
}
function readAnswer(answer, dependencies) {
    if (answer.status < 300)
        return readSuccess(answer, dependencies);
    const { status } = answer;
    const no = () => readFailure(answer, dependencies);
    // What leaves the fate open by itself says no more by what is in it.
    if (status >= 500 || dependencies.readRefused === undefined)
        return no();
    const json = parseBody(answer.body.trim(), dependencies.redact);
    if (json.kind === "json")
        return readInside(answer, json.value, no, dependencies);
    const { contradicts } = json;
    if (contradicts === undefined)
        return no();
    const promised = PROMISES.has(status);
    const names = () => contradicts.member === "auditId" ||
        dependencies.readRefused?.(contradicts.value, { status, promised }) !== undefined;
    return !promised || names()
        ? (0,replies_reply/* fault */.D)(`${placeOf(answer, dependencies.where)} answered ${status} with ${json.what}`)
        : no();
}
/** The word on a run in an answer that says no as a whole; without one it is just that no. */
function readInside(answer, body, no, { readRefused, where }) {
    const { status } = answer;
    const inside = readRefused?.(body, { status, promised: PROMISES.has(status) });
    if (inside === undefined)
        return no();
    if (inside.kind === "value")
        return gotValue(inside.value, answer);
    const { message, runs } = inside;
    const doubt = (0,replies_reply/* fault */.D)(`${placeOf(answer, where)} ${message}`);
    return runs.length === 0 ? doubt : { ...doubt, naming: { auditIds: runs, no: no() } };
}
/** Statuses that say that nothing was done. */
const PROMISES = new Set([401, 429]);
function readSuccess(answer, dependencies) {
    const { redact } = dependencies;
    const where = placeOf(answer, dependencies.where);
    if (answer.cut)
        return (0,replies_reply/* fault */.D)(`${where}: the answer is larger than 10 MB`);
    const { status } = answer;
    const body = answer.body.trim();
    if (body === "")
        return { kind: "absent", status, message: "the answer is empty" };
    const json = parseBody(body, redact);
    // The label matters only when the body is not JSON: some servers call everything text/html.
    if (json.kind === "other") {
        if (answer.unread !== undefined)
            return (0,replies_reply/* fault */.D)(`${where} answered, but ${redact(answer.unread)}`);
        if (!looksLikeHtml(answer))
            return (0,replies_reply/* fault */.D)(`${where} answered with ${json.what}`);
        const message = `${where} answered with an HTML page instead of JSON`;
        return { kind: "fault", message, website: true };
    }
    const refusal = refusalOfEtlworks(json.value);
    if (refusal !== undefined) {
        const no = () => readRefusal(refusal, answer, dependencies);
        return readInside(answer, json.value, no, dependencies);
    }
    const value = dependencies.read(json.value);
    if (json.value === null || ((0,shared_json/* isObject */.Gv)(json.value) && Object.keys(json.value).length === 0)) {
        return {
            kind: "absent",
            status,
            message: `the answer is ${json.value === null ? "null" : "{}"}`,
        };
    }
    // Where one record was asked for, a list without any has none.
    if (value === undefined && Array.isArray(json.value) && json.value.length === 0) {
        return { kind: "absent", status, message: "the answer is []" };
    }
    if (value === undefined) {
        const what = dependencies.describeUnread?.(json.value) ?? "JSON of an unknown form";
        return (0,replies_reply/* fault */.D)(`${where} answered with ${what}`);
    }
    return gotValue(value, answer);
}
function gotValue(value, answer) {
    const ageMs = (0,answer_times/* ageOf */.hy)(answer);
    return { kind: "value", value, ...(0,answer_times/* serverTime */.nI)(answer), ...(ageMs > 0 ? { ageMs } : {}) };
}

// EXTERNAL MODULE: ./build/shared/etlworks/replies/start-code.js
var start_code = __nccwpck_require__(4739);
;// CONCATENATED MODULE: ./build/shared/etlworks/replies/refused-start.js






/**
 * What the answer to a start says although it says no as a whole (`success: false`, or an error of
 * 300 to 499). Its word on a run counts for more: where a run may have begun, nobody may begin
 * another. `undefined`: the no is all there is. `promised`: the status alone (401, 429) says that
 * nothing was done, so that only the id of a run speaks against it.
 */
function readRefusedStart(body, { promised }) {
    const answer = parseStartAnswer(body);
    const { code = "", auditId } = answer ?? {};
    const meaning = start_code/* START_CODES */.a[code];
    if (meaning === "no run")
        return undefined;
    if (answer !== undefined && meaning === "begun" && auditId !== undefined) {
        return { kind: "value", value: answer };
    }
    if (answer !== undefined && meaning === "busy") {
        return promised ? undefined : { kind: "value", value: answer };
    }
    const runs = namedRuns(body);
    const [named] = runs;
    if (meaning === "begun" && (named !== undefined || !promised)) {
        return unclear(`with code ${code}, which means that a run has begun`, []);
    }
    if (named !== undefined) {
        const shown = runs.find(isReadableId);
        return unclear(`names ${shown === undefined ? "a run" : `run ${shown}`}`, runs);
    }
    const status = promised ? "" : textOf(field(body, "status")).toLowerCase();
    return LIVES.includes(status) ? unclear(`names a run's status, "${status}"`, []) : undefined;
}
/** Whether an answer names a run, so that its no is no promise that nothing was done. */
function namesRun(body) {
    return namedRuns(body).length > 0;
}
/** Of these a request that failed has none; "error" and "canceled" are said of requests as well. */
const LIVES = [...run_status/* ACTIVE_STATUSES */.az, "success", "warning"];
/** A record in a list, or the details of an error, and no more of what a server may send. */
const MAX_DEPTH = 3;
const MAX_MEMBERS = 100;
/** The ids of runs in a body, as texts. */
function namedRuns(value, depth = 0) {
    if (depth > MAX_DEPTH)
        return [];
    const inside = Array.isArray(value) ? value : (0,shared_json/* isObject */.Gv)(value) ? membersOf(value) : [];
    const id = isNoId(field(value, "auditId")) ? [] : [idOf(field(value, "auditId"))];
    return id.concat(inside.slice(0, MAX_MEMBERS).flatMap(part => namedRuns(part, depth + 1)));
}
/** Not what was sent, which an error may repeat: a parameter may be called "auditId". */
function membersOf(value) {
    return Object.entries(value).flatMap(([name, member]) => /^(?:request|payload|body|param(?:eter)?s|variables)$/i.test(name) ? [] : [member]);
}
/** An id of another form than ours can be no run that is known. */
function idOf(id) {
    return textOf(id) || JSON.stringify(id);
}
function isReadableId(id) {
    return /^[1-9]\d{0,18}$/.test(id);
}
/** Anything else may be the id of a run. */
function isNoId(id) {
    if (id === undefined || id === null || typeof id === "boolean")
        return true;
    if (typeof id === "object")
        return Object.keys(id).length === 0;
    return isWordForNone(textOf(id));
}
function textOf(value) {
    return typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
}
function unclear(but, runs) {
    return { kind: "unclear", message: `says no, but ${but}`, runs };
}

;// CONCATENATED MODULE: ./build/shared/etlworks/replies/requested-execution.js




/**
 * The run that was asked for, from a single record or from a list of them. A record that names
 * another run, or none, is no answer: a gateway's `{"status":"success"}` must not end a run. Nor are
 * several records of the run that say different things of it.
 */
function readExecutionOf(auditId, body) {
    const records = Array.isArray(body) ? body : [body];
    const found = records.flatMap(record => {
        const execution = parseExecution(record);
        const isUsable = execution?.status !== undefined && execution.auditId === auditId;
        return isUsable ? [{ record, execution }] : [];
    });
    const [first, ...others] = found.map(({ execution }) => execution);
    if (others.some(({ status }) => status !== first?.status))
        return undefined;
    // Of a record that is the whole answer, this is decided before (see read-reply.ts).
    const refused = Array.isArray(body) && found.some(({ record }) => refusalOfEtlworks(record));
    return refused && !hasFailed(first) ? undefined : first;
}
/** What such an answer is instead, where it is about runs. */
function describeOtherExecution(auditId, body) {
    const found = (Array.isArray(body) ? body : [body]).flatMap(record => parseExecution(record) ?? []);
    const ours = found.filter(execution => execution.auditId === auditId);
    if (ours.some(({ status }) => status === undefined))
        return "a record that has no status";
    if (ours.length > 1)
        return "several records of the run that contradict each other";
    const [other, ...more] = found.flatMap(execution => execution.auditId ?? []);
    if (other === undefined || ours.length > 0)
        return undefined;
    return more.length === 0
        ? `run ${other} in place of run ${auditId}`
        : `${found.length} runs, and run ${auditId} is none of them`;
}
/**
 * A run that failed is no failed request, though some servers say so of both. Under a status that is
 * said of requests, `{"status":"error"}` may be about the request, with the id that was asked for.
 */
function readFailedExecutionOf(auditId, body, { status }) {
    const value = readExecutionOf(auditId, body);
    if (value === undefined || !hasFailed(value))
        return undefined;
    const ofRequest = OF_REQUESTS.has(status) && !isCertainlyOfRun(value, body);
    return ofRequest ? undefined : { kind: "value", value };
}
/**
 * The run that is active, or else the latest one: from a record that names a run and its status, or
 * from a list of them in any order. Where several are active, nobody can say which one is meant.
 */
function readLatestExecution(body) {
    const found = requested_execution_namedRuns(body);
    const active = found.filter(run => run.active);
    if (areSeveral(active))
        return undefined;
    // Ids grow.
    const latest = (active.length > 0 ? active : found).reduce((most, run) => (most === undefined || run.id > most.id ? run : most), undefined);
    return latest?.execution;
}
/** What an answer is instead that names no latest run. */
function describeOtherLatest(body) {
    const active = requested_execution_namedRuns(body).filter(run => run.active);
    return areSeveral(active) ? "several runs that are active" : undefined;
}
function requested_execution_namedRuns(body) {
    const records = Array.isArray(body) ? body : [body];
    return records.flatMap(record => {
        const execution = parseExecution(record);
        const { auditId, status } = execution ?? {};
        return execution === undefined || auditId === undefined || status === undefined
            ? []
            : [{ execution, id: BigInt(auditId), active: (0,run_status/* isActive */.$m)(status) }];
    });
}
function areSeveral(runs) {
    return new Set(runs.map(({ id }) => id)).size > 1;
}
const OF_REQUESTS = new Set([400, 403, 404, 405]);
/** Nobody says of a request when it began, or lists it, or has the exception of a flow for it. */
function isCertainlyOfRun({ startedAt, endedAt }, body) {
    const timed = startedAt !== undefined || endedAt !== undefined;
    return timed || Array.isArray(body) || textField(body, "exception") !== undefined;
}
function hasFailed(execution) {
    return execution?.status === "error" || execution?.status === "canceled";
}

;// CONCATENATED MODULE: ./build/shared/etlworks/replies/refused-credentials.js


/**
 * Whether an answer says of the credentials that they are not taken, be it under a status of
 * success. A 403 only in Etlworks' own words: a firewall's says nothing of them. `mayHaveActed` sees
 * the body where a 401 is no promise that nothing was done.
 */
function refusedCredentials(answer, mayHaveActed = () => false) {
    if (answer.status === 401)
        return mayHaveActed(unredactedOrLast(answer)) ? undefined : 401;
    if (answer.status >= 300 && answer.status !== 403)
        return undefined;
    if (answer.body.length > MAX_ERROR_BODY || !/40[13]/.test(answer.body))
        return undefined;
    const value = unredacted(answer);
    const refusal = refusalOfEtlworks(value);
    const claimed = refusal?.kind === "error" ? refusal.status : undefined;
    if (claimed === 401 && answer.status < 300)
        return mayHaveActed(value) ? undefined : 401;
    const forbidden = answer.status === 403 && isErrorOfEtlworks(value, answer.status);
    return claimed === 403 || forbidden ? 403 : undefined;
}

// EXTERNAL MODULE: ./build/shared/etlworks/transmit.js
var transmit = __nccwpck_require__(3400);
;// CONCATENATED MODULE: ./build/shared/etlworks/send-with-credentials.js



/**
 * Sends with credentials; on a 401 once more with fresh ones. A 401 is a promise: nothing was done.
 * Some servers say 403 of a token that has expired, so a read has a second try then too.
 */
async function sendWithCredentials(session, request, whole) {
    const where = (0,transmit/* describePlace */.df)(session.baseUrl, request.path);
    const limitMs = whole.timeLimitMs ?? transmit/* USUAL_TIME_LIMIT_MS */.sF;
    const left = timeLeft(limitMs, session.monotonicMs);
    const call = withTimeLeft(left, whole);
    // Signing in is not yet the request: told to stop meanwhile, it is not sent at all.
    const { unsentSignal } = whole;
    const signIn = withTimeLeft(left, { signal: unsentSignal ?? whole.signal });
    // With little time left, a start would likely be cut off and its fate unknown. Not sending it is
    // safe, and the next attempt has the token already. A read uses its token at once: one that lives
    // for seconds would be gone by the next attempt, and a run would never be polled.
    const isRead = request.method === "GET";
    const tooLate = () => !isRead && left() < limitMs / 2;
    const stopped = { kind: "stopped", mayHaveArrived: false };
    const toldToStop = () => unsentSignal?.aborted === true;
    const first = await session.credentials.token(signIn);
    if (first.kind !== "token")
        return { where, failure: first };
    if (toldToStop())
        return { where, failure: stopped };
    if (tooLate())
        return { where, failure: etlworks_credentials/* SIGN_IN_LATE */.vI };
    const reply = await (0,transmit/* transmit */.F6)(session, request, first.token, call);
    const refused = reply.kind === "answer" ? refusedCredentials(reply, request.mayHaveActed) : undefined;
    const forbidden = refused === 403 && isRead;
    if (refused !== 401 && !forbidden)
        return { where, reply };
    const second = await session.credentials.renew(first.token, signIn);
    // The words of the 401 itself say more; but a page in the way of the login is no answer to it.
    if (second.kind === "unauthorized" && second.fromApi)
        return { where, reply };
    if (forbidden && second.kind !== "token")
        return { where, reply };
    if (second.kind !== "token")
        return { where, failure: second };
    if (toldToStop())
        return { where, failure: stopped };
    if (tooLate())
        return { where, failure: etlworks_credentials/* SIGN_IN_LATE */.vI };
    return { where, reply: await (0,transmit/* transmit */.F6)(session, request, second.token, call) };
}
/** One time limit for a call and the signing in that it takes: each request of it gets what is left. */
function timeLeft(limitMs, monotonicMs) {
    const startedAt = monotonicMs();
    return () => Math.max(1, limitMs - (monotonicMs() - startedAt));
}
function withTimeLeft(left, { signal, unsentSignal }) {
    return {
        signal,
        unsentSignal,
        get timeLimitMs() {
            return left();
        },
    };
}

;// CONCATENATED MODULE: ./build/shared/etlworks/etlworks-client.js












function createEtlworksClient(dependencies) {
    const { knownApi = createKnownApi() } = dependencies;
    const json = async (method, path, read, call = {}, { body, mayHaveActed, readRefused, describeUnread, } = {}) => {
        const raw = await sendWithCredentials(dependencies, { method, path, body, mayHaveActed }, call);
        if ("failure" in raw)
            return raw.failure;
        const reads = {
            read,
            ...(readRefused === undefined ? {} : { readRefused }),
            ...(describeUnread === undefined ? {} : { describeUnread }),
        };
        return knownApi.judge(readReply(raw.reply, { ...raw, ...reading(dependencies), ...reads }));
    };
    /** A list together with its `X-Total-Count`. */
    const page = async (path, read, call = {}) => {
        const raw = await sendWithCredentials(dependencies, { method: "GET", path }, call);
        if ("failure" in raw)
            return raw.failure;
        const headers = listHeaders(raw.reply, new URL(dependencies.baseUrl.href + path));
        const readPage = (body) => read(body, headers);
        const about = { ...raw, ...reading(dependencies), read: readPage };
        return knownApi.judge(readReply(raw.reply, about));
    };
    const client = {
        flows: (filter, call) => json("GET", `/v1/flows${flowQuery(filter)}`, parseFlows, call),
        flowPages(filter, call) {
            let next;
            return readPages(offset => {
                // The first request is the documented one; only a server that pages gets to see more.
                const first = offset === 0 ? undefined : { limit: MAX_PAGE, offset };
                return page(`/v1/flows${flowQuery(filter, first, next)}`, (body, about) => {
                    const flows = parseFlows(body);
                    return flows === undefined ? undefined : { flows, ...about };
                }, call);
            }, ({ flows, ...about }) => {
                next = about.next;
                return { ids: flows.map(({ id }) => String(id)), ...about };
            });
        },
        flow: (flowId, call) => json("GET", `/v1/flows/${flowId}`, parseFlow, call),
        start: (flowId, parameters, runQuery, call) => json("POST", `/v1/flows/${flowId}/run${runQuery === "" ? "" : `?${runQuery}`}`, parseStartAnswer, call, {
            body: JSON.stringify(parameters),
            mayHaveActed: namesRun,
            readRefused: readRefusedStart,
        }),
        execution: (flowId, auditId, call) => json("GET", `/v1/executions/${flowId}?auditId=${encodeURIComponent(auditId)}`, body => readExecutionOf(auditId, body), call, {
            readRefused: (body, about) => about.promised ? undefined : readFailedExecutionOf(auditId, body, about),
            describeUnread: body => describeOtherExecution(auditId, body),
        }),
        latestExecution: (flowId, call) => json("GET", `/v1/executions/${flowId}`, readLatestExecution, call, {
            describeUnread: describeOtherLatest,
        }),
        history: (flowId, { limit, offset }, call) => page(`/v1/executions/${flowId}/history?limit=${Math.min(limit, MAX_PAGE)}&offset=${offset}`, (body, { next: _next, ...total }) => {
            const executions = parseHistory(body);
            return executions === undefined ? undefined : { executions, ...total };
        }, call),
        historyPages: (flowId, call) => readPages(offset => client.history(flowId, { limit: MAX_PAGE, offset }, call), ({ executions, ...total }) => ({ ids: executions.map(({ auditId }) => auditId), ...total })),
        async consoleLog(flowId, auditId, call = {}) {
            const path = `/v1/executions/console/download?flowId=${flowId}&auditId=${encodeURIComponent(auditId)}`;
            const raw = await sendWithCredentials(dependencies, { method: "GET", path, accept: "*/*" }, call);
            if ("failure" in raw)
                return raw.failure;
            if (raw.reply.kind === "answer" && raw.reply.status === 200) {
                const { body, cut, unread } = raw.reply;
                if (unread !== undefined) {
                    const message = `${raw.where} answered, but ${dependencies.redact(unread)}`;
                    return { kind: "fault", message, website: false };
                }
                const failure = failureInPlaceOfText(raw.reply, { ...raw, ...reading(dependencies) });
                if (failure !== undefined)
                    return failure;
                const text = (0,server_text/* hideCredentials */.RW)(dependencies.redact(body)).toWellFormed();
                return { kind: "value", value: { text, cut } };
            }
            return readReply(raw.reply, {
                ...raw,
                ...reading(dependencies),
                read: () => undefined,
            });
        },
        async send(method, pathAndQuery, call = {}) {
            const body = method === "GET" || method === "DELETE" ? undefined : "{}";
            const raw = await sendWithCredentials(dependencies, { method, path: pathAndQuery, body }, call);
            if ("failure" in raw)
                return raw.failure;
            const { reply } = raw;
            const accepted = reply.kind === "answer" && reply.status >= 200 && reply.status < 300;
            if (accepted) {
                const about = { ...raw, ...reading(dependencies) };
                return failureWithin(reply, about, refusalOfAnyProgram) ?? { kind: "value", value: true };
            }
            return readReply(reply, { ...raw, ...reading(dependencies), read: () => undefined });
        },
    };
    return client;
}
function reading(dependencies) {
    return { redact: dependencies.redact, now: dependencies.epochMs };
}

;// CONCATENATED MODULE: ./build/shared/etlworks/token-calls.js



/** The two calls of a login. Both addresses are documented; the second by the older support pages. */
function createTokenCalls(dependencies) {
    const post = async (path, body, token, call) => {
        const request = { method: "POST", path, body };
        const raw = {
            where: (0,transmit/* describePlace */.df)(dependencies.baseUrl, path),
            reply: await (0,transmit/* transmit */.F6)(dependencies, request, token, call),
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

;// CONCATENATED MODULE: ./build/action/inputs/connect.js




/** A client for an instance and a login. */
function connect(to, dependencies) {
    return createConnector(to, dependencies)(dependencies.send);
}
/**
 * Makes clients that share their credentials and what is known of the address, whatever each sends
 * through; signing in goes through the sender given here. A token is masked before its first use.
 */
function createConnector(to, dependencies) {
    const { baseUrl, login, requestHeaders } = to;
    const { secrets, clock } = dependencies;
    const common = (send) => ({
        send,
        baseUrl,
        // What a gateway in front of the instance wants to see goes with every request, logins too.
        requestHeaders,
        redact: secrets.redact,
        epochMs: clock.epochMs,
        monotonicMs: clock.monotonicMs,
    });
    const credentials = login.kind === "api-key"
        ? (0,etlworks_credentials/* apiKeyCredentials */._g)(login.key)
        : (0,etlworks_credentials/* loginCredentials */.c$)((0,etlworks_credentials/* withoutRefusedLogins */.Fr)(createTokenCalls({
            ...common(dependencies.send),
            login: login.username,
            password: login.password,
        })), token => secrets.add(token));
    const knownApi = createKnownApi();
    return send => createEtlworksClient({ ...common(send), credentials, knownApi });
}


/***/ }),

/***/ 6552:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   QU: () => (/* binding */ maskSecrets),
/* harmony export */   UI: () => (/* binding */ signInOf),
/* harmony export */   _B: () => (/* binding */ claimOf),
/* harmony export */   iQ: () => (/* binding */ nameOfLogin),
/* harmony export */   mN: () => (/* binding */ readLogin),
/* harmony export */   pH: () => (/* binding */ SECRET_INPUTS)
/* harmony export */ });
/* harmony import */ var _shared_etlworks_credentials_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(1711);
/* harmony import */ var _shared_etlworks_http_proxy_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6995);
/* harmony import */ var _shared_request_headers_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(2142);
/* harmony import */ var _shared_user_error_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(3270);




function signInOf(login) {
    return login.kind === "api-key" ? "key" : "login";
}
/** Inputs whose whole value is a secret. */
const SECRET_INPUTS = ["api-key", "password", "github-token"];
/** Before anything else is read, so that no sentence about another input can show one of them. */
function maskSecrets(source, environment, secrets) {
    for (const name of SECRET_INPUTS) {
        const value = source.optional(name);
        if (value === "")
            continue;
        secrets.add(value);
        // What somebody pastes around a key is not secret, the rest of it is.
        const bare = value.replace(/^bearer\s+/i, "").replace(/^["'`]+|["'`]+$/g, "");
        if (bare !== "")
            secrets.add(bare);
    }
    for (const value of (0,_shared_request_headers_js__WEBPACK_IMPORTED_MODULE_2__/* .secretsInHeaders */ .FK)(source.optional("request-headers")))
        secrets.add(value);
    // A proxy gets its password with each request, and its error page may repeat it.
    for (const value of (0,_shared_etlworks_http_proxy_js__WEBPACK_IMPORTED_MODULE_1__/* .secretsInProxies */ .lx)(environment))
        secrets.add(value);
}
/** `signIn`: read this way only, whatever else is given. */
function readLogin(source, signIn) {
    const read = (name, way) => signIn === undefined || signIn === way ? source.optional(name) : "";
    const [key, username, password] = [
        read("api-key", "key"),
        read("username", "login"),
        read("password", "login"),
    ];
    if (key !== "" && (username !== "" || password !== "")) {
        throw new _shared_user_error_js__WEBPACK_IMPORTED_MODULE_3__/* .UserError */ .y("Give either api-key, or username and password, not both.");
    }
    if (key !== "") {
        refuseItsName(key);
        return { kind: "api-key", key: (0,_shared_etlworks_credentials_js__WEBPACK_IMPORTED_MODULE_0__/* .checkApiKey */ .Sq)(key, "api-key") };
    }
    if (username === "" && password === "") {
        throw new _shared_user_error_js__WEBPACK_IMPORTED_MODULE_3__/* .UserError */ .y("Set api-key (or username and password). If you did: a secret that does not exist, or that a fork may not read, arrives empty.");
    }
    if (username === "")
        throw new _shared_user_error_js__WEBPACK_IMPORTED_MODULE_3__/* .UserError */ .y(`password is given, but username is empty. ${EMPTY}`);
    if (password === "")
        throw new _shared_user_error_js__WEBPACK_IMPORTED_MODULE_3__/* .UserError */ .y(`username is given, but password is empty. ${EMPTY}`);
    return { kind: "password", username, password };
}
const EMPTY = "A secret that does not exist, or that a fork may not read, arrives empty.";
/**
 * `secrets.NAME`, `$NAME`, `${ secrets.NAME }`: GitHub takes these for plain text, and Etlworks would
 * only say that it is no key. Not asked of a password, which may look like anything.
 */
function refuseItsName(value) {
    const expression = /^(?:secrets|vars|env|inputs)\.[A-Za-z_]\w*$/.test(value);
    const variable = /^\$(?:[A-Z_][A-Z0-9_]*|\{[A-Z_][A-Z0-9_]*\}|env:\w+)$/.test(value);
    const braces = /^\$?\{{1,2}\s*(?:secrets|vars|env|inputs)\.\w+\s*\}{1,2}$/.test(value);
    const replacedByGithub = value.startsWith("${{");
    if (!(expression || variable || (braces && !replacedByGithub)))
        return;
    throw new _shared_user_error_js__WEBPACK_IMPORTED_MODULE_3__/* .UserError */ .y(`api-key holds the name of a secret or variable, not its value. Write \${{ secrets.NAME }}, with the dollar sign and both pairs of braces.`);
}
/** What the login is called in sentences. */
function nameOfLogin(login) {
    return login.kind === "api-key" ? "api-key" : "username and password";
}
/** What tells runs that were started with this login from those of others. */
function claimOf(login, foreignRuns) {
    return { foreignRuns, ...(login.kind === "password" ? { user: login.username } : {}) };
}


/***/ }),

/***/ 8324:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $7: () => (/* binding */ readDuration),
/* harmony export */   Kf: () => (/* binding */ readChoice),
/* harmony export */   TL: () => (/* binding */ quoted),
/* harmony export */   U$: () => (/* binding */ readInterval),
/* harmony export */   _0: () => (/* binding */ readCount),
/* harmony export */   bd: () => (/* binding */ isRemark),
/* harmony export */   hc: () => (/* binding */ readSwitch),
/* harmony export */   km: () => (/* binding */ createInputSource)
/* harmony export */ });
/* harmony import */ var _shared_duration_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(290);
/* harmony import */ var _shared_user_error_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3270);


function createInputSource(environment) {
    const asked = new Set();
    const raw = (name) => {
        asked.add(name);
        return environment[`INPUT_${name.replaceAll(" ", "_").toUpperCase()}`];
    };
    return {
        asked,
        optional: name => (raw(name) ?? "").trim(),
        untrimmed: name => raw(name) ?? "",
        required(name, standard) {
            const value = raw(name)?.trim();
            if (value !== "")
                return value ?? standard;
            throw new _shared_user_error_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y(`${name} is given, but empty. Check the variable or expression that it comes from, or remove the input to use ${standard}.`);
        },
    };
}
/**
 * A line of names that is none: `# remark`. Not `#1 Load` nor `#nightly`, which may be a name; a flow
 * that is left out in silence is data that never arrives.
 */
function isRemark(line) {
    return /^#+(?:\s|$)/.test(line);
}
function readSwitch(value, name) {
    // The forms of YAML 1.2, as everywhere in workflows.
    if (/^(true|True|TRUE)$/.test(value))
        return true;
    if (/^(false|False|FALSE)$/.test(value))
        return false;
    throw new _shared_user_error_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y(`${name}: ${quoted(value)} is not known. Use true or false.`);
}
function readChoice(value, name, choices) {
    const found = choices.find(choice => choice === value);
    if (found !== undefined)
        return found;
    throw new _shared_user_error_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y(`${name}: ${quoted(value)} is not known. Use one of: ${choices.join(", ")}.`);
}
/** Milliseconds. */
function readDuration(value, name) {
    refuseWithoutUnit(value, name);
    const duration = (0,_shared_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .parseDuration */ .E9)(value);
    if (duration !== undefined)
        return duration;
    throw new _shared_user_error_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y(`${name}: ${quoted(value)} is not a duration. Use ${_shared_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .DURATION_FORMS */ .nv}.`);
}
/** `undefined`: by the schedule. */
function readInterval(value, name) {
    if (value === "auto")
        return undefined;
    refuseWithoutUnit(value, name);
    const interval = (0,_shared_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .parseDuration */ .E9)(value);
    if (interval !== undefined && interval > 0)
        return interval;
    throw new _shared_user_error_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y(`${name}: ${quoted(value)} is not known. Use auto, or a duration of at least 1s such as 30s.`);
}
function refuseWithoutUnit(value, name) {
    const why = (0,_shared_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .whyNoUnit */ .au)(value);
    if (why !== undefined)
        throw new _shared_user_error_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y(`${name}: ${why}`);
}
function readCount(value, name, limits) {
    const count = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (count >= limits.min && count <= limits.max)
        return count;
    throw new _shared_user_error_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y(`${name}: ${quoted(value)} is not accepted. Use a whole number from ${limits.min} to ${limits.max}.`);
}
/** For sentences. A key in the wrong place would be cut, and no mask knows half of it. */
function quoted(value) {
    const line = value.replace(/\s+/g, " ");
    return line.length > 80 ? `a string of ${line.length} characters` : `"${line}"`;
}


/***/ }),

/***/ 1542:
/***/ ((__webpack_module__, __unused_webpack___webpack_exports__, __nccwpck_require__) => {

__nccwpck_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
/* harmony import */ var _shared_etlworks_http_http_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7808);
/* harmony import */ var _shared_run_process_host_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(8370);
/* harmony import */ var _shared_secrets_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(7811);
/* harmony import */ var _post_step_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(3684);
/* harmony import */ var _run_step_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(2663);
/* harmony import */ var _runner_stop_signals_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(3908);
/* harmony import */ var _runner_workflow_runner_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(2236);
/* harmony import */ var _runner_workspace_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(6748);








/**
 * The entry of both phases. `dist/action/post.js` says by an argument that it is the post step: what
 * stands in the environment, which other steps can write, decides nothing.
 */
const environment = process.env;
const secrets = (0,_shared_secrets_js__WEBPACK_IMPORTED_MODULE_2__/* .createSecrets */ .g)(form => runner.mask(form));
const runner = (0,_runner_workflow_runner_js__WEBPACK_IMPORTED_MODULE_5__/* .createWorkflowRunner */ .y)({
    write: text => process.stdout.write(text),
    environment,
    loadCore: () => __nccwpck_require__.e(/* import() */ 828).then(__nccwpck_require__.bind(__nccwpck_require__, 828)),
    redact: secrets.redact,
});
const http = (0,_shared_etlworks_http_http_js__WEBPACK_IMPORTED_MODULE_0__/* .createHttp */ .V)(environment, runner.prepare);
const signals = (0,_runner_stop_signals_js__WEBPACK_IMPORTED_MODULE_7__/* .listenForStop */ .r)(process, _shared_run_process_host_js__WEBPACK_IMPORTED_MODULE_1__/* .processClock */ .uK);
const dependencies = {
    environment,
    runner,
    secrets,
    workspace: (0,_runner_workspace_js__WEBPACK_IMPORTED_MODULE_6__/* .openWorkspace */ .O)(environment, process.cwd()),
    send: http.send,
    clock: _shared_run_process_host_js__WEBPACK_IMPORTED_MODULE_1__/* .processClock */ .uK,
    random: Math.random,
    sleep: _shared_run_process_host_js__WEBPACK_IMPORTED_MODULE_1__/* .sleepInProcess */ .M5,
    every: (milliseconds, beat) => {
        const timer = setInterval(beat, milliseconds);
        return () => clearInterval(timer);
    },
    loadGithub: () => __nccwpck_require__.e(/* import() */ 413).then(__nccwpck_require__.bind(__nccwpck_require__, 2413)),
    ...signals,
};
if (process.argv[2] === "post") {
    await (0,_post_step_js__WEBPACK_IMPORTED_MODULE_3__/* .postStep */ .F)(dependencies);
}
else {
    // No `process.exit`: on Windows it can abort after a request (nodejs/node#56645).
    process.exitCode = await (0,_run_step_js__WEBPACK_IMPORTED_MODULE_4__/* .runStep */ .e)(dependencies);
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
/* harmony import */ var _shared_map_with_limit_js__WEBPACK_IMPORTED_MODULE_10__ = __nccwpck_require__(8253);
/* harmony import */ var _shared_request_headers_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(2142);
/* harmony import */ var _shared_run_verdict_js__WEBPACK_IMPORTED_MODULE_11__ = __nccwpck_require__(9947);
/* harmony import */ var _shared_thrown_js__WEBPACK_IMPORTED_MODULE_8__ = __nccwpck_require__(9532);
/* harmony import */ var _shared_user_error_js__WEBPACK_IMPORTED_MODULE_9__ = __nccwpck_require__(3270);
/* harmony import */ var _inputs_connect_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(354);
/* harmony import */ var _inputs_login_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(6552);
/* harmony import */ var _inputs_read_input_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(8324);
/* harmony import */ var _report_commit_status_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(778);
/* harmony import */ var _report_flow_result_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(6896);
/* harmony import */ var _runner_own_run_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(3309);
/* harmony import */ var _runner_step_state_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(3886);












/**
 * Runs after the job, whatever became of the step. If nobody saw a run end (the step was killed, or
 * could only ask for a stop), it looks once, and stops the run where the user gave a request for
 * that; and it concludes a commit status that is still pending. It never fails the job.
 *
 * From its inputs it takes credentials only, since a runner may hand it those of another step: where
 * they go is in the state that the step saved.
 */
async function postStep(dependencies) {
    const { environment, runner, secrets } = dependencies;
    try {
        const { settings, runs: all, openStarts, status } = (0,_runner_step_state_js__WEBPACK_IMPORTED_MODULE_7__/* .readState */ .un)(environment);
        await tellOpenStarts(openStarts, runner);
        const runs = all.filter(({ retried }) => retried !== true);
        const pending = status?.concluded === false ? status : undefined;
        // What main has told already needs no look at the runs.
        const untold = pending !== undefined && pending.end === undefined;
        const watched = untold ? runs : runs.filter(isOpen);
        if (watched.length === 0 && pending === undefined)
            return;
        const source = (0,_inputs_read_input_js__WEBPACK_IMPORTED_MODULE_3__/* .createInputSource */ .km)(environment);
        // Where nothing is sent, nothing is read.
        if (settings !== undefined || pending !== undefined)
            (0,_inputs_login_js__WEBPACK_IMPORTED_MODULE_2__/* .maskSecrets */ .QU)(source, environment, secrets);
        const ends = await endsOf(watched, all, settings, source, dependencies);
        if (pending !== undefined) {
            const { state, description } = pending.end ?? endOfStatus(pending, ends, settings?.failOnWarning === true);
            await concludePending(pending.context, state, description, source, dependencies);
        }
    }
    catch (error) {
        const why = (0,_shared_thrown_js__WEBPACK_IMPORTED_MODULE_8__/* .messageOf */ .bD)(error);
        await runner.warning(`The clean-up after the flow did not work: ${why}`, "Run Etlworks Flow");
    }
}
/** A run of which nobody knows the id cannot be looked after; it may be loading data all the same. */
async function tellOpenStarts(starts, runner) {
    for (const { flowId } of starts) {
        await runner.warning(`The start of flow ${flowId} was sent, and the step ended before it knew whether a run began. Look at the flow's history in Etlworks before you start it again.`, "Run Etlworks Flow");
    }
}
function isOpen({ phase }) {
    return phase === "following" || phase === "stopping";
}
function describe({ auditId, flowId }) {
    return `Run ${auditId} of flow ${flowId}`;
}
function loginOrWhyNot(source, { signIn }) {
    try {
        return (0,_inputs_login_js__WEBPACK_IMPORTED_MODULE_2__/* .readLogin */ .mN)(source, signIn);
    }
    catch (error) {
        if (error instanceof _shared_user_error_js__WEBPACK_IMPORTED_MODULE_9__/* .UserError */ .y)
            return error.message;
        throw error;
    }
}
/** What is no list of headers is another action's input, and the run is looked after all the same. */
function headersIn(source) {
    try {
        return (0,_shared_request_headers_js__WEBPACK_IMPORTED_MODULE_0__/* .parseRequestHeaders */ .L5)(source.untrimmed("request-headers"), "request-headers");
    }
    catch (error) {
        if (error instanceof _shared_user_error_js__WEBPACK_IMPORTED_MODULE_9__/* .UserError */ .y)
            return {};
        throw error;
    }
}
/** How each of the runs has ended by now. `all`: with those in whose place another was started. */
async function endsOf(runs, all, settings, source, dependencies) {
    const { runner } = dependencies;
    // Nobody knows where the runs are, so their credentials go nowhere.
    if (settings === undefined) {
        const why = "What the step saved for the clean-up cannot be read, so look at the run in Etlworks.";
        return unseen(runs, why, runner);
    }
    const login = loginOrWhyNot(source, settings);
    if (typeof login === "string") {
        return unseen(runs, `The clean-up has no credentials to look after it: ${login}`, runner);
    }
    const to = { baseUrl: new URL(settings.baseUrl), login, requestHeaders: headersIn(source) };
    return lookAfter(runs, settings, {
        ...dependencies,
        claimOn: run => (0,_inputs_login_js__WEBPACK_IMPORTED_MODULE_2__/* .claimOf */ ._B)(login, othersThan(run, all)),
        client: (0,_inputs_connect_js__WEBPACK_IMPORTED_MODULE_1__/* .connect */ .N)(to, dependencies),
    });
}
async function unseen(runs, why, runner) {
    for (const run of runs.filter(isOpen)) {
        await runner.warning(`${describe(run)} was never seen to end and may still be running. ${why}`, "Run Etlworks Flow");
    }
    return runs.map(run => ({ run, status: undefined }));
}
/** A few at a time: there may be hundreds, and the runner does not wait for ever. */
const AT_A_TIME = 8;
/** The runs that this step knows as those of other starts, or of others. */
function othersThan(run, runs) {
    return new Set(runs.filter(other => other !== run).map(({ auditId }) => auditId));
}
function lookAfter(runs, settings, dependencies) {
    return (0,_shared_map_with_limit_js__WEBPACK_IMPORTED_MODULE_10__/* .mapWithLimit */ .c)(runs, AT_A_TIME, run => lookAfterOne(run, settings, dependencies));
}
const TIME_LIMIT_MS = 5_000;
async function lookAfterOne(run, { stopRequest }, dependencies) {
    const { client, runner, claimOn } = dependencies;
    if (run.phase === "not-ours")
        return { run, status: undefined };
    const check = await (0,_runner_own_run_js__WEBPACK_IMPORTED_MODULE_6__/* .checkRun */ .Q5)(run, claimOn(run), { client, timeLimitMs: TIME_LIMIT_MS });
    if (check.kind === "not-ours") {
        const claim = run.origin === "attached" ? "is to follow" : "started";
        const why = `${describe(run)} is not the one that this step ${claim}, so it is left alone: ${check.why}`;
        if (isOpen(run))
            await runner.warning(why, "Run Etlworks Flow");
        return { run: { ...run, phase: "not-ours" }, status: undefined };
    }
    const status = (0,_runner_own_run_js__WEBPACK_IMPORTED_MODULE_6__/* .endSeen */ .lG)(check);
    if (!isOpen(run))
        return { run, status };
    if (status !== undefined) {
        runner.line(`${describe(run)} has ended: ${status}`);
    }
    else if (stopRequest === undefined) {
        const advice = run.origin === "attached" ? "" : ". Set stop-request to stop it with the job";
        runner.line(`${describe(run)} was never seen to end and may still be running${advice}`);
    }
    else {
        const timeLeftMs = () => TIME_LIMIT_MS;
        await (0,_runner_own_run_js__WEBPACK_IMPORTED_MODULE_6__/* .stopOwnRun */ .KU)(run, check, { client, runner, stopRequest, timeLeftMs });
    }
    return { run, status };
}
async function concludePending(context, state, description, source, dependencies) {
    const { runner, secrets } = dependencies;
    const token = source.optional("github-token");
    if (token === "") {
        return runner.warning(`The commit status "${context}" stays pending: the clean-up has no github-token to conclude it.`, "Commit status");
    }
    const status = (0,_report_commit_status_js__WEBPACK_IMPORTED_MODULE_4__/* .createCommitStatus */ .I8)({ ...dependencies, token, context, redact: secrets.redact });
    await status.conclude(state, description);
}
/** Of a step that told nobody how it ended: a success only when every flow was seen to end well. */
function endOfStatus({ flows = 1 }, ends, failOnWarning) {
    const failed = ends.find(({ status }) => status !== undefined && (0,_shared_run_verdict_js__WEBPACK_IMPORTED_MODULE_11__/* .judge */ .S)(status, { failOnWarning }) === "fail");
    const open = ends.find(({ status }) => status === undefined);
    const left = Math.max(0, flows - ends.length);
    // All is over where the step was killed only after its last run had ended.
    const early = left > 0 || ends.some(({ run }) => isOpen(run)) ? "The job ended early. " : "";
    const shown = failed ?? open ?? (left === 0 ? ends.at(-1) : undefined);
    const known = open === undefined && left === 0;
    return {
        state: failed !== undefined ? "failure" : known ? "success" : "error",
        description: shown === undefined
            ? `${early}No run is known of ${left} of ${(0,_report_flow_result_js__WEBPACK_IMPORTED_MODULE_5__/* .countedFlows */ .YE)(flows)}`
            : `${early}${describe(shown.run)} ${describeEnd(shown)}`,
    };
}
function describeEnd({ run, status }) {
    if (run.phase === "not-ours")
        return "is not the one that this step started";
    return status === undefined ? "was not seen to end" : `ended: ${status}`;
}


/***/ }),

/***/ 778:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  I8: () => (/* binding */ createCommitStatus),
  lf: () => (/* binding */ defaultStatusContext),
  A9: () => (/* binding */ finalState)
});

// UNUSED EXPORTS: asGithubTakesIt

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __nccwpck_require__(7598);
// EXTERNAL MODULE: ./build/shared/etlworks/http/proxy.js
var proxy = __nccwpck_require__(6995);
// EXTERNAL MODULE: ./build/shared/etlworks/replies/server-text.js
var server_text = __nccwpck_require__(580);
// EXTERNAL MODULE: ./build/shared/thrown.js
var thrown = __nccwpck_require__(9532);
// EXTERNAL MODULE: ./build/action/runner/plain-text.js
var plain_text = __nccwpck_require__(6264);
;// CONCATENATED MODULE: ./build/action/report/github-fetch.js
/**
 * Lets Octokit send as we do: the toolkit's own `fetch` goes around a proxy that is written without
 * a scheme (`proxy.corp:8080`), and around `ALL_PROXY`, in silence. The time is for all requests.
 */
function githubFetch(send, timeLimitMs) {
    const signal = AbortSignal.timeout(timeLimitMs);
    return async (url, { method, headers, body }) => {
        const request = { method, url: new URL(url), headers, timeLimitMs, signal };
        const reply = await send(body === undefined ? request : { ...request, body });
        switch (reply.kind) {
            case "answer": {
                const { status, headers: answered } = reply;
                if (status < 200 || status > 599)
                    throw new Error(`the answer has the status ${status}`);
                const empty = [204, 205, 304].includes(status);
                const contentType = answered["content-type"] ?? "";
                const response = new Response(empty ? null : reply.body, {
                    status,
                    headers: /^[\x20-\x7e]+$/.test(contentType) ? { "content-type": contentType } : {},
                });
                // Nothing else says where it came from.
                return Object.defineProperty(response, "url", { value: url });
            }
            case "unreachable":
            case "broken":
                throw new Error(reply.reason);
            case "stopped":
                throw new Error(`no complete answer within ${Math.max(1, Math.round(timeLimitMs / 1_000))} s`);
        }
    };
}

;// CONCATENATED MODULE: ./build/action/report/commit-status.js






/** GitHub cuts nothing: what is longer is refused. */
const MAX_DESCRIPTION = 140;
const MAX_CONTEXT = 200;
function createCommitStatus(dependencies) {
    const { token, runner, environment, redact, timeLeftMs, stop, loadGithub } = dependencies;
    const context = asContext(dependencies.context);
    let before = Promise.resolve();
    let warned = false;
    const attempt = async (state, description) => {
        // The toolkit stops at a proxy that cannot be used as soon as it is loaded, in words that name none.
        (0,proxy/* findProxy */.EE)(new URL(environment["GITHUB_API_URL"] || "https://api.github.com"), environment);
        const github = await loadGithub();
        const status = { token, context, state, fetch: githubFetch(dependencies.send, timeLeftMs()) };
        try {
            await publish(github, { ...status, description });
        }
        catch (error) {
            // Something in the text that GitHub does not take must not leave the status as it was.
            if (statusOf(error) !== 422)
                throw error;
            await publish(github, { ...status, description: PLAIN[state] });
        }
    };
    const send = async (state, text, tries) => {
        const description = asGithubTakesIt(text, redact);
        for (let left = tries;; left--) {
            try {
                await attempt(state, description);
                return true;
            }
            catch (error) {
                if (mayPass(error) && left > 1 && !stop.aborted)
                    continue;
                // The second failure has the reason of the first.
                if (!warned)
                    await runner.warning(inOneLine(explain(error), redact), "Commit status");
                warned = true;
                return !mayPass(error);
            }
        }
    };
    return {
        context,
        pending(description) {
            before = send("pending", description, 1);
        },
        async conclude(state, description) {
            // GitHub shows the status that arrived last.
            await before;
            if (await send(state, description, 2))
                return undefined;
            return { state, description: asGithubTakesIt(description, redact) };
        },
    };
}
/** GitHub was not reached, or has no time: what a permission or the text causes stays. */
function mayPass(error) {
    const status = statusOf(error);
    if (typeof status !== "number")
        return true;
    const limited = status === 403 && error instanceof Error && /rate limit/i.test(error.message);
    return status >= 500 || status === 429 || status === 408 || limited;
}
/**
 * The context by which GitHub tells statuses apart. Two instances, two jobs and two flows do not
 * share one, so that a success of one never covers the failure of another.
 */
function defaultStatusContext(about) {
    const { host, job, flow } = about;
    return ["etlworks", host, ...(job === "" ? [] : [job]), flow].join("/");
}
function finalState(kind, verdict) {
    if (verdict === "pass")
        return "success";
    return HAS_FAILED[kind] ? "failure" : "error";
}
/** Of an outcome that does not pass: whether it is known that the run did not go well. */
const HAS_FAILED = {
    success: true,
    warning: true,
    error: true,
    canceled: true,
    started: true,
    skipped: true,
    busy: true,
    "not-started": true,
    "start-unknown": false,
    "timed-out": false,
    lost: false,
    aborted: false,
    refused: false,
};
const PLAIN = {
    pending: "The flow is running",
    success: "The flow went well",
    failure: "The flow failed",
    error: "The flow was not seen to end",
};
const CREATED = 201;
async function publish(github, status) {
    const { context } = github;
    const request = { fetch: status.fetch };
    const octokit = github.getOctokit(status.token, { request });
    const page = `${context.serverUrl}/${context.repo.owner}/${context.repo.repo}/actions/runs/${context.runId}`;
    const { description } = status;
    const made = await octokit.rest.repos.createCommitStatus({
        ...context.repo,
        sha: commitOf(context),
        state: status.state,
        context: status.context,
        description,
        target_url: page,
    });
    demandCreated(made);
    const deployment = context.payload["deployment"];
    // On "deployment_status" a status of ours would start the workflow again.
    const deploymentId = context.eventName === "deployment" ? idOf(deployment) : undefined;
    if (deploymentId === undefined)
        return;
    const told = await octokit.rest.repos.createDeploymentStatus({
        ...context.repo,
        deployment_id: deploymentId,
        state: status.state === "pending" ? "in_progress" : status.state,
        description,
        log_url: page,
    });
    demandCreated(told);
}
/** Whatever is in the way (a sign-in, a proxy) can answer 200, and then GitHub has nothing. */
function demandCreated({ status, url }) {
    if (status === CREATED)
        return;
    throw new Error(`${URL.parse(url)?.host ?? "The server"} answered ${status} where GitHub answers ${CREATED}, so it may not be GitHub`);
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
/** A description: in one line, without a known secret, short. Redaction comes last but for the cut. */
function asGithubTakesIt(text, redact) {
    return acceptable(inOneLine(text, redact), MAX_DESCRIPTION);
}
/** A secret of several lines is known only before they become one. */
function inOneLine(text, redact) {
    return redact((0,plain_text/* plainLine */.h0)(redact(text)));
}
/**
 * GitHub answers 422 to characters above U+FFFF (an emoji) and to longer texts. Whole characters
 * only: half a one would be such a character again.
 */
function acceptable(text, characters, astral = (_character) => "?") {
    const known = Array.from(text.toWellFormed(), character => character.length > 1 ? astral(character) : character).join("");
    return known.length <= characters ? known : `${known.slice(0, characters - 1)}…`;
}
/** Two contexts that differ stay different: a success under one must not cover a failure. */
function asContext(text) {
    const shown = acceptable(text, Number.POSITIVE_INFINITY, character => {
        return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}`;
    });
    if (shown.length <= MAX_CONTEXT)
        return shown;
    const mark = (0,external_node_crypto_.createHash)("sha256").update(text).digest("hex").slice(0, 12);
    return `${shown.slice(0, MAX_CONTEXT - mark.length - 1)}…${mark}`;
}
function statusOf(error) {
    return error instanceof Error && "status" in error ? error.status : undefined;
}
function explain(error) {
    const why = (0,server_text/* hideCredentials */.RW)((0,thrown/* messageOf */.bD)(error)).replace(/\.$/, "");
    return `The commit status could not be set: ${why}.${advise(error)}`;
}
function advise(error) {
    if (mayPass(error))
        return "";
    switch (statusOf(error)) {
        case 401:
            return " Check github-token: GitHub does not accept it.";
        case 403:
        case 404:
            return " The job needs the permission `statuses: write` (and `deployments: write` on a deployment).";
        default:
            return "";
    }
}


/***/ }),

/***/ 6896:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   XF: () => (/* binding */ countOutcomes),
/* harmony export */   YE: () => (/* binding */ countedFlows),
/* harmony export */   md: () => (/* binding */ worstFirst),
/* harmony export */   rs: () => (/* binding */ describeFlowBriefly),
/* harmony export */   ws: () => (/* binding */ describeResults),
/* harmony export */   zR: () => (/* binding */ firstSentences)
/* harmony export */ });
/* harmony import */ var _runner_plain_text_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6264);

/** The worst first; what is equally bad stays in the order of the flows. */
function worstFirst(results) {
    return results.toSorted((one, other) => badness(other) - badness(one));
}
/** `2 failed · 38 succeeded`: how many ended in which way, the worst first. */
function countOutcomes(results) {
    const counts = new Map();
    for (const { report } of worstFirst(results)) {
        counts.set(report.outcome.kind, (counts.get(report.outcome.kind) ?? 0) + 1);
    }
    return [...counts].map(([kind, count]) => `${count} ${kind}`).join(" · ");
}
/**
 * What fails the step is worse than what passes (a flow that `fail-fast` skipped never hides the
 * one that failed). Otherwise the order of the table of outcomes decides, the last is the worst.
 */
function badness({ report, verdict }) {
    return (verdict === "fail" ? 100 : 0) + RANKS[report.outcome.kind];
}
/** As documented in the table of outcomes. */
const RANKS = {
    success: 0,
    warning: 1,
    error: 2,
    canceled: 3,
    started: 4,
    skipped: 5,
    busy: 6,
    "not-started": 7,
    "start-unknown": 8,
    "timed-out": 9,
    lost: 10,
    aborted: 11,
    refused: 12,
};
/** `1 flow`, `40 flows`. */
function countedFlows(count) {
    return count === 1 ? "1 flow" : `${count} flows`;
}
/**
 * What failed and why, a line for each flow, or that all went well. For the output `message`: where
 * many failed, the reasons give way before the names do.
 */
function describeResults(results, maxBytes) {
    const failed = worstFirst(results).filter(({ verdict }) => verdict === "fail");
    if (failed.length === 0) {
        const all = results.length === 1 ? "The flow" : `All ${results.length} flows`;
        return `${all} passed: ${countOutcomes(results)}.`;
    }
    const within = (characters) => {
        const named = failed.map(({ report }) => {
            const { flowId, flowName, outcome } = report;
            const why = (0,_runner_plain_text_js__WEBPACK_IMPORTED_MODULE_0__/* .shortLine */ .tl)(firstSentences(report), characters);
            return `${describeFlowBriefly(flowId, flowName)}: ${outcome.kind}: ${why}`;
        });
        return [`${failed.length} of ${countedFlows(results.length)} failed.`, ...named].join("\n");
    };
    const fits = (text) => Buffer.byteLength(text) <= maxBytes;
    const longest = REASON_LENGTHS.find(characters => fits(within(characters)));
    return (0,_runner_plain_text_js__WEBPACK_IMPORTED_MODULE_0__/* .cutToBytes */ .zP)(within(longest ?? 0), maxBytes);
}
const REASON_LENGTHS = [4_000, 1_000, 300, 120, 60, 30];
/** Why it ended so, in one line, and what became of the stop request. */
function firstSentences({ message, stop }) {
    const first = message.split("\n").find(line => line.trim() !== "") ?? "";
    return stop === undefined ? first : `${first} ${stop.sentence}`;
}
function describeFlowBriefly(flowId, flowName) {
    if (flowId === undefined)
        return flowName ?? "A flow";
    return flowName === undefined ? `Flow ${flowId}` : `"${(0,_runner_plain_text_js__WEBPACK_IMPORTED_MODULE_0__/* .shortLine */ .tl)(flowName, 120)}" (${flowId})`;
}


/***/ }),

/***/ 2663:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  e: () => (/* binding */ runStep)
});

// EXTERNAL MODULE: ./build/shared/thrown.js
var thrown = __nccwpck_require__(9532);
// EXTERNAL MODULE: ./build/shared/user-error.js
var user_error = __nccwpck_require__(3270);
;// CONCATENATED MODULE: ./build/shared/etlworks/replies/http-status-meaning.js
/** What an HTTP code means here, for the codes that say nothing about credentials or the address. */
const MEANINGS = {
    402: "payment required: check the licence or the plan of your Etlworks account",
    406: "the server has no answer in JSON",
    407: "a proxy requires a user name and a password",
    408: "the server waited too long for the request",
    409: "conflict: somebody may be editing the flow",
    410: "it was removed",
    411: "something on the way removed the length of the request",
    412: "something on the way added a condition to the request",
    413: "the request is too large: send fewer or shorter parameters",
    414: "the address is too long: shorten the run query",
    415: "the server does not accept JSON here",
    417: "something on the way changed the request's headers",
    418: "a firewall blocks the request",
    421: "the request came to the wrong server",
    422: "the server understood the request and does not accept its values: check the parameters",
    423: "locked: somebody may be editing the flow",
    424: "something that the flow needs has failed",
    426: "the server demands another protocol",
    428: "the server requires a condition that this call does not have",
    431: "the headers are too large",
    451: "blocked for legal reasons",
    511: "a network on the way requires a sign-in",
};
/** `undefined` for a code that explains itself or that nobody knows. */
function statusMeaning(status) {
    return MEANINGS[status];
}

;// CONCATENATED MODULE: ./build/shared/etlworks/explain-failure.js

/**
 * One or two sentences for a failure that only the user can put right: what happened, in the
 * server's words where it has any, and what to change. `attempt` completes "... may not ___".
 */
function explainFailure(failure, about) {
    const { attempt, names } = about;
    switch (failure.kind) {
        case "unauthorized":
            return explainUnauthorized(failure, names);
        case "rejected":
            return explainRejection(failure, about);
        case "absent": {
            if (about.flowList === true) {
                return `There is no Etlworks API ${at(failure)} (${failure.status}: ${clause(failure.message)}). Check that ${names.baseUrl} is your instance's address, ending in /rest.`;
            }
            const wanted = about.flowId === undefined ? "The flow" : `Flow ${about.flowId}`;
            const flow = `${wanted}${on(failure)}`;
            return `${flow} was not found (${failure.status}: ${clause(failure.message)}). Check ${names.flow}, that the user behind ${names.credentials} can see the flow, and that ${names.baseUrl} is your instance's address, ending in /rest.`;
        }
        case "rate-limited":
            return `Etlworks answered 429 (too many requests) to every attempt to ${attempt}. Try again later, or start fewer runs at the same time.`;
        case "unreachable":
            return explainUnreachable(failure, names);
        case "fault":
            return failure.website
                ? `${sentence(failure.message)} That is a web site, not the API: check ${names.baseUrl}.`
                : `Could not ${attempt}: ${clause(failure.message)}.`;
        case "stopped":
            return `Stopped before it could ${attempt}.`;
    }
}
function explainUnauthorized(failure, names) {
    const { status, fromApi } = failure;
    const said = clause(failure.message);
    const refused = `${names.credentials}${on(failure)}`;
    if (status !== undefined) {
        return fromApi
            ? `Etlworks did not accept ${refused} (${said}). ${isSecret(names) ? "Check the login in it." : "Check both."}`
            : `${server(failure)} could not sign in (${said}). Try again later. If it stays so, check ${names.baseUrl} and ${names.credentials}, and whether a firewall or a gateway blocks this machine.`;
    }
    // Somebody with a wrong password has no use for a key, and a secret may hold either.
    if (isSecret(names)) {
        return `Etlworks did not accept ${refused} (401: ${said}). Check the login or the API key in it. A new key is made under Settings → Users → Edit → API Key.`;
    }
    return /key/i.test(names.credentials)
        ? `Etlworks did not accept ${refused} (401: ${said}). Check it, or make a new API key under Settings → Users → Edit → API Key.`
        : `Etlworks did not accept ${refused} (401: ${said}). Check both.`;
}
function isSecret({ credentials }) {
    return /secret/i.test(credentials);
}
function explainRejection(failure, { attempt, names }) {
    const { status } = failure;
    const said = clause(failure.message);
    if (status === 403 && failure.fromApi) {
        const refused = `${attempt}${on(failure)}`;
        return `The user behind ${names.credentials} may not ${refused} (403: ${said}). Give that user the Operator role; a key of an "API User" can call user-defined APIs only.`;
    }
    if (status === 403) {
        return `${server(failure)} refused to ${attempt} (403: ${said}). This is not Etlworks' own answer: a firewall or a gateway may block this machine. If not, check ${names.baseUrl} and the role of the user behind ${names.credentials}.`;
    }
    if (status >= 300 && status < 400) {
        return `Etlworks did not answer: ${said}. Set ${names.baseUrl} to the address that it redirects to.`;
    }
    if (status === 404 || status === 405) {
        return `${server(failure)} refused to ${attempt} (${status}: ${said}). Check that ${names.baseUrl} is your instance's address, ending in /rest.`;
    }
    const hint = failure.fromApi ? undefined : hintIn(said, names);
    if (hint !== undefined) {
        return `${server(failure)} refused to ${attempt} (${status}: ${said}). ${hint}`;
    }
    const meaning = statusMeaning(status);
    const explained = meaning === undefined ? "" : ` ${status} means: ${meaning}.`;
    return `${server(failure)} refused to ${attempt} (${status}: ${said}).${explained}`;
}
/** What the usual web servers say before the API behind them hears of the request. */
function hintIn(said, names) {
    if (/HTTP request (?:was sent )?to (?:an )?HTTPS|requires TLS/i.test(said)) {
        return `The port expects https: check the scheme and the port of ${names.baseUrl}.`;
    }
    return /SSL certificate/i.test(said)
        ? `The server requires a client certificate, and this program cannot send one: set ${names.baseUrl} to an address of the API that does not require it.`
        : undefined;
}
function server({ host }) {
    return host === undefined ? "Etlworks" : `Etlworks at ${host}`;
}
function on({ host }) {
    return host === undefined ? "" : ` on ${host}`;
}
function at({ host }) {
    return host === undefined ? "there" : `at ${host}`;
}
function explainUnreachable({ message, cause, permanent }, names) {
    const said = sentence(message);
    if (cause === "secret")
        return said;
    if (cause === "login") {
        const why = clause(message.replace(/^login: /, ""));
        return `Could not sign in: ${why}. Try again later. If it stays so, check ${names.baseUrl} and the server.`;
    }
    if (cause === "request-limit") {
        return `${said} Try again later, set a longer timeout, or start fewer runs at the same time.`;
    }
    if (cause === "proxy") {
        return `${said} Check the proxy variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY of this machine.`;
    }
    if (cause === "client-certificate") {
        return `${said} This program cannot send one: set ${names.baseUrl} to an address of the API that does not require it.`;
    }
    if (cause === "protocol") {
        return `${said} Check the scheme (https or http) and the port of ${names.baseUrl}.`;
    }
    if (cause === "name") {
        return `${said} Check the host in ${names.baseUrl}, and that this machine can look it up (DNS, VPN).`;
    }
    if (cause === "bad-certificate") {
        return `${said} Fix the certificate of the instance, or check ${names.baseUrl}.`;
    }
    return cause === "certificate" || permanent
        ? `${said} If the instance uses a certificate of your own authority, set NODE_EXTRA_CA_CERTS to its file; otherwise check ${names.baseUrl}.`
        : `${said} Check ${names.baseUrl}, and that this machine may connect to it (firewall, proxy, VPN).`;
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

;// CONCATENATED MODULE: ./build/shared/etlworks/replies/failure-reason.js
/** Why a call had no usable answer, as a clause: the server's code where it gave one, and its words. */
function reasonOf(failure) {
    switch (failure.kind) {
        case "unauthorized":
            return failure.status === undefined ? `401: ${failure.message}` : failure.message;
        case "rejected":
            return `${failure.status}: ${failure.message}`;
        case "absent":
            return failure.status < 300 ? failure.message : `${failure.status}: ${failure.message}`;
        case "rate-limited":
            return "429, too many requests";
        case "unreachable":
        case "fault":
            return failure.message;
        case "stopped":
            return "stopped";
    }
}

// EXTERNAL MODULE: ./build/shared/etlworks/replies/run-status.js
var run_status = __nccwpck_require__(6419);
// EXTERNAL MODULE: ./build/shared/etlworks/transmit.js
var transmit = __nccwpck_require__(3400);
;// CONCATENATED MODULE: ./build/shared/run/past-durations.js
/**
 * How long a flow's past runs took, in seconds, newest first: what the schedule learns from.
 *
 * Only runs that did their whole work count, which are `success` and `warning`: an error or a
 * cancellation ends at any moment and says nothing about the next run's length. A record without
 * both times, still running, or ending before it started is left out.
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
    const started = execution.startedAt ?? 0;
    const seconds = ((execution.endedAt ?? 0) - started) / 1_000;
    if (!(started > 0))
        return [];
    return seconds > 0 && seconds <= longestBelievable ? [{ started, seconds }] : [];
}
/** A year. A longer "run" is a clock that was wrong, not a run. */
const longestBelievable = 365 * 86_400;

// EXTERNAL MODULE: ./build/shared/run/process-host.js
var process_host = __nccwpck_require__(8370);
;// CONCATENATED MODULE: ./build/shared/run/schedule.js
/**
 * When to poll a run next.
 *
 * A poll costs a request; not polling costs lateness. Let one request be worth `c` seconds of
 * noticing late. The rule: wait until the lateness we must expect to have run up since this poll,
 * the integral of P(ended by u | still running now), has grown to `c`; then a poll pays.
 *
 * 1. With a steady hazard h that integral is h g² / 2, so the gap is sqrt(2c / h): optimum checking
 *    (Keller 1974, doi 10.1287/mnsc.21.3.256; Barlow, Hunter and Proschan 1963, J. SIAM 11, 1078).
 *    Where the hazard climbs within one gap, the rule sees it coming: for a known log-normal it
 *    costs within 2 % of the best schedule there is (test/bench/polling/optimum.ts).
 * 2. Without history the length has no scale, P(T > t) ~ t^-1/2, and the rule gives exactly
 *    2 sqrt(c t) + c: polls at c, 4c, 9c … It costs sqrt(2) times the best fixed interval chosen
 *    with hindsight, at any length; no other k in k sqrt(c t) does as well.
 * 3. With history, T is log-logistic around each group of past lengths: the log-normal's twin with
 *    a closed form and a heavier tail. A small scale-free share stays, so a surprise is found.
 */
/** What one request is worth in seconds of lateness, unless the server asks for fewer (429). */
const defaultPollCostSeconds = 0.5;
/**
 * How long to wait, in seconds, before the next poll of a run.
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
 * Adds up the expected lateness until it reaches the price of a poll. The integrand never falls,
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
 * The share of a poll's price that we really charge, so that a flow whose lengths repeat is
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
/** Moves a wait by up to 10 % either way, so that many waiters do not ask at the same moment. */
function jittered(milliseconds, random) {
    return milliseconds * (0.9 + 0.2 * random);
}
/** How long a 429 asks to wait. "Come back in 0 s" is said by servers that do not mean it. */
function waitAsked(reply) {
    const asked = reply.kind === "rate-limited" ? (reply.retryAfterMs ?? 0) : 0;
    return asked < 1_000 ? undefined : asked;
}

;// CONCATENATED MODULE: ./build/shared/run/retry-read.js

/** How long a read before the start may be tried again, unless the caller has less time. */
const PATIENCE_MS = 60_000;
/**
 * Repeats a read that met a fault, a 429 or no connection, for up to a minute. Only for calls that
 * change nothing. `patienceMs` may make the minute shorter. A server that says when to come back is
 * waited for beyond the minute, for all of `patienceMs`.
 */
async function retryRead(host, name, read, patienceMs = PATIENCE_MS) {
    const first = {
        attempts: 0,
        first: null,
        since: null,
        at: 0,
        jitter: 0,
        reply: null,
    };
    const state = await host.until(name, first, async (before) => {
        const startedAt = host.clock.monotonicMs();
        const reply = await read();
        return {
            attempts: before.attempts + 1,
            first: before.first ?? startedAt,
            // The minute is for what nobody announced.
            since: before.reply !== null && waitAsked(before.reply) !== undefined
                ? startedAt
                : (before.since ?? startedAt),
            at: host.clock.monotonicMs(),
            jitter: host.random(),
            reply,
        };
    }, attempts => nextDelay(attempts, patienceMs));
    return state.reply ?? { kind: "stopped", mayHaveArrived: false };
}
function nextDelay({ attempts, first, since, at, jitter, reply }, patienceMs) {
    if (reply === null || !isPassing(reply))
        return "done";
    const asked = waitAsked(reply) ?? 0;
    const delay = Math.max(asked, jittered(Math.min(10_000, 1_000 * 2 ** (attempts - 1)), jitter));
    const unannounced = asked > 0 ? 0 : at + delay - (since ?? at);
    const all = at + delay - (first ?? at);
    return unannounced > PATIENCE_MS || all > patienceMs ? "done" : delay;
}
/** Whether the same read may have an answer a moment later. */
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

;// CONCATENATED MODULE: ./build/shared/did-you-mean.js
/** `did you mean "x"?` when a known word is near, otherwise all known words: the end of a sentence. */
function didYouMean(given, known) {
    const word = beginning(given);
    const [nearest] = nearestFirst(word, known, name => name);
    if (nearest === undefined)
        return "none is known";
    return isNear(word, nearest)
        ? `did you mean ${JSON.stringify(nearest)}?`
        : `known are ${known.join(", ")}`;
}
/**
 * The candidates, the most alike names first. Capitals do not count. A name is alike when few
 * letters were mistyped, and also when its words stand in another order.
 */
function nearestFirst(word, candidates, nameOf) {
    const wanted = beginning(word).toLowerCase();
    const pairs = letterPairs(wanted);
    return candidates
        .map(candidate => {
        const name = nameOf(candidate).toLowerCase();
        return { candidate, alike: likeness(wanted, pairs, name) };
    })
        .toSorted((one, other) => other.alike - one.alike)
        .map(({ candidate }) => candidate);
}
/** Each letter is compared with each of every known word, and a message may have a word of 1 MB. */
function beginning(word) {
    return word.slice(0, 1_000);
}
/** Whether a word may be another one: a typing mistake for each three letters, or most pairs of them. */
function isNear(word, known) {
    const [one, other] = [word.toLowerCase(), known.toLowerCase()];
    const allowed = Math.max(1, Math.floor(known.length / 3));
    return (editDistance(one, other) <= allowed || sharedPairs(letterPairs(one), letterPairs(other)) >= 0.7);
}
function likeness(one, pairs, other) {
    const longest = Math.max(one.length, other.length, 1);
    const shared = sharedPairs(pairs, letterPairs(other));
    // A distance is never less than the difference of the lengths.
    const most = 1 - Math.abs(one.length - other.length) / longest;
    return most <= shared ? shared : Math.max(1 - editDistance(one, other) / longest, shared);
}
/** Insertions, deletions, replacements and swaps of neighbours (Damerau and Levenshtein). */
function editDistance(one, other) {
    let beforeLast = [];
    let last = Array.from({ length: other.length + 1 }, (_, column) => column);
    for (let row = 1; row <= one.length; row++) {
        const next = [row];
        for (let column = 1; column <= other.length; column++) {
            const same = one[row - 1] === other[column - 1];
            const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
            next.push(Math.min((next[column - 1] ?? 0) + 1, (last[column] ?? 0) + 1, (last[column - 1] ?? 0) + (same ? 0 : 1), swapped ? (beforeLast[column - 2] ?? Infinity) + 1 : Infinity));
        }
        [beforeLast, last] = [last, next];
    }
    return last[other.length] ?? 0;
}
/** Which share of their pairs of letters two texts have in common (Dice's coefficient). */
function sharedPairs(pairs, others) {
    return (2 * pairs.intersection(others).size) / Math.max(1, pairs.size + others.size);
}
/** Of the letters and digits, as they are written. */
function letterPairs(text) {
    const plain = ` ${text.replace(/[^\p{L}\p{N}]+/gu, " ").trim()} `;
    return new Set(Array.from({ length: plain.length - 1 }, (_, index) => plain.slice(index, index + 2)));
}

// EXTERNAL MODULE: ./build/shared/duration.js
var shared_duration = __nccwpck_require__(290);
// EXTERNAL MODULE: ./build/action/runner/plain-text.js
var plain_text = __nccwpck_require__(6264);
;// CONCATENATED MODULE: ./build/action/inputs/flow-choice.js
/**
 * A name as it is compared: composed characters (NFC), every run of blanks as one space, and nothing
 * that cannot be seen. What looks the same is one name; capitals make another.
 */
function normalName(name) {
    return name.replace(BLANKS, " ").replace(UNSEEN, "").normalize("NFC").replace(/ +/g, " ").trim();
}
/** The byte order mark counts as white space in a pattern, and takes no place. */
const BLANKS = /(?!\ufeff)[\s\p{Z}\u0085]/gu;
/**
 * Control characters, marks of direction and of zero width, soft hyphens, variation selectors. Not
 * the two joiners: between letters of some scripts, and in emoji, they can be seen.
 */
const UNSEEN = /\p{Cc}|\p{Bidi_Control}|\u034f|\p{Variation_Selector}|[\u00ad\u180e\u200b\u2060-\u206f\ufeff]/gu;

;// CONCATENATED MODULE: ./build/action/inputs/find-flow.js










/**
 * Finds a flow by its name, in the normal form of names. None or several: a UserError that lists
 * near or equal names with their ids.
 */
async function findFlow(choice, lookUp) {
    if (choice.kind === "id")
        return { kind: "found", flow: { id: choice.id } };
    const { host, names } = lookUp;
    const wanted = normalName(choice.name);
    const isWanted = (flow) => normalName(flow.name) === wanted;
    const narrow = await listFlows({ q: choice.name }, lookUp);
    // Whether `q` also takes spaces and signs as they are is not documented, and some servers do not
    // know it. So nothing found under it proves nothing: look through the whole list before saying so.
    const inconclusive = narrow.filtered && narrow.reply.kind === "value" && !narrow.reply.value.some(isWanted);
    const list = inconclusive ? await listFlows({}, lookUp) : narrow;
    if (host.stop.aborted)
        return { kind: "stopped" };
    const { reply } = list;
    if (reply.kind !== "value")
        return whyNot(reply, list.cutShort, names);
    const found = reply.value.filter(isWanted);
    const [only, ...others] = found;
    if (only !== undefined && others.length === 0) {
        return { kind: "found", flow: { id: only.id, name: only.name } };
    }
    const listed = found.length > 1 ? found : nearest(choice.name, reply.value);
    const about = { equal: found.length, left: whatIsLeft(list), ofSeveral: false };
    const why = explainChoice(choice.name, listed, about);
    throw new user_error/* UserError */.y(`${names.flow}: ${why}`);
}
/** What the server does not show of a list, as a clause; `undefined` when that is all. */
function whatIsLeft({ reply, total, filtered }) {
    // With a filter the number may be that of all flows.
    if (filtered || reply.kind !== "value" || total === undefined)
        return undefined;
    const shown = reply.value.length;
    return shown < total
        ? `Etlworks shows only ${shown} of its ${total} flows in this list`
        : undefined;
}
/**
 * Reads the list page by page, and tries again for a minute or until the deadline. A server that
 * does not take the filter, in whatever way it says so, is asked for the whole list.
 */
async function listFlows(filter, { client, host, deadline, onDelay }) {
    let told = false;
    let filtered = Object.keys(filter).length > 0;
    let faults = 0;
    let total;
    const left = () => deadline - host.clock.monotonicMs();
    const patience = Math.max(1, left());
    const about = { left, signal: host.stop };
    const reply = await retryRead(host, "list flows", async () => {
        let read = await readFlowPages(client, filtered ? filter : {}, about);
        faults = read.reply.kind === "fault" ? faults + 1 : 0;
        if (filtered && mayBeTheFilter(read.reply, faults) && left() > 0 && !host.stop.aborted) {
            filtered = false;
            read = await readFlowPages(client, {}, about);
        }
        const failure = read.reply;
        if (failure.kind !== "value" && isPassing(failure) && !told && !host.stop.aborted) {
            told = true;
            onDelay(reasonAndWait(failure));
        }
        total = read.total;
        return read.reply;
    }, patience);
    const cutShort = patience < PATIENCE_MS || host.clock.monotonicMs() >= deadline;
    return { reply, cutShort, filtered, total };
}
/** One fault may be the weather; a server that has none but this answer may not know the filter. */
function mayBeTheFilter(reply, faults) {
    return (reply.kind === "rejected" || (reply.kind === "fault" && !reply.website && faults >= FAULTS));
}
const FAULTS = 3;
/** Each page has the usual limit or what is left by then, and after the deadline none is read. */
async function readFlowPages(client, filter, { left, signal }) {
    // By their ids: what moves from page to page while the list is read is still one flow.
    const flows = new Map();
    let total;
    const call = {
        signal,
        get timeLimitMs() {
            return Math.max(1, Math.min(transmit/* USUAL_TIME_LIMIT_MS */.sF, left()));
        },
    };
    for await (const page of client.flowPages(filter, call)) {
        // An organisation without flows may answer with nothing at all.
        if (page.kind === "absent" && page.status < 300)
            break;
        if (page.kind !== "value")
            return { reply: page, total };
        for (const flow of page.value.flows)
            flows.set(flow.id, flow);
        total = page.value.total ?? total;
        if (left() > 0)
            continue;
        // It may have been the last page, but there is no time left to use what it says.
        const message = `there was no time left after ${flows.size} flows of the list`;
        return { reply: { kind: "fault", website: false, message }, total };
    }
    return { reply: { kind: "value", value: [...flows.values()] }, total };
}
/** What came of a list that could not be read: too little time, or something that the user can fix. */
function whyNot(failure, cutShort, names) {
    if (isPassing(failure) && cutShort) {
        return {
            kind: "timed-out",
            ...(failure.kind === "unreachable" && !isLimited(failure) ? { unreachable: true } : {}),
            ...(isLimited(failure) ? { rateLimited: true } : {}),
            why: `the list of flows could not be read before the timeout (last try: ${reasonAndWait(failure)})`,
        };
    }
    throw new user_error/* UserError */.y(explainFailure(failure, { attempt: "list the flows", names, flowList: true }));
}
/** There were too many requests, whether the server says so or we kept ours back. */
function isLimited(failure) {
    return (failure.kind === "rate-limited" ||
        (failure.kind === "unreachable" && failure.cause === "request-limit"));
}
/** Why a read that may pass had no answer, and how long the server asked to be left alone. */
function reasonAndWait(failure) {
    const asked = waitAsked(failure);
    const wait = asked === undefined ? "" : `; asked to wait ${(0,shared_duration/* formatDuration */.a3)(asked)}`;
    return `${reasonOf(failure)}${wait}`;
}
const MAX_LISTED = 5;
/**
 * Why a name is no choice: how many flows have it, and which are meant perhaps. `left`: what the
 * list does not show.
 */
function explainChoice(name, flows, { equal, left, ofSeveral, }) {
    const list = flows
        .slice(0, MAX_LISTED)
        .map(flow => `"${(0,plain_text/* shortLine */.tl)(flow.name, 120)}" (${flow.id})`)
        .join(", ");
    const more = flows.length > MAX_LISTED ? `, and ${flows.length - MAX_LISTED} more` : "";
    if (equal > 1) {
        return ofSeveral
            ? `${equal} flows are called "${name}": ${list}${more}. Write the id in place of the name.`
            : `${equal} flows are called "${name}": ${list}${more}. Use flow-id to say which.`;
    }
    const near = list === "" ? "no flow can be seen with these credentials" : `similar names: ${list}${more}`;
    if (left !== undefined) {
        const instead = ofSeveral ? "write its id in place of the name" : "use flow-id";
        return `no flow that the list shows is called "${name}"; ${near}. ${left}, so it may be one of the others: ${instead}.`;
    }
    if (/^[1-9]\d*$/.test(name)) {
        const instead = ofSeveral ? "write it without quotation marks" : "use flow-id";
        return `no flow is called "${name}"; ${near}. If it is an id, ${instead}.`;
    }
    return `no flow is called "${name}"; ${near}. Names are compared exactly, capitals included.${ofSeveral ? howLinesAreRead(name) : ""}`;
}
/** What people write into a line of a list, which is one name to the end. */
function howLinesAreRead(name) {
    if (/^(["']).*\1$/.test(name))
        return " Write it without quotation marks.";
    if (/,/.test(name))
        return " Write each name on its own line.";
    if (/\s#/.test(name))
        return " A remark needs a line of its own.";
    return "";
}
/**
 * The most alike names first, by shared pairs of letters alone: there may be 100,000 flows, with names
 * of 1,000 letters.
 */
function nearest(name, flows) {
    const pairsOf = (text) => letterPairs(text.toLowerCase());
    const wanted = pairsOf(name);
    return flows
        .map(flow => ({ flow, alike: sharedPairs(wanted, pairsOf(flow.name)) }))
        .toSorted((one, other) => other.alike - one.alike)
        .slice(0, MAX_LISTED)
        .map(({ flow }) => flow);
}

;// CONCATENATED MODULE: ./build/action/step.js
/** The end of the user's time, by `clock.monotonicMs()`. */
function deadlineOf({ inputs, startedAt }) {
    return inputs.timeoutMs === 0 ? Number.MAX_SAFE_INTEGER : startedAt + inputs.timeoutMs;
}

;// CONCATENATED MODULE: ./build/action/look-up.js


/** How every kind of step looks for its flows, whatever its client sends through. */
function lookUpOf(step, client = step.client) {
    return {
        client,
        host: (0,process_host/* createProcessHost */.sl)(step),
        names: step.inputs.names,
        deadline: deadlineOf(step),
        onDelay: reason => step.runner.line(`The list of flows cannot be read yet (${reason}); trying again`),
    };
}

;// CONCATENATED MODULE: ./build/shared/run/if-running.js
/** The policies: what to do when another run of the flow is running (start code 1). */
const IF_RUNNING = ["fail", "wait", "attach", "skip"];
/** Whether a policy waits for its turn. Logs say so, and a host without time to wait has to fail. */
const WAITS_FOR_TURN = {
    fail: false,
    wait: true,
    attach: false,
    skip: false,
};

;// CONCATENATED MODULE: ./build/action/report/advice.js

/** What of it the inputs say. */
function settingsIn({ showLog, logFile, ifRunning, flow, }) {
    return {
        logWanted: showLog !== "never" || logFile !== undefined,
        ifRunning,
        runGiven: flow.kind === "one" && flow.auditId !== undefined,
    };
}
/** What a person can do next, where the outcome's own message does not say it. Some short sentences. */
function nextStep(report, known) {
    const { outcome, auditId } = report;
    switch (outcome.kind) {
        case "success":
        case "started":
        // The messages of these say it already, for every host.
        case "start-unknown":
        case "refused":
            return undefined;
        case "warning":
            return "Open the run in Etlworks to see the warning. fail-on-warning decides whether it fails the job.";
        case "error":
            return afterError(known);
        case "canceled":
            return "Somebody or something stopped the run in Etlworks. Run the job again when the reason is clear.";
        case "skipped":
            return known.dryRun === true ? undefined : "Nothing was started, because if-running is skip.";
        case "busy":
            // Its message says it: no other policy would start it, but to wait.
            if (report.meetsOwnRun === true)
                return undefined;
            return `Run the job again when the other run has ended, or set if-running to ${otherPolicies(known.ifRunning)}.`;
        case "not-started":
            return "Start the flow by hand in Etlworks: it will say what the problem is.";
        case "timed-out":
            return auditId === undefined ? beforeTheStart(report) : whileRunning(report, known);
        case "lost":
            return `${lookForRun(known)} Its record may have been deleted.`;
        case "aborted":
            return auditId === undefined ? undefined : afterCancel(report, known);
    }
}
/** What would not have ended so. */
function otherPolicies(set) {
    const others = IF_RUNNING.filter(policy => policy !== "fail" && policy !== set);
    return `${others.slice(0, -1).join(", ")} or ${others.at(-1)}`;
}
function afterError({ logShown, logFile, logWanted }) {
    if (logShown)
        return "The run's log is shown above.";
    if (logFile !== undefined)
        return `The run's log is in ${logFile}.`;
    if (logWanted === true)
        return "Open the run's log in Etlworks.";
    return "Open the run's log in Etlworks, or set show-log: on-failure to see it here.";
}
function beforeTheStart(report) {
    const { waited, startDelays, unreachable, rateLimited, outcome } = report;
    if ("failing" in outcome)
        return "Check the connection to Etlworks, and run the job again later.";
    if (waited)
        return "Run the job again later, or set a longer timeout.";
    // It answers, so the address is right.
    if (rateLimited === true) {
        return "Run the job again later, set a longer timeout, or start fewer runs at the same time.";
    }
    // More time would not have helped.
    return startDelays > 0 || unreachable === true
        ? "Check base-url and the connection to Etlworks, or run the job again later."
        : "Check base-url and the connection to Etlworks, or set a longer timeout.";
}
function whileRunning({ origin, stop, changes, outcome }, known) {
    const { stopTold } = known;
    const stopped = stop === undefined || stopTold === true ? "" : `${stop.sentence} `;
    // Nothing was heard of the run, ever or any more: more time would not have helped.
    const asked = outcome.counts.polls > 0;
    if ((changes.length === 0 && asked) || "failing" in outcome) {
        return `${stopped}${whyNotHeard(outcome.counts, known)}`;
    }
    if (stop !== undefined)
        return `${stopped}Set a longer timeout if the flow needs it.`;
    return origin === "attached"
        ? "Set a longer timeout to follow the run further."
        : "Set a longer timeout if the flow needs it, or stop-request to stop the run then.";
}
/** What to do where no status check told of the run. */
function whyNotHeard({ faults, rateLimits }, known) {
    if (faults > 0) {
        return "Look at the run in Etlworks. Check the server, and that this machine can reach it.";
    }
    // It answers: it knows no such run, or has no time for us.
    return rateLimits > 0
        ? "Start fewer runs at the same time, or run the job again later."
        : lookForRun(known);
}
function lookForRun({ runGiven }) {
    return runGiven === true
        ? "Check audit-id and flow-id (or flow-name), and look for the run in Etlworks."
        : "Look for the run in Etlworks by its audit id.";
}
function afterCancel({ origin, stop }, { stopTold }) {
    if (stop !== undefined)
        return stopTold === true ? undefined : stop.sentence;
    return origin === "attached"
        ? "This step did not start the run, so it leaves it alone."
        : "Set stop-request to stop the run together with the job.";
}

// EXTERNAL MODULE: ./build/action/report/commit-status.js + 1 modules
var commit_status = __nccwpck_require__(778);
// EXTERNAL MODULE: ./build/action/runner/step-state.js
var step_state = __nccwpck_require__(3886);
;// CONCATENATED MODULE: ./build/action/report/conclude-status.js

/**
 * Shows on the commit how the step ended, and keeps for the post step what is left to do. Where
 * GitHub cannot take the end, that is the end itself: the runs alone do not tell it, for a flow that
 * was never started has none, and a run may go well after the step has failed.
 */
async function concludeStatus(runner, status, { state, description }) {
    if (status === undefined)
        return;
    const { context } = status;
    const end = await status.conclude(state, description);
    const kept = end === undefined ? { concluded: true } : { concluded: false, end };
    await (0,step_state/* saveStatus */.i5)(runner, { context, ...kept });
}

// EXTERNAL MODULE: ./build/shared/etlworks/replies/server-text.js
var server_text = __nccwpck_require__(580);
;// CONCATENATED MODULE: ./build/action/report/console-log.js




/** The end of a log is what explains a failure; more than this nobody reads in a job's log. */
const MAX_LINES = 2_000;
/** A longer line is data, and would fill the job's log. A file has room for it. */
const MAX_LINE = 4_000;
const LOG_TIME_LIMIT_MS = 15_000;
/** The log of a run that ended at the very deadline is read all the same, but not for long. */
const MIN_TIME_LIMIT_MS = 5_000;
/**
 * Reads the log of a run once, prints it folded (each line made harmless) and writes it to a file,
 * as far as both are wanted. Whatever goes wrong is a warning.
 */
async function takeRunLog(run, wanted, dependencies) {
    const { client, runner, workspace, redact, stop, leftMs } = dependencies;
    const { show, file } = wanted;
    if (!show && file === undefined)
        return { shown: false, written: false };
    const reply = await client.consoleLog(run.flowId, run.auditId, {
        timeLimitMs: Math.max(MIN_TIME_LIMIT_MS, Math.min(LOG_TIME_LIMIT_MS, leftMs)),
        signal: stop,
    });
    if (reply.kind !== "value") {
        await runner.warning(`The log of run ${run.auditId} could not be read (${reasonOf(reply)}).`, "Run log");
        return { shown: false, written: false };
    }
    const text = redact((0,plain_text/* visibleText */.Q6)(reply.value.text.trimEnd()));
    const cut = reply.value.cut ? ["(cut after 10 MB)"] : [];
    if (show) {
        const lines = (0,plain_text/* plainLines */.y1)((0,server_text/* withShortLines */.wt)(text, MAX_LINE));
        const shown = lines.slice(-MAX_LINES);
        const notes = [
            ...(shown.length < lines.length ? [`(the last ${MAX_LINES} of ${lines.length} lines)`] : []),
            ...cut,
        ];
        runner.group(`Log of run ${run.auditId}`, [...notes, ...shown]);
    }
    if (file === undefined)
        return { shown: show, written: false };
    try {
        workspace.writeText(file, "log-file", `${[text, ...cut].join("\n")}\n`);
        return { shown: show, written: true };
    }
    catch (error) {
        const why = (0,thrown/* messageOf */.bD)(error);
        await runner.warning(`The log of run ${run.auditId} could not be written: ${why}`, "Run log");
        return { shown: show, written: false };
    }
}

// EXTERNAL MODULE: ./build/shared/etlworks/replies/execution.js
var replies_execution = __nccwpck_require__(943);
;// CONCATENATED MODULE: ./build/shared/run/outcome.js
/** Of what ended before a poll. */
const NO_COUNTS = { polls: 0, faults: 0, rateLimits: 0 };

;// CONCATENATED MODULE: ./build/action/report/run-report.js





/** The longest message in an output, by contract. */
const MAX_MESSAGE_BYTES = 4_096;
/** `clean` makes a text from outside fit to be shown (see plain-text.ts), before it is cut. */
function createRecorder(clock, clean) {
    let beganAt;
    let pastSeconds = [];
    let startDelays = 0;
    let waited = false;
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
            if (event.kind === "busy")
                waited = true;
        },
        report(outcome, flowName) {
            const execution = "execution" in outcome ? outcome.execution : undefined;
            const ended = (0,run_status/* isTerminal */.Hd)(outcome.kind);
            const elapsedMs = "elapsedMs" in outcome ? outcome.elapsedMs : undefined;
            const durationMs = (0,replies_execution/* durationOf */.cf)(execution ?? {}) ?? elapsedMs;
            const startedAt = (0,replies_execution/* startOf */.GH)(execution ?? {}) ?? beganAt;
            const seenEnd = startedAt === undefined || durationMs === undefined ? undefined : startedAt + durationMs;
            const endedAt = ended ? ((0,replies_execution/* endOf */.pJ)(execution ?? {}) ?? seenEnd) : undefined;
            const auditId = "auditId" in outcome ? outcome.auditId : undefined;
            const name = flowName ?? execution?.flowName;
            const status = execution?.status;
            return {
                flowId: outcome.flowId,
                flowName: name === undefined ? undefined : clean(name),
                auditId,
                otherAuditId: "otherAuditId" in outcome ? outcome.otherAuditId : undefined,
                origin: "origin" in outcome ? outcome.origin : undefined,
                outcome,
                status: status === undefined ? undefined : clean(status),
                startedAt: auditId === undefined ? undefined : startedAt,
                endedAt,
                durationMs: ended ? durationMs : undefined,
                records: execution?.records,
                // Last, since what hides a token from the reader of replies may be gone now.
                message: (0,plain_text/* cutToBytes */.zP)((0,server_text/* hideCredentials */.RW)(clean(outcome.message)), MAX_MESSAGE_BYTES),
                changes,
                pastSeconds,
                startDelays,
                rateLimited: "rateLimited" in outcome,
                waited,
                earlierRuns: [],
                stop: undefined,
            };
        },
    };
}
/** The report of a step that ended before there was a run. */
function reportOfEarlyEnd(kind, message, about) {
    const { clean, flowId, flowName } = about;
    const shown = (0,plain_text/* cutToBytes */.zP)(clean(message), MAX_MESSAGE_BYTES);
    return {
        flowId,
        flowName: flowName === undefined ? undefined : clean(flowName),
        auditId: undefined,
        otherAuditId: undefined,
        origin: undefined,
        outcome: { kind, message: shown, counts: NO_COUNTS },
        status: undefined,
        startedAt: undefined,
        endedAt: undefined,
        durationMs: undefined,
        records: undefined,
        message: shown,
        changes: [],
        pastSeconds: [],
        startDelays: 0,
        waited: false,
        earlierRuns: [],
        stop: undefined,
    };
}

;// CONCATENATED MODULE: ./build/action/report/outputs.js


/**
 * Sets every output that has a value. `audit-id` was set before the first poll already. With several
 * flows, `report` is that of the worst one, and `all` what tells of all.
 */
async function writeOutputs(runner, report, verdict, all) {
    const result = toResult(report, verdict);
    const outputs = {
        "flow-id": report.flowId === undefined ? undefined : String(report.flowId),
        "flow-name": result.flowName,
        "audit-id": report.auditId,
        status: result.status,
        outcome: result.outcome,
        "duration-seconds": textOf(result.durationSeconds),
        "started-at": result.startedAt,
        "ended-at": result.endedAt,
        records: textOf(result.records),
        message: all?.message ?? report.message,
        result: JSON.stringify(result),
        results: all?.results ?? JSON.stringify([result]),
    };
    for (const [name, value] of Object.entries(outputs)) {
        if (value !== undefined)
            await runner.output(name, value);
    }
}
function toResult(report, verdict) {
    const { flowId, flowName, auditId, otherAuditId, status, records, durationMs } = report;
    const { kind, counts } = report.outcome;
    const startedAt = timeText(report.startedAt);
    const endedAt = timeText(report.endedAt);
    const earlier = report.earlierRuns.map(run => run.auditId);
    return {
        outcome: kind,
        verdict,
        ...(flowId === undefined ? {} : { flowId }),
        ...(flowName === undefined ? {} : { flowName: (0,plain_text/* cutToBytes */.zP)(flowName, MAX_OTHER_BYTES) }),
        ...(auditId === undefined ? {} : { auditId }),
        ...(otherAuditId === undefined ? {} : { otherAuditId }),
        ...(status === undefined ? {} : { status: (0,plain_text/* cutToBytes */.zP)(status, MAX_OTHER_BYTES) }),
        ...(startedAt === undefined ? {} : { startedAt }),
        ...(endedAt === undefined ? {} : { endedAt }),
        // Whole seconds, so that a shell can compare them; the nearest, as in the summary.
        ...(durationMs === undefined ? {} : { durationSeconds: Math.round(durationMs / 1_000) }),
        ...(records === undefined ? {} : { records }),
        message: (0,plain_text/* cutToBytes */.zP)(report.message, MAX_MESSAGE_BYTES),
        polls: counts.polls,
        faults: counts.faults,
        rateLimits: counts.rateLimits,
        ...(earlier.length === 0 ? {} : { earlierAuditIds: earlier }),
    };
}
/** A name or a status word; the outputs of a job may have 1 MB together. */
const MAX_OTHER_BYTES = 1_024;
function textOf(value) {
    return value === undefined ? undefined : String(value);
}
function timeText(milliseconds) {
    if (milliseconds === undefined)
        return undefined;
    const date = new Date(milliseconds);
    return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
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

;// CONCATENATED MODULE: ./build/action/report/summary.js





/**
 * The job summary, as Markdown. Whatever comes from outside stands in HTML with every sign escaped
 * and without line breaks, where Markdown is not read: it can break no table and start no heading.
 */
function renderSummary(report, about) {
    const { verdict, nextStep } = about;
    const { kind } = report.outcome;
    const title = about.dryRun === true ? "Dry run" : headingOf(report);
    const rows = [
        ["Flow", describeFlow(report)],
        ["Instance", about.host === undefined ? undefined : escapeHtml(about.host)],
        ["Run (audit id)", report.auditId === undefined ? undefined : describeRun(report)],
        ["Earlier runs", describeEarlierRuns(report)],
        ["Outcome", `<b>${kind}</b>${verdict === "fail" ? ", job failed" : ""}`],
        ["Duration", describeDuration(report)],
        ["Started", describeTime(report.startedAt)],
        ["Ended", describeTime(report.endedAt)],
        ["Records", report.records?.toLocaleString("en-US")],
        ["Requests", describeCounts(report)],
    ];
    const message = kind === "success" ? "" : report.message;
    const sections = [
        `<h3>${ICONS[kind]} ${title}${flowInHeading(report)}</h3>`,
        firstLine(message),
        verdict === "fail" && nextStep !== undefined ? nextLine(nextStep) : "",
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
    refused: "⚙️",
};
const HEADINGS = {
    success: "Flow succeeded",
    warning: "Flow ended with a warning",
    error: "Flow failed",
    canceled: "Flow was cancelled in Etlworks",
    started: "Flow started",
    skipped: "Flow skipped: another run is running",
    busy: "Flow not started: another run is running",
    "not-started": "Flow not started",
    "start-unknown": "Not known whether the flow was started",
    "timed-out": "Timed out while the flow was running",
    lost: "The run's record is gone",
    aborted: "Cancelled before the end",
    refused: "Setup needs a fix",
};
function headingOf({ outcome, auditId, origin }) {
    const { kind } = outcome;
    if (kind === "timed-out" && auditId === undefined)
        return "Timed out before the flow could start";
    return kind === "started" && origin === "attached" ? HEADINGS.busy : HEADINGS[kind];
}
/** A job can have several summaries, and each says at first sight whose it is. */
function flowInHeading({ flowId, flowName }) {
    if (flowName !== undefined)
        return ` · ${escapeHtml((0,plain_text/* shortLine */.tl)(flowName, 80))}`;
    return flowId === undefined ? "" : ` · flow ${flowId}`;
}
function describeFlow(report) {
    const { flowId, flowName } = report;
    if (flowId === undefined)
        return undefined;
    const id = `<code>${flowId}</code>`;
    return flowName === undefined ? id : `${escapeHtml((0,plain_text/* shortLine */.tl)(flowName, 120))} (${id})`;
}
function describeRun(report) {
    const note = {
        started: "",
        adopted: ", found in the history",
        attached: ", not started by this step",
    };
    const { auditId = "", origin } = report;
    return `<code>${auditId}</code>${origin === undefined ? "" : note[origin]}`;
}
/** Those that ended in error and were started anew. */
function describeEarlierRuns({ earlierRuns }) {
    if (earlierRuns.length === 0)
        return undefined;
    return earlierRuns.map(({ auditId }) => `<code>${auditId}</code> error`).join(", ");
}
function describeDuration(report) {
    if (report.durationMs === undefined)
        return undefined;
    const usual = typicalDuration(report.pastSeconds);
    const comparison = usual === undefined ? "" : ` (usually ${(0,shared_duration/* formatDuration */.a3)(usual.medianMs)})`;
    return `${(0,shared_duration/* formatDuration */.a3)(report.durationMs)}${comparison}`;
}
function describeTime(milliseconds) {
    return timeText(milliseconds)
        ?.replace("T", " ")
        .replace(/\.\d+Z$/, " UTC");
}
function describeCounts(report) {
    const { polls, faults, rateLimits } = report.outcome.counts;
    const counts = [
        counted(polls, "status check", "status checks"),
        counted(faults, "failed and was retried", "failed and were retried"),
        counted(rateLimits, "rate limit (429)", "rate limits (429)"),
        counted(report.startDelays, "start retried", "starts retried"),
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
/** What to do. It can hold what a server said to a stop request, so it is HTML and one line too. */
function nextLine(text) {
    return `<p><b>Next:</b> ${escapeHtml((0,plain_text/* shortLine */.tl)(text, MAX_NEXT))}</p>`;
}
const MAX_NEXT = 800;
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
    const seen = phases.filter(phase => phase.to > phase.from && !(0,run_status/* isTerminal */.Hd)(phase.name));
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
const KNOWN = [...run_status/* ACTIVE_STATUSES */.az, ...run_status/* TERMINAL_STATUSES */.CM];
function escapeHtml(text) {
    return text
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replaceAll('"', "&quot;")
        .replaceAll("'", "&#39;")
        .replaceAll("`", "&#96;");
}

;// CONCATENATED MODULE: ./build/action/report/conclude.js









/**
 * Tells everybody how the step ended: outputs, the run's log where it is wanted, summary, commit
 * status, and the one red annotation of a step that fails.
 */
async function conclude(step, report, verdict, status) {
    const { inputs, runner, secrets } = step;
    const { redact } = secrets;
    const { kind } = report.outcome;
    await writeOutputs(runner, report, verdict);
    const log = await takeLog(step, report, verdict);
    const advice = nextStep(report, {
        dryRun: inputs?.dryRun === true,
        logShown: log.shown,
        logFile: log.written ? inputs?.logFile : undefined,
        ...(inputs === undefined ? {} : settingsIn(inputs)),
    });
    // Inputs that could not be read do not say that no summary is wanted.
    if (inputs?.summary !== false) {
        const about = {
            verdict,
            host: inputs?.baseUrl.host,
            parameters: redactedParameters(inputs?.parameters ?? {}, redact),
            nextStep: advice,
            dryRun: inputs?.dryRun === true && verdict === "pass",
        };
        await runner.summary(redact(renderSummary(report, about)));
    }
    const state = (0,commit_status/* finalState */.A9)(kind, verdict);
    await concludeStatus(runner, status, { state, description: describeBriefly(report) });
    const text = [report.message, advice].filter(part => part !== undefined).join("\n");
    const title = report.flowId === undefined
        ? `Etlworks flow: ${kind}`
        : `Etlworks flow ${report.flowId}: ${kind}`;
    if (verdict === "fail")
        await runner.error(text, title);
    else if (kind === "warning" || (kind === "skipped" && inputs?.dryRun !== true))
        await runner.warning(text, title);
}
async function takeLog(step, report, verdict) {
    const { inputs, client, secrets, startedAt, clock } = step;
    const { flowId, auditId, outcome } = report;
    const known = flowId !== undefined && auditId !== undefined;
    // A step that was told to stop has no time for it.
    if (!known || inputs === undefined || client === undefined || outcome.kind === "aborted") {
        return { shown: false, written: false };
    }
    const show = inputs.showLog === "always" || (inputs.showLog === "on-failure" && verdict === "fail");
    const leftMs = deadlineOf({ inputs, startedAt }) - clock.monotonicMs();
    return takeRunLog({ flowId, auditId }, { show, file: inputs.logFile }, { ...step, client, redact: secrets.redact, leftMs });
}
const STOPPED = {
    accepted: "",
    none: "",
    failed: " (could not be stopped)",
    unknown: " (not known whether it was stopped)",
};
/** For the commit status: the outcome, how long it took, and the first line of why. */
function describeBriefly(report) {
    const { outcome, durationMs, message, stop } = report;
    const duration = durationMs === undefined ? "" : ` after ${(0,shared_duration/* formatDuration */.a3)(durationMs)}`;
    const why = outcome.kind === "success" ? "" : `: ${message.split("\n", 1)[0]}`;
    const stopped = stop === undefined ? "" : STOPPED[stop.kind];
    return `${outcome.kind}${duration}${stopped}${why}`;
}

;// CONCATENATED MODULE: ./build/action/dry-run.js
















/**
 * `dry-run`: checks everything that can be checked without starting anything, and says so line by
 * line, also what could not be checked. Throws a UserError for what would stop a real run.
 */
async function examineSetup(step, choice, auditId) {
    const { runner, clean } = step;
    const host = (0,process_host/* createProcessHost */.sl)(step);
    const deadline = deadlineOf(step);
    sayDryRun(runner);
    const found = await findFlow(choice, lookUpOf(step));
    if (found.kind === "timed-out")
        throw new user_error/* UserError */.y(`The dry run took too long: ${found.why}.`);
    const checked = found.kind === "found"
        ? await examineFlow(step, found.flow, { deadline, auditId, patience: newPatience() })
        : undefined;
    if (checked === undefined || host.stop.aborted)
        return concludeCancelled(step);
    await conclude(step, reportOfReached(checked, clean), "pass", undefined);
    return "pass";
}
function sayDryRun(runner) {
    runner.line("Dry run: nothing will be started");
    runner.line("ok · the inputs are complete and well-formed");
}
async function concludeCancelled(step) {
    const message = "The job was cancelled during the dry run; nothing was started.";
    const report = reportOfEarlyEnd("aborted", message, { clean: step.clean });
    await conclude(step, report, "fail", undefined);
    return "fail";
}
function reportOfReached(flow, clean) {
    const message = `Dry run: flow ${flow.id} can be reached; nothing was started.`;
    return reportOfEarlyEnd("skipped", message, { clean, flowId: flow.id, flowName: flow.name });
}
function newPatience() {
    return { over: false, told: false };
}
/**
 * Throws a UserError for what would stop the flow from running, or from being followed where the
 * step is to follow a run. `undefined`: cancelled meanwhile.
 */
async function examineFlow(step, found, about) {
    const { runner, inputs, client } = step;
    const { names, baseUrl } = inputs;
    const { deadline, auditId, patience } = about;
    const host = (0,process_host/* createProcessHost */.sl)(step);
    const flowId = found.id;
    const left = () => Math.max(1, deadline - host.clock.monotonicMs());
    const call = () => ({ timeLimitMs: Math.min(transmit/* USUAL_TIME_LIMIT_MS */.sF, left()), signal: host.stop });
    const read = (name, ask) => readPatiently(step, name, ask, patience, left());
    const refuse = (failure) => {
        throw new user_error/* UserError */.y(explainFailure(failure, { attempt: "read the flow", flowId, names }));
    };
    const flow = await read("flow", () => client.flow(flowId, call()));
    if (host.stop.aborted)
        return undefined;
    if (flow.kind !== "value" && isPassing(flow))
        refuse(flow);
    const history = await read("history", () => client.history(flowId, { limit: 20, offset: 0 }, call()));
    if (host.stop.aborted)
        return undefined;
    // Whether an Operator may read a flow is not documented; the history will do in its place.
    if (flow.kind !== "value" && (flow.kind !== "rejected" || history.kind !== "value"))
        refuse(flow);
    runner.line(`ok · ${baseUrl.host} answers and accepts ${names.credentials}`);
    const name = flow.kind === "value" ? flow.value.name : found.name;
    if (name === undefined)
        runner.line(`not checked · the name of flow ${flowId}: this role may not read it`);
    else
        runner.line(`ok · flow ${flowId} is "${(0,plain_text/* shortLine */.tl)(name, 120)}"`);
    if (history.kind === "value")
        describeHistory(step, history.value.executions, auditId);
    else
        runner.line("not checked · the history cannot be read, so if the answer to the start is lost, nobody can tell whether it worked");
    if (auditId === undefined)
        describeStart(step, flowId);
    else {
        const run = await read("run", () => client.execution(flowId, auditId, call()));
        if (host.stop.aborted)
            return undefined;
        dry_run_describeRun(step, { flowId, auditId }, run);
    }
    return { id: flowId, ...(name === undefined ? {} : { name }) };
}
async function readPatiently(step, name, ask, patience, leftMs) {
    const host = (0,process_host/* createProcessHost */.sl)(step);
    const askAndTell = async () => {
        const reply = await ask();
        const again = reply.kind !== "value" && isPassing(reply) && !host.stop.aborted;
        if (again && !patience.told) {
            patience.told = true;
            step.runner.line(`No usable answer yet (${reasonOf(reply)}); trying again`);
        }
        return reply;
    };
    const reply = await retryRead(host, name, askAndTell, patience.over ? 0 : leftMs);
    if (isPassing(reply))
        patience.over = true;
    return reply;
}
function describeStart({ runner, inputs, secrets }, flowId) {
    const parameters = JSON.stringify(redactedParameters(inputs.parameters, secrets.redact));
    const query = inputs.runQuery === "" ? "" : `?${inputs.runQuery}`;
    runner.line(`would send · POST /v1/flows/${flowId}/run${query} ${parameters}`);
    runner.line("not checked · whether the role may run the flow, and whether the flow knows these parameters");
}
/** The run that the step is to follow. */
function dry_run_describeRun({ runner, inputs }, { flowId, auditId }, reply) {
    const { names } = inputs;
    if (reply.kind === "absent") {
        throw new user_error/* UserError */.y(`audit-id: Etlworks has no record of run ${auditId} of flow ${flowId} (${reply.message}). Use the audit-id output of the step that started the run, and check ${names.flow}.`);
    }
    if (reply.kind !== "value") {
        const about = { attempt: "read the status of the run", flowId, names };
        throw new user_error/* UserError */.y(explainFailure(reply, about));
    }
    const { flowId: actual = flowId, status = "" } = reply.value;
    if (actual !== flowId) {
        throw new user_error/* UserError */.y(`audit-id: run ${auditId} is a run of flow ${actual}, not of flow ${flowId}. Check audit-id and ${names.flow}.`);
    }
    runner.line(`ok · run ${auditId} is ${(0,plain_text/* shortLine */.tl)(status, 80)}`);
    runner.line(`would follow · run ${auditId}; nothing is started`);
}
function describeHistory(step, executions, auditId) {
    const { runner, inputs } = step;
    const [latest] = executions;
    const last = latest === undefined ? "no run yet" : `last run ${latest.auditId ?? ""} ${latest.status ?? ""}`;
    const usual = describeTypical(pastDurations(executions));
    runner.line(`ok · history: ${(0,plain_text/* shortLine */.tl)(last, 120)}${usual}`);
    const active = executions.some(({ status }) => (0,run_status/* isActive */.$m)(status));
    // A run that is only followed is in nobody's way.
    if (active && auditId === undefined) {
        runner.line(`note · a run of this flow is running now; if-running is ${inputs.ifRunning}`);
    }
}

// EXTERNAL MODULE: ./build/shared/etlworks/replies/answer-times.js
var answer_times = __nccwpck_require__(4760);
;// CONCATENATED MODULE: ./build/shared/etlworks/waiting-line.js
/**
 * Counts as having arrived so much earlier. Not simply "first": who has waited long enough goes
 * before a newcomer of any rank, so nobody starves. Stops are few and do not come again.
 */
const HEAD_START_MS = { stop: 3_600_000, start: 30_000, poll: 0, admit: 0 };
const MINUTE_MS = 60_000;
/** Requests travel for different times: two that left 60 s apart may arrive closer together. */
const WINDOW_MS = MINUTE_MS + 2_000;
/** How much of a minute's room may go at once; the rest is spread evenly. */
const SHARE_AT_ONCE = 0.2;
/** However often the server says 429, this share of the full rate is left. */
const MIN_SHARE = 0.1;
/** So much of the full rate comes back in each minute without a 429. */
const RECOVERY_A_MINUTE = 0.2;
const USUAL_PAUSE_MS = 5_000;
const MAX_USUAL_PAUSE_MS = 60_000;
/** As long as the longest gap between two polls. A run that was told more waits more by itself. */
const MAX_PAUSE_MS = 300_000;
function createWaitingLine(dependencies) {
    const { clock, sleep, perMinute } = dependencies;
    const stopsToKeep = dependencies.stopsToKeep ?? (() => 0);
    const now = clock.monotonicMs;
    const throttle = createThrottle(perMinute, now());
    /** When each request of the last minute went, oldest first. */
    const gone = [];
    let kept = 0;
    const waiting = [];
    let alarm = new AbortController();
    let serving = false;
    const forget = () => {
        const at = now();
        while (gone[0] !== undefined && at - gone[0] >= WINDOW_MS)
            gone.shift();
    };
    /** Milliseconds until the visitor can go; `Infinity`: when something else has happened. */
    const delayOf = ({ urgency, places, kept: ofTheKept }) => {
        const pauseMs = urgency === "stop" ? 0 : throttle.pauseLeftMs(now());
        if (ofTheKept)
            return pauseMs;
        const room = urgency === "stop" ? 2 * perMinute : perMinute - roomForStops();
        const tooMany = gone.length + kept + places - room;
        const oldest = tooMany <= 0 ? undefined : gone[tooMany - 1];
        const minuteMs = tooMany <= 0 ? 0 : (oldest ?? Number.POSITIVE_INFINITY) + WINDOW_MS - now();
        return Math.max(minuteMs, pauseMs, urgency === "stop" ? 0 : throttle.delayMs(places, now()));
    };
    // Not more: a step with hundreds of runs must still notice their ends in time. Should it have to
    // stop them all, a run that goes on is worse than one minute above our share of the limit.
    const roomForStops = () => Math.min(stopsToKeep(), Math.floor(perMinute / 3));
    const letGo = (visitor) => {
        const { urgency, places } = visitor;
        if (visitor.kept)
            kept -= 1;
        else if (urgency !== "stop")
            throttle.use(places, now());
        if (urgency === "admit")
            kept += places;
        else
            gone.push(now());
        leave(visitor, "go");
    };
    const leave = (visitor, result) => {
        const place = waiting.indexOf(visitor);
        if (place < 0)
            return;
        waiting.splice(place, 1);
        // What was kept for somebody who goes away is free again.
        if (visitor.kept && result !== "go")
            kept -= 1;
        visitor.settle(result);
    };
    /** One loop for all who wait; it sleeps until the next of them can go or is too late. */
    const serve = async () => {
        if (serving)
            return;
        serving = true;
        while (waiting.length > 0) {
            forget();
            for (const visitor of waiting.filter(({ deadline }) => deadline <= now())) {
                leave(visitor, "too-late");
            }
            const ready = waiting.filter(visitor => visitor.kept && delayOf(visitor) <= 0);
            for (const visitor of ready)
                letGo(visitor);
            const first = firstOf(waiting);
            if (first === undefined)
                continue;
            const delayMs = delayOf(first);
            if (delayMs <= 0) {
                letGo(first);
                continue;
            }
            const nextDeadline = Math.min(...waiting.map(({ deadline }) => deadline)) - now();
            alarm = new AbortController();
            // At least a millisecond: a shorter sleep may be lost in the rounding of the clock.
            await sleep(Math.max(1, Math.min(delayMs, nextDeadline, MINUTE_MS)), alarm.signal);
        }
        serving = false;
    };
    const wake = () => {
        alarm.abort();
        void serve();
    };
    return {
        wait: visitor => new Promise(resolve => {
            if (visitor.signal.aborted) {
                if (visitor.kept)
                    kept -= 1;
                return resolve("left");
            }
            const onAbort = () => {
                leave(entry, "left");
                wake();
            };
            const entry = {
                ...visitor,
                arrivedAt: now(),
                settle: result => {
                    visitor.signal.removeEventListener("abort", onAbort);
                    resolve(result);
                },
            };
            visitor.signal.addEventListener("abort", onAbort);
            waiting.push(entry);
            wake();
        }),
        giveBack(places) {
            kept -= places;
            wake();
        },
        pause(askedMs) {
            throttle.pause(askedMs, now());
            wake();
        },
        pauseLeftMs: () => throttle.pauseLeftMs(now()),
    };
}
function firstOf(waiting) {
    const rank = ({ arrivedAt, urgency }) => arrivedAt - HEAD_START_MS[urgency];
    // Equal ranks keep their order of arrival.
    return waiting.reduce((first, visitor) => (first === undefined || rank(visitor) < rank(first) ? visitor : first), undefined);
}
/** A token bucket whose rate the server's 429 halves and time gives back. */
function createThrottle(perMinute, startedAt) {
    const atOnce = Math.max(1, Math.floor(perMinute * SHARE_AT_ONCE));
    const fullRate = Math.max(1, perMinute - atOnce) / MINUTE_MS;
    let tokens = atOnce;
    let countedAt = startedAt;
    let share = 1;
    let pausedUntil = Number.NEGATIVE_INFINITY;
    let slowedAt = Number.NEGATIVE_INFINITY;
    let nextUsualMs = USUAL_PAUSE_MS;
    const shareAt = (at) => {
        const minutes = Math.max(0, at - Math.max(slowedAt, pausedUntil)) / MINUTE_MS;
        return share === 1 ? 1 : Math.min(1, share + RECOVERY_A_MINUTE * minutes);
    };
    const count = (at) => {
        // No room builds up in a pause: afterwards the server is not to be met by a crowd.
        const from = Math.min(at, Math.max(countedAt, pausedUntil));
        tokens = Math.min(atOnce, tokens + (at - from) * fullRate * shareAt(at));
        countedAt = at;
    };
    return {
        delayMs(places, at) {
            count(at);
            const missing = Math.min(places, atOnce) - tokens;
            return missing <= 1e-9 ? 0 : Math.ceil(missing / (fullRate * shareAt(at)));
        },
        use(places, at) {
            count(at);
            tokens -= Math.min(places, atOnce);
        },
        pauseLeftMs: (at) => Math.max(0, pausedUntil - at),
        pause(askedMs, at) {
            count(at);
            const pausing = at < pausedUntil;
            // Those that were under way meanwhile are told the same: it is one refusal, not several.
            if (!pausing) {
                nextUsualMs =
                    at - slowedAt < 2 * MINUTE_MS
                        ? Math.min(MAX_USUAL_PAUSE_MS, nextUsualMs * 2)
                        : USUAL_PAUSE_MS;
                share = Math.max(MIN_SHARE, shareAt(at) / 2);
                tokens = Math.min(tokens, 1);
            }
            slowedAt = at;
            // "Come back in 0 s" is said by servers that do not mean it.
            const asked = askedMs === undefined || askedMs < 1_000 ? nextUsualMs : askedMs;
            const until = at + Math.min(MAX_PAUSE_MS, asked);
            pausedUntil = pausing && askedMs === undefined ? pausedUntil : Math.max(pausedUntil, until);
        },
    };
}

;// CONCATENATED MODULE: ./build/shared/etlworks/request-budget.js


/** Half of what Etlworks allows an organisation, so that colleagues and schedules keep theirs. */
const REQUESTS_PER_MINUTE = 300;
/** The history and the start itself. */
const PLACES_OF_A_START = 2;
/** So long may a request come after its deadline: the last poll belongs to the deadline itself. */
const GRACE_MS = 1_000;
/** A start that would wait longer than this first reads the history once more. */
const MAX_WAIT_OF_A_START_MS = 2_000;
function createRequestBudget(dependencies) {
    const { clock, perMinute = REQUESTS_PER_MINUTE } = dependencies;
    const line = createWaitingLine({ ...dependencies, perMinute });
    /** `go` with what is left of its time. Otherwise the answer that stands for a request not sent. */
    const waitForTurn = async (request, { urgency: given, stopping, deadline = Number.POSITIVE_INFINITY, admission }) => {
        const urgency = stopping?.aborted === true ? "stop" : (given ?? urgencyOf(request));
        const pauseMs = urgency === "stop" ? 0 : line.pauseLeftMs();
        if (isStartRequest(request) && pauseMs > MAX_WAIT_OF_A_START_MS)
            return sameAnswer(pauseMs);
        const left = AbortSignal.any([request.signal, request.unsentSignal].filter(signal => signal !== undefined));
        const kept = admission?.take() === true;
        const at = clock.monotonicMs();
        // Who stops runs is about to be killed itself.
        const until = urgency === "stop" ? at + request.timeLimitMs : Math.max(deadline, at + GRACE_MS);
        const came = await line.wait({ urgency, kept, places: 1, signal: left, deadline: until });
        if (came === "left")
            return { kind: "stopped", mayHaveArrived: false };
        if (came === "go") {
            // Its limit was meant to end with the user's time, and part of that has passed in the line.
            const now = clock.monotonicMs();
            const timeLimitMs = now > at ? Math.max(GRACE_MS, until - now) : request.timeLimitMs;
            return { kind: "go", timeLimitMs: Math.min(request.timeLimitMs, timeLimitMs) };
        }
        const reason = "the limit of requests per minute left no room before the timeout";
        return { kind: "unreachable", permanent: false, cause: "request-limit", reason };
    };
    return {
        limit: (send, rules = {}) => async (request) => {
            const turn = await waitForTurn(request, rules);
            if (turn.kind !== "go")
                return turn;
            const reply = await send({ ...request, timeLimitMs: turn.timeLimitMs });
            if (reply.kind === "answer" && reply.status === 429) {
                line.pause((0,answer_times/* retryAfter */.P9)(reply, clock.epochMs).retryAfterMs);
            }
            return reply;
        },
        async admit({ signal, deadline }) {
            const places = PLACES_OF_A_START;
            const came = await line.wait({ urgency: "admit", kept: false, places, signal, deadline });
            if (came !== "go")
                return undefined;
            let left = places;
            return {
                take() {
                    if (left === 0)
                        return false;
                    left -= 1;
                    return true;
                },
                release() {
                    line.giveBack(left);
                    left = 0;
                },
            };
        },
    };
}
function isStartRequest({ method, url }) {
    return method === "POST" && /\/v1\/flows\/\d+\/run$/.test(url.pathname);
}
/** A poll can wait; what a start needs (signing in, the history, the start itself) goes before it. */
function urgencyOf({ method, url }) {
    return method === "GET" && !url.pathname.endsWith("/history") ? "poll" : "start";
}
/**
 * The server's own answer, given a moment ago to another run: asking it again could only be
 * refused. The core then waits as it would after its own 429, and reads the history anew.
 */
function sameAnswer(pauseMs) {
    const headers = { "retry-after": String(Math.ceil(pauseMs / 1_000)) };
    return { kind: "answer", status: 429, headers, body: "", cut: false };
}

// EXTERNAL MODULE: ./build/action/inputs/connect.js + 22 modules
var connect = __nccwpck_require__(354);
;// CONCATENATED MODULE: ./build/shared/duplicate-keys.js
/** The name alone, for a flat object. */
function duplicateKey(text) {
    return findDuplicateKey(text)?.name;
}
/**
 * The first member name that stands twice in one object of a JSON text, as `JSON.parse` keeps only
 * the last and says nothing. The text must be well-formed JSON.
 */
function findDuplicateKey(text) {
    return findKey(text, (name, before) => before.has(name));
}
/**
 * The first member named `__proto__`, which whoever parses safely drops and says nothing. The text
 * must be well-formed JSON.
 */
function findPrototypeKey(text) {
    return findKey(text, name => name === "__proto__");
}
/** `before` are the names that stood before it in its object. */
function findKey(text, isSought) {
    const outer = [];
    let inner = newContainer();
    for (const [token, name] of text.matchAll(TOKEN)) {
        if (name !== undefined) {
            const member = String(JSON.parse(name));
            inner.at = member;
            if (isSought(member, inner.names))
                return { name: member, path: pathOf([...outer, inner]) };
            inner.names.add(member);
        }
        else if (token === "{" || token === "[") {
            outer.push(inner);
            inner = newContainer();
        }
        else if (token === "}" || token === "]") {
            inner = outer.pop() ?? inner;
        }
        else if (token === "," && typeof inner.at === "number") {
            inner.at += 1;
        }
    }
    return undefined;
}
/** Strings in one run each, so that a long one cannot exhaust the expression's stack. */
const TOKEN = /("[^"\\]*(?:\\.[^"\\]*)*")\s*:|"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{},]/g;
function newContainer() {
    return { names: new Set(), at: 0 };
}
function pathOf([, ...containers]) {
    return containers
        .map(({ at }) => (typeof at === "number" ? `[${at}]` : `.${at}`))
        .join("")
        .replace(/^\./, "");
}

// EXTERNAL MODULE: ./build/shared/json.js
var json = __nccwpck_require__(8444);
;// CONCATENATED MODULE: ./build/action/inputs/parameter-warnings.js
/**
 * What about the lines of parameters looks like a mistake and may be none, as sentences. Names are
 * shown, values never.
 */
function warningsOfLines(entries) {
    const warnings = entries.flatMap(([name, value], index) => {
        const odd = oddName(name) ?? oddValue(name, value, index + 1 < entries.length);
        return odd === undefined ? [] : [odd];
    });
    const values = entries.map(([, value]) => value);
    // The last of three and more may do without, as in a list.
    const ended = values.length > 2 ? values.slice(0, -1) : values;
    const mark = [",", ";"].find(sign => ended.length > 1 && ended.every(value => value.endsWith(sign)));
    if (mark !== undefined) {
        warnings.push(`every line ends with "${mark}", which is passed on as a part of the value. Write one name=value on each line, without "${mark}".`);
    }
    return warnings;
}
/** Etlworks finds a name in a flow as it is written, capitals included, so both are passed on. */
function warningsOfNames(parameters) {
    const names = new Map();
    return Object.keys(parameters).flatMap(name => {
        const small = name.toLowerCase();
        const other = names.get(small);
        names.set(small, name);
        return other === undefined
            ? []
            : [
                `The parameters "${other}" and "${name}" differ only in capitals, and both are passed on. Remove one if they mean the same.`,
            ];
    });
}
/** Also for JSON: an expression that GitHub has not replaced, in a file or in a variable, say. */
function warningsOfValues(parameters) {
    return Object.entries(parameters).flatMap(([name, value]) => value.includes("${{")
        ? [
            `the value of "${name}" contains \${{ … }}, which GitHub replaces in workflow files only. It is passed on as it is.`,
        ]
        : []);
}
/** A name of letters, digits and the signs that are common in names, as other programs write them. */
const USUAL_NAME = /^[\p{L}\p{N}_](?:[\p{L}\p{N}\p{M}_.\-[\]/@#:]*[\p{L}\p{N}\p{M}_\]])?$/u;
function oddName(name) {
    return USUAL_NAME.test(name)
        ? undefined
        : `the name "${name}" has signs that names seldom have. If they are not meant, write only name=value.`;
}
function oddValue(name, value, followed) {
    const says = (what) => `the value of "${name}" ${what}`;
    if (/^(["'])[\s\S]*\1$/.test(value) && value.length > 1) {
        return says("begins and ends with a quotation mark. Lines need none: both marks are passed on as parts of the value.");
    }
    if (NEXT_PARAMETER.test(value) || PACKED.test(value)) {
        return says(`contains what looks like the next name=value. If it is one, write each on its own line ("parameters: |" in YAML, not ">").`);
    }
    if (/\s#\s/.test(value)) {
        return says('contains " # ". Only a whole line can be a comment: this is passed on as a part of the value.');
    }
    if (value.startsWith("="))
        return says('begins with "=". Write one "=" between name and value.');
    if (followed && /\s\\$/.test(value)) {
        return says("ends with a backslash, but a line never goes on in the next one. For a value of several lines use a JSON object.");
    }
    return INVISIBLE.test(value)
        ? says("contains an invisible character. If it is not meant, type the value again.")
        : undefined;
}
const NEXT_PARAMETER = /\s[\p{L}_][\p{L}\p{N}_.-]*\s?=/u;
/** `1&b=2`, `1;b=2`: not in an address or a connection string, which have their own signs before. */
const PACKED = /^[^=?;&,:]*[;&,]\s?[\p{L}_][\p{L}\p{N}_.-]*\s?=/u;
const INVISIBLE = /[^\P{Cc}\t]|\p{Bidi_Control}|[\u00ad\u200b\u2028\u2029\u2060\ufeff]/u;

;// CONCATENATED MODULE: ./build/action/inputs/written-json.js



/** A number as its author wrote it: 1.50 is not 1.5 in a query, and long ids are not rounded. */
class WrittenNumber {
    source;
    constructor(source) {
        this.source = source;
    }
}
/**
 * Parses JSON that a person wrote, with each number as a `WrittenNumber`. Throws a UserError that
 * names the place of a fault and never quotes what stands there. `input` names the input.
 */
function parseWrittenJson(text, input) {
    const deep = (0,json/* whyTooDeep */.bc)(text);
    if (deep !== undefined)
        throw new user_error/* UserError */.y(`${input}: is ${deep}.`);
    try {
        return JSON.parse(text, (_key, value, context) => typeof value === "number" ? new WrittenNumber(context?.source ?? String(value)) : value);
    }
    catch (error) {
        throw new user_error/* UserError */.y(`${input}: starts like JSON but is not${placeOf((0,thrown/* messageOf */.bD)(error), text)}.`);
    }
}
/** V8's message quotes the text around the fault, and that may hold a secret: keep the place only. */
function placeOf(message, text) {
    if (message.startsWith("Unexpected end"))
        return " complete";
    const position = Number(/position (\d+)/.exec(message)?.[1] ?? unexpectedTokenIn(text));
    const before = text.slice(0, position).split("\n");
    const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
    return ` valid at ${place}${whatToChange(text, position)}`;
}
/** The mistakes that people make when they know JavaScript, Python or YAML better than JSON. */
function whatToChange(text, position) {
    const sign = text.charAt(position);
    const before = text.slice(0, position).trimEnd().at(-1) ?? "";
    if (/[}\]]/.test(sign) && before === ",")
        return ". Remove the comma before it";
    if (sign === "'")
        return ". JSON needs double quotes";
    if (sign === "/" || sign === "#")
        return ". JSON has no remarks";
    if (/[\r\n]/.test(sign))
        return ". Write a line break inside a string as \\n";
    if (sign === '"' && /[\w"}\]]/.test(before))
        return ". A comma is missing before it";
    if (/[A-Za-z_]/.test(sign) && /[{,:[]/.test(before))
        return ". In JSON names and strings stand in double quotes";
    return "";
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
        return (0,thrown/* messageOf */.bD)(error);
    }
}

;// CONCATENATED MODULE: ./build/action/inputs/parameters.js





/**
 * Reads a JSON object, or lines `name=value`. Numbers and booleans become the string they were
 * written as. Throws a UserError for anything that is not a flat map, for a name given twice and
 * for a name that nobody can mean. No sentence quotes a value. `input` names the input.
 */
function parseParameters(text, input = "parameters") {
    const trimmed = text.trim();
    if (trimmed === "")
        return { parameters: {}, warnings: [] };
    // Not `{name}=value`, as the flow writes the name.
    if (trimmed.startsWith("{") && !/^\{[^{}"':]*\}\s*=/.test(trimmed)) {
        const parameters = parametersOf(fromJson(trimmed, input), input);
        const warnings = warningsOfValues(parameters).map(what => `${input}: ${what}`);
        return { parameters, warnings };
    }
    if (trimmed.startsWith("["))
        return refuse(input, "must be one JSON object or lines name=value, not a list.");
    return fromLines(text, input);
}
/** The parameters in an object that is parsed already (see written-json.ts). */
function parametersOf(value, input) {
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [
        checkName(name, input),
        toText(name, entry, input),
    ]));
}
/**
 * Two sets as one, in which the second wins. Names that nobody can tell apart are one name here too,
 * or both values would be sent.
 */
function mergeParameters(under, over) {
    const named = new Set(Object.keys(over).map(looksOf));
    const left = Object.entries(under).filter(([name]) => !named.has(looksOf(name)));
    return Object.fromEntries([...left, ...Object.entries(over)]);
}
/** Names whose value is empty. Etlworks leaves the `{token}` of such a parameter in place. */
function emptyParameters(parameters) {
    return Object.keys(parameters).filter(name => parameters[name] === "");
}
function fromJson(text, input) {
    const value = parseWrittenJson(text, input);
    if (!(0,json/* isObject */.Gv)(value))
        return refuse(input, "must be a JSON object.");
    const twice = duplicateKey(text) ?? lookingAlike(Object.keys(value));
    if (twice !== undefined)
        refuse(input, `"${twice}" is given twice.`);
    return value;
}
function fromLines(text, input) {
    const entries = [];
    const warnings = [];
    let indent;
    for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
        const line = raw.trim();
        const number = index + 1;
        if (line === "" || line.startsWith("#"))
            continue;
        if (/^-\s/.test(line)) {
            refuse(input, `line ${number} starts with "- ", as an item of a YAML list. Write name=value alone on each line.`);
        }
        const split = line.indexOf("=");
        if (split < 0)
            refuse(input, `line ${number} has no "=". Write name=value on each line, or a JSON object.`);
        const name = checkName(line.slice(0, split).trim(), input, number);
        if (/^["'`\u2018\u201c]/.test(name)) {
            refuse(input, `the name on line ${number} begins with a quotation mark. Write name=value without quotes, or a JSON object.`);
        }
        const value = line.slice(split + 1).trim();
        const depth = raw.length - raw.trimStart().length;
        if (entries.length > 0 && depth > (indent ?? depth)) {
            warnings.push(`${input}: line ${number} is indented as if it continued the line above, but it is read as a parameter of its own, "${name}". For a value of several lines use a JSON object.`);
        }
        indent ??= depth;
        entries.push([name, value]);
    }
    const names = entries.map(([name]) => name);
    const twice = lookingAlike(names);
    if (twice !== undefined)
        refuse(input, `"${twice}" is given twice.`);
    const parameters = Object.fromEntries(entries);
    const odd = [...warningsOfLines(entries), ...warningsOfValues(parameters)];
    return { parameters, warnings: [...warnings, ...odd.map(what => `${input}: ${what}`)] };
}
function lookingAlike(names) {
    const seen = new Set();
    return names.find(name => seen.size === seen.add(looksOf(name)).size);
}
/** A letter with an accent can be written in two ways (NFC, NFD) that nobody can tell apart. */
function looksOf(name) {
    return name.normalize("NFC");
}
function toText(name, value, input) {
    if (typeof value === "string")
        return value;
    if (value instanceof WrittenNumber)
        return value.source;
    if (typeof value === "boolean")
        return String(value);
    const found = value === null ? "null" : Array.isArray(value) ? "a list" : "an object";
    return refuse(input, `"${name}" is ${found}; only strings, numbers and booleans can be passed.`);
}
/**
 * A name with a blank in it is half of a value, a line of YAML or a shell command; Etlworks finds a
 * name between braces in its flows, so a brace can be no part of one. What is no name may be a
 * part of a value: it is not shown.
 */
function checkName(name, input, line) {
    const what = line === undefined ? "a name" : `the name on line ${line}`;
    if (name === "")
        return refuse(input, `${what} is empty.`);
    if (/[\s\p{Z}]/u.test(name)) {
        return refuse(input, line === undefined
            ? `${what} contains a space. Write the name without it.`
            : `${what} contains a space. Write name=value on each line; for a value of several lines use a JSON object.`);
    }
    if (/[{}]/.test(name))
        return refuse(input, `${what} contains a brace. Write it without { and }.`);
    if (/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Default_Ignorable_Code_Point}]/u.test(name)) {
        return refuse(input, `${what} contains an invisible character. Type the name again.`);
    }
    return name;
}
function refuse(input, why) {
    throw new user_error/* UserError */.y(`${input}: ${why}`);
}

;// CONCATENATED MODULE: ./build/action/inputs/read-all.js

/**
 * Reads everything, also after something was wrong, and throws one UserError with all sentences,
 * each once. `check` may add what is wrong about several properties together.
 */
function readAll(readers, source, check) {
    const problems = [];
    const values = {};
    for (const name in readers) {
        const value = attempt(problems, () => ({ read: readers[name](source) }));
        if (value !== undefined)
            values[name] = value.read;
    }
    check(problems);
    if (problems.length > 0 || !isWhole(values, readers)) {
        throw new user_error/* UserError */.y([...new Set(problems)].join("\n"));
    }
    return values;
}
/** What is read, or `undefined` where something is wrong with it: then that is one more of the problems. */
function attempt(problems, read) {
    try {
        return read();
    }
    catch (error) {
        if (!(error instanceof user_error/* UserError */.y))
            throw error;
        problems.push(...error.message.split("\n"));
        return undefined;
    }
}
function isWhole(values, readers) {
    return Object.keys(readers).every(name => Object.hasOwn(values, name));
}

// EXTERNAL MODULE: ./build/action/inputs/read-input.js
var read_input = __nccwpck_require__(8324);
;// CONCATENATED MODULE: ./build/action/inputs/flow-list.js









/**
 * Reads `flows`: lines, each a name or an id, or a JSON list. Throws one UserError for everything
 * that is wrong with it. `shared` are the parameters that all flows get.
 */
function parseFlowList(text, shared) {
    if (text.startsWith("{")) {
        return flow_list_refuse(['must be a list: lines, or JSON such as [12345, "Load orders"].']);
    }
    const entries = text.startsWith("[") ? flow_list_fromJson(text) : flow_list_fromLines(text);
    const problems = givenTwice(entries, entry => {
        const { choice } = entry;
        const flow = choice.kind === "id" ? String(choice.id) : normalName(choice.name);
        const parameters = parametersFor(entry, shared);
        return { flow: [choice.kind, flow], shown: (0,read_input/* quoted */.TL)(flow), parameters };
    });
    return problems.length === 0 ? entries : flow_list_refuse(problems);
}
/** What a run of the flow would get. */
function parametersFor(entry, shared) {
    return mergeParameters(shared, entry.parameters ?? {});
}
function flow_list_fromLines(text) {
    const problems = [];
    const entries = [];
    for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
        const line = raw.trim();
        if (line === "" || (0,read_input/* isRemark */.bd)(line))
            continue;
        const where = `line ${index + 1}`;
        if (/^-\s/.test(line)) {
            problems.push(`${where} starts with "- ", as an item of a YAML list. Write the name alone.`);
        }
        else if (/^\d+(\s*[,;]\s*\d+)+[,;]?$/.test(line)) {
            problems.push(`${where} holds several ids. Write each on its own line.`);
        }
        else if (/^[1-9]\d{0,14}$/.test(line)) {
            entries.push({ choice: { kind: "id", id: Number(line) } });
        }
        else if (/^[-+]?\d+$/.test(line)) {
            problems.push(`${where}: ${(0,read_input/* quoted */.TL)(line)} is not an id, which is a positive whole number. If it is a name, write it as JSON, [${JSON.stringify(line)}].`);
        }
        else {
            entries.push({ choice: { kind: "name", name: line } });
        }
    }
    if (problems.length > 0)
        return flow_list_refuse(problems);
    return entries.length > 0 ? entries : flow_list_refuse(["no flow is given. Write one on each line."]);
}
function flow_list_fromJson(text) {
    let list;
    try {
        list = parseWrittenJson(text, "flows");
    }
    catch (error) {
        if (!(error instanceof user_error/* UserError */.y))
            throw error;
        throw new user_error/* UserError */.y(`${error.message} Write one flow on each line, or a JSON list; a name that begins with "[" needs JSON, as in ["[Test] Load orders"].`);
    }
    if (!Array.isArray(list))
        return flow_list_refuse(["must be a JSON list."]);
    const items = list;
    if (items.length === 0)
        return flow_list_refuse(["the list is empty."]);
    const twice = duplicateKey(text);
    if (twice !== undefined)
        return flow_list_refuse([`"${twice}" is given twice in one entry.`]);
    const problems = [];
    const entries = items.flatMap((item, index) => attempt(problems, () => readEntry(item, index + 1)) ?? []);
    if (problems.length > 0)
        throw new user_error/* UserError */.y(problems.join("\n"));
    return entries;
}
const KEYS = ["flow", "parameters", "timeout"];
function readEntry(item, number) {
    const where = `flows: entry ${number}`;
    if (!(0,json/* isObject */.Gv)(item) || item instanceof WrittenNumber)
        return { choice: readFlow(item, where) };
    const problems = [];
    for (const key of Object.keys(item)) {
        if (!KEYS.some(known => known === key)) {
            problems.push(`${where}: ${(0,read_input/* quoted */.TL)(key)} is not known; ${didYouMean(key, KEYS)}`);
        }
    }
    const { flow, parameters, timeout } = {
        flow: item["flow"],
        parameters: item["parameters"],
        timeout: item["timeout"],
    };
    const choice = attempt(problems, () => {
        if (flow === undefined)
            throw new user_error/* UserError */.y(`${where}: "flow" is missing.`);
        return readFlow(flow, where);
    });
    const own = attempt(problems, () => parameters === undefined ? undefined : readParameters(parameters, `${where}: parameters`));
    const timeoutMs = attempt(problems, () => timeout === undefined ? undefined : readTimeout(timeout, `${where}: timeout`));
    if (choice === undefined || problems.length > 0)
        throw new user_error/* UserError */.y(problems.join("\n"));
    return {
        choice,
        ...(own === undefined ? {} : { parameters: own }),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
    };
}
function readFlow(value, where) {
    if (typeof value === "string") {
        const name = value.trim();
        if (name === "")
            throw new user_error/* UserError */.y(`${where}: the name is empty.`);
        return { kind: "name", name };
    }
    if (value instanceof WrittenNumber) {
        if (/^[1-9]\d{0,14}$/.test(value.source))
            return { kind: "id", id: Number(value.source) };
        throw new user_error/* UserError */.y(`${where}: ${(0,read_input/* quoted */.TL)(value.source)} is not an id, which is a positive whole number.`);
    }
    throw new user_error/* UserError */.y(`${where}: is ${kindOf(value)}. Use an id, a "name", or {"flow": …, "parameters": {…}, "timeout": "30m"}.`);
}
function readParameters(value, where) {
    if ((0,json/* isObject */.Gv)(value) && !(value instanceof WrittenNumber))
        return parametersOf(value, where);
    throw new user_error/* UserError */.y(`${where}: is ${kindOf(value)}, and must be an object.`);
}
function readTimeout(value, where) {
    if (typeof value === "string")
        return (0,read_input/* readDuration */.$7)(value.trim(), where);
    if (value instanceof WrittenNumber)
        return (0,read_input/* readDuration */.$7)(value.source, where);
    throw new user_error/* UserError */.y(`${where}: is ${kindOf(value)}. Use a duration such as "30m".`);
}
function kindOf(value) {
    if (value === null)
        return "null";
    if (Array.isArray(value))
        return "a list";
    if (value instanceof WrittenNumber)
        return "a number";
    if (typeof value === "object")
        return "an object";
    return typeof value === "boolean" ? String(value) : `a ${typeof value}`;
}
/**
 * One flow twice runs the same work twice, unless its parameters make another work of it. A sentence
 * for each flow that is.
 */
function givenTwice(items, read) {
    const seen = new Set();
    const twice = new Set();
    for (const { flow, shown, parameters } of items.map(read)) {
        const sorted = Object.entries(parameters)
            .map(([name, value]) => [looksOf(name), value])
            .toSorted(([one], [other]) => (one < other ? -1 : 1));
        const key = JSON.stringify([flow, sorted]);
        if (seen.has(key))
            twice.add(shown);
        seen.add(key);
    }
    return [...twice].map(flow => `${flow} is given twice with the same parameters. Remove one, or change its parameters.`);
}
function flow_list_refuse(problems) {
    throw new user_error/* UserError */.y(problems.map(problem => `flows: ${problem}`).join("\n"));
}

;// CONCATENATED MODULE: ./build/action/inputs/find-flows.js




/**
 * Finds all flows of a step by one reading of the list. Everything that is wrong with names and
 * tags is one UserError.
 */
async function findFlows(selection, shared, lookUp) {
    return selection.kind === "tag"
        ? findTagged(selection.tags, shared, lookUp)
        : findListed(selection.entries, shared, lookUp);
}
async function findListed(entries, shared, lookUp) {
    const needsList = entries.some(({ choice }) => choice.kind === "name");
    const whole = needsList ? await listFlows({}, lookUp) : undefined;
    const list = whole === undefined ? [] : toList(whole, lookUp);
    if ("kind" in list)
        return list;
    const left = whole === undefined ? undefined : whatIsLeft(whole);
    const problems = [];
    const flows = entries.flatMap((entry) => {
        const flow = choose(entry, list, left);
        if (typeof flow === "string") {
            problems.push(`${lookUp.names.flow}: ${flow}`);
            return [];
        }
        const parameters = parametersFor(entry, shared);
        return [{ ...flow, parameters, timeoutMs: entry.timeoutMs ?? 0 }];
    });
    // Once by its name and once by its id: only the list shows that it is the same flow.
    const twice = givenTwice(flows, ({ id, name, parameters }) => ({
        flow: id,
        shown: name === undefined ? `flow ${id}` : `"${name}" (${id})`,
        parameters,
    }));
    problems.push(...twice.map(problem => `${lookUp.names.flow}: ${problem}`));
    if (problems.length > 0)
        throw new user_error/* UserError */.y(problems.join("\n"));
    return { kind: "found", flows };
}
/** The flow, or why there is none. */
function choose({ choice }, list, left) {
    if (choice.kind === "id")
        return named(list.find(({ id }) => id === choice.id) ?? choice);
    const wanted = normalName(choice.name);
    const found = list.filter(({ name }) => normalName(name) === wanted);
    const [only, ...others] = found;
    if (only !== undefined && others.length === 0)
        return { id: only.id, name: only.name };
    const listed = found.length > 1 ? found : nearest(choice.name, list);
    return explainChoice(choice.name, listed, { equal: found.length, left, ofSeveral: true });
}
/** A flow of the list may have no name. */
function named({ id, name = "" }) {
    return name === "" ? { id } : { id, name };
}
async function findTagged(tags, parameters, lookUp) {
    const flows = new Map();
    const unused = [];
    // One tag at a time: whether a server takes two as "one of them" or "both" is not documented.
    for (const tag of tags) {
        const tagged = await readTagged(tag, lookUp);
        if ("kind" in tagged)
            return tagged;
        if (tagged.length === 0)
            unused.push(tag);
        for (const flow of tagged)
            flows.set(flow.id, { ...named(flow), parameters, timeoutMs: 0 });
    }
    if (unused.length > 0)
        return refuseTags(unused, lookUp);
    return { kind: "found", flows: [...flows.values()] };
}
async function readTagged(tag, lookUp) {
    const narrow = await listFlows({ tag: [tag] }, lookUp);
    const listed = toList(narrow, lookUp);
    if ("kind" in listed)
        return listed;
    const doubtful = !narrow.filtered || (narrow.total !== undefined && listed.length < narrow.total);
    const tagsShown = listed.every(flow => flow.tags !== undefined);
    const tagged = (flows) => flows.filter(flow => hasTag(flow, tag));
    // A server whose filter counts capitals finds none where a person sees the tag.
    const none = listed.length === 0 && !doubtful;
    if (tagsShown && !doubtful && !none)
        return tagged(listed);
    const whole = narrow.filtered ? await listFlows({}, lookUp) : narrow;
    const all = toList(whole, lookUp);
    if ("kind" in all)
        return all;
    if (none && tagged(all).length === 0)
        return [];
    // Some of the flows in place of all of them would pass for a whole night's work.
    const left = whatIsLeft(whole);
    if (left !== undefined && (!narrow.filtered || doubtful || none)) {
        return find_flows_refuse(`${left}, so it is not certain which of them have the tag "${tag}". Name the flows with the input flows instead, by their ids.`, lookUp);
    }
    if (tagsShown && all.every(flow => flow.tags !== undefined))
        return tagged(all);
    // Whether this list takes the filter is not documented. Without it every flow would run.
    // A number that is that of all flows says nothing of those with the tag.
    const wholeOfTag = !doubtful || narrow.total === all.length;
    if (narrow.filtered && wholeOfTag && all.length > listed.length)
        return listed;
    return find_flows_refuse(`this instance does not show the tags of its flows, so it is not certain which flows have the tag "${tag}". Name the flows with the input flows instead.`, lookUp);
}
function find_flows_refuse(why, { names }) {
    throw new user_error/* UserError */.y(`${names.flow}: ${why}`);
}
/** The tags that exist help to find a misspelt one; they are a help and no condition. */
async function refuseTags(tags, lookUp) {
    const all = await readList(lookUp);
    if ("kind" in all)
        return all;
    const existing = [...new Set(all.flatMap(flow => flow.tags ?? []))].toSorted();
    const shown = existing.slice(0, MAX_TAGS).map(tag => `"${tag}"`);
    const more = existing.length > shown.length ? `, and ${existing.length - shown.length} more` : "";
    const known = shown.length === 0 ? "no flow has a tag" : `tags in use: ${shown.join(", ")}${more}`;
    const lines = tags.some(tag => tag.includes(",")) ? " Write each tag on its own line." : "";
    throw new user_error/* UserError */.y(`${lookUp.names.flow}: no flow has the tag ${quotedList(tags)}; ${known}. Correct the tag, or add it to the flows in Etlworks.${lines}`);
}
const MAX_TAGS = 20;
function quotedList(tags) {
    return tags.map(tag => `"${tag}"`).join(" or ");
}
/** As a person reads them: capitals and blanks make no other tag. */
function hasTag(flow, tag) {
    const wanted = normalName(tag).toLowerCase();
    return (flow.tags ?? []).some(each => normalName(each).toLowerCase() === wanted);
}
async function readList(lookUp) {
    return toList(await listFlows({}, lookUp), lookUp);
}
function toList({ reply, cutShort }, { host, names }) {
    if (host.stop.aborted)
        return { kind: "stopped" };
    return reply.kind === "value" ? reply.value : whyNot(reply, cutShort, names);
}

// EXTERNAL MODULE: ./build/action/report/flow-result.js
var flow_result = __nccwpck_require__(6896);
;// CONCATENATED MODULE: ./build/action/report/flows-timeline.js

/** More bars than this are no picture any more. */
const flows_timeline_MAX_BARS = 40;
/** From some minutes on the marks stand on whole minutes, and their seconds would overlap. */
const SECONDS_FIT_MS = 600_000;
/**
 * One Gantt picture of all runs, which GitHub draws from Mermaid: a bar a run, in the order of their
 * starts, those that failed in another colour. With very many runs, the longest.
 */
function flowsTimeline(results) {
    const all = results.flatMap(toBar);
    const bars = all
        .toSorted((one, other) => other.to - other.from - (one.to - one.from))
        .slice(0, flows_timeline_MAX_BARS)
        .toSorted((one, other) => one.from - other.from);
    if (bars.length === 0)
        return "";
    const first = Math.min(...bars.map(({ from }) => from));
    const last = Math.max(...bars.map(({ to }) => to));
    const section = bars.length < all.length ? `The ${bars.length} longest of ${all.length} runs` : "Runs";
    return [
        "```mermaid",
        "gantt",
        "  dateFormat x",
        `  axisFormat ${last - first < SECONDS_FIT_MS ? "%H:%M:%S" : "%H:%M"}`,
        `  section ${section}`,
        ...bars.map(({ name, from, to, failed }, index) => `  ${index + 1}. ${name} ${(0,shared_duration/* formatDuration */.a3)(to - from)} :${failed ? "crit, " : ""}${from}, ${to}`),
        "```",
    ].join("\n");
}
function toBar({ label, report, verdict }) {
    const { startedAt, durationMs, outcome } = report;
    const length = durationMs ?? ("elapsedMs" in outcome ? outcome.elapsedMs : undefined);
    if (startedAt === undefined || length === undefined || length < 0)
        return [];
    const from = Math.round(startedAt);
    // A bar without a length is not drawn at all.
    const to = from + Math.max(1_000, Math.round(length));
    return [{ name: harmless(label), from, to, failed: verdict === "fail" }];
}
/**
 * Mermaid ends a name at a colon, a line at `;` or `#`, and has words of its own; so nothing but
 * letters, digits and the mark of a cut is left of a name, and a number stands before it.
 */
function harmless(label) {
    const name = label
        .replace(/[^\p{L}\p{N}…]+/gu, " ")
        .replace(/\s+/g, " ")
        .trim();
    return name === "" ? "flow" : name;
}

;// CONCATENATED MODULE: ./build/action/report/flows-summary.js






/**
 * The job summary of a step that runs several flows: one table, the worst first, and one timeline.
 * At most 64 KB, however many flows there are and whatever they are called. As in the summary of
 * one flow, what comes from outside stands in HTML with every sign escaped.
 */
function renderFlowsSummary(results, about) {
    const failed = results.filter(({ verdict }) => verdict === "fail");
    const sections = [
        about.dryRun ? `### ${ICONS.skipped} Dry run` : heading(results.length, failed.length),
        failed.length > 0 && about.nextStep !== undefined ? nextLine(about.nextStep) : "",
        overview(results, about),
        flowTable((0,flow_result/* worstFirst */.md)(results)),
        shortBlock(parametersBlock(about.parameters)),
        flowsTimeline(results),
    ];
    return `${sections.filter(section => section !== "").join("\n\n")}\n`;
}
function heading(count, failed) {
    return failed === 0
        ? `### ✅ ${count === 1 ? "The flow" : `All ${count} flows`} passed`
        : `### ❌ ${failed} of ${(0,flow_result/* countedFlows */.YE)(count)} failed`;
}
function overview(results, { host, durationMs }) {
    return table([
        ["Instance", escapeHtml(host)],
        ["Outcomes", (0,flow_result/* countOutcomes */.XF)(results)],
        ["Duration", `${(0,shared_duration/* formatDuration */.a3)(durationMs)} for all`],
    ]);
}
/** Leaves room for the parameters (50 rows) and the timeline below 64 KB. */
const MAX_TABLE_BYTES = 40_000;
function flowTable(results) {
    const head = ["Flow", "Outcome", "Audit id", "Duration", "Usually", "Message"].map(name => `<td><b>${name}</b></td>`);
    const rows = [];
    let bytes = 0;
    for (const result of results) {
        const row = flowRow(result);
        bytes += Buffer.byteLength(row);
        if (bytes > MAX_TABLE_BYTES)
            break;
        rows.push(row);
    }
    const hidden = results.slice(rows.length);
    const rest = hidden.length === 0
        ? ""
        : `\n<tr><td colspan="2">and ${hidden.length} more: ${(0,flow_result/* countOutcomes */.XF)(hidden)}</td></tr>`;
    return `<table>\n<tr>${head.join("")}</tr>\n${rows.join("\n")}${rest}\n</table>`;
}
function flowRow({ report, verdict }) {
    const { outcome, flowId, flowName } = report;
    const id = `<code>${flowId}</code>`;
    const flow = flowName === undefined ? id : `${escapeHtml((0,plain_text/* shortLine */.tl)(flowName, 80))} (${id})`;
    const usual = typicalDuration(report.pastSeconds);
    const { kind } = outcome;
    const cells = [
        flow,
        `${ICONS[kind]}\u00a0${verdict === "fail" ? `<b>${kind}</b>` : kind}`,
        runsCell(report),
        report.durationMs === undefined ? "" : unbroken(report.durationMs),
        usual === undefined ? "" : unbroken(usual.medianMs),
        kind === "success" ? "" : escapeHtml((0,plain_text/* shortLine */.tl)((0,flow_result/* firstSentences */.zR)(report), MAX_MESSAGE)),
    ];
    return `<tr>${cells.map(cell => `<td>${cell}</td>`).join("")}</tr>`;
}
/** In one line, however narrow the column. */
function unbroken(milliseconds) {
    return (0,shared_duration/* formatDuration */.a3)(milliseconds).replaceAll(" ", "\u00a0");
}
const MAX_PARAMETERS_BYTES = 12_000;
function shortBlock(block) {
    return Buffer.byteLength(block) > MAX_PARAMETERS_BYTES ? "" : block;
}
const MAX_MESSAGE = 300;
/** The run, after those that ended in error before it. */
function runsCell({ auditId, earlierRuns }) {
    if (auditId === undefined)
        return "";
    const earlier = earlierRuns.slice(-MAX_EARLIER).map(run => `<code>${run.auditId}</code> error, `);
    const left = earlierRuns.length - earlier.length;
    return `${left > 0 ? `${left} more, ` : ""}${earlier.join("")}<code>${auditId}</code>`;
}
const MAX_EARLIER = 3;

;// CONCATENATED MODULE: ./build/action/report/conclude-flows.js









/**
 * Tells everybody how the flows of a step ended, as `conclude` does for one: outputs, summary, one
 * commit status, and one red annotation for all.
 */
async function concludeFlows(step, results, about) {
    const { inputs, runner, secrets } = step;
    const { status, durationMs, logFile } = about;
    const [worst] = (0,flow_result/* worstFirst */.md)(results);
    if (worst === undefined)
        throw new Error("There are no flows to tell of.");
    const { verdict } = worst;
    const { kind } = worst.report.outcome;
    const { dryRun } = inputs;
    const message = dryRun
        ? `Dry run: ${(0,flow_result/* countedFlows */.YE)(results.length)} can be reached; nothing was started.`
        : (0,flow_result/* describeResults */.ws)(results, MAX_MESSAGE_BYTES);
    const counts = `${(0,flow_result/* countedFlows */.YE)(results.length)}: ${(0,flow_result/* countOutcomes */.XF)(results)}`;
    runner.line(counts);
    await writeOutputs(runner, worst.report, verdict, { message, results: resultsOf(results) });
    const advice = nextStep(worst.report, {
        logShown: worst.logShown === true,
        ...settingsIn(inputs),
        logFile,
        dryRun,
        // With the flow's own message.
        stopTold: true,
    });
    if (inputs.summary) {
        const parameters = redactedParameters(inputs.parameters, secrets.redact);
        const { host } = inputs.baseUrl;
        const told = { host, durationMs, parameters, nextStep: advice, dryRun };
        const markdown = renderFlowsSummary(results, told);
        await runner.summary(secrets.redact(markdown));
    }
    const state = (0,commit_status/* finalState */.A9)(kind, verdict);
    await concludeStatus(runner, status, { state, description: counts });
    const failed = results.filter(result => result.verdict === "fail").length;
    if (failed > 0) {
        const text = [message, advice].filter(part => part !== undefined).join("\n");
        await runner.error(text, `Etlworks: ${failed} of ${(0,flow_result/* countedFlows */.YE)(results.length)} failed`);
    }
    else if (kind === "warning" || (kind === "skipped" && !dryRun)) {
        await runner.warning(message, `Etlworks flows: ${kind}`);
    }
    return verdict;
}
/** An output can be handed to a process as one variable, which holds 128 KB on Linux. */
const MAX_RESULTS_BYTES = 100_000;
/** The list of all results; messages and names are cut only as far as the size demands it. */
function resultsOf(results) {
    const whole = results.map(({ report, verdict }) => toResult(report, verdict));
    let text = "";
    for (const most of [MAX_MESSAGE_BYTES, 1_024, 400, 200, 100, 40]) {
        text = JSON.stringify(whole.map(result => shortened(result, most)));
        if (Buffer.byteLength(text) <= MAX_RESULTS_BYTES)
            break;
    }
    return text;
}
function shortened(result, bytes) {
    const { message, flowName } = result;
    return {
        ...result,
        message: (0,plain_text/* cutToBytes */.zP)(message, bytes),
        ...(flowName === undefined ? {} : { flowName: (0,plain_text/* cutToBytes */.zP)(flowName, bytes) }),
    };
}

;// CONCATENATED MODULE: ./build/action/report/flow-labels.js

/** Short enough that forty flows make one straight column before what is said of them. */
const MAX_LABEL = 28;
/**
 * What each flow of a step is called in the log: its name, short, in one column, and no two alike.
 * A long name loses its middle, since its end often tells `… EU` from `… US`.
 */
function flowLabels(flows) {
    const short = flows.map(({ id, name }) => shortName(name ?? "") || String(id));
    const withIds = flows.map(({ id }, index) => {
        const label = short[index] ?? "";
        const others = flows.some((other, place) => short[place] === label && other.id !== id);
        return others ? withEnd(label, ` ${id}`) : label;
    });
    const counts = new Map();
    for (const label of withIds)
        counts.set(label, (counts.get(label) ?? 0) + 1);
    const taken = new Set(withIds.filter(label => counts.get(label) === 1));
    return withIds.map(label => {
        if (counts.get(label) === 1)
            return label;
        for (let number = 1;; number++) {
            const numbered = withEnd(label, ` #${number}`);
            if (taken.has(numbered))
                continue;
            taken.add(numbered);
            return numbered;
        }
    });
}
/** The labels, filled up with blanks to the same width. */
function alignedLabels(labels) {
    const width = Math.max(0, ...labels.map(lengthOf));
    return labels.map(label => label + " ".repeat(width - lengthOf(label)));
}
function shortName(name) {
    const line = (0,plain_text/* shortLine */.tl)(name, 400);
    const letters = Array.from(line);
    if (letters.length <= MAX_LABEL)
        return line;
    const end = Math.floor((MAX_LABEL - 1) / 3);
    const start = MAX_LABEL - 1 - end;
    return `${letters.slice(0, start).join("").trimEnd()}…${letters.slice(-end).join("").trimStart()}`;
}
function withEnd(label, end) {
    return (Array.from(label)
        .slice(0, MAX_LABEL - end.length)
        .join("") + end);
}
/** In characters, not in halves of them. */
function lengthOf(text) {
    return Array.from(text).length;
}

;// CONCATENATED MODULE: ./build/action/report/progress-log.js




const HEARTBEAT_MS = 60_000;
function createProgressLog(dependencies) {
    const { runner, clock, flow, baseUrl, followsGivenRun = false, wait = true, every, } = dependencies;
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
                    const attached = wait || followsGivenRun ? "Following" : "Found a run of";
                    const verb = { started: "Started", adopted: "Started", attached }[event.origin];
                    runner.line(`${verb} flow ${flow} on ${baseUrl.host} · audit id ${event.auditId}${usual}`);
                    keepAlive();
                    if (event.origin === "adopted") {
                        await runner.warning(`The answer to the start was lost. Run ${event.auditId} is the only new run in the flow's history, so this step follows it as its own.`, "Start was in doubt");
                    }
                    if (event.origin === "attached" && !followsGivenRun) {
                        await (wait
                            ? runner.warning(`Run ${event.auditId} was started by somebody else. This step follows it (if-running: attach); its parameters are not the ones given here.`, "Following somebody else's run")
                            : runner.warning(`Run ${event.auditId} was started by somebody else. This step started none (if-running: attach), and does not wait for that one.`, "Nothing was started"));
                    }
                    return;
                }
                case "status":
                    status = (0,plain_text/* shortLine */.tl)(event.status, 80) || "without a status";
                    if (event.known || warnedOfStatus)
                        runner.line(`${status} · ${(0,shared_duration/* formatDuration */.a3)(event.elapsedMs)}`);
                    else {
                        warnedOfStatus = true;
                        await runner.warning(`Etlworks reports the status "${status}", which this Action does not know. The run counts as still running.`, "Unknown status");
                    }
                    return;
                case "busy": {
                    const other = event.otherAuditId === undefined ? "" : ` (audit id ${event.otherAuditId})`;
                    if (!WAITS_FOR_TURN[event.policy])
                        return;
                    if (waitingFor === "") {
                        runner.line(`Another run of flow ${flow} is running${other}; waiting for it to end`);
                        since = clock.monotonicMs();
                        waitingFor = " for another run to end";
                        keepAlive();
                    }
                    return;
                }
                case "starting":
                    return;
                case "in-doubt":
                    runner.line(event.searching
                        ? `No usable answer to the start (${event.reason}). It is not sent again; looking for the run in the flow's history`
                        : `It is not known whether the start began a run (${event.reason}). It is not sent again`);
                    return;
                case "not-ours":
                    waitingFor = "";
                    stopHeartbeat();
                    runner.line(`Run ${event.auditId} is not the one that this step started, so it is left alone: ${event.reason}`);
                    return;
                case "start-delayed":
                    since ??= clock.monotonicMs();
                    if (waitingFor === "")
                        waitingFor = " · Etlworks has not accepted the start yet";
                    keepAlive();
                    runner.line(`Not started yet (${event.reason}); retrying in ${(0,shared_duration/* formatDuration */.a3)(event.delayMs)}`);
                    return;
                case "poll-failed":
                    runner.debug(`status check failed: ${event.reason}; next in ${(0,shared_duration/* formatDuration */.a3)(event.delayMs)}`);
                    return;
                case "polls-failing":
                    runner.line(`No usable answer to a status check for ${(0,shared_duration/* formatDuration */.a3)(event.failingMs)} (${event.reason}); still trying`);
                    return;
                case "rate-limited":
                    runner.debug(`429; next status check in ${(0,shared_duration/* formatDuration */.a3)(event.delayMs)}`);
                    return;
            }
        },
        close: () => stopHeartbeat(),
    };
}

;// CONCATENATED MODULE: ./build/action/report/flows-log.js





/** GitHub shows ten warnings of a step. The others are lines in the log. */
const MAX_ANNOTATIONS = 8;
function createFlowsLog(dependencies) {
    const { runner, clock, labels, every } = dependencies;
    const columns = alignedLabels(labels);
    const startedAt = clock.monotonicMs();
    const active = new Map();
    let ended = 0;
    let failed = 0;
    let annotations = 0;
    const stopHeartbeat = every(HEARTBEAT_MS, () => {
        const waiting = labels.length - ended - active.size;
        const counts = [
            `${active.size} running`,
            ...(waiting === 0 ? [] : [`${waiting} waiting`]),
            `${ended} ended${failed === 0 ? "" : ` (${failed} failed)`}`,
        ];
        const [oldest] = active;
        const longest = oldest === undefined
            ? ""
            : ` · longest: ${oldest[0]} ${(0,shared_duration/* formatDuration */.a3)(clock.monotonicMs() - oldest[1])}`;
        const age = (0,shared_duration/* formatDuration */.a3)(clock.monotonicMs() - startedAt);
        runner.line(`${(0,flow_result/* countedFlows */.YE)(labels.length)} · ${age} · ${counts.join(", ")}${longest}`);
    });
    return {
        runnerFor(index) {
            const column = columns[index] ?? "";
            const line = (text) => runner.line(`${column} | ${text}`);
            return {
                ...runner,
                line,
                debug: text => runner.debug(`${column} | ${text}`),
                group: (title, lines) => runner.group(`${column} | ${title}`, lines),
                async warning(text, title) {
                    annotations += 1;
                    if (annotations <= MAX_ANNOTATIONS) {
                        await runner.warning(`${labels[index] ?? ""}: ${text}`, title);
                    }
                    else
                        line(`Warning: ${(0,plain_text/* shortLine */.tl)(text, 500)}`);
                },
            };
        },
        begins(index) {
            active.set(labels[index] ?? "", clock.monotonicMs());
        },
        ended({ label, verdict }) {
            active.delete(label);
            ended += 1;
            if (verdict === "fail")
                failed += 1;
        },
        close: stopHeartbeat,
    };
}

// EXTERNAL MODULE: ./build/shared/run/verdict.js
var run_verdict = __nccwpck_require__(9947);
;// CONCATENATED MODULE: ./build/shared/run/mistake-as-answer.js

/**
 * Asks, and takes a mistake that comes up inside the call, such as a secret that may not be read any
 * more, for an answer too: for what is asked about a run that may have begun, and that must not be
 * forgotten.
 */
async function mistakeAsAnswer(ask) {
    try {
        return await ask();
    }
    catch (error) {
        if (!(error instanceof user_error/* UserError */.y))
            throw error;
        return { kind: "unreachable", permanent: false, message: error.message };
    }
}

;// CONCATENATED MODULE: ./build/shared/run/deadline.js

/** A request near the deadline still gets this long: with less it would hardly ever have an answer. */
const MIN_LIMIT_MS = 1_000;
/** The time limit of a request, so that it does not pass the deadline by more than `leastMs`. */
function limitedBy(deadline, { clock }, usualMs, leastMs = MIN_LIMIT_MS) {
    return Math.min(usualMs, Math.max(leastMs, deadline - clock.monotonicMs()));
}
/**
 * Asks only as long as there is time, so that requests in a row do not pass the deadline together. What
 * is asked in this way is about a run that may have begun.
 */
async function askInTime(deadline, host, usualMs, ask) {
    if (host.clock.monotonicMs() >= deadline) {
        const message = "there was no time left to ask";
        return { kind: "unreachable", permanent: false, message };
    }
    const call = { timeLimitMs: limitedBy(deadline, host, usualMs), signal: host.stop };
    return mistakeAsAnswer(() => ask(call));
}

;// CONCATENATED MODULE: ./build/shared/run/first-polls.js




/** Never a word of the run, but one that a wrong address, wrong credentials or a wrong network has. */
function isMistakeOfSetup(reply) {
    switch (reply.kind) {
        case "unauthorized":
        case "rejected":
            return true;
        case "absent":
            return reply.status === 404 && reply.fromApi === false;
        case "fault":
            return reply.website;
        case "unreachable":
            return reply.permanent;
        case "value":
        case "rate-limited":
        case "stopped":
            return false;
    }
}
const MAX_GAP_MS = 10_000;
/**
 * Asks for a run that nobody here has seen, where the first answer of this server was a mistake of
 * set-up: a run that was seen goes on whatever a firewall says, but this may be the wrong address.
 * Returns the mistake when it has lasted for the patience of a start; `undefined` as soon as there is
 * any other answer, and when the time is over.
 */
async function pollUnseenRun(task, auditId, deadline) {
    const { host, client, request, report } = task;
    const first = { since: null, at: 0, count: 0, failure: null, delayMs: 0 };
    const poll = async ({ since, count }) => {
        const startedAt = since ?? host.clock.monotonicMs();
        const timeLimitMs = limitedBy(deadline, host, transmit/* USUAL_TIME_LIMIT_MS */.sF);
        const call = { timeLimitMs, signal: host.stop };
        const reply = await client.execution(request.flowId, auditId, call);
        const at = host.clock.monotonicMs();
        const polled = { since: startedAt, at, count: count + 1 };
        if (!isMistakeOfSetup(reply))
            return { ...polled, failure: null, delayMs: 0 };
        const gap = jittered(Math.min(MAX_GAP_MS, 1_000 * 2 ** count), host.random());
        const left = Math.min(startedAt + request.patienceMs, deadline) - at;
        const delayMs = Math.max(0, Math.min(gap, left));
        if (left > 0) {
            await report({ kind: "poll-failed", auditId, reason: reasonOf(reply), delayMs });
        }
        return { ...polled, failure: reply, delayMs };
    };
    const isOver = ({ since, at, failure }) => failure === null || isFinal(failure) || at - (since ?? at) >= request.patienceMs;
    const { failure } = await host.until("first polls", first, poll, state => isOver(state) || state.at >= deadline ? "done" : state.delayMs);
    const stopped = host.stop.aborted || host.clock.monotonicMs() >= deadline;
    return failure === null || (stopped && !isFinal(failure)) ? undefined : failure;
}
/** As at a start: Etlworks itself says so, or nothing but a change of the set-up helps. */
function isFinal(failure) {
    switch (failure.kind) {
        case "unauthorized":
            return failure.fromApi;
        case "rejected":
            return failure.fromApi && (failure.status === 400 || failure.status === 403);
        case "unreachable":
            return failure.permanent;
        case "absent":
        case "rate-limited":
        case "fault":
        case "stopped":
            return false;
    }
}

;// CONCATENATED MODULE: ./build/shared/run/tell-failing.js
/** When nothing usable has been heard for so long, one line says so, whatever is waited for. */
const TELL_FAILING_AFTER_MS = 60_000;

;// CONCATENATED MODULE: ./build/shared/run/follow/failing-polls.js



/** A poll without a usable answer. */
function failedPoll(state, why) {
    return { ...state, failingSince: state.failingSince ?? state.at, lastFailure: why };
}
/** One line for each time in which the polls have failed for a minute. */
async function tellFailing({ task, start }, state) {
    const { failingSince, lastFailure, failingTold, at, end } = state;
    if (end !== null || failingTold || failingSince === null || lastFailure === null)
        return state;
    const failingMs = at - failingSince;
    if (failingMs < TELL_FAILING_AFTER_MS)
        return state;
    const { auditId } = start;
    await task.report({ kind: "polls-failing", auditId, reason: lastFailure, failingMs });
    return { ...state, failingTold: true };
}
/** What the last polls say of the end, when the time is over. */
function endAtDeadline(state) {
    const { at, denied, lastFailure, execution, failingSince, failingTold } = state;
    if (lastFailure === null || failingSince === null)
        return { kind: "timed-out" };
    if (denied)
        return { kind: "denied", message: lastFailure };
    if (execution === null)
        return { kind: "timed-out", failing: lastFailure };
    // A fault now and then is nothing to tell.
    return failingTold
        ? { kind: "timed-out", failing: lastFailure, failingMs: at - failingSince }
        : { kind: "timed-out" };
}
/** Why nothing could be learned of a run, for the sentence at the deadline. */
function describeFailing(failing, polls, timeoutMs) {
    const within = (0,shared_duration/* formatDuration */.a3)(timeoutMs);
    const why = clause(failing);
    return polls === 1
        ? `The one status check within ${within} had no usable answer: ${why}.`
        : `None of ${polls} status checks within ${within} had a usable answer; the last one: ${why}.`;
}

;// CONCATENATED MODULE: ./build/shared/run/follow/poll-delay.js


const SOONEST_POLL_MS = 1_000;
/** The schedule's gap, or the user's interval; never less than `atLeastMs`. */
function scheduled(run, state, atLeastMs) {
    const { request, host } = run.task;
    const { pollIntervalMs } = request;
    const gapMs = pollIntervalMs ??
        nextGapSeconds({
            ageSeconds: (state.at - run.start.at) / 1_000,
            pastSeconds: run.start.pastSeconds,
            // The limit of 600 requests a minute belongs to the whole organisation (quickstart).
            pollCostSeconds: pollCostSeconds(state.rateLimits),
        }) * 1_000;
    const random = host.random();
    const delayMs = Math.max(pollIntervalMs === undefined ? jittered(gapMs, random) : gapMs, 
    // Everybody was asked to come back at the same moment; do not.
    atLeastMs * (1 + 0.1 * random));
    return clipped(run, state, delayMs);
}
/** No wait passes the deadline. */
function clipped({ task, deadline }, state, delayMs) {
    const now = Math.max(state.at, task.host.clock.monotonicMs());
    return Math.max(0, Math.min(delayMs, deadline - now));
}
/** 1, 2, 4 … 60 s: an answer that was lost is worth asking for again soon, at first. */
function backOff(faultsInARow, random) {
    return jittered(Math.min(60_000, 1_000 * 2 ** Math.min(faultsInARow - 1, 6)), random);
}

// EXTERNAL MODULE: ./build/shared/run/other-flow.js
var other_flow = __nccwpck_require__(7709);
;// CONCATENATED MODULE: ./build/shared/run/streak.js
/**
 * The same answer again, at this poll. What came between two of them, such as an outage of an hour,
 * says nothing: then the time between counts for at most a quarter of what is asked for.
 */
function prolonged(streak, { at, polls }, askedMs) {
    if (streak === null)
        return { at, poll: polls, lastedMs: 0 };
    const most = polls === streak.poll + 1 ? askedMs / 2 : askedMs / 4;
    const gapMs = Math.min(most, Math.max(0, at - streak.at));
    return { at, poll: polls, lastedMs: streak.lastedMs + gapMs };
}

// EXTERNAL MODULE: ./build/shared/run/whose-run.js
var whose_run = __nccwpck_require__(7514);
;// CONCATENATED MODULE: ./build/shared/run/follow/read-poll.js








/** After this long without a trace the run is lost (a record needs seconds to appear). */
const LOST_AFTER_MS = 120_000;
/** How long a refusal must go on, when the same credentials have been accepted before. */
const REFUSED_AFTER_MS = 60_000;
/** A run without a deadline is not followed for ever when our side cannot ask. */
const DENIED_AFTER_MS = 86_400_000;
/** What a poll tells of the run, and when the next one is due. */
async function readPoll(run, state, reply) {
    switch (reply.kind) {
        case "value":
            return readStatus(run, state, reply.value);
        case "absent":
            // A balancer's page is no word of a run that was seen. Of one that was not, it may be the server's.
            return reply.status === 404 && reply.fromApi === false && state.execution !== null
                ? missed(run, state, reasonOf(reply))
                : readAbsence(run, state, reply);
        case "rate-limited": {
            const next = failedPoll({ ...state, rateLimits: state.rateLimits + 1 }, reasonOf(reply));
            const delayMs = scheduled(run, next, reply.retryAfterMs ?? 0);
            await run.task.report({ kind: "rate-limited", auditId: run.start.auditId, delayMs });
            return { ...next, delayMs };
        }
        case "unauthorized":
            return reply.fromApi ? refusedPoll(run, state, reply) : missed(run, state, reasonOf(reply));
        case "rejected": {
            const credentials = reply.status === 400 || reply.status === 403;
            return reply.fromApi && credentials
                ? refusedPoll(run, state, reply)
                : missed(run, state, reasonOf(reply));
        }
        case "unreachable":
            return missed(run, state, reply.message);
        case "fault":
            return missed(run, state, reply.message, reply.retryAfterMs);
        case "denied": {
            const { message } = reply;
            const forever = state.failingSince !== null && state.at - state.failingSince > DENIED_AFTER_MS;
            if (forever)
                return { ...state, end: { kind: "denied", message } };
            return { ...(await missed(run, state, message)), denied: true };
        }
        case "stopped":
            return { ...state, end: { kind: "stopped" } };
    }
}
/** So long at most is a service left alone that says when it is back: the usual longest gap. */
const MAX_BREAK_MS = 300_000;
/** A fault: ask again soon at first, but not before the service is back. */
async function missed(run, state, reason, backInMs = 0) {
    const faultsInARow = state.faultsInARow + 1;
    const next = failedPoll({ ...state, faults: state.faults + 1, faultsInARow }, reason);
    const random = run.task.host.random();
    const breakMs = Math.min(MAX_BREAK_MS, backInMs) * (1 + 0.1 * random);
    const delayMs = clipped(run, next, Math.max(breakMs, backOff(faultsInARow, random)));
    await run.task.report({ kind: "poll-failed", auditId: run.start.auditId, reason, delayMs });
    return { ...next, delayMs };
}
/** The server's own refusal. One node may not know the key yet, or any more; it is asked again. */
async function refusedPoll(run, state, failure) {
    const streak = prolonged(state.refused, state, REFUSED_AFTER_MS);
    const left = (state.accepted ? REFUSED_AFTER_MS : 0) - streak.lastedMs;
    if (left <= 0)
        return { ...state, end: { kind: "refused", failure } };
    const next = await missed(run, { ...state, refused: streak }, reasonOf(failure));
    // The poll that decides comes when the minute is over, but no sooner after this one than any other.
    return { ...next, delayMs: Math.min(next.delayMs, Math.max(SOONEST_POLL_MS, left)) };
}
async function readAbsence(run, state, reply) {
    const why = reasonOf(reply);
    const absent = prolonged(state.absent, state, LOST_AFTER_MS);
    const next = failedPoll({ ...state, accepted: true, faultsInARow: 0, refused: null, absent }, why);
    if (absent.lastedMs >= LOST_AFTER_MS) {
        return { ...next, end: { kind: "lost", ...(reply.fromApi === false ? { why } : {}) } };
    }
    // Normal just after a start, so the gaps stay short until it is found or given up.
    const delayMs = Math.min(10_000, Math.max(1_000, absent.lastedMs / 4));
    return { ...next, delayMs: clipped(run, next, jittered(delayMs, run.task.host.random())) };
}
async function readStatus(run, state, execution) {
    const { task, start } = run;
    const doubt = (0,whose_run/* whyDisbelieved */.Ty)(start, execution, task, state.execution === null);
    if (doubt !== undefined) {
        const why = (0,whose_run/* disbelief */.g8)(start, doubt);
        await task.report({ kind: "not-ours", auditId: start.auditId, reason: why });
        return { ...state, end: { kind: "not-ours", why } };
    }
    const { flowId } = execution;
    if (flowId !== undefined && (0,other_flow/* isOfAnotherFlow */.t)(execution, task)) {
        return state.execution === null && start.origin === "attached"
            ? { ...state, end: { kind: "other-flow", flowId } }
            : missed(run, state, `the answer is about a run of flow ${flowId}`);
    }
    const status = execution.status ?? "";
    const terminal = run_status/* TERMINAL_STATUSES */.CM.find(word => word === status);
    if (status !== state.status) {
        const known = terminal !== undefined || (0,run_status/* isActive */.$m)(status);
        const elapsedMs = state.at - start.at;
        const event = { kind: "status", auditId: start.auditId, status, known, elapsedMs };
        await task.report(event);
    }
    const next = { ...state, ...ALIVE, status, execution };
    if (terminal !== undefined)
        return { ...next, end: { kind: "ended", status: terminal } };
    return { ...next, delayMs: scheduled(run, next, 0) };
}
/**
 * The one sign of life of a run: a usable answer about it. Whatever else the server says (an error,
 * a 429, a refusal, another run's record) it can say of a run that does not exist.
 */
const ALIVE = {
    accepted: true,
    faultsInARow: 0,
    failingSince: null,
    failingTold: false,
    lastFailure: null,
    refused: null,
    absent: null,
};

;// CONCATENATED MODULE: ./build/shared/run/follow/follow-run.js





/**
 * Polls a run until the server says that it ended, the deadline comes, its record stays away, or
 * the server goes on to refuse us. Nothing else ends it: faults of the network and of the server
 * only cost time. `deadline` is on `host.clock.monotonicMs()`.
 */
async function followRun(task, start, deadline, 
/** `atOnce`: the run may have ended already, so the first poll does not wait. */
{ atOnce = false } = {}) {
    const run = { task, start, deadline };
    const first = {
        at: start.at,
        begun: atOnce,
        // The same credentials began the run. Of a run that was there before, nothing is known yet.
        accepted: !atOnce,
        polls: 0,
        faults: 0,
        rateLimits: 0,
        faultsInARow: 0,
        failingSince: null,
        failingTold: false,
        lastFailure: null,
        denied: false,
        refused: null,
        absent: null,
        status: null,
        execution: null,
        end: null,
        delayMs: 0,
    };
    const state = await task.host.until("follow", first, current => (current.begun ? poll(run, current) : plan(run, current)), ({ end, delayMs }) => (end === null ? delayMs : "done"));
    return {
        end: state.end ?? { kind: "stopped" },
        ...(state.execution === null ? {} : { execution: state.execution }),
        elapsedMs: Math.max(0, state.at - start.at),
        counts: { polls: state.polls, faults: state.faults, rateLimits: state.rateLimits },
    };
}
/** The poll at the deadline itself is short: the user's limit has passed. */
const LAST_POLL_MS = 5_000;
const USUAL_POLL_MS = 30_000;
/**
 * The schedule knows how long a flow takes when it goes well. The commonest surprise, a flow that
 * fails at once, would be noticed minutes late; one poll this soon costs a single request.
 */
const FIRST_POLL_MS = 30_000;
/** The first gap: a poll right after the start would only say that it started. */
async function plan(run, state) {
    const at = Math.max(state.at, run.task.host.clock.monotonicMs());
    const begun = { ...state, at, begun: true };
    const delayMs = scheduled(run, begun, 0);
    // A timeout that is shorter than a minute leaves time for a second poll when the first one fails.
    const half = Math.max(SOONEST_POLL_MS, (run.deadline - at) / 2);
    const longest = run.task.request.pollIntervalMs ?? Math.min(FIRST_POLL_MS, half);
    return { ...begun, delayMs: Math.min(delayMs, longest) };
}
async function poll(run, state) {
    const { host } = run.task;
    const reply = await ask(run);
    // A wall clock may jump back; the age of a run may not.
    const at = Math.max(state.at, host.clock.monotonicMs());
    const polled = { ...state, at, polls: state.polls + 1, denied: false };
    const next = await readPoll(run, polled, reply);
    const told = await tellFailing(run, next);
    return told.end === null && at >= run.deadline ? { ...told, end: endAtDeadline(told) } : told;
}
/** A mistake that comes up inside the call, such as a secret that may not be read, is an answer too. */
async function ask({ task, start, deadline }) {
    const { host, client, request } = task;
    const timeLimitMs = limitedBy(deadline, host, USUAL_POLL_MS, LAST_POLL_MS);
    try {
        const call = { timeLimitMs, signal: host.stop };
        return await client.execution(request.flowId, start.auditId, call);
    }
    catch (error) {
        if (!(error instanceof user_error/* UserError */.y))
            throw error;
        return { kind: "denied", message: error.message };
    }
}

;// CONCATENATED MODULE: ./build/shared/run/start/newest-runs.js
/** Enough for the schedule (20 lengths) and for telling a new run from old ones. */
const PAGE = { limit: 20, offset: 0 };
/**
 * The newest runs of the history, as far as a page goes. The documents do not say in which order it
 * comes: where the first page holds the oldest runs, the end of the list is read too.
 */
async function readNewestRuns({ client, host, request }, call) {
    const startedAt = host.clock.monotonicMs();
    const first = await client.history(request.flowId, PAGE, call);
    if (first.kind !== "value" || !isOldestFirst(first.value))
        return first;
    const { executions, total = 0 } = first.value;
    const timeLimitMs = call.timeLimitMs - (host.clock.monotonicMs() - startedAt);
    if (timeLimitMs <= 0 || call.signal?.aborted === true)
        return NO_TIME_LEFT;
    // Runs may begin in between, so the page has room for more than are there.
    const offset = total - Math.ceil(executions.length / 2);
    const last = await client.history(request.flowId, { ...PAGE, offset }, { ...call, timeLimitMs });
    if (last.kind !== "value")
        return last;
    const known = new Set(last.value.executions.map(({ auditId }) => auditId));
    const older = executions.filter(({ auditId }) => !known.has(auditId));
    return { ...last, value: { ...last.value, executions: [...older, ...last.value.executions] } };
}
const NO_TIME_LEFT = {
    kind: "unreachable",
    permanent: false,
    message: "there was no time left to ask for the newest runs of the history",
};
/** Ids grow. A list that is whole has the newest runs, in whatever order. */
function isOldestFirst({ executions, total = 0 }) {
    const ids = executions.flatMap(({ auditId }) => (auditId === undefined ? [] : [BigInt(auditId)]));
    return total > executions.length && (ids.at(-1) ?? 0n) > (ids[0] ?? 0n);
}

;// CONCATENATED MODULE: ./build/shared/run/start/baseline.js






/** The history is a help, never a condition: it may delay a start by this much and no more. */
const TIME_LIMIT_MS = 3_000;
function readHistory(task, timeLimitMs) {
    return readNewestRuns(task, { timeLimitMs, signal: task.host.stop });
}
/**
 * Reads the baseline for a start. A failure is returned as it is, and the start goes on without;
 * it only is told apart because a web site in place of the API explains what comes next.
 */
async function readBaseline(task, deadline) {
    const { clock } = task.host;
    const limitMs = limitedBy(deadline, task.host, TIME_LIMIT_MS);
    const startedAt = clock.monotonicMs();
    if (startedAt >= deadline)
        return { kind: "stopped", mayHaveArrived: false };
    let reply = await readHistory(task, limitMs);
    const left = limitMs - (clock.monotonicMs() - startedAt);
    // Without a baseline a lost answer to the start can never be cleared up; worth one more call.
    // The same when signing in took most of the time: the token is there now.
    if (isWorthAnother(reply) && left > 0)
        reply = await readHistory(task, left);
    return reply.kind === "value" ? { kind: "value", value: toBaseline(task, reply) } : reply;
}
function isWorthAnother(reply) {
    switch (reply.kind) {
        case "fault":
            return !reply.website;
        case "unreachable":
            return !reply.permanent;
        // Not Etlworks' own words: something on the way said it, and may let the next one through.
        case "unauthorized":
            return !reply.fromApi;
        case "rejected":
            return !reply.fromApi && reply.status === 403;
        case "absent":
            return reply.fromApi === false;
        case "value":
        case "rate-limited":
        case "stopped":
            return false;
    }
}
function toBaseline(task, reply) {
    const listed = newest(reply.value.executions);
    // A history may name runs of other flows; all of them are old, but nothing else holds for ours.
    const executions = listed.filter(execution => !(0,other_flow/* isOfAnotherFlow */.t)(execution, task));
    const offset = reply.serverTime === undefined ? undefined : reply.serverTime - task.host.clock.epochMs();
    return {
        at: task.host.clock.monotonicMs(),
        epochMs: task.host.clock.epochMs(),
        auditIds: listed.flatMap(({ auditId }) => (auditId === undefined ? [] : [auditId])),
        pastSeconds: pastDurations(executions),
        active: executions.flatMap(toActiveRun),
        unscheduledStarts: unscheduledStarts(executions, task.host.clock.epochMs() + (offset ?? 0)),
        ...newestTime(listed, task.host.clock.epochMs() + (offset ?? 0)),
        ...(offset === undefined ? {} : { clockOffsetMs: offset }),
    };
}
function unscheduledStarts(executions, now) {
    const some = executions.filter(({ scheduled }) => scheduled !== true);
    const starts = some.flatMap(({ startedAt }) => (startedAt === undefined ? [] : [startedAt]));
    if (!some.some(({ localTimes }) => localTimes === true))
        return starts;
    // Nobody knows how long ago they were. As if the newest were now: rather too many than too few.
    const last = Math.max(...starts);
    return starts.map(start => start + now - last);
}
/** None where it lies ahead: then the clocks of the records and of the headers have little in common. */
function newestTime(executions, now) {
    const times = executions.filter(({ localTimes }) => localTimes !== true).flatMap(timesPassed);
    const newestAt = Math.max(0, ...times);
    return newestAt === 0 || newestAt > now + CLOCKS_APART_MS ? {} : { newestAt };
}
/** Of a run that is active an end can only be planned, and of one that is queued the start too. */
function timesPassed({ status, startedAt = 0, endedAt = 0 }) {
    if (status === "queued")
        return [];
    return status === undefined || (0,run_status/* isTerminal */.Hd)(status) ? [startedAt, endedAt] : [startedAt];
}
const CLOCKS_APART_MS = 60_000;
/** A server that ignores `limit` may list 100,000 runs. Ids grow, so the largest are the newest. */
function newest(executions) {
    if (executions.length <= MAX_KEPT)
        return executions;
    const id = ({ auditId }) => BigInt(auditId ?? 0);
    return executions.toSorted((one, other) => Number(id(other) - id(one))).slice(0, MAX_KEPT);
}
/** As many as the server's own largest page. */
const MAX_KEPT = 200;
function toActiveRun(execution) {
    const { auditId, status } = execution;
    const startedAt = (0,replies_execution/* startOf */.GH)(execution);
    if (auditId === undefined || !(0,run_status/* isActive */.$m)(status))
        return [];
    return [{ auditId, ...(startedAt === undefined ? {} : { startedAt }) }];
}

// EXTERNAL MODULE: ./build/shared/etlworks/replies/reply.js
var replies_reply = __nccwpck_require__(2633);
;// CONCATENATED MODULE: ./build/shared/run/start/check-named-run.js



/** How long the record of an answered run may take to say what it is. */
const CONFIRM_MS = 5_000;
/** A no that names runs of others, such as the one that is in the way, is just a no. */
async function withoutOthers(task, reply, { baseline, sending }, deadline) {
    if (reply.kind !== "fault" || reply.naming === undefined)
        return reply;
    const { client, host, request } = task;
    const { auditIds, no } = reply.naming;
    const known = (0,replies_reply/* valueIn */.x)(baseline);
    const isOlder = (id) => known?.auditIds.includes(id) === true;
    const [unknown, ...more] = [...new Set(auditIds)].filter(id => !isOlder(id) && task.foreignRuns?.has(id) !== true);
    if (unknown === undefined)
        return no;
    if (more.length > 0 || known?.clockOffsetMs === undefined)
        return reply;
    // A history may list finished runs only. Then the record of the run tells.
    const record = await askInTime(deadline, host, CONFIRM_MS, call => client.execution(request.flowId, unknown, call));
    const sentAt = sending.sentAt + known.clockOffsetMs;
    const mayBeOurs = record.kind !== "value" || (0,whose_run/* mayBeBegunBy */.Tl)(record.value, sentAt, known, task);
    return mayBeOurs ? reply : no;
}
/**
 * Ids grow. An id that is not newer than the runs known before, and yet not among the newest of
 * them, can come from an answer that something on the way has kept: its record tells. Reports the
 * run as soon as it may be told.
 */
async function begun(task, run, { baseline, sending }, deadline) {
    const { client, host, request, report } = task;
    const known = (0,replies_reply/* valueIn */.x)(baseline);
    const isNew = BigInt(run.auditId) > (0,whose_run/* largestId */.Cn)(known);
    // Who waits for the run will see its record, whatever its id.
    const blind = known === undefined && !request.wait;
    // Whatever its record says, no other run can be found: then nobody may lose it, who dies here.
    if (isNew)
        await report(run);
    if (isNew && !blind)
        return run;
    const reply = await askInTime(deadline, host, CONFIRM_MS, call => client.execution(request.flowId, run.auditId, call));
    const why = reply.kind === "value" ? (0,whose_run/* whyNotBegun */.$C)(reply.value, request.flowId, run) : undefined;
    if (why === undefined) {
        if (!isNew)
            await report(run);
        return run;
    }
    const reason = (0,whose_run/* disbelief */.g8)(run, why);
    if (isNew)
        await report({ kind: "not-ours", auditId: run.auditId, reason });
    return { kind: "in-doubt", reason, sending };
}

// EXTERNAL MODULE: ./build/shared/etlworks/replies/start-code.js
var start_code = __nccwpck_require__(4739);
;// CONCATENATED MODULE: ./build/shared/run/start/classify-start-reply.js





/** What the reply to a start comes to. */
function classifyReply(reply, task, circumstances) {
    const { at, sending, jitter, baseline } = circumstances;
    switch (reply.kind) {
        case "value":
            return classifyAnswer(reply, task, circumstances);
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
                : { kind: "not-started", message: whyDeclined(reply) };
        case "absent":
            return reply.status === 404
                ? { kind: "refused", failure: reply }
                : { kind: "in-doubt", reason: reply.message, sending };
        case "fault":
            // Twice a web page with status 200, before and now: there is no API behind this address.
            return reply.website && isWebsite(baseline)
                ? { kind: "refused", failure: reply }
                : { kind: "in-doubt", reason: reply.message, sending, ...namedIn(reply) };
        case "stopped":
            return reply.mayHaveArrived
                ? { kind: "in-doubt", reason: "cancelled before the server answered", sending }
                : { kind: "stopped" };
    }
}
function namedIn({ naming }) {
    return naming === undefined ? {} : { named: naming.auditIds };
}
/** What an answer of the API comes to. What it says is not believed where it cannot be of our start. */
function classifyAnswer(reply, task, circumstances) {
    const { at, sending } = circumstances;
    const { code, auditId, flowId, exception } = reply.value;
    const baseline = (0,replies_reply/* valueIn */.x)(circumstances.baseline);
    const sent = sentByServer(reply.serverTime, baseline, circumstances);
    const sentAt = sent === undefined ? {} : { sentAt: sent };
    const replayed = whyReplayed(reply, circumstances);
    if (replayed !== undefined)
        return { kind: "in-doubt", reason: replayed, sending };
    const said = start_code/* START_CODES */.a[code];
    if (said === "busy") {
        const known = auditId === undefined ||
            baseline?.auditIds.includes(auditId) === true ||
            (0,whose_run/* whyAnothers */.N2)({ auditId, ...(flowId === undefined ? {} : { flowId }) }, task) !== undefined;
        const other = auditId === undefined ? {} : { otherAuditId: auditId };
        return { kind: "busy", ...other, ...sentAt, maybeOurs: !known };
    }
    if (said === "begun") {
        if (auditId === undefined) {
            const reason = "the server started the run but did not say its id";
            return { kind: "in-doubt", reason, sending };
        }
        if (flowId !== undefined && flowId !== task.request.flowId) {
            const reason = `the server answered the start with run ${auditId} of flow ${flowId}`;
            return { kind: "in-doubt", reason, sending };
        }
        if (task.foreignRuns?.has(auditId) === true) {
            const reason = `the server answered the start with run ${auditId}, which another start of this process began`;
            return { kind: "in-doubt", reason, sending };
        }
        if (baseline?.auditIds.includes(auditId) === true) {
            const reason = `the server answered the start with run ${auditId}, which is an old one`;
            return { kind: "in-doubt", reason, sending };
        }
        const { pastSeconds = [], newestAt } = baseline ?? {};
        const newest = newestAt === undefined ? {} : { newestAt };
        return { kind: "started", auditId, origin: "started", at, pastSeconds, ...sentAt, ...newest };
    }
    const meaning = CODE_MEANINGS[code] ?? "a code we do not know";
    const message = exception ?? `the server answered the start with code ${code} (${meaning})`;
    return { kind: "not-started", code, message };
}
/**
 * When we sent the start, by the server's own clock, so that a wall clock of ours that jumps does no
 * harm. An answer that was kept may carry the date of that day, so the history's counts as well.
 */
function sentByServer(serverTime, baseline, { at, tookMs }) {
    if (serverTime === undefined)
        return undefined;
    const byAnswer = serverTime - Math.ceil(tookMs);
    if (baseline?.clockOffsetMs === undefined)
        return byAnswer;
    const sinceHistory = Math.max(0, at - tookMs - baseline.at);
    const byHistory = baseline.epochMs + baseline.clockOffsetMs + Math.floor(sinceHistory);
    return Math.max(byAnswer, byHistory);
}
/** Why an answer cannot be to the request that we sent. */
function whyReplayed({ ageMs = 0 }, { tookMs }) {
    // A second more: it is counted in whole ones, and may count the time that the answer took.
    return ageMs > tookMs + 1_000
        ? `the answer to the start was ${(0,shared_duration/* formatDuration */.a3)(ageMs)} old: something on the way had kept it`
        : undefined;
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
    return baseline.kind === "fault" && baseline.website;
}
function whyDeclined({ status, message }) {
    if (status < 300)
        return message;
    const meaning = statusMeaning(status);
    return `the server answered ${status}${meaning === undefined ? "" : ` (${meaning})`}: ${message}`;
}

;// CONCATENATED MODULE: ./build/shared/run/start/start-attempt.js




const USUAL_START_MS = 30_000;
/** Sends the start once and remembers what came of it. */
async function attemptStart(task, attempt, baseline, deadline) {
    return toAttempt(await task.host.once(`start ${attempt}`, () => sendStart(task, baseline, deadline)));
}
function toAttempt(result) {
    // The host died between sending and remembering. When it was sent is lost with it.
    return result.kind === "done"
        ? result.value
        : { kind: "in-doubt", reason: "the process ended while it sent the start" };
}
async function sendStart(task, baseline, deadline) {
    const { request, host, client, report } = task;
    if (host.clock.monotonicMs() >= deadline)
        return { kind: "timed-out", why: "there was no time left to send the start" };
    await report({ kind: "starting" });
    const startedAt = host.clock.monotonicMs();
    const sentAt = host.clock.epochMs();
    const reply = await client.start(request.flowId, request.parameters, request.runQuery, {
        // Cut short at the deadline, and then in doubt: never forgotten.
        timeLimitMs: limitedBy(deadline, host, USUAL_START_MS),
        signal: host.abandon,
        unsentSignal: host.stop,
    });
    const circumstances = {
        at: host.clock.monotonicMs(),
        tookMs: host.clock.monotonicMs() - startedAt,
        sending: { sentAt, failedAt: host.clock.epochMs() },
        baseline,
        jitter: host.random(),
    };
    const decided = await withoutOthers(task, reply, circumstances, deadline);
    const read = classifyReply(decided, task, circumstances);
    const attempt = read.kind === "started" ? await begun(task, read, circumstances, deadline) : read;
    if (attempt.kind === "in-doubt") {
        // Without knowing the runs before, the history cannot tell (see resolve-doubt.ts).
        const searching = (0,replies_reply/* valueIn */.x)(baseline) !== undefined;
        await report({ kind: "in-doubt", reason: attempt.reason, searching });
    }
    if (attempt.kind === "busy" && !attempt.maybeOurs)
        await report(busyEvent(task, attempt));
    return attempt;
}
function busyEvent({ request }, busy) {
    const other = busy.otherAuditId === undefined ? {} : { otherAuditId: busy.otherAuditId };
    return { kind: "busy", policy: request.ifRunning, ...other };
}

;// CONCATENATED MODULE: ./build/shared/run/start/other-run.js








/**
 * Tells whether the run that code 1 names can be our own. The record of a run decides: what began
 * before we sent the start is another's, what began meanwhile can be ours. Without a record, a run
 * of another that is active decides. When nothing does, it may be ours.
 */
async function tellOwnership(task, busy, about) {
    const first = {
        checks: 0,
        ownership: null,
        delayMs: 0,
    };
    const { clock } = task.host;
    const state = await task.host.until(`whose ${about.attempt}`, first, async ({ checks }) => {
        const last = checks >= GAPS_MS.length || clock.monotonicMs() + (GAPS_MS[checks] ?? 0) > about.deadline;
        const answer = await askWhose(task, busy, about, { last, final: checks >= MAX_CHECKS });
        const found = "whose" in answer ? answer : undefined;
        if (found?.whose === "anothers")
            await task.report(busyEvent(task, busy));
        if (found?.whose === "maybe-ours" && !mayAttach(task, found)) {
            await task.report({ kind: "in-doubt", reason: whyInDoubt(busy), searching: false });
        }
        const asked = "askedMs" in answer ? answer.askedMs : 0;
        const left = Math.max(0, about.deadline - clock.monotonicMs());
        const delayMs = Math.min(left, Math.max(asked, GAPS_MS[checks] ?? 0));
        return { checks: checks + 1, ownership: found ?? null, delayMs };
    }, ({ ownership, delayMs }) => (ownership === null ? delayMs : "done"));
    return state.ownership ?? MAYBE_OURS;
}
/** To follow the run is right whoever began it, where the policy is to attach. */
function mayAttach({ request }, { active }) {
    return active && request.ifRunning === "attach";
}
function whyInDoubt({ otherAuditId }) {
    return `the server answered that run ${otherAuditId} is running, a new run that may be ours`;
}
/** A record needs some seconds to appear. */
const GAPS_MS = [1_000, 2_000, 4_000];
/** A 429 puts the last question off, but not for ever. */
const MAX_CHECKS = GAPS_MS.length + 2;
const other_run_TIME_LIMIT_MS = 5_000;
async function askWhose(task, busy, { baseline: before, deadline }, { last, final }) {
    const { host, request } = task;
    const { named: askNamed, latest: askLatest } = questions(task, deadline);
    const baseline = (0,replies_reply/* valueIn */.x)(before);
    const mayBeOurs = (record) => (0,whose_run/* mayBeBegunBy */.Tl)(record, busy.sentAt, baseline, task);
    const named = await askNamed(busy.otherAuditId);
    if (named.kind === "value") {
        const whose = mayBeOurs(named.value) ? "maybe-ours" : "anothers";
        return { whose, active: isActiveRunOfFlow(named.value, task) };
    }
    // An id without a record names nothing. Then the run that is active decides.
    const limit = askedMs(named);
    const latest = limit > 0 ? named : await askLatest();
    // With a run query ours may run beside another, so that another is active says nothing.
    const oneAtATime = request.runQuery === "";
    const another = oneAtATime &&
        latest.kind === "value" &&
        latest.value.auditId !== busy.otherAuditId &&
        isActiveRunOfFlow(latest.value, task) &&
        wasThere(latest.value, busy, baseline) &&
        !mayBeOurs(latest.value);
    if (another)
        return ANOTHERS;
    const wait = Math.max(limit, askedMs(latest));
    const more = !last || (wait > 0 && !final);
    const late = host.clock.monotonicMs() + wait > deadline;
    if (more && !late && !host.stop.aborted)
        return { askedMs: wait };
    if (wait > 0 || !oneAtATime || named.kind !== "absent")
        return MAYBE_OURS;
    // A record may stay away for 30 s, and what was active before may have ended when ours began. Only
    // a run that was there before and is active still proves that ours did not begin.
    for (const { auditId } of baseline?.active.slice(0, MAX_ASKED) ?? []) {
        const earlier = await askNamed(auditId);
        if (earlier.kind === "value" && isActiveRunOfFlow(earlier.value, task))
            return ANOTHERS;
        if (askedMs(earlier) > 0)
            return MAYBE_OURS;
    }
    return MAYBE_OURS;
}
const ANOTHERS = { whose: "anothers", active: false };
const MAYBE_OURS = { whose: "maybe-ours", active: false };
/** Where one runs at a time there is one; a history may still list some that died. */
const MAX_ASKED = 3;
/**
 * Whether a run was active when the start was answered. One that began later says nothing of the
 * start: ours may have ended before it began, or run beside it.
 */
function wasThere(execution, busy, baseline) {
    const { auditId } = execution;
    const startedAt = (0,replies_execution/* startOf */.GH)(execution);
    if (auditId === undefined)
        return false;
    if (baseline?.auditIds.includes(auditId) === true)
        return true;
    // Ids grow.
    if (BigInt(auditId) < BigInt(busy.otherAuditId))
        return true;
    return startedAt !== undefined && busy.sentAt !== undefined && startedAt < busy.sentAt;
}
function questions({ client, host, request }, deadline) {
    return {
        named: (auditId) => askInTime(deadline, host, other_run_TIME_LIMIT_MS, call => client.execution(request.flowId, auditId, call)),
        latest: () => askInTime(deadline, host, other_run_TIME_LIMIT_MS, call => client.latestExecution(request.flowId, call)),
    };
}
/** How long a 429 asks to wait. */
function askedMs(reply) {
    return reply.kind === "rate-limited" ? (reply.retryAfterMs ?? 0) : 0;
}
/** A run of another flow is in nobody's way here, and is not the one to attach to. */
function isActiveRunOfFlow(execution, task) {
    return (0,run_status/* isActive */.$m)(execution.status) && !(0,other_flow/* isOfAnotherFlow */.t)(execution, task);
}
/** Follows the other run: the one that the answer names, or the only one that is active. */
async function attach(task, busy, { attempt, deadline }) {
    const target = await task.host.read(`history to attach ${attempt}`, () => findActive(task, busy, deadline));
    if (target.kind !== "active")
        return target;
    const { auditId, startedAt, pastSeconds, clockOffsetMs } = target;
    const attached = await task.host.once(`attach ${attempt}`, async () => {
        const { clock } = task.host;
        const now = clock.epochMs() + clockOffsetMs;
        const age = startedAt === null ? 0 : Math.max(0, now - startedAt);
        const at = clock.monotonicMs() - age;
        const run = { kind: "started", auditId, origin: "attached", at, pastSeconds };
        await task.report(run);
        return run;
    });
    return attached.kind === "done"
        ? attached.value
        : // The process ended while it told of it; following changes nothing, so go on.
            { kind: "started", auditId, origin: "attached", at: target.at, pastSeconds };
}
/** The history may list finished runs only, so what it does not show is asked of the status call. */
async function findActive(task, { otherAuditId }, deadline) {
    const { host } = task;
    const read = await readBaseline(task, deadline);
    const history = (0,replies_reply/* valueIn */.x)(read);
    const missing = (kind, reply = read) => ({
        kind,
        askedMs: askedMs(reply),
    });
    const { named: askNamed, latest: askLatest } = questions(task, deadline);
    const active = history?.active ?? [];
    const found = (auditId, startedAt) => ({
        kind: "active",
        at: host.clock.monotonicMs(),
        auditId,
        startedAt: startedAt ?? null,
        pastSeconds: history?.pastSeconds ?? [],
        clockOffsetMs: history?.clockOffsetMs ?? 0,
    });
    const named = active.find(run => run.auditId === otherAuditId);
    if (named !== undefined)
        return found(named.auditId, named.startedAt);
    // Listed and not active: that one is over.
    if (otherAuditId !== undefined && history?.auditIds.includes(otherAuditId) !== true) {
        const asked = await askNamed(otherAuditId);
        if (asked.kind === "value" && isActiveRunOfFlow(asked.value, task)) {
            return found(otherAuditId, (0,replies_execution/* startOf */.GH)(asked.value));
        }
        if (askedMs(asked) > 0 && active.length === 0)
            return missing("gone", asked);
    }
    const [only, ...others] = active;
    if (only !== undefined) {
        return others.length === 0 ? found(only.auditId, only.startedAt) : missing("several");
    }
    const latest = await askLatest();
    return latest.kind === "value" &&
        latest.value.auditId !== undefined &&
        isActiveRunOfFlow(latest.value, task)
        ? found(latest.value.auditId, (0,replies_execution/* startOf */.GH)(latest.value))
        : missing("gone", latest);
}

;// CONCATENATED MODULE: ./build/shared/run/start/search-new-runs.js





/** So many can be named; one more says that there are more. */
const search_new_runs_MAX_LISTED = 5;
/**
 * The history, and where it shows no run that is proven to be new, the status call: a history may
 * list finished runs only. Never the status call alone: it names the latest run, which can be
 * another's that began after ours, and only the history shows that there are two.
 */
async function searchNewRuns(task, { baseline, sending, firstSeen = {}, }, timeLimitMs, signal) {
    const { client, host, request } = task;
    const call = { timeLimitMs, signal };
    const { clockOffsetMs } = baseline;
    const judged = (executions, isListed) => {
        const now = host.clock.epochMs();
        return executions.map(execution => {
            const seenAt = firstSeen[execution.auditId ?? ""] ?? now;
            const evidence = { task, sending, baseline, clockOffsetMs, seenAt };
            const why = (0,whose_run/* whyNotOurs */.nL)(execution, evidence);
            const listedActive = isListed && (0,run_status/* isActive */.$m)(execution.status);
            return {
                auditId: execution.auditId,
                why,
                nearby: why !== undefined && (0,whose_run/* isJustBefore */.yq)(execution, evidence),
                proven: listedActive || isTimed(execution, baseline),
            };
        });
    };
    const startedAt = host.clock.monotonicMs();
    const history = await readNewestRuns(task, call);
    const shown = history.kind === "value" ? judged(history.value.executions, true) : [];
    const left = timeLimitMs - (host.clock.monotonicMs() - startedAt);
    const silent = !shown.some(({ why, proven }) => why === undefined && proven);
    const latest = history.kind === "value" && silent && left > 0 && signal?.aborted !== true
        ? await client.latestExecution(request.flowId, { timeLimitMs: left, signal })
        : undefined;
    const current = latest?.kind === "value" ? judged([latest.value], false) : [];
    const all = shown.concat(current);
    const possible = all.flatMap(({ auditId, why, proven }) => why === undefined && auditId !== undefined ? [{ auditId, proven }] : []);
    // Sets: a history that is not cut may list 100,000 runs.
    const proven = new Set(possible.flatMap(run => (run.proven ? [run.auditId] : [])));
    const found = new Set(possible.map(({ auditId }) => auditId));
    const idsOf = (runs) => runs.flatMap(({ auditId }) => auditId ?? []);
    const rejected = all.flatMap(({ auditId, why }) => why === undefined || why === whose_run/* KNOWN_BEFORE */._J || auditId === undefined
        ? []
        : [`run ${auditId}: ${why}`]);
    return {
        found: [...found].slice(0, search_new_runs_MAX_LISTED + 1),
        unproven: [...found.difference(proven)].slice(0, search_new_runs_MAX_LISTED + 1),
        nearby: [...new Set(idsOf(all.filter(({ nearby }) => nearby)))].slice(0, search_new_runs_MAX_LISTED),
        ruledOut: idsOf(all.filter(({ why }) => why !== undefined)),
        rejected: [...new Set(rejected)].slice(0, MAX_NAMED),
        read: history.kind === "value",
        asked: Math.max(askedMs(history), latest === undefined ? 0 : askedMs(latest)),
    };
}
const MAX_NAMED = 3;
/**
 * A run that the history did not list before the start may have been there all the same, where it
 * lists finished runs only. Then only its time tells, by the server's own clock.
 */
function isTimed(execution, { clockOffsetMs }) {
    return (0,replies_execution/* startOf */.GH)(execution) !== undefined && clockOffsetMs !== undefined;
}

;// CONCATENATED MODULE: ./build/shared/run/start/resolve-doubt.js





/** Adopting the only new run is right when at most one in ten such runs would be another's. */
const MAX_FOREIGN_STARTS = 0.1;
/** How long a lost start may take to show up. */
const SEARCH_MS = 30_000;
const resolve_doubt_GAPS_MS = [1_000, 1_000, 2_000, 3_000, 5_000];
const resolve_doubt_TIME_LIMIT_MS = 5_000;
const LAST_TIME_LIMIT_MS = 1_500;
/**
 * Looks for the one run that our start can have begun, after its answer was lost. It is followed
 * only with a reason to believe that nobody else can have begun it; otherwise the outcome names it
 * and says why it was not followed.
 */
async function resolveDoubt(task, doubt, about) {
    const baseline = (0,replies_reply/* valueIn */.x)(about.baseline);
    const unknown = (why) => ({
        kind: "start-unknown",
        reason: `${doubt.reason}; ${why}`,
    });
    if (baseline === undefined) {
        return unknown("the flow's history could not be read before the start, so nothing can tell");
    }
    const sending = doubt.sending ?? { sentAt: baseline.epochMs };
    const search = { baseline, sending, deadline: about.deadline, attempt: about.attempt };
    const whyNever = whyNeverAdopt(task, search, about.contended);
    // One search is enough where nothing that it finds may be followed: it tells what to look into.
    const seen = await searchRun(task, { ...search, once: whyNever !== undefined });
    const { found, read, rejected, unproven = [], nearby = [] } = seen;
    const [only, ...others] = found;
    if (only === undefined) {
        return unknown(read ? nothingFound(rejected) : NOT_READABLE);
    }
    if (whyNever !== undefined)
        return unknown(`${appeared(found)} since, but ${whyNever}`);
    if (others.length > 0 || nearby.length > 0) {
        return unknown(`several new runs have appeared (${listed(found.concat(nearby))})`);
    }
    if (doubt.named?.includes(only) === false) {
        return unknown(`${appeared(found)} since, but it is not the one that the answer names`);
    }
    if (unproven.includes(only))
        return unknown(`${appeared(found)} since, but ${UNPROVEN}`);
    return adopt(task, only, search);
}
const UNPROVEN = "nothing shows that it began after the start was sent, so it is not followed";
const NOT_READABLE = "the flow's history could not be read since";
function appeared(found) {
    return found.length === 1
        ? `run ${found[0]} has appeared`
        : `runs ${listed(found)} have appeared`;
}
function listed(auditIds) {
    const first = auditIds.slice(0, search_new_runs_MAX_LISTED).join(", ");
    return auditIds.length > search_new_runs_MAX_LISTED ? `${first} and more` : first;
}
function nothingFound(rejected) {
    return rejected.length === 0
        ? "no new run has appeared in the flow's history"
        : `a new run has appeared, but it is not ours: ${rejected.join("; ")}`;
}
function whyNeverAdopt(task, search, contended) {
    if (task.request.adoption !== "strict") {
        return "another start of the flow may have begun it, so it is not followed";
    }
    if (contended) {
        return "others wait for this flow too and may have begun it, so it is not followed";
    }
    if (search.baseline.active.length > 0 && task.request.runQuery === "") {
        return "another run was active when the start was sent, so it is not followed";
    }
    return (0,whose_run/* expectedForeignStarts */.MS)(search.baseline, search.sending) > MAX_FOREIGN_STARTS
        ? "others start this flow often and may have begun it, so it is not followed"
        : undefined;
}
async function searchRun(task, search) {
    const { host } = task;
    const first = {
        since: null,
        at: 0,
        checks: 0,
        found: [],
        rejected: [],
        read: false,
        delayMs: 0,
    };
    const seen = await host.until(`resolve doubt ${search.attempt}`, first, async ({ since, checks, read, found, firstSeen = {} }) => {
        const startedAt = host.clock.monotonicMs();
        const knowing = { ...search, firstSeen };
        const { asked, ruledOut, ...searched } = await searchNewRuns(task, knowing, resolve_doubt_TIME_LIMIT_MS, host.stop);
        const gap = resolve_doubt_GAPS_MS[Math.min(checks, resolve_doubt_GAPS_MS.length - 1)] ?? 1_000;
        // The search goes on behind a run that nothing proves, and that run stays one of them.
        const before = found.filter(id => !ruledOut.includes(id) && !searched.found.includes(id));
        const all = before.concat(searched.found).slice(0, search_new_runs_MAX_LISTED + 1);
        const now = host.clock.epochMs();
        return {
            ...searched,
            found: all,
            unproven: before.concat(searched.unproven).slice(0, search_new_runs_MAX_LISTED + 1),
            firstSeen: Object.fromEntries(all.map(id => [id, firstSeen[id] ?? now])),
            since: since ?? startedAt,
            at: host.clock.monotonicMs(),
            checks: checks + 1,
            read: read || searched.read,
            delayMs: Math.max(asked, jittered(gap, host.random())),
        };
    }, ({ since, at, found, unproven = [], read, delayMs }) => {
        const left = Math.min(SEARCH_MS - (at - (since ?? at)), search.deadline - at);
        // Of the only one, the history may still prove it.
        const told = found.length > 1 || found.some(auditId => !unproven.includes(auditId));
        const enough = told || (search.once && read);
        return enough || left <= 0 ? "done" : Math.min(delayMs, left);
    });
    if (seen.found.length > 0 || !host.stop.aborted)
        return seen;
    // Cancelled in the middle of the doubt: one short search, so that our run can be stopped too. The
    // search before it may have passed the deadline already; together they take no longer than one.
    const last = await host.read("last search", () => {
        const limit = limitedBy(search.deadline + resolve_doubt_TIME_LIMIT_MS, host, LAST_TIME_LIMIT_MS);
        return searchNewRuns(task, search, limit, undefined);
    });
    const { found, unproven, nearby, rejected } = last;
    return { ...seen, found, unproven, nearby, rejected, read: seen.read || last.read };
}
async function adopt(task, auditId, search) {
    const { host, report } = task;
    const { pastSeconds } = search.baseline;
    const adopted = await host.once(`adopt ${search.attempt}`, async () => {
        const at = host.clock.monotonicMs();
        const run = { kind: "started", auditId, origin: "adopted", at, pastSeconds };
        await report(run);
        return run;
    });
    return adopted.kind === "done"
        ? adopted.value
        : { kind: "started", auditId, origin: "adopted", at: search.baseline.at, pastSeconds };
}

;// CONCATENATED MODULE: ./build/shared/run/start/wait-for-turn.js








/** Trying anyway is harmless (code 1 again), and the history may show a run that died long ago. */
const TRY_ANYWAY_MS = 600_000;
const wait_for_turn_TIME_LIMIT_MS = 10_000;
/** Waits until no run of the flow is active, or the deadline comes. */
async function waitForTurn(task, about) {
    const { host, report, request } = task;
    const earlier = (0,replies_reply/* valueIn */.x)(about.baseline);
    // Each race lost to another waiter makes a poll dearer, so that many waiters do not stampede.
    const cost = pollCostSeconds(about.lostRaces - 1);
    const first = {
        since: null,
        seenActive: false,
        free: false,
        late: false,
        delayMs: 0,
        answered: false,
        failing: null,
    };
    const check = async (state) => {
        const since = state.since ?? host.clock.monotonicMs();
        const { otherAuditId } = about;
        if (state.since === null && request.ifRunning !== "wait") {
            // There is none to attach to, so this waits as well.
            const other = otherAuditId === undefined ? {} : { otherAuditId };
            await report({ kind: "busy", policy: "wait", ...other });
        }
        const reply = state.since === null
            ? undefined
            : await readHistory(task, limitedBy(about.deadline, host, wait_for_turn_TIME_LIMIT_MS));
        const known = reply?.kind === "value" ? toBaseline(task, reply) : earlier;
        const active = known?.active ?? [];
        const idle = reply?.kind === "value" && active.length === 0;
        const listed = otherAuditId !== undefined && known?.auditIds.includes(otherAuditId) === true;
        const inTime = host.clock.monotonicMs() < about.deadline;
        const status = idle && !state.seenActive && !listed ? await askStatus(task, about) : undefined;
        const free = idle && (status === undefined || !mayBeActive(status, task));
        const at = host.clock.monotonicMs();
        const offset = known?.clockOffsetMs ?? 0;
        const age = active.reduce((oldest, { startedAt }) => startedAt === undefined
            ? oldest
            : Math.max(oldest, host.clock.epochMs() + offset - startedAt), at - since);
        const gap = nextGapSeconds({
            ageSeconds: age / 1_000,
            pastSeconds: known?.pastSeconds ?? [],
            pollCostSeconds: cost,
        });
        const asked = reply === undefined
            ? about.askedMs
            : Math.max(askedMs(reply), status === undefined ? 0 : askedMs(status));
        const delayMs = Math.max(asked, jittered(gap * 1_000, host.random()));
        // What there was no time to ask says nothing new.
        const asking = inTime || status === undefined ? whyUntold(status) : state.failing?.why;
        const why = whyUntold(reply) ?? asking;
        const limited = [reply, status].some(answer => answer?.kind === "rate-limited");
        return {
            since,
            seenActive: state.seenActive || active.length > 0,
            free: free || (at - since >= TRY_ANYWAY_MS && !limited) || isBlind(reply),
            late: at >= about.deadline,
            delayMs: Math.min(delayMs, Math.max(0, about.deadline - at)),
            answered: state.answered === true || (reply !== undefined && why === undefined),
            failing: why === undefined ? null : await stillFailing(state.failing ?? null, { why, at }, report),
        };
    };
    const state = await host.until(`free ${about.attempt}`, first, check, ({ free, late, delayMs }) => (free || late ? "done" : delayMs));
    if (!state.late || state.free)
        return { kind: "free" };
    const { failing = null, answered = true } = state;
    // A fault now and then is nothing to tell, unless it is all there was.
    const blind = failing !== null && (failing.told || !answered);
    return blind ? { kind: "late", failure: failing.why } : { kind: "late" };
}
async function stillFailing(failing, { why, at }, report) {
    const { since, told } = failing ?? { since: at, told: false };
    const failingMs = at - since;
    const tell = !told && failingMs >= TELL_FAILING_AFTER_MS;
    if (tell)
        await report({ kind: "polls-failing", reason: why, failingMs });
    return { since, why, told: told || tell };
}
/** Why an answer tells nothing about a run that is active. */
function whyUntold(reply) {
    return reply === undefined || reply.kind === "value" || reply.kind === "absent"
        ? undefined
        : reasonOf(reply);
}
/** A history of finished runs only says nothing of the one that is active: the status call does. */
function askStatus(task, about) {
    const { client, host, request } = task;
    const { otherAuditId, deadline } = about;
    return askInTime(deadline, host, wait_for_turn_TIME_LIMIT_MS, call => otherAuditId === undefined
        ? client.latestExecution(request.flowId, call)
        : client.execution(request.flowId, otherAuditId, call));
}
function mayBeActive(reply, task) {
    switch (reply.kind) {
        case "value":
            return isActiveRunOfFlow(reply.value, task);
        // No answer is no reason to believe that it has ended; these may have one at the next check.
        case "fault":
        case "unreachable":
        case "rate-limited":
        case "stopped":
            return true;
        case "absent":
        case "rejected":
        case "unauthorized":
            return false;
    }
}
/** The history will never be readable with these credentials: then only trying tells. */
function isBlind(reply) {
    return reply?.kind === "rejected" || reply?.kind === "unauthorized" || reply?.kind === "absent";
}

;// CONCATENATED MODULE: ./build/shared/run/start/start-run.js








/**
 * Begins a run at most once. The one POST is sent again only when the attempt before provably did
 * nothing (never connected, 429, 401 with fresh credentials, or code 1: another run is active).
 * When its fate is unknown, what the server knows of the flow's runs decides; otherwise we say that
 * we do not know. `deadline` is on `host.clock.monotonicMs()`.
 */
async function startRun(task, opening) {
    const { host, request } = task;
    const { deadline } = opening;
    let baseline = opening.baseline;
    let lostRaces = 0;
    /** Since when the server has not been reached at all. */
    let unreachableSince;
    /** Why the last attempt did nothing. */
    let again;
    for (let attempt = 1;; attempt++) {
        if (host.stop.aborted)
            return { kind: "stopped" };
        const sent = await attemptStart(task, attempt, baseline, deadline);
        switch (sent.kind) {
            case "started":
            case "not-started":
            case "refused":
            case "stopped":
                return sent;
            case "timed-out":
                // Nothing was left for this attempt; what took the time says more.
                return { ...sent, ...again };
            case "in-doubt":
                return orUnknown(sent.reason, () => resolveDoubt(task, sent, { baseline, deadline, attempt, contended: lostRaces > 0 }));
            case "again": {
                // Nothing was begun, and nothing is to be: not the time is over, but the job.
                if (host.stop.aborted)
                    return { kind: "stopped" };
                const unreachable = sent.failure.kind === "unreachable";
                unreachableSince = unreachable ? (unreachableSince ?? sent.at) : undefined;
                if (unreachableSince !== undefined && sent.at - unreachableSince >= request.patienceMs) {
                    return { kind: "refused", failure: sent.failure };
                }
                again = whyTooLong(sent.failure);
                const delay = retryDelay(sent, attempt, sent.at - opening.at);
                if (sent.at + delay >= deadline) {
                    const asked = waitAsked(sent.failure);
                    return {
                        kind: "timed-out",
                        ...again,
                        ...(asked === undefined ? {} : { askedMs: asked }),
                    };
                }
                await pause(task, `pause ${attempt}`, sent, delay);
                break;
            }
            case "busy": {
                const decided = await decideBusy(task, sent, { baseline, deadline, attempt });
                if (decided.kind !== "wait")
                    return decided;
                lostRaces += 1;
                again = undefined;
                unreachableSince = undefined;
                const { otherAuditId } = sent;
                const { askedMs } = decided;
                const about = { baseline, otherAuditId, deadline, attempt, lostRaces, askedMs };
                const turn = await waitForTurn(task, about);
                if (turn.kind === "late")
                    return { kind: "timed-out", ...whyLate(turn.failure) };
                break;
            }
        }
        if (host.stop.aborted)
            return { kind: "stopped" };
        // Runs that began while we waited must not look like ours later.
        baseline = await host.read(`history ${attempt + 1}`, () => readBaseline(task, deadline));
    }
}
/** Code 1: first whose run it is about, then what the policy makes of another's. */
async function decideBusy(task, busy, about) {
    const { otherAuditId } = busy;
    if (otherAuditId !== undefined && busy.maybeOurs) {
        const named = { ...busy, otherAuditId };
        const reason = whyInDoubt(named);
        const doubted = await orUnknown(reason, async () => {
            const ownership = await tellOwnership(task, named, about);
            if (ownership.whose === "anothers")
                return { kind: "anothers" };
            if (mayAttach(task, ownership)) {
                const attached = await attach(task, busy, about);
                if (attached.kind === "started")
                    return attached;
                // It has ended meanwhile, and may have been ours: no reason to start another.
            }
            // Never adopted: where code 1 means what the newest documents say, it is another's for sure.
            const why = `${reason} or somebody else's; it is not followed, and no other run is started`;
            return { kind: "start-unknown", reason: why };
        });
        if (doubted.kind !== "anothers")
            return doubted;
    }
    return followPolicy(task, busy, about);
}
/** A mistake of set-up that comes up in the middle of a doubt, such as a secret, does not end it. */
async function orUnknown(reason, resolve) {
    try {
        return await resolve();
    }
    catch (error) {
        if (!(error instanceof user_error/* UserError */.y))
            throw error;
        return { kind: "start-unknown", reason: `${reason}; ${error.message}` };
    }
}
/** The policy for another's run. A policy that is added does not compile without a case of its own. */
async function followPolicy(task, busy, about) {
    const other = busy.otherAuditId === undefined ? {} : { otherAuditId: busy.otherAuditId };
    switch (task.request.ifRunning) {
        case "fail":
            return { ...other, kind: "busy" };
        case "skip":
            return { ...other, kind: "skipped" };
        case "attach": {
            const attached = await attach(task, busy, about);
            if (attached.kind === "started")
                return attached;
            // Nothing is active any more: then ours can be started.
            return attached.kind === "gone" && about.attempt < MAX_ATTACHES
                ? { kind: "wait", askedMs: attached.askedMs }
                : { ...other, kind: "busy", active: attached.kind === "gone" ? "none" : "several" };
        }
        case "wait":
            return { kind: "wait", askedMs: 0 };
    }
}
const MAX_ATTACHES = 4;
function whyLate(failure) {
    return failure === undefined
        ? { why: "another run was still running" }
        : {
            why: `whether the other run had ended was still not known (last check: ${failure})`,
            failing: true,
        };
}
function whyTooLong(failure) {
    return failure.kind === "rate-limited"
        ? { why: "Etlworks still answered 429 (too many requests)", rateLimited: true }
        : { why: failure.message };
}
/** `Retry-After` wins; otherwise 1, 2, 4 … s up to a minute, or a tenth of what was waited already. */
function retryDelay(again, attempt, waitedMs) {
    const { failure, jitter } = again;
    const asked = waitAsked(failure);
    // Never earlier than asked, and not all at the same moment.
    const longest = Math.max(60_000, waitedMs / 10);
    const backOff = jittered(Math.min(longest, 1_000 * 2 ** Math.min(attempt - 1, 30)), jitter);
    return asked === undefined ? backOff : asked * (1 + 0.1 * jitter);
}
async function pause(task, name, again, delayMs) {
    const reason = reasonOf(again.failure);
    await task.host.until(name, { checks: 0 }, async ({ checks }) => {
        if (checks === 0)
            await task.report({ kind: "start-delayed", reason, delayMs });
        return { checks: checks + 1 };
    }, ({ checks }) => (checks > 1 ? "done" : delayMs));
}

;// CONCATENATED MODULE: ./build/shared/run/run-flow.js








/**
 * Runs a flow once and follows the run to its end. The same for every host. Returns how it ended,
 * whatever happened on the way; what only the user can fix is the outcome `refused`.
 */
async function runFlow(task) {
    let start;
    try {
        const opening = await readOpening(task);
        start = await startRun(task, opening);
        if (start.kind !== "started")
            return withoutRun(task, start);
        // Told to stop in the meantime: then it is for the caller to stop the run as well.
        if (!task.request.wait && !task.host.stop.aborted)
            return started(task, start);
        return concluded(task, start, await followRun(task, start, opening.deadline));
    }
    catch (error) {
        // A mistake that comes up inside a call, such as a secret that may not be read.
        if (!(error instanceof user_error/* UserError */.y))
            throw error;
        return refused(task, error.message, start?.kind === "started" ? start : undefined);
    }
}
/** What is known before anything is started, and until when there is time. */
async function readOpening(task) {
    const { host, request } = task;
    const { timeoutMs, spentMs = 0 } = request;
    return host.read("history 1", async () => {
        const at = host.clock.monotonicMs();
        const deadline = timeoutMs === 0 ? Number.MAX_SAFE_INTEGER : at + timeoutMs - spentMs;
        return { at, deadline, baseline: await readBaseline(task, deadline) };
    });
}
function withoutRun(task, start) {
    const { flowId, timeoutMs } = task.request;
    const always = { flowId, counts: NO_COUNTS };
    switch (start.kind) {
        case "refused":
            return refusedBy(task, start.failure, "run the flow");
        case "busy": {
            const { active, ...busy } = start;
            const message = `Another run of flow ${flowId} is running${run_flow_named(start)}, so none was started.${whyNotFollowed(active)}`;
            return { ...busy, ...always, kind: "busy", message };
        }
        case "skipped": {
            const { active: _active, ...skipped } = start;
            const message = `Skipped: another run of flow ${flowId} is running${run_flow_named(start)}.`;
            return { ...skipped, ...always, kind: "skipped", message };
        }
        case "not-started":
            return { ...start, ...always, message: `Flow ${flowId} was not started: ${start.message}` };
        case "start-unknown":
            return startUnknown(task, start.reason);
        case "timed-out": {
            const timeout = (0,shared_duration/* formatDuration */.a3)(timeoutMs);
            const why = start.askedMs === undefined
                ? `${start.why} when the ${timeout} timeout ended`
                : `${start.why} and asked to wait ${(0,shared_duration/* formatDuration */.a3)(start.askedMs)}, longer than what was left of the ${timeout} timeout`;
            const message = `Flow ${flowId} was not started: ${clause(why)}.`;
            const limited = start.rateLimited === true ? { rateLimited: true } : {};
            const failing = start.failing === true ? { failing: true } : {};
            return { ...always, kind: "timed-out", ...limited, ...failing, message };
        }
        case "stopped":
            return {
                ...always,
                kind: "aborted",
                message: `Cancelled before flow ${flowId} was started.`,
            };
    }
}
function whyNotFollowed(active) {
    switch (active) {
        case "none":
            return " It was not followed either: no active run of the flow could be found.";
        case "several":
            return " None was followed either: several are active, and nobody can say which one is meant.";
        case undefined:
            return "";
    }
}
function run_flow_named(start) {
    return start.otherAuditId === undefined ? "" : ` (audit id ${start.otherAuditId})`;
}
function startUnknown({ request }, reason, counts = NO_COUNTS) {
    const { flowId } = request;
    const message = `It is not known whether flow ${flowId} was started: ${clause(reason)}. Check the flow's history in Etlworks before you run it again.`;
    return { kind: "start-unknown", flowId, counts, message };
}
function explain(task, failure, attempt) {
    const { names, request } = task;
    return explainFailure(failure, { attempt, flowId: request.flowId, names });
}
function refused(task, why, run) {
    const always = { kind: "refused", flowId: task.request.flowId, counts: NO_COUNTS };
    if (run === undefined)
        return { ...always, message: why };
    const { auditId, origin } = run;
    return { ...always, auditId, origin, message: mayStillRun(why, auditId) };
}
/** What only the user can fix, as the server said it. */
function refusedBy(task, failure, attempt, run) {
    return { ...refused(task, explain(task, failure, attempt), run), ...unauthorized(failure) };
}
function unauthorized({ kind }) {
    return kind === "unauthorized" ? { unauthorized: true } : {};
}
function mayStillRun(why, auditId) {
    return `${why} The run may still be running in Etlworks: audit id ${auditId}.`;
}
function started(task, { auditId, origin }) {
    const { flowId } = task.request;
    const what = origin === "attached"
        ? `was not started, because run ${auditId} of somebody else is running`
        : `was started (audit id ${auditId})`;
    const message = `Flow ${flowId} ${what}; not waiting for its end.`;
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
            const why = explain(task, end.failure, "read the status of the run");
            const message = mayStillRun(why, auditId);
            return { kind: "refused", ...watched, ...unauthorized(end.failure), message };
        }
        case "denied":
            return { kind: "refused", ...watched, message: mayStillRun(end.message, auditId) };
        case "not-ours":
            return startUnknown(task, end.why, counts);
        case "other-flow": {
            const message = `Run ${auditId} is a run of flow ${end.flowId}, not of flow ${flowId}. Check the audit id and ${task.names.flow}.`;
            return { kind: "refused", ...watched, message };
        }
        case "ended": {
            const message = execution?.message ?? `Flow ${flowId} ended with status ${end.status}.`;
            return { kind: end.status, ...watched, message };
        }
        case "timed-out": {
            const { failing, failingMs } = end;
            const noEnd = `No end within ${(0,shared_duration/* formatDuration */.a3)(timeoutMs)}: ${run} may still be running in Etlworks.`;
            if (failing === undefined)
                return { kind: "timed-out", ...watched, message: noEnd };
            const message = failingMs === undefined
                ? mayStillRun(describeFailing(failing, counts.polls, timeoutMs), auditId)
                : `${noEnd} No status check in the last ${(0,shared_duration/* formatDuration */.a3)(failingMs)} had a usable answer; the last one: ${clause(failing)}.`;
            return { kind: "timed-out", ...watched, failing: true, message };
        }
        case "lost": {
            const message = end.why === undefined
                ? `Etlworks has had no record of ${run} for 2 minutes. It may still be running.`
                : `No status check for 2 minutes has found a record of ${run}; the last one: ${end.why}. It may still be running.`;
            return { kind: "lost", ...watched, message };
        }
        case "stopped": {
            const message = `Cancelled: ${run} may still be running in Etlworks.`;
            return { kind: "aborted", ...watched, message };
        }
    }
}

;// CONCATENATED MODULE: ./build/shared/run/follow-existing-run.js




/**
 * Starts nothing and follows a run that is there already to its end: one that an earlier step began
 * without waiting, or anybody else. The history tells how long such a run takes and, where it lists
 * the run, since when this one is running. The run counts as another's, so nobody here stops it.
 */
async function followExistingRun(task, auditId) {
    let run;
    try {
        const { at, baseline, deadline } = await readOpening(task);
        const history = baseline.kind === "value" ? baseline.value : undefined;
        const startedAt = history?.active.find(active => active.auditId === auditId)?.startedAt;
        const found = await task.host.once("follow the run", async () => {
            const now = task.host.clock.epochMs() + (history?.clockOffsetMs ?? 0);
            const age = startedAt === undefined ? 0 : Math.max(0, now - startedAt);
            const pastSeconds = history?.pastSeconds ?? [];
            const start = {
                kind: "started",
                auditId,
                origin: "attached",
                // Both of this moment: the history may have taken long to come.
                at: task.host.clock.monotonicMs() - age,
                pastSeconds,
            };
            await task.report(start);
            return start;
        });
        run =
            found.kind === "done"
                ? found.value
                : { kind: "started", auditId, origin: "attached", at, pastSeconds: [] };
        const mistake = isMistakeOfSetup(baseline)
            ? await pollUnseenRun(task, auditId, deadline)
            : undefined;
        if (mistake !== undefined)
            return refusedBy(task, mistake, "read the status of the run", run);
        // It may have ended long ago: the first poll does not wait.
        return concluded(task, run, await followRun(task, run, deadline, { atOnce: true }));
    }
    catch (error) {
        if (!(error instanceof user_error/* UserError */.y))
            throw error;
        return refused(task, error.message, run);
    }
}

// EXTERNAL MODULE: ./build/action/inputs/login.js
var inputs_login = __nccwpck_require__(6552);
;// CONCATENATED MODULE: ./build/action/remember.js


/**
 * Keeps a run for the post step, with all that it needs of this step. Before the first poll, so that
 * no later death of the step loses the run. `index` tells the runs of a step apart.
 */
async function rememberRun({ runner, inputs }, index, run) {
    if (run.phase === "following") {
        const { baseUrl, failOnWarning, login, stopRequest } = inputs;
        const settings = {
            baseUrl: baseUrl.href,
            failOnWarning,
            signIn: (0,inputs_login/* signInOf */.UI)(login),
            ...(stopRequest === undefined ? {} : { stopRequest }),
        };
        await runner.saveState(step_state/* SETTINGS_STATE */.wI, (0,step_state/* writeSettings */.Ln)(settings));
    }
    await runner.saveState((0,step_state/* runStateName */.Gg)(index), (0,step_state/* writeRun */.bp)(run));
}
function createRunMemory(step, index, flowId) {
    let run;
    let seen = false;
    let unanswered = false;
    const keep = async (next) => {
        run = next;
        await rememberRun(step, index, next);
    };
    const keepStart = async (open) => {
        if (open === unanswered)
            return;
        unanswered = open;
        await step.runner.saveState((0,step_state/* startStateName */.l1)(index), (0,step_state/* writeStart */.uY)({ flowId, unanswered }));
    };
    const memory = {
        run: () => run,
        seen: () => seen,
        async note(event) {
            if (event.kind === "starting")
                await keepStart(true);
            // Nothing was begun.
            if (event.kind === "busy" || event.kind === "start-delayed")
                await keepStart(false);
            if (event.kind === "started") {
                const { auditId, origin, sentAt, newestAt } = event;
                await keep({
                    flowId,
                    auditId,
                    origin,
                    ...(sentAt === undefined ? {} : { sentAt }),
                    ...(newestAt === undefined ? {} : { newestAt }),
                    phase: "following",
                });
            }
            if (event.kind === "status" && !seen) {
                seen = true;
                // What the start's answer named is held to the same by the post step, seen or not.
                if (run?.origin === "adopted")
                    await keep({ ...run, seen });
            }
            if (event.kind === "not-ours")
                await memory.enter("not-ours");
        },
        async enter(phase) {
            if (run !== undefined)
                await keep({ ...run, phase });
        },
        async concluded() {
            // A run that is kept says the same.
            if (run === undefined)
                await keepStart(false);
        },
        async replaced() {
            if (run !== undefined)
                await keep({ ...run, retried: true });
        },
    };
    return memory;
}

// EXTERNAL MODULE: ./build/action/runner/own-run.js + 1 modules
var own_run = __nccwpck_require__(3309);
;// CONCATENATED MODULE: ./build/action/stop-unfinished.js


/** Most of the time that the runner leaves us is for the stop request itself. */
const CHECK_MS = 1_500;
/** After the run: stop it where that was asked for, and tell the post step what is left to do. */
async function stopUnfinished(step, outcome, { memory, claim }) {
    const run = memory.run();
    if (run === undefined || !("auditId" in outcome) || outcome.auditId === undefined) {
        return undefined;
    }
    const unfinished = outcome.kind === "timed-out" || outcome.kind === "aborted";
    const { stopRequest } = step.inputs;
    if (!unfinished || stopRequest === undefined) {
        await memory.enter("settled");
        return undefined;
    }
    // A run whose record was read while it was followed needs no other check, if the request names it.
    const known = memory.seen() && (0,own_run/* namesTheRun */.ri)(stopRequest);
    const timeLimitMs = Math.min(CHECK_MS, step.timeLeftMs());
    const check = known || run.origin === "attached"
        ? undefined
        : await (0,own_run/* checkRun */.Q5)(run, claim, { ...step, timeLimitMs });
    if (check?.kind === "not-ours") {
        return { kind: "not-ours", auditId: run.auditId, reason: (0,whose_run/* disbelief */.g8)(run, check.why) };
    }
    await memory.enter((0,own_run/* endSeen */.lG)(check) === undefined ? "stopping" : "settled");
    const result = await (0,own_run/* stopOwnRun */.KU)(run, check, { ...step, stopRequest });
    return { ...result, sentence: step.clean(result.sentence) };
}

;// CONCATENATED MODULE: ./build/action/run-with-retries.js











/** Between a run that ended in error and the next one. What made it fail may be over then. */
const RETRY_AFTER_MS = 60_000;
/** Runs a flow, again after an error where that is wanted, and follows each run to its end. */
async function runWithRetries(step, flow, setting) {
    const { inputs, runner, clock } = step;
    const deadline = deadlineOf(step);
    const earlierRuns = [];
    let before;
    let failed;
    for (let attempt = 1;; attempt++) {
        const memory = createRunMemory(step, setting.nextRunIndex(), flow.id);
        const last = await runOnce(step, flow, { ...setting, memory, before });
        before = memory;
        setting.onEnd?.();
        if (failed !== undefined && beganNothing(last)) {
            const why = last.outcome.kind === "aborted" ? "nothing more is to be started" : last.message;
            runner.line(`The flow was not started again: ${(0,plain_text/* shortLine */.tl)(why, 300)}`);
            return failed;
        }
        const report = { ...last, earlierRuns: [...earlierRuns] };
        failed = report;
        const again = attempt <= inputs.retryOnError && isSafeToRetry(report);
        if (!again || step.stop.aborted)
            return report;
        const first = report.message.split("\n", 1)[0] ?? "";
        const why = `Run ${report.auditId ?? ""} ended in error (${(0,plain_text/* shortLine */.tl)(first, 200)})`;
        if (clock.monotonicMs() + RETRY_AFTER_MS >= deadline) {
            runner.line(`${why}. There is no time left for another run`);
            return report;
        }
        runner.line(`${why}. Starting the flow again in ${(0,shared_duration/* formatDuration */.a3)(RETRY_AFTER_MS)} (retry ${attempt} of ${inputs.retryOnError})`);
        await step.sleep(RETRY_AFTER_MS, step.stop);
        if (step.stop.aborted)
            return report;
        earlierRuns.push({ auditId: report.auditId ?? "", message: report.message });
    }
}
/** Only a run that we know to have begun ourselves and that Etlworks says to have failed. */
function isSafeToRetry({ outcome, origin, auditId }) {
    return outcome.kind === "error" && origin === "started" && auditId !== undefined;
}
/**
 * The retry was left for a reason that says nothing of the flow. Then the run that ended in error is
 * how the flow ended: a retry that was skipped would pass, and hide it.
 */
function beganNothing({ outcome, auditId }) {
    const left = ["busy", "skipped", "timed-out", "aborted"].includes(outcome.kind);
    return left && auditId === undefined;
}
async function runOnce(step, flow, setting) {
    const { inputs, client, clock, clean } = step;
    const { names, baseUrl } = inputs;
    const { auditId, memory, before } = setting;
    const recorder = createRecorder(clock, clean);
    const shownFlow = flow.name === undefined ? String(flow.id) : `${flow.id} "${(0,plain_text/* shortLine */.tl)(flow.name, 120)}"`;
    const followsGivenRun = auditId !== undefined;
    const { wait } = inputs;
    const log = createProgressLog({ ...step, flow: shownFlow, baseUrl, followsGivenRun, wait });
    const report = async (event) => {
        recorder.note(event);
        await memory.note(event);
        if (event.kind === "started")
            await before?.replaced();
        if (event.kind === "not-ours")
            setting.knownRuns.add(event.auditId);
        await setting.onEvent(event);
        await log.report(event);
    };
    const request = requestFor(step, flow);
    const claim = (0,inputs_login/* claimOf */._B)(inputs.login, setting.knownRuns);
    const task = {
        request,
        client,
        host: (0,process_host/* createProcessHost */.sl)(step),
        report,
        names,
        ...claim,
    };
    let outcome;
    try {
        outcome = await (auditId === undefined ? runFlow(task) : followExistingRun(task, auditId));
    }
    finally {
        log.close();
    }
    await memory.concluded();
    const stop = await stopUnfinished({ ...step, client: setting.stopClient }, outcome, {
        memory,
        claim,
    });
    if (stop?.kind === "not-ours") {
        const { auditId: id, reason } = stop;
        await report({ kind: "not-ours", auditId: id, reason });
        return recorder.report(startUnknown(task, reason, outcome.counts), flow.name);
    }
    // The history may list it only later, when it would look like a new run.
    if ("auditId" in outcome && outcome.auditId !== undefined)
        setting.knownRuns.add(outcome.auditId);
    return { ...recorder.report(outcome, flow.name), stop };
}
function requestFor(step, flow) {
    const { parameters, runQuery, ifRunning, wait, timeoutMs, pollIntervalMs } = step.inputs;
    return {
        flowId: flow.id,
        parameters,
        runQuery,
        ifRunning,
        wait,
        timeoutMs,
        spentMs: step.clock.monotonicMs() - step.startedAt,
        ...(pollIntervalMs === undefined ? {} : { pollIntervalMs }),
        // A job has the flow to itself as a rule; the core looks for what speaks against it.
        adoption: "strict",
        // Long enough for a restart of a balancer, short enough for a wrong address to be noticed.
        patienceMs: 60_000,
    };
}

;// CONCATENATED MODULE: ./build/action/run-one-flow.js









/** One flow: finds it, runs it (again after an error, where that is wanted), follows it, reports. */
async function runOneFlow(step, choice, auditId) {
    const { inputs, client } = step;
    const found = await findFlow(choice, lookUpOf(step));
    if (found.kind !== "found")
        return concludeNotFound(step, found);
    const status = commitStatusOf(step, String(found.flow.id));
    let runs = 0;
    let told = "";
    const tell = async (id) => {
        if (id === told)
            return;
        told = id;
        await step.runner.output("audit-id", id);
    };
    const report = await runWithRetries(step, found.flow, {
        auditId,
        nextRunIndex: () => ++runs,
        stopClient: client,
        knownRuns: new Set(),
        async onEvent(event) {
            // What comes after must not go on with a run of somebody else.
            if (event.kind === "not-ours")
                await tell("");
            if (event.kind !== "started")
                return;
            await step.runner.output("flow-id", String(found.flow.id));
            await tell(event.auditId);
            if (status === undefined)
                return;
            await (0,step_state/* saveStatus */.i5)(step.runner, { context: status.context, concluded: false });
            status.pending(`Running: audit id ${event.auditId}`);
        },
    });
    // Nor with an earlier run, when it was started anew and nothing came of that.
    await tell(report.auditId ?? "");
    const verdict = (0,run_verdict/* judge */.S)(report.outcome.kind, inputs);
    await conclude(step, report, verdict, status);
    return verdict;
}
/** The step ends before it knows what to run. */
async function concludeNotFound(step, found) {
    const { clean, inputs } = step;
    const report = found.kind === "stopped"
        ? reportOfEarlyEnd("aborted", "The job was cancelled before the flow was found; nothing was started.", { clean })
        : reportOfEarlyEnd("timed-out", `The flow was not started: ${found.why} (timeout ${(0,shared_duration/* formatDuration */.a3)(inputs.timeoutMs)}).`, { clean });
    const { unreachable = false, rateLimited = false } = found.kind === "timed-out" ? found : {};
    await conclude(step, { ...report, unreachable, rateLimited }, "fail", earlyStatusOf(step));
    return "fail";
}
/** `flow` is what the context calls it. */
function commitStatusOf(step, flow) {
    const { inputs, environment, secrets } = step;
    const { githubToken: token, statusContext, baseUrl } = inputs;
    if (token === undefined)
        return undefined;
    const job = environment["GITHUB_JOB"] ?? "";
    const context = statusContext ?? (0,commit_status/* defaultStatusContext */.lf)({ host: baseUrl.host, job, flow });
    return (0,commit_status/* createCommitStatus */.I8)({ ...step, token, context, redact: secrets.redact });
}
/**
 * The same before the flow is known, as far as its context is: the success of an earlier attempt must
 * not stay on a commit whose flow is not found any more.
 */
function earlyStatusOf(step) {
    const { flow, statusContext, dryRun } = step.inputs;
    if (dryRun)
        return undefined;
    if (flow.kind !== "one")
        return commitStatusOf(step, "flows");
    if (flow.choice.kind === "id")
        return commitStatusOf(step, String(flow.choice.id));
    // By default the context has the flow's id.
    return statusContext === undefined ? undefined : commitStatusOf(step, flow.choice.name);
}

;// CONCATENATED MODULE: ./build/action/dry-run-flows.js












/**
 * `dry-run` for several flows: checks each of them and says everything that would stop one, at
 * once. Starts nothing.
 */
async function examineFlows(step, selection) {
    const { inputs, runner, clean, clock } = step;
    const deadline = deadlineOf(step);
    const send = createRequestBudget(step).limit(step.send, { deadline });
    const client = (0,connect/* connect */.N)(inputs, { ...step, send });
    sayDryRun(runner);
    const found = await findFlows(selection, inputs.parameters, lookUpOf(step, client));
    if (found.kind !== "found")
        return concludeNotFound(step, found);
    const { flows } = found;
    const labels = flowLabels(flows);
    const log = createFlowsLog({ ...step, labels, every: () => () => undefined });
    const problems = [];
    const patience = newPatience();
    const results = [];
    for (const [index, flow] of flows.entries()) {
        if (clock.monotonicMs() >= deadline) {
            const count = flows.length - index;
            const why = `The dry run took too long: ${(0,flow_result/* countedFlows */.YE)(count)} could not be checked before the timeout.`;
            problems.push(`${why} Set a longer timeout.`);
            break;
        }
        const checked = await examineOne(flow, { problems, patience }, {
            ...step,
            client,
            runner: log.runnerFor(index),
            inputs: { ...inputs, parameters: flow.parameters },
        });
        if (step.stop.aborted)
            return concludeCancelled(step);
        if (checked === undefined)
            continue;
        const report = reportOfReached({ ...flow, ...checked }, clean);
        results.push({ label: labels[index] ?? String(flow.id), report, verdict: "pass" });
    }
    if (problems.length > 0)
        throw new user_error/* UserError */.y([...new Set(problems)].join("\n"));
    const durationMs = clock.monotonicMs() - step.startedAt;
    const about = { status: undefined, durationMs, logFile: undefined };
    return concludeFlows(step, results, about);
}
async function examineOne(flow, { problems, patience }, step) {
    try {
        return await examineFlow(step, flow, { deadline: deadlineOf(step), patience });
    }
    catch (error) {
        if (!(error instanceof user_error/* UserError */.y))
            throw error;
        problems.push(error.message);
        return undefined;
    }
}

;// CONCATENATED MODULE: ./build/shared/shown-name.js
/**
 * A name that a person gave, as it may stand in a log, or an ARN. Somebody may have written the key
 * itself there; what does not look like a name is cut.
 */
function shownName(name) {
    return name.startsWith("arn:") || looksLikeName(name) ? name : `${name.slice(0, 4)}…`;
}
/** Made of words, and not of what keys are made of: long runs of letters, and many digits. */
function looksLikeName(text) {
    const words = text.split(/[^A-Za-z0-9]+/);
    return (text.length <= 64 &&
        words.every(word => word.length <= 20) &&
        text.replaceAll(/\D/g, "").length <= 4);
}

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
    const gap = hostGap(text.trim(), url);
    if (gap !== undefined)
        return refuse(`${gap} in "${shown(text)}".`);
    if (url.protocol !== "https:" && url.protocol !== "http:") {
        return refuse(`"${shown(text)}" is not an https address.`);
    }
    if (url.username !== "" || url.password !== "") {
        return refuse("it holds a user name or password; these belong in their own settings.");
    }
    if (url.search !== "" || url.hash !== "")
        return refuse(`remove "?" or "#" and everything after it.`);
    const path = url.pathname.replace(/\/+$/, "");
    if (/\/rest\/./.test(path))
        return refuse(`remove everything after /rest in "${shown(text)}".`);
    if (url.protocol === "http:" && !options.allowHttp && !isLoopback(url.hostname)) {
        return refuse(`http would send the key unencrypted. Use https, or set ETLWORKS_ALLOW_HTTP=true for a network that you trust.`);
    }
    // An empty query or fragment leaves its sign behind.
    url.search = "";
    url.hash = "";
    url.pathname = path.endsWith("/rest") ? path : `${path}/rest`;
    return url;
}
/**
 * What a browser would make a host of all the same: `https:///rest`, which is left of
 * `https://${{ vars.HOST }}/rest` when nobody has set the variable, leads to a host named "rest".
 */
function hostGap(text, { hostname, port }) {
    // The parser drops line breaks, and takes two lines for one address.
    if (/[\s\p{Cc}]/u.test(text))
        return "there is a space or a line break";
    const behind = /^https?:(.*)/i.exec(text)?.[1];
    if (behind?.startsWith("//") === false)
        return "two slashes belong behind https:";
    if (behind !== undefined && /^\/\/(?:[/\\]|$)/.test(behind)) {
        return "there is no host behind https://";
    }
    // `https://${{ vars.URL }}/rest` with a whole address in the variable: the host would be "https".
    if (/^https?:\/\/https?:?\/\//i.test(text))
        return "https:// stands twice";
    if (/^\.|\.\./.test(hostname))
        return "a part of the host is missing";
    return port === "0" ? "0 is no port" : undefined;
}
function shown(text) {
    // A key pasted into the wrong field would be shown whole otherwise.
    const line = text
        .trim()
        .replace(/\s+/g, " ")
        .replace(/\/\/[^/]*@/, "//…@");
    const mayBeShown = /^https?:/i.test(line) ? line.length <= 80 : looksLikeName(line);
    return mayBeShown ? line : `a string of ${line.length} characters`;
}
function isLoopback(hostname) {
    return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

// EXTERNAL MODULE: ./build/shared/request-headers.js
var request_headers = __nccwpck_require__(2142);
;// CONCATENATED MODULE: ./build/shared/run-query.js

/**
 * Reads the extra query string of the start call, with or without its question mark. The one reader
 * of this setting: what one host refuses, the other refuses too. `name` is what the user calls it.
 */
function parseRunQuery(text, name) {
    const query = text.trim().replace(/^\?/, "");
    // The characters of a query (RFC 3986, 3.4). A "#" would end it, and what follows would be lost.
    if (/^(?:[\w\-.~!$&'()*+,;=:@/?]|%[\dA-Fa-f]{2})*$/.test(query))
        return query;
    throw new user_error/* UserError */.y(`${name}: it has ${foreignPart(query)}, so it is not a query string. Write name=value&name=value, URL-encoded.`);
}
/** What no query string has; not the text around it, for a query may hold a key. */
function foreignPart(query) {
    if (/\s/.test(query))
        return "a space or a line break";
    if (query.includes("#"))
        return 'a "#"';
    if (/%(?![\dA-Fa-f]{2})/.test(query))
        return 'a "%" without two hexadecimal digits behind it';
    return "a character that must be encoded";
}

;// CONCATENATED MODULE: ./build/action/inputs/contradictions.js

/** Inputs that are right each by itself and cannot be meant together. Adds a sentence for each. */
function refuseContradictions(source, problems) {
    const has = (name) => source.optional(name) !== "";
    const retries = /[1-9]/.test(source.optional("retry-on-error"));
    const noWait = /^false$/i.test(source.optional("wait"));
    if (has("audit-id") && noWait) {
        problems.push("audit-id waits for a run, so it cannot be combined with wait: false.");
    }
    if (has("audit-id") && retries) {
        problems.push("audit-id starts nothing, so it cannot be combined with retry-on-error.");
    }
    if (noWait && retries) {
        problems.push("retry-on-error has to wait for the run, so it cannot be combined with wait: false.");
    }
}
/** Text for Etlworks or for what stands before it, in which such an expression may be meant. */
const MAY_HOLD_EXPRESSIONS = new Set(["parameters", "request-headers"]);
/**
 * An expression inside a variable, a secret or a string of another action is never replaced. Asked of
 * every input that takes any text; the others have refused it by themselves.
 */
function refuseUnreplaced(source, problems) {
    for (const name of source.asked) {
        if (MAY_HOLD_EXPRESSIONS.has(name))
            continue;
        if (!/\$\{\{.*\}\}/s.test(source.optional(name)))
            continue;
        if (problems.some(problem => problem.startsWith(`${name}: `)))
            continue;
        problems.push(`${name}: contains \${{ … }}, which GitHub did not replace. It replaces expressions in workflow files only, not inside a variable or a secret.`);
    }
}
/** These are kept for the post step, sent in addresses or shown on GitHub. */
const PLAIN_INPUTS = ["base-url", "stop-request", "run-query", "status-context", "log-file"];
/** Shorter ones turn up in other words by chance. */
const MIN_LENGTH = 8;
function refuseSecretsInPlainInputs(source, problems) {
    for (const name of PLAIN_INPUTS) {
        const value = source.optional(name);
        const held = inputs_login/* SECRET_INPUTS */.pH.find(secret => {
            const text = source.optional(secret);
            return (text.length >= MIN_LENGTH &&
                (value.includes(text) || value.includes(encodeURIComponent(text.toWellFormed()))));
        });
        if (held !== undefined) {
            problems.push(`${name}: contains the ${held}, which would be shown in logs there. Remove it; every request is sent with the credentials anyway.`);
        }
    }
}

;// CONCATENATED MODULE: ./build/action/inputs/flow-selection.js




/** `shared`: the parameters that all flows get, or `undefined` when these are wrong themselves. */
function readFlowSelection(source, shared) {
    const given = {
        "flow-id": source.optional("flow-id"),
        "flow-name": source.optional("flow-name"),
        flows: source.optional("flows"),
        "flow-tag": source.optional("flow-tag"),
    };
    const auditId = source.optional("audit-id");
    const named = Object.entries(given).flatMap(([name, value]) => (value === "" ? [] : [name]));
    const several = given.flows !== "" || given["flow-tag"] !== "";
    const problems = [];
    if (named.length > 1) {
        problems.push(`Give only one of flow-id, flow-name, flows and flow-tag; ${flow_selection_listed(named)} are given.`);
    }
    if (auditId !== "" && several && named.length === 1) {
        problems.push(`audit-id names a run of one flow. Use it with flow-id or flow-name, not with ${flow_selection_listed(named)}.`);
    }
    // Whatever else is wrong with one of them is told too.
    const entries = given.flows === ""
        ? undefined
        : attempt(problems, () => parseFlowList(given.flows, shared ?? {}));
    const tags = given["flow-tag"] === "" ? undefined : attempt(problems, () => readTags(given["flow-tag"]));
    const id = given["flow-id"] === "" ? undefined : attempt(problems, () => readFlowId(given["flow-id"]));
    const run = auditId === "" ? undefined : attempt(problems, () => readAuditId(auditId));
    if (named.length === 0)
        problems.push(NONE_GIVEN);
    if (problems.length > 0)
        throw new user_error/* UserError */.y(problems.join("\n"));
    if (entries !== undefined)
        return { kind: "several", entries };
    if (tags !== undefined)
        return { kind: "tag", tags };
    const choice = id === undefined ? { kind: "name", name: given["flow-name"] } : { kind: "id", id };
    return { kind: "one", choice, auditId: run };
}
/** Which input says what to run, for sentences. */
function nameOfSelection(selection) {
    switch (selection.kind) {
        case "one":
            return selection.choice.kind === "id" ? "flow-id" : "flow-name";
        case "several":
            return "flows";
        case "tag":
            return "flow-tag";
    }
}
const NONE_GIVEN = "Set flow-id or flow-name (or flows or flow-tag for several). If you did: a variable or output that does not exist arrives empty.";
function readFlowId(id) {
    if (/^[1-9]\d{0,14}$/.test(id))
        return Number(id);
    throw new user_error/* UserError */.y(/^\d+(?:[\s,;]+\d+)+[,;]?$/.test(id)
        ? `flow-id: ${(0,read_input/* quoted */.TL)(id)} is not a positive whole number. For several flows use flows, one id on each line.`
        : `flow-id: ${(0,read_input/* quoted */.TL)(id)} is not a positive whole number. For a name use flow-name.`);
}
function readAuditId(value) {
    if (/^[1-9]\d{0,18}$/.test(value))
        return value;
    throw new user_error/* UserError */.y(`audit-id: ${(0,read_input/* quoted */.TL)(value)} is not a positive whole number. Use the audit-id output of the step that started the run.`);
}
function readTags(text) {
    const tags = text
        .split(/\r\n|\r|\n/)
        .map(line => line.trim())
        .filter(line => line !== "" && !(0,read_input/* isRemark */.bd)(line));
    if (tags.length === 0)
        throw new user_error/* UserError */.y("flow-tag: no tag is given. Write one tag on each line.");
    const item = tags.find(tag => /^-\s/.test(tag));
    if (item !== undefined) {
        throw new user_error/* UserError */.y(`flow-tag: ${(0,read_input/* quoted */.TL)(item)} starts as an item of a YAML list. Write the tag alone on its line.`);
    }
    if (tags[0]?.startsWith("[") === true) {
        throw new user_error/* UserError */.y("flow-tag: JSON is not accepted. Write one tag on each line.");
    }
    return [...new Set(tags)];
}
function flow_selection_listed(names) {
    return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

;// CONCATENATED MODULE: ./build/action/inputs/read-parameters.js




/** The parameters of `parameters-file`, and over them those of `parameters`. */
function read_parameters_readParameters(source, workspace) {
    const path = source.optional("parameters-file");
    const problems = [];
    const given = attempt(problems, () => parseParameters(source.untrimmed("parameters")));
    const filed = attempt(problems, () => {
        if (path === "")
            return { parameters: {}, warnings: [] };
        return parseParameters(workspace.readText(path, "parameters-file"), "parameters-file");
    });
    if (given === undefined || filed === undefined)
        throw new user_error/* UserError */.y(problems.join("\n"));
    const parameters = mergeParameters(filed.parameters, given.parameters);
    return {
        parameters,
        warnings: [
            ...given.warnings,
            ...filed.warnings,
            ...warningsOfNames(parameters),
            ...emptyWarning(emptyParameters(parameters)),
        ],
    };
}
const read_parameters_MAX_NAMED = 20;
/** Also for the parameters of one flow of several: `where` says of which. */
function emptyWarning(empty, where = "") {
    const [first] = empty;
    if (first === undefined)
        return [];
    const more = empty.length > read_parameters_MAX_NAMED ? ` and ${empty.length - read_parameters_MAX_NAMED} more` : "";
    const names = `${empty
        .slice(0, read_parameters_MAX_NAMED)
        .map(name => `"${name}"`)
        .join(", ")}${more}`;
    return [
        `${where}Empty parameter ${names}: Etlworks skips empty values, so the flow will see the literal text {${first}}.`,
    ];
}

// EXTERNAL MODULE: ./build/shared/run/stop-run.js
var stop_run = __nccwpck_require__(4392);
;// CONCATENATED MODULE: ./build/action/inputs/stop-request.js



/** `undefined` when none is given. */
function parseStopRequest(value) {
    if (value === "")
        return undefined;
    const [, method = "", path = ""] = /^(\S+)\s+(\S+)$/.exec(value) ?? [];
    if (!(0,stop_run/* isStopRequest */.Q)({ method, path })) {
        throw new user_error/* UserError */.y(`stop-request: ${(0,read_input/* quoted */.TL)(value)} is not a request. Write a method and a path below base-url, for example POST /v1/flows/{flow-id}/stop?auditId={audit-id}.`);
    }
    if (/(?:^|\/)(?:\.|%2e){1,2}(?:$|[/?])/i.test(path)) {
        throw new user_error/* UserError */.y(`stop-request: ${(0,read_input/* quoted */.TL)(value)} contains a path segment "." or "..", and would leave base-url. Write the path as it is.`);
    }
    const unknown = path
        .match(/\{[^}]*\}?/g)
        ?.find(token => token !== "{flow-id}" && token !== "{audit-id}");
    if (unknown !== undefined) {
        throw new user_error/* UserError */.y(`stop-request: ${(0,read_input/* quoted */.TL)(unknown)} is not known. Use {flow-id} and {audit-id}.`);
    }
    return { method, path: path.replace(/^\/rest(?=\/)/, "") };
}

;// CONCATENATED MODULE: ./build/action/inputs/inputs.js















const SHOW_LOG = ["never", "on-failure", "always"];
/** With 200 flows at once, one process is still far below the server's 600 requests a minute. */
const MAX_PARALLEL = 1_000;
const MAX_RETRIES = 100;
/**
 * Reads the inputs from `INPUT_*`. Registers every secret first, so that nothing printed later can
 * show one. Throws one UserError that names everything that is wrong.
 */
function readInputs(environment, secrets, workspace) {
    const source = (0,read_input/* createInputSource */.km)(environment);
    (0,inputs_login/* maskSecrets */.QU)(source, environment, secrets);
    const given = readAll({
        baseUrl: from => parseBaseUrl(from.required("base-url", "https://app.etlworks.com/rest"), {
            name: "base-url",
            allowHttp: environment["ETLWORKS_ALLOW_HTTP"] === "true",
        }),
        login: from => (0,inputs_login/* readLogin */.mN)(from),
        flow: from => readFlowSelection(from, parametersOrNothing(from, workspace)),
        maxParallel: from => (0,read_input/* readCount */._0)(from.required("max-parallel", "3"), "max-parallel", {
            min: 1,
            max: MAX_PARALLEL,
        }),
        failFast: from => (0,read_input/* readSwitch */.hc)(from.required("fail-fast", "false"), "fail-fast"),
        parameters: from => read_parameters_readParameters(from, workspace),
        wait: from => (0,read_input/* readSwitch */.hc)(from.required("wait", "true"), "wait"),
        timeoutMs: from => (0,read_input/* readDuration */.$7)(from.required("timeout", "60m"), "timeout"),
        pollIntervalMs: from => (0,read_input/* readInterval */.U$)(from.required("poll-interval", "auto"), "poll-interval"),
        ifRunning: from => (0,read_input/* readChoice */.Kf)(from.required("if-running", "fail"), "if-running", IF_RUNNING),
        retryOnError: from => (0,read_input/* readCount */._0)(from.required("retry-on-error", "0"), "retry-on-error", {
            min: 0,
            max: MAX_RETRIES,
        }),
        failOnWarning: from => (0,read_input/* readSwitch */.hc)(from.required("fail-on-warning", "false"), "fail-on-warning"),
        stopRequest: from => parseStopRequest(from.optional("stop-request")),
        runQuery: from => parseRunQuery(from.optional("run-query"), "run-query"),
        requestHeaders: from => (0,request_headers/* parseRequestHeaders */.L5)(from.untrimmed("request-headers"), "request-headers"),
        showLog: from => (0,read_input/* readChoice */.Kf)(from.required("show-log", "never"), "show-log", SHOW_LOG),
        logFile(from) {
            const path = from.optional("log-file");
            if (path === "")
                return undefined;
            workspace.checkTarget(path, "log-file");
            return path;
        },
        summary: from => (0,read_input/* readSwitch */.hc)(from.required("summary", "true"), "summary"),
        dryRun: from => (0,read_input/* readSwitch */.hc)(from.required("dry-run", "false"), "dry-run"),
        githubToken: from => readGithubToken(from.optional("github-token")),
        statusContext: from => readStatusContext(from.optional("status-context")),
    }, source, problems => {
        refuseContradictions(source, problems);
        refuseUnreplaced(source, problems);
        refuseSecretsInPlainInputs(source, problems);
    });
    const { parameters, warnings } = given.parameters;
    return {
        ...given,
        parameters,
        names: {
            baseUrl: "base-url",
            credentials: (0,inputs_login/* nameOfLogin */.iQ)(given.login),
            flow: nameOfSelection(given.flow),
        },
        warnings: [...warnings, ...warningsOf(given.flow, parameters)],
    };
}
/** What looks like a mistake only beside the choice of the flow. */
function warningsOf(flow, parameters) {
    switch (flow.kind) {
        case "one":
            return flow.auditId !== undefined && Object.keys(parameters).length > 0
                ? ["audit-id starts nothing, so the parameters have no effect."]
                : [];
        case "several":
            return flow.entries.flatMap((entry, index) => {
                const where = `flows: entry ${index + 1}: `;
                const told = warningsOfNames(parameters);
                const odd = warningsOfNames(parametersFor(entry, parameters));
                return [
                    ...emptyWarning(emptyParameters(entry.parameters ?? {}), where),
                    ...odd.filter(warning => !told.includes(warning)).map(warning => `${where}${warning}`),
                ];
            });
        case "tag":
            return [];
    }
}
/** For the question whether a flow is given twice. What is wrong with them is told by their reader. */
function parametersOrNothing(source, workspace) {
    try {
        return read_parameters_readParameters(source, workspace).parameters;
    }
    catch (error) {
        if (error instanceof user_error/* UserError */.y)
            return undefined;
        throw error;
    }
}
function readGithubToken(value) {
    if (value === "")
        return undefined;
    if (/[^\x21-\x7e]/.test(value)) {
        throw new user_error/* UserError */.y("github-token: contains a space, a line break or another character that no token has. Check where it comes from.");
    }
    return value;
}
/** GitHub compares contexts letter by letter. */
function readStatusContext(value) {
    if (value === "")
        return undefined;
    if (/\p{Cc}/u.test(value)) {
        throw new user_error/* UserError */.y("status-context: contains a line break or another control character.");
    }
    return value;
}

// EXTERNAL MODULE: ./build/shared/map-with-limit.js
var map_with_limit = __nccwpck_require__(8253);
;// CONCATENATED MODULE: ./build/action/read-durations.js



/** It is a help, never a condition: what is known after this long decides who starts first. */
const WAIT_MS = 3_000;
const AT_A_TIME = 8;
/**
 * Reads the histories of flows, to know which take long. Returns when all are read or soon at the
 * latest, and goes on reading meanwhile. What cannot be read stays unknown.
 */
async function readFlowDurations(flows, dependencies) {
    const { client, sleep, stop } = dependencies;
    const durations = new Map();
    const done = new AbortController();
    const signal = AbortSignal.any([stop, done.signal]);
    const read = async ({ id }) => {
        if (signal.aborted)
            return;
        const page = { limit: 20, offset: 0 };
        const reply = await client.history(id, page, { timeLimitMs: WAIT_MS, signal });
        if (reply.kind !== "value")
            return;
        const usual = typicalDuration(pastDurations(reply.value.executions));
        if (usual !== undefined)
            durations.set(id, usual.medianMs);
    };
    const reading = (0,map_with_limit/* mapWithLimit */.c)(flows, AT_A_TIME, read);
    const enough = new AbortController();
    await Promise.race([reading, sleep(WAIT_MS, AbortSignal.any([stop, enough.signal]))]);
    enough.abort();
    return { of: flowId => durations.get(flowId), close: () => done.abort() };
}

;// CONCATENATED MODULE: ./build/action/report/log-collector.js




/** Many runs of 10 MB each would not fit into this process. */
const MAX_BYTES = 64 * 1024 * 1024;
function createLogCollector(step) {
    const { inputs, workspace, secrets, stop } = step;
    const { logFile, showLog } = inputs;
    const parts = [];
    let bytes = 0;
    return {
        async take({ report, verdict }, { client, runner }) {
            const { flowId, flowName, auditId, outcome } = report;
            const show = showLog === "always" || (showLog === "on-failure" && verdict === "fail");
            if (flowId === undefined || auditId === undefined || outcome.kind === "aborted")
                return false;
            const title = `${(0,flow_result/* describeFlowBriefly */.rs)(flowId, flowName)} · run ${auditId}`;
            const collecting = {
                ...workspace,
                writeText(_path, _input, text) {
                    const part = `=== ${title}\n${text}`;
                    bytes += Buffer.byteLength(part);
                    parts.push(bytes <= MAX_BYTES ? part : `=== ${title}\n(left out: the file is full)\n`);
                },
            };
            const { shown } = await takeRunLog({ flowId, auditId }, { show, file: logFile }, {
                client,
                runner,
                workspace: collecting,
                redact: secrets.redact,
                stop,
                leftMs: deadlineOf(step) - step.clock.monotonicMs(),
            });
            return shown;
        },
        async write() {
            if (logFile === undefined || parts.length === 0)
                return undefined;
            try {
                workspace.writeText(logFile, "log-file", parts.join("\n"));
                return logFile;
            }
            catch (error) {
                const why = (0,thrown/* messageOf */.bD)(error);
                await step.runner.warning(`The logs of the runs could not be written: ${why}`, "Run log");
                return undefined;
            }
        },
    };
}

;// CONCATENATED MODULE: ./build/action/run-flow-in-turn.js






/**
 * One flow's turn in a step that runs several: run as a single flow is, under the shared budget. A
 * halt ends it only as long as its start has not been sent.
 */
async function runFlowInTurn(flow, shared, told) {
    const { step, budget, halt } = shared;
    const { stop, clock } = step;
    const early = (kind, message) => {
        const about = { clean: step.clean, flowId: flow.id, flowName: flow.name };
        const report = reportOfEarlyEnd(kind, message, about);
        // Other flows were in the way, and not the connection.
        return { report: { ...report, waited: true }, credentialsRefused: false };
    };
    const left = () => early("skipped", `Flow ${flow.id} was not started: ${shared.whyHalted()}.`);
    const deadline = deadlineOf(step);
    if (halt.aborted && !stop.aborted)
        return left();
    if (clock.monotonicMs() >= deadline && !stop.aborted) {
        return early("timed-out", `Flow ${flow.id} was not started: the flows before it took the whole timeout. Set a longer timeout or a larger max-parallel.`);
    }
    const admission = await budget.admit({ signal: AbortSignal.any([stop, halt]), deadline });
    const gate = createStartGate(step.stop, halt);
    try {
        if (halt.aborted && !stop.aborted)
            return left();
        const running = shared.leftRunning.get(flow.id);
        const own = withOwnInputs(step, flow, running !== undefined);
        const rules = {
            deadline: deadlineOf(own),
            stopping: step.stop,
            ...(admission === undefined ? {} : { admission }),
        };
        const report = await runWithRetries({
            ...own,
            runner: told.runner,
            client: shared.clientOver(budget.limit(gate.pass(step.send), rules)),
            stop: gate.stop,
            // The sign of life is one for all flows.
            every: () => () => undefined,
        }, flow, {
            nextRunIndex: shared.nextRunIndex,
            knownRuns: shared.knownRuns,
            stopClient: shared.clientOver(budget.limit(step.send, { urgency: "stop" })),
            onEvent(event) {
                gate.note(event);
                return told.onEvent(event);
            },
            onEnd: gate.reopen,
        });
        const { outcome, auditId } = report;
        const keptBack = outcome.kind === "aborted" && auditId === undefined && !stop.aborted;
        if (keptBack && halt.aborted)
            return left();
        if (mayBeRunning(report)) {
            const known = auditId === undefined ? [] : [auditId];
            shared.leftRunning.set(flow.id, new Set([...(running ?? []), ...known]));
        }
        const credentialsRefused = outcome.kind === "refused" && "unauthorized" in outcome;
        const met = outcome.kind === "busy" && running?.has(report.otherAuditId ?? "") === true;
        return { report: met ? metOwnRun(report) : report, credentialsRefused };
    }
    finally {
        admission?.release();
        gate.close();
    }
}
/** A run of this step that it did not see to end, or perhaps one. */
function mayBeRunning({ outcome, origin }) {
    if (outcome.kind === "start-unknown")
        return true;
    return (origin === "started" || origin === "adopted") && !(0,run_status/* isTerminal */.Hd)(outcome.kind);
}
function metOwnRun(report) {
    const { flowId, otherAuditId } = report;
    const message = `Flow ${flowId} was not started: run ${otherAuditId}, which this step began before, is still running. Set if-running to wait to run one after the other.`;
    return { ...report, message, meetsOwnRun: true };
}
/**
 * The flow's own limit counts from its turn, and never beyond the limit of the step. One that meets a
 * run of this same step, which has other parameters, is neither skipped nor follows that run: both
 * would pass for work that nobody did.
 */
function withOwnInputs(step, flow, meetsOwnRun) {
    const now = step.clock.monotonicMs();
    const { ifRunning } = step.inputs;
    const inputs = {
        ...step.inputs,
        parameters: flow.parameters,
        ...(meetsOwnRun && !WAITS_FOR_TURN[ifRunning] ? { ifRunning: "fail" } : {}),
    };
    return flow.timeoutMs > 0 && now + flow.timeoutMs < deadlineOf(step)
        ? { ...step, inputs: { ...inputs, timeoutMs: flow.timeoutMs }, startedAt: now }
        : { ...step, inputs };
}
/**
 * Keeps back a start that has not been sent when the halt comes, and ends what waits before it.
 * A start that is under way is not disturbed: its run is followed to the end.
 */
function createStartGate(stop, halt) {
    const own = new AbortController();
    let sent = false;
    const onStop = () => own.abort();
    const onHalt = () => {
        if (!sent)
            own.abort();
    };
    stop.addEventListener("abort", onStop);
    halt.addEventListener("abort", onHalt);
    if (stop.aborted || halt.aborted)
        own.abort();
    const reopen = () => {
        sent = false;
        if (halt.aborted)
            own.abort();
    };
    return {
        stop: own.signal,
        pass: (send) => async (request) => {
            if (isStartRequest(request)) {
                if (halt.aborted)
                    return { kind: "stopped", mayHaveArrived: false };
                sent = true;
            }
            return send(request);
        },
        note(event) {
            // A run is followed to its end, also one of somebody else that no start of ours has begun.
            if (event.kind === "started")
                sent = true;
            // The start did nothing, and the next one has not been sent.
            if (event.kind === "busy" || event.kind === "start-delayed")
                reopen();
        },
        /** The run is over; another one would be a new start. */
        reopen,
        close() {
            stop.removeEventListener("abort", onStop);
            halt.removeEventListener("abort", onHalt);
        },
    };
}

;// CONCATENATED MODULE: ./build/action/take-turns.js
/**
 * Does work for each item, in order, at most so many at a time. Items with the same key never run
 * at the same time: a later one waits for the earlier, and others go before it meanwhile.
 */
async function takeTurns(items, rules) {
    const { maxParallel, keyOf, work, urgencyOf = () => 0 } = rules;
    const waiting = [...items];
    const active = new Map();
    const mostUrgent = () => waiting
        .filter(item => !active.has(keyOf(item)))
        .reduce((first, item) => (first === undefined || urgencyOf(item) > urgencyOf(first) ? item : first), undefined);
    while (waiting.length > 0 || active.size > 0) {
        const item = active.size < maxParallel ? mostUrgent() : undefined;
        if (item !== undefined) {
            waiting.splice(waiting.indexOf(item), 1);
            const key = keyOf(item);
            const running = work(item).finally(() => active.delete(key));
            active.set(key, running);
        }
        else {
            await Promise.race(active.values());
        }
    }
}

;// CONCATENATED MODULE: ./build/action/run-flows.js

















/**
 * Several flows in one step: one process, one clock, one budget of requests and one report. Each
 * flow is run as a single one would be, so many at a time, and the same flow never twice at once.
 */
async function runFlows(step, selection) {
    const { inputs, clock, runner } = step;
    const deadline = deadlineOf(step);
    const active = new Map();
    // A cancelled job has to stop all of them within seconds, after a look at those not seen yet.
    const stopsToKeep = () => inputs.stopRequest === undefined
        ? 0
        : active.values().reduce((sum, { seen }) => sum + (seen ? 1 : 2), 0);
    const budget = createRequestBudget({ ...step, stopsToKeep });
    const limited = budget.limit(step.send, { deadline });
    const clientOver = (0,connect/* createConnector */.U)(inputs, { ...step, send: limited });
    const found = await findFlows(selection, inputs.parameters, lookUpOf(step, clientOver(limited)));
    if (found.kind !== "found")
        return concludeNotFound(step, found);
    const { flows } = found;
    const most = Math.min(inputs.maxParallel, flows.length);
    runner.line(`${(0,flow_result/* countedFlows */.YE)(flows.length)} on ${inputs.baseUrl.host}, at most ${most} at a time`);
    const status = commitStatusOf(step, "flows");
    let announced = false;
    // Not before: only from then on the post step knows enough to conclude it.
    const announce = async () => {
        if (status === undefined || announced)
            return;
        announced = true;
        const { context } = status;
        await (0,step_state/* saveStatus */.i5)(step.runner, { context, concluded: false, flows: flows.length });
        status.pending(`Running ${(0,flow_result/* countedFlows */.YE)(flows.length)}`);
    };
    const labels = flowLabels(flows);
    const log = createFlowsLog({ ...step, labels });
    const logs = createLogCollector(step);
    const halt = new AbortController();
    let whyHalted = "";
    const stopStarting = (why) => {
        if (!halt.signal.aborted)
            whyHalted = why;
        halt.abort();
    };
    let runs = 0;
    const shared = {
        step,
        budget,
        clientOver,
        halt: halt.signal,
        whyHalted: () => whyHalted,
        nextRunIndex: () => ++runs,
        knownRuns: new Set(),
        leftRunning: new Map(),
    };
    const results = [];
    let fault;
    const work = async ([index, flow]) => {
        const name = (0,flow_result/* describeFlowBriefly */.rs)(flow.id, flow.name);
        try {
            const label = labels[index] ?? name;
            results[index] = await play(flow, {
                index,
                label,
                shared,
                log,
                logs,
                active,
                announce,
                onEnd({ verdict, report }, credentialsRefused) {
                    if (credentialsRefused)
                        stopStarting(`Etlworks refused the credentials for ${name}`);
                    else if (verdict === "fail" && inputs.failFast) {
                        stopStarting(`${name} failed (${report.outcome.kind}), and fail-fast is true`);
                    }
                },
            });
        }
        catch (error) {
            // A fault of ours. What is under way is followed to its end all the same.
            fault ??= { error };
            stopStarting("the step itself failed");
        }
    };
    // A list has the order that its writer gave it. A tag has none, so the longest go first: a long
    // one that starts last makes the whole take longer.
    const durations = selection.kind === "tag" && most > 1 && most < flows.length
        ? await readFlowDurations(flows, {
            ...step,
            client: clientOver(budget.limit(step.send, { urgency: "poll", deadline })),
        })
        : undefined;
    try {
        await takeTurns([...flows.entries()], {
            maxParallel: inputs.maxParallel,
            keyOf: ([, { id }]) => id,
            work,
            urgencyOf: ([, { id }]) => durations?.of(id) ?? 0,
        });
    }
    finally {
        durations?.close();
        log.close();
    }
    if (fault !== undefined)
        throw fault.error;
    const logFile = await logs.write();
    const durationMs = clock.monotonicMs() - step.startedAt;
    return concludeFlows(step, results, { status, durationMs, logFile });
}
/** One flow from its turn to its result, with all that is said about it. */
async function play(flow, { index, label, shared, log, logs, active, announce, onEnd }) {
    const { step, budget } = shared;
    const { inputs } = step;
    const runner = log.runnerFor(index);
    log.begins(index);
    const { report, credentialsRefused } = await runFlowInTurn(flow, shared, {
        runner,
        async onEvent(event) {
            if (event.kind === "status")
                active.set(index, { seen: true });
            if (event.kind !== "started")
                return;
            active.set(index, { seen: false });
            await announce();
        },
    });
    active.delete(index);
    const { kind } = report.outcome;
    const verdict = (0,run_verdict/* judge */.S)(kind, inputs);
    const result = { label, report, verdict };
    onEnd(result, credentialsRefused);
    log.ended(result);
    if (kind !== "success" && kind !== "started") {
        runner.line(`${kind}: ${(0,plain_text/* shortLine */.tl)(report.message, 500)}`);
    }
    // A pause for a 429 may last minutes, and no log is worth more than the user's time.
    const client = shared.clientOver(budget.limit(step.send, { deadline: deadlineOf(step) }));
    const logShown = await logs.take(result, { client, runner });
    return { ...result, logShown };
}

;// CONCATENATED MODULE: ./build/action/run-step.js











/**
 * The step itself: runs the flow, follows it, reports. Returns the exit code. However it ends, it
 * has an outcome, a result and a summary, and one red annotation when it fails.
 */
async function runStep(dependencies) {
    const { environment, secrets, workspace, runner, clock } = dependencies;
    const startedAt = clock.monotonicMs();
    const clean = (text) => secrets.redact((0,plain_text/* visibleText */.Q6)(text));
    let inputs;
    let status;
    try {
        inputs = readInputs(environment, secrets, workspace);
        const client = (0,connect/* connect */.N)(inputs, dependencies);
        const step = { ...dependencies, inputs, client, clean, startedAt };
        status = earlyStatusOf(step);
        await warnOfInputs(inputs.warnings, runner);
        return (await run(step)) === "pass" ? 0 : 1;
    }
    catch (error) {
        // What only the user can fix says itself what to change. Anything else is a fault of ours.
        const message = (0,thrown/* messageOf */.bD)(error);
        const early = reportOfEarlyEnd("refused", message, { clean });
        await conclude({ ...dependencies, inputs, startedAt, client: undefined }, early, "fail", status);
        if (!(error instanceof user_error/* UserError */.y) && error instanceof Error && error.stack !== undefined) {
            runner.group("Stack", (0,plain_text/* plainLines */.y1)(error.stack));
        }
        return 1;
    }
}
/**
 * GitHub shows ten warnings of a step. What comes later (that the run is somebody else's, say) must
 * find its place among them.
 */
const run_step_MAX_ANNOTATIONS = 5;
async function warnOfInputs(warnings, runner) {
    for (const [index, warning] of warnings.entries()) {
        if (index < run_step_MAX_ANNOTATIONS)
            await runner.warning(warning, "Check the inputs");
        else
            runner.line(`Warning: ${(0,plain_text/* shortLine */.tl)(warning, 500)}`);
    }
}
function run(step) {
    const { flow, dryRun } = step.inputs;
    switch (flow.kind) {
        case "one":
            return dryRun
                ? examineSetup(step, flow.choice, flow.auditId)
                : runOneFlow(step, flow.choice, flow.auditId);
        case "several":
        case "tag":
            return dryRun ? examineFlows(step, flow) : runFlows(step, flow);
    }
}


/***/ }),

/***/ 3309:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  Q5: () => (/* binding */ checkRun),
  lG: () => (/* binding */ endSeen),
  ri: () => (/* binding */ namesTheRun),
  KU: () => (/* binding */ stopOwnRun)
});

// EXTERNAL MODULE: ./build/shared/etlworks/replies/run-status.js
var run_status = __nccwpck_require__(6419);
// EXTERNAL MODULE: ./build/shared/run/other-flow.js
var other_flow = __nccwpck_require__(7709);
// EXTERNAL MODULE: ./build/shared/run/whose-run.js
var whose_run = __nccwpck_require__(7514);
// EXTERNAL MODULE: ./build/shared/run/stop-run.js
var stop_run = __nccwpck_require__(4392);
;// CONCATENATED MODULE: ./build/action/runner/send-stop.js

/** Sends the user's stop request for a run and says what came of it. Never fails the step. */
async function sendStop(run, dependencies) {
    const { client, runner, stopRequest, timeLimitMs } = dependencies;
    const result = describe(run, await (0,stop_run/* stopRun */.K)(client, stopRequest, run, { timeLimitMs }));
    const doubtful = result.kind === "failed" || result.kind === "unknown";
    if (doubtful)
        await runner.warning(result.sentence, "Stop request");
    else
        runner.line(result.sentence);
    return result;
}
function describe(run, reply) {
    const name = `run ${run.auditId}`;
    const failed = (sentence) => ({ kind: "failed", sentence });
    switch (reply.kind) {
        case "value":
            return {
                kind: "accepted",
                sentence: `Etlworks was asked to stop ${name}; it may need some minutes to end.`,
            };
        case "not-ours":
            return { kind: "none", sentence: `Not stopping ${name}: this step did not start it.` };
        case "unauthorized":
            return failed(`Etlworks did not accept the credentials of the stop request for ${name} (${reply.status ?? 401}). The run is still running.`);
        case "rejected": {
            const advice = adviceOn(reply);
            // Who may not stop runs stopped none. Any other no may be about a run that is over.
            const left = reply.status === 403 ? "is still running" : "may still be running";
            return failed(`Etlworks refused to stop ${name} (${reply.status}: ${reply.message}).${advice} The run ${left}.`);
        }
        case "absent":
            return failed(`The stop request for ${name} found nothing (${reply.status}: ${reply.message}). Check stop-request. The run may still be running.`);
        case "rate-limited":
            return failed(`Etlworks answered 429 (too many requests) to the stop request for ${name}. The run is still running.`);
        case "unreachable":
        case "fault":
            if (reply.kind === "fault" && reply.website) {
                return {
                    kind: "unknown",
                    sentence: `It is not known whether Etlworks stops ${name}: ${reply.message}. Check the path in stop-request, and look at the run in Etlworks.`,
                };
            }
            return failed(`The stop request for ${name} had no usable answer (${reply.message}). The run may still be running.`);
        case "stopped":
            return failed(`The stop request for ${name} was interrupted. The run may still be running.`);
    }
}
/** What to change, where the answer tells. A page of a firewall says nothing of the role for sure. */
function adviceOn({ status, fromApi }) {
    if (status >= 300 && status < 400)
        return " Check base-url and the path in stop-request.";
    if (status !== 403)
        return "";
    const role = " Stopping needs the Editor or Administrator role; Operator may run flows, but not stop them.";
    return fromApi
        ? role
        : `${role} If the user has it, a firewall or a gateway may have blocked the request: this is not Etlworks' own answer.`;
}

;// CONCATENATED MODULE: ./build/action/runner/own-run.js




/** Reads the record of a run and holds it against the belief that the run is ours. */
async function checkRun(run, claim, { client, timeLimitMs }) {
    const { flowId, auditId } = run;
    const reply = await client.execution(flowId, auditId, { timeLimitMs });
    if (reply.kind !== "value") {
        const why = "message" in reply ? reply.message : reply.kind;
        return { kind: reply.kind === "absent" ? "absent" : "unreadable", why };
    }
    const why = whyNotTheRun(run, reply.value, { ...claim, request: { flowId } });
    if (why !== undefined)
        return { kind: "not-ours", why };
    const { status } = reply.value;
    return { kind: "ours", ended: (0,run_status/* isTerminal */.Hd)(status) ? status : undefined };
}
function whyNotTheRun(run, execution, owner) {
    if (run.origin !== "attached") {
        return (0,whose_run/* whyDisbelieved */.Ty)(run, execution, owner, run.seen !== true);
    }
    return (0,other_flow/* isOfAnotherFlow */.t)(execution, owner) ? `it is a run of flow ${execution.flowId}` : undefined;
}
/** How the run ended, if the check has shown that. */
function endSeen(check) {
    return check?.kind === "ours" ? check.ended : undefined;
}
/**
 * Stops a run of ours after a check of it (none was needed where there is none), unless that could
 * hit the run of somebody else. Says what came of it.
 */
async function stopOwnRun(run, check, dependencies) {
    const { runner, stopRequest, timeLeftMs } = dependencies;
    const ended = endSeen(check);
    if (ended !== undefined) {
        // What was known before the check may say that it could still be running.
        const sentence = `A last look shows that run ${run.auditId} has ended (${ended}), so there is nothing to stop.`;
        runner.line(sentence);
        return { kind: "none", sentence };
    }
    const whyNot = check === undefined ? undefined : whyNoStop(run, check, stopRequest);
    if (whyNot === undefined)
        return sendStop(run, { ...dependencies, timeLimitMs: timeLeftMs() });
    await runner.warning(whyNot, "Stop request");
    return { kind: "failed", sentence: whyNot };
}
/**
 * A run that the answer to our start named is ours as long as no record speaks against it. What was
 * only taken for ours needs a record. A request that names no run stops whatever is running, so ours
 * must be seen running.
 */
function whyNoStop({ auditId, origin, seen }, check, stopRequest) {
    if (check.kind === "ours" || origin === "attached")
        return undefined;
    const unread = check.kind === "absent"
        ? `Etlworks has no record of run ${auditId}`
        : `The record of run ${auditId} could not be read (${check.why})`;
    if (!namesTheRun(stopRequest)) {
        return `${unread}, and stop-request names no run, so it was not sent: it could stop another run of the flow. Run ${auditId} may still be running.`;
    }
    return origin === "adopted" && seen !== true
        ? `${unread}, so it is not certain that this step started it, and no stop request was sent. The run may still be running.`
        : undefined;
}
function namesTheRun({ path }) {
    return path.includes("{audit-id}");
}


/***/ }),

/***/ 6264:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Q6: () => (/* binding */ visibleText),
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
/**
 * Text from outside as it can be seen: without colours, control characters and signs that turn the
 * direction of writing, with plain line ends. Redaction comes after this: a secret whose characters
 * such signs keep apart would be whole again.
 */
function visibleText(text) {
    return text
        .split(LINE_ENDS)
        .map(line => line.replace(TERMINAL_SEQUENCES, "").replace(INVISIBLE, ""))
        .join("\n");
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

/***/ 3886:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Gg: () => (/* binding */ runStateName),
/* harmony export */   Ln: () => (/* binding */ writeSettings),
/* harmony export */   bp: () => (/* binding */ writeRun),
/* harmony export */   i5: () => (/* binding */ saveStatus),
/* harmony export */   l1: () => (/* binding */ startStateName),
/* harmony export */   uY: () => (/* binding */ writeStart),
/* harmony export */   un: () => (/* binding */ readState),
/* harmony export */   wI: () => (/* binding */ SETTINGS_STATE)
/* harmony export */ });
/* unused harmony exports STATUS_STATE, writeStatus */
/* harmony import */ var _shared_flow_id_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(4394);
/* harmony import */ var _shared_json_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8444);
/* harmony import */ var _shared_run_stop_run_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(4392);



const FINAL_STATES = ["success", "failure", "error"];
const SETTINGS_STATE = "settings";
const STATUS_STATE = "status";
/** A value of its own for each run, since each save adds the whole value to the runner's file. */
const runStateName = (index) => `run-${index}`;
/** The same for what is known before there is a run, by the run's index. */
const startStateName = (index) => `start-${index}`;
function writeSettings(settings) {
    const { baseUrl, failOnWarning, signIn, stopRequest } = settings;
    const request = stopRequest === undefined ? {} : { method: stopRequest.method, path: stopRequest.path };
    return JSON.stringify({
        baseUrl,
        failOnWarning,
        ...(signIn === undefined ? {} : { signIn }),
        ...(stopRequest === undefined ? {} : { stopRequest: request }),
    });
}
function writeRun(run) {
    const { flowId, auditId, origin, phase, sentAt, newestAt, seen, retried } = run;
    return JSON.stringify({
        flowId,
        auditId,
        origin,
        phase,
        ...(sentAt === undefined ? {} : { sentAt }),
        ...(newestAt === undefined ? {} : { newestAt }),
        ...(seen === true ? { seen } : {}),
        ...(retried === true ? { retried } : {}),
    });
}
function writeStart({ flowId, unanswered }) {
    return JSON.stringify({ flowId, unanswered });
}
function writeStatus({ context, concluded, flows, end }) {
    return JSON.stringify({
        context,
        concluded,
        ...(flows === undefined ? {} : { flows }),
        ...(end === undefined ? {} : { end: { state: end.state, description: end.description } }),
    });
}
/** Keeps for the post step what it must know of the commit status. */
async function saveStatus(runner, status) {
    await runner.saveState(STATUS_STATE, writeStatus(status));
}
/** From `STATE_*`, as the runner passes them to the post step. What cannot be read is left out. */
function readState(environment) {
    const read = (name) => objectOf(environment[`STATE_${name}`] ?? "");
    const indexes = (name) => Object.keys(environment)
        .flatMap(variable => name.exec(variable)?.[1] ?? [])
        .map(Number)
        .toSorted((one, other) => one - other);
    const runs = indexes(/^STATE_run-(\d{1,6})$/);
    return {
        settings: readSettings(read(SETTINGS_STATE)),
        runs: runs.flatMap(index => readRun(read(runStateName(index)))),
        openStarts: indexes(/^STATE_start-(\d{1,6})$/)
            .filter(index => !runs.includes(index))
            .flatMap(index => readStart(read(startStateName(index))))
            .filter(({ unanswered }) => unanswered),
        status: readStatus(read(STATUS_STATE)),
    };
}
function objectOf(text) {
    try {
        const value = (0,_shared_json_js__WEBPACK_IMPORTED_MODULE_0__/* .parseJson */ .qF)(text);
        return (0,_shared_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(value) ? value : {};
    }
    catch {
        return {};
    }
}
function readSettings(value) {
    const { baseUrl, failOnWarning, signIn, stopRequest } = value;
    const url = typeof baseUrl === "string" ? URL.parse(baseUrl) : null;
    if (url === null || (url.protocol !== "https:" && url.protocol !== "http:"))
        return undefined;
    // As main writes it, and nothing else: the credentials go there.
    const asWritten = `${url.origin}${url.pathname}`;
    if (url.href !== asWritten || !url.pathname.endsWith("/rest"))
        return undefined;
    const request = readRequest(stopRequest);
    return {
        baseUrl: url.href,
        failOnWarning: failOnWarning === true,
        ...(signIn === "key" || signIn === "login" ? { signIn } : {}),
        ...(request === undefined ? {} : { stopRequest: request }),
    };
}
function readRequest(value) {
    if (!(0,_shared_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(value))
        return undefined;
    const { method, path } = value;
    if (typeof method !== "string" || typeof path !== "string")
        return undefined;
    // As the input takes it: any other method or path would end the post step, or leave the address.
    return (0,_shared_run_stop_run_js__WEBPACK_IMPORTED_MODULE_1__/* .isStopRequest */ .Q)({ method, path }) ? { method, path } : undefined;
}
function readStart({ flowId, unanswered }) {
    return (0,_shared_flow_id_js__WEBPACK_IMPORTED_MODULE_2__/* .isFlowId */ ._)(flowId) && typeof unanswered === "boolean" ? [{ flowId, unanswered }] : [];
}
function readRun(value) {
    const { flowId, auditId, origin, phase, sentAt, newestAt, seen, retried } = value;
    if (!(0,_shared_flow_id_js__WEBPACK_IMPORTED_MODULE_2__/* .isFlowId */ ._)(flowId))
        return [];
    if (typeof auditId !== "string" || !/^[1-9]\d{0,18}$/.test(auditId))
        return [];
    if (origin !== "started" && origin !== "adopted" && origin !== "attached")
        return [];
    const known = PHASES.find(word => word === phase);
    if (known === undefined)
        return [];
    return [
        {
            flowId,
            auditId,
            origin,
            phase: known,
            ...(typeof sentAt === "number" ? { sentAt } : {}),
            ...(typeof newestAt === "number" ? { newestAt } : {}),
            ...(seen === true ? { seen } : {}),
            ...(retried === true ? { retried } : {}),
        },
    ];
}
const PHASES = ["following", "stopping", "settled", "not-ours"];
function readStatus({ context, concluded, flows, end }) {
    if (typeof context !== "string" || context === "" || typeof concluded !== "boolean") {
        return undefined;
    }
    const known = readEnd(end);
    return {
        context,
        concluded,
        ...(typeof flows === "number" ? { flows } : {}),
        ...(known === undefined ? {} : { end: known }),
    };
}
function readEnd(value) {
    if (!(0,_shared_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(value))
        return undefined;
    const { state, description } = value;
    const known = FINAL_STATES.find(word => word === state);
    return known === undefined || typeof description !== "string"
        ? undefined
        : { state: known, description };
}


/***/ }),

/***/ 3908:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   r: () => (/* binding */ listenForStop)
/* harmony export */ });
/** The runner sends SIGINT, after 7.5 s SIGTERM, and kills 2.5 s later (actions/runner, ProcessInvoker.cs). */
const LEAVE_AFTER_MS = 6_300;
/** A start that is under way may still be answered; then its run can be stopped too. */
const ABANDON_AFTER_MS = 2_000;
const LAST_REQUEST_MS = 5_000;
/** What the last of all gets when nothing is left. With it the step is gone before 7 s, as promised. */
const LEAST_REQUEST_MS = 500;
/** Turns the signals that tell a step to stop into abort signals. `close` lets the process end. */
function listenForStop(process, clock) {
    const stop = new AbortController();
    const abandon = new AbortController();
    let timer;
    let stoppedAt;
    let closed = false;
    const onSignal = () => {
        if (closed || stoppedAt !== undefined)
            return;
        stoppedAt = clock.monotonicMs();
        stop.abort();
        timer = setTimeout(() => abandon.abort(), ABANDON_AFTER_MS);
    };
    const signals = process.platform === "win32" ? ["SIGINT", "SIGTERM", "SIGBREAK"] : ["SIGINT", "SIGTERM"];
    // Stays on for all signals, to the last: a second one must not kill the step in the middle of its
    // stop request, and none may change the exit code of a step that is over. It holds no process.
    for (const signal of signals)
        process.on(signal, onSignal);
    return {
        stop: stop.signal,
        abandon: abandon.signal,
        timeLeftMs() {
            if (stoppedAt === undefined)
                return LAST_REQUEST_MS;
            const left = stoppedAt + LEAVE_AFTER_MS - clock.monotonicMs();
            return Math.max(LEAST_REQUEST_MS, Math.min(LAST_REQUEST_MS, left));
        },
        close() {
            closed = true;
            clearTimeout(timer);
        },
    };
}


/***/ }),

/***/ 2236:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   y: () => (/* binding */ createWorkflowRunner)
/* harmony export */ });
/* harmony import */ var _shared_thrown_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(9532);
/* harmony import */ var _plain_text_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6264);


/**
 * The runner behind `@actions/core`. The toolkit takes its time to load, so it is loaded at
 * `prepare`: while the first request is under way. Until then only a mark, masks and lines are
 * written, which need no toolkit.
 */
function createWorkflowRunner(dependencies) {
    let loading;
    const core = () => {
        loading ??= dependencies.loadCore();
        return loading;
    };
    const { write, redact } = dependencies;
    const line = (text) => redact((0,_plain_text_js__WEBPACK_IMPORTED_MODULE_0__/* .plainLine */ .h0)(text));
    const annotate = async (kind, text, title) => (await core())[kind](redact(harmless(text)), { title: line(title) });
    const failed = new Set();
    const orWarn = async (file, work) => {
        try {
            await work();
        }
        catch (error) {
            if (failed.has(file))
                return;
            failed.add(file);
            const why = (0,_shared_thrown_js__WEBPACK_IMPORTED_MODULE_1__/* .messageOf */ .bD)(error);
            await annotate("warning", `The runner's file for ${file} could not be written (${why}). The run is not affected; ${MISSING[file]}.`, "Run Etlworks Flow");
        }
    };
    return {
        prepare: () => void core(),
        mask: text => write(`::add-mask::${escapeData(text)}\n`),
        line: text => write(`${line(text)}\n`),
        debug: text => {
            if (dependencies.environment["RUNNER_DEBUG"] === "1")
                write(`::debug::${escapeData(line(text))}\n`);
        },
        group(title, lines) {
            write(`::group::${escapeData(line(title))}\n`);
            for (const content of lines)
                write(`| ${redact(content)}\n`);
            write("::endgroup::\n");
        },
        warning: (text, title) => annotate("warning", text, title),
        error: (text, title) => annotate("error", text, title),
        output: (name, value) => orWarn("outputs", async () => (await core()).setOutput(name, value)),
        saveState: (name, value) => orWarn("state", async () => (await core()).saveState(name, value)),
        summary: markdown => orWarn("summaries", async () => {
            // Without the file there is no place for a summary (act, old servers).
            if ((dependencies.environment["GITHUB_STEP_SUMMARY"] ?? "") === "")
                return;
            const { summary } = await core();
            await summary.addRaw(markdown, true).write();
        }),
    };
}
/** What comes of it when a file of the runner cannot be written. */
const MISSING = {
    outputs: "later steps miss what is in it",
    state: "if this step is killed, the clean-up cannot stop the run",
    summaries: "the job has no summary of it",
};
function harmless(text) {
    return (0,_plain_text_js__WEBPACK_IMPORTED_MODULE_0__/* .plainLines */ .y1)(text).join("\n");
}
/** As the runner reads it back: https://github.com/actions/toolkit, packages/core, command.ts. */
function escapeData(text) {
    return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}


/***/ }),

/***/ 6748:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  O: () => (/* binding */ openWorkspace)
});

;// CONCATENATED MODULE: external "node:fs"
const external_node_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");
;// CONCATENATED MODULE: external "node:path"
const external_node_path_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:path");
// EXTERNAL MODULE: ./build/shared/thrown.js
var thrown = __nccwpck_require__(9532);
// EXTERNAL MODULE: ./build/shared/user-error.js
var user_error = __nccwpck_require__(3270);
;// CONCATENATED MODULE: ./build/action/runner/workspace.js




/** Far more than any set of parameters; an event of 1 MB is no set of parameters. */
const MAX_BYTES = 1024 * 1024;
function openWorkspace(environment, workingFolder) {
    const root = environment["GITHUB_WORKSPACE"] || workingFolder;
    return {
        readText(path, input) {
            const file = existing(root, path, input);
            return decode(readWhole(file, path, input), path, input);
        },
        checkTarget(path, input) {
            target(root, path, input);
        },
        writeText(path, input, text) {
            const file = target(root, path, input);
            (0,external_node_fs_namespaceObject.mkdirSync)((0,external_node_path_namespaceObject.dirname)(file), { recursive: true });
            const handle = (0,external_node_fs_namespaceObject.openSync)(file, WRITE_FLAGS, 0o644);
            try {
                if (!(0,external_node_fs_namespaceObject.fstatSync)(handle).isFile())
                    throw notAFile(path, input);
                (0,external_node_fs_namespaceObject.writeFileSync)(handle, text, "utf8");
            }
            finally {
                (0,external_node_fs_namespaceObject.closeSync)(handle);
            }
        },
    };
}
/**
 * Whoever puts a link there in the meantime does not lead us out of the workspace, and whoever puts a
 * pipe there does not make us wait for its reader: nothing could end such a wait, no signal either.
 */
const WRITE_FLAGS = external_node_fs_namespaceObject.constants.O_WRONLY |
    external_node_fs_namespaceObject.constants.O_CREAT |
    external_node_fs_namespaceObject.constants.O_TRUNC |
    (external_node_fs_namespaceObject.constants.O_NOFOLLOW ?? 0) |
    (external_node_fs_namespaceObject.constants.O_NONBLOCK ?? 0);
function notAFile(path, input) {
    return new user_error/* UserError */.y(`${input}: "${path}" is not a regular file.`);
}
/** The real path of a file that is there. */
function existing(root, path, input) {
    const inside = insideOf(root, path, input);
    const real = resolved(() => (0,external_node_fs_namespaceObject.realpathSync)(inside), path, input);
    refuseOutside(realRoot(root, input), real, path, input);
    return real;
}
/** The real path of a file that may be there or not: its nearest folder that is there decides. */
function target(root, path, input) {
    const inside = insideOf(root, path, input);
    let above = inside;
    const below = [];
    for (;;) {
        const real = realOrMissing(above, path, input);
        if (real !== undefined) {
            refuseOutside(realRoot(root, input), real, path, input);
            const kind = (0,external_node_fs_namespaceObject.statSync)(real);
            if (below.length === 0 && kind.isDirectory()) {
                throw new user_error/* UserError */.y(`${input}: "${path}" is a folder. Name a file.`);
            }
            if (below.length === 0 && !kind.isFile())
                throw notAFile(path, input);
            if (below.length > 0 && !kind.isDirectory()) {
                throw new user_error/* UserError */.y(`${input}: "${path}" cannot be written: one of its folders is a file. Use another path.`);
            }
            return (0,external_node_path_namespaceObject.join)(real, ...below);
        }
        below.unshift(above.slice((0,external_node_path_namespaceObject.dirname)(above).length).replace(/^[\\/]+/, ""));
        above = (0,external_node_path_namespaceObject.dirname)(above);
    }
}
/** `undefined` when nothing of that name is there. A link to nothing leads somewhere all the same. */
function realOrMissing(file, path, input) {
    try {
        return (0,external_node_fs_namespaceObject.realpathSync)(file);
    }
    catch (error) {
        if ((0,thrown/* codeOf */.$N)(error) !== "ENOENT")
            return explain(error, path, input);
        if (resolved(() => isLink(file), path, input)) {
            throw new user_error/* UserError */.y(`${input}: "${path}" is a link to a file that does not exist. Remove the link.`);
        }
        return undefined;
    }
}
function isLink(file) {
    return (0,external_node_fs_namespaceObject.lstatSync)(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
/** By path alone, before anything is looked up on the disk. */
function insideOf(root, path, input) {
    if (path.includes("\0"))
        throw new user_error/* UserError */.y(`${input}: the path holds a NUL character.`);
    const absolute = (0,external_node_path_namespaceObject.isAbsolute)(path) ? (0,external_node_path_namespaceObject.resolve)(path) : (0,external_node_path_namespaceObject.resolve)(root, path);
    const allowed = [(0,external_node_path_namespaceObject.resolve)(root), realRoot(root, input)];
    // `logs/` would become a file called logs, and the workspace itself lies not outside of it.
    if (/[\\/]$/.test(path) || allowed.includes(absolute)) {
        throw new user_error/* UserError */.y(`${input}: "${path}" is a folder. Name a file.`);
    }
    if (allowed.some(folder => isBelow(folder, absolute)))
        return absolute;
    return refusePath(path, input);
}
/** A self-hosted runner may have cleaned it away, and a container may not have it mounted. */
function realRoot(root, input) {
    try {
        return (0,external_node_fs_namespaceObject.realpathSync)(root);
    }
    catch (error) {
        throw new user_error/* UserError */.y(`${input}: the workspace "${root}" cannot be used (${(0,thrown/* codeOf */.$N)(error)}). Check that this machine has the folder that GITHUB_WORKSPACE names, or remove ${input}.`);
    }
}
function refuseOutside(root, real, path, input) {
    if (!isBelow(root, real) && real !== root)
        refusePath(path, input);
}
function refusePath(path, input) {
    throw new user_error/* UserError */.y(`${input}: "${path}" is outside the workspace. Use a path inside the folder that actions/checkout writes to.`);
}
function isBelow(folder, file) {
    const way = (0,external_node_path_namespaceObject.relative)(folder, file);
    return way !== "" && way !== ".." && !way.startsWith(`..${external_node_path_namespaceObject.sep}`) && !(0,external_node_path_namespaceObject.isAbsolute)(way);
}
function readWhole(file, path, input) {
    // Not waiting for a writer: the file may be a pipe.
    const handle = resolved(() => (0,external_node_fs_namespaceObject.openSync)(file, external_node_fs_namespaceObject.constants.O_RDONLY | (external_node_fs_namespaceObject.constants.O_NONBLOCK ?? 0)), path, input);
    try {
        const kind = (0,external_node_fs_namespaceObject.fstatSync)(handle);
        if (kind.isDirectory())
            throw new user_error/* UserError */.y(`${input}: "${path}" is a folder. Name a file.`);
        if (!kind.isFile())
            throw notAFile(path, input);
        const buffer = Buffer.alloc(MAX_BYTES + 1);
        let length = 0;
        for (;;) {
            const count = resolved(() => (0,external_node_fs_namespaceObject.readSync)(handle, buffer, length, buffer.length - length, null), path, input);
            length += count;
            if (count === 0 || length === buffer.length)
                break;
        }
        if (length > MAX_BYTES)
            throw new user_error/* UserError */.y(`${input}: "${path}" is larger than 1 MB.`);
        return buffer.subarray(0, length);
    }
    finally {
        (0,external_node_fs_namespaceObject.closeSync)(handle);
    }
}
function decode(bytes, path, input) {
    try {
        return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    }
    catch {
        throw new user_error/* UserError */.y(`${input}: "${path}" is not UTF-8 text. Save it as UTF-8.`);
    }
}
function resolved(work, path, input) {
    try {
        return work();
    }
    catch (error) {
        return explain(error, path, input);
    }
}
function explain(error, path, input) {
    const code = (0,thrown/* codeOf */.$N)(error);
    const sentences = {
        ENOENT: "does not exist. Check the path, and that an earlier step of this job writes it",
        ENOTDIR: "does not exist. One of its folders is a file",
        EISDIR: "is a folder. Name a file",
        EACCES: "cannot be read: access is denied",
        EPERM: "cannot be read: access is denied",
        ELOOP: "is a link that leads back to itself",
        ENAMETOOLONG: "is too long for a path",
    };
    const sentence = sentences[code];
    if (sentence !== undefined)
        throw new user_error/* UserError */.y(`${input}: "${path}" ${sentence}.`);
    const why = code === "" ? String(error) : code;
    throw new user_error/* UserError */.y(`${input}: "${path}" cannot be used (${why}).`);
}


/***/ }),

/***/ 290:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   E9: () => (/* binding */ parseDuration),
/* harmony export */   a3: () => (/* binding */ formatDuration),
/* harmony export */   au: () => (/* binding */ whyNoUnit),
/* harmony export */   nv: () => (/* binding */ DURATION_FORMS)
/* harmony export */ });
/** The longest duration we accept: one year, as long as AWS lets a durable execution live. */
const MAX_MS = 366 * 24 * 3_600_000;
const UNIT_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 };
const FORM = /^(?:(?<d>\d{1,9})d)?(?:(?<h>\d{1,9})h)?(?:(?<m>\d{1,9})m)?(?:(?<s>\d{1,9})s)?$/;
/**
 * Reads `90s`, `30m`, `1h30m`, `2d`, units from large to small, each at most once, and `0`. Returns
 * milliseconds, or `undefined` when the text is not such a duration or is over a year. A number
 * without a unit is none: beside settings in seconds and others in minutes it says two things.
 */
function parseDuration(text) {
    if (/^0{1,9}$/.test(text))
        return 0;
    const parts = FORM.exec(text)?.groups;
    if (text === "" || parts === undefined)
        return undefined;
    let total = 0;
    for (const [unit, size] of Object.entries(UNIT_MS))
        total += Number(parts[unit] ?? 0) * size;
    return total <= MAX_MS ? total : undefined;
}
/** For a number without a unit, what is wrong with it and how to write it; else `undefined`. */
function whyNoUnit(value) {
    const text = typeof value === "number" ? String(value) : value;
    if (typeof text !== "string")
        return undefined;
    return /^\d{1,9}$/.test(text) && parseDuration(text) === undefined
        ? `"${text}" has no unit. Did you mean ${text}s or ${text}m?`
        : undefined;
}
/** What a duration input accepts, for error sentences. */
const DURATION_FORMS = "a duration such as 90s, 30m, 1h30m, or 0";
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

/***/ 1711:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  vI: () => (/* binding */ SIGN_IN_LATE),
  _g: () => (/* binding */ apiKeyCredentials),
  Sq: () => (/* binding */ checkApiKey),
  c$: () => (/* binding */ loginCredentials),
  Fr: () => (/* binding */ withoutRefusedLogins)
});

// EXTERNAL MODULE: ./build/shared/user-error.js
var user_error = __nccwpck_require__(3270);
;// CONCATENATED MODULE: ./build/shared/etlworks/in-time.js
/**
 * What others have begun, for as long as this call has time: then `late`. It goes on for whoever asks
 * next, and its failure is nobody's here any more.
 */
async function inTime(underWay, { timeLimitMs, signal }, late) {
    const { promise: over, resolve } = Promise.withResolvers();
    const stop = () => resolve({ kind: "stopped", mayHaveArrived: false });
    if (signal?.aborted === true)
        stop();
    signal?.addEventListener("abort", stop, { once: true });
    const timer = timeLimitMs === undefined ? undefined : setTimeout(() => resolve(late), timeLimitMs);
    underWay.catch(() => undefined);
    try {
        return await Promise.race([over, underWay]);
    }
    finally {
        clearTimeout(timer);
        signal?.removeEventListener("abort", stop);
    }
}

;// CONCATENATED MODULE: ./build/shared/etlworks/credentials.js


/** An API key never changes: when it is refused, it is refused. */
function apiKeyCredentials(key) {
    const token = { kind: "token", token: key };
    return {
        token: async () => token,
        renew: async () => ({
            kind: "unauthorized",
            message: "the server refused the API key",
            fromApi: true,
        }),
    };
}
/**
 * Login on first use; on a refused token refresh, and log in again when that fails. Callers that
 * come at the same time share one exchange, and each leaves it when its own call is over.
 */
function loginCredentials(calls, onToken) {
    let current;
    let underWay;
    const shared = async (call, exchange, again) => {
        if (underWay !== undefined) {
            const result = await inTime(underWay, call, SIGN_IN_LATE);
            // Who began it was told to stop, and this caller was not.
            return result.kind === "stopped" && call.signal?.aborted !== true ? again() : result;
        }
        underWay = exchange()
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
    const credentials = {
        async token(call) {
            if (current !== undefined)
                return { kind: "token", token: current };
            return shared(call, () => calls.login(call), () => credentials.token(call));
        },
        async renew(refused, call) {
            if (current !== undefined && current !== refused)
                return { kind: "token", token: current };
            const exchange = async () => {
                const refreshed = await calls.refresh(refused, shortened(call));
                const fresh = refreshed.kind === "value" && refreshed.value !== refused;
                return fresh || refreshed.kind === "stopped" ? refreshed : calls.login(call);
            };
            return shared(call, exchange, () => credentials.renew(refused, call));
        },
    };
    return credentials;
}
const MAX_REFRESH_MS = 10_000;
/**
 * A refresh is a short cut, and its address an old one: one that hangs must leave time for a login
 * and for the request itself, or a run would never be polled again.
 */
function shortened({ timeLimitMs, signal, unsentSignal }) {
    const most = timeLimitMs === undefined ? MAX_REFRESH_MS : Math.max(1, timeLimitMs / 3);
    return { timeLimitMs: Math.min(MAX_REFRESH_MS, most), signal, unsentSignal };
}
/** For a call whose time is over before it has a token. */
const SIGN_IN_LATE = {
    kind: "unreachable",
    permanent: false,
    message: "signing in took too long",
};
/**
 * A login without an answer may have reached the server, but the request that waited for it did
 * not: for that one it is as if the server could not be reached.
 */
function notSent(failure) {
    switch (failure.kind) {
        case "fault":
            return failure.website
                ? { kind: "rejected", status: 404, message: `login: ${failure.message}`, fromApi: false }
                : {
                    kind: "unreachable",
                    permanent: false,
                    message: `login: ${failure.message}`,
                    cause: "login",
                };
        case "absent":
            return {
                ...failure,
                kind: "rejected",
                status: 404,
                message: `login: ${failure.message}`,
                fromApi: false,
            };
        case "rejected":
            return isOfAddress(failure)
                ? { ...failure, message: `login: ${failure.message}` }
                : unauthorized(failure);
        case "stopped":
            return { kind: "stopped", mayHaveArrived: false };
        case "unauthorized":
        case "rate-limited":
        case "unreachable":
            return failure;
    }
}
/** No API answers there. Any other code refuses the login itself, whatever it means of other calls. */
function isOfAddress({ status }) {
    return (status >= 300 && status < 400) || status === 404 || status === 405;
}
/** Etlworks' own word on the login. Other codes (409, `success: false` under 200) may pass. */
function isSure({ status, fromApi }) {
    return fromApi && (status === 400 || status === 403);
}
function unauthorized(failure) {
    const { status, message, host } = failure;
    const said = `the login was answered with ${status}: ${message}`;
    const named = host === undefined ? {} : { host };
    return { kind: "unauthorized", status, message: said, fromApi: isSure(failure), ...named };
}
/**
 * Does not repeat a login that the server has refused in its own words, unless one has worked before:
 * a few more of them, and many servers lock the user. For a process that does not outlive its work.
 */
function withoutRefusedLogins(calls) {
    let refusal;
    let worked = false;
    return {
        ...calls,
        async login(call) {
            if (refusal !== undefined && !worked)
                return refusal;
            const reply = await calls.login(call);
            if (reply.kind === "value")
                worked = true;
            else if (isRefusedLogin(reply))
                refusal = reply;
            return reply;
        },
    };
}
function isRefusedLogin(failure) {
    if (failure.kind === "unauthorized")
        return failure.fromApi;
    return failure.kind === "rejected" && isSure(failure);
}
/**
 * Refuses a key that cannot be one: pasted with `Bearer `, with quotes, with spaces or line breaks
 * inside. The sentence never shows the key. `name` is what the user calls this setting.
 */
function checkApiKey(key, name) {
    const trimmed = key.trim();
    if (trimmed === "")
        throw new user_error/* UserError */.y(`${name} is empty. Set it to an Etlworks API key.`);
    if (/^bearer\b/i.test(trimmed)) {
        throw new user_error/* UserError */.y(`${name} starts with "Bearer". Give the key alone; the prefix is added for you.`);
    }
    if (/["'`]/.test(trimmed)) {
        throw new user_error/* UserError */.y(`${name} holds a quotation mark. Give the key alone, without quotes.`);
    }
    if (/\s/.test(trimmed)) {
        throw new user_error/* UserError */.y(`${name} holds a space or a line break. Copy the key again, in one piece.`);
    }
    if (!/^[\x21-\x7e]+$/.test(trimmed)) {
        throw new user_error/* UserError */.y(`${name} holds a character that no key has. Copy the key again.`);
    }
    return trimmed;
}


/***/ }),

/***/ 7808:
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
// EXTERNAL MODULE: ./build/shared/thrown.js
var thrown = __nccwpck_require__(9532);
;// CONCATENATED MODULE: ./build/shared/etlworks/http/connection-errors.js

/** What an error of Node's means, with its code behind it for whoever looks it up. */
function describeConnectionError(error) {
    const code = (0,thrown/* codeOf */.$N)(error);
    const known = WORDS[code];
    if (known !== undefined)
        return connectionFault(known[1], code, known[0]);
    if (CLIENT_CERTIFICATE.test(code))
        return clientCertificateFault(code);
    if (BAD_CERTIFICATE.test(code))
        return connectionFault(error.message, code, "bad-certificate");
    if (/CERT|SIGNATURE|ALTNAME/.test(code))
        return connectionFault(error.message, code, "certificate");
    if (code.startsWith("EAI_"))
        return connectionFault("the host name could not be looked up", code, "name");
    if (/ALERT|EPROTO|ERR_SSL|ERR_TLS/.test(code)) {
        return connectionFault("the TLS handshake failed", code, "protocol");
    }
    if (code.startsWith("HPE_"))
        return describeParseError(error, code);
    return connectionFault(error.message, code, "connection");
}
function clientCertificateFault(code = "") {
    return connectionFault("the server requires a client certificate", code, "client-certificate");
}
/** A TLS server tells a client without a certificate so, before it reads any request. */
function demandsClientCertificate(error) {
    return CLIENT_CERTIFICATE.test((0,thrown/* codeOf */.$N)(error));
}
/** A TLS server answers plain HTTP with a TLS alert, and reads nothing. */
function isTlsAlert(error) {
    const packet = "rawPacket" in error ? error.rawPacket : undefined;
    return packet instanceof Uint8Array && packet[0] === 0x15 && packet[1] === 0x03;
}
const HTTPS_EXPECTED = {
    reason: "the port expects https, and http was used",
    permanent: true,
    cause: "protocol",
};
function describeParseError(error, code) {
    if (isTlsAlert(error))
        return HTTPS_EXPECTED;
    return { reason: `${error.message} (${code})`, permanent: false, cause: "connection" };
}
function connectionFault(reason, code, cause) {
    return {
        reason: code === "" ? reason : `${reason} (${code})`,
        permanent: cause !== "connection" && cause !== "name",
        cause,
    };
}
/** What OpenSSL's check of a chain says besides the codes below; a weak key is `UNSPECIFIED`. */
const BAD_CERTIFICATE = /^(?:UNSPECIFIED|INVALID_(?:CA|PURPOSE)|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|[A-Z]+_(?:KEY_TOO_SMALL|MD_TOO_WEAK)|CERT_REJECTED|ERROR_IN_CERT_NOT_(?:BEFORE|AFTER)_FIELD|CERT_SIGNATURE_FAILURE)$/;
const CLIENT_CERTIFICATE = /ALERT_CERTIFICATE_REQUIRED|ALERT_NO_CERTIFICATE/;
const WORDS = {
    ECONNREFUSED: ["connection", "connection refused"],
    ECONNRESET: ["connection", "connection reset"],
    ECONNABORTED: ["connection", "the connection was closed"],
    EPIPE: ["connection", "the connection was closed"],
    EHOSTUNREACH: ["connection", "no route to the host"],
    EHOSTDOWN: ["connection", "the host is down"],
    ENETUNREACH: ["connection", "the network cannot be reached"],
    ENETDOWN: ["connection", "the network is down"],
    EACCES: ["connection", "this machine does not allow the connection"],
    EPERM: ["connection", "this machine does not allow the connection"],
    EADDRNOTAVAIL: ["connection", "this machine has no address or port left for the connection"],
    EMFILE: ["connection", "this process has too many open files"],
    ETIMEDOUT: ["connection", "the connection timed out"],
    ENOTFOUND: ["name", "the host name is not known"],
    EAI_AGAIN: ["name", "the host name could not be looked up"],
    EAI_NODATA: ["name", "the host name has no address"],
    DEPTH_ZERO_SELF_SIGNED_CERT: ["certificate", "the certificate is self-signed"],
    SELF_SIGNED_CERT_IN_CHAIN: ["certificate", "the certificate chain has a self-signed certificate"],
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: ["certificate", "the certificate's issuer is not known"],
    UNABLE_TO_GET_ISSUER_CERT: ["certificate", "the certificate's issuer is not known"],
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ["certificate", "the certificate's issuer is not known"],
    CERT_UNTRUSTED: ["certificate", "the certificate's issuer is not trusted"],
    CERT_HAS_EXPIRED: ["bad-certificate", "the certificate has expired"],
    CERT_NOT_YET_VALID: [
        "bad-certificate",
        "the certificate is not valid yet; is this machine's clock right?",
    ],
    CERT_REVOKED: ["bad-certificate", "the certificate was revoked"],
    ERR_TLS_CERT_ALTNAME_INVALID: ["bad-certificate", "the certificate is for another host"],
    ERR_SSL_WRONG_VERSION_NUMBER: ["protocol", "the port answers without TLS; it may expect http"],
    ERR_SSL_PACKET_LENGTH_TOO_LONG: ["protocol", "the port answers without TLS; it may expect http"],
    ERR_SSL_HTTP_REQUEST: ["protocol", "the port answers without TLS; it may expect http"],
    ERR_SSL_UNSUPPORTED_PROTOCOL: ["protocol", "the server's TLS version is too old"],
    ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: ["protocol", "the server does not accept this TLS version"],
    ERR_SSL_TLSV1_UNRECOGNIZED_NAME: ["protocol", "the server has no certificate for this host name"],
};

// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __nccwpck_require__(7030);
// EXTERNAL MODULE: external "node:tls"
var external_node_tls_ = __nccwpck_require__(1692);
;// CONCATENATED MODULE: ./build/shared/etlworks/http/http-message.js
/** The largest answer we read: 10 MB. A list of thousands of flows is a tenth of it. */
const MAX_BODY = 10 * 1024 * 1024;
/**
 * A run may have begun when the answer to its start cannot be read, so what browsers and curl read
 * is read: folded header lines, line ends without a carriage return, a length beside chunks, and the
 * headers of a gateway that sets many cookies. What a strict parser guards against, answers to
 * others that are smuggled into a shared connection, can harm nobody here.
 */
const LENIENT_PARSING = { insecureHTTPParser: true, maxHeaderSize: 65_536 };

// EXTERNAL MODULE: ./build/shared/etlworks/http/proxy.js
var http_proxy = __nccwpck_require__(6995);
;// CONCATENATED MODULE: ./build/shared/etlworks/http/open-connection.js






/**
 * Makes a connection of its own for one request, directly or through a proxy, with TLS where the
 * address says https. The signal destroys it at any time, also after it was handed over.
 */
async function openConnection(url, proxy, signal) {
    const secure = url.protocol === "https:";
    const host = (0,http_proxy/* bareHost */.n0)(url);
    const track = trackSockets(signal);
    if (proxy === undefined) {
        const plain = await dial(host, (0,http_proxy/* portOf */.HM)(url), track);
        return plain.kind === "connected" && secure ? encrypt(plain.socket, host, track) : plain;
    }
    const hop = await connectToProxy(proxy, track);
    if (hop.kind === "failed" || !secure)
        return hop;
    const tunnel = await openTunnel(hop.socket, proxy, url);
    if (tunnel.kind === "failed")
        return tunnel;
    const end = await encrypt(tunnel.socket, host, track);
    if (end.kind === "connected")
        return end;
    // Some proxies say that they have connected before they have tried. And what answers through a
    // tunnel may be the proxy itself: with a page of its own, or with its own certificate.
    return end.cause === "connection"
        ? proxyFailed(`${notConnected(proxy, url)}: ${end.reason}`, end.permanent)
        : { ...end, reason: `${end.reason}, through the proxy ${proxyName(proxy)}` };
}
async function connectToProxy(proxy, track) {
    const plain = await dial(proxy.hostname, proxy.port, track);
    const hop = plain.kind === "connected" && proxy.secure
        ? await encrypt(plain.socket, proxy.hostname, track)
        : plain;
    if (hop.kind === "connected")
        return hop;
    return proxyFailed(`cannot reach the proxy ${proxyName(proxy)}: ${hop.reason}`, hop.permanent);
}
function dial(host, port, track) {
    return new Promise(resolve => {
        const socket = (0,external_node_net_.connect)({ host, port, noDelay: true });
        track(socket);
        // For the whole life of the connection: an error that nobody hears ends the process.
        socket.on("error", error => resolve(failed(describeConnectionError(error))));
        socket.once("connect", () => resolve({ kind: "connected", socket }));
        socket.once("close", () => resolve(failed(CLOSED)));
    });
}
function encrypt(socket, host, track) {
    return new Promise(resolve => {
        const secured = external_node_tls_.connect({
            socket,
            host,
            ALPNProtocols: ["http/1.1"],
            ...serverName(host),
        });
        track(secured);
        let asked = false;
        const fail = (fault) => {
            // A broken handshake, after a certificate was asked for and none was there to send.
            const ours = fault.cause === "certificate" || fault.cause === "bad-certificate";
            const refused = asked && !ours;
            resolve(failed(refused ? clientCertificateFault() : fault));
        };
        // In TLS 1.2 this is the last moment to ask: after an error the session is gone. Its text holds
        // keys and is not looked at.
        secured.on("keylog", () => {
            asked ||= askedForCertificate(secured);
        });
        secured.on("error", (error) => {
            fail(describeConnectionError(error));
        });
        secured.once("close", () => fail(CLOSED));
        secured.once("secureConnect", () => {
            asked ||= askedForCertificate(secured);
            if (asked && secured.getProtocol() === "TLSv1.3")
                whenAccepted(secured, ready);
            else
                ready();
        });
        const ready = () => resolve({ kind: "connected", socket: secured });
    });
}
/** The name to ask for in TLS: never an address, and without the dot that ends a whole name (RFC 6066). */
function serverName(host) {
    return (0,external_node_net_.isIP)(host) === 0 ? { servername: host.replace(/\.$/, "") } : {};
}
/** Never destroys a socket below TLS: Node then reads the end of the stream twice. */
function trackSockets(signal) {
    let held;
    signal.addEventListener("abort", () => held?.destroy(), { once: true });
    return socket => {
        held = socket;
        if (signal.aborted)
            socket.destroy();
    };
}
const CLOSED = {
    reason: "connection reset (ECONNRESET)",
    permanent: false,
    cause: "connection",
};
/** A server without session tickets gives no sign that it has accepted the client. */
const ACCEPTANCE_MS = 500;
/**
 * In TLS 1.3 the client is ready before the server has looked at the client's certificate. Where
 * one was asked for, a request that is written at once would be in doubt when the server then
 * hangs up; so this waits for the server's first word, a session ticket.
 */
function whenAccepted(socket, tell) {
    const timer = setTimeout(tell, ACCEPTANCE_MS);
    socket.once("session", () => {
        clearTimeout(timer);
        // Not at once: this comes out of the middle of a read, and a write there would never be sent.
        setImmediate(tell);
    });
    socket.once("close", () => clearTimeout(timer));
}
/** Only a server that asks for a certificate tells the client its signature algorithms. */
function askedForCertificate(socket) {
    try {
        return socket instanceof external_node_tls_.TLSSocket && socket.getSharedSigalgs().length > 0;
    }
    catch {
        // The handshake has not come so far.
        return false;
    }
}
/** Opens a tunnel to the address through a proxy. */
function openTunnel(socket, proxy, url) {
    const authority = authorityOf(url);
    return new Promise(resolve => {
        let over = false;
        const end = (outcome) => {
            if (over)
                return;
            over = true;
            if (outcome.kind === "failed")
                socket.destroy();
            resolve(outcome);
        };
        const refuse = (reason, permanent = false) => end(proxyFailed(reason, permanent));
        const breakOff = (why) => refuse(`${notConnected(proxy, url)}: ${why}`);
        const request = external_node_http_.request({
            ...LENIENT_PARSING,
            createConnection: () => socket,
            method: "CONNECT",
            path: authority,
            headers: { host: authority, ...proxyHeaders(proxy) },
        });
        request.once("connect", ({ statusCode = 0, headers }, tunnel, head) => {
            if (statusCode === 407)
                return refuse(loginRefused(proxy, headers), true);
            if (statusCode < 200 || statusCode >= 300) {
                return refuse(`the proxy ${proxyName(proxy)} refused to connect to ${authority} (${statusCode})`);
            }
            if (head.length > 0)
                tunnel.unshift(head);
            end({ kind: "connected", socket });
        });
        request.on("error", error => {
            if (isTlsAlert(error))
                refuse(proxyExpectsHttps(proxy), true);
            else
                breakOff(describeConnectionError(error).reason);
        });
        request.once("close", () => breakOff("it closed the connection"));
        request.end();
    });
}
function proxyHeaders(proxy) {
    return proxy.authorization === undefined ? {} : { "proxy-authorization": proxy.authorization };
}
function authorityOf(url) {
    return `${url.hostname}:${(0,http_proxy/* portOf */.HM)(url)}`;
}
function notConnected(proxy, url) {
    return `the proxy ${proxyName(proxy)} did not connect to ${authorityOf(url)}`;
}
function proxyExpectsHttps(proxy) {
    return `the proxy ${proxyName(proxy)} expects https, and ${proxy.variable} says http`;
}
/** What a 407 means: only a proxy says it. */
function loginRefused(proxy, headers) {
    const named = `the proxy ${proxyName(proxy)}`;
    const offers = [headers["proxy-authenticate"] ?? ""].flat().join(", ");
    // A name stands at the beginning or behind a comma; what belongs to one has "=" in it.
    const schemes = [...offers.matchAll(/(?:^|,)\s*([a-z][\w-]{0,30})(?=\s+[^\s=,]|\s*(?:,|$))/gi)]
        .map(([, scheme = ""]) => scheme)
        .filter((scheme, index, all) => all.indexOf(scheme) === index);
    if (schemes.length > 0 && !schemes.some(scheme => /^basic$/i.test(scheme))) {
        return `${named} requires a login by ${schemes.slice(0, 5).join(" or ")} (407), and this program can only send a user name and a password (Basic); use another proxy, or NO_PROXY to connect without it`;
    }
    return proxy.authorization === undefined
        ? `${named} requires a user name and a password (407); write user:password@ in front of its host in ${proxy.variable}`
        : `${named} did not accept the user name and password in ${proxy.variable} (407)`;
}
/** Host and port, for messages. */
function proxyName({ hostname, port }) {
    return (0,external_node_net_.isIP)(hostname) === 6 ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}
function failed(fault) {
    return { kind: "failed", ...fault };
}
function proxyFailed(reason, permanent) {
    return failed({ reason, permanent, cause: "proxy" });
}

;// CONCATENATED MODULE: ./build/shared/etlworks/http/open-request.js





/** Opens a request on a pool's connection or on one of ours. Nothing of it is sent before its `end`. */
function openRequest(request, way) {
    const { method, url } = request;
    const { proxy, agent, createConnection } = way;
    const secure = url.protocol === "https:";
    // A proxy gets the whole address of a plain request; of a secure one it sees nothing.
    const whole = proxy !== undefined && !secure;
    const options = {
        ...LENIENT_PARSING,
        method,
        headers: {
            // Plain text: the answers that matter are some hundred bytes, and of a compressed one that
            // arrives damaged nothing is left. What comes compressed all the same is decoded.
            "accept-encoding": "identity",
            ...request.headers,
            ...(whole ? proxyHeaders(proxy) : {}),
        },
        ...(secure ? serverName((0,http_proxy/* bareHost */.n0)(url)) : {}),
        ...(whole ? { path: `${url.origin}${url.pathname}${url.search}` } : {}),
        ...(agent === undefined ? {} : { agent }),
        ...(createConnection === undefined ? {} : { createConnection }),
    };
    return secure ? external_node_https_namespaceObject.request(url, options) : external_node_http_.request(url, options);
}

// EXTERNAL MODULE: external "node:buffer"
var external_node_buffer_ = __nccwpck_require__(4573);
;// CONCATENATED MODULE: ./build/shared/etlworks/http/charset.js

/**
 * Bytes as text: by the byte order mark; else by what the bytes can only be; else by the label; else
 * as UTF-8, or as what is not UTF-8 mostly is.
 */
function decodeText(bytes, contentType) {
    const wide = wideCharset(bytes);
    if (wide === "utf-32be" || wide === "utf-32le")
        return decodeUtf32(bytes, wide);
    if (wide !== undefined)
        return new TextDecoder(wide).decode(bytes);
    const declared = declaredCharset(contentType);
    // Bytes with accents that make sense as UTF-8 are that: other charsets yield them by no accident.
    const isNone = declared.startsWith("utf-16") ? (0,external_node_buffer_.isUtf8)(bytes) : !(0,external_node_buffer_.isAscii)(bytes) && (0,external_node_buffer_.isUtf8)(bytes);
    const charset = isNone ? "utf-8" : declared;
    // TextDecoder takes a byte order mark of its own encoding away.
    const text = new TextDecoder(charset).decode(bytes);
    return charset === "utf-8" && isMostlyBroken(text) ? WESTERN.decode(bytes) : text;
}
/** Java's older writers send this, without saying so; it knows a character for each byte. */
const WESTERN = new TextDecoder("windows-1252");
/** By the mark, or by zero bytes: JSON begins with ASCII, which is wide with zeros beside it. */
function wideCharset(bytes) {
    const first = bytes.toString("hex", 0, 4);
    if (first === "0000feff" || /^(?:00){3}(?!00)../.test(first))
        return "utf-32be";
    if (first === "fffe0000" || /^(?!00)..(?:00){3}/.test(first))
        return "utf-32le";
    if (first.startsWith("efbbbf"))
        return "utf-8";
    if (first.startsWith("feff") || /^00(?!00)..00(?!00)../.test(first))
        return "utf-16be";
    if (first.startsWith("fffe") || /^(?!00)..00(?!00)..00/.test(first))
        return "utf-16le";
    return undefined;
}
/** No decoder of the platform knows it. */
function decodeUtf32(bytes, charset) {
    const characters = [];
    for (let at = 0; at + 4 <= bytes.length; at += 4) {
        const code = charset === "utf-32be" ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
        characters.push(code > 0x10ffff ? "\ufffd" : String.fromCodePoint(code));
    }
    return characters
        .join("")
        .replace(/^\ufeff/, "")
        .toWellFormed();
}
/** More of what is beyond ASCII makes no sense than does. One bad byte in a log is no other charset. */
function isMostlyBroken(text) {
    const first = text.indexOf("\ufffd");
    if (first < 0)
        return false;
    // What is around it tells, and a body may have 10 MB.
    const sample = text.slice(Math.max(0, first - 10_000), first + 10_000);
    const broken = sample.match(/\ufffd/g)?.length ?? 0;
    const sound = sample.match(/[^\0-\u007f\ufffd]/gu)?.length ?? 0;
    return broken > sound;
}
function declaredCharset(contentType) {
    const label = /(?:^|[;,\s])charset\s*[=:]\s*["']?([^"';,\s]+)/i.exec(contentType)?.[1] ?? "utf-8";
    // Java also says ISO8859_1, 8859_1 and EUC_JP.
    const plain = label.replaceAll("_", "-").replace(/^(?:iso-?)?8859-/i, "iso-8859-");
    return canonicalCharset(label) ?? canonicalCharset(plain) ?? "utf-8";
}
function canonicalCharset(label) {
    try {
        return new TextDecoder(label).encoding;
    }
    catch {
        return undefined;
    }
}

// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __nccwpck_require__(8522);
// EXTERNAL MODULE: ./build/shared/json.js
var json = __nccwpck_require__(8444);
;// CONCATENATED MODULE: ./build/shared/etlworks/http/whole-json.js

/** Whether a text is an object or a list, from its first sign to its last: no beginning of one is one itself. */
function isWholeJson(text) {
    const trimmed = text.trim();
    if (!/^[{[]/.test(trimmed) || !/[}\]]$/.test(trimmed))
        return false;
    try {
        (0,json/* parseJson */.qF)(trimmed);
        return true;
    }
    catch {
        return false;
    }
}

;// CONCATENATED MODULE: ./build/shared/etlworks/http/content-coding.js



/** More codings on top of each other than anybody uses: each is room for a bomb. */
const MAX_CODINGS = 4;
/**
 * The bytes without their content codings, or a clause that says why there are none. The header's
 * names are a hint, the bytes decide: the wrong name, a name of nothing and a coding without a name
 * are all in use.
 */
async function undoCodings(from, header, about) {
    const codings = namedCodings(header);
    if (codings.length > MAX_CODINGS)
        return "it has too many content codings";
    let content = from;
    for (const coding of codings) {
        const undone = await undo(content, coding, about);
        if (undone !== undefined)
            content = undone;
        else if (!looksLikeText(content.bytes, about))
            return whyUnread(coding);
    }
    for (let count = codings.length; count < MAX_CODINGS; count++) {
        if (looksLikeText(content.bytes, about))
            break;
        const undone = await undo(content, undefined, about);
        if (undone === undefined)
            break;
        content = undone;
    }
    return content;
}
/**
 * The codings in the order in which they are undone: the last one was applied last. As they are
 * written, since a name may be shown: in small letters nobody would know a secret in it any more.
 */
function namedCodings(header) {
    return header
        .split(",")
        .map(coding => coding.trim())
        .filter(coding => !/^(?:|identity|none)$/i.test(coding))
        .toReversed();
}
function codingOf(name) {
    return NAMES[name?.toLowerCase() ?? ""];
}
/** `undefined`: no coding can be undone. */
async function undo(from, named, about) {
    // Nothing has no coding, whatever the header says.
    if (from.bytes.length === 0)
        return from;
    const marked = markedCoding(from.bytes);
    if (marked !== undefined) {
        const undone = await runDecoder(DECODERS[marked](), from, about.limit);
        const shorter = undone === undefined ? withoutLineEnd(from) : undefined;
        return shorter === undefined ? undone : runDecoder(DECODERS[marked](), shorter, about.limit);
    }
    const coding = codingOf(named);
    if (coding !== undefined && !isMarked(coding)) {
        const undone = await runDecoder(DECODERS[coding](), from, about.limit);
        if (undone !== undefined)
            return undone;
    }
    if (looksLikeText(from.bytes, about))
        return undefined;
    // The name is wrong, or there is none.
    for (const guess of ["zlib", "raw", "brotli"]) {
        const undone = await runDecoder(DECODERS[guess](), from, about.limit, { toItsEnd: true });
        if (undone === undefined)
            continue;
        const { bytes } = undone;
        // Its checksum was right. The others have none.
        const sure = guess === "zlib" && !from.cut;
        if (sure || looksLikeText(bytes, about) || markedCoding(bytes) !== undefined)
            return undone;
    }
    return undefined;
}
/** Programs that compress all that they print may print a line break behind it. */
function withoutLineEnd({ bytes, cut }) {
    let end = bytes.length;
    while (end > 0 && LINE_ENDS.has(bytes[end - 1] ?? 0))
        end -= 1;
    return end < bytes.length ? { bytes: bytes.subarray(0, end), cut } : undefined;
}
const LINE_ENDS = new Set([0x0a, 0x0d, 0x20]);
function whyUnread(coding) {
    if (codingOf(coding) !== undefined)
        return `its content coding "${coding}" is damaged`;
    const shown = /^[\w.-]{1,40}$/.test(coding) ? `"${coding}"` : "of an unknown name";
    return `its content coding ${shown} cannot be read`;
}
const DECODERS = {
    gzip: () => external_node_zlib_.createGunzip(),
    zlib: () => external_node_zlib_.createInflate(),
    raw: () => external_node_zlib_.createInflateRaw(),
    brotli: () => external_node_zlib_.createBrotliDecompress(),
    // In Node since 22.15.
    zstd: () => ("createZstdDecompress" in external_node_zlib_ ? external_node_zlib_.createZstdDecompress() : undefined),
};
const NAMES = {
    gzip: "gzip",
    "x-gzip": "gzip",
    deflate: "zlib",
    br: "brotli",
    zstd: "zstd",
};
/** Seen by its first bytes, whatever its name is. */
function markedCoding(bytes) {
    const first = bytes.toString("hex", 0, 4);
    if (first.startsWith("1f8b"))
        return "gzip";
    return first === "28b52ffd" ? "zstd" : undefined;
}
function isMarked(coding) {
    return coding === "gzip" || coding === "zstd";
}
/**
 * Stops at the limit, so that a small body cannot become a large one. `undefined`: damaged. With
 * `toItsEnd` also when bytes are left over: a chance beginning is no coding.
 */
function runDecoder(decoder, from, limit, { toItsEnd = false } = {}) {
    return new Promise(resolve => {
        if (decoder === undefined)
            return resolve(undefined);
        const parts = [];
        let size = 0;
        const finish = (cut) => {
            resolve({ bytes: Buffer.concat(parts), cut: cut || from.cut });
            decoder.destroy();
        };
        decoder.on("data", (part) => {
            const room = limit - size;
            if (room < 0)
                return;
            parts.push(part.subarray(0, room));
            size += part.length;
            if (part.length > room)
                finish(true);
        });
        decoder.once("end", () => {
            const leftOver = decoder.bytesWritten < from.bytes.length;
            if (toItsEnd && leftOver)
                resolve(undefined);
            else
                finish(false);
        });
        // What was cut off on its way cannot end well; its beginning is all there is. Where only the
        // checksum behind it is missing, that is all of it.
        decoder.on("error", () => {
            if (from.cut || isWholeJson(Buffer.concat(parts).toString()))
                finish(from.cut);
            else
                resolve(undefined);
        });
        decoder.end(from.bytes);
    });
}
function looksLikeText(bytes, { contentType }) {
    // The last character may be cut in half.
    const start = decodeText(bytes.subarray(0, 64), contentType).replace(/\ufffd+$/, "");
    return /^\s*[[{<"\w)]/.test(start) && !/[^\P{Cc}\s]|\ufffd/u.test(start);
}

;// CONCATENATED MODULE: ./build/shared/etlworks/http/body.js


/**
 * Turns the bytes of a body into text: undoes the content codings, then the charset. What is
 * labelled wrongly is taken as what it is: gzip without a label or twice under one, plain JSON with
 * one, UTF-8 under another name. Never makes more than `limit` bytes of it. `whole`: nothing of the
 * bytes is missing.
 */
async function decodeBody(bytes, headers, { limit, whole }) {
    const contentType = headers["content-type"] ?? "";
    const codings = headers["content-encoding"] ?? "";
    const content = await undoCodings({ bytes, cut: !whole }, codings, { contentType, limit });
    if (typeof content === "string") {
        return { text: decodeText(bytes, contentType), cut: !whole, unread: content };
    }
    return { text: decodeText(content.bytes, contentType), cut: content.cut };
}

;// CONCATENATED MODULE: ./build/shared/etlworks/http/receive-answer.js


/**
 * Reads an answer to its end, and decodes it. Returns a function for the moment when the connection
 * breaks or the time is over: it takes the answer as it is if that says what it has to say, and
 * otherwise calls `orElse`. A wrong length and a missing last chunk do not make half of JSON that is
 * whole, compressed or not. `asJson`: nothing but JSON was asked for. A log may go on after a line that
 * is JSON.
 */
function receiveAnswer(incoming, { limit, asJson }, tell) {
    const parts = [];
    let size = 0;
    let taken = false;
    let quiet;
    const finish = async (cut) => {
        if (taken)
            return;
        taken = true;
        tell.onAnswer(await toAnswer(incoming, Buffer.concat(parts), { cut, limit }));
    };
    const takeIfWhole = async (orElse) => {
        const mayBe = size > 0 && size <= MAX_TAKEN;
        const answer = mayBe
            ? await toAnswer(incoming, Buffer.concat(parts), { cut: false, limit })
            : undefined;
        if (taken)
            return;
        if (answer === undefined || answer.cut || !isWholeJson(answer.body))
            return orElse();
        taken = true;
        tell.onAnswer(answer);
    };
    incoming.on("data", (part) => {
        const room = limit - size;
        // Negative: cut already. Zero is no end: the body may be full to the byte and go on.
        if (room < 0)
            return;
        parts.push(part.subarray(0, room));
        size += part.length;
        if (part.length > room)
            void finish(true);
        if (!asJson)
            return;
        quiet ??= setTimeout(() => void takeIfWhole(() => undefined), QUIET_MS);
        quiet.refresh();
    });
    incoming.on("end", () => {
        if (size <= limit)
            void finish(false);
    });
    incoming.on("close", () => {
        clearTimeout(quiet);
        // After a whole answer this comes too late to change anything.
        tell.onBroken();
    });
    // What broke it is told by "close" as well; but an error that nobody hears ends the process.
    incoming.on("error", () => undefined);
    return orElse => {
        // What is read here comes as "data" as well.
        while (incoming.read() !== null)
            ;
        if (taken)
            return;
        // What follows a whole answer may be nonsense, and comes before the answer's own end is told. And
        // what an error means its status says, however much of its page is missing.
        const enough = incoming.complete || (incoming.statusCode ?? 0) >= 300;
        if (enough)
            void finish(!incoming.complete);
        else
            void takeIfWhole(orElse);
    };
}
/** The answers that matter have some hundred bytes, the longest history less than this. */
const MAX_TAKEN = 1_000_000;
/**
 * An answer that is whole, and after which nothing more comes: its end was announced wrongly or not
 * at all, and each call would wait for it until its time is over.
 */
const QUIET_MS = 1_000;
/** The answer: its head, and the bytes of its body as text. */
async function toAnswer(incoming, bytes, { cut, limit }) {
    const headers = {};
    for (const [name, value] of Object.entries(incoming.headers)) {
        if (value !== undefined)
            headers[name] = Array.isArray(value) ? value.join(", ") : value;
    }
    const body = await decodeBody(bytes, headers, { limit, whole: !cut });
    return {
        kind: "answer",
        status: incoming.statusCode ?? 0,
        headers,
        body: body.text,
        cut: body.cut,
        ...(body.unread === undefined ? {} : { unread: body.unread }),
    };
}

;// CONCATENATED MODULE: ./build/shared/etlworks/http/exchange.js




/**
 * One request and what becomes of it, within its time limit. Always resolves. A request on a pooled
 * connection that breaks before any byte of an answer is sent once more on a connection of its own.
 */
function exchange(request, transport) {
    return new Promise(resolve => {
        let mayHaveArrived = false;
        let settled = false;
        /** Destroys connections of our own, however far they are. */
        const over = new AbortController();
        let outgoing;
        /** Takes an answer as it is, if all that matters of it is there. */
        let takeOr = (orElse) => orElse();
        const settle = (reply) => {
            if (settled)
                return;
            settled = true;
            clearTimeout(timer);
            request.signal?.removeEventListener("abort", stop);
            request.unsentSignal?.removeEventListener("abort", stopUnsent);
            resolve(reply);
            over.abort();
            if (reply.kind !== "answer" || reply.cut)
                outgoing?.destroy();
        };
        const fail = (fault) => {
            if (mayHaveArrived)
                settle({ kind: "broken", reason: fault.reason + throughProxy(transport) });
            else
                unreachable(fault);
        };
        const unreachable = ({ reason, permanent, cause }) => settle({ kind: "unreachable", reason, permanent, cause });
        const stop = () => settle({ kind: "stopped", mayHaveArrived });
        const stopUnsent = () => {
            if (!mayHaveArrived)
                stop();
        };
        const giveUp = () => takeOr(failInTime);
        const failInTime = () => {
            const within = `within ${Math.max(1, Math.round(request.timeLimitMs / 1_000))} s`;
            const { proxy } = transport;
            if (mayHaveArrived)
                fail({ ...NO_ANSWER, reason: `no complete answer ${within}` });
            else if (proxy === undefined)
                fail({ ...NO_ANSWER, reason: `no connection ${within}` });
            else {
                const reason = `no connection through the proxy ${proxyName(proxy)} ${within}`;
                fail({ reason, permanent: false, cause: "proxy" });
            }
        };
        // A process that stood still looks first at what has come meanwhile.
        const timer = setTimeout(() => setImmediate(giveUp), request.timeLimitMs);
        const sendOwn = async () => {
            const connection = await openConnection(request.url, transport.proxy, over.signal);
            if (settled)
                return;
            if (connection.kind === "failed")
                return fail(connection);
            const { socket } = connection;
            const sending = openRequest(request, {
                proxy: transport.proxy,
                createConnection: () => socket,
            });
            mayHaveArrived = true;
            converse(sending, fail);
        };
        const sendPooled = (pool) => {
            const pooled = openRequest(request, { agent: pool });
            let assigned;
            pooled.on("socket", socket => {
                assigned = { socket, bytesRead: socket.bytesRead };
                whenConnected(socket, pooled.reusedSocket, () => {
                    mayHaveArrived = true;
                });
            });
            converse(pooled, fault => {
                const refusedTls = !mayHaveArrived && fault.cause === "protocol";
                const silent = assigned?.socket.bytesRead === assigned?.bytesRead;
                // An idle connection may have been closed long ago. And a server that asks for a client
                // certificate is only told from a broken one with more patience.
                const again = mayHaveArrived &&
                    silent &&
                    (pooled.reusedSocket || askedForCertificate(assigned?.socket));
                if (!again && !refusedTls)
                    return fail(fault);
                mayHaveArrived = false;
                void sendOwn();
            });
        };
        /** Sends the request, and reads what comes back; `onBroken` hears of no answer at all. */
        const converse = (sending, onBroken) => {
            outgoing = sending;
            let answered = false;
            let broken = false;
            takeOr = orElse => orElse();
            const breakOff = (fault) => {
                if (broken || settled)
                    return;
                broken = true;
                takeOr(() => (answered ? fail(fault) : onBroken(fault)));
            };
            sending.on("finish", transport.onSent);
            sending.on("error", error => {
                // Both say that the server has read nothing of the request.
                if (!answered && demandsClientCertificate(error))
                    unreachable(clientCertificateFault());
                else if (!answered && isTlsAlert(error))
                    unreachable(httpsExpected(request, transport));
                else
                    breakOff(describeConnectionError(error));
            });
            sending.on("upgrade", (_incoming, socket) => {
                socket.destroy();
                breakOff({ ...NO_ANSWER, reason: "the server wants to speak another protocol (101)" });
            });
            sending.on("close", () => {
                if (!answered)
                    breakOff(NO_ANSWER);
            });
            sending.on("response", incoming => {
                answered = true;
                if (incoming.statusCode === 407 && transport.proxy !== undefined) {
                    return unreachable({
                        reason: loginRefused(transport.proxy, incoming.headers),
                        permanent: true,
                        cause: "proxy",
                    });
                }
                const asJson = request.headers["accept"] === "application/json";
                takeOr = receiveAnswer(incoming, { limit: transport.maxBody, asJson }, {
                    onAnswer: answer => {
                        if (!incoming.complete)
                            sending.destroy();
                        settle({ ...answer, ...via(request, transport) });
                    },
                    onBroken: () => breakOff({ ...NO_ANSWER, reason: "the answer broke off in the middle" }),
                });
            });
            sending.end(request.body);
        };
        request.signal?.addEventListener("abort", stop);
        request.unsentSignal?.addEventListener("abort", stopUnsent);
        if (request.signal?.aborted || request.unsentSignal?.aborted)
            stop();
        else if (transport.pool !== undefined)
            sendPooled(transport.pool);
        else
            void sendOwn();
    });
}
const NO_ANSWER = {
    reason: "the connection was closed without an answer",
    permanent: false,
    cause: "connection",
};
function throughProxy({ proxy }) {
    return proxy === undefined ? "" : `, through the proxy ${proxyName(proxy)}`;
}
/** Into a tunnel no proxy can speak. */
function via({ url }, { proxy }) {
    return proxy === undefined || url.protocol === "https:" ? {} : { via: proxyName(proxy) };
}
/** A plain request that goes through a proxy comes to the proxy's port. */
function httpsExpected({ url }, { proxy }) {
    if (proxy === undefined || url.protocol === "https:")
        return HTTPS_EXPECTED;
    return { reason: proxyExpectsHttps(proxy), permanent: true, cause: "proxy" };
}
/** Before this moment no byte of the request was written; afterwards some may have been. */
function whenConnected(socket, reused, tell) {
    const secure = "secureConnecting" in socket;
    const handshaking = secure && socket.secureConnecting === true;
    if (reused || !(socket.connecting || handshaking))
        tell();
    else
        socket.once(secure ? "secureConnect" : "connect", tell);
}

;// CONCATENATED MODULE: ./build/shared/etlworks/http/http.js






/**
 * The only place that speaks HTTP.
 *
 * `node:http` and not `fetch`, for two reasons. It tells whether the connection was ever made, and
 * that decides if a start may be sent again. And the first `fetch` of a process loads 30 ms of code
 * (43 ms against 15 ms for the first request on Node 24.21, measured on loopback).
 *
 * Redirects are never followed. Proxy variables are honoured (see proxy.ts). `close` ends idle
 * connections, so that a process can leave at once.
 */
function createHttp(environment, 
/** Told once, when the first request is on the wire: a good moment for work that can wait. */
onFirstRequest = () => undefined) {
    // An idle connection is dropped after 4 s: servers close theirs after 5 s and more.
    const options = { keepAlive: true, timeout: 4_000 };
    let agents;
    const poolFor = (url) => {
        agents ??= { plain: new external_node_http_.Agent(options), secure: new external_node_https_namespaceObject.Agent(options) };
        return url.protocol === "https:" ? agents.secure : agents.plain;
    };
    let first = true;
    const onSent = () => {
        if (first)
            onFirstRequest();
        first = false;
    };
    return {
        async send(request) {
            const proxy = (0,http_proxy/* findProxy */.EE)(request.url, environment);
            const pooled = request.method === "GET" && request.connection !== "own";
            // Through a proxy each request has a connection of its own: a proxy drops idle ones as well.
            const pool = pooled && proxy === undefined ? poolFor(request.url) : undefined;
            return exchange(request, { pool, proxy, onSent, maxBody: MAX_BODY });
        },
        close() {
            agents?.plain.destroy();
            agents?.secure.destroy();
        },
    };
}


/***/ }),

/***/ 6995:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   EE: () => (/* binding */ findProxy),
/* harmony export */   HM: () => (/* binding */ portOf),
/* harmony export */   lx: () => (/* binding */ secretsInProxies),
/* harmony export */   n0: () => (/* binding */ bareHost)
/* harmony export */ });
/* harmony import */ var node_buffer__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(4573);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(7030);
/* harmony import */ var node_url__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(3136);
/* harmony import */ var _user_error_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(3270);




/**
 * Finds the proxy for an address in the variables that curl reads: `https_proxy` or `http_proxy`
 * by the address's scheme, then `all_proxy`, small letters before capitals, except for the hosts of
 * `no_proxy`. A value without a scheme is an http proxy. Throws a UserError for a value that cannot
 * be used: going around a proxy in silence would be a leak in one network and a riddle in another.
 *
 * Not Node's own `proxyEnv`: it is missing before Node 24.5, ignores a value without a scheme,
 * reports "connection reset" for a refused login, and shows the password of a value it cannot read.
 */
function findProxy(target, environment) {
    const scheme = target.protocol === "https:" ? "https_proxy" : "http_proxy";
    const names = [scheme, scheme.toUpperCase(), "all_proxy", "ALL_PROXY"];
    const variable = names.find(name => (environment[name] ?? "").trim() !== "");
    if (variable === undefined)
        return undefined;
    const exempt = firstSet(environment, ["no_proxy", "NO_PROXY"]);
    return isExempt(target, exempt) ? undefined : parseProxy(environment[variable] ?? "", variable);
}
/**
 * The passwords that stand in these variables, alone and behind their user name, as a proxy gets
 * and may repeat them; also those of values that cannot be used.
 */
function secretsInProxies(environment) {
    const names = ["https_proxy", "http_proxy", "all_proxy"];
    return names
        .flatMap(name => [environment[name], environment[name.toUpperCase()]])
        .flatMap(value => {
        const login = /^(?:(?:[a-z][a-z0-9+.-]*:)?\/\/)?([^:]*):(?!\/\/)(.+)@/is.exec(value?.trim() ?? "");
        if (login === null)
            return [];
        const [, user = "", password = ""] = login;
        const plain = decoded(password);
        return [password, plain, `${user}:${password}`, `${decoded(user)}:${plain}`];
    });
}
function firstSet(environment, names) {
    return names.map(name => environment[name]?.trim() ?? "").find(value => value !== "") ?? "";
}
function parseProxy(value, variable) {
    const trimmed = value.trim();
    const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(trimmed)?.[1]?.toLowerCase();
    if (scheme !== undefined && scheme !== "http" && scheme !== "https") {
        throw new _user_error_js__WEBPACK_IMPORTED_MODULE_3__/* .UserError */ .y(`${variable} names a ${scheme} proxy, and only http and https proxies can be used. Set it to http://host:port, or add the instance's host to NO_PROXY to connect without it.`);
    }
    const url = URL.parse(scheme === undefined ? `http://${trimmed}` : trimmed);
    if (url === null || !isProxyAddress(url, trimmed)) {
        throw new _user_error_js__WEBPACK_IMPORTED_MODULE_3__/* .UserError */ .y(`${variable} is not a proxy address. Write it as http://host:port, with the special characters of a password URL-encoded.`);
    }
    const secure = url.protocol === "https:";
    const login = `${decoded(url.username)}:${decoded(url.password)}`;
    return {
        secure,
        hostname: bareHost(url),
        port: portOf(url),
        ...(login === ":" ? {} : { authorization: `Basic ${Buffer.from(login).toString("base64")}` }),
        variable,
    };
}
/**
 * Also in use are half a scheme (`http:/host`), quotes around the whole, a password whose `/`, `#`, `?`
 * or backslash ends the host early, and the address of a file that would name the proxy.
 */
function isProxyAddress(url, text) {
    const host = bareHost(url);
    const behind = `${url.pathname}${url.search}${url.hash}`;
    return (((0,node_net__WEBPACK_IMPORTED_MODULE_1__.isIP)(host) !== 0 || /^[\w.-]+$/.test(host)) &&
        url.port !== "0" &&
        !/\s|^[a-z][a-z0-9+.-]*:\/(?!\/)/i.test(text) &&
        !/@|\.(?:pac|dat)$/i.test(behind));
}
function decoded(text) {
    try {
        return decodeURIComponent(text);
    }
    catch {
        // A bare percent sign: meant as it stands.
        return text;
    }
}
/** The host without the brackets of an IPv6 address. */
function bareHost(url) {
    return url.hostname.replace(/^\[(.*)\]$/, "$1");
}
function portOf(url) {
    return url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
}
/**
 * `NO_PROXY`: hosts with all their subdomains, with or without a port, a leading dot or `*.`;
 * addresses, ranges such as `10.0.0.0/8`, `10.0.0.1-10.0.0.9` and `10.0.*`; `<local>` for names
 * without a dot; `*` for everything.
 */
function isExempt(target, list) {
    const host = bareHost(target).toLowerCase().replace(/\.$/, "");
    const family = (0,node_net__WEBPACK_IMPORTED_MODULE_1__.isIP)(host);
    return list
        .toLowerCase()
        .split(/[\s,;|"']+/)
        .some(entry => {
        if (entry === "*")
            return true;
        if (entry === "<local>")
            return family === 0 && !host.includes(".");
        const { name, port } = splitPort(withoutScheme(entry));
        if (name === "" || (port !== undefined && port !== portOf(target)))
            return false;
        if (family !== 0)
            return name === host || inRange(host, family, name);
        return host === name || host.endsWith(`.${name}`);
    });
}
/** Written as an address: `https://etl.example.com/rest`. */
function withoutScheme(entry) {
    const parts = /^[a-z][a-z0-9+.-]*:\/\/([^/]*)/.exec(entry);
    return parts?.[1] ?? entry;
}
function splitPort(entry) {
    const parts = /^(?:\[([^\]]+)\]|([^:]+))(?::(?:(\d+)|\*))?$/.exec(entry);
    // An IPv6 address without brackets has colons, and no port.
    const host = parts === null ? entry : (parts[1] ?? parts[2] ?? "");
    const plain = host
        .replace(/^::ffff:(?=[\d.]+$)/, "")
        .replace(/^\*?\./, "")
        .replace(/\.$/, "");
    // The target's name is in ASCII by now. A range is no name.
    const name = (0,node_buffer__WEBPACK_IMPORTED_MODULE_0__.isAscii)(Buffer.from(plain)) ? plain : (0,node_url__WEBPACK_IMPORTED_MODULE_2__.domainToASCII)(plain);
    return parts?.[3] === undefined ? { name } : { name, port: Number(parts[3]) };
}
function inRange(host, family, range) {
    const type = family === 6 ? "ipv6" : "ipv4";
    const list = new node_net__WEBPACK_IMPORTED_MODULE_1__.BlockList();
    try {
        const [written = "", bits] = range.split("/");
        const network = written.replace(/^\[(.*)\]$/, "$1");
        const [first = "", last] = range.split("-");
        if (/^\d[\d.]*\.\*(?:\.\*)*$/.test(range))
            return isBelow(host, range);
        if (bits !== undefined)
            list.addSubnet(network, Number(bits), type);
        else if (last !== undefined)
            list.addRange(first, last, type);
        else
            list.addAddress(range, type);
    }
    catch {
        // A name, or an address of the other family.
        return false;
    }
    return list.check(host, type);
}
/** `10.0.*` and `10.0.*.*`, as Java and Windows write it. */
function isBelow(host, range) {
    return host.startsWith(range.slice(0, range.indexOf("*")));
}


/***/ }),

/***/ 4760:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   P9: () => (/* binding */ retryAfter),
/* harmony export */   hy: () => (/* binding */ ageOf),
/* harmony export */   nI: () => (/* binding */ serverTime)
/* harmony export */ });
/* harmony import */ var _server_time_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(5218);

/** A server that says "tomorrow" is asked once an hour all the same: it may be back sooner. */
const MAX_RETRY_AFTER_MS = 3_600_000;
/** No wait is a billion seconds long, but today is so many since 1970. */
const MIN_TIME = 1e9;
/**
 * `Retry-After` in seconds or as a date (RFC 9110, 10.2.3). Also in use are fractions of a second,
 * and the moment in seconds or milliseconds since 1970. Anything else asks for nothing.
 */
function retryAfter(answer, now) {
    const header = answer.headers["retry-after"]?.trim() ?? "";
    const seconds = /^\d{1,400}(?:\.\d{0,20})?$/.test(header) ? Number(header) : undefined;
    if (seconds !== undefined && !(seconds >= MIN_TIME && seconds < 1e17)) {
        return { retryAfterMs: Math.min(Math.ceil(seconds * 1_000), MAX_RETRY_AFTER_MS) };
    }
    const date = seconds === undefined ? (0,_server_time_js__WEBPACK_IMPORTED_MODULE_0__/* .parseDate */ ._U)(header) : (0,_server_time_js__WEBPACK_IMPORTED_MODULE_0__/* .parseServerTime */ .ap)(seconds);
    if (date === undefined)
        return {};
    // Against the server's own clock where it gives one: ours may be minutes off.
    const reference = serverTime(answer).serverTime ?? now();
    return { retryAfterMs: Math.min(Math.max(0, date - reference), MAX_RETRY_AFTER_MS) };
}
/** A gateway that adds a second `Date` puts it behind the first. */
function serverTime(answer) {
    const [first = ""] = (answer.headers["date"] ?? "").split(/(?<=GMT)\s*,/i);
    const date = (0,_server_time_js__WEBPACK_IMPORTED_MODULE_0__/* .parseDate */ ._U)(first.trim());
    return date === undefined ? {} : { serverTime: date + ageOf(answer) };
}
/** `Age`: only what a cache has kept has one (RFC 9111, 5.1). */
function ageOf(answer) {
    const header = answer.headers["age"]?.trim() ?? "";
    return /^\d{1,9}$/.test(header) ? Number(header) * 1_000 : 0;
}


/***/ }),

/***/ 943:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   GH: () => (/* binding */ startOf),
/* harmony export */   cf: () => (/* binding */ durationOf),
/* harmony export */   pJ: () => (/* binding */ endOf)
/* harmony export */ });
/** When a run began, as far as it can be told: a local time of a zone that nobody names says nothing. */
function startOf({ startedAt, localTimes }) {
    return localTimes === true ? undefined : startedAt;
}
/** When it ended, as far as it can be told. */
function endOf({ endedAt, localTimes }) {
    return localTimes === true ? undefined : endedAt;
}
/** How long it took, in milliseconds: by one clock, whose zone does not matter. */
function durationOf({ startedAt, endedAt }) {
    return startedAt !== undefined && endedAt !== undefined && endedAt >= startedAt
        ? endedAt - startedAt
        : undefined;
}


/***/ }),

/***/ 2633:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ fault),
/* harmony export */   x: () => (/* binding */ valueIn)
/* harmony export */ });
/** Sent, and no usable answer; but not a web page in place of the API. */
function fault(message) {
    return { kind: "fault", message, website: false };
}
/** The value where there is one. */
function valueIn(reply) {
    return reply.kind === "value" ? reply.value : undefined;
}


/***/ }),

/***/ 6419:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $m: () => (/* binding */ isActive),
/* harmony export */   CM: () => (/* binding */ TERMINAL_STATUSES),
/* harmony export */   Hd: () => (/* binding */ isTerminal),
/* harmony export */   az: () => (/* binding */ ACTIVE_STATUSES)
/* harmony export */ });
/** The four statuses after which Etlworks says a run is over. */
const TERMINAL_STATUSES = ["success", "warning", "error", "canceled"];
function isTerminal(status) {
    return TERMINAL_STATUSES.some(terminal => terminal === status);
}
/** The statuses of a run that is active. Any other word counts as active too, with one warning. */
const ACTIVE_STATUSES = ["queued", "running"];
/** A word that we do not know is no reason to take a run for active. */
function isActive(status) {
    return ACTIVE_STATUSES.some(active => active === status);
}


/***/ }),

/***/ 580:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   LD: () => (/* binding */ boundedText),
/* harmony export */   RW: () => (/* binding */ hideCredentials),
/* harmony export */   wt: () => (/* binding */ withShortLines)
/* harmony export */ });
/**
 * A text of the server's, made small where it is read: a durable execution may remember 256 KB, a
 * commit status 140 characters, and a server may send 10 MB. Cut between characters, never inside
 * one, with a mark where it was cut. Half a character, which no file and no JSON can hold, becomes
 * a replacement character.
 */
function boundedText(text, maxCharacters) {
    const whole = text.toWellFormed();
    if (whole.length <= maxCharacters)
        return whole;
    let end = 0;
    for (let count = 0; count < maxCharacters && end < whole.length; count++) {
        end += (whole.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
    }
    return end < whole.length ? `${whole.slice(0, end)}…` : whole;
}
/** Cuts each line of a log: one of 10 MB helps nobody and fills the job's log. */
function withShortLines(text, maxCharacters) {
    return text
        .split("\n")
        .map(line => boundedText(line, maxCharacters))
        .join("\n");
}
/**
 * Hides credentials that nobody told us of. A flow's exception often quotes the request that failed,
 * with its `Authorization` header or a token; and GitHub drops a whole job output that looks like a
 * secret. For messages only: a flow may well be called "Reset password: nightly".
 */
function hideCredentials(text) {
    return CREDENTIALS.reduce((left, pattern) => left.replace(pattern, hide), text);
}
function hide(_match, before) {
    return `${before}***`;
}
const SECRET_FIELDS = "password|passwd|pwd|passphrase|secret|(?:api|access|secret|private|account|storage|encryption|master|shared|signing|subscription)[_-]?key|(?:access|refresh|id|auth|session|security|api|csrf|xsrf)[_-]?token|session[_-]?id|x-amz-(?:signature|credential)";
/** Each keeps its first group. Bounded and without nested repeats: a text may be 10 MB of dots. */
const CREDENTIALS = [
    // An Authorization header, with or without its scheme.
    /\b(authorization["'\\]{0,2}\s{0,4}[:=]\s{0,4}["'\\]{0,2}(?:[a-z][\w-]{0,30}\s{1,4})?)(?=[^\s"'\\,;<>]{0,512}[\d+/=._~-]|[^\s"'\\,;<>]{16})[^\s"'\\,;<>*][^\s"'\\,;<>]{0,8191}/gi,
    /\b(bearer(?:\s|%20|\+|:){1,4})(?=[^\s"'\\,;<>]{0,512}[\d+/=._~-]|[^\s"'\\,;<>]{16})[^\s"'\\,;<>*][^\s"'\\,;<>]{0,8191}/gi,
    /\b([Bb]asic\s{1,4})(?=[a-z]{0,64}[A-Z0-9+/=])[\w+/=-]{8,4096}/g,
    // A JWT: a header that begins with `{"`, a body, and a signature; also the beginning of one.
    /()\beyJ[\w-]{8,8192}(?:\.[\w-]{0,8192}){0,4}/g,
    // Fields that hold one: in JSON, in a query, in a connection string.
    new RegExp(`((?:${SECRET_FIELDS}|token)\\\\{0,2}["']\\s{0,4}:\\s{0,4}\\\\{0,2}["'])[^"'\\\\]{1,8192}`, "gi"),
    new RegExp(`((?:${SECRET_FIELDS}|[?&](?:token|sig|signature|key|code))["'\\\\]{0,2}\\s{0,4}[:=]\\s{0,4}["'\\\\]{0,2})[^\\s"'\\\\&,;<>*][^\\s"'\\\\&,;<>]{0,8191}`, "gi"),
    // A token by that name alone: parsers say "token: x" of other things.
    /(token["'\\]{0,2}\s{0,4}[:=]\s{0,4}["'\\]{0,2})(?=[^\s"'\\&,;<>]{0,64}\d)[^\s"'\\&,;<>*][^\s"'\\&,;<>]{7,8191}/gi,
    // Elements of XML, also inside HTML.
    new RegExp(`(<[\\w.:-]{0,60}(?:${SECRET_FIELDS})(?:\\s[^<>]{0,256})?>)[^<>]{1,8192}(?=</)`, "gi"),
    new RegExp(`(&lt;[\\w.:-]{0,60}(?:${SECRET_FIELDS})&gt;)[^&<>]{1,8192}(?=&lt;/)`, "gi"),
    // Options of a command, and statements.
    new RegExp(`((?:^|\\s)--(?:${SECRET_FIELDS}|token)(?:\\s{1,4}|=)["']?)[^\\s"'*][^\\s"']{0,1024}`, "gi"),
    /(\s(?:-u|--user)\s{1,4}["']?[^\s:"']{1,128}:)[^\s"'*][^\s"']{0,512}/g,
    /(\bidentified\s{1,4}by\s{1,4}["']?)[^\s"';*][^\s"';]{0,512}/gi,
    /(\bpassword\s{1,4}["'])[^"'\r\n*][^"'\r\n]{0,512}(?=["'])/gi,
    // Cookies, and what some schemes of an Authorization header have.
    /\b((?:set-)?cookie["'\\]{0,2}\s{0,4}[:=]\s{0,4}["'\\]{0,2})(?=[^\r\n"'\\]{0,512}=)[^\r\n"'\\*][^\r\n"'\\]{0,8191}/gi,
    /\b((?:NTLM|Negotiate)\s{1,4})[\w+/=-]{8,8192}/g,
    /\b((?:signature|response|c?nonce)=["']?)[\da-f]{8,256}/gi,
    // The password of an address, or a token in its place.
    /(:\/\/[^\s:@/]{0,256}:)[^\s@/]{1,512}(?=@)/g,
    /(:\/\/)(?=[^\s:@/]{0,256}\d)[^\s:@/]{16,512}(?=@)/g,
    /(\bthin:[^\s:@/]{1,128}\/)[^\s@]{1,64}(?=@)/g,
    // Keys that are known by their first letters.
    /()\b(?:gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|sk_live_|rk_live_|sk-|AIza|npm_|pypi-)[\w-]{16,512}/g,
    /()\b(?:ya29\.|hvs\.|dapi|shpat_|dop_v1_)[\w-]{20,512}/g,
    /()\bSG\.[\w-]{16,64}\.[\w-]{16,128}/g,
    /(\bhooks\.slack\.com\/services\/)[\w/]{10,256}/g,
    /()\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
    /(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)(?:(?!-----)[\s\S]){1,16384}/g,
];


/***/ }),

/***/ 5218:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   _U: () => (/* binding */ parseDate),
/* harmony export */   ap: () => (/* binding */ parseServerTime),
/* harmony export */   p2: () => (/* binding */ isLocalTime)
/* harmony export */ });
/**
 * A point in time from the server, in milliseconds since 1970. The only place that decides on units
 * and forms: milliseconds are documented; seconds, microseconds and nanoseconds are told apart by
 * their size, as a number or as digits in quotes. ISO 8601 and what Java's writers make of a date
 * are read with and without a zone (UTC). Zero and less mean "not set".
 */
function parseServerTime(value) {
    if (typeof value === "number")
        return fromNumber(value);
    if (Array.isArray(value))
        return fromParts(value);
    if (typeof value !== "string")
        return undefined;
    const text = value.trim();
    return NUMBER.test(text) ? fromNumber(Number(text)) : parseDate(text);
}
/** A date as text, of a body or of a header. */
function parseDate(text) {
    const date = fromIso(text) ?? fromWords(text);
    if (date === undefined)
        return undefined;
    // Without a zone `Date.parse` would take this machine's, which says nothing about the server.
    const time = Date.parse(`${date.local}${zoneOf(date.zone)}`);
    return Number.isFinite(time) && time > 0 ? time : undefined;
}
/** A local time of a server somewhere: what two of them differ by is right, when they were is not. */
function isLocalTime(value) {
    if (Array.isArray(value))
        return true;
    if (typeof value !== "string" || NUMBER.test(value.trim()))
        return false;
    const text = value.trim();
    return (fromIso(text) ?? fromWords(text))?.zone === undefined;
}
const NUMBER = /^\d{1,20}(?:\.\d{1,20})?(?:E\d{1,2})?$/i;
/** Today is 1.8e9 s, 1.8e12 ms, 1.8e15 µs, 1.8e18 ns; the limits lie in 1973 and in 5138. */
function fromNumber(time) {
    if (!Number.isFinite(time) || time <= 0)
        return undefined;
    if (time < 1e11)
        return Math.round(time * 1e3);
    if (time < 1e14)
        return Math.round(time);
    if (time < 1e17)
        return Math.round(time / 1e3);
    return time < 1e20 ? Math.round(time / 1e6) : undefined;
}
/** Year, month, day, hours, minutes, and mostly seconds and nanoseconds: how Jackson writes a local time. */
function fromParts(parts) {
    const numbers = parts.filter(part => Number.isSafeInteger(part)).map(Number);
    if (numbers.length !== parts.length || parts.length < 5 || parts.length > 7)
        return undefined;
    const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0, nanos = 0] = numbers;
    const date = [String(year), twoDigits(month), twoDigits(day)].join("-");
    const time = [hours, minutes, seconds].map(twoDigits).join(":");
    return parseDate(`${date}T${time}.${String(nanos).padStart(9, "0")}Z`);
}
/** Year, month, day, time, fraction, zone; a name of the zone behind it says nothing new. */
const ISO = /^(\d{4})-?(\d\d)-?(\d\d)(?:[T ]+(\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,20}))?)? ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?(?:\[[\w/+-]{1,64}\])?)?$/i;
function fromIso(text) {
    const parts = ISO.exec(text);
    if (parts === null)
        return undefined;
    const [, year, month, day, hours = "00", minutes = "00", seconds = "00", fraction, zone] = parts;
    const milliseconds = (fraction ?? "").slice(0, 3).padEnd(3, "0");
    return { local: `${year}-${month}-${day}T${hours}:${minutes}:${seconds}.${milliseconds}`, zone };
}
function zoneOf(zone = "Z") {
    const parts = /^([+-]\d\d):?(\d\d)?$/.exec(zone);
    return parts === null ? "Z" : `${parts[1]}:${parts[2] ?? "00"}`;
}
/**
 * With the month as a word, in the order in which the groups are named: of HTTP and mail (`Fri, 27
 * Nov 2026 12:01:00 GMT`), of C and Java (`Fri Nov 27 12:01:00 UTC 2026`), of Gson (`Nov 27, 2026,
 * 12:01:00 PM`).
 */
const IN_WORDS = [
    /^(?:[a-z]{3,9}, ?)?(?<day>\d{1,2})[ -](?<month>[a-z]{3})[ -](?<year>\d{4}|\d\d) (?<hours>\d\d):(?<rest>\d\d:\d\d) (?<zone>GMT|UTC|Z|[+-]\d\d:?\d\d)$/i,
    /^[a-z]{3} (?<month>[a-z]{3}) {1,2}(?<day>\d{1,2}) (?<hours>\d\d):(?<rest>\d\d:\d\d) (?:(?<zone>GMT|UTC|Z) )?(?<year>\d{4})$/i,
    /^(?<month>[a-z]{3}) (?<day>\d{1,2}), (?<year>\d{4}),? (?<hours>\d{1,2}):(?<rest>\d\d:\d\d)\s(?<half>[AP]M)$/i,
];
const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
function fromWords(text) {
    const found = IN_WORDS.map(form => form.exec(text)?.groups).find(groups => groups !== undefined);
    if (found === undefined)
        return undefined;
    const { day = "", month = "", year = "", hours = "", rest = "", zone, half } = found;
    const index = MONTHS.indexOf(month.toLowerCase());
    if (index < 0)
        return undefined;
    const whole = year.length === 2 ? `20${year}` : year;
    const date = `${whole}-${twoDigits(index + 1)}-${day.padStart(2, "0")}`;
    const afternoon = half?.toLowerCase() === "pm" ? 12 : 0;
    const hour = half === undefined ? Number(hours) : (Number(hours) % 12) + afternoon;
    return { local: `${date}T${twoDigits(hour)}:${rest}.000`, zone };
}
function twoDigits(value) {
    return String(value).padStart(2, "0");
}


/***/ }),

/***/ 4739:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   a: () => (/* binding */ START_CODES)
/* harmony export */ });
/**
 * What the code in the answer to a start says of a run: one has begun (0 started, 4 ended already),
 * another is in the way, or there is none. Any other code says nothing.
 */
const START_CODES = {
    "0": "begun",
    "1": "busy",
    "2": "no run",
    "3": "no run",
    "4": "begun",
    "5": "no run",
};


/***/ }),

/***/ 3400:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   F6: () => (/* binding */ transmit),
/* harmony export */   df: () => (/* binding */ describePlace),
/* harmony export */   sF: () => (/* binding */ USUAL_TIME_LIMIT_MS)
/* harmony export */ });
/* harmony import */ var _request_headers_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(2142);

const USUAL_TIME_LIMIT_MS = 30_000;
/** Sends one request, as it is: with this token or without one. */
function transmit(server, request, token, call) {
    return server.send({
        method: request.method,
        url: new URL(server.baseUrl.href + request.path),
        headers: {
            // A status that a cache on the way has kept says nothing of now. The user may know better.
            ...(request.method === "GET" ? { "cache-control": "no-cache" } : {}),
            ...(0,_request_headers_js__WEBPACK_IMPORTED_MODULE_0__/* .foreignHeaders */ .TA)(server.requestHeaders ?? {}),
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
/** Host and path without the query: parameters may hold what a log should not. */
function describePlace(baseUrl, path) {
    return `${baseUrl.host}${baseUrl.pathname}${path.split("?", 1)[0]}`;
}


/***/ }),

/***/ 4394:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   _: () => (/* binding */ isFlowId)
/* harmony export */ });
/* unused harmony export whyNoFlowId */
/** True for what Etlworks uses as the id of a flow. */
function isFlowId(value) {
    return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}
/** For sentences, after the name of the field. */
function whyNoFlowId(value) {
    const why = `${JSON.stringify(value)} is not a positive whole number`;
    if (typeof value !== "string")
        return why;
    return /^[1-9]\d*$/.test(value)
        ? `${why}; write it without quotes`
        : `${why}; write the id of the flow, not its name`;
}


/***/ }),

/***/ 8444:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Gv: () => (/* binding */ isObject),
/* harmony export */   bc: () => (/* binding */ whyTooDeep),
/* harmony export */   qF: () => (/* binding */ parseJson)
/* harmony export */ });
function isObject(value) {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
/** As deep as AWS's own parser goes, and shallow enough for every function that walks through it. */
const MAX_DEPTH = 1_000;
/**
 * Parses JSON and keeps whole numbers beyond 2^53 as text: Etlworks ids are 64-bit longs, and a
 * rounded id would name another run. `readText` sees every text once its escapes are resolved.
 * Throws SyntaxError as `JSON.parse` does, and for values nested deeper than any API needs: walking
 * through them would end in "Maximum call stack size exceeded".
 */
function parseJson(text, readText) {
    const deep = whyTooDeep(text);
    if (deep !== undefined)
        throw new SyntaxError(deep);
    // Looking at each value takes ten times as long, and hardly any answer needs it.
    if (readText === undefined && !/\d{16}/.test(text))
        return JSON.parse(text);
    return JSON.parse(text, (_key, value, context) => typeof value === "string"
        ? (readText?.(value) ?? value)
        : keepLongNumber(value, context?.source));
}
/** `source` is how the value is written ("JSON.parse source text access": ES2026, in Node since 22). */
function keepLongNumber(value, source) {
    const rounded = Number.isInteger(value) && !Number.isSafeInteger(value);
    return rounded && /^-?\d+$/.test(String(source)) ? source : value;
}
/**
 * The one bound on nesting, wherever JSON is read: a clause when brackets are nested too deep. One
 * pass without an expression: on a text that is no JSON at all, one could take minutes.
 */
function whyTooDeep(text) {
    let depth = 0;
    let inString = false;
    for (let index = 0; index < text.length; index++) {
        const code = text.charCodeAt(index);
        if (inString) {
            if (code === BACKSLASH)
                index += 1;
            else if (code === QUOTE)
                inString = false;
        }
        else if (code === QUOTE)
            inString = true;
        else if (code === OPEN_BRACKET || code === OPEN_BRACE) {
            depth += 1;
            if (depth > MAX_DEPTH)
                return `nested deeper than ${MAX_DEPTH} levels`;
        }
        else if (code === CLOSE_BRACKET || code === CLOSE_BRACE)
            depth -= 1;
    }
    return undefined;
}
const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const [OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [0x5b, 0x5d, 0x7b, 0x7d];


/***/ }),

/***/ 8253:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   c: () => (/* binding */ mapWithLimit)
/* harmony export */ });
/** Maps all items, at most `limit` of them at a time; the results keep the order of the items. */
async function mapWithLimit(items, limit, work) {
    const results = [];
    const entries = items.entries();
    const worker = async () => {
        // The workers share one iterator: each takes the next item that nobody has.
        for (const [index, item] of entries)
            results[index] = await work(item);
    };
    await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
    return results;
}


/***/ }),

/***/ 2142:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   FK: () => (/* binding */ secretsInHeaders),
/* harmony export */   L5: () => (/* binding */ parseRequestHeaders),
/* harmony export */   TA: () => (/* binding */ foreignHeaders)
/* harmony export */ });
/* harmony import */ var _user_error_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3270);

/**
 * Reads lines `Name: value`: headers that a gateway before the instance wants with each request.
 * The one reader of this setting for both hosts. No sentence quotes a value, for it is a secret.
 * `name` is what the user calls the setting.
 */
function parseRequestHeaders(text, name) {
    const problems = [];
    const headers = new Map();
    for (const [index, raw] of text.split(LINE_END).entries()) {
        const line = raw.trim();
        if (line === "" || line.startsWith("#"))
            continue;
        const header = readLine(line);
        if (typeof header === "string")
            problems.push(`${name}: line ${index + 1} ${header}`);
        else if (headers.has(header.name))
            problems.push(`${name}: line ${index + 1} gives the header "${header.name}" a second time.`);
        else
            headers.set(header.name, header.value);
    }
    if (problems.length > 0)
        throw new _user_error_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y(problems.join("\n"));
    return Object.fromEntries(headers);
}
/**
 * Everything in such a text that may be secret, also when the text is wrong: to be masked before
 * anything is said about it.
 */
function secretsInHeaders(text) {
    return text.split(LINE_END).flatMap(raw => {
        const line = raw.trim();
        if (line.startsWith("#"))
            return [];
        const value = line.slice(line.indexOf(":") + 1).trim();
        // `Basic abc`: the part behind the scheme turns up alone.
        const behindScheme = /^[A-Za-z]+\s+(\S+)$/.exec(value)?.[1];
        return [value, ...(behindScheme === undefined ? [] : [behindScheme])].filter(secret => secret !== "");
    });
}
/** The user's headers without those that are ours: a request is never changed by them. */
function foreignHeaders(headers) {
    return Object.fromEntries(Object.entries(headers).filter(([header]) => !RESERVED.has(header.toLowerCase())));
}
const LINE_END = /\r\n|\r|\n/;
/** What the client sets itself, and what belongs to a single connection (RFC 9110, 7.6.1). */
const RESERVED = new Set([
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
]);
function readLine(line) {
    const colon = line.indexOf(":");
    if (colon <= 0)
        return "is not a header. Write Name: value.";
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    // A token of RFC 9110, 5.6.2. What stands before the colon may be a secret in the wrong place.
    if (!/^[\w!#$%&'*+\-.^`|~]{1,100}$/.test(name)) {
        return "has a header name with characters that no header name has. Write Name: value.";
    }
    if (RESERVED.has(name.toLowerCase())) {
        return `sets "${name}", which is set for you. Remove the line.`;
    }
    if (value === "") {
        return `gives "${name}" an empty value. A secret that does not exist arrives empty.`;
    }
    if (!/^[\t\x20-\x7e]+$/.test(value)) {
        return `gives "${name}" a value with characters that no header can carry.`;
    }
    return { name: name.toLowerCase(), value };
}


/***/ }),

/***/ 7709:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   t: () => (/* binding */ isOfAnotherFlow)
/* harmony export */ });
/** A record that says so itself; one that names no flow may be of any. */
function isOfAnotherFlow({ flowId }, { request }) {
    return flowId !== undefined && flowId !== request.flowId;
}


/***/ }),

/***/ 8370:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   M5: () => (/* binding */ sleepInProcess),
/* harmony export */   sl: () => (/* binding */ createProcessHost),
/* harmony export */   uK: () => (/* binding */ processClock)
/* harmony export */ });
/** A host that lives and dies with this process: `once` and `read` just run, `until` is a loop. */
function createProcessHost(dependencies) {
    return {
        clock: dependencies.clock,
        random: dependencies.random,
        stop: dependencies.stop,
        abandon: dependencies.abandon,
        async once(_name, work) {
            return { kind: "done", value: await work() };
        },
        read: (_name, work) => work(),
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

/***/ 4392:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ stopRun),
/* harmony export */   Q: () => (/* binding */ isStopRequest)
/* harmony export */ });
/** A method of HTTP, and a path: not the rest of an address, which could lead elsewhere. */
function isStopRequest({ method, path }) {
    return /^(?:GET|POST|PUT|PATCH|DELETE)$/.test(method) && /^\/[^\s#\\]*$/.test(path);
}
/** Asks the server to stop our run. A run that is another's is never stopped. */
async function stopRun(client, request, run, call) {
    if (run.origin === "attached")
        return { kind: "not-ours" };
    const path = request.path
        .replaceAll("{flow-id}", String(run.flowId))
        .replaceAll("{audit-id}", encodeURIComponent(run.auditId));
    return client.send(request.method, path, call);
}


/***/ }),

/***/ 9947:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   S: () => (/* binding */ judge)
/* harmony export */ });
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
        case "refused":
            return "fail";
    }
}


/***/ }),

/***/ 7514:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $C: () => (/* binding */ whyNotBegun),
/* harmony export */   Cn: () => (/* binding */ largestId),
/* harmony export */   MS: () => (/* binding */ expectedForeignStarts),
/* harmony export */   N2: () => (/* binding */ whyAnothers),
/* harmony export */   Tl: () => (/* binding */ mayBeBegunBy),
/* harmony export */   Ty: () => (/* binding */ whyDisbelieved),
/* harmony export */   _J: () => (/* binding */ KNOWN_BEFORE),
/* harmony export */   g8: () => (/* binding */ disbelief),
/* harmony export */   nL: () => (/* binding */ whyNotOurs),
/* harmony export */   yq: () => (/* binding */ isJustBefore)
/* harmony export */ });
/* harmony import */ var _duration_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(290);
/* harmony import */ var _etlworks_replies_execution_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(943);
/* harmony import */ var _other_flow_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(7709);



/**
 * Why a run cannot be the one that this start began, as a clause about the run; `undefined` when it
 * can. A run that was known before the start is not ours without a word.
 */
function whyNotOurs(execution, evidence) {
    const { auditId } = execution;
    if (auditId === undefined)
        return "it has no audit id";
    if (evidence.baseline?.auditIds.includes(auditId) === true)
        return KNOWN_BEFORE;
    return whyAnothers(execution, evidence.task) ?? whyAnotherTime(execution, auditId, evidence);
}
/**
 * Whether a new run that is not ours by its time would be if the clock of the records were as far
 * behind as clocks can be. Beside it, another run whose time fits is not the only one.
 */
function isJustBefore(execution, evidence) {
    const { sending, clockOffsetMs = 0, seenAt } = evidence;
    const startedAt = (0,_etlworks_replies_execution_js__WEBPACK_IMPORTED_MODULE_1__/* .startOf */ .GH)(execution);
    if (startedAt === undefined || startedAt >= sending.sentAt + clockOffsetMs)
        return false;
    const byServer = {
        sentAt: sending.sentAt + clockOffsetMs,
        ...(sending.failedAt === undefined ? {} : { failedAt: sending.failedAt + clockOffsetMs }),
    };
    const loose = { sending: byServer, clockOffsetMs: undefined, seenAt: seenAt + clockOffsetMs };
    return whyNotOurs(execution, { ...evidence, ...loose }) === undefined;
}
/** Said of a run that the history listed before the start; not worth a word to anybody. */
const KNOWN_BEFORE = "it was there before the start";
/** What a record says that a run of ours cannot have. */
function whyAnothers(execution, task) {
    const { auditId, flowId, user, scheduled, messageId, parentAuditId, retries = 0 } = execution;
    if (auditId !== undefined && task.foreignRuns?.has(auditId) === true) {
        return "another start of this process began it";
    }
    if (scheduled === true)
        return "a schedule started it";
    if (messageId !== undefined)
        return "a message to a listener started it";
    if (parentAuditId !== undefined || retries > 0)
        return "it is an automatic retry of another run";
    if ((0,_other_flow_js__WEBPACK_IMPORTED_MODULE_2__/* .isOfAnotherFlow */ .t)(execution, task))
        return `it is a run of flow ${flowId}`;
    if (user !== undefined && task.user !== undefined && !isSameUser(user, task.user)) {
        return "another user started it";
    }
    return undefined;
}
function isSameUser(one, other) {
    return one.trim().toLowerCase() === other.trim().toLowerCase();
}
function whyAnotherTime(execution, auditId, { baseline, sending, clockOffsetMs, seenAt }) {
    const { earliest, latest } = windowOf(sending, clockOffsetMs);
    const startedAt = (0,_etlworks_replies_execution_js__WEBPACK_IMPORTED_MODULE_1__/* .startOf */ .GH)(execution);
    if (startedAt !== undefined) {
        if (startedAt < earliest) {
            return `it began ${atLeast(earliest - startedAt)} before the start was sent`;
        }
        return startedAt > latest
            ? `it began ${atLeast(startedAt - latest)} after the start had failed`
            : undefined;
    }
    // The server does not say when it began. Ids grow, and what is seen now began before now.
    if (BigInt(auditId) <= largestId(baseline))
        return "its id is no newer than those known before";
    const seenBy = seenAt + (clockOffsetMs ?? 0);
    return seenBy > latest ? "it does not say when it began, and was first seen too late" : undefined;
}
/** Never "0s": what is allowed for the clocks was more than a second. */
function atLeast(milliseconds) {
    return `${(0,_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a3)(Math.max(1_000, milliseconds))} or more`;
}
/** The largest audit id that was known before the start; 0 when none was. */
function largestId(baseline) {
    return (baseline?.auditIds ?? []).reduce((most, id) => (BigInt(id) > most ? BigInt(id) : most), 0n);
}
/**
 * How many runs of the flow others have begun, to judge by its history, in the time in which ours
 * can have begun. A flow that is started all the time leaves no way to tell which new run is ours.
 */
function expectedForeignStarts(baseline, sending) {
    const { earliest, latest } = windowOf(sending, baseline.clockOffsetMs);
    const recent = baseline.unscheduledStarts.filter(start => earliest - start < RECENT_MS);
    if (recent.length < MIN_STARTS)
        return 0;
    const oldest = recent.reduce((least, start) => Math.min(least, start), earliest);
    // A full page may end within the ten minutes: then its own length is the time that it covers.
    const full = baseline.unscheduledStarts.length >= FULL_PAGE;
    const covered = full ? Math.max(1, earliest - oldest) : RECENT_MS;
    return (recent.length / covered) * (latest - earliest);
}
const RECENT_MS = 600_000;
const FULL_PAGE = 20;
/** One or two are somebody who tries the flow again, and no stream of events. */
const MIN_STARTS = 3;
/** A start has 30 s. When the host died meanwhile, this is all that is known of when it ended. */
const MAX_SENDING_MS = 35_000;
/** When our run can have begun, by the server's clock. */
function windowOf({ sentAt, failedAt = sentAt + MAX_SENDING_MS }, offsetMs) {
    const offset = offsetMs ?? 0;
    // A `Date` header is cut to the second and takes time to arrive; without one the clocks of two
    // well-kept machines differ by less than a minute.
    const tolerance = offsetMs === undefined ? 60_000 : 2_000;
    const earliest = sentAt + offset - tolerance;
    // Who begins the flow by hand does so seconds later; a start that is still under way somewhere,
    // after its answer failed, is rarer than that.
    const latest = failedAt + offset + tolerance + 3_000;
    return { earliest, latest };
}
/**
 * Whether the run that code 1 names can be one that our start began. `sentAt` is when we sent it, by
 * the server's clock; without it the time says nothing, since a wall clock of ours may have jumped.
 * In doubt it can: a start that is sent again by mistake loads the data twice.
 */
function mayBeBegunBy(execution, sentAt, baseline, task) {
    const { auditId } = execution;
    if (auditId === undefined || baseline?.auditIds.includes(auditId) === true)
        return false;
    if (whyAnothers(execution, task) !== undefined)
        return false;
    if ((0,_etlworks_replies_execution_js__WEBPACK_IMPORTED_MODULE_1__/* .startOf */ .GH)(execution) === undefined || sentAt === undefined) {
        return BigInt(auditId) > largestId(baseline);
    }
    const { newestAt } = baseline ?? {};
    const evidence = { sentAt, ...(newestAt === undefined ? {} : { newestAt }) };
    return whyNotBegun(execution, task.request.flowId, evidence) === undefined;
}
/** Far beyond what the clock of the records and that of the `Date` header can differ by. */
const LONG_BEFORE_MS = 60_000;
/** So far may the clocks be apart of two nodes that write into one history. */
const NODES_APART_MS = 10_000;
/**
 * Why the run that the answer to a start named is not the one that it began: a replayed answer, or
 * another flow's. `sentAt` is when we sent the start, by the server's clock; `newestAt` what the
 * history had shown by then, on the same clock as the record.
 */
function whyNotBegun(execution, ourFlowId, { sentAt, newestAt }) {
    const { flowId } = execution;
    if (flowId !== undefined && flowId !== ourFlowId)
        return `it is a run of flow ${flowId}`;
    const startedAt = (0,_etlworks_replies_execution_js__WEBPACK_IMPORTED_MODULE_1__/* .startOf */ .GH)(execution);
    if (startedAt === undefined)
        return undefined;
    const beforeMs = sentAt === undefined ? 0 : sentAt - startedAt;
    if (beforeMs > LONG_BEFORE_MS) {
        return `it began ${(0,_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a3)(beforeMs)} before the start was sent`;
    }
    const olderMs = newestAt === undefined ? 0 : newestAt - startedAt;
    return olderMs > NODES_APART_MS
        ? `it began ${(0,_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a3)(olderMs)} before the last entry in the history that was read first`
        : undefined;
}
/**
 * What a record says against the belief in a run, as a clause about the run; `undefined` when it
 * says nothing. `first`: no record of the run was held against it before.
 */
function whyDisbelieved(run, execution, task, first) {
    switch (run.origin) {
        case "started":
            return first ? whyNotBegun(execution, task.request.flowId, run) : undefined;
        case "adopted": {
            // A history may say less of a run than its record, and that may say more at its end. Only a
            // retry may come to a run of our own.
            const { retries: _retries, ...unchanging } = execution;
            return whyAnothers(first ? execution : unchanging, task);
        }
        case "attached":
            return undefined;
    }
}
/** The same, said of a start that began another run or none. */
function disbelief({ origin, auditId }, why) {
    return origin === "adopted"
        ? `run ${auditId} was taken for the one that the start began, but ${why}`
        : `the server answered the start with run ${auditId}, but ${why}`;
}


/***/ }),

/***/ 7811:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  g: () => (/* binding */ createSecrets)
});

;// CONCATENATED MODULE: ./build/shared/invisible-characters.js
/**
 * Control characters but tab and line ends, and what is not seen: marks of direction, of zero
 * width, variation selectors, halves of characters.
 */
const INVISIBLE_CHARACTERS = "[^\\P{Cc}\\t\\n\\r]|\\p{Cf}|\\p{Cs}|\\p{Default_Ignorable_Code_Point}";
const INVISIBLE = new RegExp(INVISIBLE_CHARACTERS, "u");
const ALL_INVISIBLE = new RegExp(INVISIBLE_CHARACTERS, "gu");
function withoutInvisible(text) {
    return text.replace(ALL_INVISIBLE, "");
}

;// CONCATENATED MODULE: ./build/shared/secret-forms.js

/** Shorter texts would blank out half of every log, and protect nobody. */
const MIN_SECRET = 4;
/**
 * The shapes in which a secret turns up elsewhere: as it is, percent-encoded, inside JSON or HTML,
 * and in base64 (at each of the three offsets, since the text before it shifts the letters).
 * https://docs.github.com/actions/security-guides asks to register every transformed value.
 */
function secretForms(secret) {
    const forms = new Set([
        secret,
        secret.trim(),
        secret.normalize("NFC"),
        secret.normalize("NFD"),
        ...linesOf(secret),
        withoutInvisible(secret),
        ...percentForms(secret),
        ...jsonForms(secret),
        ...htmlForms(secret),
        ...base64Forms(secret),
        ...hexForms(secret),
    ]);
    return [...forms].filter(form => form.length >= MIN_SECRET);
}
/** Where lines are printed one by one, no mask for the whole applies. */
function linesOf(secret) {
    return secret.split(/[\r\n]+/).map(line => line.trim());
}
/** Encoders differ in which signs they leave, in the blank, and in the case of the digits. */
function percentForms(secret) {
    const usual = encodeURIComponent(secret.toWellFormed());
    const strict = usual.replace(/[!'()*]/g, sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
    const field = new URLSearchParams([["", secret]]).toString().slice(1);
    const forms = [usual, strict, field, field.replaceAll("+", "%20")];
    const small = forms.map(form => form.replace(/%[0-9A-F]{2}/g, code => code.toLowerCase()));
    return [...forms, ...small, encodeURIComponent(usual)];
}
/** JSON may write any letter as an escape; these are the writers in use. */
function jsonForms(secret) {
    const usual = JSON.stringify(secret).slice(1, -1);
    const ascii = escaped(usual, /[^\0-\u007f]/g);
    return [
        usual,
        usual.replaceAll("/", "\\/"),
        ascii,
        ascii.replaceAll("/", "\\/"),
        escaped(usual, /[<>&='\u2028\u2029]/g),
        // JSON in a string of JSON.
        JSON.stringify(usual).slice(1, -1),
    ];
}
function escaped(text, signs) {
    return text.replace(signs, sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
/** The entities of the common escapers, which differ in the quotes. */
function htmlForms(secret) {
    const basic = secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    const quotes = [
        ["&quot;", "&#39;"],
        ["&quot;", "&#x27;"],
        ["&quot;", "&#039;"],
        ["&quot;", "&apos;"],
        ["&quot;", "'"],
        ["&#34;", "&#39;"],
    ];
    const forms = quotes.map(([double, single]) => basic.replaceAll('"', double).replaceAll("'", single));
    const numbered = secret.replace(/[^\w\s.,:;!?-]/gu, sign => `&#${sign.codePointAt(0) ?? 0};`);
    const [first = basic, second = basic] = forms;
    const templates = second
        .replaceAll("/", "&#x2F;")
        .replaceAll("`", "&#x60;")
        .replaceAll("=", "&#x3D;");
    return [basic, ...forms, templates, numbered, first.replaceAll("&", "&amp;")];
}
/** Of a short one they could be a number: masked, it would tear ids and times apart. */
function hexForms(secret) {
    const bytes = Buffer.from(secret);
    if (bytes.length < 8)
        return [];
    const form = bytes.toString("hex");
    return [form, form.toUpperCase()];
}
function base64Forms(secret) {
    const bytes = Buffer.from(secret);
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

;// CONCATENATED MODULE: ./build/shared/written-letters.js
/**
 * One sign, as addresses (in UTF-8, or one byte as older servers write it), HTML and JSON write it.
 */
const WRITTEN_LETTERS = /%[cd][\da-f]%[89ab][\da-f]|%e[\da-f](?:%[89ab][\da-f]){2}|%[\da-f]{2}|&#0{0,6}(?:\d{4,6};|\d{2,3};?)|&#x0{0,6}(?:[\da-f]{3,5};|[\da-f]{2};?)|&[a-z]{2,8}\d{0,2};|\\u[\da-f]{4}|\\x[\da-f]{2}/gi;
/** The letter that it stands for; what is none stays as it is. */
function letterOf(written) {
    if (written.startsWith("&") && !written.startsWith("&#")) {
        return NAMED.get(written) ?? NAMED.get(written.toLowerCase()) ?? written;
    }
    if (/^%.{3}/.test(written)) {
        return Buffer.from(written.replaceAll("%", ""), "hex").toString("utf8");
    }
    const decimal = /&#(\d+)/.exec(written)?.[1];
    const code = decimal === undefined ? Number.parseInt(written.replace(/\W*[ux]?/i, ""), 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : written;
}
/** The names of HTML 4 for U+00C0 to U+00FF, which Java's escapers write. */
const LATIN_NAMES = "Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";
const NAMED = new Map([
    ["&amp;", "&"],
    ["&lt;", "<"],
    ["&gt;", ">"],
    ["&quot;", '"'],
    ["&apos;", "'"],
    ["&pound;", "£"],
    ["&sect;", "§"],
    ["&euro;", "€"],
    ...LATIN_NAMES.split(" ").map((name, index) => [`&${name};`, String.fromCodePoint(0xc0 + index)]),
]);

;// CONCATENATED MODULE: ./build/shared/secrets.js



function createSecrets(onForm) {
    const forms = new Set();
    // Longest first: a form that holds another one must go as a whole.
    let ordered = [];
    const replace = (text) => ordered.reduce((left, form) => left.replaceAll(form, "***"), text);
    return {
        add(secret) {
            for (const form of secretForms(secret)) {
                if (forms.has(form))
                    continue;
                forms.add(form);
                onForm(form);
            }
            ordered = [...forms].toSorted((one, other) => other.length - one.length);
        },
        redact(text) {
            const left = hideBroken(hideWritten(replace(text), ordered), ordered);
            if (!INVISIBLE.test(left))
                return left;
            // Whoever strips invisible characters later must not put a torn secret together again. A text
            // without one keeps them: an emoji of a flow's name is held together by such characters.
            return hidePlaces(left, STRIPPED.flatMap(stripped => placesOf(left, stripped, () => "", ordered)));
        },
    };
}
/** Hides secrets of which single letters are written otherwise: no list of forms has all mixtures. */
function hideWritten(text, forms) {
    if (!WRITTEN.test(text))
        return text;
    const left = hidePlaces(text, placesOf(text, WRITTEN_LETTERS, letterOf, forms));
    // Where a letter stands is known only when the signs before it are read: the line goes as a whole.
    return left
        .split("\n")
        .map(line => (WRITTEN_TWICE.test(line) && showsWhenRead(line, forms) ? "***" : line))
        .join("\n");
}
/** `%2573` is `%73` when it is read once. */
function showsWhenRead(line, forms) {
    let read = line;
    for (let count = 0; count < READ_AT_MOST; count++) {
        read = read.replace(WRITTEN_LETTERS, letterOf);
        if (forms.some(form => read.includes(form)))
            return true;
    }
    return false;
}
const READ_AT_MOST = 4;
const WRITTEN_TWICE = /%25|&amp;|&#0*38;|&#x0*26;|\\(?:\\|u005c|x5c)[ux]/i;
const WRITTEN = /%[\da-f]{2}|&(?:#|[a-z]{2,8}\d{0,2};)|\\[ux]/i;
/** Hides secrets that a writer of lines has broken: a log of 80 columns, base64 of 76. */
function hideBroken(text, forms) {
    const long = forms.filter(form => form.length >= MIN_BROKEN);
    return hidePlaces(text, placesOf(text, LINE_BREAKS, () => "", long));
}
/** Shorter ones would turn up by chance. */
const MIN_BROKEN = 12;
const LINE_BREAKS = /[\r\n][\r\n \t]*/g;
/** Where in the text a secret stands that is whole when each match is put in another way. */
function placesOf(text, pattern, instead, all) {
    // To note every match takes ten times as long: a log of 10 MB can have one at every second letter.
    const read = text.replace(pattern, match => instead(match));
    const forms = all.filter(form => read.includes(form));
    if (forms.length === 0)
        return [];
    // The parts that stay or come: where each begins in the text, and where in what is made of it.
    const starts = [];
    const startsLeft = [];
    const ends = [];
    const parts = [];
    let length = 0;
    const keep = (from, to, part) => {
        starts.push(from);
        ends.push(to);
        startsLeft.push(length);
        parts.push(part);
        length += part.length;
    };
    let end = 0;
    for (const match of text.matchAll(pattern)) {
        keep(end, match.index, text.slice(end, match.index));
        end = match.index + match[0].length;
        keep(match.index, end, instead(match[0]));
    }
    keep(end, text.length, text.slice(end));
    const left = parts.join("");
    const partAt = (at) => {
        let [low, high] = [0, startsLeft.length - 1];
        while (low < high) {
            const middle = Math.ceil((low + high) / 2);
            if ((startsLeft[middle] ?? 0) <= at)
                low = middle;
            else
                high = middle - 1;
        }
        return low;
    };
    /** Of a letter that stands for several, all of these. */
    const original = (at) => {
        const part = partAt(at);
        const from = starts[part] ?? 0;
        const to = ends[part] ?? 0;
        if (to - from !== (parts[part] ?? "").length)
            return { from, to };
        const place = from + at - (startsLeft[part] ?? 0);
        return { from: place, to: place + 1 };
    };
    const places = [];
    for (const form of forms) {
        for (let at = left.indexOf(form); at >= 0; at = left.indexOf(form, at + form.length)) {
            places.push({ from: original(at).from, to: original(at + form.length - 1).to });
        }
    }
    return places;
}
function hidePlaces(text, places) {
    const parts = [];
    let end = 0;
    for (const { from, to } of places.toSorted((one, other) => one.from - other.from)) {
        // One that overlaps the place before belongs to it.
        if (from >= end)
            parts.push(text.slice(end, from), "***");
        end = Math.max(end, to);
    }
    return parts.join("") + text.slice(end);
}
const ESCAPE = String.fromCharCode(27);
/** Colours and cursor movements: ESC [ … letter. */
const COLOURS = `${ESCAPE}\\[[0-9;?]*[ -/]*[@-~]`;
/** The same in their short form, titles (ESC ] … BEL), and all others of two characters. */
const TERMINAL_CODES = `(?:${ESCAPE}\\[|\\u009b)[0-9;?]*[ -/]*[@-~]|${ESCAPE}\\][^\\u0007${ESCAPE}]{0,512}(?:\\u0007|${ESCAPE}\\\\)|${ESCAPE}[@-_]`;
/** What somebody may strip from a text: which letters belong to a code is a question of who looks. */
const STRIPPED = [
    INVISIBLE_CHARACTERS,
    `${COLOURS}|${INVISIBLE_CHARACTERS}`,
    `${TERMINAL_CODES}|${INVISIBLE_CHARACTERS}`,
].map(pattern => new RegExp(pattern, "gu"));


/***/ }),

/***/ 9532:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $N: () => (/* binding */ codeOf),
/* harmony export */   bD: () => (/* binding */ messageOf)
/* harmony export */ });
/* unused harmony export nameOf */
/** What a thrown value says: anything can be thrown, and `catch` hands over all of it. */
function messageOf(thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
}
/** The kind of an error, such as AWS's `AccessDeniedException`; empty for what is no error. */
function nameOf(thrown) {
    return thrown instanceof Error ? thrown.name : "";
}
/** Node's word for it, such as `ENOENT`; empty for what has none. */
function codeOf(thrown) {
    return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string"
        ? thrown.code
        : "";
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
