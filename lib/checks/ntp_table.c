/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "checks/ntp.h"

enum {
    SERVER,
    ADDRESS,
    ANSWER,
    AUTHENTICATION,
    OFFSET,
    ROUND_TRIP,
    STRATUM,
    LEAP_STATUS,
    REFERENCE_ID,
    REFERENCE_AGE,
    ROOT_DELAY,
    ROOT_DISPERSION,
    ROOT_DISTANCE,
    PRECISION,
    COLUMNS,
};

static const struct column columns[COLUMNS] = {
    [SERVER] = {"server", COLUMN_TEXT},
    [ADDRESS] = {"address", COLUMN_TEXT},
    [ANSWER] = {"answer", COLUMN_TEXT},
    [AUTHENTICATION] = {"authentication", COLUMN_TEXT},
    [OFFSET] = {"offset", COLUMN_SECONDS},
    [ROUND_TRIP] = {"round trip", COLUMN_SECONDS},
    [STRATUM] = {"stratum", COLUMN_COUNT},
    [LEAP_STATUS] = {"leap status", COLUMN_TEXT},
    [REFERENCE_ID] = {"reference id", COLUMN_TEXT},
    [REFERENCE_AGE] = {"reference age", COLUMN_SECONDS},
    [ROOT_DELAY] = {"root delay", COLUMN_SECONDS},
    [ROOT_DISPERSION] = {"root dispersion", COLUMN_SECONDS},
    [ROOT_DISTANCE] = {"root distance", COLUMN_SECONDS},
    [PRECISION] = {"precision", COLUMN_SECONDS},
};

static void fill_row(struct cell *row, const struct ntp_server *server)
{
    const struct ntp_packet *packet = &server->answer.packet;

    row[SERVER].text = server->label;
    row[ADDRESS].text = server->place;
    row[ANSWER].text = ntp_outcome_text(server);
    /* Numbers of a clock that is not synchronised would look perfect. */
    if (server->found || server->answer.error)
        return;
    if (server->authenticator)
        row[AUTHENTICATION].text = server->authenticator->name;
    row[OFFSET].number = server->answer.sample.offset;
    row[ROUND_TRIP].number = server->answer.sample.round_trip;
    row[STRATUM].number = packet->stratum;
    row[LEAP_STATUS].text = ntp_leap_text(packet->leap_status);
    row[REFERENCE_ID].text = server->reference_id;
    if (packet->reference)
        row[REFERENCE_AGE].number =
            timestamp_difference(packet->transmit, packet->reference);
    row[ROOT_DELAY].number = packet->root_delay;
    row[ROOT_DISPERSION].number = packet->root_dispersion;
    row[ROOT_DISTANCE].number = ntp_root_distance(server);
    row[PRECISION].number = packet->precision;
}

void ntp_tabulate(const struct snapshot *snapshot, struct result *result)
{
    struct table *table = result_table(result, "servers", columns, COLUMNS);

    for (size_t i = 0; table && i < snapshot->server_count; i++) {
        struct cell *row = table_row(table);

        if (row)
            fill_row(row, &snapshot->servers[i]);
    }
}
