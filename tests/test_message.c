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
    {&activity_message, "activity", 44, 48},
    {&server_stats_message, "serverstats", 54, 196},
    {&auth_data_message, "authdata", 67, 52},
    {&ntp_data_message, "ntpdata", 57, 172},
    {&select_data_message, "selectdata", 69, 76},
    {&smoothing_message, "smoothing", 51, 52},
    {&rtc_data_message, "rtcdata", 35, 56},
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
    {&server_stats_message, {0}, 0, 1, {6, 1, 0, 0, 0, 54, 0, 0, 0, 0, 0, 1}},
    {&select_data_message,
     {.index = 5},
     0,
     1,
     {6, 1, 0, 0, 0, 69, 0, 0, 0, 0, 0, 1, [23] = 5}},
    {&ntp_data_message,
     {.address = {IP_V4, {127, 0, 0, 11}}},
     0,
     1,
     {6, 1, 0, 0, 0, 57, 0, 0, 0, 0, 0, 1, [20] = 127, 0, 0, 11, [37] = 1}},
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
    {not_enabled_reply, 51, 1, STATUS_NOT_ENABLED},
    {no_rtc_reply, 35, 1, STATUS_NO_RTC},
    {server_stats_4_0_reply, 54, 22, STATUS_SUCCESS},
    {server_stats_4_3_reply, 54, 24, STATUS_SUCCESS},
    {server_stats_4_6_reply, 54, 25, STATUS_SUCCESS},
    {server_stats_4_9_reply, 54, 25, STATUS_SUCCESS},
    {ntp_data_4_0_reply, 57, 16, STATUS_SUCCESS},
    {ntp_data_falseticker_reply, 57, 16, STATUS_SUCCESS},
    {ntp_data_4_6_reply, 57, 26, STATUS_SUCCESS},
    {ntp_data_interleaved_reply, 57, 26, STATUS_SUCCESS},
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

/* Of a reply: the bytes and their number. */
#define RECORDED(name) name##_reply, sizeof name##_reply

/* Decodes into a report that was garbage before. */
static void decode_fresh(const struct message *message, const uint8_t *reply,
                         size_t length, void *report)
{
    memset(report, UNTOUCHED, message->report_size);
    ck_assert_int_eq(decode(message, reply, length, report), DECODE_OK);
}

/* The same number, or neither is one. */
static void assert_number(double number, double expected)
{
    if (isnan(expected))
        ck_assert_double_nan(number);
    else
        ck_assert_double_eq(number, expected);
}

static void assert_time(const struct wire_time *time, const struct wire_time *expected)
{
    ck_assert_int_eq(time->seconds, expected->seconds);
    ck_assert_uint_eq(time->nanoseconds, expected->nanoseconds);
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

static const struct {
    const uint8_t *reply;
    size_t length;
    struct activity report;
} activities[] = {
    {RECORDED(activity),
     {
         .online = 1,
         .offline = 2,
         .burst_online = 3,
         .burst_offline = 4,
         .unresolved = 5,
     }},
};

START_TEST(decode_activity)
{
    const struct activity *expected = &activities[_i].report;
    struct activity report;

    decode_fresh(&activity_message, activities[_i].reply, activities[_i].length, &report);
    ck_assert_uint_eq(report.online, expected->online);
    ck_assert_uint_eq(report.offline, expected->offline);
    ck_assert_uint_eq(report.burst_online, expected->burst_online);
    ck_assert_uint_eq(report.burst_offline, expected->burst_offline);
    ck_assert_uint_eq(report.unresolved, expected->unresolved);
}
END_TEST

static const struct {
    const uint8_t *reply;
    size_t length;
    struct server_stats report;
} server_statistics[] = {
    {RECORDED(server_stats_2_3),
     {
         .ntp_received = 1,
         .command_received = 2,
         .ntp_dropped = 3,
         .command_dropped = 4,
         .log_dropped = 5,
         .nts_ke_accepted = NAN,
         .nts_ke_dropped = NAN,
         .ntp_authenticated = NAN,
         .ntp_interleaved = NAN,
         .timestamps_held = NAN,
         .timestamps_span = NAN,
         .daemon_receive_stamped = NAN,
         .daemon_transmit_stamped = NAN,
         .kernel_receive_stamped = NAN,
         .kernel_transmit_stamped = NAN,
         .hardware_receive_stamped = NAN,
         .hardware_transmit_stamped = NAN,
     }},
    {RECORDED(server_stats_4_0),
     {
         .ntp_received = 1393,
         .nts_ke_accepted = 1,
         .command_received = 3,
         .ntp_dropped = 30,
         .ntp_authenticated = 616,
         .ntp_interleaved = NAN,
         .timestamps_held = NAN,
         .timestamps_span = NAN,
         .daemon_receive_stamped = NAN,
         .daemon_transmit_stamped = NAN,
         .kernel_receive_stamped = NAN,
         .kernel_transmit_stamped = NAN,
         .hardware_receive_stamped = NAN,
         .hardware_transmit_stamped = NAN,
     }},
    {RECORDED(server_stats_4_3),
     {
         .ntp_received = 1382,
         .nts_ke_accepted = 1,
         .command_received = 3,
         .ntp_dropped = 28,
         .ntp_authenticated = 610,
         .ntp_interleaved = 304,
         .timestamps_held = 305,
         .timestamps_span = 77,
         .daemon_receive_stamped = NAN,
         .daemon_transmit_stamped = NAN,
         .kernel_receive_stamped = NAN,
         .kernel_transmit_stamped = NAN,
         .hardware_receive_stamped = NAN,
         .hardware_transmit_stamped = NAN,
     }},
    {RECORDED(server_stats_4_6),
     {
         .ntp_received = 1381,
         .nts_ke_accepted = 1,
         .command_received = 3,
         .ntp_dropped = 30,
         .ntp_authenticated = 609,
         .ntp_interleaved = 304,
         .timestamps_held = 305,
         .timestamps_span = 76,
         .daemon_transmit_stamped = 1047,
         .kernel_receive_stamped = 1351,
         .kernel_transmit_stamped = 304,
     }},
    {RECORDED(server_stats_4_9),
     {
         .ntp_received = 1375,
         .nts_ke_accepted = 1,
         .command_received = 3,
         .ntp_dropped = 31,
         .ntp_authenticated = 606,
         .ntp_interleaved = 302,
         .timestamps_held = 303,
         .timestamps_span = 76,
         .daemon_transmit_stamped = 1042,
         .kernel_receive_stamped = 1344,
         .kernel_transmit_stamped = 302,
     }},
};

START_TEST(decode_server_stats)
{
    const struct server_stats *expected = &server_statistics[_i].report;
    struct server_stats report;

    decode_fresh(&server_stats_message, server_statistics[_i].reply,
                 server_statistics[_i].length, &report);
    assert_number(report.ntp_received, expected->ntp_received);
    assert_number(report.nts_ke_accepted, expected->nts_ke_accepted);
    assert_number(report.command_received, expected->command_received);
    assert_number(report.ntp_dropped, expected->ntp_dropped);
    assert_number(report.nts_ke_dropped, expected->nts_ke_dropped);
    assert_number(report.command_dropped, expected->command_dropped);
    assert_number(report.log_dropped, expected->log_dropped);
    assert_number(report.ntp_authenticated, expected->ntp_authenticated);
    assert_number(report.ntp_interleaved, expected->ntp_interleaved);
    assert_number(report.timestamps_held, expected->timestamps_held);
    assert_number(report.timestamps_span, expected->timestamps_span);
    assert_number(report.daemon_receive_stamped, expected->daemon_receive_stamped);
    assert_number(report.daemon_transmit_stamped, expected->daemon_transmit_stamped);
    assert_number(report.kernel_receive_stamped, expected->kernel_receive_stamped);
    assert_number(report.kernel_transmit_stamped, expected->kernel_transmit_stamped);
    assert_number(report.hardware_receive_stamped, expected->hardware_receive_stamped);
    assert_number(report.hardware_transmit_stamped, expected->hardware_transmit_stamped);
}
END_TEST

/* The numbers of the recorded replies are not all different. Here they count up, and in
   64 bits each half does. */
static const struct {
    uint16_t reply;
    size_t length;
    int count, size;
} server_layouts[] = {{14, 48, 5, 4}, {22, 60, 8, 4}, {24, 72, 11, 4}, {25, 196, 17, 8}};

static const double *server_member(const struct server_stats *report, int layout,
                                   int place)
{
    const double *oldest[] = {&report->ntp_received, &report->command_received,
                              &report->ntp_dropped, &report->command_dropped,
                              &report->log_dropped};
    const double *others[] = {&report->ntp_received,
                              &report->nts_ke_accepted,
                              &report->command_received,
                              &report->ntp_dropped,
                              &report->nts_ke_dropped,
                              &report->command_dropped,
                              &report->log_dropped,
                              &report->ntp_authenticated,
                              &report->ntp_interleaved,
                              &report->timestamps_held,
                              &report->timestamps_span,
                              &report->daemon_receive_stamped,
                              &report->daemon_transmit_stamped,
                              &report->kernel_receive_stamped,
                              &report->kernel_transmit_stamped,
                              &report->hardware_receive_stamped,
                              &report->hardware_transmit_stamped};

    return layout == 14 ? oldest[place] : others[place];
}

START_TEST(decode_counting_server_stats)
{
    const int count = server_layouts[_i].count, size = server_layouts[_i].size;
    uint8_t reply[MESSAGE_MAX] = {6, 2, [5] = 54};
    struct server_stats report;

    wire_put_u16(reply + 6, server_layouts[_i].reply);
    for (int i = 0; i < count; i++)
        for (int at = 0; at < size; at += 4)
            wire_put_u32(reply + 28 + i * size + at, (uint32_t)i + 1);
    decode_fresh(&server_stats_message, reply, server_layouts[_i].length, &report);
    for (int i = 0; i < count; i++)
        ck_assert_double_eq(*server_member(&report, server_layouts[_i].reply, i),
                            (i + 1) * (size == 8 ? 0x1p32 + 1 : 1));
}
END_TEST

/* The largest number is one, and does not mean "absent". */
START_TEST(decode_full_server_stats)
{
    const int count = server_layouts[_i].count;
    uint8_t reply[MESSAGE_MAX] = {6, 2, [5] = 54};
    struct server_stats report;

    wire_put_u16(reply + 6, server_layouts[_i].reply);
    memset(reply + 28, 0xff, server_layouts[_i].length - 28);
    decode_fresh(&server_stats_message, reply, server_layouts[_i].length, &report);
    for (int i = 0; i < count; i++)
        ck_assert_double_eq(*server_member(&report, server_layouts[_i].reply, i),
                            server_layouts[_i].size == 8 ? 0x1p64 : 0xffffffff);
}
END_TEST

static const struct {
    const uint8_t *reply;
    size_t length;
    struct auth_data report;
} authentications[] = {
    {RECORDED(auth_data_key),
     {
         .mode = AUTHENTICATION_KEY,
         .key_type = 3,
         .key_id = 2,
         .key_length = 256,
         .since_key = NEVER,
     }},
    {RECORDED(auth_data_no_such_key),
     {
         .mode = AUTHENTICATION_KEY,
         .key_id = 3,
         .since_key = NEVER,
     }},
    {RECORDED(auth_data_none),
     {
         .mode = AUTHENTICATION_NONE,
         .since_key = NEVER,
     }},
    {RECORDED(auth_data_nts),
     {
         .mode = AUTHENTICATION_NTS,
         .key_type = 30,
         .key_id = 1,
         .key_length = 128,
         .since_key = 95,
         .cookies = 8,
         .cookie_length = 64,
     }},
    {RECORDED(auth_data_nts_refused),
     {
         .mode = AUTHENTICATION_NTS,
         .key_type = 30,
         .key_id = 1,
         .key_length = 128,
         .attempts = 2,
         .since_key = 174,
         .nak = 1,
     }},
};

START_TEST(decode_auth_data)
{
    const struct auth_data *expected = &authentications[_i].report;
    struct auth_data report;

    decode_fresh(&auth_data_message, authentications[_i].reply,
                 authentications[_i].length, &report);
    ck_assert_uint_eq(report.mode, expected->mode);
    ck_assert_uint_eq(report.key_type, expected->key_type);
    ck_assert_uint_eq(report.key_id, expected->key_id);
    ck_assert_uint_eq(report.key_length, expected->key_length);
    ck_assert_uint_eq(report.attempts, expected->attempts);
    ck_assert_uint_eq(report.since_key, expected->since_key);
    ck_assert_uint_eq(report.cookies, expected->cookies);
    ck_assert_uint_eq(report.cookie_length, expected->cookie_length);
    ck_assert_uint_eq(report.nak, expected->nak);
}
END_TEST

/* Constructed from the layout: the numbers of the recorded replies are not all different.
   The floats have an exponent that makes their coefficient the number. */
/* clang-format off */
static const uint8_t counting_ntp_data_reply[172] = {
    6, 2, [5] = 57, [7] = 26,
    [28] = 1, 2, 3, 4, [45] = 1,
    [48] = 5, 6, 7, 8, [65] = 1,
    [68] = 1, 2, 3, 4, 5, 255, 0xf9, 0x80,
    [76] = 0x32, 0, 0, 9, 0x32, 0, 0, 10, 0, 0, 0, 11,
    [88] = 0, 0, 0, 12, 0, 0, 0, 13, 0, 0, 0, 14,
    [100] = 0x32, 0, 0, 15, 0x32, 0, 0, 16, 0x32, 0, 0, 17, 0x32, 0, 0, 18,
    [116] = 0x32, 0, 0, 19,
    [120] = 0xfc, 0x14, 0x15, 0xff,
    [124] = 0, 0, 0, 22, 0, 0, 0, 23, 0, 0, 0, 24, 0, 0, 0, 25,
    [140] = 0, 0, 0, 26, 0, 0, 0, 27, 0, 0, 0, 28, 0xff, 0xff, 0xff, 0xff,
};
/* clang-format on */

static const struct {
    const uint8_t *reply;
    size_t length;
    struct ntp_data report;
} measurements[] = {
    {RECORDED(ntp_data_4_0),
     {
         .address = {IP_V4, {127, 0, 0, 43}},
         .local_address = {IP_V4, {127, 0, 0, 1}},
         .port = 23100,
         .leap_status = LEAP_NORMAL,
         .version = 4,
         .mode = 4,
         .stratum = 1,
         .poll = -2,
         .precision = -26,
         .reference_id = 0x7f7f0101,
         .reference_time = {1795420514, 632647141},
         .offset = -0.500000238f,
         .delay = 3.14599993e-06f,
         .dispersion = 3.49022891e-08f,
         .response_time = 3.6581001e-05f,
         .jitter_asymmetry = 0.329436898f,
         .flags = NTP_TESTS,
         .transmit_stamp = 'K',
         .receive_stamp = 'K',
         .transmitted = 514,
         .received = 514,
         .valid = 514,
         .good = NAN,
         .kernel_transmit_stamped = NAN,
         .kernel_receive_stamped = NAN,
         .hardware_transmit_stamped = NAN,
         .hardware_receive_stamped = NAN,
     }},
    {RECORDED(ntp_data_falseticker),
     {
         .address = {IP_V4, {127, 0, 0, 43}},
         .local_address = {IP_V4, {127, 0, 0, 1}},
         .port = 23200,
         .leap_status = LEAP_NORMAL,
         .version = 4,
         .mode = 4,
         .stratum = 1,
         .poll = -2,
         .precision = -26,
         .reference_id = 0x7f7f0101,
         .reference_time = {1795420452, 507964907},
         .offset = -0.499998868f,
         .delay = 3.19800006e-06f,
         .dispersion = 3.39031168e-08f,
         .response_time = 3.79470002e-05f,
         .jitter_asymmetry = 0.22389473f,
         .flags = NTP_TESTS,
         .transmit_stamp = 'K',
         .receive_stamp = 'K',
         .transmitted = 344,
         .received = 344,
         .valid = 344,
         .good = 316,
         .kernel_transmit_stamped = NAN,
         .kernel_receive_stamped = NAN,
         .hardware_transmit_stamped = NAN,
         .hardware_receive_stamped = NAN,
     }},
    {RECORDED(ntp_data_4_6),
     {
         .address = {IP_V4, {127, 0, 0, 1}},
         .local_address = {IP_V4, {127, 0, 0, 1}},
         .port = 23300,
         .leap_status = LEAP_NORMAL,
         .version = 4,
         .mode = 4,
         .stratum = 1,
         .poll = -2,
         .precision = -26,
         .reference_id = 0x7f7f0101,
         .reference_time = {1795420452, 929372192},
         .offset = 2.26499992e-06f,
         .delay = 5.5659998e-06f,
         .dispersion = 3.49027296e-08f,
         .response_time = 3.96069991e-05f,
         .jitter_asymmetry = 0.133515656f,
         .flags = NTP_TESTS | NTP_AUTHENTICATED,
         .transmit_stamp = 'K',
         .receive_stamp = 'K',
         .transmitted = 341,
         .received = 341,
         .valid = 341,
         .good = 312,
         .kernel_transmit_stamped = 341,
         .kernel_receive_stamped = 341,
     }},
    {RECORDED(ntp_data_interleaved),
     {
         .address = {IP_V4, {127, 0, 0, 41}},
         .local_address = {IP_V4, {127, 0, 0, 1}},
         .port = 23400,
         .leap_status = LEAP_NORMAL,
         .version = 4,
         .mode = 4,
         .stratum = 1,
         .poll = -2,
         .precision = -29,
         .reference_id = 0x7f7f0101,
         .reference_time = {1795420453, 178517847},
         .offset = -7.30000025e-08f,
         .delay = 3.89000007e-07f,
         .dispersion = 3.86277854e-09f,
         .response_time = 5.09109996e-05f,
         .jitter_asymmetry = -0.420283496f,
         .flags = NTP_TESTS | NTP_INTERLEAVED | NTP_AUTHENTICATED,
         .transmit_stamp = 'K',
         .receive_stamp = 'K',
         .transmitted = 341,
         .received = 341,
         .valid = 341,
         .good = 336,
         .kernel_transmit_stamped = 341,
         .kernel_receive_stamped = 341,
     }},
    {RECORDED(ntp_data_never_answered),
     {
         .address = {IP_V4, {127, 0, 0, 45}},
         .port = 23400,
         .leap_status = LEAP_NORMAL,
     }},
    {RECORDED(ntp_data_never_answered_4_0),
     {
         .leap_status = LEAP_NORMAL,
         .good = NAN,
         .kernel_transmit_stamped = NAN,
         .kernel_receive_stamped = NAN,
         .hardware_transmit_stamped = NAN,
         .hardware_receive_stamped = NAN,
     }},
    {RECORDED(counting_ntp_data),
     {
         .address = {IP_V4, {1, 2, 3, 4}},
         .local_address = {IP_V4, {5, 6, 7, 8}},
         .port = 0x0102,
         .leap_status = LEAP_UNSYNCHRONISED,
         .version = 4,
         .mode = 5,
         .stratum = 255,
         .poll = -7,
         .precision = -128,
         .root_delay = 9,
         .root_dispersion = 10,
         .reference_id = 11,
         .reference_time = {0xc0000000d, 14},
         .offset = -15,
         .delay = 16,
         .dispersion = 17,
         .response_time = 18,
         .jitter_asymmetry = 19,
         .flags = 0xfc14,
         .transmit_stamp = 0x15,
         .receive_stamp = 0xff,
         .transmitted = 22,
         .received = 23,
         .valid = 24,
         .good = 25,
         .kernel_transmit_stamped = 26,
         .kernel_receive_stamped = 27,
         .hardware_transmit_stamped = 28,
         .hardware_receive_stamped = 0xffffffff,
     }},
};

START_TEST(decode_ntp_data)
{
    const struct ntp_data *expected = &measurements[_i].report;
    struct ntp_data report;

    decode_fresh(&ntp_data_message, measurements[_i].reply, measurements[_i].length,
                 &report);
    assert_address(&report.address, &expected->address);
    assert_address(&report.local_address, &expected->local_address);
    ck_assert_uint_eq(report.port, expected->port);
    ck_assert_uint_eq(report.leap_status, expected->leap_status);
    ck_assert_uint_eq(report.version, expected->version);
    ck_assert_uint_eq(report.mode, expected->mode);
    ck_assert_uint_eq(report.stratum, expected->stratum);
    ck_assert_int_eq(report.poll, expected->poll);
    ck_assert_int_eq(report.precision, expected->precision);
    assert_number(report.root_delay, expected->root_delay);
    assert_number(report.root_dispersion, expected->root_dispersion);
    ck_assert_uint_eq(report.reference_id, expected->reference_id);
    assert_time(&report.reference_time, &expected->reference_time);
    assert_number(report.offset, expected->offset);
    assert_number(report.delay, expected->delay);
    assert_number(report.dispersion, expected->dispersion);
    assert_number(report.response_time, expected->response_time);
    assert_number(report.jitter_asymmetry, expected->jitter_asymmetry);
    ck_assert_uint_eq(report.flags, expected->flags);
    ck_assert_uint_eq(report.transmit_stamp, expected->transmit_stamp);
    ck_assert_uint_eq(report.receive_stamp, expected->receive_stamp);
    assert_number(report.transmitted, expected->transmitted);
    assert_number(report.received, expected->received);
    assert_number(report.valid, expected->valid);
    assert_number(report.good, expected->good);
    assert_number(report.kernel_transmit_stamped, expected->kernel_transmit_stamped);
    assert_number(report.kernel_receive_stamped, expected->kernel_receive_stamped);
    assert_number(report.hardware_transmit_stamped, expected->hardware_transmit_stamped);
    assert_number(report.hardware_receive_stamped, expected->hardware_receive_stamped);
}
END_TEST

/* Of the good packets alone it does: their place was unused before chrony 4.3. */
START_TEST(decode_full_ntp_data)
{
    uint8_t reply[172];
    struct ntp_data report;

    memcpy(reply, counting_ntp_data_reply, sizeof reply);
    memset(reply + 124, 0xff, 32);
    decode_fresh(&ntp_data_message, reply, sizeof reply, &report);
    ck_assert_double_eq(report.transmitted, 0xffffffff);
    ck_assert_double_eq(report.received, 0xffffffff);
    ck_assert_double_eq(report.valid, 0xffffffff);
    ck_assert_double_nan(report.good);
    ck_assert_double_eq(report.kernel_transmit_stamped, 0xffffffff);
    ck_assert_double_eq(report.kernel_receive_stamped, 0xffffffff);
    ck_assert_double_eq(report.hardware_transmit_stamped, 0xffffffff);
    ck_assert_double_eq(report.hardware_receive_stamped, 0xffffffff);
}
END_TEST

static const struct {
    const uint8_t *reply;
    size_t length;
    struct select_data report;
} selections[] = {
    {RECORDED(select_data_reference_clock),
     {
         .reference_id = 0x534f4b30,
         .state = 'P',
         .leap_status = LEAP_NORMAL,
         .options = SELECT_TRUST | SELECT_REQUIRE,
         .score = 1,
         .offset_low = -5.12930164e-05f,
         .offset_high = 5.07214863e-05f,
     }},
    {RECORDED(select_data_selected),
     {
         .reference_id = 0x7f000029,
         .address = {IP_V4, {127, 0, 0, 41}},
         .state = '*',
         .authenticated = 1,
         .leap_status = LEAP_NORMAL,
         .configured_options = SELECT_PREFER,
         .options = SELECT_PREFER | SELECT_TRUST | SELECT_REQUIRE,
         .score = 1,
         .offset_low = -1.25835371e-07f,
         .offset_high = 1.83427645e-07f,
     }},
    {RECORDED(select_data_falseticker),
     {
         .reference_id = 0x7f00002b,
         .address = {IP_V4, {127, 0, 0, 43}},
         .state = 'x',
         .leap_status = LEAP_NORMAL,
         .score = 1,
         .offset_low = -0.500000179f,
         .offset_high = -0.499997824f,
     }},
    {RECORDED(select_data_not_to_select),
     {
         .reference_id = 0x7f00002c,
         .address = {IP_V4, {127, 0, 0, 44}},
         .state = 'N',
         .leap_status = LEAP_NORMAL,
         .configured_options = SELECT_NEVER,
         .options = SELECT_NEVER,
         .score = 1,
     }},
    {RECORDED(select_data_unresolved),
     {
         .address = {IP_ID, {0, 0, 0, 2}},
         .state = 'M',
         .leap_status = LEAP_UNSYNCHRONISED,
         .score = 1,
     }},
    {RECORDED(select_data_unsynchronised),
     {
         .reference_id = 0x7f00002e,
         .address = {IP_V4, {127, 0, 0, 46}},
         .state = 's',
         .leap_status = LEAP_UNSYNCHRONISED,
         .score = 1,
     }},
};

START_TEST(decode_select_data)
{
    const struct select_data *expected = &selections[_i].report;
    struct select_data report;

    decode_fresh(&select_data_message, selections[_i].reply, selections[_i].length,
                 &report);
    ck_assert_uint_eq(report.reference_id, expected->reference_id);
    assert_address(&report.address, &expected->address);
    ck_assert_uint_eq(report.state, expected->state);
    ck_assert_uint_eq(report.authenticated, expected->authenticated);
    ck_assert_uint_eq(report.leap_status, expected->leap_status);
    ck_assert_uint_eq(report.configured_options, expected->configured_options);
    ck_assert_uint_eq(report.options, expected->options);
    ck_assert_uint_eq(report.since_sample, expected->since_sample);
    assert_number(report.score, expected->score);
    assert_number(report.offset_low, expected->offset_low);
    assert_number(report.offset_high, expected->offset_high);
}
END_TEST

static const struct {
    const uint8_t *reply;
    size_t length;
    struct smoothing report;
} smoothings[] = {
    {RECORDED(smoothing),
     {
         .flags = SMOOTHING_ACTIVE,
         .offset = 0.000219783513f,
         .frequency = 1.05601811f,
         .wander = -0.00999999978f,
         .since_update = 0.211479187f,
         .remaining = 437.591095f,
     }},
};

START_TEST(decode_smoothing)
{
    const struct smoothing *expected = &smoothings[_i].report;
    struct smoothing report;

    decode_fresh(&smoothing_message, smoothings[_i].reply, smoothings[_i].length,
                 &report);
    ck_assert_uint_eq(report.flags, expected->flags);
    assert_number(report.offset, expected->offset);
    assert_number(report.frequency, expected->frequency);
    assert_number(report.wander, expected->wander);
    assert_number(report.since_update, expected->since_update);
    assert_number(report.remaining, expected->remaining);
}
END_TEST

static const struct {
    const uint8_t *reply;
    size_t length;
    struct rtc_data report;
} rtcs[] = {
    {RECORDED(rtc_data),
     {
         .reference_time = {1795420499, 0},
         .samples = 62,
         .runs = 26,
         .span = 65,
         .offset = 1.74982846f,
         .frequency = 0.317250311f,
     }},
};

START_TEST(decode_rtc_data)
{
    const struct rtc_data *expected = &rtcs[_i].report;
    struct rtc_data report;

    decode_fresh(&rtc_data_message, rtcs[_i].reply, rtcs[_i].length, &report);
    assert_time(&report.reference_time, &expected->reference_time);
    ck_assert_uint_eq(report.samples, expected->samples);
    ck_assert_uint_eq(report.runs, expected->runs);
    ck_assert_uint_eq(report.span, expected->span);
    assert_number(report.offset, expected->offset);
    assert_number(report.frequency, expected->frequency);
}
END_TEST

/* --- replies that are no report --- */

/* One reply of every layout; a union of the reports is room for any of them. */
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
    {&activity_message, activity_reply, 48},
    {&server_stats_message, server_stats_2_3_reply, 48},
    {&server_stats_message, server_stats_4_0_reply, 60},
    {&server_stats_message, server_stats_4_3_reply, 72},
    {&server_stats_message, server_stats_4_6_reply, 196},
    {&auth_data_message, auth_data_nts_reply, 52},
    {&ntp_data_message, ntp_data_falseticker_reply, 152},
    {&ntp_data_message, ntp_data_4_6_reply, 172},
    {&select_data_message, select_data_selected_reply, 76},
    {&smoothing_message, smoothing_reply, 52},
    {&rtc_data_message, rtc_data_reply, 56},
};

union report {
    struct tracking tracking;
    struct source_total total;
    struct source_data data;
    struct source_stats stats;
    struct source_name name;
    struct activity activity;
    struct server_stats server;
    struct auth_data auth;
    struct ntp_data ntp;
    struct select_data select;
    struct smoothing smoothing;
    struct rtc_data rtc;
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

static const uint16_t unknown_replies[] = {0, 4, 8, 27, 99, 0xffff};

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
        if (bodies[i].message != bodies[_i].message)
            ck_assert_int_eq(decode_as(bodies[_i].message,
                                       wire_get_u16(bodies[i].reply + 6), bodies[i].reply,
                                       bodies[i].length),
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
    /* measurements, both layouts */
    {11, 76, true},   /* root delay */
    {11, 80, false},  /* root dispersion */
    {11, 100, true},  /* offset */
    {11, 104, true},  /* delay */
    {11, 108, false}, /* dispersion */
    {11, 112, false}, /* response time */
    {11, 116, true},  /* jitter asymmetry */
    {12, 76, true},   /* root delay */
    {12, 80, false},  /* root dispersion */
    {12, 100, true},  /* offset */
    {12, 104, true},  /* delay */
    {12, 108, false}, /* dispersion */
    {12, 112, false}, /* response time */
    {12, 116, true},  /* jitter asymmetry */
    /* selection */
    {13, 64, false}, /* score */
    {13, 68, true},  /* low end of the interval */
    {13, 72, true},  /* high end */
    /* smoothing */
    {14, 32, true}, /* offset */
    {14, 36, true}, /* frequency */
    {14, 40, true}, /* wander */
    {14, 44, true}, /* since the update */
    {14, 48, true}, /* remaining */
    /* RTC */
    {15, 48, true}, /* offset */
    {15, 52, true}, /* frequency */
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

/* --- messages with more than one layout --- */

struct sample {
    uint16_t first;
    double second, third;
};

static const struct field old_fields[] = {FIELD(sample, first, U16), FIELD_UNUSED(1),
                                          FIELD(sample, second, COUNT32), FIELD_UNUSED(1),
                                          FIELD_END};
static const struct field new_fields[] = {FIELD(sample, third, COUNT32_OR_ABSENT),
                                          FIELD(sample, second, COUNT64),
                                          FIELD(sample, first, U16), FIELD_END};

static const struct message grown_message = {
    "grown",       14,
    ARGUMENT_NONE, sizeof(struct sample),
    "1.19",        {{40, old_fields}, {41, new_fields}}};

static const struct message long_request_message = {
    "asked", 14, ARGUMENT_ADDRESS, sizeof(struct sample), "1.19", {{40, old_fields}}};

static const struct {
    uint16_t reply;
    size_t length;
    uint8_t body[14];
    enum decode_error error;
    struct sample sample;
} generations[] = {
    {40, 35, {0}, DECODE_SHORT, {0}},
    {40, 36, {1, 2, 9, 1, 2, 3, 4, 9}, DECODE_OK, {0x0102, 0x01020304, NAN}},
    {40, 42, {1, 2, 9, 1, 2, 3, 4, 9, 9, 9}, DECODE_OK, {0x0102, 0x01020304, NAN}},
    {40, 36, {0, 0, 0, 0xff, 0xff, 0xff, 0xff}, DECODE_OK, {0, 0xffffffff, NAN}},
    {41, 41, {0}, DECODE_SHORT, {0}},
    {41, 42, {0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1}, DECODE_OK, {1, 2, 3}},
    {41, 42, {0}, DECODE_OK, {0, 0, 0}},
    {41, 42, {[4] = 0, 0x20, [11] = 1}, DECODE_OK, {0, 0x1p53, 0}}, /* one is lost */
    {41, 42, {0xff, 0xff, 0xff, 0xfe}, DECODE_OK, {0, 0, 0xfffffffe}},
    {41, 42, {0xff, 0xff, 0xff, 0xff}, DECODE_OK, {0, 0, NAN}},
    {42, 42, {0}, DECODE_UNKNOWN, {0}},
};

START_TEST(decode_generation)
{
    const struct reply_header header = {.reply = generations[_i].reply};
    const struct sample *expected = &generations[_i].sample;
    uint8_t reply[42] = {0};
    struct sample sample;

    memset(&sample, UNTOUCHED, sizeof sample);
    memcpy(reply + 28, generations[_i].body, sizeof generations[_i].body);
    ck_assert_int_eq(
        message_decode(&grown_message, &header, reply, generations[_i].length, &sample),
        generations[_i].error);
    if (generations[_i].error == DECODE_OK) {
        ck_assert_uint_eq(sample.first, expected->first);
        assert_number(sample.second, expected->second);
        assert_number(sample.third, expected->third);
    }
}
END_TEST

static bool may_be_absent(const struct field *field)
{
    return field->type == WIRE_UNUSED || field->type == WIRE_COUNT32 ||
           field->type == WIRE_COUNT64 || field->type == WIRE_COUNT32_OR_ABSENT ||
           field->type == WIRE_FLOAT || field->type == WIRE_FLOAT_NEGATED ||
           field->type == WIRE_FLOAT_POSITIVE;
}

static bool has_member(const struct layout *layout, const struct field *wanted)
{
    for (const struct field *field = layout->fields; field->type != WIRE_END; field++)
        if (field->type == wanted->type && field->offset == wanted->offset)
            return true;
    return false;
}

/* Only a double can be absent: what is none is in every layout of its message. */
START_TEST(what_may_be_absent_is_a_double)
{
    const struct layout *layouts = messages[_i].message->layouts;

    for (const struct layout *layout = layouts; layout->reply; layout++)
        for (const struct field *field = layout->fields; field->type != WIRE_END; field++)
            for (const struct layout *other = layouts; other->reply; other++)
                ck_assert(may_be_absent(field) || has_member(other, field));
}
END_TEST

START_TEST(request_is_as_long_as_the_longest_of_all)
{
    ck_assert_uint_eq(message_request_length(&grown_message), 42);
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
    add_table_test(tcase, decode_activity, activities);
    add_table_test(tcase, decode_server_stats, server_statistics);
    add_table_test(tcase, decode_counting_server_stats, server_layouts);
    add_table_test(tcase, decode_full_server_stats, server_layouts);
    add_table_test(tcase, decode_auth_data, authentications);
    add_table_test(tcase, decode_ntp_data, measurements);
    tcase_add_test(tcase, decode_full_ntp_data);
    add_table_test(tcase, decode_select_data, selections);
    add_table_test(tcase, decode_smoothing, smoothings);
    add_table_test(tcase, decode_rtc_data, rtcs);
    add_table_test(tcase, decode_generation, generations);
    add_table_test(tcase, what_may_be_absent_is_a_double, messages);
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
