#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two programs that read performance data, Perl's Monitoring::Plugin and Icinga DB Web,
# understand ours: label, value, unit, and the state wherever both limits are there.
#
# Unpacks: icingadb-web
# Installs: libmonitoring-plugin-perl php-cli

engines=$(cd "$(dirname "$0")" && pwd) || exit 1
# shellcheck source=tests/engines/engines.sh
. "$engines/engines.sh"

states='good falsetick bigoffset lost'

# What check_chrony_health says of a good chronyd when one metric has these limits: exit
# status, metric, warning limit, critical limit.
limits()
{
    cat <<'END'
0 good 3: 1:
1 good 6: 1:
2 good 7: 6:
1 sources 6:10 2:20
1 combined @5:7 @6:8
0 combined @6:7 @7:7
0 offset 10ms 100ms
1 offset 5ms:10ms -1:1
2 offset 5ms:10ms 4ms:20ms
1 max_error 0 1
2 max_error 0 0.000000001
1 root_delay 1ns 1h
0 skew_ppm 1000 2000
1 frequency_ppm 10000:20000 -99999:99999
1 update_age 100:200 300
0 stratum 2:2 1:9
1 stratum 1 9
2 stratum 0 1
0 jittery 0 1
END
}

perfdata_of() { sed -n '1s/^[^|]* | //p' "$1"; }

# by_us: label, value, unit and the limits of each datum.
by_us()
{
    tr ' ' '\n' | awk -F ';' '{
        split($1, part, "=")
        value = unit = part[2]
        sub(/[^0-9.]*$/, "", value)
        sub(/^[-0-9.]*/, "", unit)
        printf "%s %.9f %s %s %s\n", part[1], value, unit == "" ? "-" : unit,
            $2 == "" ? "-" : $2, $3 == "" ? "-" : $3
    }'
}

by_perl() { perl "$engines/perfdata.pl"; }

by_icinga_web()
{
    php "$engines/perfdata.php" \
        "$root/usr/share/icingaweb2/modules/icingadb/library/Icingadb"
}

# run_plugin STATE PLUGIN [OPTION...]: leaves status, and what all three make of it. Over
# UDP chronyd would refuse the reports of server and auth, and there were no numbers.
run_plugin()
{
    socket=$(lab_socket "$1")
    plugin=$work/real/check_chrony_$2
    options=$(options_of "$2" "$1")
    shift 2
    # The options are words.
    # shellcheck disable=SC2086
    "$plugin" -S "$socket" $options "$@" >"$work/output"
    status=$?
    for reader in us perl icinga_web; do
        perfdata_of "$work/output" | by_$reader >"$work/$reader"
    done
}

agrees()
{
    for reader in us "$1"; do
        cut -d' ' -f1-3 "$work/$reader" >"$work/$reader.values"
    done
    [ -s "$work/us.values" ] && cmp -s "$work/us.values" "$work/$1.values" && return
    diff "$work/us.values" "$work/$1.values" | diagnose
    return 1
}

# states_by READER: "METRIC STATE" where both limits are there. Monitoring::Plugin does
# not know @.
states_by()
{
    awk -v reader="$1" '
        NR == FNR { state[$1] = $4; next }
        $4 == "-" || $5 == "-" || (reader == "perl" && $4 $5 ~ /@/) { next }
        { print $1, state[$1] }' "$work/$1" "$work/us"
}

# sees READER METRIC STATE: and all other metrics are well.
sees()
{
    states_by "$1" | awk -v metric="$2" -v state="$3" '
        $2 != ($1 == metric ? state : 0) { print $0 " is wrong"; wrong = 1 }
        END { exit wrong }' | diagnose | if grep .; then return 1; fi
}

sees_nothing_worse()
{
    states_by "$1" | awk -v status="$status" '
        $2 > status { print $0 " is worse than " status }' | diagnose |
        if grep .; then return 1; fi
}

prints_both()
{
    awk -v metric="$1" '
        $1 == metric && $4 != "-" && $5 != "-" { found = 1 }
        END { exit !found }' "$work/us"
}

expect_agreement()
{
    for state in $states; do
        for check in $checks; do
            run_plugin "$state" "$check"
            [ "$check" != leap ] || continue
            for reader in perl icinga_web; do
                expect "$state $check: $reader reads the same values" agrees $reader
                expect "$state $check: $reader sees nothing worse than the plugin" \
                    sees_nothing_worse $reader
            done
        done
    done
}

expect_limits()
{
    limits | while read -r expected metric warning critical; do
        option=--$(echo "$metric" | tr _ -)
        run_plugin good health "$option-warning=$warning" "$option-critical=$critical"
        what="$metric, limits $warning and $critical"
        expect "$what: the plugin exits with $expected" test "$status" -eq "$expected"
        expect "$what: both are printed" prints_both "$metric"
        for reader in perl icinga_web; do
            expect "$what: $reader reads the same values" agrees $reader
            expect "$what: $reader sees the same state" sees $reader "$metric" "$expected"
        done
        echo "$tap_count" >"$work/count"
    done
    tap_count=$(cat "$work/count")
}

# The names of states are words.
# shellcheck disable=SC2086
open_engine $states
expect_agreement
expect_limits
finish
