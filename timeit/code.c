#include "timeit/code.h"

#include "core/buffer.h"
#include "core/lexer.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- where an error is ---- */

/* A text behind a prefix, read as a whole or byte by byte. */
struct source {
    const char *prefix; /* NULL once it has been read */
    const char *text;
    size_t len;
    size_t read; /* bytes of `text` that the compiler has taken */
    bool bytewise;
    bool at_end; /* the compiler has asked for more than there is */
};

static const char *read_source(lua_State *L, void *ud, size_t *size)
{
    struct source *s = ud;
    (void)L;
    if (s->prefix && *s->prefix) {
        const char *prefix = s->prefix;
        s->prefix = NULL;
        *size = strlen(prefix);
        return prefix;
    }
    *size = s->bytewise ? 1 : s->len;
    if (s->read == s->len) {
        s->at_end = true;
        *size = 0;
        return NULL;
    }
    s->read += *size;
    return s->text + s->read - *size;
}

/* [-0, +1] Compiles; pushes the function or the message. */
static int compile(lua_State *L, const char *name, struct source *s)
{
    const char *chunk = lua_pushfstring(L, "=%s", name);
    int status = lua_load(L, read_source, s, chunk, "t");
    lua_remove(L, -2);
    return status;
}

struct place {
    int line, column; /* from 1; the column in bytes */
};

static struct place place_of(const char *text, size_t offset)
{
    struct place p = {1, 1};
    for (size_t i = 0; i < offset; i++) {
        bool pair = i + 1 < offset && (text[i] == '\r' || text[i] == '\n') &&
                    (text[i + 1] == '\r' || text[i + 1] == '\n') && text[i] != text[i + 1];
        if (text[i] == '\n' || text[i] == '\r') {
            p.line++;
            p.column = 1;
            i += pair;
        } else
            p.column++;
    }
    return p;
}

/*
** Where the token starts that holds the byte before `end`; `end` where there is none. At the end of the
** text that is a string or comment which goes on to there.
*/
static size_t token_start(const char *text, size_t len, size_t end, bool unfinished)
{
    struct lexer lx;
    struct token t;
    lexer_init(&lx, text, len);
    do
        lexer_next(&lx, &t);
    while (t.kind != TOKEN_END && (size_t)(t.start - text) + t.len < end);
    bool here =
        t.kind != TOKEN_END && (size_t)(t.start - text) < end && !(unfinished && t.finished);
    return here ? (size_t)(t.start - text) : end;
}

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), n = strlen(end);
    return len >= n && strcmp(text + len - n, end) == 0;
}

/*
** The compiler tells lines, but not columns. So it is given the text again byte by byte: when it
** complains it has read the token that it complains about, and one byte more.
*/
static size_t offset_of_error(lua_State *L, const char *text, size_t len)
{
    struct source s = {.text = text, .len = len, .bytewise = true};
    compile(L, CODE_CHUNK, &s);
    const char *message = lua_tostring(L, -1);
    bool at_eof = s.at_end && (ends_with(message, "<eof>") || ends_with(message, "'<eof>'"));
    lua_pop(L, 1);
    if (at_eof)
        return token_start(text, len, len, true);
    return token_start(text, len, s.at_end || s.read == 0 ? s.read : s.read - 1, false);
}

/* Does the text compile to `message` no longer when the `n` bytes at `offset` are blank? */
static bool blamed(lua_State *L, const char *text, size_t len, size_t offset, size_t n,
                   const char *message)
{
    char *copy = lua_newuserdatauv(L, len, 0);
    memcpy(copy, text, len);
    memset(copy + offset, ' ', n);
    struct source s = {.text = copy, .len = len};
    bool same = compile(L, CODE_CHUNK, &s) != LUA_OK && strcmp(lua_tostring(L, -1), message) == 0;
    lua_pop(L, 2);
    return !same;
}

/*
** About `break` and `goto` the compiler complains at the end of their block, naming their line. Which
** one on the line it is shows when it is taken away. More than 100 on one line are not tried.
*/
static bool find_jump(lua_State *L, const char *text, size_t len, const char *message,
                      size_t *offset)
{
    const char *word = strstr(message, "break outside ") ? "break"
                       : strstr(message, "goto")         ? "goto"
                                                         : NULL;
    const char *number = strstr(message, " at line ");
    if (!word || !number)
        return false;
    long line = strtol(number + strlen(" at line "), NULL, 10);
    struct lexer lx;
    struct token t;
    lexer_init(&lx, text, len);
    int tried = 0;
    for (lexer_next(&lx, &t); t.kind != TOKEN_END && t.line <= line; lexer_next(&lx, &t)) {
        size_t at = (size_t)(t.start - text), n = t.len;
        if (t.line != line || !token_is(&t, word))
            continue;
        if (*word == 'g') {
            lexer_next_code(&lx, &t); /* the label goes with it */
            n = (size_t)(t.start - text) + t.len - at;
        }
        if (tried++ == 100)
            return false;
        if (blamed(L, text, len, at, n, message)) {
            *offset = at;
            return true;
        }
    }
    return false;
}

/* ---- how an error reads ---- */

/* Adds the message on one line: the compiler quotes tokens as they are, new lines and all. */
static void add_plain(struct buffer *b, const char *message)
{
    for (const char *s = message; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c == '\n')
            buffer_adds(b, "\\n");
        else if (c < ' ' || c == 127)
            buffer_addf(b, "\\%d", c);
        else
            buffer_addc(b, *s);
    }
}

/* Without the place that the compiler puts in front. */
static const char *without_place(const char *message)
{
    const char *s = strncmp(message, CODE_CHUNK ":", sizeof CODE_CHUNK) == 0
                        ? message + sizeof CODE_CHUNK
                        : NULL;
    if (!s)
        return message;
    s += strspn(s, "0123456789");
    return strncmp(s, ": ", 2) == 0 ? s + 2 : message;
}

static int complain(const char *name, struct place p, const char *message, struct xdb_error *err)
{
    struct buffer b;
    buffer_init(&b);
    add_plain(&b, without_place(message));
    int code = b.failed
                   ? error_set(err, XDB_ENOMEM, "not enough memory")
                   : error_set(err, XDB_EFORMAT, "%s:%d:%d: %s", name, p.line, p.column, b.data);
    buffer_release(&b);
    return code;
}

/* [-1, +0] What to say of the error on the top, which compiling `text` gave. */
static int explain(lua_State *L, int status, const char *name, const char *text, size_t len,
                   struct xdb_error *err)
{
    int code;
    const char *message = lua_tostring(L, -1);
    if (status == LUA_ERRMEM || !message)
        code = error_set(err, XDB_ENOMEM, "not enough memory");
    else {
        size_t offset;
        if (!find_jump(L, text, len, message, &offset))
            offset = offset_of_error(L, text, len);
        code = complain(name, place_of(text, offset), message, err);
    }
    lua_pop(L, 1);
    return code;
}

/* ---- each piece alone ---- */

/* A `return` of the text itself, which would end the loop; inside its functions it may stand. */
static int check_returns(const char *name, const struct xdb_timer_code *code, struct xdb_error *err)
{
    struct lexer lx;
    struct token t;
    lexer_init(&lx, code->text, code->len);
    for (lexer_next(&lx, &t); t.kind != TOKEN_END; lexer_next(&lx, &t))
        if (lx.body < 0 && token_is(&t, "return"))
            return complain(name, place_of(code->text, (size_t)(t.start - code->text)),
                            "'return' outside a function", err);
    return 0;
}

int code_check(lua_State *L, const char *name, const struct xdb_timer_code *code, bool *expression,
               struct xdb_error *err)
{
    struct source s = {.text = code->text, .len = code->len};
    int status = compile(L, CODE_CHUNK, &s);
    if (expression)
        *expression = false;
    if (status == LUA_OK) {
        lua_pop(L, 1);
        return check_returns(name, code, err);
    }
    if (expression) {
        struct source value = {.prefix = "return ", .text = code->text, .len = code->len};
        *expression = compile(L, CODE_CHUNK, &value) == LUA_OK;
        lua_pop(L, 1);
        if (*expression) {
            lua_pop(L, 1);
            return 0;
        }
    }
    return explain(L, status, name, code->text, code->len, err);
}

/* ---- both in a loop ---- */

/*
** Lua's limits decide how: one function is fastest, but its own variables take some of the 200 that the
** setup may have; a statement in a function of its own has all that a chunk has, and jumps as far.
*/
enum shape { ONE_FUNCTION, LOOP_IN_FUNCTION, STATEMENT_IN_FUNCTION, SHAPES };

struct text {
    luaL_Buffer b;
    const char *underscores; /* begin our names: more of them than the user's names begin with */
    size_t stmt_start, setup_start;
};

/* The most underscores that a word of the text begins with. */
static size_t underscores_in(const struct xdb_timer_code *code)
{
    size_t most = 0, run = 0;
    bool in_word = false;
    for (size_t i = 0; code->text && i < code->len; i++) {
        unsigned char c = (unsigned char)code->text[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (c == '_' && !in_word) {
            if (++run > most)
                most = run;
        } else {
            run = 0;
            in_word = letter || (c == '_' && in_word);
        }
    }
    return most;
}

/* Adds words in which `@` stands for the underscores. */
static void add(struct text *t, const char *words)
{
    for (const char *s = words; *s; s++) {
        if (*s == '@')
            luaL_addstring(&t->b, t->underscores);
        else
            luaL_addchar(&t->b, *s);
    }
}

/* Adds the user's piece, or `call`, which calls it; returns where it starts. */
static size_t add_piece(struct text *t, const struct xdb_timer_code *code, const char *before,
                        const char *call)
{
    size_t start = 0;
    if (code->text) {
        add(t, before);
        start = luaL_bufflen(&t->b);
        luaL_addlstring(&t->b, code->text, code->len);
        luaL_addchar(&t->b, '\n');
    } else if (code->callable)
        add(t, call);
    return start;
}

static void add_loop(struct text *t, const struct xdb_timer_code *stmt, bool expression,
                     enum shape shape)
{
    const char *before = expression ? "local @value = " : "";
    if (shape == STATEMENT_IN_FUNCTION) {
        add(t, "local @stmt = function(...)\n");
        t->stmt_start = add_piece(t, stmt, before, "");
        add(t, "end\nfor @n in @next do for @i = 1, @n do @stmt() end end\n");
        return;
    }
    if (!stmt->text && stmt->callable)
        add(t, "local @stmt = @stmt\n");
    add(t, "for @n in @next do for @i = 1, @n do\n");
    t->stmt_start = add_piece(t, stmt, before, "@stmt()\n");
    add(t, "end end\n");
}

/* [-0, +1] Pushes the text. */
static void push_text(lua_State *L, struct text *t, const struct xdb_timer_code *setup,
                      const struct xdb_timer_code *stmt, bool expression, enum shape shape)
{
    luaL_buffinit(L, &t->b);
    add(t, "local @next, @setup, @stmt = ...\nreturn function(...)\n");
    t->setup_start = add_piece(t, setup, "", "@setup()\n");
    if (shape == ONE_FUNCTION)
        add_loop(t, stmt, expression, shape);
    else {
        add(t, "return ((function(...)\n"); /* in parentheses: no tail call */
        add_loop(t, stmt, expression, shape);
        add(t, "end)())\n");
    }
    add(t, "end\n");
    luaL_pushresult(&t->b);
}

/* [-1, +0] The two go wrong together, like an assignment to the setup's constant. */
static int explain_both(lua_State *L, int status, const struct text *t,
                        const struct xdb_timer_code *setup, const struct xdb_timer_code *stmt,
                        struct xdb_error *err)
{
    size_t len;
    const char *text = lua_tolstring(L, -2, &len);
    if (status == LUA_ERRMEM) {
        lua_pop(L, 1);
        return error_set(err, XDB_ENOMEM, "not enough memory");
    }
    size_t at = offset_of_error(L, text, len);
    int code;
    if (stmt->text && at >= t->stmt_start)
        code = complain(
            "statement",
            place_of(stmt->text, at - t->stmt_start < stmt->len ? at - t->stmt_start : stmt->len),
            lua_tostring(L, -1), err);
    else if (setup->text && at >= t->setup_start && at - t->setup_start <= setup->len)
        code =
            complain("setup", place_of(setup->text, at - t->setup_start), lua_tostring(L, -1), err);
    else
        code = complain(CODE_CHUNK, place_of(text, at), lua_tostring(L, -1), err);
    lua_pop(L, 1);
    return code;
}

int code_compile(lua_State *L, const struct xdb_timer_code *setup,
                 const struct xdb_timer_code *stmt, bool expression, struct xdb_error *err)
{
    size_t a = underscores_in(setup), b = underscores_in(stmt), n = (a > b ? a : b) + 1;
    struct text t = {.underscores = NULL};
    char *underscores = lua_newuserdatauv(L, n + 1, 0); /* -> underscores */
    memset(underscores, '_', n);
    underscores[n] = '\0';
    t.underscores = underscores;
    for (int shape = ONE_FUNCTION;; shape++) {
        push_text(L, &t, setup, stmt, expression, (enum shape)shape); /* -> underscores, text */
        struct source s = {.text = lua_tostring(L, -1), .len = lua_rawlen(L, -1)};
        int status = compile(L, CODE_CHUNK, &s); /* -> underscores, text, chunk or message */
        if (status == LUA_OK) {
            lua_remove(L, -3);
            return 0;
        }
        if (status == LUA_ERRMEM || shape + 1 == SHAPES) {
            int code = explain_both(L, status, &t, setup, stmt, err);
            lua_pop(L, 2);
            return code;
        }
        lua_pop(L, 2);
    }
}
