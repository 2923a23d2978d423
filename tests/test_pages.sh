#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The pages for operators: each command behind "$" is run against a time server that was made
# by contrib/chrony/chrony.conf.server, where names, ports and directories are the lab's;
# docs/ACCEPTANCE has what each prints. What the pages name is there: plugins, options, manual
# pages, units and files.
#
# Environment: PLUGIN_DIR (default: ./plugins), top_builddir (default: the current directory),
# and what lab/lab.sh takes.
set -u
top=${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
build=$(cd "${top_builddir:-.}" && pwd) || exit 99
plugin_dir=$(cd "${PLUGIN_DIR:-./plugins}" && pwd) || exit 99
LAB_SOURCE=$top/tests/lab
LAB_HELPERS=${LAB_HELPERS:-./tests/lab}
# shellcheck source=tests/lab/lab.sh
. "$LAB_SOURCE/lab.sh"
# shellcheck source=tests/lab/tap.sh
. "$LAB_SOURCE/tap.sh"

operators_pages='RUNBOOK SERVER ACCEPTANCE'

# is_silent COMMAND [ARGUMENT...]: what it prints is wrong.
is_silent()
{
    "$@" >"$scratch/complaints" 2>&1
    diagnose <"$scratch/complaints"
    [ ! -s "$scratch/complaints" ]
}

# All that operators read.
pages()
{
    cd "$top" && ls README NEWS docs/RUNBOOK docs/SERVER docs/ACCEPTANCE docs/ENGINES \
        docs/FORMATS docs/MIGRATION docs/CHRONY.CONF docs/FAULTS docs/SECURITY docs/*.in contrib/*/README
}

# The text of a page; in the source of a manual page \- is a hyphen.
texts()
{
    for page in $(pages); do
        sed "s/\\\\-/-/g; s|^|$page: |" "$top/$page"
    done
}


# --- What the pages name

plugins() { (cd "$top/plugins" && ls check_*.c) | sed 's/\.c$//'; }

known_options()
{
    for plugin in $(plugins); do
        "$plugin_dir/$plugin" --describe | cut -f 1 | sed "s/^/$plugin --/"
    done
}

# "PAGE: PLUGIN --OPTION" for each option behind the name of a plugin, in the same command.
named_options()
{
    texts | awk '{
        page = $1
        plugin = ""
        for (i = 2; i <= NF; i++) {
            word = $i
            if (word ~ /^[`"(]*check_chrony_[a-z]+$/) {
                plugin = word
                gsub(/[^a-z_]/, "", plugin)
            } else if (word ~ /^[|;&>]/ || word ~ /[;|.]$/)
                plugin = ""
            else if (plugin && match(word, /^--[a-z][-a-z]*/))
                print page, plugin, substr(word, 1, RLENGTH)
        }
    }' | sort -u
}

unknown_options()
{
    known_options >"$scratch/known"
    named_options >"$scratch/named"
    [ "$(wc -l <"$scratch/named")" -gt 30 ] || echo 'options are not found'
    while read -r page plugin option; do
        grep -qxF -e "$plugin $option" "$scratch/known" || echo "$page $plugin $option"
    done <"$scratch/named"
    grep -h -o -e ' --[a-z][-a-z]*-\(warning\|critical\)\>' "$top/docs/RUNBOOK" "$top/docs/SERVER" \
        "$top/docs/ACCEPTANCE" | sort -u | while read -r option; do
        grep -q -e " $option\$" "$scratch/known" || echo "no plugin has $option"
    done
}

unknown_plugins()
{
    texts | grep -o -e 'check_chrony_[a-z]\+' | sort -u |
        while read -r plugin; do
            [ -f "$top/plugins/$plugin.c" ] || echo "$plugin"
        done
}

# Manual pages of others, as these pages name them.
foreign_manuals='chronyc(1) chrony.conf(5) chronyd(8)'

unknown_manuals()
{
    for page in README NEWS docs/RUNBOOK docs/SERVER docs/ACCEPTANCE; do
        grep -o -e '[a-z][-a-z._]*([1-8])' "$top/$page"
    done | sort -u | while read -r manual; do
        case " $foreign_manuals " in *" $manual "*) continue ;; esac
        name=${manual%(*}
        section=${manual#*\(}
        [ -f "$top/docs/$name.${section%\)}.in" ] || echo "$manual"
    done
}

# Files of the source tree that the pages for operators name.
unknown_files()
{
    for page in $operators_pages; do
        grep -o -e '\<\(docs\|contrib\|tests\)/[A-Za-z0-9_./@-]*[A-Za-z0-9]' "$top/docs/$page"
    done | sort -u | while read -r file; do
        [ -e "$top/$file" ] || [ -e "$top/$file.in" ] || echo "$file"
    done
    # Names alone, of what contrib/chrony has; a copy is the operator's.
    for page in $operators_pages; do
        grep -o -e '\<chrony\.\(conf\.[a-z0-9]*\|keys\.[a-z]*\|logrotate\|nft\)\>' "$top/docs/$page"
    done | grep -v -x -e chrony.conf.emergency | sort -u | while read -r file; do
        [ -e "$top/contrib/chrony/$file" ] || echo "$file"
    done
}

unknown_units()
{
    for page in $operators_pages; do
        grep -o -e '\<\(ntp-health\|chrony-config\)-[a-z]*\(@\)\{0,1\}\.\(service\|timer\)' "$top/docs/$page"
    done | sort -u | while read -r unit; do
        find "$top/contrib" -name "$unit" -o -name "$unit.in" | grep -q . || echo "$unit"
    done
    grep -o -e '\<Chrony[A-Z][A-Za-z]*' "$top/docs/RUNBOOK" | sort -u | while read -r alert; do
        grep -q "alert: $alert\$" "$top/contrib/prometheus/chrony-checks.rules.yml" || echo "$alert"
    done
}

# Each network that is served has its rule for each firewall.
networks_without_rule()
{
    sed -n '/^6[.] The firewall/,/^7[.]/p' "$top/docs/SERVER" >"$scratch/firewall"
    sed -n 's/^allow \(.*\/.*\)/\1/p' "$top/contrib/chrony/chrony.conf.server" | while read -r network; do
        grep -q -F -e "address=$network service name=ntp accept" "$scratch/firewall" ||
            echo "docs/SERVER has no rule for $network"
        for rules in README chrony.nft; do
            grep -q -F -e "$network" "$top/contrib/chrony/$rules" || echo "$rules has no rule for $network"
        done
    done
}

# But messages and outputs are as they are.
wide_lines() { grep -n '.\{91,\}' "$1" | grep -v -e '^[0-9]*:\* ' -e '^[0-9]*:    CHRONY '; }

# A link cannot be followed here, so there is none.
links() { for page in $operators_pages; do grep -n -e '[a-z]://' "$top/docs/$page"; done; }

# Headings that one page names with a quotation, in another or in itself.
unknown_sections()
{
    grep -h -o -e '"[A-Z][a-z][^"]*" below' "$top/docs/RUNBOOK" | sed 's/^"//; s/" below$//' |
        sort -u | while read -r section; do
        grep -qx -e "$section" -e "All plugins: $section" "$top/docs/RUNBOOK" || echo "$section"
    done
}

test_names()
{
    expect 'each option that the pages name is one of the plugin' is_silent unknown_options
    expect 'each plugin that they name is there' is_silent unknown_plugins
    expect 'each manual page that they name is there' is_silent unknown_manuals
    expect 'each file that they name is there' is_silent unknown_files
    expect 'each unit and each alert that they name is there' is_silent unknown_units
    expect 'each section that they name is there' is_silent unknown_sections
    expect 'each network that is allowed has its rules' is_silent networks_without_rule
    expect 'they have no links' is_silent links
    for page in $operators_pages MIGRATION; do
        expect "docs/$page is plain text" \
            is_silent env LC_ALL=C grep -n -e '[^ -~]' -e ' $' "$top/docs/$page"
        expect "docs/$page has lines of at most 90 columns" \
            is_silent wide_lines "$top/docs/$page"
    done
}


# --- Commands. Those of a page, a line each: the prompt, a tab, the command.

commands()
{
    awk '
        function prompt(line)
        {
            if (match(line, /^ +([^ ].*  +)?[$#] [a-z("]/))
                return RLENGTH - 2
            return 0
        }
        joined { sub(/^ +/, ""); joined = joined " " $0 }
        !joined && (at = prompt($0)) { joined = substr($0, at, 1) "\t" substr($0, at + 2) }
        joined {
            if (sub(/[\\|]$/, joined ~ /\|$/ ? "|" : "", joined))
                next
            print joined
            joined = ""
        }' "$top/docs/$1"
}

# What can only be done on the real host.
host_programs='apparmor_parser apt apt-config ausearch chown coredumpctl cp dnf dpkg firewall-cmd getenforce ip
journalctl mkdir nft nmcli openssl printf ps restorecon sed systemctl tar check_chrony_ntp
chronyc ss'

needs_no_host()
{
    for page in $operators_pages; do
        commands "$page" | sed -n 's/^#\t\([^ ]*\).*/\1/p'
    done | sort -u | while read -r program; do
        case " $(echo "$host_programs" | tr '\n' ' ') " in
            *" $program "*) ;;
            *) echo "$program" ;;
        esac
    done
}

# What is not run is at least the shell's. Behind blanks and in parentheses it is said for whom it is.
are_of_the_shell()
{
    for page in $operators_pages; do
        commands "$page"
    done | sed -n 's/  *([A-Za-z]*)$//; s/^#\t//p' >"$scratch/of_the_host"
    [ "$(wc -l <"$scratch/of_the_host")" -gt 40 ] && sh -n "$scratch/of_the_host"
}

# At least so many of a hundred commands are run here.
run_share()
{
    for page in $operators_pages; do
        commands "$page"
    done | awk -F '\t' '{ n[$1]++ } END { exit !(100 * n["$"] >= 70 * (n["$"] + n["#"])) }'
}


# --- The time server: the state "page" of the lab

internet_port() { echo $((LAB_BASE + 6)); }
internet_key_port() { echo $((LAB_BASE + 7)); }

make_internet_certificate() (
    umask 077
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
        -subj /CN=localhost -keyout "$LAB_DIR/page-key.pem" \
        -out "$LAB_DIR/page-certificate.pem" -addext subjectAltName="$(
            printf 'IP:127.1.%d.1,' 1 2 3 4 | sed 's/$/IP:127.1.5.1/'
        )" 2>/dev/null
)

start_internet()
{
    make_internet_certificate && chronyd_server_for internet "$(internet_port)" <<DIRECTIVES
ntsport $(internet_key_port)
ntsserverkey $LAB_DIR/page-key.pem
ntsservercert $LAB_DIR/page-certificate.pem
ntsprocesses 0
DIRECTIVES
}

# Each server is in a network of its own, as if each had another operator.
start_page()
{
    start_internet && mkdir -p "$root/etc/logrotate.d" "$root/var/lib/chrony" \
        "$root/var/log/chrony" &&
        (umask 077 && "$lab_chronyc" keygen 20 AES128 >"$root/etc/monitoring.keys") &&
        touch "$root/etc/chrony.keys" &&
        chmod 640 "$root/etc/chrony.keys" && cp "$top/contrib/chrony/chrony.conf.server" \
        "$root/etc/chrony.conf" || return
    {
        awk -v root="$root" -v internet="port $(internet_port) ntsport $(internet_key_port) \
minpoll -2 maxpoll -2" '
            $1 == "server" { $2 = "127.1." ++servers ".1 " internet }
            { sub("/var/", root "/var/"); sub("/etc/chrony.keys", root "/etc/chrony.keys"); print }' \
            "$root/etc/chrony.conf"
        echo "ntstrustedcerts $LAB_DIR/page-certificate.pem"
        echo nosystemcert
    } | closed_chronyd_for page
}

# All five are good, the clock's rate is known, and the logs have begun.
ready_page()
{
    [ "$(flags page | tr -d '*+-')" = '' ] && [ "$(leap page)" = Normal ] &&
        [ "$(skew page)" -lt 10 ] && [ -s "$root/var/log/chrony/statistics.log" ]
}

# The same configuration, when no source answers; another host has the keys of the lab.
start_silent()
{
    start_key_server || return
    awk -v keys="$LAB_DIR/client-keys" '
        $1 == "server" { $2 = "127.1." ++servers ".99 port 9 ntsport 9" }
        $1 == "ntsdumpdir" || $1 == "driftfile" || $1 == "logdir" || $1 == "log" { next }
        { sub("/etc/chrony.keys", keys); print }' "$top/contrib/chrony/chrony.conf.server" |
        closed_chronyd_for silent
}
ready_silent() { flags_are silent '?????'; }

# A first sample of each source, and a minute until the next.
start_starting() { five_servers | sed 's/ iburst.*//' | chronyd_for starting; }
ready_starting() { [ "$(reaches starting)" = 1 ]; }

# The programs that a page calls, for the lab's server. Names of NTP servers are those of
# servers of the lab.
make_programs()
{
    mkdir "$scratch/bin" || return
    program chronyc <<PROGRAM
exec "$lab_chronyc" $lab_chronyc_option -h "$(lab_socket page)" "\$@"
PROGRAM
    program chronyd <<PROGRAM
exec "$LAB_DIR/bin/chronyd" "\$@"
PROGRAM
    program man <<PROGRAM
exec $(command -v man) -l "$build/docs/\$2.\$1"
PROGRAM
    for plugin in $(plugins); do
        program "$plugin" <<PROGRAM
case " \$* " in
    *' -S '* | *' --version '*) set -- "\$@" ;;
    *) set -- "\$@" $(road_of "$plugin") ;;
esac
exec "$plugin_dir/$plugin" "\$@"
PROGRAM
    done
    program check_chrony_config <<PROGRAM
case "\$*" in
    *--file=*) ;;
    *) set -- "\$@" --file="$root/etc/chrony.conf" ;;
esac
exec "$plugin_dir/check_chrony_config" "\$@"
PROGRAM
    program check_chrony_ntp <<PROGRAM
case " \$* " in
    *' -H '*) set -- "\$@" -P $(ntp_port) ;;
    *' --compare '*) set -- "\$@" -P $(lab_ntp_port page) -p $(chronyd_port page) ;;
    *) set -- "\$@" -P $(lab_ntp_port page) ;;
esac
exec "$plugin_dir/check_chrony_ntp" "\$@"
PROGRAM
}

program() { { echo '#!/bin/sh'; cat; } >"$scratch/bin/$1" && chmod +x "$scratch/bin/$1"; }

# The default road, at the lab's port: -S must be in the page.
road_of()
{
    case $1 in
        *_config) ;;
        *) echo "-H 127.0.0.1 -p $(chronyd_port page)" ;;
    esac
}

# The state whose socket, and whose user, commands get.
asked=page

# placed COMMAND: with the lab's files, and its addresses.
placed()
{
    echo "$1" | sed -e 's/^\(getent .*\)ntp[1-3].example.net/\1localhost/' \
        -e "s|/tmp/recovered|$root/recovered|g" \
        -e "s|/run/chrony/chronyd.sock|$(lab_socket "$asked")|g" \
        -e "s|/run/chrony\\>|$LAB_DIR/page|g" -e "s|/var/lib\\>|$root/var/lib|g" \
        -e "s|/var/log\\>|$root/var/log|g" -e "s|/etc/|$root/etc/|g" \
        -e 's/ntp\([1-3]\).example.net/127.0.0.1\1/g'
}

# As it would be on the host.
unplaced()
{
    sed -e "s|$root||g" -e 's/127\.0\.0\.1\([1-3]\)/ntp\1.example.net/g'
}

lacks_program()
{
    for needed in logrotate man ss jq ps free; do
        case " $1" in *" $needed "*) ! command -v "$needed" >/dev/null && return ;; esac
    done
    return 1
}

# Each in a shell of its own; what is assigned is kept for the next.
run_command()
{
    placed "$1" >>"$scratch/command"
    case $1 in *' '*) ;; *=*) return ;; esac
    (
        cd "$root" || exit
        # shellcheck disable=SC2031
        PATH=$scratch/bin:$PATH:/usr/sbin:/sbin:/bin
        conf=$root/etc/chrony.conf keys=$root/etc/chrony.keys contrib=$top/contrib \
            service=chronyd user="$(chronyd_user "$asked")" sh "$scratch/command"
    ) >"$scratch/output" 2>&1 </dev/null
    status=$?
    rm "$scratch/command"
    # As the guidelines for plugins want it.
    case $1 in check_*' --version') [ "$status" -eq 3 ] && return ;; esac
    [ "$status" -eq 0 ] || { unplaced <"$scratch/output" | diagnose; return 1; }
}

test_commands()
{
    commands "$1" | sed -n 's/^\$\t//p' >"$scratch/commands.$1"
    while IFS= read -r command; do
        if lacks_program "$command"; then
            skip "$1: $command" 'it is not installed'
        else
            expect "$1: $command" run_command "$command"
        fi
    done <"$scratch/commands.$1"
}

# The command lines of README: what is behind two blanks is said of them. A source that is missing
# here, as PPS, is CRITICAL; a mistake would be UNKNOWN.
test_readme()
{
    awk '/^The plugins$/ { on = 1 } /^-H HOST/ { exit }
        on && sub(/^    /, "") { sub(/  .*/, ""); print }' "$top/README" >"$scratch/readme"
    expect 'README: there are command lines' test "$(wc -l <"$scratch/readme")" -ge 10
    while IFS= read -r command; do
        expect "README: $command" is_understood "$command"
    done <"$scratch/readme"
}

# What is in capitals, or a letter, stands for something; two need the socket, as README says.
is_understood()
{
    run_command "$(echo "$1" | sed -e 's|--keyfile=FILE|--keyfile=/etc/monitoring.keys|' \
        -e 's|FILE|/var/lib/chrony-checks/readme|; s|-H NAME|-H ntp1.example.net|' \
        -e 's/-H a -H b -H c/-H ntp1.example.net -H ntp2.example.net -H ntp3.example.net/' \
        -e '/^check_chrony_\(server\|auth\) /s|$| -S /run/chrony/chronyd.sock|')" >"$scratch/said"
    grep -q -e '^CHRONY [A-Z]* \(OK\|WARNING\|CRITICAL\) - ' \
        -e '^CHRONY NTP UNKNOWN - --nts is not in this build' "$scratch/output" && return
    diagnose <"$scratch/output"
    return 1
}

# Times and addresses are those of a run.
without_numbers()
{
    sed -E -e 's/[0-9.]+ (ns|us|ms|s|min)\>/TIME/g' -e 's/(ahead of|behind)/BESIDE/g' \
        -e 's/[0-9]+(\.[0-9]+){3}/ADDRESS/g' -e 's/[0-9]+ NTP requests?/N NTP requests/'
}

# The lines below a command are what it prints.
with_output()
{
    awk '/^    \$ / { if (command) print command "\t" output; command = substr($0, 7); output = ""; next }
         /^    [^#>-]/ && command { output = output (output ? "\\n" : "") substr($0, 5); next }
         command { print command "\t" output; command = "" }' "$top/docs/ACCEPTANCE"
}

prints()
{
    run_command "$1" && [ -e "$scratch/output" ] || return
    printf '%b\n' "$2" | without_numbers >"$scratch/expected"
    unplaced <"$scratch/output" | without_numbers >"$scratch/found"
    cmp -s "$scratch/expected" "$scratch/found" && return
    diff "$scratch/expected" "$scratch/found" | diagnose
    return 1
}

test_acceptance()
{
    with_output >"$scratch/acceptance"
    while IFS="$(printf '\t')" read -r command output; do
        if lacks_program "$command"; then
            skip "ACCEPTANCE: $command" 'it is not installed'
        elif [ -n "$output" ]; then
            expect "ACCEPTANCE: $command" prints "$command" "$output"
        else
            expect "ACCEPTANCE: $command" run_command "$command"
        fi
    done <"$scratch/acceptance"
}

# Both as they are, and without numbers: an outage of minutes, or of more sources, has the same words.
same_words()
{
    sed 's/\\-/-/g' "$@" | tr -s ' \n' ' ' | sed -E -e 's/[0-9][0-9.]*( (us|ms|s|min|h|d)\>)?/N/g' \
        -e 's/(ahead of|behind)/BESIDE/g'
}

# has_example PAGE STATE PLUGIN [OPTION...]: the page has what it prints of the state.
has_example()
{
    example_page=$1
    example_port=$(chronyd_port "$2")
    example_plugin=$plugin_dir/$3
    shift 3
    "$example_plugin" -p "$example_port" "$@" 2>&1 | same_words >"$scratch/words"
    same_words "$top/$example_page" | grep -qF -f "$scratch/words" && return
    { cat "$scratch/words"; echo; } | diagnose
    return 1
}

test_examples()
{
    while read -r page state plugin options; do
        # The options are words.
        # shellcheck disable=SC2086
        expect "$page has what $plugin prints of sources that are $state" \
            has_example "$page" "$state" "$plugin" $options
    done <<EXAMPLES
README lost check_chrony_health --no-perfdata --update-age-critical=0 --sources-warning=~:
contrib/systemd/README lost check_chrony_health --no-perfdata
docs/check_chrony_health.1.in lost check_chrony_health --no-perfdata --update-age-critical=0 --sources-warning=~:
docs/check_chrony_health.1.in starting check_chrony_health --no-perfdata --grace=10min
docs/check_chrony_sync.1.in lost check_chrony_sync --update-age-critical=0
docs/check_chrony_sync.1.in starting check_chrony_sync --grace=10min
EXAMPLES
}

# A chronyd of another user: root becomes that user, who must find a directory of his own.
test_counts()
{
    asked=otheruser
    rm -rf "$root/var/lib/chrony-checks"
    grep -e ' /var/lib/chrony-checks$' -e '--state=' "$scratch/commands.SERVER" >"$scratch/counts"
    expect 'SERVER: there is a command with --state' grep -q -e --state= "$scratch/counts"
    while IFS= read -r command; do
        expect "chronyd of another user: $command" run_command "$command"
    done <"$scratch/counts"
    asked=page
}

# What docs/RUNBOOK does when no source answers: the commands of its step 3.
emergency()
{
    awk '/^No source answers$/ { on = 1 } on && /^3[.]/ { step = 1 } /^(4[.]|The audit)/ { on = 0 }
        on && step && /^    [$#] / { print substr($0, 7) }' "$top/docs/RUNBOOK"
}

# in_emergency COMMAND: of another host of the site, which has the keys of the lab.
in_emergency()
{
    case $1 in
        'systemctl restart chronyd') end_process "$(pid_of silent)" && run_chronyd "$LAB_DIR/silent" ;;
        *) echo "$1" | sed -e "s|/etc/|$LAB_DIR/silent/|g" \
            -e "s/ntp3.example.net/127.0.0.43 port $(key_port) minpoll -2 maxpoll -2/" \
            -e "s|^chronyc|$lab_chronyc $lab_chronyc_option -h $(lab_socket silent)|" \
            -e "s|^chronyd|$LAB_DIR/bin/chronyd|" >"$scratch/step" && sh "$scratch/step" ;;
    esac >"$scratch/output" 2>&1
    status=$?
    [ "$status" -eq 0 ] || diagnose <"$scratch/output"
    return "$status"
}

follows_one() { [ "$(flags silent | tr -d '?')" = '*' ] && [ "$(leap silent)" = Normal ]; }

test_emergency()
{
    emergency >"$scratch/emergency"
    expect 'No source answers: there are commands' test -s "$scratch/emergency"
    while IFS= read -r command; do
        expect "No source answers: $command" in_emergency "$command"
    done <"$scratch/emergency"
    expect 'and chronyd follows the host that has the time' wait_until follows_one
}

back_up()
{
    "$top/contrib/chrony/chrony-config-backup" -r "$root" "$root/var/lib/chrony-config-backup" \
        >/dev/null
}

open_page()
{
    LAB_STATES="$LAB_STATES page silent starting"
    lab_open
    case $? in
        0) ;;
        77) skip 'the commands of the pages' 'there is no chronyd'; return 1 ;;
        *) bail_out 'the lab does not open' ;;
    esac
    if ! suits_nts; then
        echo '# the commands: not run: they need chronyd 4.1 or newer with NTS'
        return 1
    fi
    command -v openssl >/dev/null || { skip 'the commands of the pages' 'no openssl'; return 1; }
    root=$LAB_DIR/root
    mkdir "$root"
    if ! lab_up page silent starting lost otheruser || ! make_programs || ! back_up; then
        bail_out 'the server does not come'
    fi
}

close_all()
{
    lab_close
    rm -rf "$scratch"
}

scratch=$(mktemp -d) || exit 99
lab_close_on_exit
trap close_all EXIT
test_names
expect 'what is said to need the host does' is_silent needs_no_host
expect 'it has no slip of the pen' are_of_the_shell
expect 'most commands are run' run_share
if open_page; then
    test_commands SERVER
    test_commands RUNBOOK
    test_commands FORMATS
    test_readme
    test_acceptance
    test_examples
    if lab_lacks otheruser; then
        skip 'a chronyd of another user' "it needs $(lab_need otheruser)"
    else
        test_counts
    fi
    test_emergency
fi
finish
