/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NTP packets as a client sends and receives them (RFC 5905, section 7.3).
 *
 * Nothing here opens, waits or reads a clock. Bytes are read one by one, never through a
 * cast. What may follow the header, extension fields and a message authentication code
 * (MAC), is only told apart: see ntp/authenticator.h for what it proves. */
#ifndef NTP_PACKET_H
#define NTP_PACKET_H

#include "ntp/timestamp.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    PACKET_HEADER = 48,
    PACKET_MAX = 1024, /* with extension fields; a longer one is none */
    PACKET_LETTERS = 5,
};

/* The header, in our units. All of it is what the sender says of itself. */
struct ntp_packet {
    uint8_t leap_status; /* 0 normal, 1 insert, 2 delete, 3 not synchronised: numbered as
                            in the reports of chronyd */
    uint8_t version;
    uint8_t mode;           /* 3 client, 4 server */
    uint8_t stratum;        /* 1 to 15; 16: not synchronised; 0: see reference_id */
    int8_t poll;            /* log2 s */
    double precision;       /* s, of its clock; anything above a second counts as one */
    double root_delay;      /* s, its round trip to the reference clock */
    double root_dispersion; /* s, accumulated since the reference clock */
    uint32_t reference_id;  /* of its source; four letters when the stratum is 0 or 1 */
    uint64_t reference;     /* when its clock was last updated; 0: it does not say */
    uint64_t origin;        /* the transmit timestamp of the request */
    uint64_t receive;       /* when the request arrived, by its clock */
    uint64_t transmit;      /* when the answer left, by its clock */
};

/* What a datagram is to the client that has sent a request. */
enum packet_error {
    PACKET_OK,

    /* No answer to it. Anybody can send these, so they are nobody's fault. */
    PACKET_BAD_LENGTH,    /* not a header and whole words, or longer than PACKET_MAX */
    PACKET_OTHER_VERSION, /* neither 3 nor 4 */
    PACKET_OTHER_MODE,    /* not from a server to a client */
    PACKET_OTHER_ORIGIN,  /* it answers another request, or none */

    /* An answer to it, of which no time can be had. */
    PACKET_KISS,           /* a kiss-o'-death: stratum 0 and a code */
    PACKET_UNSYNCHRONISED, /* by its leap status or its stratum */
    PACKET_BAD_STRATUM,    /* above 16 */
    PACKET_NO_TIME,        /* its receive or its transmit timestamp is 0 */
    PACKET_REVERSED,       /* it left before the request arrived */
    PACKET_FUTURE,         /* it left before its clock was last updated */
    PACKET_HELD,           /* kept for longer than the whole round trip took */
};

/* True for the errors of the second kind, and for PACKET_OK. */
bool packet_is_answer(enum packet_error error);

/* What is wrong, in a few words for people ("its mode is not that of a server"). */
const char *packet_error_text(enum packet_error error);

/* Writes a request of NTPv4 and returns its length. It says nothing about this machine:
 * the transmit timestamp is the nonce, a random number that the answer must repeat. */
size_t packet_encode_request(uint64_t nonce, uint8_t bytes[static PACKET_MAX]);

/* Reads a datagram of that length: PACKET_OK, or PACKET_BAD_LENGTH. */
enum packet_error packet_decode(const uint8_t *bytes, size_t length,
                                struct ntp_packet *packet);

/* Is the packet a good answer to the request with that nonce? All but PACKET_BAD_LENGTH
 * and PACKET_HELD; the first error in the order of the enum. */
enum packet_error packet_verify(const struct ntp_packet *packet, uint64_t nonce);

/* What a good answer says of our clock. */
struct ntp_sample {
    double offset;     /* s; > 0: our clock is ahead of the sender's */
    double round_trip; /* s, on the network alone; never below 0 */
};

/* Measures: sent and received are when, by our clock, the request left and the answer
 * arrived. PACKET_OK, or PACKET_HELD when the packet is not plausible. */
enum packet_error packet_measure(const struct ntp_packet *packet, uint64_t sent,
                                 uint64_t received, struct ntp_sample *sample);

/* --- what follows the header --- */

enum {
    PACKET_KEY_ID = 4,   /* bytes, in front of every MAC */
    PACKET_MAC_MIN = 20, /* with the key id; one of 4 bytes is a crypto-NAK */
    PACKET_MAC_MAX = 24, /* in NTPv4, with the key id */
    PACKET_MAC_MAX_V3 = 68,
    PACKET_FIELD_HEADER = 4, /* type and length of an extension field */
    PACKET_FIELD_MIN = 16,   /* of an extension field, with its header */
};

/* An extension field (RFC 7822). */
struct packet_field {
    uint16_t type;
    size_t at;     /* of its first byte in the packet, which is that of its header */
    size_t length; /* with its header and its padding */
};

/* Reads the extension field that begins at that byte of a packet; false when there is
 * none that ends within the length. */
bool packet_read_field(const uint8_t *bytes, size_t length, size_t at,
                       struct packet_field *field);

/* The most that a MAC may have in a packet of its version, with the key id. */
size_t packet_mac_max(const uint8_t *bytes);

/* Where the parts of a packet are. */
struct packet_parts {
    size_t mac;        /* of its first byte, the key id; the length where there is none */
    size_t mac_length; /* with the key id; 0: none; PACKET_KEY_ID: a crypto-NAK */
    size_t fields;     /* extension fields between the header and there */
};

/* Tells the parts of a packet of PACKET_HEADER to PACKET_MAX bytes, a multiple of 4,
 * apart, as chronyd does: in NTPv3 all that follows the header is a MAC; in NTPv4 the
 * last 20 or 24 bytes are one, and four zeros are a crypto-NAK. False when the rest is
 * not extension fields. */
bool packet_split(const uint8_t *bytes, size_t length, struct packet_parts *parts);

/* The reference id as letters, without NULs at its end: the code of a kiss-o'-death
 * ("RATE") or the name of a reference clock ("GPS"). What is no letter and no digit is
 * "?". */
void packet_letters(const struct ntp_packet *packet, char letters[static PACKET_LETTERS]);

#endif
