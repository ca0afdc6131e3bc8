#include "trace/gather.h"

#include "trace/describe.h"

#include <stdlib.h>
#include <string.h>

/* ---- counts ----------------------------------------------------------------------------------- */

/* With `once` a number says no more than whether it is 0. */
static int64_t told(int64_t n, bool once)
{
    return once && n > 0 ? 1 : n;
}

static int add_lines(struct results_file *f, const struct code *c, bool once)
{
    const struct proto *p = c->proto;
    int failed = 0;
    for (int i = 0; i < p->nactive && !failed; i++)
        failed = results_add_line(f, p->active[i], 0);
    for (int pc = 0; c->cells && pc < p->ncode && !failed; pc++) {
        const struct cell *cell = &c->cells[pc];
        if (cell->kind & PLAN_LINE && cell->count > 0 &&
            !(once && results_line(f, p->lines[pc]) > 0))
            failed = results_add_line(f, p->lines[pc], told(cell->count, once));
    }
    return failed;
}

static int64_t entries_of(const struct code *c)
{
    int64_t n = c->entries;
    if (c->cells && c->first_pc < c->proto->ncode)
        n += c->cells[c->first_pc].count - c->rounds;
    return n;
}

static int add_branches(struct results_file *f, const struct code *c, bool once)
{
    int failed = 0;
    for (size_t i = 0; i < c->nsites && !failed; i++) {
        struct results_branch b = c->sites[i].branch;
        for (int o = 0; o < 2; o++)
            b.count[o] = c->choices ? told(c->choices[i].taken[o], once) : 0;
        failed = results_add_branch(f, &b);
    }
    return failed;
}

static int add_code(struct results_file *f, const struct code *c, bool once)
{
    const struct proto *p = c->proto;
    int failed = add_lines(f, c, once);
    if (!failed)
        failed = results_add_function(f, p->linedefined ? "<function>" : "<main>", p->linedefined,
                                      p->linedefined ? p->lastlinedefined : 0, c->position,
                                      told(entries_of(c), once));
    return failed ? failed : add_branches(f, c, once);
}

static int add_hits(struct results_file *f, const struct unit *u, bool once)
{
    int failed = 0;
    for (int line = 1; line <= u->nhits && !failed; line++)
        if (u->hits[line] > 0 && !(once && results_line(f, line) > 0))
            failed = results_add_line(f, line, told(u->hits[line], once));
    return failed;
}

static int add_unit(struct results *r, const struct unit *u, bool once)
{
    struct results_file *f;
    int failed = results_file(r, u->source->name, u->source->name_len, u->digest, &f);
    for (size_t i = 0; i < u->ncodes && !failed; i++)
        failed = add_code(f, u->codes[i], once);
    return failed ? failed : add_hits(f, u, once);
}

static int add_file(struct results *r, const struct file *f, bool once)
{
    int failed = describe_source(r, f->source, NULL, NULL);
    if (failed != XDB_ENOMEM)
        failed = 0; /* gone, or not Lua's: what was loaded is known all the same */
    for (const struct unit *u = f->unit; u && !failed; u = u->older)
        failed = add_unit(r, u, once);
    return failed;
}

int gather(struct program *g, struct results *r, struct xdb_error *err)
{
    const struct program_config *config = &g->config;
    unsigned flags = config->branches ? RESULTS_BRANCHES : 0;
    int failed = g->out_of_memory ? XDB_ENOMEM : 0;
    flags |= config->branches && config->conditions ? RESULTS_CONDITIONS : 0;
    flags |= config->once ? RESULTS_ONLY_COVERED : 0;
    results_set_flags(r, results_flags(r) | flags);
    for (const struct file *f = g->files; f && !failed; f = f->next)
        if (!f->quiet && f->unit)
            failed = add_file(r, f, config->once);
    return failed ? error_set(err, failed, "out of memory while counting") : 0;
}

/* ---- contexts --------------------------------------------------------------------------------- */

static int note_code(struct results_file *f, struct code *c, size_t context)
{
    const struct proto *p = c->proto;
    int failed = 0;
    if (!c->cells)
        return 0;
    if (!c->before)
        c->before = calloc((size_t)p->ncode + 1, sizeof *c->before);
    if (!c->before)
        return XDB_ENOMEM;
    for (int pc = 0; pc < p->ncode && !failed; pc++) {
        if (c->cells[pc].kind & PLAN_LINE && c->cells[pc].count != c->before[pc])
            failed = results_add_covered(f, context, p->lines[pc]);
        c->before[pc] = c->cells[pc].count;
    }
    if (c->lines)
        program_renew(c);
    return failed;
}

static int note_unit(struct results *r, struct unit *u, size_t context)
{
    struct results_file *f;
    int failed = results_file(r, u->source->name, u->source->name_len, u->digest, &f);
    for (size_t i = 0; i < u->ncodes && !failed; i++)
        failed = note_code(f, u->codes[i], context);
    if (!failed && u->hits && !u->hits_before) {
        u->hits_before = calloc((size_t)u->nhits + 1, sizeof *u->hits_before);
        failed = u->hits_before ? 0 : XDB_ENOMEM;
    }
    for (int line = 1; line <= u->nhits && !failed; line++) {
        if (u->hits[line] != u->hits_before[line])
            failed = results_add_covered(f, context, line);
        u->hits_before[line] = u->hits[line];
    }
    return failed;
}

int gather_context(struct program *g, struct results *r, size_t context, struct xdb_error *err)
{
    int failed = 0;
    for (const struct file *f = g->files; f && !failed; f = f->next)
        for (struct unit *u = f->quiet ? NULL : f->unit; u && !failed; u = u->older)
            failed = note_unit(r, u, context);
    return failed ? error_set(err, failed, "out of memory while noting a context") : 0;
}
