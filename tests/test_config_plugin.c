/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_chrony_config as it is run: its lines, exit statuses and what it never says. */
#include "run_plugin.h"
#include "runner.h"
#include "wait.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONFIG  "CHRONY CONFIG "
#define UNKNOWN CONFIG "UNKNOWN - "

static char directory[] = "/tmp/config.XXXXXX";
static struct run run;

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");

    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

/* In a directory of its own, so that lines are the same each time. PLUGIN_DIR may be
 * relative. */
static void set_up(void)
{
    const char *plugins = getenv("PLUGIN_DIR");
    char path[4096];

    ck_assert_ptr_nonnull(realpath(plugins ? plugins : "plugins", path));
    setenv("PLUGIN_DIR", path, 1);
    ck_assert_ptr_nonnull(mkdtemp(directory));
    ck_assert_int_eq(chdir(directory), 0);
}

static void tear_down(void)
{
    static const char *const names[] = {"good", "bad",     "keys", "waivers",
                                        "fifo", "chronyd", "calls"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        unlink(names[i]);
    rmdir(directory);
}

static void ask(const char *one, const char *two, const char *three)
{
    run_plugin(&run, "config", (const char *const[]){one, two, three, NULL});
    ck_assert_str_eq(run.err, "");
}

static void assert_said(int status, const char *out)
{
    ck_assert_str_eq(run.out, out);
    ck_assert_int_eq(run.status, status);
}

#define GOOD                                                                             \
    "server a.example.net iburst nts\nserver b.example.org iburst nts\n"                 \
    "server c.example.com iburst nts\nserver d.example.edu iburst nts\nminsources 2\n"   \
    "driftfile /x\nntsdumpdir /y\nmakestep 1.0 3\nrtcsync\nmaxupdateskew 100\n"          \
    "log tracking measurements statistics\nlogdir /var/log/chrony\n"

/* --- usage errors --- */

static const struct {
    const char *arguments[3], *out;
} mistakes[] = {
    {{"-w", "3"}, "-w '3' is for no metric of check_chrony_config: write --NAME-warning"},
    {{"-c", "3"},
     "-c '3' is for no metric of check_chrony_config: write --NAME-critical"},
    {{"--role=king"}, "--role 'king' is not one of auto client server public-server"},
    {{"--chrony-version=new"},
     "--chrony-version 'new' is no version of chrony: write it like 4.3 or 4.6.1"},
    {{"--ignore=S01,T1"},
     "--ignore 'T1' is no rule: write rules like S10,L05,S07:critical, as they are in "
     "chrony-checks-rules(7)"},
    {{"--with-chronyd=chronyd"},
     "--with-chronyd 'chronyd' is no absolute path: begin it with a slash"},
    {{"--file="}, "--file '' is empty: write a PATH"},
    {{"--file=none"}, "none is not there: give the file that chronyd reads as --file"},
    {{"--file=fifo"},
     "fifo is no regular file: give the file that chronyd reads as --file"},
    {{"--file=."}, ". is no regular file: give the file that chronyd reads as --file"},
    {{"--file=good", "--waivers=waivers"},
     "--waivers 'waivers' waives 'S10' in line 2 without a reason: write it behind the "
     "rule"},
    {{"--file=good", "--waivers=none"},
     "--waivers 'none' cannot be read (No such file or directory): give a file with a "
     "rule and a reason on each line"},
    {{"--file=good", "--waivers=fifo"},
     "--waivers 'fifo' cannot be read (no regular file): give a file with a rule and a "
     "reason on each line"},
    {{"good"}, "'good' is left over: check_chrony_config takes options only"},
};

START_TEST(explains_mistakes)
{
    char line[512];

    write_file("good", GOOD);
    write_file("waivers", "# ours\nS10\n");
    ck_assert_int_eq(mkfifo("fifo", 0600), 0);
    ask(mistakes[_i].arguments[0], mistakes[_i].arguments[1], mistakes[_i].arguments[2]);
    snprintf(line, sizeof line, UNKNOWN "%s\n", mistakes[_i].out);
    assert_said(3, line);
}
END_TEST

/* --- verdicts --- */

START_TEST(finds_nothing)
{
    write_file("good", GOOD);
    ask("--file=good", "-v", NULL);
    assert_said(0, CONFIG "OK - 12 lines of good, by their text alone: 0 critical, 0 "
                          "warnings, 0 for information | critical_findings=0 "
                          "warning_findings=0 information_findings=0 waived_findings=0 "
                          "config_lines=12\n");
}
END_TEST

START_TEST(finds_the_worst)
{
    write_file("bad", GOOD "manual\nlogchange 5\n");
    ask("--file=bad", NULL, NULL);
    assert_said(1, CONFIG "WARNING - C10 bad:13: manual lets the time be set by hand: "
                          "delete it; 14 lines of bad, by their text alone: 0 critical, "
                          "1 warning, 1 for information | critical_findings=0 "
                          "warning_findings=1 information_findings=1 waived_findings=0 "
                          "config_lines=14\n");
    write_file("bad", GOOD "rtcfile /z\nmanual\n");
    ask("--file=bad", "--no-perfdata", "-v");
    assert_said(
        2, CONFIG
        "CRITICAL - X05 bad:13: rtcfile and rtcsync are given together, so chronyd does "
        "not start: keep rtcsync; 14 lines of bad, by their text alone: 1 critical, 1 "
        "warning, 0 for information\n"
        "critical: rule X05, place bad:13, finding rtcfile and rtcsync are given "
        "together, so chronyd does not start, remedy keep rtcsync\n"
        "warning: rule C10, place bad:14, finding manual lets the time be set by hand, "
        "remedy delete it\n");
}
END_TEST

START_TEST(heeds_limits)
{
    write_file("bad", GOOD "manual\n");
    ask("--file=bad", "--warning-findings-critical=0", "--no-perfdata");
    assert_said(2, CONFIG
                "CRITICAL - warning_findings 1 (critical limit 0); C10 bad:13: manual "
                "lets the time be set by hand: delete it; 13 lines of bad, by their text "
                "alone: 0 critical, 1 warning, 0 for information\n");
}
END_TEST

START_TEST(heeds_waivers)
{
    write_file("bad", GOOD "manual\n");
    write_file("waivers", "C10 it is an island\nS10 no reason to be here\n");
    ask("--file=bad", "--waivers=waivers", "-v");
    assert_said(0, CONFIG
                "OK - 13 lines of bad, by their text alone: 0 critical, 0 warnings, 1 "
                "for information, 1 waived | critical_findings=0 warning_findings=0 "
                "information_findings=1 waived_findings=1 config_lines=13\n"
                "information: rule W01, place waivers:2, finding a waiver is for "
                "something that was not found (S10), remedy delete its line\n"
                "waived: rule C10, place bad:13, finding manual lets the time be set by "
                "hand, remedy delete it, waived it is an island\n");
}
END_TEST

/* A waiver of a warning, written long ago. */
START_TEST(waives_nothing_critical_by_the_way)
{
    write_file("bad", "local\nallow\nport 0\nbindcmdaddress 0.0.0.0\ncmdallow all\n");
    write_file("waivers", "A02 the host is behind a firewall\n");
    ask("--file=bad", "--waivers=waivers", "-v");
    ck_assert_int_eq(run.status, 2);
    ck_assert_ptr_nonnull(strstr(run.out, CONFIG "CRITICAL - A02 bad:5: everybody may "));
    ck_assert_ptr_nonnull(
        strstr(run.out, "\ninformation: rule W01, place waivers:1, finding a waiver does "
                        "not cover what its rule finds that is critical (A02), remedy "
                        "mend that, or write :critical right behind the rule, like "
                        "S07:critical\n"));
    write_file("waivers", "A02:critical the host is behind a firewall\n");
    ask("--file=bad", "--waivers=waivers", "--no-perfdata");
    ck_assert_int_ne(run.status, 2);
}
END_TEST

/* Nobody writes so much; a loop of some program may. */
START_TEST(is_not_content_with_a_part)
{
    FILE *file = fopen("bad", "w");

    ck_assert_ptr_nonnull(file);
    fputs(GOOD, file);
    for (int i = 0; i < 20000; i++)
        fputs("# line\n", file);
    fclose(file);
    ask("--file=bad", "--no-perfdata", NULL);
    assert_said(3, CONFIG
                "UNKNOWN - bad is too large: at most 20000 lines, 1048576 bytes and 1000 "
                "files are judged; 20001 lines of bad, by their text alone: 0 critical, "
                "0 warnings, 1 for information\n");
}
END_TEST

START_TEST(is_strict)
{
    write_file("bad", GOOD "logchange 5\n");
    ask("--file=bad", "--no-perfdata", NULL);
    ck_assert_int_eq(run.status, 0);
    ask("--file=bad", "--no-perfdata", "--strict");
    assert_said(1, CONFIG
                "WARNING - L06 bad:13: logchange keeps large jumps of the clock out of "
                "the system's log, or fills it (5 s): logchange 0.1, at most 1; 13 lines "
                "of bad, by their text alone: 0 critical, 0 warnings, 1 for "
                "information\n");
}
END_TEST

START_TEST(heeds_the_version)
{
    write_file("good", GOOD "server e.example.net iburst nts maxunreach 9\n");
    ask("--file=good", "--chrony-version=4.8", NULL);
    ck_assert_int_eq(run.status, 0);
    ask("--file=good", "--chrony-version=4.7", "--no-perfdata");
    assert_said(2, CONFIG
                "CRITICAL - X02 good:13: a keyword is newer than this chronyd, which "
                "refuses the whole file (maxunreach "
                "came with chrony 4.8): update chronyd, or leave the keyword out; 13 "
                "lines of good, by their text alone: 1 critical, 0 warnings, 0 for "
                "information\n");
}
END_TEST

/* --- a second opinion --- */

static const struct {
    const char *program, *out;
} no_programs[] = {
    {"/nonexistent/chronyd", "is no program that can be run"},
    {"/bin/true", "is not chronyd"},
};

START_TEST(cannot_ask_chronyd)
{
    char option[64], line[256];

    write_file("good", GOOD);
    snprintf(option, sizeof option, "--with-chronyd=%s", no_programs[_i].program);
    ask("--file=good", option, "-v");
    snprintf(line, sizeof line,
             UNKNOWN "--with-chronyd '%s' %s: give the path of chronyd\n",
             no_programs[_i].program, no_programs[_i].out);
    assert_said(3, line);
}
END_TEST

/* A program in place of chronyd; returns the option that names it. */
static const char *pretend(const char *script)
{
    static char option[64];

    write_file("chronyd", script);
    ck_assert_int_eq(chmod("chronyd", 0755), 0);
    snprintf(option, sizeof option, "--with-chronyd=%s/chronyd", directory);
    return option;
}

#define PRETENDS                                                                         \
    "#!/bin/sh\necho \"$1\" >>${0%/*}/calls\n"                                           \
    "[ \"$1\" = -v ] && echo 'chronyd (chrony) version 4.3 (+NTP)' && exit\n"

START_TEST(asks_chronyd_once)
{
    char calls[16] = "";
    FILE *file;

    write_file("good", GOOD);
    ask("--file=good", pretend(PRETENDS "exit 0\n"), NULL);
    ck_assert_int_eq(run.status, 0);
    file = fopen("calls", "r");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fread(calls, 1, sizeof calls - 1, file), strlen("-v\n-p\n"));
    ck_assert_str_eq(calls, "-v\n-p\n");
    fclose(file);
}
END_TEST

/* However long the run may take, and whatever is slow. */
START_TEST(waits_5_s_for_chronyd)
{
    static const char *const scripts[] = {
        "#!/bin/sh\nsleep 60\n",
        "#!/bin/sh\n[ \"$1\" = -v ] || exec sleep 60\nsleep 1\n"
        "echo 'chronyd (chrony) version 4.3 (+NTP)'\n",
    };

    write_file("good", GOOD);
    ask("--file=good", pretend(scripts[_i]), "-t60");
    ck_assert_int_eq(run.status, 0);
    ck_assert_int_lt(run.elapsed, (int64_t)11 * NANOSECONDS_PER_SECOND / 2);
    ck_assert_int_gt(run.elapsed, (int64_t)9 * NANOSECONDS_PER_SECOND / 2);
}
END_TEST

/* Whether there is one, and what it says, is up to the machine. */
START_TEST(may_look_for_chronyd)
{
    write_file("good", GOOD);
    ask("--file=good", "--with-chronyd", "-v");
    ck_assert_ptr_null(strstr(run.out, "UNKNOWN"));
    ask("--file=good", "-v", "--with-chronyd");
    ck_assert_ptr_null(strstr(run.out, "UNKNOWN"));
    ask("--file=good", "--with-chronyd", "good");
    assert_said(3, UNKNOWN "--with-chronyd 'good' is no absolute path: begin it with a "
                           "slash\n");
}
END_TEST

/* --- chronyd --- */

/* With a port the file is taken to be that chronyd's; nobody is there. */
START_TEST(tells_of_silence)
{
    write_file("good", GOOD);
    ask("--file=good", "-p1", "-v");
    ck_assert_int_eq(run.status, 0);
    ck_assert_ptr_nonnull(
        strstr(run.out, "\ninformation: rule M01, place good, finding chronyd does not "
                        "answer this user, so what runs was not compared with the file "
                        "(127.0.0.1 port 1: connection refused)"));
}
END_TEST

/* --- secrets --- */

#define SECRET "933F62BE1D604E68A81B557F18CFA200483F5B70"

static const char *const spills[] = {
    "1 AES128 HEX:" SECRET "\n",
    "HEX:" SECRET "\n",
    "server a key " SECRET "\n",
    "keyfile keys\nserver a.example.net key 1\n",
    "server " SECRET "_ iburst frob " SECRET "\n",
    "driftfile /a " SECRET "\n",
    "makestep " SECRET " 3\n",
    "password=" SECRET "\n",
};

/* A file of keys in place of the configuration, and keys where none belong. */
START_TEST(keeps_secrets)
{
    write_file("keys", "1 MD5 HEX:" SECRET "\n1 SHA1 HEX:" SECRET "\n");
    write_file("bad", spills[_i]);
    ask("--file=bad", "-v", "-p1");
    if (_i != 4) /* the name of a server is none */
        ck_assert_ptr_null(strcasestr(run.out, SECRET));
}
END_TEST

/* --- time --- */

START_TEST(takes_little_time)
{
    write_file("good", GOOD);
    ask("--file=good", NULL, NULL);
    ck_assert_int_eq(run.status, 0);
    ck_assert_int_lt(run.elapsed, NANOSECONDS_PER_SECOND);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("config plugin");
    TCase *tcase = tcase_create("config plugin");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, 20);
    add_table_test(tcase, explains_mistakes, mistakes);
    tcase_add_test(tcase, finds_nothing);
    tcase_add_test(tcase, finds_the_worst);
    tcase_add_test(tcase, heeds_limits);
    tcase_add_test(tcase, heeds_waivers);
    tcase_add_test(tcase, waives_nothing_critical_by_the_way);
    tcase_add_test(tcase, is_not_content_with_a_part);
    tcase_add_test(tcase, is_strict);
    tcase_add_test(tcase, heeds_the_version);
    add_table_test(tcase, cannot_ask_chronyd, no_programs);
    tcase_add_test(tcase, asks_chronyd_once);
    tcase_add_loop_test(tcase, waits_5_s_for_chronyd, 0, 2);
    tcase_add_test(tcase, may_look_for_chronyd);
    tcase_add_test(tcase, tells_of_silence);
    add_table_test(tcase, keeps_secrets, spills);
    tcase_add_test(tcase, takes_little_time);
    suite_add_tcase(suite, tcase);
    return suite;
}
