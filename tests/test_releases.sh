#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The chronyd of this system is one of the releases that tests/releases knows; and one that
# answers otherwise than is expected makes it fail.
set -u
top=${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
LAB_SOURCE=$top/tests/lab
# shellcheck source=tests/lab/lab.sh
. "$LAB_SOURCE/lab.sh"
# shellcheck source=tests/lab/tap.sh
. "$top/tests/lab/tap.sh"

chronyd=$(find_chronyd)
chronyc=$(find_chronyc "$chronyd")
if [ -z "$chronyd" ] || [ -z "$chronyc" ]; then
    skip_all 'there is no chronyd'
fi
version=$("$chronyd" --version | sed 's/.*version \([^ ]*\).*/\1/')

scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/this" "$scratch/other" "$scratch/none" "$scratch/broken"

# link_as DIRECTORY VERSION
link_as()
{
    ln -s "$chronyd" "$scratch/$1/chronyd-$2" && ln -s "$chronyc" "$scratch/$1/chronyc-$2"
}

# gives STATUS TEXT DIRECTORY [OPTION...]
gives()
{
    wanted=$1
    text=$2
    shift 2
    "$top/tests/releases" "$@" >"$scratch/out" 2>"$scratch/err"
    [ $? = "$wanted" ] && grep -q -e "$text" "$scratch/out" "$scratch/err" && return
    cat "$scratch/out" "$scratch/err" | diagnose
    return 1
}

link_as this "$version"
expect "chronyd $version answers as is expected" gives 0 '^1 releases, .* 0 that differ$' \
    "$scratch/this"
link_as other 1.0
RELEASES_STATES='good dead'
export RELEASES_STATES
expect 'a release of which nothing is expected differs' \
    gives 1 '^1 releases, 0 answers as expected, 36 that differ$' "$scratch/other"
expect 'it is said what the answer was' grep -q '^CHRONY SYNC OK - synchronised to' "$scratch/out"
printf '#!/bin/sh\nexit 1\n' >"$scratch/broken/chronyd-4.3"
cp "$scratch/broken/chronyd-4.3" "$scratch/broken/chronyc-4.3"
chmod +x "$scratch"/broken/*
expect 'a chronyd that does not start is a failure' \
    gives 1 '^4\.3: the lab does not come up$' "$scratch/broken"
mkdir "$scratch/broken/chrony-4.0"
printf '#!/bin/sh\nexit 1\n' >"$scratch/broken/chrony-4.0/configure"
chmod +x "$scratch/broken/chrony-4.0/configure"
expect 'so is a tree that does not build' gives 1 'chrony-4\.0 does not build$' "$scratch/broken"
expect 'so is a directory without a release' gives 1 'no release in ' "$scratch/none"
expect 'so is no directory' gives 2 'usage: ' "$scratch/missing"
finish
