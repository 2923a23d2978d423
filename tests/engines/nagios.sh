# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# shellcheck disable=SC2154 # engines.sh sets the directories
#
# Nagios for tests, with all its files in $work/nagios. Behind engines.sh.

# make_nagios: what a configuration of Debian has, as far as our files need it. $nagios is
# the directory that is read for more.
make_nagios()
{
    nagios=$work/nagios/conf.d
    make_private "$work/nagios" "$work/nagios/spool" "$work/nagios/archives" &&
        mkdir "$nagios" &&
        write_nagios_cfg >"$work/nagios/nagios.cfg" &&
        write_common_objects >"$nagios/common.cfg" &&
        echo "\$USER1\$=$recorders" >"$work/nagios/resource.cfg"
}

write_nagios_cfg()
{
    cat <<END
cfg_dir=$nagios
resource_file=$work/nagios/resource.cfg
log_file=$work/nagios/nagios.log
object_cache_file=$work/nagios/objects.cache
precached_object_file=$work/nagios/objects.precache
status_file=$work/nagios/status.dat
command_file=$work/nagios/nagios.cmd
query_socket=$work/nagios/nagios.qh
lock_file=$work/nagios/nagios.pid
temp_file=$work/nagios/nagios.tmp
temp_path=$work/nagios
check_result_path=$work/nagios/spool
log_archive_path=$work/nagios/archives
state_retention_file=$work/nagios/retention.dat
retain_state_information=0
check_external_commands=0
check_for_updates=0
illegal_macro_output_chars=\`~\$&|'"<>
use_syslog=0
enable_environment_macros=0
event_broker_options=0
interval_length=1
service_inter_check_delay_method=n
max_service_check_spread=1
check_result_reaper_frequency=1
process_performance_data=1
service_perfdata_file=$work/nagios/heard
service_perfdata_file_mode=a
END
    # These are macros of Nagios, and its own \t.
    # shellcheck disable=SC2016
    printf 'service_perfdata_file_template=%s\\t%s\\t%s\\t%s\\t%s\n' \
        '$HOSTNAME$!$SERVICEDESC$' '$SERVICESTATEID$' \
        '$SERVICEOUTPUT$' '$LONGSERVICEOUTPUT$' '$SERVICEPERFDATA$'
}

write_common_objects()
{
    cat <<'END'
define timeperiod {
    timeperiod_name  always
    alias            always
    sunday           00:00-24:00
    monday           00:00-24:00
    tuesday          00:00-24:00
    wednesday        00:00-24:00
    thursday         00:00-24:00
    friday           00:00-24:00
    saturday         00:00-24:00
}
define command {
    command_name  tell-nobody
    command_line  /bin/true
}
define contact {
    contact_name                   nobody
    host_notification_period       always
    service_notification_period    always
    host_notification_commands     tell-nobody
    service_notification_commands  tell-nobody
}
define host {
    name                   generic-host
    check_period           always
    contacts               nobody
    max_check_attempts     1
    active_checks_enabled  0
    register               0
}
define host {
    use        generic-host
    host_name  localhost
    address    127.0.0.1
}
define host {
    use        generic-host
    host_name  server1
    address    127.0.0.1
}
define service {
    name                 generic-service
    check_period         always
    notification_period  always
    contacts             nobody
    check_interval       1
    retry_interval       1
    max_check_attempts   1
    register             0
}
END
}

nagios_accepts()
{
    as_nobody "$(program usr/sbin/nagios4)" -v "$work/nagios/nagios.cfg" \
        >"$work/nagios.log" 2>&1 &&
        grep -qx 'Total Errors: *0' "$work/nagios.log" &&
        grep -qx 'Total Warnings: *0' "$work/nagios.log"
}

start_nagios() { start nagios "$(program usr/sbin/nagios4)" "$work/nagios/nagios.cfg"; }

# Nagios makes colons of the semicolons in the first line of text, which is the second
# line of a result.
engine_keeps() { sed '2s/;/:/g'; }

# nagios_has_heard HOST!SERVICE
nagios_has_heard() { grep -q "^$1	.*	CHRONY " "$work/nagios/heard" 2>/dev/null; }

# nagios_result HOST!SERVICE: the last one, in a file whose name is printed.
nagios_result()
{
    awk -F '\t' -v service="$1" '
        $1 == service { exit_status = $2; text = $3; long = $4; perfdata = $5 }
        END {
            print "exit " exit_status
            print "text " text
            count = split(long, lines, /\\n/)
            for (i = 1; i <= count; i++)
                if (lines[i] != "")
                    print "text " lines[i]
            count = split(perfdata, data, " ")
            for (i = 1; i <= count; i++)
                print "perf " data[i]
        }' "$work/nagios/heard" >"$work/nagios.result"
    echo "$work/nagios.result"
}
