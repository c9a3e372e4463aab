# Packs a release as release.yml does: the same bytes twice, the handlers at the zip's root, an SBOM.
source .ci/install.sh

debian_package zip zip
debian_package unzip unzip
packed=$(mktemp -d)
trap 'rm -rf "$packed"' EXIT

# The script packs beside the sources, so it runs in a copy of what it needs.
for copy in first second; do
  mkdir -p "$packed/$copy/.github"
  cp -R dist package.json package-lock.json LICENSE .npmrc "$packed/$copy"
  cp .github/pack-release.sh "$packed/$copy/.github"
  "$packed/$copy/.github/pack-release.sh" 1.2.3 release
done
cd "$packed/second/release"
cmp etlworks-lambda-v1.2.3.zip "$packed/first/release/etlworks-lambda-v1.2.3.zip"
echo "two packs of the same commit are the same bytes"
sha256sum --check SHA256SUMS
unzip -Z1 etlworks-lambda-v1.2.3.zip
unzip -q etlworks-lambda-v1.2.3.zip -d unpacked
cmp unpacked/LICENSE ../LICENSE
rm unpacked/LICENSE
diff --recursive --brief unpacked ../dist/lambda || { echo "the zip holds other files than dist"; exit 1; }
jq --exit-status '[.packages[].name] | index("@actions/core") != null and index("vitest") == null' \
  sbom.spdx.json >/dev/null
echo "the SBOM lists $(jq '.packages | length' sbom.spdx.json) packages, all of them shipped"
