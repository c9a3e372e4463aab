import { messageOf, nameOf } from "../../shared/thrown.ts";
import { ForeignAnswer, SOMETHING_ELSE, saidIn, wayOut } from "../aws/answers.ts";
import { connectLambda } from "../aws/connect-lambda.ts";
import { functionOfArn } from "../function-of-arn.ts";
import { laneExecution } from "./execution-name.ts";
import type { AskExecution, ExecutionState, Wake } from "./wake.ts";

/** Nothing of the answer's body is read, so that without it any page would pass for a yes. */
const ACCEPTED = 202;

/** What AWS knows of executions: starts those of a lane, and tells how one fares. */
export interface LaneExecutions {
  readonly wake: Wake;
  readonly askExecution: AskExecution;
}

/**
 * `lane` is the qualified ARN of the lane's function. The AWS SDK is loaded with the first call; its
 * endpoint, region and credentials come from its usual variables.
 *
 * The name makes a start idempotent: as long as AWS keeps the execution, running or ended, the same
 * name never begins another one.
 * https://docs.aws.amazon.com/lambda/latest/dg/durable-execution-idempotency.html
 */
export function createLaneExecutions(lane: string): LaneExecutions {
  const connected = connectLambda();
  const functionIdentity = functionOfArn(lane);

  return {
    async wake(name, gen) {
      const { sdk, client } = await connected();
      const execution = laneExecution({ lane: name, gen }, functionIdentity);
      const invoke = new sdk.InvokeCommand({
        FunctionName: lane,
        InvocationType: "Event",
        DurableExecutionName: execution.name,
        Payload: new TextEncoder().encode(execution.payload),
      });
      let status: number | undefined;
      try {
        const { DurableExecutionArn, StatusCode } = await client.send(invoke);
        if (DurableExecutionArn !== undefined || StatusCode === ACCEPTED) {
          return DurableExecutionArn;
        }
        status = StatusCode;
      } catch (error) {
        // There is one of this name, which is all that is wanted.
        if (nameOf(error) === "DurableExecutionAlreadyStartedException") return undefined;
        throw explain(error, lane);
      }
      throw new Error(`The lane could not be started: status ${String(status)}. ${SOMETHING_ELSE}`);
    },

    async askExecution(arn) {
      const { sdk, client } = await connected();
      try {
        const answer = await client.send(
          new sdk.GetDurableExecutionCommand({ DurableExecutionArn: arn }),
        );
        // Any page would pass for the word of one that runs.
        if (answer.Status === undefined) throw new ForeignAnswer();
        return stateOf(answer);
      } catch (error) {
        if (nameOf(error) === "ResourceNotFoundException") return { kind: "unknown" };
        throw explainSilence(error, arn);
      }
    },
  };
}

function stateOf(answer: {
  readonly Status?: string | undefined;
  readonly EndTimestamp?: Date | undefined;
  readonly InputPayload?: string | undefined;
}): ExecutionState {
  const { Status, EndTimestamp, InputPayload: input } = answer;
  const given = input === undefined ? {} : { input };
  if (Status === "RUNNING" || EndTimestamp === undefined) return { kind: "running", ...given };
  return { kind: "ended", at: EndTimestamp.valueOf(), ...given };
}

function explainSilence(error: unknown, arn: string): Error {
  const message = saidIn(error, messageOf(error));
  if (nameOf(error) === "AccessDeniedException") {
    return new Error(
      `The function may not ask AWS for the execution ${arn}. Allow its role lambda:GetDurableExecution on it. (${message})`,
    );
  }
  const why = `AWS did not say whether the execution ${arn} is running: ${nameOf(error)}: ${message}`;
  const out = wayOut(error, "Lambda");
  return new Error(out === undefined ? why : `${why}. ${out}`);
}

function explain(error: unknown, lane: string): Error {
  const message = saidIn(error, messageOf(error));
  switch (nameOf(error)) {
    case "ResourceNotFoundException":
      return new Error(
        `There is no function ${lane}. Set ETLWORKS_LANE to the ARN of the lane. (${message})`,
      );
    case "AccessDeniedException":
      return new Error(
        `The function may not start the lane. Allow its role lambda:InvokeFunction on ${lane}. (${message})`,
      );
    default: {
      const why = `The lane could not be started: ${nameOf(error)}: ${message}`;
      const out = wayOut(error, "Lambda");
      return new Error(out === undefined ? why : `${why}. ${out}`);
    }
  }
}
