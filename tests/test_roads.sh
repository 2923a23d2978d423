#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The roads to a real chronyd: how many round trips a run takes over a distance, what a
# limited rate makes of it, what can be wrong with a Unix socket, and which road is taken
# without an option.
#
#   test_roads.sh          run the test (TAP)
#
# Environment: PLUGIN_DIR (default: ./plugins), and what lab/lab.sh takes.

LAB_SOURCE=$(cd "$(dirname "$0")/lab" && pwd) || exit 1
LAB_HELPERS=${LAB_HELPERS:-./tests/lab}
plugin_dir=$(cd "${PLUGIN_DIR:-./plugins}" && pwd) || exit 1

# shellcheck source=tests/lab/lab.sh
. "$LAB_SOURCE/lab.sh"
# shellcheck source=tests/lab/tap.sh
. "$LAB_SOURCE/tap.sh"

# This leads here, too, but a plugin takes it for the address of another host, where it is
# careful with the rate of its requests.
another_host=0.0.0.0
loopback=127.0.0.1


# --- Running

# run_plugin RESULT PLUGIN [OPTION...]
run_plugin()
{
    result=$results/$1
    plugin=$plugin_dir/check_chrony_$2
    shift 2
    "$plugin" "$@" >"$result.out" 2>&1
    echo $? >"$result.status"
}

has_status() { [ "$(cat "$results/$1.status")" = "$2" ]; }
has_text() { grep -q -e "$2" "$results/$1.out"; }
says() { has_status "$1" "$2" && has_text "$1" "$3"; }

# expect_result DESCRIPTION RESULT COMMAND [ARGUMENT...]: the command gets RESULT first.
expect_result()
{
    description=$1
    result=$2
    judge=$3
    shift 3
    expect "$description" "$judge" "$result" "$@" && return
    { cat "$results/$result.out"; echo "status $(cat "$results/$result.status")"; } | diagnose
}


# --- Time

# measure_way PLUGIN HOST STATE: whole is the time of a run through the relay; way is what
# it spends on the way: that, less its time without the relay. This takes off the start of
# the process, its work, and date.
measure_way()
{
    plugin=$plugin_dir/check_chrony_$1
    whole=$(shortest "$plugin" -H "$2" -p "$(relay_port "$3")")
    way=$((whole - $(shortest "$plugin" -H "$2" -p "$(chronyd_port "$3")")))
}

# decimals HUNDREDTHS
decimals() { printf '%d.%02d' $(($1 / 100)) $(($1 % 100)); }


# --- Over a distance

# One request makes one round trip, which cannot be shorter than what the relay holds back.
measure_round_trip()
{
    measure_way leap "$loopback" good
    echo "# the relay: a round trip of $(decimals $((way / 10))) ms"
    expect 'the relay holds back 20 ms' [ "$whole" -ge 20000 ]
    round_trip=$way
    [ "$round_trip" -ge 20000 ] || round_trip=20000
}

# expect_round_trips STATE SOURCES MOST-HUNDREDTHS
expect_round_trips()
{
    for host in "$loopback" "$another_host"; do
        measure_way health "$host" "$1"
        trips=$(((way * 100 + round_trip / 2) / round_trip))
        echo "# $2 sources: $(decimals "$trips") round trips ($(place_of "$host"))"
        expect "$2 sources: at most $(decimals "$3") round trips ($(place_of "$host"))" \
            [ "$trips" -le "$3" ]
    done
}

place_of()
{
    case $1 in
        "$loopback") echo loopback ;;
        *) echo 'another host' ;;
    esac
}

test_distance()
{
    for state in good many100; do
        relay_for "$state" --delay-ms 10 || bail_out 'no relay'
    done
    measure_round_trip
    expect_round_trips good 5 150
    expect_round_trips many100 100 500
}


# --- A thousand sources

counts_a_thousand()
{
    says "$1" 0 'good sources: 5 of 1000,' &&
        has_text "$1" ' good=5;' && has_text "$1" ' sources=1000;' &&
        has_text "$1" ' unreachable=995 '
}

# expect_thousand ROAD OPTION...
expect_thousand()
{
    road=$1
    shift
    run_plugin thousand health "$@"
    expect_result "1000 sources $road: the counts are right" thousand counts_a_thousand
    took=$(shortest "$plugin_dir/check_chrony_health" "$@")
    echo "# 1000 sources $road: $(decimals $((took / 10))) ms"
    expect "1000 sources $road: within a second" [ "$took" -le 1000000 ]
}

test_thousand()
{
    port=$(chronyd_port many1000)
    expect_thousand 'over loopback' -H "$loopback" -p "$port"
    expect_thousand 'of another host' -H "$another_host" -p "$port"
    expect_thousand 'over the socket' -S "$(lab_socket many1000)"
}


# --- A limited rate

# Each run has a relay of its own: chronyd counts by address.
limited_port() { echo $((LAB_BASE + 90 + $1)); }

limited_relay()
{
    helper_for "limited$1" udp_relay --listen "127.0.0.1:$(limited_port "$1")" \
        --target "127.0.0.1:$(chronyd_port ratelimit)" --source "127.0.0.5$1"
}

# All sources, or that some are missing: never a judgement of some as if they were all.
knows_its_limits()
{
    says "$1" 0 'good sources: 5 of 5;' ||
        says "$1" 3 'UNKNOWN.* [0-4] of 5 sources answered .*cmdratelimit'
}

test_ratelimit()
{
    for run in 1 2 3 4; do
        limited_relay "$run" || bail_out 'no relay'
    done
    run_plugin limited1 health -H "$another_host" -p "$(limited_port 1)" -t 5 &
    run_plugin limited2 health -H "$another_host" -p "$(limited_port 2)" -t 1 &
    run_plugin limited3 health -H "$another_host" -p "$(limited_port 3)" -t 0.3 &
    run_plugin limited4 health -H "$loopback" -p "$(limited_port 4)" -t 3 &
    wait
    expect_result 'limited rate: all sources, or how many, within 5 s' limited1 knows_its_limits
    expect_result 'limited rate: all sources, or how many, within 1 s' limited2 knows_its_limits
    expect_result 'limited rate: all sources, or how many, within 0.3 s' limited3 \
        knows_its_limits
    expect_result 'limited rate: all sources, or how many, behind a relay on loopback' \
        limited4 knows_its_limits
    for run in 1 2 3 4; do
        sed 's/^CHRONY HEALTH \([A-Z]*\) .*\([0-9] of 5\).*/# limited rate: \1, \2 sources/' \
            "$results/limited$run.out"
    done
}


# --- What can be wrong with a Unix socket

make_stale()
{
    kill -KILL "$(pid_of local)" && wait_until is_gone "$(pid_of local)"
}

make_stream()
{
    install_helper stream_socket && mkdir -m 770 "$LAB_DIR/stream" &&
        helper_for stream stream_socket --socket "$LAB_DIR/stream/sock"
}

# Somebody who may not enter the directory: nobody, or ourselves without the right to.
ask_forbidden()
{
    if [ "$(id -u)" -eq 0 ]; then
        as_nobody "$LAB_DIR/bin/check_chrony_leap" -S "$(lab_socket good)"
    else
        chmod 0 "$LAB_DIR/good"
        "$plugin_dir/check_chrony_leap" -S "$(lab_socket good)"
    fi
}

run_forbidden()
{
    cp "$plugin_dir/check_chrony_leap" "$LAB_DIR/bin"
    ask_forbidden >"$results/forbidden.out" 2>&1
    echo $? >"$results/forbidden.status"
    chmod 770 "$LAB_DIR/good"
}

expect_forbidden()
{
    if [ "$(id -u)" -eq 0 ] && ! lab_admit_nobody; then
        skip 'a forbidden socket: UNKNOWN' 'needs a TMPDIR that everybody may enter'
        return
    fi
    run_forbidden
    expect_result 'a forbidden socket: UNKNOWN' forbidden says 3 'may not use'
}

test_socket_errors()
{
    too_long=$LAB_DIR/$(printf '%0107d' 0)
    make_stale || bail_out 'no stale socket'
    make_stream || bail_out 'no stream socket'
    run_plugin missing leap -S "$(lab_socket missing)"
    run_plugin stale leap -S "$(lab_socket local)"
    run_plugin stream leap -S "$(lab_socket stream)"
    run_plugin long leap -S "$too_long"
    expect_result 'no socket: CRITICAL' missing says 2 'no such socket'
    expect_result 'a socket without a chronyd: CRITICAL' stale says 2 'nobody listens'
    expect_result 'a stream socket: UNKNOWN' stream says 3 'not a datagram socket'
    expect_result 'a path that is too long: UNKNOWN' long says 3 'too long'
    expect_forbidden
    expect 'their sentences differ' are_all_different
    for result in missing stale stream; do
        expect_result "$result: names the socket" "$result" has_text "$LAB_DIR/[a-z]*/sock:"
    done
    for directory in missing local stream good; do
        expect "$directory: nothing stays in the directory" is_without_ours "$directory"
    done
}

are_all_different()
{
    set -- missing stale stream long
    [ ! -e "$results/forbidden.out" ] || set -- "$@" forbidden
    differing=$(for result in "$@"; do
        sed "s#$LAB_DIR/[a-z0-9]*##" "$results/$result.out"
    done | sort -u | wc -l)
    [ "$differing" -eq $# ]
}

is_without_ours()
{
    for file in "$LAB_DIR/$1"/check_chrony*; do
        [ ! -e "$file" ] || return 1
    done
}


# --- The default road: 127.0.0.1, then ::1, then the socket. Only where no chronyd of the
# --- system can answer, and only where this may be: with a network and a /run of our own.

default_socket=$(sed -n 's/^chronyd_socket = //p' "${top_builddir:-.}/Makefile" 2>/dev/null)
default_socket=${default_socket:-/run/chrony/chronyd.sock}

# default_chronyd NAME FAMILY STRATUM <directives: the stratum tells which one answers.
default_chronyd()
{
    lab_option=$2
    { echo "local stratum $3"; echo 'port 0'; cat; } | chronyd_in "default-$1" root
}

has_ipv6_here() { grep -q '^0\{31\}1 ' /proc/net/if_inet6 2>/dev/null; }

ask_default() { run_plugin "default-$1" stratum --allow-local -t 2; }

# This runs inside.
take_default_roads()
{
    trap 'exit 1' HUP INT TERM
    ask_default nothing
    mkdir -p "${default_socket%/*}" && chmod 770 "${default_socket%/*}"
    default_chronyd socket -4 12 <<DIRECTIVES || return
cmdport 0
bindcmdaddress $default_socket
DIRECTIVES
    ask_default socket
    if has_ipv6_here; then
        echo 'bindcmdaddress /' | default_chronyd ipv6 -6 11 || return
        ask_default ipv6
    fi
    echo 'bindcmdaddress /' | default_chronyd ipv4 -4 10 || return
    ask_default ipv4
    run_plugin default-refused server
    kill -STOP "$(pid_of default-ipv4)" && wait_until is_stopped "$(pid_of default-ipv4)"
    ask_default silent
    echo "${default_socket%/*}"/* >"$results/default-left"
}

stays_alone() { [ "$(cat "$results/default-left")" = "$default_socket" ]; }

# Writes results; or prints why not.
try_default_roads()
{
    case $default_socket in
        /run/*/*) ;;
        *) echo "$default_socket is not below a directory in /run"; return 1 ;;
    esac
    "$LAB_DIR/bin/private_net" sh "$0" --default-road "$LAB_DIR" 2>&1 || [ $? -ne 77 ]
}

test_default_road()
{
    install_helper private_net || bail_out 'no helper'
    try_default_roads >"$results/private.out" ||
        { echo "# the default road: not tested: $(cat "$results/private.out")"; return; }
    next=12
    expect_result 'default road: nothing listens' default-nothing says 2 \
        "refused: $loopback port 323"
    expect_result 'default road: the socket is the last resort' default-socket says 0 \
        'stratum 12'
    if [ -e "$results/default-ipv6.out" ]; then
        expect_result 'default road: ::1 comes before the socket' default-ipv6 says 0 \
            'stratum 11'
        next=11
    fi
    expect_result 'default road: 127.0.0.1 comes first' default-ipv4 says 0 'stratum 10'
    expect_result 'default road: what UDP refuses comes from the socket' default-refused \
        says 0 'ntp_received_total='
    expect_result 'default road: the next one, when 127.0.0.1 is silent' default-silent \
        says 0 "stratum $next"
    expect 'default road: nothing stays beside the socket' stays_alone
}


# --- Start

open_lab()
{
    lab_open
    opened=$?
    [ "$opened" -ne 77 ] || skip_all 'there is no chronyd'
    [ "$opened" -eq 0 ] || bail_out 'the lab does not open'
    lab_up good local ratelimit many100 many1000 || bail_out 'the lab does not come up'
    results=$LAB_DIR/results
    mkdir "$results" || bail_out 'no directory for results'
}

if [ "${1:-}" = --default-road ]; then
    LAB_DIR=$2
    results=$LAB_DIR/results
    take_default_roads
    exit
fi
lab_close_on_exit
open_lab
test_distance
test_thousand
test_ratelimit
test_socket_errors
test_default_road
finish
