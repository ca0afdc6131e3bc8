/* The commands about breakpoints: what was typed is understood here, the engine does the rest. */
#include "pdb/commands.h"
#include "pdb/pdb_state.h"

#include "core/eval.h"

#include <ctype.h>
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- saying ----------------------------------------------------------------------------------- */

/* `VERB breakpoint 1 at FILE:LINE` */
static void say(struct xdb_pdb *p, const char *verb, const struct breakpoint *b)
{
    struct buffer out;
    buffer_init(&out);
    buffer_addf(&out, "%s ", verb);
    breakpoint_name(b, &out);
    buffer_addc(&out, '\n');
    print_out(p, &out);
}

static void delete_loudly(struct xdb_pdb *p, struct breakpoint *b)
{
    say(p, "Deleted", b);
    breakpoint_delete(p->registry, b);
}

static void list_all(struct xdb_pdb *p)
{
    struct buffer out;
    buffer_init(&out);
    for (int i = 1; i <= breakpoint_last(p->registry); i++) {
        const struct breakpoint *b = breakpoint_numbered(p->registry, i);
        if (!b)
            continue;
        if (out.len == 0)
            buffer_adds(&out, "Num Type         Disp Enb   Where\n");
        breakpoint_format(b, &out);
        const char *log = actions_log_text(p, b->number);
        if (log)
            buffer_addf(&out, "\n\tlog %s", log);
        buffer_addc(&out, '\n');
    }
    print_out(p, &out);
}

/* ---- files ------------------------------------------------------------------------------------ */

static bool is_file(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* (name) -> path or nil; where `require` would find it */
static int search_path(lua_State *L)
{
    const char *name = lua_tostring(L, 1);
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, "package");
    lua_getfield(L, -1, "searchpath");
    lua_pushvalue(L, 1);
    lua_getfield(L, -3, "path");
    if (!strchr(name, '/')) {
        lua_call(L, 2, 1);
        return 1;
    }
    lua_pushliteral(L, ""); /* a path: its dots are not to become slashes */
    lua_call(L, 3, 1);
    return 1;
}

/* Appends the file that the module search finds for a name, or for a path without its ".lua". */
static bool find_module(lua_State *L, const char *name, size_t n, struct buffer *path)
{
    int top = lua_gettop(L);
    bool found = false;
    if (!lua_checkstack(L, 2))
        return false;
    if (n > 4 && memcmp(name + n - 4, ".lua", 4) == 0)
        n -= 4;
    lua_pushcfunction(L, search_path);
    lua_pushlstring(L, name, n);
    if (lua_pcall(L, 1, 1, 0) == LUA_OK && lua_type(L, -1) == LUA_TSTRING) {
        buffer_adds(path, lua_tostring(L, -1));
        found = true;
    }
    lua_settop(L, top);
    return found;
}

/*
** The file that a user means by name[0..n-1]: a path, with or without ".lua"; the last parts of the path of
** a file that runs; a module. NULL after a complaint; `quiet`: without one.
*/
static struct source *find_file(struct xdb_pdb *p, const char *name, size_t n, bool quiet)
{
    struct source_cache *cache = xdb_bdb_sources(p->bdb);
    struct source *s = NULL;
    struct xdb_error err = {""};
    struct buffer path;
    buffer_init(&path);
    buffer_add(&path, name, n);
    int found = XDB_ENOENT;
    if (!is_file(path.data))
        buffer_adds(&path, ".lua");
    if (is_file(path.data))
        found = source_of_path(cache, path.data, &s, &err);
    else {
        buffer_truncate(&path, n);
        found = source_find(cache, path.data, &s, &err);
        buffer_clear(&path);
        if (found == XDB_ENOENT && find_module(p->stop->L, name, n, &path))
            found = source_of_path(cache, path.data, &s, &err);
    }
    buffer_release(&path);
    if (found == 0)
        return s;
    if (!quiet && found == XDB_EINVAL)
        cmd_error(p->cmd, "%s", err.text);
    else if (!quiet)
        cmd_error(p->cmd, "'%.*s' not found from package.path", (int)n, name);
    return NULL;
}

/* Where a line number alone belongs: the file of the frame that is looked at. */
static struct source *default_file(struct xdb_pdb *p)
{
    const struct frame *f = print_frame(p);
    return f ? print_source(p, f) : NULL;
}

/* ---- what was asked for ----------------------------------------------------------------------- */

struct wish {
    struct source *source;
    int line;
    const char *place; /* `[file:]line | function`, ended by '\0' */
    const char *condition;
    bool temporary;
};

static const char *skip_space(const char *s)
{
    while (isspace((unsigned char)*s))
        s++;
    return s;
}

/* Like `f`, `M.f` or `M:f`. */
static bool is_function_name(const char *s)
{
    for (;;) {
        if (!isalpha((unsigned char)*s) && *s != '_')
            return false;
        while (isalnum((unsigned char)*s) || *s == '_')
            s++;
        if (*s == '\0')
            return true;
        if (*s != '.' && *s != ':')
            return false;
        s++;
    }
}

/* Lines that only define a function have code, but none of the function's own. */
static const char *why_moved(struct source *s, int asked)
{
    return source_next_code_line(s, asked) == asked ? "only defines a function" : "has no code";
}

static void announce(struct xdb_pdb *p, const struct breakpoint *b, int moved)
{
    struct buffer out;
    struct source *s;
    buffer_init(&out);
    breakpoint_name(b, &out);
    if (out.len)
        out.data[0] = 'B';
    if (moved && source_of_path(xdb_bdb_sources(p->bdb), b->file, &s, NULL) == 0)
        buffer_addf(&out, " (line %d %s)", moved, why_moved(s, moved));
    buffer_addc(&out, '\n');
    print_out(p, &out);
}

static void set(struct xdb_pdb *p, const struct xdb_break_spec *spec)
{
    struct breakpoint *b;
    struct xdb_error err;
    int moved;
    if (xdb_bdb_set_break(p->bdb, p->stop->L, spec, &b, &moved, &err) == 0)
        announce(p, b, moved);
    else
        cmd_error(p->cmd, "%s", err.text);
}

static void set_at_line(struct xdb_pdb *p, const struct wish *w)
{
    struct xdb_error err;
    int line;
    int failed = source_code_line(w->source, w->line, &line, &err);
    if (failed == XDB_EINVAL || (failed == XDB_ENOENT && w->source->kind != SOURCE_LABEL)) {
        cmd_failed(p->cmd);
        cmd_printf(p->cmd, "End of file\n");
        return;
    }
    if (failed && failed != XDB_ENOENT) {
        cmd_error(p->cmd, "%s", err.text);
        return;
    }
    set(p, &(struct xdb_break_spec){.file = w->source->name,
                                    .line = w->line,
                                    .temporary = w->temporary,
                                    .condition = w->condition});
}

/* A function by a value expression. False when the text is none that gives a function. */
static bool set_at_value(struct xdb_pdb *p, const struct wish *w)
{
    lua_State *L = p->stop->L, *co;
    struct function *f = NULL;
    int top = lua_gettop(L);
    int values = statement_try(p, w->place, strlen(w->place), EVAL_EXPRESSION, &co);
    if (values == 1 && lua_isfunction(co, -1) &&
        function_of_value(p->functions, co, -1, &f, NULL) < 0)
        f = NULL;
    lua_settop(L, top);
    if (f && f->cfunction) {
        cmd_error(p->cmd, "The specified object '%s' is a C function.", w->place);
        return true;
    }
    int line = f && f->source ? function_first_line(f) : -1;
    if (line <= 0)
        return false;
    set(p, &(struct xdb_break_spec){.file = f->source->name,
                                    .line = line,
                                    .temporary = w->temporary,
                                    .condition = w->condition,
                                    .function = f->name && !f->is_main ? f->name : w->place});
    return true;
}

/* A function by the name it is defined with in the source. False when there is none. */
static bool set_at_name(struct xdb_pdb *p, const struct wish *w, struct source *s, const char *name)
{
    struct function *f[2];
    size_t n;
    if (!s || function_find(s, name, f, 2, &n, NULL) < 0)
        return false;
    if (n > 1) {
        cmd_error(p->cmd, "'%s' is ambiguous: %s at line %d, %s at line %d", w->place, f[0]->name,
                  f[0]->linedefined, f[1]->name, f[1]->linedefined);
        return true;
    }
    set(p, &(struct xdb_break_spec){.file = s->name,
                                    .temporary = w->temporary,
                                    .condition = w->condition,
                                    .function = f[0]->name});
    return true;
}

/* A function of a module: `core.parser.split`, however the file calls its own table. */
static bool set_in_module(struct xdb_pdb *p, const struct wish *w)
{
    const char *last = w->place + strlen(w->place);
    while (last > w->place && last[-1] != '.' && last[-1] != ':')
        last--;
    if (last == w->place)
        return false;
    struct source *s = find_file(p, w->place, (size_t)(last - 1 - w->place), true);
    return set_at_name(p, w, s, last);
}

static void set_at_function(struct xdb_pdb *p, const struct wish *w)
{
    if (set_at_value(p, w))
        return;
    if (!is_function_name(w->place)) {
        cmd_error(
            p->cmd,
            "The specified object '%s' is not a function or was not found along package.path.",
            w->place);
        return;
    }
    if (set_at_name(p, w, default_file(p), w->place) || set_in_module(p, w))
        return;
    set(p, &(struct xdb_break_spec){
               .temporary = w->temporary, .condition = w->condition, .function = w->place});
}

static bool good_condition(struct xdb_pdb *p, const char *condition)
{
    struct buffer why;
    buffer_init(&why);
    bool good =
        !*condition || statement_compiles(p, condition, strlen(condition), EVAL_EXPRESSION, &why);
    if (!good)
        cmd_error(p->cmd, "Invalid condition %s: %s", condition, why.data);
    buffer_release(&why);
    return good;
}

/* `[file:]line`: where it is. 1: it is a function; negative: all has been said. */
static int parse_line(struct xdb_pdb *p, struct wish *w)
{
    const char *colon = strrchr(w->place, ':');
    const char *number = colon ? skip_space(colon + 1) : w->place;
    bool numeric = print_number(number, &w->line);
    if (!colon) {
        w->source = numeric ? default_file(p) : NULL;
        if (numeric && (!w->source || print_line_of(p, print_frame(p)) <= 0)) {
            cmd_error(p->cmd, "The code of this frame has no lines");
            return XDB_ENOENT;
        }
        return numeric ? 0 : 1;
    }
    size_t n = (size_t)(colon - w->place);
    while (n && isspace((unsigned char)w->place[n - 1]))
        n--;
    bool method = !numeric && is_function_name(w->place);
    w->source = find_file(p, w->place, n, method);
    if (!w->source)
        return method ? 1 : XDB_ENOENT;
    if (!numeric && !set_at_name(p, w, w->source, number)) /* `file:function` does it, too */
        cmd_error(p->cmd, "Bad lineno: %s", number);
    return numeric ? 0 : XDB_EINVAL;
}

static int do_break(struct cmd *c, const char *arg, size_t n, bool temporary)
{
    struct xdb_pdb *p = pdb_of(c);
    if (n == 0) {
        list_all(p);
        return CMD_AGAIN;
    }
    char *place = strndup(arg, n);
    if (!place) {
        cmd_error(c, "not enough memory");
        return CMD_AGAIN;
    }
    struct wish w = {.place = place, .condition = "", .temporary = temporary};
    char *comma = strchr(place, ',');
    if (comma) {
        w.condition = skip_space(comma + 1);
        do
            *comma-- = '\0';
        while (comma > place && isspace((unsigned char)*comma));
    }
    int what = good_condition(p, w.condition) ? parse_line(p, &w) : XDB_EINVAL;
    if (what == 0)
        set_at_line(p, &w);
    else if (what > 0)
        set_at_function(p, &w);
    free(place);
    return CMD_AGAIN;
}

struct breakpoint *breaks_set(struct cmd *c, const char *place, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    int before = breakpoint_last(p->registry);
    do_break(c, place, n, false);
    int number = breakpoint_last(p->registry);
    return number > before ? breakpoint_numbered(p->registry, number) : NULL;
}

int breaks_break(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    (void)row;
    return do_break(c, arg, n, false);
}

int breaks_tbreak(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    (void)row;
    return do_break(c, arg, n, true);
}

/* ---- breakpoints by number -------------------------------------------------------------------- */

/* Takes the next word of *s, which is copied into a text that the caller frees; NULL at the end. */
static char *next_word(const char **s)
{
    const char *begin = skip_space(*s), *end = begin;
    while (*end && !isspace((unsigned char)*end))
        end++;
    *s = end;
    return end > begin ? strndup(begin, (size_t)(end - begin)) : NULL;
}

/* By its number, or `last` for the one set last. */
static struct breakpoint *by_word(const struct xdb_pdb *p, const char *word, struct xdb_error *err)
{
    char number[16];
    if (word && strcmp(word, "last") == 0) {
        snprintf(number, sizeof number, "%d", breakpoint_last(p->registry));
        word = number;
    }
    return breakpoint_by_text(p->registry, word, err);
}

/* Calls `act` for the breakpoint of each number in `arg`; a bad number is complained of and passed over. */
static int each_number(struct cmd *c, const char *arg,
                       void (*act)(struct xdb_pdb *p, struct breakpoint *b))
{
    struct xdb_pdb *p = pdb_of(c);
    char *word;
    while ((word = next_word(&arg)) != NULL) {
        struct xdb_error err;
        struct breakpoint *b = by_word(p, word, &err);
        if (b)
            act(p, b);
        else
            cmd_error(c, "%s", err.text);
        free(word);
    }
    return CMD_AGAIN;
}

static void enable(struct xdb_pdb *p, struct breakpoint *b)
{
    breakpoint_enable(p->registry, b, true);
    say(p, "Enabled", b);
}

static void disable(struct xdb_pdb *p, struct breakpoint *b)
{
    breakpoint_enable(p->registry, b, false);
    say(p, "Disabled", b);
}

int breaks_enable(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    (void)row, (void)n;
    return each_number(c, arg, enable);
}

int breaks_disable(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    (void)row, (void)n;
    return each_number(c, arg, disable);
}

/* The breakpoint that the first word of *arg numbers, and the rest in *arg; NULL after a complaint. */
static struct breakpoint *first_number(struct cmd *c, const char **arg)
{
    struct xdb_error err;
    char *word = next_word(arg);
    struct breakpoint *b = by_word(pdb_of(c), word, &err);
    free(word);
    *arg = skip_space(*arg);
    if (!b)
        cmd_error(c, "%s", err.text);
    return b;
}

int breaks_ignore(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    const char *rest = arg;
    int count = 0;
    free(next_word(&rest));
    if (*skip_space(rest) && !print_number(skip_space(rest), &count))
        return cmd_invalid(c, row, arg, n);
    struct breakpoint *b = first_number(c, &arg);
    if (!b)
        return CMD_AGAIN;
    b->ignore = count > 0 ? count : 0;
    if (count > 1)
        cmd_printf(c, "Will ignore next %d crossings of breakpoint %d.\n", count, b->number);
    else if (count == 1)
        cmd_printf(c, "Will ignore next 1 crossing of breakpoint %d.\n", b->number);
    else
        cmd_printf(c, "Will stop next time breakpoint %d is reached.\n", b->number);
    return CMD_AGAIN;
}

int breaks_condition(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    struct breakpoint *b = first_number(c, &arg);
    (void)row, (void)n;
    if (!b || !good_condition(p, arg))
        return CMD_AGAIN;
    if (breakpoint_set_condition(p->registry, b, arg) < 0)
        cmd_error(c, "not enough memory");
    else if (*arg)
        cmd_printf(c, "New condition set for breakpoint %d.\n", b->number);
    else
        cmd_printf(c, "Breakpoint %d is now unconditional.\n", b->number);
    return CMD_AGAIN;
}

/* ---- clear ------------------------------------------------------------------------------------ */

static void clear_all(struct xdb_pdb *p)
{
    struct buffer reply;
    buffer_init(&reply);
    int status = lineedit_read(p->edit, "Clear all breaks? ", &reply);
    if (status == LINE_INTERRUPT)
        cmd_printf(p->cmd, "--KeyboardInterrupt--\n");
    if (status == LINE_READ &&
        (strcasecmp(reply.data, "y") == 0 || strcasecmp(reply.data, "yes") == 0))
        for (int i = 1; i <= breakpoint_last(p->registry); i++) {
            struct breakpoint *b = breakpoint_numbered(p->registry, i);
            if (b)
                delete_loudly(p, b);
        }
    buffer_release(&reply);
}

/* `file:line` */
static void clear_line(struct xdb_pdb *p, const char *arg, const char *colon)
{
    int line;
    size_t n = (size_t)(colon - arg);
    if (!print_number(skip_space(colon + 1), &line)) {
        cmd_error(p->cmd, "Invalid line number (%s)", skip_space(colon + 1));
        return;
    }
    const int *lines;
    struct source *s = find_file(p, arg, n, true);
    char *path = s ? NULL : strndup(arg, n);
    if (path)
        source_of_path(xdb_bdb_sources(p->bdb), path, &s, NULL);
    free(path);
    if (!s) {
        cmd_error(p->cmd, "not enough memory");
        return;
    }
    const char *file = s->name;
    struct breakpoint *b = breakpoint_at(p->registry, file, line);
    if (!b && breakpoint_lines(p->registry, file, &lines) > 0)
        cmd_error(p->cmd, "There is no breakpoint at %s:%d", file, line);
    else if (!b)
        cmd_error(p->cmd, "There are no breakpoints in %s", file);
    while (b) {
        struct breakpoint *next = b->next_here;
        delete_loudly(p, b);
        b = next;
    }
}

int breaks_clear(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    const char *colon = strrchr(arg, ':');
    (void)row;
    if (n == 0)
        clear_all(p);
    else if (colon)
        clear_line(p, arg, colon);
    else
        each_number(c, arg, delete_loudly);
    return CMD_AGAIN;
}
