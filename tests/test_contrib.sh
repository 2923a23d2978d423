#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The files for monitoring engines, without an engine: they have every plugin and every
# option, as --help shows them, and nothing else. docs/ENGINES: short, and every snippet
# is run by a test.

top=${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
build=${top_builddir:-.}
# shellcheck source=tests/lab/tap.sh
. "$top/tests/lab/tap.sh"

icinga2=$build/contrib/icinga2/chrony-checks.conf
nagios=$build/contrib/nagios/chrony-checks.cfg
nrpe=$build/contrib/nrpe/chrony-checks.cfg
examples=$top/contrib/icinga2/examples
page=$top/docs/ENGINES
engines='icinga2 nagios nrpe'

scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' HUP INT TERM

plugins() { for source in "$top"/plugins/check_*.c; do basename "$source" .c; done; }

# is_same DESCRIPTION: the files expected and found have the same lines.
is_same()
{
    cmp -s "$scratch/expected" "$scratch/found" && return
    diff "$scratch/expected" "$scratch/found" | diagnose
    return 1
}

# is_silent COMMAND [ARGUMENT...]: what it prints is wrong.
is_silent()
{
    "$@" | diagnose >"$scratch/complaints"
    cat "$scratch/complaints"
    [ ! -s "$scratch/complaints" ]
}


# --- The table itself

# What the plugin says that an option takes, when it is given another word.
words_in_complaint()
{
    "$build/plugins/$1" "--$2=" | sed -n "s/.* is not one of //p"
}

has_the_words()
{
    "$build/plugins/$1" --describe | awk -F '\t' '
        NF != 7 { print "fields: " NF }
        $7 != "" { print $1, $7 }' >"$scratch/found"
    while read -r option _; do
        echo "$option $(words_in_complaint "$1" "$option")"
    done <"$scratch/found" >"$scratch/expected"
    grep -q '^format nagios' "$scratch/expected" && is_same
}

test_table()
{
    for plugin in $(plugins); do
        expect "--describe, $plugin: the words that options take" has_the_words "$plugin"
    done
}


# --- Icinga 2

# What the help of a plugin offers: "OPTION KIND VARIABLE".
options_in_help()
{
    "$build/plugins/$1" --help |
        sed -n 's/^  \(-.,\)\{0,1\} *--\([a-z0-9-]*\)\(\[*=*\).*/\2 \3/p' |
        while read -r option argument; do
            case $option in
                help | version | describe) continue ;;
            esac
            kind=set_if
            [ -z "$argument" ] || kind=value
            echo "$option $kind \$${1#check_}_$(echo "$option" | tr - _)\$"
        done | sort
}

# check_command PLUGIN: its object.
check_command()
{
    sed -n "/^object CheckCommand \"${1#check_}\" {\$/,/^}\$/p" "$icinga2"
}

options_in_icinga2()
{
    check_command "$1" | tr -d '"\t' | awk '
        /^--/ { option = substr($1, 3) }
        $1 == "value" || $1 == "set_if" { print option, $1, $3 }' | sort
}

# Each option that may be repeated takes an array, and no other does.
repeatable_in_table()
{
    "$build/plugins/$1" --describe | awk -F '\t' '$5 == "repeatable" { print $1 }' | sort
}

repeatable_in_icinga2()
{
    check_command "$1" | tr -d '"\t' | awk '
        /^--/ { option = substr($1, 3) }
        $1 == "repeat_key" { print option }' | sort
}

has_the_options()
{
    options_in_help "$1" >"$scratch/expected"
    options_in_icinga2 "$1" >"$scratch/found"
    [ -s "$scratch/expected" ] && is_same
}

has_the_arrays()
{
    repeatable_in_table "$1" >"$scratch/expected"
    repeatable_in_icinga2 "$1" >"$scratch/found"
    is_same
}

has_the_descriptions()
{
    "$build/plugins/$1" --describe | awk -F '\t' '
        $1 !~ /^(help|version|describe)$/ {
            print $6 ($4 == "" ? "" : " (default " $4 ")")
        }' >"$scratch/expected"
    check_command "$1" | sed -n 's/^\t\t\tdescription = "\(.*\)"$/\1/p' >"$scratch/found"
    is_same
}

# Icinga is more patient than the plugin by default.
is_patient()
{
    seconds=$("$build/plugins/$1" --describe | awk '$1 == "timeout" { print $4 + 0 }')
    timeout=$(check_command "$1" | sed -n 's/^\ttimeout = \([0-9]*\)s$/\1/p')
    [ "$timeout" -gt "$seconds" ]
}

commands_in_icinga2()
{
    sed -n 's/^object CheckCommand "\(.*\)" {$/check_\1/p' "$icinga2"
}

# What examples and the page call chrony_..., and the file does not define.
undefined_names()
{
    grep -oh '"chrony_[a-z0-9_]*"\|vars\.chrony_[a-z0-9_]*' "$@" |
        sed 's/vars\.//; s/"//g' | sort -u | while read -r name; do
        grep -q -e "CheckCommand \"$name\"" -e "\"\\\$$name\\\$\"" "$icinga2" ||
            echo "$name is not defined"
    done
}

example_files() { find "$examples" -name '*.conf'; }

test_icinga2()
{
    for plugin in $(plugins); do
        expect "Icinga 2, $plugin: every option, and no other" has_the_options "$plugin"
        expect "Icinga 2, $plugin: arrays where options repeat" has_the_arrays "$plugin"
        expect "Icinga 2, $plugin: descriptions" has_the_descriptions "$plugin"
        expect "Icinga 2, $plugin: a longer timeout" is_patient "$plugin"
    done
    expect 'Icinga 2: no default sets a variable' is_silent grep -n '^.vars' "$icinga2"
    # The names of files are words.
    # shellcheck disable=SC2046
    expect 'Icinga 2: the examples use what there is' \
        is_silent undefined_names $(example_files) "$page"
}


# --- Nagios and NRPE

commands_in_nagios()
{
    awk '$1 == "command_name" { name = $2 }
         $1 == "command_line" && $2 == "$USER1$/" name && $3 == "$ARG1$" { print name }' \
        "$nagios"
}

commands_in_nrpe() { sed -n 's|^command\[\(.*\)\]=/[^ ]*/\1$|\1|p' "$nrpe"; }

# A template of a service names a command that there is.
undefined_templates()
{
    sed -n 's/^ *check_command  *\(check_chrony_[a-z0-9_]*\).*/\1/p' "$nagios" |
        while read -r name; do
            grep -q "^ *command_name  *$name\$" "$nagios" || echo "$name is not defined"
        done
}


# --- All of them

has_the_plugins()
{
    plugins | sort >"$scratch/expected"
    "commands_in_$1" | sort >"$scratch/found"
    is_same
}

# A table that no plugin has, with what must be quoted.
made_up_table()
{
    printf 'check_chrony_new\tIs it new?\n'
    printf 'timeout\tt\tSECONDS\t7:CRITICAL\t\tlimit\t\n'
    printf 'a-path\t\tPATH\t\trepeatable\tas in "C:\\x"\t\n'
    printf 'describe\t\t\t\t\tprint this\t\n'
}

expected_icinga2()
{
    cat <<'END'
/* Is it new? */
object CheckCommand "chrony_new" {
	command = [ PluginContribDir + "/check_chrony_new" ]

	arguments = {
		"--timeout" = {
			value = "$chrony_new_timeout$"
			description = "limit (default 7:CRITICAL)"
		}
		"--a-path" = {
			value = "$chrony_new_a_path$"
			repeat_key = true
			description = "as in \"C:\\x\""
		}
	}

	timeout = 12s
}

END
}

expected_nagios()
{
    cat <<'END'
# Is it new?
define command {
    command_name  check_chrony_new
    command_line  $USER1$/check_chrony_new $ARG1$
}

END
}

expected_nrpe()
{
    cat <<'END'
# Is it new?
command[check_chrony_new]=@PLUGINDIR@/check_chrony_new
END
}

# makes ENGINE AWK...: the generator, with this awk.
makes()
{
    engine=$1
    shift
    "expected_$engine" >"$scratch/expected"
    made_up_table | "$@" -f "$top/contrib/$engine/commands.awk" >"$scratch/found"
    is_same
}

test_generators()
{
    for engine in $engines; do
        for awk in awk mawk gawk original-awk 'busybox awk'; do
            command -v "${awk%% *}" >/dev/null || continue
            # The command may be two words.
            # shellcheck disable=SC2086
            expect "$engine: what $awk makes of a new plugin" makes "$engine" $awk
        done
    done
}

test_files()
{
    for engine in $engines; do
        expect "$engine: every plugin, and no other" has_the_plugins "$engine"
    done
    expect 'Nagios: templates use what there is' is_silent undefined_templates
    expect 'every placeholder is filled' \
        is_silent grep -n '@[A-Z]*@' "$icinga2" "$nagios" "$nrpe"
}


# --- docs/ENGINES

headings() { awk '/^---/ { print last } { last = $0 }' "$page"; }

# The first heading is the page's own.
snippet()
{
    awk -v heading="$1" '
        /^---/ { inside = last == heading }
        inside && sub(/^    /, "")
        { last = $0 }' "$page"
}

is_short()
{
    lines=$(snippet "$1" | wc -l)
    [ "$lines" -ge 1 ] && [ "$lines" -le 5 ]
}

is_run_by_a_test() { grep -qF "'$1'" "$top"/tests/engines/test_*.sh "$0"; }

# systemctl works on a directory, and starts nothing.
make_systemctl()
{
    cat >"$1" <<END
#!/bin/sh
for argument; do
    shift
    [ "\$argument" = --now ] || set -- "\$@" "\$argument"
done
exec "$(command -v systemctl)" --root="$scratch/root" "\$@"
END
    chmod +x "$1"
}

# enables_the_timer HEADING TIMER
enables_the_timer()
{
    units=$scratch/root/etc/systemd/system
    mkdir -p "$units" "$scratch/bin" && cp "$top/contrib/$2" "$units/" &&
        make_systemctl "$scratch/bin/systemctl" || return
    snippet "$1" | PATH=$scratch/bin:$PATH sh -eu 2>&1 | diagnose
    [ -L "$units/timers.target.wants/$(basename "$2")" ]
}

# The same reports on the page as in the configuration, which is audited.
opens_the_same()
{
    sed -n 's/^#opencommands //p' "$top/contrib/chrony/chrony.conf.server" >"$scratch/expected"
    sed -n 's/^    opencommands //p' "$page" >"$scratch/found"
    [ -s "$scratch/expected" ] && is_same
}

test_page()
{
    expect 'docs/ENGINES: opencommands as in chrony.conf.server' opens_the_same
    headings >"$scratch/headings"
    expect 'docs/ENGINES: there are snippets' test -s "$scratch/headings"
    while IFS= read -r heading; do
        expect "docs/ENGINES, $heading: at most five lines" is_short "$heading"
        expect "docs/ENGINES, $heading: a test runs them" is_run_by_a_test "$heading"
    done <"$scratch/headings"
    if command -v systemctl >/dev/null; then
        expect 'docs/ENGINES: the timer is enabled' \
            enables_the_timer 'systemd timer' systemd/ntp-health-check.timer
        expect 'docs/ENGINES: the timer of metrics is enabled' enables_the_timer \
            'Prometheus, on the host' prometheus/ntp-health-metrics.timer
    else
        skip 'docs/ENGINES: the timers are enabled' 'no systemctl'
    fi
}

# --- Packages are of the release that they package

# version_is FILE SCRIPT: the sed script prints the version in it.
version_is()
{
    sed -n "$2" "$top/$1" >"$scratch/found"
    is_same
}

test_versions()
{
    "$build/plugins/check_chrony_leap" -V | awk '{ print $NF }' >"$scratch/expected"
    expect 'NEWS begins with this version' version_is NEWS '4s/ .*//p'
    expect 'debian/changelog, too' version_is debian/changelog '1s/.*(\(.*\)).*/\1/p'
    expect 'the version of the spec file' \
        version_is contrib/rpm/nagios-plugins-chrony.spec 's/^Version: *//p'
}

test_table
test_files
test_icinga2
test_generators
test_page
test_versions
finish
