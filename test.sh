#!/usr/bin/env bash
# Builds everything and runs all tests. The last line is "N passed, N failed".
set -u -o pipefail
cd "$(dirname "$0")" || exit 1
export UseSharedCompilation=true DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
# The numbers are read from what dotnet says, so it must say it in English.
export DOTNET_CLI_UI_LANGUAGE=en

if ! dotnet build Spouts.sln -v quiet -clp:NoSummary; then
  echo "The build failed."
  echo "0 passed, 1 failed"
  exit 1
fi

# What the tests and the programs under test print, and the secrets that these were given (tests/Shared).
SPOUTS_TEST_OUTPUT=$(mktemp -d)
export SPOUTS_TEST_OUTPUT
trap 'rm -rf "$SPOUTS_TEST_OUTPUT"' EXIT

passed=0 failed=0
for project in tests/*/*.csproj; do
  grep -q 'Microsoft.NET.Test.Sdk' "$project" || continue
  name=$(basename "$project" .csproj)
  log=$SPOUTS_TEST_OUTPUT/$name.output
  # One project after the other: each starts processes of its own and measures them. A test that hangs is named and ended.
  dotnet test "$project" --no-build --logger "console;verbosity=normal" \
      --blame-hang-timeout 10m --blame-hang-dump-type none --results-directory "$SPOUTS_TEST_OUTPUT/results" 2>&1 |
    tee "$log" | grep --line-buffered -v -E '^\s+(Passed|Standard Output)|^(Test run|A total|Microsoft|Copyright)'
  status=${PIPESTATUS[0]}
  p=$(grep -oP '^\s+Passed: \K\d+' "$log" | tail -1)
  f=$(grep -oP '^\s+Failed: \K\d+' "$log" | tail -1)
  # A run that died, or that found no test, is a failure too.
  if [ -z "${p:-}" ] || { [ "$status" -ne 0 ] && [ "${f:-0}" -eq 0 ]; }; then f=$((${f:-0} + 1)); fi
  echo "$name: ${p:-0} passed, ${f:-0} failed"
  passed=$((passed + ${p:-0}))
  failed=$((failed + ${f:-0}))
done
cat "$SPOUTS_TEST_OUTPUT"/*.secrets > "$SPOUTS_TEST_OUTPUT/all"
if [ -s "$SPOUTS_TEST_OUTPUT/all" ] && ! grep -F -f "$SPOUTS_TEST_OUTPUT/all" "$SPOUTS_TEST_OUTPUT"/*.output; then
  echo "Secrets: 1 passed, 0 failed"
  passed=$((passed + 1))
else
  echo "A program printed a secret, or none was planted."
  echo "Secrets: 0 passed, 1 failed"
  failed=$((failed + 1))
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
