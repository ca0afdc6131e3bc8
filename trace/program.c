#include "trace/program.h"

#include "trace/results.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
/* Out of memory, an entry is not added; uthash would end the process. */
#define HASH_NONFATAL_OOM            1
#define uthash_nonfatal_oom(element) ((element)->lost = true)
#include <uthash.h>

struct file_entry {
    struct file file;
    const struct source *key;
    bool lost; /* by uthash, out of memory */
    UT_hash_handle hh;
};

/* A function as it was dumped, with all functions in it. */
struct root {
    struct bytecode *code;
    struct branches *branches; /* NULL without */
};

/* ---- life ------------------------------------------------------------------------------------- */

struct program *program_new(const struct program_config *config)
{
    struct program *g = calloc(1, sizeof *g);
    if (!g)
        return NULL;
    g->config = *config;
    g->last = &g->files;
    g->generation = 1;
    g->sources = source_cache_new();
    g->functions = g->sources ? function_cache_new(g->sources) : NULL;
    if (!g->functions) {
        program_free(g);
        return NULL;
    }
    return g;
}

static void free_code(struct code *c)
{
    free(c->cells);
    free(c->site_at);
    free(c->choices);
    free(c->lines);
    free(c->before);
    free(c->name);
    free(c);
}

static void free_unit(struct unit *u)
{
    for (size_t i = 0; i < u->ncodes; i++)
        free_code(u->codes[i]);
    for (size_t i = 0; i < u->nroots; i++) {
        branches_free(u->roots[i].branches);
        bytecode_free(u->roots[i].code);
    }
    free(u->codes);
    free(u->roots);
    free(u->hits);
    free(u->hits_before);
    free(u);
}

static void free_files(struct program *g)
{
    struct file_entry *e, *next;
    HASH_ITER(hh, g->by_source, e, next)
    {
        HASH_DEL(g->by_source, e);
        while (e->file.unit) {
            struct unit *u = e->file.unit;
            e->file.unit = u->older;
            free_unit(u);
        }
        source_drop(e->file.source);
        free(e);
    }
    g->files = NULL;
    g->last = &g->files;
}

void program_free(struct program *g)
{
    if (!g)
        return;
    free_files(g);
    function_cache_free(g->functions);
    source_cache_free(g->sources);
    free(g);
}

static void clear_code(struct code *c)
{
    free(c->cells);
    free(c->site_at);
    free(c->choices);
    free(c->lines);
    free(c->before);
    c->before = NULL;
    c->cells = NULL;
    c->site_at = NULL;
    c->choices = NULL;
    c->lines = NULL;
    c->quiet = false;
    c->entries = c->rounds = 0;
}

void program_clear(struct program *g)
{
    g->generation++;
    for (struct file *f = g->files; f; f = f->next)
        for (struct unit *u = f->unit; u; u = u->older) {
            for (size_t i = 0; i < u->ncodes; i++)
                clear_code(u->codes[i]);
            free(u->hits);
            free(u->hits_before);
            u->hits = u->hits_before = NULL;
            u->nhits = 0;
        }
}

/* ---- files ------------------------------------------------------------------------------------ */

static struct file *add_file(struct program *g, lua_State *L, struct source *s)
{
    struct file_entry *e = calloc(1, sizeof *e);
    if (!e)
        return NULL;
    e->key = s;
    e->file.source = s;
    e->file.quiet = s->kind != SOURCE_FILE ||
                    (g->config.wanted && !g->config.wanted(g->config.data, L, s->name));
    HASH_ADD_PTR(g->by_source, key, e);
    if (e->lost) {
        free(e);
        return NULL;
    }
    source_hold(s);
    *g->last = &e->file;
    g->last = &e->file.next;
    return &e->file;
}

struct file *program_file(struct program *g, lua_State *L, lua_Debug *ar)
{
    struct source *s;
    struct file_entry *known;
    if (ar->what[0] == 'C')
        return NULL;
    if (source_of_debug(g->sources, ar, &s, NULL) < 0) {
        g->out_of_memory = true;
        return NULL;
    }
    const struct source *key = s;
    HASH_FIND_PTR(g->by_source, &key, known);
    struct file *f = known ? &known->file : s->kind == SOURCE_FILE ? add_file(g, L, s) : NULL;
    if (!f && s->kind == SOURCE_FILE)
        g->out_of_memory = true;
    return f;
}

static struct unit *add_unit(struct file *f)
{
    struct unit *u = calloc(1, sizeof *u);
    const char *text;
    size_t len;
    if (!u)
        return NULL;
    u->source = f->source;
    if (source_text(f->source, &text, &len, NULL) == 0)
        u->digest = results_digest(text, len);
    u->older = f->unit;
    f->unit = u;
    return u;
}

struct unit *program_unit(struct program *g, struct file *f)
{
    struct unit *u = f->unit ? f->unit : add_unit(f);
    g->out_of_memory |= !u;
    return u;
}

static int64_t *widen(int64_t *array, int from, int to)
{
    int64_t *wider = realloc(array, ((size_t)to + 1) * sizeof *wider);
    for (int i = array ? from + 1 : 0; wider && i <= to; i++)
        wider[i] = 0;
    return wider;
}

static void make_room(struct unit *u, int line)
{
    int room = line + line / 2 + 64;
    int64_t *before = u->hits_before ? widen(u->hits_before, u->nhits, room) : NULL;
    int64_t *hits = !u->hits_before || before ? widen(u->hits, u->nhits, room) : NULL;
    u->hits_before = before ? before : u->hits_before;
    if (hits) {
        u->hits = hits;
        u->nhits = room;
    }
}

void program_hit(struct program *g, struct unit *u, int line)
{
    if (line < 1 || line > RESULTS_MAX_LINE)
        return;
    if (line > u->nhits)
        make_room(u, line);
    if (line <= u->nhits)
        u->hits[line]++;
    else
        g->out_of_memory = true;
}

/* ---- functions -------------------------------------------------------------------------------- */

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

static int compare(const struct code *c, int first, int last, int position)
{
    int order = ORDER(c->proto->linedefined, first);
    if (!order)
        order = ORDER(c->proto->lastlinedefined, last);
    return order ? order : ORDER(c->position, position);
}

/* The index of the first function that is not before this one. */
static size_t place(const struct unit *u, int first, int last, int position)
{
    size_t low = 0, high = u->ncodes;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (compare(u->codes[mid], first, last, position) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* How many functions stand on the same lines from `at` on. */
static size_t count_same(const struct unit *u, size_t at, int first, int last)
{
    size_t n = 0;
    while (at + n < u->ncodes && u->codes[at + n]->proto->linedefined == first &&
           u->codes[at + n]->proto->lastlinedefined == last)
        n++;
    return n;
}

/* Adds a function after those on the same lines. */
static struct code *add_code(struct unit *u, const struct proto *p, const struct branches *branches)
{
    size_t at = place(u, p->linedefined, p->lastlinedefined, 0);
    size_t same = count_same(u, at, p->linedefined, p->lastlinedefined);
    if (u->ncodes == u->cap_codes) {
        size_t room = u->cap_codes + u->cap_codes / 2 + 16;
        struct code **wider = realloc(u->codes, room * sizeof(struct code *));
        if (!wider)
            return NULL;
        u->codes = wider;
        u->cap_codes = room;
    }
    struct code *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->unit = u;
    c->proto = p;
    c->position = (int)same;
    c->first_pc = bytecode_first_pc(p);
    if (branches)
        c->sites = branches_of(branches, p, &c->nsites);
    at += same;
    memmove(&u->codes[at + 1], &u->codes[at], (u->ncodes - at) * sizeof(struct code *));
    u->codes[at] = c;
    u->ncodes++;
    return c;
}

/* The known function that is compiled from the same text as `p`; `exactly`: even if it is the only one there. */
static struct code *find_code(const struct unit *u, const struct proto *p)
{
    size_t at = place(u, p->linedefined, p->lastlinedefined, 0);
    size_t same = count_same(u, at, p->linedefined, p->lastlinedefined);
    for (size_t i = 0; i < same; i++)
        if (u->codes[at + i]->proto->ncode == p->ncode && bytecode_same(u->codes[at + i]->proto, p))
            return u->codes[at + i];
    return NULL;
}

/* Whether what was dumped is the whole chunk. */
static bool is_chunk(const struct bytecode *b)
{
    return b->main->linedefined == 0;
}

static int find_branches(const struct program *g, const struct unit *u, const struct bytecode *b,
                         struct branches **out)
{
    const char *text = NULL;
    size_t len = 0;
    *out = NULL;
    if (!g->config.branches)
        return 0;
    if (!is_chunk(b) || source_text(u->source, &text, &len, NULL) < 0)
        text = NULL;
    return branches_new(b, text, len, g->config.conditions ? BRANCHES_CONDITIONS : 0, out);
}

/* Takes a dumped function over, with all that are in it and not known yet. Frees it when that fails. */
static bool add_root(const struct program *g, struct unit *u, struct bytecode *b)
{
    struct branches *branches = NULL;
    struct root *wider = realloc(u->roots, (u->nroots + 1) * sizeof *wider);
    if (wider)
        u->roots = wider;
    if (!wider || find_branches(g, u, b, &branches) < 0) {
        bytecode_free(b);
        return false;
    }
    u->roots[u->nroots++] = (struct root){b, branches};
    bool first = u->nroots == 1, good = true;
    for (size_t i = 0; i < b->nall; i++)
        if (first || !find_code(u, b->all[i]))
            good &= add_code(u, b->all[i], branches) != NULL;
    return good;
}

/* The unit to which a chunk belongs that has just been loaded: where its text has changed, a new one. */
static struct unit *unit_of_chunk(struct file *f, const struct proto *chunk)
{
    struct unit *u = f->unit;
    if (!u)
        return add_unit(f);
    bool other = u->ncodes && u->codes[0]->proto->linedefined == 0 && !find_code(u, chunk);
    if (!other || !source_changed(f->source))
        return u;
    source_reload(f->source);
    return add_unit(f);
}

/* The function on the top of the stack. */
static struct code *dumped_code(struct program *g, struct file *f, lua_State *L)
{
    struct bytecode *b = NULL;
    struct code *c = NULL;
    int failed = bytecode_of(L, -1, &b, NULL);
    if (failed || !b->main->lines) {
        g->out_of_memory |= failed == XDB_ENOMEM;
        bytecode_free(b);
        return NULL;
    }
    struct unit *u = is_chunk(b) ? unit_of_chunk(f, b->main) : f->unit ? f->unit : add_unit(f);
    if (u)
        c = find_code(u, b->main);
    if (c || (u && u->nroots >= PROGRAM_MAX_ROOTS))
        bytecode_free(b);
    else if (u && add_root(g, u, b))
        c = find_code(u, b->main);
    else
        g->out_of_memory = true;
    return c;
}

/* Where the function is the only one on its lines, and has as many instructions. */
static struct code *obvious_code(const struct file *f, const lua_Debug *ar)
{
    if (!f->unit || ar->linedefined == 0)
        return NULL;
    size_t at = place(f->unit, ar->linedefined, ar->lastlinedefined, 0);
    if (count_same(f->unit, at, ar->linedefined, ar->lastlinedefined) != 1)
        return NULL;
    struct code *c = f->unit->codes[at];
    if (layout_on() && layout_sizecode(layout_proto(ar->i_ci)) != c->proto->ncode)
        return NULL;
    return c;
}

static struct code *find(struct program *g, lua_State *L, lua_Debug *ar, bool *new_chunk)
{
    struct file *f = program_file(g, L, ar);
    size_t before = f && f->unit ? f->unit->nroots : 0;
    if (!f || f->quiet)
        return NULL;
    struct code *c = obvious_code(f, ar);
    if (!c && lua_getinfo(L, "f", ar)) {
        c = dumped_code(g, f, L);
        lua_pop(L, 1);
    }
    *new_chunk = f->unit && f->unit->nroots != before;
    return c;
}

struct code *program_code(struct program *g, lua_State *L, lua_Debug *ar, bool begins)
{
    const struct Proto *p = layout_on() ? layout_proto(ar->i_ci) : NULL;
    if (layout_on() && !p)
        return NULL;
    if (p) {
        const struct program_entry *known = program_remembered(g, p, begins);
        if (known)
            return known->is;
    }
    bool changed = false;
    if (!lua_getinfo(L, "S", ar) || ar->what[0] == 'C')
        return NULL;
    struct code *c = find(g, L, ar, &changed);
    if (!p)
        return c;
    struct program_entry *e = program_entry_of(g, p);
    bool same = e->prototype == p && e->code == layout_code(p) && e->source == layout_source(p) &&
                e->is == c && e->generation == g->generation;
    if (changed || (ar->linedefined == 0 && !same))
        g->generation++; /* code has been loaded: addresses may have new owners */
    *e = (struct program_entry){.prototype = p,
                                .code = layout_code(p),
                                .source = layout_source(p),
                                .generation = g->generation,
                                .chunk = ar->linedefined == 0,
                                .is = c};
    return c;
}

/* ---- counting --------------------------------------------------------------------------------- */

/* What is taken for granted after each instruction. */
static void make_skips(struct code *c)
{
    for (int pc = 0; pc < c->proto->ncode; pc++) {
        bool guess;
        int to = plan_skip(c->proto, pc, &guess);
        if (to == 0 || to - pc > SHRT_MAX || to - pc < SHRT_MIN ||
            c->cells[to].kind & (PLAN_ENTRY | PLAN_MIXED))
            continue;
        c->cells[pc].skip = (short)(to - pc);
        c->cells[pc].guess = guess;
        if (guess)
            c->cells[to].kind |= PLAN_GUESSED;
    }
}

static bool make_cells(struct code *c, unsigned char *kinds)
{
    const struct proto *p = c->proto;
    struct cell *cells = calloc((size_t)p->ncode + 1, sizeof *cells);
    if (c->nsites) {
        c->site_at = malloc((size_t)p->ncode * sizeof *c->site_at);
        c->choices = calloc(c->nsites, sizeof *c->choices);
        if (c->site_at)
            plan_sites(p, c->sites, c->nsites, c->site_at);
        for (size_t i = 0; c->choices && i < c->nsites; i++)
            memcpy(c->choices[i].to, c->sites[i].to, sizeof c->choices[i].to);
    }
    if (!cells || (c->nsites && (!c->site_at || !c->choices)) ||
        plan_kinds(p, c->site_at, kinds) < 0) {
        free(cells);
        return false;
    }
    for (int pc = 0; pc < p->ncode; pc++)
        cells[pc].kind = kinds[pc];
    c->cells = cells;
    make_skips(c);
    return true;
}

/* The place of the line of instruction `pc` among the function's lines. */
static int line_of(const struct code *c, int pc)
{
    const struct proto *p = c->proto;
    int low = 0, high = p->nactive - 1, line = p->lines[pc];
    while (low < high) {
        int mid = low + (high - low) / 2;
        if (p->active[mid] < line)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* Lines to which no way leads are not waited for. */
void program_renew(struct code *c)
{
    memset(c->lines, 0, (size_t)c->proto->nactive + 1);
    c->fresh = 0;
    c->quiet = false;
    for (int pc = 0; pc < c->proto->ncode; pc++) {
        if (!(c->cells[pc].kind & PLAN_LINE))
            continue;
        unsigned char *line = &c->lines[line_of(c, pc)];
        c->cells[pc].kind |= PLAN_FRESH;
        c->fresh += *line == 0;
        *line = 1;
    }
    for (size_t i = 0; i < c->nsites; i++)
        c->fresh += (c->choices[i].taken[0] == 0) + (c->choices[i].taken[1] == 0);
}

static bool make_fresh(struct code *c)
{
    c->lines = malloc((size_t)c->proto->nactive + 1);
    if (c->lines)
        program_renew(c);
    return c->lines != NULL;
}

bool program_prepare(struct program *g, struct code *c)
{
    if (c->cells)
        return true;
    unsigned char *kinds = malloc((size_t)c->proto->ncode + 1);
    bool good = kinds && make_cells(c, kinds) && (!g->config.once || make_fresh(c));
    free(kinds);
    if (!good) {
        clear_code(c);
        g->out_of_memory = true;
    }
    return good;
}

void program_cover(struct code *c, int pc)
{
    unsigned char *line = &c->lines[line_of(c, pc)];
    c->cells[pc].kind &= (unsigned char)~PLAN_FRESH;
    c->fresh -= *line != 0;
    *line = 0;
    c->quiet = c->fresh == 0;
}
