/*
** Classes for Lua modules, their arguments and the code they run, with a small class of either kind.
*/
#include "core/lua_class.h"
#include "core/lua_args.h"
#include "core/lua_code.h"
#include "core/lua_value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <lualib.h>

/* ---- two classes ------------------------------------------------------------------------------ */

struct thing {
    long long n;
    bool closed;
};

static const struct lua_class closed_class, open_class;
static int collected;

static const struct lua_class *class_of(lua_State *L, int index)
{
    return lua_class_test(L, &open_class, index) ? &open_class : &closed_class;
}

static struct thing *check(lua_State *L, int index)
{
    return lua_class_check(L, class_of(L, index), index);
}

static int get_n(lua_State *L)
{
    lua_pushinteger(L, check(L, 1)->n);
    return 1;
}

static int set_n(lua_State *L)
{
    check(L, 1)->n = lua_args_integer(L, 3, "n", 0);
    return 0;
}

static int get_double(lua_State *L)
{
    lua_pushinteger(L, 2 * check(L, 1)->n);
    return 1;
}

static int construct(lua_State *L, const struct lua_class *c)
{
    static const char *const names[] = {"n", "label", "extra", NULL};
    lua_args_arrange(L, 2, names, 2);
    long long n = lua_args_integer(L, 2, "n", 7);
    lua_args_string(L, 3, "label", NULL, NULL);
    struct thing *self = lua_class_new(L, c, sizeof *self);
    self->n = n;
    lua_class_know(L, c, -1);
    return 1;
}

static int construct_closed(lua_State *L)
{
    return construct(L, &closed_class);
}

static int construct_open(lua_State *L)
{
    return construct(L, &open_class);
}

static int add(lua_State *L)
{
    struct thing *self = check(L, 1);
    self->n += lua_args_integer(L, 2, "amount", 1);
    lua_settop(L, 1);
    return 1;
}

static int collect(lua_State *L)
{
    (void)check(L, 1);
    collected++;
    return 0;
}

static int close_thing(lua_State *L)
{
    check(L, 1)->closed = true;
    return 0;
}

static int equal(lua_State *L)
{
    lua_pushboolean(L, check(L, 1)->n == check(L, 2)->n);
    return 1;
}

static int less(lua_State *L)
{
    lua_pushboolean(L, check(L, 1)->n < check(L, 2)->n);
    return 1;
}

static int index_sequence(lua_State *L)
{
    if (lua_isinteger(L, 2))
        lua_pushinteger(L, 10 * lua_tointeger(L, 2));
    else
        lua_pushnil(L);
    return 1;
}

static void check_open(lua_State *L)
{
    if (check(L, 1)->closed)
        luaL_error(L, "it is closed");
}

static void add_more(lua_State *L)
{
    lua_value_set_string(L, "more", "made");
}

static int assignments;

static void assigned(lua_State *L)
{
    (void)check(L, 1);
    assignments++;
}

static const luaL_Reg methods[] = {{"add", add}, {NULL, NULL}};
static const luaL_Reg meta[] = {
    {"__gc", collect}, {"__close", close_thing}, {"__eq", equal}, {"__lt", less}, {NULL, NULL}};
static const struct lua_class_field fields[] = {
    {"n", get_n, set_n}, {"double", get_double, NULL}, {NULL, NULL, NULL}};

static const struct lua_class closed_class = {.type = "test.Closed",
                                              .construct = construct_closed,
                                              .methods = methods,
                                              .meta = meta,
                                              .fields = fields,
                                              .index = index_sequence};
static const struct lua_class open_class = {.type = "test.Open",
                                            .name = "Open",
                                            .open = true,
                                            .values = 1,
                                            .construct = construct_open,
                                            .methods = methods,
                                            .meta = meta,
                                            .fields = fields,
                                            .made = add_more,
                                            .check = check_open,
                                            .assigned = assigned};

/* ---- running Lua ------------------------------------------------------------------------------ */

/* exec(code, globals, locals) */
static int exec(lua_State *L)
{
    lua_settop(L, 3);
    lua_code_push(L, 1, "", 2, 3);
    lua_call(L, 0, LUA_MULTRET);
    return lua_gettop(L) - 3;
}

/* strings(list) -> their number, the last one */
static int strings(lua_State *L)
{
    int n = 0;
    const char **list = lua_args_push_strings(L, 1, "names", "words");
    while (list && list[n])
        n++;
    lua_pushinteger(L, n);
    lua_pushstring(L, n ? list[n - 1] : NULL);
    return 2;
}

/* mixed{1, 2, stream = 3} */
static int mixed(lua_State *L)
{
    static const char *const names[] = {"stream", NULL};
    lua_args_check_names(L, 1, names, true);
    return 0;
}

static int keep(lua_State *L)
{
    lua_class_keep(L, class_of(L, 1), 1, lua_toboolean(L, 2));
    return 0;
}

/* found(object): whether it is found by its address, and is itself */
static int found(lua_State *L)
{
    bool is = lua_class_push_object(L, class_of(L, 1), lua_touserdata(L, 1));
    lua_pushboolean(L, is && lua_rawequal(L, -1, 1));
    return 1;
}

static int open_all(lua_State *L)
{
    static const luaL_Reg functions[] = {{"exec", exec},   {"strings", strings}, {"mixed", mixed},
                                         {"found", found}, {"keep", keep},       {NULL, NULL}};
    luaL_openlibs(L);
    lua_pushglobaltable(L);
    luaL_setfuncs(L, functions, 0);
    lua_class_push(L, &closed_class);
    lua_setfield(L, -2, "Closed");
    lua_class_push(L, &open_class);
    lua_setfield(L, -2, "Open");
    return 0;
}

static int run_text(lua_State *L)
{
    open_all(L);
    if (luaL_loadbuffer(L, lua_touserdata(L, 1), strlen(lua_touserdata(L, 1)), "=t") != LUA_OK)
        return lua_error(L);
    lua_call(L, 0, 1);
    return 1;
}

/* Runs a text that must return true. */
static void expect(const char *text)
{
    lua_State *L = luaL_newstate();
    lua_pushcfunction(L, run_text);
    lua_pushlightuserdata(L, (void *)(uintptr_t)text);
    if (lua_pcall(L, 1, 1, 0) != LUA_OK)
        fail_msg("%s: %s", text, lua_tostring(L, -1));
    if (!lua_toboolean(L, -1))
        fail_msg("%s: not so", text);
    lua_close(L);
}

/* The text must raise an error that is, or ends with, the message. */
static void expect_error(const char *text, const char *message)
{
    lua_State *L = luaL_newstate();
    lua_pushcfunction(L, run_text);
    lua_pushlightuserdata(L, (void *)(uintptr_t)text);
    assert_int_not_equal(lua_pcall(L, 1, 1, 0), LUA_OK);
    assert_string_equal(lua_tostring(L, -1), message);
    lua_close(L);
}

/* ---- arguments -------------------------------------------------------------------------------- */

static void arguments_come_in_order_or_by_name(void **state)
{
    (void)state;
    expect("return Closed(3).n == 3 and Closed().n == 7 and Closed(nil, 'x').n == 7");
    expect("return Closed{n = 3}.n == 3 and Closed{}.n == 7 and Closed{extra = 1}.n == 7");
    expect("return Open(3).n == 3 and Open{label = 'x'}.n == 7 and Open:new(4).n == 4");
}

static void unknown_and_surplus_arguments_are_refused(void **state)
{
    (void)state;
    expect_error("Closed{m = 1}", "t:1: unexpected argument 'm'");
    expect_error("\nOpen{m = 1}", "t:2: unexpected argument 'm'");
    expect_error("Closed{n = 1, 5}", "t:1: unexpected argument '1'");
    expect_error("Closed{n = 1, [print] = 1}", "t:1: unexpected argument: a function is no name");
    expect_error("Closed{['n\\0'] = 1}", "t:1: unexpected argument 'n'");
    expect_error("Closed(1, 'a', 'b')", "t:1: too many arguments");
    expect_error("Closed({n = 1}, 'a')", "t:1: n must be an integer");
}

static void an_argument_of_the_wrong_kind_is_named(void **state)
{
    (void)state;
    expect_error("Closed('5')", "t:1: n must be an integer");
    expect_error("Closed{n = 1.5}", "t:1: n must be an integer");
    expect_error("Closed(1, 2)", "t:1: label must be a string");
    expect_error("Closed{1}", "t:1: n must be an integer"); /* a list is no table of names */
    expect_error("Closed(setmetatable({}, {__call = print}))", "t:1: n must be an integer");
}

static void a_list_of_strings_is_read_whole(void **state)
{
    (void)state;
    expect("local n, last = strings{'a', 'b'} return n == 2 and last == 'b'");
    expect("return strings{} == 0 and strings(nil) == 0");
    expect_error("strings{'a', 1}", "t:1: names must be a list of words");
    expect_error("strings('a')", "t:1: names must be a list of words");
}

static void a_list_may_have_names_beside(void **state)
{
    (void)state;
    expect("mixed{1, 2, stream = 3} mixed{} return true");
    expect_error("mixed{1, strem = 3}", "t:1: unexpected argument 'strem'");
    expect_error("mixed{[0] = 3}", "t:1: unexpected argument '0'");
}

/* ---- attributes ------------------------------------------------------------------------------- */

static void fields_are_computed(void **state)
{
    (void)state;
    expect("local c = Closed(4) c.n = 5 return c.n == 5 and c.double == 10");
    expect("local c = Open(4) c.n = 5 return c.n == 5 and c.double == 10");
    expect_error("Closed(4).double = 1", "t:1: the attribute 'double' cannot be set");
    expect_error("Open(4).double = 1", "t:1: the attribute 'double' cannot be set");
    expect_error("Closed().x = 1", "t:1: the attribute 'x' cannot be set");
    expect_error("Closed()[nil] = 1", "t:1: the attribute 'nil' cannot be set");
}

static void methods_chain_and_belong_to_the_class(void **state)
{
    (void)state;
    expect("return Closed(1):add():add(5).n == 7 and Closed.add(Closed(1)).n == 2");
    expect("function Closed:twice() return self.n * 2 end return Closed(2):twice() == 4");
    expect("return Closed().nothing == nil and Closed()[4] == 40 and Open.more == 'made'");
    expect_error("Closed.add(3)",
                 "t:1: bad argument #1 to 'add' (test.Closed expected, got number)");
    expect_error("Open.subclass(3)",
                 "t:1: bad argument #1 to 'subclass' (table expected, got number)");
}

static void objects_of_open_classes_take_attributes(void **state)
{
    (void)state;
    assignments = 0;
    expect("local o = Open() o.x = 1 o.n = 2 o.add = nil return o.x == 1 and o.y == nil");
    assert_int_equal(assignments, 2);
    expect("local o = Open(1) o.add = function() return 'mine' end return o:add() == 'mine'");
}

static void metamethods_are_those_of_the_class(void **state)
{
    (void)state;
    expect("return Closed(1) == Closed(1) and Closed(1) < Closed(2) and Closed(1) ~= Closed(2)");
    expect(
        "return tostring(Open()):match('^Open: ') and tostring(Closed()):match('^test.Closed: ')");
    expect_error("local o do local c <close> = Open() o = c end return o.n", "t:1: it is closed");
    expect_error("local o do local c <close> = Open() o = c end o.x = 1", "t:1: it is closed");
    collected = 0;
    expect("for i = 1, 10 do Closed() end return true");
    assert_int_equal(collected, 10);
}

static void only_the_collector_finalizes(void **state)
{
    (void)state;
    collected = 0;
    expect("local o = Closed(1) local gc = getmetatable(o).__gc "
           "gc(o) pcall(gc, o) pcall(gc) setmetatable({}, {__gc = function() gc(o) end}) "
           "return o.n == 1");
    assert_int_equal(collected, 1);
}

static void subclasses_inherit_and_override(void **state)
{
    (void)state;
    expect("local D = Open:subclass{add = function(self) return Open.add(self, 10) end}\n"
           "local E = D:subclass()\n"
           "function E:new(n) local o = D.new(self, n) o.mine = true return o end\n"
           "local e = E(5)\n"
           "return e.mine and e:add().n == 15 and e.more == 'made' and Open(5):add().n == 6");
    expect("local D = Open:subclass() D.kind = 'd' local d = D{n = 2} return d.kind == 'd' and d.n "
           "== 2");
    expect("return Closed.subclass == nil and Closed.new == nil");
}

static void objects_are_found_by_address_and_kept(void **state)
{
    (void)state;
    expect("return found(Open()) and found(Closed())");
    collected = 0;
    expect("keep(Open(), true) collectgarbage() return true");
    assert_int_equal(collected, 1); /* by the end of the state alone */
    expect("local weak = setmetatable({Open(), Open()}, {__mode = 'v'})\n"
           "keep(weak[1], true) keep(weak[2], true) keep(weak[2], false)\n"
           "collectgarbage() return weak[1] and not weak[2]");
}

static void accessors_mind_what_they_are_given(void **state)
{
    (void)state;
    expect_error("return getmetatable(Closed()).__index(1, 'n')",
                 "t:1: bad argument #1 to '__index' (test.Closed expected, got number)");
    expect_error("return getmetatable(Open()).__newindex(io.stdout, 'n', 1)",
                 "t:1: bad argument #1 to '__newindex' (test.Open expected, got FILE*)");
}

/* ---- code ------------------------------------------------------------------------------------- */

static void code_finds_its_names(void **state)
{
    (void)state;
    expect("x = 1 return exec('return x') == 1 and exec('return x', {x = 2}) == 2");
    expect("local l = {} x = 5 exec('y = x', nil, l) return l.y == 5 and y == nil");
    expect("local l = {x = 1} return exec('return x + z', {x = 2, z = 3}, l) == 4");
    expect("local function f() return x end x = 1 return exec(f, {x = 2}) == 2 and exec(f) == 2");
    expect("local function f() return x end local function g() return x end x = 1\n"
           "exec(f, {x = 2}) return g() == 1 and x == 1");
    expect(
        "local l = setmetatable({}, {__index = {x = 9}}) return exec('return x', {x = 1}, l) == 9");
}

static void code_of_the_wrong_kind_is_refused(void **state)
{
    (void)state;
    expect_error("exec(12)",
                 "t:1: bad argument #1 to 'exec' (string or function expected, got number)");
    expect_error("exec('x = 1', 3)", "t:1: bad argument #2 to 'exec' (table expected, got number)");
    expect_error("exec('x = ', {})", "[string \"x = \"]:1: unexpected symbol near <eof>");
    expect_error("exec('\\27Lua')", "attempt to load a binary chunk (mode is 't')");
}

/* ---- memory ----------------------------------------------------------------------------------- */

struct budget {
    unsigned long left; /* 0: no end */
    bool failed;
};

static void *allocate(void *data, void *block, size_t old, size_t size)
{
    struct budget *b = data;
    if (size == 0) {
        free(block);
        return NULL;
    }
    if (b->left > 0 && (!block || size > old)) {
        if (b->left == 1) {
            b->failed = true;
            return NULL;
        }
        b->left--;
    }
    return realloc(block, size);
}

static void memory_may_run_out_anywhere(void **state)
{
    static const char text[] =
        "local D = Open:subclass{} local o = D{n = 3} o.x = 1 local t = {o.x, o.n, o:add(), "
        "found(o)}\n"
        "keep(o, true) exec('y = 1', {}, {}) exec(function() return x end, {}) strings{'a'}\n"
        "return Closed(1) == Closed(1)";
    bool failed = true;
    (void)state;
    for (unsigned long n = 1; failed && n < 100000; n++) {
        struct budget b = {0, false};
        lua_State *L = lua_newstate(allocate, &b);
        assert_non_null(L);
        lua_pushcfunction(L, run_text);
        lua_pushlightuserdata(L, (void *)(uintptr_t)text);
        b.left = n;
        int status = lua_pcall(L, 1, 1, 0);
        failed = b.failed;
        b.left = 0;
        assert_true(failed || status == LUA_OK);
        lua_close(L);
    }
    assert_false(failed);
}

static int push_texts(lua_State *L)
{
    struct buffer text;
    buffer_init(&text);
    buffer_adds(&text, "some text that needs memory of its own");
    lua_value_push_text(L, &text);
    struct buffer *b = lua_value_push_buffer(L);
    buffer_adds(b, "some more");
    return luaL_error(L, "%s", b->data);
}

static void buffers_are_released_after_errors(void **state)
{
    lua_State *L = luaL_newstate();
    (void)state;
    lua_pushcfunction(L, push_texts);
    assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_ERRRUN);
    assert_string_equal(lua_tostring(L, -1), "some more");
    lua_close(L); /* the sanitizer looks for leaks */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments_come_in_order_or_by_name),
        cmocka_unit_test(unknown_and_surplus_arguments_are_refused),
        cmocka_unit_test(an_argument_of_the_wrong_kind_is_named),
        cmocka_unit_test(a_list_of_strings_is_read_whole),
        cmocka_unit_test(a_list_may_have_names_beside),
        cmocka_unit_test(fields_are_computed),
        cmocka_unit_test(methods_chain_and_belong_to_the_class),
        cmocka_unit_test(objects_of_open_classes_take_attributes),
        cmocka_unit_test(metamethods_are_those_of_the_class),
        cmocka_unit_test(only_the_collector_finalizes),
        cmocka_unit_test(subclasses_inherit_and_override),
        cmocka_unit_test(objects_are_found_by_address_and_kept),
        cmocka_unit_test(accessors_mind_what_they_are_given),
        cmocka_unit_test(code_finds_its_names),
        cmocka_unit_test(code_of_the_wrong_kind_is_refused),
        cmocka_unit_test(memory_may_run_out_anywhere),
        cmocka_unit_test(buffers_are_released_after_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
