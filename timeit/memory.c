#include "timeit/memory.h"

#include "timeit/timer.h"

#include "core/error.h"

#include <limits.h>

/* Lua passes a new object's type in place of the old size; blocks that are no objects come with 0. */
static void *counting_alloc(void *ud, void *block, size_t old_size, size_t size)
{
    struct memory_count *count = ud;
    void *result = count->alloc(count->ud, block, old_size, size);
    if (!result || size == 0)
        return result;
    if (!block) {
        count->bytes += size;
        count->objects += old_size >= LUA_TSTRING;
    } else if (size > old_size)
        count->bytes += size - old_size;
    return result;
}

void memory_begin(lua_State *L, struct memory_count *count)
{
    *count = (struct memory_count){.marks = 0};
    count->alloc = lua_getallocf(L, &count->ud);
    lua_setallocf(L, counting_alloc, count);
}

/* A tool that has put itself on top meanwhile is left there only if it let go of us, so we insist. */
void memory_end(lua_State *L, struct memory_count *count)
{
    lua_setallocf(L, count->alloc, count->ud);
}

void memory_mark_start(struct memory_count *count)
{
    count->bytes = count->objects = 0;
}

static void widen(double *least, double *most, double value, bool first)
{
    if (first || value < *least)
        *least = value;
    if (first || value > *most)
        *most = value;
}

void memory_mark_loop(struct memory_count *count)
{
    double bytes = (double)count->bytes, objects = (double)count->objects;
    struct xdb_timer_memory *found = &count->found;
    if (count->marks++ > 0) {
        count->total_bytes += bytes;
        count->total_objects += objects;
        widen(&found->least_bytes, &found->most_bytes, bytes, found->loops == 0);
        widen(&found->least_objects, &found->most_objects, objects, found->loops == 0);
        found->loops++;
    }
    memory_mark_start(count);
}

int xdb_timer_memory(lua_State *L, int timer, long long number, struct xdb_timer_memory *memory,
                     struct xdb_error *err)
{
    struct memory_count count;
    double seconds;
    if (number < 1 || number == LLONG_MAX)
        return error_set(err, XDB_EINVAL, "the number of loops must be %s",
                         number < 1 ? "1 or more" : "smaller");
    int code = timer_run(L, timer, number + 1, &count, &seconds, err);
    if (code < 0)
        return code;
    *memory = count.found;
    memory->bytes = count.total_bytes / (double)memory->loops;
    memory->objects = count.total_objects / (double)memory->loops;
    return 0;
}
