/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "run_plugin.h"
#include "wait.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Both streams go to files: nothing can block, and nothing is mixed. */
static void read_back(FILE *file, char text[static RUN_OUTPUT])
{
    size_t length;

    rewind(file);
    length = fread(text, 1, RUN_OUTPUT - 1, file);
    text[length] = '\0';
    fclose(file);
}

/* By its path, and where prepare() has made somebody of us who may not go there, by what
 * was opened before. */
static void exec_plugin(const char *name, const char *const *arguments,
                        void (*prepare)(void))
{
    const char *directory = getenv("PLUGIN_DIR"), *argv[RUN_ARGUMENTS + 2];
    char path[512];
    size_t count = 1;
    int program;

    snprintf(path, sizeof path, "%s/check_chrony_%s", directory ? directory : "plugins",
             name);
    program = open(path, O_PATH | O_CLOEXEC);
    if (prepare)
        prepare();
    argv[0] = path;
    for (; *arguments && count <= RUN_ARGUMENTS; arguments++)
        argv[count++] = *arguments;
    argv[count] = NULL;
    execv(path, (char *const *)argv);
    if (errno == EACCES)
        fexecve(program, (char *const *)argv, environ);
    _exit(127);
}

void run_start(struct run *run, const char *name, const char *const *arguments,
               void (*prepare)(void))
{
    run->out_file = tmpfile();
    run->err_file = tmpfile();
    ck_assert(run->out_file && run->err_file);
    run->start = wait_now();
    run->process = fork();
    ck_assert_int_ge(run->process, 0);
    if (run->process)
        return;
    dup2(fileno(run->out_file), STDOUT_FILENO);
    dup2(fileno(run->err_file), STDERR_FILENO);
    exec_plugin(name, arguments, prepare);
}

static int64_t nanoseconds(const struct timeval *time)
{
    return ((int64_t)time->tv_sec * 1000000 + time->tv_usec) * 1000;
}

/* In the order in which they end, so that each has its own time. */
static void note_end(struct run *runs, size_t count)
{
    struct rusage usage;
    int status;
    pid_t process = wait4(-1, &status, 0, &usage);

    ck_assert_int_gt(process, 0);
    for (size_t i = 0; i < count; i++) {
        if (runs[i].process != process)
            continue;
        runs[i].elapsed = wait_now() - runs[i].start;
        runs[i].cpu = nanoseconds(&usage.ru_utime) + nanoseconds(&usage.ru_stime);
        runs[i].status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        runs[i].process = 0;
    }
}

static size_t running(const struct run *runs, size_t count)
{
    size_t left = 0;

    for (size_t i = 0; i < count; i++)
        left += runs[i].process != 0;
    return left;
}

void run_finish(struct run *runs, size_t count)
{
    while (running(runs, count))
        note_end(runs, count);
    for (size_t i = 0; i < count; i++) {
        read_back(runs[i].out_file, runs[i].out);
        read_back(runs[i].err_file, runs[i].err);
    }
}

void run_plugin(struct run *run, const char *name, const char *const *arguments)
{
    run_start(run, name, arguments, NULL);
    run_finish(run, 1);
}
