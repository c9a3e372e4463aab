import {
  DurableExecutionApiClient,
  type DurableExecutionClient,
  DurableExecutionClientError,
} from "@aws/durable-execution-sdk-js";
import { field } from "../../shared/json-fields.ts";
import { messageOf, nameOf } from "../../shared/thrown.ts";
import { ForeignAnswer, SOMETHING_ELSE, saidIn, speakerOf, wayTo } from "./answers.ts";
import { connectLambda } from "./connect-lambda.ts";

/**
 * Tells failures of an invocation, which AWS invokes again, from failures of the execution.
 *
 * AWS refuses the checkpoint of an invocation that another one has taken over from with "Invalid
 * checkpoint token". The SDK (2.4.0) looks for other capitals, takes it for a failure of the whole
 * execution, and ends it as FAILED while the flow runs on.
 * https://github.com/aws/aws-durable-execution-sdk-js/issues/917
 */
export function createDurableClient(
  inner: DurableExecutionClient = apiClient(),
): DurableExecutionClient {
  const clear = async <Answer>(what: string, work: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await work();
    } catch (error) {
      const message = invocationFailure(what, error);
      if (message === undefined) throw error;
      throw new DurableExecutionClientError(message, { cause: error });
    }
  };
  return {
    getExecutionState: (...request) =>
      clear("the state of the execution", async () => {
        const answer = await inner.getExecutionState(...request);
        return ownAnswer(answer, answer.Operations ?? answer.NextMarker);
      }),
    checkpoint: (...request) =>
      clear("a checkpoint", async () => {
        const answer = await inner.checkpoint(...request);
        return ownAnswer(answer, answer.CheckpointToken ?? answer.NewExecutionState);
      }),
  };
}

/**
 * The SDK takes any page for an execution in which nothing has been done, and for a checkpoint that
 * is kept: what was done would be done again. AWS says something, or at least which request it was.
 */
function ownAnswer<Answer>(answer: Answer, said: unknown): Answer {
  const requestId = field(field(answer, "$metadata"), "requestId");
  if (said === undefined && requestId === undefined) throw new ForeignAnswer();
  return answer;
}

/** The SDK's own client, with time limits: without an answer it would wait for minutes. */
function apiClient(): DurableExecutionClient {
  const connected = connectLambda();
  const api = async () => new DurableExecutionApiClient((await connected()).client);
  return {
    getExecutionState: async (...request) => (await api()).getExecutionState(...request),
    checkpoint: async (...request) => (await api()).checkpoint(...request),
  };
}

/** The sentence for an error that only ends this invocation; undefined for any other. */
function invocationFailure(what: string, error: unknown): string | undefined {
  const name = nameOf(error);
  const message = messageOf(error);
  if (/invalid checkpoint token/i.test(message)) return message;
  if (isForNow(error, name)) return `${name}: ${message}`;
  const unanswered = `AWS Lambda did not answer when the function asked for ${what} (${name}: ${saidIn(error, message)}).`;
  // The page of a proxy says nothing about the execution, whose run goes on.
  if (speakerOf(error) === "something else") return `${unanswered} ${SOMETHING_ELSE}`;
  if (isNoAnswer(error, name)) return `${unanswered} ${wayTo("Lambda")}`;
  return undefined;
}

/**
 * What another invocation may not meet again. The SDK takes each 4xx but 429 for the end of the
 * execution, and AWS says with 400, 403 and 408 also that a call came too often, took too long, or
 * was signed with credentials (new ones come with a new invocation) or by a clock that were wrong.
 */
function isForNow(error: unknown, name: string): boolean {
  const status = field(field(error, "$metadata"), "httpStatusCode");
  return status === 408 || field(error, "$retryable") !== undefined || FOR_NOW.test(name);
}

const FOR_NOW =
  /^(?:Expired|RequestExpired|RequestInTheFuture|RequestTimeTooSkewed|InvalidSignature|SignatureDoesNotMatch|UnrecognizedClient|Request(?:Timeout|LimitExceeded|Throttled)|Thrott|TooManyRequests|SlowDown|PriorRequestNotComplete)/;

/** Nothing came back: a time limit of ours, or an error of the socket or of the name's look-up. */
function isNoAnswer(error: unknown, name: string): boolean {
  if (field(field(error, "$metadata"), "httpStatusCode") !== undefined) return false;
  const code = field(error, "code");
  return (
    name === "TimeoutError" ||
    (typeof code === "string" &&
      /^(?:E(?:TIMEDOUT|CONNREFUSED|CONNRESET|HOSTUNREACH|NETUNREACH|NOTFOUND|AI_AGAIN|PIPE))$/.test(
        code,
      ))
  );
}
