/**
 * The parts of the AWS SDK's Lambda client that our functions use. They import it when first used,
 * and from here, because `import()` of the whole package would bundle all its 90 calls.
 */
export {
  CheckpointDurableExecutionCommand,
  GetDurableExecutionCommand,
  GetDurableExecutionStateCommand,
  InvokeCommand,
  LambdaClient,
} from "@aws-sdk/client-lambda";
