#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# icinga2_node.sh ROOT DIRECTORY COMMAND [ARGUMENT...]: the Icinga 2 that is unpacked in
# ROOT, with all its files in DIRECTORY, as the user who runs it.

root=$1
node=$2
shift 2
[ "$1" != daemon ] || set -- "$@" -c "$node/etc/icinga2.conf"
ICINGA2_USER=$(id -un) ICINGA2_GROUP=$(id -gn) HOME=$node
export ICINGA2_USER ICINGA2_GROUP HOME
for icinga2 in "$root"/usr/lib/*/icinga2/sbin/icinga2; do :; done
exec "$icinga2" "$@" -DConfiguration.IncludeConfDir="$root/usr/share/icinga2/include" \
    -DConfiguration.ConfigDir="$node/etc" -DConfiguration.ZonesDir="$node/etc/zones.d" \
    -DConfiguration.DataDir="$node/data" \
    -DConfiguration.InitRunDir="$node/run" -DConfiguration.LogDir="$node/log" \
    -DConfiguration.CacheDir="$node/cache" -DConfiguration.SpoolDir="$node/spool"
