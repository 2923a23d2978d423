/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What has come of a response with keys. It is accepted exactly when its records say what
 * they must, found here by another way: one walk for each question. */
#include "fuzz.h"

#include "nts/record.h"

#include <stdbool.h>

enum { CRITICAL = 0x8000, TYPES = 8 };

struct records {
    const uint8_t *bytes;
    size_t length; /* up to and with the end of message */
    bool whole;    /* there is an end, and nothing behind it */
};

static unsigned number_at(const uint8_t *bytes)
{
    return bytes[0] * 256U + bytes[1];
}

/* Where the record behind this one begins; 0: there is none. */
static size_t after(const uint8_t *bytes, size_t length, size_t at)
{
    const size_t end = at + 4 <= length ? at + 4 + number_at(bytes + at + 2) : 0;

    return end <= length ? end : 0;
}

static struct records find_records(const uint8_t *bytes, size_t length)
{
    size_t at = 0, next;

    while ((next = after(bytes, length, at))) {
        if (number_at(bytes + at) == CRITICAL && next == at + 4)
            return (struct records){bytes, next, next == length};
        at = next;
    }
    return (struct records){bytes, at, false};
}

static size_t count_type(const struct records *records, unsigned type, unsigned mask)
{
    size_t count = 0;

    for (size_t at = 0; at < records->length;
         at = after(records->bytes, records->length, at))
        count += (number_at(records->bytes + at) & mask) == type;
    return count;
}

static size_t count_cookies(const struct records *records)
{
    size_t count = 0;

    for (size_t at = 0; at < records->length;
         at = after(records->bytes, records->length, at)) {
        const unsigned length = number_at(records->bytes + at + 2);

        count += (number_at(records->bytes + at) & 0x7fff) == 5 && length % 4 == 0 &&
                 length >= NTS_COOKIE_MIN && length <= NTS_COOKIE_MAX;
    }
    return count < NTS_COOKIES_KEPT ? count : NTS_COOKIES_KEPT;
}

static void look_at_response(const struct nts_response *response,
                             const struct records *records)
{
    must(records->whole && records->length <= NTS_RESPONSE_MAX);
    must(count_type(records, 1, 0x7fff) == 1 && count_type(records, 4, 0x7fff) == 1);
    must(count_type(records, CRITICAL | 1, 0xffff) == 1);
    must(count_type(records, 0, 0x7fff) == 1);
    must(count_type(records, 2, 0x7fff) == 0 && count_type(records, 3, 0x7fff) == 0);
    must(count_type(records, 6, 0x7fff) == (*response->host != '\0'));
    must(count_type(records, 7, 0x7fff) == (response->port != 0));
    must(response->cookie_count && response->cookie_count == count_cookies(records));
    must(memchr(response->host, '\0', NTS_HOST));
    must(!response->host[strspn(response->host, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                "abcdefghijklmnopqrstuvwxyz.-_:")]);
    for (size_t at = 0; at < records->length;
         at = after(records->bytes, records->length, at))
        must(number_at(records->bytes + at) < (CRITICAL | TYPES));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static struct nts_response response;
    const struct records records = find_records(bytes, length);
    const enum nts_record_error error = nts_response_decode(bytes, length, &response);

    must(*nts_record_error_text(error) && *nts_error_code_text(response.code));
    must(error != NTS_RECORD_INCOMPLETE || !records.whole);
    if (!error)
        look_at_response(&response, &records);
    /* Nothing is wrong with the beginning of what may become good. */
    if (error == NTS_RECORD_INCOMPLETE)
        must(nts_response_decode(bytes, length / 2, &response) == NTS_RECORD_INCOMPLETE);
    return 0;
}
