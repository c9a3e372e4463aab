#!/usr/bin/env bash
# Run it at the root of a clone of this repository. It needs the AWS CLI and the SAM CLI, 1.153.1 or later.
set -euo pipefail

STACK=etlworks
BUCKET=landing
BASE_URL=https://your-instance.etlworks.com/rest
KEY_FILE=etlworks-key.txt # the API key and nothing else
ROUTES=routes.json

# 1. The key goes into Secrets Manager, where only the runner may read it. A secret that is there stays.
SECRET_ARN=$(aws secretsmanager describe-secret --secret-id "$STACK-key" \
  --query ARN --output text 2>/dev/null ||
  aws secretsmanager create-secret --name "$STACK-key" \
    --secret-string "file://$KEY_FILE" --query ARN --output text)

# 2. The routes go beside the functions.
cp "$ROUTES" dist/lambda/routes.json

# 3. All the rest: queue, functions, roles, alarms. A new version is published when the revision changes.
PARAMETERS=("BaseUrl=$BASE_URL" "SecretArn=$SECRET_ARN" "Bucket=$BUCKET")
REVISION=$({ cat dist/lambda/*; printf '%s\n' "${PARAMETERS[@]}"; } |
  { sha256sum 2>/dev/null || shasum -a 256; } | cut -c 1-10)
sam deploy --template-file lambda/template.yaml --stack-name "$STACK" \
  --resolve-s3 --capabilities CAPABILITY_IAM \
  --parameter-overrides "${PARAMETERS[@]}" "Revision=$REVISION"

# 4. Ask whether a run could be started now. It says how to read the answer.
aws lambda invoke --function-name "$STACK-dispatcher" --qualifier live \
  --cli-binary-format raw-in-base64-out --payload '{"check": true}' /dev/stdout
