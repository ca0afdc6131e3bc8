#include "trace/relations.h"

#include <stdlib.h>
#include <string.h>

int relations_functions(struct results *r, struct buffer *out)
{
    size_t n = 0;
    const struct results_call *calls = results_calls(r, &n);
    bool any = false;
    if (!calls && n)
        return XDB_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        const struct results_callee *f = &calls[i].callee;
        if (calls[i].caller.name)
            continue;
        if (!any)
            buffer_adds(out, "\nfunctions called:\n");
        any = true;
        buffer_addf(out, "filename: %s, modulename: %s, funcname: %s\n", f->file, f->module,
                    f->name);
    }
    return out->failed ? XDB_ENOMEM : 0;
}

int relations_calls(struct results *r, struct buffer *out)
{
    size_t n = 0;
    const struct results_call *calls = results_calls(r, &n);
    const char *file = NULL, *target = NULL;
    if (!calls && n)
        return XDB_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        const struct results_callee *from = &calls[i].caller, *to = &calls[i].callee;
        if (!from->name)
            continue;
        if (!file)
            buffer_adds(out, "\ncalling relationships:\n");
        if (!file || strcmp(file, from->file) != 0) {
            buffer_addf(out, "\n*** %s ***\n", from->file);
            file = from->file;
            target = NULL;
        }
        if (strcmp(to->file, from->file) != 0 && (!target || strcmp(target, to->file) != 0)) {
            buffer_addf(out, "  --> %s\n", to->file);
            target = to->file;
        }
        buffer_addf(out, "    %s.%s -> %s.%s\n", from->module, from->name, to->module, to->name);
    }
    return out->failed ? XDB_ENOMEM : 0;
}

/* ---- the graph -------------------------------------------------------------------------------- */

static void add_quoted(const char *text, struct buffer *out)
{
    buffer_addc(out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            buffer_addc(out, '\\');
        buffer_addc(out, *text == '\n' ? ' ' : *text);
    }
    buffer_addc(out, '"');
}

static void add_node(const struct results_callee *f, struct buffer *out)
{
    struct buffer name;
    buffer_init(&name);
    buffer_addf(&name, "%s|%s", f->file, f->name);
    add_quoted(name.data, out);
    out->failed |= name.failed;
    buffer_release(&name);
}

static int by_file(const void *a, const void *b)
{
    const struct results_callee *x = *(const struct results_callee *const *)a;
    const struct results_callee *y = *(const struct results_callee *const *)b;
    int order = strcmp(x->file, y->file);
    return order ? order : strcmp(x->name, y->name);
}

/* Adds the functions, each once, file by file. */
static void add_functions(const struct results_callee **all, size_t n, struct buffer *out)
{
    for (size_t i = 0; i < n; i++) {
        bool new_file = i == 0 || strcmp(all[i - 1]->file, all[i]->file) != 0;
        if (!new_file && strcmp(all[i - 1]->name, all[i]->name) == 0)
            continue;
        if (new_file) {
            buffer_addf(out, "%s  subgraph \"cluster %zu\" {\n    label=", i ? "  }\n" : "", i);
            add_quoted(all[i]->file, out);
            buffer_adds(out, ";\n");
        }
        buffer_adds(out, "    ");
        add_node(all[i], out);
        buffer_adds(out, " [label=");
        add_quoted(all[i]->name, out);
        buffer_adds(out, "];\n");
    }
    if (n)
        buffer_adds(out, "  }\n");
}

int relations_dot(struct results *r, struct buffer *out)
{
    size_t n = 0, found = 0;
    const struct results_call *calls = results_calls(r, &n);
    const struct results_callee **all = malloc((2 * n + 1) * sizeof *all);
    if (!all || (!calls && n)) {
        free(all);
        return XDB_ENOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        if (calls[i].caller.name)
            all[found++] = &calls[i].caller;
        all[found++] = &calls[i].callee;
    }
    qsort(all, found, sizeof *all, by_file);
    buffer_adds(out, "digraph calls {\n  rankdir=LR;\n  node [shape=box];\n");
    add_functions(all, found, out);
    for (size_t i = 0; i < n; i++) {
        if (!calls[i].caller.name)
            continue;
        buffer_adds(out, "  ");
        add_node(&calls[i].caller, out);
        buffer_adds(out, " -> ");
        add_node(&calls[i].callee, out);
        buffer_addf(out, " [label=\"%lld\"];\n", (long long)calls[i].count);
    }
    buffer_adds(out, "}\n");
    free(all);
    return out->failed ? XDB_ENOMEM : 0;
}
