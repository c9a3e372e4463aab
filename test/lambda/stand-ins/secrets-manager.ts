import { textField } from "../../../shared/json-fields.ts";
import { type Loopback, startLoopback } from "./loopback.ts";

/** AWS Secrets Manager as far as one call goes: awsJson1.1, `GetSecretValue`. */
export interface SecretsManager extends Loopback {
  /** Names or ARNs to texts, to bytes, or to the error that AWS answers with. */
  readonly secrets: Map<string, Secret>;
  /** How often a secret was asked for. */
  readonly fetches: number;
}

export type Secret =
  | { readonly text: string }
  | { readonly binary: string }
  | { readonly error: string; readonly message: string; readonly status?: number };

export async function startSecretsManager(): Promise<SecretsManager> {
  const secrets = new Map<string, Secret>();
  let fetches = 0;
  const server = await startLoopback(({ headers, body }) => {
    if (headers["x-amz-target"] !== "secretsmanager.GetSecretValue") {
      return refusal("UnknownOperationException", `no ${String(headers["x-amz-target"])}`);
    }
    fetches += 1;
    const id = textField(JSON.parse(body), "SecretId") ?? "";
    const secret = secrets.get(id);
    if (secret === undefined) {
      return refusal(
        "ResourceNotFoundException",
        "Secrets Manager can't find the specified secret.",
      );
    }
    if ("error" in secret) return refusal(secret.error, secret.message, secret.status);
    const held = "text" in secret ? { SecretString: secret.text } : { SecretBinary: secret.binary };
    return reply(200, {
      ARN: `arn:aws:secretsmanager:eu-central-1:1:secret:${id}`,
      Name: id,
      ...held,
    });
  });
  return {
    ...server,
    secrets,
    get fetches() {
      return fetches;
    },
  };
}

function refusal(type: string, message: string, status = 400) {
  return reply(status, { __type: type, message });
}

function reply(status: number, body: unknown) {
  return { status, headers: { "content-type": "application/x-amz-json-1.1" }, body };
}
