/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a run found out, as data: reasons, measurements and tables. The state, and so the
 * exit status and the word in the text, follows from them and is kept nowhere else. */
#ifndef MONITOR_RESULT_H
#define MONITOR_RESULT_H

#include "monitor/metric.h"

/* The numbers are the exit statuses of the monitoring plugins guidelines. */
enum state {
    STATE_OK = 0,
    STATE_WARNING = 1,
    STATE_CRITICAL = 2,
    STATE_UNKNOWN = 3,
};

/* "OK", "WARNING", "CRITICAL" or "UNKNOWN". */
const char *state_name(enum state state);

/* The one that matters more: CRITICAL, WARNING, UNKNOWN, OK. A fault that was measured
 * outweighs a value that is missing. */
enum state state_worse(enum state one, enum state other);

enum {
    REASON_TEXT = 256,
    RESULT_REASONS = 48,
    RESULT_MEASUREMENTS = 48,
    RESULT_TABLES = 4,
    RESULT_COLUMNS = 24,
};

struct reason {
    enum state state;
    char text[REASON_TEXT]; /* a sentence without a full stop; may hold bytes from outside
                             */
};

struct measurement {
    const struct metric *metric;
    double value; /* in the metric's unit; finite */
    struct limits limits;
};

enum column_type {
    COLUMN_TEXT,
    COLUMN_COUNT,
    COLUMN_SECONDS,
    COLUMN_OCTAL,
};

struct column {
    const char *name; /* the first column names the row: only a terminal shows its name */
    enum column_type type;
};

struct cell {
    const char *text; /* of a COLUMN_TEXT, NULL: unknown; must outlive the result */
    double number;    /* of the others, NAN: unknown */
};

struct table {
    const char *name;
    const struct column *columns;
    size_t column_count;
    struct cell *cells; /* row after row; owned by the result */
    size_t row_count, row_limit;
    bool is_cut; /* there was no memory for a row */
};

struct result {
    const char *name; /* what was checked: "CHRONY OFFSET" */
    struct reason reasons[RESULT_REASONS];
    size_t reason_count;
    struct measurement measurements[RESULT_MEASUREMENTS];
    size_t measurement_count;
    struct table tables[RESULT_TABLES];
    size_t table_count;
    struct result_text *texts; /* owned */
    bool is_cut;               /* there was no memory for a text */
};

void result_init(struct result *result, const char *name);
void result_free(struct result *result);

/* The worst state of all reasons; UNKNOWN when there is none, so that nothing is OK by
 * silence. */
enum state result_state(const struct result *result);

/* Adds a sentence, unless the same one is there already: checks that share a fact may all
 * say it. Of too many, those that matter least are left out. */
void result_reason(struct result *result, enum state state, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds a measurement and, when a limit alerts, a reason that names both. NAN is not a
 * measurement: nothing is added. Returns the state of this value alone. */
enum state result_measure(struct result *result, const struct metric *metric,
                          double value, const struct limits *limits);

/* The two halves of it, for a number that several things have: the reason says whose it
 * is, and one value stands for all of them in the performance data. subject may be NULL.
 */
enum state result_judge(struct result *result, const char *subject,
                        const struct metric *metric, double value,
                        const struct limits *limits);
void result_record(struct result *result, const struct metric *metric, double value,
                   const struct limits *limits);

/* Adds an empty table of at most RESULT_COLUMNS columns; NULL when there is no room for
 * it. */
struct table *result_table(struct result *result, const char *name,
                           const struct column *columns, size_t column_count);

/* A text for a cell that lives as long as the result; "": there is no memory for it, and
 * the result is cut then. */
const char *result_text(struct result *result, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds a row, all cells unknown; NULL when there is no memory for it, and the table is
 * cut then. */
struct cell *table_row(struct table *table);

#endif
