/* The texts of a command's options: usage line, help, complaints. */
#include "cli/completion.h"
#include "cli/options.h"

#include <string.h>

enum {
    INDENT = 2,       /* before an option's names */
    HELP_COLUMN = 24, /* where help texts begin at the latest */
    LEAST_HELP = 11,  /* help is wrapped to this at the narrowest */
};

/* Columns that `n` bytes of UTF-8 take, one a character. */
static int columns(const char *s, size_t n)
{
    int count = 0;
    for (size_t i = 0; i < n; i++)
        count += ((unsigned char)s[i] & 0xC0) != 0x80;
    return count;
}

static void spaces(struct buffer *out, int n)
{
    for (int i = 0; i < n; i++)
        buffer_addc(out, ' ');
}

/* Ends the line without the spaces before its end. */
static void newline(struct buffer *out)
{
    while (out->len && out->data[out->len - 1] == ' ')
        buffer_truncate(out, out->len - 1);
    buffer_addc(out, '\n');
}

/*
** Adds the words of text[0..n-1], wrapped between the columns `indent` and `width`; `at` is the column
** the line has reached. Ends without a newline.
*/
static void fill(struct buffer *out, const char *text, size_t n, int indent, int at, int width)
{
    bool first = true;
    for (size_t i = 0; i < n;) {
        size_t start = i + strspn(text + i, " \n");
        if (start >= n)
            break;
        size_t end = start + strcspn(text + start, " \n");
        end = end > n ? n : end;
        int wide = columns(text + start, end - start);
        if (!first && at + 1 + wide > width) {
            newline(out);
            spaces(out, indent);
            at = indent;
        } else if (!first) {
            buffer_addc(out, ' ');
            at++;
        }
        buffer_add(out, text + start, end - start);
        at += wide;
        first = false;
        i = end;
    }
}

/* Paragraphs are wrapped; lines that begin with a space are kept. */
static void paragraphs(struct buffer *out, const char *text, int indent, int width)
{
    while (*text) {
        const char *end = strstr(text, "\n\n");
        size_t n = end ? (size_t)(end - text) : strlen(text);
        if (*text == ' ') {
            buffer_add(out, text, n);
        } else {
            spaces(out, indent);
            fill(out, text, n, indent, indent, width);
        }
        newline(out);
        text += n;
        if (*text) {
            buffer_addc(out, '\n');
            text += 2;
        }
    }
}

static bool is_shown(const struct option_row *row)
{
    return row->kind != OPTION_GROUP && !(row->flags & OPTION_HIDDEN);
}

/* `-c command`, `--html[=DIR]`: the shortest form, without brackets around it. */
static void usage_form(struct buffer *out, const struct option_row *row)
{
    bool attached = row->flags & OPTION_ATTACHED;
    if (row->letter)
        buffer_addf(out, "-%c", row->letter);
    else
        buffer_addf(out, "--%s", row->name);
    if (row->arg)
        buffer_addf(out, attached ? row->letter ? "[%s]" : "[=%s]" : " %s", row->arg);
}

/* The pieces of a usage line, one after the other, each ended by a '\0'. */
static void usage_options(struct buffer *out, const struct options *spec)
{
    for (const struct option_row *row = spec->rows; row->kind != OPTION_END; row++) {
        if (!is_shown(row))
            continue;
        bool joined = row->exclusive && row > spec->rows && is_shown(row - 1) &&
                      row[-1].exclusive == row->exclusive;
        if (joined) { /* `[-r` becomes `[-r | -R` */
            buffer_truncate(out, out->len - 2);
            buffer_adds(out, " | ");
        } else {
            buffer_addc(out, '[');
        }
        usage_form(out, row);
        buffer_add(out, "]", 2);
    }
}

static void usage_operands(struct buffer *out, const struct options *spec)
{
    for (const struct option_operand *o = spec->operands; o && o->name; o++) {
        for (int i = 0; i < o->min; i++) {
            buffer_adds(out, o->name);
            buffer_addc(out, '\0');
        }
        if (o->max == 0)
            buffer_addf(out, "[%s ...]%c", o->name, '\0');
        else if (o->max > o->min)
            buffer_addf(out, "[%s]%c", o->name, '\0');
    }
}

/* Adds the pieces with spaces between them, wrapped; returns the column reached. */
static int lay(struct buffer *out, const struct buffer *pieces, int indent, int at, int width)
{
    for (size_t i = 0; i < pieces->len;) {
        const char *piece = pieces->data + i;
        size_t n = strlen(piece);
        int wide = columns(piece, n);
        if (at > indent && at + wide > width) {
            newline(out);
            spaces(out, indent);
            at = indent;
        }
        buffer_add(out, piece, n);
        buffer_addc(out, ' ');
        at += wide + 1;
        i += n + 1;
    }
    return at;
}

static void written_usage(struct buffer *out, const char *usage, int indent)
{
    for (const char *s = usage; *s; s++) {
        buffer_addc(out, *s);
        if (*s == '\n')
            spaces(out, indent);
    }
    newline(out);
}

void options_usage(const struct options *spec, int width, struct buffer *out)
{
    int indent = (int)(strlen("usage:  ") + strlen(spec->prog));
    buffer_addf(out, "usage: %s ", spec->prog);
    if (spec->usage) {
        written_usage(out, spec->usage, indent);
        return;
    }
    struct buffer options, operands;
    buffer_init(&options);
    buffer_init(&operands);
    usage_options(&options, spec);
    usage_operands(&operands, spec);
    width -= 2;
    if (indent > width * 3 / 4) {
        indent = (int)strlen("usage: ");
        newline(out);
        spaces(out, indent);
    }
    bool one_line = indent + (int)(options.len + operands.len) - 1 <= width;
    int at = lay(out, &options, indent, indent, width);
    if (!one_line && options.len && operands.len) {
        newline(out);
        spaces(out, indent);
        at = indent;
    }
    lay(out, &operands, indent, at, width);
    newline(out);
    buffer_release(&options);
    buffer_release(&operands);
}

/* `-c, --command command` */
static void names(struct buffer *out, const struct option_row *row)
{
    bool attached = row->flags & OPTION_ATTACHED;
    if (row->letter)
        buffer_addf(out, "-%c%s", row->letter, row->name ? ", " : "");
    if (row->name)
        buffer_addf(out, "--%s", row->name);
    if (row->arg)
        buffer_addf(out, attached ? row->name ? "[=%s]" : "[%s]" : " %s", row->arg);
}

static int widest(const struct options *spec)
{
    int most = 0;
    struct buffer text;
    buffer_init(&text);
    for (const struct option_row *row = spec->rows; row->kind != OPTION_END; row++) {
        if (!is_shown(row))
            continue;
        buffer_clear(&text);
        names(&text, row);
        int wide = columns(text.data, text.len);
        most = wide > most ? wide : most;
    }
    for (const struct option_operand *o = spec->operands; o && o->name; o++) {
        int wide = columns(o->name, strlen(o->name));
        most = wide > most ? wide : most;
    }
    buffer_release(&text);
    return most;
}

/* One entry: names at INDENT, help from `column` on, a line lower when the names are long. */
static void entry(struct buffer *out, const char *name, const char *help, int column, int width)
{
    int wide = columns(name, strlen(name));
    spaces(out, INDENT);
    buffer_adds(out, name);
    if (help && *help) {
        if (INDENT + wide + 2 > column) {
            newline(out);
            spaces(out, column);
        } else {
            spaces(out, column - INDENT - wide);
        }
        int room = width - column;
        fill(out, help, strlen(help), column, column,
             column + (room > LEAST_HELP ? room : LEAST_HELP));
    }
    newline(out);
}

static void option_entries(struct buffer *out, const struct options *spec, int column, int width)
{
    struct buffer text;
    bool headed = false;
    buffer_init(&text);
    for (const struct option_row *row = spec->rows; row->kind != OPTION_END; row++) {
        if (row->kind == OPTION_GROUP) {
            headed = true;
            buffer_addf(out, "\n%s:\n", row->name);
            if (row->help) {
                paragraphs(out, row->help, INDENT, width);
                buffer_addc(out, '\n');
            }
        } else if (is_shown(row)) {
            if (!headed)
                buffer_adds(out, "\noptions:\n");
            headed = true;
            buffer_clear(&text);
            names(&text, row);
            entry(out, text.data, row->help, column, width);
        }
    }
    buffer_release(&text);
}

void options_help(const struct options *spec, int width, struct buffer *out)
{
    options_usage(spec, width, out);
    width -= 2;
    int column = widest(spec) + INDENT + 2;
    column = column > HELP_COLUMN ? HELP_COLUMN : column;
    if (column > width - 20)
        column = width - 20 > 2 * INDENT ? width - 20 : 2 * INDENT;
    if (spec->description) {
        buffer_addc(out, '\n');
        paragraphs(out, spec->description, 0, width);
    }
    if (spec->operands && spec->operands->name) {
        buffer_adds(out, "\npositional arguments:\n");
        for (const struct option_operand *o = spec->operands; o->name; o++)
            entry(out, o->name, o->help, column, width);
    }
    option_entries(out, spec, column, width);
    if (spec->epilog) {
        buffer_addc(out, '\n');
        paragraphs(out, spec->epilog, 0, width);
    }
}

static int fail(const struct options *spec, const char *text, int width, FILE *err)
{
    struct buffer out;
    buffer_init(&out);
    options_usage(spec, width, &out);
    buffer_addf(&out, "%s: error: %s\n", spec->prog, text);
    fwrite(out.data, 1, out.len, err);
    buffer_release(&out);
    return 2;
}

int options_report(const struct options *spec, int status, const struct xdb_error *e, int width,
                   FILE *out, FILE *err)
{
    if (status < 0)
        return fail(spec, e->text, width, err);
    if (status == OPTIONS_VERSION)
        fprintf(out, "%s\n", spec->version);
    if (status == OPTIONS_HELP) {
        struct buffer text;
        buffer_init(&text);
        options_help(spec, width, &text);
        fwrite(text.data, 1, text.len, out);
        buffer_release(&text);
    }
    if (status >= OPTIONS_COMPLETION) {
        struct buffer text;
        buffer_init(&text);
        completion_script(spec, status - OPTIONS_COMPLETION, &text);
        fwrite(text.data, 1, text.len, out);
        buffer_release(&text);
    }
    return status == OPTIONS_RUN ? -1 : 0;
}

int options_fail(const struct options *spec, int width, FILE *err, const char *format, ...)
{
    struct buffer text;
    buffer_init(&text);
    va_list args;
    va_start(args, format);
    buffer_vaddf(&text, format, args);
    va_end(args);
    int status = fail(spec, text.data, width, err);
    buffer_release(&text);
    return status;
}
