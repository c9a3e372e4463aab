#!/usr/bin/env bash
# Removes everything but the ledger and the two queues of what failed. Run it where your state is.
# Words that you give go to "terraform destroy", such as -var-file=my.tfvars.
set -euo pipefail

terraform state rm \
  aws_dynamodb_table.ledger aws_sqs_queue.dead_letters aws_sqs_queue.failed_invocations
terraform destroy "$@"
