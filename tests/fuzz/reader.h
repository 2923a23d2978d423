/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads what the plugins write as strictly as the strictest of their readers. Written
 * from docs/FORMATS and the plugin guidelines, not from the code that writes. */
#ifndef READER_H
#define READER_H

#include <stdbool.h>

/* A line of Nagios and lines of text below it: printable ASCII, one pipe and performance
 * data behind it or neither, in the first line. */
bool reads_as_nagios(const char *text);

/* The same on a terminal that shows colours. */
bool reads_as_coloured(const char *text);

/* One JSON object in one line. */
bool reads_as_json(const char *text);

/* Prometheus' text exposition format; no series twice. */
bool reads_as_prometheus(const char *text);

/* One line with its priority. */
bool reads_as_journal(const char *text);

#endif
