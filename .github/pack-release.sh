#!/usr/bin/env bash
# Packs what a release carries besides dist: the Lambda zip, the SBOM and checksums.
# Usage: .github/pack-release.sh VERSION FOLDER
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=$1
folder=$2
zip="$PWD/$folder/etlworks-lambda-v$version.zip"
mkdir -p "$folder"
rm -f "$zip"

# One time stamp and a sorted list, so that the same commit packs to the same bytes.
staging=$(mktemp -d)
trap 'rm -rf "$staging"' EXIT
cp -R dist/lambda/. LICENSE "$staging"
find "$staging" -exec touch --date=@315532800 {} +
(cd "$staging" && find . -type f | LC_ALL=C sort | TZ=UTC zip --quiet -X -@ "$zip")

npm sbom --package-lock-only --omit dev --omit optional --sbom-format spdx --sbom-type application \
  >"$folder/sbom.spdx.json"
(cd "$folder" && sha256sum -- *.zip sbom.spdx.json >SHA256SUMS)
