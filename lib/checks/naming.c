/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "checks/naming.h"

#include <stdio.h>
#include <string.h>

enum { NAMED = 2 };

void naming_add(struct naming *naming, const char *name)
{
    size_t length = strlen(naming->text);

    if (naming->count++ < NAMED)
        snprintf(naming->text + length, NAMING_TEXT - length, "%s%.40s",
                 length ? ", " : "", name);
}

const char *naming_finish(struct naming *naming)
{
    size_t length = strlen(naming->text);

    if (naming->count > NAMED)
        snprintf(naming->text + length, NAMING_TEXT - length, " and %zu more",
                 naming->count - NAMED);
    return naming->text;
}
