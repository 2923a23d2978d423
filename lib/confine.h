/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a plugin gives up before it reads what others have sent. Part of the plugin
 * module.
 *
 * Where the system does not know it, or forbids it, nothing is given up: it is a second
 * wall, and a run does not fail for want of it. A build without hardening has none of it,
 * since sanitizers start a process and coverage writes files. */
#ifndef CONFINE_H
#define CONFINE_H

#include <stdbool.h>
#include <stddef.h>

/* True when this program has a capability that its file gives: not one that whoever
 * started it had to pass on. */
bool confine_is_lent_rights(void);

/* True when this process has a capability, or where that is not known. root without any
 * cannot become another user. */
bool confine_has_rights(void);

/* No program that is executed from now on has more rights than this one, and root has no
 * capability any more: only what root owns is root's. Before the first name is looked
 * up. */
void confine_rights(void);

/* No process is started any more (the kernel does not hold root to that), and no file
 * grows beyond so many bytes; standard output does where it is a file. After names were
 * looked up: modules of the C library may do these things for it. */
void confine_resources(size_t largest_file);

#endif
