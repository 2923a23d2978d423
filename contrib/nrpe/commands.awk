# SPDX-License-Identifier: GPL-2.0-or-later
#
# Writes an NRPE command for each plugin. Reads contrib/tables; its form is described in
# contrib/icinga2/commands.awk.

BEGIN { FS = "\t" }

NF == 2 {
    print "# " $2
    print "command[" $1 "]=@PLUGINDIR@/" $1
}
