#include "trace/cover.h"

#include "core/file.h"
#include "trace/pragma.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { TAB = 8 };
#define PRAGMA "--pragma NO COVER" /* a line with it is not marked, as Python's are with #pragma */

/* A file of which there is something to say. */
struct row {
    struct buffer module;
    const struct results_file *file;
    int lines, executed;
};

struct cover {
    const struct cover_options *o;
    struct source_cache *sources;
    char **written; /* paths */
    size_t nwritten;
    struct row *rows;
    size_t nrows;
    int failures;
};

static void say(struct cover *c, const char *format, const char *what, const char *why)
{
    struct buffer line;
    buffer_init(&line);
    buffer_adds(&line, format);
    buffer_addf(&line, " '%s'", what);
    buffer_addf(&line, "%s", why);
    c->o->say(c->o->user, line.data);
    buffer_release(&line);
}

/* ---- one file --------------------------------------------------------------------------------- */

static void add_expanded(const char *text, size_t n, struct buffer *out)
{
    size_t column = 0;
    for (size_t i = 0; i < n; i++) {
        if (text[i] != '\t') {
            buffer_addc(out, text[i]);
            column++;
            continue;
        }
        do
            buffer_addc(out, ' ');
        while (++column % TAB != 0);
    }
}

static void add_line(int64_t count, bool marked, const char *text, size_t n, struct buffer *out)
{
    if (count > 0)
        buffer_addf(out, "%5lld: ", (long long)count);
    else
        buffer_adds(out, marked ? ">>>>>> " : "       ");
    add_expanded(text, n, out);
    buffer_addc(out, '\n');
}

int cover_text(const struct results_file *f, struct source *s, bool missing, struct buffer *out,
               int *lines, int *executed)
{
    const char *whole, *text;
    size_t len, n;
    int count = source_count(s);
    unsigned char *flags = calloc((size_t)count + 1, 1);
    int failed = flags ? source_text(s, &whole, &len, NULL) : XDB_ENOMEM;
    if (!failed)
        failed = pragma_read(whole, len, count, NULL, NULL, flags);
    *lines = *executed = 0;
    for (int line = 1; !failed && (text = source_line(s, line, &n)) != NULL; line++) {
        int64_t times = results_line(f, line);
        bool excused =
            flags[line] & PRAGMA_NO_COVER || memmem(text, n, PRAGMA, sizeof PRAGMA - 1) != NULL;
        *lines += times != RESULTS_NO_CODE;
        *executed += times > 0;
        add_line(times, missing && times == 0 && !excused, text, n, out);
    }
    free(flags);
    return failed || out->failed ? XDB_ENOMEM : 0;
}

/* ---- where it goes ---------------------------------------------------------------------------- */

static bool is_taken(const struct cover *c, const char *path)
{
    for (size_t i = 0; i < c->nwritten; i++)
        if (strcmp(c->written[i], path) == 0)
            return true;
    return false;
}

/* Whether a name leads out of the folder it is meant for. */
static bool leads_away(const char *name)
{
    for (; *name; name += *name == '/') {
        size_t n = strcspn(name, "/");
        if (n == 0 || (n == 2 && strncmp(name, "..", 2) == 0))
            return true;
        name += n;
    }
    return false;
}

/* Two files of one module, or a module that is a folder upwards, get their whole path as a name. */
static void cover_path(const struct cover *c, const char *name, struct buffer *out)
{
    const char *folder = c->o->folder;
    if (folder) {
        buffer_addf(out, "%s/", folder);
        size_t from = out->len;
        modules_full(c->o->modules, name, '/', out);
        if (leads_away(out->data + from)) {
            buffer_truncate(out, from);
            modules_short(name, out);
        }
    } else {
        const char *slash = strrchr(name, '/');
        buffer_add(out, name, slash ? (size_t)(slash + 1 - name) : 0);
        modules_short(name, out);
    }
    buffer_adds(out, ".cover");
    if (!is_taken(c, out->data))
        return;
    buffer_clear(out);
    buffer_addf(out, "%s%s.cover", folder ? folder : "", name);
}

static int make_folders(const char *path)
{
    struct buffer part;
    int failed = 0;
    buffer_init(&part);
    for (const char *slash = strchr(path + 1, '/'); slash && !failed;
         slash = strchr(slash + 1, '/')) {
        buffer_clear(&part);
        buffer_add(&part, path, (size_t)(slash - path));
        if (mkdir(part.data, 0777) != 0 && errno != EEXIST)
            failed = errno;
    }
    buffer_release(&part);
    return failed;
}

/* Says why, without the path that core/file puts in front. */
static void refuse(struct cover *c, const char *path, const char *why)
{
    struct buffer words;
    buffer_init(&words);
    buffer_addf(&words, " for writing: %s - skipping", why);
    say(c, "Could not open", path, words.data);
    buffer_release(&words);
    c->failures++;
}

static int remember_path(struct cover *c, const char *path)
{
    char **wider = realloc(c->written, (c->nwritten + 1) * sizeof *wider);
    if (!wider)
        return XDB_ENOMEM;
    c->written = wider;
    c->written[c->nwritten] = strdup(path);
    return c->written[c->nwritten] ? (c->nwritten++, 0) : XDB_ENOMEM;
}

/* 1 when it could not be written, which has been said. */
static int write_file(struct cover *c, const char *name, const struct buffer *text)
{
    struct buffer path;
    struct xdb_error err = {""};
    buffer_init(&path);
    cover_path(c, name, &path);
    int status = path.failed ? XDB_ENOMEM : 0;
    int code = !status && c->o->folder ? make_folders(path.data) : 0;
    if (!status && !code && file_write_atomic(path.data, text->data, text->len, &err) == 0)
        status = remember_path(c, path.data);
    else if (!status) {
        refuse(c, path.data, code ? strerror(code) : err.text);
        status = 1;
    }
    buffer_release(&path);
    return status;
}

/* ---- all files -------------------------------------------------------------------------------- */

static int add_row(struct cover *c, const struct results_file *f, int lines, int executed)
{
    struct row *wider = realloc(c->rows, (c->nrows + 1) * sizeof *wider);
    if (!wider)
        return XDB_ENOMEM;
    c->rows = wider;
    struct row *row = &c->rows[c->nrows++];
    *row = (struct row){.file = f, .lines = lines, .executed = executed};
    buffer_init(&row->module);
    modules_full(c->o->modules, f->name, '.', &row->module);
    return row->module.failed ? XDB_ENOMEM : 0;
}

/* The text of a file as it was counted; or says why not, and gives NULL. */
static struct source *find_source(struct cover *c, const struct results_file *f)
{
    struct source *s = NULL;
    struct xdb_error err = {""};
    const char *text;
    size_t len;
    int failed = source_of_path(c->sources, f->name, &s, &err);
    if (!failed)
        failed = source_text(s, &text, &len, &err);
    struct buffer why;
    buffer_init(&why);
    if (failed)
        buffer_addf(&why, ": %s", err.text);
    else if (f->digest && results_digest(text, len) != f->digest)
        buffer_adds(&why, ": it has changed since it was counted");
    bool good = why.len == 0;
    if (!good && !(failed && c->o->ignore_missing)) {
        say(c, "Not printing coverage data for", f->name, why.data);
        c->failures += f->digest != 0; /* else the text was not to be had when it ran, either */
    }
    buffer_release(&why);
    return good ? s : NULL;
}

static int write_one(struct cover *c, const struct results_file *f)
{
    int lines, executed;
    struct source *s = find_source(c, f);
    if (!s)
        return 0;
    struct buffer text;
    buffer_init(&text);
    int failed = cover_text(f, s, c->o->missing, &text, &lines, &executed);
    if (!failed)
        failed = write_file(c, f->name, &text);
    buffer_release(&text);
    if (!failed && c->o->summary && lines > 0)
        return add_row(c, f, lines, executed);
    return failed < 0 ? failed : 0;
}

static int by_module(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    int order = strcmp(x->module.data, y->module.data);
    return order ? order : strcmp(x->file->name, y->file->name);
}

static void write_summary(struct cover *c)
{
    struct buffer text;
    buffer_init(&text);
    if (c->nrows) {
        qsort(c->rows, c->nrows, sizeof *c->rows, by_module);
        buffer_adds(&text, "lines   cov%   module   (path)\n");
    }
    for (size_t i = 0; i < c->nrows; i++) {
        const struct row *row = &c->rows[i];
        buffer_addf(&text, "%5d   %.1f%%   ", row->lines, 100.0 * row->executed / row->lines);
        buffer_addf(&text, "%s   (%s)\n", row->module.data, row->file->name);
    }
    c->o->write(c->o->user, text.data, text.len);
    buffer_release(&text);
}

static void release(struct cover *c)
{
    for (size_t i = 0; i < c->nrows; i++)
        buffer_release(&c->rows[i].module);
    for (size_t i = 0; i < c->nwritten; i++)
        free(c->written[i]);
    free(c->rows);
    free(c->written);
    source_cache_free(c->sources);
}

int cover_write(struct results *r, const struct cover_options *o, struct xdb_error *err)
{
    struct cover c = {.o = o, .sources = source_cache_new()};
    size_t n = 0;
    struct results_file *const *files = results_files(r, &n);
    int failed = c.sources && (files || n == 0) ? 0 : XDB_ENOMEM;
    for (size_t i = 0; i < n && !failed; i++)
        if (files[i]->name[0] == '/' && files[i]->nlines > 0)
            failed = write_one(&c, files[i]);
    if (!failed && o->summary)
        write_summary(&c);
    failed = failed ? error_set(err, failed, "out of memory while writing the report") : c.failures;
    release(&c);
    return failed;
}
