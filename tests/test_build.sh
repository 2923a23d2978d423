#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The ways to build: in the tree and out of it, gcc and clang, without libcheck,
# installed below DESTDIR, from the tarball. Not part of make check, which it runs; quickstart test
# runs it. Works on a copy of the tree, and leaves the tree alone.
set -u
top=${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
# shellcheck source=tests/lab/tap.sh
. "$top/tests/lab/tap.sh"

scratch=$(mktemp -d) || exit 99
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
strict='-O2 -g -Werror'
# shellcheck source=tests/lab/tree.sh
. "$top/tests/lab/tree.sh"

src=$scratch/src
plugin=usr/lib/nagios/plugins/check_chrony_health
generate "$src"

# --- out of the tree, with clang ---
if command -v clang >/dev/null; then
    expect "clang: configure" configure_in "$scratch/clang" "$src" CC=clang CFLAGS="$strict"
    expect "clang: make without a warning" make_in "$scratch/clang"
    expect "clang: the tests build without a warning" make_in "$scratch/clang" check TESTS=
else
    skip "clang" "not installed"
fi

# --- what is required, and what is not ---
mkdir "$scratch/empty"
expect "without libcheck: configure" env PKG_CONFIG_LIBDIR="$scratch/empty" \
    sh -c "mkdir '$scratch/nocheck' && cd '$scratch/nocheck' && '$src/configure' -q >'$log' 2>&1"
expect "without libcheck: make" make_in "$scratch/nocheck"
# says HEADER TEXT: what configure says where the header is not there.
says()
{
    (cd "$scratch/empty" && ! PKG_CONFIG_LIBDIR="$scratch/empty" env "ac_cv_header_$1=no" \
        "$src/configure" >"$log" 2>&1) && grep -q "$2" "$log"
}
expect "without popt: configure says what to install" says popt_h \
    'popt is required: install libpopt-dev (Debian) or popt-devel (Fedora, RHEL)'
expect "without nettle: configure says what to install" says nettle_cmac_h \
    'nettle 3.5 is required: install nettle-dev (Debian) or nettle-devel (Fedora, RHEL)'

# --- NTS ---
needs_for_nts='install libgnutls28-dev (Debian) or gnutls-devel (Fedora, RHEL), and nettle 3.6'
expect "without GnuTLS: configure says what is missing" \
    grep -q "check_chrony_ntp will be without --nts: for it $needs_for_nts" \
    "$scratch/nocheck/config.log"
refuses_nts()
{
    (cd "$scratch/empty" && ! PKG_CONFIG_LIBDIR="$scratch/empty" "$src/configure" --with-nts \
        >"$log" 2>&1) && grep -q -e "--with-nts needs GnuTLS 3.6.5: $needs_for_nts" "$log"
}
expect "without GnuTLS: --with-nts is refused" refuses_nts
expect "without NTS: configure" configure_in "$scratch/plain" "$src" --without-nts \
    CFLAGS="$strict"
expect "without NTS: make" make_in "$scratch/plain"
expect "without NTS: the tests build without a warning" make_in "$scratch/plain" check TESTS=
says_no_nts()
{
    "$scratch/plain/plugins/check_chrony_ntp" -H localhost --nts >"$log"
    [ $? = 3 ] && grep -q '^CHRONY NTP UNKNOWN - --nts is not in this build' "$log" &&
        ! readelf -W -d "$scratch/plain/plugins/check_chrony_ntp" | grep -q gnutls
}
expect "without NTS: --nts is refused" says_no_nts

# --- installed ---
installs()
{
    rm -rf "$scratch/root"
    make_in "$1" install DESTDIR="$scratch/root" &&
        "$scratch/root/$2" -V >"$log"
    [ $? = 3 ] && grep -q '^check_chrony_health (chrony-checks)' "$log"
}
expect "out of the tree: configure" configure_in "$scratch/out" "$src" CFLAGS="$strict" \
    --prefix=/usr
expect "out of the tree: make" make_in "$scratch/out"
expect "installs to LIBDIR/nagios/plugins" installs "$scratch/out" "$plugin"
expect "installs the manual pages" test -s "$scratch/root/usr/share/man/man1/check_chrony_health.1"
expect "installs the completions" \
    test -s "$scratch/root/usr/share/bash-completion/completions/check_chrony_health"
expect "with a plugin directory: configure" configure_in "$scratch/out" "$src" --prefix=/usr \
    --with-plugindir=/opt/plugins --with-bash-completion-dir=no
expect "installs to the plugin directory" installs "$scratch/out" opt/plugins/check_chrony_health
expect "installs no completions" test ! -e "$scratch/root/usr/share/bash-completion"

# --- in the tree, and the tarball ---
expect "in the tree: configure" configure_in "$src" "$src" CFLAGS="$strict"
expect "in the tree: make" make_in "$src"
# What takes long, and needs no file but its program, has run before.
long='tests/test_faults tests/test_inject tests/test_syscalls'
expect "distcheck" make_in "$src" distcheck \
    TESTS="\$(filter-out $long,\$(check_units) \$(check_preloading) \$(test_scripts))"
finish
