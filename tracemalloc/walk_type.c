/*
** What a block is for. Lua tells its allocator the type of a new object in place of the old size, but nothing
** about arrays: those of tables, compiled functions, stacks, buffers. What is about to be done tells.
*/
#include "tracemalloc/walk.h"

#include "core/instruction.h"
#include "core/layout.h"

/* Lua's own types beyond those of values, as its allocator is told. */
enum { TAG_UPVALUE = LUA_NUMTYPES, TAG_PROTO = LUA_NUMTYPES + 1 };

static const enum xdb_memory_type types[] = {
    [LUA_TSTRING] = XDB_MEMORY_STRING,     [LUA_TTABLE] = XDB_MEMORY_TABLE,
    [LUA_TFUNCTION] = XDB_MEMORY_FUNCTION, [LUA_TUSERDATA] = XDB_MEMORY_USERDATA,
    [LUA_TTHREAD] = XDB_MEMORY_COROUTINE,  [TAG_UPVALUE] = XDB_MEMORY_FUNCTION,
    [TAG_PROTO] = XDB_MEMORY_FUNCTION,
};

/* A function that begins to be compiled tells which frame compiles. */
static void note_parser(struct walker *w, const struct walk_request *r)
{
    struct walk_way at;
    lua_Debug ar;
    if (!w->main)
        return;
    walk_start(&at, w);
    if (layout_on()) {
        w->parser = at.ci;
        w->parsing = walk_cfunction(&at, r);
    } else
        w->parser = lua_getstack(at.L, 0, &ar) ? ar.i_ci : NULL;
}

static enum xdb_memory_type object(struct walker *w, const struct walk_request *r, size_t tag)
{
    w->born = types[tag];
    w->just_born = true;
    w->strings |= tag == LUA_TSTRING;
    if (tag == TAG_PROTO)
        note_parser(w, r);
    return w->born;
}

/* While the state is made, before its stack can be looked at. */
static enum xdb_memory_type early(const struct walker *w)
{
    if (w->just_born && w->born == XDB_MEMORY_COROUTINE)
        return XDB_MEMORY_COROUTINE;
    return w->strings ? XDB_MEMORY_TABLE
                      : XDB_MEMORY_STRING; /* the list of all strings comes first */
}

static bool fills_tables(uint32_t word)
{
    switch (word & 0x7F) {
    case BC_SETTABUP:
    case BC_SETTABLE:
    case BC_SETI:
    case BC_SETFIELD:
    case BC_NEWTABLE:
    case BC_SETLIST:
    case BC_EXTRAARG: /* of the two before */
        return true;
    default:
        return false;
    }
}

/* An array that Lua code is about to get, or the record of a call that it makes. */
static enum xdb_memory_type of_lua(const struct walk_way *at, const struct walk_request *r)
{
    const struct Proto *p = walk_proto(at, r);
    int pc = layout_nextpc(at->ci, p);
    uint32_t word = layout_instruction(p, pc > 0 ? pc - 1 : 0);
    bool constructor = (word & 0x7F) == BC_NEWTABLE || (word & 0x7F) == BC_SETLIST;
    bool call = !r->block && layout_sizes_frame(r->size) && !layout_next(at->ci);
    if (fills_tables(word) && (constructor || !call))
        return XDB_MEMORY_TABLE;
    return r->block ? XDB_MEMORY_OTHER : XDB_MEMORY_COROUTINE;
}

static enum xdb_memory_type of_c(const struct walker *w, const struct walk_way *at,
                                 const struct walk_request *r)
{
    if (at->ci == w->parser && walk_cfunction(at, r) == w->parsing)
        return XDB_MEMORY_FUNCTION;
    if (w->just_born && w->born == XDB_MEMORY_USERDATA)
        return XDB_MEMORY_USERDATA;
    if (!r->block && layout_sizes_frame(r->size) && !layout_next(at->ci))
        return XDB_MEMORY_COROUTINE;
    return XDB_MEMORY_TABLE;
}

static enum xdb_memory_type array(struct walker *w, const struct walk_request *r)
{
    struct walk_way at;
    if (!w->main)
        return early(w);
    if (!layout_on())
        return walk_api_array(w, r);
    if (w->just_born && w->born == XDB_MEMORY_COROUTINE)
        return XDB_MEMORY_COROUTINE; /* its stack */
    walk_start(&at, w);
    if (r->block && r->block == layout_stack(at.L))
        return XDB_MEMORY_COROUTINE;
    return layout_is_c(at.ci) ? of_c(w, &at, r) : of_lua(&at, r);
}

enum xdb_memory_type walk_type(struct walker *w, const struct walk_request *r, size_t tag)
{
    if (tag >= LUA_TSTRING && tag <= TAG_PROTO)
        return object(w, r, tag);
    enum xdb_memory_type type = array(w, r);
    w->just_born = false;
    return type;
}

bool walk_was_stack(const struct walker *w, const void *block, size_t size, bool coroutine)
{
    struct walk_way at;
    if (!w->main)
        return false;
    if (!layout_on())
        return coroutine && size >= LUA_MINSTACK * 2 * sizeof(lua_Number);
    walk_start(&at, w);
    return layout_stack(at.L) == block;
}
