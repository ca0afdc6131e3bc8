/* core/bytecode: any bytes are parsed; what parses is walked through from end to end. */
#include "core/bytecode.h"

#include <stdlib.h>
#include <string.h>

#include "core/instruction.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool truth)
{
    if (!truth)
        abort();
}

static void walk_code(const struct proto *p)
{
    for (int pc = 0; pc < p->ncode; pc++) {
        int next[2];
        int n = instruction_successors(p->code, p->ncode, pc, next);
        for (int i = 0; i < n; i++)
            demand(next[i] >= 0 && next[i] < p->ncode);
        demand(instruction_decode(p->code[pc]).name != NULL);
        if (p->lines && pc >= bytecode_first_pc(p))
            demand(bytecode_has_line(p, p->lines[pc]));
    }
}

static void walk_names(const struct proto *p)
{
    for (int i = 0; i < p->nlocals && i < 100; i++) {
        const char *name = bytecode_local_at(p, i + 1, p->locals[i].startpc);
        const char *other = bytecode_local_starting(p, i, p->locals[i].startpc);
        demand(!name || strlen(name) != (size_t)-1);
        demand(!other || strlen(other) != (size_t)-1);
    }
    for (int i = 0; i < p->nconstants; i++) {
        const struct bytecode_constant *k = &p->constants[i];
        demand(k->kind != BYTECODE_STRING || k->value.text.s[k->value.text.len] == '\0');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytecode *b;
    if (bytecode_parse(data, size, &b, NULL) != 0)
        return 0;
    for (size_t i = 0; i < b->nall; i++) {
        const struct proto *p = b->all[i];
        demand(i == 0 || p->parent->protos[p->index] == p);
        walk_code(p);
        walk_names(p);
    }
    demand(bytecode_same(b->main, b->main));
    bytecode_free(b);
    return 0;
}
