#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Nagios 4 itself: it takes our file, runs every plugin against real chronyds, and keeps
# just what the plugin printed.
#
# Unpacks: nagios4-core

engines=$(cd "$(dirname "$0")" && pwd) || exit 1
# shellcheck source=tests/engines/engines.sh
. "$engines/engines.sh"
# shellcheck source=tests/engines/nagios.sh
. "$engines/nagios.sh"

states='good lost dead'

# service_of NAME HOST COMMAND
service_of()
{
    cat <<END
define service {
    use                  generic-service
    host_name            $2
    service_description  $1
    check_command        $3
}
END
}

# A service for each plugin in each state, by name "STATE PLUGIN"; one whose options need
# quotes and whose result has several lines; and the template for another host.
services()
{
    for state in $states; do
        for check in $checks; do
            service_of "$state $check" localhost \
                "check_chrony_$check!-p $(lab_port "$state") $(options_of "$check" "$state")"
        done
    done
    options="-v -w '~:10ms' --require-source=127.0.0.99"
    service_of options localhost "check_chrony_health!-p $(lab_port falsetick) $options"
    cat <<'END'
define service {
    use        chrony-remote,generic-service
    host_name  server1
}
END
}

configure()
{
    make_nagios && services >"$nagios/services.cfg" || return
    lab_port jittery >"$work/port"
}

all_have_arrived()
{
    for state in $states; do
        for check in $checks; do
            nagios_has_heard "localhost!$state $check" || return 1
        done
    done
    nagios_has_heard 'localhost!options' && nagios_has_heard 'localhost!chrony' &&
        nagios_has_heard 'server1!chrony'
}

# expect_service HOST!SERVICE PLUGIN PORT STATUS
expect_service()
{
    result=$(nagios_result "$1")
    expect_arrived "$1: all that the plugin printed arrives" "$result" "$2" "$3"
    expect_exit "$1: state $4" "$result" "$4"
}

# expect_state STATE STATUS...: in the order of checks. chronyd refuses the reports of the
# last two over UDP, to everybody.
expect_state()
{
    state=$1
    shift
    for check in $checks; do
        expect_service "localhost!$state $check" "check_chrony_$check" \
            "$(lab_port "$state")" "$1"
        shift
    done
}

# was_given PORT [ARGUMENT...]: at some time, check_chrony_health.
was_given()
{
    port=$1
    shift
    printf '%s\n' "$@" >"$work/expected"
    for run in $(runs_of check_chrony_health "$port"); do
        ! cmp -s "$run/given" "$work/expected" || return 0
    done
    return 1
}

# The names of states are words.
# shellcheck disable=SC2086
open_engine $states falsetick jittery
configure || bail_out 'no directory for Nagios'
expect 'docs/ENGINES: the snippet runs' \
    run_snippet 'Nagios, its own machine' nagios="$nagios"
expect 'docs/ENGINES: it ends with a reload' grep -qx 'reload nagios4' "$work/systemctl"
expect 'Nagios takes the files without a warning' nagios_accepts || show_log nagios
start_nagios
expect_soon 'Nagios runs every plugin' all_have_arrived
stop nagios
expect_state good 0 0 0 0 0 0 3 3 0
expect_state lost 2 2 1 0 0 2 3 3 0
expect_state dead 2 2 2 2 2 2 2 2 2
falsetick=$(lab_port falsetick)
expect_service 'localhost!options' check_chrony_health "$falsetick" 2
expect 'options: quotes keep them as they are' was_given "$falsetick" \
    -p "$falsetick" -v -w '~:10ms' --require-source=127.0.0.99
jittery=$(lab_port jittery)
expect_service 'localhost!chrony' check_chrony_health "$jittery" 0
expect_service 'server1!chrony' check_chrony_health "$jittery" 0
expect 'the local template asks its own machine' was_given "$jittery"
expect 'the remote template asks the host' was_given "$jittery" -H 127.0.0.1
finish
