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

const struct message *const all_messages[] = {
    &tracking_message,     &source_total_message, &source_data_message,
    &source_stats_message, &source_name_message,  NULL,
};
