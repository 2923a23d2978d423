/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Runs a command whose standard output is a terminal, copies what it writes there, byte
   for byte, and exits as it does.

   on_terminal COMMAND [ARGUMENT...] */

#define _GNU_SOURCE 1

#include "helper.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static int open_terminal(void)
{
    int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

    if (terminal < 0 || grantpt(terminal) || unlockpt(terminal))
        fail("there is no terminal: %s", strerror(errno));
    return terminal;
}

/* As the command's end; a line end stays one byte. */
static int open_other_end(int terminal)
{
    int other = open(ptsname(terminal), O_RDWR | O_NOCTTY | O_CLOEXEC);
    struct termios modes;

    if (other < 0 || tcgetattr(other, &modes))
        fail("cannot open the terminal: %s", strerror(errno));
    cfmakeraw(&modes);
    if (tcsetattr(other, TCSANOW, &modes))
        fail("cannot set the terminal: %s", strerror(errno));
    return other;
}

static pid_t start(char **command, int output)
{
    pid_t process = fork();

    if (process < 0)
        fail("cannot start a process: %s", strerror(errno));
    if (process)
        return process;
    dup2(output, STDOUT_FILENO);
    execvp(*command, command);
    fail("cannot run %s: %s", *command, strerror(errno));
}

/* Reading fails when nobody has the other end any more. */
static void copy(int terminal)
{
    char bytes[4096];
    ssize_t count;

    while ((count = read(terminal, bytes, sizeof bytes)) > 0)
        if (write(STDOUT_FILENO, bytes, (size_t)count) != count)
            fail("cannot write: %s", strerror(errno));
}

int main(int argc, char **argv)
{
    if (argc < 2)
        fail("which command?");
    int terminal = open_terminal();
    int other = open_other_end(terminal);
    pid_t process = start(argv + 1, other);
    int status;

    close(other);
    copy(terminal);
    if (waitpid(process, &status, 0) != process || !WIFEXITED(status))
        fail("%s did not exit", argv[1]);
    return WEXITSTATUS(status);
}
