/* What a report says is missing: lines, and outcomes of branches. */
#include "trace/coverage.h"

size_t coverage_branches_of(const struct coverage_file *f, int line, size_t *n)
{
    size_t low = 0, high = f->nbranches, end;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (f->branches[mid]->line < line)
            low = mid + 1;
        else
            high = mid;
    }
    for (end = low; end < f->nbranches && f->branches[end]->line == line;)
        end++;
    *n = end - low;
    return low;
}

static bool is_missing(int64_t count)
{
    return count == 0;
}

static bool has_run(const struct coverage_file *f, int line)
{
    return line >= 1 && line <= f->nlines && f->lines[line] > 0;
}

bool coverage_is_partial(const struct coverage_file *f, int line)
{
    size_t n, first = coverage_branches_of(f, line, &n);
    for (size_t i = first; i < first + n && has_run(f, line); i++) {
        if (is_missing(f->branches[i]->count[0]) || is_missing(f->branches[i]->count[1]))
            return true;
    }
    return false;
}

const char *coverage_outcome_name(const struct results_branch *b, int outcome)
{
    switch (b->kind) {
    case BRANCH_AND:
    case BRANCH_OR:
        return outcome == 0 ? "right" : "decided";
    case BRANCH_FOR:
        return outcome == 0 ? "again" : "out";
    default:
        return outcome == 0 ? "true" : "false";
    }
}

void coverage_add_arc(const struct results_branch *b, int outcome, bool alone, struct buffer *out)
{
    int target = b->target[outcome];
    bool apart = target != b->line && b->target[0] != b->target[1];
    if (!alone || !apart || b->kind == BRANCH_AND || b->kind == BRANCH_OR)
        buffer_addf(out, "%d:%d->%s", b->line, b->column, coverage_outcome_name(b, outcome));
    else if (target == 0)
        buffer_addf(out, "%d->end", b->line);
    else
        buffer_addf(out, "%d->%d", b->line, target);
}

static bool is_reached(const struct results_branch *b)
{
    return !is_missing(b->count[0]) || !is_missing(b->count[1]);
}

/* The missing outcomes of the branches of `line`: of those that were come to, or else of all. */
static void add_arcs(const struct coverage_file *f, int line, const char **before,
                     struct buffer *out)
{
    size_t n, first = coverage_branches_of(f, line, &n);
    bool half = false;
    for (size_t i = first; i < first + n; i++)
        half = half || is_missing(f->branches[i]->count[0]) != is_missing(f->branches[i]->count[1]);
    for (size_t i = first; i < first + n; i++) {
        if (half && !is_reached(f->branches[i]))
            continue;
        for (int o = 0; o < 2; o++) {
            if (!is_missing(f->branches[i]->count[o]))
                continue;
            buffer_adds(out, *before);
            coverage_add_arc(f->branches[i], o, n == 1, out);
            *before = ", ";
        }
    }
}

/* The last line of a range that begins at `line`, which is missing. */
static int range_end(const struct coverage_file *f, int line)
{
    int last = line;
    for (int next = line + 1; next <= f->nlines; next++) {
        if (is_missing(f->lines[next]))
            last = next;
        else if (f->lines[next] != RESULTS_NO_CODE)
            break;
    }
    return last;
}

void coverage_add_missing(const struct coverage_file *f, struct buffer *out)
{
    const char *before = "";
    for (int line = 1; line <= f->nlines; line++) {
        if (is_missing(f->lines[line])) {
            int last = range_end(f, line);
            buffer_addf(out, last > line ? "%s%d-%d" : "%s%d", before, line, last);
            before = ", ";
            line = last;
        } else if (coverage_is_partial(f, line)) {
            add_arcs(f, line, &before, out);
        }
    }
}
