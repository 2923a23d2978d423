/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The records of NTS key establishment, as a client sends and receives them over TLS
 * (RFC 8915, section 4).
 *
 * Nothing here opens, waits or decides whom to trust. Bytes are read one by one, never
 * through a cast. */
#ifndef NTS_RECORD_H
#define NTS_RECORD_H

#include <stddef.h>
#include <stdint.h>

enum {
    NTS_REQUEST = 16,         /* bytes of a request */
    NTS_RESPONSE_MAX = 16384, /* bytes of a response; a longer one is refused, as by
                                 chronyd */
    NTS_COOKIES_KEPT = 8,     /* so many are kept, as a client needs them */
    NTS_COOKIE_MIN = 12,      /* the same: an extension field has 16 (RFC 7822) */
    NTS_COOKIE_MAX = 896,     /* bytes of one; a longer one fits into no NTP packet */
    NTS_HOST = 256,
};

/* What is wrong with a response. */
enum nts_record_error {
    NTS_RECORD_OK,
    NTS_RECORD_INCOMPLETE,   /* it ends before its end is told: more may come */
    NTS_RECORD_TOO_LONG,     /* longer than NTS_RESPONSE_MAX, or bytes behind its end */
    NTS_RECORD_BAD_LENGTH,   /* a record has a length that its type cannot have */
    NTS_RECORD_NOT_CRITICAL, /* a record that must be critical is not */
    NTS_RECORD_REPEATED,     /* a record that may be there once is there twice */
    NTS_RECORD_UNKNOWN,      /* a critical record of a type that is not known */
    NTS_RECORD_ERROR,        /* the server reports an error: see code */
    NTS_RECORD_WARNING,      /* the server warns; as no warning is known, that is the same
                              */
    NTS_RECORD_NO_PROTOCOL,  /* it does not agree to NTPv4 */
    NTS_RECORD_NO_ALGORITHM, /* it does not agree to AES-SIV-CMAC-256 */
    NTS_RECORD_BAD_HOST,     /* what it names is neither a host name nor an address */
    NTS_RECORD_BAD_PORT,     /* it names port 0 */
    NTS_RECORD_NO_COOKIE,    /* it has no cookie that a client can use */
};

/* What is wrong, in a few words for people ("it has no cookie that can be used"). */
const char *nts_record_error_text(enum nts_record_error error);

/* What the code of NTS_RECORD_ERROR means ("bad request"). */
const char *nts_error_code_text(uint16_t code);

/* What a client shows the server in place of its keys. */
struct nts_cookie {
    uint16_t length; /* NTS_COOKIE_MIN to NTS_COOKIE_MAX, a multiple of 4 */
    uint8_t bytes[NTS_COOKIE_MAX];
};

struct nts_response {
    uint16_t code;       /* of NTS_RECORD_ERROR and NTS_RECORD_WARNING */
    char host[NTS_HOST]; /* the NTP server: a name or an address; "": the host that was
                            asked */
    uint16_t port;       /* its NTP port; 0: it names none */
    struct nts_cookie cookies[NTS_COOKIES_KEPT];
    size_t cookie_count;
};

/* Writes the request: NTPv4, protected with AES-SIV-CMAC-256. */
void nts_request_encode(uint8_t bytes[static NTS_REQUEST]);

/* Reads what has come of a response. The response is valid with NTS_RECORD_OK, and its
 * code with the errors that have one. With NTS_RECORD_INCOMPLETE nothing is wrong so far.
 */
enum nts_record_error nts_response_decode(const uint8_t *bytes, size_t length,
                                          struct nts_response *response);

#endif
