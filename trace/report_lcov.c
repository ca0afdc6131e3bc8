/*
** Coverage as a tracefile of LCOV: https://github.com/linux-test-project/lcov, geninfo(1), "FILES". A branch site is a
** block of its line with its two outcomes; "-" stands for those of conditions that were never come to.
*/
#include "trace/report.h"

#include <inttypes.h>

static void add_functions(struct buffer *out, const struct coverage_file *f)
{
    for (size_t i = 0; i < f->nfunctions; i++) {
        buffer_addf(out, "FN:%d,", f->functions[i]->first);
        report_add_function(f, i, out);
        buffer_addc(out, '\n');
    }
    for (size_t i = 0; i < f->nfunctions; i++) {
        buffer_addf(out, "FNDA:%" PRId64 ",", f->functions[i]->entries);
        report_add_function(f, i, out);
        buffer_addc(out, '\n');
    }
    buffer_addf(out, "FNF:%" PRId64 "\nFNH:%" PRId64 "\n", f->sums.functions,
                f->sums.functions_hit);
}

static void add_branches(struct buffer *out, const struct coverage_file *f)
{
    int line = 0, block = 0;
    for (size_t i = 0; i < f->nbranches; i++) {
        const struct results_branch *b = f->branches[i];
        block = b->line == line ? block + 1 : 0;
        line = b->line;
        bool reached = b->count[0] || b->count[1];
        for (int o = 0; o < 2; o++) {
            buffer_addf(out, "BRDA:%d,%d,%d,", line, block, o);
            if (reached)
                buffer_addf(out, "%" PRId64 "\n", b->count[o]);
            else
                buffer_adds(out, "-\n");
        }
    }
    buffer_addf(out, "BRF:%" PRId64 "\nBRH:%" PRId64 "\n", f->sums.branches, f->sums.branches_hit);
}

static void write_lcov(const struct coverage *c, const struct report_choice *choice,
                       struct buffer *out)
{
    (void)choice;
    for (size_t i = 0; i < c->nfiles; i++) {
        const struct coverage_file *f = &c->files[i];
        buffer_addf(out, "TN:\nSF:%s\n", f->path);
        add_functions(out, f);
        if (c->branches)
            add_branches(out, f);
        for (int line = 1; line <= f->nlines; line++) {
            if (f->lines[line] >= 0)
                buffer_addf(out, "DA:%d,%" PRId64 "\n", line, f->lines[line]);
        }
        buffer_addf(out, "LF:%" PRId64 "\nLH:%" PRId64 "\nend_of_record\n", f->sums.lines,
                    f->sums.lines_hit);
    }
}

const struct report_format report_lcov = {.name = "lcov", .write = write_lcov};
