import { apiKeyCredentials, loginCredentials } from "../../shared/etlworks/credentials.ts";
import {
  createEtlworksClient,
  createTokenCalls,
  type EtlworksClient,
} from "../../shared/etlworks/etlworks-client.ts";
import type { SendHttp } from "../../shared/etlworks/http.ts";
import type { Clock } from "../../shared/run/clock.ts";
import type { Secrets } from "../../shared/secrets.ts";
import type { ActionInputs } from "./inputs.ts";

/** A client for an instance and a login. A token is masked before its first use. */
export function connect(
  to: Pick<ActionInputs, "baseUrl" | "login" | "requestHeaders">,
  dependencies: { readonly send: SendHttp; readonly secrets: Secrets; readonly clock: Clock },
): EtlworksClient {
  const { baseUrl, login, requestHeaders } = to;
  const { send, secrets, clock } = dependencies;
  const common = {
    send: withHeaders(send, requestHeaders),
    baseUrl,
    redact: secrets.redact,
    epochMs: clock.epochMs,
  };
  const credentials =
    login.kind === "api-key"
      ? apiKeyCredentials(login.key)
      : loginCredentials(
          createTokenCalls({ ...common, login: login.username, password: login.password }),
          token => secrets.add(token),
        );
  return createEtlworksClient({ ...common, credentials });
}

/** What a gateway in front of the instance wants to see goes with every request, logins too. */
function withHeaders(send: SendHttp, headers: ActionInputs["requestHeaders"]): SendHttp {
  return request => send({ ...request, headers: { ...headers, ...request.headers } });
}
