# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What make bench puts around the audit's script (check-ntp-health.sh), so that nothing in
# it needs a change: its chronyc asks the lab's chronyd at BENCH_PORT, and that this
# chronyd is no unit of systemd does not end it at once. Where systemd runs, what asking
# it costs is paid.

# The script calls it in pipelines only: exec takes the place of the shell that bash made
# for it, so there are as many processes as without this function.
chronyc()
{
    # The option is two words or none.
    # shellcheck disable=SC2086
    exec "$BENCH_CHRONYC" $BENCH_CHRONYC_OPTION -h 127.0.0.1 -p "$BENCH_PORT" "$@"
}

systemctl()
{
    [ ! -d /run/systemd/system ] || command systemctl "$@"
    return 0
}
