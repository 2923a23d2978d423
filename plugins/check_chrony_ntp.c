/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "checks/checks.h"
#include "plugin.h"

const struct plugin plugin = {"check_chrony_ntp", NULL, {&ntp_check}};
