/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ntp/authenticator.h"

const char *authentication_error_text(enum authentication_error error)
{
    switch (error) {
    case AUTHENTICATION_OK:
        return "authentic";
    case AUTHENTICATION_MALFORMED:
        return "what follows its header is neither extension fields nor a MAC";
    case AUTHENTICATION_MISSING:
        return "it carries no MAC";
    case AUTHENTICATION_UNWANTED:
        return "it carries a MAC that was not asked for";
    case AUTHENTICATION_NAK:
        return "a crypto-NAK";
    case AUTHENTICATION_OTHER_KEY:
        return "its MAC is of another key";
    case AUTHENTICATION_LENGTH:
        return "its MAC has the length of another type of key";
    case AUTHENTICATION_WRONG:
        return "its MAC does not verify";
    case AUTHENTICATION_NTS_UNIDENTIFIED:
        return "it carries no unique identifier";
    case AUTHENTICATION_NTS_OTHER_REQUEST:
        return "its unique identifier is not that of the request";
    case AUTHENTICATION_NTS_NAK:
        return "an NTS NAK";
    case AUTHENTICATION_NTS_MISSING:
        return "it carries no NTS authenticator";
    case AUTHENTICATION_NTS_MALFORMED:
        return "its extension fields are malformed";
    case AUTHENTICATION_NTS_WRONG:
        return "its NTS authenticator does not verify";
    case AUTHENTICATION_NTS_NO_COOKIE:
        return "it brings no new cookie";
    }
    return "unknown";
}

enum authentication_error authentication_absent(const uint8_t *bytes, size_t length)
{
    struct packet_parts parts;

    if (!packet_split(bytes, length, &parts))
        return AUTHENTICATION_MALFORMED;
    return parts.mac_length ? AUTHENTICATION_UNWANTED : AUTHENTICATION_OK;
}
