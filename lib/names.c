/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "names.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

/* A name that begins with a dot stands for the domain and all below it, one that ends
 * with a dot or a colon for all addresses that begin so. Who smears is what the operators
 * themselves say. */
static const struct known {
    const char *name;
    unsigned traits;
    const char *operator; /* NULL: many, or see the domain */
} known[] = {
    {".google.com", NAME_SMEARS, "Google"},
    {".android.com", NAME_SMEARS, "Google"},
    {"metadata.google.internal", NAME_SMEARS | NAME_LINK, "Google"},
    {"216.239.35.", NAME_SMEARS, "Google"},
    {"2001:4860:4806:", NAME_SMEARS, "Google"},
    {".aws.com", NAME_SMEARS, "Amazon"},
    {"169.254.169.123", NAME_SMEARS | NAME_LINK, "Amazon"},
    {"169.254.", NAME_LINK, NULL},
    {"fd00:ec2::123", NAME_SMEARS | NAME_LINK, "Amazon"},
    {".facebook.com", NAME_SMEARS, "Meta"},
    {".pool.ntp.org", NAME_POOL, NULL},
    {"127.", NAME_LINK, NULL},
    {"::1", NAME_LINK, NULL},
    {"localhost", NAME_LINK, NULL},
};

enum { KNOWN = sizeof known / sizeof known[0] };

/* A dot at the end says that the name is complete, which it is to us in any case. */
static size_t length_of(const char *name)
{
    const size_t length = strlen(name);

    return length && name[length - 1] == '.' ? length - 1 : length;
}

/* A domain itself, or a name under it, without regard to case. */
static bool is_under(const char *name, const char *domain)
{
    const size_t length = length_of(name), tail = length_of(domain);

    if (length < tail || strncasecmp(name + length - tail, domain, tail) != 0)
        return false;
    return length == tail || name[length - tail - 1] == '.';
}

static bool matches(const char *name, const char *pattern)
{
    const size_t length = strlen(pattern);

    if (*pattern == '.')
        return is_under(name, pattern + 1);
    if (pattern[length - 1] == '.' || pattern[length - 1] == ':')
        return !strncasecmp(name, pattern, length) && name_is_address(name);
    return length_of(name) == length && !strncasecmp(name, pattern, length);
}

static const struct known *find_known(const char *name)
{
    for (size_t i = 0; i < KNOWN; i++)
        if (matches(name, known[i].name))
            return &known[i];
    return NULL;
}

unsigned name_traits(const char *name)
{
    const struct known *row = find_known(name);

    return row ? row->traits : 0;
}

/* --- addresses --- */

/* The family of an address, with its bytes; 0 for a name. */
static int parse_address(const char *name, uint8_t bytes[static 16])
{
    char text[INET6_ADDRSTRLEN] = "";
    const size_t length = strcspn(name, "%");

    if (length < sizeof text)
        memcpy(text, name, length);
    if (inet_pton(AF_INET, text, bytes) == 1)
        return AF_INET;
    return inet_pton(AF_INET6, text, bytes) == 1 ? AF_INET6 : 0;
}

/* The networks of RFC 1918, 6598, 3927 and 1122, and of RFC 4193, 4291. */
static const struct network {
    int family;
    uint8_t bytes[2], mask[2];
} private_networks[] = {
    {AF_INET, {10, 0}, {255, 0}},           {AF_INET, {172, 16}, {255, 240}},
    {AF_INET, {192, 168}, {255, 255}},      {AF_INET, {100, 64}, {255, 192}},
    {AF_INET, {169, 254}, {255, 255}},      {AF_INET, {127, 0}, {255, 0}},
    {AF_INET6, {0xfc, 0}, {0xfe, 0}},       {AF_INET6, {0xfe, 0x80}, {0xff, 0xc0}},
    {AF_INET6, {0x00, 0x00}, {0xff, 0xff}}, /* ::1, and what is mapped */
};

static bool is_private_address(int family, const uint8_t bytes[static 16])
{
    for (size_t i = 0; i < sizeof private_networks / sizeof private_networks[0]; i++) {
        const struct network *network = &private_networks[i];

        if (network->family == family &&
            (bytes[0] & network->mask[0]) == network->bytes[0] &&
            (bytes[1] & network->mask[1]) == network->bytes[1])
            return true;
    }
    return false;
}

bool name_is_address(const char *name)
{
    uint8_t bytes[16];

    return parse_address(name, bytes) != 0;
}

/* --- names --- */

bool name_is_same(const char *name, const char *other)
{
    uint8_t bytes[16] = {0}, other_bytes[16] = {0};
    const int family = parse_address(name, bytes);

    if (family && !strchr(name, '%') && !strchr(other, '%'))
        return parse_address(other, other_bytes) == family &&
               !memcmp(bytes, other_bytes, family == AF_INET ? 4 : 16);
    return !strcasecmp(name, other);
}

bool name_is_private(const char *name)
{
    static const char *const domains[] = {"localdomain", "local",     "lan",  "internal",
                                          "intranet",    "private",   "corp", "home",
                                          "home.arpa",   "localhost", "test", "invalid"};
    uint8_t bytes[16];
    int family = parse_address(name, bytes);

    if (family)
        return is_private_address(family, bytes);
    for (size_t i = 0; i < sizeof domains / sizeof domains[0]; i++)
        if (is_under(name, domains[i]))
            return true;
    return !memchr(name, '.', length_of(name));
}

/* True for the label before a country that everybody registers under, as in co.uk. */
static bool is_shared_label(const char *label, size_t length)
{
    static const char *const labels[] = {"co",  "com", "net", "org", "ac", "edu", "gov",
                                         "gob", "ad",  "or",  "ne",  "go", "id"};

    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
        if (strlen(labels[i]) == length && !strncasecmp(labels[i], label, length))
            return true;
    return false;
}

/* Where the label that ends there begins. */
static const char *label_before(const char *name, const char *end)
{
    while (end > name && end[-1] != '.')
        end--;
    return end;
}

/* The last labels of a name, as many as somebody registers: two, or three. */
static const char *registered_part(const char *name, size_t *length)
{
    const char *end = name + length_of(name), *top, *part;

    part = top = label_before(name, end);
    if (top > name)
        part = label_before(name, top - 1);
    if (part > name && end - top == 2 && is_shared_label(part, (size_t)(top - part) - 1))
        part = label_before(name, part - 1);
    *length = (size_t)(end - part);
    return part;
}

const char *name_operator(const char *name, size_t *length)
{
    const struct known *row = find_known(name);

    if (row && row->operator) {
        *length = strlen(row->operator);
        return row->operator;
    }
    if (!name_is_address(name))
        return registered_part(name, length);
    *length = strlen(name);
    return name;
}

bool name_shares_operator(const char *name, const char *other)
{
    size_t length, other_length;
    const char *operator= name_operator(name, &length);
    const char *other_operator = name_operator(other, &other_length);

    return length == other_length && !strncasecmp(operator, other_operator, length);
}
