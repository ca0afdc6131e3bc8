#include "cli/words.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void words_init(struct words *w)
{
    *w = (struct words){0};
}

void words_release(struct words *w)
{
    for (size_t i = 0; i < w->count; i++)
        free(w->items[i]);
    free(w->items);
    words_init(w);
}

/* Makes room for one more: the array has room for a power of two less one, so that it knows its size. */
static bool grow(struct words *w)
{
    if (w->count & (w->count + 1))
        return true;
    char **items = realloc(w->items, (2 * w->count + 1) * sizeof *items);
    if (items)
        w->items = items;
    return items != NULL;
}

void words_add(struct words *w, const char *s, size_t n)
{
    char *copy = malloc(n + 1);
    if (!copy || !grow(w)) {
        free(copy);
        w->failed = true;
        return;
    }
    memcpy(copy, s, n);
    copy[n] = '\0';
    w->items[w->count++] = copy;
}

void words_adds(struct words *w, const char *s)
{
    words_add(w, s, strlen(s));
}

void words_offer(struct words *w, const struct line_at *at, const char *candidate)
{
    size_t n = at->end - at->begin;
    if (strncmp(candidate, at->line + at->begin, n) == 0)
        words_adds(w, candidate);
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool ends_in(const char *name, const char *suffix)
{
    size_t n = strlen(name), m = strlen(suffix);
    return n > m && strcmp(name + n - m, suffix) == 0;
}

static void offer_file(struct words *w, const struct line_at *at, struct buffer *path,
                       const char *suffix, const char *after)
{
    struct stat st;
    if (stat(path->data, &st) != 0)
        return;
    if (S_ISDIR(st.st_mode))
        buffer_addc(path, '/');
    else if (suffix && !ends_in(path->data, suffix))
        return;
    else if (after)
        buffer_adds(path, after);
    words_offer(w, at, path->data);
}

void words_offer_files(struct words *w, const struct line_at *at, const char *suffix,
                       const char *after)
{
    const char *word = at->line + at->begin, *end = at->line + at->end, *base = end;
    struct buffer path;
    while (base > word && base[-1] != '/')
        base--;
    buffer_init(&path);
    buffer_add(&path, word, (size_t)(base - word));
    size_t kept = path.len;
    DIR *dir = opendir(kept ? path.data : ".");
    const struct dirent *entry;
    while (dir && (entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.' && (base == end || *base != '.'))
            continue;
        buffer_truncate(&path, kept);
        buffer_adds(&path, entry->d_name);
        offer_file(w, at, &path, suffix, after);
    }
    if (dir)
        closedir(dir);
    buffer_release(&path);
}

void words_sort(struct words *w)
{
    if (w->count == 0)
        return;
    qsort(w->items, w->count, sizeof *w->items, compare);
    size_t kept = 1;
    for (size_t i = 1; i < w->count; i++) {
        if (strcmp(w->items[kept - 1], w->items[i]) == 0)
            free(w->items[i]);
        else
            w->items[kept++] = w->items[i];
    }
    w->count = kept;
}

void words_shift(struct words *w, size_t n)
{
    n = n < w->count ? n : w->count;
    for (size_t i = 0; i < n; i++)
        free(w->items[i]);
    if (n)
        memmove(w->items, w->items + n, (w->count - n) * sizeof *w->items);
    w->count -= n;
}
