#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What contrib/chrony offers an operator. Each chrony.conf is read and run by a real
# chronyd, where names, ports and directories are the lab's, and no other word is changed;
# NTS and keys are real, too. The other files are used as they are meant to be.
#
# Environment: PLUGIN_DIR (default: ./plugins), top_builddir (default: the current
# directory), and what lab/lab.sh takes.
set -u
top=${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
plugin_dir=$(cd "${PLUGIN_DIR:-./plugins}" && pwd) || exit 99
LAB_SOURCE=$top/tests/lab
LAB_HELPERS=${LAB_HELPERS:-./tests/lab}
# shellcheck source=tests/lab/lab.sh
. "$LAB_SOURCE/lab.sh"
# shellcheck source=tests/lab/tap.sh
. "$LAB_SOURCE/tap.sh"

contrib=$top/contrib/chrony
configurations='server server2 client'
# shellcheck disable=SC2031 # lab.sh changes it for a subshell
PATH=$PATH:/usr/sbin:/sbin

# is_silent COMMAND [ARGUMENT...]: what it prints is wrong.
is_silent()
{
    "$@" | diagnose >"$scratch/complaints"
    cat "$scratch/complaints"
    [ ! -s "$scratch/complaints" ]
}

# quietly COMMAND [ARGUMENT...]: what it says is shown when it fails.
quietly()
{
    "$@" >"$scratch/log" 2>&1 </dev/null && return
    diagnose <"$scratch/log"
    return 1
}

refuse() { ! "$@" >/dev/null 2>&1; }

has_program() { command -v "$1" >/dev/null; }


# --- The text of a chrony.conf. A line that begins with #, and no blank after it, is an
# --- offer: it can be used as it is.

# Directives and offers that have no comment above them, in the same paragraph.
without_reason()
{
    awk '/^$/ { reason = 0 }
         /^# / { reason = 1 }
         /^#?[a-z]/ && !reason { print FILENAME ":" FNR ": " $0 }' "$1"
}

# "NUMBER MAJOR MINOR" of each offer: the line, and the release that its comment names.
offers()
{
    awk '/^# / && !comment { release = "0 0" }
         { comment = /^# / }
         match($0, /^# .*chrony [0-9]+\.[0-9]+ and later:/) {
             release = $0
             sub(/^.*chrony /, "", release)
             sub(/ and later:.*/, "", release)
             sub(/\./, " ", release)
         }
         /^#[a-z]/ { print FNR, release }' "$1"
}

# What the second server has "as on the first", and the first has not.
not_on_the_first()
{
    awk 'FILENAME ~ /server$/ { first[$0] = 1; next }
         /^$/ { same = 0 }
         /^# / { same = same || /As on the first server\./ }
         /^#?[a-z]/ && same && !($0 in first) { print FNR ": " $0 }' \
        "$contrib/chrony.conf.server" "$contrib/chrony.conf.server2"
}

# Both servers have the same "local", although the first only offers it.
are_one_group()
{
    sed -n 's/^#\{0,1\}\(local .*\)/\1/p' "$contrib/chrony.conf.server" \
        "$contrib/chrony.conf.server2" >"$scratch/local"
    [ "$(wc -l <"$scratch/local")" -eq 2 ] &&
        [ "$(sort -u "$scratch/local" | wc -l)" -eq 1 ] &&
        grep -q ' orphan\>' "$scratch/local"
}

test_texts()
{
    for name in $configurations; do
        file=$contrib/chrony.conf.$name
        expect "$name: each line has its reason" is_silent without_reason "$file"
        expect "$name: plain text" is_silent env LC_ALL=C grep -n '[^ -~]' "$file"
    done
    expect 'server2: as on the first server, where it says so' is_silent not_on_the_first
    expect 'server2: it is in an orphan group with the first' are_one_group
    for file in "$contrib"/*; do
        name=$(basename "$file" .in)
        [ "$name" = README ] || expect "README names $name" \
            grep -q -e "[^a-z.]$name\\>" "$contrib/README"
    done
}


# --- check_chrony_config finds nothing in it

# offered PATTERN <directives: these offers are taken.
offered() { sed "s/^#\\($1\\)/\\1/"; }

# What chrony.conf.server says is to be done when there is a second one.
as_first_of_two()
{
    offered 'server ntp2\|local ' <"$contrib/chrony.conf.server" |
        sed 's/^minsources 3$/minsources 1/'
}

# audits FILE [OPTION...]: not even information.
audits()
{
    audited=$1
    shift
    "$plugin_dir/check_chrony_config" --file="$audited" --strict -v "$@" \
        >"$scratch/audit" 2>&1 && [ "$(wc -l <"$scratch/audit")" -eq 1 ] && return
    diagnose <"$scratch/audit"
    return 1
}

# audits_in_time FILE: as each of the releases that bring something new to these files.
audits_in_time()
{
    for release in 4.0 4.3 4.6 4.7 4.9; do
        audits "$1" --chrony-version="$release" || return
    done
}

test_audit()
{
    for name in $configurations; do
        expect "$name: check_chrony_config finds nothing" \
            audits_in_time "$contrib/chrony.conf.$name"
    done
    as_first_of_two >"$scratch/first"
    expect 'server, with a second: check_chrony_config finds nothing' \
        audits_in_time "$scratch/first"
    offered 'bindcmdaddress\|cmdallow\|cmdratelimit' <"$contrib/chrony.conf.server" \
        >"$scratch/monitored"
    expect 'server, asked by another host: check_chrony_config finds nothing' \
        audits_in_time "$scratch/monitored"
    offered 'log \|opencommands' <"$contrib/chrony.conf.server" >"$scratch/newest"
    expect 'server, with what is newest: check_chrony_config finds nothing' \
        audits "$scratch/newest"
    echo manual >>"$scratch/newest"
    expect 'check_chrony_config sees a line that is wrong' refuse audits "$scratch/newest"
}


# --- chronyd reads it

reads() { quietly "$LAB_DIR/bin/chronyd" -p -f "$1"; }

# with_offer LINE FILE
with_offer() { sed "$1s/^#//" "$2"; }

# expect_offer FILE LINE MAJOR MINOR
expect_offer()
{
    with_offer "$2" "$1" >"$scratch/offer"
    directive=$(sed -n "$2s/^#//p" "$1")
    if chronyd_is_at_least "$3" "$4"; then
        expect "$name: chronyd reads \"$directive\"" reads "$scratch/offer"
    else
        expect "$name: chronyd before $3.$4 does not read \"$directive\"" \
            refuse reads "$scratch/offer"
    fi
}

test_reading()
{
    for name in $configurations; do
        file=$contrib/chrony.conf.$name
        expect "$name: chronyd reads it" reads "$file"
        offers "$file" >"$scratch/offers"
        while read -r line major minor; do
            expect_offer "$file" "$line" "$major" "$minor"
        done <"$scratch/offers"
    done
    echo 'clientlog' >"$scratch/wrong"
    expect 'chronyd sees a line that is wrong' refuse reads "$scratch/wrong"
}


# --- A site: two servers, a client, and one server that stands for those of the Internet

upstream_port() { echo $((LAB_BASE + 6)); }
upstream_key_port() { echo $((LAB_BASE + 7)); }
site_port() { echo $((LAB_BASE + 8)); }
other_host_port() { echo $((LAB_BASE + 9)); }

site_address()
{
    case $1 in
        server*) echo 127.0.0.51 ;;
        second*) echo 127.0.0.52 ;;
        *) echo 127.0.0.53 ;;
    esac
}

command_port()
{
    case $1 in
        server*) echo $((LAB_BASE + 95)) ;;
        second*) echo $((LAB_BASE + 96)) ;;
        *) echo $((LAB_BASE + 97)) ;;
    esac
}

make_upstream_certificate() (
    umask 077
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
        -subj /CN=localhost -keyout "$LAB_DIR/site-key.pem" \
        -out "$LAB_DIR/site-certificate.pem" -addext subjectAltName="$(
            printf 'IP:127.0.0.%d,' 11 12 13 14 | sed 's/$/IP:127.0.0.15/'
        )" 2>/dev/null
)

# It seems to be as coarse as servers far away are: two hosts that it serves, and that
# believe to be right within a microsecond, would take each other for falsetickers.
start_internet()
{
    make_upstream_certificate || return
    chronyd_server_for internet "$(upstream_port)" <<DIRECTIVES
ntsport $(upstream_key_port)
ntsserverkey $LAB_DIR/site-key.pem
ntsservercert $LAB_DIR/site-certificate.pem
ntsprocesses 0
clockprecision 1e-5
DIRECTIVES
}

# The commands in chrony.keys.example, for all its numbers.
make_keys() (
    umask 077
    sed -n 's/^#\([0-9][0-9]*\) \([A-Z0-9]*\) HEX:.*/keygen \1 \2/p' \
        "$contrib/chrony.keys.example" >"$scratch/keygen"
    while read -r command; do
        # The command is words.
        # shellcheck disable=SC2086
        "$lab_chronyc" $command || exit 1
    done <"$scratch/keygen" >"$LAB_DIR/site-keys"
    [ -s "$LAB_DIR/site-keys" ]
)

# place NAME <directives: names, networks and directories of the lab. Requests are more
# frequent.
place()
{
    awk -v site="port $(site_port) minpoll -2 maxpoll -2" -v name="$LAB_DIR/$1" \
        -v internet="port $(upstream_port) ntsport $(upstream_key_port) \
minpoll -2 maxpoll -2" -v keys="$LAB_DIR/site-keys" '
        $1 == "server" {
            if (sub("ntp1.example.net", "127.0.0.51 " site)) { print; next }
            if (sub("ntp2.example.net", "127.0.0.52 " site)) { print; next }
            $2 = "127.0.0." (11 + servers++) " " internet
        }
        $1 == "allow" && /172/ { $2 = "127.0.0.0/8" }
        $1 == "cmdallow" { $2 = "127.0.0.3" }
        $1 == "bindcmdaddress" { $2 = "127.0.0.1" }
        { sub("/var/", name "-var/"); sub("/etc/chrony.keys", keys); print }' || return
    cat <<DIRECTIVES
port $(site_port)
bindaddress $(site_address "$1")
bindaddress ::1
bindacqaddress $(site_address "$1")
bindcmdaddress $(lab_socket "$1")
cmdport $(command_port "$1")
ntstrustedcerts $LAB_DIR/site-certificate.pem
nosystemcert
DIRECTIVES
}

# start_host NAME <directives. Only root's chronyd could make the directories.
start_host()
{
    mkdir -p "$LAB_DIR/$1-var/lib/chrony" "$LAB_DIR/$1-var/log/chrony" &&
        place "$1" | chronyd_in "$1" "$(id -un)"
}

end_host() { end_process "$(pid_of "$1")"; }

# run_plugin NAME PLUGIN [OPTION...]: over UDP.
run_plugin()
{
    host=$1
    plugin=$2
    shift 2
    "$plugin_dir/check_chrony_$plugin" -H 127.0.0.1 -p "$(command_port "$host")" "$@" \
        >"$scratch/output" 2>&1
}

has_good_sources() { run_plugin "$1" sources -w '~:' -c "$2:"; }

# Until chronyd knows the rate of the clock, its error grows without end.
is_well()
{
    has_good_sources "$1" "$2" && run_plugin "$1" health --skew-ppm-critical=100
}

# shows NAME PLUGIN STATUS TEXT
shows()
{
    run_plugin "$1" "$2"
    [ $? -eq "$3" ] && grep -q -e "$4" "$scratch/output"
}

# explained DESCRIPTION NAME COMMAND [ARGUMENT...]: a failure has the host's log.
explained()
{
    description=$1
    host=$2
    shift 2
    expect "$description" "$@" && return
    { cat "$scratch/output"; tail -n 30 "$LAB_DIR/$host/log"; } | diagnose
}

answers_over_udp() { run_plugin "$1" "$2"; }
answers_over_socket()
{
    "$plugin_dir/check_chrony_$2" -S "$(lab_socket "$1")" >"$scratch/output" 2>&1
}

# What is wrong in the lab alone: it runs as whoever runs it, and cannot set the clock.
complaints()
{
    grep -i -e fatal -e 'could not' -e fail -e missing -e wrong -e invalid -e short \
        -e 'not ' -e disabled -e readable -e expire "$LAB_DIR/$1/log" |
        grep -v -e 'Disabled control of system clock' -e 'Running with root privileges'
}

# expect_host NAME SOURCES: it comes to be well, with so many sources, and says so.
expect_host()
{
    explained "$1: all of its $2 sources are good" "$1" wait_until is_well "$1" "$2"
    for plugin in health sync offset stratum leap sources; do
        explained "$1: $plugin is OK over UDP" "$1" \
            wait_until answers_over_udp "$1" "$plugin"
        explained "$1: $plugin is OK over the socket" "$1" \
            wait_until answers_over_socket "$1" "$plugin"
    done
    expect "$1: chronyd does not complain" is_silent complaints "$1"
}

test_one_server()
{
    start_host server <"$contrib/chrony.conf.server" ||
        bail_out 'the server does not start'
    expect_host server 5
    test_rotation server
    end_host server
}

# All questions of several runs, one after the other, are answered to another address than
# 127.0.0.1.
answers_another_host()
{
    for plugin in health sync offset stratum leap sources health; do
        "$plugin_dir/check_chrony_$plugin" -H 0.0.0.0 -p "$(other_host_port)" -t 2 \
            >"$scratch/output" 2>&1 || return
    done
}

test_monitored_server()
{
    offered 'bindcmdaddress\|cmdallow\|cmdratelimit' <"$contrib/chrony.conf.server" |
        start_host server-monitored || bail_out 'the monitored server does not start'
    helper_for server-monitored udp_relay --source 127.0.0.3 \
        --listen "127.0.0.1:$(other_host_port)" \
        --target "127.0.0.1:$(command_port server)" || bail_out 'no relay'
    expect_host server-monitored 5
    explained 'a server that another host may ask: it answers all' server-monitored \
        wait_until answers_another_host
    end_host server-monitored
}

# The reports that only its socket gives by default. 501 is "not authorised".
gives_reports()
{
    for report in ntpdata selectdata authdata serverstats; do
        # The option is two words or none.
        # shellcheck disable=SC2086
        "$lab_chronyc" $lab_chronyc_option -n -h 127.0.0.1 -p "$(command_port server)" \
            "$report" >"$scratch/output" 2>&1 || return
    done
}

test_open_server()
{
    chronyd_is_at_least 4 7 || return 0
    offered opencommands <"$contrib/chrony.conf.server" | start_host server-open ||
        bail_out 'the open server does not start'
    expect_host server-open 5
    explained 'a server with opencommands: it gives all reports' server-open gives_reports
    end_host server-open
}

start_site()
{
    as_first_of_two | cat - "${2:-/dev/null}" | start_host "server$1" &&
        cat "$contrib/chrony.conf.server2" "${2:-/dev/null}" | start_host "second$1" &&
        start_host "client$1" <"$contrib/chrony.conf.client"
}

end_site()
{
    for role in server second client; do
        end_host "$role$1"
    done
}

test_site()
{
    start_site -a || bail_out 'the site does not start'
    expect_host server-a 6
    expect_host second-a 6
    expect_host client-a 4
    test_loss
    end_site -a
}

# From chrony 4.7 on, an orphan waits for five minutes.
impatience()
{
    ! chronyd_is_at_least 4 7 ||
        echo 'local stratum 10 orphan distance 0.5 waitunsynced 0'
}

is_alarmed()
{
    ! run_plugin "$1" health && grep -q unreachable "$scratch/output"
}

test_loss()
{
    end_process "$(pid_of internet-server)"
    for host in server-a second-a client-a; do
        explained "$host: the loss of the other sources is an alarm" "$host" \
            wait_until is_alarmed "$host"
    done
}

# A start without any source: one server leads, the other follows it, and so does the
# client; none of them is called well.
test_outage()
{
    impatience >"$scratch/impatience"
    start_site -b "$scratch/impatience" || bail_out 'the site does not start again'
    explained 'outage: the first server leads, and is CRITICAL' server-b \
        wait_until shows server-b stratum 2 'stratum 10\>'
    explained 'outage: the second follows it, and is CRITICAL' second-b \
        wait_until shows second-b stratum 2 'stratum 11\>'
    explained 'outage: the client follows them, and is CRITICAL' client-b \
        wait_until shows client-b stratum 2 'stratum 1[12]\>'
    explained 'outage: the first server still leads' server-b \
        shows server-b sync 2 'local reference'
    end_site -b
}


# --- chrony.keys.example

# loads FILE: chronyd with that file, and a source with key 1.
loads()
{
    rm -rf "$LAB_DIR/keys"
    printf '%s\n' "keyfile $1" 'server 127.0.0.1 port 9 key 1' 'port 0' 'cmdport 0' |
        chronyd_in keys "$(id -un)" || return
    end_host keys
}

log_of_keys() { grep -e ' key ' -e 'Key ' "$LAB_DIR/keys/log" | sed 's/^[^ ]* //'; }

has_no_key()
{
    loads "$1" && [ "$(log_of_keys)" = 'Key 1 is missing' ]
}

# Each of its lines is refused.
has_no_usable_key()
{
    loads "$1" && log_of_keys >"$scratch/refused" &&
        [ "$(grep -c 'Could not decode key' "$scratch/refused")" -eq 4 ] &&
        grep -qx 'Key 1 is missing' "$scratch/refused"
}

test_keys()
{
    (umask 077; cat "$contrib/chrony.keys.example" >"$scratch/keys")
    expect 'chrony.keys.example: chronyd reads it, and has no key' \
        has_no_key "$scratch/keys"
    sed -i 's/^#\([0-9]\)/\1/' "$scratch/keys"
    expect 'chrony.keys.example: without the # of a line, there still is none' \
        has_no_usable_key "$scratch/keys"
}


# --- chrony.logrotate

# logrotate for the logs, the socket and the chronyc of a host of the lab.
place_rotation()
{
    sed -e "s|/var/log/chrony|$LAB_DIR/$1-var/log/chrony|" \
        -e "s|/run/chrony/chronyd.sock|$2|" \
        -e "s|/usr/bin/chronyc|$lab_chronyc $lab_chronyc_option -h $2|" \
        "$contrib/chrony.logrotate" >"$scratch/chrony.logrotate"
}

run_logrotate()
{
    quietly logrotate -s "$scratch/logrotate.state" "$@" "$scratch/chrony.logrotate"
}

faults_of_logrotate() { grep -i -e error -e ignoring -e insecure "$scratch/log"; }

has_logs() { [ -s "$1/measurements.log$2" ] && [ -s "$1/tracking.log$2" ]; }

test_rotation()
{
    has_program logrotate || { skip 'chrony.logrotate' 'there is no logrotate'; return; }
    logs=$LAB_DIR/$1-var/log/chrony
    place_rotation "$1" "$(lab_socket "$1")"
    explained "$1: it writes its logs" "$1" wait_until has_logs "$logs" ''
    expect 'chrony.logrotate: logrotate reads it' run_logrotate -d
    expect 'chrony.logrotate: and finds no fault' is_silent faults_of_logrotate
    expect 'chrony.logrotate: logrotate does it' run_logrotate -f
    expect 'chrony.logrotate: the logs are renamed' has_logs "$logs" .1
    expect 'chrony.logrotate: chronyd begins new ones' wait_until has_logs "$logs" ''
    expect 'chrony.logrotate: once more' run_logrotate -f
    expect 'chrony.logrotate: the older ones are compressed' has_logs "$logs" .2.gz
    place_rotation "$1" "$LAB_DIR/nothing"
    expect 'chrony.logrotate: without chronyd, nobody is told' run_logrotate -f
    sed -i "s|-S $LAB_DIR/nothing|-d $LAB_DIR|" "$scratch/chrony.logrotate"
    echo line >>"$logs/tracking.log"
    expect 'chrony.logrotate: chronyc that fails is an error' refuse run_logrotate -f
}


# --- chrony.nft

in_private_net() { "$LAB_DIR/bin/private_net" "$@"; }

# loads_rules: twice, as when they have been changed.
loads_rules()
{
    quietly in_private_net sh -c "nft -f '$1' && nft -f '$1' &&
        nft list table inet chrony"
}

test_rules()
{
    has_program nft || { skip 'chrony.nft' 'there is no nft'; return; }
    install_helper private_net || bail_out 'no helper'
    if ! in_private_net nft list tables >"$scratch/log" 2>&1; then
        echo "# chrony.nft: not tested: $(cat "$scratch/log")"
        return
    fi
    expect 'chrony.nft: nft takes it, also again' loads_rules "$contrib/chrony.nft"
    networks_of 'elements = {\([^}]*\)}' "$contrib/chrony.nft" >"$scratch/found"
    networks_of '^allow \(.*\/.*\)' "$contrib/chrony.conf.server" >"$scratch/expected"
    expect 'chrony.nft: the networks of chrony.conf.server' \
        cmp "$scratch/expected" "$scratch/found"
}

# networks_of PATTERN FILE
networks_of()
{
    sed -n "s/^[[:space:]]*//; s/$1.*/\\1/p" "$2" | tr -d , | xargs -n 1 | sort
}


# --- chrony-config-backup

secret=chrony-config-backup-must-not-copy-this

# put MODE FILE TEXT
put()
{
    mkdir -p "$(dirname "$root/$2")" && echo "$3" >"$root/$2" && chmod "$1" "$root/$2"
}

make_root()
{
    root=$scratch/root
    copies=$scratch/copies
    put 644 etc/chrony.conf 'server ntp1.example.net' &&
        put 640 etc/chrony.keys "1 $secret" &&
        put 644 'etc/chrony/conf.d/a name.conf' 'port 0' &&
        put 644 etc/chrony/old.keys "1 $secret" && put 600 etc/chrony/nts.key "$secret" &&
        put 644 etc/chrony/closed/file "$secret" && chmod 750 "$root/etc/chrony/closed" &&
        ln -s conf.d/b "$root/etc/chrony/link" &&
        put 600 etc/sysconfig/chronyd "$secret" && put 644 etc/passwd "$secret" &&
        put 644 srv/more.conf 'allow 127.0.0.1'
}

# shellcheck disable=SC2120 # expect gives it arguments
back_up() { quietly "$contrib/chrony-config-backup" -r "$root" "$copies" "$@"; }

copy() { echo "$copies/chrony-config-$1.tar"; }

holds()
{
    printf '%s\n' "$@" >"$scratch/expected"
    tar -tf "$(copy 000001)" >"$scratch/found"
    cmp -s "$scratch/expected" "$scratch/found" && return
    diff "$scratch/expected" "$scratch/found" | diagnose
    return 1
}

# Also not by another name, or in what is said.
holds_no_secret() { ! grep -q "$secret" "$copies"/* "$scratch/log"; }

says() { grep -q -e "$1" "$scratch/log"; }

is_private() { [ "$(stat -c %a "$1")" = "$2" ]; }

# Nothing else either.
has_copies() { [ "$(cd "$copies" && echo *)" = "$*" ]; }

restores()
{
    mkdir "$scratch/restored" || return
    tar -C "$scratch/restored" -xpf "$(copy 000001)" || return
    (cd "$scratch/restored" && find . ! -type d) | while IFS= read -r name; do
        [ "$(state_of "$scratch/restored/$name")" = "$(state_of "$root/$name")" ] ||
            echo "$name"
    done >"$scratch/differ"
    [ ! -s "$scratch/differ" ]
}

# Type, mode, owner, time of change, and contents.
state_of() { stat -c '%F %a %u %g %Y' "$1"; readlink "$1" || cat "$1"; }

change_often()
{
    for change in 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 \
        29 30 31 32; do
        # shellcheck disable=SC2119 # see back_up
        { put 644 etc/chrony.conf "$change" && back_up; } || return
    done
}

# The last 30 of 32.
has_the_newest()
{
    [ "$(find "$copies" -mindepth 1 | wc -l)" -eq 30 ] && [ ! -e "$(copy 000002)" ] &&
        [ -s "$(copy 000003)" ] &&
        [ "$(tar -xOf "$(copy 000032)" etc/chrony.conf)" = 32 ]
}

test_backup()
{
    make_root || bail_out 'no files to back up'
    expect 'backup: it runs' back_up
    expect 'backup: what everybody may read is in it' \
        holds etc/chrony.conf 'etc/chrony/conf.d/a name.conf' etc/chrony/link
    expect 'backup: no secret is in it' holds_no_secret
    expect 'backup: it says what is left out' says 'left out.*: etc/chrony.keys '\
'etc/chrony/closed etc/chrony/nts.key etc/chrony/old.keys etc/sysconfig/chronyd'
    expect 'backup: the copy is for its owner' is_private "$(copy 000001)" 600
    expect 'backup: so is its directory' is_private "$copies" 700
    expect 'backup: it restores' restores
    expect 'backup: nothing has changed' back_up
    expect 'backup: nothing is copied' has_copies chrony-config-000001.tar
    expect 'backup: a further path' back_up /srv/more.conf
    expect 'backup: it is in the next copy' \
        has_copies chrony-config-000001.tar chrony-config-000002.tar
    expect 'backup: a further path that is not there is an error' refuse back_up nowhere
    expect 'backup: many changes' change_often
    expect 'backup: the newest 30 stay' has_the_newest
    chmod 600 "$root/etc/chrony.conf"
    expect 'backup: without a chrony.conf that it may copy it fails' refuse back_up
    expect 'backup: it leaves the copies as they were' has_the_newest
    expect 'backup: no directory is a usage error' refuse "$contrib/chrony-config-backup"
}


# --- The units

# verify UNIT
verify()
{
    quietly systemd-analyze verify --man=no --recursive-errors=no "$scratch/units/$1" &&
        [ ! -s "$scratch/log" ]
}

is_exposed_at_most()
{
    quietly systemd-analyze security --offline=yes --no-pager --threshold="$1" \
        "$scratch/units/$2"
}

test_units()
{
    case $(systemd-analyze --help 2>&1) in
        *--recursive-errors*--offline* | *--offline*--recursive-errors*) ;;
        *) skip 'the units' 'there is no systemd-analyze that is new enough'; return ;;
    esac
    mkdir "$scratch/units" && cp "$contrib/chrony-config-backup.timer" "$scratch/units/"
    sed "s|@pkglibexecdir@|$contrib|" "$contrib/chrony-config-backup.service.in" \
        >"$scratch/units/chrony-config-backup.service"
    for unit in service timer; do
        expect "chrony-config-backup.$unit has no fault" \
            verify "chrony-config-backup.$unit"
    done
    expect 'chrony-config-backup.service: exposure at most 0.4' \
        is_exposed_at_most 4 chrony-config-backup.service
    sed -i 's|/chrony-config-backup |/nowhere |' \
        "$scratch/units/chrony-config-backup.service"
    expect 'a program that is not there is a fault' \
        refuse verify chrony-config-backup.service
}


# --- Start

close_all()
{
    lab_close
    rm -rf "$scratch"
}

# The states are not the lab's own, but its chronyd, its ports and its helpers are.
open_lab()
{
    lab_open
    opened=$?
    [ "$opened" -eq 0 ] || [ "$opened" -eq 77 ] || bail_out 'the lab does not open'
    return "$opened"
}

test_hosts()
{
    suits_nts || { echo "# the files at work: not tested: it needs chronyd 4.1 or newer with NTS"; return; }
    has_program openssl || { skip 'the files at work' 'there is no openssl'; return; }
    make_keys || bail_out 'no keys'
    start_internet || bail_out 'no server of the Internet'
    test_one_server
    test_monitored_server
    test_open_server
    test_site
    test_outage
}

scratch=$(mktemp -d) || exit 99
lab_close_on_exit
trap close_all EXIT
test_texts
test_audit
test_backup
test_units
if open_lab; then
    test_reading
    test_keys
    test_rules
    test_hosts
else
    skip 'the files under a chronyd' 'there is no chronyd'
fi
finish
