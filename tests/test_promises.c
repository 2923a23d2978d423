/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many requests a run sends: the table in docs/SECURITY. */
#include "fake_chronyd.h"
#include "replies.h"
#include "run_plugin.h"
#include "runner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SOURCES = 3 }; /* columns of the table */

static const uint32_t sources[SOURCES] = {0, 5, 100};

static const char *const plugins[] = {"health",  "sync",   "offset", "stratum", "leap",
                                      "sources", "server", "auth",   "config"};

/* The line of the page that begins with a plugin; false: there is none. */
static bool read_row(const char *plugin, unsigned counts[static SOURCES])
{
    const char *top = getenv("top_srcdir");
    char path[512], line[256], name[64];
    bool found = false;
    FILE *page;

    snprintf(path, sizeof path, "%s/docs/SECURITY", top ? top : ".");
    page = fopen(path, "r");
    ck_assert_ptr_nonnull(page);
    while (!found && fgets(line, sizeof line, page))
        found = sscanf(line, " check_chrony_%63s %u %u %u", name, &counts[0], &counts[1],
                       &counts[2]) == 4 &&
                !strcmp(name, plugin);
    fclose(page);
    return found;
}

static unsigned count_requests(const char *plugin, const char *host, uint32_t total)
{
    struct fake_chronyd fake = fake_healthy();
    struct fake_record *record = fake_new_record();
    const char *top = getenv("top_srcdir"), *arguments[6] = {"-H", host, "-p"};
    char text[8], option[512];
    uint16_t port;
    pid_t process;
    struct run run;

    fake.total = total;
    fake.record = record;
    fake.name = "ntp.example.net";
    fake.server_stats = (struct fake_recorded){server_stats_4_6_reply, 196};
    fake.auth_data = (struct fake_recorded){auth_data_nts_reply, 52};
    process = fake_start(&fake, &port);
    snprintf(text, sizeof text, "%u", port);
    arguments[3] = text;
    snprintf(option, sizeof option, "--file=%s/tests/audit/current.conf",
             top ? top : ".");
    if (!strcmp(plugin, "config"))
        arguments[4] = option;
    run_plugin(&run, plugin, arguments);
    fake_stop(process);
    ck_assert_int_lt(run.status, 3);
    ck_assert_uint_eq(record->strange, 0);
    return record->requests;
}

START_TEST(sends_as_many_as_it_says)
{
    unsigned said[SOURCES];

    ck_assert_msg(read_row(plugins[_i], said), "%s is not in the table", plugins[_i]);
    for (size_t i = 0; i < SOURCES; i++) {
        unsigned sent = count_requests(plugins[_i], "127.0.0.1", sources[i]);

        ck_assert_msg(sent == said[i], "%s with %u sources: %u requests, not %u",
                      plugins[_i], sources[i], sent, said[i]);
        ck_assert_uint_le(count_requests(plugins[_i], "0.0.0.0", sources[i]), said[i]);
    }
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("promises");
    TCase *tcase = tcase_create("promises");

    tcase_set_timeout(tcase, 30);
    add_table_test(tcase, sends_as_many_as_it_says, plugins);
    suite_add_tcase(suite, tcase);
    return suite;
}
