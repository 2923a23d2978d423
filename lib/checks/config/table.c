/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "checks/config/audit.h"

enum { SEVERITY, RULE, PLACE, FINDING, REMEDY, WAIVER, COLUMNS };

static const struct column columns[COLUMNS] = {
    [SEVERITY] = {"severity", COLUMN_TEXT}, [RULE] = {"rule", COLUMN_TEXT},
    [PLACE] = {"place", COLUMN_TEXT},       [FINDING] = {"finding", COLUMN_TEXT},
    [REMEDY] = {"remedy", COLUMN_TEXT},     [WAIVER] = {"waived", COLUMN_TEXT},
};

static const char *severity_text(const struct finding *finding)
{
    static const char *const texts[] = {[SEVERITY_CRITICAL] = "critical",
                                        [SEVERITY_WARNING] = "warning",
                                        [SEVERITY_INFORMATION] = "information"};

    return finding->waiver ? "waived" : texts[finding->severity];
}

const char *audit_place_text(struct result *result, const struct finding *finding)
{
    return finding->line ? result_text(result, "%s:%zu", finding->path, finding->line)
                         : result_text(result, "%s", finding->path);
}

const char *audit_finding_text(struct result *result, const struct finding *finding)
{
    const char *detail = finding->detail;

    return result_text(
        result, "%s%s%s%s%s", finding->is_untold ? "cannot tell whether " : "",
        finding->rule->finding, *detail ? " (" : "", detail, *detail ? ")" : "");
}

static void add_row(struct table *table, struct result *result,
                    const struct finding *finding)
{
    struct cell *row = table_row(table);

    if (!row)
        return;
    row[SEVERITY].text = severity_text(finding);
    row[RULE].text = finding->rule->id;
    row[PLACE].text = audit_place_text(result, finding);
    row[FINDING].text = audit_finding_text(result, finding);
    row[REMEDY].text = finding->remedy;
    row[WAIVER].text = finding->waiver ? finding->waiver->reason : NULL;
}

/* Worst first, what is waived last. */
void audit_tabulate(const struct audit *audit, struct result *result)
{
    struct table *table = result_table(result, "findings", columns, COLUMNS);

    for (int severity = SEVERITY_CRITICAL; table && severity <= SEVERITY_INFORMATION;
         severity++)
        for (size_t i = 0; i < audit->finding_count; i++)
            if (!audit->findings[i].waiver &&
                (int)audit->findings[i].severity == severity)
                add_row(table, result, &audit->findings[i]);
    for (size_t i = 0; table && i < audit->finding_count; i++)
        if (audit->findings[i].waiver)
            add_row(table, result, &audit->findings[i]);
}
