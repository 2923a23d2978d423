/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct config_memory {
    struct config_memory *next;
    max_align_t piece[];
};

void *memory_take(struct config_memory **memory, size_t size)
{
    struct config_memory *taken = NULL;

    if (size < SIZE_MAX / 2)
        taken = calloc(1, sizeof *taken + size);
    if (!taken)
        return NULL;
    taken->next = *memory;
    *memory = taken;
    return taken->piece;
}

char *memory_text(struct config_memory **memory, const char *text, size_t length)
{
    char *copy = memory_take(memory, length + 1);

    if (copy)
        memcpy(copy, text, length);
    return copy;
}

void memory_free(struct config_memory *memory)
{
    while (memory) {
        struct config_memory *next = memory->next;

        free(memory);
        memory = next;
    }
}

/* Room is doubled whenever the count is a power of two, so none is kept. */
bool memory_grow(void **array, size_t count, size_t size)
{
    void *grown;

    if (count & (count - 1))
        return true;
    if (count > SIZE_MAX / 2 / size)
        return false;
    grown = realloc(*array, (count ? 2 * count : 1) * size);
    if (grown)
        *array = grown;
    return grown;
}
