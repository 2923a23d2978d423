#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The queries of docs/ACCEPTANCE for the uptime of the service, as they stand there: in Icinga DB's
# own schema, in Prometheus, and for the journal. Each has 30 days, of which 43.2 minutes, a
# thousandth, were CRITICAL or UNKNOWN, and more were WARNING.
#
# Unpacks: icingadb mariadb-client-core mariadb-server mariadb-server-core prometheus

engines=$(cd "$(dirname "$0")" && pwd) || exit 1
# shellcheck source=tests/engines/engines.sh
. "$engines/engines.sh"

page=$top/docs/ACCEPTANCE

# paragraph START: from the line that begins so to the next empty one.
paragraph() { awk -v start="    $1" 'index($0, start) == 1 { on = 1 } /^$/ { on = 0 } on' "$page"; }


# --- Icinga DB

# server_options: no path has blanks.
server_options()
{
    echo --no-defaults --skip-networking --datadir="$data" --tmpdir="$data" \
        --lc-messages-dir="$root/usr/share/mysql"
}

# shellcheck disable=SC2046 # options are words
make_database()
{
    for file in mysql_system_tables mysql_performance_tables mysql_system_tables_data; do
        cat "$root/usr/share/mysql/$file.sql" || return
    done >"$work/system.sql"
    printf '%s;\n' 'CREATE DATABASE mysql' 'USE mysql' | cat - "$work/system.sql" |
        as_nobody "$(program usr/sbin/mariadbd)" $(server_options) --bootstrap >"$work/bootstrap.log" 2>&1
}

sql() { "$(program usr/bin/mariadb)" --no-defaults --batch --skip-column-names -S "$data/socket" "$@"; }

# Of the columns that must be there, those without a value are empty.
write_history()
{
    echo 'CREATE DATABASE icingadb' | sql &&
        sql icingadb <"$root/usr/share/icingadb/schema/mysql/schema.sql" && sql icingadb <<'SQL'
SET sql_mode = '';
SET @now = UNIX_TIMESTAMP() * 1000;
SET @minute = 60000;
SET @day = 1440 * @minute;
INSERT INTO host (id, name) VALUES ('h1', 'ntp1'), ('h2', 'ntp2');
INSERT INTO service (id, host_id, name) VALUES ('s1', 'h1', 'chrony'), ('s2', 'h2', 'chrony');
INSERT INTO sla_history_state
    (id, object_type, host_id, service_id, event_time, hard_state, previous_hard_state)
VALUES
    ('1', 'service', 'h1', 's1', @now - 20 * @day, 2, 0),
    ('2', 'service', 'h1', 's1', @now - 20 * @day + 23.2 * @minute, 1, 2),
    ('3', 'service', 'h1', 's1', @now - 19 * @day, 3, 1),
    ('4', 'service', 'h1', 's1', @now - 19 * @day + 20 * @minute, 0, 3),
    ('5', 'service', 'h2', 's2', @now - 40 * @day, 0, 2);
SQL
}

is_open() { echo 'SELECT 1' | sql >"$work/client.log" 2>&1; }

says_uptime()
{
    paragraph 'SELECT ' | sql icingadb | sort >"$work/uptime.log" 2>&1
    printf '%s\t%s\n' ntp1 99.9000 ntp2 100.0000 | cmp -s - "$work/uptime.log" && return
    show_log uptime
    return 1
}

test_icingadb()
{
    data=$work/data
    make_private "$data"
    expect 'Icinga DB: a database' make_database || { show_log bootstrap; return; }
    # shellcheck disable=SC2046 # options are words
    start mariadb "$(program usr/sbin/mariadbd)" $(server_options) --skip-grant-tables \
        --socket="$data/socket" --pid-file="$data/pid"
    expect_soon 'Icinga DB: it runs' is_open
    expect 'Icinga DB: its schema, and a history' write_history
    expect 'Icinga DB: the query tells the uptime' says_uptime
    stop mariadb
}


# --- Prometheus

# A minute each, of one day: promtool takes few samples. 43 of 1440 are down, and the first hour is a
# warning. The range of the query has one more minute, with both of its ends; in its first one no file
# was written before. Later the file stands for an hour, of which 51 minutes are down.
prometheus_test()
{
    cat <<RULES
rule_files: []
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - series: 'chrony_check_state{plugin="check_chrony_health",instance="ntp1"}'
        values: '1x59 0x300 2x22 3x19 0x1440'
      - series: 'node_textfile_mtime_seconds{file="/d/chrony_health.prom",instance="ntp1"}'
        values: '0+60x1000 60000x59 60060+60x379'
    promql_expr_test:
      - expr: >-
$(paragraph '100 * sum_over_time((' | sed 's/^/      /; s/30d/1d/; s/43200/1440/')
        eval_time: 1440m
        exp_samples:
          - labels: '{instance="ntp1", plugin="check_chrony_health"}'
            value: $1
RULES
}

# The number is one that the test may have to the last digit.
tells_uptime()
{
    prometheus_test "$1" >"$work/uptime.yml"
    "$(program usr/bin/promtool)" test rules "$work/uptime.yml" >"$work/promtool.log" 2>&1
}

test_prometheus()
{
    expect 'Prometheus: the query tells the uptime' tells_uptime "$(
        awk 'BEGIN { printf "%.17g", 100 * (1440 - 43 - 51) / 1440 }'
    )" || show_log promtool
    expect 'Prometheus: and not another' refuse tells_uptime 99
}

refuse() { ! "$@"; }


# --- The journal

# lines SECONDS: those of the check in a month, so often. (The timer waits up to ten seconds more than
# five minutes, always as long.)
lines()
{
    awk -v interval="$1" 'BEGIN {
        for (i = 0; i <= 2592000 / interval; i++)
            printf "%.6f host check_chrony_health[%d]: CHRONY HEALTH %s - text\n",
                1700000000 + i * interval, i + 1,
                i < 5 ? "CRITICAL" : i < 9 ? "UNKNOWN" : i < 99 ? "WARNING" : "OK"
    }'
}

says_share()
{
    awk -f "$work/count.awk" >"$work/share.log"
    echo "$1" | cmp -s - "$work/share.log" && return
    show_log share
    return 1
}

# All of it, with the timer's delay, with half of the month off, and without a line.
counts_lines()
{
    paragraph '# journalctl -u ntp-health-check -o short-unix' |
        sed -n "/^ *awk '/,/'\$/{ s/^ *awk '//; s/'\$//; p; }" >"$work/count.awk"
    [ -s "$work/count.awk" ] && lines 300 | says_share 99.8958 && lines 310 | says_share 99.8889 &&
        lines 300 | sed '1000,5319d' | says_share 49.897 && says_share 0 </dev/null
}

# No chronyd is asked.
open_engine good
test_icingadb
test_prometheus
expect 'the journal: the lines are counted' counts_lines
finish
