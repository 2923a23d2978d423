#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Icinga 2, distributed: the example zones with all their nodes on loopback. The master
# hands our files and the checks to the satellites, they hand them to the agent, and only
# the agent has plugins. What its plugins print arrives at the master.
#
# Unpacks: icinga2-bin icinga2-common
# Installs: perl

engines=$(cd "$(dirname "$0")" && pwd) || exit 1
# shellcheck source=tests/engines/engines.sh
. "$engines/engines.sh"
# shellcheck source=tests/engines/icinga2.sh
. "$engines/icinga2.sh"

master=master.example.net
satellites='satellite1.example.net satellite2.example.net'
agent=server1.example.net
nodes="$master $satellites $agent"
examples=$top/contrib/icinga2/examples

# A line for each node: its name, and the port of its API.
ports()
{
    port=$(engine_port 0)
    for name in $nodes; do
        echo "$name $port"
        port=$((port + 1))
    done
}

api_port() { ports | sed -n "s/^$1 //p"; }

# on_loopback <CONFIGURATION: each endpoint is here, at its own port.
on_loopback()
{
    ports >"$work/ports"
    awk 'NR == FNR { port[$1] = $2; next }
        /^object Endpoint/ {
            split($0, part, "\"")
            name = part[2]
        }
        /^\thost = / { $0 = "\thost = \"127.0.0.1\"\n\tport = " port[name] }
        { print }' "$work/ports" -
}

make_api()
{
    cat >"$work/$1/etc/conf.d/api.conf" <<END
object ApiListener "api" {
    bind_host = "127.0.0.1"
    bind_port = $(api_port "$1")
    accept_config = true
    accept_commands = true
}
END
}

make_certificate()
{
    certificate=$work/$1/data/certs/$1
    icinga2 "$1" pki new-cert --cn "$1" \
        --key "$certificate.key" --csr "$certificate.csr" &&
        icinga2 "$master" pki sign-csr \
            --csr "$certificate.csr" --cert "$certificate.crt" &&
        cp "$work/$master/data/ca/ca.crt" "$work/$1/data/certs/"
}

make_servers()
{
    for node_name in $master $satellites; do
        zone=${node_name%%.*}
        make_node "$node_name" "${zone%[12]}" /nonexistent &&
            on_loopback <"$examples/zones.conf" >"$work/$node_name/etc/zones.conf" ||
            return
    done
}

make_agent()
{
    make_node "$agent" "$agent" "$recorders" || return
    on_loopback <"$examples/zones-agent.conf" >"$work/$agent/etc/zones.conf"
    lab_port good >"$work/port"
}

# At first the host has no service.
make_host()
{
    zones=$work/$master/etc/zones.d
    mkdir "$zones/satellite" &&
        on_loopback <"$examples/zones.d/satellite/$agent.conf" >"$work/host.conf" &&
        grep -v vars.chrony "$work/host.conf" >"$zones/satellite/$agent.conf"
}

# The whole example. A check must not be under way to an agent that loads its first
# configuration: Icinga would wait for its result, in vain, for 40 s.
give_host_its_services()
{
    cp "$work/host.conf" "$zones/satellite/$agent.conf" &&
        kill -HUP "$(cat "$work/$master.pid")"
}

# The checks of the snippet are to begin at once.
hasten()
{
    sed -i 's/_interval = [51]m/_interval = 1s/' \
        "$zones/global-templates/chrony-services.conf"
}

make_nodes()
{
    make_servers && make_agent && make_host &&
        icinga2 "$master" pki new-ca || return
    for node_name in $nodes; do
        make_api "$node_name" && make_certificate "$node_name" || return
    done
}

# The agent first, and the master last: those who are called are there.
start_nodes()
{
    start_icinga2 "$agent"
    for node_name in $satellites $master; do
        start_icinga2 "$node_name"
    done
}

agent_is_ready() { grep -q 'equal to production, skipping' "$work/$agent.log"; }

both_have_arrived()
{
    has_heard "$master" "$agent!chrony" && has_heard "$master" "$agent!chrony offset"
}

was_given()
{
    for run in $(runs_of "$1" "$(lab_port good)"); do
        tr '\n' ' ' <"$run/given" | grep -qxF -e "$2 " && return
    done
}

open_engine good
make_nodes >"$work/making.log" 2>&1 || { show_log making; bail_out 'no nodes'; }
expect 'docs/ENGINES: the snippet runs' \
    run_snippet 'Icinga 2, agents' icinga2="$work/$master/etc"
expect 'docs/ENGINES: it ends with a reload' grep -qx 'reload icinga2' "$work/systemctl"
hasten
expect 'the master takes the files without a warning' icinga2_accepts "$master" ||
    show_log "$master"
start_nodes
expect_soon 'the agent has the files from the master, through a satellite' agent_is_ready
expect 'the host gets its services' give_host_its_services
expect_soon 'the results of the agent arrive at the master' both_have_arrived
for node_name in $nodes; do
    stop "$node_name"
done
expect 'the master has kept the results' collect_results "$master"
result=$work/$master/results/$agent!chrony
expect_arrived 'chrony: all that the plugin printed arrives' "$result" \
    check_chrony_health "$(lab_port good)"
expect_exit 'chrony: the source that the host requires is absent' "$result" 2
expect 'chrony: the plugin was given the variable of the host, and nothing else' \
    was_given check_chrony_health '--require-source PPS'
expect_arrived 'chrony offset: all that the plugin printed arrives' "$result offset" \
    check_chrony_offset "$(lab_port good)"
expect 'chrony offset: the plugin was given its limits' \
    was_given check_chrony_offset '--critical 50us --warning 5us'
finish
