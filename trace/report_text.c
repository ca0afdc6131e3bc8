/* Coverage as a table for people: a row a file, and what is missing. */
#include "trace/report.h"

#include <inttypes.h>
#include <string.h>

enum { GAP = 2 };

struct column {
    const char *title;
    bool branches; /* only when branches were counted */
    int64_t (*get)(const struct coverage_sums *s);
};

static int64_t lines(const struct coverage_sums *s)
{
    return s->lines;
}

static int64_t lines_missed(const struct coverage_sums *s)
{
    return s->lines - s->lines_hit;
}

static int64_t branches(const struct coverage_sums *s)
{
    return s->branches;
}

static int64_t branches_missed(const struct coverage_sums *s)
{
    return s->branches - s->branches_hit;
}

static int64_t partial(const struct coverage_sums *s)
{
    return s->partial;
}

static int64_t functions(const struct coverage_sums *s)
{
    return s->functions;
}

static int64_t functions_missed(const struct coverage_sums *s)
{
    return s->functions - s->functions_hit;
}

static const struct column columns[] = {
    {"Lines", false, lines},           {"Miss", false, lines_missed},
    {"Branches", true, branches},      {"Miss", true, branches_missed},
    {"Partial", true, partial},        {"Functions", false, functions},
    {"Miss", false, functions_missed},
};
enum { COLUMNS = sizeof columns / sizeof *columns, COVER = 7 };

struct table {
    const struct coverage *c;
    const struct report_choice *choice;
    struct buffer *out;
    int name_width;
    int widths[COLUMNS];
};

static int width_of(int64_t n)
{
    int width = 1;
    for (; n >= 10; n /= 10)
        width++;
    return width;
}

static bool is_shown(const struct table *t, int i)
{
    return !columns[i].branches || t->c->branches;
}

static void measure(struct table *t)
{
    t->name_width = 5;
    for (size_t i = 0; i < t->c->nfiles; i++) {
        int n = (int)strlen(t->c->files[i].name);
        t->name_width = n > t->name_width ? n : t->name_width;
    }
    for (int i = 0; i < COLUMNS; i++) {
        int title = (int)strlen(columns[i].title), number = width_of(columns[i].get(&t->c->sums));
        t->widths[i] = GAP + (title > number ? title : number);
    }
}

static void add_rule(struct table *t, int width)
{
    for (int i = 0; i < width; i++)
        buffer_addc(t->out, '-');
    buffer_addc(t->out, '\n');
}

static int add_head(struct table *t)
{
    size_t start = t->out->len;
    buffer_addf(t->out, "%-*s", t->name_width, "Name");
    for (int i = 0; i < COLUMNS; i++) {
        if (is_shown(t, i))
            buffer_addf(t->out, "%*s", t->widths[i], columns[i].title);
    }
    buffer_addf(t->out, "%*s", COVER + GAP, "Cover");
    if (t->choice->show_missing)
        buffer_adds(t->out, "   Missing");
    int width = (int)(t->out->len - start);
    buffer_addc(t->out, '\n');
    return width;
}

static void add_row(struct table *t, const char *name, const struct coverage_sums *s,
                    const struct coverage_file *f)
{
    char percent[16];
    buffer_addf(t->out, "%-*s", t->name_width, name);
    for (int i = 0; i < COLUMNS; i++) {
        if (is_shown(t, i))
            buffer_addf(t->out, "%*" PRId64, t->widths[i], columns[i].get(s));
    }
    buffer_addf(t->out, "%*s%%", COVER + GAP - 1, coverage_percent_text(t->c, s, percent));
    if (t->choice->show_missing && f) {
        size_t before = t->out->len;
        buffer_adds(t->out, "   ");
        coverage_add_missing(f, t->out);
        if (t->out->len == before + 3)
            buffer_truncate(t->out, before);
    }
    buffer_addc(t->out, '\n');
}

static void write_text(const struct coverage *c, const struct report_choice *choice,
                       struct buffer *out)
{
    struct table t = {.c = c, .choice = choice, .out = out};
    measure(&t);
    int width = add_head(&t);
    add_rule(&t, width);
    for (size_t i = 0; i < c->nfiles; i++)
        add_row(&t, c->files[i].name, &c->files[i].sums, &c->files[i]);
    add_rule(&t, width);
    add_row(&t, "TOTAL", &c->sums, NULL);
}

const struct report_format report_text = {.name = "text", .write = write_text};
