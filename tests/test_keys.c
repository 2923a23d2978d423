/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys: the codes that they make, against published vectors and real answers; the file
 * that chronyd reads them from; and what is not authentic. */
#include "fake_ntp.h"
#include "ntp/keys.h"
#include "ntp/timestamp.h"
#include "runner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct key key;
static struct keys_report report;

static size_t from_hex(const char *text, uint8_t *bytes)
{
    static const char digits[] = "0123456789abcdef";
    size_t length = strlen(text) / 2;

    for (size_t i = 0; i < length; i++)
        bytes[i] = (uint8_t)((strchr(digits, text[2 * i]) - digits) << 4 |
                             (strchr(digits, text[2 * i + 1]) - digits));
    return length;
}

static enum keys_error find(const char *text, uint32_t id)
{
    memset(&key, 0xaa, sizeof key);
    memset(&report, 0, sizeof report);
    return keys_find(text, strlen(text), id, &key, &report);
}

static bool is_wiped(void)
{
    static const struct key nothing;

    return !memcmp(&key, &nothing, sizeof key);
}

/* --- codes --- */

#define KEY_128 "2b7e151628aed2a6abf7158809cf4f3c"
#define KEY_256 "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"
#define MESSAGE                                                                          \
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"                   \
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"

/* RFC 4493, section 4, and NIST SP 800-38B, appendix D.3. */
static const struct {
    const char *line;
    size_t length; /* of the message that is used */
    const char *mac;
} vectors[] = {
    {"1 AES128 HEX:" KEY_128, 0, "bb1d6929e95937287fa37d129b756746"},
    {"1 AES128 HEX:" KEY_128, 16, "070a16b46b4d4144f79bdd9dd04a287c"},
    {"1 AES128 HEX:" KEY_128, 40, "dfa66747de9ae63030ca32611497c827"},
    {"1 AES128 HEX:" KEY_128, 64, "51f0bebf7e3b9d92fc49741779363cfe"},
    {"1 AES256 HEX:" KEY_256, 0, "028962f61b7bf89efc6b551f4667d983"},
    {"1 AES256 HEX:" KEY_256, 16, "28a7023f452e8f82bd4bf28d8c37c35c"},
    {"1 AES256 HEX:" KEY_256, 40, "aaf3d8f1de5640c232f5b169b9c911e6"},
    {"1 AES256 HEX:" KEY_256, 64, "e1992190549f6ed5696a2c056c315410"},
};

START_TEST(makes_published_cmacs)
{
    uint8_t message[64], expected[16], mac[MAC_MAX];

    from_hex(MESSAGE, message);
    from_hex(vectors[_i].mac, expected);
    ck_assert_int_eq(find(vectors[_i].line, 1), KEYS_OK);
    ck_assert_uint_eq(mac_make(&key, message, vectors[_i].length, mac), 16);
    ck_assert_mem_eq(mac, expected, 16);
}
END_TEST

/* The key and "abc" together are the message of FIPS 180-4, 202 and RFC 1321. */
static const struct {
    const char *type, *mac;
} digests[] = {
    {"MD5", "900150983cd24fb0d6963f7d28e17f72"},
    {"SHA1", "a9993e364706816aba3e25717850c26c9cd0d89d"},
    {"SHA256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"SHA384", "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
               "8086072ba1e7cc2358baeca134c825a7"},
    {"SHA512", "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
               "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
    {"SHA3-224", "e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf"},
    {"SHA3-256", "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"},
    {"SHA3-384", "ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b2"
                 "98d88cea927ac7f539f1edf228376d25"},
    {"SHA3-512", "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e"
                 "10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0"},
};

START_TEST(makes_published_digests)
{
    uint8_t expected[MAC_MAX], mac[MAC_MAX];
    size_t length = from_hex(digests[_i].mac, expected);
    char line[64];

    snprintf(line, sizeof line, "1 %s ASCII:a", digests[_i].type);
    ck_assert_int_eq(find(line, 1), KEYS_OK);
    ck_assert_str_eq(key_type_name(key.type), digests[_i].type);
    ck_assert_uint_eq(mac_make(&key, (const uint8_t *)"bc", 2, mac), length);
    ck_assert_mem_eq(mac, expected, length);
}
END_TEST

/* --- answers of a real chronyd 4.3 --- */

#define REQUEST                                                                          \
    "23000000000000000000000000000000000000000000000000000000000000000000000000000000"   \
    "0123456789abcdef"

static const struct {
    uint32_t id;
    const char *line;
    const char *request; /* the MAC that it has taken; NULL: of NTPv3 */
    const char *answer;
} recorded[] = {
    {1, "1 MD5 HEX:00112233445566778899AABBCCDDEEFF", "6342a80034db8fd4c729e3418ba6627b",
     "240300e600000000000000007f7f0101eeaeb4814b90c48d0123456789abcdefeeaeb4824d3d1cb7eea"
     "eb4824d96f18e"
     "000000018b37052b228a8e50709d8226829038ec"},
    {2, "2 SHA1 ASCII:correct-horse", "ba282fc8e30cd839e2c482dfe4bb812ed17322e3",
     "240300e600000000000000007f7f0101eeaeb4814b90c48d0123456789abcdefeeaeb4824da942c7eea"
     "eb4824daa6a1e"
     "00000002a43e478172a55b5e36a0f8cb07b7934e77496ee3"},
    {3, "3 SHA256 HEX:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
     "aaa36f07a187064634621e726dc6674786f11b20",
     "240300e600000000000000007f7f0101eeaeb4814b90c48d0123456789abcdefeeaeb4824daf0cc5eea"
     "eb4824daf5ac8"
     "0000000377fa95f9c82a2b82b94f816575dcbbc6efd45133"},
    {4, "4 SHA384 HEX:000102030405060708090a0b0c0d0e0f",
     "c34b556094dba76e872105b129a36e0cdb4aa993",
     "240300e600000000000000007f7f0101eeaeb4814b90c48d0123456789abcdefeeaeb4824db3ad29eea"
     "eb4824db41726"
     "00000004c90006d31fed4daa7e7db70040fcb87c6a9524f0"},
    {5, "5 SHA512 HEX:000102030405060708090a0b0c0d0e0f",
     "631f14dcbeaff78a4ceb8a3b736e1d236866c0f8",
     "240300e600000000000000007f7f0101eeaeb4814b90c48d0123456789abcdefeeaeb4824db7cf23eea"
     "eb4824db8169a"
     "0000000529684177ac1ab6213d6ca595cfd1146d1f136503"},
    {6, "6 AES128 HEX:2b7e151628aed2a6abf7158809cf4f3c",
     "2a92bd293e6b4ee0e830b1dda230714d",
     "240300e600000000000000007f7f0101eeaeb4814b90c48d0123456789abcdefeeaeb4824ebad8a9eea"
     "eb4824ebc51e4"
     "000000062d9390f694ef2610f1e98a2667fe20ba"},
    {7, "7 AES256 HEX:603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
     "4ba5925575dc643aab7a5f1f71cd3004",
     "240300e600000000000000007f7f0101eeaeb4814b90c48d0123456789abcdefeeaeb4825272d02deea"
     "eb4825274d96e"
     "000000070696774c9a4d39752d0ae8bdfbe2ce4a"},
    {9, "9 SHA3-256 HEX:000102030405060708090a0b0c0d0e0f",
     "2512da8cf9a84d3b706654d1dba38c3c0a296aa8",
     "240300e600000000000000007f7f0101eeaeb4814b90c48d0123456789abcdefeeaeb4825410573beea"
     "eb4825418d4ce"
     "00000009aae206e6636f604cf49bf7f12df39945e406305f"},
    {11, "11 SHA3-224 word", "bfab1a96031615872e096faa20dfc638f9a21395",
     "240300e600000000000000007f7f0101eeaeb4814b90c48d0123456789abcdefeeaeb482541f37dbeea"
     "eb482541f8c04"
     "0000000bf438714b56c31eaf587ebcd76b8beb83796ca781"},
    {3, "3 SHA256 HEX:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
     NULL,
     "1c0300e600000000000000007f7f0101eeaeb4814b90c48d0123456789abcdefeeaeb4825423da8deea"
     "eb48254242dee"
     "000000036358106c1b4c3b00ff7a3dc5acfba7c2746bf01f7c853f2b3d9f0eeb86a1e944"},
};

static void open_recorded(int row, struct mac_authenticator *mac)
{
    ck_assert_int_eq(find(recorded[row].line, recorded[row].id), KEYS_OK);
    memset(mac, 0, sizeof *mac);
    mac->key = key;
    mac_authenticator_open(mac);
}

START_TEST(completes_as_chronyd_takes_it)
{
    struct mac_authenticator mac;
    uint8_t request[PACKET_MAX], expected[PACKET_MAX] = {0};
    size_t length;

    if (!recorded[_i].request)
        return;
    open_recorded(_i, &mac);
    from_hex(REQUEST, expected);
    expected[51] = (uint8_t)recorded[_i].id;
    length = 52 + from_hex(recorded[_i].request, expected + 52);
    memset(request, 0xff, sizeof request);
    packet_encode_request(UINT64_C(0x0123456789abcdef), request);
    ck_assert_uint_eq(mac.authenticator.complete(&mac.authenticator, 0, request), length);
    ck_assert_mem_eq(request, expected, length);
}
END_TEST

START_TEST(verifies_what_chronyd_says)
{
    struct mac_authenticator mac;
    uint8_t answer[PACKET_MAX];
    size_t length = from_hex(recorded[_i].answer, answer);

    open_recorded(_i, &mac);
    ck_assert_int_eq(mac.authenticator.verify(&mac.authenticator, 0, answer, length),
                     AUTHENTICATION_OK);
    ck_assert_int_eq(authentication_absent(answer, length), AUTHENTICATION_UNWANTED);
}
END_TEST

/* No bit of it may be another one, and nothing may be missing or more. */
START_TEST(notices_every_change)
{
    struct mac_authenticator mac;
    uint8_t answer[PACKET_MAX] = {0};
    size_t length = from_hex(recorded[_i].answer, answer);

    open_recorded(_i, &mac);
    for (size_t bit = 0; bit < 8 * length; bit++) {
        answer[bit / 8] ^= (uint8_t)(1 << bit % 8);
        ck_assert_int_ne(mac.authenticator.verify(&mac.authenticator, 0, answer, length),
                         AUTHENTICATION_OK);
        answer[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t other = PACKET_HEADER; other <= PACKET_MAX; other += 4)
        if (other != length)
            ck_assert_int_ne(
                mac.authenticator.verify(&mac.authenticator, 0, answer, other),
                AUTHENTICATION_OK);
}
END_TEST

START_TEST(has_a_name)
{
    struct mac_authenticator mac;

    open_recorded(0, &mac);
    ck_assert_str_eq(mac.authenticator.name, "key 1 (MD5)");
    ck_assert_int_eq(find("4294967295 SHA3-512 x", UINT32_MAX), KEYS_OK);
    mac.key = key;
    mac_authenticator_open(&mac);
    ck_assert_str_eq(mac.authenticator.name, "key 4294967295 (SHA3-512)");
}
END_TEST

/* --- the liar --- */

START_TEST(sees_through_forgeries)
{
    const struct fake_ntp_forgery *forgery = &fake_ntp_forgeries[_i];
    const uint64_t now = timestamp_of_unix(1767225600, 0);
    struct mac_authenticator mac = {.key = {.id = 0}};
    uint8_t request[PACKET_MAX], reply[FAKE_NTP_MAX];
    enum authentication_error error;
    size_t length;

    ck_assert_int_eq(find("5 SHA1 " FAKE_NTP_KEY, FAKE_NTP_KEY_ID), KEYS_OK);
    mac.key = key;
    mac_authenticator_open(&mac);
    packet_encode_request(1, request);
    length = fake_ntp_reply(&forgery->fake, request, now, reply);
    error = mac.authenticator.verify(&mac.authenticator, 0, reply, length);
    ck_assert_msg(error == forgery->unauthentic, "%s: %s", forgery->name,
                  authentication_error_text(error));
}
END_TEST

START_TEST(has_words_for_all_errors)
{
    for (enum authentication_error error = AUTHENTICATION_OK;
         error <= AUTHENTICATION_WRONG; error++)
        ck_assert_str_ne(authentication_error_text(error), "unknown");
}
END_TEST

/* --- key files --- */

/* What chronyd 4.3 reads, and how. */
static const struct {
    const char *text;
    uint32_t id;
    unsigned line;
    const char *type, *bytes;
} good[] = {
    {"1 MD5 HEX:00ff", 1, 1, "MD5", "00ff"},
    {"1 MD5 HEX:aBCdEf", 1, 1, "MD5", "abcdef"},
    {"1 SHA1 ASCII:abc\n", 1, 1, "SHA1", "616263"},
    {"1 SHA1 abc\n", 1, 1, "SHA1", "616263"},
    {"1 abc\n", 1, 1, "MD5", "616263"},
    {"1 HEX:616263\n", 1, 1, "MD5", "616263"},
    {"1 SHA1 ASCII:HEX:61\n", 1, 1, "SHA1", "4845583a3631"},
    {"1 SHA1 hex:61\n", 1, 1, "SHA1", "6865783a3631"},
    {"\r\n \t# x\n! 1 MD5 b\n;1 MD5 b\n% 1 b\n \t1\t SHA1  a \r\n", 1, 6, "SHA1", "61"},
    {"1 SHA1 #a\n", 1, 1, "SHA1", "2361"},
    {"0001 SHA1 a\n", 1, 1, "SHA1", "61"},
    {"4294967295 SHA1 a", UINT32_MAX, 1, "SHA1", "61"},
    {"2 SHA1 b\n1 SHA1 a\n3 SHA1 c\n", 1, 2, "SHA1", "61"},
    {"11 SHA1 b\n1 SHA1 a\n111 SHA1 c\n", 1, 2, "SHA1", "61"},
    {"2 FOO b\n2 b c d\nrubbish\n1 SHA1 a\n", 1, 4, "SHA1", "61"},
    {"1 FOO b\n1 SHA1 a\n", 1, 2, "SHA1", "61"}, /* chronyd skips what it cannot read */
    {"1 SHA1 a\n1 FOO b\n1\n", 1, 1, "SHA1", "61"},
    {"1 AES128 ASCII:0123456789abcdef\n", 1, 1, "AES128",
     "30313233343536373839616263646566"},
};

START_TEST(reads_keys)
{
    uint8_t expected[64];
    size_t length = from_hex(good[_i].bytes, expected);

    ck_assert_int_eq(find(good[_i].text, good[_i].id), KEYS_OK);
    ck_assert_uint_eq(report.line, good[_i].line);
    ck_assert_uint_eq(key.id, good[_i].id);
    ck_assert_str_eq(key_type_name(key.type), good[_i].type);
    ck_assert_uint_eq(key.length, length);
    ck_assert_mem_eq(key.bytes, expected, length);
}
END_TEST

static const struct {
    const char *text;
    enum keys_error error;
    unsigned line;
} bad[] = {
    {"", KEYS_NO_KEY, 0},
    {"\n\n\n", KEYS_NO_KEY, 0},
    {"2 SHA1 a\n11 SHA1 a\n", KEYS_NO_KEY, 0},
    {"# 1 SHA1 a\n", KEYS_NO_KEY, 0},
    {"-1 SHA1 a\n+1 SHA1 a\n1x SHA1 a\n0x1 SHA1 a\n", KEYS_NO_KEY, 0},
    {"4294967297 SHA1 a\n18446744073709551617 SHA1 a\n", KEYS_NO_KEY, 0},
    {"1 SHA1 a\n2 SHA1 a\n1 SHA1 a\n", KEYS_TWICE, 3},
    {"1\n", KEYS_WORDS, 1},
    {"\n1 \n", KEYS_WORDS, 2},
    {"1 SHA1 a b\n", KEYS_WORDS, 1},
    {"1 SHA1 a # the key\n", KEYS_WORDS, 1},
    {"1 sha1 a\n", KEYS_TYPE, 1},
    {"1 SHA a\n", KEYS_TYPE, 1},
    {"1 SHA1x a\n", KEYS_TYPE, 1},
    {"1 M a\n", KEYS_TYPE, 1},
    {"1 TIGER a\n", KEYS_UNSUPPORTED, 1},
    {"1 WHIRLPOOL a\n", KEYS_UNSUPPORTED, 1},
    {"1 SHA1 HEX:\n", KEYS_EMPTY, 1},
    {"1 SHA1 ASCII:\n", KEYS_EMPTY, 1},
    {"1 SHA1 HEX:123\n", KEYS_HEX, 1},
    {"1 SHA1 HEX:12g4\n", KEYS_HEX, 1},
    {"1 SHA1 HEX:0x12\n", KEYS_HEX, 1},
    {"1 AES128 HEX:00112233445566778899aabbccddee\n", KEYS_LENGTH, 1},
    {"1 AES128 HEX:00112233445566778899aabbccddeeff00\n", KEYS_LENGTH, 1},
    {"1 AES256 HEX:00112233445566778899aabbccddeeff\n", KEYS_LENGTH, 1},
    {"1 FOO b\n1\n", KEYS_TYPE, 1}, /* the first mistake */
    {"1 AES128 a\n1 AES256 a\n", KEYS_LENGTH, 1},
};

START_TEST(refuses_keys)
{
    ck_assert_int_eq(find(bad[_i].text, 1), bad[_i].error);
    ck_assert_int_eq(report.error, bad[_i].error);
    ck_assert_uint_eq(report.line, bad[_i].line);
    if (report.error == KEYS_LENGTH)
        ck_assert_mem_eq(bad[_i].text + 2, key_type_name(report.type), 6);
    ck_assert(is_wiped());
}
END_TEST

/* A line as long as chronyd reads it, and one that is longer. */
START_TEST(knows_the_longest_line)
{
    char text[4096] = "1 MD5 ";

    memset(text + 6, 'x', KEYS_LINE_MAX - 6);
    ck_assert_int_eq(find(text, 1), KEYS_OK);
    ck_assert_uint_eq(key.length, KEYS_LINE_MAX - 6);
    ck_assert_uint_eq(key.bytes[key.length - 1], 'x');
    text[KEYS_LINE_MAX] = 'x';
    ck_assert_int_eq(find(text, 1), KEYS_LONG_LINE);
    ck_assert(is_wiped());
}
END_TEST

/* Whatever a byte of the file is, and wherever it ends. */
START_TEST(survives_any_text)
{
    static const char text[] = "1 AES128 HEX:00112233445566778899aabbccddeeff\n";
    char copy[sizeof text];

    for (size_t length = 0; length < sizeof text; length++)
        for (int byte = 0; byte < 256; byte++) {
            memcpy(copy, text, sizeof text);
            copy[length] = (char)byte;
            keys_find(copy, length + 1, 1, &key, &report);
            ck_assert(report.error == KEYS_OK || is_wiped());
        }
}
END_TEST

/* --- the file itself --- */

static char directory[64], path[128];

static void setup(void)
{
    snprintf(directory, sizeof directory, "/tmp/test_keys.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/keys", directory);
}

static void teardown(void)
{
    unlink(path);
    rmdir(directory);
}

static void write_file(const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(chmod(path, mode), 0);
}

static enum keys_error read_file(void)
{
    memset(&key, 0xaa, sizeof key);
    memset(&report, 0xaa, sizeof report);
    return keys_read(path, 1, &key, &report);
}

static const struct {
    mode_t mode;
    unsigned exposed;
} modes[] = {
    {0600, 0}, {0640, 0}, {0660, 0}, {0641, 0}, {0644, 4}, {0642, 2}, {0666, 6},
};

START_TEST(judges_permissions)
{
    write_file("1 SHA1 a\n", modes[_i].mode);
    ck_assert_int_eq(read_file(), KEYS_OK);
    ck_assert_uint_eq(key.length, 1);
    ck_assert_uint_eq(report.exposed, modes[_i].exposed);
    ck_assert_uint_eq(report.line, 1);
}
END_TEST

START_TEST(follows_a_link)
{
    char link[160];

    write_file("1 SHA1 a\n", 0600);
    snprintf(link, sizeof link, "%s/link", directory);
    ck_assert_int_eq(symlink("keys", link), 0);
    ck_assert_int_eq(keys_read(link, 1, &key, &report), KEYS_OK);
    unlink(link);
}
END_TEST

START_TEST(knows_what_is_no_file)
{
    ck_assert_int_eq(read_file(), KEYS_ABSENT);
    ck_assert_int_eq(keys_read("/dev/zero", 1, &key, &report), KEYS_NO_FILE);
    ck_assert_int_eq(keys_read(directory, 1, &key, &report), KEYS_NO_FILE);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    ck_assert_int_eq(read_file(), KEYS_NO_FILE);
    unlink(path);
    write_file("", 0600);
    ck_assert_int_eq(read_file(), KEYS_NO_KEY);
}
END_TEST

START_TEST(is_not_let_in)
{
    write_file("1 SHA1 a\n", 0);
    ck_assert_int_eq(chmod(directory, 0711), 0);
    if (!geteuid())
        ck_assert_int_eq(seteuid(65534), 0);
    ck_assert_int_eq(read_file(), KEYS_FORBIDDEN);
    if (!getuid())
        ck_assert_int_eq(seteuid(0), 0);
}
END_TEST

START_TEST(has_a_limit)
{
    write_file("1 SHA1 a\n", 0600);
    ck_assert_int_eq(truncate(path, KEYS_FILE_MAX), 0);
    ck_assert_int_eq(read_file(), KEYS_OK);
    ck_assert_int_eq(truncate(path, KEYS_FILE_MAX + 1), 0);
    ck_assert_int_eq(read_file(), KEYS_TOO_LONG);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("keys");
    TCase *codes = tcase_create("codes");
    TCase *lines = tcase_create("lines");
    TCase *files = tcase_create("files");

    add_table_test(codes, makes_published_cmacs, vectors);
    add_table_test(codes, makes_published_digests, digests);
    add_table_test(codes, completes_as_chronyd_takes_it, recorded);
    add_table_test(codes, verifies_what_chronyd_says, recorded);
    add_table_test(codes, notices_every_change, recorded);
    tcase_add_test(codes, has_a_name);
    tcase_add_loop_test(codes, sees_through_forgeries, 0, FAKE_NTP_FORGERIES);
    tcase_add_test(codes, has_words_for_all_errors);
    suite_add_tcase(suite, codes);

    add_table_test(lines, reads_keys, good);
    add_table_test(lines, refuses_keys, bad);
    tcase_add_test(lines, knows_the_longest_line);
    tcase_add_test(lines, survives_any_text);
    suite_add_tcase(suite, lines);

    tcase_add_checked_fixture(files, setup, teardown);
    add_table_test(files, judges_permissions, modes);
    tcase_add_test(files, follows_a_link);
    tcase_add_test(files, knows_what_is_no_file);
    tcase_add_test(files, is_not_let_in);
    tcase_add_test(files, has_a_limit);
    suite_add_tcase(suite, files);
    return suite;
}
