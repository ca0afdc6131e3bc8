/* core/source: canonical names. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buffer.h"
#include "core/source.h"

/* Adds the parts of a path to an absolute one; "." and ".." are taken by their text. */
static void add_parts(struct buffer *to, const char *path)
{
    while (*path) {
        size_t n = strcspn(path, "/");
        if (n == 2 && memcmp(path, "..", 2) == 0) {
            char *slash = strrchr(to->data, '/');
            buffer_truncate(to, slash ? (size_t)(slash - to->data) : 0);
        } else if (n > 0 && !(n == 1 && *path == '.')) {
            buffer_addc(to, '/');
            buffer_add(to, path, n);
        }
        path += n + (path[n] == '/');
    }
}

/* The path as the system sees it, by its text alone. */
static char *absolute(const char *path, const char *cwd)
{
    struct buffer b;
    char here[PATH_MAX];
    buffer_init(&b);
    if (*path != '/') {
        if (!cwd)
            cwd = getcwd(here, sizeof here);
        add_parts(&b, cwd ? cwd : ""); /* it may be gone: nothing better is known then */
    }
    add_parts(&b, path);
    if (b.len == 0)
        buffer_addc(&b, '/');
    return buffer_detach(&b, NULL);
}

/* Links are resolved from the path as written: "link/.." is not where its text says. */
static char *resolved(const char *path, const char *cwd)
{
    struct buffer b;
    buffer_init(&b);
    if (cwd && *path != '/')
        buffer_addf(&b, "%s/", cwd);
    buffer_adds(&b, *path ? path : ".");
    char *real = b.failed ? NULL : realpath(b.data, NULL);
    buffer_release(&b);
    return real;
}

char *source_canonical(const char *chunk, size_t len, const char *cwd, size_t *out_len)
{
    char *name;
    if (len > 0 && *chunk == '@' && !memchr(chunk, '\0', len)) {
        char *path = strndup(chunk + 1, len - 1);
        name = path ? resolved(path, cwd) : NULL;
        if (path && !name)
            name = absolute(path, cwd);
        free(path);
        len = name ? strlen(name) : 0;
    } else if ((name = malloc(len + 1))) {
        memcpy(name, chunk, len);
        name[len] = '\0';
    }
    if (name && out_len)
        *out_len = len;
    return name;
}

bool source_same_file(const struct source *a, const struct source *b)
{
    struct stat s, t;
    if (a == b)
        return true;
    if (a->kind != b->kind)
        return false;
    if (a->name_len == b->name_len && memcmp(a->name, b->name, a->name_len) == 0)
        return true;
    return a->kind == SOURCE_FILE && stat(a->name, &s) == 0 && stat(b->name, &t) == 0 &&
           s.st_dev == t.st_dev && s.st_ino == t.st_ino;
}
