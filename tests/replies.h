/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Replies of a real chronyd, recorded with tests/record.c. */
#ifndef REPLIES_H
#define REPLIES_H

#include <stdint.h>

/* The sequence number of all of them. */
enum { RECORDED_SEQUENCE = 0x01020304 };

extern const uint8_t tracking_healthy_reply[104];
extern const uint8_t tracking_ahead_reply[104];
extern const uint8_t tracking_unsynchronised_reply[104];
extern const uint8_t tracking_local_reply[104];
extern const uint8_t tracking_reference_clock_reply[104];
extern const uint8_t source_selected_reply[76];
extern const uint8_t source_falseticker_reply[76];
extern const uint8_t source_never_sampled_reply[76];
extern const uint8_t source_unresolved_reply[76];
extern const uint8_t source_reference_clock_reply[76];
extern const uint8_t source_ipv6_reply[76];
extern const uint8_t stats_healthy_reply[84];
extern const uint8_t stats_empty_reply[84];
extern const uint8_t stats_reference_clock_reply[84];
extern const uint8_t stats_unresolved_reply[84];
extern const uint8_t name_resolved_reply[284];
extern const uint8_t name_unresolved_reply[284];
extern const uint8_t total_reply[32];
extern const uint8_t total_none_reply[32];

/* Refusals: a header and nothing else. */
extern const uint8_t no_such_source_reply[28];
extern const uint8_t bad_version_reply[28];
extern const uint8_t bad_length_reply[28];
extern const uint8_t unauthorised_reply[28];
extern const uint8_t invalid_command_reply[28];

#endif
