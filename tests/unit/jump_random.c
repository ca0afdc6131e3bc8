/*
** bdb/jump against Lua's own compiler: random programs, jumps from line to line. Where the same jump can be
** written as a `goto`, the jump must do what the goto does; where it can not, the program must survive it
** and its code stay as it was (under the sanitizers, with a collection at each out()).
*/
#include "tests/unit/jump_session.h"

enum { PROGRAMS = 150, JUMPS = 6, MOST_LINES = 200 };

/* ---- programs --------------------------------------------------------------------------------- */

struct author {
    uint32_t state; /* of the random numbers */
    struct buffer *to;
    int line;                     /* the one being written */
    int serial;                   /* for names */
    int locals[16], n;            /* the visible ones, v<serial> */
    bool loop;                    /* `break` is possible */
    const char *kind[MOST_LINES]; /* by line: "for", "end" or NULL */
};

static unsigned draw(uint32_t *state, unsigned below)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 16) % below;
}

static unsigned any(struct author *a, unsigned below)
{
    return draw(&a->state, below);
}

static void add_line(struct author *a, const char *kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void add_line(struct author *a, const char *kind, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buffer_vaddf(a->to, format, args);
    va_end(args);
    buffer_addc(a->to, '\n');
    if (a->line < MOST_LINES)
        a->kind[a->line] = kind;
    a->line++;
}

/* Something that can be read: a local or a number. */
static const char *value(struct author *a, char text[16])
{
    if (a->n > 0 && any(a, 4))
        snprintf(text, 16, "v%d", a->locals[any(a, (unsigned)a->n)]);
    else
        snprintf(text, 16, "%u", any(a, 100));
    return text;
}

static void declare(struct author *a, int name)
{
    if (a->n < 16)
        a->locals[a->n++] = name;
}

static void add_simple(struct author *a)
{
    char x[16], y[16];
    int name = ++a->serial;
    value(a, x);
    value(a, y);
    switch (any(a, 10)) {
    case 0:
        add_line(a, NULL, "local v%d = id(%s)", name, x);
        declare(a, name);
        break;
    case 1:
        add_line(a, NULL, "local v%d, w%d = %s, %s", name, name, x, y);
        declare(a, name);
        break;
    case 2:
        add_line(a, NULL, "local v%d", name);
        add_line(a, NULL, "v%d = (%s or 0) + 1", name, x);
        declare(a, name);
        break;
    case 3:
        add_line(a, NULL, "out(id(");
        add_line(a, NULL, "  %s),", x);
        add_line(a, NULL, "  id(%s), ({%s,", y, x);
        add_line(a, NULL, "  n = id(1)}).n)");
        break;
    case 4:
        if (a->n > 0)
            add_line(a, NULL, "v%d = %s", a->locals[any(a, (unsigned)a->n)], x);
        break;
    case 5:
        if (any(a, 3) == 0)
            add_line(a, NULL, "f[%d] = function() return %s, %s end", name, x, y);
        break;
    case 6:
        if (any(a, 3) == 0)
            add_line(a, NULL, "local c%d <close> = closer(%d)", name, name);
        break;
    case 7:
        add_line(a, NULL, "t.x, t.y = %s, id(%s)", x, y);
        break;
    default:
        add_line(a, NULL, "out(%d, %s == %s, %s or 'x')", name, x, y, x);
    }
}

static void add_block(struct author *a, int depth);

/* A block of its own scope, and the line that ends it. */
static void add_scope(struct author *a, int depth, bool loop, const char *end)
{
    int outer = a->n;
    bool was = a->loop;
    a->loop = was || loop;
    add_block(a, depth);
    if (a->loop && any(a, 5) == 0)
        add_line(a, NULL, "if t.x == %u then break end", any(a, 9));
    a->loop = was;
    a->n = outer;
    add_line(a, "end", "%s", end);
}

static void add_compound(struct author *a, int depth)
{
    char x[16];
    int name = ++a->serial;
    value(a, x);
    bool loop = a->loop;
    switch (any(a, 8)) {
    case 0:
        add_line(a, "end", "do");
        add_scope(a, depth, false, "end");
        break;
    case 1:
        add_line(a, NULL, "if %s == id(%u) then", x, any(a, 100));
        add_scope(a, depth, false, "else");
        add_scope(a, depth, false, "end");
        break;
    case 2:
        add_line(a, NULL, "n%d = 0", name);
        add_line(a, "for", "while n%d < 2 do", name);
        add_line(a, NULL, "n%d = n%d + 1", name, name);
        add_scope(a, depth, true, "end");
        break;
    case 3:
        add_line(a, "for", "for v%d = 1, %u do", name, 1 + any(a, 3));
        a->locals[a->n < 16 ? a->n++ : 15] = name;
        add_scope(a, depth, true, "end");
        a->n -= a->n > 0;
        break;
    case 4:
        add_line(a, "for", "for v%d, w%d in ipairs {5, 6} do", name, name);
        a->locals[a->n < 16 ? a->n++ : 15] = name;
        add_scope(a, depth, true, "end");
        a->n -= a->n > 0;
        break;
    case 6:
        add_line(a, "end", "do");
        add_line(a, NULL, "if %s %s id(%u) then goto l%d end", x,
                 any(a, 2) ? "==" : "~=", any(a, 100), name);
        add_scope(a, depth, false, "");
        add_line(a, "end", "::l%d::", name);
        add_line(a, "end", "end");
        break;
    case 5: /* without `break`, which 5.4.4 itself compiles wrongly there */
        add_line(a, "for", "for v%d, w%d in closing {5, 6} do", name, name);
        a->loop = false;
        add_scope(a, depth, false, "end");
        a->loop = loop;
        break;
    default:
        add_line(a, NULL, "n%d = 0", name);
        add_line(a, "end", "repeat");
        add_line(a, NULL, "n%d = n%d + 1", name, name);
        add_scope(a, depth, false, "");
        add_line(a, "end", "until n%d > 1", name);
    }
}

static void add_block(struct author *a, int depth)
{
    for (unsigned n = 2 + any(a, 3); n > 0; n--)
        if (depth > 0 && any(a, 5) < 2)
            add_compound(a, depth - 1);
        else
            add_simple(a);
}

static const char prelude[] =
    "f, t = {}, {} "
    "function id(...) return ... end "
    "function closer(n) return setmetatable({}, {__close = function() out('-' .. n) end}) end "
    "function closing(l) local i, s, c = ipairs(l) return i, s, c, closer('for') end ";

/* A function of random code, and calls of it and what it has left; its lines begin at 2. */
static void write_program(struct author *a, struct buffer *to, uint32_t seed)
{
    memset(a, 0, sizeof *a);
    a->state = seed;
    a->to = to;
    a->line = 1;
    add_line(a, "end", "%slocal function body(v1, ...)", prelude);
    a->serial = 1;
    declare(a, 1);
    add_block(a, 3);
    add_line(a, "end", "end");
    add_line(a, "end", "body(7) for i = 1, 99 do if f[i] then out(f[i]()) end end body(8)");
}

/* ---- jumps ------------------------------------------------------------------------------------ */

/* The first stop jumps, the others go on. */
static void jump_once(struct xdb_bdb *b, const struct xdb_event *e)
{
    struct session *s = xdb_bdb_data(b);
    if (s->nth > 0 && --s->nth == 0) {
        s->from = e->line;
        xdb_bdb_jump(b, e->frame, s->to, &s->landed, &s->why);
    }
    xdb_bdb_set_continue(b);
}

static const struct xdb_front once = {.user_line = jump_once};

/* ---- the same with goto ----------------------------------------------------------------------- */

/* The program with a goto at the start of line `from` to the start of line `to`, done once. */
static void write_goto(const char *program, int from, int to, struct buffer *out)
{
    const char *at = program;
    for (int line = 1; *at; line++) {
        size_t n = strcspn(at, "\n") + 1;
        if (line == to)
            buffer_adds(out, "::landing:: ");
        if (line == from)
            buffer_adds(out, "if now() then goto landing end ");
        buffer_add(out, at, n);
        at += n;
    }
}

/* True at the first call. */
static int now(lua_State *L)
{
    struct session *s = of(L);
    lua_pushboolean(L, s->nth == 1);
    s->nth = 0;
    return 1;
}

/* What the program with the goto tells; false: it is none that compiles. */
static bool run_goto(const char *program, int from, int to, struct buffer *log)
{
    struct session s;
    struct buffer text;
    buffer_init(&text);
    write_goto(program, from, to, &text);
    start(&s, &once);
    lua_register(s.L, "now", now);
    s.nth = 1;
    bool compiles = luaL_loadbuffer(s.L, text.data, text.len, "=program") == LUA_OK;
    lua_pop(s.L, 1);
    if (compiles)
        run(&s, text.data);
    buffer_add(log, s.log.data, s.log.len);
    finish(&s);
    buffer_release(&text);
    return compiles;
}

/* ---- both ------------------------------------------------------------------------------------- */

struct tally {
    int made, refused, compared;
};

static void jump_like_goto(const struct author *a, const char *program, int from, int to,
                           struct tally *tally)
{
    struct session s;
    start(&s, &once);
    s.nth = 1;
    s.to = to;
    breakpoint(&s, from);
    run(&s, program);
    tally->made += s.landed > 0;
    tally->refused += s.why.text[0] != '\0';
    bool same_place =
        s.landed == to && !a->kind[from] && (!a->kind[to] || (a->kind[to][0] == 'f' && to > from));
    struct buffer log;
    buffer_init(&log);
    if (same_place && run_goto(program, from, to, &log)) {
        tally->compared++;
        if (strcmp(log.data, s.log.data) != 0)
            fail_msg("%d -> %d:\n %s\n %s by goto\n%s", from, to, s.log.data, log.data, program);
    }
    buffer_release(&log);
    finish(&s);
}

static void jumps_do_what_goto_does(void **state)
{
    (void)state;
    struct tally tally = {0};
    if (!layout_prove())
        skip();
    for (uint32_t seed = 1; seed <= PROGRAMS; seed++) {
        struct buffer program;
        struct author a;
        buffer_init(&program);
        write_program(&a, &program, seed * 7919u);
        for (int i = 0; i < JUMPS; i++) {
            unsigned lines = (unsigned)(a.line - 3);
            int from = 2 + (int)any(&a, lines), to = 2 + (int)any(&a, lines);
            if (i % 2)
                to = from + (int)any(&a, 7) - 3;
            if (to >= 2 && to < a.line - 1 && a.line < MOST_LINES)
                jump_like_goto(&a, program.data, from, to, &tally);
        }
        buffer_release(&program);
    }
    assert_in_range(tally.made, PROGRAMS / 2, PROGRAMS * JUMPS);
    assert_in_range(tally.refused, PROGRAMS / 2, PROGRAMS * JUMPS);
    assert_in_range(tally.compared, PROGRAMS / 4, PROGRAMS * JUMPS);
}

/* A person who jumps about and steps, as long as `nth` lasts. `to` holds the random numbers. */
static void wander(struct xdb_bdb *b, const struct xdb_event *e)
{
    struct session *s = xdb_bdb_data(b);
    uint32_t chance = (uint32_t)s->to;
    for (unsigned n = draw(&chance, 3); n > 0 && s->nth > 0; n--, s->nth--) {
        int line = e->line + (int)draw(&chance, 31) - 15;
        if (xdb_bdb_jump(b, e->frame, line, &s->landed, &s->why) == 0)
            assert_int_equal(frame_line(e->frame), s->landed);
    }
    switch (s->nth > 0 ? draw(&chance, 6) : 5) {
    case 0:
        xdb_bdb_set_step(b);
        break;
    case 1:
        xdb_bdb_set_until(b, e->frame, 0);
        break;
    case 2:
        xdb_bdb_set_return(b, e->frame);
        break;
    case 3:
    case 4:
        xdb_bdb_set_next(b, e->frame);
        break;
    default:
        xdb_bdb_set_continue(b);
    }
    s->to = (int)chance;
}

static const struct xdb_front wanderer = {
    .user_line = wander, .user_call = wander, .user_return = wander, .user_exception = wander};

static void programs_survive_many_jumps(void **state)
{
    (void)state;
    if (!layout_prove())
        skip();
    for (uint32_t seed = 1; seed <= PROGRAMS; seed++) {
        struct buffer program;
        struct author a;
        struct session s;
        buffer_init(&program);
        write_program(&a, &program, seed * 104729u);
        start(&s, &wanderer);
        s.nth = 12;
        s.to = (int)seed;
        for (int line = 2; line < a.line - 1; line += 3)
            breakpoint(&s, line);
        xdb_bdb_set_step(s.b);
        run(&s, program.data);
        finish(&s);
        buffer_release(&program);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jumps_do_what_goto_does),
        cmocka_unit_test(programs_survive_many_jumps),
    };
    return cmocka_run_group_tests_name("jump_random", tests, NULL, NULL);
}
