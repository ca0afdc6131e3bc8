/*
** Coverage as the XML of Cobertura, which most services and editors read:
** https://github.com/cobertura/cobertura/blob/master/cobertura/src/site/htdocs/xml/coverage-04.dtd
** A package is a folder, a class a file; rates go from 0 to 1.
*/
#include "trace/report.h"

#include <inttypes.h>
#include <string.h>

static void add_rate(struct buffer *out, const char *name, int64_t hit, int64_t all)
{
    /* In whole ten-thousandths, rounded down: 1 only when it is all; the same in every locale. */
    int64_t rate = all ? hit * 10000 / all : 10000;
    buffer_addf(out, " %s=\"%" PRId64 ".%04" PRId64 "\"", name, rate / 10000, rate % 10000);
}

static void add_rates(struct buffer *out, const struct coverage_sums *s)
{
    add_rate(out, "line-rate", s->lines_hit, s->lines);
    add_rate(out, "branch-rate", s->branches_hit, s->branches);
    buffer_adds(out, " complexity=\"0\"");
}

static void add_conditions(struct buffer *out, const struct coverage_file *f, size_t first,
                           size_t n)
{
    int hit = 0;
    for (size_t i = first; i < first + n; i++)
        hit += (f->branches[i]->count[0] > 0) + (f->branches[i]->count[1] > 0);
    buffer_addf(out, " branch=\"true\" condition-coverage=\"%d%% (%d/%zu)\">", hit * 50 / (int)n,
                hit, n * 2);
    buffer_adds(out, "<conditions>");
    for (size_t i = 0; i < n; i++) {
        const struct results_branch *b = f->branches[first + i];
        int taken = (b->count[0] > 0) + (b->count[1] > 0);
        buffer_addf(out, "<condition number=\"%zu\" type=\"jump\" coverage=\"%d%%\"/>", i,
                    taken * 50);
    }
    buffer_adds(out, "</conditions></line>\n");
}

static void add_lines(struct buffer *out, const struct coverage_file *f, int first, int last)
{
    buffer_adds(out, "<lines>\n");
    for (int line = first; line <= last && line <= f->nlines; line++) {
        size_t n, at = coverage_branches_of(f, line, &n);
        if (f->lines[line] < 0)
            continue;
        buffer_addf(out, "<line number=\"%d\" hits=\"%" PRId64 "\"", line, f->lines[line]);
        if (n)
            add_conditions(out, f, at, n);
        else
            buffer_adds(out, " branch=\"false\"/>\n");
    }
    buffer_adds(out, "</lines>\n");
}

/* What lies between two lines, for a function. */
static struct coverage_sums sums_between(const struct coverage_file *f, int first, int last)
{
    struct coverage_sums s = {0};
    for (int line = first; line <= last && line <= f->nlines; line++) {
        size_t n, at = coverage_branches_of(f, line, &n);
        s.lines += f->lines[line] >= 0;
        s.lines_hit += f->lines[line] > 0;
        s.branches += (int64_t)n * 2;
        for (size_t i = at; i < at + n; i++)
            s.branches_hit += (f->branches[i]->count[0] > 0) + (f->branches[i]->count[1] > 0);
    }
    return s;
}

static void add_method(struct buffer *out, const struct coverage_file *f, size_t i)
{
    const struct results_function *g = f->functions[i];
    struct coverage_sums s = sums_between(f, g->first, g->last);
    struct buffer name;
    buffer_init(&name);
    report_add_function(f, i, &name);
    buffer_adds(out, "<method name=\"");
    report_add_xml(out, name.data);
    buffer_adds(out, "\" signature=\"()\"");
    add_rates(out, &s);
    buffer_adds(out, "><lines>");
    /* Its first line stands for its entries; what its lines did stands in the class. */
    buffer_addf(out, "<line number=\"%d\" hits=\"%" PRId64 "\"/></lines></method>\n", g->first,
                g->entries);
    buffer_release(&name);
}

static void add_class(struct buffer *out, const struct coverage_file *f)
{
    const char *base = strrchr(f->name, '/');
    buffer_adds(out, "<class name=\"");
    report_add_xml(out, base ? base + 1 : f->name);
    buffer_adds(out, "\" filename=\"");
    report_add_xml(out, f->name);
    buffer_addc(out, '"');
    add_rates(out, &f->sums);
    buffer_adds(out, ">\n<methods>\n");
    for (size_t i = 0; i < f->nfunctions; i++)
        add_method(out, f, i);
    buffer_adds(out, "</methods>\n");
    add_lines(out, f, 1, f->nlines);
    buffer_adds(out, "</class>\n");
}

static size_t folder_length(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash ? (size_t)(slash - name) : 0;
}

static bool same_folder(const char *a, const char *b)
{
    size_t n = folder_length(a);
    return n == folder_length(b) && memcmp(a, b, n) == 0;
}

/* A folder's files, as far as they follow each other from `from` on: where the next one begins. */
static size_t add_package(struct buffer *out, const struct coverage *c, size_t from)
{
    struct coverage_sums s = {0};
    size_t end = from;
    const char *name = c->files[from].name;
    for (; end < c->nfiles && same_folder(c->files[end].name, name); end++) {
        const struct coverage_sums *f = &c->files[end].sums;
        s.lines += f->lines;
        s.lines_hit += f->lines_hit;
        s.branches += f->branches;
        s.branches_hit += f->branches_hit;
    }
    struct buffer folder;
    buffer_init(&folder);
    buffer_add(&folder, name, folder_length(name));
    buffer_adds(out, "<package name=\"");
    report_add_xml(out, folder.len ? folder.data : ".");
    buffer_addc(out, '"');
    add_rates(out, &s);
    buffer_adds(out, ">\n<classes>\n");
    for (size_t i = from; i < end; i++)
        add_class(out, &c->files[i]);
    buffer_adds(out, "</classes>\n</package>\n");
    buffer_release(&folder);
    return end;
}

static void write_cobertura(const struct coverage *c, const struct report_choice *choice,
                            struct buffer *out)
{
    const struct coverage_sums *s = &c->sums;
    buffer_adds(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                     "<!DOCTYPE coverage SYSTEM "
                     "\"http://cobertura.sourceforge.net/xml/coverage-04.dtd\">\n<coverage");
    add_rates(out, s);
    buffer_addf(out,
                " lines-covered=\"%" PRId64 "\" lines-valid=\"%" PRId64
                "\" branches-covered=\"%" PRId64 "\" branches-valid=\"%" PRId64
                "\" version=\"%s\" timestamp=\"%" PRId64 "\">\n<sources><source>",
                s->lines_hit, s->lines, s->branches_hit, s->branches, choice->version,
                choice->time);
    report_add_xml(out, c->cwd);
    buffer_adds(out, "</source></sources>\n<packages>\n");
    for (size_t i = 0; i < c->nfiles;)
        i = add_package(out, c, i);
    buffer_adds(out, "</packages>\n</coverage>\n");
}

const struct report_format report_cobertura = {.name = "cobertura", .write = write_cobertura};
