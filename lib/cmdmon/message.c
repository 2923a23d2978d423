/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmdmon/message.h"

#include <math.h>
#include <string.h>

enum {
    PACKET_REQUEST = 1,
    PACKET_REPLY = 2,
    REPLY_NULL = 1,
    NAME_LENGTH = 256,
};

static size_t wire_length(const struct field *field)
{
    switch (field->type) {
    case WIRE_END:
        return 0;
    case WIRE_UNUSED:
        return field->offset;
    case WIRE_U8:
    case WIRE_I8:
        return 1;
    case WIRE_U16:
    case WIRE_I16:
        return 2;
    case WIRE_COUNT64:
        return 8;
    case WIRE_U32:
    case WIRE_COUNT32:
    case WIRE_COUNT32_OR_ABSENT:
    case WIRE_FLOAT:
    case WIRE_FLOAT_NEGATED:
    case WIRE_FLOAT_POSITIVE:
        return 4;
    case WIRE_ADDRESS:
        return WIRE_ADDRESS_LENGTH;
    case WIRE_TIME:
        return WIRE_TIME_LENGTH;
    case WIRE_NAME:
        return NAME_LENGTH;
    }
    return 0;
}

static size_t layout_length(const struct layout *layout)
{
    size_t length = MESSAGE_REPLY_HEADER;

    for (const struct field *field = layout->fields; field->type != WIRE_END; field++)
        length += wire_length(field);
    return length;
}

static const struct layout *find_layout(const struct message *message, uint16_t reply)
{
    for (const struct layout *layout = message->layouts; layout->reply; layout++)
        if (layout->reply == reply)
            return layout;
    return NULL;
}

size_t message_request_length(const struct message *message)
{
    size_t length = MESSAGE_REQUEST_HEADER;

    if (message->argument == ARGUMENT_INDEX)
        length += 4;
    if (message->argument == ARGUMENT_ADDRESS)
        length += WIRE_ADDRESS_LENGTH;
    for (const struct layout *layout = message->layouts; layout->reply; layout++)
        if (layout_length(layout) > length)
            length = layout_length(layout);
    return length;
}

void message_encode(const struct message *message,
                    const struct request_argument *argument, uint16_t attempt,
                    uint32_t sequence, uint8_t *bytes)
{
    memset(bytes, 0, message_request_length(message));
    bytes[0] = PROTOCOL_VERSION;
    bytes[1] = PACKET_REQUEST;
    wire_put_u16(bytes + 4, message->command);
    wire_put_u16(bytes + 6, attempt);
    wire_put_u32(bytes + 8, sequence);
    if (message->argument == ARGUMENT_INDEX)
        wire_put_u32(bytes + MESSAGE_REQUEST_HEADER, argument->index);
    if (message->argument == ARGUMENT_ADDRESS)
        wire_put_address(bytes + MESSAGE_REQUEST_HEADER, &argument->address);
}

bool message_decode_header(const uint8_t *bytes, size_t length,
                           struct reply_header *header)
{
    if (length < MESSAGE_REPLY_HEADER || bytes[1] != PACKET_REPLY || bytes[2] || bytes[3])
        return false;
    *header = (struct reply_header){
        .version = bytes[0],
        .command = wire_get_u16(bytes + 4),
        .reply = wire_get_u16(bytes + 6),
        .status = wire_get_u16(bytes + 8),
        .sequence = wire_get_u32(bytes + 16),
    };
    /* A daemon of another version answers in its own, with this one status. */
    return header->version == PROTOCOL_VERSION ||
           (header->version >= 4 && header->status == STATUS_BAD_VERSION);
}

static bool is_double(enum wire_type type)
{
    switch (type) {
    case WIRE_COUNT32:
    case WIRE_COUNT32_OR_ABSENT:
    case WIRE_COUNT64:
    case WIRE_FLOAT:
    case WIRE_FLOAT_NEGATED:
    case WIRE_FLOAT_POSITIVE:
        return true;
    default:
        return false;
    }
}

/* The doubles of all layouts; the one at hand then says its own. */
static void make_absent(const struct message *message, void *report)
{
    for (const struct layout *layout = message->layouts; layout->reply; layout++)
        for (const struct field *field = layout->fields; field->type != WIRE_END;
             field++) {
            void *member = (char *)report + field->offset;

            if (is_double(field->type))
                *(double *)member = NAN;
        }
}

static bool decode_float(enum wire_type type, const uint8_t *bytes, void *member)
{
    double value = wire_get_float(bytes);

    if (!wire_float_is_plausible(value) || (type == WIRE_FLOAT_POSITIVE && value < 0))
        return false;
    if (type == WIRE_FLOAT_NEGATED)
        value = 0.0 - value; /* not -value: zero stays without a sign */
    *(double *)member = value;
    return true;
}

static double decode_count(enum wire_type type, const uint8_t *bytes)
{
    if (type == WIRE_COUNT64)
        return (double)wire_get_u64(bytes);
    if (type == WIRE_COUNT32_OR_ABSENT && wire_get_u32(bytes) == UINT32_MAX)
        return NAN;
    return wire_get_u32(bytes);
}

static void decode_name(const uint8_t *bytes, char *member)
{
    memcpy(member, bytes, NAME_LENGTH);
    member[NAME_LENGTH] = '\0';
}

static bool decode_field(enum wire_type type, const uint8_t *bytes, void *member)
{
    switch (type) {
    case WIRE_END:
    case WIRE_UNUSED:
        break;
    case WIRE_U8:
        *(uint8_t *)member = *bytes;
        break;
    case WIRE_U16:
        *(uint16_t *)member = wire_get_u16(bytes);
        break;
    case WIRE_U32:
        *(uint32_t *)member = wire_get_u32(bytes);
        break;
    case WIRE_I8:
        *(int8_t *)member = wire_get_i8(bytes);
        break;
    case WIRE_I16:
        *(int16_t *)member = wire_get_i16(bytes);
        break;
    case WIRE_COUNT32:
    case WIRE_COUNT32_OR_ABSENT:
    case WIRE_COUNT64:
        *(double *)member = decode_count(type, bytes);
        break;
    case WIRE_ADDRESS:
        *(struct ip_address *)member = wire_get_address(bytes);
        break;
    case WIRE_TIME:
        *(struct wire_time *)member = wire_get_time(bytes);
        break;
    case WIRE_FLOAT:
    case WIRE_FLOAT_NEGATED:
    case WIRE_FLOAT_POSITIVE:
        return decode_float(type, bytes, member);
    case WIRE_NAME:
        decode_name(bytes, member);
        break;
    }
    return true;
}

enum decode_error message_decode(const struct message *message,
                                 const struct reply_header *header, const uint8_t *bytes,
                                 size_t length, void *report)
{
    const struct layout *layout = find_layout(message, header->reply);
    size_t at = MESSAGE_REPLY_HEADER;

    if (header->reply == REPLY_NULL)
        return DECODE_GONE;
    if (!layout)
        return DECODE_UNKNOWN;
    if (length < layout_length(layout))
        return DECODE_SHORT;
    make_absent(message, report);
    for (const struct field *field = layout->fields; field->type != WIRE_END; field++) {
        if (!decode_field(field->type, bytes + at, (char *)report + field->offset))
            return DECODE_IMPLAUSIBLE;
        at += wire_length(field);
    }
    return DECODE_OK;
}
