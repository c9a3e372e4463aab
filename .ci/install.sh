# Installs tools by name from their registries into the cache, once for each version.
# Sourced by the parts. Every function prints nothing and leaves the tool at a known path.

set -euo pipefail
: "${ETLWORKS_CI_CACHE:?set by .ci/report.sh}"

# npm prefers Node 24 over the machine's own; without `npm ci` there is nothing to prefer.
export PATH="$PWD/node_modules/.bin:$PATH"

# go_tool NAME MODULE@VERSION → $ETLWORKS_CI_CACHE/go/NAME
go_tool() {
  once "go/$1" "$2" env GOBIN="$ETLWORKS_CI_CACHE/go" GOFLAGS=-buildvcs=false go install "$2"
}

# python_tool NAME REQUIREMENT ... → $ETLWORKS_CI_CACHE/NAME/bin/…
python_tool() {
  once "$1" "${*:2}" make_environment "$ETLWORKS_CI_CACHE/$1" "${@:2}"
}

make_environment() {
  rm -rf "$1"
  python3 -m venv "$1"
  "$1/bin/pip" install --quiet --disable-pip-version-check "${@:2}"
}

# npm_tool NAME PACKAGE@VERSION ... → $ETLWORKS_CI_CACHE/NAME/node_modules/…
npm_tool() {
  once "$1" "${*:2}" install_packages "$ETLWORKS_CI_CACHE/$1" "${@:2}"
}

install_packages() {
  rm -rf "$1"
  mkdir -p "$1"
  echo '{"private": true}' >"$1/package.json"
  (cd "$1" && npm install --no-audit --no-fund --loglevel=error "${@:2}")
}

# debian_package COMMAND PACKAGE ...: only when the command is not there yet
debian_package() {
  if command -v "$1" >/dev/null; then return; fi
  local as_root=()
  if ((EUID != 0)); then as_root=(sudo); fi
  say_seconds "${*:2}" "${as_root[@]}" bash -c '
    apt-get update --quiet=2
    DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends "$@"
  ' -- "${@:2}"
}

# once NAME STAMP COMMAND ...: runs the command unless it was run with the same stamp before.
# The stamp is written last, so that an install that was cut short counts as none.
once() {
  local stamp="$ETLWORKS_CI_CACHE/$1.installed"
  if [[ -f "$stamp" && "$(<"$stamp")" == "$2" ]]; then return; fi
  mkdir -p "$(dirname "$stamp")"
  rm -f "$stamp"
  say_seconds "$2" "${@:3}"
  echo "$2" >"$stamp"
}

say_seconds() {
  local started=$SECONDS log
  log=$(mktemp)
  if ! "${@:2}" >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log"
    echo "could not install $1 (no network, or not in its registry?)"
    return 1
  fi
  rm -f "$log"
  echo "installed $1 in $((SECONDS - started)) s"
}
