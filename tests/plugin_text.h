/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an engine accepts from a plugin: a parser of the tests' own, by the guidelines. */
#ifndef PLUGIN_TEXT_H
#define PLUGIN_TEXT_H

/* Why this is no output of a plugin that ended with the status; NULL: it is one line, and
 * perhaps tables below it, of printable ASCII, whose word is that of the status and whose
 * performance data can be read. */
const char *plugin_text_fault(const char *out, int status);

/* Nonzero when there is a line and nothing below it. */
int plugin_text_is_one_line(const char *out);

#endif
