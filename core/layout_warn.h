/*
** The warning function of a state can be set, but not asked for. Here it can: its place among what all threads share
** is found once, in a state made for it, between the first and the last byte of that state's own block.
*/
#ifndef XDB_CORE_LAYOUT_WARN_H
#define XDB_CORE_LAYOUT_WARN_H

#include <lua.h>
#include <stdbool.h>

/* What lua_setwarnf was given last; false, with nothing told, where that cannot be known. Does not raise. */
bool layout_warnf(lua_State *L, lua_WarnFunction *f, void **ud);

#endif
