# A check that cannot fail proves nothing: each defect below, planted in a copy of the work tree,
# must turn the tests red that are there for it.
source .ci/install.sh

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents --target-directory "$copy" 2>/dev/null || true
# Hard links, since ncc would name its chunks by where a symbolic link leads to.
cp --archive --link node_modules "$copy" 2>/dev/null || cp --archive node_modules "$copy"
code=0

# planted WHAT FILE SED-SCRIPT TEST ...: change the file, run the tests, demand red, change it back
planted() {
  local what=$1 file="$copy/$2" log="$copy/planted.log"
  if [[ ! -f "$file" ]]; then
    echo "NOT PLANTED  $what: there is no $2"
    code=1
    return
  fi
  cp "$file" "$copy/original"
  sed -i -E "$3" "$file"
  if cmp --silent "$file" "$copy/original"; then
    echo "NOT PLANTED  $what: $2 has changed; plant it anew"
    code=1
  elif (cd "$copy" && vitest run --root "$copy" --project 'quick*' "${@:4}") >"$log" 2>&1; then
    echo "NOT FOUND    $what"
    code=1
  elif ! grep --quiet 'Tests .*failed' "$log"; then
    echo "BROKEN       $what: no test ran"
    tail -n 15 "$log" | sed 's/^/| /'
    code=1
  else
    echo "found        $what ($(sed -nE 's/^ *Tests +([0-9]+ failed).*/\1/p' "$log"))"
  fi
  cp "$copy/original" "$file"
}

if ! (cd "$copy" && vitest run --root "$copy" --project 'quick*' test/repository test/lambda/routes/pattern/compile.test.ts test/lambda/events/invocation.test.ts) >"$copy/before.log" 2>&1; then
  tail -n 30 "$copy/before.log" | sed 's/^/| /'
  echo "These tests are red before anything was planted."
  exit 1
fi

planted "a byte added to the Action's bundle" dist/action/index.js '$ s/$/ /' test/repository/dist.test.ts
planted "a byte added to the dispatcher's bundle" dist/lambda/dispatcher.mjs '$ s/$/ /' test/repository/dist.test.ts
planted "another commit behind a pinned action" .github/workflows/release.yml '0,/3d3c42e5/s//3d3c42e4/' test/repository/workflows.test.ts
planted "a job that the gate does not wait for" .github/workflows/ci.yml 's/needs: \[checks, dist, /needs: [checks, /' test/repository/workflows.test.ts
# shellcheck disable=SC2016
planted "an expression in a script" .github/workflows/release.yml 's/gh release edit "v\$VERSION"/gh release edit "v${{ inputs.version }}"/' test/repository/workflows.test.ts
planted "a lock file without a hash" package-lock.json '0,/"integrity": "sha512-[^"]*",/s///' test/repository/lock-file.test.ts
planted "a copyleft package among the shipped ones" package-lock.json '/"node_modules\/@actions\/core"/,/\}/s/"license": "MIT"/"license": "GPL-3.0-only"/' test/repository/licences.test.ts
# shellcheck disable=SC2016
planted "a prefix pattern that matches anywhere" lambda/routes/pattern/text-tests.ts 's/leaf\.text\.startsWith\(`"\$\{text\}`\)/leaf.text.includes(text)/' test/lambda/routes/pattern/compile.test.ts
planted "plus signs left in S3's keys" lambda/events/s3-record.ts 's/encoded\.replaceAll\("\+", " "\)/encoded/' test/lambda/events/invocation.test.ts
planted "EventBridge's keys decoded as if S3 had encoded them" lambda/events/envelopes.ts 's/const identified = \{ \.\.\.event,/const identified = { ...JSON.parse(decodeURIComponent(JSON.stringify(event))),/' test/lambda/events/invocation.test.ts
exit "$code"
