/*
** xdb/devmode.h - the development mode: findings that a program would otherwise not be told, each once per place, and
** an allocator that notices what C modules do wrong. Silent on correct programs.
**
** What it finds, by category: ResourceWarning (files, pipes and the like that nobody closed, or closed twice; errors in
** __gc and __close), GlobalWarning (undefined globals, globals made by accident), CoroutineWarning (never started, abandoned
** with something to close, resumed when dead), RuntimeWarning (the length of a list with holes), DeprecationWarning. The
** manual page xlua(1) tells of each when it is found and when not.
**
** The program behaves as without it; library functions are replaced by variants that do the same, and nothing of ours
** can be seen in its globals or metatables. Costs: a few nanoseconds at those functions; with the debug allocator an
** allocation takes about twice as long, and 40 bytes more.
**
** One mode a Lua state. A universe (lua_newstate with all its coroutines) belongs to one OS thread at a time.
*/
#ifndef XDB_DEVMODE_H
#define XDB_DEVMODE_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef XDB_API
#define XDB_API __attribute__((visibility("default")))
#endif

struct xdb_error; /* <xdb/error.h> */

enum xdb_devmode_category {
    XDB_RESOURCE_WARNING,
    XDB_GLOBAL_WARNING,
    XDB_COROUTINE_WARNING,
    XDB_RUNTIME_WARNING,
    XDB_DEPRECATION_WARNING,
    XDB_DEVMODE_CATEGORIES
};

enum xdb_devmode_action {
    XDB_DEVMODE_IGNORE,
    XDB_DEVMODE_DEFAULT, /* told once per place */
    XDB_DEVMODE_ERROR /* raised as a Lua error where the program runs; where nothing can be raised, told as ignored */
};

/* What is done with each category. */
struct xdb_devmode_filters {
    enum xdb_devmode_action action[XDB_DEVMODE_CATEGORIES];
};

/*
** Changes the filters as "-W TEXT" says: "error", "ignore:GlobalWarning". XDB_EINVAL with a line that says what is wrong;
** nothing has changed then.
*/
XDB_API int xdb_devmode_filter(struct xdb_devmode_filters *filters, const char *text,
                               struct xdb_error *err);
/* "GlobalWarning" for XDB_GLOBAL_WARNING; NULL for a number that is none. */
XDB_API const char *xdb_devmode_category_name(enum xdb_devmode_category category);
/* The category of that name, or -1. */
XDB_API int xdb_devmode_category_named(const char *name);

/* Told of each finding; `text` is its lines with their newlines. May be called inside an allocator or a finalizer. */
typedef void xdb_devmode_write(void *user, const char *text, size_t len);

struct xdb_devmode_options {
    struct xdb_devmode_filters filters;
    xdb_devmode_write *write; /* NULL: to standard error's descriptor */
    void *user;
    bool no_allocator; /* leave out the debug allocator: no guard bytes, no filling */
};

/* All categories as findings, the debug allocator on. */
XDB_API struct xdb_devmode_options xdb_devmode_defaults(void);

/*
** Enables the mode in the state of `L`, for good: it ends with the state. Blocks that were allocated before are not
** guarded. When it is on already, only the filters change. The libraries must be open. Needs ten free stack slots and
** may raise a memory error. XDB_ENOMEM.
*/
XDB_API int xdb_devmode_enable(lua_State *L, const struct xdb_devmode_options *options,
                               struct xdb_error *err);
XDB_API bool xdb_devmode_enabled(lua_State *L);

/* A global of that name is no finding from now on. XDB_EINVAL when the mode is off; XDB_ENOMEM. */
XDB_API int xdb_devmode_allow(lua_State *L, const char *name, struct xdb_error *err);

/*
** Tells a finding of the caller's own at `level` of the stack (1: the function that called the running one), like any
** other: filtered, once per place. Raises where the filter says so; does nothing when the mode is off.
*/
XDB_API void xdb_devmode_warn(lua_State *L, enum xdb_devmode_category category, int level,
                              const char *message);

#ifdef __cplusplus
}
#endif

#endif
