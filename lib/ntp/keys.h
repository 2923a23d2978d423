/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file of keys that chronyd reads (chrony.conf: keyfile).
 *
 * A line is an id, a type and a key: "5 SHA1 HEX:0123..."; without a type it is MD5, and
 * without HEX: or ASCII: the key is the characters themselves. A line whose first
 * character is one of !;#% is a comment. Only the key that is asked for is judged and
 * kept: chronyd, too, goes on after a line that it cannot read.
 *
 * Nothing of a key is ever in what is said of it. */
#ifndef NTP_KEYS_H
#define NTP_KEYS_H

#include "ntp/mac.h"

enum {
    KEYS_FILE_MAX = 1 << 20, /* bytes */
    KEYS_LINE_MAX = 2046,    /* characters that chronyd reads as one line */
};

enum keys_error {
    KEYS_OK,
    KEYS_ABSENT,     /* no such file */
    KEYS_FORBIDDEN,  /* this user may not read it */
    KEYS_UNREADABLE, /* the system says why, in number */
    KEYS_NO_FILE,    /* a directory, a pipe or a device */
    KEYS_TOO_LONG,   /* the file */
    KEYS_NO_KEY,     /* it has no key with that id */
    /* With a line number. */
    KEYS_TWICE,       /* another key has the same id */
    KEYS_LONG_LINE,   /* chronyd reads it as two */
    KEYS_WORDS,       /* neither an id and a key, nor an id, a type and a key */
    KEYS_TYPE,        /* its type is not known */
    KEYS_UNSUPPORTED, /* its type is chronyd's, but not ours: TIGER, WHIRLPOOL */
    KEYS_EMPTY,       /* the key has no byte */
    KEYS_HEX,         /* what follows HEX: is not pairs of hexadecimal digits */
    KEYS_LENGTH,      /* the key has not the length of its type */
};

/* What a key file was found to be. */
struct keys_report {
    enum keys_error error;
    int number;                  /* with KEYS_UNREADABLE: errno */
    unsigned line;               /* of the key, from 1; with KEYS_TWICE the second one */
    const struct key_type *type; /* with KEYS_LENGTH: the one that it has */
    unsigned exposed; /* what everybody may do with the file: permission bits, 4 read, 2
                         write; valid when it could be opened */
};

/* Finds the key with that id, which is not 0, in the text of a key file. The key is
 * filled only with KEYS_OK. */
enum keys_error keys_find(const char *text, size_t length, uint32_t id, struct key *key,
                          struct keys_report *report);

/* The same from a file. A link is followed, since configurations are often links; what is
 * not a regular file is not read. */
enum keys_error keys_read(const char *path, uint32_t id, struct key *key,
                          struct keys_report *report);

#endif
