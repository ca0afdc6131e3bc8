/*
** What xprof remembers of a machine: the cost of an event that --calibrate found, in
** $XDG_STATE_HOME/xdb/profiler.json or ~/.local/state/xdb/profiler.json. Used by the command alone.
*/
#ifndef XDB_PROFILER_SETTINGS_H
#define XDB_PROFILER_SETTINGS_H

#include "core/buffer.h"
#include "core/error.h"

/*
** Appends the file's path, from XDG_STATE_HOME and HOME (either may be NULL). XDB_ENOENT when there is no
** home for it.
*/
int settings_path(const char *state, const char *home, struct buffer *out, struct xdb_error *err);
/* Writes the cost, in seconds, for this machine; makes the folders. */
int settings_save_bias(const char *path, double seconds, struct xdb_error *err);
/* Leaves `*seconds` alone when there is no file or it is another machine's; both are no failure. */
int settings_load_bias(const char *path, double *seconds, struct xdb_error *err);

#endif
