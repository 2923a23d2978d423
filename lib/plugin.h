/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The main() that all plugins share: it is in plugin.c, and runs the one plugin that the
 * program defines. Only this module exits, knows argv and includes popt. */
#ifndef PLUGIN_H
#define PLUGIN_H

struct authentication;
struct check;

enum { PLUGIN_CHECKS = 16 };

struct plugin {
    const char *name;     /* of the program */
    const char *question; /* that it answers; NULL: that of its only check */
    const struct check *checks[PLUGIN_CHECKS];   /* ends with NULL; -w and -c are for the
                                                    first metric of the first check */
    const struct authentication *authentication; /* of NTP servers: see authentication.h;
                                                    NULL: it asks none */
};

/* Defined by the program. */
extern const struct plugin plugin;

#endif
