import type { TokenCalls } from "../../shared/etlworks/credentials.ts";
import { apiKeyCredentials } from "../../shared/etlworks/credentials.ts";
import {
  createEtlworksClient,
  type EtlworksClient,
} from "../../shared/etlworks/etlworks-client.ts";
import { createHttp } from "../../shared/etlworks/http/http.ts";
import type { Call, Reply } from "../../shared/etlworks/replies/reply.ts";
import { createTokenCalls } from "../../shared/etlworks/token-calls.ts";

/** Every call of the client, by the name under which people know it. */
export const CALLS: Readonly<
  Record<
    string,
    (client: EtlworksClient, tokens: TokenCalls, call: Call) => Promise<Reply<unknown>>
  >
> = {
  start: (client, _tokens, call) => client.start(7, { file: "a.csv" }, "", call),
  poll: (client, _tokens, call) => client.execution(7, "11", call),
  history: (client, _tokens, call) => client.history(7, { limit: 20, offset: 0 }, call),
  list: (client, _tokens, call) => client.flows({ q: "a" }, call),
  flow: (client, _tokens, call) => client.flow(7, call),
  log: (client, _tokens, call) => client.consoleLog(7, "11", call),
  stop: (client, _tokens, call) => client.send("POST", "/v1/flows/7/stop", call),
  login: (_client, tokens, call) => tokens.login(call),
  refresh: (_client, tokens, call) => tokens.refresh("old-token", call),
};

/** One call of a fresh client against this server. */
export async function callOnce(name: string, origin: string, call: Call): Promise<Reply<unknown>> {
  const http = createHttp({});
  const dependencies = {
    send: http.send,
    baseUrl: new URL(`${origin}/rest`),
    redact: (text: string) => text,
    epochMs: () => Date.now(),
    monotonicMs: () => performance.now(),
  };
  const credentials = apiKeyCredentials("k3y");
  try {
    const work = CALLS[name];
    if (work === undefined) throw new Error(`no call is named ${name}`);
    const client = createEtlworksClient({ ...dependencies, credentials });
    const tokens = createTokenCalls({ ...dependencies, login: "rob", password: "pw" });
    return await work(client, tokens, call);
  } finally {
    http.close();
  }
}
