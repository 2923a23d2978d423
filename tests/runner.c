/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "runner.h"

int main(void)
{
    return run_suite(test_suite());
}
