import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

/** What one would write first: the key through the SDK's client, then the start. Nothing else. */
const client = new SecretsManagerClient({});

export async function handler(event: { readonly Records: readonly { readonly body: string }[] }) {
  const secret = new GetSecretValueCommand({ SecretId: process.env["ETLWORKS_SECRET_ID"] });
  const { SecretString } = await client.send(secret);
  for (const { body } of event.Records) {
    await fetch(`${process.env["ETLWORKS_BASE_URL"]}/v1/flows/12345/run`, {
      method: "POST",
      headers: { authorization: `Bearer ${SecretString}`, "content-type": "application/json" },
      body: JSON.stringify({ event: body }),
    });
  }
}
