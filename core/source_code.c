/* core/source: the compiled text of a source, and the lines that have code. */
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "core/instruction.h"
#include "core/source_body.h"

void source_body_drop_code(struct source_body *b)
{
    bytecode_free(b->code);
    free(b->code_error);
    free(b->active);
    b->code = NULL;
    b->code_error = NULL;
    b->active = NULL;
    b->nactive = b->code_code = 0;
    b->compiled = false;
}

/*
** Compiles in a Lua state made for this, so that nothing happens to the program's. Loading runs in
** protected mode and the dump raises nothing: no error can leave here.
*/
static int compile(const char *text, size_t len, const char *title, struct bytecode **out,
                   struct xdb_error *err)
{
    lua_State *L = luaL_newstate();
    if (!L)
        return error_set(err, XDB_ENOMEM, "out of memory");
    int code;
    const char *why;
    switch (luaL_loadbufferx(L, text, len, "=", "t")) { /* -> function or message */
    case LUA_OK:
        code = bytecode_of(L, -1, out, err);
        break;
    case LUA_ERRMEM:
        code = error_set(err, XDB_ENOMEM, "out of memory");
        break;
    default:
        why = lua_tostring(L, -1); /* ":LINE: ..." after the empty name, or without a place */
        code = error_set(err, XDB_EFORMAT, *why == ':' ? "%.250s%s" : "%.250s: %s", title, why);
    }
    lua_close(L);
    return code;
}

/* What Lua's compiler gets to see: a file's first line is left out when it starts with '#'. */
static const char *without_comment(const struct source *s, const char *text, size_t *len)
{
    if (s->kind != SOURCE_FILE || *len == 0 || *text != '#')
        return text;
    const char *newline = memchr(text, '\n', *len);
    const char *from = newline ? newline : text + *len;
    *len -= (size_t)(from - text);
    return from;
}

static int by_number(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

static int collect_lines(struct source_body *b)
{
    size_t n = 0, kept = 0;
    for (size_t i = 0; i < b->code->nall; i++)
        n += (size_t)b->code->all[i]->nactive;
    b->active = malloc((n ? n : 1) * sizeof *b->active);
    if (!b->active)
        return XDB_ENOMEM;
    n = 0;
    for (size_t i = 0; i < b->code->nall; i++) {
        const struct proto *p = b->code->all[i];
        if (p->nactive)
            memcpy(b->active + n, p->active, (size_t)p->nactive * sizeof *b->active);
        n += (size_t)p->nactive;
    }
    qsort(b->active, n, sizeof *b->active, by_number);
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || b->active[i] != b->active[kept - 1])
            b->active[kept++] = b->active[i];
    }
    b->nactive = (int)kept;
    return 0;
}

static int make_code(struct source *s, const char *text, size_t len, struct xdb_error *err)
{
    struct source_body *b = s->body;
    text = without_comment(s, text, &len);
    if (len > 0 && *text == LUA_SIGNATURE[0])
        return error_set(err, XDB_EFORMAT, "%.300s is a binary chunk", s->title);
    int code = compile(text, len, s->title, &b->code, err);
    if (code == 0 && collect_lines(b) != 0)
        code = error_set(err, XDB_ENOMEM, "out of memory");
    return code;
}

int source_code(struct source *s, const struct bytecode **out, struct xdb_error *err)
{
    const char *text;
    size_t len;
    int code = source_text(s, &text, &len, err);
    if (code != 0)
        return code;
    struct source_body *b = s->body;
    if (!b->compiled) {
        struct xdb_error why;
        code = make_code(s, text, len, &why);
        if (code != 0) {
            source_body_drop_code(b);
            if (code == XDB_ENOMEM)
                return error_set(err, code, "%s", why.text); /* may go better next time */
            b->code_error = strdup(why.text);
        }
        b->code_code = code;
        b->compiled = true;
    }
    code = b->code_code;
    if (code == 0)
        *out = b->code;
    else
        source_body_failure(code, b->code_error, err);
    return code;
}

int source_next_code_line(struct source *s, int line)
{
    const struct bytecode *code;
    if (source_code(s, &code, NULL) != 0)
        return -1;
    int low = 0, high = s->body->nactive;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (s->body->active[middle] < line)
            low = middle + 1;
        else
            high = middle;
    }
    return low < s->body->nactive ? s->body->active[low] : -1;
}

/* Whether an instruction may belong to a definition and nothing else: it finds the place, makes, stores. */
static bool defines(int op)
{
    switch (op) {
    case BC_GETTABUP:
    case BC_GETUPVAL:
    case BC_GETFIELD:
    case BC_CLOSURE:
    case BC_SETTABUP:
    case BC_SETUPVAL:
    case BC_SETFIELD:
    case BC_MOVE:
        return true;
    default:
        return false;
    }
}

/* Whether a function does on this line anything but define others. */
static bool acts_on(const struct proto *p, int line)
{
    if (!bytecode_has_line(p, line))
        return false;
    for (int pc = bytecode_first_pc(p); pc < p->ncode; pc++) {
        if (p->lines[pc] == line && !defines(instruction_decode(p->code[pc]).op))
            return true;
    }
    return false;
}

/* The first function that starts on the line and has its code below; NULL when the line does more. */
static const struct proto *defined_on(const struct bytecode *code, int line)
{
    const struct proto *found = NULL;
    for (size_t i = 0; !found && i < code->nall; i++) {
        const struct proto *p = code->all[i];
        if (p->parent && p->linedefined == line && bytecode_first_line(p) > line)
            found = p;
    }
    for (size_t i = 0; found && i < code->nall; i++) {
        if (acts_on(code->all[i], line))
            return NULL;
    }
    return found;
}

int source_code_line(struct source *s, int line, int *found, struct xdb_error *err)
{
    const struct bytecode *code;
    int status = source_code(s, &code, err);
    if (status != 0)
        return status;
    if (line < 1)
        return error_set(err, XDB_EINVAL, "there is no line %d", line);
    const struct proto *defined = defined_on(code, line);
    int next = defined ? bytecode_first_line(defined) : source_next_code_line(s, line);
    if (next < 0)
        return error_set(err, XDB_ENOENT, "End of file");
    *found = next;
    return 0;
}
