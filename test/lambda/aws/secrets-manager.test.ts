import { createServer } from "node:http";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createSecretFetch } from "../../../lambda/aws/secrets-manager.ts";
import { UserError } from "../../../shared/user-error.ts";
import { stubAwsVariables } from "../stand-ins/aws-variables.ts";
import { textWith } from "../stand-ins/matchers.ts";
import { type SecretsManager, startSecretsManager } from "../stand-ins/secrets-manager.ts";
import { endedBy, startSilentService } from "../stand-ins/silent-service.ts";

const ID = "etlworks/key";
const SECRET = "the secret etlworks/key (ETLWORKS_SECRET_ID)";

let manager: SecretsManager;

beforeEach(async () => {
  manager = await startSecretsManager();
  stubAwsVariables("SECRETS_MANAGER", manager.origin);
});
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await manager.close();
});

describe("a secret", () => {
  it("is fetched anew each time, by one client", async () => {
    const send = vi.spyOn(SecretsManagerClient.prototype, "send");
    const fetch = createSecretFetch(ID);
    manager.secrets.set(ID, { text: " key-one\n" });
    expect(await fetch()).toEqual({ kind: "text", text: " key-one\n" });
    manager.secrets.set(ID, { text: "key-two" });
    expect(await fetch()).toEqual({ kind: "text", text: "key-two" });
    expect(manager.fetches).toBe(2);
    expect(new Set(send.mock.contexts).size).toBe(1);
  });

  it("that nobody names is asked for by a sentence, and not of AWS", async () => {
    await expect(createSecretFetch(undefined)()).rejects.toThrow(
      new UserError(
        "ETLWORKS_SECRET_ID is not set. Set it to the name or the ARN of the secret that holds the Etlworks API key.",
      ),
    );
    expect(manager.fetches).toBe(0);
  });

  it("that is binary is the user's to store anew", async () => {
    manager.secrets.set(ID, { binary: "a2V5" });
    await expect(createSecretFetch(ID)()).rejects.toThrow(
      new UserError(
        "The secret etlworks/key (ETLWORKS_SECRET_ID) is binary. Store the key as text.",
      ),
    );
  });

  it("that does not come within 5 seconds is not available", async () => {
    const service = await startSilentService();
    stubAwsVariables("SECRETS_MANAGER", service.origin);
    const { before, end } = await endedBy(5_000, service, createSecretFetch(ID));
    expect(before).toBe(false);
    expect(end).toEqual({
      value: { kind: "unavailable", message: expect.stringContaining("5000 ms") as unknown },
    });
    await service.close();
  });
});

describe("a refusal that the user can end", () => {
  it.each([
    [
      "ResourceNotFoundException",
      "can't find it",
      `AWS Secrets Manager does not know ${SECRET}. Check its name or ARN, and that it is in this function's region and account.`,
    ],
    ...["AccessDeniedException", "AccessDenied"].flatMap(type => [
      [
        type,
        "not authorized",
        `The function may not read ${SECRET}. Allow its role secretsmanager:GetSecretValue on it. (not authorized)`,
      ],
      [
        type,
        "Access to KMS is not allowed",
        `The function may not decrypt ${SECRET}. Allow its role kms:Decrypt on the secret's key. (Access to KMS is not allowed)`,
      ],
      [
        type,
        "no action on gkmsx",
        `The function may not read ${SECRET}. Allow its role secretsmanager:GetSecretValue on it. (no action on gkmsx)`,
      ],
    ]),
    ...["DecryptionFailure", "DecryptionFailureException"].map(type => [
      type,
      "no",
      `AWS could not decrypt ${SECRET}. Check that its KMS key is enabled and that the function's role has kms:Decrypt on it.`,
    ]),
    ...["InvalidRequestException", "InvalidParameterException", "ValidationException"].map(type => [
      type,
      "You can't perform this operation on a secret marked for deletion.",
      `AWS Secrets Manager refused ${SECRET}: You can't perform this operation on a secret marked for deletion.`,
    ]),
  ])("is a sentence that says what to do: %s, %s", async (error = "", message = "", sentence) => {
    manager.secrets.set(ID, { error, message });
    await expect(createSecretFetch(ID)()).rejects.toThrow(new UserError(sentence));
  });
});

describe("a refusal that may pass", () => {
  it("is told with the words and the name of AWS", async () => {
    manager.secrets.set(ID, { error: "InternalServiceError", message: "try later", status: 500 });
    expect(await createSecretFetch(ID)()).toEqual({
      kind: "unavailable",
      message: `cannot read ${SECRET}: try later (InternalServiceError). AWS Secrets Manager answered so, and may give it later`,
    });
  });

  const way =
    "In a VPC the function needs a way to Secrets Manager (a NAT gateway or an interface endpoint)";

  const other =
    "This was not AWS's own answer. Check the proxy, firewall or endpoint between the function and AWS.";

  it("is one whose answer is somebody else's, and no word about the secret", async () => {
    const send = vi.spyOn(SecretsManagerClient.prototype, "send");
    send.mockImplementationOnce(() => ({}));
    expect(await createSecretFetch(ID)()).toEqual({
      kind: "unavailable",
      message: `cannot read ${SECRET}: the answer has no secret in it. ${other}`,
    });
    const page = Object.assign(new Error("Unexpected token '<'"), {
      name: "SyntaxError",
      $metadata: { httpStatusCode: 403 },
    });
    send.mockRejectedValueOnce(page);
    expect(await createSecretFetch(ID)()).toEqual({
      kind: "unavailable",
      message: `cannot read ${SECRET}: status 403: Unexpected token '<' (SyntaxError). ${other}`,
    });
  });

  it.each([
    '{"SecretString": the-key-0123456789}',
    `{"ARN": "${"a".repeat(100)}", "SecretString": the-key-0123456789, "Name": "etlworks"}`,
    "the-key-0123456789",
    '{"SecretString":"the-key-0123456789',
    '{"SecretString":"the-key-0123456789"} the-key',
    '{"SecretString":"the-\nkey-0123456789"}',
  ])("is not shown when the answer is broken: %j", async text => {
    const broken = createServer((_request, response) => {
      response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
      response.end(text);
    });
    await new Promise<void>(resolve => {
      broken.listen(0, "127.0.0.1", resolve);
    });
    const address = broken.address();
    const port = typeof address === "object" ? address?.port : undefined;
    stubAwsVariables("SECRETS_MANAGER", `http://127.0.0.1:${port}`);
    const fetched = await createSecretFetch(ID)();
    broken.close();
    broken.closeAllConnections();
    expect(fetched).toMatchObject({ kind: "unavailable", message: textWith(/SyntaxError/) });
    expect(JSON.stringify(fetched)).not.toMatch(/the-|012345/);
  });

  it.each([
    [Object.assign(new Error(""), { name: "SocketError" }), `SocketError. ${way}`],
    [new Error("socket hang up"), `socket hang up. ${way}`],
    ["a text", `a text. ${way}`],
    [{ $metadata: { httpStatusCode: 503 } }, `[object Object]. ${way}`],
  ])("is told by what is known of it: %s", async (error, words) => {
    vi.spyOn(SecretsManagerClient.prototype, "send").mockRejectedValue(error);
    expect(await createSecretFetch(ID)()).toEqual({
      kind: "unavailable",
      message: `cannot read ${SECRET}: ${words}`,
    });
  });
});

describe("what stands in the variable", () => {
  const arn = `arn:aws:secretsmanager:eu-central-1:111122223333:secret:${"x".repeat(40)}-a1b2c3`;

  it.each([
    [arn, arn],
    ["etlworks/prod-key", "etlworks/prod-key"],
    ["etlworks-2026", "etlworks-2026"],
    ["etlworks-20261", "etlw…"],
    ["twentylettersofaname", "twentylettersofaname"],
    ["twentyonelettersaname", "twen…"],
    ["name-twentyonelettersaname", "name…"],
    [`${"name/".repeat(12)}name`, `${"name/".repeat(12)}name`],
    [`${"name/".repeat(12)}names`, "name…"],
    ["my-arn:aws:secretsmanager:eu-central-1:111122223333", "my-a…"],
    ["2f9a01c4d7e8b6", "2f9a…"],
  ])("is shown only when it looks like a name: %s as %s", async (id, shown) => {
    manager.secrets.set(id, {
      error: "ValidationException",
      message: `no ${id}, and again ${id}`,
    });
    await expect(createSecretFetch(id)()).rejects.toThrow(
      new UserError(
        `AWS Secrets Manager refused the secret ${shown} (ETLWORKS_SECRET_ID): no ${shown}, and again ${shown}`,
      ),
    );
  });
});
