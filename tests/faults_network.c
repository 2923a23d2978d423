/* SPDX-License-Identifier: GPL-2.0-or-later */
/* N: the way to chronyd and back. L: replies of a wrong length. */
#include "faults.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- a network of our own: no route, and what addresses it is given --- */

static bool write_text(const char *path, const char *text)
{
    int descriptor = open(path, O_WRONLY);
    bool written =
        descriptor >= 0 && write(descriptor, text, strlen(text)) == (ssize_t)strlen(text);

    if (descriptor >= 0)
        close(descriptor);
    return written;
}

/* Whoever is not root becomes root of a namespace of their own first. */
bool fault_leave_network(void)
{
    char users[32], groups[32];

    snprintf(users, sizeof users, "0 %u 1", geteuid());
    snprintf(groups, sizeof groups, "0 %u 1", getegid());
    if (geteuid() == 0)
        return !unshare(CLONE_NEWNET);
    return !unshare(CLONE_NEWUSER | CLONE_NEWNET) &&
           write_text("/proc/self/setgroups", "deny") &&
           write_text("/proc/self/uid_map", users) &&
           write_text("/proc/self/gid_map", groups);
}

/* As linux/ipv6.h has it, which does not go together with netinet/in.h. */
struct address_request {
    struct in6_addr address;
    uint32_t prefix_length;
    int interface;
};

static bool binds_to(const struct in6_addr *host, unsigned interface)
{
    struct sockaddr_in6 address = {
        .sin6_family = AF_INET6, .sin6_addr = *host, .sin6_scope_id = interface};
    int descriptor = socket(AF_INET6, SOCK_DGRAM, 0);
    bool binds =
        descriptor >= 0 && !bind(descriptor, (struct sockaddr *)&address, sizeof address);

    if (descriptor >= 0)
        close(descriptor);
    return binds;
}

bool fault_has_ipv6(void)
{
    return binds_to(&in6addr_loopback, 0);
}

/* A new address cannot be used at once: the kernel may look for another one first. */
static bool wait_for(const struct in6_addr *host, unsigned interface)
{
    for (int left = 5000; left > 0; left--) {
        if (binds_to(host, interface))
            return true;
        usleep(1000);
    }
    return false;
}

bool fault_add_link_local(void)
{
    struct ifreq loopback = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    struct address_request request = {.prefix_length = 64};
    int descriptor;

    if (!fault_leave_network())
        return false;
    descriptor = socket(AF_INET6, SOCK_DGRAM, 0);
    inet_pton(AF_INET6, "fe80::1", &request.address);
    request.interface = (int)if_nametoindex("lo");
    return descriptor >= 0 && !ioctl(descriptor, SIOCSIFFLAGS, &loopback) &&
           !ioctl(descriptor, SIOCSIFADDR, &request) && !close(descriptor) &&
           wait_for(&request.address, (unsigned)request.interface);
}

/* --- names --- */

void fault_resolve_slowly(void)
{
    fault_preload("slow_resolver.so");
}

/* A signal that whoever starts the plugin blocks stays blocked. */
static void resolve_slowly_without_signals(void)
{
    sigset_t all;

    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    fault_resolve_slowly();
}

/* --- the tables --- */

#define PATCH(...)                                                                       \
    {                                                                                    \
        .patches = { __VA_ARGS__ }                                                       \
    }
#define FLIP(at, bits)                                                                   \
    {                                                                                    \
        0, at, 1, true,                                                                  \
        {                                                                                \
            bits                                                                         \
        }                                                                                \
    }
#define IGNORED .silent = true, .expected = {{ALL, 2, " other datagram"}}
#define AS_EVER .unchanged = true, .expected = {{ALL, 0, NULL}}

const struct fault network_faults[] = {
    {"N1", "nothing listens", ROAD_OWN, .at_once = true,
     .arguments = {"-H127.0.0.1", "-p@"},
     .expected = {{ALL, 2, "connection refused: 127.0.0.1 port "}}},
    {"N2", "it never answers", ROAD_UDP, .faults = {.deaf_to = UINT32_MAX},
     .silent = true, .expected = {{ALL, 2, "no reply from 127.0.0.1 port "}}},
    {"N2.1", "the same with -t 0.3:UNKNOWN", ROAD_UDP, .faults = {.deaf_to = UINT32_MAX},
     .silent = true, .arguments = {"-t0.3:UNKNOWN"},
     .expected = {{ALL, 3, "cmdallow or bindcmdaddress does not admit this host"}}},
    {"N2.2", "the same with -t 300ms:1", ROAD_UDP, .faults = {.deaf_to = UINT32_MAX},
     .silent = true, .arguments = {"-t300ms:1"},
     .expected = {{ALL, 1, " within 300 ms: "}}},
    {"N2.3", "the same on its Unix socket", ROAD_UNIX, .faults = {.deaf_to = UINT32_MAX},
     .silent = true, .expected = {{ALL, 2, ": chronyd hangs"}}},
    {"N3.1", "the first request is lost", ROAD_BOTH, .faults = {.deaf_to = 1},
     .arguments = {"-t1"}, AS_EVER},
    {"N3.2", "the first two requests are lost", ROAD_BOTH, .faults = {.deaf_to = 2},
     .arguments = {"-t1"}, AS_EVER},
    {"N4", "each reply is late: the request was sent again meanwhile", ROAD_BOTH,
     .faults = {.delay = 200}, .arguments = {"-t1"}, AS_EVER},
    {"N5", "each reply comes twice", ROAD_BOTH, .faults = {.copies = 1}, AS_EVER},
    {"N6.1", "replies come from another port", ROAD_UDP, .faults = {.from = "127.0.0.1"},
     .silent = true, .expected = {{ALL, 2, "no reply from 127.0.0.1 port "}}},
    {"N6.2", "replies come from another address", ROAD_UDP,
     .faults = {.from = "127.0.0.2"}, .silent = true,
     .expected = {{ALL, 2, "no reply from 127.0.0.1 port "}}},
    {"N7.1", "replies have another sequence number", ROAD_BOTH,
     .faults = PATCH(FLIP(19, 1)), IGNORED},
    {"N7.2", "replies are to another command", ROAD_BOTH, .faults = PATCH(FLIP(5, 0x40)),
     IGNORED},
    {"N7.3", "replies are requests", ROAD_BOTH, .faults = PATCH(FLIP(1, 3)), IGNORED},
    {"N7.4", "the first reserved byte is not 0", ROAD_BOTH, .faults = PATCH(FLIP(2, 1)),
     IGNORED},
    {"N7.5", "the second reserved byte is not 0", ROAD_BOTH, .faults = PATCH(FLIP(3, 1)),
     IGNORED},
    {"N7.6", "replies are of protocol version 5", ROAD_BOTH, .faults = PATCH(FLIP(0, 3)),
     IGNORED},
    {"N8.1", "10 false replies in each millisecond, for 0.1 s, before the right one",
     ROAD_BOTH, .faults = {.delay = 100, .noise = 10}, AS_EVER},
    {"N8.2", "10 false replies in each millisecond, for 1 s, before the right one",
     ROAD_UDP, .faults = {.delay = 1000, .noise = 10}, .unchanged = true,
     .expected = {{"stratum leap", 0, NULL}}},
    {"N9.1", "127.0.0.1 refuses, ::1 answers", ROAD_OWN, .set_up = fault_has_ipv6,
     .host = "::1", .arguments = {"-p@"},
     .expected = {{"health offset", 0, "clock is 0.34 us behind true time"},
                  {"sync", 0, "synchronised to 127.0.0.11"},
                  {"sources", 0, "good sources: 5 of 5"},
                  {"stratum", 0, "stratum 2"},
                  {"leap", 0, "no leap second is announced"},
                  {"server auth", 0, " | "}}},
    {"N9.2", "127.0.0.1 refuses, ::1 never answers", ROAD_OWN, .set_up = fault_has_ipv6,
     .host = "::1", .faults = {.deaf_to = UINT32_MAX}, .silent = true,
     .arguments = {"-p@"}, .expected = {{ALL, 2, "no reply from ::1 port "}}},
    {"N10", "a signal interrupts it each millisecond", ROAD_BOTH, .faults = {.delay = 20},
     .meddle = "storm", AS_EVER},
    {"N11.1", "the send queue is full at first", ROAD_BOTH, .meddle = "again", AS_EVER},
    {"N11.2", "the system has no buffer at first", ROAD_BOTH, .meddle = "buffers",
     AS_EVER},
    {"N12", "there is no route", ROAD_OWN, .at_once = true, .set_up = fault_leave_network,
     .arguments = {"-H192.0.2.1"},
     .expected = {{ALL, 2, "cannot be reached: 192.0.2.1 port 323"}}},
    {"N13.1", "the name does not exist", ROAD_OWN,
     .arguments = {"-Hno-such-host.invalid"},
     .expected = {{ALL, 3, "-H 'no-such-host.invalid' does not resolve"}}},
    {"N13.2", "the name servers never answer", ROAD_OWN, .prepare = fault_resolve_slowly,
     .arguments = {"-Hntp.example"}, .silent = true,
     .expected = {{ALL, 2, "-H 'ntp.example' was not resolved within 0.3 s"}}},
    {"N13.3", "the same, and all signals are blocked", ROAD_OWN,
     .prepare = resolve_slowly_without_signals, .arguments = {"-Hntp.example"},
     .silent = true,
     .expected = {{ALL, 2, "-H 'ntp.example' was not resolved within 0.3 s"}}},
    {"N14", "a link-local address with its interface", ROAD_OWN,
     .set_up = fault_add_link_local, .host = "fe80::1%lo",
     .arguments = {"-Hfe80::1%lo", "-p@"}, .expected = {{ALL, 0, NULL}}},
    {"L1", "replies have no byte", ROAD_BOTH, .faults = {.length = -1}, IGNORED},
    {"L2", "replies have 27 bytes", ROAD_BOTH, .faults = {.length = 27}, IGNORED},
    {"L3", "replies have 28 bytes, and say that all is well", ROAD_BOTH,
     .faults = {.length = 28}, .silent = true,
     .expected = {{"stratum leap server", 2, " other datagram"},
                  {"health sync offset sources auth", 3,
                   "no reply within 300 ms, others came"}}},

    {"L4", "replies are a byte too short", ROAD_BOTH, .faults = {.longer = -1}, IGNORED},
    {"L5", "replies are a byte too long", ROAD_BOTH, .faults = {.longer = 1}, AS_EVER},
    {"L6", "replies have 65507 bytes", ROAD_BOTH, .faults = {.length = 65507}, IGNORED},
    {0},
};
