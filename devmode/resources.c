/*
** ResourceWarning: what was opened and not closed, or closed twice. The finalizers of files and of the userdata of C
** modules are replaced by variants that look what the original one does: a finalizer that changes its object had
** something left to release; one that finds it closed leaves it as it is. So an object that closes itself (a directory
** read to its end) is no finding, and nothing has to be known about it.
*/
#include "core/error.h"
#include "devmode/state.h"

#define HASH_NONFATAL_OOM 1
#include <lauxlib.h>
#include <lualib.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

enum {
    LOOKED_AT = 256,  /* bytes of an object compared; flags and handles stand in front */
    MOST_VALUES = 255 /* user values of a userdata */
};

/* How a file was opened, by its address. */
struct opened {
    const void *at;
    const void *block; /* in which it is */
    bool pipe;
    UT_hash_handle hh;
    char text[]; /* name='F' mode='r' */
};

struct resources {
    const void *files; /* the metatable of files */
    struct opened *opened;
    /* Bytes before those of a userdata in its block: with no user value, with one, for each more. */
    size_t front, front_one, step;
};

/* Lua's own: one in the process, as there is one Lua in it; set once, to the same whoever does it. */
static lua_CFunction original_open, original_popen, original_tmpfile, original_lines,
    original_input, original_output, original_close, original_io_close, original_exit,
    original_require, original_finalize_file;

/* ---- userdata and their blocks ---------------------------------------------------------------- */

/* The block that holds the userdata at `index`; NULL when that cannot be known. */
static const void *block_of(lua_State *L, const struct resources *r, int index)
{
    const char *at = lua_touserdata(L, index);
    int values = 0;
    index = lua_absindex(L, index);
    if (!r->front)
        return NULL;
    while (values < MOST_VALUES && lua_getiuservalue(L, index, values + 1) != LUA_TNONE) {
        lua_pop(L, 1);
        values++;
    }
    if (values < MOST_VALUES)
        lua_pop(L, 1);
    return at - (values ? r->front_one + (size_t)(values - 1) * r->step : r->front);
}

/* The address of the block allocated last, in a state made to find out. */
struct probe {
    const char *last;
};

static void *probe_alloc(void *ud, void *ptr, size_t osize, size_t nsize)
{
    struct probe *p = ud;
    if (nsize == 0) {
        free(ptr);
        return NULL;
    }
    void *to = realloc(ptr, nsize);
    if (!ptr && osize == LUA_TUSERDATA)
        p->last = to;
    return to;
}

static int probe_fronts(lua_State *L)
{
    struct resources *r = lua_touserdata(L, 1);
    struct probe *p = lua_touserdata(L, 2);
    const char *at = lua_newuserdatauv(L, 1, 0);
    r->front = (size_t)(at - p->last);
    at = lua_newuserdatauv(L, 1, 1);
    r->front_one = (size_t)(at - p->last);
    at = lua_newuserdatauv(L, 1, 2);
    r->step = (size_t)(at - p->last) - r->front_one;
    return 0;
}

static void learn_fronts(struct resources *r)
{
    struct probe probe = {NULL};
    lua_State *L = lua_newstate(probe_alloc, &probe);
    if (!L)
        return;
    lua_pushcfunction(L, probe_fronts);
    lua_pushlightuserdata(L, r);
    lua_pushlightuserdata(L, &probe);
    if (lua_pcall(L, 2, 0, 0) != LUA_OK)
        r->front = 0;
    lua_close(L);
}

/* ---- files ------------------------------------------------------------------------------------ */

/* The stream at `index`, or NULL; compares addresses, so that nothing is looked up or raised. */
static luaL_Stream *to_file(const struct resources *r, lua_State *L, int index)
{
    if (lua_type(L, index) != LUA_TUSERDATA || !lua_getmetatable(L, index))
        return NULL;
    bool is = lua_topointer(L, -1) == r->files;
    lua_pop(L, 1);
    return is ? lua_touserdata(L, index) : NULL;
}

/* One that could not be opened looks open, but has no stream. */
static bool is_open(const luaL_Stream *s)
{
    return s->closef && s->f;
}

static void forget(struct resources *r, const void *at)
{
    struct opened *o;
    HASH_FIND_PTR(r->opened, &at, o);
    if (o) {
        HASH_DEL(r->opened, o);
        free(o);
    }
}

static void remember(struct resources *r, const void *at, const void *block, bool pipe,
                     const char *name, const char *mode)
{
    const char *form = pipe ? "command='%s' mode='%s'" : "name='%s' mode='%s'";
    forget(r, at);
    size_t size = (size_t)snprintf(NULL, 0, form, name, mode) + 1;
    struct opened *o = malloc(sizeof *o + size);
    if (!o)
        return;
    o->at = at;
    o->pipe = pipe;
    o->block = block;
    snprintf(o->text, size, form, name, mode);
    HASH_ADD_PTR(r->opened, at, o);
    if (!o->hh.tbl)
        free(o);
}

/* Remembers the file among the `n` results on the top, if there is one. */
static int note(lua_State *L, int n, bool pipe, const char *name, const char *mode)
{
    struct devmode *d = devmode_of(L);
    for (int i = 1; d && i <= n; i++) {
        const luaL_Stream *s = to_file(d->resources, L, -i);
        if (s)
            remember(d->resources, s, block_of(L, d->resources, -i), pipe, name, mode);
    }
    return n;
}

/* Names are copied when all has gone well: until then the strings are arguments, and live. */
static int x_open(lua_State *L)
{
    char name[512], mode[16];
    snprintf(name, sizeof name, "%s", lua_type(L, 1) == LUA_TSTRING ? lua_tostring(L, 1) : "?");
    snprintf(mode, sizeof mode, "%s", lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "r");
    return note(L, original_open(L), false, name, mode);
}

static int x_popen(lua_State *L)
{
    char name[512], mode[16];
    snprintf(name, sizeof name, "%s", lua_type(L, 1) == LUA_TSTRING ? lua_tostring(L, 1) : "?");
    snprintf(mode, sizeof mode, "%s", lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "r");
    return note(L, original_popen(L), true, name, mode);
}

static int x_tmpfile(lua_State *L)
{
    return note(L, original_tmpfile(L), false, "(temporary)", "w+");
}

/* io.lines, io.input, io.output: with a name they open a file. */
static int open_named(lua_State *L, lua_CFunction original, const char *mode)
{
    char name[512];
    if (lua_type(L, 1) != LUA_TSTRING)
        return original(L);
    snprintf(name, sizeof name, "%s", lua_tostring(L, 1));
    return note(L, original(L), false, name, mode);
}

static int x_lines(lua_State *L)
{
    return open_named(L, original_lines, "r");
}

static int x_input(lua_State *L)
{
    return open_named(L, original_input, "r");
}

static int x_output(lua_State *L)
{
    return open_named(L, original_output, "w");
}

static void look_for_second_close(lua_State *L)
{
    struct devmode *d = devmode_of(L);
    const luaL_Stream *s = d ? to_file(d->resources, L, 1) : NULL;
    if (s && !s->closef) {
        struct opened *o;
        HASH_FIND_PTR(d->resources->opened, &s, o);
        char message[600];
        snprintf(message, sizeof message, "file closed twice%s%s", o ? ": " : "", o ? o->text : "");
        findings_here(&d->findings, L, XDB_RESOURCE_WARNING, 1, message);
    }
}

static int x_close(lua_State *L)
{
    look_for_second_close(L);
    return original_close(L);
}

static int x_io_close(lua_State *L)
{
    look_for_second_close(L);
    return original_io_close(L);
}

/* ---- finalizers ------------------------------------------------------------------------------- */

/* What is to be told of an object that was left open. */
static struct finding unclosed(const void *block)
{
    struct finding what = {.category = XDB_RESOURCE_WARNING, .object = block, .hidden = "__gc"};
    if (block)
        allocator_place(block, &what.place);
    return what;
}

static void tell_unclosed_file(struct devmode *d, const void *at, const void *block)
{
    struct opened *o;
    HASH_FIND_PTR(d->resources->opened, &at, o);
    const struct finding what = unclosed(block);
    if (o && o->pipe)
        findings_tell(&d->findings, &what, "unclosed pipe <%s>", o->text);
    else
        findings_tell(&d->findings, &what, "unclosed file <%s>", o ? o->text : "unknown");
}

/* Calls the original finalizer; whether the object's first bytes are others afterwards. */
static bool run_finalizer(lua_State *L, lua_CFunction original, int *results)
{
    unsigned char before[LOOKED_AT];
    const void *at = lua_touserdata(L, 1);
    size_t n = (size_t)lua_rawlen(L, 1);
    n = n < sizeof before ? n : sizeof before;
    memcpy(before, at, n);
    *results = original(L);
    return memcmp(before, at, n) != 0;
}

/* The name for people: __name of the metatable. */
static void name_of(lua_State *L, int index, char *room, size_t size)
{
    const char *name = "userdata";
    int type = luaL_getmetafield(L, index, "__name");
    if (type == LUA_TSTRING)
        name = lua_tostring(L, -1);
    snprintf(room, size, "%s", name);
    if (type != LUA_TNIL)
        lua_pop(L, 1);
}

static int x_finalize_file(lua_State *L)
{
    struct devmode *d = devmode_of(L);
    luaL_Stream *s = lua_touserdata(L, 1);
    if (!d || !s) /* all is being closed */
        return original_finalize_file(L);
    if (is_open(s) && s->f != stdin && s->f != stdout && s->f != stderr)
        tell_unclosed_file(d, s, block_of(L, d->resources, 1));
    int n = original_finalize_file(L);
    forget(d->resources, s);
    return n;
}

/* __gc of other userdata that has __close, too; the original is its upvalue. */
static int x_finalize(lua_State *L)
{
    struct devmode *d = devmode_of(L);
    lua_CFunction original;
    void *pointer = lua_touserdata(L, lua_upvalueindex(1));
    memcpy(&original, &pointer, sizeof original);
    if (!d || lua_type(L, 1) != LUA_TUSERDATA)
        return original(L);
    const struct finding what = unclosed(block_of(L, d->resources, 1));
    char name[128];
    int results;
    name_of(L, 1, name, sizeof name);
    if (run_finalizer(L, original, &results))
        findings_tell(&d->findings, &what, "unclosed %s", name);
    return results;
}

/* ---- metatables ------------------------------------------------------------------------------- */

/* The plain C function in field `name` of the table on the top; NULL when there is none. */
static lua_CFunction plain_field(lua_State *L, const char *name)
{
    lua_pushstring(L, name);
    lua_rawget(L, -2);
    lua_CFunction f = lua_tocfunction(L, -1);
    if (f && lua_getupvalue(L, -1, 1)) {
        lua_pop(L, 1);
        f = NULL;
    }
    lua_pop(L, 1);
    return f;
}

static bool has_field(lua_State *L, const char *name)
{
    lua_pushstring(L, name);
    bool has = lua_rawget(L, -2) != LUA_TNIL;
    lua_pop(L, 1);
    return has;
}

static void set_field(lua_State *L, const char *name, lua_CFunction f)
{
    lua_pushstring(L, name);
    lua_pushcfunction(L, f);
    lua_rawset(L, -3);
}

/* Gives the metatable on the top our finalizer when what it is for can be closed. */
static void adopt_metatable(lua_State *L)
{
    lua_CFunction original = plain_field(L, "__gc");
    void *pointer;
    if (!original || original == x_finalize_file || !has_field(L, "__close"))
        return;
    memcpy(&pointer, &original, sizeof pointer);
    lua_pushliteral(L, "__gc");
    lua_pushlightuserdata(L, pointer);
    lua_pushcclosure(L, x_finalize, 1);
    lua_rawset(L, -3);
}

/* C modules keep their metatables in the registry, by name. */
static void adopt_metatables(lua_State *L)
{
    luaL_checkstack(L, 8, NULL);
    lua_pushnil(L);
    while (lua_next(L, LUA_REGISTRYINDEX)) {
        if (lua_type(L, -2) == LUA_TSTRING && lua_istable(L, -1))
            adopt_metatable(L);
        lua_pop(L, 1);
    }
}

static int x_require(lua_State *L)
{
    int n = original_require(L);
    if (devmode_of(L))
        adopt_metatables(L);
    return n;
}

/* `require` has the table `package` as its upvalue; ours, too. */
static void replace_require(lua_State *L)
{
    lua_pushglobaltable(L);
    lua_pushliteral(L, "require");
    lua_rawget(L, -2); /* -> globals require */
    lua_CFunction f = lua_tocfunction(L, -1);
    if (f && f != x_require && lua_getupvalue(L, -1, 1)) { /* -> globals require package */
        original_require = f;
        lua_pushcclosure(L, x_require, 1);
        lua_pushliteral(L, "require");
        lua_insert(L, -2);
        lua_rawset(L, -4);
    }
    lua_pop(L, 2);
}

/* ---- leaving ---------------------------------------------------------------------------------- */

/* os.exit without closing the state: no finalizer will tell of what is open. */
static int x_exit(lua_State *L)
{
    struct devmode *d = devmode_of(L);
    if (d)
        allocator_check(&d->allocator);
    if (d && !lua_toboolean(L, 2))
        for (struct opened *o = d->resources->opened; o; o = o->hh.next) {
            const luaL_Stream *s = o->at;
            if (is_open(s))
                tell_unclosed_file(d, s, o->block);
        }
    return original_exit(L);
}

/* ---- life ------------------------------------------------------------------------------------- */

static const struct devmode_variant variants[] = {
    {LUA_IOLIBNAME, "open", x_open, &original_open},
    {LUA_IOLIBNAME, "popen", x_popen, &original_popen},
    {LUA_IOLIBNAME, "tmpfile", x_tmpfile, &original_tmpfile},
    {LUA_IOLIBNAME, "lines", x_lines, &original_lines},
    {LUA_IOLIBNAME, "input", x_input, &original_input},
    {LUA_IOLIBNAME, "output", x_output, &original_output},
    {LUA_IOLIBNAME, "close", x_io_close, &original_io_close},
    {LUA_OSLIBNAME, "exit", x_exit, &original_exit},
};

static void adopt_files(struct resources *r, lua_State *L)
{
    if (luaL_getmetatable(L, LUA_FILEHANDLE) == LUA_TTABLE) {
        r->files = lua_topointer(L, -1);
        lua_CFunction f = plain_field(L, "__gc");
        if (f && f != x_finalize_file) {
            original_finalize_file = f;
            set_field(L, "__gc", x_finalize_file);
        }
        lua_pushliteral(L, "__index");
        if (lua_rawget(L, -2) == LUA_TTABLE && (f = plain_field(L, "close")) != NULL &&
            f != x_close) {
            original_close = f;
            set_field(L, "close", x_close);
        }
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

int resources_begin(struct devmode *d, lua_State *L)
{
    struct resources *r = d->resources = calloc(1, sizeof *r);
    if (!r)
        return XDB_ENOMEM;
    learn_fronts(r);
    devmode_install(L, variants, sizeof variants / sizeof *variants);
    adopt_files(r, L);
    adopt_metatables(L);
    replace_require(L);
    return XDB_OK;
}

void resources_end(struct devmode *d)
{
    struct opened *o, *next;
    if (!d->resources)
        return;
    HASH_ITER(hh, d->resources->opened, o, next)
    {
        HASH_DEL(d->resources->opened, o);
        free(o);
    }
    free(d->resources);
    d->resources = NULL;
}
