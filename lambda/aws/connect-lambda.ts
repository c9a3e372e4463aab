import { lazyPart } from "../lazy-part.ts";
import { timeLimits } from "./time-limits.ts";

/** A call is answered in well under a second. */
const ANSWER_MS = 10_000;

/** Loads the client of AWS Lambda's API with the first call, and keeps it. */
export function connectLambda() {
  return lazyPart(async () => {
    const sdk = await import("./lambda-client.ts");
    return { sdk, client: new sdk.LambdaClient({ requestHandler: timeLimits(ANSWER_MS) }) };
  });
}
