#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Two builds of the same tree give the same bytes: all that is installed, and the tarball. They
# differ in directory, language, time zone, umask, the times of the files, and in how many
# compilers run at once. Not part of make check; quickstart test runs it.
set -u
top=${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
# shellcheck source=tests/lab/tap.sh
. "$top/tests/lab/tap.sh"

scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT

copy_tree()
{
    if git -C "$top" rev-parse >/dev/null 2>&1; then
        (cd "$top" && git ls-files -co --exclude-standard -z | xargs -0 tar cf -)
    else
        tar cf - -C "$top" .
    fi | tar xmf - -C "$1"
}

build()
{
    autoreconf -fi "$1/src" && mkdir "$1/build" && cd "$1/build" && "$1/src/configure" --prefix=/usr &&
        shift && make "$@" && make install DESTDIR="$PWD/root" && make dist
}

# build_in DIRECTORY [ARGUMENT...]: the arguments are for make.
build_in()
{
    mkdir -p "$1/src" && copy_tree "$1/src" || return 1
    [ -z "${older:-}" ] || find "$1/src" -exec touch -h -d "$older" {} +
    (build "$@") >"$1/log" 2>&1 </dev/null && return
    tail -n 25 "$1/log" | diagnose
    return 1
}

same_files()
{
    diff -r "$one/build/root" "$other/build/root" >"$scratch/diff" 2>&1 && return
    diagnose <"$scratch/diff"
    return 1
}

same_tarball()
{
    cmp "$one"/build/*.tar.xz "$other"/build/*.tar.xz && return
    for directory in "$one" "$other"; do
        xz -dc "$directory"/build/*.tar.xz | tar tvf - >"$directory/contents"
    done
    diff "$one/contents" "$other/contents" | head -n 20 | diagnose
    return 1
}

# Nothing of this machine is in it.
names_no_directory() { ! grep -rlaF -e "$scratch" "$one/build/root"; }

one=$scratch/a
other=$scratch/another/place/with/a/longer/name
unset SOURCE_DATE_EPOCH
umask 022
LC_ALL=C TZ=UTC
export LC_ALL TZ
expect "a build" build_in "$one" -j"$(nproc)"
umask 077
older=2001-02-03
LC_ALL=$(locale -a 2>/dev/null | grep -i -m 1 utf) TZ=Asia/Kathmandu
expect "a build elsewhere" build_in "$other" -j1
expect "the same files are installed" same_files
expect "the same tarball is made" same_tarball
expect "no file has the name of its directory" names_no_directory
finish
