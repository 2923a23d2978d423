/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Replies of real chronyds, recorded with tests/record.c, but for a constructed one. */
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
extern const uint8_t activity_reply[48];
extern const uint8_t server_stats_2_3_reply[48];
extern const uint8_t server_stats_4_0_reply[60];
extern const uint8_t server_stats_4_3_reply[72];
extern const uint8_t server_stats_4_6_reply[196];
extern const uint8_t server_stats_4_9_reply[196];
extern const uint8_t auth_data_key_reply[52];
extern const uint8_t auth_data_no_such_key_reply[52];
extern const uint8_t auth_data_none_reply[52];
extern const uint8_t auth_data_nts_reply[52];
extern const uint8_t auth_data_nts_refused_reply[52];
extern const uint8_t ntp_data_4_0_reply[152];
extern const uint8_t ntp_data_falseticker_reply[152];
extern const uint8_t ntp_data_4_6_reply[172];
extern const uint8_t ntp_data_interleaved_reply[172];
extern const uint8_t ntp_data_never_answered_reply[172];
extern const uint8_t ntp_data_never_answered_4_0_reply[152];
extern const uint8_t select_data_reference_clock_reply[76];
extern const uint8_t select_data_selected_reply[76];
extern const uint8_t select_data_falseticker_reply[76];
extern const uint8_t select_data_not_to_select_reply[76];
extern const uint8_t select_data_unresolved_reply[76];
extern const uint8_t select_data_unsynchronised_reply[76];
extern const uint8_t smoothing_reply[52];
extern const uint8_t rtc_data_reply[56];

/* Refusals: a header and nothing else. */
extern const uint8_t no_such_source_reply[28];
extern const uint8_t bad_version_reply[28];
extern const uint8_t bad_length_reply[28];
extern const uint8_t unauthorised_reply[28];
extern const uint8_t invalid_command_reply[28];
extern const uint8_t not_enabled_reply[28];
extern const uint8_t no_rtc_reply[28];

#endif
