/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the fuzz targets share. A target is this one function: libFuzzer, AFL++ and
 * replay.c all call it, with inputs that they own and that nothing follows in memory. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* A promise that is broken ends the process: fuzzers take that for a crash. */
#define must(promise) ((promise) ? (void)0 : fuzz_broken(#promise, __FILE__, __LINE__))

static inline _Noreturn void fuzz_broken(const char *promise, const char *file, int line)
{
    fprintf(stderr, "%s:%d: not so: %s\n", file, line, promise);
    abort();
}

/* An input as a source of values. Behind its end everything is 0. */
struct input {
    const uint8_t *bytes;
    size_t left;
};

static inline uint8_t take_byte(struct input *input)
{
    if (!input->left)
        return 0;
    input->left--;
    return *input->bytes++;
}

static inline uint64_t take_number(struct input *input, unsigned size)
{
    uint64_t number = 0;

    while (size--)
        number = number << 8 | take_byte(input);
    return number;
}

/* Any double at all. */
static inline double take_double(struct input *input)
{
    const uint64_t number = take_number(input, 8);
    double value;

    memcpy(&value, &number, sizeof value);
    return value;
}

/* A byte that says how many follow, at most size - 1; ends early at a NUL. */
static inline const char *take_text(struct input *input, char *text, size_t size)
{
    size_t length = take_byte(input), i;

    for (i = 0; i < length && i < size - 1 && input->left; i++)
        text[i] = (char)take_byte(input);
    text[i] = '\0';
    return text;
}

#endif
