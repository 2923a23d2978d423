# SPDX-License-Identifier: GPL-2.0-or-later
#
# Writes the OPTIONS section of a manual page (mdoc) from a plugin's own table, and behind
# it what holds for all plugins alike:
#
#   check_chrony_offset --describe | awk -f docs/options.awk
#
# The table has a line an option, and fields separated by tabs: long name, letter,
# argument, default, "repeatable", "optional" (the argument) or nothing, help, the words
# that it takes.

BEGIN { FS = "\t"; WIDTH = 78 }

{
    name[NR] = $1
    letter[NR] = $2
    argument[NR] = $3
    value[NR] = $4
    repeatable[NR] = $5 == "repeatable"
    optional[NR] = $5 == "optional"
    help[NR] = $6
    if ($3 == "RANGE")
        has_ranges = 1
    if ($1 == "ntp-port" || $1 == "with-chronyd")
        says_itself = 1
}

END {
    print ".Bl -tag -width Ds"
    for (i = 1; i <= NR; i++)
        if (are_limits(i)) {
            write_limits(i)
            i++
        } else
            write_option(i)
    print ".El"
    if (has_ranges)
        write_ranges()
    if (!says_itself) # its page does, how it asks
        write_asking()
    write_output(has_ranges)
}

# --- options ---

function write_option(i)
{
    print item(i)
    write_text(help[i])
    if (repeatable[i] && help[i] !~ /repeat/)
        write_text("may be repeated")
    if (value[i] != "")
        write_lines("Default:", literal(value[i]) ".")
}

# The two limits of a metric stand side by side, and differ in one word only.
function are_limits(i)
{
    return name[i] ~ /warning$/ && help[i] ~ /^warning limit for / && \
        name[i + 1] == swapped(name[i]) && help[i + 1] == swapped(help[i])
}

function swapped(text)
{
    sub(/warning/, "critical", text)
    return text
}

function write_limits(i,    text)
{
    if (letter[i] == "")
        print item(i) " , " substr(item(i + 1), 5)
    else
        print item(i) "\n" item(i + 1)
    text = help[i]
    sub(/^warning limit for /, "limits for ", text)
    write_text(text)
    if (value[i] != "" && value[i + 1] != "")
        write_lines("Defaults:", literal(value[i]) " (warning), " \
            literal(value[i + 1]) " (critical).")
    else if (value[i] value[i + 1] != "")
        write_lines("Default:", literal(value[i] value[i + 1]) \
            (value[i] != "" ? " (warning)." : " (critical)."))
}

function item(i,    text)
{
    text = ".It"
    if (letter[i] != "")
        text = text " Fl " letter[i] " ,"
    text = text " Fl \\-" escaped(name[i])
    if (optional[i])
        text = text " Ns Op = Ns Ar " escaped(argument[i])
    else if (argument[i] != "")
        text = text " Ns = Ns Ar " escaped(argument[i])
    return text
}

# --- mdoc ---

function escaped(text)
{
    text = replaced(text, "\\", "\\e")
    return replaced(text, "-", "\\-")
}

# Not gsub(): what it makes of backslashes differs from awk to awk.
function replaced(text, old, new,    result, at)
{
    result = ""
    while ((at = index(text, old)) > 0) {
        result = result substr(text, 1, at - 1) new
        text = substr(text, at + length(old))
    }
    return result text
}

function literal(text)
{
    return "\\(oq" replaced(escaped(text), " ", "\\ ") "\\(cq"
}

# Help as sentences.
function write_text(text)
{
    write_lines("", escaped(toupper(substr(text, 1, 1)) substr(text, 2)) ".")
}

# Breaks text into lines, and begins one with each sentence. No line may look like a
# request.
function write_lines(line, text,    words, count, i)
{
    count = split(text, words, " ")
    for (i = 1; i <= count; i++) {
        if (line != "" && (length(line) + 1 + length(words[i]) > WIDTH || \
                (line ~ /[.!?]$/ && words[i] ~ /^[A-Z]/))) {
            print line
            line = ""
        }
        if (line == "" && words[i] ~ /^[.']/)
            line = "\\&"
        if (words[i] ~ /\\-/) # a word to be typed is not broken
            words[i] = "\\%" words[i]
        line = line (line == "" || line == "\\&" ? "" : " ") words[i]
    }
    print line
}

# --- what holds for all plugins ---

function write_ranges()
{
    print ".Ss Ranges and units"
    print "A"
    print ".Ar RANGE"
    print "is"
    print ".Sm off"
    print ".Op @"
    print ".Ar start : end ."
    print ".Sm on"
    print "A value below the start or above the end alerts;"
    print "with @, a value from the start to the end does."
    print "Both ends belong to the range."
    print ".Ql 5"
    print "alone means"
    print ".Ql 0:5 ,"
    print "or"
    print ".Ql \\-5:5"
    print "for a metric that can be negative;"
    print ".Ql 3:\\&"
    print "has no end, and"
    print ".Ql \\(ti:5"
    print "has no start."
    print ".Ql \\(ti:\\&"
    print "never alerts: it switches a default limit off."
    print "Quote a range that begins with \\(ti, or the shell may expand it."
    print "A number may have one of the units that its option names; without one it is in"
    print "seconds, in ppm, or a plain count."
    print "The decimal mark is a point, whatever the locale."
    print ".Pp"
    print "A metric without a default or a rule for its limits has none until you give"
    print "them."
    print "The critical limit is judged first."
    print "So a warning limit can be out of reach, because whatever passes it is CRITICAL"
    print "already."
    print "A default is then dropped."
    print "One that you gave is a usage error: to set a warning limit wider than the"
    print "default critical limit, set the critical limit too."
}

function write_asking()
{
    print ".Ss How chronyd is asked"
    print "The plugin sends the questions that"
    print ".Xr chronyc 1"
    print "sends, and runs no other program."
    print "It changes nothing, and over UDP it needs no privilege."
    print "The Unix socket is for root and the user of chronyd alone, whatever the groups:"
    print "root becomes that user before it touches the directory of the socket."
    print "Our end of the socket is a file beside it, gone when the run ends."
    print "Without"
    print ".Fl H , p , S , 4"
    print "and"
    print ".Fl 6"
    print "the addresses 127.0.0.1 and ::1 are tried, then the system's Unix socket;"
    print "and what chronyd refuses on UDP is asked for on that socket."
    print ".Pp"
    print "By default, chronyd answers only its own host."
    print "To ask from another host, let"
    print ".Ql bindcmdaddress"
    print "and"
    print ".Ql cmdallow"
    print "in"
    print ".Xr chrony.conf 5"
    print "admit it."
    print "A tight"
    print ".Ql cmdratelimit"
    print "there drops requests, which looks like no reply."
    print ".Pp"
    print "The addresses of a host are tried in turn, each for an equal share of the time"
    print "that is left, with up to three requests."
    print "One that has answered is kept."
    print ".Bl -bullet"
    print ".It"
    print "Connection refused: CRITICAL, at once."
    print "Nothing listens on that port."
    print ".It"
    print "No reply in time, no route, or a name that does not resolve in time: the"
    print "state of"
    print ".Fl t ."
    print ".It"
    print "A name without an address, or a report that chronyd does not give or that the"
    print "plugin cannot read: UNKNOWN, with what to do about it."
    print ".El"
}

function write_output(has_ranges)
{
    print ".Ss Output"
    print "The first line is the name of the check, the state, and the reasons."
    print "CRITICAL outweighs WARNING, WARNING outweighs UNKNOWN, and UNKNOWN outweighs"
    print "OK: reasons are told in this order, and the first sets the state and the exit"
    print "status."
    print "Nothing is written to the standard error."
    if (has_ranges)
        write_perfdata()
    write_formats()
}

function write_perfdata()
{
    print ".Pp"
    print "Behind the bar is the performance data: each metric by its name, times in"
    print "seconds (s), ppm and counts without a unit."
    print "A number that is not known is left out; it is never shown as 0."
    print "An open end of a limit is shown as the highest value that the metric can have"
    print ".Pf ( Ql 3:\\&"
    print "as"
    print ".Ql 3:1024 ) ,"
    print "and a limit that has no closed form is left out, since some programs that read"
    print "performance data fail on open ranges."
}

function write_formats()
{
    print ".Pp"
    print "On a terminal, and nowhere else, tables stand in columns, long texts go over"
    print "several lines where it is narrow, and state words have a colour, unless the"
    print "environment has a"
    print ".Ev NO_COLOR"
    print "that is not empty, or a"
    print ".Ev TERM"
    print "that is empty or"
    print ".Ql dumb ."
    print ".Pp"
    print "With"
    print ".Fl f Cm json"
    print "the result is an object, and with"
    print ".Fl f Cm prometheus"
    print "it is series in base units for a Prometheus."
    print ".Fl f Cm journal"
    print "writes the first line without performance data, behind its priority, for the"
    print "journal of systemd."
    print "The document FORMATS of chrony-checks describes them."
    print "The exit status is the same in all."
}
