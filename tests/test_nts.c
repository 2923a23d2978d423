/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The records of NTS key establishment, in all ways that they can be wrong. */
#include "nts/record.h"
#include "runner.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static uint8_t bytes[2 * NTS_RESPONSE_MAX];
static struct nts_response response;

/* --- requests --- */

START_TEST(asks_for_ntpv4_and_siv)
{
    static const uint8_t expected[NTS_REQUEST] = {0x80, 1, 0, 2,  0,    0, 0x80, 4,
                                                  0,    2, 0, 15, 0x80, 0, 0,    0};
    uint8_t request[NTS_REQUEST + 1];

    memset(request, 0xaa, sizeof request);
    nts_request_encode(request);
    ck_assert_mem_eq(request, expected, sizeof expected);
    ck_assert_uint_eq(request[NTS_REQUEST], 0xaa);
}
END_TEST

/* --- responses --- */

#define NTPV4     "\x80\x01\0\2\0\0"
#define SIV       "\x80\x04\0\2\0\x0f"
#define COOKIE    "\0\5\0\14abcdefghijkl"
#define END       "\x80\0\0\0"
#define ROW(text) .bytes = (const uint8_t *)(text), .length = sizeof(text) - 1

static const struct {
    const char *name;
    const uint8_t *bytes;
    size_t length;
    enum nts_record_error error;
    const char *host;
    unsigned port, cookies, code;
} responses[] = {
    {"as chronyd sends it", ROW(NTPV4 SIV COOKIE END), .cookies = 1},
    {"in another order", ROW(COOKIE SIV NTPV4 COOKIE END), .cookies = 2},
    {"a host and a port", ROW(NTPV4 SIV COOKIE "\0\6\0\7ntp.x-1\0\7\0\2\x2b\x67" END),
     .host = "ntp.x-1", .port = 11111, .cookies = 1},
    {"both critical, and an IPv6 address",
     ROW(NTPV4 SIV COOKIE "\x80\6\0\3::1\x80\7\0\2\0\x7b" END), .host = "::1",
     .port = 123, .cookies = 1},
    {"an algorithm that is not critical", ROW(NTPV4 "\0\4\0\2\0\x0f" COOKIE END),
     .cookies = 1},
    {"a record of an unknown type", ROW(NTPV4 "\x40\0\0\3xyz" SIV COOKIE END),
     .cookies = 1},
    {"the same, critical", ROW(NTPV4 "\xc0\0\0\3xyz" SIV COOKIE END),
     .error = NTS_RECORD_UNKNOWN},
    {"the first unknown type", ROW(NTPV4 "\0\x8\0\0" SIV COOKIE END), .cookies = 1},
    {"the same, critical", ROW("\x80\x8\0\0" NTPV4 SIV COOKIE END),
     .error = NTS_RECORD_UNKNOWN},
    {"the last unknown type", ROW("\xff\xff\0\0" NTPV4 SIV COOKIE END),
     .error = NTS_RECORD_UNKNOWN},

    {"nothing", ROW(""), .error = NTS_RECORD_INCOMPLETE},
    {"half a header", ROW(NTPV4 SIV COOKIE "\x80\0"), .error = NTS_RECORD_INCOMPLETE},
    {"half a record", ROW(NTPV4 SIV "\0\5\0\4ab"), .error = NTS_RECORD_INCOMPLETE},
    {"no end", ROW(NTPV4 SIV COOKIE), .error = NTS_RECORD_INCOMPLETE},
    {"a byte behind the end", ROW(NTPV4 SIV COOKIE END "\0"),
     .error = NTS_RECORD_TOO_LONG},
    {"two ends", ROW(NTPV4 SIV COOKIE END END), .error = NTS_RECORD_TOO_LONG},
    {"a cookie behind the end", ROW(NTPV4 SIV END COOKIE), .error = NTS_RECORD_TOO_LONG},
    {"a record of 65535 bytes", ROW(NTPV4 SIV "\0\5\xff\xff"),
     .error = NTS_RECORD_TOO_LONG},

    {"an end with a body", ROW(NTPV4 SIV COOKIE "\x80\0\0\1x"),
     .error = NTS_RECORD_BAD_LENGTH},
    {"an end that is not critical", ROW(NTPV4 SIV COOKIE "\0\0\0\0"),
     .error = NTS_RECORD_NOT_CRITICAL},
    {"a protocol that is not critical", ROW("\0\1\0\2\0\0" SIV COOKIE END),
     .error = NTS_RECORD_NOT_CRITICAL},
    {"two protocols", ROW(NTPV4 NTPV4 SIV COOKIE END), .error = NTS_RECORD_REPEATED},
    {"two algorithms", ROW(NTPV4 SIV SIV COOKIE END), .error = NTS_RECORD_REPEATED},
    {"two hosts", ROW(NTPV4 SIV COOKIE "\0\6\0\1a\0\6\0\1b" END),
     .error = NTS_RECORD_REPEATED},
    {"two ports", ROW(NTPV4 SIV COOKIE "\0\7\0\2\0\1\0\7\0\2\0\1" END),
     .error = NTS_RECORD_REPEATED},

    {"no protocol", ROW(SIV COOKIE END), .error = NTS_RECORD_NO_PROTOCOL},
    {"no protocol in common", ROW("\x80\1\0\0" SIV COOKIE END),
     .error = NTS_RECORD_NO_PROTOCOL},
    {"another protocol", ROW("\x80\1\0\2\x80\1" SIV COOKIE END),
     .error = NTS_RECORD_NO_PROTOCOL},
    {"NTPv4 and another protocol", ROW("\x80\1\0\4\0\0\x80\1" SIV COOKIE END),
     .error = NTS_RECORD_NO_PROTOCOL},
    {"half a protocol", ROW("\x80\1\0\1\0" SIV COOKIE END),
     .error = NTS_RECORD_NO_PROTOCOL},
    {"no algorithm", ROW(NTPV4 COOKIE END), .error = NTS_RECORD_NO_ALGORITHM},
    {"no algorithm in common", ROW(NTPV4 "\x80\4\0\0" COOKIE END),
     .error = NTS_RECORD_NO_ALGORITHM},
    {"another algorithm", ROW(NTPV4 "\x80\4\0\2\0\x1e" COOKIE END),
     .error = NTS_RECORD_NO_ALGORITHM},
    {"two algorithms in one", ROW(NTPV4 "\x80\4\0\4\0\x0f\0\x1e" COOKIE END),
     .error = NTS_RECORD_NO_ALGORITHM},

    {"an error", ROW("\x80\2\0\2\0\1" END), .error = NTS_RECORD_ERROR, .code = 1},
    {"an error behind cookies", ROW(NTPV4 SIV COOKIE "\x80\2\0\2\0\2" END),
     .error = NTS_RECORD_ERROR, .code = 2},
    {"an error without an end", ROW("\x80\2\0\2\xff\xff"), .error = NTS_RECORD_ERROR,
     .code = 65535},
    {"an error that is not critical", ROW("\0\2\0\2\0\1" END),
     .error = NTS_RECORD_NOT_CRITICAL},
    {"an error of three bytes", ROW("\x80\2\0\3\0\1\0" END),
     .error = NTS_RECORD_BAD_LENGTH},
    {"a warning", ROW(NTPV4 SIV COOKIE "\x80\3\0\2\0\5" END), .error = NTS_RECORD_WARNING,
     .code = 5},
    {"a warning of one byte", ROW(NTPV4 SIV COOKIE "\x80\3\0\1\0" END),
     .error = NTS_RECORD_BAD_LENGTH},

    {"a host without a name", ROW(NTPV4 SIV COOKIE "\0\6\0\0" END),
     .error = NTS_RECORD_BAD_LENGTH},
    {"a host with a space", ROW(NTPV4 SIV COOKIE "\0\6\0\3a b" END),
     .error = NTS_RECORD_BAD_HOST},
    {"a host with a NUL", ROW(NTPV4 SIV COOKIE "\0\6\0\2a\0" END),
     .error = NTS_RECORD_BAD_HOST},
    {"a host with a bar", ROW(NTPV4 SIV COOKIE "\0\6\0\2a|" END),
     .error = NTS_RECORD_BAD_HOST},
    {"an address with a scope", ROW(NTPV4 SIV COOKIE "\0\6\0\7fe80::%" END),
     .error = NTS_RECORD_BAD_HOST},
    {"port 0", ROW(NTPV4 SIV COOKIE "\0\7\0\2\0\0" END), .error = NTS_RECORD_BAD_PORT},
    {"a port of one byte", ROW(NTPV4 SIV COOKIE "\0\7\0\1x" END),
     .error = NTS_RECORD_BAD_LENGTH},

    {"no cookie", ROW(NTPV4 SIV END), .error = NTS_RECORD_NO_COOKIE},
    {"an empty cookie", ROW(NTPV4 SIV "\0\5\0\0" END), .error = NTS_RECORD_NO_COOKIE},
    {"a cookie that needs padding", ROW(NTPV4 SIV "\0\5\0\15abcdefghijklm" END),
     .error = NTS_RECORD_NO_COOKIE},
    {"a cookie that is too short for a field", ROW(NTPV4 SIV "\0\5\0\10abcdefgh" END),
     .error = NTS_RECORD_NO_COOKIE},
    {"nine cookies",
     ROW(NTPV4 SIV COOKIE COOKIE COOKIE COOKIE COOKIE COOKIE COOKIE COOKIE
         "\0\5\0\14mnopqrstuvwx" END),
     .cookies = 8},
};

/* From exactly as much memory, for a sanitizer to guard. */
static enum nts_record_error decode(const uint8_t *from, size_t length)
{
    uint8_t *copy = malloc(length ? length : 1);
    enum nts_record_error error;

    ck_assert_ptr_nonnull(copy);
    memcpy(copy, from, length);
    error = nts_response_decode(copy, length, &response);
    free(copy);
    return error;
}

START_TEST(decodes)
{
    const char *name = responses[_i].name, *host = responses[_i].host;
    enum nts_record_error error = decode(responses[_i].bytes, responses[_i].length);

    ck_assert_msg(error == responses[_i].error, "%s: %s", name,
                  nts_record_error_text(error));
    ck_assert_msg(response.code == responses[_i].code, "%s: %u", name, response.code);
    if (error)
        return;
    ck_assert_str_eq(response.host, host ? host : "");
    ck_assert_uint_eq(response.port, responses[_i].port);
    ck_assert_uint_eq(response.cookie_count, responses[_i].cookies);
    for (size_t i = 0; i < response.cookie_count; i++) {
        ck_assert_uint_eq(response.cookies[i].length, 12);
        ck_assert_mem_eq(response.cookies[i].bytes, "abcdefghijkl", 12);
    }
}
END_TEST

/* Whatever has come of a good response, nothing is wrong before its last byte. */
START_TEST(waits_for_the_rest)
{
    const size_t length = responses[_i].length;

    if (responses[_i].error)
        return;
    for (size_t come = 0; come < length; come++)
        ck_assert_int_eq(decode(responses[_i].bytes, come), NTS_RECORD_INCOMPLETE);
}
END_TEST

static size_t append(size_t length, const char *text, size_t count)
{
    memcpy(bytes + length, text, count);
    return length + count;
}

static size_t append_record(size_t length, uint8_t type, size_t count)
{
    bytes[length] = 0;
    bytes[length + 1] = type;
    bytes[length + 2] = (uint8_t)(count >> 8);
    bytes[length + 3] = (uint8_t)count;
    memset(bytes + length + 4, 'x', count);
    return length + 4 + count;
}

/* One record of each length in an otherwise good response. */
static const struct {
    uint8_t type;
    size_t length;
    enum nts_record_error error;
} lengths[] = {
    {5, NTS_COOKIE_MAX, NTS_RECORD_OK},
    {5, NTS_COOKIE_MAX + 4, NTS_RECORD_NO_COOKIE},
    {6, NTS_HOST - 1, NTS_RECORD_NO_COOKIE},
    {6, NTS_HOST, NTS_RECORD_BAD_LENGTH},
    {99, NTS_RESPONSE_MAX - 20, NTS_RECORD_NO_COOKIE}, /* 16384 bytes in all */
    {99, NTS_RESPONSE_MAX - 19, NTS_RECORD_TOO_LONG},
    {99, UINT16_MAX - 100, NTS_RECORD_TOO_LONG},
};

START_TEST(limits_lengths)
{
    const size_t count =
        lengths[_i].length < NTS_RESPONSE_MAX ? lengths[_i].length : NTS_RESPONSE_MAX;
    size_t length = append(0, NTPV4 SIV, 12);

    length = append_record(length, lengths[_i].type, count);
    length = append(length, END, 4);
    ck_assert_int_eq(decode(bytes, length), lengths[_i].error);
}
END_TEST

/* --- texts --- */

START_TEST(has_words)
{
    for (int error = NTS_RECORD_OK; error <= NTS_RECORD_NO_COOKIE; error++)
        ck_assert_str_ne(nts_record_error_text((enum nts_record_error)error), "unknown");
    ck_assert_str_eq(nts_error_code_text(0), "a critical record that it does not know");
    ck_assert_str_eq(nts_error_code_text(1), "a bad request");
    ck_assert_str_eq(nts_error_code_text(2), "an internal error");
    ck_assert_str_eq(nts_error_code_text(3), "an unknown error");
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("nts");
    TCase *records = tcase_create("records");

    tcase_add_test(records, asks_for_ntpv4_and_siv);
    add_table_test(records, decodes, responses);
    add_table_test(records, waits_for_the_rest, responses);
    add_table_test(records, limits_lengths, lengths);
    tcase_add_test(records, has_words);
    suite_add_tcase(suite, records);
    return suite;
}
