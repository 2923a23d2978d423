#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Stands for a plugin in the tests of engines: runs the real plugin of its name, and
# records in a directory what it was given and what it printed, so that what an engine has
# kept can be compared byte by byte.
#
# Unless the engine gives a port, the plugin asks the one that the file "port" says, and
# check_chrony_ntp that of the file "ntp_port", too: for engine files that are to ask the
# chronyd of the machine itself.

base=$(cd "$(dirname "$0")/.." && pwd) || exit 3
plugin=$(basename "$0")
run=$(mktemp -d "$base/records/$plugin.XXXXXX") || exit 3

printf '%s\n' "$@" >"$run/given"
case " $* " in
    *' --port '* | *' -p '*) ;;
    *)
        set -- "$@" --port="$(cat "$base/port")"
        [ "$plugin" != check_chrony_ntp ] ||
            set -- "$@" --compare --ntp-port="$(cat "$base/ntp_port")"
        ;;
esac
printf '%s\n' "$@" >"$run/arguments"

"$base/real/$plugin" "$@" >"$run/output" 2>"$run/errors"
status=$?
cat "$run/output"
echo "$status" >"$run/status.new"
mv "$run/status.new" "$run/status"
exit "$status"
