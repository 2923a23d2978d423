#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The fuzz targets without a fuzzer: each with the seeds in tests/fuzz/corpus, all their
# beginnings, and all their bytes changed.
#
# Environment: TARGETS (default: all that were built), top_builddir (default: .).

top=${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
replays=${top_builddir:-.}/tests/fuzz
# shellcheck source=tests/lab/tap.sh
. "$top/tests/lab/tap.sh"

targets() { for program in "$replays"/replay_*; do basename "$program"; done | grep -v '\.' | sed s/replay_//; }

holds()
{
    output=$("$replays/replay_$1" "$top/tests/fuzz/corpus/$1" 2>&1)
    status=$?
    echo "$output" | diagnose
    [ $status -eq 0 ] && echo "$output" | grep -Eq '^[1-9][0-9]* seeds, [1-9][0-9]* executions$'
}

for target in ${TARGETS:-$(targets)}; do
    expect "$target: what is promised holds" holds "$target"
done
for corpus in "$top"/tests/fuzz/corpus/*; do
    expect "there is a target for the seeds of $(basename "$corpus")" \
        test -e "$top/tests/fuzz/fuzz_$(basename "$corpus").c"
done
finish
