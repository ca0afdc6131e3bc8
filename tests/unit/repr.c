/* core/repr: exact, bounded, and not impressed by hostile values. */
#include "core/repr.h"

#include "core/hook_limit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <lauxlib.h>
#include <locale.h>
#include <lualib.h>

static int open_state(void **state)
{
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    *state = L;
    return 0;
}

static int close_state(void **state)
{
    lua_close(*state);
    return 0;
}

/* Pushes what the chunk returns. */
static void push(lua_State *L, const char *chunk)
{
    if (luaL_dostring(L, chunk))
        fail_msg("%s", lua_tostring(L, -1));
}

static const char *line(lua_State *L, int index, const struct repr_options *o)
{
    static char text[1 << 16];
    struct buffer out;
    int top = lua_gettop(L);
    buffer_init(&out);
    repr_line(L, index, o, &out);
    assert_false(out.failed);
    assert_int_equal(lua_gettop(L), top);
    assert_true(out.len < sizeof text);
    memcpy(text, out.data, out.len + 1);
    buffer_release(&out);
    return text;
}

static const char *of_with(lua_State *L, const char *expression, const struct repr_options *o)
{
    lua_pushfstring(L, "return %s", expression);
    push(L, lua_tostring(L, -1));
    const char *text = line(L, -1, o);
    lua_pop(L, 2);
    return text;
}

static const char *of(lua_State *L, const char *expression)
{
    return of_with(L, expression, NULL);
}

/* Each row: an expression and its repr. */
static void check_rows(lua_State *L, const char *const (*rows)[2], size_t n)
{
    for (size_t i = 0; i < n; i++)
        assert_string_equal(of(L, rows[i][0]), rows[i][1]);
}

#define CHECK_ROWS(L, rows) check_rows(L, rows, sizeof(rows) / sizeof *(rows))

/* What Lua reads back from the repr is the same value, of the same kind. */
static void check_reads_back(lua_State *L)
{
    push(L, "return function(v, text)\n"
            "  local again = assert(load('return ' .. text))()\n"
            "  assert(math.type(again) == math.type(v), text)\n"
            "  assert(again == v and (v ~= 0 or 1 / again == 1 / v), text)\n"
            "end");
    lua_insert(L, -2);
    lua_pushstring(
        L, line(L, -1, &(struct repr_options){.string_bytes = SIZE_MAX, .total_bytes = SIZE_MAX}));
    if (lua_pcall(L, 2, 0, 0))
        fail_msg("%s", lua_tostring(L, -1));
}

static void scalars_are_exact(void **state)
{
    static const char *const rows[][2] = {
        {"nil", "nil"},
        {"true", "true"},
        {"false", "false"},
        {"42", "42"},
        {"-7", "-7"},
        {"math.maxinteger", "9223372036854775807"},
        {"math.mininteger", "math.mininteger"},
        {"1.0", "1.0"},
        {"-0.0", "-0.0"},
        {"100.0", "100.0"},
        {"0.1", "0.1"},
        {"1/3", "0.3333333333333333"},
        {"2^53", "9007199254740992.0"},
        {"1e15", "1000000000000000.0"},
        {"1e16", "1e16"},
        {"1e300", "1e300"},
        {"1.5e-7", "1.5e-7"},
        {"0.0001", "0.0001"},
        {"0.00001", "1e-5"},
        {"5e-324", "5e-324"},
        {"1.7976931348623157e308", "1.7976931348623157e308"},
        {"math.huge", "math.huge"},
        {"-math.huge", "-math.huge"},
    };
    CHECK_ROWS(*state, rows);
    lua_State *L = *state;
    const char *nan = of(L, "0.0/0.0");
    assert_string_equal(nan + (*nan == '-'), "nan");
    char first = *nan;
    assert_true((*of(L, "-(0.0/0.0)") == '-') != (first == '-'));
}

static void strings_are_as_lua_writes_them(void **state)
{
    static const char *const rows[][2] = {
        {"''", "\"\""},
        {"'plain'", "\"plain\""},
        {"'a\"b\\\\c'", "\"a\\\"b\\\\c\""},
        {"'one\\ntwo'", "\"one\\ntwo\""},
        {"'\\t\\r\\0'", "\"\\9\\13\\0\""},
        {"'\\0001\\1a\\127'", "\"\\0001\\1a\\127\""},
        {"'gr\\xC3\\xBC\\xC3\\x9Fe \\u{20AC} \\u{1F600}'", "\"gr\xC3\xBC\xC3\x9F"
                                                           "e \xE2\x82\xAC \xF0\x9F\x98\x80\""},
        {"'\\xff\\xfe1'", "\"\\255\\2541\""},
        {"'\\xC0\\x80'", "\"\\192\\128\""},           /* overlong */
        {"'\\xED\\xA0\\x80'", "\"\\237\\160\\128\""}, /* surrogate */
        {"'\\xF4\\x90\\x80\\x80'", "\"\\244\\144\\128\\128\""},
        {"'\\xE2\\x82'", "\"\\226\\130\""}, /* ends too early */
        {"'\\u{9b}31m'", "\"\\u{9B}31m\""}, /* a terminal's escape in one byte */
        {"'\\u{202e}x'", "\"\\u{202E}x\""},
        {"'\\27[31m'", "\"\\27[31m\""},
    };
    CHECK_ROWS(*state, rows);
}

static void numbers_and_strings_read_back(void **state)
{
    lua_State *L = *state;
    for (int i = 0; i < 256; i++) {
        for (int j = 0; j < 256; j += 3) {
            char bytes[] = {(char)i, (char)j, '7', (char)i};
            lua_pushlstring(L, bytes, sizeof bytes);
            check_reads_back(L);
        }
    }
    uint64_t bits = 88172645463325252u; /* xorshift: the same numbers every time */
    for (int i = 0; i < 20000; i++) {
        bits ^= bits << 13, bits ^= bits >> 7, bits ^= bits << 17;
        double x;
        memcpy(&x, &bits, sizeof x);
        if (x != x)
            continue;
        lua_pushnumber(L, x);
        check_reads_back(L);
        lua_pushinteger(L, (lua_Integer)bits);
        check_reads_back(L);
    }
}

static void floats_do_not_depend_on_the_locale(void **state)
{
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_DE"};
    bool found = false;
    for (size_t i = 0; i < sizeof names / sizeof *names && !found; i++)
        found = setlocale(LC_NUMERIC, names[i]) != NULL;
    lua_pushnumber(*state, 1.5);
    assert_string_equal(line(*state, -1, NULL), "1.5");
    lua_pushnumber(*state, 2.5e100);
    assert_string_equal(line(*state, -1, NULL), "2.5e100");
    setlocale(LC_NUMERIC, "C");
}

static void tables_are_on_one_line(void **state)
{
    static const char *const rows[][2] = {
        {"{}", "{}"},
        {"{1, 2, key = 'v'}", "{1, 2, key = \"v\"}"},
        {"{{{}}, {1}}", "{{{}}, {1}}"},
        {"{1, nil, 3}", "{1, [3] = 3}"},
        {"{nil, nil, 3}", "{[3] = 3}"},
        {"{[0] = 0, 1}", "{1, [0] = 0}"},
        {"{['end'] = 1, ['odd key'] = 2, ['1'] = 3, [''] = 4, _a1 = 5}",
         "{[\"\"] = 4, [\"1\"] = 3, _a1 = 5, [\"end\"] = 1, [\"odd key\"] = 2}"},
        {"{[true] = 1, [false] = 2, b = 3, a = 4, [2.5] = 5, [-1.5] = 6, [10] = 7, [-3] = 8, 9}",
         "{9, [-3] = 8, [10] = 7, [-1.5] = 6, [2.5] = 5, a = 4, b = 3, [false] = 2, [true] = 1}"},
        {"{[{1}] = 1}", "{[{1}] = 1}"},
        {"{[math.huge] = 1, [math.mininteger] = 2}", "{[math.mininteger] = 2, [math.huge] = 1}"},
        {"{['a\\0b'] = 1, ab = 2}", "{[\"a\\0b\"] = 1, ab = 2}"},
    };
    CHECK_ROWS(*state, rows);
}

static void small_tables_are_always_sorted(void **state)
{
    lua_State *L = *state;
    push(L, "local t = {} for i = 3999, 1, -1 do t[string.format('k%04d', i * 7 % 4001)] = 0 end "
            "return t");
    struct repr_options o = repr_defaults;
    o.items = 3;
    assert_string_equal(line(L, -1, &o), "{k0001 = 0, k0002 = 0, k0003 = 0, ...}");
    push(L, "local t, p = {}, string.rep('x', 5000) for i = 1, 9 do t[p .. i] = i end return t");
    o.string_bytes = 2;
    assert_non_null(strstr(line(L, -1, &o), "{[\"xx\"...] = "));
}

static void limits_cut_with_dots(void **state)
{
    lua_State *L = *state;
    struct repr_options o = repr_defaults;
    o.items = 3;
    assert_string_equal(of_with(L, "{1, 2, 3}", &o), "{1, 2, 3}");
    assert_string_equal(of_with(L, "{1, 2, 3, 4}", &o), "{1, 2, 3, ...}");
    assert_string_equal(of_with(L, "{1, 2, 3, a = 1}", &o), "{1, 2, 3, ...}");
    assert_string_equal(of_with(L, "{1, a = 1, b = 2, c = 3}", &o), "{1, a = 1, b = 2, ...}");
    o.items = 0;
    assert_string_equal(of_with(L, "{1}", &o), "{...}");
    assert_string_equal(of_with(L, "{}", &o), "{}");
    o = repr_defaults;
    o.depth = 2;
    assert_string_equal(of_with(L, "{{{1}, {}}}", &o), "{{{...}, {}}}");
    o.depth = 0;
    assert_string_equal(of_with(L, "{1}", &o), "{...}");
    o = repr_defaults;
    o.string_bytes = 4;
    assert_string_equal(of_with(L, "'abcd'", &o), "\"abcd\"");
    assert_string_equal(of_with(L, "'abcde'", &o), "\"abcd\"...");
    assert_string_equal(of_with(L, "'abc\\u{20ac}'", &o), "\"abc\"...");
    assert_string_equal(of_with(L, "{abcde = 1}", &o), "{[\"abcd\"...] = 1}");
    o = repr_defaults;
    o.total_bytes = 10;
    assert_string_equal(of_with(L, "{1, 2, 3, 4, 5, 6}", &o), "{1, 2, 3, ...}");
    assert_string_equal(of_with(L, "{'abcdefghijklmnop'}", &o), "{\"abcdefghi\"...}");
}

static void nothing_is_megabytes(void **state)
{
    lua_State *L = *state;
    static const char *const monsters[] = {
        "return string.rep('x', 1e7)",
        "return string.rep('\\0', 1e7)",
        "return {[string.rep('x', 1e7)] = string.rep('y', 1e7)}",
        "local t = {} for i = 1, 200 do t[i] = string.rep('\\1', 2000) end return t",
        "local t = {} for i = 1, 40 do t = {t, t, t, t} end return t",
        "local t = {} for i = 1, 40 do t = {[t] = t, a = t, b = t} end return t",
        "local t = {} for i = 1, 1e5 do t = {t} end return t",
        "return setmetatable({}, {__name = string.rep('n', 1e6)})",
        "return setmetatable({}, {__tostring = function() return string.rep('n', 1e6) end})",
        "return setmetatable({}, {__tostring = function() error(string.rep('n', 1e6)) end})",
    };
    for (size_t i = 0; i < sizeof monsters / sizeof *monsters; i++) {
        push(L, monsters[i]);
        assert_true(strlen(line(L, -1, NULL)) < 45000);
        struct repr_options o = repr_defaults;
        o.depth = 1000000;
        assert_true(strlen(line(L, -1, &o)) < 45000);
        lua_settop(L, 0);
    }
}

static void a_million_elements_are_not_walked(void **state)
{
    lua_State *L = *state;
    struct repr_options o = repr_defaults;
    o.items = 2;
    push(L, "local t = {} for i = 1, 1000000 do t[i] = i end return t");
    assert_string_equal(line(L, -1, &o), "{1, 2, ...}");
    push(L, "local t = {} for i = 1, 300000 do t['k' .. i] = i end return t");
    const char *text = line(L, -1, &o);
    assert_memory_equal(text, "{k", 2);
    assert_string_equal(text + strlen(text) - 6, ", ...}");
}

static void cycles_end(void **state)
{
    lua_State *L = *state;
    push(L, "local t = {1} t[2] = t t.self = {t} return t");
    assert_string_equal(line(L, -1, NULL), "{1, <cycle>, self = {<cycle>}}");
    push(L, "local t = {} t[t] = t return t");
    assert_string_equal(line(L, -1, NULL), "{[<cycle>] = <cycle>}");
    push(L, "local t = {7} return {t, t}");
    assert_string_equal(line(L, -1, NULL), "{{7}, {7}}"); /* shared is not cyclic */
}

static void other_values_are_named_as_lua_does(void **state)
{
    lua_State *L = *state;
    static const char *const values[] = {"print", "function() end", "coroutine.create(print)",
                                         "io.stdout", "function(...) return ... end"};
    struct repr_options raw = repr_defaults;
    raw.raw = true;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        lua_pushfstring(L, "local v = %s return v, tostring(v)", values[i]);
        push(L, lua_tostring(L, -1));
        assert_string_equal(line(L, -2, NULL), lua_tostring(L, -1));
        lua_settop(L, 0);
    }
    int here;
    lua_pushlightuserdata(L, &here);
    lua_pushfstring(L, "userdata: %p", (void *)&here);
    assert_string_equal(line(L, -2, NULL), lua_tostring(L, -1));
    push(L, "return io.stdout");
    assert_memory_equal(line(L, -1, NULL), "file (0x", 8);
    assert_memory_equal(line(L, -1, &raw), "userdata: 0x", 12);
    lua_newuserdatauv(L, 0, 0);
    lua_newtable(L);
    lua_pushliteral(L, "Point\n*");
    lua_setfield(L, -2, "__name");
    lua_setmetatable(L, -2);
    assert_memory_equal(line(L, -1, NULL), "Point\\n*: 0x", 12);
}

static void metatables_are_heard_but_not_trusted(void **state)
{
    static const char *const rows[][2] = {
        {"setmetatable({1}, {__tostring = function(t) return 'one ' .. t[1] end})", "one 1"},
        {"{setmetatable({}, {__tostring = function() return 'x\\n\\27\\xff\"\\\\' end})}",
         "{x\\n\\27\\255\"\\}"},
        {"setmetatable({}, {__tostring = function() return 12 end})", "12"},
        {"setmetatable({}, {__tostring = function() return 0.5, 'b' end})", "0.5"},
        {"setmetatable({}, {__tostring = setmetatable({}, {__call = function() return 'c' end})})",
         "c"},
        {"setmetatable({}, {__tostring = string.len})",
         "<error in __tostring: bad argument #1 to 'string.len' (string expected, got table)>"},
        {"setmetatable({}, {__tostring = function() error('oh\\nno', 0) end})",
         "<error in __tostring: oh\\nno>"},
        {"setmetatable({}, {__tostring = function() error({}) end})",
         "<error in __tostring: (error object is a table value)>"},
        {"setmetatable({}, {__tostring = function() error() end})", "<error in __tostring: nil>"},
        {"setmetatable({}, {__tostring = function() end})",
         "<error in __tostring: '__tostring' must return a string>"},
        {"setmetatable({}, {__tostring = function() return {} end})",
         "<error in __tostring: '__tostring' must return a string>"},
        {"setmetatable({}, {__tostring = coroutine.yield})",
         "<error in __tostring: attempt to yield>"},
        {"setmetatable({}, {__tostring = 1})",
         "<error in __tostring: attempt to call a number value>"},
        {"setmetatable({}, {__tostring = function(t) return tostring(t) end})",
         "<error in __tostring: C stack overflow>"},
        {"setmetatable({b = 1}, {__name = 'Account'})", "Account {b = 1}"},
        {"setmetatable({}, {__name = 'Account'})", "Account {}"},
        {"setmetatable({1}, {__name = {}})", "{1}"},
        {"setmetatable({1}, {__name = 5})", "{1}"},
        {"setmetatable({1}, {__metatable = 'locked'})", "{1}"},
        {"setmetatable({1}, {__metatable = 'locked', __tostring = function() return 's' end})",
         "s"},
        {"setmetatable({1, a = 2}, {__index = error, __len = error, __pairs = error, __eq = error, "
         "__lt = error, __concat = error, __call = error})",
         "{1, a = 2}"},
        {"setmetatable({1}, setmetatable({}, {__index = error}))", "{1}"},
        {"setmetatable({1}, setmetatable({}, {__index = {__tostring = error}}))", "{1}"},
    };
    CHECK_ROWS(*state, rows);
}

static void raw_runs_nothing(void **state)
{
    lua_State *L = *state;
    struct repr_options raw = repr_defaults;
    raw.raw = true;
    assert_string_equal(
        of_with(L, "setmetatable({1}, {__tostring = os.exit, __name = 'N', __index = os.exit})",
                &raw),
        "{1}");
    push(L, "debug.setmetatable('', {__tostring = os.exit, __name = 'S'}) return 's'");
    assert_string_equal(line(L, -1, NULL), "\"s\"");
}

static void endless_code_is_stopped(void **state)
{
    static const char *const bodies[] = {
        "while true do end",
        "while true do pcall(function() while true do end end) end",
        "local function f() pcall(f) f() end f()",
        "xpcall(function() while true do end end, function() while true do end end)",
        "table.sort({1, 2, 3}, function() while true do end end)",
        "table.sort({1, 2}, function() xpcall(function() while true do end end, "
        "function() while true do end end) end)",
        "coroutine.wrap(function() while true do end end)() while true do end",
        "while true do coroutine.resume(coroutine.create(function() while true do end end)) end",
        "local function f() coroutine.wrap(f)() end while true do pcall(f) end",
        "while true do coroutine.wrap(coroutine.yield)() end",
        "('x'):gsub('x', function() while true do end end)",
        "pcall(function() local x <close> = setmetatable({}, {__close = function() while true do "
        "end end}) error('e') end)",
    };
    lua_State *L = *state;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        lua_pushfstring(L, "return setmetatable({}, {__tostring = function() %s end})", bodies[i]);
        push(L, lua_tostring(L, -1));
        assert_string_equal(line(L, -1, NULL), "<error in __tostring: it takes too long>");
        lua_settop(L, 0);
        lua_gc(L, LUA_GCCOLLECT);
    }
    push(L, "local t, m = {}, {__tostring = function() while true do end end} "
            "for i = 1, 200 do t[i] = setmetatable({}, m) end return t");
    struct repr_options o = repr_defaults;
    o.total_bytes = 90; /* all share one allowance */
    assert_string_equal(line(L, -1, &o), "{<error in __tostring: it takes too long>, "
                                         "<error in __tostring: it takes too long>, "
                                         "<error in __tostring: it takes too long>, ...}");
}

static int tell_limit(lua_State *L)
{
    lua_pushstring(L, hook_limit_active() ? "bounded" : "free");
    return 1;
}

static void bounded_code_can_be_recognized(void **state)
{
    lua_State *L = *state;
    lua_register(L, "tell", tell_limit);
    assert_string_equal(of(L, "setmetatable({}, {__tostring = tell})"), "bounded");
    assert_string_equal(of(L, "tell()"), "\"free\"");
}

static void coroutines_that_outlive_the_limit_are_free(void **state)
{
    lua_State *L = *state;
    push(L, "kept = nil return setmetatable({}, {__tostring = function() kept = "
            "coroutine.create(function() for i = 1, 3000000 do end return debug.gethook() end) "
            "return 't' end})");
    assert_string_equal(line(L, -1, NULL), "t");
    push(L, "return select('#', coroutine.resume(kept)), coroutine.status(kept)");
    assert_string_equal(lua_tostring(L, -1), "dead");
}

static void a_hostile_tostring_may_change_the_table(void **state)
{
    lua_State *L = *state;
    push(L, "local t = {} local m = {__tostring = function() for k in pairs(t) do t[k] = nil end "
            "for i = 1, 100 do t[{}] = i end collectgarbage() return 'gone' end} "
            "t[1] = setmetatable({}, m) t[2] = 2 "
            "for i = 1, 20 do t['key' .. i] = setmetatable({}, m) end return t");
    const char *text = line(L, -1, NULL);
    assert_memory_equal(text, "{gone, [table: 0x", 3);
    push(L, "local t = {} local m = {__tostring = function() t.a, t.b, t.c, t.d = nil "
            "collectgarbage() return 'gone' end} "
            "t.a = setmetatable({}, m) t.b = 'x' .. 1 t['c'] = {} t.d = 4 return t");
    assert_string_equal(line(L, -1, NULL), "{a = gone, b = nil, c = nil, d = nil}");
}

static char hook_text[200];
static int foreign_events; /* from functions other than the chunk */

static void show_local(lua_State *L, lua_Debug *ar)
{
    struct buffer out;
    lua_getinfo(L, "S", ar);
    foreign_events += strcmp(ar->what, "main") != 0;
    if (!lua_getlocal(L, ar, 1))
        return;
    buffer_init(&out);
    repr_line(L, -1, NULL, &out);
    assert_true(out.len < sizeof hook_text);
    memcpy(hook_text, out.data, out.len + 1);
    buffer_release(&out);
    lua_pop(L, 1);
}

static void works_inside_a_hook(void **state)
{
    lua_State *L = *state;
    luaL_loadstring(L, "local v = setmetatable({}, {__tostring = function()\n"
                       "while true do end end})\n"
                       "v = {a = {1}, b = setmetatable({}, {__tostring = function()\n"
                       "return 'text' end})}\n"
                       "v.c = 3");
    lua_sethook(L, show_local, LUA_MASKLINE, 0);
    assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_OK);
    lua_sethook(L, NULL, 0, 0);
    assert_string_equal(hook_text, "{a = {1}, b = text}");
    assert_int_equal(foreign_events, 0); /* no line of any __tostring */
}

static int at_the_end_of_the_stack(lua_State *L)
{
    struct buffer out;
    int room = (int)lua_tointeger(L, 2);
    lua_settop(L, 1);
    int top = 1000000;
    while (top > 1 && !lua_checkstack(L, top))
        top -= 1 + top / 1000;
    lua_settop(L, lua_gettop(L) + top - room);
    buffer_init(&out);
    repr_line(L, 1, NULL, &out);
    bool known = strcmp(out.data, "{{{1}}}") == 0 || strstr(out.data, "stack overflow");
    buffer_release(&out);
    lua_pushboolean(L, known);
    lua_replace(L, 1);
    lua_settop(L, 1);
    return 1;
}

static void survives_the_end_of_the_stack(void **state)
{
    lua_State *L = *state;
    for (int room = 1; room < 60; room += 3) {
        lua_pushcfunction(L, at_the_end_of_the_stack);
        push(L, "return {{{1}}}");
        lua_pushinteger(L, room);
        assert_int_equal(lua_pcall(L, 2, 1, 0), LUA_OK);
        assert_true(lua_toboolean(L, -1));
        lua_settop(L, 0);
    }
}

/* An allocator that counts what it gave and refuses once its patience is over. */
struct allocator {
    size_t bytes;
    long patience; /* requests still granted; negative: all */
};

static void *allocate(void *ud, void *block, size_t old, size_t size)
{
    struct allocator *a = ud;
    if (!block)
        old = 0;
    if (size == 0) {
        free(block);
        a->bytes -= old;
        return NULL;
    }
    if (size > old && a->patience >= 0 && a->patience-- == 0) {
        a->patience = 0;
        return NULL;
    }
    void *fresh = realloc(block, size);
    if (fresh)
        a->bytes += size - old;
    return fresh;
}

static void running_out_of_memory_is_only_a_word(void **state)
{
    static const char *const whole =
        "{1, 2, \"three\", {{{{}}}}, Named {}, a = {b = 1, c = 2}, t = text: ok}";
    (void)state;
    struct allocator a = {.bytes = 0, .patience = -1};
    lua_State *L = lua_newstate(allocate, &a);
    luaL_openlibs(L);
    push(L, "return {1, 2, 'three', {{{{}}}}, setmetatable({}, {__name = 'Named'}), "
            "a = {b = 1, c = 2}, t = setmetatable({}, {__tostring = function() "
            "return 'text: ' .. table.concat({'o', 'k'}) end})}");
    lua_gc(L, LUA_GCSTOP);
    bool done = false;
    int failures = 0;
    for (long n = 0; !done; n++) {
        char text[1000];
        lua_gc(L, LUA_GCCOLLECT);
        a.patience = n;
        struct buffer out;
        buffer_init(&out);
        buffer_adds(&out, "> ");
        repr_line(L, 1, NULL, &out);
        done = a.patience > 0;
        a.patience = -1;
        assert_int_equal(lua_gettop(L), 1);
        assert_true(out.len < sizeof text);
        memcpy(text, out.data + 2, out.len - 1);
        buffer_release(&out);
        bool excused = strcmp(text, "<out of memory>") == 0 ||
                       strstr(text, "<error in __tostring: not enough memory>") ||
                       strcmp(text, "<stack overflow>") == 0;
        failures += excused;
        if (done || !excused)
            assert_string_equal(text, whole);
    }
    assert_true(failures > 3);
    lua_close(L);
    assert_int_equal(a.bytes, 0);
}

static void a_value_is_not_kept_alive(void **state)
{
    lua_State *L = *state;
    push(L, "weak = setmetatable({}, {__mode = 'k'}) local t = setmetatable({a = {}}, "
            "{__tostring = function() return 't' end}) weak[t] = true return {t, x = t}");
    assert_string_equal(line(L, -1, NULL), "{t, x = t}");
    lua_settop(L, 0);
    lua_gc(L, LUA_GCCOLLECT);
    push(L, "return next(weak)");
    assert_true(lua_isnil(L, 1));
}

static void check_pretty(lua_State *L, const char *expression, int width, const char *expected)
{
    struct repr_options o = repr_defaults;
    struct buffer out;
    o.width = width;
    lua_pushfstring(L, "return %s", expression);
    push(L, lua_tostring(L, -1));
    int top = lua_gettop(L);
    buffer_init(&out);
    buffer_adds(&out, "=");
    repr_pretty(L, -1, &o, &out);
    assert_int_equal(lua_gettop(L), top);
    assert_string_equal(out.data + 1, expected);
    buffer_release(&out);
    lua_settop(L, 0);
}

static void pretty_breaks_what_does_not_fit(void **state)
{
    lua_State *L = *state;
    check_pretty(L, "5", 1, "5");
    check_pretty(L, "{1, 2, a = {b = 1}}", 80, "{1, 2, a = {b = 1}}");
    check_pretty(L, "{1, 2, a = {b = 1}}", 20, "{1, 2, a = {b = 1}}");
    check_pretty(L, "{1, 2, a = {b = 1}}", 19, "{\n  1, 2,\n  a = {b = 1}\n}");
    check_pretty(L, "{10, 20, 30, 40, a = {bcd = 123}}", 14,
                 "{\n  10, 20, 30,\n  40,\n  a = {\n    bcd = 123\n  }\n}");
    check_pretty(L, "{{x = 1, y = 2}, {x = 3, y = 4}, 5, 6}", 30,
                 "{\n  {x = 1, y = 2},\n  {x = 3, y = 4},\n  5, 6\n}");
    check_pretty(L, "{[{1, 2}] = {}, n = setmetatable({first = 1}, {__name = 'Name'})}", 16,
                 "{\n  n = Name {\n    first = 1\n  },\n  [{1, 2}] = {}\n}");
    check_pretty(L, "{'\xC3\xBC\xC3\xBC\xC3\xBC', 'b'}", 14,
                 "{\"\xC3\xBC\xC3\xBC\xC3\xBC\", \"b\"}");
    check_pretty(L, "{}", 0, "{}");
    check_pretty(L, "{{}}", -5, "{\n  {}\n}");
}

static void pretty_asks_each_value_once(void **state)
{
    lua_State *L = *state;
    push(L, "count = 0 mt = {__tostring = function() count = count + 1 return '{' .. count end}");
    check_pretty(L, "{a = {b = {c = setmetatable({}, mt)}}}", 8,
                 "{\n  a = {\n    b = {\n      c = {1\n    }\n  }\n}");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_state, close_state)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(scalars_are_exact),
        TEST(strings_are_as_lua_writes_them),
        TEST(numbers_and_strings_read_back),
        TEST(floats_do_not_depend_on_the_locale),
        TEST(tables_are_on_one_line),
        TEST(small_tables_are_always_sorted),
        TEST(limits_cut_with_dots),
        TEST(nothing_is_megabytes),
        TEST(a_million_elements_are_not_walked),
        TEST(cycles_end),
        TEST(other_values_are_named_as_lua_does),
        TEST(metatables_are_heard_but_not_trusted),
        TEST(raw_runs_nothing),
        TEST(endless_code_is_stopped),
        TEST(bounded_code_can_be_recognized),
        TEST(coroutines_that_outlive_the_limit_are_free),
        TEST(a_hostile_tostring_may_change_the_table),
        TEST(works_inside_a_hook),
        TEST(survives_the_end_of_the_stack),
        cmocka_unit_test(running_out_of_memory_is_only_a_word),
        TEST(a_value_is_not_kept_alive),
        TEST(pretty_breaks_what_does_not_fit),
        TEST(pretty_asks_each_value_once),
    };
    return cmocka_run_group_tests_name("repr", tests, NULL, NULL);
}
