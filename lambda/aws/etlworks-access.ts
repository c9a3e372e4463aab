import { loginCredentials } from "../../shared/etlworks/credentials.ts";
import {
  createEtlworksClient,
  createTokenCalls,
  type EtlworksClient,
} from "../../shared/etlworks/etlworks-client.ts";
import type { SendHttp } from "../../shared/etlworks/http.ts";
import type { Secrets } from "../../shared/secrets.ts";
import { type FetchSecret, secretCredentials } from "./etlworks-secret.ts";

/**
 * A client for Etlworks whose credentials come out of Secrets Manager. Everything secret is told to
 * `secrets` before its first use; `onRequest` hears of every request that is sent.
 */
export function createAccess(dependencies: {
  readonly baseUrl: URL;
  readonly fetchSecret: FetchSecret;
  readonly send: SendHttp;
  readonly secrets: Secrets;
  readonly now: () => number;
  readonly epochMs: () => number;
  readonly onRequest: () => void;
}): EtlworksClient {
  const send: SendHttp = request => {
    dependencies.onRequest();
    return dependencies.send(request);
  };
  const { baseUrl, epochMs } = dependencies;
  const common = {
    send,
    baseUrl,
    epochMs,
    redact: (text: string) => dependencies.secrets.redact(text),
  };
  const onSecret = (secret: string) => dependencies.secrets.add(secret);
  const credentials = secretCredentials({
    fetch: dependencies.fetchSecret,
    now: dependencies.now,
    onSecret,
    login: (login, password) =>
      loginCredentials(createTokenCalls({ ...common, login, password }), onSecret),
  });
  return createEtlworksClient({ ...common, credentials });
}
