/* Lua texts from anywhere: conditions are read, pragmas found, branches made of any text beside any code. */
#include "trace/conditions.h"
#include "trace/branches.h"
#include "trace/pragma.h"

#include <lauxlib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void read_alone(const char *text, size_t size)
{
    struct conditions *c;
    int status = conditions_read(text, size, &c);
    if (status == 0)
        conditions_free(c);
    int lines = 1;
    for (size_t i = 0; i < size; i++)
        lines += text[i] == '\n' || text[i] == '\r';
    unsigned char *flags = calloc((size_t)lines + 2, 1);
    if (!flags || pragma_read(text, size, lines, NULL, NULL, flags) < 0)
        abort();
    free(flags);
}

/* A text that compiles is understood, and so its branches have columns, as long as the compiler folds no division by 0. */
static void read_with_code(const char *text, size_t size, const char *other, size_t other_size)
{
    lua_State *L = luaL_newstate();
    struct bytecode *code;
    struct branches *b;
    size_t n;
    if (luaL_loadbufferx(L, text, size, "=fuzz", "t") == LUA_OK &&
        bytecode_of(L, -1, &code, NULL) == 0) {
        if (branches_new(code, other, other_size, BRANCHES_CONDITIONS, &b) < 0)
            abort();
        for (size_t i = 0; i < code->nall; i++) {
            const struct branch_site *s = branches_of(b, code->all[i], &n);
            for (size_t k = 0; k < n; k++)
                if (s[k].to[0] == s[k].to[1] || s[k].to[0] < 0 ||
                    s[k].to[0] >= code->all[i]->ncode || s[k].to[1] < 0 ||
                    s[k].to[1] >= code->all[i]->ncode)
                    abort();
        }
        branches_free(b);
        bytecode_free(code);
    }
    lua_close(L);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = '\0';
    read_alone(text, size);
    read_with_code(text, size, text, size);
    read_with_code(text, size, text + size / 2, size - size / 2);
    free(text);
    return 0;
}
