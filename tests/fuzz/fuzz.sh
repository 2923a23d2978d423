#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Builds the fuzz targets, each of them with the libraries in one go, and runs them one
# after the other: what `make fuzz` does. See docs/FUZZING.
#
#   fuzz.sh [TARGET...]      all targets where none is named
#
# Environment:
#   SECONDS_EACH  for how long each target runs; 0: only build (default: 60)
#   RUNS          how many executions each target makes instead
#   LENGTH        the longest input, in bytes (default: 600)
#   SANITIZERS    those of clang, or none (default: address,undefined)
#   FUZZ_CC       the compiler; afl-clang-fast builds targets for AFL++ (default: clang)
#   FUZZ_DIR      where all of it goes (default: ./build-fuzz)
set -eu
top=${top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
seconds=${SECONDS_EACH:-60}
sanitizers=${SANITIZERS:-address,undefined}
compiler=${FUZZ_CC:-clang}
work=${FUZZ_DIR:-build-fuzz}
limit=-max_total_time=$seconds
[ -z "${RUNS:-}" ] || limit=-runs=$RUNS

all_targets()
{
    for source in "$top"/tests/fuzz/fuzz_*.c; do
        name=${source##*/fuzz_}
        echo "${name%.c}"
    done
}

# libFuzzer and AFL++ both know these words.
instrument()
{
    flags=-fsanitize=$1
    [ "$sanitizers" = none ] || flags=$flags,$sanitizers
    echo "$flags -fno-sanitize-recover=all"
}

# compile FILE...: into objects beside each other.
# The flags are words.
# shellcheck disable=SC2046
compile()
{
    for source in "$@"; do
        name=${source#"$top"/}
        echo "$compiler -std=c11 -O2 -g -D_GNU_SOURCE -I$top/lib" \
            $(instrument fuzzer-no-link) "-c $source -o $work/$(echo "$name" | tr / _).o"
    done | xargs -P "$(getconf _NPROCESSORS_ONLN)" -I '{}' sh -c '{}'
}

# All but the command line, which needs popt, and what only it uses.
library_sources()
{
    find "$top/lib" -name '*.c' | grep -v -E '/lib/(help|options|plugin|servers|authentication_.*)\.c$'
}

# shellcheck disable=SC2046
build()
{
    mkdir -p "$work"
    rm -f "$work"/*.o "$work"/*.a
    compile $(library_sources)
    ar rc "$work/lib.a" "$work"/lib_*.o
    compile "$top"/tests/fuzz/fuzz_*.c
    # What it does is of no interest to a fuzzer.
    "$compiler" -std=c11 -O2 -g -c "$top/tests/fuzz/reader.c" -o "$work/reader.o"
    for target in $(all_targets); do
        "$compiler" $(instrument fuzzer) -o "$work/fuzz_$target" \
            "$work/tests_fuzz_fuzz_$target.c.o" "$work/reader.o" "$work/lib.a" -lgnutls -lnettle
    done
}

run()
{
    found=$work/found/$1
    mkdir -p "$found"
    echo "fuzz_$1:"
    "$work/fuzz_$1" "$limit" -max_len="${LENGTH:-600}" -timeout=10 \
        -artifact_prefix="$work/crash_$1-" -print_final_stats=1 \
        "$found" "$top/tests/fuzz/corpus/$1" 2>"$work/$1.log" ||
        { tail -n 30 "$work/$1.log" && return 1; }
    grep -e '^#.*DONE' -e '^stat::number_of' "$work/$1.log"
}

# The names of targets are words.
# shellcheck disable=SC2046
[ $# -gt 0 ] || set -- $(all_targets)
build
[ "$seconds" != 0 ] || exit 0
for target in "$@"; do
    run "$target"
done
