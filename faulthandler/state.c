#include "faulthandler/state.h"

#include "faulthandler/c_stack.h"
#include "faulthandler/dump.h"
#include "faulthandler/guard.h"
#include "faulthandler/known.h"
#include "faulthandler/modules.h"
#include "faulthandler/name.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
** A report that nobody sees: what the dynamic linker binds at the first call is bound then, and not in a signal
** handler.
*/
static void rehearse(void)
{
    const struct xdb_faulthandler_options options = {.fd = -1};
    const struct dump_place place = {.tid = 0};
    struct out o;
    char name[8];
    if (!guard_enter())
        return;
    out_init(&o, -1);
    name_of_definition("@/dev/null", 1, name, sizeof name);
    dump_stacks(&o, &options, &place);
    c_stack_write(&o, NULL, NULL);
    modules_write(&o);
    guard_leave();
}

static void stay_loaded(void)
{
    Dl_info self;
    if (dladdr((void *)(uintptr_t)state_prepare, &self) && self.dli_fname)
        dlopen(self.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
    c_stack_prepare();
    rehearse();
}

void state_prepare(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, stay_loaded);
}

int state_add(lua_State *L, struct known **k, struct xdb_error *err)
{
    state_prepare();
    return known_add(L, k, err);
}

int xdb_faulthandler_add(lua_State *L, const char *name, struct xdb_error *err)
{
    struct known *k;
    int code = state_add(L, &k, err);
    if (code == 0 && name) {
        size_t n = strnlen(name, sizeof k->name - 1);
        memcpy(k->name, name, n);
        k->name[n] = '\0';
    }
    return code;
}

/* Whether any state is known. */
static bool any(void)
{
    for (struct known *k = known_first(); k; k = k->next)
        if (atomic_load(&k->main))
            return true;
    return false;
}

/* A state less: with the last one everything ends. */
static void forgotten(void)
{
    if (guard_enter()) /* a report that has begun may read the state */
        guard_leave();
    if (any())
        return;
    xdb_faulthandler_cancel();
    state_unregister_all();
    xdb_faulthandler_disable();
}

void xdb_faulthandler_remove(lua_State *L)
{
    struct known *k = known_find(L);
    if (!k)
        return;
    state_forget_panic(k);
    known_remove(L);
    forgotten();
}

void xdb_faulthandler_closed(const lua_State *L)
{
    if (known_closed(L))
        forgotten();
}

int xdb_faulthandler_dump(lua_State *L, const struct xdb_faulthandler_options *options,
                          struct xdb_error *err)
{
    const struct dump_place place = {.L = L, .tid = (int)syscall(SYS_gettid)};
    struct known *k;
    int code = dump_check(options, err);
    if (code == 0 && L && !known_find(L))
        code = state_add(L, &k, err);
    if (code == 0)
        dump_report("", options, &place);
    return code;
}

int xdb_faulthandler_dump_c_stack(int fd, struct xdb_error *err)
{
    const struct xdb_faulthandler_options options = {.fd = fd};
    struct out o;
    int saved = errno, code = dump_check(&options, err);
    if (code == 0 && guard_enter()) {
        out_init(&o, fd);
        c_stack_write(&o, NULL, __builtin_return_address(0));
        guard_leave();
    }
    errno = saved;
    return code;
}
