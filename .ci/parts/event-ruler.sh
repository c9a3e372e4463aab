# Our event patterns against event-ruler, the engine of EventBridge, on random questions.
source .ci/install.sh

java -version 2>&1 | sed -n 1p
mvn --version 2>/dev/null | sed -n 1p

# Another seed each time; a difference names its own, to be asked again.
node test/end-to-end/event-ruler/compare.ts 50000
