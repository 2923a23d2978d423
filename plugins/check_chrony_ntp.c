/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "authentication.h"
#include "checks/checks.h"
#include "plugin.h"

const struct plugin plugin = {
    .name = "check_chrony_ntp",
    .checks = {&ntp_check},
    .authentication = &authentication,
};
