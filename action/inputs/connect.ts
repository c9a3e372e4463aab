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

/** A client for the instance and login of the inputs. A token is masked before its first use. */
export function connect(
  inputs: Pick<ActionInputs, "baseUrl" | "login">,
  dependencies: { readonly send: SendHttp; readonly secrets: Secrets; readonly clock: Clock },
): EtlworksClient {
  const { baseUrl, login } = inputs;
  const { send, secrets, clock } = dependencies;
  const common = { send, baseUrl, redact: secrets.redact, epochMs: clock.epochMs };
  const credentials =
    login.kind === "api-key"
      ? apiKeyCredentials(login.key)
      : loginCredentials(
          createTokenCalls({ ...common, login: login.username, password: login.password }),
          token => secrets.add(token),
        );
  return createEtlworksClient({ ...common, credentials });
}
