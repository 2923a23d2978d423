/* SPDX-License-Identifier: GPL-2.0-or-later */
/* make_certificates DIRECTORY: those of tests/certificates.h, each with its key, and
 * ca.pem, which has signed most of them. */
#include "certificates.h"

#include <stdio.h>
#include <sys/stat.h>

static const char *const names[] = {
    [CERTIFICATE_GOOD] = "good",       [CERTIFICATE_EXPIRED] = "expired",
    [CERTIFICATE_NOT_YET] = "not-yet", [CERTIFICATE_STRANGE] = "strange",
    [CERTIFICATE_SHORT] = "short",     [CERTIFICATE_UNTRUSTED] = "untrusted",
};

int main(int argc, char **argv)
{
    char path[512], key[512];

    if (argc != 2) {
        fprintf(stderr, "usage: make_certificates DIRECTORY\n");
        return 2;
    }
    umask(027);
    snprintf(path, sizeof path, "%s/ca.pem", argv[1]);
    certificate_make_ca(path);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s.pem", argv[1], names[i]);
        snprintf(key, sizeof key, "%s/%s.key", argv[1], names[i]);
        certificate_write((enum certificate)i, path, key);
    }
    return 0;
}
