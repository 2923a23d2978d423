/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/directives.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define V(major, minor) CONFIG_VERSION(major, minor, 0)

/* clang-format off */

/* --- ranges: integers are held against one since 4.7 --- */

#define ALLOWED(low, high) .allowed = {low, high}, .allowed_since = V(4, 7)
#define ALWAYS(low, high)  .allowed = {low, high}
#define USEFUL(low, high)  .useful = {low, high}
#define ANY_RANGE          .allowed_since = 0
#define NOT_NEGATIVE       USEFUL(0, INFINITY)
#define COUNT_RANGE        ALLOWED(0, INT_MAX)
#define POSITIVE_RANGE     ALLOWED(1, INT_MAX)
#define POWER_RANGE        ALLOWED(-32, 32)
#define PORT_RANGE         ALLOWED(0, 65535)

/* --- choices --- */

#define FLAG(text) {.name = (text), .kind = CONFIG_FLAG}
#define FLAG_SINCE(text, version) \
    {.name = (text), .kind = CONFIG_FLAG, .since = (version)}

static const struct config_option auth_select_modes[] = {
    FLAG("require"), FLAG("prefer"), FLAG("mix"), FLAG("ignore"), {0}};

static const struct config_option leap_second_modes[] = {
    FLAG("system"), FLAG("step"), FLAG("slew"), FLAG("ignore"), {0}};

static const struct config_option all_choice[] = {FLAG("all"), {0}};
static const struct config_option interval_choice[] = {FLAG("interval"), {0}};
static const struct config_option leap_only_choice[] = {FLAG("leaponly"), {0}};

static const struct config_option receive_filters[] = {
    FLAG("none"), FLAG("ntp"), FLAG_SINCE("ptp", V(4, 2)), FLAG("all"), {0}};

static const struct config_option extension_fields[] = {
    FLAG_SINCE("F323", V(4, 2)),
    FLAG_SINCE("F324", V(4, 5)),
    FLAG_SINCE("10A", V(4, 9)),
    {0}};

static const struct config_option logs[] = {
    FLAG_SINCE("rawmeasurements", V(3, 1)),
    FLAG("measurements"),
    FLAG_SINCE("selection", V(4, 3)),
    FLAG("statistics"),
    FLAG("tracking"),
    FLAG("rtc"),
    FLAG("refclocks"),
    FLAG("tempcomp"),
    {0}};

static const struct config_option commands[] = {
    FLAG("activity"),    FLAG("authdata"),    FLAG("clients"),    FLAG("manual"),
    FLAG("ntpdata"),     FLAG("rtcdata"),     FLAG("selectdata"), FLAG("serverstats"),
    FLAG("smoothing"),   FLAG("sourcename"),  FLAG("sources"),    FLAG("sourcestats"),
    FLAG("tracking"),    {0}};

/* --- options: name, range, default, the first version that knows it --- */

#define INTEGER_OPTION(text, range, usual, version)                                      \
    {.name = (text), .since = (version), .kind = CONFIG_INTEGER, range,                  \
     .fallback = (usual)}
#define UNSIGNED_OPTION(text, range, usual, version)                                     \
    {.name = (text), .since = (version), .kind = CONFIG_UNSIGNED, range,                 \
     .fallback = (usual)}
#define NUMBER_OPTION(text, range, usual, version)                                       \
    {.name = (text), .since = (version), .kind = CONFIG_NUMBER, range,                   \
     .fallback = (usual)}
#define CHOICE_OPTION(text, what, rows, version)                                         \
    {.name = (text), .kind = (what), .choices = (rows), .since = (version)}
#define REFID_OPTION(text) {.name = (text), .kind = CONFIG_REFID}

#define POLL_RANGE     POWER_RANGE, USEFUL(-7, 24), .resets = true
#define OLD_POLL_RANGE USEFUL(-6, 24), .resets = true, .until = V(4, 3)
#define RETRY_RANGE    POWER_RANGE, USEFUL(6, 24)
#define POOL_RANGE     POSITIVE_RANGE, USEFUL(1, 16)

static const struct config_option source_options[] = {
    INTEGER_OPTION("minpoll", OLD_POLL_RANGE, "6", 0),
    INTEGER_OPTION("minpoll", POLL_RANGE, "6", 0),
    INTEGER_OPTION("maxpoll", OLD_POLL_RANGE, "10", 0),
    INTEGER_OPTION("maxpoll", POLL_RANGE, "10", 0),
    FLAG("iburst"),
    FLAG_SINCE("burst", V(3, 3)),
    UNSIGNED_OPTION("key", ALWAYS(1, UINT_MAX), NULL, 0),
    FLAG_SINCE("nts", V(4, 0)),
    UNSIGNED_OPTION("certset", ANY_RANGE, "0", V(4, 1)),
    INTEGER_OPTION("maxntsretry", RETRY_RANGE, "19", V(4, 9)),
    NUMBER_OPTION("maxdelay", USEFUL(0, 1000), "3", 0),
    NUMBER_OPTION("maxdelayratio", NOT_NEGATIVE, NULL, 0),
    NUMBER_OPTION("maxdelaydevratio", NOT_NEGATIVE, "10", 0),
    NUMBER_OPTION("maxdelayquant", USEFUL(0.05, 0.95), NULL, V(4, 3)),
    NUMBER_OPTION("mindelay", NOT_NEGATIVE, NULL, V(3, 2)),
    NUMBER_OPTION("asymmetry", USEFUL(-0.5, 0.5), NULL, V(3, 2)),
    NUMBER_OPTION("offset", ANY_RANGE, "0", V(3, 0)),
    INTEGER_OPTION("minsamples", COUNT_RANGE, NULL, 0),
    INTEGER_OPTION("maxsamples", COUNT_RANGE, NULL, 0),
    INTEGER_OPTION("maxunreach", COUNT_RANGE, "100000", V(4, 8)),
    INTEGER_OPTION("filter", COUNT_RANGE, NULL, V(3, 4)),
    FLAG("offline"),
    FLAG("auto_offline"),
    FLAG("prefer"),
    FLAG("noselect"),
    FLAG_SINCE("trust", V(2, 3)),
    FLAG_SINCE("require", V(2, 3)),
    FLAG_SINCE("xleave", V(3, 0)),
    INTEGER_OPTION("polltarget", POSITIVE_RANGE, "8", 0),
    INTEGER_OPTION("port", PORT_RANGE, "123", 0),
    INTEGER_OPTION("ntsport", PORT_RANGE, "4460", V(4, 0)),
    INTEGER_OPTION("presend", POWER_RANGE, NULL, 0),
    INTEGER_OPTION("minstratum", ALLOWED(0, 16), "0", 0),
    INTEGER_OPTION("version", ALLOWED(1, 4), NULL, 0),
    FLAG_SINCE("copy", V(4, 1)),
    CHOICE_OPTION("extfield", CONFIG_HEX, extension_fields, V(4, 2)),
    FLAG_SINCE("ipv4", V(4, 6)),
    FLAG_SINCE("ipv6", V(4, 6)),
    INTEGER_OPTION("maxsources", POOL_RANGE, "4", 0),
    {0}};

static const struct config_option refclock_options[] = {
    INTEGER_OPTION("poll", POWER_RANGE, "4", 0),
    INTEGER_OPTION("dpoll", POWER_RANGE, "0", 0),
    REFID_OPTION("refid"),
    REFID_OPTION("lock"),
    INTEGER_OPTION("rate", POSITIVE_RANGE, "1", 0),
    INTEGER_OPTION("maxlockage", COUNT_RANGE, "2", V(3, 0)),
    NUMBER_OPTION("width", NOT_NEGATIVE, NULL, V(3, 2)),
    FLAG_SINCE("pps", V(3, 2)),
    NUMBER_OPTION("offset", ANY_RANGE, "0", 0),
    NUMBER_OPTION("delay", NOT_NEGATIVE, "1e-9", 0),
    INTEGER_OPTION("stratum", ALWAYS(0, 15), "0", V(3, 3)),
    NUMBER_OPTION("precision", NOT_NEGATIVE, NULL, 0),
    NUMBER_OPTION("maxdispersion", NOT_NEGATIVE, NULL, 0),
    INTEGER_OPTION("filter", COUNT_RANGE, "64", 0),
    FLAG("prefer"),
    FLAG("noselect"),
    FLAG_SINCE("trust", V(2, 3)),
    FLAG_SINCE("require", V(2, 3)),
    FLAG_SINCE("tai", V(3, 3)),
    FLAG_SINCE("local", V(4, 3)),
    INTEGER_OPTION("minsamples", COUNT_RANGE, NULL, 0),
    INTEGER_OPTION("maxsamples", COUNT_RANGE, NULL, 0),
    INTEGER_OPTION("maxunreach", COUNT_RANGE, "100000", V(4, 8)),
    FLAG_SINCE("optional", V(4, 9)),
    {0}};

static const struct config_option hwtimestamp_options[] = {
    INTEGER_OPTION("minpoll", POWER_RANGE, "0", V(3, 1)),
    INTEGER_OPTION("maxpoll", POWER_RANGE, NULL, V(4, 4)),
    INTEGER_OPTION("minsamples", COUNT_RANGE, "2", V(3, 4)),
    INTEGER_OPTION("maxsamples", COUNT_RANGE, "16", V(3, 4)),
    NUMBER_OPTION("precision", NOT_NEGATIVE, NULL, V(3, 1)),
    NUMBER_OPTION("txcomp", ANY_RANGE, "0", 0),
    NUMBER_OPTION("rxcomp", ANY_RANGE, "0", 0),
    FLAG_SINCE("nocrossts", V(3, 1)),
    CHOICE_OPTION("rxfilter", CONFIG_CHOICE, receive_filters, V(3, 2)),
    {0}};

static const struct config_option local_options[] = {
    INTEGER_OPTION("stratum", ALWAYS(1, 15), "10", 0),
    NUMBER_OPTION("distance", NOT_NEGATIVE, "1", V(2, 4)),
    NUMBER_OPTION("activate", NOT_NEGATIVE, "0", V(4, 6)),
    FLAG_SINCE("orphan", V(2, 4)),
    NUMBER_OPTION("waitsynced", NOT_NEGATIVE, "0", V(4, 7)),
    NUMBER_OPTION("waitunsynced", NOT_NEGATIVE, NULL, V(4, 7)),
    {0}};

/* 4.7 and 4.8 refuse a burst above 32, though their manual allows it. */
#define OLD_BURST_RANGE       POWER_RANGE, USEFUL(1, 255), .until = V(4, 9)
#define RATE_RANGE(low, high) ALLOWED(-32, 255), USEFUL(low, high)
#define RATE_OPTIONS(usual)                                                              \
    INTEGER_OPTION("interval", RATE_RANGE(-19, 12), usual, 0),                           \
    INTEGER_OPTION("burst", OLD_BURST_RANGE, "8", 0),                                    \
    INTEGER_OPTION("burst", RATE_RANGE(1, 255), "8", 0),                                 \
    INTEGER_OPTION("leak", RATE_RANGE(1, 4), "2", 0)

static const struct config_option rate_options[] = {
    RATE_OPTIONS("3"), INTEGER_OPTION("kod", RATE_RANGE(0, 4), "0", V(4, 6)), {0}};
static const struct config_option command_rate_options[] = {RATE_OPTIONS("-4"), {0}};
static const struct config_option nts_rate_options[] = {RATE_OPTIONS("6"), {0}};

/* --- directives: name, its word, range, default, the first version that knows it --- */

#define WORDS(...) .words = (const struct config_option[]){__VA_ARGS__, {0}}
#define WORD(text)           {.name = (text), .kind = CONFIG_WORD}
#define INTEGER(text)        {.name = (text), .kind = CONFIG_INTEGER}
#define CHOICE(text, rows)   {.name = (text), .kind = CONFIG_CHOICE, .choices = (rows)}
#define ADDRESS              {.name = "address", .kind = CONFIG_ADDRESS}
#define ALL                  {.name = "all", .kind = CONFIG_EXACT, .choices = all_choice}
#define SUBNET               {.name = "subnet", .kind = CONFIG_SUBNET}
#define NUMBER(text)         {.name = (text), .kind = CONFIG_NUMBER, NOT_NEGATIVE}
#define JOINED(text)                                                                     \
    {.name = (text), .joined = true, .kind = CONFIG_NUMBER, NOT_NEGATIVE}
#define JOINED_SIGNED(text)  {.name = (text), .joined = true, .kind = CONFIG_NUMBER}
#define JOINED_INTEGER(text) {.name = (text), .joined = true, .kind = CONFIG_INTEGER}

#define TAKES_NOTHING(text, version) {.name = (text), .since = (version)}
#define TAKES_WORD(text, what, version)                                                  \
    {.name = (text), WORDS(WORD(what)), .since = (version)}
#define TAKES_WORDS(text, what, version)                                                 \
    {.name = (text), WORDS(WORD(what)), .repeat = CONFIG_ADDS, .since = (version)}
#define TAKES_WHOLE(text, what, range, usual, version)                                   \
    {.name = (text), .since = (version),                                                 \
     WORDS({.name = (what), .kind = CONFIG_WHOLE, range, .fallback = (usual)})}
#define TAKES_NUMBER(text, what, usual, version)                                         \
    {.name = (text), .since = (version),                                                 \
     WORDS({.name = (what), .kind = CONFIG_NUMBER, NOT_NEGATIVE,                     \
                .fallback = (usual)})}
#define TAKES_CHOICE(text, what, rows, usual, version)                                   \
    {.name = (text), .since = (version),                                                 \
     WORDS({.name = (what), .kind = CONFIG_CHOICE, .choices = (rows),                \
                .fallback = (usual)})}
#define TAKES_ADDRESS(text, what)                                                        \
    {.name = (text), .repeat = CONFIG_FAMILY,                                            \
     WORDS({.name = "address", .kind = (what)})}
#define TAKES_OPTIONS(text, rows, how, version)                                          \
    {.name = (text), .tail = CONFIG_OPTIONS, .options = (rows), .repeat = (how),         \
     .since = (version)}
#define TAKES_SUBNET(text)                                                               \
    {.name = (text), .repeat = CONFIG_ADDS},                                             \
    {.name = (text), WORDS(SUBNET), .repeat = CONFIG_ADDS},                          \
    {.name = (text), WORDS(ALL, SUBNET), .repeat = CONFIG_ADDS}
#define SOURCE(text)                                                                     \
    {.name = (text), WORDS(WORD("host name")), .tail = CONFIG_OPTIONS,               \
     .options = source_options, .repeat = CONFIG_ADDS}
#define OBSOLETE(text, how) {.name = (text), .tail = CONFIG_ANYTHING, .status = (how)}
#define NEVER(text, remedy)                                                              \
    {.name = (text), .tail = CONFIG_ANYTHING, .status = CONFIG_NEVER, .instead = (remedy)}

const struct config_directive config_directives[] = {
    TAKES_WHOLE("acquisitionport", "port", PORT_RANGE, NULL, 0),
    TAKES_SUBNET("allow"),
    TAKES_CHOICE("authselectmode", "mode", auth_select_modes, "mix", V(4, 0)),
    TAKES_ADDRESS("bindacqaddress", CONFIG_ADDRESS),
    TAKES_WORD("bindacqdevice", "interface", V(4, 0)),
    TAKES_ADDRESS("bindaddress", CONFIG_ADDRESS),
    TAKES_ADDRESS("bindcmdaddress", CONFIG_SOCKET),
    TAKES_WORD("bindcmddevice", "interface", V(4, 0)),
    TAKES_WORD("binddevice", "interface", V(4, 0)),
    {.name = "broadcast", WORDS(INTEGER("interval"), ADDRESS), .repeat = CONFIG_ADDS},
    {.name = "broadcast", WORDS(INTEGER("interval"), ADDRESS, INTEGER("port")),
     .repeat = CONFIG_ADDS},
    {.name = "clientloglimit",
     WORDS({.name = "limit", .kind = CONFIG_UNSIGNED, .fallback = "524288"})},
    {.name = "clockprecision", .since = V(4, 0),
     WORDS({.name = "precision", .kind = CONFIG_NUMBER, USEFUL(1e-9, 1)})},
    TAKES_SUBNET("cmdallow"),
    TAKES_SUBNET("cmddeny"),
    TAKES_WHOLE("cmdport", "port", PORT_RANGE, "323", 0),
    TAKES_OPTIONS("cmdratelimit", command_rate_options, CONFIG_MERGES, V(2, 3)),
    TAKES_NUMBER("combinelimit", "limit", "3", 0),
    {.name = "confdir", WORDS(WORD("directory")), .tail = CONFIG_ANYTHING,
     .repeat = CONFIG_ADDS, .since = V(4, 0)},
    TAKES_NUMBER("corrtimeratio", "ratio", "3", 0),
    TAKES_SUBNET("deny"),
    TAKES_WORD("driftfile", "file", 0),
    {.name = "driftfile",
     WORDS(WORD("file"), CHOICE("interval", interval_choice), INTEGER("seconds")),
     .since = V(4, 7)},
    TAKES_WHOLE("dscp", "point", ALLOWED(0, 63), "0", V(4, 0)),
    TAKES_WORD("dumpdir", "directory", 0),
    {.name = "fallbackdrift",
     WORDS(JOINED_INTEGER("minimum"), JOINED_INTEGER("maximum"))},
    TAKES_WORD("hwclockfile", "file", 0),
    {.name = "hwtimestamp", WORDS(WORD("interface")), .tail = CONFIG_OPTIONS,
     .options = hwtimestamp_options, .repeat = CONFIG_ADDS, .since = V(3, 0)},
    TAKES_NUMBER("hwtstimeout", "timeout", "0.001", V(4, 4)),
    TAKES_WORDS("include", "pattern", 0),
    {.name = "initstepslew", WORDS(NUMBER("threshold")), .tail = CONFIG_ANYTHING},
    TAKES_WORD("keyfile", "file", 0),
    TAKES_WORD("leapseclist", "file", V(4, 6)),
    TAKES_CHOICE("leapsecmode", "mode", leap_second_modes, "system", 0),
    TAKES_WORD("leapsectz", "time zone", 0),
    TAKES_OPTIONS("local", local_options, CONFIG_LAST, 0),
    TAKES_NOTHING("lock_all", 0),
    {.name = "log", .tail = CONFIG_CHOICES, .options = logs, .exact_case = true,
     .repeat = CONFIG_ADDS},
    TAKES_WHOLE("logbanner", "entries", COUNT_RANGE, "32", 0),
    TAKES_NUMBER("logchange", "threshold", "1", 0),
    TAKES_WORD("logdir", "directory", 0),
    {.name = "mailonchange", WORDS(WORD("address"), NUMBER("threshold"))},
    {.name = "makestep", WORDS(JOINED("threshold"), JOINED_INTEGER("limit"))},
    TAKES_NOTHING("manual", 0),
    {.name = "maxchange",
     WORDS(JOINED("offset"), JOINED_INTEGER("start"), JOINED_INTEGER("ignore"))},
    TAKES_NUMBER("maxclockerror", "error", "1", 0),
    TAKES_NUMBER("maxdistance", "distance", "3", V(2, 2)),
    TAKES_NUMBER("maxdrift", "drift", "100000", V(2, 4)),
    TAKES_NUMBER("maxjitter", "jitter", "1", V(3, 0)),
    TAKES_WHOLE("maxntsconnections", "connections", POSITIVE_RANGE, "100", V(4, 0)),
    TAKES_WHOLE("maxsamples", "samples", COUNT_RANGE, "0", 0),
    TAKES_NUMBER("maxslewrate", "rate", "83333.333", 0),
    TAKES_WHOLE("maxstratum", "stratum", COUNT_RANGE, "15", V(4, 9)),
    TAKES_WHOLE("maxtxbuffers", "messages", ALLOWED(0, 1048576), "0", V(4, 9)),
    TAKES_NUMBER("maxupdateskew", "skew", "1000", 0),
    TAKES_WHOLE("minsamples", "samples", COUNT_RANGE, "6", 0),
    TAKES_WHOLE("minsources", "sources", POSITIVE_RANGE, "1", 0),
    TAKES_WHOLE("minstratum", "stratum", COUNT_RANGE, "0", V(4, 9)),
    TAKES_WHOLE("nocerttimecheck", "updates", COUNT_RANGE, "0", V(4, 0)),
    TAKES_NOTHING("noclientlog", 0),
    TAKES_NOTHING("nosystemcert", V(4, 0)),
    TAKES_WORD("ntpsigndsocket", "directory", V(3, 0)),
    {.name = "ntsaeads", .tail = CONFIG_IDS, .since = CONFIG_VERSION(4, 6, 1)},
    {.name = "ntscachedir", WORDS(WORD("directory")), .status = CONFIG_RENAMED,
     .since = V(4, 0), .instead = "ntsdumpdir"},
    TAKES_WORD("ntsdumpdir", "directory", V(4, 0)),
    TAKES_WORD("ntsntpserver", "host name", V(4, 0)),
    TAKES_WHOLE("ntsport", "port", PORT_RANGE, "4460", V(4, 0)),
    TAKES_WHOLE("ntsprocesses", "processes", ALLOWED(0, 1000), "1", V(4, 0)),
    TAKES_OPTIONS("ntsratelimit", nts_rate_options, CONFIG_MERGES, V(4, 0)),
    TAKES_WHOLE("ntsrefresh", "interval", COUNT_RANGE, "2419200", V(4, 0)),
    TAKES_WHOLE("ntsrotate", "interval", COUNT_RANGE, "604800", V(4, 0)),
    TAKES_WORDS("ntsservercert", "file", V(4, 0)),
    TAKES_WORDS("ntsserverkey", "file", V(4, 0)),
    TAKES_WORDS("ntstrustedcerts", "file", V(4, 0)),
    {.name = "ntstrustedcerts",
     WORDS({.name = "set", .kind = CONFIG_UNSIGNED}, WORD("file")),
     .repeat = CONFIG_ADDS, .since = V(4, 1)},
    {.name = "opencommands", .tail = CONFIG_CHOICES, .options = commands,
     .since = V(4, 7)},
    SOURCE("peer"),
    TAKES_WORD("pidfile", "file", 0),
    SOURCE("pool"),
    TAKES_WHOLE("port", "port", PORT_RANGE, "123", 0),
    TAKES_WHOLE("ptpdomain", "domain", ALLOWED(0, 255), "123", V(4, 6)),
    TAKES_WHOLE("ptpport", "port", PORT_RANGE, "0", V(4, 2)),
    TAKES_OPTIONS("ratelimit", rate_options, CONFIG_MERGES, V(2, 3)),
    {.name = "refclock", WORDS(WORD("driver"), WORD("parameter")),
     .tail = CONFIG_OPTIONS, .options = refclock_options, .repeat = CONFIG_ADDS},
    TAKES_WHOLE("refresh", "interval", COUNT_RANGE, "1209600", V(4, 4)),
    TAKES_NUMBER("reselectdist", "distance", "0.0001", 0),
    TAKES_NUMBER("rtcautotrim", "threshold", NULL, 0),
    TAKES_WORD("rtcdevice", "device", 0),
    TAKES_WORD("rtcfile", "file", 0),
    TAKES_NOTHING("rtconutc", 0),
    TAKES_NOTHING("rtcsync", 0),
    TAKES_WHOLE("sched_priority", "priority", ALLOWED(0, 100), "0", 0),
    SOURCE("server"),
    {.name = "smoothtime", WORDS(JOINED("frequency"), JOINED("wander"))},
    {.name = "smoothtime", .since = V(2, 1),
     WORDS(JOINED("frequency"), JOINED("wander"),
               CHOICE("leaponly", leap_only_choice))},
    {.name = "sourcedir", .tail = CONFIG_ANYTHING, .repeat = CONFIG_ADDS,
     .since = V(4, 0)},
    TAKES_NUMBER("stratumweight", "distance", "0.001", 0),
    {.name = "tempcomp",
     WORDS(WORD("file"), NUMBER("interval"), WORD("points file"))},
    {.name = "tempcomp",
     WORDS(WORD("file"), JOINED("interval"), JOINED_SIGNED("T0"), JOINED_SIGNED("k0"),
               JOINED_SIGNED("k1"), JOINED_SIGNED("k2"))},
    TAKES_WORD("user", "user", 0),

    OBSOLETE("commandkey", CONFIG_OBSOLETE),
    OBSOLETE("generatecommandkey", CONFIG_OBSOLETE),
    OBSOLETE("linux_freq_scale", CONFIG_OBSOLETE),
    OBSOLETE("linux_hz", CONFIG_OBSOLETE),
    OBSOLETE("dumponexit", CONFIG_IGNORED),

    NEVER("broadcastclient", "delete it: chronyd is no broadcast client; use server"),
    NEVER("clientlog", "delete it: clients are logged unless noclientlog is given"),
    NEVER("cmdkey", "delete it: root uses chronyc over the Unix socket without a key"),
    NEVER("cmdpassword", "delete it: root uses chronyc over the Unix socket without one"),
    NEVER("controlkey",
          "delete it: root uses chronyc over the Unix socket without a key"),
    NEVER("crypto", "use nts on the server lines"),
    NEVER("disable", "delete it: monitoring is limited by cmdallow"),
    NEVER("driftdir", "use driftfile with the path of a file"),
    NEVER("enable", "delete it: chronyd needs no such switch"),
    NEVER("filegen", "use log"),
    NEVER("fudge", "use the options of refclock"),
    NEVER("includefile", "use include"),
    NEVER("interface", "use bindaddress or binddevice"),
    NEVER("keys", "use keyfile"),
    NEVER("leapfile", "use leapseclist, or leapsectz before 4.6"),
    NEVER("logfile", "use logdir, or the option -l of chronyd"),
    NEVER("requestkey",
          "delete it: root uses chronyc over the Unix socket without a key"),
    NEVER("restrict", "use allow and deny"),
    NEVER("statistics", "use log statistics"),
    NEVER("statsdir", "use logdir"),
    NEVER("tinker", "use makestep and maxchange"),
    NEVER("tos", "use minsources, maxdistance and the option orphan of local"),
    NEVER("trustedkey", "delete it: each key of the keyfile is trusted"),
    {0}};
/* clang-format on */

const struct config_directive *config_directive(const char *name)
{
    for (const struct config_directive *row = config_directives; row->name; row++)
        if (!strcasecmp(row->name, name))
            return row;
    return NULL;
}

const struct config_option *config_find_option(const struct config_option *options,
                                               const char *name, unsigned version)
{
    for (; options->name; options++)
        if (!strcasecmp(options->name, name) &&
            (!options->until || version < options->until))
            return options;
    return NULL;
}

size_t config_word_count(const struct config_directive *form)
{
    size_t count = 0;

    while (form->words && form->words[count].kind != CONFIG_END)
        count++;
    return count;
}

/* --- versions --- */

static const char *read_part(const char *text, unsigned *part)
{
    if (*text < '0' || *text > '9')
        return NULL;
    for (*part = 0; *text >= '0' && *text <= '9' && *part < 100; text++)
        *part = *part * 10 + (unsigned)(*text - '0');
    return *part < 100 ? text : NULL;
}

bool config_version_parse(const char *text, unsigned *version)
{
    unsigned major, minor, patch = 0;

    text = read_part(text, &major);
    if (!text || *text++ != '.')
        return false;
    text = read_part(text, &minor);
    if (text && *text == '.')
        text = read_part(text + 1, &patch);
    if (!text || (*text && !strchr("-+~ ", *text)))
        return false;
    *version = CONFIG_VERSION(major, minor, patch);
    return true;
}

void config_version_text(unsigned version, char text[static CONFIG_VERSION_TEXT])
{
    const unsigned patch = version % 100;

    snprintf(text, CONFIG_VERSION_TEXT, patch ? "%u.%u.%u" : "%u.%u",
             version / 10000 % 100, version / 100 % 100, patch);
}
