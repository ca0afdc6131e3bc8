#include "trace/results.h"

#include <stdlib.h>
#include <string.h>
/* Out of memory, an entry is not added; uthash would end the process. */
#define HASH_NONFATAL_OOM            1
#define uthash_nonfatal_oom(element) ((element)->lost = true)
#include <uthash.h>

/* The lines of one file that were covered in one context. */
struct results_bits {
    size_t context;
    int nlines;     /* the last line that `bits` has */
    uint64_t *bits; /* bit n: line n */
};

struct entry {
    struct results_file file;
    bool lost; /* by uthash, out of memory */
    UT_hash_handle hh;
    char key[]; /* the digest, then the name and a '\0' */
};

struct context {
    size_t id;
    size_t len;
    bool lost; /* by uthash, out of memory */
    UT_hash_handle hh;
    char name[];
};

struct call {
    struct results_call call;
    bool lost; /* by uthash, out of memory */
    UT_hash_handle hh;
    char key[]; /* one byte: whether there is a caller; then the six texts, each with its '\0' */
};

struct results {
    struct entry *files;
    struct context *contexts;
    struct context **context_at; /* by id */
    size_t cap_contexts;
    struct call *calls;
    unsigned flags;
    struct results_file **sorted; /* the files in order; `nsorted` is 0 after one was added */
    size_t nsorted;
    struct results_call *sorted_calls;
    size_t nsorted_calls;
};

const char *branch_kind_name(enum branch_kind kind)
{
    static const char *const names[] = {"if", "while", "until", "and", "or", "for", "value"};
    return (unsigned)kind < BRANCH_KINDS ? names[kind] : "?";
}

static int64_t sum(int64_t a, int64_t b)
{
    if (b < 0)
        b = 0;
    return a > RESULTS_MAX_COUNT - b || b > RESULTS_MAX_COUNT ? RESULTS_MAX_COUNT : a + b;
}

/* Makes room for `n` elements of `size` bytes in an array that had room for `*cap`. */
static int grow(void *array, size_t *cap, size_t n, size_t size)
{
    void **at = array;
    if (n <= *cap)
        return 0;
    size_t more = *cap + *cap / 2 + 8;
    if (more < n)
        more = n;
    void *wider = more > SIZE_MAX / size ? NULL : realloc(*at, more * size);
    if (!wider)
        return XDB_ENOMEM;
    *at = wider;
    *cap = more;
    return 0;
}

/* ---- the whole ---- */

struct results *results_new(void)
{
    return calloc(1, sizeof(struct results));
}

static void free_file(struct entry *e)
{
    struct results_file *f = &e->file;
    for (size_t i = 0; i < f->nfunctions; i++)
        free(f->functions[i].name);
    for (size_t i = 0; i < f->ncontexts; i++)
        free(f->contexts[i].bits);
    free(f->functions);
    free(f->branches);
    free(f->contexts);
    free(f->lines);
    free(e);
}

void results_free(struct results *r)
{
    if (!r)
        return;
    struct entry *file = r->files, *next_file;
    struct context *context = r->contexts, *next_context;
    struct call *call = r->calls, *next_call;
    HASH_CLEAR(hh, r->files); /* which leaves the elements in their order */
    HASH_CLEAR(hh, r->contexts);
    HASH_CLEAR(hh, r->calls);
    for (; file; file = next_file) {
        next_file = file->hh.next;
        free_file(file);
    }
    for (; context; context = next_context) {
        next_context = context->hh.next;
        free(context);
    }
    for (; call; call = next_call) {
        next_call = call->hh.next;
        free(call);
    }
    free(r->context_at);
    free(r->sorted);
    free(r->sorted_calls);
    free(r);
}

unsigned results_flags(const struct results *r)
{
    return r->flags;
}

void results_set_flags(struct results *r, unsigned flags)
{
    r->flags = flags;
}

/* ---- merging ---- */

static int merge_contexts(struct results *to, const struct results *from, size_t **map)
{
    size_t n = results_contexts(from);
    *map = malloc((n ? n : 1) * sizeof **map);
    int failed = *map ? 0 : XDB_ENOMEM;
    for (size_t i = 0; i < n && !failed; i++) {
        size_t len;
        const char *name = results_context_name(from, i, &len);
        failed = results_context(to, name, len, &(*map)[i]);
    }
    return failed;
}

static int merge_covered(struct results_file *to, const struct results_bits *from, size_t context)
{
    int failed = 0;
    for (int line = 1; line <= from->nlines && !failed; line++) {
        if (from->bits[line / 64] >> line % 64 & 1)
            failed = results_add_covered(to, context, line);
    }
    return failed;
}

struct merging {
    const char *(*rename)(void *user, const char *name, size_t *len); /* or NULL */
    void *user;
    size_t *contexts; /* what theirs are here */
};

static int merge_file(struct results *to, const struct results_file *from, const struct merging *m)
{
    struct results_file *f;
    size_t len = from->name_len;
    const char *name = m->rename ? m->rename(m->user, from->name, &len) : from->name;
    int failed = results_file(to, name, len, from->digest, &f);
    if (!failed)
        failed = results_reserve_lines(f, from->nlines);
    for (int line = 1; line <= from->nlines && !failed; line++) {
        if (from->lines[line] != RESULTS_NO_CODE)
            failed = results_add_line(f, line, from->lines[line]);
    }
    for (size_t i = 0; i < from->nfunctions && !failed; i++) {
        const struct results_function *g = &from->functions[i];
        failed = results_add_function(f, g->name, g->first, g->last, g->position, g->entries);
    }
    for (size_t i = 0; i < from->nbranches && !failed; i++)
        failed = results_add_branch(f, &from->branches[i]);
    for (size_t i = 0; i < from->ncontexts && !failed; i++)
        failed = merge_covered(f, &from->contexts[i], m->contexts[from->contexts[i].context]);
    return failed;
}

int results_merge(struct results *to, const struct results *from, struct xdb_error *err)
{
    return results_merge_as(to, from, NULL, NULL, err);
}

int results_merge_as(struct results *to, const struct results *from,
                     const char *(*rename)(void *user, const char *name, size_t *len), void *user,
                     struct xdb_error *err)
{
    struct merging m = {.rename = rename, .user = user};
    int failed = merge_contexts(to, from, &m.contexts);
    for (const struct entry *e = from->files; e && !failed; e = e->hh.next)
        failed = merge_file(to, &e->file, &m);
    for (const struct call *c = from->calls; c && !failed; c = c->hh.next)
        failed = results_add_call(to, &c->call);
    free(m.contexts);
    if (failed)
        return error_set(err, failed, "out of memory while adding up counts");
    to->flags |= from->flags;
    return 0;
}

/* ---- files ---- */

uint64_t results_digest(const char *text, size_t len)
{
    uint64_t h = 0xcbf29ce484222325u; /* FNV-1a: offset basis and prime of its definition */
    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)text[i]) * 0x100000001b3u;
    return h ? h : 1;
}

/* The key of a file, in an entry that is nothing but its key. */
static struct entry *make_entry(const char *name, size_t len, uint64_t digest)
{
    struct entry *e = calloc(1, sizeof *e + sizeof digest + len + 1);
    if (!e)
        return NULL;
    memcpy(e->key, &digest, sizeof digest);
    memcpy(e->key + sizeof digest, name, len);
    e->file.name = e->key + sizeof digest;
    e->file.name_len = len;
    e->file.digest = digest;
    return e;
}

int results_file(struct results *r, const char *name, size_t len, uint64_t digest,
                 struct results_file **out)
{
    struct entry *e = make_entry(name, len, digest), *known;
    if (!e)
        return XDB_ENOMEM;
    HASH_FIND(hh, r->files, e->key, sizeof digest + len, known);
    if (known) {
        free(e);
        *out = &known->file;
        return 0;
    }
    e->file.owner = r;
    HASH_ADD(hh, r->files, key, sizeof digest + len, e);
    if (e->lost) {
        free_file(e);
        return XDB_ENOMEM;
    }
    r->nsorted = 0;
    *out = &e->file;
    return 0;
}

struct results_file *results_find(const struct results *r, const char *name, size_t len,
                                  uint64_t digest)
{
    struct entry *e = make_entry(name, len, digest), *known = NULL;
    if (e)
        HASH_FIND(hh, r->files, e->key, sizeof digest + len, known);
    free(e);
    return known ? &known->file : NULL;
}

static int by_name(const void *a, const void *b)
{
    const struct results_file *x = *(struct results_file *const *)a;
    const struct results_file *y = *(struct results_file *const *)b;
    size_t len = x->name_len < y->name_len ? x->name_len : y->name_len;
    int order = memcmp(x->name, y->name, len);
    if (!order)
        order = (x->name_len > y->name_len) - (x->name_len < y->name_len);
    return order ? order : (x->digest > y->digest) - (x->digest < y->digest);
}

struct results_file *const *results_files(struct results *r, size_t *n)
{
    size_t count = HASH_COUNT(r->files);
    *n = count;
    if (count == 0)
        return NULL;
    if (r->nsorted != count) {
        struct results_file **all = malloc(count * sizeof(struct results_file *));
        if (!all)
            return NULL;
        size_t i = 0;
        for (struct entry *e = r->files; e; e = e->hh.next)
            all[i++] = &e->file;
        qsort(all, count, sizeof *all, by_name);
        free(r->sorted);
        r->sorted = all;
        r->nsorted = count;
    }
    return r->sorted;
}

/* ---- filling ---- */

int results_reserve_lines(struct results_file *f, int last)
{
    if (last <= f->nlines)
        return 0;
    if (last > RESULTS_MAX_LINE)
        return XDB_EINVAL;
    if (last >= f->cap_lines) {
        int room = last + last / 2 + 2;
        int64_t *wider = realloc(f->lines, (size_t)room * sizeof *wider);
        if (!wider)
            return XDB_ENOMEM;
        if (!f->lines)
            wider[0] = RESULTS_NO_CODE;
        f->lines = wider;
        f->cap_lines = room;
    }
    for (int line = f->nlines + 1; line <= last; line++)
        f->lines[line] = RESULTS_NO_CODE;
    f->nlines = last;
    return 0;
}

int results_add_line(struct results_file *f, int line, int64_t n)
{
    if (line < 1)
        return XDB_EINVAL;
    int failed = results_reserve_lines(f, line);
    if (failed)
        return failed;
    f->lines[line] = sum(f->lines[line] == RESULTS_NO_CODE ? 0 : f->lines[line], n);
    return 0;
}

int64_t results_line(const struct results_file *f, int line)
{
    return line < 1 || line > f->nlines ? RESULTS_NO_CODE : f->lines[line];
}

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

static int compare_functions(const struct results_function *a, const struct results_function *b)
{
    int order = ORDER(a->first, b->first);
    if (!order)
        order = ORDER(a->last, b->last);
    return order ? order : ORDER(a->position, b->position);
}

/* Where `key` is, or belongs, among the functions. */
static size_t place_function(const struct results_file *f, const struct results_function *key)
{
    size_t low = 0, high = f->nfunctions;
    if (high && compare_functions(&f->functions[high - 1], key) < 0)
        return high; /* they mostly come in order */
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (compare_functions(&f->functions[mid], key) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

int results_add_function(struct results_file *f, const char *name, int first, int last,
                         int position, int64_t n)
{
    struct results_function new = {NULL, first, last, position, sum(0, n)};
    size_t at = place_function(f, &new);
    if (at < f->nfunctions && compare_functions(&f->functions[at], &new) == 0) {
        f->functions[at].entries = sum(f->functions[at].entries, n);
        return 0;
    }
    if (grow(&f->functions, &f->cap_functions, f->nfunctions + 1, sizeof *f->functions) ||
        !(new.name = strdup(name)))
        return XDB_ENOMEM;
    memmove(&f->functions[at + 1], &f->functions[at], (f->nfunctions - at) * sizeof new);
    f->functions[at] = new;
    f->nfunctions++;
    return 0;
}

static int compare_branches(const struct results_branch *a, const struct results_branch *b)
{
    int order = ORDER(a->line, b->line);
    if (!order)
        order = ORDER(a->column, b->column);
    if (!order)
        order = ORDER(a->kind, b->kind);
    if (!order)
        order = ORDER(a->function, b->function);
    if (!order)
        order = ORDER(a->position, b->position);
    return order ? order : ORDER(a->nth, b->nth);
}

static size_t place_branch(const struct results_file *f, const struct results_branch *key)
{
    size_t low = 0, high = f->nbranches;
    if (high && compare_branches(&f->branches[high - 1], key) < 0)
        return high;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (compare_branches(&f->branches[mid], key) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

int results_add_branch(struct results_file *f, const struct results_branch *b)
{
    size_t at = place_branch(f, b);
    if (at < f->nbranches && compare_branches(&f->branches[at], b) == 0) {
        for (int i = 0; i < 2; i++)
            f->branches[at].count[i] = sum(f->branches[at].count[i], b->count[i]);
        return 0;
    }
    if (grow(&f->branches, &f->cap_branches, f->nbranches + 1, sizeof *b))
        return XDB_ENOMEM;
    struct results_branch *new = &f->branches[at];
    memmove(new + 1, new, (f->nbranches - at) * sizeof *b);
    *new = *b;
    for (int i = 0; i < 2; i++)
        new->count[i] = sum(0, b->count[i]);
    f->nbranches++;
    return 0;
}

/* ---- contexts ---- */

int results_context(struct results *r, const char *name, size_t len, size_t *out)
{
    struct context *c;
    HASH_FIND(hh, r->contexts, name, len, c);
    if (!c) {
        size_t n = results_contexts(r);
        if (grow(&r->context_at, &r->cap_contexts, n + 1, sizeof(struct context *)) ||
            !(c = calloc(1, sizeof *c + len + 1)))
            return XDB_ENOMEM;
        memcpy(c->name, name, len);
        c->len = len;
        c->id = n;
        r->context_at[n] = c;
        HASH_ADD(hh, r->contexts, name, len, c);
        if (c->lost) {
            free(c);
            return XDB_ENOMEM;
        }
    }
    *out = c->id;
    return 0;
}

size_t results_contexts(const struct results *r)
{
    return HASH_COUNT(r->contexts);
}

const char *results_context_name(const struct results *r, size_t n, size_t *len)
{
    const struct context *c = r->context_at[n];
    if (len)
        *len = c->len;
    return c->name;
}

/* Where a context's lines are, or belong, in a file; the newest is mostly the one. */
static size_t place_bits(const struct results_file *f, size_t context)
{
    size_t low = 0, high = f->ncontexts;
    if (high && f->contexts[high - 1].context <= context)
        return f->contexts[high - 1].context == context ? high - 1 : high;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (f->contexts[mid].context < context)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static int add_bits(struct results_file *f, size_t at, size_t context)
{
    struct results_bits *wider = realloc(f->contexts, (f->ncontexts + 1) * sizeof *wider);
    if (!wider)
        return XDB_ENOMEM;
    f->contexts = wider;
    memmove(&wider[at + 1], &wider[at], (f->ncontexts - at) * sizeof *wider);
    wider[at] = (struct results_bits){.context = context};
    f->ncontexts++;
    return 0;
}

static int widen_bits(struct results_bits *b, int line, int nlines)
{
    int last = line > nlines ? line : nlines;
    size_t had = b->bits ? (size_t)b->nlines / 64 + 1 : 0, want = (size_t)last / 64 + 1;
    uint64_t *wider = realloc(b->bits, want * sizeof *wider);
    if (!wider)
        return XDB_ENOMEM;
    if (want > had)
        memset(wider + had, 0, (want - had) * sizeof *wider);
    b->bits = wider;
    b->nlines = last;
    return 0;
}

int results_add_covered(struct results_file *f, size_t context, int line)
{
    if (line < 1 || line > RESULTS_MAX_LINE)
        return XDB_EINVAL;
    size_t at = place_bits(f, context);
    if ((at == f->ncontexts || f->contexts[at].context != context) && add_bits(f, at, context))
        return XDB_ENOMEM;
    struct results_bits *b = &f->contexts[at];
    if (line > b->nlines && widen_bits(b, line, f->nlines))
        return XDB_ENOMEM;
    b->bits[line / 64] |= (uint64_t)1 << line % 64;
    return 0;
}

bool results_has_context(const struct results_file *f, size_t context)
{
    size_t at = place_bits(f, context);
    return at < f->ncontexts && f->contexts[at].context == context;
}

bool results_covered(const struct results_file *f, size_t context, int line)
{
    size_t at = place_bits(f, context);
    if (!results_has_context(f, context) || line < 1 || line > f->contexts[at].nlines)
        return false;
    return f->contexts[at].bits[line / 64] >> line % 64 & 1;
}

/* ---- calls ---- */

/* Copies a text behind `*to`, or nothing for NULL, and sets `*text` to the copy. */
static void keep(char **to, const char **text)
{
    if (!*text)
        return;
    size_t size = strlen(*text) + 1;
    memcpy(*to, *text, size);
    *text = *to;
    *to += size;
}

static size_t size_of(const char *text)
{
    return text ? strlen(text) + 1 : 0;
}

int results_add_call(struct results *r, const struct results_call *c)
{
    const struct results_callee *a = &c->caller, *b = &c->callee;
    size_t len = 1 + size_of(a->file) + size_of(a->module) + size_of(a->name) + size_of(b->file) +
                 size_of(b->module) + size_of(b->name);
    struct call *new = calloc(1, sizeof *new + len), *known;
    if (!new)
        return XDB_ENOMEM;
    char *to = new->key;
    *to++ = a->name != NULL;
    new->call = *c;
    const char **texts[] = {&new->call.caller.file,   &new->call.caller.module,
                            &new->call.caller.name,   &new->call.callee.file,
                            &new->call.callee.module, &new->call.callee.name};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        keep(&to, texts[i]);
    HASH_FIND(hh, r->calls, new->key, len, known);
    if (known) {
        free(new);
        known->call.count = sum(known->call.count, c->count);
        r->nsorted_calls = 0;
        return 0;
    }
    new->call.count = sum(0, c->count);
    HASH_ADD(hh, r->calls, key, len, new);
    if (new->lost) {
        free(new);
        return XDB_ENOMEM;
    }
    r->nsorted_calls = 0;
    return 0;
}

static int compare_texts(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "");
}

static int compare_callees(const struct results_callee *a, const struct results_callee *b)
{
    int order = compare_texts(a->file, b->file);
    if (!order)
        order = compare_texts(a->module, b->module);
    return order ? order : compare_texts(a->name, b->name);
}

static int compare_calls(const void *a, const void *b)
{
    const struct results_call *x = a, *y = b;
    int order = compare_callees(&x->caller, &y->caller);
    return order ? order : compare_callees(&x->callee, &y->callee);
}

const struct results_call *results_calls(struct results *r, size_t *n)
{
    size_t count = HASH_COUNT(r->calls);
    *n = count;
    if (count == 0)
        return NULL;
    if (r->nsorted_calls != count) {
        struct results_call *all = malloc(count * sizeof *all);
        if (!all)
            return NULL;
        size_t i = 0;
        for (struct call *c = r->calls; c; c = c->hh.next)
            all[i++] = c->call;
        qsort(all, count, sizeof *all, compare_calls);
        free(r->sorted_calls);
        r->sorted_calls = all;
        r->nsorted_calls = count;
    }
    return r->sorted_calls;
}
