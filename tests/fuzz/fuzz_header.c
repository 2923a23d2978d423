/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A datagram as the header of a reply, and requests that are made of its bytes. A header
 * is accepted exactly when it may be; its fields are the bytes; a request is one of the
 * read-only commands and as long as its longest reply. */
#include "fuzz.h"

#include "cmdmon/reports.h"

enum { HEADER = 28 };

/* Written down once more, from candm.h: nothing here changes anything in chronyd. */
static const uint16_t read_only[] = {14, 15, 33, 34, 35, 44, 51, 54, 57, 65, 67, 69};

static bool is_read_only(uint16_t command)
{
    for (size_t i = 0; i < sizeof read_only / sizeof read_only[0]; i++)
        if (read_only[i] == command)
            return true;
    return false;
}

static bool may_be_accepted(const uint8_t *bytes, size_t length)
{
    const bool other_version = length >= HEADER && bytes[0] >= 4 && bytes[8] == 0 &&
                               bytes[9] == 18; /* it says only that */

    return length >= HEADER && bytes[1] == 2 && !bytes[2] && !bytes[3] &&
           (bytes[0] == 6 || other_version);
}

static void look_at_header(const struct reply_header *header, const uint8_t *bytes)
{
    must(header->version == bytes[0]);
    must(header->command == bytes[4] * 256 + bytes[5]);
    must(header->reply == bytes[6] * 256 + bytes[7]);
    must(header->status == bytes[8] * 256 + bytes[9]);
    must(header->sequence == ((uint32_t)bytes[16] << 24 | (uint32_t)bytes[17] << 16 |
                              (uint32_t)bytes[18] << 8 | bytes[19]));
}

static void look_at_request(const struct message *message, struct input *input)
{
    uint8_t request[MESSAGE_MAX];
    const size_t length = message_request_length(message);
    const uint16_t attempt = (uint16_t)take_number(input, 2);
    const uint32_t sequence = (uint32_t)take_number(input, 4);
    struct request_argument argument = {.index = (uint32_t)take_number(input, 4)};
    size_t used = 20;

    argument.address.family = (uint16_t)take_number(input, 2);
    for (size_t i = 0; i < sizeof argument.address.bytes; i++)
        argument.address.bytes[i] = take_byte(input);
    must(length >= HEADER && length <= sizeof request);
    memset(request, 0xa5, sizeof request);
    message_encode(message, &argument, attempt, sequence, request);
    must(request[0] == 6 && request[1] == 1 && !request[2] && !request[3]);
    must(is_read_only((uint16_t)(request[4] * 256 + request[5])));
    must(wire_get_u16(request + 6) == attempt && wire_get_u32(request + 8) == sequence);
    if (message->argument == ARGUMENT_INDEX)
        used += 4;
    if (message->argument == ARGUMENT_ADDRESS)
        used += 20;
    for (size_t i = used; i < length; i++)
        must(!request[i]);
    for (size_t i = length; i < sizeof request; i++)
        must(request[i] == 0xa5);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct input input = {bytes, length};
    struct reply_header header;
    const bool accepted = message_decode_header(bytes, length, &header);

    must(accepted == may_be_accepted(bytes, length));
    if (!accepted)
        return 0;
    look_at_header(&header, bytes);
    for (const struct message *const *message = all_messages; *message; message++)
        if ((*message)->command == header.command)
            look_at_request(*message, &input);
    return 0;
}
