/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/subnet.h"

#include "config/number.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { ADDRESS_TEXT = INET6_ADDRSTRLEN };

static unsigned width(int family)
{
    return family == AF_INET ? 32 : 128;
}

bool subnet_read_address(const char *text, struct subnet *subnet)
{
    memset(subnet, 0, sizeof *subnet);
    subnet->family = strchr(text, ':') ? AF_INET6 : AF_INET;
    subnet->bits = width(subnet->family);
    return inet_pton(subnet->family, text, subnet->bytes) == 1;
}

/* One to three numbers of an IPv4 address; the prefix is as long as they are. */
static bool read_short(const char *text, struct subnet *subnet)
{
    struct config_read number;

    memset(subnet, 0, sizeof *subnet);
    subnet->family = AF_INET;
    for (size_t i = 0; i < 3; i++) {
        if (i && *text++ != '.')
            return false;
        if (!number_read_unsigned(&text, &number) || number.value > 255)
            return false;
        subnet->bytes[i] = (uint8_t)number.value;
        subnet->bits += 8;
        if (!*text)
            return true;
    }
    return false;
}

/* What could be a name: anything else is refused without a question. */
static bool is_name(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";

    return *text && !text[strspn(text, letters)];
}

/* True for what could only be a shortened address, so that chronyd looks no further. */
static bool is_numeric(const char *text)
{
    size_t dots = 0;

    for (const char *at = text; *at; at++)
        dots += *at == '.';
    return dots < 3 && !text[strspn(text, "0123456789.")];
}

/* The resolver takes octal and hexadecimal numbers for an address. */
static enum subnet_result read_other(const char *text, struct subnet *subnet)
{
    struct in_addr address;

    if (is_numeric(text) || !is_name(text))
        return SUBNET_BAD;
    if (inet_aton(text, &address)) {
        memset(subnet, 0, sizeof *subnet);
        subnet->family = AF_INET;
        subnet->bits = width(AF_INET);
        memcpy(subnet->bytes, &address, sizeof address);
        return SUBNET_ODD;
    }
    return text[strspn(text, "0123456789.")] ? SUBNET_NAME : SUBNET_BAD;
}

static enum subnet_result read_prefix(const char *text, struct subnet *subnet)
{
    struct config_read bits;

    if (!number_read_integer(&text, &bits) || *text || bits.value < 0)
        return SUBNET_BAD;
    if (bits.value > width(subnet->family))
        return SUBNET_BAD_BITS;
    subnet->bits = (unsigned)bits.value;
    return SUBNET_OK;
}

enum subnet_result subnet_read(const char *text, struct subnet *subnet)
{
    const char *slash = strchr(text, '/');
    const size_t length = slash ? (size_t)(slash - text) : strlen(text);
    char address[ADDRESS_TEXT];

    if (!strcmp(text, "all")) {
        memset(subnet, 0, sizeof *subnet);
        return SUBNET_OK;
    }
    snprintf(address, sizeof address, "%.*s", (int)(sizeof address - 1), text);
    if (length < sizeof address) {
        address[length] = '\0';
        if (subnet_read_address(address, subnet) || read_short(address, subnet))
            return slash ? read_prefix(slash + 1, subnet) : SUBNET_OK;
    }
    return slash ? SUBNET_BAD : read_other(text, subnet);
}
