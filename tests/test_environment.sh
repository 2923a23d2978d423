#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What surrounds a plugin changes nothing of what it says: locale, time zone, home, popt's files,
# closed or full streams. And a name that is looked up, or a directory that is read, for ever ends
# at the deadline.
set -u
top=${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
build=${top_builddir:-.}
plugins=${PLUGIN_DIR:-$build/plugins}
# shellcheck source=tests/lab/tap.sh
. "$top/tests/lab/tap.sh"

scratch=$(mktemp -d) || exit 99
trap 'exec 9>&-; rm -rf "$scratch"' EXIT

# The server ends when our end of this pipe is closed.
mkfifo "$scratch/stop"
"$build/tests/fake_server" <"$scratch/stop" >"$scratch/port" &
exec 9>"$scratch/stop"
until [ -s "$scratch/port" ]; do kill -0 $! || bail_out "no fake server"; done
port=$(cat "$scratch/port")

ask() { "$plugins/check_chrony_health" -H 127.0.0.1 -p "$port"; }

ask >"$scratch/plain" 9>&-

says_the_same()
{
    (exec 9>&- && env "$@" "$plugins/check_chrony_health" -H 127.0.0.1 -p "$port") \
        >"$scratch/out" 2>"$scratch/err" && [ ! -s "$scratch/err" ] && cmp -s "$scratch/plain" "$scratch/out"
}

expect "healthy, with a decimal point" grep -q 'OK - .*offset=-0\.000000340s' "$scratch/plain"

locale_or_skip()
{
    if localedef -i "$1" -f UTF-8 "$scratch/$1.UTF-8" >/dev/null 2>&1; then
        expect "LC_ALL=$1.UTF-8 changes no byte" \
            says_the_same LOCPATH="$scratch" LC_ALL="$1.UTF-8" LANG="$1.UTF-8"
    else
        skip "LC_ALL=$1.UTF-8 changes no byte" "no definition of the locale: package locales"
    fi
}
locale_or_skip de_DE
locale_or_skip tr_TR

for variable in TZ=Asia/Kathmandu TZ=:/nowhere POSIXLY_CORRECT=1 COLUMNS=10 LANG= NO_COLOR=1; do
    expect "$variable changes no byte" says_the_same "$variable"
done

# Opening it for reading would wait for ever.
mkfifo "$scratch/zone"
expect "the file of the time zone is not read" \
    says_the_same timeout 5 env TZ=":$scratch/zone"

mkdir "$scratch/home"
for plugin in check_chrony_health check_chrony_sync; do
    echo "$plugin exec --hostname /bin/echo"
    echo "$plugin alias -H --describe"
done >"$scratch/home/.popt"
expect "a hostile .popt changes no byte" says_the_same HOME="$scratch/home"

status_is()
{
    expected=$1
    shift
    "$@" 9>&-
    [ $? = "$expected" ]
}
full() { ask >/dev/full 2>"$scratch/err"; }
closed() { ask >&- 2>"$scratch/err"; }
all_closed() { ask <&- >&- 2>&-; }
help_to_full() { "$plugins/check_chrony_health" --help >/dev/full 2>"$scratch/err"; }
if [ -c /dev/full ]; then
    expect "a full device is status 3" status_is 3 full
    expect "help to a full device is status 3" status_is 3 help_to_full
else
    skip "a full device is status 3" "no /dev/full"
fi
expect "a closed stream is status 3" status_is 3 closed
expect "with all streams closed, status 3" status_is 3 all_closed
expect "nothing was written to standard error" test ! -s "$scratch/err"

# waits_for_ever STATUS TEXT CHECK OPTION...
waits_for_ever()
{
    expected=$1
    text=$2
    check=$3
    shift 3
    start=$(date +%s%N)
    LD_PRELOAD=$build/tests/slow_resolver.so "$plugins/check_chrony_$check" "$@" \
        >"$scratch/out" 9>&-
    status=$?
    elapsed=$((($(date +%s%N) - start) / 1000000))
    [ $status = "$expected" ] && [ $elapsed -ge 500 ] && [ $elapsed -le 700 ] &&
        [ "$(cat "$scratch/out")" = "$text" ]
}
remedy="-H 'ntp.example' was not resolved within 0.5 s: see /etc/resolv.conf, or give an address"
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
