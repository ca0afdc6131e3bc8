/*
** One page that needs nothing else: a table of functions that can be sorted and searched, and a flame graph that can be
** zoomed. The data are JSON inside the page; the program that shows them is export_page.c.
*/
#include "profiler/export.h"
#include "profiler/export_page.h"

#include <stdlib.h>
#include <string.h>

/* A JSON string that may stand inside <script>: no "</script>" and no "<!--" can come out of it. */
static void add_string(struct buffer *out, const char *text)
{
    struct buffer json;
    buffer_init(&json);
    export_json_string(&json, text);
    for (size_t i = 0; i < json.len; i++)
        if (json.data[i] == '<')
            buffer_adds(out, "\\u003c");
        else
            buffer_addc(out, json.data[i]);
    out->failed |= json.failed;
    buffer_release(&json);
}

static void add_functions(const struct xdb_stats *s, struct buffer *out)
{
    buffer_adds(out, "\"functions\":[");
    for (size_t i = 0; i < s->nfunctions; i++) {
        const struct stats_function *f = &s->functions[i];
        buffer_adds(out, i ? ",\n[" : "\n[");
        add_string(out, f->line ? f->name : f->std);
        buffer_addc(out, ',');
        add_string(out, f->line ? f->file : "");
        buffer_addf(out, ",%lld,%lld,%lld,%.9f,%.9f]", f->line, f->nc, f->cc, f->tt, f->ct);
    }
    buffer_adds(out, "],\n");
}

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
    buffer_addf(out, "],\n\"total\":%lld,\"sampled\":%s", w.given, s->sampled ? "true" : "false");
}

static int write_html(struct xdb_stats *s, struct buffer *out, struct xdb_error *err)
{
    int failed = stats_prepare_names(s, err);
    if (failed)
        return failed;
    buffer_adds(out, export_page_head);
    buffer_addc(out, '{');
    add_functions(s, out);
    add_contexts(s, out);
    buffer_addc(out, '}');
    buffer_adds(out, export_page_style);
    buffer_adds(out, export_page_program);
    buffer_adds(out, export_page_tail);
    return 0;
}

const struct exporter exporter_html = {"html", write_html};
