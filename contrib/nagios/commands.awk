# SPDX-License-Identifier: GPL-2.0-or-later
#
# Writes a Nagios command for each plugin. Reads contrib/tables; its form is described in
# contrib/icinga2/commands.awk.

BEGIN { FS = "\t" }

NF == 2 {
    print "# " $2
    print "define command {"
    print "    command_name  " $1
    print "    command_line  $USER1$/" $1 " $ARG1$"
    print "}"
    print ""
}
