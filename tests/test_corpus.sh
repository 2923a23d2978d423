#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What our reader takes and refuses, compared with a real chronyd: each case of
# config/corpus with chronyd -p, and what -p does not show, allow and deny and the sources
# of a sourcedir, with a chronyd that runs.
#
#   test_corpus.sh         run the test (TAP)
#
# Environment: CHRONYD and CHRONYC (default: from PATH and beside it), top_srcdir and
# top_builddir.
set -u
top=${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
build=${top_builddir:-.}
build=$(cd "$build" && pwd) || exit 99
corpus=$top/tests/config/corpus
differences=$top/tests/config/differences
# shellcheck source=tests/lab/tap.sh
. "$top/tests/lab/tap.sh"

PATH=$PATH:/usr/sbin:/sbin
chronyd=$(command -v "${CHRONYD:-chronyd}") || skip_all "no chronyd: install chrony, or set CHRONYD"
version=$("$chronyd" -v | sed -n 's/^chronyd (chrony) version \([0-9.]*\).*/\1/p')
case $version in
    [4-9].* | [1-9][0-9]*) ;;
    *) skip_all "$chronyd is older than 4.0 and has no -p" ;;
esac

[ -x "$build/tests/read_config" ] || bail_out "no read_config in $build/tests: make check"

scratch=$(mktemp -d) || exit 99
chmod 755 "$scratch"
running=
trap '[ -z "$running" ] || kill "$running"; rm -rf "$scratch"' EXIT

# --- The corpus

# write_file PATH CONTENT: as printf %b takes it; @ becomes the directory of the case.
write_file()
{
    case $1 in
        */) mkdir "$1" ;;
        *) printf '%b' "$2" | sed "s|@|$case_dir|g" >"$1" ;;
    esac
}

# write_case LINE: a directory with its chrony.conf.
write_case()
{
    case_dir=$scratch/$case_count
    mkdir "$case_dir"
    set -f
    IFS='|'
    # shellcheck disable=SC2086
    set -- $1
    unset IFS
    set +f
    write_file "$case_dir/chrony.conf" "${1-}"
    while [ $# -gt 1 ]; do
        write_file "$case_dir/$2" "${3-}"
        shift "$(($# > 2 ? 2 : 1))"
    done
}

# add_case LINE
add_case()
{
    case_count=$((case_count + 1))
    write_case "$1"
    printf '%s\n' "$1" >>"$scratch/cases"
    echo "$case_dir/chrony.conf" >>"$scratch/paths"
}

# A comment of so many bytes, with its newline, is too long for a line of the corpus.
long_comment() { printf '\\0043%*s\\n' "$(($1 - 2))" '' | tr ' ' x; }

write_cases()
{
    case_count=0
    while IFS= read -r line; do
        case $line in '' | '#'*) continue ;; esac
        add_case "$line"
    done <"$corpus"
    for length in 2047 2048 2049 5000; do
        add_case "$(long_comment $length)foo"
    done
}

# yes or no, a line each; what it prints is kept.
ask_chronyd()
{
    while IFS= read -r path; do
        if "$chronyd" -p -f "$path" </dev/null >"$path.theirs" 2>/dev/null; then
            echo yes
        else
            echo no
        fi
    done <"$scratch/paths"
}

# Of what both take, the lines and their order.
same_lines()
{
    paste "$scratch/ours" "$scratch/theirs" "$scratch/paths" | sed -n 's/^yes\tyes\t//p' \
        >"$scratch/taken"
    [ "$(grep -c . "$scratch/taken")" -ge 200 ] || return 1
    while IFS= read -r path; do
        echo "$path" | "$build/tests/read_config" "$version" lines >"$path.ours"
        cmp -s "$path.theirs" "$path.ours" || {
            echo "# other lines:"
            diff "$path.theirs" "$path.ours" | diagnose
            return 1
        }
    done <"$scratch/taken"
}

is_before() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" != "$2" ]; }

# listed WHEN LINE
listed() { cut -f 1,2 "$differences" | grep -Fqx "$(printf '%s\t%s' "$1" "$2")"; }

# True when a difference of this case is expected of this chronyd.
must_differ() { listed always "$1" || { is_before "$version" 4.3 && listed '<4.3' "$1"; }; }

# agrees LINE OURS THEIRS
agrees()
{
    listed sometimes "$1" && return
    if must_differ "$1"; then
        [ "$2" != "$3" ] && return
        echo "# is no longer a difference"
    else
        [ "$2" = "$3" ] && return
        echo "# chronyd $version: $3; our reader: $2"
    fi
    return 1
}

# What is printed of a case: nothing that TAP or echo take for more, and not all of a long
# line.
title() { printf '%s\n' "$1" | cut -c 1-70 | sed 's/#/./g; s|\\|/|g'; }

compare()
{
    while IFS="$(printf '\t')" read -r ours theirs line; do
        expect "$(title "$line")" agrees "$line" "$ours" "$theirs"
    done
}

case_list() { grep -v '^#' "$differences" | cut -f 2; }
differences_are_of_cases()
{
    case_list | while IFS= read -r line; do
        grep -Fqx -e "$line" "$scratch/cases" || { echo "# no such case: $line"; exit 1; }
    done
}
differences_have_reasons()
{
    ! grep -v '^#' "$differences" | awk -F '\t' 'NF != 3 || !$3' | diagnose | grep .
}

write_cases
cd "$scratch" || exit 99
ask_chronyd >"$scratch/theirs"
"$build/tests/read_config" "$version" <"$scratch/paths" | cut -d ' ' -f 1 >"$scratch/ours"
paste "$scratch/ours" "$scratch/theirs" "$scratch/cases" >"$scratch/all"
expect "the corpus has 200 cases or more" [ "$case_count" -ge 200 ]
compare <"$scratch/all"
expect "what both take is read as the same lines" same_lines
expect "each difference is of a case" differences_are_of_cases
expect "each difference has a reason" differences_have_reasons

# --- What -p does not show

find_chronyc()
{
    beside=$(dirname "$chronyd")
    for candidate in "${CHRONYC:-}" "$beside/../bin/chronyc" "$beside/chronyc" chronyc; do
        [ -n "$candidate" ] && command -v "$candidate" && return
    done
}

# As root a newer chronyc becomes a user whom an unpacked package has not made.
ask()
{
    # shellcheck disable=SC2086
    "$chronyc" $chronyc_option -n -h "$case_dir/run/sock" -m "$@" 2>/dev/null
}

is_up() { ask activity | grep -q 'sources online'; }

# start_chronyd: with the chrony.conf of the case, and without a port or the clock.
start_chronyd()
{
    mkdir -m 750 "$case_dir/run"
    {
        echo "include $case_dir/chrony.conf"
        echo "bindcmdaddress $case_dir/run/sock"
        echo "pidfile $case_dir/run/pid"
        echo 'cmdport 0'
        echo 'port 0'
    } >"$case_dir/run/conf"
    "$chronyd" -d -x -U -u "$(id -un)" -f "$case_dir/run/conf" </dev/null >"$case_dir/run/log" 2>&1 &
    running=$!
    tries=500
    until is_up; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] && kill -0 "$running" 2>/dev/null || return 1
        sleep 0.02
    done
}

stop_chronyd()
{
    kill "$running" && wait "$running"
    running=
}

# with_chronyd LINE COMMAND [ARGUMENT...]: while a chronyd runs with that configuration.
with_chronyd()
{
    case_count=$((case_count + 1))
    write_case "$1"
    shift
    start_chronyd || { diagnose <"$case_dir/run/log"; return 1; }
    "$@"
    with_chronyd_status=$?
    stop_chronyd
    return $with_chronyd_status
}

our_access() { echo "$case_dir/chrony.conf" | "$build/tests/read_config" "$version" "$1"; }
their_access() { ask "accheck $1" | sed -n 's/^20[89] Access //p'; }

same_access()
{
    for address; do
        [ -n "$(their_access "$address")" ] || { echo "# $address: no answer"; return 1; }
        [ "$(their_access "$address")" = "$(our_access "$address")" ] ||
            { echo "# $address is $(their_access "$address")"; return 1; }
    done
}

their_sources() { ask 'sources -a' | awk 'found { print $2 } /^===/ { found = 1 }' | sort; }
same_sources()
{
    our_access sources | sort -u >"$scratch/our_sources"
    their_sources >"$scratch/their_sources"
    [ -s "$scratch/their_sources" ] || { echo "# chronyd has no source"; return 1; }
    diff "$scratch/our_sources" "$scratch/their_sources" | diagnose
    cmp -s "$scratch/our_sources" "$scratch/their_sources"
}

compare_access_of()
{
    while IFS= read -r line; do
        expect "access: $(title "$line")" with_chronyd "$line" same_access \
            10.0.0.1 10.1.0.0 10.1.0.1 10.1.2.3 10.1.2.4 10.64.0.1 10.100.0.1 10.128.0.1 \
            11.0.0.1 192.0.2.1 255.255.255.255 0.0.0.0 127.0.0.1 ::1 :: 2001:db8::1 \
            2001:db8:7fff::1 2001:db8:8000::1 ::ffff:10.1.2.3
    done
}

compare_access()
{
    compare_access_of <<'end'
allow\n
allow\ndeny 10/8\n
deny 10/8\nallow all\n
allow 0/0\n
allow ::/0\n
allow 10/8\ndeny 10.1\nallow 10.1.2.3\n
allow 10.1.2.3\ndeny 10.1\nallow 10/8\n
allow 10.1.2.3\ndeny all 10.1\n
allow 10.1.2.3\ndeny all 10.1\nallow 10.1.2.4\n
allow 10.0.0.0/9\ndeny 10.0.0.0/10\n
deny 10.0.0.0/10\nallow 10.0.0.0/9\n
allow 10/4\ndeny 10/6\n
allow 10/8\ndeny all 10/9\nallow 10/10\n
allow 10.1/32\nallow 192.0.2.77/24\n
allow 2001:db8::/33\ndeny 2001:db8::1\n
allow all 10.1\ndeny 10.1.2\nallow ::ffff:10.1.2.3\n
allow\ndeny 0/1\ndeny 128/1\n
end
}

# Numbers that are octal, hexadecimal, or cut to 32 bits.
compare_odd_access()
{
    compare_access_of <<'end'
allow 10.1.2.04\n
allow 0x0a010001\n
allow 192/4294967304\n
end
}

compare_sources_of()
{
    while IFS= read -r line; do
        expect "sources: $(title "$line")" \
            with_chronyd "server 192.0.2.99\\n$line" same_sources
    done
}

compare_sources()
{
    compare_sources_of <<'end'
sourcedir @\n|a.sources|server 192.0.2.1\nserver 192.0.2.2\n
sourcedir @\n|a.sources|foo\nserver 192.0.2.1 foo\n# a\n\nserver 192.0.2.2 # b\nserver 192.0.2.3\n
sourcedir @\n|a.sources|SERVER 192.0.2.1\npool 192.0.2.2\npeer 192.0.2.3\nallow\nrefclock SHM 0\n
sourcedir @\n|a.sources|server 192.0.2.1 minpoll 3iburst\nserver 192.0.2.2 minpoll 3x\n
sourcedir @\n|a.sources|server 192.0.2.1\n|.b.sources|server 192.0.2.2\n|c.conf|server 192.0.2.3\n
sourcedir @/p @/q\n|p/||q/||p/a.sources|server 192.0.2.1\n|q/a.sources|server 192.0.2.2\n|q/b.sources|server 192.0.2.3\n
sourcedir @/p\nsourcedir @/q\n|p/||q/||p/a.sources|server 192.0.2.1\n|q/a.sources|server 192.0.2.2\n
sourcedir 1 2 3 4 5 6 7 8 9 10 @/p\n|p/||p/a.sources|server 192.0.2.1\n
sourcedir @\n|a.sources/||b.sources|server 192.0.2.1\n
confdir @/p\n|p/||p/a.conf|server 192.0.2.1\n|p/b.sources|server 192.0.2.2\n
end
}

# 4.0 still took a line without a newline; what was between 4.0 and 4.3 is not known.
compare_unterminated_sources()
{
    compare_sources_of <<'end'
sourcedir @\n|a.sources|server 192.0.2.1\nserver 192.0.2.2
sourcedir @\n|a.sources|server 192.0.2.1\nserver 192.0.2.2\0000\nserver 192.0.2.3\n
sourcedir @\n|a.sources|server 192.0.2.1\n\0000\nserver 192.0.2.3\n
end
}

chronyc=$(find_chronyc)
chronyc_option=
[ -z "$chronyc" ] || case $("$chronyc" --help 2>&1) in
    *'-u USER'*) chronyc_option="-u $(id -un)" ;;
esac
if [ -n "$chronyc" ]; then
    compare_access
    compare_sources
    if ! is_before "$version" 4.3; then
        compare_odd_access
        compare_unterminated_sources
    fi
else
    skip "allow, deny and sourcedir of a chronyd that runs" "no chronyc: set CHRONYC"
fi
finish
