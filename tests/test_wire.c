/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmdmon/wire.h"
#include "runner.h"

#include <math.h>
#include <string.h>

enum { UNTOUCHED = 0xaa };

/* --- integers --- */

static const struct {
    uint8_t bytes[2];
    uint16_t value;
    int16_t as_signed;
} shorts[] = {
    {{0x00, 0x00}, 0, 0},         {{0x00, 0x01}, 1, 1},
    {{0x00, 0x80}, 128, 128},     {{0x12, 0x34}, 0x1234, 0x1234},
    {{0x7f, 0xff}, 32767, 32767}, {{0x80, 0x00}, 32768, -32768},
    {{0xff, 0xf9}, 65529, -7},    {{0xff, 0xfe}, 65534, -2},
    {{0xff, 0xff}, 65535, -1},
};

START_TEST(get_u16)
{
    ck_assert_uint_eq(wire_get_u16(shorts[_i].bytes), shorts[_i].value);
}
END_TEST

START_TEST(get_i16)
{
    ck_assert_int_eq(wire_get_i16(shorts[_i].bytes), shorts[_i].as_signed);
}
END_TEST

START_TEST(put_u16)
{
    uint8_t bytes[3] = {UNTOUCHED, UNTOUCHED, UNTOUCHED};

    wire_put_u16(bytes, shorts[_i].value);
    ck_assert_mem_eq(bytes, shorts[_i].bytes, 2);
    ck_assert_uint_eq(bytes[2], UNTOUCHED);
}
END_TEST

static const struct {
    uint8_t bytes[4];
    uint32_t value;
} longs[] = {
    {{0x00, 0x00, 0x00, 0x00}, 0},          {{0x00, 0x00, 0x00, 0x01}, 1},
    {{0x00, 0x01, 0x00, 0x00}, 65536},      {{0x12, 0x34, 0x56, 0x78}, 0x12345678},
    {{0x7f, 0x7f, 0x01, 0x01}, 0x7f7f0101}, {{0x80, 0x00, 0x00, 0x00}, 0x80000000},
    {{0xff, 0xff, 0xff, 0xff}, 0xffffffff},
};

START_TEST(get_u32)
{
    ck_assert_uint_eq(wire_get_u32(longs[_i].bytes), longs[_i].value);
}
END_TEST

START_TEST(put_u32)
{
    uint8_t bytes[5] = {UNTOUCHED, UNTOUCHED, UNTOUCHED, UNTOUCHED, UNTOUCHED};

    wire_put_u32(bytes, longs[_i].value);
    ck_assert_mem_eq(bytes, longs[_i].bytes, 4);
    ck_assert_uint_eq(bytes[4], UNTOUCHED);
}
END_TEST

static const struct {
    uint8_t byte;
    int8_t value;
} small[] = {{0, 0}, {1, 1}, {6, 6}, {127, 127}, {128, -128}, {0xf9, -7}, {255, -1}};

START_TEST(get_i8)
{
    ck_assert_int_eq(wire_get_i8(&small[_i].byte), small[_i].value);
}
END_TEST

static const struct {
    uint8_t bytes[8];
    uint64_t value;
} longest[] = {
    {{0}, 0},
    {{[7] = 1}, 1},
    {{[4] = 0x80}, 0x80000000},
    {{[3] = 1}, 0x100000000},
    {{1, 2, 3, 4, 5, 6, 7, 8}, 0x0102030405060708},
    {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, UINT64_MAX},
};

START_TEST(get_u64)
{
    ck_assert_uint_eq(wire_get_u64(longest[_i].bytes), longest[_i].value);
}
END_TEST

/* --- addresses --- */

static const struct {
    uint8_t bytes[WIRE_ADDRESS_LENGTH];
    struct ip_address address;
} addresses[] = {
    {{0}, {IP_UNSPECIFIED, {0}}},
    {{127, 0, 0, 11, [17] = 1}, {IP_V4, {127, 0, 0, 11}}},
    {{0x20, 0x01, 0x0d, 0xb8, [15] = 1, [17] = 2},
     {IP_V6, {0x20, 0x01, 0x0d, 0xb8, [15] = 1}}},
    {{0, 0, 0, 2, [17] = 3}, {IP_ID, {0, 0, 0, 2}}},
    {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 0, 99},
     {99, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}}},
    {{[16] = 0xfe, [17] = 0xdc}, {0xfedc, {0}}},
};

START_TEST(get_address)
{
    const struct ip_address *expected = &addresses[_i].address;
    struct ip_address address = wire_get_address(addresses[_i].bytes);

    ck_assert_uint_eq(address.family, expected->family);
    ck_assert_mem_eq(address.bytes, expected->bytes, sizeof address.bytes);
}
END_TEST

START_TEST(get_address_ignores_padding)
{
    const uint8_t bytes[WIRE_ADDRESS_LENGTH] = {127, 0, 0, 1, [17] = 1, 0xff, 0xff};

    ck_assert_uint_eq(wire_get_address(bytes).family, IP_V4);
}
END_TEST

START_TEST(put_address)
{
    uint8_t bytes[WIRE_ADDRESS_LENGTH + 1];

    memset(bytes, UNTOUCHED, sizeof bytes);
    wire_put_address(bytes, &addresses[_i].address);
    ck_assert_mem_eq(bytes, addresses[_i].bytes, WIRE_ADDRESS_LENGTH);
    ck_assert_uint_eq(bytes[WIRE_ADDRESS_LENGTH], UNTOUCHED);
}
END_TEST

/* --- times --- */

static const struct {
    uint32_t high, low, nanoseconds; /* on the wire */
    int64_t seconds;
    uint32_t of_second;
} times[] = {
    {0, 0, 0, 0, 0},
    {0, 1795417395, 170477892, 1795417395, 170477892}, /* chronyd 4.3 */
    {0, 0x80000000, 1, INT64_C(0x80000000), 1},
    {0, 0xffffffff, 1, INT64_C(0xffffffff), 1},
    {1, 0, 0, INT64_C(0x100000000), 0},
    {0x7ffffffe, 0xffffffff, 0, INT64_C(0x7ffffffeffffffff), 0},
    /* The number that says that there is no high half. */
    {0x7fffffff, 0, 0, 0, 0},
    {0x7fffffff, 1795417395, 5, 1795417395, 5},
    /* Before 1970. */
    {0xffffffff, 0xffffffff, 0, -1, 0},
    /* No second has more nanoseconds than this. */
    {0, 1, 999999999, 1, 999999999},
    {0, 1, 1000000000, 1, 999999999},
    {0, 1, 0xffffffff, 1, 999999999},
};

START_TEST(get_time)
{
    uint8_t bytes[WIRE_TIME_LENGTH];
    struct wire_time time;

    wire_put_u32(bytes, times[_i].high);
    wire_put_u32(bytes + 4, times[_i].low);
    wire_put_u32(bytes + 8, times[_i].nanoseconds);
    time = wire_get_time(bytes);
    ck_assert_int_eq(time.seconds, times[_i].seconds);
    ck_assert_uint_eq(time.nanoseconds, times[_i].of_second);
}
END_TEST

/* --- floats --- */

/* No coefficient has more bits than a C float's, so a literal with nine digits and an f
   is exactly the number on the wire. */
static const struct {
    uint32_t word;
    double value;
    bool plausible;
} floats[] = {
    {0x00000000, 0, true}, /* also what chronyd sends for NaN */
    {0x80000000, 0, true}, /* zero has many encodings */
    {0x7e000000, 0, true},
    {0x32000001, 1, true}, /* and so has one */
    {0x04800000, 1, true},
    {0x03000000, -1, true},
    {0x33ffffff, -1, true},
    {0x80000001, 0x1p-89, true},
    {0x81ffffff, -0x1p-89, true},
    {0x7e7fffff, 0x7fffffp38, true},
    {0x7f800001, -0x7fffffp38, true},
    /* From here on it is "too large to say". */
    {0x7e800000, 0x1p61, false},
    {0x7f800000, -0x1p61, false},
    {0x7effffff, 0xffffffp38, false}, /* what chronyd sends for infinity */
    {0x7f000000, -0x1p62, false},     /* and for minus infinity */
    /* From chronyd 4.3. */
    {0x08800000, 4, true},
    {0x18fa0000, 2000, true},
    {0xf6f66727, 0.0150392419f, true},
    {0xdc814f67, 9.63435809e-07f, true},
    {0xbd768b1e, -1.56270032e-11f, true},
    {0xdb6f3d31, -5.39276641e-07f, true},
    {0x0100000e, -0.499999583f, true},
    {0x017fffe5, -0.250000805f, true},
};

START_TEST(get_float)
{
    uint8_t bytes[4];

    wire_put_u32(bytes, floats[_i].word);
    ck_assert_double_eq(wire_get_float(bytes), floats[_i].value);
    ck_assert_int_eq(!signbit(wire_get_float(bytes)), floats[_i].value >= 0);
}
END_TEST

START_TEST(float_is_plausible)
{
    ck_assert_int_eq(wire_float_is_plausible(floats[_i].value), floats[_i].plausible);
}
END_TEST

START_TEST(no_number_is_not_plausible)
{
    ck_assert(wire_float_is_plausible(nextafter(0x1p61, 0)));
    ck_assert(!wire_float_is_plausible((double)INFINITY));
    ck_assert(!wire_float_is_plausible((double)-INFINITY));
    ck_assert(!wire_float_is_plausible((double)NAN));
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("wire");
    TCase *integers = tcase_create("integers"),
          *other = tcase_create("addresses and times"), *numbers = tcase_create("floats");

    add_table_test(integers, get_u16, shorts);
    add_table_test(integers, get_i16, shorts);
    add_table_test(integers, put_u16, shorts);
    add_table_test(integers, get_u32, longs);
    add_table_test(integers, put_u32, longs);
    add_table_test(integers, get_i8, small);
    add_table_test(integers, get_u64, longest);
    suite_add_tcase(suite, integers);
    add_table_test(other, get_address, addresses);
    tcase_add_test(other, get_address_ignores_padding);
    add_table_test(other, put_address, addresses);
    add_table_test(other, get_time, times);
    suite_add_tcase(suite, other);
    add_table_test(numbers, get_float, floats);
    add_table_test(numbers, float_is_plausible, floats);
    tcase_add_test(numbers, no_number_is_not_plausible);
    suite_add_tcase(suite, numbers);
    return suite;
}
