/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugins, call by call: what they ask of the kernel, and what is left when a signal
 * ends them at any one of these calls. */
#include "cmdmon/target.h"
#include "fake_chronyd.h"
#include "fake_ntp.h"
#include "replies.h"
#include "run_plugin.h"
#include "runner.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* The C library's header has no struct for it in all releases. */
#include <linux/ptrace.h>

enum { ARGUMENTS = 5 };

/* --- a plugin that is stopped at each call --- */

static char directory[] = "/tmp/test_syscalls.XXXXXX", path[64], state[64];

static void exec_plugin(const char *name, const char *const *arguments)
{
    const char *plugins = getenv("PLUGIN_DIR"), *argv[ARGUMENTS + 2] = {name};
    int nowhere = open("/dev/null", O_WRONLY);
    char program[512];

    for (size_t i = 0; i < ARGUMENTS && arguments[i]; i++)
        argv[i + 1] = arguments[i];
    snprintf(program, sizeof program, "%s/check_chrony_%s", plugins ? plugins : "plugins",
             name);
    dup2(nowhere, STDOUT_FILENO);
    close(nowhere);
    setenv("ASAN_OPTIONS", "detect_leaks=0", 1); /* which would start a process */
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    execv(program, (char *const *)argv);
    _exit(127);
}

/* Starts it; it is stopped behind its execve(). */
static pid_t start(const char *name, const char *const *arguments)
{
    pid_t process = fork();
    int status;

    if (!process)
        exec_plugin(name, arguments);
    ck_assert_int_eq(waitpid(process, &status, 0), process);
    ck_assert_msg(WIFSTOPPED(status), "%s was not traced", name);
    ck_assert_int_eq(ptrace(PTRACE_SETOPTIONS, process, NULL,
                            PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD),
                     0);
    return process;
}

/* Lets it go on to where its next call begins or ends; false when it has ended. */
static bool go_on(pid_t process, int *status)
{
    ck_assert_int_eq(ptrace(PTRACE_SYSCALL, process, NULL, NULL), 0);
    ck_assert_int_eq(waitpid(process, status, 0), process);
    return WIFSTOPPED(*status);
}

static void setup(void)
{
    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/sock", directory);
    snprintf(state, sizeof state, "%s/state", directory);
}

static unsigned count_ours(void)
{
    unsigned count = 0;
    DIR *files = opendir(directory);
    struct dirent *entry;

    while ((entry = readdir(files)))
        count += !strncmp(entry->d_name, TARGET_OWN_NAME, strlen(TARGET_OWN_NAME));
    closedir(files);
    return count;
}

static void teardown(void)
{
    ck_assert_uint_eq(count_ours(), 0);
    unlink(path);
    unlink(state);
    ck_assert_int_eq(rmdir(directory), 0);
}

/* --- ended at any call --- */

/* X3: a signal that can be handled leaves nothing; after one that cannot, the next run
 * sweeps up. */
static const struct ending {
    const char *plugin;
    int status; /* of a run that ends by itself; what the two fakes say differs */
    int signal;
} endings[] = {
    {"leap", 0, SIGTERM}, {"leap", 0, SIGKILL}, {"leap", 0, SIGALRM},
    {"ntp", 2, SIGTERM},  {"ntp", 2, SIGKILL},  {"ntp", 2, SIGALRM},
};

/* Sends the signal when it has been stopped so many times; false when it ends before. */
static bool end_at(int stops, const struct ending *ending, const char *const *arguments)
{
    pid_t process = start(ending->plugin, arguments);
    int status;

    for (int i = 0; i < stops; i++)
        if (!go_on(process, &status))
            return false;
    kill(process, ending->signal);
    ptrace(PTRACE_DETACH, process, NULL, NULL);
    ck_assert_int_eq(waitpid(process, &status, 0), process);
    if (WIFSIGNALED(status))
        ck_assert_int_eq(WTERMSIG(status), ending->signal);
    else /* the last call is that of its own end */
        ck_assert(WEXITSTATUS(status) == ending->status ||
                  (ending->signal == SIGALRM && WEXITSTATUS(status) == 3));
    return true;
}

START_TEST(leaves_nothing)
{
    const struct ending *ending = &endings[_i];
    struct fake_chronyd fake = fake_healthy();
    struct fake_ntp ntp = fake_ntp_honest();
    uint16_t port = 0;
    pid_t process = fake_start_socket(&fake, path);
    pid_t server = fake_ntp_start(&ntp, "127.0.0.1", &port, NULL);
    char option[24];
    const char *const arguments[ARGUMENTS + 1] = {
        "-S", path, *ending->plugin == 'n' ? "--compare" : NULL, option, "--timeout=1"};
    unsigned left = 0;
    struct run run;
    int stops = 0;

    snprintf(option, sizeof option, "--ntp-port=%u", port);
    while (end_at(stops, ending, arguments)) {
        stops++;
        left += count_ours();
        run_plugin(&run, ending->plugin, arguments);
        ck_assert_int_eq(run.status, ending->status);
        ck_assert_uint_eq(count_ours(), 0);
    }
    fake_stop(process);
    fake_ntp_stop(server);
    ck_assert_int_gt(stops, 50);
    ck_assert_int_eq(left > 0, ending->signal == SIGKILL);
}
END_TEST

/* --- what it asks of the kernel --- */

/* Calls that start something, or that change more than a socket or a descriptor. */
static const struct {
    const char *name;
    long number;
} changing[] = {
#define CALL(name)                                                                       \
    {                                                                                    \
#name, SYS_##name                                                                \
    }
#ifdef SYS_fork
    CALL(fork),          CALL(vfork),        CALL(mkdir),         CALL(rmdir),
    CALL(link),          CALL(symlink),      CALL(mknod),         CALL(chmod),
    CALL(chown),         CALL(lchown),       CALL(creat),         CALL(utime),
#endif
    CALL(clone),         CALL(clone3),       CALL(execve),        CALL(execveat),
    CALL(mkdirat),       CALL(linkat),       CALL(symlinkat),     CALL(mknodat),
    CALL(fchmodat),      CALL(fchmod),       CALL(fchownat),      CALL(fchown),
    CALL(truncate),      CALL(ftruncate),    CALL(mount),         CALL(umount2),
    CALL(chroot),        CALL(settimeofday), CALL(clock_settime), CALL(adjtimex),
    CALL(clock_adjtime), CALL(kill),         CALL(tkill),         CALL(ptrace),
    CALL(setxattr),      CALL(memfd_create), CALL(shmget),        CALL(listen),
    CALL(accept),
};

/* Those that name a file to change, and which of their arguments does. */
static const struct {
    long number;
    unsigned argument;
} naming[] = {
#ifdef SYS_unlink
    {SYS_unlink, 0},   {SYS_rename, 0},    {SYS_rename, 1},
#endif
#ifdef SYS_renameat
    {SYS_renameat, 1}, {SYS_renameat, 3},
#endif
    {SYS_unlinkat, 1}, {SYS_renameat2, 1}, {SYS_renameat2, 3},
};

static void read_text(pid_t process, uint64_t at, char text[static PATH_MAX])
{
    struct iovec here = {text, PATH_MAX - 1}, there = {(void *)(uintptr_t)at, 128};
    ssize_t length;

    here.iov_len = 128;
    length = process_vm_readv(process, &here, 1, &there, 1, 0);
    text[length > 0 ? length : 0] = '\0';
}

static void assert_within(const char *call, const char *text, const char *allowed)
{
    ck_assert_msg(allowed && !strncmp(text, allowed, strlen(allowed)), "%s of %s", call,
                  text);
}

/* Files are opened by an absolute path, and for reading, but that of --state. */
static void judge_open(pid_t process, uint64_t at, uint64_t flags, const char *allowed)
{
    char text[PATH_MAX];

    read_text(process, at, text);
    if (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC))
        assert_within("opening for writing", text, allowed);
    else
        ck_assert_msg(*text == '/' && strncmp(text, "/root", 5) &&
                          strncmp(text, "/home", 5),
                      "reading %s", text);
}

static void judge_call(pid_t process, const struct ptrace_syscall_info *info,
                       const char *allowed)
{
    const long number = (long)info->entry.nr;
    char text[PATH_MAX];

    for (size_t i = 0; i < sizeof changing / sizeof changing[0]; i++)
        ck_assert_msg(number != changing[i].number, "it calls %s()", changing[i].name);
    for (size_t i = 0; i < sizeof naming / sizeof naming[0]; i++)
        if (number == naming[i].number) {
            read_text(process, info->entry.args[naming[i].argument], text);
            assert_within("changing", text, allowed);
        }
#ifdef SYS_open
    if (number == SYS_open)
        judge_open(process, info->entry.args[0], info->entry.args[1], allowed);
#endif
    if (number == SYS_openat)
        judge_open(process, info->entry.args[1], info->entry.args[2], allowed);
}

/* Where a run may change files: nowhere, or below allowed. */
static int watch(const char *name, const char *const *arguments, const char *allowed)
{
    pid_t process = start(name, arguments);
    unsigned calls = 0;
    int status;

    while (go_on(process, &status)) {
        struct ptrace_syscall_info info;

        ck_assert_int_gt(
            ptrace(PTRACE_GET_SYSCALL_INFO, process, (void *)sizeof info, &info), 0);
        if (info.op != PTRACE_SYSCALL_INFO_ENTRY)
            continue;
        calls++;
        judge_call(process, &info, allowed);
    }
    ck_assert_uint_gt(calls, 20);
    return WEXITSTATUS(status);
}

static const char *const plugins[] = {"health",  "sync", "offset", "stratum",
                                      "sources", "leap", "server", "auth"};

START_TEST(asks_nothing_else_of_the_kernel)
{
    struct fake_chronyd fake = fake_healthy();
    pid_t process, behind_socket;
    char text[8], own[80];
    uint16_t port;

    fake.server_stats = (struct fake_recorded){server_stats_4_6_reply, 196};
    fake.auth_data = (struct fake_recorded){auth_data_nts_reply, 52};
    process = fake_start(&fake, &port);
    behind_socket = fake_start_socket(&fake, path);
    snprintf(text, sizeof text, "%u", port);
    snprintf(own, sizeof own, "%s/" TARGET_OWN_NAME, directory);
    ck_assert_int_eq(watch(plugins[_i], (const char *const[ARGUMENTS]){"-p", text}, NULL),
                     0);
    ck_assert_int_eq(watch(plugins[_i], (const char *const[ARGUMENTS]){"-S", path}, own),
                     0);
    ck_assert_int_eq(watch(plugins[_i], (const char *const[ARGUMENTS]){"--help"}, NULL),
                     3);
    fake_stop(process);
    ck_assert_int_eq(watch(plugins[_i], (const char *const[ARGUMENTS]){"-p", text}, NULL),
                     2);
    fake_stop(behind_socket);
}
END_TEST

START_TEST(changes_the_file_of_state_alone)
{
    struct fake_chronyd fake = fake_healthy();
    char text[8], option[80];
    pid_t process;
    uint16_t port;

    fake.server_stats = (struct fake_recorded){server_stats_4_6_reply, 196};
    process = fake_start(&fake, &port);
    snprintf(text, sizeof text, "%u", port);
    snprintf(option, sizeof option, "--state=%s", state);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(
            watch("server", (const char *const[ARGUMENTS]){"-p", text, option}, state),
            0);
    fake_stop(process);
    ck_assert_int_eq(access(state, F_OK), 0);
}
END_TEST

START_TEST(asks_servers_and_nothing_else)
{
    struct fake_ntp fake = fake_ntp_honest();
    uint16_t port = 0;
    pid_t process = fake_ntp_start(&fake, "127.0.0.1", &port, NULL);
    char option[24];

    snprintf(option, sizeof option, "--ntp-port=%u", port);
    ck_assert_int_lt(watch("ntp", (const char *const[ARGUMENTS]){option}, NULL), 3);
    fake_ntp_stop(process);
}
END_TEST

START_TEST(reads_a_configuration_and_nothing_else)
{
    char file[80], option[96];
    FILE *conf;

    snprintf(file, sizeof file, "%s/chrony.conf", directory);
    snprintf(option, sizeof option, "--file=%s", file);
    conf = fopen(file, "w");
    ck_assert_ptr_nonnull(conf);
    fputs("server 192.0.2.1 iburst\n", conf);
    fclose(conf);
    ck_assert_int_eq(watch("config", (const char *const[ARGUMENTS]){option}, NULL), 1);
    unlink(file);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("syscalls");
    TCase *tcase = tcase_create("syscalls");

    tcase_set_timeout(tcase, 120);
    tcase_add_checked_fixture(tcase, setup, teardown);
    add_table_test(tcase, leaves_nothing, endings);
    add_table_test(tcase, asks_nothing_else_of_the_kernel, plugins);
    tcase_add_test(tcase, changes_the_file_of_state_alone);
    tcase_add_test(tcase, asks_servers_and_nothing_else);
    tcase_add_test(tcase, reads_a_configuration_and_nothing_else);
    suite_add_tcase(suite, tcase);
    return suite;
}
