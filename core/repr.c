#include "core/repr.h"

#include "core/hook_limit.h"
#include "core/lexer.h"
#include "core/repr_layout.h"
#include "core/repr_text.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

enum {
    DEPTH_MAX = 100,            /* C recursion is bounded by it */
    TABLE_KEYS = 4096,          /* keys of one table that are sorted */
    TOTAL_KEYS = 65536,         /* and of all tables in one repr */
    FEW_KEYS = 64,              /* of a table met when those are used up */
    COMPARED_BYTES = 1024,      /* of string keys that begin alike */
    NAME_BYTES = 100,           /* shown of a __name */
    INSTRUCTIONS_MAX = 1000000, /* for all __tostring in one repr */
    STACK_SLOTS = 12            /* of L's stack for one level of tables */
};

const struct repr_options repr_defaults = {
    .depth = 6, .items = 100, .string_bytes = 1000, .total_bytes = 8000, .width = 80};

struct walk {
    lua_State *L;
    const struct repr_options *o;
    struct buffer *out;
    struct buffer *marks; /* of struct repr_mark; NULL when nobody wants them */
    size_t start;         /* of this value in `out` */
    int keys;             /* that may still be looked at for sorting */
    long instructions;    /* that __tostring may still run */
    int depth;            /* tables open */
    const void *open[DEPTH_MAX];
};

/* A key other than 1..n, in a form that can be compared without Lua. */
struct key {
    enum { INTEGER, FLOAT, STRING, BOOLEAN, OTHER } rank;
    int slot; /* in the table that keeps the keys alive; the order of traversal */
    lua_Integer i;
    lua_Number n;
    const char *s; /* of i bytes, owned by Lua */
};

static void add_value(struct walk *w, int index);

static bool is_full(const struct walk *w)
{
    return w->out->failed || w->out->len - w->start >= w->o->total_bytes;
}

/* How many bytes of a string may be shown here. */
static size_t string_limit(const struct walk *w)
{
    size_t used = w->out->len - w->start;
    size_t room = used < w->o->total_bytes ? w->o->total_bytes - used : 0;
    return room < w->o->string_bytes ? room : w->o->string_bytes;
}

/* Records a mark at the end of the text so far and returns its index. */
static size_t add_mark(struct walk *w, enum repr_mark_kind kind, bool positional)
{
    if (!w->marks)
        return 0;
    struct repr_mark mark = {.pos = w->out->len, .kind = kind, .positional = positional};
    buffer_add(w->marks, (const char *)&mark, sizeof mark);
    return w->marks->len / sizeof mark - 1;
}

static void open_table(struct walk *w, size_t *mark)
{
    *mark = add_mark(w, REPR_OPEN, false);
    buffer_addc(w->out, '{');
}

static void close_table(struct walk *w, size_t open)
{
    size_t close = add_mark(w, REPR_CLOSE, false);
    buffer_addc(w->out, '}');
    if (w->marks && !w->marks->failed)
        ((struct repr_mark *)(void *)w->marks->data)[open].end = close;
}

/* Shows nil, booleans, numbers and strings, for which Lua is asked nothing that could raise. */
static bool add_scalar(struct walk *w, lua_State *L, int index)
{
    size_t n;
    const char *s;
    switch (lua_type(L, index)) {
    case LUA_TNONE:
    case LUA_TNIL:
        buffer_adds(w->out, "nil");
        return true;
    case LUA_TBOOLEAN:
        buffer_adds(w->out, lua_toboolean(L, index) ? "true" : "false");
        return true;
    case LUA_TNUMBER:
        if (lua_isinteger(L, index))
            repr_text_integer(lua_tointeger(L, index), w->out);
        else
            repr_text_float(lua_tonumber(L, index), w->out);
        return true;
    case LUA_TSTRING:
        s = lua_tolstring(L, index, &n);
        repr_text_quoted(s, n, string_limit(w), w->out);
        return true;
    default:
        return false;
    }
}

/* The `__name` of a value, cut and visible, or else `otherwise`; false when that is NULL. */
static bool add_name(struct walk *w, int index, const char *otherwise)
{
    size_t n;
    int type = w->o->raw ? LUA_TNIL : luaL_getmetafield(w->L, index, "__name");
    if (type == LUA_TSTRING) {
        const char *s = lua_tolstring(w->L, -1, &n);
        repr_text_visible(s, n, NAME_BYTES, w->out);
    } else if (otherwise) {
        buffer_adds(w->out, otherwise);
    }
    if (type != LUA_TNIL)
        lua_pop(w->L, 1);
    return type == LUA_TSTRING || otherwise;
}

static void add_address(struct walk *w, int index)
{
    int type = lua_type(w->L, index);
    if (type == LUA_TUSERDATA)
        add_name(w, index, "userdata");
    else
        buffer_adds(w->out, lua_typename(w->L, type));
    buffer_addf(w->out, ": %p", lua_topointer(w->L, index));
}

/* Says why a `__tostring` that ran on `co` gave no text. Only looks: an error raised on `co` now would
   have nobody to catch it. */
static void add_failure(struct walk *w, lua_State *co, int status, bool hit)
{
    size_t n;
    buffer_adds(w->out, "<error in __tostring: ");
    if (hit) {
        buffer_adds(w->out, "it takes too long");
    } else if (status == LUA_OK) {
        buffer_adds(w->out, "'__tostring' must return a string");
    } else if (status == LUA_YIELD) {
        buffer_adds(w->out, "attempt to yield");
    } else if (lua_type(co, -1) == LUA_TSTRING) {
        const char *s = lua_tolstring(co, -1, &n);
        repr_text_visible(s, n, string_limit(w), w->out);
    } else if (!add_scalar(w, co, -1)) {
        buffer_addf(w->out, "(error object is a %s value)", luaL_typename(co, -1));
    }
    buffer_addc(w->out, '>');
}

/* Shows a value by its `__tostring`. False when it has none. */
static bool add_tostring(struct walk *w, int index)
{
    lua_State *L = w->L;
    if (w->o->raw || luaL_getmetafield(L, index, "__tostring") == LUA_TNIL)
        return false;
    lua_State *co = lua_newthread(L);
    lua_insert(L, -2);
    lua_pushvalue(L, index);
    lua_xmove(L, co, 2); /* -> thread */
    struct hook_limit limit;
    int count = 0;
    hook_limit_begin(&limit, co, w->instructions);
    int status = lua_resume(co, L, 1, &count);
    hook_limit_end(&limit);
    w->instructions = limit.left;
    int first = status == LUA_OK && count > 0 ? lua_type(co, -count) : LUA_TNONE;
    if (first == LUA_TSTRING) {
        size_t n;
        const char *s = lua_tolstring(co, -count, &n);
        repr_text_visible(s, n, string_limit(w), w->out);
    } else if (first == LUA_TNUMBER) {
        add_scalar(w, co, -count);
    } else {
        add_failure(w, co, status, limit.hit);
    }
    lua_pop(L, 1);
    return true;
}

/* Puts the separator before the next item. False when there may be none: `...` stands there then. */
static bool begin_item(struct walk *w, int *count, bool positional)
{
    if (*count)
        buffer_adds(w->out, ", ");
    add_mark(w, REPR_ITEM, positional);
    if (*count >= w->o->items || is_full(w)) {
        buffer_adds(w->out, "...");
        return false;
    }
    (*count)++;
    return true;
}

/* Shows t[1], t[2]... to the first nil. False when cut. */
static bool add_sequence(struct walk *w, int table, int *count)
{
    for (lua_Integer i = 1;; i++) {
        if (lua_rawgeti(w->L, table, i) == LUA_TNIL) {
            lua_pop(w->L, 1);
            return true;
        }
        bool more = begin_item(w, count, true);
        if (more)
            add_value(w, lua_gettop(w->L));
        lua_pop(w->L, 1);
        if (!more)
            return false;
    }
}

/* Is the key at the top one of 1..n? */
static bool is_positional(lua_State *L, lua_Integer n)
{
    if (!lua_isinteger(L, -1))
        return false;
    lua_Integer i = lua_tointeger(L, -1);
    return i >= 1 && i <= n;
}

/* Counts keys other than 1..n, at most `max`. Runs no foreign code, so the table cannot change. */
static int count_keys(lua_State *L, int table, lua_Integer n, int max)
{
    int count = 0;
    for (lua_pushnil(L); lua_next(L, table);) {
        lua_pop(L, 1);
        if (!is_positional(L, n) && ++count == max) {
            lua_pop(L, 1);
            break;
        }
    }
    return count;
}

static struct key key_at_top(lua_State *L, int slot)
{
    struct key k = {.rank = OTHER, .slot = slot};
    size_t n;
    if (lua_isinteger(L, -1)) {
        k.rank = INTEGER;
        k.i = lua_tointeger(L, -1);
    } else if (lua_type(L, -1) == LUA_TNUMBER) {
        k.rank = FLOAT;
        k.n = lua_tonumber(L, -1);
    } else if (lua_type(L, -1) == LUA_TSTRING) {
        k.rank = STRING;
        k.s = lua_tolstring(L, -1, &n);
        k.i = (lua_Integer)n;
    } else if (lua_isboolean(L, -1)) {
        k.rank = BOOLEAN;
        k.i = lua_toboolean(L, -1);
    }
    return k;
}

static int order(lua_Integer a, lua_Integer b)
{
    return a < b ? -1 : a > b;
}

static int compare_strings(const struct key *a, const struct key *b)
{
    lua_Integer n = a->i < b->i ? a->i : b->i;
    int c = memcmp(a->s, b->s, n < COMPARED_BYTES ? (size_t)n : COMPARED_BYTES);
    return c ? c : order(a->i, b->i);
}

static int compare_keys(const void *left, const void *right)
{
    const struct key *a = left, *b = right;
    int c = order(a->rank, b->rank);
    if (c == 0 && (a->rank == INTEGER || a->rank == BOOLEAN))
        c = order(a->i, b->i);
    else if (c == 0 && a->rank == FLOAT)
        c = a->n < b->n ? -1 : a->n > b->n;
    else if (c == 0 && a->rank == STRING)
        c = compare_strings(a, b);
    return c ? c : order(a->slot, b->slot);
}

/*
** Collects up to `*count` keys other than 1..n, sorted. -> a table that keeps them alive (its items are
** the `slot`s), and the userdata that holds the result. A finalizer may have changed the table since the
** keys were counted, so the count is set anew.
*/
static struct key *collect_keys(lua_State *L, int table, lua_Integer n, int *count)
{
    int max = *count;
    lua_createtable(L, max, 0);
    int kept = lua_gettop(L);
    struct key *keys = lua_newuserdatauv(L, (size_t)max * sizeof *keys, 0);
    int found = 0;
    for (lua_pushnil(L); lua_next(L, table);) {
        lua_pop(L, 1);
        if (is_positional(L, n))
            continue;
        if (found == max) {
            lua_pop(L, 1);
            break;
        }
        keys[found] = key_at_top(L, found + 1);
        lua_pushvalue(L, -1);
        lua_rawseti(L, kept, ++found);
    }
    qsort(keys, (size_t)found, sizeof *keys, compare_keys);
    *count = found;
    return keys;
}

/* Shows the key at the top: `name` or `[value]`. */
static void add_key(struct walk *w)
{
    size_t n;
    const char *s = lua_type(w->L, -1) == LUA_TSTRING ? lua_tolstring(w->L, -1, &n) : NULL;
    if (s && n <= string_limit(w) && lexer_is_name(s, n)) {
        buffer_add(w->out, s, n);
        return;
    }
    buffer_addc(w->out, '[');
    add_value(w, lua_gettop(w->L));
    buffer_addc(w->out, ']');
}

/* Shows the keys other than 1..n with their values. */
static void add_others(struct walk *w, int table, lua_Integer n, int shown)
{
    lua_State *L = w->L;
    int max = w->keys > TABLE_KEYS ? TABLE_KEYS : w->keys > FEW_KEYS ? w->keys : FEW_KEYS;
    int count = count_keys(L, table, n, max + 1);
    if (count == 0)
        return;
    bool cut = count > max;
    count -= cut;
    struct key *keys = collect_keys(L, table, n, &count); /* -> kept, keys */
    int kept = lua_gettop(L) - 1;
    w->keys -= count;
    bool more = true;
    for (int i = 0; i < count && more; i++) {
        more = begin_item(w, &shown, false);
        if (!more)
            break;
        lua_rawgeti(L, kept, keys[i].slot);
        add_key(w);
        buffer_adds(w->out, " = ");
        lua_rawget(L, table);
        add_value(w, lua_gettop(L));
        lua_pop(L, 1);
    }
    if (more && cut) {
        shown = w->o->items > shown ? w->o->items : shown;
        begin_item(w, &shown, false);
    }
    lua_pop(L, 2);
}

static bool is_open(const struct walk *w, const void *table)
{
    for (int i = 0; i < w->depth; i++)
        if (w->open[i] == table)
            return true;
    return false;
}

static bool is_empty(lua_State *L, int table)
{
    lua_pushnil(L);
    if (!lua_next(L, table))
        return true;
    lua_pop(L, 2);
    return false;
}

static void add_items(struct walk *w, int table)
{
    size_t mark;
    int count = 0;
    w->open[w->depth++] = lua_topointer(w->L, table);
    open_table(w, &mark);
    if (add_sequence(w, table, &count))
        add_others(w, table, count, count);
    close_table(w, mark);
    w->depth--;
}

static void add_table(struct walk *w, int table)
{
    if (add_name(w, table, NULL))
        buffer_addc(w->out, ' ');
    if (is_open(w, lua_topointer(w->L, table)))
        buffer_adds(w->out, "<cycle>");
    else if (is_empty(w->L, table))
        buffer_adds(w->out, "{}");
    else if (w->depth >= w->o->depth || w->depth >= DEPTH_MAX)
        buffer_adds(w->out, "{...}");
    else
        add_items(w, table);
}

/* Appends the value at the absolute `index`. May raise: runs inside a protected call only. */
static void add_value(struct walk *w, int index)
{
    if (add_scalar(w, w->L, index))
        return;
    luaL_checkstack(w->L, STACK_SLOTS, NULL);
    int type = lua_type(w->L, index);
    if (type == LUA_TTABLE || type == LUA_TUSERDATA || type == LUA_TLIGHTUSERDATA)
        if (add_tostring(w, index))
            return;
    if (type == LUA_TTABLE)
        add_table(w, index);
    else
        add_address(w, index);
}

static int walk_protected(lua_State *L)
{
    struct walk *w = lua_touserdata(L, 2);
    add_value(w, 1);
    return 0;
}

/* Puts in place of everything why the walk was given up; the error is at the top of the stack. */
static void add_surrender(struct walk *w, lua_State *L, int status)
{
    size_t n;
    buffer_truncate(w->out, w->start);
    if (w->marks)
        buffer_truncate(w->marks, 0);
    if (status == LUA_ERRMEM) {
        buffer_adds(w->out, "<out of memory>");
    } else if (lua_type(L, -1) == LUA_TSTRING) {
        const char *s = lua_tolstring(L, -1, &n);
        buffer_addc(w->out, '<');
        repr_text_visible(s, n, w->o->string_bytes, w->out);
        buffer_addc(w->out, '>');
    } else {
        buffer_adds(w->out, "<error>");
    }
}

static void walk(lua_State *L, int index, const struct repr_options *o, struct buffer *out,
                 struct buffer *marks)
{
    struct walk w = {.L = L,
                     .o = o,
                     .out = out,
                     .marks = marks,
                     .start = out->len,
                     .keys = TOTAL_KEYS,
                     .instructions = INSTRUCTIONS_MAX};
    if (add_scalar(&w, L, index))
        return;
    if (!lua_checkstack(L, 3)) {
        buffer_adds(out, "<stack overflow>");
        return;
    }
    index = lua_absindex(L, index);
    lua_pushcfunction(L, walk_protected);
    lua_pushvalue(L, index);
    lua_pushlightuserdata(L, &w);
    int status = lua_pcall(L, 2, 0, 0);
    if (status == LUA_OK)
        return;
    add_surrender(&w, L, status);
    lua_pop(L, 1);
}

void repr_line(lua_State *L, int index, const struct repr_options *o, struct buffer *out)
{
    walk(L, index, o ? o : &repr_defaults, out, NULL);
}

void repr_pretty(lua_State *L, int index, const struct repr_options *o, struct buffer *out)
{
    struct buffer text, marks;
    o = o ? o : &repr_defaults;
    buffer_init(&text);
    buffer_init(&marks);
    walk(L, index, o, &text, &marks);
    if (text.failed)
        out->failed = true;
    else if (marks.failed)
        buffer_add(out, text.data, text.len);
    else
        repr_layout(&text, &marks, o->width, out);
    buffer_release(&text);
    buffer_release(&marks);
}
