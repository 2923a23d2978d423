#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The house: who may include whom, headers that compile alone, calls that are not made, and checks
# that touch nothing but their arguments.
set -u
top=${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
build=${top_builddir:-.}
# shellcheck source=tests/lab/tap.sh
. "$top/tests/lab/tap.sh"
cd "$top" || exit 99

# Files (a pattern), and the headers that they may include (a pattern of names in quotes).
rules='lib/wait\.[ch]                wait\.h
lib/names\.[ch]                      names\.h
lib/cmdmon/.*\.[ch]                  (cmdmon/(error|message|reports|road|session|target|wire)|wait)\.h
lib/ntp/.*\.[ch]                     (ntp/(timestamp|packet|authenticator|mac|keys|probe)|wait)\.h
lib/config/.*\.[ch]                  (config/[a-z_]+|wait)\.h
lib/nts/.*\.[ch]                     (nts/(record|field|client|establish)|ntp/(authenticator|probe)|names|wait)\.h
lib/monitor/.*\.[ch]                 monitor/(quantity|range|metric|result|render|format)\.h
lib/settings\.[ch]                   (settings|monitor/(metric|result))\.h
lib/history\.[ch]                    (history|cmdmon/reports)\.h
lib/(snapshot|gather[a-z_]*)\.[ch]   (snapshot|history|cmdmon/(reports|session)|ntp/probe|nts/establish|wait)\.h
lib/authentication[a-z_]*\.[ch]      (authentication|authentication_nts|nts/client|settings|snapshot|ntp/keys)\.h
lib/survey[a-z_]*\.[ch]              (survey|survey_parts|settings|wait|config/(config|second_opinion))\.h
lib/checks/config(/.*)?\.[ch]        (checks/checks|checks/config/audit|names|settings|snapshot|survey)\.h
lib/checks/.*\.[ch]                  (checks/[a-z_]+|names|settings|snapshot|monitor/result)\.h
lib/confine\.[ch]                     confine\.h
lib/(plugin|options|help|servers)\.[ch]   (plugin|confine|options|servers|authentication|checks/checks|monitor/[a-z]+|names|snapshot|survey)\.h
plugins/.*\.c                        (plugin|authentication|checks/checks)\.h'

rule_of()
{
    echo "$rules" | while read -r files headers; do
        echo "$1" | grep -Eqx "$files" && echo "$headers" && break
    done
}

keeps_to_its_layer()
{
    allowed=$(rule_of "$1")
    [ -n "$allowed" ] || { echo "# $1 has no rule"; return 1; }
    strangers=$(sed -n 's/^#include "\(.*\)"$/\1/p' "$1" | grep -Evx "$allowed")
    [ -z "$strangers" ] || { echo "# $1 includes $strangers"; return 1; }
}

# popt is for the command line alone.
only_options_includes_popt()
{
    [ "$(grep -l 'popt\.h' lib/*.[ch] lib/*/*.[ch] lib/*/*/*.[ch] plugins/*.c)" = lib/options.c ]
}

only_second_opinion_spawns()
{
    [ "$(grep -lwE 'posix_spawnp?' lib/*.c lib/*/*.c lib/*/*/*.c plugins/*.c)" = \
        lib/config/second_opinion.c ]
}

# Nor does more than one plugin pay for a library of cryptography.
only_mac_and_field_include_nettle()
{
    [ "$(grep -l 'nettle/' lib/*.[ch] lib/*/*.[ch] lib/*/*/*.[ch] plugins/*.c |
        tr '\n' ' ')" = \
        'lib/ntp/mac.c lib/nts/field.c ' ]
}

only_establish_includes_gnutls()
{
    [ "$(grep -l 'gnutls/' lib/*.[ch] lib/*/*.[ch] lib/*/*/*.[ch] plugins/*.c)" = \
        lib/nts/establish.c ]
}

compiles_alone()
{
    # shellcheck disable=SC2086
    ${CC:-cc} -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -fsyntax-only -Ilib -x c "$1"
}

# As calls, not as parts of other words: "snprintf(" and "printf(" are others.
avoids_calls()
{
    ! grep -nE "(^|[^a-z_])($1)[[:space:]]*\(" lib/*.c lib/*/*.c lib/*/*/*.c plugins/*.c
}

# Names that the objects of the checks take from elsewhere.
checks_take()
{
    for source in lib/checks/*.c lib/checks/*/*.c; do
        nm -u "$build/${source%.c}.o" | awk 'NF == 2 { print $2 }'
    done | sort -u
}

checks_are_pure()
{
    checks_take >"$scratch"
    grep -q result_reason "$scratch" || { echo "# the objects were not found"; return 1; }
    ! grep -Evx \
        'result_[a-z]+|table_row|[a-z_]+_message|settings_[a-z]+|metric_limits_settle|quantity_text|source_[a-z_]+|snapshot_selected|history_difference|naming_[a-z]+|auth_[a-z_]+|offset_[a-z_]+|holdover_judge|range_alerts|session_error_text|clock_[a-z_]+|report_[a-z_]+|ntp_[a-z_]+|timestamp_[a-z_]+|packet_error_text|authentication_error_text|nts_(error_code|record_error)_text|sources_[a-z_]+|(__)?v?snprintf(_chk)?|mem[a-z]+|str[a-z]+|__ctype.*|config_(access|address|default_limits|directives|is_accepted|last|merged_number|next|next_source|number|option|option_number|problem_effect|problem_text|subnet|surveyor|text|version_parse|version_text|word_number)|second_opinion_text|state_worse|audit_[a-z_]+|name_[a-z_]+|[a-z]+_rules|inet_pton|gmtime_r|ldexp|_GLOBAL_OFFSET_TABLE_|__(a|ub|m)san_.*|__stack_chk_fail|isnan|__isnan' \
        "$scratch" | diagnose | grep .
}

# Constants with addresses in them are in .data.rel.ro, which the linker makes read-only.
has_no_mutable_state()
{
    size -A "$build/lib/libchecks.a" |
        awk '($1 ~ /^\.t?(data|bss)$/ || $1 == "*COM*") && $2 > 0' >"$scratch"
    [ ! -s "$scratch" ] || { diagnose <"$scratch"; return 1; }
}

has_spdx_line() { head -2 "$1" | grep -q 'SPDX-License-Identifier: GPL-2.0-or-later'; }

scratch=$(mktemp) || exit 99
trap 'rm -f "$scratch"' EXIT

for file in lib/*.[ch] lib/*/*.[ch] lib/*/*/*.[ch] plugins/*.c; do
    expect "$file keeps to its layer" keeps_to_its_layer "$file"
done
for header in lib/*.h lib/*/*.h lib/*/*/*.h; do
    expect "$header compiles alone" compiles_alone "$header"
done
for file in lib/*.[ch] lib/*/*.[ch] lib/*/*/*.[ch] plugins/*.c tests/*.[ch] tests/*.sh tests/lab/* tests/bench/*; do
    [ -f "$file" ] || continue
    case $file in *.[ch] | *.sh) expect "$file has a licence line" has_spdx_line "$file" ;; esac
done
expect "only options.c includes popt.h" only_options_includes_popt
expect "only mac.c and field.c include nettle's headers" only_mac_and_field_include_nettle
expect "only establish.c includes GnuTLS" only_establish_includes_gnutls
expect "no number is read by the C library" avoids_calls 'strto[a-z]+|ato[ifl]+|s?scanf'
expect "no buffer is written without a length" avoids_calls 'v?sprintf|strcpy|strcat|gets'
expect "no shell, no fork, no locale, no popt files" \
    avoids_calls 'system|popen|exec[a-z]+|fork|setlocale|poptRead[A-Za-z]+'
expect "only second_opinion.c starts a child" only_second_opinion_spawns
expect "nothing below plugin.c exits" sh -c '! grep -nwE "(_?exit|abort)[[:space:]]*\(" lib/[!p]*.c lib/*/*.c lib/*/*/*.c'
if [ -f "$build/lib/libchecks.a" ]; then
    expect "checks touch nothing but their arguments" checks_are_pure
    expect "nothing below plugin.c keeps state" has_no_mutable_state
else
    skip "checks touch nothing but their arguments" "not built"
fi
finish
