import { loginCredentials } from "../../shared/etlworks/credentials.ts";
import {
  createEtlworksClient,
  createTokenCalls,
  type EtlworksClient,
} from "../../shared/etlworks/etlworks-client.ts";
import { createHttp, type SendHttp } from "../../shared/etlworks/http.ts";
import type { Secrets } from "../../shared/secrets.ts";
import type { Environment, Variables } from "../environment.ts";
import type { Metrics } from "../metrics.ts";
import { type FetchSecret, secretCredentials } from "./etlworks-secret.ts";
import { createSecretFetch } from "./secrets-manager.ts";

export interface EtlworksConnection {
  readonly client: EtlworksClient;
  /**
   * After each invocation: a frozen process does not see that a server has closed a connection, and
   * a request sent on such a one would fail for no reason.
   */
  readonly close: () => void;
}

/** Secret, HTTP and client put together, as each handler that speaks to Etlworks does it. */
export function connectEtlworks(dependencies: {
  readonly environment: Environment;
  readonly variables: Variables;
  readonly secrets: Secrets;
  readonly metrics: Metrics;
}): EtlworksConnection {
  const { environment, variables, secrets, metrics } = dependencies;
  const epochMs = () => Date.now();
  const http = createHttp(variables);
  const client = createAccess({
    baseUrl: environment.baseUrl,
    fetchSecret: createSecretFetch(environment.secretId),
    send: http.send,
    secrets,
    now: epochMs,
    epochMs,
    onRequest: () => metrics.add("Requests"),
  });
  return { client, close: () => http.close() };
}

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
