/*
** A compiled Lua function, decoded from what `lua_dump` writes (Lua 5.4.0 to 5.4.8): instructions,
** lines, constants, variables, nested functions. A pure reader of bytes: it knows no Lua state, and
** survives any input in time and memory proportional to its length.
**
** - parsing: bytecode_parse, bytecode_of, bytecode_free
** - lines with code: bytecode_first_line, bytecode_has_line, bytecode_next_line
** - instructions: core/instruction.h
** - variables: bytecode_local_at, bytecode_local_starting
** - comparison: bytecode_same
**
** Cost: a dump and a parse copy the function once, nested functions included: microseconds for a
** function, milliseconds for a file of ten thousand lines. Everything is owned by the `struct bytecode`
** and is freed with it; after the parse nothing changes, so threads may read it together.
*/
#ifndef XDB_CORE_BYTECODE_H
#define XDB_CORE_BYTECODE_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"

/* Functions nested deeper than this are refused; Lua's own compiler stops at 200. */
#define BYTECODE_MAX_DEPTH 250

struct bytecode_text {
    const char *s; /* ends with a '\0' that does not count; NULL when the dump has no such text */
    size_t len;    /* bytes; the text may contain zeros */
};

enum bytecode_constant_kind {
    BYTECODE_NIL,
    BYTECODE_FALSE,
    BYTECODE_TRUE,
    BYTECODE_INTEGER,
    BYTECODE_FLOAT,
    BYTECODE_STRING
};

struct bytecode_constant {
    enum bytecode_constant_kind kind;
    union {
        lua_Integer integer;
        lua_Number number;
        struct bytecode_text text;
    } value;
};

struct bytecode_local {
    const char *name; /* NULL in a damaged dump; "(for state)" and the like are Lua's own */
    int startpc;      /* first instruction where it is alive */
    int endpc;        /* first instruction where it is dead */
};

struct bytecode_upvalue {
    const char *name;      /* NULL when stripped */
    unsigned char instack; /* 1: a local of the enclosing function; 0: an upvalue of it */
    unsigned char idx;     /* register, or index among the upvalues, from 0 */
    unsigned char kind;    /* 0 regular, 1 const, 2 to-be-closed, 3 compile-time constant */
};

/* One function. Its nested functions are in the order of the source text. */
struct proto {
    struct proto *parent;        /* NULL for the outermost */
    int index;                   /* among the parent's nested functions, from 0 */
    struct bytecode_text source; /* chunk name; inherited from the parent; NULL when stripped */
    int linedefined, lastlinedefined; /* 0 for a main chunk */
    int numparams, maxstacksize;
    bool is_vararg;
    uint32_t *code;
    int ncode;
    int *lines;  /* line of each instruction; NULL when stripped */
    int *active; /* lines with code, ascending, each once; bytecode_first_line says what counts */
    int nactive;
    struct bytecode_constant *constants;
    int nconstants;
    struct bytecode_upvalue *upvalues;
    int nupvalues;
    struct bytecode_local *locals; /* in the order of their declaration; parameters first */
    int nlocals;
    struct proto **protos;
    int nprotos;
};

struct bytecode {
    struct proto *main; /* the function that was dumped */
    struct proto **all; /* every function, each before those nested in it: the order of the text */
    size_t nall;
    void *memory; /* everything above lives in here */
};

/*
** Decodes `len` bytes at `data`, which may be anything; they are not needed afterwards. On success
** `*out` is the caller's, to be freed with `bytecode_free`. XDB_EFORMAT when the bytes are no dump of
** this Lua, XDB_ENOMEM.
*/
int bytecode_parse(const void *data, size_t len, struct bytecode **out, struct xdb_error *err);

/*
** Dumps the Lua function at `index` of the stack and decodes it. XDB_EINVAL for a C function or any
** other value. Needs one free stack slot (hooks always have it). Never raises, allocates no Lua memory,
** runs no Lua code: fit for hooks.
*/
int bytecode_of(lua_State *L, int index, struct bytecode **out, struct xdb_error *err);

/* NULL is fine. */
void bytecode_free(struct bytecode *b);

/*
** Lines with code are the lines for which Lua's line hook can fire. In a vararg function (a main chunk
** is one) the first instruction prepares the arguments before hooks see the function, and does not count.
*/

/* The line where execution of the function begins; -1 when stripped. */
int bytecode_first_line(const struct proto *p);
/* Index of the first instruction that hooks see: 0, or 1 in a vararg function. */
int bytecode_first_pc(const struct proto *p);
bool bytecode_has_line(const struct proto *p, int line);
/* The smallest line with code that is not below `line`; -1 when there is none. */
int bytecode_next_line(const struct proto *p, int line);

/*
** Name of the `n`-th (from 1) local variable alive at `pc`, as `lua_getlocal` counts; it lives in
** register n - 1. NULL when there is none.
*/
const char *bytecode_local_at(const struct proto *p, int n, int pc);
/*
** Name of the local variable in register `reg` whose life starts exactly at `pc`, even if it also ends
** there; NULL when there is none.
*/
const char *bytecode_local_starting(const struct proto *p, int reg, int pc);

/*
** Whether two functions, nested ones included, are compiled from the same text: lines and names are
** compared where both have them. Two functions of equal text on one line are the same for this.
*/
bool bytecode_same(const struct proto *a, const struct proto *b);

#endif
