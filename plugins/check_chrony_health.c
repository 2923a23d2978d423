/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "checks/checks.h"
#include "plugin.h"

const struct plugin plugin = {
    "check_chrony_health",
    "Is this time server healthy: synchronised, close to true time, well fed?",
    {&offset_check, &sync_check, &sources_check, &stratum_check, &leap_check},
};
