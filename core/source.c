/* core/source: the cache of sources by chunk name. */
#include "core/source.h"

/* Out of memory makes an addition fail instead of ending the process. */
#define HASH_NONFATAL_OOM 1
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "core/buffer.h"
#include "core/source_body.h"

#define SLOTS 256 /* of the table by address; a power of two */

/* One chunk name as the program writes it. */
struct source_entry {
    char *chunk;
    size_t len;
    struct source *source;
    struct source_entry *next; /* of the same source */
    UT_hash_handle hh;
};

/* A file by its canonical name. */
struct file {
    struct source *source;
    UT_hash_handle hh;
};

struct source_cache {
    struct source_entry *entries;
    struct file *files;
    struct source *newest, *oldest; /* of the passing ones that nobody holds */
    size_t passing, passing_bytes;
    /* By address of the chunk name: a guess that its text confirms. */
    struct {
        const char *chunk;
        struct source_entry *entry;
    } slots[SLOTS];
};

/* ---- passing sources, from the newest to the oldest ------------------------------------------- */

static void unlink_passing(struct source *s)
{
    struct source_cache *c = s->cache;
    *(s->newer ? &s->newer->older : &c->newest) = s->older;
    *(s->older ? &s->older->newer : &c->oldest) = s->newer;
    s->newer = s->older = NULL;
    c->passing--;
    c->passing_bytes -= s->name_len;
}

static void link_passing(struct source *s)
{
    struct source_cache *c = s->cache;
    s->older = c->newest;
    *(c->newest ? &c->newest->newer : &c->oldest) = s;
    c->newest = s;
    c->passing++;
    c->passing_bytes += s->name_len;
}

static void forget_functions(struct source *s)
{
    if (s->functions)
        s->functions_free(s->functions);
    s->functions = NULL;
}

static void free_source(struct source *s)
{
    if (!s)
        return;
    forget_functions(s);
    source_body_free(s->body);
    if (s->kind == SOURCE_TEXT)
        free((char *)s->title);
    free((char *)s->name);
    free(s);
}

static void free_entry(struct source_cache *c, struct source_entry *e)
{
    HASH_DEL(c->entries, e);
    for (int i = 0; i < SLOTS; i++) {
        if (c->slots[i].entry == e)
            c->slots[i].entry = NULL;
    }
    free(e->chunk);
    free(e);
}

static struct file *file_named(struct source_cache *c, const char *name, size_t len)
{
    struct file *f;
    HASH_FIND(hh, c->files, name, len, f);
    return f;
}

/* Takes a source out of the cache, with every name it has. */
static void forget(struct source *s)
{
    struct source_cache *c = s->cache;
    if (s->passing && !s->holds)
        unlink_passing(s);
    for (struct source_entry *e = s->entries, *next; e; e = next) {
        next = e->next;
        free_entry(c, e);
    }
    struct file *f = s->kind == SOURCE_FILE ? file_named(c, s->name, s->name_len) : NULL;
    if (f) {
        HASH_DEL(c->files, f);
        free(f);
    }
    free_source(s);
}

static void make_room(struct source_cache *c)
{
    while (c->passing > SOURCE_KEEP || (c->passing_bytes > SOURCE_KEEP_MEM && c->passing > 64))
        forget(c->oldest);
}

struct source *source_hold(struct source *s)
{
    if (s->passing && s->holds == 0)
        unlink_passing(s);
    s->holds++;
    return s;
}

void source_drop(struct source *s)
{
    if (s->holds == 0 || --s->holds > 0 || !s->passing)
        return;
    link_passing(s);
    make_room(s->cache);
}

/* ---- making ----------------------------------------------------------------------------------- */

static enum source_kind kind_of(const char *chunk, size_t len)
{
    if (len > 0 && *chunk == '@' && !memchr(chunk, '\0', len))
        return SOURCE_FILE;
    return len > 0 && *chunk == '=' ? SOURCE_LABEL : SOURCE_TEXT;
}

/* As Lua shows a text chunk in messages: its first line, cut to fit 59 bytes with the frame around it. */
static void add_text_title(const char *text, struct buffer *out)
{
    enum { ROOM = LUA_IDSIZE - sizeof "[string \"...\"]" };
    size_t line = strcspn(text, "\n");
    size_t shown = line < ROOM ? line : ROOM;
    buffer_adds(out, "[string \"");
    buffer_add(out, text, shown);
    buffer_adds(out, text[line] || line >= ROOM ? "...\"]" : "\"]");
}

static char *text_title(const char *text)
{
    struct buffer b;
    buffer_init(&b);
    add_text_title(text, &b);
    return buffer_detach(&b, NULL);
}

void source_add_title(const char *name, struct buffer *out)
{
    if (*name == '/')
        buffer_adds(out, name);
    else if (*name == '=')
        buffer_adds(out, name + 1);
    else
        add_text_title(name, out);
}

/* Takes `name` over, also on failure. */
static struct source *new_source(struct source_cache *c, enum source_kind kind, char *name,
                                 size_t len)
{
    struct source *s = calloc(1, sizeof *s);
    if (!s) {
        free(name);
        return NULL;
    }
    s->cache = c;
    s->kind = kind;
    s->name = name;
    s->name_len = len;
    s->title = kind == SOURCE_TEXT ? text_title(name) : name + (kind == SOURCE_LABEL);
    s->body = source_body_new(s);
    if (!s->title || !s->body) {
        free_source(s);
        return NULL;
    }
    s->passing = kind != SOURCE_FILE || !s->body->seen.exists;
    return s;
}

static bool add_file(struct source_cache *c, struct source *s)
{
    struct file *f = calloc(1, sizeof *f);
    if (!f)
        return false;
    f->source = s;
    HASH_ADD_KEYPTR(hh, c->files, s->name, s->name_len, f);
    if (f->hh.tbl)
        return true;
    free(f);
    return false;
}

/* One more chunk name for a source. */
static struct source_entry *add_entry(struct source *s, const char *chunk, size_t len)
{
    struct source_entry *e = calloc(1, sizeof *e);
    char *copy = malloc(len + 1);
    if (e && copy) {
        memcpy(copy, chunk, len);
        copy[len] = '\0';
        e->chunk = copy;
        e->len = len;
        e->source = s;
        HASH_ADD_KEYPTR(hh, s->cache->entries, e->chunk, len, e);
        if (e->hh.tbl) {
            e->next = s->entries;
            s->entries = e;
            return e;
        }
    }
    free(copy);
    free(e);
    return NULL;
}

/* A chunk name that has not been seen: maybe of a file that has. */
static struct source_entry *first_seen(struct source_cache *c, const char *chunk, size_t len)
{
    enum source_kind kind = kind_of(chunk, len);
    size_t name_len = 0;
    char *name = source_canonical(chunk, len, NULL, &name_len);
    if (!name)
        return NULL;
    struct file *f = kind == SOURCE_FILE ? file_named(c, name, name_len) : NULL;
    if (f) {
        free(name);
        return add_entry(f->source, chunk, len);
    }
    struct source *s = new_source(c, kind, name, name_len);
    if (!s)
        return NULL;
    if (s->passing)
        link_passing(s);
    struct source_entry *e = add_entry(s, chunk, len);
    if (!e || (kind == SOURCE_FILE && !add_file(c, s))) {
        forget(s);
        return NULL;
    }
    make_room(c);
    return e;
}

/* ---- looking up ------------------------------------------------------------------------------- */

struct source_cache *source_cache_new(void)
{
    return calloc(1, sizeof(struct source_cache));
}

void source_cache_free(struct source_cache *c)
{
    if (!c)
        return;
    while (c->entries)
        forget(c->entries->source);
    free(c);
}

static size_t slot_of(const char *chunk)
{
    size_t x = (size_t)chunk;
    return (x >> 4 ^ x >> 12) & (SLOTS - 1);
}

int source_of(struct source_cache *c, const char *chunk, size_t len, struct source **out,
              struct xdb_error *err)
{
    size_t slot = slot_of(chunk);
    struct source_entry *e = c->slots[slot].entry;
    if (!e || c->slots[slot].chunk != chunk || e->len != len || memcmp(e->chunk, chunk, len) != 0) {
        HASH_FIND(hh, c->entries, chunk, len, e);
        if (!e)
            e = first_seen(c, chunk, len);
        if (!e)
            return error_set(err, XDB_ENOMEM, "out of memory");
        c->slots[slot].chunk = chunk;
        c->slots[slot].entry = e;
    }
    struct source *s = e->source;
    if (s->passing && !s->holds && c->newest != s) {
        unlink_passing(s);
        link_passing(s);
    }
    *out = s;
    return 0;
}

int source_of_debug(struct source_cache *c, const lua_Debug *ar, struct source **out,
                    struct xdb_error *err)
{
    return source_of(c, ar->source, ar->srclen, out, err);
}

int source_of_path(struct source_cache *c, const char *path, struct source **out,
                   struct xdb_error *err)
{
    struct buffer b;
    buffer_init(&b);
    buffer_addf(&b, "@%s", path);
    int code = b.failed ? error_set(err, XDB_ENOMEM, "out of memory")
                        : source_of(c, b.data, b.len, out, err);
    buffer_release(&b);
    return code;
}

static bool ends_with(const struct source *s, const char *tail, size_t len)
{
    return s->name_len > len && s->name[s->name_len - len - 1] == '/' &&
           memcmp(s->name + s->name_len - len, tail, len) == 0;
}

/* Number of files that end so; the first two go to `found`. */
static int with_tail(struct source_cache *c, const char *tail, size_t len, struct source *found[2])
{
    int n = 0;
    for (struct file *f = c->files; f; f = f->hh.next) {
        if (ends_with(f->source, tail, len)) {
            if (n < 2)
                found[n] = f->source;
            n++;
        }
    }
    return n;
}

/* The file that a path leads to from here, if it has been seen. */
static struct source *at_path(struct source_cache *c, const char *path)
{
    struct buffer b;
    size_t len = 0;
    buffer_init(&b);
    buffer_addf(&b, "@%s", path);
    char *name = b.failed ? NULL : source_canonical(b.data, b.len, NULL, &len);
    struct file *f = name ? file_named(c, name, len) : NULL;
    free(name);
    buffer_release(&b);
    return f ? f->source : NULL;
}

int source_find(struct source_cache *c, const char *tail, struct source **out,
                struct xdb_error *err)
{
    struct source *found[2] = {at_path(c, tail), NULL};
    int n = found[0] ? 1 : 0;
    while (strncmp(tail, "./", 2) == 0)
        tail += 2;
    struct buffer b;
    buffer_init(&b);
    buffer_addf(&b, "%s.lua", tail);
    if (n == 0)
        n = with_tail(c, tail, strlen(tail), found);
    if (n == 0)
        n = with_tail(c, b.data, b.len, found);
    buffer_release(&b);
    if (n == 0)
        return error_set(err, XDB_ENOENT, "no file '%.200s' has been seen", tail);
    if (n > 1)
        return error_set(err, XDB_EINVAL, "'%.100s' is ambiguous: %.180s, %.180s", tail,
                         found[0]->name, found[1]->name);
    *out = found[0];
    return 0;
}

int source_each(struct source_cache *c, int (*visit)(struct source *s, void *data), void *data)
{
    int code = 0;
    for (struct source_entry *e = c->entries; e && code == 0; e = e->hh.next) {
        if (e->source->entries == e) /* once a source, whatever its number of names */
            code = visit(e->source, data);
    }
    return code;
}

void source_reload(struct source *s)
{
    struct source_body *fresh = source_body_new(s);
    forget_functions(s);
    if (!fresh)
        return; /* out of memory: the old text stays */
    if (s->kind == SOURCE_LABEL && s->body->given) {
        source_body_free(fresh);
        source_body_drop_code(s->body);
        return;
    }
    source_body_free(s->body);
    s->body = fresh;
}
