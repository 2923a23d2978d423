/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The extension fields of NTS: AES-SIV against the vectors of RFC 5297, and answers of a
 * server that lies in every way that it can. */
#include "nts/client.h"
#include "nts_lies.h"
#include "runner.h"

#include <nettle/cmac.h>
#include <nettle/ctr.h>
#include <nettle/siv-cmac.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 16, MOST = 64 };

/* --- RFC 5297, written down once more: any number of strings are authenticated --- */

struct string {
    const uint8_t *bytes;
    size_t length;
};

static void double_block(uint8_t block[BLOCK])
{
    const uint8_t carry = block[0] & 0x80 ? 0x87 : 0;

    for (int i = 0; i < BLOCK - 1; i++)
        block[i] = (uint8_t)(block[i] << 1 | block[i + 1] >> 7);
    block[BLOCK - 1] = (uint8_t)(block[BLOCK - 1] << 1) ^ carry;
}

static void cmac(const uint8_t key[BLOCK], const uint8_t *bytes, size_t length,
                 uint8_t mac[BLOCK])
{
    struct cmac_aes128_ctx context;

    cmac_aes128_set_key(&context, key);
    cmac_aes128_update(&context, length, bytes);
    cmac_aes128_digest(&context, BLOCK, mac);
}

static void mix(uint8_t *block, const uint8_t *other)
{
    for (int i = 0; i < BLOCK; i++)
        block[i] ^= other[i];
}

/* S2V (section 2.4): the plaintext is the last string. */
static void make_tag(const uint8_t key[BLOCK], const struct string *strings, size_t count,
                     uint8_t tag[BLOCK])
{
    static const uint8_t zero[BLOCK];
    const struct string *last = &strings[count];
    uint8_t sum[BLOCK], part[BLOCK], end[MOST + BLOCK] = {0};
    size_t length = last->length;

    cmac(key, zero, BLOCK, sum);
    for (size_t i = 0; i < count; i++) {
        double_block(sum);
        cmac(key, strings[i].bytes, strings[i].length, part);
        mix(sum, part);
    }
    if (length)
        memcpy(end, last->bytes, length);
    if (length >= BLOCK) {
        mix(end + length - BLOCK, sum);
    } else {
        end[length] = 0x80;
        double_block(sum);
        mix(end, sum);
        length = BLOCK;
    }
    cmac(key, end, length, tag);
}

static void encrypt(const uint8_t key[NTS_KEY], const struct string *strings,
                    size_t count, uint8_t *out)
{
    const struct string *plain = &strings[count];
    struct aes128_ctx context;
    uint8_t counter[BLOCK];

    make_tag(key, strings, count, out);
    memcpy(counter, out, BLOCK);
    counter[8] &= 0x7f;
    counter[12] &= 0x7f;
    aes128_set_encrypt_key(&context, key + BLOCK);
    if (plain->length)
        ctr_crypt(&context, (nettle_cipher_func *)aes128_encrypt, BLOCK, counter,
                  plain->length, out + BLOCK, plain->bytes);
}

static size_t from_hex(const char *text, uint8_t *bytes)
{
    size_t count = 0;

    for (; text[2 * count]; count++) {
        const char digits[3] = {text[2 * count], text[2 * count + 1], '\0'};

        bytes[count] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return count;
}

/* Appendix A.1 and A.2. */
static const struct {
    const char *key, *strings[4], *out;
} vectors[] = {
    {"fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
     {"101112131415161718191a1b1c1d1e1f2021222324252627", "112233445566778899aabbccddee"},
     "85632d07c6e8f37f950acd320a2ecc9340c02b9690c4dc04daef7f6afe5c"},
    {"7f7e7d7c7b7a79787776757473727170404142434445464748494a4b4c4d4e4f",
     {"00112233445566778899aabbccddeeffdeaddadadeaddadaffeeddccbbaa99887766554433221100",
      "102030405060708090a0", "09f911029d74e35bd84156c5635688c0",
      "7468697320697320736f6d6520706c61696e7465787420746f20656e6372797074207573696e672053"
      "49562d414553"},
     "7bdb6e3b432667eb06f4d14bff2fbd0fcb900f2fddbe404326601965c889bf17dba77ceb094fa663b7"
     "a3f748ba8af829ea64ad544a272e9c485b62a3fd5c0d"},
};

START_TEST(meets_the_vectors_of_the_rfc)
{
    uint8_t key[NTS_KEY], bytes[4][MOST], out[MOST + BLOCK], expected[MOST + BLOCK];
    struct string strings[4] = {{NULL, 0}};
    size_t count = 0, length = from_hex(vectors[_i].out, expected);

    ck_assert_uint_eq(from_hex(vectors[_i].key, key), NTS_KEY);
    for (; count < 4 && vectors[_i].strings[count]; count++)
        strings[count] = (struct string){
            bytes[count], from_hex(vectors[_i].strings[count], bytes[count])};
    ck_assert_uint_eq(strings[count - 1].length + BLOCK, length);
    encrypt(key, strings, count - 1, out);
    ck_assert_mem_eq(out, expected, length);
}
END_TEST

/* NTS authenticates two strings, a packet and a nonce: Nettle makes of all lengths what
 * the RFC does. */
START_TEST(agrees_with_the_rfc)
{
    static const uint8_t bytes[MOST] = {1, 2, 3, 250, 251};
    const size_t packet = (size_t)_i * 7 % MOST, nonce = 1 + (size_t)_i * 5 % BLOCK;
    const struct string strings[] = {
        {bytes, packet}, {bytes + 1, nonce}, {bytes + 3, (size_t)_i}};
    struct siv_cmac_aes128_ctx siv;
    uint8_t key[NTS_KEY], out[MOST + BLOCK], expected[MOST + BLOCK];

    memset(key, _i + 1, sizeof key);
    key[NTS_KEY - 1] = 7;
    siv_cmac_aes128_set_key(&siv, key);
    siv_cmac_aes128_encrypt_message(&siv, nonce, bytes + 1, packet, bytes,
                                    BLOCK + (size_t)_i, out, bytes + 3);
    encrypt(key, strings, 2, expected);
    ck_assert_mem_eq(out, expected, BLOCK + (size_t)_i);
}
END_TEST

/* --- requests --- */

static struct nts_keys keys;
static struct nts_response response;
static const struct nts_randomness drawn = {{9, 8, 7}, {5, 4, 3}};

static void set_up(void)
{
    memset(keys.request, 0xc2, sizeof keys.request);
    memset(keys.answer, 0x2c, sizeof keys.answer);
    memset(&response, 0, sizeof response);
    response.cookie_count = 3;
    for (size_t i = 0; i < 3; i++) {
        response.cookies[i].length = 100;
        memset(response.cookies[i].bytes, (int)i + 1, 100);
    }
}

/* Every byte of a request is known. */
START_TEST(protects_a_request)
{
    uint8_t bytes[PACKET_MAX], tag[BLOCK];
    const struct string strings[] = {{bytes, 188}, {drawn.nonce, NTS_NONCE}, {NULL, 0}};
    size_t length;

    set_up();
    memset(bytes, 0xaa, sizeof bytes);
    length = nts_field_protect(&keys, &response.cookies[1], &drawn, bytes);
    ck_assert_uint_eq(length, 48 + 36 + 104 + 40);
    for (int i = 0; i < 48; i++)
        ck_assert_uint_eq(bytes[i], 0xaa);
    ck_assert_mem_eq(bytes + 48, "\1\4\0\44", 4);
    ck_assert_mem_eq(bytes + 52, drawn.identifier, NTS_IDENTIFIER);
    ck_assert_mem_eq(bytes + 84, "\2\4\0\150", 4);
    ck_assert_mem_eq(bytes + 88, response.cookies[1].bytes, 100);
    ck_assert_mem_eq(bytes + 188, "\4\4\0\50\0\20\0\20", 8);
    ck_assert_mem_eq(bytes + 196, drawn.nonce, NTS_NONCE);
    encrypt(keys.request, strings, 2, tag);
    ck_assert_mem_eq(bytes + 212, tag, BLOCK);
    ck_assert_uint_eq(bytes[length], 0xaa);
}
END_TEST

START_TEST(fits_the_longest_cookie)
{
    uint8_t bytes[PACKET_MAX] = {0};

    set_up();
    response.cookies[0].length = NTS_COOKIE_MAX;
    ck_assert_uint_eq(nts_field_protect(&keys, &response.cookies[0], &drawn, bytes),
                      PACKET_MAX);
}
END_TEST

/* Cookies and identifiers are used once, while there are cookies. */
START_TEST(shows_each_cookie_once)
{
    uint8_t bytes[4][PACKET_MAX];
    struct nts_client client;

    set_up();
    nts_client_init(&client, &keys, &response);
    ck_assert_str_eq(client.authenticator.name, "NTS");
    for (unsigned i = 0; i < 4; i++) {
        memset(bytes[i], 0, PACKET_HEADER);
        ck_assert_uint_eq(
            client.authenticator.complete(&client.authenticator, i % 3, bytes[i]), 228);
        ck_assert_uint_eq(bytes[i][88], i % 3 + 1);
        for (unsigned j = 0; j < i; j++) {
            ck_assert_mem_ne(bytes[i] + 52, bytes[j] + 52, NTS_IDENTIFIER);
            ck_assert_mem_ne(bytes[i] + 196, bytes[j] + 196, NTS_NONCE);
        }
    }
}
END_TEST

/* --- answers --- */

static uint8_t packet[NTS_ANSWER_MAX];

static size_t make_answer(const struct nts_lie *lie, const uint8_t *identifier)
{
    memset(packet, 0, PACKET_HEADER);
    packet[0] = 0x24;
    packet[1] = 2;
    return nts_lie_answer(lie, &keys, identifier, packet);
}

/* From exactly as much memory, for a sanitizer to guard. */
static enum authentication_error verify(size_t length)
{
    uint8_t *copy = malloc(length);
    enum authentication_error error;

    ck_assert_ptr_nonnull(copy);
    memcpy(copy, packet, length);
    error = nts_field_verify(&keys, drawn.identifier, copy, length);
    free(copy);
    return error;
}

START_TEST(sees_through_lies)
{
    const struct nts_lie *lie = &nts_lies[_i];
    enum authentication_error error;
    size_t length;

    set_up();
    length = make_answer(lie, drawn.identifier);
    ck_assert_uint_eq(length % 4, 0);
    error = verify(length);
    ck_assert_msg(error == lie->error, "%s: %s", lie->name,
                  authentication_error_text(error));
}
END_TEST

/* No bit of an honest answer may be another, and no byte be missing. */
START_TEST(believes_no_other_bit)
{
    size_t length;

    set_up();
    length = make_answer(&nts_lies[0], drawn.identifier);
    for (size_t bit = 0; bit < 8 * length; bit++) {
        packet[bit / 8] ^= (uint8_t)(1 << bit % 8);
        ck_assert_int_ne(verify(length), AUTHENTICATION_OK);
        packet[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t less = PACKET_HEADER; less < length; less++)
        ck_assert_int_ne(verify(less), AUTHENTICATION_OK);
    ck_assert_int_eq(verify(length), AUTHENTICATION_OK);
}
END_TEST

/* Each answer is for one request. */
START_TEST(knows_its_requests)
{
    struct nts_client client;
    struct authenticator *authenticator = &client.authenticator;
    uint8_t bytes[2][PACKET_MAX] = {{0}};
    size_t length;

    set_up();
    nts_client_init(&client, &keys, &response);
    for (unsigned i = 0; i < 2; i++)
        authenticator->complete(authenticator, i, bytes[i]);
    length = make_answer(&nts_lies[0], bytes[1] + 52);
    ck_assert_int_eq(authenticator->verify(authenticator, 1, packet, length),
                     AUTHENTICATION_OK);
    ck_assert_int_eq(authenticator->verify(authenticator, 0, packet, length),
                     AUTHENTICATION_NTS_OTHER_REQUEST);
}
END_TEST

START_TEST(has_words)
{
    for (int error = AUTHENTICATION_OK; error <= AUTHENTICATION_NTS_NO_COOKIE; error++)
        ck_assert_str_ne(authentication_error_text((enum authentication_error)error),
                         "unknown");
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("nts_field");
    TCase *requests = tcase_create("requests"), *answers = tcase_create("answers");

    add_table_test(requests, meets_the_vectors_of_the_rfc, vectors);
    tcase_add_loop_test(requests, agrees_with_the_rfc, 0, MOST - 3);
    tcase_add_test(requests, protects_a_request);
    tcase_add_test(requests, fits_the_longest_cookie);
    tcase_add_test(requests, shows_each_cookie_once);
    suite_add_tcase(suite, requests);
    tcase_add_loop_test(answers, sees_through_lies, 0, NTS_LIES);
    tcase_add_test(answers, believes_no_other_bit);
    tcase_add_test(answers, knows_its_requests);
    tcase_add_test(answers, has_words);
    suite_add_tcase(suite, answers);
    return suite;
}
