#include "trace/report.h"

#include "core/repr_text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const struct report_format *const report_formats[] = {
    &report_text, &report_cover, &report_html, &report_lcov, &report_cobertura, &report_json, NULL,
};

const struct report_format *report_find(const char *name)
{
    for (const struct report_format *const *f = report_formats; *f; f++) {
        if (strcmp((*f)->name, name) == 0)
            return *f;
    }
    return NULL;
}

void report_add_xml(struct buffer *out, const char *s)
{
    struct buffer clean;
    buffer_init(&clean);
    repr_text_utf8(s, strlen(s), &clean);
    for (const char *at = clean.data; *at; at++) {
        unsigned char c = (unsigned char)*at;
        if (strchr("<>&\"'", c))
            buffer_addf(out, "&#%d;", c);
        else if (c < 0x20)
            buffer_adds(out, "\xEF\xBF\xBD");
        else
            buffer_addc(out, (char)c);
    }
    out->failed = out->failed || clean.failed;
    buffer_release(&clean);
}

void report_add_json(struct buffer *out, const char *s)
{
    repr_text_json(s, strlen(s), false, out);
}

void report_add_function(const struct coverage_file *f, size_t i, struct buffer *out)
{
    const struct results_function *g = f->functions[i];
    bool other = false;
    for (size_t k = i; k-- > 0 && !other;)
        other = strcmp(f->functions[k]->name, g->name) == 0;
    buffer_adds(out, g->name);
    if (other)
        buffer_addf(out, "@%d", g->first);
    if (other && g->position)
        buffer_addf(out, ".%d", g->position);
}

/* Makes the folders in which `path` is to stand. */
static int make_folders(char *path)
{
    for (char *s = path; (s = strchr(s, '/')); s++) {
        if (s == path)
            continue;
        *s = '\0';
        int failed = mkdir(path, 0777);
        *s = '/';
        if (failed && errno != EEXIST)
            return -1;
    }
    return 0;
}

static int write_all(int fd, const struct buffer *text)
{
    for (size_t at = 0; at < text->len;) {
        ssize_t n = write(fd, text->data + at, text->len - at);
        if (n < 0 && errno != EINTR)
            return -1;
        at += n > 0 ? (size_t)n : 0;
    }
    return 0;
}

static int open_new(struct buffer *path)
{
    const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY;
    int fd = open(path->data, flags, 0666);
    if (fd >= 0 || errno != ENOENT || make_folders(path->data))
        return fd;
    return open(path->data, flags, 0666);
}

int report_write(const char *folder, const char *name, const struct buffer *text,
                 struct xdb_error *err)
{
    struct buffer path;
    buffer_init(&path);
    buffer_addf(&path, "%s/%s", folder, name);
    if (path.failed || text->failed) {
        buffer_release(&path);
        return error_set(err, XDB_ENOMEM, "cannot write %s/%s: out of memory", folder, name);
    }
    int fd = open_new(&path);
    int failed = fd < 0 ? -1 : write_all(fd, text);
    int saved = errno;
    if (fd >= 0 && close(fd) && !failed) {
        failed = -1;
        saved = errno;
    }
    if (failed)
        failed = error_set(err, XDB_EIO, "cannot write %s: %s", path.data, strerror(saved));
    buffer_release(&path);
    return failed;
}

void report_add_page(const struct coverage_file *f, const char *suffix, struct buffer *out)
{
    const char *name = f->name + strspn(f->name, "/");
    size_t n = strlen(name);
    if (n > 4 && strcmp(name + n - 4, ".lua") == 0)
        n -= 4;
    buffer_add(out, name, n);
    buffer_adds(out, suffix);
}
