# SPDX-License-Identifier: GPL-2.0-or-later
# All string literals of C sources, a line each: FILE:LINE, what it is for, and the text, with tabs in
# between. What it is for: "NAME(" for an argument of NAME, "NAME=" for what is assigned to it, or "-".
# Literals that follow each other are one, also with a macro of <inttypes.h> between them. Comments,
# character constants and #include lines are passed over. Line breaks and quotes stay escaped.

function skip_comment(end)
{
    end = index(substr(text, 3), "*/")
    text = end ? substr(text, end + 4) : ""
    in_comment = !end
}

# From the opening quote to behind the closing one.
function take_literal(i, character)
{
    for (i = 2; (character = substr(text, i, 1)) != "\"" && character != ""; i++)
        if (character == "\\")
            i++
    if (character == "") {
        print FILENAME ":" FNR ": a literal does not end" >"/dev/stderr"
        exit 1
    }
    literal = literal substr(text, 2, i - 2)
    text = substr(text, i + 1)
    if (!found)
        found = FILENAME ":" FNR
}

function finish_literal()
{
    if (found)
        print found "\t" purpose() "\t" literal
    found = literal = ""
}

function purpose()
{
    return assigned ? assigned "=" : depth && callers[depth] ? callers[depth] "(" : "-"
}

# A name is remembered for the parenthesis or the equals sign behind it.
function take_token()
{
    if (match(text, /^'([^'\\]|\\.)+'/) || match(text, /^[A-Za-z_0-9]+/)) {
        name = substr(text, 1, RLENGTH)
        text = substr(text, RLENGTH + 1)
        return
    }
    character = substr(text, 1, 1)
    if (character == "(")
        callers[++depth] = name
    else if (character == ")" && depth)
        depth--
    if (character == "=")
        assigned = name
    else if (character ~ /[,;{}]/)
        assigned = ""
    name = ""
    text = substr(text, 2)
}

FNR == 1 { finish_literal(); in_comment = depth = 0; assigned = name = "" }
{
    text = (in_comment ? "/*" : "") $0
    if (text ~ /^[ \t]*#[ \t]*include/)
        next
    while (text != "") {
        if (match(text, /^[ \t\r\\]+/))
            text = substr(text, RLENGTH + 1)
        else if (text ~ /^\/\*/)
            skip_comment()
        else if (text ~ /^\/\//)
            text = ""
        else if (text ~ /^"/)
            take_literal()
        else if (found && match(text, /^PRI[diouxX][0-9A-Z]+/)) {
            literal = literal "u"
            text = substr(text, RLENGTH + 1)
        } else {
            finish_literal()
            take_token()
        }
    }
}
END { finish_literal() }
