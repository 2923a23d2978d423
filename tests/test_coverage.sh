#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# How much of lib/ the tests reach: at least 95 % of its lines, and 90 % of the branches
# of all that reads foreign bytes. Counted with gcov over the unit tests, those that let
# calls fail, and the fuzz targets' seeds. Works on a copy of the tree. Not part of make
# check; quickstart test --all runs it.
set -u
top=${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
# shellcheck source=tests/lab/tap.sh
. "$top/tests/lab/tap.sh"
command -v gcovr >/dev/null || skip_all "gcovr is not installed"

scratch=$(mktemp -d) || exit 99
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
# shellcheck source=tests/lab/tree.sh
. "$top/tests/lab/tree.sh"

lines_bar=95
branches_bar=90

# What reads bytes of others: the wire, files, and the command line.
parsers='lib/(cmdmon/(wire|message|target)|ntp/(packet|timestamp|keys|mac)|nts/(field|record)|'
parsers="$parsers"'monitor/(range|quantity)|history|options|servers|config/(access|directives|line|number|query|subnet))\.c'

# The columns of gcovr: file, lines, lines reached, part, branches, branches reached, part.
count() { (cd "$build" && gcovr -r "$src" . --filter "$src/lib/" --csv) >"$scratch/csv" 2>"$log"; }

# percent COLUMN [PATTERN]: of what a column counts, that the next one has.
percent()
{
    awk -F , -v column="$1" -v pattern="${2:-.}" 'NR > 1 && $1 ~ pattern {
            all += $column; reached += $(column + 1)
        }
        END { printf "%.1f\n", all ? 100 * reached / all : 0 }' "$scratch/csv"
}

is_at_least() { [ "$(echo "$1" | tr -d .)" -ge "${2}0" ]; }

# The files that have fewer branches reached, worst first.
weak_parsers()
{
    awk -F , -v pattern="$parsers" -v bar="$branches_bar" \
        'NR > 1 && $1 ~ pattern && $5 && 100 * $6 < bar * $5 {
            printf "%.1f %s\n", 100 * $6 / $5, $1
        }' "$scratch/csv" | sort -n
}

src=$scratch/src
build=$scratch/build
generate "$src"
expect "configure" configure_in "$build" "$src" --disable-hardening CC=gcc \
    CFLAGS='-O0 -g --coverage' LDFLAGS=--coverage
find "$build" -name '*conftest*' -delete
expect "make" make_in "$build" check TESTS=
# What watches the system, or lets it fail, sees gcov write its counts: such tests are run
# for what they reach, and judged elsewhere.
watching='tests/test_faults tests/test_syscalls'
expect "the tests pass" check_in "$build" TESTS="\$(filter-out $watching,\$(check_units))
    tests/test_fuzz.sh tests/test_environment.sh tests/test_terminal.sh"
make -C "$build" -j"$(nproc)" check TESTS="\$(check_preloading) $watching" \
    >"$log" 2>&1 </dev/null
expect "gcovr counts" count || diagnose <"$log"

lines=$(percent 2)
branches=$(percent 5 "$parsers")
echo "# Figure: $lines % of the lines of lib/, $branches % of the branches of parsers," \
    "$(percent 5) % of all branches"
expect "$lines_bar % of the lines of lib/" is_at_least "$lines" "$lines_bar"
expect "$branches_bar % of the branches of each parser" test -z "$(weak_parsers)" ||
    weak_parsers | diagnose
finish
