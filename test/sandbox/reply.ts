import { type IncomingHttpHeaders, STATUS_CODES } from "node:http";

/** One request as the model sees it. `path` is everything after the origin, query included. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One answer. Header names are in lower case. */
export interface ApiReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer with a JSON body. */
export function json(status: number, value: unknown, headers = {}): ApiReply {
  return raw(status, JSON.stringify(value), headers);
}

/** An answer that is declared as JSON, whatever its text is. */
export function raw(status: number, body: string, headers = {}): ApiReply {
  return { status, headers: { "content-type": "application/json", ...headers }, body };
}

/**
 * An error body in the shape that the API documents for every 4xx and 5xx
 * (https://etlworks.com/dev/api/quickstart.html, "Error response shape").
 */
export function failure(
  status: number,
  message: string,
  pathname: string,
  headers: Readonly<Record<string, string>> = {},
): ApiReply {
  const error = STATUS_CODES[status] ?? "Error";
  return json(status, { status, error, message, path: pathname }, headers);
}

/** The value of a header, whatever the case of its name. */
export function headerOf(request: ApiRequest, name: string): string | undefined {
  const direct = request.headers[name];
  if (direct !== undefined) return direct;
  for (const [key, value] of Object.entries(request.headers)) {
    if (key.toLowerCase() === name) return value;
  }
  return undefined;
}

/** Node's view of headers as plain text for each name. */
export function plainHeaders(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return plain;
}
