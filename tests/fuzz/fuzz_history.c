/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file that the run before may have left. What is read of it is written, and read
 * again, as the same; and the file is replaced whatever was in it behind its first words.
 * What begins otherwise is kept, byte for byte. */
#include "fuzz.h"

#include "history.h"

#include <fcntl.h>
#include <math.h>
#include <unistd.h>

/* Beyond this, not every whole number is a double. */
static const double exact = 0x1p53;

static char path[128];

static void choose_path(void)
{
    if (*path)
        return;
    snprintf(path, sizeof path, "%s/fuzz_history.%ld",
             access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm", (long)getpid());
}

static void write_file(const uint8_t *bytes, size_t length)
{
    const int descriptor =
        open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);

    must(descriptor >= 0);
    must(write(descriptor, bytes, length) == (ssize_t)length);
    close(descriptor);
}

static struct history a_run(void)
{
    struct history now = {.place = "127.0.0.1 port 323", .boot = "b", .time = 1e15};
    struct server_stats *stats = &now.server_stats;

    *stats = (struct server_stats){.ntp_received = 0x1p53};
    stats->nts_ke_accepted = stats->hardware_transmit_stamped = NAN;
    return now;
}

#define COUNT(member) offsetof(struct server_stats, member)

static const size_t counts[] = {
    COUNT(ntp_received),
    COUNT(ntp_dropped),
    COUNT(command_received),
    COUNT(command_dropped),
    COUNT(log_dropped),
    COUNT(nts_ke_accepted),
    COUNT(nts_ke_dropped),
    COUNT(ntp_authenticated),
    COUNT(ntp_interleaved),
    COUNT(daemon_receive_stamped),
    COUNT(daemon_transmit_stamped),
    COUNT(kernel_receive_stamped),
    COUNT(kernel_transmit_stamped),
    COUNT(hardware_receive_stamped),
    COUNT(hardware_transmit_stamped),
};

enum { COUNTS = sizeof counts / sizeof counts[0] };

static double count_of(const struct history *run, size_t i)
{
    const void *count = (const char *)&run->server_stats + counts[i];

    return *(const double *)count;
}

/* A number that does not fit a double exactly may end as its neighbour. */
static bool is_same(double one, double other)
{
    return one == other || (isnan(one) && isnan(other)) ||
           (one > exact && fabs(one - other) <= one * 0x1p-50);
}

static bool is_same_run(const struct history *one, const struct history *other)
{
    bool same = !strcmp(one->place, other->place) && !strcmp(one->boot, other->boot) &&
                is_same(one->time * 1000, other->time * 1000);

    for (size_t i = 0; i < COUNTS; i++)
        same = same && is_same(count_of(one, i), count_of(other, i));
    return same;
}

static bool is_read(enum history_error error)
{
    switch (error) {
    case HISTORY_OK:
    case HISTORY_OTHER_PLACE:
    case HISTORY_OTHER_BOOT:
    case HISTORY_OTHER_RUN:
    case HISTORY_RESTARTED:
        return true;
    case HISTORY_NONE:
    case HISTORY_CORRUPT:
    case HISTORY_OTHER_RELEASE:
        return false;
    case HISTORY_NOT_OURS:
    case HISTORY_NO_HISTORY:
    case HISTORY_OPEN_TO_OTHERS:
    case HISTORY_FORBIDDEN:
    case HISTORY_FAILED:
        break;
    }
    fuzz_broken("the file is ours and can be written", __FILE__, __LINE__);
}

/* Twenty digits may say more than the 64 bits that chronyd counts in. */
static bool is_countable(const struct history *run)
{
    bool countable = run->time * 1000 < 0x1p64;

    for (size_t i = 0; i < COUNTS; i++)
        countable = countable && !(count_of(run, i) >= 0x1p64);
    return countable;
}

static bool exchange(const struct history *now, struct history *earlier)
{
    bool recalls;
    const enum history_error error = history_exchange(path, now, earlier, &recalls);

    must(recalls == (error == HISTORY_OK));
    return is_read(error);
}

/* Empty, cut off within the first words, or beginning with them. */
static bool begins_as_ours(const uint8_t *bytes, size_t length)
{
    static const char words[] = "chrony-checks history ";

    return !memcmp(bytes, words, length < strlen(words) ? length : strlen(words));
}

static void keep(const uint8_t *bytes, size_t length)
{
    const struct history now = a_run();
    uint8_t found[4096 + 1];
    struct history earlier;
    bool recalls;
    int descriptor;

    must(history_exchange(path, &now, &earlier, &recalls) == HISTORY_NO_HISTORY);
    must(!recalls);
    descriptor = open(path, O_RDONLY | O_CLOEXEC); /* a new file would be found so */
    must(read(descriptor, found, sizeof found) == (ssize_t)length);
    must(!memcmp(found, bytes, length));
    close(descriptor);
    unlink(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const struct history now = a_run();
    struct history earlier, found;
    bool was_read;

    if (length > 4096)
        return 0;
    choose_path();
    write_file(bytes, length);
    if (!begins_as_ours(bytes, length)) {
        keep(bytes, length);
        return 0;
    }
    was_read = exchange(&now, &earlier);
    if (was_read && !is_countable(&earlier))
        was_read = false;
    must(exchange(was_read ? &earlier : &now, &found));
    must(is_same_run(&now, &found));
    must(exchange(&now, &found));
    must(is_same_run(was_read ? &earlier : &now, &found));
    unlink(path);
    return 0;
}
