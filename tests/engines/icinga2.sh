# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# shellcheck disable=SC2154 # engines.sh sets the directories
#
# Icinga 2 for tests: nodes with all their files in $work/NODE. Behind engines.sh.

# make_node NODE ZONE PLUGINS: the directories, and an icinga2.conf like Debian's, with
# the directory of the plugins in it. What arrives is noted in heard/.
make_node()
{
    node=$work/$1
    mkdir -p "$node/etc/conf.d" "$node/etc/zones.d" || return
    make_private "$node/data" "$node/data/certs" "$node/run" "$node/log" "$node/cache" \
        "$node/spool" "$node/heard" || return
    cat >"$node/etc/icinga2.conf" <<END
const PluginDir = "/nonexistent"
const PluginContribDir = "$3"
const NodeName = "$1"
const ZoneName = "$2"
include "zones.conf"
include <itl>
include <plugins>
include <plugins-contrib>
include_recursive "conf.d"

object CheckerComponent "checker" { }
object PerfdataWriter "heard" {
    service_perfdata_path = "$node/heard/services"
    service_temp_path = "$node/heard/services-now"
    service_format_template = "\$host.name\$!\$service.name\$ \$service.output\$"
    host_perfdata_path = "$node/heard/hosts"
    host_temp_path = "$node/heard/hosts-now"
    rotation_interval = 1s
}

/* Checks begin at once. */
template Service "soon" default {
    check_interval = 1s
    retry_interval = 1s
    max_check_attempts = 1
}
END
}

# icinga2 NODE COMMAND [ARGUMENT...]
icinga2()
{
    icinga2_node=$1
    shift
    as_nobody "$work/icinga2_node.sh" "$root" "$work/$icinga2_node" "$@"
}

# Without a warning, but for rules that are there for other hosts.
icinga2_accepts()
{
    icinga2 "$1" daemon -C >"$work/$1.log" 2>&1 &&
        ! grep ' warning/' "$work/$1.log" | grep -qv 'does not match anywhere'
}

start_icinga2() { start "$1" "$work/icinga2_node.sh" "$root" "$work/$1" daemon; }

# has_heard NODE HOST!SERVICE: from a plugin, and not that something else is wrong.
has_heard() { cat "$work/$1/heard/"* 2>/dev/null | grep -qF "$2 CHRONY "; }

# The results that a node has kept, each in a file: NODE/results/HOST!SERVICE.
collect_results()
{
    node=$work/$1
    mkdir "$node/results" &&
        perl "$engines/icinga2_results.pl" "$node/data/icinga2.state" "$node/results"
}
