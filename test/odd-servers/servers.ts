import type net from "node:net";
import zlib from "node:zlib";
import { type Behaviour, chunked, http, type SeenRequest } from "./odd-server.ts";

/** A kind of server, and what a start and a poll must say about it. */
export interface Row {
  readonly name: string;
  readonly act: Behaviour;
  /** What happens as soon as somebody connects. */
  readonly greet?: (socket: net.Socket) => void;
  readonly start: Kind | readonly Kind[];
  readonly poll: Kind | readonly Kind[];
}

type Kind =
  | "value"
  | "fault"
  | "rejected"
  | "unauthorized"
  | "absent"
  | "rate-limited"
  | "unreachable";

/** What a healthy Etlworks would answer. */
export function rightAnswer({ method, path }: SeenRequest): string {
  if (path.includes("/token-auth")) return '{"token":"fresh-token"}';
  if (path.includes("/stop")) return "{}";
  if (method === "POST") return '{"flowId":7,"auditId":11,"status":0}';
  if (path.includes("/history")) return '[{"auditId":11,"status":"success"}]';
  if (path.includes("/executions/")) return '{"auditId":11,"flowId":7,"status":"success"}';
  return path.includes("/flows/") ? '{"id":7,"name":"a"}' : '[{"id":7,"name":"a"}]';
}

const JSON_LABEL = { "content-type": "application/json" };

type Headers = Readonly<Record<string, string>>;

/** Answers rightly, in some odd shape. */
const shaped =
  (shape: (body: string, request: SeenRequest) => string | Buffer | readonly (string | Buffer)[]) =>
  (socket: net.Socket, request: SeenRequest) => {
    const parts = [shape(rightAnswer(request), request)].flat();
    for (const part of parts) socket.write(part);
  };

const labelled = (headers: Headers, encode: (body: string) => string | Buffer = body => body) =>
  shaped(body => http(200, headers, encode(body)));

const coded = (coding: string, encode: (body: string) => Buffer) =>
  labelled({ ...JSON_LABEL, "content-encoding": coding }, encode);

const says =
  (bytes: string | Buffer): Behaviour =>
  socket =>
    void socket.write(bytes);
const saysAndEnds =
  (bytes: string | Buffer): Behaviour =>
  socket =>
    void socket.end(bytes);
const answers = (status: number, headers: Headers = {}, body = ""): Behaviour =>
  says(http(status, headers, body));

const right = "value";
const doubt = { start: "fault", poll: "fault" } as const;
const fine = { start: right, poll: right } as const;
const refused = { start: "rejected", poll: "rejected" } as const;

const closing: readonly Row[] = [
  {
    name: "resets before it has read anything",
    act: () => undefined,
    greet: socket => void socket.resetAndDestroy(),
    start: ["fault", "unreachable"],
    poll: ["fault", "unreachable"],
  },
  {
    name: "closes before it has read anything",
    act: () => undefined,
    greet: socket => void socket.end(),
    start: ["fault", "unreachable"],
    poll: ["fault", "unreachable"],
  },
  { name: "resets after the request", act: socket => socket.resetAndDestroy(), ...doubt },
  { name: "closes after the request", act: socket => void socket.end(), ...doubt },
  { name: "never answers", act: () => undefined, ...doubt },
  { name: "sends half a status line", act: saysAndEnds("HTTP/1.1 20"), ...doubt },
  { name: "sends half a head", act: saysAndEnds("HTTP/1.1 200 OK\r\ncontent-le"), ...doubt },
  {
    name: "sends half a body",
    act: saysAndEnds(http(200, { "content-length": "900" }, '{"auditId":11,')),
    ...doubt,
  },
  {
    name: "names too great a length and closes",
    act: (socket, request) =>
      socket.end(http(200, { ...JSON_LABEL, "content-length": "900" }, rightAnswer(request))),
    ...fine,
  },
  {
    name: "names too great a length and resets",
    act: (socket, request) => {
      const answer = http(200, { ...JSON_LABEL, "content-length": "900" }, rightAnswer(request));
      socket.write(answer, () => setTimeout(() => socket.resetAndDestroy(), 20));
    },
    ...fine,
  },
  {
    name: "names too great a length and waits",
    act: (socket, request) =>
      socket.write(http(200, { ...JSON_LABEL, "content-length": "900" }, rightAnswer(request))),
    ...fine,
  },
  {
    name: "forgets the last chunk",
    act: (socket, request) =>
      socket.end(
        http(
          200,
          { "transfer-encoding": "chunked" },
          chunked(rightAnswer(request)).replace(/0\r\n\r\n$/, ""),
        ),
      ),
    ...fine,
  },
  {
    name: "sends half a body and resets",
    act: socket => {
      socket.write(http(200, { "content-length": "900" }, '{"auditId":11,'));
      setImmediate(() => socket.resetAndDestroy());
    },
    ...doubt,
  },
  {
    name: "sends half a body and waits",
    act: says(http(200, { "content-length": "900" }, '{"auditId":11,')),
    ...doubt,
  },
  {
    name: "sends half of the chunks",
    act: saysAndEnds(http(200, { "transfer-encoding": "chunked" }, '5\r\n{"aud\r\n')),
    ...doubt,
  },
  {
    name: "closes after the answer without saying so",
    act: (socket, request) => socket.end(http(200, JSON_LABEL, rightAnswer(request))),
    ...fine,
  },
  {
    name: "resets after the answer",
    act: (socket, request) => {
      socket.write(http(200, JSON_LABEL, rightAnswer(request)), () => {
        setTimeout(() => socket.resetAndDestroy(), 20);
      });
    },
    ...fine,
  },
  {
    name: "says keep-alive and closes",
    act: (socket, request) =>
      socket.end(http(200, { ...JSON_LABEL, connection: "keep-alive" }, rightAnswer(request))),
    ...fine,
  },
  {
    name: "drips the head",
    act: socket => drip(socket, `HTTP/1.1 200 OK\r\n${"x: y\r\n".repeat(500)}`),
    ...doubt,
  },
  {
    name: "drips the body",
    act: socket => {
      socket.write(http(200, { "content-length": "5000" }));
      drip(socket, " ".repeat(5_000));
    },
    ...doubt,
  },
];

function drip(socket: net.Socket, text: string): void {
  let at = 0;
  const timer = setInterval(() => {
    socket.write(text.slice(at, at + 1));
    at += 1;
  }, 15);
  socket.on("close", () => clearInterval(timer));
}

const OWN_500 = '{"status":500,"error":"Internal Server Error","message":"boom","path":"/rest"}';

const labels: readonly Row[] = [
  { name: "labels JSON as HTML", act: labelled({ "content-type": "text/html" }), ...fine },
  { name: "labels JSON as text", act: labelled({ "content-type": "text/plain" }), ...fine },
  { name: "labels JSON as XML", act: labelled({ "content-type": "application/xml" }), ...fine },
  { name: "labels JSON as nothing", act: labelled({}), ...fine },
  { name: "labels JSON as nonsense", act: labelled({ "content-type": ";;=\u0080" }), ...fine },
  {
    name: "puts a byte order mark in front",
    act: labelled(JSON_LABEL, body => `\ufeff${body}`),
    ...fine,
  },
  {
    name: "speaks UTF-16",
    act: labelled({ "content-type": "application/json; charset=utf-16" }, body =>
      Buffer.from(`\ufeff${body}`, "utf16le"),
    ),
    ...fine,
  },
  {
    name: "names a wrong charset",
    act: labelled({ "content-type": "application/json; charset=utf-16" }),
    ...fine,
  },
  {
    name: "names an unknown charset",
    act: labelled({ "content-type": "application/json; charset=klingon" }),
    ...fine,
  },
  {
    name: "guards JSON against scripts",
    act: labelled(JSON_LABEL, body => `)]}',\n${body}`),
    ...fine,
  },
  {
    name: "writes JSON once more as a text",
    act: labelled(JSON_LABEL, body => JSON.stringify(body)),
    ...fine,
  },
  {
    name: "speaks UTF-16 without a mark and without saying so",
    act: labelled(JSON_LABEL, body => Buffer.from(body, "utf16le")),
    ...fine,
  },
  {
    name: "puts blank lines in front",
    act: labelled({ "content-type": "text/html" }, body => `\r\n\n\n${body}\n`),
    ...fine,
  },
  {
    name: "says 200 and sends its own 500",
    act: answers(200, JSON_LABEL, OWN_500),
    ...doubt,
  },
  { name: "says JSON and sends HTML", act: answers(200, JSON_LABEL, "<html>hi</html>"), ...doubt },
  { name: "says JSON and sends text", act: answers(200, JSON_LABEL, "OK"), ...doubt },
  {
    name: "nests too deep",
    act: answers(200, JSON_LABEL, `${"[".repeat(5_000)}${"]".repeat(5_000)}`),
    ...doubt,
  },
  {
    name: "nests too deep in an error",
    act: answers(502, JSON_LABEL, `{"message":${"[".repeat(5_000)}${"]".repeat(5_000)}}`),
    ...doubt,
  },
  { name: "sends null", act: answers(200, JSON_LABEL, "null"), start: "absent", poll: "absent" },
  { name: "sends {}", act: answers(200, JSON_LABEL, "{}"), start: "absent", poll: "absent" },
];

const codings: readonly Row[] = [
  { name: "sends gzip", act: coded("gzip", body => zlib.gzipSync(body)), ...fine },
  { name: "sends x-gzip", act: coded("x-gzip", body => zlib.gzipSync(body)), ...fine },
  { name: "sends deflate", act: coded("deflate", body => zlib.deflateSync(body)), ...fine },
  { name: "sends raw deflate", act: coded("deflate", body => zlib.deflateRawSync(body)), ...fine },
  { name: "sends brotli", act: coded("br", body => zlib.brotliCompressSync(body)), ...fine },
  { name: "sends zstd", act: coded("zstd", body => zlib.zstdCompressSync(body)), ...fine },
  {
    name: "sends two codings",
    act: coded("gzip, br", body => zlib.brotliCompressSync(zlib.gzipSync(body))),
    ...fine,
  },
  {
    name: "sends gzip without saying so",
    act: labelled(JSON_LABEL, body => zlib.gzipSync(body)),
    ...fine,
  },
  {
    name: "sends gzip twice and says it once",
    act: coded("gzip", body => zlib.gzipSync(zlib.gzipSync(body))),
    ...fine,
  },
  {
    name: "says deflate and sends gzip",
    act: coded("deflate", body => zlib.gzipSync(body)),
    ...fine,
  },
  {
    name: "says gzip and sends brotli",
    act: coded("gzip", body => zlib.brotliCompressSync(body)),
    ...fine,
  },
  {
    name: "sends zstd without saying so",
    act: labelled(JSON_LABEL, body => zlib.zstdCompressSync(body)),
    ...fine,
  },
  {
    name: "says aws-chunked and sends none",
    act: coded("aws-chunked", body => Buffer.from(body)),
    ...fine,
  },
  { name: "says gzip and sends none", act: coded("gzip", body => Buffer.from(body)), ...fine },
  {
    name: "sends an unknown coding",
    act: coded("compress", () => Buffer.from([0x1f, 0x9d, 1, 2])),
    ...doubt,
  },
  {
    name: "sends damaged gzip",
    act: coded("gzip", body => zlib.gzipSync(body).subarray(0, -9)),
    ...doubt,
  },
  {
    name: "sends a bomb",
    act: coded("gzip", () => BOMB),
    ...doubt,
  },
  {
    name: "says gzip of an empty error",
    act: answers(403, { "content-encoding": "gzip" }),
    ...refused,
  },
];

type Encode = (body: string) => Buffer;

const ENCODERS: Readonly<Record<string, readonly [string, Encode]>> = {
  gzip: ["gzip", body => zlib.gzipSync(body)],
  "gzip without saying so": ["identity", body => zlib.gzipSync(body)],
  deflate: ["deflate", body => zlib.deflateSync(body)],
  "raw deflate": ["deflate", body => zlib.deflateRawSync(body)],
  brotli: ["br", body => zlib.brotliCompressSync(body)],
  zstd: ["zstd", body => zlib.zstdCompressSync(body)],
};

/** Who compresses an answer behind the program that made it often leaves its length as it was. */
const codedWithoutEnd: readonly Row[] = Object.entries(ENCODERS).flatMap(([name, coder]) => {
  const [coding, encode] = coder;
  const headers = { ...JSON_LABEL, "content-encoding": coding };
  const tooLong = (body: string) =>
    http(200, { ...headers, "content-length": String(body.length + 200) }, encode(body));
  return [
    {
      name: `sends ${name} with too great a length and closes`,
      act: (socket, request) => void socket.end(tooLong(rightAnswer(request))),
      ...fine,
    },
    {
      name: `sends ${name} with too great a length and resets`,
      act: (socket, request) => {
        socket.write(tooLong(rightAnswer(request)), () => {
          setTimeout(() => socket.resetAndDestroy(), 20);
        });
      },
      ...fine,
    },
    {
      name: `sends ${name} with too great a length and waits`,
      act: (socket, request) => void socket.write(tooLong(rightAnswer(request))),
      ...fine,
    },
    {
      name: `sends ${name} and forgets the last chunk`,
      act: (socket, request) => {
        const part = encode(rightAnswer(request));
        const size = Buffer.from(`${part.length.toString(16)}\r\n`);
        const head = http(200, { ...headers, "transfer-encoding": "chunked" });
        socket.end(Buffer.concat([head, size, part, Buffer.from("\r\n")]));
      },
      ...fine,
    },
  ] satisfies Row[];
});

const BOMB = zlib.gzipSync(Buffer.alloc(20_000_000, "a"));

const frames: readonly Row[] = [
  {
    name: "speaks HTTP/1.0 and closes",
    act: (socket, request) =>
      socket.end(`HTTP/1.0 200 OK\r\ncontent-type: text/plain\r\n\r\n${rightAnswer(request)}`),
    ...fine,
  },
  {
    name: "speaks HTTP/1.0 and cuts the body",
    act: saysAndEnds('HTTP/1.0 200 OK\r\n\r\n{"auditId":11,"sta'),
    ...doubt,
  },
  { name: "speaks HTTP/0.9", act: saysAndEnds('{"auditId":11,"status":0}'), ...doubt },
  { name: "speaks HTTP/2", act: saysAndEnds("HTTP/2 200 OK\r\n\r\n"), ...doubt },
  { name: "speaks SMTP", act: saysAndEnds("220 smtp.example.com ESMTP\r\n"), ...doubt },
  {
    name: "speaks TLS",
    act: saysAndEnds(Buffer.from([0x15, 3, 1, 0, 2, 2, 0x46])),
    start: "unreachable",
    poll: "unreachable",
  },
  {
    name: "says 100 before the answer",
    act: shaped(body => ["HTTP/1.1 100 Continue\r\n\r\n", http(200, JSON_LABEL, body)]),
    ...fine,
  },
  {
    name: "says 103 twice before the answer",
    act: shaped(body => [
      "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n".repeat(2),
      http(200, JSON_LABEL, body),
    ]),
    ...fine,
  },
  { name: "says 102 and no more", act: says("HTTP/1.1 102 Processing\r\n\r\n"), ...doubt },
  {
    name: "switches protocols",
    act: saysAndEnds("HTTP/1.1 101 Switching\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\nx"),
    ...doubt,
  },
  {
    name: "sends chunks with extensions and trailers",
    act: shaped(body =>
      http(
        200,
        { "transfer-encoding": "chunked", trailer: "x-sum" },
        `${body.length.toString(16)};a=b\r\n${body}\r\n0\r\nx-sum: 1\r\nx-total-count: 99\r\n\r\n`,
      ),
    ),
    ...fine,
  },
  {
    name: "sends each character as a chunk",
    act: shaped(body => http(200, { "transfer-encoding": "chunked" }, chunked(...body.split("")))),
    ...fine,
  },
  {
    name: "sends a chunk size that is no number",
    act: says(http(200, { "transfer-encoding": "chunked" }, "zz\r\n{}\r\n0\r\n\r\n")),
    ...doubt,
  },
  {
    name: "sends a chunk size without end",
    act: says(http(200, { "transfer-encoding": "chunked" }, "f".repeat(50))),
    ...doubt,
  },
  {
    name: "sends both a length and chunks",
    act: shaped(body =>
      http(200, ["Content-Length: 3", "Transfer-Encoding: chunked"], chunked(body)),
    ),
    ...fine,
  },
  {
    name: "folds a header line",
    act: labelled({
      ...JSON_LABEL,
      "content-security-policy": "default-src 'self';\r\n\timg-src *",
    }),
    ...fine,
  },
  {
    name: "ends the lines of the head without a carriage return",
    act: shaped(body => `HTTP/1.1 200 OK\ncontent-length: ${body.length}\n\n${body}`),
    ...fine,
  },
  {
    name: "ends the lines of the chunks without a carriage return",
    act: shaped(body =>
      http(200, { "transfer-encoding": "chunked" }, chunked(body).replaceAll("\r", "")),
    ),
    ...fine,
  },
  {
    name: "pads the size of a chunk",
    act: shaped(body =>
      http(200, { "transfer-encoding": "chunked" }, chunked(body).replace("\r\n", "   \r\n")),
    ),
    ...fine,
  },
  {
    name: "sets 30 KB of cookies",
    act: shaped(body => http(200, Array(500).fill(`set-cookie: session=${"x".repeat(42)}`), body)),
    ...fine,
  },
  {
    name: "sends two lengths that differ",
    act: shaped(body => http(200, [`Content-Length: ${body.length}`, "Content-Length: 3"], body)),
    ...doubt,
  },
  {
    name: "sends a length below zero",
    act: says(http(200, ["Content-Length: -1"], "{}")),
    ...doubt,
  },
  {
    name: "sends a huge length",
    act: saysAndEnds(http(200, ["Content-Length: 99999999999999999999"], "{}")),
    ...doubt,
  },
  {
    name: "sends more than its length",
    act: shaped(body => [
      http(200, [`Content-Length: ${body.length}`], body),
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}extra",
    ]),
    ...fine,
  },
  {
    name: "floods with headers",
    act: saysAndEnds(`HTTP/1.1 200 OK\r\n${"x: y\r\n".repeat(60_000)}\r\n`),
    ...doubt,
  },
  {
    name: "sends a huge header",
    act: saysAndEnds(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(1_000_000)}\r\n\r\n`),
    ...doubt,
  },
  {
    name: "sends a header without a name",
    act: saysAndEnds("HTTP/1.1 200 OK\r\n: y\r\n\r\n{}"),
    ...doubt,
  },
  { name: "sends a status that is none", act: saysAndEnds("HTTP/1.1 abc OK\r\n\r\n{}"), ...doubt },
  { name: "sends NULs", act: saysAndEnds(Buffer.alloc(2_000)), ...doubt },
  {
    name: "sends an answer before it is asked",
    act: () => undefined,
    greet: socket =>
      void socket.write(http(200, JSON_LABEL, '{"flowId":7,"auditId":11,"status":0}')),
    start: ["value", "fault"],
    poll: ["value", "fault"],
  },
  {
    name: "sends 12 MB of spaces",
    act: says(http(200, JSON_LABEL, " ".repeat(12_000_000))),
    ...doubt,
  },
];

const halved = (status: number) => http(status, { "content-length": "900" }, "<html>you may n");

const statuses: readonly Row[] = [
  {
    name: "204 without a body",
    act: says("HTTP/1.1 204 No\r\n\r\n"),
    start: "absent",
    poll: "absent",
  },
  {
    name: "204 with a body",
    act: saysAndEnds(http(204, {}, "{}x")),
    start: "absent",
    poll: "absent",
  },
  { name: "205", act: answers(205), start: "absent", poll: "absent" },
  { name: "206 with half a body", act: answers(206, JSON_LABEL, '{"auditId":1'), ...doubt },
  { name: "304", act: says("HTTP/1.1 304 Not Modified\r\n\r\n"), ...doubt },
  { name: "304 with a length", act: says(http(304, { "content-length": "99" })), ...doubt },
  {
    name: "an absolute redirect",
    act: answers(302, { location: "https://elsewhere.invalid/login" }),
    ...refused,
  },
  { name: "a relative redirect", act: answers(307, { location: "/login" }), ...refused },
  { name: "a redirect to nowhere", act: answers(301), ...refused },
  { name: "see other", act: answers(303, { location: "/done" }), ...doubt },
  {
    name: "401 with an HTML page",
    act: answers(401, {}, "<html>"),
    start: "unauthorized",
    poll: "unauthorized",
  },
  { name: "403 with nothing", act: answers(403), ...refused },
  { name: "404", act: answers(404), start: "absent", poll: "absent" },
  { name: "407 without a proxy", act: answers(407), ...refused },
  { name: "408", act: answers(408), ...doubt },
  { name: "499 of a balancer", act: answers(499), ...doubt },
  { name: "413 with an HTML page", act: answers(413, {}, "<html>"), ...refused },
  { name: "429", act: answers(429), start: "rate-limited", poll: "rate-limited" },
  { name: "500", act: answers(500), ...doubt },
  {
    name: "503 with half a body",
    act: saysAndEnds(http(503, { "content-length": "99" }, "x")),
    ...doubt,
  },
  { name: "999", act: answers(999), ...doubt },
  { name: "403 with half a body", act: saysAndEnds(halved(403)), ...refused },
  { name: "403 with half a body and no end", act: says(halved(403)), ...refused },
  {
    name: "429 with half a body",
    act: saysAndEnds(halved(429)),
    start: "rate-limited",
    poll: "rate-limited",
  },
  { name: "404 with half a body", act: saysAndEnds(halved(404)), start: "absent", poll: "absent" },
  {
    name: "401 with half a body",
    act: saysAndEnds(halved(401)),
    start: "unauthorized",
    poll: "unauthorized",
  },
  { name: "502 with half a body", act: saysAndEnds(halved(502)), ...doubt },
  {
    name: "403 with half of the gzip",
    act: saysAndEnds(
      http(
        403,
        { "content-encoding": "gzip", "content-length": "900" },
        zlib.gzipSync("<html>").subarray(0, 9),
      ),
    ),
    ...refused,
  },
];

export const ODD_SERVERS: readonly Row[] = [
  ...closing,
  ...labels,
  ...codings,
  ...codedWithoutEnd,
  ...frames,
  ...statuses,
];
