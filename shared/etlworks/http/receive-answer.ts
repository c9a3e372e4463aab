import type http from "node:http";
import { parseJson } from "../../json.ts";
import { decodeBody } from "./body.ts";
import type { HttpAnswer } from "./http-message.ts";

/**
 * Returns a function that takes the answer as it is, if it says what it has to say, when the
 * connection breaks or the time is over. A wrong length and a missing last chunk do not make half of
 * JSON that is whole.
 */
export function readBytes(
  incoming: http.IncomingMessage,
  limit: number,
  tell: {
    readonly onWhole: (bytes: Buffer, cut: boolean) => void;
    readonly onBroken: () => void;
  },
): () => boolean {
  const parts: Buffer[] = [];
  let size = 0;
  const finish = (cut: boolean) => tell.onWhole(Buffer.concat(parts), cut);
  incoming.on("data", (part: Buffer) => {
    const room = limit - size;
    // Negative: cut already. Zero is no end: the body may be full to the byte and go on.
    if (room < 0) return;
    parts.push(part.subarray(0, room));
    size += part.length;
    if (part.length > room) finish(true);
  });
  incoming.on("end", () => {
    if (size <= limit) finish(false);
  });
  // After a whole answer this comes too late to change anything.
  incoming.on("close", tell.onBroken);
  // What broke it is told by "close" as well; but an error that nobody hears ends the process.
  incoming.on("error", () => undefined);
  return () => {
    // What is read here comes as "data" as well.
    while (incoming.read() !== null);
    // What follows a whole answer may be nonsense, and comes before the answer's own end is told.
    const whole = incoming.complete || (size <= MAX_TAKEN && isWholeJson(Buffer.concat(parts)));
    // What an error means its status says, however much of its page is missing.
    const refused = (incoming.statusCode ?? 0) >= 300;
    if (!whole && !refused) return false;
    if (size <= limit) finish(!whole);
    return true;
  };
}

/** The answer: its head, and the bytes of its body as text. */
export async function toAnswer(
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

/** The answers that matter have some hundred bytes, the longest history less than this. */
const MAX_TAKEN = 1_000_000;

/** No beginning of an object or a list is one itself. */
function isWholeJson(bytes: Buffer): boolean {
  const text = bytes.toString("utf8").trim();
  if (!/^[{[]/.test(text) || !/[}\]]$/.test(text)) return false;
  try {
    parseJson(text);
    return true;
  } catch {
    return false;
  }
}
