/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether tests/meddle.so has done what it was told is a byte, written to a pipe. */
#ifndef MEDDLE_H
#define MEDDLE_H

/* The descriptor of its end, in the plugin. */
enum { MEDDLE_DESCRIPTOR = 100 };

#endif
