#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every small plugin, and check_chrony_health, against a real chronyd in every state.
#
#   test_lab.sh            run the test (TAP)
#   test_lab.sh --table    print the exit statuses as they are
#
# Environment: PLUGIN_DIR (default: ./plugins), and what lab/lab.sh takes.

LAB_SOURCE=$(cd "$(dirname "$0")/lab" && pwd) || exit 1
LAB_HELPERS=${LAB_HELPERS:-./tests/lab}
plugin_dir=${PLUGIN_DIR:-./plugins}
checks='health sync offset stratum leap sources'

# shellcheck source=tests/lab/lab.sh
. "$LAB_SOURCE/lab.sh"
# shellcheck source=tests/lab/tap.sh
. "$LAB_SOURCE/tap.sh"

# The exit statuses that are expected, in the order of checks; "." is not checked. The lab
# for leap seconds fakes the date, so that only leap can say something sensible there.
expected_statuses()
{
    cat <<'TABLE'
good         0 0 0 0 0 0
unsync       2 2 2 2 2 2
nosources    2 2 2 2 2 2
offline      2 2 2 2 2 2
local        2 2 2 2 0 2
falsetick    1 0 0 0 0 1
nomajority   2 2 2 2 2 2
lost         2 2 1 0 0 2
outlier      0 0 0 0 0 0
highstratum  2 0 0 2 0 1
bigoffset    2 0 2 0 0 0
names        1 0 0 0 0 1
refclock     1 0 0 0 0 1
leapins      . . . . 1 .
leapdel      . . . . 1 .
jittery      0 0 0 0 0 0
distance     2 2 2 2 2 2
dead         2 2 2 2 2 2
denied       2 2 2 2 2 2
stopped      2 2 2 2 2 2
TABLE
}

states() { expected_statuses | cut -d' ' -f1; }


# --- Running

milliseconds() { echo $(($(date +%s%N) / 1000000)); }

# run_check RESULT STATE CHECK [OPTION...]
run_check()
{
    result=$results/$1
    plugin=$plugin_dir/check_chrony_$3
    port=$(lab_port "$2")
    shift 3
    begun=$(milliseconds)
    "$plugin" -H 127.0.0.1 -p "$port" "$@" >"$result.out" 2>"$result.err"
    echo $? >"$result.status"
    echo $(($(milliseconds) - begun)) >"$result.ms"
}

# A chronyd that does not answer costs each plugin its whole time: so all at once.
run_state()
{
    for check in $checks; do
        case $1 in
            denied | stopped) run_check "$1.$check" "$1" "$check" -t 1 & ;;
            *) run_check "$1.$check" "$1" "$check" ;;
        esac
    done
    wait
}

run_all()
{
    results=$LAB_DIR/results
    mkdir "$results" || return 1
    for state in $(states); do
        lab_lacks "$state" || run_state "$state"
    done
}

open_lab()
{
    lab_open
    opened=$?
    [ "$opened" -ne 77 ] || skip_all 'there is no chronyd'
    [ "$opened" -eq 0 ] || bail_out 'the lab does not open'
    # The names of states are words.
    # shellcheck disable=SC2046
    lab_up $(states) || bail_out 'the lab does not come up'
}


# --- Judging

status_of() { cat "$results/$1.status"; }
has_status() { [ "$(status_of "$1")" = "$2" ]; }
has_text() { grep -q -e "$2" "$results/$1.out"; }
has_lines() { [ "$(wc -l <"$results/$1.out")" -eq "$2" ]; }
says_nothing_else() { [ ! -s "$results/$1.err" ]; }
took_at_least() { [ "$(cat "$results/$1.ms")" -ge "$2" ]; }
took_at_most() { [ "$(cat "$results/$1.ms")" -le "$2" ]; }

state_word()
{
    case $1 in
        0) echo OK ;;
        1) echo WARNING ;;
        2) echo CRITICAL ;;
        *) echo UNKNOWN ;;
    esac
}

is_well_formed()
{
    has_lines "$1" 1 && says_nothing_else "$1" &&
        has_text "$1" "^CHRONY [A-Z]* $(state_word "$(status_of "$1")")[ :-]"
}

# expect_result DESCRIPTION RESULT COMMAND [ARGUMENT...]: the command gets RESULT first.
expect_result()
{
    description=$1
    result=$2
    judge=$3
    shift 3
    expect "$description" "$judge" "$result" "$@" && return
    {
        echo "status $(status_of "$result"), $(cat "$results/$result.ms") ms, it said:"
        cat "$results/$result.out" "$results/$result.err"
    } | diagnose
}

# expect_in_all STATE WHAT COMMAND [ARGUMENT...]: of all checks.
expect_in_all()
{
    state=$1
    what=$2
    shift 2
    for check in $checks; do
        expect_result "$state: $check $what" "$state.$check" "$@"
    done
}

# expect_row STATE STATUS...
expect_row()
{
    state=$1
    shift
    for check in $checks; do
        [ "$1" = . ] || expect_cell "$state" "$check" "$1"
        shift
    done
}

expect_cell()
{
    if lab_lacks "$1"; then
        skip "$1: $2 exits with $3" 'this system cannot give the state'
        return
    fi
    expect_result "$1: $2 exits with $3" "$1.$2" has_status "$3"
    expect_result "$1: $2 says so in one line" "$1.$2" is_well_formed
}

expect_table()
{
    while read -r row; do
        # A row is a list of words.
        # shellcheck disable=SC2086
        expect_row $row
    done <<TABLE
$(expected_statuses)
TABLE
}

expect_durations()
{
    expect_in_all dead 'takes less than 0.2 s' took_at_most 200
    for silent in denied stopped; do
        expect_in_all "$silent" 'waits for its deadline' took_at_least 1000
        expect_in_all "$silent" 'ends at its deadline' took_at_most 1200
    done
}

expect_explanations()
{
    expect_in_all dead 'says refused' has_text refused
    for hint in cmdallow bindcmdaddress firewall; do
        expect_in_all denied "names $hint" has_text "$hint"
    done
    expect_result 'local: sync says why' local.sync has_text 'local reference'
    expect_result 'lost: sync says why' lost.sync has_text unreachable
}

expect_big_offset()
{
    expect_result 'bigoffset: the clock is ahead' bigoffset.offset has_text ahead
    expect_result 'bigoffset: 0.25 s in the performance data' bigoffset.offset \
        has_text 'offset=0\.2[45]'
}

expect_source_options()
{
    run_check verbose good sources -v
    expect_result 'good: sources -v has a line for each source' verbose has_lines 6
    run_check required good sources --require-source=127.0.0.11
    expect_result 'good: a source that is required is there' required has_status 0
    run_check absent good sources --require-source=127.0.0.99
    expect_result 'good: a source that is required is absent' absent has_status 2
}

print_cell() { printf " %-${#1}s" "$2"; }

print_row()
{
    printf '%-12s' "$1"
    for check in $checks; do
        print_cell "$check" "$(status_of "$1.$check")"
    done | sed 's/ *$//'
    echo
}

print_table()
{
    echo "state        $checks"
    for state in $(states); do
        if lab_lacks "$state"; then
            echo "$state is not available"
        else
            print_row "$state"
        fi
    done
}

lab_close_on_exit
open_lab
run_all
if [ "${1:-}" = --table ]; then
    print_table
    exit
fi
expect_table
expect_durations
expect_explanations
expect_big_offset
expect_source_options
finish
