# SPDX-License-Identifier: GPL-2.0-or-later
#
# Writes an Icinga 2 CheckCommand for each plugin. Reads contrib/tables, which has for
# each plugin a line with its name and the question that it answers, and then its options,
# as --describe prints them: long name, letter, argument, default, "repeatable",
# "optional" (the argument) or nothing, help, the words that it takes. Fields are separated by tabs.

# Seconds that Icinga waits longer than the plugin itself does.
BEGIN { FS = "\t"; PATIENCE = 5 }

NF == 2 {
    end_command()
    begin_command($1, $2)
    next
}

$1 == "timeout" { seconds = $4 + PATIENCE }

$1 !~ /^(describe|help|version)$/ { write_argument($1, $3, $4, $5, $6) }

END { end_command() }

function begin_command(plugin, question)
{
    command = plugin
    sub(/^check_/, "", command)
    print "/* " question " */"
    print "object CheckCommand " quoted(command) " {"
    print "\tcommand = [ PluginContribDir + " quoted("/" plugin) " ]"
    print ""
    print "\targuments = {"
}

function end_command()
{
    if (command == "")
        return
    print "\t}"
    print ""
    print "\ttimeout = " seconds "s"
    print "}"
    print ""
}

function write_argument(name, argument, value, repeatable, help)
{
    if (value != "")
        help = help " (default " value ")"
    print "\t\t" quoted("--" name) " = {"
    print "\t\t\t" (argument == "" ? "set_if" : "value") " = " \
        quoted("$" variable(name) "$")
    if (repeatable == "repeatable")
        print "\t\t\trepeat_key = true"
    print "\t\t\tdescription = " quoted(help)
    print "\t\t}"
}

function variable(name)
{
    gsub(/-/, "_", name)
    return command "_" name
}

# Not gsub(): what it makes of backslashes differs from awk to awk.
function quoted(text,    result, i, c)
{
    for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        result = result (c == "\"" || c == "\\" ? "\\" : "") c
    }
    return "\"" result "\""
}
