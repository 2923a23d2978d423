/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "run_plugin.h"
#include "wait.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static void exec_plugin(const char *name, const char *const *arguments, FILE *out,
                        FILE *err)
{
    const char *directory = getenv("PLUGIN_DIR"), *argv[RUN_ARGUMENTS + 2];
    char path[512];
    size_t count = 1;

    snprintf(path, sizeof path, "%s/check_chrony_%s", directory ? directory : "plugins",
             name);
    argv[0] = path;
    for (; *arguments && count <= RUN_ARGUMENTS; arguments++)
        argv[count++] = *arguments;
    argv[count] = NULL;
    dup2(fileno(out), STDOUT_FILENO);
    dup2(fileno(err), STDERR_FILENO);
    execv(path, (char *const *)argv);
    _exit(127);
}

void run_plugin(struct run *run, const char *name, const char *const *arguments)
{
    FILE *out = tmpfile(), *err = tmpfile();
    int64_t start = wait_now();
    pid_t process;
    int status;

    ck_assert(out && err);
    process = fork();
    ck_assert_int_ge(process, 0);
    if (!process)
        exec_plugin(name, arguments, out, err);
    ck_assert_int_eq(waitpid(process, &status, 0), process);
    run->elapsed = wait_now() - start;
    run->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    read_back(out, run->out);
    read_back(err, run->err);
}
