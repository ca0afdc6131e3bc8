/*
** The fault handler interrupts a busy program in a thousand random places: anywhere by a clock, and inside of the
** allocator, where stacks move and the collector works. Every report is well formed, the program goes on as if
** nothing had happened, and nothing hangs. Then the program is killed in random places.
*/
#include "core/layout_stack.h"
#include "faulthandler/faulthandler.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

enum { PLACES = 1000, DEATHS = 100 };

/* Allocation, collection, strings, growing stacks, coroutines, finalizers, errors; its answer is always the same. */
static const char busy[] =
    "local function deep(n) if n == 0 then return 0 end return 1 + deep(n - 1) end\n"
    "local function texts(n)\n"
    "  local s = {}\n"
    "  for i = 1, n do s[i] = ('%d,'):rep(i % 7):format(i, i, i, i, i, i) end\n"
    "  return #table.concat(s)\n"
    "end\n"
    "local function trees(n) return n == 0 and {} or {trees(n - 1), trees(n - 1)} end\n"
    "local function finalized() setmetatable({}, {__gc = function() texts(3) end}) end\n"
    "local function many(...) return select('#', ...) end\n"
    "local function yields(n)\n"
    "  return coroutine.wrap(function() for i = 1, n do deep(i) coroutine.yield(i) end return n "
    "end)\n"
    "end\n"
    "local function sorted(n)\n"
    "  local t = {}\n"
    "  for i = 1, n do t[i] = i * 7919 % 1009 end\n"
    "  table.sort(t, function(a, b) return a < b end)\n"
    "  return t[1]\n"
    "end\n"
    "local function fails() local ok, e = pcall(function() local x = nil; return x.y end) return "
    "#e end\n"
    "local sum, rounds = 0, 0\n"
    "repeat\n"
    "  sum = deep(190) + texts(30) + #trees(5) + many(table.unpack({}, 1, 200)) + sorted(50) + "
    "fails()\n"
    "  finalized() deep(5000)\n"
    "  local y = yields(20) for i = 1, 10 do sum = sum + y() end\n"
    "  for i = 1, 1000 do sum = sum + i % 3 end\n"
    "  collectgarbage('step')\n"
    "  rounds = rounds + 1\n"
    "  if rounds == 1 then first = sum end\n"
    "  assert(sum == first)\n"
    "until enough()\n"
    "assert(rounds > 0)\n";

/* ---- interrupting ----------------------------------------------------------------------------- */

static unsigned seed;
static volatile sig_atomic_t reports;
static int until_next; /* allocations */
static int interruption;
static bool by_clock, when_moved;

static unsigned chance(unsigned n)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % n;
}

static void interrupt_here(void)
{
    if (!by_clock && interruption && --until_next <= 0) {
        until_next = 1 + (int)chance(when_moved ? 100000 : interruption == SIGUSR1 ? 400 : 20000);
        raise(interruption);
    }
}

/* Frees late, as any allocator may, and interrupts before and after. */
static void *allocate(void *ud, void *ptr, size_t osize, size_t nsize)
{
    (void)ud;
    interrupt_here();
    void *fresh = NULL;
    if (nsize == 0)
        free(ptr);
    else if (when_moved && ptr && nsize > 1000) {
        fresh = malloc(nsize);
        memcpy(fresh, ptr, osize < nsize ? osize : nsize);
        free(ptr);
        until_next = (int)chance(3); /* Lua has addresses of the old one still */
    } else
        fresh = realloc(ptr, nsize);
    interrupt_here();
    return fresh;
}

static void set_clock(int us)
{
    const struct itimerval once = {.it_value = {.tv_usec = us}};
    setitimer(ITIMER_REAL, &once, NULL);
}

/* What was there before ours: counts the reports, and winds the clock for the next one. */
static void after_report(int number)
{
    (void)number;
    reports++;
    if (by_clock && reports < PLACES)
        set_clock(1 + (int)chance(1000));
}

static int enough(lua_State *L)
{
    lua_pushboolean(L, reports >= PLACES);
    return 1;
}

/* ---- reading reports -------------------------------------------------------------------------- */

static char *text;
static int whole, marked, wrong_names;

/* A frame of the program's: its file, a line it has, and a function it has. */
static bool is_frame(const char *line)
{
    static const char *const functions[] = {"deep",       "texts",  "trees",  "finalized",
                                            "many",       "yields", "sorted", "fails",
                                            "<function>", "<main>", "__gc",   "y"};
    int number, end = 0;
    if (sscanf(line, "  File \"busy\", line %d in %n", &number, &end) != 1 || !end || number < 1 ||
        number > 34)
        return strncmp(line, "  File \"", 8) == 0 && strstr(line, "\", line ") && ++wrong_names;
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (strcmp(line + end, functions[i]) == 0)
            return true;
    wrong_names++;
    return true;
}

static bool is_header(const char *line)
{
    unsigned long long address;
    int end = 0;
    const char *rest = strncmp(line, "Current c", 9) == 0 ? line + 8 : line;
    if (rest != line)
        marked++;
    if (*rest != 'c' && *rest != 'C')
        return false;
    return sscanf(rest + 1, "oroutine 0x%16llx%n", &address, &end) == 1 && end == 27 &&
           (strcmp(rest + 28, " (most recent call first):") == 0 ||
            strcmp(rest + 28, " [main] (most recent call first):") == 0);
}

static void check_lines(void)
{
    static const char *const others[] = {"", "  <no Lua frame>", "  Garbage-collecting", "...",
                                         "Fatal Lua error: Segmentation fault"};
    whole = marked = wrong_names = 0;
    int doubted = 0;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        bool known = is_header(line) || is_frame(line);
        for (size_t i = 0; i < sizeof others / sizeof *others; i++)
            known |= strcmp(line, others[i]) == 0;
        if (strcmp(line, "  <invalid frame>") == 0 || strncmp(line, "  <memory fault", 15) == 0) {
            doubted++;
            known = true;
        }
        if (!known)
            fail_msg("not well formed: %s", line);
    }
    whole = marked - doubted;
}

static void read_reports(int fd)
{
    off_t size = lseek(fd, 0, SEEK_END);
    text = calloc(1, (size_t)size + 1);
    assert_non_null(text);
    assert_int_equal(pread(fd, text, (size_t)size, 0), size);
    if (size > 0)
        assert_int_equal(text[size - 1], '\n');
    close(fd);
    check_lines();
    free(text);
}

/* ---- the tests -------------------------------------------------------------------------------- */

static void run_busy(int number)
{
    lua_State *L = lua_newstate(allocate, NULL);
    assert_non_null(L);
    luaL_openlibs(L);
    lua_register(L, "enough", enough);
    assert_int_equal(xdb_faulthandler_add(L, NULL, NULL), 0);
    if (by_clock)
        set_clock(1);
    else
        interruption = number;
    if (luaL_loadbuffer(L, busy, sizeof busy - 1, "=busy") != LUA_OK ||
        lua_pcall(L, 0, 0, 0) != LUA_OK)
        fail_msg("%s", lua_tostring(L, -1));
    interruption = 0;
    set_clock(0);
    xdb_faulthandler_remove(L);
    lua_close(L);
}

static void report_often(int number)
{
    const struct xdb_faulthandler_options options = {.fd = memfd_create("reports", 0)};
    struct sigaction before = {.sa_handler = after_report};
    sigaction(number, &before, NULL);
    reports = 0;
    seed = 42;
    assert_int_equal(xdb_faulthandler_register(NULL, number, true, &options, NULL), 0);
    until_next = 100;
    run_busy(number);
    read_reports(options.fd);
    assert_true(reports >= PLACES);
    assert_int_equal(marked, reports);
    print_message("# %d reports, %d whole, %d frames with unexpected names\n", marked, whole,
                  wrong_names);
    assert_true(whole >= reports * 95 / 100); /* a stack that is being moved cannot be read */
    assert_true(wrong_names <= reports / 20);
}

static void a_thousand_reports_from_inside_of_the_allocator(void **state)
{
    (void)state;
    by_clock = false;
    report_often(SIGUSR1);
}

static void a_thousand_reports_while_large_blocks_move(void **state)
{
    (void)state;
    by_clock = false;
    when_moved = true;
    report_often(SIGUSR1);
    when_moved = false;
}

static void a_thousand_reports_at_any_instruction(void **state)
{
    (void)state;
    by_clock = true;
    report_often(SIGALRM);
}

/* In a child: a fatal signal at a random allocation. */
static void die_somewhere(int fd, unsigned how)
{
    const struct xdb_faulthandler_options options = {.fd = fd, .no_c_stack = true};
    seed = how;
    by_clock = false;
    reports = 0;
    until_next = 1 + (int)chance(20000);
    signal(SIGSEGV, SIG_DFL); /* the test's own */
    if (xdb_faulthandler_enable(NULL, &options, NULL) < 0)
        _exit(3);
    run_busy(SIGSEGV);
    _exit(4);
}

static void deaths_in_random_places_are_reported_and_true(void **state)
{
    (void)state;
    for (unsigned i = 0; i < DEATHS; i++) {
        int fd = memfd_create("report", 0), status;
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            die_somewhere(fd, i);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
        read_reports(fd);
        assert_int_equal(marked, 1);
    }
}

/* ---- a damaged heap --------------------------------------------------------------------------- */

enum { KEPT_BLOCKS = 4096 };
static struct {
    unsigned char *at;
    size_t size;
} blocks[KEPT_BLOCKS]; /* some of those that live, or have lived: it is the damage that counts */

static void *remember(void *ud, void *ptr, size_t osize, size_t nsize)
{
    void *fresh = allocate(ud, ptr, osize, nsize);
    if (fresh && nsize >= 16) {
        size_t i = (uintptr_t)fresh / 16 % KEPT_BLOCKS;
        blocks[i].at = fresh;
        blocks[i].size = nsize;
    }
    if (ptr && (!fresh || fresh != ptr))
        for (size_t i = 0; i < KEPT_BLOCKS; i++)
            if (blocks[i].at == ptr)
                blocks[i].at = NULL;
    return fresh;
}

static int damage(lua_State *L)
{
    (void)L;
    for (int i = 0; i < 300;) {
        size_t k = chance(KEPT_BLOCKS);
        if (!blocks[k].at)
            continue;
        i++;
        blocks[k].at[chance((unsigned)blocks[k].size)] ^= (unsigned char)(1 + chance(255));
    }
    raise(SIGSEGV);
    return 0;
}

/* Where the damage is depends on addresses: what must hold, holds always. */
static void die_damaged(int fd, unsigned how)
{
    const struct xdb_faulthandler_options options = {.fd = fd, .no_c_stack = true};
    static const char code[] =
        "local function f(n) if n == 0 then damage() end f(n - 1) end\n"
        "local t = {}\n"
        "for i = 1, 50 do t[i] = coroutine.create(function() coroutine.yield() end)\n"
        "  coroutine.resume(t[i]) end\n"
        "coroutine.wrap(function() pcall(f, 20) end)()";
    seed = how;
    signal(SIGSEGV, SIG_DFL);
    lua_State *L = lua_newstate(remember, NULL);
    luaL_openlibs(L);
    lua_register(L, "damage", damage);
    if (luaL_loadbuffer(L, code, sizeof code - 1, "=damaged") != LUA_OK ||
        xdb_faulthandler_enable(L, &options, NULL) < 0)
        _exit(3);
    alarm(20); /* a report that hangs ends in another way */
    lua_pcall(L, 0, 0, 0);
    _exit(4);
}

static void a_damaged_heap_is_reported_as_far_as_it_goes(void **state)
{
    int faults = 0;
    (void)state;
#ifdef __SANITIZE_ADDRESS__
    skip(); /* it would end the report that reads what it must not */
#endif
    for (unsigned i = 0; i < DEATHS; i++) {
        int fd = memfd_create("report", 0), status;
        char head[64] = "";
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            die_damaged(fd, i);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
        assert_true(pread(fd, head, sizeof head - 1, 0) > 0);
        assert_memory_equal(head, "Fatal Lua error: Segmentation fault\n\n", 37);
        off_t size = lseek(fd, 0, SEEK_END);
        assert_true(size < 1 << 20);
        text = calloc(1, (size_t)size + 1);
        assert_int_equal(pread(fd, text, (size_t)size, 0), size);
        faults += strstr(text, "  <memory fault") || strstr(text, "  <invalid frame>");
        free(text);
        close(fd);
    }
    print_message("# %d of %d reports met the damage\n", faults, DEATHS);
    assert_true(!layout_stack_on() || faults > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thousand_reports_from_inside_of_the_allocator),
        cmocka_unit_test(a_thousand_reports_while_large_blocks_move),
        cmocka_unit_test(a_thousand_reports_at_any_instruction),
        cmocka_unit_test(deaths_in_random_places_are_reported_and_true),
        cmocka_unit_test(a_damaged_heap_is_reported_as_far_as_it_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
