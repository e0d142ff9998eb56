#!/usr/bin/env bash
# Measures every size of the design on this machine, in a few minutes, and prints
# them as a table. The results themselves, one JSON object a line, go to the file
# named by RESULTS, if it is set. SETTLE has flags of the settlement's benchmark.
set -euo pipefail
cd "$(dirname "$0")/.."

opentote=bin/opentote
results=${RESULTS:-$(mktemp)}
[ -n "${RESULTS:-}" ] || trap 'rm -f "$results"' EXIT
: >"$results"

measure() {
	printf '\n== bench %s\n' "$*" >&2
	"$opentote" bench "$@" | tee -a "$results"
}

measure engine
measure rpc
measure rpc --streamed
measure latency
measure latency --streamed
measure odds
# shellcheck disable=SC2086 # several flags
measure settle ${SETTLE:-}
measure restart
measure memory

printf '\n'
"$opentote" bench table <"$results"
