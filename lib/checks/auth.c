/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "checks/auth.h"
#include "checks/checks.h"
#include "checks/naming.h"
#include "checks/report.h"

#include <math.h>

/* What each source adds to a metric; NAN: nothing, it is not concerned. */

static double one_if(bool condition)
{
    return condition ? 1 : NAN;
}

static bool is_nts(const struct source *source)
{
    return source->auth_data.mode == AUTHENTICATION_NTS;
}

static bool is_symmetric(const struct source *source)
{
    return source->auth_data.mode == AUTHENTICATION_KEY;
}

/* What another mode is worth is not for this program to say. */
static bool has_known_mode(const struct source *source)
{
    return is_nts(source) || is_symmetric(source) ||
           source->auth_data.mode == AUTHENTICATION_NONE;
}

/* A symmetric key that chronyd has found, or NTS keys that were established. Without one
 * nothing is authenticated, however it is configured: no request is sent. */
static bool has_key(const struct source *source)
{
    return (is_nts(source) || is_symmetric(source)) && source->auth_data.key_length;
}

static double cookies(const struct source *source)
{
    return is_nts(source) && has_key(source) ? (double)source->auth_data.cookies : NAN;
}

static double refused(const struct source *source)
{
    return one_if(is_nts(source) && source->auth_data.nak);
}

static double attempts(const struct source *source)
{
    return is_nts(source) ? (double)source->auth_data.attempts : NAN;
}

static double key_age(const struct source *source)
{
    return is_nts(source) && source->auth_data.since_key != NEVER
               ? (double)source->auth_data.since_key
               : NAN;
}

static double weak_key(const struct source *source)
{
    return one_if(is_symmetric(source) && auth_key_is_weak(source->auth_data.key_type));
}

static double missing_key(const struct source *source)
{
    return one_if(is_symmetric(source) && !has_key(source));
}

static double nts_keyless(const struct source *source)
{
    return one_if(is_nts(source) && !has_key(source));
}

static double unanswered(const struct source *source)
{
    return one_if(has_key(source) && !source_is_reachable(source));
}

enum {
    UNAUTHENTICATED,
    UNANSWERED,
    NTS_KEYLESS,
    NTS_COOKIES,
    NTS_NAKS,
    KE_ATTEMPTS,
    KE_AGE,
    WEAK_KEYS,
    MISSING_KEYS,
    METRICS,
};

static const struct metric metrics[METRICS] = {
    [UNAUTHENTICATED] =
        {"unauthenticated", UNIT_COUNT, false, SNAPSHOT_SOURCES, NULL, NULL,
         "NTP sources that are not authenticated, not as --require wants, or not yet for "
         "lack of a key"},
    [UNANSWERED] =
        {"unanswered", UNIT_COUNT, false, SNAPSHOT_SOURCES, "0", NULL,
         "authenticated sources that answered none of the last eight polls, or "
         "not with the right key"},
    [NTS_KEYLESS] = {"nts_keyless", UNIT_COUNT, false, SNAPSHOT_SOURCES, "0", NULL,
                     "sources with NTS that have no keys: none were ever established"},
    [NTS_COOKIES] = {"nts_cookies", UNIT_COUNT, false, 8, "2:", NULL,
                     "NTS cookies that are left, of the source that has the fewest"},
    [NTS_NAKS] = {"nts_naks", UNIT_COUNT, false, SNAPSHOT_SOURCES, "0", NULL,
                  "sources whose server has refused our last NTS cookie"},
    [KE_ATTEMPTS] = {"ke_attempts", UNIT_COUNT, false, 65535, "1", NULL,
                     "attempts at NTS key establishment since the last success, of the "
                     "source with the most"},
    [KE_AGE] = {"ke_age", UNIT_SECONDS, false, INFINITY, NULL, NULL,
                "time since the last NTS key establishment, of the source with the "
                "oldest key"},
    [WEAK_KEYS] = {"weak_keys", UNIT_COUNT, false, SNAPSHOT_SOURCES, "0", NULL,
                   "sources with a symmetric key of type MD5 or SHA1"},
    [MISSING_KEYS] = {"missing_keys", UNIT_COUNT, false, SNAPSHOT_SOURCES, "0", NULL,
                      "sources whose symmetric key is not in chronyd's key file"},
};

/* How a metric comes about, and what to say of the sources that make it alert. */
static const struct concern {
    double (*of)(const struct source *source);
    enum { SUM, LEAST, MOST } fold;
    const char *why;
} concerns[METRICS] = {
    [UNANSWERED] = {unanswered, SUM,
                    "no answer that verifies: is the server up, and is its key ours?"},
    [NTS_KEYLESS] =
        {nts_keyless, SUM,
         "no NTS keys yet, no request is sent: TCP port 4460, the certificate, "
         "the time? see the log of chronyd"},
    [NTS_COOKIES] = {cookies, LEAST,
                     "few NTS cookies left: responses are lost, or do not verify"},
    [NTS_NAKS] = {refused, SUM, "the server refused our cookie: it has new keys"},
    [KE_ATTEMPTS] = {attempts, MOST,
                     "NTS key establishment fails: TCP port 4460, the certificate, the "
                     "time? see the log of chronyd"},
    [KE_AGE] = {key_age, MOST, "the NTS keys are old (chrony.conf: ntsrefresh)"},
    [WEAK_KEYS] = {weak_key, SUM, "weak key type: use AES128 or SHA256"},
    [MISSING_KEYS] = {missing_key, SUM,
                      "its key is not in chronyd's key file, no request is sent"},
};

static const char *const required_names[] = {"nothing", "nts", "symmetric", "any", NULL};

static const struct option_row options[] = {
    {"require", 0, OPTION_CHOICE, offsetof(struct settings, authentication), "WHAT",
     "nothing", required_names,
     "CRITICAL when an NTP source is not authenticated so: nothing, nts, symmetric (a "
     "key) or any; with nothing, WARNING when some are authenticated and others are "
     "not"},
    {0},
};

static unsigned needs(const struct settings *settings)
{
    (void)settings;
    return NEED_SOURCES | NEED_AUTH_DATA | NEED_SOURCE_NAMES;
}

static bool is_as_required(const struct source *source, const struct settings *settings)
{
    /* In the order of required_names; with none of the two, either will do. */
    static const uint16_t modes[] = {AUTHENTICATION_NONE, AUTHENTICATION_NTS,
                                     AUTHENTICATION_KEY, AUTHENTICATION_NONE};
    const uint16_t wanted = modes[settings->authentication];
    const uint16_t mode = source->auth_data.mode;

    return has_key(source) && (!wanted || mode == wanted);
}

/* NAN when no source is concerned, but for a sum. */
static double fold(const struct snapshot *snapshot, const struct concern *concern)
{
    double value = concern->fold == SUM ? 0 : NAN;

    for (size_t i = 0; i < snapshot->source_count; i++) {
        const struct source *source = &snapshot->sources[i];
        const double one = auth_is_known(source) ? concern->of(source) : NAN;

        if (isnan(one))
            continue;
        if (concern->fold == SUM)
            value += one;
        else if (isnan(value) || (concern->fold == LEAST ? one < value : one > value))
            value = one;
    }
    return value;
}

static void measure(const struct snapshot *snapshot, const struct settings *settings,
                    size_t m, struct result *result)
{
    const struct concern *concern = &concerns[m];
    const struct limits limits = settings_limits(settings, &metrics[m]).limits;
    const double value = fold(snapshot, concern);
    const enum state state = result_measure(result, &metrics[m], value, &limits);
    const struct range *limit =
        state == STATE_CRITICAL ? &limits.critical : &limits.warning;
    struct naming naming = {{0}, 0};

    for (size_t i = 0; state && i < snapshot->source_count; i++) {
        const struct source *source = &snapshot->sources[i];
        const double one = auth_is_known(source) ? concern->of(source) : NAN;

        /* Of one without keys that alone is said, not how often it has tried. */
        if (isnan(one) || (m == KE_ATTEMPTS && !has_key(source)))
            continue;
        if (concern->fold == SUM || range_alerts(limit, one))
            naming_add(&naming, source_display(source));
    }
    if (naming.count)
        result_reason(result, state, "%s: %s", naming_finish(&naming), concern->why);
}

/* How many sources there are of each kind. */
struct tally {
    size_t known, nts, key; /* that verify what is answered, and are answered */
    size_t unresolved;      /* which are none of these */
    struct naming lacking;  /* not as required */
    struct naming strange;  /* of a mode that is not known: none of the others */
};

static void count(const struct snapshot *snapshot, const struct settings *settings,
                  struct tally *tally)
{
    *tally = (struct tally){0};
    for (size_t i = 0; i < snapshot->source_count; i++) {
        const struct source *source = &snapshot->sources[i];

        tally->unresolved += source_is_unresolved(source);
        if (!auth_is_known(source))
            continue;
        if (!has_known_mode(source)) {
            naming_add(&tally->strange, source_display(source));
            continue;
        }
        tally->known++;
        if (has_key(source) && source_is_reachable(source)) {
            tally->nts += is_nts(source);
            tally->key += is_symmetric(source);
        }
        if (!is_as_required(source, settings))
            naming_add(&tally->lacking, source_display(source));
    }
}

static void judge_lacking(const struct settings *settings, struct tally *tally,
                          struct result *result)
{
    static const char *const how[] = {"", " with NTS", " with a symmetric key", ""};
    const struct metric_limits limits =
        settings_limits(settings, &metrics[UNAUTHENTICATED]);
    /* A limit of the user says how many are accepted. */
    const bool mixed = tally->lacking.count < tally->known && !limits.warning_given &&
                       !limits.critical_given;

    if (!tally->lacking.count)
        return;
    if (settings->authentication)
        result_reason(result, STATE_CRITICAL, "not authenticated%s, as required: %s",
                      how[settings->authentication], naming_finish(&tally->lacking));
    else if (mixed)
        result_reason(result, STATE_WARNING, "not authenticated, while others are: %s",
                      naming_finish(&tally->lacking));
}

/* "4 of 4 NTP sources authenticated (NTS 3, symmetric key 1)". What is required is
 * neither there nor lacking while no source has an address. */
static void summarise(const struct settings *settings, struct tally *tally,
                      struct result *result)
{
    if (tally->strange.count)
        result_reason(result, STATE_UNKNOWN, "unknown authentication mode: %s",
                      naming_finish(&tally->strange));
    if (!tally->known && tally->unresolved)
        result_reason(result, settings->authentication ? STATE_UNKNOWN : STATE_OK,
                      "no NTP source has an address yet (%zu unresolved)",
                      tally->unresolved);
    else if (!tally->known && !tally->strange.count)
        result_reason(result, STATE_OK, "no NTP source to authenticate");
    else if (tally->known && !tally->nts && !tally->key)
        result_reason(result, STATE_OK, "none of %zu NTP sources is authenticated",
                      tally->known);
    else if (tally->known)
        result_reason(result, STATE_OK,
                      "%zu of %zu NTP sources authenticated (NTS %zu, symmetric key %zu)",
                      tally->nts + tally->key, tally->known, tally->nts, tally->key);
    if (tally->known && tally->unresolved)
        result_reason(result, STATE_OK, "%zu unresolved", tally->unresolved);
}

/* The first error of any source. One without an address may be found by none. */
static enum session_error auth_error(const struct snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->source_count; i++) {
        const struct source *source = &snapshot->sources[i];

        if (source->auth_data_error &&
            !(source_is_unresolved(source) &&
              source->auth_data_error == SESSION_NO_SUCH_SOURCE))
            return source->auth_data_error;
    }
    return SESSION_OK;
}

static void judge(const struct snapshot *snapshot, const struct settings *settings,
                  struct result *result)
{
    struct tally tally;
    struct limits limits = settings_limits(settings, &metrics[UNAUTHENTICATED]).limits;

    if (!report_has_sources(snapshot, settings, result) ||
        !report_is_there(snapshot, settings, auth_error(snapshot), &auth_data_message,
                         result))
        return;
    count(snapshot, settings, &tally);
    result_measure(result, &metrics[UNAUTHENTICATED], (double)tally.lacking.count,
                   &limits);
    judge_lacking(settings, &tally, result);
    for (size_t m = UNAUTHENTICATED + 1; m < METRICS; m++)
        measure(snapshot, settings, m, result);
    summarise(settings, &tally, result);
    if (settings->verbose)
        auth_tabulate(snapshot, result);
}

const struct check auth_check = {
    .name = "auth",
    .question = "Are the sources authenticated, and are NTS keys fresh?",
    .metrics = metrics,
    .metric_count = METRICS,
    .options = options,
    .needs = needs,
    .judge = judge,
};
