/* core/source: the text of a source, line by line, and whether the file has changed. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buffer.h"
#include "core/source_body.h"

static struct source_stamp stamp_of(const struct stat *st)
{
    return (struct source_stamp){true, st->st_mtim, st->st_size, st->st_dev, st->st_ino};
}

static struct source_stamp stamp(const char *path)
{
    struct stat st;
    struct source_stamp none = {.exists = false};
    return stat(path, &st) == 0 ? stamp_of(&st) : none;
}

static bool same_stamp(struct source_stamp a, struct source_stamp b)
{
    return a.exists == b.exists && a.mtime.tv_sec == b.mtime.tv_sec &&
           a.mtime.tv_nsec == b.mtime.tv_nsec && a.size == b.size && a.device == b.device &&
           a.inode == b.inode;
}

struct source_body *source_body_new(const struct source *s)
{
    struct source_body *b = calloc(1, sizeof *b);
    if (b && s->kind == SOURCE_FILE)
        b->seen = stamp(s->name);
    return b;
}

void source_body_failure(int code, const char *text, struct xdb_error *err)
{
    error_set(err, code, "%s", text ? text : "out of memory");
}

static void drop_text(struct source_body *b)
{
    source_body_drop_code(b);
    free(b->given);
    free(b->text_error);
    free(b->starts);
    b->given = b->text_error = NULL;
    b->text = NULL;
    b->starts = NULL;
    b->len = 0;
    b->text_code = b->count = 0;
    b->tried = false;
}

void source_body_free(struct source_body *b)
{
    if (!b)
        return;
    drop_text(b);
    free(b);
}

/* ---- reading files ---------------------------------------------------------------------------- */

static int read_all(int fd, const char *path, struct buffer *to, struct xdb_error *err)
{
    char block[65536];
    for (;;) {
        ssize_t n = read(fd, block, sizeof block);
        if (n == 0)
            return to->failed ? error_set(err, XDB_ENOMEM, "out of memory") : 0;
        if (n < 0 && errno != EINTR)
            return error_set(err, XDB_EIO, "cannot read %.300s: %s", path, strerror(errno));
        if (n > 0)
            buffer_add(to, block, (size_t)n);
        if (to->len > SOURCE_MAX_SIZE)
            return error_set(err, XDB_EINVAL, "%.300s is too large to show (over %d MB)", path,
                             SOURCE_MAX_SIZE >> 20);
    }
}

static int check_file(int fd, const char *path, struct source_stamp *seen, struct xdb_error *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return error_set(err, XDB_EIO, "cannot read %.300s: %s", path, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return error_set(err, XDB_EINVAL, "%.300s is a directory", path);
    if (!S_ISREG(st.st_mode))
        return error_set(err, XDB_EINVAL, "%.300s is not a regular file", path);
    *seen = stamp_of(&st);
    return 0;
}

/* Never waits: a pipe is refused, not read. */
static int read_file(const char *path, struct buffer *to, struct source_stamp *seen,
                     struct xdb_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return error_set(err, errno == ENOENT || errno == ENOTDIR ? XDB_ENOENT : XDB_EIO,
                         "cannot open %.300s: %s", path, strerror(errno));
    int code = check_file(fd, path, seen, err);
    if (code == 0)
        code = read_all(fd, path, to, err);
    close(fd);
    return code;
}

static void load_file(struct source *s)
{
    struct source_body *b = s->body;
    struct buffer text;
    struct xdb_error err;
    struct source_stamp now = {.exists = false};
    buffer_init(&text);
    int code = read_file(s->name, &text, &now, &err);
    if (code == 0 && !(b->given = buffer_detach(&text, &b->len)))
        code = error_set(&err, XDB_ENOMEM, "out of memory");
    if (code == 0) {
        bool marked = b->len >= 3 && memcmp(b->given, "\xEF\xBB\xBF", 3) == 0;
        b->text = b->given + (marked ? 3 : 0);
        b->len -= marked ? 3 : 0;
        b->stale = b->seen.exists && !same_stamp(b->seen, now);
    } else {
        b->text_code = code;
        b->text_error = strdup(err.text);
        now = stamp(s->name);
    }
    b->seen = now;
    buffer_release(&text);
}

static void load_text(struct source *s)
{
    struct source_body *b = s->body;
    b->tried = true;
    if (s->kind == SOURCE_FILE) {
        load_file(s);
    } else if (s->kind == SOURCE_TEXT) {
        b->text = s->name;
        b->len = s->name_len;
    } else {
        struct xdb_error err;
        b->text_code = error_set(&err, XDB_ENOENT, "there is no source text for %.300s", s->title);
        b->text_error = strdup(err.text);
    }
}

int source_text(struct source *s, const char **text, size_t *len, struct xdb_error *err)
{
    struct source_body *b = s->body;
    bool again = b->text_code && s->kind == SOURCE_FILE && !same_stamp(b->seen, stamp(s->name));
    if (again)
        drop_text(b);
    if (!b->tried)
        load_text(s);
    int code = b->text_code;
    if (code == 0) {
        *text = b->text;
        *len = b->len;
    } else {
        source_body_failure(code, b->text_error, err);
    }
    return code;
}

int source_give(struct source *s, const char *text, size_t len, struct xdb_error *err)
{
    if (s->kind != SOURCE_LABEL)
        return error_set(err, XDB_EINVAL, "%.300s has its own text", s->title);
    char *copy = malloc(len + 1);
    if (!copy)
        return error_set(err, XDB_ENOMEM, "out of memory");
    memcpy(copy, text, len);
    copy[len] = '\0';
    drop_text(s->body);
    source_reload(s);
    s->body->text = s->body->given = copy;
    s->body->len = len;
    s->body->tried = true;
    return 0;
}

/* ---- lines ------------------------------------------------------------------------------------ */

/* Length of the line end at `at`: as in Lua, "\r\n" and "\n\r" are one. 0 when there is none. */
static size_t line_end(const char *at, const char *end)
{
    if (at >= end || (*at != '\n' && *at != '\r'))
        return 0;
    return at + 1 < end && (at[1] == '\n' || at[1] == '\r') && at[1] != *at ? 2 : 1;
}

/* Where the line that begins at `from` ends, its line end included. */
static const char *after_line(const char *from, const char *end, bool first_of_file)
{
    if (first_of_file && from < end && *from == '#') { /* Lua skips it up to a '\n' */
        const char *newline = memchr(from, '\n', (size_t)(end - from));
        return newline ? newline + 1 : end;
    }
    while (from < end && *from != '\n' && *from != '\r')
        from++;
    return from + line_end(from, end);
}

static int each_line(const struct source *s, uint32_t *starts)
{
    const char *text = s->body->text, *end = text + s->body->len;
    int n = 0;
    for (const char *at = text; at < end; n++) {
        if (starts)
            starts[n] = (uint32_t)(at - text);
        at = after_line(at, end, n == 0 && s->kind == SOURCE_FILE);
    }
    return n;
}

/* Makes the index of lines; false when there is no text or no memory. */
static bool index_lines(struct source *s)
{
    const char *text;
    size_t len;
    struct source_body *b = s->body;
    if (source_text(s, &text, &len, NULL) != 0 || len > UINT32_MAX)
        return false;
    if (b->starts)
        return true;
    int n = each_line(s, NULL);
    b->starts = calloc((size_t)n + 1, sizeof *b->starts);
    if (!b->starts)
        return false;
    b->count = each_line(s, b->starts);
    b->starts[n] = (uint32_t)len;
    return true;
}

int source_count(struct source *s)
{
    return index_lines(s) ? s->body->count : 0;
}

const char *source_line(struct source *s, int n, size_t *len)
{
    if (!index_lines(s) || n < 1 || n > s->body->count)
        return NULL;
    const char *from = s->body->text + s->body->starts[n - 1];
    const char *end = s->body->text + s->body->starts[n];
    if (end > from && line_end(end - 1, end)) {
        bool pair = end - 1 > from && line_end(end - 2, end) == 2;
        end -= pair ? 2 : 1;
    }
    *len = (size_t)(end - from);
    return from;
}

/* ---- change ----------------------------------------------------------------------------------- */

/* Whether the file has the content that is kept here. */
static bool same_content(struct source *s, struct source_stamp *now)
{
    struct source_body *b = s->body;
    struct buffer text;
    buffer_init(&text);
    size_t skipped = (size_t)(b->text - b->given);
    bool same = read_file(s->name, &text, now, NULL) == 0 && text.len == b->len + skipped &&
                memcmp(text.data, b->given, text.len) == 0;
    buffer_release(&text);
    return same;
}

bool source_changed(struct source *s)
{
    struct source_body *b = s->body;
    if (s->kind != SOURCE_FILE)
        return false;
    if (b->stale)
        return true;
    struct source_stamp now = stamp(s->name);
    if (same_stamp(now, b->seen))
        return false;
    if (!b->text || !same_content(s, &now))
        return true;
    b->seen = now; /* touched, or written anew with the same text */
    return false;
}
