#include "trace/describe.h"

#include "core/function.h"

static int add_function(struct function *f, void *file)
{
    return results_add_function(file, function_name(f, NULL, NULL), f->linedefined,
                                f->lastlinedefined, f->position, 0);
}

static int add_branches(struct results_file *file, const struct branches *b, const struct proto *p)
{
    size_t n;
    const struct branch_site *s = branches_of(b, p, &n);
    int failed = 0;
    for (size_t i = 0; i < n && !failed; i++)
        failed = results_add_branch(file, &s[i].branch);
    return failed;
}

/* `b` may be NULL: branches are not wanted. */
static int add_code(struct results_file *file, const struct branches *b,
                    const struct bytecode *code)
{
    int failed = 0;
    for (size_t i = 0; i < code->nall && !failed; i++) {
        const struct proto *p = code->all[i];
        for (int k = 0; k < p->nactive && !failed; k++)
            failed = results_add_line(file, p->active[k], 0);
        if (b && !failed)
            failed = add_branches(file, b, p);
    }
    return failed;
}

static int describe_text(struct results *r, struct source *s, const struct bytecode *code,
                         struct results_file **out)
{
    struct branches *b = NULL;
    const char *text;
    size_t len;
    unsigned flags = results_flags(r);
    int failed = source_text(s, &text, &len, NULL);
    if (!failed)
        failed = results_file(r, s->name, s->name_len, results_digest(text, len), out);
    if (!failed && flags & RESULTS_BRANCHES)
        failed =
            branches_new(code, text, len, flags & RESULTS_CONDITIONS ? BRANCHES_CONDITIONS : 0, &b);
    if (!failed)
        failed = results_reserve_lines(*out, source_count(s));
    if (!failed)
        failed = add_code(*out, b, code);
    branches_free(b);
    if (!failed)
        failed = function_each(s, add_function, *out, NULL);
    return failed;
}

int describe_source(struct results *r, struct source *s, struct results_file **out,
                    struct xdb_error *err)
{
    const struct bytecode *code;
    struct results_file *file;
    int failed = source_code(s, &code, err);
    if (failed)
        return failed;
    failed = describe_text(r, s, code, &file);
    if (failed)
        return error_set(err, failed, "cannot count the lines of %s: out of memory", s->title);
    if (out)
        *out = file;
    return 0;
}
