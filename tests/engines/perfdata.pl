#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Performance data on the standard input, as Monitoring::Plugin understands it: a line for
# each datum with label, value, unit and state.

use strict;
use warnings;
use Monitoring::Plugin::Performance;

local $/;
for my $datum (Monitoring::Plugin::Performance->parse_perfstring(<STDIN>)) {
    printf "%s %.9f %s %d\n", $datum->label, $datum->value, $datum->uom || '-',
        $datum->threshold->get_status($datum->value);
}
