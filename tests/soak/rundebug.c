/*
** A program under the engine with a debugger that does as chance bids, and under plain Lua with a plain
** hook, so that the first can be judged by the second.
**
**     rundebug record TRACE script [args]
**         runs it like `lua`; a hook set with lua_sethook writes every call, return and line to TRACE.
**     rundebug show TRACE script
**         prints what was recorded.
**     rundebug SEED TRACE|- BAD script [args]
**         runs it under the engine: random breakpoints, stepping commands and evaluations. With a TRACE
**         it is foretold from that where the next stop must be and how often each breakpoint is hit; the first
**         difference is appended to the file BAD. Without one errors are events, too.
**
** What the program writes and its exit status must be those of `lua` in all cases.
*/
#include "bdb/bdb.h"
#include "bdb/breakpoint.h"
#include "cli/script.h"
#include "core/eval.h"
#include "core/frame.h"
#include "core/universe.h"
#include "tests/soak/oracle.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BREAKPOINTS = 64 };

static struct {
    struct oracle oracle;
    bool foretold;
    const char *bad, *script;
    struct xdb_bdb *b;
    struct breakpoint *points[MOST_BREAKPOINTS];
    int npoints, lines;
    unsigned long long seed, random;
    int style; /* which commands are likely */
    long stops;
    char message[200]; /* of the last condition that failed */
} run;

static unsigned rnd(unsigned n)
{
    run.random = run.random * 6364136223846793005ULL + 1442695040888963407ULL;
    return (unsigned)(run.random >> 33) % n;
}

/* ---- complaints ------------------------------------------------------------------------------- */

static void complain(const char *what, const char *expected, const char *got)
{
    FILE *f = fopen(run.bad, "a");
    if (f) {
        fprintf(f,
                "%s, seed %llu, stop %ld, event %d: %s\n  expected %s%s\n  got      %s\n  last     "
                "%s\n  condition %s\n",
                run.script, run.seed, run.stops, run.oracle.at, what, expected,
                run.oracle.stepped ? " (commanded)" : "", got, run.oracle.told, run.message);
        for (int i = 0; i < run.npoints; i++)
            if (run.points[i]) {
                const struct breakpoint *bp = run.points[i];
                fprintf(f, "  breakpoint %d at %d%s%s if %s, ignore %d, hits %d of %d\n",
                        bp->number, bp->line, bp->function ? " in " : "",
                        bp->function ? bp->function : "", bp->condition ? bp->condition : "true",
                        bp->ignore, bp->hits, run.oracle.points[i].hits);
            }
        fclose(f);
    }
    run.foretold = false;
}

static void compare_hits(void)
{
    char expected[64], got[64];
    for (int i = 0; run.foretold && i < run.npoints; i++) {
        const struct breakpoint *bp = run.points[i];
        if (!bp || bp->hits == run.oracle.points[i].hits)
            continue;
        snprintf(expected, sizeof expected, "line %d: %d", bp->line, run.oracle.points[i].hits);
        snprintf(got, sizeof got, "%d (breakpoint %d)", bp->hits, bp->number);
        complain("hits", expected, got);
    }
}

/* ---- breakpoints ------------------------------------------------------------------------------ */

static void drop(int i)
{
    run.points[i] = NULL;
    run.oracle.points[i].exists = false;
}

static void do_clear(struct xdb_bdb *b, struct breakpoint *bp)
{
    for (int i = 0; i < run.npoints; i++)
        if (run.points[i] == bp)
            run.points[i] = NULL; /* the oracle knows by itself */
    breakpoint_delete(xdb_bdb_registry(b), bp);
}

static const struct {
    const char *text;
    enum oracle_truth truth;
} conditions[] = {
    {NULL, ORACLE_TRUE},
    {NULL, ORACLE_TRUE},
    {"true", ORACLE_TRUE},
    {"false", ORACLE_FALSE},
    {"select('#', pcall(error)) == 0", ORACLE_FALSE},
    {"nil + 1", ORACLE_ERROR},
    {"coroutine.wrap(function() return no_such_name == nil end)()", ORACLE_TRUE},
};

static void add_breakpoint(lua_State *L, int line)
{
    static const char *const names[] = {"f1", "f2", "f3", "gen", "M.f4", "M:f5"};
    struct breakpoint *bp;
    struct xdb_error err;
    unsigned c = rnd(sizeof conditions / sizeof *conditions);
    struct xdb_break_spec spec = {.file = run.script,
                                  .line = line,
                                  .temporary = rnd(6) == 0,
                                  .condition = conditions[c].text};
    if (run.npoints == MOST_BREAKPOINTS)
        return;
    if (line == 0)
        spec.function = names[rnd(sizeof names / sizeof *names)];
    if (xdb_bdb_set_break(run.b, L, &spec, &bp, NULL, &err) < 0)
        return;
    if (rnd(8) == 0)
        bp->ignore = (int)rnd(5);
    run.points[run.npoints] = bp;
    run.oracle.points[run.npoints++] = (struct oracle_point){.exists = true,
                                                             .enabled = true,
                                                             .temporary = spec.temporary,
                                                             .line = bp->line,
                                                             .function = bp->function != NULL,
                                                             .linedefined = bp->linedefined,
                                                             .lastlinedefined = bp->lastlinedefined,
                                                             .truth = conditions[c].truth,
                                                             .ignore = bp->ignore};
    run.oracle.npoints = run.npoints;
}

static void change_breakpoints(lua_State *L)
{
    unsigned what = rnd(24);
    int i = run.npoints ? (int)rnd((unsigned)run.npoints) : -1;
    if (what == 0)
        add_breakpoint(L, (int)rnd((unsigned)run.lines) + 1);
    else if (what == 1)
        add_breakpoint(L, 0);
    else if (i < 0 || !run.points[i])
        return;
    else if (what == 2) {
        breakpoint_delete(xdb_bdb_registry(run.b), run.points[i]);
        drop(i);
        xdb_bdb_apply(run.b, L);
    } else if (what == 3) {
        bool on = !run.points[i]->enabled;
        breakpoint_enable(xdb_bdb_registry(run.b), run.points[i], on);
        run.oracle.points[i].enabled = on;
    }
}

static void first_breakpoints(lua_State *L)
{
    unsigned how = rnd(4);
    if (how == 0) /* every line, as far as there is room */
        for (int line = 1; line <= run.lines; line++)
            add_breakpoint(L, line);
    else if (how < 3)
        for (unsigned n = rnd(6); n > 0; n--)
            add_breakpoint(L, (int)rnd((unsigned)run.lines) + 1);
    if (how == 2)
        add_breakpoint(L, 0);
}

/* ---- looking around --------------------------------------------------------------------------- */

/* Reads each local, and assigns it to itself. */
static void touch_locals(lua_State *L, const struct frame *f)
{
    char text[128];
    for (int i = 1; i < 40; i++) {
        const char *name = frame_local_name(f, i);
        if (!name)
            break;
        if (*name == '(')
            continue;
        snprintf(text, sizeof text, rnd(2) ? "%s" : "%s = %s", name, name);
        eval_text(L, f, text, strlen(text), EVAL_ANY);
        lua_settop(L, -1);
    }
}

static void look_around(lua_State *L, const struct frame *f)
{
    static const char *const texts[] = {
        "...",
        "1, nil, {}",
        "error({})",
        "pcall(error, 'x')",
        "coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end)()",
        "local t = setmetatable({}, {__close = error}) local u <close> = t",
        "debug.traceback('x')",
        "(function(...) return select('#', ...) end)(1, 2, 3)",
        "xpcall(function() local x = nil + 1 end, debug.traceback)",
        "debug.gethook()",
        "goto",
    };
    int top = lua_gettop(L);
    if (rnd(3) == 0)
        touch_locals(L, f);
    for (unsigned n = rnd(3); n > 0; n--) {
        const char *text = texts[rnd(sizeof texts / sizeof *texts)];
        eval_text(L, f, text, strlen(text), EVAL_ANY);
        lua_settop(L, top);
    }
    lua_settop(L, top);
}

/* ---- stops ------------------------------------------------------------------------------------ */

/* The caller on the same thread, if the trace knows it there. */
static bool caller_of(const struct frame *f, struct frame *up)
{
    *up = *f;
    while (frame_older(up))
        if (frame_is_lua(up))
            return true;
    return false;
}

static void command(struct xdb_bdb *b, const struct xdb_event *e)
{
    static const char likely[][9] = {"ssssssss", "nnnnnnsc", "sncrusnc", "ccccccsn",
                                     "rrsnrruc", "uuuusuUN", "snNRUrcs", "cccccccc"};
    char c = likely[run.style][rnd(8)];
    struct frame up = *e->frame;
    int caller = -1;
    if (strchr("NRU", c) &&
        !(caller_of(e->frame, &up) && (caller = oracle_caller(&run.oracle)) >= 0)) {
        up = *e->frame;
        c = (char)(c - 'A' + 'a');
    }
    int until = rnd(3) ? 0 : (int)rnd((unsigned)run.lines) + 1;
    int line = until ? until : frame_line(&up) + 1;
    switch (c) {
    case 's':
        xdb_bdb_set_step(b);
        break;
    case 'n':
    case 'N':
        xdb_bdb_set_next(b, &up);
        break;
    case 'r':
    case 'R':
        xdb_bdb_set_return(b, &up);
        break;
    case 'u':
    case 'U':
        xdb_bdb_set_until(b, &up, until);
        break;
    default:
        xdb_bdb_set_continue(b);
    }
    oracle_command(&run.oracle, c, caller, line, e->kind == XDB_EVENT_LINE ? e->line : 0);
}

static char kind_of(const struct xdb_event *e)
{
    return e->kind == XDB_EVENT_LINE     ? 'L'
           : e->kind == XDB_EVENT_CALL   ? 'C'
           : e->kind == XDB_EVENT_RETURN ? 'R'
                                         : 'E';
}

static void judge(const struct xdb_event *e)
{
    lua_Debug ar;
    char got[300], expected[300];
    if (!run.foretold)
        return;
    frame_info(e->frame, "S", &ar);
    oracle_foretell(&run.oracle, expected, sizeof expected);
    oracle_describe(got, sizeof got, kind_of(e), e->line, ar.source, ar.linedefined);
    if (strcmp(expected, got) != 0) {
        size_t n = strlen(got);
        snprintf(got + n, sizeof got - n, e->stepping ? " (commanded)" : " (breakpoint %d)",
                 e->breakpoint);
        complain("stop", expected, got);
    }
    compare_hits();
}

static void on_stop(struct xdb_bdb *b, const struct xdb_event *e)
{
    run.stops++;
    judge(e);
    if (run.stops > 20000) { /* enough of this program */
        xdb_bdb_set_continue(b);
        oracle_command(&run.oracle, 'c', -1, 0, 0);
        return;
    }
    change_breakpoints(e->L);
    look_around(e->L, e->frame);
    if (rnd(40) == 0)
        run.style = (int)rnd(8);
    command(b, e);
}

static void on_call(struct xdb_bdb *b, const struct xdb_event *e)
{
    if (e->stepping)
        on_stop(b, e);
}

static void condition_failed(struct xdb_bdb *b, struct breakpoint *bp, const char *message)
{
    (void)b;
    for (int i = 0; i < run.npoints; i++) /* there was no room to evaluate anything */
        if (run.points[i] == bp && run.oracle.points[i].truth != ORACLE_ERROR)
            run.foretold = false;
    snprintf(run.message, sizeof run.message, "%s", message);
}

static const struct xdb_front foretold = {.condition_failed = condition_failed,

                                          .user_line = on_stop,
                                          .user_call = on_call,
                                          .user_return = on_stop,
                                          .do_clear = do_clear};
static const struct xdb_front free_front = {.user_line = on_stop,
                                            .user_call = on_call,
                                            .user_return = on_stop,
                                            .user_exception = on_stop,
                                            .do_clear = do_clear};

/* ---- a run ------------------------------------------------------------------------------------ */

static void opened(lua_State *L, void *data)
{
    (void)data;
    run.b = xdb_bdb_new(L, run.foretold ? &foretold : &free_front, NULL, NULL, NULL);
}

static void loaded(lua_State *L, void *data)
{
    (void)data;
    first_breakpoints(L);
    if (!run.foretold)
        xdb_bdb_set_catch(run.b, L, (enum xdb_catch)rnd(3));
    run.style = (int)rnd(8);
    if (rnd(4)) {
        oracle_command(&run.oracle, 's', -1, 0, 0);
        xdb_bdb_set_step(run.b);
    } else {
        oracle_command(&run.oracle, 'c', -1, 0, 0);
        xdb_bdb_set_continue(run.b);
    }
}

static void uncaught(lua_State *L, void *data)
{
    (void)data;
    xdb_bdb_raised(run.b, L, 1);
}

static void finished(lua_State *L, enum script_end end, void *data)
{
    char expected[300];
    (void)data;
    (void)end;
    if (run.foretold) {
        oracle_foretell(&run.oracle, expected, sizeof expected);
        if (strcmp(expected, "the end") != 0)
            complain("stop", expected, "the end");
        compare_hits();
    }
    xdb_bdb_free(run.b, L);
    universe_close(universe_find(L), L);
}

static int count_lines(const char *path)
{
    int lines = 1, c;
    FILE *f = fopen(path, "rb");
    if (!f)
        return 1;
    while ((c = getc(f)) != EOF)
        lines += c == '\n';
    fclose(f);
    return lines;
}

/* ---- the plain run ---------------------------------------------------------------------------- */

static void recording(lua_State *L, void *data)
{
    (void)data;
    oracle_record(L);
}

static void recorded(lua_State *L, enum script_end end, void *data)
{
    (void)data;
    (void)end;
    lua_sethook(L, NULL, 0, 0);
    oracle_save(run.bad);
}

static int record(int argc, char **argv)
{
    static const struct script_events events = {.loaded = recording, .finished = recorded};
    run.bad = argv[0];
    return script_run(
        &(struct script_options){.argc = argc - 1, .argv = argv + 1, .events = &events}, NULL);
}

int main(int argc, char **argv)
{
    static const struct script_events events = {
        .opened = opened, .loaded = loaded, .uncaught = uncaught, .finished = finished};
    if (argc >= 4 && strcmp(argv[1], "record") == 0)
        return record(argc - 2, argv + 2);
    if (argc == 4 && strcmp(argv[1], "show") == 0 && oracle_load(&run.oracle, argv[2], argv[3])) {
        oracle_show(&run.oracle);
        return 0;
    }
    if (argc < 5)
        return 2;
    run.seed = run.random = strtoull(argv[1], NULL, 10);
    rnd(2);
    run.bad = argv[3];
    run.script = argv[4];
    run.lines = count_lines(run.script);
    run.foretold = strcmp(argv[2], "-") != 0;
    if (run.foretold && !oracle_load(&run.oracle, argv[2], run.script))
        return 2;
    return script_run(
        &(struct script_options){.argc = argc - 4, .argv = argv + 4, .events = &events}, NULL);
}
