#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Source: the audit's script as written. Nothing below this comment is changed:
# audit_env.sh, which bash reads first where BASH_ENV names it, points its chronyc at the
# lab's chronyd.
# NTP Health Check

OFFSET_THRESHOLD_MS=10
MIN_SOURCES=3

# Check service
if ! systemctl is-active --quiet chronyd; then
    echo "CRITICAL: chronyd not running"
    exit 2
fi

# Check offset
offset=$(chronyc tracking | awk '/System time/{print $4}')
offset_ms=$(echo "$offset * 1000" | bc | cut -d. -f1)
offset_ms=${offset_ms#-}

if [ "$offset_ms" -gt "$OFFSET_THRESHOLD_MS" ]; then
    echo "WARNING: Offset ${offset}s exceeds ${OFFSET_THRESHOLD_MS}ms"
    exit 1
fi

# Check sources
sources=$(chronyc sources | grep -c "^\^[*+]")
if [ "$sources" -lt "$MIN_SOURCES" ]; then
    echo "WARNING: Only $sources good sources (need $MIN_SOURCES)"
    exit 1
fi

echo "OK: offset=${offset}s, sources=$sources"
exit 0
