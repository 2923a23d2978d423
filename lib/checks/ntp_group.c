/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "checks/ntp.h"

#include <math.h>

/* How far the two are apart: the offset of each is that of our one clock. */
static double apart(const struct ntp_server *one, const struct ntp_server *other)
{
    return fabs(one->answer.sample.offset - other->answer.sample.offset);
}

/* By how much that is more than both together can be off; above 0 one of them is wrong.
 */
static double beyond_bounds(const struct ntp_server *one, const struct ntp_server *other)
{
    return apart(one, other) - ntp_root_distance(one) - ntp_root_distance(other);
}

static void compare_pair(struct ntp_agreement *agreement, const struct ntp_server *one,
                         const struct ntp_server *other)
{
    const double beyond = beyond_bounds(one, other);

    if (isnan(agreement->difference) || apart(one, other) > agreement->difference)
        agreement->difference = apart(one, other);
    if (beyond <= agreement->disagreement)
        return;
    agreement->disagreement = beyond;
    agreement->first = one;
    agreement->second = other;
}

static size_t contradictions(const struct snapshot *snapshot,
                             const struct settings *settings,
                             const struct ntp_server *server)
{
    size_t count = 0;

    for (size_t i = 0; i < snapshot->server_count; i++)
        count += ntp_is_good(&snapshot->servers[i], settings) &&
                 beyond_bounds(server, &snapshot->servers[i]) > 0;
    return count;
}

/* The odd ones contradict most of the others. Where half of all do, or more, there is no
 * majority to tell who is wrong. */
static void find_odd(struct ntp_agreement *agreement, const struct snapshot *snapshot,
                     const struct settings *settings)
{
    for (size_t i = 0; i < snapshot->server_count; i++) {
        const struct ntp_server *server = &snapshot->servers[i];

        if (ntp_is_good(server, settings) &&
            2 * contradictions(snapshot, settings, server) > agreement->good - 1)
            agreement->odd[agreement->odd_count++] = server;
    }
    if (2 * agreement->odd_count >= agreement->good)
        agreement->odd_count = 0;
}

struct ntp_agreement ntp_agree(const struct snapshot *snapshot,
                               const struct settings *settings)
{
    struct ntp_agreement agreement = {.difference = NAN, .disagreement = -INFINITY};

    for (size_t i = 0; i < snapshot->server_count; i++) {
        if (!ntp_is_good(&snapshot->servers[i], settings))
            continue;
        agreement.good++;
        for (size_t j = 0; j < i; j++)
            if (ntp_is_good(&snapshot->servers[j], settings))
                compare_pair(&agreement, &snapshot->servers[j], &snapshot->servers[i]);
    }
    if (agreement.disagreement < 0)
        agreement.disagreement = agreement.good < 2 ? NAN : 0;
    find_odd(&agreement, snapshot, settings);
    return agreement;
}
