/*
** The Lua module xdb.timeit. Arguments come in Python's order, or as one table by name:
**
**   timeit(stmt, setup, timer, number, globals)            seconds
**   repeat(stmt, setup, timer, repeat, number, globals)    list of seconds; also repeat_, since
**                                                          `repeat` is a word of the language
**   Timer(stmt, setup, timer, globals)                     by name also gc, target_time
**     t:timeit(number)   t:repeat_(repeat, number)   t:autorange(callback, target_time)
**     t:memory(number)   t:print_exc(file)           t.src
**   default_timer()   stats(times)   compare(first, second)
**
** What the timed code raises comes out unchanged; so does everything else as an error with a text.
*/
#include "core/error.h"
#include "core/lua_args.h"
#include "core/lua_class.h"
#include "core/lua_value.h"
#include "timeit/timeit.h"

#include <lauxlib.h>
#include <limits.h>
#include <string.h>

static const struct lua_class timer_class;

/* ---- arguments ---- */

static struct xdb_timer_code code_at(lua_State *L, int index)
{
    struct xdb_timer_code code = {.text = "", .len = 0};
    if (lua_type(L, index) == LUA_TSTRING)
        code.text = lua_tolstring(L, index, &code.len);
    else if (!lua_isnoneornil(L, index))
        code = (struct xdb_timer_code){.callable = index};
    return code;
}

static int fail(lua_State *L, int timer, int code, const struct xdb_error *err)
{
    if (code != XDB_ETIMED)
        return luaL_error(L, "%s", err->text);
    xdb_timer_push_error(L, timer);
    return lua_error(L);
}

/* [-0, +1] A timer of the values at these indices; `globals` may be 0. */
static int push_timer(lua_State *L, struct xdb_timer_options *o, int stmt, int globals)
{
    struct xdb_error err;
    o->stmt = code_at(L, stmt);
    o->setup = code_at(L, stmt + 1);
    o->timer = lua_isnoneornil(L, stmt + 2) ? 0 : stmt + 2;
    o->globals = lua_isnoneornil(L, globals) ? 0 : globals;
    int code = xdb_timer_new(L, o, &err);
    if (code < 0)
        return fail(L, 0, code, &err);
    lua_class_adopt(L, &timer_class);
    return lua_gettop(L);
}

/* ---- running ---- */

static int push_run(lua_State *L, int timer, long long number)
{
    struct xdb_error err;
    double seconds;
    int code = xdb_timer_run(L, timer, number, &seconds, &err);
    if (code < 0)
        return fail(L, timer, code, &err);
    lua_pushnumber(L, seconds);
    return 1;
}

static int push_repeat(lua_State *L, int timer, long long repeat, long long number)
{
    if (repeat > INT_MAX)
        return luaL_error(L, "repeat is too large");
    lua_createtable(L, repeat > 0 && repeat < 1000 ? (int)repeat : 0, 0);
    for (long long i = 1; i <= repeat; i++) {
        push_run(L, timer, number);
        lua_rawseti(L, -2, i);
    }
    return 1;
}

static int module_timeit(lua_State *L)
{
    static const char *const names[] = {"stmt", "setup", "timer", "number", "globals", "gc", NULL};
    lua_args_arrange(L, 1, names, 5);
    long long number = lua_args_integer(L, 4, "number", XDB_TIMEIT_NUMBER);
    struct xdb_timer_options o = {.keep_gc = lua_toboolean(L, 6)};
    return push_run(L, push_timer(L, &o, 1, 5), number);
}

static int module_repeat(lua_State *L)
{
    static const char *const names[] = {"stmt",   "setup",   "timer", "repeat",
                                        "number", "globals", "gc",    NULL};
    lua_args_arrange(L, 1, names, 6);
    long long repeat = lua_args_integer(L, 4, "repeat", XDB_TIMEIT_REPEAT);
    long long number = lua_args_integer(L, 5, "number", XDB_TIMEIT_NUMBER);
    struct xdb_timer_options o = {.keep_gc = lua_toboolean(L, 7)};
    return push_repeat(L, push_timer(L, &o, 1, 6), repeat, number);
}

/* ---- Timer ---- */

static int new_timer(lua_State *L)
{
    static const char *const names[] = {"stmt", "setup",       "timer", "globals",
                                        "gc",   "target_time", NULL};
    lua_args_arrange(L, 1, names, 4);
    struct xdb_timer_options o = {.keep_gc = lua_toboolean(L, 5)};
    if (!lua_isnil(L, 6)) {
        o.target = lua_args_number(L, 6, "target_time", 0);
        if (!(o.target > 0))
            return luaL_error(L, "target_time must be positive");
    }
    push_timer(L, &o, 1, 4);
    return 1;
}

static int timer_timeit(lua_State *L)
{
    static const char *const names[] = {"number", NULL};
    lua_class_check(L, &timer_class, 1);
    lua_args_arrange(L, 2, names, 1);
    return push_run(L, 1, lua_args_integer(L, 2, "number", XDB_TIMEIT_NUMBER));
}

static int timer_repeat(lua_State *L)
{
    static const char *const names[] = {"repeat", "number", NULL};
    lua_class_check(L, &timer_class, 1);
    lua_args_arrange(L, 2, names, 2);
    return push_repeat(L, 1, lua_args_integer(L, 2, "repeat", XDB_TIMEIT_REPEAT),
                       lua_args_integer(L, 3, "number", XDB_TIMEIT_NUMBER));
}

/* The callback stands at index 2. */
static void call_back(void *user, long long number, double seconds)
{
    lua_State *L = user;
    lua_pushvalue(L, 2);
    lua_pushinteger(L, (lua_Integer)number);
    lua_pushnumber(L, seconds);
    lua_call(L, 2, 0);
}

static int timer_autorange(lua_State *L)
{
    static const char *const names[] = {"callback", "target_time", NULL};
    struct xdb_error err;
    long long number;
    double seconds, target = 0;
    lua_class_check(L, &timer_class, 1);
    lua_args_arrange(L, 2, names, 2);
    if (!lua_isnil(L, 3)) {
        target = lua_args_number(L, 3, "target_time", 0);
        if (!(target > 0))
            return luaL_error(L, "target_time must be positive");
    }
    int code = xdb_timer_autorange(L, 1, target, lua_isnil(L, 2) ? NULL : call_back, L, &number,
                                   &seconds, &err);
    if (code < 0)
        return fail(L, 1, code, &err);
    lua_pushinteger(L, (lua_Integer)number);
    lua_pushnumber(L, seconds);
    return 2;
}

static int timer_memory(lua_State *L)
{
    static const char *const names[] = {"number", NULL};
    struct xdb_error err;
    struct xdb_timer_memory m;
    lua_class_check(L, &timer_class, 1);
    lua_args_arrange(L, 2, names, 1);
    int code = xdb_timer_memory(L, 1, lua_args_integer(L, 2, "number", 1000), &m, &err);
    if (code < 0)
        return fail(L, 1, code, &err);
    lua_createtable(L, 0, 7);
    lua_value_set_number(L, "bytes", m.bytes);
    lua_value_set_number(L, "objects", m.objects);
    lua_value_set_number(L, "least_bytes", m.least_bytes);
    lua_value_set_number(L, "most_bytes", m.most_bytes);
    lua_value_set_number(L, "least_objects", m.least_objects);
    lua_value_set_number(L, "most_objects", m.most_objects);
    lua_value_set_integer(L, "loops", m.loops);
    return 1;
}

/* Text, or the value itself where there is no traceback; goes to the file's `write`. */
static int timer_print_exc(lua_State *L)
{
    size_t len;
    lua_class_check(L, &timer_class, 1);
    lua_settop(L, 2);
    const char *text = xdb_timer_traceback(L, 1, &len);
    if (text)
        lua_pushlstring(L, text, len);
    else {
        xdb_timer_push_error(L, 1);
        if (lua_isnil(L, -1)) {
            lua_pushnil(L);
            lua_pushstring(L, "the timed code has raised no error");
            return 2;
        }
        lua_pushfstring(L, "%s\n", luaL_tolstring(L, -1, NULL));
    }
    if (lua_isnil(L, 2)) {
        text = lua_tolstring(L, -1, &len);
        lua_writestringerror("%s", text);
        return 0;
    }
    lua_value_write(L, 2);
    return 0;
}

static int get_src(lua_State *L)
{
    size_t len;
    const char *text = xdb_timer_source(L, 1, &len);
    lua_pushlstring(L, text, len);
    return 1;
}

static const luaL_Reg methods[] = {{"timeit", timer_timeit},
                                   {"repeat", timer_repeat},
                                   {"repeat_", timer_repeat},
                                   {"autorange", timer_autorange},
                                   {"memory", timer_memory},
                                   {"print_exc", timer_print_exc},
                                   {NULL, NULL}};

static const struct lua_class_field fields[] = {{"src", get_src, NULL}, {NULL, NULL, NULL}};

static const struct lua_class timer_class = {
    .type = "xdb.timeit.Timer", .methods = methods, .fields = fields};

/* ---- statistics ---- */

/* [-0, +1] Copies a list of numbers into a userdata. */
static double *push_values(lua_State *L, int index, size_t *count)
{
    luaL_checktype(L, index, LUA_TTABLE);
    *count = (size_t)luaL_len(L, index);
    if (*count > INT_MAX)
        luaL_error(L, "too many values");
    double *values = lua_newuserdatauv(L, (*count + 1) * sizeof *values, 0);
    for (size_t i = 0; i < *count; i++) {
        int is_number;
        lua_geti(L, index, (lua_Integer)i + 1);
        values[i] = lua_tonumberx(L, -1, &is_number);
        if (!is_number)
            luaL_error(L, "value %d is not a number", (int)i + 1);
        lua_pop(L, 1);
    }
    return values;
}

static int module_stats(lua_State *L)
{
    struct xdb_error err;
    struct xdb_timeit_stats s;
    size_t count;
    const double *values = push_values(L, 1, &count);
    if (xdb_timeit_stats(values, count, &s, &err) < 0)
        return luaL_error(L, "%s", err.text);
    lua_createtable(L, 0, 7);
    lua_value_set_number(L, "least", s.least);
    lua_value_set_number(L, "greatest", s.greatest);
    lua_value_set_number(L, "median", s.median);
    lua_value_set_number(L, "mean", s.mean);
    lua_value_set_number(L, "deviation", s.deviation);
    lua_value_set_integer(L, "outliers", (long long)s.outliers);
    lua_value_set_integer(L, "count", (long long)s.count);
    return 1;
}

static int module_compare(lua_State *L)
{
    struct xdb_error err;
    struct xdb_timeit_ratio r;
    size_t first_count, second_count;
    const double *first = push_values(L, 1, &first_count),
                 *second = push_values(L, 2, &second_count);
    if (first_count != second_count)
        return luaL_error(L, "the lists must be equally long");
    if (xdb_timeit_compare(first, second, first_count, &r, &err) < 0)
        return luaL_error(L, "%s", err.text);
    lua_pushnumber(L, r.ratio);
    lua_pushnumber(L, r.low);
    lua_pushnumber(L, r.high);
    return 3;
}

static int module_default_timer(lua_State *L)
{
    lua_pushnumber(L, xdb_default_timer());
    return 1;
}

/* ---- the module ---- */

static const luaL_Reg functions[] = {{"timeit", module_timeit},
                                     {"repeat", module_repeat},
                                     {"repeat_", module_repeat},
                                     {"Timer", new_timer},
                                     {"stats", module_stats},
                                     {"compare", module_compare},
                                     {NULL, NULL}};

XDB_API int xdb_open_timeit(lua_State *L);

int xdb_open_timeit(lua_State *L)
{
    luaL_checkversion(L);
    luaL_newlib(L, functions);
    lua_pushcfunction(L, module_default_timer);
    lua_setfield(L, -2, "default_timer");
    lua_value_set_integer(L, "default_number", XDB_TIMEIT_NUMBER);
    lua_value_set_integer(L, "default_repeat", XDB_TIMEIT_REPEAT);
    lua_value_set_number(L, "default_target_time", XDB_TIMEIT_TARGET);
    return 1;
}
