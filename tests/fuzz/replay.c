/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Feeds a fuzz target without a fuzzer: each file of the directories on the command line,
 * every beginning of it, and the file with each of its bytes changed in a few ways. */
#include "fuzz.h"

#include <dirent.h>

enum { SEED_MAX = 4096 };

static unsigned long executions;

/* A copy of its own: a sanitizer sees what reads beyond it. */
static void feed(const uint8_t *bytes, size_t length)
{
    uint8_t *copy = malloc(length ? length : 1);

    if (!copy)
        abort();
    memcpy(copy, bytes, length);
    LLVMFuzzerTestOneInput(copy, length);
    free(copy);
    executions++;
}

static void feed_variants(uint8_t *bytes, size_t length)
{
    static const uint8_t flips[] = {0xff, 0x80, 0x01, 0x20};

    for (size_t i = 0; i <= length; i++)
        feed(bytes, i);
    for (size_t i = 0; i < length; i++) {
        const uint8_t byte = bytes[i];

        for (size_t flip = 0; flip < sizeof flips; flip++) {
            bytes[i] = byte ^ flips[flip];
            feed(bytes, length);
        }
        bytes[i] = (uint8_t) ~(byte & 1);
        feed(bytes, length);
        bytes[i] = byte;
    }
}

static void feed_file(const char *directory, const char *name)
{
    char path[4096];
    uint8_t bytes[SEED_MAX];
    size_t length;
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", directory, name);
    file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    feed_variants(bytes, length);
}

static int is_seed(const struct dirent *entry)
{
    return *entry->d_name != '.';
}

int main(int argc, char **argv)
{
    unsigned long seeds = 0;

    for (int i = 1; i < argc; i++) {
        struct dirent **entries;
        const int count = scandir(argv[i], &entries, is_seed, alphasort);

        for (int e = 0; e < count; e++) {
            feed_file(argv[i], entries[e]->d_name);
            free(entries[e]);
        }
        if (count >= 0)
            free(entries);
        seeds += count > 0 ? (unsigned long)count : 0;
    }
    printf("%lu seeds, %lu executions\n", seeds, executions);
    return seeds ? EXIT_SUCCESS : EXIT_FAILURE;
}
