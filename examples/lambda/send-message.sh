#!/usr/bin/env bash
# Sends a message that examples/routes/queue.json knows into the queue of the stack.
set -euo pipefail

STACK=etlworks

QUEUE_URL=$(aws cloudformation describe-stacks --stack-name "$STACK" \
  --query "Stacks[0].Outputs[?OutputKey=='QueueUrl'].OutputValue" --output text)
aws sqs send-message --queue-url "$QUEUE_URL" --message-body '{"refresh": "customers"}'
