import { startDynamoDb } from "../../lambda/stand-ins/dynamodb.ts";
import { startLoopback } from "../../lambda/stand-ins/loopback.ts";

/** Everything a handler talks to, answering at once, with the moment of the first real request. */
export interface Clouds {
  readonly environment: Readonly<Record<string, string>>;
  /** With them a dispatcher has lanes. */
  readonly lanes: Readonly<Record<string, string>>;
  /** Resolves at the next request to Etlworks or to Invoke, with milliseconds since 1970. */
  firstRequest(): Promise<number>;
  close(): Promise<void>;
}

export async function startClouds(): Promise<Clouds> {
  let arrive: (at: number) => void = () => {};
  const now = () => performance.timeOrigin + performance.now();
  const json = { "content-type": "application/x-amz-json-1.0" };
  const etlworks = await startLoopback(({ method }) => {
    arrive(now());
    return { status: 200, body: method === "POST" ? { flowId: 12345, auditId: 1, status: 0 } : [] };
  });
  const secrets = await startLoopback(() => ({
    status: 200,
    headers: json,
    body: { ARN: "arn", Name: "key", SecretString: "0123456789abcdef" },
  }));
  const dynamo = await startLoopback(() => ({ status: 200, headers: json, body: {} }));
  const lambda = await startLoopback(({ path }) => {
    if (path.includes("/invocations")) {
      arrive(now());
      return { status: 202, body: undefined };
    }
    return {
      status: 200,
      body: { CheckpointToken: "token", NewExecutionState: { Operations: [] } },
    };
  });
  const ledger = await startDynamoDb();
  const all = [etlworks, secrets, dynamo, ledger, lambda];
  const route = {
    name: "orders",
    when: { source: ["aws.s3"] },
    flow: 12345,
    parameters: { key: "{key}" },
  };
  return {
    environment: {
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
      AWS_SECRET_ACCESS_KEY: "example",
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.origin,
      AWS_ENDPOINT_URL_DYNAMODB: dynamo.origin,
      AWS_ENDPOINT_URL_LAMBDA: lambda.origin,
      AWS_LAMBDA_FUNCTION_NAME: "cold",
      ETLWORKS_BASE_URL: `${etlworks.origin}/rest`,
      ETLWORKS_SECRET_ID: "key",
      ETLWORKS_ROUTES: JSON.stringify([route]),
    },
    lanes: {
      AWS_ENDPOINT_URL_DYNAMODB: ledger.origin,
      ETLWORKS_LEDGER: "ledger",
      ETLWORKS_LANE: "arn:aws:lambda:eu-central-1:123456789012:function:lane:live",
    },
    firstRequest: () =>
      new Promise(resolve => {
        arrive = resolve;
      }),
    close: async () => {
      await Promise.all(all.map(server => server.close()));
    },
  };
}
