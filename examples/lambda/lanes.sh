#!/usr/bin/env bash
# Looks after the lanes of a stack. Answers are JSON. --dry-run only shows what would happen.
#
#   lanes.sh check                                   could a run be started now?
#   lanes.sh lanes                                   each lane: what waits, since when, what runs
#   lanes.sh hold LANE [--why TEXT]                  start nothing more in this lane
#   lanes.sh resume LANE | drop LANE                 go on | forget what waits
#   lanes.sh again [--route NAME] [--lane LANE] [--outcomes error,timed-out] [--since TIME] [--until TIME]
#   lanes.sh backfill BUCKET PREFIX [--since TIME] [--until TIME] [--limit NUMBER]
#
# TIME is ISO 8601, such as 2026-05-09T00:00:00Z. STACK=name chooses another stack than etlworks.
set -euo pipefail

STACK=${STACK:-etlworks}

usage() {
  sed -n '2,/^set /s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 2
}

wrong() {
  echo "$*" >&2
  echo "See: ${BASH_SOURCE[0]} --help" >&2
  exit 2
}

# A JSON string, whatever the text holds.
text() {
  local escaped=${1//\\/\\\\} code control
  escaped=${escaped//\"/\\\"}
  escaped=${escaped//$'\t'/\\t}
  escaped=${escaped//$'\n'/\\n}
  if [[ "$escaped" == *[[:cntrl:]]* ]]; then
    for code in {1..31}; do
      printf -v code '%02x' "$code"
      printf -v control '%b' "\\x$code"
      escaped=${escaped//"$control"/\\u00$code}
    done
  fi
  printf '"%s"' "$escaped"
}

list() {
  local item items=()
  IFS=, read -r -a items <<<"$1"
  for item in "${items[@]}"; do text "$item" && printf ,; done | sed 's/,$//'
}

command=${1:-}
shift || usage
words=()
fields=""
dry_run=""

# add NAME JSON
add() {
  fields+="${fields:+, }\"$1\": $2"
}

while (($# > 0)); do
  option=$1
  shift
  case $option in
  --dry-run)
    dry_run=', "dryRun": true'
    continue
    ;;
  --*) (($# > 0)) || wrong "$option needs a value." ;;
  *)
    words+=("$option")
    continue
    ;;
  esac
  value=$1
  shift
  case "$command $option" in
  "again --route" | "again --lane" | "again --since" | "again --until" | "backfill --since" | "backfill --until")
    add "${option#--}" "$(text "$value")"
    ;;
  "hold --why") add why "$(text "$value")" ;;
  "again --outcomes") add outcomes "[$(list "$value")]" ;;
  "backfill --limit")
    [[ "$value" =~ ^[1-9][0-9]*$ ]] || wrong "--limit needs a number."
    add limit "$value"
    ;;
  *) wrong "$command has no option $option." ;;
  esac
done

case "$command ${#words[@]}" in
# Neither changes anything, with --dry-run or without.
"check 0" | "lanes 0") payload="{\"$command\": true}" ;;
"hold 1" | "resume 1" | "drop 1") payload="{\"lane\": $(text "${words[0]}"), \"do\": \"$command\"${fields:+, $fields}$dry_run}" ;;
"again 0") payload="{\"again\": {$fields}$dry_run}" ;;
"backfill 2")
  payload="{\"backfill\": {\"bucket\": $(text "${words[0]}"), \"prefix\": $(text "${words[1]}")${fields:+, $fields}}$dry_run}"
  ;;
"check "* | "lanes "*) wrong "$command takes no further words." ;;
"hold "* | "resume "* | "drop "*) wrong "$command needs the name of one lane, as \"lanes\" shows it." ;;
"again "*) wrong "again takes options only, such as --lane." ;;
"backfill "*) wrong "backfill needs a bucket and a prefix. The prefix may be '' for the whole bucket." ;;
*) usage ;;
esac

answer=$(mktemp)
trap 'rm -f "$answer"' EXIT
invoked=$(aws lambda invoke --function-name "$STACK-dispatcher" --qualifier live \
  --cli-binary-format raw-in-base64-out --cli-read-timeout 310 --payload "$payload" --output json "$answer")
cat "$answer"
echo
# The AWS CLI exits 0 although the function has failed.
if [[ "$invoked" == *'"FunctionError"'* ]]; then
  echo "The dispatcher refused this or failed; its sentence is above." >&2
  exit 1
fi
