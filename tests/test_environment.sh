#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Help that nobody gets; and a name that is looked up, or a directory that is read, for ever: the
# run ends at the deadline, in the state of -t and the format of -f. What else surrounds a plugin
# is in the fault matrix (test_faults).
set -u
top=${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
build=${top_builddir:-.}
plugins=${PLUGIN_DIR:-$build/plugins}
# shellcheck source=tests/lab/tap.sh
. "$top/tests/lab/tap.sh"

scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT

help_to_full() { "$plugins/check_chrony_health" --help >/dev/full 2>"$scratch/err"; }
status_is()
{
    expected=$1
    shift
    "$@"
    [ $? = "$expected" ]
}
if [ -c /dev/full ]; then
    expect "help to a full device is status 3" status_is 3 help_to_full
    expect "nothing was written to standard error" test ! -s "$scratch/err"
else
    skip "help to a full device is status 3" "no /dev/full"
fi

# run_slowly CHECK OPTION...: into $status, $elapsed (ms) and $scratch/out
run_slowly()
{
    check=$1
    shift
    start=$(date +%s%N)
    LD_PRELOAD=$build/tests/slow_resolver.so "$plugins/check_chrony_$check" "$@" \
        >"$scratch/out"
    status=$?
    elapsed=$((($(date +%s%N) - start) / 1000000))
}
# ends FROM TO STATUS TEXT CHECK OPTION...: between these two times, in ms
ends()
{
    from=$1
    to=$2
    expected=$3
    text=$4
    shift 4
    run_slowly "$@"
    [ $status = "$expected" ] && [ $elapsed -ge "$from" ] && [ $elapsed -le "$to" ] &&
        [ "$(cat "$scratch/out")" = "$text" ]
}
waits_for_ever() { ends 500 700 "$@"; }
# What takes files and accounts is left 0.1 s to say how it ended.
reads_for_ever() { ends 600 800 3 "$@"; }
remedy="-H 'ntp.example' was not resolved within 0.5 s: see /etc/resolv.conf, or give an address"
files="this machine held the check up for more than 0.5 s: it is busy, or its network file systems or accounts (/etc/nsswitch.conf) do not answer: see them, or give a longer -t"
expect "a file of keys that is never read ends the run" reads_for_ever \
    "CHRONY NTP UNKNOWN - $files" ntp -t 0.5 --key=1 --keyfile="$scratch/lost"
expect "a look-up ends at the deadline" \
    waits_for_ever 2 "CHRONY SYNC CRITICAL - $remedy" sync -H ntp.example -t 0.5
expect "a look-up ends in the state of -t" \
    waits_for_ever 3 "CHRONY SYNC UNKNOWN - $remedy" sync -H ntp.example -t 500ms:UNKNOWN
expect "a look-up ends in the format of -f" waits_for_ever 1 \
    '{"plugin": "check_chrony_sync", "state": "WARNING", "status": 1, "summary": "CHRONY SYNC WARNING - '"$remedy"'", "reasons": [{"state": "WARNING", "text": "'"$remedy"'"}], "measurements": {}, "tables": {}}' \
    sync -H ntp.example -t 500ms:WARNING -f json
expect "a directory that is never read ends the run" reads_for_ever \
    "CHRONY CONFIG UNKNOWN - $files" config --file="$top/tests/audit/current.conf" -t 0.5
# Its owner is not looked up.
expect "a socket needs no account" ends 0 500 2 \
    "CHRONY LEAP CRITICAL - no such socket: $scratch/sock: is chronyd running? see \
bindcmdaddress in chrony.conf for the path" leap -S "$scratch/sock" -t 0.5

if [ -x "$build/tests/fake_server" ]; then
    # The server ends when our end of this pipe is closed.
    mkfifo "$scratch/stop"
    "$build/tests/fake_server" <"$scratch/stop" >"$scratch/port" &
    exec 9>"$scratch/stop"
    until [ -s "$scratch/port" ]; do kill -0 $! || bail_out 'no fake server'; done
    set -- "CHRONY SERVER UNKNOWN - $files" \
        server -H 127.0.0.1 -p "$(cat "$scratch/port")" -t 0.5
    expect "a file of --state that is never read ends the run" \
        reads_for_ever "$@" --state="$scratch/lost"
    expect "one that is never written ends it" reads_for_ever "$@" --state="$scratch/state"
    exec 9>&-
else
    skip "a file of --state that is never read ends the run" 'there is no libcheck'
    skip "one that is never written ends it" 'there is no libcheck'
fi
finish
