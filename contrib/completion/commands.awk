# SPDX-License-Identifier: GPL-2.0-or-later
#
# Writes what bash completes behind each option of one plugin, which "-v plugin=" names.
# Reads contrib/tables; its form is described in contrib/icinga2/commands.awk.

BEGIN {
    FS = "\t"
    compgen["PATH"] = compgen["FILE"] = "-f"
    compgen["HOST"] = "-A hostname"
}

NF == 2 { is_mine = $1 == plugin }

NF > 2 && is_mine {
    options = options " --" $1 ($3 == "" ? "" : "=")
    if ($3 != "")
        write_case("--" $1 ($2 == "" ? "" : " | -" $2),
            $7 == "" ? compgen[$3] : "-W '" $7 "'")
}

END { write_case("*", "-W '" substr(options, 2) "'") }

# A value that nobody can guess has no action.
function write_case(pattern, action)
{
    print "        " pattern ")"
    if (action != "")
        print "            mapfile -t COMPREPLY < <(compgen " action " -- \"$word\")"
    if (action == "-f")
        print "            compopt -o filenames 2>/dev/null"
    print "            ;;"
}
