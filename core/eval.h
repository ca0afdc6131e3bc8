/*
** Compiles and runs text in the scope of a frame. A name in the text is the frame's innermost active
** local of that name, else an upvalue of its function, else a field of its own `_ENV`; `...` is the
** frame's varargs and `_ENV` its environment. Assignments go to the same places. Functions made by the
** text share the frame's variables for as long as it lives; then they go on with the last values they saw,
** at eval_freeze or at a later use (that a frame ends is told to nobody; see core/frame_mark.h).
**
** The text runs on the thread `L` (often inside a hook of it, or in a message handler); the frame may be
** on another thread, and NULL stands for no frame: globals only. Nothing raises, whatever the text does:
** errors come back as a code and the error value. Nothing of the program is kept alive afterwards but
** what functions made by the text mention.
**
** Cost: text is compiled at each eval_text; a condition once, and its evaluation takes a fraction of a
** microsecond and leaves no garbage.
**
** L needs one free stack slot for the error value, which every hook and C function has.
**
** Index: running text - error values as text - conditions - names for completion.
*/
#ifndef XDB_CORE_EVAL_H
#define XDB_CORE_EVAL_H

#include "core/buffer.h"
#include "core/frame.h"

#include <stdbool.h>
#include <stddef.h>

/* Beside the codes of core/error.h, of which XDB_ENOMEM (stack space or memory) may come too. */
enum eval_code {
    EVAL_ESYNTAX = -20,     /* the text does not compile */
    EVAL_EINCOMPLETE = -21, /* it might if more text followed */
    EVAL_ERUN = -22         /* it raised an error */
};

enum eval_mode {
    EVAL_ANY,        /* a list of expressions if the text is one, else statements */
    EVAL_EXPRESSION, /* a list of expressions, perhaps empty */
    EVAL_STATEMENTS  /* statements; `return` gives values */
};

/*
** [-0, +results or +1 on L] Runs the text in the frame. Returns how many values it pushed (0 for
** statements that return none), or a negative code after pushing the error value.
*/
int eval_text(lua_State *L, const struct frame *f, const char *text, size_t len,
              enum eval_mode mode);
/*
** [-0, +0 or +1 on L] Whether the text would run: 0, or EVAL_ESYNTAX, EVAL_EINCOMPLETE or XDB_ENOMEM after
** pushing the error value.
*/
int eval_check(lua_State *L, const char *text, size_t len, enum eval_mode mode);
/*
** In texts EVAL_VARIABLES is this value, whatever the frame calls so. [-1, +0] Takes it from the top of L; nil:
** the name means nothing special. May raise when memory runs out.
*/
#define EVAL_VARIABLES "_V__xdb"
void eval_set_variables(lua_State *L);
/*
** To be called when the person lets the program go on: functions made by evaluated text note the
** values that their variables have now. Does nothing, quickly, when there are no such functions.
*/
void eval_freeze(lua_State *L);

/*
** [-0, +0] Appends an error value as one line without a newline: a string without the text's own position
** ("(xdb):1: "), a `__tostring` result, or what lua would say of such a value. Control characters are
** shown as escapes; at most a few kilobytes. Out of memory shows in `out->failed`.
*/
void eval_message(lua_State *L, int index, struct buffer *out);

/*
** A condition: an expression that is compiled once and tested often, in any frame (fastest in frames of
** one function). It belongs to the universe of the state that compiled it.
*/
struct eval_condition;

/*
** [-0, +0 or +1 on L] Compiles an expression. On success `*c` is the condition, owned by the caller. On
** failure a negative code, and the error value is pushed.
*/
int eval_compile(lua_State *L, const char *text, size_t len, struct eval_condition **c);
/*
** [-0, +0 or +1 on L] Evaluates the condition: 1 when its first value is true, 0 when it is false (or
** there is none), or a negative code after pushing the error value. Where the universe is open it runs on a
** thread of its own, and hook_interrupt_request stops it with the error "interrupted!".
*/
int eval_test(lua_State *L, struct eval_condition *c, const struct frame *f);
/* [-0, +1 on L] The same, and pushes its first value (nil if there is none). 0 or a negative code. */
int eval_value(lua_State *L, struct eval_condition *c, const struct frame *f);
/* Frees a condition (NULL is fine). When the universe has been closed already, L must be NULL. */
void eval_condition_free(lua_State *L, struct eval_condition *c);

enum eval_name { EVAL_LOCAL, EVAL_UPVALUE, EVAL_GLOBAL, EVAL_FIELD };

/* Told each name (valid during the call only); false ends the enumeration. May not raise. */
struct eval_names {
    bool (*each)(void *arg, const char *name, size_t len, enum eval_name kind);
    void *arg;
};

/*
** Tells the names that could follow `prefix`: for "" the frame's locals (innermost first), upvalues and
** globals; for "a.b." or "a.b:" the fields of that value. Any other last word is not looked at: it is
** the caller's to filter by. Only identifiers are told; a name may come twice. Values are looked up
** without metamethods, but tables behind `__index` count, and so do string methods. At most ten
** thousand names are looked at. Returns 0, XDB_ENOENT when the chain leads to nothing with fields,
** or XDB_ENOMEM.
*/
int eval_names(lua_State *L, const struct frame *f, const char *prefix, size_t len,
               const struct eval_names *names);

#endif
