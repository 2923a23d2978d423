/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nts/record.h"

#include <stdbool.h>
#include <string.h>

/* The types of records (RFC 8915, section 7.6). */
enum {
    END_OF_MESSAGE,
    NEXT_PROTOCOL,
    ERROR,
    WARNING,
    ALGORITHM,
    COOKIE,
    HOST,
    PORT,
    TYPES,
};

enum {
    CRITICAL = 0x8000, /* beside the type */
    HEADER = 4,        /* bytes of type and length */
    NTPV4 = 0,
    AES_SIV_CMAC_256 = 15,
};

static uint16_t get_u16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static uint8_t *put_u16(uint8_t *bytes, unsigned value)
{
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
    return bytes + 2;
}

/* --- texts --- */

const char *nts_record_error_text(enum nts_record_error error)
{
    switch (error) {
    case NTS_RECORD_OK:
        return "a good response";
    case NTS_RECORD_INCOMPLETE:
        return "it has no end";
    case NTS_RECORD_TOO_LONG:
        return "it goes on behind its end, or is too long";
    case NTS_RECORD_BAD_LENGTH:
        return "a record has not the length of its type";
    case NTS_RECORD_NOT_CRITICAL:
        return "a record that must be critical is not";
    case NTS_RECORD_REPEATED:
        return "a record that may be there once is there twice";
    case NTS_RECORD_UNKNOWN:
        return "it has a critical record of an unknown type";
    case NTS_RECORD_ERROR:
        return "it is an error";
    case NTS_RECORD_WARNING:
        return "it is a warning";
    case NTS_RECORD_NO_PROTOCOL:
        return "it does not agree to NTPv4";
    case NTS_RECORD_NO_ALGORITHM:
        return "it does not agree to AES-SIV-CMAC-256";
    case NTS_RECORD_BAD_HOST:
        return "the NTP server that it names is neither a name nor an address";
    case NTS_RECORD_BAD_PORT:
        return "it names port 0";
    case NTS_RECORD_NO_COOKIE:
        return "it has no cookie that can be used";
    }
    return "unknown";
}

const char *nts_error_code_text(uint16_t code)
{
    static const char *const texts[] = {"a critical record that it does not know",
                                        "a bad request", "an internal error"};

    return code < sizeof texts / sizeof texts[0] ? texts[code] : "an unknown error";
}

/* --- records --- */

static enum nts_record_error take_protocol(struct nts_response *response,
                                           const uint8_t *body, size_t length)
{
    (void)response;
    return length == 2 && get_u16(body) == NTPV4 ? NTS_RECORD_OK : NTS_RECORD_NO_PROTOCOL;
}

static enum nts_record_error take_algorithm(struct nts_response *response,
                                            const uint8_t *body, size_t length)
{
    (void)response;
    return length == 2 && get_u16(body) == AES_SIV_CMAC_256 ? NTS_RECORD_OK
                                                            : NTS_RECORD_NO_ALGORITHM;
}

static enum nts_record_error take_error(struct nts_response *response,
                                        const uint8_t *body, size_t length)
{
    (void)length;
    response->code = get_u16(body);
    return NTS_RECORD_ERROR;
}

static enum nts_record_error take_warning(struct nts_response *response,
                                          const uint8_t *body, size_t length)
{
    (void)length;
    response->code = get_u16(body);
    return NTS_RECORD_WARNING;
}

/* One that an extension field would have to pad is no longer the server's. */
static enum nts_record_error take_cookie(struct nts_response *response,
                                         const uint8_t *body, size_t length)
{
    struct nts_cookie *cookie = &response->cookies[response->cookie_count];

    if (length < NTS_COOKIE_MIN || length > NTS_COOKIE_MAX || length % 4 ||
        response->cookie_count == NTS_COOKIES_KEPT)
        return NTS_RECORD_OK;
    cookie->length = (uint16_t)length;
    memcpy(cookie->bytes, body, length);
    response->cookie_count++;
    return NTS_RECORD_OK;
}

static bool is_of_a_host(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           c == '.' || c == '-' || c == '_' || c == ':';
}

static enum nts_record_error take_host(struct nts_response *response, const uint8_t *body,
                                       size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!is_of_a_host(body[i]))
            return NTS_RECORD_BAD_HOST;
    memcpy(response->host, body, length);
    response->host[length] = '\0';
    return NTS_RECORD_OK;
}

static enum nts_record_error take_port(struct nts_response *response, const uint8_t *body,
                                       size_t length)
{
    (void)length;
    response->port = get_u16(body);
    return response->port ? NTS_RECORD_OK : NTS_RECORD_BAD_PORT;
}

/* What a record of each type must be. */
static const struct kind {
    bool critical;        /* it must be; others may */
    bool once;            /* at most */
    uint16_t least, most; /* bytes of its body */
    enum nts_record_error (*take)(struct nts_response *, const uint8_t *, size_t);
} kinds[TYPES] = {
    [END_OF_MESSAGE] = {true, true, 0, 0, NULL},
    [NEXT_PROTOCOL] = {true, true, 0, UINT16_MAX, take_protocol},
    [ERROR] = {true, true, 2, 2, take_error},
    [WARNING] = {true, false, 2, 2, take_warning},
    [ALGORITHM] = {false, true, 0, UINT16_MAX, take_algorithm},
    [COOKIE] = {false, false, 0, UINT16_MAX, take_cookie},
    [HOST] = {false, true, 1, NTS_HOST - 1, take_host},
    [PORT] = {false, true, 2, 2, take_port},
};

/* seen has a bit for each type that was there before. */
static enum nts_record_error take_record(struct nts_response *response, unsigned *seen,
                                         const uint8_t *bytes)
{
    const unsigned type = get_u16(bytes) & ~(unsigned)CRITICAL;
    const bool critical = get_u16(bytes) & CRITICAL;
    const uint16_t length = get_u16(bytes + 2);
    const struct kind *kind;

    if (type >= TYPES)
        return critical ? NTS_RECORD_UNKNOWN : NTS_RECORD_OK;
    kind = &kinds[type];
    if (length < kind->least || length > kind->most)
        return NTS_RECORD_BAD_LENGTH;
    if (kind->critical && !critical)
        return NTS_RECORD_NOT_CRITICAL;
    if (kind->once && *seen & 1U << type)
        return NTS_RECORD_REPEATED;
    *seen |= 1U << type;
    return kind->take ? kind->take(response, bytes + HEADER, length) : NTS_RECORD_OK;
}

/* What a response must have besides its end. */
static enum nts_record_error find_missing(const struct nts_response *response,
                                          unsigned seen)
{
    if (!(seen & 1U << NEXT_PROTOCOL))
        return NTS_RECORD_NO_PROTOCOL;
    if (!(seen & 1U << ALGORITHM))
        return NTS_RECORD_NO_ALGORITHM;
    return response->cookie_count ? NTS_RECORD_OK : NTS_RECORD_NO_COOKIE;
}

enum nts_record_error nts_response_decode(const uint8_t *bytes, size_t length,
                                          struct nts_response *response)
{
    enum nts_record_error error;
    unsigned seen = 0;
    size_t next;

    memset(response, 0, sizeof *response);
    if (length > NTS_RESPONSE_MAX)
        return NTS_RECORD_TOO_LONG;
    for (size_t at = 0; length - at >= HEADER; at = next) {
        next = at + HEADER + get_u16(bytes + at + 2);
        if (next > NTS_RESPONSE_MAX)
            return NTS_RECORD_TOO_LONG;
        if (next > length)
            return NTS_RECORD_INCOMPLETE;
        error = take_record(response, &seen, bytes + at);
        if (error)
            return error;
        if (seen & 1U << END_OF_MESSAGE)
            return next < length ? NTS_RECORD_TOO_LONG : find_missing(response, seen);
    }
    return length < NTS_RESPONSE_MAX ? NTS_RECORD_INCOMPLETE : NTS_RECORD_TOO_LONG;
}

void nts_request_encode(uint8_t bytes[static NTS_REQUEST])
{
    static const struct {
        uint16_t type, length, value;
    } records[] = {{NEXT_PROTOCOL, 2, NTPV4},
                   {ALGORITHM, 2, AES_SIV_CMAC_256},
                   {END_OF_MESSAGE, 0, 0}};

    for (size_t i = 0; i < sizeof records / sizeof records[0]; i++) {
        bytes = put_u16(bytes, CRITICAL | records[i].type);
        bytes = put_u16(bytes, records[i].length);
        if (records[i].length)
            bytes = put_u16(bytes, records[i].value);
    }
}
