#!/usr/bin/perl
# What scstadmin cannot do without: its modules, a list of everything in SCST's tree, and the attributes of what it is
# asked for. Words: the root of the tree, then "names", "sessions" (with their attributes) or "all" (every attribute).
use strict;
use warnings;
use POSIX;
use Fcntl;
use IO::File;
use IO::Handle;
use File::Spec;

my ($root, $what) = @ARGV;
my @lines;
walk($root, 0);
print @lines;

sub walk {
    my ($directory, $in_session) = @_;
    opendir(my $handle, $directory) or return;
    my @names = sort grep { !/^\.\.?$/ } readdir($handle);
    closedir($handle);
    for my $name (@names) {
        my $path = "$directory/$name";
        if (-l $path) {
            push @lines, "$name " . readlink($path) . "\n";
        } elsif (-d $path) {
            push @lines, "$name\n";
            walk($path, $in_session || $name eq 'sessions');
        } elsif ($what eq 'all' || ($what eq 'sessions' && $in_session)) {
            my $file = IO::File->new($path, O_RDONLY) or next;
            my $value = <$file>;
            close $file;
            push @lines, "$name: $value" if defined $value;
        }
    }
}
