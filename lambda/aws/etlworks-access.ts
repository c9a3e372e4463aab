import { loginCredentials } from "../../shared/etlworks/credentials.ts";
import {
  createEtlworksClient,
  type EtlworksClient,
} from "../../shared/etlworks/etlworks-client.ts";
import { createHttp, type SendHttp } from "../../shared/etlworks/http/http.ts";
import { secretsInProxies } from "../../shared/etlworks/http/proxy.ts";
import { createTokenCalls } from "../../shared/etlworks/token-calls.ts";
import { secretsInHeaders } from "../../shared/request-headers.ts";
import { processClock } from "../../shared/run/process-host.ts";
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
  readonly confirmedMs?: number;
}): EtlworksConnection {
  const { environment, variables, secrets, metrics, confirmedMs } = dependencies;
  const epochMs = () => Date.now();
  const { baseUrl, secretId, secretField, requestHeaders } = environment;
  const lines = Object.entries(requestHeaders).map(([name, value]) => `${name}: ${value}`);
  for (const secret of secretsInHeaders(lines.join("\n"))) secrets.add(secret);
  // A proxy gets its password with each request, and its error page may repeat it.
  for (const secret of secretsInProxies(variables)) secrets.add(secret);
  const http = createHttp(variables);
  const client = createAccess({
    baseUrl,
    fetchSecret: createSecretFetch(secretId),
    secretField,
    confirmedMs,
    send: request => http.send({ ...request, headers: { ...requestHeaders, ...request.headers } }),
    secrets,
    now: epochMs,
    epochMs,
    monotonicMs: processClock.monotonicMs,
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
  readonly secretField?: string | undefined;
  readonly confirmedMs?: number | undefined;
  readonly send: SendHttp;
  readonly secrets: Secrets;
  readonly now: () => number;
  readonly epochMs: () => number;
  readonly monotonicMs: () => number;
  readonly onRequest: () => void;
}): EtlworksClient {
  const send: SendHttp = request => {
    dependencies.onRequest();
    return dependencies.send(request);
  };
  const { baseUrl, epochMs, monotonicMs } = dependencies;
  const common = {
    send,
    baseUrl,
    epochMs,
    monotonicMs,
    redact: (text: string) => dependencies.secrets.redact(text),
  };
  const onSecret = (secret: string) => dependencies.secrets.add(secret);
  const credentials = secretCredentials({
    fetch: dependencies.fetchSecret,
    field: dependencies.secretField,
    confirmedMs: dependencies.confirmedMs,
    now: dependencies.now,
    onSecret,
    login: (login, password) =>
      loginCredentials(createTokenCalls({ ...common, login, password }), onSecret),
  });
  return createEtlworksClient({ ...common, credentials });
}
