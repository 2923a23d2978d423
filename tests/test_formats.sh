#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every plugin in every output format, against real chronyds: the exit status is the same
# in all of them, and JSON is what docs/result.schema.json says.
#
# Environment: PLUGIN_DIR (default: ./plugins), and what lab.sh takes.

top=${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
LAB_SOURCE=$top/tests/lab
LAB_HELPERS=${LAB_HELPERS:-./tests/lab}
plugin_dir=${PLUGIN_DIR:-./plugins}
schema=$top/docs/result.schema.json
states='good unsync lost falsetick names refclock many100 denied dead'

# shellcheck source=tests/lab/lab.sh
. "$LAB_SOURCE/lab.sh"
# shellcheck source=tests/lab/tap.sh
. "$LAB_SOURCE/tap.sh"

plugins() { for source in "$top"/plugins/check_*.c; do basename "$source" .c; done; }

formats_of() { "$plugin_dir/$1" --describe | awk -F '\t' '$1 == "format" { print $7 }'; }

# run_all RESULT PLUGIN [OPTION...]: in each format.
run_all()
{
    result=$1
    plugin=$2
    shift 2
    for format in $(formats_of "$plugin"); do
        "$plugin_dir/$plugin" "$@" --format="$format" \
            >"$results/$result.$format" 2>>"$results/$result.errors"
        echo "$?" >>"$results/$result.statuses"
    done
}

# options_for STATE PLUGIN: or a mistake instead.
options_for()
{
    case $2 in
        check_chrony_ntp) echo "--compare --ntp-port=$(lab_ntp_port "$1")" ;;
        check_chrony_config) echo "--file=$LAB_DIR/$1/chrony.conf" ;;
    esac
    case $1 in
        mistake) echo --no-such-option ;;
        denied) echo "-H 127.0.0.1 -p $(lab_port "$1") -t 0.3" ;;
        *) echo "-H 127.0.0.1 -p $(lab_port "$1")" ;;
    esac
}

has_one_status() { [ "$(sort -u "$results/$1.statuses" | wc -l)" -eq 1 ]; }
has_formats() { [ "$(wc -l <"$results/$1.statuses")" -ge 3 ]; }
is_silent() { [ ! -s "$results/$1.errors" ]; }

says_its_status()
{
    grep -q "\"status\": $(head -n 1 "$results/$1.statuses")," "$results/$1.json"
}


# --- The schema

find_python()
{
    for python in python3 /usr/bin/python3; do
        "$python" -c 'import jsonschema' >/dev/null 2>&1 && return
    done
    python=
}

# is_valid FILE...
is_valid()
{
    "$python" "$top/tests/validate.py" "$schema" "$@" >"$results/complaints" 2>&1 &&
        [ ! -s "$results/complaints" ] && return
    diagnose <"$results/complaints"
    return 1
}

is_invalid() { ! is_valid "$@" >/dev/null; }

# The first object of docs/FORMATS, on a line of its own.
example()
{
    sed -n '/^    {$/,/^    }$/p' "$top/docs/FORMATS" | tr -s '\n ' ' '
    echo
}

expect_example()
{
    example >"$results/example"
    expect 'docs/FORMATS: the example is as the schema says' is_valid "$results/example"
}

# see_fault WHAT COMMAND [ARGUMENT...]: the command makes it of a good object.
see_fault()
{
    fault=$1
    shift
    "$@" <"$results/good.check_chrony_health.json" >"$results/faulty"
    expect "a check of the checks: $fault" is_invalid "$results/faulty"
}

expect_faults_to_be_seen()
{
    see_fault 'another status' sed 's/"status": 0/"status": 1/'
    see_fault 'a status as text' sed 's/"status": 0/"status": "0"/'
    see_fault 'no state' sed 's/"state": "OK", "status"/"status"/'
    see_fault 'a state of its own' sed 's/"OK"/"FINE"/g'
    see_fault 'no reasons' sed 's/"reasons": \[[^]]*\]/"reasons": []/'
    see_fault 'null' sed 's/"value": [0-9]*/"value": null/'
    see_fault 'a number as text' sed 's/"value": [0-9]*/"value": "1"/'
    see_fault 'no number' sed 's/"value": [-0-9.]*/"value": NaN/'
    see_fault 'another unit' sed 's/"unit": "s"/"unit": "ms"/'
    see_fault 'another key' sed 's/{/{"more": 1, /'
    see_fault 'a key twice' sed 's/{/{"status": 0, /'
    see_fault 'an object in a row' sed 's/"mode": "client"/"mode": {}/'
    see_fault 'a forbidden character' sed 's/CHRONY/CHR|NY/'
    see_fault 'a byte that is not ASCII' tr C '\326'
    see_fault 'a second line' sed p
    see_fault 'no line end' tr -d '\n'
}


# --- All together

open_lab()
{
    lab_open
    opened=$?
    [ "$opened" -ne 77 ] || skip_all 'there is no chronyd'
    [ "$opened" -eq 0 ] || bail_out 'the lab does not open'
    # The names of states are words.
    # shellcheck disable=SC2086
    lab_up $states || bail_out 'the lab does not come up'
    results=$LAB_DIR/results
    mkdir "$results" || bail_out 'no directory'
}

# expect_formats STATE PLUGIN
expect_formats()
{
    result=$1.$2
    # The options are words.
    # shellcheck disable=SC2046
    run_all "$result" "$2" -v $(options_for "$1" "$2")
    expect "$1: $2 has its formats" has_formats "$result"
    expect "$1: $2 exits alike in all formats" has_one_status "$result"
    expect "$1: $2 writes nothing to standard error" is_silent "$result"
    expect "$1: $2 says its exit status in JSON" says_its_status "$result"
}

lab_close_on_exit
open_lab
find_python
for state in $states mistake; do
    for plugin in $(plugins); do
        expect_formats "$state" "$plugin"
    done
    if [ -n "$python" ]; then
        expect "$state: JSON is as the schema says" is_valid "$results/$state".*.json
    else
        skip "$state: JSON is as the schema says" 'no jsonschema for python3'
    fi
done
if [ -n "$python" ]; then
    expect_example
    expect_faults_to_be_seen
fi
finish
