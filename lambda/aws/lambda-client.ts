/**
 * The parts of the AWS SDK's Lambda client that both functions use. They import it when first used,
 * and from here, because `import()` of the whole package would bundle all its 90 calls.
 */
export {
  CheckpointDurableExecutionCommand,
  GetDurableExecutionStateCommand,
  InvokeCommand,
  LambdaClient,
} from "@aws-sdk/client-lambda";
