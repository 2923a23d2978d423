/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How sources are authenticated, and what must be said of it. */
#include "checks/auth.h"
#include "judging.h"
#include "monitor/render.h"
#include "runner.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What chronyd says of a source that is well, of each kind: mode, key type, key id, bits,
 * attempts, s since the last key, cookies, bytes of a cookie, nak. */
enum { NONE = AUTHENTICATION_NONE, KEY = AUTHENTICATION_KEY, NTS = AUTHENTICATION_NTS };
static const struct auth_data no_auth = {NONE, 0, 0, 0, 0, NEVER, 0, 0, 0};
static const struct auth_data key = {KEY, 13, 1, 128, 0, NEVER, 0, 0, 0};
static const struct auth_data nts = {NTS, 15, 3, 256, 0, 3600, 8, 100, 0};

/* All NTS, all well, all with a name. */
static void setup(void)
{
    static const struct check *const checks[] = {&auth_check};

    judging_begin(checks, 1);
    name_sources(FAKE_SOURCES);
    for (size_t i = 0; i < FAKE_SOURCES; i++)
        sources[i].auth_data = nts;
}

/* "nk-": a letter for each source. */
static void set_kinds(const char *kinds)
{
    snapshot.source_count = snapshot.source_total = strlen(kinds);
    for (size_t i = 0; kinds[i]; i++)
        sources[i].auth_data = kinds[i] == 'n' ? nts : kinds[i] == 'k' ? key : no_auth;
}

/* --- who is authenticated, and who must be --- */

enum { NOTHING, REQUIRE_NTS, REQUIRE_SYMMETRIC, REQUIRE_ANY, REQUIREMENTS };

#define NOT_NTS       "not authenticated with NTS, as required: "
#define NOT_SYMMETRIC "not authenticated with a symmetric key, as required: "
#define NOT_ANY       "not authenticated, as required: "
#define NOT_ALL       "not authenticated, while others are: "

static const struct {
    const char *kinds;
    const char *summary;
    struct {
        double unauthenticated;
        const char *lacking; /* NULL: nothing is said */
    } by[REQUIREMENTS];
} mixes[] = {
    {"", "no NTP source to authenticate", {{0, NULL}, {0, NULL}, {0, NULL}, {0, NULL}}},
    {"-",
     "none of 1 NTP sources is authenticated",
     {{1, NULL},
      {1, NOT_NTS "ntp1.example.net"},
      {1, NOT_SYMMETRIC "ntp1.example.net"},
      {1, NOT_ANY "ntp1.example.net"}}},
    {"---",
     "none of 3 NTP sources is authenticated",
     {{3, NULL},
      {3, NOT_NTS "ntp1.example.net, ntp2.example.net and 1 more"},
      {3, NOT_SYMMETRIC "ntp1.example.net, ntp2.example.net and 1 more"},
      {3, NOT_ANY "ntp1.example.net, ntp2.example.net and 1 more"}}},
    {"nnnn",
     "4 of 4 NTP sources authenticated (NTS 4, symmetric key 0)",
     {{0, NULL},
      {0, NULL},
      {4, NOT_SYMMETRIC "ntp1.example.net, ntp2.example.net and 2 more"},
      {0, NULL}}},
    {"kk",
     "2 of 2 NTP sources authenticated (NTS 0, symmetric key 2)",
     {{0, NULL},
      {2, NOT_NTS "ntp1.example.net, ntp2.example.net"},
      {0, NULL},
      {0, NULL}}},
    {"nnnk",
     "4 of 4 NTP sources authenticated (NTS 3, symmetric key 1)",
     {{0, NULL},
      {1, NOT_NTS "ntp4.example.net"},
      {3, NOT_SYMMETRIC "ntp1.example.net, ntp2.example.net and 1 more"},
      {0, NULL}}},
    {"n-",
     "1 of 2 NTP sources authenticated (NTS 1, symmetric key 0)",
     {{1, NOT_ALL "ntp2.example.net"},
      {1, NOT_NTS "ntp2.example.net"},
      {2, NOT_SYMMETRIC "ntp1.example.net, ntp2.example.net"},
      {1, NOT_ANY "ntp2.example.net"}}},
    {"-k-k-",
     "2 of 5 NTP sources authenticated (NTS 0, symmetric key 2)",
     {{3, NOT_ALL "ntp1.example.net, ntp3.example.net and 1 more"},
      {5, NOT_NTS "ntp1.example.net, ntp2.example.net and 3 more"},
      {3, NOT_SYMMETRIC "ntp1.example.net, ntp3.example.net and 1 more"},
      {3, NOT_ANY "ntp1.example.net, ntp3.example.net and 1 more"}}},
    {"-nk",
     "2 of 3 NTP sources authenticated (NTS 1, symmetric key 1)",
     {{1, NOT_ALL "ntp1.example.net"},
      {2, NOT_NTS "ntp1.example.net, ntp3.example.net"},
      {2, NOT_SYMMETRIC "ntp1.example.net, ntp2.example.net"},
      {1, NOT_ANY "ntp1.example.net"}}},
};

START_TEST(accepts_a_mixture_within_a_given_limit)
{
    set_kinds("n-");
    give(&auth_check, "unauthenticated", "1", NULL);
    ck_assert_int_eq(judge(&auth_check), STATE_OK);
    set_kinds("n--");
    ck_assert_int_eq(judge(&auth_check), STATE_WARNING);
    assert_reason(STATE_WARNING, "unauthenticated 2 (warning limit 1)");
}
END_TEST

START_TEST(judges_mixes)
{
    set_kinds(mixes[_i].kinds);
    for (unsigned by = NOTHING; by < REQUIREMENTS; by++) {
        const char *lacking = mixes[_i].by[by].lacking;
        const enum state state = !lacking ? STATE_OK
                                 : by     ? STATE_CRITICAL
                                          : STATE_WARNING;

        settings.authentication = by;
        ck_assert_int_eq(judge(&auth_check), state);
        assert_value("unauthenticated", mixes[_i].by[by].unauthenticated);
        assert_reason(STATE_OK, mixes[_i].summary);
        if (lacking)
            assert_reason(state, lacking);
        ck_assert_uint_eq(result.reason_count, lacking ? 2 : 1);
    }
}
END_TEST

START_TEST(requires_by_name)
{
    static const char *const names[] = {"nothing", "nts", "symmetric", "any"};
    const struct option_row *row = auth_check.options;

    ck_assert_str_eq(row->name, "require");
    for (size_t i = 0; i < REQUIREMENTS; i++)
        ck_assert_str_eq(row->choices[i], names[i]);
    ck_assert_ptr_null(row->choices[REQUIREMENTS]);
}
END_TEST

START_TEST(limits_unauthenticated)
{
    set_kinds("---");
    give(&auth_check, "unauthenticated", "2", NULL);
    ck_assert_int_eq(judge(&auth_check), STATE_WARNING);
    assert_reason(STATE_WARNING, "unauthenticated 3 (warning limit 2)");
    give(&auth_check, "unauthenticated", "0", "2");
    ck_assert_int_eq(judge(&auth_check), STATE_CRITICAL);
    assert_reason(STATE_CRITICAL, "unauthenticated 3 (critical limit 2)");
    give(&auth_check, "unauthenticated", "3", "3");
    ck_assert_int_eq(judge(&auth_check), STATE_OK);
}
END_TEST

/* Nobody knows what a mode of a newer chronyd is worth, whatever is required. */
START_TEST(trusts_no_unknown_mode)
{
    set_kinds("nn");
    sources[1].auth_data.mode = 42;
    for (unsigned by = NOTHING; by < REQUIREMENTS; by++) {
        settings.authentication = by;
        ck_assert_int_eq(judge(&auth_check),
                         by == REQUIRE_SYMMETRIC ? STATE_CRITICAL : STATE_UNKNOWN);
        assert_value("unauthenticated", by == REQUIRE_SYMMETRIC);
        assert_reason(STATE_UNKNOWN, "unknown authentication mode: ntp2.example.net");
        assert_reason(STATE_OK,
                      "1 of 1 NTP sources authenticated (NTS 1, symmetric key 0)");
    }
    sources[0].auth_data.mode = 42;
    ck_assert_int_eq(judge(&auth_check), STATE_UNKNOWN);
    ck_assert(!has_reason(STATE_OK, "no NTP source to authenticate"));
}
END_TEST

/* The first metric is what -w and -c set. */
START_TEST(measures_unauthenticated_first)
{
    static const char *const names[] = {"unauthenticated", "unanswered", "nts_keyless",
                                        "nts_cookies",     "nts_naks",   "ke_attempts",
                                        "ke_age",          "weak_keys",  "missing_keys"};

    ck_assert_uint_eq(auth_check.metric_count, sizeof names / sizeof names[0]);
    judge(&auth_check);
    ck_assert_uint_eq(result.measurement_count, sizeof names / sizeof names[0]);
    for (size_t i = 0; i < result.measurement_count; i++)
        ck_assert_str_eq(result.measurements[i].metric->name, names[i]);
}
END_TEST

/* --- who does not count --- */

static void be_a_clock(struct source *source)
{
    make_reference_clock(source, "PPS");
    memset(&source->auth_data, 0, sizeof source->auth_data); /* it was not asked for */
}

/* Configured with NTS, but there is no server yet whose cookies could be missing. */
static void be_unresolved(struct source *source)
{
    make_unresolved(source);
    source->auth_data =
        (struct auth_data){.mode = NTS, .attempts = 9, .since_key = NEVER};
}

/* chronyd finds no source without an address. */
static void be_untold(struct source *source)
{
    make_unresolved(source);
    memset(&source->auth_data, 0, sizeof source->auth_data);
    source->auth_data_error = SESSION_NO_SUCH_SOURCE;
}

static const struct {
    void (*be)(struct source *);
    const char *alone;   /* what is said where there is nothing else */
    enum state required; /* the state of that where authentication is required */
    bool is_counted;     /* as unresolved */
} uncounted[] = {
    {be_a_clock, "no NTP source to authenticate", STATE_OK, false},
    {be_unresolved, "no NTP source has an address yet (3 unresolved)", STATE_UNKNOWN,
     true},
    {be_untold, "no NTP source has an address yet (3 unresolved)", STATE_UNKNOWN, true},
};

/* The summary, and behind it how many are unresolved. */
static void assert_summary(const char *summary, const char *unresolved, bool is_counted)
{
    assert_reason(STATE_OK, summary);
    if (is_counted)
        assert_reason(STATE_OK, unresolved);
    ck_assert_uint_eq(result.reason_count, is_counted ? 2 : 1);
}

START_TEST(counts_only_what_can_be_authenticated)
{
    set_kinds("nnkk");
    uncounted[_i].be(&sources[0]);
    uncounted[_i].be(&sources[3]);
    settings.authentication = REQUIRE_ANY;
    ck_assert_int_eq(judge(&auth_check), STATE_OK);
    assert_value("unauthenticated", 0);
    assert_value("unanswered", 0);
    assert_summary("2 of 2 NTP sources authenticated (NTS 1, symmetric key 1)",
                   "2 unresolved", uncounted[_i].is_counted);
}
END_TEST

/* Neither is one with NTS when nothing else is. */
START_TEST(mixes_no_uncounted_source)
{
    set_kinds("-n-");
    uncounted[_i].be(&sources[1]);
    ck_assert_int_eq(judge(&auth_check), STATE_OK);
    assert_summary("none of 2 NTP sources is authenticated", "1 unresolved",
                   uncounted[_i].is_counted);
    assert_value("nts_cookies", (double)NAN);
}
END_TEST

/* Where there is nothing else, a requirement is neither met nor broken. */
START_TEST(requires_nothing_of_uncounted_sources)
{
    set_kinds("nnn");
    for (size_t i = 0; i < 3; i++)
        uncounted[_i].be(&sources[i]);
    for (unsigned by = NOTHING; by < REQUIREMENTS; by++) {
        const enum state state = by ? uncounted[_i].required : STATE_OK;

        settings.authentication = by;
        ck_assert_int_eq(judge(&auth_check), state);
        assert_reason(state, uncounted[_i].alone);
        ck_assert_uint_eq(result.reason_count, 1);
    }
}
END_TEST

/* --- what each metric is, and what is said --- */

#define COOKIES ": few NTS cookies left: responses are lost, or do not verify"
#define NAK     ": the server refused our cookie: it has new keys"
#define ATTEMPTS                                                                         \
    ": NTS key establishment fails: TCP port 4460, the certificate, the time? see the "  \
    "log of chronyd"
#define WEAK    ": weak key type: use AES128 or SHA256"
#define MISSING ": its key is not in chronyd's key file, no request is sent"
#define KEYLESS                                                                          \
    ": no NTS keys yet, no request is sent: TCP port 4460, the certificate, the time? "  \
    "see the log of chronyd"
#define UNANSWERED ": no answer that verifies: is the server up, and is its key ours?"
#define OLD        ": the NTS keys are old (chrony.conf: ntsrefresh)"

/* Of the second source; the others are well, with NTS. */
static const struct {
    struct auth_data auth;
    uint16_t reach;
    const char *metric;
    double value;
    const char *limit, *why; /* NULL: nothing is said */
} concerns[] = {
    {{NTS, 15, 3, 256, 0, 3600, 0, 100, 0}, 0377, "nts_cookies", 0, "2:", COOKIES},
    {{NTS, 15, 3, 256, 0, 3600, 1, 100, 0}, 0377, "nts_cookies", 1, "2:", COOKIES},
    {{NTS, 15, 3, 256, 0, 3600, 2, 100, 0}, 0377, "nts_cookies", 2, NULL, NULL},
    {{NTS, 15, 3, 256, 0, 3600, 8, 100, 0}, 0377, "nts_cookies", 8, NULL, NULL},
    {{NTS, 15, 3, 256, 0, 3600, 8, 100, 0}, 0377, "nts_naks", 0, NULL, NULL},
    {{NTS, 15, 3, 256, 0, 3600, 8, 100, 1}, 0377, "nts_naks", 1, "0", NAK},
    {{NTS, 15, 3, 256, 0, 3600, 8, 100, 7}, 0377, "nts_naks", 1, "0", NAK},
    {{NTS, 15, 3, 256, 0, 3600, 8, 100, 0}, 0377, "ke_attempts", 0, NULL, NULL},
    {{NTS, 15, 3, 256, 1, 3600, 8, 100, 0}, 0377, "ke_attempts", 1, NULL, NULL},
    {{NTS, 15, 3, 256, 2, 3600, 8, 100, 0}, 0377, "ke_attempts", 2, "1", ATTEMPTS},
    {{NTS, 15, 3, 256, 999, 3600, 8, 100, 0}, 0377, "ke_attempts", 999, "1", ATTEMPTS},
    {{NTS, 15, 3, 256, 0, 7200, 8, 100, 0}, 0377, "ke_age", 7200, NULL, NULL},
    {{NTS, 15, 3, 256, 0, 0, 8, 100, 0}, 0377, "ke_age", 3600, NULL, NULL},
    {{NTS, 15, 3, 256, 0, NEVER, 8, 100, 0}, 0377, "ke_age", 3600, NULL, NULL},
    {{NTS, 15, 3, 256, 0, NEVER - 1, 8, 100, 0}, 0377, "ke_age", NEVER - 1, NULL, NULL},
    {{NTS, 15, 3, 256, 0, 3600, 8, 100, 0}, 0001, "unanswered", 0, NULL, NULL},
    {{NTS, 15, 3, 256, 0, 3600, 8, 100, 0}, 0200, "unanswered", 0, NULL, NULL},
    {{NTS, 15, 3, 256, 0, 3600, 8, 100, 0}, 0000, "unanswered", 1, "0", UNANSWERED},
    {{NTS, 15, 3, 256, 0, 3600, 8, 100, 0}, 0x100, "unanswered", 1, "0", UNANSWERED},
    {{KEY, 13, 1, 128, 0, NEVER, 0, 0, 0}, 0000, "unanswered", 1, "0", UNANSWERED},
    {{KEY, 13, 1, 128, 0, NEVER, 0, 0, 0}, 0377, "weak_keys", 0, NULL, NULL},
    {{KEY, 1, 1, 128, 0, NEVER, 0, 0, 0}, 0377, "weak_keys", 1, "0", WEAK},
    {{KEY, 2, 1, 128, 0, NEVER, 0, 0, 0}, 0377, "weak_keys", 1, "0", WEAK},
    {{KEY, 3, 1, 128, 0, NEVER, 0, 0, 0}, 0377, "weak_keys", 0, NULL, NULL},
    {{KEY, 99, 1, 128, 0, NEVER, 0, 0, 0}, 0377, "weak_keys", 0, NULL, NULL},
    {{KEY, 13, 1, 1, 0, NEVER, 0, 0, 0}, 0377, "missing_keys", 0, NULL, NULL},
    /* What a key has nothing to do with, and NTS. */
    {{KEY, 13, 1, 128, 0, NEVER, 0, 0, 1}, 0377, "nts_naks", 0, NULL, NULL},
    {{KEY, 13, 1, 128, 9, NEVER, 0, 0, 0}, 0377, "ke_attempts", 0, NULL, NULL},
    {{KEY, 13, 1, 128, 0, 9999, 0, 0, 0}, 0377, "ke_age", 3600, NULL, NULL},
    {{KEY, 13, 1, 128, 0, NEVER, 0, 0, 0}, 0377, "nts_cookies", 8, NULL, NULL},
    {{NTS, 1, 3, 256, 0, 3600, 8, 100, 0}, 0377, "weak_keys", 0, NULL, NULL},
};

START_TEST(says_which_source_and_why)
{
    char limit[REASON_TEXT], why[REASON_TEXT];

    sources[1].auth_data = concerns[_i].auth;
    sources[1].data.reach = concerns[_i].reach;
    ck_assert_int_eq(judge(&auth_check), concerns[_i].limit ? STATE_WARNING : STATE_OK);
    assert_value(concerns[_i].metric, concerns[_i].value);
    if (concerns[_i].limit) {
        snprintf(limit, sizeof limit, "%s %.0f (warning limit %s)", concerns[_i].metric,
                 concerns[_i].value, concerns[_i].limit);
        snprintf(why, sizeof why, "ntp2.example.net%s", concerns[_i].why);
        assert_reason(STATE_WARNING, limit);
        assert_reason(STATE_WARNING, why);
    }
    ck_assert_uint_eq(result.reason_count, concerns[_i].limit ? 3 : 1);
}
END_TEST

/* The second source has no key: it is not authenticated, however it is configured, and
 * that it does not answer is no news. */
static const struct {
    struct auth_data auth;
    double missing, nts_keyless;
    const char *limit, *why;
    size_t reasons; /* in all */
} keyless[] = {
    {{KEY, 0, 1, 0, 0, NEVER, 0, 0, 0}, 1, 0, "missing_keys", MISSING, 4},
    {{NTS, 0, 0, 0, 0, NEVER, 0, 0, 0}, 0, 1, "nts_keyless", KEYLESS, 4},
    {{NTS, 0, 0, 0, 1, NEVER, 0, 0, 0}, 0, 1, "nts_keyless", KEYLESS, 4},
    {{NTS, 0, 0, 0, 3, NEVER, 0, 0, 0}, 0, 1, "nts_keyless", KEYLESS, 5},
};

START_TEST(authenticates_nothing_without_a_key)
{
    char limit[REASON_TEXT], why[REASON_TEXT];

    sources[1].auth_data = keyless[_i].auth;
    sources[1].data.reach = 0;
    ck_assert_int_eq(judge(&auth_check), STATE_WARNING);
    assert_reason(STATE_WARNING, "not authenticated, while others are: ntp2.example.net");
    assert_reason(STATE_OK, "4 of 5 NTP sources authenticated (NTS 4, symmetric key 0)");
    assert_value("unauthenticated", 1);
    assert_value("unanswered", 0);
    assert_value("nts_cookies", 8);
    assert_value("missing_keys", keyless[_i].missing);
    assert_value("nts_keyless", keyless[_i].nts_keyless);
    snprintf(limit, sizeof limit, "%s 1 (warning limit 0)", keyless[_i].limit);
    assert_reason(STATE_WARNING, limit);
    snprintf(why, sizeof why, "ntp2.example.net%s", keyless[_i].why);
    assert_reason(STATE_WARNING, why);
    ck_assert_uint_eq(result.reason_count, keyless[_i].reasons);
    settings.authentication = REQUIRE_ANY;
    ck_assert_int_eq(judge(&auth_check), STATE_CRITICAL);
    assert_reason(STATE_CRITICAL, "not authenticated, as required: ntp2.example.net");
}
END_TEST

/* Of one source alone, too, where no other is named beside it. */
START_TEST(explains_the_only_source)
{
    set_kinds("n");
    sources[0].auth_data =
        (struct auth_data){.mode = NTS, .attempts = 1, .since_key = NEVER};
    ck_assert_int_eq(judge(&auth_check), STATE_WARNING);
    assert_reason(STATE_WARNING, "ntp1.example.net" KEYLESS);
    assert_reason(STATE_OK, "none of 1 NTP sources is authenticated");
    assert_value("nts_cookies", (double)NAN);
    assert_value("ke_attempts", 1);
}
END_TEST

/* What is said at the end is what is so now: who does not answer verifies nothing. */
START_TEST(counts_who_answers)
{
    set_kinds("nkk-");
    sources[1].data.reach = 0;
    judge(&auth_check);
    assert_reason(STATE_OK, "2 of 4 NTP sources authenticated (NTS 1, symmetric key 1)");
    assert_value("unauthenticated", 1);
    assert_value("unanswered", 1);
}
END_TEST

/* A key that is not there is not weak. */
START_TEST(calls_no_missing_key_weak)
{
    set_kinds("kk");
    sources[0].auth_data.key_type = sources[0].auth_data.key_length = 0;
    judge(&auth_check);
    assert_value("missing_keys", 1);
    assert_value("weak_keys", 0);
}
END_TEST

/* One that is not authenticated need not answer. */
START_TEST(waits_for_no_answer_without_authentication)
{
    set_kinds("--");
    sources[0].data.reach = 0;
    ck_assert_int_eq(judge(&auth_check), STATE_OK);
    assert_value("unanswered", 0);
}
END_TEST

/* Before the first key there is no age, and nothing to limit. */
START_TEST(knows_no_age_before_the_first_key)
{
    for (size_t i = 0; i < 5; i++)
        sources[i].auth_data.since_key = NEVER;
    give(&auth_check, "ke_age", "1h", "1d");
    judge(&auth_check);
    assert_value("ke_age", (double)NAN);
    ck_assert_int_eq(result_state(&result), STATE_OK);
}
END_TEST

/* Where nobody has NTS, nothing is said of it, and where all do, nothing of keys. */
START_TEST(measures_what_there_is)
{
    set_kinds("kk");
    judge(&auth_check);
    assert_value("nts_cookies", (double)NAN);
    assert_value("ke_attempts", (double)NAN);
    assert_value("ke_age", (double)NAN);
    assert_value("nts_naks", 0);
    assert_value("weak_keys", 0);
    assert_value("missing_keys", 0);
}
END_TEST

/* The least and the most of all, and all that are concerned. */
START_TEST(folds_sources)
{
    static const uint16_t cookies[] = {8, 0, 7, 1, 2};
    static const uint16_t attempts[] = {0, 2, 1, 7, 0};
    static const uint32_t ages[] = {100, NEVER, 300, 200, 0};

    for (size_t i = 0; i < 5; i++) {
        sources[i].auth_data.cookies = cookies[i];
        sources[i].auth_data.attempts = attempts[i];
        sources[i].auth_data.since_key = ages[i];
        sources[i].auth_data.nak = i >= 2;
    }
    ck_assert_int_eq(judge(&auth_check), STATE_WARNING);
    assert_value("nts_cookies", 0);
    assert_value("ke_attempts", 7);
    assert_value("ke_age", 300);
    assert_value("nts_naks", 3);
    assert_reason(STATE_WARNING, "ntp2.example.net, ntp4.example.net" COOKIES);
    assert_reason(STATE_WARNING, "ntp2.example.net, ntp4.example.net" ATTEMPTS);
    assert_reason(STATE_WARNING, "ntp3.example.net, ntp4.example.net and 1 more" NAK);
}
END_TEST

/* A source without NTS has no cookies and no attempts: it is not one of those that have
 * too few or too many. Nor is one that does not count at all. */
START_TEST(names_only_whom_it_concerns)
{
    set_kinds("k-nnnnk");
    uncounted[_i].be(&sources[3]);
    sources[2].auth_data.cookies = sources[4].auth_data.cookies = 1;
    sources[2].auth_data.attempts = sources[4].auth_data.attempts = 2;
    sources[4].auth_data.since_key = NEVER;
    give(&auth_check, "ke_age", "1min", NULL);
    judge(&auth_check);
    assert_reason(STATE_WARNING, "ntp3.example.net, ntp5.example.net" COOKIES);
    assert_reason(STATE_WARNING, "ntp3.example.net, ntp5.example.net" ATTEMPTS);
    assert_reason(STATE_WARNING, "ntp3.example.net, ntp6.example.net" OLD);
}
END_TEST

/* --- limits that the user gives --- */

static const struct {
    const char *metric, *warning, *critical;
    enum state state;
    const char *limit, *why; /* NULL: nothing is said */
} limits[] = {
    {"nts_cookies", "5:", "3:", STATE_CRITICAL, "nts_cookies 2 (critical limit 3:)",
     "ntp1.example.net" COOKIES},
    {"nts_cookies", "5:", "2:", STATE_WARNING, "nts_cookies 2 (warning limit 5:)",
     "ntp1.example.net, ntp2.example.net" COOKIES},
    {"nts_cookies", "~:", NULL, STATE_OK, NULL, NULL},
    {"ke_attempts", "0", "0", STATE_CRITICAL, "ke_attempts 1 (critical limit 0)",
     "ntp1.example.net" ATTEMPTS},
    {"ke_age", "1h", "1d", STATE_WARNING, "ke_age 7200 s (warning limit 3600 s)",
     "ntp2.example.net" OLD},
    {"ke_age", "30min", "1h", STATE_CRITICAL, "ke_age 7200 s (critical limit 3600 s)",
     "ntp2.example.net" OLD},
    {"ke_age", "30min", "3h", STATE_WARNING, "ke_age 7200 s (warning limit 1800 s)",
     "ntp1.example.net, ntp2.example.net" OLD},
    {"ke_age", "2h", NULL, STATE_OK, NULL, NULL},
};

START_TEST(takes_given_limits)
{
    set_kinds("nn");
    sources[0].auth_data.cookies = 2;
    sources[1].auth_data.cookies = 4;
    sources[0].auth_data.attempts = 1;
    sources[1].auth_data.since_key = 7200;
    give(&auth_check, limits[_i].metric, limits[_i].warning, limits[_i].critical);
    ck_assert_int_eq(judge(&auth_check), limits[_i].state);
    if (limits[_i].limit) {
        assert_reason(limits[_i].state, limits[_i].limit);
        assert_reason(limits[_i].state, limits[_i].why);
    }
    ck_assert_uint_eq(result.reason_count, limits[_i].limit ? 3 : 1);
}
END_TEST

START_TEST(takes_given_limits_of_counts)
{
    sources[1].auth_data.nak = sources[3].auth_data.nak = 1;
    give(&auth_check, "nts_naks", "2", NULL);
    ck_assert_int_eq(judge(&auth_check), STATE_OK);
    give(&auth_check, "nts_naks", "0", "1");
    ck_assert_int_eq(judge(&auth_check), STATE_CRITICAL);
    assert_reason(STATE_CRITICAL, "nts_naks 2 (critical limit 1)");
    assert_reason(STATE_CRITICAL, "ntp2.example.net, ntp4.example.net" NAK);
}
END_TEST

/* --- names --- */

/* As configured; where that is not known, the address. */
START_TEST(names_sources_as_configured)
{
    set_kinds("n---");
    snprintf(sources[1].name, SOURCE_NAME, "time.example.org");
    *sources[2].name = '\0';
    judge(&auth_check);
    assert_reason(STATE_WARNING, NOT_ALL "time.example.org, 127.0.0.13 and 1 more");
}
END_TEST

/* However long names are, the whole sentence is said. */
START_TEST(cuts_no_sentence_off)
{
    char expected[REASON_TEXT];

    set_kinds("nnnn");
    for (size_t i = 0; i < 4; i++) {
        memset(sources[i].name, 'a', SOURCE_NAME - 1);
        sources[i].auth_data.attempts = 2;
    }
    judge(&auth_check);
    snprintf(expected, sizeof expected, "%.40s, %.40s and 2 more" ATTEMPTS,
             sources[0].name, sources[1].name);
    assert_reason(STATE_WARNING, expected);
}
END_TEST

/* --- a report that is not there --- */

static const struct {
    enum session_error error;
    const char *text;
} missing[] = {
    {SESSION_NOT_AUTHORISED,
     "chronyd's authdata report: not authorised: add it to opencommands in chrony.conf "
     "(chrony 4.7 and later), or run the plugin as the user of chronyd"},
    {SESSION_NOT_SUPPORTED,
     "chronyd's authdata report: chronyd is too old for it (it needs chrony 4.0): "
     "chronyd and this plugin are too far apart, update the older one"},
    {SESSION_IMPLAUSIBLE,
     "chronyd's authdata report: implausible value: see the log of chronyd"},
    {SESSION_NO_SUCH_SOURCE,
     "chronyd's authdata report: no such source: see the log of chronyd"},
};

START_TEST(explains_a_missing_report)
{
    be_a_clock(&sources[0]);
    be_untold(&sources[1]);
    sources[3].auth_data_error = missing[_i].error;
    ck_assert_int_eq(judge(&auth_check), STATE_UNKNOWN);
    assert_reason(STATE_UNKNOWN, missing[_i].text);
    ck_assert_uint_eq(result.reason_count, 1);
    ck_assert_uint_eq(result.measurement_count, 0);
}
END_TEST

START_TEST(explains_missing_sources)
{
    snapshot.sources_error = SESSION_REFUSED;
    snapshot.source_count = 0;
    ck_assert_int_eq(judge(&auth_check), STATE_CRITICAL);
    ck_assert_uint_eq(result.measurement_count, 0);
    snapshot.sources_error = SESSION_OK;
    snapshot.source_count = 5;
    snapshot.sources_whole = false;
    ck_assert_int_eq(judge(&auth_check), STATE_UNKNOWN);
    assert_value("unauthenticated", 0);
}
END_TEST

START_TEST(needs_the_report_and_names)
{
    const unsigned needed = NEED_SOURCES | NEED_AUTH_DATA | NEED_SOURCE_NAMES;

    ck_assert_uint_eq(auth_check.needs(&settings), needed);
    settings.verbose = true;
    ck_assert_uint_eq(auth_check.needs(&settings), needed);
}
END_TEST

/* --- the table --- */

static const struct {
    uint16_t number;
    const char *name;
    bool is_weak;
} key_types[] = {
    {0, "unknown", false},     {1, "MD5", true},
    {2, "SHA1", true},         {3, "SHA256", false},
    {4, "SHA384", false},      {5, "SHA512", false},
    {6, "SHA3-224", false},    {7, "SHA3-256", false},
    {8, "SHA3-384", false},    {9, "SHA3-512", false},
    {10, "TIGER", false},      {11, "WHIRLPOOL", false},
    {12, "unknown", false},    {13, "AES128", false},
    {14, "AES256", false},     {15, "AES-SIV-CMAC-256", false},
    {16, "unknown", false},    {30, "AES-128-GCM-SIV", false},
    {65535, "unknown", false},
};

START_TEST(knows_key_types)
{
    ck_assert_str_eq(auth_key_text(key_types[_i].number), key_types[_i].name);
    ck_assert_int_eq(auth_key_is_weak(key_types[_i].number), key_types[_i].is_weak);
}
END_TEST

START_TEST(knows_modes)
{
    ck_assert_str_eq(auth_mode_text(AUTHENTICATION_NONE), "none");
    ck_assert_str_eq(auth_mode_text(AUTHENTICATION_KEY), "symmetric key");
    ck_assert_str_eq(auth_mode_text(AUTHENTICATION_NTS), "NTS");
    ck_assert_str_eq(auth_mode_text(3), "unknown");
    ck_assert_str_eq(auth_mode_text(65535), "unknown");
}
END_TEST

/* The line of the first source. */
static const struct {
    struct auth_data auth;
    const char *line;
} rows[] = {
    {{NONE, 0, 0, 0, 0, NEVER, 0, 0, 0},
     "127.0.0.11: name ntp1.example.net, authentication none"},
    {{KEY, 13, 1, 128, 0, NEVER, 0, 0, 0},
     "127.0.0.11: name ntp1.example.net, authentication symmetric key, "
     "key type AES128, key id 1, key bits 128"},
    {{KEY, 1, 7, 80, 0, NEVER, 0, 0, 0},
     "127.0.0.11: name ntp1.example.net, authentication symmetric key, key type MD5, "
     "key id 7, key bits 80"},
    {{KEY, 0, 42, 0, 0, NEVER, 0, 0, 0},
     "127.0.0.11: name ntp1.example.net, authentication symmetric key, key id 42"},
    {{KEY, 99, 1, 128, 0, NEVER, 0, 0, 0},
     "127.0.0.11: name ntp1.example.net, authentication symmetric "
     "key, key type unknown, key id 1, key bits 128"},
    {{NTS, 15, 3, 256, 0, 3600, 8, 100, 0},
     "127.0.0.11: name ntp1.example.net, authentication NTS, key type AES-SIV-CMAC-256, "
     "key id 3, key bits 256, key age 60 min, attempts 0, cookies 8, nak 0"},
    {{NTS, 30, 3, 128, 2, 3600, 5, 100, 1},
     "127.0.0.11: name ntp1.example.net, authentication NTS, key type AES-128-GCM-SIV, "
     "key id 3, key bits 128, key age 60 min, attempts 2, cookies 5, nak 1"},
    {{NTS, 0, 0, 0, 9, NEVER, 0, 100, 0},
     "127.0.0.11: name ntp1.example.net, authentication NTS, key id 0, attempts 9, "
     "cookies 0, nak 0"},
    {{3, 0, 0, 0, 0, NEVER, 0, 0, 0},
     "127.0.0.11: name ntp1.example.net, authentication unknown, key id 0"},
};

/* What -v adds to the first line; the caller frees it. */
static char *rendered(void)
{
    const struct render_options options = {.perfdata = false};
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    ck_assert_ptr_nonnull(out);
    settings.verbose = true;
    judge(&auth_check);
    formats[0].render(&result, &options, out);
    ck_assert_int_eq(fclose(out), 0);
    memmove(text, strchr(text, '\n') + 1, strlen(strchr(text, '\n')));
    return text;
}

static void assert_rendered(const char *expected)
{
    char *text = rendered();

    ck_assert_str_eq(text, expected);
    free(text);
}

START_TEST(tabulates_a_source)
{
    char expected[512];

    set_kinds("n");
    sources[0].auth_data = rows[_i].auth;
    snprintf(expected, sizeof expected, "%s\n", rows[_i].line);
    assert_rendered(expected);
}
END_TEST

/* Only what can be authenticated; a name that is the address is not said twice. */
START_TEST(tabulates_all_sources)
{
    set_kinds("--n-k");
    be_a_clock(&sources[0]);
    snprintf(sources[1].name, SOURCE_NAME, "127.0.0.12");
    be_untold(&sources[2]);
    *sources[3].name = '\0';
    assert_rendered("127.0.0.12: authentication none\n"
                    "127.0.0.14: authentication none\n"
                    "127.0.0.15: name ntp5.example.net, authentication symmetric key, "
                    "key type AES128, key id 1, key bits 128\n");
}
END_TEST

START_TEST(tabulates_only_when_asked)
{
    judge(&auth_check);
    ck_assert_uint_eq(result.table_count, 0);
}
END_TEST

/* --- all of it --- */

static TCase *requirement_tests(void)
{
    TCase *tcase = tcase_create("requirements");

    tcase_add_checked_fixture(tcase, setup, judging_end);
    add_table_test(tcase, judges_mixes, mixes);
    tcase_add_test(tcase, accepts_a_mixture_within_a_given_limit);
    tcase_add_test(tcase, requires_by_name);
    tcase_add_test(tcase, trusts_no_unknown_mode);
    tcase_add_test(tcase, limits_unauthenticated);
    tcase_add_test(tcase, measures_unauthenticated_first);
    add_table_test(tcase, counts_only_what_can_be_authenticated, uncounted);
    add_table_test(tcase, mixes_no_uncounted_source, uncounted);
    add_table_test(tcase, requires_nothing_of_uncounted_sources, uncounted);
    return tcase;
}

static TCase *concern_tests(void)
{
    TCase *tcase = tcase_create("concerns");

    tcase_add_checked_fixture(tcase, setup, judging_end);
    add_table_test(tcase, says_which_source_and_why, concerns);
    add_table_test(tcase, authenticates_nothing_without_a_key, keyless);
    tcase_add_test(tcase, explains_the_only_source);
    tcase_add_test(tcase, counts_who_answers);
    tcase_add_test(tcase, calls_no_missing_key_weak);
    tcase_add_test(tcase, waits_for_no_answer_without_authentication);
    tcase_add_test(tcase, knows_no_age_before_the_first_key);
    tcase_add_test(tcase, measures_what_there_is);
    tcase_add_test(tcase, folds_sources);
    add_table_test(tcase, names_only_whom_it_concerns, uncounted);
    add_table_test(tcase, takes_given_limits, limits);
    tcase_add_test(tcase, takes_given_limits_of_counts);
    return tcase;
}

static TCase *text_tests(void)
{
    TCase *tcase = tcase_create("names, errors and the table");

    tcase_add_checked_fixture(tcase, setup, judging_end);
    tcase_add_test(tcase, names_sources_as_configured);
    tcase_add_test(tcase, cuts_no_sentence_off);
    add_table_test(tcase, explains_a_missing_report, missing);
    tcase_add_test(tcase, explains_missing_sources);
    tcase_add_test(tcase, needs_the_report_and_names);
    add_table_test(tcase, knows_key_types, key_types);
    tcase_add_test(tcase, knows_modes);
    add_table_test(tcase, tabulates_a_source, rows);
    tcase_add_test(tcase, tabulates_all_sources);
    tcase_add_test(tcase, tabulates_only_when_asked);
    return tcase;
}

Suite *test_suite(void)
{
    Suite *suite = suite_create("auth");

    suite_add_tcase(suite, requirement_tests());
    suite_add_tcase(suite, concern_tests());
    suite_add_tcase(suite, text_tests());
    return suite;
}
