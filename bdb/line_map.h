/*
** Which lines a debugger of its own accord stops at: its map from files to lines (BDB-032, 033). The
** registry of breakpoints is shared; a breakpoint that another debugger sets later is not in our map and
** does not stop us. Lines stay in the map when another debugger deletes their breakpoints.
**
** C memory only, no Lua. A look-up compares the names of the files and halves the lines of one; it is
** asked for when a function is seen for the first time, not on each event.
*/
#ifndef XDB_BDB_LINE_MAP_H
#define XDB_BDB_LINE_MAP_H

#include "bdb/breakpoint.h"

#include <stdbool.h>

struct line_map;

/* NULL when memory runs out. */
struct line_map *line_map_new(void);
/* NULL is accepted. */
void line_map_free(struct line_map *m);

/*
** Adds where a breakpoint is; of one that still waits for its function, its number. Twice does nothing.
** 0 or XDB_ENOMEM.
*/
int line_map_add(struct line_map *m, const struct breakpoint *b);
/* Adds all breakpoints of a registry. 0 or XDB_ENOMEM. */
int line_map_load(struct line_map *m, const struct breakpoints *r);
/* Takes a line out; a file without lines goes, too. Harmless when it is not there. */
void line_map_remove(struct line_map *m, const char *file, int line);
void line_map_remove_file(struct line_map *m, const char *file);
/* Forgets a breakpoint that waits. */
void line_map_forget(struct line_map *m, int number);
void line_map_clear(struct line_map *m);

bool line_map_has(const struct line_map *m, const char *file, int line);
/*
** The same; a breakpoint of the registry that waited for its function when it was added, and has since
** got its place here, counts and is added.
*/
bool line_map_accepts(struct line_map *m, const struct breakpoints *r, const char *file, int line);
/* Neither lines nor breakpoints that wait. */
bool line_map_empty(const struct line_map *m);
/* The lines of a file, ascending, and how many; the array is good until the next change. */
int line_map_lines(const struct line_map *m, const char *file, const int **lines);
/* Names of the files, in order of first use, from 0; NULL past the end. */
const char *line_map_file(const struct line_map *m, int i);

#endif
