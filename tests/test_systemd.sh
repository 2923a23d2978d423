#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The systemd units, as far as systemd-analyze sees: no fault, no unknown setting, little
# exposure. Nothing is started here; tests/engines/test_systemd_timer.sh runs them.
#
# Environment: top_srcdir, PLUGIN_DIR (default: ./plugins).
set -u
top=${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
plugin_dir=$(cd "${PLUGIN_DIR:-./plugins}" && pwd) || exit 99
# shellcheck source=tests/lab/tap.sh
. "$top/tests/lab/tap.sh"

units=$top/contrib/systemd
metrics_units=$top/contrib/prometheus
check=ntp-health-check.service
alert=ntp-health-alert@.service
timer=ntp-health-check.timer
metrics=ntp-health-metrics.service
metrics_timer=ntp-health-metrics.timer

knows() { systemd-analyze --help 2>&1 | grep -q -e "$1"; }

# install_unit FILE DIRECTORY: as the Makefile would.
install_unit()
{
    name=$(basename "$1" .in)
    sed -e "s|@plugindir@|$plugin_dir|" -e "s|@pkglibexecdir@|$metrics_units|" "$1" >"$2/$name"
}

# make_system NAME [DROP-IN...]: a directory with all units, and these drop-ins.
make_system()
{
    system=$scratch/$1
    shift
    for unit in "$units/$check.in" "$units/$timer" "$units/$alert" \
        "$metrics_units/$metrics.in" "$metrics_units/$metrics_timer"; do
        mkdir -p "$system" && install_unit "$unit" "$system" || exit 99
    done
    for drop_in in "$@"; do
        directory=$system/$(basename "$(dirname "$drop_in")")
        mkdir -p "$directory" && install_unit "$drop_in" "$directory" || exit 99
    done
}

# A unit of the build need not have its manual page installed.
verify()
{
    systemd-analyze verify --man=no --recursive-errors=no "$system/$1" \
        >"$scratch/log" 2>&1 && [ ! -s "$scratch/log" ] && return
    diagnose <"$scratch/log"
    return 1
}

# is_exposed_at_most TENTHS UNIT
is_exposed_at_most()
{
    systemd-analyze security --offline=yes --no-pager --threshold="$1" "$system/$2" \
        >"$scratch/log" 2>&1 && return
    grep -v '✓' "$scratch/log" | diagnose
    return 1
}

is_complete() { ! grep -r '@[a-z]*@' "$system"; }

expect_plain_units()
{
    make_system plain
    expect 'nothing is left to substitute' is_complete
    for unit in "$check" "$timer" "$alert" "$metrics" "$metrics_timer"; do
        expect "$unit has no fault" verify "$unit"
    done
    expect "$check: exposure at most 1.2" is_exposed_at_most 12 "$check"
    expect "$alert: exposure at most 0.5" is_exposed_at_most 5 "$alert"
    expect "$metrics: exposure at most 1.3" is_exposed_at_most 13 "$metrics"
}

# expect_drop_in EXPOSURE TENTHS FILE: it is in the directory of its unit.
expect_drop_in()
{
    with=$(basename "$3" .in)
    extended=$(basename "$(dirname "$3")" .d)
    make_system "$with" "$3"
    expect "$with: nothing is left to substitute" is_complete
    expect "$with: $extended has no fault" verify "$extended"
    expect "$with: exposure at most $1" is_exposed_at_most "$2" "$extended"
}

expect_drop_ins()
{
    expect_drop_in 1.2 12 "$units/$check.d/alert.conf"
    expect_drop_in 1.2 12 "$units/$check.d/thresholds.conf.in"
    expect_drop_in 0.5 5 "$units/$check.d/unix-socket.conf.in"
    expect_drop_in 0.9 9 "$metrics_units/$metrics.d/directory.conf.in"
}

# A check of the checks above.
expect_faults_to_be_seen()
{
    make_system unknown
    echo 'NoSuchSetting=yes' >>"$system/$check"
    expect 'an unknown setting is a fault' refuse verify "$check"
    make_system nowhere
    sed -i 's|^ExecStart=|&/nowhere|' "$system/$check"
    expect 'a plugin that is not there is a fault' refuse verify "$check"
    make_system open
    sed -i '/^[A-Z].*=/ { /^Exec/! { /^Type/! d } }' "$system/$check"
    expect 'a service that is not confined is exposed' \
        refuse is_exposed_at_most 12 "$check"
}

refuse() { ! "$@" >/dev/null; }

expect_readme()
{
    for file in "$units"/ntp-* "$units/$check.d"/*; do
        name=$(basename "$file" .in)
        expect "README names $name" grep -qF "$name" "$units/README"
    done
    for file in "$metrics_units"/*-* "$metrics_units/$metrics.d"/*; do
        name=$(basename "$file" .in)
        expect "README of metrics names $name" grep -qF "$name" "$metrics_units/README"
    done
}

command -v systemd-analyze >/dev/null || skip_all 'there is no systemd-analyze'
for option in --recursive-errors --offline; do
    knows "$option" || skip_all "systemd-analyze is too old: it has no $option"
done
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' HUP INT TERM
expect_plain_units
expect_drop_ins
expect_faults_to_be_seen
expect_readme
finish
