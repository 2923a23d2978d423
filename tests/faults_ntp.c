/* SPDX-License-Identifier: GPL-2.0-or-later */
/* N and P of check_chrony_ntp: the way to an NTP server and back, and what it may say. */
#include "faults.h"

#include <stdio.h>
#include <string.h>

static const struct fake_ntp honest = {.reference = 10}, deaf = {.deaf_to = UINT32_MAX},
                             half_deaf = {.deaf_to = 1}, twice = {.copies = 1},
                             noisy = {.noise = 200},
                             other_port = {.reference = 10, .from = "127.0.0.1"},
                             other_address = {.reference = 10, .from = "127.0.0.2"};

const struct fault ntp_faults[] = {
    {"N1", "nothing listens", ROAD_OWN, .at_once = true,
     .arguments = {"-H127.0.0.1", "--ntp-port=@"},
     .expected = {{"ntp", 2, "connection refused: 127.0.0.1 port "}}},
    {"N2", "it never answers", ROAD_UDP, .ntp = &deaf, .silent = true,
     .expected = {{"ntp", 2, "no reply from 127.0.0.1 port "}}},
    {"N3.1", "the first request is lost", ROAD_UDP, .ntp = &half_deaf,
     .expected = {{"ntp", 0, "clock is "}}},
    {"N5", "each answer comes twice", ROAD_UDP, .ntp = &twice,
     .expected = {{"ntp", 0, "clock is "}}},
    {"N6.1", "answers come from another port", ROAD_UDP, .ntp = &other_port,
     .silent = true, .expected = {{"ntp", 2, "no reply from 127.0.0.1 port "}}},
    {"N6.2", "answers come from another address", ROAD_UDP, .ntp = &other_address,
     .silent = true, .expected = {{"ntp", 2, "no reply from 127.0.0.1 port "}}},
    {"N8", "200 false answers, and then the right one", ROAD_UDP, .ntp = &noisy,
     .expected = {{"ntp", 0, "clock is "}}},
    {"N9", "127.0.0.1 refuses, ::1 answers", ROAD_OWN, .set_up = fault_has_ipv6,
     .ntp = &honest, .host = "::1", .arguments = {"--ntp-port=@"},
     .expected = {{"ntp", 0, " ::1, round trip "}}},
    {"N10", "a signal interrupts it each millisecond", ROAD_UDP, .ntp = &half_deaf,
     .meddle = "storm", .expected = {{"ntp", 0, "clock is "}}},
    {"N11.1", "the send queue is full at first", ROAD_UDP, .ntp = &honest,
     .meddle = "again", .expected = {{"ntp", 0, "clock is "}}},
    {"N11.2", "the system has no buffer at first", ROAD_UDP, .ntp = &honest,
     .meddle = "buffers", .expected = {{"ntp", 0, "clock is "}}},
    {"N12", "there is no route", ROAD_OWN, .at_once = true, .set_up = fault_leave_network,
     .arguments = {"-H192.0.2.1"},
     .expected = {{"ntp", 2, "cannot be reached: 192.0.2.1 port 123"}}},
    {"N13.1", "the name does not exist", ROAD_OWN,
     .arguments = {"-Hno-such-host.invalid"},
     .expected = {{"ntp", 3, "'no-such-host.invalid' does not resolve"}}},
    {"N13.2", "the name servers never answer", ROAD_OWN, .prepare = fault_resolve_slowly,
     .arguments = {"-Hntp.example"}, .silent = true,
     .expected = {{"ntp", 2, "'ntp.example' was not resolved within 0.3 s"}}},
    {"N14", "a link-local address with its interface", ROAD_OWN,
     .set_up = fault_add_link_local, .ntp = &honest, .host = "fe80::1%lo",
     .arguments = {"-Hfe80::1%lo", "--ntp-port=@"},
     .expected = {{"ntp", 0, "clock is "}}},
    {"E4.1", "it may open no file", ROAD_UDP, .set_up = fault_needs_no_sanitizer,
     .ntp = &honest, .meddle = "files",
     .expected = {{"ntp", 3, "this system gave no socket"}}},
    {"E4.2", "it gets no memory", ROAD_UDP, .set_up = fault_needs_no_sanitizer,
     .ntp = &honest, .meddle = "memory",
     .expected = {{"ntp", 3, "this process gets no memory: "}}},
    {"P2.1", "the clock jumps by an hour meanwhile", ROAD_UDP, .ntp = &honest,
     .meddle = "jump 3600", .expected = {{"ntp", 3, "stepped"}}},
    {"P2.2", "the clock jumps back by an hour meanwhile", ROAD_UDP, .ntp = &honest,
     .meddle = "jump -3600", .expected = {{"ntp", 3, "stepped"}}},
    {"P2.3", "the clock jumps by 50 ms meanwhile", ROAD_UDP, .ntp = &honest,
     .meddle = "jump 0.05", .expected = {{"ntp", 3, "stepped"}}},
    {0},
};

/* --- P1: the liar --- */

enum {
    LIES = FAKE_NTP_LIES + FAKE_NTP_UNBELIEVED,
    WORDS = 128,
};

static struct fault rows[LIES + 1];
static char ids[LIES][8], words[LIES][WORDS];

static int status_of(const struct fake_ntp_lie *lie)
{
    if (lie->error == PACKET_OK)
        return strstr(lie->name, "15") ? 1 : 0;
    return strstr(lie->name, "RATE") || strstr(lie->name, "KoD without") ? 1 : 2;
}

/* An answer is judged; what is none is ignored, and nothing else comes. */
static void write_words(const struct fake_ntp_lie *lie, char text[static WORDS])
{
    const char *said = packet_error_text(lie->error);

    if (lie->error == PACKET_OK)
        snprintf(text, WORDS, "clock is ");
    else if (lie->error == PACKET_UNSYNCHRONISED)
        snprintf(text, WORDS, " is not synchronised and has no time to offer");
    else if (lie->error == PACKET_KISS)
        snprintf(text, WORDS, " answers with a kiss-o'-death, ");
    else if (packet_is_answer(lie->error))
        snprintf(text, WORDS, " gives a useless answer: %s", said);
    else
        snprintf(text, WORDS, "(1 other datagram ignored: %s)", said);
}

static void add_row(size_t i, const char *what, const struct fake_ntp *fake, int status)
{
    snprintf(ids[i], sizeof ids[i], "P1.%zu", i + 1);
    rows[i] = (struct fault){.id = ids[i],
                             .what = what,
                             .roads = ROAD_UDP,
                             .ntp = fake,
                             .asked_once = true,
                             .expected = {{"ntp", status, words[i]}}};
}

const struct fault *lie_faults(void)
{
    for (size_t i = 0; i < FAKE_NTP_LIES; i++) {
        const struct fake_ntp_lie *lie = &fake_ntp_lies[i];

        write_words(lie, words[i]);
        add_row(i, i ? lie->name : "the truth", &lie->fake, status_of(lie));
        rows[i].silent = !packet_is_answer(lie->error);
    }
    for (size_t i = 0; i < FAKE_NTP_UNBELIEVED; i++) {
        const struct fake_ntp_unbelieved *one = &fake_ntp_unbelieved[i];

        snprintf(words[FAKE_NTP_LIES + i], WORDS, " is not believed: %s",
                 authentication_error_text(one->error));
        add_row(FAKE_NTP_LIES + i, one->name, &one->fake, 2);
    }
    return rows;
}
