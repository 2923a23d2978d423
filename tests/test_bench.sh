#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What make bench makes of costs that are prepared here: no bar holds that was not measured. And
# what measures has no costs of a program that died.
#
# Environment: CC (default: cc).
set -u
top=${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
# shellcheck source=tests/lab/tap.sh
. "$top/tests/lab/tap.sh"

scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
tab=$(printf '\t')

# costs FILE FIELD...: a line of it.
costs()
{
    file=$scratch/$1
    shift
    (IFS=$tab; echo "$*") >>"$file"
}

nothing_measured()
{
    for file in near far stopped absent; do
        : >"$scratch/$file"
    done
}

report()
{
    (cd "$scratch" && awk -f "$top/tests/bench/report.awk" absent near far stopped)
}

# bar_says TEXT BAR: the end of the line of each bar that begins so.
bar_says()
{
    report >"$scratch/report" || return
    said=$(sed -n "/^Bars/,/^Five/s/^    $2.*  \([-0-9.]*  [a-z ]*\)\$/\1/p" "$scratch/report")
    [ "$said" = "$1" ] || { echo "# '$said'"; return 1; }
}

no_bar_holds()
{
    report | sed -n '/^Bars/,/^Five/s/^    //p' >"$scratch/bars"
    [ "$(wc -l <"$scratch/bars")" -gt 5 ] && ! grep -v '  -  not measured$' "$scratch/bars"
}

nothing_measured
expect "nothing measured: no bar holds" no_bar_holds

# answers TEXT DESCRIPTION WAITED...: us, each of a plugin whose deadline is 1 s.
answers()
{
    text=$1
    description=$2
    shift 2
    nothing_measured
    for waited in "$@"; do
        costs stopped 1 "check_chrony_$waited" 2 "$waited"
    done
    costs stopped 0 'chronyc -n tracking' 1 7006000
    expect "a stopped chronyd: $description" bar_says "$text" 'a stopped'
}
answers '0.01  holds' 'at the deadline' 1004000 1010000
answers '0.30  does not hold' 'one is late' 1004000 1300000
answers '1.00  does not hold' 'one has not waited' 1004000 900
answers '-  not measured' 'one has no time' 1004000 ''
answers '-  not measured' 'no plugin'

# each_source TEXT DESCRIPTION SOURCES CPU [SOURCES CPU]
each_source()
{
    text=$1
    description=$2
    shift 2
    nothing_measured
    while [ $# -gt 0 ]; do
        costs far "$1" check_chrony_health 0 7000 7000 "$2"
        shift 2
    done
    expect "each source: $description" bar_says "$text" 'each source'
}
each_source '3.5  holds' 'few' 100 1000 1000 4150
each_source '11.0  does not hold' 'much' 100 1000 1000 10900
each_source '-  not measured' 'only the hundred' 100 1000
each_source '-  not measured' 'only the thousand' 1000 4150

# CC may hold options too.
# shellcheck disable=SC2086
${CC:-cc} -o "$scratch/measure" "$top/tests/bench/measure.c" "$top/tests/lab/helper.c" || exit 99

# measuring_says TEXT COMMAND: it fails, with no row.
measuring_says()
{
    text=$1
    printf 'it\t/bin/sh\t-c\t%s\n' "$2" >"$scratch/rows"
    output=$("$scratch/measure" --rows "$scratch/rows" 2>&1)
    [ $? -eq 1 ] && [ "$output" = "measure: $text" ] && return
    echo "# '$output'"
    return 1
}
# shellcheck disable=SC2016
expect "a program that died has no costs" \
    measuring_says 'signal 11 ended /bin/sh' 'kill -SEGV $$'
expect "a program that does not run has none" measuring_says 'cannot run /bin/sh' 'exit 127'
finish
