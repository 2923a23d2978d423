#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# check_chrony_config beside real chronyds: it finds the process that runs a file, holds
# the file against what that chronyd has, asks chronyd -p, and says less, not worse, where
# it may not look.
#
# Environment: PLUGIN_DIR (default: ./plugins), and what lab/lab.sh takes.

LAB_SOURCE=$(cd "$(dirname "$0")/lab" && pwd) || exit 1
LAB_HELPERS=${LAB_HELPERS:-./tests/lab}
plugin_dir=$(cd "${PLUGIN_DIR:-./plugins}" && pwd) || exit 1

# shellcheck source=tests/lab/lab.sh
. "$LAB_SOURCE/lab.sh"
# shellcheck source=tests/lab/tap.sh
. "$LAB_SOURCE/tap.sh"

states='good names refclock authkey serverstats stopped dead'

config_of() { echo "$LAB_DIR/$1/chrony.conf"; }

# audit FILE [OPTION...]: leaves what was said in $said, and the status.
audit()
{
    audited=$1
    shift
    said=$("$plugin_dir/check_chrony_config" --file="$audited" -v "$@" 2>&1)
    status=$?
}

# audit_state STATE [OPTION...]: with the chronyd that runs the file.
audit_state()
{
    audited_state=$1
    shift
    audit "$(config_of "$audited_state")" -H 127.0.0.1 -p "$(lab_port "$audited_state")" "$@"
}

has_status() { [ "$status" -eq "$1" ]; }
says() { echo "$said" | grep -q -e "$1"; }
says_not() { ! says "$1"; }
# finds SEVERITY RULE TEXT
finds() { says "^$1: rule $2, place .* finding .*$3"; }
finds_no() { says_not ": rule $1, "; }

# expect_said DESCRIPTION COMMAND [ARGUMENT...]
expect_said()
{
    description=$1
    shift
    expect "$description" "$@" || {
        echo "status $status:"
        echo "$said"
    } | diagnose
}

expect_same_sources()
{
    for state in good names refclock authkey serverstats; do
        audit_state "$state"
        expect_said "$state: it is the file of a chronyd here" says_not 'by their text alone'
        expect_said "$state: chronyd has all sources" finds_no S21
        expect_said "$state: and no other" finds_no S22
        expect_said "$state: chronyd answers" finds_no M01
        expect_said "$state: its user is known" says_not 'no chronyd with this file'
    done
}

expect_process()
{
    audit_state good
    if [ "$(id -u)" -eq 0 ]; then
        expect_said 'good: chronyd runs as root' finds warning P01 'runs as root'
    else
        expect_said 'good: chronyd does not run as root' finds_no P01
    fi
    expect_said 'good: it was started without a filter' finds information P02 'without'
}

# Others are allowed; of the two chronyds one is where they reach it.
expect_port()
{
    echo 'allow 192.0.2.0/24' | chronyd_server_for open $((LAB_BASE + 6)) ||
        bail_out 'no open server'
    echo 'allow 192.0.2.0/24
bindaddress 127.0.0.61' | chronyd_server_for shut $((LAB_BASE + 7)) ||
        bail_out 'no shut server'
    audit "$LAB_DIR/open-server/chrony.conf"
    expect_said 'open: the NTP port is open' finds_no A12
    expect_said 'open: it is on all addresses' finds_no A10
    audit "$LAB_DIR/shut-server/chrony.conf"
    expect_said 'shut: the NTP port is open for this host alone, as its file says' \
        finds warning A10 'listens on loopback alone (127.0.0.61)'
    expect_said 'shut: that is told once' finds_no A12
}

# A file that chronyd has not read yet.
expect_other_sources()
{
    sed '/127\.0\.0\.13/d' "$(config_of good)" >"$LAB_DIR/other.conf"
    echo 'server 127.0.0.99 iburst' >>"$LAB_DIR/other.conf"
    audit "$LAB_DIR/other.conf" -p "$(lab_port good)"
    expect_said 'another file: chronyd lacks a source' finds warning S21 '(127.0.0.99)'
    expect_said 'another file: one source is missed' finds information S22 '(127.0.0.13)'
    echo 'server 127.0.0.11
minsources 5' >"$LAB_DIR/few.conf"
    audit "$LAB_DIR/few.conf" -p "$(lab_port good)"
    expect_said 'another file: what may be deleted does not count' finds critical S08 \
        '(1 at most'
    echo 'sourcedir /nonexistent' >>"$LAB_DIR/few.conf"
    audit "$LAB_DIR/few.conf" -p "$(lab_port good)"
    expect_said 'another file: what chronyd may have been given counts' finds_no S08
    audit "$LAB_DIR/other.conf"
    expect_said 'another file: without a port nobody is asked' finds_no M01
    expect_said 'another file: it is judged alone' says 'by their text alone'
}

expect_silence()
{
    audit "$(config_of good)" -H 127.0.0.1 -p "$(lab_port dead)" -t 1
    expect_said 'dead: chronyd does not answer' finds information M01 refused
    begun=$(centiseconds)
    audit_state stopped -t 1
    took=$(($(centiseconds) - begun))
    expect_said 'stopped: chronyd does not answer' finds information M01 'no reply'
    expect_said 'stopped: it ends at its deadline' test "$took" -ge 90 -a "$took" -le 130
}

expect_keys()
{
    audit_state authkey
    if [ "$(id -u)" -eq 0 ]; then
        expect_said 'authkey: chronyd has all keys' finds_no S03
        expect_said 'authkey: a key is weak' finds warning S06 'key 1 is for MD5'
    fi
    expect_said 'authkey: keys are not open to others' finds_no S05
    expect_said 'authkey: no key is said' says_not 00000000
}

# nobody may see neither the keys nor what is in a directory of chronyd.
expect_less_as_nobody()
{
    if [ "$(id -u)" -ne 0 ] || ! lab_admit_nobody; then
        skip 'nobody: what cannot be seen cannot be told' 'needs root'
        return
    fi
    cp "$plugin_dir/check_chrony_config" "$LAB_DIR/bin"
    chmod 755 "$LAB_DIR/authkey"
    said=$(as_nobody "$LAB_DIR/bin/check_chrony_config" --file="$(config_of authkey)" -v \
        -H 127.0.0.1 -p "$(lab_port authkey)" 2>&1)
    status=$?
    chmod 770 "$LAB_DIR/authkey"
    expect_said 'nobody: the process is seen' says_not 'by their text alone'
    expect_said 'nobody: chronyd is asked' finds_no M01
    expect_said 'nobody: whether it has a key cannot be told' \
        finds information S03 'cannot be read here'
    expect_said 'nobody: nor whether it is weak' finds information S06 'cannot be read here'
    expect_said 'nobody: no rule about keys alarms' says_not ' critical: '
    expect_said 'nobody: and the state is no worse' has_status 1
}

# A drop-in that nobody may read holds what the rest of the file lacks.
expect_nothing_of_a_part()
{
    as_nobody test -x "$LAB_DIR/bin/check_chrony_config" 2>/dev/null || return 0
    mkdir "$LAB_DIR/parts"
    cat >"$LAB_DIR/parts/rest.conf" <<END
keyfile $(config_of authkey | sed 's/chrony.conf/keys/')
ntstrustedcerts /etc/ssl
smoothtime 400 0.001024 leaponly
cmdallow 192.0.2.5
END
    chmod 600 "$LAB_DIR/parts/rest.conf"
    cat >"$LAB_DIR/part.conf" <<END
confdir $LAB_DIR/parts
server 127.0.0.11 key 1
server 127.0.0.12 nts
allow 192.0.2.0/24
nosystemcert
leapsecmode slew
maxslewrate 1000
bindcmdaddress 0.0.0.0
END
    chmod 644 "$LAB_DIR/part.conf"
    audit "$LAB_DIR/part.conf"
    expect_said 'root: it is all there' says_not ' critical: '
    said=$(as_nobody "$LAB_DIR/bin/check_chrony_config" --file="$LAB_DIR/part.conf" -v 2>&1)
    status=$?
    expect_said 'nobody: what a drop-in may hold is not missed' has_status 0
    for rule in S03 S18 A02 C06 C07; do
        expect_said "nobody: $rule cannot be told" finds information $rule 'cannot tell'
    done
}

expect_second_opinion()
{
    if ! chronyd_is_at_least 4 0; then
        skip 'chronyd -p takes the file' 'chronyd is older than 4.0'
        return
    fi
    audit_state good --with-chronyd="$LAB_DIR/bin/chronyd"
    expect_said 'chronyd -p takes the file' finds_no X01
    echo 'driftfle /x' >"$LAB_DIR/broken.conf"
    audit "$LAB_DIR/broken.conf" --with-chronyd="$LAB_DIR/bin/chronyd"
    expect_said 'chronyd -p refuses a file, too' finds critical X01 'is no directive'
    expect_said 'and that is CRITICAL' has_status 2
    echo 'allow no-such-host.invalid' >"$LAB_DIR/broken.conf"
    audit "$LAB_DIR/broken.conf" --with-chronyd="$LAB_DIR/bin/chronyd"
    expect_said 'chronyd -p refuses what only DNS can tell' \
        finds critical X01 'chronyd -p refuses the file'
    echo 'noclientlog
ratelimit' >"$LAB_DIR/broken.conf"
    audit "$LAB_DIR/broken.conf" --with-chronyd="$LAB_DIR/bin/chronyd"
    expect_said 'chronyd -p does not see what ends it at its start' \
        finds critical X06 'so chronyd does not start'
}

lab_close_on_exit
lab_open
opened=$?
[ "$opened" -ne 77 ] || skip_all 'there is no chronyd'
[ "$opened" -eq 0 ] || bail_out 'the lab does not open'
# The names of states are words.
# shellcheck disable=SC2086
lab_up $states || bail_out 'the lab does not come up'
expect_same_sources
expect_process
expect_port
expect_other_sources
expect_silence
expect_keys
expect_less_as_nobody
expect_nothing_of_a_part
expect_second_opinion
finish
