/* Where the program stands, as text: entries of the stack, listings, values. */
#include "pdb/pdb_state.h"

#include "cli/highlight.h"
#include "core/universe.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

const struct repr_options print_brief = {
    .depth = 2, .items = 8, .string_bytes = 80, .total_bytes = 240, .width = 80};

void print_out(struct xdb_pdb *p, struct buffer *text)
{
    if (text->failed)
        cmd_error(p->cmd, "not enough memory");
    cmd_write(p->cmd, text->data, text->len);
    buffer_release(text);
}

bool print_number(const char *text, int *out)
{
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    while (*end == ' ' || *end == '\t')
        end++;
    if (end == text || *end)
        return false;
    if (errno == ERANGE || value > INT_MAX || value < INT_MIN)
        value = value > 0 ? INT_MAX : INT_MIN;
    *out = (int)value;
    return true;
}

/* ---- frames ----------------------------------------------------------------------------------- */

const struct frame *print_frame(const struct xdb_pdb *p)
{
    const struct pdb_stop *s = p->stop;
    return s && s->at >= 0 && s->at < s->stack.count ? &s->stack.frames[s->at] : NULL;
}

struct source *print_source(struct xdb_pdb *p, const struct frame *f)
{
    lua_Debug ar;
    struct source *s;
    if (!p->bdb || frame_info(f, "S", &ar) < 0 ||
        source_of_debug(xdb_bdb_sources(p->bdb), &ar, &s, NULL) < 0)
        return NULL;
    return s;
}

static bool is_event(const struct xdb_pdb *p, const struct frame *f, enum xdb_event_kind kind)
{
    const struct xdb_event *e = p->stop ? p->stop->event : NULL;
    return e && e->kind == kind && frame_same(e->frame, f);
}

int print_line_of(const struct xdb_pdb *p, const struct frame *f)
{
    lua_Debug ar;
    if (is_event(p, f, XDB_EVENT_CALL) && frame_info(f, "S", &ar) == 0 && ar.linedefined > 0)
        return ar.linedefined; /* nothing of the function has run */
    return frame_line(f);
}

void print_function_name(struct xdb_pdb *p, const struct frame *f, struct buffer *out)
{
    lua_Debug ar;
    struct function *function;
    /* names are found without asking the thread when it is not the running one's to ask */
    if (frame_info(f, "Sn", &ar) < 0 ||
        function_of_debug(p->functions, f->thread, &ar, &function, NULL) < 0)
        buffer_adds(out, "<function>");
    else
        buffer_adds(out, function_name(function, f->thread, &ar));
}

/* ---- values ----------------------------------------------------------------------------------- */

void print_values(lua_State *L, int first, int n, const struct repr_options *o, struct buffer *out)
{
    if (n == 0)
        buffer_adds(out, "()");
    for (int i = 0; i < n; i++) {
        if (i)
            buffer_adds(out, ", ");
        repr_line(L, first + i, o, out);
    }
}

void print_results(const struct xdb_event *e, const struct repr_options *o, struct buffer *out)
{
    int n = 0;
    while (n < e->results && lua_checkstack(e->L, 2) && xdb_event_push_result(e, n + 1)) {
        if (n++)
            buffer_adds(out, ", ");
        repr_line(e->L, -1, o, out);
        lua_pop(e->L, 1);
    }
    if (n == 0)
        buffer_adds(out, "()");
}

/* ---- source ----------------------------------------------------------------------------------- */

/* Appends a line of a source; `h` has seen the lines before it when colours are on. */
static void add_source(struct xdb_pdb *p, struct highlight *h, const char *text, size_t n,
                       struct buffer *out)
{
    while (n && (text[n - 1] == ' ' || text[n - 1] == '\t' || text[n - 1] == '\r'))
        n--;
    highlight_line(h, text, n, p->colors, out);
}

static void seek(struct xdb_pdb *p, struct highlight *h, struct source *s, int line)
{
    size_t n;
    const char *text;
    highlight_init(h);
    for (int i = 1; p->colors && i < line && (text = source_line(s, i, &n)) != NULL; i++)
        highlight_skip(h, text, n);
}

/* ---- entries ---------------------------------------------------------------------------------- */

/* Appends `-> SOURCE`, when there is such a line. */
static void add_line(struct xdb_pdb *p, struct source *s, int line, struct buffer *out)
{
    struct highlight h;
    size_t n;
    const char *text = s ? source_line(s, line, &n) : NULL;
    if (!text)
        return;
    seek(p, &h, s, line);
    while (n && (*text == ' ' || *text == '\t'))
        text++, n--;
    buffer_adds(out, "-> ");
    add_source(p, &h, text, n, out);
    buffer_addc(out, '\n');
}

void print_entry(struct xdb_pdb *p, int index)
{
    const struct frame *f = &p->stop->stack.frames[index];
    struct source *s = print_source(p, f);
    int line = print_line_of(p, f);
    struct buffer out;
    buffer_init(&out);
    buffer_adds(&out, index == p->stop->at ? "> " : "  ");
    buffer_adds(&out, s ? s->title : "?");
    if (line > 0)
        buffer_addf(&out, "(%d)", line);
    else
        buffer_adds(&out, "(?)");
    print_function_name(p, f, &out);
    buffer_adds(&out, "()");
    if (is_event(p, f, XDB_EVENT_RETURN)) {
        buffer_adds(&out, "->");
        print_results(p->stop->event, &print_brief, &out);
    }
    buffer_addc(&out, '\n');
    add_line(p, s, line, &out);
    print_out(p, &out);
}

void print_banner(struct xdb_pdb *p)
{
    p->stop->banner_due = false;
    const struct frame *f = print_frame(p);
    if (!f)
        return;
    print_entry(p, p->stop->at);
    edited_warn(p, print_source(p, f));
    display_changed(p);
}

/* ---- listings --------------------------------------------------------------------------------- */

static bool has_breakpoint(const struct xdb_pdb *p, const struct source *s, int line)
{
    return breakpoint_at(p->registry, s->name, line) != NULL;
}

void print_lines(struct xdb_pdb *p, struct source *s, int first, int last, const struct frame *f)
{
    int here = f ? print_line_of(p, f) : -1;
    struct highlight h;
    seek(p, &h, s, first);
    for (int line = first; line <= last && !p->interrupted; line++) {
        size_t n;
        const char *text = source_line(s, line, &n);
        if (!text)
            break;
        struct buffer out;
        buffer_init(&out);
        buffer_addf(&out, "%3d", line);
        if (line < 1000)
            buffer_addc(&out, ' ');
        buffer_addc(&out, has_breakpoint(p, s, line) ? 'B' : ' ');
        buffer_adds(&out, line == here ? "->\t" : "\t");
        add_source(p, &h, text, n, &out);
        buffer_addc(&out, '\n');
        print_out(p, &out);
    }
}
