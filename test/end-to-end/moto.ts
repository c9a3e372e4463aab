import { request } from "node:http";
import { startChild } from "./child.ts";
import { answers } from "./durable-service.ts";
import { record, text } from "./fields.ts";
import { ACCOUNT, REGION } from "./lambda-function.ts";
import { freePort } from "./loopback-server.ts";
import { toolPath } from "./tool-path.ts";

/** moto, an independent stand-in for AWS: the events and protocols are its own, not ours. */
export interface Moto {
  readonly url: string;
  /** A call of a service that speaks JSON, for example `secretsmanager.CreateSecret`. */
  call(target: string, input: unknown): Promise<Record<string, unknown>>;
  /** A call of a service that speaks AWS's query protocol, such as SNS; the answer is XML. */
  query(action: string, input: Readonly<Record<string, string>>): Promise<string>;
  s3(method: string, path: string, body?: string): Promise<void>;
  /** Makes a queue and resolves with its URL and ARN. */
  queue(name: string): Promise<Queue>;
  /** Takes all messages of a queue that are visible now. */
  receive(queue: Queue): Promise<readonly Message[]>;
  stop(): Promise<void>;
}

export interface Queue {
  readonly url: string;
  readonly arn: string;
}

/** A message as `ReceiveMessage` gives it. */
export interface Message {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export async function startMoto(): Promise<Moto> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = startChild(
    toolPath("moto/bin/moto_server"),
    ["--host", "127.0.0.1", "--port", String(port)],
    { environment: { AWS_DEFAULT_REGION: REGION, PYTHONUNBUFFERED: "1" } },
  );
  await answers(`${url}/moto-api/config`, child);

  async function send(service: string, path: string, init: RequestInit): Promise<string> {
    const headers = new Headers(init.headers);
    headers.set("authorization", authorization(service));
    const reply = await fetch(`${url}${path}`, { ...init, headers });
    const answer = await reply.text();
    if (!reply.ok) throw new Error(`moto answered ${reply.status} to ${service}: ${answer}`);
    return answer;
  }

  async function call(target: string, input: unknown): Promise<Record<string, unknown>> {
    const service = SERVICES[target.split(".")[0] ?? ""] ?? "";
    const version = service === "sqs" ? "1.0" : "1.1";
    const answer = await send(service, "/", {
      method: "POST",
      headers: { "x-amz-target": target, "content-type": `application/x-amz-json-${version}` },
      body: JSON.stringify(input),
    });
    return record(answer === "" ? {} : JSON.parse(answer));
  }

  return {
    url,
    call,
    query: (action, input) =>
      send("sns", "/", {
        method: "POST",
        body: new URLSearchParams({ Action: action, Version: "2010-03-31", ...input }),
      }),
    s3: (method, path, body = "") => sendRaw(url, method, path, body),
    async queue(name) {
      const { QueueUrl } = await call("AmazonSQS.CreateQueue", { QueueName: name });
      return { url: text(QueueUrl), arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}` };
    },
    async receive(queue) {
      const taken: Message[] = [];
      for (;;) {
        const { Messages } = await call("AmazonSQS.ReceiveMessage", {
          QueueUrl: queue.url,
          MaxNumberOfMessages: 10,
          AttributeNames: ["All"],
        });
        const batch = Array.isArray(Messages) ? Messages.map(record) : [];
        if (batch.length === 0) return taken;
        for (const fields of batch) {
          taken.push({
            messageId: text(fields["MessageId"]),
            receiptHandle: text(fields["ReceiptHandle"]),
            body: text(fields["Body"]),
            attributes: record(fields["Attributes"]),
          });
        }
      }
    },
    stop: () => child.stop(),
  };
}

/** moto looks at the scope of the signature to find the service, and at nothing else of it. */
function authorization(service: string): string {
  return `AWS4-HMAC-SHA256 Credential=example/20261123/${REGION}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}

/** Sends the path as it is; `fetch` would resolve `/../` in it, which may stand in a key. */
function sendRaw(origin: string, method: string, path: string, body: string): Promise<void> {
  const { hostname, port } = new URL(origin);
  const headers = { authorization: authorization("s3"), "content-length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers }, response => {
      response.resume().once("end", () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`moto answered ${response.statusCode} to ${method} ${path}`));
      });
    });
    sent.once("error", reject);
    sent.end(body);
  });
}

const SERVICES: Readonly<Record<string, string>> = {
  AmazonSQS: "sqs",
  AWSEvents: "events",
  secretsmanager: "secretsmanager",
};

/** The path of an object; S3 wants every byte of the key but the slashes percent-encoded. */
export function objectPath(bucket: string, key: string): string {
  return `/${bucket}/${key.split("/").map(encodeStrictly).join("/")}`;
}

function encodeStrictly(part: string): string {
  return encodeURIComponent(part).replace(
    /[!'()*]/g,
    mark => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
