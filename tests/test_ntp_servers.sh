#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# check_chrony_ntp against real chronyds that serve, or do not: over both families, not
# admitted, limited, on the wrong address, beside another server; with keys; groups; and
# one round trip for many. All of it is on loopback.
#
#   test_ntp_servers.sh    run the test (TAP)
#
# Environment: PLUGIN_DIR (default: ./plugins), top_builddir, and what lab/lab.sh takes.

LAB_SOURCE=$(cd "$(dirname "$0")/lab" && pwd) || exit 1
LAB_HELPERS=${LAB_HELPERS:-./tests/lab}
plugin_dir=$(cd "${PLUGIN_DIR:-./plugins}" && pwd) || exit 1
build=${top_builddir:-.}

# shellcheck source=tests/lab/lab.sh
. "$LAB_SOURCE/lab.sh"
# shellcheck source=tests/lab/tap.sh
. "$LAB_SOURCE/tap.sh"


# --- Running

# ask NAME [OPTION...]: check_chrony_ntp; leaves its output and its status.
ask_ntp()
{
    result=$results/$1
    shift
    "$plugin_dir/check_chrony_ntp" "$@" >"$result.out" 2>"$result.err"
    echo $? >"$result.status"
}

has_status() { [ "$(cat "$results/$1.status")" = "$2" ] && [ ! -s "$results/$1.err" ]; }
has_text() { grep -q -e "$2" "$results/$1.out"; }

says()
{
    name=$1
    has_status "$name" "$2" || return
    shift 2
    for text in "$@"; do
        has_text "$name" "$text" || return
    done
}

# expect_result DESCRIPTION NAME STATUS TEXT...
expect_result()
{
    description=$1
    shift
    expect "$description" says "$@" && return
    {
        cat "$results/$1.out" "$results/$1.err"
        echo "status $(cat "$results/$1.status")"
    } | diagnose
}


# --- Servers: each has an address of its own, and all have the same ports

port() { echo $((LAB_BASE + 145)); }
command_port() { echo $((LAB_BASE + 146)); }
crowd_port() { echo $((LAB_BASE + 147)); }
liar_port() { echo $((LAB_BASE + 148)); }
plain_port() { echo $((LAB_BASE + 149)); }

# server_at NAME ADDRESS <directives: its command protocol is there, NTP if bindaddress
# says so.
server_at()
{
    {
        echo "port $(port)"
        echo "cmdport $(command_port)"
        echo "bindcmdaddress $2"
        echo 'bindcmdaddress /'
        server 127.0.0.11
        cat
    } | chronyd_in "$1" "$(id -un)"
}

is_synchronised()
{
    # The option is two words or none.
    # shellcheck disable=SC2086
    [ "$("$lab_chronyc" $lab_chronyc_option -n -c -h "$1" -p "$(command_port)" tracking 2>&1 |
        cut -d, -f14)" = Normal ]
}

# A key of each type; the client has another one with the id 4, and 5 all to itself.
write_ntp_keys()
(
    umask 077
    write_keys
    more=$(
        write_key 11 SHA1 20 66
        write_key 12 SHA384 48 77
        write_key 13 SHA512 64 88
        write_key 14 AES256 32 99
        echo '15 ASCII:lab-secret'
    )
    echo "$more" >>"$LAB_DIR/server-keys"
    { echo "$more"; write_key 5 SHA1 20 12; } >>"$LAB_DIR/client-keys"
)

start_servers()
{
    write_ntp_keys
    server_at keyed 127.0.0.87 <<DIRECTIVES || return
bindaddress 127.0.0.87
allow 127.0.0.0/8
keyfile $LAB_DIR/server-keys
DIRECTIVES
    server_at others 127.0.0.81 <<DIRECTIVES || return
bindaddress 127.0.0.81
allow 10.0.0.0/8
DIRECTIVES
    server_at nobody 127.0.0.82 <<DIRECTIVES || return
bindaddress 127.0.0.82
DIRECTIVES
    server_at limited 127.0.0.83 <<DIRECTIVES || return
bindaddress 127.0.0.83
allow 127.0.0.0/8
ratelimit interval 12 burst 1 leak 4
DIRECTIVES
    server_at elsewhere 127.0.0.84 <<DIRECTIVES || return
bindaddress 127.0.0.94
allow 127.0.0.0/8
DIRECTIVES
    server_at beside 127.0.0.85 <<DIRECTIVES || return
bindaddress 127.0.0.95
allow 127.0.0.0/8
DIRECTIVES
    helper_for stranger ntp_server --bind 127.0.0.85 --port "$(port)" --stratum 1 || return
    for address in 81 82 83 84 85 87; do
        wait_until is_synchronised "127.0.0.$address" || return
    done
}

# of NAME: the options that ask a server above, and its command protocol.
of() { echo "-H 127.0.0.$1 --ntp-port=$(port) --compare -p $(command_port)"; }


# --- One that serves

has_ipv6_here() { grep -q '^0\{31\}1 ' /proc/net/if_inet6 2>/dev/null; }

test_plain()
{
    good=$(lab_ntp_port good)
    ask_ntp plain -H 127.0.0.1 --ntp-port="$good"
    expect_result 'chronyd: OK' plain 0 \
        'CHRONY NTP OK - clock is .* 127\.0\.0\.1, round trip .* stratum 2, reference id 127' \
        ', no leap second is announced | offset=' ' precision=0\.0000'
    ask_ntp verbose --ntp-port="$good" -v
    expect_result 'chronyd: a line for it with -v' verbose 0 \
        '^127\.0\.0\.1: address 127\.0\.0\.1 port [0-9]*, answer good, offset '
    ask_ntp strict -H 127.0.0.1 --ntp-port="$good" -c 1:1 -w ~:
    expect_result 'chronyd: limits are judged' strict 2 'offset .* (critical limit 1:1 s)'
    has_ipv6_here || return 0
    ask_ntp ipv6 -H ::1 --ntp-port="$good"
    expect_result 'chronyd: OK over IPv6' ipv6 0 'clock is .* ::1, round trip '
    ask_ntp both --ntp-port="$good" --both-families
    expect_result 'chronyd: OK over both families' both 0 '127\.0\.0\.1 over IPv4' \
        '::1 over IPv6 | ' ' disagreement=0\.000000000s'
}

# The audit's finding: IPv4 is served, IPv6 is not.
test_ipv6_not_enabled()
{
    has_ipv6_here || return 0
    {
        echo "port $(plain_port)"
        echo 'bindaddress 127.0.0.1'
        echo 'allow 127.0.0.0/8'
        echo 'cmdport 0'
        echo 'bindcmdaddress /'
        echo 'local stratum 3'
    } | chronyd_in ipv4-only "$(id -un)" || bail_out 'no chronyd for IPv4 only'
    ask_ntp ipv4 --ntp-port="$(plain_port)" --both-families --allow-local -t 1
    expect_result 'IPv6 is not enabled: CRITICAL, and it is named' ipv4 2 \
        'CRITICAL - \(connection refused\|no reply from\):* ::1 port [0-9]* over IPv6' \
        '127\.0\.0\.1 over IPv4'
}

test_local()
{
    local_port=$(lab_ntp_port local)
    ask_ntp local --ntp-port="$local_port"
    expect_result 'the local reference: CRITICAL' local 2 \
        'serves its local reference as the truth, stratum 10: '
    ask_ntp allowed --ntp-port="$local_port" --allow-local
    expect_result 'the local reference: OK when it is allowed' allowed 0 ', as allowed;'
}

test_unsynchronised()
{
    ask_ntp unsync --ntp-port="$(lab_ntp_port unsync)" --compare -p "$(lab_port unsync)"
    expect_result 'not synchronised: CRITICAL, and both views agree' unsync 2 \
        'is not synchronised and has no time to offer' 'answers as its chronyd says'
}


# --- Two views

# The options are words.
# shellcheck disable=SC2046
test_views()
{
    ask_ntp others $(of 81) -t 1
    expect_result 'this host is not admitted: allow is named' others 2 \
        'no reply from 127\.0\.0\.81 port [0-9]* within 1 s: its chronyd runs: allow in '
    ask_ntp nobody $(of 82)
    expect_result 'nobody is admitted: allow is named' nobody 2 \
        'connection refused: 127\.0\.0\.82 .*: its chronyd runs, but .* add allow'
    ask_ntp elsewhere $(of 84)
    expect_result 'another bindaddress: it is named' elsewhere 2 \
        'connection refused: 127\.0\.0\.84 .*bindaddress'
    ask_ntp found -H 127.0.0.94 --ntp-port="$(port)" --compare -p "$(command_port)" \
        --command-host=127.0.0.84
    expect_result 'another bindaddress: it is asked there' found 0 \
        '127\.0\.0\.94 answers as its chronyd says'
    ask_ntp beside $(of 85)
    expect_result 'another server on the port: both are described' beside 2 \
        '127\.0\.0\.85 answers otherwise than chronyd says (stratum 1 against 2, reference id 4C414200 against 7F00000B'
}

test_leap()
{
    ask_ntp leap --ntp-port="$(lab_ntp_port leapins)" --compare -p "$(lab_port leapins)" \
        -w '~:' -c '~:'
    if lab_lacks leapins; then
        skip 'a leap second is passed on' "needs $(lab_need leapins)"
        return
    fi
    expect_result 'a leap second is passed on' leap 0 'answers as its chronyd says' \
        'a leap second will be inserted'
}


# --- Keys

# ask_with NAME KEY [OPTION...]
ask_with()
{
    keyed=$1
    key=$2
    shift 2
    ask_ntp "$keyed" --ntp-port="$(port)" --keyfile="$LAB_DIR/client-keys" --key="$key" "$@"
}

test_keys()
{
    for key in '1 MD5' '2 SHA256' '3 AES128' '11 SHA1' '12 SHA384' '13 SHA512' '14 AES256' '15 MD5'
    do
        id=${key% *} type=${key#* }
        ask_with "key-$id" "$id" -H 127.0.0.87
        expect_result "a key of type $type: authenticated" "key-$id" 0 \
            "clock is .*; authenticated with key $id ($type) |"
    done
    ask_ntp key-none -H 127.0.0.87 --ntp-port="$(port)"
    expect_result 'no key: as ever' key-none 0 'clock is ' 'no leap second is announced |'
    ask_with key-wrong 4 -H 127.0.0.87 -t 300ms
    expect_result 'a wrong key: chronyd is silent, and the key is named' key-wrong 2 \
        'no reply from 127\.0\.0\.87 .* to a request with key 4 (MD5): it has no such key or another'
    ask_with key-unknown 5 -H 127.0.0.87 -t 300ms
    expect_result 'a key that the server does not know: the same' key-unknown 2 \
        'no reply from 127\.0\.0\.87 .* to a request with key 5 (SHA1): it has no such key'
    ask_with key-stranger 1 -H 127.0.0.85 -t 20
    expect_result 'a server that knows no keys: not authenticated' key-stranger 2 \
        'reply from 127\.0\.0\.85 .* is not authenticated with key 1 (MD5): it carries no MAC: '
    ask_with key-group 2 -H 127.0.0.87 -H 127.0.0.85 -t 20 -v
    expect_result 'two servers, one with keys: both are told' key-group 2 \
        'reply from 127\.0\.0\.85 .* carries no MAC' '; authenticated with key 2 (SHA256) |' \
        '^127\.0\.0\.87: .*answer good, authentication key 2 (SHA256), offset' \
        '^127\.0\.0\.85: .*answer it carries no MAC$'
    chmod 644 "$LAB_DIR/client-keys"
    ask_with key-open 1 -H 127.0.0.87
    expect_result 'a key file for everybody: WARNING' key-open 1 \
        'WARNING - everybody may read the key file .*/client-keys: chmod o= it, '
    chmod 600 "$LAB_DIR/client-keys"
    expect 'no key is in anything that was said' keeps_secrets
}

# The keys of the files, without their prefixes.
keeps_secrets()
{
    sed -n 's/.*\(HEX\|ASCII\)://p' "$LAB_DIR/client-keys" "$LAB_DIR/server-keys" |
        cut -c1-16 >"$LAB_DIR/secrets"
    [ -s "$LAB_DIR/secrets" ] && ! grep -Fi -f "$LAB_DIR/secrets" "$results"/*.out "$results"/*.err
}


# --- A limited rate. One response is left to each address, and some more by chance.

is_silenced()
{
    ask_ntp limited -H 127.0.0.83 --ntp-port="$(port)" -t 200ms
    has_status limited 2
}

is_kissed()
{
    ask_ntp kissed -H 127.0.0.86 --ntp-port="$(port)" -t 200ms
    has_text kissed "kiss-o'-death"
}

test_ratelimit()
{
    wait_until is_silenced
    expect_result 'limited rate: silence, and why that may be' limited 2 \
        'no reply from 127\.0\.0\.83 .* limits the rate'
    # Before 4.6 chronyd had no kiss-o'-death: the engines' tests get one of ntpsec.
    chronyd_is_at_least 4 6 || return 0
    server_at kissing 127.0.0.86 <<DIRECTIVES || bail_out 'no chronyd with KoD'
bindaddress 127.0.0.86
allow 127.0.0.0/8
ratelimit interval 12 burst 1 leak 4 kod 1
DIRECTIVES
    wait_until is_kissed
    expect_result "limited rate: a kiss-o'-death is a warning" kissed 1 \
        "127\\.0\\.0\\.86 .* answers with a kiss-o'-death, RATE: it is asked too often"
}


# --- Several servers

test_group()
{
    helper_for crowd ntp_server --bind 127.0.0.61,127.0.0.62,127.0.0.63 \
        --port "$(liar_port)" || bail_out 'no servers'
    helper_for liar ntp_server --bind 127.0.0.64 --port "$(liar_port)" --offset-us 250000 ||
        bail_out 'no liar'
    set -- -H 127.0.0.61 -H 127.0.0.62 -H 127.0.0.63 --ntp-port="$(liar_port)"
    ask_ntp group "$@"
    expect_result 'a group that agrees: OK' group 0 'ahead of\|behind' \
        ' disagreement=0\.000000000s;0\.001;0\.1 difference=0\.0'
    ask_ntp odd "$@" -H 127.0.0.64
    expect_result 'a group with a liar: it is the odd one out' odd 2 \
        'odd one out: 127\.0\.0\.64;' ' disagreement=0\.2'
    ask_ntp pair -H 127.0.0.61 -H 127.0.0.64 --ntp-port="$(liar_port)"
    expect_result 'two that contradict each other: nobody can tell' pair 2 \
        'no majority tells which of them is wrong'
}

# Ten servers, each behind a round trip of 40 ms.
test_distance()
{
    hosts=
    for last in 0 1 2 3 4 5 6 7 8 9; do
        helper_for "far$last" udp_relay --listen "127.0.0.7$last:$(crowd_port)" \
            --target "127.0.0.11:$(ntp_port)" --delay-ms 20 || bail_out 'no relay'
        hosts="$hosts -H 127.0.0.7$last"
    done
    # The hosts are words.
    # shellcheck disable=SC2086
    set -- $hosts
    ask_ntp far "$@" --ntp-port="$(crowd_port)"
    expect_result 'ten servers: all answer' far 0 'and so on (10 servers)' 'round_trip=0\.04'
    took=$(shortest "$plugin_dir/check_chrony_ntp" "$@" --ntp-port="$(crowd_port)")
    echo "# ten servers, each 40 ms away: $((took / 1000)) ms"
    expect 'ten servers: within one and a half round trips' [ "$took" -le 60000 ]
}


# --- What surrounds it

is_between() { [ "$1" -le "$2" ] && [ "$2" -lt "$3" ]; }

# The resolver never answers for the second server: the run ends all the same, and says so.
test_resolver()
{
    [ -e "$build/tests/slow_resolver.so" ] || bail_out 'tests/slow_resolver.so is not built'
    begun=$(microseconds)
    LD_PRELOAD=$build/tests/slow_resolver.so ask_ntp resolver -H 127.0.0.1 \
        -H ntp.example -t 500ms
    took=$((($(microseconds) - begun) / 1000))
    expect_result 'a name that is looked up for ever: it is named' resolver 2 \
        "^CHRONY NTP CRITICAL - -H 'ntp.example' was not resolved within 0.5 s"
    expect 'a name that is looked up for ever: at the deadline' \
        is_between 500 "$took" 800
    LD_PRELOAD=$build/tests/slow_resolver.so ask_ntp whirlpool -H whirlpool.ntp.org -t 100ms
    expect_result 'a name that only ends like the pool: it is looked up' whirlpool 2 \
        "-H 'whirlpool.ntp.org' was not resolved"
}

# libfaketime moves our clock, and not the kernel's, as if it were stepped on the way.
test_step()
{
    faketime=$(find_faketime)
    if [ -z "$faketime" ]; then
        skip 'a step of the clock: the sample is dropped' 'needs faketime'
        return
    fi
    LD_PRELOAD=$faketime FAKETIME=+3600s FAKETIME_DONT_FAKE_MONOTONIC=1 \
        ask_ntp step --ntp-port="$(lab_ntp_port good)"
    expect_result 'a step of the clock: the sample is dropped' step 3 \
        'the clock of this host was stepped while 127\.0\.0\.1 .* the sample is dropped'
}


# --- Start

open_lab()
{
    lab_open
    opened=$?
    [ "$opened" -ne 77 ] || skip_all 'there is no chronyd'
    [ "$opened" -eq 0 ] || bail_out 'the lab does not open'
    lab_up good local unsync leapins || bail_out 'the lab does not come up'
    start_servers || bail_out 'the servers do not come up'
    results=$LAB_DIR/results
    mkdir "$results" || bail_out 'no directory for results'
}

lab_close_on_exit
open_lab
test_plain
test_ipv6_not_enabled
test_local
test_unsynchronised
test_views
test_leap
test_keys
test_ratelimit
test_group
test_distance
test_resolver
test_step
finish
