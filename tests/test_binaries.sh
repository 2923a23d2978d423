#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The plugins as files: what the linker and the compiler are asked for against attackers is in
# each of them. Where somebody builds with flags of their own, these decide, and nothing is tested.
#
# Environment: PLUGIN_DIR, HARDENING (the flags that configure found), BUILD_FLAGS (of the user).
set -u
top=${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
plugins=${PLUGIN_DIR:-./plugins}
# shellcheck source=tests/lab/tap.sh
. "$top/tests/lab/tap.sh"

command -v readelf >/dev/null || skip_all "no readelf: install binutils"
[ -n "${HARDENING:-}" ] || skip_all "built with --disable-hardening"

# What -O, -g and warnings do is known; nothing else is.
for flag in ${BUILD_FLAGS:-}; do
    case $flag in
        -W[lap],*) skip_all "built with $flag" ;;
        -O[123s] | -g* | -W* | -pipe) ;;
        *) skip_all "built with $flag" ;;
    esac
done

scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT

elf_has() { grep -q -e "$1" "$scratch/elf"; }
elf_lacks() { ! elf_has "$1"; }

# Cryptography costs time at every start: one plugin alone has it.
libraries_of()
{
    case $1 in
        check_chrony_ntp) echo 'popt|c|nettle|gnutls' ;;
        *) echo 'popt|c' ;;
    esac
}
needs_only() { ! grep NEEDED "$scratch/elf" | grep -Evq "\[lib($1)\.so"; }

# property DESCRIPTION FLAG COMMAND [ARGUMENT...]: FLAG is what asks for it.
property()
{
    description=$1
    flag=$2
    shift 2
    case " $HARDENING " in
        *" $flag "*) expect "$plugin: $description" "$@" || diagnose <"$scratch/elf" ;;
        *) skip "$plugin: $description" "the compiler or the linker does not know $flag" ;;
    esac
}

for path in "$plugins"/check_chrony_*; do
    plugin=${path##*/}
    case $plugin in *.*) continue ;; esac
    readelf -W -h -l -d --dyn-syms "$path" >"$scratch/elf" 2>&1
    property "is position independent" -pie elf_has 'Type: *DYN (Position-Independent Exec'
    property "binds all symbols at its start" -Wl,-z,now elf_has 'Flags: NOW'
    property "has read-only relocations" -Wl,-z,relro elf_has '^ *GNU_RELRO '
    property "has no executable stack" -Wl,-z,noexecstack elf_has '^ *GNU_STACK .* RW  *0x'
    property "protects its stack" -fstack-protector-strong elf_has ' __stack_chk_fail@'
    property "is fortified" -D_FORTIFY_SOURCE=3 elf_has ' __snprintf_chk@'
    expect "$plugin: nothing of it can be written and run" elf_lacks '^ *LOAD .* RWE '
    expect "$plugin: no code is relocated" elf_lacks TEXTREL
    expect "$plugin: no path for libraries of its own" elf_lacks 'R\(UN\)*PATH'
    property "no more libraries than it needs" -Wl,--as-needed \
        needs_only "$(libraries_of "$plugin")"
done
finish
