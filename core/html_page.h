/*
** Pages that show what a tool found: one file that needs nothing else, neither network nor a folder beside it, readable in
** light and dark, usable by keys alone. The tool writes its data as JSON and a small program that says what to show; what it
** says it with is here, in core/html/: the comment on top of each file there tells its functions.
**
**   page.js    xdb.data, xdb.page (header, search, keys, light or dark), xdb.el, numbers for people
**   table.js   xdb.table: sorted by a click on a head, walked through by arrows; a million rows are no trouble
**   flame.js   xdb.flame: a flame graph with zoom, search and keys
**   source.js  xdb.source: Lua text with numbers beside its lines; xdb.lua colours it
**
** A page is some 30 kB and its data. For example, a table of two columns:
**
**   static const char program[] =
**       "const page = xdb.page({title: 'sizes', facts: [[xdb.data.length, 'files']]});\n"
**       "page.main.append(xdb.table({rows: xdb.data, label: 'files', order: 1, columns: [\n"
**       "  {title: 'file', text: true, get: f => f[0], show: f => f[0]},\n"
**       "  {title: 'bytes', width: '9rem', get: f => f[1], show: f => xdb.count(f[1])}]}).element);\n";
**   html_page_begin(&out, "sizes");
**   buffer_adds(&out, "[[");
**   html_page_string(&out, path, strlen(path));
**   buffer_addf(&out, ",%zu]]", size);
**   html_page_end(&out, HTML_TABLE, "", program);
**
** A tool keeps program and style as files and has core/html/embed.py make C of them (see profiler/meson.build). Only text is
** built, in the caller's buffer, whose `failed` tells of want of memory. For tests in a real browser: tests/tools/browser.py.
*/
#ifndef XDB_CORE_HTML_PAGE_H
#define XDB_CORE_HTML_PAGE_H

#include "core/buffer.h"

/* What a page uses beside page.js; they can be added. */
enum { HTML_TABLE = 1, HTML_FLAME = 2, HTML_SOURCE = 4 };

/* Begins a page. What the caller appends next is one JSON value, the page's xdb.data. */
void html_page_begin(struct buffer *out, const char *title);
/*
** Ends the data and the page. `style` is CSS, after the common one; `program` is JavaScript, run when all is there. Neither
** may contain "</".
*/
void html_page_end(struct buffer *out, unsigned parts, const char *style, const char *program);
/*
** For a folder of many pages: what html_page_end would put into each, as the texts of a style sheet and a program that
** they share; and the end of such a page, with the paths to these two, as in an URL.
*/
void html_page_shared(unsigned parts, const char *style, const char *program, struct buffer *css,
                      struct buffer *js);
void html_page_end_shared(struct buffer *out, const char *css_path, const char *js_path);
/* Appends a JSON string for the data; bytes that are no UTF-8 become U+FFFD, and no markup can come out of it. */
void html_page_string(struct buffer *out, const char *text, size_t n);

#endif
