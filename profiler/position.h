/*
** Where in its function a signal found the program. The hook that the signal asks for comes some instructions later: at the
** next jump, call or operation that may call. So the handler keeps what can be read without harm at any moment, the youngest
** frame with its saved instruction and the processor's registers, and the hook makes sense of it: Lua's interpreter has the
** next instruction in a register, and no other value there points into the function's code.
**
** Costs the copy of 300 bytes a signal. Needs the layout; without it nothing is known.
*/
#ifndef XDB_PROFILER_POSITION_H
#define XDB_PROFILER_POSITION_H

#include <lua.h>
#include <stdint.h>

struct CallInfo;

enum { POSITION_WORDS = 32 };

struct position {
    const struct CallInfo *ci; /* NULL: nothing is known */
    const void *saved;         /* its saved instruction, which can be an old one */
    uintptr_t words[POSITION_WORDS];
};

/* In a handler: what is there to be kept. `L` runs; `context` is the handler's third argument. Signal-safe. */
void position_catch(struct position *p, const lua_State *L, const void *context);
/*
** In a hook, whose event is `event`: the line on which the frame `ci` was, a Lua function's that is the same as then; 0 when
** that cannot be told.
*/
int position_line(const struct position *p, const struct CallInfo *ci, int event);

#endif
