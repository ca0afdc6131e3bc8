/*
** Names of modules. A file's short name is that of the file without folder and extension. Its full one is that under
** which `require` would find it: the folder of the longest template of package.path that fits, taken away; for
** the script, and where no template fits, the short one.
**
** Reading package.path asks Lua for strings that exist: no Lua memory, no metamethods, nothing raised; fit for hooks.
*/
#ifndef XDB_TRACE_MODULES_H
#define XDB_TRACE_MODULES_H

#include "core/buffer.h"

#include <lua.h>
#include <stdbool.h>

struct modules {
    struct buffer path; /* package.path, as it was read last */
    char *script;       /* canonical path of the main script, or NULL */
};

void modules_init(struct modules *m);
void modules_release(struct modules *m);
/* `path` is copied, links resolved; NULL: there is none. */
void modules_set_script(struct modules *m, const char *path);
/* Reads package.path as it is now. */
void modules_read(struct modules *m, lua_State *L);

/* Appends the short name of the file at `path`. */
void modules_short(const char *path, struct buffer *out);
/* Appends the full name with `separator` between its parts: '.' as require has it, '/' for folders. */
void modules_full(const struct modules *m, const char *path, char separator, struct buffer *out);
/* Whether `name` is the module `outer` or one inside of it. */
bool modules_inside(const char *name, const char *outer);

#endif
