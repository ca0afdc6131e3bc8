/*
** Where a breakpoint goes: lines without code, functions by name, functions that do not exist yet.
*/
#include "bdb/bdb_state.h"
#include "core/function.h"

#include <stdint.h>
#include <string.h>
#include <unistd.h>

/* Whether name[0..n-1] is what `require` may call the file: "core.parser" for /somewhere/core/parser.lua. */
static bool is_module(const struct source *s, const char *name, size_t n)
{
    size_t len = s->name_len;
    if (s->kind != SOURCE_FILE)
        return false;
    if (len > 4 && strcmp(s->name + len - 4, ".lua") == 0)
        len -= 4;
    if (n == 0 || n > len || (n < len && s->name[len - n - 1] != '/'))
        return false;
    for (size_t i = 0; i < n; i++)
        if (s->name[len - n + i] != (name[i] == '.' ? '/' : name[i]))
            return false;
    return true;
}

/* `parser.split` for what parser.lua calls M.split. */
static const char *name_in_module(const struct source *s, const char *name)
{
    const char *last = name + strlen(name);
    while (last > name && last[-1] != '.' && last[-1] != ':')
        last--;
    return last > name && is_module(s, name, (size_t)(last - 1 - name)) ? last : NULL;
}

/* The function that `name` means in the source, or NULL. */
static struct function *defined_in(struct source *s, const char *name)
{
    struct function *f = NULL;
    size_t n;
    int missing = function_find(s, name, &f, 1, &n, NULL);
    if (missing == XDB_ENOENT && (name = name_in_module(s, name)) != NULL)
        missing = function_find(s, name, &f, 1, &n, NULL);
    return missing < 0 || function_first_line(f) < 1 ? NULL : f;
}

struct search {
    const char *name;
    struct function *found;
};

static int visit(struct source *s, void *data)
{
    struct search *search = data;
    search->found = s->kind == SOURCE_LABEL ? NULL : defined_in(s, search->name);
    return search->found != NULL;
}

static struct function *defined_anywhere(struct xdb_bdb *b, const char *name)
{
    struct search search = {name, NULL};
    source_each(b->sources, visit, &search);
    return search.found;
}

static void attach(struct breakpoint *bp, const struct function *f)
{
    bp->linedefined = f->linedefined;
    bp->lastlinedefined = f->lastlinedefined;
}

void place_seen(void *data, struct source *source)
{
    struct xdb_bdb *b = data;
    if (breakpoint_pending(b->registry) == 0)
        return;
    for (int n = 1; n <= breakpoint_last(b->registry); n++) {
        struct breakpoint *bp = breakpoint_numbered(b->registry, n);
        if (!bp || bp->file)
            continue;
        const struct function *f = defined_in(source, bp->function);
        if (f && breakpoint_place(b->registry, bp, source->name, function_first_line(f)) == 0)
            attach(bp, f);
    }
}

int place_check_condition(lua_State *L, const char *condition, struct xdb_error *err)
{
    struct eval_condition *c;
    if (!condition || !*condition)
        return 0;
    if (eval_compile(L, condition, strlen(condition), &c) == 0) {
        eval_condition_free(L, c);
        return 0;
    }
    struct buffer text;
    buffer_init(&text);
    eval_message(L, -1, &text);
    lua_pop(L, 1);
    error_set(err, XDB_EINVAL, "Invalid condition %s: %s", condition, text.data);
    buffer_release(&text);
    return XDB_EINVAL;
}

static int compare_text(struct source *s, void *data)
{
    return s->kind == SOURCE_TEXT && strcmp(s->name, data) == 0;
}

/* Whether that is the text of a chunk: lines no path has, or one line that was loaded and is no file. */
static bool is_text(struct source_cache *sources, const char *name)
{
    return strchr(name, '\n') ||
           (source_each(sources, compare_text, (void *)(uintptr_t)name) && access(name, F_OK) != 0);
}

int place_source(struct source_cache *sources, const char *file, struct source **out,
                 struct xdb_error *err)
{
    if (*file == '=' || is_text(sources, file))
        return source_of(sources, file, strlen(file), out, err);
    return source_of_path(sources, *file == '@' ? file + 1 : file, out, err);
}

/* The line of the source where a breakpoint for `asked` can be. */
static int place_line(struct source *s, int asked, int *line, struct xdb_error *err)
{
    struct xdb_error why;
    int failed = source_code_line(s, asked, line, &why);
    if (failed == XDB_ENOENT && s->kind == SOURCE_LABEL) {
        *line = asked; /* no text is known: the line cannot be checked, it is taken as it is */
        return 0;
    }
    if (failed == XDB_ENOENT || failed == XDB_EINVAL)
        return error_set(err, XDB_ENOENT, "Line %s:%d does not exist", s->title, asked);
    if (failed)
        error_set(err, failed, "%s", why.text);
    return failed;
}

static int place_function(struct xdb_bdb *b, const struct xdb_break_spec *spec, struct source **s,
                          const struct function **f, struct xdb_error *err)
{
    if (!*s) {
        *f = defined_anywhere(b, spec->function);
        *s = *f ? (*f)->source : NULL;
        return 0; /* not found: it will be pending */
    }
    *f = defined_in(*s, spec->function);
    if (!*f)
        return error_set(err, XDB_ENOENT, "There is no function %s in %s", spec->function,
                         (*s)->title);
    return 0;
}

int xdb_bdb_set_break(struct xdb_bdb *b, lua_State *L, const struct xdb_break_spec *spec,
                      struct breakpoint **out, int *moved, struct xdb_error *err)
{
    struct source *s = NULL;
    const struct function *f = NULL;
    int line = 0, failed = place_check_condition(L, spec->condition, err);
    if (!failed && spec->file)
        failed = place_source(b->sources, spec->file, &s, err);
    if (!failed && !s && !spec->function)
        failed = error_set(err, XDB_EINVAL, "a file or a function is expected");
    else if (!failed && spec->function && (!s || spec->line <= 0))
        failed = place_function(b, spec, &s, &f, err);
    else if (!failed)
        failed = place_line(s, spec->line, &line, err);
    if (failed)
        return failed;
    if (f)
        line = function_first_line(f);
    struct breakpoint *bp =
        breakpoint_add(b->registry, &(struct breakpoint_spec){.file = s ? s->name : NULL,
                                                              .line = line,
                                                              .temporary = spec->temporary,
                                                              .condition = spec->condition,
                                                              .function = spec->function});
    if (!bp)
        return error_set(err, XDB_ENOMEM, "not enough memory for a breakpoint");
    if (f)
        attach(bp, f);
    if (s)
        source_hold(s); /* its name must go on meaning the same text while a breakpoint is there */
    if (out)
        *out = bp;
    if (moved)
        *moved = !spec->function && line != spec->line ? spec->line : 0;
    xdb_bdb_apply(b, L);
    return 0;
}

const char *xdb_bdb_canonic(struct xdb_bdb *b, const char *chunk)
{
    struct source *s;
    return source_of(b->sources, chunk, strlen(chunk), &s, NULL) < 0 ? chunk : s->name;
}
