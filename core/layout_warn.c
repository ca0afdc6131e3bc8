#include "core/layout_warn.h"

#include "core/layout.h"

#include <lauxlib.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* The function stands here behind layout_global, its argument behind it; 0: not found. */
static size_t offset;

/* The first block of a state holds the main thread and what is shared. */
struct first {
    const char *at;
    size_t size;
};

static void *alloc(void *ud, void *ptr, size_t osize, size_t nsize)
{
    struct first *first = ud;
    (void)osize;
    if (nsize == 0) {
        free(ptr);
        return NULL;
    }
    void *to = realloc(ptr, nsize);
    if (!first->at) {
        first->at = to;
        first->size = nsize;
    }
    return to;
}

static void nobody(void *ud, const char *text, int to_be_continued)
{
    (void)ud, (void)text, (void)to_be_continued;
}

static bool is_at(const char *at, lua_WarnFunction f, const void *ud)
{
    lua_WarnFunction there;
    const void *argument;
    memcpy(&there, at, sizeof there);
    memcpy(&argument, at + sizeof there, sizeof argument);
    return there == f && argument == ud;
}

static void find(void)
{
    struct first first = {NULL, 0};
    lua_State *L = layout_on() ? lua_newstate(alloc, &first) : NULL;
    if (!L)
        return;
    const char *shared = layout_global(L), *end = first.at + first.size;
    lua_setwarnf(L, nobody, &first);
    for (const char *p = shared; p >= first.at && p + 2 * sizeof(void *) <= end;
         p += sizeof(void *))
        if (is_at(p, nobody, &first)) {
            lua_setwarnf(L, nobody, &offset); /* it must follow */
            offset = is_at(p, nobody, &offset) ? (size_t)(p - shared) : 0;
            break;
        }
    lua_close(L);
}

bool layout_warnf(lua_State *L, lua_WarnFunction *f, void **ud)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, find);
    if (!offset)
        return false;
    const char *at = (const char *)layout_global(L) + offset;
    memcpy(f, at, sizeof *f);
    memcpy(ud, at + sizeof *f, sizeof *ud);
    return true;
}
