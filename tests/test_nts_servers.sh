#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# check_chrony_ntp --nts against real chronyds: with certificates of all kinds, stopped,
# not there, and with keys for another server, that has them or not. All of it is on
# loopback.
#
#   test_nts_servers.sh    run the test (TAP)
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

# ask_at PORT [OPTION...]: who gives keys there; leaves the output and the status.
ask_at()
{
    key_port=$1
    shift
    "$plugin_dir/check_chrony_ntp" --nts --nts-port="$key_port" \
        --trusted-certs="$LAB_DIR/certificates/ca.pem" --allow-local "$@" \
        >"$LAB_DIR/out" 2>"$LAB_DIR/err"
    status=$?
}

says()
{
    [ "$status" = "$1" ] && [ ! -s "$LAB_DIR/err" ] || return
    shift
    for text in "$@"; do
        grep -q -e "$text" "$LAB_DIR/out" || return
    done
}

# expect_result DESCRIPTION STATUS TEXT...
expect_result()
{
    description=$1
    shift
    expect "$description" says "$@" && return
    { cat "$LAB_DIR/out" "$LAB_DIR/err"; echo "status $status"; } | diagnose
}


# --- Servers: all on 127.0.0.1, and each with ports of its own

servers='good expired not-yet strange short untrusted stopped leading plain lost'

# number_of SERVER
number_of()
{
    number=0
    for server in $servers; do
        [ "$server" != "$1" ] || break
        number=$((number + 1))
    done
    echo "$number"
}

key_port_of() { echo $((LAB_BASE + 100 + $(number_of "$1"))); }
ntp_port_of() { echo $((LAB_BASE + 110 + $(number_of "$1"))); }
command_port() { echo $((LAB_BASE + 120)); }

# nts_server SERVER CERTIFICATE <directives
nts_server()
{
    {
        echo "port $(ntp_port_of "$1")"
        echo 'bindaddress 127.0.0.1'
        echo 'allow 127.0.0.0/8'
        echo 'local stratum 3'
        echo 'bindcmdaddress /'
        echo "ntsport $(key_port_of "$1")"
        echo "ntsserverkey $LAB_DIR/certificates/$2.key"
        echo "ntsservercert $LAB_DIR/certificates/$2.pem"
        echo 'ntsprocesses 0'
        cat
    } | chronyd_in "$1" "$(id -un)"
}

# One at ADDRESS for whom another has keys; it has keys of its own, or knows nothing of
# NTS: beside SERVER NAME ADDRESS
beside()
{
    {
        echo "port $(ntp_port_of "$1")"
        echo "bindaddress $3"
        echo 'allow 127.0.0.0/8'
        echo 'local stratum 3'
        echo 'bindcmdaddress /'
        echo 'cmdport 0'
        cat
    } | chronyd_in "$2" "$(id -un)"
}

start_servers()
{
    nts_server good good <<DIRECTIVES || return
cmdport $(command_port)
bindcmdaddress 127.0.0.1
DIRECTIVES
    for certificate in expired not-yet strange short untrusted; do
        echo 'cmdport 0' | nts_server "$certificate" "$certificate" || return
    done
    echo 'cmdport 0' | nts_server stopped good || return
    kill -STOP "$(pid_of stopped)" && wait_until is_stopped "$(pid_of stopped)" || return
    nts_server leading good <<DIRECTIVES || return
cmdport 0
ntsntpserver 127.0.0.91
DIRECTIVES
    beside leading other-keys 127.0.0.91 <<DIRECTIVES || return
ntsport $(($(key_port_of lost) + 20))
ntsserverkey $LAB_DIR/certificates/short.key
ntsservercert $LAB_DIR/certificates/short.pem
ntsprocesses 0
DIRECTIVES
    nts_server plain good <<DIRECTIVES || return
cmdport 0
ntsntpserver 127.0.0.92
DIRECTIVES
    beside plain no-nts 127.0.0.92 </dev/null || return
    nts_server lost good <<DIRECTIVES
cmdport 0
ntsntpserver ntp.example
DIRECTIVES
}


# --- Tests

test_good()
{
    port=$(key_port_of good)
    ntp="the keys of .* are for NTP on port $(ntp_port_of good)"
    ask_at "$port" -4 -H localhost
    expect_result 'chronyd: authenticated, by its name' 0 \
        "CHRONY NTP OK - .*; clock is .* localhost, .*; authenticated with NTS; $ntp | " \
        ' certificate_days=40$'
    ask_at "$port" -H 127.0.0.1 -v
    expect_result 'chronyd: authenticated, by its address' 0 "; authenticated with NTS; $ntp" \
        '^127\.0\.0\.1: .*, answer good, authentication NTS, '
    ask_at "$port" -4 -H localhost -H 127.0.0.1
    expect_result 'chronyd: several servers' 0 'authenticated with NTS; the keys of localhost ' \
        'the keys of 127\.0\.0\.1 are for NTP on port '
    ask_at "$port" -H 127.0.0.1 --compare -p "$(command_port)"
    expect_result 'chronyd: both views of it agree' 0 \
        '127\.0\.0\.1 answers as its chronyd says' 'authenticated with NTS'
    ask_at "$port" -H 127.0.0.1 --certificate-days-warning=60:
    expect_result 'its certificate: limits are judged' 1 \
        'certificate_days 40 (warning limit 60:)'
}

test_certificates()
{
    ask_at "$(key_port_of expired)" -4 -H localhost
    expect_result 'a certificate that has expired: its date' 2 \
        'no keys for localhost .*: its certificate has expired on 2[0-9-]* [0-9:]* UTC: ' \
        ' | certificate_days=-3$'
    ask_at "$(key_port_of not-yet)" -4 -H localhost
    expect_result 'a certificate of tomorrow' 2 'its certificate is not valid yet: '
    ask_at "$(key_port_of strange)" -4 -H localhost
    expect_result 'a certificate for another name' 2 'its certificate is not for that name: '
    ask_at "$(key_port_of good)" -H 127.0.0.2
    expect_result 'nobody at that address' 2 'no keys for 127\.0\.0\.2 .*: connection refused: '
    ask_at "$(key_port_of untrusted)" -4 -H localhost
    expect_result 'a certificate that nobody has signed' 2 'nobody who is trusted has signed '
    ask_at "$(key_port_of short)" -4 -H localhost
    expect_result 'a certificate of five days: CRITICAL' 2 \
        'certificate_days 5 (critical limit 7:); .*; authenticated with NTS'
    "$plugin_dir/check_chrony_ntp" --nts --nts-port="$(key_port_of good)" -4 -H localhost \
        >"$LAB_DIR/out" 2>"$LAB_DIR/err"
    status=$?
    expect_result 'the system does not trust the CA of a test' 2 \
        'nobody who is trusted has signed \|^CHRONY NTP UNKNOWN - this system has no certificates'
}

test_silence()
{
    ask_at "$((LAB_BASE + 99))" -4 -H localhost
    expect_result 'nobody listens for keys' 2 'no keys for localhost .*: connection refused: '
    ask_at "$(key_port_of stopped)" -H 127.0.0.1 -t 600ms
    expect_result 'a stopped chronyd accepts, and is silent' 2 \
        'it accepts the connection, but does not answer in time'
    ask_at "$(key_port_of stopped)" -H 127.0.0.1 -t 600ms:UNKNOWN
    expect_result 'the state of silence is that of -t' 3 'UNKNOWN - no keys for '
}

test_other_hosts()
{
    ask_at "$(key_port_of leading)" -4 -H localhost -t 4
    expect_result 'an NTP server with other keys: NAK' 2 \
        'reply from localhost (127\.0\.0\.91 port [0-9]*) is not authenticated with NTS: an NTS NAK: '
    ask_at "$(key_port_of plain)" -4 -H localhost -t 4
    expect_result 'an NTP server that knows nothing of NTS' 2 \
        'no reply from localhost (127\.0\.0\.92 port [0-9]*) .* it has no NTS, and chronyd is '
    [ -e "$build/tests/slow_resolver.so" ] || bail_out 'tests/slow_resolver.so is not built'
    LD_PRELOAD=$build/tests/slow_resolver.so ask_at "$(key_port_of lost)" -H 127.0.0.1 -t 800ms
    expect_result 'an NTP server whose name is looked up for ever' 2 \
        "the NTP server of the keys of -H '127\\.0\\.0\\.1', 'ntp\\.example\\.' was not resolved within 0\\.8 s"
}


# --- Start

open_lab()
{
    [ -x "$build/tests/make_certificates" ] || skip_all 'this build is without NTS'
    lab_open
    opened=$?
    [ "$opened" -ne 77 ] || skip_all 'there is no chronyd'
    [ "$opened" -eq 0 ] || bail_out 'the lab does not open'
    chronyd_has NTS || skip_all 'this chronyd is without NTS'
    mkdir "$LAB_DIR/certificates" || bail_out 'no directory for certificates'
    "$build/tests/make_certificates" "$LAB_DIR/certificates" || bail_out 'no certificates'
    start_servers || bail_out 'the servers do not come up'
}

lab_close_on_exit
open_lab
test_good
test_certificates
test_silence
test_other_hosts
finish
