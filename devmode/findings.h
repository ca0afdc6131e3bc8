/*
** What was found, told: filtered by category, once per place, with the line of the source. And the places themselves:
** where in the program something happened, as a small number that can be kept with every block of memory.
**
** All of it is C memory; nothing here calls Lua but lua_getstack and lua_getinfo, which allocate nothing, so findings can
** be told from within an allocator or a finalizer. Telling costs some microseconds, a place some 100 ns.
*/
#ifndef XDB_DEVMODE_FINDINGS_H
#define XDB_DEVMODE_FINDINGS_H

#include "core/buffer.h"
#include "core/source.h"
#include "devmode/devmode.h"

#include <lua.h>
#include <stdbool.h>
#include <stdint.h>

/* A line of the program. The source lives as long as the places. */
struct place {
    const struct source *source;
    int line;
};

struct places {
    struct source_cache *sources;
    struct place *all; /* by number; 0 is not a place */
    uint32_t count, room;
    uint32_t *slots; /* open addressing: numbers by source and line */
    uint32_t nslots;
};

int places_init(struct places *p);
void places_release(struct places *p);
/* The number of the line that the newest Lua function at `level` or below is at; 0 when there is none. */
uint32_t places_here(struct places *p, lua_State *L, int level);
/* The same for a frame, with "Sl" of lua_getinfo in `ar`. */
uint32_t places_of(struct places *p, const lua_Debug *ar);
/* Of a line named by a chunk's name, as in an error message. */
uint32_t places_named(struct places *p, const char *chunk, size_t len, int line);

struct xdb_tracemalloc;

struct findings {
    struct xdb_devmode_filters filters;
    xdb_devmode_write *write;
    void *user;
    struct places *places;
    struct finding_told *told;      /* what was told already */
    struct xdb_tracemalloc *tracer; /* knows tracebacks; or NULL */
};

struct finding {
    enum xdb_devmode_category category;
    uint32_t place;     /* 0: unknown */
    const void *object; /* the block whose allocation would be of interest; NULL: nothing's */
    const char *detail; /* what makes it another finding at the same place; may be NULL */
    const char *hidden; /* in what an error cannot be raised ("__gc"); NULL: it can, by who asked */
};

void findings_release(struct findings *f);
/*
** Appends `head` and the lines of the traceback of a block's allocation, oldest first; false, and nothing, when it is
** not known.
*/
bool findings_add_traceback(struct findings *f, const void *block, const char *head,
                            struct buffer *out);
/*
** Tells it, unless it is filtered, or was told already by the same format at the same place with the same detail. True
** when an error is to be raised instead, by the caller: findings_raise.
*/
bool findings_tell(struct findings *f, const struct finding *what, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Raises FILE:LINE: Category: MESSAGE. `message` may be of memory that an error leaves behind. */
void findings_raise(struct findings *f, lua_State *L, const struct finding *what,
                    const char *message);
/* Tells or raises `message` at the line of Lua that is the newest from `level` on; once per place and text. */
void findings_here(struct findings *f, lua_State *L, enum xdb_devmode_category category, int level,
                   const char *message);

#endif
