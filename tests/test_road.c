/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Unix socket: what can be wrong with it, and that nothing stays behind. */
#include "cmdmon/road.h"
#include "fake_chronyd.h"
#include "run_plugin.h"
#include "runner.h"

#include <dirent.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOBODY = 65534, SOME_GROUP = 4242 };

/* A directory for a chronyd's socket, and the path of the socket in it. */
static char directory[64], path[TARGET_PATH];
static struct run run;

static void setup(void)
{
    snprintf(directory, sizeof directory, "/tmp/test_road.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/sock", directory);
}

/* How many files are in the directory besides the socket. */
static unsigned count_others(void)
{
    unsigned count = 0;
    DIR *files = opendir(directory);
    struct dirent *entry;

    while ((entry = readdir(files)))
        count += entry->d_name[0] != '.' && strcmp(entry->d_name, "sock") != 0;
    closedir(files);
    return count;
}

static void teardown(void)
{
    ck_assert_uint_eq(count_others(), 0);
    unlink(path);
    ck_assert_int_eq(rmdir(directory), 0);
}

static int bind_socket(int type)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int descriptor = socket(AF_UNIX, type, 0);

    memcpy(address.sun_path, path, sizeof path);
    ck_assert_int_eq(bind(descriptor, (struct sockaddr *)&address, sizeof address), 0);
    return descriptor;
}

/* Opens the road beside so many files, and closes it again. */
static enum session_error open_road_beside(unsigned others)
{
    struct target target = {.count = 0};
    enum session_error error;
    int descriptor;

    ck_assert_int_eq(target_add_socket(&target, path), TARGET_OK);
    error = road_open(&target, 0, &descriptor);
    ck_assert_int_eq(descriptor < 0, error != SESSION_OK);
    if (!error)
        ck_assert_uint_eq(count_others(), others + 1);
    road_close(&target, 0, &descriptor);
    return error;
}

static enum session_error open_road(void)
{
    return open_road_beside(0);
}

START_TEST(opens_and_leaves_nothing)
{
    int listener = bind_socket(SOCK_DGRAM);

    ck_assert_int_eq(open_road(), SESSION_OK);
    close(listener);
}
END_TEST

START_TEST(misses_a_socket)
{
    ck_assert_int_eq(open_road(), SESSION_NO_SOCKET);
    snprintf(path, sizeof path, "%s/no/sock", directory);
    ck_assert_int_eq(open_road(), SESSION_NO_SOCKET);
}
END_TEST

START_TEST(finds_a_stale_socket)
{
    close(bind_socket(SOCK_DGRAM));
    ck_assert_int_eq(open_road(), SESSION_STALE);
}
END_TEST

START_TEST(finds_a_stream_socket)
{
    int listener = bind_socket(SOCK_STREAM);

    ck_assert_int_eq(listen(listener, 1), 0);
    ck_assert_int_eq(open_road(), SESSION_NOT_DATAGRAM);
    close(listener);
}
END_TEST

START_TEST(finds_a_file)
{
    fclose(fopen(path, "w"));
    ck_assert_int_eq(open_road(), SESSION_NOT_DATAGRAM);
}
END_TEST

static const mode_t shared[] = {0777, 01777, 01770};

START_TEST(refuses_a_shared_directory)
{
    int listener = bind_socket(SOCK_DGRAM);

    ck_assert_int_eq(chmod(directory, shared[_i]), 0);
    ck_assert_int_eq(open_road(), SESSION_SHARED);
    ck_assert_uint_eq(count_others(), 0);
    close(listener);
}
END_TEST

/* In a child, since what is given up does not come back. */
static int in_child(int (*body)(void))
{
    int status;
    pid_t process = fork();

    if (!process)
        _exit(body());
    ck_assert_int_eq(waitpid(process, &status, 0), process);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}

static int open_as_nobody(void)
{
    if (setgroups(0, NULL) || setgid(NOBODY) || setuid(NOBODY))
        return 98;
    return (int)open_road();
}

static void need_root(void)
{
    if (geteuid() == 0)
        return;
    teardown();
    leave_out("only root can become another");
}

/* Whoever is neither root nor the owner: the directory of a chronyd is closed to them. */
START_TEST(is_forbidden_to_others)
{
    int listener = bind_socket(SOCK_DGRAM);

    need_root();
    ck_assert_int_eq(chmod(directory, 0750), 0);
    ck_assert_int_eq(in_child(open_as_nobody), SESSION_FORBIDDEN);
    ck_assert_int_eq(chmod(directory, 0755), 0);
    ck_assert_int_eq(in_child(open_as_nobody), SESSION_FORBIDDEN);
    close(listener);
}
END_TEST

/* 0: root has become the owner of the directory for good, with its group alone. */
static int become_owner(void)
{
    int error = (int)open_road();
    gid_t groups[8];

    if (error)
        return error;
    return getuid() != NOBODY || geteuid() != NOBODY || getgid() != SOME_GROUP ||
                   getgroups(8, groups) != 0 || setuid(0) == 0
               ? 97
               : 0;
}

START_TEST(becomes_the_owner)
{
    int listener = bind_socket(SOCK_DGRAM);

    need_root();
    ck_assert_int_eq(chown(directory, NOBODY, SOME_GROUP), 0);
    ck_assert_int_eq(chown(path, NOBODY, NOBODY), 0);
    ck_assert_int_eq(in_child(become_owner), 0);
    close(listener);
}
END_TEST

/* A path of so many characters, all of them a name in /tmp. */
static enum target_error add_path(size_t length)
{
    struct target target = {.count = 0};
    char long_path[256];
    enum target_error error;

    memset(long_path, 'a', sizeof long_path);
    memcpy(long_path, "/tmp/", 5);
    long_path[length] = '\0';
    error = target_add_socket(&target, long_path);
    ck_assert_uint_eq(target.count, error == TARGET_OK);
    ck_assert_int_eq(target.own_path[0] != '\0', error == TARGET_OK);
    return error;
}

/* Our own name has to fit behind the directory, too. */
static enum target_error add_directory(size_t length)
{
    struct target target = {.count = 0};
    char long_path[256];

    memset(long_path, 'd', sizeof long_path);
    long_path[0] = '/';
    memcpy(long_path + length, "/s", 3);
    return target_add_socket(&target, long_path);
}

START_TEST(knows_how_long_a_path_may_be)
{
    struct target target = {.count = 0};

    ck_assert_int_eq(add_directory(TARGET_DIRECTORY), TARGET_OK);
    ck_assert_int_eq(add_directory(TARGET_DIRECTORY + 1), TARGET_TOO_LONG);
    ck_assert_int_eq(add_path(107), TARGET_OK);
    ck_assert_int_eq(add_path(108), TARGET_TOO_LONG);
    ck_assert_int_eq(target_add_socket(&target, "chronyd.sock"), TARGET_RELATIVE);
}
END_TEST

/* What a killed run left is removed; what belongs to one that runs is not. */
START_TEST(sweeps_up)
{
    char kept[TARGET_PATH];
    int listener = bind_socket(SOCK_DGRAM), running;

    memcpy(kept, path, sizeof kept);
    snprintf(path, sizeof path, "%s/check_chrony.1.00000000", directory);
    close(bind_socket(SOCK_DGRAM));
    memcpy(path, kept, sizeof kept);
    ck_assert_int_eq(open_road(), SESSION_OK);
    ck_assert_uint_eq(count_others(), 0);
    snprintf(path, sizeof path, "%s/check_chrony.2.00000000", directory);
    running = bind_socket(SOCK_DGRAM);
    memcpy(path, kept, sizeof kept);
    ck_assert_int_eq(open_road_beside(1), SESSION_OK);
    snprintf(path, sizeof path, "%s/check_chrony.2.00000000", directory);
    ck_assert_int_eq(unlink(path), 0);
    memcpy(path, kept, sizeof kept);
    close(running);
    close(listener);
}
END_TEST

/* What only has such a name is not ours. */
START_TEST(sweeps_up_nothing_else)
{
    int listener = bind_socket(SOCK_DGRAM);
    char file[TARGET_PATH], link[TARGET_PATH];

    snprintf(file, sizeof file, "%s/check_chrony.cfg", directory);
    snprintf(link, sizeof link, "%s/check_chrony.lnk", directory);
    fclose(fopen(file, "w"));
    ck_assert_int_eq(symlink("/etc/passwd", link), 0);
    ck_assert_int_eq(open_road_beside(2), SESSION_OK);
    ck_assert_int_eq(unlink(file), 0);
    ck_assert_int_eq(unlink(link), 0);
    close(listener);
}
END_TEST

/* --- the plugins --- */

static void ask(const char *plugin, const char *third, const char *fourth)
{
    run_plugin(&run, plugin, (const char *const[]){"-S", path, third, fourth, NULL});
    ck_assert_str_eq(run.err, "");
}

START_TEST(answers_a_plugin)
{
    struct fake_chronyd fake = fake_healthy();
    pid_t process = fake_start_socket(&fake, path);

    ask("stratum", NULL, NULL);
    fake_stop(process);
    ck_assert_str_eq(run.out, "CHRONY STRATUM OK - stratum 2 | stratum=2;1:5;1:9\n");
    ck_assert_int_eq(run.status, 0);
}
END_TEST

/* What an alarm ends leaves nothing behind either; it says what hangs. */
START_TEST(cleans_up_on_an_alarm)
{
    int listener = bind_socket(SOCK_DGRAM);
    uint8_t byte;

    run_start(&run, "leap", (const char *const[]){"-S", path, NULL}, NULL);
    ck_assert_int_ge(recv(listener, &byte, 1, 0), 1);
    ck_assert_uint_eq(count_others(), 1);
    kill(run.process, SIGALRM);
    run_finish(&run, 1);
    ck_assert_int_eq(run.status, 3);
    ck_assert_ptr_nonnull(strstr(run.out, "this machine held the check up"));
    close(listener);
}
END_TEST

/* As on a file server that is gone. */
static void lose_directories(void)
{
    const char *build = getenv("top_builddir");
    char library[512];

    snprintf(library, sizeof library, "%s/tests/slow_resolver.so", build ? build : ".");
    setenv("LD_PRELOAD", library, 1);
    setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 1);
}

START_TEST(waits_for_no_directory)
{
    int listener = bind_socket(SOCK_DGRAM);

    run_start(&run, "leap", (const char *const[]){"-S", path, "-t0.3", NULL},
              lose_directories);
    run_finish(&run, 1);
    ck_assert_int_eq(run.status, 3);
    ck_assert_ptr_nonnull(strstr(run.out, "this machine held the check up"));
    close(listener);
}
END_TEST

static const struct {
    const char *option;
    const char *out;
} mistakes[] = {
    {"-Ssock",
     "CHRONY LEAP UNKNOWN - -S 'sock' is no absolute path: begin it with a slash\n"},
    {"-S/a/"
     "01234567890123456789012345678901234567890123456789012345678901234567890123456789012"
     "3456"
     "78901234567890123456789",
     "CHRONY LEAP UNKNOWN - -S "
     "'/a/01234567890123456789012345678901234567890123456789012345678901234567890123456' "
     "is too "
     "long for a socket: at most 107 characters, and 77 for its directory\n"},
};

START_TEST(explains_paths)
{
    run_plugin(&run, "leap", (const char *const[]){mistakes[_i].option, NULL});
    ck_assert_str_eq(run.out, mistakes[_i].out);
    ck_assert_int_eq(run.status, 3);
}
END_TEST

START_TEST(excludes_other_roads)
{
    static const char *const others[] = {"-H::1", "-p323", "-4", "-6"};

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        ask("leap", others[i], NULL);
        ck_assert_str_eq(run.out,
                         "CHRONY LEAP UNKNOWN - -S excludes -H, -p, -4 and -6: give the "
                         "one or the others\n");
    }
}
END_TEST

static const int signals[] = {SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGABRT, SIGXCPU};

/* A signal ends the run, by that signal, and our end of the socket goes with it. (Under
 * nohup these tests begin with SIGHUP ignored.) */
START_TEST(cleans_up_on_signals)
{
    int listener = bind_socket(SOCK_DGRAM), status;
    uint8_t byte;
    pid_t process = fork();

    if (!process) {
        signal(signals[_i], SIG_DFL);
        execl("/bin/sh", "sh", "-c",
              "exec \"${PLUGIN_DIR:-plugins}/check_chrony_leap\" -S \"$0\"", path,
              (char *)NULL);
        _exit(127);
    }
    ck_assert_int_ge(recv(listener, &byte, 1, 0), 1);
    ck_assert_uint_eq(count_others(), 1);
    kill(process, signals[_i]);
    ck_assert_int_eq(waitpid(process, &status, 0), process);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == signals[_i]);
    close(listener);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("road");
    TCase *road = tcase_create("socket"), *plugin = tcase_create("plugins");

    tcase_add_checked_fixture(road, setup, teardown);
    tcase_add_checked_fixture(plugin, setup, teardown);
    tcase_add_test(road, opens_and_leaves_nothing);
    tcase_add_test(road, misses_a_socket);
    tcase_add_test(road, finds_a_stale_socket);
    tcase_add_test(road, finds_a_stream_socket);
    tcase_add_test(road, finds_a_file);
    add_table_test(road, refuses_a_shared_directory, shared);
    tcase_add_test(road, is_forbidden_to_others);
    tcase_add_test(road, becomes_the_owner);
    tcase_add_test(road, sweeps_up);
    tcase_add_test(road, sweeps_up_nothing_else);
    tcase_add_test(road, knows_how_long_a_path_may_be);
    suite_add_tcase(suite, road);
    tcase_add_test(plugin, answers_a_plugin);
    add_table_test(plugin, explains_paths, mistakes);
    tcase_add_test(plugin, excludes_other_roads);
    add_table_test(plugin, cleans_up_on_signals, signals);
    tcase_add_test(plugin, cleans_up_on_an_alarm);
    tcase_add_test(plugin, waits_for_no_directory);
    suite_add_tcase(suite, plugin);
    return suite;
}
