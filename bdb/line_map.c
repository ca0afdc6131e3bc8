#include "bdb/line_map.h"

#include <stdlib.h>
#include <string.h>

struct numbers { /* ascending, each once */
    int *at;     /* owned */
    int count, room;
};

struct mapped {
    char *name; /* owned */
    struct numbers lines;
};

struct line_map {
    struct mapped *files; /* owned; in order of first use */
    int count, room;
    struct numbers waiting; /* numbers of breakpoints without a place */
};

/* ---- sorted numbers --------------------------------------------------------------------------- */

/* Where `n` is, or would be. */
static int place_of(const struct numbers *s, int n)
{
    int low = 0, high = s->count;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (s->at[middle] < n)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool contains(const struct numbers *s, int n)
{
    int i = place_of(s, n);
    return s->at && i < s->count && s->at[i] == n;
}

static int insert(struct numbers *s, int n)
{
    int i = place_of(s, n);
    if (contains(s, n))
        return 0;
    if (!s->at || s->count == s->room) {
        int room = s->room ? s->room * 2 : 8;
        int *more = realloc(s->at, (size_t)room * sizeof *more);
        if (!more)
            return XDB_ENOMEM;
        s->at = more;
        s->room = room;
    }
    memmove(s->at + i + 1, s->at + i, (size_t)(s->count - i) * sizeof *s->at);
    s->at[i] = n;
    s->count++;
    return 0;
}

static void take_out(struct numbers *s, int n)
{
    if (!contains(s, n))
        return;
    int i = place_of(s, n);
    s->count--;
    memmove(s->at + i, s->at + i + 1, (size_t)(s->count - i) * sizeof *s->at);
}

static void release(struct numbers *s)
{
    free(s->at);
    *s = (struct numbers){NULL, 0, 0};
}

/* ---- the map ---------------------------------------------------------------------------------- */

struct line_map *line_map_new(void)
{
    return calloc(1, sizeof(struct line_map));
}

void line_map_clear(struct line_map *m)
{
    for (int i = 0; i < m->count; i++) {
        free(m->files[i].name);
        release(&m->files[i].lines);
    }
    m->count = 0;
    release(&m->waiting);
}

void line_map_free(struct line_map *m)
{
    if (!m)
        return;
    line_map_clear(m);
    free(m->files);
    free(m);
}

static struct mapped *find(const struct line_map *m, const char *file)
{
    for (int i = 0; i < m->count; i++)
        if (strcmp(m->files[i].name, file) == 0)
            return &m->files[i];
    return NULL;
}

static struct mapped *add_file(struct line_map *m, const char *file)
{
    if (m->count == m->room) {
        int room = m->room ? m->room * 2 : 8;
        struct mapped *more = realloc(m->files, (size_t)room * sizeof *more);
        if (!more)
            return NULL;
        m->files = more;
        m->room = room;
    }
    char *name = strdup(file);
    if (!name)
        return NULL;
    m->files[m->count] = (struct mapped){name, {NULL, 0, 0}};
    return &m->files[m->count++];
}

static void drop_file(struct line_map *m, struct mapped *f)
{
    free(f->name);
    release(&f->lines);
    m->count--;
    memmove(f, f + 1, (size_t)(m->files + m->count - f) * sizeof *f);
}

int line_map_add(struct line_map *m, const struct breakpoint *b)
{
    if (!b->file)
        return insert(&m->waiting, b->number);
    struct mapped *f = find(m, b->file);
    if (!f)
        f = add_file(m, b->file);
    if (!f)
        return XDB_ENOMEM;
    int failed = insert(&f->lines, b->line);
    if (f->lines.count == 0)
        drop_file(m, f);
    return failed;
}

int line_map_load(struct line_map *m, const struct breakpoints *r)
{
    for (int n = 1; n <= breakpoint_last(r); n++) {
        const struct breakpoint *b = breakpoint_numbered(r, n);
        if (b && line_map_add(m, b) < 0)
            return XDB_ENOMEM;
    }
    return 0;
}

void line_map_remove(struct line_map *m, const char *file, int line)
{
    struct mapped *f = find(m, file);
    if (!f)
        return;
    take_out(&f->lines, line);
    if (f->lines.count == 0)
        drop_file(m, f);
}

void line_map_remove_file(struct line_map *m, const char *file)
{
    struct mapped *f = find(m, file);
    if (f)
        drop_file(m, f);
}

void line_map_forget(struct line_map *m, int number)
{
    take_out(&m->waiting, number);
}

bool line_map_has(const struct line_map *m, const char *file, int line)
{
    const struct mapped *f = find(m, file);
    return f && contains(&f->lines, line);
}

bool line_map_accepts(struct line_map *m, const struct breakpoints *r, const char *file, int line)
{
    if (line_map_has(m, file, line))
        return true;
    const struct breakpoint *b = breakpoint_at(r, file, line);
    while (b && !contains(&m->waiting, b->number))
        b = b->next_here;
    if (!b || line_map_add(m, b) < 0)
        return b != NULL;
    take_out(&m->waiting, b->number);
    return true;
}

bool line_map_empty(const struct line_map *m)
{
    return m->count == 0 && m->waiting.count == 0;
}

int line_map_lines(const struct line_map *m, const char *file, const int **lines)
{
    const struct mapped *f = find(m, file);
    *lines = f ? f->lines.at : NULL;
    return f ? f->lines.count : 0;
}

const char *line_map_file(const struct line_map *m, int i)
{
    return i >= 0 && i < m->count ? m->files[i].name : NULL;
}
