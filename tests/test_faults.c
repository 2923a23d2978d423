/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs the fault matrix.
 *
 *   test_faults            the test (TAP)
 *   test_faults --table    prints docs/FAULTS: "make faults" runs the test first */
#include "cmdmon/target.h"
#include "fake_chronyd.h"
#include "faults.h"
#include "meddle.h"
#include "monitor/quantity.h"
#include "plugin_text.h"
#include "replies.h"
#include "run_plugin.h"
#include "runner.h"
#include "wait.h"

#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PLUGINS = 10,
    MILLISECOND = NANOSECONDS_PER_SECOND / 1000,
    GRACE = 200, /* ms, that a run may last beyond its deadline */
    WIDTH = 88,  /* of a line of docs/FAULTS */
};

static const char *const plugins[PLUGINS] = {"health",  "sync",  "offset", "stratum",
                                             "sources", "leap",  "server", "auth",
                                             "ntp",     "config"};

/* --- the scene --- */

struct scene scene;

const char *scene_path(const char *name)
{
    static char path[512];

    snprintf(path, sizeof path, "%s/%s", scene.directory, name);
    return path;
}

static void open_scene(void)
{
    snprintf(scene.directory, sizeof scene.directory, "/tmp/test_faults.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(scene.directory));
    snprintf(scene.home, sizeof scene.home, "%s/home", scene.directory);
    ck_assert_int_eq(mkdir(scene.home, 0700), 0);
}

static int remove_one(const char *path, const struct stat *status, int type,
                      struct FTW *where)
{
    (void)status;
    (void)where;
    return type == FTW_DP || type == FTW_DNR ? rmdir(path) : unlink(path);
}

/* What a plugin has left beside the socket is called by its name. */
static bool is_of_plugin(const struct dirent *entry)
{
    return !strncmp(entry->d_name, TARGET_OWN_NAME, strlen(TARGET_OWN_NAME));
}

static void close_scene(void)
{
    DIR *files = opendir(scene.directory);
    struct dirent *entry;

    ck_assert_msg(!rmdir(scene.home), "a plugin left a file where it was run");
    while ((entry = readdir(files)))
        ck_assert_msg(!is_of_plugin(entry), "a plugin left %s", entry->d_name);
    closedir(files);
    ck_assert_int_eq(nftw(scene.directory, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

/* --- a run --- */

static const struct fault *fault; /* that is run */

/* What one plugin is run against. */
static struct stage {
    const char *plugin;
    const struct expectation *expectation;
    pid_t process;              /* of the fake chronyd; 0: there is none */
    struct fake_record *record; /* NULL: it is an NTP server */
    volatile unsigned *asked;   /* packets that an NTP server got */
    char texts[FAULT_ARGUMENTS + 3][200];
    const char *arguments[FAULT_ARGUMENTS + 4];
} stages[PLUGINS];
static struct run runs[PLUGINS];
static size_t count;
static int meddled[2]; /* a pipe: a byte of each plugin that was meddled with */

static const struct expectation *expectation_of(const struct fault *row,
                                                const char *plugin)
{
    for (size_t i = 0; i < FAULT_EXPECTED && row->expected[i].plugins; i++) {
        const char *found = strstr(row->expected[i].plugins, plugin);

        if (found && strchr(" ", found[strlen(plugin)]))
            return &row->expected[i];
    }
    return NULL;
}

static struct fake_chronyd make_fake(struct fake_record *record)
{
    struct fake_chronyd fake = fake_healthy();

    fake.server_stats = (struct fake_recorded){server_stats_4_6_reply, 196};
    fake.auth_data = (struct fake_recorded){auth_data_nts_reply, 52};
    fake.select_data = (struct fake_recorded){select_data_selected_reply, 76};
    fake.name = "ntp.example.net";
    if (fault->alter)
        fault->alter(&fake);
    fake.faults = fault->faults;
    fake.record = record;
    return fake;
}

/* Writes an argument with the port and the directory in the place of @ and $. */
static void expand(const char *argument, char text[static 200])
{
    size_t length = 0;

    for (const char *c = argument; *c && length < 190; c++)
        if (*c == '@')
            length += (size_t)snprintf(text + length, 200 - length, "%u", scene.port);
        else if (*c == '$')
            length +=
                (size_t)snprintf(text + length, 200 - length, "%s", scene.directory);
        else
            text[length++] = *c;
    text[length] = '\0';
}

static void add_argument(struct stage *stage, const char *argument)
{
    size_t last = 0;

    while (stage->arguments[last])
        last++;
    expand(argument, stage->texts[last]);
    stage->arguments[last] = stage->texts[last];
}

static void start_fake(struct stage *stage, enum road road)
{
    struct fake_record *record = fake_new_record();
    struct fake_chronyd fake = make_fake(record);
    const char *host = fault->host ? fault->host : "127.0.0.1";
    char socket[32];

    snprintf(socket, sizeof socket, "%s.sock", stage->plugin);
    unlink(scene_path(socket)); /* of the same row, once more */
    scene.port = 0;
    stage->record = fault->ntp ? NULL : record;
    if (fault->ntp)
        stage->process = fake_ntp_start(fault->ntp, host, &scene.port, &stage->asked);
    else if (road == ROAD_UNIX)
        stage->process = fake_start_socket(&fake, scene_path(socket));
    else
        stage->process = fake_start_at(&fake, host, &scene.port);
    if (road == ROAD_OWN && !fault->host) {
        fake_stop(stage->process); /* the port is nobody's now */
        stage->process = 0;
    }
}

/* What the row itself gives behind an option of one letter; NULL: it does not. */
static const char *given(const char *option)
{
    for (size_t i = 0; i < FAULT_ARGUMENTS && fault->arguments[i]; i++)
        if (!strncmp(fault->arguments[i], option, 2))
            return fault->arguments[i] + 2;
    return NULL;
}

static void set_arguments(struct stage *stage, enum road road)
{
    char option[32];

    snprintf(option, sizeof option, "-S$/%s.sock", stage->plugin);
    if (road != ROAD_OWN)
        add_argument(stage, road == ROAD_UNIX ? option : "-H127.0.0.1");
    if (road == ROAD_UDP)
        add_argument(stage, fault->ntp ? "--ntp-port=@" : "-p@");
    if (fault->silent && !given("-t"))
        add_argument(stage, "-t300ms");
    for (size_t i = 0; i < FAULT_ARGUMENTS && fault->arguments[i]; i++)
        add_argument(stage, fault->arguments[i]);
}

void fault_preload(const char *name)
{
    const char *build = getenv("top_builddir");
    char path[512];

    snprintf(path, sizeof path, "%s/tests/%s", build ? build : ".", name);
    setenv("LD_PRELOAD", path, 1);
    setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 1);
}

/* In the plugin's process. */
static void prepare(void)
{
    if (chdir(scene.home) || setenv("HOME", scene.home, 1))
        _exit(126);
    if (fault->meddle) {
        fault_preload("meddle.so");
        setenv("MEDDLE", fault->meddle, 1);
        dup2(meddled[1], MEDDLE_DESCRIPTOR);
    }
    if (fault->prepare)
        fault->prepare();
}

/* A fault that has not happened says nothing. */
static void expect_meddling(void)
{
    char bytes[PLUGINS];
    const ssize_t seen = read(meddled[0], bytes, sizeof bytes);

    ck_assert_msg(!fault->meddle || seen == (ssize_t)count, "%s, %s: not in each of %zu",
                  fault->id, fault->what, count);
    close(meddled[0]);
    close(meddled[1]);
}

static void run_all(enum road road)
{
    count = 0;
    ck_assert_int_eq(pipe2(meddled, O_CLOEXEC | O_NONBLOCK), 0);
    for (size_t i = 0; i < PLUGINS; i++) {
        struct stage *stage = &stages[count];

        memset(stage, 0, sizeof *stage);
        stage->plugin = plugins[i];
        stage->expectation = expectation_of(fault, plugins[i]);
        if (!stage->expectation)
            continue;
        start_fake(stage, road);
        set_arguments(stage, road);
        run_start(&runs[count++], plugins[i], stage->arguments, prepare);
    }
    run_finish(runs, count);
    for (size_t i = 0; i < count; i++)
        if (stages[i].process)
            fake_stop(stages[i].process);
    expect_meddling();
}

/* --- what is asked of every run --- */

static void explain(size_t i, const char *why)
{
    ck_abort_msg("%s, check_chrony_%s %s: %s: status %d, %lld ms, %lld ms of cpu: %s%s",
                 fault->id, stages[i].plugin, stages[i].arguments[0], why, runs[i].status,
                 (long long)(runs[i].elapsed / MILLISECOND),
                 (long long)(runs[i].cpu / MILLISECOND), runs[i].out, runs[i].err);
}

/* Of each run, in ns: that of -t. */
static int64_t deadline(void)
{
    const char *text = given("-t");
    double seconds = fault->silent ? 0.3 : 5; /* what it is without -t */

    if (fault->at_once)
        return 0;
    ck_assert(!text || quantity_parse(&text, UNIT_SECONDS, &seconds));
    return (int64_t)(seconds * 1e9);
}

static bool is_late(size_t i)
{
    return runs[i].elapsed > deadline() + GRACE * (int64_t)MILLISECOND;
}

static bool any_is_late(void)
{
    for (size_t i = 0; i < count; i++)
        if (is_late(i))
            return true;
    return false;
}

static void judge_time(size_t i)
{
    if (is_late(i))
        explain(i, "it takes too long");
    if (fault->silent && runs[i].elapsed < deadline())
        explain(i, "it gives up too early");
    if (runs[i].cpu > (int64_t)GRACE * MILLISECOND)
        explain(i, "it takes too much of the processor");
}

static void judge_text(size_t i)
{
    const struct expectation *expectation = stages[i].expectation;
    const char *why = plugin_text_fault(runs[i].out, runs[i].status);

    if (*runs[i].err)
        explain(i, "it writes to standard error");
    if (why && !fault->mute)
        explain(i, why);
    if (fault->mute ? *runs[i].out
                    : !given("-v") && !plugin_text_is_one_line(runs[i].out))
        explain(i, "it is not one line");
    if (runs[i].status != expectation->status)
        explain(i, "it has another status");
    if (expectation->words && !strstr(runs[i].out, expectation->words))
        explain(i, expectation->words);
}

static void judge_requests(size_t i)
{
    const struct fake_record *record = stages[i].record;

    if (fault->asked_once && *stages[i].asked != 1)
        explain(i, "it does not send one packet");
    if (fault->unasked && stages[i].asked && *stages[i].asked)
        explain(i, "it sends a packet all the same");
    if (!record)
        return;
    if (record->strange)
        explain(i, "it sends what could change chronyd, or is no request");
    if (record->repeated)
        explain(i, "a sequence number is used twice");
    if (fault->unasked && record->requests)
        explain(i, "it asks all the same");
    if (fault->silent && stages[i].process && (!record->requests || record->requests % 3))
        explain(i, "it does not ask three times");
}

/* What the plugins say without the fault. */
static struct run plain[PLUGINS];

static void run_plain(const struct fault *with)
{
    struct fault without = {.id = with->id, .host = with->host};

    memcpy(without.expected, with->expected, sizeof without.expected);
    memcpy(without.arguments, with->arguments, sizeof without.arguments);
    fault = &without;
    run_all(with->roads == ROAD_OWN ? ROAD_OWN : ROAD_UDP);
    memcpy(plain, runs, sizeof plain);
    fault = with;
}

static void run_road(enum road road)
{
    run_all(road);
    ck_assert_uint_gt(count, 0);
    if (any_is_late())
        run_all(road); /* the machine may have been busy; not twice */
    for (size_t i = 0; i < count; i++) {
        judge_time(i);
        judge_text(i);
        judge_requests(i);
        if (fault->unchanged && strcmp(runs[i].out, plain[i].out) != 0)
            explain(i, plain[i].out);
    }
}

/* --- the matrix --- */

static const struct chapter {
    const char *title;
    const struct fault *faults;
} chapters[] = {
    {"The way to chronyd and back", network_faults},
    {"Refusals", reply_faults},
    {"Odd data", data_faults},
    {"The Unix socket", socket_faults},
    {"What surrounds the process", system_faults},
    {"The command line, and a limited rate", argument_faults},
    {"NTP servers", ntp_faults},
    {"What surrounds a process that asks NTP servers", ntp_around_faults},
    {"chrony.conf", config_faults},
    {"What NTP servers say", NULL}, /* of lie_faults() */
};

enum { CHAPTERS = sizeof chapters / sizeof chapters[0] };

static const struct fault *faults_of(const struct chapter *chapter)
{
    return chapter->faults ? chapter->faults : lie_faults();
}

static const struct fault *row(int index)
{
    for (size_t i = 0; i < CHAPTERS; i++)
        for (const struct fault *one = faults_of(&chapters[i]); one->id; one++)
            if (!index--)
                return one;
    return NULL;
}

static void write_conf(const char *text)
{
    FILE *file = fopen(scene_path("chrony.conf"), "w");

    ck_assert(file && fputs(text, file) >= 0 && !fclose(file));
}

START_TEST(holds)
{
    bool is_here;

    fault = row(_i);
    open_scene();
    if (fault->conf)
        write_conf(fault->conf);
    is_here = !fault->set_up || fault->set_up();
    if (is_here) {
        if (fault->unchanged)
            run_plain(fault);
        for (enum road road = ROAD_UDP; road <= ROAD_OWN; road *= 2)
            if (fault->roads & road)
                run_road(road);
    }
    close_scene();
    if (!is_here)
        leave_out("%s, %s: not on this machine", fault->id, fault->what);
}
END_TEST

static Suite *make_suite(void)
{
    Suite *suite = suite_create("faults");
    TCase *tcase = tcase_create("faults");
    int rows = 0;

    while (row(rows))
        rows++;
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, holds, 0, rows);
    suite_add_tcase(suite, tcase);
    return suite;
}

/* --- docs/FAULTS --- */

static void print_expectation(const struct fault *one,
                              const struct expectation *expectation)
{
    static const char *const states[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
    const bool all = !strcmp(expectation->plugins, ALL);
    const int width = printf("       %s: %s%s", all ? "all" : expectation->plugins,
                             one->mute ? "status 3" : states[expectation->status],
                             one->unchanged ? ", as without it" : "");

    if (expectation->words)
        printf(",%s\"%s\"",
               width + (int)strlen(expectation->words) > WIDTH - 4 ? "\n         " : " ",
               expectation->words);
    printf("\n");
}

static void print_row(const struct fault *one)
{
    static const char *const roads[] = {[ROAD_UDP] = " (UDP)",
                                        [ROAD_UNIX] = " (Unix socket)",
                                        [ROAD_BOTH] = "",
                                        [ROAD_OWN] = ""};

    printf("%-6s %s%s\n", one->id, one->what, roads[one->roads]);
    for (size_t i = 0; i < FAULT_EXPECTED && one->expected[i].plugins; i++)
        print_expectation(one, &one->expected[i]);
}

static int print_table(void)
{
    printf("==========\n");
    for (size_t i = 0; i < CHAPTERS; i++) {
        printf("\n%s\n", chapters[i].title);
        for (size_t c = 0; chapters[i].title[c]; c++)
            putchar('-');
        printf("\n\n");
        for (const struct fault *one = faults_of(&chapters[i]); one->id; one++)
            print_row(one);
    }
    return EXIT_SUCCESS;
}

/* A plugin is run in another directory: a relative path would not do. */
static void settle_path(const char *name, const char *here)
{
    char path[PATH_MAX];

    if (!getenv(name) && realpath(here, path))
        setenv(name, path, 1);
}

int main(int argc, char **argv)
{
    if (argc > 1 && !strcmp(argv[1], "--table"))
        return print_table();
    settle_path("PLUGIN_DIR", "plugins");
    settle_path("top_builddir", ".");
    return run_suite(make_suite());
}
