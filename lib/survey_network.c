/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "survey_parts.h"

#include <ifaddrs.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    ADDRESSES = 256,
    DOMAINS = 16,
    LINE = 512,
    RESOLVER_SIZE = 64 * 1024,
    IPV4_DIGITS = 8,
    PORT_DIGITS = 4,
};

/* --- sockets --- */

/* A hexadecimal number of so many digits. */
static bool read_number(const char *text, size_t digits, uint32_t *number)
{
    static const char hex[] = "0123456789ABCDEF";

    *number = 0;
    for (size_t i = 0; i < digits; i++) {
        const char *digit = text[i] ? strchr(hex, text[i]) : NULL;

        if (!digit)
            return false;
        *number = *number << 4 | (uint32_t)(digit - hex);
    }
    return true;
}

/* 127/8 or ::1, which are written as numbers of 32 bits in the order of this machine. */
static bool is_loopback(const char *address, size_t digits)
{
    uint32_t last;

    if (!read_number(address + digits - IPV4_DIGITS, IPV4_DIGITS, &last))
        return false;
    if (digits == IPV4_DIGITS)
        return ntohl(last) >> 24 == IN_LOOPBACKNET;
    return strspn(address, "0") >= digits - IPV4_DIGITS && ntohl(last) == 1;
}

/* A line like "  12: 00000000:007B 00000000:0000 ...", which is of a socket that others
 * reach at a port. */
static bool is_open(const char *line, unsigned port)
{
    const char *address = strstr(line, ": ");
    size_t digits;
    uint32_t number;

    if (!address)
        return false;
    address += strlen(": ");
    digits = strcspn(address, ":");
    return digits >= IPV4_DIGITS && address[digits] &&
           read_number(address + digits + 1, PORT_DIGITS, &number) && number == port &&
           !is_loopback(address, digits);
}

static enum survey_answer has_socket(const char *table, unsigned port)
{
    FILE *file = fopen(table, "re");
    enum survey_answer answer = SURVEY_NO;
    char line[LINE];

    if (!file)
        return SURVEY_UNTOLD;
    while (answer == SURVEY_NO && fgets(line, sizeof line, file))
        if (is_open(line, port))
            answer = SURVEY_YES;
    if (ferror(file))
        answer = SURVEY_UNTOLD;
    fclose(file);
    return answer;
}

/* --- addresses --- */

static void add_address(struct survey *survey, const struct sockaddr *address)
{
    struct survey_address *place = &survey->addresses[survey->address_count];

    if (!address || survey->address_count == ADDRESSES)
        return;
    if (address->sa_family == AF_INET)
        memcpy(place->bytes, &((const struct sockaddr_in *)address)->sin_addr, 4);
    else if (address->sa_family == AF_INET6)
        memcpy(place->bytes, &((const struct sockaddr_in6 *)address)->sin6_addr, 16);
    else
        return;
    place->family = address->sa_family;
    survey->address_count++;
}

static void look_for_addresses(struct survey *survey)
{
    static const size_t size = sizeof *survey->addresses;
    struct ifaddrs *list;

    survey->addresses = survey_allocate(survey, ADDRESSES, size);
    if (!survey->addresses || getifaddrs(&list) != 0)
        return;
    for (const struct ifaddrs *entry = list; entry; entry = entry->ifa_next)
        add_address(survey, entry->ifa_addr);
    freeifaddrs(list);
    survey->addresses_are_known = survey->address_count < ADDRESSES;
}

/* --- domains --- */

static void add_domain(struct survey *survey, const char *text, size_t length)
{
    const char *domain;

    while (length && text[length - 1] == '.')
        length--;
    domain = length ? survey_copy(survey, text, length) : NULL;
    if (domain && survey->domain_count < DOMAINS)
        survey->domains[survey->domain_count++] = domain;
}

/* "search example.net example.org", as resolv.conf(5) has it. */
static void add_domains(struct survey *survey, const char *line)
{
    static const char blanks[] = " \t\r\n";
    size_t length = strcspn(line, blanks);

    if (strncmp(line, "search", length) != 0 && strncmp(line, "domain", length) != 0)
        return;
    for (line += length; *(line += strspn(line, blanks)); line += length) {
        length = strcspn(line, blanks);
        add_domain(survey, line, length);
    }
}

static void look_for_domains(struct survey *survey)
{
    FILE *file = survey_open("/etc/resolv.conf", RESOLVER_SIZE);
    char line[LINE], host[HOST_NAME_MAX + 1] = "";
    const char *dot;

    survey->domains = survey_allocate(survey, DOMAINS, sizeof *survey->domains);
    while (file && survey->domains && fgets(line, sizeof line, file))
        if (strcspn(line, " \t\r\n") == strlen("search"))
            add_domains(survey, line);
    if (file)
        fclose(file);
    gethostname(host, sizeof host - 1);
    dot = strchr(host, '.');
    if (dot && survey->domains)
        add_domain(survey, dot + 1, strlen(dot + 1));
}

void survey_network(struct survey *survey)
{
    const unsigned port = (unsigned)config_number(&survey->config, "port");

    survey->serves_ipv4 = has_socket("/proc/net/udp", port);
    survey->serves_ipv6 = has_socket("/proc/net/udp6", port);
    look_for_addresses(survey);
    look_for_domains(survey);
}
