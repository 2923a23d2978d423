# SPDX-License-Identifier: GPL-2.0-or-later
#
# Series as a plugin writes them, or as promtool shows them, in one form: labels sorted,
# numbers rounded, without the labels that Prometheus adds itself.

use strict;
use warnings;

while (<>) {
    next if /^(#|$)/;
    my ( $name, $labels, $value ) = /^(\w+)\{(.*)\}(?: =>)? (\S+)/ or die "what is $_";
    my @labels = $labels =~ /(\w+="(?:[^"\\]|\\.)*")/g;
    printf "%s{%s} %.12g\n", $name,
        join( ',', sort grep { !/^(instance|job)=/ } @labels ), $value;
}
