/*
** Arguments of the functions of Lua modules: in Python's order, or as one table by name.
**
**   static const char *const names[] = {"stmt", "number", "gc", NULL};
**   lua_args_arrange(L, 1, names, 2);       -- f("x", 5), f{stmt = "x", gc = true}; f("x", 5, true) is refused
**   long long number = lua_args_integer(L, 2, "number", 1000);
**
** The readers take what stands at an index after that and call it by its name when it is not of the right kind.
** nil, or nothing, is the argument left out. All functions here may raise Lua errors.
*/
#ifndef XDB_CORE_LUA_ARGS_H
#define XDB_CORE_LUA_ARGS_H

#include <lauxlib.h>
#include <stdbool.h>

/*
** Brings the arguments from index `first` on into the order of `names` (which ends with NULL): that many stand there
** then, nil for those left out. One table alone is taken for named arguments unless it can be called or is a list;
** a name that is not in `names` is refused. Of arguments in order at most `positional` are taken.
*/
void lua_args_arrange(lua_State *L, int first, const char *const *names, int positional);
/*
** Refuses names in the table at `index` other than `names`; with `list`, also positive integers are good: a table
** that is a list and has named arguments beside.
*/
void lua_args_check_names(lua_State *L, int index, const char *const *names, bool list);

long long lua_args_integer(lua_State *L, int index, const char *name, long long otherwise);
/* Finite, since no argument of ours can be otherwise. */
double lua_args_number(lua_State *L, int index, const char *name, double otherwise);
/* Any value is true or false. */
bool lua_args_flag(lua_State *L, int index, bool otherwise);
/* The text is Lua's: good as long as the value is on the stack. `len` may be NULL. */
const char *lua_args_string(lua_State *L, int index, const char *name, const char *otherwise,
                            size_t *len);
/*
** [-0, +1] The strings of the list at `index`, ended by NULL; the array is a userdata that is pushed, the texts are
** the list's. NULL, and nil pushed, when the argument was left out. `what`: the strings' name, as in "patterns".
*/
const char **lua_args_push_strings(lua_State *L, int index, const char *name, const char *what);

#endif
