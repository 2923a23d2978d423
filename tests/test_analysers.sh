#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What programs that read programs find: nothing. The compiler's analyser, clang's, and
# clang-tidy (.clang-tidy says what it looks for) read lib/ and plugins/ and the fuzz
# targets; cppcheck reads all C; shellcheck reads all scripts. Not part of make check;
# quickstart test runs it.
set -u
top=${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
# shellcheck source=tests/lab/tap.sh
. "$top/tests/lab/tap.sh"
cd "$top" || exit 99

scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT

flags='-std=c11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DCONFINE -Ilib -Itests'
defines='-DCHRONYD_SOCKET="/run/s" -DPACKAGE_NAME="p" -DPACKAGE_VERSION="1"'

sources() { find lib plugins tests/fuzz -name "*.c"; }

# for_each COMMAND: with each source as $1; all it says is a finding, and so is its failure.
for_each()
{
    sources | FLAGS="$flags" DEFINES="$defines" \
        xargs -P "$(getconf _NPROCESSORS_ONLN)" -I '{}' sh -c "$1" {} '{}' \
        >"$scratch/findings" 2>&1 || echo "a command failed" >>"$scratch/findings"
    [ ! -s "$scratch/findings" ] || { grep -v '^$' "$scratch/findings" | tail -n 40 | diagnose; return 1; }
}

scripts()
{
    ls quickstart .ci/run tests/releases contrib/prometheus/chrony-textfile \
        contrib/chrony/chrony-config-backup
    find tests contrib -name '*.sh' -not -path '*/.*'
}

# The names of scripts, and flags, are words.
# shellcheck disable=SC2046,SC2086
shellcheck_finds_nothing()
{
    shellcheck -x $(scripts) >"$scratch/findings" || { diagnose <"$scratch/findings"; return 1; }
}

# shellcheck disable=SC2086
cppcheck_finds_nothing()
{
    cppcheck --quiet --std=c11 --enable=warning,portability,performance --inconclusive \
        --error-exitcode=1 --suppressions-list=tests/cppcheck.suppressions \
        -D_GNU_SOURCE -DCONFINE -Ilib -Itests lib plugins tests >"$scratch/findings" 2>&1 ||
        { diagnose <"$scratch/findings"; return 1; }
}

# scan-build names the compiler that stands for it in CC.
# shellcheck disable=SC2016 # for the shells that it starts
scan_build_finds_nothing()
{
    sources | FLAGS="$flags" DEFINES="$defines" scan-build -o "$scratch/reports" \
        --status-bugs --use-cc=clang xargs -P "$(getconf _NPROCESSORS_ONLN)" -n 8 \
        sh -c 'for source; do $CC $FLAGS $DEFINES -c "$source" -o /dev/null || exit; done' x \
        >"$scratch/findings" 2>&1 || { diagnose <"$scratch/findings"; return 1; }
}

# needs DESCRIPTION PROGRAM COMMAND [ARGUMENT...]
needs()
{
    description=$1
    program=$2
    shift 2
    if command -v "$program" >/dev/null; then
        expect "$description" "$@"
    else
        skip "$description" "$program is not installed"
    fi
}

# shellcheck disable=SC2016 # for the shells that for_each() starts
{
    needs "gcc -fanalyzer finds nothing" gcc for_each \
        'gcc $FLAGS $DEFINES -O2 -fanalyzer -fdiagnostics-plain-output -c "$1" -o /dev/null'
    needs "clang-tidy finds nothing" clang-tidy for_each \
        'clang-tidy --quiet "$1" -- $FLAGS $DEFINES 2>/dev/null ||
            { echo "clang-tidy $1: status $?"; exit 1; }'
}
needs "scan-build finds nothing" scan-build scan_build_finds_nothing
needs "cppcheck finds nothing" cppcheck cppcheck_finds_nothing
needs "shellcheck finds nothing" shellcheck shellcheck_finds_nothing
finish
