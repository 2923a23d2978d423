/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is looked at on this machine: files with all that can be wrong with them, a
 * process that is called chronyd, sockets, waivers. */
#include "runner.h"
#include "survey_parts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char directory[] = "/tmp/survey.XXXXXX";
static struct survey survey;

static const char *in_directory(const char *name)
{
    static char paths[4][PATH_MAX];
    static size_t next;
    char *path = paths[next++ % 4];

    snprintf(path, PATH_MAX, "%s/%s", directory, name);
    return path;
}

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(in_directory(name), "w");

    ck_assert_ptr_nonnull(file);
    for (; *text; text++)
        if (*text == '~')
            fputs(directory, file);
        else
            putc(*text, file);
    fclose(file);
}

static void read_config(const char *text)
{
    write_file("chrony.conf", text);
    survey.path = survey_copy(&survey, in_directory("chrony.conf"),
                              strlen(in_directory("chrony.conf")));
    ck_assert_int_eq(config_read(&survey.config, survey.path, CONFIG_NEWEST, NULL),
                     CONFIG_OK);
}

static void set_up(void)
{
    ck_assert_ptr_nonnull(mkdtemp(directory));
    memset(&survey, 0, sizeof survey);
}

static void tear_down(void)
{
    static const char *const names[] = {
        "chrony.conf",       "keys", "leaps",     "waivers", "fifo", "chronyd",
        "logs/tracking.log", "logs", "shut/keys", "shut",
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        remove(in_directory(names[i]));
    rmdir(directory);
}

/* --- keys --- */

static const struct {
    const char *line;
    uint32_t id; /* 0: no key */
    const char *type;
    size_t bits;
} key_lines[] = {
    {"10 tulip\n", 10, "MD5", 40},
    {"20 MD5 ASCII:crocus\n", 20, "MD5", 48},
    {"25 sha1 HEX:933F62BE1D604E68A81B557F18CFA200483F5B70\n", 25, "SHA1", 160},
    {"30 AES128 hex:7EA62AE64D190114D46D5A082F948EC1", 30, "AES128", 128},
    {"\t4294967295 \t SHA512 abcdefghij\r\n", 4294967295, "SHA512", 80},
    {"# 1 AES128 HEX:00\n", 0, NULL, 0},
    {"! 1\n", 0, NULL, 0},
    {"\n", 0, NULL, 0},
    {"0 tulip\n", 0, NULL, 0},
    {"4294967296 tulip\n", 0, NULL, 0},
    {"18446744073709551617 tulip\n", 0, NULL, 0},
    {"1x tulip\n", 0, NULL, 0},
    {"one\n", 0, NULL, 0},
    {"1 AES128 HEX:00 more\n", 0, NULL, 0},
};

START_TEST(reads_keys)
{
    write_file("keys", key_lines[_i].line);
    read_config("keyfile ~/keys\n");
    survey_keys(&survey);
    ck_assert(survey.keys_are_known);
    ck_assert_uint_eq(survey.key_count, key_lines[_i].id ? 1 : 0);
    if (!key_lines[_i].id)
        return;
    ck_assert_uint_eq(survey.keys[0].id, key_lines[_i].id);
    ck_assert_str_eq(survey.keys[0].type, key_lines[_i].type);
    ck_assert_uint_eq(survey.keys[0].bits, key_lines[_i].bits);
    ck_assert_uint_eq(survey.keys[0].line, 1);
}
END_TEST

START_TEST(counts_lines_of_keys)
{
    write_file("keys", "# keys\n\n1 AES128 HEX:7EA62AE64D190114D46D5A082F948EC1\n2 b\n");
    read_config("keyfile ~/keys\n");
    survey_keys(&survey);
    ck_assert_uint_eq(survey.key_count, 2);
    ck_assert_uint_eq(survey.keys[0].line, 3);
    ck_assert_uint_eq(survey.keys[1].line, 4);
}
END_TEST

/* A key that is longer than a line of chronyd, a type that is longer than ours. */
START_TEST(bounds_keys)
{
    static char text[8192];

    memset(text, 'a', sizeof text - 1);
    memcpy(text, "1 ", 2);
    write_file("keys", text);
    read_config("keyfile ~/keys\n");
    survey_keys(&survey);
    ck_assert_uint_eq(survey.key_count, 1);
    ck_assert_str_eq(survey.keys[0].type, "MD5");
}
END_TEST

START_TEST(does_not_wait_for_keys)
{
    ck_assert_int_eq(mkfifo(in_directory("fifo"), 0600), 0);
    read_config("keyfile ~/fifo\n");
    survey_keys(&survey);
    ck_assert(!survey.keys_are_known);
}
END_TEST

/* To open a watchdog starts it. */
START_TEST(opens_no_device)
{
    int watch = inotify_init1(IN_NONBLOCK);
    struct inotify_event event;

    ck_assert_int_eq(mkfifo(in_directory("fifo"), 0600), 0);
    ck_assert_int_ge(inotify_add_watch(watch, in_directory("fifo"), IN_OPEN), 0);
    read_config("keyfile ~/fifo\nleapseclist ~/fifo\n");
    survey_keys(&survey);
    survey_leap_list(&survey);
    ck_assert_int_eq(read(watch, &event, sizeof event), -1);
    close(watch);
}
END_TEST

START_TEST(misses_keys)
{
    read_config("keyfile ~/none\n");
    survey_keys(&survey);
    ck_assert(!survey.keys_are_known);
    ck_assert_uint_eq(survey.key_count, 0);
}
END_TEST

/* --- files --- */

static const struct survey_file *find_file(enum survey_role role)
{
    for (size_t i = 0; i < survey.file_count; i++)
        if (survey.files[i].role == role)
            return &survey.files[i];
    return NULL;
}

START_TEST(sees_rights)
{
    const struct survey_file *file;

    write_file("keys", "");
    chmod(in_directory("keys"), 0604);
    read_config("keyfile /nonexistent\nkeyfile ~/keys\n");
    survey_files(&survey);
    file = find_file(SURVEY_KEY_FILE);
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(file->error, 0);
    ck_assert_uint_eq(file->mode, S_IFREG | 0604);
    ck_assert_uint_eq(file->owner, getuid());
    ck_assert_uint_eq(file->line->number, 2);
    ck_assert_str_eq(file->path, in_directory("keys"));
}
END_TEST

/* mkdtemp() makes a directory that is closed to others. */
START_TEST(sees_shelter)
{
    chmod(directory, 0755);
    mkdir(in_directory("shut"), 0750);
    write_file("keys", "");
    write_file("shut/keys", "");
    read_config("ntsserverkey ~/keys\nntsserverkey ~/shut/keys\n");
    survey_files(&survey);
    ck_assert_uint_ge(survey.file_count, 2);
    ck_assert(!survey.files[0].is_sheltered);
    ck_assert(survey.files[1].is_sheltered);
}
END_TEST

static const struct {
    const char *path;
    bool has_place;
} places[] = {
    {"~/logs/a/b/c", true},
    {"~/none", true},
    {"~/chrony.conf/logs", false},
};

START_TEST(sees_places)
{
    char text[64];
    const struct survey_file *file;

    snprintf(text, sizeof text, "logdir %s\n", places[_i].path);
    read_config(text);
    survey_files(&survey);
    file = find_file(SURVEY_LOG_DIRECTORY);
    ck_assert_int_eq(file->error, ENOENT);
    ck_assert_int_eq(file->has_place, places[_i].has_place);
    ck_assert_ptr_null(find_file(SURVEY_LOG_FILE));
}
END_TEST

START_TEST(sees_links)
{
    mkdir(in_directory("logs"), 0750);
    ck_assert_int_eq(symlink("/nonexistent", in_directory("logs/tracking.log")), 0);
    read_config("logdir ~/logs\n");
    survey_files(&survey);
    ck_assert_int_eq(find_file(SURVEY_LOG_DIRECTORY)->error, 0);
    ck_assert(S_ISDIR(find_file(SURVEY_LOG_DIRECTORY)->mode));
    ck_assert_ptr_nonnull(find_file(SURVEY_LOG_FILE));
    ck_assert(S_ISLNK(find_file(SURVEY_LOG_FILE)->mode));
}
END_TEST

START_TEST(finds_directories)
{
    read_config("confdir ~ /nonexistent\nsourcedir ~\nbindcmdaddress ~/sock\n"
                "leapsectz none/UTC\ndriftfile ~/drift\n");
    survey_files(&survey);
    ck_assert_int_eq(survey.files[0].role, SURVEY_CONFIG_DIRECTORY);
    ck_assert_int_eq(survey.files[1].error, ENOENT);
    ck_assert_int_eq(survey.files[2].role, SURVEY_CONFIG_DIRECTORY);
    ck_assert_str_eq(find_file(SURVEY_SOCKET_DIRECTORY)->path, directory);
    ck_assert_str_eq(find_file(SURVEY_DRIFT_DIRECTORY)->path, directory);
    ck_assert_str_eq(find_file(SURVEY_MAIN_DIRECTORY)->path, directory);
    ck_assert_str_eq(find_file(SURVEY_LEAP_ZONE)->path, "/usr/share/zoneinfo/none/UTC");
}
END_TEST

/* Whoever owns either can replace the file. */
START_TEST(finds_both_ends_of_a_link)
{
    read_config("rtcsync\n");
    mkdir(in_directory("shut"), 0755);
    ck_assert_int_eq(symlink("../chrony.conf", in_directory("shut/keys")), 0);
    survey.path = in_directory("shut/keys");
    survey_files(&survey);
    ck_assert_uint_ge(survey.file_count, 3);
    ck_assert_int_eq(survey.files[1].role, SURVEY_MAIN_DIRECTORY);
    ck_assert_str_eq(survey.files[1].path, in_directory("shut"));
    ck_assert_int_eq(survey.files[2].role, SURVEY_MAIN_DIRECTORY);
    ck_assert_str_eq(survey.files[2].path, directory);
}
END_TEST

/* A name in the present directory is in one directory. */
START_TEST(finds_one_directory_of_a_name)
{
    size_t count = 0;

    read_config("rtcsync\n");
    ck_assert_int_eq(chdir(directory), 0);
    survey.path = "chrony.conf";
    survey_files(&survey);
    for (size_t i = 0; i < survey.file_count; i++)
        count += survey.files[i].role == SURVEY_MAIN_DIRECTORY;
    ck_assert_uint_eq(count, 1);
}
END_TEST

static const struct {
    const char *zone, *path;
} zone_names[] = {
    {"right/UTC", "/usr/share/zoneinfo/right/UTC"},
    {":right/UTC", "/usr/share/zoneinfo/right/UTC"},
    {"/usr/share/zoneinfo/right/UTC", "/usr/share/zoneinfo/right/UTC"},
    {":/etc/localtime", "/etc/localtime"},
};

START_TEST(names_zones)
{
    char text[64];

    snprintf(text, sizeof text, "leapsectz %s\n", zone_names[_i].zone);
    read_config(text);
    survey_files(&survey);
    ck_assert_str_eq(find_file(SURVEY_LEAP_ZONE)->path, zone_names[_i].path);
}
END_TEST

START_TEST(leaves_out_a_closed_socket)
{
    read_config("bindcmdaddress /\ndriftfile drift\n");
    survey_files(&survey);
    ck_assert_ptr_null(find_file(SURVEY_DRIFT_DIRECTORY));
    ck_assert_ptr_null(find_file(SURVEY_SOCKET_DIRECTORY));
}
END_TEST

/* --- leap seconds --- */

static const struct {
    const char *text;
    int64_t expires;
} leap_lists[] = {
    {"#\n#@\t3991680000\n2272060800\t10\n", 1782691200},
    {"#@ 3991680000", 1782691200},
    {"#@x 3991680000\n", 0},
    {"#@ 17\n", 0},
    {"", 0},
};

START_TEST(reads_leap_lists)
{
    write_file("leaps", leap_lists[_i].text);
    read_config("leapseclist ~/leaps\n");
    survey_leap_list(&survey);
    ck_assert_int_eq(survey.leap_expires, leap_lists[_i].expires);
}
END_TEST

/* A header with counts of leap seconds, times and letters, and what stands behind it. */
static size_t write_header(FILE *file, unsigned char leaps, unsigned char times)
{
    unsigned char header[44] = "TZif2", rest[255] = {0};

    header[20 + 11] = leaps;
    header[20 + 15] = times;
    header[20 + 23] = 4;
    return fwrite(header, sizeof header, 1, file) +
           fwrite(rest, leaps * 8u + times * 5u + 4u, 1, file);
}

static const struct {
    unsigned char leaps, times, second_leaps;
    bool has_second;
    enum survey_answer answer;
} zones[] = {
    {27, 0, 0, false, SURVEY_YES}, {0, 0, 27, true, SURVEY_YES},
    {0, 7, 27, true, SURVEY_YES},  {0, 7, 0, true, SURVEY_NO},
    {0, 7, 0, false, SURVEY_NO},
};

START_TEST(looks_into_zones)
{
    FILE *file = fopen(in_directory("leaps"), "w");

    ck_assert_uint_eq(write_header(file, zones[_i].leaps, zones[_i].times), 2);
    if (zones[_i].has_second)
        ck_assert_uint_eq(write_header(file, zones[_i].second_leaps, 0), 2);
    fclose(file);
    ck_assert_int_eq(survey_zone(in_directory("leaps")), zones[_i].answer);
}
END_TEST

START_TEST(knows_what_is_no_zone)
{
    write_file("leaps", "TZif2");
    ck_assert_int_eq(survey_zone(in_directory("leaps")), SURVEY_UNTOLD);
    write_file("leaps", "TZIF2 and quite a few more bytes than a header has");
    ck_assert_int_eq(survey_zone(in_directory("leaps")), SURVEY_UNTOLD);
    ck_assert_int_eq(survey_zone("/nonexistent"), SURVEY_UNTOLD);
}
END_TEST

/* --- waivers --- */

static char error[SURVEY_ERROR];

START_TEST(reads_waivers)
{
    write_file("waivers", "# what we know of\n\n  S10   pools are fine here "
                          "\nL05:critical\tjournald rotates");
    ck_assert(survey_waivers(&survey, in_directory("waivers"), error));
    ck_assert_uint_eq(survey.waiver_count, 2);
    ck_assert_str_eq(survey.waivers[0].rule, "S10");
    ck_assert_str_eq(survey.waivers[0].reason, "pools are fine here");
    ck_assert_uint_eq(survey.waivers[0].line, 3);
    ck_assert_str_eq(survey.waivers[1].rule, "L05:critical");
    ck_assert_str_eq(survey.waivers[1].reason, "journald rotates");
}
END_TEST

static const struct {
    const char *text, *error;
} bad_waivers[] = {
    {"S10\n", "--waivers 'waivers' waives 'S10' in line 1 without a reason: write it "
              "behind the rule"},
    {"\nL05  \t", "--waivers 'waivers' waives 'L05' in line 2 without a reason: write it "
                  "behind the rule"},
    {"hunter2\n", "--waivers 'waivers' has no rule in line 1: begin it with one, like "
                  "S10 or S10:critical"},
    {"S10 why\n1 MD5 hunter2\n", "--waivers 'waivers' has no rule in line 2: begin it "
                                 "with one, like S10 or S10:critical"},
    {"S1\n", "--waivers 'waivers' has no rule in line 1: begin it with one, like S10 or "
             "S10:critical"},
    {"S10:warning why\n", "--waivers 'waivers' has no rule in line 1: begin it with one, "
                          "like S10 or S10:critical"},
    {"S100 why\n", "--waivers 'waivers' has no rule in line 1: begin it with one, like "
                   "S10 or S10:critical"},
};

START_TEST(refuses_waivers)
{
    write_file("waivers", bad_waivers[_i].text);
    ck_assert_int_eq(chdir(directory), 0);
    ck_assert(!survey_waivers(&survey, "waivers", error));
    ck_assert_str_eq(error, bad_waivers[_i].error);
}
END_TEST

START_TEST(wants_waivers_to_be_text)
{
    static const char bytes[] = "S10 why\nS11 w\0hy\n";
    FILE *file = fopen(in_directory("waivers"), "w");

    ck_assert_uint_eq(fwrite(bytes, sizeof bytes - 1, 1, file), 1);
    fclose(file);
    ck_assert_int_eq(chdir(directory), 0);
    ck_assert(!survey_waivers(&survey, "waivers", error));
    ck_assert_str_eq(error,
                     "--waivers 'waivers' has a NUL in line 2: give a file of text");
}
END_TEST

START_TEST(bounds_waivers)
{
    static char text[8192];
    size_t length = 0;

    memset(text, 'a', 1000);
    write_file("waivers", text);
    ck_assert_int_eq(chdir(directory), 0);
    ck_assert(!survey_waivers(&survey, "waivers", error));
    ck_assert_str_eq(error, "--waivers 'waivers' has a line 1 that is too long: at most "
                            "510 bytes are taken");
    for (int i = 0; i < 129; i++)
        length +=
            (size_t)snprintf(text + length, sizeof text - length, "S%02d why\n", i % 100);
    write_file("waivers", text);
    survey.waiver_count = 0;
    ck_assert(!survey_waivers(&survey, "waivers", error));
    ck_assert_str_eq(error, "--waivers 'waivers' has too many lines: at most 128 are "
                            "taken");
}
END_TEST

static const struct {
    const char *path, *error;
} no_waivers[] = {
    {"none", "--waivers 'none' cannot be read (No such file or directory): give a file "
             "with a rule and a reason on each line"},
    {"fifo", "--waivers 'fifo' cannot be read (no regular file): give a file with a "
             "rule and a reason on each line"},
    {".", "--waivers '.' cannot be read (no regular file): give a file with a rule and "
          "a reason on each line"},
};

START_TEST(misses_waivers)
{
    ck_assert_int_eq(mkfifo(in_directory("fifo"), 0600), 0);
    ck_assert_int_eq(chdir(directory), 0);
    ck_assert(!survey_waivers(&survey, no_waivers[_i].path, error));
    ck_assert_str_eq(error, no_waivers[_i].error);
}
END_TEST

/* --- a process --- */

/* This program, started under another name, only waits to be ended. */
__attribute__((constructor)) static void pretend(void)
{
    if (!getenv("PRETENDS"))
        return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;)
        pause();
}

static bool has_name(pid_t process, const char *name)
{
    char path[64], text[32] = "";
    FILE *file;

    snprintf(path, sizeof path, "/proc/%d/comm", process);
    file = fopen(path, "r");
    if (file && !fgets(text, sizeof text, file))
        *text = '\0';
    if (file)
        fclose(file);
    return !strncmp(text, name, strlen(name));
}

/* Gives this program the other name. */
static void link_chronyd(void)
{
    char own[PATH_MAX] = "";

    ck_assert_int_gt(readlink("/proc/self/exe", own, sizeof own - 1), 0);
    ck_assert_int_eq(symlink(own, in_directory("chronyd")), 0);
}

/* Starts it with arguments; "@" in them stands for the directory. */
static pid_t start(const char *const *arguments)
{
    char *words[9] = {"chronyd"};
    char *environment[] = {"PRETENDS=1", NULL};
    char texts[7][PATH_MAX];
    pid_t process;

    link_chronyd();
    for (size_t i = 0; i < 7 && arguments[i]; i++) {
        snprintf(texts[i], PATH_MAX, "%s%s", *arguments[i] == '@' ? directory : "",
                 arguments[i] + (*arguments[i] == '@'));
        words[i + 1] = texts[i];
    }
    process = fork();
    if (!process) {
        if (chdir(directory) == 0)
            execve(in_directory("chronyd"), words, environment);
        _exit(1);
    }
    while (!has_name(process, "chronyd"))
        ck_assert_int_eq(waitpid(process, NULL, WNOHANG), 0);
    return process;
}

static void end(pid_t process)
{
    kill(process, SIGKILL);
    waitpid(process, NULL, 0);
}

static const struct {
    const char *arguments[7];
    const char *default_path;
    struct survey_process process;
} commands[] = {
    {{"-f", "@/chrony.conf"}, NULL, {.is_known = true}},
    {{"-F", "2", "-f", "@/chrony.conf", "-4"},
     NULL,
     {.is_known = true, .filter = 2, .ipv4_only = true}},
    {{"-xsF-1", "-f", "@/chrony.conf"},
     NULL,
     {.is_known = true, .filter = -1, .no_clock = true, .sets_at_start = true}},
    {{"-u", "nobody", "-6", "-f", "@/../chrony.conf"}, NULL, {.is_known = false}},
    {{"-t", "5", "-l", "-4", "-f", "@/chrony.conf", "-6"},
     NULL,
     {.is_known = true, .ipv6_only = true}},
    {{"-f", "@/chrony.conf", "server a"}, NULL, {.is_known = false}},
    {{"-f", "@/other.conf"}, NULL, {.is_known = false}},
    {{"-f", "chrony.conf"}, NULL, {.is_known = true}},
    {{"-f", "other.conf"}, NULL, {.is_known = false}},
    {{"-f"}, NULL, {.is_known = false}},
    {{"-F", "1"}, "/default", {.is_known = true, .filter = 1}},
    {{"-F", "1"}, NULL, {.is_known = false}},
    {{"server a", "-F", "1"}, "/default", {.is_known = false}},
};

START_TEST(finds_the_process)
{
    const struct survey_process *expected = &commands[_i].process;
    pid_t process;

    read_config("rtcsync\n");
    process = start(commands[_i].arguments);
    survey_process(&survey, commands[_i].default_path);
    end(process);
    /* Another chronyd of this machine may run with the default, too. */
    if (!commands[_i].default_path || expected->is_known)
        ck_assert_int_eq(survey.process.is_known, expected->is_known);
    ck_assert_int_eq(survey.runs_another, !survey.process.is_known);
    if (!expected->is_known || commands[_i].default_path)
        return;
    ck_assert_int_eq(survey.process.filter, expected->filter);
    ck_assert_int_eq(survey.process.ipv4_only, expected->ipv4_only);
    ck_assert_int_eq(survey.process.ipv6_only, expected->ipv6_only);
    ck_assert_int_eq(survey.process.no_clock, expected->no_clock);
    ck_assert_int_eq(survey.process.sets_at_start, expected->sets_at_start);
    ck_assert_uint_eq(survey.process.user, geteuid());
    ck_assert(survey.user.is_known);
    ck_assert_uint_eq(survey.user.id, geteuid());
    ck_assert_uint_eq(survey.user.groups[0], getegid());
}
END_TEST

/* It has the name of another file where we are. */
START_TEST(finds_no_process_from_elsewhere)
{
    const char *const arguments[7] = {"-f", "keys"};
    pid_t process;

    mkdir(in_directory("shut"), 0755);
    write_file("keys", "");
    write_file("shut/keys", "");
    ck_assert_int_eq(chdir(in_directory("shut")), 0);
    survey.path = in_directory("shut/keys");
    process = start(arguments);
    survey_process(&survey, NULL);
    ck_assert(!survey.process.is_known);
    survey.path = in_directory("keys");
    survey_process(&survey, NULL);
    end(process);
    ck_assert(survey.process.is_known);
}
END_TEST

/* Nobody may see where a process of root is: it may be here. */
START_TEST(finds_a_process_that_is_perhaps_here)
{
    const char *const arguments[7] = {"-f", "chrony.conf"};
    pid_t process;

    if (geteuid() != 0) {
        tear_down();
        leave_out("only root can become another");
    }
    read_config("rtcsync\n");
    process = start(arguments);
    ck_assert_int_eq(chmod(directory, 0755), 0);
    ck_assert_int_eq(chdir(directory), 0);
    ck_assert_int_eq(seteuid(65534), 0);
    survey_process(&survey, NULL);
    ck_assert_int_eq(seteuid(0), 0);
    end(process);
    ck_assert(survey.process.is_known);
}
END_TEST

/* A daemon that somebody else started, perhaps just now, or has just ended. */
static bool runs_another(void)
{
    survey.runs_another = false;
    survey_process(&survey, NULL);
    return survey.runs_another;
}

static const char *const single[] = {"-p", "-Q", "-xq", "-v", "-nh"};

/* What answers a question, or sets the clock once, is no daemon at all. */
START_TEST(finds_no_process_that_ends_by_itself)
{
    const char *const arguments[7] = {single[_i], "-f", "@/chrony.conf"};
    bool before, then;
    pid_t process;

    read_config("rtcsync\n");
    before = runs_another();
    process = start(arguments);
    then = runs_another();
    end(process);
    ck_assert(!survey.process.is_known);
    ck_assert(!then || before || runs_another());
}
END_TEST

/* Writes a byte when that is not possible. */
static void contain(int ready)
{
    char config[PATH_MAX], name[] = "chronyd", option[] = "-f", byte = 'x';
    char *words[] = {name, option, config, NULL};
    char *environment[] = {"PRETENDS=1", NULL};
    pid_t process;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    snprintf(config, sizeof config, "%s", in_directory("chrony.conf"));
    process = unshare(CLONE_NEWUSER | CLONE_NEWPID) ? -1 : fork();
    if (!process)
        execve(in_directory("chronyd"), words, environment);
    if (process <= 0 && write(ready, &byte, 1) < 0)
        _exit(1);
    close(ready);
    waitpid(process, NULL, 0);
    _exit(1);
}

/* Starts it in a PID namespace of its own; -1: this machine does not let us. The pipe is
 * closed when it has the other name. */
static pid_t start_contained(void)
{
    int ready[2];
    pid_t process;
    ssize_t complaint;
    char byte;

    link_chronyd();
    ck_assert_int_eq(pipe2(ready, O_CLOEXEC), 0);
    process = fork();
    if (!process)
        contain(ready[1]);
    close(ready[1]);
    complaint = read(ready[0], &byte, 1);
    close(ready[0]);
    if (!complaint)
        return process;
    end(process);
    return -1;
}

/* That of a container may well have the same path, and is none of this machine's. */
START_TEST(finds_no_process_of_a_container)
{
    pid_t process;

    read_config("rtcsync\n");
    process = start_contained();
    if (process < 0) {
        tear_down();
        leave_out("no PID namespace");
    }
    survey_process(&survey, NULL);
    end(process);
    ck_assert(!survey.process.is_known);
}
END_TEST

/* Who is asked for by name is known by name. */
START_TEST(finds_the_account)
{
    read_config("user nobody\n");
    survey_user(&survey);
    ck_assert(survey.user.is_known);
    ck_assert_uint_ne(survey.user.id, 0);
    ck_assert_uint_ge(survey.user.group_count, 1);
}
END_TEST

/* --- the network --- */

/* A port that the system gives to nobody who asks for any: once it is closed, it stays
 * so. */
static uint16_t bind_quiet_port(int descriptor, in_addr_t place)
{
    enum { FIRST = 61000 };
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(place)};

    for (uint16_t port = FIRST; port < UINT16_MAX; port++) {
        address.sin_port = htons(port);
        if (!bind(descriptor, (struct sockaddr *)&address, sizeof address))
            return port;
    }
    ck_abort_msg("no port is free");
}

/* Others reach it on all addresses, and not on those of loopback. */
static const struct {
    in_addr_t address;
    enum survey_answer answer;
} sockets[] = {
    {INADDR_ANY, SURVEY_YES},
    {INADDR_LOOPBACK, SURVEY_NO},
    {0x7fffff01, SURVEY_NO},
};

START_TEST(sees_sockets)
{
    int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
    char text[32];

    snprintf(text, sizeof text, "port %u\n",
             bind_quiet_port(descriptor, sockets[_i].address));
    read_config(text);
    survey_network(&survey);
    ck_assert_int_eq(survey.serves_ipv4, sockets[_i].answer);
    ck_assert_int_ne(survey.serves_ipv6, SURVEY_YES);
    close(descriptor);
    survey.address_count = survey.domain_count = 0;
    survey_network(&survey);
    ck_assert_int_eq(survey.serves_ipv4, SURVEY_NO);
}
END_TEST

/* A machine without IPv6 has nothing to see. */
START_TEST(sees_ipv6_sockets)
{
    static const struct in6_addr addresses[] = {IN6ADDR_ANY_INIT, IN6ADDR_LOOPBACK_INIT};
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_addr = addresses[_i]};
    socklen_t length = sizeof address;
    int descriptor = socket(AF_INET6, SOCK_DGRAM, 0), one = 1;
    char text[32];

    setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
    if (bind(descriptor, (struct sockaddr *)&address, sizeof address) == 0) {
        getsockname(descriptor, (struct sockaddr *)&address, &length);
        snprintf(text, sizeof text, "port %u\n", ntohs(address.sin6_port));
        read_config(text);
        survey_network(&survey);
        ck_assert_int_eq(survey.serves_ipv6, _i == 0 ? SURVEY_YES : SURVEY_NO);
    }
    close(descriptor);
}
END_TEST

START_TEST(sees_addresses)
{
    static const unsigned char loopback[] = {127, 0, 0, 1};
    bool found = false;

    read_config("rtcsync\n");
    survey_network(&survey);
    ck_assert(survey.addresses_are_known);
    for (size_t i = 0; i < survey.address_count; i++)
        found = found || (survey.addresses[i].family == AF_INET &&
                          !memcmp(survey.addresses[i].bytes, loopback, 4));
    ck_assert(found);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("survey");
    TCase *tcase = tcase_create("survey");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    add_table_test(tcase, reads_keys, key_lines);
    tcase_add_test(tcase, counts_lines_of_keys);
    tcase_add_test(tcase, bounds_keys);
    tcase_add_test(tcase, does_not_wait_for_keys);
    tcase_add_test(tcase, opens_no_device);
    tcase_add_test(tcase, misses_keys);
    tcase_add_test(tcase, sees_rights);
    tcase_add_test(tcase, sees_shelter);
    add_table_test(tcase, sees_places, places);
    tcase_add_test(tcase, sees_links);
    tcase_add_test(tcase, finds_directories);
    tcase_add_test(tcase, finds_both_ends_of_a_link);
    tcase_add_test(tcase, finds_one_directory_of_a_name);
    add_table_test(tcase, names_zones, zone_names);
    tcase_add_test(tcase, leaves_out_a_closed_socket);
    add_table_test(tcase, reads_leap_lists, leap_lists);
    add_table_test(tcase, looks_into_zones, zones);
    tcase_add_test(tcase, knows_what_is_no_zone);
    tcase_add_test(tcase, reads_waivers);
    add_table_test(tcase, refuses_waivers, bad_waivers);
    tcase_add_test(tcase, wants_waivers_to_be_text);
    tcase_add_test(tcase, bounds_waivers);
    add_table_test(tcase, misses_waivers, no_waivers);
    add_table_test(tcase, finds_the_process, commands);
    tcase_add_test(tcase, finds_no_process_from_elsewhere);
    tcase_add_test(tcase, finds_a_process_that_is_perhaps_here);
    add_table_test(tcase, finds_no_process_that_ends_by_itself, single);
    tcase_add_test(tcase, finds_no_process_of_a_container);
    tcase_add_test(tcase, finds_the_account);
    add_table_test(tcase, sees_sockets, sockets);
    tcase_add_loop_test(tcase, sees_ipv6_sockets, 0, 2);
    tcase_add_test(tcase, sees_addresses);
    suite_add_tcase(suite, tcase);
    return suite;
}
