#!/usr/bin/env bash
# Deletes the stack, and says what stays and how to delete that too. Needs AWS CLI v2.
set -euo pipefail

STACK=${STACK:-etlworks}

output() {
  aws cloudformation describe-stacks --stack-name "$STACK" \
    --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue" --output text
}

ledger=$(output LedgerName)
dead_letters=$(output DeadLettersUrl)
failed_invocations=$(output FailedInvocationsUrl)

echo "Deleting the stack $STACK. Active executions are stopped first, so this can take an hour."
aws cloudformation delete-stack --stack-name "$STACK"
aws cloudformation wait stack-delete-complete --stack-name "$STACK"

echo "The stack is gone. Flows that are running keep running in Etlworks. To delete what stays, too:
  aws dynamodb delete-table --table-name $ledger
  aws sqs delete-queue --queue-url $dead_letters
  aws sqs delete-queue --queue-url $failed_invocations
  aws secretsmanager delete-secret --secret-id $STACK-key"
