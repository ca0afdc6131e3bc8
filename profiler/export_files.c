#include "profiler/export_files.h"

#include "core/bytecode.h"
#include "core/source.h"

#include <stdlib.h>
#include <string.h>

/* The files with most time come first; a page stays one that a browser opens. */
enum { MAX_TEXTS = 2000, MAX_BYTES = 16 << 20 };

struct by_file {
    const char *path;
    uint32_t function;
};

static int compare_paths(const void *a, const void *b)
{
    const struct by_file *x = a, *y = b;
    int order = x->path == y->path ? 0 : strcmp(x->path, y->path);
    return order ? order : (x->function > y->function) - (x->function < y->function);
}

static int compare_own(const void *a, const void *b)
{
    const struct export_file *x = *(struct export_file *const *)a,
                             *y = *(struct export_file *const *)b;
    if (x->own != y->own)
        return x->own > y->own ? -1 : 1;
    return strcmp(x->path, y->path);
}

static void group(const struct xdb_stats *s, struct export_files *f, struct by_file *list)
{
    for (size_t i = 0; i < s->nfunctions; i++)
        list[i] = (struct by_file){s->functions[i].file, (uint32_t)i};
    qsort(list, s->nfunctions, sizeof *list, compare_paths);
    for (size_t i = 0; i < s->nfunctions; i++) {
        struct export_file *last = f->n ? &f->files[f->n - 1] : NULL;
        f->order[i] = list[i].function;
        if (!last || strcmp(last->path, list[i].path) != 0) {
            last = &f->files[f->n++];
            *last = (struct export_file){.path = list[i].path, .functions = &f->order[i]};
        }
        last->n++;
        last->own += s->functions[list[i].function].tt;
        f->of_function[list[i].function] = (uint32_t)(f->n - 1);
    }
}

/* The function defined at `line`, or NULL. They are in the order of the text, so their lines ascend. */
static const struct proto *defined_at(const struct bytecode *code, long long line)
{
    size_t low = 1, high = code->nall; /* 0 is the main chunk */
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (code->all[middle]->linedefined < line)
            low = middle + 1;
        else
            high = middle;
    }
    return low < code->nall && code->all[low]->linedefined == line ? code->all[low] : NULL;
}

/* Notes where the functions of the file end; false when one does not stand there any more. */
static bool matches(const struct xdb_stats *s, struct export_files *f, const struct export_file *e,
                    const struct bytecode *code)
{
    for (size_t i = 0; i < e->n; i++) {
        const struct stats_function *fn = &s->functions[e->functions[i]];
        const struct proto *p = defined_at(code, fn->line);
        bool is_main = strcmp(fn->name, "<main>") == 0;
        if (!p && !is_main)
            return false;
        f->last_lines[e->functions[i]] = is_main ? 0 : p->lastlinedefined;
    }
    return true;
}

static void read_text(const struct xdb_stats *s, struct export_files *f, struct export_file *e)
{
    struct source *source;
    const struct bytecode *code;
    if (e->path[0] != '/' || source_of_path(f->sources, e->path, &source, NULL) < 0 ||
        source_code(source, &code, NULL) < 0 || source_text(source, &e->text, &e->len, NULL) < 0)
        return;
    e->state = matches(s, f, e, code) ? EXPORT_TEXT : EXPORT_CHANGED;
}

static void read_texts(const struct xdb_stats *s, struct export_files *f,
                       struct export_file **by_own)
{
    size_t bytes = 0;
    for (size_t i = 0; i < f->n; i++)
        by_own[i] = &f->files[i];
    qsort(by_own, f->n, sizeof *by_own, compare_own);
    for (size_t i = 0; i < f->n && i < MAX_TEXTS && bytes < MAX_BYTES; i++) {
        read_text(s, f, by_own[i]);
        bytes += by_own[i]->len;
        if (bytes > MAX_BYTES)
            by_own[i]->state = EXPORT_NO_TEXT;
    }
}

int export_files_find(const struct xdb_stats *s, struct export_files *out, struct xdb_error *err)
{
    size_t n = s->nfunctions + 1;
    struct export_files f = {.files = calloc(n, sizeof *f.files),
                             .of_function = calloc(n, sizeof *f.of_function),
                             .last_lines = calloc(n, sizeof *f.last_lines),
                             .order = calloc(n, sizeof *f.order),
                             .sources = source_cache_new()};
    struct by_file *list = calloc(n, sizeof *list);
    struct export_file **by_own = calloc(n, sizeof *by_own);
    bool good = f.files && f.of_function && f.last_lines && f.order && f.sources && list && by_own;
    if (good) {
        group(s, &f, list);
        read_texts(s, &f, by_own);
        *out = f;
    } else
        export_files_release(&f);
    free(list);
    free(by_own);
    return good ? 0 : error_set(err, XDB_ENOMEM, "not enough memory");
}

void export_files_release(struct export_files *f)
{
    free(f->files);
    free(f->of_function);
    free(f->last_lines);
    free(f->order);
    source_cache_free(f->sources);
}
