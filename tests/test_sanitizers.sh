#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The tests under what watches memory: all that can be run under address and
# undefined-behaviour sanitizers; the fuzz targets' seeds under clang's memory sanitizer;
# and the plugins under valgrind, which also counts their descriptors. Works on a copy of
# the tree. Not part of make check; quickstart test --all runs it.
set -u
top=${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
# shellcheck source=tests/lab/tap.sh
. "$top/tests/lab/tap.sh"

scratch=$(mktemp -d) || exit 99
trap 'exec 9>&-; chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
# shellcheck source=tests/lab/tree.sh
. "$top/tests/lab/tree.sh"

src=$scratch/src
generate "$src"

# --- addresses, and what C leaves undefined ---
# Left out is what puts a library before that of the sanitizer, or reads the binaries.
sanitizers='-fsanitize=address,undefined,float-divide-by-zero,float-cast-overflow'
sanitizers="$sanitizers -fno-sanitize-recover=all"
# p11-kit, which comes with GnuTLS, loses the name of a locale in glibc.
echo 'leak:__argz_add_sep' >"$scratch/leaks"
LSAN_OPTIONS=suppressions=$scratch/leaks:print_suppressions=0
export LSAN_OPTIONS
expect "sanitizers: configure" configure_in "$scratch/san" "$src" --disable-hardening \
    CFLAGS="-O1 -g $sanitizers" LDFLAGS="$sanitizers"
expect "sanitizers: make" make_in "$scratch/san" check TESTS=
# Not test_syscalls: it stops a plugin at each call, those of the sanitizers as well.
# shellcheck disable=SC2016 # for make to expand
expect "sanitizers: unit tests pass" check_in "$scratch/san" \
    TESTS='$(filter-out tests/test_syscalls,$(check_units))'
expect "sanitizers: seeds and plugins pass" check_in "$scratch/san" \
    TESTS='tests/test_fuzz.sh tests/test_terminal.sh tests/test_roads.sh tests/test_formats.sh'

# --- what was never written ---
# Only what links no library but libc: others are not built for it. It does not know the
# 64-bit names of functions.
without_libraries='config decode header history keys ntp nts_record range sanitise'
replays_hold()
{
    # The names are words.
    # shellcheck disable=SC2046,SC2086
    make_in "$scratch/msan" $(printf 'tests/fuzz/replay_%s ' $without_libraries) &&
        quietly env TARGETS="$without_libraries" top_srcdir="$src" top_builddir="$scratch/msan" "$src/tests/test_fuzz.sh" &&
        ! grep -B 9 '^not ok' "$log"
}
if command -v clang >/dev/null; then
    expect "memory sanitizer: configure" configure_in "$scratch/msan" "$src" \
        --disable-hardening CC=clang CFLAGS='-O1 -g -fsanitize=memory -fno-sanitize-recover=all' \
        CPPFLAGS='-U_FILE_OFFSET_BITS -U_TIME_BITS'
    expect "memory sanitizer: the seeds pass" replays_hold
else
    skip "memory sanitizer" "clang is not installed"
fi

# --- valgrind: leaks, and descriptors that are left open ---
plain=$scratch/plain
start_servers()
{
    mkfifo "$scratch/stop"
    "$plain/tests/fake_server" "$scratch" <"$scratch/stop" >"$scratch/ports" &
    exec 9>"$scratch/stop"
    until [ -s "$scratch/ports" ]; do kill -0 $! || return 1; done
    read -r port ntp_port key_port nts_port <"$scratch/ports"
    (umask 077 && echo '1 SHA1 ASCII:nobody-knows-this-key' >"$scratch/keys")
}

# What valgrind can say where it was opened; the others are inherited, or its own.
leaves_open()
{
    grep -A1 -E 'Open (file|AF_|Unix)' "$scratch/valgrind" | grep -q -e ' at 0x'
}

# leaves_nothing STATUS PLUGIN [ARGUMENT...]
leaves_nothing()
{
    expected=$1
    name=check_chrony_$2
    shift 2
    valgrind --quiet --leak-check=full --errors-for-leak-kinds=all --track-fds=yes \
        --error-exitcode=9 --log-file="$scratch/valgrind" "$plain/plugins/$name" "$@" \
        >"$scratch/out" 2>&1 9>&-
    status=$?
    [ $status -eq "$expected" ] && [ -s "$scratch/out" ] && ! leaves_open && return
    echo "status $status, not $expected" | cat - "$scratch/out" "$scratch/valgrind" | diagnose
    return 1
}

# watch STATUS PLUGIN ARGUMENT...: in two formats.
watch()
{
    expect "valgrind: $*" leaves_nothing "$@"
    expect "valgrind: $*, in every format" leaves_nothing "$@" -f json -v
    expect "valgrind: $2, a mistake" leaves_nothing 3 "$2" --no-such-option
}

if command -v valgrind >/dev/null; then
    # valgrind 3.19 cannot read what newer clangs write, so it is gcc that builds here.
    expect "valgrind: configure" configure_in "$plain" "$src" CC=gcc CFLAGS='-O1 -g'
    expect "valgrind: make" make_in "$plain" check TESTS=
    start_servers || bail_out "no fake servers"
    for path in "$src"/plugins/check_chrony_*.c; do
        plugin=$(basename "$path" .c)
        plugin=${plugin#check_chrony_}
        case $plugin in
            ntp) watch 0 ntp -H 127.0.0.1 --ntp-port="$ntp_port" ;;
            config) watch 1 config -H 127.0.0.1 -p "$port" --file="$src/tests/audit/current.conf" ;;
            *) watch 0 "$plugin" -H 127.0.0.1 -p "$port" ;;
        esac
    done
    expect "valgrind: ntp --key" leaves_nothing 0 ntp -H 127.0.0.1 --ntp-port="$key_port" \
        --key=1 --keyfile="$scratch/keys"
    expect "valgrind: ntp --nts" leaves_nothing 0 ntp -H 127.0.0.1 --nts \
        --nts-port="$nts_port" --trusted-certs="$scratch/ca.pem"
    expect "valgrind: ntp --compare" leaves_nothing 2 ntp -H 127.0.0.1 \
        --ntp-port="$ntp_port" --compare -p "$port"
    for run in first second; do
        expect "valgrind: server -S --state, the $run run" leaves_nothing 0 server \
            -S "$scratch/sock" --state="$scratch/state"
    done
else
    skip "valgrind" "not installed"
fi
finish
