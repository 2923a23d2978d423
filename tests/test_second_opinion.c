/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What chronyd -v and -p say, from programs in place of chronyd: what they can do wrong,
 * and that nothing of them stays behind. */
#include "config/second_opinion.h"
#include "runner.h"
#include "wait.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATH = 128 };

static char directory[64], path[PATH], pid_path[PATH];

static void setup(void)
{
    snprintf(directory, sizeof directory, "/tmp/test_opinion.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/chronyd", directory);
    snprintf(pid_path, sizeof pid_path, "%s/pid", directory);
}

static void teardown(void)
{
    unlink(path);
    unlink(pid_path);
    rmdir(directory);
}

/* A program in place of chronyd, which knows its path. */
static const char *program(const char *script)
{
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(script, file), 0);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(chmod(path, 0755), 0);
    return path;
}

/* Both questions, until the same deadline. */
static void ask(const char *chronyd, const char *file, int64_t deadline,
                struct second_answer *answer)
{
    second_opinion_version(chronyd, deadline, answer);
    second_opinion_ask(chronyd, file, deadline, answer);
}

#define VERSION_LINE                                                                     \
    "[ \"$1\" = -v ] && echo 'chronyd (chrony) version 4.3 (+NTP -DEBUG)' && exit\n"

static const struct opinion_case {
    const char *script;
    enum second_opinion opinion;
    const char *reason;
    size_t line;
    const char *file; /* NULL: none */
} opinion_cases[] = {
    {"#!/bin/sh\n" VERSION_LINE "exit 0\n", SECOND_ACCEPTS, NULL, 0, NULL},
    {"#!/bin/sh\n" VERSION_LINE "[ \"$*\" = '-p -f /the/file' ] || exit 0\n"
     "echo 'chronyd version 4.3 starting (+NTP)' >&2\n"
     "echo 'Fatal error : Invalid directive hunter2 at line 12 in file /a' >&2\nexit 1\n",
     SECOND_REFUSES, "Invalid directive", 12, "/a"},
    {"#!/bin/sh\n" VERSION_LINE
     "echo 'Fatal error : Could not parse a at line 9 in file /a b' >&2; exit 1\n",
     SECOND_REFUSES, "Could not parse", 9, "/a b"},
    {"#!/bin/sh\n" VERSION_LINE "echo 'Fatal error : hunter2 at line 3' >&2; exit 1\n",
     SECOND_REFUSES, NULL, 3, NULL},
    {"#!/bin/sh\n" VERSION_LINE "exit 1\n", SECOND_REFUSES, NULL, 0, NULL},
    {"#!/bin/sh\n" VERSION_LINE
     "echo 'Fatal error : Could not open /a : Permission denied' >&2; exit 1\n",
     SECOND_FORBIDDEN, "Could not open", 0, NULL},
    {"#!/bin/sh\n" VERSION_LINE
     "echo 'Fatal error : Could not open /a : No such file or directory' >&2; exit 1\n",
     SECOND_REFUSES, "Could not open", 0, NULL},
    {"#!/bin/sh\n" VERSION_LINE
     "echo 'Fatal error : Could not search for files matching /a/*' >&2; exit 1\n",
     SECOND_FORBIDDEN, "Could not search for files", 0, NULL},
    {"#!/bin/sh\n" VERSION_LINE "i=0; while [ $i -lt 3000 ]; do\n"
     "echo 0123456789012345678901234567890123456789012345678901234567890123 >&2\n"
     "i=$((i + 1)); done; exit 0\n",
     SECOND_ACCEPTS, NULL, 0, NULL},
    {"#!/bin/sh\n" VERSION_LINE "exec >&- 2>&-; sleep 30\n", SECOND_NO_ANSWER, NULL, 0,
     NULL},
    {"#!/bin/sh\n" VERSION_LINE "sleep 30\n", SECOND_NO_ANSWER, NULL, 0, NULL},
    {"#!/bin/sh\n" VERSION_LINE "while :; do echo x >&2; done\n", SECOND_NO_ANSWER, NULL,
     0, NULL},
    {"#!/bin/sh\n" VERSION_LINE "kill -KILL $$\n", SECOND_FAILED, NULL, 0, NULL},
    {"#!/bin/sh\necho 'chronyd (chrony) version 3.5 (+NTP)'\n", SECOND_TOO_OLD, NULL, 0,
     NULL},
    {"#!/bin/sh\necho 'ntpd 4.2.8'\n", SECOND_NO_CHRONYD, NULL, 0, NULL},
    {"#!/bin/sh\necho 'chronyd (chrony) version DEVELOPMENT (+NTP)'\n", SECOND_NO_CHRONYD,
     NULL, 0, NULL},
    {"#!/no/such/shell\n", SECOND_NO_PROGRAM, NULL, 0, NULL},
    {"", SECOND_NO_PROGRAM, NULL, 0, NULL},
};

START_TEST(second_opinion_is_told)
{
    const struct opinion_case *row = &opinion_cases[_i];
    const int64_t begin = wait_now(), wait = NANOSECONDS_PER_SECOND / 2;
    struct second_answer answer;

    ask(program(row->script), "/the/file",
        begin + (row->opinion == SECOND_NO_ANSWER ? wait : 10 * wait), &answer);
    ck_assert_msg(answer.opinion == row->opinion, "%s: %s", row->script,
                  second_opinion_text(answer.opinion));
    ck_assert(row->reason ? answer.reason && !strcmp(answer.reason, row->reason)
                          : !answer.reason);
    ck_assert_uint_eq(answer.line, row->line);
    ck_assert_str_eq(answer.file, row->file ? row->file : "");
    ck_assert(row->opinion != SECOND_NO_ANSWER ||
              wait_now() - begin < 2 * NANOSECONDS_PER_SECOND);
}
END_TEST

START_TEST(second_opinion_names_its_version)
{
    struct second_answer answer;

    second_opinion_version(program("#!/bin/sh\n" VERSION_LINE), INT64_MAX, &answer);
    ck_assert_int_eq(answer.opinion, SECOND_ACCEPTS);
    ck_assert_uint_eq(answer.version, CONFIG_VERSION(4, 3, 0));
    ck_assert_str_eq(answer.features, "+NTP -DEBUG");
    second_opinion_version("/no/such/chronyd", INT64_MAX, &answer);
    ck_assert_int_eq(answer.opinion, SECOND_NO_PROGRAM);
    /* Not the one that happens to be here. */
    ck_assert_int_eq(chdir(directory), 0);
    second_opinion_version("chronyd", INT64_MAX, &answer);
    ck_assert_int_eq(answer.opinion, SECOND_NO_PROGRAM);
}
END_TEST

/* What was ignored by whoever started us would take the exit status from us. */
START_TEST(second_opinion_is_had_when_the_end_of_children_is_ignored)
{
    struct second_answer answer;
    struct sigaction now;

    signal(SIGCHLD, SIG_IGN);
    ask(program("#!/bin/sh\n" VERSION_LINE "exit 1\n"), "/a", INT64_MAX, &answer);
    ck_assert_int_eq(answer.opinion, SECOND_REFUSES);
    ck_assert_int_eq(sigaction(SIGCHLD, NULL, &now), 0);
    ck_assert(now.sa_handler == SIG_IGN);
}
END_TEST

/* As nohup ignores SIGHUP: it does not end us, nor what is asked. */
START_TEST(second_opinion_is_had_when_a_signal_is_ignored)
{
    struct second_answer answer;

    signal(SIGHUP, SIG_IGN);
    ask(program("#!/bin/sh\n" VERSION_LINE "kill -HUP $PPID; sleep 0.2; exit 1\n"), "/a",
        INT64_MAX, &answer);
    ck_assert_int_eq(answer.opinion, SECOND_REFUSES);
}
END_TEST

/* Waits until the program has written its number. */
static pid_t read_pid(void)
{
    pid_t process = 0;

    while (process <= 0) {
        FILE *file = fopen(pid_path, "r");

        if (file && fscanf(file, "%d", &process) != 1)
            process = 0;
        if (file)
            fclose(file);
    }
    return process;
}

static void expect_end(pid_t process)
{
    for (int i = 0; i < 2000 && kill(process, 0) == 0; i++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    ck_assert_int_eq(kill(process, 0), -1);
}

/* A signal that ends us ends chronyd first. */
START_TEST(second_opinion_ends_with_us)
{
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP};
    struct second_answer answer;
    pid_t us, child;
    int status;

    program("#!/bin/sh\n" VERSION_LINE "echo $$ >${0%/*}/pid; sleep 30\n");
    us = fork();
    if (!us) {
        signal(signals[_i], SIG_DFL); /* the runner has a handler */
        ask(path, "/a", wait_now() + (int64_t)20 * NANOSECONDS_PER_SECOND, &answer);
        _exit(1);
    }
    child = read_pid();
    ck_assert_int_eq(kill(us, signals[_i]), 0);
    ck_assert_int_eq(waitpid(us, &status, 0), us);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == signals[_i]);
    expect_end(child);
}
END_TEST

/* It gets no input, our standard output is not its, and its children end with it. */
START_TEST(second_opinion_leaves_nothing_behind)
{
    struct second_answer answer;
    ask(program("#!/bin/sh\n" VERSION_LINE "read -r line && exit 0\n"
                "[ $(env | grep -c '^HOME=') = 0 ] || exit 0\n"
                "sleep 30 & echo $! >${0%/*}/pid; exit 1\n"),
        "/a", wait_now() + NANOSECONDS_PER_SECOND, &answer);
    expect_end(read_pid());
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("second_opinion");
    TCase *tcase = tcase_create("second_opinion");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 30);
    add_table_test(tcase, second_opinion_is_told, opinion_cases);
    tcase_add_test(tcase, second_opinion_names_its_version);
    tcase_add_test(tcase, second_opinion_is_had_when_the_end_of_children_is_ignored);
    tcase_add_test(tcase, second_opinion_is_had_when_a_signal_is_ignored);
    tcase_add_loop_test(tcase, second_opinion_ends_with_us, 0, 3);
    tcase_add_test(tcase, second_opinion_leaves_nothing_behind);
    suite_add_tcase(suite, tcase);
    return suite;
}
