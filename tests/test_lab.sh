#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every small plugin, and check_chrony_health, against a real chronyd in every state, over
# UDP and over its Unix socket; and check_chrony_server between clients.
#
#   test_lab.sh            run the test (TAP)
#   test_lab.sh --table    print the exit statuses as they are
#
# Environment: PLUGIN_DIR (default: ./plugins), and what lab/lab.sh takes.

LAB_SOURCE=$(cd "$(dirname "$0")/lab" && pwd) || exit 1
LAB_HELPERS=${LAB_HELPERS:-./tests/lab}
plugin_dir=${PLUGIN_DIR:-./plugins}
checks='health sync offset stratum leap sources server auth'

# shellcheck source=tests/lab/lab.sh
. "$LAB_SOURCE/lab.sh"
# shellcheck source=tests/lab/tap.sh
. "$LAB_SOURCE/tap.sh"

# The exit statuses that are expected, in the order of checks: over UDP and over the
# socket, as 3/0 where they differ; "." is not checked. They differ where chronyd refuses a
# report over UDP, as serverstats and authdata without opencommands: this is UNKNOWN. The
# lab for leap seconds fakes the date, so that only leap can say something sensible there.
# What a limited rate makes of UDP is for test_roads.sh.
expected_statuses()
{
    cat <<'TABLE'
good         0   0   0   0   0   0   3/0 3/0
unsync       2   2   2   2   2   2   3/0 3/0
nosources    2   2   2   2   2   2   3/0 0
offline      2   2   2   2   2   2   3/0 3/0
local        2   2   2   2   0   2   3/0 0
falsetick    1   0   0   0   0   1   3/0 3/0
nomajority   2   2   2   2   2   2   3/0 3/0
lost         2   2   1   0   0   2   3/0 3/0
outlier      0   0   0   0   0   0   3/0 3/0
highstratum  2   0   0   2   0   1   3/0 3/0
bigoffset    2   0   2   0   0   0   3/0 3/0
names        1   0   0   0   0   1   3/0 3/0
refclock     1   0   0   0   0   1   3/0 0
leapins      .   .   .   .   1   .   3/0 3/0
leapdel      .   .   .   .   1   .   3/0 3/0
jittery      0   0   0   0   0   0   3/0 3/0
distance     2   2   2   2   2   2   3/0 3/0
authkey      1   0   0   0   0   1   3/0 3/1
wrongkey     0   0   0   0   0   0   3/0 3/1
nts          1   0   0   0   0   1   3/0 3/0
ratelimit    ./0 ./0 ./0 ./0 ./0 ./0 ./0 ./0
serverstats  0   0   0   0   0   0   3/0 3/0
opencmds     0   0   0   0   0   0   0   0
many100      0   0   0   0   0   0   3/0 3/0
many1000     0   0   0   0   0   0   3/0 3/0
otheruser    0   0   0   0   0   0   3/0 3/0
ipv6         1   0   0   0   0   1   3/0 3/0
dropping     0   0   0   0   0   0   3/2 3/0
forgetful    0   0   0   0   0   0   3/0 3/0
dead         2   2   2   2   2   2   2   2
denied       2/0 2/0 2/0 2/0 2/0 2/0 2/0 2/0
stopped      2   2   2   2   2   2   2   2
TABLE
}

# The rows of the states that this machine can have.
rows()
{
    expected_statuses | while read -r state row; do
        ! lab_suits "$state" || echo "$state $row"
    done
}

states() { rows | cut -d' ' -f1; }


# --- Running

# run_check RESULT CHECK [OPTION...]: leaves the status and the time in centiseconds.
run_check()
{
    result=$results/$1
    plugin=$plugin_dir/check_chrony_$2
    shift 2
    begun=$(centiseconds)
    "$plugin" "$@" >"$result.out" 2>"$result.err"
    echo "$? $(($(centiseconds) - begun))" >"$result.status"
}

# over_udp PORT STATE CHECK [TIMEOUT]
over_udp() { run_check "$2.$3" "$3" -H 127.0.0.1 -p "$1" ${4:+-t "$4"}; }
# over_socket PATH STATE CHECK [TIMEOUT]
over_socket() { run_check "$2.$3.socket" "$3" -S "$1" ${4:+-t "$4"}; }

# All names in the directory of a state.
contents() { echo "$LAB_DIR/$1"/*; }

# look_at STATE BEFORE: writes down what has come, or gone.
look_at()
{
    after=$(contents "$1")
    [ "$after" = "$2" ] || echo "$after" >>"$results/$1.left"
}

# A chronyd that does not answer costs each plugin its whole time: so all at once.
run_silent_state()
{
    for check in $checks; do
        over_udp "$(lab_port "$1")" "$1" "$check" 1 &
        over_socket "$(lab_socket "$1")" "$1" "$check" 1 &
    done
    wait
    look_at "$1" "$2"
}

run_answering_state()
{
    for check in $checks; do
        [ "$1" = ratelimit ] || over_udp "$(lab_port "$1")" "$1" "$check"
        over_socket "$(lab_socket "$1")" "$1" "$check"
        look_at "$1" "$2"
    done
}

run_state()
{
    before=$(contents "$1")
    : >"$results/$1.left"
    case $1 in
        denied | stopped) run_silent_state "$1" "$before" ;;
        *) run_answering_state "$1" "$before" ;;
    esac
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

# read_result RESULT: sets status and took.
read_result() { read -r status took <"$results/$1.status"; }

has_status() { read_result "$1" && [ "$status" = "$2" ]; }
has_text() { grep -q -e "$2" "$results/$1.out"; }
has_lines() { [ "$(wc -l <"$results/$1.out")" -eq "$2" ]; }
says_nothing_else() { [ ! -s "$results/$1.err" ]; }
took_at_least() { read_result "$1" && [ "$took" -ge "$2" ]; }
took_at_most() { read_result "$1" && [ "$took" -le "$2" ]; }
nothing_left() { [ ! -s "$results/$1.left" ]; }

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
        has_text "$1" "^CHRONY [A-Z]* $(state_word "$status")[ :-]"
}

is_as_expected() { has_status "$1" "$2" && is_well_formed "$1"; }

# What a plugin said, without what differs from one moment, or one road, to the next.
essence()
{
    sed -e "s#127\.0\.0\.1 port [0-9]*#PLACE#" -e "s#$LAB_DIR/[a-z0-9]*/sock#PLACE#" \
        -e 's/-\{0,1\}[0-9][0-9.]*/N/g' -e 's/N \([num]\{0,1\}s\|min\|h\|d\)\>/N s/g' \
        -e 's/ahead of/behind/' "$results/$1.out"
}

says_the_same() { [ "$(essence "$1")" = "$(essence "$2")" ]; }

is_same() { is_as_expected "$1" "$3" && says_the_same "$1" "$2"; }

# expect_result DESCRIPTION RESULT COMMAND [ARGUMENT...]: the command gets RESULT first.
expect_result()
{
    description=$1
    result=$2
    judge=$3
    shift 3
    expect "$description" "$judge" "$result" "$@" || show_results "$result"
}

# show_results RESULT...
show_results()
{
    for result in "$@"; do
        [ -e "$results/$result.status" ] || continue
        read_result "$result"
        echo "$result: status $status after $took/100 s:"
        cat "$results/$result.out" "$results/$result.err"
    done | diagnose
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

# expect_row STATE CELL...
expect_row()
{
    state=$1
    shift
    for check in $checks; do
        [ "${1%/*}" = . ] || expect_cell "$state" "$check" "${1%/*}"
        shift
    done
}

# has_own_words STATE CELL: true where each road speaks in its own words.
has_own_words()
{
    case $1/$2 in
        dead/* | stopped/* | */*/*) return 0 ;;
        *) return 1 ;;
    esac
}

# skip_lacking STATE DESCRIPTION
skip_lacking() { lab_lacks "$1" && skip "$2" "needs $(lab_need "$1")"; }

expect_cell()
{
    skip_lacking "$1" "$1: $2 exits with $3" ||
        expect_result "$1: $2 exits with $3 and says so in one line" "$1.$2" \
            is_as_expected "$3"
}

# expect_row_of_socket STATE CELL...
expect_row_of_socket()
{
    state=$1
    shift
    for check in $checks; do
        expect_cell_of_socket "$state" "$check" "$1"
        shift
    done
    skip_lacking "$state" "$state: nothing stays beside the socket" ||
        expect "$state: nothing stays beside the socket" nothing_left "$state" ||
        diagnose <"$results/$state.left"
}

# status_or_that_of STATUS RESULT: "." stands for what UDP gave.
status_or_that_of()
{
    status=$1
    [ "$1" != . ] || read_result "$2"
    echo "$status"
}

expect_cell_of_socket()
{
    if skip_lacking "$1" "$1: $2 over the socket"; then
        return
    elif has_own_words "$1" "$3"; then
        expect_result "$1: $2 exits with ${3#*/} over the socket" "$1.$2.socket" \
            is_as_expected "${3#*/}"
    else
        expect "$1: $2 says the same over the socket" is_same "$1.$2.socket" "$1.$2" \
            "$(status_or_that_of "$3" "$1.$2")" || show_results "$1.$2" "$1.$2.socket"
    fi
}

# A row is a list of words.
# shellcheck disable=SC2086
expect_table()
{
    while read -r state row; do
        expect_row $state $row
        expect_row_of_socket $state $row
    done <<TABLE
$(rows)
TABLE
}

# Centiseconds are cut off, not rounded.
took_its_time() { took_at_least "$1" 99 && took_at_most "$1" 120; }

expect_durations()
{
    expect_in_all dead 'takes less than 0.2 s' took_at_most 20
    for silent in denied stopped; do
        expect_in_all "$silent" 'ends at its deadline' took_its_time
    done
    for check in $checks; do
        expect_result "stopped: $check ends at its deadline over the socket" \
            "stopped.$check.socket" took_its_time
        expect_result "stopped: $check names the socket" "stopped.$check.socket" \
            has_text "no reply from $(lab_socket stopped) within 1 s: chronyd hangs"
    done
}

expect_explanations()
{
    expect_in_all dead 'says refused' has_text refused
    for check in $checks; do
        expect_result "dead: $check names the socket" "dead.$check.socket" \
            has_text "no such socket: $(lab_socket dead):"
    done
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
    set -- -H 127.0.0.1 -p "$(lab_port good)"
    run_check verbose sources "$@" -v
    expect_result 'good: sources -v has a line for each source' verbose has_lines 6
    run_check required sources "$@" --require-source=127.0.0.11
    expect_result 'good: a source that is required is there' required has_status 0
    run_check absent sources "$@" --require-source=127.0.0.99
    expect_result 'good: a source that is required is absent' absent has_status 2
}

print_cell() { printf " %-${#1}s" "$2"; }

# print_row NAME STATE [SUFFIX]
print_row()
{
    printf '%-20s' "$1"
    for check in $checks; do
        status=.
        [ ! -e "$results/$2.$check${3:-}.status" ] || read_result "$2.$check${3:-}"
        print_cell "$check" "$status"
    done | sed 's/ *$//'
    echo
}

print_table()
{
    echo "state                $checks"
    for state in $(states); do
        if lab_lacks "$state"; then
            echo "$state needs $(lab_need "$state")"
        else
            print_row "$state" "$state"
            print_row "$state, socket" "$state" .socket
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
