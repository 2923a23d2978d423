/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The directives of chrony.conf and their options, as rows. */
#ifndef CONFIG_DIRECTIVES_H
#define CONFIG_DIRECTIVES_H

#include <stdbool.h>
#include <stddef.h>

/* A release of chrony as a number that can be compared: 40601 is 4.6.1. */
#define CONFIG_VERSION(major, minor, patch) ((major)*10000u + (minor)*100u + (patch))

/* The newest release that the rows know. */
#define CONFIG_NEWEST CONFIG_VERSION(4, 9, 0)

enum { CONFIG_VERSION_TEXT = 16 };

/* Reads "4.3" or "4.6.1", or one with a suffix such as "4.9-pre1" or "4.3-2+deb12u3".
 * False when it is neither. */
bool config_version_parse(const char *text, unsigned *version);

/* "4.6.1", or "4.3" where the third number is zero. */
void config_version_text(unsigned version, char text[static CONFIG_VERSION_TEXT]);

/* What a word must be. */
enum config_kind {
    CONFIG_END,      /* no word: the end of a list of rows */
    CONFIG_FLAG,     /* an option or choice without a value */
    CONFIG_WORD,     /* anything */
    CONFIG_WHOLE,    /* a decimal integer, and nothing else since 4.7 */
    CONFIG_INTEGER,  /* a decimal integer; what stands behind it is not looked at */
    CONFIG_UNSIGNED, /* the same without a sign */
    CONFIG_NUMBER,   /* the same with a fraction, an exponent, or as text such as nan */
    CONFIG_HEX,      /* hexadecimal, one of the choices */
    CONFIG_REFID,    /* one to four bytes */
    CONFIG_CHOICE,   /* one of the choices, in any case */
    CONFIG_EXACT,    /* the same, as it is written */
    CONFIG_ADDRESS,  /* IPv4 or IPv6, no name */
    CONFIG_SOCKET,   /* an address, or the absolute path of a Unix socket */
    CONFIG_SUBNET,   /* "all", ADDRESS[/BITS], the first numbers of an IPv4 address, or a
                        name */
};

struct config_range {
    double low, high; /* both 0: no range */
};

/* A word behind a directive, an option with its value, or a choice. */
struct config_option {
    const char *name; /* of an option or choice; of a word, what it is, for people */
    enum config_kind kind;
    struct config_range allowed; /* a number beyond it is refused */
    unsigned allowed_since;      /* the first version that refuses; 0: all */
    struct config_range useful;  /* an integer beyond it is replaced by the nearer end, or
                                    by the fallback; another number is taken as it is */
    bool resets;                 /* below the useful range the fallback counts */
    bool joined; /* a number that is read right behind the one before it, as in one line
                    of numbers, without regard to where words end */
    const struct config_option *choices; /* ended by a row without a name */
    const char *fallback; /* what counts where it is not given; NULL: nothing, or that
                             depends */
    unsigned since;       /* the first version that knows it; 0: all */
    unsigned until;       /* the first version that the next row of that name is for; 0:
                             none */
};

/* What may follow the words that must be there. */
enum config_tail {
    CONFIG_NOTHING,
    CONFIG_OPTIONS, /* options with their values, in any order */
    CONFIG_CHOICES, /* words that are each one of the options, as they are written */
    CONFIG_IDS,     /* integers */
    CONFIG_ANYTHING,
};

/* What becomes of a directive that is given more than once. */
enum config_repeat {
    CONFIG_LAST,   /* the last one counts */
    CONFIG_ADDS,   /* all count */
    CONFIG_FAMILY, /* the last one of each address family counts */
    CONFIG_MERGES, /* options that are given replace earlier ones, the rest stay */
};

enum config_status {
    CONFIG_CURRENT,
    CONFIG_OBSOLETE, /* accepted with a warning in the log, and without effect */
    CONFIG_IGNORED,  /* accepted without a word, and without effect */
    CONFIG_RENAMED,  /* another name of the directive in "instead" */
    CONFIG_NEVER,    /* looks right, and is none of chrony: it does not start */
};

/* A form of a directive. One that can have several numbers of words has several rows,
 * next to each other. */
struct config_directive {
    const char *name;
    const struct config_option *words; /* that must be there, in order; ended by one of
                                          CONFIG_END; NULL: none */
    enum config_tail tail;
    const struct config_option *options; /* ended by a row without a name */
    bool exact_case;                     /* the options are told apart by case */
    enum config_repeat repeat;
    enum config_status status;
    unsigned since;      /* the first version that knows it; 0: all since 2.0 */
    const char *instead; /* CONFIG_RENAMED: the name; CONFIG_NEVER: what to write */
};

/* All rows; the one without a name ends them. */
extern const struct config_directive config_directives[];

/* The first row of a directive, without regard to case; NULL: unknown. */
const struct config_directive *config_directive(const char *name);

/* The row of a name in a list of options or choices, for a version; NULL: unknown. */
const struct config_option *config_find_option(const struct config_option *options,
                                               const char *name, unsigned version);

/* How many words a form must have behind the directive. */
size_t config_word_count(const struct config_directive *form);

#endif
