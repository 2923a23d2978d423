#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What bash completes: every plugin's options and words, as its own table has them.
set -u
top=${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
build=$(cd "${top_builddir:-.}" && pwd) || exit 99
completions=$build/contrib/completion
# shellcheck source=tests/lab/tap.sh
. "$top/tests/lab/tap.sh"

plugins() { for source in "$top"/plugins/check_*.c; do basename "$source" .c; done; }

# replies PLUGIN WORD...: what bash offers for the last word, a line each. The words are as
# bash splits them: the equals sign is one.
replies()
{
    # The variables are for bash.
    # shellcheck disable=SC2016
    bash --norc -c '
        source "$1/$2" || exit
        command=$2
        COMP_WORDS=("${@:2}") COMP_CWORD=$(($# - 2))
        function=$(complete -p "$command" | sed "s/.* -F \([^ ]*\) .*/\1/")
        "$function" "$command" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        [ ${#COMPREPLY[@]} -eq 0 ] || printf "%s\n" "${COMPREPLY[@]}"
    ' bash "$completions" "$@" 2>&1
}

# offers EXPECTED PLUGIN WORD...: the replies, separated by spaces.
offers()
{
    expected=$1
    shift
    found=$(replies "$@" | as_words)
    [ "$found" = "$expected" ] && return
    echo "offered: $found" | diagnose
    return 1
}

describe() { "$build/plugins/$1" --describe; }
as_words() { sort | tr '\n' ' ' | sed 's/ $//'; }

options_of()
{
    describe "$1" | awk -F '\t' '{ print "--" $1 ($3 == "" ? "" : "=") }' | as_words
}

# Those whose value is neither a file nor a host nor one of a few words.
free_options_of()
{
    describe "$1" | awk -F '\t' '$3 !~ /^(HOST|PATH|FILE)?$/ && $7 == "" { print "--" $1 }'
}

# Option and words, a line each.
words_of() { describe "$1" | awk -F '\t' '$7 != "" { print $1, $7 }'; }

offers_words()
{
    words_of "$1" | while read -r option words; do
        words=$(echo "$words" | tr ' ' '\n' | as_words)
        offers "$words" "$1" "--$option" = '' && offers "$words" "$1" "--$option" = &&
            offers "$words" "$1" -v "--$option" '' || exit
    done
}

offers_nothing()
{
    for option in $(free_options_of "$1"); do
        offers '' "$1" "$option" = '' && offers '' "$1" "$option" '' || return
    done
}

expect_tables()
{
    for plugin in $(plugins); do
        options=$(options_of "$plugin")
        expect "$plugin: every option, and no other" offers "$options" "$plugin" ''
        expect "$plugin: again after a flag" offers "$options" "$plugin" -v --
        expect "$plugin: the words of options" offers_words "$plugin"
        expect "$plugin: nothing where a value cannot be guessed" offers_nothing "$plugin"
        expect "$plugin: the file is for this plugin" \
            grep -q "^complete -F _$plugin $plugin\$" "$completions/$plugin"
    done
}

expect_some()
{
    expect 'an option that has begun' offers '--format=' check_chrony_offset --for
    expect 'a flag' offers '--use-ipv4 --use-ipv6' check_chrony_offset --use
    expect 'two limits' offers '--max-error-critical= --max-error-warning=' \
        check_chrony_offset -v --max-e
    expect 'a word that has begun' offers json check_chrony_offset --format = js
    expect 'a word behind a letter' offers 'mifid-1ms mifid-1s' \
        check_chrony_offset --preset mifid-1
    expect 'the letter of an option' offers journal check_chrony_offset -f jo
    expect 'an option behind a value' offers '--verbose --version' \
        check_chrony_offset --format = json --ver
    expect 'no such word' offers '' check_chrony_offset --format = xml
    expect 'no such option' offers '' check_chrony_offset --frob
}

expect_files()
{
    mkdir "$scratch/a directory" && : >"$scratch/chronyd.sock" && cd "$scratch" || return
    for given in '--socket =' --socket -S; do
        # The words are words.
        # shellcheck disable=SC2086
        {
            expect "$given: files" offers 'a directory chronyd.sock' check_chrony_sync $given ''
            expect "$given: a file that has begun" \
                offers chronyd.sock check_chrony_sync $given ch
            expect "$given: elsewhere" offers "$scratch/chronyd.sock" \
                check_chrony_sync $given "$scratch/c"
        }
    done
    expect 'a file of keys: files' offers chronyd.sock check_chrony_ntp --keyfile = ch
}

# Names that bash reads from HOSTFILE.
expect_hosts()
{
    printf '192.0.2.1 ntp1.example.net\n192.0.2.2 ntp2.example.net\n' >"$scratch/hosts"
    export HOSTFILE="$scratch/hosts"
    expect 'hosts' offers 'ntp1.example.net ntp2.example.net' check_chrony_sync -H ntp
    expect 'hosts behind an equals sign' offers ntp2.example.net \
        check_chrony_sync --hostname = ntp2
}

command -v bash >/dev/null || skip_all 'there is no bash'
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
expect_tables
expect_some
expect_files
expect_hosts
finish
