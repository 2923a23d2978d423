/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A message is a row set: one row per field of a reply, in the order of the wire. Lengths
 * and padding follow from the rows, so adding a message is a struct, a row set and
 * nothing else.
 *
 * Only read-only commands can be encoded: a request is made from a message, every message
 * is in reports.c, and a test enumerates their command codes. */
#ifndef CMDMON_MESSAGE_H
#define CMDMON_MESSAGE_H

#include "cmdmon/wire.h"

#include <stddef.h>

enum wire_type {
    WIRE_END,
    WIRE_UNUSED, /* bytes without a meaning */
    WIRE_U8,
    WIRE_U16,
    WIRE_U32,
    WIRE_I8,
    WIRE_I16,
    WIRE_COUNT32, /* a whole number that is kept as a double: see struct layout */
    WIRE_COUNT32_OR_ABSENT, /* all bits set: not yet used by this chronyd */
    WIRE_COUNT64,
    WIRE_ADDRESS,
    WIRE_TIME,
    WIRE_FLOAT,
    WIRE_FLOAT_NEGATED,  /* chronyd's sign is the reverse of ours */
    WIRE_FLOAT_POSITIVE, /* a reply with a negative one is implausible */
    WIRE_NAME,           /* 256 bytes, perhaps without a NUL; becomes a string of 257 */
};

struct field {
    enum wire_type type;
    size_t offset; /* of the member in the report; of WIRE_UNUSED: how many bytes */
};

/* The member that a wire type is decoded into. */
#define WIRE_MEMBER_U8                uint8_t
#define WIRE_MEMBER_U16               uint16_t
#define WIRE_MEMBER_U32               uint32_t
#define WIRE_MEMBER_I8                int8_t
#define WIRE_MEMBER_I16               int16_t
#define WIRE_MEMBER_COUNT32           double
#define WIRE_MEMBER_COUNT32_OR_ABSENT double
#define WIRE_MEMBER_COUNT64           double
#define WIRE_MEMBER_ADDRESS           struct ip_address
#define WIRE_MEMBER_TIME              struct wire_time
#define WIRE_MEMBER_FLOAT             double
#define WIRE_MEMBER_FLOAT_NEGATED     double
#define WIRE_MEMBER_FLOAT_POSITIVE    double
#define WIRE_MEMBER_NAME              char *

/* A row. It does not compile when the member is missing or has another type than the wire
 * says. */
#define FIELD(report, member, wire)                                                      \
    {                                                                                    \
        WIRE_##wire, offsetof(struct report, member) +                                   \
                         0 * sizeof(char[_Generic(((struct report *)0)->member,          \
                                                  WIRE_MEMBER_##wire : 1)])              \
    }
#define FIELD_UNUSED(bytes)                                                              \
    {                                                                                    \
        WIRE_UNUSED, (bytes)                                                             \
    }
#define FIELD_END                                                                        \
    {                                                                                    \
        WIRE_END, 0                                                                      \
    }

/* One generation of a reply: chronyd numbers a new one when a report grows.
 *
 * A member that not every generation has must be a double: it is NAN where it is absent.
 * That is why counters are doubles. They are exact up to 2^53, as a metric is; an integer
 * would need a number of its own that means "absent", and each reader to know it. */
struct layout {
    uint16_t reply;             /* its number on the wire; 0: no more layouts */
    const struct field *fields; /* ends with FIELD_END */
};

enum argument {
    ARGUMENT_NONE,
    ARGUMENT_INDEX,
    ARGUMENT_ADDRESS,
};

enum { MESSAGE_LAYOUTS = 5 };

struct message {
    const char *name; /* also the word of chrony's `opencommands` directive */
    uint16_t command;
    enum argument argument;
    size_t report_size;
    const char *since; /* the first chrony release that answers it */
    struct layout layouts[MESSAGE_LAYOUTS];
};

/* What a request carries beside its command; the message says which of them. */
struct request_argument {
    uint32_t index;
    struct ip_address address;
};

enum {
    MESSAGE_REQUEST_HEADER = 20,
    MESSAGE_REPLY_HEADER = 28,
    MESSAGE_MAX = 1024, /* no request and no reply of cmdmon is longer */
    PROTOCOL_VERSION = 6,
};

/* The status codes of candm.h that mean more to us than "failed". */
enum reply_status {
    STATUS_SUCCESS = 0,
    STATUS_UNAUTHORISED = 2,
    STATUS_INVALID = 3,
    STATUS_NO_SUCH_SOURCE = 4,
    STATUS_NOT_ENABLED = 6,
    STATUS_NO_RTC = 13,
    STATUS_INACTIVE = 15,
    STATUS_BAD_VERSION = 18,
    STATUS_BAD_LENGTH = 19,
};

struct reply_header {
    uint8_t version;
    uint16_t command;
    uint16_t reply;
    uint16_t status; /* enum reply_status or another number */
    uint32_t sequence;
};

enum decode_error {
    DECODE_OK,
    DECODE_SHORT, /* fewer bytes than the layout has: not a reply of chronyd */
    DECODE_GONE,  /* success without a report: the source vanished while it was looked up
                   */
    DECODE_UNKNOWN,     /* a layout that this program does not know: a newer chronyd */
    DECODE_IMPLAUSIBLE, /* a number that cannot be */
};

/* The length of a request: chronyd ignores one that is shorter than the longest reply to
 * it. */
size_t message_request_length(const struct message *message);

/* Writes a request of message_request_length() bytes. */
void message_encode(const struct message *message,
                    const struct request_argument *argument, uint16_t attempt,
                    uint32_t sequence, uint8_t *bytes);

/* Reads a header; false when the bytes are not a cmdmon reply that we could understand.
 */
bool message_decode_header(const uint8_t *bytes, size_t length,
                           struct reply_header *header);

/* Reads the body of a successful reply into the report, which is of message->report_size
 * bytes and needs no initialisation: a double that only other layouts have becomes NAN.
 * On an error the report is undefined. */
enum decode_error message_decode(const struct message *message,
                                 const struct reply_header *header, const uint8_t *bytes,
                                 size_t length, void *report);

#endif
