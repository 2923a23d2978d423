# SPDX-License-Identifier: GPL-2.0-or-later
#
# Makes the tables of docs/PERFORMANCE from what bench.sh has measured. Its files have
# fields separated by tabs; times are in us:
#
#   near       name, the costs that measure prints, requests, instructions, libraries,
#              relocations, system calls
#   far        sources, then name and costs without the relay, name and costs with it
#   stopped    deadline (s; 0: none), name, costs
#   absent     name, reason

BEGIN { FS = "\t" }

FILENAME ~ /near$/ {
    near[++nears] = $1
    status[$1] = $2; wall[$1] = $3; least[$1] = $4; cpu[$1] = $5; memory[$1] = $7
    faults[$1] = $8; instructions[$1] = $9 > 0 ? $9 : $11; requests[$1] = $10
    counted = counted || $9 > 0
    libraries[$1] = $12; relocations[$1] = $13; calls[$1] = $14
}

FILENAME ~ /far$/ {
    if ($1 == 5)
        far[++fars] = $2
    direct[$2, $1] = $4; busy[$2, $1] = $6; relayed[$2, $1] = $13
}

FILENAME ~ /stopped$/ {
    stopped[++stops] = $2
    deadline[$2] = $1; waited[$2] = $4
}

FILENAME ~ /absent$/ && !seen[$0]++ {
    absent[++absents] = sprintf("    %-31s %s", $1, $2)
}

function ratio(one, other) {
    return one > 0 && other > 0 ? sprintf("%.2f", one / other) : "-"
}

function thousands(count) { return count == "-" ? count : sprintf("%.0f", count / 1000) }
function is_plugin(name) { return name ~ /^check_chrony_/ }

function title(text) { printf "\n%s\n\n", text }

function way_of_counting() {
    if (counted)
        return "counted by the processor"
    return instructions[floor] == "-" ? "not counted: no valgrind" : "by valgrind"
}

function costs_table(    i, name) {
    title("Five sources, no delay; x: as many times the floor's")
    printf "    %-31s%7s%6s%7s%6s%7s%6s%7s%9s\n", "", "wall ms", "x", "cpu ms", "x",
        "kB", "x", "kinst", "requests"
    for (i = 1; i <= nears; i++) {
        name = near[i]
        printf "    %-31s%7.2f%6s%7.2f%6s%7d%6s%7s%9s\n", name, wall[name] / 1000,
            ratio(wall[name], wall[floor]), cpu[name] / 1000,
            ratio(cpu[name], cpu[floor]), memory[name],
            ratio(memory[name], memory[floor]),
            thousands(instructions[name]), requests[name]
    }
    for (i = 1; i <= absents; i++)
        print absent[i]
    printf "\n    (instructions: %s)\n", way_of_counting()
}

function start_table(    i, name) {
    title("What they take from the system")
    printf "    %-32s%10s%13s%14s%13s\n", "", "libraries", "relocations", "system calls",
        "page faults"
    for (i = 1; i <= nears; i++) {
        name = near[i]
        printf "    %-32s%10s%13s%14s%13s\n", name, libraries[name], relocations[name],
            calls[name], faults[name]
    }
}

function ratio_table(    i, p, n, name) {
    title("Wall time of each plugin, as many times that of")
    for (i = 1; i <= nears; i++)
        if (!is_plugin(near[i]))
            printf "    %d  %s\n", ++n, near[i]
    printf "\n    %-32s", ""
    for (i = 1; i <= n; i++)
        printf "%9d", i
    print ""
    for (p = 1; p <= nears; p++) {
        name = near[p]
        if (!is_plugin(name))
            continue
        printf "    %-32s", name
        for (i = 1; i <= nears; i++)
            if (!is_plugin(near[i]))
                printf "%9s", ratio(wall[name], wall[near[i]])
        print ""
    }
}

# In round trips: what the relay adds, as a multiple of what it adds to the floor.
function trips(name, sources) {
    return ratio(relayed[name, sources] - direct[name, sources],
        relayed[floor, sources] - direct[floor, sources])
}

function far_table(    i, name) {
    title("Through a relay that holds each datagram back 10 ms: wall ms, round trips")
    printf "    %-32s%15s%16s%17s\n", "", "5 sources", "100 sources", "1000 sources"
    for (i = 1; i <= fars; i++) {
        name = far[i]
        printf "    %-32s%8.0f%7s%9.0f%7s%9.0f%8s\n", name, relayed[name, 5] / 1000,
            trips(name, 5), relayed[name, 100] / 1000, trips(name, 100),
            relayed[name, 1000] / 1000, trips(name, 1000)
    }
}

# us of user and system time for each source beyond the hundredth; "-": not measured.
function per_source(name) {
    if (!(busy[name, 100] > 0 && busy[name, 1000] > 0))
        return "-"
    return sprintf("%.1f", (busy[name, 1000] - busy[name, 100]) / 900)
}

function sources_table(    i, name) {
    title("Many sources, no delay: wall ms, and cpu us for each source beyond 100")
    printf "    %-32s%13s%14s%14s\n", "", "100 sources", "1000 sources", "each, us"
    for (i = 1; i <= fars; i++) {
        name = far[i]
        printf "    %-32s%13.1f%14.1f%14s\n", name, direct[name, 100] / 1000,
            direct[name, 1000] / 1000, per_source(name)
    }
}

function stopped_table(    i, name) {
    title("A chronyd that has stopped (SIGSTOP): seconds until there is an answer")
    for (i = 1; i <= stops; i++) {
        name = stopped[i]
        printf "    %-32s%8.2f%s\n", name, waited[name] / 1e6,
            deadline[name] ? sprintf("   (deadline %d s)", deadline[name]) : ""
    }
}

function bar(what, holds, measured) {
    printf "    %-66s%6s  %s\n", what, measured,
        measured == "-" ? "not measured" : holds ? "holds" : "does not hold"
}

function at_most(what, most, measured) { bar(what, measured + 0 <= most, measured) }
function at_least(what, least, measured) { bar(what, measured + 0 >= least, measured) }

# s between the deadline and the answer, be it late or early, where that is longest;
# "-": not everything was measured.
function farthest(    i, name, off, most) {
    most = -1
    for (i = 1; i <= stops; i++) {
        name = stopped[i]
        if (!deadline[name])
            continue
        if (!(waited[name] > 0))
            return "-"
        off = waited[name] / 1e6 - deadline[name]
        if (off < 0)
            off = -off
        if (off > most)
            most = off
    }
    return most < 0 ? "-" : sprintf("%.2f", most)
}

function bars(    health, told, chronyc, audit) {
    health = "check_chrony_health"
    told = "the floor, telling it"
    chronyc = "chronyc -n -m tracking sources"
    audit = "the audit's script"
    title("Bars for " health)
    at_most("wall time: at most 1.35 times the floor's", 1.35,
        ratio(wall[health], wall[floor]))
    at_most("memory: at most 1.50 times the floor's", 1.5,
        ratio(memory[health], memory[floor]))
    at_most("the same, of the floor that tells what it has learned", 1.5,
        ratio(memory[health], memory[told]))
    at_most("wall time: at most 0.85 times " chronyc, 0.85,
        ratio(wall[health], wall[chronyc]))
    at_least("wall time: the audit's script takes at least 6 times as much", 6,
        ratio(wall[audit], wall[health]))
    at_most("5 sources over 20 ms: at most 1.5 round trips", 1.5, trips(health, 5))
    at_most("the same, of another host", 1.5, trips(health " -H", 5))
    at_most("100 sources over 20 ms: at most 5 round trips", 5, trips(health, 100))
    at_most("the same, of another host", 5, trips(health " -H", 100))
    at_most("a stopped chronyd, any plugin: at most 0.2 s from the deadline", 0.2,
        farthest())
    at_most("each source beyond 100: less than 10 us of user and system time", 10,
        per_source(health))
}

function notes(    i) {
    for (i = 1; i <= nears; i++)
        if (status[near[i]])
            printf "\n    %s ended with status %d.\n", near[i], status[near[i]]
}

END {
    floor = "the floor"
    bars()
    costs_table()
    notes()
    ratio_table()
    start_table()
    far_table()
    sources_table()
    stopped_table()
}
