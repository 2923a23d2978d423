# SPDX-License-Identifier: GPL-2.0-or-later
# Do the messages in the sources and those of docs/RUNBOOK fit? Prints what does not.
#
#   awk -f runbook.awk described literals words headings
#
# described   what --describe and --help say, a line each: options are no messages
# literals    of the sources, from literals.awk: each is a message, a part of one, or a word
# words       where the page explains single words
# headings    a message each, as the page has it, with capitals in place of what is filled in
#
# Messages are compared in segments, which ": " divides, since the page has put together what the
# sources have in tables. Each segment of a literal must be one of a heading, all of them of the same
# one; and each segment of a heading must be one of a literal.

BEGIN {
    conversion = "%[-+ #0]*[0-9*]*([.][0-9*]+)?(hh|h|ll|l|z|j|t|L)?[a-zA-Z]"

    # Not printed in a message, and why: the question of a check stands in --help, what a counter
    # counts in the output for Prometheus, what must hold when it is compiled nowhere.
    split("question= TOTAL( static_assert(", purposes, " ")
    for (i in purposes)
        is_silent[purposes[i]] = 1

    # Words that are not printed.
    split("TERM NO_COLOR TZ dumb :critical /dev/null check_ check_chrony. " \
          "0123456789abcdef0123456789ABCDEF " \
          "-VERS-ALL:+VERS-TLS1.3 EXPORTER-network-time-security ntske/1 SSLKEYLOGFILE", names, " ")
    for (i in names)
        is_unseen[names[i]] = 1
}

function trimmed(text)
{
    gsub(/\\[nt]/, " ", text)
    gsub(/\\"/, "\"", text)
    sub(/^[ ,;]+/, "", text)
    sub(/[ ,;:]+$/, "", text)
    return text
}

function has_words(text)
{
    gsub(conversion, "", text)
    return text ~ /[A-Za-z][A-Za-z]/
}

# A conversion stands for something in capitals, a word that is a literal itself, one that begins
# with a blank, or nothing; and what ends with a blank goes on with something in capitals.
function expression(text, i, c, out, begins)
{
    begins = text in is_beginning
    gsub(conversion, "\001", text)
    for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (c == "\001")
            out = out "([A-Z][-A-Z0-9_ ]*|" words ")?"
        else
            out = out (c ~ /[][\\.^$*+?(){}|]/ ? "\\" c : c)
    }
    return "^" out (begins ? "( [A-Z].*)?$" : "$")
}

# The name of a check is that of its source, and stands in --help.
function is_check_name()
{
    return purpose == "name=" && index(place, "lib/checks/" text ".c:") == 1
}

# An option's help may go on with its choices.
function is_described(text, one)
{
    if (text in described)
        return 1
    for (one in described)
        if (index(one, text ": ") == 1)
            return 1
    return 0
}

FILENAME != file { file = FILENAME; part++ }
part == 1 {
    described[$0] = 1
    for (i = split($0, fields, /[ ,]+/); i; i--)
        is_described_word[fields[i]] = 1
}
part == 2 {
    split($0, fields, "\t")
    place = fields[1]
    purpose = fields[2]
    text = trimmed(fields[3])
    if (fields[3] ~ /^ [a-z]/ && fields[3] !~ /%/)
        is_insertion[" " text] = 1
    if (fields[3] ~ /[a-z] $/)
        is_beginning[text] = 1
    if (text ~ /^[a-z]$/)
        is_letter[text] = 1
    if (!has_words(text) || purpose in is_silent || is_check_name() || text in seen)
        next
    seen[text] = 1
    if (text !~ / / || text == "ahead of") {
        is_word[text] = place
    } else if (!is_described(text)) {
        messages[++message_count] = text
        places[message_count] = place
    }
}
part == 3 { explained = explained " " $0 " " }
part == 4 { headings[++heading_count] = $0 }

function join_words(word, joined)
{
    for (word in is_letter)
        joined = joined "|" word
    for (word in is_word)
        if (word ~ /^[a-z][a-z_ ]*$/ || word ~ /^IPv[46]$/)
            joined = joined "|" word
    for (word in is_insertion)
        joined = joined "|" word
    return substr(joined, 2)
}

# The number of the segment of heading h that it matches, or 0. What it is said of may stand in front.
function segment_like(pattern, h, s, rest)
{
    for (s = 1; s <= segment_count[h]; s++) {
        rest = segments[h, s]
        sub(/^[A-Z]+ /, "", rest)
        if (segments[h, s] ~ pattern || rest ~ pattern)
            return s
    }
    return 0
}

function covers(h, s)
{
    for (s = 1; s <= wanted_count; s++)
        if (!segment_like(wanted[s], h))
            return 0
    return 1
}

function want(message, count, parts, s)
{
    wanted_count = 0
    count = split(message, parts, ": ")
    for (s = 1; s <= count; s++)
        if (has_words(parts[s]))
            wanted[++wanted_count] = expression(trimmed(parts[s]))
}

function find(message, h, s, found)
{
    want(message)
    for (h = 1; h <= heading_count; h++)
        if (covers(h)) {
            found = 1
            for (s = 1; s <= wanted_count; s++)
                used[h, segment_like(wanted[s], h)] = 1
        }
    return found
}

# Names of files, and what is looked for in those of the machine, are not printed.
function is_explained(word, plain)
{
    if (word ~ /^\// || is_word[word] ~ /^lib\/survey_(files|network|process)\.c/)
        return 1
    plain = word
    sub(/^--/, "", plain)
    gsub(conversion, "N", plain)
    return word in is_unseen || plain in described || plain in is_described_word || index(explained, " " plain " ")
}

END {
    words = join_words()
    for (h = 1; h <= heading_count; h++) {
        segment_count[h] = split(headings[h], parts, ": ")
        for (s = 1; s <= segment_count[h]; s++)
            segments[h, s] = parts[s]
    }
    for (m = 1; m <= message_count; m++)
        if (!find(messages[m]))
            print "no entry: " places[m] ": " messages[m]
    for (word in is_word)
        if (!is_explained(word))
            print "not explained: " is_word[word] ": " word
    for (h = 1; h <= heading_count; h++)
        for (s = 1; s <= segment_count[h]; s++)
            if (!((h, s) in used) && segments[h, s] ~ /[a-z]/ && !(headings[h] in is_word))
                print "no such message: " headings[h] " (" segments[h, s] ")"
}
