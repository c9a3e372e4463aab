#!/usr/bin/env bash
# Deploys lambda/template.yaml and tests the setup. Run it at the root of a clone of this repository, as
# often as you like. Needs AWS CLI v2, SAM CLI 1.153.1 or later, and Node 24.5 or later.
set -euo pipefail

# Your values. A variable of the same name in the environment wins.
STACK=${STACK:-etlworks}
BUCKETS=${BUCKETS-landing} # several: landing,archive
DETAIL_TYPES=${DETAIL_TYPES:-Object Created} # several: Object Created,Object Deleted
BASE_URL=${BASE_URL:-https://your-instance.etlworks.com/rest}
KEY_FILE=${KEY_FILE:-etlworks-key.txt} # the API key and nothing else
ROUTES=${ROUTES:-routes.json}
ALARM_EMAIL=${ALARM_EMAIL:-} # gets a message when a run fails
OTHER_PARAMETERS=()          # of lambda/template.yaml, such as ("NotifySuccess=true" "SubnetIds=subnet-1,subnet-2")

SECRET="$STACK-key"
SET_KEY="aws secretsmanager put-secret-value --secret-id $SECRET --secret-string file://$KEY_FILE"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
problems=0

stop() {
  echo "STOPPED: $*" >&2
  exit 1
}

problem() {
  echo "PROBLEM: $*" >&2
  problems=$((problems + 1))
}

# ask COMMAND ... runs the AWS CLI: what it printed is in $answer, why it failed in $refusal.
ask() {
  answer=$(aws "$@" 2>"$work/refusal") && return
  refusal=$(<"$work/refusal")
  return 1
}

# field FILE NAME prints one field of a JSON file; nothing when there is none.
field() {
  node -e 'let value;
    try { value = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8")); } catch {}
    const found = process.argv[2].split(".").reduce((inner, name) => inner?.[name], value);
    if (Array.isArray(found)) console.log(found.join("\n"));
    else if (found !== undefined && found !== null) console.log(found);' "$1" "$2"
}

# at_least WANTED FOUND compares versions such as 1.153.1.
at_least() {
  [[ "$(printf '%s\n' "$1" "$2" | sort -t . -k 1,1n -k 2,2n -k 3,3n | sed -n 1p)" == "$1" ]]
}

version_of() {
  { "$1" --version 2>&1 || true; } | sed -n -E 's|^[^0-9]*([0-9]+\.[0-9]+\.[0-9]+).*|\1|p' | sed -n 1p
}

# need NAME COMMAND WANTED
need() {
  local found
  found=$(version_of "$2")
  [[ -n "$found" ]] || stop "$1 was not found. Install version $3 or later."
  at_least "$3" "$found" || stop "$1 $found is too old. Install version $3 or later."
}

check_routes() {
  [[ -f "$ROUTES" ]] || stop "There is no file $ROUTES. Write your routes into it; examples/routes/files.json is a start."
  npm run --silent routes -- "$ROUTES" --buckets "$BUCKETS" --detail-types "$DETAIL_TYPES" ||
    stop "Nothing was deployed. Fix $ROUTES and run this script again."
}

# The key goes into Secrets Manager, where only the runner may read it.
find_secret() {
  local deleted
  if ask secretsmanager describe-secret --secret-id "$SECRET" --query '[ARN, DeletedDate]' --output text; then
    read -r SECRET_ARN deleted <<<"$answer"
    [[ "${deleted:-None}" == None ]] || stop "The secret $SECRET is about to be deleted. To keep it: aws secretsmanager restore-secret --secret-id $SECRET"
    echo "The secret $SECRET is there already and keeps the key that it has. To set another key: $SET_KEY"
  elif [[ -z "$refusal" || "$refusal" == *ResourceNotFoundException* ]]; then
    [[ -s "$KEY_FILE" ]] || stop "There is no file $KEY_FILE. Make an API key in Etlworks (Settings, Users, API Key; role Operator) and save it there."
    ask secretsmanager create-secret --name "$SECRET" --secret-string "file://$KEY_FILE" --query ARN --output text ||
      stop "The secret $SECRET could not be made: $refusal"
    SECRET_ARN=$answer
    echo "The secret $SECRET was made. You can delete $KEY_FILE now. To set another key later: $SET_KEY"
  else
    stop "AWS did not tell whether the secret $SECRET is there: $refusal"
  fi
}

# A new version is published when the revision changes, and then only.
deploy() {
  local parameters revision
  # SAM cuts a value at its first blank unless it stands in quotes of its own.
  parameters=("BaseUrl=$BASE_URL" "SecretArn=$SECRET_ARN" "DetailTypes=\"$DETAIL_TYPES\"")
  if [[ -n "$BUCKETS" ]]; then parameters+=("Buckets=\"$BUCKETS\""); fi
  if [[ -n "$ALARM_EMAIL" ]]; then parameters+=("AlarmEmail=$ALARM_EMAIL"); fi
  parameters+=(${OTHER_PARAMETERS[@]+"${OTHER_PARAMETERS[@]}"})
  cp "$ROUTES" dist/lambda/routes.json
  revision=$({ cat dist/lambda/* lambda/template.yaml && printf '%s\n' "${parameters[@]}"; } |
    { sha256sum 2>/dev/null || shasum -a 256; } | cut -c 1-10)
  sam deploy --template-file lambda/template.yaml --stack-name "$STACK" \
    --resolve-s3 --capabilities CAPABILITY_IAM --no-fail-on-empty-changeset \
    --parameter-overrides "${parameters[@]}" "Revision=$revision" 2>&1 | tee "$work/sam" ||
    # That nothing has changed is no failure, whatever SAM makes of it.
    grep -q 'No changes to deploy' "$work/sam" ||
    stop "The deployment failed; the lines above say why. When it is fixed, run this script again."
}

# Could a run be started now? The dispatcher passes the question on to the runner, which may read the key.
check_setup() {
  local execution status="" result="" message=""
  if ! ask lambda invoke --function-name "$STACK-dispatcher" --qualifier live \
    --cli-binary-format raw-in-base64-out --payload '{"check": true}' --output json "$work/check.json"; then
    problem "The dispatcher could not be asked: $refusal"
    return
  fi
  # The AWS CLI exits 0 although the function has failed.
  if [[ "$answer" == *'"FunctionError"'* ]]; then
    problem "The dispatcher failed: $(field "$work/check.json" errorMessage)"
    return
  fi
  execution=$(field "$work/check.json" executionArn)
  if [[ -n "$execution" ]]; then
    for _ in {1..30}; do
      if ! ask lambda get-durable-execution --durable-execution-arn "$execution" \
        --query '[Status, Result, Error.ErrorMessage]' --output text; then
        problem "The answer of the runner could not be read (update your AWS CLI if it does not know the command): $refusal"
        return
      fi
      # Three texts with a tab between them; only the last one can hold a tab or a line break.
      IFS=$'\t' read -r -d '' status result message <<<"$answer" || true
      [[ "$status" == RUNNING ]] || break
      sleep 4
    done
    if [[ "$status" != SUCCEEDED ]]; then
      message=${message%$'\n'}
      if [[ "$message" == None ]]; then message="it said nothing more."; fi
      problem "The check of the runner ended as $status: $message"
      return
    fi
    printf '%s' "$result" >"$work/check.json"
  fi
  if [[ "$(field "$work/check.json" ok)" != true ]]; then
    status=$(field "$work/check.json" problems)
    problem "No run could be started: ${status:-$(head -c 500 "$work/check.json" 2>&1)}"
  fi
}

check_buckets() {
  local bucket
  for bucket in ${BUCKETS//,/ }; do
    if ! ask s3api get-bucket-notification-configuration --bucket "$bucket" --query EventBridgeConfiguration --output json; then
      echo "Whether EventBridge is on for the bucket $bucket could not be read: $refusal"
    elif [[ "$answer" == null ]]; then
      problem "EventBridge is off for the bucket $bucket, so no event will arrive. Switch it on: S3 console, Properties, Amazon EventBridge."
    fi
  done
}

say_who_is_told() {
  if [[ " ${OTHER_PARAMETERS[*]-} " == *" AlarmTopicArn="* ]]; then return; fi
  if [[ -z "$ALARM_EMAIL" ]]; then
    echo "NOTE: Nobody is told when a run fails. Set ALARM_EMAIL and run this script again."
    return
  fi
  if ! ask cloudformation describe-stacks --stack-name "$STACK" \
    --query "Stacks[0].Outputs[?OutputKey=='NoticesArn'].OutputValue" --output text ||
    ! ask sns list-subscriptions-by-topic --topic-arn "$answer" --query 'Subscriptions[].SubscriptionArn' --output text; then
    echo "NOTE: Whether $ALARM_EMAIL gets messages could not be read: $refusal"
  elif [[ "$answer" != *arn:* ]]; then
    echo "NOTE: Nobody is told yet when a run fails. Open the e-mail that AWS sent to $ALARM_EMAIL and click its link."
  fi
}

# After "npm ci" the clone has a Node of its own.
if [[ -x node_modules/.bin/node ]]; then PATH="$PWD/node_modules/.bin:$PATH"; fi
need "The AWS CLI" aws 2.0.0
need "The SAM CLI" sam 1.153.1
need "Node" node 24.5.0
check_routes
find_secret
deploy
check_setup
check_buckets
say_who_is_told
if ((problems > 0)); then
  stop "The stack $STACK is deployed, but it will not work yet. Problems: $problems."
fi
echo "The stack $STACK is ready. Put a file into the bucket, then see what happens: examples/lambda/lanes.sh lanes"
