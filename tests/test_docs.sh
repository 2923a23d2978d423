#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The pages: one manual page a plugin, clean, with every option; what README and NEWS must name.
set -u
top=${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
build=${top_builddir:-.}
# shellcheck source=tests/lab/tap.sh
. "$top/tests/lab/tap.sh"

# What mandoc says even of a clean page: there is no RCS id in it, and pages that it names need not be
# installed here.
lint()
{
    mandoc -T lint -W style "$1" | grep -v -e 'RCS id' -e 'referenced manual not found' | diagnose | grep . && return 1
    return 0
}

# The page as text, without the overstrikes that make letters bold.
backspace=$(printf '\b')
plain() { mandoc -T ascii "$1" | sed "s/.$backspace//g"; }

# Lines of output in the source of a page are in the page, as they are.
keeps_its_examples()
{
    grep '^CHRONY' "$top/docs/$1.1.in" | grep -vxF -f "$2" | diagnose | grep . && return 1
    return 0
}

has_every_option()
{
    "$build/plugins/$1" --describe | cut -f 1 | while read -r option; do
        plain "$2" | grep -qe "--$option" || echo "--$option is missing"
    done | diagnose | grep . && return 1
    return 0
}

says_default()
{
    plain "$2" | tr -s ' \n' '  ' >"$scratch"
    "$build/plugins/$1" --describe | cut -f 4 | grep . | while read -r default; do
        grep -qF "$default" "$scratch" || echo "default $default is missing"
    done | diagnose | grep . && return 1
    return 0
}

fits_a_terminal() { ! plain "$1" | grep '.\{81,\}' | diagnose | grep .; }

gives_no_warning()
{
    ! LC_ALL=C man --warnings -l -Tascii "$1" 2>&1 >/dev/null | diagnose | grep .
}

# Text in the first argument, as an awk program would see it: headings of a page.
heads() { sed -n 's/^\.Sh //p' "$1"; }

has_sections()
{
    for section in NAME SYNOPSIS DESCRIPTION METRICS OPTIONS 'EXIT STATUS' EXAMPLES 'SEE ALSO'; do
        heads "$1" | grep -qx "$section" || echo "no section $section"
    done | grep -v METRICS | diagnose | grep . && return 1
    return 0
}

version=$("$build/plugins/check_chrony_leap" -V | awk '{ print $3 }')
scratch=$(mktemp) || exit 99
trap 'rm -f "$scratch"' EXIT

# test_has FILE WORDS: a test is still there that a page names.
test_has()
{
    for file in "$top/$1.c" "$top/$1.sh"; do
        [ ! -f "$file" ] || { grep -qF -e "$2" "$file" && return; }
    done
    return 1
}

has_all_faults()
{
    faults=$("$build/tests/test_faults" --table) &&
        [ "$faults" = "$(sed '1,/^The matrix$/d' "$top/docs/FAULTS")" ]
}

for plugin in "$top"/plugins/check_*.c; do
    plugin=$(basename "$plugin" .c)
    page=$build/docs/$plugin.1
    expect "$plugin has a manual page" test -s "$page"
    expect "$plugin(1) names the version" grep -qx "\.Os chrony-checks $version" "$page"
    expect "$plugin(1) keeps its examples" keeps_its_examples "$plugin" "$page"
    expect "$plugin(1) has its sections" has_sections "$page"
    expect "$plugin(1) leads to chrony-checks(7)" \
        grep -q '^[.]Xr chrony-checks 7 ' "$page"
    if command -v mandoc >/dev/null; then
        expect "$plugin(1) is clean" lint "$page"
        expect "$plugin(1) has every option" has_every_option "$plugin" "$page"
        expect "$plugin(1) has every default" says_default "$plugin" "$page"
    else
        skip "$plugin(1) is clean" "no mandoc"
    fi
    expect "README names $plugin" grep -q "$plugin" "$top/README"
done
rules=$build/docs/chrony-checks-rules.7
expect "chrony-checks-rules(7) names the version" grep -qx "\.Os chrony-checks $version" "$rules"
expect "chrony-checks-rules(7) has rules" grep -q '^\.It Sy S12 , No critical$' "$rules"
if command -v mandoc >/dev/null; then
    expect "chrony-checks-rules(7) is clean" lint "$rules"
else
    skip "chrony-checks-rules(7) is clean" "no mandoc"
fi
concepts=$build/docs/chrony-checks.7
expect "there is chrony-checks(7)" grep -qx "\.Os chrony-checks $version" "$concepts"
if command -v mandoc >/dev/null; then
    expect "chrony-checks(7) is clean" lint "$concepts"
    expect "chrony-checks(7) has at most 80 columns" fits_a_terminal "$concepts"
else
    skip "chrony-checks(7) is clean" "no mandoc"
fi
if command -v man >/dev/null; then
    expect "chrony-checks(7) gives man no warning" gives_no_warning "$concepts"
else
    skip "chrony-checks(7) gives man no warning" "no man"
fi
for plugin in "$top"/plugins/check_*.c; do
    expect "chrony-checks(7) says what $(basename "$plugin" .c) answers" \
        grep -qx "\.Xr $(basename "$plugin" .c) 1" "$concepts"
done
expect "README is one page" test "$(wc -l <"$top/README")" -le 100
expect "NEWS has a line for this version" \
    grep -q "^$version " "$top/NEWS"
for format in $("$build/plugins/check_chrony_leap" --describe | awk -F '\t' '$1 == "format" { print $7 }'); do
    expect "docs/FORMATS describes $format" grep -q "^    $format  " "$top/docs/FORMATS"
done
if [ -x "$build/tests/test_faults" ]; then
    expect "docs/FAULTS has the rows of tests/test_faults: make faults writes them" has_all_faults
else
    skip "docs/FAULTS has the rows of tests/test_faults" "not built"
fi
while read -r file words; do
    expect "docs/SECURITY: $file has \"$words\"" test_has "$file" "$words"
done <<PROMISES
$(sed -n 's/^    \(tests\/[a-z_]* .*\)$/\1/p' "$top/docs/SECURITY")
PROMISES
for page in README NEWS COPYING docs/MIGRATION docs/DESIGN docs/CONTRIBUTING docs/FAULTS docs/SECURITY; do
    expect "$page is there" test -s "$top/$page"
done
finish
