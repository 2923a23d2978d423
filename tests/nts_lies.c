/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nts_lies.h"

#include <nettle/siv-cmac.h>
#include <string.h>

enum { BLOCK = 16 };
enum { ID = 0x0104, COOKIE = 0x0204, SEAL = 0x0404, OTHER = 0x4004 };

#define FIELD(type, length)                                                              \
    {                                                                                    \
        type, length, 0, false                                                           \
    }
#define HONEST                                                                           \
    {                                                                                    \
        FIELD(ID, 32), FIELD(SEAL, 104)                                                  \
    }

const struct nts_lie nts_lies[NTS_LIES] = {
    {"none", .fields = HONEST},
    {"a field that nobody knows",
     .fields = {FIELD(OTHER, 12), FIELD(ID, 32), FIELD(OTHER, 40), FIELD(SEAL, 104)}},
    {"a short nonce", .fields = HONEST, .nonce = 12},
    {"a nonce of one byte", .fields = HONEST, .nonce = 1},
    {"a long nonce", .fields = HONEST, .nonce = 40},
    {"a cookie in the clear",
     .fields = {FIELD(ID, 32), FIELD(COOKIE, 100), FIELD(SEAL, 104)}},
    {"a NAK that is sealed", .fields = HONEST, .nak = true},
    {"the identifier twice", .fields = {FIELD(ID, 32), FIELD(ID, 32), FIELD(SEAL, 104)}},
    {"a cookie behind another field", .fields = {FIELD(ID, 32), FIELD(SEAL, 36)},
     .plain = "\x40\4\0\x10xxxxxxxxxxxx\2\4\0\x14yyyyyyyyyyyyyyyy"},
    {"a cookie between short fields", .fields = {FIELD(ID, 32), FIELD(SEAL, 28)},
     .plain = "\x40\4\0\4\2\4\0\x10yyyyyyyyyyyy\x40\4\0\x8xxxx"},

    {"no field", .error = AUTHENTICATION_NTS_UNIDENTIFIED},
    {"no identifier", AUTHENTICATION_NTS_UNIDENTIFIED, .fields = {FIELD(SEAL, 104)}},
    {"another identifier", AUTHENTICATION_NTS_OTHER_REQUEST,
     .fields = {{ID, 32, 0, true}, FIELD(SEAL, 104)}},
    {"ours, and another identifier", AUTHENTICATION_NTS_OTHER_REQUEST,
     .fields = {FIELD(ID, 32), {ID, 32, 0, true}, FIELD(SEAL, 104)}},
    {"half an identifier", AUTHENTICATION_NTS_OTHER_REQUEST,
     .fields = {FIELD(ID, 16), FIELD(SEAL, 104)}},
    {"more than the identifier", AUTHENTICATION_NTS_OTHER_REQUEST,
     .fields = {FIELD(ID, 36), FIELD(SEAL, 104)}},
    {"an identifier behind the seal", AUTHENTICATION_NTS_MALFORMED,
     .fields = {FIELD(SEAL, 104), FIELD(ID, 32)}},

    {"no seal", AUTHENTICATION_NTS_MISSING, .fields = {FIELD(ID, 32)}},
    {"no seal, and a cookie in the clear", AUTHENTICATION_NTS_MISSING,
     .fields = {FIELD(ID, 32), FIELD(COOKIE, 100)}},
    {"two seals", AUTHENTICATION_NTS_MALFORMED,
     .fields = {FIELD(ID, 32), FIELD(SEAL, 104), FIELD(SEAL, 104)}},
    {"a field behind the seal", AUTHENTICATION_NTS_MALFORMED,
     .fields = {FIELD(ID, 32), FIELD(SEAL, 104), FIELD(OTHER, 28)}},
    {"four bytes behind the seal", AUTHENTICATION_NTS_MALFORMED, .fields = HONEST,
     .behind = 4},
    {"a MAC behind the seal", AUTHENTICATION_NTS_MALFORMED, .fields = HONEST,
     .behind = 20},
    {"the key of requests", AUTHENTICATION_NTS_WRONG,
     .fields = {FIELD(ID, 32), {SEAL, 104, 0, true}}},
    {"a bit of the stratum", AUTHENTICATION_NTS_WRONG, .fields = HONEST, .flip = 1},
    {"a bit of the transmit timestamp", AUTHENTICATION_NTS_WRONG, .fields = HONEST,
     .flip = 47},
    {"a bit of a field that nobody knows", AUTHENTICATION_NTS_WRONG,
     .fields = {FIELD(ID, 32), FIELD(OTHER, 40), FIELD(SEAL, 104)}, .flip = 100},
    {"a bit of the nonce", AUTHENTICATION_NTS_WRONG, .fields = HONEST, .flip = 92},
    {"a bit of the tag", AUTHENTICATION_NTS_WRONG, .fields = HONEST, .flip = 108},
    {"a bit of the cookie", AUTHENTICATION_NTS_WRONG, .fields = HONEST, .flip = -1},
    {"a bit of the identifier", AUTHENTICATION_NTS_OTHER_REQUEST, .fields = HONEST,
     .flip = 83},

    {"no nonce", AUTHENTICATION_NTS_MALFORMED, .fields = HONEST, .nonce_said = -16U},
    {"a nonce beyond the end", AUTHENTICATION_NTS_MALFORMED, .fields = HONEST,
     .nonce_said = 4},
    {"a nonce of 65535 bytes", AUTHENTICATION_NTS_MALFORMED, .fields = HONEST,
     .nonce_said = 65519},
    {"encrypted beyond the end", AUTHENTICATION_NTS_MALFORMED, .fields = HONEST,
     .cipher_said = 1},
    {"encrypted, 65535 bytes", AUTHENTICATION_NTS_MALFORMED, .fields = HONEST,
     .cipher_said = 65415},
    {"less encrypted", AUTHENTICATION_NTS_WRONG, .fields = HONEST, .cipher_said = -4U},
    {"less encrypted than a tag", AUTHENTICATION_NTS_MALFORMED, .fields = HONEST,
     .cipher_said = -105U},
    {"the seal beyond the end", AUTHENTICATION_NTS_MALFORMED,
     .fields = {FIELD(ID, 32), {SEAL, 104, 4, false}}},
    {"a field of no length", AUTHENTICATION_NTS_MALFORMED,
     .fields = {FIELD(ID, 32), {OTHER, 28, -32U, false}, FIELD(SEAL, 104)}},
    {"a field of odd length", AUTHENTICATION_NTS_MALFORMED,
     .fields = {FIELD(ID, 32), {OTHER, 28, 2, false}, FIELD(SEAL, 104)}},

    {"no cookie", AUTHENTICATION_NTS_NO_COOKIE, .fields = {FIELD(ID, 32), FIELD(SEAL, 0)},
     .plain = ""},
    {"another field in place of the cookie", AUTHENTICATION_NTS_NO_COOKIE,
     .fields = {FIELD(ID, 32), FIELD(SEAL, 16)}, .plain = "\x40\4\0\x10xxxxxxxxxxxx"},
    {"a cookie that is too short", AUTHENTICATION_NTS_NO_COOKIE,
     .fields = {FIELD(ID, 32), FIELD(SEAL, 12)}, .plain = "\2\4\0\x0cxxxxxxxx"},
    {"an encrypted field of no length", AUTHENTICATION_NTS_MALFORMED,
     .fields = {FIELD(ID, 32), FIELD(SEAL, 20)},
     .plain = "\x40\4\0\0\2\4\0\x10xxxxxxxxxxxx"},
    {"an encrypted field of odd length", AUTHENTICATION_NTS_MALFORMED,
     .fields = {FIELD(ID, 32), FIELD(SEAL, 24)},
     .plain = "\x40\4\0\6xx\2\4\0\x10xxxxxxxxxxxxyy"},
    {"a cookie that goes on", AUTHENTICATION_NTS_MALFORMED,
     .fields = {FIELD(ID, 32), FIELD(SEAL, 16)}, .plain = "\2\4\0\x14xxxxxxxxxxxx"},
    {"bytes behind the cookie", AUTHENTICATION_NTS_MALFORMED,
     .fields = {FIELD(ID, 32), FIELD(SEAL, 20)}, .plain = "\2\4\0\x10xxxxxxxxxxxxyyyy"},
    {"half a field behind the cookie", AUTHENTICATION_NTS_MALFORMED,
     .fields = {FIELD(ID, 32), FIELD(SEAL, 18)}, .plain = "\2\4\0\x10xxxxxxxxxxxx\x40\4"},

    {"a NAK", AUTHENTICATION_NTS_NAK, .fields = {FIELD(ID, 32)}, .nak = true},
    {"a NAK without an identifier", AUTHENTICATION_NTS_UNIDENTIFIED, .nak = true},
    {"a NAK for another request", AUTHENTICATION_NTS_OTHER_REQUEST,
     .fields = {{ID, 32, 0, true}}, .nak = true},
    {"a NAK with a seal of another key", AUTHENTICATION_NTS_WRONG,
     .fields = {FIELD(ID, 32), {SEAL, 104, 0, true}}, .nak = true},
};

static void put_number(uint8_t *at, size_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

/* Seals what the packet is so far; returns the length of the body. */
static size_t seal(const struct nts_lie *lie, const struct nts_keys *keys,
                   uint8_t *packet, size_t at, const struct nts_lie_field *field)
{
    static const uint8_t cookie[104] = {2, 4, 0, 104, 42};
    const size_t nonce = lie->nonce ? lie->nonce : NTS_NONCE;
    const size_t cipher = (size_t)field->length + BLOCK, room = (nonce + 3) / 4 * 4;
    const uint8_t *plain = lie->plain ? (const uint8_t *)lie->plain : cookie;
    uint8_t *body = packet + at + 4;
    struct siv_cmac_aes128_ctx siv;

    put_number(body, nonce + lie->nonce_said);
    put_number(body + 2, cipher + lie->cipher_said);
    memset(body + 4, 0x77, nonce);
    siv_cmac_aes128_set_key(&siv, field->other ? keys->request : keys->answer);
    siv_cmac_aes128_encrypt_message(&siv, nonce, body + 4, at, packet, cipher,
                                    body + 4 + room, plain);
    return 4 + room + (cipher + 3) / 4 * 4;
}

size_t nts_lie_answer(const struct nts_lie *lie, const struct nts_keys *keys,
                      const uint8_t identifier[NTS_IDENTIFIER],
                      uint8_t packet[static NTS_ANSWER_MAX])
{
    size_t at = PACKET_HEADER;

    if (lie->nak) {
        packet[1] = 0;
        memcpy(packet + 12, "NTSN", 4);
    }
    memset(packet + at, 0, NTS_ANSWER_MAX - at);
    for (size_t i = 0; i < 4 && lie->fields[i].type; i++) {
        const struct nts_lie_field *field = &lie->fields[i];
        size_t length = (size_t)field->length;

        put_number(packet + at, (size_t)field->type);
        if (field->type == ID)
            memcpy(packet + at + 4, identifier, length < 32 ? length : 32);
        if (field->type == ID && field->other)
            packet[at + 35] ^= 1;
        if (field->type == SEAL)
            length = seal(lie, keys, packet, at, field);
        put_number(packet + at + 2, length + 4 + field->patch);
        at += length + 4;
    }
    at += lie->behind;
    if (lie->flip)
        packet[lie->flip < 0 ? at - (size_t)-lie->flip : (size_t)lie->flip] ^= 1;
    return at;
}
