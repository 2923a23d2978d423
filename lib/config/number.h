/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers as chronyd's scanf() reads them: as much as looks like one, whatever stands
 * behind it. */
#ifndef CONFIG_NUMBER_H
#define CONFIG_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* A number that was read. */
struct config_read {
    double value; /* an integer is cut to 32 bits, as chronyd keeps it */
    bool odd;     /* nan, inf, hexadecimal, or more than 32 bits: hardly what was meant */
};

/* Each reads at *text, behind blanks, and moves *text behind what it took. False, with
 * *text unmoved, when no number begins there. */
bool number_read_integer(const char **text, struct config_read *number);
bool number_read_unsigned(const char **text, struct config_read *number);
bool number_read_hex(const char **text, uint32_t *value);
bool number_read(const char **text, struct config_read *number);

#endif
