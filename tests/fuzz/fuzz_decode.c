/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A reply, of the message that its header names, into a report. What is accepted is
 * written back field by field and must be the reply again; what is not has the fault that
 * the error names. Numbers are those that a report may have. */
#include "fuzz.h"

#include "cmdmon/reports.h"

#include <math.h>

enum { HEADER = 28, NAME = 256 };

static size_t width(enum wire_type type, size_t unused)
{
    static const size_t widths[] = {
        [WIRE_U8] = 1,      [WIRE_U16] = 2,
        [WIRE_U32] = 4,     [WIRE_I8] = 1,
        [WIRE_I16] = 2,     [WIRE_COUNT32] = 4,
        [WIRE_COUNT64] = 8, [WIRE_COUNT32_OR_ABSENT] = 4,
        [WIRE_TIME] = 12,   [WIRE_ADDRESS] = 20,
        [WIRE_FLOAT] = 4,   [WIRE_FLOAT_NEGATED] = 4,
        [WIRE_NAME] = NAME, [WIRE_FLOAT_POSITIVE] = 4,
    };

    return type == WIRE_UNUSED ? unused : widths[type];
}

static const struct message *message_of(uint16_t command)
{
    for (const struct message *const *message = all_messages; *message; message++)
        if ((*message)->command == command)
            return *message;
    return NULL;
}

static const struct layout *layout_of(const struct message *message, uint16_t reply)
{
    for (const struct layout *layout = message->layouts; layout->reply; layout++)
        if (layout->reply == reply)
            return layout;
    return NULL;
}

static size_t length_of(const struct layout *layout)
{
    size_t length = HEADER;

    for (const struct field *field = layout->fields; field->type != WIRE_END; field++)
        length += width(field->type, field->offset);
    return length;
}

/* The float in another way than the decoder's: the power of two is made of its bits. */
static double float_of(const uint8_t *bytes)
{
    const int32_t word = (int32_t)wire_get_u32(bytes);
    const double coefficient = (double)(int32_t)((uint32_t)word << 7) / 128;
    const uint64_t bits = (uint64_t)((word >> 25) - 25 + 1023) << 52;
    double power;

    memcpy(&power, &bits, sizeof power);
    return coefficient * power;
}

static bool is_float(enum wire_type type)
{
    return type == WIRE_FLOAT || type == WIRE_FLOAT_NEGATED ||
           type == WIRE_FLOAT_POSITIVE;
}

/* Bytes of a number, as it was before it was decoded. */
static void put(uint8_t *bytes, uint64_t number, size_t size)
{
    while (size--) {
        bytes[size] = (uint8_t)number;
        number >>= 8;
    }
}

static void put_time(uint8_t *bytes, const struct wire_time *time)
{
    must(time->nanoseconds <= 999999999);
    put(bytes, (uint64_t)time->seconds, 8);
    put(bytes + 8, time->nanoseconds, 4);
}

static void put_count(uint8_t *bytes, double count, size_t size)
{
    if (isnan(count)) {
        put(bytes, UINT64_MAX, size);
        return;
    }
    must(count >= 0 && count <= 0x1p64);
    must(count == 0x1p64 || count == (double)(uint64_t)count);
    put(bytes, count < 0x1p64 ? (uint64_t)count : UINT64_MAX, size);
}

/* Writes a member of the report as the wire has it; floats are compared as numbers. */
static void put_field(const struct field *field, const void *member, uint8_t *bytes)
{
    switch (field->type) {
    case WIRE_END:
    case WIRE_UNUSED:
    case WIRE_FLOAT:
    case WIRE_FLOAT_NEGATED:
    case WIRE_FLOAT_POSITIVE:
        break;
    case WIRE_U8:
    case WIRE_I8:
        *bytes = *(const uint8_t *)member;
        break;
    case WIRE_U16:
    case WIRE_I16:
        put(bytes, *(const uint16_t *)member, 2);
        break;
    case WIRE_U32:
        put(bytes, *(const uint32_t *)member, 4);
        break;
    case WIRE_COUNT32:
    case WIRE_COUNT32_OR_ABSENT:
    case WIRE_COUNT64:
        put_count(bytes, *(const double *)member, width(field->type, 0));
        break;
    case WIRE_ADDRESS:
        wire_put_address(bytes, member);
        break;
    case WIRE_TIME:
        put_time(bytes, member);
        break;
    case WIRE_NAME:
        memcpy(bytes, member, NAME);
        must(!((const char *)member)[NAME]);
        break;
    }
}

/* What the decoder does not keep is made as it writes it back. */
static void normalise(enum wire_type type, uint8_t *bytes)
{
    if (type == WIRE_ADDRESS)
        put(bytes + 18, 0, 2);
    if (type == WIRE_COUNT64 && wire_get_u64(bytes) > (uint64_t)1 << 53)
        put_count(bytes, (double)wire_get_u64(bytes), 8);
    if (type != WIRE_TIME)
        return;
    if (wire_get_u32(bytes) == 0x7fffffff)
        put(bytes, 0, 4);
    if (wire_get_u32(bytes + 8) > 999999999)
        put(bytes + 8, 999999999, 4);
}

static void look_at_float(enum wire_type type, double value, double sent)
{
    must(isfinite(value) && fabs(value) < 0x1p61);
    must(value == (type == WIRE_FLOAT_NEGATED ? -sent : sent));
    must(value != 0 || !signbit(value));
    must(type != WIRE_FLOAT_POSITIVE || value >= 0);
}

static void look_at_field(const struct field *field, const void *member,
                          const uint8_t *bytes)
{
    const size_t size = width(field->type, field->offset);
    uint8_t sent[NAME], again[NAME];

    if (is_float(field->type))
        look_at_float(field->type, *(const double *)member, float_of(bytes));
    if (is_float(field->type) || field->type == WIRE_UNUSED)
        return;
    memcpy(sent, bytes, size);
    normalise(field->type, sent);
    put_field(field, member, again);
    must(!memcmp(sent, again, size));
}

/* True for a double of another layout that this one lacks. */
static bool is_absent(const struct layout *layout, size_t offset)
{
    for (const struct field *field = layout->fields; field->type != WIRE_END; field++)
        if (field->type != WIRE_UNUSED && field->offset == offset)
            return false;
    return true;
}

static void look_at_absent(const void *member)
{
    must(isnan(*(const double *)member));
}

static void look_at_report(const struct message *message, const struct layout *layout,
                           const uint8_t *bytes, const char *report)
{
    for (const struct field *field = layout->fields; field->type != WIRE_END; field++) {
        if (field->type == WIRE_UNUSED)
            bytes += field->offset;
        else {
            look_at_field(field, report + field->offset, bytes);
            bytes += width(field->type, 0);
        }
    }
    for (const struct layout *other = message->layouts; other->reply; other++)
        for (const struct field *field = other->fields; field->type != WIRE_END; field++)
            if (field->type != WIRE_UNUSED && is_absent(layout, field->offset))
                look_at_absent(report + field->offset);
}

static bool has_impossible_number(const struct layout *layout, const uint8_t *bytes)
{
    for (const struct field *field = layout->fields; field->type != WIRE_END; field++) {
        const double value = is_float(field->type) ? float_of(bytes) : 0;

        if (fabs(value) >= 0x1p61 || (field->type == WIRE_FLOAT_POSITIVE && value < 0))
            return true;
        bytes += width(field->type, field->offset);
    }
    return false;
}

static enum decode_error expected(const struct layout *layout, uint16_t reply,
                                  const uint8_t *bytes, size_t length)
{
    if (reply == 1)
        return DECODE_GONE;
    if (!layout)
        return DECODE_UNKNOWN;
    if (length < length_of(layout))
        return DECODE_SHORT;
    return has_impossible_number(layout, bytes + HEADER) ? DECODE_IMPLAUSIBLE : DECODE_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    _Alignas(
        max_align_t) char report[1024]; /* not initialised: what is read was written */
    struct reply_header header;
    const struct message *message;
    const struct layout *layout;
    enum decode_error error;

    if (!message_decode_header(bytes, length, &header))
        return 0;
    message = message_of(header.command);
    if (!message)
        return 0;
    must(message->report_size <= sizeof report);
    layout = layout_of(message, header.reply);
    error = message_decode(message, &header, bytes, length, report);
    must(error == expected(layout, header.reply, bytes, length));
    if (error == DECODE_OK)
        look_at_report(message, layout, bytes + HEADER, report);
    return 0;
}
