# Our workflows in nektos/act, a real workflow engine, with the Action as users write it.
source .ci/install.sh

go_tool act github.com/nektos/act@v0.2.89
"$ETLWORKS_CI_CACHE/go/act" --version

vitest run --project end-to-end action

# Each step in a process of its own, as a runner starts it: `npm test` plays many in one (step-process.ts).
STEP_PROCESS=own vitest run --project 'quick*' --reporter=minimal test/action/bundle test/action/report
