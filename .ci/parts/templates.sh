# The SAM template by AWS's own tools, the Terraform example by as much as works offline, the scripts.
source .ci/install.sh

# cfn-lint comes with it: "sam validate --lint" is cfn-lint after AWS's own transform.
python_tool sam aws-sam-cli==1.170.0
go_tool tflint github.com/terraform-linters/tflint@v0.61.0
python_tool moto "moto[server]==5.2.5"
debian_package shellcheck shellcheck

code=0
sam="$ETLWORKS_CI_CACHE/sam/bin"
export SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=eu-central-1

echo "* $("$sam/sam" --version)"
mapfile -t templates < <(git ls-files '*template.yaml' '*template.yml')
if ((${#templates[@]} == 0)); then
  echo "no template.yaml is committed"
  code=1
fi
for template in "${templates[@]}"; do
  "$sam/sam" validate --lint --template "$template" || code=1
  echo "* $("$sam/cfn-lint" --version) $template"
  "$sam/cfn-lint" "$template" || code=1
done

echo "* shellcheck $(shellcheck --version | sed -n 's/^version: //p') of the scripts in examples"
git ls-files -z 'examples/**/*.sh' | xargs -0 shellcheck || code=1

mapfile -t folders < <(git ls-files '*.tf' | xargs --no-run-if-empty dirname | sort --unique)
echo "* $("$ETLWORKS_CI_CACHE/go/tflint" --version | sed -n 1p)"
for folder in "${folders[@]}"; do
  echo "$folder"
  "$ETLWORKS_CI_CACHE/go/tflint" --chdir "$folder" --config "$PWD/.ci/tflint.hcl" || code=1
done

# Terraform itself and the AWS provider are in none of the registries that every machine reaches,
# so they check what they can where a machine has them.
if command -v terraform >/dev/null; then
  for folder in "${folders[@]}"; do
    .ci/validate-terraform.sh "$folder" || code=1
  done
else
  echo "* terraform is not on this machine: its formatter and validator were left out"
fi
exit "$code"
