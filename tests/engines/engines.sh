# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# shellcheck disable=SC2154 # engines is set by the script
#
# What the tests of engines share: their packages, a lab of chronyds, plugins that record
# what they print, and the engine's processes. A script sets engines to this directory,
# sources this file, and calls
#
#   open_engine STATE...     the packages of its own lines "# Unpacks: ", in $root, and
#                            "# Installs: "; a lab with these states; $work, where all
#                            files are. All but what is installed goes with the script.
#   install_packages         without a lab: those of "# Installs: " only
#   program PATTERN          the path of a program below $root
#   start NAME COMMAND...    the command in the background, as nobody when run by root
#   stop NAME
#   run_snippet HEADING VARIABLE=VALUE...
#                            the commands below this heading of docs/ENGINES
#   expect_arrived DESCRIPTION RESULT PLUGIN PORT
#                            a run of the plugin printed just that RESULT, a file with
#                            lines "exit N", "text TEXT" and "perf DATUM"
#
#   options_of CHECK STATE   what a plugin needs besides the port or socket of this state
#
# $recorders holds a stand-in for each plugin, which records each of its runs in $records.
#
# Environment: top_builddir (default: the current directory), and what lab.sh takes.

top=$(cd "$engines/../.." && pwd) || exit 1
build=$(cd "${top_builddir:-.}" && pwd) || exit 1
LAB_SOURCE=$top/tests/lab
LAB_HELPERS=${LAB_HELPERS:-$build/tests/lab}
checks='health sync offset stratum leap sources server auth ntp'

# shellcheck source=tests/lab/lab.sh
. "$LAB_SOURCE/lab.sh"
# shellcheck source=tests/lab/tap.sh
. "$LAB_SOURCE/tap.sh"

# Nodes of Icinga connect again only every ten seconds.
# shellcheck disable=SC2034 # lab.sh uses it
lab_seconds_for_a_state=60


# --- Packages. An engine is only unpacked: no service, no user and no mail server come
# --- with it. Libraries and interpreters that it needs are installed, and stay.

is_root() { [ "$(id -u)" -eq 0 ]; }

as_root()
{
    if is_root; then
        "$@"
    else
        sudo -n "$@"
    fi
}

apt_get()
{
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -o DPkg::Lock::Timeout=60 -y -q --no-install-recommends "$@"
}

# The lists of a fresh system may be empty or old.
apt_get_fresh() { "$@" || { apt_get update && "$@"; }; }

words_after() { sed -n "s/^# $1: //p" "$engines/$(basename "$0")"; }

# The names of packages are words.
# shellcheck disable=SC2046
download_packages() { (cd "$work/debs" && apt-get download $(words_after Unpacks)); }

unpack_packages()
{
    mkdir "$work/debs" "$root" || return
    [ -n "$(words_after Unpacks)" ] || return 0
    apt_get_fresh download_packages || return
    for deb in "$work/debs"/*.deb; do
        dpkg-deb -x "$deb" "$root" || return
    done
}

lacks_libraries()
{
    [ -d "${root:-}" ] &&
        find "$root" -type f -perm -100 -exec ldd {} + 2>&1 | grep -q 'not found'
}

libraries()
{
    lacks_libraries || return 0
    for deb in "$work/debs"/*.deb; do
        dpkg-deb -f "$deb" Depends
    done | tr ',|' '[\n*]' | sed -n 's/^ *\(lib[a-z0-9.+-]*\).*/\1/p' | grep -v '^libjs-'
}

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>&1)" = installed ]; }

missing_packages()
{
    for package in $(words_after Installs) $(libraries | sort -u); do
        is_installed "$package" || echo "$package"
    done
}

require_apt()
{
    command -v apt-get >/dev/null || skip_all "$(basename "$0") needs Debian's packages"
}

install_packages()
{
    require_apt
    packages=$(missing_packages | tr '\n' ' ')
    [ -n "$packages" ] || return 0
    as_root true || bail_out "root, or sudo without a password, must install $packages"
    echo "# installing $packages"
    # The names of packages are words.
    # shellcheck disable=SC2086
    apt_get_fresh apt_get install $packages >&2 ||
        bail_out 'the packages cannot be installed'
}

provide_engine()
{
    require_apt
    unpack_packages >&2 || bail_out 'the packages cannot be unpacked'
    install_packages
}

# program PATTERN: of the unpacked packages.
program()
{
    for program in "$root"/$1; do
        [ -x "$program" ] && echo "$program" && return
    done
}


# --- The lab, and the directory of the engine

# open_engine STATE...
open_engine()
{
    lab_close_on_exit
    trap close_engine EXIT
    make_work
    provide_engine
    lab_open
    opened=$?
    [ "$opened" -ne 77 ] || skip_all 'there is no chronyd'
    [ "$opened" -eq 0 ] || bail_out 'the lab does not open'
    lab_up "$@" || bail_out 'the lab does not come up'
}

make_work()
{
    work=$(mktemp -d "${TMPDIR:-/tmp}/chrony-engine.XXXXXX") || bail_out 'no directory'
    root=$work/root
    recorders=$work/plugins
    records=$work/records
    chmod 755 "$work" && mkdir "$work/real" "$recorders" "$records" && chmod 777 "$records"
    for check in $checks; do
        install_plugin "check_chrony_$check" || bail_out 'the plugins are not built'
    done
    make_contrib || bail_out 'the files for engines are not built'
    # What runs as nobody is here: the tree may be below a directory that is closed to others.
    cp "$engines/icinga2_node.sh" "$work/"
}

# ntp has something to say of a state when it compares.
options_of() { [ "$1" != ntp ] || echo "--compare --ntp-port $(lab_ntp_port "$2")"; }

# Engines get the recorder, and it runs the plugin.
install_plugin()
{
    cp "$build/plugins/$1" "$work/real/" && cp "$engines/recorder.sh" "$recorders/$1"
}

# As make install lays them out.
make_contrib()
{
    mkdir "$work/contrib" || return
    for file in "$build"/contrib/*/chrony-checks.c*; do
        engine=$(basename "$(dirname "$file")")
        mkdir -p "$work/contrib/$engine" && cp "$file" "$work/contrib/$engine/" || return
    done
    cp -R "$top/contrib/icinga2/examples" "$work/contrib/icinga2/" &&
        mkdir "$work/contrib/prometheus" &&
        cp "$top/contrib/prometheus/chrony-checks.rules.yml" "$work/contrib/prometheus/"
}

close_engine()
{
    for pid_file in "${work:-/nonexistent}"/*.pid; do
        [ ! -e "$pid_file" ] || stop "$(basename "$pid_file" .pid)"
    done
    [ -z "${work:-}" ] || rm -rf "$work"
    lab_close
}

# Ports of the lab that it does not use itself: no other lab has them.
engine_port() { echo $((LAB_BASE + 40 + $1)); }

# make_private DIRECTORY...: the engine's own.
make_private()
{
    mkdir -p "$@" || return
    ! is_root || chown "nobody:$(id -gn nobody)" "$@"
}


# --- Processes

# Replaces this shell.
exec_as_nobody()
{
    if is_root; then
        exec setpriv --reuid nobody --regid "$(id -gn nobody)" --clear-groups "$@"
    else
        exec "$@"
    fi
}

as_nobody() { (exec_as_nobody "$@"); }

start()
{
    process=$1
    shift
    exec_as_nobody "$@" >"$work/$process.log" 2>&1 </dev/null &
    echo $! >"$work/$process.pid"
}

is_running()
{
    grep -q '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$1/status" 2>/dev/null
}
has_ended() { ! is_running "$1"; }

stop()
{
    pid=$(cat "$work/$1.pid")
    rm "$work/$1.pid"
    ! is_running "$pid" || kill -TERM "$pid"
    wait_until has_ended "$pid" || kill -KILL "$pid"
    wait "$pid"
}

# expect_soon DESCRIPTION COMMAND [ARGUMENT...]: the command succeeds in time.
expect_soon()
{
    description=$1
    shift
    expect "$description" wait_until "$@" && return
    for log in "$work"/*.log; do
        show_log "$(basename "$log" .log)"
    done
}

show_log()
{
    {
        echo "the end of what $1 says:"
        tail -n 40 "$work/$1.log"
    } | diagnose
}


# --- Records

# uses_port PORT RECORD: an engine passes --port, or the recorder its own.
uses_port() { grep -qxe "$1" -e "--port=$1" "$2/arguments"; }

# runs_of PLUGIN PORT: the finished ones.
runs_of()
{
    for run in "$records/$1".*; do
        [ ! -e "$run/status" ] || ! uses_port "$2" "$run" || echo "$run"
    done
}

# has_runs COUNT PLUGIN PORT
has_runs() { [ "$(runs_of "$2" "$3" | wc -l)" -ge "$1" ]; }

# record_as_result RECORD
record_as_result()
{
    echo "exit $(cat "$1/status")"
    awk 'NR == 1 && (at = index($0, " | ")) {
            count = split(substr($0, at + 3), data, " ")
            $0 = substr($0, 1, at - 1)
        }
        { sub(/ +$/, ""); print "text " $0 }
        END { for (i = 1; i <= count; i++) print "perf " data[i] }' "$1/output"
}

# What an engine changes on purpose: a script says it by a function of its own.
engine_keeps() { cat; }

# It leaves what the last run printed, for the explanation.
matches_a_record()
{
    for run in $(runs_of "$2" "$3"); do
        [ ! -s "$run/errors" ] || continue
        record_as_result "$run" | engine_keeps >"$work/recorded"
        ! cmp -s "$1" "$work/recorded" || return 0
    done
    return 1
}

# expect_arrived DESCRIPTION RESULT PLUGIN PORT
expect_arrived()
{
    : >"$work/recorded"
    expect "$1" matches_a_record "$2" "$3" "$4" && return
    {
        echo 'the engine has:'
        cat "$2"
        echo 'the last run of the plugin printed:'
        cat "$work/recorded"
    } | diagnose
}

# expect_exit DESCRIPTION RESULT STATUS
expect_exit() { expect "$1" grep -qx "exit $3" "$2"; }


# --- docs/ENGINES

snippet()
{
    awk -v heading="$1" '
        /^---/ { inside = last == heading }
        inside && sub(/^    /, "")
        { last = $0 }' "$top/docs/ENGINES"
}

# run_snippet HEADING VARIABLE=VALUE...: systemctl is only noted, in $work/systemctl.
# shellcheck disable=SC2031 # PATH is as it was
run_snippet()
{
    snippet "$1" >"$work/snippet"
    [ -s "$work/snippet" ] || return
    shift
    mkdir -p "$work/bin" &&
        printf '#!/bin/sh\necho "$*" >>"%s/systemctl"\n' "$work" >"$work/bin/systemctl" &&
        chmod +x "$work/bin/systemctl" &&
        env "contrib=$work/contrib" "$@" "PATH=$work/bin:$PATH" sh -eu "$work/snippet"
}
