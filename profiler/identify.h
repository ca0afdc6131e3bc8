/*
** Which function of the tree is it that runs? One entry for each definition, however many closures, loads
** and collections there are. Names are found when a function is first seen, while its text and its state
** are there: some 10 us, and the reading and compiling of its file once.
*/
#ifndef XDB_PROFILER_IDENTIFY_H
#define XDB_PROFILER_IDENTIFY_H

#include "core/function.h"
#include "profiler/tree.h"

struct identify {
    struct tree *tree; /* not owned */
    struct source_cache *sources;
    struct function_cache *functions;
};

/* False when memory runs out; release it all the same. */
bool identify_init(struct identify *c, struct tree *tree);
void identify_release(struct identify *c);

/*
** The function that runs in `ar`, or NULL when memory runs out. Moves the tree's generation on when new
** code has been loaded. Does not raise; fit for hooks.
*/
struct tree_function *identify_function(struct identify *c, lua_State *L, lua_Debug *ar);

#endif
