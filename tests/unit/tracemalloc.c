/*
** tracemalloc: the table of blocks against a simple model, and the tracer in states that are made, stopped, started again,
** that run out of memory, and beside each other.
*/
#include "core/error.h"
#include "core/universe.h"
#include "tracemalloc/tracer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <lauxlib.h>
#include <lualib.h>

/* ---- the table of blocks ---------------------------------------------------------------------- */

enum { MODEL = 40000 };
static struct block model[MODEL];

/* The same numbers each time. */
static uint32_t number(void)
{
    static uint64_t seed = 88172645463325252ULL;
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 32);
}

static uintptr_t address_of(uint32_t i)
{
    if (i % 100 == 1)
        return (uintptr_t)i * 16 + 3; /* not a multiple of 8 */
    if (i % 100 == 2)
        return ((uintptr_t)1 << 60) + i * 8;
    return 0x7f0000000000 + (uintptr_t)i * 16;
}

static void check_model(const struct blocks *b)
{
    struct block found;
    size_t n = 0, at = 0, seen = 0;
    for (uint32_t i = 0; i < MODEL; i++) {
        bool there = blocks_find(b, address_of(i), &found);
        assert_int_equal(there, model[i].address != 0);
        if (there)
            assert_true(found.size == model[i].size && found.site == model[i].site);
        n += there;
    }
    while (blocks_next(b, &at, &found))
        seen++;
    assert_int_equal(n, seen);
    assert_int_equal(n, blocks_count(b));
}

static void blocks_are_what_was_put(void **state)
{
    (void)state;
    struct blocks b = {0};
    memset(model, 0, sizeof model);
    for (int phase = 0; phase < 6; phase++) {
        for (int k = 0; k < 60000; k++) {
            uint32_t i = number() % MODEL;
            struct block old, block = {address_of(i), number() % 2000, number()};
            if (number() % 50 == 0)
                block.size = (size_t)number() * 8;
            if (number() % 10 < (uint32_t)(phase % 3) * 4) {
                assert_int_equal(blocks_take(&b, block.address, &old), model[i].address != 0);
                model[i].address = 0;
                continue;
            }
            if (!model[i].address && number() % 2 &&
                blocks_add(&b, block.address, block.size, block.site)) {
                model[i] = block;
                continue;
            }
            assert_true(blocks_put(&b, &block, &old));
            assert_int_equal(old.address, model[i].address);
            if (old.address)
                assert_int_equal(old.size, model[i].size);
            model[i] = block;
        }
        check_model(&b);
    }
    blocks_release(&b);
    assert_int_equal(blocks_memory(&b), 0);
}

static void a_block_takes_24_bytes_at_most(void **state)
{
    (void)state;
    struct blocks b = {0};
    struct block old;
    for (uintptr_t i = 1; i < 2000000; i++) {
        const struct block block = {i * 48, 56, 1};
        assert_true(blocks_put(&b, &block, &old));
        if (i > 20000)
            assert_true(blocks_memory(&b) <= i * 24);
    }
    blocks_release(&b);
}

/* ---- a program -------------------------------------------------------------------------------- */

static const char program[] =
    "local keep = {}\n"
    "local function go(n) if n > 0 then return (go(n - 1)) end keep[#keep + 1] = {n} end\n"
    "for i = 1, 50 do\n"
    "  go(i)\n"
    "  keep[#keep + 1] = ('x'):rep(i) .. i\n"
    "  local co = coroutine.wrap(function(...) local t = {...} coroutine.yield(t) error(t) end)\n"
    "  co(i) pcall(co)\n"
    "  keep[i % 7] = load('return function() return ' .. i .. ' end')()\n"
    "  setmetatable({}, {__gc = function() keep.gone = {} end})\n"
    "end\n"
    "keep = nil\n"
    "collectgarbage()\n";

static int run(lua_State *L)
{
    return luaL_loadstring(L, program) || lua_pcall(L, 0, 0, 0);
}

/* Counts what lives, and fails once when `fail` comes down to 0. */
struct counted {
    size_t blocks, bytes;
    long fail;
};

static void *count(void *ud, void *block, size_t osize, size_t nsize)
{
    struct counted *c = ud;
    if (nsize == 0) {
        if (block) {
            c->blocks--;
            c->bytes -= osize;
        }
        free(block);
        return NULL;
    }
    if ((!block || nsize > osize) && c->fail > 0 && --c->fail == 0)
        return NULL;
    void *fresh = realloc(block, nsize);
    if (!block)
        c->blocks++;
    c->bytes += block ? nsize - osize : nsize;
    return fresh;
}

/* Whether the tracer knows exactly what the allocator below has given. */
static void assert_exact(struct xdb_tracemalloc *t, const struct counted *c)
{
    struct xdb_error err;
    size_t current;
    xdb_tracemalloc_traced(t, &current, NULL);
    assert_int_equal(current, c->bytes);
    struct xdb_snapshot *s = xdb_snapshot_take(t, NULL, XDB_SNAPSHOT_NOW, &err);
    assert_non_null(s);
    assert_int_equal(xdb_snapshot_info(s).blocks, c->blocks);
    assert_int_equal(xdb_snapshot_info(s).bytes, c->bytes);
    xdb_snapshot_free(s);
}

static void all_is_known_from_the_first_block_on(void **state)
{
    (void)state;
    static const int frames[] = {1, 2, 30};
    for (size_t i = 0; i < 3; i++)
        for (int fast = 0; fast < 2; fast++) {
            struct counted c = {0, 0, 0};
            const struct xdb_tracemalloc_config config = {frames[i], fast};
            struct xdb_tracemalloc *t = xdb_tracemalloc_new(count, &c);
            assert_int_equal(xdb_tracemalloc_start(t, NULL, &config, NULL), 0);
            lua_State *L = lua_newstate(xdb_tracemalloc_alloc, t);
            assert_exact(t, &c);
            luaL_openlibs(L);
            assert_int_equal(xdb_tracemalloc_attach(t, L, NULL), 0);
            assert_int_equal(run(L), 0);
            assert_exact(t, &c);
            assert_ptr_equal(xdb_tracemalloc_of(L), t);
            struct universe *u = universe_find(L);
            lua_close(L);
            assert_exact(t, &c);
            assert_int_equal(c.blocks, 0);
            universe_close(u, NULL);
            xdb_tracemalloc_free(t, NULL);
        }
}

static void older_blocks_are_given_back(void **state)
{
    (void)state;
    struct counted c = {0, 0, 0};
    lua_State *L = lua_newstate(count, &c);
    const struct xdb_tracemalloc_config config = {3, false};
    struct xdb_tracemalloc *t = xdb_tracemalloc_new(NULL, NULL);
    luaL_openlibs(L);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(xdb_tracemalloc_start(t, L, &config, NULL), 0);
        assert_int_equal(run(L), 0);
        if (i % 2)
            xdb_tracemalloc_clear(t);
        assert_int_equal(run(L), 0);
        xdb_tracemalloc_stop(t, L);
        assert_null(lua_gethook(L));
        void *ud;
        assert_true(lua_getallocf(L, &ud) == count && ud == &c);
        assert_int_equal(run(L), 0);
    }
    assert_int_equal(xdb_tracemalloc_start(t, L, &config, NULL), 0);
    struct universe *u = universe_find(L);
    lua_close(L); /* traced to the end */
    assert_int_equal(c.blocks, 0);
    assert_int_equal(c.bytes, 0);
    xdb_tracemalloc_free(t, NULL);
    universe_close(u, NULL);
}

/* Another allocator on top, as another tool would put it. */
static lua_Alloc below;
static void *below_ud;

static void *on_top(void *ud, void *block, size_t osize, size_t nsize)
{
    (void)ud;
    return below(below_ud, block, osize, nsize);
}

static void another_allocator_may_stand_on_top(void **state)
{
    (void)state;
    struct counted c = {0, 0, 0};
    lua_State *L = lua_newstate(count, &c);
    const struct xdb_tracemalloc_config config = {1, false};
    struct xdb_tracemalloc *t = xdb_tracemalloc_new(NULL, NULL);
    luaL_openlibs(L);
    assert_int_equal(xdb_tracemalloc_start(t, L, &config, NULL), 0);
    below = lua_getallocf(L, &below_ud);
    lua_setallocf(L, on_top, NULL);
    assert_ptr_equal(xdb_tracemalloc_of(L), t);
    xdb_tracemalloc_stop(t, L);
    assert_int_equal(run(L), 0);
    assert_int_equal(xdb_tracemalloc_start(t, L, &config, NULL), 0);
    assert_int_equal(run(L), 0);
    lua_setallocf(L, below, below_ud);
    xdb_tracemalloc_stop(t, L);
    void *ud;
    assert_true(lua_getallocf(L, &ud) == count);
    assert_int_equal(run(L), 0);
    struct universe *u = universe_find(L);
    lua_close(L);
    assert_int_equal(c.blocks, 0);
    xdb_tracemalloc_free(t, NULL);
    universe_close(u, NULL);
}

static void each_allocation_may_fail(void **state)
{
    (void)state;
    int failures = 0;
    for (long n = 1;; n = n < 300 ? n + 1 : n + 37) {
        struct counted c = {0, 0, n};
        const struct xdb_tracemalloc_config config = {2, false};
        struct xdb_tracemalloc *t = xdb_tracemalloc_new(count, &c);
        assert_int_equal(xdb_tracemalloc_start(t, NULL, &config, NULL), 0);
        lua_State *L = lua_newstate(xdb_tracemalloc_alloc, t);
        struct universe *u = NULL;
        int status = 0;
        if (L) {
            lua_pushcfunction(L, luaopen_base);
            if (n > 400) { /* the libraries open in peace, or there is no protected call */
                long left = c.fail;
                c.fail = 0;
                luaL_openlibs(L);
                c.fail = left;
                assert_int_equal(xdb_tracemalloc_attach(t, L, NULL), 0);
                u = universe_find(L);
                status = run(L);
                assert_exact(t, &c);
            }
            lua_close(L);
        }
        assert_int_equal(c.blocks, 0);
        bool over = L && c.fail > 0 && n > 400;
        failures += c.fail == 0;
        universe_close(u, NULL);
        xdb_tracemalloc_free(t, NULL);
        (void)status;
        if (over)
            break;
    }
    assert_true(failures > 50);
}

static void two_states_are_traced_apart(void **state)
{
    (void)state;
    struct counted c[2] = {{0, 0, 0}, {0, 0, 0}};
    struct xdb_tracemalloc *t[2];
    lua_State *L[2];
    for (int i = 0; i < 2; i++) {
        const struct xdb_tracemalloc_config config = {i + 1, false};
        t[i] = xdb_tracemalloc_new(&count, &c[i]);
        xdb_tracemalloc_start(t[i], NULL, &config, NULL);
        L[i] = lua_newstate(xdb_tracemalloc_alloc, t[i]);
        luaL_openlibs(L[i]);
        xdb_tracemalloc_attach(t[i], L[i], NULL);
    }
    for (int i = 0; i < 6; i++) {
        assert_int_equal(run(L[i % 2]), 0);
        assert_exact(t[i % 2], &c[i % 2]);
    }
    for (int i = 0; i < 2; i++) {
        struct universe *u = universe_find(L[i]);
        lua_close(L[i]);
        universe_close(u, NULL);
        xdb_tracemalloc_free(t[i], NULL);
    }
}

/* ---- the peak, domains, sizes ----------------------------------------------------------------- */

static void the_peak_is_exact(void **state)
{
    (void)state;
    struct counted c = {0, 0, 0};
    const struct xdb_tracemalloc_config config = {1, false};
    struct xdb_tracemalloc *t = xdb_tracemalloc_new(count, &c);
    xdb_tracemalloc_start(t, NULL, &config, NULL);
    lua_State *L = lua_newstate(xdb_tracemalloc_alloc, t);
    luaL_openlibs(L);
    xdb_tracemalloc_attach(t, L, NULL);
    assert_int_equal(luaL_dostring(L, "local t = {} for i = 1, 5000 do t[i] = {} end t = nil\n"
                                      "collectgarbage() t = {} for i = 1, 50 do t[i] = {} end"),
                     0);
    size_t current, peak;
    xdb_tracemalloc_traced(t, &current, &peak);
    struct xdb_snapshot *s = xdb_snapshot_take(t, L, XDB_SNAPSHOT_PEAK, NULL);
    assert_int_equal(xdb_snapshot_info(s).bytes, peak);
    assert_true(peak > current + 5000 * 56);
    xdb_snapshot_free(s);
    xdb_tracemalloc_reset_peak(t);
    s = xdb_snapshot_take(t, L, XDB_SNAPSHOT_PEAK, NULL);
    assert_int_equal(xdb_snapshot_info(s).bytes, current);
    xdb_snapshot_free(s);
    struct universe *u = universe_find(L);
    lua_close(L);
    universe_close(u, NULL);
    xdb_tracemalloc_free(t, NULL);
}

static void memory_of_others_has_domains(void **state)
{
    (void)state;
    struct xdb_error err;
    const struct xdb_tracemalloc_config config = {1, false};
    lua_State *L = luaL_newstate();
    struct xdb_tracemalloc *t = xdb_tracemalloc_new(NULL, NULL);
    assert_int_equal(xdb_tracemalloc_track(t, 1, 5, 100, &err), XDB_EINVAL);
    assert_int_equal(xdb_tracemalloc_untrack(t, 1, 5, &err), XDB_EINVAL);
    xdb_tracemalloc_start(t, L, &config, NULL);
    size_t before, after;
    xdb_tracemalloc_traced(t, &before, NULL);
    assert_int_equal(xdb_tracemalloc_track(t, 0, 5, 100, &err), XDB_EINVAL);
    assert_int_equal(xdb_tracemalloc_track(t, 7, 5, 100, NULL), 0);
    assert_int_equal(xdb_tracemalloc_track(t, 8, 5, 0, NULL), 0);
    assert_int_equal(xdb_tracemalloc_track(t, 7, 5, 300, NULL), 0); /* replaces the first */
    xdb_tracemalloc_traced(t, &after, NULL);
    assert_int_equal(after, before + 300);
    struct xdb_snapshot *s = xdb_snapshot_take(t, L, XDB_SNAPSHOT_NOW, NULL);
    const struct xdb_memory_filter seven = {.inclusive = true, .line = -1, .domain = 7};
    struct xdb_snapshot *only = xdb_snapshot_filter(s, &seven, 1, NULL);
    struct xdb_memory_trace trace;
    assert_int_equal(xdb_snapshot_info(only).blocks, 1);
    assert_true(xdb_snapshot_trace(only, 0, &trace));
    assert_true(trace.domain == 7 && trace.size == 300 && trace.type == XDB_MEMORY_USERDATA);
    assert_false(xdb_snapshot_trace(only, 1, &trace));
    xdb_snapshot_free(only);
    xdb_snapshot_free(s);
    assert_int_equal(xdb_tracemalloc_untrack(t, 7, 5, NULL), 0);
    assert_int_equal(xdb_tracemalloc_untrack(t, 9, 5, NULL), 0);
    xdb_tracemalloc_traced(t, &after, NULL);
    assert_int_equal(after, before);
    struct universe *u = universe_find(L);
    xdb_tracemalloc_free(t, L);
    universe_close(u, L);
    lua_close(L);
}

static void sizes_are_written_as_by_python(void **state)
{
    (void)state;
    static const struct {
        long long size;
        const char *plain, *more, *less;
    } rows[] = {{0, "0 B", "+0 B", "+0 B"},
                {1023, "1023 B", "+1023 B", "-1023 B"},
                {10239, "10239 B", "+10239 B", "-10239 B"},
                {10240, "10.0 KiB", "+10.0 KiB", "-10.0 KiB"},
                {101376, "99.0 KiB", "+99.0 KiB", "-99.0 KiB"},
                {102400, "100 KiB", "+100 KiB", "-100 KiB"},
                {10485760, "10.0 MiB", "+10.0 MiB", "-10.0 MiB"},
                {5368709120, "5120 MiB", "+5120 MiB", "-5120 MiB"},
                {10000000000000, "9313 GiB", "+9313 GiB", "-9313 GiB"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[XDB_SIZE_TEXT];
        xdb_size_text(rows[i].size, false, text);
        assert_string_equal(text, rows[i].plain);
        xdb_size_text(rows[i].size, true, text);
        assert_string_equal(text, rows[i].more);
        xdb_size_text(-rows[i].size, true, text);
        assert_string_equal(text, rows[i].less);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_what_was_put),
        cmocka_unit_test(a_block_takes_24_bytes_at_most),
        cmocka_unit_test(all_is_known_from_the_first_block_on),
        cmocka_unit_test(older_blocks_are_given_back),
        cmocka_unit_test(another_allocator_may_stand_on_top),
        cmocka_unit_test(each_allocation_may_fail),
        cmocka_unit_test(two_states_are_traced_apart),
        cmocka_unit_test(the_peak_is_exact),
        cmocka_unit_test(memory_of_others_has_domains),
        cmocka_unit_test(sizes_are_written_as_by_python),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
