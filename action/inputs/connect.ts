import {
  apiKeyCredentials,
  loginCredentials,
  withoutRefusedLogins,
} from "../../shared/etlworks/credentials.ts";
import {
  createEtlworksClient,
  type EtlworksClient,
} from "../../shared/etlworks/etlworks-client.ts";
import type { SendHttp } from "../../shared/etlworks/http/http.ts";
import { createKnownApi } from "../../shared/etlworks/known-api.ts";
import { createTokenCalls } from "../../shared/etlworks/token-calls.ts";
import type { Clock } from "../../shared/run/clock.ts";
import type { Secrets } from "../../shared/secrets.ts";
import type { ActionInputs } from "./inputs.ts";

/** A client for an instance and a login. */
export function connect(
  to: Pick<ActionInputs, "baseUrl" | "login" | "requestHeaders">,
  dependencies: { readonly send: SendHttp; readonly secrets: Secrets; readonly clock: Clock },
): EtlworksClient {
  return createConnector(to, dependencies)(dependencies.send);
}

/**
 * Makes clients that share their credentials and what is known of the address, whatever each sends
 * through; signing in goes through the sender given here. A token is masked before its first use.
 */
export function createConnector(
  to: Pick<ActionInputs, "baseUrl" | "login" | "requestHeaders">,
  dependencies: { readonly send: SendHttp; readonly secrets: Secrets; readonly clock: Clock },
): (send: SendHttp) => EtlworksClient {
  const { baseUrl, login, requestHeaders } = to;
  const { secrets, clock } = dependencies;
  const common = (send: SendHttp) => ({
    send,
    baseUrl,
    // What a gateway in front of the instance wants to see goes with every request, logins too.
    requestHeaders,
    redact: secrets.redact,
    epochMs: clock.epochMs,
    monotonicMs: clock.monotonicMs,
  });
  const credentials =
    login.kind === "api-key"
      ? apiKeyCredentials(login.key)
      : loginCredentials(
          withoutRefusedLogins(
            createTokenCalls({
              ...common(dependencies.send),
              login: login.username,
              password: login.password,
            }),
          ),
          token => secrets.add(token),
        );
  const knownApi = createKnownApi();
  return send => createEtlworksClient({ ...common(send), credentials, knownApi });
}
