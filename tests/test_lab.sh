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
checks='health sync offset stratum leap sources server auth ntp'

# shellcheck source=tests/lab/lab.sh
. "$LAB_SOURCE/lab.sh"
# shellcheck source=tests/lab/tap.sh
. "$LAB_SOURCE/tap.sh"

# The exit statuses that are expected, in the order of checks: over UDP and over the
# socket, as 3/0 where they differ; "." is not checked. They differ where chronyd refuses a
# report over UDP, as serverstats and authdata without opencommands: this is UNKNOWN. With
# 0/0 both roads are well, in their own words: opencmds does not open sourcename. The
# lab for leap seconds fakes the date, so that only leap can say something sensible there.
# What a limited rate makes of UDP is for test_roads.sh. ntp also compares what it hears
# with what chronyd says of itself; that the sources are lost does not show there. It does
# not run where requests of clients are counted: "-".
expected_statuses()
{
    cat <<'TABLE'
good         0   0   0   0   0   0   3/0 3/0 0
unsync       2   2   2   2   2   2   3/0 3/0 2
nosources    2   2   2   2   2   2   3/0 0   2
offline      2   2   2   2   2   2   3/0 3/0 2
local        2   2   2   2   0   2   3/0 0   2
falsetick    1   0   0   0   0   1   3/0 3/0 0
nomajority   2   2   2   2   2   2   3/0 3/0 2
lost         2   2   1   0   0   2   3/0 3/0 0
outlier      0   0   0   0   0   0   3/0 3/0 0
highstratum  2   0   0   2   0   1   3/0 3/0 1
bigoffset    2   0   2   0   0   0   3/0 3/0 2
names        1   0   0   0   0   1   3/0 3/0 0
refclock     1   0   0   0   0   1   3/0 0   0
leapins      .   .   .   .   1   .   3/0 3/0 .
leapdel      .   .   .   .   1   .   3/0 3/0 .
jittery      0   0   0   0   0   0   3/0 3/0 0
distance     2   2   2   2   2   2   3/0 3/0 2
authkey      1   0   0   0   0   1   3/0 3/1 0
wrongkey     0   0   0   0   0   0   3/0 3/1 0
nts          1   0   0   0   0   1   3/0 3/0 0
untrusted    2   2   2   2   2   2   3/0 3/1 2
ratelimit    ./0 ./0 ./0 ./0 ./0 ./0 ./0 ./0 ./0
serverstats  0   0   0   0   0   0   3/0 3/0 -
opencmds     0   0   0   0   0   0/0 0   0   0
many100      0   0   0   0   0   0   3/0 3/0 0
many1000     0   0   0   0   0   0   3/0 3/0 0
otheruser    0   0   0   0   0   0   3/0 3/0 0
ipv6         1   0   0   0   0   1   3/0 3/0 0
dropping     0   0   0   0   0   0   3/2 3/0 -
forgetful    0   0   0   0   0   0   3/0 3/0 -
dead         2   2   2   2   2   2   2   2   2
denied       2/0 2/0 2/0 2/0 2/0 2/0 2/0 2/0 2/0
stopped      2   2   2   2   2   2   2   2   2
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

# options_of CHECK STATE: those that it needs besides.
options_of() { [ "$1" != ntp ] || echo "--compare --ntp-port=$(lab_ntp_port "$2")"; }

# The options are words.
# shellcheck disable=SC2046
# over_udp PORT STATE CHECK [TIMEOUT]
over_udp()
{
    run_check "$2.$3" "$3" -H 127.0.0.1 -p "$1" $(options_of "$3" "$2") ${4:+-t "$4"}
}
# shellcheck disable=SC2046
# over_socket PATH STATE CHECK [TIMEOUT]
over_socket()
{
    run_check "$2.$3.socket" "$3" -S "$1" $(options_of "$3" "$2") ${4:+-t "$4"}
}

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

counts_clients()
{
    case $1 in
        serverstats | dropping | forgetful) return 0 ;;
        *) return 1 ;;
    esac
}

run_answering_state()
{
    for check in $checks; do
        [ "$check" != ntp ] || ! counts_clients "$1" || continue
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
lacks_text() { ! has_text "$@"; }
says() { has_status "$1" "$2" && has_text "$1" "$3"; }
# datum RESULT LABEL: of the performance data.
datum() { sed -n "s/.* $2=\([0-9.]*\).*/\1/p" "$results/$1.out"; }
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
        case $1 in
            . | ./* | -) ;;
            *) expect_cell "$state" "$check" "${1%/*}" ;;
        esac
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
        [ "$1" = - ] || expect_cell_of_socket "$state" "$check" "$1"
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

# What chronyd says of each source with selectdata, in words.
expect_reasons_of_sources()
{
    run_check outvoted sources -S "$(lab_socket falsetick)" -v
    expect_result 'falsetick: sources -v says why one is not used' outvoted \
        has_text '^127\.0\.0\.15: .*, not used because it disagrees with the majority$'
    run_check far sources -S "$(lab_socket distance)" -v
    expect_result 'distance: sources -v says why one is not used' far \
        has_text '^127\.0\.0\.32: .*because its root distance is above maxdistance$'
    run_check used sources -S "$(lab_socket good)" -v
    expect_result 'good: sources -v says nothing of the kind' used lacks_text 'not used'
}

# expect_margin STATE SURVIVABLE OPERATORS
expect_margin()
{
    expect_result "$1: of its sources $2 may be wrong, of $3 operators" "$1.sources" \
        has_text " survivable=$2;1:1024 .*operators=$3\$"
}

# All that answers is at 127.0.0.0/24.
expect_margins()
{
    expect_margin good 2 1
    expect_margin falsetick 1 1
    expect_margin authkey 1 1
    expect_margin highstratum 0 1
    expect_margin refclock 0 1
    expect_margin names 0 1
    expect_margin lost 0 0
    ! lab_suits opencmds || expect_result 'opencmds: without names nobody counts operators' \
        opencmds.sources lacks_text ' operators='
    expect_result 'good: the sources agree' good.sources has_text ' spread=0\.000000000s '
    expect_result 'highstratum: one source agrees with nobody' highstratum.sources \
        lacks_text ' spread='
    expect_result 'good: no poll was missed' good.sources has_text ' missed_polls=0;3 '
    expect_result 'lost: no source is good enough to miss polls' lost.sources \
        lacks_text ' missed_polls='
}


# --- Holdover

# holdover_from_chronyc LIMIT DRIFT: seconds until the error is LIMIT.
holdover_from_chronyc()
{
    ask lost tracking | awk -F, -v limit="$1" -v drift="$2" '
        function size(x) { return x < 0 ? -x : x }
        { print int((limit - size($5) - $11 / 2 - $12) / ($10 + size($9) + drift) * 1e6) }'
}

# is_near NUMBER OTHER: chronyc rounds, and time goes on.
is_near()
{
    awk -v one="$1" -v other="$2" \
        'BEGIN { exit !(one > 0 && one < other * 1.02 + 2 && other < one * 1.02 + 2) }'
}

expect_holdover()
{
    expect_result 'lost: sync says how long the clock stays within its limit' lost.sync \
        has_text 'in holdover, within 1 s for another '
    expect_result 'lost: holdover is what follows from tracking' lost.sync has_holdover \
        "$(holdover_from_chronyc 1 1)"
    run_check drift sync -S "$(lab_socket lost)" --max-error-critical=2s --max-drift=50 \
        --holdover-warning=30d:
    expect_result 'lost: holdover knows a worse clock' drift has_holdover \
        "$(holdover_from_chronyc 2 50)"
    expect_result 'lost: holdover has limits of its own' drift \
        has_text 'holdover [0-9.]* s (warning limit 2592000 s:)'
    run_check over sync -S "$(lab_socket lost)" --max-error-critical=1ns
    expect_result 'lost: holdover can be over' over has_text 'no longer within 1 ns'
    expect_result 'good: no holdover while a source is selected' good.sync \
        lacks_text holdover
}

has_holdover() { is_near "$(datum "$1" holdover)" "$2"; }


# --- Authentication

expect_authentication()
{
    run_check plain auth -S "$(lab_socket good)" --require=any
    expect_result 'good: auth says what lacks authentication' plain says 2 \
        'not authenticated, as required: 127\.0\.0\.11, 127\.0\.0\.12 and 3 more'
    expect_result 'authkey: auth names the weak key' authkey.auth.socket \
        has_text '127\.0\.0\.41: weak key type'
    run_check keys auth -S "$(lab_socket authkey)" --require=symmetric \
        --weak-keys-warning=1
    expect_result 'authkey: auth finds a key where one is required' keys says 0 \
        '3 of 3 NTP sources authenticated (NTS 0, symmetric key 3)'
    run_check no-nts auth -S "$(lab_socket authkey)" --require=nts
    expect_result 'authkey: a key is not NTS' no-nts says 2 \
        'not authenticated with NTS, as required: 127\.0\.0\.41'
    expect_result 'wrongkey: auth names the wrong key' wrongkey.auth.socket \
        has_text '127\.0\.0\.44: no answer that verifies'
    ! lab_suits nts || expect_nts
}

expect_nts()
{
    skip_lacking nts 'nts: auth finds NTS where it is required' && return
    run_check nts auth -S "$(lab_socket nts)" --require=nts
    expect_result 'nts: auth finds NTS where it is required' nts says 0 \
        '1 of 1 NTP sources authenticated (NTS 1, symmetric key 0)'
    expect_result 'nts: the cookies are all there' nts has_text ' nts_cookies=8;2:8 '
    run_check untrusted auth -S "$(lab_socket untrusted)"
    expect_result 'untrusted: auth says which source has no keys' untrusted says 1 \
        'nts_keyless 1 (warning limit 0); 127\.0\.0\.1: no NTS keys yet'
}


# --- Clients between two runs

# run_server RESULT STATE: with the file of the state.
run_server()
{
    run_check "$1" server -S "$(lab_socket "$2")" --state="$results/$2.history"
}

# percent PART WHOLE: as performance data has it.
percent() { awk -v part="$1" -v whole="$2" 'BEGIN { printf "%.3f", 100 * part / whole }'; }

# took_interval RESULT REQUESTS LEAST MOST: by the rate, in centiseconds.
took_interval()
{
    awk -v rate="$(datum "$1" ntp_request_rate)" -v requests="$2" -v least="$3" \
        -v most="$4" 'BEGIN {
            took = 100 * requests / rate
            exit !(took >= least - 2 && took <= most + 2)
        }'
}

is_file_of() { [ "$(stat -c '%a %U' "$1")" = "600 $2" ]; }

expect_interval()
{
    run_server first serverstats
    first_begun=$begun
    first_ended=$(centiseconds)
    expect_result 'serverstats: the first run says so' first says 0 \
        '600 NTP requests since chronyd was started, 0 % dropped; this is the first run'
    expect 'serverstats: the file is ours alone' is_file_of "$results/serverstats.history" \
        "$(id -un)"
    lab_clients serverstats 127.0.3.1 10 3 || bail_out 'no clients'
    run_server second serverstats
    expect_result 'serverstats: the second run judges what came in between' second says 0 \
        'OK - 30 NTP requests in the last [0-9.]* m\{0,1\}s, 0 % dropped |'
    expect_result 'serverstats: the interval is that between the runs' second \
        took_interval 30 $((begun - first_ended)) $(($(centiseconds) - first_begun))
    expect_result 'serverstats: totals are those of all time' second \
        has_text ' ntp_received_total=630c ntp_dropped_total=0c '
}

expect_drops()
{
    run_server before dropping
    received=$(server_count dropping 1)
    dropped=$(server_count dropping 2)
    expect_result 'dropping: what was dropped since chronyd was started' before says 2 \
        "100 NTP requests since chronyd was started, $dropped % dropped"
    lab_clients dropping 127.0.3.1 1 80 --patience-ms 0 || bail_out 'no clients'
    run_server flood dropping
    received=$(($(server_count dropping 1) - received))
    dropped=$(($(server_count dropping 2) - dropped))
    expect_result 'dropping: the share of the interval is exact' flood says 2 \
        " ntp_drop_percent=$(percent "$dropped" "$received")%;10;50 .*ntp_received_total=180c "
    expect_result 'dropping: it is of the requests in between' flood \
        has_text '; 80 NTP requests in the last '
    lab_clients dropping 127.0.4.1 1 4 || bail_out 'no clients'
    run_server calm dropping
    expect_result 'dropping: what was dropped before is over' calm says 0 \
        'OK - 4 NTP requests in the last [0-9.]* m\{0,1\}s, 0 % dropped |'
    run_server silence dropping
    expect_result 'dropping: there is no share of nothing' silence says 0 \
        'OK - no NTP request in the last [0-9.]* m\{0,1\}s | cmd_drop_percent='
}

expect_lost_records()
{
    lost='raise clientloglimit in chrony\.conf'
    expect_result 'forgetful: the text names the limit' forgetful.server.socket \
        has_text "$lost"
    run_server full forgetful
    lab_clients forgetful 127.0.3.1 20 1 || bail_out 'no clients'
    run_server crowd forgetful
    expect_result 'forgetful: each new client costs another its record' crowd says 0 "$lost"
    expect_result 'forgetful: so many, exactly' crowd has_text ' log_drops=20 '
    run_server after forgetful
    expect_result 'forgetful: no more than there were' after has_text ' log_drops=0 '
    expect_result 'forgetful: the text names the limit no longer' after lacks_text "$lost"
}

expect_starting_over()
{
    lab_restart serverstats || bail_out 'chronyd does not start again'
    run_server restarted serverstats
    expect_result 'serverstats: a chronyd that was restarted' restarted says 0 \
        'no NTP request since chronyd was started; starting over: chronyd was restarted |'
    run_server again serverstats
    expect_result 'serverstats: once' again says 0 'OK - no NTP request in the last '
    run_check mixed server -S "$(lab_socket dropping)" \
        --state="$results/serverstats.history"
    expect_result 'dropping: a file of another chronyd' mixed says 2 \
        'starting over: the --state file was about another chronyd'
    run_check refused server -H 127.0.0.1 -p "$(lab_port good)" \
        --state="$results/refused"
    expect_result 'good: nothing is kept of what was refused' refused has_no_file \
        "$results/refused"
    expect 'serverstats: a file that may not grow' cannot_grow "$results/full"
}

# cannot_grow FILE: not even the plugin's output may be a file here.
cannot_grow()
{
    said=$( (ulimit -f 0 && exec "$plugin_dir/check_chrony_server" \
        -S "$(lab_socket serverstats)" --state="$1") | cat)
    case $said in
    *'UNKNOWN - the --state file cannot be written'*) [ ! -e "$1" ] ;;
    *) echo "# $said" && return 1 ;;
    esac
}

has_no_file() { has_status "$1" 3 && [ ! -e "$2" ]; }

# The plugin has become another user by the time that it writes.
expect_file_of_other_user()
{
    what='otheruser: the file belongs to the user of chronyd'
    skip_lacking otheruser "$what" && return
    run_server forbidden otheruser
    expect_result 'otheruser: a directory of root is not for the user of chronyd' forbidden \
        says 3 'this user may not write the --state file'
    mkdir -m 700 "$results/nobody" && chown nobody: "$results/nobody"
    run_check given server -S "$(lab_socket otheruser)" --state="$results/nobody/history"
    expect "$what" is_file_of "$results/nobody/history" nobody
    expect_result 'otheruser: it is written' given says 0 'this is the first run with --state'
}

expect_history()
{
    expect_interval
    expect_drops
    expect_lost_records
    expect_starting_over
    ! lab_suits otheruser || expect_file_of_other_user
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
expect_reasons_of_sources
expect_margins
expect_holdover
expect_authentication
expect_history
finish
