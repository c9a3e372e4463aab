# Runs the parts of .ci/run one after the other and adds up what they say.
# Sourced, not executed. Each part is a script .ci/parts/NAME.sh of its own process.

# Tools stay outside the work tree, so that a second run finds them and git does not.
export ETLWORKS_CI_CACHE="${ETLWORKS_CI_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/etlworks-run-flow}"
# Vitest and npm colour their output when CI is set; we read its closing lines.
export NO_COLOR=1
unset FORCE_COLOR

begin_report() {
  mkdir -p "$ETLWORKS_CI_CACHE"
  report_folder=$(mktemp -d)
  trap 'rm -rf "$report_folder"' EXIT
  passed=0
  failed=0
  verdicts=()
}

# part NAME TITLE [wanted ...]: run .ci/parts/NAME.sh, unless other parts were asked for.
part() {
  local name=$1 title=$2 wanted=("${@:3}")
  if ((${#wanted[@]} > 0)) && [[ " ${wanted[*]} " != *" $name "* ]]; then return; fi
  local log="$report_folder/$name.log" started=$SECONDS code=0
  printf '\n=== %s: %s\n' "$name" "$title"
  bash ".ci/parts/$name.sh" </dev/null 2>&1 | tee "$log" || code=$?
  count "$log" "$code"
  local verdict=passed
  if ((code != 0)); then verdict="FAILED (exit $code)"; fi
  verdicts+=("$(printf '%-12s %-18s %4d s   %s' "$name" "$verdict" "$((SECONDS - started))" "$title")")
  printf -- '--- %s: %s after %d s\n' "$name" "$verdict" "$((SECONDS - started))"
}

# Tests are what vitest's closing "Tests" lines say. A part without one is one check,
# and a part that failed without a failed test is one failure.
count() {
  local log=$1 code=$2 tests_passed tests_failed
  tests_passed=$(count_of "passed" "$log")
  tests_failed=$(count_of "failed" "$log")
  if ((code != 0 && tests_failed == 0)); then tests_failed=1; fi
  if ((code == 0 && tests_passed == 0)); then tests_passed=1; fi
  passed=$((passed + tests_passed))
  failed=$((failed + tests_failed))
}

# "      Tests  1 failed | 12 passed | 2 skipped (15)" → the number before the word
count_of() {
  sed -E 's/\x1b\[[0-9;]*m//g' "$2" |
    sed -nE "s/^ *Tests  .*\b([0-9]+) $1\b.*/\1/p" |
    awk '{ sum += $1 } END { print sum + 0 }'
}

end_report() {
  printf '\n=== verdicts\n'
  printf '%s\n' "${verdicts[@]}"
  if ((passed + failed == 0)); then
    echo "nothing ran: no part has that name"
    failed=1
  fi
  printf '\n%d passed, %d failed\n' "$passed" "$failed"
  ((failed == 0))
}
