/* oxlint-disable -- its packages are installed for the benchmark only, so nothing here knows their types */
import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { IdempotencyConfig, makeIdempotent } from "@aws-lambda-powertools/idempotency";
import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb";
import { getSecret } from "@aws-lambda-powertools/parameters/secrets";
import { EventBridgeSchema } from "@aws-lambda-powertools/parser/schemas";

/** The same work on Powertools: batch, parser, idempotency and parameters, as their manuals show. */
const processor = new BatchProcessor(EventType.SQS);
const config = new IdempotencyConfig({ eventKeyJmesPath: "id", throwOnNoIdempotencyKey: true });
const persistenceStore = new DynamoDBPersistenceLayer({ tableName: "starts" });

const start = makeIdempotent(
  async event => {
    const key = await getSecret(process.env.ETLWORKS_SECRET_ID, { maxAge: 300 });
    const response = await fetch(`${process.env.ETLWORKS_BASE_URL}/v1/flows/12345/run`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ key: event.detail.object.key }),
    });
    return response.json();
  },
  { persistenceStore, config },
);

export const handler = (event, context) => {
  config.registerLambdaContext(context);
  return processPartialResponse(
    event,
    record => start(EventBridgeSchema.parse(JSON.parse(record.body))),
    processor,
    { context },
  );
};
