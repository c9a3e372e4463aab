import type http from "node:http";
import { decodeBody } from "./body.ts";
import type { HttpAnswer } from "./http-message.ts";
import { isWholeJson } from "./whole-json.ts";

/**
 * Reads an answer to its end, and decodes it. Returns a function for the moment when the connection
 * breaks or the time is over: it takes the answer as it is if that says what it has to say, and
 * otherwise calls `orElse`. A wrong length and a missing last chunk do not make half of JSON that is
 * whole, compressed or not. `asJson`: nothing but JSON was asked for. A log may go on after a line that
 * is JSON.
 */
export function receiveAnswer(
  incoming: http.IncomingMessage,
  { limit, asJson }: { readonly limit: number; readonly asJson: boolean },
  tell: {
    readonly onAnswer: (answer: HttpAnswer) => void;
    readonly onBroken: () => void;
  },
): (orElse: () => void) => void {
  const parts: Buffer[] = [];
  let size = 0;
  let taken = false;
  let quiet: NodeJS.Timeout | undefined;

  const finish = async (cut: boolean) => {
    if (taken) return;
    taken = true;
    tell.onAnswer(await toAnswer(incoming, Buffer.concat(parts), { cut, limit }));
  };
  const takeIfWhole = async (orElse: () => void) => {
    const mayBe = size > 0 && size <= MAX_TAKEN;
    const answer = mayBe
      ? await toAnswer(incoming, Buffer.concat(parts), { cut: false, limit })
      : undefined;
    if (taken) return;
    if (answer === undefined || answer.cut || !isWholeJson(answer.body)) return orElse();
    taken = true;
    tell.onAnswer(answer);
  };

  incoming.on("data", (part: Buffer) => {
    const room = limit - size;
    // Negative: cut already. Zero is no end: the body may be full to the byte and go on.
    if (room < 0) return;
    parts.push(part.subarray(0, room));
    size += part.length;
    if (part.length > room) void finish(true);
    if (!asJson) return;
    quiet ??= setTimeout(() => void takeIfWhole(() => undefined), QUIET_MS);
    quiet.refresh();
  });
  incoming.on("end", () => {
    if (size <= limit) void finish(false);
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
    while (incoming.read() !== null);
    if (taken) return;
    // What follows a whole answer may be nonsense, and comes before the answer's own end is told. And
    // what an error means its status says, however much of its page is missing.
    const enough = incoming.complete || (incoming.statusCode ?? 0) >= 300;
    if (enough) void finish(!incoming.complete);
    else void takeIfWhole(orElse);
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
async function toAnswer(
  incoming: http.IncomingMessage,
  bytes: Buffer,
  { cut, limit }: { readonly cut: boolean; readonly limit: number },
): Promise<HttpAnswer> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
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
