/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An NTP server that answers as a script says, and lies where that says so. Its packets
 * are made here, byte by byte, and not by what is tested. */
#ifndef FAKE_NTP_H
#define FAKE_NTP_H

#include "ntp/authenticator.h"

#include <sys/types.h>

enum {
    FAKE_NTP_MAX = 2048,
    FAKE_NTP_PATCHES = 3,
    FAKE_NTP_LIES = 34,
    FAKE_NTP_UNBELIEVED = 5,
    FAKE_NTP_FORGERIES = 21,
};

/* An honest answer at first; then bytes of it are replaced. */
struct fake_ntp {
    double offset;    /* s, of its clock; > 0: ahead of ours */
    double held;      /* s, that it says to have held the request; < 0: it left first */
    double reference; /* s, that it says to have had no update */
    uint64_t flipped; /* bits of the origin timestamp */
    struct fake_ntp_patch {
        uint8_t at, count;
        uint8_t bytes[8];
    } patches[FAKE_NTP_PATCHES];
    size_t length; /* of the answer: what is beyond the header is not 0; 0: 48 */
    struct fake_ntp_mac {
        const char *hash; /* of the key and the answer: "md5", "sha1", as nettle names
                             them; NULL: there is no MAC */
        const char *key;
        uint32_t id;
        size_t cover;           /* bytes that it is made from; 0: all */
    } mac;                      /* behind the answer, and not in its length */
    struct fake_ntp_patch late; /* the same when the MAC has been made */
    unsigned deaf_to; /* so many requests are not answered at first; UINT32_MAX: all */
    unsigned copies;  /* of each answer, besides the first */
    unsigned noise;   /* datagrams with another origin, before each answer */
    const char
        *from; /* an address that answers come from, on another port; NULL: right */
};

/* Stratum 2, reference id 192.0.2.9, on time. */
struct fake_ntp fake_ntp_honest(void);

/* What it can say, first some truths, and what is to be made of each. */
extern const struct fake_ntp_lie {
    const char *name;
    struct fake_ntp fake;
    enum packet_error error;
} fake_ntp_lies[FAKE_NTP_LIES];

/* What may follow the header of an honest answer, and is not believed by somebody who has
 * asked without a MAC. */
extern const struct fake_ntp_unbelieved {
    const char *name;
    struct fake_ntp fake;
    enum authentication_error error;
} fake_ntp_unbelieved[FAKE_NTP_UNBELIEVED];

/* What it can say to somebody who has asked with that key and believes SHA1 only. Of what
 * is authentic, error says what else it is. */
#define FAKE_NTP_KEY    "swordfish"
#define FAKE_NTP_KEY_ID 5
extern const struct fake_ntp_forgery {
    const char *name;
    struct fake_ntp fake;
    enum authentication_error unauthentic;
    enum packet_error error;
} fake_ntp_forgeries[FAKE_NTP_FORGERIES];

/* What the server makes of a request that arrives at a moment of our clock, in NTP's
 * units of 2^-32 s since 1900; returns its length. */
size_t fake_ntp_reply(const struct fake_ntp *fake, const uint8_t request[48],
                      uint64_t now, uint8_t reply[FAKE_NTP_MAX]);

/* Starts it on a port of an address of this machine; returns its process. The port is in
 * host byte order, and 0 is replaced by a free one. It counts its requests in *asked,
 * where that is not NULL. Ends with the parent. */
pid_t fake_ntp_start(const struct fake_ntp *fake, const char *address, uint16_t *port,
                     volatile unsigned **asked);

/* Ends it and waits until it is gone. */
void fake_ntp_stop(pid_t process);

#endif
