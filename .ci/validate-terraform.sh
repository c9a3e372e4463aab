#!/usr/bin/env bash
# Formats and validates one Terraform folder with the machine's terraform, and plans it against moto.
# Usage: .ci/validate-terraform.sh FOLDER
#
# Without the network it needs a copy of the AWS provider on the machine. An old copy does not know
# durable functions, so for that one, and in a copy of the folder, what is newer is taken away and
# named; everything else is checked against the provider's real schema.
set -euo pipefail

folder=$1
unset TF_CLI_CONFIG_FILE
export CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1
echo "* terraform $(terraform version -json | jq --raw-output .terraform_version): fmt $folder"
terraform fmt -check -diff -recursive "$folder"

copy=$(mktemp -d)
moto=""
trap 'if [[ -n "$moto" ]]; then kill "$moto"; fi; rm -rf "$copy"' EXIT
cp "$folder"/*.tf "$copy"

initialise() {
  terraform -chdir="$copy" init -backend=false -input=false -no-color "$@" >"$copy/init.log" 2>&1
}

if timeout 60 bash -c "$(declare -f initialise); copy='$copy' initialise"; then
  terraform -chdir="$copy" validate -no-color
  exit
fi

provider=$(find /opt /usr/share /usr/local/share "$HOME/.terraform.d" -name 'terraform-provider-aws_v*' -print -quit 2>/dev/null || true)
if [[ -z "$provider" ]]; then
  echo "  the AWS provider is neither reachable nor on this machine: validate was left out"
  exit
fi
version=$(sed -E 's/.*_v([0-9.]+).*/\1/' <<<"$provider")
mirror=${provider%/registry.terraform.io/*}
echo "  the AWS provider is not reachable; validate with the machine's $version, without durable_config and with nodejs22.x"
cat >"$copy/override.tf" <<HCL
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "$version"
    }
  }
}
HCL
sed -i -E '/^ *durable_config \{/,/^ *\}/d; s/nodejs24\.x/nodejs22.x/' "$copy"/*.tf
initialise -plugin-dir="$mirror" || { cat "$copy/init.log"; exit 1; }
terraform -chdir="$copy" validate -no-color

# A plan evaluates what validate does not: conditions, loops, and which resources there would be.
moto_server=${ETLWORKS_CI_CACHE:-}/moto/bin/moto_server
if [[ ! -x "$moto_server" ]]; then
  echo "  moto is not installed: plan was left out"
  exit
fi
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$moto_server" -H 127.0.0.1 -p "$port" >"$copy/moto.log" 2>&1 &
moto=$!
for _ in {1..50}; do
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then break; fi
  sleep 0.2
done
cat >"$copy/provider_override.tf" <<HCL
provider "aws" {
  region                      = "eu-central-1"
  access_key                  = "testing"
  secret_key                  = "testing"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true

  endpoints {
    iam = "http://127.0.0.1:$port"
    sts = "http://127.0.0.1:$port"
  }
}
HCL
echo "not a zip" >"$copy/package.zip"

# plan WANTED WORD ...: how many resources there would be
plan() {
  local wanted=$1 found
  timeout 120 terraform -chdir="$copy" plan -no-color -input=false -var package=package.zip \
    -var secret_arn=arn:aws:secretsmanager:eu-central-1:111122223333:secret:etlworks-key-AbCdEf \
    "${@:2}" >"$copy/plan.log" 2>&1 || { grep -A 12 Error "$copy/plan.log"; exit 1; }
  found=$(sed -n -E 's/^Plan: ([0-9]+) to add, 0 to change, 0 to destroy\.$/\1/p' "$copy/plan.log")
  echo "  plan: ${found:-no} resources with ${*:2}"
  if [[ "$found" != "$wanted" ]]; then
    echo "  expected $wanted"
    exit 1
  fi
}

key=arn:aws:kms:eu-central-1:111122223333:key/1234abcd
plan 38 -var 'buckets=[]'
plan 43 -var 'buckets=["landing"]' -var event_bus_name=
plan 48 -var 'buckets=["landing"]' -var alarm_email=data@example.com
plan 50 -var 'buckets=["landing","archive"]' -var alarm_email=data@example.com -var notify_success=true \
  -var "kms_key_arn=$key" -var 'subnet_ids=["subnet-1"]' -var 'security_group_ids=["sg-1"]' \
  -var manifests=s3://lists/batches -var permissions_boundary=arn:aws:iam::111122223333:policy/boundary
plan 46 -var 'buckets=["landing"]' -var alarm_email=data@example.com \
  -var alarm_topic_arn=arn:aws:sns:eu-central-1:111122223333:chat
