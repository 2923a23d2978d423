#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# check_chrony_ntp against the time servers of others, ntpsec and openntpd: synchronised or
# not, over both families, with keys and NTS, and a kiss-o'-death. They want port 123, so
# they get a network that is loopback alone; and they may not set the clock.
#
# Unpacks: ntpsec openntpd
# Installs: libcap2 libbsd0 netbase

engines=$(cd "$(dirname "$0")" && pwd) || exit 1
# shellcheck source=tests/engines/engines.sh
. "$engines/engines.sh"


# --- Inside the network. What the plugin says goes to files, and is judged outside.

# Bit 25 of the capabilities is the right to set the clock.
cannot_set_clock()
{
    for set in Eff Bnd; do
        capabilities=$(sed -n "s/^Cap$set:[[:space:]]*//p" /proc/self/status)
        [ $((0x$capabilities >> 25 & 1)) -eq 0 ] || return 1
    done
}

# What a package would make when it is installed.
make_room()
{
    {
        cat /etc/passwd
        echo "ntpd:x:$(id -u nobody):$(id -g nobody)::/run/openntpd:/bin/false"
    } >"$work/passwd" &&
        mount --bind "$work/passwd" /etc/passwd && mount -t tmpfs none /var/lib &&
        mkdir -p /run/openntpd /var/lib/openntpd/run /var/lib/openntpd/db
}

# start_server NAME COMMAND...: as root, for the port; it runs from its own directory.
start_server()
{
    server=$1
    shift
    LD_PRELOAD=$work/hasty_clock.so "$@" >"$work/$server.log" 2>&1 </dev/null &
    echo $! >"$work/$server.pid"
}

# ask RESULT [OPTION...]
ask_ntp()
{
    answer=$work/answers/$1
    shift
    "$work/real/check_chrony_ntp" "$@" >"$answer.out" 2>&1
    echo $? >"$answer.status"
}

# Over IPv6, where nobody counts.
answers_with()
{
    ask_ntp try -H ::1
    grep -q -e "$1" "$work/answers/try.out"
}

# The last of them only the plugin has.
write_keys()
{
    cat >"$work/keys" <<'END'
1 MD5 ntpsecmd5key
2 SHA1 0123456789abcdef0123456789abcdef01234567
3 AES-128 000102030405060708090a0b0c0d0e0f
4 SHA1 another
END
    cat >"$work/client-keys" <<'END'
1 MD5 ASCII:ntpsecmd5key
2 SHA1 HEX:0123456789abcdef0123456789abcdef01234567
3 AES128 HEX:000102030405060708090a0b0c0d0e0f
4 SHA1 ASCII:wrong
5 SHA256 ASCII:wrong
END
    chmod 600 "$work/keys" "$work/client-keys"
}

# ask_with_key NAME KEY
ask_with_key() { ask_ntp "$1" --keyfile="$work/client-keys" --key="$2"; }

# It synchronises after some answers of its server.
ask_openntpd()
{
    printf 'listen on 127.0.0.1\nlisten on ::1\nserver 127.0.0.9\n' >"$work/openntpd.conf"
    start_server openntpd "$work/openntpd/usr/sbin/ntpd" -d -f "$work/openntpd.conf" \
        -p "$work/openntpd.own-pid"
    wait_until answers_with 'is not synchronised'
    ask_ntp openntpd-early
    wait_until answers_with ' OK '
    ask_ntp openntpd --both-families
    ask_with_key openntpd-key 1
    stop openntpd
}

# Without another server it becomes the head of its orphans, of stratum 5. It answers some
# twenty requests in a row, then with a kiss-o'-death for a while.
ask_ntpsec()
{
    cat >"$work/ntpsec.conf" <<END
interface ignore wildcard
interface listen 127.0.0.1
interface listen ::1
tos orphan 5 orphanwait 1
restrict default kod limited
restrict ::1
keys $work/keys
trustedkey 1 2 3 4
nts enable
nts mintls TLS1.3
nts key $work/certificates/good.key
nts cert $work/certificates/good.pem
nts cookie $work/ntpsec-cookies
END
    start_server ntpsec "$work/ntpsec/usr/sbin/ntpd" -n -c "$work/ntpsec.conf" \
        -l "$work/ntpsec.own-log" -p "$work/ntpsec.own-pid"
    wait_until answers_with ' OK '
    ask_ntp ntpsec --both-families
    ask_ntp ntpsec-nts -H 127.0.0.1 --nts --trusted-certs="$work/certificates/ca.pem"
    for key in 1 2 3 4 5; do
        ask_with_key "ntpsec-key-$key" "$key"
    done
    "$LAB_DIR/bin/ntp_clients" --server 127.0.0.1:123 --first 127.0.0.1 --clients 1 \
        --packets 25
    ask_ntp kiss
    stop ntpsec
}

ask_inside()
{
    cannot_set_clock || { echo 'the clock could be set'; return 1; }
    make_room || return
    write_keys
    "$LAB_DIR/bin/ntp_server" --pidfile "$LAB_DIR/others/pid" --bind 127.0.0.9 --port 123 \
        --stratum 2 || return
    ask_openntpd
    ask_ntpsec
    end_process "$(pid_of others)"
}


# --- Outside

says()
{
    [ "$(cat "$work/answers/$1.status")" = "$2" ] &&
        grep -q -e "$3" "$work/answers/$1.out"
}

# expect_answer DESCRIPTION RESULT STATUS TEXT
expect_answer()
{
    expect "$1" says "$2" "$3" "$4" && return
    { cat "$work/answers/$2.out"; tail -n 20 "$work"/*.log "$work"/*.own-log; } 2>&1 | diagnose
}

# Each has a program of the same name: they are unpacked again, apart.
unpack_apart()
{
    for server in ntpsec openntpd; do
        dpkg-deb -x "$work/debs/$server"_*.deb "$work/$server" || return
    done
}

make_hasty_clock()
{
    # CC may hold options, too.
    # shellcheck disable=SC2086
    ${CC:-cc} -std=c11 -D_GNU_SOURCE -shared -fPIC -o "$work/hasty_clock.so" \
        "$engines/hasty_clock.c" -ldl
}

run_inside()
{
    as_root env "CC=${CC:-cc}" \
        setpriv --bounding-set -sys_time --inh-caps -sys_time \
        "$LAB_DIR/bin/private_net" sh "$engines/$(basename "$0")" --inside "$work" "$LAB_DIR"
}

if [ "${1:-}" = --inside ]; then
    work=$2
    LAB_DIR=$3
    ask_inside
    exit
fi
open_engine dead
unpack_apart || bail_out 'the packages cannot be unpacked'
make_hasty_clock || bail_out 'no compiler'
install_helper private_net || bail_out 'no helper'
mkdir "$work/answers" "$work/certificates" "$LAB_DIR/others" || bail_out 'no directory'
"$build/tests/make_certificates" "$work/certificates" || bail_out 'no certificates'
as_root true || bail_out 'root, or sudo without a password, must start the servers'
expect 'the servers run, and cannot set the clock' run_inside
expect_answer 'openntpd, not synchronised yet: CRITICAL' openntpd-early 2 \
    '127\.0\.0\.1 port 123 is not synchronised and has no time to offer'
expect_answer 'openntpd: OK over both families' openntpd 0 \
    'OK - clock is .* 127\.0\.0\.1 over IPv4 and .* ::1 over IPv6 | offset='
expect_answer 'openntpd: its stratum' openntpd 0 ' stratum=3;'
expect_answer 'ntpsec: OK over both families' ntpsec 0 \
    'OK - clock is .* 127\.0\.0\.1 over IPv4 and .* ::1 over IPv6 | offset='
expect_answer 'ntpsec: its stratum' ntpsec 0 ' stratum=5;'
expect_answer 'openntpd, which knows no keys: not authenticated' openntpd-key 2 \
    'reply from .* is not authenticated with key 1 (MD5): it carries no MAC: '
expect_answer 'ntpsec: authenticated by NTS' ntpsec-nts 0 \
    '; authenticated with NTS | .* certificate_days=40'
expect_answer 'ntpsec: authenticated by MD5' ntpsec-key-1 0 '; authenticated with key 1 (MD5) |'
expect_answer 'ntpsec: authenticated by SHA1' ntpsec-key-2 0 '; authenticated with key 2 (SHA1) |'
expect_answer 'ntpsec: authenticated by AES' ntpsec-key-3 0 '; authenticated with key 3 (AES128) |'
for key in '4 SHA1' '5 SHA256'; do
    expect_answer "ntpsec, key $key: silence" "ntpsec-key-${key% *}" 2 \
        "no reply from .* to a request with key ${key% *} (${key#* }): it has no such key"
done
expect_answer "ntpsec: a kiss-o'-death is a warning" kiss 1 \
    "127\\.0\\.0\\.1 port 123 answers with a kiss-o'-death, RATE: it is asked too often"
finish
