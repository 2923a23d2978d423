#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Icinga 2 itself: it takes our files, runs every plugin against real chronyds, and keeps
# just what the plugin printed.
#
# Unpacks: icinga2-bin icinga2-common
# Installs: perl

engines=$(cd "$(dirname "$0")" && pwd) || exit 1
# shellcheck source=tests/engines/engines.sh
. "$engines/engines.sh"
# shellcheck source=tests/engines/icinga2.sh
. "$engines/icinga2.sh"

states='good lost dead'

# A service for each plugin in each state, by name "STATE PLUGIN".
services_of_states()
{
    for state in $states; do
        for check in $checks; do
            cat <<END
object Service "$state $check" {
    host_name = NodeName
    check_command = "chrony_$check"
$(variables_of "$check" "$state")
}
END
        done
    done
}

# ntp has something to say of a state when it compares.
variables_of()
{
    echo "    vars.chrony_${1}_port = $(lab_port "$2")"
    [ "$1" = ntp ] || return 0
    echo '    vars.chrony_ntp_compare = true'
    echo "    vars.chrony_ntp_ntp_port = $(lab_ntp_port "$2")"
}

# One of each kind of variable.
service_with_options()
{
    cat <<END
object Service "options" {
    host_name = NodeName
    check_command = "chrony_health"
    vars.chrony_health_port = $(lab_port falsetick)
    vars.chrony_health_hostname = "127.0.0.1"
    vars.chrony_health_verbose = true
    vars.chrony_health_use_ipv6 = false
    vars.chrony_health_falsetickers_warning = "~:"
    vars.chrony_health_last_offset_warning = "0.0000004"
    vars.chrony_health_last_offset_critical = "400us"
    vars.chrony_health_require_source = [ "127.0.0.11", "127.0.0.99" ]
}
END
}

# In the order of the option's names, as Icinga sorts them.
expected_options()
{
    cat <<END
--falsetickers-warning
~:
--hostname
127.0.0.1
--last-offset-critical
400us
--last-offset-warning
0.0000004
--port
$(lab_port falsetick)
--require-source
127.0.0.11
--require-source
127.0.0.99
--verbose
END
}

was_given_options()
{
    expected_options >"$work/expected"
    for run in $(runs_of check_chrony_health "$(lab_port falsetick)"); do
        ! cmp -s "$run/given" "$work/expected" || return 0
    done
    return 1
}

configure()
{
    make_node ci ci "$recorders" || return
    : >"$work/ci/etc/zones.conf"
    cat >"$work/ci/etc/conf.d/hosts.conf" <<'END'
object Endpoint NodeName { }
object Zone ZoneName { endpoints = [ NodeName ] }
object Host NodeName {
    check_command = "dummy"
    enable_active_checks = false
}
END
    lab_port jittery >"$work/port"
    { services_of_states; service_with_options; } >"$work/ci/etc/conf.d/services.conf"
}

all_have_arrived()
{
    for state in $states; do
        for check in $checks; do
            has_heard ci "ci!$state $check" || return 1
        done
    done
    has_heard ci 'ci!options' && has_heard ci 'ci!chrony'
}

expect_service()
{
    result=$work/ci/results/ci!$1
    expect_arrived "$1: all that the plugin printed arrives" "$result" "$2" "$3"
    expect_exit "$1: exit status and state $4" "$result" "$4"
}

# expect_state STATE STATUS...: in the order of checks. chronyd refuses the reports of the
# last two over UDP, to everybody.
expect_state()
{
    state=$1
    shift
    for check in $checks; do
        expect_service "$state $check" "check_chrony_$check" "$(lab_port "$state")" "$1"
        shift
    done
}

# The layout that the head of zones.conf describes.
make_example_master()
{
    make_node master.example.net master /nonexistent || return
    master=$work/master.example.net
    cp -R "$top/contrib/icinga2/examples/." "$master/etc/" &&
        cp "$work/contrib/icinga2/chrony-checks.conf" \
            "$master/etc/zones.d/global-templates/"
}

has_example_services()
{
    icinga2 master.example.net object list --type Service >"$work/objects" 2>&1
    for service in master.example.net time1.example.net server1.example.net; do
        grep -q "Object '$service!chrony' of type 'Service'" "$work/objects" || return 1
    done
}

# The names of states are words.
# shellcheck disable=SC2086
open_engine $states falsetick jittery
configure || bail_out 'no directory for Icinga'
expect 'docs/ENGINES: the snippet runs' \
    run_snippet 'Icinga 2, one machine' icinga2="$work/ci/etc"
expect 'docs/ENGINES: it ends with a reload' grep -qx 'reload icinga2' "$work/systemctl"
expect 'Icinga takes the file without a warning' icinga2_accepts ci || show_log ci
start_icinga2 ci
expect_soon 'Icinga runs every plugin' all_have_arrived
stop ci
expect 'Icinga has kept the results' collect_results ci
expect_state good 0 0 0 0 0 0 3 3 0
expect_state lost 2 2 1 0 0 2 3 3 0
expect_state dead 2 2 2 2 2 2 2 2 2
expect_service options check_chrony_health "$(lab_port falsetick)" 2
expect 'options: the plugin was given all of them, and no other' was_given_options
expect_service chrony check_chrony_health "$(lab_port jittery)" 0

make_example_master || bail_out 'no directory for Icinga'
expect 'Icinga takes the examples without a warning' icinga2_accepts master.example.net ||
    show_log master.example.net
expect 'the examples give each host its service' has_example_services
finish
