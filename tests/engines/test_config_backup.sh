#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The backup of chronyd's configuration as systemd runs it: the unit, as it is shipped,
# under a private system manager, with all that confines it.
#
# Needs root, or a sudo that does not ask, for namespaces only (see systemd.sh).
#
# Installs: systemd
#
# Environment: PLUGIN_DIR (default: plugins in top_builddir), top_builddir (default: the
# current directory).

engines=$(cd "$(dirname "$0")" && pwd) || exit 1
# shellcheck source=tests/engines/engines.sh
. "$engines/engines.sh"
# shellcheck source=tests/engines/systemd.sh
. "$engines/systemd.sh"

contrib=$top/contrib/chrony
backup=chrony-config-backup.service
timer=chrony-config-backup.timer
copies=/var/lib/chrony-config-backup


# --- Opening

# Their /etc is that of the manager: the program is in it, too.
install_files()
{
    install -m 755 "$contrib/chrony-config-backup" "$work/etc/" &&
        install -m 644 "$contrib/$timer" "$work/etc/systemd/system/" &&
        sed 's|@pkglibexecdir@|/etc|' "$contrib/$backup.in" \
            >"$work/etc/systemd/system/$backup" &&
        install -m 644 "$contrib/chrony.conf.server" "$work/etc/chrony.conf" &&
        install -m 640 "$contrib/chrony.keys.example" "$work/etc/chrony.keys" &&
        mkdir "$work/etc/chrony" && echo secret >"$work/etc/chrony/nts.key"
}

open_all()
{
    trap end_manager EXIT
    trap 'exit 130' HUP INT TERM
    make_manager
    install_files || bail_out 'the files cannot be installed'
    start_manager
    in_manager mount -t tmpfs tmpfs /var/lib || bail_out 'no /var/lib of its own'
}


# --- What the manager says

# explained DESCRIPTION COMMAND [ARGUMENT...]
explained() { expect "$@" || show_manager; }

# has_property NAME VALUE UNIT
has_property() { [ "$(in_manager systemctl show --value -p "$1" "$3")" = "$2" ]; }

has_timers()
{
    in_manager systemctl show --value -p TimersMonotonic "$timer" >"$work/timers.log"
    grep -q '{ OnBootUSec=15min ;' "$work/timers.log" &&
        grep -q '{ OnUnitActiveUSec=1d ;' "$work/timers.log"
}

backs_up() { in_manager systemctl start "$backup"; }

refuse() { ! "$@" 2>/dev/null; }

says()
{
    in_manager journalctl --sync
    in_manager journalctl --quiet --output=cat --unit="$backup" | grep -q -e "$1"
}

has_copies() { [ "$(in_manager ls "$copies/" | wc -l)" -eq "$1" ]; }

# Root sees them; the account nobody does not even see their names.
is_closed()
{
    in_manager test -s "$copies/chrony-config-000001.tar" &&
        ! in_manager setpriv --reuid=nobody --clear-groups ls "$copies/" >/dev/null 2>&1
}

# The numbers of dynamic users are from 61184 to 65519.
is_of_dynamic_user()
{
    in_manager stat -c %u "$copies/chrony-config-000001.tar" | grep -Eqx '6[1-5][0-9]{3}'
}

listing() { in_manager tar -tvf "$copies/chrony-config-000001.tar"; }

# It has what root owns as root's, although another user made it.
holds_only()
{
    listing >"$work/listing.log" && [ "$(wc -l <"$work/listing.log")" -eq 1 ] &&
        grep -q "^-rw-r--r-- root/root .* $1\$" "$work/listing.log"
}

# Each line of a sandbox that systemd cannot have is told in the journal.
is_confined()
{
    ! in_manager journalctl --quiet --output=cat _PID=1 |
        grep -i -e "$backup.*ignoring" -e 'unknown key' | diagnose | grep .
}


# --- Start

plugin_dir=$(cd "${PLUGIN_DIR:-$build/plugins}" && pwd) || bail_out 'no plugins are built'
enter_namespaces "$@"
open_all
explained 'the timer starts' in_manager systemctl --quiet enable --now "$timer"
explained 'it runs after boot, and daily' has_timers
explained 'the backup runs' backs_up
explained 'its result is success' has_property Result success "$backup"
explained 'the configuration is in it, and is still that of root' \
    holds_only etc/chrony.conf
explained 'keys are left out' says 'left out.*: etc/chrony.keys etc/chrony/nts.key'
explained 'a user of its own made it' is_of_dynamic_user
explained 'only root may look at the copies' is_closed
explained 'it runs again' backs_up
explained 'nothing has changed, and nothing is copied' has_copies 1
echo '# changed' >>"$work/etc/chrony.conf"
explained 'it runs after a change' backs_up
explained 'there are two copies' has_copies 2
explained 'it is confined as its unit says' is_confined
chmod 600 "$work/etc/chrony.conf"
explained 'without a chrony.conf it fails' refuse backs_up
explained 'it says why' says 'neither an etc/chrony.conf nor'
explained 'the unit is failed' has_property ActiveState failed "$backup"
finish
