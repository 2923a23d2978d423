#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A private lab: real chronyd processes, each in a known state, on loopback only. None of
# them touches the clock (-x), none needs a privilege, and all files are in one directory.
#
#   lab.sh up [STATE...]   start the states (without a name all that suit this machine,
#                          user and chronyd) and leave them running; a line each:
#                          STATE udp 127.0.0.1:PORT unix PATH dir DIR
#   lab.sh down            end what "up" of this tree left running
#   lab.sh list            name the states
#
# Exit status 77: there is no chronyd, or a state needs something that is not installed.
#
# A script sources this file with LAB_SOURCE set to its directory, and calls
#
#   lab_close_on_exit      end the lab when the script ends, by whatever way
#   lab_open               77: no chronyd
#   lab_up STATE...        returns when chronyc has seen every state
#   lab_port STATE         the UDP port to ask
#   lab_socket STATE       the Unix socket to ask
#   lab_ntp_port STATE     the UDP port where it serves NTP, on 127.0.0.1 and ::1
#   lab_suits STATE        false for a state that this machine, this user or this chronyd
#                          does not have: ::1, another account, a new directive
#   lab_lacks STATE        true for a state for which something is not installed
#   lab_need STATE         what that is
#   lab_clients STATE FIRST CLIENTS PACKETS [OPTION...]
#                          so many clients, from the address FIRST on, each ask a state that
#                          serves time so often; returns when it has received all of it
#   lab_restart STATE      ends its chronyd and starts it again
#   shortest COMMAND...    microseconds of the shortest of eleven runs
#   install_helper NAME    makes one of the helpers that no state needs
#   lab_close
#
# Environment: CHRONYD and CHRONYC (default: from PATH), LAB_HELPERS (where the compiled
# helpers are), CC, TMPDIR.

# shellcheck disable=SC2317 # the start_, ready_ and then_ functions are called by state

LAB_STATES="good unsync nosources offline local falsetick nomajority lost outlier \
highstratum bigoffset names refclock leapins leapdel denied stopped dead \
jittery distance authkey wrongkey nts untrusted ratelimit serverstats opencmds many100 many1000 \
otheruser ipv6 dropping forgetful"

lab_seconds_for_a_state=30
lab_not_available=77


# --- The states. start_STATE configures and starts; ready_STATE is true when it has
# --- come; then_STATE, where there is one, does the rest. suits_STATE, where there is one,
# --- is false where there cannot be such a state.

start_good() { { five_servers; steady 5; } | chronyd_for good; }
ready_good() { synchronised good '*++++'; }

start_unsync() { server 127.0.0.99 port 9 | chronyd_for unsync; }
ready_unsync() { flags_are unsync '?'; }

start_nosources() { chronyd_for nosources </dev/null; }
ready_nosources() { [ "$(leap nosources)" = 'Not synchronised' ]; }

start_offline() { five_servers offline | chronyd_for offline; }
ready_offline() { [ "$(ask offline activity)" = 0,5,0,0,0 ]; }

start_local() { echo 'local stratum 10' | chronyd_for local; }
ready_local() { [ "$(leap local)" = Normal ]; }

start_falsetick()
{
    { five_servers | sed '5s/$/ offset 0.5/'; steady 4; } | chronyd_for falsetick
}
ready_falsetick() { synchronised falsetick '*+++x'; }

start_nomajority()
{
    { server 127.0.0.11; server 127.0.0.12 offset 0.5; steady 2; } | chronyd_for nomajority
}
ready_nomajority() { flags_are nomajority xx; }

start_lost()
{
    ntp_server_for lost --bind 127.0.0.21,127.0.0.22,127.0.0.23 || return
    { server 127.0.0.21; server 127.0.0.22; server 127.0.0.23; steady 3; } | chronyd_for lost
}
# A chronyd without sources lets its error grow by the skew: wait until that is small.
ready_lost() { synchronised lost '*++' && [ "$(skew lost)" -lt 100 ]; }
then_lost()
{
    end_process "$(pid_of lost-ntp_server)"
    wait_until is_without_sources lost '???'
}

# One source is far better than the others, which then do not count.
start_outlier()
{
    ntp_server_for outlier --bind 127.0.0.35,127.0.0.36,127.0.0.37 \
        --root-dispersion-us 30000 || return
    {
        server 127.0.0.11
        server 127.0.0.35
        server 127.0.0.36
        server 127.0.0.37
        echo 'minsources 4'
    } | chronyd_for outlier
}
ready_outlier() { synchronised outlier '*---'; }

start_highstratum()
{
    ntp_server_for highstratum --bind 127.0.0.9 --stratum 9 || return
    server 127.0.0.9 | chronyd_for highstratum
}
ready_highstratum() { synchronised highstratum '*'; }

# With -x a wrong clock stays wrong: here it is a quarter of a second fast.
start_bigoffset() { { five_servers offset -0.25; steady 5; } | chronyd_for bigoffset; }
ready_bigoffset() { synchronised bigoffset '*++++'; }

start_names()
{
    {
        server localhost
        echo 'server no-such-host.invalid iburst'
        echo 'pool no-such-pool.invalid maxsources 3'
    } | chronyd_for names
}
ready_names() { synchronised names '*'; }

start_refclock()
{
    lab_sock=$LAB_DIR/refclock/clock
    echo "refclock SOCK $lab_sock refid SOK0 poll -2 dpoll -4 precision 1e-6 delay 1e-4" |
        chronyd_for refclock || return
    helper_for refclock sock_refclock --socket "$lab_sock" --interval-ms 50
}
ready_refclock() { synchronised refclock '*'; }

start_leapins() { start_leap leapins 1 127.0.0.33; }
ready_leapins() { [ "$(leap leapins)" = 'Insert second' ]; }

start_leapdel() { start_leap leapdel 2 127.0.0.34; }
ready_leapdel() { [ "$(leap leapdel)" = 'Delete second' ]; }

# chronyd believes in a leap second on the last days of June and December only.
start_leap()
{
    lab_faketime=$(find_faketime)
    [ -n "$lab_faketime" ] || return "$lab_not_available"
    lab_ahead=$(($(date -u -d "$(date -u +%Y)-12-31 06:00:00" +%s) - $(date -u +%s)))
    ntp_server_for "$1" --bind "$3" --leap "$2" --offset-us "${lab_ahead}000000" || return
    server "$3" | chronyd_for "$1" "LD_PRELOAD=$lab_faketime" \
        "FAKETIME=$(printf '%+d' "$lab_ahead")s" FAKETIME_DONT_FAKE_MONOTONIC=1
}

# Only 127.0.0.1 itself is always allowed: the relay asks from another address.
start_denied()
{
    { five_servers; steady 5; } | chronyd_for denied || return
    relay_for denied --source 127.0.0.3
}
ready_denied() { synchronised denied '*++++'; }

start_stopped() { { five_servers; steady 5; } | chronyd_for stopped; }
ready_stopped() { synchronised stopped '*++++'; }
then_stopped()
{
    kill -STOP "$(pid_of stopped)" && wait_until is_stopped "$(pid_of stopped)"
}

start_dead() { :; }
ready_dead() { :; }

start_jittery()
{
    ntp_server_for jittery --bind 127.0.0.31 --jitter-us 20000 || return
    {
        five_servers
        server 127.0.0.31
        echo 'maxjitter 0.001'
        steady 5
    } | chronyd_for jittery
}
ready_jittery() { synchronised jittery '*++++~'; }

# Reachable, but farther away than chronyd accepts (maxdistance is 3 s).
start_distance()
{
    ntp_server_for distance --bind 127.0.0.32 --root-dispersion-us 5000000 || return
    server 127.0.0.32 | chronyd_for distance
}
ready_distance() { flags_are distance '?' && [ "$(reaches distance)" = 377 ]; }

# A key of each type that chronyd knows everywhere; the last one is not the server's.
start_authkey()
{
    start_key_server || return
    { keyed_servers 1 2 3; steady 3; } | chronyd_for authkey
}
ready_authkey() { synchronised authkey '*++'; }

start_wrongkey()
{
    start_key_server || return
    { keyed_servers 1 2 3 4; steady 3; } | chronyd_for wrongkey
}
ready_wrongkey() { synchronised wrongkey '*++?'; }

start_key_server()
{
    [ ! -d "$LAB_DIR/key-server" ] || return 0
    write_keys
    chronyd_server_for key "$(key_port)" <<DIRECTIVES
keyfile $LAB_DIR/server-keys
DIRECTIVES
}

# 4.0 does not know a server by its address here.
suits_nts() { chronyd_has NTS && chronyd_is_at_least 4 1; }
start_nts()
{
    start_nts_server || return
    { nts_client && echo "ntstrustedcerts $LAB_DIR/nts-certificate.pem"; } | chronyd_for nts
}
ready_nts() { synchronised nts '*'; }

# Nobody has signed for the server: there is no key, and no request is sent.
suits_untrusted() { suits_nts; }
start_untrusted() { start_nts_server && nts_client | chronyd_for untrusted; }
ready_untrusted() { ask_socket untrusted authdata | grep -q ',NTS,0,0,0,[^,]*,[1-9]'; }

nts_client()
{
    echo "server 127.0.0.1 port $(nts_port) nts ntsport $(nts_key_port) iburst" \
        'minpoll -2 maxpoll -2'
    echo nosystemcert
}

start_nts_server()
{
    command -v openssl >/dev/null || return "$lab_not_available"
    [ ! -d "$LAB_DIR/nts-server" ] || return 0
    make_certificate || return 1
    chronyd_server_for nts "$(nts_port)" <<DIRECTIVES
ntsport $(nts_key_port)
ntsserverkey $LAB_DIR/nts-key.pem
ntsservercert $LAB_DIR/nts-certificate.pem
ntsprocesses 0
DIRECTIVES
}

start_ratelimit()
{
    {
        five_servers
        steady 5
        echo 'cmdallow 127.0.0.0/8'
        echo 'cmdratelimit interval 1 burst 4 leak 2'
    } | chronyd_for ratelimit || return
    relay_for ratelimit --source 127.0.0.3
}
ready_ratelimit() { synchronised ratelimit '*++++'; }

start_serverstats()
{
    {
        five_servers
        steady 5
        echo 'ratelimit interval 3 burst 8 leak 3'
    } | chronyd_for serverstats
}
ready_serverstats() { synchronised serverstats '*++++'; }
then_serverstats() { lab_clients serverstats 127.0.2.1 200 3; }

# One client asks far more often than its rate may be: of a hundred requests about eighty
# are dropped.
start_dropping()
{
    {
        five_servers
        steady 5
        echo 'ratelimit interval 3 burst 8 leak 3'
    } | chronyd_for dropping
}
ready_dropping() { synchronised dropping '*++++'; }
then_dropping()
{
    lab_clients dropping 127.0.2.1 1 100 --patience-ms 0 &&
        wait_until has_counted dropping 2 51
}

# It has memory for sixteen clients at most, the least that chronyd takes; forty ask it.
start_forgetful()
{
    {
        five_servers
        steady 5
        echo 'clientloglimit 1'
    } | chronyd_for forgetful
}
ready_forgetful() { synchronised forgetful '*++++'; }
then_forgetful()
{
    lab_clients forgetful 127.0.2.1 40 1 && wait_until has_counted forgetful 5 24
}

suits_opencmds() { chronyd_is_at_least 4 7; }
start_opencmds()
{
    {
        five_servers
        steady 5
        echo 'opencommands tracking sources ntpdata selectdata authdata serverstats clients'
    } | chronyd_for opencmds
}
ready_opencmds() { synchronised opencmds '*++++'; }

# Five good sources, and the rest is never asked: chronyd would need a quarter of a second
# for each of them.
start_many100() { start_many 100; }
ready_many100() { is_many 100; }
start_many1000() { start_many 1000; }
ready_many1000() { is_many 1000; }

start_many()
{
    { five_servers; offline_servers $(($1 - 5)); steady 5; } | chronyd_for "many$1"
}

is_many()
{
    lab_offline=$(printf "%$(($1 - 5))s" '' | tr ' ' '?')
    synchronised "many$1" "*++++$lab_offline"
}

# Its user is not ours: the plugin must become that user to have an answer from its socket.
suits_otheruser() { [ "$(id -u)" -eq 0 ]; }
start_otheruser()
{
    lab_admit_nobody || return "$lab_not_available"
    { five_servers; steady 5; } | chronyd_for otheruser
}
ready_otheruser() { synchronised otheruser '*++++'; }

suits_ipv6() { has_ipv6; }
start_ipv6() { server ::1 | chronyd_for ipv6; }
ready_ipv6() { synchronised ipv6 '*'; }


# --- Configuration

server()
{
    lab_address=$1
    shift
    echo "server $lab_address port $(ntp_port) iburst minpoll -2 maxpoll -2${*:+ $*}"
}

five_servers()
{
    for lab_last in 11 12 13 14 15; do
        server "127.0.0.$lab_last" "$@"
    done
}

offline_servers()
{
    awk -v count="$1" -v port="$(ntp_port)" 'BEGIN {
        for (i = 0; i < count; i++)
            printf "server 127.1.%d.%d port %d offline\n", i / 250, i % 250 + 1, port
    }'
}

# keyed_servers KEY...: the server has an address for each key.
keyed_servers()
{
    echo "keyfile $LAB_DIR/client-keys"
    for lab_key in "$@"; do
        echo "server 127.0.0.4$lab_key port $(key_port) key $lab_key" \
            'iburst minpoll -2 maxpoll -2'
    done
}

# write_key NUMBER TYPE BYTES DIGIT
write_key() { printf '%d %s HEX:%0*d\n' "$1" "$2" "$(($3 * 2))" "$4"; }

write_keys() (
    umask 077
    keys=$(write_key 1 MD5 16 11; write_key 2 SHA256 32 22; write_key 3 AES128 16 33)
    { echo "$keys"; write_key 4 MD5 16 44; } >"$LAB_DIR/server-keys"
    { echo "$keys"; write_key 4 MD5 16 55; } >"$LAB_DIR/client-keys"
)

make_certificate() (
    umask 077
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
        -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 \
        -keyout "$LAB_DIR/nts-key.pem" -out "$LAB_DIR/nts-certificate.pem" 2>/dev/null
)

# Without this the first source that is ready is selected at once, and the others stay
# uncombined for seconds; and chronyd follows now this one, now that one of the sources,
# and none at all until the next one has a sample: the states would depend on chance.
steady()
{
    echo "minsources $1"
    echo 'combinelimit 1000'
    echo 'reselectdist 1'
}

ntp_port() { echo $((LAB_BASE + 1)); }
key_port() { echo $((LAB_BASE + 2)); }
nts_port() { echo $((LAB_BASE + 3)); }
nts_key_port() { echo $((LAB_BASE + 4)); }

chronyd_port() (
    port=$((LAB_BASE + 10))
    for name in $LAB_STATES; do
        [ "$name" = "$1" ] && break
        port=$((port + 1))
    done
    echo "$port"
)
relay_port() { echo $(($(chronyd_port "$1") + 45)); }
lab_ntp_port() { echo $(($(chronyd_port "$1") + 90)); }

# The account of a state's chronyd.
chronyd_user()
{
    case $1 in
        otheruser) echo nobody ;;
        *) id -un ;;
    esac
}


# --- Processes. Each runs from the lab's own bin/ and has its pid in a file by the time
# --- that its command returns: what is ended is certain to be the lab's.

# A signal to the whole script must not come between a process and its pid file.
run_lab_program() (
    trap '' INT HUP TERM
    exec env "$@"
)

# chronyd_in DIRECTORY USER [VARIABLE=VALUE...] <directives
chronyd_in()
{
    lab_chronyd_dir=$LAB_DIR/$1
    mkdir -m 770 "$lab_chronyd_dir" && chown "$2:" "$lab_chronyd_dir" || return 1
    {
        echo "user $2"
        echo "pidfile $lab_chronyd_dir/pid"
        cat
    } >"$lab_chronyd_dir/chrony.conf"
    shift 2
    run_chronyd "$lab_chronyd_dir" "$@"
}

# run_chronyd PATH [VARIABLE=VALUE...]: the option is one word or none.
# shellcheck disable=SC2086
run_chronyd()
{
    lab_chronyd_dir=$1
    shift
    run_lab_program "$@" "$LAB_DIR/bin/chronyd" $lab_option -x \
        -f "$lab_chronyd_dir/chrony.conf" -l "$lab_chronyd_dir/log"
}

# chronyd_for STATE [VARIABLE=VALUE...] <directives: it serves whoever asks.
chronyd_for() { { printf 'allow %s\n' 127.0.0.0/8 ::1; cat; } | closed_chronyd_for "$@"; }

# closed_chronyd_for STATE [VARIABLE=VALUE...] <directives: they say whom it serves.
closed_chronyd_for()
{
    lab_for=$1
    shift
    {
        echo "bindcmdaddress $(lab_socket "$lab_for")"
        echo 'bindcmdaddress 127.0.0.1'
        echo 'bindcmdaddress ::1'
        echo "cmdport $(chronyd_port "$lab_for")"
        echo "port $(lab_ntp_port "$lab_for")"
        echo 'bindaddress 127.0.0.1'
        echo 'bindaddress ::1'
        cat
    } | chronyd_in "$lab_for" "$(chronyd_user "$lab_for")" "$@"
}

# chronyd_server_for NAME PORT <directives: it only serves time.
chronyd_server_for()
{
    {
        echo "port $2"
        echo 'allow 127.0.0.0/8'
        echo 'local stratum 1'
        echo 'cmdport 0'
        echo 'bindcmdaddress /'
        cat
    } | chronyd_in "$1-server" "$(id -un)"
}

# helper_for STATE PROGRAM [ARGUMENT...]
helper_for()
{
    lab_helper_dir=$LAB_DIR/$1-$2
    lab_program=$LAB_DIR/bin/$2
    mkdir "$lab_helper_dir" || return 1
    shift 2
    run_lab_program "$lab_program" --pidfile "$lab_helper_dir/pid" "$@"
}

ntp_server_for()
{
    lab_for=$1
    shift
    helper_for "$lab_for" ntp_server --port "$(ntp_port)" "$@"
}

# relay_for STATE [OPTION...]
relay_for()
{
    lab_for=$1
    shift
    helper_for "$lab_for" udp_relay --listen "127.0.0.1:$(relay_port "$lab_for")" \
        --target "127.0.0.1:$(chronyd_port "$lab_for")" "$@"
}

pid_of() { cat "$LAB_DIR/$1/pid"; }

runs()
{
    case $(readlink "/proc/$1/exe") in
        "$LAB_DIR"/bin/*) return 0 ;;
        *) return 1 ;;
    esac
}

is_gone() { ! runs "$1"; }

is_stopped() { grep -q '^State:[[:space:]]*T' "/proc/$1/status"; }

# Stopped processes need SIGCONT to see the SIGTERM.
ask_to_end()
{
    runs "$1" || return 0
    kill -CONT "$1" 2>/dev/null
    kill -TERM "$1" 2>/dev/null
}

end_process()
{
    ask_to_end "$1"
    wait_until is_gone "$1" || kill -KILL "$1"
}

recorded_pids() { cat "$LAB_DIR"/*/pid 2>/dev/null; }

end_processes()
{
    lab_pids=$(recorded_pids)
    for lab_pid in $lab_pids; do
        ask_to_end "$lab_pid"
    done
    for lab_pid in $lab_pids; do
        end_process "$lab_pid"
    done
}


# --- What chronyc says

# The option is two words or none.
# shellcheck disable=SC2086
run_chronyc() { "$lab_chronyc" $lab_chronyc_option -n -c "$@" 2>&1; }

ask() { run_chronyc -h 127.0.0.1 -p "$(chronyd_port "$1")" "$2"; }
# What chronyd tells only there.
ask_socket() { run_chronyc -h "$(lab_socket "$1")" "$2"; }

flags() { ask "$1" sources | cut -d, -f2 | LC_ALL=C sort | tr -d '\n'; }
reaches() { ask "$1" sources | cut -d, -f6 | sort -u; }
leap() { ask "$1" tracking | cut -d, -f14; }
skew() { ask "$1" tracking | cut -d, -f10 | cut -d. -f1; }

# server_count STATE COLUMN: 1 NTP requests received, 2 dropped, 5 records of clients dropped.
server_count() { ask_socket "$1" serverstats | cut -d, -f"$2"; }

flags_are() { [ "$(flags "$1")" = "$2" ]; }
synchronised() { flags_are "$1" "$2" && [ "$(leap "$1")" = Normal ]; }
is_without_sources() { flags_are "$1" "$2" && [ "$(reaches "$1")" = 0 ]; }
has_counted() { [ "$(server_count "$1" "$2")" -ge "$3" ] 2>/dev/null; }


# --- Waiting

centiseconds() (
    read -r uptime _ </proc/uptime
    echo "${uptime%.*}${uptime#*.}"
)

microseconds() { echo $(($(date +%s%N) / 1000)); }

# shortest COMMAND [ARGUMENT...]: of eleven runs, in microseconds: a busy machine only adds
# to them.
shortest()
{
    lab_runs=11
    while [ "$lab_runs" -gt 0 ]; do
        lab_begun=$(microseconds)
        "$@" >/dev/null
        echo $(($(microseconds) - lab_begun))
        lab_runs=$((lab_runs - 1))
    done | sort -n | sed -n 1p
}

# wait_until COMMAND [ARGUMENT...]
wait_until() (
    deadline=$(($(centiseconds) + lab_seconds_for_a_state * 100))
    until "$@"; do
        [ "$(centiseconds)" -lt "$deadline" ] || return 1
        sleep 0.03
    done
)

wait_for_state()
{
    wait_until "ready_$1" || return 1
    ! command -v "then_$1" >/dev/null || "then_$1"
}

explain_failure()
{
    {
        echo "lab: the state $1 did not come; chronyc sources, and the end of chronyd's log:"
        ask "$1" sources
        tail -n 15 "$LAB_DIR/$1/log"
    } >&2
}


# --- Finding programs

lab_says() { echo "lab: $*" >&2; }

find_chronyd() (
    PATH=$PATH:/usr/sbin:/usr/local/sbin
    command -v "${CHRONYD:-chronyd}"
)

find_chronyc() (
    beside=$(dirname "$1")
    for candidate in "${CHRONYC:-}" "$beside/../bin/chronyc" "$beside/chronyc" chronyc; do
        [ -n "$candidate" ] && command -v "$candidate" && return
    done
)

# As root a newer chronyc becomes a user whom an unpacked package has not made.
find_chronyc_option()
{
    lab_chronyc_option=
    case $("$lab_chronyc" --help 2>&1) in
        *'-u USER'*) lab_chronyc_option="-u $(id -un)" ;;
    esac
}

# chronyd_is_at_least MAJOR MINOR: one without a number is under development.
chronyd_is_at_least() (
    version=$("$lab_chronyd" --version |
        sed -n 's/.*version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p')
    [ -z "$version" ] || [ $((${version% *} * 100 + ${version#* })) -ge $(($1 * 100 + $2)) ]
)

chronyd_has() { "$lab_chronyd" --version | grep -q -e "+$1\>"; }

find_faketime() (
    for library in /usr/lib/*/faketime /usr/lib64/faketime /usr/lib/faketime; do
        library=$library/libfaketime.so.1
        [ -r "$library" ] && echo "$library" && return
    done
)

# as_nobody COMMAND [ARGUMENT...]: only root can.
as_nobody()
{
    setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups "$@"
}

# Lets the account nobody pass through the lab's directory; false where it cannot get there.
lab_admit_nobody()
{
    chmod 711 "$LAB_DIR" && as_nobody test -x "$LAB_DIR/bin" 2>/dev/null
}

has_ipv6() { [ -d "$LAB_DIR/ipv6-ntp_server" ]; }

install_helper()
{
    lab_compiled=${LAB_HELPERS:-$LAB_SOURCE}/$1
    if [ -x "$lab_compiled" ]; then
        cp "$lab_compiled" "$LAB_DIR/bin/$1"
    else
        # CC may hold options too.
        # shellcheck disable=SC2086
        ${CC:-cc} -o "$LAB_DIR/bin/$1" "$LAB_SOURCE/$1.c" "$LAB_SOURCE/helper.c"
    fi
}

# Distributions confine /usr/sbin/chronyd (AppArmor, SELinux): a copy may read our files.
install_programs()
{
    mkdir "$LAB_DIR/bin" && cp "$1" "$LAB_DIR/bin/chronyd" || return 1
    for lab_helper in port_guard ntp_server ntp_clients sock_refclock udp_relay; do
        install_helper "$lab_helper" || return 1
    done
    "$LAB_DIR/bin/chronyd" --version >/dev/null 2>&1 && return
    lab_says "cannot run programs in $LAB_DIR; set TMPDIR to another directory"
    return 1
}


# --- The lab as a whole

make_lab_dir()
{
    lab_parent=$(cd "${TMPDIR:-/tmp}" && pwd -P) || return 1
    # chrony.conf knows no quotes, and the path of a Unix socket has at most 107 characters.
    case $lab_parent in
        *[!A-Za-z0-9/._+-]* | ????????????????????????????????????????????????????????????????*)
            lab_says "TMPDIR ($lab_parent) must be short, and without spaces"
            return 1
            ;;
    esac
    LAB_DIR=$(mktemp -d "$lab_parent/chrony-lab.XXXXXX")
}

start_upstream()
{
    ntp_server_for upstream \
        --bind 127.0.0.1,127.0.0.11,127.0.0.12,127.0.0.13,127.0.0.14,127.0.0.15 || return 1
    ntp_server_for ipv6 --bind ::1 2>/dev/null || rmdir "$LAB_DIR/ipv6-ntp_server"
}

lab_open()
{
    lab_chronyd=$(find_chronyd)
    lab_chronyc=$(find_chronyc "$lab_chronyd")
    if [ -z "$lab_chronyd" ] || [ -z "$lab_chronyc" ]; then
        lab_says 'there is no chronyd with its chronyc: install chrony, or set CHRONYD'
        return "$lab_not_available"
    fi
    find_chronyc_option
    lab_option=-U
    [ "$(id -u)" -ne 0 ] || lab_option=
    lab_lacking=
    make_lab_dir && install_programs "$lab_chronyd" || return 1
    LAB_BASE=$(helper_for lab port_guard) && start_upstream
}

has_word() { case " $1 " in *" $2 "*) ;; *) return 1 ;; esac; }
is_state() { has_word "$LAB_STATES" "$1"; }
lab_lacks() { has_word "$lab_lacking" "$1"; }

lab_suits() { ! command -v "suits_$1" >/dev/null || "suits_$1"; }

suited_states()
{
    for lab_state in $LAB_STATES; do
        ! lab_suits "$lab_state" || echo "$lab_state"
    done
}

try_start()
{
    lab_suits "$1" || return "$lab_not_available"
    "start_$1"
}

start_state()
{
    is_state "$1" || { lab_says "there is no state '$1'"; return 1; }
    try_start "$1" && return
    [ $? -eq "$lab_not_available" ] || { lab_says "cannot start $1"; return 1; }
    lab_lacking="$lab_lacking $1"
}

lab_need()
{
    case $1 in
        leap*) echo faketime ;;
        nts | untrusted) echo 'openssl, and chronyd 4.1 or newer with NTS' ;;
        opencmds) echo 'chronyd 4.7 or newer' ;;
        otheruser) echo 'root, and a TMPDIR that everybody may enter' ;;
        *) echo ::1 ;;
    esac
}

# All states are started first, so that they come at the same time.
lab_up()
{
    for lab_state in "$@"; do
        start_state "$lab_state" || return 1
    done
    for lab_state in "$@"; do
        lab_lacks "$lab_state" || wait_for_state "$lab_state" ||
            { explain_failure "$lab_state"; return 1; }
    done
}

lab_port()
{
    case $1 in
        denied | ratelimit) relay_port "$1" ;;
        *) chronyd_port "$1" ;;
    esac
}

lab_socket() { echo "$LAB_DIR/$1/sock"; }

lab_clients()
{
    lab_received=$(($(server_count "$1" 1) + $3 * $4))
    lab_for=$1
    lab_first=$2
    lab_count=$3
    lab_packets=$4
    shift 4
    "$LAB_DIR/bin/ntp_clients" --server "127.0.0.1:$(lab_ntp_port "$lab_for")" \
        --first "$lab_first" --clients "$lab_count" --packets "$lab_packets" "$@" &&
        wait_until has_counted "$lab_for" 1 "$lab_received"
}

lab_restart()
{
    end_process "$(pid_of "$1")" && run_chronyd "$LAB_DIR/$1" && wait_until "ready_$1"
}

lab_close()
{
    [ -n "${LAB_DIR:-}" ] || return 0
    end_processes
    rm -rf "$LAB_DIR"
    LAB_DIR=
}

lab_close_on_exit()
{
    trap lab_close EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 141' PIPE
    trap 'exit 143' TERM
}


# --- As a command

print_state()
{
    if lab_lacks "$1"; then
        lab_says "$1 is not available: it needs $(lab_need "$1")"
    else
        echo "$1 udp 127.0.0.1:$(lab_port "$1") unix $(lab_socket "$1") dir $LAB_DIR/$1"
    fi
}

command_up()
{
    lab_close_on_exit
    lab_open || return
    # The names of states are words.
    # shellcheck disable=SC2046
    [ $# -gt 0 ] || set -- $(suited_states)
    lab_up "$@" || return
    echo "$LAB_SOURCE" >"$LAB_DIR/left-running"
    for lab_state in "$@"; do
        print_state "$lab_state"
    done
    trap - EXIT
    [ -z "$lab_lacking" ] || return "$lab_not_available"
}

was_left_by_me()
{
    [ "$(cat "$1/left-running" 2>/dev/null)" = "$LAB_SOURCE" ] &&
        [ "$(stat -c %u "$1")" = "$(id -u)" ]
}

command_down()
{
    lab_parent=$(cd "${TMPDIR:-/tmp}" && pwd -P) || return 1
    for LAB_DIR in "$lab_parent"/chrony-lab.*; do
        ! was_left_by_me "$LAB_DIR" || lab_close
    done
}

lab_main()
{
    LAB_SOURCE=$(cd "$(dirname "$0")" && pwd) || return 1
    lab_command=${1:-}
    [ $# -eq 0 ] || shift
    case $lab_command in
        up) command_up "$@" ;;
        down) command_down ;;
        list) echo "$LAB_STATES" | tr ' ' '\n' ;;
        *) lab_says "usage: $0 up [STATE...] | down | list"; return 2 ;;
    esac
}

case ${0##*/} in
    lab.sh) lab_main "$@" ;;
esac
