/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers with a unit, read from the command line and written for people and for
 * machines.
 *
 * Nothing here depends on the locale, and no number is guessed at: what is not wholly a
 * number of the wanted unit is refused. */
#ifndef MONITOR_QUANTITY_H
#define MONITOR_QUANTITY_H

#include <stdbool.h>
#include <stddef.h>

/* What a number counts. Every number in the program is in the base unit of the row. */
enum unit {
    UNIT_COUNT,   /* things */
    UNIT_SECONDS, /* s; read with ns, us, ms, s, min, h or d */
    UNIT_PPM,     /* parts per million; read with ppm or ppb */
    UNIT_PERCENT, /* %; read with % */
    UNIT_COUNTER, /* things, counted since the daemon was started; never limited */
    UNIT_RATE,    /* things per second; read with /s */
};

enum { QUANTITY_TEXT = 48 };

/* Reads a decimal number, with an optional unit behind it, that begins at *text after
 * blanks, and moves *text behind it and the blanks that follow. At most 15 significant
 * digits, so that what is read is what was written. False, with *text unmoved, when there
 * is no such number. */
bool quantity_parse(const char **text, enum unit unit, double *value);

/* For people: about three digits, a prefix that suits the size, and the unit: "0.34 us".
 */
void quantity_text(double value, enum unit unit, char text[static QUANTITY_TEXT]);

/* For people, beside a limit: about four digits in the base unit, and the unit: "0.00657
 * s". */
void quantity_plain(double value, enum unit unit, char text[static QUANTITY_TEXT]);

/* For performance data: fixed notation, always in the base unit, without it:
 * "-0.000000340". */
void quantity_fixed(double value, enum unit unit, char text[static QUANTITY_TEXT]);

/* A limit: fixed notation, in the base unit, without it and without trailing zeros:
 * "0.01". */
void quantity_short(double value, char text[static QUANTITY_TEXT]);

/* The unit as performance data carries it: "s", "%", "c", or nothing where consumers know
 * none. */
const char *unit_symbol(enum unit unit);

/* The unit as people write it: "s", "ppm", "%", "/s" or nothing. */
const char *unit_name(enum unit unit);

/* The suffixes that quantity_parse() takes, for help texts: "ns, us, ms, s, min, h, d" or
 * "". */
const char *unit_suffixes(enum unit unit);

#endif
