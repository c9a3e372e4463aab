#!/usr/bin/env bash
# What became of a file: a line for each version of it and each route. Needs AWS CLI v2. Changes nothing.
#
#   find-file.sh KEY         such as orders/2026-05-09.csv
#
# It reads the whole ledger. STACK=name chooses another stack than etlworks, LEDGER=name a table, where
# no stack of CloudFormation names it: with Terraform it is etlworks-ledger.
set -euo pipefail

STACK=${STACK:-etlworks}
KEY=${1:-}
if [[ -z "$KEY" || "$KEY" == --* ]]; then
  sed -n '2,/^set /s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 2
fi

# A JSON string, whatever the key holds.
escaped=${KEY//\\/\\\\}
escaped=${escaped//\"/\\\"}

ledger=${LEDGER:-}
if [[ -z "$ledger" ]]; then
  ledger=$(aws cloudformation describe-stacks --stack-name "$STACK" \
    --query "Stacks[0].Outputs[?OutputKey=='LedgerName'].OutputValue" --output text)
fi
aws dynamodb scan --table-name "$ledger" \
  --filter-expression '#sk = :entry AND #decision.#file.#key = :key' \
  --expression-attribute-names '{"#sk": "sk", "#decision": "decision", "#file": "file", "#key": "key"}' \
  --expression-attribute-values "{\":entry\": {\"S\": \"e\"}, \":key\": {\"S\": \"$escaped\"}}" \
  --query 'Items[].{came: at.S, route: decision.M.route.S, lane: lane.S, state: state.S, outcome: outcome.S, batch: batch.S, ended: toldAt.S}' \
  --output table
