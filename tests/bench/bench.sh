#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a check costs, beside the least that a program can cost and beside other ways to
# ask chronyd. All of it asks chronyds of the lab, on loopback. make bench runs it.
#
#   bench.sh PLUGIN...     print the tables, and write them into docs/PERFORMANCE
#
# It judges no time: it prints. It fails where the lab or a program of ours does not run.
#
# Environment: BENCH_ROUNDS (default: 500), CHECK_NTP_TIME (default: the installed one, or
# one that is unpacked for this run), top_srcdir, top_builddir, and what lab/lab.sh takes.

top_srcdir=$(cd "${top_srcdir:-.}" && pwd) || exit 1
top_builddir=$(cd "${top_builddir:-.}" && pwd) || exit 1
LAB_SOURCE=$top_srcdir/tests/lab
programs=$top_builddir/tests/bench
sources=$top_srcdir/tests/bench
page=$top_srcdir/docs/PERFORMANCE
rounds=${BENCH_ROUNDS:-500}
far=

# shellcheck source=tests/lab/lab.sh
. "$LAB_SOURCE/lab.sh"

tab=$(printf '\t')
bench_says() { echo "bench: $*" >&2; }
bench_fails() { bench_says "$*"; exit 1; }


# --- Rows: a name and the words of a command, separated by tabs

# add_row FILE NAME WORD...
add_row() (
    file=$1
    shift
    IFS=$tab
    echo "$*" >>"$file"
)

bench_ntp_port() { echo $((LAB_BASE + 5)); }
bench_key_port() { echo $((LAB_BASE + 6)); }

# What leads a plugin to the chronyd at PORT. Some ask something else, or what chronyd tells
# over its socket alone, which are near only.
options_of()
{
    case $1:$2$far in
        check_chrony_config:"$near") echo "--file $LAB_DIR/good/chrony.conf" ;;
        check_chrony_ntp:"$near")
            echo "-H 127.0.0.1 --ntp-port=$(bench_ntp_port) --allow-local"
            ;;
        check_chrony_auth:"$near" | check_chrony_server:"$near") echo "-S $(lab_socket good)" ;;
        check_chrony_auth:*far | check_chrony_server:*far) ;;
        check_chrony_config:* | check_chrony_ntp:*) ;;
        *) echo "-p $2" ;;
    esac
}

# add_plugins FILE PORT [OPTION...]
add_plugins()
{
    plugins_file=$1
    plugins_port=$2
    shift 2
    for plugin in $plugins; do
        plugin_options=$(options_of "${plugin##*/}" "$plugins_port")
        # The options are words.
        # shellcheck disable=SC2086
        [ -z "$plugin_options" ] || add_row "$plugins_file" "${plugin##*/}" \
            "$top_builddir/$plugin" $plugin_options "$@"
    done
}

# Keys are established in each run. Its server is that of check_chrony_ntp.
add_nts()
{
    if has_nts; then
        add_row "$1" 'check_chrony_ntp --nts' "$top_builddir/plugins/check_chrony_ntp" \
            -H 127.0.0.1 --nts --nts-port="$(bench_key_port)" --allow-local \
            --trusted-certs="$LAB_DIR/nts-certificate.pem" \
            --certificate-days-warning='~:' --certificate-days-critical='~:'
    else
        absent 'check_chrony_ntp --nts' "it needs $(lab_need nts)"
    fi
}

# add_chronyc FILE PORT WORD...
add_chronyc()
{
    chronyc_file=$1
    chronyc_port=$2
    shift 2
    # The option is two words or none.
    # shellcheck disable=SC2086
    add_row "$chronyc_file" "chronyc -n $*" "$lab_chronyc" $lab_chronyc_option \
        -n -h 127.0.0.1 -p "$chronyc_port" "$@"
}

# It asks the chronyd at BENCH_PORT: see audit_env.sh.
add_audit()
{
    if [ -x /bin/bash ] && command -v bc >/dev/null; then
        add_row "$1" "the audit's script" "$sources/check-ntp-health.sh"
    else
        absent "the audit's script" 'it needs bash and bc'
    fi
}

# add_others FILE PORT
add_others()
{
    add_plugins "$1" "$2"
    add_chronyc "$1" "$2" tracking
    add_chronyc "$1" "$2" -m tracking sources
}

find_check_ntp_time()
{
    for candidate in "${CHECK_NTP_TIME:-}" /usr/lib*/nagios/plugins/check_ntp_time \
        /usr/lib*/monitoring-plugins/check_ntp_time \
        "$work/peer/usr/lib/nagios/plugins/check_ntp_time"; do
        [ -n "$candidate" ] && [ -x "$candidate" ] && echo "$candidate" && return
    done
}

unpack_check_ntp_time()
{
    mkdir "$work/peer" && cd "$work/peer" && apt-get download monitoring-plugins-basic &&
        dpkg-deb -x monitoring-plugins-basic_*.deb .
}

add_check_ntp_time()
{
    found=$(find_check_ntp_time)
    if [ -z "$found" ]; then
        (unpack_check_ntp_time) >/dev/null 2>&1
        found=$(find_check_ntp_time)
    fi
    if [ -n "$found" ]; then
        add_row "$1" check_ntp_time "$found" -H 127.0.0.1 -p "$(bench_ntp_port)" -w 0.5 -c 1
    else
        absent check_ntp_time 'not installed (monitoring-plugins-basic)'
    fi
}

# absent NAME REASON: a row that says why there are no numbers.
absent() { printf '%s\t%s\n' "$1" "$2" >>"$work/absent"; }


# --- Costs of a row that are counted, not timed: in a run of their own

# with_row LINE COMMAND...: runs the command with the words of the row behind it.
with_row()
{
    row_line=$1
    shift
    old_ifs=$IFS
    IFS=$tab
    set -f
    # shellcheck disable=SC2086
    set -- "$@" ${row_line#*"$tab"}
    set +f
    IFS=$old_ifs
    "$@" </dev/null
}

serverstats_of()
{
    # The option is two words or none.
    # shellcheck disable=SC2086
    "$lab_chronyc" $lab_chronyc_option -c -h "$(lab_socket "$1")" serverstats
}

# All that the two chronyds have been asked, on both of their ports.
requests_so_far()
{
    { serverstats_of good; serverstats_of bench-server; } |
        awk -F, '{ sum += $1 + $3 } END { print sum }'
}

requests_of()
{
    before=$(requests_so_far)
    with_row "$1" env >/dev/null 2>&1
    echo $(($(requests_so_far) - before - requests_of_counting))
}

# sum_of PATTERN: of the last words of the lines that match, in all files that a tool has
# written.
sum_of()
{
    cat "$work/count".* 2>/dev/null |
        awk -v line="$1" '$0 ~ line { sum += $NF } END { print sum ? sum : "-" }'
    rm -f "$work/count".*
}

# A plugin lets no file grow in its process, not even valgrind's: it writes to a pipe.
instructions_of()
{
    with_row "$1" valgrind --tool=callgrind --trace-children=yes \
        --callgrind-out-file=/dev/null 2>&1 >/dev/null | cat >"$work/count.all"
    sum_of 'Collected :'
}

libraries_of()
{
    with_row "$1" env LD_TRACE_LOADED_OBJECTS=1 2>/dev/null | grep -c '=>'
}

relocations_of()
{
    with_row "$1" env LD_DEBUG=statistics LD_DEBUG_OUTPUT="$work/count" >/dev/null 2>&1
    sum_of '^[^a-z]*number of (relative )?relocations:'
}

system_calls_of()
{
    with_row "$1" strace -f -qq -o "$work/count.all" >/dev/null 2>&1
    grep -vc -e '<\.\.\. .* resumed>' -e '---' "$work/count.all" 2>/dev/null || echo -
    rm -f "$work/count.all"
}


# --- Measuring

# measure_rows ROWS ROUNDS [OPTION...]
measure_rows()
{
    rows=$1
    rows_rounds=$2
    shift 2
    "$programs/measure" --rows "$rows" --rounds "$rows_rounds" "$@" ||
        bench_fails 'a program does not run'
}

is_ours()
{
    case $1 in
        'the floor'* | check_chrony_*) ;;
        *) return 1 ;;
    esac
}

# Leaves out what would take minutes or, of the others, does not run at all, and says so.
try_row()
{
    echo "$1" >"$work/one"
    took=$("$programs/measure" --rows "$work/one" 2>"$work/why" | cut -f 3)
    if [ -z "$took" ]; then
        ! is_ours "$1" || bench_fails "$(cat "$work/why")"
        absent "${1%%"$tab"*}" 'it does not run here'
    elif [ "$took" -gt 3000000 ]; then
        absent "${1%%"$tab"*}" "left out: a run took $((took / 1000)) ms"
    else
        echo "$1"
    fi
}

try_rows()
{
    while IFS= read -r line; do
        try_row "$line"
    done
}

count_rows()
{
    while IFS= read -r line; do
        for count in requests instructions libraries relocations system_calls; do
            "${count}_of" "$line"
        done | paste -s -
    done
}

# Five sources, no delay: the one interleaved run of which most is told.
measure_near()
{
    bench_says "5 sources: $rounds rounds"
    add_row "$work/wished" 'the floor' "$programs/floor" "$near"
    add_row "$work/wished" 'the floor, telling it' "$programs/floor" "$near" tell
    add_others "$work/wished" "$near"
    add_nts "$work/wished"
    add_audit "$work/wished"
    add_check_ntp_time "$work/wished"
    try_rows <"$work/wished" >"$work/rows"
    measure_rows "$work/rows" "$rounds" --counted-rounds $((rounds < 50 ? rounds : 50)) \
        >"$work/times"
    bench_says 'counting requests, instructions and system calls'
    count_rows <"$work/rows" >"$work/counts"
    paste "$work/times" "$work/counts" >"$work/near"
}

# measure_far STATE SOURCES ROUNDS: without and with the relay in between.
measure_far()
{
    bench_says "$2 sources, over 20 ms"
    far=' is far'
    another_host=0.0.0.0 # leads here, but a plugin takes it for one
    for road in direct relay; do
        [ "$road" = relay ] && port=$(relay_port "$1") || port=$(chronyd_port "$1")
        add_row "$work/$road.rows" 'the floor' "$programs/floor" "$port"
        add_others "$work/$road.rows" "$port"
        add_row "$work/$road.rows" 'check_chrony_health -H' \
            "$top_builddir/plugins/check_chrony_health" -H "$another_host" -p "$port"
    done
    measure_rows "$work/direct.rows" 30 >"$work/direct"
    measure_rows "$work/relay.rows" "$3" >"$work/relay"
    paste "$work/direct" "$work/relay" | sed "s/^/$2$tab/" >>"$work/far"
    rm "$work/direct.rows" "$work/relay.rows"
    far=
}

# measure_waiting DEADLINE: the rows so far, with the deadline in front; 0: none of ours.
measure_waiting()
{
    measure_rows "$work/stopped.rows" 1 >"$work/stopped.costs"
    sed "s/^/$1$tab/" "$work/stopped.costs" >>"$work/stopped"
    rm "$work/stopped.rows"
}

measure_stopped()
{
    bench_says 'a chronyd that has stopped'
    port=$(chronyd_port stopped)
    add_plugins "$work/stopped.rows" "$port" -t 1
    add_row "$work/stopped.rows" 'check_chrony_ntp --compare' \
        "$top_builddir/plugins/check_chrony_ntp" -H 127.0.0.1 \
        --ntp-port="$(bench_ntp_port)" --allow-local --compare -p "$port" -t 1
    measure_waiting 1
    add_row "$work/stopped.rows" 'check_chrony_health, by default' \
        "$top_builddir/plugins/check_chrony_health" -p "$port"
    measure_waiting 5
    add_chronyc "$work/stopped.rows" "$port" tracking
    add_audit "$work/stopped.rows"
    BENCH_PORT=$port
    measure_waiting 0
}


# --- Telling

machine()
{
    echo
    echo "$(getconf _NPROCESSORS_ONLN) processors," \
        "$(uname -s) $(uname -r | cut -d . -f 1,2) $(uname -m)," \
        "$(getconf GNU_LIBC_VERSION 2>/dev/null || echo 'another libc than glibc')," \
        "$("$lab_chronyd" --version | sed 's/.*version \([^ ]*\).*/chronyd \1/');" \
        "$rounds rounds."
}

report()
{
    : >>"$work/absent"
    machine
    awk -f "$sources/report.awk" "$work/absent" "$work/near" "$work/far" "$work/stopped"
}

# What follows the last heading of the page is ours.
write_page()
{
    if ! [ -w "$page" ]; then
        bench_says "$page cannot be written: the tables are not in it"
        return
    fi
    awk '{ print } /^What make bench measured$/ { getline; print; exit }' \
        "$page" >"$work/page"
    cat "$work/report" >>"$work/page"
    cat "$work/page" >"$page"
    bench_says "wrote $page"
}


# --- Start

surround()
{
    LC_ALL=C
    BASH_ENV=$sources/audit_env.sh
    BENCH_CHRONYC=$lab_chronyc
    BENCH_CHRONYC_OPTION=$lab_chronyc_option
    BENCH_PORT=$near
    # The audit's script has addresses looked up: a silent name server costs it a second
    # now and then in the place of ten, and the median knows of neither.
    RES_OPTIONS='timeout:1 attempts:1'
    export LC_ALL BASH_ENV BENCH_CHRONYC BENCH_CHRONYC_OPTION BENCH_PORT RES_OPTIONS
}

has_nts() { [ -s "$LAB_DIR/nts-certificate.pem" ]; }

# Directives, where there may be some.
serve_nts()
{
    suits_nts || return 0
    command -v openssl >/dev/null || return 0
    make_certificate || return 0
    echo "ntsport $(bench_key_port)"
    echo "ntsserverkey $LAB_DIR/nts-key.pem"
    echo "ntsservercert $LAB_DIR/nts-certificate.pem"
    echo 'ntsprocesses 0'
}

open_lab()
{
    lab_open || bench_fails 'it needs chronyd and chronyc: install chrony, or set CHRONYD'
    lab_up good many100 many1000 stopped || bench_fails 'the lab does not come up'
    for state in good many100 many1000; do
        relay_for "$state" --delay-ms 10 || bench_fails 'no relay'
    done
    {
        echo "port $(bench_ntp_port)"
        echo "bindcmdaddress $LAB_DIR/bench-server/sock"
        serve_nts
    } | chronyd_server_for bench "$(bench_ntp_port)" || bench_fails 'no server of time'
    work=$LAB_DIR/bench
    mkdir "$work" || bench_fails 'no directory for the measurements'
}

plugins=$*
[ -n "$plugins" ] || bench_fails "usage: $0 PLUGIN..."
lab_close_on_exit
open_lab
near=$(chronyd_port good)
surround
requests_of_counting=0
requests_of_counting=$(requests_of "none${tab}true")
measure_near
measure_far good 5 9
measure_far many100 100 3
measure_far many1000 1000 1
measure_stopped
report >"$work/report" || bench_fails 'the tables cannot be made'
cat "$work/report"
write_page
