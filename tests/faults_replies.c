/* SPDX-License-Identifier: GPL-2.0-or-later */
/* S: what chronyd says instead of an answer. D: answers with odd data in them. */
#include "faults.h"
#include "replies.h"

#include <string.h>

/* --- S --- */

#define REFUSED(code)                                                                    \
    .faults = {.refused_command = FAKE_ALL_COMMANDS, .refused_status = (code)}

const struct fault reply_faults[] = {
    {"S1", "status 2: not authorised", ROAD_BOTH, REFUSED(2),
     .expected = {{ALL, 3, "not authorised: add it to opencommands in chrony.conf"}}},
    {"S2", "status 3: no such command", ROAD_BOTH, REFUSED(3),
     .expected = {{ALL, 3, "chronyd is too old for it"}}},
    {"S3", "status 18 of protocol version 7", ROAD_BOTH,
     .faults = {.refused_command = FAKE_ALL_COMMANDS,
                .refused_status = 18,
                .patches = {{0, 0, 1, false, {7}}}},
     .expected = {{ALL, 3, "another protocol version (7, not 6)"}}},
    {"S4", "status 19: the request is too short for it", ROAD_BOTH, REFUSED(19),
     .expected = {{ALL, 3, "chronyd is newer than this program"}}},
    {"S5.1", "status 6: not enabled", ROAD_BOTH, REFUSED(6),
     .expected = {{ALL, 3, "not enabled in chrony.conf"}}},
    {"S5.2", "status 13: no real-time clock", ROAD_BOTH, REFUSED(13),
     .expected = {{ALL, 3, "not enabled in chrony.conf"}}},
    {"S5.3", "status 15: inactive", ROAD_BOTH, REFUSED(15),
     .expected = {{ALL, 3, "not enabled in chrony.conf"}}},
    {"S6", "status 65535", ROAD_BOTH, REFUSED(65535),
     .expected = {{ALL, 3, "chronyd reports a failure (status 65535)"}}},
    {"S7.1", "success without a report", ROAD_BOTH,
     .faults = {.patches = {{0, 6, 4, false, {0, 1, 0, 0}}}},
     .expected = {{ALL, 3, "no such source"}}},
    {"S7.2", "success with a report of another kind", ROAD_BOTH,
     .faults = {.patches = {{0, 6, 4, false, {0, 99, 0, 0}}}},
     .expected = {{ALL, 3, "chronyd is newer than this program"}}},
    {0},
};

/* --- D --- */

enum { TRACKING = 33, SOURCE = 15, STATS = 54, AUTH = 67 };

/* Big-endian, at a place in the replies to a command. */
#define WORD(command, at, a, b, c, d)                                                    \
    .faults = {.patches = {{command, at, 4, false, {a, b, c, d}}}}
#define PAIR(command, at, a, b) .faults = {.patches = {{command, at, 2, false, {a, b}}}}

static void lose_all(struct fake_chronyd *fake)
{
    fake->total = 0;
}

static void claim_too_many(struct fake_chronyd *fake)
{
    fake->total = UINT32_MAX;
}

static void lose_one(struct fake_chronyd *fake)
{
    fake->vanished = 4;
}

static void find_another(struct fake_chronyd *fake)
{
    fake->shift_after = 3;
}

static void move_selection(struct fake_chronyd *fake)
{
    fake->sources[0].state = SOURCE_COMBINED;
    fake->sources[4].state = SOURCE_SELECTED;
    fake->tracking.address = fake->sources[4].address;
    fake->reselect_after = 2;
}

/* A source of each kind, and one of a kind that nobody knows. */
static void mix_families(struct fake_chronyd *fake)
{
    static const struct ip_address addresses[] = {
        {IP_V4, {127, 0, 0, 11}},
        {IP_V6, {0x20, 0x01, 0x0d, 0xb8, [15] = 1}},
        {IP_ID, {0, 0, 0, 2}},
        {99, {1, 2, 3, 4}},
        {IP_UNSPECIFIED, {'P', 'P', 'S', 0}},
    };

    for (size_t i = 0; i < 5; i++)
        fake->sources[i].address = addresses[i];
    fake->sources[4].mode = MODE_REFERENCE_CLOCK;
    fake->name = NULL;
}

static void name_clock(struct fake_chronyd *fake)
{
    mix_families(fake);
    fake->sources[0].state = SOURCE_COMBINED;
    fake->sources[4].state = SOURCE_SELECTED;
    memcpy(fake->sources[4].address.bytes, "|'\033\n", 4);
}

#define NAMED(name_of_all, text)                                                         \
    static void name_##name_of_all(struct fake_chronyd *fake)                            \
    {                                                                                    \
        fake->name = text;                                                               \
    }
#define LETTERS_32  "abcdefghijklmnopqrstuvwxyzabcdef"
#define LETTERS_128 LETTERS_32 LETTERS_32 LETTERS_32 LETTERS_32
NAMED(long, LETTERS_128 LETTERS_128)
NAMED(bar, "a|x=1;2")
NAMED(quote, "a'b=c\"d")
NAMED(escape, "a\033[2Jb")
NAMED(newline, "a\nOK - b")
NAMED(utf8, "a\303\244\377b")
NAMED(format, "%n%s%100000d")
NAMED(tag, "<b>&lt;")
NAMED(nothing, "")

#define LAYOUT(release, size)                                                            \
    static void count_as_##release(struct fake_chronyd *fake)                            \
    {                                                                                    \
        fake->server_stats =                                                             \
            (struct fake_recorded){server_stats_##release##_reply, size};                \
    }
LAYOUT(2_3, 48)
LAYOUT(4_0, 60)
LAYOUT(4_3, 72)
LAYOUT(4_9, 196)

#define OF_SOURCES "health sync sources"
#define NAMING(id, what, function, words)                                                \
    {                                                                                    \
        id, what, ROAD_BOTH, .alter = function, .arguments = {"-v"}, .expected = {       \
            {"sources auth", 0, words},                                                  \
            {"sync", 0, words}                                                           \
        }                                                                                \
    }

const struct fault data_faults[] = {
    {"D1", "there is no source", ROAD_BOTH, .alter = lose_all,
     .expected = {{"health sync", 2, "chronyd has no source"},
                  {"sources", 2, "good 0 (critical limit 1:)"},
                  {"auth", 0, NULL},
                  {"offset", 1, "no source is selected"}}},
    {"D2", "there are 4294967295 sources, and each is answered for", ROAD_BOTH,
     .alter = claim_too_many,
     .expected = {{OF_SOURCES " auth", 3,
                   "chronyd has 4294967295 sources, only 1024 were read"}}},
    {"D3.1", "a source that is counted is not there", ROAD_BOTH, .alter = lose_one,
     .expected = {{OF_SOURCES " auth", 3,
                   "the list of sources kept changing while it was read"}}},
    {"D3.2", "a new source comes while the list is read", ROAD_BOTH,
     .alter = find_another, .expected = {{OF_SOURCES " auth", 0, NULL}}},
    {"D3.3", "another source is selected while the list is read", ROAD_BOTH,
     .alter = move_selection, .expected = {{OF_SOURCES, 0, NULL}}},
    {"D3.4", "a source that is listed has no authentication data", ROAD_BOTH,
     .faults = {.refused_command = AUTH, .refused_status = 4},
     .arguments = {"--require=nts"},
     .expected = {{"auth", 3, "chronyd's authdata report: no such source"}}},
    {"D4.1", "sources with an IPv6 address, none yet, of an unknown family, and a clock",
     ROAD_BOTH, .alter = mix_families, .arguments = {"-v"},
     .expected = {{"sources", 1, "2001:db8::1: mode"}, {"auth", 0, NULL}}},
    {"D4.2", "the selected source is a clock whose letters are | ' ESC newline",
     ROAD_BOTH, .alter = name_clock, .expected = {{"sync", 0, "synchronised to ????"}}},
    {"D5.1", "numbers are 0", ROAD_BOTH, WORD(TRACKING, 68, 0, 0, 0, 0),
     .expected = {{"offset", 0, "offset=0.000000000s"}, {"health", 0, NULL}}},
    {"D5.2", "the smallest number above 0", ROAD_BOTH, WORD(TRACKING, 68, 0x80, 0, 0, 1),
     .expected = {{"health offset", 0, NULL}}},
    {"D5.3", "the largest number that chronyd writes", ROAD_BOTH,
     WORD(TRACKING, 68, 0x7e, 0xff, 0xff, 0xff),
     .expected = {{"health sync offset stratum leap", 3,
                   "chronyd's tracking report: implausible value"}}},
    {"D5.4", "the smallest number that chronyd writes", ROAD_BOTH,
     WORD(TRACKING, 68, 0x7f, 0, 0, 0),
     .expected = {{"health sync offset stratum leap", 3,
                   "chronyd's tracking report: implausible value"}}},
    {"D5.5", "a skew below 0", ROAD_BOTH, WORD(TRACKING, 88, 0xfb, 0, 0, 0),
     .expected = {{"health sync offset stratum leap", 3,
                   "chronyd's tracking report: implausible value"}}},
    {"D5.6", "an error bound of a source below 0", ROAD_BOTH,
     WORD(SOURCE, 72, 0xfb, 0, 0, 0),
     .expected = {{OF_SOURCES " auth", 3,
                   "chronyd's sources report: implausible value"}}},
    {"D6.1", "the clock was never updated", ROAD_BOTH,
     .faults = {.patches = {{TRACKING, 56, 8, false, {0}},
                            {TRACKING, 64, 4, false, {0}}}},
     .expected = {{"health sync offset stratum leap", 0, NULL}}},
    {"D6.2", "it was updated in the year 2242", ROAD_BOTH, WORD(TRACKING, 56, 0, 0, 0, 1),
     .expected = {{"health sync offset stratum leap", 0, NULL}}},
    {"D6.3", "it was updated 292 billion years from now", ROAD_BOTH,
     .faults =
         {.patches =
              {{TRACKING, 56, 8, false, {0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}},
               {TRACKING, 64, 4, false, {0xff, 0xff, 0xff, 0xff}}}},
     .expected = {{"health sync offset stratum leap", 0, NULL}}},
    {"D7.1", "no source was ever sampled", ROAD_BOTH,
     WORD(SOURCE, 60, 0xff, 0xff, 0xff, 0xff), .arguments = {"-v"},
     .expected = {{"sources", 0, "poll 6, reach 377\n"}, {"sync", 0, NULL}}},
    {"D7.2", "a reachability register of 16 bits", ROAD_BOTH,
     PAIR(SOURCE, 58, 0xff, 0xff), .arguments = {"-v"},
     .expected = {{"sources", 0, "reach 377"}, {"sync", 0, NULL}}},
    {"D7.3", "a poll of -7", ROAD_BOTH, PAIR(SOURCE, 48, 0xff, 0xf9), .arguments = {"-v"},
     .expected = {{"sources", 0, "poll -7"}, {"sync", 0, NULL}}},
    {"D7.4", "a poll of 127", ROAD_BOTH, PAIR(SOURCE, 48, 0, 127), .arguments = {"-v"},
     .expected = {{"sources", 0, "poll 127"}, {"sync", 0, NULL}}},
    {"D8.1", "a state of sources that is not known", ROAD_BOTH, PAIR(SOURCE, 52, 0, 42),
     .expected = {{"health sources", 2, "good 0 (critical limit 1:)"},
                  {"sync offset", 1, "no source is selected"},
                  {"auth", 0, NULL}}},
    {"D8.2", "a mode of sources that is not known", ROAD_BOTH, PAIR(SOURCE, 54, 0, 42),
     .arguments = {"-v"},
     .expected = {{"sources", 0, "mode unknown"}, {"health sync offset auth", 0, NULL}}},
    {"D8.3", "a leap status that is not known", ROAD_BOTH, PAIR(TRACKING, 54, 0, 42),
     .expected = {{"health sync offset stratum leap", 3, "leap status 42"}}},
    {"D8.4", "an authentication mode that is not known", ROAD_BOTH, PAIR(AUTH, 28, 0, 42),
     .expected = {{"auth", 3, "unknown authentication mode: "}}},
    {"D8.5", "the same, and authentication is required", ROAD_BOTH, PAIR(AUTH, 28, 0, 42),
     .arguments = {"--require=any"},
     .expected = {{"auth", 3, "unknown authentication mode: "}}},
    NAMING("D9.1", "a name of 256 letters without an end", name_long, LETTERS_32),
    NAMING("D9.2", "a name with | and ;", name_bar, "a?x?1?2"),
    NAMING("D9.3", "a name with ' and = and \"", name_quote, "a?b?c?d"),
    NAMING("D9.4", "a name with an escape sequence", name_escape, "a??2Jb"),
    NAMING("D9.5", "a name with a newline", name_newline, "a?OK?-?b"),
    NAMING("D9.6", "a name with bytes beyond ASCII", name_utf8, "a???b"),
    NAMING("D9.7", "a name that is a format", name_format, "%n%s%100000d"),
    NAMING("D9.8", "a name with HTML", name_tag, "?b??lt?"),
    NAMING("D9.9", "a name without a letter", name_nothing, "127.0.0.11"),
    {"D10.1", "statistics of chrony 2.3 to 3.5", ROAD_BOTH, .alter = count_as_2_3,
     .expected = {{"server", 0, "ntp_received_total="}}},
    {"D10.2", "statistics of chrony 4.0", ROAD_BOTH, .alter = count_as_4_0,
     .expected = {{"server", 0, "ntske_accepted_total=1c"}}},
    {"D10.3", "statistics of chrony 4.3", ROAD_BOTH, .alter = count_as_4_3,
     .expected = {{"server", 0, "ntp_interleaved_total="}}},
    {"D10.4", "statistics of chrony 4.9", ROAD_BOTH, .alter = count_as_4_9,
     .expected = {{"server", 0, "ntp_interleaved_total="}}},
    {"D10.5", "statistics whose counts are all ones", ROAD_BOTH,
     .faults =
         {.patches = {{STATS, 28, 8, false, {255, 255, 255, 255, 255, 255, 255, 255}}}},
     .expected = {{"server", 0, NULL}}},
    {0},
};
