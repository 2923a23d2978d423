/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmdmon/error.h"

const char *session_error_text(enum session_error error)
{
    switch (error) {
    case SESSION_OK:
        return "answered";
    case SESSION_TIMEOUT:
        return "no reply";
    case SESSION_REFUSED:
        return "connection refused";
    case SESSION_UNREACHABLE:
        return "cannot be reached";
    case SESSION_NO_SOCKET:
        return "no such socket";
    case SESSION_STALE:
        return "nobody listens on the socket any more";
    case SESSION_FORBIDDEN:
        return "this user may not use the socket";
    case SESSION_NOT_DATAGRAM:
        return "not a datagram socket";
    case SESSION_NO_PLACE:
        return "no file can be made beside the socket";
    case SESSION_SHARED:
        return "others may write to the directory of the socket";
    case SESSION_FAILED:
        return "this system gave no socket, memory or randomness";
    case SESSION_NOT_AUTHORISED:
        return "not authorised";
    case SESSION_NOT_SUPPORTED:
        return "chronyd is too old for it";
    case SESSION_NO_SUCH_SOURCE:
        return "no such source";
    case SESSION_NOT_ENABLED:
        return "not enabled in chrony.conf";
    case SESSION_OTHER_VERSION:
        return "another protocol version";
    case SESSION_NEWER_DAEMON:
        return "chronyd is newer than this program";
    case SESSION_IMPLAUSIBLE:
        return "implausible value";
    case SESSION_OTHER_STATUS:
        return "chronyd reports a failure";
    }
    return "unknown error";
}
