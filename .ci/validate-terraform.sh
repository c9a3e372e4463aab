#!/usr/bin/env bash
# Formats and validates one Terraform folder with the machine's terraform.
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
trap 'rm -rf "$copy"' EXIT
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
