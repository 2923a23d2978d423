/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Runs a command whose standard output is a terminal, copies what it writes there, byte
   for byte, and exits as it does.

   on_terminal [-w WIDTH] COMMAND [ARGUMENT...]

   Without a width the terminal does not know its own. */

#define _GNU_SOURCE 1

#include "helper.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
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

static void set_width(int terminal, const char *text)
{
    struct winsize size = {.ws_row = 24};

    for (; *text; text++)
        size.ws_col = (unsigned short)(size.ws_col * 10 + (*text - '0'));
    if (ioctl(terminal, TIOCSWINSZ, &size))
        fail("cannot set the width: %s", strerror(errno));
}

int main(int argc, char **argv)
{
    const int options = argc > 2 && !strcmp(argv[1], "-w") ? 2 : 0;

    if (argc < 2 + options)
        fail("which command?");
    int terminal = open_terminal();
    int other = open_other_end(terminal);
    if (options)
        set_width(other, argv[2]);
    pid_t process = start(argv + 1 + options, other);
    int status;

    close(other);
    copy(terminal);
    if (waitpid(process, &status, 0) != process || !WIFEXITED(status))
        fail("%s did not exit", argv[1 + options]);
    return WEXITSTATUS(status);
}
