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

# waits_for_ever STATUS TEXT CHECK OPTION...
waits_for_ever()
{
    expected=$1
    text=$2
    check=$3
    shift 3
    start=$(date +%s%N)
    LD_PRELOAD=$build/tests/slow_resolver.so "$plugins/check_chrony_$check" "$@" \
        >"$scratch/out"
    status=$?
    elapsed=$((($(date +%s%N) - start) / 1000000))
    [ $status = "$expected" ] && [ $elapsed -ge 500 ] && [ $elapsed -le 700 ] &&
        [ "$(cat "$scratch/out")" = "$text" ]
}
remedy="-H 'ntp.example' was not resolved within 0.5 s: see /etc/resolv.conf, or give an address"
files="files and accounts of this machine were not read within 0.5 s: see its network file systems and /etc/nsswitch.conf, or give a longer -t"
expect "a file of keys that is never read ends at the deadline" waits_for_ever 3 \
    "CHRONY NTP UNKNOWN - $files" ntp -t 0.5 --key=1 --keyfile="$scratch/lost"
expect "a look-up ends at the deadline" \
    waits_for_ever 2 "CHRONY SYNC CRITICAL - $remedy" sync -H ntp.example -t 0.5
expect "a look-up ends in the state of -t" \
    waits_for_ever 3 "CHRONY SYNC UNKNOWN - $remedy" sync -H ntp.example -t 500ms:UNKNOWN
expect "a look-up ends in the format of -f" waits_for_ever 1 \
    '{"plugin": "check_chrony_sync", "state": "WARNING", "status": 1, "summary": "CHRONY SYNC WARNING - '"$remedy"'", "reasons": [{"state": "WARNING", "text": "'"$remedy"'"}], "measurements": {}, "tables": {}}' \
    sync -H ntp.example -t 500ms:WARNING -f json
expect "a directory ends at the deadline" waits_for_ever 3 \
    "CHRONY CONFIG UNKNOWN - files and accounts of this machine were not read within 0.5 s: \
see its network file systems and /etc/nsswitch.conf, or give a longer -t" \
    config --file="$top/tests/audit/current.conf" -t 0.5
finish
