#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# quickstart's plans and its usage errors. It runs in a copy of what it needs, with a PATH
# of its own: nothing is installed, whatever happens.

source_dir=$(cd "$(dirname "$0")/.." && pwd) || exit 1
# shellcheck source=tests/lab/tap.sh
. "$source_dir/tests/lab/tap.sh"

base_tools='awk basename cat dirname find grep head id sed sh sort tr'
debian_build='autoconf automake gcc libc6-dev libgnutls28-dev libpopt-dev make nettle-dev pkg-config'
fedora_build='autoconf automake gcc glibc-devel gnutls-devel make nettle-devel pkgconf-pkg-config popt-devel'

make_playground()
{
    playground=$(mktemp -d) || exit 1
    trap 'rm -rf "$playground"' EXIT
    trap 'exit 130' HUP INT TERM
    tree=$playground/tree
    mkdir -p "$tree/tests/lab" "$playground/base"
    cp "$source_dir/quickstart" "$tree"
    cp "$source_dir/tests/lab/lab.sh" "$tree/tests/lab"
    for tool in $base_tools; do
        ln -s "$(command -v "$tool")" "$playground/base/$tool"
    done
    for packager in apt-get dnf; do
        mkdir "$playground/$packager"
        for tool in $packager sudo dpkg-deb; do
            pretend "$playground/$packager/$tool"
        done
    done
}

# A program that only says that it was called.
pretend()
{
    printf '#!/bin/sh\necho "%s" >>"%s/called"\n' "$1" "$playground" >"$1"
    chmod +x "$1"
}

contents() { (cd "$tree" && find . -type f -exec cksum {} + | sort); }

# run_with PACKAGER [ARGUMENT...]: leaves output, errors and status.
run_with()
{
    path=$playground/$1:$playground/base
    shift
    PATH=$path CHRONYD='' "$tree/quickstart" "$@" \
        >"$playground/output" 2>"$playground/errors"
    status=$?
}

has_status() { [ "$status" -eq "$1" ]; }
says() { grep -q -e "$1" "$playground/output"; }
complains() { grep -q -e "$1" "$playground/errors"; }
is_silent() { [ ! -s "$playground/$1" ]; }
one_complaint() { [ "$(wc -l <"$playground/errors")" -eq 1 ]; }
nothing_called() { [ ! -e "$playground/called" ]; }
is_unchanged() { [ "$(contents)" = "$before" ]; }

says_all()
{
    for word in "$@"; do
        says " $word\\( \\|\$\\)" || return 1
    done
}

test_dry_runs()
{
    before=$(contents)

    run_with apt-get --dry-run
    expect 'dry run: succeeds' has_status 0
    expect 'dry run: no complaint' is_silent errors
    # The lists are words.
    # shellcheck disable=SC2086
    expect 'dry run: names every package of Debian' says_all $debian_build
    expect 'dry run: names the packager' says 'install with apt-get'
    expect 'dry run: says where it builds' says 'build-quickstart'
    expect 'dry run: chronyd is copied or unpacked, not installed' \
        says 'private copies of\|unpack, not install'

    run_with dnf --dry-run
    # shellcheck disable=SC2086
    expect 'dry run: names every package of Fedora' says_all $fedora_build

    run_with apt-get test --dry-run
    expect 'dry run of test: succeeds' has_status 0
    # shellcheck disable=SC2086
    expect 'dry run of test: names what a build needs' says_all $debian_build
    expect 'dry run of test: names what tests need' says_all check clang mandoc valgrind
    expect 'dry run of test: says what would run' says 'make check'

    run_with dnf --dry-run test --all
    expect 'dry run of all tests: succeeds, in any order' has_status 0
    expect 'dry run of all tests: names what tests need' says_all check-devel clang
    expect 'dry run of all tests: names what analysers need' says_all cppcheck gcovr

    run_with base --dry-run
    expect 'dry run on an unknown system: fails' has_status 1
    expect 'dry run on an unknown system: lists the packages' complains libpopt-dev

    expect 'dry runs: call no packager' nothing_called
    expect 'dry runs: change no file' is_unchanged
}

test_usage()
{
    for option in -h --help; do
        run_with apt-get "$option"
        expect "$option: succeeds" has_status 0
        expect "$option: names the modes" says 'quickstart test'
        expect "$option: no complaint" is_silent errors
    done
    for arguments in bogus 'test bogus' --bogus --all; do
        # The arguments are words.
        # shellcheck disable=SC2086
        run_with apt-get $arguments
        expect "$arguments: a usage error" has_status 2
        expect "$arguments: one sentence" one_complaint
        expect "$arguments: says which argument" complains "${arguments##* }"
        expect "$arguments: nothing on standard output" is_silent output
    done
    expect 'usage: calls no packager' nothing_called
    expect 'usage: changes no file' is_unchanged
}

make_playground
test_dry_runs
test_usage
finish
