/*
** Coverage as a folder of pages: index.html, a page for each file below files/, and what they share. Their data and
** what shows them is in page.js.
*/
#include "trace/report.h"

#include "core/html_page.h"
#include "core/repr_text.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

extern const char trace_page_css[], trace_page_js[];

static void add_string(struct buffer *out, const char *s)
{
    html_page_string(out, s, strlen(s));
}

static void add_sums(const struct coverage *c, const struct coverage_sums *s, struct buffer *out)
{
    char percent[16];
    buffer_addf(out,
                "%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64
                ",%" PRId64 ",\"%s\"",
                s->lines, s->lines_hit, s->branches, s->branches_hit, s->partial, s->functions,
                s->functions_hit, s->excluded, coverage_percent_text(c, s, percent));
}

/* The page of a file, as a path. */
static void add_page(const struct coverage_file *f, struct buffer *out)
{
    buffer_adds(out, "files/");
    buffer_adds(out, f->name + strspn(f->name, "/"));
    buffer_adds(out, ".html");
}

/* A path as an URL has it: what is no plain character as %XX (RFC 3986, 2.1). */
static void add_url(const char *path, struct buffer *out)
{
    for (; *path; path++) {
        char c = *path;
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     strchr("/-._~", c);
        buffer_addf(out, plain ? "%c" : "%%%02X", (unsigned char)c);
    }
}

static void add_index(const struct coverage *c, struct buffer *out)
{
    html_page_begin(out, "Coverage");
    buffer_addf(out, "{\"branches\":%s,\"all\":[", c->branches ? "true" : "false");
    add_sums(c, &c->sums, out);
    buffer_adds(out, "],\"files\":[");
    for (size_t i = 0; i < c->nfiles; i++) {
        struct buffer page;
        buffer_init(&page);
        buffer_adds(out, i ? ",\n[" : "\n[");
        add_string(out, c->files[i].name);
        buffer_adds(out, ",\"");
        add_page(&c->files[i], &page);
        add_url(page.data, out);
        buffer_adds(out, "\",");
        add_sums(c, &c->files[i].sums, out);
        buffer_addc(out, ']');
        buffer_release(&page);
    }
    buffer_adds(out, "]}");
    html_page_end_shared(out, "coverage.css", "coverage.js");
}

static void add_counts(const struct coverage_file *f, struct buffer *out)
{
    buffer_adds(out, ",\n\"counts\":[");
    for (int line = 1; line <= f->nlines; line++)
        buffer_addf(out, line > 1 ? ",%" PRId64 : "%" PRId64, f->lines[line]);
    buffer_addc(out, ']');
}

static void add_sites(const struct coverage_file *f, struct buffer *out)
{
    buffer_adds(out, ",\n\"sites\":[");
    for (size_t i = 0; i < f->nbranches; i++) {
        const struct results_branch *b = f->branches[i];
        buffer_addf(out, "%s[%d,%d,\"%s\"", i ? "," : "", b->line, b->column,
                    branch_kind_name(b->kind));
        for (int o = 0; o < 2; o++)
            buffer_addf(out, ",[\"%s\",%d,%" PRId64 "]", coverage_outcome_name(b, o), b->target[o],
                        b->count[o]);
        buffer_addc(out, ']');
    }
    buffer_addc(out, ']');
}

static void add_functions(const struct coverage_file *f, struct buffer *out)
{
    buffer_adds(out, ",\n\"functions\":[");
    for (size_t i = 0; i < f->nfunctions; i++) {
        const struct results_function *g = f->functions[i];
        buffer_adds(out, i ? ",[" : "[");
        add_string(out, g->name);
        buffer_addf(out, ",%d,%d,%" PRId64 "]", g->first, g->last, g->entries);
    }
    buffer_addc(out, ']');
}

static void add_contexts(const struct coverage *c, const struct coverage_file *f,
                         struct buffer *out)
{
    const char *before = "";
    buffer_adds(out, ",\n\"contexts\":[");
    for (size_t k = 0; k < results_contexts(c->results); k++) {
        size_t len;
        const char *name = results_context_name(c->results, k, &len);
        if (!results_has_context(f->counted, k))
            continue;
        buffer_addf(out, "%s[", before);
        html_page_string(out, name, len);
        for (int line = 1; line <= f->nlines; line++) {
            int from = line;
            if (!results_covered(f->counted, k, line))
                continue;
            while (results_covered(f->counted, k, line + 1))
                line++;
            buffer_addf(out, ",%d,%d", from, line);
        }
        buffer_addc(out, ']');
        before = ",";
    }
    buffer_addc(out, ']');
}

/* From a page to the folder that all are in. */
static void add_way_up(const char *page, struct buffer *out)
{
    for (const char *s = page; (s = strchr(s, '/')); s++)
        buffer_adds(out, "../");
}

static void add_file(const struct coverage *c, const struct coverage_file *f, const char *page,
                     struct buffer *out)
{
    const char *text;
    size_t len;
    struct buffer up;
    buffer_init(&up);
    add_way_up(page, &up);
    html_page_begin(out, f->name);
    buffer_adds(out, "{\"name\":");
    add_string(out, f->name);
    buffer_addf(out, ",\"index\":\"%sindex.html\",\"branches\":%s,\"all\":[", up.data,
                c->branches ? "true" : "false");
    add_sums(c, &f->sums, out);
    buffer_addc(out, ']');
    add_counts(f, out);
    add_sites(f, out);
    add_functions(f, out);
    add_contexts(c, f, out);
    buffer_adds(out, ",\n\"text\":");
    if (f->source && source_text(f->source, &text, &len, NULL) == 0)
        html_page_string(out, text, len);
    else
        buffer_adds(out, "null");
    buffer_addc(out, '}');
    size_t n = up.len;
    buffer_adds(&up, "coverage.css");
    struct buffer js;
    buffer_init(&js);
    buffer_add(&js, up.data, n);
    buffer_adds(&js, "coverage.js");
    html_page_end_shared(out, up.data, js.data);
    buffer_release(&js);
    buffer_release(&up);
}

/* What is being written, and how that went. */
struct folder {
    const char *path;
    struct buffer text, name;
    struct buffer *said;
    struct xdb_error *err;
    int failed;
};

static void put(struct folder *d, const char *name)
{
    struct xdb_error why;
    int failed = report_write(d->path, name, &d->text, &why);
    if (failed && d->failed)
        buffer_addf(d->said, "%s\n", why.text);
    else if (failed) {
        d->failed = failed;
        if (d->err)
            *d->err = why;
    }
    buffer_clear(&d->text);
}

static void put_shared(struct folder *d)
{
    struct buffer css;
    buffer_init(&css);
    html_page_shared(HTML_TABLE | HTML_SOURCE, trace_page_css, trace_page_js, &css, &d->text);
    put(d, "coverage.js");
    buffer_add(&d->text, css.data, css.len);
    d->text.failed = d->text.failed || css.failed;
    put(d, "coverage.css");
    buffer_release(&css);
}

static int write_folder(const struct coverage *c, const struct report_choice *choice,
                        const char *path, struct buffer *said, struct xdb_error *err)
{
    struct folder d = {.path = path, .said = said, .err = err};
    (void)choice;
    buffer_init(&d.text);
    buffer_init(&d.name);
    put_shared(&d);
    for (size_t i = 0; i < c->nfiles; i++) {
        buffer_clear(&d.name);
        add_page(&c->files[i], &d.name);
        add_file(c, &c->files[i], d.name.data, &d.text);
        put(&d, d.name.data);
    }
    add_index(c, &d.text);
    put(&d, "index.html"); /* last: once it is there, all is */
    buffer_release(&d.text);
    buffer_release(&d.name);
    return d.failed;
}

const struct report_format report_html = {
    .name = "html", .folder = "htmlcov", .write_folder = write_folder};
