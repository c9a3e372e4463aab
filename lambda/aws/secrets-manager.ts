import { shownName } from "../../shared/shown-name.ts";
import { messageOf, nameOf } from "../../shared/thrown.ts";
import { UserError } from "../../shared/user-error.ts";
import { lazyPart } from "../lazy-part.ts";
import { SOMETHING_ELSE, saidIn, speakerOf } from "./answers.ts";
import type { FetchSecret } from "./etlworks-secret.ts";
import { timeLimits } from "./time-limits.ts";

/**
 * Fetches one secret from AWS Secrets Manager. The SDK is loaded with the first fetch (60 ms and
 * 300 kB that a dispatcher with a runner never needs); endpoint, region and credentials come from
 * its usual variables, and it retries throttling by itself.
 */
export function createSecretFetch(secretId: string | undefined): FetchSecret {
  const connected = lazyPart(async () => {
    const sdk = await import("./secrets-client.ts");
    return { sdk, client: new sdk.SecretsManagerClient({ requestHandler: timeLimits(5_000) }) };
  });
  return async () => {
    if (secretId === undefined) {
      throw new UserError(
        "ETLWORKS_SECRET_ID is not set. Set it to the name or the ARN of the secret that holds the Etlworks API key.",
      );
    }
    const { sdk, client } = await connected();
    try {
      const { SecretString, SecretBinary } = await client.send(
        new sdk.GetSecretValueCommand({ SecretId: secretId }),
      );
      if (SecretString === undefined && SecretBinary === undefined) {
        const message = `cannot read the secret ${shownName(secretId)} (ETLWORKS_SECRET_ID): the answer has no secret in it. ${SOMETHING_ELSE}`;
        return { kind: "unavailable", message };
      }
      if (SecretString === undefined) {
        throw new UserError(
          `The secret ${shownName(secretId)} (ETLWORKS_SECRET_ID) is binary. Store the key as text.`,
        );
      }
      return { kind: "text", text: SecretString };
    } catch (error) {
      if (error instanceof UserError) throw error;
      return classifyFault(error, secretId);
    }
  };
}

/** What the parser of the answer says, without the piece of it that it shows: the key may lie there. */
function unquoted(said: string): string {
  return said.replace(/, (?:\.\.\.)?".*$/s, "");
}

/** What the user can fix becomes a UserError that names the setting and the IAM action. */
function classifyFault(
  error: unknown,
  secretId: string,
): { readonly kind: "unavailable"; readonly message: string } {
  const name = nameOf(error);
  const said = name === "SyntaxError" ? unquoted(messageOf(error)) : messageOf(error);
  // AWS repeats what it was asked for.
  const message = said.replaceAll(secretId, shownName(secretId));
  const secret = `the secret ${shownName(secretId)} (ETLWORKS_SECRET_ID)`;
  switch (name) {
    case "ResourceNotFoundException":
      throw new UserError(
        `AWS Secrets Manager does not know ${secret}. Check its name or ARN, and that it is in this function's region and account.`,
      );
    case "AccessDeniedException":
    case "AccessDenied":
      throw new UserError(
        /\bkms\b/i.test(message)
          ? `The function may not decrypt ${secret}. Allow its role kms:Decrypt on the secret's key. (${message})`
          : `The function may not read ${secret}. Allow its role secretsmanager:GetSecretValue on it. (${message})`,
      );
    case "DecryptionFailure":
    case "DecryptionFailureException":
      throw new UserError(
        `AWS could not decrypt ${secret}. Check that its KMS key is enabled and that the function's role has kms:Decrypt on it.`,
      );
    case "InvalidRequestException":
    case "InvalidParameterException":
    case "ValidationException":
      throw new UserError(`AWS Secrets Manager refused ${secret}: ${message}`);
    default: {
      const why = saidIn(error, message) || name;
      const speaker = speakerOf(error);
      if (speaker === "something else") {
        const beginning = `cannot read ${secret}: ${why} (${name})`;
        return { kind: "unavailable", message: `${beginning}. ${SOMETHING_ELSE}` };
      }
      return {
        kind: "unavailable",
        message:
          speaker === "aws"
            ? `cannot read ${secret}: ${why} (${name}). AWS Secrets Manager answered so, and may give it later`
            : `cannot read ${secret}: ${why}. In a VPC the function needs a way to Secrets Manager (a NAT gateway or an interface endpoint)`,
      };
    }
  }
}
