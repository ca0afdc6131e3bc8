/* core/eval and core/lexer: the input is text, typed at the prompt in a frame with locals and varargs. */
#include "core/eval.h"
#include "core/layout.h"
#include "core/lexer.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MEMORY = 32 << 20, INSTRUCTIONS = 20000, STEP = 100 };

/* The text at hand, and what it may still use. */
static struct {
    const char *text;
    size_t size, memory;
    int instructions;
} input;

static void *allocate(void *ud, void *ptr, size_t osize, size_t nsize)
{
    (void)ud;
    osize = ptr ? osize : 0;
    if (nsize > osize && input.memory + (nsize - osize) > MEMORY)
        return NULL;
    input.memory += nsize - osize;
    if (nsize == 0) {
        free(ptr);
        return NULL;
    }
    return realloc(ptr, nsize);
}

/* Ends what runs for too long; from then on at every instruction, so that no pcall goes on. */
static void on_count(lua_State *L, lua_Debug *ar)
{
    (void)ar;
    input.instructions -= STEP;
    if (input.instructions > 0)
        return;
    lua_sethook(L, on_count, LUA_MASKCOUNT, 1);
    luaL_error(L, "too long");
}

static void renew_budget(lua_State *L)
{
    input.instructions = INSTRUCTIONS;
    lua_sethook(L, on_count, LUA_MASKCOUNT, STEP);
}

static bool ignore(void *arg, const char *name, size_t len, enum eval_name kind)
{
    (void)kind;
    *(size_t *)arg += len + (size_t)*name;
    return true;
}

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void evaluate(lua_State *L, const struct frame *f, enum eval_mode mode)
{
    struct buffer message;
    int base = lua_gettop(L);
    renew_budget(L);
    int n = eval_text(L, f, input.text, input.size, mode);
    renew_budget(L);
    check(lua_gettop(L) == base + (n < 0 ? 1 : n));
    buffer_init(&message);
    if (n < 0) {
        eval_message(L, -1, &message);
        check(!memchr(message.data, '\n', message.len));
    }
    buffer_release(&message);
    lua_settop(L, base);
}

static void test(lua_State *L, const struct frame *f)
{
    struct eval_condition *c = NULL;
    int base = lua_gettop(L), code = eval_compile(L, input.text, input.size, &c);
    check(lua_gettop(L) == base + (code ? 1 : 0));
    if (code == 0) {
        for (int i = 0; i < 2; i++) {
            renew_budget(L);
            int truth = eval_test(L, c, f);
            check(truth == 0 || truth == 1 || lua_gettop(L) == base + 1);
            lua_settop(L, base);
        }
        eval_condition_free(L, c);
    }
    renew_budget(L);
    lua_settop(L, base);
}

/* Everything that can be done with the text in the frame that called this. */
static int prompt(lua_State *L)
{
    struct frame f;
    size_t sum = 0;
    struct eval_names names = {ignore, &sum};
    check(frame_at(L, 1, &f) == 0);
    evaluate(L, &f, EVAL_ANY);
    evaluate(L, NULL, EVAL_STATEMENTS);
    test(L, &f);
    eval_names(L, &f, input.text, input.size, &names);
    eval_freeze(L);
    return 0;
}

/* Tokens follow each other and leave out nothing but white space. */
static void check_tokens(void)
{
    struct lexer lx;
    struct token t;
    const char *last = input.text;
    lexer_init(&lx, input.text, input.size);
    for (lexer_next(&lx, &t); t.kind != TOKEN_END; lexer_next(&lx, &t)) {
        check(t.start >= last && t.len > 0 && t.line >= 1);
        for (; last < t.start; last++)
            check(*last == ' ' || (*last >= '\t' && *last <= '\r'));
        last = t.start + t.len;
    }
    check(last <= input.text + input.size);
}

static const char program[] =
    "local prompt = prompt\n"
    "print, dofile, loadfile, require, warn = nil\n"
    "local up = {field = {1, 2, 3}}\n"
    "local function f(a, b, ...) local x, y, f = 1, 'two', up; for i = 1, 2 do prompt() end end\n"
    "f(1, {}, 3, nil, 5) collectgarbage()";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    layout_prove();
    input.text = (const char *)data;
    input.size = size;
    input.memory = 0;
    check_tokens();
    lua_State *L = lua_newstate(allocate, NULL);
    check(L != NULL);
    luaL_requiref(L, "_G", luaopen_base, 1);
    luaL_requiref(L, "coroutine", luaopen_coroutine, 1);
    luaL_requiref(L, "table", luaopen_table, 1);
    lua_register(L, "prompt", prompt);
    renew_budget(L);
    (void)luaL_dostring(L, program); /* what the text changed may make it fail */
    input.instructions = INSTRUCTIONS;
    lua_close(L);
    check(input.memory == 0);
    return 0;
}
