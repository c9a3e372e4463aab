# What npm test has some of, whole: random worlds of the core and of lanes, random scenes of events,
# every death, AWS's local runner.
source .ci/install.sh

vitest run --project end-to-end test/laboratory test/conformance
