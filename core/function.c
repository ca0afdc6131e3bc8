#include "core/function.h"

/* Out of memory makes an addition fail instead of ending the process. */
#define HASH_NONFATAL_OOM 1
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "core/function_loaded.h"
#include "core/function_name.h"
#include "core/instruction.h"

#define SLOTS (FUNCTION_LOADED_SLOTS + 2) /* stack slots used at most */

struct lines {
    int first, last;
};

/* A function that the text of its source does not explain. */
struct unknown {
    struct function f;
    struct lines lines; /* the key */
    char *loaded;       /* its name, if it is in package.loaded */
    UT_hash_handle hh;
};

/* What is known of the functions of one source; owned by the source. */
struct functions {
    struct function main;     /* known before the text is compiled; stands for all[0] */
    bool named;               /* `all` has been made, or cannot be */
    struct function *all;     /* in the order of the text */
    struct function **sorted; /* by lines, then by the order of the text */
    size_t n;
    bool stale;   /* the text may not be that of the running code */
    char **names; /* owned names of `all`, NULL where there is none */
    struct unknown *unknown;
};

struct cfunction {
    struct function f;
    lua_CFunction key;
    char *loaded;
    UT_hash_handle hh;
};

struct function_cache {
    struct source_cache *sources;
    struct cfunction *cfunctions;
};

/* A function that somebody asks about: in a frame, or on the stack. */
struct asked {
    lua_State *L;
    lua_Debug *ar;
    int index; /* 0: in the frame of `ar` */
};

/* Pushes it. False when there is no room on the stack. */
static bool push(const struct asked *q)
{
    if (!lua_checkstack(q->L, SLOTS))
        return false;
    if (q->index)
        lua_pushvalue(q->L, q->index);
    else
        lua_getinfo(q->L, "f", q->ar);
    return true;
}

/* ---- the functions of a source ---------------------------------------------------------------- */

static void free_functions(void *data)
{
    struct functions *t = data;
    struct unknown *u = t->unknown, *next;
    HASH_CLEAR(hh, t->unknown); /* the table alone; its elements stay linked */
    for (; u; u = next) {
        next = u->hh.next;
        free(u->loaded);
        free(u);
    }
    for (size_t i = 0; t->names && i < t->n; i++)
        free(t->names[i]);
    free(t->names);
    free(t->sorted);
    free(t->all);
    free(t);
}

static struct functions *functions_of(struct source *s)
{
    if (!s->functions) {
        struct functions *t = calloc(1, sizeof *t);
        if (!t)
            return NULL;
        t->main =
            (struct function){.source = s, .is_main = true, .name = "<main>", .searched = true};
        s->functions = t;
        s->functions_free = free_functions;
    }
    return s->functions;
}

static int compare_lines(const struct function *f, struct lines lines)
{
    if (f->linedefined != lines.first)
        return f->linedefined < lines.first ? -1 : 1;
    return (f->lastlinedefined > lines.last) - (f->lastlinedefined < lines.last);
}

static int by_lines(const void *a, const void *b)
{
    const struct function *f = *(struct function *const *)a, *g = *(struct function *const *)b;
    int order = compare_lines(f, (struct lines){g->linedefined, g->lastlinedefined});
    return order ? order : (f > g) - (f < g);
}

static bool allocate(struct functions *t, size_t n)
{
    t->all = calloc(n, sizeof *t->all);
    t->sorted = calloc(n, sizeof *t->sorted);
    t->names = calloc(n, sizeof *t->names);
    if (t->all && t->sorted && t->names) {
        t->n = n;
        return true;
    }
    free(t->all);
    free(t->sorted);
    free(t->names);
    t->all = NULL;
    t->sorted = NULL;
    t->names = NULL;
    return false;
}

static void fill(struct source *s, struct functions *t, const struct bytecode *code)
{
    for (size_t i = 0; i < t->n; i++) {
        const struct proto *p = code->all[i];
        t->all[i] = (struct function){.source = s,
                                      .proto = p,
                                      .linedefined = p->linedefined,
                                      .lastlinedefined = p->lastlinedefined,
                                      .fits = t->stale ? -1 : 1};
        t->sorted[i] = &t->all[i];
    }
    qsort(t->sorted, t->n, sizeof *t->sorted, by_lines);
    for (size_t i = 1; i < t->n; i++) {
        struct function *f = t->sorted[i], *g = t->sorted[i - 1];
        if (compare_lines(f, (struct lines){g->linedefined, g->lastlinedefined}) == 0)
            f->position = g->position + 1;
    }
    t->main.proto = code->main;
}

/* The text from a line on, as far as the head of a definition may reach. */
static const char *header_at(struct source *s, int line, size_t *len)
{
    size_t last_len = 0;
    const char *first = source_line(s, line, len);
    const char *last = first;
    for (int more = 1; more < 4 && last; more++) {
        last = source_line(s, line + more, &last_len);
        if (last)
            *len = (size_t)(last - first) + last_len;
    }
    return first;
}

/*
** Names the functions nested in one, by a single walk over its code. `index` tells for each of them where
** it stands in the text.
*/
static void name_children(struct source *s, struct functions *t, const struct proto *p,
                          const size_t *index)
{
    struct buffer name;
    buffer_init(&name);
    for (int pc = 0; p->nprotos && pc < p->ncode; pc++) {
        struct instruction i = instruction_decode(p->code[pc]);
        if (i.op != BC_CLOSURE || i.bx >= p->nprotos)
            continue;
        size_t at = index[i.bx], len = 0;
        const char *header = header_at(s, p->protos[i.bx]->linedefined, &len);
        buffer_clear(&name);
        if (function_name_at(p, pc, header, len, &name) && !t->names[at])
            t->all[at].name = t->names[at] = strdup(name.data);
    }
    buffer_release(&name);
}

/*
** Names every function below `p`, which is number `at` of the text; returns the number after them. The
** nesting is bounded by BYTECODE_MAX_DEPTH.
*/
static size_t name_all(struct source *s, struct functions *t, const struct proto *p, size_t at)
{
    size_t *index = calloc((size_t)p->nprotos + 1, sizeof *index);
    at++;
    for (int i = 0; i < p->nprotos; i++) {
        if (index)
            index[i] = at;
        at = name_all(s, t, p->protos[i], at);
    }
    if (index)
        name_children(s, t, p, index);
    free(index);
    return at;
}

/* The functions of a source, its text compiled. Fails like source_code. */
static int named_functions(struct source *s, struct functions **out, struct xdb_error *err)
{
    const struct bytecode *code;
    struct functions *t = functions_of(s);
    if (!t)
        return error_set(err, XDB_ENOMEM, "out of memory");
    int status = source_code(s, &code, err);
    if (status == 0 && !t->named) {
        t->stale = source_changed(s);
        if (!allocate(t, code->nall))
            return error_set(err, XDB_ENOMEM, "out of memory");
        fill(s, t, code);
        name_all(s, t, code->main, 0);
        t->named = true;
    }
    if (status == 0)
        *out = t;
    return status;
}

static struct function *nth(struct functions *t, size_t n)
{
    return n == 0 ? &t->main : &t->all[n];
}

/* ---- identity --------------------------------------------------------------------------------- */

/* The first function on the lines; `*n` of them follow each other in `sorted`. */
static struct function **on_lines(const struct functions *t, struct lines lines, size_t *n)
{
    size_t low = 0, high = t->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_lines(t->sorted[middle], lines) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (*n = 0; low + *n < t->n && compare_lines(t->sorted[low + *n], lines) == 0;)
        ++*n;
    return t->sorted + low;
}

/* The one among `n` whose code is that of the function asked about; NULL when none is. */
static struct function *same_code(const struct asked *q, struct function **among, size_t n)
{
    struct bytecode *code = NULL;
    struct function *found = NULL;
    if (!push(q))
        return NULL;
    if (bytecode_of(q->L, -1, &code, NULL) == 0) {
        for (size_t i = 0; i < n && !found; i++) {
            if (bytecode_same(among[i]->proto, code->main))
                found = among[i];
        }
    }
    bytecode_free(code);
    lua_pop(q->L, 1);
    return found;
}

/* The function as the text knows it; NULL when the text has none such. */
static struct function *in_text(const struct functions *t, const struct asked *q,
                                struct lines lines)
{
    size_t n;
    struct function **some = on_lines(t, lines, &n);
    if (n == 0)
        return NULL;
    if (n > 1)
        return same_code(q, some, n);
    if (some[0]->fits < 0)
        some[0]->fits = same_code(q, some, 1) != NULL;
    return some[0]->fits ? some[0] : NULL;
}

static int outside_text(struct source *s, struct lines lines, struct function **out,
                        struct xdb_error *err)
{
    struct functions *t = functions_of(s);
    struct unknown *u = NULL;
    if (t)
        HASH_FIND(hh, t->unknown, &lines, sizeof lines, u);
    if (!u && t && HASH_COUNT(t->unknown) >= FUNCTION_MAX_UNKNOWN)
        return error_set(err, XDB_EINVAL, "too many functions in %.300s", s->title);
    if (!u && t && (u = calloc(1, sizeof *u))) {
        u->lines = lines;
        u->f = (struct function){
            .source = s, .linedefined = lines.first, .lastlinedefined = lines.last};
        HASH_ADD(hh, t->unknown, lines, sizeof lines, u);
        if (!u->hh.tbl) {
            free(u);
            u = NULL;
        }
    }
    if (!u)
        return error_set(err, XDB_ENOMEM, "out of memory");
    *out = &u->f;
    return 0;
}

/* Looks for a nameless function in package.loaded, once. Gives the owner of the name, or NULL. */
static char *search_loaded(struct function *f, const struct asked *q)
{
    char *name = NULL;
    struct buffer b;
    if (f->searched || f->name || !push(q))
        return NULL;
    buffer_init(&b);
    if (function_loaded_name(q->L, &b))
        name = buffer_detach(&b, NULL);
    buffer_release(&b);
    lua_pop(q->L, 1);
    f->searched = true;
    f->name = name;
    return name;
}

static int of_lua(struct function_cache *c, const struct asked *q, struct function **out,
                  struct xdb_error *err)
{
    struct source *s;
    struct functions *t;
    struct lines lines = {q->ar->linedefined, q->ar->lastlinedefined};
    int status = source_of_debug(c->sources, q->ar, &s, err);
    if (status != 0)
        return status;
    if (lines.first == 0) { /* needs no compilation */
        if (!(t = functions_of(s)))
            return error_set(err, XDB_ENOMEM, "out of memory");
        *out = &t->main;
        return 0;
    }
    struct function *f = named_functions(s, &t, NULL) == 0 ? in_text(t, q, lines) : NULL;
    if (f) {
        char *name = search_loaded(f, q);
        if (name)
            t->names[f - t->all] = name;
    } else {
        status = outside_text(s, lines, &f, err);
        char *name = status == 0 ? search_loaded(f, q) : NULL;
        if (name)
            ((struct unknown *)(void *)f)->loaded = name;
    }
    if (status == 0)
        *out = f;
    return status;
}

static int of_c(struct function_cache *c, const struct asked *q, struct function **out,
                struct xdb_error *err)
{
    if (!push(q))
        return error_set(err, XDB_ENOMEM, "no room on the stack");
    lua_CFunction key = lua_tocfunction(q->L, -1);
    lua_pop(q->L, 1);
    struct cfunction *f;
    HASH_FIND(hh, c->cfunctions, &key, sizeof key, f);
    if (!f && (f = calloc(1, sizeof *f))) {
        f->key = key;
        f->f = (struct function){.cfunction = key, .linedefined = -1, .lastlinedefined = -1};
        HASH_ADD(hh, c->cfunctions, key, sizeof key, f);
        if (!f->hh.tbl) {
            free(f);
            f = NULL;
        }
    }
    if (!f)
        return error_set(err, XDB_ENOMEM, "out of memory");
    char *name = search_loaded(&f->f, q);
    if (name)
        f->loaded = name;
    *out = &f->f;
    return 0;
}

struct function_cache *function_cache_new(struct source_cache *sources)
{
    struct function_cache *c = calloc(1, sizeof *c);
    if (c)
        c->sources = sources;
    return c;
}

void function_cache_free(struct function_cache *c)
{
    if (!c)
        return;
    struct cfunction *f = c->cfunctions, *next;
    HASH_CLEAR(hh, c->cfunctions); /* the table alone; its elements stay linked */
    for (; f; f = next) {
        next = f->hh.next;
        free(f->loaded);
        free(f);
    }
    free(c);
}

int function_of_debug(struct function_cache *c, lua_State *L, lua_Debug *ar, struct function **out,
                      struct xdb_error *err)
{
    struct asked q = {L, ar, 0};
    return *ar->what == 'C' ? of_c(c, &q, out, err) : of_lua(c, &q, out, err);
}

int function_of_value(struct function_cache *c, lua_State *L, int index, struct function **out,
                      struct xdb_error *err)
{
    lua_Debug ar;
    struct asked q = {L, &ar, lua_absindex(L, index)};
    if (!lua_isfunction(L, index))
        return error_set(err, XDB_EINVAL, "not a function");
    if (!push(&q))
        return error_set(err, XDB_ENOMEM, "no room on the stack");
    lua_getinfo(L, ">S", &ar);
    return *ar.what == 'C' ? of_c(c, &q, out, err) : of_lua(c, &q, out, err);
}

/* ---- names ------------------------------------------------------------------------------------ */

/* The name that the caller uses; NULL when Lua knows none. `t[1]()` is no name. */
static const char *call_name(lua_State *L, lua_Debug *ar)
{
    if (!L || !ar || !lua_getinfo(L, "n", ar) || !ar->name || !*ar->namewhat)
        return NULL;
    bool none = strcmp(ar->namewhat, "hook") == 0 || strcmp(ar->name, "?") == 0 ||
                strcmp(ar->name, "integer index") == 0;
    return none ? NULL : ar->name;
}

const char *function_name(const struct function *f, lua_State *L, lua_Debug *ar)
{
    const char *name = f->name ? f->name : call_name(L, ar);
    return name ? name : "<function>";
}

void function_stat_name(const struct function *f, lua_State *L, lua_Debug *ar, struct buffer *to)
{
    buffer_addf(to, f->cfunction ? "{%s}" : "%s", function_name(f, L, ar));
}

/* ---- definitions ------------------------------------------------------------------------------ */

int function_each(struct source *s, int (*visit)(struct function *f, void *data), void *data,
                  struct xdb_error *err)
{
    struct functions *t;
    int status = named_functions(s, &t, err);
    for (size_t i = 0; status == 0 && i < t->n; i++)
        status = visit(nth(t, i), data);
    return status;
}

static bool is_separator(char c)
{
    return c == '.' || c == ':';
}

/* Whether two names differ in their separators at most. */
static bool same_but_separators(const char *a, const char *b)
{
    while (*a && (*a == *b || (is_separator(*a) && is_separator(*b)))) {
        a++;
        b++;
    }
    return *a == *b;
}

/* How well a name fits what was asked for: 3 exactly, 2 but for '.' and ':', 1 in its last parts, 0 not. */
static int fit(const char *name, const char *asked)
{
    size_t n = strlen(name), m = strlen(asked);
    if (strcmp(name, asked) == 0)
        return 3;
    if (same_but_separators(name, asked))
        return 2;
    return n > m && m > 0 && is_separator(name[n - m - 1]) &&
           same_but_separators(name + n - m, asked);
}

int function_find(struct source *s, const char *name, struct function **found, size_t max,
                  size_t *n, struct xdb_error *err)
{
    struct functions *t;
    int best = 1;
    size_t count = 0;
    int status = named_functions(s, &t, err);
    if (status != 0)
        return status;
    for (size_t i = 0; i < t->n; i++) {
        struct function *f = nth(t, i);
        int how = f->name ? fit(f->name, name) : 0;
        if (how > best) {
            best = how;
            count = 0;
        }
        if (how < best)
            continue;
        if (count < max)
            found[count] = f;
        count++;
    }
    if (count == 0)
        return error_set(err, XDB_ENOENT, "no function '%.100s' in %.300s", name, s->title);
    *n = count;
    return 0;
}

int function_first_line(const struct function *f)
{
    return f->proto ? bytecode_first_line(f->proto) : -1;
}

void function_parameters(const struct function *f, struct buffer *to)
{
    if (!f->proto)
        return;
    for (int i = 0; i < f->proto->numparams && i < f->proto->nlocals; i++) {
        const char *name = f->proto->locals[i].name;
        buffer_addf(to, "%s%s", i ? ", " : "", name ? name : "?");
    }
    if (f->proto->is_vararg)
        buffer_adds(to, f->proto->numparams ? ", ..." : "...");
}
