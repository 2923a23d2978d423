# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# A private systemd: a real system manager with a journal of its own. A script sources
# this file after engines.sh, and calls
#
#   enter_namespaces "$@"  first of all: starts the script again as root, where the
#                          network and all that it mounts are its own; or becomes the
#                          manager, when start_manager has started the script for that
#   make_manager           $work, and its /etc there: $work/etc
#   start_manager          returns when it is up, and with it the loopback interface
#   in_manager COMMAND [ARGUMENT...]
#   show_manager           for the explanation of a failure
#   end_manager            ends all processes of its units, too, and removes $work
#
# The manager is process 1 of a further namespace. Its cgroup, /dev, /etc, /run and /tmp
# are its own, all else is read-only for it. It has none of this system's units, and what
# it must not do to the real system, it cannot: set the clock, say. $plugin_dir is its
# /run/plugins. It never outlives the script.


# --- Into namespaces

is_possible()
{
    unshare --mount --net --pid --fork --cgroup --ipc --uts true 2>/dev/null
}

become_root()
{
    sudo -n true 2>/dev/null || skip_all 'a private systemd needs root'
    # shellcheck disable=SC2154 # set by the script that sources this one
    exec sudo -n env "top_builddir=$build" "PLUGIN_DIR=$plugin_dir" \
        "LAB_HELPERS=$LAB_HELPERS" "CHRONYD=$(find_chronyd)" "CHRONYC=${CHRONYC:-}" \
        "CC=${CC:-cc}" "TMPDIR=${TMPDIR:-/tmp}" "$engines/$(basename "$0")"
}

enter_namespaces()
{
    case ${1:-} in
        --boot) boot "$2" ;;
        --inside) return ;;
    esac
    find_systemd >/dev/null || install_packages
    is_root || become_root
    is_possible || skip_all 'this system lets nobody make namespaces'
    exec unshare --mount --propagation private --net \
        "$engines/$(basename "$0")" --inside
}


# --- What the manager sees

find_systemd()
{
    for systemd in /usr/lib/systemd/systemd /lib/systemd/systemd; do
        [ ! -x "$systemd" ] || { echo "$systemd" && return; }
    done
    return 1
}

# What programs look up there; nothing of this system's configuration.
make_etc()
{
    mkdir -p "$1/systemd/system" || return
    for file in group ld.so.cache nsswitch.conf passwd; do
        [ ! -e "/etc/$file" ] || cp "/etc/$file" "$1/$file" || return
    done
    tr -d - </proc/sys/kernel/random/uuid >"$1/machine-id"
    # The audit and the messages of the kernel belong to the real journal.
    printf '%s\n' '[Journal]' Storage=volatile ReadKMsg=no Audit= \
        >"$1/systemd/journald.conf"
}

# The targets that services depend on. The real ones would start this system's services.
make_targets()
{
    for target in basic shutdown sockets sysinit timers; do
        printf '%s\n' '[Unit]' DefaultDependencies=no >"$1/$target.target"
    done
    echo 'Wants=systemd-journald.service' >>"$1/sysinit.target"
    echo 'Requires=sysinit.target' >>"$1/basic.target"
    for unit in systemd-journald.service systemd-journald.socket; do
        cp "$(dirname "$(find_systemd)")/system/$unit" "$1/$unit" || return
    done
}

make_dev()
{
    mount -t tmpfs -o mode=755 tmpfs "$1" && mkdir "$1/shm" "$1/pts" || return
    for device in null zero full random urandom tty; do
        : >"$1/$device" && mount --bind "/dev/$device" "$1/$device" || return
    done
    : >"$1/console" && mount --bind /dev/null "$1/console" &&
        mount -t devpts -o newinstance,ptmxmode=666 devpts "$1/pts" &&
        ln -s pts/ptmx "$1/ptmx"
}

make_run()
{
    mount -t tmpfs -o mode=755 tmpfs "$1" &&
        mkdir -p "$1/plugins" "$1/systemd/system" "$1/log/journal" &&
        mount --bind "$plugin_dir" "$1/plugins" &&
        chgrp systemd-journal "$1/log/journal" && chmod 2755 "$1/log/journal"
}

# Puts the directories of WORK in their places. (No cgroup2 can be mounted on a cgroup2.)
make_root()
{
    mount --no-mtab --move "$1/dev" /dev && mount --no-mtab --move "$1/run" /run &&
        mount --bind "$1/etc" /etc &&
        mount -t proc proc /proc && mount --bind /proc/sys /proc/sys &&
        mount -o remount,bind,ro /proc/sys &&
        mount -o remount,bind,ro /sys && mount -t tmpfs tmpfs /sys/fs/cgroup &&
        mount -t cgroup2 cgroup2 /sys/fs/cgroup &&
        mount -t tmpfs tmpfs /tmp && mount -t tmpfs tmpfs /var/tmp &&
        mount -o remount,bind,ro /
}

boot()
{
    # This /proc still is that of the script's processes.
    read -r manager _ </proc/self/stat && echo "$manager" >"$1/manager.pid" &&
        make_dev "$1/dev" && make_run "$1/run" && make_root "$1" || exit 1
    withheld=-sys_time,-sys_boot,-sys_module,-sys_rawio,-syslog,-audit_control,-audit_read
    exec env -i container=chrony-checks PATH=/usr/sbin:/usr/bin:/sbin:/bin \
        SYSTEMD_UNIT_PATH=/etc/systemd/system SYSTEMD_GENERATOR_PATH=/nonexistent \
        setpriv --bounding-set "$withheld" "$(find_systemd)" --system \
        --unit=basic.target --log-target=journal --show-status=no
}


# --- Starting

# Below the cgroup of this process, whatever the layout is.
make_cgroup()
{
    mkdir "$work/cgroup" && mount -t cgroup2 cgroup2 "$work/cgroup" || return
    own_cgroup=$(sed -n 's/^0:://p' /proc/self/cgroup)
    cgroup=$work/cgroup${own_cgroup%/}/chrony-checks.$$
    mkdir "$cgroup"
}

make_manager()
{
    { work=$(mktemp -d) && chmod 755 "$work" && mkdir "$work/dev" "$work/run" &&
        make_etc "$work/etc" && make_targets "$work/etc/systemd/system"; } ||
        bail_out 'the files of the manager cannot be made'
    make_cgroup || skip_all 'this system gives us no cgroup'
}

start_manager()
{
    (
        echo 0 >"$cgroup/cgroup.procs" &&
            exec setpriv --pdeathsig KILL unshare --mount --propagation private --pid \
                --fork --kill-child --cgroup --ipc --uts \
                "$engines/$(basename "$0")" --boot "$work"
    ) >"$work/manager.log" 2>&1 </dev/null &
    unshare_pid=$!
    wait_until is_up_or_gone && is_up && return
    show_manager
    bail_out 'systemd does not start'
}

manager_pid() { cat "$work/manager.pid"; }

has_booted()
{
    [ -s "$work/manager.pid" ] && [ -d "/proc/$(manager_pid)/root/run/plugins" ]
}

is_up()
{
    has_booted && in_manager systemctl is-active basic.target systemd-journald.service \
        >/dev/null 2>&1
}

is_up_or_gone() { is_up || has_ended "$unshare_pid"; }

in_manager() { nsenter --target "$(manager_pid)" --mount --pid --root --wd "$@"; }

show_manager()
{
    {
        cat "$work"/*.log
        ! has_booted || in_manager journalctl --no-pager --lines=15
    } 2>&1 | diagnose
}


# --- Ending

is_child_of() { grep -q "^PPid:[[:space:]]*$2\$" "/proc/$1/status"; }

# When process 1 of a namespace ends, the kernel ends all others.
end_process_1()
{
    ! is_child_of "$(manager_pid)" "$unshare_pid" || kill -KILL "$(manager_pid)"
    wait_until has_ended "$unshare_pid" || kill -KILL "$unshare_pid"
    wait "$unshare_pid"
}

remove_cgroup()
{
    find "$cgroup" -depth -type d -exec rmdir {} +
    [ ! -d "$cgroup" ]
}

end_manager()
{
    [ -n "${work:-}" ] || return 0
    {
        [ -z "${unshare_pid:-}" ] || end_process_1
        [ -z "${cgroup:-}" ] || wait_until remove_cgroup
        [ ! -d "$work/cgroup" ] || umount "$work/cgroup"
        rm -rf "$work"
    } 2>/dev/null
}
