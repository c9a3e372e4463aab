# Our workflows in nektos/act, a real workflow engine, with the Action as users write it.
source .ci/install.sh

go_tool act github.com/nektos/act@v0.2.89
"$ETLWORKS_CI_CACHE/go/act" --version

vitest run --project end-to-end action
