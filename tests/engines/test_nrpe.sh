#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# NRPE itself: with our file as it is, check_nrpe gets each byte that a plugin prints, and
# its exit status; so does Nagios behind it. Where it is root, what only the Unix socket
# tells arrives, too: by the commands and the rules for sudo, in front of a stand-in for it.
#
# Unpacks: nagios-nrpe-server nagios-nrpe-plugin nagios4-core
# Installs: sudo

engines=$(cd "$(dirname "$0")" && pwd) || exit 1
# shellcheck source=tests/engines/engines.sh
. "$engines/engines.sh"
# shellcheck source=tests/engines/nagios.sh
. "$engines/nagios.sh"

write_nrpe_cfg()
{
    cat <<END
log_file=$work/nrpe/nrpe-own.log
pid_file=$work/nrpe/nrpe.pid
server_address=127.0.0.1
server_port=$(engine_port 0)
nrpe_user=$(as_nobody id -un)
nrpe_group=$(as_nobody id -gn)
allowed_hosts=127.0.0.1
dont_blame_nrpe=0
command_timeout=20
include_dir=$work/nrpe.d
END
}

# The file names the directory of the plugins that it was made for.
use_recorders()
{
    for file in "$work/nrpe.d"/*.cfg; do
        sed -i "s|^\(command\[.*\]=\)/.*/\(check_chrony_\)|\1$recorders/\2|" "$file"
    done
}

# sudo -n -u USER COMMAND [ARGUMENT...]: what a rule allows, for who is that user already.
write_sudo()
{
    cat <<END
#!/bin/sh
user=\$3
shift 3
grep -qxF "nagios ALL=(\$user) NOPASSWD: \$*" $work/sudoers.d/chrony-checks &&
    [ "\$(id -un)" = "\$user" ] && exec "\$@"
END
}

# The user and the paths of the lab.
place_sudo()
{
    sed -i -e "s|/usr/bin/sudo|$work/bin/sudo|" -e "s|/run/chrony/chronyd.sock|$(lab_socket "$1")|" \
        -e "s|\<_chrony\>|$(chronyd_user "$1")|" -e "s| /[^ ]*/\(check_chrony_\)| $work/real/\1|" \
        -e "s|/var/lib/chrony-checks|$work/checks|" \
        "$work/nrpe.d/chrony-sudo.cfg" "$work/sudoers.d/chrony-checks"
}

configure_sudo()
{
    mkdir -p "$work/bin" "$work/sudoers.d" && make_private "$work/checks" &&
        write_sudo >"$work/bin/sudo" && printf '#!/bin/sh\n' >"$work/bin/visudo" &&
        chmod +x "$work/bin/sudo" "$work/bin/visudo"
}

# expect_by_sudo COMMAND TEXT
expect_by_sudo()
{
    ask_nrpe -c "$1" >"$work/answer" 2>&1
    expect "over the Unix socket, $1: OK" test $? -eq 0
    expect "over the Unix socket, $1: $2" grep -q -e "$2" "$work/answer" || diagnose <"$work/answer"
}

configure_nrpe()
{
    make_private "$work/nrpe" && mkdir "$work/nrpe.d" &&
        write_nrpe_cfg >"$work/nrpe/nrpe.cfg"
}

ask_nrpe() { "$check_nrpe" -H 127.0.0.1 -p "$(engine_port 0)" "$@"; }

nrpe_answers() { ask_nrpe >/dev/null 2>&1; }

# The last run of the plugin is the one that NRPE was asked for.
is_what_was_printed()
{
    for run in $(runs_of "$1" "$2"); do
        cmp -s "$run/output" "$work/answer" &&
            [ "$(cat "$run/status")" = "$answer_status" ] && return
    done
    sed 's/^/# check_nrpe printed: /' "$work/answer"
    return 1
}

# expect_answer STATE CHECK STATUS
expect_answer()
{
    plugin=check_chrony_$2
    ask_nrpe -c "$plugin" >"$work/answer" 2>&1
    answer_status=$?
    expect "$1 $2: exit status $3" test "$answer_status" -eq "$3"
    expect "$1 $2: each byte arrives" is_what_was_printed "$plugin" "$(lab_port "$1")"
}

# expect_state STATE STATUS...: in the order of checks. chronyd refuses the reports of the
# last two over UDP, to everybody.
expect_state()
{
    state=$1
    shift
    lab_port "$state" >"$work/port"
    lab_ntp_port "$state" >"$work/ntp_port"
    for check in $checks; do
        expect_answer "$state" "$check" "$1"
        shift
    done
}

configure_nagios()
{
    make_nagios || return
    cp "$work/contrib/nagios/chrony-checks.cfg" "$nagios/"
    cat >"$nagios/check_nrpe.cfg" <<END
define command {
    command_name  check_nrpe
    command_line  $check_nrpe -H \$HOSTADDRESS\$ -p $(engine_port 0) -c \$ARG1\$
}
END
}

expect_through_nagios()
{
    configure_nagios || bail_out 'no directory for Nagios'
    expect 'docs/ENGINES: the snippet for the server runs' \
        run_snippet 'NRPE, on the Nagios server' nagios="$nagios"
    expect 'Nagios takes the files without a warning' nagios_accepts || show_log nagios
    start_nagios
    expect_soon 'Nagios asks through NRPE' nagios_has_heard 'server1!chrony'
    stop nagios
    result=$(nagios_result 'server1!chrony')
    expect_arrived 'through Nagios: all that the plugin printed arrives' "$result" \
        check_chrony_health "$(lab_port good)"
    expect_exit 'through Nagios: state 0' "$result" 0
}

private=good
! is_root || private=otheruser
open_engine good lost dead "$private"
check_nrpe=$(program usr/lib/nagios/plugins/check_nrpe)
configure_nrpe || bail_out 'no directory for NRPE'
expect 'docs/ENGINES: the snippet for the host runs' \
    run_snippet 'NRPE, on the host' nrpe="$work/nrpe.d"
expect 'docs/ENGINES: it ends with a reload' \
    grep -qx 'reload nagios-nrpe-server' "$work/systemctl"
use_recorders
configure_sudo || bail_out 'no stand-in for sudo'
expect 'docs/ENGINES: the snippet for the Unix socket runs' \
    run_snippet 'NRPE, over the Unix socket' nrpe="$work/nrpe.d" sudoers="$work/sudoers.d"
expect 'sudo takes the rules' /usr/sbin/visudo -c -q -f "$work/sudoers.d/chrony-checks"
place_sudo "$private"
start nrpe "$(program usr/sbin/nrpe)" -c "$work/nrpe/nrpe.cfg" -f
expect_soon 'NRPE takes the file' nrpe_answers
expect_state lost 2 2 1 0 0 2 3 3 0
expect_state dead 2 2 2 2 2 2 2 2 2
expect_state good 0 0 0 0 0 0 3 3 0
expect_by_sudo chrony_auth '^CHRONY AUTH OK - '
expect_by_sudo chrony_server 'this is the first run with --state'
expect_by_sudo chrony_server 'in the last '
expect_through_nagios
stop nrpe
finish
