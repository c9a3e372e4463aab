import { getEventListeners, once } from "node:events";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import tls from "node:tls";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  createHttp,
  type HttpReply,
  type HttpRequest,
  MAX_BODY,
} from "../../../../shared/etlworks/http/http.ts";
import { serverName } from "../../../../shared/etlworks/http/open-connection.ts";
import { hideCredentials } from "../../../../shared/etlworks/replies/server-text.ts";
import { UserError } from "../../../../shared/user-error.ts";
import { CERTIFICATE, PRIVATE_KEY } from "./certificate.ts";

/** Real sockets on 127.0.0.1, since whether a byte can have arrived is a question about sockets. */

const opened: (() => void)[] = [];

afterEach(() => {
  for (const close of opened.splice(0)) close();
});

const refused = { kind: "unreachable", permanent: false, cause: "connection" } as const;

describe("an answer", () => {
  it("comes with status, headers and body, and the request arrives as it was given", async () => {
    const seen: {
      method?: string;
      url?: string;
      headers?: http.IncomingHttpHeaders;
      body?: string;
    } = {};
    const origin = await serve(async (request, response) => {
      const { method = "", url = "", headers } = request;
      Object.assign(seen, { method, url, headers, body: await textOf(request) });
      response.writeHead(201, { "X-Total-Count": "7", "Set-Cookie": ["a=1", "b=2"] });
      response.write(Buffer.from("€").subarray(0, 1));
      response.end(Buffer.concat([Buffer.from("€").subarray(1), Buffer.from(" ok")]));
    });
    const reply = await send(origin, {
      method: "POST",
      path: "/a%20b?c=ü",
      body: "käse",
      headers: { "x-test": "1" },
    });
    expect(reply).toMatchObject({ kind: "answer", status: 201, body: "€ ok", cut: false });
    expect(reply.kind === "answer" && reply.headers).toMatchObject({
      "x-total-count": "7",
      "set-cookie": "a=1, b=2",
    });
    expect(seen).toMatchObject({
      method: "POST",
      url: "/a%20b?c=%C3%BC",
      body: "käse",
      headers: { "x-test": "1", "content-length": "5" },
    });
  });

  it("of a GET was asked for without a body", async () => {
    const origin = await serve((request, response) => {
      response.end(JSON.stringify(request.headers));
    });
    const reply = await send(origin, {});
    expect(reply).toMatchObject({ kind: "answer", status: 200 });
    expect(reply.kind === "answer" && reply.body).not.toMatch(/content-length|transfer-encoding/);
  });

  it.each([301, 302, 303, 307, 308])("that is a redirect is not followed: %d", async status => {
    let elsewhere = 0;
    const other = await serve((_request, response) => {
      elsewhere += 1;
      response.end();
    });
    const origin = await serve((_request, response) => {
      response.writeHead(status, { location: `${other}/login` }).end();
    });
    expect(await send(origin, {})).toMatchObject({
      kind: "answer",
      status,
      headers: { location: `${other}/login` },
    });
    expect(elsewhere).toBe(0);
  });

  it("that never ends is cut at 10 MB, and the connection with it", async () => {
    let closed: Promise<unknown> = Promise.resolve();
    const origin = await serve((request, response) => {
      closed = new Promise(resolve => {
        request.socket.once("close", resolve);
      });
      const chunk = Buffer.alloc(256 * 1024, "x");
      const fill = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", fill);
      fill();
    });
    const reply = await send(origin, { timeLimitMs: 10_000 });
    expect(reply).toMatchObject({ kind: "answer", status: 200, cut: true });
    expect(reply.kind === "answer" && reply.body.length).toBe(MAX_BODY);
    await closed;
  });

  it.each([
    [MAX_BODY, false],
    [MAX_BODY + 1, true],
  ])("of %d bytes is cut: %s", async (size, cut) => {
    const origin = await serve((_request, response) => {
      response.end(Buffer.alloc(size, "y"));
    });
    const reply = await send(origin, { timeLimitMs: 10_000 });
    expect(reply.kind === "answer" && [reply.body.length, reply.cut]).toEqual([MAX_BODY, cut]);
  });
});

describe("unreachable: not one byte can have arrived", () => {
  it("when nobody listens", async () => {
    const origin = await serve(() => undefined);
    for (const close of opened.splice(0)) close();
    expect(await send(origin, { method: "POST", body: "{}" })).toEqual({
      ...refused,
      reason: "connection refused (ECONNREFUSED)",
    });
  });

  it("when the name is not known", async () => {
    const reply = await send("http://nobody.invalid", { timeLimitMs: 10_000 });
    expect(reply).toMatchObject({ ...refused, cause: "name" });
    expect(reply.kind === "unreachable" && reply.reason).toMatch(/the host name .* \(E[A-Z_]+\)$/);
  });

  it("when a TLS handshake never ends", async () => {
    const { port, received } = await listen(() => undefined);
    expect(await send(`https://127.0.0.1:${port}`, { timeLimitMs: 80, body: "s3cret" })).toEqual({
      ...refused,
      reason: "no connection within 1 s",
    });
    expect(received()).not.toContain("s3cret");
  });

  it("when the connection breaks during a TLS handshake", async () => {
    const { port } = await listen(socket => {
      socket.once("data", () => socket.resetAndDestroy());
    });
    expect(await send(`https://127.0.0.1:${port}`, {})).toEqual({
      ...refused,
      reason: "connection reset (ECONNRESET)",
    });
  });

  it("when it is no TLS that answers; that will stay so", async () => {
    const { port } = await listen(socket => {
      socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    });
    const reply = await send(`https://127.0.0.1:${port}`, {});
    expect(reply).toMatchObject({ kind: "unreachable", permanent: true });
  });

  it("when the certificate is not trusted; that will stay so", async () => {
    let requests = 0;
    const origin = await serveSecurely((_request, response) => {
      requests += 1;
      response.end();
    });
    expect(await send(origin, { method: "POST", body: "{}" })).toEqual({
      kind: "unreachable",
      reason: "the certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT)",
      permanent: true,
      cause: "certificate",
    });
    expect(requests).toBe(0);
  });

  it("when the certificate is for another host", async () => {
    await trusting(async () => {
      const origin = await serveSecurely((_request, response) => {
        response.end();
      });
      const elsewhere = origin.replace("127.0.0.1", "[::ffff:127.0.0.1]");
      expect(await send(elsewhere, {})).toEqual({
        kind: "unreachable",
        reason: "the certificate is for another host (ERR_TLS_CERT_ALTNAME_INVALID)",
        permanent: true,
        cause: "bad-certificate",
      });
    });
  });
});

it.each([
  ["etl.example.com", "etl.example.com"],
  ["etl.example.com.", "etl.example.com"],
  ["127.0.0.1", undefined],
  ["::1", undefined],
])("the name that is asked for in TLS, of %s", (host, name) => {
  expect(serverName(host).servername).toBe(name);
});

describe("broken: it may have arrived", () => {
  it.each<[string, (socket: net.Socket) => void]>([
    ["resets the connection", socket => socket.resetAndDestroy()],
    ["closes the connection", socket => socket.destroy()],
  ])("when the server %s after the request", async (_how, end) => {
    const { port } = await listen(socket => {
      socket.once("data", () => end(socket));
    });
    expect(await send(`http://127.0.0.1:${port}`, { method: "POST", body: "{}" })).toEqual({
      kind: "broken",
      reason: "connection reset (ECONNRESET)",
    });
  });

  it("when the server hangs up without having read anything, since nobody can tell", async () => {
    const { port } = await listen(socket => {
      socket.pause();
      setTimeout(() => socket.resetAndDestroy(), 20);
    });
    const request = { method: "POST", body: "{}" };
    expect(await send(`http://127.0.0.1:${port}`, request)).toMatchObject({ kind: "broken" });
  });

  it.each([
    ["half the head", "HTTP/1.1 200 OK\r\ncontent-le", /connection reset/],
    [
      "half the body",
      "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf",
      /broke off in the middle/,
    ],
    [
      "half the chunks",
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n",
      /broke off in the middle/,
    ],
    ["no HTTP", "220 smtp.example.com ESMTP\r\n", /^Parse Error: .+ \(HPE_[A-Z_]+\)$/],
    [
      "an endless head",
      `HTTP/1.1 200 OK\r\n${"x: y\r\n".repeat(60_000)}`,
      /^Parse Error: .+ \(HPE_HEADER_OVERFLOW\)$/,
    ],
  ])("when %s comes", async (_what, text, reason) => {
    const { port } = await listen(socket => {
      socket.once("data", () => socket.end(text));
    });
    const reply = await send(`http://127.0.0.1:${port}`, {});
    expect(reply).toMatchObject({ kind: "broken" });
    expect(reply.kind === "broken" && reply.reason).toMatch(reason);
  });

  it("when no answer comes in time, and then the connection is given up", async () => {
    const hungUp = Promise.withResolvers<unknown>();
    const { port } = await listen(socket => {
      socket.once("close", hungUp.resolve);
    });
    expect(await send(`http://127.0.0.1:${port}`, { timeLimitMs: 60 })).toEqual({
      kind: "broken",
      reason: "no complete answer within 1 s",
    });
    await hungUp.promise;
  });

  it("when an answer drips in too slowly", async () => {
    const origin = await serve((_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write("."), 10);
      response.on("close", () => clearInterval(drip));
    });
    expect(await send(origin, { timeLimitMs: 80 })).toEqual({
      kind: "broken",
      reason: "no complete answer within 1 s",
    });
  });

  it("when a secure connection breaks after the handshake", async () => {
    await trusting(async () => {
      const origin = await serveSecurely((request, response) => {
        if (request.url === "/fine") response.end("fine");
        else request.socket.destroy();
      });
      expect(await send(origin, { path: "/fine" })).toMatchObject({ kind: "answer", body: "fine" });
      expect(await send(origin, { method: "POST", body: "{}" })).toMatchObject({ kind: "broken" });
    });
  });
});

describe("a kept connection", () => {
  it("is used again", async () => {
    let connections = 0;
    const origin = await serve(
      (_request, response) => {
        response.end("ok");
      },
      () => {
        connections += 1;
      },
    );
    const wire = open();
    for (let round = 0; round < 3; round++) {
      expect(await wire.send(requestTo(origin, {}))).toMatchObject({ kind: "answer" });
      await tick();
    }
    expect(connections).toBe(1);
  });

  it("that the server closes as the next request comes leaves that one in doubt", async () => {
    let requests = 0;
    const { port } = await listen(socket => {
      socket.on("data", () => {
        requests += 1;
        if (requests === 1) socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
        else socket.resetAndDestroy();
      });
    });
    const wire = open();
    const target = `http://127.0.0.1:${port}`;
    expect(await wire.send(requestTo(target, {}))).toMatchObject({ kind: "answer", body: "ok" });
    await tick();
    expect(await wire.send(requestTo(target, { method: "POST", body: "{}" }))).toMatchObject({
      kind: "broken",
    });
  });

  it("that the server has closed is not used again", async () => {
    let connections = 0;
    const { port } = await listen(socket => {
      connections += 1;
      socket.once("data", () => {
        socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok");
      });
    });
    const wire = open();
    const target = `http://127.0.0.1:${port}`;
    for (let round = 0; round < 2; round++) {
      expect(await wire.send(requestTo(target, {}))).toMatchObject({ kind: "answer", body: "ok" });
    }
    expect(connections).toBe(2);
  });

  it("is closed with the wire, so that a process can leave", async () => {
    const closed: Promise<unknown>[] = [];
    const onConnection = (socket: net.Socket) => {
      closed.push(
        new Promise(resolve => {
          socket.once("close", resolve);
        }),
      );
    };
    const plain = await serve((_request, response) => void response.end("ok"), onConnection);
    await trusting(async () => {
      const secure = await serveSecurely(
        (_request, response) => void response.end("ok"),
        onConnection,
      );
      const wire = open();
      await wire.send(requestTo(plain, {}));
      await wire.send(requestTo(secure, {}));
      wire.close();
      expect(closed).toHaveLength(2);
      // Idle connections end by themselves after 4 s; this must not take as long.
      await Promise.race([
        Promise.all(closed),
        new Promise((_resolve, reject) => {
          AbortSignal.timeout(1_500).addEventListener("abort", () =>
            reject(new Error("still open")),
          );
        }),
      ]);
    });
  });
});

describe("a whole answer of a wrong length", () => {
  it.each(["GET", "POST"])(
    "is taken when the time is over, and the connection given up: %s",
    async method => {
      let closed = 0;
      const { port } = await listen(socket => {
        socket.once("close", () => {
          closed += 1;
        });
        socket.on("data", () => {
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"a":[1]}');
        });
      });
      const wanted = { method, timeLimitMs: 100, ...(method === "POST" ? { body: "{}" } : {}) };
      const wire = open();
      const reply = await wire.send(requestTo(`http://127.0.0.1:${port}`, wanted));
      expect(reply).toMatchObject({ kind: "answer", body: '{"a":[1]}', cut: false });
      await vi.waitFor(() => expect(closed).toBe(1));
    },
  );

  it.each(['{"a":[1]', "[1", "12", '"a"', "OK", "true"])("is not half of one: %s", async body => {
    const { port } = await listen(socket => {
      socket.once("data", () => {
        socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n${body}`);
      });
    });
    const wanted = { method: "POST", body: "{}" };
    expect(await send(`http://127.0.0.1:${port}`, wanted)).toMatchObject({ kind: "broken" });
  });
});

describe("a connection of its own", () => {
  const count = { connections: 0 };
  const serveCounted = () => {
    count.connections = 0;
    return serve(
      (_request, response) => void response.end("ok"),
      () => {
        count.connections += 1;
      },
    );
  };

  it("is what everything but a GET gets, and a GET that asks for it", async () => {
    const origin = await serveCounted();
    const wire = open();
    await wire.send(requestTo(origin, {}));
    await tick();
    await wire.send(requestTo(origin, { method: "POST", body: "{}" }));
    await wire.send(requestTo(origin, { method: "POST", body: "{}", connection: "pooled" }));
    await wire.send(requestTo(origin, { connection: "own" }));
    expect(count.connections).toBe(4);
    await wire.send(requestTo(origin, {}));
    expect(count.connections).toBe(4);
  });

  it("is closed afterwards, and says so", async () => {
    const seen = Promise.withResolvers<http.IncomingMessage>();
    const origin = await serve((request, response) => {
      seen.resolve(request);
      response.end("ok");
    });
    await send(origin, { method: "POST", body: "{}" });
    const request = await seen.promise;
    expect(request.headers.connection).toBe("close");
    if (!request.socket.destroyed) await once(request.socket, "close");
  });

  it("is what a read gets when the pooled one breaks before any byte of an answer", async () => {
    const { port, received } = await listen(socket => {
      let requests = 0;
      socket.on("data", () => {
        requests += 1;
        if (requests === 1) socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
        else socket.resetAndDestroy();
      });
    });
    const wire = open();
    const target = `http://127.0.0.1:${port}`;
    for (let round = 0; round < 3; round++) {
      expect(await wire.send(requestTo(target, {}))).toMatchObject({ kind: "answer", body: "ok" });
      await tick();
    }
    // Each round but the first met the broken connection, and went on at once.
    expect(received().match(/GET/g)).toHaveLength(4);
  });

  it("is not tried when the pooled one breaks in the middle of an answer", async () => {
    const { port, received } = await listen(socket => {
      let requests = 0;
      socket.on("data", () => {
        requests += 1;
        if (requests === 1) socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
        else socket.end("HTTP/1.1 200");
      });
    });
    const wire = open();
    const target = `http://127.0.0.1:${port}`;
    await wire.send(requestTo(target, {}));
    await tick();
    expect(await wire.send(requestTo(target, {}))).toMatchObject({ kind: "broken" });
    expect(received().match(/GET/g)).toHaveLength(2);
  });
});

describe("a server that requires a client certificate", () => {
  it.each(["TLSv1.2", "TLSv1.3"] as const)("is an error of set-up with %s", async version => {
    let requests = 0;
    const options = { requestCert: true, rejectUnauthorized: true, maxVersion: version };
    await trusting(async () => {
      const handler = (_request: http.IncomingMessage, response: http.ServerResponse) => {
        requests += 1;
        response.end("ok");
      };
      const origin = await serveSecurely(handler, undefined, options);
      for (const wanted of [{ method: "POST", body: "{}" }, {}]) {
        const reply = await send(origin, wanted);
        expect(reply).toMatchObject({
          kind: "unreachable",
          permanent: true,
          cause: "client-certificate",
        });
        expect(reply.kind === "unreachable" && reply.reason).toMatch(
          /^the server requires a client certificate/,
        );
      }
      expect(requests).toBe(0);
    });
  });

  it.each(["TLSv1.2", "TLSv1.3"] as const)("or only asks for one is fine: %s", async version => {
    const options = { requestCert: true, rejectUnauthorized: false, maxVersion: version };
    await trusting(async () => {
      const handler: Handler = (_request, response) => void response.end("ok");
      const origin = await serveSecurely(handler, undefined, options);
      expect(await send(origin, { method: "POST", body: "{}" })).toMatchObject({ body: "ok" });
      expect(await send(origin, {})).toMatchObject({ body: "ok" });
    });
  });
});

describe("the wrong scheme", () => {
  it("https towards an http port is named, and nothing has arrived", async () => {
    const plain = await serve(() => undefined);
    const reply = await send(plain.replace("http:", "https:"), { method: "POST", body: "{}" });
    expect(reply).toMatchObject({ kind: "unreachable", permanent: true, cause: "protocol" });
    expect(reply.kind === "unreachable" && reply.reason).toMatch(
      /^the port answers without TLS; it may expect http \(ERR_SSL_/,
    );
  });

  it("http towards an https port is named, and nothing was read", async () => {
    const secure = await serveSecurely(() => undefined);
    for (const wanted of [{ method: "POST", body: "{}" }, {}]) {
      const reply = await send(secure.replace("https:", "http:"), wanted);
      // Node's own server hangs up without a word; others send an alert.
      expect(["broken", "unreachable"]).toContain(reply.kind);
    }
    const { port } = await listen(socket => {
      socket.once("data", () => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, 10])));
    });
    expect(await send(`http://127.0.0.1:${port}`, { method: "POST", body: "{}" })).toEqual({
      kind: "unreachable",
      permanent: true,
      cause: "protocol",
      reason: "the port expects https, and http was used",
    });
  });
});

describe("a signal", () => {
  it("that was there before sends nothing", async () => {
    let requests = 0;
    const origin = await serve((_request, response) => {
      requests += 1;
      response.end();
    });
    expect(await send(origin, { signal: AbortSignal.abort() })).toEqual({
      kind: "stopped",
      mayHaveArrived: false,
    });
    await tick();
    expect(requests).toBe(0);
  });

  it("before the connection is there means that nothing arrived", async () => {
    const stop = new AbortController();
    const { port } = await listen(() => stop.abort());
    expect(await send(`https://127.0.0.1:${port}`, { signal: stop.signal })).toEqual({
      kind: "stopped",
      mayHaveArrived: false,
    });
  });

  it("after the request was sent means that it may have", async () => {
    const stop = new AbortController();
    const origin = await serve(() => stop.abort());
    expect(await send(origin, { signal: stop.signal })).toEqual({
      kind: "stopped",
      mayHaveArrived: true,
    });
  });

  it("in the middle of an answer ends it", async () => {
    const stop = new AbortController();
    const origin = await serve((_request, response) => {
      response.write("half");
      setImmediate(() => stop.abort());
    });
    expect(await send(origin, { signal: stop.signal })).toEqual({
      kind: "stopped",
      mayHaveArrived: true,
    });
  });

  it("after the answer changes nothing", async () => {
    const stop = new AbortController();
    const origin = await serve((_request, response) => void response.end("ok"));
    const reply = await send(origin, { signal: stop.signal });
    stop.abort();
    expect(reply).toMatchObject({ kind: "answer", body: "ok" });
  });
});

describe("when it is over", () => {
  it("neither a timer nor a listener is left", async () => {
    const timers = () =>
      process.getActiveResourcesInfo().filter(resource => resource === "Timeout").length;
    const origin = await serve((_request, response) => void response.end("ok"));
    const before = timers();
    const { signal } = new AbortController();
    const { signal: unsentSignal } = new AbortController();
    const wire = open();
    await wire.send(requestTo(origin, { signal, unsentSignal, timeLimitMs: 60_000 }));
    wire.close();
    await tick();
    expect(timers()).toBeLessThanOrEqual(before);
    expect(getEventListeners(signal, "abort")).toEqual([]);
    expect(getEventListeners(unsentSignal, "abort")).toEqual([]);
  });
});

describe("the signal that counts only until the request is sent", () => {
  it("ends it before the connection is there", async () => {
    const stop = new AbortController();
    const { port } = await listen(() => stop.abort());
    expect(await send(`https://127.0.0.1:${port}`, { unsentSignal: stop.signal })).toEqual({
      kind: "stopped",
      mayHaveArrived: false,
    });
    const before = await send(`http://127.0.0.1:${port}`, { unsentSignal: AbortSignal.abort() });
    expect(before).toEqual({ kind: "stopped", mayHaveArrived: false });
  });

  it("changes nothing afterwards", async () => {
    const stop = new AbortController();
    const origin = await serve((_request, response) => {
      stop.abort();
      response.end("ok");
    });
    expect(await send(origin, { unsentSignal: stop.signal })).toMatchObject({ body: "ok" });
  });
});

describe("the first request", () => {
  it("is told once, when it is on its way", async () => {
    let told = 0;
    const wire = createHttp({}, () => {
      told += 1;
    });
    opened.push(wire.close);
    const origin = await serve((_request, response) => void response.end(String(told)));
    expect(told).toBe(0);
    expect(await wire.send(requestTo(origin, {}))).toMatchObject({ body: "1" });
    expect(await wire.send(requestTo(origin, {}))).toMatchObject({ body: "1" });
    expect(told).toBe(1);
  });
});

const BASIC = 'Proxy-Authenticate: Basic realm="a, b"\r\n';
const NTLM = "Proxy-Authenticate: NTLM\r\nProxy-Authenticate: Negotiate\r\n";
const DIGEST = 'Proxy-Authenticate: Digest realm="a", qop="auth", nonce="b"\r\n';

describe("a proxy", () => {
  it("gets plain requests whole, but not those for hosts in NO_PROXY", async () => {
    const proxy = await serve((request, response) => void response.end(`proxy: ${request.url}`));
    const origin = await serve((request, response) => void response.end(`direct: ${request.url}`));
    const through = (environment: Readonly<Record<string, string>>, target: string) =>
      open(environment).send(requestTo(target, { path: "/x?y" }));
    const far = "http://etl.example.com:8080";
    expect(await through({ HTTP_PROXY: proxy }, far)).toMatchObject({ body: `proxy: ${far}/x?y` });
    expect(await through({ http_proxy: proxy }, far)).toMatchObject({ body: `proxy: ${far}/x?y` });
    const exempt = { HTTP_PROXY: proxy, NO_PROXY: "localhost,127.0.0.1" };
    expect(await through(exempt, origin)).toMatchObject({ body: "direct: /x?y" });
    expect(await through({}, origin)).toMatchObject({ body: "direct: /x?y" });
  });

  it("carries secure requests without reading them", async () => {
    await trusting(async () => {
      const origin = await serveSecurely((request, response) => {
        if (request.url === "/break") request.socket.destroy();
        else response.end("through");
      });
      const tunnel = await startTunnel();
      const wire = open({ HTTPS_PROXY: tunnel.origin });
      expect(
        await wire.send(requestTo(origin, { headers: { authorization: "Bearer s3cret" } })),
      ).toMatchObject({ kind: "answer", body: "through" });
      expect(tunnel.connects).toEqual([origin.replace("https://", "")]);
      expect(tunnel.heard()).not.toContain("s3cret");
      const broken = open({ HTTPS_PROXY: tunnel.origin });
      const request = requestTo(origin, { method: "POST", path: "/break", body: "{}" });
      expect(await broken.send(request)).toMatchObject({ kind: "broken" });
    });
  });

  it("leaves nothing behind when the host at its other end is not trusted", async () => {
    let requests = 0;
    const origin = await serveSecurely((_request, response) => {
      requests += 1;
      response.end();
    });
    const tunnel = await startTunnel();
    const wire = open({ HTTPS_PROXY: tunnel.origin });
    // A proxy that looks into TLS shows a certificate of its own.
    expect(await wire.send(requestTo(origin, { method: "POST", body: "{}" }))).toEqual({
      kind: "unreachable",
      reason: `the certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT), through the proxy ${new URL(tunnel.origin).host}`,
      permanent: true,
      cause: "certificate",
    });
    const plain = await serve(() => {
      requests += 1;
    });
    const mistaken = requestTo(plain.replace("http:", "https:"), { method: "POST", body: "{}" });
    expect(await wire.send(mistaken)).toMatchObject({ kind: "unreachable", permanent: true });
    expect(requests).toBe(0);
  });

  it("that is no address is the user's to mend, and its password is not shown", async () => {
    const wire = open({ HTTPS_PROXY: "http://user:s3cret@pass@[" });
    const sending = wire.send(requestTo("https://etl.example.com", {}));
    await expect(sending).rejects.toThrow(UserError);
    await expect(sending).rejects.toThrow(/^HTTPS_PROXY is not a proxy address\. (?!.*s3cret)/);
    wire.close();
  });

  it("that refuses or breaks the tunnel leaves nothing behind", async () => {
    const target = requestTo("https://etl.example.com", { method: "POST", body: "{}" });
    const refusing = await listen(socket => {
      socket.once("data", () => socket.end("HTTP/1.1 403 Forbidden\r\n\r\n"));
    });
    const reply = await open({ HTTPS_PROXY: `http://127.0.0.1:${refusing.port}` }).send(target);
    expect(reply).toEqual({
      ...refused,
      cause: "proxy",
      reason: `the proxy 127.0.0.1:${refusing.port} refused to connect to etl.example.com:443 (403)`,
    });
    const breaking = await listen(socket => {
      socket.once("data", () => socket.destroy());
    });
    expect(
      await open({ HTTPS_PROXY: `http://127.0.0.1:${breaking.port}` }).send(target),
    ).toMatchObject({ ...refused, cause: "proxy" });
    const silent = await listen(() => undefined);
    const impatient = { ...target, timeLimitMs: 60 };
    expect(await open({ HTTPS_PROXY: `http://127.0.0.1:${silent.port}` }).send(impatient)).toEqual({
      ...refused,
      cause: "proxy",
      reason: `no connection through the proxy 127.0.0.1:${silent.port} within 1 s`,
    });
  });

  it.each([
    ["closes", (socket: net.Socket) => void socket.end()],
    ["resets", (socket: net.Socket) => socket.resetAndDestroy()],
  ])("that says it has connected and then %s is named", async (_what, end) => {
    const { port } = await listen(socket => {
      socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\n\r\n", () => end(socket)));
    });
    const target = requestTo("https://etl.example.com", { method: "POST", body: "{}" });
    expect(await open({ HTTPS_PROXY: `127.0.0.1:${port}` }).send(target)).toEqual({
      ...refused,
      cause: "proxy",
      reason: `the proxy 127.0.0.1:${port} did not connect to etl.example.com:443: connection reset (ECONNRESET)`,
    });
  });

  it("that says it has connected and then shows a page of its own is named", async () => {
    const { port } = await listen(socket => {
      const page = "<html>Sign in</html>";
      socket.once("data", () =>
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${page.length}\r\n\r\n${page}`),
      );
    });
    const target = requestTo("https://etl.example.com", { method: "POST", body: "{}" });
    const reply = await open({ HTTPS_PROXY: `127.0.0.1:${port}` }).send(target);
    expect(reply).toMatchObject({ kind: "unreachable", permanent: true, cause: "protocol" });
    expect(reply.kind === "unreachable" && reply.reason).toMatch(
      /^the port answers without TLS; it may expect http .+, through the proxy 127\.0\.0\.1:\d+$/,
    );
  });

  it("may have answered a plain request itself, so it is named; a tunnel is the server's", async () => {
    const origin = await serve((_request, response) => {
      response.writeHead(502).end();
    });
    const target = requestTo("http://etl.example.com", { method: "POST", body: "{}" });
    expect(await open({ HTTP_PROXY: origin }).send(target)).toMatchObject({
      kind: "answer",
      status: 502,
      via: new URL(origin).host,
    });
  });

  it("that breaks a plain request is named, and nobody knows what became of that", async () => {
    const { port } = await listen(socket => {
      socket.once("data", () => socket.resetAndDestroy());
    });
    const target = requestTo("http://etl.example.com", { method: "POST", body: "{}" });
    expect(await open({ HTTP_PROXY: `127.0.0.1:${port}` }).send(target)).toEqual({
      kind: "broken",
      reason: `connection reset (ECONNRESET), through the proxy 127.0.0.1:${port}`,
    });
  });

  it("that expects https is told from a server that does", async () => {
    const { port } = await listen(socket => {
      socket.once("data", () => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, 10])));
    });
    const wire = open({ ALL_PROXY: `127.0.0.1:${port}` });
    for (const target of ["http://etl.example.com", "https://etl.example.com"]) {
      expect(await wire.send(requestTo(target, { method: "POST", body: "{}" }))).toEqual({
        kind: "unreachable",
        permanent: true,
        cause: "proxy",
        reason: `the proxy 127.0.0.1:${port} expects https, and ALL_PROXY says http`,
      });
    }
  });

  it("that is not there leaves nothing behind, and is named with its port", async () => {
    const proxy = await serve(() => undefined);
    for (const close of opened.splice(0)) close();
    const reason = `cannot reach the proxy ${new URL(proxy).host}: connection refused (ECONNREFUSED)`;
    for (const target of ["http://etl.example.com", "https://etl.example.com"]) {
      const wire = open({ HTTP_PROXY: proxy, HTTPS_PROXY: proxy });
      const request = requestTo(target, { method: "POST", body: "{}" });
      expect(await wire.send(request)).toEqual({ ...refused, cause: "proxy", reason });
    }
  });

  it.each([
    ["http:", "", BASIC, "requires a user name and a password (407); write user:password@ in"],
    ["https:", "", BASIC, "requires a user name and a password (407); write user:password@ in"],
    ["https:", "", "", "requires a user name and a password (407)"],
    ["http:", "me:s3cret@", BASIC, "did not accept the user name and password in HTTP_PROXY"],
    ["https:", "me:s3cret@", BASIC, "did not accept the user name and password in HTTPS_PROXY"],
    ["http:", "", NTLM, "requires a login by NTLM or Negotiate (407)"],
    ["https:", "me:s3cret@", NTLM, "requires a login by NTLM or Negotiate (407)"],
    ["https:", "", DIGEST, "requires a login by Digest (407)"],
    ["https:", "", `${DIGEST}${BASIC}`, "requires a user name and a password (407)"],
  ])("that asks for a login is named: %s login %j, offered %j", async (...row) => {
    const [scheme, login, offers, words] = row;
    const target = `${scheme}//etl.example.com`;
    const { port, received } = await listen(socket => {
      socket.once("data", () =>
        socket.end(`HTTP/1.1 407 Authenticate\r\n${offers}content-length: 0\r\n\r\n`),
      );
    });
    const proxy = `http://${login}127.0.0.1:${port}`;
    const wire = open({ HTTP_PROXY: proxy, HTTPS_PROXY: proxy });
    const reply = await wire.send(requestTo(target, { method: "POST", body: "{}" }));
    expect(reply).toMatchObject({ kind: "unreachable", permanent: true, cause: "proxy" });
    expect(reply.kind === "unreachable" && reply.reason).toContain(
      `the proxy 127.0.0.1:${port} ${words}`,
    );
    // The hosts hide whatever looks like credentials in what they show.
    const said = reply.kind === "unreachable" ? reply.reason : "";
    expect(hideCredentials(said)).toBe(said);
    expect(JSON.stringify(reply)).not.toContain("s3cret");
    const basic = `Basic ${Buffer.from("me:s3cret").toString("base64")}`;
    expect(received().includes(basic)).toBe(login !== "");
  });
});

interface Wanted extends Partial<Omit<HttpRequest, "url">> {
  readonly path?: string;
}

function requestTo(origin: string, { path = "/", ...wanted }: Wanted): HttpRequest {
  return { method: "GET", headers: {}, timeLimitMs: 5_000, ...wanted, url: new URL(origin + path) };
}

function open(environment: Readonly<Record<string, string>> = {}) {
  const wire = createHttp(environment);
  opened.push(wire.close);
  return wire;
}

function send(origin: string, wanted: Wanted): Promise<HttpReply> {
  return open().send(requestTo(origin, wanted));
}

type Handler = (
  request: http.IncomingMessage,
  response: http.ServerResponse,
) => void | Promise<void>;

async function serve(
  handler: Handler,
  onConnection: (socket: net.Socket) => void = () => undefined,
): Promise<string> {
  const server = http.createServer((request, response) => void handler(request, response));
  server.on("connection", onConnection);
  opened.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${await portOf(server)}`;
}

async function serveSecurely(
  handler: Handler,
  onConnection: (socket: net.Socket) => void = () => undefined,
  more: https.ServerOptions = {},
): Promise<string> {
  const options = { cert: CERTIFICATE, key: PRIVATE_KEY, ...more };
  const server = https.createServer(
    options,
    (request, response) => void handler(request, response),
  );
  server.on("connection", onConnection);
  opened.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return `https://127.0.0.1:${await portOf(server)}`;
}

/** A server below HTTP. */
async function listen(onConnection: (socket: net.Socket) => void) {
  const sockets = new Set<net.Socket>();
  let received = "";
  const server = net.createServer(socket => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("data", part => {
      received += part.toString("latin1");
    });
    onConnection(socket);
  });
  opened.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port: await portOf(server), received: () => received };
}

/** A proxy that only knows CONNECT. */
async function startTunnel() {
  const connects: string[] = [];
  let heard = "";
  const server = http.createServer();
  server.on("connect", (request, client) => {
    const target = request.url ?? "";
    connects.push(target);
    const [host = "", port = ""] = target.split(":");
    const upstream = net.connect(Number(port), host, () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      client.on("data", part => {
        heard += String(part);
      });
      client.pipe(upstream).pipe(client);
    });
    upstream.on("error", () => client.destroy());
    client.on("error", () => upstream.destroy());
  });
  opened.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { origin: `http://127.0.0.1:${await portOf(server)}`, connects, heard: () => heard };
}

function portOf(server: net.Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (typeof address === "object" && address !== null) resolve(address.port);
      else reject(new Error("no port"));
    });
  });
}

/** Lets this process trust the test's certificate for a while. */
async function trusting(work: () => Promise<void>): Promise<void> {
  const usual = tls.getCACertificates("default");
  tls.setDefaultCACertificates([CERTIFICATE]);
  try {
    await work();
  } finally {
    tls.setDefaultCACertificates(usual);
  }
}

async function textOf(request: http.IncomingMessage): Promise<string> {
  let text = "";
  for await (const part of request.setEncoding("utf8")) text += String(part);
  return text;
}

function tick(): Promise<void> {
  return new Promise(resolve => {
    setImmediate(resolve);
  });
}
