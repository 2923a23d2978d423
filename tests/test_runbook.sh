#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# docs/RUNBOOK has an entry for each message that a plugin can print, and none for another; each
# metric has one; each entry says what to do; and what the plugins print of real chronyds is there,
# with its state.
#
# Environment: PLUGIN_DIR (default: ./plugins), and what lab/lab.sh takes.
set -u
top=${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
plugin_dir=$(cd "${PLUGIN_DIR:-./plugins}" && pwd) || exit 99
LAB_SOURCE=$top/tests/lab
LAB_HELPERS=${LAB_HELPERS:-./tests/lab}
# shellcheck source=tests/lab/lab.sh
. "$LAB_SOURCE/lab.sh"
# shellcheck source=tests/lab/tap.sh
. "$LAB_SOURCE/tap.sh"

page=$top/docs/RUNBOOK

# Sources whose text is not that of a message: help, the formats around messages, numbers with their
# units, the file of --state, what names tell, and what is found in a chrony.conf.
quiet='help.c|names.c|monitor/(render.*|columns|quantity).c|monitor/format.h|history.[ch]|config/.*|checks/config/.*'

# is_silent COMMAND [ARGUMENT...]: what it prints is wrong.
is_silent()
{
    "$@" >"$scratch/complaints" 2>&1
    diagnose <"$scratch/complaints"
    [ ! -s "$scratch/complaints" ]
}

plugins() { (cd "$top/plugins" && ls check_*.c) | sed 's/\.c$//'; }

# Options and their words: of metrics, with and without what is put in front of their help.
describe()
{
    for plugin in $(plugins); do
        "$plugin_dir/$plugin" --describe
    done | awk -F '\t' '{
        help = $6
        sub(/^(warning|critical) limit for [a-z_]+: /, "", help)
        sub(/ \(units: [^)]*\)$/, "", help)
        name = $1
        sub(/-(warning|critical)$/, "", name)
        gsub("-", "_", name)
        gsub("\t", "\n")
        print $0 "\n" help "\n" name
    }' | sort -u
}

# The headings of the page: a star, and the message.
headings() { sed -n 's/^\* //p' "$page"; }

# The section that explains single words, with blanks in place of what is no part of a word.
words()
{
    awk '/^Words in messages/ { on = 1 } /^The command line is wrong/ { on = 0 } on' "$page" |
        tr -c 'A-Za-z0-9_#-' ' '
}

literals_of()
{
    cd "$1" && find lib -name '*.[ch]' | grep -Ev "^lib/($quiet)$" | sort |
        xargs awk -f "$top/tests/literals.awk"
}

# misfits DIRECTORY: of its sources and the page.
misfits()
{
    literals_of "$1" >"$scratch/literals" || echo 'the sources cannot be read'
    [ -s "$scratch/literals" ] || echo 'there are no messages'
    awk -f "$top/tests/runbook.awk" \
        "$scratch/described" "$scratch/literals" "$scratch/words" "$scratch/headings"
}

# A literal is one for the compiler, too: both find the same ones in a difficult text.
sample='static const char *one = "a \"b\" " /* "no" */
    "c", two = '\''"'\'', *three = "\\"; // "no"
say(x, "%s" PRIu64 " d"); /* "no
"no" */ f(g("e"), "h");'
expected='s.c:1 one= a \"b\" c
s.c:2 three= \\
s.c:3 say( %su d
s.c:4 g( e
s.c:4 f( h'

reads_sources()
{
    printf '%s\n' "$sample" >"$scratch/s.c"
    (cd "$scratch" && awk -f "$top/tests/literals.awk" s.c) | tr '\t' ' ' >"$scratch/found"
    [ "$(cat "$scratch/found")" = "$expected" ] || { diagnose <"$scratch/found"; return 1; }
}

# notices FILE OLD NEW WHAT: with such a change of a source or of the page, it says so.
notices()
{
    rm -rf "$scratch/changed"
    mkdir "$scratch/changed" && cp -R "$top/lib" "$scratch/changed/" || return
    sed "s/$2/$3/" "$top/lib/$1" >"$scratch/changed/lib/$1"
    ! cmp -s "$top/lib/$1" "$scratch/changed/lib/$1" || { echo "# $1 has no $2"; return 1; }
    misfits "$scratch/changed" | grep -q "$4"
}

test_messages()
{
    describe >"$scratch/described"
    headings >"$scratch/headings"
    words >"$scratch/words"
    expect 'the messages are found in the sources' reads_sources
    expect 'each message has an entry, and each entry a message' is_silent misfits "$top"
    expect 'another word in a reason is noticed' notices checks/sync.c \
        'chronyd has no source' 'chronyd has not any source' 'no entry: .*has not any'
    expect 'so is an entry that is no longer needed' notices checks/sync.c \
        'chronyd has no source' 'no source is selected' 'no such message: chronyd has no source'
    expect 'a new remedy is noticed' notices checks/report.c \
        '"see chrony.conf"' '"see a page"' 'no entry: .*see a page'
    expect 'a reason of one word is noticed' notices checks/stratum.c \
        '"stratum %u"' '"high"' 'not explained: .*high'
    expect 'a reason behind a name is noticed' notices checks/stratum.c \
        '\.name = "stratum"' '.name = "the stratum is a disaster"' 'no entry: .*a disaster'
    expect 'a new word is noticed' notices snapshot.c '"jittery"' '"shaky"' \
        'not explained: .*shaky'
    expect 'a new usage error is noticed' notices options.c \
        'give it once' 'give one' 'no entry: .*given twice: give one'
}


# --- Entries

# The lines of an entry, behind its headings: those that say what to do in front of "Words".
entries()
{
    awk '/^Words in messages/ { exit }
         /^\* / { if (!heads) flush(); heads = 1; name = substr($0, 3); next }
         /^    / && name { heads = 0; body = body " " $0; next }
         /^[^ ]/ { flush() }
         function flush() {
             if (name)
                 print name "\t" body
             name = body = ""
         }
         END { flush() }' "$page"
}

without_advice()
{
    entries | awk -F '\t' '
        $2 !~ /(OK|WARNING|CRITICAL|UNKNOWN|[Tt]he state of|No limit by default)/ {
            print "no state: " $1 }
        $2 ~ /^ *OK/ { next }
        $2 !~ /Confirm/ { print "how to confirm it is not said: " $1 }
        $2 !~ /Do[:,]/ { print "what to do is not said: " $1 }
        $2 !~ /Wake:/ { print "whom to wake is not said: " $1 }'
}

# metrics PLUGIN: the names of those that have a limit.
metrics()
{
    "$plugin_dir/$1" --describe |
        sed -n 's/^[^\t]*\t[^\t]*\tRANGE\t.*limit for \([a-z_]*\): .*/\1/p' | sort -u
}

metrics_without_entry()
{
    for plugin in $(plugins); do
        metrics "$plugin" | while read -r metric; do
            # Of NTP servers there can be several.
            [ "$plugin" != check_chrony_ntp ] || metric="\\(SERVER: \\)\\{0,1\\}$metric"
            grep -q "^$metric VALUE (critical limit RANGE)\$" "$scratch/headings" ||
                echo "$plugin: $metric"
        done
    done
}


# --- What is printed

# reasons COMMAND [ARGUMENT...]: "STATE<tab>TEXT" each.
reasons()
{
    "$@" -f json | grep -o '{"state": "[A-Z]*", "text": "[^"]*"}' |
        sed 's/^{"state": "\([A-Z]*\)", "text": "\(.*\)"}$/\1\t\2/'
}

# A limit for each metric that any value passes: so each number is told. Of certificates there is none
# without --nts.
tell_all_metrics()
{
    set --
    for option in $("$plugin_dir/$plugin" --describe | cut -f 1 |
        grep -e '-warning$' | grep -v '^certificate-'); do
        set -- "$@" "--$option=@~:"
    done
    case $plugin in
        *_ntp) set -- "$@" -H 127.0.0.11 -H 127.0.0.12 -P "$(ntp_port)" ;;
        *_config) set -- "$@" --file="$top/contrib/chrony/chrony.conf.server" ;;
        *_server) set -- "$@" -S "$(lab_socket good)" --state="$scratch/all" ;;
        *) set -- "$@" -S "$(lab_socket good)" ;;
    esac
    reasons "$plugin_dir/$plugin" "$@"
}

# What only options bring about.
ask_with_options()
{
    for plugin in $(plugins); do
        tell_all_metrics
    done
    printf '%s\n' 'server ntp1.example.net' 'clientlog' >"$scratch/chrony.conf"
    reasons "$plugin_dir/check_chrony_config" --file="$scratch/chrony.conf"
    reasons "$plugin_dir/check_chrony_config" --file="$scratch/nothing.conf"
    socket=$(lab_socket falsetick)
    reasons "$plugin_dir/check_chrony_sources" -S "$socket" --require-source=127.0.0.15 \
        --require-source=no.such.example.net
    reasons "$plugin_dir/check_chrony_auth" -S "$socket" --require=nts
    reasons "$plugin_dir/check_chrony_server" -S "$socket" --state="$scratch/state"
    reasons "$plugin_dir/check_chrony_server" -S "$socket" --state="$scratch/state"
    reasons "$plugin_dir/check_chrony_server" -S "$(lab_socket good)" --state="$scratch/state"
    chmod 644 "$scratch/state"
    reasons "$plugin_dir/check_chrony_server" -S "$socket" --state="$scratch/state"
    reasons "$plugin_dir/check_chrony_sync" -S "$(lab_socket local)" --allow-local
    reasons "$plugin_dir/check_chrony_sync" -S "$scratch/nothing"
    reasons "$plugin_dir/check_chrony_ntp" --both-families -P "$(lab_ntp_port good)"
    reasons "$plugin_dir/check_chrony_ntp" -H 127.0.0.11 -H 127.0.0.1 -P "$(lab_ntp_port bigoffset)"
    reasons "$plugin_dir/check_chrony_ntp" -P "$(lab_ntp_port local)"
}

# Mistakes, an option each; what is said of each must be in the last section.
mistakes='-w -1|-w 5000|-w /|-w 2:1|-w ""|-t 0|-t x|-t 5:GOOD|-p 0|-S x|-S /x -p 3|-4 -6|-H|-H ""|--nonsense
left|--preset=x|-f x|-p 1 -p 2|-H no.such.invalid'

say_mistakes()
{
    echo "$mistakes" | tr '|' '\n' | while read -r options; do
        # The options are words, one of them empty.
        eval "reasons \"$plugin_dir/check_chrony_offset\" $options"
    done
}

not_among_mistakes()
{
    awk '/^The command line is wrong/ { on = 1 } /^Emergencies/ { exit } on && sub(/^\* /, "")' \
        "$page" >"$scratch/entries"
    sed -n '/^\* -H/s/^\* //p' "$page" >>"$scratch/entries"
    say_mistakes >"$scratch/said"
    [ "$(wc -l <"$scratch/said")" -ge 17 ] || echo 'mistakes are not noticed'
    awk -F '\t' '
        NR == FNR {
            gsub(/[][\\.^$*+?(){}|]/, "\\\\&")
            gsub(/[A-Z][A-Z]+( [A-Z]+)*/, ".*")
            gsub(/ N /, " .* ")
            patterns[++count] = $0
            next
        }
        {
            found = 0
            for (i = 1; i <= count && !found; i++)
                found = $2 ~ patterns[i]
            if (!found || $1 != "UNKNOWN")
                print "no entry: " $1 " " $2
        }' "$scratch/entries" "$scratch/said"
}

ask_all()
{
    for plugin in $(plugins); do
        case $plugin in
            *_config) continue ;;
            *_ntp) set -- --compare --ntp-port="$(lab_ntp_port "$state")" ;;
            *) set -- ;;
        esac
        # One that is stopped costs all of the time.
        seconds=5
        [ "$state" != stopped ] || seconds=0.2
        reasons "$plugin_dir/$plugin" -t "$seconds" -p "$(lab_port "$state")" -H 127.0.0.1 "$@"
        reasons "$plugin_dir/$plugin" -t "$seconds" -S "$(lab_socket "$state")" "$@"
    done
}

# What was printed, and is not in the page, or not with that state: headings are made into
# expressions, with anything in place of capitals.
not_in_the_page()
{
    awk '/^Words in messages/ { exit }
         /^\* / { if (!heads) count = 0; heads = 1; names[++count] = substr($0, 3); next }
         /^    / && heads { body = $0; heads = 0; begun = 1 }
         begun && /^    / { body = body " " $0 }
         begun && (/^    Confirm/ || /^$/) {
             for (i = 1; i <= count; i++)
                 print names[i] "\t" body
             begun = 0
         }' "$page" >"$scratch/entries"
    awk -F '\t' '
        NR == FNR && $1 !~ /[a-z]/ { next }
        NR == FNR {
            pattern = $1
            gsub(/[][\\.^$*+?(){}|]/, "\\\\&", pattern)
            gsub(/critical limit/, "(critical|warning) limit", pattern)
            gsub(/[A-Z][A-Z ]*[A-Z]|[A-Z]/, ".*", pattern)
            patterns[++count] = "^" pattern "$"
            bodies[count] = $2
            next
        }
        $2 ~ /^[A-Z][0-9][0-9] / { next } # a rule of the audit
        {
            found = fits = 0
            for (i = 1; i <= count; i++)
                if ($2 ~ patterns[i]) {
                    found = 1
                    fits = fits || index(bodies[i], $1) || bodies[i] ~ /[Tt]he state of|No limit by default/
                }
            if (!found)
                print "no entry: " $2
            else if (!fits)
                print "not as " $1 ": " $2
        }' "$scratch/entries" "$scratch/printed"
}

states='good unsync nosources offline local falsetick nomajority lost highstratum bigoffset names
leapins jittery distance authkey wrongkey dropping forgetful dead stopped'

test_printed()
{
    lab_open
    case $? in
        0) ;;
        77) skip 'what the plugins print is in it' 'there is no chronyd'; return ;;
        *) bail_out 'the lab does not open' ;;
    esac
    # The names of states are words.
    # shellcheck disable=SC2086
    lab_up $states || bail_out 'the states do not come'
    for state in $states; do
        lab_lacks "$state" || ask_all
    done >"$scratch/all"
    ask_with_options >>"$scratch/all"
    sort -u "$scratch/all" >"$scratch/printed"
    expect 'the plugins have printed something' test "$(wc -l <"$scratch/printed")" -gt 150
    expect 'what the plugins print is in it, with its state' is_silent not_in_the_page
}

close_all()
{
    lab_close
    rm -rf "$scratch"
}

scratch=$(mktemp -d) || exit 99
lab_close_on_exit
trap close_all EXIT
test_messages
expect 'each entry has a state, and says what to do' is_silent without_advice
expect 'each metric has an entry' is_silent metrics_without_entry
expect 'what is said of mistakes is in it' is_silent not_among_mistakes
test_printed
finish
