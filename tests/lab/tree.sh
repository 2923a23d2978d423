# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Building for tests, in a copy of the tree that the script removes in the end: it sets
# top, and scratch, a directory of its own, and sources tap.sh first.

log=${scratch:?}/log

# Runs a command quietly; what it said is shown when it fails.
quietly()
{
    "$@" >"$log" 2>&1 </dev/null && return 0
    tail -n 25 "$log" | diagnose
    return 1
}

copy_tree()
{
    mkdir "$1"
    if git -C "${top:?}" rev-parse >/dev/null 2>&1; then
        (cd "$top" && git ls-files -co --exclude-standard -z | xargs -0 tar cf -) | tar xf - -C "$1"
    else
        cp -R "$top/." "$1"
    fi
}

# configure_in DIRECTORY SOURCE [ARGUMENT...]
configure_in()
{
    mkdir -p "$1"
    directory=$1 source=$2
    shift 2
    (cd "$directory" && quietly "$source/configure" "$@")
}

make_in()
{
    directory=$1
    shift
    quietly make -C "$directory" -j"$(nproc)" "$@"
}

check_in()
{
    directory=$1
    shift
    quietly make -C "$directory" -j"$(nproc)" check "$@" && return 0
    grep -E '^(FAIL|ERROR)' "$log" | diagnose
    return 1
}

# generate SOURCE: a copy of the tree with its configure.
generate()
{
    copy_tree "$1"
    expect "autoreconf" sh -c "cd '$1' && autoreconf -fi >'$log' 2>&1" || {
        diagnose <"$log"
        finish
        exit 1
    }
}
