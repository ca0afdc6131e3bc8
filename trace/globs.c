#include "trace/globs.h"

#include "core/buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- patterns --------------------------------------------------------------------------------- */

static bool is_wild(const char *s, size_t n)
{
    return memchr(s, '*', n) || memchr(s, '?', n) || memchr(s, '[', n);
}

/* Appends one part of a path, with `.` and `..` taken for what they mean. */
static void add_part(struct buffer *out, const char *part, size_t n)
{
    if (n == 0 || (n == 1 && *part == '.'))
        return;
    if (n == 2 && part[0] == '.' && part[1] == '.') {
        const char *slash = out->len ? strrchr(out->data, '/') : NULL;
        buffer_truncate(out, slash ? (size_t)(slash - out->data) : 0);
        return;
    }
    buffer_addc(out, '/');
    buffer_add(out, part, n);
}

/* Replaces what was collected by its canonical name, where there is such a folder. */
static void resolve(struct buffer *out)
{
    char *real = out->failed ? NULL : realpath(out->len ? out->data : "/", NULL);
    if (real) {
        buffer_clear(out);
        buffer_adds(out, strcmp(real, "/") == 0 ? "" : real);
    }
    free(real);
}

static void add_absolute(struct buffer *out, const char *pattern, const char *cwd)
{
    bool resolved = false;
    if (*pattern != '/')
        buffer_adds(out, strcmp(cwd, "/") == 0 ? "" : cwd);
    while (*pattern) {
        size_t n = strcspn(pattern, "/");
        if (!resolved && is_wild(pattern, n)) {
            resolve(out);
            resolved = true;
        }
        add_part(out, pattern, n);
        pattern += n + (pattern[n] == '/');
    }
    if (!resolved)
        resolve(out);
    if (out->len == 0)
        buffer_addc(out, '/');
}

int globs_add(struct globs *g, const char *pattern, const char *cwd)
{
    struct buffer b;
    buffer_init(&b);
    add_absolute(&b, pattern, cwd);
    char *copy = buffer_detach(&b, NULL);
    char **wider = copy ? realloc(g->patterns, (g->n + 1) * sizeof *wider) : NULL;
    if (!wider) {
        free(copy);
        return XDB_ENOMEM;
    }
    g->patterns = wider;
    wider[g->n++] = copy;
    return 0;
}

void globs_release(struct globs *g)
{
    for (size_t i = 0; i < g->n; i++)
        free(g->patterns[i]);
    free(g->patterns);
    *g = (struct globs){0};
}

/* ---- matching --------------------------------------------------------------------------------- */

/* A set, from behind its `[`: the end of it, or NULL when it has none; `*in` tells whether `c` is in it. */
static const char *match_set(const char *p, char c, bool *in)
{
    bool negated = *p == '!' || *p == '^', found = false;
    p += negated;
    for (bool first = true; *p && (first || *p != ']'); first = false) {
        char low = *p++, high = low;
        if (p[0] == '-' && p[1] && p[1] != ']') {
            high = p[1];
            p += 2;
        }
        found = found ||
                ((unsigned char)low <= (unsigned char)c && (unsigned char)c <= (unsigned char)high);
    }
    *in = found != negated;
    return *p == ']' ? p + 1 : NULL;
}

/* One character that is no `*`: the pattern behind it if it matches, else NULL. */
static const char *match_one(const char *p, char c)
{
    bool in;
    const char *end;
    if (*p == '[' && c && c != '/' && (end = match_set(p + 1, c, &in)))
        return in ? end : NULL;
    if (*p == '?')
        return c && c != '/' ? p + 1 : NULL;
    return *p && *p == c ? p + 1 : NULL;
}

/* Where a `**` tries next after `s`: one further, or behind the next slash. NULL when there is nothing. */
static const char *go_on(const char *s, bool whole)
{
    if (whole)
        s = strchr(s, '/');
    return s && *s ? s + 1 : NULL;
}

/*
** Matches with one place each to come back to for `*` and `**`: enough, since a later star makes what an earlier one of
** its kind could still take superfluous, and so linear in the product of the lengths.
*/
static bool match(const char *p, const char *s)
{
    const char *star = NULL, *star_at = NULL, *deep = NULL, *deep_at = NULL;
    bool whole = false; /* `**` with a slash behind takes whole names of folders */
    for (;;) {
        if (p[0] == '*' && p[1] == '*') {
            p += 2;
            whole = *p == '/';
            p += whole; /* also no folder at all */
            deep = p;
            deep_at = s;
            star = NULL;
            continue;
        }
        if (*p == '*') {
            star = ++p;
            star_at = s;
            continue;
        }
        if (!*p && (!*s || *s == '/'))
            return true; /* the file, or a folder that it is in */
        const char *next = match_one(p, *s);
        if (next) {
            p = next;
            s++;
        } else if (star && *star_at && *star_at != '/') {
            p = star;
            s = ++star_at;
        } else if (deep && (deep_at = go_on(deep_at, whole))) {
            p = deep;
            s = deep_at;
            star = NULL;
        } else {
            return false;
        }
    }
}

bool globs_match(const struct globs *g, const char *path)
{
    for (size_t i = 0; i < g->n; i++) {
        if (match(g->patterns[i], path) || strcmp(g->patterns[i], "/") == 0)
            return true;
    }
    return false;
}

/* ---- files on disk ---------------------------------------------------------------------------- */

/* Whether the first line says that Lua runs it. */
static bool is_script(const char *path)
{
    char line[128];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    ssize_t n = fd >= 0 ? read(fd, line, sizeof line - 1) : 0;
    if (fd >= 0)
        close(fd);
    if (n < 2)
        return false;
    line[n] = '\0';
    line[strcspn(line, "\n")] = '\0';
    return line[0] == '#' && line[1] == '!' && strstr(line, "lua");
}

/* Whether a file that matches is code: one that is named in full always is. */
static bool is_lua(const FTSENT *e, const char *pattern)
{
    size_t n = e->fts_pathlen;
    if (e->fts_info != FTS_F)
        return false;
    if (strcmp(e->fts_path, pattern) == 0)
        return true;
    return (n > 4 && strcmp(e->fts_path + n - 4, ".lua") == 0) || is_script(e->fts_path);
}

/* The folder from which a pattern's files can be found: its part before the first wildcard. */
static char *root_of(const char *pattern)
{
    size_t wild = strcspn(pattern, "*?["), n = wild;
    if (pattern[wild]) {
        while (n > 0 && pattern[n - 1] != '/')
            n--;
        n -= n > 1;
    }
    return strndup(pattern, n ? n : 1);
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* One pattern's links: what each leads to becomes a pattern, too. */
static int follow(struct globs *g, const char *pattern, char *root)
{
    char *roots[] = {root, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    int failed = 0;
    FTSENT *e;
    while (tree && !failed && (e = fts_read(tree))) {
        if (e->fts_info == FTS_D && e->fts_level > 0 && e->fts_name[0] == '.')
            fts_set(tree, e, FTS_SKIP);
        else if (e->fts_info == FTS_SL && match(pattern, e->fts_path)) {
            char *real = realpath(e->fts_path, NULL);
            failed = real && !globs_match(g, real) ? globs_add(g, real, "/") : 0;
            free(real);
        }
    }
    if (tree)
        fts_close(tree);
    return failed;
}

int globs_follow_links(struct globs *g)
{
    int failed = 0;
    for (size_t i = 0, n = g->n; i < n && !failed; i++) {
        char *pattern = strdup(g->patterns[i]), *root = root_of(g->patterns[i]);
        failed = pattern && root ? follow(g, pattern, root) : XDB_ENOMEM;
        free(pattern);
        free(root);
    }
    return failed;
}

static int walk(const char *pattern, char *root,
                int (*visit)(void *user, const char *path, int error), void *user)
{
    char *roots[] = {root, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    int result = tree ? 0 : visit(user, root, errno);
    FTSENT *e;
    while (tree && result == 0 && (e = fts_read(tree))) {
        if (e->fts_info == FTS_D && e->fts_level > 0 && e->fts_name[0] == '.')
            fts_set(tree, e, FTS_SKIP);
        else if (e->fts_info == FTS_DNR || e->fts_info == FTS_ERR || e->fts_info == FTS_NS)
            result = visit(user, e->fts_path, e->fts_errno);
        else if (match(pattern, e->fts_path) && is_lua(e, pattern))
            result = visit(user, e->fts_path, 0);
    }
    if (tree)
        fts_close(tree);
    return result;
}

int globs_each(const struct globs *g, int (*visit)(void *user, const char *path, int error),
               void *user)
{
    int result = 0;
    for (size_t i = 0; i < g->n && result == 0; i++) {
        char *root = root_of(g->patterns[i]);
        result = root ? walk(g->patterns[i], root, visit, user) : XDB_ENOMEM;
        free(root);
    }
    return result;
}
