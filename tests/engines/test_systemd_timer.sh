#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# systemd itself: our units, as they are shipped, run under a private system manager
# against real chronyds. Its network is private too, so that port 323 is free: a relay
# leads from there to the one chronyd or the other.
#
# Needs root, or a sudo that does not ask, for namespaces only (see systemd.sh).
#
# Installs: systemd
#
# Environment: PLUGIN_DIR (default: plugins in top_builddir), top_builddir (default: the
# current directory), and what lab.sh takes.

engines=$(cd "$(dirname "$0")" && pwd) || exit 1
# shellcheck source=tests/engines/engines.sh
. "$engines/engines.sh"
# shellcheck source=tests/engines/systemd.sh
. "$engines/systemd.sh"

contrib=$top/contrib/systemd
check=ntp-health-check.service
timer=ntp-health-check.timer
alert=ntp-health-alert@$check.service
metrics=ntp-health-metrics.service
metrics_timer=ntp-health-metrics.timer


# --- Opening

# install_files TO FILE...: as make does, for plugins in /run/plugins and our programs in
# /etc/libexec.
install_files()
{
    to=$1
    shift
    mkdir -p "$to" || return
    for file in "$@"; do
        sed -e 's|@plugindir@|/run/plugins|' -e 's|@pkglibexecdir@|/etc/libexec|' \
            "$file" >"$to/$(basename "$file" .in)" || return
    done
}

install_units()
{
    install_files "$work/etc/systemd/system" "$contrib/$check.in" "$contrib/$timer" \
        "$contrib/ntp-health-alert@.service" \
        "$top/contrib/prometheus/$metrics.in" "$top/contrib/prometheus/$metrics_timer" &&
        install_files "$work/etc/doc/$check.d" "$contrib/$check.d"/* &&
        install_files "$work/etc/doc/$metrics.d" "$top/contrib/prometheus/$metrics.d"/*.in &&
        mkdir "$work/etc/libexec" &&
        cp "$top/contrib/prometheus/chrony-textfile" "$work/etc/libexec/"
}

open_all()
{
    lab_close_on_exit
    trap close_all EXIT
    make_manager
    install_units || bail_out 'the units cannot be installed'
    start_manager
    lab_open
    opened=$?
    [ "$opened" -ne 77 ] || skip_all 'there is no chronyd'
    [ "$opened" -eq 0 ] || bail_out 'the lab does not open'
    lab_up good falsetick lost || bail_out 'the lab does not come up'
}

close_all()
{
    end_manager
    lab_close
}

# point_to STATE: what listens where the plugin asks. Nothing does for "dead".
point_to()
{
    relay=$LAB_DIR/relay
    if [ -d "$relay" ]; then
        end_process "$(pid_of relay)"
        rm -r "$relay"
    fi
    [ "$1" != dead ] || return 0
    mkdir "$relay" &&
        run_lab_program "$LAB_DIR/bin/udp_relay" --pidfile "$relay/pid" \
            --listen 127.0.0.1:323 --source 127.0.0.1 \
            --target "127.0.0.1:$(lab_port "$1")"
}


# --- Doing what an operator does

# add_drop_in UNIT NAME <text
add_drop_in()
{
    mkdir -p "$work/etc/systemd/system/$1.d" &&
        cat >"$work/etc/systemd/system/$1.d/$2" && in_manager systemctl daemon-reload
}

remove_drop_in()
{
    rm "$work/etc/systemd/system/$1.d/$2" && in_manager systemctl daemon-reload
}

# change_thresholds OPTIONS: in the place of the first in the example.
change_thresholds()
{
    sed "s/-w 5ms/$1/" "$work/etc/doc/$check.d/thresholds.conf" |
        add_drop_in "$check" thresholds.conf
}

# run_readme HEADING [DIRECTORY]: the first commands below it in that README of contrib, run
# where the README is.
run_readme()
{
    awk -v heading="$1" '
        BEGIN { print "cd /etc/doc" }
        /^---/ { inside = last == heading }
        inside && /^    / { commands++; print }
        inside && commands && !/^    / { exit }
        { last = $0 }
        END { exit !commands }' "$top/contrib/${2:-systemd}/README" >"$work/readme.sh" &&
        in_manager sh -u <"$work/readme.sh" >"$work/readme.log" 2>&1
}


# --- What the manager and its journal say

# property NAME [UNIT]: without a unit, of the manager.
property()
{
    name=$1
    shift
    in_manager systemctl show --value --property "$name" "$@"
}

# has_property NAME VALUE UNIT
has_property() { [ "$(property "$1" "$3")" = "$2" ]; }

# Of all messages with this identifier: priority, user and text, a line each.
messages()
{
    in_manager journalctl --sync
    in_manager journalctl --quiet --no-pager --output=export --identifier="$1" | awk -F= '
        /^(PRIORITY|_UID|MESSAGE)=/ { value[$1] = substr($0, length($1) + 2) }
        /^$/ { print value["PRIORITY"], value["_UID"], value["MESSAGE"] }'
}

results() { messages check_chrony_health; }
alerts() { messages ntp-health-alert; }

count_of_runs() { results | wc -l; }
count_of_alerts() { alerts | grep -c ' failed: '; }
has_runs() { [ "$(count_of_runs)" -ge "$1" ]; }
has_alerts() { [ "$(count_of_alerts)" -ge "$1" ]; }
has_no_alerts() { [ "$(count_of_alerts)" -eq 0 ]; }

# The numbers of dynamic users are from 61184 to 65519.
last_result_is() { results | tail -n 1 | grep -Eq "^$1 6[1-5][0-9]{3} $2"; }
last_alert_has() { alerts | tail -n 2 | grep -Eq "^2 6[1-5][0-9]{3} $1"; }

systemctl_says() { in_manager systemctl "$1" --plain --no-legend | grep -q "^$2"; }

has_recovered()
{
    has_property Result success "$check" && systemctl_says is-system-running running
}

version() { in_manager systemctl --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p'; }

# A span such as "1h 5min 1.5s" in microseconds.
microseconds()
{
    LC_ALL=C systemd-analyze timespan "$1" | awk -F': ' '/s: [0-9]*$/ { print $2; exit }'
}

# For a manager in a container, its own start is the boot.
first_run_is_after_5min()
{
    boot_time=$(property UserspaceTimestampMonotonic)
    first_run=$(microseconds "$(property NextElapseUSecMonotonic "$timer")")
    waits=$((first_run - boot_time))
    [ "$waits" -ge 300000000 ] && [ "$waits" -le 311000000 ]
}

has_interval() { property TimersMonotonic "$timer" | grep -q "{ $1=5min ;"; }


# --- Expectations

# explained DESCRIPTION COMMAND [ARGUMENT...]
explained() { expect "$@" || show_manager; }

# start_gives STATUS
start_gives()
{
    in_manager systemctl start "$check" >"$work/start.log" 2>&1
    [ $? -eq "$1" ]
}

# expect_success WHAT EXIT_STATUS PRIORITY WORD
expect_success()
{
    explained "$1: systemctl start succeeds" start_gives 0
    explained "$1: the unit is inactive" has_property ActiveState inactive "$check"
    explained "$1: its result is success" has_property Result success "$check"
    expect_message "$@"
}

# expect_failure WHAT EXIT_STATUS PRIORITY WORD
expect_failure()
{
    explained "$1: systemctl start fails" start_gives 1
    explained "$1: the unit is failed" has_property ActiveState failed "$check"
    explained "$1: its result is exit-code" has_property Result exit-code "$check"
    expect_message "$@"
}

expect_message()
{
    explained "$1: the plugin exits with $2" has_property ExecMainStatus "$2" "$check"
    explained "$1: $4 is in the journal, at priority $3, of a dynamic user" \
        last_result_is "$3" "CHRONY HEALTH $4 - "
}

# expect_alert WHAT COUNT STATUS WORD
expect_alert()
{
    explained "$1: the alert runs" wait_until has_alerts "$2"
    explained "$1: the alert ends" wait_until has_property SubState dead "$alert"
    explained "$1: its result is success" has_property Result success "$alert"
    explained "$1: it names the unit, at priority crit" last_alert_has "$check failed: "
    if [ "$(version)" -ge 251 ]; then
        explained "$1: it says why" last_alert_has "$check failed: exit-code $3\$"
        explained "$1: it says what the plugin said" last_alert_has "CHRONY HEALTH $4 - "
    else
        skip "$1: it says why" 'systemd is older than 251'
    fi
}

expect_timer()
{
    explained 'README: switching it on' run_readme 'Switching it on'
    explained 'the timer is enabled' in_manager systemctl --quiet is-enabled "$timer"
    explained 'the timer waits' has_property SubState waiting "$timer"
    explained 'its first run is five minutes after boot' first_run_is_after_5min
    explained 'it says so' has_interval OnBootUSec
    explained 'it repeats five minutes after the last run' has_interval OnUnitActiveUSec
    explained 'nothing has run so far' has_property InvocationID '' "$check"
}

expect_exit_statuses()
{
    explained 'README: an alert' run_readme 'An alert'
    point_to good
    expect_success good 0 6 OK
    point_to falsetick
    expect_success falsetick 1 4 WARNING
    explained 'no alert so far' has_no_alerts
    point_to lost
    expect_failure lost 2 2 CRITICAL
    explained 'lost: it is among the failed units' systemctl_says --failed "$check "
    explained 'lost: the system is degraded' systemctl_says is-system-running degraded
    expect_alert lost 1 2 CRITICAL
    explained 'README: seeing the state' run_readme 'Seeing the state'
    explained 'README: it is seen' grep -q 'CHRONY HEALTH CRITICAL' "$work/readme.log"
    expect_alert 'lost, again' 2 2 CRITICAL
    point_to dead
    expect_failure dead 2 2 CRITICAL
    expect_alert dead 3 2 CRITICAL
}

expect_thresholds()
{
    point_to good
    explained 'README: limits of your own' run_readme 'Limits of your own'
    expect_success 'good, with thresholds' 0 6 OK
    change_thresholds '-c 0s:0s'
    expect_failure 'a limit that is exceeded' 2 2 CRITICAL
    expect_alert 'a limit that is exceeded' 4 2 CRITICAL
    change_thresholds '-w bogus'
    expect_failure 'a mistake in a drop-in' 3 3 UNKNOWN
    expect_alert 'a mistake in a drop-in' 5 3 UNKNOWN
    remove_drop_in "$check" thresholds.conf
}

# Without its permission for localhost, the unit reaches nothing.
expect_address_filter()
{
    printf '%s\n' '[Service]' IPAddressAllow= | add_drop_in "$check" nowhere.conf
    expect_failure 'no address is allowed' 2 2 CRITICAL
    remove_drop_in "$check" nowhere.conf
    expect_success 'localhost is allowed' 0 6 OK
}

# The timer with shorter times, through an outage.
expect_repetition()
{
    point_to lost
    add_drop_in "$timer" short.conf <<'END'
[Timer]
OnBootSec=
OnBootSec=1s
OnUnitActiveSec=500ms
AccuracySec=1ms
RandomizedDelaySec=0
END
    runs=$(count_of_runs)
    alerts=$(count_of_alerts)
    in_manager systemctl restart "$timer"
    explained 'a check that fails is repeated' wait_until has_runs $((runs + 3))
    explained 'each failure alerts' wait_until has_alerts $((alerts + 3))
    point_to good
    explained 'the next success ends the failure' wait_until has_recovered
    runs=$(count_of_runs)
    explained 'a check that succeeds is repeated' wait_until has_runs $((runs + 3))
    explained 'the timer runs them' has_property TriggeredBy "$timer" "$check"
    in_manager systemctl stop "$timer"
}

# last_is PLUGIN UID PATTERN
last_is() { messages "$1" | tail -n 1 | grep -q "^6 $2 $3"; }

# A chronyd that the manager sees, with a socket in its /run, and the example for its user.
start_chronyd()
{
    cp "$LAB_DIR/bin/chronyd" "$work/etc/libexec/" && {
        five_servers
        steady 5
        printf '%s\n' 'user nobody' 'bindcmdaddress /run/chrony/chronyd.sock' \
            'pidfile /run/chrony/chronyd.pid' 'cmdport 0' 'port 0'
    } >"$work/etc/chronyd.conf" && in_manager /etc/libexec/chronyd -x -f /etc/chronyd.conf
}

is_ready() { in_manager /run/plugins/check_chrony_health -S /run/chrony/chronyd.sock >/dev/null; }

expect_unix_socket()
{
    uid=$(id -u nobody)
    explained 'over the Unix socket: chronyd starts' start_chronyd
    explained 'over the Unix socket: it is well' wait_until is_ready
    in_manager mount -t tmpfs tmpfs /var/lib
    sed 's/^User=.*/User=nobody/' "$work/etc/doc/$check.d/unix-socket.conf" |
        add_drop_in "$check" unix-socket.conf
    explained 'over the Unix socket: systemctl start succeeds' start_gives 0
    explained 'over the Unix socket: health, as the user of chronyd' \
        last_is check_chrony_health "$uid" 'CHRONY HEALTH OK - '
    explained 'over the Unix socket: auth' last_is check_chrony_auth "$uid" 'CHRONY AUTH OK - '
    explained 'over the Unix socket: server, for the first time' \
        last_is check_chrony_server "$uid" 'CHRONY SERVER OK - .* this is the first run'
    explained 'over the Unix socket: once more' start_gives 0
    explained 'over the Unix socket: server, since then' \
        last_is check_chrony_server "$uid" 'CHRONY SERVER OK - .* in the last '
    remove_drop_in "$check" unix-socket.conf
}

# --- The metrics

in_textfiles() { in_manager ls -A /run/textfiles; }

# move_metrics USER: the example, for another directory, which belongs to this user.
move_metrics()
{
    sed -e "s|^User=.*|User=$1|" -e 's|/var/lib/node_exporter|/run/textfiles|' \
        "$work/etc/doc/$metrics.d/directory.conf" | add_drop_in "$metrics" directory.conf &&
        in_manager rm -rf /run/textfiles && in_manager mkdir /run/textfiles &&
        in_manager chown "$1:" /run/textfiles
}

metrics_start() { in_manager systemctl start "$metrics" >"$work/start.log" 2>&1; }
metrics_fail() { ! metrics_start; }
metrics_are_gone() { [ -z "$(in_textfiles)" ]; }

# metrics_have STATE USER
metrics_have()
{
    [ "$(in_textfiles)" = chrony_health.prom ] &&
        [ "$(in_manager stat -c '%U %a' /run/textfiles/chrony_health.prom)" = "$2 644" ] &&
        in_manager tail -n 1 /run/textfiles/chrony_health.prom |
        grep -qx "chrony_check_state{plugin=\"check_chrony_health\"} $1"
}

expect_metrics_of()
{
    point_to good
    explained "metrics, $1: the directory is another" move_metrics "$1"
    explained "metrics, $1: the service succeeds" metrics_start
    explained "metrics, $1: the file has the state" metrics_have 0 "$1"
    explained "metrics, $1: it has the sources" in_manager grep -q \
        '^chrony_sources_offset_seconds{' /run/textfiles/chrony_health.prom
    point_to lost
    explained "metrics, $1: a state that is CRITICAL is no failure" metrics_start
    explained "metrics, $1: the file has it" metrics_have 2 "$1"
}

expect_metrics()
{
    explained 'README: metrics on the host' run_readme 'On the host' prometheus
    explained 'their timer is enabled' in_manager systemctl --quiet is-enabled "$metrics_timer"
    in_manager systemctl stop "$metrics_timer"
    explained 'metrics: without the directory the service fails' metrics_fail
    expect_metrics_of root
    expect_metrics_of nobody
    printf '%s\n' '[Service]' User= | add_drop_in "$metrics" root.conf
    explained "metrics: root has no power over others' directories" metrics_fail
    explained 'metrics: so their file stays' metrics_have 2 nobody
    remove_drop_in "$metrics" root.conf
    printf '%s\n' '[Service]' ExecStart= \
        'ExecStart=/etc/libexec/chrony-textfile /run/textfiles/chrony_health.prom /none' |
        add_drop_in "$metrics" none.conf
    explained 'metrics: a plugin that is not there is a failure' metrics_fail
    explained 'metrics: the old file is gone' metrics_are_gone
}

plugin_dir=$(cd "${PLUGIN_DIR:-$build/plugins}" && pwd) || bail_out 'no plugins are built'
enter_namespaces "$@"
open_all
expect_timer
expect_exit_statuses
expect_thresholds
expect_address_filter
expect_unix_socket
expect_repetition
expect_metrics
finish
