/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "confine.h"

#ifdef CONFINE

#include <linux/capability.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* AT_SECURE alone tells too much: a policy of SELinux may set it for any program. What is
 * inheritable may be ambient, and that is passed on by a service. */
bool confine_is_lent_rights(void)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct had[_LINUX_CAPABILITY_U32S_3] = {{0}};

    return getauxval(AT_SECURE) && getuid() && !syscall(SYS_capget, &header, had) &&
           ((had[0].permitted & ~had[0].inheritable) ||
            (had[1].permitted & ~had[1].inheritable));
}

/* libcap would be one more library to load. Nobody is asked to give up what it has not: a
 * filter of system calls may end a process for that. */
bool confine_has_rights(void)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct had[_LINUX_CAPABILITY_U32S_3] = {{0}};

    return !syscall(SYS_capget, &header, had) && (had[0].permitted || had[1].permitted);
}

void confine_rights(void)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};

    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (confine_has_rights())
        syscall(SYS_capset, &header, none);
}

void confine_resources(size_t largest_file)
{
    const struct rlimit none = {0, 0}, file = {largest_file, largest_file};
    struct stat out;

    setrlimit(RLIMIT_NPROC, &none);
    if (fstat(STDOUT_FILENO, &out) || !S_ISREG(out.st_mode))
        setrlimit(RLIMIT_FSIZE, &file);
}

#else

bool confine_is_lent_rights(void)
{
    return false;
}

bool confine_has_rights(void)
{
    return true;
}

void confine_rights(void)
{
}

void confine_resources(size_t largest_file)
{
    (void)largest_file;
}

#endif
