/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of a plugin that asks NTP servers. Part of the plugin module: only plugin.c
 * and options.c include it. */
#ifndef SERVERS_H
#define SERVERS_H

#include "options.h"

/* True when a check of this plugin asks NTP servers: its -H names those, and not the host
 * whose chronyd is asked. */
bool servers_are_asked(const struct settings *settings);

/* Judges what the options say together, and sets the host whose chronyd is asked. False
 * on a usage error: the text is one sentence. */
bool servers_settle(struct invocation *invocation, char error[static USAGE_TEXT]);

#endif
