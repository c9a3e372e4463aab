/**
 * The parts of the AWS SDK's DynamoDB client that the ledger uses, and what a client is given. It is
 * imported with the first operation, and from here, because `import()` of the whole package would
 * bundle all its calls.
 */
export {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
export { refuseForeignAnswers } from "./foreign-answers.ts";
