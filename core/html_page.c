#include "core/html_page.h"

#include "core/repr_text.h"

/* core/html/NAME, made into C at build time. */
extern const char html_page_css[], html_page_js[], html_table_css[], html_table_js[],
    html_flame_css[], html_flame_js[], html_source_css[], html_source_js[];

static const struct {
    unsigned part;
    const char *style, *program;
} assets[] = {
    {0, html_page_css, html_page_js},
    {HTML_TABLE, html_table_css, html_table_js},
    {HTML_FLAME, html_flame_css, html_flame_js},
    {HTML_SOURCE, html_source_css, html_source_js},
};
enum { ASSETS = sizeof assets / sizeof *assets };

static void add_text(struct buffer *out, const char *text)
{
    for (; *text; text++)
        if (*text == '<' || *text == '&')
            buffer_addf(out, "&#%d;", *text);
        else
            buffer_addc(out, *text);
}

void html_page_begin(struct buffer *out, const char *title)
{
    buffer_adds(out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width\"><title>");
    add_text(out, title);
    buffer_adds(out, "</title></head><body>\n<noscript>This page shows itself with "
                     "JavaScript.</noscript>\n<script type=\"application/json\" id=\"data\">");
}

void html_page_shared(unsigned parts, const char *style, const char *program, struct buffer *css,
                      struct buffer *js)
{
    for (int i = 0; i < ASSETS; i++)
        if ((assets[i].part & parts) == assets[i].part) {
            buffer_adds(css, assets[i].style);
            buffer_adds(js, assets[i].program);
        }
    buffer_adds(css, style);
    buffer_adds(js, program);
}

void html_page_end(struct buffer *out, unsigned parts, const char *style, const char *program)
{
    struct buffer css, js;
    buffer_init(&css);
    buffer_init(&js);
    html_page_shared(parts, style, program, &css, &js);
    buffer_adds(out, "</script>\n<style>\n");
    buffer_add(out, css.data, css.len);
    buffer_adds(out, "</style>\n<script>\n");
    buffer_add(out, js.data, js.len);
    buffer_adds(out, "</script></body></html>\n");
    out->failed = out->failed || css.failed || js.failed;
    buffer_release(&css);
    buffer_release(&js);
}

void html_page_end_shared(struct buffer *out, const char *css_path, const char *js_path)
{
    buffer_adds(out, "</script>\n<link rel=\"stylesheet\" href=\"");
    add_text(out, css_path);
    buffer_adds(out, "\">\n<script src=\"");
    add_text(out, js_path);
    buffer_adds(out, "\"></script></body></html>\n");
}

void html_page_string(struct buffer *out, const char *text, size_t n)
{
    repr_text_json(text, n, true, out);
}
