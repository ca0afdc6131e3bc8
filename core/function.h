/*
** Which function is it, and what is it called? A function is the same across closures, calls and garbage
** collections: source, lines of definition, and its place among the functions on the same lines. Its name
** is the one it was defined with, as written: `f`, `M.f`, `M:f`, a table constructor's `key`; "<main>" for a
** chunk; else its dotted name in package.loaded, found without metamethods; else the name at the
** call site; else "<function>". So it is the same whoever calls it.
**
** The first question about a source compiles its text (core/source) and names all of its functions;
** after that an answer is a binary search. Only functions that share both lines with another one are
** told apart by their code, at the cost of a dump each time; if that is equal too they are one function.
** Nothing here raises, runs Lua code or allocates Lua memory (but for the stack space of a thread outside of
** hooks that has less than LUA_MINSTACK left): fit for hooks.
**
** A `struct function` of Lua code lives as long as its source is not forgotten or reloaded:
** `source_hold(f->source)` keeps it. One of a C function lives as long as the cache.
**
** - identity: function_cache_new, function_cache_free, function_of_debug, function_of_value
** - names: function_name, function_stat_name
** - definitions: function_each, function_find, function_first_line, function_parameters
*/
#ifndef XDB_CORE_FUNCTION_H
#define XDB_CORE_FUNCTION_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/buffer.h"
#include "core/error.h"
#include "core/source.h"

/* Functions of one source that its text does not explain; more are refused. */
#define FUNCTION_MAX_UNKNOWN 65536

struct function {
    struct source *source;            /* NULL for a C function */
    const struct proto *proto;        /* its compiled text; NULL when that is not to be had */
    lua_CFunction cfunction;          /* NULL for Lua code */
    int linedefined, lastlinedefined; /* 0 for a main chunk, -1 for C */
    int position;                     /* among the functions on the same lines, from 0 */
    bool is_main;
    const char *name; /* by definition, or else in package.loaded; NULL when there is neither */
    /* Private. */
    bool searched;    /* package.loaded has been looked through */
    signed char fits; /* whether the text is that of the running code: 1, 0, or -1 not known yet */
};

struct function_cache;

/* `sources` must outlive it. NULL when out of memory. */
struct function_cache *function_cache_new(struct source_cache *sources);
/* Free it before the sources. NULL is fine. */
void function_cache_free(struct function_cache *c);

/*
** The function of an event or a frame of `L`; `ar` has been filled by lua_getinfo with "S". Fails with
** XDB_ENOMEM, or with XDB_EINVAL past FUNCTION_MAX_UNKNOWN.
*/
int function_of_debug(struct function_cache *c, lua_State *L, lua_Debug *ar, struct function **out,
                      struct xdb_error *err);
/* The function at `index` of the stack; XDB_EINVAL when there is another value. */
int function_of_value(struct function_cache *c, lua_State *L, int index, struct function **out,
                      struct xdb_error *err);

/*
** What to call it. With `L` and `ar` of a frame that runs it (both may be NULL) the name at the call
** site is considered. Never NULL; belongs to the function, or to Lua until the frame's caller goes on.
*/
const char *function_name(const struct function *f, lua_State *L, lua_Debug *ar);
/* The same as statistics show it, appended to `to`: C functions in braces, `{string.rep}`. */
void function_stat_name(const struct function *f, lua_State *L, lua_Debug *ar, struct buffer *to);

/*
** Calls `visit` for each function in the text of `s`, in its order, until it returns non-zero, and
** returns that. Fails like source_code.
*/
int function_each(struct source *s, int (*visit)(struct function *f, void *data), void *data,
                  struct xdb_error *err);

/*
** The definitions of a name in the text of `s`: those called exactly so; if none, those that differ in
** '.' for ':'; if none, those whose last parts it is (`deposit` for `Account:deposit`). The first `max`
** go to `found`, in the order of the text; `*n` tells how many there are. XDB_ENOENT when there is none; else
** fails like source_code.
*/
int function_find(struct source *s, const char *name, struct function **found, size_t max,
                  size_t *n, struct xdb_error *err);

/* The line where its execution begins; -1 when its text is unknown. */
int function_first_line(const struct function *f);
/* Appends "a, b, ..."; nothing when its text is unknown. */
void function_parameters(const struct function *f, struct buffer *to);

#endif
