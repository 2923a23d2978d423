#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Asks a real chronyd whether it takes each file of some directories (chronyd -p, which
# starts nothing), and our reader the same: prints the files on which they differ, and how
# many there were. For what fuzz_config finds:
#
#   agree.sh build-fuzz/found/config tests/fuzz/corpus/config
#
# Environment: CHRONYD (4.0 or later), top_builddir (default: .), where read_config is.
set -u
PATH=$PATH:/usr/sbin:/sbin
chronyd=${CHRONYD:-chronyd}
version=$("$chronyd" -v | sed -n 's/^chronyd (chrony) version \([0-9.]*\).*/\1/p')
[ -n "$version" ] || { echo "no chronyd: set CHRONYD" >&2; exit 2; }

scratch=$(mktemp -d) || exit 2
trap 'rm -rf "$scratch"' EXIT

# A name that chronyd looks up, or another file, may take it some time.
find "$@" -type f | sort >"$scratch/files"
while read -r file; do
    if timeout 20 "$chronyd" -p -f "$file" >/dev/null 2>&1 </dev/null; then
        echo "yes $file"
    else
        echo "no $file"
    fi
done <"$scratch/files" >"$scratch/chronyd"
"${top_builddir:-.}/tests/read_config" "$version" <"$scratch/files" |
    awk '{ print $1, $2 }' >"$scratch/ours"

# "untold" is what depends on more than the file.
diff "$scratch/chronyd" "$scratch/ours" | grep '^[<>]' | grep -v ' untold ' >"$scratch/differences"
cut -d ' ' -f 3 "$scratch/differences" | sort | uniq -d
echo "$(wc -l <"$scratch/files") files, $(cut -d ' ' -f 3 "$scratch/differences" | sort | uniq -d | wc -l) differences," \
    "$(grep -c '^untold' "$scratch/ours") not to be told"
[ ! -s "$scratch/differences" ] ||
    [ -z "$(cut -d ' ' -f 3 "$scratch/differences" | sort | uniq -d)" ]
