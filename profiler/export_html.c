/*
** One page that needs nothing else: a flame graph, a table of functions, and of the function chosen its callers, what it calls
** and its text, with the time of each line where samples know it. The data are JSON in the page (their members stand where
** they are written below, times in nanoseconds); page.js shows them with what core/html has.
*/
#include "core/html_page.h"
#include "profiler/export.h"
#include "profiler/export_files.h"

#include <math.h>
#include <string.h>

/* profiler/page.js and page.css, made into C at build time. */
extern const char profiler_page_js[], profiler_page_css[];

static void add_text(struct buffer *out, const char *text)
{
    html_page_string(out, text, strlen(text));
}

static long long nanoseconds(double seconds)
{
    double ns = seconds * 1e9;
    return ns > 9e15 ? (long long)9e15 : ns < -9e15 ? (long long)-9e15 : llround(ns);
}

/* "files": path, state of its text, the text. */
static void add_files(const struct export_files *f, struct buffer *out)
{
    static const char *const states[] = {
        [EXPORT_NO_TEXT] = "none", [EXPORT_TEXT] = "text", [EXPORT_CHANGED] = "changed"};
    buffer_adds(out, "\"files\":[");
    for (size_t i = 0; i < f->n; i++) {
        const struct export_file *e = &f->files[i];
        buffer_adds(out, i ? ",\n[" : "\n[");
        add_text(out, e->path);
        buffer_addf(out, ",\"%s\"", states[e->state]);
        if (e->state == EXPORT_TEXT) {
            buffer_addc(out, ',');
            html_page_string(out, e->text, e->len);
        }
        buffer_addc(out, ']');
    }
    buffer_adds(out, "],\n");
}

/* "functions": name, file, first and last line, calls, primitive calls, own and cumulative time; in C: file -1. */
static void add_functions(const struct xdb_stats *s, const struct export_files *files,
                          struct buffer *out)
{
    buffer_adds(out, "\"functions\":[");
    for (size_t i = 0; i < s->nfunctions; i++) {
        const struct stats_function *f = &s->functions[i];
        buffer_adds(out, i ? ",\n[" : "\n[");
        add_text(out, f->line ? f->name : f->std);
        buffer_addf(out, ",%lld,%lld,%d,%lld,%lld,%lld,%lld]",
                    f->line ? (long long)files->of_function[i] : -1, f->line, files->last_lines[i],
                    f->nc, f->cc, nanoseconds(f->tt), nanoseconds(f->ct));
    }
    buffer_adds(out, "],\n");
}

/* "edges": caller, callee, calls, primitive calls, own and cumulative time. */
static void add_edges(const struct xdb_stats *s, struct buffer *out)
{
    buffer_adds(out, "\"edges\":[");
    for (size_t i = 0; i < s->nedges; i++) {
        const struct stats_edge *e = &s->edges[i];
        buffer_addf(out, "%s[%u,%u,%lld,%lld,%lld,%lld]", i ? ",\n" : "\n", e->caller, e->callee,
                    e->nc, e->cc, nanoseconds(e->tt), nanoseconds(e->ct));
    }
    buffer_adds(out, "],\n");
}

/* "contexts": parent (-1: none), function, calls, own time; their sum is "total". */
static void add_contexts(const struct xdb_stats *s, struct buffer *out)
{
    struct export_weights w = {0, 0};
    buffer_adds(out, "\"contexts\":[");
    for (size_t i = 0; i < s->ncontexts; i++) {
        const struct stats_context *c = &s->contexts[i];
        long long parent = c->parent == STATS_NONE ? -1 : (long long)c->parent;
        buffer_addf(out, "%s[%lld,%u,%lld,%lld]", i ? ",\n" : "\n", parent, c->function, c->calls,
                    export_weight(&w, c->own));
    }
    buffer_addf(out, "],\n\"total\":%lld,\n", w.given);
}

/* "lines": context, line, samples on it, those and what was called from it, time of both. */
static void add_lines(const struct xdb_stats *s, struct buffer *out)
{
    buffer_adds(out, "\"lines\":[");
    for (size_t i = 0; i < s->nlines; i++) {
        const struct stats_line *l = &s->lines[i];
        buffer_addf(out, "%s[%u,%d,%lld,%lld,%lld,%lld]", i ? ",\n" : "\n", l->context, l->line,
                    l->direct, l->samples, nanoseconds(l->own), nanoseconds(l->total));
    }
    buffer_adds(out, "],\n");
}

/* The program's name: the main chunk that took longest. */
static const char *program_name(const struct xdb_stats *s)
{
    const struct stats_function *found = NULL;
    for (size_t i = 0; i < s->nfunctions; i++) {
        const struct stats_function *f = &s->functions[i];
        if (strcmp(f->name, "<main>") == 0 && (!found || f->ct > found->ct))
            found = f;
    }
    const char *slash = found ? strrchr(found->file, '/') : NULL;
    return slash ? slash + 1 : found ? found->file : "xprof";
}

static int write_html(struct xdb_stats *s, struct buffer *out, struct xdb_error *err)
{
    struct export_files files;
    int failed = stats_prepare_names(s, err);
    if (!failed)
        failed = export_files_find(s, &files, err);
    if (failed)
        return failed;
    html_page_begin(out, program_name(s));
    buffer_adds(out, "{\"program\":");
    add_text(out, program_name(s));
    buffer_adds(out, ",\n");
    add_files(&files, out);
    add_functions(s, &files, out);
    add_edges(s, out);
    add_contexts(s, out);
    add_lines(s, out);
    buffer_addf(out, "\"sampled\":%s,\"folded\":%s,\"incomplete\":%s}",
                s->sampled ? "true" : "false", s->folded ? "true" : "false",
                s->incomplete ? "true" : "false");
    html_page_end(out, HTML_TABLE | HTML_FLAME | HTML_SOURCE, profiler_page_css, profiler_page_js);
    export_files_release(&files);
    return 0;
}

const struct exporter exporter_html = {"html", write_html};
