/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every call of a plugin to the system fails in turn, once and from then on: it still
 * ends in time and says in one line what is wrong, and it is not OK. */
#include "fake_chronyd.h"
#include "fake_ntp.h"
#ifdef WITH_NTS
#include "fake_nts.h"
#endif
#include "inject.h"
#include "replies.h"
#include "run_plugin.h"
#include "runner.h"
#include "wait.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define TIMEOUT "200ms"

enum {
    MILLISECOND = NANOSECONDS_PER_SECOND / 1000,
    LONGEST = 400 * MILLISECOND, /* the deadline and 0.2 s */
    SCENE_OPTIONS = 4,
    SPACE_STEP = 8 * 1024,
    TLS_STEP = 64 * 1024,
    SPACE_STEPS = 64,
};

/* --- who is asked, and how --- */

enum road {
    ROAD_UDP,
    ROAD_NAME,
    ROAD_SOCKET,
    ROAD_STATE, /* the socket, and a state file */
    ROAD_NTP,
    ROAD_KEY,     /* NTP with a key */
    ROAD_BOTH,    /* NTP, and chronyd over UDP */
    ROAD_NTS,     /* NTP with NTS */
    ROAD_FILE,    /* a chrony.conf */
    ROAD_PROGRAM, /* the same, and a chronyd that is run */
};

enum { ROAD_OPTIONS = 7 };

static char directory[] = "/tmp/inject.XXXXXX", path[64], state[64], key_file[64],
            port_text[8], ntp_port[24], key_port[24], nts_port[24], trusted[64],
            config_file[PATH_MAX], program[64];

static const char *const roads[][ROAD_OPTIONS] = {
    [ROAD_UDP] = {"-H", "127.0.0.1", "-p", port_text},
    [ROAD_NAME] = {"-4", "-H", "localhost", "-p", port_text},
    [ROAD_SOCKET] = {"-S", path},
    [ROAD_STATE] = {"-S", path, state},
    [ROAD_NTP] = {"-H127.0.0.1", "-w2s", "-c3s", ntp_port},
    [ROAD_KEY] = {"-H127.0.0.1", "-w2s", "-c3s", key_port, "--key=1", key_file},
    [ROAD_NTS] = {"-H127.0.0.1", "-w2s", "-c3s", "--nts", nts_port, trusted},
    [ROAD_FILE] = {config_file},
    [ROAD_PROGRAM] = {config_file, program},
    [ROAD_BOTH] = {"-H127.0.0.1", "-w2s", "-c3s", ntp_port, "-p", port_text},
};

/* What must be the same as in a run where nothing failed, for a run to be OK. */
enum sameness {
    SAME_TEXT,
    SAME_PERFDATA, /* words of -v may be missing */
    SAME_WORDS,    /* the numbers are measured anew, or count what cannot be told */
};

static const struct scene {
    const char *plugin;
    enum road road;
    enum sameness sameness;
    const char *options[SCENE_OPTIONS];
} scenes[] = {
/* clang-format off */
#define SCENES(plugin, option)                                                           \
    {plugin, ROAD_NAME, SAME_TEXT, {option}},                                            \
    {plugin, ROAD_SOCKET, SAME_PERFDATA, {"-v", option}},                                \
    {plugin, ROAD_UDP, SAME_TEXT, {"-fjson", option}},                                   \
    {plugin, ROAD_UDP, SAME_TEXT, {"-fprometheus", option}}
    SCENES("health", NULL),
    SCENES("sync", NULL),
    SCENES("offset", NULL),
    SCENES("stratum", NULL),
    SCENES("leap", NULL),
    SCENES("sources", "--operators-critical=1:"),
    SCENES("auth", NULL),
    SCENES("server", NULL),
    {"server", ROAD_STATE, SAME_WORDS, {NULL}},
    {"ntp", ROAD_NTP, SAME_WORDS, {"-v", "-4", "-H", "localhost"}},
    {"ntp", ROAD_NTP, SAME_WORDS, {"-fjson"}},
    {"ntp", ROAD_KEY, SAME_WORDS, {NULL}},
    {"ntp", ROAD_BOTH, SAME_WORDS, {"--compare"}},
    {"config", ROAD_FILE, SAME_TEXT, {"-v"}},
    {"config", ROAD_FILE, SAME_TEXT, {"-fprometheus"}},
    {"config", ROAD_PROGRAM, SAME_WORDS, {NULL}},
#ifdef WITH_NTS
    {"ntp", ROAD_NTS, SAME_WORDS, {NULL}},
#endif
    /* clang-format on */
};

static struct run run;
static pid_t processes[4];
static unsigned kept; /* files in the directory, without that of --state */
static struct inject *plan;

static void map_plan(void)
{
    int descriptor = memfd_create("plan", 0);

    ck_assert(descriptor >= 0 && !ftruncate(descriptor, sizeof *plan));
    ck_assert_int_eq(dup2(descriptor, INJECT_DESCRIPTOR), INJECT_DESCRIPTOR);
    close(descriptor);
    plan = mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED, INJECT_DESCRIPTOR,
                0);
    ck_assert(plan != MAP_FAILED);
}

/* chronyd and NTP server say the same of each other. Half a second ahead is on no day
 * behind, however busy this machine. */
static void start_servers(void)
{
    const uint32_t reference = (uint32_t)time(NULL) - 8;
    struct fake_chronyd chronyd = fake_healthy();
    struct fake_ntp ntp = {.offset = 0.5,
                           .patches = {{12, 4, {127, 0, 0, 11}}, {16, 8, {0}}}};
    struct fake_ntp keyed = {
        .offset = 0.5,
        .reference = 10,
        .mac = {.hash = "sha1", .key = "nobody-knows-this-key", .id = 1}};
    uint16_t port = 0, other = 0, third = 0;

    chronyd.tracking.reference_time = (struct wire_time){reference, 0};
    chronyd.name = "ntp.example";
    chronyd.server_stats = (struct fake_recorded){server_stats_4_6_reply, 196};
    chronyd.auth_data = (struct fake_recorded){auth_data_nts_reply, 52};
    wire_put_u32(ntp.patches[1].bytes, reference + UINT32_C(2208988800));
    processes[0] = fake_start(&chronyd, &port);
    processes[1] = fake_start_socket(&chronyd, path);
    processes[2] = fake_ntp_start(&ntp, "127.0.0.1", &other, NULL);
    processes[3] = fake_ntp_start(&keyed, "127.0.0.1", &third, NULL);
    snprintf(port_text, sizeof port_text, "%u", port);
    snprintf(ntp_port, sizeof ntp_port, "--ntp-port=%u", other);
    snprintf(key_port, sizeof key_port, "--ntp-port=%u", third);
}

#ifdef WITH_NTS
static struct fake_nts_process nts;

static void start_nts(void)
{
    certificate_make_ca(trusted + strlen("--trusted-certs="));
    fake_nts_start(&(struct fake_nts){.lie = &nts_lies[0], .offset = 0.5}, &nts);
    snprintf(nts_port, sizeof nts_port, "--nts-port=%u", nts.key_port);
}

static void stop_nts(void)
{
    fake_nts_stop(&nts);
}
#else
static void start_nts(void)
{
}

static void stop_nts(void)
{
}
#endif

/* A file that an option names. */
static void write_file(const char *option, mode_t mode, const char *text)
{
    FILE *file = fopen(strchr(option, '/'), "w");

    ck_assert(file && fputs(text, file) >= 0);
    ck_assert(!fchmod(fileno(file), mode) && !fclose(file));
}

static unsigned count_files(void)
{
    DIR *files = opendir(directory);
    unsigned count = 0;

    while (readdir(files))
        count++;
    closedir(files);
    return count - 2;
}

static void set_up(void)
{
    const char *build = getenv("top_builddir"), *source = getenv("top_srcdir");
    char library[PATH_MAX];

    ck_assert(mkdtemp(directory) != NULL);
    snprintf(path, sizeof path, "%s/sock", directory);
    snprintf(state, sizeof state, "--state=%s/state", directory);
    snprintf(key_file, sizeof key_file, "--keyfile=%s/keys", directory);
    snprintf(trusted, sizeof trusted, "--trusted-certs=%s/ca.pem", directory);
    snprintf(program, sizeof program, "--with-chronyd=%s/chronyd", directory);
    snprintf(config_file, sizeof config_file,
             "--file=%s/contrib/chrony/chrony.conf.client", source ? source : ".");
    map_plan();
    start_servers();
    start_nts();
    write_file(key_file, 0600, "1 SHA1 ASCII:nobody-knows-this-key\n");
    write_file(program, 0700, "#!/bin/sh\necho 'chronyd (chrony) version 4.3 (+NTP)'\n");
    kept = count_files();
    snprintf(library, sizeof library, "%s/tests/inject.so", build ? build : ".");
    setenv("LD_PRELOAD", library, 1);
}

static void tear_down(void)
{
    unsetenv("LD_PRELOAD");
    for (int i = 0; i < COUNT(processes); i++)
        fake_stop(processes[i]);
    unlink(path);
    unlink(strchr(state, '/'));
    stop_nts();
    unlink(strchr(key_file, '/'));
    unlink(strchr(trusted, '/'));
    unlink(strchr(program, '/'));
    ck_assert_int_eq(rmdir(directory), 0);
}

static void run_scene(const struct scene *scene)
{
    const char *arguments[2 + ROAD_OPTIONS + SCENE_OPTIONS + 1] = {"-t", TIMEOUT};
    size_t count = 2;

    for (size_t i = 0; i < ROAD_OPTIONS && roads[scene->road][i]; i++)
        arguments[count++] = roads[scene->road][i];
    for (size_t i = 0; i < SCENE_OPTIONS && scene->options[i]; i++)
        arguments[count++] = scene->options[i];
    plan->made = plan->failed = 0;
    plan->loaded = false;
    run_plugin(&run, scene->plugin, arguments);
    ck_assert_msg(plan->loaded, "%s does not load tests/inject.so", scene->plugin);
}

/* --- what fails --- */

static const struct fault {
    const char *name;
    enum inject_call call;
    int number;
    bool passes; /* it is tried again: for ever, until the deadline */
} faults[] = {
#define FAULT(call, number)                                                              \
    {                                                                                    \
#call " " #number, INJECT_##call, number, false                                  \
    }
#define PASSES(call, number)                                                             \
    {                                                                                    \
#call " " #number, INJECT_##call, number, true                                   \
    }
    FAULT(MEMORY, ENOMEM),       FAULT(OPEN, EMFILE),
    FAULT(OPEN, EACCES),         FAULT(SOCKET, EMFILE),
    FAULT(SOCKET, EAFNOSUPPORT), FAULT(BIND, EACCES),
    FAULT(BIND, ENOSPC),         FAULT(CONNECT, ENETUNREACH),
    FAULT(CONNECT, EPERM),       FAULT(CONNECT, ECONNREFUSED),
    FAULT(CONNECT, ENOMEM),      PASSES(SEND, EAGAIN),
    PASSES(SEND, ENOBUFS),       PASSES(SEND, EINTR),
    FAULT(SEND, EPERM),          FAULT(SEND, ECONNREFUSED),
    PASSES(RECEIVE, EAGAIN),     PASSES(RECEIVE, EINTR),
    PASSES(RECEIVE, ENOMEM),     FAULT(RECEIVE, ECONNREFUSED),
    PASSES(POLL, EINTR),         PASSES(POLL, ENOMEM),
    FAULT(CLOCK, EINVAL),        FAULT(RANDOM, ENOSYS),
    FAULT(RANDOM, EAGAIN),       FAULT(READ, EIO),
    FAULT(WRITE, ENOSPC),        FAULT(CLOSE, EIO),
    FAULT(RENAME, EACCES),       FAULT(SPAWN, EAGAIN),
};

/* --- what must hold --- */

/* Without its sign and its unit. */
static const char *skip_number(const char *text)
{
    const char *unit;

    text += strspn(text, "-0123456789.");
    unit = text + (*text == ' ');
    unit += strspn(unit, "num");
    return *unit == 's' && !isalpha((unsigned char)unit[1]) ? unit + 1 : text;
}

static void copy_output(const struct scene *scene, char *to)
{
    const char *c = run.out;

    while (*c)
        if (scene->sameness == SAME_WORDS && (isdigit((unsigned char)*c) || *c == '-'))
            c = skip_number(c);
        else
            *to++ = *c++;
    *to = '\0';
}

static bool has_one_line(const struct scene *scene)
{
    const char *option = scene->options[0];
    const bool tabulates = option && (option[1] == 'v' || option[1] == 'f');
    const size_t length = strlen(run.out), first = strcspn(run.out, "\n");

    return length && run.out[length - 1] == '\n' && (tabulates || first + 1 == length);
}

static bool says_its_status(void)
{
    static const char *const words[] = {" OK", " WARNING", " CRITICAL", " UNKNOWN"};
    char text[32];

    snprintf(text, sizeof text, "\"status\": %d,", run.status);
    return run.status >= 0 && run.status <= 3 &&
           (strstr(run.out, words[run.status]) || strstr(run.out, text));
}

static bool says_the_same(const struct scene *scene, const char *wanted)
{
    char output[RUN_OUTPUT];
    const char *said = output;

    copy_output(scene, output);
    if (scene->sameness != SAME_PERFDATA)
        return !strcmp(said, wanted);
    said += strcspn(said, "|");
    wanted += strcspn(wanted, "|");
    return strcspn(said, "\n") == strcspn(wanted, "\n") &&
           !strncmp(said, wanted, strcspn(said, "\n"));
}

/* Whatever failed was not needed, or was done again. Nothing makes up for randomness:
 * what is asked with a request that can be foreseen can be answered by anybody. --compare
 * asks chronyd twice, and a file is not asked. */
static bool may_be_ok(const struct scene *scene, const struct fault *fault,
                      const char *wanted)
{
    const bool needed = fault->call == INJECT_RANDOM && scene->road < ROAD_BOTH &&
                        scene->sameness != SAME_PERFDATA;

    return !needed && says_the_same(scene, wanted);
}

/* A process that gets no socket at all knows nothing of anybody. */
static bool knows_nothing(const struct scene *scene, const struct fault *fault)
{
    return fault->call == INJECT_SOCKET && fault->number == EMFILE && plan->first == 1 &&
           plan->last == UINT_MAX && scene->road != ROAD_FILE;
}

/* NULL: all is as it must be. */
static const char *find_mistake(const struct scene *scene, const struct fault *fault,
                                const char *wanted)
{
    if (run.status < 0)
        return "was killed";
    if (!says_its_status())
        return "does not say its status";
    if (*run.err)
        return "writes to standard error";
    if (!has_one_line(scene))
        return "does not say one line";
    if (run.elapsed > LONGEST)
        return "takes too long";
    if (count_files() != kept + (access(strchr(state, '/'), F_OK) == 0))
        return "leaves a file behind";
    if (!run.status && !may_be_ok(scene, fault, wanted))
        return "is OK";
    if (knows_nothing(scene, fault) && run.status != 3)
        return "is not UNKNOWN";
    return NULL;
}

static unsigned judge(const struct scene *scene, const struct fault *fault,
                      const char *wanted)
{
    const char *mistake = find_mistake(scene, fault, wanted);

    if (!mistake)
        return 0;
    printf("# %s (scene %d), %s from %u to %u of %u: %s, status %d, %d ms\n# %s# %s\n",
           scene->plugin, (int)(scene - scenes), fault->name, plan->first, plan->last,
           plan->made, mistake, run.status, (int)(run.elapsed / MILLISECOND), run.out,
           run.err);
    fflush(stdout);
    return 1;
}

/* Whoever has a file reads it. */
static bool must_happen(const struct scene *scene, const struct fault *fault)
{
    return fault->call == INJECT_READ && scene->road != ROAD_BOTH &&
           scene->road >= ROAD_STATE && scene->road != ROAD_NTP;
}

/* One run for each call, until a run makes no more of them. What fails from then on and
 * is tried again costs the whole time: it is tried at the first call alone. */
static unsigned inject(const struct scene *scene, const struct fault *fault,
                       bool for_ever, const char *wanted)
{
    unsigned mistakes = 0;

    plan->call = fault->call;
    plan->number = fault->number;
    plan->first = 1;
    do {
        plan->last = for_ever ? UINT_MAX : plan->first;
        run_scene(scene);
        if (plan->failed)
            mistakes += judge(scene, fault, wanted);
        else if (plan->first == 1 && must_happen(scene, fault))
            ck_abort_msg("%s (scene %d): there is no %s", scene->plugin,
                         (int)(scene - scenes), fault->name);
        plan->first++;
    } while (plan->failed && !(for_ever && fault->passes));
    return mistakes;
}

/* The second run has a state file. */
static void run_undisturbed(const struct scene *scene, char *wanted)
{
    plan->call = INJECT_NOTHING;
    run_scene(scene);
    run_scene(scene);
    ck_assert_msg(run.status == 0, "%s: %s", scene->plugin, run.out);
    copy_output(scene, wanted);
}

/* Where the id of the boot may not be read that is so in every run: one where it could be
 * is of another boot. Files are opened with a chronyd that is run as without it. */
static bool is_known_exception(const struct scene *scene, const struct fault *fault)
{
    return fault->call == INJECT_OPEN &&
           (scene->road == ROAD_PROGRAM ||
            (scene->road == ROAD_STATE && fault->number == EACCES));
}

START_TEST(stands_every_failure)
{
    const struct scene *scene = &scenes[_i];
    char wanted[RUN_OUTPUT];
    unsigned mistakes = 0;

    run_undisturbed(scene, wanted);
    for (int i = 0; i < COUNT(faults); i++) {
        if (is_known_exception(scene, &faults[i]))
            continue;
        mistakes += inject(scene, &faults[i], false, wanted);
        if (!faults[i].passes || scene->road >= ROAD_SOCKET)
            mistakes += inject(scene, &faults[i], true, wanted);
    }
    ck_assert_uint_eq(mistakes, 0);
}
END_TEST

/* Memory that is really short, as it is for libraries, too. */
START_TEST(stands_a_lack_of_memory)
{
    static const struct fault fault = {"SPACE", INJECT_SPACE, 0, false};
    const struct scene *scene = &scenes[_i];
    const unsigned step = scene->road == ROAD_NTS ? TLS_STEP : SPACE_STEP;
    char wanted[RUN_OUTPUT];
    unsigned mistakes = 0;

    run_undisturbed(scene, wanted);
    plan->call = INJECT_SPACE;
    for (plan->first = 0; plan->first < SPACE_STEPS * step; plan->first += step) {
        run_scene(scene);
        mistakes += judge(scene, &fault, wanted);
    }
    ck_assert_uint_eq(mistakes, 0);
    ck_assert_int_eq(run.status, 0);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("inject");
    TCase *tcase = tcase_create("inject");

    tcase_set_timeout(tcase, 120);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    add_table_test(tcase, stands_every_failure, scenes);
    add_table_test(tcase, stands_a_lack_of_memory, scenes);
    suite_add_tcase(suite, tcase);
    return suite;
}
