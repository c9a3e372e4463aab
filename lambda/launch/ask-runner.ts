import { messageOf, nameOf } from "../../shared/thrown.ts";
import { ForeignAnswer, saidIn, wayOut } from "../aws/answers.ts";
import { connectLambda } from "../aws/connect-lambda.ts";
import type { CheckReport } from "../check-setup.ts";
import type { CheckAsked } from "./launcher.ts";

/** Nothing of the answer's body is read, so that without it any page would pass for a yes. */
const ACCEPTED = 202;

/**
 * It is the runner that may read the secret, so the runner looks whether a run could be started. It
 * cannot be waited for: AWS refuses to invoke a function synchronously that may run for more than
 * 15 minutes.
 */
export function createRunnerCheck(
  runner: string,
): (flows: readonly number[], requestId: string) => Promise<CheckReport | CheckAsked> {
  const connected = connectLambda();
  return async (flows, requestId) => {
    try {
      const { sdk, client } = await connected();
      const { DurableExecutionArn: executionArn, StatusCode } = await client.send(
        new sdk.InvokeCommand({
          FunctionName: runner,
          InvocationType: "Event",
          DurableExecutionName: `check-${requestId}`.slice(0, 64),
          Payload: new TextEncoder().encode(JSON.stringify({ check: true, flows })),
        }),
      );
      if (executionArn === undefined && StatusCode !== ACCEPTED) throw new ForeignAnswer();
      return { asked: "the runner", executionArn, next: nextStep(runner, executionArn) };
    } catch (error) {
      return { ok: false, flows: {}, problems: [explain(error, runner)] };
    }
  };
}

function nextStep(runner: string, executionArn: string | undefined): string {
  return executionArn === undefined
    ? `AWS took the call and named no execution. Read the answer in the log of ${runner}, and check that this is the runner and a durable function.`
    : `Read its answer: aws lambda get-durable-execution --durable-execution-arn ${executionArn}`;
}

function explain(error: unknown, runner: string): string {
  const name = nameOf(error);
  const message = saidIn(error, messageOf(error));
  switch (name) {
    case "ResourceNotFoundException":
      return `There is no function ${runner}. Set ETLWORKS_RUNNER to the ARN of the runner. (${message})`;
    case "AccessDeniedException":
      return `The dispatcher may not invoke the runner. Allow its role lambda:InvokeFunction on ${runner}. (${message})`;
    default: {
      const why = `The runner could not be invoked: ${name}: ${message}`;
      const out = wayOut(error, "Lambda");
      return out === undefined ? why : `${why}. ${out}`;
    }
  }
}
