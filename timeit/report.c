#include "timeit/report.h"

#include <limits.h>
#include <math.h>
#include <string.h>

/* ---- columns ---- */

enum kind { COUNT, SECONDS, NUMBER, RATIO, TEXT };

/* What a session asks for beside the times; a column is there when its question was asked. */
enum topic { ALWAYS, IF_MEMORY, IF_GC, IF_COMPARED };

struct column {
    const char *name; /* in CSV and JSON */
    enum kind kind;
    enum topic topic;
    double (*number)(const struct session *s, size_t i);
    const char *(*text)(const struct session *s, size_t i);
};

static const char *statement(const struct session *s, size_t i)
{
    return s->statements[i].text;
}

static const char *verdict(const struct session *s, size_t i)
{
    static const char *const words[] = {[SESSION_FIRST] = "",
                                        [SESSION_FASTER] = "faster",
                                        [SESSION_SLOWER] = "slower",
                                        [SESSION_SAME] = "no difference seen",
                                        [SESSION_TOO_FEW] = "too few rounds",
                                        [SESSION_NOTHING] = "too short to compare"};
    return words[session_judge(s, i)];
}

static double loops(const struct session *s, size_t i)
{
    return (double)s->statements[i].number;
}

static double runs(const struct session *s, size_t i)
{
    return (double)s->statements[i].stats.count;
}

static double best(const struct session *s, size_t i)
{
    return s->statements[i].stats.least;
}

static double median(const struct session *s, size_t i)
{
    return s->statements[i].stats.median;
}

static double mean(const struct session *s, size_t i)
{
    return s->statements[i].stats.mean;
}

static double worst(const struct session *s, size_t i)
{
    return s->statements[i].stats.greatest;
}

static double deviation(const struct session *s, size_t i)
{
    return s->statements[i].stats.deviation;
}

static double outliers(const struct session *s, size_t i)
{
    return (double)s->statements[i].stats.outliers;
}

static double bytes(const struct session *s, size_t i)
{
    return s->statements[i].memory.bytes;
}

static double objects(const struct session *s, size_t i)
{
    return s->statements[i].memory.objects;
}

static double gc_share(const struct session *s, size_t i)
{
    return session_gc_share(&s->statements[i]);
}

static double ratio(const struct session *s, size_t i)
{
    return s->statements[i].ratio.ratio;
}

static double ratio_low(const struct session *s, size_t i)
{
    return s->statements[i].ratio.low;
}

static double ratio_high(const struct session *s, size_t i)
{
    return s->statements[i].ratio.high;
}

static const struct column columns[] = {
    {"statement", TEXT, ALWAYS, NULL, statement},
    {"loops", COUNT, ALWAYS, loops, NULL},
    {"runs", COUNT, ALWAYS, runs, NULL},
    {"best", SECONDS, ALWAYS, best, NULL},
    {"median", SECONDS, ALWAYS, median, NULL},
    {"mean", SECONDS, ALWAYS, mean, NULL},
    {"worst", SECONDS, ALWAYS, worst, NULL},
    {"deviation", SECONDS, ALWAYS, deviation, NULL},
    {"outliers", COUNT, ALWAYS, outliers, NULL},
    {"bytes", NUMBER, IF_MEMORY, bytes, NULL},
    {"objects", NUMBER, IF_MEMORY, objects, NULL},
    {"gc_share", RATIO, IF_GC, gc_share, NULL},
    {"ratio", RATIO, IF_COMPARED, ratio, NULL},
    {"ratio_low", RATIO, IF_COMPARED, ratio_low, NULL},
    {"ratio_high", RATIO, IF_COMPARED, ratio_high, NULL},
    {"verdict", TEXT, IF_COMPARED, NULL, verdict},
    {NULL, TEXT, ALWAYS, NULL, NULL},
};

static bool is_there(const struct column *c, const struct session *s)
{
    switch (c->topic) {
    case IF_MEMORY:
        return s->order->memory;
    case IF_GC:
        return s->order->gc;
    case IF_COMPARED:
        return s->order->count > 1;
    case ALWAYS:
        break;
    }
    return true;
}

/* ---- CSV ---- */

static void add_quoted(struct buffer *out, const char *text)
{
    if (!text[strcspn(text, ",\"\r\n")]) {
        buffer_adds(out, text);
        return;
    }
    buffer_addc(out, '"');
    for (const char *s = text; *s; s++) {
        if (*s == '"')
            buffer_addc(out, '"');
        buffer_addc(out, *s);
    }
    buffer_addc(out, '"');
}

static void add_field(struct buffer *out, const struct column *c, const struct session *s, size_t i)
{
    if (c->kind == TEXT)
        add_quoted(out, c->text(s, i));
    else
        buffer_addf(out, c->kind == COUNT ? "%.0f" : "%.9g", c->number(s, i));
}

void report_as_csv(struct buffer *out, const struct session *s)
{
    for (const struct column *c = columns; c->name; c++)
        if (is_there(c, s))
            buffer_addf(out, "%s%s", c == columns ? "" : ",", c->name);
    buffer_addc(out, '\n');
    for (size_t i = 0; i < s->order->count; i++) {
        for (const struct column *c = columns; c->name; c++)
            if (is_there(c, s)) {
                buffer_adds(out, c == columns ? "" : ",");
                add_field(out, c, s, i);
            }
        buffer_addc(out, '\n');
    }
}

/* ---- JSON ---- */

/* JSON holds UTF-8; of a text that is not, each foreign byte becomes a question mark. */
static json_t *json_text(const char *text)
{
    json_t *value = json_string(text);
    if (value)
        return value;
    struct buffer b;
    buffer_init(&b);
    for (const char *s = text; *s; s++)
        buffer_addc(&b, (unsigned char)*s < 128 ? *s : '?');
    value = json_string(b.data);
    buffer_release(&b);
    return value;
}

static json_t *json_number(double value, enum kind kind)
{
    if (!isfinite(value))
        return json_null();
    return kind == COUNT ? json_integer((json_int_t)value) : json_real(value);
}

static json_t *json_series(const double *values, int count)
{
    json_t *list = json_array();
    for (int i = 0; i < count; i++)
        json_array_append_new(list, json_number(values[i], SECONDS));
    return list;
}

static json_t *json_statement(const struct session *s, size_t i)
{
    json_t *object = json_object();
    for (const struct column *c = columns; c->name; c++)
        if (is_there(c, s))
            json_object_set_new(object, c->name,
                                c->kind == TEXT ? json_text(c->text(s, i))
                                                : json_number(c->number(s, i), c->kind));
    json_object_set_new(object, "raw_times",
                        json_series(s->statements[i].timed.raw, s->order->rounds));
    if (s->statements[i].uncollected.raw)
        json_object_set_new(object, "raw_times_uncollected",
                            json_series(s->statements[i].uncollected.raw, s->order->rounds));
    return object;
}

json_t *report_as_json(const struct session *s)
{
    const struct session_order *o = s->order;
    json_t *statements = json_array();
    for (size_t i = 0; i < o->count; i++)
        json_array_append_new(statements, json_statement(s, i));
    json_t *root = json_object();
    json_object_set_new(root, "lua", json_string(LUA_RELEASE));
    json_object_set_new(root, "clock",
                        json_string(o->timer                    ? "own"
                                    : o->clock == XDB_TIMER_CPU ? "cpu"
                                                                : "wall"));
    json_object_set_new(root, "collector", json_string(o->gc ? "running" : "stopped"));
    json_object_set_new(root, "setup", json_text(o->setup));
    if (o->baseline)
        json_object_set_new(root, "baseline", json_number(s->baseline, SECONDS));
    if (json_object_set_new(root, "statements", statements) < 0) {
        json_decref(root);
        return NULL;
    }
    return root;
}

/* ---- text ---- */

void report_tried(struct buffer *out, const struct format *f, long long number, double seconds)
{
    buffer_addf(out, "%lld loop%s -> %s%.*g secs%s\n", number, number == 1 ? "" : "s",
                f->colors->time, f->precision, seconds, f->colors->off);
}

static void add_raw(struct buffer *out, const struct format *f, const struct session_statement *st)
{
    buffer_adds(out, "raw times: ");
    for (size_t i = 0; i < st->stats.count; i++) {
        buffer_adds(out, i ? ", " : "");
        format_time(out, f, f->colors->time, st->timed.raw[i]);
    }
    buffer_addc(out, '\n');
}

static void add_stats(struct buffer *out, const struct format *f,
                      const struct session_statement *st)
{
    const char *color = f->colors->time;
    buffer_adds(out, "median ");
    format_time(out, f, color, st->stats.median);
    buffer_adds(out, ", mean ");
    format_time(out, f, color, st->stats.mean);
    buffer_adds(out, ", deviation ");
    format_time(out, f, color, st->stats.deviation);
    buffer_addf(out, ", %zu outlier%s of %zu runs\n", st->stats.outliers,
                st->stats.outliers == 1 ? "" : "s", st->stats.count);
    format_histogram(out, f, st->timed.times, st->stats.count);
    buffer_addc(out, '\n');
}

/* Exact numbers as they are; means with what they lie between. */
static void add_amount(struct buffer *out, double mean_value, double least, double most,
                       const char *what)
{
    bool exact = least == most;
    buffer_addf(out, exact ? "%.0f" : "%.4g", mean_value);
    buffer_addf(out, " %s%s", what, exact && mean_value == 1 ? "" : "s");
    if (!exact)
        buffer_addf(out, " (%.0f to %.0f)", least, most);
}

static void add_memory(struct buffer *out, const struct xdb_timer_memory *m)
{
    buffer_adds(out, "memory: ");
    add_amount(out, m->bytes, m->least_bytes, m->most_bytes, "byte");
    buffer_adds(out, ", ");
    add_amount(out, m->objects, m->least_objects, m->most_objects, "object");
    buffer_adds(out, " per loop\n");
}

static void add_gc(struct buffer *out, const struct format *f, const struct session_statement *st)
{
    buffer_addf(out, "collection: %.3g %% of the time (median ", session_gc_share(st) * 100);
    format_time(out, f, f->colors->time, st->stats.median);
    buffer_adds(out, " per loop with it, ");
    format_time(out, f, f->colors->time, st->plain_stats.median);
    buffer_adds(out, " without)\n");
}

static void add_baseline(struct buffer *out, const struct format *f, const struct session *s)
{
    buffer_adds(out, "subtracted: ");
    format_time(out, f, f->colors->time, s->baseline);
    buffer_adds(out, " per loop, the time of the empty loop\n");
}

/* Python's words and Python's form: a warning of no file, at no line. */
static void add_doubt(struct buffer *doubts, const struct format *f,
                      const struct session_statement *st)
{
    if (!(st->stats.greatest >= st->stats.least * 4 && st->stats.greatest > 0))
        return;
    buffer_addf(doubts,
                "%s:0: UserWarning: The test results are likely unreliable. The worst time (",
                f->colors->warning);
    format_time_plain(doubts, f, st->stats.greatest);
    buffer_adds(doubts, ") was more than four times slower than the best time (");
    format_time_plain(doubts, f, st->stats.least);
    buffer_addf(doubts, ").%s\n", f->colors->off);
}

static void add_single(struct buffer *out, struct buffer *doubts, const struct session *s,
                       const struct report_style *style)
{
    const struct session_statement *st = &s->statements[0];
    const struct format *f = &style->format;
    if (style->raw) {
        add_raw(out, f, st);
        buffer_addc(out, '\n');
    }
    buffer_addf(out, "%lld loop%s, best of %zu: ", st->number, st->number == 1 ? "" : "s",
                st->stats.count);
    format_time(out, f, f->colors->best, st->stats.least);
    buffer_adds(out, " per loop\n");
    if (s->order->baseline)
        add_baseline(out, f, s);
    if (style->stats)
        add_stats(out, f, st);
    if (s->order->gc)
        add_gc(out, f, st);
    if (s->order->memory)
        add_memory(out, &st->memory);
    add_doubt(doubts, f, st);
}

/* ---- the table of a comparison ---- */

enum { widest_statement = 40, widest_ratio = 26 /* with its interval */ };

/* How wide things are, in columns of the terminal. */
struct table {
    bool
        numbered; /* the statements are too long for it: they stand above, and here their numbers */
    int title, cell;
};

/* The statement on one line, cut where it is wider than `most`; returns its width. */
static int add_title(struct buffer *out, const char *text, int most)
{
    int width = 0;
    for (const char *s = text; *s; s++) {
        bool follows = ((unsigned char)*s & 0xC0) == 0x80; /* inside of an UTF-8 sequence */
        if (!follows && width == most - 3 && strlen(s) > 3) {
            buffer_adds(out, "...");
            return width + 3;
        }
        width += !follows;
        buffer_addc(out, (unsigned char)*s < ' ' || *s == 127 ? ' ' : *s);
    }
    return width;
}

static void add_spaces(struct buffer *out, int count)
{
    for (int i = 0; i < count; i++)
        buffer_addc(out, ' ');
}

static int title_width(const struct session *s)
{
    struct buffer scratch;
    int widest = (int)strlen("statement");
    buffer_init(&scratch);
    for (size_t i = 0; i < s->order->count; i++) {
        int width = add_title(&scratch, s->statements[i].text, INT_MAX);
        widest = width > widest ? width : widest;
    }
    buffer_release(&scratch);
    return widest;
}

static int verdict_width(const struct session *s)
{
    int widest = 0;
    for (size_t i = 0; i < s->order->count; i++) {
        int width = (int)strlen(verdict(s, i));
        widest = width > widest ? width : widest;
    }
    return widest;
}

static struct table lay_out(const struct session *s, const struct report_style *style)
{
    struct table t = {.title = title_width(s), .cell = style->format.precision + 9};
    int whole = t.title + 2 * t.cell + widest_ratio + verdict_width(s);
    t.numbered = t.title > widest_statement || whole > style->columns;
    if (t.numbered)
        t.title = (int)strlen("statement");
    return t;
}

static void add_legend(struct buffer *out, const struct session *s, int width)
{
    for (size_t i = 0; i < s->order->count; i++) {
        size_t start = out->len;
        buffer_addf(out, "%zu: ", i + 1);
        add_title(out, s->statements[i].text, width - (int)(out->len - start));
        buffer_addc(out, '\n');
    }
}

/* A time in a column of so many. */
static void add_cell(struct buffer *out, const struct format *f, const char *color, int width,
                     double seconds)
{
    struct buffer plain;
    buffer_init(&plain);
    format_time_plain(&plain, f, seconds);
    add_spaces(out, width - (int)plain.len);
    format_time(out, f, color, seconds);
    buffer_release(&plain);
}

static void add_interval(struct buffer *out, const struct xdb_timeit_ratio *r)
{
    if (isinf(r->high) || isnan(r->high) || isnan(r->low))
        buffer_addf(out, "  %16s", "?");
    else
        buffer_addf(out, "  %5.3f to %5.3f", r->low, r->high);
}

static void add_row(struct buffer *out, const struct session *s, size_t i, const struct table *t,
                    const struct format *f)
{
    const struct session_statement *st = &s->statements[i];
    if (t->numbered)
        buffer_addf(out, "%-*zu", t->title, i + 1);
    else
        add_spaces(out, t->title - add_title(out, st->text, INT_MAX));
    add_cell(out, f, f->colors->best, t->cell, st->stats.least);
    add_cell(out, f, f->colors->time, t->cell, st->stats.median);
    enum session_verdict judged = session_judge(s, i);
    if (judged != SESSION_FIRST && judged != SESSION_NOTHING) {
        buffer_addf(out, "  %6.3f", st->ratio.ratio);
        add_interval(out, &st->ratio);
    } else if (judged == SESSION_NOTHING)
        add_spaces(out, 24);
    else
        buffer_addf(out, "  %6s", "1");
    if (judged != SESSION_FIRST)
        buffer_addf(out, "  %s", verdict(s, i));
    buffer_addc(out, '\n');
}

static void add_details(struct buffer *out, const struct session *s, size_t i,
                        const struct table *t, const struct report_style *style)
{
    const struct session_statement *st = &s->statements[i];
    buffer_addc(out, '\n');
    if (t->numbered)
        buffer_addf(out, "%zu", i + 1);
    else
        add_title(out, st->text, INT_MAX);
    buffer_addf(out, ": %lld loop%s a run\n", st->number, st->number == 1 ? "" : "s");
    if (style->raw)
        add_raw(out, &style->format, st);
    if (style->stats)
        add_stats(out, &style->format, st);
    if (s->order->gc)
        add_gc(out, &style->format, st);
    if (s->order->memory)
        add_memory(out, &st->memory);
}

static void add_comparison(struct buffer *out, const struct session *s,
                           const struct report_style *style)
{
    struct table t = lay_out(s, style);
    buffer_addf(out, "%zu statements, %d round%s of each in turn\n", s->order->count,
                s->order->rounds, s->order->rounds == 1 ? "" : "s");
    if (t.numbered)
        add_legend(out, s, style->columns);
    buffer_addf(out, "%-*s%*s%*s   ratio    95 %% interval\n", t.title, "statement", t.cell, "best",
                t.cell, "median");
    for (size_t i = 0; i < s->order->count; i++)
        add_row(out, s, i, &t, &style->format);
    if (s->order->baseline)
        add_baseline(out, &style->format, s);
    if (style->raw || style->stats || s->order->gc || s->order->memory)
        for (size_t i = 0; i < s->order->count; i++)
            add_details(out, s, i, &t, style);
}

void report_as_text(struct buffer *out, struct buffer *doubts, const struct session *s,
                    const struct report_style *style)
{
    if (style->compare)
        add_comparison(out, s, style);
    else
        add_single(out, doubts, s, style);
}
