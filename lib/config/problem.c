/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/config.h"

struct problem_row {
    enum config_effect effect;
    const char *text;
};

static const struct problem_row rows[] = {
    [CONFIG_UNKNOWN_DIRECTIVE] = {CONFIG_FATAL, "is no directive of chrony"},
    [CONFIG_NEVER_DIRECTIVE] = {CONFIG_FATAL,
                                "is no directive of chrony, though it looks like one"},
    [CONFIG_NEWER_DIRECTIVE] = {CONFIG_FATAL, "is a directive of a newer chrony"},
    [CONFIG_NEWER_OPTION] = {CONFIG_FATAL, "is known to a newer chrony only"},
    [CONFIG_TOO_FEW_WORDS] = {CONFIG_FATAL, "lacks a word"},
    [CONFIG_TOO_MANY_WORDS] = {CONFIG_FATAL, "has a word too many"},
    [CONFIG_TRAILING_COMMENT] =
        {CONFIG_FATAL, "has a comment behind it: comments need a line of their own"},
    [CONFIG_UNKNOWN_OPTION] = {CONFIG_FATAL, "is no option of the directive"},
    [CONFIG_NO_VALUE] = {CONFIG_FATAL, "lacks its value"},
    [CONFIG_BAD_VALUE] = {CONFIG_FATAL, "has a value that chronyd cannot read"},
    [CONFIG_OUT_OF_RANGE] = {CONFIG_FATAL, "has a number that is out of range"},
    [CONFIG_LONG_LINE] = {CONFIG_FATAL, "is a line of more than 2047 bytes"},
    [CONFIG_BYTE_ORDER_MARK] = {CONFIG_FATAL, "begins with a byte order mark"},
    [CONFIG_MISSING_FILE] = {CONFIG_FATAL, "includes a file that is not there"},
    [CONFIG_INCLUDE_LOOP] = {CONFIG_FATAL, "includes a file that includes it again"},
    [CONFIG_TOO_DEEP] = {CONFIG_FATAL, "is the eleventh level of include"},
    [CONFIG_TOO_MANY_DIRECTORIES] = {CONFIG_FATAL, "has more than ten directories"},
    [CONFIG_BAD_PREFIX] = {CONFIG_FATAL_AT_START,
                           "has a prefix that is longer than the address"},
    [CONFIG_OBSOLETE_DIRECTIVE] = {CONFIG_LOGGED, "is obsolete and has no effect"},
    [CONFIG_IGNORED_DIRECTIVE] = {CONFIG_SILENT, "is obsolete and has no effect"},
    [CONFIG_OLD_NAME] = {CONFIG_SILENT, "is an old name"},
    [CONFIG_ODD_NUMBER] = {CONFIG_SILENT,
                           "has a number that is hardly the one that was meant"},
    [CONFIG_CLAMPED] = {CONFIG_SILENT, "has a number in place of which another is used"},
    [CONFIG_COMMENT_TAKEN] = {CONFIG_SILENT,
                              "has what looks like a comment, and is taken as it is"},
    [CONFIG_EMBEDDED_NUL] = {CONFIG_SILENT, "has a NUL byte, which ends it"},
    [CONFIG_EMPTY_PATTERN] = {CONFIG_SILENT, "includes a pattern that matches no file"},
    [CONFIG_MISSING_DIRECTORY] = {CONFIG_SILENT, "names a directory that is not there"},
    [CONFIG_SKIPPED_DIRECTORIES] = {CONFIG_SILENT,
                                    "has more than ten directories, and does nothing"},
    [CONFIG_SHADOWED_FILE] = {CONFIG_SILENT,
                              "finds a file that an earlier directory replaces"},
    [CONFIG_RELATIVE_PATH] = {CONFIG_SILENT,
                              "has a path that depends on where chronyd is started"},
    [CONFIG_READS_EMPTY] = {CONFIG_SILENT, "reads a directory as an empty file"},
    [CONFIG_SKIPPED_LINE] =
        {CONFIG_SKIPPED,
         "is skipped: only good lines of server, pool and peer count here"},
    [CONFIG_UNTERMINATED_LINE] = {CONFIG_SKIPPED,
                                  "does not end with a newline, and does not count"},
    [CONFIG_NAME_LOOKED_UP] = {CONFIG_UNTOLD,
                               "has a name that chronyd looks up while it reads"},
    [CONFIG_PERHAPS_NEWER] =
        {CONFIG_UNTOLD, "is not known to this program, which is older than chronyd"},
    [CONFIG_FORBIDDEN_FILE] = {CONFIG_UNTOLD, "may not be read by this user"},
    [CONFIG_NOT_REGULAR_FILE] = {CONFIG_UNTOLD, "is no regular file, and was not opened"},
    [CONFIG_FAILED_FILE] = {CONFIG_UNTOLD, "cannot be read"},
    [CONFIG_LIMIT_REACHED] = {CONFIG_UNTOLD,
                              "is where reading ended, at a limit of this program"},
};

const char *config_problem_text(enum config_problem_kind kind)
{
    return rows[kind].text;
}

enum config_effect config_problem_effect(enum config_problem_kind kind)
{
    return rows[kind].effect;
}
