/* The order of statistics: sort keys, their beginnings, and sorting by several of them. */
#include "profiler/stats.h"

#include <stdlib.h>
#include <string.h>

enum field { BY_PRIMITIVE, BY_CALLS, BY_OWN, BY_CUMULATIVE, BY_FILE, BY_LINE, BY_NAME, BY_STD };

/* In the order in which beginnings of words are given to them. */
static const struct key {
    const char *name, *meaning;
    enum field fields[3];
    int nfields;
} keys[] = {
    {"calls", "call count", {BY_CALLS}, 1},
    {"ncalls", "call count", {BY_CALLS}, 1},
    {"cumtime", "cumulative time", {BY_CUMULATIVE}, 1},
    {"cumulative", "cumulative time", {BY_CUMULATIVE}, 1},
    {"filename", "file name", {BY_FILE}, 1},
    {"line", "line number", {BY_LINE}, 1},
    {"module", "file name", {BY_FILE}, 1},
    {"name", "function name", {BY_NAME}, 1},
    {"nfl", "name/file/line", {BY_NAME, BY_FILE, BY_LINE}, 3},
    {"pcalls", "primitive call count", {BY_PRIMITIVE}, 1},
    {"stdname", "standard name", {BY_STD}, 1},
    {"time", "internal time", {BY_OWN}, 1},
    {"tottime", "internal time", {BY_OWN}, 1},
};
enum { NKEYS = sizeof keys / sizeof *keys, MAX_FIELDS = 64 };

bool xdb_stats_key(size_t i, const char **name, const char **meaning)
{
    if (i >= NKEYS)
        return false;
    *name = keys[i].name;
    *meaning = keys[i].meaning;
    return true;
}

static size_t common(const char *a, const char *b)
{
    size_t n = 0;
    while (a[n] && a[n] == b[n])
        n++;
    return n;
}

/*
** The key that `word` begins, or NULL. As in CPython a beginning belongs to the first word that has it,
** unless a later one shares exactly this much with those before it: `cum` is nobody's, `cu` is cumtime.
*/
static const struct key *find_key(const char *word)
{
    size_t n = strlen(word);
    const struct key *first = NULL;
    for (size_t i = 0; i < NKEYS; i++) {
        if (strcmp(keys[i].name, word) == 0)
            return &keys[i];
        if (n == 0 || strncmp(keys[i].name, word, n) != 0)
            continue;
        size_t shared = 0;
        for (size_t j = 0; j < i; j++) {
            size_t c = common(keys[i].name, keys[j].name);
            shared = c > shared ? c : shared;
        }
        if (first && shared == n)
            return NULL;
        if (!first)
            first = &keys[i];
    }
    return first;
}

/*
** What is sorted: a function, and for the cache's sake what its first field comes to: where that is less, so is the
** function; where it is the same, the fields tell.
*/
struct item {
    double first;
    const struct stats_function *f;
    uint32_t index;
};

struct order {
    const struct xdb_stats *stats;
    enum field fields[MAX_FIELDS];
    size_t n;
};

static int down(double a, double b)
{
    return (a < b) - (a > b);
}

static int compare_field(const struct stats_function *a, const struct stats_function *b,
                         enum field field)
{
    switch (field) {
    case BY_PRIMITIVE:
        return (a->cc < b->cc) - (a->cc > b->cc);
    case BY_CALLS:
        return (a->nc < b->nc) - (a->nc > b->nc);
    case BY_OWN:
        return down(a->tt, b->tt);
    case BY_CUMULATIVE:
        return down(a->ct, b->ct);
    case BY_FILE:
        return a->file == b->file ? 0 : strcmp(a->file, b->file);
    case BY_LINE:
        return (a->line > b->line) - (a->line < b->line);
    case BY_NAME:
        return strcmp(a->name, b->name);
    case BY_STD:
        break;
    }
    return strcmp(a->std, b->std);
}

static double first_of(const struct stats_function *f, enum field field)
{
    switch (field) {
    case BY_PRIMITIVE:
        return -(double)f->cc;
    case BY_CALLS:
        return -(double)f->nc;
    case BY_OWN:
        return -f->tt;
    case BY_CUMULATIVE:
        return -f->ct;
    case BY_LINE:
        return (double)f->line;
    case BY_FILE:
    case BY_NAME:
    case BY_STD:
        break;
    }
    return 0;
}

static int compare(const void *x, const void *y, void *data)
{
    const struct item *a = x, *b = y;
    const struct order *o = data;
    if (a->first != b->first)
        return a->first < b->first ? -1 : 1;
    for (size_t i = 0; i < o->n; i++) {
        int c = compare_field(a->f, b->f, o->fields[i]);
        if (c)
            return c;
    }
    int c = strcmp(a->f->std, b->f->std);
    return c ? c : (a->index > b->index) - (a->index < b->index);
}

static int sort_by(struct xdb_stats *s, struct order *o, struct xdb_error *err)
{
    int failed = stats_prepare_names(s, err);
    if (failed)
        return failed;
    size_t n = s->nfunctions;
    struct item *items = malloc((n + 1) * sizeof *items);
    uint32_t *order = malloc((n + 1) * sizeof *order);
    if (!items || !order) {
        free(items);
        free(order);
        return error_set(err, XDB_ENOMEM, "not enough memory");
    }
    for (size_t i = 0; i < n; i++)
        items[i] =
            (struct item){first_of(&s->functions[i], o->fields[0]), &s->functions[i], (uint32_t)i};
    qsort_r(items, n, sizeof *items, compare, o);
    for (size_t i = 0; i < n; i++)
        order[i] = items[i].index;
    free(items);
    free(s->order);
    s->order = order;
    return 0;
}

int xdb_stats_sort(struct xdb_stats *s, const char *const *words, size_t n, struct xdb_error *err)
{
    struct order o = {.stats = s};
    struct buffer text;
    int failed = 0;
    if (n == 0) {
        stats_unsort(s);
        return 0;
    }
    buffer_init(&text);
    for (size_t i = 0; i < n && !failed; i++) {
        const struct key *k = find_key(words[i]);
        if (!k)
            failed = error_set(err, XDB_EINVAL, "no sort key '%s'", words[i]);
        else if (o.n + (size_t)k->nfields > MAX_FIELDS)
            failed = error_set(err, XDB_EINVAL, "too many sort keys");
        for (int f = 0; !failed && f < k->nfields; f++)
            o.fields[o.n++] = k->fields[f];
        if (!failed)
            buffer_addf(&text, "%s%s", i ? ", " : "", k->meaning);
    }
    if (!failed && text.failed)
        failed = error_set(err, XDB_ENOMEM, "not enough memory");
    if (!failed)
        failed = sort_by(s, &o, err);
    if (failed) {
        buffer_release(&text);
        return failed;
    }
    buffer_release(&s->sorted_by);
    s->sorted_by = text;
    return 0;
}

void xdb_stats_reverse(struct xdb_stats *s)
{
    for (size_t i = 0, j = s->nfunctions; s->order && i + 1 < j; i++) {
        uint32_t t = s->order[i];
        s->order[i] = s->order[--j];
        s->order[j] = t;
    }
}
