/* SPDX-License-Identifier: GPL-2.0-or-later */
/* chrony.conf as chronyd reads it: which lines count, in which order, and what is wrong
 * with them.
 *
 * Reading opens regular files and directories and nothing else: no name is looked up,
 * nothing is executed, and no file can block it. Everything is bounded by struct
 * config_limits. How chronyd reads was learned from its manual and by running
 * "chronyd -p" of 4.0 to 4.9. */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include "config/directives.h"

#include <stdint.h>
#include <sys/types.h>

/* --- what was read --- */

/* A file or directory that was read, or should have been. */
struct config_file {
    const char *path;  /* as it was opened; foreign bytes: sanitise before printing */
    bool is_directory; /* of confdir or sourcedir */
    bool is_sources;   /* found by sourcedir: only server, pool and peer count */
    bool is_read;      /* it was opened: the members below are known */
    mode_t mode;
    uid_t owner;
    gid_t group;
    bool has_effect; /* of a line at least; else it is perhaps another kind of file */
    dev_t device;
    ino_t inode;
    size_t lines;                          /* that were read, with comments */
    const struct config_file *included_by; /* NULL: the main file */
    size_t included_at;                    /* its line there */
};

/* A word or an option of a line, as chronyd understands it. */
struct config_value {
    const struct config_option *option; /* its row */
    const char *text; /* as written; "" for an option without a value; foreign bytes */
    double number;    /* the one that chronyd goes by; NAN: it is no number */
};

/* A line that is a directive, known or not; comments and empty lines are none. */
struct config_line {
    const struct config_file *file;
    size_t number;                            /* from 1 */
    const struct config_directive *directive; /* the form of it; NULL: unknown */
    const char *const *words; /* words[0] is the directive as written; NULL ends them;
                                 foreign bytes */
    size_t word_count;
    const struct config_value *values; /* first those of the form's words, in order, then
                                          the others; as far as they could be read */
    size_t value_count;
    bool is_valid; /* chronyd of the wanted version takes the line */
    bool counts;   /* it has an effect, or will have one when its mistake is mended;
                      false: unknown, obsolete, or skipped in a .sources file */
};

/* Something that chronyd, or this reader, does not like. */
enum config_problem_kind {
    /* chronyd does not start. */
    CONFIG_UNKNOWN_DIRECTIVE,
    CONFIG_NEVER_DIRECTIVE, /* a look-alike: "instead" of its row says what to write */
    CONFIG_NEWER_DIRECTIVE, /* than the wanted version */
    CONFIG_NEWER_OPTION,    /* the same of an option, or of a value of one */
    CONFIG_TOO_FEW_WORDS,
    CONFIG_TOO_MANY_WORDS,
    CONFIG_TRAILING_COMMENT, /* a comment behind a directive */
    CONFIG_UNKNOWN_OPTION,
    CONFIG_NO_VALUE,     /* of an option */
    CONFIG_BAD_VALUE,    /* it is not of the kind that the directive or option takes */
    CONFIG_OUT_OF_RANGE, /* most numbers are refused since chrony 4.7 */
    CONFIG_LONG_LINE,    /* 2047 bytes at most, also of a comment */
    CONFIG_BYTE_ORDER_MARK,
    CONFIG_MISSING_FILE,         /* of include */
    CONFIG_INCLUDE_LOOP,         /* a file includes itself, at last */
    CONFIG_TOO_DEEP,             /* ten levels of include and confdir at most */
    CONFIG_TOO_MANY_DIRECTORIES, /* confdir takes ten at most */

    /* chronyd reads it, and ends itself right after that. */
    CONFIG_BAD_PREFIX, /* allow ADDRESS/33 */

    /* chronyd starts, with a warning in its log. */
    CONFIG_OBSOLETE_DIRECTIVE,

    /* chronyd says nothing, and does what was hardly meant. */
    CONFIG_IGNORED_DIRECTIVE, /* dumponexit */
    CONFIG_OLD_NAME,          /* "instead" of its row is the new one */
    CONFIG_ODD_NUMBER,    /* nan, inf, hexadecimal, a sign or size without sense, or text
                             behind it */
    CONFIG_CLAMPED,       /* another number is used in place of it */
    CONFIG_COMMENT_TAKEN, /* a word that begins like a comment counts as a word */
    CONFIG_EMBEDDED_NUL,  /* the rest of the line does not count */
    CONFIG_EMPTY_PATTERN, /* an include that matches no file */
    CONFIG_MISSING_DIRECTORY,   /* of confdir or sourcedir */
    CONFIG_SKIPPED_DIRECTORIES, /* a sourcedir with more than ten does nothing */
    CONFIG_SHADOWED_FILE, /* one of that name in an earlier directory is read in place */
    CONFIG_RELATIVE_PATH, /* depends on the directory that chronyd is started in */
    CONFIG_READS_EMPTY,   /* a directory where a file is expected */

    /* In a .sources file, where chronyd says nothing either. */
    CONFIG_SKIPPED_LINE,      /* no server, pool or peer, or a bad one */
    CONFIG_UNTERMINATED_LINE, /* it, and all behind it, do not count */

    /* Cannot be told from here. */
    CONFIG_NAME_LOOKED_UP,   /* allow NAME: chronyd asks the DNS while it reads */
    CONFIG_PERHAPS_NEWER,    /* unknown, and chronyd is newer than this program */
    CONFIG_FORBIDDEN_FILE,   /* we may not read it; chronyd may */
    CONFIG_NOT_REGULAR_FILE, /* a FIFO, socket or device: it was not opened */
    CONFIG_FAILED_FILE,      /* an error of the system */
    CONFIG_LIMIT_REACHED,    /* of struct config_limits: the rest was not read */
};

/* What a problem does to chronyd. */
enum config_effect {
    CONFIG_FATAL,          /* it refuses the file, as chronyd -p does */
    CONFIG_FATAL_AT_START, /* chronyd -p takes the file, and chronyd does not */
    CONFIG_LOGGED,
    CONFIG_SILENT,
    CONFIG_SKIPPED, /* the line of a .sources file does not count */
    CONFIG_UNTOLD,  /* not known from here */
};

struct config_problem {
    enum config_problem_kind kind;
    const struct config_file *file;
    size_t line;                              /* from 1; 0: the file as a whole */
    const struct config_directive *directive; /* of the line; NULL: unknown or none */
    const char *word; /* which option, value or directive; a name from the tables, or
                         letters that can hardly be a secret, in a file that has an
                         effect; NULL: better not shown */
    const char *path; /* which file or directory, where it is another than file; foreign
                         bytes; NULL: none */
    unsigned since;   /* CONFIG_NEWER_...: the first version that knows it; else 0 */
    double number;    /* CONFIG_CLAMPED: the one that is used; else NAN */
};

/* What is wrong, without a subject, as in "is no directive of chrony". */
const char *config_problem_text(enum config_problem_kind kind);

enum config_effect config_problem_effect(enum config_problem_kind kind);

/* --- reading --- */

/* Of all files of one configuration together. */
struct config_limits {
    size_t files; /* that are opened, with directories */
    size_t lines; /* with comments */
    size_t bytes;
};

extern const struct config_limits config_default_limits;

/* All that it points to is owned by it. Zeroed memory is an empty one. */
struct config {
    unsigned version;                 /* of the chronyd that reads it */
    const struct config_file **files; /* in reading order, the main file first */
    size_t file_count;
    struct config_line *lines; /* in the order in which chronyd takes them */
    size_t line_count;
    struct config_problem *problems; /* in reading order */
    size_t problem_count;
    size_t lines_read; /* of all files, with comments */
    bool is_whole;     /* all that chronyd would read was read */
    struct config_memory *memory;
};

enum config_error {
    CONFIG_OK,          /* the main file was read; problems may have been found */
    CONFIG_NO_FILE,     /* it is not there */
    CONFIG_NO_ACCESS,   /* we may not read it */
    CONFIG_NOT_REGULAR, /* it is a directory, FIFO, device or socket */
    CONFIG_FAILED,      /* another error of the system, or no memory */
};

/* Reads a file and all that it includes; relative paths begin at our own directory. The
 * version is that of the chronyd that will read it, or CONFIG_NEWEST. limits is NULL for
 * the default ones. On an error there are no lines. config_free() is due in any case. */
enum config_error config_read(struct config *config, const char *path, unsigned version,
                              const struct config_limits *limits);

void config_free(struct config *config);

/* False when "chronyd -p" refuses it, as far as can be told. */
bool config_is_accepted(const struct config *config);

/* --- what it says --- */

/* The next line of a directive behind another line, NULL for the first, in the order in
 * which they count; those of an old name are among them. Lines that do not count are left
 * out, lines with a mistake are not. NULL: there is none. */
const struct config_line *config_next(const struct config *config,
                                      const struct config_line *previous,
                                      const char *directive);

/* The last line of a directive: the one that counts, if it is given once. NULL: none. */
const struct config_line *config_last(const struct config *config, const char *directive);

/* The first word behind the directive on its last line; else the default of chronyd; NULL
 * when there is neither. */
const char *config_text(const struct config *config, const char *directive);

/* The first word as the number that chronyd goes by, or its default; NAN when there is
 * neither. */
double config_number(const struct config *config, const char *directive);

/* A word of a line, 1 for the first behind the directive, as the number that chronyd goes
 * by: of makestep, maxchange, ... NAN: there is none. */
double config_word_number(const struct config_line *line, size_t word);

/* The value of an option or choice on a line: "distance" of local, "tracking" of log. The
 * last one counts. "" where it takes no value; NULL: it is not given. */
const char *config_option(const struct config_line *line, const char *option);

/* The same as a number. Where it is not given the default of chronyd, or NAN. */
double config_option_number(const struct config_line *line, const char *option);

/* The same for a directive whose lines add up, such as ratelimit or log: the last value
 * on any of its lines. */
const char *config_merged_option(const struct config *config, const char *directive,
                                 const char *option);
double config_merged_number(const struct config *config, const char *directive,
                            const char *option);

/* The address that counts of bindaddress, bindacqaddress or bindcmdaddress, which are
 * given once for each family: AF_INET, AF_INET6, or AF_UNIX for a path. NULL: none. */
const char *config_address(const struct config *config, const char *directive,
                           int family);

/* --- sources --- */

enum config_source_kind {
    CONFIG_SERVER,
    CONFIG_POOL,
    CONFIG_PEER,
    CONFIG_REFCLOCK,
};

/* A line of server, pool, peer or refclock, with chronyd's defaults where an option is
 * not given. All others are had by config_option() of its line. */
struct config_source {
    const struct config_line *line;
    enum config_source_kind kind;
    const char *name;     /* as written; of a refclock its driver; foreign bytes */
    int minpoll, maxpoll; /* powers of two in s, after clamping; of a refclock both are
                             its poll */
    int maxsources;       /* of a pool; else 1 */
    uint32_t key;         /* 0: none */
    int port;             /* of NTP */
    int version;          /* of NTP; 0: not given */
    bool nts, iburst, burst, prefer, trust, require, noselect, offline, auto_offline;
    bool xleave, copy, ipv4, ipv6, tai, pps, local;
};

/* Fills in the next source behind source->line, or the first one where that is NULL.
 * False at the end. */
bool config_next_source(const struct config *config, struct config_source *source);

/* --- who may ask --- */

enum config_service {
    CONFIG_NTP,     /* allow and deny */
    CONFIG_COMMAND, /* cmdallow and cmddeny; loopback addresses are always allowed */
};

/* What an address or a subnet of allow, or of its kin, says by itself. */
struct config_subnet {
    int family;       /* AF_INET, AF_INET6; AF_UNSPEC: of both, or a name */
    bool is_loopback; /* it is all within this machine */
};

struct config_subnet config_subnet(const char *text);

/* What the lines of a service come to for one family. */
struct config_access {
    bool any;   /* at least one address is allowed; lines about loopback do not count */
    bool all;   /* all are that the Internet has, but for those that a longer prefix
                   denies */
    int widest; /* bits of the shortest prefix that allows something; -1: none */
    const struct config_line *line; /* that allows it; NULL: none */
    bool has_names; /* one is allowed by name: its address is not known, nor counted */
};

/* Fills in the access of AF_INET or AF_INET6. False when there is no memory. */
bool config_access(const struct config *config, enum config_service service, int family,
                   struct config_access *access);

/* True when an address, IPv4 or IPv6, is allowed. */
bool config_allows(const struct config *config, enum config_service service,
                   const char *address);

#endif
