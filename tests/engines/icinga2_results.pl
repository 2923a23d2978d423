#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# icinga2_results.pl STATE-FILE DIRECTORY: writes the last result of each service into a
# file of its own: lines "exit N", "text TEXT", "perf DATUM". The state file of Icinga 2
# is a series of LENGTH:JSON, records.

use strict;
use warnings;
use JSON::PP qw(decode_json);

sub records
{
    my ($path) = @_;
    my @records;

    open my $file, '<:raw', $path or die "$path: $!\n";
    while (defined(my $length = do { local $/ = ':'; <$file> })) {
        $length =~ /^(\d+):$/ or die "$path: no length\n";
        read($file, my $record, $1) == $1 or die "$path: cut off\n";
        read($file, my $comma, 1);
        push @records, decode_json($record);
    }
    return @records;
}

# The state and the exit status of the plugin must be one.
sub exit_line
{
    my ($result) = @_;
    my ($state, $exit) = map { int } @$result{qw(state exit_status)};

    return $state == $exit ? "exit $exit" : "exit $exit but state $state";
}

sub write_result
{
    my ($path, $result) = @_;

    open my $file, '>:utf8', $path or die "$path: $!\n";
    print $file "$_\n" for exit_line($result),
        (map { "text " . s/ +$//r } split /\n/, $result->{output}),
        (map { "perf $_" } @{$result->{performance_data}});
    close $file or die "$path: $!\n";
}

my ($state_file, $directory) = @ARGV;
for my $record (records($state_file)) {
    my $result = $record->{update}{last_check_result};
    write_result("$directory/$record->{name}", $result)
        if $record->{type} eq 'Service' && $result;
}
