/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line for the system journal, with its priority (sd-daemon(3)). */
#include "monitor/format.h"

void render_journal(const struct result *result, const struct render_options *options,
                    FILE *out)
{
    static const int priorities[] = {
        [STATE_OK] = 6, [STATE_WARNING] = 4, [STATE_UNKNOWN] = 3, [STATE_CRITICAL] = 2};

    (void)options;
    fprintf(out, "<%d>", priorities[result_state(result)]);
    render_verdict(result, IN_LINE, out);
    putc('\n', out);
}
