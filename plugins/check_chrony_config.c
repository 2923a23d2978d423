/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "checks/checks.h"
#include "plugin.h"

const struct plugin plugin = {
    .name = "check_chrony_config",
    .checks = {&config_check},
};
