# Our event patterns against event-ruler, the engine of EventBridge, on random questions.
source .ci/install.sh

java -version 2>&1 | sed -n 1p
mvn --version 2>/dev/null | sed -n 1p

# The same questions each time: a commit is judged by what it changed. `npm run test:patterns` asks new ones.
node test/end-to-end/event-ruler/compare.ts 50000 1700
