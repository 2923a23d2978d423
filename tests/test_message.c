/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmdmon/message.h"
#include "cmdmon/reports.h"
#include "replies.h"
#include "runner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { UNTOUCHED = 0xaa };

/* --- the messages --- */

static const struct {
    const struct message *message;
    const char *name;
    uint16_t command;
    size_t request_length;
} messages[] = {
    {&tracking_message, "tracking", 33, 104},
    {&source_total_message, "sources", 14, 32},
    {&source_data_message, "sources", 15, 76},
    {&source_stats_message, "sourcestats", 34, 84},
    {&source_name_message, "sourcename", 65, 284},
};

/* Every command of candm.h that changes nothing in chronyd, whatever its arguments. */
static const uint16_t read_only_commands[] = {14, 15, 25, 26, 33, 34, 35, 41,
                                              44, 51, 54, 57, 65, 67, 69};

static int count_messages(void)
{
    int count = 0;

    while (all_messages[count])
        count++;
    return count;
}

START_TEST(message_row)
{
    const struct message *message = messages[_i].message;

    ck_assert_str_eq(message->name, messages[_i].name);
    ck_assert_uint_eq(message->command, messages[_i].command);
    ck_assert_uint_eq(message_request_length(message), messages[_i].request_length);
}
END_TEST

START_TEST(all_messages_are_those)
{
    ck_assert_int_eq(count_messages(), COUNT(messages));
    for (int i = 0; i < COUNT(messages); i++)
        ck_assert_ptr_eq(all_messages[i], messages[i].message);
}
END_TEST

START_TEST(all_messages_are_read_only)
{
    for (int i = 0; i < count_messages(); i++) {
        bool found = false;

        for (int j = 0; j < COUNT(read_only_commands); j++)
            found |= all_messages[i]->command == read_only_commands[j];
        ck_assert_msg(found, "command %u", all_messages[i]->command);
    }
}
END_TEST

/* The oldest chronyd drops a longer request. */
START_TEST(all_requests_fit_every_chronyd)
{
    for (int i = 0; i < count_messages(); i++)
        ck_assert_uint_le(message_request_length(all_messages[i]), 472);
}
END_TEST

/* --- requests --- */

static const struct {
    const struct message *message;
    struct request_argument argument;
    uint16_t attempt;
    uint32_t sequence;
    uint8_t bytes[40]; /* and zeros up to the length of the request */
} requests[] = {
    {&tracking_message,
     {.index = 7, .address = {IP_V4, {1, 2, 3, 4}}}, /* not for this message */
     0,
     0x12345678,
     {6, 1, 0, 0, 0, 33, 0, 0, 0x12, 0x34, 0x56, 0x78}},
    {&source_total_message,
     {0},
     65535,
     0xffffffff,
     {6, 1, 0, 0, 0, 14, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}},
    {&source_data_message,
     {.index = 0x01020304},
     1,
     0,
     {6, 1, 0, 0, 0, 15, 0, 1, [20] = 1, 2, 3, 4}},
    {&source_stats_message,
     {.index = 260},
     2,
     1,
     {6, 1, 0, 0, 0, 34, 0, 2, 0, 0, 0, 1, [22] = 1, 4}},
    {&source_name_message,
     {.address = {IP_V4, {127, 0, 0, 11}}},
     0,
     1,
     {6, 1, 0, 0, 0, 65, 0, 0, 0, 0, 0, 1, [20] = 127, 0, 0, 11, [37] = 1}},
    {&source_name_message,
     {.address = {IP_V6, {0x20, 0x01, [15] = 0x99}}},
     0,
     1,
     {6, 1, 0, 0, 0, 65, 0, 0, 0, 0, 0, 1, [20] = 0x20, 0x01, [35] = 0x99, 0, 2}},
    {&source_name_message,
     {.address = {IP_ID, {0, 0, 0, 2}}},
     0,
     1,
     {6, 1, 0, 0, 0, 65, 0, 0, 0, 0, 0, 1, [23] = 2, [37] = 3}},
};

START_TEST(encode)
{
    const size_t length = message_request_length(requests[_i].message);
    uint8_t expected[MESSAGE_MAX], bytes[MESSAGE_MAX];

    memset(expected, UNTOUCHED, sizeof expected);
    memset(expected, 0, length);
    memcpy(expected, requests[_i].bytes,
           length < sizeof requests[_i].bytes ? length : sizeof requests[_i].bytes);
    memset(bytes, UNTOUCHED, sizeof bytes);
    message_encode(requests[_i].message, &requests[_i].argument, requests[_i].attempt,
                   requests[_i].sequence, bytes);
    ck_assert_mem_eq(bytes, expected, sizeof bytes);
}
END_TEST

/* --- headers --- */

static const struct {
    const uint8_t *bytes;
    uint16_t command, reply, status;
} recorded_headers[] = {
    {tracking_healthy_reply, 33, 5, STATUS_SUCCESS},
    {source_selected_reply, 15, 3, STATUS_SUCCESS},
    {no_such_source_reply, 15, 1, STATUS_NO_SUCH_SOURCE},
    {bad_version_reply, 33, 1, STATUS_BAD_VERSION},
    {bad_length_reply, 33, 1, STATUS_BAD_LENGTH},
    {unauthorised_reply, 54, 1, STATUS_UNAUTHORISED},
    {invalid_command_reply, 999, 1, STATUS_INVALID},
};

START_TEST(decode_recorded_header)
{
    struct reply_header header;

    ck_assert(message_decode_header(recorded_headers[_i].bytes, 28, &header));
    ck_assert_uint_eq(header.version, PROTOCOL_VERSION);
    ck_assert_uint_eq(header.command, recorded_headers[_i].command);
    ck_assert_uint_eq(header.reply, recorded_headers[_i].reply);
    ck_assert_uint_eq(header.status, recorded_headers[_i].status);
    ck_assert_uint_eq(header.sequence, RECORDED_SEQUENCE);
}
END_TEST

static const struct {
    uint8_t version, packet, reserved1, reserved2;
    uint16_t status;
    size_t length;
    bool accepted;
} headers[] = {
    {6, 2, 0, 0, 0, 28, true},
    {6, 2, 0, 0, 0, 29, true},
    {6, 2, 0, 0, 0, 1024, true},
    {6, 2, 0, 0, 0, 27, false},
    {6, 2, 0, 0, 0, 1, false},
    {6, 2, 0, 0, 0, 0, false},
    {6, 2, 0, 0, 18, 28, true},
    {6, 2, 0, 0, 999, 28, true},
    {6, 1, 0, 0, 0, 28, false}, /* a request: ours, come back */
    {6, 0, 0, 0, 0, 28, false},
    {6, 3, 0, 0, 0, 28, false},
    {6, 2, 1, 0, 0, 28, false},
    {6, 2, 0, 1, 0, 28, false},
    /* Only to say that the versions differ may a reply be of another one. */
    {5, 2, 0, 0, 0, 28, false},
    {7, 2, 0, 0, 0, 28, false},
    {5, 2, 0, 0, 18, 28, true},
    {4, 2, 0, 0, 18, 28, true},
    {7, 2, 0, 0, 18, 28, true},
    {255, 2, 0, 0, 18, 28, true},
    {3, 2, 0, 0, 18, 28, false},
    {0, 2, 0, 0, 18, 28, false},
    {5, 2, 0, 0, 19, 28, false},
    {5, 1, 0, 0, 18, 28, false},
    {5, 2, 1, 0, 18, 28, false},
    {5, 2, 0, 0, 18, 27, false},
};

START_TEST(decode_header)
{
    uint8_t bytes[MESSAGE_MAX] = {headers[_i].version, headers[_i].packet,
                                  headers[_i].reserved1, headers[_i].reserved2};
    struct reply_header header;

    wire_put_u16(bytes + 8, headers[_i].status);
    ck_assert_int_eq(message_decode_header(bytes, headers[_i].length, &header),
                     headers[_i].accepted);
    if (headers[_i].accepted)
        ck_assert_uint_eq(header.version, headers[_i].version);
}
END_TEST

START_TEST(decode_header_ignores_padding)
{
    uint8_t bytes[28];
    struct reply_header header;

    memcpy(bytes, no_such_source_reply, sizeof bytes);
    memset(bytes + 10, 0xff, 6);
    memset(bytes + 20, 0xff, 8);
    ck_assert(message_decode_header(bytes, sizeof bytes, &header));
    ck_assert_uint_eq(header.status, STATUS_NO_SUCH_SOURCE);
    ck_assert_uint_eq(header.sequence, RECORDED_SEQUENCE);
}
END_TEST

/* --- bodies --- */

/* Decodes a copy that ends where the reply ends, so that a sanitizer sees a read beyond
   it. */
static enum decode_error decode(const struct message *message, const uint8_t *reply,
                                size_t length, void *report)
{
    uint8_t *bytes = malloc(length);
    struct reply_header header;
    enum decode_error error;

    ck_assert_ptr_nonnull(bytes);
    memcpy(bytes, reply, length);
    ck_assert(message_decode_header(bytes, length, &header));
    error = message_decode(message, &header, bytes, length, report);
    free(bytes);
    return error;
}

static void assert_address(const struct ip_address *address,
                           const struct ip_address *expected)
{
    ck_assert_uint_eq(address->family, expected->family);
    ck_assert_mem_eq(address->bytes, expected->bytes, sizeof address->bytes);
}

/* The literals of the tables below are exact: see the floats in test_wire.c. */
static const struct {
    const uint8_t *reply;
    struct tracking report;
} trackings[] = {
    {tracking_healthy_reply,
     {
         .reference_id = 0x7f00000b,
         .address = {IP_V4, {127, 0, 0, 11}},
         .stratum = 2,
         .leap_status = LEAP_NORMAL,
         .reference_time = {1795417395, 170477892},
         .offset = 5.39276641e-07f,
         .last_offset = -5.4970708e-09f,
         .rms_offset = 1.33867175e-08f,
         .frequency = -0.00289539411f,
         .residual_frequency = -0.000123435355f,
         .skew = 0.00896066427f,
         .root_delay = 7.84999997e-07f,
         .root_dispersion = 9.63435809e-07f,
         .update_interval = 0.504755795f,
     }},
    {tracking_ahead_reply,
     {
         .reference_id = 0x7f00000c,
         .address = {IP_V4, {127, 0, 0, 12}},
         .stratum = 2,
         .leap_status = LEAP_NORMAL,
         .reference_time = {1795417394, 962061007},
         .offset = 0.250000805f,
         .last_offset = -1.185399e-09f,
         .rms_offset = 2.38178828e-08f,
         .frequency = 0.00634930329f,
         .residual_frequency = 0.000135320966f,
         .skew = 0.0150392419f,
         .root_delay = 1.44399996e-06f,
         .root_dispersion = 9.45231761e-07f,
         .update_interval = 0.251053154f,
     }},
    {tracking_unsynchronised_reply,
     {
         .leap_status = LEAP_UNSYNCHRONISED,
         .root_delay = 1,
         .root_dispersion = 1,
     }},
    {tracking_local_reply,
     {
         .reference_id = REFERENCE_ID_LOCAL,
         .stratum = 10,
         .leap_status = LEAP_NORMAL,
         .reference_time = {1795417348, 158882977},
     }},
    {tracking_reference_clock_reply,
     {
         .reference_id = 0x534f4b30,
         .stratum = 1,
         .leap_status = LEAP_NORMAL,
         .reference_time = {1795417395, 411611893},
         .offset = -6.20311425e-07f,
         .last_offset = -9.22176735e-09f,
         .rms_offset = 2.11548112e-08f,
         .frequency = -0.00225466467f,
         .residual_frequency = -7.84151198e-05f,
         .skew = 0.00778103806f,
         .root_delay = 9.99999975e-05f,
         .root_dispersion = 1.51837685e-06f,
         .update_interval = 1.00013804f,
     }},
};

START_TEST(decode_tracking)
{
    const struct tracking *expected = &trackings[_i].report;
    struct tracking report;

    ck_assert_int_eq(decode(&tracking_message, trackings[_i].reply, 104, &report),
                     DECODE_OK);
    ck_assert_uint_eq(report.reference_id, expected->reference_id);
    assert_address(&report.address, &expected->address);
    ck_assert_uint_eq(report.stratum, expected->stratum);
    ck_assert_uint_eq(report.leap_status, expected->leap_status);
    ck_assert_int_eq(report.reference_time.seconds, expected->reference_time.seconds);
    ck_assert_uint_eq(report.reference_time.nanoseconds,
                      expected->reference_time.nanoseconds);
    ck_assert_double_eq(report.offset, expected->offset);
    ck_assert_double_eq(report.last_offset, expected->last_offset);
    ck_assert_double_eq(report.rms_offset, expected->rms_offset);
    ck_assert_double_eq(report.frequency, expected->frequency);
    ck_assert_double_eq(report.residual_frequency, expected->residual_frequency);
    ck_assert_double_eq(report.skew, expected->skew);
    ck_assert_double_eq(report.root_delay, expected->root_delay);
    ck_assert_double_eq(report.root_dispersion, expected->root_dispersion);
    ck_assert_double_eq(report.update_interval, expected->update_interval);
}
END_TEST

START_TEST(negated_zero_has_no_sign)
{
    struct tracking report;

    ck_assert_int_eq(
        decode(&tracking_message, tracking_unsynchronised_reply, 104, &report),
        DECODE_OK);
    ck_assert(!signbit(report.offset));
}
END_TEST

static const struct {
    const uint8_t *reply;
    struct source_data report;
} sources[] = {
    {source_selected_reply,
     {
         .address = {IP_V4, {127, 0, 0, 11}},
         .poll = -2,
         .stratum = 1,
         .state = SOURCE_SELECTED,
         .mode = MODE_CLIENT,
         .reach = 0377,
         .measured_offset = 8.05000013e-07f,
         .offset = 8.10496942e-07f,
         .error = 1.78840298e-06f,
     }},
    {source_falseticker_reply,
     {
         .address = {IP_V4, {127, 0, 0, 15}},
         .poll = -2,
         .stratum = 1,
         .state = SOURCE_FALSETICKER,
         .mode = MODE_CLIENT,
         .reach = 0377,
         .measured_offset = -0.499999583f,
         .offset = -0.499999583f,
         .error = 1.76140861e-06f,
     }},
    {source_never_sampled_reply,
     {
         .address = {IP_V4, {127, 0, 0, 99}},
         .state = SOURCE_NOT_SELECTABLE,
         .mode = MODE_CLIENT,
         .since_sample = NEVER,
     }},
    {source_unresolved_reply,
     {
         .address = {IP_ID, {0, 0, 0, 2}},
         .poll = 6,
         .state = SOURCE_NOT_SELECTABLE,
         .mode = MODE_CLIENT,
         .since_sample = NEVER,
     }},
    {source_reference_clock_reply,
     {
         .address = {IP_V4, {'S', 'O', 'K', '0'}},
         .state = SOURCE_SELECTED,
         .mode = MODE_REFERENCE_CLOCK,
         .reach = 0377,
         .measured_offset = -1.37396285e-07f,
         .offset = -1.28187082e-07f,
         .error = 5.09999991e-05f,
     }},
    {source_ipv6_reply,
     {
         .address = {IP_V6, {[15] = 1}},
         .poll = -2,
         .stratum = 1,
         .state = SOURCE_SELECTED,
         .mode = MODE_CLIENT,
         .reach = 0377,
         .measured_offset = -2.37999998e-07f,
         .offset = -2.24337782e-07f,
         .error = 2.09940185e-06f,
     }},
};

START_TEST(decode_source_data)
{
    const struct source_data *expected = &sources[_i].report;
    struct source_data report;

    ck_assert_int_eq(decode(&source_data_message, sources[_i].reply, 76, &report),
                     DECODE_OK);
    assert_address(&report.address, &expected->address);
    ck_assert_int_eq(report.poll, expected->poll);
    ck_assert_uint_eq(report.stratum, expected->stratum);
    ck_assert_uint_eq(report.state, expected->state);
    ck_assert_uint_eq(report.mode, expected->mode);
    ck_assert_uint_eq(report.flags, 0);
    ck_assert_uint_eq(report.reach, expected->reach);
    ck_assert_uint_eq(report.since_sample, expected->since_sample);
    ck_assert_double_eq(report.measured_offset, expected->measured_offset);
    ck_assert_double_eq(report.offset, expected->offset);
    ck_assert_double_eq(report.error, expected->error);
}
END_TEST

static const struct {
    const uint8_t *reply;
    struct source_stats report;
} statistics[] = {
    {stats_healthy_reply,
     {
         .reference_id = 0x7f00000b,
         .address = {IP_V4, {127, 0, 0, 11}},
         .samples = 64,
         .runs = 33,
         .span = 18,
         .standard_deviation = 2.00105603e-07f,
         .residual_frequency = -5.11207909e-05f,
         .skew = 0.0167098045f,
         .offset = -1.88581637e-07f,
         .offset_error = 6.78092988e-07f,
     }},
    {stats_empty_reply,
     {
         .reference_id = 0x7f000063,
         .address = {IP_V4, {127, 0, 0, 99}},
         .standard_deviation = 4,
         .skew = 2000,
     }},
    {stats_reference_clock_reply,
     {
         .reference_id = 0x534f4b30,
         .samples = 59,
         .runs = 27,
         .span = 58,
         .standard_deviation = 2.80203892e-07f,
         .residual_frequency = -7.84151198e-05f,
         .skew = 0.00749928365f,
         .offset = -1.56270032e-11f,
         .offset_error = 5.10739446e-05f,
     }},
    {stats_unresolved_reply,
     {
         .address = {IP_ID, {0, 0, 0, 2}},
         .standard_deviation = 4,
         .skew = 2000,
     }},
};

START_TEST(decode_source_stats)
{
    const struct source_stats *expected = &statistics[_i].report;
    struct source_stats report;

    ck_assert_int_eq(decode(&source_stats_message, statistics[_i].reply, 84, &report),
                     DECODE_OK);
    ck_assert_uint_eq(report.reference_id, expected->reference_id);
    assert_address(&report.address, &expected->address);
    ck_assert_uint_eq(report.samples, expected->samples);
    ck_assert_uint_eq(report.runs, expected->runs);
    ck_assert_uint_eq(report.span, expected->span);
    ck_assert_double_eq(report.standard_deviation, expected->standard_deviation);
    ck_assert_double_eq(report.residual_frequency, expected->residual_frequency);
    ck_assert_double_eq(report.skew, expected->skew);
    ck_assert_double_eq(report.offset, expected->offset);
    ck_assert_double_eq(report.offset_error, expected->offset_error);
}
END_TEST

static const struct {
    const uint8_t *reply;
    uint32_t count;
} totals[] = {
    {total_reply, 8},
    {total_none_reply, 0},
};

START_TEST(decode_source_total)
{
    struct source_total report;

    ck_assert_int_eq(decode(&source_total_message, totals[_i].reply, 32, &report),
                     DECODE_OK);
    ck_assert_uint_eq(report.count, totals[_i].count);
}
END_TEST

static const struct {
    const uint8_t *reply;
    const char *name;
} names[] = {
    {name_resolved_reply, "localhost"},
    {name_unresolved_reply, "no-such-host.invalid"},
};

START_TEST(decode_source_name)
{
    struct source_name report;

    ck_assert_int_eq(decode(&source_name_message, names[_i].reply, 284, &report),
                     DECODE_OK);
    ck_assert_str_eq(report.name, names[_i].name);
}
END_TEST

START_TEST(decode_name_without_nul)
{
    uint8_t reply[284];
    struct source_name report;

    memcpy(reply, name_resolved_reply, 28);
    memset(reply + 28, 'n', 256);
    memset(&report, UNTOUCHED, sizeof report);
    ck_assert_int_eq(decode(&source_name_message, reply, sizeof reply, &report),
                     DECODE_OK);
    ck_assert_mem_eq(report.name, reply + 28, 256);
    ck_assert_int_eq(report.name[256], '\0');
}
END_TEST

/* --- replies that are no report --- */

/* One reply of every message; a union of the reports is room for any of them. */
static const struct {
    const struct message *message;
    const uint8_t *reply;
    size_t length;
} bodies[] = {
    {&tracking_message, tracking_healthy_reply, 104},
    {&source_total_message, total_reply, 32},
    {&source_data_message, source_selected_reply, 76},
    {&source_stats_message, stats_healthy_reply, 84},
    {&source_name_message, name_resolved_reply, 284},
};

union report {
    struct tracking tracking;
    struct source_total total;
    struct source_data data;
    struct source_stats stats;
    struct source_name name;
};

static enum decode_error decode_as(const struct message *message, uint16_t number,
                                   const uint8_t *bytes, size_t length)
{
    const struct reply_header header = {.reply = number};
    union report report;

    return message_decode(message, &header, bytes, length, &report);
}

START_TEST(one_byte_less_is_short)
{
    union report report;

    ck_assert_int_eq(
        decode(bodies[_i].message, bodies[_i].reply, bodies[_i].length - 1, &report),
        DECODE_SHORT);
}
END_TEST

START_TEST(header_alone_is_short)
{
    union report report;

    ck_assert_int_eq(decode(bodies[_i].message, bodies[_i].reply, 28, &report),
                     DECODE_SHORT);
}
END_TEST

START_TEST(one_byte_more_is_ignored)
{
    uint8_t longer[MESSAGE_MAX] = {0};
    union report report;

    memcpy(longer, bodies[_i].reply, bodies[_i].length);
    longer[bodies[_i].length] = 0xff;
    ck_assert_int_eq(decode(bodies[_i].message, longer, bodies[_i].length + 1, &report),
                     DECODE_OK);
}
END_TEST

START_TEST(null_reply_is_gone)
{
    ck_assert_int_eq(decode_as(bodies[_i].message, 1, no_such_source_reply, 28),
                     DECODE_GONE);
}
END_TEST

static const uint16_t unknown_replies[] = {0, 4, 7, 27, 99, 0xffff};

START_TEST(other_reply_is_unknown)
{
    for (int i = 0; i < COUNT(bodies); i++)
        ck_assert_int_eq(decode_as(bodies[i].message, unknown_replies[_i],
                                   bodies[i].reply, bodies[i].length),
                         DECODE_UNKNOWN);
}
END_TEST

START_TEST(reply_of_another_message_is_unknown)
{
    for (int i = 0; i < COUNT(bodies); i++)
        if (i != _i)
            ck_assert_int_eq(decode_as(bodies[_i].message,
                                       bodies[i].message->layouts[0].reply,
                                       bodies[i].reply, bodies[i].length),
                             DECODE_UNKNOWN);
}
END_TEST

/* --- implausible numbers --- */

static const struct {
    int body;      /* a row of bodies */
    size_t offset; /* of a float */
    bool may_be_negative;
} body_floats[] = {
    /* tracking */
    {0, 68, true},  /* correction */
    {0, 72, true},  /* last offset */
    {0, 76, false}, /* RMS offset */
    {0, 80, true},  /* frequency */
    {0, 84, true},  /* residual frequency */
    {0, 88, false}, /* skew */
    {0, 92, true},  /* root delay */
    {0, 96, false}, /* root dispersion */
    {0, 100, true}, /* update interval */
    /* source data */
    {2, 64, true},  /* offset as measured */
    {2, 68, true},  /* offset */
    {2, 72, false}, /* error */
    /* source statistics */
    {3, 64, false}, /* standard deviation */
    {3, 68, true},  /* residual frequency */
    {3, 72, false}, /* skew */
    {3, 76, true},  /* offset */
    {3, 80, false}, /* error of the offset */
};

static enum decode_error decode_with(int row, uint32_t word)
{
    const int body = body_floats[row].body;
    uint8_t reply[MESSAGE_MAX];
    union report report;

    memcpy(reply, bodies[body].reply, bodies[body].length);
    wire_put_u32(reply + body_floats[row].offset, word);
    return decode(bodies[body].message, reply, bodies[body].length, &report);
}

START_TEST(saturated_float_is_implausible)
{
    ck_assert_int_eq(decode_with(_i, 0x7effffff), DECODE_IMPLAUSIBLE);
    ck_assert_int_eq(decode_with(_i, 0x7f000000), DECODE_IMPLAUSIBLE);
}
END_TEST

START_TEST(sign_of_float)
{
    const uint32_t least_below_zero = 0x81ffffff;

    ck_assert_int_eq(decode_with(_i, 0), DECODE_OK);
    ck_assert_int_eq(decode_with(_i, least_below_zero),
                     body_floats[_i].may_be_negative ? DECODE_OK : DECODE_IMPLAUSIBLE);
}
END_TEST

/* --- messages with more than one layout, which no report here has yet --- */

struct sample {
    uint32_t first;
    uint16_t second;
};

static const struct field old_fields[] = {FIELD(sample, first, U32), FIELD_END};
static const struct field new_fields[] = {FIELD(sample, first, U32),
                                          FIELD(sample, second, U16), FIELD_END};

static const struct message grown_message = {
    "grown",       14,
    ARGUMENT_NONE, sizeof(struct sample),
    "1.19",        {{40, old_fields}, {41, new_fields}}};

static const struct message long_request_message = {
    "asked", 14, ARGUMENT_ADDRESS, sizeof(struct sample), "1.19", {{40, old_fields}}};

static const uint8_t sample_reply[34] = {6, 2, [28] = 1, 2, 3, 4, 5, 6};

static const struct {
    uint16_t reply;
    size_t length;
    enum decode_error error;
    uint16_t second;
} generations[] = {
    {40, 31, DECODE_SHORT, 0}, {40, 32, DECODE_OK, 77},     {40, 34, DECODE_OK, 77},
    {41, 33, DECODE_SHORT, 0}, {41, 34, DECODE_OK, 0x0506}, {42, 34, DECODE_UNKNOWN, 0},
};

START_TEST(decode_generation)
{
    const struct reply_header header = {.reply = generations[_i].reply};
    struct sample sample = {.second = 77};

    ck_assert_int_eq(message_decode(&grown_message, &header, sample_reply,
                                    generations[_i].length, &sample),
                     generations[_i].error);
    if (generations[_i].error == DECODE_OK) {
        ck_assert_uint_eq(sample.first, 0x01020304);
        ck_assert_uint_eq(sample.second, generations[_i].second);
    }
}
END_TEST

START_TEST(request_is_as_long_as_the_longest_of_all)
{
    ck_assert_uint_eq(message_request_length(&grown_message), 34);
    ck_assert_uint_eq(message_request_length(&long_request_message), 40);
}
END_TEST

static TCase *request_tests(void)
{
    TCase *tcase = tcase_create("requests");

    add_table_test(tcase, message_row, messages);
    tcase_add_test(tcase, all_messages_are_those);
    tcase_add_test(tcase, all_messages_are_read_only);
    tcase_add_test(tcase, all_requests_fit_every_chronyd);
    add_table_test(tcase, encode, requests);
    tcase_add_test(tcase, request_is_as_long_as_the_longest_of_all);
    return tcase;
}

static TCase *header_tests(void)
{
    TCase *tcase = tcase_create("headers");

    add_table_test(tcase, decode_recorded_header, recorded_headers);
    add_table_test(tcase, decode_header, headers);
    tcase_add_test(tcase, decode_header_ignores_padding);
    return tcase;
}

static TCase *report_tests(void)
{
    TCase *tcase = tcase_create("reports");

    add_table_test(tcase, decode_tracking, trackings);
    tcase_add_test(tcase, negated_zero_has_no_sign);
    add_table_test(tcase, decode_source_data, sources);
    add_table_test(tcase, decode_source_stats, statistics);
    add_table_test(tcase, decode_source_total, totals);
    add_table_test(tcase, decode_source_name, names);
    tcase_add_test(tcase, decode_name_without_nul);
    add_table_test(tcase, decode_generation, generations);
    return tcase;
}

static TCase *refusal_tests(void)
{
    TCase *tcase = tcase_create("no reports");

    add_table_test(tcase, one_byte_less_is_short, bodies);
    add_table_test(tcase, header_alone_is_short, bodies);
    add_table_test(tcase, one_byte_more_is_ignored, bodies);
    add_table_test(tcase, null_reply_is_gone, bodies);
    add_table_test(tcase, other_reply_is_unknown, unknown_replies);
    add_table_test(tcase, reply_of_another_message_is_unknown, bodies);
    add_table_test(tcase, saturated_float_is_implausible, body_floats);
    add_table_test(tcase, sign_of_float, body_floats);
    return tcase;
}

Suite *test_suite(void)
{
    Suite *suite = suite_create("message");

    suite_add_tcase(suite, request_tests());
    suite_add_tcase(suite, header_tests());
    suite_add_tcase(suite, report_tests());
    suite_add_tcase(suite, refusal_tests());
    return suite;
}
