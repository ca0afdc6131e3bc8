#include "trace/counts.h"

#include "core/file.h"
#include "core/repr_text.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const char format_name[] = "xdb-counts";
enum { VERSION = 1 };

static const struct {
    unsigned flag;
    const char *name;
} flag_names[] = {
    {RESULTS_BRANCHES, "branches"},
    {RESULTS_CONDITIONS, "conditions"},
    {RESULTS_ONLY_COVERED, "only-covered"},
};
enum { FLAGS = sizeof flag_names / sizeof *flag_names };

/* ---- writing ---------------------------------------------------------------------------------- */

static void add_number(struct buffer *out, int64_t n)
{
    char digits[24], *at = digits + sizeof digits;
    uint64_t rest = n < 0 ? 0 : (uint64_t)n;
    do
        *--at = (char)('0' + rest % 10);
    while (rest /= 10);
    buffer_add(out, at, (size_t)(digits + sizeof digits - at));
}

static void add_string(struct buffer *out, const char *s)
{
    if (s)
        repr_text_json(s, strlen(s), false, out);
    else
        buffer_adds(out, "null");
}

/* Whether JSON can hold the name as it is. */
static bool is_utf8(const char *s, size_t n)
{
    struct buffer b;
    buffer_init(&b);
    repr_text_utf8(s, n, &b);
    bool same = b.len == n && memcmp(b.data, s, n) == 0;
    buffer_release(&b);
    return same;
}

static void add_name(struct buffer *out, const char *s, size_t n)
{
    if (is_utf8(s, n)) {
        buffer_adds(out, "{\"name\": ");
        repr_text_json(s, n, false, out);
        return;
    }
    buffer_adds(out, "{\"name-hex\": \"");
    for (size_t i = 0; i < n; i++)
        buffer_addf(out, "%02x", (unsigned char)s[i]);
    buffer_addc(out, '"');
}

/* Lines with code that follow each other share a row. */
static void add_lines(struct buffer *out, const struct results_file *f)
{
    const char *before = "[";
    buffer_adds(out, ",\n\"lines\": [");
    for (int line = 1; line <= f->nlines; line++) {
        if (f->lines[line] == RESULTS_NO_CODE)
            continue;
        buffer_adds(out, before);
        add_number(out, line);
        for (; line <= f->nlines && f->lines[line] != RESULTS_NO_CODE; line++) {
            buffer_addc(out, ',');
            add_number(out, f->lines[line]);
        }
        buffer_addc(out, ']');
        before = ",[";
    }
    buffer_addc(out, ']');
}

static void add_functions(struct buffer *out, const struct results_file *f)
{
    buffer_adds(out, ",\n\"functions\": [");
    for (size_t i = 0; i < f->nfunctions; i++) {
        const struct results_function *g = &f->functions[i];
        buffer_adds(out, i ? ",\n[" : "[");
        add_string(out, g->name);
        buffer_addf(out, ",%d,%d,%d,%" PRId64 "]", g->first, g->last, g->position, g->entries);
    }
    buffer_addc(out, ']');
}

static void add_branches(struct buffer *out, const struct results_file *f)
{
    buffer_adds(out, ",\n\"branches\": [");
    for (size_t i = 0; i < f->nbranches; i++) {
        const struct results_branch *b = &f->branches[i];
        const int64_t numbers[] = {b->line,      b->column,    b->function, b->position, b->nth,
                                   b->target[0], b->target[1], b->count[0], b->count[1]};
        buffer_adds(out, i ? ",\n[\"" : "[\"");
        buffer_adds(out, branch_kind_name(b->kind));
        buffer_addc(out, '"');
        for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
            buffer_addc(out, ',');
            add_number(out, numbers[k]);
        }
        buffer_addc(out, ']');
    }
    buffer_addc(out, ']');
}

/* The lines of one context, as ranges; nothing when there are none. */
static bool add_covered(struct buffer *out, const struct results_file *f, size_t context,
                        const char *before)
{
    bool any = false;
    for (int line = 1; line <= f->nlines; line++) {
        if (!results_covered(f, context, line))
            continue;
        int from = line;
        while (results_covered(f, context, line + 1))
            line++;
        if (!any)
            buffer_addf(out, "%s[%zu", before, context);
        any = true;
        buffer_addf(out, ",%d,%d", from, line);
    }
    if (any)
        buffer_addc(out, ']');
    return any;
}

static void add_contexts(struct buffer *out, const struct results_file *f, size_t contexts)
{
    const char *before = "";
    buffer_adds(out, ",\n\"contexts\": [");
    for (size_t i = 0; i < contexts; i++) {
        if (results_has_context(f, i) && add_covered(out, f, i, before))
            before = ",\n";
    }
    buffer_addc(out, ']');
}

static void add_file(struct buffer *out, const struct results_file *f, size_t contexts)
{
    add_name(out, f->name, f->name_len);
    buffer_addf(out, ", \"text\": \"%016" PRIx64 "\"", f->digest);
    add_lines(out, f);
    add_functions(out, f);
    add_branches(out, f);
    add_contexts(out, f, contexts);
    buffer_addc(out, '}');
}

static void add_calls(struct buffer *out, struct results *r)
{
    size_t n;
    const struct results_call *c = results_calls(r, &n);
    buffer_adds(out, "],\n\"calls\": [");
    if (!c && n)
        out->failed = true;
    for (size_t i = 0; c && i < n; i++) {
        const char *const texts[] = {c[i].caller.file, c[i].caller.module, c[i].caller.name,
                                     c[i].callee.file, c[i].callee.module, c[i].callee.name};
        buffer_adds(out, i ? ",\n[" : "\n[");
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
            add_string(out, texts[k]);
            buffer_addc(out, ',');
        }
        add_number(out, c[i].count);
        buffer_addc(out, ']');
    }
}

void counts_text(struct results *r, struct buffer *out)
{
    size_t n, contexts = results_contexts(r);
    const char *before = "";
    buffer_addf(out, "{\"format\": \"%s\", \"version\": %d,\n\"flags\": [", format_name, VERSION);
    for (int i = 0; i < FLAGS; i++) {
        if (results_flags(r) & flag_names[i].flag) {
            buffer_addf(out, "%s\"%s\"", before, flag_names[i].name);
            before = ", ";
        }
    }
    buffer_adds(out, "],\n\"contexts\": [");
    for (size_t i = 0; i < contexts; i++) {
        size_t len;
        const char *name = results_context_name(r, i, &len);
        buffer_adds(out, i ? ",\n" : "");
        repr_text_json(name, len, false, out);
    }
    buffer_adds(out, "],\n\"files\": [");
    struct results_file *const *files = results_files(r, &n);
    if (!files && n)
        out->failed = true;
    for (size_t i = 0; files && i < n; i++) {
        buffer_adds(out, i ? ",\n" : "\n");
        add_file(out, files[i], contexts);
    }
    add_calls(out, r);
    buffer_adds(out, "]}\n");
}

int counts_save(const char *path, struct results *r, struct xdb_error *err)
{
    struct buffer b;
    buffer_init(&b);
    counts_text(r, &b);
    int failed = b.failed ? error_set(err, XDB_ENOMEM, "cannot write %s: out of memory", path)
                          : file_write_atomic(path, b.data, b.len, err);
    buffer_release(&b);
    return failed;
}

/* ---- reading ---------------------------------------------------------------------------------- */

struct reader {
    const char *path;
    struct results *results;
    struct results_file *file; /* the one being read */
    const char *file_name;     /* for messages */
    size_t *contexts;          /* their numbers in `results` */
    size_t ncontexts;
    int64_t room; /* words of memory that the text's length justifies */
    struct xdb_error *err;
};

static int complain(const struct reader *r, const char *list, size_t row, const char *what)
{
    if (r->file_name)
        return error_set(r->err, XDB_EFORMAT, "%s: %s: %s[%zu]: %s", r->path, r->file_name, list,
                         row, what);
    return error_set(r->err, XDB_EFORMAT, "%s: %s[%zu]: %s", r->path, list, row, what);
}

static int no_memory(const struct reader *r)
{
    return error_set(r->err, XDB_ENOMEM, "cannot read %s: out of memory", r->path);
}

static bool integer(const json_t *row, size_t i, int64_t least, int64_t most, int64_t *out)
{
    const json_t *v = json_array_get(row, i);
    if (!json_is_integer(v))
        return false;
    *out = json_integer_value(v);
    return *out >= least && *out <= most;
}

/* A text without zeros, or NULL. */
static const char *text(const json_t *v)
{
    const char *s = json_string_value(v);
    return s && strlen(s) == json_string_length(v) ? s : NULL;
}

/* Takes memory for `line` lines out of what is justified; a tiny file cannot make us fill the memory. */
static bool spend(struct reader *r, int64_t words)
{
    r->room -= words;
    return r->room >= 0;
}

static int read_lines(struct reader *r, const json_t *row, size_t i)
{
    int64_t line, count;
    size_t n = json_array_size(row);
    if (n < 2 || !integer(row, 0, 1, RESULTS_MAX_LINE - (int64_t)n, &line))
        return complain(r, "lines", i, "not a first line and counts");
    int64_t last = line + (int64_t)n - 2;
    if (last > r->file->nlines && !spend(r, last - r->file->nlines))
        return complain(r, "lines", i, "more lines than can be");
    if (results_reserve_lines(r->file, (int)last))
        return no_memory(r);
    for (size_t k = 1; k < n; k++, line++) {
        if (!integer(row, k, 0, RESULTS_MAX_COUNT, &count))
            return complain(r, "lines", i, "not a count");
        if (r->file->lines[line] != RESULTS_NO_CODE)
            return complain(r, "lines", i, "the line stands there twice");
        if (results_add_line(r->file, (int)line, count))
            return no_memory(r);
    }
    return 0;
}

static int read_function(struct reader *r, const json_t *row, size_t i)
{
    int64_t first, last, position, entries;
    const char *name = text(json_array_get(row, 0));
    if (json_array_size(row) != 5 || !name || !integer(row, 1, 0, RESULTS_MAX_LINE, &first) ||
        !integer(row, 2, first, RESULTS_MAX_LINE, &last) ||
        !integer(row, 3, 0, INT_MAX, &position) || !integer(row, 4, 0, RESULTS_MAX_COUNT, &entries))
        return complain(r, "functions", i, "not a function's row");
    if (results_add_function(r->file, name, (int)first, (int)last, (int)position, entries))
        return no_memory(r);
    return 0;
}

static int kind_of(const char *name)
{
    for (int kind = 0; name && kind < BRANCH_KINDS; kind++) {
        if (strcmp(name, branch_kind_name((enum branch_kind)kind)) == 0)
            return kind;
    }
    return -1;
}

static int read_branch(struct reader *r, const json_t *row, size_t i)
{
    const int64_t lines = RESULTS_MAX_LINE, counts = RESULTS_MAX_COUNT;
    const int64_t most[] = {lines, lines, lines,  UINT8_MAX, UINT16_MAX,
                            lines, lines, counts, counts};
    int64_t v[9];
    int kind = kind_of(text(json_array_get(row, 0)));
    bool good = json_array_size(row) == 10 && kind >= 0;
    for (size_t k = 0; k < 9 && good; k++)
        good = integer(row, k + 1, 0, most[k], &v[k]);
    if (!good)
        return complain(r, "branches", i, "not a branch's row");
    const struct results_branch b = {.line = (int)v[0],
                                     .column = (int)v[1],
                                     .function = (int)v[2],
                                     .position = (uint8_t)v[3],
                                     .nth = (uint16_t)v[4],
                                     .kind = (uint8_t)kind,
                                     .target = {(int)v[5], (int)v[6]},
                                     .count = {v[7], v[8]}};
    return results_add_branch(r->file, &b) ? no_memory(r) : 0;
}

static int read_covered(struct reader *r, const json_t *row, size_t i)
{
    int64_t context, from, to;
    size_t n = json_array_size(row);
    if (n % 2 == 0 || !integer(row, 0, 0, (int64_t)r->ncontexts - 1, &context))
        return complain(r, "contexts", i, "not a context and its lines");
    if (!spend(r, r->file->nlines / 64))
        return complain(r, "contexts", i, "more lines than can be");
    for (size_t k = 1; k < n; k += 2) {
        if (!integer(row, k, 1, r->file->nlines, &from) ||
            !integer(row, k + 1, from, r->file->nlines, &to) || !spend(r, (to - from) / 64))
            return complain(r, "contexts", i, "not a range of the file's lines");
        for (int64_t line = from; line <= to; line++) {
            if (results_add_covered(r->file, r->contexts[context], (int)line))
                return no_memory(r);
        }
    }
    return 0;
}

typedef int row_reader(struct reader *r, const json_t *row, size_t i);

static int read_list(struct reader *r, const json_t *root, const char *name, row_reader *read)
{
    const json_t *list = json_object_get(root, name), *row;
    size_t i;
    int failed = 0;
    if (!json_is_array(list))
        return error_set(r->err, XDB_EFORMAT, "%s: there is no list \"%s\"%s%s", r->path, name,
                         r->file_name ? " of " : "", r->file_name ? r->file_name : "");
    json_array_foreach(list, i, row)
    {
        failed = read(r, row, i);
        if (failed)
            break;
    }
    return failed;
}

static bool hex_digit(char c, unsigned *out)
{
    const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c) : NULL;
    *out = at ? (unsigned)(at - digits) : 0;
    return at != NULL;
}

/* The bytes that hexadecimal text stands for; false when it is none. */
static bool unhex(const char *s, struct buffer *out)
{
    unsigned high, low;
    for (; s && s[0]; s += 2) {
        if (!hex_digit(s[0], &high) || !hex_digit(s[1], &low))
            return false;
        buffer_addc(out, (char)(high << 4 | low));
    }
    return s != NULL;
}

static bool read_digest(const json_t *file, uint64_t *out)
{
    const char *s = text(json_object_get(file, "text"));
    unsigned digit;
    *out = 0;
    if (!s || strlen(s) != 16)
        return false;
    for (; *s; s++) {
        if (!hex_digit(*s, &digit))
            return false;
        *out = *out << 4 | digit;
    }
    return true;
}

static int read_name(struct reader *r, const json_t *file, size_t i, struct buffer *name)
{
    const json_t *plain = json_object_get(file, "name");
    uint64_t digest;
    if (json_is_string(plain))
        buffer_add(name, json_string_value(plain), json_string_length(plain));
    else if (!unhex(text(json_object_get(file, "name-hex")), name))
        return complain(r, "files", i, "it has no name");
    if (!read_digest(file, &digest))
        return complain(r, "files", i, "\"text\" is not 16 hexadecimal digits");
    if (name->failed)
        return no_memory(r);
    if (results_find(r->results, name->data, name->len, digest))
        return complain(r, "files", i, "the file stands there twice");
    return results_file(r->results, name->data, name->len, digest, &r->file) ? no_memory(r) : 0;
}

static int read_file(struct reader *r, const json_t *file, size_t i)
{
    struct buffer name, shown;
    buffer_init(&name);
    buffer_init(&shown);
    r->file_name = NULL;
    int failed = read_name(r, file, i, &name);
    repr_text_visible(name.data, name.len, 200, &shown);
    if (!failed)
        r->file_name = shown.data;
    if (!failed)
        failed = read_list(r, file, "lines", read_lines);
    if (!failed)
        failed = read_list(r, file, "functions", read_function);
    if (!failed)
        failed = read_list(r, file, "branches", read_branch);
    if (!failed)
        failed = read_list(r, file, "contexts", read_covered);
    r->file_name = NULL;
    buffer_release(&name);
    buffer_release(&shown);
    return failed;
}

static int read_context(struct reader *r, const json_t *row, size_t i)
{
    if (!json_is_string(row))
        return complain(r, "contexts", i, "not a name");
    size_t known = results_contexts(r->results);
    if (results_context(r->results, json_string_value(row), json_string_length(row),
                        &r->contexts[i]))
        return no_memory(r);
    return results_contexts(r->results) == known
               ? complain(r, "contexts", i, "it stands there twice")
               : 0;
}

/* A text, or null; `*good` becomes false for anything else. */
static const char *text_or_null(const json_t *row, size_t i, bool *good)
{
    const json_t *v = json_array_get(row, i);
    if (!json_is_null(v) && !text(v))
        *good = false;
    return text(v);
}

static int read_call(struct reader *r, const json_t *row, size_t i)
{
    bool good = json_array_size(row) == 7;
    struct results_call c = {0};
    const char **texts[] = {&c.caller.file, &c.caller.module, &c.caller.name,
                            &c.callee.file, &c.callee.module, &c.callee.name};
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
        *texts[k] = text_or_null(row, k, &good);
    bool known = c.caller.file && c.caller.module && c.caller.name;
    bool unknown = !c.caller.file && !c.caller.module && !c.caller.name;
    if (!good || !(known || unknown) || !c.callee.file || !c.callee.module || !c.callee.name ||
        !integer(row, 6, 0, RESULTS_MAX_COUNT, &c.count))
        return complain(r, "calls", i, "not a call's row");
    return results_add_call(r->results, &c) ? no_memory(r) : 0;
}

static int read_flag(struct reader *r, const json_t *row, size_t i)
{
    const char *name = text(row);
    for (int k = 0; name && k < FLAGS; k++) {
        if (strcmp(name, flag_names[k].name) == 0) {
            results_set_flags(r->results, results_flags(r->results) | flag_names[k].flag);
            return 0;
        }
    }
    return complain(r, "flags", i, "not a flag");
}

static int read_all(struct reader *r, const json_t *root)
{
    r->ncontexts = json_array_size(json_object_get(root, "contexts"));
    r->contexts = calloc(r->ncontexts + 1, sizeof *r->contexts);
    if (!r->contexts || !r->results)
        return no_memory(r);
    int failed = read_list(r, root, "flags", read_flag);
    if (!failed)
        failed = read_list(r, root, "contexts", read_context);
    if (!failed)
        failed = read_list(r, root, "files", read_file);
    if (!failed)
        failed = read_list(r, root, "calls", read_call);
    return failed;
}

int counts_parse(const char *data, size_t len, const char *name, struct results **out,
                 struct xdb_error *err)
{
    json_t *root;
    int failed = file_json_parse(data, len, name, format_name, VERSION, &root, err);
    if (failed)
        return failed;
    struct reader r = {.path = name, .results = results_new(), .err = err};
    r.room = (1 << 20) + (int64_t)len * 16;
    failed = read_all(&r, root);
    free(r.contexts);
    json_decref(root);
    if (failed)
        results_free(r.results);
    else
        *out = r.results;
    return failed;
}

int counts_load(const char *path, struct results **out, struct xdb_error *err)
{
    struct buffer b;
    buffer_init(&b);
    int failed = file_read(path, FILE_JSON_LIMIT, &b, err);
    if (!failed)
        failed = counts_parse(b.data, b.len, path, out, err);
    buffer_release(&b);
    return failed;
}
