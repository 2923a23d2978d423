/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/second_opinion.h"

#include "wait.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    SAID = 4096, /* bytes that are kept of what it writes */
    LOOKS = 200, /* in a second, for what nothing tells of */
};

/* --- a child --- */

struct child {
    struct exchange exchange; /* must be first */
    int64_t deadline;
    pid_t process;
    char said[SAID];
    size_t length;
    bool has_ended;
    int status; /* of waitpid(), when it has ended */
};

/* What it writes to the stream comes through the pipe; the other streams lead nowhere. */
static bool plan_streams(posix_spawn_file_actions_t *actions, int stream, int pipe)
{
    for (int each = STDIN_FILENO; each <= STDERR_FILENO; each++)
        if (each == stream
                ? posix_spawn_file_actions_adddup2(actions, pipe, each)
                : posix_spawn_file_actions_addopen(actions, each, "/dev/null", O_RDWR, 0))
            return false;
    return true;
}

/* A group of its own, so that it can be killed with all that it has started; no signal is
 * blocked or ignored. */
static bool plan_signals(posix_spawnattr_t *attributes)
{
    sigset_t all, none;

    sigfillset(&all);
    sigemptyset(&none);
    return !posix_spawnattr_setsigdefault(attributes, &all) &&
           !posix_spawnattr_setsigmask(attributes, &none) &&
           !posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP |
                                                     POSIX_SPAWN_SETSIGDEF |
                                                     POSIX_SPAWN_SETSIGMASK);
}

/* Returns 0, or an errno. */
static int start(struct child *child, char *const *words, int stream, int pipe)
{
    char locale[] = "LC_ALL=C", path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
    char *const environment[] = {locale, path, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error = ENOMEM;

    if (posix_spawn_file_actions_init(&actions))
        return ENOMEM;
    if (!posix_spawnattr_init(&attributes)) {
        if (plan_streams(&actions, stream, pipe) && plan_signals(&attributes))
            error = posix_spawn(&child->process, words[0], &actions, &attributes, words,
                                environment);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* What does not fit is read as well, so that the child does not block. False when there
 * is nothing more to come. */
static bool listen_to(struct child *child)
{
    char rest[SAID];
    ssize_t length;

    for (;;) {
        const size_t room = sizeof child->said - 1 - child->length;

        length =
            read(child->exchange.descriptor, room ? child->said + child->length : rest,
                 room ? room : sizeof rest);
        if (length <= 0)
            return length < 0 && (errno == EAGAIN || errno == EINTR);
        if (room)
            child->length += (size_t)length;
    }
}

static void stop_listening(struct child *child)
{
    if (child->exchange.descriptor >= 0)
        close(child->exchange.descriptor);
    child->exchange.descriptor = -1;
}

/* It is left as it is until its group has been killed, so that the group is still its. */
static bool has_ended(pid_t process)
{
    siginfo_t ended = {0};

    return !waitid(P_PID, (id_t)process, &ended, WEXITED | WNOHANG | WNOWAIT) &&
           ended.si_pid == process;
}

/* The signals that end us wait until nothing of the child is left. One that is ignored
 * does not end us: blocked, it would be kept. */
static sigset_t ending_signals(void)
{
    static const int usual[] = {SIGTERM, SIGINT, SIGHUP};
    struct sigaction present;
    sigset_t signals;

    sigemptyset(&signals);
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++)
        if (!sigaction(usual[i], NULL, &present) && present.sa_handler != SIG_IGN)
            sigaddset(&signals, usual[i]);
    return signals;
}

static bool is_to_end(void)
{
    sigset_t pending;

    return !sigpending(&pending) &&
           (sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1 ||
            sigismember(&pending, SIGHUP) == 1);
}

/* A child can be silent for a moment before it ends, and nothing tells of the end, nor of
 * a signal that waits. */
static void step(struct exchange *exchange, int64_t now)
{
    struct child *child = (struct child *)exchange;
    const int64_t look = now + NANOSECONDS_PER_SECOND / LOOKS;

    if (exchange->descriptor >= 0 && !listen_to(child))
        stop_listening(child);
    child->has_ended = exchange->descriptor < 0 && has_ended(child->process);
    exchange->done = child->has_ended || now >= child->deadline || is_to_end();
    exchange->wake = look < child->deadline ? look : child->deadline;
}

/* With all that it has started: nothing stays behind. */
static void end(struct child *child)
{
    stop_listening(child);
    kill(-child->process, SIGKILL);
    while (waitpid(child->process, &child->status, 0) < 0 && errno == EINTR)
        continue;
}

/* Only our end of the pipe does not block: the child's would lose words. */
static int open_pipe(int pipes[static 2])
{
    if (pipe2(pipes, O_CLOEXEC))
        return errno;
    return fcntl(pipes[0], F_SETFL, O_NONBLOCK) ? errno : 0;
}

static int run_with_pipe(struct child *child, char *const *words, int stream)
{
    struct exchange *exchange = &child->exchange;
    int pipes[2], error = open_pipe(pipes);

    if (error)
        return error;
    exchange->descriptor = pipes[0];
    error = start(child, words, stream, pipes[1]);
    close(pipes[1]);
    if (error) {
        stop_listening(child);
        return error;
    }
    wait_all(&exchange, 1);
    end(child);
    return 0;
}

/* Runs a program to its end, or to the deadline, and keeps what it writes to a stream.
 * Whoever started us may ignore SIGCHLD: then there would be no status to wait for. */
static int run(struct child *child, char *const *words, int stream, int64_t deadline)
{
    const struct sigaction usual = {.sa_handler = SIG_DFL};
    const sigset_t signals = ending_signals();
    struct sigaction saved;
    sigset_t mask;
    int error;

    memset(child, 0, sizeof *child);
    child->exchange.events = POLLIN;
    child->exchange.step = step;
    child->deadline = deadline;
    sigaction(SIGCHLD, &usual, &saved);
    sigprocmask(SIG_BLOCK, &signals, &mask);
    error = run_with_pipe(child, words, stream);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    sigaction(SIGCHLD, &saved, NULL);
    return error;
}

/* What kept a child from giving an answer at all. */
static enum second_opinion failure(int error, const struct child *child)
{
    if (error == ENOENT || error == ENOTDIR || error == EACCES || error == ENOEXEC)
        return SECOND_NO_PROGRAM;
    if (error)
        return SECOND_FAILED;
    if (!child->has_ended)
        return SECOND_NO_ANSWER;
    return WIFEXITED(child->status) ? SECOND_ACCEPTS : SECOND_FAILED;
}

/* --- chronyd -v --- */

/* "+CMDMON +NTP ...", from behind the version. */
static void copy_features(const char *text, char features[static SECOND_FEATURES])
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+- ";
    const char *open = strchr(text, '(');
    const size_t length = open ? strspn(open + 1, letters) : 0;

    if (open && open[1 + length] == ')' && length < SECOND_FEATURES)
        snprintf(features, SECOND_FEATURES, "%.*s", (int)length, open + 1);
}

static bool read_version(const char *said, struct second_answer *answer)
{
    static const char begin[] = "chronyd (chrony) version ";
    char number[CONFIG_VERSION_TEXT] = "";
    size_t length;

    if (strncmp(said, begin, sizeof begin - 1) != 0)
        return false;
    said += sizeof begin - 1;
    length = strcspn(said, " \n");
    if (length < sizeof number)
        memcpy(number, said, length);
    copy_features(said, answer->features);
    return config_version_parse(number, &answer->version);
}

void second_opinion_version(const char *program, int64_t deadline,
                            struct second_answer *answer)
{
    char path[PATH_MAX], option[] = "-v";
    char *const words[] = {path, option, NULL};
    struct child child;

    memset(answer, 0, sizeof *answer);
    answer->opinion = SECOND_NO_PROGRAM;
    if (*program != '/' || strlen(program) >= sizeof path)
        return;
    memcpy(path, program, strlen(program) + 1);
    answer->opinion = failure(run(&child, words, STDOUT_FILENO, deadline), &child);
    if (!answer->opinion && !read_version(child.said, answer))
        answer->opinion = SECOND_NO_CHRONYD;
}

/* --- chronyd -p --- */

/* It does not say why; a directory that is not there our own reader reports. */
static const char no_search[] = "Could not search for files";

/* How its complaints begin, of all versions. */
static const char *const reasons[] = {
    "Invalid directive",
    "Invalid option",
    "Invalid value",
    "Invalid syntax",
    "Invalid log parameter",
    "Missing arguments",
    "Too many arguments",
    "Could not parse",
    "Could not open",
    no_search,
    "Maximum include level reached",
    "String too long",
};

/* "... at line 5 in file /etc/chrony.conf" */
static void read_place(const char *said, struct second_answer *answer)
{
    static const char at_line[] = " at line ", in_file[] = " in file ";
    const char *at = strstr(said, at_line);
    size_t number = 0, length;

    for (at = at ? at + sizeof at_line - 1 : ""; *at >= '0' && *at <= '9'; at++)
        number = number > 100000000 ? number : number * 10 + (size_t)(*at - '0');
    answer->line = number;
    if (strncmp(at, in_file, sizeof in_file - 1) != 0)
        return;
    at += sizeof in_file - 1;
    length = strcspn(at, "\n");
    snprintf(answer->file, SECOND_FILE, "%.*s", (int)length, at);
}

/* 4.0 logs more than the complaint: it is what stands behind "Fatal error : ". */
static void read_complaint(const char *said, struct second_answer *answer)
{
    static const char begin[] = "Fatal error : ";
    const char *complaint = strstr(said, begin);

    if (!complaint)
        return;
    complaint += sizeof begin - 1;
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0] && !answer->reason; i++)
        if (!strncmp(complaint, reasons[i], strlen(reasons[i])))
            answer->reason = reasons[i];
    if (strstr(complaint, " : Permission denied") || answer->reason == no_search)
        answer->opinion = SECOND_FORBIDDEN;
    else
        read_place(complaint, answer);
}

void second_opinion_ask(const char *program, const char *file, int64_t deadline,
                        struct second_answer *answer)
{
    char path[PATH_MAX], print[] = "-p", from[] = "-f", name[PATH_MAX];
    char *const words[] = {path, print, from, name, NULL};
    struct child child;

    if (answer->opinion)
        return;
    if (answer->version < CONFIG_VERSION(4, 0, 0)) {
        answer->opinion = SECOND_TOO_OLD;
        return;
    }
    snprintf(path, sizeof path, "%s", program);
    if ((size_t)snprintf(name, sizeof name, "%s", file) >= sizeof name) {
        answer->opinion = SECOND_FAILED;
        return;
    }
    answer->opinion = failure(run(&child, words, STDERR_FILENO, deadline), &child);
    if (!answer->opinion && WEXITSTATUS(child.status)) {
        answer->opinion = SECOND_REFUSES;
        read_complaint(child.said, answer);
    }
}

const char *second_opinion_text(enum second_opinion opinion)
{
    static const char *const texts[] = {
        [SECOND_ACCEPTS] = "takes the file",
        [SECOND_REFUSES] = "refuses the file",
        [SECOND_FORBIDDEN] = "may not read the file, or one that it includes",
        [SECOND_TOO_OLD] = "is older than 4.0 and has no option -p",
        [SECOND_NO_PROGRAM] = "is no program that can be run",
        [SECOND_NO_CHRONYD] = "is not chronyd",
        [SECOND_NO_ANSWER] = "did not end in time",
        [SECOND_FAILED] = "could not be run, or did not end by itself",
    };

    return texts[opinion];
}
