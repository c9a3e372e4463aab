import { createServer, type ServerResponse } from "node:http";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { GetDurableExecutionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { ListObjectVersionsCommand, S3Client } from "@aws-sdk/client-s3";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { expect, it } from "vitest";
import { timeLimits } from "../../../lambda/aws/time-limits.ts";

it("holds for each part of an answer", () => {
  expect(timeLimits(5_000)).toEqual({
    connectionTimeout: 3_000,
    requestTimeout: 5_000,
    socketTimeout: 5_000,
    throwOnRequestTimeout: true,
  });
});

const common = {
  region: "eu-central-1",
  credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "example" },
  maxAttempts: 1,
  requestHandler: timeLimits(40),
};

it.each([
  [
    "DynamoDB",
    async (endpoint: string) => {
      const input = { TableName: "orders", Key: { pk: { S: "a" } } };
      return new DynamoDBClient({ ...common, endpoint }).send(new GetItemCommand(input));
    },
  ],
  [
    "Lambda",
    async (endpoint: string) => {
      const ask = new GetDurableExecutionCommand({ DurableExecutionArn: "arn" });
      return new LambdaClient({ ...common, endpoint }).send(ask);
    },
  ],
  [
    "Secrets Manager",
    async (endpoint: string) => {
      const ask = new GetSecretValueCommand({ SecretId: "key" });
      return new SecretsManagerClient({ ...common, endpoint }).send(ask);
    },
  ],
  [
    "S3",
    async (endpoint: string) => {
      const client = new S3Client({ ...common, endpoint, forcePathStyle: true });
      return client.send(new ListObjectVersionsCommand({ Bucket: "landing" }));
    },
  ],
])("ends an answer of %s that stops in its middle", async (_, call) => {
  const service = await startStopping();
  await expect(call(service.origin)).rejects.toMatchObject({ name: "TimeoutError" });
  service.close();
});

/** A service that begins each answer and never ends it. */
async function startStopping() {
  const open: ServerResponse[] = [];
  const server = createServer((request, response) => {
    request.resume();
    open.push(response);
    response.writeHead(200, { "content-type": "application/json" });
    response.write('{"Item":');
  });
  await new Promise<void>(resolve => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port on 127.0.0.1.");
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close() {
      for (const response of open) response.destroy();
      server.close();
      server.closeAllConnections();
    },
  };
}
