/* SPDX-License-Identifier: GPL-2.0-or-later */
/* X: the Unix socket. E: what surrounds a process. A: the command line. R: the rate that
 * chronyd allows. */
#include "faults.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

enum { NOBODY = 65534 };

static bool write_file(const char *name, mode_t mode, const char *text)
{
    FILE *file = fopen(scene_path(name), "w");

    return file && fputs(text, file) >= 0 && !fclose(file) &&
           !chmod(scene_path(name), mode);
}

/* Runs a program without its output; true when it succeeds. */
static bool succeeds(const char *const *arguments)
{
    pid_t process = fork();
    int status;

    if (!process) {
        int nowhere = open("/dev/null", O_RDWR);

        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
        execvp(arguments[0], (char *const *)arguments);
        _exit(127);
    }
    return waitpid(process, &status, 0) == process && status == 0;
}

/* --- X --- */

static int bind_socket(int type)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int descriptor = socket(AF_UNIX, type, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%s/sock", scene.directory);
    return bind(descriptor, (struct sockaddr *)&address, sizeof address) ? -1
                                                                         : descriptor;
}

static bool leave_stale_socket(void)
{
    return !close(bind_socket(SOCK_DGRAM));
}

static bool bind_stream_socket(void)
{
    return bind_socket(SOCK_STREAM) >= 0;
}

static bool make_plain_file(void)
{
    return write_file("sock", 0600, "");
}

static bool share_directory(void)
{
    return bind_socket(SOCK_DGRAM) >= 0 && !chmod(scene.directory, 01777);
}

/* Nobody reads it. */
static bool bind_deaf_socket(void)
{
    return bind_socket(SOCK_DGRAM) >= 0;
}

static bool fill_queue(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%s/sock", scene.directory);
    if (!bind_deaf_socket() ||
        connect(descriptor, (struct sockaddr *)&address, sizeof address))
        return false;
    while (send(descriptor, "", 1, 0) == 1)
        continue;
    return errno == EAGAIN;
}

/* For root the directory of the scene is closed by becoming another. */
static bool close_directory(void)
{
    return !mkdir(scene_path("closed"), 0);
}

static void become_nobody(void)
{
    if (geteuid() == 0 && (setgroups(0, NULL) || setgid(NOBODY) || setuid(NOBODY)))
        _exit(126);
}

/* Copies a plugin to where nobody may execute it, and the file system heeds its mode. */
static bool copy_plugin(mode_t mode)
{
    const char *directory = getenv("PLUGIN_DIR");
    struct statvfs file_system;
    char from[512];

    snprintf(from, sizeof from, "%s/check_chrony_health", directory ? directory : ".");
    return geteuid() == 0 && !statvfs(scene.directory, &file_system) &&
           !(file_system.f_flag & ST_NOSUID) &&
           succeeds((const char *const[]){"cp", from, scene_path("check"), NULL}) &&
           !chmod(scene_path("check"), mode) && !chmod(scene.directory, 0711);
}

static bool set_user_id(void)
{
    return copy_plugin(04755);
}

static bool set_group_id(void)
{
    return fault_needs_no_sanitizer() && copy_plugin(02755);
}

static void execute_copy(void)
{
    become_nobody();
    execl(scene_path("check"), "check", "-H127.0.0.1", (char *)NULL);
}

/* Whoever has this one may read and write any file. */
static bool give_capability(void)
{
#ifdef CONFINE
    const struct vfs_cap_data capability = {
        htole32(VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE),
        {{htole32(1 << CAP_DAC_OVERRIDE), 0}, {0, 0}}};

    return copy_plugin(0755) && !setxattr(scene_path("check"), "security.capability",
                                          &capability, sizeof capability, 0);
#else
    return false;
#endif
}

/* As AmbientCapabilities= of a service does it. */
static void become_nobody_with_capability(void)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct one[_LINUX_CAPABILITY_U32S_3] = {{0}};

    one[0].permitted = one[0].effective = one[0].inheritable = 1 << CAP_DAC_OVERRIDE;
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0))
        _exit(126);
    become_nobody();
    if (syscall(SYS_capset, &header, one) ||
        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0))
        _exit(126);
}

static bool may_be_given_capability(void)
{
    return geteuid() == 0;
}

#define TEN     "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

const struct fault socket_faults[] = {
    {"X1.1", "there is no such socket", ROAD_OWN, .at_once = true,
     .arguments = {"-S$/missing"}, .expected = {{ALL, 2, "no such socket: "}}},
    {"X1.2", "chronyd is gone, and its socket is not", ROAD_OWN, .at_once = true,
     .set_up = leave_stale_socket, .arguments = {"-S$/sock"},
     .expected = {{ALL, 2, "nobody listens on the socket any more: "}}},
    {"X1.3", "this user may not use it", ROAD_OWN, .at_once = true,
     .set_up = close_directory, .prepare = become_nobody,
     .arguments = {"-S$/closed/sock"},
     .expected = {{ALL, 3, "this user may not use the socket: "}}},
    {"X1.4", "it is a stream socket", ROAD_OWN, .at_once = true,
     .set_up = bind_stream_socket, .arguments = {"-S$/sock"},
     .expected = {{ALL, 3, "not a datagram socket: "}}},
    {"X1.5", "it is a file", ROAD_OWN, .at_once = true, .set_up = make_plain_file,
     .arguments = {"-S$/sock"}, .expected = {{ALL, 3, "not a datagram socket: "}}},
    {"X1.6", "its path has 108 characters", ROAD_OWN, .at_once = true,
     .arguments = {"-S/" HUNDRED "0123456"},
     .expected = {{ALL, 3, "is too long for a socket: at most 107 characters"}}},
    {"X1.7", "everybody may write to its directory", ROAD_OWN, .at_once = true,
     .set_up = share_directory, .arguments = {"-S$/sock"},
     .expected = {{ALL, 3, "others may write to the directory of the socket: "}}},
    {"X2.1", "chronyd is stopped", ROAD_OWN, .set_up = bind_deaf_socket,
     .arguments = {"-S$/sock"}, .silent = true,
     .expected = {{ALL, 2, ": chronyd hangs"}}},
    {"X2.2", "its queue is full", ROAD_OWN, .set_up = fill_queue,
     .arguments = {"-S$/sock"}, .silent = true,
     .expected = {{ALL, 2, ": chronyd hangs"}}},
    {"X6.1", "it is run set-user-ID", ROAD_OWN, .set_up = set_user_id,
     .prepare = execute_copy,
     .expected = {{"health", 3, "this program does not run set-user-ID"}}},
    {"X6.2", "it is run set-group-ID", ROAD_OWN, .set_up = set_group_id,
     .prepare = execute_copy,
     .expected = {{"health", 3,
                   "this program does not run set-user-ID or set-group-ID"}}},
    {"X6.3", "its file has a capability", ROAD_OWN, .set_up = give_capability,
     .prepare = execute_copy,
     .expected = {{"health", 3, "does not run with capabilities of its file"}}},
    {0},
};

/* --- E --- */

static bool write_hostile_file(const char *name)
{
    static const char *const plugins[] = {"health",  "sync",  "offset", "stratum",
                                          "sources", "leap",  "server", "auth",
                                          "ntp",     "config"};
    char text[2048] = "";

    for (size_t i = 0; i < sizeof plugins / sizeof plugins[0]; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text),
                 "check_chrony_%s exec --hostname /bin/echo\n"
                 "check_chrony_%s alias -H --describe\n"
                 "check_chrony_%s alias -S --describe\n"
                 "check_chrony_%s alias --file --describe\n",
                 plugins[i], plugins[i], plugins[i], plugins[i]);
    return write_file(name, 0644, text);
}

static bool write_hostile_popt(void)
{
    return write_hostile_file(".popt");
}

/* An /etc with nothing else in it, for the plugin alone: not everybody may mount. */
static bool write_hostile_etc(void)
{
    char etc[512];

    snprintf(etc, sizeof etc, "%s", scene_path("etc"));
    return !mkdir(etc, 0755) && write_hostile_file("etc/popt") &&
           succeeds((const char *const[]){"unshare", "-m", "mount", "--bind", etc, "/etc",
                                          NULL});
}

static void live_with_hostile_etc(void)
{
    if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
        mount(scene_path("etc"), "/etc", NULL, MS_BIND, NULL))
        _exit(126);
}

static void live_in_scene(void)
{
    setenv("HOME", scene.directory, 1);
}

static bool make_locale(const char *name)
{
    char locale[64];

    snprintf(locale, sizeof locale, "%s.UTF-8", name);
    return succeeds((const char *const[]){"localedef", "-i", name, "-f", "UTF-8",
                                          scene_path(locale), NULL});
}

static bool make_german(void)
{
    return make_locale("de_DE");
}

static bool make_turkish(void)
{
    return make_locale("tr_TR");
}

static void live_in(const char *locale)
{
    setenv("LOCPATH", scene.directory, 1);
    setenv("LC_ALL", locale, 1);
    setenv("LANG", locale, 1);
}

static void live_in_germany(void)
{
    live_in("de_DE.UTF-8");
}

static void live_in_turkey(void)
{
    live_in("tr_TR.UTF-8");
}

static void live_in_kathmandu(void)
{
    setenv("TZ", "Asia/Kathmandu", 1);
}

/* Opening it for reading would wait for ever. */
static bool make_zone(void)
{
    return !mkfifo(scene_path("zone"), 0600);
}

static void announce_leap_second(struct fake_chronyd *fake)
{
    fake->tracking.leap_status = LEAP_INSERT;
}

static void live_in_zone(void)
{
    char zone[512];

    snprintf(zone, sizeof zone, ":%s", scene_path("zone"));
    setenv("TZ", zone, 1);
}

static void live_without_environment(void)
{
    const char *plugins = getenv("PLUGIN_DIR"); /* to find the plugin */

    clearenv();
    setenv("PLUGIN_DIR", plugins, 1);
}

static void live_by_posix(void)
{
    setenv("POSIXLY_CORRECT", "1", 1);
    setenv("COLUMNS", "10", 1);
    setenv("NO_COLOR", "1", 1);
}

static bool has_full_device(void)
{
    return !access("/dev/full", W_OK);
}

static void fill_stdout(void)
{
    dup2(open("/dev/full", O_WRONLY), STDOUT_FILENO);
}

static void close_stdout(void)
{
    close(STDOUT_FILENO);
}

static void close_all(void)
{
    close(STDIN_FILENO);
    close(STDOUT_FILENO);
    close(STDERR_FILENO);
}

static void break_pipe(void)
{
    int ends[2];

    if (pipe(ends))
        _exit(126);
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
}

/* We hold the other end, and do not read. */
static void fill_pipe(void)
{
    const char page[4096] = "";
    int ends[2];

    if (pipe(ends) || fcntl(ends[1], F_SETFL, O_NONBLOCK))
        _exit(126);
    while (write(ends[1], page, sizeof page) > 0)
        continue;
    fcntl(ends[1], F_SETFL, 0);
    dup2(ends[1], STDOUT_FILENO);
}

static void fill_pipe_and_resolve_slowly(void)
{
    fill_pipe();
    fault_resolve_slowly();
}

static void forbid_files(void)
{
    const struct rlimit none = {0, 0};

    setrlimit(RLIMIT_FSIZE, &none);
}

/* Sanitizers take terabytes of addresses, and files. */
bool fault_needs_no_sanitizer(void)
{
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
    return false;
#elif defined __has_feature
    return !__has_feature(address_sanitizer) && !__has_feature(memory_sanitizer);
#else
    return true;
#endif
}

/* The age of what chronyd says counts only now. */
static void lose_sources(struct fake_chronyd *fake)
{
    fake->total = 0;
    fake->tracking.reference_time = (struct wire_time){time(NULL), 0};
}

#define HOLDOVER(age)                                                                    \
    .alter = lose_sources, .expected = {{"offset", 1, "in holdover for " age ": "}}
#define AS_EVER   .unchanged = true, .expected = {{ALL, 0, NULL}}
#define NO_OUTPUT .mute = true, .expected = {{ALL, 3, NULL}}

const struct fault system_faults[] = {
    {"E1.1", "a .popt in $HOME that executes and renames", ROAD_BOTH,
     .set_up = write_hostile_popt, .prepare = live_in_scene, AS_EVER},
    {"E1.2", "POSIXLY_CORRECT, COLUMNS, NO_COLOR", ROAD_BOTH, .prepare = live_by_posix,
     AS_EVER},
    {"E1.3", "the same .popt as /etc/popt", ROAD_BOTH, .set_up = write_hostile_etc,
     .prepare = live_with_hostile_etc, AS_EVER},
    {"E2.1", "LC_ALL=de_DE.UTF-8: a decimal comma", ROAD_BOTH, .set_up = make_german,
     .prepare = live_in_germany, AS_EVER},
    {"E2.2", "LC_ALL=tr_TR.UTF-8: other letters", ROAD_BOTH, .set_up = make_turkish,
     .prepare = live_in_turkey, AS_EVER},
    {"E2.3", "no environment", ROAD_BOTH, .prepare = live_without_environment, AS_EVER},
    {"E2.4", "TZ=Asia/Kathmandu", ROAD_BOTH, .prepare = live_in_kathmandu, AS_EVER},
    {"E2.5", "TZ is a FIFO", ROAD_BOTH, .set_up = make_zone, .prepare = live_in_zone,
     AS_EVER},
    {"E2.6", "the same, and there is a day to name", ROAD_BOTH,
     .alter = announce_leap_second, .set_up = make_zone, .prepare = live_in_zone,
     .expected = {{"health leap", 1,
                   "a leap second will be inserted at the end of 2026-"}}},
    {"E3.1", "standard output is a full device", ROAD_BOTH, .set_up = has_full_device,
     .prepare = fill_stdout, NO_OUTPUT},
    {"E3.2", "standard output is closed", ROAD_BOTH, .prepare = close_stdout, NO_OUTPUT},
    {"E3.3", "nobody reads the pipe", ROAD_BOTH, .prepare = break_pipe, NO_OUTPUT},
    {"E3.4", "all three standard streams are closed", ROAD_BOTH, .prepare = close_all,
     NO_OUTPUT},
    {"E3.5", "nobody reads the pipe, and it is full", ROAD_BOTH, .prepare = fill_pipe,
     .arguments = {"-t300ms"}, NO_OUTPUT},
    {"E3.6", "the same, and the name servers never answer", ROAD_OWN,
     .prepare = fill_pipe_and_resolve_slowly, .arguments = {"-Hntp.example", "-t300ms"},
     NO_OUTPUT},
    {"E3.7", "it is full, and an option is unknown", ROAD_BOTH, .prepare = fill_pipe,
     .arguments = {"--frobnicate"}, NO_OUTPUT},
    {"E4.1", "it may open no file", ROAD_BOTH, .set_up = fault_needs_no_sanitizer,
     .meddle = "files",
     .expected = {{ALL, 3, "this system gave no socket, memory or randomness"}}},
    {"E4.2", "it gets no memory", ROAD_BOTH, .set_up = fault_needs_no_sanitizer,
     .meddle = "memory", .expected = {{ALL, 3, "this process gets no memory: "}}},
    {"E4.3", "no file may grow, and standard output is one", ROAD_BOTH,
     .prepare = forbid_files, NO_OUTPUT},
    {"E6.1", "the clock is an hour ahead", ROAD_BOTH, .meddle = "clock 3600", AS_EVER},
    {"E6.2", "the clock is an hour behind", ROAD_BOTH, .meddle = "clock -3600", AS_EVER},
    {"E6.3", "the clock is 56 years behind", ROAD_BOTH, .meddle = "clock -1767225600",
     AS_EVER},
    {"E6.4", "the clock is 14 years ahead", ROAD_BOTH, .meddle = "clock 441797328",
     AS_EVER},
    {"E6.5", "it is an hour ahead, and the sources are lost", ROAD_BOTH,
     .meddle = "clock 3600", HOLDOVER("60 min")},
    {"E6.6", "it is an hour behind, and the sources are lost", ROAD_BOTH,
     .meddle = "clock -3600", HOLDOVER("0 s")},
    {"E7", "it is run by nobody, who has no right at all", ROAD_UDP,
     .prepare = become_nobody, AS_EVER},
    {"E8", "nobody has a capability of a service, which its file does not give", ROAD_UDP,
     .set_up = may_be_given_capability, .prepare = become_nobody_with_capability,
     AS_EVER},
    {0},
};

/* --- the same around check_chrony_ntp --- */

#define USAGE(id, what, option, value, words)                                            \
    {                                                                                    \
        id, what, ROAD_UDP, .ntp = &honest, .arguments = {option, value},                \
                            .unasked = true, .at_once = true, .expected = {              \
                                {"ntp", 3, words}                                        \
                            }                                                            \
    }
#define NO_RANGE "is not a range: write it like 10"
#define HONEST   ROAD_UDP, .ntp = &honest
#define TRUTH    .expected = {{"ntp", 0, "clock is "}}
#define SILENT   .mute = true, .expected = {{"ntp", 3, NULL}}

static const struct fake_ntp honest = {.reference = 10};

const struct fault ntp_around_faults[] = {
    {"E1.1", "a .popt in $HOME that executes and renames", HONEST,
     .set_up = write_hostile_popt, .prepare = live_in_scene, TRUTH},
    {"E1.2", "POSIXLY_CORRECT, COLUMNS, NO_COLOR", HONEST, .prepare = live_by_posix,
     TRUTH},
    {"E1.3", "the same .popt as /etc/popt", HONEST, .set_up = write_hostile_etc,
     .prepare = live_with_hostile_etc, TRUTH},
    {"E2.1", "LC_ALL=de_DE.UTF-8: a decimal comma", HONEST, .set_up = make_german,
     .prepare = live_in_germany, TRUTH},
    {"E2.2", "LC_ALL=tr_TR.UTF-8: other letters", HONEST, .set_up = make_turkish,
     .prepare = live_in_turkey, TRUTH},
    {"E2.3", "no environment", HONEST, .prepare = live_without_environment, TRUTH},
    {"E2.4", "TZ=Asia/Kathmandu", HONEST, .prepare = live_in_kathmandu, TRUTH},
    {"E2.5", "TZ is a FIFO", HONEST, .set_up = make_zone, .prepare = live_in_zone, TRUTH},
    {"E3.1", "standard output is a full device", HONEST, .set_up = has_full_device,
     .prepare = fill_stdout, SILENT},
    {"E3.2", "standard output is closed", HONEST, .prepare = close_stdout, SILENT},
    {"E3.3", "nobody reads the pipe", HONEST, .prepare = break_pipe, SILENT},
    {"E3.4", "all three standard streams are closed", HONEST, .prepare = close_all,
     SILENT},
    {"E3.5", "nobody reads the pipe, and it is full", HONEST, .prepare = fill_pipe,
     .arguments = {"-t300ms"}, SILENT},
    {"E4.3", "no file may grow, and standard output is one", HONEST,
     .prepare = forbid_files, SILENT},
    {"E7", "it is run by nobody, who has no right at all", HONEST,
     .prepare = become_nobody, TRUTH},
    USAGE("A1.1", "-w nan", "-w", "nan", "-w 'nan' " NO_RANGE),
    USAGE("A1.2", "-w inf", "-w", "inf", "-w 'inf' " NO_RANGE),
    USAGE("A1.3", "-w ''", "-w", "", "-w '' is empty: write a range"),
    USAGE("A1.4", "-w 1e999", "-w", "1e999", "-w '1e999' " NO_RANGE),
    USAGE("A1.5", "-w 1,5", "-w", "1,5", "-w '1,5' " NO_RANGE),
    USAGE("A1.6", "-w 0x10", "-w", "0x10", "-w '0x10' " NO_RANGE),
    USAGE("A1.7", "-w 5:1", "-w", "5:1", "-w '5:1' starts above its end"),
    USAGE("A1.8", "-w without a value", "-w", NULL, "-w needs a value behind it"),
    USAGE("A2.1", "an option that is repeated", "-t1", "-t2", "-t is given twice"),
    USAGE("A2.2", "an option that is unknown", "--frobnicate", NULL,
          "--frobnicate is not an option of check_chrony_ntp"),
    USAGE("A2.3", "an option that is abbreviated", "--time=1", NULL,
          "--time=1 is not an option of check_chrony_ntp"),
    USAGE("A2.4", "a word that is left over", "leftover", NULL,
          "'leftover' is left over"),
    {0},
};

/* --- the same around check_chrony_config, and files that are none --- */

/* Nobody may go through the directory, and read the file in it. */
static bool open_directory(void)
{
    return !chmod(scene.directory, 0711);
}

static bool make_fifo(void)
{
    return !mkfifo(scene_path("chrony.conf"), 0600);
}

static bool include_itself(void)
{
    char text[512];

    snprintf(text, sizeof text, "include %s\n", scene_path("chrony.conf"));
    return write_file("chrony.conf", 0644, text);
}

#define FILE_OPTION "--file=$/chrony.conf"
#define CONF        ROAD_OWN, .conf = plain_conf, .arguments = {FILE_OPTION}
#define SAME        .unchanged = true, .expected = {{"config", 1, "S01 "}}
#define NONE        .mute = true, .expected = {{"config", 3, NULL}}
#undef USAGE
#define USAGE(id, what, option, value, words)                                            \
    {                                                                                    \
        id, what, ROAD_OWN, .conf = plain_conf,                                          \
                            .arguments = {FILE_OPTION, option, value}, .at_once = true,  \
                            .expected = {                                                \
                                {"config", 3, words}                                     \
                            }                                                            \
    }
#define LIMIT "--warning-findings-warning"

#define COMPARED          ROAD_BOTH, .conf = plain_conf, .arguments = {FILE_OPTION}
#define UNCOMPARED(error) .expected = {{"config", 1, ": " error}}
#define REFUSED(code)                                                                    \
    .faults = {.refused_command = FAKE_ALL_COMMANDS, .refused_status = (code)}

static void claim_too_many(struct fake_chronyd *fake)
{
    fake->total = UINT32_MAX;
}

static const char plain_conf[] = "server 192.0.2.1 iburst\n";

const struct fault config_faults[] = {
    {"E1.1", "a .popt in $HOME that executes and renames", CONF,
     .set_up = write_hostile_popt, .prepare = live_in_scene, SAME},
    {"E1.2", "POSIXLY_CORRECT, COLUMNS, NO_COLOR", CONF, .prepare = live_by_posix, SAME},
    {"E1.3", "the same .popt as /etc/popt", CONF, .set_up = write_hostile_etc,
     .prepare = live_with_hostile_etc, SAME},
    {"E2.1", "LC_ALL=de_DE.UTF-8: a decimal comma", CONF, .set_up = make_german,
     .prepare = live_in_germany, SAME},
    {"E2.2", "LC_ALL=tr_TR.UTF-8: other letters", CONF, .set_up = make_turkish,
     .prepare = live_in_turkey, SAME},
    {"E2.3", "no environment", CONF, .prepare = live_without_environment, SAME},
    {"E2.4", "TZ=Asia/Kathmandu", CONF, .prepare = live_in_kathmandu, SAME},
    {"E2.5", "TZ is a FIFO", CONF, .set_up = make_zone, .prepare = live_in_zone, SAME},
    {"E3.1", "standard output is a full device", CONF, .set_up = has_full_device,
     .prepare = fill_stdout, NONE},
    {"E3.2", "standard output is closed", CONF, .prepare = close_stdout, NONE},
    {"E3.3", "nobody reads the pipe", CONF, .prepare = break_pipe, NONE},
    {"E3.4", "all three standard streams are closed", CONF, .prepare = close_all, NONE},
    {"E3.5", "nobody reads the pipe, and it is full", ROAD_OWN, .conf = plain_conf,
     .prepare = fill_pipe, .arguments = {FILE_OPTION, "-t300ms"}, NONE},
    {"E4.1", "it may open no file", CONF, .set_up = fault_needs_no_sanitizer,
     .meddle = "files",
     .expected = {{"config", 3, " cannot be read: see the limits of this process"}}},
    {"E4.2", "it gets no memory", CONF, .set_up = fault_needs_no_sanitizer,
     .meddle = "memory", .expected = {{"config", 3, "this process gets no memory: "}}},
    {"E4.3", "no file may grow, and standard output is one", CONF,
     .prepare = forbid_files, NONE},
    {"E6.1", "the clock is an hour ahead", CONF, .meddle = "clock 3600", SAME},
    {"E7", "it is run by nobody, who has no right at all", CONF, .set_up = open_directory,
     .prepare = become_nobody, SAME},
    {"N1", "nothing listens where -H and -p say", ROAD_OWN, .conf = plain_conf,
     .arguments = {FILE_OPTION, "-H127.0.0.1", "-p@"}, .at_once = true,
     .expected = {{"config", 1,
                   "; it was not compared with what runs at 127.0.0.1 port "}}},
    {"N2", "a chronyd that is named never answers", COMPARED, .silent = true,
     .faults = {.deaf_to = UINT32_MAX}, UNCOMPARED("no reply")},
    {"N7.1", "its replies have another sequence number", COMPARED, .silent = true,
     .faults = {.patches = {{0, 19, 1, true, {1}}}}, UNCOMPARED("no reply")},
    {"L4", "its replies are a byte too short", COMPARED, .silent = true,
     .faults = {.longer = -1}, UNCOMPARED("no reply")},
    {"S1", "it says status 2: not authorised", COMPARED, REFUSED(2),
     UNCOMPARED("not authorised")},
    {"S2", "it says status 3: no such command", COMPARED, REFUSED(3),
     UNCOMPARED("chronyd is too old for it")},
    {"S6", "it says status 65535", COMPARED, REFUSED(65535),
     UNCOMPARED("chronyd reports a failure")},
    {"S7.2", "it says success, with a report of another kind", COMPARED,
     .faults = {.patches = {{0, 6, 4, false, {0, 99, 0, 0}}}},
     UNCOMPARED("chronyd is newer than this program")},
    {"D1", "it has no source", COMPARED, .alter = lose_sources,
     .expected = {{"config", 1, "S01 "}}},
    {"D2", "it has 4294967295 sources", COMPARED, .alter = claim_too_many,
     .expected = {{"config", 1, "S01 "}}},
    {"Q1.1", "chrony.conf is not there", ROAD_OWN, .arguments = {FILE_OPTION},
     .expected = {{"config", 3, " is not there: "}}},
    {"Q1.2", "chrony.conf is a FIFO", ROAD_OWN, .set_up = make_fifo,
     .arguments = {FILE_OPTION}, .expected = {{"config", 3, " is no regular file: "}}},
    {"Q1.3", "chrony.conf includes itself", ROAD_OWN, .set_up = include_itself,
     .arguments = {FILE_OPTION}, .expected = {{"config", 2, "X01 "}}},
    USAGE("A1.1", LIMIT " nan", LIMIT, "nan", LIMIT " 'nan' " NO_RANGE),
    USAGE("A1.2", LIMIT " inf", LIMIT, "inf", LIMIT " 'inf' " NO_RANGE),
    USAGE("A1.3", LIMIT " ''", LIMIT, "", LIMIT " '' is empty: write a range"),
    USAGE("A1.4", LIMIT " 1e999", LIMIT, "1e999", LIMIT " '1e999' " NO_RANGE),
    USAGE("A1.5", LIMIT " 1,5", LIMIT, "1,5", LIMIT " '1,5' " NO_RANGE),
    USAGE("A1.6", LIMIT " 0x10", LIMIT, "0x10", LIMIT " '0x10' " NO_RANGE),
    USAGE("A1.7", LIMIT " 5:1", LIMIT, "5:1", LIMIT " '5:1' starts above its end"),
    USAGE("A1.8", LIMIT " without a value", LIMIT, NULL,
          LIMIT " needs a value behind it"),
    USAGE("A1.9", "-w, which is for no metric", "-w", "5", "-w '5' is for no metric"),
    USAGE("A2.1", "an option that is repeated", "-t1", "-t2", "-t is given twice"),
    USAGE("A2.2", "an option that is unknown", "--frobnicate", NULL,
          "--frobnicate is not an option of check_chrony_config"),
    USAGE("A2.3", "an option that is abbreviated", "--time=1", NULL,
          "--time=1 is not an option of check_chrony_config"),
    USAGE("A2.4", "a word that is left over", "leftover", NULL,
          "'leftover' is left over"),
    {0},
};

/* --- A and R --- */

#define MISTAKE(id, what, option, value, plugins, words)                                 \
    {                                                                                    \
        id, what, ROAD_BOTH, .arguments = {option, value}, .unasked = true,              \
                             .at_once = true, .expected = {                              \
                                 {plugins, 3, words}                                     \
                             }                                                           \
    }
#define WITH_METRICS "health sync offset stratum sources server auth"

const struct fault argument_faults[] = {
    MISTAKE("A1.1", "-w nan", "-w", "nan", WITH_METRICS, "-w 'nan' " NO_RANGE),
    MISTAKE("A1.2", "-w inf", "-w", "inf", WITH_METRICS, "-w 'inf' " NO_RANGE),
    MISTAKE("A1.3", "-w ''", "-w", "", WITH_METRICS, "-w '' is empty: write a range"),
    MISTAKE("A1.4", "-w 1e999", "-w", "1e999", WITH_METRICS, "-w '1e999' " NO_RANGE),
    MISTAKE("A1.5", "-w 1,5", "-w", "1,5", WITH_METRICS, "-w '1,5' " NO_RANGE),
    MISTAKE("A1.6", "-w 0x10", "-w", "0x10", WITH_METRICS, "-w '0x10' " NO_RANGE),
    MISTAKE("A1.7", "-w 5:1", "-w", "5:1", WITH_METRICS, "-w '5:1' starts above its end"),
    MISTAKE("A1.8", "-w without a value", "-w", NULL, WITH_METRICS,
            "-w needs a value behind it"),
    MISTAKE("A1.9", "-w where there is no metric", "-w", "5", "leap",
            "-w '5' has nothing to limit"),
    MISTAKE("A2.1", "an option that is repeated", "-t1", "-t2", ALL, "-t is given twice"),
    MISTAKE("A2.2", "an option that is unknown", "--frobnicate", NULL, ALL,
            "--frobnicate is not an option of check_chrony_"),
    MISTAKE("A2.3", "an option that is abbreviated", "--time=1", NULL, ALL,
            "--time=1 is not an option of check_chrony_"),
    MISTAKE("A2.4", "a word that is left over", "leftover", NULL, ALL,
            "'leftover' is left over"),
    {"R2.1", "another host limits the rate, as cmdratelimit does", ROAD_OWN,
     .faults = {.burst = 8}, .host = "127.0.0.1", .arguments = {"-H0.0.0.0", "-p@"},
     AS_EVER},
    {"R2.2", "the same, and there is not enough time", ROAD_OWN, .faults = {.burst = 1},
     .host = "127.0.0.1", .arguments = {"-H0.0.0.0", "-p@", "-t200ms"},
     .expected = {{"health sync sources auth", 3,
                   "rate limited? see cmdratelimit in chrony.conf"}}},
    {0},
};
