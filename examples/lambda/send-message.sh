#!/usr/bin/env bash
# Sends a message that examples/routes/queue.json knows into the queue of the stack.
# STACK=name chooses another stack than etlworks, QUEUE_URL=url a queue: with Terraform, its output queue_url.
set -euo pipefail

STACK=${STACK:-etlworks}

QUEUE_URL=${QUEUE_URL:-}
if [[ -z "$QUEUE_URL" ]]; then
  QUEUE_URL=$(aws cloudformation describe-stacks --stack-name "$STACK" \
    --query "Stacks[0].Outputs[?OutputKey=='QueueUrl'].OutputValue" --output text)
fi
aws sqs send-message --queue-url "$QUEUE_URL" --message-body '{"refresh": "customers"}'
