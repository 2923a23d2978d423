/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the unit test programs share: a main() that writes TAP to standard output. */
#ifndef RUNNER_H
#define RUNNER_H

#include <check.h>

/* Each test program defines this one. */
Suite *test_suite(void);

/* Runs it, with TAP on standard output; returns the status of the program. */
int run_suite(Suite *suite);

/* Ends a test that this machine cannot have, for a reason that is written as in printf().
 * Its teardown is not run. libcheck knows no such end; run_suite() makes it one of TAP.
 */
#define LEFT_OUT       "# SKIP "
#define leave_out(...) ck_abort_msg(LEFT_OUT __VA_ARGS__)

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

/* Adds a test that runs once for each row of a table; in it, _i is the row. */
#define add_table_test(tcase, test, table)                                               \
    tcase_add_loop_test(tcase, test, 0, COUNT(table))

#endif
