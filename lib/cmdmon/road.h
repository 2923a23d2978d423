/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The roads to chronyd: a connected UDP socket, or chronyd's Unix socket. */
#ifndef CMDMON_ROAD_H
#define CMDMON_ROAD_H

#include "cmdmon/error.h"
#include "cmdmon/target.h"

/* Connects to an address of the target, without waiting: the descriptor does not block,
 * and is closed by road_close(). On an error *descriptor is -1.
 *
 * For a Unix socket our own end is bound at target->own_path. root becomes the owner of
 * that directory first, for good, with its group alone: chronyd can then answer,
 * and nothing that another user has put there is used with root's rights. A directory
 * that everybody may write to is refused. What runs that were killed left behind is
 * removed. */
enum session_error road_open(const struct target *target, size_t index, int *descriptor);

/* root becomes the owner of the directory of a Unix socket before anything is asked, as
 * road_open() would: for a process that is about to give up the rights that this takes.
 * Where that is not possible, nothing is changed, and road_open() says why. */
void road_settle_user(const char *path);

/* Closes the descriptor, and removes our end of a Unix socket. */
void road_close(const struct target *target, size_t index, int *descriptor);

/* What an error of the system means here: SESSION_OK for one that passes by itself. */
enum session_error road_error(const struct target *target, size_t index, int number);

#endif
