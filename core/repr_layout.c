#include "core/repr_layout.h"

enum { step = 2 }; /* columns of indentation */

struct layout {
    const char *text;
    const struct repr_mark *marks;
    size_t width;
    size_t column; /* where the next character goes */
    struct buffer *out;
};

/* Columns that bytes take: characters, not bytes, and nothing cleverer. */
static size_t columns(const char *s, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += ((unsigned char)s[i] & 0xC0) != 0x80;
    return count;
}

static void add(struct layout *l, size_t from, size_t to)
{
    buffer_add(l->out, l->text + from, to - from);
    l->column += columns(l->text + from, to - from);
}

static void newline(struct layout *l, size_t indent)
{
    buffer_addc(l->out, '\n');
    for (size_t i = 0; i < indent; i++)
        buffer_addc(l->out, ' ');
    l->column = indent;
}

/* The mark after item `i`: the next item of the same table, or the table's end. */
static size_t after_item(const struct layout *l, size_t i)
{
    for (i++; l->marks[i].kind == REPR_OPEN;)
        i = l->marks[i].end + 1;
    return i;
}

/* Where the text of the item before mark `next` ends: at `}` or before the `, `. */
static size_t item_end(const struct layout *l, size_t next)
{
    size_t pos = l->marks[next].pos;
    return l->marks[next].kind == REPR_CLOSE ? pos : pos - 2;
}

/* Plain items of a sequence share lines. */
static bool is_plain(const struct layout *l, size_t i)
{
    return l->marks[i].kind == REPR_ITEM && l->marks[i].positional &&
           l->marks[i + 1].kind != REPR_OPEN;
}

static void add_table(struct layout *l, size_t open, size_t indent);

/* Adds item `i`, which ends before mark `next`, with the tables in it. */
static void add_item(struct layout *l, size_t i, size_t next, size_t indent)
{
    size_t from = l->marks[i].pos;
    for (size_t m = i + 1; m < next; m = l->marks[m].end + 1) {
        add(l, from, l->marks[m].pos);
        add_table(l, m, indent);
        from = l->marks[l->marks[m].end].pos + 1;
    }
    add(l, from, item_end(l, next));
}

static bool fits(const struct layout *l, size_t from, size_t to)
{
    size_t comma = 1; /* one may follow */
    return l->column + columns(l->text + from, to - from) + comma <= l->width;
}

/* Goes to where item `i` begins: on this line after the item `previous`, or on a line of its own. */
static void begin_item(struct layout *l, size_t previous, size_t i, size_t next, size_t indent)
{
    bool first = previous == i;
    if (!first)
        add(l, l->marks[i].pos - 2, l->marks[i].pos - 1);
    if (!first && is_plain(l, previous) && is_plain(l, i) &&
        fits(l, l->marks[i].pos - 1, item_end(l, next)))
        add(l, l->marks[i].pos - 1, l->marks[i].pos);
    else
        newline(l, indent);
}

static void add_table(struct layout *l, size_t open, size_t indent)
{
    size_t close = l->marks[open].end;
    size_t from = l->marks[open].pos, to = l->marks[close].pos + 1;
    if (open + 1 == close || fits(l, from, to)) {
        add(l, from, to);
        return;
    }
    add(l, from, from + 1);
    size_t previous = open + 1;
    for (size_t i = open + 1; i < close;) {
        size_t next = after_item(l, i);
        begin_item(l, previous, i, next, indent + step);
        add_item(l, i, next, indent + step);
        previous = i;
        i = next;
    }
    newline(l, indent);
    add(l, to - 1, to);
}

void repr_layout(const struct buffer *text, const struct buffer *marks, int width,
                 struct buffer *out)
{
    struct layout l = {.text = text->data,
                       .marks = (const struct repr_mark *)(const void *)marks->data,
                       .width = width > 0 ? (size_t)width : 0,
                       .out = out};
    size_t from = 0, count = marks->len / sizeof *l.marks;
    for (size_t m = 0; m < count; m = l.marks[m].end + 1) {
        add(&l, from, l.marks[m].pos);
        add_table(&l, m, 0);
        from = l.marks[l.marks[m].end].pos + 1;
    }
    add(&l, from, text->len);
}
