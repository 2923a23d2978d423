#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The packages of Debian and of Fedora and RHEL: both are made from the tarball, twice, with
# the same bytes; lintian has no complaint; and what is in them runs against a real chronyd.
#
# Installs: build-essential cpio debhelper dpkg-dev libgnutls28-dev libpopt-dev lintian nettle-dev pkg-config rpm rpm2cpio systemd xz-utils

engines=$(cd "$(dirname "$0")" && pwd) || exit 1
# shellcheck source=tests/engines/engines.sh
. "$engines/engines.sh"

copy_tree()
{
    mkdir "$work/tree" || return
    if git -C "$top" rev-parse >/dev/null 2>&1; then
        (cd "$top" && git ls-files -co --exclude-standard -z | xargs -0 tar cf -) |
            tar xf - -C "$work/tree"
    else
        cp -R "$top/." "$work/tree"
    fi
}

# logged NAME COMMAND [ARGUMENT...]: when it fails, the end of what it said is shown.
logged()
{
    process=$1
    shift
    ("$@") >"$work/$process.log" 2>&1 </dev/null || { show_log "$process" && false; }
}

# The tarball, of a copy of the tree.
make_tarball()
{
    copy_tree && cd "$work/tree" && autoreconf -fi && mkdir "$work/dist" &&
        cd "$work/dist" && "$work/tree/configure" && make -j"$(nproc)" dist &&
        mv chrony-checks-*.tar.xz "$work/"
}

# same_files DIRECTORY NAMES: of both builds.
same_files()
{
    count=0
    for file in "$work/$1.first"/$2; do
        cmp "$file" "$work/$1.second/${file#"$work/$1.first/"}" || return
        count=$((count + 1))
    done
    [ "$count" -gt 0 ]
}

has_files()
{
    for file in "$@"; do
        [ -s "$scratch_root/$file" ] || { echo "# there is no $file" && return 1; }
    done
}

plugins_run()
{
    for check in $checks config; do
        "$plugins/check_chrony_$check" -V >"$work/version"
        [ $? -eq 3 ] || return
        grep -q "^check_chrony_$check (chrony-checks) " "$work/version" || return
    done
}

health_is_ok()
{
    "$plugins/check_chrony_health" -p "$(lab_port good)" >"$work/answer" || {
        diagnose <"$work/answer"
        return 1
    }
}

# The units name what is in the package.
units_fit()
{
    sed -n 's/^ExecStart=\(\/[^ ]*\).*/\1/p' "$scratch_root/$1"/ntp-health-*.service \
        >"$work/commands"
    [ -s "$work/commands" ] || return
    while read -r command; do
        [ ! -x "$scratch_root$command" ] || continue
        echo "# there is no $command"
        return 1
    done <"$work/commands"
}

is_enabled_nowhere() { [ -z "$(find "$scratch_root" -path '*.wants/*')" ]; }

# expect_content FAMILY PLUGIN-DIRECTORY UNIT-DIRECTORY FILE...: what all packages have.
expect_content()
{
    family=$1 plugins=$scratch_root/$2 units=$3
    shift 3
    expect "$family: each plugin runs" plugins_run
    expect "$family: check_chrony_health is OK with a good chronyd" health_is_ok
    expect "$family: the units run what is there" units_fit "$units"
    expect "$family: no timer is enabled" is_enabled_nowhere
    expect "$family: all files are in their places" has_files "$@" \
        "$units/ntp-health-check.timer" "$units/ntp-health-metrics.timer" \
        "$units/chrony-config-backup.timer" \
        usr/share/chrony-checks/contrib/icinga2/chrony-checks.conf \
        usr/share/chrony-checks/contrib/nrpe/chrony-checks.cfg \
        usr/share/bash-completion/completions/check_chrony_health
}


# --- Debian

# build_deb NAME: in a directory of its own, whose path must not show.
build_deb()
{
    mkdir "$work/deb.$1" && tar xf "$work"/chrony-checks-*.tar.xz -C "$work/deb.$1" &&
        cd "$work/deb.$1"/chrony-checks-* &&
        DEB_BUILD_OPTIONS=nocheck DEB_BUILD_PROFILES=nocheck dpkg-buildpackage -us -uc -b
}

lintian_is_silent()
{
    lintian --allow-root --display-info "$work"/deb.first/*.changes >"$work/lintian.log" 2>&1
    [ ! -s "$work/lintian.log" ] || { show_log lintian && false; }
}

unpack_deb()
{
    scratch_root=$work/root.deb
    dpkg-deb -x "$work"/deb.first/monitoring-plugins-chrony_*.deb "$scratch_root"
}

# The package's own script, as after a first installation, on the scratch root only.
enables_nothing()
{
    dpkg-deb -e "$work"/deb.first/monitoring-plugins-chrony_*.deb "$work/control" &&
        DPKG_ROOT=$scratch_root DPKG_MAINTSCRIPT_PACKAGE=monitoring-plugins-chrony \
            sh -eu "$work/control/postinst" configure '' && is_enabled_nowhere
}

test_deb()
{
    expect 'deb: builds' logged deb build_deb first || return
    expect 'deb: lintian has no complaint' lintian_is_silent
    expect 'deb: builds again' logged deb build_deb second &&
        expect 'deb: both have the same bytes' same_files deb '*.deb'
    expect 'deb: unpacks' unpack_deb
    unit_directory=$(pkg-config --variable=systemdsystemunitdir systemd)
    expect_content deb usr/lib/nagios/plugins "${unit_directory#/}" \
        etc/nagios-plugins/config/chrony.cfg usr/share/man/man1/check_chrony_health.1.gz \
        usr/share/man/man7/chrony-checks-rules.7.gz \
        usr/share/man/man7/chrony-checks.7.gz \
        usr/share/doc/monitoring-plugins-chrony/RUNBOOK.gz
    expect 'deb: its script enables no timer' enables_nothing
}


# --- Fedora and RHEL. Debian has rpm, but not their macros of systemd and of the compiler.

unit_directory_of_rpm=usr/lib/systemd/system

# build_rpm NAME
build_rpm()
{
    unset SOURCE_DATE_EPOCH
    mkdir -p "$work/rpm.$1/SOURCES" &&
        cp "$work"/chrony-checks-*.tar.xz "$work/rpm.$1/SOURCES/" &&
        rpmbuild -bb --nodeps --define "_topdir $work/rpm.$1" \
            --define "_dbpath $work/rpm.$1/db" \
            --define "_libdir /usr/lib64" --define "_unitdir /$unit_directory_of_rpm" \
            --define 'debug_package %{nil}' --define '_buildhost localhost' \
            --define 'optflags -O2' \
            --define 'source_date_epoch_from_changelog 1' \
            --define 'use_source_date_epoch_as_buildtime 1' \
            --define 'clamp_mtime_to_source_date_epoch 1' \
            "$work/tree/contrib/rpm/nagios-plugins-chrony.spec"
}

unpack_rpm()
{
    scratch_root=$work/root.rpm
    mkdir "$scratch_root" && rpm2cpio "$work"/rpm.first/RPMS/*/*.rpm >"$work/rpm.cpio" &&
        (cd "$scratch_root" && cpio -idm --quiet <"$work/rpm.cpio")
}

test_rpm()
{
    expect 'rpm: builds' logged rpm build_rpm first || return
    expect 'rpm: builds again' logged rpm build_rpm second &&
        expect 'rpm: both have the same bytes' same_files rpm 'RPMS/*/*.rpm'
    expect 'rpm: unpacks' unpack_rpm
    expect_content rpm usr/lib64/nagios/plugins "$unit_directory_of_rpm" \
        usr/share/chrony-checks/contrib/nagios/chrony-checks.cfg \
        usr/share/man/man1/check_chrony_health.1 usr/share/man/man7/chrony-checks-rules.7 \
        usr/share/man/man7/chrony-checks.7 \
        usr/share/doc/nagios-plugins-chrony/RUNBOOK
}

open_engine good
if expect 'the tarball is made' logged dist make_tarball; then
    test_deb
    test_rpm
fi
finish
