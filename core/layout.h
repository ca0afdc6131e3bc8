/*
** The only file that knows anything about Lua's insides: from the `CallInfo` that a hook gets in the
** public `lua_Debug.i_ci`, to the running function's prototype, in three loads. lua_getinfo tells the
** same at about 20 ns a question, which is what every caller falls back to.
**
** The offsets are those of 64-bit Lua 5.4.0-5.4.8 (docs/architecture.md, "What is known of Lua's
** insides"). They are believed only after `layout_prove` compared each of them with the public API, on
** functions made for the purpose in a state of its own; on any disagreement `layout_on` stays false.
**
** The accessors below may be called only while `layout_on()` holds. They read memory and nothing else:
** they do not raise, do not allocate and are safe in a signal handler that interrupts running Lua code.
*/
#ifndef XDB_CORE_LAYOUT_H
#define XDB_CORE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct CallInfo;
struct lua_State;
struct Proto; /* of Lua; only ever seen through the accessors */

enum layout_offset {
    LAYOUT_STATE_GLOBAL = 24,
    LAYOUT_STATE_CI = 32,
    LAYOUT_CI_FUNC = 0,
    LAYOUT_STATE_STACK = 48,
    LAYOUT_CI_PREVIOUS = 16,
    LAYOUT_CI_NEXT = 24,
    LAYOUT_CI_SAVEDPC = 32,
    LAYOUT_CI_STATUS = 62,
    LAYOUT_CI_SIZE = 64, /* of a frame that is a block of its own */
    LAYOUT_VALUE_TAG = 8,
    LAYOUT_LCL_PROTO = 24,
    LAYOUT_CCL_FUNCTION = 24,
    LAYOUT_PROTO_SIZE = 128,
    LAYOUT_PROTO_SIZECODE = 24,
    LAYOUT_PROTO_SIZEABSLINEINFO = 40,
    LAYOUT_PROTO_LINEDEFINED = 44,
    LAYOUT_PROTO_LASTLINEDEFINED = 48,
    LAYOUT_PROTO_CODE = 64,
    LAYOUT_PROTO_LINEINFO = 88,
    LAYOUT_PROTO_ABSLINEINFO = 96,
    LAYOUT_PROTO_SOURCE = 112,
    LAYOUT_STRING_BYTES = 24
};

/* In the status of a frame: it runs a C function. */
enum { LAYOUT_STATUS_C = 1 << 1 };

/* Type tags of a function value on the stack: a Lua closure, a light C function, a C closure. */
enum layout_tag { LAYOUT_TAG_LCL = 0x46, LAYOUT_TAG_LCF = 0x16, LAYOUT_TAG_CCL = 0x66 };

/*
** Proves the offsets, once a process (later calls only return the verdict). Makes and closes a Lua
** state of its own; raises nothing. This is the one place where the library reads the environment:
** `XDB_LAYOUT=off` must work inside any host. Not for signal handlers.
*/
bool layout_prove(void);
/* Why the fast layout is off, as a short text; "" when it is on. Static storage. */
const char *layout_verdict(void);
/*
** Why a program cannot be made to go on at another instruction, as layout_verdict; it is proven together
** with the offsets, by doing it.
*/
const char *layout_jump_verdict(void);

extern bool layout_proven; /* set once by layout_prove, before any hook is installed */

static inline bool layout_on(void)
{
    return layout_proven;
}

static inline const void *layout_load(const void *base, size_t offset)
{
    const void *p;
    memcpy(&p, (const char *)base + offset, sizeof p);
    return p;
}

static inline int layout_load_int(const void *base, size_t offset)
{
    int i;
    memcpy(&i, (const char *)base + offset, sizeof i);
    return i;
}

/* What all threads of one universe share; tells universes apart. */
static inline const void *layout_global(const struct lua_State *L)
{
    return layout_load(L, LAYOUT_STATE_GLOBAL);
}

/* What runs on the thread: its youngest frame, or the bottom, which is none. */
static inline struct CallInfo *layout_running(const struct lua_State *L)
{
    return (struct CallInfo *)(uintptr_t)layout_load(L, LAYOUT_STATE_CI);
}

/* The stack slot of the running function; moves when the stack is reallocated. */
static inline const void *layout_func(const struct CallInfo *ci)
{
    return layout_load(ci, LAYOUT_CI_FUNC);
}

/* What lies below, perhaps the bottom of the thread; NULL below that. */
static inline struct CallInfo *layout_previous(const struct CallInfo *ci)
{
    return (struct CallInfo *)(uintptr_t)layout_load(ci, LAYOUT_CI_PREVIOUS);
}

/* Where the bottom of a thread's frames stands in the thread: not the same in all versions, so it is measured. */
extern size_t layout_bottom_offset;

/* The bottom of the thread's frames, which is none; the oldest frame is the next above it. */
static inline const struct CallInfo *layout_bottom(const struct lua_State *L)
{
    return (const struct CallInfo *)((const char *)L + layout_bottom_offset);
}

/*
** Gives the frame another one below, or none, for the time of one call in a signal handler: the program must never run
** with it. For core/hook alone.
*/
static inline void layout_set_previous(struct CallInfo *ci, const struct CallInfo *previous)
{
    memcpy((char *)ci + LAYOUT_CI_PREVIOUS, &previous, sizeof previous);
}

/* The next older frame, or NULL: the bottom of a thread is no frame. */
static inline struct CallInfo *layout_older(const struct CallInfo *ci)
{
    struct CallInfo *previous = layout_previous(ci);
    return previous && layout_previous(previous) ? previous : NULL;
}

/* The running function as lua_topointer gives it: a closure's address, or that of a light C function. */
static inline const void *layout_function(const struct CallInfo *ci)
{
    return layout_load(layout_func(ci), 0);
}

static inline unsigned char layout_tag(const struct CallInfo *ci)
{
    return *((const unsigned char *)layout_func(ci) + LAYOUT_VALUE_TAG);
}

/*
** What can be read of a frame also while the stack of its thread is moved, when the slot of the function
** cannot be: whether it runs C, and the saved instruction (of a Lua function only).
*/
static inline bool layout_is_c(const struct CallInfo *ci)
{
    unsigned short status;
    memcpy(&status, (const char *)ci + LAYOUT_CI_STATUS, sizeof status);
    return (status & LAYOUT_STATUS_C) != 0;
}

static inline const void *layout_savedpc(const struct CallInfo *ci)
{
    return layout_load(ci, LAYOUT_CI_SAVEDPC);
}

/* Whether a block of that size can be a frame, or a compiled function. */
static inline bool layout_sizes_frame(size_t size)
{
    return size == LAYOUT_CI_SIZE;
}

static inline bool layout_sizes_proto(size_t size)
{
    return size == LAYOUT_PROTO_SIZE;
}

/* The frame that a call from `ci` would get, where Lua has made one before; else NULL. */
static inline const struct CallInfo *layout_next(const struct CallInfo *ci)
{
    return layout_load(ci, LAYOUT_CI_NEXT);
}

/* The block of memory that is the thread's stack. */
static inline const void *layout_stack(const struct lua_State *L)
{
    return layout_load(L, LAYOUT_STATE_STACK);
}

/* The prototype of the function in a stack slot, or NULL when it is not a Lua function. */
static inline const struct Proto *layout_slot_proto(const void *slot)
{
    if (*((const unsigned char *)slot + LAYOUT_VALUE_TAG) != LAYOUT_TAG_LCL)
        return NULL;
    return layout_load(layout_load(slot, 0), LAYOUT_LCL_PROTO);
}

/* The C function (light or closure) in a stack slot as an address, or NULL for a Lua function. */
static inline const void *layout_slot_cfunction(const void *slot)
{
    switch (*((const unsigned char *)slot + LAYOUT_VALUE_TAG)) {
    case LAYOUT_TAG_LCF:
        return layout_load(slot, 0);
    case LAYOUT_TAG_CCL:
        return layout_load(layout_load(slot, 0), LAYOUT_CCL_FUNCTION);
    default:
        return NULL;
    }
}

/* The same of the function that runs in `ci`. */
static inline const struct Proto *layout_proto(const struct CallInfo *ci)
{
    return layout_slot_proto(layout_func(ci));
}

static inline const void *layout_cfunction(const struct CallInfo *ci)
{
    return layout_slot_cfunction(layout_func(ci));
}

static inline const void *layout_code(const struct Proto *p)
{
    return layout_load(p, LAYOUT_PROTO_CODE);
}

static inline int layout_sizecode(const struct Proto *p)
{
    return layout_load_int(p, LAYOUT_PROTO_SIZECODE);
}

static inline int layout_linedefined(const struct Proto *p)
{
    return layout_load_int(p, LAYOUT_PROTO_LINEDEFINED);
}

static inline int layout_lastlinedefined(const struct Proto *p)
{
    return layout_load_int(p, LAYOUT_PROTO_LASTLINEDEFINED);
}

/* The chunk name as `lua_Debug.source` gives it, or NULL in stripped code. */
static inline const char *layout_source(const struct Proto *p)
{
    const char *s = layout_load(p, LAYOUT_PROTO_SOURCE);
    return s ? s + LAYOUT_STRING_BYTES : NULL;
}

/* The line of an instruction as lua_getinfo tells it, or -1 in stripped code. Up to 128 steps. */
int layout_line(const struct Proto *p, int pc);

/* The instruction after the one that saved it last, of the Lua function in a frame; of a C function's frame no address. */
static inline const void *layout_saved(const struct CallInfo *ci)
{
    return layout_load(ci, LAYOUT_CI_SAVEDPC);
}

/* Index of the instruction to be executed next; the current one is one less while a hook runs. */
static inline int layout_nextpc(const struct CallInfo *ci, const struct Proto *p)
{
    return (int)(((const char *)layout_load(ci, LAYOUT_CI_SAVEDPC) - (const char *)layout_code(p)) /
                 4);
}

/*
** Moving control, for bdb/jump alone; only where layout_jump_verdict() is "". Lua reads the code and the
** saved pc again after a hook: see there.
*/
static inline uint32_t layout_instruction(const struct Proto *p, int pc)
{
    uint32_t word;
    memcpy(&word, (const char *)layout_code(p) + (size_t)pc * 4, sizeof word);
    return word;
}

static inline void layout_set_instruction(const struct Proto *p, int pc, uint32_t word)
{
    memcpy((char *)(uintptr_t)layout_code(p) + (size_t)pc * 4, &word, sizeof word);
}

static inline void layout_set_nextpc(struct CallInfo *ci, const struct Proto *p, int pc)
{
    const void *to = (const char *)layout_code(p) + (size_t)pc * 4;
    memcpy((char *)ci + LAYOUT_CI_SAVEDPC, &to, sizeof to);
}

#endif
