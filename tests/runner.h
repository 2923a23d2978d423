/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the unit test programs share: a main() that writes TAP to standard output. */
#ifndef RUNNER_H
#define RUNNER_H

#include <check.h>

/* Each test program defines this one. */
Suite *test_suite(void);

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

/* Adds a test that runs once for each row of a table; in it, _i is the row. */
#define add_table_test(tcase, test, table)                                               \
    tcase_add_loop_test(tcase, test, 0, COUNT(table))

#endif
