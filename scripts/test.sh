#!/usr/bin/env bash
# Runs a suite and counts it: test.sh all|short|lint|soak, or one part of all:
# races|fuzz|generated|pages.
#
# A Go package that has tests counts as one, as go test counts them; so do each
# lint, each fuzz target, each suite of the pages and the check of generated
# code. A failure does not hide the steps after it. The last line is the sum.
set -uo pipefail
cd "$(dirname "$0")/.."

passed=0 failed=0 skipped=0
failures=()
tmp=$(mktemp -d)
demo='' # the process id of the demo under test
trap '[ -z "$demo" ] || kill "$demo"; rm -rf "$tmp"' EXIT

# What the race detector watches: whatever has goroutines of its own.
race_packages=(./engine/... ./journal/... ./follow/... ./recheck/... ./board/... ./gateway/...)

say() { printf '\n== %s\n' "$*"; }

fail() {
	failed=$((failed + 1))
	failures+=("$1")
	echo "FAILED: $1"
}

# check NAME COMMAND... passes or fails as a whole.
check() {
	local name=$1 start=$SECONDS
	shift
	say "$name"
	if "$@"; then
		passed=$((passed + 1))
		echo "$name: $((SECONDS - start)) s"
	else
		fail "$name"
	fi
}

skip() {
	say "$1"
	skipped=$((skipped + 1))
	echo "SKIPPED: $2"
}

# go_test NAME FLAGS... runs go test and counts its packages.
go_test() {
	local name=$1 start=$SECONDS log=$tmp/go
	shift
	say "$name"
	go test "$@" 2>&1 | grep -v 'no test files' | tee "$log"
	local status=${PIPESTATUS[0]}
	local ok bad
	ok=$(grep -c '^ok' "$log")
	bad=$(grep -c $'^FAIL\t' "$log")
	passed=$((passed + ok))
	failed=$((failed + bad))
	if [ "$bad" -gt 0 ]; then
		failures+=("$name: $(awk -F'\t' '/^FAIL\t/ { print $2 }' "$log" | tr '\n' ' ')")
	elif [ "$status" -ne 0 ]; then
		fail "$name"
	fi
	echo "$name: $((SECONDS - start)) s"
}

# random_in lists the packages whose tests draw random cases.
random_in() {
	go list -f '{{.ImportPath}} {{.TestImports}} {{.XTestImports}}' "$@" | awk '/pgregory.net\/rapid/ { print $1 }'
}

# seeded NAME FLAGS... -- PACKAGES... is go_test with random cases from one seed,
# so that the same tree gives the same verdict; soak draws new ones.
seeded() {
	local name=$1 flags=() random plain
	shift
	while [ "$1" != -- ]; do
		flags+=("$1")
		shift
	done
	shift
	mapfile -t random < <(random_in "$@")
	mapfile -t plain < <(go list "$@" | grep -vxF -f <(printf '%s\n' "${random[@]}"))
	go_test "$name" "${flags[@]}" "${plain[@]}"
	go_test "$name, random cases" "${flags[@]}" "${random[@]}" -rapid.seed=20251123
}

# unformatted prints what gofmt would change, and fails if that is anything.
unformatted() {
	local files
	files=$(find . -name '*.go' -not -path './web/node_modules/*' -print0 | xargs -0 gofmt -l) || return 1
	[ -z "$files" ] || { printf 'gofmt -w %s\n' $files && return 1; }
}

lint() {
	check 'go vet' go vet ./...
	check 'staticcheck' $STATICCHECK ./...
	check 'gofmt' unformatted
}

# fuzz TIME tries every fuzz target for so long. By default it counts tries: when
# time ends a run, go test may fail with "context deadline exceeded" and no
# finding.
fuzz() {
	local file target
	while IFS=: read -r file target; do
		check "fuzz $target" go test -run '^$' -fuzz "^$target\$" -fuzztime "$1" -parallel 2 "./$(dirname "$file")"
	done < <(grep -rHoE '^func Fuzz[A-Za-z0-9_]+' --include='*_test.go' --exclude-dir=node_modules . |
		sed 's/func //; s|^\./||' | sort)
}

# generated regenerates everything and compares.
generated() {
	local sums='find api/gen web/gen event/eventpb racing/sample -type f -print0 | sort -z | xargs -0 sha256sum'
	bash -c "$sums" >"$tmp/before" && make --no-print-directory gen && bash -c "$sums" >"$tmp/after" || return 1
	diff "$tmp/before" "$tmp/after" || { echo 'generated files differ from their sources: run make gen' && return 1; }
}

# against_demo COMMAND... runs it with BASE_URL set to a demo of the real program,
# which must then end well.
against_demo() {
	bin/opentote demo --listen 127.0.0.1:0 --data "$tmp/demo" 2>"$tmp/demo.log" &
	demo=$!
	local url='' status
	for _ in $(seq 150); do
		url=$(sed -n 's/^  Board  *\(http[^ ]*\)$/\1/p' "$tmp/demo.log")
		[ -z "$url" ] && kill -0 "$demo" 2>/dev/null || break
		sleep 0.2
	done
	[ -n "$url" ] && BASE_URL=$url "$@"
	status=$?
	kill "$demo" 2>/dev/null
	wait "$demo" || status=1
	demo=''
	[ "$status" -eq 0 ] || { cat "$tmp/demo.log" && return 1; }
}

pages() {
	check 'pages: types, units, build, size' npm --prefix web test
	if CHROMIUM=$(command -v chromium || command -v chromium-browser || command -v google-chrome); then
		export CHROMIUM
		check 'pages: in a browser, against a mock' npm --prefix web run e2e
		check 'pages: in a browser, against the demo' against_demo npm --prefix web run e2e
	else
		skip 'pages: in a browser' 'no Chromium on this machine; on Debian: apt-get install chromium'
	fi
}

races() {
	if command -v "$(go env CC)" >/dev/null; then
		CGO_ENABLED=1 seeded 'go test -race' -race -short -- "${race_packages[@]}"
	else
		skip 'go test -race' 'the race detector needs a C compiler'
	fi
}

case ${1:-} in
all)
	lint
	seeded 'go test' -- ./...
	races
	fuzz "${FUZZTIME:-5000x}"
	check 'generated code' generated
	pages
	skip 'govulncheck' 'its database is not reached from everywhere: make vuln'
	;;
short)
	check 'go vet' go vet ./...
	seeded 'go test -short' -short -- ./...
	;;
lint)
	lint
	go_test 'the shape of the project' ./internal/tidy
	;;
races) races ;;
fuzz) fuzz "${FUZZTIME:-5000x}" ;;
generated) check 'generated code' generated ;;
pages) pages ;;
soak)
	mapfile -t random < <(random_in ./...)
	go_test 'go test, many random cases' -count=1 -timeout 60m "${random[@]}" -rapid.checks=1000
	go_test 'a million pools, computed twice' -count=1 -timeout 60m ./recount -run 'TestAgree$' -rapid.checks=18000
	fuzz "${FUZZTIME:-2m}"
	;;
*)
	sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
	exit 2
	;;
esac

say 'sum'
for f in "${failures[@]}"; do echo "FAILED: $f"; done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
