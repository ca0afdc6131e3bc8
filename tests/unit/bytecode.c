/* core/bytecode: what it decodes against what Lua itself says of the same functions. */
#include "core/bytecode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include "core/buffer.h"
#include "core/instruction.h"

static int add_bytes(lua_State *L, const void *p, size_t n, void *to)
{
    (void)L;
    buffer_add(to, p, n);
    return 0;
}

static int new_state(void **state)
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

/* Leaves the compiled text on the stack and returns its decoded form. */
static struct bytecode *compile(lua_State *L, const char *text)
{
    struct bytecode *b = NULL;
    struct xdb_error err = {""};
    assert_int_equal(luaL_loadbuffer(L, text, strlen(text), "=test"), LUA_OK);
    assert_int_equal(bytecode_of(L, -1, &b, &err), 0);
    return b;
}

/* Reads back the fields of a word by hand-made shifts. */
static uint32_t abc(int op, int a, int k, int b, int c)
{
    return (uint32_t)op | (uint32_t)a << 7 | (uint32_t)k << 15 | (uint32_t)b << 16 |
           (uint32_t)c << 24;
}

/*
** Replaces the function on the stack by its `n`-th nested function, without running any of its text: the
** code of a copy is rewritten so that it only makes and returns that closure.
*/
static void descend(lua_State *L, const struct proto *p, int n)
{
    struct buffer b;
    uint32_t code[4];
    int i = 0;
    if (p->is_vararg)
        code[i++] = p->code[0];
    code[i++] = abc(BC_LOADNIL, 0, 0, p->maxstacksize - 1, 0);
    code[i++] = (uint32_t)BC_CLOSURE | (uint32_t)n << 15;
    code[i++] = abc(BC_RETURN, 0, 1, 2, p->is_vararg ? p->numparams + 1 : 0);
    assert_true(i <= p->ncode);
    buffer_init(&b);
    lua_dump(L, add_bytes, &b, 0);
    char *at = memmem(b.data, b.len, p->code, (size_t)p->ncode * sizeof *p->code);
    assert_non_null(at);
    memcpy(at, code, (size_t)i * sizeof *code);
    assert_int_equal(luaL_loadbuffer(L, b.data, b.len, "=patched"), LUA_OK);
    buffer_release(&b);
    lua_call(L, 0, 1);
    lua_remove(L, -2);
}

/* Compares a decoded function with the closure on the stack, and leaves the closure there. */
static void same_as_lua(lua_State *L, const struct proto *p)
{
    lua_Debug ar;
    lua_pushvalue(L, -1);
    assert_int_equal(lua_getinfo(L, ">LSu", &ar), 1); /* -> lines */
    assert_int_equal(ar.linedefined, p->linedefined);
    assert_int_equal(ar.lastlinedefined, p->lastlinedefined);
    assert_int_equal(ar.nparams, p->numparams);
    assert_int_equal(ar.isvararg, p->is_vararg);
    assert_int_equal(ar.nups, p->nupvalues);
    assert_int_equal(ar.srclen, p->source.len);
    assert_memory_equal(ar.source, p->source.s, ar.srclen);
    int n = 0;
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        n++;
        if (!bytecode_has_line(p, (int)lua_tointeger(L, -2)))
            fail_msg("%s: line %d is missing", ar.short_src, (int)lua_tointeger(L, -2));
    }
    assert_int_equal(n, p->nactive);
    lua_pop(L, 1);
    for (int i = 0; i < p->nupvalues; i++) {
        assert_string_equal(lua_getupvalue(L, -1, i + 1), p->upvalues[i].name);
        lua_pop(L, 1);
    }
    const char *name = lua_getlocal(L, NULL, p->numparams);
    assert_true(!name == !p->numparams);
    if (name)
        assert_string_equal(name, bytecode_local_at(p, p->numparams, 0));
}

static int same_tree(lua_State *L, const struct proto *p)
{
    int functions = 1;
    luaL_checkstack(L, 10, "nesting");
    same_as_lua(L, p);
    for (int i = 0; i < p->nprotos; i++) {
        assert_ptr_equal(p->protos[i]->parent, p);
        assert_int_equal(p->protos[i]->index, i);
        lua_pushvalue(L, -1);
        descend(L, p, i);
        functions += same_tree(L, p->protos[i]);
        lua_pop(L, 1);
    }
    return functions;
}

static const char *const constructs[] = {
    "",
    "return",
    "\n\n\nreturn 1",
    "local x = 1\n\nlocal y = 2\n-- end",
    "local function f(a, b, ...) return ... end return f",
    "function f() return 1 end function g() return 1 end",
    "for i = 1, 10 do\n print(i)\nend\nfor k, v in pairs{} do\n\nprint(k,\nv) end",
    "local t = {\n a = 1,\n f = function()\n return 1\n end,\n}\nreturn t",
    "goto l\nf()\n::l::\nreturn",
    "while true do\n if a then break elseif b then\n c()\n else\n d() end\nend",
    "local a <const> = 1\nlocal b <close> = nil\nreturn function() return a, b end",
    "repeat\n local x = f()\nuntil\nx",
    "local s = [[\n\n\n]]\nreturn s, 'a\\\nb'",
    "function a.b.c:d(x)\n return function(...) return function(y)\n return self, x, y end end end",
    "return 1.5, -0.0, 1e308 * 10, 'x\\0y', nil, true, false, 1 << 62",
};

static void functions_are_as_lua_says(void **state)
{
    lua_State *L = *state;
    for (size_t i = 0; i < sizeof constructs / sizeof *constructs; i++) {
        struct bytecode *b = compile(L, constructs[i]);
        assert_int_equal(same_tree(L, b->main), b->nall);
        bytecode_free(b);
        lua_settop(L, 0);
    }
}

static void every_installed_lua_file_is_as_lua_says(void **state)
{
    lua_State *L = *state;
    char path[4096];
    int files = 0;
    FILE *list = popen("find /usr/share/lua/5.4 -name '*.lua' 2>/dev/null", "r");
    assert_non_null(list);
    while (fgets(path, sizeof path, list)) {
        struct bytecode *b = NULL;
        struct xdb_error err = {""};
        path[strcspn(path, "\n")] = '\0';
        if (luaL_loadfile(L, path) == LUA_OK) {
            assert_int_equal(bytecode_of(L, -1, &b, &err), 0);
            assert_int_equal(same_tree(L, b->main), b->nall);
            bytecode_free(b);
            files++;
        }
        lua_settop(L, 0);
        lua_gc(L, LUA_GCCOLLECT);
    }
    pclose(list);
    if (!files)
        skip();
}

/* Long gaps and long functions make Lua keep absolute lines beside the differences. */
static void lines_far_apart_are_decoded(void **state)
{
    lua_State *L = *state;
    struct buffer b;
    buffer_init(&b);
    buffer_adds(&b, "local a = 1\n");
    for (int i = 0; i < 1000; i++) {
        buffer_addf(&b, "a = a + %d; a = a .. 'x'; f(a, a, a)\n", i);
        for (int gap = 0; i % 100 == 0 && gap < i; gap++)
            buffer_addc(&b, '\n');
    }
    buffer_adds(&b, "return function()");
    for (int i = 0; i < 70000; i++)
        buffer_addc(&b, '\n');
    buffer_adds(&b, "f()\nend");
    struct bytecode *code = compile(L, b.data);
    assert_int_equal(same_tree(L, code->main), 2);
    assert_int_equal(code->main->nactive, 1002);
    bytecode_free(code);
    buffer_release(&b);
}

static void lines_with_code_are_found(void **state)
{
    lua_State *L = *state;
    struct bytecode *b =
        compile(L, "-- comment\n\nlocal x = f()\n\nprint(x)\n\nfunction g()\n\nreturn 1 end");
    const struct proto *g = b->main->protos[0];
    assert_int_equal(bytecode_first_line(b->main), 3);
    assert_int_equal(bytecode_next_line(b->main, 1), 3);
    assert_int_equal(bytecode_next_line(b->main, 4), 5);
    assert_int_equal(bytecode_next_line(b->main, 6), 7);
    assert_int_equal(bytecode_next_line(b->main, 10), -1);
    assert_false(bytecode_has_line(b->main, 4));
    assert_false(bytecode_has_line(b->main, -1));
    assert_int_equal(bytecode_first_line(g), 9);
    assert_ptr_equal(b->all[1], g);
    bytecode_free(b);
}

static int dump(lua_State *L, int strip, struct buffer *b)
{
    buffer_init(b);
    return lua_dump(L, add_bytes, b, strip);
}

static void stripped_code_has_no_lines_or_names(void **state)
{
    lua_State *L = *state;
    struct buffer b;
    struct bytecode *code;
    bytecode_free(compile(L, "local a, b = 1\nreturn function(x) return a end"));
    dump(L, 1, &b);
    assert_int_equal(bytecode_parse(b.data, b.len, &code, NULL), 0);
    buffer_release(&b);
    assert_null(code->main->lines);
    assert_null(code->main->source.s);
    assert_int_equal(bytecode_first_line(code->main), -1);
    assert_int_equal(bytecode_next_line(code->main, 0), -1);
    assert_int_equal(code->main->protos[0]->linedefined, 2);
    assert_null(code->main->protos[0]->upvalues[0].name);
    assert_null(bytecode_local_at(code->main, 1, 1));
    bytecode_free(code);
}

static void constants_are_decoded(void **state)
{
    struct bytecode *b = compile(*state, "return 1.5, 1 << 62, 'x\\0y', {[true] = nil}");
    const struct bytecode_constant *k = b->main->constants;
    assert_int_equal(k[0].kind, BYTECODE_FLOAT);
    assert_true(k[0].value.number == 1.5);
    assert_int_equal(k[1].kind, BYTECODE_INTEGER);
    assert_int_equal(k[1].value.integer, (lua_Integer)1 << 62);
    assert_int_equal(k[2].kind, BYTECODE_STRING);
    assert_int_equal(k[2].value.text.len, 3);
    assert_memory_equal(k[2].value.text.s, "x\0y", 4);
    bytecode_free(b);
}

static void only_lua_functions_are_decoded(void **state)
{
    lua_State *L = *state;
    struct bytecode *b = NULL;
    struct xdb_error err = {""};
    lua_getglobal(L, "print");
    assert_int_equal(bytecode_of(L, -1, &b, &err), XDB_EINVAL);
    assert_string_equal(err.text, "not a Lua function");
    lua_pushinteger(L, 1);
    assert_int_equal(bytecode_of(L, -1, &b, NULL), XDB_EINVAL);
    assert_int_equal(bytecode_of(L, 100, &b, NULL), XDB_EINVAL);
    assert_null(b);
    assert_int_equal(lua_gettop(L), 2);
}

static void damage_is_refused_or_survived(void **state)
{
    lua_State *L = *state;
    struct buffer b;
    struct bytecode *code = NULL;
    struct xdb_error err = {""};
    bytecode_free(compile(L, constructs[13]));
    dump(L, 0, &b);
    for (size_t len = 0; len < b.len; len++)
        assert_int_equal(bytecode_parse(b.data, len, &code, &err), XDB_EFORMAT);
    assert_string_equal(err.text, "not a Lua function: it is cut short");
    assert_int_equal(bytecode_parse("print(1)", 8, &code, &err), XDB_EFORMAT);
    assert_string_equal(err.text, "not a Lua function: no signature");
    assert_null(code);
    for (size_t at = 0; at < b.len; at++) {
        for (int bit = 0; bit < 8; bit++) {
            b.data[at] = (char)(b.data[at] ^ 1 << bit);
            if (bytecode_parse(b.data, b.len, &code, &err) == 0)
                bytecode_free(code);
            b.data[at] = (char)(b.data[at] ^ 1 << bit);
        }
    }
    buffer_addc(&b, 'x');
    assert_int_equal(bytecode_parse(b.data, b.len, &code, &err), XDB_EFORMAT);
    assert_string_equal(err.text, "not a Lua function: something follows its end");
    buffer_release(&b);
}

/* A function in a function in a function ...: the deepest that is made by hand. */
static void bottomless_nesting_is_refused(void **state)
{
    lua_State *L = *state;
    struct buffer b;
    struct bytecode *code = NULL;
    struct xdb_error err = {""};
    bytecode_free(compile(L, ""));
    dump(L, 1, &b);
    size_t head = 4 + 2 + 6 + 3 + sizeof(lua_Integer) + sizeof(lua_Number) + 1;
    buffer_truncate(&b, head);
    for (int i = 0; i < 100000;
         i++) /* no source, lines 0 and 0, no code, no constants, one function */
        buffer_add(&b, "\x80\x80\x80\0\0\2\x80\x80\x80\x81", 10);
    for (int i = 0; i < 500000; i++)
        buffer_addc(&b, '\x80');
    assert_int_equal(bytecode_parse(b.data, b.len, &code, &err), XDB_EFORMAT);
    assert_string_equal(err.text, "not a Lua function: functions are nested too deeply");
    buffer_release(&b);
}

static void variables_are_known_where_they_live(void **state)
{
    struct bytecode *b = compile(*state, "local a = 1\ndo local b = 2; f(b) end\nlocal c = 3\n"
                                         "do local function d() end end\nreturn a");
    const struct proto *p = b->main;
    int last = p->ncode - 1;
    assert_null(bytecode_local_at(p, 1, 0));
    assert_string_equal(bytecode_local_at(p, 1, last), "a");
    assert_string_equal(bytecode_local_at(p, 2, last), "c");
    assert_null(bytecode_local_at(p, 3, last));
    assert_string_equal(bytecode_local_at(p, 2, 3), "b");
    int pc = 0;
    while (instruction_decode(p->code[pc]).op != BC_CLOSURE)
        pc++;
    assert_string_equal(bytecode_local_starting(p, 2, pc + 1), "d");
    assert_null(bytecode_local_starting(p, 1, pc + 1));
    bytecode_free(b);
}

static void control_flow_follows_jumps(void **state)
{
    struct bytecode *b = compile(*state, "while true do end");
    int next[2];
    int jumps = 0;
    for (int pc = 0; pc < b->main->ncode; pc++) {
        struct instruction i = instruction_decode(b->main->code[pc]);
        if (i.op == BC_JMP) {
            assert_int_equal(instruction_successors(b->main->code, b->main->ncode, pc, next), 1);
            assert_int_equal(next[0], pc);
            jumps++;
        }
    }
    assert_int_equal(jumps, 1);
    bytecode_free(b);
    const uint32_t test = abc(BC_TEST, 0, 0, 0, 0);
    const uint32_t code[] = {test,
                             BC_JMP | 0xffffffu << 7,
                             BC_FORPREP | 1u << 15,
                             BC_NEWTABLE,
                             BC_EXTRAARG,
                             BC_FORLOOP | 2u << 15,
                             BC_RETURN0};
    assert_int_equal(instruction_successors(code, 7, 0, next), 2);
    assert_int_equal(next[0], 1);
    assert_int_equal(next[1], 2);
    assert_int_equal(instruction_successors(code, 7, 2, next), 2);
    assert_int_equal(next[1], 5);
    assert_int_equal(instruction_successors(code, 7, 3, next), 1);
    assert_int_equal(next[0], 5);
    assert_int_equal(instruction_successors(code, 7, 5, next), 2);
    assert_int_equal(next[1], 4);
    assert_int_equal(instruction_successors(code, 7, 6, next), 0);
    assert_int_equal(instruction_successors(code, 7, 7, next), 0);
}

/* Every instruction of every function is reached from the first one or follows a jump, and none leads out. */
static void control_flow_stays_inside(void **state)
{
    lua_State *L = *state;
    for (size_t i = 0; i < sizeof constructs / sizeof *constructs; i++) {
        struct bytecode *b = compile(L, constructs[i]);
        for (size_t f = 0; f < b->nall; f++) {
            const struct proto *p = b->all[f];
            for (int pc = 0; pc < p->ncode; pc++) {
                int next[2], op = instruction_decode(p->code[pc]).op;
                int n = instruction_successors(p->code, p->ncode, pc, next);
                bool ends =
                    op == BC_TAILCALL || op == BC_RETURN || op == BC_RETURN0 || op == BC_RETURN1;
                assert_int_equal(n == 0, ends);
            }
        }
        bytecode_free(b);
    }
}

static void equal_text_gives_equal_functions(void **state)
{
    lua_State *L = *state;
    struct bytecode *a = compile(L, "local x = {} return function(y) return x.f, y, 1.5 end");
    struct bytecode *b = compile(L, "local x = {} return function(y) return x.f, y, 1.5 end");
    struct bytecode *c = compile(L, "local x = {} return function(y) return x.f, y, 2.5 end");
    struct bytecode *d = compile(L, "local x = {} return function(z) return x.f, z, 1.5 end");
    assert_true(bytecode_same(a->main, b->main));
    assert_false(bytecode_same(a->main, c->main));
    assert_false(bytecode_same(a->main, d->main));
    assert_false(bytecode_same(a->main, a->main->protos[0]));
    bytecode_free(a);
    bytecode_free(b);
    bytecode_free(c);
    bytecode_free(d);
}

int main(void)
{
#define ON_A_STATE(test) cmocka_unit_test_setup_teardown(test, new_state, close_state)
    const struct CMUnitTest tests[] = {
        ON_A_STATE(functions_are_as_lua_says),
        ON_A_STATE(every_installed_lua_file_is_as_lua_says),
        ON_A_STATE(lines_far_apart_are_decoded),
        ON_A_STATE(lines_with_code_are_found),
        ON_A_STATE(stripped_code_has_no_lines_or_names),
        ON_A_STATE(constants_are_decoded),
        ON_A_STATE(only_lua_functions_are_decoded),
        ON_A_STATE(damage_is_refused_or_survived),
        ON_A_STATE(bottomless_nesting_is_refused),
        ON_A_STATE(variables_are_known_where_they_live),
        ON_A_STATE(control_flow_follows_jumps),
        ON_A_STATE(control_flow_stays_inside),
        ON_A_STATE(equal_text_gives_equal_functions),
    };
    return cmocka_run_group_tests_name("bytecode", tests, NULL, NULL);
}
