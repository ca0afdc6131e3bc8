#include "trace/coverage.h"

#include "trace/describe.h"
#include "trace/pragma.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct maker {
    struct coverage *c;
    const struct coverage_choice *choice;
    struct buffer *said;
    size_t cap;
};

static int no_memory(struct xdb_error *err)
{
    return error_set(err, XDB_ENOMEM, "out of memory while putting the report together");
}

/* ---- which files ------------------------------------------------------------------------------ */

static bool is_wanted(const struct coverage_choice *choice, const char *path)
{
    return *path == '/' && (choice->source->n == 0 || globs_match(choice->source, path)) &&
           !globs_match(choice->omit, path);
}

/* Whether counts of a file of this name are there, of whatever text. */
static bool is_counted(struct results_file *const *files, size_t n, const char *path)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order = strcmp(files[mid]->name, path);
        if (order == 0)
            return true;
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return false;
}

struct unloaded {
    struct maker *m;
    struct results *added;             /* those described so far */
    struct results_file *const *known; /* those that were counted */
    size_t nknown;
};

static int add_unloaded(void *user, const char *path, int error)
{
    struct unloaded *u = user;
    struct maker *m = u->m;
    struct source *s;
    struct xdb_error why;
    if (error) {
        buffer_addf(m->said, "cannot look into %s: %s\n", path, strerror(error));
        return 0;
    }
    if (is_counted(u->known, u->nknown, path) || globs_match(m->choice->omit, path))
        return 0;
    int failed = source_of_path(m->c->sources, path, &s, &why);
    if (!failed)
        failed = describe_source(u->added, s, NULL, &why);
    if (failed == XDB_ENOMEM)
        return failed;
    if (failed)
        buffer_addf(m->said, "%s; left out\n", why.text);
    return 0;
}

/* Adds the files of --source that nobody loaded to the results. */
static int add_all_unloaded(struct maker *m, struct xdb_error *err)
{
    struct unloaded u = {.m = m, .added = results_new()};
    struct results *r = m->c->results;
    if (!u.added)
        return no_memory(err);
    results_set_flags(u.added, results_flags(r));
    u.known = results_files(r, &u.nknown);
    int failed = !u.known && u.nknown ? XDB_ENOMEM : 0;
    if (!failed)
        failed = globs_each(m->choice->source, add_unloaded, &u);
    if (!failed)
        failed = results_merge(r, u.added, NULL);
    results_free(u.added);
    return failed ? no_memory(err) : 0;
}

/* ---- a file ----------------------------------------------------------------------------------- */

static const char *shorten(const char *path, const char *cwd)
{
    size_t n = strlen(cwd);
    if (strcmp(cwd, "/") == 0)
        return path + 1;
    return strncmp(path, cwd, n) == 0 && path[n] == '/' ? path + n + 1 : path;
}

/*
** Of the texts that were counted under one name, the one that is on disk; else the one that covers most. Tells of
** what is left out. `*source` gets the text, or NULL.
*/
static const struct results_file *choose_text(struct maker *m, struct results_file *const *f,
                                              size_t n, struct source **source)
{
    struct xdb_error why;
    const char *text;
    size_t len, chosen = n;
    int failed = source_of_path(m->c->sources, f[0]->name, source, &why);
    if (!failed)
        failed = source_text(*source, &text, &len, &why);
    uint64_t digest = failed ? 0 : results_digest(text, len);
    for (size_t i = 0; i < n && !failed; i++) {
        if (f[i]->digest == digest || (f[i]->digest == 0 && n == 1))
            chosen = i;
    }
    if (failed) {
        buffer_addf(m->said, "%s; its counts are reported without its text\n", why.text);
        *source = NULL;
    } else if (chosen == n) {
        buffer_addf(
            m->said,
            "%s has changed since it was counted; its counts are reported without its text\n",
            f[0]->name);
        *source = NULL;
    }
    if (n > 1)
        buffer_addf(m->said, "%s was counted with %zu different texts; %s is reported\n",
                    f[0]->name, n, chosen < n ? "the one that is there now" : "the last");
    return f[chosen < n ? chosen : n - 1];
}

static int read_flags(struct maker *m, struct coverage_file *f, unsigned char **out)
{
    const char *text;
    size_t len;
    *out = calloc((size_t)f->nlines + 2, 1);
    if (!*out)
        return XDB_ENOMEM;
    if (!f->source || source_text(f->source, &text, &len, NULL))
        return 0;
    struct matcher *x = m->choice->exclude;
    return pragma_read(text, len, f->nlines, x && matcher_count(x) ? matcher_test : NULL, x, *out);
}

static int add_lines(struct coverage_file *f, const unsigned char *flags)
{
    f->lines = malloc(((size_t)f->nlines + 1) * sizeof *f->lines);
    if (!f->lines)
        return XDB_ENOMEM;
    f->lines[0] = RESULTS_NO_CODE;
    for (int line = 1; line <= f->nlines; line++) {
        int64_t count = f->counted->lines[line];
        if (count == RESULTS_NO_CODE) {
            f->lines[line] = RESULTS_NO_CODE;
        } else if (flags[line] & PRAGMA_NO_COVER) {
            f->lines[line] = COVERAGE_EXCLUDED;
            f->sums.excluded++;
        } else {
            f->lines[line] = count;
            f->sums.lines++;
            f->sums.lines_hit += count > 0;
        }
    }
    return 0;
}

static bool is_excluded(const struct coverage_file *f, const unsigned char *flags, int line,
                        unsigned what)
{
    return line >= 1 && line <= f->nlines && flags[line] & what;
}

static int add_branches(struct coverage_file *f, const unsigned char *flags)
{
    const struct results_file *r = f->counted;
    f->branches = calloc(r->nbranches + 1, sizeof(struct results_branch *));
    if (!f->branches)
        return XDB_ENOMEM;
    for (size_t i = 0; i < r->nbranches; i++) {
        const struct results_branch *b = &r->branches[i];
        if (is_excluded(f, flags, b->line, PRAGMA_NO_COVER | PRAGMA_NO_BRANCH))
            continue;
        f->branches[f->nbranches++] = b;
        f->sums.branches += 2;
        f->sums.branches_hit += (b->count[0] > 0) + (b->count[1] > 0);
    }
    for (int line = 1; line <= f->nlines && f->nbranches; line++)
        f->sums.partial += coverage_is_partial(f, line);
    return 0;
}

static int add_functions(struct coverage_file *f, const unsigned char *flags)
{
    const struct results_file *r = f->counted;
    f->functions = calloc(r->nfunctions + 1, sizeof(struct results_function *));
    if (!f->functions)
        return XDB_ENOMEM;
    for (size_t i = 0; i < r->nfunctions; i++) {
        const struct results_function *g = &r->functions[i];
        if (g->first == 0 || is_excluded(f, flags, g->first, PRAGMA_NO_COVER))
            continue;
        f->functions[f->nfunctions++] = g;
        f->sums.functions++;
        f->sums.functions_hit += g->entries > 0;
    }
    return 0;
}

static void add_sums(struct coverage_sums *to, const struct coverage_sums *s)
{
    to->lines += s->lines;
    to->lines_hit += s->lines_hit;
    to->excluded += s->excluded;
    to->branches += s->branches;
    to->branches_hit += s->branches_hit;
    to->partial += s->partial;
    to->functions += s->functions;
    to->functions_hit += s->functions_hit;
}

/* Adds the file whose counts are the `n` from `all` on, which differ in their texts. */
static int add_file(struct maker *m, struct results_file *const *all, size_t n)
{
    struct coverage *c = m->c;
    struct coverage_file *f = &c->files[c->nfiles++];
    unsigned char *flags = NULL;
    *f = (struct coverage_file){0};
    f->counted = choose_text(m, all, n, &f->source);
    f->path = f->counted->name;
    f->name = shorten(f->path, c->cwd);
    f->nlines = f->counted->nlines;
    int failed = read_flags(m, f, &flags);
    if (!failed)
        failed = add_lines(f, flags);
    if (!failed)
        failed = add_branches(f, flags);
    if (!failed)
        failed = add_functions(f, flags);
    free(flags);
    add_sums(&c->sums, &f->sums);
    return failed;
}

static bool same_name(const struct results_file *a, const struct results_file *b)
{
    return a->name_len == b->name_len && memcmp(a->name, b->name, a->name_len) == 0;
}

static int by_shown_name(const void *a, const void *b)
{
    return strcmp(((const struct coverage_file *)a)->name, ((const struct coverage_file *)b)->name);
}

static int add_files(struct maker *m)
{
    size_t n;
    struct results_file *const *all = results_files(m->c->results, &n);
    int failed = 0;
    if (n == 0)
        return 0;
    if (!all || !(m->c->files = calloc(n, sizeof *m->c->files)))
        return XDB_ENOMEM;
    for (size_t i = 0, end; i < n && !failed; i = end) {
        for (end = i + 1; end < n && same_name(all[i], all[end]);)
            end++;
        if (strlen(all[i]->name) == all[i]->name_len && is_wanted(m->choice, all[i]->name))
            failed = add_file(m, all + i, end - i);
    }
    if (m->c->nfiles)
        qsort(m->c->files, m->c->nfiles, sizeof *m->c->files, by_shown_name);
    return failed;
}

/* ---- the whole -------------------------------------------------------------------------------- */

int coverage_new(struct results *r, const struct coverage_choice *choice, struct buffer *said,
                 struct coverage **out, struct xdb_error *err)
{
    struct coverage *c = calloc(1, sizeof *c);
    struct maker m = {.c = c, .choice = choice, .said = said};
    if (!c || !(c->sources = source_cache_new()) || !(c->cwd_memory = strdup(choice->cwd))) {
        coverage_free(c);
        return no_memory(err);
    }
    c->results = r;
    c->cwd = c->cwd_memory;
    c->branches = results_flags(r) & RESULTS_BRANCHES;
    c->only_covered = results_flags(r) & RESULTS_ONLY_COVERED;
    int failed = choice->source->n ? add_all_unloaded(&m, err) : 0;
    if (!failed && add_files(&m))
        failed = no_memory(err);
    if (!failed && choice->exclude && *matcher_complaint(choice->exclude))
        buffer_addf(said, "%s\n", matcher_complaint(choice->exclude));
    if (failed)
        coverage_free(c);
    else
        *out = c;
    return failed;
}

void coverage_free(struct coverage *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->nfiles; i++) {
        free(c->files[i].lines);
        free(c->files[i].branches);
        free(c->files[i].functions);
    }
    free(c->files);
    source_cache_free(c->sources);
    free(c->cwd_memory);
    free(c);
}

double coverage_percent(const struct coverage *c, const struct coverage_sums *s)
{
    int64_t all = s->lines + (c->branches ? s->branches : 0);
    int64_t hit = s->lines_hit + (c->branches ? s->branches_hit : 0);
    return all ? (double)hit * 100 / (double)all : 100;
}

const char *coverage_part_text(int64_t hit, int64_t all, char text[16])
{
    double percent = all ? (double)hit * 100 / (double)all : 100;
    if (hit < all && percent > 99.9)
        percent = 99.9;
    if (hit > 0 && percent < 0.1)
        percent = 0.1;
    snprintf(text, 16, "%.1f", percent);
    return text;
}

const char *coverage_percent_text(const struct coverage *c, const struct coverage_sums *s,
                                  char text[16])
{
    return coverage_part_text(s->lines_hit + (c->branches ? s->branches_hit : 0),
                              s->lines + (c->branches ? s->branches : 0), text);
}
