/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that is freed all at once. */
#ifndef CONFIG_MEMORY_H
#define CONFIG_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

struct config_memory;

/* A zeroed piece, kept in the list that *memory is the head of; NULL begins a list. NULL
 * when there is no memory. */
void *memory_take(struct config_memory **memory, size_t size);

/* The first length bytes of a text, with a NUL behind them. */
char *memory_text(struct config_memory **memory, const char *text, size_t length);

void memory_free(struct config_memory *memory);

/* Makes room for one more behind count elements of an array that is freed by itself.
 * False, with the array as it was, when there is no memory. */
bool memory_grow(void **array, size_t count, size_t size);

#endif
