#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# contrib/prometheus/chrony-textfile: the file is there as a whole, or not at all, whatever
# becomes of the plugin.
set -u
top=${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
plugins=${PLUGIN_DIR:-${top_builddir:-.}/plugins}
# shellcheck source=tests/lab/tap.sh
. "$top/tests/lab/tap.sh"

scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
textfile=$top/contrib/prometheus/chrony-textfile
files=$scratch/files
file=$files/chrony_test.prom
old='an older file'

# make_plugin: its shell commands are on standard input.
make_plugin()
{
    {
        echo '#!/bin/sh'
        cat
    } >"$scratch/plugin"
    chmod 755 "$scratch/plugin"
}

# prints STATUS: a plugin whose text and exit status say this.
prints()
{
    make_plugin <<END
echo '# CHRONY TEST'
echo "# \$*"
echo 'chrony_check_state{plugin="check_chrony_test"} $1'
exit $1
END
}

new_text()
{
    printf '# CHRONY TEST\n# -w 1 2 --format=prometheus\n'
    printf 'chrony_check_state{plugin="check_chrony_test"} %s\n' "$1"
}

start_anew()
{
    rm -rf "$files"
    mkdir "$files"
    echo "$old" >"$file"
}

run() { "$textfile" "$file" "$scratch/plugin" "$@" >"$scratch/output" 2>"$scratch/errors"; }

has_files() { [ "$(find "$files" -type f | wc -l)" -eq "$1" ]; }
is_alone() { has_files 1 && [ -e "$file" ]; }
is_empty() { has_files 0; }
is_old() { [ "$(cat "$file")" = "$old" ]; }
has_mode() { [ "$(stat -c %a "$file")" = "$1" ]; }
is_silent() { [ ! -s "$scratch/output" ] && [ ! -s "$scratch/errors" ]; }
# A shell may tell of a signal, too.
one_complaint()
{
    [ ! -s "$scratch/output" ] &&
        [ "$(grep -c '^chrony-textfile: ' "$scratch/errors")" -eq 1 ] &&
        [ "$(grep -cv -e '^chrony-textfile: ' -e Killed "$scratch/errors")" -eq 0 ]
}

# writes STATUS
writes()
{
    new_text "$1" >"$scratch/expected"
    run -w '1 2' && cmp -s "$scratch/expected" "$file"
}

expect_states()
{
    umask 077
    for status in 0 1 2 3; do
        start_anew
        prints "$status"
        expect "state $status: the file is written" writes "$status"
        expect "state $status: all may read it" has_mode 644
        expect "state $status: nothing else is there" is_alone
        expect "state $status: nothing is said" is_silent
        rm "$file"
        expect "state $status: also the first time" writes "$status"
    done
}

removes() { start_anew; ! run && is_empty; }

# expect_removed WHAT: by the plugin on standard input.
expect_removed()
{
    make_plugin
    expect "$1: the old file is removed" removes
    expect "$1: one sentence says so" one_complaint
}

expect_failures()
{
    expect_removed 'nothing is printed' </dev/null
    expect_removed 'the text is cut off' <<'END'
printf '# CHRONY TEST\nchrony_offset_seconds{plugin="check_chrony_test"} 0.00'
END
    expect_removed 'the text could not be written' <<'END'
echo 'chrony_check_state{plugin="check_chrony_test"} 0'
exit 3
END
    expect_removed 'an exit status that is no state' <<'END'
echo 'chrony_check_state{plugin="check_chrony_test"} 0'
exit 127
END
    expect_removed 'a signal' <<'END'
echo 'chrony_check_state{plugin="check_chrony_test"} 0'
kill -KILL $$
END
    expect_removed 'another format' <<'END'
echo 'CHRONY TEST UNKNOWN - --format is given twice: give it once'
exit 3
END
    rm "$scratch/plugin"
    expect 'no plugin: the old file is removed' removes
}

expect_mistakes()
{
    start_anew
    run_without() { "$textfile" "$@" >"$scratch/output" 2>"$scratch/errors"; }
    expect 'no plugin is named: it fails' refuse run_without "$file"
    expect 'no plugin is named: one sentence' one_complaint
    expect 'no plugin is named: the file stays' is_old
    expect 'no such directory: it fails' \
        refuse run_without "$scratch/none/x.prom" "$plugins/check_chrony_leap"
    expect 'no such directory: it says so' \
        grep -q "^chrony-textfile: $scratch/none/x.prom cannot be written" "$scratch/errors"
}

refuse() { ! "$@"; }

# Until the plugin ends, the old file stands, and the collector sees no other.
expect_no_part()
{
    start_anew
    mkfifo "$scratch/begun" "$scratch/go"
    make_plugin <<END
echo '# CHRONY TEST'
echo begun >'$scratch/begun'
read -r answer <'$scratch/go'
echo "chrony_check_state{plugin=\"check_chrony_test\"} \$answer"
exit "\$answer"
END
    "$textfile" "$file" "$scratch/plugin" 2>"$scratch/errors" &
    read -r _ <"$scratch/begun"
    expect 'meanwhile, the old file stands' is_old
    expect 'meanwhile, the collector sees no other' \
        test "$(find "$files" -name '*.prom' | wc -l)" -eq 1
    expect 'meanwhile, there is another' has_files 2
    ln "$file" "$scratch/old_file"
    echo 1 >"$scratch/go"
    wait $!
    expect 'then it is replaced' grep -q 'check_state{.*} 1' "$file"
    expect 'then a reader of the old file still has it' \
        test "$(cat "$scratch/old_file")" = "$old"
    expect 'then it is alone' is_alone
}

# The service ends all processes when it takes too long.
expect_end()
{
    start_anew
    "$textfile" "$file" "$scratch/plugin" 2>"$scratch/errors" &
    read -r _ <"$scratch/begun"
    kill -TERM $!
    echo 0 >"$scratch/go"
    wait $!
    expect 'ended by a signal: it fails' test $? -eq 1
    expect 'ended by a signal: nothing is left' is_empty
}

# The real plugin: a file that may not grow is like a full disk.
expect_real()
{
    start_anew
    cp "$plugins/check_chrony_leap" "$scratch/plugin" || bail_out 'no plugin is built'
    expect 'a real plugin' run -H 127.0.0.1 -p 9 -t 0.2
    expect 'a real plugin: its state is CRITICAL' \
        grep -qx 'chrony_check_state{plugin="check_chrony_leap"} 2' "$file"
    expect 'a mistake is a state' run --frobnicate
    expect 'a mistake is a state: UNKNOWN' \
        grep -qx 'chrony_check_state{plugin="check_chrony_leap"} 3' "$file"
    (
        trap '' XFSZ
        ulimit -f 0
        run -H 127.0.0.1 -p 9 -t 0.2
    ) 2>/dev/null
    expect 'a full disk: it fails' test $? -eq 1
    expect 'a full disk: nothing is left' is_empty
}

expect_states
expect_failures
expect_mistakes
expect_no_part
expect_end
expect_real
finish
