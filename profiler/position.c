#include "profiler/position.h"

#include "core/layout.h"

#include <string.h>
#include <ucontext.h>

void position_catch(struct position *p, const lua_State *L, const void *context)
{
    const ucontext_t *u = context;
    enum {
        BYTES = sizeof p->words < sizeof u->uc_mcontext ? sizeof p->words : sizeof u->uc_mcontext
    };
    p->ci = NULL;
    if (!layout_on())
        return;
    p->ci = layout_running(L);
    p->saved = layout_saved(p->ci);
    memcpy(p->words, &u->uc_mcontext, BYTES); /* the general registers come first */
}

/*
** The instruction that a register says is next, as an index; -1 when none does. While one is fetched, its own address
** may be in another register.
*/
static int next_by_registers(const struct position *p, const struct Proto *proto)
{
    uintptr_t code = (uintptr_t)layout_code(proto),
              end = code + (uintptr_t)layout_sizecode(proto) * 4;
    uintptr_t least = end, most = code;
    for (size_t i = 0; i < POSITION_WORDS; i++) {
        uintptr_t word = p->words[i];
        if (word <= code || word > end || word % 4)
            continue;
        least = word < least ? word : least;
        most = word > most ? word : most;
    }
    return most > code && most - least <= 4 ? (int)((most - code) / 4) : -1;
}

int position_line(const struct position *p, const struct CallInfo *ci, int event)
{
    const struct Proto *proto = p->ci == ci && ci ? layout_proto(ci) : NULL;
    if (!proto)
        return 0;
    int next = next_by_registers(p, proto);
    if (next < 0) {
        /* In the depths of an operation. If the last that was done is also the last that saved where it was, it is that. */
        bool is_call = event == LUA_HOOKCALL || event == LUA_HOOKTAILCALL || event == LUA_HOOKRET;
        int done = layout_nextpc(ci, proto) - (is_call ? 0 : 1);
        if ((const char *)layout_code(proto) + (ptrdiff_t)done * 4 != (const char *)p->saved)
            return 0;
        next = done;
    }
    int line = next > 0 ? layout_line(proto, next - 1) : 0;
    return line > 0 ? line : 0;
}
