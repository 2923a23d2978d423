# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# TAP for shell tests. A script calls expect and skip, and finish at its end.

tap_count=0

# expect DESCRIPTION COMMAND [ARGUMENT...]: the command must succeed.
expect()
{
    tap_description=$1
    shift
    tap_count=$((tap_count + 1))
    if "$@"; then
        echo "ok $tap_count - $tap_description"
    else
        echo "not ok $tap_count - $tap_description"
        return 1
    fi
}

# skip DESCRIPTION REASON
skip()
{
    tap_count=$((tap_count + 1))
    echo "ok $tap_count - $1 # SKIP $2"
}

skip_all()
{
    echo "1..0 # SKIP $1"
    exit 0
}

bail_out()
{
    echo "Bail out! $1"
    exit 1
}

diagnose() { sed 's/^/# /'; }

finish() { echo "1..$tap_count"; }
