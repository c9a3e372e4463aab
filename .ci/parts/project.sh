# What a contributor runs, nothing more: clean install, checks and tests.
set -euo pipefail
echo "node $(node --version) (npm's own), npm $(npm --version)"
npm cit
