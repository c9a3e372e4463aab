#!/usr/bin/env bash
# Puts your routes beside the functions of a release, for the variable "package".
# Usage: examples/terraform/package.sh RELEASE.zip ROUTES.json PACKAGE.zip
# Run it at the root of a clone of this repository: it checks the routes first. Needs zip and Node 24.5 or later.
set -euo pipefail

if (($# != 3)); then
  sed -n '2,/^set /s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" | sed '$d' >&2
  exit 2
fi
release=$1 routes=$2 package=$3
node scripts/routes.ts "$routes"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$release" "$work/package.zip"
cp "$routes" "$work/routes.json"
(cd "$work" && zip -q -X package.zip routes.json)
mv "$work/package.zip" "$package"
echo "Wrote $package. Its routes are those of $routes."
