/* devmode/allocator: what each defect is told as, that good users are not told anything, and whose blocks are whose. */
#include "devmode/allocator.h"

#include <lauxlib.h>
#include <lualib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct allocator allocator;
    jmp_buf jump; /* where `broken` goes */
    struct allocator_broken what;
    int born, died;
    uint32_t place;
};

static uint32_t born(void *user, const void *at, int kind)
{
    struct fixture *f = user;
    assert_non_null(at);
    assert_true(kind == LUA_TUSERDATA || kind == LUA_TTHREAD);
    f->born++;
    return 42;
}

static void died(void *user, const void *at, size_t size, int kind, uint32_t place)
{
    struct fixture *f = user;
    (void)at, (void)size, (void)kind;
    f->died++;
    f->place = place;
}

static void broken(void *user, const struct allocator_broken *what)
{
    struct fixture *f = user;
    f->what = *what;
    longjmp(f->jump, 1);
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->allocator =
        (struct allocator){.guards = true, .born = born, .died = died, .broken = broken, .user = f};
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    free(*state); /* a test that broke a block leaves some memory behind */
    return 0;
}

static void *get(struct fixture *f, size_t size)
{
    return allocator_run(&f->allocator, NULL, 0, size);
}

/* The fault that freeing the block so is told as; -1: none. */
static int free_so(struct fixture *f, void *block, size_t size)
{
    if (setjmp(f->jump))
        return (int)f->what.fault;
    allocator_run(&f->allocator, block, size, 0);
    return -1;
}

static int drain(struct fixture *f)
{
    if (setjmp(f->jump))
        return (int)f->what.fault;
    allocator_drain(&f->allocator);
    return -1;
}

static bool all(const unsigned char *s, unsigned char byte, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (s[i] != byte)
            return false;
    return true;
}

static void fresh_memory_is_cd_and_freed_memory_dd(void **state)
{
    struct fixture *f = *state;
    unsigned char *p = get(f, 100);
    assert_true(all(p, ALLOCATOR_FRESH, 100));
    assert_true((uintptr_t)p % 16 == 0);
    assert_int_equal(free_so(f, p, 100), -1);
    assert_true(all(p, ALLOCATOR_DEAD, 100)); /* it is kept for a while */
    assert_int_equal(drain(f), -1);
}

static void a_block_grows_and_shrinks_with_what_is_in_it(void **state)
{
    struct fixture *f = *state;
    unsigned char *p = get(f, 10);
    memset(p, 7, 10);
    unsigned char *q = allocator_run(&f->allocator, p, 10, 30);
    assert_true(p != q); /* whoever kept the old address gets to know */
    assert_true(all(q, 7, 10) && all(q + 10, ALLOCATOR_FRESH, 20) && all(p, ALLOCATOR_DEAD, 10));
    q = allocator_run(&f->allocator, q, 30, 4);
    assert_true(all(q, 7, 4));
    assert_int_equal(free_so(f, q, 4), -1);
    assert_null(allocator_run(&f->allocator, NULL, 0, 0));
    assert_int_equal(drain(f), -1);
}

static void each_byte_beside_a_block_is_watched(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < ALLOCATOR_GUARD; i++) {
        unsigned char *p = get(f, 24);
        p[24 + i] = 0;
        assert_int_equal(free_so(f, p, 24), FAULT_TRAILING);
        assert_true(f->what.at == p && f->what.size == 24);
        p[24 + i] = ALLOCATOR_FORBIDDEN;
        p[-1 - i] = 0;
        assert_int_equal(free_so(f, p, 24), FAULT_LEADING);
        p[-1 - i] = ALLOCATOR_FORBIDDEN;
        assert_int_equal(free_so(f, p, 24), -1);
    }
    assert_int_equal(drain(f), -1);
}

static void growing_looks_too(void **state)
{
    struct fixture *f = *state;
    unsigned char *p = get(f, 24);
    p[24] = 0;
    if (setjmp(f->jump) == 0) {
        allocator_run(&f->allocator, p, 24, 48);
        fail();
    }
    assert_int_equal(f->what.fault, FAULT_TRAILING);
    p[24] = ALLOCATOR_FORBIDDEN;
    assert_int_equal(free_so(f, p, 24), -1);
    assert_int_equal(drain(f), -1);
}

static void a_wrong_size_is_told_with_both(void **state)
{
    struct fixture *f = *state;
    void *p = get(f, 24);
    assert_int_equal(free_so(f, p, 16), FAULT_SIZE);
    assert_true(f->what.size == 24 && f->what.claimed == 16);
    assert_int_equal(free_so(f, p, 24), -1);
    assert_int_equal(drain(f), -1);
}

static void a_second_free_is_told(void **state)
{
    struct fixture *f = *state;
    void *p = get(f, 24);
    assert_int_equal(free_so(f, p, 24), -1);
    assert_int_equal(free_so(f, p, 24), FAULT_FREED);
    assert_int_equal(drain(f), -1);
}

static void writing_after_the_free_is_told_at_the_next_look(void **state)
{
    struct fixture *f = *state;
    unsigned char *p = get(f, 24);
    assert_int_equal(free_so(f, p, 24), -1);
    p[23] = 0;
    if (setjmp(f->jump) == 0) {
        allocator_check(&f->allocator);
        fail();
    }
    assert_int_equal(f->what.fault, FAULT_WRITTEN);
    assert_true(f->what.at == p);
    p[23] = ALLOCATOR_DEAD;
    assert_int_equal(drain(f), -1);
}

static void what_was_freed_is_given_back_in_the_end(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 10000; i++)
        assert_int_equal(free_so(f, get(f, 100), 100), -1);
    assert_true(f->allocator.kept <= 256 * 1024);
    void *large = get(f, 1 << 20);
    assert_int_equal(free_so(f, large, 1 << 20), -1);
    assert_int_equal(drain(f), -1);
    assert_true(f->allocator.kept == 0);
}

static void a_pointer_that_is_no_block_is_told(void **state)
{
    struct fixture *f = *state;
    unsigned char *p = get(f, 200);
    assert_int_equal(free_so(f, p + 100, 8), FAULT_FOREIGN);
    assert_int_equal(free_so(f, p, 200), -1);
    assert_int_equal(drain(f), -1);
}

static void userdata_and_coroutines_carry_a_place(void **state)
{
    struct fixture *f = *state;
    uint32_t place = 0;
    void *p = allocator_run(&f->allocator, NULL, LUA_TUSERDATA, 40);
    void *other = get(f, 40);
    assert_int_equal(f->born, 1);
    assert_true(allocator_place(p, &place));
    assert_int_equal(place, 42);
    assert_int_equal(free_so(f, p, 40), -1);
    assert_int_equal(free_so(f, other, 40), -1);
    assert_int_equal(f->died, 1);
    assert_int_equal(f->place, 42);
    assert_int_equal(drain(f), -1);
}

/* ---- on another allocator ---- */

struct below {
    size_t live, left; /* bytes; allocations that may succeed */
};

static void *below(void *ud, void *ptr, size_t osize, size_t nsize)
{
    struct below *b = ud;
    if (nsize == 0) {
        b->live -= ptr ? osize : 0;
        free(ptr);
        return NULL;
    }
    if (b->left == 0)
        return NULL;
    b->left--;
    b->live += nsize - (ptr ? osize : 0);
    return realloc(ptr, nsize);
}

static void blocks_from_before_pass_through(void **state)
{
    struct fixture *f = *state;
    struct below b = {0, 100};
    void *old = below(&b, NULL, 0, 64);
    void *other = below(&b, NULL, 0, 64);
    memset(old, 0, 64);
    memset(other, 0, 64);
    f->allocator.next = below;
    f->allocator.next_ud = &b;
    f->allocator.mixed = true;
    void *mine = get(f, 64);
    old = allocator_run(&f->allocator, old, 64, 128);
    assert_int_equal(free_so(f, old, 128), -1);
    assert_int_equal(free_so(f, other, 64), -1);
    assert_int_equal(free_so(f, mine, 64), -1);
    assert_int_equal(drain(f), -1);
    assert_int_equal(b.live, 0);
}

static void without_memory_growing_fails_and_shrinking_does_not(void **state)
{
    struct fixture *f = *state;
    struct below b = {0, 1};
    f->allocator.next = below;
    f->allocator.next_ud = &b;
    unsigned char *p = get(f, 64);
    memset(p, 5, 64);
    assert_null(get(f, 8));
    assert_null(allocator_run(&f->allocator, p, 64, 65));
    assert_true(all(p, 5, 64));
    assert_ptr_equal(allocator_run(&f->allocator, p, 64, 10), p);
    assert_null(get(f, SIZE_MAX - 8));
    assert_int_equal(free_so(f, p, 10), -1);
    assert_int_equal(drain(f), -1);
}

static void without_guards_nothing_is_looked_at(void **state)
{
    struct fixture *f = *state;
    f->allocator.guards = false;
    unsigned char *p = get(f, 24);
    p[24] = 1;
    assert_int_equal(free_so(f, p, 16), -1);
}

static void two_users_at_once_are_told(void **state)
{
    struct fixture *f = *state;
    f->allocator.busy = true; /* as another OS thread would leave it for a moment */
    if (setjmp(f->jump) == 0) {
        get(f, 8);
        fail();
    }
    assert_int_equal(f->what.fault, FAULT_CONCURRENT);
}

static void a_whole_state_lives_on_it(void **state)
{
    struct fixture *f = *state;
    if (setjmp(f->jump))
        fail_msg("a fault where there is none: %d", (int)f->what.fault);
    lua_State *L = lua_newstate(allocator_run, &f->allocator);
    assert_non_null(L);
    luaL_requiref(L, "_G", luaopen_base, 1);
    assert_int_equal(luaL_dostring(L,
                                   "local t = {} for i = 1, 5000 do t[i % 100] = {tostring(i)} end "
                                   "collectgarbage() return #tostring(t)"),
                     LUA_OK);
    lua_close(L);
    allocator_drain(&f->allocator);
    assert_int_equal(f->born, f->died);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(fresh_memory_is_cd_and_freed_memory_dd),
        TEST(a_block_grows_and_shrinks_with_what_is_in_it),
        TEST(each_byte_beside_a_block_is_watched),
        TEST(growing_looks_too),
        TEST(a_wrong_size_is_told_with_both),
        TEST(a_second_free_is_told),
        TEST(writing_after_the_free_is_told_at_the_next_look),
        TEST(what_was_freed_is_given_back_in_the_end),
        TEST(a_pointer_that_is_no_block_is_told),
        TEST(userdata_and_coroutines_carry_a_place),
        TEST(blocks_from_before_pass_through),
        TEST(without_memory_growing_fails_and_shrinking_does_not),
        TEST(without_guards_nothing_is_looked_at),
        TEST(two_users_at_once_are_told),
        TEST(a_whole_state_lives_on_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
