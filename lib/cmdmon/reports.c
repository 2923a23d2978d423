/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmdmon/reports.h"

static const struct field tracking_fields[] = {
    FIELD(tracking, reference_id, U32),
    FIELD(tracking, address, ADDRESS),
    FIELD(tracking, stratum, U16),
    FIELD(tracking, leap_status, U16),
    FIELD(tracking, reference_time, TIME),
    FIELD(tracking, offset,
          FLOAT_NEGATED), /* chronyd sends the correction that is needed */
    FIELD(tracking, last_offset, FLOAT),
    FIELD(tracking, rms_offset, FLOAT_POSITIVE),
    FIELD(tracking, frequency, FLOAT),
    FIELD(tracking, residual_frequency, FLOAT),
    FIELD(tracking, skew, FLOAT_POSITIVE),
    FIELD(tracking, root_delay, FLOAT),
    FIELD(tracking, root_dispersion, FLOAT_POSITIVE),
    FIELD(tracking, update_interval, FLOAT),
    FIELD_END,
};

static const struct field source_total_fields[] = {
    FIELD(source_total, count, U32),
    FIELD_END,
};

static const struct field source_data_fields[] = {
    FIELD(source_data, address, ADDRESS),
    FIELD(source_data, poll, I16),
    FIELD(source_data, stratum, U16),
    FIELD(source_data, state, U16),
    FIELD(source_data, mode, U16),
    FIELD(source_data, flags, U16),
    FIELD(source_data, reach, U16),
    FIELD(source_data, since_sample, U32),
    FIELD(source_data, measured_offset, FLOAT),
    FIELD(source_data, offset, FLOAT),
    FIELD(source_data, error, FLOAT_POSITIVE),
    FIELD_END,
};

static const struct field source_stats_fields[] = {
    FIELD(source_stats, reference_id, U32),
    FIELD(source_stats, address, ADDRESS),
    FIELD(source_stats, samples, U32),
    FIELD(source_stats, runs, U32),
    FIELD(source_stats, span, U32),
    FIELD(source_stats, standard_deviation, FLOAT_POSITIVE),
    FIELD(source_stats, residual_frequency, FLOAT),
    FIELD(source_stats, skew, FLOAT_POSITIVE),
    FIELD(source_stats, offset, FLOAT),
    FIELD(source_stats, offset_error, FLOAT_POSITIVE),
    FIELD_END,
};

static const struct field source_name_fields[] = {
    FIELD(source_name, name, NAME),
    FIELD_END,
};

static const struct field activity_fields[] = {
    FIELD(activity, online, U32),       FIELD(activity, offline, U32),
    FIELD(activity, burst_online, U32), FIELD(activity, burst_offline, U32),
    FIELD(activity, unresolved, U32),   FIELD_END,
};

/* chrony 2.3 to 3.5. */
static const struct field server_stats_fields_2_3[] = {
    FIELD(server_stats, ntp_received, COUNT32),
    FIELD(server_stats, command_received, COUNT32),
    FIELD(server_stats, ntp_dropped, COUNT32),
    FIELD(server_stats, command_dropped, COUNT32),
    FIELD(server_stats, log_dropped, COUNT32),
    FIELD_END,
};

/* Rows that several layouts share. */
/* clang-format off */
#define SERVER_STATS_4_0(COUNT)                                                          \
    FIELD(server_stats, ntp_received, COUNT),                                            \
    FIELD(server_stats, nts_ke_accepted, COUNT),                                         \
    FIELD(server_stats, command_received, COUNT),                                        \
    FIELD(server_stats, ntp_dropped, COUNT),                                             \
    FIELD(server_stats, nts_ke_dropped, COUNT),                                          \
    FIELD(server_stats, command_dropped, COUNT),                                         \
    FIELD(server_stats, log_dropped, COUNT),                                             \
    FIELD(server_stats, ntp_authenticated, COUNT)

#define SERVER_STATS_4_2(COUNT)                                                          \
    SERVER_STATS_4_0(COUNT),                                                             \
    FIELD(server_stats, ntp_interleaved, COUNT),                                         \
    FIELD(server_stats, timestamps_held, COUNT),                                         \
    FIELD(server_stats, timestamps_span, COUNT)
/* clang-format on */

/* 4.0 and 4.1: with NTS. */
static const struct field server_stats_fields_4_0[] = {
    SERVER_STATS_4_0(COUNT32),
    FIELD_END,
};

/* 4.2 and 4.3: with the interleaved mode. */
static const struct field server_stats_fields_4_2[] = {
    SERVER_STATS_4_2(COUNT32),
    FIELD_END,
};

/* 4.4 and later: with the origins of timestamps, and in 64 bits. */
static const struct field server_stats_fields_4_4[] = {
    SERVER_STATS_4_2(COUNT64),
    FIELD(server_stats, daemon_receive_stamped, COUNT64),
    FIELD(server_stats, daemon_transmit_stamped, COUNT64),
    FIELD(server_stats, kernel_receive_stamped, COUNT64),
    FIELD(server_stats, kernel_transmit_stamped, COUNT64),
    FIELD(server_stats, hardware_receive_stamped, COUNT64),
    FIELD(server_stats, hardware_transmit_stamped, COUNT64),
    FIELD_UNUSED(32),
    FIELD_END,
};

static const struct field auth_data_fields[] = {
    FIELD(auth_data, mode, U16),
    FIELD(auth_data, key_type, U16),
    FIELD(auth_data, key_id, U32),
    FIELD(auth_data, key_length, U16),
    FIELD(auth_data, attempts, U16),
    FIELD(auth_data, since_key, U32),
    FIELD(auth_data, cookies, U16),
    FIELD(auth_data, cookie_length, U16),
    FIELD(auth_data, nak, U16),
    FIELD_UNUSED(2),
    FIELD_END,
};

/* clang-format off */
#define NTP_DATA_3_0                                                                     \
    FIELD(ntp_data, address, ADDRESS),                                                   \
    FIELD(ntp_data, local_address, ADDRESS),                                             \
    FIELD(ntp_data, port, U16),                                                          \
    FIELD(ntp_data, leap_status, U8),                                                    \
    FIELD(ntp_data, version, U8),                                                        \
    FIELD(ntp_data, mode, U8),                                                           \
    FIELD(ntp_data, stratum, U8),                                                        \
    FIELD(ntp_data, poll, I8),                                                           \
    FIELD(ntp_data, precision, I8),                                                      \
    FIELD(ntp_data, root_delay, FLOAT),                                                  \
    FIELD(ntp_data, root_dispersion, FLOAT_POSITIVE),                                    \
    FIELD(ntp_data, reference_id, U32),                                                  \
    FIELD(ntp_data, reference_time, TIME),                                               \
    FIELD(ntp_data, offset, FLOAT_NEGATED),                                              \
    FIELD(ntp_data, delay, FLOAT),                                                       \
    FIELD(ntp_data, dispersion, FLOAT_POSITIVE),                                         \
    FIELD(ntp_data, response_time, FLOAT_POSITIVE),                                      \
    FIELD(ntp_data, jitter_asymmetry, FLOAT),                                            \
    FIELD(ntp_data, flags, U16),                                                         \
    FIELD(ntp_data, transmit_stamp, U8),                                                 \
    FIELD(ntp_data, receive_stamp, U8),                                                  \
    FIELD(ntp_data, transmitted, COUNT32),                                               \
    FIELD(ntp_data, received, COUNT32),                                                  \
    FIELD(ntp_data, valid, COUNT32),                                                     \
    FIELD(ntp_data, good, COUNT32_OR_ABSENT)
/* clang-format on */

/* 3.0 to 4.5. */
static const struct field ntp_data_fields_3_0[] = {
    NTP_DATA_3_0,
    FIELD_UNUSED(12),
    FIELD_END,
};

/* 4.6 and later: with the origins of timestamps. */
static const struct field ntp_data_fields_4_6[] = {
    NTP_DATA_3_0,
    FIELD(ntp_data, kernel_transmit_stamped, COUNT32),
    FIELD(ntp_data, kernel_receive_stamped, COUNT32),
    FIELD(ntp_data, hardware_transmit_stamped, COUNT32),
    FIELD(ntp_data, hardware_receive_stamped, COUNT32),
    FIELD_UNUSED(16),
    FIELD_END,
};

static const struct field select_data_fields[] = {
    FIELD(select_data, reference_id, U32),
    FIELD(select_data, address, ADDRESS),
    FIELD(select_data, state, U8),
    FIELD(select_data, authenticated, U8),
    FIELD(select_data, leap_status, U8),
    FIELD_UNUSED(1),
    FIELD(select_data, configured_options, U16),
    FIELD(select_data, options, U16),
    FIELD(select_data, since_sample, U32),
    FIELD(select_data, score, FLOAT_POSITIVE),
    FIELD(select_data, offset_low, FLOAT),
    FIELD(select_data, offset_high, FLOAT),
    FIELD_END,
};

static const struct field smoothing_fields[] = {
    FIELD(smoothing, flags, U32),
    FIELD(smoothing, offset, FLOAT),
    FIELD(smoothing, frequency, FLOAT),
    FIELD(smoothing, wander, FLOAT),
    FIELD(smoothing, since_update, FLOAT),
    FIELD(smoothing, remaining, FLOAT),
    FIELD_END,
};

static const struct field rtc_data_fields[] = {
    FIELD(rtc_data, reference_time, TIME),
    FIELD(rtc_data, samples, U16),
    FIELD(rtc_data, runs, U16),
    FIELD(rtc_data, span, U32),
    FIELD(rtc_data, offset, FLOAT),
    FIELD(rtc_data, frequency, FLOAT),
    FIELD_END,
};

const struct message tracking_message = {
    "tracking",    33,
    ARGUMENT_NONE, sizeof(struct tracking),
    "1.19",        {{5, tracking_fields}},
};

const struct message source_total_message = {
    "sources",     14,
    ARGUMENT_NONE, sizeof(struct source_total),
    "1.19",        {{2, source_total_fields}},
};

const struct message source_data_message = {
    "sources",      15,
    ARGUMENT_INDEX, sizeof(struct source_data),
    "1.19",         {{3, source_data_fields}},
};

const struct message source_stats_message = {
    "sourcestats",  34,
    ARGUMENT_INDEX, sizeof(struct source_stats),
    "1.19",         {{6, source_stats_fields}},
};

const struct message source_name_message = {
    "sourcename",
    65,
    ARGUMENT_ADDRESS,
    sizeof(struct source_name),
    "4.0",
    {{19, source_name_fields}},
};

const struct message activity_message = {
    "activity",    44,
    ARGUMENT_NONE, sizeof(struct activity),
    "1.19",        {{12, activity_fields}},
};

const struct message server_stats_message = {
    "serverstats",
    54,
    ARGUMENT_NONE,
    sizeof(struct server_stats),
    "2.3",
    {{14, server_stats_fields_2_3},
     {22, server_stats_fields_4_0},
     {24, server_stats_fields_4_2},
     {25, server_stats_fields_4_4}},
};

const struct message auth_data_message = {
    "authdata",
    67,
    ARGUMENT_ADDRESS,
    sizeof(struct auth_data),
    "4.0",
    {{20, auth_data_fields}},
};

const struct message ntp_data_message = {
    "ntpdata",
    57,
    ARGUMENT_ADDRESS,
    sizeof(struct ntp_data),
    "3.0",
    {{16, ntp_data_fields_3_0}, {26, ntp_data_fields_4_6}},
};

const struct message select_data_message = {
    "selectdata",   69,
    ARGUMENT_INDEX, sizeof(struct select_data),
    "4.0",          {{23, select_data_fields}},
};

const struct message smoothing_message = {
    "smoothing",   51,
    ARGUMENT_NONE, sizeof(struct smoothing),
    "2.1",         {{13, smoothing_fields}},
};

const struct message rtc_data_message = {
    "rtcdata", 35, ARGUMENT_NONE, sizeof(struct rtc_data), "1.19", {{7, rtc_data_fields}},
};

const struct message *const all_messages[] = {
    &tracking_message,
    &source_total_message,
    &source_data_message,
    &source_stats_message,
    &source_name_message,
    &activity_message,
    &server_stats_message,
    &auth_data_message,
    &ntp_data_message,
    &select_data_message,
    &smoothing_message,
    &rtc_data_message,
    NULL,
};
