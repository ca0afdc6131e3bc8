#include "faulthandler/frames.h"

#include "faulthandler/name.h"

#include <string.h>
#include <ucontext.h>

enum { NAME_SIZE = 200, SOURCE_MAX = 60 /* bytes of a chunk's text in place of a file's name */ };

/* ---- from frame to frame ---------------------------------------------------------------------- */

/*
** Corrects the innermost frame by the registers that last across calls, the compiler's choice for what a long
** function works on; those that serve for shorter times as well are asked after the others.
*/
static void correct(struct stack_walk *w, void *context)
{
#if defined __x86_64__
    const greg_t *r = ((ucontext_t *)context)->uc_mcontext.gregs;
    const unsigned long first[] = {(unsigned long)r[REG_R12], (unsigned long)r[REG_R13],
                                   (unsigned long)r[REG_R14], (unsigned long)r[REG_R15]},
                        second[] = {(unsigned long)r[REG_RBX], (unsigned long)r[REG_RBP]};
    if (!stack_correct(w, first, 4))
        stack_correct(w, second, 2);
#elif defined __aarch64__
    const ucontext_t *c = context; /* x19 to x28 */
    stack_correct(w, (const unsigned long *)c->uc_mcontext.regs + 19, 10);
#else
    (void)w, (void)context;
#endif
}

static void look_at_level(struct frames *f)
{
    f->finalizing = false;
    if (!lua_getstack(f->L, f->level, &f->ar)) {
        f->kind = STACK_END;
        return;
    }
    lua_getinfo(f->L, "Sln", &f->ar);
    f->kind = f->ar.what[0] == 'C' ? STACK_C : STACK_LUA;
    f->finalizing =
        f->ar.name && strcmp(f->ar.name, "__gc") == 0 && strcmp(f->ar.namewhat, "metamethod") == 0;
}

void frames_first(struct frames *f, lua_State *L, void *context)
{
    f->L = L;
    f->unwound = false;
    f->level = 0;
    if (!layout_stack_on()) {
        look_at_level(f);
        return;
    }
    stack_first(&f->walk, L);
    if (context)
        correct(&f->walk, context);
    f->kind = f->walk.kind;
    f->finalizing = f->walk.finalizing;
}

void frames_next(struct frames *f)
{
    f->level++;
    if (!layout_stack_on()) {
        look_at_level(f);
        return;
    }
    stack_next(&f->walk);
    f->kind = f->walk.kind;
    f->finalizing = f->walk.finalizing;
}

/* ---- one frame -------------------------------------------------------------------------------- */

/* As lua_Debug.short_src has it, but not cut but for a chunk's text, of which the first line stands for it. */
static void write_source(struct out *o, const char *source)
{
    if (!source) {
        out_text(o, "???");
        return;
    }
    if (*source == '@' || *source == '=') {
        out_name(o, source + 1, strlen(source + 1));
        return;
    }
    size_t n = strcspn(source, "\n");
    bool cut = source[n] != '\0' || n > SOURCE_MAX;
    out_text(o, "[string \"");
    out_name(o, source, n > SOURCE_MAX ? SOURCE_MAX : n);
    out_text(o, cut ? "...\"]" : "\"]");
}

/* What the caller calls it, as the code there has it; a metamethod by the field it was found in. */
static bool write_called(struct frames *f, struct out *o)
{
    lua_Debug ar;
    ar.i_ci = layout_stack_on() ? f->walk.ci : f->ar.i_ci;
    ar.name = NULL;
    if (f->unwound || !lua_getinfo(f->L, "n", &ar) || !ar.name)
        return false;
    if (strcmp(ar.namewhat, "metamethod") == 0 && strncmp(ar.name, "__", 2) != 0)
        out_text(o, "__");
    out_name(o, ar.name, strlen(ar.name));
    return true;
}

static void write_function(struct frames *f, struct out *o, const char *source, int defined)
{
    char name[NAME_SIZE];
    if (defined == 0) {
        out_text(o, "<main>");
        return;
    }
    size_t n = source ? name_of_definition(source, defined, name, sizeof name) : 0;
    if (n > 0)
        out_name(o, name, n);
    else if (!write_called(f, o))
        out_text(o, "<function>");
}

void frames_write(struct frames *f, struct out *o)
{
    bool on = layout_stack_on();
    const char *source = on ? stack_source(&f->walk) : f->ar.source;
    int line = on ? stack_line(&f->walk) : f->ar.currentline;
    int defined = on ? layout_linedefined(f->walk.proto) : f->ar.linedefined;
    if (source && strcmp(source, "=?") == 0)
        source = NULL; /* stripped */
    out_text(o, "  File \"");
    write_source(o, source);
    out_text(o, "\", line ");
    if (line >= 0)
        out_decimal(o, line);
    else
        out_text(o, "???");
    out_text(o, " in ");
    write_function(f, o, source, defined);
    out_char(o, '\n');
}
