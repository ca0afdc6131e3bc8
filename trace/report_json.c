/*
** Coverage as JSON for programs: "only_covered" (counts above 0 say no more than that something ran), "totals" and "files",
** each with "sums", "lines" (by number), "excluded", "branches", "functions", and "contexts" by name where there are any.
*/
#include "trace/report.h"

#include "core/repr_text.h"

#include <inttypes.h>

enum { VERSION = 1 };

static void add_sums(const struct coverage *c, const struct coverage_sums *s, struct buffer *out)
{
    char percent[16];
    buffer_addf(out,
                "{\"lines\": %" PRId64 ", \"lines_hit\": %" PRId64 ", \"excluded\": %" PRId64
                ", \"functions\": %" PRId64 ", \"functions_hit\": %" PRId64,
                s->lines, s->lines_hit, s->excluded, s->functions, s->functions_hit);
    if (c->branches)
        buffer_addf(out,
                    ", \"branches\": %" PRId64 ", \"branches_hit\": %" PRId64
                    ", \"partial\": %" PRId64,
                    s->branches, s->branches_hit, s->partial);
    buffer_addf(out, ", \"percent\": %s}", coverage_percent_text(c, s, percent));
}

static void add_lines(const struct coverage_file *f, struct buffer *out)
{
    const char *before = "";
    buffer_adds(out, ",\n\"lines\": {");
    for (int line = 1; line <= f->nlines; line++) {
        if (f->lines[line] < 0)
            continue;
        buffer_addf(out, "%s\"%d\": %" PRId64, before, line, f->lines[line]);
        before = ", ";
    }
    buffer_adds(out, "},\n\"excluded\": [");
    before = "";
    for (int line = 1; line <= f->nlines; line++) {
        if (f->lines[line] != COVERAGE_EXCLUDED)
            continue;
        buffer_addf(out, "%s%d", before, line);
        before = ", ";
    }
    buffer_addc(out, ']');
}

static void add_branches(const struct coverage_file *f, struct buffer *out)
{
    buffer_adds(out, ",\n\"branches\": [");
    for (size_t i = 0; i < f->nbranches; i++) {
        const struct results_branch *b = f->branches[i];
        buffer_addf(out, "%s\n{\"line\": %d, \"column\": %d, \"kind\": \"%s\", \"outcomes\": [",
                    i ? "," : "", b->line, b->column, branch_kind_name(b->kind));
        for (int o = 0; o < 2; o++) {
            buffer_addf(out, "%s{\"name\": \"%s\", \"count\": %" PRId64 ", \"to\": ", o ? ", " : "",
                        coverage_outcome_name(b, o), b->count[o]);
            buffer_addf(out, b->target[o] ? "%d}" : "null}", b->target[o]);
        }
        buffer_adds(out, "]}");
    }
    buffer_addc(out, ']');
}

static void add_functions(const struct coverage_file *f, struct buffer *out)
{
    buffer_adds(out, ",\n\"functions\": [");
    for (size_t i = 0; i < f->nfunctions; i++) {
        const struct results_function *g = f->functions[i];
        buffer_adds(out, i ? ",\n{\"name\": " : "\n{\"name\": ");
        report_add_json(out, g->name);
        buffer_addf(out, ", \"first\": %d, \"last\": %d, \"entries\": %" PRId64 "}", g->first,
                    g->last, g->entries);
    }
    buffer_addc(out, ']');
}

/* The lines that each context covered; those that need not be covered aside. */
static void add_contexts(const struct coverage *c, const struct coverage_file *f,
                         struct buffer *out)
{
    const char *before = "";
    buffer_adds(out, ",\n\"contexts\": {");
    for (size_t k = 0; k < results_contexts(c->results); k++) {
        size_t len;
        const char *name = results_context_name(c->results, k, &len), *comma = "";
        if (!results_has_context(f->counted, k))
            continue;
        buffer_adds(out, before);
        repr_text_json(name, len, false, out);
        buffer_adds(out, ": [");
        for (int line = 1; line <= f->nlines; line++) {
            if (f->lines[line] < 0 || !results_covered(f->counted, k, line))
                continue;
            buffer_addf(out, "%s%d", comma, line);
            comma = ", ";
        }
        buffer_addc(out, ']');
        before = ",\n";
    }
    buffer_addc(out, '}');
}

static void add_file(const struct coverage *c, const struct coverage_file *f, struct buffer *out)
{
    buffer_adds(out, "{\"file\": ");
    report_add_json(out, f->name);
    buffer_adds(out, ", \"path\": ");
    report_add_json(out, f->path);
    buffer_adds(out, ",\n\"sums\": ");
    add_sums(c, &f->sums, out);
    add_lines(f, out);
    if (c->branches)
        add_branches(f, out);
    add_functions(f, out);
    if (results_contexts(c->results))
        add_contexts(c, f, out);
    buffer_addc(out, '}');
}

static void write_json(const struct coverage *c, const struct report_choice *choice,
                       struct buffer *out)
{
    (void)choice;
    buffer_addf(
        out, "{\"format\": \"xdb-coverage\", \"version\": %d, \"only_covered\": %s,\n\"totals\": ",
        VERSION, c->only_covered ? "true" : "false");
    add_sums(c, &c->sums, out);
    buffer_adds(out, ",\n\"files\": [");
    for (size_t i = 0; i < c->nfiles; i++) {
        buffer_adds(out, i ? ",\n" : "\n");
        add_file(c, &c->files[i], out);
    }
    buffer_adds(out, "]}\n");
}

const struct report_format report_json = {.name = "json", .write = write_json};
