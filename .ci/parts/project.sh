# What a contributor runs, nothing more: clean install, checks and tests.
set -euo pipefail
echo "node $(node --version) (npm's own), npm $(npm --version)"
npm cit
# `npm run check` has types checked by oxlint's copy of the compiler; here is the compiler itself.
npx --no-install tsc --project .
