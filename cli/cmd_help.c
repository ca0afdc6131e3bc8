/* Help: the listing in columns and the text of one command, from the rows. */
#include "cli/cmd.h"
#include "cli/cmd_state.h"

#include <string.h>

enum { LISTING_WIDTH = 79 };

/* ---- columns ---------------------------------------------------------------------------------- */

/* Width that `rows` rows need; 0 when it is more than `limit`. */
static size_t needed(const struct words *w, size_t rows, size_t limit)
{
    size_t total = 0;
    for (size_t i = 0; i < w->count; i += rows) {
        size_t most = 0;
        for (size_t k = i; k < i + rows && k < w->count; k++) {
            size_t n = strlen(w->items[k]);
            most = n > most ? n : most;
        }
        total += most + (i ? 2 : 0);
        if (total > limit)
            return 0;
    }
    return total ? total : 1;
}

static size_t column_width(const struct words *w, size_t rows, size_t column)
{
    size_t most = 0;
    for (size_t k = column * rows; k < (column + 1) * rows && k < w->count; k++) {
        size_t n = strlen(w->items[k]);
        most = n > most ? n : most;
    }
    return most;
}

void cmd_columnize(const struct words *w, size_t width, struct buffer *out)
{
    if (w->count == 0) {
        buffer_adds(out, "<empty>\n");
        return;
    }
    size_t all = 0, rows;
    for (size_t i = 0; i < w->count; i++)
        all += strlen(w->items[i]) + 2;
    for (rows = all / (width + 2) + (all % (width + 2) > 0); rows < w->count; rows++)
        if (rows && needed(w, rows, width))
            break;
    rows = rows < w->count ? rows : w->count;
    for (size_t row = 0; row < rows; row++) {
        for (size_t k = row; k < w->count; k += rows) {
            size_t wide = rows < w->count ? column_width(w, rows, k / rows) : 0;
            buffer_addf(out, "%s%-*s", k > row ? "  " : "", (int)wide, w->items[k]);
        }
        buffer_addc(out, '\n');
    }
}

void cmd_topics(struct cmd *c, const char *header, const struct words *w)
{
    if (w->count == 0)
        return;
    struct buffer out;
    buffer_init(&out);
    buffer_addf(&out, "%s\n", header);
    for (size_t i = strlen(header); i > 0; i--)
        buffer_addc(&out, '=');
    buffer_addc(&out, '\n');
    cmd_columnize(w, LISTING_WIDTH, &out);
    buffer_addc(&out, '\n');
    cmd_write(c, out.data, out.len);
    buffer_release(&out);
}

/* ---- the listing ------------------------------------------------------------------------------ */

static void add_name(void *words, const char *name, size_t n)
{
    words_add(words, name, n);
}

static bool is_documented(const struct cmd_row *row)
{
    return row->help || row->summary;
}

static bool same_group(const struct cmd_row *a, const struct cmd_row *b)
{
    const char *x = a->group ? a->group : "", *y = b->group ? b->group : "";
    return is_documented(a) == is_documented(b) && (!is_documented(a) || strcmp(x, y) == 0);
}

/* Lists the group that `row` is the first of. */
static void list_group(struct cmd *c, const struct cmd_row *row)
{
    struct words names;
    words_init(&names);
    for (const struct cmd_row *other = c->rows; other->names; other++)
        if (same_group(row, other)) {
            if (other < row)
                goto out; /* listed before */
            cmd_names(other, add_name, &names);
        }
    words_sort(&names);
    cmd_topics(c,
               !is_documented(row) ? "Undocumented commands:"
               : row->group        ? row->group
                                   : "Documented commands (type help <topic>):",
               &names);
out:
    words_release(&names);
}

static void list(struct cmd *c)
{
    struct words topics;
    words_init(&topics);
    cmd_write(c, "\n", 1);
    for (const struct cmd_row *row = c->rows; row->names; row++)
        if (is_documented(row))
            list_group(c, row);
    for (const struct cmd_topic *t = c->topics; t && t->name; t++)
        words_adds(&topics, t->name);
    words_sort(&topics);
    cmd_topics(c, "Miscellaneous help topics:", &topics);
    words_release(&topics);
    for (const struct cmd_row *row = c->rows; row->names; row++)
        if (!is_documented(row))
            list_group(c, row);
}

/* ---- one command ------------------------------------------------------------------------------ */

static void spaces(struct buffer *out, size_t n)
{
    for (; n > 0; n--)
        buffer_addc(out, ' ');
}

/* The lines of a text, each behind `indent` spaces. */
static void indented(struct buffer *out, const char *text, size_t indent)
{
    while (*text) {
        size_t n = strcspn(text, "\n");
        spaces(out, indent);
        buffer_add(out, text, n);
        buffer_addc(out, '\n');
        text += n + (text[n] == '\n');
    }
}

/* `Usage: ` and the usage, whose further lines stand under the first. */
static void usage(const struct cmd *c, const struct cmd_row *row, struct buffer *out)
{
    size_t first = strcspn(row->usage, "\n");
    spaces(out, c->prompt.len);
    buffer_addf(out, "Usage: %.*s\n", (int)first, row->usage);
    if (row->usage[first])
        indented(out, row->usage + first + 1, c->prompt.len + strlen("Usage: "));
}

void cmd_usage(struct cmd *c, const struct cmd_row *row)
{
    struct buffer out;
    buffer_init(&out);
    if (row->usage)
        usage(c, row, &out);
    cmd_write(c, out.data, out.len);
    buffer_release(&out);
}

static void explain(struct cmd *c, const struct cmd_row *row)
{
    bool full = c->features & CMD_USAGE_HELP;
    size_t indent = full ? c->prompt.len : 0;
    const char *other = full ? strchr(row->names, ' ') : NULL;
    struct buffer out;
    buffer_init(&out);
    if (full && row->usage) {
        usage(c, row, &out);
        indented(&out, "\n", indent);
    }
    if (row->summary && (full || !row->help))
        indented(&out, row->summary, indent);
    if (row->help)
        indented(&out, row->help, indent);
    if (other) {
        spaces(&out, indent);
        buffer_addf(&out, "Also called: %s\n", other + 1);
    }
    if (row->example) {
        indented(&out, "\nExample:\n", indent);
        indented(&out, row->example, indent + 2);
    }
    cmd_write(c, out.data, out.len);
    buffer_release(&out);
}

static const struct cmd_topic *find_topic(const struct cmd *c, const char *name, size_t n)
{
    for (const struct cmd_topic *t = c->topics; t && t->name; t++)
        if (strlen(t->name) == n && memcmp(t->name, name, n) == 0)
            return t;
    return NULL;
}

int cmd_do_help(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    (void)row;
    const struct cmd_row *about = cmd_find(c, arg, n);
    const struct cmd_topic *topic = find_topic(c, arg, n);
    bool quoted = c->features & CMD_USAGE_HELP;
    if (n == 0) {
        list(c);
    } else if (topic) {
        struct buffer out;
        buffer_init(&out);
        indented(&out, topic->text, 0);
        cmd_write(c, out.data, out.len);
        buffer_release(&out);
    } else if (about && is_documented(about)) {
        explain(c, about);
    } else {
        cmd_printf(c, quoted ? "*** No help for '" : "*** No help on ");
        cmd_write(c, arg, n);
        cmd_printf(c, quoted ? "'\n" : "\n");
    }
    return CMD_AGAIN;
}
