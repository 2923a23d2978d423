/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Runs programs in turn, round after round, and prints what a run of each costs.

   measure --rows FILE [--rounds N] [--counted-rounds N]

   A row is a line: a name and the words of a command, separated by tabs. Every round runs
   each command once, in an order of its own, so that whatever else the machine does meets
   all of them alike. Memory and instructions are counted in rounds that are not timed.

   Prints a line a row, separated by tabs: name, last exit status, time from execve() to
   the end (us: median, least), user and system time (us: median, least), and the medians
   of memory (kB), of page faults and of instructions in user mode (0: not counted here).
   Processes that a program starts and waits for count, too; memory is that of the largest
   one.

   Exit status 1, and no line: a program does not start, or a signal ended it. */

#define _GNU_SOURCE 1

#include "../lab/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_ROWS = 64, MAX_WORDS = 32, MAX_ROUNDS = 2000, NOT_STARTED = 127 };

/* Of one run. */
struct costs {
    int64_t started_ns; /* written by the child */
    int64_t wall_us, cpu_us, memory_kb, faults, instructions;
};

struct row {
    char *name;
    char *words[MAX_WORDS + 1];
    int status;
    struct costs *runs; /* one a round */
};

/* --- rows --- */

static void read_row(struct row *row, char *line)
{
    size_t count = 0;
    char *word;

    line[strcspn(line, "\n")] = '\0';
    row->name = strsep(&line, "\t");
    while ((word = strsep(&line, "\t")) && count < MAX_WORDS)
        row->words[count++] = word;
    if (!count)
        fail("row '%s' has no command", row->name);
}

static size_t read_rows(const char *path, struct row rows[static MAX_ROWS])
{
    FILE *file = fopen(path, "r");
    size_t count = 0, size = 0;
    char *line = NULL;

    if (!file)
        fail("--rows '%s': %s", path, strerror(errno));
    for (; count < MAX_ROWS && getline(&line, &size, file) > 0; line = NULL)
        read_row(&rows[count++], line); /* which keeps the line */
    fclose(file);
    return count;
}

/* Shared pages are not copied into a child: they would count as its memory. */
static void make_room(struct row *rows, size_t count, size_t rounds)
{
    struct costs *room = mmap(NULL, (count * rounds + 1) * sizeof *room,
                              PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (room == MAP_FAILED)
        fail("no memory");
    for (size_t i = 0; i < count; i++)
        rows[i].runs = room + i * rounds;
}

/* --- time --- */

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static int64_t microseconds(struct timeval time)
{
    return time.tv_sec * INT64_C(1000000) + time.tv_usec;
}

/* --- running --- */

_Noreturn static void become(char *const *words, int64_t *started_ns)
{
    int null = open("/dev/null", O_RDWR);

    for (int fd = 0; fd <= 2; fd++)
        dup2(null, fd);
    close(null);
    *started_ns = now_ns();
    execv(words[0], words);
    _exit(NOT_STARTED);
}

static int exit_status(const struct row *row, int status)
{
    if (WIFSIGNALED(status))
        fail("signal %d ended %s", WTERMSIG(status), row->words[0]);
    if (WEXITSTATUS(status) == NOT_STARTED)
        fail("cannot run %s", row->words[0]);
    return WEXITSTATUS(status);
}

static pid_t start(char *const *words, int64_t *started_ns, bool traced)
{
    pid_t child = fork();

    if (child < 0)
        fail("cannot fork: %s", strerror(errno));
    if (child == 0) {
        if (traced)
            ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        become(words, started_ns);
    }
    return child;
}

static void run_timed(struct row *row, struct costs *costs)
{
    const pid_t child = start(row->words, &costs->started_ns, false);
    struct rusage usage;
    int status;

    while (wait4(child, &status, 0, &usage) < 0 && errno == EINTR)
        ;
    costs->wall_us = (now_ns() - costs->started_ns) / 1000;
    costs->cpu_us = microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
    costs->memory_kb = usage.ru_maxrss;
    costs->faults = usage.ru_minflt + usage.ru_majflt;
    row->status = exit_status(row, status);
}

/* Less than 0 where nothing counts. */
static int open_counter(pid_t process)
{
    struct perf_event_attr wanted = {
        .type = PERF_TYPE_HARDWARE,
        .size = sizeof wanted,
        .config = PERF_COUNT_HW_INSTRUCTIONS,
        .inherit = 1,
        .exclude_kernel = 1,
        .exclude_hv = 1,
    };

    return (int)syscall(SYS_perf_event_open, &wanted, process, -1, -1,
                        PERF_FLAG_FD_CLOEXEC);
}

static int64_t close_counter(int counter)
{
    int64_t count = 0;

    if (counter < 0 || read(counter, &count, sizeof count) != sizeof count)
        count = 0;
    close(counter);
    return count;
}

static int64_t read_mapped(pid_t process)
{
    char path[64], line[256];
    int64_t kb = 0;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%ld/smaps_rollup", (long)process);
    file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "Rss: %" SCNd64 " kB", &kb) == 1)
            break;
    if (file)
        fclose(file);
    return kb;
}

/* Stops at the first instruction, where counting begins, and at the exit, to see what is
 * mapped: newer kernels count a peak in batches of 32 pages, which hides much of a small
 * one. */
static void run_counted(const struct row *row, struct costs *costs)
{
    const pid_t child = start(row->words, &costs->started_ns, true);
    int status, counter = -1;

    while (waitpid(child, &status, 0) == child && WIFSTOPPED(status)) {
        int signal = WSTOPSIG(status);

        if (status >> 16 == PTRACE_EVENT_EXIT) {
            const int64_t mapped = read_mapped(child);

            if (mapped > costs->memory_kb)
                costs->memory_kb = mapped;
        } else if (signal == SIGTRAP) {
            counter = open_counter(child);
            ptrace(PTRACE_SETOPTIONS, child, NULL, (void *)(intptr_t)PTRACE_O_TRACEEXIT);
        }
        ptrace(PTRACE_CONT, child, NULL,
               (void *)(intptr_t)(signal == SIGTRAP ? 0 : signal));
    }
    costs->instructions = close_counter(counter);
}

/* What ran just before matters to a program: no two rounds have the same order. */
static void shuffle(size_t *order, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        const size_t other = (size_t)random() % i;
        const size_t moved = order[i - 1];

        order[i - 1] = order[other];
        order[other] = moved;
    }
}

static void run_all(struct row *rows, size_t count, size_t rounds)
{
    size_t order[MAX_ROWS];

    for (size_t i = 0; i < count; i++)
        order[i] = i;
    for (size_t round = 0; round < rounds; round++) {
        shuffle(order, count);
        for (size_t i = 0; i < count; i++)
            run_timed(&rows[order[i]], &rows[order[i]].runs[round]);
    }
}

/* --- printing --- */

static int compare_numbers(const void *one, const void *other)
{
    const int64_t *a = one, *b = other;

    return (*a > *b) - (*a < *b);
}

/* The costs at this offset in each run; the next call writes over them. */
static const int64_t *sorted(const struct row *row, size_t rounds, size_t offset)
{
    static int64_t numbers[MAX_ROUNDS];

    for (size_t round = 0; round < rounds; round++)
        memcpy(&numbers[round], (const char *)&row->runs[round] + offset,
               sizeof numbers[round]);
    qsort(numbers, rounds, sizeof *numbers, compare_numbers);
    return numbers;
}

static void print_row(const struct row *row, size_t rounds, size_t counted)
{
    const struct {
        size_t offset, rounds;
        bool with_least;
    } columns[] = {
        {offsetof(struct costs, wall_us), rounds, true},
        {offsetof(struct costs, cpu_us), rounds, true},
        {offsetof(struct costs, memory_kb), counted ? counted : rounds, false},
        {offsetof(struct costs, faults), rounds, false},
        {offsetof(struct costs, instructions), counted ? counted : rounds, false},
    };

    printf("%s\t%d", row->name, row->status);
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        const int64_t *numbers = sorted(row, columns[i].rounds, columns[i].offset);

        printf("\t%" PRId64, numbers[columns[i].rounds / 2]);
        if (columns[i].with_least)
            printf("\t%" PRId64, numbers[0]);
    }
    putchar('\n');
}

int main(int argc, char **argv)
{
    static struct row rows[MAX_ROWS];
    const char *path = "";
    int64_t rounds = 1, counted = 0;
    const struct option_row options[] = {
        {"rows", &path, NULL, 0, 0},
        {"rounds", NULL, &rounds, 1, MAX_ROUNDS},
        {"counted-rounds", NULL, &counted, 0, MAX_ROUNDS},
    };

    read_options(argc, argv, options, sizeof options / sizeof options[0]);
    if (counted > rounds)
        fail("there are fewer --rounds than --counted-rounds");
    size_t count = read_rows(path, rows);
    make_room(rows, count, (size_t)rounds);
    run_all(rows, count, (size_t)rounds);
    for (size_t round = 0; round < (size_t)counted; round++)
        for (size_t i = 0; i < count; i++)
            run_counted(&rows[i], &rows[i].runs[round]);
    for (size_t i = 0; i < count; i++)
        print_row(&rows[i], (size_t)rounds, (size_t)counted);
}
