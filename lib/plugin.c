/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugin.h"

#include "authentication.h"
#include "confine.h"
#include "names.h"
#include "options.h"
#include "servers.h"
#include "survey.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum {
    TITLE = 64,
    DEFAULT_PORT = 323,
    ALARM_TEXT = 4 * USAGE_TEXT, /* one reason in any format */
    ALARM_GRACE = NANOSECONDS_PER_SECOND / 10,
    OUTPUT_GRACE = NANOSECONDS_PER_SECOND / 10,
    LIBRARY_MEMORY =
        96 * 1024, /* below the size that malloc() gives back to the system */
};

/* "CHRONY OFFSET", from check_chrony_offset. */
static void make_title(char title[static TITLE])
{
    const char *name = plugin.name + strlen("check_");
    size_t i;

    for (i = 0; i < TITLE - 1 && name[i]; i++)
        title[i] = (char)(name[i] == '_' ? ' ' : name[i] - 'a' + 'A');
    title[i] = '\0';
}

/* A closed standard stream would give its number to a socket, and output would go to
 * chronyd. What is opened here cannot be written, so that missing output is noticed. */
static void keep_streams_apart(void)
{
    int descriptor;

    do
        descriptor = open("/dev/null", O_RDONLY);
    while (descriptor >= 0 && descriptor <= STDERR_FILENO);
    if (descriptor >= 0)
        close(descriptor);
}

/* An engine that did not get the text must not believe the status. */
static int finish(int status)
{
    bool failed = ferror(stdout);

    return fflush(stdout) || failed ? STATE_UNKNOWN : status;
}

static bool colours_are_wanted(void)
{
    const char *terminal = getenv("TERM"), *refused = getenv("NO_COLOR");

    return terminal && *terminal && strcmp(terminal, "dumb") != 0 &&
           !(refused && *refused);
}

/* Characters in a line of the terminal; 0: not known. */
static size_t terminal_width(void)
{
    struct winsize size;

    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) ? 0 : size.ws_col;
}

/* No engine has a terminal: what one reads does not depend on the environment. */
static void render(const struct result *result, const struct invocation *invocation,
                   FILE *out)
{
    const bool terminal = isatty(STDOUT_FILENO);
    const struct render_options options = {
        .plugin = plugin.name,
        .perfdata = !invocation->no_perfdata,
        .terminal = terminal,
        .colour = terminal && colours_are_wanted(),
        .width = terminal ? terminal_width() : 0,
    };

    invocation->format->render(result, &options, out);
}

/* 0: never. What is left of a deadline that has passed is the shortest time. */
static void set_alarm(int64_t deadline)
{
    int64_t left = deadline ? (deadline - wait_now()) / 1000 : 0; /* us */
    struct itimerval timer = {.it_value.tv_sec = 0};

    if (deadline && left < 1)
        left = 1;
    timer.it_value.tv_sec = (time_t)(left / 1000000);
    timer.it_value.tv_usec = (suseconds_t)(left % 1000000);
    setitimer(ITIMER_REAL, &timer, NULL);
}

/* Whoever started us may have blocked the signal. */
static void catch_alarm(void (*handler)(int))
{
    const struct sigaction action = {.sa_handler = handler};
    sigset_t signals;

    sigaction(SIGALRM, &action, NULL);
    sigemptyset(&signals);
    sigaddset(&signals, SIGALRM);
    sigprocmask(SIG_UNBLOCK, &signals, NULL);
}

static char own_path[TARGET_PATH]; /* of our end of a Unix socket; "": there is none */

static void on_no_reader(int signal)
{
    (void)signal;
    unlink(own_path);
    _exit(STATE_UNKNOWN);
}

static int64_t run_deadline; /* 0: it is not known yet */

/* Whoever does not read what is written is waited for until the deadline, but for a
 * moment in any case. */
static void guard_output(void)
{
    const int64_t now = wait_now();

    set_alarm((now < run_deadline ? run_deadline : now) + OUTPUT_GRACE);
    catch_alarm(on_no_reader);
}

static int print_result(const struct result *result, const struct invocation *invocation)
{
    int status;

    guard_output();
    render(result, invocation, stdout);
    status = finish((int)result_state(result));
    set_alarm(0);
    return status;
}

static int print_reason(const struct invocation *invocation, const char *title,
                        enum state state, const char *text)
{
    struct result result;

    result_init(&result, title);
    result_reason(&result, state, "%s", text);
    return print_result(&result, invocation);
}

/* --- libraries and file systems know no deadline, so an alarm ends the run --- */

static char alarm_text[ALARM_TEXT];
static size_t alarm_length;
static int alarm_status;

static void on_alarm(int signal)
{
    bool written;

    (void)signal;
    guard_output();
    written = write(STDOUT_FILENO, alarm_text, alarm_length) == (ssize_t)alarm_length;
    unlink(own_path);
    _exit(written ? alarm_status : STATE_UNKNOWN);
}

static void prepare_alarm(const struct invocation *invocation, const char *title,
                          enum state state, const char *text)
{
    struct result result;
    FILE *line = fmemopen(alarm_text, sizeof alarm_text, "w");

    alarm_status = (int)state;
    alarm_length = 0;
    if (!line)
        return;
    result_init(&result, title);
    result_reason(&result, state, "%s", text);
    render(&result, invocation, line);
    fflush(line);
    alarm_length = (size_t)ftell(line);
    fclose(line);
}

/* In place of the alarm before. */
static void start_alarm(const struct invocation *invocation, const char *title,
                        enum state state, const char *text, int64_t deadline)
{
    signal(SIGALRM, SIG_IGN);
    prepare_alarm(invocation, title, state, text);
    catch_alarm(on_alarm);
    set_alarm(deadline);
}

/* For all that has no alarm of its own: accounts and files may be on the network. What
 * knows the deadline itself gets the time to say how it ended. */
static void start_file_alarm(const struct invocation *invocation, const char *title,
                             int64_t deadline)
{
    char text[REASON_TEXT];

    snprintf(text, sizeof text,
             "this machine held the check up for more than %g s: it is busy, or its "
             "network file systems or accounts (/etc/nsswitch.conf) do not answer: "
             "see them, or give a longer -t",
             invocation->settings.timeout);
    start_alarm(invocation, title, STATE_UNKNOWN, text, deadline + ALARM_GRACE);
}

static void start_host_alarm(const struct invocation *invocation, const char *title,
                             const char *role, const char *host, int64_t deadline)
{
    char text[REASON_TEXT];

    snprintf(text, sizeof text,
             "%s '%.80s' was not resolved within %g s: see /etc/resolv.conf, or give an "
             "address",
             role, host, invocation->settings.timeout);
    start_alarm(invocation, title, invocation->settings.timeout_state, text, deadline);
}

/* Looks up a host, or this machine where it is NULL; role is how people know it. */
static enum target_error look_up(const struct invocation *invocation, const char *title,
                                 const char *role, const char *host, uint16_t port,
                                 int64_t deadline, struct target *target,
                                 const char **reason)
{
    const int family = invocation->ipv4_only   ? AF_INET
                       : invocation->ipv6_only ? AF_INET6
                                               : AF_UNSPEC;
    enum target_error found;

    if (host)
        start_host_alarm(invocation, title, role, host, deadline);
    found = target_find(target, host, port, family, reason);
    if (host)
        start_file_alarm(invocation, title, deadline);
    return found;
}

static bool explain_host(const struct invocation *invocation, enum target_error found,
                         const char *reason, char error[static USAGE_TEXT])
{
    if (found == TARGET_NO_FAMILY)
        snprintf(error, USAGE_TEXT, "-H '%.80s' has no %s address: leave out %s",
                 invocation->host, invocation->ipv4_only ? "IPv4" : "IPv6",
                 invocation->ipv4_only ? "-4" : "-6");
    else
        snprintf(
            error, USAGE_TEXT,
            "-H '%.80s' does not resolve (%s): see the name servers, or give an address",
            invocation->host, reason);
    return false;
}

static bool find_host(const struct invocation *invocation, const char *title,
                      int64_t deadline, struct target *target,
                      char error[static USAGE_TEXT])
{
    const uint16_t port = invocation->port ? invocation->port : DEFAULT_PORT;
    const char *reason;
    enum target_error found = look_up(invocation, title, "-H", invocation->host, port,
                                      deadline, target, &reason);

    return found == TARGET_OK || explain_host(invocation, found, reason, error);
}

static bool find_socket(const struct invocation *invocation, struct target *target,
                        char error[static USAGE_TEXT])
{
    enum target_error found = target_add_socket(target, invocation->socket);

    if (found == TARGET_OK)
        return true;
    if (found == TARGET_RELATIVE)
        snprintf(error, USAGE_TEXT,
                 "-S '%.80s' is no absolute path: begin it with a slash",
                 invocation->socket);
    else if (found == TARGET_FAILED)
        snprintf(error, USAGE_TEXT, "this system gave no randomness for a private name");
    else
        snprintf(
            error, USAGE_TEXT,
            "-S '%.80s' is too long for a socket: at most %d characters, and %d for its "
            "directory",
            invocation->socket, TARGET_PATH - 1, TARGET_DIRECTORY);
    return false;
}

/* The Unix socket that may be used; NULL: none. Without any wish it is that of the
 * system: it never answers for another chronyd than the loopback addresses do. */
static const char *socket_path(const struct invocation *invocation)
{
    if (invocation->socket)
        return invocation->socket;
    return invocation->host || invocation->port || invocation->ipv4_only ||
                   invocation->ipv6_only
               ? NULL
               : CHRONYD_SOCKET;
}

/* Fills the target; false with a sentence when there is nothing to ask. The Unix socket
 * comes last. */
static bool find_target(const struct invocation *invocation, const char *title,
                        int64_t deadline, struct target *target,
                        char error[static USAGE_TEXT])
{
    memset(target, 0, sizeof *target);
    if (invocation->socket)
        return find_socket(invocation, target, error);
    if (!find_host(invocation, title, deadline, target, error))
        return false;
    if (socket_path(invocation))
        target_add_socket(target, socket_path(invocation));
    return true;
}

/* --- NTP servers --- */

struct servers {
    struct ntp_server list[SNAPSHOT_SERVERS];
    size_t count;
    struct credentials *credentials; /* NULL: they are asked without */
};

static void add_server(struct servers *servers, const struct ntp_server *server,
                       int family)
{
    servers->list[servers->count] = *server;
    servers->list[servers->count++].family = family;
}

/* A name without an address is for the check to judge: the other servers are asked. */
static void find_servers(const struct invocation *invocation, const char *title,
                         int64_t deadline, struct servers *servers)
{
    const struct settings *settings = &invocation->settings;

    for (size_t i = 0; !i || i < settings->servers.count; i++) {
        struct ntp_server server = {
            .name = settings->servers.count ? settings->servers.texts[i] : NULL};

        server.found = look_up(invocation, title, "-H", server.name, settings->ntp_port,
                               deadline, &server.target, &server.reason);
        if (settings->both_families) {
            add_server(servers, &server, AF_INET);
            add_server(servers, &server, AF_INET6);
        } else {
            add_server(servers, &server, AF_UNSPEC);
        }
    }
}

/* Who serves NTP is named by the key server, too: a full name, never completed. */
static void find_named_servers(const struct invocation *invocation, const char *title,
                               int64_t deadline, struct servers *servers)
{
    for (size_t i = 0; i < servers->count; i++) {
        struct ntp_server *server = &servers->list[i];
        const char *host = server->keys.host;
        char name[NTS_HOST + 1], role[REASON_TEXT];

        if (!*host)
            continue;
        snprintf(name, sizeof name, "%s%s", host,
                 name_is_address(host) || host[strlen(host) - 1] == '.' ? "" : ".");
        snprintf(role, sizeof role, "the NTP server of the keys of -H '%.80s',",
                 server->name);
        server->found = look_up(invocation, title, role, name, server->keys.port,
                                deadline, &server->target, &server->reason);
    }
}

/* --- our end of a Unix socket is a file: it goes when a signal ends the run, too --- */

static void on_end(int signal)
{
    unlink(own_path);
    raise(signal); /* the handler is gone by now */
}

/* All signals end a process but these, and those that are ignored; the alarm has its own
 * way. */
static bool ends_process(int signal)
{
    static const int others[] = {SIGKILL, SIGSTOP, SIGCHLD, SIGCONT,  SIGTSTP,
                                 SIGTTIN, SIGTTOU, SIGURG,  SIGWINCH, SIGALRM};
    struct sigaction present;

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (signal == others[i])
            return false;
    return !sigaction(signal, NULL, &present) && present.sa_handler != SIG_IGN;
}

static void remove_own_path_on_signals(const struct target *target)
{
    struct sigaction action = {.sa_handler = on_end, .sa_flags = (int)SA_RESETHAND};

    if (!*target->own_path)
        return;
    memcpy(own_path, target->own_path, sizeof own_path);
    for (int signal = 1; signal <= SIGRTMAX; signal++)
        if (ends_process(signal))
            sigaction(signal, &action, NULL);
}

/* --- the run --- */

static const struct surveyor *find_surveyor(void)
{
    for (const struct check *const *check = plugin.checks; *check; check++)
        if ((*check)->surveyor)
            return (*check)->surveyor;
    return NULL;
}

/* A chronyd that has nothing to do with the file which a check judges is not asked. */
static unsigned all_needs(const struct settings *settings, const struct survey *survey)
{
    unsigned needs = 0;

    for (const struct check *const *check = plugin.checks; *check; check++)
        if (!(*check)->surveyor || (survey && survey->asks))
            needs |= (*check)->needs(settings);
    return needs;
}

/* Gives up what is not needed to look up names and to ask. */
static void give_up_rights(const struct invocation *invocation, unsigned needs)
{
    const char *path = socket_path(invocation);

    if (path && needs != NEED_NTP_PROBE && confine_has_rights())
        session_settle_user(path);
    confine_rights();
}

/* And what only a name's look-up may need. */
static void give_up_resources(const struct settings *settings)
{
    confine_resources(settings->state_file ? HISTORY_FILE : 0);
}

/* A library for cryptography knows no deadline either, and what it computes is what the
 * other side has sent. */
static void authenticate_servers(const struct invocation *invocation, const char *title,
                                 int64_t deadline, struct servers *servers)
{
    const struct settings *settings = &invocation->settings;
    char text[REASON_TEXT];

    if (!servers->credentials)
        return;
    snprintf(text, sizeof text,
             "keys and certificates of servers kept this check busy for %g s: ask them "
             "one by one to see whose",
             settings->timeout);
    start_alarm(invocation, title, settings->timeout_state, text, deadline);
    plugin.authentication->prepare(servers->credentials, servers->list, servers->count,
                                   deadline);
    start_file_alarm(invocation, title, deadline);
}

/* Finds who is to be asked, and asks; false with a sentence when that is nobody. */
static bool take_snapshot(const struct invocation *invocation, const char *title,
                          int64_t deadline, unsigned needs, struct servers *servers,
                          struct snapshot *snapshot, char error[static USAGE_TEXT])
{
    struct target target = {.count = 0};

    give_up_rights(invocation, needs);
    if (needs != NEED_NTP_PROBE &&
        !find_target(invocation, title, deadline, &target, error))
        return false;
    remove_own_path_on_signals(&target);
    if (!(needs & NEED_NTP_PROBE)) {
        give_up_resources(&invocation->settings);
        snapshot_take(snapshot, &target, needs, deadline);
        return true;
    }
    find_servers(invocation, title, deadline, servers);
    give_up_resources(&invocation->settings);
    authenticate_servers(invocation, title, deadline, servers);
    find_named_servers(invocation, title, deadline, servers);
    snapshot_take_ntp(snapshot, &target, servers->list, servers->count, needs, deadline);
    return true;
}

/* What is had before anybody is asked; NULL where nothing needs it. */
struct means {
    struct credentials *credentials;
    struct survey *survey;
};

/* What could not be written down may be what matters. */
static void mention_losses(struct result *result)
{
    bool is_cut = result->is_cut;

    for (size_t i = 0; i < result->table_count; i++)
        is_cut = is_cut || result->tables[i].is_cut;
    if (is_cut)
        result_reason(result, STATE_UNKNOWN,
                      "there was no memory for all of the table: see ulimit -v, or "
                      "MemoryMax= of the unit");
}

static int ask_and_judge(const struct invocation *invocation, const char *title,
                         int64_t deadline, const struct means *means)
{
    const struct settings *settings = &invocation->settings;
    /* On the stack, all of it would be zeroed first, page by page. */
    static struct servers servers;
    static struct result result;
    struct snapshot snapshot;
    char error[USAGE_TEXT];
    int status;

    servers.count = 0;
    servers.credentials = means->credentials;
    if (!take_snapshot(invocation, title, deadline, all_needs(settings, means->survey),
                       &servers, &snapshot, error))
        return print_reason(invocation, title, STATE_UNKNOWN, error);
    if (settings->state_file)
        snapshot_recall(&snapshot, settings->state_file);
    snapshot.survey = means->survey;
    result_init(&result, title);
    for (const struct check *const *check = plugin.checks; *check; check++)
        (*check)->judge(&snapshot, settings, &result);
    mention_losses(&result);
    status = print_result(&result, invocation);
    result_free(&result);
    snapshot_free(&snapshot);
    return status;
}

static bool find_means(const struct settings *settings, int64_t deadline,
                       struct means *means, char error[static USAGE_TEXT])
{
    const struct surveyor *surveyor = find_surveyor();
    bool found = true;

    memset(means, 0, sizeof *means);
    if (!surveyor && !settings->key && !settings->nts)
        return true;
    if (surveyor) {
        means->survey = surveyor->take(settings, deadline, error);
        found = means->survey;
    }
    if (found && plugin.authentication)
        found = plugin.authentication->load(settings, &means->credentials, error);
    return found;
}

static void release_means(struct means *means)
{
    if (plugin.authentication)
        plugin.authentication->release(means->credentials);
    if (means->survey)
        find_surveyor()->release(means->survey);
}

static int run_checks(const struct invocation *invocation, const char *title,
                      int64_t start)
{
    const int64_t deadline =
        start + (int64_t)(invocation->settings.timeout * NANOSECONDS_PER_SECOND);
    struct means means;
    char error[USAGE_TEXT];
    int status;

    run_deadline = deadline;
    start_file_alarm(invocation, title, deadline);
    if (!find_means(&invocation->settings, deadline, &means, error))
        return print_reason(invocation, title, STATE_UNKNOWN, error);
    status = ask_and_judge(invocation, title, deadline, &means);
    release_means(&means);
    return status;
}

/* Where memory is short popt ends the process with the status of a warning, and the
 * resolver aborts: what they need is fetched here, and given back for them. */
static bool has_memory(void)
{
    void *volatile memory = malloc(LIBRARY_MEMORY);
    const bool there = memory != NULL;

    free(memory);
    return there;
}

/* Why nothing can be done here at all; NULL: it can. */
static const char *find_obstacle(int64_t start)
{
    if (getuid() != geteuid() || getgid() != getegid())
        return "this program does not run set-user-ID or set-group-ID: take the bit "
               "away, UDP needs no privilege";
    if (confine_is_lent_rights())
        return "this program does not run with capabilities of its file: take them away "
               "with setcap -r, UDP needs no privilege";
    if (start == WAIT_TOO_LATE)
        return "this system does not tell the time (CLOCK_MONOTONIC): see what filters "
               "system calls";
    if (!has_memory())
        return "this process gets no memory: see ulimit -v, or MemoryMax= of the unit";
    return NULL;
}

static int run(struct options *options, int argc, char **argv, int64_t start)
{
    const char *obstacle = find_obstacle(start);
    struct invocation invocation;
    char title[TITLE], error[USAGE_TEXT];

    make_title(title);
    options_init(options);
    if (obstacle) {
        options_defaults(&invocation);
        return print_reason(&invocation, title, STATE_UNKNOWN, obstacle);
    }
    if (!options_parse(options, argc, (const char **)argv, &invocation, error))
        return print_reason(&invocation, title, STATE_UNKNOWN, error);
    if (invocation.help)
        help_write(options, stdout);
    else if (invocation.version)
        help_version(stdout);
    else if (invocation.describe)
        help_describe(options, stdout);
    else
        return run_checks(&invocation, title, start);
    return finish(STATE_UNKNOWN);
}

int main(int argc, char **argv)
{
    int64_t start = wait_now();
    const struct rlimit no_core = {0, 0};
    static struct options options; /* as in ask_and_judge() */
    int status;

    keep_streams_apart();
    setrlimit(RLIMIT_CORE, &no_core);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error like any other */
    unsetenv("TZ"); /* gmtime_r() would read the file that it names, even a FIFO */
    status = run(&options, argc, argv, start);
    options_free(&options);
    return status;
}
