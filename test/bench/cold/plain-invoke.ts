import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";

/** What one would write first: the event to the runner through the SDK's client. Nothing else. */
const client = new LambdaClient({});

export async function handler(event: { readonly Records: readonly { readonly body: string }[] }) {
  for (const { body } of event.Records) {
    const FunctionName = process.env["ETLWORKS_RUNNER"];
    await client.send(new InvokeCommand({ FunctionName, InvocationType: "Event", Payload: body }));
  }
}
