/* SPDX-License-Identifier: GPL-2.0-or-later */
/* chrony.conf is read as chronyd reads it: each fact of its parser, what the lines come
 * to, and that nothing that a file can hold does any harm. */
#include "config/config.h"
#include "config/number.h"
#include "runner.h"
#include "wait.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define V(major, minor) CONFIG_VERSION(major, minor, 0)

enum {
    NO_PROBLEM = -1,
    NOBODY = 65534,
    PATH = 512,
    LONGEST = 2048, /* bytes: as many are too many */
};

static char directory[64], main_file[PATH];
static struct config config;

/* --- files --- */

static void path_of(char path[static PATH], const char *name)
{
    snprintf(path, PATH, "%s/%s", directory, name);
}

static void write_bytes(const char *name, const char *content, size_t length)
{
    char path[PATH];
    FILE *file;

    path_of(path, name);
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(content, 1, length, file), length);
    ck_assert_int_eq(fclose(file), 0);
}

/* Writes a text; each @ in it becomes the path of the directory. */
static void write_file(const char *name, const char *text)
{
    static char content[1 << 16];
    size_t length = 0;

    for (; *text; text++) {
        length +=
            (size_t)(*text == '@' ? snprintf(content + length, PATH, "%s", directory)
                                  : snprintf(content + length, 2, "%c", *text));
        ck_assert_uint_lt(length, sizeof content - PATH);
    }
    write_bytes(name, content, length);
}

static void make_directory(const char *name)
{
    char path[PATH];

    path_of(path, name);
    ck_assert_int_eq(mkdir(path, 0755), 0);
}

static int remove_entry(const char *path, const struct stat *status, int type,
                        struct FTW *place)
{
    (void)status;
    (void)type;
    (void)place;
    return remove(path);
}

static void setup(void)
{
    snprintf(directory, sizeof directory, "/tmp/test_config.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(directory));
    ck_assert_int_eq(chmod(directory, 0755), 0);
    path_of(main_file, "chrony.conf");
}

static void teardown(void)
{
    config_free(&config);
    nftw(directory, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

/* --- reading --- */

static enum config_error read_main(unsigned version)
{
    config_free(&config);
    return config_read(&config, main_file, version, NULL);
}

/* Reads a text as the main file. */
static void read_text(const char *text)
{
    write_file("chrony.conf", text);
    ck_assert_int_eq(read_main(CONFIG_NEWEST), CONFIG_OK);
}

static void read_text_as(const char *text, unsigned version)
{
    write_file("chrony.conf", text);
    ck_assert_int_eq(read_main(version), CONFIG_OK);
}

static const struct config_problem *find(enum config_problem_kind kind)
{
    for (size_t i = 0; i < config.problem_count; i++)
        if (config.problems[i].kind == kind)
            return &config.problems[i];
    return NULL;
}

static size_t count(enum config_problem_kind kind)
{
    size_t found = 0;

    for (size_t i = 0; i < config.problem_count; i++)
        found += config.problems[i].kind == kind;
    return found;
}

/* The first problem is this one and no other; NO_PROBLEM: there is none at all. */
static void expect_problem(int kind, const char *text)
{
    const int found = config.problem_count ? (int)config.problems[0].kind : NO_PROBLEM;

    ck_assert_msg(found == kind, "'%s': %s instead of %s", text,
                  found == NO_PROBLEM ? "nothing" : config_problem_text((unsigned)found),
                  kind == NO_PROBLEM ? "nothing" : config_problem_text((unsigned)kind));
}

/* All lines that count, as "directive word word|...". */
static const char *lines(void)
{
    static char text[4096];
    size_t length = 0;

    *text = '\0';
    for (size_t i = 0; i < config.line_count; i++)
        for (size_t j = 0; config.lines[i].counts && j < config.lines[i].word_count; j++)
            length += (size_t)snprintf(text + length, sizeof text - length, "%s%s",
                                       j        ? " "
                                       : length ? "|"
                                                : "",
                                       config.lines[i].words[j]);
    return text;
}

/* --- lines --- */

static const struct problem_case {
    const char *text;
    int kind;
} line_cases[] = {
    {"", NO_PROBLEM},
    {"port 123", NO_PROBLEM}, /* the last line needs no newline */
    {"  \t port \t 123 \v\f\n", NO_PROBLEM},
    {"port 123\r\n", NO_PROBLEM},
    {"port 123\rport 124\n", CONFIG_TOO_MANY_WORDS},
    {"port \\\n123\n", CONFIG_BAD_VALUE}, /* no line goes on */
    {"driftfile \"/a b\"\n", CONFIG_TOO_MANY_WORDS},
    {"keyfile \"/a\"\n", NO_PROBLEM}, /* quotes are part of the word */
    {"\xef\xbb\xbfport 123\n", CONFIG_BYTE_ORDER_MARK},
    {"\n\xef\xbb\xbfport 123\n", CONFIG_UNKNOWN_DIRECTIVE},
    {"\xa0port 123\n", CONFIG_UNKNOWN_DIRECTIVE}, /* of UTF-8 no blank is one */
    {"! a\n; b\n# c\n% d\n \t#e\n", NO_PROBLEM},
    {"// a\n", CONFIG_UNKNOWN_DIRECTIVE},
    {"server a iburst # b\n", CONFIG_TRAILING_COMMENT},
    {"server a iburst; b\n", CONFIG_UNKNOWN_OPTION},
    {"driftfile /a # b\n", CONFIG_TRAILING_COMMENT},
    {"rtcsync # b\n", CONFIG_TRAILING_COMMENT},
    {"log tracking # b\n", CONFIG_TRAILING_COMMENT},
    {"port 123 ! b\n", CONFIG_TRAILING_COMMENT},
    {"allow 10.0.0.0/8 # b\n", CONFIG_TRAILING_COMMENT},
    {"sourcedir @ # b\n", CONFIG_COMMENT_TAKEN},
    {"server # iburst\n", CONFIG_COMMENT_TAKEN},
    {"initstepslew 1 # b\n", CONFIG_COMMENT_TAKEN},
    {"commandkey # b\n", CONFIG_OBSOLETE_DIRECTIVE},
    {"foo\n", CONFIG_UNKNOWN_DIRECTIVE},
    {"port\n", CONFIG_TOO_FEW_WORDS},
    {"port 1 2\n", CONFIG_TOO_MANY_WORDS},
    {"rtcsync 1\n", CONFIG_TOO_MANY_WORDS},
    {"server\n", CONFIG_TOO_FEW_WORDS},
    {"server a foo\n", CONFIG_UNKNOWN_OPTION},
    {"server a minpoll\n", CONFIG_NO_VALUE},
    {"server a minpoll x\n", CONFIG_BAD_VALUE},
    {"refclock SHM 0 refid ABCDE\n", CONFIG_BAD_VALUE},
    {"refclock SHM 0 refid ABCD\n", NO_PROBLEM},
    {"refclock NOTHING here\n", NO_PROBLEM}, /* found out at the start only */
    {"bindaddress foo\n", CONFIG_BAD_VALUE},
    {"bindaddress /foo\n", CONFIG_BAD_VALUE},
    {"bindcmdaddress /foo\n", NO_PROBLEM},
    {"bindcmdaddress ::\n", NO_PROBLEM},
    {"leapsecmode foo\n", CONFIG_BAD_VALUE},
    {"hwtimestamp eth0 rxfilter foo\n", CONFIG_BAD_VALUE},
    {"opencommands sources all\n", CONFIG_UNKNOWN_OPTION},
    {"ntsaeads 15 30\n", NO_PROBLEM},
    {"ntsaeads 15 x\n", CONFIG_BAD_VALUE},
    {"tempcomp /a 30 26000 0.0 0.000183 0.0\n", NO_PROBLEM},
    {"tempcomp /a 30 /b\n", NO_PROBLEM},
    {"tempcomp /a 30\n", CONFIG_TOO_FEW_WORDS},
    {"tempcomp /a 30 26000 0.0\n", CONFIG_TOO_MANY_WORDS},
    {"smoothtime 400 0.01 leaponly\n", NO_PROBLEM},
    {"smoothtime 400 0.01 always\n", CONFIG_BAD_VALUE},
    {"broadcast 30 192.0.2.255 123\n", NO_PROBLEM},
    {"broadcast 30 example.net\n", CONFIG_BAD_VALUE},
    {"ntstrustedcerts 1 /a\n", NO_PROBLEM},
    {"driftfile /a interval 60\n", NO_PROBLEM},
    {"driftfile /a every 60\n", CONFIG_BAD_VALUE},
    {"mailonchange root 0.5\n", NO_PROBLEM},
    {"makestep 1-3 x\n", CONFIG_ODD_NUMBER}, /* read as one line of numbers */
    {"server a extfield F323\n", NO_PROBLEM},
    {"server a extfield 0000f323\n", NO_PROBLEM},
    {"server a extfield F325\n", CONFIG_BAD_VALUE},
};

START_TEST(line_is_read_as_chronyd_does)
{
    const struct problem_case *row = &line_cases[_i];

    read_text(row->text);
    expect_problem(row->kind, row->text);
}
END_TEST

/* A comment of a length, with its newline, and a line behind it. */
static void write_long(size_t length, bool is_terminated)
{
    static char content[3 * LONGEST];

    memset(content, 'x', sizeof content);
    content[0] = '#';
    strcpy(content + length - 1, is_terminated ? "\nfoo\n" : "x");
    write_bytes("chrony.conf", content, strlen(content));
}

START_TEST(line_has_2047_bytes_at_most)
{
    write_long(LONGEST - 1, true);
    ck_assert_int_eq(read_main(CONFIG_NEWEST), CONFIG_OK);
    expect_problem(CONFIG_UNKNOWN_DIRECTIVE, "2047 bytes");
    write_long(LONGEST, true);
    ck_assert_int_eq(read_main(CONFIG_NEWEST), CONFIG_OK);
    expect_problem(CONFIG_LONG_LINE, "2048 bytes");
    ck_assert_uint_eq(config.problems[0].line, 1);
    ck_assert_uint_eq(config.problems[1].line, 2);
    write_long(2 * LONGEST + 5, true);
    ck_assert_int_eq(read_main(CONFIG_NEWEST), CONFIG_OK);
    ck_assert_uint_eq(config.problem_count, 2);
    ck_assert_uint_eq(config.problems[1].line, 2);
    write_long(LONGEST - 1, false);
    ck_assert_int_eq(read_main(CONFIG_NEWEST), CONFIG_OK);
    expect_problem(NO_PROBLEM, "2047 bytes at the end");
    write_long(LONGEST, false);
    ck_assert_int_eq(read_main(CONFIG_NEWEST), CONFIG_OK);
    expect_problem(CONFIG_LONG_LINE, "2048 bytes at the end");
}
END_TEST

START_TEST(nul_ends_a_line)
{
    static const char content[] = "port 1\0 foo\nport 2\n\0bar\nport 3\n";

    write_bytes("chrony.conf", content, sizeof content - 1);
    ck_assert_int_eq(read_main(CONFIG_NEWEST), CONFIG_OK);
    ck_assert_str_eq(lines(), "port 1|port 2|port 3");
    ck_assert_uint_eq(config.problem_count, 2);
    expect_problem(CONFIG_EMBEDDED_NUL, "NUL");
    ck_assert(config_is_accepted(&config));
}
END_TEST

START_TEST(problem_has_its_place)
{
    read_text("port 1\n\n# a\n  foo\nserver a bar\n");
    ck_assert_uint_eq(config.problem_count, 2);
    ck_assert_uint_eq(config.problems[0].line, 4);
    ck_assert_str_eq(config.problems[0].word, "foo");
    ck_assert_str_eq(config.problems[0].file->path, main_file);
    ck_assert_ptr_null(config.problems[0].directive);
    ck_assert_uint_eq(config.problems[1].line, 5);
    ck_assert_str_eq(config.problems[1].word, "bar");
    ck_assert_str_eq(config.problems[1].directive->name, "server");
    ck_assert_uint_eq(config.lines_read, 5);
    ck_assert_uint_eq(config.line_count, 3);
    ck_assert(!config_is_accepted(&config));
    ck_assert(config.is_whole);
}
END_TEST

START_TEST(case_matters_where_it_does)
{
    read_text("PORT 5\nServer a IBURST MinPoll 4\nlocal ORPHAN\nleapsecmode SLEW\n"
              "opencommands SOURCES\nhwtimestamp eth0 rxfilter ALL\nLOG tracking\n");
    expect_problem(NO_PROBLEM, "any case");
    ck_assert_double_eq(config_number(&config, "port"), 5);
    ck_assert_ptr_nonnull(config_option(config_last(&config, "server"), "iburst"));
    ck_assert_double_eq(config_option_number(config_last(&config, "server"), "minpoll"),
                        4);
    read_text("log TRACKING\n");
    expect_problem(CONFIG_UNKNOWN_OPTION, "log TRACKING");
    read_text("allow ALL\n");
    expect_problem(CONFIG_NAME_LOOKED_UP, "allow ALL");
    read_text("driftfile /A\n");
    ck_assert_str_eq(config_text(&config, "driftfile"), "/A");
}
END_TEST

/* --- directives that are none, or no longer --- */

static const struct problem_case status_cases[] = {
    {"commandkey 1\n", CONFIG_OBSOLETE_DIRECTIVE},
    {"generatecommandkey\n", CONFIG_OBSOLETE_DIRECTIVE},
    {"linux_freq_scale 1.0\n", CONFIG_OBSOLETE_DIRECTIVE},
    {"linux_hz 100 and more\n", CONFIG_OBSOLETE_DIRECTIVE},
    {"dumponexit\n", CONFIG_IGNORED_DIRECTIVE},
    {"ntscachedir /a\n", CONFIG_OLD_NAME},
    {"clientlog\n", CONFIG_NEVER_DIRECTIVE},
    {"cmdkey 1\n", CONFIG_NEVER_DIRECTIVE},
    {"cmdpassword a\n", CONFIG_NEVER_DIRECTIVE},
    {"driftdir /a\n", CONFIG_NEVER_DIRECTIVE},
    {"restrict default\n", CONFIG_NEVER_DIRECTIVE},
};

START_TEST(directive_is_told_apart)
{
    const struct problem_case *row = &status_cases[_i];
    const bool is_never = row->kind == CONFIG_NEVER_DIRECTIVE;

    read_text(row->text);
    expect_problem(row->kind, row->text);
    ck_assert_uint_eq(config.problem_count, 1);
    ck_assert(config_is_accepted(&config) == !is_never);
    ck_assert(config.lines[0].counts == (row->kind == CONFIG_OLD_NAME));
    ck_assert_ptr_nonnull(config.problems[0].directive);
    ck_assert(!is_never || config.problems[0].directive->instead);
}
END_TEST

START_TEST(old_name_is_found_by_the_new_one)
{
    read_text("ntscachedir /a\n");
    ck_assert_str_eq(config_text(&config, "ntsdumpdir"), "/a");
}
END_TEST

/* --- versions --- */

static const struct version_case {
    const char *text;
    unsigned older, since; /* refused by the older, taken by the other */
    int kind;
} version_cases[] = {
    {"opencommands\n", V(4, 6), V(4, 7), CONFIG_NEWER_DIRECTIVE},
    {"ntsaeads 15\n", V(4, 6), CONFIG_VERSION(4, 6, 1), CONFIG_NEWER_DIRECTIVE},
    {"authselectmode mix\n", V(3, 5), V(4, 0), CONFIG_NEWER_DIRECTIVE},
    {"maxstratum 3\n", V(4, 8), V(4, 9), CONFIG_NEWER_DIRECTIVE},
    {"server a xleave\n", V(2, 4), V(3, 0), CONFIG_NEWER_OPTION},
    {"server a certset 1\n", V(4, 0), V(4, 1), CONFIG_NEWER_OPTION},
    {"server a maxunreach 3\n", V(4, 7), V(4, 8), CONFIG_NEWER_OPTION},
    {"server a extfield F323\n", V(4, 1), V(4, 2), CONFIG_NEWER_OPTION},
    {"server a extfield 10A\n", V(4, 8), V(4, 9), CONFIG_NEWER_OPTION},
    {"log selection\n", V(4, 2), V(4, 3), CONFIG_NEWER_OPTION},
    {"log rawmeasurements\n", V(3, 0), V(3, 1), CONFIG_NEWER_OPTION},
    {"ratelimit kod 1\n", V(4, 5), V(4, 6), CONFIG_NEWER_OPTION},
    {"local activate 1\n", V(4, 5), V(4, 6), CONFIG_NEWER_OPTION},
    {"hwtimestamp eth0 maxpoll 3\n", V(4, 3), V(4, 4), CONFIG_NEWER_OPTION},
    {"hwtimestamp eth0 rxfilter ptp\n", V(4, 1), V(4, 2), CONFIG_NEWER_OPTION},
    {"driftfile /a interval 3\n", V(4, 6), V(4, 7), CONFIG_NEWER_OPTION},
    {"ntstrustedcerts 1 /a\n", V(4, 0), V(4, 1), CONFIG_NEWER_OPTION},
    {"refclock SHM 0 optional\n", V(4, 8), V(4, 9), CONFIG_NEWER_OPTION},
    {"ratelimit burst 64\n", V(4, 8), V(4, 9), CONFIG_OUT_OF_RANGE},
};

START_TEST(version_decides_what_is_known)
{
    const struct version_case *row = &version_cases[_i];

    read_text_as(row->text, row->since);
    expect_problem(NO_PROBLEM, row->text);
    read_text_as(row->text, row->older);
    expect_problem(row->kind, row->text);
    ck_assert(row->kind == CONFIG_OUT_OF_RANGE || config.problems[0].since == row->since);
    ck_assert(!config_is_accepted(&config));
}
END_TEST

START_TEST(newer_chronyd_may_know_more)
{
    const unsigned future = CONFIG_NEWEST + 100;

    read_text_as("foo 1\n", future);
    expect_problem(CONFIG_PERHAPS_NEWER, "foo 1");
    ck_assert(config_is_accepted(&config));
    read_text_as("server a foo\n", future);
    expect_problem(CONFIG_PERHAPS_NEWER, "server a foo");
    read_text_as("cmdkey 1\n", future);
    expect_problem(CONFIG_NEVER_DIRECTIVE, "cmdkey 1");
}
END_TEST

/* Each option and choice with a since is refused one release earlier. */
static void try_option(const struct config_directive *form,
                       const struct config_option *option)
{
    static const char *const values[] = {
        [CONFIG_FLAG] = "",      [CONFIG_INTEGER] = "1", [CONFIG_UNSIGNED] = "8",
        [CONFIG_NUMBER] = "1",   [CONFIG_HEX] = "F323",  [CONFIG_REFID] = "A",
        [CONFIG_CHOICE] = "none"};
    char text[256];

    snprintf(text, sizeof text, "%s %s %s %s\n", form->name,
             config_word_count(form) == 2   ? "a b"
             : config_word_count(form) == 1 ? "a"
                                            : "",
             option->name, form->tail == CONFIG_CHOICES ? "" : values[option->kind]);
    read_text_as(text, CONFIG_NEWEST);
    ck_assert_msg(config_is_accepted(&config), "%s", text);
    if (!option->since)
        return;
    read_text_as(text, option->since > form->since ? option->since : form->since);
    ck_assert_msg(!find(CONFIG_NEWER_OPTION), "%s", text);
    read_text_as(text, option->since - 1);
    ck_assert_msg(find(CONFIG_NEWER_OPTION) || find(CONFIG_NEWER_DIRECTIVE), "%s", text);
}

START_TEST(every_option_is_known_since_its_version)
{
    size_t tried = 0;

    for (const struct config_directive *form = config_directives; form->name; form++)
        for (const struct config_option *option = form->options; option && option->name;
             option++, tried++)
            try_option(form, option);
    ck_assert_uint_gt(tried, 150);
}
END_TEST

static bool has_value(enum config_kind kind, const char *text)
{
    struct config_read number;

    return (kind != CONFIG_WHOLE && kind != CONFIG_INTEGER && kind != CONFIG_UNSIGNED &&
            kind != CONFIG_NUMBER) ||
           (number_read(&text, &number) && !*text && !number.odd);
}

START_TEST(rows_are_sound)
{
    for (const struct config_directive *row = config_directives; row->name; row++) {
        const struct config_directive *first = config_directive(row->name);

        /* Forms stand together, and the first one is the oldest. */
        for (const struct config_directive *form = first; form < row; form++)
            ck_assert_str_eq(form->name, row->name);
        ck_assert_uint_ge(row->since, first->since);
        ck_assert_uint_eq(strspn(row->name, "abcdefghijklmnopqrstuvwxyz_"),
                          strlen(row->name));
        ck_assert((row->tail == CONFIG_OPTIONS || row->tail == CONFIG_CHOICES) ==
                  (row->options != NULL));
        for (size_t i = 0; i < config_word_count(row); i++)
            ck_assert(!row->words[i].fallback ||
                      has_value(row->words[i].kind, row->words[i].fallback));
        for (const struct config_option *option = row->options; option && option->name;
             option++)
            ck_assert(!option->fallback || has_value(option->kind, option->fallback));
    }
}
END_TEST

static const struct {
    const char *text;
    unsigned version; /* 0: it is none */
} parsed_versions[] = {
    {"4.3", 40300},
    {"4.6.1", 40601},
    {"4.9-pre1", 40900},
    {"4.3-2+deb12u3", 40300},
    {"2.0", 20000},
    {"10.11.12", 101112},
    {"4.9+git", 40900},
    {"", 0},
    {"4", 0},
    {"4.", 0},
    {"v4.3", 0},
    {"4.3x", 0},
    {"4.6.1.2", 0},
    {"4.100", 0},
    {" 4.3", 0},
    {"4.-3", 0},
};

START_TEST(version_is_read)
{
    unsigned version = 0;
    const bool is_one = config_version_parse(parsed_versions[_i].text, &version);

    ck_assert(is_one == (parsed_versions[_i].version != 0));
    ck_assert(!is_one || version == parsed_versions[_i].version);
}
END_TEST

START_TEST(version_is_written)
{
    char text[CONFIG_VERSION_TEXT];

    config_version_text(40300, text);
    ck_assert_str_eq(text, "4.3");
    config_version_text(40601, text);
    ck_assert_str_eq(text, "4.6.1");
}
END_TEST

/* --- numbers --- */

static const struct number_case {
    const char *text;
    bool is_there, odd;
    double value;
    const char *rest;
} real_cases[] = {
    {"1", true, false, 1, ""},
    {" -1.5x", true, false, -1.5, "x"},
    {"+.5", true, false, 0.5, ""},
    {"1.e3 2", true, false, 1000, " 2"},
    {"1e-9", true, false, 1e-9, ""},
    {"0.000183", true, false, 0.000183, ""},
    {"83333.333", true, false, 83333.333, ""},
    {"12345678901234567890", true, false, 12345678901234567890.0, ""},
    {"0.1234567890123456789", true, false, 0.1234567890123456789, ""},
    {"1e400", true, false, INFINITY, ""},
    {"1e-400", true, false, 0, ""},
    {"1e99999999999999999999", true, false, INFINITY, ""},
    {"0e99999", true, false, 0, ""},
    {"1e", true, false, 1, ""},
    {"1e+x", true, false, 1, "x"},
    {"1,5", true, false, 1, ",5"},
    {"1_000", true, false, 1, "_000"},
    {"inf", true, true, INFINITY, ""},
    {"-Infinity", true, true, -INFINITY, ""},
    {"infx", true, true, INFINITY, "x"},
    {"nan", true, true, NAN, ""},
    {"0x10", true, true, 16, ""},
    {"0x.8p1iburst", true, true, 1, "iburst"},
    {"", false, false, 0, ""},
    {"x", false, false, 0, "x"},
    {"-", false, false, 0, "-"},
    {".", false, false, 0, "."},
    {"infi", false, false, 0, "infi"},
    {"0x", false, false, 0, "0x"},
    {"in", false, false, 0, "in"},
    {"--1", false, false, 0, "--1"},
};

START_TEST(number_is_read_as_far_as_it_goes)
{
    const struct number_case *row = &real_cases[_i];
    const char *text = row->text;
    struct config_read number;

    ck_assert(number_read(&text, &number) == row->is_there);
    ck_assert_str_eq(text, row->rest);
    if (!row->is_there)
        return;
    ck_assert(number.odd == row->odd);
    if (isnan(row->value) || isinf(row->value) || row->value == 0)
        ck_assert(isnan(row->value) ? isnan(number.value) : number.value == row->value);
    else
        ck_assert_double_le(fabs(number.value / row->value - 1), 1e-15);
}
END_TEST

static const struct number_case integer_cases[] = {
    {"0", true, false, 0, ""},
    {" -12x", true, false, -12, "x"},
    {"+6 7", true, false, 6, " 7"},
    {"010", true, false, 10, ""},
    {"2147483647", true, false, 2147483647, ""},
    {"-2147483648", true, false, -2147483648.0, ""},
    {"2147483648", true, true, -2147483648.0, ""},
    {"4294967297", true, true, 1, ""},
    {"99999999999999999999", true, true, -1, ""}, /* saturated, then cut */
    {"-99999999999999999999", true, true, 0, ""},
    {"0x10", true, false, 0, "x10"},
    {"1.5", true, false, 1, ".5"},
    {"", false, false, 0, ""},
    {"-", false, false, 0, "-"},
    {"x", false, false, 0, "x"},
};

START_TEST(integer_is_cut_to_32_bits)
{
    const struct number_case *row = &integer_cases[_i];
    const char *text = row->text;
    struct config_read number;

    ck_assert(number_read_integer(&text, &number) == row->is_there);
    ck_assert_str_eq(text, row->rest);
    ck_assert(!row->is_there || (number.odd == row->odd && number.value == row->value));
}
END_TEST

/* What chronyd makes of a number in a line; strict ones since 4.7 only. */
static const struct judged_case {
    const char *text;
    int kind, kind_before_4_7;
} judged_cases[] = {
    {"minsources 3\n", NO_PROBLEM, NO_PROBLEM},
    {"minsources 3x\n", CONFIG_BAD_VALUE, CONFIG_ODD_NUMBER},
    {"minsources 0\n", CONFIG_OUT_OF_RANGE, CONFIG_ODD_NUMBER},
    {"minsources 3.5\n", CONFIG_BAD_VALUE, CONFIG_ODD_NUMBER},
    {"port 65536\n", CONFIG_OUT_OF_RANGE, CONFIG_ODD_NUMBER},
    {"port 4294967419\n", CONFIG_OUT_OF_RANGE, CONFIG_ODD_NUMBER},
    {"dscp 64\n", CONFIG_OUT_OF_RANGE, CONFIG_ODD_NUMBER},
    {"ntsaeads 15x\n", CONFIG_BAD_VALUE, CONFIG_NEWER_DIRECTIVE},
    {"maxupdateskew 100abc\n", CONFIG_ODD_NUMBER, CONFIG_ODD_NUMBER},
    {"maxupdateskew nan\n", CONFIG_ODD_NUMBER, CONFIG_ODD_NUMBER},
    {"maxdistance inf\n", CONFIG_ODD_NUMBER, CONFIG_ODD_NUMBER},
    {"maxdistance 0x10\n", CONFIG_ODD_NUMBER, CONFIG_ODD_NUMBER},
    {"maxdistance -1\n", CONFIG_ODD_NUMBER, CONFIG_ODD_NUMBER},
    {"maxdistance 1.5\n", NO_PROBLEM, NO_PROBLEM},
    {"maxdistance x\n", CONFIG_BAD_VALUE, CONFIG_BAD_VALUE},
    {"clockprecision 5\n", CONFIG_ODD_NUMBER, CONFIG_ODD_NUMBER},
    {"clientloglimit -1\n", CONFIG_ODD_NUMBER, CONFIG_ODD_NUMBER},
    {"makestep 1.0 3\n", NO_PROBLEM, NO_PROBLEM},
    {"makestep 1.0 -1\n", NO_PROBLEM, NO_PROBLEM},
    {"makestep 1.0 3x\n", CONFIG_ODD_NUMBER, CONFIG_ODD_NUMBER},
    {"makestep 1.0x 3\n", CONFIG_ODD_NUMBER, CONFIG_ODD_NUMBER},
    {"makestep 1.0 3.5\n", CONFIG_ODD_NUMBER, CONFIG_ODD_NUMBER},
    {"smoothtime 400 0.01x leaponly\n", CONFIG_ODD_NUMBER, CONFIG_ODD_NUMBER},
    {"broadcast 30x 192.0.2.1\n", CONFIG_ODD_NUMBER, CONFIG_ODD_NUMBER},
    {"server a offset -0.1\n", NO_PROBLEM, NO_PROBLEM},
    {"server a maxdelay -1\n", CONFIG_ODD_NUMBER, CONFIG_ODD_NUMBER},
    {"server a minpoll 6iburst\n", CONFIG_ODD_NUMBER, CONFIG_ODD_NUMBER},
    {"server a minpoll 6x\n", CONFIG_ODD_NUMBER, CONFIG_ODD_NUMBER},
    {"server a minpoll 33\n", CONFIG_OUT_OF_RANGE, CONFIG_CLAMPED},
    {"server a minpoll 25\n", CONFIG_CLAMPED, CONFIG_CLAMPED},
    {"server a minpoll -8\n", CONFIG_CLAMPED, CONFIG_CLAMPED},
    {"server a minpoll -7\n", NO_PROBLEM, NO_PROBLEM},
    {"server a key 0\n", CONFIG_OUT_OF_RANGE, CONFIG_OUT_OF_RANGE},
    {"server a key 4294967295\n", NO_PROBLEM, NO_PROBLEM},
    {"server a key -1\n", CONFIG_ODD_NUMBER, CONFIG_ODD_NUMBER},
    {"pool a maxsources 17\n", CONFIG_CLAMPED, CONFIG_CLAMPED},
    {"pool a maxsources 0\n", CONFIG_OUT_OF_RANGE, CONFIG_CLAMPED},
    {"local stratum 16\n", CONFIG_OUT_OF_RANGE, CONFIG_OUT_OF_RANGE},
    {"local stratum 10orphan\n", CONFIG_ODD_NUMBER, CONFIG_ODD_NUMBER},
    {"refclock SHM 0 stratum 16\n", CONFIG_OUT_OF_RANGE, CONFIG_OUT_OF_RANGE},
    {"ratelimit interval 13\n", CONFIG_CLAMPED, CONFIG_CLAMPED},
    {"ratelimit leak 0\n", CONFIG_CLAMPED, CONFIG_CLAMPED},
    {"ratelimit leak 5\n", CONFIG_CLAMPED, CONFIG_CLAMPED},
    {"ratelimit kod 5\n", CONFIG_CLAMPED, CONFIG_CLAMPED},
    {"ratelimit burst 0\n", CONFIG_CLAMPED, CONFIG_CLAMPED},
    {"ratelimit interval 300\n", CONFIG_OUT_OF_RANGE, CONFIG_CLAMPED},
};

START_TEST(number_is_judged)
{
    const struct judged_case *row = &judged_cases[_i];

    read_text(row->text);
    expect_problem(row->kind, row->text);
    read_text_as(row->text, V(4, 6));
    expect_problem(row->kind_before_4_7, row->text);
}
END_TEST

static double clamped(const char *text)
{
    read_text(text);
    ck_assert_ptr_nonnull(find(CONFIG_CLAMPED));
    return find(CONFIG_CLAMPED)->number;
}

START_TEST(clamped_number_is_the_one_that_is_used)
{
    ck_assert_double_eq(clamped("server a minpoll 30\n"), 24);
    ck_assert_double_eq(clamped("server a minpoll -9\n"), 6);
    ck_assert_double_eq(config_option_number(&config.lines[0], "minpoll"), 6);
    ck_assert_double_eq(clamped("server a maxpoll -9\n"), 10);
    ck_assert_double_eq(clamped("pool a maxsources 99\n"), 16);
    ck_assert_double_eq(clamped("ratelimit interval -30\n"), -19);
    ck_assert_double_eq(clamped("ratelimit leak 9\n"), 4);
    ck_assert_double_eq(clamped("cmdratelimit burst 0\n"), 1);
    /* Until 4.2 the shortest poll is longer. */
    read_text_as("server a minpoll -7\n", V(4, 2));
    ck_assert_double_eq(find(CONFIG_CLAMPED)->number, 6);
}
END_TEST

/* --- repeats --- */

START_TEST(last_line_counts)
{
    read_text("port 1\nmaxdistance 2\nport 3\nmakestep 1 2\nmakestep 3 -4\n");
    ck_assert_double_eq(config_number(&config, "port"), 3);
    ck_assert_uint_eq(config_last(&config, "port")->number, 3);
    ck_assert_double_eq(config_number(&config, "makestep"), 3);
    ck_assert_double_eq(config_word_number(config_last(&config, "makestep"), 2), -4);
    ck_assert(isnan(config_word_number(config_last(&config, "makestep"), 3)));
    ck_assert(isnan(config_word_number(config_last(&config, "makestep"), 0)));
}
END_TEST

START_TEST(default_counts_without_a_line)
{
    read_text("");
    ck_assert_double_eq(config_number(&config, "port"), 123);
    ck_assert_double_eq(config_number(&config, "minsources"), 1);
    ck_assert_double_eq(config_number(&config, "maxslewrate"), 83333.333);
    ck_assert_str_eq(config_text(&config, "leapsecmode"), "system");
    ck_assert(isnan(config_number(&config, "rtcautotrim")));
    ck_assert(isnan(config_number(&config, "no such directive")));
    ck_assert_ptr_null(config_text(&config, "driftfile"));
    ck_assert_ptr_null(config_last(&config, "port"));
    ck_assert_double_eq(config_merged_number(&config, "ratelimit", "interval"), 3);
    ck_assert_double_eq(config_merged_number(&config, "cmdratelimit", "interval"), -4);
    ck_assert_ptr_null(config_merged_option(&config, "log", "tracking"));
}
END_TEST

START_TEST(options_of_ratelimit_and_log_add_up)
{
    read_text("ratelimit interval 1 burst 16\nratelimit interval 2\n"
              "log tracking\nlog measurements statistics\n");
    ck_assert_double_eq(config_merged_number(&config, "ratelimit", "interval"), 2);
    ck_assert_double_eq(config_merged_number(&config, "ratelimit", "burst"), 16);
    ck_assert_double_eq(config_merged_number(&config, "ratelimit", "leak"), 2);
    ck_assert_ptr_nonnull(config_merged_option(&config, "log", "tracking"));
    ck_assert_ptr_nonnull(config_merged_option(&config, "log", "statistics"));
    ck_assert_ptr_null(config_merged_option(&config, "log", "rtc"));
}
END_TEST

START_TEST(option_of_a_line_counts_last)
{
    const struct config_line *line;

    read_text("local stratum 5 orphan stratum 7\nserver a minpoll 4iburst\n");
    line = config_last(&config, "local");
    ck_assert_double_eq(config_option_number(line, "stratum"), 7);
    ck_assert_str_eq(config_option(line, "stratum"), "7");
    ck_assert_str_eq(config_option(line, "orphan"), "");
    ck_assert_ptr_null(config_option(line, "distance"));
    ck_assert_double_eq(config_option_number(line, "distance"), 1);
    ck_assert(isnan(config_option_number(line, "waitunsynced")));
    line = config_last(&config, "server");
    ck_assert_double_eq(config_option_number(line, "minpoll"), 4);
    ck_assert_ptr_nonnull(config_option(line, "iburst"));
    ck_assert_ptr_null(config_option(line, "host name")); /* a word is no option */
}
END_TEST

START_TEST(address_counts_once_for_each_family)
{
    read_text("bindcmdaddress 192.0.2.1\nbindcmdaddress ::1\nbindcmdaddress 192.0.2.2\n"
              "bindcmdaddress /a\nbindcmdaddress /\n");
    ck_assert_str_eq(config_address(&config, "bindcmdaddress", AF_INET), "192.0.2.2");
    ck_assert_str_eq(config_address(&config, "bindcmdaddress", AF_INET6), "::1");
    ck_assert_str_eq(config_address(&config, "bindcmdaddress", AF_UNIX), "/");
    ck_assert_ptr_null(config_address(&config, "bindaddress", AF_INET));
}
END_TEST

START_TEST(line_with_a_mistake_still_counts)
{
    read_text("server a iburst # main\nserver b maxunreach x iburst\nfoo\ncmdkey 1\n");
    ck_assert_str_eq(lines(), "server a iburst # main|server b maxunreach x iburst");
    ck_assert(!config.lines[0].is_valid);
    ck_assert_ptr_nonnull(config_option(&config.lines[0], "iburst"));
    ck_assert_uint_eq(config.lines[1].word_count, 5);
}
END_TEST

/* --- allow and deny --- */

static const struct problem_case subnet_cases[] = {
    {"allow\n", NO_PROBLEM},
    {"allow all\n", NO_PROBLEM},
    {"allow 10\n", NO_PROBLEM},
    {"allow 10.1\n", NO_PROBLEM},
    {"allow 10.1.2\n", NO_PROBLEM},
    {"allow 10.1.2.3\n", NO_PROBLEM},
    {"allow 10.1/8\n", NO_PROBLEM},
    {"allow 0/0\n", NO_PROBLEM},
    {"allow all 10.1\n", NO_PROBLEM},
    {"allow ::/0\n", NO_PROBLEM},
    {"allow 2001:db8::/32\n", NO_PROBLEM},
    {"allow 10.1.2.3/32\n", NO_PROBLEM},
    {"allow 10.1.2.3/33\n", CONFIG_BAD_PREFIX},
    {"allow 10/99999999999\n", CONFIG_BAD_PREFIX},
    {"deny ::1/129\n", CONFIG_BAD_PREFIX},
    {"cmdallow all ::1/129\n", CONFIG_BAD_PREFIX},
    {"allow 10.1.2.3.4\n", CONFIG_BAD_VALUE},
    {"allow 300\n", CONFIG_BAD_VALUE},
    {"allow 192.0.2.010\n", CONFIG_ODD_NUMBER},
    {"allow 0x10\n", CONFIG_ODD_NUMBER},
    {"allow 192.0.2.08\n", CONFIG_BAD_VALUE},
    {"allow 10.256\n", CONFIG_BAD_VALUE},
    {"allow 10.\n", CONFIG_BAD_VALUE},
    {"allow 10.1.2.\n", CONFIG_BAD_VALUE},
    {"allow ALL 10.1\n", CONFIG_BAD_VALUE},
    {"allow /24\n", CONFIG_BAD_VALUE},
    {"allow 10/\n", CONFIG_BAD_VALUE},
    {"allow 10/x\n", CONFIG_BAD_VALUE},
    {"allow 10/-1\n", CONFIG_BAD_VALUE},
    {"allow 10/8x\n", CONFIG_BAD_VALUE},
    {"allow 2001:db8\n", CONFIG_BAD_VALUE},
    {"allow fe80::1%eth0\n", CONFIG_BAD_VALUE},
    {"allow example.net\n", CONFIG_NAME_LOOKED_UP},
    {"cmdallow all example.net\n", CONFIG_NAME_LOOKED_UP},
    {"allow all all\n", CONFIG_NAME_LOOKED_UP}, /* a host that is called "all" */
    {"allow example.net/24\n", CONFIG_BAD_VALUE},
    {"allow exa mple\n", CONFIG_BAD_VALUE},
    {"allow a$b\n", CONFIG_BAD_VALUE},
    {"allow # all\n", CONFIG_TRAILING_COMMENT},
};

START_TEST(subnet_is_read_as_chronyd_does)
{
    const struct problem_case *row = &subnet_cases[_i];

    read_text(row->text);
    expect_problem(row->kind, row->text);
}
END_TEST

/* As "chronyc accheck" told of a chronyd with these lines. */
static const struct access_case {
    const char *text, *address;
    bool is_allowed;
} access_cases[] = {
    {"", "192.0.2.1", false},
    {"allow\n", "192.0.2.1", true},
    {"allow\n", "2001:db8::1", true},
    {"allow 0/0\n", "192.0.2.1", true},
    {"allow 0/0\n", "2001:db8::1", false},
    {"allow ::/0\n", "192.0.2.1", false},
    {"allow ::/0\n", "2001:db8::1", true},
    {"allow 10\n", "10.9.9.9", true},
    {"allow 10.1/8\n", "10.2.0.1", true},
    {"allow 10.1/32\n", "10.1.0.1", false},
    {"allow 10.1/32\n", "10.1.0.0", true},
    {"allow 192.0.2.77/24\n", "192.0.2.1", true},
    /* The longest prefix counts, wherever its line is. */
    {"allow 10/8\ndeny 10.1\nallow 10.1.2.3\n", "10.0.0.1", true},
    {"allow 10/8\ndeny 10.1\nallow 10.1.2.3\n", "10.1.0.1", false},
    {"allow 10/8\ndeny 10.1\nallow 10.1.2.3\n", "10.1.2.3", true},
    {"allow 10.1.2.3\ndeny 10.1\nallow 10/8\n", "10.1.0.1", false},
    {"allow 10.1.2.3\ndeny 10.1\nallow 10/8\n", "10.1.2.3", true},
    /* "all" takes back what was said of longer ones before. */
    {"allow 10.1.2.3\ndeny all 10.1\n", "10.1.2.3", false},
    {"deny all 10.1\nallow 10.1.2.3\n", "10.1.2.3", true},
    {"deny 10/8\nallow all\n", "10.0.0.1", true},
    {"deny 10/8\nallow\n", "10.0.0.1", false},
    /* Within four bits the later one counts. */
    {"allow 10.0.0.0/9\ndeny 10.0.0.0/10\n", "10.0.0.1", false},
    {"allow 10.0.0.0/9\ndeny 10.0.0.0/10\n", "10.100.0.1", true},
    {"deny 10.0.0.0/10\nallow 10.0.0.0/9\n", "10.0.0.1", true},
    {"allow 10/4\ndeny 10/6\n", "10.0.0.1", false},
    {"allow 10/8\ndeny all 10/9\nallow 10/10\n", "10.1.2.3", true},
    {"allow 192.0.2.010\n", "192.0.2.8", true}, /* octal */
    {"allow 0x10\n", "0.0.0.16", true},
    {"allow 10/4294967304\n", "10.2.0.1", true}, /* cut to 32 bits */
    {"allow 10.64.0.0/9\n", "10.0.0.1", true},
    {"allow 10.64.0.0/9\n", "10.128.0.1", false},
    {"allow ::ffff:192.0.2.1\n", "192.0.2.1", false},
    {"allow 2001:db8::/33\n", "2001:db8:7fff::1", true},
    {"allow 2001:db8::/33\n", "2001:db8:8000::1", false},
    {"allow 2001:db8::1\n", "2001:db8::1", true},
    {"allow 2001:db8::1\n", "2001:db8::2", false},
    {"allow example.net\n", "192.0.2.1", false},
    {"allow 192.0.2.1\n", "no address", false},
};

START_TEST(address_is_allowed_as_chronyd_does)
{
    const struct access_case *row = &access_cases[_i];

    read_text(row->text);
    ck_assert_msg(config_allows(&config, CONFIG_NTP, row->address) == row->is_allowed,
                  "'%s': %s", row->text, row->address);
    ck_assert(!config_allows(&config, CONFIG_COMMAND, row->address));
}
END_TEST

START_TEST(commands_from_loopback_are_always_allowed)
{
    read_text("cmdallow 192.0.2.1\ncmddeny 127.0.0.1\n");
    ck_assert(config_allows(&config, CONFIG_COMMAND, "127.0.0.1"));
    ck_assert(config_allows(&config, CONFIG_COMMAND, "::1"));
    ck_assert(config_allows(&config, CONFIG_COMMAND, "192.0.2.1"));
    ck_assert(!config_allows(&config, CONFIG_COMMAND, "192.0.2.2"));
    ck_assert(!config_allows(&config, CONFIG_NTP, "127.0.0.1"));
    read_text("allow 127.0.0.1\n");
    ck_assert(config_allows(&config, CONFIG_NTP, "127.0.0.1"));
    ck_assert(!config_allows(&config, CONFIG_NTP, "127.0.0.2"));
}
END_TEST

static const struct widest_case {
    const char *text;
    int family;
    bool any, all;
    int widest;
    size_t line; /* that allows it; 0: none */
    bool has_names;
} widest_cases[] = {
    {"", AF_INET, false, false, -1, 0, false},
    {"deny\n", AF_INET, false, false, -1, 0, false},
    {"allow\n", AF_INET, true, true, 0, 1, false},
    {"allow\n", AF_INET6, true, true, 0, 1, false},
    {"allow 0/0\n", AF_INET6, false, false, -1, 0, false},
    {"allow\ndeny 10/8\n", AF_INET, true, true, 0, 1, false},
    {"allow 10/8\ndeny 10/8\n", AF_INET, false, false, -1, 0, false},
    {"allow\ndeny all\n", AF_INET, false, false, -1, 0, false},
    {"allow\ndeny\n", AF_INET, false, false, -1, 0, false},
    {"allow\ndeny 0/1\ndeny 128/1\n", AF_INET, false, false, -1, 0, false},
    {"allow\ndeny 0/1\n", AF_INET, true, true, 0, 1, false},
    {"allow 0/1\nallow 128/1\n", AF_INET, true, true, 1, 1, false},
    {"allow 0/1\nallow 128/2\n", AF_INET, true, false, 1, 1, false},
    {"allow 8000::/1\nallow ::/1\n", AF_INET6, true, true, 1, 2, false},
    {"allow 192.0.2.0/24\nallow 10/8\n", AF_INET, true, false, 8, 2, false},
    {"allow 10/8\ndeny 10/9\ndeny 10.128/9\nallow 192.0.2/24\n", AF_INET, true, false, 24,
     4, false},
    {"allow 10/8\nallow 2001:db8::/32\n", AF_INET6, true, false, 32, 2, false},
    {"allow example.net\n", AF_INET, false, false, -1, 0, true},
    {"deny example.net\n", AF_INET, false, false, -1, 0, false},
    {"allow 127.0.0.1\nallow 127/8\nallow localhost\n", AF_INET, false, false, -1, 0,
     false},
    {"allow ::1\n", AF_INET6, false, false, -1, 0, false},
    {"allow 127/8\nallow 10.1.1.5\n", AF_INET, true, false, 32, 2, false},
    {"allow 126/7\nallow 127.0.0.1\n", AF_INET, true, false, 7, 1, false},
    {"allow ::/127\n", AF_INET6, true, false, 127, 1, false},
    {"allow\ndeny 127/8\n", AF_INET, true, true, 0, 1, false},
};

START_TEST(access_is_summed_up)
{
    const struct widest_case *row = &widest_cases[_i];
    struct config_access access;

    read_text(row->text);
    ck_assert(config_access(&config, CONFIG_NTP, row->family, &access));
    ck_assert_msg(access.any == row->any && access.all == row->all &&
                      access.widest == row->widest && access.has_names == row->has_names,
                  "'%s': any %d all %d widest %d", row->text, access.any, access.all,
                  access.widest);
    ck_assert_uint_eq(access.line ? access.line->number : 0, row->line);
}
END_TEST

/* --- sources --- */

static struct config_source source(size_t index)
{
    struct config_source found = {0};

    for (size_t i = 0; i <= index; i++)
        ck_assert(config_next_source(&config, &found));
    return found;
}

START_TEST(sources_are_told_in_order)
{
    struct config_source end;

    read_text(
        "server a\nport 1\npool b iburst maxsources 3\nrefclock PPS /dev/pps0 poll 2\n"
        "PEER c key 7\n");
    ck_assert_int_eq(source(0).kind, CONFIG_SERVER);
    ck_assert_str_eq(source(0).name, "a");
    ck_assert_int_eq(source(0).minpoll, 6);
    ck_assert_int_eq(source(0).maxpoll, 10);
    ck_assert_int_eq(source(0).port, 123);
    ck_assert_int_eq(source(0).maxsources, 1);
    ck_assert_uint_eq(source(0).key, 0);
    ck_assert(!source(0).iburst);
    ck_assert_int_eq(source(1).kind, CONFIG_POOL);
    ck_assert_int_eq(source(1).maxsources, 3);
    ck_assert(source(1).iburst);
    ck_assert_uint_eq(source(1).line->number, 3);
    ck_assert_int_eq(source(2).kind, CONFIG_REFCLOCK);
    ck_assert_str_eq(source(2).name, "PPS");
    ck_assert_int_eq(source(2).minpoll, 2);
    ck_assert_int_eq(source(2).maxpoll, 2);
    ck_assert_int_eq(source(3).kind, CONFIG_PEER);
    ck_assert_uint_eq(source(3).key, 7);
    end = source(3);
    ck_assert(!config_next_source(&config, &end));
}
END_TEST

START_TEST(every_member_of_a_source_is_read)
{
    struct config_source found;

    read_text(
        "server a nts iburst burst prefer trust require noselect offline auto_offline "
        "xleave copy ipv4 ipv6 port 1234 version 3 minpoll 7 maxpoll 5 key 4294967295\n"
        "refclock PHC /dev/ptp0 tai pps local\n");
    found = source(0);
    ck_assert(found.nts && found.iburst && found.burst && found.prefer && found.trust);
    ck_assert(found.require && found.noselect && found.offline && found.auto_offline);
    ck_assert(found.xleave && found.copy && found.ipv4 && found.ipv6);
    ck_assert(!found.tai && !found.pps && !found.local);
    ck_assert_int_eq(found.port, 1234);
    ck_assert_int_eq(found.version, 3);
    ck_assert_int_eq(found.minpoll, 7);
    ck_assert_int_eq(found.maxpoll, 7); /* never below minpoll */
    ck_assert_uint_eq(found.key, UINT32_MAX);
    found = source(1);
    ck_assert(found.tai && found.pps && found.local && !found.nts);
    ck_assert_int_eq(found.port, 0);
}
END_TEST

START_TEST(source_without_a_name_is_none)
{
    struct config_source found = {0};

    read_text("server\nrefclock\n");
    ck_assert(!config_next_source(&config, &found));
}
END_TEST

/* --- include --- */

START_TEST(include_is_read_in_place)
{
    write_file("a", "port 2");
    read_text("port 1\ninclude @/a\nport 3\n");
    ck_assert_str_eq(lines() + strcspn(lines(), "|") + 1 + strlen("include  /a") +
                         strlen(directory),
                     "port 2|port 3");
    ck_assert_uint_eq(config.file_count, 2);
    ck_assert_ptr_eq(config.files[1]->included_by, config.files[0]);
    ck_assert_uint_eq(config.files[1]->included_at, 2);
    ck_assert(config.files[1]->is_read);
    ck_assert_uint_eq(config.files[1]->owner, geteuid());
    ck_assert_int_eq(config.files[1]->mode & S_IFMT, S_IFREG);
    expect_problem(NO_PROBLEM, "include");
}
END_TEST

START_TEST(include_takes_a_pattern_in_the_order_of_names)
{
    write_file("b.c", "port 3\n");
    write_file("a.c", "port 2\n");
    write_file("B.c", "port 1\n");
    write_file(".h.c", "foo\n");
    read_text("include @/*.c\n");
    expect_problem(NO_PROBLEM, "include");
    ck_assert_double_eq(config_number(&config, "port"), 3);
    ck_assert_uint_eq(config.line_count, 4);
    ck_assert_str_eq(config.lines[1].words[1], "1");
}
END_TEST

START_TEST(include_that_finds_nothing)
{
    read_text("include @/none\n");
    expect_problem(CONFIG_MISSING_FILE, "a file");
    ck_assert_str_eq(config.problems[0].path + strlen(directory), "/none");
    ck_assert_uint_eq(config.problems[0].line, 1);
    ck_assert(!config_is_accepted(&config));
    read_text("include @/none*\n");
    expect_problem(CONFIG_EMPTY_PATTERN, "a pattern");
    ck_assert(config_is_accepted(&config));
    read_text("include @/none/*\n");
    expect_problem(CONFIG_MISSING_FILE, "a pattern in a directory that is not there");
    read_text("include @/chrony.conf/a\n");
    expect_problem(CONFIG_MISSING_FILE, "a file below a file");
}
END_TEST

START_TEST(include_of_a_directory_reads_as_empty)
{
    read_text("include @\n");
    expect_problem(CONFIG_READS_EMPTY, "a directory");
    ck_assert(config_is_accepted(&config));
}
END_TEST

START_TEST(include_can_be_relative_to_our_directory)
{
    ck_assert_int_eq(chdir(directory), 0);
    write_file("a", "port 2\n");
    read_text("include a\n");
    expect_problem(CONFIG_RELATIVE_PATH, "a relative path");
    ck_assert_double_eq(config_number(&config, "port"), 2);
}
END_TEST

/* c1 includes c2, and so on; the last one holds a port. */
static void write_chain(unsigned files)
{
    char name[16], text[32];

    for (unsigned i = 1; i <= files; i++) {
        snprintf(name, sizeof name, "c%u", i);
        snprintf(text, sizeof text, "include @/c%u\n", i + 1);
        write_file(name, i < files ? text : "port 5\n");
    }
}

START_TEST(include_goes_ten_levels_deep)
{
    write_chain(9);
    read_text("include @/c1\n");
    expect_problem(NO_PROBLEM, "ten levels");
    ck_assert_double_eq(config_number(&config, "port"), 5);
    write_chain(10);
    read_text("include @/c1\n");
    expect_problem(CONFIG_TOO_DEEP, "eleven levels");
    ck_assert_str_eq(config.problems[0].file->path + strlen(directory), "/c9");
    ck_assert(!config_is_accepted(&config));
}
END_TEST

START_TEST(include_loop_is_not_followed)
{
    char link[PATH], target[PATH];

    read_text("include @/chrony.conf\nport 2\n");
    expect_problem(CONFIG_INCLUDE_LOOP, "itself");
    ck_assert_uint_eq(config.line_count, 2);
    ck_assert(!config_is_accepted(&config));
    path_of(link, "link");
    path_of(target, "chrony.conf");
    ck_assert_int_eq(symlink(target, link), 0);
    read_text("include @/link\ninclude @/link\n");
    expect_problem(CONFIG_INCLUDE_LOOP, "by another name");
    ck_assert_uint_eq(config.problem_count, 2);
    write_file("a", "include @/b\n");
    write_file("b", "include @/a\n");
    read_text("include @/a\n");
    expect_problem(CONFIG_INCLUDE_LOOP, "of two");
    /* A file that is read twice is no loop. */
    write_file("a", "port 1\n");
    read_text("include @/a\ninclude @/a\n");
    expect_problem(NO_PROBLEM, "twice");
}
END_TEST

/* --- what is no file, or not for us --- */

START_TEST(what_is_no_regular_file_is_not_opened)
{
    char fifo[PATH];
    const int64_t begin = wait_now();

    path_of(fifo, "fifo");
    ck_assert_int_eq(mkfifo(fifo, 0644), 0);
    read_text("include @/fifo\ninclude /dev/zero\nport 2\n");
    ck_assert_uint_eq(count(CONFIG_NOT_REGULAR_FILE), 2);
    ck_assert(config_is_accepted(&config));
    ck_assert(!config.is_whole);
    ck_assert_double_eq(config_number(&config, "port"), 2);
    config_free(&config);
    ck_assert_int_eq(config_read(&config, fifo, CONFIG_NEWEST, NULL), CONFIG_NOT_REGULAR);
    config_free(&config);
    ck_assert_int_eq(config_read(&config, "/dev/zero", CONFIG_NEWEST, NULL),
                     CONFIG_NOT_REGULAR);
    config_free(&config);
    ck_assert_int_eq(config_read(&config, directory, CONFIG_NEWEST, NULL),
                     CONFIG_NOT_REGULAR);
    ck_assert_int_lt(wait_now() - begin, NANOSECONDS_PER_SECOND);
}
END_TEST

START_TEST(what_is_not_there_is_an_error)
{
    ck_assert_int_eq(read_main(CONFIG_NEWEST), CONFIG_NO_FILE);
    ck_assert_uint_eq(config.line_count, 0);
    config_free(&config);
    ck_assert_int_eq(config_read(&config, "", CONFIG_NEWEST, NULL), CONFIG_NO_FILE);
}
END_TEST

START_TEST(what_we_may_not_read_cannot_be_told)
{
    char path[PATH];

    write_file("a", "foo\n");
    make_directory("d");
    write_file("chrony.conf", "include @/a\nconfdir @/d\ninclude @/d/*.c\nport 2\n");
    path_of(path, "a");
    ck_assert_int_eq(chmod(path, 0), 0);
    path_of(path, "d");
    ck_assert_int_eq(chmod(path, 0), 0);
    if (geteuid() == 0)
        ck_assert_int_eq(seteuid(NOBODY), 0);
    ck_assert_int_eq(read_main(CONFIG_NEWEST), CONFIG_OK);
    ck_assert_uint_eq(count(CONFIG_FORBIDDEN_FILE), 3);
    ck_assert(config_is_accepted(&config));
    ck_assert(!config.is_whole);
    path_of(path, "a");
    config_free(&config);
    ck_assert_int_eq(config_read(&config, path, CONFIG_NEWEST, NULL), CONFIG_NO_ACCESS);
    if (getuid() == 0)
        ck_assert_int_eq(seteuid(0), 0);
}
END_TEST

/* --- confdir --- */

START_TEST(confdir_is_read_by_names_over_all_directories)
{
    make_directory("p");
    make_directory("q");
    write_file("p/b.conf", "port 2\n");
    write_file("q/a.conf", "port 1\n");
    write_file("q/b.conf", "port 9\n");
    write_file("q/c.conf", "port 3\n");
    write_file("p/.d.conf", "foo\n");
    write_file("p/e.config", "foo\n");
    make_directory("p/d.conf");
    read_text("confdir @/p @/q\nport 4\n");
    ck_assert_uint_eq(config.line_count, 5);
    for (size_t i = 1; i < 5; i++)
        ck_assert_int_eq(config.lines[i].words[1][0], (char)('0' + i));
    ck_assert_uint_eq(config.problem_count, 2);
    ck_assert_str_eq(find(CONFIG_SHADOWED_FILE)->path + strlen(directory), "/q/b.conf");
    ck_assert_ptr_nonnull(find(CONFIG_READS_EMPTY));
    ck_assert(config.files[1]->is_directory && config.files[1]->is_read);
    ck_assert_int_eq(config.files[1]->mode & S_IFMT, S_IFDIR);
}
END_TEST

START_TEST(confdir_that_is_not_there_is_silently_nothing)
{
    read_text("confdir @/none\nport 2\n");
    expect_problem(CONFIG_MISSING_DIRECTORY, "confdir");
    ck_assert(config_is_accepted(&config));
    ck_assert_double_eq(config_number(&config, "port"), 2);
    /* A pattern is none here, and a name that looks like one is not found. */
    make_directory("[x]");
    write_file("[x]/a.conf", "foo\n");
    read_text("confdir @/[x]\n");
    expect_problem(CONFIG_MISSING_DIRECTORY, "[x]");
}
END_TEST

START_TEST(confdir_takes_ten_directories)
{
    make_directory("p");
    write_file("p/a.conf", "port 2\n");
    read_text("confdir @/p @/p @/p @/p @/p @/p @/p @/p @/p @/p\n");
    ck_assert_uint_eq(count(CONFIG_SHADOWED_FILE), 9);
    ck_assert(config_is_accepted(&config));
    read_text("confdir @/p @/p @/p @/p @/p @/p @/p @/p @/p @/p @/p\n");
    expect_problem(CONFIG_TOO_MANY_DIRECTORIES, "eleven");
    ck_assert(!config_is_accepted(&config));
}
END_TEST

START_TEST(confdir_with_a_link_to_nowhere_is_fatal)
{
    char link[PATH];

    make_directory("p");
    path_of(link, "p/a.conf");
    ck_assert_int_eq(symlink("/no/such/file", link), 0);
    path_of(link, "p/b.conf");
    ck_assert_int_eq(symlink("b.conf", link), 0);
    read_text("confdir @/p\n");
    ck_assert_uint_eq(count(CONFIG_MISSING_FILE), 2);
}
END_TEST

/* --- sourcedir --- */

/* What chronyd makes of a .sources file. */
static void read_sources(const char *content, size_t length)
{
    make_directory("s");
    write_bytes("s/a.sources", content, length);
    write_file("s/b.conf", "foo\n");
    write_file("s/.c.sources", "foo\n");
    read_text("sourcedir @/s\nport 1\n");
    ck_assert(config_is_accepted(&config));
}

START_TEST(sources_are_read_behind_all_lines)
{
    static const char content[] = "SERVER a iburst\npool b\npeer c\n";

    read_sources(content, sizeof content - 1);
    expect_problem(NO_PROBLEM, "sources");
    ck_assert_uint_eq(config.line_count, 5);
    ck_assert_str_eq(config.lines[1].words[0], "port");
    ck_assert_str_eq(source(2).name, "c");
    ck_assert(source(0).line->file->is_sources);
}
END_TEST

START_TEST(sources_that_are_bad_are_skipped)
{
    static const char content[] = "foo\nserver a bar\n # b\n\nserver c # d\nallow\n"
                                  "refclock SHM 0\nserver d\nserver e maxunreach 3x\n";

    read_sources(content, sizeof content - 1);
    ck_assert_uint_eq(config.problem_count, 6);
    ck_assert_uint_eq(count(CONFIG_SKIPPED_LINE), 6);
    ck_assert_uint_eq(config.problems[1].line, 2);
    ck_assert_str_eq(source(0).name, "d");
    ck_assert_ptr_null(config_last(&config, "allow"));
}
END_TEST

START_TEST(sources_end_at_a_line_without_a_newline)
{
    static const char content[] = "server a\nserver b";

    read_sources(content, sizeof content - 1);
    ck_assert_uint_eq(config.problem_count, 1);
    expect_problem(CONFIG_UNTERMINATED_LINE, "the last line");
    ck_assert_uint_eq(config.problems[0].line, 2);
    ck_assert_uint_eq(config.line_count, 3);
}
END_TEST

START_TEST(sources_end_at_a_nul_or_a_long_line)
{
    static const char nul[] = "server a\nserver b\0\nserver c\n";
    static char content[3 * LONGEST];

    read_sources(nul, sizeof nul - 1);
    ck_assert_ptr_nonnull(find(CONFIG_UNTERMINATED_LINE));
    ck_assert_uint_eq(config.line_count, 3);
    teardown();
    setup();
    memset(content, '#', sizeof content);
    memcpy(content + 2 * LONGEST, "\nserver a\n", 10);
    read_sources(content, 2 * LONGEST + 10);
    ck_assert_ptr_nonnull(find(CONFIG_UNTERMINATED_LINE));
    ck_assert_uint_eq(config.line_count, 2);
}
END_TEST

START_TEST(sourcedir_with_eleven_directories_does_nothing)
{
    make_directory("s");
    write_file("s/a.sources", "server a\n");
    read_text("sourcedir 1 2 3 4 5 6 7 8 9 10 @/s\n");
    ck_assert_uint_eq(count(CONFIG_SKIPPED_DIRECTORIES), 1);
    ck_assert(config_is_accepted(&config));
    ck_assert_uint_eq(config.line_count, 1);
    /* Each directive has ten of its own. */
    read_text("sourcedir\nsourcedir @/s\nsourcedir @/s\n");
    ck_assert_uint_eq(config.line_count, 5);
}
END_TEST

/* --- limits --- */

static void read_limited(const char *text, size_t files, size_t line_limit, size_t bytes)
{
    const struct config_limits limits = {files, line_limit, bytes};

    config_free(&config);
    write_file("chrony.conf", text);
    ck_assert_int_eq(config_read(&config, main_file, CONFIG_NEWEST, &limits), CONFIG_OK);
}

START_TEST(reading_ends_at_a_limit)
{
    const char *text = "include @/a\ninclude @/a\nport 3\n";

    write_file("a", "port 1\nport 2\n");
    read_limited(text, 3, 7, 1000);
    ck_assert(config.is_whole);
    ck_assert_uint_eq(config.line_count, 7);
    read_limited(text, 2, 100, 1000);
    ck_assert_uint_eq(count(CONFIG_LIMIT_REACHED), 1);
    ck_assert_uint_eq(config.file_count, 2);
    ck_assert(!config.is_whole);
    read_limited(text, 10, 6, 1000);
    ck_assert_uint_eq(count(CONFIG_LIMIT_REACHED), 1);
    ck_assert_uint_eq(config.line_count, 6);
    read_limited(text, 10, 100, 20);
    ck_assert_uint_eq(count(CONFIG_LIMIT_REACHED), 1);
    ck_assert(!config.is_whole);
    ck_assert(config_is_accepted(&config));
}
END_TEST

/* Each of ten levels includes the next one ten times. */
START_TEST(fan_of_includes_ends_at_a_limit)
{
    char text[PATH], name[8];

    for (unsigned i = 1; i < 10; i++) {
        snprintf(name, sizeof name, "c%u", i);
        snprintf(text, sizeof text, "include @/[%s]%u\n", "c", i + 1);
        write_file(name, text);
        for (unsigned j = 0; j < 9; j++) {
            char path[PATH];
            FILE *file;

            path_of(path, name);
            file = fopen(path, "a");
            fprintf(file, "include %s/c%u\n", directory, i + 1);
            fclose(file);
        }
    }
    write_file("c10", "foo\n");
    read_text("include @/c1\n");
    ck_assert_uint_eq(count(CONFIG_LIMIT_REACHED), 1);
    ck_assert_uint_le(config.file_count, config_default_limits.files);
}
END_TEST

/* --- secrets --- */

static const char *const secret_cases[] = {
    "server a key 1 hunter2\n",
    "server a key 1 hunter\n",
    "server a key hunter2\n",
    "server a hunter2\n",
    "hunter2 a b\n",
    "root:$6$hunter2$abcdef:19000:0:99999:7:::\n",
    "10 MD5 HEX:hunter2\n",
    "port hunter2\n",
    "cmdpassword hunter2\n",
    "commandkey hunter2\n",
    "log hunter2\n",
    "allow hunter2.example\n",
    "authselectmode hunter2\n",
    "refclock SHM 0 refid hunter2\n",
};

/* A typing error is shown, also before the first line that is right; a word of what is
 * no chrony.conf is not. */
START_TEST(no_problem_shows_another_file)
{
    read_text("mysecret is here\nport 1\n");
    ck_assert_str_eq(config.problems[0].word, "mysecret");
    config_free(&config);
    read_text("mysecret is here\n# port 1\nhunter\n");
    ck_assert_uint_eq(config.problem_count, 2);
    ck_assert_ptr_null(config.problems[0].word);
    ck_assert_ptr_null(config.problems[1].word);
}
END_TEST

/* The letters of a name are shown, a digit makes it none. */
START_TEST(no_problem_shows_a_secret)
{
    read_text(secret_cases[_i]);
    ck_assert_uint_gt(config.problem_count, 0);
    for (size_t i = 0; i < config.problem_count; i++)
        ck_assert(!config.problems[i].word || !strstr(config.problems[i].word, "hunter"));
}
END_TEST

/* --- robustness --- */

static const char sample[] =
    "# a sample\npool 2.pool.ntp.org iburst maxsources 4\nserver a key 1 minpoll -7\n"
    "makestep 1.0 3\nsmoothtime 400 0.001024 leaponly\nallow 192.0.2.0/24\n"
    "deny all ::/0\nlog tracking\nratelimit interval 1 burst 16\nlocal stratum 10 "
    "orphan\n"
    "hwtimestamp eth0 rxfilter ptp txcomp 1e-6\ntempcomp /a 30 26000 0.0 0.000183 0.0\n"
    "ntsaeads 30 15\nbindcmdaddress /run/a\nrefclock PPS /dev/pps0 lock NMEA offset "
    "0x1p3\n"
    "server a extfield F323 offset -inf\nbroadcast 30 192.0.2.255 123\n"
    "driftfile /a interval 60\ninclude /no/such/*.conf\nsourcedir /no/such\n";

static void read_anything(const char *content, size_t length)
{
    struct config_source found = {0};
    struct config_access access;

    write_bytes("chrony.conf", content, length);
    ck_assert_int_eq(read_main(CONFIG_NEWEST), CONFIG_OK);
    while (config_next_source(&config, &found))
        ck_assert_int_ge(found.maxpoll, found.minpoll);
    ck_assert(config_access(&config, CONFIG_NTP, AF_INET6, &access));
    for (size_t i = 0; i < config.problem_count; i++)
        ck_assert_ptr_nonnull(config_problem_text(config.problems[i].kind));
}

START_TEST(any_part_of_a_file_is_read)
{
    for (size_t length = 0; length < sizeof sample; length++)
        read_anything(sample, length);
}
END_TEST

START_TEST(any_byte_can_be_any_other)
{
    static const unsigned char bytes[] = {0, '\n', ' ', '#', '/', '0', '-', 0x80, 0xff};
    char content[sizeof sample];

    for (size_t i = 0; i < sizeof sample - 1; i++)
        for (size_t j = 0; j < sizeof bytes; j++) {
            memcpy(content, sample, sizeof sample);
            content[i] = (char)bytes[j];
            read_anything(content, sizeof sample - 1);
        }
}
END_TEST

/* Bytes of a fixed sequence, so that a failure can be had again. */
START_TEST(noise_is_read)
{
    static const char alphabet[] = "server pol allow10.-:/#!\n\n\n \t0123456789einfxkey";
    char content[4096];
    uint32_t state = 12345;

    for (unsigned round = 0; round < 300; round++) {
        for (size_t i = 0; i < sizeof content; i++) {
            state = state * 1664525 + 1013904223;
            content[i] = round % 3 ? alphabet[(state >> 16) % (sizeof alphabet - 1)]
                                   : (char)(state >> 24);
        }
        read_anything(content, sizeof content);
    }
}
END_TEST

START_TEST(fatal_problem_is_not_lost_among_others)
{
    char text[512] = "server a";

    for (unsigned i = 0; i < 12; i++)
        strcat(text, i == 9 ? " minpoll 99" : " maxdelay -1");
    strcat(text, "\n");
    read_text(text);
    ck_assert_uint_eq(count(CONFIG_OUT_OF_RANGE), 1);
    ck_assert(!config_is_accepted(&config));
    ck_assert_uint_lt(config.problem_count, 12);
}
END_TEST

START_TEST(lines_of_many_words_are_read)
{
    static char content[60000];
    size_t length = 0;

    while (length < sizeof content - LONGEST) {
        length += (size_t)snprintf(content + length, 16, "server a");
        for (unsigned i = 0; i < 170; i++)
            length += (size_t)snprintf(content + length, 16, " minpoll 1");
        content[length++] = '\n';
    }
    read_anything(content, length);
    ck_assert_double_eq(config_option_number(&config.lines[0], "minpoll"), 1);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("config");
    TCase *tcase = tcase_create("config");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 60);
    add_table_test(tcase, line_is_read_as_chronyd_does, line_cases);
    tcase_add_test(tcase, line_has_2047_bytes_at_most);
    tcase_add_test(tcase, nul_ends_a_line);
    tcase_add_test(tcase, problem_has_its_place);
    tcase_add_test(tcase, case_matters_where_it_does);
    add_table_test(tcase, directive_is_told_apart, status_cases);
    tcase_add_test(tcase, old_name_is_found_by_the_new_one);
    add_table_test(tcase, version_decides_what_is_known, version_cases);
    tcase_add_test(tcase, newer_chronyd_may_know_more);
    tcase_add_test(tcase, every_option_is_known_since_its_version);
    tcase_add_test(tcase, rows_are_sound);
    add_table_test(tcase, version_is_read, parsed_versions);
    tcase_add_test(tcase, version_is_written);
    add_table_test(tcase, number_is_read_as_far_as_it_goes, real_cases);
    add_table_test(tcase, integer_is_cut_to_32_bits, integer_cases);
    add_table_test(tcase, number_is_judged, judged_cases);
    tcase_add_test(tcase, clamped_number_is_the_one_that_is_used);
    tcase_add_test(tcase, last_line_counts);
    tcase_add_test(tcase, default_counts_without_a_line);
    tcase_add_test(tcase, options_of_ratelimit_and_log_add_up);
    tcase_add_test(tcase, option_of_a_line_counts_last);
    tcase_add_test(tcase, address_counts_once_for_each_family);
    tcase_add_test(tcase, line_with_a_mistake_still_counts);
    add_table_test(tcase, subnet_is_read_as_chronyd_does, subnet_cases);
    add_table_test(tcase, address_is_allowed_as_chronyd_does, access_cases);
    tcase_add_test(tcase, commands_from_loopback_are_always_allowed);
    add_table_test(tcase, access_is_summed_up, widest_cases);
    tcase_add_test(tcase, sources_are_told_in_order);
    tcase_add_test(tcase, every_member_of_a_source_is_read);
    tcase_add_test(tcase, source_without_a_name_is_none);
    tcase_add_test(tcase, include_is_read_in_place);
    tcase_add_test(tcase, include_takes_a_pattern_in_the_order_of_names);
    tcase_add_test(tcase, include_that_finds_nothing);
    tcase_add_test(tcase, include_of_a_directory_reads_as_empty);
    tcase_add_test(tcase, include_can_be_relative_to_our_directory);
    tcase_add_test(tcase, include_goes_ten_levels_deep);
    tcase_add_test(tcase, include_loop_is_not_followed);
    tcase_add_test(tcase, what_is_no_regular_file_is_not_opened);
    tcase_add_test(tcase, what_is_not_there_is_an_error);
    tcase_add_test(tcase, what_we_may_not_read_cannot_be_told);
    tcase_add_test(tcase, confdir_is_read_by_names_over_all_directories);
    tcase_add_test(tcase, confdir_that_is_not_there_is_silently_nothing);
    tcase_add_test(tcase, confdir_takes_ten_directories);
    tcase_add_test(tcase, confdir_with_a_link_to_nowhere_is_fatal);
    tcase_add_test(tcase, sources_are_read_behind_all_lines);
    tcase_add_test(tcase, sources_that_are_bad_are_skipped);
    tcase_add_test(tcase, sources_end_at_a_line_without_a_newline);
    tcase_add_test(tcase, sources_end_at_a_nul_or_a_long_line);
    tcase_add_test(tcase, sourcedir_with_eleven_directories_does_nothing);
    tcase_add_test(tcase, reading_ends_at_a_limit);
    tcase_add_test(tcase, fan_of_includes_ends_at_a_limit);
    tcase_add_loop_test(tcase, no_problem_shows_a_secret, 0, COUNT(secret_cases));
    tcase_add_test(tcase, no_problem_shows_another_file);
    tcase_add_test(tcase, any_part_of_a_file_is_read);
    tcase_add_test(tcase, any_byte_can_be_any_other);
    tcase_add_test(tcase, noise_is_read);
    tcase_add_test(tcase, fatal_problem_is_not_lost_among_others);
    tcase_add_test(tcase, lines_of_many_words_are_read);
    suite_add_tcase(suite, tcase);
    return suite;
}
