# Our workflows and actions, read by actionlint, zizmor and GitHub's own language service.
source .ci/install.sh

go_tool actionlint github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
debian_package shellcheck shellcheck
python_tool zizmor zizmor==1.32.0
npm_tool language-service @actions/languageservice@0.3.61

code=0
actionlint="$ETLWORKS_CI_CACHE/go/actionlint"
zizmor="$ETLWORKS_CI_CACHE/zizmor/bin/zizmor"
language_service="$ETLWORKS_CI_CACHE/language-service"
# Examples are files that people copy; those with jobs are workflows.
mapfile -t examples < <(git ls-files 'examples/*.yml' | xargs --no-run-if-empty grep --files-with-matches '^jobs:')
files=(action.yml .github/workflows/*.yml .github/actions/*/action.yml "${examples[@]}")

echo "* actionlint $("$actionlint" --version | sed -n 1p), shellcheck $(shellcheck --version | sed -n 's/^version: //p')"
# It skips an action.yml that it cannot parse when no workflow uses it; the language service does not.
# It does not know `concurrency.queue` (GitHub, May 2026) yet; the language service does.
"$actionlint" -ignore 'unexpected key "queue" for "concurrency" section' .github/workflows/*.yml "${examples[@]}" || code=1

echo "* $("$zizmor" --version) --offline --persona pedantic"
"$zizmor" --offline --persona pedantic --strict-collection --no-progress --quiet . || code=1

echo "* @actions/languageservice $(jq --raw-output .version "$language_service/node_modules/@actions/languageservice/package.json")"
NODE_PATH="$language_service/node_modules" esbuild .ci/workflow-language.mjs --bundle --platform=node \
  --format=cjs --log-level=warning --outfile="$language_service/workflow-language.cjs"
node "$language_service/workflow-language.cjs" "${files[@]}" || code=1

echo "* shellcheck"
shellcheck --shell=bash --external-sources .ci/run .ci/*.sh .ci/parts/*.sh .github/*.sh examples/lambda/*.sh || code=1
exit "$code"
