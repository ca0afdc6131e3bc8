/*
** Snapshots as data files. All is numbers into lists, so that a million blocks are read in a fraction of a second:
**   files, functions: names (function number 0 is none, so the first name is number 1)
**   frames: file, line; tracebacks: older one, frame (number 0 is "cut off", 1 "the end of the stack", so the first is 2)
**   sites: domain, traceback, function, type; blocks: site, size of each, how many
*/
#include "tracemalloc/snapshot.h"

#include "core/error.h"
#include "core/file.h"

#include <limits.h>
#include <string.h>

static const char format_name[] = "xdb-tracemalloc";
enum { VERSION = 1 };

/* ---- writing ---------------------------------------------------------------------------------- */

static int push(json_t *list, size_t n)
{
    return json_array_append_new(list, json_integer((json_int_t)n));
}

static json_t *texts(const struct intern *names, uint32_t from)
{
    json_t *list = json_array();
    for (uint32_t i = from; list && i < names->count; i++) {
        const struct intern_text *text = intern_at(names, i);
        json_t *s = json_stringn(text->data, text->len);
        if (!s) { /* no UTF-8: each odd byte as a character of its own */
            struct buffer b;
            buffer_init(&b);
            for (size_t k = 0; k < text->len; k++) {
                unsigned char c = (unsigned char)text->data[k];
                if (c < 0x80)
                    buffer_addc(&b, (char)c);
                else
                    buffer_addf(&b, "%c%c", 0xC0 | c >> 6, 0x80 | (c & 0x3F));
            }
            s = b.failed ? NULL : json_stringn(b.data, b.len);
            buffer_release(&b);
        }
        if (json_array_append_new(list, s) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

/* Snapshots name functions only: the number of the name is that of the function in the file. */
static size_t function_number(const struct xdb_snapshot *s, uint32_t function)
{
    const struct stacks_function *f = intern_at(&s->stacks.functions, function);
    return f->name;
}

static int fill_frames(const struct xdb_snapshot *s, json_t *frames, json_t *nodes)
{
    int failed = 0;
    for (uint32_t i = 0; i < s->stacks.frames.count; i++) {
        const struct stacks_frame *f = stacks_frame_at(&s->stacks, i);
        failed |= push(frames, f->file) | push(frames, (size_t)f->line);
    }
    for (uint32_t i = STACKS_ROOTS; i < s->stacks.nodes.count; i++) {
        const struct stacks_node *n = stacks_node_at(&s->stacks, i);
        failed |= push(nodes, n->older) | push(nodes, n->frame);
    }
    return failed;
}

static int fill_blocks(const struct xdb_snapshot *s, json_t *sites, json_t *blocks)
{
    int failed = 0;
    for (uint32_t i = 0; i < s->sites.count; i++) {
        const struct site_key *k = snapshot_site(s, i);
        failed |= push(sites, k->domain) | push(sites, k->node) |
                  push(sites, function_number(s, k->function)) | push(sites, k->type);
    }
    for (uint32_t i = 0; i < s->rows.count; i++) {
        const struct snapshot_row *r = snapshot_row(s, i);
        failed |= push(blocks, r->site) | push(blocks, r->size) | push(blocks, r->count);
    }
    return failed;
}

/* The whole as JSON; NULL when memory runs out. */
static json_t *to_json(const struct xdb_snapshot *s)
{
    const struct xdb_snapshot_info *info = &s->info;
    json_t *frames = json_array(), *nodes = json_array(), *sites = json_array(),
           *blocks = json_array();
    int failed = !frames || !nodes || !sites || !blocks || fill_frames(s, frames, nodes) ||
                 fill_blocks(s, sites, blocks);
    json_t *root =
        json_pack("{s:i, s:b, s:b, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", /* */
                  "limit", info->limit, "fast", info->fast, "at_peak", info->peak, "current",
                  (json_int_t)info->current, "peak", (json_int_t)info->peak_bytes, "lost",
                  (json_int_t)info->lost, "files", texts(&s->stacks.files, 0), "functions",
                  texts(&s->stacks.names, 1), "frames", frames, "tracebacks", nodes, "sites", sites,
                  "blocks", blocks);
    if (root && s->attributes)
        failed |= json_object_set(root, "attributes", s->attributes);
    if (root && failed) {
        json_decref(root);
        return NULL;
    }
    return root;
}

int xdb_snapshot_save(const struct xdb_snapshot *s, const char *path, struct xdb_error *err)
{
    json_t *root = to_json(s);
    if (!root)
        return error_set(err, XDB_ENOMEM, "not enough memory");
    int failed = file_json_save(path, root, format_name, VERSION, err);
    json_decref(root);
    return failed;
}

int snapshot_text(const struct xdb_snapshot *s, struct buffer *out, struct xdb_error *err)
{
    json_t *root = to_json(s);
    if (!root)
        return error_set(err, XDB_ENOMEM, "not enough memory");
    int failed = file_json_text("the snapshot", root, format_name, VERSION, out, err);
    json_decref(root);
    return failed;
}

/* ---- reading ---------------------------------------------------------------------------------- */

/* What is read, and from where: the first mistake is in `err`. */
struct reading {
    struct xdb_snapshot *s;
    const char *name;
    json_t *root;
    struct xdb_error *err;
};

static int bad(const struct reading *r, const char *member, size_t index, const char *what)
{
    return error_set(r->err, XDB_EFORMAT, "%s: \"%s\"[%zu]: %s", r->name, member, index, what);
}

static int no_memory(const struct reading *r)
{
    return error_set(r->err, XDB_ENOMEM, "%s: not enough memory", r->name);
}

/* A list of groups of `group` numbers. */
static int member_list(const struct reading *r, const char *member, size_t group, json_t **list)
{
    *list = json_object_get(r->root, member);
    if (!json_is_array(*list))
        return error_set(r->err, XDB_EFORMAT, "%s: \"%s\" must be a list", r->name, member);
    if (json_array_size(*list) % group != 0)
        return error_set(r->err, XDB_EFORMAT, "%s: \"%s\" must have groups of %zu numbers", r->name,
                         member, group);
    if (json_array_size(*list) / group >= UINT32_MAX / 8)
        return error_set(r->err, XDB_EFORMAT, "%s: \"%s\" is too long", r->name, member);
    return 0;
}

/* The number at `index`, from 0 to below `limit`. */
static int number_at(const struct reading *r, const char *member, json_t *list, size_t index,
                     size_t limit, size_t *out)
{
    json_t *item = json_array_get(list, index);
    json_int_t n = json_integer_value(item);
    if (!json_is_integer(item))
        return bad(r, member, index, "must be a number without a fraction");
    if (n < 0 || (unsigned long long)n >= limit)
        return bad(r, member, index, "is out of range");
    *out = (size_t)n;
    return 0;
}

/* Items must be different ones, or their numbers would not be those of the file. */
static int added(const struct reading *r, const char *member, size_t index, bool ok,
                 const uint32_t *number, size_t wanted)
{
    if (!ok)
        return no_memory(r);
    return *number == wanted ? 0 : bad(r, member, index, "is there twice");
}

static int read_texts(const struct reading *r, const char *member, struct intern *names,
                      uint32_t first)
{
    json_t *list;
    int failed = member_list(r, member, 1, &list);
    for (size_t i = 0; !failed && i < json_array_size(list); i++) {
        json_t *item = json_array_get(list, i);
        const struct intern_text text = {json_string_value(item), json_string_length(item)};
        uint32_t number;
        if (!text.data)
            return bad(r, member, i, "must be a string");
        failed = added(r, member, i, intern_number(names, &text, &number), &number, i + first);
    }
    return failed;
}

static int read_frames(const struct reading *r)
{
    json_t *list;
    struct stacks *s = &r->s->stacks;
    int failed = member_list(r, "frames", 2, &list);
    for (size_t i = 0; !failed && i < json_array_size(list); i += 2) {
        size_t file, line;
        uint32_t number = 0;
        failed = number_at(r, "frames", list, i, s->files.count, &file);
        if (!failed)
            failed = number_at(r, "frames", list, i + 1, INT_MAX, &line);
        if (!failed)
            failed = added(r, "frames", i, stacks_frame(s, (uint32_t)file, (int32_t)line, &number),
                           &number, i / 2);
    }
    return failed;
}

static int read_tracebacks(const struct reading *r)
{
    json_t *list;
    struct stacks *s = &r->s->stacks;
    int failed = member_list(r, "tracebacks", 2, &list);
    for (size_t i = 0; !failed && i < json_array_size(list); i += 2) {
        size_t older, frame;
        uint32_t number = 0;
        failed = number_at(r, "tracebacks", list, i, s->nodes.count, &older);
        if (!failed)
            failed = number_at(r, "tracebacks", list, i + 1, s->frames.count, &frame);
        if (!failed)
            failed =
                added(r, "tracebacks", i, stacks_node(s, (uint32_t)older, (uint32_t)frame, &number),
                      &number, i / 2 + STACKS_ROOTS);
    }
    return failed;
}

static int read_sites(const struct reading *r)
{
    json_t *list;
    struct xdb_snapshot *s = r->s;
    int failed = member_list(r, "sites", 4, &list);
    for (size_t i = 0; !failed && i < json_array_size(list); i += 4) {
        const size_t limits[] = {UINT_MAX, s->stacks.nodes.count, s->stacks.names.count,
                                 XDB_MEMORY_TYPES};
        size_t of[4] = {0};
        struct site_key key = {0};
        uint32_t number = 0;
        for (size_t k = 0; !failed && k < 4; k++)
            failed = number_at(r, "sites", list, i + k, limits[k], &of[k]);
        if (!failed && of[1] < STACKS_ROOTS)
            failed = bad(r, "sites", i + 1, "is no traceback");
        if (failed)
            return failed;
        const struct intern_text *name = intern_at(&s->stacks.names, (uint32_t)of[2]);
        key = (struct site_key){
            .domain = (uint32_t)of[0], .node = (uint32_t)of[1], .type = (uint32_t)of[3]};
        if (of[2] && !stacks_function_named(&s->stacks, name->data, name->len, &key.function))
            return no_memory(r);
        failed = added(r, "sites", i, intern_number(&s->sites, &key, &number), &number, i / 4);
    }
    return failed;
}

static int read_blocks(const struct reading *r)
{
    json_t *list;
    struct xdb_snapshot *s = r->s;
    size_t bytes = 0, blocks = 0;
    int failed = member_list(r, "blocks", 3, &list);
    for (size_t i = 0; !failed && i < json_array_size(list); i += 3) {
        size_t site, size, count, all;
        failed = number_at(r, "blocks", list, i, s->sites.count, &site);
        if (!failed)
            failed = number_at(r, "blocks", list, i + 1, PTRDIFF_MAX, &size);
        if (!failed)
            failed = number_at(r, "blocks", list, i + 2, PTRDIFF_MAX, &count);
        if (failed)
            return failed;
        if (__builtin_mul_overflow(size, count, &all) ||
            __builtin_add_overflow(bytes, all, &bytes) || bytes > PTRDIFF_MAX ||
            __builtin_add_overflow(blocks, count, &blocks) || blocks > PTRDIFF_MAX)
            return bad(r, "blocks", i, "is more memory than there can be");
        if (!snapshot_add(s, (uint32_t)site, size, count))
            return no_memory(r);
    }
    return failed;
}

static int read_size(const struct reading *r, const char *member, size_t limit, size_t *out)
{
    json_t *item = json_object_get(r->root, member);
    json_int_t n = json_integer_value(item);
    if (!json_is_integer(item) || n < 0 || (unsigned long long)n > limit)
        return error_set(r->err, XDB_EFORMAT, "%s: \"%s\" must be a number from 0 to %zu", r->name,
                         member, limit);
    *out = (size_t)n;
    return 0;
}

static int read_info(const struct reading *r)
{
    struct xdb_snapshot_info *info = &r->s->info;
    size_t limit;
    int failed = read_size(r, "limit", XDB_TRACEMALLOC_MAX_FRAMES, &limit);
    if (!failed)
        failed = read_size(r, "current", PTRDIFF_MAX, &info->current);
    if (!failed)
        failed = read_size(r, "peak", PTRDIFF_MAX, &info->peak_bytes);
    if (!failed)
        failed = read_size(r, "lost", PTRDIFF_MAX, &info->lost);
    if (failed)
        return failed;
    info->limit = (int)limit;
    info->fast = json_is_true(json_object_get(r->root, "fast"));
    info->peak = json_is_true(json_object_get(r->root, "at_peak"));
    json_t *attributes = json_object_get(r->root, "attributes");
    if (attributes && !json_is_object(attributes))
        return error_set(r->err, XDB_EFORMAT, "%s: \"attributes\" must be an object", r->name);
    r->s->attributes = json_incref(attributes);
    return 0;
}

static int read_all(const struct reading *r)
{
    int failed = read_info(r);
    if (!failed)
        failed = read_texts(r, "files", &r->s->stacks.files, 0);
    if (!failed)
        failed = read_texts(r, "functions", &r->s->stacks.names, 1);
    if (!failed)
        failed = read_frames(r);
    if (!failed)
        failed = read_tracebacks(r);
    if (!failed)
        failed = read_sites(r);
    if (!failed)
        failed = read_blocks(r);
    if (!failed && !snapshot_seal(r->s))
        failed = no_memory(r);
    return failed;
}

/* Takes over `root`. */
static struct xdb_snapshot *from_json(json_t *root, const char *name, struct xdb_error *err)
{
    const struct reading r = {snapshot_new(), name, root, err};
    int failed = r.s ? read_all(&r) : no_memory(&r);
    json_decref(root);
    if (!failed)
        return r.s;
    xdb_snapshot_free(r.s);
    return NULL;
}

struct xdb_snapshot *xdb_snapshot_load(const char *path, struct xdb_error *err)
{
    json_t *root;
    return file_json_load(path, format_name, VERSION, &root, err) < 0 ? NULL
                                                                      : from_json(root, path, err);
}

struct xdb_snapshot *xdb_snapshot_parse(const char *text, size_t len, const char *name,
                                        struct xdb_error *err)
{
    json_t *root;
    return file_json_parse(text, len, name, format_name, VERSION, &root, err) < 0
               ? NULL
               : from_json(root, name, err);
}
