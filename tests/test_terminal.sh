#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# On a terminal, and only there, tables stand in columns and state words have a colour.
set -u
top=${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
build=${top_builddir:-.}
plugins=${PLUGIN_DIR:-$build/plugins}
on_terminal=${LAB_HELPERS:-$build/tests/lab}/on_terminal
# shellcheck source=tests/lab/tap.sh
. "$top/tests/lab/tap.sh"

[ -x "$build/tests/fake_server" ] || skip_all 'there is no libcheck'
scratch=$(mktemp -d) || exit 99
trap 'exec 9>&-; rm -rf "$scratch"' EXIT
unset NO_COLOR
export TERM=xterm

# The server ends when our end of this pipe is closed.
mkfifo "$scratch/stop"
"$build/tests/fake_server" <"$scratch/stop" >"$scratch/port" &
exec 9>"$scratch/stop"
until [ -s "$scratch/port" ]; do kill -0 $! || bail_out 'no fake server'; done
port=$(cat "$scratch/port")

plugin=$plugins/check_chrony_sources
options="-H 127.0.0.1 -p $port -v --no-perfdata"

# What 127.0.0.11 to .15 look like in columns, below a first line with this state and text.
columns()
{
    printf 'CHRONY SOURCES %s - %s\n' "$1" "$2"
    cat <<'END'

source      mode    state     stratum  poll  reach  last sample    offset    error
127.0.0.11  client  selected        1     6    377         10 s  -0.95 us  1.91 us
127.0.0.12  client  combined        1     6    377         10 s  -0.95 us  1.91 us
127.0.0.13  client  combined        1     6    377         10 s  -0.95 us  1.91 us
127.0.0.14  client  combined        1     6    377         10 s  -0.95 us  1.91 us
127.0.0.15  client  combined        1     6    377         10 s  -0.95 us  1.91 us
END
}

good='good sources: 5 of 5'
coloured() { printf '\033[%sm%s\033[0m' "$1" "$2"; }

# says STATUS COMMAND [ARGUMENT...]: the command's output is that in expected.
says()
{
    status=$1
    shift
    "$@" >"$scratch/output" 2>"$scratch/errors" </dev/null 9>&-
    [ $? -eq "$status" ] && [ ! -s "$scratch/errors" ] &&
        cmp -s "$scratch/expected" "$scratch/output" && return
    diff "$scratch/expected" "$scratch/output" | diagnose
    return 1
}

# The options are words.
# shellcheck disable=SC2086
expect_columns()
{
    columns OK "$good" >"$scratch/expected"
    for variable in NO_COLOR=1 NO_COLOR=0 TERM=dumb TERM= --unset=TERM; do
        expect "on a terminal with $variable: columns, no colour" \
            says 0 "$on_terminal" env "$variable" "$plugin" $options
    done
    columns "$(coloured 32 OK)" "$good" >"$scratch/expected"
    for variable in NO_COLOR= --unset=NO_COLOR TERM=vt100; do
        expect "on a terminal with $variable: colour" \
            says 0 "$on_terminal" env "$variable" "$plugin" $options
    done
}

# shellcheck disable=SC2086
expect_colours()
{
    columns "$(coloured 33 WARNING)" "good 5 (warning limit 6:); $good" >"$scratch/expected"
    expect 'WARNING is yellow' says 1 "$on_terminal" "$plugin" $options -w 6:
    columns "$(coloured 31 CRITICAL)" "good 5 (critical limit 6:); $good" >"$scratch/expected"
    expect 'CRITICAL is red' says 2 "$on_terminal" "$plugin" $options -c 6:
    echo "CHRONY SOURCES $(coloured 35 UNKNOWN) - -p is given twice: give it once" \
        >"$scratch/expected"
    expect 'UNKNOWN is magenta' says 3 "$on_terminal" "$plugin" $options -p 323
}

# shellcheck disable=SC2086
expect_plain()
{
    "$plugin" $options >"$scratch/expected" 9>&-
    expect 'without a terminal there is no column and no colour' sh -c \
        "! grep -q -e '  ' -e '$(printf '\033')' '$scratch/expected'"
    expect 'a terminal for all but the output changes no byte' says 0 \
        "$on_terminal" sh -c "exec 3>&1; $plugin $options <&3 2>&3 | cat"
    "$on_terminal" sh -c "exec 3>&1; $plugin $options <&3 2>&3 >'$scratch/file'" 9>&-
    expect 'nor does one for all but a file' cmp -s "$scratch/expected" "$scratch/file"
    for format in json prometheus journal; do
        "$plugin" $options -f "$format" >"$scratch/expected" 9>&-
        expect "on a terminal, $format is the same" \
            says 0 "$on_terminal" "$plugin" $options -f "$format"
    done
}

# A width that is known breaks long texts, and no number or name; of a pipe none is known.
expect_width()
{
    columns OK "$good" >"$scratch/expected"
    # shellcheck disable=SC2086
    expect 'on a narrow terminal: names and numbers are whole' says 0 \
        "$on_terminal" -w 20 env TERM=dumb "$plugin" $options
    cp "$top/tests/audit/recommended.conf" "$scratch/new.conf"
    "$on_terminal" -w 160 env TERM=dumb "$plugins/check_chrony_config" \
        --file="$scratch/new.conf" -v >"$scratch/output" 9>&-
    expect 'on a terminal: a table of findings keeps to its width' \
        awk 'NR > 2 && length > 160 { exit 1 } END { exit NR < 20 }' "$scratch/output"
    expect 'on a terminal: no line of it ends with blanks' \
        sh -c "! grep -q ' \$' '$scratch/output'"
}

expect_columns
expect_width
expect_colours
expect_plain
finish
