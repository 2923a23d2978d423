/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a plugin has given up when it waits for the first answer: as the kernel tells it,
 * of a plugin whose request is there and whose answer is not. */
#include "confine.h"
#include "runner.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    NOBODY = 65534,
    ARGUMENTS = 5,
};

/* --- a plugin that waits for us --- */

static pid_t plugin;
static int listener;

static void listen_at(const struct sockaddr *address, socklen_t length)
{
    listener = socket(address->sa_family, SOCK_DGRAM, 0);
    ck_assert_int_eq(bind(listener, address, length), 0);
}

static void listen_at_port(char port[static 8])
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;

    listen_at((struct sockaddr *)&address, length);
    ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&address, &length), 0);
    snprintf(port, 8, "%u", ntohs(address.sin_port));
}

static void exec_plugin(const char *name, const char *const *arguments)
{
    const char *directory = getenv("PLUGIN_DIR"), *argv[ARGUMENTS + 2] = {name};
    char path[512];

    for (size_t i = 0; i < ARGUMENTS && arguments[i]; i++)
        argv[i + 1] = arguments[i];
    snprintf(path, sizeof path, "%s/check_chrony_%s", directory ? directory : "plugins",
             name);
    execv(path, (char *const *)argv);
    _exit(127);
}

/* Starts it with its output in a file, or in a pipe that nobody reads, and returns when
 * its first request is there. */
static void start(const char *name, const char *const *arguments, FILE *out)
{
    char request[2048];
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    plugin = fork();
    if (!plugin) {
        dup2(out ? fileno(out) : ends[1], STDOUT_FILENO);
        exec_plugin(name, arguments);
    }
    close(ends[1]);
    ck_assert_int_gt(recv(listener, request, sizeof request, 0), 0);
}

static void stop(void)
{
    kill(plugin, SIGTERM); /* it removes its end of a Unix socket */
    ck_assert_int_eq(waitpid(plugin, NULL, 0), plugin);
    close(listener);
}

/* --- what the kernel tells --- */

/* The line of a file in /proc/PID that begins with the words, its blanks squeezed. */
static void read_line(const char *file, const char *words, char line[static 256])
{
    char path[64], text[256];
    size_t length = 0;
    FILE *lines;

    snprintf(path, sizeof path, "/proc/%d/%s", plugin, file);
    lines = fopen(path, "r");
    ck_assert_ptr_nonnull(lines);
    do
        ck_assert_ptr_nonnull(fgets(text, sizeof text, lines));
    while (strncmp(text, words, strlen(words)) != 0);
    fclose(lines);
    for (const char *c = text; *c && *c != '\n'; c++)
        if ((*c != ' ' && *c != '\t') || (length && line[length - 1] != ' '))
            line[length++] = (char)(*c == '\t' ? ' ' : *c);
    line[length - (line[length - 1] == ' ')] = '\0';
}

static void assert_line(const char *file, const char *words, const char *expected)
{
    char line[256];

    read_line(file, words, line);
    ck_assert_str_eq(line, expected);
}

static void assert_no_rights(void)
{
    assert_line("status", "NoNewPrivs:", "NoNewPrivs: 1");
    assert_line("status", "CapInh:", "CapInh: 0000000000000000");
    assert_line("status", "CapPrm:", "CapPrm: 0000000000000000");
    assert_line("status", "CapEff:", "CapEff: 0000000000000000");
    assert_line("status", "CapAmb:", "CapAmb: 0000000000000000");
}

/* --- tests --- */

/* What its output is, and the largest file that it may write. */
static const struct {
    const char *name, *option;
    bool to_file;
    const char *file_size;
} runs[] = {
    {"health", NULL, false, "Max file size 0 0 bytes"},
    {"health", NULL, true, "Max file size unlimited unlimited bytes"},
    {"server", "--state=/nowhere/state", false, "Max file size 2048 2048 bytes"},
};

START_TEST(waits_without_rights)
{
    FILE *out = runs[_i].to_file ? tmpfile() : NULL;
    char port[8];

    listen_at_port(port);
    start(runs[_i].name,
          (const char *const[ARGUMENTS]){"-H127.0.0.1", "-p", port, runs[_i].option},
          out);
    assert_no_rights();
    assert_line("limits", "Max processes", "Max processes 0 0 processes");
    assert_line("limits", "Max file size", runs[_i].file_size);
    assert_line("limits", "Max core file size", "Max core file size 0 0 bytes");
    stop();
    if (out)
        fclose(out);
}
END_TEST

/* NTP servers are others, too. */
START_TEST(asks_servers_without_rights)
{
    char port[8], option[24];

    listen_at_port(port);
    snprintf(option, sizeof option, "--ntp-port=%s", port);
    start("ntp", (const char *const[ARGUMENTS]){"-H127.0.0.1", option}, NULL);
    assert_no_rights();
    assert_line("limits", "Max processes", "Max processes 0 0 processes");
    stop();
}
END_TEST

/* Nobody, confined as a plugin is: the errno of fork(), 0 where it starts one. */
static int start_a_process(void)
{
    pid_t process;

    if (geteuid() == 0 && (setgid(NOBODY) || setuid(NOBODY)))
        return -1;
    confine_rights();
    confine_resources(0);
    process = fork();
    if (!process)
        _exit(0);
    return process < 0 ? errno : 0;
}

/* The limit is the kernel's to keep; it does so for all but root. */
START_TEST(starts_no_process)
{
    pid_t process = fork();
    int status;

    if (!process)
        _exit(start_a_process());
    ck_assert_int_eq(waitpid(process, &status, 0), process);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), EAGAIN);
}
END_TEST

static void bind_beside(const char *directory, char path[static 80])
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    snprintf(path, 80, "%s/sock", directory);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    listen_at((struct sockaddr *)&address, sizeof address);
}

/* X5: root is the owner of the socket's directory, and nothing else, when it waits. */
START_TEST(becomes_the_owner_of_the_socket)
{
    char directory[] = "/tmp/test_confine.XXXXXX", path[80];

    if (geteuid() != 0)
        leave_out("only root can become another");
    ck_assert_ptr_nonnull(mkdtemp(directory));
    bind_beside(directory, path);
    ck_assert_int_eq(chown(directory, NOBODY, NOBODY), 0);
    ck_assert_int_eq(chown(path, NOBODY, NOBODY), 0);
    start("leap", (const char *const[ARGUMENTS]){"-S", path}, NULL);
    assert_line("status", "Uid:", "Uid: 65534 65534 65534 65534");
    assert_line("status", "Gid:", "Gid: 65534 65534 65534 65534");
    assert_line("status", "Groups:", "Groups:");
    assert_no_rights();
    stop();
    unlink(path);
    ck_assert_int_eq(rmdir(directory), 0);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("confine");
    TCase *tcase = tcase_create("confine");

#ifdef CONFINE
    tcase_set_timeout(tcase, 30);
    add_table_test(tcase, waits_without_rights, runs);
    tcase_add_test(tcase, asks_servers_without_rights);
    tcase_add_test(tcase, starts_no_process);
    tcase_add_test(tcase, becomes_the_owner_of_the_socket);
#endif
    suite_add_tcase(suite, tcase);
    return suite;
}
