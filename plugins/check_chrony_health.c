/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "checks/checks.h"
#include "plugin.h"

const struct plugin plugin = {
    .name = "check_chrony_health",
    .question =
        "Is this time server healthy: synchronised, close to true time, well fed?",
    .checks = {&offset_check, &sync_check, &sources_check, &stratum_check, &leap_check},
};
