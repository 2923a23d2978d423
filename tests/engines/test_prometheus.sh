#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Prometheus itself: promtool finds nothing to complain of, the alert rules do what they
# say, and each number that a plugin writes arrives by way of node_exporter's textfile
# collector.
#
# Unpacks: prometheus prometheus-node-exporter

engines=$(cd "$(dirname "$0")" && pwd) || exit 1
# shellcheck source=tests/engines/engines.sh
. "$engines/engines.sh"

states='good falsetick lost names refclock many100'
textfile=$top/contrib/prometheus/chrony-textfile


# --- promtool

# run_plugin STATE CHECK: all that it writes.
run_plugin()
{
    # The options are words.
    # shellcheck disable=SC2046
    "$work/real/check_chrony_$2" -H 127.0.0.1 -p "$(lab_port "$1")" \
        $(options_of "$2" "$1") -v -f prometheus
}

is_clean()
{
    "$promtool" check metrics >"$work/complaints" 2>&1 && [ ! -s "$work/complaints" ] &&
        return
    diagnose <"$work/complaints"
    return 1
}

writes_clean_metrics() { run_plugin "$1" "$2" | is_clean; }
refuses_without_help() { ! run_plugin good sync | grep -v HELP | is_clean >/dev/null; }

run_promtool()
{
    (cd "$work/rules" && "$promtool" "$@") >"$work/promtool.log" 2>&1 && return
    show_log promtool
    return 1
}

expect_promtool()
{
    for state in $states dead; do
        for check in $checks; do
            expect "$state, $check: promtool finds no fault" \
                writes_clean_metrics "$state" "$check"
        done
    done
    expect 'a check of the check: HELP is missed' refuses_without_help
    mkdir "$work/rules" &&
        cp "$work/contrib/prometheus/chrony-checks.rules.yml" \
            "$engines/prometheus_rules.yml" "$work/rules/"
    expect 'the rules have no fault' run_promtool check rules chrony-checks.rules.yml
    expect 'the rules do what they say' run_promtool test rules prometheus_rules.yml
}


# --- A real one

# Debian's own configuration, for ports of ours and in a hurry.
configure()
{
    make_private "$work/data" && mkdir "$textfiles" "$work/prometheus" &&
        sed -e "s/localhost:9100/127.0.0.1:$node_port/" \
            -e "s/localhost:9090/127.0.0.1:$server_port/" \
            -e 's/^\( *[a-z]*_interval:\).*/\1 50ms/' -e '/scrape_timeout/d' \
            -e 's/^global:/&\n  scrape_timeout: 50ms/' \
            "$root/etc/prometheus/prometheus.yml" >"$work/prometheus/prometheus.yml" &&
        run_snippet 'Prometheus, on its server' "prometheus=$work/prometheus" &&
        sed -i -e 's/^\( *for:\).*/\1 0s/' -e 's/\[10m\]/[2s]/' \
            "$work/prometheus/chrony-checks.rules.yml" &&
        "$promtool" check config "$work/prometheus/prometheus.yml" \
            >"$work/promtool.log" 2>&1
}

start_all()
{
    start node_exporter "$(program usr/bin/prometheus-node-exporter)" \
        --collector.disable-defaults --collector.textfile \
        --collector.textfile.directory="$textfiles" \
        --web.listen-address="127.0.0.1:$node_port"
    start prometheus "$(program usr/bin/prometheus)" \
        --config.file="$work/prometheus/prometheus.yml" \
        --storage.tsdb.path="$work/data" --web.listen-address="127.0.0.1:$server_port"
}

# query EXPRESSION: a line each series, "NAME{LABELS} => VALUE @[TIME]".
query() { "$promtool" query instant "http://127.0.0.1:$server_port" "$1" 2>/dev/null; }

has_series() { query "$1" | grep -q .; }
has_none() { ! has_series "$1" && has_series 'up == 1'; }

# write_metrics STATE CHECK [OPTION...]: as the service does.
write_metrics()
{
    port=$(lab_port "$1")
    check=$2
    shift 2
    "$textfile" "$textfiles/chrony_$check.prom" "$work/real/check_chrony_$check" \
        -H 127.0.0.1 -p "$port" -v "$@" 2>"$work/textfile.log"
}

in_one_form() { perl "$engines/series.pl" | sort; }

# has_arrived CHECK: each series of its file, with its number, and no other.
has_arrived()
{
    in_one_form <"$textfiles/chrony_$1.prom" >"$work/expected"
    query "{__name__=~\"chrony_.*\",plugin=\"check_chrony_$1\"}" | in_one_form >"$work/found"
    [ -s "$work/expected" ] && cmp -s "$work/expected" "$work/found"
}

# expect_written WHAT STATE CHECK NUMBER [OPTION...]
expect_written()
{
    what=$1
    number=$4
    state=$2
    check=$3
    shift 4
    expect "$what: the file is written" write_metrics "$state" "$check" "$@"
    expect_soon "$what: every number arrives" has_arrived "$check"
    expect_soon "$what: the state is $number" \
        has_series "chrony_check_state{plugin=\"check_chrony_$check\"} == $number"
}

firing() { echo "ALERTS{alertstate=\"firing\",alertname=\"$1\",plugin=\"check_chrony_health\"}"; }
any_state='ALERTS{alertname=~"Chrony(Critical|Warning|Unknown|MetricsMissing)"}'

expect_states()
{
    expect_written good good health 0
    expect 'good: no state alerts' has_none "$any_state"
    expect_written 'a second plugin' good offset 0
    expect 'a second plugin: the first is still there' has_arrived health
    expect_written WARNING falsetick health 1
    expect_soon 'WARNING: it alerts' has_series "$(firing ChronyWarning)"
    expect 'WARNING: the source is known' \
        has_series 'chrony_sources_info{state="falseticker",source="127.0.0.15"}'
    expect_written CRITICAL lost health 2
    expect_soon 'CRITICAL: it alerts' has_series "$(firing ChronyCritical)"
    expect_written 'no chronyd' dead health 2
    expect_written 'a mistake' good health 3 --no-such-option
    expect_soon 'a mistake: it alerts' has_series "$(firing ChronyUnknown)"
    for state in names refclock many100; do
        expect_written "$state" "$state" sources "$(sources_state "$state")"
    done
}

sources_state()
{
    "$work/real/check_chrony_sources" -H 127.0.0.1 -p "$(lab_port "$1")" >"$work/output"
    echo $?
}

# A plugin that is not there.
expect_removal()
{
    expect_written 'good again' good health 0
    expect_soon 'good again: no state alerts' has_none "$any_state"
    mv "$work/real/check_chrony_health" "$work/real/away"
    expect 'no plugin: it fails' refuse write_metrics good health
    expect_soon 'no plugin: the series end' \
        has_none '{__name__=~"chrony_.*",plugin="check_chrony_health"}'
    expect_soon 'no plugin: it alerts' has_series "$(firing ChronyMetricsMissing)"
    mv "$work/real/away" "$work/real/check_chrony_health"
    expect_written 'the plugin again' good health 0
    expect_soon 'the plugin again: no state alerts' has_none "$any_state"
}

refuse() { ! "$@"; }

stale_alert='ALERTS{alertstate="firing",alertname="ChronyMetricsStale",file=~".*_health.prom"}'

is_not_stale_when_written() { write_metrics good health && has_none "$stale_alert"; }

# The collector reads while the file is replaced, again and again.
expect_no_part()
{
    expect_soon 'a file that stands: it alerts' has_series "$stale_alert"
    expect_soon 'a file that is written: no alert' is_not_stale_when_written
    for _ in $(seq 200); do
        write_metrics many100 sources || break
    done
    expect_soon 'after 200 times: every number arrives' has_arrived sources
    expect 'no file was ever read in part' \
        has_series 'max_over_time(node_textfile_scrape_error[10m]) == 0'
    expect 'no scrape failed' has_series 'count_over_time(node_textfile_scrape_error[10m]) > 20'
    printf 'chrony_check_state{plugin="check_chr' >"$textfiles/chrony_part.prom"
    expect_soon 'a check of the check: a part is an error' \
        has_series 'max_over_time(node_textfile_scrape_error[10m]) == 1'
    expect 'the other files are still read' has_arrived health
}

# The names of states are words.
# shellcheck disable=SC2086
open_engine $states
promtool=$(program usr/bin/promtool)
textfiles=$work/textfiles
node_port=$(engine_port 0)
server_port=$(engine_port 1)
expect_promtool
expect 'docs/ENGINES: the server is configured' configure
start_all
expect_states
expect_removal
expect_no_part
stop prometheus
stop node_exporter
finish
