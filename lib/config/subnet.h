/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The subnets of allow and deny. */
#ifndef CONFIG_SUBNET_H
#define CONFIG_SUBNET_H

#include <stdbool.h>
#include <stdint.h>

struct subnet {
    int family;        /* AF_INET or AF_INET6; AF_UNSPEC: all of both */
    unsigned bits;     /* of the prefix */
    uint8_t bytes[16]; /* the address; of IPv4 the first four */
};

enum subnet_result {
    SUBNET_OK,
    SUBNET_ODD,      /* an address, with octal or hexadecimal numbers */
    SUBNET_BAD,      /* chronyd refuses it */
    SUBNET_BAD_BITS, /* chronyd reads it, and ends itself when it goes by it */
    SUBNET_NAME,     /* chronyd looks it up */
};

/* Reads "all", "10.1", "10.1.0.0/16", "2001:db8::/32", ... */
enum subnet_result subnet_read(const char *text, struct subnet *subnet);

/* Reads an address without a prefix. */
bool subnet_read_address(const char *text, struct subnet *subnet);

#endif
