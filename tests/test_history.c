/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a run leaves for the next one: the text, the file, and everything that can be
 * wrong with it. */
#include "history.h"
#include "runner.h"
#include "snapshot.h"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { NOBODY = 65534, TEXT = 4096 };

/* A directory for the file; what a run knows; and what it finds. */
static char directory[64], path[PATH_MAX + 64];
static struct history now, earlier;

#define MEMBER(name) offsetof(struct server_stats, name)

static const size_t counts[] = {
    MEMBER(ntp_received),
    MEMBER(ntp_dropped),
    MEMBER(command_received),
    MEMBER(command_dropped),
    MEMBER(log_dropped),
    MEMBER(nts_ke_accepted),
    MEMBER(nts_ke_dropped),
    MEMBER(ntp_authenticated),
    MEMBER(ntp_interleaved),
    MEMBER(daemon_receive_stamped),
    MEMBER(daemon_transmit_stamped),
    MEMBER(kernel_receive_stamped),
    MEMBER(kernel_transmit_stamped),
    MEMBER(hardware_receive_stamped),
    MEMBER(hardware_transmit_stamped),
};

static double *count_in(struct server_stats *stats, int i)
{
    void *member = (char *)stats + counts[i];

    return member;
}

static double *count_of(struct history *history, int i)
{
    return count_in(&history->server_stats, i);
}

/* What the run of setup() writes: a count of zero, and the largest that a double has
 * exactly. */
#define FIRST "chrony-checks history 1\n"
#define PLACE "place 127.0.0.1 port 323\n"
#define BOOT  "boot 2f7c0b1e-6d0a-4f5c-9f39-5a1d6b6c7e80\n"
#define TIME  "milliseconds 86400250\n"
#define HEAD  FIRST PLACE BOOT TIME
#define FIVE                                                                             \
    "ntp_received 9007199254740992\n"                                                    \
    "ntp_dropped 4101\n"                                                                 \
    "command_received 4102\n"                                                            \
    "command_dropped 0\n"                                                                \
    "log_dropped 4104\n"
#define EIGHT                                                                            \
    FIVE "nts_ke_accepted 4105\n"                                                        \
         "nts_ke_dropped 4106\n"                                                         \
         "ntp_authenticated 4107\n"
#define NINE EIGHT "ntp_interleaved 4108\n"
#define ALL                                                                              \
    NINE "daemon_receive_stamped 4109\n"                                                 \
         "daemon_transmit_stamped 4110\n"                                                \
         "kernel_receive_stamped 4111\n"                                                 \
         "kernel_transmit_stamped 4112\n"                                                \
         "hardware_receive_stamped 4113\n"                                               \
         "hardware_transmit_stamped 4114\n"
#define END "end\n"

static const char whole[] = HEAD ALL END;

static void setup(void)
{
    snprintf(directory, sizeof directory, "/tmp/test_history.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/state", directory);
    now = (struct history){.place = "127.0.0.1 port 323",
                           .boot = "2f7c0b1e-6d0a-4f5c-9f39-5a1d6b6c7e80",
                           .time = 86400.25};
    for (int i = 0; i < COUNT(counts); i++)
        *count_of(&now, i) = 4100 + i;
    now.server_stats.ntp_received = 9007199254740992;
    now.server_stats.command_dropped = 0;
    now.server_stats.timestamps_held = 77;
    now.server_stats.timestamps_span = 88;
    memset(&earlier, 0xaa, sizeof earlier);
}

static unsigned count_files(void)
{
    unsigned count = 0;
    DIR *files = opendir(directory);
    struct dirent *entry;

    while ((entry = readdir(files)))
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(files);
    return count;
}

static void remove_files(void)
{
    DIR *files = opendir(directory);
    struct dirent *entry;

    while ((entry = readdir(files)))
        if (entry->d_name[0] != '.')
            ck_assert_int_eq(unlinkat(dirfd(files), entry->d_name,
                                      entry->d_type == DT_DIR ? AT_REMOVEDIR : 0),
                             0);
    closedir(files);
}

static void teardown(void)
{
    remove_files();
    ck_assert_int_eq(rmdir(directory), 0);
}

static bool recalls;

static enum history_error exchange(void)
{
    return history_exchange(path, &now, &earlier, &recalls);
}

static void put(const char *text, size_t length)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    ck_assert_int_ge(descriptor, 0);
    ck_assert_int_eq(write(descriptor, text, length), (ssize_t)length);
    close(descriptor);
}

static void put_whole(void)
{
    put(whole, strlen(whole));
}

static void assert_file(const char *expected)
{
    char text[TEXT];
    int descriptor = open(path, O_RDONLY);
    ssize_t length = read(descriptor, text, sizeof text - 1);

    ck_assert_int_ge(length, 0);
    close(descriptor);
    text[length] = '\0';
    ck_assert_str_eq(text, expected);
}

/* The run goes on as if there had been no file: the next one finds what this one knew. */
static void assert_starts_over(enum history_error error)
{
    ck_assert_int_eq(exchange(), error);
    assert_file(whole);
    ck_assert_uint_eq(count_files(), 1);
    ck_assert_int_eq(exchange(), HISTORY_OK);
}

/* --- the text --- */

/* How many counts each layout of chronyd's report has. */
static const struct {
    int known;
    const char *text;
} layouts[] = {
    {5, HEAD FIVE END},  /* 2.3 */
    {8, HEAD EIGHT END}, /* 4.0 */
    {9, HEAD NINE END},  /* 4.2 */
    {15, HEAD ALL END},  /* 4.4 */
};

static void forget_counts(int known)
{
    for (int i = known; i < COUNT(counts); i++)
        *count_of(&now, i) = NAN;
}

static void assert_same(double one, double other)
{
    ck_assert(isnan(one) ? isnan(other) : one == other);
}

START_TEST(writes_what_is_known)
{
    forget_counts(layouts[_i].known);
    ck_assert_int_eq(exchange(), HISTORY_NONE);
    assert_file(layouts[_i].text);
}
END_TEST

START_TEST(reads_what_it_wrote)
{
    forget_counts(layouts[_i].known);
    exchange();
    ck_assert_int_eq(exchange(), HISTORY_OK);
    ck_assert_str_eq(earlier.place, now.place);
    ck_assert_str_eq(earlier.boot, now.boot);
    ck_assert_double_eq(earlier.time, now.time);
    for (int i = 0; i < COUNT(counts); i++)
        assert_same(*count_of(&now, i), *count_of(&earlier, i));
}
END_TEST

/* A machine without the number of its start, and the longest place. */
START_TEST(keeps_the_edges_of_words)
{
    memset(now.place, 'p', HISTORY_PLACE - 1);
    *now.boot = '\0';
    now.time = 0.001;
    exchange();
    ck_assert_int_eq(exchange(), HISTORY_OK);
    ck_assert_str_eq(earlier.place, now.place);
    ck_assert_str_eq(earlier.boot, "");
    ck_assert_double_eq(earlier.time, 0.001);
}
END_TEST

START_TEST(keeps_the_text_in_any_order_of_counts)
{
    const char text[] = HEAD "log_dropped 3\ncommand_received 4\nntp_received 2\n"
                             "command_dropped 0\nntp_dropped 6\n" END;

    put(text, strlen(text));
    ck_assert_int_eq(exchange(), HISTORY_OK);
    ck_assert_double_eq(earlier.server_stats.ntp_received, 2);
    ck_assert_double_eq(earlier.server_stats.log_dropped, 3);
    ck_assert(isnan(earlier.server_stats.nts_ke_accepted));
}
END_TEST

/* --- the difference --- */

START_TEST(subtracts_counts)
{
    struct server_stats difference;

    earlier = now;
    for (int i = 0; i < COUNT(counts); i++)
        *count_of(&earlier, i) = i;
    for (int i = 0; i < COUNT(counts); i++)
        *count_of(&now, i) = 100 + 3 * i;
    history_difference(&now.server_stats, &earlier.server_stats, &difference);
    for (int i = 0; i < COUNT(counts); i++)
        ck_assert_double_eq(*count_in(&difference, i), 100 + 2 * i);
    ck_assert(isnan(difference.timestamps_held));
    ck_assert(isnan(difference.timestamps_span));
}
END_TEST

/* chronyd was updated, or taken back, between two runs. */
START_TEST(does_not_subtract_the_unknown)
{
    struct server_stats difference;

    earlier = now;
    *count_of(&now, _i) = NAN;
    history_difference(&now.server_stats, &earlier.server_stats, &difference);
    ck_assert(isnan(*count_in(&difference, _i)));
    history_difference(&earlier.server_stats, &now.server_stats, &difference);
    ck_assert(isnan(*count_in(&difference, _i)));
    ck_assert_double_eq(*count_in(&difference, (_i + 1) % COUNT(counts)), 0);
}
END_TEST

/* --- what is no longer the same --- */

START_TEST(goes_on)
{
    put_whole();
    now.time += 300;
    for (int i = 0; i < COUNT(counts); i++)
        *count_of(&now, i) += i == 0 ? 2 : 1;
    ck_assert_int_eq(exchange(), HISTORY_OK);
    ck_assert_double_eq(earlier.time, 86400.25);
    ck_assert_double_eq(earlier.server_stats.ntp_dropped, 4101);
    ck_assert_int_eq(exchange(), HISTORY_OK);
    ck_assert_double_eq(earlier.time, 86700.25);
    ck_assert_double_eq(earlier.server_stats.ntp_dropped, 4102);
}
END_TEST

static void clock_back(void)
{
    now.time -= 0.001;
}

/* A machine that does not tell its starts: a time that goes back is all there is. */
START_TEST(sees_a_start_by_its_time)
{
    now.boot[0] = '\0';
    exchange();
    clock_back();
    ck_assert_int_eq(exchange(), HISTORY_OTHER_BOOT);
}
END_TEST

START_TEST(goes_on_at_the_same_moment)
{
    put_whole();
    ck_assert_int_eq(exchange(), HISTORY_OK);
}
END_TEST

/* A count that is known to one of the two runs only went nowhere. (The first five always
 * are.) */
START_TEST(goes_on_without_a_count)
{
    put_whole();
    *count_of(&now, _i) = NAN;
    ck_assert_int_eq(exchange(), HISTORY_OK);
    *count_of(&now, _i) = 0;
    ck_assert_int_eq(exchange(), HISTORY_OK);
}
END_TEST

static void other_port(void)
{
    memcpy(now.place, "127.0.0.1 port 324", 18);
}

static void socket_of_another(void)
{
    snprintf(now.place, sizeof now.place, "/run/chrony/chronyd.sock");
}

static void nearly_the_same_place(void)
{
    snprintf(now.place, sizeof now.place, "127.0.0.1 port 32");
}

static void other_boot(void)
{
    now.boot[0] = '3';
}

static void boot_not_known(void)
{
    now.boot[0] = '\0';
}

static void clock_and_boot_back(void)
{
    clock_back();
    now.boot[0] = '3';
}

static void other_boot_and_counts_back(void)
{
    other_boot();
    now.server_stats.ntp_dropped = 0;
}

/* The boot says nothing of another chronyd. */
static void all_is_new(void)
{
    other_port();
    other_boot_and_counts_back();
}

static const struct {
    void (*change)(void);
    enum history_error error;
} changes[] = {
    {other_port, HISTORY_OTHER_PLACE},
    {socket_of_another, HISTORY_OTHER_PLACE},
    {nearly_the_same_place, HISTORY_OTHER_PLACE},
    {other_boot, HISTORY_OTHER_BOOT},
    {boot_not_known, HISTORY_OTHER_BOOT},
    {clock_back, HISTORY_OTHER_RUN},
    {clock_and_boot_back, HISTORY_OTHER_BOOT},
    {other_boot_and_counts_back, HISTORY_OTHER_BOOT},
    {all_is_new, HISTORY_OTHER_PLACE},
};

START_TEST(sees_what_changed)
{
    put_whole();
    changes[_i].change();
    ck_assert_int_eq(exchange(), changes[_i].error);
    ck_assert(!recalls);
    ck_assert_int_eq(exchange(), HISTORY_OK);
    ck_assert_str_eq(earlier.place, now.place);
    ck_assert_str_eq(earlier.boot, now.boot);
    ck_assert_double_eq(earlier.time, now.time);
}
END_TEST

START_TEST(sees_each_count_go_back)
{
    *count_of(&now, _i) = 5000;
    exchange();
    *count_of(&now, _i) = 4999;
    ck_assert_int_eq(exchange(), HISTORY_RESTARTED);
    ck_assert_int_eq(exchange(), HISTORY_OK);
    ck_assert_double_eq(*count_of(&earlier, _i), 4999);
}
END_TEST

/* A part and its whole, by their places above. */
static const struct {
    int part, whole;
} parts[] = {{1, 0}, {3, 2}, {6, 5}, {7, 0}, {8, 0}};

/* chronyd has counted more since its start than it had before it. */
START_TEST(sees_a_part_outgrow_its_whole)
{
    now.server_stats.ntp_received = 100000;
    exchange();
    *count_of(&now, parts[_i].whole) += 20000;
    *count_of(&now, parts[_i].part) += 20000;
    ck_assert_int_eq(exchange(), HISTORY_OK);
    *count_of(&now, parts[_i].whole) += 20000;
    *count_of(&now, parts[_i].part) += 20001;
    ck_assert_int_eq(exchange(), HISTORY_RESTARTED);
    ck_assert(!recalls);
    ck_assert_int_eq(exchange(), HISTORY_OK);
}
END_TEST

/* What is only known of the part says nothing. */
START_TEST(needs_the_whole_to_see_it)
{
    now.server_stats.nts_ke_accepted = NAN;
    exchange();
    now.server_stats.nts_ke_dropped += 1;
    ck_assert_int_eq(exchange(), HISTORY_OK);
}
END_TEST

/* Before chrony 4.4 zero comes after 4294967295: of a layout with so many counts, the
 * first one or its part before and now. */
static const struct {
    int known, changed;
    double before, now;
    double difference; /* NAN: chronyd was restarted */
} wraps[] = {
    {5, 0, 4294967295, 0, 1},
    {8, 0, 4294960000, 592704, 600000},
    {9, 0, 4294967295, 4294967295, 0},
    {9, 0, 2147483649, 0, 2147483647}, /* the least that can have wrapped */
    {9, 0, 2147483648, 0, NAN},
    {9, 0, 4294967295, 2147483647, NAN},
    {9, 0, 3000000000, 2999999999, NAN},
    {9, 0, 9007199254740992, 0, NAN}, /* no such count */
    {9, 8, 4294967295, 4294967294, NAN},
    {9, 8, 4294967290, 4, 10},
    {9, 8, 4294967290, 94, 100},
    {9, 8, 4294967290, 95, NAN}, /* more than there were requests */
    {9, 4, 4104, 4103, NAN},
    {15, 0, 4294960000, 592704, NAN}, /* in 64 bits */
};

START_TEST(goes_on_over_a_wrap)
{
    struct server_stats difference;

    forget_counts(wraps[_i].known);
    now.server_stats.ntp_received = 4294960000;
    *count_of(&now, wraps[_i].changed) = wraps[_i].before;
    exchange();
    now.server_stats.ntp_received = 4294960100;
    *count_of(&now, wraps[_i].changed) = wraps[_i].now;
    if (isnan(wraps[_i].difference)) {
        ck_assert_int_eq(exchange(), HISTORY_RESTARTED);
        return;
    }
    ck_assert_int_eq(exchange(), HISTORY_OK);
    history_difference(&now.server_stats, &earlier.server_stats, &difference);
    ck_assert_double_eq(*count_in(&difference, wraps[_i].changed), wraps[_i].difference);
}
END_TEST

/* All counts of a chronyd that was restarted go back, the small ones, too. */
START_TEST(takes_no_restart_for_a_wrap)
{
    forget_counts(9);
    now.server_stats.ntp_received = 4294960000;
    exchange();
    for (int i = 0; i < 9; i++)
        *count_of(&now, i) = 0;
    ck_assert_int_eq(exchange(), HISTORY_RESTARTED);
}
END_TEST

/* --- what is not what a run wrote --- */

#define TEN   "0123456789"
#define FORTY TEN TEN TEN TEN

/* With the NUL that ends a literal left out. */
#define TEXT_OF(literal)                                                                 \
    {                                                                                    \
        literal, sizeof(literal) - 1                                                     \
    }

static const struct {
    const char *text;
    size_t length;
} corrupt[] = {
    TEXT_OF(""),
    TEXT_OF(HEAD ALL "end\0\n"),
    TEXT_OF(HEAD ALL END "\0"),
    TEXT_OF(HEAD "ntp_received 1\0002\n" END),
    /* the first line */
    TEXT_OF("c"),
    TEXT_OF("chrony-checks history "),
    TEXT_OF("chrony-checks history 1"),
    TEXT_OF("chrony-checks history 1\0\n"),
    /* the lines that are always there */
    TEXT_OF(FIRST BOOT TIME ALL END),
    TEXT_OF(FIRST PLACE TIME ALL END),
    TEXT_OF(FIRST PLACE BOOT ALL END),
    TEXT_OF(FIRST BOOT PLACE TIME END),
    TEXT_OF(FIRST PLACE PLACE TIME END),
    TEXT_OF(FIRST "place\n" BOOT TIME END),
    TEXT_OF(FIRST "place" BOOT TIME END),
    TEXT_OF(FIRST "place " FORTY FORTY FORTY "01234567\n" BOOT TIME END),
    TEXT_OF(FIRST PLACE "boot " FORTY "\n" TIME END),
    TEXT_OF(FIRST PLACE "boot\n" TIME END),
    TEXT_OF(FIRST PLACE BOOT "milliseconds\n" END),
    TEXT_OF(FIRST PLACE BOOT "milliseconds \n" END),
    TEXT_OF(FIRST PLACE BOOT "milliseconds -1\n" END),
    TEXT_OF(FIRST PLACE BOOT "milliseconds 1e3\n" END),
    TEXT_OF(FIRST PLACE BOOT "seconds 86400\n" END),
    /* numbers */
    TEXT_OF(HEAD "ntp_received\n" END),
    TEXT_OF(HEAD "ntp_received \n" END),
    TEXT_OF(HEAD "ntp_received  1\n" END),
    TEXT_OF(HEAD "ntp_received 1 \n" END),
    TEXT_OF(HEAD "ntp_received 1\r\n" END),
    TEXT_OF(HEAD "ntp_received -1\n" END),
    TEXT_OF(HEAD "ntp_received +1\n" END),
    TEXT_OF(HEAD "ntp_received 1.5\n" END),
    TEXT_OF(HEAD "ntp_received 1e5\n" END),
    TEXT_OF(HEAD "ntp_received 0x10\n" END),
    TEXT_OF(HEAD "ntp_received nan\n" END),
    TEXT_OF(HEAD "ntp_received inf\n" END),
    TEXT_OF(HEAD "ntp_received 1,5\n" END),
    TEXT_OF(HEAD "ntp_received 100000000000000000000\n" END), /* 21 digits */
    TEXT_OF(HEAD "ntp_received " FORTY FORTY FORTY FORTY "\n" END),
    /* names */
    TEXT_OF(HEAD "ntp_recieved 1\n" END),
    TEXT_OF(HEAD "ntp_receive 1\n" END),
    TEXT_OF(HEAD "ntp_received_total 1\n" END),
    TEXT_OF(HEAD "timestamps_held 1\n" END),
    TEXT_OF(HEAD " ntp_received 1\n" END),
    TEXT_OF(HEAD "\n" END),
    TEXT_OF(HEAD TIME END),
    /* the end */
    TEXT_OF(HEAD ALL),
    TEXT_OF(HEAD ALL "end"),
    TEXT_OF(HEAD ALL "end "),
    TEXT_OF(HEAD ALL "end \n"),
    TEXT_OF(HEAD ALL "End\n"),
    TEXT_OF(HEAD ALL END END),
    TEXT_OF(HEAD ALL END "\n"),
    TEXT_OF(HEAD ALL END "ntp_received 1\n"),
    TEXT_OF(HEAD END ALL),
};

START_TEST(starts_over_from_corrupt_text)
{
    put(corrupt[_i].text, corrupt[_i].length);
    assert_starts_over(HISTORY_CORRUPT);
}
END_TEST

/* What somebody else has written: it may be a mistyped path. */
static const struct {
    const char *text;
    size_t length;
} foreign_texts[] = {
    TEXT_OF("my precious file\n"),
    TEXT_OF("             -10.104238             0.012345\n"), /* a drift file */
    TEXT_OF("1 SHA256 HEX:0123456789abcdef0123456789abcdef\n"),
    TEXT_OF("c\n"),
    TEXT_OF("chrony-checks\n"),
    TEXT_OF("\n"),
    TEXT_OF("\n\n\n\n\n\n\n"),
    TEXT_OF("garbage"),
    TEXT_OF("garbage\n"),
    TEXT_OF("\xff\xfe\x80\x01\n"),
    TEXT_OF("\0"),
    TEXT_OF("\0" HEAD ALL END),
    TEXT_OF(PLACE BOOT TIME ALL END),
    TEXT_OF("chrony-checks history\n" PLACE BOOT TIME END),
    TEXT_OF("chrony-checks histories 1\n" PLACE BOOT TIME END),
    TEXT_OF(" " HEAD END),
    TEXT_OF("Chrony-checks history 1\n" PLACE BOOT TIME END),
    TEXT_OF("\n" HEAD END),
};

START_TEST(keeps_what_is_no_history)
{
    char text[TEXT] = "";
    int descriptor;

    put(foreign_texts[_i].text, foreign_texts[_i].length);
    ck_assert_int_eq(exchange(), HISTORY_NO_HISTORY);
    ck_assert(!recalls);
    ck_assert_uint_eq(count_files(), 1);
    descriptor = open(path, O_RDONLY);
    ck_assert_int_eq(read(descriptor, text, sizeof text),
                     (ssize_t)foreign_texts[_i].length);
    ck_assert_mem_eq(text, foreign_texts[_i].text, foreign_texts[_i].length);
    close(descriptor);
}
END_TEST

/* The first five counts every chronyd tells; a file without one of them was not written
 * by us. */
START_TEST(starts_over_without_a_count)
{
    const char *line = whole + strlen(HEAD);
    char text[sizeof whole];
    size_t skipped = 0;

    for (; strcmp(line, END) != 0; skipped++) {
        const char *next = strchr(line, '\n') + 1;
        const int length =
            snprintf(text, sizeof text, "%.*s%s", (int)(line - whole), whole, next);

        put(text, (size_t)length);
        ck_assert_msg(exchange() == (skipped < 5 ? HISTORY_CORRUPT : HISTORY_OK),
                      "without line %zu", skipped);
        line = next;
    }
    ck_assert_uint_eq(skipped, COUNT(counts));
}
END_TEST

/* Wherever it was cut off. */
START_TEST(starts_over_from_a_part)
{
    for (size_t length = 0; length < strlen(whole); length++) {
        put(whole, length);
        ck_assert_msg(exchange() == HISTORY_CORRUPT, "cut off after %zu bytes", length);
    }
    assert_file(whole);
}
END_TEST

/* All right but for its length: the longest that is read, and longer ones. */
static const struct {
    size_t length;
    enum history_error error;
} long_texts[] = {
    {2047, HISTORY_OK},
    {2048, HISTORY_CORRUPT},
    {2049, HISTORY_CORRUPT},
    {1 << 20, HISTORY_CORRUPT},
};

/* A number of 1 to 14 digits fills what the lines before it leave. */
static void write_long_text(char *text, size_t length)
{
    static const char head[] = HEAD FIVE, filler[] = "log_dropped 1\n";
    const size_t tail = strlen("log_dropped \n" END);
    size_t at = strlen(head);

    memcpy(text, head, at);
    for (; length - at > tail + strlen(filler); at += strlen(filler))
        memcpy(text + at, filler, strlen(filler));
    ck_assert_uint_eq(at + (size_t)snprintf(text + at, length + 1 - at,
                                            "log_dropped %0*d\n" END,
                                            (int)(length - at - tail), 1),
                      length);
}

START_TEST(starts_over_from_long_text)
{
    static char text[(1 << 20) + 1];

    write_long_text(text, long_texts[_i].length);
    put(text, long_texts[_i].length);
    assert_starts_over(long_texts[_i].error);
}
END_TEST

/* Any byte in place of another: it may still be a number, or another place; but not in
 * the first words. */
START_TEST(survives_every_changed_byte)
{
    static const char strangers[] = {'\0', '\n', ' ', '0', '9', 'e', '\x80', '\xff'};
    char text[sizeof whole];

    for (size_t i = 0; i < strlen(whole); i++)
        for (int s = 0; s < COUNT(strangers); s++) {
            memcpy(text, whole, sizeof text);
            text[i] = strangers[s];
            put(text, strlen(whole));
            if (i < strlen("chrony-checks history ") && text[i] != whole[i]) {
                ck_assert_int_eq(exchange(), HISTORY_NO_HISTORY);
            } else {
                ck_assert_int_lt(exchange(), HISTORY_NOT_OURS);
                assert_file(whole);
            }
        }
}
END_TEST

static const char *const releases[] = {
    "chrony-checks history 2\n",
    "chrony-checks history 2\n" PLACE BOOT TIME ALL END,
    "chrony-checks history 0\n" PLACE BOOT TIME ALL END,
    "chrony-checks history 10\nanything",
    "chrony-checks history \n",
};

START_TEST(starts_over_from_another_release)
{
    put(releases[_i], strlen(releases[_i]));
    assert_starts_over(HISTORY_OTHER_RELEASE);
}
END_TEST

/* --- the file --- */

static const mode_t masks[] = {0, 022, 077};

START_TEST(is_ours_alone)
{
    struct stat status;

    umask(masks[_i]);
    exchange();
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert_uint_eq(status.st_mode, S_IFREG | 0600);
    ck_assert_uint_eq(status.st_uid, geteuid());
    ck_assert_uint_eq(count_files(), 1);
}
END_TEST

/* Who has the old file open goes on reading it, whole. */
START_TEST(is_replaced_as_a_whole)
{
    char text[TEXT] = "";
    struct stat old, new;
    int descriptor;

    put_whole();
    descriptor = open(path, O_RDONLY);
    now.time += 1;
    ck_assert_int_eq(exchange(), HISTORY_OK);
    ck_assert_int_eq(fstat(descriptor, &old), 0);
    ck_assert_int_eq(stat(path, &new), 0);
    ck_assert_uint_ne(old.st_ino, new.st_ino);
    ck_assert_uint_eq(old.st_nlink, 0);
    ck_assert_int_eq(read(descriptor, text, sizeof text - 1), (ssize_t)strlen(whole));
    ck_assert_str_eq(text, whole);
    ck_assert_uint_eq(count_files(), 1);
    close(descriptor);
}
END_TEST

/* Modes that let nobody else in are ours to choose. */
static const mode_t closed_modes[] = {0600, 0400, 0700};

START_TEST(is_read_with_any_closed_mode)
{
    put_whole();
    ck_assert_int_eq(chmod(path, closed_modes[_i]), 0);
    ck_assert_int_eq(exchange(), HISTORY_OK);
}
END_TEST

static const mode_t open_modes[] = {0640, 0620, 0610, 0604, 0602, 0601, 0644, 0666};

START_TEST(refuses_what_is_open_to_others)
{
    struct stat before, after;

    put_whole();
    ck_assert_int_eq(chmod(path, open_modes[_i]), 0);
    ck_assert_int_eq(stat(path, &before), 0);
    now.time += 1;
    ck_assert_int_eq(exchange(), HISTORY_OPEN_TO_OTHERS);
    ck_assert_int_eq(stat(path, &after), 0);
    ck_assert_uint_eq(after.st_ino, before.st_ino);
    ck_assert_uint_eq(after.st_mode, S_IFREG | open_modes[_i]);
    assert_file(whole);
    ck_assert_uint_eq(count_files(), 1);
}
END_TEST

/* Things that are not a plain file: what is at the path must stay as it is. */

static void link_to_our_file(void)
{
    char target[128];

    put_whole();
    snprintf(target, sizeof target, "%s/target", directory);
    ck_assert_int_eq(rename(path, target), 0);
    ck_assert_int_eq(symlink(target, path), 0);
}

static void link_to_nothing(void)
{
    ck_assert_int_eq(symlink("nothing", path), 0);
}

static void link_to_itself(void)
{
    ck_assert_int_eq(symlink("state", path), 0);
}

static void fifo(void)
{
    ck_assert_int_eq(mkfifo(path, 0600), 0);
}

static void plain_directory(void)
{
    ck_assert_int_eq(mkdir(path, 0700), 0);
}

static void unix_socket(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int descriptor = socket(AF_UNIX, SOCK_STREAM, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%s/state", directory);
    ck_assert_int_eq(bind(descriptor, (struct sockaddr *)&address, sizeof address), 0);
    close(descriptor);
}

static void (*const strangers[])(void) = {link_to_our_file, link_to_nothing,
                                          link_to_itself,   fifo,
                                          plain_directory,  unix_socket};

START_TEST(refuses_what_is_not_ours)
{
    struct stat before, after;
    unsigned files;

    strangers[_i]();
    files = count_files();
    ck_assert_int_eq(lstat(path, &before), 0);
    alarm(5); /* a FIFO that blocks would end the test so */
    ck_assert_int_eq(exchange(), HISTORY_NOT_OURS);
    alarm(0);
    ck_assert_int_eq(lstat(path, &after), 0);
    ck_assert_uint_eq(after.st_ino, before.st_ino);
    ck_assert_uint_eq(after.st_mode, before.st_mode);
    ck_assert_int_eq(after.st_mtim.tv_nsec, before.st_mtim.tv_nsec);
    ck_assert_uint_eq(count_files(), files);
}
END_TEST

START_TEST(writes_through_no_link)
{
    link_to_our_file();
    now.time += 1;
    exchange();
    assert_file(whole);
}
END_TEST

/* --- rights: in a child, since what is given up does not come back --- */

/* As somebody whom rights bind: instead of root, nobody. */
static enum history_error exchange_unprivileged(void)
{
    int status;
    pid_t process = fork();

    ck_assert_int_ge(process, 0);
    if (!process) {
        if (geteuid() == 0 && (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
                               setresuid(NOBODY, NOBODY, NOBODY)))
            _exit(99);
        _exit((int)exchange());
    }
    ck_assert_int_eq(waitpid(process, &status, 0), process);
    ck_assert(WIFEXITED(status));
    return (enum history_error)WEXITSTATUS(status);
}

static void give_to_the_unprivileged(const char *file)
{
    if (geteuid() == 0)
        ck_assert_int_eq(chown(file, NOBODY, NOBODY), 0);
}

/* Things of root. Where a fault would have us replace them, we may not. */
static const char *const foreign[] = {"/etc/passwd", "/dev/full", "/proc/version",
                                      "/etc"};

START_TEST(refuses_what_belongs_to_another)
{
    snprintf(path, sizeof path, "%s", foreign[_i]);
    ck_assert_int_eq(exchange_unprivileged(), HISTORY_NOT_OURS);
}
END_TEST

START_TEST(keeps_the_old_file_when_its_directory_is_closed)
{
    put_whole();
    give_to_the_unprivileged(path);
    give_to_the_unprivileged(directory);
    ck_assert_int_eq(chmod(directory, 0500), 0);
    now.time += 1;
    ck_assert_int_eq(exchange_unprivileged(), HISTORY_FORBIDDEN);
    assert_file(whole);
    ck_assert_uint_eq(count_files(), 1);
    ck_assert_int_eq(chmod(directory, 0700), 0);
    ck_assert_int_eq(exchange_unprivileged(), HISTORY_OK);
}
END_TEST

START_TEST(may_not_begin_in_a_closed_directory)
{
    give_to_the_unprivileged(directory);
    ck_assert_int_eq(chmod(directory, 0500), 0);
    ck_assert_int_eq(exchange_unprivileged(), HISTORY_FORBIDDEN);
    ck_assert_uint_eq(count_files(), 0);
    ck_assert_int_eq(chmod(directory, 0600), 0);
    ck_assert_int_eq(exchange_unprivileged(), HISTORY_FORBIDDEN);
    ck_assert_int_eq(chmod(directory, 0700), 0);
}
END_TEST

/* The directory lets us replace it: that must not be done. */
START_TEST(may_not_read_the_old_file)
{
    put_whole();
    give_to_the_unprivileged(path);
    give_to_the_unprivileged(directory);
    ck_assert_int_eq(chmod(path, 0), 0);
    now.time += 1;
    ck_assert_int_eq(exchange_unprivileged(), HISTORY_FORBIDDEN);
    ck_assert_int_eq(chmod(path, 0600), 0);
    assert_file(whole);
}
END_TEST

/* --- what fails --- */

START_TEST(misses_the_directory)
{
    snprintf(path, sizeof path, "%s/none/state", directory);
    ck_assert_int_eq(exchange(), HISTORY_FAILED);
    ck_assert_uint_eq(count_files(), 0);
}
END_TEST

START_TEST(finds_a_file_for_a_directory)
{
    const size_t length = strlen(path);

    put_whole();
    snprintf(path + length, sizeof path - length, "/state");
    ck_assert_int_eq(exchange(), HISTORY_FAILED);
    path[length] = '\0';
    assert_file(whole);
}
END_TEST

/* Bytes that the file may have: the rest finds no space. */
static const rlim_t spaces[] = {0, 1, sizeof whole - 2};

START_TEST(keeps_the_old_file_when_there_is_no_space)
{
    struct rlimit limit = {spaces[_i], RLIM_INFINITY};

    put_whole();
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ck_assert_int_eq(exchange(), HISTORY_FAILED);
    ck_assert(recalls);
    limit.rlim_cur = RLIM_INFINITY;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ck_assert_uint_eq(count_files(), 1);
    assert_file(whole);
}
END_TEST

/* The name of the file beside it is 7 characters longer: both must have room. */
static const struct {
    size_t length;
    bool is_name; /* of the last component, at most 255; otherwise of the path, 4095 */
    enum history_error error;
} lengths[] = {
    {248, true, HISTORY_NONE},     {249, true, HISTORY_FAILED},
    {255, true, HISTORY_FAILED},   {256, true, HISTORY_FAILED},
    {4088, false, HISTORY_NONE},   {4089, false, HISTORY_FAILED},
    {4095, false, HISTORY_FAILED}, {4096, false, HISTORY_FAILED},
};

START_TEST(knows_how_long_a_path_may_be)
{
    const size_t first = strlen(directory) + 1;
    const size_t name = lengths[_i].is_name ? lengths[_i].length : 1;
    const size_t length = lengths[_i].is_name ? first + name : lengths[_i].length;

    memset(path + first, '/', length - first);
    memset(path + length - name, 's', name);
    path[length] = '\0';
    ck_assert_int_eq(exchange(), lengths[_i].error);
    ck_assert_uint_eq(count_files(), lengths[_i].error == HISTORY_NONE);
}
END_TEST

/* --- others at the same time --- */

enum { RIVALS = 4, EXCHANGES = 200, KILLED = 250 };

static void be_a_rival(void)
{
    for (int i = 0; i < EXCHANGES; i++) {
        now.server_stats.ntp_received = i;
        switch ((int)exchange()) {
        case HISTORY_OK:
        case HISTORY_RESTARTED:
            break;
        default:
            _exit(1);
        }
    }
    _exit(0);
}

START_TEST(is_whole_at_any_time)
{
    int status;

    put_whole();
    for (int i = 0; i < RIVALS; i++)
        if (!fork())
            be_a_rival();
    for (int i = 0; i < RIVALS; i++) {
        ck_assert_int_gt(wait(&status), 0);
        ck_assert_int_eq(status, 0);
    }
    ck_assert_uint_eq(count_files(), 1);
}
END_TEST

/* libcheck has a handler of its own. */
static void be_ended(void)
{
    signal(SIGTERM, SIG_DFL);
    for (;;)
        exchange();
}

/* Ended at a moment that nobody chooses, it leaves no second file. */
START_TEST(leaves_nothing_when_it_is_ended)
{
    int status;

    for (int i = 0; i < KILLED; i++) {
        pid_t process = fork();

        if (!process)
            be_ended();
        while (access(path, F_OK) != 0)
            sched_yield();
        kill(process, SIGTERM);
        ck_assert_int_eq(waitpid(process, &status, 0), process);
        ck_assert_int_eq(WTERMSIG(status), SIGTERM);
        ck_assert_uint_eq(count_files(), 1);
        unlink(path);
    }
}
END_TEST

START_TEST(gives_signals_back)
{
    sigset_t before, after;

    sigprocmask(SIG_BLOCK, NULL, &before);
    exchange();
    sigprocmask(SIG_BLOCK, NULL, &after);
    for (int number = 1; number < SIGRTMAX; number++)
        ck_assert_int_eq(sigismember(&after, number), sigismember(&before, number));
}
END_TEST

/* --- the stamp --- */

static double seconds_since_boot(void)
{
    struct timespec moment;

    clock_gettime(CLOCK_BOOTTIME, &moment);
    return (double)moment.tv_sec + (double)moment.tv_nsec / 1e9;
}

START_TEST(stamps_this_moment_of_this_boot)
{
    const double before = seconds_since_boot() - 0.001; /* the rest is cut off */
    char boot[64] = "";
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "r");

    history_stamp(&now);
    ck_assert_double_ge(now.time, before);
    ck_assert_double_le(now.time, seconds_since_boot());
    ck_assert_double_eq(now.time, round(now.time * 1000) / 1000); /* as a file gives it */
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fscanf(file, "%63s", boot), 1);
    fclose(file);
    ck_assert_str_eq(now.boot, boot);
    ck_assert_str_eq(now.place, "127.0.0.1 port 323");
    ck_assert_double_eq(now.server_stats.ntp_dropped, 4101);
}
END_TEST

/* --- the snapshot --- */

static struct snapshot snapshot;

static void recall(double ntp_received)
{
    memset(&snapshot, 0, sizeof snapshot);
    snprintf(snapshot.place, sizeof snapshot.place, "/run/chrony/chronyd.sock");
    snapshot.answered = true;
    snapshot.server_stats = now.server_stats;
    snapshot.server_stats.ntp_received = ntp_received;
    snapshot_recall(&snapshot, path);
}

START_TEST(recalls_the_run_before)
{
    const double before = seconds_since_boot();
    double most;

    recall(10);
    ck_assert_int_eq(snapshot.history_error, HISTORY_NONE);
    ck_assert(!snapshot.recalls);
    do
        recall(12);
    while (snapshot.history_error == HISTORY_OTHER_RUN); /* in the same millisecond */
    most = seconds_since_boot() - before + 0.001;
    ck_assert_int_eq(snapshot.history_error, HISTORY_OK);
    ck_assert_double_gt(snapshot.interval, 0);
    ck_assert_double_le(snapshot.interval, most);
    ck_assert_double_ge(snapshot.earlier.server_stats.ntp_received, 10);
    ck_assert_str_eq(snapshot.earlier.place, "/run/chrony/chronyd.sock");
    recall(11);
    ck_assert_int_eq(snapshot.history_error, HISTORY_RESTARTED);
    ck_assert(!snapshot.recalls);
}
END_TEST

/* What is not known is not kept. */
START_TEST(recalls_nothing_without_a_report)
{
    snapshot = (struct snapshot){.server_stats_error = SESSION_OK};
    snapshot_recall(&snapshot, path);
    snapshot =
        (struct snapshot){.answered = true, .server_stats_error = SESSION_NOT_AUTHORISED};
    snapshot_recall(&snapshot, path);
    ck_assert_int_eq(snapshot.history_error, HISTORY_OK);
    ck_assert(!snapshot.recalls);
    ck_assert_uint_eq(count_files(), 0);
}
END_TEST

START_TEST(recalls_nothing_from_what_is_refused)
{
    recall(10);
    ck_assert_int_eq(chmod(path, 0666), 0);
    recall(12);
    ck_assert_int_eq(snapshot.history_error, HISTORY_OPEN_TO_OTHERS);
    ck_assert(!snapshot.recalls);
}
END_TEST

static void add_tests_of_text(TCase *tcase)
{
    add_table_test(tcase, writes_what_is_known, layouts);
    add_table_test(tcase, reads_what_it_wrote, layouts);
    tcase_add_test(tcase, keeps_the_edges_of_words);
    tcase_add_test(tcase, keeps_the_text_in_any_order_of_counts);
    tcase_add_test(tcase, subtracts_counts);
    add_table_test(tcase, does_not_subtract_the_unknown, counts);
    tcase_add_test(tcase, goes_on);
    tcase_add_test(tcase, sees_a_start_by_its_time);
    tcase_add_test(tcase, goes_on_at_the_same_moment);
    tcase_add_loop_test(tcase, goes_on_without_a_count, 5, COUNT(counts));
    add_table_test(tcase, sees_what_changed, changes);
    add_table_test(tcase, sees_each_count_go_back, counts);
    add_table_test(tcase, sees_a_part_outgrow_its_whole, parts);
    tcase_add_test(tcase, needs_the_whole_to_see_it);
    add_table_test(tcase, goes_on_over_a_wrap, wraps);
    tcase_add_test(tcase, takes_no_restart_for_a_wrap);
    add_table_test(tcase, starts_over_from_corrupt_text, corrupt);
    add_table_test(tcase, keeps_what_is_no_history, foreign_texts);
    tcase_add_test(tcase, starts_over_from_a_part);
    tcase_add_test(tcase, starts_over_without_a_count);
    add_table_test(tcase, starts_over_from_long_text, long_texts);
    tcase_add_test(tcase, survives_every_changed_byte);
    add_table_test(tcase, starts_over_from_another_release, releases);
}

static void add_tests_of_file(TCase *tcase)
{
    add_table_test(tcase, is_ours_alone, masks);
    tcase_add_test(tcase, is_replaced_as_a_whole);
    add_table_test(tcase, is_read_with_any_closed_mode, closed_modes);
    add_table_test(tcase, refuses_what_is_open_to_others, open_modes);
    add_table_test(tcase, refuses_what_is_not_ours, strangers);
    tcase_add_test(tcase, writes_through_no_link);
    add_table_test(tcase, refuses_what_belongs_to_another, foreign);
    tcase_add_test(tcase, keeps_the_old_file_when_its_directory_is_closed);
    tcase_add_test(tcase, may_not_begin_in_a_closed_directory);
    tcase_add_test(tcase, may_not_read_the_old_file);
    tcase_add_test(tcase, misses_the_directory);
    tcase_add_test(tcase, finds_a_file_for_a_directory);
    add_table_test(tcase, keeps_the_old_file_when_there_is_no_space, spaces);
    add_table_test(tcase, knows_how_long_a_path_may_be, lengths);
    tcase_add_test(tcase, is_whole_at_any_time);
    tcase_add_test(tcase, leaves_nothing_when_it_is_ended);
    tcase_add_test(tcase, gives_signals_back);
}

Suite *test_suite(void)
{
    Suite *suite = suite_create("history");
    TCase *tcase = tcase_create("history");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 30);
    add_tests_of_text(tcase);
    add_tests_of_file(tcase);
    tcase_add_test(tcase, stamps_this_moment_of_this_boot);
    tcase_add_test(tcase, recalls_the_run_before);
    tcase_add_test(tcase, recalls_nothing_without_a_report);
    tcase_add_test(tcase, recalls_nothing_from_what_is_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
