#include "core/eval_chunk.h"

#include "core/error.h"
#include "core/lexer.h"

#include <string.h>

/* Where the tokens stand in a list of names that are being declared. */
enum declaring { NOTHING, NAMES, FUNCTION_NAME, PARAMETERS };

/*
** Follows `local a <const>, b`, `local function f`, `for k, v` and `function f(a, b)`. Returns the new
** state; a name met in NAMES or PARAMETERS is a declared one.
*/
static enum declaring follow(enum declaring now, const struct token *t)
{
    if (token_is(t, "local") || token_is(t, "for"))
        return NAMES;
    if (token_is(t, "function"))
        return now == NAMES ? NAMES : FUNCTION_NAME;
    switch (now) {
    case NAMES:
        if (token_is(t, "("))
            return PARAMETERS; /* of a local function */
        return t->kind == TOKEN_NAME || token_is(t, ",") || token_is(t, "<") || token_is(t, ">")
                   ? NAMES
                   : NOTHING;
    case FUNCTION_NAME:
        if (token_is(t, "("))
            return PARAMETERS;
        return t->kind == TOKEN_NAME || token_is(t, ".") || token_is(t, ":") ? FUNCTION_NAME
                                                                             : NOTHING;
    case PARAMETERS:
        return t->kind == TOKEN_NAME || token_is(t, ",") ? PARAMETERS : NOTHING;
    default:
        return NOTHING;
    }
}

/* Whether an unfinished string ends in what makes it go on in the next line. */
static bool goes_on(const struct token *t)
{
    size_t n = t->len;
    while (n > 1 && strchr(" \t\r\n", t->start[n - 1]))
        n--;
    return n > 1 &&
           (t->start[n - 1] == '\\' || (t->start[n - 1] == 'z' && t->start[n - 2] == '\\'));
}

void eval_source_init(struct eval_source *s, const char *text, size_t len)
{
    struct lexer lx;
    struct token t;
    enum declaring state = NOTHING;
    *s = (struct eval_source){.text = text, .len = len, .rewrite = len, .first = text};
    lexer_init(&lx, text, len);
    for (lexer_next_code(&lx, &t); t.kind != TOKEN_END; lexer_next_code(&lx, &t)) {
        if (s->first_len == 0) {
            s->first = t.start;
            s->first_len = t.len;
        }
        state = follow(state, &t);
        if ((state == NAMES || state == PARAMETERS) && s->rewrite == len && token_is(&t, "_ENV"))
            s->rewrite = (size_t)(t.start - text);
        s->functions |= token_is(&t, "function");
        s->varargs |= token_is(&t, "...");
        s->cut_string = t.kind == TOKEN_STRING && !t.finished && !goes_on(&t);
    }
}

/* The text as the compiler reads it, in pieces: it is never copied. */
struct reading {
    const struct eval_source *source;
    const char *before;  /* a piece to be given first, or NULL */
    const char *at;      /* what follows has not been given yet */
    struct lexer lexer;  /* where the search for the next `_ENV` goes on */
    struct token last;   /* the token before that */
    int braces;          /* table constructors open there */
    const char *replace; /* an `_ENV` that has been found and not been given, or NULL */
};

/* Whether the name token is a field's: `a._ENV`, `a:_ENV()`, `{_ENV = 1}`. */
static bool is_field(const struct reading *r)
{
    if (token_is(&r->last, ".") || token_is(&r->last, ":"))
        return true;
    bool first = token_is(&r->last, "{");
    bool later = r->braces > 0 && (token_is(&r->last, ",") || token_is(&r->last, ";"));
    if (!first && !later)
        return false;
    struct lexer ahead = r->lexer;
    struct token t;
    lexer_next_code(&ahead, &t);
    return token_is(&t, "=");
}

/* Finds the next `_ENV` that is to be rewritten, from where the search stands; NULL when none is left. */
static const char *next_env(struct reading *r)
{
    struct token t;
    for (lexer_next_code(&r->lexer, &t); t.kind != TOKEN_END; lexer_next_code(&r->lexer, &t)) {
        bool found = t.kind == TOKEN_NAME && token_is(&t, "_ENV") && !is_field(r);
        r->braces += token_is(&t, "{") ? 1 : token_is(&t, "}") ? -1 : 0;
        r->last = t;
        if (found)
            return t.start;
    }
    return NULL;
}

static const char *read(lua_State *L, void *ud, size_t *size)
{
    struct reading *r = ud;
    const char *end = r->source->text + r->source->len, *piece = r->at;
    (void)L;
    if (r->before) {
        piece = r->before;
        r->before = NULL;
        *size = strlen(piece);
        return piece;
    }
    if (r->replace == piece && piece < end) {
        r->at += strlen("_ENV");
        r->replace = next_env(r);
        *size = strlen(EVAL_ENV_NAME);
        return EVAL_ENV_NAME;
    }
    r->at = r->replace ? r->replace : end;
    *size = (size_t)(r->at - piece);
    return piece;
}

/* [-0, +1] One attempt. An empty piece would end the text, so that none may be read before its time. */
static int load(lua_State *L, const struct eval_source *s, const char *before)
{
    struct reading r = {.source = s, .before = before, .at = s->text};
    lexer_init(&r.lexer, s->text, s->rewrite);
    r.last.kind = TOKEN_END;
    r.replace = next_env(&r);
    return lua_load(L, read, &r, "=" EVAL_CHUNK_NAME, "t");
}

/* Whether the message on the top says that the text ended too early. */
static bool ends_early(lua_State *L, const struct eval_source *s)
{
    static const char mark[] = "<eof>";
    size_t len, n = sizeof mark - 1;
    const char *message = lua_tolstring(L, -1, &len);
    return message && len >= n && memcmp(message + len - n, mark, n) == 0 && !s->cut_string;
}

/* Whether the message on the top complains about the very first token. */
static bool blames_first(lua_State *L, const struct eval_source *s)
{
    size_t len, n = s->first_len;
    const char *message = lua_tolstring(L, -1, &len);
    return message && len > n + 7 && message[len - 1] == '\'' &&
           memcmp(message + len - 1 - n, s->first, n) == 0 &&
           memcmp(message + len - 7 - n, "near '", 6) == 0;
}

static int failure(int status, bool early)
{
    if (status == LUA_ERRMEM)
        return XDB_ENOMEM;
    return early ? EVAL_EINCOMPLETE : EVAL_ESYNTAX;
}

int eval_chunk_load(lua_State *L, const struct eval_source *s, enum eval_mode mode)
{
    bool early = false;
    if (mode != EVAL_STATEMENTS) {
        int status = load(L, s, "return ");
        if (status == LUA_OK)
            return 0;
        early = ends_early(L, s);
        if (mode == EVAL_EXPRESSION || status == LUA_ERRMEM)
            return failure(status, early);
    }
    int status = load(L, s, NULL); /* -> [message] function or message */
    if (mode == EVAL_STATEMENTS)
        return status == LUA_OK ? 0 : failure(status, ends_early(L, s));
    if (status == LUA_OK) {
        lua_remove(L, -2);
        return 0;
    }
    early = early || ends_early(L, s);
    if (blames_first(L, s))
        lua_pop(L, 1);
    else
        lua_remove(L, -2);
    return failure(status, early);
}
